"""A forward pass of many networks, with all tips in it."""

from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F

from ml2020.deep_learning import draw_layers, side_by_side, unpack
from ml2020.training_tips import Plan, begin, leaky_relu, say
from ml2020.training_tips.network import masks_of
from tests.refusals import refuses

SIZES = (4, 5, 3, 2)


def given(plan, n=6, networks=2):
    theta = begin(plan, draw_layers, range(networks))
    theta = theta + 0.1 * torch.randn(theta.shape, generator=dice(8))
    return theta, torch.randn(networks, n, 4, generator=dice(9))


def dice(seed):
    return torch.Generator().manual_seed(seed)


def slow(plan, theta, X, masks=None, known=None):
    """One network, with torch's own norms; `known` holds pairs of mean and variance."""
    count = sum((i + 1) * o for i, o in pairwise(SIZES))
    layers, rest, a = unpack(theta[:count], SIZES), theta[count:], X
    for k, (W, b) in enumerate(layers[:-1]):
        z = F.linear(a, W)
        gamma, rest = rest[: len(b)], rest[len(b) :]
        if plan.norm == "batch" and known:
            z = F.batch_norm(z, *known[k], gamma, b)
        elif plan.norm == "batch":
            z = F.batch_norm(z, None, None, gamma, b, training=True)
        elif plan.norm == "layer":
            z = F.layer_norm(z, b.shape, gamma, b)
        else:
            z = z + b
        a = plan.bend(z)
        if masks:
            a = a * masks[k] / (1 - plan.p)
    return F.linear(a, *layers[-1])


@pytest.mark.parametrize("norm", ["", "batch", "layer"])
@pytest.mark.parametrize("bend", [torch.tanh, leaky_relu])
@pytest.mark.parametrize("p", [0.0, 0.4])
def test_each_network_says_what_torch_says(norm, bend, p):
    plan = Plan(SIZES, bend, norm, p)
    theta, X = given(plan)
    masks = masks_of(plan, 6, [dice(1), dice(2)])
    assert [m.shape for m in masks] == ([(2, 6, 5), (2, 6, 3)] if p else [])
    found = say(plan, theta, X, masks=masks).scores
    for k in range(2):
        mine = [m[k] for m in masks]
        torch.testing.assert_close(found[k], slow(plan, theta[k], X[k], mine))


def test_rectifiers_without_tips_are_those_of_the_lecture_before():
    theta, X = given(Plan(SIZES))
    said = say(Plan(SIZES), theta, X)
    torch.testing.assert_close(said.scores, side_by_side(theta, SIZES, X))
    assert said.moments == []


def test_known_moments_make_each_example_independent_of_the_others():
    plan = Plan(SIZES, norm="batch")
    theta, X = given(plan)
    _, known = say(plan, theta, X)
    whole = say(plan, theta, X, known=known).scores
    torch.testing.assert_close(whole, say(plan, theta, X).scores)
    one = say(plan, theta, X[:, :1], known=known).scores
    torch.testing.assert_close(one, whole[:, :1])
    pairs = [(m.mean[1, 0], m.variance[1, 0]) for m in known]
    expected = slow(plan, theta[1], X[1, :3], known=pairs)
    found = say(plan, theta, X[:, :3], known=known).scores[1]
    torch.testing.assert_close(found, expected)


def test_layer_norm_needs_no_moments():
    plan = Plan(SIZES, norm="layer")
    theta, X = given(plan)
    said = say(plan, theta, X)
    assert said.moments == []
    torch.testing.assert_close(say(plan, theta, X[:, :1]).scores, said.scores[:, :1])


def test_rejects_what_other_networks_have():
    plan = Plan(SIZES, norm="batch")
    theta, X = given(plan)
    known = say(plan, theta, X).moments
    masks = masks_of(Plan(SIZES, p=0.5), 6, [dice(1), dice(2)])
    refuses(
        lambda theta: say(plan, theta, X),
        r"^theta has the shape \(2, .*\): give it \(2, 59\)$",
        good=[theta],
        bad=[theta[:, :-1], theta[:, :51], torch.cat([theta, theta], dim=1)],
    )
    said = r"^X has the shape \(2, 6, 3\): give it \(2, 6, 4\)$"
    refuses(lambda X: say(plan, theta, X), said, good=[X], bad=[X[..., :3]])
    for name, of_all in (("known", known), ("masks", masks)):
        refuses(
            lambda some, name=name: say(plan, theta, X, **{name: some}),
            f"^{name} has [13]: give 2 or none$",
            good=[[], of_all],
            bad=[of_all[:1], [*of_all, *of_all[:1]]],
        )
    refuses(
        lambda n: say(plan, theta, X[:, :n]),
        "^X has 1 example, which has no variance: give more, or known$",
        good=[2, 6],
        bad=[1],
    )
    say(plan, theta, X[:, :1], known=known)
    plain = Plan(SIZES)
    say(plain, theta[:, :51], X[:, :1])


def test_masks_of_a_network_do_not_hang_on_the_others():
    plan = Plan(SIZES, p=0.5)
    both, alone = (
        masks_of(plan, 6, [dice(s) for s in seeds]) for seeds in ((1, 2), (2,))
    )
    for two, one in zip(both, alone, strict=True):
        assert torch.equal(two[1], one[0])
        assert not torch.equal(two[0], two[1])


def test_gradients_of_networks_do_not_mix():
    plan = Plan(SIZES, norm="batch")
    theta, X = given(plan)
    theta.requires_grad_()
    say(plan, theta, X).scores[0].pow(2).sum().backward()
    assert theta.grad[0].abs().sum() > 0
    assert theta.grad[1].abs().sum() == 0
