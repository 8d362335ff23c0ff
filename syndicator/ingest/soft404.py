"""Answers of success that are none: the home page, a list, a login or an error page where an article was. Pure.

After a relaunch portals answer so for every old address. What is stored stays as it was; that the address answers is no
reason to change an article, and none to take it back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from syndicator.ingest.identity import canonical, fingerprint, words
from syndicator.ingest.overlap import share_of_runs, share_of_words, words_in
from syndicator.model import Draft, Failed, Remembered
from syndicator.text import fold, shorten

_UNLIKE = 0.3  # of the telling words of a headline: fewer in common, and it is another one
_FOREIGN = 0.1  # of the runs of a text; a contact and a closing formula are common to all articles of a portal
_LISTED = 20  # headlines of a list that are looked for in a text
_MOST_NAMED = 5  # of them may stand below an article as "further news"
_TOO_MANY = 3  # addresses of one and the same page: two an article may have
_TELLING = 12  # characters of a headline that does not occur by chance


@dataclass(frozen=True, slots=True)
class Look:
    """One page that was read: the address asked for, the headline by which list or store know it, if they do, what it was read as."""

    asked: str
    expected: str
    draft: Draft


def by_redirect(asked: str, answered: str, list_address: str) -> Failed | None:
    """Whether an article's address leads to the home page, to the list, or to a page above its own."""
    final = canonical(answered)
    if final == canonical(asked):
        return None
    path = urlsplit(final).path.rstrip("/")
    if final != canonical(list_address) and path and not urlsplit(canonical(asked)).path.startswith(f"{path}/"):
        return None
    return Failed("soft-404", f"{asked} leads to {answered}, which is a list or home page and no article.", asked)


def by_memory(asked: str, draft: Draft, stored: Remembered) -> Failed | None:
    """Whether a page has neither the headline nor the text that is stored of its article, not even some of it.

    A source that takes an article back may put anything in its place, as long as it says so.
    """
    if draft.withdrawn or not _is_another(_own_title(draft), stored.title):
        return None
    if share_of_runs(f"{draft.summary}\n{words(draft.body)}", stored.text) > _FOREIGN:
        return None
    return _failed(asked, stored.title, draft)


def impostors(looks: Sequence[Look], listed: Iterable[str] = ()) -> dict[str, Failed]:
    """Which of the pages of one visit are no articles, by the address asked for.

    Those that are one page under addresses of several articles, and those that hold the headlines of the list (`listed`).
    """
    titles = [title for title in listed if len(title) >= _TELLING][:_LISTED]
    pages: dict[str, list[Look]] = {}
    found: dict[str, Failed] = {}
    for look in looks:
        pages.setdefault(fingerprint(_own_title(look.draft), look.draft.body), []).append(look)
        text = words(look.draft.body)
        if sum(title in text for title in titles) > max(_MOST_NAMED, len(titles) // 2):
            found[look.asked] = _failed(look.asked, look.expected, look.draft)
    for same in pages.values():
        if len(same) >= _TOO_MANY and not any(look.expected for look in same):  # a sitemap names addresses alone
            found.update((look.asked, _failed(look.asked, "", look.draft)) for look in same)
        if len({fold(look.expected) for look in same}) > 1:
            foreign = (look for look in same if _is_another(_own_title(look.draft), look.expected))
            found.update((look.asked, _failed(look.asked, look.expected, look.draft)) for look in foreign)
    return found


def _own_title(draft: Draft) -> str:
    """The headline that the page itself states; the one that it was lent from the list tells nothing."""
    return "" if draft.found.get("title") == "list" else draft.title


def _is_another(title: str, expected: str) -> bool:
    if words_in(title) == words_in(expected):
        return False
    return share_of_words(title, expected) < _UNLIKE


def _failed(asked: str, expected: str, draft: Draft) -> Failed:
    article = f"the article “{shorten(expected, 80)}”" if expected else "an article, as others have it, too"
    headline = shorten(draft.title, 80)
    reason = f"{asked} answers with a page that is not {article}; its headline is “{headline}”. What is stored stays."
    return Failed("soft-404", reason, asked)
