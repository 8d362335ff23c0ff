import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.ingest.charset import declared, decode, repair

TEXT = "Grüße aus Mülheim – „schön“"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (TEXT.encode(), "text/html"),
        (TEXT.encode(), "text/html; charset=iso-8859-1"),  # the bytes decide
        (codecs.BOM_UTF8 + TEXT.encode(), ""),
        (TEXT.encode("utf-16"), "text/html; charset=utf-8"),
        (TEXT.encode("cp1252"), "text/html; charset=ISO-8859-1"),  # as browsers do
        (TEXT.encode("cp1252"), "text/html; charset=utf-8"),
        (TEXT.encode("cp1252"), ""),
        (TEXT.encode("cp1252"), "text/html; charset=unicode_escape"),
        (TEXT.encode("cp1252"), "text/html; charset=no-such-thing"),
    ],
)
def test_the_text_is_read_whatever_is_declared(body, content_type):
    assert decode(body, content_type) == TEXT


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="iso-8859-2">', "iso8859-2"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1250">', "cp1250"),
        ('<?xml version="1.0" encoding="koi8-r"?>', "koi8-r"),
    ],
)
def test_the_document_declares_its_charset(head, encoding):
    assert declared(head.encode(), "text/html") == encoding
    cyrillic = encoding == "koi8-r"
    word = "Новости" if cyrillic else "Říčany"
    assert decode(head.encode() + word.encode(encoding), "text/html").endswith(word)


def test_the_header_is_asked_before_the_document():
    assert declared(b'<meta charset="windows-1250">', "text/html; charset=iso-8859-2") == "iso8859-2"


def test_wide_text_without_a_mark_shows_by_its_nuls():
    assert decode("<p>Grün</p>".encode("utf-16-le"), "text/html") == "<p>Grün</p>"
    assert decode("<p>Grün</p>".encode("utf-16-be"), "text/html") == "<p>Grün</p>"


def test_a_few_foreign_bytes_do_not_spoil_the_page():
    body = TEXT.encode() + b" und Gr\xfc\xdfe"
    assert decode(body, "text/html; charset=utf-8") == TEXT + " und Grüße"


@pytest.mark.parametrize(
    ("broken", "text"),
    [
        ("GrÃ¼ne StraÃŸe", "Grüne Straße"),
        ("â€žVielfaltâ€œ â€“ ja", "„Vielfalt“ – ja"),
        ("Ã\u0084pfel", "Äpfel"),
        ("5 â‚¬ fÃ¼r alle", "5 € für alle"),
    ],
)
def test_text_encoded_twice_is_repaired(broken, text):
    assert repair(broken) == text
    assert decode(broken.encode(), "text/html") == text


@pytest.mark.parametrize(
    "text", [TEXT, "São Paulo, SÃO PAULO", "‚Ä‘ ist ein Buchstabe", "GrÃ¼n und SÃO", "pâté, château", "Â ist selten"]
)
def test_what_may_be_meant_is_left_alone(text):
    assert repair(text) == text


@given(
    st.binary(),
    st.sampled_from(
        ["", "text/html; charset=utf-8", "text/html; charset=iso-2022-jp", "x; charset=utf-16", "x; charset=big5"]
    ),
)
def test_no_bytes_raise(body, content_type):
    decode(body, content_type).encode()


@given(st.text())
def test_valid_text_comes_back_repaired_at_most(text):
    assert (
        decode(text.encode(), "")
        in {text, repair(text), text.removeprefix("\ufeff"), repair(text.removeprefix("\ufeff"))}
        or "\0" in text[:2]
    )
