"""What is read without feedparser is read as feedparser reads it: on every feed among the fixtures, and on made-up ones."""

from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicator.ingest.reading import extras, wellformed, xmlfeed
from syndicator.ingest.reading.entry import Document
from syndicator.ingest.reading.sniff import Xml, sniff

ADDRESS = "https://stadt.example/news/feed.xml"
FIXTURES = sorted(path for path in Path(__file__).parent.rglob("*.*") if path.suffix in {".xml", ".rdf", ".atom"})
USUAL = {
    "rss20.xml",
    "rss091.xml",
    "prefixed.xml",
    "dates.xml",
    "cdata-in-titles.xml",
    "media-only.xml",
    "tombstones.xml",
}


def both(body: bytes) -> tuple[Document | None, object]:
    """What our own reader makes of a document, and what feedparser does."""
    document = sniff(body, "", ADDRESS)
    assert isinstance(document, Xml)
    root = extras.parse(document.body)
    if root is None:
        return None, None
    if extras.wanted(document.body):
        extras.take_out(root)
    ours = wellformed.read(root, ADDRESS)
    return ours, ours and xmlfeed.by_feedparser(extras.written(root), document.root, ADDRESS)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
def test_a_fixture_is_read_as_by_feedparser(path):
    body = path.read_bytes()
    if isinstance(sniff(body, "", ADDRESS), Xml):
        ours, theirs = both(body)
        assert ours == theirs
        assert ours is not None or path.name not in USUAL


# ---------------------------------------------------------------- made-up feeds

PIECES = st.sampled_from(
    [
        "Rat",
        " ",
        "Grün",
        "ß",
        "&",
        "&amp;",
        "&nbsp;",
        "<b>neu</b>",
        "</p>",
        "<i>",
        "Ã¼",
        "\x85",
        "€",
        "://",
        ":///",
        "\u00a0",
        "\n",
        "a@b",
    ]
)
TEXTS = st.lists(PIECES, max_size=5).map("".join)
DATES = st.sampled_from(["", "Mon, 04 Nov 2019 10:00:00 +0100", "2019-11-04T10:00:00Z", "gestern"])
URLS = st.sampled_from(
    ["", "https://stadt.example/a", "/b?c=1&d;=2", "https:///stadt.example/c", "tag:stadt.example,2019:1", "x"]
)


def element(name: str, text: str, attributes: str = "", *, cdata: bool = False) -> str:
    inner = f"<![CDATA[{text}]]>" if cdata else escape(text, quote=False)
    return f"<{name}{attributes}>{inner}</{name}>"


@st.composite
def elements(
    draw: st.DrawFn, choices: dict[str, st.SearchStrategy[str]], several: dict[str, st.SearchStrategy[str]]
) -> str:
    """Some of these elements, each once, and any number of the others, in any order."""
    chosen = [draw(choices[name]) for name in draw(st.lists(st.sampled_from(sorted(choices)), unique=True))]
    more = [draw(several[name]) for name in draw(st.lists(st.sampled_from(sorted(several)), max_size=3))]
    return "".join(draw(st.permutations([*chosen, *more])))


def of(name: str, texts: st.SearchStrategy[str], *attributes: str) -> st.SearchStrategy[str]:
    given_ = st.sampled_from(["", *attributes])
    return st.builds(lambda text, with_, cdata: element(name, text, with_, cdata=cdata), texts, given_, st.booleans())


