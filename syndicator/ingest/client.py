"""The one door to the web: every request of this program is made here.

Each hop of a request passes the same checks, in this order: the address, the host's Retry-After and robots.txt, its turn
in the queue, the IP address at connect time; then limits of time and size. What fails is a `Failed` with a sentence.
"""

import asyncio
import hashlib
import logging
import re
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from syndicator.config import Source
from syndicator.errors import SyndicatorError
from syndicator.ingest import addresses, faults, robots, walls
from syndicator.ingest.body import TooLargeError, inflate, read_wire
from syndicator.ingest.outgoing import SAME_METHOD, Wish, fields, redirected, wish_for, without_secrets
from syndicator.ingest.pace import LONGEST, read_retry_after
from syndicator.ingest.turns import Alone, Gate, HostState, Origin, Origins, Queues
from syndicator.model import Failed, Request, Response, Validators

__all__ = ["Client", "HostState"]

SIZE = 2 * 2**20  # bytes of a body, on the wire and inflated: what parsers can bear (a page of a portal has 430 kB)
SECONDS = 30.0  # from the first hop to the last byte, not counting the waiting for a turn
HOPS = 5

_BRIEF_ROBOTS = 4096  # characters
_BRIEF_ANSWER = 4096  # bytes, of which nothing is needed
_ROBOTS_AGE = timedelta(days=1)  # RFC 9309, 2.4
_ROBOTS_RETRY = timedelta(hours=1)  # while an old copy stands in for one that cannot be read
_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_SUCCESS = {200, 203}
_BUSY = {429, 503}
_NO_ROBOTS = _REDIRECTS | set(range(400, 500)) - _BUSY  # "unavailable" (RFC 9309, 2.3.1.2 and 2.3.1.3)
_BEGUN_AT_ONCE = 8  # connections, each of which takes the event loop a millisecond
_KEEPALIVE = 15.0  # seconds
_RAW_BYTE = re.compile("[\udc80-\udcff]")

