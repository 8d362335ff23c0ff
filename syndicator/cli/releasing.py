"""`release --source`: what the watchman held back goes out after all."""

import click

from syndicator.cli.output import count, print_json
from syndicator.config import Config
from syndicator.pipeline import watch
from syndicator.store.database import Store
from syndicator.workshop import utc_now


async def release_all(config: Config, source: str, *, as_json: bool) -> None:
    store = Store(config.store.path)
    try:
        released = await store.write(watch.release, source, utc_now())
    finally:
        store.close()
    if as_json:
        print_json({"source": source, "released": released})
    elif released:
        click.echo(f"{source}: {count(released, 'article')} released.")
    else:
        click.echo(f"{source}: no article is held back.")
