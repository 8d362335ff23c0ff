"""What the watchman does beside visits: look around each hour, and send what there is to tell."""

import logging
from datetime import timedelta

from syndicator.alerts.delivery import GATHER, deliver
from syndicator.config import Config
from syndicator.errors import SyndicatorError
from syndicator.pipeline.watch import is_network_in_question, look_at_all, look_at_network, tell_turns
from syndicator.workshop import Workshop

log = logging.getLogger(__name__)

LOOK = timedelta(hours=1)
ROUND = timedelta(seconds=30)


async def look_around(shop: Workshop, config: Config) -> None:
    """Judge all sources; a store that cannot be used now can be in an hour."""
    try:
        tell_turns(await look_at_all(shop.store, config, shop.now))
    except SyndicatorError as error:
        log.error("The sources could not be judged: %s", error)  # noqa: TRY400  # the sentence says it all


async def send_alerts(shop: Workshop, config: Config, gather: timedelta = GATHER) -> None:
    """Send what began and what is over, if it was gathered for so long; what cannot be sent now is sent later."""
    try:
        if await shop.store.read(is_network_in_question):
            tell_turns(await shop.store.write(look_at_network, config, shop.now()))
        await deliver(shop.store, shop.client, config, shop.now, gather)
    except SyndicatorError as error:
        log.error("Alerts could not be sent and will be tried again: %s", error)  # noqa: TRY400
