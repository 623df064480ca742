"""LIME is weighted ridge regression; of a linear score it finds the weights."""

import math

import pytest
import torch
from jaxtyping import TypeCheckError
from sklearn.linear_model import Ridge

from ml2020.explainable import closeness, coalitions, lime
from tests.explainable.nets import dice
from tests.refusals import only_positive, refuses, spoilt


def samples(n=60, parts=5, seed=0):
    rolls = dice(seed)
    z = (torch.rand(n, parts, generator=rolls) < 0.6).double()
    y = torch.randn(n, generator=rolls, dtype=torch.float64)
    return z, y, closeness(z, 0.7)


@pytest.mark.equation("eq-explainable-lime")
@pytest.mark.parametrize("strength", [0.01, 0.3, 10.0])
def test_it_is_the_ridge_of_scikit_learn(strength):
    z, y, pi = samples()
    theirs = Ridge(strength).fit(z, y, sample_weight=pi / pi.sum())
    mine = lime(z, y, pi, strength)
    torch.testing.assert_close(mine.w, torch.from_numpy(theirs.coef_))
    assert mine.b.item() == pytest.approx(theirs.intercept_)
    score = theirs.score(z, y, sample_weight=pi)
    assert isinstance(mine.fidelity, float)
    assert mine.fidelity == pytest.approx(score)


def test_of_a_linear_score_it_finds_the_weights_whatever_the_width():
    w = torch.tensor([1.0, -2.0, 0.0, 4.0], dtype=torch.float64)
    z = coalitions(4).double()
    for width in (0.3, 1.0, 100.0):
        found = lime(z, z @ w + 3, closeness(z, width))
        torch.testing.assert_close(found.w, w)
        assert found.b.item() == pytest.approx(3)
        assert found.fidelity == pytest.approx(1)


def test_closeness_falls_with_the_share_that_is_gone():
    z = torch.tensor([[1.0, 1, 1, 1], [1, 0, 1, 1], [0, 0, 0, 0]])
    expected = [1, math.exp(-0.25 / 0.09), math.exp(-1 / 0.09)]
    torch.testing.assert_close(closeness(z, 0.3), torch.tensor(expected))
    only_positive(lambda width: closeness(z, width), "width")


def test_a_constant_score_is_explained_without_a_part():
    z, _, pi = samples()
    found = lime(z, torch.ones(60, dtype=torch.float64), pi)
    torch.testing.assert_close(found.w, torch.zeros(5, dtype=torch.float64))


def test_near_the_picture_it_is_removal():
    z = coalitions(5).double()
    y = torch.randn(32, generator=dice(1), dtype=torch.float64)
    found = lime(z, y, closeness(z, 0.12))
    gone = y[31] - y[31 - 2 ** torch.arange(5)]
    torch.testing.assert_close(found.w, gone, atol=1e-3, rtol=0)


def test_bad_samples_are_refused():
    z, y, pi = samples()
    none = torch.zeros_like(pi)
    said = "^closeness has no positive sum: give"
    one_far = torch.cat([none[:1], pi[1:]])
    refuses(lambda c: lime(z, y, c), said, good=[pi, one_far], bad=[none, pi - 1])
    for name, k in (("z", 0), ("y", 1), ("closeness", 2)):
        parts = [z, y, pi]

        def call(value, k=k, parts=parts):
            return lime(*parts[:k], value, *parts[k + 1 :])

        said = f"^{name} has NaN or infinity: give numbers"
        refuses(call, said, good=[parts[k]], bad=spoilt(parts[k], math.nan))
    said = "^strength is .*: give 0 or more"
    refuses(lambda s: lime(z, y, pi, s), said, good=[0.0, 1.0], bad=[-1.0, math.nan])
    twins = torch.cat([z, z[:, :1]], dim=1)
    said = "^z does not tell its parts apart: give"
    refuses(lambda z: lime(z, y, pi), said, good=[z], bad=[twins, z[:1].expand(60, 5)])
    lime(twins, y, pi, 0.1)
    one_more = lambda s: lime(twins.float(), y.float(), pi.float(), s)  # noqa: E731
    refuses(one_more, said, good=[1e-3], bad=[0.0, 1e-12, 1e-8])
    said = "^z has NaN or infinity: it overflows"
    refuses(lambda f: lime(f * z, y, pi), said, good=[1.0], bad=[1e200])
    said = "^z is empty: give"
    refuses(lambda n: lime(z[:n], y[:n], pi[:n], 1.0), said, good=[2], bad=[0])
    with pytest.raises(TypeCheckError, match="'y'"):
        lime(z, y[:-1], pi)
    with pytest.raises(TypeCheckError, match="'closeness'"):
        lime(z, y, pi[:-1])
