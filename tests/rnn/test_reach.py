"""The reach is that of the whole Jacobian, network by network."""

import pytest
import torch

from ml2020.rnn import KINDS, Sizes, networks, reach, states_of
from tests.refusals import refuses

SIZES = Sizes(3, 4, 2)


def inputs(T=5, n=3):
    dice = torch.Generator().manual_seed(0)
    return torch.randn(T, n, 3, generator=dice).double()


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_the_root_of_the_mean_square_of_the_jacobian(kind):
    theta, X = networks(kind, SIZES, [0, 1]).double(), inputs()
    found = reach(theta, kind, SIZES, X)
    assert found.shape == (2, 5)
    for k in range(2):
        squares = torch.zeros(5).double()
        for n in range(3):
            whole = torch.autograd.functional.jacobian(
                lambda x, k=k: KINDS[kind].says(
                    states_of(theta[k], kind, SIZES, x[:, None])[-1]
                )[0],
                X[:, n],
            )  # (m, T, inputs)
            squares += (whole**2).mean(dim=(0, 2)) / 3
        torch.testing.assert_close(found[k], squares.sqrt())


def test_slopes_below_zero_have_a_size_too():
    W, U, b, V, a = -0.5, 0.5, 0.0, 1.0, 0.0
    theta = torch.tensor([[W, U, b, V, a]], dtype=torch.float64)
    zeros = torch.zeros(3, 1, 1, dtype=torch.float64)  # there tanh has the slope 1
    found = reach(theta, "Elman", Sizes(1, 1, 1), zeros)
    assert found[0].tolist() == pytest.approx([0.125, 0.25, 0.5])


def test_one_network_is_one_row():
    theta, X = networks("GRU", SIZES, [0, 1]).double(), inputs()
    both = reach(theta, "GRU", SIZES, X)
    torch.testing.assert_close(reach(theta[1], "GRU", SIZES, X), both[1])


def test_in_float32_small_slopes_do_not_become_nothing():
    theta, X = 0.01 * networks("Elman", SIZES, [0]), inputs(60).float()
    found = reach(theta, "Elman", SIZES, X)
    assert found.dtype == torch.float64
    assert (found > 0).all()
    falls = found[0, 1:] / found[0, :-1]
    assert falls.min() > 50
    assert found[0, 0] < 1e-100
    smaller = reach(0.01 * theta, "Elman", SIZES, X)
    assert 0 < smaller[0, 0] < 1e-200  # its square would be 0


def test_without_memory_only_the_last_input_is_reached():
    found = reach(
        networks("no memory", SIZES, [0]).double(), "no memory", SIZES, inputs()
    )
    assert not found[0, :-1].any()
    assert found[0, -1] > 0


def test_sequences_that_are_none_are_refused():
    theta = networks("GRU", SIZES, [0]).double()
    refuses(
        lambda X: reach(theta, "GRU", SIZES, X),
        "^X is empty: give at least one sequence$",
        good=[inputs(), inputs()[:1, :1]],
        bad=[inputs()[:0], inputs()[:, :0]],
    )
