"""The commands as they are typed, in a folder with a config.toml whose sources are the sample portal's."""

import json
import sys
from contextlib import closing
from dataclasses import dataclass
from socket import socket
from typing import Any

import pytest

from syndicator import cli

CONFIG = """
[site]
title = "Nachrichten"
url = "http://127.0.0.1:8080/"
publisher = "Stadt Dortmund"
contact = "webredaktion@news.example"

[demo]
enabled = true
port = {port}

[[sources]]
name = "dortmund"
city = "Dortmund"
url = "http://127.0.0.1:{port}/dortmund/newsroom/"
delay = "0s"
allow_private = true
list = {{ item = "article.teaser" }}
article = {{ id = "nid" }}

[[sources]]
name = "gelsenkirchen"
city = "Gelsenkirchen"
kind = "feed"
url = "http://127.0.0.1:{port}/gelsenkirchen/newsfeed/"
delay = "0s"
allow_private = true

[categories.vielfalt]
title = "Vielfalt"
labels = ["Vielfalt", "Integration", "Interkulturelles"]
"""


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def free_port() -> int:
    with closing(socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def folder(tmp_path, port, monkeypatch):
    """The folder one stands in. The sample portal runs beside each command that fetches."""
    (tmp_path / "config.toml").write_text(CONFIG.format(port=port), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    return tmp_path


@pytest.fixture
def edit(folder):
    """Replaces a text in config.toml."""

    def edit(old, new):
        path = folder / "config.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return edit


@pytest.fixture
def syndicator(folder, capsys, monkeypatch, warm_workers):
    """Runs a command line, and returns its exit code and what it wrote."""

    def run(*words):
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["syndicator", *words])
        with pytest.raises(SystemExit) as end:
            sys.exit(cli.main())  # main ends by itself only when it failed
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Said(end.value.code or 0, out, err)

    return run
