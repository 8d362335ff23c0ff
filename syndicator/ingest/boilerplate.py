"""Takes the lines out of an article's blocks that belong to the page. Pure. Works on what `fragment.blocks` gives."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from html import escape

from syndicator.ingest import wordings
from syndicator.ingest.clean import text_of
from syndicator.ingest.credits import is_credit, split_credit

_HEADING = re.compile(r"<h([2-6])>")
_SHORT = 160  # characters
_CAPTION = 600  # characters of markup
_NO_HEADING = 7
_PICTURE = re.compile(r"<p>(?:<a [^>]*>)?<img [^>]*>(?:</a>)?</p>")
_PICTURE_LINE = re.compile(
    r"<p>(?P<picture>(?:<a [^>]*>)?<img [^>]*>(?:</a>)?)(?:<br>|\s)*(?P<line>[^\s].*)</p>", re.DOTALL
)
_PICTURE_ANYWHERE = re.compile(r"(?:<a [^>]*>)?<img [^>]*>(?:</a>)?")
_SECOND_LINK = re.compile(
    r'(<a href="([^"]*)">[^<]*</a>)\s*<a href="\2">\W*(?:herunterladen|download|öffnen|ansehen)\W*</a>', re.IGNORECASE
)
_ENTRY = re.compile(r"<(?:dt|dd|li|p)>(.*?)</(?:dt|dd|li|p)>", re.DOTALL)
_CAPTION_TEXT = 300  # characters


def without_boilerplate(blocks: Sequence[str], known: Sequence[str] = ()) -> list[str]:
    """The blocks without buttons, consents, contacts for the press, lists of other articles.

    `known`: lines that are shown elsewhere (headline, topline, date) and are not repeated at the beginning.
    """
    kept: list[str] = []
    repeated = {line.casefold() for line in known if line}
    left_out = 0  # the level of the heading whose section is left out
    for block in blocks:
        level, text = _level(block), text_of(block)
        if left_out and not (
            0 < level <= left_out or block.startswith("<figure>") or (left_out == _NO_HEADING and len(text) > _SHORT)
        ):
            continue
        left_out = 0
        if wordings.is_press_contact(text) or wordings.is_related(text):
            left_out = level or (0 if _says_it_all(text) else _NO_HEADING)
        elif _is_news(block, text) and not _is_record(block) and (text.casefold() not in repeated or _has_long(kept)):
            kept.append(_SECOND_LINK.sub(r"\1", block))
    while kept and _level(kept[-1]):  # a heading at the end headed what is gone
        kept.pop()
    return kept


def with_frames(blocks: Sequence[str], captions: AbstractSet[str] = frozenset()) -> list[str]:
    """Pictures in one figure with the lines that follow them: a caption and a credit, or one of them.

    `captions`: lines that the page calls captions. A credit that follows no picture is that of the page's header, and goes.
    """
    kept: list[str] = []
    rest = [_framed(block, captions) for block in blocks]
    while rest:
        block = rest.pop(0)
        if _PICTURE.fullmatch(block):
            lines = next((n for n in (1, 2) if len(rest) >= n and _is_credit(rest[n - 1])), 0)
            lines = lines if all(block.startswith("<p>") and len(block) < _CAPTION for block in rest[:lines]) else 0
            lines = lines or int(bool(rest) and rest[0].startswith("<p>") and _is_caption(text_of(rest[0]), captions))
            if lines:
                caption = "<br>".join(line[3:-4] for line in rest[:lines])
                block = f"<figure>{block[3:-4]}<figcaption>{caption}</figcaption></figure>"
                del rest[:lines]
        elif _is_credit(block):
            continue
        kept.append(block)
    return kept


def _framed(block: str, captions: AbstractSet[str]) -> str:
    """A picture whose caption is in the same paragraph, or in another cell of a table that holds nothing else."""
    picture = _PICTURE_LINE.fullmatch(block)
    line = picture["line"] if picture else ""
    if block.startswith("<table>") and block.count("<img ") == 1:
        picture = _PICTURE_ANYWHERE.search(block)
        line = text_of(block.replace(picture[0], "")) if picture else ""
        line = escape(line, quote=False)
    if not picture or not line or "<img " in line or not _is_caption(text_of(line), captions):
        return block
    markup = picture["picture"] if picture.re is _PICTURE_LINE else picture[0]
    return f"<figure>{markup}<figcaption>{line}</figcaption></figure>"


def _is_caption(text: str, captions: AbstractSet[str]) -> bool:
    return text in captions or (len(text) <= _CAPTION_TEXT and bool(split_credit(text)[1]))


def _is_record(block: str) -> bool:
    """Whether a block is the card of the page: "Details", who wrote it, how often it was read."""
    return block.startswith(("<dl>", "<ul>")) and sum(map(wordings.is_record, map(text_of, _ENTRY.findall(block)))) > 1


def _is_credit(block: str) -> bool:
    return len(block) < _CAPTION and "<img" not in block and not _level(block) and is_credit(text_of(block))


def _is_news(block: str, text: str) -> bool:
    return "<img" in block or bool(text and not wordings.is_noise(text))


def _level(block: str) -> int:
    found = _HEADING.match(block)
    return int(found[1]) if found else 0


def _says_it_all(text: str) -> bool:
    """Whether a line holds what it announces ("Herausgegeben von: Stadt X, Presseamt") or only announces it."""
    _, colon, rest = text.partition(":")
    return bool(rest.strip()) if colon else len(text) > 60  # noqa: PLR2004  # a heading is shorter


def _has_long(blocks: Sequence[str]) -> bool:
    return any(len(block) > 2 * _SHORT for block in blocks)
