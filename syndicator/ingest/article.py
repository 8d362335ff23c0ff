"""One article page becomes a draft. Pure.

Each field is asked of the configured selector first; what has none, or whose selector matches nothing, is found in this
order: JSON-LD, OpenGraph and other `<meta>`, the structure of the page (`<article>`, `<main>`, headings, `<time>`), the
lines around the headline. `Draft.found` says which it was. Nothing is invented: what no rule finds stays empty.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from html import escape
from itertools import chain, islice
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from syndicator.config import ArticleRules
from syndicator.ingest import boilerplate, fragment, wordings
from syndicator.ingest.blocks import line_of
from syndicator.ingest.clean import gate, plain, text_of, tidy
from syndicator.ingest.credits import split_credit
from syndicator.ingest.error_pages import is_error_title
from syndicator.ingest.headline import without_site
from syndicator.ingest.identity import canonical, key_from_address
from syndicator.ingest.illustrations import find_images
from syndicator.ingest.labels import find_labels, label_lines, topline_of
from syndicator.ingest.machine_dates import read_machine_date
from syndicator.ingest.markers import marked
from syndicator.ingest.moments import find_dates, is_date_line, is_last_line, is_of_another_day
from syndicator.ingest.noise import Noise, ancestors
from syndicator.ingest.page import Page, find_headline, open_page
from syndicator.model import Draft, Failed, Label, Moment
from syndicator.text import fold, shorten, squeeze

_LEAD = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|teaser|teasertext|intro|introduction|introtext|vorspann|anrei(?:ss|ß)er|abstract|standfirst"
    r"|einleitung)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LEADS = (
    ",".join(
        f'[class*="{stem}"]'
        for stem in (
            "lead",
            "Lead",
            "lede",
            "teaser",
            "Teaser",
            "intro",
            "Intro",
            "vorspann",
            "anrei",
            "abstract",
            "einleitung",
        )
    )
    + ',[slot="teaser"],[itemprop="description"]'
)
_LONGEST_SUMMARY = 1200  # characters
_LEAST_SUMMARY = 30
_LEAST_BESIDE_FORM = 400  # characters of text that make a page with a form an article
_LEAST_TEXT = 60
_LONGEST_LABEL = 80
_WORD = re.compile(r"[a-z]{5,}")
_STEM = 6  # letters by which words are compared, whatever their ending
_SHARED = 0.4  # of a description's words
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?=-|_|$)")


@dataclass(frozen=True, slots=True)
class _Found:
    """A value and the rule that found it."""

    value: str = ""
    rule: str = ""


def read_article(
    body: bytes, address: str, content_type: str, rules: ArticleRules, timezone: str, now: datetime, listed: str = ""
) -> Draft | Failed:
    """The article on a page, or why there is none: "empty" if the page has no headline, "unreadable" if it is no HTML.

    `address` is the one that answered, with the fragment that was asked for; `timezone` is where its dates are meant; `now`
    says what "heute" is; `listed` is the headline that the list has for it.
    """
    if not _is_html(body, content_type):
        return Failed("unreadable", f"The page {address} is {content_type or 'empty'}, not HTML.", address)
    page = open_page(body, address, content_type, timezone, now)
    page.noise = Noise(removed=(node for selector in rules.remove for node in page.tree.css(selector)))
    _take_headline(page, rules.title, listed)
    found = {"title": page.title_rule}
    published, updated = find_dates(page, rules.date, found) if page.title else (None, None)
    blocks = _body(page, rules.body, found, (published, updated)) if page.title else []
    if not page.title or (page.title_rule == "list" and not _is_text(blocks)):
        return Failed(
            "empty",
            f"The page {address} has no headline: neither a selector, JSON-LD, og:title nor a heading names one.",
            address,
        )
    if _asks_for_password(page, blocks):
        return Failed("soft-404", f"The page {address} asks for a password, and shows no article.", address)
    text = gate("".join(blocks))
    images = find_images(page, rules, text, found)
    labels = _labels(page, rules.category, found)
    summary = _summary(page, rules.summary, blocks, found)
    place, others = _address(page, found)
    draft = Draft(
        key=_key(page, rules.id, place, found),
        address=place,
        title=page.title,
        summary=summary,
        body=text,
        published=published,
        updated=updated,
        labels=labels,
        images=images,
        language=_language(page, found),
        aliases=others,
        embargo=_claimed_embargo(page, found),
        found={name: rule for name, rule in found.items() if rule},
    )
    return marked(draft, page.zone, now, (*page.lines_before, *page.lines_after))


def _is_html(body: bytes, content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return b"<" in body and (
        not media_type or "html" in media_type or "xml" in media_type or media_type == "text/plain"
    )


def _asks_for_password(page: Page, blocks: list[str]) -> bool:
    """Whether the page is a form to log in by. Many portals have one at the side of every page."""
    if page.scope is None or (node := page.scope.css_first('input[type="password"]')) is None:
        return False
    return not page.noise.covers(node) and sum(len(text_of(block)) for block in blocks) < _LEAST_BESIDE_FORM


def _take_headline(page: Page, selector: str, listed: str) -> None:
    for node in page.select(selector):
        title = without_site(line_of(node))
        if title and not wordings.is_portal_name(title) and not is_error_title(fold(title)):
            page.title, page.title_rule, page.headline = title, f"selector {selector}", node
            break
    find_headline(page, listed)


# ---------------------------------------------------------------- text


def _body(page: Page, selector: str, found: dict[str, str], days: tuple[Moment | None, Moment | None]) -> list[str]:
    """The article's text as blocks that have yet to pass `gate`."""
    nodes = _outermost(page.select(selector))
    if nodes:
        found["body"] = f"selector {selector}"
        blocks = [
            block
            for node in nodes
            for block in fragment.blocks(node, page.base, itself=_is_block(node), skip=page.noise.is_removed)
        ]
        known = [page.title]
    else:
        known = [page.title, *_lines_of_dates(page, days), *page.lines_before, *topline_of(page)]
        labels = {n for n, _, _ in label_lines(page.blocks)}
        blocks = [block for n, block in enumerate(page.blocks) if n not in labels]
        found["body"] = (
            f"<{page.scope.tag}>"
            if page.scope is not None and page.scope.tag in {"article", "main"}
            else "text density"
        )
    kept = boilerplate.without_boilerplate(
        boilerplate.with_frames(blocks, page.captions),
        known,
        frozenset() if nodes else page.meta | _own_addresses(page),
    )
    while kept and is_last_line(text_of(kept[-1]), page):
        kept.pop()
    if not kept:
        del found["body"]
        kept = _claimed_body(page, found)
    return kept


