"""Where lists go on: by query, path, offset, numbers, buttons."""

import pytest

from syndicator.config import ListRules
from syndicator.ingest.overview import Overview
from tests.ingest.test_overview import read

LIST = "https://www.stadt.example/news/"
TEASERS = "".join(
    f'<div class="t"><h3><a href="/news/{n}.html">Eine Meldung mit Nummer {n}</a></h3><p>{n}. Mai 2026</p><a href="/news/{n}.html">weiter</a></div>'
    for n in range(1, 5)
)


def next_of(bar: str, address: str = LIST, **rules) -> str:
    result = read(f"<main>{TEASERS}{bar}</main>".encode(), address, **rules)
    assert isinstance(result, Overview)
    return result.next


@pytest.mark.parametrize(
    ("bar", "following"),
    [
        ('<a rel="next" href="?page=2">2</a>', "?page=2"),
        ('<link rel="next" href="/news/page/2/">', "page/2/"),
        ('<nav class="pagination"><a href="?seite=1">1</a><a href="?seite=2">Nächste Seite</a></nav>', "?seite=2"),
        ('<ul class="pager"><li class="pager-next"><a href="?page=1"><span></span></a></li></ul>', "?page=1"),
        ('<a href="seite2.html" aria-label="Nächste Seite">→</a>', "seite2.html"),
        ('<a href="?offset=10" title="weiter"><img src="/pfeil.png" alt=""></a>', "?offset=10"),
        ('<a href="?start=20">Ältere Meldungen anzeigen</a>', "?start=20"),
        # newer to the right, as blogs have it
        ('<a class="next" href="?p=0">Neuere Beiträge »</a><a href="?p=2">« Ältere Beiträge</a>', "?p=2"),
        ('<button data-url="?ajax=1&amp;page=2">Mehr laden</button>', "?ajax=1&page=2"),
        ('<div class="load-more"><button data-href="/news/?page=2">Weitere Meldungen laden</button></div>', "?page=2"),
        ('<a href="?b_start:int=20">Nächste 20 Inhalte »</a>', "?b_start:int=20"),
        ('<div><span class="aktiv">1</span> <a href="?s=2">2</a> <a href="?s=3">3</a></div>', "?s=2"),
        ('<p>Seite <a href="/news/">1</a> <a href="?s=2">2</a></p>', "?s=2"),
        ("<p>Seite 1 von 1</p>", ""),
        ('<a href="/kontakt.html">Weiter zum Kontaktformular</a>', ""),
    ],
)  # fmt: skip
def test_a_list_goes_on_where_its_bar_says(bar, following):
    assert next_of(bar) == (f"{LIST}{following}" if following else "")


def test_numbers_lead_on_from_the_page_that_is_shown():
    bar = '<ul><li><a href="?s=1">1</a></li><li class="current">2</li><li><a href="?s=3">3</a></li></ul>'
    assert next_of(bar, f"{LIST}?s=2") == f"{LIST}?s=3"


def test_the_last_page_has_no_next():
    bar = '<ul><li><a href="?s=1">1</a></li><li><a href="?s=2">2</a></li><li class="current">3</li></ul>'
    assert next_of(bar, f"{LIST}?s=3") == ""


def test_a_selector_of_the_configuration_decides_alone():
    assert "next" in ListRules.model_fields
    bar = '<a class="mehr" href="?weiter=2">und weiter</a><a rel="next" href="?falsch">x</a>'
    assert next_of(bar, next="a.mehr") == f"{LIST}?weiter=2"
    assert next_of(bar, next="a.gibtsnicht") == ""