def empty(name: str, **attributes: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def written(values: dict[str, str]) -> str:
        said = "".join(f' {key}="{escape(value)}"' for key, value in values.items() if value)
        return f"<{name}{said}/>"

    return st.fixed_dictionaries(attributes).map(written)


ITEM = elements(
    {
        "title": of("title", TEXTS),
        "link": of("link", URLS),
        "description": of("description", TEXTS),
        "content": of("content:encoded", TEXTS),
        "guid": of("guid", URLS, ' isPermaLink="false"', ' isPermaLink="true"'),
        "published": of("pubDate", DATES),
        "updated": of("dc:date", DATES),
        "comments": of("comments", URLS),
        "own": of("own:title", TEXTS),
    },
    {
        "category": of("category", TEXTS, ' domain="https://stadt.example/"'),
        "subject": of("dc:subject", TEXTS),
        "creator": of("dc:creator", TEXTS),
        "author": of("author", TEXTS),
        "enclosure": empty(
            "enclosure", url=URLS, type=st.sampled_from(["image/JPEG", ""]), length=st.sampled_from(["12", "x"])
        ),
    },
)
CHANNEL = elements(
    {
        "title": of("title", TEXTS),
        "link": of("link", URLS),
        "description": of("description", TEXTS),
        "rights": of("copyright", TEXTS),
        "language": of("language", st.sampled_from(["de", "de_DE"])),
        "built": of("lastBuildDate", DATES),
        "ttl": of("ttl", st.sampled_from(["60", "x", ""])),
        "period": of("sy:updatePeriod", st.sampled_from([" hourly ", "daily"])),
        "image": st.just("<image><title>Wappen</title><url>/w.png</url><link>/</link></image>"),
    },
    {
        "self": empty("atom:link", href=URLS, rel=st.sampled_from(["self", "hub", "next", "alternate", "describedby"])),
        "category": of("category", TEXTS),
        "item": st.builds("<item>{}</item>".format, ITEM),
    },
)
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "atom": "http://www.w3.org/2005/Atom",
        "content": "http://purl.org/rss/1.0/modules/content/",
        "dc": "http://purl.org/dc/elements/1.1/",
        "sy": "http://purl.org/rss/1.0/modules/syndication/",
        "own": "https://stadt.example/ns",
    }.items()
)
LINK = empty(
    "link",
    href=URLS,
    rel=st.sampled_from(["", "alternate", "self", "enclosure", "license", "describedby", "prev-archive"]),
    type=st.sampled_from(["", "text/html", "application/pdf", "image/png"]),
)
TYPES = (' type="html"', ' type="text"', ' type="Text/HTML"')
ENTRY = elements(
    {
        "id": of("id", URLS),
        "title": of("title", TEXTS, *TYPES),
        "summary": of("summary", TEXTS, *TYPES),
        "content": of("content", TEXTS, *TYPES),
        "rights": of("rights", TEXTS),
        "published": of("published", DATES),
        "updated": of("updated", DATES),
        "author": st.builds(
            "<author>\n{}{}</author>".format,
            of("name", TEXTS),
            st.sampled_from(["", "<uri>/x</uri>", "<email>a@b.example</email>"]),
        ),
    },
    {"link": LINK, "category": empty("category", term=TEXTS, label=TEXTS, scheme=URLS)},
)
FEED = elements(
    {
        "id": of("id", URLS),
        "title": of("title", TEXTS, *TYPES),
        "updated": of("updated", DATES),
        "author": of("name", TEXTS).map("<author>{}</author>".format),
    },
    {"link": LINK, "entry": st.builds("<entry>{}</entry>".format, ENTRY)},
)
READ = settings(max_examples=80, deadline=None)


@READ
@given(CHANNEL)
def test_a_made_up_rss_feed_is_read_as_by_feedparser(inner):
    ours, theirs = both(f'<rss version="2.0" {NAMESPACES}><channel>{inner}</channel></rss>'.encode())
    assert ours == (ours and theirs)


@READ
@given(FEED, st.sampled_from(["", ' xml:lang="de_DE"']))
def test_a_made_up_atom_feed_is_read_as_by_feedparser(inner, language):
    ours, theirs = both(f'<feed xmlns="http://www.w3.org/2005/Atom"{language}>{inner}</feed>'.encode())
    assert ours == (ours and theirs)


# ---------------------------------------------------------------- what is left to feedparser, and what is not


@pytest.mark.parametrize(
    "item",
    [
        "<title>Eins</title><title>Zwei</title>",
        "<title>Neues <b>Rathaus</b></title>",
        "<author>presse@stadt.example (Presseamt)</author>",
        '<guid isPermaLink="true" type="x">1</guid>',
        "<pubdate>Mon, 04 Nov 2019 10:00:00 +0100</pubdate>",
        '<source url="https://stadt.example/">Stadt</source>',
    ],
)
def test_what_is_unusual_is_left_to_feedparser(item):
    ours, _ = both(f'<rss version="2.0"><channel><item>{item}</item></channel></rss>'.encode())
    assert ours is None


def test_an_author_has_no_address_of_the_one_before():
    """feedparser gives the second author the first one's mail address."""
    authors = "<author><name>Presse</name><email>a@b.example</email></author><author><name>Rat</name></author>"
    ours, _ = both(f'<feed xmlns="http://www.w3.org/2005/Atom"><entry>{authors}</entry></feed>'.encode())
    assert ours is not None
    assert [author.email for author in ours.entries[0].authors] == ["a@b.example", ""]
