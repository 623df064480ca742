"""References are items of their list, and pages that have no text stay as they are."""

from book_access import call_references_items


def test_references_are_items():
    item = '<div role="list"><div class="citation" role="%s">A</div></div>'
    page = {"body": item % "doc-biblioentry"}
    call_references_items(None, "page", "page.html", page, None)
    assert page == {"body": item % "listitem"}


def test_a_page_without_text_stays():
    page = {"title": "Search"}
    call_references_items(None, "search", "search.html", page, None)
    assert page == {"title": "Search"}
