"""When the article on a page was published and updated. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborNode

from syndicator.ingest.blocks import line_of
from syndicator.ingest.clean import text_of
from syndicator.ingest.dates import announcement, is_update, may_hold_date, read_date, read_day_and_time
from syndicator.ingest.machine_dates import ANY_MONTH, read_machine_date
from syndicator.ingest.noise import ancestors
from syndicator.ingest.page import Page
from syndicator.model import Moment
from syndicator.text import fold

_DATE_LEAD = re.compile(r"[A-Za-zÄÖÜäöüß]{3,30}(?:\s[a-zäöüß]{2,15})? (?:vom|am|von)\b")

_DATELINE = re.compile(
    r"[A-ZÄÖÜ][\w.-]+(?:[ -][\w.-]+){0,3}, (?=(?:den )?\d{1,2}\.\s?(?:\d{1,2}\.|[A-Za-zä]+)\s?\d{4}\s*$)"
)
_BYLINE = re.compile(r"\D{3,80}\s(?:am|on)\s(?=\D{0,14}\d)")
_CLOCK_LABEL = re.compile(r"[\s,|]*\bUhrzeit\s?:\s?(?=\d)")
_READING_TIME = re.compile(r"[\s,|·•–-]*\bLese(?:zeit|dauer)\s?:?\s?(?:ca\.?\s)?\d+\s?Min(?:uten?|\.)?", re.IGNORECASE)
_UPDATED = re.compile(r"(?:^|[\s_-])(?:updated|modified|dateModified|changed|aktualisiert|geaendert)(?:$|[\s_-])")
_DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:\w*[dD]ate|\w*[dD]atum|published|created|submitted|posted-on|byline|(?:entry|post|article|news)[_-]{0,2}(?:meta|info))(?:$|[\s_-])"
)
_DATE_PLACES = '[class*="ate"],[class*="atum"],[class*="publi"],[class*="creat"],[class*="submi"],[class*="posted"],[class*="byline"],[class*="meta"],[class*="info"]'
_BYLINE_LEAD = re.compile(
    r"[^a-z0-9]*(?:(?:von|by)\b(?!.{0,40}\b(?:bis|ab|uhr|to|until)\b)|(?:gespeichert|eingereicht|verfasst|geschrieben|veroeffentlicht|erstellt|eingestellt"
    r"|publiziert|gepostet|autor(?:in)?|redaktion|text|posted|submitted|written|published)\b)",
)
_STAMP = re.compile(
    rf"(?:\d{{1,2}}\.\s?(?:\d{{1,2}}\.|(?:{ANY_MONTH})\b\.?)\s?\d{{2,4}}|\d{{4}}-\d\d-\d\d)(?!\d)"
    r"(?:[\s,|–-]{1,4}(?:um\s)?\d{1,2}[:.]\d\d(?:\s?uhr)?(?!\d))?",
    re.ASCII,
)
_SAYS_UPDATE = re.compile(
    r"\b(?:zuletzt|letzte|geaendert|veraendert|aktualisiert|aenderung|stand|update|updated|modified)\b"
)
_PUBLISHED = re.compile(
    r"[^a-z0-9]*(?:veroeffentlicht|publiziert|erschienen|eingestellt|erstellt|online seit|published)\b"
)
_IS_PROSE = re.compile(r"[.!?;]\s")
_TEXT_FOLLOWS = re.compile(r"(?:\b\d{4}|\bUhr|\))\s*(?::|[–—-]\s)\s*[^\W\d_]{2}")
_BESIDE = "text beside the headline"
_AHEAD = timedelta(days=1)
_LONGEST_AUTHOR = 90  # characters
_LONGEST_TAIL = 30
_LONGEST_LINE = 170  # characters of a line that is there for its date
_SHORT_LINE = 60
_CARD_WITHIN = 3  # blocks
_LAST = 3  # blocks at the end in which a page says when it was changed

Dated = tuple[Moment, str]
_CLAIMED = ("json-ld", "meta")


def read_dateline(text: str, zone: ZoneInfo, *, reference: datetime, origin: str) -> Moment | None:
    """Like `read_date`, also after a place ("Musterheim, 3. Februar 2025") and with a time that has a label of its own."""
    moment = _read_dateline(text, zone, reference)
    return replace(moment, origin=origin) if moment else None


@lru_cache(maxsize=512)  # the same lines are asked about for the day, the labels and the text
def _read_dateline(text: str, zone: ZoneInfo, reference: datetime) -> Moment | None:
    line = _CLOCK_LABEL.sub(" ", _READING_TIME.sub("", text))
    moment = read_date(line, zone, reference=reference, origin="")
    if moment is None and (place := _DATELINE.match(line)):
        moment = read_date(line[place.end() :], zone, reference=reference, origin="")
    return moment


def find_dates(page: Page, selector: str, found: dict[str, str]) -> tuple[Moment | None, Moment | None]:
    """Publication and update, by the rules of docs/reading.md. What says of itself that it is an update is never the publication."""
    shown: Moment | None = None
    updated: Moment | None = None
    for moment, text in chain(_selected_dates(page, selector), _times(page), _date_lines(page), _named_dates(page)):
        if is_update(text):
            updated = updated or moment
        elif shown is None or _is_finer(moment, shown, page.zone):
            shown = moment
    claimed = next((moment for moment, _ in _claimed_dates(page, "published")), None)
    published = _of_shown_and_claimed(shown, claimed, page)
    if shown and published is claimed and claimed and _same_day(shown, claimed, page.zone):
        found["day"] = shown.origin
    claims = _claimed_dates(page, "updated")
    updated = claims[0][0] if claims else updated
    if updated and published and updated.at <= published.at:
        updated = None
    for name, instant in (("published", published), ("updated", updated)):
        if instant:
            found[name] = instant.origin
    return published, updated


def _of_shown_and_claimed(shown: Moment | None, claimed: Moment | None, page: Page) -> Moment | None:
    """People's date before machines', unless it may be the day of an event: one that nothing calls the publication."""
    if shown is None:
        return claimed
    if claimed and _same_day(shown, claimed, page.zone):
        return claimed if _is_finer(claimed, shown, page.zone) else shown
    announced = shown.origin.startswith(("selector", "text '"))
    if not announced and shown.at > page.now + _AHEAD:
        return claimed
    beside = shown.origin == _BESIDE
    return claimed if beside and claimed and claimed.at < shown.at else shown


def agreed(published: Moment | None, found: Mapping[str, str], listed: Moment | None, zone: ZoneInfo) -> Moment | None:
    """The publication by what the page and the list say: of one day the finer; else what the page shows, the list, the page's claim."""
    if published is None or listed is None:
        return published or listed
    if _same_day(published, listed, zone):
        return listed if _is_finer(listed, published, zone) else published
    only_claimed = published.origin.startswith(_CLAIMED) and "day" not in found
    return listed if only_claimed and listed.precision in {"day", "minute", "second"} else published


