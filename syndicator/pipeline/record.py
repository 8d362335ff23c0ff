"""Writing a harvest down: which draft is which article, and what changed with it."""

import logging
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlite_utils import Database

from syndicator.config import Source
from syndicator.ingest import identity, pace, revise
from syndicator.ingest.embargo import FARTHEST
from syndicator.ingest.ownership import Bond, bond
from syndicator.ingest.recognise import (
    CORRECTION,
    Recent,
    Verdict,
    aliases_of,
    article_meant,
    is_superseded,
    key_of,
    resolve,
    shared_aliases,
)
from syndicator.ingest.sources import looks_again
from syndicator.ingest.standing import inherited
from syndicator.ingest.suspicion import Doubts, doubts_about
from syndicator.ingest.wordings import headline_meant
from syndicator.model import Article, Draft, Harvest, Holder
from syndicator.pipeline import renewal
from syndicator.pipeline.claims import Claim, told
from syndicator.pipeline.filing import Rules
from syndicator.store import articles, tombstones, twins

log = logging.getLogger(__name__)

# A correction is looked for among the articles that its source brought lately.
_LATELY = timedelta(days=14)
_MOST_LATELY = 60
_NEXT = timedelta(microseconds=1)


@dataclass(slots=True)
class Tally:
    """What came of the drafts of a harvest.

    `skipped`: those that are ours or belong to another source; `refused`: those that claim what is another's; `lost`: those that a fault of ours kept out; `held`: new ones
    that do not look like news. `remarks`: what an admin should know of them, in sentences.
    """

    new: int = 0
    changed: int = 0
    withdrawn: int = 0
    skipped: int = 0
    lost: int = 0
    held: int = 0
    refused: int = 0
    remarks: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.withdrawn)


