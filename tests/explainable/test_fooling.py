"""The search keeps names and bounds, and makes the chosen dots less salient."""

import math

import torch

from ml2020.explainable import fooled, lead, saliency
from ml2020.explainable.fooling import softened
from tests.explainable.nets import conv_net, pictures
from tests.refusals import only_positive, refuses, spoilt


def test_names_and_bounds_are_kept_and_the_best_dots_lose():
    model, x = conv_net(seed=4), pictures(6, seed=2)
    k = model(x).argmax(dim=1)
    before = x.clone()
    found = fooled(model, x, k, 0.1, 20, 0.02, top=10)
    assert torch.equal(x, before)
    assert not x.requires_grad
    assert torch.equal(model(found).argmax(dim=1), k)
    assert (found - x).abs().max() <= 0.1 + 1e-12
    assert found.min() >= 0
    assert found.max() <= 1
    score = lead(model, k)
    first, then = (saliency(score, each).flatten(1) for each in (x, found))
    best = first.topk(10, dim=1).indices
    shares = [
        (a.gather(1, best).sum(dim=1) / a.sum(dim=1)).mean() for a in (first, then)
    ]
    assert shares[1] < 0.9 * shares[0]


def test_what_comes_back_is_the_best_step():
    model, x = conv_net(seed=4), pictures(4, seed=2)
    k = model(x).argmax(dim=1)
    score = lead(model, k)
    best = saliency(score, x).flatten(1).topk(10, dim=1).indices

    def share(steps):
        a = saliency(score, fooled(model, x, k, 0.1, steps, 0.05, top=10)).flatten(1)
        return a.gather(1, best).sum(dim=1) / a.sum(dim=1)

    found = torch.stack([share(steps) for steps in range(8)])
    assert (found.diff(dim=0) <= 1e-12).all()  # more steps are never worse
    assert (found[0] > found[-1]).all()


def test_no_step_moves_nothing():
    model, x = conv_net(), pictures(2)
    assert torch.equal(fooled(model, x, model(x).argmax(dim=1), 0.1, 0, 0.1, 5), x)


def test_softplus_is_near_the_rectifier():
    model, x = conv_net(), pictures(2)
    assert (softened(model)(x) - model(x)).abs().max() < 0.3


def test_bad_settings_are_refused():
    model, x = conv_net(), pictures(2)
    k = model(x).argmax(dim=1)
    only_positive(lambda most: fooled(model, x, k, most, 1, 0.1, 5), "most")
    only_positive(lambda lr: fooled(model, x, k, 0.1, 1, lr, 5), "lr")
    said = "^steps is .*: give 0 or more"
    refuses(lambda n: fooled(model, x, k, 0.1, n, 0.1, 5), said, good=[0, 1], bad=[-1])
    said = "^top is .*: give"
    refuses(
        lambda t: fooled(model, x, k, 0.1, 1, 0.1, t), said, good=[1, 81], bad=[0, 82]
    )
    call = lambda x: fooled(model, x, k, 0.1, 1, 0.1, 5)  # noqa: E731
    refuses(call, "^x has dots from .*: give 0 to 1", good=[x], bad=[x + 1, x - 1])
    refuses(call, "^x has NaN or infinity", good=[x], bad=spoilt(x, math.nan))


def test_names_that_the_network_does_not_give_are_refused():
    model, x = conv_net(), pictures(3)
    k = model(x).argmax(dim=1)
    other = torch.stack([k[0], 1 - k[1].clamp_max(1), k[2]])
    said = r"^classes are not the network's for \[1\]: give its names"
    call = lambda names: fooled(model, x, names, 0.1, 1, 0.1, 5)  # noqa: E731
    refuses(call, said, good=[k], bad=[other])


def test_pictures_and_networks_without_a_slope_that_changes_are_refused():
    model, x = conv_net(), pictures(2)
    k = model(x).argmax(dim=1)
    deaf = conv_net()
    deaf[0].bias.data -= 100  # no rectifier of the first layer is ever on
    said = r"^x has no slope in the pictures \[0, 1\]: leave them out"
    call = lambda m: fooled(m, x, k, 0.1, 1, 0.1, 5)  # noqa: E731
    refuses(call, said, good=[model], bad=[deaf])
    straight = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(81, 3)).double()
    refuses(call, "^model has no ReLU: ", good=[model], bad=[straight])