_Reach = bool | tuple[str, ...]  # whether private addresses may be connected to, or of callbacks: which

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one server said; `permanent`: all redirects up to here were."""

    url: URL
    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    retry_after: float | None = None
    permanent: bool = False
    seconds: float = 0.0


class Client:
    """Fetches for all sources. `recall` and `remember` keep what an origin told over a restart; `now` is the clock.

    `queues` are shared with the other processes that may ask the same servers.
    """

    def __init__(
        self,
        user_agent: str,
        *,
        recall: Callable[[str], HostState | None],
        remember: Callable[[str, HostState], None],
        now: Callable[[], datetime],
        seconds: float = SECONDS,
        size: int = SIZE,
        tls: ssl.SSLContext | bool = True,
        queues: Queues | None = None,
    ) -> None:
        self.user_agent = user_agent
        self._origins = Origins(recall, queues or Alone())
        self._gate = Gate(_BEGUN_AT_ONCE)
        self._remember = remember
        self._now = now
        self._seconds = seconds
        self._size = size
        self._tls = tls
        self._sessions: dict[_Reach, aiohttp.ClientSession] = {}

    async def fetch(self, request: Request, source: Source, validators: Validators | None = None) -> Response | Failed:
        """What `request.url` holds; `validators` are those of the last complete harvest, if there was one."""
        known = (validators or Validators()) if request.conditional else Validators()
        try:
            url = URL(request.url).with_fragment(None)
            wish = wish_for(request, source, known, self._size)
        except ValueError:
            return Failed("refused", "This is no address.", request.url, permanent=True)
        except SyndicatorError as error:
            return Failed("refused", f"The request cannot be sent: {error.message}.", request.url)
        answer = await self._follow(url, wish)
        if isinstance(answer, _Answer):
            answer = replace(answer, body=without_secrets(answer.body, wish))
        result = answer if isinstance(answer, Failed) else _understand(answer, request, known)
        if (
            isinstance(answer, _Answer)
            and isinstance(result, Failed)
            and wish.secrets
            and answer.url.origin() == url.origin()
        ):
            result = faults.with_token(result, answer.status, url)
        return replace(result, address=request.url) if isinstance(result, Failed) else result

    async def post(self, url: str, body: bytes, media_type: str) -> Failed | None:
        """Send something to an address that the admin has chosen, so wherever it lies; None when it was taken.

        No redirect is followed: what is meant for one is not told to another.
        """
        timeout, headers = aiohttp.ClientTimeout(total=self._seconds), {"Content-Type": media_type}
        address = URL(url)
        try:
            session = self._session(True)
            async with session.post(
                address, data=body, headers=headers, allow_redirects=False, timeout=timeout
            ) as response:
                return (
                    None
                    if response.ok and response.status not in _REDIRECTS
                    else faults.from_status(response.status, address)
                )
        except faults.EXPECTED as error:
            return faults.from_error(error, address, self._seconds, self._size)

    async def submit(self, url: str, form: Mapping[str, str], source: Source) -> Failed | None:
        """Send a form to an address that a source has named, within what the source may reach; None when it was taken.

        Followed are 307 and 308 alone (WebSub, 5.1). robots.txt is for what is read.
        """
        try:
            wish = Wish(
                source,
                URL(source.url),
                {"Accept": "text/plain,*/*;q=0.1"},
                _BRIEF_ANSWER,
                cut=True,
                robots=False,
                method="POST",
                data=urlencode(form).encode(),
                keeps_method=True,
                own={"Content-Type": "application/x-www-form-urlencoded"},
            )
            answer = await self._follow(URL(url).with_fragment(None), wish)
        except ValueError:
            return Failed("refused", "This is no address.", url, permanent=True)
        if isinstance(answer, Failed):
            return answer
        if answer.status in _REDIRECTS:
            return Failed("broken", f"{faults.host_of(answer.url)} sends us elsewhere.", permanent=True)
        taken = HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES
        return None if taken else faults.from_status(answer.status, answer.url, answer.retry_after)

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    # ------------------------------------------------------------ the way to an answer

    async def _follow(self, url: URL, wish: Wish) -> _Answer | Failed:
        """The last answer on a way of at most `HOPS` redirects; a redirect itself if there are more, or it leads nowhere."""
        permanent, left = True, self._seconds
        for hop in range(HOPS + 1):
            if objection := addresses.objection(url, wish.home):
                return Failed("refused", objection, permanent=True)
            with self._origins.visit(_origin_of(url)) as origin:
                refusal = await self._ask_robots(origin, url, wish) if wish.robots else None
                if refusal:
                    return refusal
                answer, left = await self._take_turn(origin, url, wish, left)
            if isinstance(answer, Failed):
                return answer
            target = _target(answer)
            ends = hop == HOPS or (wish.keeps_method and answer.status not in SAME_METHOD)
            if target is None or ends:
                return replace(answer, permanent=permanent and hop > 0)
            permanent = permanent and answer.status in _PERMANENT
            wish = redirected(wish, answer.status, leaves=_origin_of(target) != _origin_of(url))
            url = target
        raise AssertionError("the loop above returns")

    async def _take_turn(self, origin: Origin, url: URL, wish: Wish, left: float) -> tuple[_Answer | Failed, float]:
        """The answer to one request, and how much of the time is left."""
        clock = asyncio.get_running_loop().time
        async with origin.turn(_pause(origin, wish.source)):
            if busy := self._still_busy(origin, url):
                return busy, left
            started = clock()
            try:
                answer = await self._exchange(url, wish, left)
            except faults.EXPECTED as error:
                log.debug(
                    "%s: %s", faults.host_of(url), type(error).__name__
                )  # its text may hold the address with its query
                return faults.from_error(error, url, self._seconds, wish.size), left
            if answer.status in _BUSY and answer.retry_after is not None:
                not_before = self._now() + timedelta(seconds=answer.retry_after)
                self._note(origin, replace(origin.state, not_before=not_before))
            seconds = clock() - started
            return replace(answer, seconds=seconds), max(left - seconds, 0.001)

    async def _exchange(self, url: URL, wish: Wish, left: float) -> _Answer:
        """One request and its answer; the body is read only where it is of use. Raises one of `faults.EXPECTED`."""
        await self._gate()
        session = self._session(wish.source.allow_private and addresses.is_home(url, wish.home))
        timeout = aiohttp.ClientTimeout(total=left)
        async with session.request(
            wish.method,
            url,
            headers=fields(wish),
            data=wish.data or None,
            allow_redirects=False,
            timeout=timeout,
        ) as response:
            headers = _plain(response.headers)
            retry_after = read_retry_after(headers.get("retry-after", ""), self._now())
            if response.status not in _SUCCESS:
                body = await _beginning(response, headers) if response.status in walls.STATUSES else b""
                return _Answer(url, response.status, headers, body, retry_after)
            if not wish.cut and (response.content_length or 0) > wish.size:
                raise TooLargeError
            wire = await read_wire(response.content.iter_any(), wish.size, cut=wish.cut)
            body = inflate(wire, headers.get("content-encoding", ""), wish.size, cut=wish.cut)
            return _Answer(url, response.status, headers, body)

    def callback_session(self, networks: tuple[str, ...]) -> aiohttp.ClientSession:
        """Connections to callbacks, which strangers name: `callbacks.py` asks there. `networks`: the private ones where they may live."""
        return self._session(networks)

    async def close_callback_sessions(self) -> None:
        """Before other networks count: a connection that is kept open would go on answering."""
        for reach in [reach for reach in self._sessions if isinstance(reach, tuple)]:
            await self._sessions.pop(reach).close()

    def _session(self, reach: _Reach) -> aiohttp.ClientSession:
        """One session for sources that may live at private addresses, one for all others, one for callbacks: they share no connection."""
        if reach not in self._sessions:
            connector = aiohttp.TCPConnector(
                socket_factory=_guard(reach), limit=0, keepalive_timeout=_KEEPALIVE, ssl=self._tls
            )
            self._sessions[reach] = aiohttp.ClientSession(
                connector=connector,
                headers={"User-Agent": self.user_agent, "Accept-Encoding": "gzip"},
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            )
        return self._sessions[reach]

    # ------------------------------------------------------------ what an origin asks of us

    def _still_busy(self, origin: Origin, url: URL) -> Failed | None:
        until, now = origin.state.not_before, self._now()
        # An instant further off than was ever granted comes from a clock that has been set back.
        if until is None or not now < until <= now + LONGEST:
            return None
        seconds = (until - now).total_seconds()
        reason = f"{faults.host_of(url)} asked not to be contacted before {until:%Y-%m-%d %H:%M:%S} UTC."
        return Failed("busy", reason, retry_after=seconds)

    async def _ask_robots(self, origin: Origin, url: URL, wish: Wish) -> Failed | None:
        """Why robots.txt does not let us fetch `url`; None if it does (RFC 9309, 2.3)."""
        async with origin.reading_robots:
            if failed := await self._refresh_robots(origin, url, wish):
                return failed
            text = origin.state.robots or ""
            if origin.rules is None or origin.rules[0] != text:
                # Protego takes seconds for the worst of them, and next to nothing for the usual one.
                brief = len(text) < _BRIEF_ROBOTS
                rules = robots.read_rules(text) if brief else await asyncio.to_thread(robots.read_rules, text)
                origin.rules = text, rules
        if robots.is_allowed(origin.rules[1], str(url)):
            return None
        reason = f"robots.txt of {faults.host_of(url)} does not allow programs to read {url.path}."
        return Failed("refused", reason)

    async def _refresh_robots(self, origin: Origin, url: URL, wish: Wish) -> Failed | None:
        state, now = origin.state, self._now()
        if state.robots is not None and state.robots_at and timedelta(0) <= now - state.robots_at < _ROBOTS_AGE:
            return None
        read = await self._read_robots(url, wish)
        if isinstance(read, Failed) and state.robots is None:
            return read
        # The state may have changed meanwhile: a 503 leaves its Retry-After there.
        if isinstance(read, Failed):
            self._note(origin, replace(origin.state, robots_at=now - _ROBOTS_AGE + _ROBOTS_RETRY))
        else:
            self._note(origin, replace(origin.state, robots=read, robots_at=now))
        return None

    async def _read_robots(self, url: URL, wish: Wish) -> str | Failed:
        """The text that counts; "" where the server has none to give; a failure where nothing may be fetched for now."""
        headers = {"Accept": "text/plain,*/*;q=0.1"}
        wish = Wish(wish.source, wish.home, headers, robots.SIZE, cut=True, robots=False)
        answer = await self._follow(url.with_path("/robots.txt"), wish)
        if isinstance(answer, Failed):
            return answer
        if answer.status in _SUCCESS:
            return robots.keep_ours(answer.body)
        if answer.status in _NO_ROBOTS:
            return ""
        failed = faults.from_status(answer.status, url, answer.retry_after)
        return failed if failed.kind == "busy" else Failed("refused", f"robots.txt cannot be read: {failed.reason}")

    def _note(self, origin: Origin, state: HostState) -> None:
        origin.state = state
        self._remember(origin.name, state)


# ---------------------------------------------------------------- values


async def _beginning(response: aiohttp.ClientResponse, headers: Mapping[str, str]) -> bytes:
    """Of a body that only tells why nothing is given; empty where it cannot be read."""
    try:
        wire = await read_wire(response.content.iter_any(), walls.SIZE, cut=True)
        return inflate(wire, headers.get("content-encoding", ""), walls.SIZE, cut=True)
    except faults.EXPECTED:
        return b""


def _guard(reach: _Reach) -> Callable[[Any], socket.socket]:
    """Makes the socket of every connection, whatever named the address: a resolver, a literal, a redirect."""

    def make(info: Any) -> socket.socket:
        family, kind, protocol, _, address = info
        ip, port = str(address[0]), int(address[1])
        if isinstance(reach, tuple):
            is_allowed = addresses.is_callback(ip, port, reach)
        else:
            is_allowed = addresses.allowed(ip, private=reach)
        if not is_allowed:
            raise faults.BlockedError
        return socket.socket(family, kind, protocol)

    return make


def _origin_of(url: URL) -> str:
    host = url.raw_host or ""
    return f"{url.scheme}://{f'[{host}]' if ':' in host else host}:{url.port}"


def _pause(origin: Origin, source: Source) -> float:
    delay: float = source.delay.total_seconds()
    return max(delay, robots.crawl_delay(origin.rules[1])) if source.robots and origin.rules else delay


def _plain(headers: Mapping[str, str]) -> dict[str, str]:
    """Header fields by lower-case name; several of one name are one list (RFC 9110, 5.3)."""
    fields: dict[str, str] = {}
    for name, value in headers.items():
        key = name.lower()
        fields[key] = f"{fields[key]}, {value}" if key in fields else value
    return fields


def _target(answer: _Answer) -> URL | None:
    """Where a redirect leads; None for any other answer, and for a redirect that says nothing that can be read."""
    location = answer.headers.get("location", "")
    if answer.status not in _REDIRECTS or not location:
        return None
    # aiohttp hands bytes that are not UTF-8 through as lone surrogates; here they become the bytes again.
    location = _RAW_BYTE.sub(lambda raw: f"%{ord(raw[0]) - 0xDC00:02X}", location)
    try:
        return answer.url.join(URL(location)).with_fragment(None)
    except ValueError:
        return None


def _understand(answer: _Answer, request: Request, known: Validators) -> Response | Failed:
    """An answer as its asker is told of it."""
    if answer.status in _REDIRECTS:
        way = "to one address after the other" if _target(answer) else "elsewhere without saying where"
        return Failed("broken", f"{faults.host_of(answer.url)} sends us {way}.")
    if walls.is_wall(answer.status, answer.headers, answer.body):
        return faults.from_wall(answer.url, answer.retry_after)
    new = Validators(_storable(answer.headers.get("etag", "")), _storable(answer.headers.get("last-modified", "")))
    if answer.status == HTTPStatus.NOT_MODIFIED and (known.etag or known.last_modified):
        kept = Validators(new.etag or known.etag, new.last_modified or known.last_modified, known.digest)
        return _response(answer, kept, unchanged=True)
    if answer.status not in _SUCCESS:
        return faults.from_status(answer.status, answer.url, answer.retry_after)
    new = replace(new, digest=hashlib.sha256(answer.body).hexdigest())
    return _response(answer, new, unchanged=request.conditional and new.digest == known.digest)


def _response(answer: _Answer, validators: Validators, *, unchanged: bool) -> Response:
    return Response(
        url=str(answer.url),
        status=answer.status,
        headers={name: _RAW_BYTE.sub("\ufffd", value) for name, value in answer.headers.items()},
        body=b"" if unchanged else answer.body,
        unchanged=unchanged,
        moved_to=str(answer.url) if answer.permanent else "",
        validators=validators,
        seconds=answer.seconds,
    )


def _storable(value: str) -> str:
    """The value, if it can be sent back byte for byte; otherwise it is of no use."""
    return "" if _RAW_BYTE.search(value) else value
