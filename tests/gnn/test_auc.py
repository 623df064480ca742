"""AUC is how often a pair is in order, and scikit-learn's."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from ml2020.gnn import auc
from tests.refusals import refuses, spoilt


@pytest.mark.equation("eq-gnn-auc")
@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=8),
    st.lists(st.integers(0, 5), min_size=1, max_size=8),
)
def test_auc_is_how_often_a_pair_is_in_order(high, low):
    pairs = [(h > l) + 0.5 * (h == l) for h in high for l in low]  # noqa: E741
    found = auc(torch.tensor(high).float(), torch.tensor(low).float()).item()
    assert found == pytest.approx(sum(pairs) / len(pairs))
    truth = [1] * len(high) + [0] * len(low)
    assert found == pytest.approx(roc_auc_score(truth, high + low))


def test_many_scores_of_half_precision_do_not_overflow():
    high, low = torch.ones(3).half(), torch.zeros(70000).half()
    found = auc(high, low)
    assert found.item() == 1
    assert found.dtype == torch.float16


def test_rejects_no_score_and_what_is_none():
    yes = torch.ones(2)
    with pytest.raises(ValueError, match=r"^high is empty: give at least one score$"):
        auc(yes[:0], yes)
    with pytest.raises(ValueError, match=r"^low is empty: give at least one score$"):
        auc(yes, yes[:0])
    for name, call in (("high", lambda s: auc(s, yes)), ("low", lambda s: auc(yes, s))):
        said = f"^{name} has NaN or infinity: train anew with a lower rate$"
        refuses(call, said, good=[yes], bad=spoilt(yes, math.nan, math.inf))
