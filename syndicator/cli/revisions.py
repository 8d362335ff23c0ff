"""What an article was before, for people and for scripts: its revisions, and what changed from one to the next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import click

from syndicator.cli.output import printable, wrap
from syndicator.model import Article
from syndicator.pipeline.differences import Kind, Piece, body_differences, differences, target_differences
from syndicator.store.history import Revision

_SHAPES: dict[Kind, tuple[str, str]] = {
    "removed": ("[-", "-]"),
    "added": ("{+", "+}"),
    "same": ("", ""),
    "skipped": ("", ""),
}
_COLORS: dict[Kind, str] = {"removed": "red", "added": "green"}


@dataclass(frozen=True, slots=True)
class Change:
    """From one revision to the next: what changed in which field, and when."""

    number: int  # of the later one
    at: datetime
    fields: dict[str, tuple[Piece, ...]]


def changes(past: tuple[Revision, ...], article: Article) -> Iterator[Change]:
    """What changed from each text of an article to the next, the oldest first."""
    present = Revision(article.revision, article.updated, article.title, article.summary, article.body)
    for before, after in pairwise((*past, present)):
        fields = {
            "title": differences(before.title, after.title),
            "summary": differences(before.summary, after.summary),
            "text": body_differences(before.body, after.body),
            "links": target_differences(before.body, after.body),
        }
        yield Change(after.number, before.until, {name: pieces for name, pieces in fields.items() if pieces})


def in_lines(pieces: tuple[Piece, ...], wide: int) -> Iterator[str]:
    """Words with what went in [-these-] and what came in {+those+} brackets; colours say the same once more."""
    words = [word for piece in pieces for word in _words(piece)]
    kinds = iter([kind for _, kind in words])
    for line in wrap(" ".join(word for word, _ in words), wide):
        yield " ".join(_colored(word, next(kinds)) for word in line.split())


def _colored(word: str, kind: Kind) -> str:
    return click.style(word, fg=_COLORS[kind]) if kind in _COLORS else word


def _words(piece: Piece) -> list[tuple[str, Kind]]:
    start, end = _SHAPES[piece.kind]
    text = "…" if piece.kind == "skipped" else printable(piece.text)
    return [(word, piece.kind) for word in f"{start}{text}{end}".split()]
