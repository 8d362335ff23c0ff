"""Drafts of what a feed says: texts made plain or tidy, dates read, addresses absolute. Nothing is guessed."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape, unescape
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from syndicator.ingest import dates, identity
from syndicator.ingest.clean import plain, tidy
from syndicator.ingest.reading.entry import Document, Entry, Head, Text
from syndicator.model import Author, Draft, Failed, Image, Label, Moment, Provenance
from syndicator.text import shorten, squeeze, xml_safe

_LONGEST_LINE = 500  # characters of a title, a credit, a label
_LONGEST_KEY = 2_000
_LONGEST_SUMMARY = 2_000
_LONGEST_BODY = 300_000  # characters of markup
_TITLE_FROM_TEXT = 80
_MOST_LABELS = 50
_MOST_IMAGES = 20
_TEASER = 400  # characters; a description beyond is the article

_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL)
_MARKUP = re.compile(r"</(?:p|div|a|b|i|em|strong|ul|ol|li|h[1-6]|span|table|blockquote)>|<br\b|<p>", re.IGNORECASE)
_BLOCK = re.compile(r"<(?:p|ul|ol|table|blockquote|h[1-6])\b")
_IMG = re.compile(r"<img\b[^>]*>")
_ATTRIBUTE = re.compile(r'\b(src|alt|width|height)="([^"]*)"')
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")
_TAKEN_BACK = re.compile(r"([\[(])?(?:gel(?:ö|oe)scht|zur(?:ü|ue)ckgezogen)\s*(?(1)[\])]|:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when a feed is read: its address, the zone its dates are meant in, and now."""

    address: str
    zone: ZoneInfo
    now: datetime


def drafts_of(document: Document, setting: Setting) -> tuple[list[Draft], list[Failed]]:
    """A draft for each entry that holds an article, and what became of the others."""
    entries = document.entries
    published = _coarse([_moment(e.published, "feed published", setting) for e in entries], setting.zone)
    updated = _coarse([_moment(e.updated, "feed updated", setting) for e in entries], setting.zone)
    addresses = _addresses(entries, setting.address)
    source = _provenance_of(document.head, setting)
    drafts: dict[str, Draft] = {}
    problems = []
    for entry, first, last, found in zip(entries, published, updated, addresses, strict=True):
        draft = _draft(entry, document.head, source, first, last, found, setting)
        if isinstance(draft, Failed):
            problems.append(draft)
        elif draft.key not in drafts:
            drafts[draft.key] = draft
        else:
            problems.append(
                _problem(f"Of two entries with the id {draft.key!r}, the second was left out.", draft.address)
            )
    return list(drafts.values()), problems


def _draft(
    entry: Entry,
    head: Head,
    source: Provenance,
    published: Moment | None,
    updated: Moment | None,
    addresses: Sequence[str],
    setting: Setting,
) -> Draft | Failed:
    title = _line(entry.title)
    summary, body = _texts(entry, setting.address)
    found = {"body": "feed content" if entry.content.value else "feed description"} if body else {}
    if not title:
        title = shorten(summary or plain(body), _TITLE_FROM_TEXT)
        found["title"] = "text"
    address = addresses[0] if addresses else ""
    if not title:
        return _problem("An entry without title and text was left out.", address)
    ident = squeeze(entry.id)
    provenance = _provenance(entry, setting)
    first = published or (updated and replace(updated, origin="feed updated"))
    if first:
        found["published"] = first.origin
    return Draft(
        key=(ident or address or identity.fingerprint(title, entry.published))[:_LONGEST_KEY],
        address=address,
        title=shorten(title, _LONGEST_LINE),
        summary=summary,
        body=body,
        published=first,
        updated=updated,
        labels=tuple(_labels(entry.labels)),
        images=tuple(_images(entry.images, body, setting.address)),
        authors=_authors(entry.authors or (() if provenance else head.authors), setting.address),
        language=_language(entry.language or head.language),
        rights=_line(entry.rights) or (provenance.rights if provenance else source.rights),
        license=entry.license or ("" if provenance else head.license),
        aliases=tuple(addresses[1:]),
        original_id=entry.id if identity.is_iri(entry.id) else "",
        provenance=provenance or source,
        withdrawn=bool(_TAKEN_BACK.match(title)),
        found={**found, "key": "id" if ident else "address" if address else "text"},
    )


