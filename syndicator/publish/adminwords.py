"""What the page for admins says, in German and in English. Pure. `{}` stands for what the page puts there."""

from collections.abc import Mapping
from types import MappingProxyType

_GERMAN = {
    "title": "Verwaltung",
    "lead": "Wie es den Quellen geht, wer die Feeds liest und was die Partner holen. Stand: {}.",
    "rejected": "Die letzte Änderung an config.toml gilt nicht, weil sie Fehler enthält:",
    "sources": "Quellen",
    "source": "Quelle",
    "state": "Zustand",
    "articles": "Nachrichten",
    "visited": "zuletzt abgerufen",
    "next": "nächster Abruf",
    "no_sources": "Es gibt noch keine Quellen.",
    "usage": "Nutzung",
    "usage_lead": "Die letzten {} Tage. Gezählt wird, was dieses Programm selbst ausliefert, nicht, was ein Webserver oder Speicher davor "
    "aus dem Ordner gibt. Adressen werden nicht gespeichert.",
    "feed": "Feed",
    "subscribers": "Abonnements laut Lesediensten",
    "pollers": "Abrufende, geschätzt",
    "pollers_note": "Abrufende: am stärksten Tag ungefähr so viele verschiedene Programme; ein Lesedienst zählt dabei einmal, für wie viele "
    "Menschen er abruft, sagt er selbst.",
    "answers": "geliefert",
    "unchanged": "unverändert (304)",
    "pushes": "zugestellt (WebSub), insgesamt",
    "sent": "übertragen",
    "saved": "gespart",
    "saved_note": "Gespart: {} durch „unverändert“, {} durch Kompression.",
    "all": "Zusammen",
    "no_usage": "Noch hat niemand einen Feed abgerufen.",
    "partners": "Partner",
    "partner": "Partner",
    "pulled": "zuletzt geholt",
    "taken": "neue Nachrichten",
    "refused": "abgelehnt",
    "push": "WebSub",
    "no_partners": "Es gibt keine Partner. `syndicator partner add NAME` legt einen an.",
    "never": "nie",
    "nothing": "–",
    "last_refused": "Zuletzt abgelehnt {}: {}",
    "problem": "Sein Schlüssel ist nicht in Ordnung:",
}
_ENGLISH = {
    "title": "Administration",
    "lead": "How the sources fare, who reads the feeds, and what partners take. As of {}.",
    "rejected": "The last edit of config.toml is not in force, as it has mistakes:",
    "sources": "Sources",
    "source": "Source",
    "state": "State",
    "articles": "Articles",
    "visited": "last visit",
    "next": "next visit",
    "no_sources": "There are no sources yet.",
    "usage": "Usage",
    "usage_lead": "The last {} days. What this program answers itself is counted, not what a web server or a store in front of it gives from "
    "the folder. No addresses are stored.",
    "feed": "Feed",
    "subscribers": "Subscribers as reported by services",
    "pollers": "Pollers, estimated",
    "pollers_note": "Pollers: about so many different programs on the busiest day; a service counts as one there, and says itself for how "
    "many people it fetches.",
    "answers": "delivered",
    "unchanged": "unchanged (304)",
    "pushes": "pushed (WebSub), in all",
    "sent": "sent",
    "saved": "saved",
    "saved_note": "Saved: {} by “unchanged”, {} by compression.",
    "all": "Together",
    "no_usage": "Nobody has asked for a feed yet.",
    "partners": "Partners",
    "partner": "Partner",
    "pulled": "last pull",
    "taken": "new articles",
    "refused": "refused",
    "push": "WebSub",
    "no_partners": "There are no partners. `syndicator partner add NAME` makes one.",
    "never": "never",
    "nothing": "–",
    "last_refused": "Last refused {}: {}",
    "problem": "Its token is not in order:",
}
ADMIN_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType({"de": _GERMAN, "en": _ENGLISH})

# The words of the command line, and what the page says in their place.
STATES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "de": {
            "ok": "in Ordnung",
            "new": "neu",
            "off": "ruht",
            "warning": "auffällig",
            "alarm": "Alarm",
            "failing": "gestört",
            "denied": "abgelehnt",
            "stopped": "beendet",
        },
        "en": {},
    }
)
REFUSALS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "de": {
            "token": "falscher Schlüssel",
            "forbidden": "fremder Feed",
            "limited": "zu viele Anfragen",
            "missing": "kein solcher Feed",
            "broken": "Fehler hier",
        },
        "en": {
            "token": "wrong token",
            "forbidden": "not its feed",
            "limited": "too many requests",
            "missing": "no such feed",
            "broken": "a fault here",
        },
    }
)
PUSHES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"de": {"subscribed": "abonniert", "failing": "Zustellung gestört"}, "en": {"failing": "delivery fails"}}
)
