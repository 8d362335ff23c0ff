"""What a draft makes of an article: its first state, or its next one. Pure.

`updated` moves when the text changes, and only then. What a later visit does not find is not lost: an empty field keeps
what was known.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from syndicator.config import Source
from syndicator.ingest.markers import BY_PUBLICATION
from syndicator.ingest.reading.vocabulary import VOCABULARIES
from syndicator.ingest.recognise import CORRECTION
from syndicator.ingest.standing import first_standing, next_standing
from syndicator.model import Article, Decider, Draft, Moment, Provenance, Status

MOST_REVISIONS_A_DAY = 12
"""A text that changes more often is flapping: it is kept up to date, but no longer announced as updated."""

NOTICE = timedelta(days=30)
"""For how long feeds tell whoever has an article that it was taken back, or what it says now, however old it is."""

_LATE = timedelta(hours=1)  # behind the publication: by then others may have the article as it was before

STATED = "stated"
"""Under this name `Article.found` keeps when its source says that the text changed, where `updated` is not that: "" for never."""

_CLOCKS = timedelta(minutes=5)
_FINENESS = {"month": 0, "week": 1, "day": 2, "minute": 3, "second": 4}


def first_state(
    draft: Draft,
    source: Source,
    id: str,  # noqa: A002
    original_id: str,
    now: datetime,
    categories: tuple[str, ...] = (),
) -> Article:
    """The article as it is first seen.

    `updated` is what the source states, the change or else the publication; the first sight where it states nothing.
    """
    published, standing = draft.published, first_standing(draft, now)
    latest = min(draft.not_after or now, now)
    article = Article(
        id=id,
        source=source.name,
        key=draft.key or draft.address,
        address=draft.address,
        title=draft.title,
        summary=draft.summary,
        body=draft.body,
        published=published,
        updated=_first_update(draft, now) or latest,
        first_seen=now,
        sort_at=_told(draft, now) or _sort_at(published, latest),
        status=standing.status,
        city=draft.city or source.city,
        district=_district(draft),
        categories=categories,
        labels=draft.labels,
        images=draft.images,
        authors=draft.authors,
        language=draft.language,
        kind=draft.kind,
        rights=draft.rights or ("" if draft.is_republished else source.rights),
        license=draft.license or ("" if draft.is_republished else known_license(source)),
        original_id=original_id,
        provenance=draft.provenance,
        revision=1,
        found=_found(draft),
        embargo_until=standing.embargo_until,
        decided=standing.decided,
        reason=standing.reason,
    )
    return _out_of_turn(article, now) if article.updated - article.sort_at > _LATE else article


def next_state(article: Article, draft: Draft, *, text_changed: bool, flapping: bool, now: datetime) -> Article:
    """The article after another look at it; equal to `article` when nothing but bytes changed.

    Its categories and what the source's block says are those of before: who knows the rules files it anew.
    """
    standing = next_standing(article, draft, now)
    if draft.withdrawn:  # its text is the notice of that, if it has any
        if standing.status == article.status:
            return article
        when = draft.updated.at if draft.updated else None
        taken_back = retracted(article, now, standing.decided, standing.reason, when)
        notice = {CORRECTION: draft.found[CORRECTION]} if CORRECTION in draft.found else {}
        return replace(taken_back, found={**taken_back.found, **notice}) if notice else taken_back
    published = _better(article.published, draft.published)
    if draft.published and article.found.get("embargo") == BY_PUBLICATION and article.status == "embargoed":
        published = draft.published
    comes_out = standing.status == "live" != article.status
    stays_back = standing.status == "retracted"
    announced = text_changed and not flapping
    updated = _next_update(article, draft, now) if (announced and not stays_back) or comes_out else article.updated
    after = replace(
        article,
        address=draft.address or article.address,
        title=draft.title or article.title,
        summary=draft.summary or article.summary,
        body=draft.body or article.body,
        published=published,
        updated=updated,
        sort_at=_told(draft, now) or _next_sort_at(article, published, standing.embargo_until, now),
        status=standing.status,
        city=draft.city or article.city,
        district=_district(draft) or article.district,
        labels=draft.labels if draft.labels or VOCABULARIES in draft.found else article.labels,
        images=draft.images or article.images,
        authors=draft.authors or article.authors,
        language=draft.language or article.language,
        kind=draft.kind,
        rights=draft.rights or article.rights,
        license=draft.license or article.license,
        provenance=_steady(article.provenance, draft.provenance),
        revision=article.revision + 1 if announced else article.revision,
        found=_noted({**_without_vocabularies(article.found), **_found(draft)}, article, draft, updated),
        embargo_until=standing.embargo_until,
        decided=standing.decided,
        reason=standing.reason,
    )
    return after if stays_back or updated == article.updated else _out_of_turn(after, now)


def _out_of_turn(article: Article, now: datetime) -> Article:
    """The article with the time for which feeds carry it though newer ones have taken its place, as it changed."""
    until = article.updated + NOTICE
    return replace(article, notice_until=until if article.status == "live" and until > now else None)


def by_block(article: Article, source: Source) -> Article:
    """The article with what the block of its source says now; the article's own word for its rights and its city stands.

    The block says nothing of what its source only passes on.
    """
    kept = article.found if not article.is_republished else {"rights", "license"}
    rights = article.rights if "rights" in kept else source.rights
    license = article.license if "license" in kept else known_license(source)  # noqa: A001
    city = article.city if "city" in article.found else source.city
    if (article.city, article.rights, article.license) == (city, rights, license):
        return article
    return replace(article, city=city, rights=rights, license=license)


def known_license(source: Source) -> str:
    """The licence of a source's texts; "" where it is not known."""
    return "" if source.license == "unknown" else source.license


