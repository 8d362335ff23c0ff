import socket
from contextlib import closing
from pathlib import Path

from syndicator import config
from syndicator.config import Config

BASE = """
[site]
title = "Nachrichten der Stadt Dortmund"
url = "https://news.example/"
publisher = "Stadt Dortmund"
contact = "webredaktion@news.example"

[[sources]]
name = "dortmund"
title = "Stadt Dortmund"
city = "Dortmund"
kind = "feed"
url = "https://portal.example/newsroom/"

[[sources]]
name = "bochum"
title = "Stadt Bochum"
city = "Bochum"
kind = "feed"
url = "https://bochum.example/feed.xml"

[categories.vielfalt]
title = "Vielfalt"
labels = ["Vielfalt", "Integration"]
keywords = ["Integrationsrat"]
aliases = ["diversity"]

[categories.verkehr]
title = "Verkehr"
labels = ["Verkehr"]
"""


def a_config(folder: Path, text: str = BASE) -> Config:
    """A loaded configuration whose file, store and published folder lie in `folder`."""
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return config.load(path)


def free_port() -> int:
    """A port on loopback that nothing listens on."""
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
