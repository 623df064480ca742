"""Both forms of NAG are one walk, seen from two points; one of them is torch's."""

import pytest
import torch

from ml2020.gradient_descent import GradientDescent, descend
from ml2020.optimization import NAG, look_ahead
from tests.refusals import only_positive, only_shares, refuses


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
    u = torch.zeros(2, dtype=torch.float64)
    for t in range(3):
        u = 0.9 * u - 0.02 * gradient(path[t] + 0.9 * u)
        torch.testing.assert_close(path[t + 1], path[t] + u)
    torch.testing.assert_close(ahead[3], path[3] + 0.9 * u)
    assert torch.equal(path[0], start)


def test_no_step_leads_from_the_start_to_the_start(gradient, start):
    path, ahead = look_ahead(gradient, start, 0.02, 0.9, 0)
    assert torch.equal(path, start[None])
    assert torch.equal(ahead, start[None])


def test_it_remembers_the_movement_as_momentum_does():
    rule, theta = NAG(0.1, 0.9), torch.zeros(2)
    memory = rule.init(theta)
    assert torch.equal(memory.u, torch.zeros(2))
    theta, memory = rule.step(theta, torch.tensor([1.0, -2.0]), memory)
    torch.testing.assert_close(memory.u, torch.tensor([-0.1, 0.2]))
    torch.testing.assert_close(theta, torch.tensor([-0.19, 0.38]))


@pytest.mark.parametrize(("x", "bears"), [(1.35, True), (1.36, False)])
def test_on_a_parabola_it_bears_less_than_momentum(x, bears):
    # The limit is 2 (1 + lambda) / (1 + 2 lambda) = 1.357; momentum's is 3.8.
    begin = torch.ones(1, dtype=torch.float64)
    path = descend(NAG(x, 0.9), lambda theta: theta, begin, 2000).abs()
    assert (path[-1] < 1e-3).item() is bears
    if not bears:
        assert path[-1] > 1e3


def test_without_momentum_it_is_plain_descent(walk):
    torch.testing.assert_close(walk(NAG(0.02, 0.0)), walk(GradientDescent(0.02)))


def test_it_writes_to_nothing(assert_pure):
    assert_pure(NAG(0.1))


def test_bad_settings_are_refused_by_both(gradient, start):
    for make in (NAG, lambda lr, share: look_ahead(gradient, start, lr, share, 1)):
        only_positive(lambda lr, make=make: make(lr, 0.9), "lr")
        only_shares(lambda share, make=make: make(0.1, share), "momentum")


def test_a_negative_number_of_steps_is_refused(gradient, start):
    refuses(
        lambda steps: look_ahead(gradient, start, 0.02, 0.9, steps),
        r"^steps is .*: give 0 or more$",
        good=[0],
        bad=[-1],
    )
