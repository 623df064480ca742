"""A randomised network has the same numbers in another order."""

import torch
from torch import nn

from ml2020.explainable import randomised
from tests.explainable.nets import conv_net, dice
from tests.refusals import refuses


def test_each_parameter_keeps_its_numbers_and_its_shape():
    model = conv_net()
    before = [p.clone() for p in model.parameters()]
    other = randomised(model, generator=dice(0))
    assert all(
        torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True)
    )
    for a, b in zip(before, other.parameters(), strict=True):
        assert a.shape == b.shape
        assert a.dim() == 1 or not torch.equal(a, b)
        assert torch.equal(
            a.flatten().sort().values, b.detach().flatten().sort().values
        )
    again = randomised(model, generator=dice(0))
    for a, b in zip(other.parameters(), again.parameters(), strict=True):
        assert torch.equal(a, b)


def test_networks_that_keep_something_else_are_refused():
    bad = [nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))]
    said = "^model keeps 1.running_mean, which is no parameter: leave it out"
    refuses(randomised, said, good=[conv_net()], bad=bad)
