"""Texts about as hard to compress as German news: gzip makes a 2.6th of them, of real ones about a 2.8th."""

import functools
import random

_LETTERS = "enisratdhulcgmobwfkzvpüäößjyxq"
_OFTEN = (
    17.4, 9.8, 7.5, 7.3, 7, 6.5, 6.1, 5.1, 4.8, 4.3, 3.4, 3.1, 3, 2.5, 2.5, 1.9, 1.9, 1.7, 1.2, 1.1, 0.7, 0.8, 0.6, 0.5,
    0.3, 0.3, 0.3, 0.04, 0.03, 0.02,
)  # fmt: skip
_WORDS = 6_000


def paragraph(chance: random.Random, words: int = 50) -> str:
    """Some 360 characters, the k-th word of the language about one k-th as common as the first."""
    known, weights = _language()
    return " ".join(chance.choices(known, weights, k=words)).capitalize() + "."


@functools.cache
def _language() -> tuple[list[str], list[float]]:
    chance = random.Random(7)
    lengths = [max(2, min(18, int(chance.lognormvariate(1.65, 0.5)))) for _ in range(_WORDS)]
    known = ["".join(chance.choices(_LETTERS, _OFTEN, k=length)) for length in lengths]
    return known, [1 / (rank + 3) for rank in range(_WORDS)]
