"""Where the archive of a feed is cut into pages (RFC 5005, 4). Pure.

A page holds the articles of a feed that arrived within a range, and is closed for good: what comes later, however old its
date, is in a later page. So a page changes only with its own articles. What is in no page yet is in the current document.
"""

from collections.abc import Collection, Sequence

ARTICLES = 100  # in a page at most, when it is closed
CHARACTERS = 800_000  # of the texts in a page, about: readers give up at some point between one and five million bytes
_FRAME = 2_000  # characters that an entry takes beside its texts, about


def has_to_close(rows: Sequence[tuple[int, str]], shown: Collection[str]) -> bool:
    """Whether one of the articles that are in no page is not in the current document either. `rows`: number and id of each."""
    return any(id_ not in shown for _, id_ in rows)


def page_ends(rows: Sequence[tuple[int, str]], lengths: Sequence[int], shown: Collection[str]) -> list[int]:
    """The numbers with which pages are to end, so that every article in no page is in the current document.

    `rows` are those that are in none, by number and id in order of arrival, with the `lengths` of their texts. The last page
    takes along what the current document shows, as far as it has room.
    """
    ends: list[int] = []
    last = max((index for index, (_, id_) in enumerate(rows) if id_ not in shown), default=-1)
    start = 0
    while start <= last:
        start += fitting(lengths[start:])
        ends.append(rows[start - 1][0])
    return ends


def fitting(lengths: Sequence[int]) -> int:
    """How many of these articles, from the first on, make up a page: one at least."""
    taken = 0
    for count, length in enumerate(lengths[:ARTICLES]):
        taken += length + _FRAME
        if taken > CHARACTERS and count:
            return count
    return min(len(lengths), ARTICLES)


def is_overfull(lengths: Sequence[int]) -> bool:
    """Whether so much came into a page later, as by other rules of filing, that it is cut in two."""
    return len(lengths) > 2 * ARTICLES or (len(lengths) > 1 and sum(lengths) + len(lengths) * _FRAME > 2 * CHARACTERS)
