import pytest

from syndicator.config import Secret
from syndicator.errors import SyndicatorError

CANARY = "kanarienvogel"


def test_a_secret_is_read_from_the_environment_when_it_is_asked_for(tmp_path, monkeypatch):
    secret = Secret.parse("env:NEWS_TOKEN", tmp_path)
    monkeypatch.setenv("NEWS_TOKEN", CANARY)
    assert secret.read() == CANARY
    monkeypatch.setenv("NEWS_TOKEN", "another")
    assert secret.read() == "another"


def test_a_secret_is_read_from_a_file_without_its_last_line_break(tmp_path):
    (tmp_path / "token").write_text(CANARY + "\n")
    assert Secret.parse("file:token", tmp_path).read() == CANARY
    assert Secret.parse(f"file:{tmp_path}/token", tmp_path / "elsewhere").read() == CANARY


def test_a_missing_variable_is_named(tmp_path, monkeypatch):
    monkeypatch.delenv("NEWS_TOKEN", raising=False)
    with pytest.raises(SyndicatorError, match="the environment variable NEWS_TOKEN is not set"):
        Secret.parse("env:NEWS_TOKEN", tmp_path).read()


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SyndicatorError, match=r"/token cannot be read \(No such file or directory\)"):
        Secret.parse("file:token", tmp_path).read()


def test_an_empty_secret_is_none(tmp_path, monkeypatch):
    (tmp_path / "token").write_text(" \n")
    monkeypatch.setenv("NEWS_TOKEN", "")
    for text in ("file:token", "env:NEWS_TOKEN"):
        with pytest.raises(SyndicatorError, match="is empty"):
            Secret.parse(text, tmp_path).read()


def test_a_file_of_bytes_is_refused_without_showing_them(tmp_path):
    (tmp_path / "token").write_bytes(CANARY.encode() + b"\xff")
    with pytest.raises(SyndicatorError, match="is not UTF-8") as caught:
        Secret.parse("file:token", tmp_path).read()
    assert CANARY not in repr(caught.getrepr(chain=True))


def test_what_is_shown_of_a_secret_is_its_place(tmp_path, monkeypatch):
    monkeypatch.setenv("NEWS_TOKEN", CANARY)
    secret = Secret.parse("env:NEWS_TOKEN", tmp_path)
    assert secret.read() not in f"{secret!r} {secret}"


@pytest.mark.parametrize("text", ["", CANARY, "env:", "env:1A", "env:A B", "file:", "file: ", "ENV:A", "file:a\0b"])
def test_anything_else_is_no_place_of_a_secret(tmp_path, text):
    assert Secret.parse(text, tmp_path) is None
