"""`alerts test`: whether a message gets through."""

import click

from syndicator.alerts.delivery import send, ways
from syndicator.alerts.letters import trial_letter
from syndicator.cli.output import print_json, printable
from syndicator.config import Config
from syndicator.errors import SyndicatorError
from syndicator.ingest.client import Client
from syndicator.workshop import user_agent, utc_now


async def send_test(config: Config, *, as_json: bool) -> int:
    """Send one message each way; 1 if one was not taken."""
    if not ways(config.alerts):
        raise SyndicatorError(
            f"{config.path.name} names nobody to be told: [alerts] has neither email nor webhook.",
            "Uncomment [alerts] at its end, and put an address there.",
        )
    letter = trial_letter(config, utc_now())
    client = Client(user_agent(config), recall=lambda _: None, remember=lambda *_: None, now=utc_now)
    try:
        problems = {way: await send(way, letter, client, config) for way in ways(config.alerts)}
    finally:
        await client.close()
    if as_json:
        print_json({way: problem or None for way, problem in problems.items()})
    else:
        for way, problem in problems.items():
            click.echo(printable(f"{way}: {problem or 'taken.'}"))
    return int(any(problems.values()))
