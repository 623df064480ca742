"""A page runs as always, whatever kind of numbers was the default before it.

That each page states its own is read from all of them (test_chapters.py); here a cheap
page shows that this is enough.
"""

import pytest

from tools.promises.of_cells import STATED
from tools.promises.pages import Page, chosen
from tools.run_page import execute

BEFORE = """\
```{code-cell} python
import torch
torch.set_default_dtype(torch.float64)
```

"""


def run(page: Page, text: str):
    """Run a page after a cell in which somebody sets another default."""
    head, fence, rest = text.partition("```{code-cell}")
    return execute(f"{head}{BEFORE}{fence}{rest}", page.path.parent)


@pytest.mark.slow
def test_a_page_runs_after_another_default():
    (page,) = chosen(["logistic_regression_binary"])
    assert run(page, page.text) is None


@pytest.mark.slow
def test_a_page_that_states_no_kind_of_numbers_fails_after_another_default():
    (page,) = chosen(["introduction"])
    assert STATED in page.text
    failure = run(page, page.text.replace(STATED, ""))
    assert "dtype" in failure.error
