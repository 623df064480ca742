"""On a linear network DeepFool is exact; else it is the paper's loop."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ml2020.attack import deepfool, lengths, to_border
from tests.refusals import below, refuses, spoilt


def linear(seed, classes=3, dots=5):
    dice = torch.Generator().manual_seed(seed)
    W = torch.randn(classes, dots, generator=dice, dtype=torch.float64)
    b = torch.randn(classes, generator=dice, dtype=torch.float64)
    return W, b


@pytest.mark.equation("eq-attack-deepfool")
@settings(max_examples=30)
@given(seed=st.integers(0, 999))
def test_of_two_linear_classes_it_is_the_foot_of_the_perpendicular(seed):
    W, b = linear(seed, 2)
    x = torch.rand(
        4, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(1)
    )
    found = deepfool(lambda v: v @ W.T + b, x, beyond=0.02, box=None)
    for start, end in zip(x, found, strict=True):
        w = W[0] - W[1]
        f = (w @ start + b[0] - b[1]).item()
        expected = start - 1.02 * f / (w @ w) * w
        torch.testing.assert_close(end, expected)


@settings(max_examples=30)
@given(seed=st.integers(0, 99))
def test_of_linear_classes_no_shorter_change_reaches_a_border(seed):
    W, b = linear(seed, 4)
    x = torch.rand(
        3, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(1)
    )
    found = deepfool(lambda v: v @ W.T + b, x, beyond=0.0, box=None, steps=1)
    for start, end in zip(x, found, strict=True):
        scores = (W @ start + b).tolist()
        best = max(range(4), key=lambda k: scores[k])
        far = [
            (scores[best] - scores[k]) / math.dist(W[best].tolist(), W[k].tolist())
            for k in range(4)
            if k != best
        ]
        assert math.dist(start.tolist(), end.tolist()) == pytest.approx(min(far))


def test_it_gives_up_after_fifty_steps_and_leaves_the_pictures_as_they_were():
    """With nothing beyond the border the answer never changes."""
    x, calls = torch.tensor([[0.5, 0.5]]), []
    w = torch.tensor([2.0, -1.0])

    def model(v):
        calls.append(v)
        return torch.stack([v @ w, 0 * v[:, 0]], dim=1)

    deepfool(model, x, beyond=0.0)
    assert len(calls) == 51  # the first answer, and one more in each step
    assert not x.requires_grad


def test_it_is_the_paper_s_loop_on_a_network():
    dice = torch.Generator().manual_seed(5)
    W = [torch.randn(*s, generator=dice).double() for s in ((8, 4), (3, 8))]
    model = lambda x: (x @ W[0].T).tanh() @ W[1].T  # noqa: E731
    X = torch.rand(6, 4, generator=dice).double()
    found = deepfool(model, X, steps=20, beyond=0.02, box=None)
    for start, end in zip(X, found, strict=True):
        first, total, x = (
            int(model(start[None]).argmax()),
            torch.zeros(4).double(),
            start,
        )
        for _ in range(20):
            if int(model(x[None]).argmax()) != first:
                break
            x = x.clone().requires_grad_()
            f = model(x[None])[0]
            w = [torch.autograd.grad(v, x, retain_graph=True)[0] for v in f]
            ways = []
            for k in range(3):
                if k != first:
                    gap, slope = (f[k] - f[first]).item(), w[k] - w[first]
                    size = slope.norm().item()
                    ways.append((abs(gap) / size, abs(gap) / size**2 * slope))
            total = total + min(ways, key=lambda way: way[0])[1]
            x = start + 1.02 * total
        torch.testing.assert_close(end, x)


def test_what_it_finds_is_called_otherwise_and_stays_in_the_box():
    W, b = linear(3, 3)
    x = torch.rand(
        20, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(2)
    )
    model = lambda v: v @ W.T + b  # noqa: E731
    free = deepfool(model, x, box=None)
    assert (model(free).argmax(1) != model(x).argmax(1)).all()
    kept = deepfool(model, x, steps=200)
    assert kept.min() >= 0
    assert kept.max() <= 1
    won = model(kept).argmax(1) != model(x).argmax(1)
    assert (lengths(kept - x)[won] >= lengths(free - x)[won] / 1.02 - 1e-9).all()
    assert won.sum() >= 5


def test_a_network_without_slopes_moves_nothing():
    gaps = torch.tensor([[0.0, -1.0]])
    assert torch.equal(to_border(gaps, torch.zeros(1, 2, 3)), torch.zeros(1, 3))


@pytest.mark.parametrize("size", [1e-25, 1e25])
def test_scores_whose_squares_no_float_holds_are_attacked_all_the_same(size):
    x = torch.tensor([[0.6, 0.4]])
    found = deepfool(lambda x: x * size, x)
    torch.testing.assert_close(found, torch.tensor([[0.498, 0.502]]))


def test_bad_input_is_refused():
    W, b = linear(0)
    x = torch.rand(2, 5, dtype=torch.float64)
    model = lambda v: v @ W.T + b  # noqa: E731
    bad = spoilt(x, 1.5, math.nan)
    refuses(lambda x: deepfool(model, x), "^start has", good=[x], bad=bad)
    refuses(lambda n: deepfool(model, x, n), "^steps is", good=[0], bad=[-1])
    refuses(
        lambda v: deepfool(model, x, 1, v), "^beyond is", good=[0.0], bad=[below(0.0)]
    )
    refuses(
        lambda v: deepfool(lambda x: model(x) * v, x),
        "^what the model says has NaN",
        good=[1.0],
        bad=[math.nan],
    )


def test_a_dot_at_its_end_takes_no_part_in_the_step():
    model = lambda x: torch.stack([x @ W, 0 * x[:, 0] + 0.2], dim=1)  # noqa: E731
    W = torch.tensor([3.0, 1.0, -1.0])
    x = torch.tensor([[0.0, 0.8, 0.5], [1e-9, 0.8, 1.0]])
    found = deepfool(model, x, steps=1, beyond=0.0)
    torch.testing.assert_close(found[0], torch.tensor([0.0, 0.75, 0.55]))
