import json

import pytest

from syndicator.config import load, schema

SITE = {"title": "N", "url": "http://n.example/", "publisher": "N", "contact": "n@n.example"}
SOURCE = {"name": "dortmund", "city": "Dortmund", "kind": "feed", "url": "https://a.example/"}
NEEDED = {
    "Source": SOURCE,
    "CategoryTable": {"title": "Vielfalt"},
    "FeedBlock": {"name": "eigener", "title": "Eigener"},
    "Partner": {"name": "bochum", "token": "env:A"},
    "Site": SITE,
    "ApiRules": {"items": "results", "title": "headline"},
}


def keys():
    """Every key of every table: (table, key, its schema)."""
    tables = schema()["$defs"]
    return [
        pytest.param(table, key, node, id=f"{table}.{key}")
        for table, body in tables.items()
        for key, node in body["properties"].items()
    ]


def toml(value) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def document(table: str, key: str, value) -> dict:
    """A configuration that is valid but for what this key makes of it."""
    block = {**NEEDED.get(table, {}), key: value}
    vielfalt = {"title": "Vielfalt"}
    whole = {
        "site": SITE,
        "sources": [SOURCE, {**SOURCE, "name": "b", "city": "Bochum"}],
        "categories": {"vielfalt": vielfalt},
    }
    match table:
        case "Site" | "Server" | "Store" | "Publish" | "Admin" | "Hub" | "Alerts" | "Demo":
            whole[table.lower()] = block
        case "S3":
            whole["publish"] = {
                "s3": {**({"key": "env:K", "secret": "env:S"} if key in {"key", "secret"} else {}), **block}
            }
        case "Source":
            whole["sources"][0] = {**block, "kind": key} if key in {"api", "sitemap"} else block
        case "ListRules" | "ArticleRules":
            whole["sources"][0] = {**SOURCE, "list" if table == "ListRules" else "article": block}
        case "SitemapRules" | "ApiRules":
            kind = table.removesuffix("Rules").lower()
            block = {"method": "POST", "next": "more", "link": "url", **block} if kind == "api" else block
            whole["sources"][0] = {**SOURCE, "kind": kind, kind: block}
        case "CategoryTable":
            term = {"scheme": "https://a.example/themen", "term": "vielfalt"} if key in {"scheme", "term"} else {}
            whole["categories"]["vielfalt"] = {**term, **block}
        case "WithoutTable":
            whole["feeds"] = [{**NEEDED["FeedBlock"], "without": block}]
        case "FeedBlock":
            whole["feeds"] = [block]
        case "Partner":
            whole["partners"] = [block]
        case _:
            pytest.fail(f"where does {table} stand?")
    return whole


@pytest.mark.parametrize(("table", "key", "node"), keys())
def test_each_key_has_german_help_and_examples_that_are_valid(tmp_path, table, key, node):
    assert node["description"].endswith((".", "?"))
    assert node["examples"]
    path = tmp_path / "config.toml"
    for example in node["examples"]:
        whole = document(table, key, example)
        path.write_text("\n".join(f"{name} = {toml(value)}" for name, value in whole.items()), encoding="utf-8")
        load(path)


def test_it_is_a_json_schema_that_knows_every_table_and_forbids_the_rest():
    whole = json.loads(json.dumps(schema()))
    assert whole["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert whole["required"] == ["site"]
    assert list(whole["properties"])[:4] == ["site", "server", "store", "publish"]
    assert all(table["additionalProperties"] is False for table in (whole, *whole["$defs"].values()))


def test_it_says_what_may_stand_at_a_key():
    tables = schema()["$defs"]
    assert tables["Source"]["required"] == ["name", "city", "url"]
    assert "feed" in tables["Source"]["properties"]["kind"]["enum"]
    assert "html" not in tables["Publish"]["properties"]["formats"]["items"]["enum"]
    assert tables["Publish"]["properties"]["content"]["enum"] == ["full", "summary"]
    assert tables["Publish"]["properties"]["entries"]["maximum"] == 500
    assert tables["Publish"]["properties"]["every"]["default"] == "1m"
    assert tables["FeedBlock"]["properties"]["entries"]["type"] == "integer"


def test_it_knows_no_null_as_toml_has_none():
    assert "null" not in json.dumps(schema())