def _own_addresses(page: Page) -> set[str]:
    """The lines that name the page's address, as pages made to be printed do."""
    return {f"{lead}{page.address}" for lead in ("", "URL: ", "Link: ", "Adresse: ", "Quelle: ")}


def _claimed_body(page: Page, found: dict[str, str]) -> list[str]:
    """The text that a page built by scripts holds in its JSON-LD."""
    for claim in page.claims.of("body"):
        text = (
            claim.value if "<" in claim.value else "".join(f"<p>{escape(part)}</p>" for part in claim.value.split("\n"))
        )
        if body := tidy(text, page.base):
            found["body"] = claim.rule
            return [body]
    return []


def _is_text(blocks: list[str]) -> bool:
    """Whether a page to which only the list gives a headline holds an article's text, and no error's."""
    lines = [text_of(block) for block in blocks]
    return sum(map(len, lines)) >= _LEAST_TEXT and not any(is_error_title(fold(line)) for line in lines)


def _is_block(node: LexborNode) -> bool:
    return node.tag in {"p", "ul", "ol", "dl", "table", "blockquote", "figure", "h2", "h3", "h4"}


def _outermost(nodes: list[LexborNode]) -> list[LexborNode]:
    matched = {node.mem_id for node in nodes}
    return [node for node in nodes if not any(outer.mem_id in matched for outer in ancestors(node))]


