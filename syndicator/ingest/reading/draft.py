"""Drafts of what a feed says: its texts, dates and addresses put in order. Nothing is guessed."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from html import unescape
from itertools import islice

from syndicator.ingest import identity
from syndicator.ingest.clean import plain
from syndicator.ingest.embargo import SLACK
from syndicator.ingest.markers import marked
from syndicator.ingest.ownership import host_of
from syndicator.ingest.reading.entry import Document, Entry, Head, Text, joined
from syndicator.ingest.reading.moments import Setting, moment, moments, runs_ahead
from syndicator.ingest.reading.texts import line, summary_and_body
from syndicator.ingest.reading.vocabulary import VOCABULARIES, filed, shared
from syndicator.model import REPUBLISHED, Author, Draft, Failed, Image, Label, Moment, Provenance
from syndicator.text import shorten, squeeze, xml_safe

_LONGEST_LINE = 500  # characters of a title, a label
_LONGEST_RIGHTS = 2_000  # what a feed says of itself stands with each of its entries
_LONGEST_KEY = 2_000
_MOST_AUTHORS = 50
_TITLE_FROM_TEXT = 80
_MOST_LABELS = 50
_MOST_IMAGES = 20

_IMG = re.compile(r"<img\b[^>]*>")
_ATTRIBUTE = re.compile(r'\b(src|alt|width|height)="([^"]*)"')
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")


def drafts_of(document: Document, setting: Setting) -> tuple[list[Draft], list[Failed]]:
    """A draft for each entry that holds an article, and what became of the others."""
    entries = document.entries
    published = moments((entry.published for entry in entries), "feed published", setting)
    updated = moments((entry.updated for entry in entries), "feed updated", setting)
    addresses = addresses_of([(entry.links, _base(entry, setting.address)) for entry in entries])
    source = _provenance_of(document.head, setting)
    dates = (first or last for first, last in zip(published, updated, strict=True))
    said = (text for entry in entries for text in (entry.published, entry.updated))
    slack = runs_ahead(dates, said, document.head.updated, setting) + SLACK
    drafts: dict[str, Draft] = {}
    problems = []
    for entry, first, last, found in zip(entries, published, updated, addresses, strict=True):
        draft = _draft(entry, document.head, source, first, last, found, setting)
        if isinstance(draft, Failed):
            problems.append(draft)
        elif draft.key not in drafts:
            drafts[draft.key] = marked(draft, setting.zone, setting.now, slack=slack)
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
    title = line(entry.title)
    summary, body = summary_and_body(entry, setting.address)
    found = {"body": "feed content" if entry.content.value else "feed description"} if body else {}
    if not title:
        title = shorten(summary or plain(body), _TITLE_FROM_TEXT)
        found["title"] = "text"
    address = addresses[0] if addresses else ""
    if not title:
        return _problem("An entry without title and text was left out.", address)
    ident = squeeze(entry.id)
    provenance = _provenance(entry, setting)
    hold = ""
    if entry.draft:
        hold, found["embargo"] = "The feed marks it as a draft.", "app:draft"
    if provenance and not _is_own(provenance, setting.address):
        found[REPUBLISHED] = "entry source"
    first = published or (updated and replace(updated, origin="feed updated"))
    if first:
        found["published"] = first.origin
    said = filed(_labels(entry.labels), head.url, passed_on=provenance is not None)
    if city := line(Text(entry.city or said.city)):
        found["city"] = "stated"
    if vocabularies := shared(head.vocabularies):
        found[VOCABULARIES] = vocabularies
    return Draft(
        key=(ident or address or identity.fingerprint(title, entry.published))[:_LONGEST_KEY],
        address=address,
        title=shorten(title, _LONGEST_LINE),
        summary=summary,
        body=body,
        published=first,
        updated=updated,
        labels=said.labels,
        images=tuple(_images(entry.images, body, setting.address)),
        authors=_authors(entry.authors or (() if provenance else head.authors), setting.address),
        language=language_tag(entry.language or head.language),
        kind=said.kind,
        rights=_rights(entry.rights) or (provenance.rights if provenance else source.rights),
        license=_bounded(entry.license or ("" if provenance else head.license), identity.LONGEST_ADDRESS),
        aliases=tuple(addresses[1:]),
        original_id=_iri(entry.id),
        provenance=_of_entry(
            provenance or source, entry, shorten(line(Text(entry.publisher)), _LONGEST_LINE), passed_on=bool(provenance)
        ),
        withdrawn=entry.withdrawn,
        hold=hold,
        city=shorten(city, _LONGEST_LINE),
        available=_available(entry.available),
        found={**found, "key": "id" if ident else "address" if address else "text"},
    )


def _available(text: str) -> datetime | None:
    """To the microsecond, which other dates are not read to; None for a day or an hour of no zone: that orders nothing."""
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):  # no instant, or one beyond the years that there are
        return None


def _problem(reason: str, address: str) -> Failed:
    return Failed("unreadable", reason, address, permanent=True)


def _labels(labels: Iterable[Label]) -> Iterator[Label]:
    for label in islice(labels, _MOST_LABELS):
        if name := squeeze(unescape(label.name))[:_LONGEST_LINE]:
            yield replace(label, name=name, term=squeeze(unescape(label.term))[:_LONGEST_LINE])


def _authors(authors: Iterable[Author], address: str) -> tuple[Author, ...]:
    clean = (
        Author(
            shorten(line(Text(author.name)), _LONGEST_LINE),
            _web(author.url, address) if author.url else "",
            _bounded(squeeze(author.email), _LONGEST_LINE),
        )
        for author in authors
    )
    return tuple(islice(dict.fromkeys(author for author in clean if author.name), _MOST_AUTHORS))


def _rights(text: Text) -> str:
    return shorten(line(text), _LONGEST_RIGHTS)


def _iri(text: str) -> str:
    """An id that can be passed on as it is; "" for any other."""
    return text if len(text) <= _LONGEST_KEY and identity.is_iri(text) else ""


def _bounded(text: str, most: int) -> str:
    """What loses its meaning when it is shortened: the whole of it or nothing."""
    return text if len(text) <= most else ""


def language_tag(language: str) -> str:
    """A language as it is stated, if it is a tag (RFC 5646); else empty."""
    language = language.strip().replace("_", "-")
    return language if _LANGUAGE.fullmatch(language) else ""


# ---------------------------------------------------------------- addresses and pictures


def addresses_of(linked: Sequence[tuple[Sequence[str], str]]) -> list[tuple[str, ...]]:
    """For each entry, by its links and their base, the addresses under which it is met, canonical.

    Fragments count where they tell the items of one page apart.
    """
    plainly = [identity.canonical(links[0], base) if links else "" for links, base in linked]
    shared = Counter(plainly)
    found = []
    for (links, base), first in zip(linked, plainly, strict=True):
        if first and shared[first] > 1 and "#" in links[0]:
            first = identity.canonical(links[0], base, keep_fragment=True)  # noqa: PLW2901  # the finer one
        others = (identity.canonical(link, base) for link in links[1:])
        found.append(tuple(dict.fromkeys(filter(None, (first, *others)))))
    return found


def _base(entry: Entry, address: str) -> str:
    return joined(address, entry.title.base or entry.content.base)


def _web(url: str, base: str) -> str:
    """The absolute address, if it is one of the web; its parameters are left as they are."""
    whole = _bounded(xml_safe(joined(base, url)).replace(" ", "%20"), identity.LONGEST_ADDRESS)
    return whole if whole.lower().startswith(("http://", "https://")) else ""


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


def _of_entry(source: Provenance, entry: Entry, publisher: str, *, passed_on: bool) -> Provenance:
    """The feed that an entry comes from, with who published it there.

    An entry that states its own rights needs none of the feed, where they come and go with those of others.
    """
    rights = "" if entry.rights.value and not passed_on else source.rights
    return _provenance_with(source, publisher, rights)


@lru_cache(64)  # the entries of a feed have few
def _provenance_with(source: Provenance, publisher: str, rights: str) -> Provenance:
    return replace(source, publisher=publisher, rights=rights)


def _is_own(origin: Provenance, address: str) -> bool:
    """Whether a feed names its own host as where an entry comes from: it is one of several feeds there."""
    return host_of(address) in {host_of(iri) for iri in (origin.id, origin.feed_url, origin.url)}


def _provenance(entry: Entry, setting: Setting) -> Provenance | None:
    source = entry.provenance
    if source is None or not (source.id or source.url or source.feed_url):
        return None
    updated = moment(entry.source_updated, "feed", setting)
    return Provenance(
        id=_iri(source.id),
        title=shorten(line(Text(source.title)), _LONGEST_LINE),
        url=_web(source.url, setting.address) if source.url else "",
        feed_url=_web(source.feed_url, setting.address) if source.feed_url else "",
        rights=_rights(Text(source.rights)),
        updated=updated.at if updated else None,
    )


def _provenance_of(head: Head, setting: Setting) -> Provenance:
    """The feed itself, for entries that name no other."""
    updated = moment(head.updated, "feed", setting)
    return Provenance(
        id=_iri(head.id),
        title=shorten(line(head.title), _LONGEST_LINE),
        url=_web(head.url, setting.address) if head.url else "",
        feed_url=_web(head.feed_url, setting.address),
        rights=_rights(head.rights),
        updated=updated.at if updated else None,
    )
