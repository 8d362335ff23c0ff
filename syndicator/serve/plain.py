"""Answers of one or two sentences in plain text, which never repeat what was asked."""

from collections.abc import Mapping

from aiohttp import web

from syndicator.serve import headers

NOT_FOUND = "Diese Seite gibt es hier nicht.\nThere is no such page here."
MOVED = "Dieser Feed heißt jetzt anders.\nThis feed has another name now."
FOR_PARTNERS = (
    "Dafür braucht es den Schlüssel eines Partners; er fehlt oder ist falsch.\n"
    "This takes the token of a partner, which is missing or wrong."
)
NOT_YOURS = (
    "Dieser Feed gehört nicht zu denen, die zu diesem Schlüssel gehören.\nThis feed is not among those of this token."
)
TOO_MANY = "Zu viele Anfragen. Bitte warten Sie.\nToo many requests. Please wait."
FOR_ADMINS = (
    "Dafür braucht es den Schlüssel der Verwaltung; er fehlt oder ist falsch.\n"
    "This takes the token of the administration, which is missing or wrong."
)
ONLY_HERE = (
    "Ohne Schlüssel antwortet diese Seite nur auf dem Rechner selbst, unter localhost und nicht durch einen Webserver "
    "hindurch. Für alle anderen Wege: [admin] token in config.toml.\n"
    "Without a token this page answers on its own machine only, by the name localhost and not through a web server. "
    "For all other ways: [admin] token in config.toml."
)
ENDED = "Diesen Feed gibt es nicht mehr.\nThis feed has ended."
NOT_YET = "Der Dienst startet gerade und hat das noch nicht bereit.\nStarting up; this is not ready yet."
NOT_READABLE = "Diese Datei ist gerade nicht lesbar.\nThis file cannot be read at the moment."
NOT_REACHED = "Der Dienst ist gerade nicht erreichbar.\nThe service cannot be reached at the moment."
CHANGED = "Die Bedingung der Anfrage trifft nicht zu.\nThe condition of the request does not hold."
NOT_ALLOWED = "Hier kann nur gelesen werden.\nThis can only be read."
NO_SUCH_RANGE = "Diesen Ausschnitt gibt es nicht.\nThe range lies outside the file."
BAD_REQUEST = "Die Anfrage ist nicht lesbar.\nThe request cannot be understood."
TOO_LARGE = "Das ist zu groß.\nThis is too large."
NO_SUCH_ENCODING = "Diese Kodierung ist hier nicht lesbar.\nThis encoding cannot be read here."
LATER = "Gerade ist keine Zeit dafür.\nThere is no time for this at the moment."
UNSUBSCRIBED = "Dieses Abonnement ist beendet.\nThis subscription has ended."
TAKEN = "Angenommen.\nTaken."
TOO_LONG = "Die Anfrage ist zu lang.\nThe request is too long."
FAILED = "Hier ist ein Fehler aufgetreten, er wurde vermerkt.\nSomething failed here; it has been logged."
UNKNOWN_EXPECTATION = "Diese Erwartung kann der Server nicht erfüllen.\nThe expectation cannot be met."


def plain(
    status: int, text: str, extra: Mapping[str, str] | None = None, *, cache_control: str = headers.NO_STORE
) -> web.Response:
    return web.Response(
        status=status,
        body=f"{text}\n".encode(),
        headers={
            "Content-Type": "text/plain; charset=utf-8",
            "Cache-Control": cache_control,
            **headers.BASE,
            **(extra or {}),
        },
    )
