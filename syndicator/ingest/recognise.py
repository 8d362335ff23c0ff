"""Whether a draft is an article that is known already, a new one, or none that this source may bring. Pure.

Publishers change their keys and addresses, so an article is found again by every one under which it was ever met. Each
is remembered as an alias that tells its nature: "key:" is what the source calls the article, "id:" another name that is
no address, "url:" an address, "text:" the headline of an item that has neither key nor page.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from syndicator.ingest.identity import canonical, fingerprint, is_iri, is_ours, text_digest
from syndicator.ingest.overlap import share_of_runs, share_of_words
from syndicator.ingest.ownership import Bond, Feeds, bond, claims, host_of, names
from syndicator.ingest.wordings import bare_headline, headline_meant, is_withdrawn
from syndicator.model import Draft, Holder
from syndicator.text import fold, squeeze

# http or https, with or without www: one page, also when a whole site moves from one to the other.
_SITE = re.compile(r"https?://(?:www\.)?")
_NOTHING: frozenset[str] = frozenset()

CORRECTION = "correction"
"""Under this name `Article.found` keeps the aliases of the correction that an article has become, one a line."""

_NEARLY = 0.8  # of the telling words of a headline
_MOSTLY = 0.5  # of the runs of words of a text


_NO_FEEDS = Feeds(())


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a draft.

    "new": to be stored; "known": it is `article`; "elsewhere": it is `article`, which another source has brought, and `bond`
    tells what it may do to it; "ours": we have published it ourselves; "claimed": it has an id of `owner`, "" for our own,
    that its feed may not give away. The last two are dropped. `original_id` is the id under which a new article is passed
    on, empty where one has to be minted.
    """

    decision: Literal["new", "known", "elsewhere", "ours", "claimed"]
    article: int | None = None
    original_id: str = ""
    bond: Bond = "own"
    owner: str = ""


def resolve(
    draft: Draft,
    source: str,
    host: str,
    aliases: Iterable[str],
    known: Mapping[str, int],
    holder: Callable[[str], Holder | None] = lambda _: None,
    feeds: Feeds = _NO_FEEDS,
) -> Verdict:
    """Decide what a draft is.

    `host` is that of our own ids, `aliases` what `aliases_of` gives for the draft. `known`: aliases of the same source → its
    article; others must not be in it. `holder` tells who has the article of an id, of whatever source. The first alias
    known decides, and `aliases_of` begins with the strongest.
    """
    if _is_ours(draft, host):
        came_back = draft.provenance is None or names(draft, host) or _is_copy(draft, holder(draft.original_id))
        return Verdict("ours" if came_back else "claimed")
    for alias in aliases:
        if alias in known:
            return Verdict("known", known[alias])
    if not is_iri(draft.original_id):
        return Verdict("new")
    held = holder(draft.original_id)
    if held is None:
        owner = claims(draft, source, feeds)
        return Verdict("claimed", owner=owner) if owner else Verdict("new", original_id=draft.original_id)
    return _elsewhere(draft, source, held, feeds)


def _elsewhere(draft: Draft, source: str, held: Holder, feeds: Feeds) -> Verdict:
    """What becomes of a draft whose id is that of an article already."""
    if held.source == source or (_is_nowhere(draft.original_id) and not _same_page(held.address, draft.address)):
        return Verdict("new")
    what = bond(draft, source, held, feeds)
    if what == "claimed" and not _is_copy(draft, held):
        return Verdict("claimed", held.n, owner=held.source)
    return Verdict("elsewhere", held.n, bond="copy" if what == "claimed" else what)


@dataclass(frozen=True, slots=True)
class Recent:
    """An article that its source brought lately: its number, its headline, and the words of its text."""

    article: int
    title: str
    text: str


def article_meant(title: str, text: str, recent: Sequence[Recent]) -> int | None:
    """Which of the recent articles, the newest first, a new one corrects or withdraws, as its headline says; None for none.

    It is the one whose headline is the same but for the marking; else the one whose headline has nearly the same words, and
    whose text has most of its own. What is only alike is another article, and a withdrawal has no text to compare.
    """
    meant = headline_meant(title)
    if not meant:
        return None
    same = next((one.article for one in recent if bare_headline(one.title) == meant), None)
    if same is not None or is_withdrawn(title):
        return same
    shares = {
        one.article: share_of_runs(text, one.text) for one in recent if share_of_words(meant, one.title) >= _NEARLY
    }
    best = max(shares, key=shares.__getitem__, default=None)
    return best if best is not None and shares[best] >= _MOSTLY else None


