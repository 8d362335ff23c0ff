"""After a crash, a full disk or a careless hand: which published files are still what they were."""

import asyncio
from collections.abc import Sequence

from syndicator.publish import addresses
from syndicator.publish.targets.folder import Folder
from syndicator.store import archive, editions
from syndicator.store.database import Store
from syndicator.store.editions import Edition


async def find_missing_pages(store: Store, folder: Folder) -> None:
    """Have archived pages rendered again whose file is gone. Lists the folders; what the files hold is not looked at."""
    pages = await store.read(archive.written)
    missing = await asyncio.to_thread(_missing, pages, folder)
    if missing:
        await store.write(archive.mark_missing, missing)


def _missing(pages: Sequence[tuple[str, int]], folder: Folder) -> list[tuple[str, int]]:
    there = {feed: folder.names(f"{feed}/{addresses.ARCHIVE}") for feed, _ in pages}
    return [
        (feed, page) for feed, page in pages if addresses.archive_path(feed, page).rpartition("/")[2] not in there[feed]
    ]


async def whole_editions(store: Store, folder: Folder) -> dict[str, Edition]:
    """The editions that lie in the folder as they were published, with their encoded siblings, by path.

    The first round of a publisher that is given only these writes the others again. Reads every file, and locks nothing.
    """
    published = await store.read(editions.all_editions)
    return await asyncio.to_thread(
        lambda: {path: edition for path, edition in published.items() if folder.holds(path, edition.digest)}
    )
