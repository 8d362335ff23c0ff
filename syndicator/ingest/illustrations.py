"""The pictures of an article, with what is said about them. Pure."""

import re
from collections.abc import Collection
from dataclasses import replace
from html import escape, unescape
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from syndicator.config import ArticleRules
from syndicator.ingest import fragment, wordings
from syndicator.ingest.blocks import is_header_picture, line_of
from syndicator.ingest.clean import text_of
from syndicator.ingest.credits import bare_credit, is_credit, split_credit
from syndicator.ingest.links import absolute
from syndicator.ingest.noise import ancestors
from syndicator.ingest.page import Page
from syndicator.ingest.pictures import source
from syndicator.model import Image
from syndicator.text import squeeze

_PICTURES = re.compile(r"<figure>(?P<figure>.*?)</figure>|<img (?P<single>[^>]*)>", re.DOTALL)
_LOGO = re.compile(
    r"logo|default|fallback|og[-_]?image|share[-_]?image|favicon|platzhalter|placeholder|wappen"
    r"|^(?:share|sharing|social|og|facebook|twitter|banner|header|start(?:seite)?|home)(?:[-_]?(?:image|img|bild|preview|card|\d+))*\.\w+$",
    re.IGNORECASE,
)
_ITS_OWN = re.compile(
    r"featured-?(?:image|media)|post-?thumbnail|wp-post-image|lead-?(?:image|picture|media)|article-?(?:image|picture)|titelbild|aufmacher|beitragsbild|artikelbild",
    re.IGNORECASE,
)
_IMG = re.compile(r"<img ([^>]*)>")
_CAPTION = re.compile(r"<figcaption>(.*?)</figcaption>", re.DOTALL)
_ATTRIBUTE = re.compile(r'(src|alt|width|height)="([^"]*)"')


def images_of(body: str, credited: Collection[str] = ()) -> list[Image]:
    """Every picture of a body that `clean.tidy` wrote, each once, in its order.

    `credited`: texts that the page calls credits, where the words do not tell.
    """
    found: dict[str, Image] = {}
    for match in _PICTURES.finditer(body):
        if match["single"] is not None:
            image = _image(match["single"], "", "")
            found.setdefault(image.url, image)
            continue
        caption = _CAPTION.search(match["figure"])
        said = read_caption(caption[1], credited) if caption else ("", "")
        for markup in _IMG.findall(match["figure"]):
            image = _image(markup, *said)
            found.setdefault(image.url, image)
    return list(found.values())


def read_caption(markup: str, credited: Collection[str] = ()) -> tuple[str, str]:
    """Caption and credit of a `figcaption`, where the credit is a line of its own, or the end of one, or one of `credited`."""
    whole = text_of(markup)
    for text in credited:
        if text in whole and bare_credit(text):
            return squeeze(whole.replace(text, " ", 1)).strip("|/–- "), bare_credit(text)
    lines = [line for part in markup.split("<br>") if (line := text_of(part))]
    own = [line for line in lines if is_credit(line)]
    if own:
        return " ".join(line for line in lines if line not in own), bare_credit(own[0])
    return split_credit(" ".join(lines))


def _image(attributes: str, caption: str, credit: str) -> Image:
    said = {name: unescape(value) for name, value in _ATTRIBUTE.findall(attributes)}
    alt = said.get("alt", "")
    return Image(
        url=said.get("src", ""),
        alt=alt,
        caption=caption,
        credit=credit,
        width=int(said.get("width") or 0),
        height=int(said.get("height") or 0),
    )


# ---------------------------------------------------------------- on the page


def find_images(page: Page, rules: ArticleRules, body: str, found: dict[str, str]) -> tuple[Image, ...]:
    inside = images_of(body, page.credits)
    lead = _selected_images(page, rules)
    if lead:
        found["image"] = f"selector {rules.image}"
    elif inside:
        found["image"] = "figure in the text" if "<figure>" in body else "img in the text"
    elif lead := _pictures_before(page):
        found["image"] = "figure before the headline"
    elif lead := _claimed_images(page):
        found["image"] = next(claim.rule for claim in page.claims.of("image"))
    known = {image.url: image for image in inside}
    merged = [_united(image, known.pop(image.url, None)) for image in lead]
    images = (*merged, *(image for image in inside if image.url in known))
    _name_rules(page, rules, images, found)
    return images


