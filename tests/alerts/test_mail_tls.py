"""Mail over TLS, to a real server on loopback with the certificates of tests/ingest/tls."""

import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from syndicator.alerts import mail
from syndicator.alerts.letters import trial_letter
from tests.support.configs import BASE, a_config
from tests.support.smtp import mail_server

TLS = Path(__file__).parents[1] / "ingest" / "tls"
ELSEWHERE = "www.bochum.example"  # whose certificate is other-name.pem; it leads to loopback here
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LOGIN = 'user = "dienst"\npassword = "env:MAIL_PASSWORD"'


@pytest.fixture(autouse=True)
def this_machine(monkeypatch):
    """It trusts the authority of the tests, knows a password, and finds the other machine on loopback."""
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "authority.pem"))
    monkeypatch.setenv("MAIL_PASSWORD", "geheim")
    ask = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *rest, **more: ask("127.0.0.1" if host == ELSEWHERE else host, *rest, **more),
    )


def showing(name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / f"{name}.pem")
    return context


@pytest.fixture
def send(tmp_path):
    async def send(address, more=""):
        config = a_config(tmp_path, f'{BASE}\n[alerts]\nemail = "presse@stadt.example"\nsmtp = "{address}"\n{more}')
        return await mail.send(trial_letter(config, NOW), config)

    return send


@pytest.mark.parametrize("more", ["", LOGIN])
async def test_a_server_that_speaks_tls_only_is_spoken_to_like_that(send, more):
    async with mail_server(showing("valid"), at_once=True) as sink:
        assert await send(f"smtps://127.0.0.1:{sink.port}", more) == ""
    assert sink.encrypted == [True]
    assert sink.logins == ([("dienst", "geheim")] if more else [])


@pytest.mark.parametrize(
    ("name", "fault"),
    [("expired", "has expired"), ("self-signed", "was issued by itself"), ("other-name", "is for another name")],
)
async def test_to_a_server_whose_certificate_is_wrong_nothing_is_said(send, name, fault):
    async with mail_server(showing(name), at_once=True) as sink:
        said = await send(f"smtps://127.0.0.1:{sink.port}", LOGIN)
    assert said == f"The certificate of the mail server 127.0.0.1:{sink.port} {fault}."
    assert (sink.mails, sink.logins) == ([], [])


@pytest.mark.parametrize("name", ["other-name", "self-signed", "expired"])
async def test_encryption_that_is_offered_is_taken_whatever_the_certificate(send, name):
    async with mail_server(showing(name)) as sink:
        assert await send(f"smtp://{ELSEWHERE}:{sink.port}") == ""
    assert sink.encrypted == [True]


async def test_without_a_password_mail_goes_also_where_no_encryption_is_offered(send):
    async with mail_server() as sink:
        assert await send(f"smtp://{ELSEWHERE}:{sink.port}") == ""
    assert sink.encrypted == [False]


async def test_a_password_is_told_to_another_machine_that_shows_who_it_is(send):
    async with mail_server(showing("other-name")) as sink:
        assert await send(f"smtp://{ELSEWHERE}:{sink.port}", LOGIN) == ""
    assert (sink.logins, sink.encrypted) == ([("dienst", "geheim")], [True])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("valid", "The certificate of the mail server {} is for another name."),
        ("self-signed", "The certificate of the mail server {} was issued by itself."),
        (None, "The mail server {} cannot be used: SMTP STARTTLS extension not supported by server."),
    ],
)
async def test_a_password_is_told_to_no_other(send, name, words):
    async with mail_server(showing(name) if name else None) as sink:
        said = await send(f"smtp://{ELSEWHERE}:{sink.port}", LOGIN)
    assert said == words.format(f"{ELSEWHERE}:{sink.port}")
    assert (sink.mails, sink.logins) == ([], [])
