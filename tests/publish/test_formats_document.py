"""docs/formats.md is kept true: its table is looked up in a rendered article that has everything."""

import json
import re
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from syndicator.model import Alternate, Article, Author, Image, Label, Moment, Provenance
from syndicator.publish import bounds, formats
from tests.publish.example import FIRST_SEEN, SITE, article, document

TEXT = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
TABLE = TEXT.split("## Limits", maxsplit=1)[0]
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split(" | "))
    for line in TABLE.splitlines()
    if line.startswith("| `")
]
NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
}
EVERYTHING = article(
    source="nebenan",
    city="Nebenan am See",
    district="Südufer",
    categories=("vielfalt", "verkehr"),
    labels=(Label("tag", "Rad"),),
    images=(
        Image(
            "https://nebenan.example/see.webp",
            alt="Der See",
            caption="Bei Sonne",
            credit="Ada Beispiel",
            license="CC-BY-SA-4.0",
            type="image/webp",
            length=1234,
            width=640,
            height=480,
        ),
    ),
    authors=(Author("Ada Beispiel", "https://nebenan.example/ada", "ada@nebenan.example"),),
    published=Moment(datetime(2019, 11, 3, 9, 15, tzinfo=UTC), "minute", "atom"),
    language="de-simple",
    kind="press-invitation",
    rights="© Gemeinde Nebenan",
    license="CC-BY-4.0",
    original_id="urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a",
    provenance=Provenance(
        "urn:uuid:2225c695-cfb8-4ebb-aaaa-80da344efa6a",
        "Seeblick",
        "https://seeblick.example/",
        "https://seeblick.example/feed",
        "© Seeblick",
        FIRST_SEEN,
    ),
    revision=3,
    alternates=(
        Alternate("tag:x,2019:y", "https://www.musterhausen.example/see", "See", "musterhausen", "Musterhausen"),
    ),
)
SAID = {
    "id": EVERYTHING.original_id,
    "original_id": EVERYTHING.original_id,
    "address": EVERYTHING.address,
    "title": EVERYTHING.title,
    "summary": EVERYTHING.summary,
    "body": EVERYTHING.body,
    "published": {"2019-11-03T10:15:00+01:00", "Sun, 03 Nov 2019 10:15:00 +0100"},
    "published.precision": "minute",
    "published.origin": "atom",
    "updated": re.compile(r"2019-11-04T10:30:00\.\d{6}\+01:00"),
    "sort_at": "2019-11-04T09:30:00.000000+00:00",
    "revision": "3",
    "authors.name": "Ada Beispiel",
    "authors.url": "https://nebenan.example/ada",
    "authors.email": "ada@nebenan.example",
    "source": "Seeblick",
    "categories": "vielfalt",
    "categories.title": "Vielfalt",
    "city": "Nebenan am See",
    "district": "Südufer",
    "labels": "Rad",
    "kind": "press-invitation",
    "kind.title": "Presseeinladung",
    "language": "de-simple",
    "images.url": "https://nebenan.example/see.webp",
    "images.type": "image/webp",
    "images.length": "1234",
    "images.width": "640",
    "images.height": "480",
    "images.alt": "Der See",
    "images.caption": "Bei Sonne",
    "images.credit": "Ada Beispiel",
    "images.license": "https://creativecommons.org/licenses/by-sa/4.0/",
    "rights": "© Gemeinde Nebenan",
    "license": "https://creativecommons.org/licenses/by/4.0/",
    "provenance.id": "urn:uuid:2225c695-cfb8-4ebb-aaaa-80da344efa6a",
    "provenance.title": "Seeblick",
    "provenance.feed_url": "https://seeblick.example/feed",
    "provenance.url": "https://seeblick.example/",
    "provenance.rights": "© Seeblick",
    "provenance.updated": "2019-11-04T10:30:00+01:00",
    "alternates.address": "https://www.musterhausen.example/see",
}


def rendered(name):
    return formats.available()[name].render(document(EVERYTHING))


def in_xml(name, path):
    root = etree.fromstring(rendered(name))
    holder = root.find("atom:entry", NAMESPACES) if name == "atom" else root.find("channel/item")
    found = holder.xpath(path, namespaces=NAMESPACES)
    return [each if isinstance(each, str) else each.text for each in found]


def in_json(path):
    found = json.loads(rendered("json"))["items"]
    for key in path.split("."):
        found = [each[key.removesuffix("[]")] for each in found if key.removesuffix("[]") in each]
        if key.endswith("[]"):
            found = [one for each in found for one in each]
    return [str(each) for each in found]


def test_each_field_of_an_article_has_its_place_or_stays_inside():
    named = {re.match(r"`(\w+)", row[0])[1] for row in ROWS}
    inside = set(re.findall(r"`(\w+)`", re.search(r"These stay inside: (.*?)\.\n", TEXT)[1]))
    assert named | inside == {field.name for field in fields(Article)}
    assert not named & inside


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].replace("`", ""))
def test_the_table_says_where_a_field_stands(row):
    assert len(row) == 4
    wanted = SAID[re.match(r"`([\w.]+)`", row[0])[1]]
    for name, cell in zip(("atom", "rss", "json"), row[1:], strict=True):
        if cell == "–":
            continue
        path = cell.strip("`")
        found = in_json(path) if name == "json" else in_xml(name, path)
        assert any(_is(each, wanted) for each in found), (name, path, found)


def _is(found, wanted):
    if isinstance(wanted, re.Pattern):
        return wanted.fullmatch(found)
    return found in ({wanted} if isinstance(wanted, str) else wanted)


def test_schemes_in_the_table_are_those_of_the_example():
    assert set(re.findall(r"https://[^#']+", TABLE)) == {SITE.url}


def test_the_limits_are_those_of_the_code():
    stated = [int(number) for number in re.findall(r"^\| [a-z].* \| (\d+)", TEXT.split("## Limits")[1], re.MULTILINE)]
    assert stated == [
        bounds.TITLE,
        bounds.SUMMARY,
        bounds.CONTENT,
        bounds.WORDS,
        bounds.TERMS,
        bounds.PICTURES,
        bounds.AUTHORS,
        bounds.ALTERNATES,
        bounds.FEED,
    ]
