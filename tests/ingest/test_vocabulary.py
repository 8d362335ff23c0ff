from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from syndicator.ingest.reading.feed import read_feed
from syndicator.ingest.vocabulary import Vocabulary
from syndicator.model import Label

THEMES = "https://vokabular.example/themen"
THEIRS = "https://bochum.example/#category"


@dataclass(frozen=True)
class Subject:
    scheme: str = ""
    term: str = ""
    aliases: tuple[str, ...] = ()


VOCABULARY = Vocabulary(
    {"vielfalt": Subject(THEMES, "integration", ("diversity",)), "verkehr": Subject(), "kultur": Subject(THEMES, "k")},
    {
        "partner": {
            "Zuwanderung": ("vielfalt",),
            "Amtliches": (),
            "https://stadt.example/themen 17": ("verkehr", "kultur"),
        }
    },
)


@pytest.mark.parametrize(
    ("source", "label", "leads_to"),
    [
        ("any", Label("feed", "Zusammenleben", THEMES, "integration"), ("vielfalt",)),
        ("any", Label("feed", "Vielfalt", THEMES, "Integration"), None),  # a term is a name, and no word
        ("any", Label("feed", "Vielfalt", "https://anderes.example/", "integration"), None),
        ("any", Label("feed", "Verkehr", THEIRS, "verkehr"), ("verkehr",)),
        ("any", Label("feed", "Vielfalt", THEIRS, "diversity"), ("vielfalt",)),
        ("any", Label("feed", "Verkehr", "https://bochum.example/#topline", "verkehr"), None),
        ("any", Label("feed", "Zuwanderung"), None),
        ("partner", Label("feed", "ZUWANDERUNG"), ("vielfalt",)),
        ("partner", Label("feed", "Neu hier", "https://stadt.example/#topline", "Zuwanderung"), ("vielfalt",)),
        ("partner", Label("tag", "amtliches"), ()),
        ("partner", Label("feed", "Straßen", "https://stadt.example/themen", "17"), ("verkehr", "kultur")),
        ("partner", Label("feed", "Straßen", "https://stadt.example/zahlen", "17"), None),
    ],
)
def test_a_label_leads_exactly_to(source, label, leads_to):
    assert VOCABULARY.leads_to(source, label) == leads_to


def test_who_files_by_a_vocabulary_decides_what_of_it_an_article_is():
    assert VOCABULARY.not_ours(f"https://anderes.example/ {THEMES}") == {"vielfalt", "kultur"}
    assert VOCABULARY.not_ours("") == set()


ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:dcterms="http://purl.org/dc/terms/">
  <id>https://bochum.example/feeds/alle</id><title>Alle</title><updated>2026-11-24T09:00:00Z</updated>
  <link rel="alternate" href="https://bochum.example/feeds/alle"/>
  <link rel="describedby" href="{THEMES}"/>
  <entry>
    <id>tag:dortmund.example,2026:portal/1</id><title>Eins</title><link href="https://dortmund.example/1"/>
    <updated>2026-11-24T08:00:00Z</updated>
    <dcterms:available>2026-11-23T00:00:00.000003+00:00</dcterms:available>
    <category term="vielfalt" scheme="https://bochum.example/#category" label="Vielfalt"/>
    <category term="dortmund" scheme="https://bochum.example/#city" label="Dortmund"/>
    <category term="hoerde" scheme="https://bochum.example/#district" label="Hörde"/>
    <category term="press-invitation" scheme="https://bochum.example/#kind" label="Presseeinladung"/>
    <category term="Integration" scheme="https://dortmund.example/#topline" label="Integration"/>
    <category term="integration" scheme="{THEMES}" label="Zusammenleben"/>
    <category term="Ohne"/>
    <source><id>https://dortmund.example/feeds/alle</id><title>Dortmund</title></source>
  </entry>
</feed>"""


def read(text):
    (draft,) = read_feed(
        text.encode(), "https://bochum.example/feeds/alle.atom", "", "Europe/Berlin", datetime(2026, 11, 24, tzinfo=UTC)
    ).drafts
    return draft


def test_a_feed_of_another_instance_tells_city_district_kind_terms_and_place_in_order():
    draft = read(ATOM)
    assert (draft.city, draft.kind) == ("Dortmund", "press-invitation")
    assert draft.available == datetime(2026, 11, 23, microsecond=3, tzinfo=UTC)
    assert (draft.found["city"], draft.found["vocabularies"]) == ("stated", THEMES)
    assert draft.labels == (
        Label("district", "Hörde"),
        Label("feed", "Integration", "https://dortmund.example/#topline", "Integration"),
        Label("feed", "Zusammenleben", THEMES, "integration"),
        Label("feed", "Ohne"),
    )


def test_what_the_feed_itself_publishes_first_keeps_the_subjects_of_its_instance():
    own = ATOM[: ATOM.index("<source>")] + ATOM[ATOM.index("</source>") + len("</source>") :]
    assert read(own).labels[0] == Label("feed", "Vielfalt", "https://bochum.example/#category", "vielfalt")


@pytest.mark.parametrize("said", ["2026-11-24", "2026-11-24T08:00:00", "gestern"])
def test_a_place_in_order_that_is_no_instant_orders_nothing(said):
    assert read(ATOM.replace("2026-11-23T00:00:00.000003+00:00", said)).available is None
