"""The articles of a feed or a search as pages list them, written as text: a template takes four times as long for them. Pure."""

from markupsafe import Markup

from syndicator.model import Image
from syndicator.publish import addresses
from syndicator.publish.elements import text, value
from syndicator.publish.entry import EXCERPT_LIMIT, Entry, Twin, written_once
from syndicator.publish.formats import Document
from syndicator.publish.pages import feed_path, is_first_party, stated_day
from syndicator.publish.pictures import credit_line
from syndicator.publish.words import WORDS, Words
from syndicator.text import shorten, slug


def teasers(document: Document, language: str) -> Markup:
    """The entries as items of a list; empty where there are none."""
    site = document.site
    feeds = value(feed_path(site, "", language))
    own = "" if document.publish.buckets else value(addresses.path(addresses.article(site, "", language)))
    return Markup("".join(_teaser(entry, site.url, feeds, own, language) for entry in document.entries))  # noqa: S704  # all is escaped


@written_once
def _teaser(entry: Entry, home: str, feeds: str, own: str, language: str) -> str:
    """`feeds` and `own` are the paths before the names of pages of feeds and articles; nobody answers for articles in a bucket."""
    t = WORDS[language]
    spoken = entry.language or "de"
    other = f' lang="{spoken}"' if spoken != language else ""
    lines = [
        f"<article{other}>",
        f'  <h3 dir="auto"><a href="{value(entry.link)}">{text(entry.title)}</a></h3>',
        *_list(_facts(entry, feeds, own, t), t),
    ]
    picture = entry.pictures[0] if entry.pictures else None
    embedded = picture is not None and is_first_party(picture.url, home)
    if picture is not None and embedded:
        lines += _figure(picture)
    if entry.summary and entry.summary != entry.title:
        summary = shorten(" ".join(entry.summary.split()), EXCERPT_LIMIT)
        lines.append(f'  <p class="summary" dir="auto">{text(summary)}</p>')
    if entry.alternates:
        lines += _list([_twin(twin, t) for twin in entry.alternates], t)
    if picture is not None and not embedded:
        lines.append(_linked(picture, entry, t))
    lines.append("</article>")
    return "    <li>\n      " + "\n      ".join(lines) + "\n    </li>\n"


def _facts(entry: Entry, feeds: str, own: str, t: Words) -> list[str]:
    """When, where, on what, and the whole text on our own page."""
    german = t.german
    day, machine_day = stated_day(entry, t.language)
    facts = [f'<li><time datetime="{machine_day}">{day}</time></li>' if day else f"<li>{t.undated}</li>"]
    if entry.city:
        facts.append(f'<li{german}><a href="{feeds}{slug(entry.city)}">{text(entry.city)}</a></li>')
    if entry.district:
        facts.append(f"<li{german}>{text(entry.district)}</li>")
    facts += [f'<li{german}><a href="{feeds}{term.name}">{text(term.label)}</a></li>' for term in entry.topics]
    if own and entry.has_page:
        title = f'<span class="hidden"{german}>: {text(entry.title)}</span>'
        facts.append(f'<li><a href="{own}{entry.article.slug}">{t.read_here}{title}</a></li>')
    return facts


def _list(items: list[str], t: Words) -> list[str]:
    return [f'  <ul class="facts" lang="{t.language}">', *(f"    {item}" for item in items), "  </ul>"]


def _twin(twin: Twin, t: Words) -> str:
    name = text(twin.publisher or twin.title)
    linked = f'<a href="{value(twin.link)}"{t.german}>{name}</a>' if twin.link else name
    return f"<li>{t.also_at if twin.publisher else t.also_as} {linked}</li>"


def _figure(picture: Image) -> list[str]:
    known = picture.width > 0 and picture.height > 0
    size = f' width="{picture.width}" height="{picture.height}"' if known else ""
    credit = [f"    <figcaption>{text(credit_line(picture))}</figcaption>"] if picture.credit else []
    image = f'    <img src="{value(picture.url)}" alt="{value(picture.alt)}" loading="lazy"{size}>'
    return ["  <figure>", image, *credit, "  </figure>"]


def _linked(picture: Image, entry: Entry, t: Words) -> str:
    credit = f" <span>{text(credit_line(picture))}</span>" if picture.credit else ""
    what = f'{t.see_picture}<span class="hidden">: {text(picture.alt or entry.title)}</span>'
    return f'  <p class="picture" lang="{t.language}"><a href="{value(picture.url)}">{what}</a>{credit}</p>'
