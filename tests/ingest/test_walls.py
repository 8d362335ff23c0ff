"""Checks for bots are told from pages, and from what only looks like one."""

import pytest

from syndicator.ingest.walls import SIZE, is_wall

HTML = {"content-type": "text/html; charset=utf-8"}
ARTICLE = """<!doctype html><html lang="de"><head><title>{title}</title>{head}</head>
<body><main><h1>{title}</h1><p>Die Stadt lädt am Samstag auf den Friedensplatz ein.</p>{body}</main></body></html>"""


def page(title="Neues aus dem Rathaus", head="", body=""):
    return ARTICLE.format(title=title, head=head, body=body).encode()


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (403, HTML | {"cf-mitigated": "challenge"}, b""),
        (202, HTML | {"x-amzn-waf-action": "challenge"}, b""),
        (405, HTML | {"x-amzn-waf-action": "captcha"}, b""),
        (503, HTML, page("Just a moment...")),
        (403, HTML, page("Nur einen Moment…")),
        (403, HTML, page("Attention Required! | Cloudflare")),
        (403, HTML, page("Access Denied", body="Reference #18.2f https://errors.edgesuite.net/18.2f")),
        (403, HTML, page("Zugriff verweigert")),
        (403, HTML, page("Portal", body='<form><div class="g-recaptcha"></div></form>')),
        (429, HTML, page("Portal", body="Bitte bestätigen Sie, dass Sie ein Mensch sind.")),
        (403, HTML, page("Portal", body='<iframe src="/_Incapsula_Resource?SWUDNSAI=31"></iframe>')),
        (200, HTML, page("Sind Sie ein Mensch?", body="<form method=post><input name=antwort></form>")),
        (200, HTML, page("Sicherheitsüberprüfung")),
        (200, HTML, page("Making sure you&#39;re not a bot!")),
        (200, HTML, page("", body="Request unsuccessful. Incapsula incident ID: 7-1")),
        (200, HTML, page("", head="<script>window._cf_chl_opt = {}</script>")),
        (200, HTML, page("stadt.example", head='<script src="https://ct.captcha-delivery.com/c.js"></script>')),
        (200, {"content-type": "text/html; charset=iso-8859-1"}, page("Sicherheitsüberprüfung").decode().encode("latin-1")),
    ],
)  # fmt: skip
def test_a_check_for_bots_is_one(status, headers, body):
    assert is_wall(status, headers, body)


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, HTML, page()),
        (200, HTML, page("Rathaus: Sind Sie ein Mensch mit Ideen?")),
        (200, HTML, page("Captcha im Bürgerportal abgeschafft")),
        (200, HTML, page(body='<form action="/kommentar"><div class="g-recaptcha"></div></form>')),
        (200, HTML, page(head='<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>')),
        (200, HTML, page(head='<script src="/_Incapsula_Resource?SWJIYLWA=719d"></script>')),
        (200, HTML, page("Access denied", body="x" * SIZE)),
        (200, {"content-type": "application/rss+xml"}, b"<rss><channel><title>Captcha</title></channel></rss>"),
        (403, HTML, page("403 Forbidden")),
        (503, HTML, page("Wartungsarbeiten")),
        (404, HTML, page("Seite nicht gefunden", body="captcha")),
        (200, HTML | {"cf-mitigated": ""}, page()),
    ],
)
def test_an_ordinary_page_is_none(status, headers, body):
    assert not is_wall(status, headers, body)
