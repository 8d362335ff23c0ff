"""[sources.sitemap]: which addresses of a sitemap are articles."""

from pydantic import Field

from syndicator.config.block import Block
from syndicator.config.rules import Pattern
from syndicator.config.values import Day, Newest, Pages


class SitemapRules(Block):
    """Welche Adressen einer Sitemap Nachrichten sind. Was fehlt, wird selbst gefunden."""

    include: Pattern = Field(
        default="",
        description="Regulärer Ausdruck zwischen zwei Schrägstrichen: Nur Adressen, in denen er vorkommt, sind Nachrichten. "
        "Fehlt er, sind es die Einträge einer News-Sitemap, sonst die Adressen, die nach Nachrichten aussehen.",
        examples=["//pressemitteilungen/\\d{4}//"],
    )
    exclude: Pattern = Field(
        default="",
        description="Regulärer Ausdruck zwischen zwei Schrägstrichen: Adressen, in denen er vorkommt, sind keine Nachrichten.",
        examples=["/archiv|leichte-sprache/"],
    )
    newest: Newest = Field(
        default=50,
        description="So viele Nachrichten werden je Abruf höchstens gelesen. Beim ersten Abruf sind es die neuesten; alle "
        "übrigen Adressen gelten dann als bekannt und werden erst gelesen, wenn sich ihr Eintrag ändert.",
        examples=[50],
    )
    pages: Pages = Field(
        default=10,
        description="So viele Teile einer geteilten Sitemap werden je Abruf höchstens gelesen, die zuletzt geänderten zuerst.",
        examples=[10],
    )
    since: Day | None = Field(
        default=None,
        description="Nur Einträge von diesem Tag an; Einträge ohne Datum zählen mit.",
        examples=["2026-01-01"],
    )
