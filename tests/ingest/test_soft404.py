"""Pages that answer with success where an article was."""

from datetime import UTC, datetime

import pytest

from syndicator.config import Source
from syndicator.ingest.soft404 import Look, by_memory, by_redirect, impostors
from syndicator.ingest.sources.portal import collect
from syndicator.model import Draft, Known, Remembered, Response
from tests.support.play import play

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SITE = "https://www.stadt.example"
LIST = f"{SITE}/news/"
OLD = f"{SITE}/news/baeume.html"
TEXT = (
    "Am Wall werden im Herbst vierzig Linden gepflanzt. Das hat der Rat am Dienstag beschlossen. Die Kosten trägt zur Hälfte"
    " das Land, die andere Hälfte kommt aus Spenden von Bürgerinnen und Bürgern."
)
STORED = Remembered("Vierzig Linden für den Wall", TEXT)


def draft(title, text="", **more) -> Draft:
    return Draft(key="", address=OLD, title=title, body=f"<p>{text}</p>" if text else "", **more)


# ---------------------------------------------------------------- by where it leads


@pytest.mark.parametrize("answered", [SITE, f"{SITE}/", LIST, f"{SITE}/news", "https://stadt.example/"])
def test_an_address_that_leads_to_the_home_page_or_the_list_shows_no_article(answered):
    assert by_redirect(OLD, answered, LIST).kind == "soft-404"


@pytest.mark.parametrize("answered", [OLD, f"{SITE}/archiv/2026/baeume.html", f"{OLD}?utm_source=rss"])
def test_an_address_that_leads_elsewhere_may_show_it(answered):
    assert by_redirect(OLD, answered, LIST) is None


# ---------------------------------------------------------------- by what is stored


@pytest.mark.parametrize(
    "page",
    [
        draft("Herzlich willkommen auf unserer neuen Seite", "Hier finden Sie alles über unsere Stadt, von A bis Z."),
        draft("Suche", "Geben Sie einen Begriff ein."),
        draft("Die Seite ist umgezogen"),
        draft("Ein Radweg entsteht am Fluss", "Die Strecke ist vier Kilometer lang und kostet drei Millionen Euro."),
    ],
)
def test_a_page_with_neither_headline_nor_text_of_its_article_is_another(page):
    failed = by_memory(OLD, page, STORED)
    assert failed.kind == "soft-404"
    assert "Vierzig Linden für den Wall" in failed.reason
    assert page.title in failed.reason


@pytest.mark.parametrize(
    "page",
    [
        draft("Vierzig Linden für den Wall", "Ganz anders als gestern berichtet, fällt die Pflanzung aus."),
        draft("Linden am Wall: Pflanzung beginnt", "Ein völlig neuer Text."),
        draft("Der Rat hat entschieden", TEXT),
        draft("Der Rat hat entschieden", f"{TEXT} Nachtrag: Es werden doch fünfzig."),
        draft("VIERZIG LINDEN FUER DEN WALL"),
        draft("[GELÖSCHT]", "Diesen Beitrag gibt es nicht mehr.", withdrawn=True),
    ],
)
def test_a_page_that_has_one_of_them_is_the_article(page):
    assert by_memory(OLD, page, STORED) is None


# ---------------------------------------------------------------- by comparison within a visit


def looks(*pages: tuple[str, str, Draft]) -> list[Look]:
    return [Look(f"{SITE}/{asked}", expected, page) for asked, expected, page in pages]


def test_one_page_under_the_addresses_of_several_articles_is_none_of_them():
    home = draft("Stadtportal Musterstadt", "Alles auf einen Blick.")
    found = impostors(
        looks(("a", "Neue Bäume", home), ("b", "Neuer Radweg", home), ("c", "Fest", draft("Fest", "Text.")))
    )
    assert set(found) == {f"{SITE}/a", f"{SITE}/b"}


def test_an_article_that_answers_for_others_stays_itself():
    fest = draft("Stadtfest am Samstag", "Die Bühnen stehen.")
    found = impostors(looks(("fest", "Stadtfest am Samstag", fest), ("a", "Neue Bäume am Wall", fest)))
    assert set(found) == {f"{SITE}/a"}


def test_one_article_under_two_addresses_is_one():
    page = draft("Neue Bäume", "Vierzig Linden.")
    assert impostors(looks(("a", "Neue Bäume", page), ("stadtteil/a", "Neue Bäume", page))) == {}


