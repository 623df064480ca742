"""Low rank: the error is the singular values left out, and no factors are nearer."""

import math

import pytest
import torch
from torch import nn

from ml2020.compression import factors, rank_error, thin, thinned
from tests.refusals import refuses, spoilt


def matrix(M=6, N=9, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(M, N, generator=dice, dtype=torch.float64)


@pytest.mark.equation("eq-compression-small-rank")
@pytest.mark.parametrize("K", [1, 2, 5, 6])
def test_the_square_of_the_error_is_that_of_the_values_left_out(K):
    W = matrix()
    A, B = factors(W, K)
    assert A.shape == (6, K)
    assert B.shape == (K, 9)
    error = (W - A @ B).square().sum().item()
    assert rank_error(W, K) == pytest.approx(error, abs=1e-10)
    sigma = torch.linalg.eigvalsh(W @ W.T).flip(0)
    assert error == pytest.approx(sigma[K:].sum().item(), abs=1e-10)


def test_descent_finds_no_nearer_factors():
    W = matrix()
    least = rank_error(W, 2)
    for seed in range(3):
        dice = torch.Generator().manual_seed(seed)
        A = torch.randn(6, 2, generator=dice, dtype=torch.float64)
        for _ in range(200):  # alternating least squares
            B = torch.linalg.lstsq(A, W).solution
            A = torch.linalg.lstsq(B.T, W.T).solution.T
        error = (W - A @ B).square().sum().item()
        assert least - 1e-9 <= error <= least + 1e-3


@pytest.mark.equation("eq-compression-small-thin")
@pytest.mark.parametrize("bias", [True, False])
def test_two_thin_layers_say_what_the_product_says(bias):
    layer = nn.Linear(9, 6, bias=bias).double()
    found = thin(layer, 3)
    x = matrix(4, 9, seed=1)
    A, B = factors(layer.weight, 3)
    expected = x @ (A @ B).T + (layer.bias if bias else 0)
    torch.testing.assert_close(found(x), expected)
    count = sum(p.numel() for p in found.parameters())
    assert count == 3 * (9 + 6) + 6 * bias
    torch.testing.assert_close(thin(layer, 6)(x), layer(x))


def test_the_lectures_count():
    assert (1024 * 1024, 64 * (1024 + 1024)) == (1_048_576, 131_072)
    layer = nn.Linear(64, 64, bias=False)
    found = sum(p.numel() for p in thin(layer, 4).parameters())
    assert 8 * found == layer.weight.numel()  # as of 1,024 with a rank of 64


def test_one_layer_of_a_network_is_made_two():
    model = nn.Sequential(nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 3))
    before = [p.clone() for p in model.parameters()]
    found = thinned(model, 2, 3)
    x = matrix(2, 5).float()
    torch.testing.assert_close(found(x), model(x))
    assert len(found) == 4
    with torch.no_grad():
        for p in found.parameters():
            p.zero_()
    assert all(
        torch.equal(p, b) for p, b in zip(model.parameters(), before, strict=True)
    )


def test_refusals():
    W = matrix()
    for call in (factors, rank_error):
        refuses(lambda K, call=call: call(W, K), "^K is", good=[1, 6], bad=[0, -1, 7])
        bad = [*spoilt(W, math.nan, math.inf), W[:0]]
        refuses(lambda W, call=call: call(W, 1), "^W ", good=[W], bad=bad)
    refuses(
        lambda K: thin(nn.Linear(9, 6), K), "^K is .*matrix's rank", good=[6], bad=[7]
    )
    model = nn.Sequential(nn.ReLU(), nn.Linear(2, 2))
    refuses(lambda p: thinned(model, p, 1), "^place is", good=[1], bad=[0, 2, -1])


def test_half_precision_is_refused():
    W = torch.rand(3, 4)
    refuses(lambda W: factors(W, 1), "^W is torch", good=[W], bad=[W.half()])
