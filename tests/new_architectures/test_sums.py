"""Sums: each task by a loop, what is asked, and who always says the same."""

import pytest
import torch

from ml2020.new_architectures import asked, commonest, right, sums
from ml2020.new_architectures.sums import DIGITS, TASKS
from tests.refusals import refuses


def dice(seed):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("task", TASKS)
def test_what_is_right_is_what_a_loop_says(task):
    X, Y = sums(task, 20, 7, generator=dice(0))
    for row, said in zip(X.tolist(), Y.tolist(), strict=True):
        first = [a for a, _ in row]
        twins = min(sum(a == b for a, b in row), DIGITS - 1)
        wanted = {
            "mirror": [(first[k] + first[6 - k]) % DIGITS for k in range(7)],
            "add": [(first[k - 1] + first[k - 2]) % DIGITS for k in range(7)],
            "count": [twins] * 7,
        }[task]
        assert said == wanted
    assert set(X.unique().tolist()) == set(range(DIGITS))


def test_no_digit_alone_tells_a_sum():
    for task in ("mirror", "add"):
        X, Y = sums(task, 4000, 8, generator=dice(1))
        for digit in range(DIGITS):
            said = Y[X[..., 0] == digit].bincount(minlength=DIGITS).double()
            assert float((said / said.sum()).max()) == pytest.approx(1 / 6, abs=0.02)


def test_who_is_right_is_counted():
    judged = sums("add", 30, 8, generator=dice(2))
    perfect = torch.nn.functional.one_hot(judged.Y, DIGITS).double()
    assert right(lambda _: perfect, judged) == 1
    assert right(lambda _: perfect.roll(1, dims=-1), judged) == 0
    counts = [int((judged.Y == k).sum()) for k in range(DIGITS)]
    assert commonest(judged) == pytest.approx(max(counts) / judged.Y.numel())


def test_the_loss_is_that_of_the_right_digit():
    cost = asked("mirror", 5, 6, generator=dice(3))
    judged = sums("mirror", 5, 6, generator=dice(3))
    scores = torch.randn(5, 6, DIGITS, generator=dice(4))
    wanted = -scores.log_softmax(-1).gather(-1, judged.Y[..., None]).mean()
    torch.testing.assert_close(cost(lambda _: scores), wanted)


def test_what_is_no_task_is_refused():
    for call in (sums, asked):
        refuses(
            lambda task, call=call: call(task, 2, 3),
            "^task is .*: choose one of mirror, add, count$",
            good=TASKS,
            bad=["", "adds"],
        )
        refuses(lambda n, c=call: c("add", n, 3), "^n is 0: g", good=[1], bad=[0])
        refuses(lambda T, c=call: c("add", 2, T), "^T is 2: g", good=[3], bad=[2])
