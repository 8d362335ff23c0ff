"""What all formats say of an article, decided once: so Atom, RSS, JSON and the page for people cannot disagree. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser

from syndicator.config import Category, Publish, Site, Source
from syndicator.model import Alternate, Article, Author, Image, Label, Provenance
from syndicator.publish import addresses, bounds, pictures
from syndicator.publish.licences import licence
from syndicator.text import balanced, shorten, slug, squeeze, xml_safe

EXCERPT_LIMIT = 400
_WITHDRAWN = "Zurückgezogen"
WITHDRAWN = f"{_WITHDRAWN}:"  # before a headline; `ingest.wordings` and many a reader of people understand it
_WITHDRAWN_SENTENCE = "Diese Meldung wurde zurückgezogen."
_EXCERPT_SOURCE = 20_000  # characters of HTML that are read for an excerpt
_AHEAD = timedelta(days=1)  # by which a date may lie in the future: a day begins earlier elsewhere, clocks differ

_BLOCK = re.compile(
    r"<(?=/?(?:p|div|h[1-6]|li|ul|ol|br|tr|td|th|table|blockquote|pre|section|article)\b)", re.IGNORECASE
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")
_MAIL = re.compile(r"[^@\s<>()]+@[^@\s<>()]+")
_TYPES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "svg": "image/svg+xml",
}


class Term(NamedTuple):
    """A word under which an article is filed: `name` within the vocabulary `axis`, which `scheme` identifies (RFC 4287, 4.2.2).

    `shared`: the vocabulary is not one of this service alone.
    """

    axis: str
    scheme: str
    name: str
    label: str
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Twin:
    """Where the same press release stands as well.

    `publisher` is the title of its source, empty where that is the one of the article shown. `link` is empty where it has
    no page of its own.
    """

    id: str
    link: str
    title: str
    city: str
    publisher: str


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """An article as it goes out; of what `resolve` gives for the same article under the same setting, there is one.

    Texts hold only what XML can carry. Instants are in the site's time zone and whole seconds, as RSS knows no finer ones.
    `body` is empty where only summaries go out, and ends with a link to the whole text where it was `cut`; `summary` is the
    source's, or else the beginning of the text, or else the title, so that no entry is without words; `link` is the article,
    or our own page of it where it has no address. `license` is an address. An empty string means: not known.
    `published` is empty as well where the source states a day that was yet to come when it did. `topics` are those of the
    terms that have a feed of their name.
    """

    id: str
    link: str
    title: str
    summary: str
    body: str
    cut: bool
    published: datetime | None
    updated: datetime
    authors: tuple[Author, ...]
    terms: tuple[Term, ...]
    topics: tuple[Term, ...]
    pictures: tuple[Image, ...]
    language: str
    rights: str
    license: str
    origin: Provenance | None
    city: str
    district: str
    source: str
    alternates: tuple[Twin, ...]
    available: str  # where it stands in the order of feeds, to the microsecond, in UTC
    article: Article
    published_iso: str  # in every format, and slow to make
    updated_iso: str

    @property
    def publisher(self) -> str:
        """Who published the article first."""
        origin = self.origin
        return ((origin.publisher or origin.title) if origin else "") or self.source

    @property
    def has_page(self) -> bool:
        """Whether its text can be read on our own page, which is another than the one it links; a feed's last entry has none."""
        return bool(self.body and self.article.source) and not self.link.endswith(self.article.slug)


@dataclass(frozen=True, slots=True)
class Setting:
    """What of the configuration an entry depends on."""

    site: Site
    publish: Publish
    sources: Mapping[str, Source]
    categories: Mapping[str, Category]

    def is_same(self, other: "Setting") -> bool:
        """Whether both certainly say the same; what belongs to one configuration is not compared piece by piece."""
        mine, others = self.publish, other.publish
        return (
            self.site is other.site
            and self.sources is other.sources
            and self.categories is other.categories
            and (mine.images, mine.content) == (others.images, others.content)
        )


