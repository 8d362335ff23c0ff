"""After a crash, a full disk or a careless hand: which published files are still what they were."""

import asyncio

from syndicator.publish.targets.folder import Folder
from syndicator.store import editions
from syndicator.store.database import Store
from syndicator.store.editions import Edition


async def whole_editions(store: Store, folder: Folder) -> dict[str, Edition]:
    """The editions that lie in the folder as they were published, with their encoded siblings, by path.

    The first round of a publisher that is given only these writes the others again. Reads every file, and locks nothing.
    """
    published = await store.read(editions.all_editions)
    return await asyncio.to_thread(
        lambda: {path: edition for path, edition in published.items() if folder.holds(path, edition.digest)}
    )
