"""Errors that a server calls a success are no news, and news about what does not work is: `errors.toml`."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from syndicator.config import ArticleRules
from syndicator.ingest.article import read_article
from syndicator.ingest.suspicion import Doubts
from syndicator.model import Draft, Failed

EXPECTED = tomllib.loads((Path(__file__).parent / "errors.toml").read_text("utf-8"))
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
NEWS = "Das teilt die Stadt mit. Wer Fragen hat, erreicht das Amt werktags von 8 bis 16 Uhr unter der bekannten Nummer."


def read(title: str, text: str, *, listed: str = "") -> Draft | Failed:
    page = f"<title>{title} | Stadt Musterheim</title><main><h1>{title}</h1><p>{text}</p></main>"
    address = "https://www.musterheim.example/presse/17"
    rules = ArticleRules(title="h1")
    return read_article(page.encode(), address, "text/html; charset=utf-8", rules, "Europe/Berlin", NOW, listed)


@pytest.mark.parametrize("title", EXPECTED["news"])
def test_news_may_have_the_words_of_an_error(title):
    draft = read(title, NEWS)
    assert isinstance(draft, Draft)
    assert draft.title == title
    assert Doubts().about(draft.title, draft.summary, draft.body) == ""


@pytest.mark.parametrize("title", EXPECTED["headings"])
def test_nothing_but_an_error_is_headed_like_this(title):
    assert isinstance(read(title, NEWS), Failed)
    assert isinstance(
        read(title, NEWS, listed="Neues Familienbüro eröffnet"), Failed
    )  # nor is it what the list announced
    assert Doubts().about(title, NEWS, "")


@pytest.mark.parametrize("page", EXPECTED["pages"], ids=lambda page: page["text"][:40])
def test_an_error_is_told_by_the_whole_of_its_page(page):
    draft = read(**page)
    assert isinstance(draft, Failed) or Doubts().about(draft.title, draft.summary, draft.body)
    said_as_news = read(page["title"], NEWS)
    assert isinstance(said_as_news, Draft)
    assert not Doubts().about(said_as_news.title, said_as_news.summary, said_as_news.body)
