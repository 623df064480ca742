"""The two passes give autograd's slopes, for each bend, depth and batch."""

import itertools
import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from ml2020.backpropagation import (
    RELU,
    SIGMOID,
    STRAIGHT,
    Bend,
    backward_pass,
    forward_pass,
)
from ml2020.deep_learning import Layer, Pass, lecture_network
from ml2020.logistic_regression import score_gradient
from tests.refusals import refuses, spoilt

seeds = st.integers(0, 2**31)
TANH = Bend(torch.tanh, lambda z: 1 - z.tanh() ** 2)
BENDS = {"sigmoid": SIGMOID, "tanh": TANH, "relu": RELU, "straight": STRAIGHT}
SIZES = [4, 6, 5, 3, 2, 4, 3]


def network(sizes, seed=0, device="cpu"):
    dice = torch.Generator().manual_seed(seed)
    drawn = [
        (torch.randn(o, i, generator=dice), torch.randn(o, generator=dice))
        for i, o in itertools.pairwise(sizes)
    ]
    return [Layer(W.double().to(device), b.double().to(device)) for W, b in drawn]


def examples(count=5, size=4, seed=1, device="cpu"):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(count, size, generator=dice, dtype=torch.float64).to(device)


def by_autograd(x, layers, bends, cost):
    flat = [p.clone().requires_grad_() for layer in layers for p in layer]
    a, z = x, []
    for W, b, bend in zip(flat[::2], flat[1::2], bends, strict=True):
        z.append(a @ W.T + b)
        a = bend.value(z[-1])
    slopes = torch.autograd.grad(cost(a), [*z, *flat])
    return slopes[: len(z)], slopes[len(z) :: 2], slopes[len(z) + 1 :: 2]


def compare(found, expected):
    for mine, other in zip(found, expected, strict=True):
        for g, e in zip(mine, other, strict=True):
            torch.testing.assert_close(g, e, rtol=1e-10, atol=1e-10)


@pytest.mark.equation("eq-backpropagation-matrix")
@pytest.mark.parametrize("depth", range(1, 7))
@pytest.mark.parametrize("name", BENDS)
def test_the_slopes_are_those_of_autograd_at_any_depth(device, name, depth):
    layers = network(SIZES[: depth + 1], device=device)
    bends = [BENDS[name]] * depth
    x = examples(device=device)
    met = forward_pass(x, layers, bends)
    y_hat = examples(size=SIZES[depth], seed=2, device=device)
    found = backward_pass(met.a[-1] - y_hat, layers, bends, met)
    compare(
        found,
        by_autograd(x, layers, bends, lambda y: 0.5 * ((y - y_hat) ** 2).sum()),
    )


@given(seed=seeds)
def test_with_softmax_and_cross_entropy_the_first_delta_is_theirs(device, seed):
    layers, bends = network([4, 6, 5, 3], seed, device), [SIGMOID, RELU, STRAIGHT]
    x, labels = examples(seed=seed, device=device), torch.arange(5, device=device) % 3
    met = forward_pass(x, layers, bends)
    found = backward_pass(score_gradient(met.a[-1], labels), layers, bends, met)
    cost = by_autograd(
        x, layers, bends, lambda y: F.cross_entropy(y, labels, reduction="sum")
    )
    compare(found, cost)


@pytest.mark.equation("eq-backpropagation-sum")
def test_a_batch_has_the_sum_of_the_slopes_of_its_examples(device):
    layers, bends = network([4, 3, 2], device=device), [TANH, SIGMOID]
    x, y_hat = examples(device=device), examples(size=2, seed=3, device=device)
    met = forward_pass(x, layers, bends)
    whole = backward_pass(met.a[-1] - y_hat, layers, bends, met)
    for k in range(2):
        alone = []
        for n in range(5):
            one = forward_pass(x[n : n + 1], layers, bends)
            alone.append(
                backward_pass(one.a[-1] - y_hat[n : n + 1], layers, bends, one)
            )
        torch.testing.assert_close(
            whole.by_weights[k], sum(one.by_weights[k] for one in alone)
        )
        torch.testing.assert_close(
            whole.by_biases[k], sum(one.by_biases[k] for one in alone)
        )


@pytest.mark.equation("eq-backpropagation-output")
def test_the_numbers_of_the_page_neuron_by_neuron():
    met, back = worked_example()
    s = [[1 / (1 + math.exp(-z)) for z in layer[0].tolist()] for layer in met.z]
    y_hat = [1, 0]
    d3 = [s[2][i] * (1 - s[2][i]) * (s[2][i] - y_hat[i]) for i in (0, 1)]
    assert back.deltas[2][0].tolist() == pytest.approx(d3)
    assert d3 == pytest.approx([-0.0903, 0.1175], abs=5e-5)


