"""Whether two articles are the same press release: twins. Pure.

A text is reduced to a sketch, the same on every machine: a fair sample of its runs of three words (bottom-k MinHash,
Broder 1997), and apart from them its dates and numbers. The words tell whether two texts have one origin. Dates and
numbers tell a release that two publish from a notice that one publishes anew each week in the same words.

Twins are found by the smallest values of their samples, their marks: an index leads from each to the articles that have
it. The relation is symmetric and asks for nothing but the two articles: it does not matter which came first.
"""

import re
import struct
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Literal
from unicodedata import normalize
from zlib import crc32

from syndicator.ingest.identity import words

Kin = Literal["source", "city", ""]
"""What two articles have in common: their source, at least their city, or nothing."""

WINDOWS: Mapping[Kin, timedelta] = {"source": timedelta(hours=20), "city": timedelta(days=2), "": timedelta(days=7)}
"""How far apart twins are published at most. What one source sends again on the next day is news again."""

MARKS = 6
"""How many values of a sample lead to it: of two texts that share half of their runs, 98 % share one of six marks."""

_SAMPLE = 96  # values kept; a share is known to ±5 %, and exactly for texts of up to a hundred words
_SHORTEST = 10  # words; below it two cities write alike by chance
_SHORT = 25  # words; a shorter text has too few runs for a share of them to mean anything
_LONG = 60  # words; a shorter text may leave to its headline what it is about
_MOST_FIGURES = 60

# Shares of the runs: of those of both texts, and of those of the shorter one. Measured on tests/ingest/likeness.toml. Less is
# enough where two dates or numbers are the same: what stands above and below all texts of one sender has none.
_ALIKE, _CONTAINED, _CONTAINED_OF_KIN = 0.5, 0.75, 0.9
_ALIKE_IN_FIGURES, _CONTAINED_IN_FIGURES = 0.35, 0.6
_FIGURES_ALIKE = 2
# Shares of the dates and of the numbers of the text that has fewer.
_SAME_DATES, _SAME_NUMBERS, _SAME_NUMBERS_OF_KIN = 0.5, 0.4, 0.8

