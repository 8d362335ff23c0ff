import hashlib
import random
import signal
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from syndicator.errors import SyndicatorError
from syndicator.model import File
from syndicator.publish.encodings import SUFFIXES, decode, encode
from syndicator.publish.targets.folder import Folder

WHEN = datetime(2019, 11, 4, 9, 30, tzinfo=UTC)


def file(path="vielfalt.atom", body=b"<feed/>" * 100, **fields):
    return File(path, "application/atom+xml", WHEN, body, **{"encodings": encode(body)} | fields)


@pytest.fixture
def folder(tmp_path):
    made = Folder(tmp_path / "feeds")
    yield made
    made.close()


def digest(made):
    return hashlib.sha256(made.body).hexdigest()


def listed(folder):
    return sorted(str(path.relative_to(folder.path)) for path in folder.path.rglob("*") if path.is_file())


def test_a_file_lies_there_with_its_encoded_siblings(folder):
    folder.put([file()])
    assert listed(folder) == ["vielfalt.atom", "vielfalt.atom.br", "vielfalt.atom.gz", "vielfalt.atom.zst"]
    assert folder.read("vielfalt.atom") == file().body
    assert folder.read("vielfalt.atom.gz") == file().encodings["gzip"]
    assert folder.read("other.atom") is None


def test_all_bear_the_time_of_the_edition_and_can_be_read_by_a_web_server(folder):
    folder.put([file()])
    for path in folder.path.iterdir():
        assert path.stat().st_mtime == WHEN.timestamp()
        assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_coding_that_is_gone_leaves_no_stale_sibling(folder):
    folder.put([file()])
    folder.put([file(body=b"x", encodings={})])
    assert listed(folder) == ["vielfalt.atom"]


def test_it_holds_a_file_whose_bytes_and_siblings_are_whole(folder):
    folder.put([file()])
    assert folder.holds("vielfalt.atom", digest(file()))
    assert not folder.holds("vielfalt.atom", digest(file(body=b"other")))
    assert not folder.holds("never.atom", digest(file()))


def test_a_sibling_that_no_coding_made_smaller_is_not_missed(folder):
    tiny = file(body=b"x")
    folder.put([tiny])
    assert listed(folder) == ["vielfalt.atom"]
    assert folder.holds("vielfalt.atom", digest(tiny))


@pytest.mark.parametrize("coding", list(SUFFIXES))
@pytest.mark.parametrize("damage", ["another text", "cut off", "no code at all", "missing"])
def test_it_does_not_hold_a_file_with_a_damaged_sibling(folder, coding, damage):
    folder.put([file()])
    sibling = folder.path / f"vielfalt.atom{SUFFIXES[coding]}"
    whole = sibling.read_bytes()
    if damage == "missing":
        sibling.unlink()
    else:
        other = file(body=b"<other/>" * 100).encodings[coding]
        sibling.write_bytes({"another text": other, "cut off": whole[:-3], "no code at all": b"torn"}[damage])
    assert not folder.holds("vielfalt.atom", digest(file()))


def test_only_one_at_a_time_publishes_to_a_folder(folder):
    other = Folder(folder.path)
    assert folder.try_lock()
    assert not other.try_lock()
    folder.unlock()
    assert other.try_lock()
    other.close()
    assert folder.try_lock()


def test_removing_takes_the_siblings_along_and_what_is_not_there_is_no_mistake(folder):
    folder.put([file(), file("verkehr.atom")])
    folder.remove(["vielfalt.atom", "never.atom"])
    assert listed(folder) == ["verkehr.atom", "verkehr.atom.br", "verkehr.atom.gz", "verkehr.atom.zst"]


def test_a_path_may_have_folders_but_never_leaves(folder):
    folder.put([file("vielfalt/archive/1.atom")])
    assert folder.read("vielfalt/archive/1.atom") == file().body
    for path in ("../out.atom", "/out.atom", "a/../../out.atom", ""):
        with pytest.raises(ValueError, match="no path within"):
            folder.put([file(path)])


def test_temporary_files_never_lie_in_the_served_folder(folder):
    folder.put([file()])
    assert sorted(path.name for path in folder.path.parent.iterdir()) == [".feeds.tmp", "feeds"]
    assert list((folder.path.parent / ".feeds.tmp").iterdir()) == []


