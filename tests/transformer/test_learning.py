"""Learning: the schedules, and a reader that learns by heart."""

import math

import pytest
import torch
import torch.nn.functional as F

from ml2020.optimization import linear_warmup
from ml2020.transformer import descended, drawn_reader, falling, noam
from tests.refusals import only_positive, refuses

X = torch.tensor([[1, 0, 4, 2]])


def cost(model):
    return F.cross_entropy(model(X).flatten(0, 1), X.roll(1, 1).flatten())


@pytest.mark.equation("eq-transformer-noam")
def test_the_paper_s_rate_rises_in_a_line_and_falls_as_a_root():
    for t in (1, 100, 4000, 4001, 9000):
        wanted = 512**-0.5 * min(t**-0.5, t * 4000**-1.5)
        assert noam(t, 512, 4000) == pytest.approx(wanted)
    assert noam(2000, 512, 4000) == pytest.approx(noam(4000, 512, 4000) / 2)
    assert noam(16_000, 512, 4000) == pytest.approx(noam(4000, 512, 4000) / 2)


def test_our_rate_rises_and_falls_in_lines():
    rates = [falling(t, 0.5, 10, 4) for t in range(10)]
    assert rates[:4] == pytest.approx([linear_warmup(t, 0.5, 4) for t in range(4)])
    assert rates[3:] == pytest.approx(
        [0.5 * min(1, (10 - t) / 6) for t in range(3, 10)]
    )
    assert [falling(t, 1, 4) for t in range(4)] == pytest.approx([1, 0.75, 0.5, 0.25])


def test_a_reader_learns_a_sequence_by_heart_and_the_first_one_stays():
    model = drawn_reader(0, 5, 8, 2, 1)
    start, losses = cost(model).item(), []
    learned = descended(model, cost, lambda t: 0.01, 40, losses)
    assert cost(model).item() == start == pytest.approx(losses[0])
    assert len(losses) == 40
    assert cost(learned) < 0.05 < start


def test_the_first_step_is_adam_s_as_the_paper_sets_it():
    model = drawn_reader(1, 5, 8, 2, 1)
    mine = descended(model, cost, lambda t: 0.1 / (t + 1), 2).state_dict()
    rule = torch.optim.Adam(model.parameters(), 0.1, (0.9, 0.98), 1e-9)
    for lr in (0.1, 0.05):
        rule.param_groups[0]["lr"] = lr
        rule.zero_grad()
        cost(model).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1)
        rule.step()
    for name, weight in model.state_dict().items():
        torch.testing.assert_close(mine[name], weight)


def test_what_is_no_schedule_is_refused():
    for k, name in enumerate("tdw"):
        refuses(
            lambda x, k=k: noam(*[x if j == k else 5 for j in range(3)]),
            f"^{name} is .*: give 1 or more$",
            good=[1],
            bad=[0],
        )
    only_positive(lambda lr: falling(0, lr, 5), "lr")
    refuses(
        lambda t: falling(t, 1, 5),
        "^t is .*: give a step from 0 to 4$",
        good=[0, 4],
        bad=[-1, 5],
    )
    refuses(
        lambda w: falling(0, 1, 5, w),
        "^w is .*: choose it from 0 to 4$",
        good=[0, 4],
        bad=[-1, 5],
    )


def test_no_update_and_a_rate_that_blows_up_are_refused():
    model = drawn_reader(2, 5, 8, 2, 1)
    refuses(
        lambda n: descended(model, cost, lambda t: 0.1, n),
        "^updates is 0: give 1 or more$",
        good=[1],
        bad=[0],
    )
    with pytest.raises(ValueError, match=r"^lr has NaN or infinity: choose a rate bel"):
        descended(model, cost, lambda t: math.inf, 1)
