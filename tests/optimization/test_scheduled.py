"""A scheduled training is the plain one, seed by seed; the shapes are the schedules."""

import pytest
import torch
import torch.nn.functional as F

from ml2020.gradient_descent import GradientDescent
from ml2020.optimization import (
    cosine_restarts,
    one_cycle,
    outputs,
    perceptron,
    scheduled,
    shapes,
    small_clothes,
    starts,
    triangular,
)

SHAPES = shapes(350)


def test_every_shape_has_1_as_its_highest_value_and_is_positive():
    for name, shape in SHAPES.items():
        values = [shape(t) for t in range(350)]
        assert max(values) == pytest.approx(1, abs=0.01), name
        assert min(values) > 0, name


@pytest.mark.parametrize(
    ("name", "steps", "values"),
    [
        ("constant", (0, 349), (1, 1)),
        ("warm-up", (0, 33, 34, 349), (1 / 35, 34 / 35, 1, 1)),
        ("constant, then fall", (0, 210, 280, 349), (1, 1, 0.5, 1 / 140)),
        ("constant, short fall", (0, 315, 349), (1, 1, 1 / 35)),
    ],
)
def test_a_shape_has_its_value_at_a_step(name, steps, values):
    assert [SHAPES[name](t) for t in steps] == pytest.approx(values)


def test_the_other_shapes_are_their_schedules():
    for t in (0, 20, 50, 120, 200, 349):
        assert SHAPES["triangular"](t) == triangular(t, 0.1, 1, 35)
        restarts = cosine_restarts(t, 0, 1, 50, 2)
        assert SHAPES["cosine with restarts"](t) == restarts
        assert SHAPES["one cosine"](t) == cosine_restarts(t, 0, 1, 350)
        assert SHAPES["one cycle"](t) == one_cycle(t, 350, 0.04, 1, 0.0004)


def test_a_run_is_plain_training_by_hand():
    data = small_clothes(400, 100)
    ends, losses = scheduled(
        GradientDescent(9.0), data, [4, 7], 3, lr=lambda t: 0.1 * (t + 1)
    )
    assert (ends.shape, losses.shape) == ((2, 2), (3, 2))
    sizes = (196, 32, 32, 10)
    model = perceptron(sizes)
    dice = torch.Generator().manual_seed(7)
    rows = torch.randint(400, (3, 32), generator=dice)
    theta = starts(sizes, [7])[0]
    for t in range(3):
        theta.requires_grad_()
        said = outputs(model, theta, data.X[rows[t]])
        loss = F.cross_entropy(said, data.y[rows[t]])
        assert losses[t, 1].item() == pytest.approx(loss.item(), abs=1e-5)
        (g,) = torch.autograd.grad(loss, theta)
        theta = theta.detach() - 0.1 * (t + 1) * g
    parts = ((data.X_choose, data.y_choose), (data.X_judge, data.y_judge))
    for part, (X, y) in enumerate(parts):
        end = F.cross_entropy(outputs(model, theta, X), y)
        assert ends[part, 1].item() == pytest.approx(end.item(), abs=1e-5)
    assert not ends.requires_grad
