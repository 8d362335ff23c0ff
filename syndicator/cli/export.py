"""`export`: what readers and other services take over from here."""

import click

from syndicator.config import Config, planned_feeds
from syndicator.publish.opml import render_opml
from syndicator.store import articles
from syndicator.store.glance import glance


def export_opml(config: Config) -> int:
    """Print the OPML file of all feeds, as it is published. Reads only; without a database, the cities are those of config.toml."""
    cities = glance(config.store.path, articles.cities) or ()
    click.echo(render_opml(planned_feeds(config, cities), config).decode(), nl=False)
    return 0
