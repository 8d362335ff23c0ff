"""What `status` says of articles and feeds that are not published as they should be."""

from collections.abc import Iterator, Mapping
from typing import Any

from syndicator.cli.output import count, printable
from syndicator.config import Config
from syndicator.pipeline.render import ARCHIVED
from syndicator.publish.bounds import FEED
from syndicator.store.omissions import Omitted

_SHOWN = 5  # ids in one sentence


def sentences(failed: frozenset[str], omissions: Mapping[str, Omitted], config: Config | None) -> Iterator[str]:
    """One for all documents that cannot be rendered, one for all articles, one for each feed that is too large."""
    if failed:
        names = printable(", ".join(sorted(failed)))
        stay = "stays as it was" if len(failed) == 1 else "stay as they were"
        yield f"{count(len(failed), 'document')} cannot be rendered and {stay}: {names}. The log says why; please report it."
    broken = {id_: None for lack in omissions.values() for id_ in lack.broken}
    if broken:
        places = [place for place, lack in omissions.items() if lack.broken]
        named = printable(", ".join(list(broken)[:_SHOWN])) + (", …" if len(broken) > _SHOWN else "")
        yield (
            f"{count(len(broken), 'article')} cannot be rendered and left out of {count(len(places), 'document')}: {named}. "
            "The log says why; please report it."
        )
    for place, lack in omissions.items():
        if lack.beyond:
            yield (
                f"feed {place} would be larger than {FEED // 1_000_000} MB, so the last {len(lack.beyond)} of its articles "
                f"{_where(place, config)}"
            )


def values(failed: frozenset[str], omissions: Mapping[str, Omitted]) -> dict[str, Any]:
    """The same for scripts."""
    return {
        "cannot_be_rendered": sorted(failed),
        "left_out": [
            {"document": place, "cannot_be_rendered": lack.broken, "too_large": lack.beyond}
            for place, lack in omissions.items()
        ],
    }


def _where(feed: str, config: Config | None) -> str:
    """An archive is published in Atom alone."""
    own = next((block.formats for block in config.feeds if block.name == feed), None) if config else None
    if config and ARCHIVED not in (own or config.publish.formats):
        return "stand nowhere: fewer entries, or Atom among the formats, which has an archive, would mend that."
    return "stand in its archive alone."
