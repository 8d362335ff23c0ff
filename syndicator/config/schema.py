"""The JSON Schema of config.toml, with which editors explain and check it while it is written."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from syndicator.config.models import Tables


def schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of config.toml; descriptions in German, an example on each key."""
    generated = Tables.model_json_schema(mode="validation")
    for node in generated["properties"].values():
        node.pop("default", None)  # a table's default repeats those of its keys
    for key in ("list", "article"):
        generated["$defs"]["Source"]["properties"][key].pop("default", None)
    return {"$schema": GenerateJsonSchema.schema_dialect, **generated, "title": "config.toml von syndicator"}
