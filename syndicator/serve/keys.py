"""The tokens that open something, as hashes: a partner's feeds, and the pages for admins."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from syndicator.config import Config, Partner, Secret
from syndicator.config.tokens import mistakes_in_tokens
from syndicator.errors import SyndicatorError

_KEY = secrets.token_bytes(
    32
)  # of this process: what a token hashes to cannot be foreseen, so that looking it up takes no telling time


def _hash(token: str) -> bytes:
    return hashlib.blake2b(token.encode("utf-8", "replace"), key=_KEY, digest_size=32).digest()


@dataclass(frozen=True, slots=True)
class Keys:
    """Whose tokens these are. `admin` is None where config.toml names none; then only who sits here gets in.

    `problems`: what is wrong with a token, by the name of the partner, "" for the admin's. It opens nothing then.
    """

    partners: Mapping[bytes, Partner] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    admin: bytes | None = None
    problems: Mapping[str, str] = field(default_factory=dict)

    def partner(self, token: str) -> Partner | None:
        """Whose token this is."""
        return self.partners.get(_hash(token))

    def is_admin(self, token: str) -> bool:
        return self.admin is not None and hmac.compare_digest(_hash(token), self.admin)


def read_keys(config: Config) -> Keys:
    """Reads every token where it is kept; one that is missing or weak opens nothing."""
    bad = {path: text for path, text, _ in mistakes_in_tokens(config)}
    partners = {}
    for index, partner in enumerate(config.partners):
        if token := "" if ("partners", index, "token") in bad else _read(partner.token):
            partners[_hash(token)] = partner
    admin = None
    if place := config.admin.token:
        token = "" if ("admin", "token") in bad else _read(place)
        admin = _hash(token) if token else secrets.token_bytes(32)  # that of no token: closed
    problems = {config.partners[int(path[1])].name if path[0] == "partners" else "": text for path, text in bad.items()}
    return Keys(partners, frozenset(partner.name for partner in config.partners), admin, problems)


def _read(place: Secret) -> str:
    try:
        return place.read()
    except SyndicatorError:  # gone since it was looked at
        return ""


def may_read(partner: Partner, feed: str) -> bool:
    return any(fnmatchcase(feed, pattern) for pattern in partner.feeds)