_WORD = re.compile(rb"[a-z\xc3-\xff][a-z\x80-\xff]*")
_SIGNS = bytes.maketrans(b"\xc2\xe2", b"  ")
_MONTHS = ("jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")
_MONTH = (
    r"(?:jan(?:uar)?|feb(?:ruar)?|märz?|apr(?:il)?|mai|juni?|juli?|aug(?:ust)?|sept?(?:ember)?|okt(?:ober)?|nov(?:ember)?"
    r"|dez(?:ember)?)\b\.?(?: \d{4}\b)?"
)
_DIGIT = re.compile(r"[0-9+]")
_FIGURE = re.compile(
    rf"(?P<day>\d{{1,2}})\.? ?(?P<month>{_MONTH})"
    r"|(?P<d>\d{1,2})\. ?(?P<m>1[012]|0?[1-9])\.(?: ?(?:19|20)\d\d\b|\d\d\b)?"
    r"|(?:19|20)\d\d-(?P<mm>[01]\d)-(?P<dd>[0-3]\d)\b"
    r"|(?P<phone>(?:\+ ?\d\d|0(?: ?\d){1,5}\)?)[ \d/().-]{5,}\d)"
    r"|(?P<number>\d+(?:[.,:]\d+)*)|."
)
_WEEKDAYS = frozenset(b"montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag".split())
_ADDRESS = re.compile(r"[^\s@]{1,64}@\S+|https?://\S+|www\.\S+")
# When a text was sent ("Bochum, 5. November 2019 –"), and the number that a press office gave it.
_DATELINE = re.compile(
    r"(?!(?:am|vom|ab|bis|zum|der|dem|für|heute|\w+tag|mittwoch|sonnabend)\b)(?:stadt )?[^\W\d_]+(?: (?:an|am|im)(?: der)? [^\W\d_]+)?"
    rf"[ ,(/]+(?:den )?\d{{1,2}}\.? ?(?:{_MONTH}|\d{{1,2}}\.(?: ?\d{{4}}|\d\d)?) ?[).:|–—-]+ "
)
_COUNTED = re.compile(r"\b(?:presse|medien)[a-z]+ (?:nr\.?|nummer) ?\d+(?: ?[/-] ?\d+)?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_POINT = re.compile(r"[.,:](?:00\b)?")
_HEAD = struct.Struct("<HHBB")  # words, runs, dates, numbers


@dataclass(frozen=True, slots=True)
class _Sketch:
    """`size`: how many different runs the text has. `sample`: the smallest of their hashes; of a short text, the hash of it all."""

    words: int
    size: int
    dates: frozenset[int]
    numbers: frozenset[int]
    sample: tuple[int, ...]


def sketch(title: str, summary: str, body: str) -> bytes:
    """The sketch of an article, some 450 bytes; `body` is tidy HTML, for which the summary stands in where there is none.

    Empty for a text that is too short to tell it from others.
    """
    text, headline = _said(words(body) or summary), _said(title)
    found = _words(text)
    if len(found) < _LONG:
        found = _words(headline) + found
    if len(found) < _SHORTEST:
        return b""
    dates, numbers = set[bytes](), set(_WEEKDAYS.intersection(found))
    for kind, figure in _figures(f"{headline} | {text}"):
        (dates if kind == "date" else numbers).add(figure.encode())
    runs = [b" ".join(found)] if len(found) < _SHORT else map(b" ".join, zip(found, found[1:], found[2:], strict=False))
    hashes = set(map(crc32, runs))
    dated, numbered = (sorted(map(crc32, figures))[:_MOST_FIGURES] for figures in (dates, numbers))
    counts = min(len(found), 0xFFFF), min(len(hashes), 0xFFFF), len(dated), len(numbered)
    head = _HEAD.pack(*counts)
    values = [*dated, *numbered, *sorted(hashes)[:_SAMPLE]]
    return head + struct.pack(f"<{len(values)}I", *values)


def marks(packed: bytes) -> tuple[int, ...]:
    """By what the twins of an article are looked up; none where its sketch is empty."""
    if not packed:
        return ()
    _, size, dates, numbers = _HEAD.unpack_from(packed)
    return struct.unpack_from(f"<{min(size, MARKS)}I", packed, _HEAD.size + 4 * (dates + numbers))


def are_twins(one: bytes, other: bytes, kin: Kin, apart: timedelta) -> bool:
    """Whether two articles of these sketches, published so far `apart`, are one press release.

    A city has its own words for what comes again and again, so that more has to be the same between kin.
    """
    if not one or not other or abs(apart) > WINDOWS[kin]:
        return False
    a, b = _unpacked(one), _unpacked(other)
    if (a.words < _SHORT) != (b.words < _SHORT):
        return False
    same_dates, same_numbers = _share_of_fewer(a.dates, b.dates), _share_of_fewer(a.numbers, b.numbers)
    alike, contained = _shares(a, b)
    if kin or a.words < _SHORT:
        return contained >= _CONTAINED_OF_KIN and same_dates == 1 and same_numbers >= _SAME_NUMBERS_OF_KIN
    if same_dates < _SAME_DATES or same_numbers < _SAME_NUMBERS:
        return False
    if len(a.dates & b.dates) + len(a.numbers & b.numbers) >= _FIGURES_ALIKE:
        return alike >= _ALIKE_IN_FIGURES or contained >= _CONTAINED_IN_FIGURES
    return alike >= _ALIKE or contained >= _CONTAINED


def _said(text: str) -> str:
    """What of a text is compared. It is tidy already, which spares most of `fold`: that would cost as much as all else here."""
    text = " ".join(normalize("NFC", text).casefold().split())
    if found := _DATELINE.match(text):
        text = text[found.end() :]
    if "presse" in text or "medien" in text:
        text = _COUNTED.sub(" ", text)
    return _ADDRESS.sub(" ", text) if "@" in text or "http" in text or "www." in text else text


def _words(text: str) -> list[bytes]:
    return _WORD.findall(text.encode(errors="replace").translate(_SIGNS))


def _figures(text: str) -> Iterator[tuple[str, str]]:
    """Dates as "5.11.", numbers and times without points and leading zeros; years stand beside too much to tell anything."""
    at = _DIGIT.search(text)  # a walk from digit to digit is ten times as fast as one search for all forms
    while at and (found := _FIGURE.match(text, at.start())):
        day, month = found["day"] or found["d"] or found["dd"], found["m"] or found["mm"]
        if found["month"]:
            month = str(1 + _MONTHS.index(found["month"][:3]))
        if day and month:
            yield "date", f"{int(day)}.{int(month)}."
        elif (number := found["number"]) and not _YEAR.fullmatch(number):
            yield "number", _POINT.sub("", number).lstrip("0") or "0"
        at = _DIGIT.search(text, found.end())


def _shares(one: _Sketch, other: _Sketch) -> tuple[float, float]:
    """How many runs of both texts are in both, and how many of the shorter one's are in the longer one, as estimated.

    Below the greatest value of a sample that was cut, both samples are complete.
    """
    limit = min((s.sample[-1] for s in (one, other) if s.size > _SAMPLE), default=0xFFFFFFFF)
    first, second = ({value for value in s.sample if value <= limit} for s in (one, other))
    alike = len(first & second) / len(first | second)
    contained = alike * (one.size + other.size) / ((1 + alike) * min(one.size, other.size))
    return alike, contained


def _share_of_fewer(one: Collection[int], other: Collection[int]) -> float:
    fewer, more = sorted((one, other), key=len)
    return sum(value in more for value in fewer) / len(fewer) if fewer else 1.0


@lru_cache(256)  # the sketches of one harvest are compared with each other
def _unpacked(packed: bytes) -> _Sketch:
    words_, size, dates, numbers = _HEAD.unpack_from(packed)
    values = struct.unpack_from(f"<{(len(packed) - _HEAD.size) // 4}I", packed, _HEAD.size)
    dated, numbered = frozenset(values[:dates]), frozenset(values[dates : dates + numbers])
    return _Sketch(words_, size, dated, numbered, values[dates + numbers :])
