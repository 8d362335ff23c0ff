"""The words by which portals mark what is not the news: bylines of the page, contacts for the press, buttons. Pure."""

import re
from functools import lru_cache

from syndicator.text import fold

# All patterns are matched against folded text: lower case, ä as ae, ß as ss.
_LISTS = r"(?:presse(?:mitteilungen|meldungen|informationen)|nachrichten|medien(?:mitteilungen|informationen)|meldungen|news)"
_PORTAL = re.compile(
    rf"(?:(?:aktuelle|neueste|alle|unsere|staedtische)\s)?(?:{_LISTS}|presse(?:mitteilung|meldung|information|archiv|portal|stelle)?"
    r"|nachrichtenportal|news(?:room|portal)|medien(?:mitteilung|information)|meldung|aktuelles?|startseite|home|artikel"
    r"|detail(?:seite|ansicht)?|archiv|uebersicht|rathaus|termin(?:e|kalender)|veranstaltungs?(?:en|kalender)|suche|inhalt|menue?|navigation)"
    r"(?:\s(?:der|aus der|fuer die|von der|in der)\s(?:stadt|gemeinde|verwaltung|landeshauptstadt)(?:\s.{2,40})?"
    r"|\s(?:stadt|gemeinde)\s.{2,40})?"
    rf"|{_LISTS}\s(?:(?:aus|fuer|von)\s)?\S{{3,30}}"
    r"|(?:herzlich )?willkommen(?: (?:in|bei|auf)(?: der stadt)? [^\s:]+(?: (?:an der|am|im) [^\s:]+)?)?",
)
_PRESS_CONTACT = re.compile(
    r"(?:presse-?kontakt|medien-?kontakt|kontakt (?:fuer (?:die )?)?(?:presse|medien|redaktionen|journalist)"
    r"|ansprech(?:partner|person)\S* fuer (?:die )?(?:presse|medien|redaktionen)|(?:presse|medien)anfragen"
    r"|(?:fuer )?rueckfragen (?:von |der |durch )(?:presse|medien|redaktionen|journalist)|herausgegeben von\b|herausgeber(?:in)?:"
    r"|v\.?\s?i\.?\s?s\.?\s?d\.?\s?p\b|verantwortlich (?:im sinne|fuer den inhalt)"
    r"|(?:presse|medien)(?:rueck|nach)fragen|redaktioneller hinweis|hinweis an die redaktionen|pressestelle der stadt)",
)
_RELATED = re.compile(
    r"(?:das koennte (?:sie|dich|euch) (?:auch|noch)?\s?interessieren|weitere (?:meldungen|nachrichten|news|artikel|beitraege"
    r"|pressemitteilungen|pressemeldungen|themen)|aehnliche (?:artikel|meldungen|nachrichten|beitraege)|verwandte (?:artikel|themen)"
    r"|lesen sie (?:auch|mehr)|mehr zum thema|mehr (?:nachrichten|meldungen|news|artikel)|auch interessant|zuletzt veroeffentlicht"
    r"|aktuelle meldungen)\b.{0,40}",
)
_APPENDIX = re.compile(
    r"(?:\d+ )?(?:kommentare?|comments?|reaktionen|leserkommentare)(?: \(?\d+\)?)?|(?:einen |ihr |neuer |neuen )?kommentar (?:schreiben|abgeben|verfassen|hinterlassen)"
    r"|(?:schreibe?n?|hinterlasse?n?)(?: sie)? (?:uns )?(?:einen|ihren) kommentar.{0,20}|leave a (?:reply|comment)"
    r"|war (?:diese|die|dieser) (?:seite|beitrag|artikel|information) hilfreich.{0,20}|(?:zum |unser )?newsletter.{0,30}|.{0,20}newsletter (?:abonnieren|bestellen|anmelden)"
    r"|nichts (?:mehr )?verpassen.{0,20}|(?:diese seite|diesen artikel|diesen beitrag|artikel|beitrag) teilen|folgen sie uns.{0,30}|meist ?gelesen|top-?themen"
    r"|(?:neueste|letzte|aktuelle|andere|mehr|weitere) .{0,20}(?:meldungen|nachrichten|beitraege|artikel|news|themen)",
)
_BUTTON = re.compile(
    r"[^a-z0-9]*(?:vorlesen(?: lassen)?|(?:seite|artikel|beitrag|inhalt|text) (?:vorlesen|drucken|teilen|empfehlen|weiterempfehlen|merken)"
    r"|drucken|druckansicht|druckversion|teilen|seite teilen|share|tweet|twittern|empfehlen|nach oben|zum seitenanfang|seitenanfang"
    r"|zurueck(?: zur? \S{1,30}(?: \S{1,30})?)?|(?:zur|zu allen) (?:uebersicht|liste|startseite|meldungen|nachrichten)|pdf|als pdf(?: speichern)?|weiterlesen|mehr(?: lesen| erfahren)?|merken"
    r"|(?:bild |foto )?(?:vergroessern|zoomen)|schliessen|diashow|(?:auf )?(?:facebook|twitter|x|whatsapp|e-mail|linkedin|xing|mastodon|bluesky)"
    r"(?: teilen)?|kommentare?|kontrast|schriftgroesse|lese(?:zeit|dauer) ?:? ?(?:ca\.? )?\d+ ?min(?:uten?|\.)?|von|by|in|am|vom|und|sie sind hier|inhaltsverzeichnis)[^a-z0-9]*",
)
_ENLARGE = re.compile(
    r"[^a-z0-9]*(?:(?:bild |foto |grafik )?(?:vergroessern|vergroesserung|zoomen|in voller groesse(?: anzeigen)?))[^a-z0-9]*"
)
_MORE_WORD = (
    r"(?:(?:jetzt |hier )?weiter ?lesen|weiter|(?:erfahren sie )?mehr(?: (?:lesen|erfahren|dazu|infos?|informationen|anzeigen|details))?"
    r"|(?:weitere|naehere) (?:informationen|infos?|details|hinweise)|(?:zur |zum |zu )?(?:details?|detailansicht|volltext)|lesen sie (?:hier )?(?:weiter|mehr)"
    r"|(?:(?:den |diesen )?(?:ganzen |gesamten |vollstaendigen )?|zum |zur )(?:artikel|beitrag|meldung|nachricht|mitteilung|pressemitteilung|pressemeldung|news)"
    r"(?: (?:lesen|oeffnen|anzeigen|ansehen))?|lesen|ansehen|anzeigen|oeffnen|read more|more|continue reading|hier|link|pdf|download|herunterladen)"
)
_MORE = re.compile(rf"[^a-z0-9]*{_MORE_WORD}[^a-z0-9]*(?:(?:ueber|zu|zum|zur|about|-|–|:)\b.*)?")
_MORE_LEAD = re.compile(
    r"\W*(?:weiterlesen|mehr (?:lesen|erfahren|informationen)?|(?:zum|zur) (?:artikel|beitrag|meldung|nachricht)|(?:den )?artikel lesen|lesen sie mehr|link (?:zu|auf))"
    r"\s?(?:über|zu|zum|zur)?\s?[:–-]?\s*",
    re.IGNORECASE,
)
_ROW = re.compile(r"[\[\]|]")
_CONSENT = re.compile(
    r".{0,200}(?:einverstanden, dass|externe[rn]? inhalte?|personenbezogene daten an dritt|datenschutzerklaerung|cookies?\b.{0,80}"
    r"(?:akzeptieren|zustimm|einverstanden)|mit dem (?:abspielen|laden|aufruf)|video (?:laden|aktivieren)|javascript (?:ist |muss |aktivieren))",
)
_STEMS_OF_CONSENTS = (
    "einverstanden", "extern", "personenbezogen", "datenschutz", "cookie", "abspielen", "laden", "aufruf", "aktivieren", "javascript",
)  # fmt: skip
_ADMINISTRATION = re.compile(r"dieser (?:beitrag|artikel|text) befasst sich mit verwaltungsangelegenheiten")
_HEADER_CREDIT = re.compile(r"bild \(?bildlizenz\s?/\s?fotograf")
_RECORD = re.compile(
    r"(?:geschrieben|verfasst|eingereicht|erstellt) von\b|autor(?:in)?:|(?:kategorie|rubrik|zugriffe|aufrufe|gelesen):"
    r"|(?:veroeffentlicht|erstellt|publiziert|zuletzt aktualisiert|zuletzt geaendert|hauptkategorie)(?:\s(?:am|in))?:",
)
_VOLATILE = re.compile(
    r"(?:(?:bisher|insgesamt|bereits)\s)?\d[\d.]*\s?(?:mal\s|x\s)?(?:gelesen|aufgerufen|angesehen|angeklickt|geteilt|aufrufe|zugriffe|klicks|views"
    r"|likes|shares|besuche|leser(?:innen und leser)?|kommentare?)"
    r"|(?:bisher\s)?(?:gelesen|(?:seiten)?aufrufe|zugriffe|klicks|views|likes|shares|geteilt|besucher|kommentare)(?:\sgesamt)?:?\s?\d[\d.]*(?:\s?mal)?"
    r"|(?:(?:(?:zuletzt\s)?(?:veroeffentlicht|erstellt|aktualisiert|geaendert)|online|stand|posted|published|updated)[\s:]*)?"
    r"(?:vor\s(?:\d+|ein(?:er|em|igen)|wenigen|[a-z]{3,6})\s(?:sekunde|minute|stunde|tag|woche|monat|jahr|min\.|std\.)(?:en|n|e)?|gerade eben|soeben"
    r"|(?:\d+|an?)\s(?:second|minute|hour|day|week|month)s?\sago)",
)
_RELEASE = r"(?:(?:(?:diese|die|unsere|eine)\s)?(?:(?:press|medien)[a-z]+|meldung|nachricht|mitteilung))"
_UNPUBLISHED = r"(?:zurueckgezogen|zurueckgenommen|withdrawn|retracted)"
_TAKEN_BACK = rf"(?:{_UNPUBLISHED}|geloescht|deleted)"
_MARK = (
    rf"[\[({{<*+|]\s?(?:{_RELEASE}\s)?(?:wurde\s)?{_TAKEN_BACK}\s?[\])}}>*+|]+"
    rf"|(?:{_RELEASE}\s)?(?:wurde\s|ist\s)?{_TAKEN_BACK}\s?(?:[:|!]|$)|{_UNPUBLISHED}\s[–—-]\s"
)
_WITHDRAWN = re.compile(rf"[^a-z0-9]*(?:{_MARK})|.*(?:\[\s?{_TAKEN_BACK}\s?\]|\(\s?{_UNPUBLISHED}\s?\))[^a-z0-9]*$")
_MARKS = re.compile(rf"^[^a-z0-9]*(?:{_MARK}|{_TAKEN_BACK}\s?[–—/-])|[\[(]\s?{_TAKEN_BACK}\s?[\])][^a-z0-9]*$")
# "Gelöscht - " begins a headline about a fire, unless it is shouted.
_SHOUTED = re.compile(r"\W*(?:GELÖSCHT|GELOESCHT|ZURÜCKGEZOGEN|ZURUECKGEZOGEN)(?![A-ZÄÖÜ])\s*(?:[-–—/]|$)")
# One of these stands in every such headline, however it is encoded; the patterns are for the few that have one.
_STEMS_OF_MARKS = (
    "scht", "zogen", "nommen", "deleted", "withdrawn", "retracted", "korr", "berichtig", "richtigst", "fassung", "version",
    "erratum", "correct",
)  # fmt: skip
_CORRECTED = (
    r"(?:(?:\d\.|erneute|zweite)\s)?(?:korrektur(?:meldung|hinweis|fassung)?|korr\.|berichtigung|richtigstellung|erratum|correction|corrected"
    r"|korrigiert|berichtigt|(?:korrigierte|berichtigte|ueberarbeitete|aktualisierte|neue)\s(?:fassung|version|meldung|nachricht|press[a-z]+"
    r"|medien[a-z]+)|neufassung)"
)
_OF_RELEASE = (
    r"(?:\s(?:der|zur|zu|einer|unserer|von)\s(?:unserer\s|der\s)?(?:press[a-z]+|medien[a-z]+|meldung|mitteilung|nachricht)"
    r"(?:\s(?:nr\.?\s?)?[\d/-]+)?(?:\s(?:vom\s)[\d.]+(?:\s[a-z]+)?(?:\s?\d{4})?)?)?"
)
_CORRECTION = re.compile(
    rf"[^a-z0-9]*{_CORRECTED}{_OF_RELEASE}(?:\s?[\])}}:|–—+*/„\"“»«]|\s-\s)[^a-z0-9]*(?P<rest>.+)"
    rf"|(?P<head>.+?)\s?[\[(–—|]\s?{_CORRECTED}\s?[\])]?|(?P<before>.+?)\s-\s{_CORRECTED}",
)
_BARE = re.compile(r"[^a-z0-9]+")
_INVITATION = re.compile(
    r"(?:presse-?einladung|(?:einladung )?(?:zum|zu einem|zur) (?:presse|foto|medien)-?(?:termin|gespraech|konferenz|gespraech|rundgang)"
    r"|foto-?termin|presse-?termin|medien-?termin|einladung (?:an die presse|fuer (?:die )?(?:presse|medien)))\b",
)
_EASY = re.compile(r"(?:in )?(?:leichte[rn]?|einfache[rn]?) ?sprache\b")


