"""A reader may run a cell again: on two pages each is run twice before the next.

That no name is bound by two cells is read from every page (test_chapters.py); here two
pages show that this is enough. `python -m tools.twice --cells` runs the others.
"""

import pytest

from tools.promises.pages import chosen
from tools.twice import each_cell_twice

PAGES = ("classification_generative", "gradient_descent")


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_each_cell_gives_the_same_when_it_is_run_again(name):
    (found,) = each_cell_twice(chosen([name]), workers=1)
    assert not found, "\n".join(found)
