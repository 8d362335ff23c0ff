"""Whether a draft looks like news, or like an error, a template or the same text again that a page showed in its place. Pure.

What is doubtful is not published: a new article goes into quarantine, and a known one keeps its last good text.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from syndicator.ingest.charset import broken_letters
from syndicator.ingest.error_pages import is_error_text, is_error_title
from syndicator.ingest.identity import words
from syndicator.model import Draft
from syndicator.text import checksum, fold

_FEW = 3  # drafts before they can be too much alike
_LEAST_BODY = 120  # characters of HTML; shorter texts may be alike
_BROKEN = 3  # letters …
_BROKEN_SHARE = 0.005  # … and of a text's characters, before it cannot be read
_BROKEN_IN_TITLE = 2


@dataclass(frozen=True, slots=True)
class Doubts:
    """What is known before a draft is looked at.

    `names`: of its source, folded. `bodies`, `titles`: what too many drafts share. `repeated`: checksums of texts that
    several articles before had alike.
    """

    names: Collection[str] = frozenset()
    bodies: Collection[str] = frozenset()
    titles: Collection[str] = frozenset()
    repeated: Collection[int] = frozenset()

    def about(self, title: str, summary: str, body: str) -> str:
        """Why this does not look like news, as a sentence; "" if it does."""
        return next(self._objections(title, words(body) if body else summary, body), "")

    def _objections(self, title: str, text: str, body: str) -> Iterator[str]:
        folded = fold(title)
        if not any(map(str.isalpha, title)):
            yield "It has no headline."
        if is_error_title(folded):
            yield f"It is headed like an error page: “{title}”."
        if folded in self.names:
            yield f"It is headed with the name of the source only: “{title}”."
        if title in self.titles:
            yield f"All articles that came with it are headed alike: “{title}”."
        if body in self.bodies or (self.repeated and len(body) >= _LEAST_BODY and checksum(body) in self.repeated):
            yield "Other articles that came with it or before it have the very same text."
        if is_error_text(folded, text):
            yield "Its text is that of an error page."
        broken = broken_letters(text)
        if (broken >= _BROKEN and broken >= _BROKEN_SHARE * len(text)) or broken_letters(title) >= _BROKEN_IN_TITLE:
            yield "Its letters are broken, as if read in a wrong encoding."


def doubts_about(drafts: Sequence[Draft], names: Iterable[str], repeated: Collection[int] = ()) -> Doubts:
    """What speaks against drafts that came in one harvest."""
    return Doubts(frozenset(map(fold, names)), _shared_bodies(drafts), _only_title(drafts), repeated)


def _shared_bodies(drafts: Sequence[Draft]) -> frozenset[str]:
    """A text that more than half of the drafts have, and at least three."""
    if len(drafts) < _FEW:
        return frozenset()
    enough = max(_FEW, len(drafts) // 2 + 1)
    lengths = Counter(len(draft.body) for draft in drafts)  # cheaper than to compare texts, and nearly always enough
    if not any(count >= enough and length >= _LEAST_BODY for length, count in lengths.items()):
        return frozenset()
    alike: dict[str, list[Draft]] = {}
    for draft in drafts:
        if len(draft.body) >= _LEAST_BODY:
            alike.setdefault(draft.body, []).append(draft)
    return frozenset(body for body, those in alike.items() if len(those) >= enough and not _recur(those))


def _only_title(drafts: Sequence[Draft]) -> frozenset[str]:
    """The headline that all drafts have, if there are at least three."""
    titles = {draft.title for draft in drafts}
    alike = len(titles) == 1 and len(drafts) >= _FEW and not _recur(drafts)
    return frozenset(titles) if alike else frozenset()


def _recur(drafts: Sequence[Draft]) -> bool:
    """Whether it is one notice that comes again and again: the same in all but its date."""
    if len({(draft.title, draft.body) for draft in drafts}) > 1:
        return False
    instants = {draft.published.at for draft in drafts if draft.published}
    return len(instants) == len(drafts)
