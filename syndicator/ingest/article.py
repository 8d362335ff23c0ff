"""One article page becomes a draft. Pure.

Each field is asked of the configured selector first; what has none, or whose selector matches nothing, is found in this
order: JSON-LD, OpenGraph and other `<meta>`, the structure of the page (`<article>`, `<main>`, headings, `<time>`), the
lines around the headline. `Draft.found` says which it was. Nothing is invented: what no rule finds stays empty.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from syndicator.config import ArticleRules
from syndicator.ingest import boilerplate, fragment, wordings
from syndicator.ingest.blocks import is_header_picture, line_of
from syndicator.ingest.clean import gate, plain
from syndicator.ingest.dates import is_update, read_date, read_day_and_time
from syndicator.ingest.headline import without_site
from syndicator.ingest.identity import canonical, key_from_address
from syndicator.ingest.illustrations import images_of, read_caption
from syndicator.ingest.credits import bare_credit, is_credit
from syndicator.ingest.labels import find_labels
from syndicator.ingest.links import absolute
from syndicator.ingest.machine_dates import read_machine_date
from syndicator.ingest.page import Page, find_headline, open_page
from syndicator.ingest.pictures import source
from syndicator.model import Draft, Failed, Image, Label, Moment
from syndicator.text import fold, shorten, squeeze

_LEAD = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|teaser|teasertext|intro|introduction|introtext|vorspann|anrei(?:ss|ß)er|abstract|standfirst"
    r"|einleitung)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LEADS = ",".join(
    f'[class*="{stem}"]' for stem in ("lead", "Lead", "lede", "teaser", "Teaser", "intro", "Intro", "vorspann", "anrei", "abstract", "einleitung")
) + ',[slot="teaser"],[itemprop="description"]'
_LOGO = re.compile(r"logo|default|fallback|og[-_]?image|share[-_]?image|favicon|platzhalter|placeholder|wappen", re.IGNORECASE)
_LONGEST_SUMMARY = 1200  # characters
_LEAST_SUMMARY = 30
_DATE_LEAD = re.compile(r"[A-Za-zÄÖÜäöüß]{3,30}(?:\s[a-zäöüß]{2,15})? (?:vom|am|von)\b")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?=-|_|$)")


@dataclass(frozen=True, slots=True)
class _Found:
    """A value and the rule that found it."""

    value: str = ""
    rule: str = ""


def read_article(
    body: bytes, address: str, content_type: str, rules: ArticleRules, timezone: str, now: datetime
) -> Draft | Failed:
    """The article on a page, or why there is none: "empty" if the page has no headline, "unreadable" if it is no HTML.

    `address` is the one that answered; `timezone` is where its dates are meant; `now` says what "heute" is.
    """
    if not _is_html(body, content_type):
        return Failed("unreadable", f"The page {address} is {content_type or 'empty'}, not HTML.", address)
    page = open_page(body, address, content_type, timezone, now)
    page.removed.update(node.mem_id for selector in rules.remove for node in page.tree.css(selector))
    _take_headline(page, rules.title)
    if not page.title:
        return Failed(
            "empty",
            f"The page {address} has no headline: neither a selector, JSON-LD, og:title nor a heading names one.",
            address,
        )
    found = {"title": page.title_rule}
    blocks = _body(page, rules.body, found)
    images = _images(page, rules, "".join(blocks), found)
    published, updated = _dates(page, rules.date, found)
    labels = _labels(page, rules.category, found)
    summary = _summary(page, rules.summary, blocks, found)
    place, others = _address(page, found)
    return Draft(
        key=_key(page, rules.id, place, found),
        address=place,
        title=page.title,
        summary=summary,
        body="".join(blocks),
        published=published,
        updated=updated,
        labels=labels,
        images=images,
        language=_language(page, found),
        kind="press-invitation" if any(map(wordings.is_invitation, (page.title, *_toplines(labels)))) else "news",
        aliases=others,
        withdrawn=wordings.is_withdrawn(page.title),
        found={name: rule for name, rule in found.items() if rule},
    )


def _is_html(body: bytes, content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return bool(body.strip()) and (not media_type or "html" in media_type or "xml" in media_type or media_type == "text/plain") and b"<" in body


def _take_headline(page: Page, selector: str) -> None:
    for node in page.select(selector):
        title = without_site(line_of(node))
        if title and not wordings.is_portal_name(title) and not wordings.is_error(title):
            page.title, page.title_rule, page.headline = title, f"selector {selector}", node
            break
    find_headline(page)


# ---------------------------------------------------------------- text


def _body(page: Page, selector: str, found: dict[str, str]) -> list[str]:
    """The article's text as tidy blocks."""
    nodes = _outermost(page.select(selector))
    skipped = page.removed
    if nodes:
        found["body"] = f"selector {selector}"
        blocks = [block for node in nodes for block in fragment.blocks(node, page.base, itself=_is_block(node), skipped=skipped)]
        known = [page.title]
    else:
        blocks, known = page.blocks, [page.title, *_lines_of_dates(page), *page.lines_before]
        found["body"] = f"<{page.scope.tag}>" if page.scope is not None and page.scope.tag in {"article", "main"} else "text density"
    kept = boilerplate.without_boilerplate(boilerplate.with_frames(blocks), known)
    tidy = [clean for block in kept if (clean := gate(block))]
    if not tidy:
        del found["body"]
    return tidy


