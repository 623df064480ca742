"""RMSProp is torch's when it starts as torch's does, and differs when it does not."""

import pytest
import torch

from ml2020.optimization import RMSProp
from tests.refusals import only_positive, only_shares


def theirs(p):
    return torch.optim.RMSprop(p, lr=0.01, alpha=0.9)


def test_started_at_zero_it_walks_as_torchs(walk, torch_walk):
    ours = walk(RMSProp(0.01, zero_start=True))
    torch.testing.assert_close(ours, torch_walk(theirs), rtol=0, atol=1e-12)


def test_started_as_the_lecture_does_it_differs_from_torchs(walk, torch_walk):
    apart = (walk(RMSProp(0.01)) - torch_walk(theirs)).abs().max()
    assert apart > 0.01


def test_it_counts_its_steps_and_has_the_settings_of_the_lectures():
    rule, theta = RMSProp(0.01), torch.zeros(2)
    memory, counts = rule.init(theta), []
    for _ in range(3):
        counts.append(memory.t)
        theta, memory = rule.step(theta, torch.ones(2), memory)
    assert counts == [0, 1, 2]
    assert rule == RMSProp(0.01, alpha=0.9, eps=1e-8, zero_start=False)


@pytest.mark.equation("eq-optimization-rmsprop")
def test_the_average_is_that_of_the_definition(stream):
    g = torch.tensor([2.0, -1.0, 0.5, 3.0], dtype=torch.float64)
    moves, v = stream(RMSProp(0.1, alpha=0.8), g).diff(), g[0] ** 2
    for t in range(4):
        if t:
            v = 0.8 * v + 0.2 * g[t] ** 2
        assert moves[t].item() == pytest.approx(-0.1 * (g[t] / v.sqrt()).item())


def test_the_first_step_has_length_lr_and_torchs_more(stream):
    first = stream(RMSProp(0.1, alpha=0.99), [torch.tensor(7.0).double()]).diff()
    assert first.item() == pytest.approx(-0.1)
    zero = RMSProp(0.1, alpha=0.99, zero_start=True)
    # Where torch begins, one hundredth of the square is all there is: ten times as far.
    assert stream(zero, [torch.tensor(7.0).double()]).diff().item() == pytest.approx(-1)


def test_without_memory_it_walks_by_the_sign(walk, stream):
    moves = stream(RMSProp(0.1, alpha=0.0), torch.tensor([5.0, -0.1]).double()).diff()
    torch.testing.assert_close(
        moves, torch.tensor([-0.1, 0.1]).double(), rtol=1e-6, atol=0
    )


def test_where_the_gradient_is_zero_nothing_moves_and_nothing_is_nan():
    rule, theta = RMSProp(0.1), torch.ones(3)
    new, _ = rule.step(theta, torch.zeros(3), rule.init(theta))
    assert torch.equal(new, theta)


def test_it_writes_to_nothing(assert_pure):
    assert_pure(RMSProp(0.1))


def test_the_defaults_are_the_lectures():
    assert RMSProp(0.1) == RMSProp(0.1, alpha=0.9, eps=1e-8, zero_start=False)


def test_bad_settings_are_refused():
    only_positive(lambda lr: RMSProp(lr), "lr")
    only_shares(lambda alpha: RMSProp(0.1, alpha=alpha), "alpha")
    only_positive(lambda eps: RMSProp(0.1, eps=eps), "eps")