class _Kept(NamedTuple):
    setting: Setting
    entry: Entry


# An article goes out in several feeds and formats, and again in each round that touches one of them. All that is kept of one, in
# every format, is some ten times its body.
_KEPT = 400  # entries
_SHORT = 10_000  # characters of a body
_resolved: dict[str, _Kept] = {}
Write = Callable[..., str]


def resolve(article: Article, setting: Setting) -> Entry:
    """Decide what goes out of an article: pictures by right, dates at the edge, names for what has none."""
    kept = _resolved.get(article.id)
    if kept is not None and kept.setting.is_same(setting) and kept.entry.article == article:
        return kept.entry
    entry = _notice(article, setting) if article.status == "retracted" else _resolve(article, setting)
    if len(article.body) <= _SHORT:
        _resolved[article.id] = _Kept(setting, entry)
        while len(_resolved) > _KEPT:
            _resolved.pop(next(iter(_resolved)), None)
    return entry


def written_once(write: Write) -> Write:
    """What `write` makes of an entry is kept for the next feed and the next round; what is long is made anew."""
    kept = lru_cache(_KEPT)(write)

    def written(entry: Entry, *besides: str) -> str:
        return kept(entry, *besides) if len(entry.body) <= _SHORT else write(entry, *besides)

    return written


def _resolve(article: Article, setting: Setting) -> Entry:
    source = setting.sources.get(article.source)
    shown = pictures.allowed(map(clean_image, article.images), source, setting.publish.images)[: bounds.PICTURES]
    text, cut = bounds.beginning(article.body)
    body = pictures.strip_body(xml_safe(text), shown)
    summary = balanced(shorten(xml_safe(article.summary).strip(), bounds.SUMMARY)) or excerpt(body)
    title = _title(article.title, summary)
    link = _web(article.address) or addresses.article(setting.site, article.slug)
    language = language_tag(article.language)
    zone = setting.site.zone
    published, updated = _published(article, zone), _updated(article, zone)
    terms = _terms(article, setting)
    full = setting.publish.content == "full"
    return Entry(
        id=xml_safe(article.original_id or article.id),
        link=link,
        title=title,
        summary=summary or title,
        body="" if not full else body + bounds.read_on(link, language) if cut else body,
        cut=cut and full,
        published=published,
        updated=updated,
        authors=_authors(article, source),
        terms=terms,
        topics=tuple(
            [term for term in terms if term.axis == "category" and not term.shared and term.name in setting.categories]
        ),
        pictures=shown,
        language=language,
        rights=_word(article.rights or (source.rights if source and not article.is_republished else "")),
        license=_license(article, source),
        origin=_origin(article, source, zone),
        city=_word(article.city),
        district=_word(article.district),
        source=_word(source.title if source else ""),
        alternates=tuple([_twin(alternate, article, setting) for alternate in article.alternates[: bounds.ALTERNATES]]),
        available=article.sort_at.astimezone(UTC).isoformat(timespec="microseconds"),
        article=article,
        published_iso=published.isoformat() if published else "",
        updated_iso=updated.isoformat(),
    )


def _published(article: Article, zone: ZoneInfo) -> datetime | None:
    """A day that was yet to come when the article was last seen to change is an event's, or a slip of the pen.

    Readers would keep it on top until then, and validators warn of it.
    """
    if article.published is None or article.published.at > max(article.first_seen, article.updated) + _AHEAD:
        return None
    return at_edge(article.published.at, zone)


def _updated(article: Article, zone: ZoneInfo) -> datetime:
    """When the text changed. What the source does not state to the second, the article's id tells apart within its second.

    Of a page of news that states days, all would have changed at midnight; a feed whose entries share an instant makes
    validators warn, and readers that sort by it shuffle.
    """
    at = at_edge(article.updated, zone)
    stated = article.published
    by_day = stated is not None and stated.at == article.updated and stated.precision != "second"
    ours = article.updated == article.first_seen or article.updated.microsecond  # our clock's word
    if by_day or ours:
        return at.replace(microsecond=crc32(article.id.encode("utf-8", "replace")) % 999_999 + 1)
    return at