@lru_cache(maxsize=512)  # a line is held against many of these
def _folded(text: str) -> str:
    return fold(text)


def is_portal_name(text: str) -> bool:
    """Whether it names a section of a portal, as `<h1>Aktuelle Pressemeldungen</h1>` on every page does."""
    return bool(_PORTAL.fullmatch(_folded(text)))


def is_press_contact(text: str) -> bool:
    return bool(_PRESS_CONTACT.match(_folded(text[:120])))


def is_related(text: str) -> bool:
    """Whether it heads a list of other articles."""
    return bool(_RELATED.fullmatch(_folded(text).rstrip(":")))


def is_appendix(heading: str) -> bool:
    """Whether a heading begins what pages put after their articles: comments, a newsletter, the latest news."""
    return bool(_APPENDIX.fullmatch(_folded(heading).rstrip(":!?.")))


def is_noise(text: str) -> bool:
    """Whether a line belongs to the page and not to the article: a button, a consent, a notice."""
    line = _folded(text[:600])
    return bool(
        _is_small(line)
        or (
            ("|" in line or "[" in line) and all(map(_is_small, filter(str.strip, _ROW.split(line))))
        )  # several in a row
        or (any(stem in line for stem in _STEMS_OF_CONSENTS) and _CONSENT.match(line))
        or _ADMINISTRATION.match(line)
        or _HEADER_CREDIT.match(line)
    )