def is_superseded(found: Mapping[str, str], aliases: Collection[str]) -> bool:
    """Whether these are the aliases of an old version of an article: its correction came under others, and it alone counts.

    A feed goes on showing both.
    """
    return CORRECTION in found and set(found[CORRECTION].split("\n")).isdisjoint(aliases)


def aliases_of(draft: Draft, shared: frozenset[str] = _NOTHING) -> tuple[str, ...]:
    """Every alias under which a draft is to be looked up and remembered, the strongest first, each once."""
    aliases = _all_aliases(draft.key, draft.original_id, draft.aliases, draft.address)
    if not shared.isdisjoint(aliases):
        aliases = tuple(alias for alias in aliases if alias not in shared)
    return aliases or (f"text:{_headline_key(draft)}",)


@lru_cache(maxsize=512)  # asked several times for each draft of a harvest
def _all_aliases(key: str, original_id: str, others: tuple[str, ...], address: str) -> tuple[str, ...]:
    named = [_name("key", key), *(map(_alias, dict.fromkeys((key, original_id, *others)))), _url_alias(address)]
    return tuple(dict.fromkeys(filter(None, named)))


def key_of(draft: Draft, shared: frozenset[str] = _NOTHING) -> str:
    """What an id is minted from: the source's own key, else the address, else the headline and its date."""
    if draft.key and _name("key", draft.key) not in shared:
        return draft.key
    alias = _url_alias(draft.address)
    return canonical(draft.address, keep_fragment=True) if alias and alias not in shared else _headline_key(draft)


def shared_aliases(drafts: Iterable[Draft], source_url: str = "") -> frozenset[str]:
    """Aliases in one harvest that tell no article from another: different drafts claim them.

    Feeds link all their items to one page or give them one guid. The source's own address tells none apart either. The
    same draft twice, one key at two addresses, and two versions under one key are one article.
    """
    first: dict[str, Draft] = {}
    own = _url_alias(source_url)
    shared = {own} if own else set()
    for draft in drafts:
        shared |= {alias for alias in aliases_of(draft) if _are_two(first.setdefault(alias, draft), draft, alias)}
    return frozenset(shared)


def _are_two(one: Draft, other: Draft, alias: str) -> bool:
    """Whether two drafts of one harvest that claim an alias are two articles, and not one that was sent twice."""
    if one is other:
        return False
    titles_differ = fold(one.title) != fold(other.title)
    dates_differ = one.published != other.published
    if one.key and one.key == other.key:
        is_key = alias in {_name("key", one.key), _alias(one.key)}
        return is_key and titles_differ and (dates_differ or one.address != other.address)
    return titles_differ or dates_differ


def _is_ours(draft: Draft, host: str) -> bool:
    ids = [draft.original_id, draft.key, draft.provenance.id if draft.provenance else ""]
    return any(is_ours(host, iri) for iri in ids)


def _is_copy(draft: Draft, held: Holder | None) -> bool:
    """Whether it is the same text at the same address: passed on without its source, but as it is."""
    if held is None or not _same_page(held.address, draft.address):
        return False
    return text_digest(draft.title, draft.summary, draft.body) == held.digest


def _is_nowhere(iri: str) -> bool:
    """Whether an id names a host that is everybody's own, as a CMS gives away that does not know its name."""
    host = host_of(iri)
    return bool(host) and "." not in host


def _name(nature: str, text: str) -> str:
    name = squeeze(text)
    return f"{nature}:{name}" if name else ""


@lru_cache(maxsize=4096)
def _alias(text: str) -> str:
    return _url_alias(text) if canonical(text) else _name("id", text)


@lru_cache(maxsize=4096)  # asked several times for each draft, and each time it is a walk through the address
def _url_alias(address: str) -> str:
    """An address as an alias; none for the bare home page of a site, which is no article."""
    place = _SITE.sub("", canonical(address, keep_fragment=True), count=1)
    return f"url:{place}" if place.partition("/")[2] else ""


def _same_page(one: str, other: str) -> bool:
    return bool(alias := _url_alias(one)) and alias == _url_alias(other)


def _headline_key(draft: Draft) -> str:
    day = draft.published.at.date().isoformat() if draft.published else ""
    return fingerprint(fold(draft.title), day)