def _is_block(node: LexborNode) -> bool:
    return node.tag in {"p", "ul", "ol", "dl", "table", "blockquote", "figure", "h2", "h3", "h4"}


def _outermost(nodes: list[LexborNode]) -> list[LexborNode]:
    matched = {node.mem_id for node in nodes}
    return [node for node in nodes if not _has_ancestor(node, matched)]


def _has_ancestor(node: LexborNode, wanted: set[int]) -> bool:
    outer = node.parent
    while outer is not None:
        if outer.mem_id in wanted:
            return True
        outer = outer.parent
    return False


def _lines_of_dates(page: Page) -> list[str]:
    return [line for line in page.lines_after if read_date(line, page.zone, reference=page.now, origin="")]


def _summary(page: Page, selector: str, blocks: list[str], found: dict[str, str]) -> str:
    for candidate in chain(_selected(page, selector), _leads(page), _claimed_summaries(page, blocks), _first_paragraph(blocks)):
        if candidate.value and fold(candidate.value) != fold(page.title):
            found["summary"] = candidate.rule
            return shorten(candidate.value, _LONGEST_SUMMARY)
    return ""


def _selected(page: Page, selector: str) -> list[_Found]:
    return [_Found(" ".join(line_of(node) for node in nodes), f"selector {selector}")] if (nodes := page.select(selector)) else []


def _leads(page: Page) -> list[_Found]:
    if page.scope is None:
        return []
    for node in page.scope.css(_LEADS):
        name = node.attributes.get("class") or ""
        if not (_LEAD.search(name) or node.attributes.get("slot") == "teaser" or node.attributes.get("itemprop")):
            continue
        if _has_ancestor(node, page.skipped) or node.mem_id in page.skipped or node.css_first("h1") is not None:
            continue
        line = line_of(node)
        if _LEAST_SUMMARY <= len(line) <= _LONGEST_SUMMARY:
            return [_Found(line, f"class {name}" if name else "lead")]
    return []


def _claimed_summaries(page: Page, blocks: list[str]) -> list[_Found]:
    """Descriptions; one that is cut short gives way to the paragraph that it was cut from."""
    first = next((candidate.value for candidate in _first_paragraph(blocks)), "")
    found = []
    for claim in page.claims.of("summary"):
        line = plain(claim.value)
        cut = re.sub(r"\s*(?:…|\.\.\.|\[…\]|\[\.\.\.\])$", "", line)
        if cut != line and first.startswith(cut[:-1]) and len(first) <= _LONGEST_SUMMARY:
            line = first
        if len(line) >= _LEAST_SUMMARY:
            found.append(_Found(line, claim.rule))
    return found


def _first_paragraph(blocks: list[str]) -> list[_Found]:
    lines = (plain(block) for block in blocks if block.startswith("<p>"))
    return [_Found(line, "first paragraph") for line in lines if len(line) >= _LEAST_SUMMARY][:1]


# ---------------------------------------------------------------- dates


