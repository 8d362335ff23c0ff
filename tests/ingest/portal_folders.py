"""Portals rebuilt in folders: their pages, and an `expected.toml` that says where they lie and what is to be found.

`[source]` is the source's block. `[pages]` names the addresses (one, or several of the same page) under which a file
answers, `[content_types]` what the server calls it, `[moved]` where an address redirects to. `@session@` in a page is
something else each time it is fetched, `@navigation@` is 390 kB of JSON. `[[articles]]` state the truth, in the order of the list: only what is named is
compared, but `text`, the lines of the body without its pictures, is the whole. `[later]` has pages that replace others
afterwards, and `[[later.articles]]` what the store says of the article at an address then.
"""

import itertools
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from syndicator.config import Source
from syndicator.ingest.clean import text_of
from syndicator.ingest.sources import collect
from syndicator.model import Draft, Harvest, Known, Moment, Response
from tests.support.play import play

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FOLDERS = sorted(path.parent for path in (Path(__file__).parent / "portals").glob("*/expected.toml"))
_FIGURE = re.compile(r"<figure>.*?</figure>")
_LINE_ENDS = re.compile(r"</?(?:p|h[1-6]|[uo]l|li|dl|dt|dd|blockquote|pre|table|caption|tr)\b[^>]*>|<br>|\n")


@cache
def _navigation() -> bytes:
    """What a page has to be rid of at no cost: JSON that holds markup."""
    entries = [
        {"id": n, "label": f"<b>Amt {n}</b>", "html": f"<p>Text {n}</p><h1>Titel {n}</h1>", "url": f"/amt/{n}.html"}
        for n in range(3380)
    ]
    return json.dumps({"items": entries}).replace("</", "<\\/").encode()


@dataclass(frozen=True)
class PortalFolder:
    path: Path
    sessions: Iterator[int] = field(default_factory=itertools.count)

    @cached_property
    def stated(self) -> dict[str, Any]:
        return tomllib.loads((self.path / "expected.toml").read_text(encoding="utf-8"))

    @cached_property
    def source(self) -> Source:
        name = self.path.name.partition("-")[0]
        return Source.model_validate({"name": name, "city": name.title(), **self.stated["source"]})

    @property
    def articles(self) -> list[dict[str, Any]]:
        return self.stated.get("articles", [])

    def site(self, *, later: bool = False) -> "Site":
        return Site(self, self.stated["pages"] | (self.stated["later"]["pages"] if later else {}))

    def visit(self, known: Mapping[str, str] | None = None, *, later: bool = False, recheck=()) -> Harvest:
        visit = collect(self.source, Known(NOW, recheck=tuple(recheck)))
        return play(visit, self.site(later=later), known)


class Site(Mapping[str, Response]):
    """What the portal answers, by address."""

    def __init__(self, folder: PortalFolder, pages: dict[str, str | list[str]]) -> None:
        self.folder = folder
        self.files = {
            address: name
            for name, addresses in pages.items()
            for address in ([addresses] if isinstance(addresses, str) else addresses)
        }
        self.moved = folder.stated.get("moved", {})

    def __getitem__(self, address: str) -> Response:
        landed = self.moved.get(address, address)
        name = self.files[landed]
        content_type = self.folder.stated.get("content_types", {}).get(name, "text/html; charset=utf-8")
        return Response(landed, 200, {"content-type": content_type}, self.body(name))

    def body(self, name: str) -> bytes:
        session = f"s{next(self.folder.sessions):07d}Zk9aQ".encode()
        return (
            (self.folder.path / name)
            .read_bytes()
            .replace(b"@session@", session)
            .replace(b"@navigation@", _navigation())
        )

    def __iter__(self) -> Iterator[str]:
        return iter({**self.files, **self.moved})

    def __len__(self) -> int:
        return len({**self.files, **self.moved})


# ---------------------------------------------------------------- a draft, in the words of an expectation


def shown(draft: Draft, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What an expectation names of a draft, as it names it."""
    return {name: _show(draft, name, value) for name, value in wanted.items()}


def _show(draft: Draft, name: str, wanted: Any) -> Any:
    if name in _SHOWN:
        return _SHOWN[name](draft, wanted)
    value = getattr(draft, name)
    return list(value) if isinstance(value, tuple) else value


def _moment(name: str):
    return lambda draft, wanted: stamp(getattr(draft, name), day=len(wanted) == len("2026-11-22"))


def _images(draft: Draft, wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    keys = itertools.zip_longest(draft.images, wanted[: len(draft.images)], fillvalue=("url",))
    return [{key: getattr(image, key) for key in named} for image, named in keys]


_SHOWN = {
    "published": _moment("published"),
    "updated": _moment("updated"),
    "precision": lambda draft, _: getattr(draft.published, "precision", ""),
    "origin": lambda draft, _: getattr(draft.published, "origin", ""),
    "labels": lambda draft, _: [[label.axis, label.name] for label in draft.labels],
    "text": lambda draft, _: lines_of(draft.body),
    "markup": lambda draft, wanted: [part for part in wanted if part in draft.body],
    "lacks": lambda draft, wanted: [part for part in wanted if part not in draft.body + draft.summary],
    "images": _images,
    "found": lambda draft, wanted: {key: draft.found.get(key, "") for key in wanted},
    "stored": lambda _, wanted: wanted,  # is the affair of the tests with a store
}


def stamp(moment: Moment | None, *, day: bool) -> str:
    """A moment in the source's own time zone, to the minute or the day."""
    if moment is None:
        return ""
    return moment.at.astimezone(ZONE).strftime("%Y-%m-%d" if day else "%Y-%m-%d %H:%M")


def lines_of(body: str) -> list[str]:
    """The text of a body, line by line; what belongs to its pictures is left out."""
    return [line for part in _LINE_ENDS.split(_FIGURE.sub("", body)) if (line := text_of(part.replace("</td>", " ")))]
