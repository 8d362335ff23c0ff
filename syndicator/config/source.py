"""[[sources]]: where news comes from and how it is read."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import Field

from syndicator.config.api import ApiRules
from syndicator.config.block import Block, Lines, Selectors
from syndicator.config.rules import IdRule, Rule, Selector
from syndicator.config.secret import Bearer
from syndicator.config.sitemap import SitemapRules
from syndicator.config.values import (
    Address,
    Cron,
    Duration,
    Hidden,
    History,
    Interval,
    Kind,
    Line,
    Name,
    Pages,
    Subjects,
    Words,
)

EVERY = timedelta(minutes=10)


class ListRules(Block):
    """CSS-Selektoren für die Übersichtsseite. Was fehlt, wird selbst gefunden."""

    item: Selector = Field(
        default="",
        description="Ein Anreißer: das Element, das je Nachricht einmal vorkommt.",
        examples=["article.teaser"],
    )
    link: Rule = Field(
        default="",
        description='Der Link zur Nachricht, innerhalb des Anreißers; "a@href" nennt ein Attribut.',
        examples=["a", "a@href"],
    )
    title: Rule = Field(default="", description="Die Überschrift, innerhalb des Anreißers.", examples=["h3"])
    date: Rule = Field(default="", description="Das Datum, innerhalb des Anreißers.", examples=["time"])
    summary: Rule = Field(default="", description="Der kurze Text, innerhalb des Anreißers.", examples=["p"])
    category: Rule = Field(
        default="", description="Die Rubrik (Dachzeile), innerhalb des Anreißers.", examples=[".kicker"]
    )
    next: Rule = Field(default="", description="Der Link auf die nächste Übersichtsseite.", examples=["a[rel=next]"])
    pages: Pages = Field(default=1, description="So viele Übersichtsseiten werden höchstens gelesen.", examples=[1, 10])


class ArticleRules(Block):
    """CSS-Selektoren für die Seite einer Nachricht. Was fehlt, wird selbst gefunden."""

    title: Rule = Field(default="", description="Die Überschrift.", examples=["h1"])
    category: Rule = Field(default="", description="Die Rubrik (Dachzeile).", examples=[".topline"])
    date: Rule = Field(default="", description="Das Datum der Veröffentlichung.", examples=[".date"])
    summary: Rule = Field(default="", description="Der Vorspann.", examples=[".teaser"])
    body: Rule = Field(default="", description="Der Text der Nachricht.", examples=[".text"])
    image: Rule = Field(
        default="", description="Das Bild der Nachricht, nicht das Kopfbild des Portals.", examples=["figure img"]
    )
    caption: Rule = Field(default="", description="Die Bildunterschrift.", examples=["figcaption"])
    credit: Rule = Field(default="", description="Der Bildnachweis.", examples=[".credit"])
    remove: Selectors = Field(
        default=(),
        description="Was nicht zur Nachricht gehört: Teilen-Leisten, Pressekontakt und dergleichen.",
        examples=[[".share", ".related"]],
    )
    id: IdRule = Field(
        default="",
        description="Woran das Portal eine Nachricht erkennt: ein Parameter der Adresse, ein regulärer Ausdruck mit einer "
        "Gruppe für die Adresse, oder ein Attribut der Seite.",
        examples=["nid", "/artikel/(\\d+)-/", "article@data-nid"],
    )


def _default_title(given: dict[str, Any]) -> str:
    return str(given.get("city", ""))


def _default_interval(given: dict[str, Any]) -> timedelta | None:
    return None if given.get("cron") else EVERY


class Source(Block):
    """Ein Portal oder Feed, dessen Nachrichten abgerufen werden."""

    # Two are equal when their blocks say the same: what a reload of config.toml goes by.

    name: Name = Field(
        description="Kurzer Name aus a-z, 0-9 und Bindestrich. Er steht in den Kennungen der Nachrichten: nicht mehr ändern.",
        examples=["dortmund"],
    )
    city: Words = Field(description="Die Stadt, zu der die Nachrichten gehören.", examples=["Dortmund"])
    title: Words = Field(
        default_factory=_default_title,
        description="Wer die Quelle ist, wie er genannt werden soll. Fehlt die Angabe, ist es die Stadt.",
        examples=["Stadt Dortmund"],
    )
    kind: Kind = Field(
        default="portal",
        description='"portal": Webseiten mit Übersicht und Nachrichten. "feed": RSS, Atom oder JSON Feed. "sitemap": eine '
        'Sitemap, auch geteilt, gepackt oder für News. "api": eine Schnittstelle, die mit JSON antwortet.',
        examples=["portal", "feed"],
    )
    url: Address = Field(
        description="Adresse der Übersicht, des Feeds, der Sitemap oder der Schnittstelle.",
        examples=["https://www.dortmund.de/newsroom/"],
    )
    cron: Cron | None = Field(
        default=None,
        description="Zeitplan statt every: Minute, Stunde, Tag, Monat, Wochentag. Wochentage mit Namen (mon, tue, wed, thu, fri, sat, sun).",
        examples=["*/10 6-22 * * mon-fri"],
    )
    every: Interval | None = Field(
        default_factory=_default_interval,
        description="So oft wird abgerufen, genau so oft, es sei denn, Neues kommt von einem Hub (push). Fehlen every und cron, sind es 10 Minuten, und zu Stunden, in denen die "
        "Quelle erfahrungsgemäß nichts veröffentlicht (nachts, am Wochenende), bis zu 1 Stunde.",
        examples=["10m", "1h30m"],
    )
    rights: Line = Field(
        default="", description="Rechtehinweis, der mit den Texten weitergegeben wird.", examples=["© Stadt Dortmund"]
    )
    license: Words = Field(
        default="unknown",
        description='Lizenz der Texte: ein SPDX-Kürzel, eine Adresse oder "unknown".',
        examples=["unknown", "CC-BY-4.0"],
    )
    image_rights: Lines = Field(
        default=(),
        description="Bildnachweise, deren Bilder weitergegeben werden dürfen; * steht für beliebigen Text.",
        examples=[["Stadt Dortmund*"]],
    )
    allow_private: bool = Field(
        default=False, description="Darf die Quelle auf diesem Rechner oder im internen Netz liegen?", examples=[False]
    )
    delay: Duration = Field(
        default=timedelta(seconds=1),
        json_schema_extra={"default": "1s"},
        description="Pause zwischen zwei Abrufen beim selben Rechner. Verlangt dessen robots.txt mehr, gilt das.",
        examples=["1s"],
    )
    push: bool = Field(
        default=True,
        description="Nennt der Feed einen Hub (WebSub), dort abonnieren: Neues kommt dann sofort. Solange das verlässlich ist, wird "
        "nur noch zur Sicherheit abgerufen, höchstens alle 3 Stunden. false: nicht abonnieren.",
        examples=[False],
    )
    token: Hidden | None = Field(
        default=None,
        description="Wo der Schlüssel steht, den ein Partner für seinen Feed ausgegeben hat. Er geht nur an den Rechner dieses Feeds und "
        "nur verschlüsselt.",
        examples=["env:DORTMUND_TOKEN"],
    )
    robots: bool = Field(default=True, description="Die robots.txt des Portals beachten.", examples=[True])
    terms: Mapping[Words, Subjects] = Field(
        default_factory=dict,
        description="Was diese Quelle anders nennt: links ihr Schlagwort oder ihre Rubrik, rechts das Thema hier, oder mehrere in "
        "einer Liste; [] heißt: keines. Soll nur der Begriff eines bestimmten Vokabulars gelten, steht dessen Kennung davor, "
        "mit einem Leerzeichen dazwischen.",
        examples=[{"Zuwanderung": "vielfalt", "Amtliches": [], "https://stadt.example/themen migration": "vielfalt"}],
    )
    enabled: bool = Field(default=True, description="false: Quelle ruht, ihre Nachrichten bleiben.", examples=[True])
    list: ListRules = Field(
        default=ListRules(),
        description="Wie die Übersicht gelesen wird.",
        examples=[{"item": "article", "link": "a"}],
    )
    article: ArticleRules = Field(
        default=ArticleRules(),
        description="Wie die Seite einer Nachricht gelesen wird.",
        examples=[{"body": ".text", "id": "nid"}],
    )
    sitemap: SitemapRules = Field(
        default=SitemapRules(),
        description='Welche Adressen einer Sitemap Nachrichten sind, für kind = "sitemap".',
        examples=[{"newest": 50}],
    )
    api: ApiRules | None = Field(
        default=None,
        description='Wie die Schnittstelle gefragt und ihre Antwort gelesen wird, für kind = "api".',
        examples=[{"items": "results", "title": "headline", "link": "url"}],
    )
    history: History = Field(
        default="all",
        description="Was ein Feed mit Archiv (RFC 5005) früher veröffentlicht hat, wird beim ersten Mal nachgeholt, im Hintergrund und ohne "
        'Eile: "all": alles. Ein Tag: was seitdem erschienen ist. "none": nichts.',
        examples=["all", "2024-01-01", "none"],
    )

    @property
    def adaptive(self) -> bool:
        """Whether the admin left it to us how often to visit, so that quiet hours may be rested."""
        return self.cron is None and "every" not in self.model_fields_set

    @property
    def credentials(self) -> Mapping[str, Bearer]:
        """The header field that carries the token, for requests to the source's own origin alone; none without a token."""
        return {"Authorization": Bearer(self.token)} if self.token else {}
