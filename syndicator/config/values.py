"""What a value in config.toml may be: one annotated type each, with its check and its words for the JSON Schema.

A check raises ValueError with what was expected. It repeats the value only where that cannot hold a secret.
"""

import ipaddress
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
)

from syndicator.config import cron
from syndicator.config.kinds import format_names, source_kinds
from syndicator.config.mistakes import near, one_of
from syndicator.config.secret import Secret
from syndicator.text import slug, squeeze

NAME = r"[a-z0-9]([a-z0-9-]{0,78}[a-z0-9])?"
_DURATION = r"(?=.)((?P<d>\d+)d)?((?P<h>\d+)h)?((?P<m>\d+)m)?((?P<s>\d+(\.\d+)?)s)?"
_LANGUAGE = r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*"
_BUCKET = r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._/-]*)?"
_LONGEST = timedelta(days=366)
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_EMAIL = re.compile(r"[^@\s()<>,;:\"]+@[^@\s()<>,;:\"]+")


# ---------------------------------------------------------------- text


def _line(text: str) -> str:
    return squeeze(text)


def _words(text: str) -> str:
    if not (line := squeeze(text)):
        raise ValueError("must not be empty")
    return line


def _keyword(text: str) -> str:
    if not re.search(r"[^\W_]", text):
        raise ValueError(f"expected a word, not '{text}' alone")
    return _words(text)


def _name(text: str) -> str:
    if not re.fullmatch(NAME, text):
        better = f", did you mean '{slug(text)}'?" if slug(text) else ""
        raise ValueError(f"expected up to 80 of a-z, 0-9 and hyphens (not at either end), not '{text}'{better}")
    return text


def _language(text: str) -> str:
    if not re.fullmatch(_LANGUAGE, text):
        raise ValueError(f'expected a language tag like "de", "de-simple" or "en-GB", not \'{text}\'')
    first, *rest = text.split("-")
    return "-".join([first.lower(), *rest])


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:  # unknown, or no name at all: "", "../x", a folder
        raise ValueError(
            f"unknown time zone '{text}'{near(text, available_timezones())}; expected one like \"Europe/Berlin\""
        ) from error
    return text


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise ValueError(f"expected an e-mail address like \"webredaktion@stadt.example\", not '{text}'")
    return text


def _contact(text: str) -> str:
    if text.startswith(("http://", "https://")):
        return _in_ascii(_address(text))
    if not _EMAIL.fullmatch(text) or not text.isascii():
        raise ValueError('expected an e-mail address like "webredaktion@stadt.example", or the address of a page')
    return text


# ---------------------------------------------------------------- numbers and durations


def _between(low: int, high: int) -> Callable[[int], int]:
    def check(number: int) -> int:
        if not low <= number <= high:
            raise ValueError(f"expected a whole number from {low} to {high}, not {number}")
        return number

    return check


def duration(text: str) -> timedelta:
    """A duration as config.toml writes it: "10m", "1s", "1h30m", "2d", "0.5s". Raises ValueError."""
    if text.startswith("-"):
        raise ValueError(f"must not be negative, not '{text}'")
    parts = re.fullmatch(_DURATION, text, re.ASCII)
    if parts is None:
        raise ValueError(f'expected a duration like "10m", "1h30m" or "2d" (units d, h, m, s), not \'{text}\'')
    try:
        length = timedelta(**{_UNITS[unit]: float(number) for unit, number in parts.groupdict().items() if number})
    except OverflowError:
        length = timedelta.max
    if length > _LONGEST:
        raise ValueError(f"expected at most \"366d\", not '{text}'")
    return length


def write_duration(length: timedelta) -> str:
    """The shortest text that `duration` reads as this length."""
    minutes, seconds = divmod(length.total_seconds(), 60)
    hours, minutes = divmod(int(minutes), 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s")]
    return "".join(f"{number:g}{unit}" for number, unit in parts if number) or "0s"


def _duration(value: Any) -> timedelta:
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str):
        raise ValueError('expected a duration in quotation marks, like "10m", "1h30m" or "2d"')  # noqa: TRY004
    return duration(value)


def _interval(length: timedelta) -> timedelta:
    if length < timedelta(seconds=1):
        raise ValueError('expected at least "1s"')
    return length


def _history(text: str) -> str:
    text = text.strip()
    if text not in {"all", "none"}:
        try:
            date.fromisoformat(text)
        except ValueError as error:
            raise ValueError('expected "all", "none" or a day like "2024-01-01"') from error
    return text


