import re

from syndicator.model import Image
from syndicator.publish import formats, pages
from syndicator.publish.addresses import STYLE
from tests.publish.checks import loaded
from tests.publish.example import SITE, article, document, newsroom


def page(*articles, **fields):
    return formats.available()["html"].render(document(*articles, **fields))


def test_the_three_addresses_stand_there_to_be_copied_and_to_be_discovered():
    text = page(*newsroom()).decode()
    for ending, kind in (
        ("atom", "application/atom+xml"),
        ("rss", "application/rss+xml"),
        ("json", "application/feed+json"),
    ):
        address = f"https://news.example/feeds/vielfalt.{ending}"
        assert f'<link rel="alternate" type="{kind}" title="Vielfalt (' in text
        assert f'<a href="{address}"' in text
        assert f"<code>{address}</code>" in text.replace("<wbr>", "")


def test_only_the_formats_that_are_published_are_offered():
    publish = document().publish.model_copy(update={"formats": ("rss",)})
    text = page(*newsroom(), publish=publish).decode()
    assert "vielfalt.rss" in text
    assert "vielfalt.atom" not in text


def test_nothing_is_loaded_from_another_host():
    assert loaded(page(*newsroom())) == ["/feeds/icon.svg", f"/feeds/{STYLE}"]


def test_a_picture_of_our_own_host_is_shown_and_one_elsewhere_is_linked():
    ours = article(
        images=(Image("https://news.example/a.jpg", alt="Der See", credit="Stadt Musterhausen", width=640, height=480),)
    )
    text = page(ours).decode()
    assert '<img src="https://news.example/a.jpg" alt="Der See" loading="lazy" width="640" height="480">' in text
    assert "<figcaption>Bild: Stadt Musterhausen</figcaption>" in text
    elsewhere = page(newsroom()[0]).decode()
    assert "<img" not in elsewhere
    assert '<a href="https://www.musterhausen.example/bilder/runde.jpg?w=1200&amp;h=800">Bild ansehen' in elsewhere


def test_dates_are_german_and_no_more_exact_than_the_source():
    text = page(*newsroom()).decode()
    assert '<time datetime="2019-11-04">4. November 2019</time>' in text
    assert '<time datetime="2019-10">Oktober 2019</time>' in text
    assert "ohne Datum" in text


def test_each_article_links_its_page_its_city_and_its_categories():
    text = page(newsroom()[0]).decode()
    assert 'href="https://www.musterhausen.example/nachricht.jsp?nid=605731&amp;lang=de"' in text
    assert '<a href="/feeds/musterhausen">Musterhausen</a>' in text
    assert '<a href="/feeds/verkehr">Verkehr &amp; Wege</a>' in text


def test_the_whole_text_is_read_where_it_comes_from():
    text = page(newsroom()[0]).decode()
    assert "Der Rat entscheidet im Dezember." in text
    assert "Wie es weitergeht" not in text


def test_an_article_in_another_language_says_so():
    assert '<article lang="en">' in page(newsroom()[-1]).decode()


def test_a_service_below_a_path_links_below_that_path():
    below = SITE.model_copy(update={"url": "https://www.stadt.example/nachrichten/"})
    text = page(*newsroom(), site=below).decode()
    assert loaded(page(*newsroom(), site=below)) == ["/nachrichten/feeds/icon.svg", "/nachrichten/feeds/style.css"]
    assert '<a href="/nachrichten/">' in text
    assert not re.search(r'href="/(?!nachrichten/)', text)


def test_a_contact_is_a_mail_address_a_page_or_just_words():
    def contact(text):
        return page(site=SITE.model_copy(update={"contact": text})).decode()

    assert '<a href="mailto:a@x.example">a@x.example</a>' in contact("a@x.example")
    assert '<a href="https://x.example/kontakt">' in contact("https://x.example/kontakt")
    assert "Hinweise: javascript:x" in contact("javascript:x")


def _luminance(colour):
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one, other):
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_text_stands_out_from_its_ground_in_light_and_dark():
    """WCAG 2.2, 1.4.3 and, for the focus, 1.4.11."""
    schemes = [
        dict(re.findall(r"--([\w-]+): (#\w{6});", block))
        for style in (pages.stylesheet(), pages.feed_stylesheet())
        for block in re.findall(r":root \{(.*?)\}", style.decode(), re.DOTALL)
    ]
    assert len(schemes) == 4
    for colours in schemes:
        for ground in ("ground", "raised", "accent-ground"):
            for ink in ("ink", "quiet", "accent"):
                assert _contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
            assert _contrast(colours.get("focus", colours["ink"]), colours[ground]) >= 3
