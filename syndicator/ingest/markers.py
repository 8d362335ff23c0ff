"""What the words of a draft say about its use: withdrawn, for the press only, not before tomorrow noon. Pure.

The one place for all kinds of source, where a draft is read or put together. A line that only says so is no part of the
news, and is taken out.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from syndicator.ingest import embargo, wordings
from syndicator.ingest.clean import text_of
from syndicator.ingest.embargo import Wish
from syndicator.model import Draft, Moment
from syndicator.text import shorten, squeeze

BY_PUBLICATION = "publication date"
"""What `Draft.found` names as the rule for an embargo that nobody asked for in words."""

SHIFTING = ", told from the day of reading"
"""How such a rule ends where another day of reading would give another instant."""

_HEAD = 6  # blocks of a text in which a wish is looked for
_LONG = 300  # characters; such a paragraph is the news itself, and what comes after it, too
_HINTS = 250  # characters of a text whose stems tell whether it is worth while to look
_LONGEST_SUMMARY = 1200
_BLOCK = re.compile(r"<(p|h[2-6]|blockquote|pre|figure|ul|ol|dl|table)>(.*?)</\1>", re.DOTALL)
_BREAK = re.compile(r"<br>\s*")
_TOKEN = re.compile(r"<[^>]*>|[^<]+")
_EMPTY = re.compile(r"<(a|em|strong|sub|sup|abbr|time|code|q|cite|del|ins)(?:\s[^>]*)?>\s*</\1>")
_BETWEEN = " \t\n:;,.!|/)]*+–—-"
_AT_END = re.compile(r"\s*[\[(](?P<inner>[^\[\]()]{8,80})[\])]\s*$")


def marked(
    draft: Draft,
    zone: ZoneInfo,
    now: datetime,
    beside: Sequence[str] = (),
    listed: Sequence[str] = (),
    slack: timedelta = embargo.SLACK,
) -> Draft:
    """The draft with what its words say of it, and without the lines that only say that.

    `beside`: lines that stand near its headline and are no part of it. `listed`: what a list says of it. An hour of publication
    that lies ahead by more than `slack` counts as an embargo. What the draft says already stays, and of two embargoes the
    later one.
    """
    notes = _Notes(zone, draft.published, now)
    if draft.embargo and draft.embargo > now + embargo.FARTHEST:
        notes.note(draft.found.get("embargo", ""), draft.embargo, "embargo date")
        draft = replace(draft, embargo=None)
    for line in filter(embargo.may_hold, beside):
        notes.read("text", line)
    for line in filter(embargo.may_hold, listed):
        notes.read("list", line)
    names = [label.name for label in draft.labels]
    if embargo.may_hold(" ".join((draft.title, draft.summary[:_HINTS], draft.body[:_HINTS], *names))):
        draft = replace(draft, **notes.take_out(draft))
    if ahead := embargo.from_publication(draft.published, zone, now, slack):
        notes.note(BY_PUBLICATION, ahead)
    changes = notes.changes(draft)
    if not draft.withdrawn and any(map(wordings.is_withdrawn, (draft.title, *listed))):
        changes["withdrawn"] = True
    if draft.kind == "news" and any(map(wordings.is_invitation, (draft.title, *dict.fromkeys(names), *listed))):
        changes["kind"] = "press-invitation"
    return replace(draft, **changes) if changes else draft


@dataclass(slots=True)
class _Notes:
    """The wishes found in a draft, each with the rule that found it."""

    zone: ZoneInfo
    published: Moment | None
    now: datetime
    until: datetime | None = None
    rule: str = ""
    hold: str = ""
    holding: str = ""  # the rule
    taken: dict[str, Any] = field(default_factory=dict)

    def take_out(self, draft: Draft) -> dict[str, Any]:
        """The fields of the draft that held a wish, without it."""
        title, body = self._line("title", draft.title), self._body(draft.body)
        if found := _AT_END.search(title):
            inner = self._line("title", found["inner"])
            title = title if inner else title[: found.start()]
        fields: dict[str, Any] = {
            "title": title or draft.title,
            "body": body,
            "summary": self._line("summary", draft.summary),
        }
        fields["labels"] = tuple(label for label in draft.labels if self._line(label.axis, label.name))
        if draft.summary and not fields["summary"] and draft.found.get("summary") == "first paragraph":
            fields["summary"] = _first_paragraph(body)
        return fields

    def changes(self, draft: Draft) -> dict[str, Any]:
        """What was noted, as fields of the draft."""
        changes: dict[str, Any] = {}
        rule = ""
        if self.until and (draft.embargo is None or self.until > draft.embargo):
            changes["embargo"], rule = self.until, self.rule
        if self.hold and not draft.hold:
            changes["hold"], rule = self.hold, self.holding
        if rule:
            changes["found"] = {**draft.found, "embargo": rule}
        return changes

    def note(self, rule: str, until: datetime | None, said: str = "") -> None:
        """An instant too far ahead holds the article, until someone has looked at it."""
        if until is None:
            self.hold, self.holding = (
                f"The source asks not to publish it before an event without an hour: “{said}”.",
                rule,
            )
        elif until > self.now + embargo.FARTHEST:
            days = embargo.FARTHEST.days
            self.hold = f"The source asks not to publish it before {until.astimezone(self.zone):%Y-%m-%d}, over {days} days ahead, which may be a mistake: “{said}”."
            self.holding = rule
        elif self.until is None or until > self.until:
            self.until, self.rule = until, rule

    def read(self, place: str, line: str) -> Wish | None:
        """The wish of a line, noted."""
        wish = embargo.read_wish(line, self.zone, self.published, self.now)
        if wish:
            self.note(f"{place} '{wish.said}'{SHIFTING if wish.shifting else ''}", wish.until, wish.said)
        return wish

    def _line(self, place: str, line: str) -> str:
        wish = self.read(place, line)
        return embargo.without_words(line, wish.words) if wish else line

    def _body(self, body: str) -> str:
        """The text without the lines in its head that are wishes."""
        pieces, done = [], 0
        for block in _head_of(body):
            if block[1] in {"p", "h2", "h3", "h4", "h5", "h6"}:
                kept = "<br>".join(self._segments(_BREAK.split(block[2])))
                whole = f"<{block[1]}>{kept}</{block[1]}>" if text_of(kept) or "<img" in kept else ""
                if kept != block[2]:
                    pieces += [body[done : block.start()], whole]
                    done = block.end()
        return "".join((*pieces, body[done:])).lstrip() if done else body

    def _segments(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            wish = self.read("text", text_of(line))
            if wish is None:
                yield line
            elif rest := _behind(line, wish.words):
                yield rest


def _head_of(body: str) -> Iterator[re.Match[str]]:
    """The first blocks of a tidy text, up to the first long one."""
    for number, block in enumerate(_BLOCK.finditer(body), 1):
        yield block
        if number == _HEAD or len(text_of(block[2])) > _LONG:
            return


def _behind(line: str, words: int) -> str:
    """A line of tidy HTML without its first words; what was marked up with them stays marked up behind them."""
    kept: list[str] = []
    left, done, glued = words, False, False
    for token in _TOKEN.findall(line):
        if done or token.startswith("<"):
            kept.append(token)
            continue
        position, left = _past_words(token, left, glued=glued)
        kept.append(token[position:])
        done, glued = position < len(token), not token[-1].isspace()
    rest = "".join(kept)
    while (shorter := _EMPTY.sub("", rest)) != rest:
        rest = shorter
    return rest.strip() if text_of(rest) else ""


def _past_words(text: str, words: int, *, glued: bool) -> tuple[int, int]:
    """Where in a text so many words and the signs behind them end, and how many words are still to come.

    `glued`: the text before it ended amid a word, if this one goes on with it.
    """
    position = 0
    for word in re.finditer(r"\S+", text):
        if words == 0:
            break
        position, words = word.end(), words - (not glued or word.start() > 0)
    while not words and position < len(text) and text[position] in _BETWEEN:
        position += 1
    return (position if not words else len(text)), words


def _first_paragraph(body: str) -> str:
    found = re.search(r"<p>(.*?)</p>", body, re.DOTALL)
    return shorten(squeeze(text_of(found[1])), _LONGEST_SUMMARY) if found else ""
