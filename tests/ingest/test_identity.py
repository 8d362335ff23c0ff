import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syndicator.ingest.identity import canonical, fingerprint, is_iri, is_ours, key_from_address, mint, text_digest

CASES = tomllib.loads((Path(__file__).parent / "addresses.toml").read_text("utf-8"))["case"]
PIECES = st.sampled_from(
    ["http://", "https://", "//", "/", "..", ".", "a", "stadt.example", ":80", ":", "@", "%2F", "%41", "%", "?", "&", "=", "#", ";",
     "jsessionid=1", "(S(a))", "utm_source=x", "sid=", "ü", "ß", "①", "。", " ", '"', "\\", "\n", "[::1]", "xn--", "-", "_", "\ud800"]
)  # fmt: skip
ANYTHING = (
    st.text()
    | st.lists(PIECES, max_size=10).map("".join)
    | st.lists(PIECES, max_size=10).map(lambda p: "http://a" + "".join(p))
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["address"] or "nothing")
def test_an_address_has_one_form(case):
    keep = case.get("fragment", False)
    assert canonical(case["address"], case.get("base", ""), keep_fragment=keep) == case.get("is", "")


@given(ANYTHING, ANYTHING, st.booleans())
@example("http://a/.;sid=aaaaaaaaaaaaaaaaaaaaaa/x", "", False)
@example("http://a/(S(a))/(S(b))/../", "", False)
@example("http://a/" + "ü" * 3000, "", False)
def test_the_one_form_stays_what_it_is(address, base, keep):
    once = canonical(address, base, keep_fragment=keep)
    assert canonical(once, keep_fragment=keep) == once
    assert re.fullmatch(r"(https?://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d+)?/[!-~]*)?", once)


@given(st.text(alphabet=st.characters(exclude_characters="@:[]"), max_size=30))
def test_nothing_after_the_host_makes_another_host(text):
    found = canonical(f"https://stadt.example/{text}")
    assert not found or found.startswith("https://stadt.example/")


@pytest.mark.parametrize("size", [10_000, 1_000_000])
def test_an_endless_address_is_none(size):
    assert canonical("https://stadt.example/" + "a" * size) == ""


# ---------------------------------------------------------------- keys


@pytest.mark.parametrize(
    ("rule", "address", "key"),
    [
        ("nid", "http://www.stadt.example/nachricht.jsp?nid=605731", "605731"),
        ("nid", "http://www.stadt.example/stadtbezirke/index~1.jsp?a=b&nid=605731#oben", "605731"),
        ("nid", "http://www.stadt.example/nachricht.jsp?unid=605731", ""),
        ("nid", "http://www.stadt.example/nachricht.jsp", ""),
        (r"/pressemeldung_(\d+)\.de/", "https://www.stadt.example/meldungen/pressemeldung_1498.de.html", "1498"),
        (r"/artikel/(\d+)-/", "https://www.stadt.example/de/_meta/aktuelles/artikel/4711-titel", "4711"),
        (r"/artikel/(\d+)-/", "https://www.stadt.example/", ""),
        (r"/artikel/", "https://www.stadt.example/artikel/1", ""),
        ("nid", "", ""),
        ("nid", "http://[", ""),
    ],
)
def test_a_key_is_read_from_the_address(rule, address, key):
    assert key_from_address(rule, address) == key


def test_an_article_under_three_addresses_has_one_key():
    addresses = (
        "http://www.stadt.example/nachrichtenportal/nachricht.jsp?nid=644335",
        "https://www.stadt.example/de/alle_nachrichten/nachricht.jsp?nid=644335",
        "https://www.stadt.example/stadtbezirke/index~1.jsp?nid=644335",
    )
    assert {key_from_address("nid", address) for address in addresses} == {"644335"}


# ---------------------------------------------------------------- ids

# RFC 4151, 2.1
PCHAR = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2})"
LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
TAG = re.compile(rf"tag:{LABEL}(?:\.{LABEL})*,\d{{4}}:(?:{PCHAR}|[/?])*")


def test_an_id_is_a_tag_of_host_year_source_and_key():
    assert mint("news.example", 2019, "dortmund", "605731") == "tag:news.example,2019:dortmund/605731"


def test_an_id_knows_no_port_and_no_case_of_the_host():
    assert mint("News.Example:8080", 2019, "dortmund", "1") == mint("news.example", 2019, "dortmund", "1")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::1]:8080", "müller.example", "my_host.example"])
def test_every_host_can_name_an_id(host):
    minted = mint(host, 2019, "dortmund", "1")
    assert TAG.fullmatch(minted)
    assert is_ours(host, minted)


@given(st.text(), st.integers(1, 9999))
@example("https://www.stadt.example/a b%20ü?x=1&y#z", 2024)
@example("ü" * 500, 2024)
def test_an_id_is_valid_whatever_the_key(key, year):
    minted = mint("news.example", year, "dortmund", key)
    assert TAG.fullmatch(minted)
    assert is_iri(minted)
    assert len(minted) < 300


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
@example("a b", "a%20b")
@example("x" * 500, "x" * 501)
def test_two_keys_have_two_ids(one, other):
    assert (mint("news.example", 2024, "s", one) == mint("news.example", 2024, "s", other)) == (one == other)


