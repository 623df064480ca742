"""A clipped gradient is never longer than tau, and points where it pointed."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.rnn import clipped, clipped_by_value
from tests.refusals import only_positive

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


def test_by_value_the_direction_may_change():
    g = torch.tensor([10.0, 0.1, -3.0])
    assert clipped_by_value(g, 1.0).tolist() == pytest.approx([1.0, 0.1, -1.0])


def test_a_length_that_is_none_is_refused():
    g = torch.ones(2)
    only_positive(lambda tau: clipped(g, tau), "tau")
    only_positive(lambda tau: clipped_by_value(g, tau), "tau")
