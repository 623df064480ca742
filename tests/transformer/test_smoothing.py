"""Label smoothing: torch's, and where it is least."""

import pytest
import torch
import torch.nn.functional as F

from ml2020.transformer import smoothed_loss
from tests.refusals import only_shares, refuses, spoilt

scores = torch.randn(6, 4, generator=torch.Generator().manual_seed(0)).double()
Y = torch.tensor([0, 3, 1, 1, 2, 0])


@pytest.mark.equation("eq-transformer-smoothing")
@pytest.mark.parametrize("share", [0.0, 0.1, 0.9])
def test_it_is_torch_s(share):
    wanted = F.cross_entropy(scores, Y, label_smoothing=share)
    torch.testing.assert_close(smoothed_loss(scores, Y, share), wanted)


def test_it_is_least_at_the_smoothed_shares_and_not_at_certainty():
    best = torch.tensor([[0.925, 0.025, 0.025, 0.025]]).log().double()
    first = torch.tensor([0])
    least = smoothed_loss(best, first, 0.1)
    slope = torch.func.grad(lambda s: smoothed_loss(s, first, 0.1))(best)
    torch.testing.assert_close(slope, torch.zeros(1, 4).double(), atol=1e-7, rtol=0)
    certain = torch.tensor([[30.0, 0, 0, 0]]).double()
    assert smoothed_loss(certain, first, 0.1) > least + 1


def test_unknown_symbols_and_shares_are_refused():
    only_shares(lambda share: smoothed_loss(scores, Y, share), "share")
    refuses(
        lambda y: smoothed_loss(scores, y, 0.1),
        "^Y has unknown symbols: give 0 to 3$",
        good=[Y],
        bad=[Y + 1, Y - 1],
    )
    refuses(
        lambda n: smoothed_loss(scores[:n], Y[:n], 0.1),
        "^scores is empty: give at least one answer$",
        good=[1],
        bad=[0],
    )
    refuses(
        lambda given: smoothed_loss(given, Y, 0.0),
        "^scores has NaN or infinity: what is forbidden cannot have a share$",
        good=[scores],
        bad=spoilt(scores, float("nan"), -float("inf")),
    )
