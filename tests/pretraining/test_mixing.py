"""The mix is a weighted mean, and a task finds the layer that it needs."""

import pytest
import torch

from ml2020.pretraining.mixing import learned_mix, mixed, standardised
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.equation("eq-pretraining-mix")
def test_it_is_a_weighted_mean_times_gamma():
    h = torch.randn(3, 2, 4, generator=dice())
    w = torch.tensor([0.0, 1.0, -2.0])
    total = sum(w.exp())
    by_hand = 2 * sum(w[j].exp() / total * h[j] for j in range(3))
    torch.testing.assert_close(mixed(h, w, torch.tensor(2.0)), by_hand)
    one = mixed(h, torch.tensor([0.0, 60.0, 0.0]), torch.tensor(1.0))
    torch.testing.assert_close(one, h[1])


@pytest.mark.parametrize("needed", [0, 1, 2])
def test_a_task_that_needs_one_layer_weighs_it(needed):
    h = torch.randn(3, 600, 8, generator=dice(1))
    c = (h[needed] @ torch.randn(8, 3, generator=dice(2))).argmax(dim=1)
    found = learned_mix(h, c, 3, 0.0)
    assert found.w.softmax(dim=0)[needed] > 0.9
    scores = mixed(h, found.w, found.gamma) @ found.W.mT
    assert (scores.argmax(dim=1) == c).float().mean() > 0.95


def test_a_pull_keeps_the_readout_small():
    h = torch.randn(2, 50, 4, generator=dice(3))
    c = torch.arange(50) % 2
    free, pulled = (learned_mix(h, c, 2, pull).W.norm() for pull in (0.0, 1.0))
    assert pulled < free / 2
    found = learned_mix(h, c, 2, 0.3)
    W = found.W.clone().requires_grad_()
    scores = mixed(h, found.w, found.gamma) @ W.mT
    torch.nn.functional.cross_entropy(scores, c).backward()
    torch.testing.assert_close(W.grad, -0.3 * W.detach(), atol=0.005, rtol=0.0)


def test_layers_are_centred_and_of_one_spread():
    h = torch.randn(2, 50, 4, generator=dice(4)) * torch.tensor([1.0, 5]).view(2, 1, 1)
    s = standardised(h + 3)
    assert s.mean(dim=1).abs().max() < 1e-5
    torch.testing.assert_close(s.square().mean(dim=(1, 2)), torch.ones(2))
    torch.testing.assert_close(
        s[0] / s[0, 0, 0],
        (h - h.mean(1, keepdim=True))[0] / (h - h.mean(1, keepdim=True))[0, 0, 0],
    )


def test_what_is_no_task_is_refused():
    h, c = torch.randn(2, 6, 4), torch.tensor([0, 1, 2, 0, 1, 2])
    fit = learned_mix
    refuses(lambda n: fit(h, c % 2, n, 0.0), "^classes is 1", good=[2], bad=[1])
    refuses(lambda y: fit(h, y, 3, 0.0), "^c is not from 0 to 2", good=[c], bad=[c + 1])
    refuses(lambda p: fit(h, c, 3, p), "^pull is", good=[0.0], bad=[-0.1, torch.nan])
