"""Secrets, as config.toml names them: by where they are kept, never by what they are."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from syndicator.errors import SyndicatorError

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Secret:
    """The place of a secret: an environment variable, or a file. What lies there is read when it is asked for, and not kept."""

    kind: Literal["env", "file"]
    place: str

    @classmethod
    def parse(cls, text: str, folder: Path) -> "Secret | None":
        """`env:NAME` or `file:PATH`, a relative path being below `folder`; None for anything else."""
        kind, _, place = text.partition(":")
        if kind == "env" and _VARIABLE.fullmatch(place):
            return cls("env", place)
        if kind == "file" and place.strip() and "\0" not in place:
            return cls("file", str(folder / place.strip()))
        return None

    @property
    def written(self) -> str:
        """As config.toml writes it."""
        return f"{self.kind}:{self.place}"

    def read(self) -> str:
        """The secret without white space around it. Raises SyndicatorError where there is none."""
        value = self._variable() if self.kind == "env" else self._file()
        if not value:
            raise SyndicatorError(f"{self._named} is empty, but it should hold a secret")
        return value

    @property
    def _named(self) -> str:
        return f"the environment variable {self.place}" if self.kind == "env" else f"the file {self.place}"

    def _variable(self) -> str:
        value = os.environ.get(self.place)
        if value is None:
            raise SyndicatorError(
                f"{self._named} is not set, but config.toml takes a secret from it",
                f"Set it for the service, for example with Environment={self.place}=… in its systemd unit.",
            )
        return value.strip()

    def _file(self) -> str:
        try:
            return Path(self.place).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SyndicatorError(
                f"{self._named} cannot be read ({error.strerror}), but config.toml takes a secret from it",
                "Create it with the secret as its only content, readable for the service alone.",
            ) from error
        except UnicodeDecodeError:
            # Not chained: the error's text would show bytes of the secret.
            raise SyndicatorError(f"{self._named} is not UTF-8 text, but it should hold a secret") from None


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token as the field Authorization carries it (RFC 6750, 2.1)."""

    token: Secret

    def read(self) -> str:
        """The value of the field. Raises SyndicatorError where there is no token."""
        return f"Bearer {self.token.read()}"
