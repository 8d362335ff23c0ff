"""The JSON Schema of config.toml, with which editors explain and check it while it is written."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from syndicator.config.models import Tables


def schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of config.toml; descriptions in German, an example on each key."""
    generated = Tables.model_json_schema(mode="validation")
    for table in (generated, *generated["$defs"].values()):
        table["properties"] = {key: _as_shown(node) for key, node in table["properties"].items()}
    return {"$schema": GenerateJsonSchema.schema_dialect, **generated, "title": "config.toml von syndicator"}


def _as_shown(node: dict[str, Any]) -> dict[str, Any]:
    """A key without what only Python knows: `null`, which TOML has not, names of fields, a table's default as a whole."""
    alternatives = [choice for choice in node.pop("anyOf", ()) if choice != {"type": "null"}]
    for choice in alternatives:
        node |= choice
    if node.get("default", ...) is None or isinstance(node.get("default"), dict):
        del node["default"]
    node.pop("title", None)
    return node
