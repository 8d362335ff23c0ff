"""The pictures in a tidy body, with what is said about them. Pure."""

import re
from html import unescape

from syndicator.ingest.clean import plain
from syndicator.ingest.credits import bare_credit, is_credit, split_credit
from syndicator.model import Image

_PICTURES = re.compile(r"<figure>(?P<figure>.*?)</figure>|<img (?P<single>[^>]*)>", re.DOTALL)
_IMG = re.compile(r"<img ([^>]*)>")
_CAPTION = re.compile(r"<figcaption>(.*?)</figcaption>", re.DOTALL)
_ATTRIBUTE = re.compile(r'(src|alt|width|height)="([^"]*)"')


def images_of(body: str) -> list[Image]:
    """Every picture of a body that `clean.tidy` wrote, each once, in its order."""
    found: dict[str, Image] = {}
    for match in _PICTURES.finditer(body):
        if match["single"] is not None:
            image = _image(match["single"], "", "")
            found.setdefault(image.url, image)
            continue
        caption = _CAPTION.search(match["figure"])
        said = read_caption(caption[1]) if caption else ("", "")
        for markup in _IMG.findall(match["figure"]):
            image = _image(markup, *said)
            found.setdefault(image.url, image)
    return list(found.values())


def read_caption(markup: str) -> tuple[str, str]:
    """Caption and credit of a `figcaption`, where the credit is a line of its own or the end of one."""
    lines = [line for part in markup.split("<br>") if (line := plain(part))]
    credits = [line for line in lines if is_credit(line)]
    if credits:
        return " ".join(line for line in lines if line not in credits), bare_credit(credits[0])
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
