"""Sitemaps as servers send them: each file in `sitemaps/` has a `.toml` beside it that states what is to be found."""

import gzip
import tomllib
import zlib
from datetime import UTC
from pathlib import Path

import pytest

from syndicator.config import SitemapRules
from syndicator.ingest.newslike import looks_like_news
from syndicator.ingest.reading.sitemap import MOST, Sitemap, read_sitemap
from syndicator.ingest.reading.sitemapfile import LIMIT
from syndicator.model import Failed, Parse
from tests.support.warm import Warm

HERE = Path(__file__).parent
FILES = sorted(path for path in (HERE / "sitemaps").iterdir() if path.suffix != ".toml")
ADDRESSES = tomllib.loads((HERE / "news_addresses.toml").read_text())
ADDRESS = "https://www.stadt.example/sitemap.xml"


def read(body: bytes, address: str = ADDRESS, **rules) -> Sitemap | Failed:
    return read_sitemap(body, address, "application/xml", SitemapRules(**rules), "Europe/Berlin")


def shown(teaser, wanted):
    values = {
        "address": teaser.address,
        "title": teaser.title,
        "published": f"{teaser.published.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} {teaser.published.precision}",
        "language": teaser.language,
        "labels": [f"{label.axis} {label.name}" for label in teaser.labels],
        "image": teaser.image.url if teaser.image else "",
        "caption": teaser.image.caption if teaser.image else "",
        "license": teaser.image.license if teaser.image else "",
    }
    return {name: values[name] for name in wanted}


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_sitemap_is_understood_as_the_file_beside_it_says(path, packed):
    stated = tomllib.loads(path.with_suffix(".toml").read_text())
    body = gzip.compress(path.read_bytes(), mtime=0) if packed else path.read_bytes()
    result = read(body, stated["address"], **stated.get("rules", {}))
    if "failed" in stated:
        assert isinstance(result, Failed)
        assert result.kind == stated["failed"]["kind"]
        assert stated["failed"]["reason_contains"] in result.reason
        return
    expect = stated["expect"]
    assert isinstance(result, Sitemap)
    assert (result.total, result.items) == (expect["total"], expect["items"])
    if "found" in expect:
        assert [[one.address, one.version] for one in result.found] == expect["found"]
    if "order" in expect:
        assert [one.address for one in result.found] == expect["order"]
    teasers = expect.get("teasers", [])
    assert [shown(t, wanted) for t, wanted in zip(result.teasers.values(), teasers, strict=True)] == teasers
    assert [list(part) for part in result.parts] == expect.get("parts", [])
    assert [problem.kind for problem in result.problems] == expect.get("problems", [])


@pytest.mark.parametrize("address", ADDRESSES["articles"])
def test_an_address_that_looks_like_news_is_one_of_an_article(address):
    assert looks_like_news(address)


@pytest.mark.parametrize("address", ADDRESSES["others"])
def test_an_address_that_does_not_is_none(address):
    assert not looks_like_news(address)


def test_a_changed_title_of_a_news_entry_changes_its_version():
    body = (HERE / "sitemaps" / "news.xml").read_bytes()
    before, after = read(body), read(body.replace(b"Zweite Meldung", b"Zweite Meldung, berichtigt"))
    changed = [one.address for one, other in zip(before.found, after.found, strict=True) if one != other]
    assert changed == ["https://www.stadt.example/b"]


# ---------------------------------------------------------------- hostile


def urls(number: int) -> bytes:
    entries = "".join(
        f"<url><loc>https://www.stadt.example/presse/{n:06}-neues.html</loc></url>" for n in range(number)
    )
    return f"<urlset>{entries}</urlset>".encode()


async def test_a_hundred_thousand_addresses_are_read_as_far_as_a_sitemap_may_go():
    result = await Warm().run(Parse(read_sitemap, (urls(100_000), ADDRESS, "", SitemapRules(), "Europe/Berlin")))
    assert isinstance(result, Sitemap)
    assert len(result.found) == MOST
    assert [(p.kind, p.permanent, p.reason) for p in result.problems] == [
        ("too-large", True, "The sitemap holds 100000 addresses; the first 50000 were read.")
    ]


def test_a_bomb_is_not_unpacked():
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(2**20)) for _ in range(64)) + packer.flush()
    result = read(bomb)
    assert (result.kind, result.permanent, result.reason) == ("too-large", True, "The sitemap is larger than 16 MiB.")
    assert len(bomb) * 100 < LIMIT


@pytest.mark.parametrize("body", [gzip.compress(urls(3), mtime=0)[:-9], b"\x1f\x8bnothing of the kind"])
def test_a_damaged_packet_is_broken(body):
    assert read(body).kind == "broken"


def test_a_packet_within_a_packet_is_no_sitemap():
    assert read(gzip.compress(gzip.compress(urls(3)))).kind == "unreadable"


@pytest.mark.parametrize(
    "piece",
    ["<url>", "<url><loc>", "<!--", "<a ", "<![CDATA[", "&", "<url a='1' b='2'/>", "<image:image>", "\0", "]]>"],
)
async def test_repetition_is_read_in_bounded_time(piece):
    body = ("<urlset>" + piece * (1_500_000 // len(piece))).encode()
    result = await Warm().run(Parse(read_sitemap, (body, ADDRESS, "", SitemapRules(), "Europe/Berlin")))
    assert isinstance(result, Failed) or not result.found
