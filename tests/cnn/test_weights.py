"""Weights: each network gets its own, and nobody trains it further."""

import pytest
import torch

from ml2020.cnn import drawn, trained
from ml2020.cnn.network import convnet
from tests.refusals import refuses


def make():
    return convnet(8, (2,), 3, 4)


def stacked():
    states = [drawn(make, seed).state_dict() for seed in (0, 1)]
    return {k: torch.stack([state[k] for state in states]) for k in states[0]}


def test_each_network_gets_its_own():
    x = torch.rand(2, 1, 8, 8)
    for seed in (0, 1):
        model = trained(make, stacked(), seed)
        assert torch.equal(model(x), drawn(make, seed)(x))
        assert not any(p.requires_grad for p in model.parameters())
        assert not model.training


def test_rejects_a_network_that_is_not_there():
    weights = stacked()
    said = "^which is 2: there are 2, give less than that$"
    refuses(lambda k: trained(make, weights, k), said, good=[0, 1], bad=[2])
    with pytest.raises(ValueError, match=r"^which is -1: give 0 or more$"):
        trained(make, weights, -1)
    with pytest.raises(ValueError, match=r"^which is 0: there are 0"):
        trained(make, {}, 0)


def test_rejects_another_form():
    weights = stacked()
    said = r"^weights do not fit in 0.bias, 0.weight, 4.weight: give another make$"
    other = lambda: convnet(8, (3,), 3, 4)  # noqa: E731
    refuses(lambda form: trained(form, weights, 0), said, good=[make], bad=[other])
    less = {k: v for k, v in weights.items() if k != "6.bias"}
    with pytest.raises(ValueError, match=r"^weights do not fit in 6.bias: "):
        trained(make, less, 0)
