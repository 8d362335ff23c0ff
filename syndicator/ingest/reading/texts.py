"""The texts of an entry: lines made plain, bodies made tidy, whatever their kind is declared to be."""

import re
from html import escape, unescape

from syndicator.ingest.clean import plain, tidy
from syndicator.ingest.identity import words as text_of
from syndicator.ingest.reading.entry import Entry, Text, joined
from syndicator.text import shorten, squeeze, xml_safe

_LONGEST_SUMMARY = 2_000  # characters
_LONGEST_BODY = 300_000
_LONGEST_FOOTER = 1_600
_TEASER = 400  # a description beyond is the article

# Gelsenkirchen's feed escapes its CDATA sections, so that their marks become part of the text.
_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL)
_MARKUP = re.compile(r"</(?:p|div|a|b|i|em|strong|ul|ol|li|h[1-6]|span|table|blockquote)>|<br\b|<p>", re.IGNORECASE)
_BLOCK = re.compile(r"<(?:p|ul|ol|table|blockquote|h[1-6])\b")
# WordPress ends every text of a feed with this.
_FOOTER = re.compile(
    r"(?:Der Beitrag|The post)\b(?:(?!<p>).){1,1000}?(?:erschien zuerst auf|appeared first on)\b.{1,500}\Z"
)


def line(text: Text) -> str:
    """One line of plain text."""
    value = _CDATA.sub(r"\1", text.value) if "<![CDATA[" in text.value else text.value
    if "<" in value and (text.markup or _MARKUP.search(value)):
        return plain(value)
    return squeeze(unescape(value) if "&" in value else value)


def summary_and_body(entry: Entry, address: str) -> tuple[str, str]:
    """Plain text, and tidy HTML. A description without a content beside it is the body if it is long or has several blocks."""
    if entry.content.value:
        return _summary(line(entry.summary)), _body(entry.content, address)
    text = entry.summary
    if len(text.value) <= _TEASER and "<" not in text.value:
        return line(text), ""
    body = _body(text, address)
    if "<img" in body or len(_BLOCK.findall(body)) > 1 or len(words := squeeze(text_of(body))) > _TEASER:
        return "", body
    return _summary(words), ""


def _summary(words: str) -> str:
    footer = _FOOTER.search(words, max(0, len(words) - _LONGEST_FOOTER))
    return shorten(words[: footer.start()].strip() if footer else words, _LONGEST_SUMMARY)


def _body(text: Text, address: str) -> str:
    value = text.value[:_LONGEST_BODY]
    if "<![CDATA[" in value:
        value = _CDATA.sub(r"\1", value)
    if "<" in value and (text.markup or _MARKUP.search(value)):
        return _without_footer(tidy(value, joined(address, text.base)))
    value = unescape(value) if text.markup else value
    paragraphs = (part.strip() for part in re.split(r"\n\s*\n", xml_safe(value)))
    return "".join(f"<p>{escape(part, quote=False).replace(chr(10), '<br>')}</p>" for part in paragraphs if part)


def _without_footer(body: str) -> str:
    last = body.rfind("<p>")
    return body[:last].rstrip() if last > 0 and _FOOTER.match(body, last + len("<p>")) else body
