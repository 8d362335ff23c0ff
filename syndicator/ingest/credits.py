"""Captions and credits of pictures, which stand in one line as often as not. Pure."""

import re

from syndicator.text import squeeze

_AGENCY = (
    r"(?:adobe\s?stock|stock\.adobe(?:\.com)?|fotolia(?:\.com)?|shutterstock(?:\.com)?|istock(?:photo)?(?:\.com)?|getty\s?images"
    r"|pixabay(?:\.com)?|unsplash(?:\.com)?|pexels(?:\.com)?|picture alliance|dpa(?:-\w+)?|imago|123rf(?:\.com)?|wikimedia(?: commons)?)"
)
_LABEL = (
    r"(?:fotos?|bilder?|bild|grafik|illustration|visualisierung|copyright|quelle|bildquelle|bildnachweis|bildrechte?|fotonachweis"
    r"|fotocredit|credit|fotograf(?:in|:in)?|rechte)(?:\s?\([^()]{0,60}\))?"
)
# In this order: a credit that says that it is one, wherever it begins; the © sign; a stock agency at the end of the line.
_MARKED = re.compile(
    rf"(?:^|(?<=[\s.!?()|/\[–-]))(?P<credit>{_LABEL}\s?:\s?(?P<name>[^|\])]+))[)\]]?\s*$", re.IGNORECASE
)
_SIGN = re.compile(r"(?P<credit>(?:©|\(c\)|&copy;)\s?[^©]{2,120}?)[)\]]?\s*$", re.IGNORECASE)
_STOCK = re.compile(
    rf"(?:^|(?<=[\s.!?(|]))(?P<credit>{_AGENCY}\s?[/|]\s?[^.!?|]{{2,60}}|[^.!?|()]{{2,60}}[/|]\s?{_AGENCY})[)\]]?\s*$",
    re.IGNORECASE,
)
# Each with words of which one is in whatever it finds; looking for those first costs a tenth.
_PATTERNS = (
    (_MARKED, ("foto", "bild", "grafik", "illustration", "visualisierung", "copyright", "quelle", "credit", "rechte")),
    (_SIGN, ("©", "(c)", "&copy;")),
    (
        _STOCK,
        (
            "stock",
            "fotolia",
            "getty",
            "pixabay",
            "unsplash",
            "pexels",
            "alliance",
            "dpa",
            "imago",
            "123rf",
            "wikimedia",
        ),
    ),
)
_SIGNS = (":", "©", "(c)", "(C)", "/", "|", "&copy;")  # one of these is in every credit
_LONGEST = 200  # characters of a line that is only a credit
_EDGE = " \t|/–—-(["


def split_credit(text: str) -> tuple[str, str]:
    """Caption and credit of a line under a picture; either may be empty. The credit keeps no "Foto:" before it.

    `split_credit("Der neue Platz. Foto: Stadt X / Amt Y") == ("Der neue Platz.", "Stadt X / Amt Y")`.
    """
    line = squeeze(text)
    if not any(sign in line for sign in _SIGNS):
        return line, ""
    lowered = line.lower()
    for pattern, words in _PATTERNS:
        if any(word in lowered for word in words) and (found := pattern.search(line)):
            return line[: found.start("credit")].rstrip(_EDGE), bare_credit(found["credit"])
    return line, ""


def bare_credit(text: str) -> str:
    """A credit without the word that announces it: "Foto: X" and "Bildrechte: X" are "X"; "© X" stays as it is."""
    line = squeeze(text).strip("()[]| ")
    return re.sub(rf"^{_LABEL}\s?:\s?", "", line, flags=re.IGNORECASE).strip()


def is_source(text: str) -> bool:
    """Whether a line names the source of what the text says: "Quelle: Landesamt für Statistik" credits no picture by itself."""
    return bool(re.match(r"\W*quellen?\s?:", text, re.IGNORECASE))


def is_credit(text: str) -> bool:
    """Whether a line is a credit and nothing else."""
    if len(text) > _LONGEST:
        return False
    caption, credit = split_credit(text)
    return bool(credit) and not caption