def _dates(page: Page, selector: str, found: dict[str, str]) -> tuple[Moment | None, Moment | None]:
    """Publication and update. A date that says of itself that it is an update is never taken for the publication."""
    published: Moment | None = None
    updated: Moment | None = None
    for moment, text in chain(_selected_dates(page, selector), _claimed_dates(page, "published"), _times(page), _date_lines(page)):
        if is_update(text):
            updated = updated or moment
        elif published is None:
            published = moment
        elif _is_finer(moment, published, page):
            published = moment
    updated = next((moment for moment, _ in _claimed_dates(page, "updated")), None) or updated
    if updated and published and updated.at <= published.at:
        updated = None
    for name, moment in (("published", published), ("updated", updated)):
        if moment:
            found[name] = moment.origin
    return published, updated


def _is_finer(moment: Moment, than: Moment, page: Page) -> bool:
    """Whether it states the hour of a day that was all that was known."""
    if than.precision != "day" or moment.precision not in {"minute", "second"}:
        return False
    return moment.at.astimezone(page.zone).date() == than.at.astimezone(page.zone).date()


Dated = tuple[Moment, str]


def _selected_dates(page: Page, selector: str) -> list[Dated]:
    return _read_nodes(page, page.select(selector), f"selector {selector}")


def _read_nodes(page: Page, nodes: list[LexborNode], origin: str) -> list[Dated]:
    """Dates that elements state; a day and the time in the element after it are one."""
    texts = [line_of(node) for node in nodes]
    found: list[Dated] = []
    for node, text, following in zip(nodes, texts, [*texts, ""][1:], strict=True):
        attribute = node.attributes.get("datetime") or node.attributes.get("content") or ""
        moment = read_machine_date(attribute, page.zone, origin=f"{origin} datetime" if origin == "time" else origin) if attribute else None
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
    nodes = [node for node in page.scope.css("time") if not _has_ancestor(node, page.skipped | page.removed)]
    head = [node for node in nodes if not _in_prose(node)]
    return _read_nodes(page, head[:3], "time")


def _in_prose(node: LexborNode) -> bool:
    """Whether an element is part of a sentence, as in "Beginn ist am <time>5. Mai</time> im Rathaus"."""
    parent = node.parent
    return parent is not None and parent.tag in {"p", "li", "td", "dd"} and len(line_of(parent)) > len(line_of(node)) + 60  # noqa: PLR2004


def _date_lines(page: Page) -> list[Dated]:
    found = []
    for line in (*page.lines_after, *reversed(page.lines_before)):
        lead = _DATE_LEAD.match(line)
        origin = f"text {lead[0]!r}" if lead else "text beside the headline"
        moment = read_date(line, page.zone, reference=page.now, origin=origin)
        if moment:
            found.append((moment, line))
    return found


# ---------------------------------------------------------------- pictures


def _images(page: Page, rules: ArticleRules, body: str, found: dict[str, str]) -> tuple[Image, ...]:
    inside = images_of(body)
    lead = _selected_images(page, rules)
    if lead:
        found["image"] = f"selector {rules.image}"
    elif inside:
        found["image"] = "figure in the text" if "<figure>" in body else "img in the text"
    elif lead := _pictures_before(page):
        found["image"] = "figure before the headline"
    elif lead := _claimed_images(page):
        found["image"] = next(claim.rule for claim in page.claims.of("image"))
    known = {image.url: image for image in inside}
    merged = [_united(image, known.pop(image.url, None)) for image in lead]
    return tuple([*merged, *(image for image in inside if image.url in known)])


def _united(image: Image, other: Image | None) -> Image:
    if other is None:
        return image
    return replace(
        image,
        alt=image.alt or other.alt,
        caption=image.caption or other.caption,
        credit=image.credit or other.credit,
        width=image.width or other.width,
        height=image.height or other.height,
    )


def _selected_images(page: Page, rules: ArticleRules) -> list[Image]:
    found = []
    for node in page.select(rules.image):
        image = node if node.tag == "img" else node.css_first("img")
        if image is None or not (url := source(image, page.base)):
            continue
        attributes = image.attributes
        caption, credit = _said_of(page, image, rules)
        found.append(
            Image(
                url=url,
                alt=squeeze(attributes.get("alt") or ""),
                caption=caption,
                credit=credit,
                width=_pixels(attributes.get("width")),
                height=_pixels(attributes.get("height")),
            )
        )
    return found


