"""The detector's number is the paper's sum, and its area that of scikit-learn."""

import pytest
import torch
from sklearn.metrics import roc_auc_score

from ml2020.attack import area, moved_answer
from tests.refusals import refuses


@pytest.mark.equation("eq-attack-detector")
def test_it_is_the_sum_of_differences_of_probabilities():
    W = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))
    x, changed = torch.rand(5, 4), torch.rand(5, 4)
    found = moved_answer(lambda x: x @ W, x, changed)
    for k in range(5):
        p, q = (v[k] @ W for v in (x, changed))
        p, q = p.exp() / p.exp().sum(), q.exp() / q.exp().sum()
        expected = sum(abs(a - b) for a, b in zip(p, q, strict=True))
        assert found[k].item() == pytest.approx(expected.item(), abs=1e-5)
    sure = torch.tensor([[99.0, 0], [0, 99.0]])
    assert moved_answer(lambda x: x, sure, sure.flip(0)).tolist() == [2, 2]


def test_the_area_is_scikit_learn_s_with_ties():
    dice = torch.Generator().manual_seed(1)
    good = torch.randint(6, (30,), generator=dice).float()
    bad = torch.randint(2, 8, (20,), generator=dice).float()
    theirs = roc_auc_score([0] * 30 + [1] * 20, torch.cat([good, bad]))
    assert area(good, bad) == pytest.approx(theirs)
    assert area(torch.zeros(2), torch.ones(1)) == 1
    none = torch.zeros(0)
    refuses(lambda v: area(v, bad), "^good is empty", good=[good], bad=[none])
    refuses(lambda v: area(good, v), "^bad is empty", good=[bad], bad=[none])
    refuses(
        lambda v: moved_answer(lambda x: x * v, good[:, None], good[:, None]),
        "^what the model says has NaN",
        good=[1.0],
        bad=[torch.nan],
    )
    nan = torch.tensor([0.0, torch.nan])
    refuses(lambda v: area(v, bad), "^good has NaN", good=[good], bad=[nan])
    refuses(lambda v: area(good, v), "^bad has NaN", good=[bad], bad=[nan])
