"""A network has torch's shapes and first numbers in range; learning lowers its loss."""

import math

import pytest
import torch

from ml2020.anomaly import learned, network
from tests.refusals import only_positive, refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_layers_and_first_numbers():
    found = network([9, 4, 2], generator=dice())
    assert [type(part).__name__ for part in found] == ["Linear", "ReLU", "Linear"]
    for layer, (inputs, outputs) in ((found[0], (9, 4)), (found[2], (4, 2))):
        assert layer.weight.shape == (outputs, inputs)
        numbers = torch.cat([layer.weight.flatten(), layer.bias])
        assert numbers.abs().max() <= inputs**-0.5
        assert min(numbers.max(), -numbers.min()) > 0.5 * inputs**-0.5
        assert layer.weight.dtype == torch.float32


def test_the_dice_decide_and_the_global_ones_stay():
    state = torch.get_rng_state()
    a, b, c = (network([5, 3], generator=dice(k)) for k in (0, 0, 1))
    assert torch.equal(a[0].weight, b[0].weight)
    assert not torch.equal(a[0].weight, c[0].weight)
    assert torch.equal(state, torch.get_rng_state())


def test_learning_is_torch_s_adam():
    X = torch.randn(20, 3, generator=dice())
    loss = lambda m: ((m(X) - X.sum(dim=1, keepdim=True)) ** 2).mean()  # noqa: E731
    ours, theirs = (network([3, 1], generator=dice()) for _ in range(2))
    assert learned(ours, loss, 50, 0.1) is ours
    rule = torch.optim.Adam(theirs.parameters(), lr=0.1)
    for _ in range(50):
        rule.zero_grad()
        loss(theirs).backward()
        rule.step()
    assert torch.equal(ours[0].weight, theirs[0].weight)
    assert loss(ours).item() < 1e-2


def test_rejects():
    refuses(
        network,
        "^widths are .*: give two or more, each 1 or more$",
        good=[[1, 1]],
        bad=[[3], [], [0, 2], [2, 0]],
    )
    loss = lambda m: m(torch.ones(1, 2)).sum() ** 2  # noqa: E731
    only_positive(lambda lr: learned(network([2, 1]), loss, 1, lr), "lr")
    refuses(
        lambda n: learned(network([2, 1]), loss, n, 0.1),
        "^steps is -1: give 0 or more",
        good=[0],
        bad=[-1],
    )
    with pytest.raises(ValueError, match=r"^lr is 0.1: the loss is nan; give a lower"):
        learned(network([2, 1]), lambda m: loss(m) * math.nan, 1, 0.1)
