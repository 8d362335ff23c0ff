"""What the words of a draft say of its use, wherever in it they stand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from syndicator.ingest.markers import marked
from syndicator.model import Draft, Label, Moment

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2019, 11, 4, 9, 0, tzinfo=UTC)
NOON = datetime(2019, 11, 5, 11, 0, tzinfo=UTC)
NEWS = "<p>Der Rat hat neue Bäume für den Wall beschlossen.</p>"
PLAIN = Draft(key="1", address="https://stadt.example/1", title="Neue Bäume am Wall", summary="Kurz gesagt.", body=NEWS)


def read(**changes) -> Draft:
    return marked(replace(PLAIN, **changes), BERLIN, NOW)


def test_a_draft_that_says_nothing_of_its_use_stays_as_it_is():
    assert marked(PLAIN, BERLIN, NOW) is PLAIN


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Sperrfrist: 5. November 2019, 12 Uhr: Neue Bäume am Wall"},
        {"title": "Neue Bäume am Wall (Sperrfrist: 5. November 2019, 12 Uhr)"},
        {"title": "[Sperrfrist 5.11., 12 Uhr] Neue Bäume am Wall"},
        {"summary": "Sperrfrist: 5. November 2019, 12 Uhr. Kurz gesagt."},
        {"labels": (Label("topline", "Sperrfrist: 5. November 2019, 12 Uhr"),)},
        {"body": f"<p>Sperrfrist: 5. November 2019, 12 Uhr</p>{NEWS}"},
        {"body": f"<h2>SPERRFRIST: 5.11.2019, 12.00 Uhr</h2>{NEWS}"},
        {"body": f"<p><strong>Sperrfrist:</strong> <em>Dienstag, 5. November</em>, 12 Uhr</p>{NEWS}"},
        {"body": NEWS.replace("<p>", "<p>Sperrfrist: 5. November 2019, 12 Uhr<br>")},
        {"body": NEWS.replace("<p>", "<p><strong>(Sperrfrist: 5. November 2019, 12 Uhr)</strong> ")},
        {"body": f"<p>Es gilt das gesprochene Wort. Sperrfrist: Beginn der Rede, 5.11.2019, 12 Uhr</p>{NEWS}"},
    ],
)
def test_an_embargo_is_understood_wherever_it_stands_and_its_line_taken_out(changes):
    draft = read(**changes)
    assert draft.embargo == NOON
    assert draft.hold == ""
    assert (draft.title, draft.summary, draft.body, draft.labels) == (PLAIN.title, PLAIN.summary, NEWS, ())
    assert "5" in draft.found["embargo"]


def test_what_follows_an_embargo_in_its_line_keeps_its_markup():
    body = '<p><strong>Sperrfrist: 5.11., 12 Uhr – Wichtig:</strong> Der <a href="https://stadt.example/rat">Rat</a> tagt.</p>'
    assert (
        read(body=body).body == '<p><strong>Wichtig:</strong> Der <a href="https://stadt.example/rat">Rat</a> tagt.</p>'
    )


def test_a_summary_that_was_the_line_of_the_embargo_becomes_the_first_paragraph_of_the_news():
    line = "Sperrfrist: Dienstag, 5. November 2019, 12 Uhr"
    draft = read(summary=line, body=f"<p>{line}</p>{NEWS}", found={"summary": "first paragraph"})
    assert draft.summary == "Der Rat hat neue Bäume für den Wall beschlossen."


def test_the_line_goes_when_its_time_is_over_too_so_that_the_text_stays_the_same():
    draft = read(body=f"<p>Sperrfrist: 1. November 2019, 12 Uhr</p>{NEWS}")
    assert draft.body == NEWS
    assert draft.embargo < NOW


def test_of_two_embargoes_the_later_one_counts():
    draft = read(title="Neue Bäume (Sperrfrist: 5.11.2019, 12 Uhr)", body=f"<p>Sperrfrist: 6.11.2019, 12 Uhr</p>{NEWS}")
    assert draft.embargo == NOON + timedelta(days=1)
    assert read(embargo=NOON + timedelta(days=2), body=f"<p>Sperrfrist: 5.11.2019, 12 Uhr</p>{NEWS}").embargo == (
        NOON + timedelta(days=2)
    )


def test_marking_twice_is_marking_once():
    once = read(body=f"<p>Sperrfrist: 5. November 2019, 12 Uhr</p>{NEWS}")
    assert marked(once, BERLIN, NOW) is once or marked(once, BERLIN, NOW) == once


@pytest.mark.parametrize(
    "line", ["Sperrfrist: Redeschluss", "Sperrfrist bis zum Beginn der Veranstaltung", "Achtung: Sperrfrist!"]
)
def test_an_event_without_an_hour_holds_the_article(line):
    draft = read(body=f"<p>{line}</p>{NEWS}")
    assert (draft.embargo, draft.body) == (None, NEWS)
    assert "without an hour" in draft.hold


def test_an_embargo_too_far_ahead_is_perhaps_a_mistake_and_holds_the_article():
    draft = read(body=f"<p>Sperrfrist: 5. November 2029, 12 Uhr</p>{NEWS}")
    assert draft.embargo is None
    assert "2029-11-05" in draft.hold
    assert "mistake" in draft.hold


@pytest.mark.parametrize(
    "body",
    [
        f"{NEWS}<p>Die Sperrfrist: 5. November 2019, 12 Uhr</p>",
        "<p>Die Stadt hat eine lange Vorgeschichte. "
        + "Sie wird hier erzählt. " * 20
        + "</p><p>Sperrfrist: 5.11.2019, 12 Uhr</p>",
        "<p>Sperrfrist: 1. November bis 31. Januar</p>" + NEWS,
        "<ul><li>Sperrfrist: 5. November 2019, 12 Uhr</li></ul>" + NEWS,
    ],
)
def test_what_is_no_line_at_the_head_of_the_text_is_news(body):
    draft = read(body=body)
    assert (draft.embargo, draft.hold, draft.body) == (None, "", body)


def test_an_hour_told_from_the_day_of_reading_says_so():
    assert (
        read(body=f"<p>Sperrfrist: heute, 18 Uhr</p>{NEWS}").found["embargo"].endswith("told from the day of reading")
    )
    published = Moment(NOW - timedelta(days=3), "minute", "time")
    draft = read(body=f"<p>Sperrfrist: heute, 18 Uhr</p>{NEWS}", published=published)
    assert draft.embargo == datetime(2019, 11, 1, 17, tzinfo=UTC)
    assert not draft.found["embargo"].endswith("told from the day of reading")


def at(instant, precision="minute"):
    return Moment(instant, precision, "json-ld")


def test_an_hour_of_publication_that_lies_ahead_is_an_embargo():
    draft = read(published=at(NOON))
    assert (draft.embargo, draft.found["embargo"]) == (NOON, "publication date")


@pytest.mark.parametrize(
    "published",
    [
        at(NOW + timedelta(minutes=4)),  # clocks differ
        at(NOW - timedelta(hours=1)),
        at(datetime(2019, 11, 4, 23, tzinfo=UTC), "day"),  # tomorrow, without an hour
        at(datetime(2019, 11, 4, 23, tzinfo=UTC), "second"),  # a midnight here
        at(datetime(2019, 11, 5, 0, tzinfo=UTC), "second"),  # a midnight of UTC
        at(NOW + timedelta(days=61)),  # a mistake
        None,
    ],
)
def test_other_publications_are_none(published):
    assert read(published=published).embargo is None


def test_a_withdrawal_and_an_invitation_are_understood():
    assert read(title="[GELÖSCHT] Neue Bäume am Wall").withdrawn
    assert read(title="Presseeinladung: Baumpflanzung am Wall").kind == "press-invitation"
    assert read(labels=(Label("feed", "Pressetermin"),)).kind == "press-invitation"
    assert read(title="Sperrfrist 5.11., 12 Uhr: Zurückgezogen: Neue Bäume").withdrawn