def _notice(article: Article, setting: Setting) -> Entry:
    """What is told of an article that was taken back: that it was, in the source's name, and nothing of its text.

    The term says it to programs, whatever the format, as `ingest.reading` understands it.
    """
    bare = replace(article, summary="", body="", images=(), labels=(), authors=(), alternates=())
    title = _title(article.title, "")
    entry = _resolve(bare, setting)
    return replace(
        entry,
        link=addresses.article(setting.site, article.slug),
        title=shorten(f"{WITHDRAWN} {title}", bounds.TITLE),
        summary=_WITHDRAWN_SENTENCE,
        terms=(*entry.terms, _term(setting.site.url, "status", "withdrawn", _WITHDRAWN)),
    )


def at_edge(instant: datetime, zone: ZoneInfo) -> datetime:
    """The instant as the outside world reads it: in the site's zone, with whole seconds.

    In UTC where the zone has no offset that RFC 3339 can write: local mean time before 1893, the last hours of the year 9999.
    """
    whole = instant.replace(microsecond=0)
    try:
        local = whole.astimezone(zone)
    except OverflowError:
        return whole.astimezone(UTC)
    offset = local.utcoffset() or timedelta()
    return whole.astimezone(UTC) if offset.seconds % 60 else local


def excerpt(body: str) -> str:
    """The beginning of the text of an article's HTML, without headings and captions, on one line."""
    return _excerpt(body[:_EXCERPT_SOURCE]) if body else ""


@lru_cache(256)  # an article goes out in several feeds
def _excerpt(beginning: str) -> str:
    tree = LexborHTMLParser(_BLOCK.sub(" <", beginning))
    pictures.remove(tree.css("figure, h1, h2, h3, h4, h5, h6, script, style"))
    return shorten(squeeze(tree.text()), EXCERPT_LIMIT)


def language_tag(text: str) -> str:
    """The text if it has the form of a language tag (RFC 5646), else nothing."""
    return text if _LANGUAGE.fullmatch(text) else ""


def mail_address(text: str) -> str:
    """The text if it is a mail address, else nothing."""
    return text if _MAIL.fullmatch(text) else ""


def line(text: str) -> str:
    """The text on one line. Joiners and soft hyphens stay, as emoji and some languages need them."""
    return balanced(" ".join(xml_safe(text).split()))


@lru_cache(4096)  # words come back in entry after entry
def _word(text: str) -> str:
    return balanced(shorten(line(text), bounds.WORDS))


def _title(title: str, summary: str) -> str:
    stated = line(title) if squeeze(title) else ""
    return balanced(shorten(stated, bounds.TITLE) or shorten(line(summary), 80)) or "Ohne Titel"


def _authors(article: Article, source: Source | None) -> tuple[Author, ...]:
    """Who is named, else who published it first: what one city wrote must not look like another's in a joint feed."""
    known = tuple(dict.fromkeys(who for who in map(_author, article.authors) if who.name)) if article.authors else ()
    origin = article.provenance
    publisher = ((origin.publisher or origin.title) if origin else "") or (source.title if source else "")
    return known[: bounds.AUTHORS] or ((Author(_word(publisher)),) if publisher else ())


def _author(who: Author) -> Author:
    email = mail_address(xml_safe(who.email)) if who.email else ""
    return Author(_word(who.name or who.email), _web(who.url) if who.url else "", email)


