"""[sources.api]: how an endpoint that answers with JSON is asked, and where in the answer what stands."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from syndicator.config.asking import Data, Headers, JsonPath, Template
from syndicator.config.block import Block
from syndicator.config.values import Address, FirstPage, Pages, Words


class ApiRules(Block):
    """Wie eine Schnittstelle gefragt wird, die mit JSON antwortet, und wo in der Antwort was steht.

    Ein Pfad nennt die Schlüssel von außen nach innen: "teaser.link.url". "[0]" ist das erste Element einer Liste, "[*]"
    jedes. Die Pfade von title bis language gelten innerhalb eines Elements von items.
    """

    method: Literal["GET", "POST"] = Field(
        default="GET", description="Wie gefragt wird; GraphQL verlangt POST.", examples=["GET"]
    )
    data: Data = Field(
        default="",
        description="Was mit POST gesendet wird: ein Text, oder eine Tabelle, die als JSON gesendet wird. Darin und in url "
        "stehen {page} für die Nummer der Seite, {offset} für die Zahl der schon gelesenen Einträge, {cursor} für das, "
        "was next zuletzt genannt hat.",
        examples=["", {}],
    )
    headers: Headers = Field(
        default_factory=dict,
        description="Zusätzliche Kopfzeilen der Anfrage. Geheimes steht nie hier, nur sein Ort: "
        '"env:NAME" oder "file:PFAD". Sie gehen nur an den Rechner in url, auch wenn er weiterleitet.',
        examples=[{"Accept-Language": "de", "Authorization": "env:PORTAL_TOKEN"}],
    )
    items: JsonPath = Field(
        description='Pfad zur Liste der Nachrichten; "$" ist die ganze Antwort.', examples=["data.search.results"]
    )
    title: JsonPath = Field(description="Pfad zur Überschrift.", examples=["teaser.headline"])
    id: JsonPath | None = Field(
        default=None, description="Pfad zu dem, woran die Schnittstelle eine Nachricht erkennt.", examples=["id"]
    )
    link: Template | None = Field(
        default=None,
        description="Pfad zur Adresse der Nachricht, oder eine Adresse mit Pfaden in geschweiften Klammern.",
        examples=["teaser.link.url", "https://www.stadt.example/news/{slug}"],
    )
    base: Address | None = Field(
        default=None,
        description="Worauf sich Adressen ohne Rechnernamen beziehen. Fehlt die Angabe: die Startseite des Rechners in url.",
        examples=["https://www.stadt.example/"],
    )
    date: JsonPath | None = Field(
        default=None, description="Pfad zum Datum der Veröffentlichung.", examples=["teaser.date"]
    )
    updated: JsonPath | None = Field(
        default=None, description="Pfad zum Datum der letzten Änderung.", examples=["changed"]
    )
    summary: JsonPath | None = Field(default=None, description="Pfad zum kurzen Text.", examples=["teaser.text"])
    body: JsonPath | None = Field(
        default=None, description="Pfad zum ganzen Text, mit oder ohne HTML.", examples=["content.html"]
    )
    category: JsonPath | None = Field(
        default=None, description="Pfad zur Rubrik oder zu mehreren.", examples=["categories[*]"]
    )
    tags: JsonPath | None = Field(default=None, description="Pfad zu den Schlagwörtern.", examples=["tags[*].name"])
    district: JsonPath | None = Field(default=None, description="Pfad zum Stadtbezirk.", examples=["district.name"])
    labels: Mapping[str, Words] = Field(
        default_factory=dict,
        description="Was für Nummern oder Kürzel steht, die die Schnittstelle als Rubrik, Schlagwort oder Bezirk nennt.",
        examples=[{"17": "Kultur", "23": "Verkehr"}],
    )
    image: Template | None = Field(
        default=None,
        description="Pfad zur Adresse des Bildes, oder eine Adresse mit Pfaden in geschweiften Klammern.",
        examples=["teaser.image.url"],
    )
    alt: JsonPath | None = Field(
        default=None, description="Pfad zur Beschreibung des Bildes.", examples=["teaser.image.alt"]
    )
    caption: JsonPath | None = Field(
        default=None, description="Pfad zur Bildunterschrift.", examples=["teaser.image.caption"]
    )
    credit: JsonPath | None = Field(
        default=None, description="Pfad zum Bildnachweis.", examples=["teaser.image.copyright"]
    )
    language: JsonPath | None = Field(default=None, description="Pfad zum Kürzel der Sprache.", examples=["lang"])
    article: bool | None = Field(
        default=None,
        description="Auch die Seite der Nachricht lesen und beides vereinen? Fehlt die Angabe: ja, wenn es link gibt, aber "
        "kein body.",
        examples=[True],
    )
    next: JsonPath | None = Field(
        default=None,
        description="Pfad in der Antwort zur Adresse der nächsten Seite, oder zu dem, was für {cursor} eingesetzt wird.",
        examples=["data.search.pageInfo.endCursor", "links.next"],
    )
    page: FirstPage = Field(default=1, description="Nummer der ersten Seite, für {page}.", examples=[1, 0])
    pages: Pages = Field(default=1, description="So viele Seiten werden höchstens gelesen.", examples=[1, 10])

    @property
    def reads_pages(self) -> bool:
        """Whether an article's own page is read as well."""
        return bool(self.link and not self.body) if self.article is None else self.article
