"""Takes the lines out of an article's blocks that belong to the page. Pure. Works on what `fragment.blocks` gives."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from html import escape
from itertools import takewhile

from syndicator.ingest import wordings
from syndicator.ingest.clean import text_of
from syndicator.ingest.credits import is_credit, is_source, split_credit

_HEADING = re.compile(r"<h([2-6])>")
_SHORT = 160  # characters
_CAPTION = 600  # characters of markup
_NO_HEADING = 7
_PICTURE = re.compile(r"<p>(?:<a [^>]*>)?<img [^>]*>(?:</a>)?</p>")
_PICTURE_LINE = re.compile(
    r"<p>(?P<picture>(?:<a [^>]*>)?<img [^>]*>(?:</a>)?)(?:<br>|\s)*(?P<line>[^\s].*)</p>", re.DOTALL
)
_PICTURE_ANYWHERE = re.compile(r"(?:<a [^>]*>)?<img [^>]*>(?:</a>)?")
_FIGURE = re.compile(r"<figure>(?P<pictures>.*?)(?:<figcaption>(?P<caption>.*?)</figcaption>)?</figure>", re.DOTALL)
_MOST_LINES = 3  # about one picture
_LINKED_HEADING = re.compile(r"<h[2-6]><a href=\"(?P<address>[^\"]*)\">.*?</a></h[2-6]>", re.DOTALL)
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|odt|zip)(?:[?#]|$)|^(?:mailto|tel):", re.IGNORECASE)
_SECOND_LINK = re.compile(
    r'(<a href="([^"]*)">[^<]*</a>)\s*<a href="\2">\W*(?:herunterladen|download|öffnen|ansehen)\W*</a>', re.IGNORECASE
)
_LINK = re.compile(r"<a [^>]*>(.*?)</a>", re.DOTALL)
_ENTRY = re.compile(r"<(?:dt|dd|li|p)>(.*?)</(?:dt|dd|li|p)>", re.DOTALL)
_CAPTION_TEXT = 300  # characters


def without_boilerplate(
    blocks: Sequence[str], known: Sequence[str] = (), meta: AbstractSet[str] = frozenset()
) -> list[str]:
    """The blocks without buttons, consents, contacts for the press, lists of other articles.

    `known`: lines that are shown elsewhere (headline, topline, date) and are not repeated at the beginning; `meta`: lines that
    are no text wherever they stand.
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
        elif level and (wordings.is_appendix(text) or (kept and _level(kept[-1]) and _is_teaser(block))):
            left_out = level
        elif text in meta or (text.casefold() in repeated and not _has_long(kept)):
            kept += [f"<p>{picture[0]}</p>" for picture in _PICTURE_ANYWHERE.finditer(block)]
        elif _is_news(block, text) and not _is_record(block):
            kept.append(_SECOND_LINK.sub(r"\1", block))
        elif wordings.is_enlarge(text):
            kept += [f"<p>{picture[0]}</p>" for picture in _PICTURE_ANYWHERE.finditer(block)]
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
            if lines := _lines_below(rest, captions):
                block = _frame(block[3:-4], rest[:lines])
                del rest[:lines]
        elif _is_credit(block):
            if rest and (picture := _without_credit(rest[0])):
                below = _called(rest[1:], captions)
                rest[: 1 + below] = [_frame(picture[0], (*picture[1], *rest[1 : 1 + below]), block)]
                continue
            if not is_source(text_of(block)):
                continue
        kept.append(block)
    return kept


def _lines_below(rest: Sequence[str], captions: AbstractSet[str]) -> int:
    """How many of the paragraphs that follow a picture are about it."""
    short = _short_lines(rest)
    credit = next((n for n, block in enumerate(short[:2], start=1) if _is_credit(block)), 0)
    return max(credit, _called(rest, captions)) or int(bool(short) and _is_caption(text_of(short[0]), captions))


def _called(rest: Sequence[str], captions: AbstractSet[str]) -> int:
    """How many of the next paragraphs the page calls captions."""
    return len(list(takewhile(lambda block: text_of(block) in captions, _short_lines(rest))))


def _short_lines(rest: Sequence[str]) -> list[str]:
    lines = takewhile(
        lambda block: block.startswith("<p>") and len(block) < _CAPTION and "<img" not in block, rest[:_MOST_LINES]
    )
    return list(lines)


def _frame(picture: str, lines: Sequence[str], *more: str) -> str:
    caption = "<br>".join(line[3:-4] for line in (*lines, *more))
    return f"<figure>{picture}<figcaption>{caption}</figcaption></figure>"


def _without_credit(block: str) -> tuple[str, list[str]] | None:
    """The picture of a block and its caption as a paragraph, if nothing there credits it."""
    if _PICTURE.fullmatch(block):
        return block[3:-4], []
    found = _FIGURE.fullmatch(block)
    if not found or split_credit(text_of(found["caption"] or ""))[1]:
        return None
    return found["pictures"], [f"<p>{found['caption']}</p>"] if found["caption"] else []


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


def _is_teaser(block: str) -> bool:
    """Whether a heading is a link to another page, as that of a teaser is, under the heading of several; a text's links documents."""
    found = _LINKED_HEADING.fullmatch(block)
    return found is not None and not _DOCUMENT.search(found["address"])


def _is_news(block: str, text: str) -> bool:
    if "<img" in block and not text:
        return True
    return any(map(str.isalnum, text)) and not wordings.is_noise(text) and not _is_row_of_buttons(block)


def _is_row_of_buttons(block: str) -> bool:
    """Whether a block is links that are buttons, with brackets or bars between: "[Bild vergrößern] [zurück]"."""
    links = _LINK.findall(block)
    return (
        len(links) > 1
        and not any(map(str.isalnum, text_of(_LINK.sub("", block))))
        and all(wordings.is_noise(text_of(link)) for link in links)
    )


def _level(block: str) -> int:
    found = _HEADING.match(block)
    return int(found[1]) if found else 0


def _says_it_all(text: str) -> bool:
    """Whether a line holds what it announces ("Herausgegeben von: Stadt X, Presseamt") or only announces it."""
    _, colon, rest = text.partition(":")
    return bool(rest.strip()) if colon else len(text) > 60  # noqa: PLR2004  # a heading is shorter


def _has_long(blocks: Sequence[str]) -> bool:
    return any(len(block) > 2 * _SHORT for block in blocks)
