"""The tables of config.toml that say what is published beyond the rest: subjects, and feeds of one's own."""

from typing import Annotated, Literal

from pydantic import Field

from syndicator.config.block import Block, Keywords, Languages, Lines, Many, Names
from syndicator.config.values import Entries, Formats, Line, Name, Scheme, Term, Words
from syndicator.model import Kind


class CategoryTable(Block):
    """Ein Thema. Sein Name in der Überschrift [categories.name] wird Teil der Adressen."""

    title: Words = Field(description="Name des Themas für Leserinnen und Leser.", examples=["Vielfalt"])
    labels: Lines = Field(
        default=(),
        description="Unter welchen Rubriken die Portale es führen; Groß- und Kleinschreibung ist egal.",
        examples=[["Vielfalt", "Integration"]],
    )
    keywords: Keywords = Field(
        default=(),
        description="Wörter oder Wortfolgen in Überschrift oder Text, an denen es zu erkennen ist: Ohne * zählt nur das ganze Wort, "
        "* am Anfang oder Ende eines Wortes steht für dessen Rest, und Groß und klein, ä und ae, ß und ss, Bindestriche und die "
        "Schreibweise von Bürger*innen machen keinen Unterschied.",
        examples=[["Integrationsrat", "Einbürgerung*", "*integration", "kommunale* Integrations*"]],
    )
    aliases: Names = Field(
        default=(), description="Frühere Namen; ihre Adressen leiten weiter.", examples=[["diversity"]]
    )
    scheme: Scheme = Field(
        default="",
        description="Kennung eines gemeinsamen Vokabulars, nach dem auch Partner ordnen, in allen Städten dieselbe.",
        examples=["https://vokabular.example/themen"],
    )
    term: Term = Field(
        default="",
        description="Wie das Thema darin heißt. Es wird mit jeder Nachricht des Themas veröffentlicht, und was Partner so "
        "nennen, gehört hierher, wie auch immer sie es beschriften.",
        examples=["integration"],
    )


class Category(CategoryTable):
    name: str


class WithoutTable(Block):
    """Was ein eigener Feed auslässt. Eine Nachricht fehlt, sobald eine dieser Angaben auf sie zutrifft."""

    categories: Names = Field(default=(), description="Ohne diese Themen.", examples=[["vielfalt"]])
    cities: Lines = Field(default=(), description="Ohne diese Städte.", examples=[["Bochum"]])
    districts: Lines = Field(default=(), description="Ohne diese Stadtteile.", examples=[["Hörde"]])
    sources: Names = Field(default=(), description="Ohne diese Quellen, mit ihren Namen.", examples=[["dortmund"]])
    languages: Languages = Field(default=(), description="Ohne diese Sprachen.", examples=[["en"]])
    kinds: Annotated[tuple[Kind, ...], Many] = Field(
        default=(),
        description='Ohne diese Arten: "press-invitation" sind Einladungen an die Presse, "news" alles andere.',
        examples=[["press-invitation"]],
    )


class FeedBlock(Block):
    """Ein eigener Feed, zusätzlich zu denen für jedes Thema und jede Stadt. Alle Bedingungen gelten zugleich."""

    name: Name = Field(
        description="Name in der Adresse des Feeds: a-z, 0-9 und Bindestrich.", examples=["integration-interkommunal"]
    )
    title: Words = Field(description="Titel des Feeds.", examples=["Integration.Interkommunal"])
    description: Line = Field(
        default="", description="Ein Satz darüber, was der Feed enthält.", examples=["Aus der Städtekooperation"]
    )
    categories: Names = Field(default=(), description="Nur diese Themen. Leer: alle.", examples=[["vielfalt"]])
    cities: Lines = Field(default=(), description="Nur diese Städte. Leer: alle.", examples=[["Dortmund", "Bochum"]])
    districts: Lines = Field(
        default=(), description="Nur diese Stadtteile, wie die Quellen sie nennen. Leer: alle.", examples=[["Hörde"]]
    )
    sources: Names = Field(
        default=(), description="Nur diese Quellen, mit ihren Namen. Leer: alle.", examples=[["dortmund"]]
    )
    query: Line = Field(
        default="",
        description="Nur Nachrichten mit diesen Wörtern; OR heißt: eines davon genügt, - vor einem Wort: es kommt nicht vor, "
        "* an seinem Ende: dessen Rest ist gleich. Was in Anführungszeichen steht, kommt genau so hintereinander vor.",
        examples=["Städtekooperation OR Integration*", "Radweg -Sperrung"],
    )
    languages: Languages = Field(
        default=(), description="Nur diese Sprachen. Leer: alle.", examples=[["de", "de-simple"]]
    )
    kinds: Annotated[tuple[Kind, ...], Many] = Field(
        default=(),
        description='Nur diese Arten: "news" sind Nachrichten, "press-invitation" Einladungen an die Presse, wie zu einem Fototermin. '
        "Leer: alle.",
        examples=[["news"]],
    )
    without: WithoutTable = Field(
        default=WithoutTable(),
        description="Was trotzdem nicht hinein soll.",
        examples=[{"kinds": ["press-invitation"], "categories": ["vielfalt"]}],
    )
    entries: Entries | None = Field(
        default=None, description="So viele Nachrichten höchstens; sonst gilt entries aus [publish].", examples=[100]
    )
    content: Literal["full", "summary"] | None = Field(
        default=None,
        description='"full": der ganze Text. "summary": nur Überschrift und Anriss. Sonst gilt content aus [publish].',
        examples=["summary"],
    )
    formats: Formats | None = Field(
        default=None, description="Formate dieses Feeds; sonst gelten die aus [publish].", examples=[["rss"]]
    )
    aliases: Names = Field(
        default=(),
        description="Frühere Namen dieses Feeds, oder die von Feeds, deren Nachfolger er ist; ihre Adressen leiten weiter.",
        examples=[["interkommunal"]],
    )
