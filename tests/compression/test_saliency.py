"""Saliency: half the curvature times the squared weight, by other routes."""

import math

import pytest
import torch
from torch import nn

from ml2020.compression import saliencies
from tests.refusals import refuses, spoilt


def line(seed=0):
    dice = torch.Generator().manual_seed(seed)
    layer = nn.Linear(4, 3).double()
    layer.weight.data = torch.randn(3, 4, generator=dice).double()
    layer.bias.data = torch.randn(3, generator=dice).double()
    return nn.Sequential(layer), torch.randn(60, 4, generator=dice).double()


@pytest.mark.equation("eq-compression-prune-obd")
def test_for_one_layer_it_is_the_true_curvature():
    model, X = line()
    layer = model[0]
    y = torch.zeros(60, dtype=torch.long)  # labels do not change the curvature here

    def loss(w):
        scores = X @ w.view(3, 4).T + layer.bias
        return nn.functional.cross_entropy(scores, y)

    w = layer.weight.detach().flatten()
    h = torch.autograd.functional.hessian(loss, w).diagonal()
    found = saliencies(model, X)["0.weight"].flatten()
    torch.testing.assert_close(found, h * w**2 / 2)


def test_behind_a_rectifier_it_is_the_curvature_of_gauss_and_newton():
    """Sum over the classes, with the network read as piecewise linear."""
    model, X = line()
    model = nn.Sequential(*model, nn.ReLU(), nn.Linear(3, 2).double())
    found = saliencies(model, X)
    h = torch.zeros(3, 4).double()
    for x in X:
        p = model(x[None])[0].softmax(0).detach()
        for c in range(2):
            (slope,) = torch.autograd.grad(
                model(x[None])[0].log_softmax(0)[c], model[0].weight
            )
            h += p[c] * slope**2 / len(X)
    torch.testing.assert_close(found["0.weight"], h * model[0].weight ** 2 / 2)
    assert set(found) == {"0.weight", "2.weight"}


def test_it_foretells_the_rise_of_the_loss_at_its_minimum():
    """For labels drawn from what the network says, which then has no slope."""
    model, X = line()
    with torch.no_grad():
        model[0].weight *= 0.2
        p = model(X).softmax(1)

        def rise(i, j):
            less = model[0].weight.clone()
            less[i, j] = 0.0
            log_q = (X @ less.T + model[0].bias).log_softmax(1)
            return (p * (p.log() - log_q)).sum(1).mean()

        true = torch.stack(
            [torch.stack([rise(i, j) for j in range(4)]) for i in range(3)]
        )
    torch.testing.assert_close(saliencies(model, X)["0.weight"], true, rtol=0.2, atol=0)


def test_what_has_gone_is_less_than_all():
    model, X = line()
    mask = torch.ones(3, 4)
    mask[1, 2] = 0
    found = saliencies(model, X, {"0.weight": mask})["0.weight"]
    assert found[1, 2] == -math.inf
    assert torch.equal(found.isinf(), mask == 0)


def test_bad_examples_are_refused():
    model, X = line()
    refuses(
        lambda X: saliencies(model, X),
        "^X has NaN or infinity: ",
        good=[X],
        bad=spoilt(X, math.nan, math.inf),
    )
    with pytest.raises(ValueError, match=r"^X is empty: "):
        saliencies(model, X[:0])
    with pytest.raises(ValueError, match=r"^masks\['0.weight'\] fits no parameter"):
        saliencies(model, X, {"0.weight": torch.ones(2, 2)})


def test_pictures_of_another_type_are_refused():
    model = nn.Linear(3, 2).double()
    X = torch.rand(4, 3, dtype=torch.float64)
    refuses(lambda X: saliencies(model, X), "^X is torch", good=[X], bad=[X.float()])
