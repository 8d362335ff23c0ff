from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicator.ingest.clean import plain, text_of, tidy
from tests.support.inert import faults

BASE = "https://stadt.example/news/artikel.html"
PAYLOADS = (Path(__file__).parent / "hostile" / "payloads.txt").read_text().splitlines()

PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<b>",
        "</b>",
        "<i>",
        "</i>",
        "<a href=x>",
        "</a>",
        "<ul>",
        "<li>",
        "</ul>",
        "<table>",
        "<tr>",
        "<td>",
        "<td rowspan=2>",
        "</table>",
        "<figure>",
        "<figcaption>",
        "</figcaption>",
        "</figure>",
        "<img src=a.jpg>",
        "<br>",
        "<h1>",
        "</h1>",
        "<h3>",
        "</h3>",
        "<dl>",
        "<dt>",
        "<dd>",
        "</dl>",
        "<blockquote>",
        "</blockquote>",
        "<pre>",
        "</pre>",
        "<svg>",
        "<style>",
        "</style>",
        "<noscript>",
        "</noscript>",
        "<!--",
        "-->",
        "<form>",
        "<details>",
        "<summary>",
        "<caption>",
        "<thead>",
        "<ruby>",
        "<rt>",
        "<q>",
        " ",
        "\n",
        "\n\n",
        "\n",
        "a",
        "Wort",
        "&amp;",
        "&lt;b>",
        "&shy;",
        "&nbsp;",
        "&#1;",
        "\xad",
        "\u200b",
        "<",
        ">",
        "&",
        '"',
        "<x-y>",
    ],
)
MARKUP = st.lists(PIECES, max_size=40).map("".join)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("Guten Tag", "<p>Guten Tag</p>"),
        ("Erster\n\nZweiter", "<p>Erster</p><p>Zweiter</p>"),
        ("<div>Eins<p>Zwei</p>Drei</div>", "<p>Eins</p><p>Zwei</p><p>Drei</p>"),
        ("<p>&nbsp;</p><p>\u200b</p><p>Text</p>", "<p>Text</p>"),
        ("<p>Städ\u00adte&shy;bund&nbsp;Ruhr</p>", "<p>Städtebund Ruhr</p>"),
        ("<p>Eins<br><br>Zwei<br></p>", "<p>Eins</p><p>Zwei</p>"),
        ("<p>Eins<br>Zwei</p>", "<p>Eins<br>Zwei</p>"),
        ("<h1 class=x>Titel</h1>", "<h2>Titel</h2>"),
        ("<p><b>fett </b>und<i> schräg</i></p>", "<p><strong>fett</strong> und <em>schräg</em></p>"),
        ("<p><strong></strong>Text</p>", "<p>Text</p>"),
        ("<ul><li><p>a</p></li><li></li><li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<table><tr><td><p>Nur Gestaltung</p></td></tr></table>", "<p>Nur Gestaltung</p>"),
        (
            "<table><tr><th scope=col>A<td colspan=2 style=x>B</table>",
            '<table><tbody><tr><th scope="col">A</th><td colspan="2">B</td></tr></tbody></table>',
        ),
        ("<dl><div><dt>A<dd>B</div></dl>", "<dl><dt>A</dt><dd>B</dd></dl>"),
        ("<form><p>Text</p><input><button>Los</button></form>", "<p>Text</p>"),
        ("<pre>\n a\n  b\n</pre>", "<pre> a\n  b</pre>"),
    ],
)
def test_markup_becomes_a_row_of_blocks(html, expected):
    assert tidy(html, BASE) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("../bild.html", "https://stadt.example/bild.html"),
        ("/a b.html", "https://stadt.example/a%20b.html"),
        ("//www.stadt.example/x", "https://www.stadt.example/x"),
        ("?a=1&amp;utm_source=x", "https://stadt.example/news/artikel.html?a=1&amp;utm_source=x"),
        ("mailto:presse@stadt.example", "mailto:presse@stadt.example"),
        ("tel:+492310", "tel:+492310"),
    ],
)
def test_links_are_absolute_and_otherwise_as_written(address, expected):
    assert tidy(f'<a href="{address}">x</a>', BASE) == f'<p><a href="{expected}">x</a></p>'