@pytest.mark.equation("eq-backpropagation-hidden")
def test_a_hidden_delta_is_weighed_up_from_those_above():
    met, back = worked_example()
    for k in (1, 0):
        W = lecture_network()[k + 1][0].tolist()
        above = back.deltas[k + 1][0].tolist()
        for i in (0, 1):
            a = met.a[k + 1][0, i].item()
            delta = a * (1 - a) * (W[0][i] * above[0] + W[1][i] * above[1])
            assert back.deltas[k][0, i].item() == pytest.approx(delta)


@pytest.mark.equation("eq-backpropagation-split")
def test_a_weight_s_slope_is_what_goes_in_times_the_delta():
    met, back = worked_example()
    for k, (W, b) in enumerate(lecture_network()):
        for i in (0, 1):
            for j in (0, 1):
                layers = lecture_network()
                step = torch.zeros_like(W)
                step[i, j] = 1e-6
                costs = []
                for sign in (1, -1):
                    layers[k] = Layer(W + sign * step, b)
                    y = forward_pass(INPUT, layers, [SIGMOID] * 3).a[-1]
                    costs.append(0.5 * ((y - TRUTH) ** 2).sum())
                slope = ((costs[0] - costs[1]) / 2e-6).item()
                product = met.a[k][0, j] * back.deltas[k][0, i]
                assert product.item() == pytest.approx(slope, abs=1e-9)
                assert back.by_weights[k][i, j].item() == product.item()


INPUT = torch.tensor([[1.0, -1.0]]).double()
TRUTH = torch.tensor([[1.0, 0.0]]).double()


def worked_example():
    layers, bends = lecture_network(), [SIGMOID] * 3
    met = forward_pass(INPUT, layers, bends)
    return met, backward_pass(met.a[-1] - TRUTH, layers, bends, met)


def test_the_forward_pass_gives_the_lecture_s_numbers():
    met, _ = worked_example()
    said = [[0.98, 0.12], [0.86, 0.11], [0.62, 0.83]]
    for a, expected in zip(met.a[1:], said, strict=True):
        assert a[0].tolist() == pytest.approx(expected, abs=5e-3)
    assert met.z[0].tolist() == [[4, -2]]
    assert torch.equal(met.a[0], INPUT)


def test_neurons_that_are_equal_get_equal_slopes():
    (W, b), (V, c) = network([4, 3, 2])
    W[1], b[1], V[:, 1] = W[0], b[0], V[:, 0]
    layers, bends = [Layer(W, b), Layer(V, c)], [SIGMOID, STRAIGHT]
    met = forward_pass(examples(), layers, bends)
    back = backward_pass(met.a[-1], layers, bends, met)
    torch.testing.assert_close(back.by_weights[0][0], back.by_weights[0][1])
    torch.testing.assert_close(back.by_biases[0][0], back.by_biases[0][1])
    torch.testing.assert_close(back.by_weights[1][:, 0], back.by_weights[1][:, 1])
    assert (back.by_weights[0][0] - back.by_weights[0][2]).abs().max() > 1e-6


def test_nothing_is_written_in_place():
    layers, x = network([4, 3, 2]), examples()
    before = [p.clone() for layer in layers for p in layer]
    met = forward_pass(x, layers, [RELU, TANH])
    kept = [t.clone() for t in (*met.z, *met.a)]
    slope = torch.ones(5, 2).double()
    backward_pass(slope, layers, [RELU, TANH], met)
    assert all(map(torch.equal, before, [p for layer in layers for p in layer]))
    assert all(map(torch.equal, kept, [*met.z, *met.a]))
    assert torch.equal(slope, torch.ones(5, 2).double())


def test_examples_that_are_none_are_refused():
    layers, bends = network([4, 2]), [RELU]
    good = examples()
    refuses(
        lambda x: forward_pass(x, layers, bends),
        "^x (is empty: give at least one|has NaN or infinity: drop or mend)",
        good=[good, good[:1]],
        bad=[good[:0], *spoilt(good, math.nan, math.inf)],
    )


def test_a_network_that_does_not_fit_is_refused_with_its_layer():
    x, bends = examples(), [RELU, RELU]
    good = network([4, 3, 2])
    W, b = good[1]
    refuses(
        lambda second: forward_pass(x, [good[0], second], bends),
        r"^layers\[1\](.W| has W|.b)",
        good=[good[1], network([3, 1])[0]],
        bad=[
            network([4, 2])[0],
            Layer(W[0], b),
            Layer(W, b[:1]),
            Layer(W.float(), b),
            Layer(W, b.float()),
            *(Layer(bad, b) for bad in spoilt(W, math.nan, math.inf)),
            *(Layer(W, bad) for bad in spoilt(b, math.nan)),
        ],
    )
    with pytest.raises(ValueError, match=r"^layers\[0\] has W .*: give it 3 columns"):
        forward_pass(x[:, :3], good, bends)


