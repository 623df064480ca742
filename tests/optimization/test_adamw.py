"""AdamW is torch's, and decays weights of all gradients alike, where L2 does not."""

import math

import pytest
import torch

from ml2020.optimization import L2, Adam, AdamW
from tests.refusals import below, refuses


@pytest.mark.equation("eq-optimization-adamw")
def test_it_walks_as_torchs_adamw(walk, torch_walk):
    theirs = torch_walk(lambda p: torch.optim.AdamW(p, lr=0.05, weight_decay=0.1))
    ours = walk(AdamW(0.05, weight_decay=0.1))
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-12)


def noisy(rule, steps=2000, lr_free_scale=(1.0, 100.0)):
    """What is left of two weights whose gradients are noise of two sizes."""
    generator = torch.Generator().manual_seed(0)
    scale = torch.tensor(lr_free_scale)[:, None]
    theta = torch.ones(2, 200)
    memory = rule.init(theta)
    for _ in range(steps):
        g = scale * torch.randn(2, 200, generator=generator)
        theta, memory = rule.step(theta, g, memory)
    return theta.mean(dim=1)


def test_decay_is_the_same_for_loud_and_quiet_gradients():
    loud, quiet = noisy(AdamW(1e-3, weight_decay=0.5))
    expected = (1 - 1e-3 * 0.5) ** 2000
    assert loud.item() == pytest.approx(expected, abs=0.03)
    assert quiet.item() == pytest.approx(expected, abs=0.03)


def test_l2_inside_adam_spares_the_weight_with_the_loud_gradient():
    quiet, loud = noisy(L2(Adam(1e-3), 0.5))
    assert quiet < 0.7  # a step of about 1e-3 * 0.5, divided by a root of about 1
    assert loud > 0.95  # the same pull, divided by a hundred


def test_without_decay_it_is_adam(walk):
    torch.testing.assert_close(walk(AdamW(0.05, weight_decay=0.0)), walk(Adam(0.05)))


def test_it_writes_to_nothing(assert_pure):
    assert_pure(AdamW(0.1))


def test_unless_told_otherwise_it_decays_as_torchs_does():
    theirs = torch.optim.AdamW([torch.zeros(1, requires_grad=True)])
    assert AdamW().weight_decay == theirs.defaults["weight_decay"]


def test_bad_settings_are_refused():
    refuses(
        lambda decay: AdamW(weight_decay=decay),
        r"^weight_decay is .*: give 0 or more$",
        good=[0.0],
        bad=[below(0.0), -1.0, math.nan, math.inf],
    )
    refuses(
        lambda decay: AdamW(0.25, weight_decay=decay),
        r"^lr \* weight_decay is .*: choose it in \[0, 1\)$",
        good=[below(4.0)],
        bad=[4.0, 100.0],
    )
    with pytest.raises(ValueError, match=r"^lr is -1"):
        AdamW(-1.0)
    with pytest.raises(ValueError, match=r"^beta1 is -1"):
        AdamW(beta1=-1)
