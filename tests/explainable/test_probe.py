"""A probe is regularised logistic regression; control labels know only the type."""

import math

import numpy as np
import pytest
import torch
from jaxtyping import TypeCheckError
from sklearn.linear_model import LogisticRegression

from ml2020.explainable import control_labels, probe, probe_loss
from tests.explainable.nets import dice
from tests.refusals import only_positive, refuses, spoilt


def examples(n=80, numbers=4, classes=3):
    h = torch.randn(n, numbers, generator=dice(0), dtype=torch.float64)
    noise = torch.randn(n, classes, generator=dice(1), dtype=torch.float64)
    return h, (h[:, :classes] + noise).argmax(dim=1)


@pytest.mark.equation("eq-explainable-probe")
def test_it_is_the_logistic_regression_of_scikit_learn():
    h, c = examples()
    found = probe(h, c, 3, 0.01)
    x = (h - found.middle) / found.spread
    assert x.square().sum(dim=1).mean().item() == pytest.approx(1)
    theirs = LogisticRegression(C=1 / (0.01 * len(h)), tol=1e-10, max_iter=10_000)
    theirs.fit(x.numpy(), c.numpy())
    torch.testing.assert_close(
        found(h).softmax(dim=1),
        torch.from_numpy(theirs.predict_proba(x.numpy())),
        atol=1e-3,
        rtol=0,
    )
    mine = probe_loss(found.W, found.b, x, c, 0.01).item()
    W, b = (torch.from_numpy(np.asarray(v)) for v in (theirs.coef_, theirs.intercept_))
    assert mine == pytest.approx(probe_loss(W, b, x, c, 0.01).item(), abs=1e-6)


def test_at_zero_the_loss_is_the_logarithm_of_the_number_of_classes():
    h, c = examples()
    found = probe_loss(torch.zeros(3, 4).double(), torch.zeros(3).double(), h, c, 5.0)
    assert found.item() == pytest.approx(math.log(3))


def test_a_large_common_factor_or_shift_changes_nothing():
    h, c = examples()
    one, other = probe(h, c, 3, 0.01), probe(1000 * h + 7, c, 3, 0.01)
    torch.testing.assert_close(one(h), other(1000 * h + 7), atol=1e-4, rtol=1e-4)


def test_numbers_that_are_all_alike_are_no_trouble():
    _, c = examples()
    found = probe(torch.ones(80, 4).double(), c, 3, 0.01)
    assert found(torch.ones(1, 4).double()).isfinite().all()


@pytest.mark.equation("eq-explainable-selectivity")
def test_control_labels_hang_on_the_type_alone_and_not_on_the_numbers():
    types = torch.randint(50, (400,), generator=dice(0))
    found = control_labels(types, 4, generator=dice(1))
    for k in range(50):
        assert len(found[types == k].unique()) <= 1
    assert set(found.tolist()) == {0, 1, 2, 3}
    # who sees the type reads them all; who sees nothing of it, no more than chance:
    # the selectivity of a property that is known as well is 0, and large
    seen = torch.eye(50).double()[types]
    right = probe(seen, found, 4, 1e-6)(seen).argmax(dim=1) == found
    assert right.all()
    h = torch.randn(400, 3, generator=dice(2), dtype=torch.float64)
    new = probe(h[:200], found[:200], 4, 1.0)(h[200:]).argmax(dim=1) == found[200:]
    assert new.double().mean() < 0.45


def test_bad_arguments_are_refused():
    h, c = examples()
    only_positive(lambda s: probe(h, c, 3, s), "strength")
    said = "^h has NaN or infinity"
    refuses(lambda h: probe(h, c, 3, 1.0), said, good=[h], bad=spoilt(h, math.nan))
    said = "^c is outside 0 to 2: give more classes"
    refuses(lambda c: probe(h, c, 3, 1.0), said, good=[c], bad=[c + 1, c - 1])
    said = "^classes is .*: give 2 or more"
    refuses(lambda n: control_labels(c, n), said, good=[2], bad=[1, 0])
    refuses(lambda n: probe(h, c, n, 1.0), said, good=[3], bad=[1])
    said = "^types is .*: give 0 or more"
    refuses(lambda t: control_labels(t, 2), said, good=[c], bad=[c - 1])
    said = "^types is empty"
    refuses(lambda t: control_labels(t, 2), said, good=[c], bad=[c[:0]])
    said = "^h is empty"
    refuses(lambda n: probe(h[:n], c[:n], 3, 1.0), said, good=[3], bad=[0])
    with pytest.raises(TypeCheckError, match="'c'"):
        probe(h, c[:-1], 3, 1.0)
