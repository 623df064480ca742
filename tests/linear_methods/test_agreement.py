"""Agreement is scikit-learn's, whatever groups are called."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from ml2020.linear_methods import adjusted_rand
from tests.refusals import refuses


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=2))
def test_it_is_sklearn_s(rows):
    a, b = torch.tensor(rows).T
    assert adjusted_rand(a, b).item() == pytest.approx(adjusted_rand_score(a, b))


def test_names_do_not_matter_and_chance_is_about_nothing():
    a = torch.tensor([0, 0, 1, 1, 2, 2])
    assert adjusted_rand(a, (a + 1) % 3) == 1
    dice = torch.Generator().manual_seed(0)
    draws = [torch.randint(0, 3, (2, 200), generator=dice) for _ in range(50)]
    assert abs(torch.stack([adjusted_rand(*d) for d in draws]).mean()) < 0.005


def test_rejects_groupings_that_say_nothing():
    a = torch.tensor([0, 1])
    refuses(
        lambda n: adjusted_rand(a[:n], a[:n]),
        "^a has one example: give 2 or more$",
        good=[2],
        bad=[1],
    )
    for name, pair in (("a", (a - 1, a)), ("b", (a, a - 1))):
        with pytest.raises(ValueError, match=rf"^{name} has a negative label: count"):
            adjusted_rand(*pair)
