"""Many sequences at once: each as if it were alone, whatever is behind its end."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.rnn import ctc_gradient, ctc_loss, ctc_slopes
from tests.refusals import refuses, spoilt

TARGETS = [[1, 2], [], [3, 3], [2, 1, 1, 3], [1]]
LENGTHS = [4, 3, 3, 7, 1]


def scores(T=7, n=5, C=4, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(T, n, C, generator=dice, dtype=torch.float64)


@given(seed=st.integers(0, 1000))
def test_each_sequence_is_as_if_alone(seed):
    x = scores(seed=seed)
    losses, by_scores = ctc_slopes(x, torch.tensor(LENGTHS), TARGETS)
    for k, (T, labels) in enumerate(zip(LENGTHS, TARGETS, strict=True)):
        torch.testing.assert_close(losses[k], ctc_loss(x[:T, k], labels))
        alone = ctc_gradient(x[:T, k], labels)
        torch.testing.assert_close(by_scores[:T, k], alone)
        assert (by_scores[T:, k] == 0).all()


def test_one_sequence_of_one_frame():
    (loss,), by_scores = ctc_slopes(scores(1, 1), torch.tensor([1]), [[2]])
    torch.testing.assert_close(loss, ctc_loss(scores(1, 1)[:, 0], [2]))
    torch.testing.assert_close(by_scores[:, 0], ctc_gradient(scores(1, 1)[:, 0], [2]))


def test_it_does_not_matter_what_is_behind_the_end(device):
    x = scores().to(device)
    lengths = torch.tensor(LENGTHS).to(device)
    other = x.clone()
    other[4:, 0] = 100.0
    one, two = (ctc_slopes(y, lengths, TARGETS) for y in (x, other))
    torch.testing.assert_close(one.losses, two.losses)
    torch.testing.assert_close(one.by_scores, two.by_scores)


def test_another_blank_is_another_numbering():
    x, lengths = scores(), torch.tensor(LENGTHS)
    lower = [[label - 1 for label in target] for target in TARGETS]
    one = ctc_slopes(x, lengths, TARGETS)
    two = ctc_slopes(x[..., [1, 2, 3, 0]], lengths, lower, blank=3)
    torch.testing.assert_close(one.losses, two.losses)
    torch.testing.assert_close(one.by_scores[..., [1, 2, 3, 0]], two.by_scores)


def test_long_sequences_do_not_underflow():
    x = scores(700, 2).float()
    lengths, targets = torch.tensor([700, 600]), [[1, 2, 3] * 50, [2]]
    losses, by_scores = ctc_slopes(x, lengths, targets)
    assert losses.dtype == by_scores.dtype == torch.float32
    for k, (T, labels) in enumerate(zip(lengths.tolist(), targets, strict=True)):
        exact = ctc_gradient(x[:T, k].double(), labels)
        torch.testing.assert_close(by_scores[:T, k].double(), exact, rtol=0, atol=1e-5)
        torch.testing.assert_close(
            losses[k].double(), ctc_loss(x[:T, k].double(), labels), rtol=1e-6, atol=0
        )


def test_no_graph_hangs_on_what_comes_back():
    x = scores().requires_grad_()
    found = ctc_slopes(x, torch.tensor(LENGTHS), TARGETS)
    assert not found.losses.requires_grad
    assert not found.by_scores.requires_grad
    assert not ctc_gradient(x[:, 0], [1]).requires_grad
    assert ctc_loss(x[:, 0], [1]).requires_grad


def test_what_cannot_be_spelled_is_refused():
    x, lengths = scores(3, 2), torch.tensor([3, 2])
    refuses(
        lambda targets: ctc_slopes(x, lengths, targets),
        r"^(lengths\[1\] is 2: its target needs 3|targets\[0\] has the blank, 0: leave "
        r"|targets are 3: give 2|targets\[1\] has labels outside 0 to 3: number)",
        good=[[[1, 1], [1, 2]], [[], []], [[3], [1]]],
        bad=[[[1], [1, 1]], [[0], [1]], [[1], [4]], [[1], [-1]], [[1]] * 3],
    )
    refuses(
        lambda given: ctc_slopes(x, torch.tensor(given), [[], []]),
        "^lengths are outside 1 to 3: drop empty sequences$",
        good=[[1, 3]],
        bad=[[0, 3], [1, 4]],
    )
    refuses(
        lambda blank: ctc_slopes(x, lengths, [[2], [2]], blank),
        "^blank is .*: choose it from 0 to 3$",
        good=[0, 3],
        bad=[-1, 4],
    )
    refuses(
        lambda x: ctc_slopes(x, lengths, [[1], [2]]),
        "^scores has NaN or infinity: lower the rate, or clip; to forbid a label ",
        good=[x],
        bad=spoilt(x, math.nan, math.inf),
    )
    with pytest.raises(ValueError, match=r"^scores is empty: give at least one"):
        ctc_slopes(x[:, :0], lengths[:0], [])