@pytest.mark.parametrize(
    ("iri", "ours"),
    [
        ("tag:news.example,2019:dortmund/605731", True),
        ("TAG:News.Example,2019:dortmund/605731", True),
        ("https://news.example/feeds/all", True),
        ("https://news.example/feeds/all.atom", True),
        ("https://news.example/syndicator/feeds/dortmund-vielfalt", True),
        ("tag:news.example.org,2019:dortmund/605731", False),
        ("tag:my.news.example,2019:dortmund/605731", False),
        ("tag:someone@news.example,2019:a", False),
        ("https://news.example/artikel/1", False),
        ("https://news.example/feeds/all?x=1", False),
        ("https://evil.example/?https://news.example/feeds/all", False),
        ("http://news.example:8090/feeds/all", False),
        ("urn:uuid:0f1a", False),
        ("", False),
    ],
)
def test_we_know_our_own_ids_again(iri, ours):
    assert is_ours("news.example", iri) == ours


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("https://stadt.example/artikel/1", True),
        ("http://stadt.example/?p=1", True),
        ("https://müller.example/größe", True),
        ("tag:stadt.example,2019-11-04:artikel/1", True),
        ("tag:presse@stadt.example,2019:1", True),
        ("urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6", True),
        ("urn:oasis:names:x", True),
        ("605731", False),
        ("/artikel/1", False),
        ("www.stadt.example/artikel/1", False),
        ("https://", False),
        ("https:///a", False),
        ("https://stadt.example/a b", False),
        ("https://stadt.example/\x00", False),
        ("https://stadt.example/<b>", False),
        ("https://stadt.example/%zz", False),
        ("https://stadt.example/\ud800", False),
        ("javascript:alert(1)", False),
        ("data:text/plain,x", False),
        ("tag:stadt.example:1", False),
        ("urn:uuid", False),
        (" https://stadt.example/", False),
        ("", False),
    ],
)
def test_what_can_stand_as_an_id(text, valid):
    assert is_iri(text) == valid


# ---------------------------------------------------------------- digests

BODY = (
    '<p>Die Grünflächen am <a href="https://www.stadt.example/see?seite=1">See</a> sind&nbsp;fertig.</p><p>Ab Mai.</p>'
)


@pytest.mark.parametrize(
    "body",
    [
        '<div><p class="x">Die  Grünflächen\n am <a rel="noopener" href="https://www.stadt.example/see?seite=1">See</a> sind fertig.</p> <p>Ab Mai.</p></div>',
        '<p>Die Grün&shy;flächen am <a href="https://www.stadt.example/see?seite=1">See</a> sind fertig.</p><p>Ab\u200b Mai.</p>',
        '<p>Die Gru\u0308nfla\u0308chen am <a href="https://www.stadt.example/see?seite=1">See</a> sind fertig.</p><p>Ab Mai.</p>',
        '<p>Die Grün<b>flächen</b> am <a href="https://www.stadt.example/see?seite=1">See</a> sind fertig.<br>Ab Mai.</p>',
        '<p>Die Grünflächen am <a href="https://www.stadt.example/see;jsessionid=1A?seite=1&amp;utm_source=rss">See</a> sind fertig.</p><p>Ab Mai.</p>',
        '<p>Die Grünflächen am <a href="https://www.stadt.example/see?seite=1">See</a> sind fertig.</p><img src="https://www.stadt.example/s.jpg?x=2"><p>Ab Mai.</p>',
        '<p>Die Gr&uuml;nfl&#228;chen am <a href="https://www.stadt.example/see?seite=1">See</a> sind fertig.</p><p>Ab Mai.</p>',
    ],
    ids=["markup and white space", "invisible characters", "composition", "emphasis", "session", "picture", "entities"],
)
def test_a_digest_stays_when_only_bytes_change(body):
    assert text_digest("Titel", "Kurz", body) == text_digest("Titel", "Kurz", BODY)


@pytest.mark.parametrize(
    ("title", "summary", "body"),
    [
        ("Anderer Titel", "Kurz", BODY),
        ("Titel", "Kürzer", BODY),
        ("Titel Kurz", "", BODY),
        ("Titel", "Kurz", BODY.replace("Mai", "Juni")),
        ("Titel", "Kurz", BODY.replace("Ab Mai", "AbMai")),
        ("Titel", "Kurz", BODY.replace("</p><p>", "")),
        ("Titel", "Kurz", BODY.replace("seite=1", "seite=2")),
        ("Titel", "Kurz", BODY.replace("fertig.", "fertig")),
    ],
)
def test_a_digest_moves_when_the_text_or_a_link_changes(title, summary, body):
    assert text_digest(title, summary, body) != text_digest("Titel", "Kurz", BODY)


@pytest.mark.parametrize("piece", ["<", "<a ", '<a href="', ' href="', "&", "&#", "<b>", "</", "<!--", "<a href='"])
def test_a_digest_of_broken_markup_takes_linear_time(piece):
    assert len(text_digest("", "", piece * (200_000 // len(piece)))) == 32


@given(st.text(), st.text(), st.text())
def test_every_text_has_a_digest(title, summary, body):
    assert len(text_digest(title, summary, body)) == 32


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_a_fingerprint_tells_its_parts_apart(parts):
    assert fingerprint(*parts) != fingerprint(*parts, "")
    assert fingerprint(*parts) == fingerprint(*(f" {part}\u00ad\u200b\n" for part in parts))


def test_a_fingerprint_does_not_move_text_between_parts():
    assert fingerprint("a", "b c") != fingerprint("a b", "c") != fingerprint("a b c")


@pytest.mark.parametrize("text", ["http://[::1", "http://h:99999/x", "urn:ab:", "tag:a.example,2020:\u202eb"])
def test_what_only_looks_like_an_iri_is_none(text):
    assert not is_iri(text)
