"""Whether an article may go out: what its source asks for, and what an admin or the watchman has decided. Pure.

- What an admin has decided, only an admin changes: held and retracted articles stay so. One that was released goes out in
  spite of what the source asked for then; what it asks for anew is followed.
- What the watchman holds, an admin releases; the source can still take it back.
- A source's own wish is followed each time that the article is read. It is dropped only when the article was read and
  says no more of it: a page without its text tells nothing, and a wish too much costs an hour, a wish missed cannot be made up for.
- An hour of publication that lies ahead is an embargo for what was never out. A live ticker whose date runs ahead stays.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from syndicator.ingest.markers import BY_PUBLICATION, SHIFTING
from syndicator.model import Article, Decider, Draft, Status

FROM_LIST = "list "
"""How the rule for an embargo begins that the list states: a look at the page alone does not see whether it still does."""

FORMER = "former version, "
"""How it begins where the version stated it that a correction has replaced: that the correction is silent ends nothing."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The fields of an article that say whether it may go out."""

    status: Status = "live"
    decided: Decider = ""
    reason: str = ""
    embargo_until: datetime | None = None


def first_standing(draft: Draft, now: datetime) -> Standing:
    """That of an article that is seen for the first time: what its source asks for."""
    rule = draft.found.get("embargo", "")
    if draft.withdrawn:
        return Standing("retracted", "source", "The source marks it as withdrawn.")
    if draft.hold:
        return Standing("held", "source", draft.hold)
    if draft.embargo and draft.embargo > now:
        return Standing("embargoed", "source", f"The source asks not to publish it yet ({rule}).", draft.embargo)
    return Standing()


def inherited(article: Article, draft: Draft) -> Draft:
    """A correction with what the version before it asked for, if it asks for nothing itself."""
    if draft.embargo or draft.hold or article.decided != "source" or article.status not in {"embargoed", "held"}:
        return draft
    rule = article.found.get("embargo", "").removeprefix(FORMER)
    embargo, hold = (article.embargo_until, "") if article.status == "embargoed" else (None, article.reason)
    return replace(draft, embargo=embargo, hold=hold, found={**draft.found, "embargo": f"{FORMER}{rule}"})


def next_standing(article: Article, draft: Draft, now: datetime) -> Standing:
    """That of an article after another look at it."""
    present = Standing(article.status, article.decided, article.reason, article.embargo_until)
    if article.status == "live" and not (draft.embargo or draft.hold or draft.withdrawn):  # nearly always
        return present
    wish = first_standing(draft, now)
    by_admin = article.decided == "admin"
    if article.status in {"held", "retracted"} and (by_admin or _holds(article, wish)):
        return replace(present, embargo_until=wish.embargo_until or present.embargo_until)
    if by_admin and article.status == "live" and not _is_new(wish, present):
        return present
    following = _followed(article, draft, present, wish, now)
    return replace(following, decided="admin") if by_admin and following.status in {"live", "embargoed"} else following


def _holds(article: Article, wish: Standing) -> bool:
    """Whether the watchman's word is the last one."""
    return article.decided == "watchman" and wish.status != "retracted"


def _is_new(wish: Standing, present: Standing) -> bool:
    """Whether an admin who let the article out knew nothing of this wish."""
    return wish.status == "retracted" or (wish.status == "embargoed" and wish.embargo_until != present.embargo_until)


def _followed(article: Article, draft: Draft, present: Standing, wish: Standing, now: datetime) -> Standing:
    if wish.status == "embargoed" and not _counts(article, draft):
        return present
    if wish.status != "live":
        return replace(wish, embargo_until=wish.embargo_until or present.embargo_until)
    if article.status == "live" or (article.status in {"embargoed", "held"} and not _is_dropped(article, draft)):
        return present
    return Standing(embargo_until=min(now, present.embargo_until) if present.embargo_until else None)


def _counts(article: Article, draft: Draft) -> bool:
    """Whether an embargo holds for what is known already."""
    rule = draft.found.get("embargo", "")
    if rule == BY_PUBLICATION:
        return article.status != "live"
    return not rule.endswith(SHIFTING)


def _is_dropped(article: Article, draft: Draft) -> bool:
    """Whether this draft would state the wish if it still held."""
    rule = article.found.get("embargo", "")
    if rule == BY_PUBLICATION:
        return draft.published is not None
    return not rule.startswith((FROM_LIST, FORMER)) and bool(draft.body or not article.body)
