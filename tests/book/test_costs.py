"""What the pages cost when all are run, summed from their recorded runs."""

import pytest

from cached_runs import recorded_runs
from tools.promises.of_costs import BOOK, NAMED, too_dear
from tools.promises.pages import ROOT, listed


def test_the_book_runs_in_thirty_minutes_of_cpu(site, record_property):
    """It prints the sum. A page that the book has no more costs nothing."""
    pages = {f"book/{page.stem}" for page in listed()}
    recorded = recorded_runs(ROOT / ".jupyter_cache")
    runs = {page: run for page, run in recorded.items() if page in pages}
    spent = sum(run["cpu_seconds"] for run in runs.values())
    record_property(f"seconds of CPU of {BOOK} for {len(runs)} pages", f"{spent:.0f}")
    assert not too_dear(runs)


@pytest.mark.parametrize(("seconds", "count"), [(BOOK / 8, 0), (BOOK / 8 + 1, 1)])
def test_a_book_beyond_its_budget_names_its_dearest_pages(seconds, count):
    runs = {f"book/page{n}": {"cpu_seconds": seconds} for n in range(7)}
    runs["book/dear"] = {"cpu_seconds": BOOK / 8 + 0.5 * count}
    said = too_dear(runs)
    assert len(said) == count
    for text in said:
        assert text.startswith("the pages take 1808 seconds of CPU, 1800 at most")
        assert text.count("book/") == NAMED
