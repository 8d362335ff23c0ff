"""A feed of 50 full entries in all formats and encodings, against feedgen alone writing Atom and RSS of the same articles.

Processor time, as compression leaves the interpreter; the two take turns, and the value is the median of the rounds' ratios.
The first line is Atom, RSS and JSON Feed of articles that were never seen before. The second is what the service does when one of
fifty has changed: the same, and the pages for people in German and English. All of that with nothing known takes 1.6.
"""

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feedgen.feed import FeedGenerator

from benchmarks import texts
from benchmarks.result import Result, at_most
from syndicator.config import Category, Config, Site, Source
from syndicator.model import Article, Author, Feed, Image, Label, Moment, Selection
from syndicator.pipeline import render
from syndicator.publish import encodings, formats

BAR = 1.5
ENTRIES, ROUNDS = 50, 21
T0 = datetime(2024, 11, 4, 8, tzinfo=UTC)
PARAGRAPHS = 7  # of some 360 characters, as press releases have them
SITE = Site(title="Nachrichten", url="https://news.example/", publisher="Bench", contact="bench@news.example")
SOURCE = Source(
    name="stadt", city="Musterhausen", title="Stadt Musterhausen", url="https://stadt.example/news/",
    rights="© Stadt Musterhausen", image_rights=("Stadt Musterhausen*",),
)  # fmt: skip
CONFIG = Config(
    site=SITE, sources=(SOURCE,), path=Path("config.toml"),
    categories={name: Category(name=name, title=name.title()) for name in ("vielfalt", "verkehr")},
)  # fmt: skip
FEED = Feed("vielfalt", "Vielfalt", Selection(categories=("vielfalt",)))


def measure() -> list[Result]:
    """Every round has articles of its own, so that nothing is known from the round before, but for the second line."""
    alone, cold, warm = [], [], []
    for turn in range(ROUNDS + 1):
        articles = tuple(article(turn, number) for number in range(ENTRIES))
        changed = (replace(articles[0], title="Ganz neu", revision=2), *articles[1:])
        kinds = [(alone, lambda given=articles: by_feedgen(given)), (cold, lambda given=articles: feeds_by_us(given))]
        for times, work in kinds if turn % 2 else kinds[::-1]:
            times.append(seconds(work))
        by_us(articles)
        warm.append(seconds(lambda given=changed: by_us(given)))
    what = f"rendering {ENTRIES} full entries in all formats and encodings{{}} / feedgen alone for Atom and RSS"
    return [
        at_most(what.format(""), ratio(cold, alone), BAR),
        at_most(what.format(", and the pages, when one has changed"), ratio(warm, alone), BAR),
    ]


def ratio(ours: list[float], theirs: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(ours[1:], theirs[1:], strict=True))  # the first warms up


def seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def feeds_by_us(articles: tuple[Article, ...]) -> int:
    document = render.document(FEED, articles, CONFIG, T0)
    chosen = [formats.available()[name] for name in CONFIG.publish.formats]
    _, bodies = formats.render_all(document, chosen)
    return sum(len(each) for body in bodies for each in (body, *encodings.encode(body).values()))


def by_us(articles: tuple[Article, ...]) -> int:
    pages = render.feed(FEED, articles, CONFIG, T0).pages
    return sum(len(body) for page in pages for body in (page.body, *encodings.encode(page.body).values()))


def by_feedgen(articles: tuple[Article, ...]) -> int:
    """As its manual shows it."""
    feed = FeedGenerator()
    feed.load_extension("dc")
    feed.load_extension("media")
    feed.id("https://news.example/feeds/vielfalt")
    feed.title("Vielfalt")
    feed.subtitle("Vielfalt – Nachrichten")
    feed.author({"name": "Bench", "email": "bench@news.example"})
    feed.link(href="https://news.example/feeds/vielfalt", rel="alternate")
    feed.link(href="https://news.example/feeds/vielfalt.atom", rel="self")
    feed.language("de")
    feed.updated(T0)
    for one in articles:
        assert one.published is not None
        entry = feed.add_entry(order="append")
        entry.id(one.id)
        entry.title(one.title)
        entry.link(href=one.address)
        entry.summary(one.summary)
        entry.content(one.body, type="html")
        entry.published(one.published.at)
        entry.updated(one.updated)
        entry.rights(SOURCE.rights)
        for author in one.authors:
            entry.author({"name": author.name})
            entry.dc.dc_creator(author.name)
        entry.dc.dc_publisher(SOURCE.title)
        entry.dc.dc_rights(SOURCE.rights)
        for axis, name in terms(one):
            entry.category({"term": name, "scheme": f"https://news.example/#{axis}", "label": name.title()})
        for image in one.images:
            entry.enclosure(image.url, image.length, image.type)
            said = {"url": image.url, "type": image.type, "medium": "image", "group": None}
            entry.media.content(said | {"width": str(image.width), "height": str(image.height)})
    return len(feed.atom_str(pretty=True)) + len(feed.rss_str(pretty=True))


def terms(one: Article) -> list[tuple[str, str]]:
    ours = [("category", name) for name in one.categories] + [(label.axis, label.name) for label in one.labels]
    return [*ours, ("city", one.city), ("district", one.district)]


def article(turn: int, number: int) -> Article:
    at = T0 - timedelta(hours=number)
    chance = random.Random(turn * ENTRIES + number)
    own = [texts.paragraph(chance) for _ in range(PARAGRAPHS)]
    address = f"https://stadt.example/news/{turn}/{number}"
    picture = Image(
        f"{address}/bild.jpg", alt="Am Rathaus", caption="Vor dem Rathaus", credit="Foto: Stadt Musterhausen",
        type="image/jpeg", length=180_000, width=1200, height=800,
    )  # fmt: skip
    paragraphs = "".join(f"<p>{text}</p>" for text in own)
    return Article(
        id=f"tag:news.example,2024:stadt/{turn}-{number}", source="stadt", key=f"{turn}-{number}", address=address,
        title=texts.paragraph(chance, 9), summary=texts.paragraph(chance, 25),
        body=f'{paragraphs}<h2>Mehr</h2><p>Alles <a href="{address}?a=1&amp;b=2">im Netz</a>.</p>',
        published=Moment(at, "minute", "feed"), updated=at, first_seen=at, sort_at=at, status="live",
        city="Musterhausen", district="Altstadt", categories=("vielfalt", "verkehr"),
        labels=(Label("topline", "Vielfalt"), Label("tag", f"Wort {number % 7}")), images=(picture,),
        authors=(Author("Presseamt"),), language="de", kind="news", rights="", license="", original_id="",
        provenance=None, revision=1, found={},
    )  # fmt: skip