def _same_day(one: Moment, other: Moment, zone: ZoneInfo) -> bool:
    return one.at.astimezone(zone).date() == other.at.astimezone(zone).date()


def _is_finer(moment: Moment, than: Moment, zone: ZoneInfo) -> bool:
    """Whether it states the hour of a day that was all that was known."""
    return than.precision == "day" and moment.precision in {"minute", "second"} and _same_day(moment, than, zone)


def _selected_dates(page: Page, selector: str) -> list[Dated]:
    return _read_nodes(page, page.select(selector), f"selector {selector}")


def _read_nodes(page: Page, nodes: list[LexborNode], origin: str) -> list[Dated]:
    """Dates that elements state; a day and the time in the element after it are one."""
    texts = [line_of(node) for node in nodes]
    found: list[Dated] = []
    for node, text, following in zip(nodes, texts, [*texts, ""][1:], strict=True):
        attribute = node.attributes.get("datetime") or node.attributes.get("content") or ""
        moment = (
            read_machine_date(attribute, page.zone, origin=f"{origin} datetime" if origin == "time" else origin)
            if attribute
            else None
        )
        shown = read_date(text, page.zone, reference=page.now, origin=origin)
        if shown and following:
            shown = read_day_and_time(text, following, page.zone, reference=page.now, origin=origin) or shown
        if shown and (moment is None or _is_finer(shown, moment, page.zone)):
            moment = shown
        if moment:
            found.append((moment, f"Update: {text}" if _is_named_update(node) else text))
    return found


def _is_named_update(node: LexborNode) -> bool:
    """Whether an element's name says that it holds the day of a change, where its text is only that day."""
    return any(_UPDATED.search(node.attributes.get(name) or "") for name in ("class", "itemprop"))


def _claimed_dates(page: Page, name: str) -> list[Dated]:
    moments = (
        read_machine_date(claim.value, page.zone, origin=claim.rule)
        or read_date(claim.value, page.zone, reference=page.now, origin=claim.rule)
        for claim in page.claims.of(name)
    )
    return [(moment, "") for moment in moments if moment]


def _times(page: Page) -> list[Dated]:
    """The `<time>`s at the head of the article; those further down are about what it reports."""
    if page.scope is None:
        return []
    nodes = [node for node in page.scope.css("time") if _is_its_own(node, page)]
    head = [node for node in nodes if not _in_prose(node)]
    return _read_nodes(page, head[:3], "time")


def _in_prose(node: LexborNode) -> bool:
    """Whether an element is part of a sentence, as in "Beginn ist am <time>5. Mai</time> im Rathaus"."""
    parent = node.parent
    return (
        parent is not None and parent.tag in {"p", "li", "td", "dd"} and len(line_of(parent)) > len(line_of(node)) + 60
    )


