"""A reader may run a cell again: on one page each is run twice before the next.

That no name is bound by two cells is read from every page (test_chapters.py); here a
cheap page shows that this is enough. `python -m tools.twice --cells` runs the others.
"""

import pytest

from tools.promises.pages import chosen
from tools.twice import each_cell_twice


@pytest.mark.slow
def test_each_cell_gives_the_same_when_it_is_run_again():
    (found,) = each_cell_twice(chosen(["logistic_regression_binary"]), workers=1)
    assert not found, "\n".join(found)