def _cron(text: str) -> str:
    if problem := cron.mistake_in(text):
        raise ValueError(problem)
    return " ".join(text.split())


# ---------------------------------------------------------------- addresses and places


def _address(text: str) -> str:
    if re.search(r"[\s\x00-\x1f\x7f]", text):
        raise ValueError("must not contain spaces or line breaks; write a space as %20")
    try:
        parts = urlsplit(text)
        readable = parts.port != 0
    except ValueError:  # a port or an IPv6 address that is none
        raise ValueError("is no address that can be read; check host and port") from None
    if "@" in parts.netloc:
        raise ValueError("must not contain a user name or password")
    if parts.scheme not in ("http", "https") or not parts.hostname or not readable:
        raise ValueError(f"expected an address with http:// or https://{_completed(text)}")
    return text


def _completed(text: str) -> str:
    looks_like_a_host = re.match(r"(?:[\w-]+\.)+[a-z]{2,}(?:/[^\s@]*)?$", text)
    return f", did you mean 'https://{text}'?" if looks_like_a_host else ""


def _site_address(text: str) -> str:
    address = _address(text)
    if "?" in address or "#" in address:
        raise ValueError("expected an address without ? and #, as feeds and pages lie below it")
    return _in_ascii(address if address.endswith("/") else address + "/")


def _in_ascii(address: str) -> str:
    """As it can stand in a header: städte.example becomes xn--stdte-gra.example."""
    from yarl import URL

    return address if address.isascii() else str(URL(address))


def _hub(text: str) -> str:
    if text in ("self", "none"):
        return text
    try:
        return _address(text)
    except ValueError as error:
        raise ValueError(f'expected "self", "none" or the address of a hub; as an address: {error}') from None


def _smtp(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or "@" in text:
        raise ValueError('expected an address like "smtp://127.0.0.1:25", without a user name or password')
    return text


def _scheme(text: str) -> str:
    if text and not re.fullmatch(
        r"(?:https?://[\w.-]+(?::\d+)?|urn:[a-z0-9-]+:|tag:[\w.@-]+,)[!#-;=?-\[\]_a-z~]*", text, re.ASCII
    ):
        raise ValueError(f"expected an identifier like \"https://vokabular.example/themen\", not '{text}'")
    return text


def _term(text: str) -> str:
    if re.search(r"\s", text):
        raise ValueError(f"expected one word without spaces, as the vocabulary has it, not '{text}'")
    return text


def _one_or_several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text))
    except ValueError:
        raise ValueError(f'expected a network like "10.0.0.0/8" or "fd00::/8", not \'{text}\'') from None


def _host(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._:%-]+", text):
        raise ValueError('expected an IP address or a host name, like "127.0.0.1" or "0.0.0.0"')
    return text


def _path(value: Any, info: ValidationInfo) -> Path:
    if not isinstance(value, str | Path):
        raise ValueError("expected a path in quotation marks")  # noqa: TRY004
    if not str(value).strip() or "\0" in str(value):
        raise ValueError("expected the path of a file or folder")
    return Path((info.context or {}).get("folder", Path())) / value


def _target(text: str, info: ValidationInfo) -> str:
    """A bucket, without a slash at its end; or the published folder, which is always written and may be named, too."""
    if text.startswith("s3://"):
        if not re.fullmatch(_BUCKET, text):
            raise ValueError(f"expected a bucket like \"s3://bucket/prefix\", not '{text}'")
        return text.rstrip("/")
    folder = info.data.get("folder")
    if re.match(r"[a-z0-9]+:", text) or (folder is not None and _path(text, info).resolve() != folder.resolve()):
        raise ValueError(f"expected the folder under [publish] or \"s3://bucket/prefix\", not '{text}'")
    return text


def _secret(value: Any, info: ValidationInfo) -> Secret:
    folder = Path((info.context or {}).get("folder", Path()))
    secret = Secret.parse(value, folder) if isinstance(value, str) else None
    if secret is None:
        raise ValueError('expected "env:NAME" or "file:PATH", never the secret itself')
    return secret


# ---------------------------------------------------------------- days


def _day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError('expected a day like "2026-01-31"') from None


# ---------------------------------------------------------------- choices that are files


def _kind(text: str) -> str:
    if text not in source_kinds():
        raise ValueError(f"unknown kind '{text}'{near(text, source_kinds())}; expected {one_of(source_kinds())}")
    return text


