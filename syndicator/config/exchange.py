"""The tables of config.toml on those who are told: partners, admins, subscribers, and who hears of what is wrong."""

from typing import Literal

from pydantic import Field

from syndicator.config.block import Block, Lines, Networks
from syndicator.config.values import Address, Burst, Email, Hidden, HubAddress, Line, Name, PerMinute, SmtpAddress


class Partner(Block):
    """Wer mit einem eigenen Schlüssel auf Feeds zugreift."""

    name: Name = Field(description="Kurzer Name aus a-z, 0-9 und Bindestrich.", examples=["bochum"])
    token: Hidden = Field(
        description='Wo der Schlüssel steht, nie der Schlüssel selbst: "env:NAME" oder "file:PFAD".',
        examples=["env:BOCHUM_TOKEN"],
    )
    feeds: Lines = Field(
        default=("*",),
        description='Namen der Feeds; "*" heißt alle, "dortmund-*" alle, die so beginnen.',
        examples=[["*"], ["vielfalt", "dortmund-*"]],
    )
    per_minute: PerMinute = Field(
        default=120,
        description="So viele Abrufe je Minute auf Dauer; wer mehr fragt, bekommt 429 und wird gebeten zu warten.",
        examples=[120],
    )
    burst: Burst = Field(
        default=300,
        description="So viele Abrufe auf einmal, etwa wenn alle Feeds zugleich abgeholt werden.",
        examples=[300],
    )
    url: Address | None = Field(
        default=None,
        description="Adresse des Partners. Abonnements (WebSub), die von diesem Rechner kommen, zählen in der Übersicht als seine.",
        examples=["https://news.bochum.example/"],
    )


class Admin(Block):
    """Die Verwaltungsseiten unter /admin."""

    token: Hidden | None = Field(
        default=None,
        description="Wo der Schlüssel steht. Ohne ihn antwortet /admin nur auf diesem Rechner und nicht durch einen Webserver hindurch.",
        examples=["env:SYNDICATOR_ADMIN"],
    )


class Hub(Block):
    """WebSub: Abonnenten erfahren sofort von Neuem."""

    url: HubAddress = Field(
        default="self",
        description='"self": dieses Programm verteilt selbst. Eine Adresse: ein anderer Hub. "none": gar nicht.',
        examples=["self", "none", "https://hub.example/"],
    )
    allow_private: Networks = Field(
        default=(), description="Interne Netze, in denen Abonnenten liegen dürfen.", examples=[["10.0.0.0/8"]]
    )
    signature: Literal["sha256", "sha384", "sha512"] = Field(
        default="sha256",
        description="Womit Zustellungen an Abonnenten unterschrieben werden, die dafür ein Geheimnis genannt haben.",
        examples=["sha256", "sha512"],
    )


class Alerts(Block):
    """Wer erfährt, wenn an einer Quelle etwas anders ist als sonst: einmal, wenn es beginnt, und einmal, wenn es vorbei ist."""

    webhook: Address | None = Field(
        default=None,
        description="Adresse, an die jede Meldung als JSON geschickt wird; sie darf auch im eigenen Netz liegen.",
        examples=["https://chat.example/hook"],
    )
    email: Email | None = Field(
        default=None, description="Empfänger der Meldungen.", examples=["webredaktion@stadt.example"]
    )
    smtp: SmtpAddress = Field(
        default="smtp://127.0.0.1:25",
        description='Mailserver, über den sie gehen. "smtps://": von Anfang an verschlüsselt, sonst, wenn er es anbietet.',
        examples=["smtp://127.0.0.1:25", "smtps://mail.stadt.example"],
    )
    sender: Email | None = Field(
        default=None,
        description="Absender der Meldungen. Sonst die Adresse unter contact, oder der Empfänger selbst.",
        examples=["syndicator@stadt.example"],
    )
    user: Line = Field(
        default="", description="Name, mit dem sich der Dienst beim Mailserver anmeldet.", examples=["syndicator"]
    )
    password: Hidden | None = Field(
        default=None,
        description="Wo das Passwort dazu steht. Es geht nur verschlüsselt an den Mailserver.",
        examples=["env:SYNDICATOR_SMTP"],
    )
