"""The instances of the network: each a process of its own, with its own store, folder and address on loopback."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from syndicator.store.rows import ID_IN_FEEDS
from syndicator.text import slug
from tests.soak.cities import City

ROOT = Path(__file__).parents[2]
JOINT = "integration-interkommunal"

_CONFIG = """
[site]
title = "Nachrichten aus {city}"
url = "http://{door}:{port}/"
publisher = "{city}"
contact = "presse@stadt-{number}.example"

[server]
host = "{host}"
port = {port}

[publish]
entries = 500
formats = ["atom", "json"]
every = "1s"

[hub]
url = "self"
allow_private = ["127.0.0.0/8"]

[categories.vielfalt]
title = "Vielfalt"
labels = ["Integration"]
keywords = ["Integrationsrat*", "Sprachkurs*"]
scheme = "https://vokabular.example/themen"
term = "integration"

[[feeds]]
name = "integration-interkommunal"
title = "Integration.Interkommunal"
categories = ["vielfalt"]

[[sources]]
name = "stadt"
city = "{city}"
url = "{feed}"
rights = "© {city}"
{manners}
"""
_PARTNER = """
[[sources]]
name = "partner-{number}"
city = "{city}"
url = "http://{door}:{port}/feeds/{feed}.atom"
{manners}
"""
_MANNERS = """kind = "feed"
every = "{every}"
delay = "0s"
robots = false
allow_private = true
"""


@dataclass
class Instance:
    """`door` is where others reach it, `host` where it listens."""

    city: City
    folder: Path
    net: int
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def number(self) -> int:
        return self.city.number

    @property
    def door(self) -> str:
        return f"127.{self.net}.0.{self.number}"

    @property
    def host(self) -> str:
        return f"127.{self.net}.1.{self.number}"

    def configure(
        self, partners: list["Instance"], feed: str, every: str, own_every: str, *, by_city: bool = False
    ) -> None:
        """`feed` is that of its city. Of partners it reads the feed of their city, or of all that they have."""
        self.folder.mkdir()
        own, manners = _MANNERS.format(every=own_every), _MANNERS.format(every=every)
        text = _CONFIG.format(
            city=self.city.name, door=self.door, host=self.host, port=self.port, number=self.number, feed=feed,
            manners=own,
        )  # fmt: skip
        for other in partners:
            text += _PARTNER.format(
                number=other.number, city=other.city.name, door=other.door, port=other.port, manners=manners,
                feed=slug(other.city.name) if by_city else "all",
            )  # fmt: skip
        (self.folder / "config.toml").write_text(text, encoding="utf-8")

    def start(self) -> None:
        with (self.folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "syndicator", "run", "--quiet"],
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """SIGKILL, for its parse workers as well."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def ask(self, sql: str) -> list[tuple]:
        """What its store says; nothing while there is none yet."""
        path = self.folder / "syndicator.db"
        if not path.exists():
            return []
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as db:
            return db.execute(sql).fetchall()

    def articles(self) -> list[tuple[str, str, str, str]]:
        """Id in feeds, status, headline and body of each."""
        return self.ask(f"SELECT {ID_IN_FEEDS}, status, title, body FROM articles")

    def published(self, path: str) -> bytes:
        return (self.folder / "feeds" / path).read_bytes()

    def log(self) -> str:
        return (self.folder / "log.txt").read_text(encoding="utf-8", errors="replace")
