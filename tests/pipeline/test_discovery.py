"""Portals are looked at over HTTP, with the client and the workers of the service."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from syndicator.errors import SyndicatorError
from syndicator.ingest.client import Client
from syndicator.ingest.discovery.finding import Candidate, Finding
from syndicator.ingest.discovery.naming import Identity
from syndicator.pipeline.discovery import Scout, block_of, known_source
from tests.ingest.sites import NAMES, expected, pages_of, read_site
from tests.support.configs import free_port
from tests.support.serving import served
from tests.support.warm import Warm

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NOBODY = Identity()
CANDIDATE = Candidate("portal", "https://www.hagen.example/presse/mitteilungen", "", settings={"list": {"item": "li"}})


@pytest.fixture
async def scout(config):
    workers = Warm()
    client = Client("syndicator/1.0", recall=lambda _: None, remember=lambda *_: None, now=lambda: NOW)
    yield Scout(config, client, workers, lambda: NOW)
    await client.close()
    await workers.close()


async def test_each_site_is_read_over_http_as_it_is_from_a_dictionary(scout):
    for name in NAMES:
        site = read_site(name)
        wanted, path = expected(site), urlsplit(site["asked"])._replace(scheme="", netloc="").geturl()
        with served(pages_of(site)) as origin:
            found = await scout.look(f"{origin}{path}")
            if "kind" not in wanted:
                assert found.chosen is None, name
                continue
            assert found.chosen is not None, (name, found.failed)
            url = origin + urlsplit(wanted["url"])._replace(scheme="", netloc="").geturl()
            assert (found.chosen.kind, found.chosen.url) == (wanted["kind"], url), name
            assert scout.private, name


@pytest.mark.parametrize("path", ["/", "/presse"])
async def test_a_portal_that_cannot_be_reached_is_one_sentence_with_advice(scout, path):
    found = await scout.look(f"http://127.0.0.1:{free_port()}{path}")
    assert found.chosen is None
    assert "refuses connections" in found.failed.reason
    assert "in a browser" in found.advice


# ---------------------------------------------------------------- the block


def block(config, *, who=NOBODY, private=False, name="", city="", chosen=CANDIDATE):
    finding = Finding("https://www.hagen.example/", identity=who)
    return block_of(finding, chosen, config, private=private, name=name, city=city)


def test_a_block_says_no_more_than_was_found(config):
    assert block(config, who=Identity("Stadt Hagen", "Hagen")) == {
        "name": "hagen",
        "title": "Stadt Hagen",
        "city": "Hagen",
        "kind": "portal",
        "url": "https://www.hagen.example/presse/mitteilungen",
        "license": "unknown",
        "list": {"item": "li"},
    }


def test_rights_licence_and_a_private_place_are_said_where_they_are_known(config):
    who = Identity("Stadt Hagen", "Hagen", "© Stadt Hagen", "https://creativecommons.org/licenses/by/4.0/")
    said = block(config, who=who, private=True)
    assert (said["rights"], said["license"], said["allow_private"]) == (who.rights, who.license, True)


def test_a_name_that_is_taken_gets_that_of_the_section_behind_it(config):
    assert block(config, who=Identity("Stadt Bochum", "Bochum"))["name"] == "bochum-mitteilungen"


def test_a_city_is_spelled_as_the_other_sources_spell_it(config):
    assert block(config, who=Identity("Stadt BOCHUM", "BOCHUM"))["city"] == "Bochum"
    assert block(config, city="bochum")["city"] == "Bochum"


def test_name_and_city_that_were_given_win(config):
    said = block(config, who=Identity("Stadt Hagen", "Hagen"), name="zehn", city="Herne")
    assert (said["name"], said["city"], said["title"]) == ("zehn", "Herne", "Stadt Hagen")


def test_a_page_that_names_no_city_asks_for_one(config):
    with pytest.raises(SyndicatorError, match="does not say which city") as raised:
        block(config)
    assert "--city" in raised.value.hint


@pytest.mark.parametrize(
    "address",
    [
        "https://bochum.example/feed.xml",
        "http://www.bochum.example/feed.xml/",
        "https://BOCHUM.example:443/feed.xml#top",
    ],
)
def test_an_address_is_known_however_it_is_written(config, address):
    assert known_source(address, config).name == "bochum"


def test_another_page_of_the_same_site_is_not_known(config):
    assert known_source("https://bochum.example/feed.xml?rubrik=sport", config) is None
