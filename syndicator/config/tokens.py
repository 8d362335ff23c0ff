"""Tokens that we give out: how good they have to be, and what is wrong with those that config.toml names."""

import re
from collections.abc import Iterator
from math import log2

from syndicator.config.lines import KeyPath
from syndicator.config.mistakes import written
from syndicator.config.models import Config
from syndicator.config.secret import Secret
from syndicator.errors import SyndicatorError

BITS = 128  # that a token has to have, so that nobody guesses it
_LONGEST = 512  # characters: a header field of 8 kB has to have room for it, coded as base64
_DISTINCT = 8  # characters; 32 random hex digits have fewer in one of 10^8 cases
# What stands for itself in a header field, in a password and in a path (RFC 3986, 2.3).
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]+")
_ALPHABETS = (
    (re.compile(r"[0-9]+"), 10),
    (re.compile(r"[0-9a-f]+|[0-9A-F]+"), 16),
    (re.compile(r"[a-z]+|[A-Z]+"), 26),
    (re.compile(r"[0-9a-z]+|[0-9A-Z]+"), 36),
    (re.compile(r".+"), 64),
)
_MAKE = "syndicator partner add makes one, and so does: openssl rand -hex 32"


def weakness(token: str) -> str:
    """What is wrong with a token that is to be given out, without telling anything of it; empty for a good one."""
    if not _UNRESERVED.fullmatch(token):
        return f"the token holds more than letters, digits and . _ ~ -, so that not every reader can send it; {_MAKE}"
    if len(token) > _LONGEST:
        return f"the token is longer than {_LONGEST} characters"
    size = next(size for alphabet, size in _ALPHABETS if alphabet.fullmatch(token))
    bits = int(len(token) * log2(size))
    if bits < BITS:
        return f"the token is too short: of its kind of characters it has {bits} bits at most, and {BITS} are needed; {_MAKE}"
    if len(set(token)) < _DISTINCT:
        return f"the token repeats few characters, so that it can be guessed; {_MAKE}"
    return ""


def given_out(config: Config) -> Iterator[tuple[KeyPath, Secret]]:
    """The place of each token by which we know somebody, and the key that names it."""
    for index, partner in enumerate(config.partners):
        yield ("partners", index, "token"), partner.token
    if config.admin.token:
        yield ("admin", "token"), config.admin.token


def mistakes_in_tokens(config: Config) -> Iterator[tuple[KeyPath, str, bool]]:
    """The key, what is wrong with its token, and whether that is sure: an environment variable may be set for the service alone."""
    first: dict[str, KeyPath] = {}
    for path, secret in given_out(config):
        try:
            token = secret.read()
        except SyndicatorError as error:
            yield path, _said(error), False
            continue
        if problem := weakness(token):
            yield path, problem, True
        elif first.setdefault(token, path) != path:
            yield path, f"this is the token of {written(first[token][:-1])} as well; each needs one of its own", True


def missing_tokens(config: Config) -> Iterator[tuple[KeyPath, str]]:
    """The key of each source whose token cannot be read here, and why; it may be there for the service alone."""
    for index, source in enumerate(config.sources):
        if source.token and source.enabled:
            try:
                source.token.read()
            except SyndicatorError as error:
                yield ("sources", index, "token"), _said(error)


def _said(error: SyndicatorError) -> str:
    return f"{error.message}. {error.hint}" if error.hint else error.message
