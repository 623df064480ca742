"""The Jordan network stores its output, and reads that."""

import pytest
import torch

from ml2020.rnn import Weights, elman_step, jordan_step, unrolled


@pytest.mark.equation("eq-rnn-jordan")
def test_it_is_the_formula_number_by_number():
    dice = torch.Generator().manual_seed(0)
    W, U, b = (torch.randn(s, generator=dice).double() for s in ((4, 3), (4, 2), (4,)))
    V, a = torch.randn(2, 4, generator=dice).double(), torch.ones(2).double()
    x, y = torch.randn(1, 3).double(), torch.rand(1, 2).double()
    said = jordan_step(x, y, Weights(W, U, b), (V, a))
    for k in range(2):
        z = a[k]
        for i in range(4):
            summed = b[i] + sum(W[i, j] * x[0, j] for j in range(3))
            summed = summed + sum(U[i, j] * y[0, j] for j in range(2))
            z = z + V[k, i] * torch.tanh(summed)
        torch.testing.assert_close(said[0, k], torch.sigmoid(z))


def test_with_the_lecture_s_ones_the_numbers_grow_faster():
    one, zero = torch.ones(2, 2).double(), torch.zeros(2).double()
    straight = (lambda z: z, lambda z: z)
    X = torch.tensor([[[1, 1]], [[1, 1]], [[2, 2]]]).double()
    said = unrolled(
        lambda x, y: jordan_step(x, y, Weights(one, one, zero), (one, zero), straight),
        X,
        X[0] * 0,
    )
    assert [y[0].tolist() for y in said] == [[4, 4], [20, 20], [88, 88]]


def test_it_is_an_elman_network_with_u_v_if_the_output_is_straight():
    dice = torch.Generator().manual_seed(2)
    shapes = (4, 3), (4, 2), (4,), (2, 4)
    W, U, b, V = (torch.randn(s, generator=dice).double() for s in shapes)
    a = torch.zeros(2).double()
    X = torch.randn(5, 1, 3, generator=dice).double()
    bends = (torch.tanh, lambda z: z)
    ys = unrolled(
        lambda x, y: jordan_step(x, y, Weights(W, U, b), (V, a), bends),
        X,
        torch.zeros(1, 2).double(),
    )
    hs = unrolled(
        lambda x, h: elman_step(x, h, Weights(W, U @ V, b)),
        X,
        torch.zeros(1, 4).double(),
    )
    for y, h in zip(ys, hs, strict=True):
        torch.testing.assert_close(y, h @ V.T)