def _name_rules(page: Page, rules: ArticleRules, images: tuple[Image, ...], found: dict[str, str]) -> None:
    """Say by which rule caption and credit of the pictures were found."""
    framed = [line_of(node) for node in page.tree.css("figcaption")] if images else []
    claimed = found.get("image", "").startswith(("json-ld", "meta"))
    for name, selector in (("caption", rules.caption), ("credit", rules.credit)):
        text = next((said for image in images if (said := getattr(image, name))), "")
        if not text:
            continue
        if page.select(selector):
            found[name] = f"selector {selector}"
        elif any(text in line for line in framed):
            found[name] = "figcaption"
        else:
            found[name] = found["image"] if claimed else "text beside the picture"


def _united(image: Image, other: Image | None) -> Image:
    if other is None:
        return image
    return replace(
        image,
        alt=image.alt or other.alt,
        caption=image.caption or other.caption,
        credit=image.credit or other.credit,
        width=image.width or other.width,
        height=image.height or other.height,
    )


def _selected_images(page: Page, rules: ArticleRules) -> list[Image]:
    found = []
    for node in page.select(rules.image):
        image = node if node.tag == "img" else node.css_first("img")
        if image is None or not (url := source(image, page.base)):
            continue
        attributes = image.attributes
        caption, credit = _said_of(page, image, rules)
        found.append(
            Image(
                url=url,
                alt=squeeze(attributes.get("alt") or ""),
                caption=caption,
                credit=credit,
                width=_pixels(attributes.get("width")),
                height=_pixels(attributes.get("height")),
            )
        )
    return found


def _said_of(page: Page, image: LexborNode, rules: ArticleRules) -> tuple[str, str]:
    """Caption and credit of a picture: what the selectors match in its figure, else what the figure says."""
    figure = image.parent
    while figure is not None and figure.tag not in {"figure", "body"}:
        figure = figure.parent
    framed = figure is not None and figure.tag == "figure"
    caption, credit = "", ""
    if framed and figure is not None:
        framed_image = next(iter(images_of("".join(fragment.blocks(figure, page.base, itself=True)))), None)
        caption, credit = (framed_image.caption, framed_image.credit) if framed_image else ("", "")
    if node := _near(page, figure if framed else None, rules.credit):
        credit = bare_credit(line_of(node))
    if node := _near(page, figure if framed else None, rules.caption):
        caption, own = read_caption(escape(line_of(node), quote=False))
        credit = credit or own
    return squeeze(caption.removesuffix(credit)) if credit and caption.endswith(credit) else caption, credit


def _near(page: Page, figure: LexborNode | None, selector: str) -> LexborNode | None:
    if not selector:
        return None
    nodes = page.select(selector)
    if figure is None:
        return nodes[0] if nodes else None
    return next((node for node in nodes if any(outer.mem_id == figure.mem_id for outer in ancestors(node))), None)


def _pixels(size: str | None) -> int:
    return int(size) if size and re.fullmatch("[0-9]{1,5}", size) else 0


def _pictures_before(page: Page) -> list[Image]:
    """Pictures above the headline, inside the article, or called its own; the one in the page's header is not the article's."""
    if page.scope is None or any(map(wordings.is_header_credit, page.lines_before)):
        return []
    found = []
    for node in page.before:
        if not is_header_picture(node, page.scope) and (page.scope.tag == "article" or _is_called_its_own(node)):
            found += images_of(
                "".join(fragment.blocks(node, page.base, itself=True, skip=page.noise.__contains__)), page.credits
            )
    return found


def _is_called_its_own(node: LexborNode) -> bool:
    nodes = [node, *node.css("[class]")] if node.tag != "-text" else []
    return any(_ITS_OWN.search(part.attributes.get("class") or "") for part in nodes)


def _claimed_images(page: Page) -> list[Image]:
    for claim in page.claims.of("image"):
        url = absolute(claim.value, page.base)
        if url and not _LOGO.search(urlsplit(url).path.rpartition("/")[2]):
            alt = page.claims.first("image alt")
            return [Image(url, alt=alt.value if alt else "", credit=bare_credit(claim.credit))]
    return []
