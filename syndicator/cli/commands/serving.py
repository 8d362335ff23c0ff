"""Running the service, and what it needs around it."""

import logging
from pathlib import Path

import click

from syndicator import config as configuration
from syndicator.cli.options import CONFIG, examples, log_from, run_to_end


@examples("syndicator run", "syndicator run --quiet")
@click.command(short_help="Run the service until Ctrl-C.")
@CONFIG
@click.option("--quiet", is_flag=True, help="Only tell of what goes wrong.")
def run(config_path: Path, *, quiet: bool) -> None:
    """Run the service: visit sources, publish feeds, answer readers, until Ctrl-C."""
    from syndicator.cli import running

    config = configuration.load(config_path)
    log_from(logging.WARNING if quiet else logging.INFO)
    run_to_end(running.run(config, quiet=quiet))


@examples("syndicator demo", "syndicator demo --port 9000")
@click.command(short_help="Run only the sample portal.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", default=8090, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 takes a free one."
)
def demo(host: str, port: int) -> None:
    """Run only the sample portal: three made-up city portals to try things on."""
    from syndicator.cli import running

    run_to_end(running.run_sample_portal(host, port))


@examples(
    "syndicator deploy nginx > /etc/nginx/conf.d/syndicator.conf",
    "syndicator deploy nginx --listen 127.0.0.1:8081",
    "syndicator deploy systemd > /etc/systemd/system/syndicator.service",
)
@click.command(short_help="Print a file for nginx, Caddy or systemd.")
@click.argument("program", type=click.Choice(["nginx", "caddy", "systemd"]))
@CONFIG
@click.option("--listen", metavar="HOST:PORT", help="Have the web server listen there, with plain HTTP.")
@click.option("--access-log", type=click.Path(path_type=Path, dir_okay=False), help="Where nginx logs.")
def deploy(program: str, config_path: Path, listen: str | None, access_log: Path | None) -> None:
    """Print a file for a web server in front of this service, or for systemd, made for this configuration.

    The web server serves the published folder with the same addresses, types, encodings and fields, and asks the service
    for everything else. Nothing is installed or changed.
    """
    from syndicator.cli.deploy import show

    show(configuration.load(config_path), program, listen, access_log)
