"""What is sent for a request, to whom, and what is left off on the way. Pure, but for the reading of secrets."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from yarl import URL

from syndicator.config import Source
from syndicator.model import Request, Sealed, Validators

SAME_METHOD = {307, 308}
_LEAST = 8  # characters of a word that is told apart from any other


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for, and on whose behalf. `own` headers are the source's; they do not leave the first origin."""

    source: Source
    home: URL
    headers: Mapping[str, str]
    size: int
    cut: bool = False  # take the beginning of a longer body
    robots: bool = True
    method: str = "GET"
    data: bytes = b""
    keeps_method: bool = False  # a redirect that would make a GET of it is not followed
    own: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()


def wish_for(request: Request, source: Source, known: Validators, size: int) -> Wish:
    """Raises ValueError where the source has no address, and SyndicatorError where a secret is missing."""
    own = {name: _unsealed(value) for name, value in request.headers.items()}
    return Wish(
        source,
        URL(source.url),
        _headers(request, known),
        request.limit or size,
        robots=source.robots,
        method=request.method,
        data=request.data,
        own=own,
        secrets=tuple(own[name] for name, value in request.headers.items() if not isinstance(value, str)),
    )


def fields(wish: Wish) -> dict[str, str]:
    """The header fields of one request; what the source says itself stands in place of ours."""
    own = {name.lower() for name in wish.own}
    return {**{name: value for name, value in wish.headers.items() if name.lower() not in own}, **wish.own}


def redirected(wish: Wish, status: int, *, leaves: bool) -> Wish:
    """What is asked for at the next address (Fetch, 4.4 HTTP-redirect fetch); `leaves`: it is of another origin.

    What was left off once stays so, also where the way leads back.
    """
    keeps_data = wish.method == "POST" and status in SAME_METHOD
    kept = {
        name: value
        for name, value in wish.own.items()
        if (keeps_data if name.lower() == "content-type" else not leaves)
    }
    return replace(wish, own=kept) if keeps_data else replace(wish, own=kept, method="GET", data=b"")


def without_secrets(body: bytes, wish: Wish) -> bytes:
    """The body, should it repeat a secret that it was asked with, as messages of an API do: what is read may be shown."""
    for word in (word for secret in wish.secrets for word in secret.split() if len(word) >= _LEAST):
        for written in {word, word.replace("/", "\\/")}:  # as PHP writes JSON
            body = body.replace(written.encode(), b"***")
    return body


def _headers(request: Request, known: Validators) -> dict[str, str]:
    """What every origin on the way is told. Preconditions mean something else with a POST (RFC 9110, 13.1.2)."""
    headers = {"Accept": request.accept}
    if known.etag and request.method == "GET":
        headers["If-None-Match"] = known.etag
    if known.last_modified and request.method == "GET":
        headers["If-Modified-Since"] = known.last_modified
    return headers


def _unsealed(value: str | Sealed) -> str:
    return value if isinstance(value, str) else value.read()
