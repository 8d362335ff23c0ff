"""What may stand in [sources.api]: one annotated type each, as in values.py."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, PlainSerializer, PlainValidator, ValidationInfo, WithJsonSchema

from syndicator.config import jsonpath
from syndicator.config.secret import Secret

_FIELD_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # RFC 9110, 5.6.2
_OUR_FIELDS = frozenset(
    {
        *("host", "connection", "content-length", "transfer-encoding", "te", "trailer", "upgrade", "expect"),
        *("user-agent", "accept-encoding", "if-none-match", "if-modified-since", "range", "referer"),
    }
)
_SECRET_FIELD = re.compile(r"auth|cookie|token|secret|key|password|credential|session", re.IGNORECASE)


def _json_path(text: str) -> str:
    if not text:
        raise ValueError('must not be empty; "$" is the whole')
    jsonpath.steps(text)
    return text


def _template(text: str) -> str:
    if "{" not in text:
        return _json_path(text)
    for path in jsonpath.IN_BRACES.findall(text):
        _json_path(path)
    if not text.startswith(("http://", "https://")):
        raise ValueError(f"an address with paths in braces begins with http:// or https://, not '{text}'")
    return text


def _data(value: Any) -> str | dict[str, Any]:
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        raise ValueError("expected text, or a table that is sent as JSON")  # noqa: TRY004
    try:
        readable: dict[str, Any] = json.loads(json.dumps(value, allow_nan=False, default=lambda day: day.isoformat()))
    except ValueError:
        raise ValueError("holds a number that JSON cannot write") from None
    return readable


def _headers(value: Any, info: ValidationInfo) -> dict[str, str | Secret]:
    if not isinstance(value, dict):
        raise ValueError('expected a table like { Accept-Language = "de" }')  # noqa: TRY004
    return {name: _header(name, text, info) for name, text in value.items()}


def _header(name: str, value: Any, info: ValidationInfo) -> str | Secret:
    if not _FIELD_NAME.fullmatch(name):
        raise ValueError(f"'{name}' is no name of a header field")
    if name.lower() in _OUR_FIELDS:
        raise ValueError(f"'{name}' is set by this program itself")
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError(f"'{name}': expected one line of text in quotation marks")
    folder = Path((info.context or {}).get("folder", Path()))
    if secret := Secret.parse(value, folder):
        return secret
    if _SECRET_FIELD.search(name):
        raise ValueError(f'\'{name}\': expected "env:NAME" or "file:PATH", never the secret itself')
    return value.strip()


def _write_headers(headers: Mapping[str, str | Secret]) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value.written for name, value in headers.items()}


JsonPath = Annotated[str, AfterValidator(_json_path)]
Template = Annotated[str, AfterValidator(_template)]
Data = Annotated[str | dict[str, Any], PlainValidator(_data), WithJsonSchema({"type": ["string", "object"]})]
Headers = Annotated[
    Mapping[str, str | Secret],
    PlainValidator(_headers),
    PlainSerializer(_write_headers, return_type=dict, when_used="json"),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
]
