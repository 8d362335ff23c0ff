"""`run` and `demo`: what goes on until Ctrl-C."""

import asyncio
import signal

import click

import syndicator
from syndicator.cli.output import count, short
from syndicator.config import Config, planned_feeds
from syndicator.sample import listening
from syndicator.service import running


async def run(config: Config, *, quiet: bool) -> None:
    """Run the service until SIGINT or SIGTERM."""
    stop = _stop_signal()
    async with running(config):
        if not quiet:
            click.echo(_greeting(config))
        await stop.wait()
        if not quiet:
            click.echo("\nStopping …")
    if not quiet:
        click.echo("Stopped. The next start goes on where this one was.")


async def run_sample_portal(host: str, port: int) -> None:
    stop = _stop_signal()
    async with listening(host, port) as address:
        click.echo(f"The sample portal: {address}  (Ctrl-C ends it)")
        await stop.wait()


def _greeting(config: Config) -> str:
    sources = count(sum(source.enabled for source in config.sources), "source")
    categories = count(len(config.categories), "category")
    here = f"http://{config.server.host}:{config.server.port}/"
    lines = [
        f"syndicator {syndicator.__version__} · {config.site.title}",
        f"  {here:<28} {count(len(planned_feeds(config)), 'feed')}, for people and for feed readers",
        f"  {short(config.publish.folder):<28} the same as files, for any web server",
        f"  {short(config.path):<28} {sources}, {categories}; edits count at once",
    ]
    if config.demo.enabled:
        address = f"http://{config.demo.host}:{config.demo.port}/"
        lines.append(f"  {address:<28} the sample portals that are read here")
    return "\n".join([*lines, "  Ctrl-C ends it; `syndicator status` tells how the sources fare.", ""])


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop
