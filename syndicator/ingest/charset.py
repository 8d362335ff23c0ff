"""Bytes to text. Pure. The bytes decide, what is declared about them comes second: portals declare what they are not."""

import codecs
import re

_HTTP = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{1,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{1,200}?encoding\s*=\s*[\"']([\w.:-]+)")
_DECLARED_WITHIN = 4096  # HTML asks for the first 1024 bytes; pages with a long comment on top miss that
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What browsers read in place of what is declared (WHATWG Encoding, 4.2 Names and labels): always the larger set.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
# Python knows encodings that are none of the web's (utf-7, rot13, zlib, unicode_escape …): those are not asked for.
_OF_THE_WEB = re.compile(
    r"utf-(8|16|32)|cp(437|850|866|874|932|949|950|125[0-8])|iso8859-\d+|koi8-[ru]|mac-roman|mac-cyrillic"
    r"|gb18030|big5hkscs|euc_jp|iso2022_jp|tis-620|utf-(16|32)-[bl]e",
)
# UTF-8 read as windows-1252 (or as latin-1) and written as UTF-8 again. Only what German texts hold beyond ASCII: a lead
# byte of Latin-1's letters and signs, or of the dashes, quotation marks, bullets, € and ™.
_TAIL = "".join(bytes([b]).decode("cp1252", "ignore") + chr(b) for b in range(0x80, 0xC0))
_MOJIBAKE = re.compile(
    f"[\u00c2\u00c3][{re.escape(_TAIL)}]|\u00e2(?:[€\u0080][{re.escape(_TAIL)}]|[‚\u0082]¬|[„\u0084]¢)"
)


def decode(body: bytes, content_type: str) -> str:
    """The text of an HTML, XML, JSON or plain body; never raises, what is no character becomes U+FFFD.

    In this order: a byte order mark; UTF-16 that shows by its NULs; UTF-8 where the bytes are valid UTF-8; the charset of
    the HTTP header, `<meta>` or the XML declaration; UTF-8 with single foreign bytes; windows-1252. As browsers do,
    iso-8859-1 is read as windows-1252. Text that was encoded twice is repaired, see `repair`.
    """
    return repair(_decode(body, content_type))


def _decode(body: bytes, content_type: str) -> str:
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    if wide := _utf_16(body):
        return body.decode(wide, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    encoding = declared(body, content_type, but="utf")
    return body.decode(encoding, "replace") if encoding else _mixed(body)


def declared(body: bytes, content_type: str, but: str = "?") -> str:
    """The name under which Python reads the charset that header or document declare; "" where none or an unusable one.

    `but`: the beginning of names that the bytes have disproved; what one place says wrongly, the other may say rightly.
    """
    head = body[:_DECLARED_WITHIN]
    in_document = _META.search(head) or _XML.search(head)
    in_header = _HTTP.search(content_type)
    for name in (in_header[1] if in_header else "", in_document[1].decode("ascii", "replace") if in_document else ""):
        try:
            known = codecs.lookup(name).name
        except (LookupError, ValueError):
            continue
        known = _MEANT.get(known, known)
        if _OF_THE_WEB.fullmatch(known) and not known.startswith(but):
            return known
    return ""


def repair(text: str) -> str:
    """Undo double encoding ("GrÃ¼n" → "Grün", "â€ž" → "„") where the text is certainly meant so.

    A sequence counts only when it goes back to the bytes of one character that German text uses. A text in which even one
    suspicious letter is not part of such a sequence is left as it is: it may be meant.
    """
    if "Ã" not in text and "â" not in text:
        return text
    suspicious = text.count("Ã") + text.count("â€") + text.count("â\u0080")
    sequences = _MOJIBAKE.findall(text)
    explained = sum(sequence[0] == "Ã" or sequence[:2] in {"â€", "â\u0080"} for sequence in sequences)
    return _MOJIBAKE.sub(_one_character, text) if explained == suspicious else text


def broken_letters(text: str) -> int:
    """How many letters of a text were lost or are garbled after all that `decode` could do."""
    if "\ufffd" not in text and "Ã" not in text and "â" not in text:
        return 0
    return text.count("\ufffd") + len(_MOJIBAKE.findall(text))


def _one_character(match: re.Match[str]) -> str:
    sequence = match[0]
    raw = b"".join(bytes([ord(c)]) if c <= "\xff" else c.encode("cp1252") for c in sequence)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return sequence


def _utf_16(body: bytes) -> str:
    if body[:1] == b"\0" and body[1:2] in {b"<", b"{", b"["}:
        return "utf-16-be"
    return "utf-16-le" if body[1:2] == b"\0" and body[:1] in {b"<", b"{", b"["} else ""


def _mixed(body: bytes) -> str:
    """UTF-8 into which a few windows-1252 bytes were pasted, or windows-1252 as a whole: whichever explains more bytes."""
    as_utf_8 = body.decode("utf-8", "surrogateescape")
    foreign = re.findall("[\udc80-\udcff]", as_utf_8)
    characters = len(re.findall("[^\x00-\x7f\udc80-\udcff]", as_utf_8))
    if len(foreign) >= characters:
        return body.decode("cp1252", "replace")
    return re.sub("[\udc80-\udcff]", lambda m: bytes([ord(m[0]) - 0xDC00]).decode("cp1252", "replace"), as_utf_8)
