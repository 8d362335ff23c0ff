"""A systemd unit that lets the service touch what this configuration names, and nothing else."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from syndicator.config import Config, Secret
from syndicator.deploy.rendering import render, sayable

UNIT = "syndicator"
_PRIVILEGED = 1024  # ports below need a capability
_HOMES = tuple(map(Path, ("/home", "/root", "/run/user")))
_CREDENTIALS = Path("/run/credentials") / f"{UNIT}.service"  # where systemd puts them, readable for this service alone


@dataclass(frozen=True, slots=True)
class _Kept:
    """A secret in a file: its name as a credential, where it is kept, and whether config.toml asks for the credential."""

    name: str
    place: Path
    asked_for: bool


def unit(config: Config, python: Path | None = None) -> str:
    """A file for /etc/systemd/system/. `python` is the interpreter to run by, else this one.

    Raises SyndicatorError where a path cannot be written in a unit.
    """
    here = config.path.parent
    secrets = sorted(set(secrets_of(config)), key=lambda secret: (secret.kind, secret.place))
    writable = sorted({config.store.path.absolute().parent, config.publish.folder.absolute()})
    program = Path(python or sys.executable)
    return render(
        "syndicator.service",
        site=config.site.title.replace("%", "%%").replace("\\", "/"),  # at its end it would swallow the next line
        unit=UNIT,
        folder=_quoted(here),
        start=f"{_command(program)} -m syndicator run --quiet --config {_command(config.path)}",
        writable=[_quoted(path) for path in writable],
        code=_quoted(Path(sys.prefix)) if any(Path(sys.prefix).is_relative_to(path) for path in writable) else "",
        at_home=any(path.is_relative_to(home) for path in (here, program, *writable) for home in _HOMES),
        privileged=config.server.port < _PRIVILEGED,
        variables=[secret.place for secret in secrets if secret.kind == "env"],
        kept=[_kept(secret) for secret in secrets if secret.kind == "file"],
        credentials=_CREDENTIALS,
    )


def secrets_of(block: object) -> Iterator[Secret]:
    """Every place of a secret that a table of config.toml names."""
    if isinstance(block, Secret):
        yield block
    elif isinstance(block, BaseModel):
        for _, value in block:
            yield from secrets_of(value)
    elif isinstance(block, tuple):
        for value in block:
            yield from secrets_of(value)


def _kept(secret: Secret) -> _Kept:
    place = Path(secret.place)
    asked_for = place.parent == _CREDENTIALS
    return _Kept(place.name, Path("/etc/syndicator") / place.name if asked_for else place, asked_for)


def _quoted(path: Path) -> str:
    """A path for a list of paths: specifiers doubled, in quotation marks (systemd.syntax(7))."""
    return '"' + sayable(str(path), '"\\', "systemd").replace("%", "%%") + '"'


def _command(path: Path) -> str:
    return _quoted(path).replace("$", "$$")