def test_what_a_killed_run_left_is_swept_at_the_next_start(tmp_path):
    (tmp_path / ".feeds.tmp").mkdir()
    (tmp_path / ".feeds.tmp" / "tmpabc").write_bytes(b"half a fe")
    Folder(tmp_path / "feeds").close()
    assert list((tmp_path / ".feeds.tmp").iterdir()) == []


def test_a_second_process_does_not_sweep_what_the_first_is_writing(tmp_path):
    first = Folder(tmp_path / "feeds")
    (tmp_path / ".feeds.tmp" / "tmpabc").write_bytes(b"half a fe")
    second = Folder(tmp_path / "feeds")
    assert (tmp_path / ".feeds.tmp" / "tmpabc").exists()
    first.close()
    second.close()
    second.close()


def test_a_symbolic_link_leads_to_the_folder_behind_it(tmp_path):
    (tmp_path / "disk" / "real").mkdir(parents=True)
    (tmp_path / "feeds").symlink_to(tmp_path / "disk" / "real")
    folder = Folder(tmp_path / "feeds")
    folder.put([file()])
    folder.close()
    assert (tmp_path / "disk" / "real" / "vielfalt.atom").read_bytes() == file().body
    assert (tmp_path / "disk" / ".real.tmp").is_dir()


def test_a_folder_that_is_a_file_is_one_sentence_and_a_hint(tmp_path):
    (tmp_path / "feeds").write_text("not a folder")
    with pytest.raises(SyndicatorError, match="feeds cannot be written: File exists") as raised:
        Folder(tmp_path / "feeds")
    assert "[publish]" in raised.value.hint
    assert "\n" not in raised.value.message


def test_a_place_that_is_taken_by_a_folder_is_reported_and_leaves_nothing_behind(folder):
    (folder.path / "vielfalt.atom" / "x").mkdir(parents=True)
    with pytest.raises(SyndicatorError, match="cannot be written"):
        folder.put([file()])
    assert list((folder.path.parent / ".feeds.tmp").iterdir()) == []


def test_where_the_outside_is_closed_temporary_files_hide_inside(tmp_path):
    """As under systemd with ReadWritePaths=, or on a mounted volume: here a file takes the place of the folder beside."""
    (tmp_path / ".feeds.tmp").write_text("in the way")
    folder = Folder(tmp_path / "feeds")
    folder.put([file()])
    folder.close()
    assert listed(folder) == ["vielfalt.atom", "vielfalt.atom.br", "vielfalt.atom.gz", "vielfalt.atom.zst"]


WRITER = """
import itertools, sys
from datetime import UTC, datetime
from pathlib import Path
from syndicator.model import File
from syndicator.publish.encodings import encode
from syndicator.publish.targets.folder import Folder

folder = Folder(Path(sys.argv[1]))
print("ready", flush=True)
for number in itertools.count():
    body = b"<feed>" + str(number).encode() * 20_000 + b"</feed>"
    folder.put([File(f"{n}.atom", "", datetime.now(UTC), body, encode(body)) for n in range(3)])
"""


def _decoded(path: Path) -> bytes:
    coding = next((coding for coding, suffix in SUFFIXES.items() if suffix == path.suffix), "")
    body = path.read_bytes()
    return (decode(body, coding) or b"") if coding else body


def test_every_file_is_whole_however_often_the_writer_is_killed(tmp_path):
    chance = random.Random(7)
    seen = 0
    for _ in range(30):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "feeds")], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0.0, 0.05))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        for path in (tmp_path / "feeds").iterdir():
            seen += 1
            text = _decoded(path).removeprefix(b"<feed>").removesuffix(b"</feed>")
            number = text[: len(text) // 20_000]
            assert number.isdigit()
            assert text == number * 20_000
        for path in (tmp_path / "feeds").glob("*.atom"):
            # The file goes last: where it is new, its siblings are at least as new.
            assert {p.name for p in path.parent.glob(f"{path.name}*")} == {
                path.name,
                f"{path.name}.br",
                f"{path.name}.gz",
                f"{path.name}.zst",
            }
    assert seen > 30
    Folder(tmp_path / "feeds").close()
    assert list((tmp_path / ".feeds.tmp").iterdir()) == []