def _problem(reason: str, address: str) -> Failed:
    return Failed("unreadable", reason, address, permanent=True)


# ---------------------------------------------------------------- texts


def _line(text: Text) -> str:
    """One line of plain text, whatever its kind is declared to be."""
    value = _CDATA.sub(r"\1", text.value) if "<![CDATA[" in text.value else text.value
    if "<" in value and (text.markup or _MARKUP.search(value)):
        return squeeze(plain(value))
    return squeeze(unescape(value) if "&" in value else value)


def _texts(entry: Entry, address: str) -> tuple[str, str]:
    """Summary and body. A description without a content beside it is the body if it is long or has several blocks."""
    if entry.content.value:
        return shorten(_line(entry.summary), _LONGEST_SUMMARY), _body(entry.content, address)
    text = entry.summary
    if len(text.value) <= _TEASER and "<" not in text.value:
        return _line(text), ""
    body = _body(text, address)
    line = squeeze(plain(body))
    if len(line) > _TEASER or len(_BLOCK.findall(body)) > 1 or "<img" in body:
        return "", body
    return line, ""


def _body(text: Text, address: str) -> str:
    value = text.value[:_LONGEST_BODY]
    if "<![CDATA[" in value:
        value = _CDATA.sub(r"\1", value)
    if "<" in value and (text.markup or _MARKUP.search(value)):
        return tidy(value, urljoin(address, text.base))
    value = unescape(value) if text.markup else value
    paragraphs = (part.strip() for part in re.split(r"\n\s*\n", xml_safe(value)))
    return "".join(f"<p>{escape(part, quote=False).replace(chr(10), '<br>')}</p>" for part in paragraphs if part)


def _labels(labels: Iterable[Label]) -> Iterator[Label]:
    names = dict.fromkeys(squeeze(unescape(label.name))[:_LONGEST_LINE] for label in labels)
    return (Label("feed", name) for name in list(names)[:_MOST_LABELS] if name)


def _authors(authors: Iterable[Author], address: str) -> tuple[Author, ...]:
    clean = (
        Author(_line(Text(author.name)), _web(author.url, address) if author.url else "", squeeze(author.email))
        for author in authors
    )
    return tuple(dict.fromkeys(author for author in clean if author.name))


def _language(language: str) -> str:
    language = language.strip().replace("_", "-")
    return language if _LANGUAGE.fullmatch(language) else ""


# ---------------------------------------------------------------- addresses and pictures


def _addresses(entries: Sequence[Entry], address: str) -> list[tuple[str, ...]]:
    """For each entry those under which it is met, canonical. Fragments count where they tell the items of one page apart."""
    plainly = [identity.canonical(e.links[0], _base(e, address)) if e.links else "" for e in entries]
    shared = Counter(plainly)
    found = []
    for entry, first in zip(entries, plainly, strict=True):
        base = _base(entry, address)
        if first and shared[first] > 1 and "#" in entry.links[0]:
            first = identity.canonical(entry.links[0], base, keep_fragment=True)  # noqa: PLW2901  # the finer one
        others = (identity.canonical(link, base) for link in entry.links[1:])
        found.append(tuple(dict.fromkeys(filter(None, (first, *others)))))
    return found


def _base(entry: Entry, address: str) -> str:
    return urljoin(address, entry.title.base or entry.content.base)


def _web(url: str, base: str) -> str:
    """The absolute address, if it is one of the web; its parameters are left as they are."""
    try:
        whole = urljoin(base, url.strip())
    except ValueError:
        return ""
    return xml_safe(whole).replace(" ", "%20") if whole.lower().startswith(("http://", "https://")) else ""


