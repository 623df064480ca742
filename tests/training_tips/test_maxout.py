"""A neuron that says the largest of its sums."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.training_tips import maxout, winners
from ml2020.training_tips.maxout import check_maxout
from tests.refusals import refuses, spoilt


def layer(seed=0, n=5, inputs=3, neurons=4, pieces=2):
    dice = torch.Generator().manual_seed(seed)
    shapes = (n, inputs), (neurons, pieces, inputs), (neurons, pieces)
    return [torch.randn(s, generator=dice, dtype=torch.float64) for s in shapes]


@pytest.mark.equation("eq-training_tips-maxout")
@given(st.integers(0, 99), st.integers(1, 4))
def test_it_is_the_largest_sum_in_a_double_loop(seed, pieces):
    x, W, b = layer(seed, pieces=pieces)
    for i, said in enumerate(maxout(x, W, b)):
        for o in range(4):
            sums = [float(W[o, k] @ x[i] + b[o, k]) for k in range(pieces)]
            assert said[o].item() == pytest.approx(max(sums), abs=1e-12)
            assert sums[winners(x, W, b)[i, o]] == max(sums)


def line(*rows):
    """One neuron of one input, whose pieces are w x + b."""
    W = torch.tensor([[[w] for w, _ in rows]], dtype=torch.float64)
    return W, torch.tensor([[b for _, b in rows]], dtype=torch.float64)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(1, 0), (0, 0)], torch.relu),
        ([(1, 0), (-1, 0)], torch.abs),
        ([(1, 0), (0.01, 0)], torch.nn.functional.leaky_relu),
    ],
)
def test_it_can_be_a_rectifier_or_an_absolute_value(rows, expected):
    x = torch.linspace(-3, 3, 61, dtype=torch.float64)[:, None]
    torch.testing.assert_close(maxout(x, *line(*rows)), expected(x))


def test_tangents_make_any_convex_chain_of_lines():
    heights = {-1.0: 1.0, 0.0: 0.0, 2.0: 1.0}  # a convex polygon through three points
    chain = line((-1, 0), (0.5, 0))
    x = torch.tensor([[v] for v in heights], dtype=torch.float64)
    assert maxout(x, *chain)[:, 0].tolist() == list(heights.values())


def test_only_the_winning_piece_has_a_slope():
    x, W, b = layer(n=1)
    W.requires_grad_()
    maxout(x, W, b).sum().backward()
    best = winners(x, W.detach(), b)[0]
    for o in range(4):
        for k in range(2):
            expected = x[0] if k == best[o] else torch.zeros(3).double()
            assert torch.equal(W.grad[o, k], expected)


def test_gradients_are_right():
    x, W, b = (part.requires_grad_() for part in layer())
    assert torch.autograd.gradcheck(maxout, (x, W, b))


@pytest.mark.parametrize("call", [maxout, winners])
def test_rejects_what_has_no_largest_sum(call):
    x, W, b = layer()
    for part in (x[:0], x[:, :0]):
        with pytest.raises(ValueError, match=r"^x is empty: give at least one example"):
            call(part, W[:, :, : part.shape[1]], b)
    with pytest.raises(ValueError, match=r"^W is empty: give at least one neuron"):
        call(x, W[:, :0], b[:, :0])
    bad = math.nan, math.inf
    said = "^{} has NaN or infinity: {}$"
    again = "train anew with a lower rate"
    mend = "drop or mend those examples"
    refuses(
        lambda x: call(x, W, b),
        said.format("x", mend),
        good=[x],
        bad=spoilt(x, *bad),
    )
    refuses(
        lambda W: call(x, W, b),
        said.format("W", again),
        good=[W],
        bad=spoilt(W, *bad),
    )
    refuses(
        lambda b: call(x, W, b),
        said.format("b", again),
        good=[b],
        bad=spoilt(b, *bad),
    )


def test_rejects_shapes_that_do_not_fit():
    x, W, b = layer()
    with pytest.raises(ValueError, match=r"^x has the shape"):
        check_maxout(x[:, :-1], W, b)
    with pytest.raises(ValueError, match=r"^b has the shape"):
        check_maxout(x, W, b[:, :1])
