"""Templates of files for other programs, and what their syntax has no word for."""

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from syndicator.errors import SyndicatorError


def render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(**values)


def sayable(text: str, forbidden: str, program: str) -> str:
    """The text, if none of the forbidden characters, and no control character, stands in it. Raises SyndicatorError."""
    if found := re.search(rf"[{re.escape(forbidden)}\x00-\x1f\x7f]", text):
        raise SyndicatorError(
            f"{text!r} cannot stand in a file for {program}, because of its {found[0]!r}.",
            "Choose another path or address in config.toml.",
        )
    return text


@cache
def _environment() -> Environment:
    return Environment(  # noqa: S701  # no HTML; `sayable` keeps out what would end a string
        loader=PackageLoader("syndicator.deploy"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
