"""The printed unit: read by systemd itself where there is one, by rules elsewhere."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from syndicator.deploy import caddyfile, nginx_site, unit
from syndicator.errors import SyndicatorError
from tests.support.configs import BASE, a_config

HARDENED = {
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "CapabilityBoundingSet=",
    "SystemCallFilter=@system-service",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
    "MemoryDenyWriteExecute=yes",
    "MemoryMax=1G",
}
SECRETS = """
[[partners]]
name = "bochum"
token = "env:BOCHUM_TOKEN"
[[partners]]
name = "herne"
token = "file:/etc/syndicator/herne"
[admin]
token = "file:/run/credentials/syndicator.service/admin"
"""


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_the_unit_is_hardened_and_may_write_only_what_is_configured(tmp_path: Path):
    printed = unit(a_config(tmp_path, BASE + '[store]\npath = "data/news.db"\n[publish]\nfolder = "/srv/feeds"'))
    assert set(lines(printed)) >= HARDENED
    (writable,) = (line for line in lines(printed) if line.startswith("ReadWritePaths="))
    assert set(writable.partition("=")[2].split()) == {'"/srv/feeds"', f'"{tmp_path}/data"'}
    assert f'ExecStart="{sys.executable}" -m syndicator run --quiet --config "{tmp_path}/config.toml"' in printed


def test_only_a_port_below_1024_gets_a_capability(tmp_path: Path):
    printed = unit(a_config(tmp_path, BASE + "[server]\nport = 80"))
    assert "CapabilityBoundingSet=CAP_NET_BIND_SERVICE" in printed
    assert "CAP_" not in unit(a_config(tmp_path, BASE + "[server]\nport = 8080"))


def test_what_lies_in_a_home_stays_readable(tmp_path: Path):
    config = a_config(tmp_path, BASE + '[store]\npath = "/home/press/news.db"')
    assert "ProtectHome=read-only" in unit(config)


def test_secrets_are_asked_for_by_their_place_and_never_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BOCHUM_TOKEN", "canary")
    printed = unit(a_config(tmp_path, BASE + SECRETS))
    assert "LoadCredential=admin:/etc/syndicator/admin" in lines(printed)
    assert "EnvironmentFile=/etc/syndicator/secrets.env" in lines(printed)
    assert "#LoadCredential=herne:/etc/syndicator/herne" in printed
    assert "BOCHUM_TOKEN" in printed
    assert "canary" not in printed


def test_a_configuration_without_secrets_asks_for_none(tmp_path: Path):
    assert not re.search("EnvironmentFile|LoadCredential", unit(a_config(tmp_path)))


@pytest.mark.parametrize("name", ["mit Leerzeichen", "100%", "€$HOME"])
def test_unusual_paths_are_written_so_that_systemd_takes_them_as_they_are(tmp_path: Path, name: str):
    folder = tmp_path / name
    folder.mkdir()
    printed = unit(a_config(folder))
    assert f"WorkingDirectory={str(folder).replace('%', '%%')}\n" in printed
    assert f'--config "{str(folder).replace("%", "%%").replace("$", "$$")}/config.toml"' in printed


def test_a_path_that_no_unit_can_name_is_refused_in_a_sentence(tmp_path: Path):
    with pytest.raises(SyndicatorError, match="cannot stand in a file for systemd"):
        unit(a_config(tmp_path, BASE + "[publish]\nfolder = 'say\"feeds'"))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@pytest.mark.parametrize("name", ["plain", "mit Leerzeichen"])
def test_systemd_itself_finds_nothing_to_say(tmp_path: Path, name: str):
    folder = tmp_path / name
    folder.mkdir()
    printed = unit(a_config(folder, BASE + SECRETS))
    place = tmp_path / "syndicator-test.service"
    place.write_text(printed, encoding="utf-8")
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(place)], capture_output=True, text=True, check=False
    )
    assert (said.returncode, [line for line in said.stderr.splitlines() if "syndicator-test" in line]) == (0, [])
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=20", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stdout  # 2.0 of 10 or better


def test_any_title_may_stand_in_the_files(tmp_path: Path):
    title = """100 % "Stadt" $HOME {a} 'b' \\"""
    config = a_config(tmp_path, BASE.replace('"Nachrichten der Stadt Dortmund"', json.dumps(title)))
    assert "Description=syndicator: 100 %% \"Stadt\" $HOME {a} 'b' /\n" in unit(config)
    assert title in nginx_site(config)
    assert title in caddyfile(config)
