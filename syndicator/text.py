"""Plain text as this project compares, names and transports it. Pure; knows nothing of news."""

import re
import unicodedata
import zlib
from functools import lru_cache

_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe"}
_LINE = 200  # characters
# Soft hyphen, zero-width space, word joiner, byte order mark: they change how a word breaks, not the word.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
# These join letters and emoji: they belong to a text, and do not count where words are compared.
_JOINERS = re.compile("[\u200c\u200d]")
# Below it nothing combines, nor does any of the punctuation from U+2000 on, of which German texts are full.
_PERHAPS_MARK = re.compile("[\u0300-\u1fff\u20d0-\U0010ffff]")
# Embeddings, overrides and isolates, with what closes them.
_CLOSES = {**dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c"), **dict.fromkeys("\u2066\u2067\u2068", "\u2069")}
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
# What XML 1.0 (2.2 Characters) forbids, written as the complement of what it allows.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\r"))


def xml_safe(text: str) -> str:
    """Drop the characters that XML 1.0 has no way to carry, not even escaped (XML 1.0, 2.2)."""
    return text if _is_plain(text) else _NOT_XML.sub("", text)


def _is_plain(text: str) -> bool:
    """Whether XML can carry all of it, found at a third of the cost of looking at each character; also no where in doubt."""
    if len(text) < _LINE and text.isprintable():
        return True
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        return False
    return b"\xef\xbf" not in encoded and len(encoded.translate(None, _CONTROLS)) == len(encoded)


def balanced(text: str) -> str:
    """The text with every change of its writing direction closed at its end, so that what follows stays readable.

    An override that is left open turns around the rest of the page or list that a title stands in (Unicode Standard Annex #9).
    """
    if not _DIRECTIONS.search(text):
        return text
    open_: list[str] = []
    for mark in _DIRECTIONS.findall(text):
        if mark in _CLOSES:
            open_.append(_CLOSES[mark])
        elif mark in open_:
            del open_[len(open_) - 1 - open_[::-1].index(mark) :]
    return text + "".join(reversed(open_))


def squeeze(text: str) -> str:
    """One line of visible text: white space of all kinds becomes single spaces, invisible characters go.

    Joiners stay: without them an emoji falls into its parts, and Persian is misspelt.
    """
    if not text.isprintable():  # what is to go, isn't, and this asks at a fifth of the cost
        text = _INVISIBLE.sub("", xml_safe(text))
    elif "  " not in text:  # no white space is printable but this, and to walk word by word costs ten times as much
        return text.strip()
    return " ".join(text.split())


def fold(text: str) -> str:
    """The form in which words are compared: case, umlauts and their spellings, accents, ß and invisible characters do not count.

    `fold("Grün­flächen") == fold("GRUENFLAECHEN")`.
    """
    return _fold_line(text) if len(text) <= _LINE else _fold(text)


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFC", _JOINERS.sub("", squeeze(text))).casefold()
    for letter, spelling in _UMLAUTS.items():
        folded = folded.replace(letter, spelling)
    if folded.isascii():  # as most German is by now: what follows is slow
        return folded
    return _PERHAPS_MARK.sub(_unless_combining, unicodedata.normalize("NFKD", folded))


_fold_line = lru_cache(maxsize=2048)(_fold)  # rule after rule asks the same of the few short lines of a page


def _unless_combining(character: re.Match[str]) -> str:
    return "" if unicodedata.combining(character[0]) else character[0]


def slug(text: str) -> str:
    """A name for addresses, of a-z, 0-9 and single hyphens: `slug("Mülheim an der Ruhr") == "muelheim-an-der-ruhr"`.

    Empty when nothing of the text can be written so.
    """
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")


def checksum(text: str) -> int:
    """A small number that is the same for the same text, and rarely for another: where a mistake does no harm."""
    return zlib.crc32(text.encode(errors="replace"))


def shorten(text: str, limit: int) -> str:
    """The text, or its beginning up to a word's end within `limit` characters and an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return (head.rsplit(" ", 1)[0] if " " in head else head).rstrip(" ,;:–-") + "…"


def count(number: int, thing: str) -> str:
    """`count(2, "source") == "2 sources"`, `count(3, "category") == "3 categories"`."""
    if number == 1:
        return f"1 {thing}"
    return f"{number} {thing[:-1]}ies" if thing.endswith("y") else f"{number} {thing}s"
