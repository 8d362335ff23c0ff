"""What is told of a published file beside its bytes: its language, and where its other forms are (RFC 8288). Pure.

Whoever serves the folder instead of us is given the same by `syndicator deploy`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from syndicator.config import Config
from syndicator.publish import addresses, formats

PAGE = "html"
_INDEX = "index"
_ENGLISH = addresses.folder("en")
_EVERYTHING = "all"  # the feed that pages of no feed lead to
_OF_NO_FEED = {_INDEX, addresses.STATEMENT}

About = Callable[[str], Mapping[str, str]]


def nothing(_path: str) -> Mapping[str, str]:
    return {}


def about(config: Config) -> About:
    """Path in the folder → Content-Language and Link, where the file has such."""
    return lambda path: fields(config, path)


def fields(config: Config, path: str) -> Mapping[str, str]:
    """`path` as in the folder: "vielfalt.atom", "vielfalt/archive/3.atom"; its name may be a placeholder of a web server."""
    name, _, extension = path.rpartition(".")
    if extension != PAGE and extension not in _available():
        return {}
    if extension == PAGE and name.startswith(_ENGLISH):
        links = ", ".join(_links(config, name.removeprefix(_ENGLISH), extension))
        return {"Content-Language": "en", "Link": links}
    links = ", ".join(_links(config, name, extension))
    return {"Content-Language": _languages(config, name), **({"Link": links} if links else {})}


def _links(config: Config, name: str, extension: str) -> Iterator[str]:
    """`self` and `hub` are what a WebSub subscriber looks for (WebSub, 4); archived pages have no other form to name."""
    if extension != PAGE:
        yield _link(addresses.file(config.site, name, extension), "self", _available()[extension])
    if "/" not in name:
        yield from _alternates(config, name, extension)
    hub = addresses.hub(config)
    if hub and extension != PAGE:
        yield _link(hub, "hub")


def _alternates(config: Config, name: str, extension: str) -> Iterator[str]:
    if extension != PAGE:
        yield _link(addresses.page(config.site, name), "alternate", "text/html")
    feed = _EVERYTHING if name in _OF_NO_FEED else name
    chosen = next((block.formats for block in config.feeds if block.name == feed), None) or config.publish.formats
    for other, media_type in _media_types(chosen).items():
        if other != extension:
            yield _link(addresses.file(config.site, feed, other), "alternate", media_type)


def _link(address: str, relation: str, media_type: str = "") -> str:
    kind = f'; type="{media_type}"' if media_type else ""
    return f'<{address}>; rel="{relation}"{kind}'


def _languages(config: Config, name: str) -> str:
    """What a feed's articles are chosen by, else the site's language: for whom the file is meant (RFC 9110, 8.5)."""
    feed = name.partition("/")[0]
    chosen = next((block.languages for block in config.feeds if block.name == feed), ())
    return ", ".join(chosen or (config.site.language,))


def _available() -> Mapping[str, str]:
    return _media_types([name for name in formats.available() if name != PAGE])


def _media_types(names: Sequence[str]) -> Mapping[str, str]:
    """The extension and media type of each format."""
    known = formats.available()
    return {known[name].EXTENSION: known[name].MEDIA_TYPE.partition(";")[0] for name in names}
