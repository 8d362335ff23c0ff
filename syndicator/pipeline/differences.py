"""What changed from one text to another, word by word, with only so much of what stayed as one needs to find the place. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape
from typing import Literal

from syndicator.ingest.clean import text_of

_CONTEXT = 6  # words that are shown before and after a change
_ISLAND = 2  # so few equal words between two changes belong to them: one change reads better than three
_MOST_WORDS = 2000  # in a stretch that is compared word by word, which costs their product at worst
_PARAGRAPH_ENDS = re.compile(r"</(?:p|h[2-6]|li|dt|dd|th|td|caption|figcaption|blockquote|pre)>|<br>")
_TARGET = re.compile(r'(?:href|src)="([^"]*)"')

Kind = Literal["same", "removed", "added", "skipped"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a row that stayed, went or came; "skipped" are words that stayed, far from any change, and has no text."""

    kind: Kind
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Step:
    """Words that stand in both texts, or those of the one in whose place are those of the other."""

    same: bool
    old: list[str]
    new: list[str]

    @property
    def replaces(self) -> bool:
        return not self.same and bool(self.old and self.new)


def differences(before: str, after: str) -> tuple[Piece, ...]:
    """What changed from one plain text to another; empty where only white space did."""
    return _pieces(_compare(before.split(), after.split()), _CONTEXT)


def body_differences(before: str, after: str) -> tuple[Piece, ...]:
    """What changed in the text of a tidy body: found paragraph by paragraph, then word by word in those that differ."""
    old, new = _paragraphs(before), _paragraphs(after)
    steps: list[_Step] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        gone, come = " ".join(old[i1:i2]).split(), " ".join(new[j1:j2]).split()
        steps += [_Step(True, gone, come)] if tag == "equal" else _compare(gone, come)
    return _pieces(steps, _CONTEXT)


def target_differences(before: str, after: str) -> tuple[Piece, ...]:
    """Which addresses of links and pictures went from a tidy body, and which came."""
    return _pieces(_compare(_targets(before), _targets(after)), 0)


def _paragraphs(body: str) -> list[str]:
    return [text for part in _PARAGRAPH_ENDS.split(body) if (text := text_of(part))]


def _targets(body: str) -> list[str]:
    return [unescape(address) for address in _TARGET.findall(body)]


def _compare(old: list[str], new: list[str]) -> list[_Step]:
    if max(len(old), len(new)) > _MOST_WORDS:
        return [_Step(False, old, new)]
    matched = SequenceMatcher(None, old, new, autojunk=False)
    return [_Step(tag == "equal", old[i1:i2], new[j1:j2]) for tag, i1, i2, j1, j2 in matched.get_opcodes()]


def _united(steps: Iterable[_Step]) -> list[_Step]:
    """One step where two of a sort follow each other, and where a few equal words stand between two replacements."""
    united: list[_Step] = []
    for step in steps:
        joined = step
        if step.replaces and len(united) > 1 and united[-2].replaces and len(united[-1].old) <= _ISLAND:
            island, before = united.pop(), united.pop()
            joined = _Step(False, before.old + island.old + step.old, before.new + island.new + step.new)
        elif united and united[-1].same == step.same:
            before = united.pop()
            joined = _Step(step.same, before.old + step.old, before.new + step.new)
        united.append(joined)
    return united


def _pieces(steps: Iterable[_Step], context: int) -> tuple[Piece, ...]:
    united = _united(steps)
    if all(step.same for step in united):
        return ()
    pieces: list[Piece] = []
    for at, step in enumerate(united):
        if step.same:
            before, after = at > 0, at < len(united) - 1
            pieces += _shown(step.old, context if before else 0, context if after else 0)
        else:
            pieces += [Piece("removed", " ".join(step.old)), Piece("added", " ".join(step.new))]
    return tuple(piece for piece in pieces if piece.text or piece.kind == "skipped")


def _shown(words: list[str], first: int, last: int) -> Iterator[Piece]:
    """Of words that stayed, those beside a change."""
    if len(words) <= first + last + 1:
        yield Piece("same", " ".join(words))
        return
    yield Piece("same", " ".join(words[:first]))
    yield Piece("skipped")
    yield Piece("same", " ".join(words[len(words) - last :]))
