"""Both forms of NAG are one walk, seen from two points; one of them is torch's."""

import pytest
import torch

from ml2020.gradient_descent import GradientDescent
from ml2020.optimization import NAG, look_ahead


@pytest.mark.equation("eq-optimization-nag-ahead")
def test_the_rewritten_form_walks_as_torchs_nesterov(walk, torch_walk):
    theirs = torch_walk(
        lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9, nesterov=True)
    )
    torch.testing.assert_close(walk(NAG(0.02, 0.9)), theirs, rtol=0, atol=1e-12)


@pytest.mark.equation("eq-optimization-nag")
def test_the_points_ahead_are_the_path_of_the_rewritten_form(walk, gradient, start):
    _, ahead = look_ahead(gradient, start, 0.02, 0.9, 50)
    torch.testing.assert_close(walk(NAG(0.02, 0.9)), ahead, rtol=0, atol=1e-12)


def test_the_path_itself_follows_the_definition(gradient, start):
    path, ahead = look_ahead(gradient, start, 0.02, 0.9, 3)
    m = torch.zeros(2, dtype=torch.float64)
    for t in range(3):
        m = 0.9 * m + 0.02 * gradient(path[t] - 0.9 * m)
        torch.testing.assert_close(path[t + 1], path[t] - m)
    torch.testing.assert_close(ahead[3], path[3] - 0.9 * m)
    assert torch.equal(path[0], start)


def test_without_momentum_it_is_plain_descent(walk):
    torch.testing.assert_close(walk(NAG(0.02, 0.0)), walk(GradientDescent(0.02)))


def test_it_writes_to_nothing(assert_pure):
    assert_pure(NAG(0.1))


@pytest.mark.parametrize(
    ("lr", "momentum", "message"),
    [(-1.0, 0.9, "^lr is -1.0"), (0.1, 1.5, "^momentum is 1.5")],
)
def test_bad_settings_are_refused_by_both(lr, momentum, message, gradient, start):
    with pytest.raises(ValueError, match=message):
        NAG(lr, momentum)
    with pytest.raises(ValueError, match=message):
        look_ahead(gradient, start, lr, momentum, 1)