def _date_lines(page: Page) -> list[Dated]:
    found: list[Dated] = []
    near = (*page.lines_after, *reversed(page.lines_before), *page.meta_lines, *_rows_of_card(page.blocks))
    for line in filter(may_hold_date, near):
        if line in page.headings and _TEXT_FOLLOWS.search(line):  # "15.11.2026, 18 Uhr: Der Pegel sinkt" is one of many
            continue
        found += _byline(line, page)
        lead = _DATE_LEAD.match(line)
        said = lead[0] if lead else announcement(line)
        origin = f"text {said!r}" if said else _BESIDE
        if moment := read_dateline(line, page.zone, reference=page.now, origin=origin):
            found.append((moment, line))
    return found + [dated for line in last_lines(page.blocks) for dated in _below(line, page)]


def _rows_of_card(blocks: list[str]) -> list[str]:
    """The rows of a table or list at the head of a page, where "Datum | 14.11.2026" stands; only what is announced counts."""
    cards = [block for block in blocks[:_CARD_WITHIN] if block.startswith(("<table>", "<dl>"))]
    rows = (text_of(row) for block in cards for row in re.split(r"<tr>|<dt>", block))
    return [row for row in rows if len(row) <= _SHORT_LINE and announcement(row)]


def _byline(line: str, page: Page) -> list[Dated]:
    """The days of a line that tells who wrote it when: "von X — veröffentlicht 10.11.2026 10:05, zuletzt geändert: 11.11.2026"."""
    text = fold(line)
    lead = _BYLINE_LEAD.match(text)
    if not lead or len(text) > _LONGEST_LINE:
        return []
    found, end = [], 0
    for stamp in _STAMP.finditer(text):
        said = text[end : stamp.start()]
        end = stamp.end()
        moment = read_date(stamp[0], page.zone, reference=page.now, origin=f"text {line[: lead.end()].strip()!r}")
        if moment is None or len(said) > _LONGEST_AUTHOR or _IS_PROSE.search(said):
            return []
        found.append((moment, "Update" if _SAYS_UPDATE.search(said) else line))
    return found if len(text) - end <= _LONGEST_TAIL else []


def last_lines(blocks: list[str]) -> list[str]:
    """The short lines at the end of a page's blocks, where "Stand: 21.08.2025" stands."""
    return [line for block in blocks[-_LAST:] if len(line := text_of(block)) <= _SHORT_LINE]


def is_date_line(line: str, page: Page) -> bool:
    """Whether a line is there for its date alone, and no text that begins with one: "Update (3. April): Märkte bleiben offen"."""
    if not may_hold_date(line):
        return False
    if _byline(line, page):
        return True
    dated = read_dateline(line, page.zone, reference=page.now, origin="") is not None
    return dated and not _TEXT_FOLLOWS.search(line)


def is_of_another_day(line: str, page: Page, *days: Moment | None) -> bool:
    """Whether a line states a day that is neither of these and that nothing calls the publication: an event's, which is text."""
    known = [day for day in days if day]
    moment = read_dateline(line, page.zone, reference=page.now, origin="")
    if moment is None or announcement(line) or _byline(line, page):
        return False
    if not known:
        return moment.at > page.now + _AHEAD
    return not any(_same_day(moment, day, page.zone) for day in known)


def is_last_line(line: str, page: Page) -> bool:
    """Whether a line below the text only says when the page was published or changed."""
    return len(line) <= _SHORT_LINE and bool(_below(line, page))


def _below(line: str, page: Page) -> list[Dated]:
    if not may_hold_date(line) or (not is_update(line) and not _PUBLISHED.match(fold(line))):
        return []
    moment = read_date(line, page.zone, reference=page.now, origin="text below the article")
    return [(moment, line)] if moment else []


def _named_dates(page: Page) -> list[Dated]:
    """What elements hold whose class says that it is the day, or who wrote it when: "Eingereicht von X am 11.06.2025"."""
    if page.scope is None:
        return []
    found = []
    for node in page.scope.css(_DATE_PLACES):
        name = node.attributes.get("class") or ""
        if not _DATE_CLASS.search(name) or not _is_its_own(node, page) or _in_prose(node):
            continue
        line = line_of(node)
        if len(line) > _LONGEST_LINE:
            continue
        if bylines := _byline(line, page):
            found += bylines
            continue
        lead = _BYLINE.match(line)
        for text in (line, line[lead.end() :] if lead else ""):
            if text and (moment := read_dateline(text, page.zone, reference=page.now, origin=f"class {name}")):
                found.append((moment, f"Update: {line}" if _is_named_update(node) else line))
                break
    return found


def _is_its_own(node: LexborNode, page: Page) -> bool:
    """Whether it belongs to the article, whose own header and footer do (HTML 4.3.8): the day stands there."""
    if not page.noise.covers(node):
        return True
    around = next((outer for outer in (node, *ancestors(node)) if outer in page.noise), None)
    parent = around.parent if around is not None else None
    return (
        around is not None
        and around.tag in {"header", "footer"}
        and parent is not None
        and parent.tag == "article"
        and not page.noise.covers(parent)
    )
