"""`deploy`: prints what the programs around this one need to know."""

from pathlib import Path

import click

from syndicator import deploy
from syndicator.cli.failures import WrongUsage
from syndicator.config import Config


def show(config: Config, program: str, listen: str | None, log: Path | None) -> None:
    if program == "systemd" and listen:
        raise WrongUsage("--listen is for web servers; where syndicator itself listens stands under [server]")
    if program != "nginx" and log:
        raise WrongUsage("--access-log is for nginx alone")
    if program == "nginx":
        text = deploy.nginx_site(config, listen, log or deploy.NGINX_LOG)
    elif program == "caddy":
        text = deploy.caddyfile(config, listen)
    else:
        text = deploy.unit(config)
    click.echo(text, nl=False)
