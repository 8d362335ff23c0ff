"""Which pictures may go out, and article bodies without those that may not. Pure."""

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from syndicator.config import Source
from syndicator.model import Image
from syndicator.publish.addresses import web
from syndicator.publish.licences import licence
from syndicator.text import fold

# What stands before the name in a credit says nothing about the right: "Foto: Stadt X", "© Stadt X", "Bildrechte: Stadt X".
_LEAD = re.compile(
    r"^(?:(?:bild(?:nachweis|rechte|quelle)?|foto|grafik|quelle|copyright)[^:]{0,40}:|©|\(c\))\s*", re.IGNORECASE
)
_PICTURE = re.compile(r"<(?:img|picture|svg|video)\b", re.IGNORECASE)
_WHAT_SHOWS = "img, picture, svg, video"
_WRAPPERS = {"a", "p", "span", "em", "strong", "div"}


def may_go_out(image: Image, source: Source | None, policy: str) -> bool:
    """Whether a picture may be passed on under `publish.images`.

    "licensed": its licence is open, and named with a credit where it asks for one; or its credit matches one of the source's
    `image_rights` (shell patterns; case, umlauts and a leading "Foto:" or "©" do not count).
    """
    return not objection(image, source, policy)


def objection(image: Image, source: Source | None, policy: str) -> str:
    """Why a picture may not be passed on under `publish.images`, as a part of a sentence; "" where it may."""
    if not web(image.url):
        return "it has no address on the web"
    if policy != "licensed":
        return "" if policy == "all" else f'[publish] images is "{policy}"'
    terms = licence(image.license)
    if terms.open and (image.credit or not terms.needs_credit):
        return ""
    if source is not None and _is_credited(image.credit, source.image_rights):
        return ""
    return "its licence asks for a credit, and it has none" if terms.open else _not_granted(image.credit, source)


def _not_granted(credit: str, source: Source | None) -> str:
    if source is None:
        return "config.toml does not have its source any more, whose image_rights would name its credit"
    if not source.image_rights:
        return f"source '{source.name}' has no image_rights, which name the credits that may go out"
    what = f"its credit '{credit}' matches" if credit else "it has no credit, and so matches"
    return f"{what} no image_rights of source '{source.name}'"


def allowed(images: Iterable[Image], source: Source | None, policy: str) -> tuple[Image, ...]:
    """Those of the images that may go out, each address once."""
    chosen: dict[str, Image] = {}
    for image in images:
        if may_go_out(image, source, policy):
            chosen.setdefault(image.url, image)
    return tuple(chosen.values())


def strip_body(body: str, pictures: Iterable[Image]) -> str:
    """The article's HTML with no other picture than these, each with its credit.

    A picture goes with the figure that holds nothing else, caption and all, and with the paragraph and link that are empty
    without it; what the source does not list as an image of the article has no known credit, and goes, too. A body without
    pictures is returned as it is.
    """
    if not _PICTURE.search(body):
        return body
    known = {web(picture.url): picture for picture in pictures}
    tree = LexborHTMLParser(body)
    if tree.body is None:
        return ""
    addressed = [
        (node, web(node.attributes.get("src") or "")) for node in tree.css("img")
    ]  # as those of `pictures` are
    kept = [(node, known[address]) for node, address in addressed if address in known]
    _remove_others(tree, {above.mem_id for node, _ in kept for above in upwards(node)})
    for node, picture in kept:
        _credit(tree, node, picture)
    return tree.body.inner_html or ""


def credit_line(picture: Image) -> str:
    """The credit as it stands below a picture: with "Bild:" before it, unless the source wrote such a word itself."""
    return picture.credit if _LEAD.match(picture.credit) or not picture.credit else f"Bild: {picture.credit}"


@lru_cache(2048)
def _is_credited(credit: str, patterns: tuple[str, ...]) -> bool:
    spellings = {fold(credit), fold(_LEAD.sub("", credit.strip()))} - {""}
    return any(fnmatchcase(spelling, fold(pattern)) for pattern in patterns for spelling in spellings)


def _remove_others(tree: LexborHTMLParser, holders: set[int]) -> None:
    """Take out what shows a picture, with its figure, unless it is or holds one that stays."""
    doomed = {}
    for node in tree.css(_WHAT_SHOWS):
        if node.mem_id not in holders:
            figures = [above for above in upwards(node) if above.tag == "figure" and above.mem_id not in holders]
            top = figures[0] if figures else _with_what_holds_it_alone(node)
            doomed[top.mem_id] = top
    remove(doomed.values())


def _with_what_holds_it_alone(node: LexborNode) -> LexborNode:
    top = node
    while (above := top.parent) is not None and above.tag in _WRAPPERS:
        if len(list(above.iter())) > 1 or (above.text() or "").strip():
            break
        top = above
    return top


def _credit(tree: LexborHTMLParser, node: LexborNode, picture: Image) -> None:
    """Put the credit below a picture where the caption does not name it already."""
    figure = next((above for above in upwards(node) if above.tag == "figure"), None)
    if not picture.credit or (figure is not None and fold(picture.credit) in fold(figure.text())):
        return
    caption = figure.css_first("figcaption") if figure is not None else None
    if caption is not None:
        caption.insert_child(f" {credit_line(picture)}")
        return
    note = tree.create_node("small" if figure is None else "figcaption")
    note.insert_child(credit_line(picture))
    if figure is None:
        node.insert_after(note)
    else:
        figure.insert_child(note)


def remove(nodes: Iterable[LexborNode]) -> None:
    """Take nodes out of their tree. What lies within another goes with it, and is not looked at once that is freed."""
    doomed = {node.mem_id: node for node in nodes}
    tops = [node for node in doomed.values() if not any(above.mem_id in doomed for above in list(upwards(node))[1:])]
    for node in tops:
        node.decompose()


def upwards(node: LexborNode) -> Iterator[LexborNode]:
    """The node itself and everything that it lies in."""
    above: LexborNode | None = node
    while above is not None:
        yield above
        above = above.parent