def retracted(
    article: Article, now: datetime, by: Decider = "source", reason: str = "", when: datetime | None = None
) -> Article:
    """The article taken back: it keeps its text in the store, and leaves every feed. Those that had it tell so for a while.

    `when` is the source's own word for that, and passed on as it is: what is newer than that lives (RFC 6721, 3).
    What the source took back rises again when the source brings it again; what an admin took back does not.
    """
    if article.status == "retracted":
        return replace(article, decided=by, reason=reason)
    notice_until = now + NOTICE if article.was_out or article.status == "live" else None
    stated = when if when and article.updated < when <= now else None
    article = replace(article, updated=stated) if stated else _moved(article, _newer(article, now))
    return replace(article, status="retracted", decided=by, reason=reason, notice_until=notice_until)


def _moved(article: Article, updated: datetime) -> Article:
    """The article with an `updated` that is our word, and not that of the feed that brought it."""
    if article.provenance is None or updated == article.updated:
        return replace(article, updated=updated)
    last = last_stated(article)
    return replace(article, updated=updated, found={**article.found, STATED: last.isoformat() if last else ""})


def last_stated(article: Article) -> datetime | None:
    """When its source says that the stored text changed, or was taken back; None where it does not say."""
    if STATED in article.found:
        return datetime.fromisoformat(article.found[STATED]) if article.found[STATED] else None
    return None if article.updated == article.first_seen else article.updated


def is_outdated(article: Article, draft: Draft, now: datetime) -> bool:
    """Whether a draft is a copy of a time before the article as it is stored: by the `updated` that its feed states, and no other.

    What was taken back at an instant lives again by what is newer (RFC 6721, 3).
    """
    stated, last = _first_update(draft, now), last_stated(article)
    if draft.updated is None or stated is None or last is None:
        return False
    if draft.updated.at > now and article.status != "retracted":  # an instant that has not come tells no order
        return False
    buried = article.status == "retracted" and STATED not in article.found and not draft.withdrawn
    return stated <= last if buried else stated < last


def is_newer(article: Article, draft: Draft, now: datetime) -> bool:
    """Whether a draft's feed states that it is of a time after the article as it is stored."""
    stated, last = _first_update(draft, now), last_stated(article)
    return draft.updated is not None and stated is not None and last is not None and stated > last


def taken_over(article: Article, draft: Draft, source: Source, now: datetime, *, text_changed: bool) -> Article:
    """The article as the feed has it that stands nearer to its owner than the one that brought it: that is its source from now on."""
    base = replace(
        article,
        source=source.name,
        city=source.city,
        key=draft.key or draft.address,
        rights="" if draft.is_republished else source.rights,
        license="" if draft.is_republished else known_license(source),
        provenance=draft.provenance,
        found={},
    )
    after = next_state(base, draft, text_changed=text_changed, flapping=False, now=now)
    stated = _first_update(draft, now)
    if stated is None or not article.status == after.status == "live":
        return after
    return _out_of_turn(replace(after, updated=stated), now)


def held(article: Article, by: Decider, reason: str) -> Article:
    """The article kept back, out of every feed, until an admin releases it; `reason` is a sentence."""
    return replace(article, status="held", decided=by, reason=reason)


def cleared(article: Article, draft: Draft, now: datetime) -> Article:
    """The article let out by itself, as a later look found a good text.

    What the watchman holds was never out, so it stands as one that is seen for the first time.
    """
    standing = first_standing(draft, now)
    until = standing.embargo_until or article.embargo_until
    return replace(
        article, status=standing.status, decided=standing.decided, reason=standing.reason, embargo_until=until
    )