def _is_small(line: str) -> bool:
    return bool(_BUTTON.fullmatch(line) or _VOLATILE.fullmatch(line.strip()))


def is_more(text: str) -> bool:
    """Whether a link's text only says that there is more: "mehr", "[weitere Informationen]", "Weiterlesen über …"."""
    return bool(_MORE.fullmatch(_folded(text[:200])))


def without_more(text: str) -> str:
    """A link's label without the words that say that it leads to more: "Zum Artikel: Neue Brücke" is "Neue Brücke"."""
    return _MORE_LEAD.sub("", text, count=1)


def is_enlarge(text: str) -> bool:
    """Whether it is the button that shows a picture larger."""
    return bool(_ENLARGE.fullmatch(_folded(text[:60])))


def is_record(text: str) -> bool:
    """Whether a line is an entry of the card on which a page keeps its author, day, section and number of readers."""
    return bool(_RECORD.match(_folded(text[:120])))


def is_header_credit(text: str) -> bool:
    """Whether it is the credit of a page's header picture, which repeats on article after article."""
    return bool(_HEADER_CREDIT.match(_folded(text[:100])))


def is_withdrawn(title: str) -> bool:
    """Whether the source takes the article back in its headline: "[GELÖSCHT] …", "Zurückgezogen: …", "… (zurückgezogen)".

    What does not take place, "Absage: …", is news.
    """
    return _may_be_marked(title) and bool(_WITHDRAWN.match(_folded(title)) or _SHOUTED.match(title))


def headline_meant(title: str) -> str:
    """The headline that a withdrawal or a correction is about, bare: "Korrektur: Neue Bäume" is about "neue baeume".

    Empty for any other headline, and for one that is nothing but its marking.
    """
    if not _may_be_marked(title):
        return ""
    line = _folded(title)
    if found := _CORRECTION.fullmatch(line):
        return _BARE.sub(" ", found["rest"] or found["head"] or found["before"]).strip()
    return _BARE.sub(" ", _MARKS.sub("", line)).strip() if is_withdrawn(title) else ""


def bare_headline(title: str) -> str:
    """A headline without its marking, in the form in which two are compared: words, folded, without what stands between."""
    return headline_meant(title) or _BARE.sub(" ", _folded(title)).strip()


def _may_be_marked(title: str) -> bool:
    lowered = title.lower()
    return any(stem in lowered for stem in _STEMS_OF_MARKS)


def is_invitation(text: str) -> bool:
    """Whether it invites the press, not citizens."""
    return any(stem in text.lower() for stem in ("press", "foto", "medien")) and bool(_INVITATION.match(fold(text)))


def is_easy(text: str) -> bool:
    """Whether it says that a text is in Leichte or Einfache Sprache."""
    return bool(_EASY.match(_folded(text)))
