"""`partner add`: a token for somebody new, its block in config.toml, and what both sides have to write."""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from syndicator.cli.failures import WrongUsage
from syndicator.cli.output import print_json, printable, short
from syndicator.config import Config, planned_feeds
from syndicator.config.edit import partner_block, source_block
from syndicator.config.values import NAME
from syndicator.config.write import add_block
from syndicator.errors import SyndicatorError
from syndicator.serve.credentials import is_loopback
from syndicator.text import slug

_FOLDER = "tokens"  # beside config.toml
_BYTES = 32  # 256 bits: twice what is asked of tokens


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the command was given. `variable`: the environment variable that is to hold the token, "" for a file. `url`: where the partner lives."""

    feeds: tuple[str, ...] = ()
    variable: str = ""
    url: str = ""
    as_json: bool = False


def add(config: Config, name: str, wishes: Wishes) -> int:
    """Make a token and write the block; nothing is left behind where that fails."""
    _check(config, name, wishes)
    token = secrets.token_urlsafe(_BYTES)
    place = None if wishes.variable else config.path.parent / _FOLDER / name
    named = f"env:{wishes.variable}" if place is None else f"file:{_FOLDER}/{name}"
    values = {"name": name, "token": named, "feeds": list(wishes.feeds or ("*",))}
    if wishes.url:
        values["url"] = wishes.url
    if place:
        _write(place, token, config.path)
    try:
        add_block(
            config.path, partner_block(values), "partners", "See which feeds there are: syndicator export --opml."
        )
    except BaseException:
        if place:
            place.unlink()
        raise
    sides = _Sides(config, name, token, wishes.feeds)
    if wishes.as_json:
        print_json(sides.values | {"block": values, "token": token, "kept_in": named})
    else:
        click.echo("\n".join(_told(config, sides, place, wishes)))
    return 0


def _check(config: Config, name: str, wishes: Wishes) -> None:
    if not re.fullmatch(NAME, name):
        raise WrongUsage(
            f"A partner's name is made of a-z, 0-9 and hyphens, as '{slug(name) or 'bochum'}' is, not '{name}'"
        )
    if any(partner.name == name for partner in config.partners):
        raise WrongUsage(f"{config.path.name} has a partner '{name}' already")
    if wishes.variable and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", wishes.variable):
        raise WrongUsage(f"'{wishes.variable}' is no name of an environment variable")


def _write(place: Path, token: str, beside: Path) -> None:
    """A new file that its owner alone can read; it belongs to whom config.toml belongs to, where that is allowed."""
    owner = beside.stat()
    try:
        with suppress(FileExistsError):
            place.parent.mkdir(mode=0o700)
            with suppress(PermissionError):
                os.chown(place.parent, owner.st_uid, owner.st_gid)
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        hint = (
            "Move it away, or have the token in a variable: --env NAME."
            if place.exists()
            else "See who may write there."
        )
        raise SyndicatorError(f"The token cannot be written to {short(place)}: {error.strerror}.", hint) from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        with suppress(PermissionError):
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        file.write(f"{token}\n")
        file.flush()
        os.fsync(descriptor)


# ---------------------------------------------------------------- what both sides are told


class _Sides:
    """Addresses and lines for one of the partner's feeds, as an example of all."""

    def __init__(self, config: Config, name: str, token: str, feeds: tuple[str, ...]) -> None:
        self.name = name
        self.token = token
        site = config.site
        there = [feed.name for feed in planned_feeds(config)]
        feed = next((feed for feed in feeds if feed in there), "all")
        ending = "atom" if "atom" in config.publish.formats else config.publish.formats[0]
        self.address = f"{site.url}partners/{name}/feeds/{feed}.{ending}"
        self.secret = f"{site.url}p/{token}/feeds/{feed}.{ending}"
        city = _city(config)
        source = slug(city) or slug(site.host.replace(".", "-"))
        self.variable = f"TOKEN_{source.upper().replace('-', '_')}"
        private = {"allow_private": True} if site.url.startswith("http://") else {}
        self.source = source_block(
            {
                "name": source,
                "title": site.publisher,
                "city": city,
                "kind": "feed",
                "url": self.address,
                "token": f"env:{self.variable}",
                **private,
            }
        )

    @property
    def values(self) -> dict[str, Any]:
        return {
            "partner": self.name,
            "address": self.address,
            "secret_address": self.secret,
            "source_block": self.source,
        }


def _city(config: Config) -> str:
    """Whose news these are: the city of the sources that the publisher is named after, or the only one."""
    publisher = config.site.publisher
    cities = dict.fromkeys(source.city for source in config.sources)
    named = [city for city in cities if city in publisher] or list(cities)
    return named[0] if len(named) == 1 else publisher.removeprefix("Stadt ")


def _told(config: Config, sides: _Sides, place: Path | None, wishes: Wishes) -> Iterator[str]:
    feeds = ", ".join(wishes.feeds) or "all feeds"
    yield f"Partner '{sides.name}' stands in {short(config.path)} now, for {feeds}."
    yield ""
    yield "On this side"
    if place:
        yield f"  The token lies in {short(place)}, readable for its owner alone, who has to be whom the service runs as."
        yield "  A running service takes both over by itself."
    else:
        yield "  Put this where the service gets its environment from, and start it anew:"
        yield f"  {wishes.variable}={sides.token}"
    yield ""
    if config.site.host == "localhost" or is_loopback(config.site.host):
        yield "  Nobody else can reach the addresses below, as [site] url leads to this machine: set it first."
        yield ""
    yield f"For {sides.name}, to be handed over on a way that nobody else reads:"
    yield ""
    yield "  If it runs syndicator: the token in its environment, and a block in its config.toml"
    yield ""
    yield f"    {sides.variable}={sides.token}"
    yield ""
    yield from (f"    {printable(line) if line else ''}".rstrip() for line in sides.source.splitlines())
    yield ""
    yield "  If it runs something else: one of these three"
    yield ""
    yield f"    Address        {sides.address}"
    yield f"      Basic        user {sides.name}, password {sides.token}"
    yield f"      Bearer       Authorization: Bearer {sides.token}"
    yield ""
    yield f"    Secret address {sides.secret}"
    yield "      for readers that can send neither; whoever sees the address can read the feed"
    yield ""
    yield "  Its other feeds have the same address with another name; .rss and .json are other formats."
