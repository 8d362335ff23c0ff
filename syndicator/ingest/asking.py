"""How an endpoint is asked for one page of its list after the other, by the rules of [sources.api]. Pure."""

import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlsplit

from syndicator.config import ApiRules
from syndicator.ingest.article import same_site
from syndicator.ingest.links import absolute
from syndicator.model import Failed, Request

_ACCEPT = "application/json,*/*;q=0.1"
_ADDRESS = ("http://", "https://", "/", "?")


@dataclass(frozen=True, slots=True)
class Turn:
    """Which page of the list is asked for: what stands for {page}, {offset} and {cursor}, or its own `address`."""

    page: int = 1
    offset: int = 0
    cursor: str = ""
    address: str = ""


def request_for(url: str, rules: ApiRules, turn: Turn, *, conditional: bool) -> Request:
    """The request; `url` is the source's, to whose origin alone its headers go."""
    address = turn.address or _filled(url, turn, quote(turn.cursor, safe=""))
    headers = dict(rules.headers) if same_origin(address, url) else {}
    data = _data(rules.data, turn) if rules.method == "POST" else b""
    if data and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/json"
    return Request(address, conditional, _ACCEPT, rules.method, data, headers)


def same_origin(address: str, home: str) -> bool:
    """Whether what is meant for `home` alone may be sent there (RFC 6454, 4, but that a default port counts as another when written)."""
    ours, theirs = urlsplit(home), urlsplit(address)
    return (ours.scheme, ours.netloc.lower()) == (theirs.scheme, theirs.netloc.lower())


def following(turn: Turn, url: str, rules: ApiRules, said: str, total: int, address: str) -> Turn | Failed | None:
    """The page after this one; None at the end.

    `said` is what the path `next` leads to in an answer of `total` items that came from `address`.
    """
    after = Turn(turn.page + 1, turn.offset + total)
    places = f"{url} {rules.data}"
    if not rules.next:
        return after if "{page}" in places or "{offset}" in places else None
    if not said:
        return None
    if "{cursor}" in places:
        return replace(after, cursor=said)
    if not said.startswith(_ADDRESS):
        reason = f"next = '{rules.next}' leads to {said[:80]!r}, which is no address; a cursor needs {{cursor}} in url or data."
        return Failed("unreadable", reason, address, permanent=True)
    place = absolute(said, address)
    if not place or not same_site(place, url):
        return Failed(
            "refused", f"The next page would be {said[:200]}, which is of another site.", address, permanent=True
        )
    return replace(after, address=place)


def _data(data: str | dict[str, Any], turn: Turn) -> bytes:
    if isinstance(data, str):
        return _filled(data, turn, json.dumps(turn.cursor)[1:-1]).encode()
    return json.dumps(_filled_value(data, turn), ensure_ascii=False).encode(errors="replace")


def _filled_value(value: Any, turn: Turn) -> Any:
    """A text that is nothing but a placeholder becomes a number, or null for a cursor that is not known yet."""
    if isinstance(value, dict):
        return {key: _filled_value(inner, turn) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled_value(inner, turn) for inner in value]
    if not isinstance(value, str):
        return value
    alone = {"{page}": turn.page, "{offset}": turn.offset, "{cursor}": turn.cursor or None}
    return alone[value] if value in alone else _filled(value, turn, turn.cursor)


def _filled(text: str, turn: Turn, cursor: str) -> str:
    return text.replace("{page}", str(turn.page)).replace("{offset}", str(turn.offset)).replace("{cursor}", cursor)
