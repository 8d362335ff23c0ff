"""What all tables of config.toml have in common, and the lists in them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from syndicator.config.rules import Selector
from syndicator.config.values import Keyword, Language, Name, Network, PublishTarget, Words

Many = Field(strict=False)  # TOML has lists, we keep tuples
Lines = Annotated[tuple[Words, ...], Many]
Keywords = Annotated[tuple[Keyword, ...], Many]
Names = Annotated[tuple[Name, ...], Many]
Languages = Annotated[tuple[Language, ...], Many]
Networks = Annotated[tuple[Network, ...], Many]
Targets = Annotated[tuple[PublishTarget, ...], Many]
Selectors = Annotated[tuple[Selector, ...], Many]


class Block(BaseModel):
    """A table of config.toml: nothing in it may change, and no key is ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)
