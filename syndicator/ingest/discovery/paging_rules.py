"""How a list goes on, and what its portal calls its articles: written down only where two pages of the list bear it out. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from selectolax.lexbor import LexborNode

from syndicator.config import ListRules
from syndicator.ingest.address_keys import rules_for
from syndicator.ingest.discovery import selectors
from syndicator.ingest.discovery.article_rules import PageSeen
from syndicator.ingest.identity import canonical, key_from_address
from syndicator.ingest.overview import Overview, Teaser, open_list, read_overview
from syndicator.ingest.paging import next_page

_MOST = 24  # selectors tried
_LEAST = 3  # addresses that tell an id from any other number


def work_out_next(first: PageSeen, second: PageSeen, rules: ListRules, timezone: str, now: datetime) -> str | None:
    """The selector of the link to the next page; "" where only the automatic rule finds it; None if the second page is none.

    It leads from the first page to the second alone, and from the second not back. The second page lists other articles.
    """
    one, other = (read_overview(*page, rules, timezone, now) for page in (first, second))
    if not isinstance(one, Overview) or not isinstance(other, Overview) or not _is_new(one, other):
        return None
    tree, setting = open_list(*first, timezone, now)
    further, place = open_list(*second, timezone, now)
    back = {setting.own, canonical(setting.own), canonical(first[1])}
    beside, behind = (frozenset(teaser.address for teaser in page.teasers) for page in (one, other))
    leading = [node for node in tree.css("a[href],link[href]") if _leads_to(node, setting.base) == one.next]
    for selector in islice(dict.fromkeys((*_by_relation(leading), *selectors.of_nodes(leading))), _MOST):
        same = {_leads_to(node, setting.base) for node in tree.css(selector)} == {one.next}
        on = {_leads_to(node, place.base) for node in further.css(selector)}
        if same and len(on) < 2 and not on & back and next_page(tree, selector, setting, beside) == one.next:  # noqa: PLR2004
            return selector if next_page(further, selector, place, behind) not in back else ""
    return ""


def work_out_id(teasers: Sequence[Teaser]) -> str:
    """The rule that reads from each address of a list what the portal calls the article; "" where none does."""
    keyed = [teaser for teaser in teasers if teaser.address and not teaser.body]
    if len(keyed) < _LEAST or not all(teaser.key for teaser in keyed):
        return ""
    addresses = [teaser.address for teaser in keyed]
    for rule in rules_for(addresses):
        if [key_from_address(rule, address) for address in addresses] == [teaser.key for teaser in keyed]:
            return rule
    return ""


def _is_new(one: Overview, other: Overview) -> bool:
    known = {teaser.address for teaser in one.teasers}
    further = [teaser.address for teaser in other.teasers if teaser.address not in known]
    return bool(one.next) and 2 * len(further) > len(other.teasers)


def _by_relation(leading: Sequence[LexborNode]) -> Iterator[str]:
    for node in leading:
        if "next" in (node.attributes.get("rel") or "").split():
            yield f"{node.tag}[rel~=next]"


def _leads_to(node: LexborNode, base: str) -> str:
    return canonical(node.attributes.get("href") or "", base)