def _formats(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        raise ValueError(f"expected at least one of {one_of(format_names())}")
    for index, name in enumerate(names):
        if name in names[:index]:
            raise ValueError(f"'{name}' stands here twice")
    return names


def _format(text: str) -> str:
    if text == "html":
        raise ValueError("leave 'html' out: the pages for people are always published")
    if text not in format_names():
        raise ValueError(f"unknown format '{text}'{near(text, format_names())}; expected {one_of(format_names())}")
    return text


# ---------------------------------------------------------------- the types

Line = Annotated[str, AfterValidator(_line)]  # one line of text, maybe empty
Words = Annotated[str, AfterValidator(_words), Field(json_schema_extra={"minLength": 1})]
Keyword = Annotated[str, AfterValidator(_keyword), Field(json_schema_extra={"minLength": 1})]
Name = Annotated[str, AfterValidator(_name), Field(json_schema_extra={"pattern": f"^{NAME}$"})]
Language = Annotated[str, AfterValidator(_language), Field(json_schema_extra={"pattern": f"^{_LANGUAGE}$"})]
Zone = Annotated[str, AfterValidator(_zone)]
Email = Annotated[str, AfterValidator(_email)]
Contact = Annotated[str, AfterValidator(_contact)]

Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(write_duration, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^(?=.)(\d+d)?(\d+h)?(\d+m)?(\d+(\.\d+)?s)?$"}),
]
Interval = Annotated[Duration, AfterValidator(_interval)]
History = Annotated[
    str,
    BeforeValidator(lambda given: given.isoformat() if type(given) is date else given),
    AfterValidator(_history),
    Field(json_schema_extra={"pattern": r"^\s*(all|none|\d{4}-\d{2}-\d{2})\s*$"}),
]
Cron = Annotated[str, AfterValidator(_cron)]

_HTTP = {"pattern": "^https?://"}
Address = Annotated[str, AfterValidator(_address), Field(json_schema_extra=_HTTP)]
SiteAddress = Annotated[str, AfterValidator(_site_address), Field(json_schema_extra=_HTTP)]
HubAddress = Annotated[str, AfterValidator(_hub), Field(json_schema_extra={"pattern": "^(self|none|https?://.*)$"})]
SmtpAddress = Annotated[str, AfterValidator(_smtp), Field(json_schema_extra={"pattern": "^smtps?://"})]
Scheme = Annotated[str, AfterValidator(_scheme)]
Term = Annotated[str, AfterValidator(_term)]
Subjects = Annotated[
    tuple[Name, ...],
    BeforeValidator(_one_or_several),
    Field(strict=False),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
Network = Annotated[str, AfterValidator(_network)]
Host = Annotated[str, AfterValidator(_host)]
Port = Annotated[int, AfterValidator(_between(1, 65535)), Field(json_schema_extra={"minimum": 1, "maximum": 65535})]
Entries = Annotated[int, AfterValidator(_between(1, 500)), Field(json_schema_extra={"minimum": 1, "maximum": 500})]
Pages = Annotated[int, AfterValidator(_between(1, 1000)), Field(json_schema_extra={"minimum": 1, "maximum": 1000})]
Place = Annotated[
    Path,
    PlainValidator(_path),
    PlainSerializer(str, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "minLength": 1}),
]
PublishTarget = Annotated[str, AfterValidator(_target), Field(json_schema_extra={"minLength": 1})]
Hidden = Annotated[
    Secret,
    PlainValidator(_secret),
    PlainSerializer(lambda secret: secret.written, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": "^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$"}),
]

PerMinute = Annotated[int, AfterValidator(_between(1, 6000)), Field(json_schema_extra={"minimum": 1, "maximum": 6000})]
Burst = Annotated[int, AfterValidator(_between(1, 10000)), Field(json_schema_extra={"minimum": 1, "maximum": 10000})]

Newest = Annotated[int, AfterValidator(_between(1, 1000)), Field(json_schema_extra={"minimum": 1, "maximum": 1000})]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]

FirstPage = Annotated[int, AfterValidator(_between(0, 1)), Field(json_schema_extra={"minimum": 0, "maximum": 1})]

Kind = Annotated[
    str, AfterValidator(_kind), Field(json_schema_extra=lambda node: node.update(enum=list(source_kinds())))
]
Format = Annotated[
    str, AfterValidator(_format), Field(json_schema_extra=lambda node: node.update(enum=list(format_names())))
]
Formats = Annotated[
    tuple[Format, ...],
    Field(strict=False, json_schema_extra={"minItems": 1, "uniqueItems": True}),
    AfterValidator(_formats),
]
