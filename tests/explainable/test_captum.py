"""Beside captum: the same numbers, to rounding."""

import pytest
import torch

from ml2020.explainable import (
    coalitions,
    deeplift,
    integrated,
    lead,
    occlusion,
    saliency,
    shapley,
    slope_times_input,
    worths,
)
from tests.explainable.nets import conv_net, pictures

attr = pytest.importorskip("captum.attr")
K = torch.tensor([0, 1, 2])


class Lead(torch.nn.Module):
    """The lead of one class as the only output, as captum wants it."""

    def __init__(self, model, which):
        super().__init__()
        self.model, self.which = model, which

    def forward(self, x):
        says = self.model(x)
        own = says[:, self.which]
        return (own - (says.sum(dim=1) - own) / 2)[:, None]


def theirs(way, x, which, shrink="max", **options):
    """What a method of captum says of one example."""
    model = Lead(conv_net(shrink), which).double()
    return way(model).attribute(x, target=0, **options)


@pytest.mark.parametrize(
    ("way", "mine"),
    [
        ("Saliency", saliency),
        ("InputXGradient", slope_times_input),
    ],
)
def test_slopes(way, mine):
    x = pictures(3)
    found = mine(lead(conv_net(), K), x)
    for k in range(3):
        other = theirs(getattr(attr, way), x[k : k + 1].clone().requires_grad_(), k)
        torch.testing.assert_close(found[k : k + 1], other.detach())


def test_integrated_gradients():
    x, x0 = pictures(3), pictures(3, seed=1) / 2
    found = integrated(lead(conv_net(), K), x, x0, 100)
    for k in range(3):
        other = theirs(
            attr.IntegratedGradients,
            x[k : k + 1],
            k,
            baselines=x0[k : k + 1],
            n_steps=100,
            method="riemann_middle",
        )
        torch.testing.assert_close(found[k : k + 1], other.to(x), atol=1e-5, rtol=1e-5)


@pytest.mark.filterwarnings("ignore:Setting forward, backward hooks")
def test_deeplift():
    x, x0 = pictures(3), pictures(3, seed=1) / 2
    for shrink in ("stride", "max"):
        net = conv_net(shrink)
        found, score = deeplift(net, x, x0, K), lead(net, K)
        owed = (score(x) - score(x0)).detach()
        for k in range(3):
            start, zero = x[k : k + 1].clone().requires_grad_(), x0[k : k + 1]
            other = theirs(attr.DeepLift, start, k, shrink, baselines=zero).detach()
            if shrink == "stride":
                torch.testing.assert_close(found[k : k + 1], other)
            else:  # captum 0.9.0: behind a maximum the parts do not add up
                assert (other.sum() - owed[k]).abs() > 0.05 * owed[k].abs()
                torch.testing.assert_close(found[k].sum(), owed[k])


def test_occlusion_with_boxes_side_by_side():
    x = pictures(3)
    found = occlusion(lead(conv_net(), K), x, 0.3, 3, 3)
    for k in range(3):
        other = theirs(
            attr.Occlusion,
            x[k : k + 1],
            k,
            sliding_window_shapes=(1, 3, 3),
            strides=(1, 3, 3),
            baselines=0.3,
        )
        torch.testing.assert_close(found[k : k + 1], other.to(x), atol=1e-5, rtol=1e-5)


def test_shapley_values():
    x, number = pictures(1), (torch.arange(9) // 3)[:, None] + 0 * torch.arange(9)
    score = lead(conv_net(), K[:1])
    mine = shapley(worths(score, x, 0 * x, number, coalitions(3)), 3)
    other = attr.ShapleyValues(Lead(conv_net(), 0).double()).attribute(
        x, target=0, feature_mask=number[None, None]
    )
    for part in range(3):
        torch.testing.assert_close(
            other[0, 0][number == part].to(x), mine[part].expand(27), atol=1e-5, rtol=0
        )
