"""How much two headlines or two texts have in common, word for word. Pure; for the few pairs that something points to."""

import re

from syndicator.text import fold

_WORD = re.compile(r"[a-z0-9]+")
_RUN = 3  # words
_SIGNIFICANT = 4  # letters of a word that tells something


def words_in(text: str) -> list[str]:
    """The words of a text, folded."""
    return _WORD.findall(fold(text))


def share_of_words(one: str, other: str) -> float:
    """How many of the telling words of the shorter headline stand in the longer one, from 0 to 1; 0 where one has none."""
    first, second = ({word for word in words_in(text) if len(word) >= _SIGNIFICANT} for text in (one, other))
    return len(first & second) / min(len(first), len(second)) if first and second else 0.0


def share_of_runs(one: str, other: str) -> float:
    """How many runs of three words of the shorter text stand in the longer one, from 0 to 1; 0 where one has none."""
    first, second = (
        set(zip(*(words_in(text)[start:] for start in range(_RUN)), strict=False)) for text in (one, other)
    )
    return len(first & second) / min(len(first), len(second)) if first and second else 0.0
