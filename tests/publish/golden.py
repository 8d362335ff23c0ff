"""The published bytes of the example, kept in `golden/`. After a change that is meant: `python -m tests.publish.golden`, and read the diff."""

from collections.abc import Iterator
from pathlib import Path

from syndicator.publish import formats, index, opml
from syndicator.publish.formats import html
from tests.publish.example import CONFIG, document, newsroom, planned

FOLDER = Path(__file__).with_name("golden")


def rendered() -> Iterator[tuple[str, bytes]]:
    """Path within the folder and bytes, of each format, of the English page, the index page, and the list of feeds."""
    for form in formats.available().values():
        yield f"vielfalt.{form.EXTENSION}", form.render(document(*newsroom()))
        yield f"empty.{form.EXTENSION}", form.render(document(name="verkehr", title="Verkehr & Wege"))
    yield "vielfalt-en.html", html.Page("en").render(document(*newsroom()))
    yield "index.html", index.render_index(planned(), CONFIG)
    yield "feeds.opml", opml.render_opml(planned(), CONFIG)


if __name__ == "__main__":
    for path, body in rendered():
        (FOLDER / path).write_bytes(body)