@pytest.mark.parametrize(
    "address",
    [
        "javascript:x()",
        "data:text/html,x",
        "#oben",
        "",
        "ftp://a.example/",
        "file:///etc/passwd",
        "http://",
        "https://a b/",
    ],
)
def test_a_link_that_leads_nowhere_is_text(address):
    assert tidy(f'<a href="{address}">x</a>', BASE) == "<p>x</p>"


@pytest.mark.parametrize(
    "html",
    [
        '<img src="/images/dummy.gif" data-src="/echt.jpg">',
        '<img src="data:image/gif;base64,R0==" data-original="/echt.jpg">',
        '<img src="/placeholder.png" data-mobile="/echt.jpg">',
        '<img src="/spacer.gif" srcset="/klein.jpg 300w, /echt.jpg 1200w, /riesig.jpg 4000w">',
        '<picture><source data-srcset="/echt.jpg 2x, /klein.jpg 1x"><img src="data:x"></picture>',
        '<img src="/blank.gif"><noscript><img src="/echt.jpg"></noscript>',
        '<img data-src="/echt.jpg"><noscript><img src="/andere-groesse.jpg"></noscript>',
        '<img src="/zaehler.gif" width=1 height=1><img src="/echt.jpg">',
    ],
)
def test_a_picture_that_loads_late_is_found(html):
    assert tidy(html, BASE) == '<p><img src="https://stadt.example/echt.jpg" alt=""></p>'


def test_a_figure_keeps_its_caption_and_the_credit_beside_it():
    html = '<figure><a href="/gross.jpg"><img src="/k.jpg" alt="Ein Baum"></a><div class=copy>Foto: Amt</div><figcaption><p>Der Baum</p></figcaption></figure>'
    assert tidy(html, BASE) == (
        '<figure><a href="https://stadt.example/gross.jpg"><img src="https://stadt.example/k.jpg" alt="Ein Baum"></a>'
        "<figcaption>Foto: Amt<br>Der Baum</figcaption></figure>"
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_attacks_comes_out_inert(payload):
    assert faults(tidy(payload, BASE)) == []
    assert faults(tidy(f"<div><p>Vorher {payload} nachher</p></div>", BASE)) == []


def test_the_check_for_inert_html_sees_what_it_must():
    for payload in (
        "<script>x</script>",
        "<p onclick=x>",
        "<a href='javascript:x'>x</a>",
        "<img src=x>",
        "<p>\x01</p>",
        "<style>x",
    ):
        assert faults(payload)


@settings(max_examples=300, deadline=None)
@given(MARKUP)
def test_tidying_twice_changes_nothing(html):
    once = tidy(html, BASE)
    assert tidy(once, BASE) == once
    assert faults(once) == []


@settings(max_examples=150, deadline=None)
@given(st.text())
def test_any_text_comes_out_inert(text):
    assert faults(tidy(text, BASE)) == []


@settings(max_examples=150, deadline=None)
@given(MARKUP)
def test_the_text_of_tidy_markup_is_the_same_with_and_without_a_parser(html):
    once = tidy(html, BASE)
    assert text_of(once) == plain(once)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("Städte<b>bund</b> &amp; Kreis", "Städtebund & Kreis"),
        ("<p>Eins</p><p>Zwei<br>Drei</p>", "Eins Zwei Drei"),
        ("a<script>b</script><style>c</style>d", "ad"),
        ("5 &lt; 6 &shy;und&nbsp;7", "5 < 6 und 7"),
        ("", ""),
    ],
)
def test_plain_text_has_no_markup_and_whole_words(html, expected):
    assert plain(html) == expected
