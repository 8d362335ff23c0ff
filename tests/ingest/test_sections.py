"""Several items on one page: the fragment says which."""

import pytest

from syndicator.model import Draft
from tests.ingest.test_article import page, read

ADDRESS = "https://www.stadt.example/kurz.html"
BLOCKS = (
    '<main><h1>Kurz gemeldet</h1><div id="a"><h2>Erste Meldung</h2><p>Der Text der ersten Meldung steht hier.</p></div>'
    '<div id="b"><h2>Zweite Meldung</h2><p>Der Text der zweiten Meldung steht hier.</p></div></main>'
)
HEADINGS = (
    '<main><h1>Kurz gemeldet</h1><a name="a"></a><h2>Erste Meldung</h2><p>Der Text der ersten Meldung steht hier.</p><h3>Dazu</h3><p>Noch mehr.</p>'
    '<h2 id="b">Zweite Meldung</h2><p>Der Text der zweiten Meldung steht hier.</p></main>'
)


@pytest.mark.parametrize("inner", [BLOCKS, HEADINGS])
@pytest.mark.parametrize(
    ("mark", "title", "other"), [("a", "Erste Meldung", "zweiten"), ("b", "Zweite Meldung", "ersten")]
)
def test_a_fragment_names_one_item_of_a_page(inner, mark, title, other):
    head = '<meta property="og:title" content="Kurz gemeldet"><link rel="canonical" href="https://www.stadt.example/kurz.html">'
    draft = read(page(inner, head), f"{ADDRESS}#{mark}")
    assert isinstance(draft, Draft)
    assert (draft.title, draft.address) == (title, f"{ADDRESS}#{mark}")
    assert title.split()[0].lower()[:4] in draft.body.lower()
    assert other not in draft.body
    assert draft.language == "de"


def test_a_sub_headline_belongs_to_its_item():
    assert "Noch mehr." in read(page(HEADINGS), f"{ADDRESS}#a").body


@pytest.mark.parametrize("mark", ["gibtsnicht", 'x"]', "%22"])
def test_a_fragment_that_names_nothing_leaves_the_page_whole(mark):
    draft = read(
        page("<main><h1>Ein Brunnen</h1><p>Er steht vor dem Rathaus und sprudelt.</p></main>"), f"{ADDRESS}#{mark}"
    )
    assert (draft.title, draft.address) == ("Ein Brunnen", ADDRESS)
