"""A clipped gradient is never longer than tau, and points where it pointed."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.rnn import clipped, clipped_by_value, own_gradients
from tests.refusals import only_positive, refuses

numbers = st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=5)


@pytest.mark.equation("eq-rnn-clip")
@given(values=numbers, tau=st.floats(0.01, 100))
def test_it_is_the_formula_and_never_longer(values, tau):
    g = torch.tensor(values, dtype=torch.float64)
    length = sum(v * v for v in values) ** 0.5
    expected = g * min(1.0, tau / length) if length else g
    torch.testing.assert_close(clipped(g, tau), expected)
    assert clipped(g, tau).norm() <= tau * (1 + 1e-9)


def test_a_short_gradient_and_none_at_all_stay():
    g = torch.tensor([0.3, -0.4])
    assert torch.equal(clipped(g, 0.5), g)
    assert torch.equal(clipped(g * 0, 1.0), g * 0)


def test_each_network_has_its_own_length():
    g = torch.tensor([[3.0, 4.0], [0.3, 0.4]])
    torch.testing.assert_close(clipped(g, 1.0), torch.tensor([[0.6, 0.8], [0.3, 0.4]]))


def test_it_is_torch_s_up_to_its_small_number():
    g = torch.tensor([3.0, -4.0, 12.0])
    p = torch.nn.Parameter(torch.zeros(3))
    p.grad = g.clone()
    torch.nn.utils.clip_grad_norm_([p], 2.0)
    torch.testing.assert_close(clipped(g, 2.0), p.grad, rtol=1e-5, atol=0)


@pytest.mark.parametrize(
    ("dtype", "size"),
    [(torch.float32, 8e37), (torch.float64, 1e160), (torch.float64, 4e307)],
)
def test_one_whose_square_cannot_be_held_is_clipped_all_the_same(dtype, size):
    found = clipped(size * torch.tensor([3, -4], dtype=dtype), 1.0)
    assert found.dtype == dtype
    torch.testing.assert_close(found, torch.tensor([0.6, -0.8], dtype=dtype))


def test_the_shortest_that_is_too_long_is_clipped_and_tau_may_be_small():
    g = torch.tensor([3e-30, -4e-30])
    torch.testing.assert_close(clipped(g, 1e-30), g / 5, atol=0, rtol=1e-5)
    assert torch.equal(clipped(g, 6e-30), g)


def test_what_is_no_number_spoils_its_own_row_alone():
    g = torch.tensor([[math.inf, 1.0], [math.nan, 1.0], [3.0, 4.0]])
    found = clipped(g, 1.0)
    assert found[:2].isnan().all()
    torch.testing.assert_close(found[2], torch.tensor([0.6, 0.8]))


def test_each_network_gets_the_gradient_of_its_own_loss():
    theta = torch.tensor([[3.0, 4.0], [0.1, 0.0]], requires_grad=True)
    loss = (0.5 * theta**2).sum(dim=1).mean()  # its gradient: theta, halved by the mean
    found = own_gradients(loss, theta, 1.0)
    torch.testing.assert_close(found, torch.tensor([[0.6, 0.8], [0.1, 0.0]]))


def test_by_value_the_direction_may_change():
    g = torch.tensor([10.0, 0.1, -3.0])
    assert clipped_by_value(g, 1.0).tolist() == pytest.approx([1.0, 0.1, -1.0])


def test_a_length_that_is_none_is_refused():
    g = torch.ones(2)
    only_positive(lambda tau: clipped(g, tau), "tau")
    only_positive(lambda tau: clipped_by_value(g, tau), "tau")


def test_what_has_no_length_is_refused():
    refuses(
        lambda g: clipped(g, 1.0),
        "^g (is of torch.int64: give floats|has no number: give one a parameter)$",
        good=[torch.ones(1), torch.ones(2, 1)],
        bad=[torch.ones(2).long(), torch.tensor(1.0), torch.ones(0), torch.ones(2, 0)],
    )
