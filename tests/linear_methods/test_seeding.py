"""First centres are examples, different ones, and with ++ likely far apart."""

import math

import pytest
import torch

from ml2020.linear_methods import plus_plus_chances, plus_plus_start, random_start
from tests.refusals import refuses, spoilt


def dice(seed):
    return torch.Generator().manual_seed(seed)


X = torch.tensor([[0.0], [1.0], [4.0], [4.0]])


@pytest.mark.equation("eq-linear_methods-plus-plus")
def test_chances_grow_with_the_squared_distance():
    p = plus_plus_chances(X, X[:1])
    torch.testing.assert_close(p, torch.tensor([0.0, 1, 16, 16]) / 33)
    p = plus_plus_chances(X, X[[0, 2]])
    assert p.tolist() == [0, 1, 0, 0]


@pytest.mark.parametrize("start", [random_start, plus_plus_start])
def test_centres_are_different_examples(start):
    for seed in range(20):
        C = start(X, 3, generator=dice(seed))
        assert sorted(C.flatten().tolist()) == [0, 1, 4]


def test_the_second_centre_comes_as_often_as_its_chance_says():
    second = [
        plus_plus_start(X, 2, generator=dice(k)).flatten().tolist() for k in range(600)
    ]
    from_zero = [b for a, b in second if a == 0]
    assert 100 < len(from_zero) < 200
    assert sum(b == 4 for b in from_zero) / len(from_zero) > 0.9


def test_every_example_can_be_first():
    for start in (random_start, plus_plus_start):
        firsts = {start(X, 1, generator=dice(k)).item() for k in range(60)}
        assert firsts == {0, 1, 4}


def test_the_same_dice_give_the_same_centres_and_the_world_s_stay():
    state = torch.get_rng_state()
    for start in (random_start, plus_plus_start):
        one, two = (start(X, 3, generator=dice(7)) for _ in range(2))
        assert torch.equal(one, two)
    assert torch.equal(state, torch.get_rng_state())


@pytest.mark.parametrize("start", [random_start, plus_plus_start])
def test_rejects_more_than_there_are(start):
    refuses(
        lambda count: start(X, count),
        "^X has 3 different examples: ask for no more",
        good=[3],
        bad=[4],
    )
    refuses(lambda n: start(X, n), "^count is 0: give 1 or more$", good=[1], bad=[0])
    refuses(
        lambda X: start(X, 1), "^X has NaN or inf", good=[X], bad=spoilt(X, math.nan)
    )


def test_rejects_centres_that_leave_nobody():
    with pytest.raises(ValueError, match=r"^C stands on every example of X, as far"):
        plus_plus_chances(X[:1].expand(3, -1), X[:1])
    tiny = torch.tensor([[0.0], [1e-30]], dtype=torch.float32)
    with pytest.raises(ValueError, match=r"^C stands on every .*standardise X$"):
        plus_plus_start(tiny, 2, generator=dice(0))
    huge = torch.tensor([[0.0], [1e30]], dtype=torch.float32)
    with pytest.raises(ValueError, match=r"^X has numbers so large that squares"):
        plus_plus_start(huge, 2, generator=dice(0))


def test_one_feature_is_enough_to_be_apart():
    two = torch.tensor([[0.0, 0.0], [1.0, 0.0]])
    assert plus_plus_chances(two, two[:1]).tolist() == [0, 1]


def test_rejects_centres_too_far_for_squares():
    X = torch.tensor([[0.0], [1e30]], dtype=torch.float32)
    with pytest.raises(ValueError, match=r"^C stands on every example of X"):
        plus_plus_chances(X, X[:1])
