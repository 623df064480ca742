"""Each bend has the value and the slope of torch's, far out as well."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import TypeCheckError

from ml2020.backpropagation import (
    Value,
    backward,
    relu,
    sigmoid,
    softmax_cross_entropy,
    total,
)
from tests.refusals import refuses

ALL = [
    (relu, torch.relu),
    (sigmoid, torch.sigmoid),
]


@pytest.mark.parametrize(("mine", "other"), ALL)
@given(z=st.floats(0.01, 20), up=st.floats(-3, 3))
def test_value_and_slope_are_those_of_torch(device, mine, other, z, up):
    x = torch.tensor([z, -z], dtype=torch.float64, device=device)
    a = Value(x)
    (found,) = backward(total(mine(a) * up), [a])
    leaf = x.clone().requires_grad_()
    (expected,) = torch.autograd.grad((other(leaf) * up).sum(), leaf)
    torch.testing.assert_close(mine(a).data, other(x), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-12)


def test_each_says_its_name():
    a = Value(torch.ones(1, 2))
    for f in (relu, sigmoid):
        assert f(a).made_by == f.__name__
    loss = softmax_cross_entropy(a, torch.tensor([0]))
    assert loss.made_by == "softmax_cross_entropy"


def test_the_slope_of_the_rectifier_at_0_is_0_as_that_of_torch():
    a = Value(torch.zeros(2))
    assert torch.equal(backward(total(relu(a)), [a])[0], torch.zeros(2))


@pytest.mark.parametrize("f", [relu, sigmoid])
def test_a_thousand_does_not_overflow(f):
    a = Value(torch.tensor([-1000.0, 1000.0]))
    assert f(a).data.isfinite().all()
    assert backward(total(f(a)), [a])[0].isfinite().all()


def test_far_out_the_slope_of_the_sigmoid_is_small_but_not_0_on_both_sides():
    a = Value(torch.tensor([-38.0, 38.0], dtype=torch.float64))
    (slope,) = backward(total(sigmoid(a)), [a])
    assert slope.tolist() == pytest.approx([3.139132792048e-17] * 2, rel=1e-10)


@pytest.mark.equation("eq-backpropagation-softmax")
@given(seed=st.integers(0, 2**31), up=st.floats(-3, 3))
def test_the_slope_by_the_scores_is_what_is_said_minus_what_is_true(device, seed, up):
    dice = torch.Generator().manual_seed(seed)
    z = 3 * torch.randn(5, 4, generator=dice, dtype=torch.float64)
    labels = torch.randint(4, (5,), generator=dice).to(device)
    scores = Value(z.to(device))
    loss = softmax_cross_entropy(scores, labels)
    (found,) = backward(loss * up, [scores])
    leaf = z.to(device).requires_grad_()
    expected = F.cross_entropy(leaf, labels, reduction="sum")
    torch.testing.assert_close(loss.data, expected.detach())
    (slope,) = torch.autograd.grad(up * expected, leaf)
    torch.testing.assert_close(found, slope, rtol=1e-9, atol=1e-12)
    said = z.softmax(dim=1) - torch.eye(4)[labels.cpu()].double()
    torch.testing.assert_close(found, (up * said).to(device), rtol=1e-9, atol=1e-12)


def test_scores_a_thousand_apart_have_a_loss_and_a_slope():
    scores = Value(torch.tensor([[1000.0, 0.0, -1000.0]]))
    loss = softmax_cross_entropy(scores, torch.tensor([1]))
    assert loss.data.item() == 1000
    assert backward(loss, [scores])[0].tolist() == [[1, -1, 0]]


def test_labels_that_do_not_belong_to_the_scores_are_refused():
    scores = Value(torch.zeros(3, 2))
    refuses(
        lambda labels: softmax_cross_entropy(scores, labels),
        r"^labels has the shape \(.*\): give it \(3,\)$",
        good=[torch.tensor([0, 1, 1])],
        bad=[torch.tensor(s) for s in ([0, 1], [0, 1, 1, 0], [[0, 1, 1]], 0)],
    )
    for bad in (-1, 2):
        with pytest.raises(ValueError, match=r"^labels are outside 0 to 1: number"):
            softmax_cross_entropy(scores, torch.tensor([0, bad, 1]))
    for shape in ((3,), (3, 2, 1)):
        with pytest.raises(TypeCheckError):
            softmax_cross_entropy(Value(torch.zeros(shape)), torch.tensor([0, 1, 1]))
