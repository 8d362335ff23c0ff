"""Who has the last word on whether an article goes out: one table of what was, what the source says now, and what becomes of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from syndicator.ingest.revise import embargo_over, held, next_state, released, retracted
from syndicator.model import Draft
from tests.support.articles import article

NOW = datetime(2019, 11, 6, 12, 0, tzinfo=UTC)
LATER, MUCH_LATER = NOW + timedelta(hours=5), NOW + timedelta(hours=9)

PLAIN = article(1)
WAITING = replace(
    PLAIN, status="embargoed", decided="source", embargo_until=LATER, found={"embargo": "text 'Sperrfrist: 18 Uhr'"}
)
ARTICLES = {
    "live": PLAIN,
    "embargoed": WAITING,
    "held by the source": held(PLAIN, "source", "Vor der Rede nicht."),
    "held by the watchman": held(PLAIN, "watchman", "Ohne Text."),
    "held by an admin": held(PLAIN, "admin", "Wird geprüft."),
    "retracted by the source": retracted(PLAIN, NOW),
    "retracted by an admin": retracted(PLAIN, NOW, "admin", "Falsch."),
    "released": released(held(PLAIN, "watchman", "Ohne Text."), NOW),
    "released despite its embargo": released(WAITING, NOW, despite_embargo=True),
}
SAYS = {
    "nothing": {},
    "embargo": {"embargo": LATER, "found": {"embargo": "text 'Sperrfrist: 18 Uhr'"}},
    "later embargo": {"embargo": MUCH_LATER, "found": {"embargo": "text 'Sperrfrist: 22 Uhr'"}},
    "hold": {"hold": "Vor der Rede nicht."},
    "withdrawn": {"withdrawn": True},
}
TABLE = {
    #                                nothing              embargo              later embargo        hold            withdrawn
    "live":                         ("live ",             "embargoed source",  "embargoed source",  "held source",  "retracted source"),
    "embargoed":                    ("live ",             "embargoed source",  "embargoed source",  "held source",  "retracted source"),
    "held by the source":           ("live ",             "embargoed source",  "embargoed source",  "held source",  "retracted source"),
    "held by the watchman":         ("held watchman",     "held watchman",     "held watchman",     "held watchman", "retracted source"),
    "held by an admin":             ("held admin",        "held admin",        "held admin",        "held admin",   "held admin"),
    "retracted by the source":      ("live ",             "embargoed source",  "embargoed source",  "held source",  "retracted source"),
    "retracted by an admin":        ("retracted admin",   "retracted admin",   "retracted admin",   "retracted admin", "retracted admin"),
    "released":                     ("live admin",        "embargoed admin",   "embargoed admin",   "live admin",   "retracted source"),
    "released despite its embargo": ("live admin",        "live admin",        "embargoed admin",   "live admin",   "retracted source"),
}  # fmt: skip


def after(present, **said):
    draft = Draft(key="1", address=present.address, title=present.title, body=present.body, **said)
    return next_state(present, draft, text_changed=False, flapping=False, now=NOW)


@pytest.mark.parametrize("was", TABLE)
@pytest.mark.parametrize("says", SAYS)
def test_the_source_is_followed_as_far_as_nobody_has_decided_otherwise(was, says):
    expected = TABLE[was][list(SAYS).index(says)]
    became = after(ARTICLES[was], **SAYS[says])
    assert f"{became.status} {became.decided}" == expected
    assert (
        bool(became.reason) == (became.status != "live")
        or became.decided == "source"
        or was == "retracted by the source"
    )


@pytest.mark.parametrize("was", TABLE)
@pytest.mark.parametrize("says", SAYS)
def test_saying_it_again_changes_nothing(was, says):
    once = after(ARTICLES[was], **SAYS[says])
    assert after(once, **SAYS[says]) == once


def test_an_embargo_that_came_while_it_was_held_is_kept_when_it_is_released():
    present = after(ARTICLES["held by the watchman"], **SAYS["embargo"])
    assert present.embargo_until == LATER
    let_out = released(present, NOW)
    assert (let_out.status, let_out.decided) == ("embargoed", "admin")
    assert (embargo_over(let_out).status, embargo_over(let_out).decided) == ("live", "admin")


def test_an_article_that_is_let_out_despite_its_embargo_stands_where_it_came_out():
    let_out = released(WAITING, NOW, despite_embargo=True)
    assert (let_out.status, let_out.sort_at, let_out.updated) == ("live", NOW, NOW)
