"""The words of pages that stand where an article should: errors, maintenance, walls against programs. Pure.

Meant to err on the side of publishing: "Wartungsarbeiten an der Gasleitung" is news, "Wartungsarbeiten" above one line about
the website is none. Cases: RSS-Bridge#4845 (a bot published "Bridge returned error 500"), changedetection.io#735.
"""

import re

from syndicator.text import fold

_BRIEF = 400  # characters; an error page has no more to say
_LONGEST_TITLE = 120
_LONGEST_VAGUE_TITLE = 40
_CODE = r"(?:4[0-5]\d|5[0-3]\d)\b"

# All patterns are matched against folded text: lower case, ä as ae, ß as ss. Nobody heads news like this.
_PHRASE = (
    r"(?:bad request|unauthorized|forbidden|(?:page )?not found|gone|too many requests|internal server error|bad gateway"
    r"|service (?:temporarily )?unavailable|gateway time-?out|(?:seite|datei) nicht gefunden|zugriff verweigert|interner (?:server)?fehler)\b.{0,40}"
)
_SLIP = r"(?:(?:oops|u+ps|hoppla|huch)\W+)"
_PAGE = (
    r"(?:(?:die|der|diese|dieser) )?(?:von ihnen )?(?:gewuenschte[r]? |angeforderte[r]? |aufgerufene[r]? |gesuchte[r]? )?"
    r"(?:(?:internet|web)?-?seite|datei|artikel|meldung|beitrag|inhalt)"
)
_TITLE = re.compile(
    rf"(?:http[ -]?)?(?:error|fehler|status)\W{{0,3}}(?:code\W{{0,3}})?{_CODE}\W{{0,5}}(?:{_PHRASE})?|{_CODE}\W{{0,3}}(?:error|fehler)?\W*"
    rf"|{_CODE}\W{{0,3}}{_PHRASE}"
    r"|(?:bad request|forbidden|(?:page |file )?not found|internal server error|bad gateway|service (?:temporarily )?unavailable"
    r"|gateway time-?out|too many requests)\W*(?:\d{3}\W*)?"
    r"|bridge returned error.{0,80}|(?:fehler|error)(?:meldung|seite)?\W*"
    r"|access (?:to this page has been )?denied\W*|zugriff (?:verweigert|nicht (?:erlaubt|gestattet))\W*|keine berechtigung\W*"
    r"|just a moment\W*|einen moment(?:,? bitte)?\W*|attention required\W.{0,40}|checking your browser\b.{0,60}|ddos-guard\W*"
    r"|are you (?:a )?(?:human|robot)\W*|sind sie ein (?:mensch|roboter)\W*|ich bin kein roboter\W*"
    r"|(?:sicherheitsueberpruefung|security check|captcha|robot check)\W*.{0,30}"
    rf"|{_SLIP}?{_PAGE} (?:wurde |konnte |kann |ist |existiert )?(?:leider )?nicht(?: mehr)?(?: gefunden| vorhanden| verfuegbar| erreichbar)?"
    r"(?: werden)?\W*(?:\d{3}\W*)?"
    rf"|{_SLIP}?(?:that|this|the|your) page (?:can(?:not|\W?t) be found|does(?:n\W?t| not) exist|is not available|was not found)\W*"
    rf"|{_SLIP}?(?:(?:da |hier )?(?:ist |lief |ging )(?:leider )?)?etwas (?:ist )?(?:schief ?gelaufen|schief ?gegangen|schief)\W*"
    r"|(?:oops\W+)?something went wrong\W*"
    r"|(?:ein |es ist ein )?(?:unerwarteter |interner |technischer |schwerwiegender )(?:server-?)?fehler(?: ist)?(?: aufgetreten)?\W*"
    r"|es ist ein (?:\w+ )?fehler aufgetreten\W*|fatal error\b.{0,80}|uncaught \w*(?:exception|error)\b.{0,80}"
    r"|(?:database|datenbank)(?:verbindungs)?-? ?(?:error|fehler)\W*|error establishing a database connection\W*"
    r"|(?:bitte )?(?:anmelden|einloggen|log-?in|log in|sign in)\W*|bitte (?:melden|loggen) sie sich (?:an|ein)\W*|anmeldung erforderlich\W*"
    r"|passwort vergessen\W*|sitzung (?:ist )?abgelaufen\W*|session expired\W*"
    r"|(?:ihre )?(?:suchergebnisse?|such(?:e|anfrage) ohne treffer|search results)(?: (?:fuer|zu|for)\b.{0,60})?\W*"
    r"|index of /.{0,60}|apache2 .{0,20}default page.{0,20}|welcome to nginx\W*|(?:document|object) moved\W*"
    r"|wartungsmodus\W*|(?:website|webseite|seite|portal) (?:im|in|wegen) (?:wartung|wartungsmodus|wartungsarbeiten)\W*.{0,30}"
    r"|\W*(?:kein titel|ohne titel|untitled|no title|undefined|null|none|nan)\W*",
)
_SITE = re.compile(r"(\S+ .*?\S) [|»·•] .*")  # behind a title of several words, the name of what it belongs to
# May head news, too.
_VAGUE_TITLE = re.compile(
    r".*\b(?:wartungs?(?:arbeiten|fenster)?|maintenance|fehler|error|stoerung(?:en)?|nicht (?:erreichbar|verfuegbar|gefunden)"
    r"|not found|unavailable|hinweis|sicherheit|cookies?|javascript|bitte warten|in kuerze)\b.*",
)
_OF_THE_SITE = re.compile(
    r"\b(?:(?:internet|web)?-?seiten? (?:ist|sind|wird|werden|steht|stehen|wurde|konnte|existiert)\b.{0,80}"
    r"(?:nicht|gewartet|wartung|gefunden|ueberarbeitet|erreichbar)"
    r"|(?:website|webseite|webauftritt|internetauftritt|server|portal)\b.{0,80}"
    r"\b(?:nicht (?:erreichbar|verfuegbar|zur verfuegung)|gewartet|wartung|ueberlastet|maintenance)"
    r"|(?:versuchen|probieren) sie es (?:bitte )?(?:spaeter|in (?:kuerze|wenigen))|try again later"
    r"|enable (?:javascript|cookies)|javascript (?:aktivieren|ist deaktiviert)|aktivieren sie (?:bitte )?(?:javascript|cookies)"
    r"|kein roboter|not a robot|ray id|verify (?:that )?you are (?:a )?human|zurueck zur startseite)",
)
# What only a program writes, whatever stands above it: how it begins (asked first, as hardly a text does), and the whole.
_BEGINNING = re.compile(
    r"\W{0,5}(?:php |fatal |parse |warning|notice|traceback|you have an |access denied|[45]\d\d |bridge |java\.lang|the requested )"
)
_TEXT = re.compile(
    r"\W{0,5}(?:(?:php )?(?:fatal error|parse error|warning|notice)\W{1,8}.{0,300}\bon line\b"
    r"|traceback \(most recent call last\)|you have an error in your sql syntax"
    rf"|(?:access denied|{_CODE} (?:forbidden|not found|internal server error|bad gateway|service unavailable))\b"
    r"|bridge returned error\b|java\.lang\.\w+exception|the requested url was rejected)",
)
_SIGNS = ("cloudflare ray id", "incapsula incident id", "sqlstate[", "stack trace:", "uncaught exception")


def is_error_title(folded: str) -> bool:
    """Whether nothing but an error or a wall is headed like this; `folded` as by `text.fold`.

    What may head news as well, such as "Wartungsarbeiten", is told by its text: `is_error_text`.
    """
    return len(folded) <= _LONGEST_TITLE and bool(_TITLE.fullmatch(_SITE.sub(r"\1", folded, count=1)))


def is_error_text(folded_title: str, text: str) -> bool:
    """Whether a text is what a program says of itself: an error, that the website rests, that it wants no programs."""
    head = text[:_BRIEF].lower()
    if any(sign in head for sign in _SIGNS) or (_BEGINNING.match(head) and _TEXT.match(fold(head))):
        return True
    if len(text) > _BRIEF or len(folded_title) > _LONGEST_VAGUE_TITLE:
        return False
    return bool(_VAGUE_TITLE.fullmatch(folded_title) and _OF_THE_SITE.search(fold(head)))
