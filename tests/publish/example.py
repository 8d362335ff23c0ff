"""A small town's news for the tests of publishing: one article for each thing that formats must be able to say."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from syndicator.config import Category, Config, FeedBlock, Publish, Site, Source
from syndicator.model import Article, Author, Feed, Image, Label, Moment, Provenance, Selection
from syndicator.publish.formats import Document

SITE = Site(
    title="Nachrichten der Musterstädte",
    url="https://news.example/",
    publisher="Stadt Musterhausen",
    contact="presse@musterhausen.example",
)
CATEGORIES = {
    "vielfalt": Category(name="vielfalt", title="Vielfalt"),
    "verkehr": Category(name="verkehr", title="Verkehr & Wege"),
}
SOURCES = (
    Source(
        name="musterhausen",
        city="Musterhausen",
        title="Stadt Musterhausen",
        url="https://www.musterhausen.example/newsroom/",
        rights="© Stadt Musterhausen",
        image_rights=("Stadt Musterhausen*",),
    ),
    Source(
        name="nebenan",
        city="Nebenan am See",
        title="Gemeinde Nebenan",
        kind="feed",
        url="https://nebenan.example/feed.atom",
        license="CC-BY-4.0",
    ),
)
CONFIG = Config(site=SITE, categories=CATEGORIES, sources=SOURCES, path=Path("config.toml"))
FIRST_SEEN = datetime(2019, 11, 4, 9, 30, tzinfo=UTC)


def article(**fields: Any) -> Article:
    """An article of Musterhausen; fields replace those it would have."""
    usual: dict[str, Any] = {
        "id": "tag:news.example,2019:musterhausen/605731",
        "source": "musterhausen",
        "key": "605731",
        "address": "https://www.musterhausen.example/nachricht.jsp?nid=605731&lang=de",
        "title": "Die Städte setzen ihre Zusammenarbeit fort",
        "summary": "Der Rat entscheidet im Dezember.",
        "body": "<p>Die Verwaltung schlägt vor, gemeinsam weiterzuarbeiten.</p>",
        "published": Moment(datetime(2019, 11, 3, 23, 0, tzinfo=UTC), "day", "selector .date"),
        "updated": FIRST_SEEN,
        "first_seen": FIRST_SEEN,
        "sort_at": FIRST_SEEN,
        "status": "live",
        "city": "Musterhausen",
        "district": "",
        "categories": ("vielfalt",),
        "labels": (),
        "images": (),
        "authors": (),
        "language": "de",
        "kind": "news",
        "rights": "",
        "license": "",
        "original_id": "",
        "provenance": None,
        "revision": 1,
        "found": {},
    }
    return Article(**usual | fields)


def document(*articles: Article, name: str = "vielfalt", title: str = "Vielfalt", **fields: Any) -> Document:
    """A feed of these articles as the pipeline would hand it to a format."""
    usual: dict[str, Any] = {
        "feed": Feed(name, title, Selection(categories=("vielfalt",))),
        "site": SITE,
        "articles": articles,
        "updated": max((each.updated for each in articles), default=FIRST_SEEN),
        "publish": Publish(),
        "sources": {source.name: source for source in SOURCES},
        "categories": CATEGORIES,
    }
    return Document(**usual | fields)


FREE = Image(
    "https://www.musterhausen.example/bilder/runde.jpg?w=1200&h=800",
    alt="Zwölf Menschen an einem runden Tisch",
    caption="Das Treffen im Alten Rathaus",
    credit="Foto: Stadt Musterhausen / Presseamt",
    length=182_044,
    width=1200,
    height=800,
)
STOCK = Image("https://www.musterhausen.example/bilder/gekauft.jpg", alt="Symbolbild", credit="Bildagentur / Irgendwer")
OPEN = Image(
    "https://nebenan.example/see", alt="Der See", credit="Ada Beispiel", license="CC-BY-SA-4.0", type="image/webp"
)


def newsroom() -> tuple[Article, ...]:
    """Newest first: everything set, hardly anything set, from another feed, undated, hostile to markup, in another language."""
    return (
        article(
            body=f'<p>Im Rathaus.</p><figure><img src="{FREE.url.replace("&", "&amp;")}" alt=""><figcaption>Das Treffen</figcaption></figure>'
            f'<figure><img src="{STOCK.url}" alt=""><figcaption>Ein Symbol</figcaption></figure><h2>Wie es weitergeht</h2><p>Gut.</p>',
            district="Altstadt-Nord",
            categories=("vielfalt", "verkehr"),
            labels=(Label("topline", "Vielfalt"), Label("tag", "Integrationsrat"), Label("district", "Altstadt-Nord")),
            images=(STOCK, FREE),
            authors=(
                Author("Ada Beispiel", "https://www.musterhausen.example/ada", "ada@musterhausen.example"),
                Author("Presseamt"),
            ),
            updated=FIRST_SEEN + timedelta(hours=2),
            revision=3,
        ),
        article(
            id="tag:news.example,2019:musterhausen/605730",
            address="https://www.musterhausen.example/nachricht.jsp?nid=605730",
            title="Einladung: Fototermin an der Brücke",
            summary="",
            body="",
            categories=(),
            kind="press-invitation",
        ),
        article(
            id="tag:news.example,2019:nebenan/1",
            original_id="https://nebenan.example/?p=1",
            source="nebenan",
            city="Nebenan am See",
            address="https://nebenan.example/2019/see",
            title="Der See ist wieder klar",
            published=Moment(datetime(2019, 7, 1, 10, 15, 30, tzinfo=UTC), "second", "atom"),
            images=(OPEN,),
            provenance=Provenance(
                id="urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a",
                title="Seeblick",
                url="https://seeblick.example/",
                feed_url="https://seeblick.example/feed",
                rights="© Seeblick",
                updated=datetime(2019, 7, 2, tzinfo=UTC),
            ),
        ),
        article(
            id="tag:news.example,2019:musterhausen/x",
            address="",
            title="",
            published=None,
            summary="",
            rights="Alle frei",
        ),
        article(
            id="tag:news.example,2019:musterhausen/605728",
            address="https://www.musterhausen.example/nachricht.jsp?nid=605728",
            title="1 < 2 & \"3\" > '2' ]]> &amp; <b>fett</b> 👩‍👩‍👧 שלום",
            summary="<script>alert(1)</script> & mehr ]]>",
            body="<p>a &lt; b &amp; c ]]&gt;</p><pre>eins\n  zwei</pre>",
        ),
        article(
            id="tag:news.example,2019:musterhausen/605727",
            address="https://www.musterhausen.example/nachricht.jsp?nid=605727",
            title="News in plain English",
            language="en",
            license="https://www.govdata.de/dl-de/by-2-0",
            published=Moment(datetime(2019, 9, 30, 22, 0, tzinfo=UTC), "month", "text"),
        ),
    )


def planned() -> tuple[Feed, ...]:
    """Every feed of this configuration, as `config.planned_feeds` orders them."""
    block = FeedBlock(name="gemeinsam", title="Gemeinsam")
    cities = {"musterhausen": "Musterhausen", "nebenan-am-see": "Nebenan am See"}
    return (
        Feed("all", "Alle Nachrichten", Selection()),
        *(Feed(name, category.title, Selection(categories=(name,))) for name, category in CATEGORIES.items()),
        *(Feed(name, city, Selection(cities=(city,))) for name, city in cities.items()),
        *(
            Feed(f"{name}-{key}", f"{category.title} in {city}", Selection(categories=(key,), cities=(city,)))
            for name, city in cities.items()
            for key, category in CATEGORIES.items()
        ),
        Feed(block.name, block.title, Selection(cities=tuple(cities.values()))),
    )
