"""One change for all pictures, and a patch at any place."""

import math

import pytest
import torch

from ml2020.attack import learn_patch, pasted, some_places, universal
from tests.refusals import below, only_positive, refuses, spoilt

dice = torch.Generator().manual_seed(0)
X = 0.3 + 0.4 * torch.rand(7, 1, 4, 5, generator=dice, dtype=torch.float64)
W = torch.randn(4, 5, generator=dice, dtype=torch.float64)
y = torch.zeros(7, dtype=torch.int64)


def linear(x, _):
    return (x * W).sum(dim=(1, 2, 3))


@pytest.mark.equation("eq-attack-universal")
def test_of_a_linear_loss_it_is_the_sign_of_the_weights():
    found = universal(linear, X, y, 0.1, 5, 0.04)
    torch.testing.assert_close(found[0], -0.1 * W.sign())
    assert torch.equal(
        universal(linear, X, y, 0.1, 0, 1.0), torch.zeros(1, 4, 5).double()
    )
    assert universal(linear, X, y, 0.0, 2, 1.0).abs().max() == 0


def test_it_moves_only_where_some_picture_has_room():
    x = X.clone()
    x[:, 0, 0, 0] = 0.0
    found = universal(lambda v, _: v[:, 0, 0, 0] + v[:, 0, 0, 1], x, y, 0.1, 3, 0.1)
    assert found[0, 0, 1] == pytest.approx(-0.1)
    assert found[0, 1:].abs().max() == 0


def test_what_one_picture_alone_asks_for_is_done_to_all():
    c = y.clone()
    c[3] = 1
    found = universal(lambda v, c: v[:, 0, 0, 0] * c, X, c, 0.1, 3, 0.1)
    assert found[0, 0, 0] == pytest.approx(-0.1)


@pytest.mark.equation("eq-attack-patch")
def test_a_patch_is_pasted_in_a_slow_loop():
    patch = torch.rand(2, 3, dtype=torch.float64)
    places = torch.tensor([[0, 0], [2, 2], [1, 0], [0, 2], [2, 0], [1, 1], [0, 1]])
    before, found = X.clone(), pasted(X, patch, places)
    for k, (r, c) in enumerate(places.tolist()):
        for i in range(4):
            for j in range(5):
                inside = r <= i < r + 2 and c <= j < c + 3
                expected = patch[i - r, j - c] if inside else X[k, 0, i, j]
                assert found[k, 0, i, j] == expected
    assert torch.equal(X, before)


def test_places_are_drawn_from_all_up_to_the_most():
    found = some_places(500, (2, 1), generator=torch.Generator().manual_seed(1))
    pairs = {tuple(p) for p in found.tolist()}
    assert pairs == {(a, b) for a in range(3) for b in range(2)}


@pytest.mark.equation("eq-attack-patch")
def test_a_learned_patch_is_light_where_weights_pull_up_and_knows_all_places():
    here = torch.zeros(7, 2, dtype=torch.int64)
    found = learn_patch(linear, X, y, 2, 20, 0.1, lambda: here)
    torch.testing.assert_close(found, (W[:2, :2] < 0).double())
    turns = iter([here, *[here, here + 1] * 20])  # the first one is for the checks
    loss = lambda x, _: x[:, 0, 0, 0] - 2 * x[:, 0, 1, 1]  # noqa: E731
    both = learn_patch(loss, X, y, 1, 40, 0.1, lambda: next(turns))
    assert both.item() == pytest.approx(0.5)  # up, down, in turns
    assert (
        learn_patch(linear, X, y, 2, 0, 0.1, lambda: here).tolist() == [[0.5] * 2] * 2
    )


def test_bad_input_is_refused():
    here = torch.zeros(7, 2, dtype=torch.int64)
    bad = spoilt(X, 1.1, math.nan)
    refuses(lambda x: universal(linear, x, y, 0.1, 1, 0.1), "^X has", good=[X], bad=bad)
    refuses(
        lambda e: universal(linear, X, y, e, 1, 0.1),
        "^eps is",
        good=[0.0],
        bad=[below(0.0)],
    )
    refuses(
        lambda n: universal(linear, X, y, 0.1, n, 0.1), "^steps", good=[0], bad=[-1]
    )
    only_positive(lambda v: universal(linear, X, y, 0.1, 1, v), "rate")
    call = learn_patch
    refuses(
        lambda x: call(linear, x, y, 1, 1, 0.1, lambda: here),
        "^X has",
        good=[X],
        bad=bad,
    )
    refuses(
        lambda n: call(linear, X, y, n, 1, 0.1, lambda: here),
        "^side is",
        good=[1],
        bad=[0],
    )
    refuses(
        lambda n: call(linear, X, y, 1, n, 0.1, lambda: here),
        "^steps is",
        good=[0],
        bad=[-1],
    )
    only_positive(lambda v: call(linear, X, y, 1, 1, v, lambda: here), "rate")


def test_a_patch_that_would_not_lie_inside_is_refused():
    x, patch = torch.zeros(2, 1, 4, 5), torch.ones(2, 2)
    inside = [torch.tensor([[0, 0], [2, 3]])]
    bad = [torch.tensor([[0, 0], last]) for last in ([3, 0], [0, 4], [-1, 0], [0, -1])]
    said = r"^places are not from 0 to \[2, 3\]: move them inside$"
    refuses(lambda at: pasted(x, patch, at), said, good=inside, bad=bad)
    refuses(
        lambda m: some_places(2, m), "^most is", good=[(0, 0)], bad=[(-1, 3), (3, -1)]
    )