def test_a_page_that_holds_the_headlines_of_the_list_is_the_list():
    titles = [f"Meldung Nummer {number} aus dem Rathaus" for number in range(12)]
    page = draft(titles[0], " ".join(titles))
    assert set(impostors(looks(("a", titles[0], page)), titles)) == {f"{SITE}/a"}
    few = draft(titles[0], "Der Text. " + " ".join(titles[1:4]))
    assert impostors(looks(("a", titles[0], few)), titles) == {}


# ---------------------------------------------------------------- in a visit


def portal() -> Source:
    return Source.model_validate({"name": "stadt", "city": "Stadt", "url": LIST, "list": {"item": "article"}})


def overview(**titles: str) -> str:
    return "<main>" + "".join(
        f'<article><h3><a href="/news/{name}.html">{title}</a></h3><p>Ein Vorspann, der lang genug ist für eine Liste.</p></article>'
        for name, title in titles.items()
    )


def article(title, text=TEXT) -> str:
    return f"<!doctype html><main><h1>{title}</h1><p>Vom 20.11.2026</p><p>{text}</p></main>"


def visit(pages, recheck=()):
    remembered = dict.fromkeys(recheck, STORED)
    return play(collect(portal(), Known(NOW, recheck=tuple(recheck), remembered=remembered)), pages)


@pytest.mark.parametrize(
    "page",
    [
        article("Willkommen in der neuen Stadt", "Alles über unsere Stadt."),
        '<main><h1>Anmelden</h1><form><input name="user"><input type="password"></form></main>',
        '<main><h1>Mein Konto</h1><form><input name="user"><input type="password"></form></main>',
        "<main><h1>Seite nicht gefunden</h1><p>Vielleicht hilft die Suche.</p></main>",
        "<main><h1>Suchergebnisse</h1><p>Keine Treffer.</p></main>",
        Response(SITE, 200, {"content-type": "text/html"}, article("Willkommen").encode()),
    ],
)
def test_a_look_at_what_is_no_article_any_more_brings_nothing_and_is_told(page):
    harvest = visit(
        {LIST: overview(rad="Ein Radweg am Fluss"), f"{SITE}/news/rad.html": article("Ein Radweg am Fluss"), OLD: page},
        [OLD],
    )
    assert [draft.title for draft in harvest.drafts] == ["Ein Radweg am Fluss"]
    (problem,) = harvest.problems
    assert problem.address == OLD
    assert problem.kind in {"soft-404", "empty"}
    assert harvest.complete


def test_new_links_that_all_lead_to_one_page_bring_nothing_and_are_tried_again():
    home = article("Unsere Stadt von A bis Z", "Alles auf einen Blick.")
    names = {"rad": "Ein Radweg am Fluss", "fest": "Stadtfest am Samstag"}
    harvest = visit({LIST: overview(**names), **{f"{SITE}/news/{name}.html": home for name in names}})
    assert harvest.drafts == ()
    assert [problem.kind for problem in harvest.problems] == ["soft-404", "soft-404"]
    assert harvest.fingerprints == {}


def test_a_login_beside_the_article_is_no_login_page():
    page = article("Ein Radweg am Fluss").replace("</main>", '<form><input type="password"></form></main>')
    long = page.replace(TEXT, f"{TEXT} {TEXT} {TEXT}")
    harvest = visit({LIST: overview(rad="Ein Radweg am Fluss"), f"{SITE}/news/rad.html": long})
    assert len(harvest.drafts) == 1


def test_a_list_that_marks_an_article_as_withdrawn_is_believed_when_its_page_is_gone():
    harvest = visit({LIST: overview(baeume="[GELÖSCHT] Vierzig Linden für den Wall")})
    (taken_back,) = harvest.drafts
    assert (taken_back.address, taken_back.withdrawn) == (OLD, True)
    assert harvest.problems == ()


def test_an_embargo_that_only_the_list_states_is_one():
    page = article("Ein Radweg am Fluss")
    title = "Sperrfrist 24.11., 10 Uhr: Ein Radweg am Fluss"
    harvest = visit({LIST: overview(rad=title), f"{SITE}/news/rad.html": page})
    (draft,) = harvest.drafts
    assert draft.embargo == datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert draft.found["embargo"].startswith("list ")