def _lines_of_dates(page: Page, days: tuple[Moment | None, Moment | None]) -> list[str]:
    return [line for line in page.lines_after if is_date_line(line, page) and not is_of_another_day(line, page, *days)]


def _summary(page: Page, selector: str, blocks: list[str], found: dict[str, str]) -> str:
    for candidate in chain(
        _selected(page, selector), _leads(page), _claimed_summaries(page, blocks), _first_paragraph(page, blocks)
    ):
        if candidate.value and fold(candidate.value) != fold(page.title):
            found["summary"] = candidate.rule
            return shorten(candidate.value, _LONGEST_SUMMARY)
    return ""


def _selected(page: Page, selector: str) -> list[_Found]:
    return (
        [_Found(" ".join(line_of(node) for node in nodes), f"selector {selector}")]
        if (nodes := page.select(selector))
        else []
    )


def _leads(page: Page) -> list[_Found]:
    if page.scope is None:
        return []
    for node in page.scope.css(_LEADS):
        name = node.attributes.get("class") or ""
        if not (_LEAD.search(name) or node.attributes.get("slot") == "teaser" or node.attributes.get("itemprop")):
            continue
        if page.noise.covers(node) or split_credit(line_of(node))[1] or node.css_first("h1") is not None:
            continue
        line = line_of(node)
        if _LEAST_SUMMARY <= len(line) <= _LONGEST_SUMMARY:
            return [_Found(line, f"class {name}" if name else "lead")]
    return []


def _claimed_summaries(page: Page, blocks: list[str]) -> list[_Found]:
    """Descriptions; one that is cut short gives way to the paragraph that it was cut from."""
    first = next((candidate.value for candidate in _first_paragraph(page, blocks)), "")
    found = []
    for claim in page.claims.of("summary"):
        line = plain(claim.value)
        cut = re.sub(r"\s*(?:…|\.\.\.|\[…\]|\[\.\.\.\])$", "", line)
        if cut != line and first.startswith(cut[:-1]) and len(first) <= _LONGEST_SUMMARY:
            line = first
        if len(line) >= _LEAST_SUMMARY and _is_about(line, f"{page.title} {' '.join(map(text_of, blocks))}"):
            found.append(_Found(line, claim.rule))
    return found


def _is_about(summary: str, text: str) -> bool:
    """Whether a description is of this text and not of the whole site: of its longer words, some stand there."""
    words = {word[:_STEM] for word in _WORD.findall(fold(summary))}
    if not words or not text.strip():
        return True
    said = {word[:_STEM] for word in _WORD.findall(fold(text))}
    return len(words & said) >= _SHARED * len(words)


def _first_paragraph(page: Page, blocks: list[str]) -> list[_Found]:
    """The first one that says something; the day of an event alone does not."""
    lines = (text_of(block) for block in blocks if block.startswith("<p>"))
    said = (line for line in lines if len(line) >= _LEAST_SUMMARY and not is_date_line(line, page))
    return [_Found(line, "first paragraph") for line in islice(said, 1)]


# ---------------------------------------------------------------- labels, language, identity


def _labels(page: Page, selector: str, found: dict[str, str]) -> tuple[Label, ...]:
    names = (line_of(node) for node in page.select(selector))
    labels = {Label("topline", name): f"selector {selector}" for name in names if 0 < len(name) <= _LONGEST_LABEL}
    for label, rule in find_labels(page, topline=not labels).items():
        labels.setdefault(label, rule)
    for label, rule in labels.items():
        found.setdefault(label.axis, rule)
    return tuple(labels)