def _terms(article: Article, setting: Setting) -> tuple[Term, ...]:
    home = setting.site.url
    terms = [_term(home, "category", name, _category_title(name, setting.categories)) for name in article.categories]
    own = (setting.categories[name] for name in article.categories if name in setting.categories)
    shared = [_foreign("category", one.scheme, one.term, one.title) for one in own if one.term]
    terms.append(_place(home, "city", article.city))
    terms.append(_place(home, "district", article.district))
    terms += [_of_label(home, label) for label in article.labels[: bounds.TERMS]]
    terms += shared  # behind the entry's own word for the same term, which stays as it came
    if article.kind == "press-invitation":
        terms.append(_term(home, "kind", article.kind, "Presseeinladung"))
    each: dict[tuple[str, str], Term] = {}
    for term in terms:
        if term.name and term.label:
            each.setdefault((term.scheme, term.name), term)
    return tuple(each.values())[: bounds.TERMS]


def _of_label(home: str, label: Label) -> Term:
    """A source's own word, with the vocabulary that it came with, so that a chain of feeds keeps it."""
    if label.scheme:
        return _foreign(label.axis, label.scheme, label.term, label.name)
    return _label(home, label.axis, label.name)


@lru_cache(4096)
def _foreign(axis: str, scheme: str, term: str, label: str) -> Term:
    return Term(axis, addresses.identifier(scheme), _word(term), _word(label), shared=True)


@lru_cache(4096)
def _label(home: str, axis: str, name: str) -> Term:
    """A source's own word; one for a district is that district."""
    return (
        _place(home, axis, name) if axis == "district" else _term(home, slug(axis) or "label", _word(name), _word(name))
    )


@lru_cache(1024)
def _place(home: str, axis: str, name: str) -> Term:
    return _term(home, axis, slug(name)[: bounds.WORDS], _word(name))


@lru_cache(4096)
def _term(home: str, axis: str, name: str, label: str) -> Term:
    return Term(axis, addresses.scheme(home, axis), name, label)


def _category_title(name: str, categories: Mapping[str, Category]) -> str:
    return _word(categories[name].title) if name in categories else name


def _license(article: Article, source: Source | None) -> str:
    own = licence(article.license).address
    by_block = licence(source.license).address if source and not article.is_republished else ""
    return xml_safe(own or by_block)


def _origin(article: Article, source: Source | None, zone: ZoneInfo) -> Provenance | None:
    """The feed that an entry comes from: as it says itself, else the source that we read it in."""
    origin = article.provenance
    if origin is None and article.original_id and source is not None:
        origin = Provenance(title=source.title, feed_url=source.url, rights=source.rights)
    if origin is None:
        return None
    return Provenance(
        id=xml_safe(origin.id).strip(),
        title=_word(origin.title) or _web(origin.url) or _web(origin.feed_url),
        url=_web(origin.url),
        feed_url=_web(origin.feed_url),
        rights=_word(origin.rights),
        publisher=_word(origin.publisher),
        updated=at_edge(origin.updated or article.updated, zone),  # a feed is not older than what it holds
    )


def _twin(alternate: Alternate, shown: Article, setting: Setting) -> Twin:
    source = setting.sources.get(alternate.source)
    publisher = (source.title if source else "") or alternate.city or alternate.source
    return Twin(
        id=xml_safe(alternate.id),
        link=_web(alternate.address),
        title=_title(alternate.title, ""),
        city=_word(alternate.city),
        publisher="" if alternate.source == shown.source else _word(publisher),
    )


def clean_image(image: Image) -> Image:
    """A picture as it would go out, if it may: its address and licence as addresses, texts on one line."""
    return Image(
        url=_web(image.url),
        alt=_word(image.alt),
        caption=_word(image.caption),
        credit=_word(image.credit),
        license=xml_safe(licence(image.license).address),
        type=_media_type(image),
        length=image.length,
        width=image.width,
        height=image.height,
    )


def _media_type(image: Image) -> str:
    """What the source says, else what the address ends in; a table of our own, as that of the system differs by machine."""
    stated = image.type.partition(";")[0].strip().lower()
    if _MEDIA_TYPE.fullmatch(stated):
        return stated
    return _TYPES.get(image.url.split("?")[0].split("#")[0].rsplit(".", 1)[-1].lower(), "")


def _web(address: str) -> str:
    return addresses.web(address) if xml_safe(address) == address else ""
