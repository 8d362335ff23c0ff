"""What can only be seen by looking at several places of config.toml at once: names that meet, names that lead nowhere. Pure.

The checks look at the text as it was read, not at finished objects, so that a mistake elsewhere hides none of these.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from syndicator.config.lines import KeyPath
from syndicator.config.mistakes import Mistake, near, written
from syndicator.config.values import NAME
from syndicator.text import fold, slug, squeeze

Table = Mapping[str, Any]
Found = Iterator[tuple[KeyPath, str]]

RESERVED = ("index", "style", "search", "archive", "en", "barrierefreiheit")  # other things lie under these names
_SHOWN = 12


def across_tables(tables: Table) -> Iterator[Mistake]:
    """Every mistake that two places of config.toml make together."""
    spellings = _spellings(tables)
    yield from _twice(tables, "sources")
    yield from _twice(tables, "partners")
    yield from _schedules(tables)
    yield from _rules_of_kinds(tables)
    yield from _questions(tables)
    yield from _cities(spellings)
    yield from _category_names(tables)
    yield from _names_that_meet(tables, spellings)
    yield from _unknown_categories(tables)
    yield from _vocabularies(tables)
    yield from _terms_of_sources(tables)
    yield from _unknown_cities(tables, spellings)
    yield from _unknown_sources(tables)
    yield from _wanted_and_unwanted(tables)
    yield from _feeds_of_partners(tables, spellings)
    yield from _what_feeds_take(tables)


# ---------------------------------------------------------------- looking into tables that may be anything


def _blocks(tables: Table, kind: str) -> Iterator[tuple[KeyPath, Table]]:
    blocks = tables.get(kind)
    for index, block in enumerate(blocks if isinstance(blocks, list) else ()):
        if isinstance(block, dict):
            yield (kind, index), block


def _texts(block: Table, key: str, path: KeyPath) -> Found:
    """The texts at a key, be it one or a list of them."""
    value = block.get(key)
    if isinstance(value, str):
        yield (*path, key), squeeze(value)
    for index, element in enumerate(value if isinstance(value, list) else ()):
        if isinstance(element, str):
            yield (*path, key, index), squeeze(element)


def _all_texts(tables: Table, kind: str, key: str) -> Found:
    for path, block in _blocks(tables, kind):
        yield from _texts(block, key, path)


def _categories(tables: Table) -> Mapping[str, Table]:
    categories = tables.get("categories")
    found = categories.items() if isinstance(categories, dict) else ()
    return {name: table if isinstance(table, dict) else {} for name, table in found}


def _aliases(tables: Table) -> Iterator[tuple[KeyPath, str, str]]:
    for name, table in _categories(tables).items():
        for path, alias in _texts(table, "aliases", ("categories", name)):
            yield path, alias, name


def _spellings(tables: Table) -> Mapping[str, tuple[str, KeyPath]]:
    """Every spelling of a city: the name it gives in addresses, and where it stands first."""
    spellings: dict[str, tuple[str, KeyPath]] = {}
    for path, city in _all_texts(tables, "sources", "city"):
        if city and city not in spellings:
            spellings[city] = (slug(city), path)
    return spellings


# ---------------------------------------------------------------- the checks


def _twice(tables: Table, kind: str) -> Iterator[Mistake]:
    first: dict[str, KeyPath] = {}
    for path, name in _all_texts(tables, kind, "name"):
        if first.setdefault(name, path) != path:
            yield Mistake(path, f"'{name}' is already the name of {written(first[name][:-1])}")


def _schedules(tables: Table) -> Iterator[Mistake]:
    for path, source in _blocks(tables, "sources"):
        if "every" in source and "cron" in source:
            yield Mistake((*path, "cron"), "every and cron exclude each other; expected one of them")


def _rules_of_kinds(tables: Table) -> Iterator[Mistake]:
    for path, source in _blocks(tables, "sources"):
        kind = source.get("kind", "portal")
        for table in ("api", "sitemap"):
            if table in source and kind != table and isinstance(kind, str):
                yield Mistake(
                    (*path, table), f"these are rules for kind = \"{table}\"; this source is of kind '{kind}'"
                )
        if kind == "api" and "api" not in source:
            yield Mistake((*path, "kind"), 'kind "api" needs a table [sources.api], with items and title at least')


def _questions(tables: Table) -> Iterator[Mistake]:
    """What in [sources.api] would never take effect."""
    for path, source in _blocks(tables, "sources"):
        rules = source.get("api")
        if not isinstance(rules, dict):
            continue
        said = f"{source.get('url')} {rules.get('data')}"
        if rules.get("data") and rules.get("method", "GET") == "GET":
            yield Mistake((*path, "api", "data"), 'is sent with method = "POST" only')
        if rules.get("article") is True and "link" not in rules:
            yield Mistake((*path, "api", "article"), "the article's page is read at its link, and link is missing")
        if "{cursor}" in said and "next" not in rules:
            yield Mistake((*path, "api"), "{cursor} stands for what next names, and next is missing")
        if (
            "pages" in rules
            and rules["pages"] != 1
            and "next" not in rules
            and not re.search(r"\{(page|offset)\}", said)
        ):
            yield Mistake((*path, "api", "pages"), "further pages need next, or {page} or {offset} in url or data")


def _cities(spellings: Mapping[str, tuple[str, KeyPath]]) -> Iterator[Mistake]:
    first: dict[str, str] = {}
    for city, (name, path) in spellings.items():
        if not name:
            yield Mistake(path, f"expected letters a-z or digits in it, for the address of its feed, not '{city}'")
        elif first.setdefault(name, city) != city:
            yield Mistake(path, f"'{city}' is the city that elsewhere is '{first[name]}'; expected one spelling")


def _category_names(tables: Table) -> Iterator[Mistake]:
    for name in _categories(tables):
        if not re.fullmatch(NAME, name):
            better = f", did you mean '{slug(name)}'?" if slug(name) else ""
            yield Mistake(("categories", name), f"a category's name is made of a-z, 0-9 and hyphens{better}")


def _names_that_meet(tables: Table, spellings: Mapping[str, tuple[str, KeyPath]]) -> Iterator[Mistake]:
    owners = dict.fromkeys(RESERVED, "reserved")
    owners["all"] = "the feed of all articles"
    for name, owner, path in _feed_names(tables, spellings):
        if name in owners:
            yield Mistake(path, f"'{name}' is taken as the name of a feed: it is {owners[name]}")
        else:
            owners[name] = owner


def _feed_names(
    tables: Table, spellings: Mapping[str, tuple[str, KeyPath]]
) -> Iterator[tuple[str, str, KeyPath]]:  # fmt: skip
    """Every name that a feed has or had: with what has it, and the key that gives it."""
    cities = {name: (city, path) for city, (name, path) in reversed(list(spellings.items())) if name}
    aliases = [(path, alias) for path, alias, _ in _aliases(tables)]
    for category in _categories(tables):
        yield category, f"the category '{category}'", ("categories", category)
    for name, (city, path) in cities.items():
        yield name, f"the city '{city}'", path
    for path, alias in aliases:
        yield alias, written(path), path
    for name, (city, city_path) in cities.items():
        for category in _categories(tables):
            yield f"{name}-{category}", f"the feed of '{city}' and '{category}'", city_path
        for path, alias in aliases:
            yield f"{name}-{alias}", f"the feed of '{city}' and '{alias}'", path
    for path, name in _all_texts(tables, "feeds", "name"):
        yield name, written(path[:-1]), path
    for path, alias in _all_texts(tables, "feeds", "aliases"):
        yield alias, written(path), path


def _conditions(tables: Table, key: str) -> Found:
    """What feeds of [[feeds]] take or leave out."""
    for path, block in _blocks(tables, "feeds"):
        yield from _texts(block, key, path)
        if isinstance(without := block.get("without"), dict):
            yield from _texts(without, key, (*path, "without"))


def _unknown_categories(tables: Table) -> Iterator[Mistake]:
    names = list(_categories(tables))
    now = {alias: name for _, alias, name in _aliases(tables)}
    for path, name in _conditions(tables, "categories"):
        if name not in names and name in now:
            yield Mistake(path, f"'{name}' is an old name; expected its category '{now[name]}'")
        elif name not in names:
            yield Mistake(path, f"unknown category '{name}'{near(name, names) or _known(names, 'categories')}")


def _vocabularies(tables: Table) -> Iterator[Mistake]:
    """What in scheme and term of [categories] leads nowhere, or to two places."""
    first: dict[tuple[str, str], str] = {}
    for name, table in _categories(tables).items():
        scheme, term = table.get("scheme", ""), table.get("term", "")
        if not isinstance(scheme, str) or not isinstance(term, str):
            continue
        if bool(scheme) != bool(term):
            there, missing = ("scheme", "term") if scheme else ("term", "scheme")
            yield Mistake(("categories", name, there), f"needs {missing} beside it: both together name a subject")
        elif term and first.setdefault((scheme, term), name) != name:
            yield Mistake(("categories", name, "term"), f"'{term}' of {scheme} is already '{first[scheme, term]}'")


def _terms_of_sources(tables: Table) -> Iterator[Mistake]:
    names = list(_categories(tables))
    now = {alias: name for _, alias, name in _aliases(tables)}
    for path, source in _blocks(tables, "sources"):
        terms = source.get("terms")
        table: Table = terms if isinstance(terms, dict) else {}
        for term in table:
            for place, name in _texts(table, term, (*path, "terms")):
                if name not in names:
                    meant = f"; it is called '{now[name]}' now" if name in now else near(name, names)
                    yield Mistake(place, f"unknown category '{name}'{meant or _known(names, 'categories')}")


def _unknown_cities(tables: Table, cities: Collection[str]) -> Iterator[Mistake]:
    for path, city in _conditions(tables, "cities"):
        if city not in cities:
            yield Mistake(path, f"no source names the city '{city}'{near(city, cities) or _known(cities, 'cities')}")


def _unknown_sources(tables: Table) -> Iterator[Mistake]:
    names = [name for _, name in _all_texts(tables, "sources", "name")]
    for path, name in _conditions(tables, "sources"):
        if name not in names:
            yield Mistake(path, f"unknown source '{name}'{near(name, names) or _known(names, 'sources')}")


def _wanted_and_unwanted(tables: Table) -> Iterator[Mistake]:
    for path, block in _blocks(tables, "feeds"):
        without: Table = nested if isinstance(nested := block.get("without"), dict) else {}
        for key in without:
            wanted = {text for _, text in _texts(block, key, path)}
            for place, text in _texts(without, key, (*path, "without")):
                if text in wanted:
                    yield Mistake(place, f"'{text}' is taken and left out at once; expected one of both")


def _feeds_of_partners(tables: Table, spellings: Mapping[str, tuple[str, KeyPath]]) -> Iterator[Mistake]:
    found = [(name, path) for name, _, path in _feed_names(tables, spellings)]
    former = {name for name, path in found if "aliases" in path}
    names = ["all", *dict.fromkeys(name for name, _ in found if name not in former)]
    for path, partner in _blocks(tables, "partners"):
        if partner.get("feeds") == []:
            yield Mistake((*path, "feeds"), 'names no feed, so that nothing can be read; expected ["*"] for all')
    for path, pattern in _all_texts(tables, "partners", "feeds"):
        if "*" in pattern and not any(fnmatchcase(name, pattern) for name in names):
            yield Mistake(path, f"'{pattern}' fits no feed{_known(names, 'feeds')}")
        elif pattern in former:
            yield Mistake(path, f"'{pattern}' is an old name; expected that of its feed today")
        elif "*" not in pattern and pattern not in names:
            yield Mistake(path, f"unknown feed '{pattern}'{near(pattern, names) or _known(names, 'feeds')}")


def _what_feeds_take(tables: Table) -> Iterator[Mistake]:
    """Where a token of ours would be read by others, or by nobody; and other words for feeds that would be idle."""
    for path, source in _blocks(tables, "sources"):
        kind, url = source.get("kind", "portal"), source.get("url")
        for key in ("push", "history"):
            if key in source and kind in ("portal", "sitemap", "api"):
                yield Mistake((*path, key), 'is for sources of kind "feed" only')
        if "token" not in source:
            continue
        if kind != "feed":
            instead = "; an endpoint gets it by headers in [sources.api]" if kind == "api" else ""
            yield Mistake((*path, "token"), f'is sent to sources of kind "feed" only{instead}')
        elif isinstance(url, str) and url.startswith("http://") and source.get("allow_private") is not True:
            yield Mistake((*path, "token"), "would go over the web unencrypted; expected url to begin with https://")


def _known(names: Collection[str], kind: str) -> str:
    listed = sorted(names, key=fold)
    more = " …" if len(listed) > _SHOWN else ""
    return f"; {kind} here: {', '.join(listed[:_SHOWN])}{more}" if listed else f"; there are no {kind} here"
