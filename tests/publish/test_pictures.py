import pytest

from syndicator.model import Image
from syndicator.publish.pictures import allowed, credit_line, may_go_out, objection, strip_body
from tests.publish.example import FREE, OPEN, SOURCES, STOCK

OURS = SOURCES[0]


def picture(credit="", license_=""):
    return Image("https://x.example/a.jpg", credit=credit, license=license_)


@pytest.mark.parametrize(
    "credit",
    [
        "Stadt Musterhausen",
        "Stadt Musterhausen / Ada Beispiel",
        "STADT MUSTERHAUSEN",
        "Foto: Stadt Musterhausen",
        "© Stadt Musterhausen",
        "Bild (Bildlizenz/Fotograf/Grafiker): Stadt Musterhausen",
        "Bildrechte: Stadt Musterhausen / Presse",
    ],
)
def test_a_credit_that_the_source_names_lets_a_picture_out(credit):
    assert may_go_out(picture(credit), OURS, "licensed")


@pytest.mark.parametrize(
    "credit", ["", "Foto:", "Adobe Stock / Stadt Musterhausen", "Ada Beispiel", "Die Stadt Musterhausen"]
)
def test_any_other_credit_does_not(credit):
    assert not may_go_out(picture(credit), OURS, "licensed")


def test_a_source_that_grants_nothing_or_is_gone_grants_nothing():
    assert not may_go_out(picture("Stadt Musterhausen"), SOURCES[1], "licensed")
    assert not may_go_out(picture("Stadt Musterhausen"), None, "licensed")


def test_an_open_licence_lets_a_picture_out_but_not_without_the_credit_it_asks_for():
    assert may_go_out(picture("Ada Beispiel", "CC-BY-4.0"), None, "licensed")
    assert not may_go_out(picture("", "CC-BY-4.0"), None, "licensed")
    assert may_go_out(picture("", "CC0-1.0"), None, "licensed")
    assert not may_go_out(picture("Ada Beispiel", "CC-BY-NC-4.0"), None, "licensed")


def test_the_admin_can_let_all_out_or_none():
    assert may_go_out(STOCK, None, "all")
    assert not may_go_out(OPEN, OURS, "none")


@pytest.mark.parametrize(
    ("image", "source", "policy", "why"),
    [
        (FREE, OURS, "licensed", ""),
        (OPEN, None, "licensed", ""),
        (STOCK, OURS, "all", ""),
        (
            picture("Adobe Stock"),
            OURS,
            "licensed",
            f"its credit 'Adobe Stock' matches no image_rights of source '{OURS.name}'",
        ),
        (picture(), OURS, "licensed", f"it has no credit, and so matches no image_rights of source '{OURS.name}'"),
        (
            picture("x", "CC-BY-NC-4.0"),
            OURS,
            "licensed",
            f"its credit 'x' matches no image_rights of source '{OURS.name}'",
        ),
        (picture("", "CC-BY-4.0"), SOURCES[1], "licensed", "its licence asks for a credit, and it has none"),
        (
            STOCK,
            SOURCES[1],
            "licensed",
            f"source '{SOURCES[1].name}' has no image_rights, which name the credits that may go out",
        ),
        (
            STOCK,
            None,
            "licensed",
            "config.toml does not have its source any more, whose image_rights would name its credit",
        ),
        (FREE, OURS, "none", '[publish] images is "none"'),
        (Image("data:image/png;base64,AA", credit="Stadt Musterhausen"), OURS, "all", "it has no address on the web"),
    ],
)
def test_a_picture_that_stays_behind_has_a_reason_in_words(image, source, policy, why):
    assert objection(image, source, policy) == why
    assert may_go_out(image, source, policy) == (not why)


def test_each_address_goes_out_once_and_the_order_stays():
    assert allowed([FREE, STOCK, OPEN, FREE], OURS, "licensed") == (FREE, OPEN)


def test_a_body_without_pictures_is_not_touched():
    odd = "<p>Ein &lt;img&gt; & kein Bild"
    assert strip_body(odd, []) is odd


def test_a_picture_that_may_not_go_out_leaves_with_its_figure_and_caption():
    body = f'<p>Vorher</p><figure><img src="{STOCK.url}"><figcaption>Symbolbild</figcaption></figure><p>Nachher</p>'
    assert strip_body(body, [FREE]) == "<p>Vorher</p><p>Nachher</p>"


def test_a_picture_within_the_text_leaves_the_text():
    assert strip_body('<p>Vor <IMG SRC="https://x.example/u.png"> nach</p>', []) == "<p>Vor  nach</p>"


def test_a_figure_stays_for_the_picture_that_may_go_out():
    own = Image("https://x.example/a.jpg")
    body = '<figure><img src="https://x.example/b.jpg"><img src="https://x.example/a.jpg"><figcaption>Beide</figcaption></figure>'
    assert (
        strip_body(body, [own]) == '<figure><img src="https://x.example/a.jpg"><figcaption>Beide</figcaption></figure>'
    )


@pytest.mark.parametrize(
    "markup",
    [
        "<picture><source srcset='https://x.example/u 2x'><img src='https://x.example/u'></picture>",
        "<svg><image href='u'></image></svg>",
        "<figure><figure><img src='u'></figure><img src='v'></figure>",
        "<figure><a href='u'><img src='u'></a></figure>",
        "<video poster='u'><img src='u'></video>",
        "<img>",
        "<img srcset='u'>",
    ],
)
def test_no_other_element_shows_what_may_not_go_out(markup):
    assert strip_body(f"<p>Text</p>{markup}", [FREE]) == "<p>Text</p>"


def test_a_picture_in_the_body_always_bears_its_credit():
    own = Image("https://x.example/a.jpg?a=1&b=2", credit="Stadt <X>")
    tag = '<img src="https://x.example/a.jpg?a=1&amp;b=2">'
    line = "Bild: Stadt &lt;X&gt;"
    assert strip_body(tag, [own]) == f"{tag}<small>{line}</small>"
    assert strip_body(f"<figure>{tag}</figure>", [own]) == f"<figure>{tag}<figcaption>{line}</figcaption></figure>"
    named = f"<figure>{tag}<figcaption>Am See. Foto: Stadt &lt;X&gt;</figcaption></figure>"
    assert strip_body(named, [own]) == named
    assert strip_body(named.replace("Foto: Stadt &lt;X&gt;", ""), [own]).endswith(
        f"Am See.  {line}</figcaption></figure>"
    )


def test_a_credit_is_announced_once():
    assert credit_line(picture("Stadt X")) == "Bild: Stadt X"
    assert credit_line(picture("Foto: Stadt X")) == "Foto: Stadt X"
    assert credit_line(picture("© Stadt X")) == "© Stadt X"
    assert credit_line(picture()) == ""


def test_thousands_of_pictures_are_no_trouble():
    assert strip_body("<p>a</p>" + "<figure><img src=u></figure>" * 5_000, []) == "<p>a</p>"


def test_a_paragraph_and_a_link_go_with_the_only_picture_in_them():
    picture = '<img src="https://x.example/a.jpg" alt="">'
    assert strip_body(f'<p><a href="https://x.example/">{picture}</a></p>', ()) == ""
    assert strip_body(f"<p>Text</p><p>\n{picture}</p>", ()) == "<p>Text</p>"
    assert strip_body(f"<p>{picture} Text</p><p>{picture}{picture}</p>", ()).startswith("<p> Text</p>")
