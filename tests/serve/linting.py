"""An HTTP linter: says in which ways an answer is not what RFC 9110 and RFC 9111 ask for, beyond what this service promises."""

import re
from collections import Counter
from collections.abc import Iterator
from email.utils import format_datetime, parsedate_to_datetime

from syndicator.publish.encodings import decode
from tests.serve.serving import Answer

TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
QUOTED = r'"(?:[^"\\]|\\.)*"'
DIRECTIVE = re.compile(rf"({TOKEN})(?:=({TOKEN}|{QUOTED}))?")
MEDIA_TYPE = re.compile(rf"{TOKEN}/{TOKEN}(?:; {TOKEN}=(?:{TOKEN}|{QUOTED}))*")
LANGUAGES = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*(, [A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*)*")
LINK = re.compile(rf'<(https?://[^<>"\s]+)>((?:; {TOKEN}={QUOTED})+)(?:, |$)')
ETAG = re.compile(r'"[\x21\x23-\x7e]+"')  # ours are strong
BODILESS = {204, 304}
OF_A_CACHE = {"age", "via", "warning", "x-cache"}  # an origin has none of them
OF_BYTES = {"content-type", "content-length", "content-encoding", "content-language", "content-range", "link"}


def faults(answer: Answer, method: str = "GET") -> list[str]:
    """What is wrong with this one answer."""
    return [
        *_syntax(answer),
        *_framing(answer, method),
        *_dates(answer),
        *_caching(answer),
        *_content(answer, method),
        *_by_status(answer, method),
    ]


def differences(answer: Answer, whole: Answer, method: str = "GET") -> list[str]:
    """What is wrong with an answer beside the plain 200 for the same address and encoding."""
    return list(_beside(answer, whole, method))


def field(answer: Answer, name: str) -> str:
    """The value, the lines of a repeated field joined (RFC 9110, 5.3); "" where it is not sent."""
    return ", ".join(value for key, value in answer.fields if key.lower() == name.lower())


def links(answer: Answer) -> dict[str, list[str]]:
    """Relation → addresses of the Link field."""
    found: dict[str, list[str]] = {}
    for address, parameters in LINK.findall(field(answer, "Link")):
        relation = re.search(r'; rel="([^"]+)"', parameters)
        assert relation is not None
        found.setdefault(relation[1], []).append(address)
    return found


def _syntax(answer: Answer) -> Iterator[str]:
    names = Counter(name.lower() for name, _ in answer.fields)
    yield from (f"{name} stands there {times} times" for name, times in names.items() if times > 1)
    for name, value in answer.fields:
        if not re.fullmatch(TOKEN, name):
            yield f"{name!r} is no name of a field"
        if not re.fullmatch(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?", value):
            yield f"{name}: {value!r} is no value of a field"
    yield from (f"{name} is for caches" for name in OF_A_CACHE if name in answer)
    if field(answer, "X-Content-Type-Options") != "nosniff":
        yield "a browser may guess the type"
    if field(answer, "Server") != "syndicator":
        yield "Server says too much or nothing"


def _framing(answer: Answer, method: str) -> Iterator[str]:
    if "Transfer-Encoding" in answer and "Content-Length" in answer:
        yield "two ways to know the length"
    if answer.status in BODILESS or method == "HEAD":
        if answer.body:
            yield "a body where none may be"
    elif field(answer, "Content-Length") != str(len(answer.body)):
        yield f"Content-Length is {field(answer, 'Content-Length')}, the body has {len(answer.body)}"
    if answer.status in BODILESS and "Content-Length" in answer:
        yield f"{answer.status} with Content-Length"


def _dates(answer: Answer) -> Iterator[str]:
    for name in ("Date", "Last-Modified", "Expires"):
        if name in answer and format_datetime(parsedate_to_datetime(field(answer, name)), usegmt=True) != field(
            answer, name
        ):
            yield f"{name} is no IMF-fixdate"
    if "Date" not in answer:
        yield "no Date"
    elif "Last-Modified" in answer and parsedate_to_datetime(field(answer, "Last-Modified")) > parsedate_to_datetime(
        field(answer, "Date")
    ):
        yield "modified in the future"


def _caching(answer: Answer) -> Iterator[str]:
    said = {}
    for directive in field(answer, "Cache-Control").split(", "):
        match = DIRECTIVE.fullmatch(directive)
        if match is None:
            if answer.status != 204:
                yield f"Cache-Control: {directive!r} is no directive"
            continue
        if match[1] in said:
            yield f"{match[1]} is said twice"
        said[match[1]] = match[2]
    seconds = {"max-age", "s-maxage", "stale-while-revalidate", "stale-if-error"}
    if any(not (said[name] or "").isdigit() for name in seconds & said.keys()):
        yield "a time that is no number"
    if ("no-store" in said and len(said) > 1) or {"public", "private"} <= said.keys():
        yield "Cache-Control contradicts itself"
    if answer.status >= 400 and said.keys() != {"no-store"} and not (answer.status == 404 and "max-age" in said):
        yield "an error that may be kept"


def _content(answer: Answer, method: str) -> Iterator[str]:
    if field(answer, "Content-Length") not in ("", "0") and not MEDIA_TYPE.fullmatch(field(answer, "Content-Type")):
        yield "no media type"
    if field(answer, "Content-Type").startswith("text/") and "charset=" not in field(answer, "Content-Type"):
        yield "text without a charset"
    coding = field(answer, "Content-Encoding")
    if coding and answer.status == 200 and method == "GET" and decode(answer.body, coding) is None:
        yield f"the body is not {coding}"
    if "ETag" in answer and not ETAG.fullmatch(field(answer, "ETag")):
        yield "ETag is no strong tag"
    if "Content-Language" in answer and not LANGUAGES.fullmatch(field(answer, "Content-Language")):
        yield "no languages"
    if "Link" in answer and "".join(match[0] for match in LINK.finditer(field(answer, "Link"))) != field(
        answer, "Link"
    ):
        yield "Link cannot be read"
    if ("ETag" in answer or answer.status == 304) and "Accept-Encoding" not in field(answer, "Vary").split(", "):
        yield "negotiated, but Vary does not say so"


def _by_status(answer: Answer, method: str) -> Iterator[str]:
    if answer.status == 405:
        allowed = field(answer, "Allow").split(", ")
        if not {"GET", "HEAD"} <= set(allowed) or method in allowed:
            yield "405 without the methods that are allowed"
    if answer.status in (301, 302, 307, 308) and not re.fullmatch(r"(https?:/)?/[^\s]*", field(answer, "Location")):
        yield "a redirect to nowhere"
    if answer.status == 503 and not field(answer, "Retry-After").isdigit():
        yield "503 without Retry-After"
    if answer.status >= 400 and ("ETag" in answer or "Last-Modified" in answer):
        yield "an error with validators"
    if answer.status == 206 and not re.fullmatch(r"bytes \d+-\d+/\d+", field(answer, "Content-Range")):
        yield "206 without its range"
    if answer.status == 416 and not re.fullmatch(r"bytes \*/\d+", field(answer, "Content-Range")):
        yield "416 without the length"
    if answer.status not in (206, 416) and "Content-Range" in answer:
        yield "a range that nobody sent"


def _beside(answer: Answer, whole: Answer, method: str) -> Iterator[str]:
    if answer.status in (200, 206, 304):
        for name in ("ETag", "Cache-Control", "Vary", "Content-Location", "Expires"):
            if field(answer, name) != field(whole, name):
                yield f"{name} of the {answer.status} is not that of the 200"
    if answer.status == 304:
        yield from (f"304 with {name}" for name in sorted(OF_BYTES) if name in answer)
    if answer.status == 206:
        first, last, length = map(int, re.findall(r"\d+", field(answer, "Content-Range")))
        if answer.body != whole.body[first : last + 1] or length != len(whole.body):
            yield "not the part that it says"
    if method == "HEAD" and answer.status == 200:
        ours = {(name, value) for name, value in answer.fields if name != "Date"}
        theirs = {(name, value) for name, value in whole.fields if name != "Date"}
        yield from (f"HEAD differs from GET: {name}" for name, _ in sorted(ours ^ theirs))