def released(article: Article, now: datetime, *, despite_embargo: bool = False) -> Article:
    """The article let out by an admin, after whom the watchman does not hold it again; an embargo is still kept, unless told otherwise.

    One that was taken back is newer than the notice of that (RFC 6721, 3).
    """
    embargoed = article.embargo_until is not None and article.embargo_until > now and not despite_embargo
    risen = article.status == "retracted"
    updated = _newer(article, now) if risen else max(now, article.updated) if despite_embargo else article.updated
    sort_at = now if despite_embargo and article.status == "embargoed" else article.sort_at
    status: Status = "embargoed" if embargoed else "live"
    article = _moved(article, updated)
    return _out_of_turn(replace(article, status=status, decided="admin", reason="", sort_at=sort_at), now)


def embargo_over(article: Article) -> Article:
    """The article when its embargo has ended: it stands in feeds as if it had been published at that instant."""
    until = article.embargo_until
    assert until is not None  # it is what ended
    decided: Decider = "admin" if article.decided == "admin" else ""
    sort_at, updated = max(article.sort_at, until), max(article.updated, until)
    return replace(_moved(article, updated), status="live", decided=decided, reason="", sort_at=sort_at)


def _first_update(draft: Draft, now: datetime) -> datetime | None:
    stated = [moment.at for moment in (draft.updated, draft.published) if moment and moment.at <= now]
    return max(stated, default=None)


def _next_update(article: Article, draft: Draft, now: datetime) -> datetime:
    stated = draft.updated.at if draft.updated else now
    if article.status == "retracted":
        return stated if _after(article) <= stated <= now else _newer(article, now)
    return stated if article.updated < stated <= now else max(now, article.updated)


def _noted(found: Mapping[str, str], article: Article, draft: Draft, updated: datetime) -> Mapping[str, str]:
    """What was found, with what the source states of the change where `updated` moved without it."""
    if updated == article.updated or draft.provenance is None:
        return found
    stated = draft.updated.at if draft.updated and draft.updated.at <= updated else None  # a future one tells no order
    rest = {name: rule for name, rule in found.items() if name != STATED}
    return rest if stated == updated else {**rest, STATED: stated.isoformat() if stated else ""}


def _newer(article: Article, now: datetime) -> datetime:
    """Now, but in a later second than before: a tombstone counts for what is not newer than itself (RFC 6721, 3)."""
    return max(now, _after(article))


def _after(article: Article) -> datetime:
    return article.updated + timedelta(seconds=1)


def _told(draft: Draft, now: datetime) -> datetime | None:
    """Where whoever published it first has it, so that all who pass it on have it there. Clocks differ, by less than `_CLOCKS`."""
    return draft.available if draft.available and draft.available <= now + _CLOCKS else None


def _without_vocabularies(found: Mapping[str, str]) -> Mapping[str, str]:
    """What an earlier look found, but for what each look at a feed tells anew."""
    return {name: rule for name, rule in found.items() if name != VOCABULARIES} if VOCABULARIES in found else found


def _sort_at(published: Moment | None, first_seen: datetime) -> datetime:
    return min(published.at, first_seen) if published else first_seen


def _next_sort_at(
    article: Article, published: Moment | None, embargo_until: datetime | None, now: datetime
) -> datetime:
    """What was embargoed came out when that was over."""
    if published == article.published and embargo_until == article.embargo_until:
        return article.sort_at
    came = _sort_at(published, article.first_seen)
    return max(came, embargo_until) if embargo_until and embargo_until <= now else came


def _better(old: Moment | None, new: Moment | None) -> Moment | None:
    """The publication stays what it was, unless none was known or the same day is now told more exactly.

    A date that moves forward, as a live ticker's does, tells of an update.
    """
    if old is None or new is None:
        return old or new
    finer = _FINENESS[new.precision] > _FINENESS[old.precision]
    same_day = abs((new.at - old.at).total_seconds()) < 24 * 3600
    return new if finer and same_day else old


def _steady(old: Provenance | None, new: Provenance | None) -> Provenance | None:
    """A feed's own `updated` moves with every entry it gains: that alone is no news of this one."""
    if old and new and replace(new, updated=old.updated) == old:
        return old
    return new or old


def _district(draft: Draft) -> str:
    return next((label.name for label in draft.labels if label.axis == "district"), "")


def _found(draft: Draft) -> Mapping[str, str]:
    """Which rule filled which field; rights and licence stand here only where the article states them itself."""
    stated = {name: "stated" for name in ("rights", "license") if getattr(draft, name) and name not in draft.found}
    return {**draft.found, **stated} if stated else draft.found
