"""Foreign HTML made fit to be passed on. Pure. Everything that leaves this service as HTML has gone through `tidy`."""

import re
from functools import lru_cache
from html import unescape

import nh3
from selectolax.lexbor import LexborHTMLParser

from syndicator.ingest.fragment import rewrite
from syndicator.ingest.limits import bounded
from syndicator.text import squeeze

_INLINE = "a em strong sub sup abbr time code q cite del ins br img"
_BLOCKS = "p h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre figure figcaption table caption thead tbody tfoot tr th td"
# The rewritten fragment holds nothing else; that nothing else gets out does not hang on our own code alone.
_GATE = nh3.Cleaner(
    tags=set(f"{_INLINE} {_BLOCKS}".split()),
    attributes={
        "a": {"href"},
        "img": {"src", "alt", "width", "height"},
        "abbr": {"title"},
        "time": {"datetime"},
        "ol": {"start"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan", "scope"},
    },
    clean_content_tags={"script", "style"},
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="deny",
    link_rel=None,
)
_TAG = re.compile(r"<[^>]*>")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_UNSEEN = [
    "script",
    "style",
    "template",
    "head",
    "title",
    "noscript",
    "iframe",
    "object",
    "svg",
    "math",
    "select",
    "textarea",
]
# Elements that end a word; inline ones do not: "Städte<b>kooperation</b>" is one.
_WORD_ENDS = re.compile(
    r"<(?=/?(?:p|div|br|h[1-6]|li|ul|ol|dl|dt|dd|td|th|tr|table|caption|section|article|header|footer|aside|blockquote|pre"
    r"|figure|figcaption|img|hr|address|main|form|details|summary)\b)",
    re.IGNORECASE,
)


def tidy(html: str, base: str) -> str:
    """A fragment of HTML that is safe and tidy wherever it is shown: a row of paragraphs, headings, lists, tables, figures.

    Addresses are absolute against `base`, links go to http(s), mailto and tel only; scripts, styles, classes, ids, frames
    and form controls are gone; invisible characters, empty paragraphs and what XML forbids, too. Text without markup
    becomes paragraphs at its blank lines. The same input gives the same bytes, and `tidy(tidy(x)) == tidy(x)`.
    """
    if "<" not in html and "\n" in html:
        html = "".join(f"<p>{paragraph}</p>" for paragraph in _BLANK_LINE.split(html))
    return gate(rewrite(html, base))


def gate(fragment: str) -> str:
    """What `fragment` wrote, without anything that it must not hold."""
    return _GATE.clean(fragment)


def plain(html: str) -> str:
    """The text of a fragment of HTML as one line, entities resolved."""
    if "<" not in html and "&" not in html:
        return squeeze(html)
    tree = LexborHTMLParser(f"<!doctype html><body>{_WORD_ENDS.sub(' <', bounded(html))}")
    tree.strip_tags(_UNSEEN)
    return squeeze(tree.body.text()) if tree.body is not None else ""


@lru_cache(maxsize=256)  # the blocks of an article are asked for their text by each rule that looks at them
def text_of(tidied: str) -> str:
    """Like `plain`, for what `tidy` wrote: its tags are known to be tags, so that no parser is needed."""
    return (
        squeeze(unescape(_TAG.sub("", _WORD_ENDS.sub(" <", tidied))))
        if "<" in tidied or "&" in tidied
        else squeeze(tidied)
    )
