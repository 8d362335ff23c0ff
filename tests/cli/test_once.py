import asyncio
import signal
import subprocess
import sys
from pathlib import Path

from syndicator.config import load
from syndicator.store import articles, sources
from syndicator.store.glance import glance
from tests.cli.conftest import free_port

NEWS = "/gelsenkirchen/newsfeed/"


def stored(folder: Path) -> dict[str, int]:
    return glance(folder / "syndicator.db", articles.counts) or {}


def test_a_source_that_fails_is_exit_code_1_and_the_others_are_done(syndicator, edit, folder):
    edit("/dortmund/newsroom/", "/dortmund/nichts/")
    said = syndicator("ingest")
    assert said.code == 1
    assert "dortmund: failed. " in said.out
    assert "no page at this address" in said.out
    assert "2 sources visited, 1 failed." in said.out
    assert stored(folder).keys() == {"gelsenkirchen"}


def test_a_named_source_is_visited_alone_even_when_it_is_off(syndicator, edit, folder):
    edit('kind = "feed"\n', 'kind = "feed"\nenabled = false\n')
    assert syndicator("ingest", "gelsenkirchen").code == 0
    assert stored(folder).keys() == {"gelsenkirchen"}


def test_json_of_a_round_stands_alone_on_stdout(syndicator, edit):
    edit("/dortmund/newsroom/", "/dortmund/nichts/")
    said = syndicator("ingest", "--json")
    assert said.code == 1
    failed, done = said.json
    assert failed["source"] == "dortmund"
    assert "no page at this address" in failed["failed"]
    assert (done["failed"], done["new"]) == (None, done["items"])
    assert done["new"] > 5


def test_publish_writes_the_feeds_once(syndicator, folder):
    syndicator("ingest", "gelsenkirchen")
    first = syndicator("publish", "--json")
    assert first.code == 0
    assert {"all.atom", "gelsenkirchen.rss", "vielfalt.json", "index.html"} <= set(first.json["written"])
    assert (folder / "feeds" / "all.atom").exists()
    assert syndicator("publish").out == "Everything is up to date in feeds.\n"


def test_without_an_enabled_source_there_is_nothing_to_visit(syndicator, folder):
    text = (folder / "config.toml").read_text(encoding="utf-8")
    kept = text[: text.index("[[sources]]")] + text[text.index("[categories") :]
    (folder / "config.toml").write_text(kept, encoding="utf-8")
    said = syndicator("ingest")
    assert (said.code, said.out) == (0, "Nothing to visit: config.toml has no enabled [[sources]].\n")
    assert syndicator("ingest", "--json").json == []


def test_an_unknown_source_names_the_nearest(syndicator):
    said = syndicator("ingest", "gelsenkirchn")
    assert (said.code, said.out) == (2, "")
    assert said.err == "Error: No source in config.toml is called 'gelsenkirchn', did you mean 'gelsenkirchen'?\n"


def test_a_folder_that_cannot_be_written_is_one_sentence(syndicator, folder):
    (folder / "feeds").write_text("a file stands where the folder should be", encoding="utf-8")
    said = syndicator("publish")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(f"Error: The folder {folder / 'feeds'} cannot be written: ")


def test_ctrl_c_ends_a_round_at_once_and_cleanly(folder, edit):
    async def deaf(reader, writer):  # takes a request and never answers
        asked.set()
        await reader.read()
        writer.close()

    async def interrupt():
        async with await asyncio.start_server(deaf, "127.0.0.1", silent):
            command = [sys.executable, "-m", "syndicator", "ingest"]
            process = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)
            await asked.wait()
            process.send_signal(signal.SIGINT)
            _, err = await asyncio.to_thread(process.communicate, timeout=10)
            return process.returncode, err

    asked, silent = asyncio.Event(), free_port()
    config = load(folder / "config.toml")
    edit(f"http://127.0.0.1:{config.demo.port}{NEWS}", f"http://127.0.0.1:{silent}{NEWS}")
    edit("[demo]\nenabled = true", "[demo]\nenabled = false")
    assert asyncio.run(interrupt()) == (1, "Stopped. What was not finished is done the next time.\n")
    assert not list(folder.glob("*.db-wal"))
    assert glance(folder / "syndicator.db", sources.all_states)["gelsenkirchen"].succeeded is None


def test_a_command_uses_the_sample_portal_that_runs_already(folder, syndicator, port):
    process = subprocess.Popen(
        [sys.executable, "-m", "syndicator", "demo", "--port", str(port)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline().startswith(f"The sample portal: http://127.0.0.1:{port}/")
        assert syndicator("ingest", "gelsenkirchen").code == 0
        second = syndicator("demo", "--port", str(port))
        assert second.code == 1
        assert second.err.startswith(f"Error: The sample portal runs already, at http://127.0.0.1:{port}/.\n")
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
    assert process.returncode == 0


def test_a_program_at_the_sample_portals_port_is_told_in_a_sentence(folder, port):
    async def other(reader, writer):
        await reader.readline()
        writer.write(b"HTTP/1.0 200 OK\r\nServer: something else\r\n\r\n")
        writer.close()

    async def ingest():
        async with await asyncio.start_server(other, "127.0.0.1", port):
            command = [sys.executable, "-m", "syndicator", "ingest"]
            return await asyncio.to_thread(
                subprocess.run, command, cwd=folder, capture_output=True, text=True, check=False
            )

    done = asyncio.run(ingest())
    assert (done.returncode, done.stdout) == (1, "")
    first, _ = done.stderr.splitlines()
    assert first == f"Error: The sample portal cannot run: port {port} on 127.0.0.1 is taken by another program."


def test_a_bucket_that_fails_is_exit_code_1_and_the_folder_is_written(syndicator, edit, folder, monkeypatch):
    monkeypatch.setenv("S3_KEY", "key")
    monkeypatch.setenv("S3_SECRET", "canary-of-the-bucket")
    edit(
        "[demo]",
        f"""[publish]
targets = ["feeds", "s3://stadt-feeds/nachrichten"]
s3 = {{ endpoint = "http://127.0.0.1:{free_port()}", key = "env:S3_KEY", secret = "env:S3_SECRET" }}
[demo]""",
    )
    assert (
        "s3://stadt-feeds/nachrichten: not yet" in syndicator("ingest", "gelsenkirchen").out + syndicator("status").out
    )
    said = syndicator("publish")
    assert said.code == 1
    assert " written, 0 removed in feeds." in said.out
    assert said.err.startswith("s3://stadt-feeds/nachrichten: failed. s3://stadt-feeds/nachrichten cannot be reached")
    assert (folder / "feeds" / "all.atom").exists()
    told = syndicator("publish", "--json")
    assert told.json["targets"][0]["failed"]
    status = syndicator("status")
    assert status.code == 1
    assert "target     s3://stadt-feeds/nachrichten: failing: " in status.out
    for where in (said.out, said.err, told.out, told.err, status.out):
        assert "canary" not in where
