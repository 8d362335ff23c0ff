"""What is told of an incident: a German and an English sentence that a press officer understands. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from syndicator.model import IncidentKind
from syndicator.text import shorten

_WEEKDAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
_ENGLISH_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONGEST_TITLE = 80
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FAILURES = {
    "refused": ("die Adresse wird nicht abgerufen, weil robots.txt oder eine eigene Regel es verbietet", "robots.txt or a rule of ours forbids to read it"),
    "unreachable": ("der Server ist nicht erreichbar", "the server cannot be reached"),
    "missing": ("die Seite gibt es nicht mehr (404)", "the page is no longer there (404)"),
    "busy": ("der Server ist überlastet oder wird gewartet", "the server is overloaded or under maintenance"),
    "broken": ("der Server antwortet fehlerhaft", "the server's answers are faulty"),
    "too-large": ("die Antwort ist zu groß", "the answer is too large"),
    "unreadable": ("die Antwort ist nicht lesbar", "the answer cannot be read"),
    "empty": ("auf der Seite ist keine Nachricht mehr zu finden", "no article is found on the page any more"),
}  # fmt: skip
_THINGS = {
    "date": ("ein Datum", "a date"),
    "body": ("einen Text", "a text"),
    "picture": ("ein Bild", "a picture"),
    "category": ("eine Rubrik", "a category"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """The numbers of a sentence: `count` of `of` articles, `usual` a share or a size, `now` the size that it has now."""

    count: int = 0
    of: int = 0
    usual: float = 0.0
    now: float = 0.0
    failure: str = ""
    title: str = ""
    owner: str = ""


def sentences(kind: IncidentKind, since: datetime, told: Told, zone: ZoneInfo) -> tuple[str, str]:
    """The sentence in German and in English."""
    local = since.astimezone(zone)
    if kind in _THINGS:
        return _lacking(_THINGS[kind], local, told)
    return _SENTENCES[kind](local, told)


def german_time(local: datetime) -> str:
    """`Di 24.11., 14:00 Uhr`."""
    return f"{_WEEKDAYS[local.weekday()]} {local.day}.{local.month}., {local:%H:%M} Uhr"


def english_time(local: datetime) -> str:
    """`Tue 24 Nov, 14:00`."""
    return f"{_english_day(local)}, {local:%H:%M}"


def _english_day(local: datetime) -> str:
    return f"{_ENGLISH_WEEKDAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"


def _lacking(things: tuple[str, str], local: datetime, told: Told) -> tuple[str, str]:
    german, english = things
    share = round(told.usual * 100)
    if told.count:
        some, any_ = (
            f"{'hat' if told.count == 1 else 'haben'} nur {told.count} von {told.of} Nachrichten",
            f"only {told.count} of {told.of} articles {'has' if told.count == 1 else 'have'}",
        )
    else:
        some, any_ = f"hat keine von {told.of} Nachrichten", f"no article of {told.of} has"
    return (
        f"Seit {german_time(local)} {some} {german}; bis dahin hatten es {share} %.",
        f"Since {english_time(local)}, {any_} {english}; until then {share} % had.",
    )


def _length(local: datetime, told: Told) -> tuple[str, str]:
    now, usual = _rounded(told.now), _rounded(told.usual)
    return (
        f"Seit {german_time(local)} sind die Texte etwa {_german(now)} Zeichen lang; sonst sind es etwa {_german(usual)}.",
        f"Since {english_time(local)}, texts are about {now:,} characters long; usually {usual:,}.",
    )


def _page(local: datetime, told: Told) -> tuple[str, str]:
    share = round(told.usual * 100)
    some, any_ = (f"nur {told.count}", f"only {told.count}") if told.count else ("keine", "none")
    verb = "ließen" if told.count > 1 else "ließ"
    return (
        f"Seit {german_time(local)} {verb} sich {some} von {told.of} Seiten mit Nachrichten lesen; bis dahin waren es {share} %.",
        f"Since {english_time(local)}, {any_} of {told.of} article pages could be read; until then {share} % could.",
    )


def _slow(local: datetime, told: Told) -> tuple[str, str]:
    return (
        f"Seit {german_time(local)} dauert der Abruf etwa {_seconds(told.now).replace('.', ',')} s; sonst {_seconds(told.usual).replace('.', ',')} s.",
        f"Since {english_time(local)}, fetching takes about {_seconds(told.now)} s; usually {_seconds(told.usual)} s.",
    )


def _list(local: datetime, told: Told) -> tuple[str, str]:
    some = "1 Nachricht" if told.count == 1 else f"{told.count or 'keine'} Nachrichten"
    any_ = "1 article" if told.count == 1 else f"{told.count or 'no'} articles"
    return (
        f"Seit {german_time(local)} zeigt die Übersicht {some}; sonst sind es {told.usual:.0f}. Was dort fehlt, bleibt veröffentlicht.",
        f"Since {english_time(local)}, the list shows {any_}; usually {told.usual:.0f}. What is missing there stays published.",
    )


def _silent(local: datetime, told: Told) -> tuple[str, str]:
    german, english = _often(told.usual, told.of)
    return (
        f"Seit {_WEEKDAYS[local.weekday()]} {local.day}.{local.month}. ist keine Nachricht erschienen; sonst {german}.",
        f"No article since {_english_day(local)}; usually {english}.",
    )


def _many(local: datetime, told: Told) -> tuple[str, str]:
    usual = max(1, round(told.usual))
    day, verb = f"{_WEEKDAYS[local.weekday()]} {local.day}.{local.month}.", "ist" if usual == 1 else "sind"
    return (
        f"Am {day} sind {told.count} Nachrichten gekommen; sonst {verb} es etwa {usual}, wenn welche kommen.",
        f"On {_english_day(local)}, {told.count} articles came; usually about {usual}, when there are any.",
    )


def _often(a_day: float, a_week: int) -> tuple[str, str]:
    if a_day >= 1:
        return f"sind es etwa {a_day:.0f} an einem Werktag", f"about {a_day:.0f} a day on weekdays"
    if a_week > 1:
        return f"sind es etwa {a_week} in der Woche", f"about {a_week} a week"
    return "sind die Pausen kürzer", "the breaks are shorter"


def _held(local: datetime, told: Told) -> tuple[str, str]:
    german, english = [], []
    if told.count:
        one = told.count == 1
        title = shorten(told.title, _LONGEST_TITLE)
        german.append(
            f"{'wird 1 Nachricht' if one else f'werden {told.count} Nachrichten'} zurückgehalten, weil sie nicht nach "
            f"{'einer Nachricht aussieht' if one else 'Nachrichten aussehen'} ({'' if one else 'zuletzt '}„{title}“)"
        )
        english.append(
            f"{'1 article is' if one else f'{told.count} articles are'} held back, as {'it does' if one else 'they do'} not "
            f"look like news ({'' if one else 'the newest: '}“{title}”)"
        )
    if told.of:
        one = told.of == 1
        german.append(f"{'behält 1 Nachricht' if one else f'behalten {told.of} Nachrichten'} den letzten guten Text")
        english.append(f"{'1 article keeps its' if one else f'{told.of} articles keep their'} last good text")
    return (
        f"Seit {german_time(local)} {' und '.join(german)}.",
        f"Since {english_time(local)}, {' and '.join(english)}.",
    )


def _claims(local: datetime, told: Told) -> tuple[str, str]:
    one, title = told.count == 1, shorten(told.title, _LONGEST_TITLE)
    whose, of = (f"der Quelle {told.owner}", f"the source {told.owner}") if told.owner else ("von uns", "this service")
    german = "trägt 1 Eintrag eine Kennung" if one else f"tragen {told.count} Einträge Kennungen"
    english = "1 entry or tombstone has an id" if one else f"{told.count} entries or tombstones have ids"
    refused = "Das wird nicht übernommen, und was gespeichert ist, bleibt."
    return (
        f"Seit {german_time(local)} {german} {whose}, oder Fremdes wird zurückgezogen („{title}“). {refused}",
        f"Since {english_time(local)}, {english} of {of} (“{title}”). This is refused, and what is stored stays.",
    )


def _failing(local: datetime, told: Told) -> tuple[str, str]:
    german, english = _FAILURES.get(told.failure, _FAILURES["broken"])
    return (
        f"Seit {german_time(local)} scheitert jeder Abruf ({told.count} hintereinander): {german}. Was veröffentlicht ist, bleibt.",
        f"Since {english_time(local)}, every visit fails ({told.count} in a row): {english}. What is published stays.",
    )


def _denied(local: datetime, _: Told) -> tuple[str, str]:
    return (
        f"Seit {german_time(local)} verweigert das Portal uns den Zugriff. Das wird nicht umgangen: Jemand muss bei der Stadt nachfragen.",
        f"Since {english_time(local)}, the portal denies us access. That is not worked around: a person has to ask the city.",
    )


def _gone(local: datetime, _: Told) -> tuple[str, str]:
    return (
        f"Seit {german_time(local)} meldet das Portal, dass es diese Adresse nicht mehr gibt (410). Sie wird nicht mehr abgerufen, bis ihr Block geändert ist.",
        f"Since {english_time(local)}, the portal says that this address is gone for good (410). It is not visited until its block is edited.",
    )


def _network(local: datetime, told: Told) -> tuple[str, str]:
    return (
        f"Seit {german_time(local)} sind {told.count} von {told.of} Quellen nicht erreichbar; wahrscheinlich ist unser eigener Weg ins Netz gestört.",
        f"Since {english_time(local)}, {told.count} of {told.of} sources cannot be reached; probably our own connection is broken.",
    )


_SENTENCES: Mapping[str, Callable[[datetime, Told], tuple[str, str]]] = {
    "failing": _failing,
    "denied": _denied,
    "gone": _gone,
    "network": _network,
    "silent": _silent,
    "many": _many,
    "list": _list,
    "length": _length,
    "page": _page,
    "slow": _slow,
    "held": _held,
    "claims": _claims,
}


def _rounded(size: float) -> int:
    """Two figures that count: 2134 → 2100."""
    number = round(size)
    digits = len(str(number))
    return round(number, 2 - digits) if digits > 2 else number  # noqa: PLR2004


def _german(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f}" if seconds >= 10 else f"{seconds:.1f}"  # noqa: PLR2004
