"""Whole portals, rebuilt: every folder in `portals/` is one, and each test here walks all of them."""

import pytest

from tests.ingest.portal_folders import FOLDERS, PortalFolder, shown


@pytest.fixture(params=FOLDERS, ids=lambda path: path.name)
def folder(request):
    return PortalFolder(request.param)


def test_the_articles_of_a_portal_are_as_its_folder_says(folder):
    harvest = folder.visit()
    assert harvest.failed is None
    assert [problem.kind for problem in harvest.problems] == folder.stated.get("problems", [])
    drafts = list(harvest.drafts)
    assert [draft.title for draft in drafts] == [article["title"] for article in folder.articles]
    for draft, article in zip(drafts, folder.articles, strict=True):
        assert shown(draft, article) == article
