"""Every rule runs the same race, and a network runs it as if it were alone."""

import pytest
import torch

from ml2020.gradient_descent import GradientDescent
from ml2020.optimization import (
    SGDM,
    AdaBound,
    AdamW,
    Lookahead,
    RMSProp,
    race,
    racers,
    small_clothes,
)


@pytest.fixture(scope="module")
def data():
    return small_clothes(300, 100)


@pytest.fixture(scope="module")
def pair(data):
    return race(SGDM(0.05), data, [3, 8], passes=2)


def test_a_network_runs_as_if_it_were_alone(data, pair):
    alone = race(SGDM(0.05), data, [8], passes=2)
    for both, one in zip(pair, alone, strict=True):
        torch.testing.assert_close(both[..., 1:], one, rtol=1e-4, atol=1e-4)
    assert not torch.equal(pair.losses[:, 0], pair.losses[:, 1])


def test_it_learns_and_says_where_it_was_measured(pair):
    assert pair.losses.shape == (2, 2)
    assert (pair.losses[1] < pair.losses[0]).all()
    guessing = 0.1
    for share in (pair.choose, pair.judge, pair.learn):
        assert share.shape == (2,)
        assert (share > 3 * guessing).all()
    # The shares of 100, 11,600 and 300 pictures are whole numbers of them.
    for share, count in zip(pair, (100, 11_600, 300), strict=False):
        hits = share * count
        torch.testing.assert_close(hits, hits.round(), rtol=0, atol=0.01)


def test_a_pass_is_the_mean_of_its_batches(data):
    # With a rate near zero nothing is learned: the loss is that of the first weights.
    still = race(GradientDescent(1e-12), data, [3], passes=2)
    torch.testing.assert_close(still.losses[0], still.losses[1], rtol=0, atol=1e-4)


def test_every_racer_takes_a_rate_and_has_the_settings_of_torch_or_of_its_paper():
    rules = {name: make(0.25) for name, make in racers().items()}
    assert len(rules) == 12
    wrapped = rules.pop("Lookahead")
    assert wrapped == Lookahead(SGDM(0.25, 0.9), k=5, slow_lr=0.5)
    assert all(rule.lr == 0.25 for rule in rules.values())
    assert rules["RMSProp"] == RMSProp(0.25, alpha=0.99)
    assert rules["AdamW"] == AdamW(0.25, weight_decay=0.01)
    assert rules["AdaBound"] == AdaBound(0.25, final_lr=0.1)
    assert [type(rule).__name__ for rule in rules.values()] == [
        "GradientDescent" if name == "SGD" else name for name in rules
    ]
