from datetime import UTC, datetime, timedelta

import pytest

from syndicator.serve.security import security_txt
from syndicator.serve.shelf import Shelf
from tests.serve.serving import serving, site


def fields(text):
    return dict(line.split(": ", 1) for line in text.strip().splitlines())


@pytest.mark.parametrize("month", range(1, 13))
def test_whom_to_tell_of_a_weakness_holds_for_months_and_less_than_a_year(month):
    now = datetime(2026, month, 28, 23, 59, tzinfo=UTC)
    told = fields(security_txt(site(), now))
    expires = datetime.fromisoformat(told["Expires"])
    assert timedelta(days=90) < expires - now < timedelta(days=365)
    assert told["Contact"] == "mailto:web@news.example"
    assert told["Canonical"] == "https://news.example/.well-known/security.txt"


def test_the_same_text_is_answered_for_a_whole_month():
    days = [datetime(2026, 11, day, tzinfo=UTC) for day in range(1, 31)]
    assert len({security_txt(site(), day) for day in days}) == 1


def test_a_contact_page_is_named_as_it_is():
    page = site().model_copy(update={"contact": "https://news.example/kontakt"})
    assert fields(security_txt(page, datetime.now(UTC)))["Contact"] == "https://news.example/kontakt"


async def test_the_service_answers_it_as_plain_text(tmp_path):
    async with serving(Shelf(tmp_path)) as server:
        answer = await server.ask("/.well-known/security.txt")
    assert (answer.status, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert datetime.fromisoformat(fields(answer.body.decode())["Expires"]) > datetime.now(UTC)
