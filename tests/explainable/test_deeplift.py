"""DeepLIFT adds up, is integrated gradients for one layer, and captum's for many."""

import pytest
import torch
from jaxtyping import TypeCheckError
from torch import nn

from ml2020.explainable import deeplift, integrated, lead, rescale
from tests.explainable.nets import conv_net, pictures
from tests.refusals import refuses


@pytest.mark.equation("eq-explainable-rescale")
def test_the_multiplier_is_what_came_out_over_what_came_in():
    z, z0 = torch.tensor([-1.0, 2.0, 3.0, -2.0]), torch.tensor([1.0, 1.0, -1.0, -5.0])
    expected = [(0 - 1) / (-1 - 1), 1.0, 3 / 4, 0.0]
    torch.testing.assert_close(rescale(z, z0), torch.tensor(expected))


def test_without_a_difference_it_is_the_slope():
    z = torch.tensor([-1.0, 2.0, 0.0])
    assert rescale(z, z.clone()).tolist() == [0, 1, 0]


@pytest.mark.parametrize("shrink", ["max", "stride"])
def test_the_parts_add_up_to_the_change_of_the_score(shrink):
    model, k = conv_net(shrink), torch.tensor([0, 1, 2])
    x, x0 = pictures(3), pictures(3, seed=1) / 2
    found = deeplift(model, x, x0, k).sum(dim=(1, 2, 3))
    score = lead(model, k)
    torch.testing.assert_close(found, score(x) - score(x0))


@pytest.mark.parametrize("how", [{"dilation": 2}, {"ceil_mode": True}, {"stride": 1}])
def test_any_maximum_keeps_the_sum(how):
    model, k = conv_net(), torch.tensor([0, 1, 2])
    model[2] = nn.MaxPool2d(2, **how)
    x, x0 = pictures(3), pictures(3, seed=1) / 2
    wide = model[:4](x).shape[1]
    torch.manual_seed(0)
    model[4] = nn.Linear(wide, 5).double()
    score = lead(model, k)
    found = deeplift(model, x, x0, k).sum(dim=(1, 2, 3))
    torch.testing.assert_close(found, score(x) - score(x0))


def test_with_one_hidden_layer_it_is_integrated_gradients():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 3)).double()
    x, x0 = torch.randn(5, 4).double(), torch.randn(5, 4).double()
    k = torch.tensor([0, 1, 2, 0, 1])
    path = integrated(lead(model, k), x, x0, 400)
    torch.testing.assert_close(deeplift(model, x, x0, k), path, atol=1e-2, rtol=0)


def test_with_two_layers_they_part():
    model = conv_net("stride")
    x, k = pictures(3), torch.tensor([0, 1, 2])
    off = deeplift(model, x, 0 * x, k) - integrated(lead(model, k), x, 0 * x, 100)
    assert off.abs().max() > 1e-4


def test_arguments_stay_as_they_are():
    model, x = conv_net(), pictures(1)
    before = [p.clone() for p in model.parameters()] + [x.clone()]
    deeplift(model, x, 0 * x, torch.tensor([0]))
    after = [*model.parameters(), x]
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
    assert all(p.grad is None for p in model.parameters())


def test_layers_without_a_rule_are_refused():
    x, k = pictures(1), torch.tensor([0])
    said = r"^model\[1\] is Sigmoid: take"
    bad = conv_net()
    bad[1] = nn.Sigmoid()
    refuses(lambda m: deeplift(m, x, 0 * x, k), said, good=[conv_net()], bad=[bad])
    said = "^x is torch.float64, model torch.float32: give x.to"
    refuses(
        lambda m: deeplift(m, x, 0 * x, k),
        said,
        good=[conv_net()],
        bad=[conv_net().float()],
    )
    for bad in (x[..., :5], x[:0]):
        with pytest.raises(TypeCheckError, match="'baseline'"):
            deeplift(conv_net(), x, bad, k)