@dataclass(slots=True)
class Recorder:
    """Writes drafts of one source inside one transaction. `host` is that of our own ids.

    With `only_new`, as for old copies, an article that is known stays as it is, unless a copy states that it is newer.
    `repeated`: texts that the articles before had alike. Afterwards `touched` holds the numbers of the articles that were new
    or changed, `left_out` the addresses and keys of the lost, `admitted` the drafts of new articles that look like news, and `kept`
    those of known articles that do not, whose last good text was kept.
    """

    db: Database
    source: Source
    rules: Rules
    host: str
    now: datetime
    only_new: bool = False
    repeated: Collection[int] = ()
    doubts: Doubts = field(default_factory=Doubts)
    admitted: list[Draft] = field(default_factory=list)
    kept: list[Draft] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    left_out: set[str] = field(default_factory=set)
    claims: list[Claim] = field(default_factory=list)
    texts: set[int] = field(default_factory=set)  # numbers of those whose text or date is new
    known: dict[str, int] = field(
        default_factory=dict
    )  # of the drafts at hand: alias → number of the article it belongs to
    buried: dict[str, datetime] = field(default_factory=dict)  # of the drafts at hand: key → when its feed took it back

    def record(self, harvest: Harvest) -> Tally:
        """Store what is new or changed, the oldest first, so that of two articles of one day the list's order is kept."""
        shared = shared_aliases(harvest.drafts, self.source.url)
        drafts = harvest.drafts[::-1]
        names = (self.source.title, self.source.name, self.source.city, f"Stadt {self.source.city}")
        self.doubts = doubts_about(drafts, filter(None, names), self.repeated)
        self._look_up(drafts, shared)
        renewal.adopt(self.db, self.source.name, harvest, shared, self.known)
        self.db.execute("SAVEPOINT drafts")
        try:
            tally = self._record_all(drafts, shared)
        except Exception as error:  # one that cannot be stored stops neither the others nor the source: which is it?
            if _is_of_the_store(error):
                raise
            self.db.execute("ROLLBACK TO drafts")
            for noted in (self.touched, self.texts, self.admitted, self.kept, self.claims):
                noted.clear()
            tally = self._record_singly(drafts, shared)
        self.db.execute("RELEASE drafts")
        twins.put_off(self.db, self.texts)
        for key in harvest.withdrawn:
            self._withdraw(key, harvest.buried.get(key), tally)
        tally.refused = len(self.claims)
        tally.remarks += told(self.claims)
        return tally

    def _record_all(self, drafts: Sequence[Draft], shared: frozenset[str]) -> Tally:
        tally = Tally()
        for draft in drafts:
            self._record(draft, shared, tally)
        return tally

    def _record_singly(self, drafts: Sequence[Draft], shared: frozenset[str]) -> Tally:
        tally = Tally()
        for draft in drafts:
            self.db.execute("SAVEPOINT draft")
            self._look_up((draft,), shared)
            try:
                self._record(draft, shared, tally)
            except Exception as error:
                if _is_of_the_store(error):
                    raise
                self.db.execute("ROLLBACK TO draft")
                log.exception("%s: the article %s could not be stored", self.source.name, draft.address or draft.key)
                tally.lost += 1
                self.left_out.update((draft.address, draft.key, *draft.aliases))
            self.db.execute("RELEASE draft")
        return tally

    def _look_up(self, drafts: Sequence[Draft], shared: frozenset[str]) -> None:
        """Ask once for all of them; what they add is noted as it is added."""
        aliases = {alias for draft in drafts for alias in aliases_of(draft, shared)}
        self.known.clear()
        self.known.update(articles.known_aliases(self.db, self.source.name, aliases))
        if self.source.kind == "feed":
            self.buried = tombstones.since(self.db, self.source.name, [draft.key for draft in drafts])

    def _record(self, draft: Draft, shared: frozenset[str], tally: Tally) -> None:
        aliases = aliases_of(draft, shared)
        verdict = resolve(draft, self.source.name, self.host, aliases, self.known, self._holder, self.rules.feeds)
        if verdict.decision == "new" and headline_meant(draft.title) and (n := self._meant(draft)) is not None:
            self._correct(n, draft, aliases, tally)
        elif verdict.decision == "new":
            self._admit(draft, verdict, aliases, shared, tally)
        elif verdict.decision == "claimed":
            self.claims.append(Claim(verdict.owner, draft.original_id or draft.key))
        elif verdict.article is None:
            tally.skipped += 1
        elif verdict.decision == "elsewhere":
            self._further(articles.by_number(self.db, verdict.article), draft, verdict.bond, aliases, tally)
        else:
            self._revise(verdict.article, draft, aliases, tally)

    def _holder(self, id_: str) -> Holder | None:
        return articles.holder(self.db, id_)

    def _further(
        self, before: articles.Stored, draft: Draft, bond: Bond, aliases: Collection[str], tally: Tally
    ) -> None:
        """What else brings an article that another source holds: it takes it over, or brings a newer text of it, or nothing."""
        old, orphaned = before.article, not self.rules.feeds.is_read(before.article.source)
        if orphaned or (bond == "own" and old.is_republished):
            articles.move_aliases(self.db, before.n, self.source.name, aliases)
            self._note_aliases(before.n, aliases)
            digest = identity.text_digest(draft.title, draft.summary or old.summary, draft.body or old.body)
            changed = digest != before.digest and not draft.withdrawn
            self._replace(before, revise.taken_over(old, draft, self.source, self.now, text_changed=changed), tally)
        elif (bond == "own" or old.is_republished) and not draft.withdrawn and revise.is_newer(old, draft, self.now):
            self._replace(before, self._next_state(before, draft), tally)
        else:
            tally.skipped += 1

    def _admit(
        self, draft: Draft, verdict: Verdict, aliases: Collection[str], shared: frozenset[str], tally: Tally
    ) -> None:
        if draft.withdrawn or self._is_buried(draft):  # never seen here: nothing of it would have to be taken back
            tally.skipped += 1
            return
        id_ = self._id(draft, verdict, shared)
        categories = self.rules.categories_of(draft, self.source.name)
        article = revise.first_state(draft, self.source, id_, verdict.original_id, self.now, categories)
        doubt = self.doubts.about(draft.title, draft.summary, draft.body)
        if doubt and article.status in {"live", "embargoed"}:
            article = revise.held(article, "watchman", doubt)
        article, filed = self.rules.file(article, filed=True)
        if self.source.kind != "feed":
            article = self._behind_others(article)
        digest = identity.text_digest(article.title, article.summary, article.body)
        n = articles.insert(self.db, article, filed, digest, aliases, self.now, self._recheck_at(article))
        self._note_aliases(n, aliases)
        self.touched.add(n)
        self.texts.add(n)
        if article.decided == "watchman":
            tally.held += 1
        else:
            self.admitted.append(draft)
            tally.new += 1
        if draft.published and draft.published.at > self.now + FARTHEST:
            day = f"{draft.published.at:%Y-%m-%d}"
            tally.remarks.append(
                f"{draft.address or draft.title} is dated {day}, which is too far ahead: it is ordered by its first sight."
            )

    def _is_buried(self, draft: Draft) -> bool:
        """Whether its feed has taken it back already, and it is no newer than that."""
        if (at := self.buried.get(draft.key)) is None:
            return False
        last = draft.updated or draft.published
        return last is None or last.at <= at

    def _behind_others(self, article: Article) -> Article:
        """The article a microsecond behind those of its city that have the same instant, as portals date by days.

        The order of their list is kept by it, here and, as feeds tell it, wherever the article is passed on. What comes from
        a feed is left as it is: others may read that, too, and it has to stand alike in all stores.
        """
        last = articles.last_of_second(self.db, article.city, article.sort_at)
        return replace(article, sort_at=last + _NEXT) if last else article

    def _recheck_at(self, article: Article) -> datetime | None:
        """None for what has no page of its own: the list shows it, or it is one of several on a page."""
        if not looks_again(self.source) or "#" in article.address or article.address == self.source.url:
            return None
        if article.status == "embargoed" and article.embargo_until:
            besides = pace.before_embargo(article.embargo_until, self.source.every)
            return pace.next_recheck(article.sort_at, self.now, besides)
        since = article.first_seen if article.decided == "watchman" else article.sort_at
        return pace.next_recheck(since, self.now)

    def _meant(self, draft: Draft) -> int | None:
        """The number of the article that a new draft corrects or withdraws, as its headline says.

        What an admin took back stays with the admin: a correction of that is an article of its own.
        """
        latest = articles.latest(self.db, self.source.name, self.now - _LATELY, _MOST_LATELY)
        recent = [
            Recent(stored.n, stored.article.title, f"{stored.article.summary}\n{identity.words(stored.article.body)}")
            for stored in latest
            if (stored.article.status, stored.article.decided) != ("retracted", "admin")
        ]
        return article_meant(draft.title, f"{draft.summary}\n{identity.words(draft.body)}", recent)

    def _correct(self, n: int, draft: Draft, aliases: Collection[str], tally: Tally) -> None:
        """What comes under an address of its own is the next version of the article, and the one before counts no more."""
        before = articles.by_number(self.db, n)
        draft = inherited(before.article, replace(draft, found={**draft.found, CORRECTION: "\n".join(aliases)}))
        self._change(before, draft, aliases, tally)

    def _id(self, draft: Draft, verdict: Verdict, shared: frozenset[str]) -> str:
        if verdict.original_id:
            return verdict.original_id
        year = (draft.published.at if draft.published else self.now).year
        key = key_of(draft, shared)
        minted = identity.mint(self.host, year, self.source.name, key)
        if articles.is_taken(self.db, minted):  # an address that was another article's before
            minted = identity.mint(self.host, year, self.source.name, f"{key}~{identity.fingerprint(draft.title)}")
        return minted

    def _revise(self, n: int, draft: Draft, aliases: Collection[str], tally: Tally) -> None:
        before = articles.by_number(self.db, n)
        stored = before.article
        if stored.source != self.source.name:  # it is with another source now
            held = Holder(
                n, stored.source, stored.address, before.digest, stored.status, stored.is_republished, stored.provenance
            )
            self._further(before, draft, bond(draft, self.source.name, held, self.rules.feeds), aliases, tally)
        elif is_superseded(stored.found, aliases) or self._is_old(stored, draft):
            return
        else:
            self._change(before, draft, aliases, tally)

    def _is_old(self, article: Article, draft: Draft) -> bool:
        """Whether a feed shows it as it was at an earlier time than it is stored."""
        if self.only_new:
            return not revise.is_newer(article, draft, self.now)
        return self.source.kind == "feed" and revise.is_outdated(article, draft, self.now)

    def _change(self, before: articles.Stored, draft: Draft, aliases: Collection[str], tally: Tally) -> None:
        further = [alias for alias in aliases if alias not in self.known]
        articles.add_aliases(self.db, before.n, self.source.name, further)
        self._note_aliases(before.n, further)
        article = self._replace(before, self._next_state(before, draft), tally)
        if before.recheck_at and before.recheck_at <= self.now:
            articles.set_recheck(self.db, before.n, self._recheck_at(article))

    def _replace(self, before: articles.Stored, article: Article, tally: Tally) -> Article:
        """Store the article as it is now, if that is another state than before; the article, filed."""
        article, filed = self.rules.file(article)
        if article != before.article or filed != before.filed:
            digest = identity.text_digest(article.title, article.summary, article.body)
            articles.replace(self.db, before, article, filed, digest, self.now)
            self.touched.add(before.n)
            if (digest, article.sort_at) != (before.digest, before.article.sort_at):
                self.texts.add(before.n)
            if article.status == "retracted":
                tally.withdrawn += 1
            else:
                tally.changed += 1
        return article

    def _note_aliases(self, n: int, aliases: Collection[str]) -> None:
        for alias in aliases:
            self.known.setdefault(alias, n)

    def _next_state(self, before: articles.Stored, draft: Draft) -> Article:
        old = before.article
        title, summary, body = draft.title or old.title, draft.summary or old.summary, draft.body or old.body
        if (summary, body) != (old.summary, old.body) and _is_untouched((summary, body), old):
            draft, summary, body = replace(draft, summary=old.summary, body=old.body), old.summary, old.body
        changed = identity.text_digest(title, summary, body) != before.digest
        if changed and not draft.withdrawn and self._keeps(old, draft, self.doubts.about(title, summary, body)):
            return old
        flapping = changed and self._is_flapping(before.n)
        article = revise.next_state(old, draft, text_changed=changed, flapping=flapping, now=self.now)
        cleared = changed and article.status == "held" and article.decided == "watchman"
        return revise.cleared(article, draft, self.now) if cleared else article

    def _keeps(self, old: Article, draft: Draft, doubt: str) -> bool:
        """Whether the last good text stays, as the new one is doubtful; what an admin let out once is not doubted again."""
        if not doubt or old.decided == "admin":
            return False
        if old.status in {"live", "embargoed"}:
            self.kept.append(draft)
        return True

    def _is_flapping(self, n: int) -> bool:
        since = self.now - timedelta(days=1)
        return articles.revisions_since(self.db, n, since) >= revise.MOST_REVISIONS_A_DAY

    def _withdraw(self, key: str, when: datetime | None, tally: Tally) -> None:
        """A tombstone reaches only what this very source brought (FeedWordPress' rule), or what has an id of its host."""
        draft = Draft(key=key, address="", title="", original_id=key)
        known = articles.known_aliases(self.db, self.source.name, aliases_of(draft))
        numbers = dict.fromkeys(known.values())
        if not numbers and (held := self._holder(key)):
            numbers = {held.n: None}
        if not numbers and when:
            tombstones.note(self.db, self.source.name, key, when)
            tombstones.trim(self.db, self.source.name)
        for n in numbers:
            before = articles.by_number(self.db, n)
            article = before.article
            if article.status == "retracted" or is_superseded(article.found, known):
                continue
            if article.source != self.source.name and not self.rules.feeds.is_at_home(self.source.name, key):
                if not self.rules.feeds.are_akin(self.source.name, article.source):
                    self.claims.append(Claim("" if identity.is_ours(self.host, key) else article.source, key))
                continue
            last = revise.last_stated(article)
            if when is None or last is None or last <= when:
                after = revise.retracted(article, self.now, when=when)
                articles.replace(self.db, before, after, before.filed, before.digest, self.now)
                tally.withdrawn += 1


def _is_untouched(texts: tuple[str, str], old: Article) -> bool:
    return all(map(identity.is_untouched, texts, (old.summary, old.body)))


def _is_of_the_store(error: Exception) -> bool:
    """Whether it is the database that fails, as on a full disk, and no single row that it does not take.

    SQLite may have undone the whole transaction then, savepoints included.
    """
    of_a_row = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError, sqlite3.InterfaceError)
    return isinstance(error, sqlite3.Error | MemoryError) and not isinstance(error, of_a_row)