def test_each_layer_has_its_bend():
    x, layers = examples(), network([4, 3, 2])
    refuses(
        lambda bends: forward_pass(x, layers, bends),
        "^layers has 2, bends .: give at least one layer, and a bend for each$",
        good=[[RELU, RELU]],
        bad=[[], [RELU], [RELU] * 3],
    )
    with pytest.raises(ValueError, match=r"^layers has 0, bends 0: give at least"):
        forward_pass(x, [], [])


def test_the_first_layer_that_makes_nan_is_named():
    big = [Layer(torch.full((2, 2), 1e20), torch.zeros(2))] * 3
    with pytest.raises(ValueError, match=r"^layers\[1\] makes NaN or infinity: lower"):
        forward_pass(torch.ones(1, 2), big, [RELU] * 3)
    broken = Bend(lambda z: z * math.nan, torch.ones_like)
    with pytest.raises(ValueError, match=r"^layers\[0\] makes NaN"):
        forward_pass(torch.ones(1, 2), big[:1], [broken])
    with pytest.raises(ValueError, match=r"^layers\[1\] makes NaN or infinity: lower"):
        forward_pass(torch.ones(1, 2), big, [RELU, SIGMOID, RELU])  # which says 1
    half = Layer(torch.tensor([[1e20, 1e20], [0.0, 0.0]]), torch.zeros(2))
    with pytest.raises(ValueError, match=r"^layers\[1\] makes NaN or infinity: lower"):
        forward_pass(torch.ones(1, 2), [big[0], half], [RELU, SIGMOID])


def test_a_slope_that_is_not_one_of_the_outputs_is_refused():
    layers, bends = network([4, 3, 6, 2]), [STRAIGHT] * 3
    met = forward_pass(examples(), layers, bends)
    good = torch.ones(5, 2).double()
    refuses(
        lambda slope: backward_pass(slope, layers, bends, met),
        "^slope (has the shape|is torch|has NaN)",
        good=[good],
        bad=[good[:4], good[:, :1], good.float(), *spoilt(good, math.nan, math.inf)],
    )


def test_slopes_that_overflow_are_named_by_the_layer_that_gets_them():
    layers = [Layer(torch.full((1, 1), v), torch.zeros(1)) for v in (0.1, 100.0)]
    bends, x = [STRAIGHT] * 2, torch.ones(2, 1)
    met = forward_pass(x, layers, bends)
    assert backward_pass(torch.full((2, 1), 1e36), layers, bends, met).by_weights
    with pytest.raises(ValueError, match=r"^slope by layers\[0\].W is inf at \[0, 0\]"):
        backward_pass(torch.full((2, 1), 3e36), layers, bends, met)
    still = forward_pass(x * 0, layers, bends)  # nothing goes in: only biases move
    with pytest.raises(ValueError, match=r"^slope by layers\[1\].b is inf at \[0\]"):
        backward_pass(torch.full((2, 1), 3e38), layers, bends, still)


def test_the_forward_pass_of_another_network_is_refused():
    layers, bends = network([4, 3, 2]), [SIGMOID] * 2
    met = forward_pass(examples(), layers, bends)
    slope = torch.ones(5, 2).double()
    refuses(
        lambda parts: backward_pass(slope, parts[0], parts[1], met),
        r"^layers, bends, met.z, met.a\[1:\] are \(., ., 2, 2\): give as many$",
        good=[(layers, bends)],
        bad=[
            (layers, bends[:1]),
            (layers, []),
            (layers, [*bends, STRAIGHT]),
            (layers[:1], bends),
            (layers[:1], bends[:1]),
            (layers * 2, bends * 2),
            ([], []),
        ],
    )
    refuses(
        lambda kept: backward_pass(slope, layers, bends, kept),
        r"^layers, bends, met.z, met.a\[1:\] are \(2, 2, ., .\): give as many$",
        good=[met],
        bad=[Pass(met.z[1:], met.a), Pass(met.z, met.a[1:])],
    )
    refuses(
        lambda second: backward_pass(slope, [layers[0], second], bends, met),
        r"^layers\[1\].W has the shape \(., .\): give it \(2, 3\)$",
        good=[layers[1]],
        bad=[network([6, 2])[0], network([3, 3])[0]],
    )
    with pytest.raises(ValueError, match=r"^layers, bends, .* are \(0, 0, 0, 0\)"):
        backward_pass(slope, [], [], Pass([], [slope]))
