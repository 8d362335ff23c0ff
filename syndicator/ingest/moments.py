"""When the article on a page was published and updated. Pure."""

import re
from itertools import chain

from selectolax.lexbor import LexborNode

from syndicator.ingest.blocks import is_within, line_of
from syndicator.ingest.dates import is_update, read_date, read_day_and_time
from syndicator.ingest.machine_dates import read_machine_date
from syndicator.ingest.page import Page
from syndicator.model import Moment

_DATE_LEAD = re.compile(r"[A-Za-zÄÖÜäöüß]{3,30}(?:\s[a-zäöüß]{2,15})? (?:vom|am|von)\b")

Dated = tuple[Moment, str]


def find_dates(page: Page, selector: str, found: dict[str, str]) -> tuple[Moment | None, Moment | None]:
    """Publication and update. A date that says of itself that it is an update is never taken for the publication."""
    published: Moment | None = None
    updated: Moment | None = None
    for moment, text in chain(
        _selected_dates(page, selector), _claimed_dates(page, "published"), _times(page), _date_lines(page)
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
            found.append((moment, text))
    return found


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
    nodes = [node for node in page.scope.css("time") if not is_within(node, page.skipped | page.removed)]
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
        moment = read_date(line, page.zone, reference=page.now, origin=origin)
        if moment:
            found.append((moment, line))
    return found
