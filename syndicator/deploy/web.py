"""nginx and Caddy: published files from the folder, everything else from the service behind them."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from syndicator.config import Config
from syndicator.deploy.kinds import kinds, languages, moves
from syndicator.deploy.rendering import render, sayable
from syndicator.publish import addresses, formats
from syndicator.publish.encodings import SUFFIXES
from syndicator.serve import headers, plain

NGINX_LOG = Path("/var/log/nginx/syndicator.log")
_CLOSED = ("admin", "metrics")  # open to whoever asks from this machine, as a web server does for everybody


@dataclass(frozen=True, slots=True)
class _Site:
    """What both servers have to know of the configuration."""

    title: str
    host: str
    root: str
    tls: bool
    port: int
    folder: str
    upstream: str
    closed: tuple[str, ...]


def nginx_site(config: Config, listen: str | None = None, log: Path = NGINX_LOG) -> str:
    """A file for /etc/nginx/conf.d/. With `listen` ("127.0.0.1:8081") plain HTTP there, as behind something that ends TLS.

    Raises SyndicatorError where a path or an address cannot be written in nginx's syntax.
    """
    site = _site(config, "$\"'\\{}", "nginx")
    return render(
        "nginx.conf",
        site=site,
        pattern=re.escape(site.root),
        listen=listen,
        log=sayable(str(log), "$\"'\\{}", "nginx"),
        kinds=tuple(kinds(config, "$feed", "$syndicator_audience")),
        languages=languages(config),
        language=config.site.language,
        moves=tuple(moves(config)),
        endings="|".join(_endings(config)),
        suffixes=SUFFIXES,
        headers=headers,
        plain=plain,
    )


def caddyfile(config: Config, listen: str | None = None) -> str:
    """A Caddyfile; Caddy gets certificates by itself. `listen` as for nginx. Raises SyndicatorError as for nginx."""
    site = _site(config, "\"'`\\{}", "Caddy")
    return render(
        "Caddyfile",
        site=site,
        pattern=re.escape(site.root),
        address=f"http://{listen}" if listen else f"{'https' if site.tls else 'http'}://{site.host}:{site.port}",
        kinds=[(f"kind{number}", kind) for number, kind in enumerate(kinds(config, "{feed}", "{audience}"), start=1)],
        languages=languages(config),
        language=config.site.language,
        moves=tuple(moves(config)),
        endings="|".join(_endings(config)),
        codings=" ".join(SUFFIXES),
        headers=headers,
    )


def _site(config: Config, forbidden: str, program: str) -> _Site:
    parts = urlsplit(config.site.url)
    hub = addresses.hub(config)
    for said in (config.site.url, hub):
        sayable(said, forbidden, program)
    tls = parts.scheme == "https"
    return _Site(
        title=config.site.title,
        host=parts.hostname or "",
        root=parts.path,
        tls=tls,
        port=parts.port or (443 if tls else 80),
        folder=sayable(str(config.publish.folder.resolve()), forbidden, program),
        upstream=f"{_reached(config.server.host)}:{config.server.port}",
        closed=() if config.admin.token else _CLOSED,
    )


def _reached(host: str) -> str:
    """Where a server that listens on this address is reached from the same machine."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # nothing is bound
    return f"[{here}]" if ":" in here else here


def _endings(config: Config) -> list[str]:
    return [known.EXTENSION for known in formats.in_use(config)]
