"""OPML (opml.org/spec2.opml): the feeds that somebody reads, in folders of any depth. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from syndicator.errors import SyndicatorError
from syndicator.text import squeeze

LARGEST = 5_000_000  # bytes
_DEEPEST = 50  # folders within each other


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of the file: what it is called, its address as it is written there, its page, and the folders around it, the outermost first."""

    title: str
    address: str
    page: str
    folders: tuple[str, ...]


def read_opml(body: bytes) -> tuple[Outline, ...]:
    """The feeds in the order of the file, each address once. Raises SyndicatorError where this is no OPML, or names no feed."""
    if len(body) > LARGEST:
        raise SyndicatorError(f"The file is larger than {LARGEST // 1_000_000} MB, as no list of feeds is.")
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SyndicatorError(
            f"The file is no XML: {squeeze(str(error))}.", "Export the OPML file anew where it comes from."
        ) from error
    if etree.QName(root).localname.lower() != "opml":
        raise SyndicatorError(
            f"The file is no OPML: its root element is <{etree.QName(root).localname}>.",
            "For a single feed there is `syndicator add ADDRESS`.",
        )
    found: dict[str, Outline] = {}
    for outline in _feeds(root.find("{*}body"), ()):
        found.setdefault(outline.address, outline)
    if not found:
        raise SyndicatorError("The OPML file names no feed: no outline in it has an xmlUrl.")
    return tuple(found.values())


def _feeds(holder: etree._Element | None, folders: tuple[str, ...]) -> Iterator[Outline]:
    if holder is None or len(folders) > _DEEPEST:
        return
    for outline in holder.iterchildren("{*}outline"):
        said = {name.lower(): squeeze(str(value)) for name, value in outline.attrib.items()}
        name = said.get("title") or said.get("text", "")
        if address := said.get("xmlurl"):
            yield Outline(name, address, said.get("htmlurl", ""), folders)
        yield from _feeds(outline, (*folders, name) if name and not address else folders)
