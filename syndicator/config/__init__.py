"""config.toml: the admin's whole interface, as frozen objects, or every mistake in it with its line."""

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from syndicator.config.api import ApiRules
from syndicator.config.checks import across_tables
from syndicator.config.exchange import Admin, Alerts, Hub, Partner
from syndicator.config.feeds import former_names, own_feeds, planned_feeds
from syndicator.config.lines import locate
from syndicator.config.mistakes import Mistake, report, syntax
from syndicator.config.models import (
    S3,
    Config,
    Demo,
    Publish,
    Server,
    Site,
    Store,
    Tables,
)
from syndicator.config.schema import schema
from syndicator.config.secret import Secret
from syndicator.config.sitemap import SitemapRules
from syndicator.config.source import ArticleRules, ListRules, Source
from syndicator.config.subjects import Category, FeedBlock
from syndicator.errors import ConfigurationError

__all__ = [
    "S3",
    "Admin",
    "Alerts",
    "ApiRules",
    "ArticleRules",
    "Category",
    "Config",
    "Demo",
    "FeedBlock",
    "Hub",
    "ListRules",
    "Partner",
    "Publish",
    "Secret",
    "Server",
    "Site",
    "SitemapRules",
    "Source",
    "Store",
    "fingerprint",
    "former_names",
    "load",
    "own_feeds",
    "planned_feeds",
    "schema",
]


def load(path: Path) -> Config:
    """Read config.toml. Relative paths in it are resolved against its folder.

    Raises ConfigurationError, one line per mistake: `config.toml:14: sources[0].evry: unknown key, did you mean 'every'?`
    """
    return loads(decode(_read(path), path), path)


def loads(text: str, path: Path) -> Config:
    """The configuration that `path` would hold with this text in it. Raises ConfigurationError like `load`."""
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(syntax(error, text, str(path))) from error
    checked, mistakes = _checked(tables, path.absolute().parent)
    if checked is None or mistakes:
        raise ConfigurationError(report(mistakes, locate(text), str(path)))
    categories = {name: Category(name=name, **dict(table)) for name, table in checked.categories.items()}
    return Config(**{**dict(checked), "categories": categories}, path=path.absolute())


def fingerprint(source: Source) -> str:
    """A hash of what a source's block says: 64 hex digits, the same on every machine and for every way of writing it."""
    block = source.model_dump(mode="json", exclude_defaults=True)
    if not source.adaptive:  # `every` counts as written even where it says what is the default
        block["every"] = source.every and source.every.total_seconds()
    return hashlib.sha256(json.dumps(block, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _checked(tables: dict[str, Any], folder: Path) -> tuple[Tables | None, list[Mistake]]:
    from syndicator.config.wording import mistakes_in

    mistakes = list(across_tables(tables))
    complete = {"store": {}, "publish": {}, **tables}  # their defaults are paths, resolved like any others
    try:
        return Tables.model_validate(complete, context={"folder": folder}), mistakes
    except ValidationError as error:
        return None, [*mistakes, *mistakes_in(error)]


def decode(body: bytes, path: Path) -> str:
    """The text of config.toml. Raises ConfigurationError where it is no UTF-8."""
    try:
        return body.decode("utf-8-sig")  # editors on Windows put a byte order mark first
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"{path}:{line}: is not UTF-8 text", "Save it with the encoding UTF-8.") from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ConfigurationError(f"{path}: there is no such file", "Name another one with --config FILE.") from error
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror})") from error