def _images(images: Iterable[Image], body: str, address: str) -> Iterator[Image]:
    """The pictures a feed names beside the text, each address once; where it names none, the first one in the text."""
    named: dict[str, Image] = {}
    for image in images:
        url = _web(image.url, address)
        if url:
            named[url] = _merged(named[url], image) if url in named else replace(image, url=url)
    if not named and "<img" in body:
        return _pictures(body)
    return iter(list(named.values())[:_MOST_IMAGES])


def _merged(image: Image, other: Image) -> Image:
    """What is told of one picture in two places."""
    return Image(
        image.url,
        image.alt or other.alt,
        image.caption or other.caption,
        image.credit or other.credit,
        image.license or other.license,
        image.type or other.type,
        image.length or other.length,
        image.width or other.width,
        image.height or other.height,
    )


def _pictures(body: str) -> Iterator[Image]:
    """The first picture of a tidy text that is more than a counting pixel."""
    for found in _IMG.finditer(body):
        says = {name: unescape(value) for name, value in _ATTRIBUTE.findall(found[0])}
        if says.get("src") and says.get("width") not in {"0", "1"} and says.get("height") not in {"0", "1"}:
            yield Image(says["src"], alt=squeeze(says.get("alt", "")))
            return


# ---------------------------------------------------------------- dates and provenance


def _moment(text: str, origin: str, setting: Setting) -> Moment | None:
    """The raw text is read again: feedparser takes CET for UTC and knows no German months."""
    text = text.strip()[:100]
    if not text:
        return None
    exact = dates.read_machine_date(text, setting.zone, origin=origin)
    return exact or dates.read_date(text, setting.zone, reference=setting.now, origin=origin)


def _coarse(moments: list[Moment | None], zone: ZoneInfo) -> list[Moment | None]:
    """Where each of several dates is a midnight, of the zone or of UTC, days are meant: no city publishes only then."""
    stated = [moment.at for moment in moments if moment and _is_exact(moment)]
    if len(stated) < 2:  # noqa: PLR2004  # one midnight may be chance
        return moments
    if all(_is_midnight(at.astimezone(zone)) for at in stated):
        return [moment and (replace(moment, precision="day") if _is_exact(moment) else moment) for moment in moments]
    if all(_is_midnight(at) for at in stated):
        return [moment and _that_day(moment, zone) for moment in moments]
    return moments


def _is_exact(moment: Moment) -> bool:
    return moment.precision in {"second", "minute"}


def _is_midnight(at: datetime) -> bool:
    return at.hour == at.minute == at.second == 0


def _that_day(moment: Moment, zone: ZoneInfo) -> Moment:
    """A day without a time, made a midnight of UTC on its way here, is that day in its own zone again."""
    if not _is_exact(moment):
        return moment
    day = moment.at.replace(tzinfo=zone).astimezone(UTC)
    return replace(moment, at=day, precision="day")


def _provenance(entry: Entry, setting: Setting) -> Provenance | None:
    source = entry.provenance
    if source is None or not (source.id or source.url or source.feed_url):
        return None
    updated = _moment(entry.source_updated, "feed", setting)
    return Provenance(
        id=source.id if identity.is_iri(source.id) else "",
        title=_line(Text(source.title)),
        url=_web(source.url, setting.address) if source.url else "",
        feed_url=_web(source.feed_url, setting.address) if source.feed_url else "",
        rights=_line(Text(source.rights)),
        updated=updated.at if updated else None,
    )


def _provenance_of(head: Head, setting: Setting) -> Provenance:
    """The feed itself, for entries that name no other."""
    updated = _moment(head.updated, "feed", setting)
    return Provenance(
        id=head.id if identity.is_iri(head.id) else "",
        title=_line(head.title),
        url=_web(head.url, setting.address) if head.url else "",
        feed_url=_web(head.feed_url, setting.address),
        rights=_line(head.rights),
        updated=updated.at if updated else None,
    )
