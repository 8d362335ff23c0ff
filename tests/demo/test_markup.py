import pytest

from syndicator.demo.markup import html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ein Satz,\nzwei Zeilen.", "<p>Ein Satz, zwei Zeilen.</p>"),
        ("## Termine", "<h2>Termine</h2>"),
        ("- eins\n- zwei", "<ul><li>eins</li><li>zwei</li></ul>"),
        ("> Gesagt\n> getan.", "<blockquote><p>Gesagt getan.</p></blockquote>"),
        ("| Zum Thema\n| Mehr dazu.", "<div><h3>Zum Thema</h3><p>Mehr dazu.</p></div>"),
        ("**Update:** [hier](/x)", '<p><strong>Update:</strong> <a href="/x">hier</a></p>'),
        ("3\u00a0Euro, Groß\u00adstadt", "<p>3&nbsp;Euro, Groß&shy;stadt</p>"),
        ("\u00a0", "<p>&nbsp;</p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ('[x](/"onclick=")', '<p><a href="/&#34;onclick=&#34;">x</a></p>'),
        ("Eins\n\nZwei\n", "<p>Eins</p>\n<p>Zwei</p>"),
    ],
)
def test_markup_becomes_html(text, expected):
    assert html(text) == expected
