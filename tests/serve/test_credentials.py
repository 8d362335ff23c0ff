import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicator.serve.credentials import Credentials, client_of, is_from_here, read_credentials, without_token

HERE = {"Host": "127.0.0.1:8080"}


@settings(max_examples=50)
@given(st.text(max_size=30).filter(lambda user: ":" not in user), st.text(max_size=60))
def test_what_basic_carries_is_read_as_it_was_sent(user, token):
    coded = base64.b64encode(f"{user}:{token}".encode()).decode()
    assert read_credentials(f"Basic {coded}") == Credentials(user, token)
    assert read_credentials(f"bAsIc   {coded}  ") == Credentials(user, token)


@settings(max_examples=50)
@given(st.from_regex(r"[A-Za-z0-9._~+/-]{1,60}={0,2}", fullmatch=True))
def test_what_bearer_carries_is_read_as_it_was_sent(token):
    assert read_credentials(f"Bearer {token}") == Credentials(None, token)


@settings(max_examples=100)
@given(
    st.text(max_size=100) | st.text(max_size=60).map("Basic {}".format) | st.text(max_size=60).map("Bearer {}".format)
)
def test_whatever_is_sent_is_read_or_not_and_never_fails(field):
    said = read_credentials(field)
    assert said is None or isinstance(said.token, str)


def test_credentials_do_not_show_in_a_traceback():
    assert "hidden" not in repr(Credentials("bochum", "hidden"))


@pytest.mark.parametrize(
    ("remote", "fields", "http_1_1", "here"),
    [
        ("127.0.0.1", HERE, True, True),
        ("::1", {"Host": "[::1]:8080"}, True, True),
        ("::ffff:127.0.0.1", {"Host": "localhost"}, True, True),
        ("127.0.0.1", HERE, False, False),  # as nginx asks where it is told nothing else
        ("127.0.0.1", {}, True, False),
        ("127.0.0.1", {"Host": "evil.example"}, True, False),  # a name that leads here (DNS rebinding)
        ("127.0.0.1", {"Host": "127.0.0.1.evil.example:8080"}, True, False),
        ("192.0.2.7", HERE, True, False),
        ("", HERE, True, False),
        (None, HERE, True, False),
        *(
            ("127.0.0.1", {**HERE, name: "192.0.2.7"}, True, False)
            for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host", "X-Forwarded-Proto", "Via")
        ),
    ],
)
def test_who_sits_at_this_machine_is_told_from_who_comes_through_a_web_server(remote, fields, http_1_1, here):
    assert is_from_here(remote, fields, keeps_alive=http_1_1) is here


@pytest.mark.parametrize(
    ("remote", "forwarded", "client"),
    [
        ("192.0.2.7", None, "192.0.2.7"),
        ("192.0.2.7", "198.51.100.9", "192.0.2.7"),  # whoever comes from elsewhere may say what they like
        ("127.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("127.0.0.1", "203.0.113.5, 198.51.100.9", "198.51.100.9"),
        ("127.0.0.1", None, "127.0.0.1"),
        (None, None, ""),
    ],
)
def test_a_web_server_on_this_machine_is_believed_and_nobody_else(remote, forwarded, client):
    assert client_of(remote, forwarded) == client


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/p/abc/feeds/all.atom", "/p/…/feeds/all.atom"),
        ("/P//abc", "/P//…"),
        ("/%70/abc/x", "/%70/…/x"),
        ("/nachrichten/p/abc/feeds/all.atom", "/nachrichten/p/…/feeds/all.atom"),
        ("/feeds/p/archive/1.atom", "/feeds/p/…/1.atom"),
        ("/feeds/all.atom", "/feeds/all.atom"),
        ("/partners/bochum/feeds/all.atom", "/partners/bochum/feeds/all.atom"),
    ],
)
def test_logs_show_paths_without_tokens(path, shown):
    assert without_token(path) == shown
