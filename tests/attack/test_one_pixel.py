"""One dot is replaced, and evolution finds the one that matters."""

import math

import pytest
import torch

from ml2020.attack import candidates, cost_of, dotted, every_dot, evolve
from tests.refusals import refuses, spoilt

X = torch.rand(3, 4, 5, generator=torch.Generator().manual_seed(0))
y = torch.tensor([0, 1, 0])


@pytest.mark.equation("eq-attack-pixel")
@pytest.mark.parametrize("channel", [(), (1,)])
def test_exactly_one_dot_changes_in_a_slow_loop(channel):
    x = X.view(3, *channel, 4, 5)
    genes = torch.tensor(
        [[[0.0, 0.0, 0.5], [3.9, 4.9, 2.0], [-1.0, 2.2, -3.0], [9, 9, 0.1]]]
    )
    genes = genes.expand(3, -1, -1)
    found = dotted(x, genes)
    assert found.shape == (12, *x.shape[1:])
    places = [(0, 0, 0.5), (3, 4, 1.0), (0, 2, 0.0), (3, 4, 0.1)]
    for k in range(3):
        for m, (row, column, ink) in enumerate(places):
            expected = x[k].clone()
            expected[..., row, column] = ink
            torch.testing.assert_close(found[4 * k + m], expected)


def test_candidates_are_everywhere():
    found = candidates(X, 500, generator=torch.Generator().manual_seed(1))
    assert found.shape == (3, 500, 3)
    low, high = found.amin(dim=(0, 1)), found.amax(dim=(0, 1))
    assert (low >= 0).all()
    assert low.max() < 0.1
    assert (high <= torch.tensor([4, 5, 1])).all()
    assert (high > torch.tensor([3.9, 4.9, 0.99])).all()


def test_every_dot_is_every_dot_once_with_each_ink():
    found = every_dot(X, (0.0, 0.5, 1.0))
    assert found.shape == (3, 60, 3)
    assert len({tuple(g) for g in found[0].tolist()}) == 60
    assert every_dot(X).shape == (3, 40, 3)


def loss(x, y):
    """Dot (2, 3) of class 0, dot (1, 1) of class 1: full ink is best."""
    return -torch.where(y == 0, x[:, 2, 3], x[:, 1, 1])


def test_evolution_finds_the_dot_of_each_picture():
    cost, dice = cost_of(loss, X, y), torch.Generator().manual_seed(2)
    found = evolve(cost, candidates(X, 40, generator=dice), 40, generator=dice)
    assert found.costs.amin(dim=1).tolist() == pytest.approx([-1.0] * 3, abs=1e-3)
    exact = cost(every_dot(X)).amin(dim=1)
    torch.testing.assert_close(exact, torch.full((3,), -1.0))


def test_the_same_dice_draw_the_same_candidates():
    drawn = [
        candidates(X, 50, generator=torch.Generator().manual_seed(4)) for _ in range(2)
    ]
    assert torch.equal(*drawn)


def test_bad_input_is_refused():
    refuses(
        lambda x: candidates(x, 4),
        "^x has",
        good=[X],
        bad=spoilt(X, 1.1, -0.1, math.nan),
    )
    refuses(lambda n: candidates(X, n), "^count is 3", good=[4], bad=[3])
    genes = candidates(X, 4)
    refuses(
        lambda genes: dotted(X, genes),
        "^genes has NaN",
        good=[genes],
        bad=spoilt(genes, math.nan),
    )
