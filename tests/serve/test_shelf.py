import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from syndicator.publish.encodings import SUFFIXES
from syndicator.serve.shelf import Shelf
from tests.serve.serving import ATOM, LAST_MODIFIED, MODIFIED, file, write


def test_each_encoding_has_a_strong_tag_of_its_own(tmp_path: Path):
    shelf = Shelf(tmp_path)
    shelf.put([file("vielfalt.atom")])
    entry = shelf.get("vielfalt.atom")
    assert entry is not None
    tags = {variant.etag for variant in entry.variants.values()}
    assert len(tags) == 4
    assert all(tag.startswith('"') and tag.endswith('"') for tag in tags)


def test_a_tag_and_a_date_survive_a_restart(tmp_path: Path):
    published = file("vielfalt.atom")
    before, after = Shelf(tmp_path), Shelf(tmp_path)
    before.put([published])
    write(tmp_path, published)
    after.load([("vielfalt.atom", ATOM, MODIFIED)])
    assert after.get("vielfalt.atom") == before.get("vielfalt.atom")


def test_a_file_that_is_missing_at_the_start_is_left_out(tmp_path: Path):
    write(tmp_path, file("verkehr.atom"))
    shelf = Shelf(tmp_path)
    shelf.load([("vielfalt.atom", ATOM, MODIFIED), ("verkehr.atom", ATOM, MODIFIED)])
    assert shelf.get("vielfalt.atom") is None
    assert shelf.get("verkehr.atom") is not None


def test_a_file_that_no_encoding_makes_smaller_is_answered_without(tmp_path: Path):
    write(tmp_path, file("vielfalt.atom"))
    for suffix in SUFFIXES.values():
        (tmp_path / f"vielfalt.atom{suffix}").unlink()
    shelf = Shelf(tmp_path)
    shelf.load([("vielfalt.atom", ATOM, MODIFIED)])
    entry = shelf.get("vielfalt.atom")
    assert entry is not None
    assert entry.encodings == ("identity",)


def test_bytes_beyond_the_limit_stay_in_the_folder(tmp_path: Path):
    small, large = file("a.atom"), file("b.atom", "0123456789" * 1000)
    write(tmp_path, large)
    shelf = Shelf(tmp_path, memory_limit=100_000)
    shelf.put([small, large])
    entry = shelf.get("b.atom")
    assert entry is not None
    assert entry.variants["identity"].body is None
    assert entry.variants["br"].body is not None
    assert 0 < shelf.in_memory <= 100_000


def test_memory_is_given_back_by_removal_and_by_a_smaller_version(tmp_path: Path):
    shelf = Shelf(tmp_path)
    large = file("a.atom", "0123456789")
    shelf.put([large])
    shelf.put([file("a.atom", "x")])
    assert shelf.in_memory < len(large.body)
    shelf.remove(["a.atom", "never-there.atom"])
    assert shelf.in_memory == 0
    assert len(shelf) == 0


def test_a_date_in_the_future_is_not_sent(tmp_path: Path):
    shelf = Shelf(tmp_path)
    shelf.put([replace(file("a.atom"), modified=datetime.now(UTC) + timedelta(days=1)), file("b.atom")])
    early, late = shelf.get("b.atom"), shelf.get("a.atom")
    assert early is not None
    assert late is not None
    assert early.variants["gzip"].headers["Last-Modified"] == LAST_MODIFIED
    assert late.modified <= datetime.now(UTC)


def test_a_reader_sees_one_version_or_the_other_while_a_thread_writes(tmp_path: Path):
    shelf = Shelf(tmp_path)
    versions = [file("a.atom", text) for text in ("one", "two")]
    lengths = {frozenset((len(v.body), *map(len, v.encodings.values()))) for v in versions}
    shelf.put(versions[:1])
    ended = threading.Event()

    def publish() -> None:
        for _ in range(200):
            shelf.put(versions)
        ended.set()

    writer = threading.Thread(target=publish)
    writer.start()
    while not ended.is_set():
        entry = shelf.get("a.atom")
        assert entry is not None
        assert frozenset(variant.length for variant in entry.variants.values()) in lengths
        assert len({variant.headers["ETag"] for variant in entry.variants.values()}) == 4
    writer.join()
    assert shelf.in_memory == sum(len(b) for b in (versions[1].body, *versions[1].encodings.values()))
