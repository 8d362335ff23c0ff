"""When the article on a page was published and updated. Pure."""

import re
from datetime import datetime
from itertools import chain
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborNode

from syndicator.ingest.blocks import is_within, line_of
from syndicator.ingest.clean import text_of
from syndicator.ingest.dates import is_update, read_date, read_day_and_time
from syndicator.ingest.machine_dates import read_machine_date
from syndicator.ingest.page import Page
from syndicator.model import Moment

_DATE_LEAD = re.compile(r"[A-Za-zÄÖÜäöüß]{3,30}(?:\s[a-zäöüß]{2,15})? (?:vom|am|von)\b")

_DATELINE = re.compile(
    r"[A-ZÄÖÜ][\w.-]+(?:[ -][\w.-]+){0,3}, (?=(?:den )?\d{1,2}\.\s?(?:\d{1,2}\.|[A-Za-zä]+)\s?\d{4}\s*$)"
)
_BYLINE = re.compile(r"\D{3,80}\s(?:am|on)\s(?=\D{0,14}\d)")
_CLOCK_LABEL = re.compile(r"[\s,|]*\bUhrzeit\s?:\s?(?=\d)")
_UPDATED = re.compile(r"(?:^|[\s_-])(?:updated|modified|dateModified|changed|aktualisiert|geaendert)(?:$|[\s_-])")
_DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:\w*[dD]ate|\w*[dD]atum|published|created|submitted|posted-on|byline)(?:$|[\s_-])"
)
_DATE_PLACES = '[class*="ate"],[class*="atum"],[class*="publi"],[class*="creat"],[class*="submi"],[class*="posted"],[class*="byline"]'
_LONGEST_LINE = 170  # characters of a line that is there for its date
_SHORT_LINE = 60
_LAST = 3  # blocks at the end in which a page says when it was changed

Dated = tuple[Moment, str]


def read_dateline(text: str, zone: ZoneInfo, *, reference: datetime, origin: str) -> Moment | None:
    """Like `read_date`, also after a place ("Musterheim, 3. Februar 2025") and with a time that has a label of its own."""
    line = _CLOCK_LABEL.sub(" ", text)
    moment = read_date(line, zone, reference=reference, origin=origin)
    if moment is None and (place := _DATELINE.match(line)):
        moment = read_date(line[place.end() :], zone, reference=reference, origin=origin)
    return moment


def find_dates(page: Page, selector: str, found: dict[str, str]) -> tuple[Moment | None, Moment | None]:
    """Publication and update. A date that says of itself that it is an update is never taken for the publication."""
    published: Moment | None = None
    updated: Moment | None = None
    for moment, text in chain(
        _selected_dates(page, selector),
        _claimed_dates(page, "published"),
        _times(page),
        _date_lines(page),
        _named_dates(page),
    ):
        if is_update(text):
            updated = updated or moment
        elif published is None or _is_finer(moment, published, page):
            published = moment
    claimed = _claimed_dates(page, "updated")
    updated = claimed[0][0] if claimed else updated
    if updated and published and updated.at <= published.at:
        updated = None
    for name, instant in (("published", published), ("updated", updated)):
        if instant:
            found[name] = instant.origin
    return published, updated


def _is_finer(moment: Moment, than: Moment, page: Page) -> bool:
    """Whether it states the hour of a day that was all that was known."""
    if than.precision != "day" or moment.precision not in {"minute", "second"}:
        return False
    return moment.at.astimezone(page.zone).date() == than.at.astimezone(page.zone).date()


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
        if shown and (moment is None or _is_finer(shown, moment, page)):
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
    elsewhere = _not_its_own(page)
    nodes = [node for node in page.scope.css("time") if not is_within(node, elsewhere)]
    head = [node for node in nodes if not _in_prose(node)]
    return _read_nodes(page, head[:3], "time")


def _in_prose(node: LexborNode) -> bool:
    """Whether an element is part of a sentence, as in "Beginn ist am <time>5. Mai</time> im Rathaus"."""
    parent = node.parent
    return (
        parent is not None and parent.tag in {"p", "li", "td", "dd"} and len(line_of(parent)) > len(line_of(node)) + 60
    )


def _date_lines(page: Page) -> list[Dated]:
    found = []
    for line in (*page.lines_after, *reversed(page.lines_before)):
        lead = _DATE_LEAD.match(line)
        origin = f"text {lead[0]!r}" if lead else "text beside the headline"
        moment = read_dateline(line, page.zone, reference=page.now, origin=origin)
        if moment:
            found.append((moment, line))
    return found + [dated for line in last_lines(page.blocks) if (dated := _update_in(line, page))]


def last_lines(blocks: list[str]) -> list[str]:
    """The short lines at the end of a page's blocks, where "Stand: 21.08.2025" stands."""
    return [line for block in blocks[-_LAST:] if len(line := text_of(block)) <= _SHORT_LINE]


def is_change_line(line: str, page: Page) -> bool:
    """Whether a line only says when the page was changed."""
    return len(line) <= _SHORT_LINE and _update_in(line, page) is not None


def _update_in(line: str, page: Page) -> Dated | None:
    moment = (
        read_date(line, page.zone, reference=page.now, origin="text below the article") if is_update(line) else None
    )
    return (moment, line) if moment else None


def _named_dates(page: Page) -> list[Dated]:
    """What elements hold whose class says that it is the day, or who wrote it when: "Eingereicht von X am 11.06.2025"."""
    if page.scope is None:
        return []
    elsewhere = _not_its_own(page)
    found = []
    for node in page.scope.css(_DATE_PLACES):
        name = node.attributes.get("class") or ""
        if not _DATE_CLASS.search(name) or is_within(node, elsewhere) or _in_prose(node):
            continue
        line = line_of(node)
        if len(line) > _LONGEST_LINE:
            continue
        lead = _BYLINE.match(line)
        for text in (line, line[lead.end() :] if lead else ""):
            if text and (moment := read_dateline(text, page.zone, reference=page.now, origin=f"class {name}")):
                found.append((moment, f"Update: {line}" if _is_named_update(node) else line))
                break
    return found


def _not_its_own(page: Page) -> set[int]:
    """What is passed over, except for the header and footer of the article itself (HTML 4.3.8): the day stands there."""
    own = {
        node.mem_id
        for node in (page.scope.css("article>header,article>footer") if page.scope is not None else ())
        if node.parent is not None and not is_within(node.parent, page.skipped)
    }
    return (page.skipped - own) | page.removed
