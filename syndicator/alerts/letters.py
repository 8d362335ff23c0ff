"""What a message about incidents says, in German for people and as JSON for programs. Pure.

What a webhook is sent:

    {"event": "begin" | "over" | "test", "id": Message-ID, "in_reply_to": that of the beginning or "", "at": instant,
     "site": title, "text": one German line for chats, "incidents": [
       {"source": name, "title": of the source, "severity": "yellow" | "red", "kind": see `model.IncidentKind`,
        "sentence_de": …, "sentence_en": …, "since": instant, "ended": instant or null, "url": where the state is shown}]}

Instants are ISO 8601 in UTC. `source` is "" for what concerns the whole service. One `id` may come twice, after a crash.
"""

import json
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Literal

from syndicator.config import Config
from syndicator.model import Incident, IncidentKind
from syndicator.text import shorten, squeeze

Event = Literal["begin", "over", "test"]

_WIDE = 74  # columns
_MOST = 40  # incidents told in full
_NAMED = 3  # sources in a subject
_LONGEST_SUBJECT = 150
_COLORS = {"red": "ROT", "yellow": "GELB"}
_SUBJECTS: dict[IncidentKind, str] = {
    "failing": "Abruf scheitert",
    "denied": "Zugriff verweigert",
    "gone": "Adresse gibt es nicht mehr",
    "network": "Netz gestört",
    "silent": "ungewöhnlich lange keine Nachricht",
    "many": "ungewöhnlich viele Nachrichten",
    "list": "Übersicht fast leer",
    "date": "Datum fehlt",
    "body": "Text fehlt",
    "picture": "Bilder fehlen",
    "category": "Rubriken fehlen",
    "length": "Texte ungewöhnlich lang oder kurz",
    "page": "Nachrichten nicht lesbar",
    "slow": "Abruf ungewöhnlich langsam",
    "held": "Nachrichten zurückgehalten",
    "claims": "Einträge mit fremden Kennungen",
}
_READING = (
    "Vielleicht wurde das Portal umgebaut. `syndicator preview {source}` zeigt, was gelesen wird und nach welcher Regel; "
    "in config.toml lässt es sich anpassen."
)
_ADVICE: dict[IncidentKind, str] = {
    "failing": "Ist die Seite im Browser zu sehen, zeigt `syndicator preview {source}`, woran es liegt.",
    "denied": "Bitte mit der Stadt klären, ob ihre Nachrichten abgerufen werden dürfen.",
    "gone": "Die neue Adresse gehört in den Block der Quelle in config.toml.",
    "network": "Bitte die Netzverbindung des Rechners prüfen, auf dem syndicator läuft.",
    "silent": "Zeigt das Portal im Browser Neueres, wird es nicht mehr richtig gelesen: `syndicator preview {source}`.",
    "many": "Sind es keine Nachrichten, hält `syndicator hold` sie zurück; `syndicator preview {source}` zeigt, was gelesen wird.",
    "slow": "Kommt es länger vor, sollte die Quelle seltener abgerufen werden (every in config.toml).",
    "held": "`syndicator status` zeigt, was warum zurückgehalten wird. Sind es doch Nachrichten, gibt `syndicator release --source {source}` sie frei.",
    "claims": "Bitte beim Herausgeber des Feeds nachfragen: Was er von anderen weitergibt, muss deren Feed als Quelle nennen (atom:source).",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A message. `id` and `reply_to` are Message-IDs without their angle brackets, `payload` is what a webhook is sent."""

    id: str
    reply_to: str
    at: datetime
    subject: str
    text: str
    payload: dict[str, Any]


def begin_letter(incidents: Sequence[Incident], config: Config, now: datetime) -> Letter:
    """Something has begun to be unusual at one source or at several."""
    ordered = sorted(incidents, key=lambda incident: (incident.severity != "red", incident.source, incident.id))
    subject = f"{_COLORS[ordered[0].severity]}: {_topic(ordered, config)}"
    several = len({incident.source for incident in ordered}) > 1
    opening = (
        f"an {'mehreren Quellen' if several else 'einer Quelle'} von „{config.site.title}“ ist etwas anders als sonst."
    )
    closing = "Was veröffentlicht ist, bleibt, wie es ist. Wenn es vorbei ist, kommt noch eine Mail."
    text = _text(opening, _paragraphs(ordered, config), closing, config)
    return _letter("begin", ordered, subject, text, config, now)


def over_letter(incidents: Sequence[Incident], config: Config, now: datetime) -> Letter:
    """What was told in one message is over, or some of it."""
    ordered = sorted(incidents, key=lambda incident: (incident.source, incident.id))
    subject = f"Vorbei: {_topic(ordered, config)}"
    text = _text("es ist wieder wie sonst:", _paragraphs(ordered, config), "", config)
    return _letter("over", ordered, subject, text, config, now)


def trial_letter(config: Config, now: datetime) -> Letter:
    """What `syndicator alerts test` sends."""
    text = _text("so kommt eine Meldung an, wenn an einer Quelle etwas anders ist als sonst.", (), "", config)
    return _letter("test", (), "Probe: So melden sich Störungen", text, config, now)


def to_json(letter: Letter) -> str:
    return json.dumps({**asdict(letter), "at": letter.at.isoformat()}, ensure_ascii=False)


def from_json(text: str) -> Letter:
    values = json.loads(text)
    return Letter(**{**values, "at": datetime.fromisoformat(values["at"])})


# ---------------------------------------------------------------- parts


def _letter(
    event: Event, incidents: Sequence[Incident], subject: str, text: str, config: Config, now: datetime
) -> Letter:
    host = config.site.host or "localhost"
    number = incidents[0].id if incidents else 0
    id_ = f"{event}.{number}.{now:%Y%m%d%H%M%S%f}@{host}"
    thread = next((incident.thread for incident in incidents if incident.thread), "") if event == "over" else ""
    subject = shorten(squeeze(f"{subject} [{config.site.title}]"), _LONGEST_SUBJECT)
    payload = {
        "event": event,
        "id": id_,
        "in_reply_to": thread,
        "at": now.isoformat(timespec="seconds"),
        "site": config.site.title,
        "text": _line(event, incidents, config) or subject,
        "incidents": [_values(incident, config) for incident in incidents],
    }
    return Letter(id_, thread, now, subject, text, payload)


def _values(incident: Incident, config: Config) -> dict[str, Any]:
    return {
        "source": incident.source,
        "title": _title(incident.source, config),
        "severity": incident.severity,
        "kind": incident.kind,
        "sentence_de": incident.sentence_de,
        "sentence_en": incident.sentence_en,
        "since": incident.since.isoformat(timespec="seconds"),
        "ended": incident.ended.isoformat(timespec="seconds") if incident.ended else None,
        "url": config.site.url,
    }


def _line(event: Event, incidents: Sequence[Incident], config: Config) -> str:
    told = [
        f"{'Vorbei' if event == 'over' else _COLORS[incident.severity]}: {_title(incident.source, config)}: {incident.sentence_de}"
        for incident in incidents[:_MOST]
    ]
    return " · ".join(told)


def _topic(incidents: Sequence[Incident], config: Config) -> str:
    """What a subject names: the source and what it is, or several sources."""
    titles = list(dict.fromkeys(_title(incident.source, config) for incident in incidents))
    if len(titles) > 1:
        more = f" und {len(titles) - _NAMED} weitere" if len(titles) > _NAMED else ""
        return f"{len(titles)} Quellen ({', '.join(titles[:_NAMED])}{more})"
    return f"{titles[0]} – {', '.join(_SUBJECTS[incident.kind] for incident in incidents)}"


def _paragraphs(incidents: Iterable[Incident], config: Config) -> Iterator[str]:
    for number, (source, group) in enumerate(groupby(incidents, key=lambda incident: incident.source)):
        if number == _MOST:
            yield "… und weitere; alle zeigt `syndicator status`."
            return
        together = list(group)
        lines = [_title(source, config)]
        for incident in together:
            over = f"Seit {_clock(incident.ended, config)} vorbei. Gemeldet war" if incident.ended else ""
            lines += _wrapped(f"{over or _COLORS[incident.severity]}: {incident.sentence_de}")
        if not together[0].ended:
            advice = dict.fromkeys(_ADVICE.get(incident.kind, _READING) for incident in together)
            lines += [line for one in advice for line in _wrapped(one.format(source=source))]
        yield "\n".join(lines)


def _text(opening: str, paragraphs: Iterable[str], closing: str, config: Config) -> str:
    parts = ["Guten Tag,", textwrap.fill(opening, _WIDE), *paragraphs]
    parts += [closing] if closing else []
    parts.append("Wie es steht, zeigt `syndicator status`.")
    signature = f"-- \nsyndicator für {config.site.title}\n{config.site.url}"
    return "\n\n".join(parts) + f"\n\n{signature}\n"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        squeeze(text),
        _WIDE,
        initial_indent="  ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _title(source: str, config: Config) -> str:
    if not source:
        return "Der ganze Dienst"
    return next((one.title or one.name for one in config.sources if one.name == source), source)


def _clock(instant: datetime, config: Config) -> str:
    return f"{instant.astimezone(config.site.zone):%d.%m., %H:%M} Uhr"