def _said_of(page: Page, image: LexborNode, rules: ArticleRules) -> tuple[str, str]:
    """Caption and credit of a picture: what the selectors match in its figure, else what the figure says."""
    figure = image.parent
    while figure is not None and figure.tag not in {"figure", "body"}:
        figure = figure.parent
    framed = figure is not None and figure.tag == "figure"
    caption, credit = "", ""
    if framed and figure is not None:
        framed_image = next(iter(images_of("".join(fragment.blocks(figure, page.base, itself=True)))), None)
        caption, credit = (framed_image.caption, framed_image.credit) if framed_image else ("", "")
    if node := _near(page, figure if framed else None, rules.credit):
        credit = bare_credit(line_of(node))
    if node := _near(page, figure if framed else None, rules.caption):
        caption, own = read_caption(fragment_line(node))
        credit = credit or own
    return squeeze(caption.removesuffix(credit)) if credit and caption.endswith(credit) else caption, credit


def fragment_line(node: LexborNode) -> str:
    return line_of(node).replace("&", "&amp;").replace("<", "&lt;")


def _near(page: Page, figure: LexborNode | None, selector: str) -> LexborNode | None:
    if not selector:
        return None
    nodes = page.select(selector)
    if figure is None:
        return nodes[0] if nodes else None
    return next((node for node in nodes if _has_ancestor(node, {figure.mem_id})), None)


def _pixels(size: str | None) -> int:
    return int(size) if size and re.fullmatch("[0-9]{1,5}", size) else 0


def _pictures_before(page: Page) -> list[Image]:
    """Pictures above the headline, inside the article; the one in the page's header is not the article's."""
    if page.scope is None or page.scope.tag != "article":
        return []
    found = []
    for node in page.before:
        if not is_header_picture(node, page.scope) and not any(map(wordings.is_header_credit, page.lines_before)):
            found += images_of("".join(fragment.blocks(node, page.base, itself=True, skipped=page.skipped)))
    return found


def _claimed_images(page: Page) -> list[Image]:
    for claim in page.claims.of("image"):
        url = absolute(claim.value, page.base)
        if url and not _LOGO.search(urlsplit(url).path.rpartition("/")[2]):
            alt = page.claims.first("image alt")
            return [Image(url, alt=alt.value if alt else "", credit=bare_credit(claim.credit))]
    return []


# ---------------------------------------------------------------- labels, language, identity


def _labels(page: Page, selector: str, found: dict[str, str]) -> tuple[Label, ...]:
    chosen = [Label("topline", name) for node in page.select(selector) if (name := line_of(node)) and len(name) <= 80]  # noqa: PLR2004
    if chosen:
        found["labels"] = f"selector {selector}"
    labels, rule = find_labels(page, topline=not chosen)
    if not chosen and rule:
        found["labels"] = rule
    return tuple(dict.fromkeys([*chosen, *labels]))


def _toplines(labels: tuple[Label, ...]) -> list[str]:
    return [label.name for label in labels if label.axis == "topline"]


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
    final = canonical(page.address)
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


def _keys(page: Page, rule: str, place: str) -> list[tuple[str, str]]:
    addresses = dict.fromkeys((place, page.address))
    if "@" in rule and not rule.startswith("/"):
        selector, _, attribute = rule.rpartition("@")
        return [(squeeze(node.attributes.get(attribute) or ""), f"selector {rule}") for node in page.select(selector)]
    if rule:
        return [(key_from_address(rule, address), f"address {rule}") for address in addresses]
    node = page.tree.css_first("article[data-nid],main [data-nid],body[data-nid]")
    own = [(squeeze(node.attributes.get("data-nid") or ""), "data-nid")] if node is not None else []
    own += [(key_from_address("nid", address), "address nid") for address in addresses]
    return own + [(claim.value, claim.rule) for claim in page.claims.of("key") if len(claim.value) <= 80]  # noqa: PLR2004
