"""Costs: formulas against torch's own counter, and paths against slopes."""

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from ml2020.transformer import (
    MultiHead,
    attention_cost,
    convolution_cost,
    recurrent_cost,
)
from tests.refusals import refuses


def counted(call, X):
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        call(X)
    return counter.get_total_flops() // 2  # a product and a sum each


@pytest.mark.equation("eq-transformer-cost")
@pytest.mark.parametrize("n", [5, 40])
def test_products_are_those_that_torch_counts(n):
    d, X = 8, torch.randn(1, n, 8)
    for h in (1, 4):
        layer = MultiHead(d, h)
        assert counted(lambda Z, f=layer: f(Z, Z), X) == attention_cost(n, d).products
    cell = nn.RNNCell(d, d)

    def elman(Z):
        state = torch.zeros(1, d)
        for t in range(n):
            state = torch.tanh(Z[:, t] @ cell.weight_ih.mT + state @ cell.weight_hh.mT)

    assert counted(elman, X) == recurrent_cost(n, d).products
    conv = nn.Conv1d(d, d, 5, padding=2)
    assert counted(lambda Z: conv(Z.mT), X) == convolution_cost(n, d, 5).products


@pytest.mark.parametrize(("n", "k"), [(2, 3), (9, 3), (9, 5), (10, 5), (1, 3)])
def test_as_many_convolutions_as_the_path_says_reach_from_end_to_end(n, k):
    path = convolution_cost(n, 4, k).path
    conv = nn.Conv1d(1, 1, k, padding=k // 2)

    def reaches(layers):
        X = torch.zeros(1, 1, n, requires_grad=True)
        Z = X
        for _ in range(layers):
            Z = conv(Z)
        return bool(torch.autograd.grad(Z[0, 0, -1], X)[0][0, 0, 0])

    assert path == 0 or reaches(path)
    assert path <= 1 or not reaches(path - 1)


def test_steps_and_paths_of_the_others():
    assert attention_cost(7, 2)[1:] == (1, 1)
    assert recurrent_cost(7, 2)[1:] == (7, 7)
    assert convolution_cost(7, 2, 3).steps == 1


def test_sizes_below_1_and_windows_without_a_middle_are_refused():
    for call in (
        attention_cost,
        recurrent_cost,
        lambda n, d: convolution_cost(n, d, 3),
    ):
        refuses(lambda n, f=call: f(n, 1), "^T is 0: give 1 or", good=[1], bad=[0])
        refuses(lambda d, f=call: f(1, d), "^d is 0: give 1 or", good=[1], bad=[0])
    refuses(
        lambda k: convolution_cost(4, 4, k),
        "^w is -?[0-9]: (choose an odd number, 3 or more|give 1 or more)$",
        good=[3, 5],
        bad=[1, 2, 4, 0, -3],
    )
