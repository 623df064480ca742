"""A bend knows its own slope, far out as well."""

import pytest
import torch

from ml2020.backpropagation import RELU, SIGMOID, STRAIGHT

BENDS = {"sigmoid": SIGMOID, "relu": RELU, "straight": STRAIGHT}


@pytest.mark.parametrize("name", BENDS)
def test_a_bend_knows_its_slope(name):
    bend = BENDS[name]
    z = torch.linspace(-3, 3, 20).double().requires_grad_()
    (slope,) = torch.autograd.grad(bend.value(z).sum(), z)
    torch.testing.assert_close(bend.slope(z.detach()), slope)
    single = torch.tensor([-1000.0, 0.0, 1000.0])
    assert bend.slope(single).isfinite().all()
    assert bend.slope(single).dtype == torch.float32


def test_the_slope_of_the_rectifier_at_0_is_0_and_that_of_the_sigmoid_a_quarter():
    assert RELU.slope(torch.zeros(1)).item() == 0
    assert SIGMOID.slope(torch.zeros(1)).item() == 0.25
