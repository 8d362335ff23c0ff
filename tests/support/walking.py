"""Walks through an archive that is played with a dictionary of pages, as the pipeline does with a real one."""

from dataclasses import dataclass
from datetime import UTC, datetime

from syndicator.config import Source
from syndicator.ingest import archive
from syndicator.ingest.sources import collect
from syndicator.model import Known, Walk
from tests.support.play import play

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@dataclass
class Walked:
    """The walk at its end, the titles that it brought in their order, the places that it read, and what was fetched."""

    walk: Walk
    titles: list[str]
    places: list[str]
    asked: list[str]


def walk_through(source: Source, site, *, since=None, most=None, known=None, media_type="text/html") -> Walked:
    walked, fingerprints = Walked(Walk(since=since), [], [], []), dict(known or {})
    for _ in range(60):
        walk = walked.walk
        if walk.ended:
            return walked
        told = Known(NOW, walk=walk)
        harvest = play(collect(source, told), site, fingerprints, asked=walked.asked, media_type=media_type)
        assert not harvest.failed or harvest.failed.kind == "empty"
        walked.places.append(walk.at or source.url)
        walked.titles += [draft.title for draft in harvest.drafts]
        fingerprints |= harvest.fingerprints
        been = bool(harvest.page and harvest.page.next in walked.places)
        walked.walk = archive.advance(walk, harvest, len(harvest.drafts), most=most, been=been)
    raise AssertionError("it never ends")