def _claimed_embargo(page: Page, found: dict[str, str]) -> datetime | None:
    for claim in page.claims.of("embargo"):
        if moment := read_machine_date(claim.value, page.zone, origin=claim.rule):
            found["embargo"] = claim.rule
            return moment.at
    return None


def _language(page: Page, found: dict[str, str]) -> str:
    root = page.tree.css_first("html")
    stated = (root.attributes.get("lang") or root.attributes.get("xml:lang") or "") if root is not None else ""
    rule = "html lang"
    if not stated and (claim := page.claims.first("language")):
        stated, rule = claim.value, claim.rule
    code = _LANGUAGE.match(stated.strip())
    language = code[0].lower() if code else ""
    path = fold(urlsplit(page.address).path).replace("-", " ").replace("_", " ")
    marked = any(map(wordings.is_easy, (page.title, *page.lines_before))) or any(map(wordings.is_easy, path.split("/")))
    if (marked or "simple" in stated.lower()) and language in {"", "de"}:
        language, rule = "de-simple", "Leichte Sprache"
    if language:
        found["language"] = rule
    return language


def _address(page: Page, found: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    """The article's own address and the others it was met under."""
    final = canonical(page.address, keep_fragment=True)
    if "#" in final:  # one of several items on a page
        found["address"] = "address"
        return final, ()
    node = page.tree.css_first('link[rel="canonical"][href]')
    claims = [(node.attributes.get("href") or "", "link canonical")] if node is not None else []
    claims += [(claim.value, claim.rule) for claim in page.claims.of("address") if claim.rule == "meta og:url"]
    for claim, rule in claims:
        address = canonical(claim, page.base)
        if address and _is_plausible(address, final):
            found["address"] = rule
            return address, tuple(dict.fromkeys(other for other in (final,) if other != address))
    found["address"] = "address"
    return final, ()


def _is_plausible(address: str, final: str) -> bool:
    """Whether an address that a page claims can be its own: of the same site, and not the home page or the list above it."""
    one, other = urlsplit(address), urlsplit(final)
    if same_site(address, final) and one.path.rstrip("/") == other.path.rstrip("/"):
        return bool(one.query) or not other.query
    above = other.path.startswith(one.path.rstrip("/") + "/")
    return same_site(address, final) and len(one.path) > 1 and not above


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one host, or of hosts that share a name: www.stadt.example and stadt.example."""
    host, second = (urlsplit(address).hostname or "" for address in (one, other))
    if host == second:
        return True
    short, long = sorted((host.removeprefix("www."), second.removeprefix("www.")), key=len)
    return "." in short and (short == long or long.endswith(f".{short}"))


def _key(page: Page, rule: str, place: str, found: dict[str, str]) -> str:
    for key, name in _keys(page, rule, place):
        if key:
            found["key"] = name
            return key
    return ""


def _nid(page: Page) -> str:
    """The number that Drupal gives the article, on an element around the headline or in the article."""
    around = [*ancestors(page.headline), *([page.scope] if page.scope is not None else [])]
    inside = page.scope.css_first("[data-nid]") if page.scope is not None else None
    nodes = [*around, *([inside] if inside is not None else [])]
    return next((said for node in nodes if (said := squeeze(node.attributes.get("data-nid") or ""))), "")


def _keys(page: Page, rule: str, place: str) -> list[tuple[str, str]]:
    addresses = dict.fromkeys((place, page.address))
    if "@" in rule and not rule.startswith("/"):
        selector, _, attribute = rule.rpartition("@")
        return [(squeeze(node.attributes.get(attribute) or ""), f"selector {rule}") for node in page.select(selector)]
    if rule:
        return [(key_from_address(rule, address), f"address {rule}") for address in addresses]
    own = [(_nid(page), "data-nid")]
    own += [(key_from_address("nid", address), "address nid") for address in addresses]
    return own + [(claim.value, claim.rule) for claim in page.claims.of("key") if len(claim.value) <= 80]  # noqa: PLR2004
