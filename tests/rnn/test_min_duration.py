"""Minimum duration: the likeliest path whose digits all last, and what it spells."""

import itertools
import math

import pytest
import torch

from ml2020.rnn import collapse, lasting_path, lasting_text
from tests.refusals import refuses, spoilt

LENGTHS = [7, 5, 2, 1]


def scores(seed):
    dice = torch.Generator().manual_seed(seed)
    return 2 * torch.randn(7, 4, 3, generator=dice, dtype=torch.float64)


@pytest.mark.equation("eq-rnn-ctc-last")
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("least", [1, 2, 3, 8])
def test_no_other_path_whose_digits_last_is_likelier(seed, least):
    x = scores(seed)
    found = lasting_path(x, torch.tensor(LENGTHS), least)
    for k, T in enumerate(LENGTHS):
        log_y = x[:T, k].log_softmax(dim=-1)
        path = found[:T, k].tolist()
        assert not found[T:, k].any()
        best = max(
            (sum(log_y[t, label].item() for t, label in enumerate(other)), other)
            for other in itertools.product(range(3), repeat=T)
            if all(
                label == 0 or len(list(run)) >= least
                for label, run in itertools.groupby(other)
            )
        )
        assert tuple(path) == best[1]


def test_with_one_column_it_is_the_best_path():
    x = scores(9)
    found = lasting_path(x, torch.tensor(LENGTHS), 1)
    for k, T in enumerate(LENGTHS):
        assert torch.equal(found[:T, k], x[:T, k].argmax(dim=-1))


def test_it_does_not_matter_what_is_behind_the_end_or_what_kind_the_scores_are(device):
    x, lengths = scores(1).to(device), torch.tensor(LENGTHS).to(device)
    other = x.clone()
    other[5:, 1] = 100.0
    one = lasting_path(x, lengths, 2)
    assert torch.equal(one, lasting_path(other, lengths, 2))
    assert torch.equal(one, lasting_path(x.float(), lengths, 2))
    assert torch.equal(x, scores(1).to(device))


def test_a_flicker_is_read_as_what_is_around_it_and_a_long_run_as_twins():
    says = [1, 1, 2, 1, 1, 1, 1, 0, 2, 2]
    x = torch.nn.functional.one_hot(torch.tensor(says), 3)[:, None].double()
    x[2, 0, 1] = 0.5
    path = lasting_path(x, torch.tensor([10]), 2)[:, 0].tolist()
    assert path == [1] * 7 + [0, 2, 2]
    assert lasting_text(path, 2) == [1, 1, 1, 2]
    assert lasting_text(path, 3) == [1, 1]
    assert lasting_text(path, 4) == [1]
    assert lasting_text(path, 1) == collapse(path) == [1, 2]
    assert lasting_text([0, 0], 2) == lasting_text([], 1) == []


def test_a_run_goes_on_through_a_column_in_which_something_else_was_best_so_far():
    x = torch.tensor([[0.0, 9], [0, 9], [0, 9], [1, 0], [0, 9]])[:, None]
    assert lasting_path(x, torch.tensor([5]), 3)[:, 0].tolist() == [1] * 5
    assert lasting_path(x[:4], torch.tensor([4]), 3)[:, 0].tolist() == [1, 1, 1, 0]


def test_long_lines_are_summed_in_double():
    x = torch.zeros(3000, 1, 2)
    x[:-1, 0, 0] = x[-1, 0, 1] = 1e-5
    assert lasting_path(x, torch.tensor([3000]), 1)[:, 0].tolist() == [0] * 2999 + [1]


def test_a_digit_of_no_column_is_refused():
    refuses(
        lambda least: lasting_path(scores(0), torch.tensor(LENGTHS), least),
        "^least is .*: give 1 or more$",
        good=[1, 9],
        bad=[0, -1],
    )
    refuses(
        lambda least: lasting_text([1, 1], least),
        "^least is .*: give 1 or more$",
        good=[1, 3],
        bad=[0, -1],
    )


def test_lines_that_have_no_likeliest_path_are_refused():
    x = scores(0)
    refuses(
        lambda x: lasting_path(x, torch.ones(x.shape[1], dtype=torch.int64), 2),
        "^scores (is empty: give at least one frame|has NaN or infinity: lower)",
        good=[x, x[:1], x[:, :1], x[..., :1]],
        bad=[
            *spoilt(x, math.nan, math.inf, -math.inf),
            *(x[:0], x[:, :0], x[..., :0]),
        ],
    )
    refuses(
        lambda lengths: lasting_path(x, torch.tensor(lengths), 2),
        "^lengths are outside 1 to 7: drop empty lines$",
        good=[LENGTHS, [1, 7, 1, 7]],
        bad=[[0, 1, 1, 1], [1, 1, 1, 8], [-1] * 4],
    )


def test_with_more_columns_than_a_line_has_it_is_blank_however_unlikely():
    x = scores(0)
    x[..., 0] = -1e4
    assert not lasting_path(x, torch.tensor(LENGTHS), 8).any()
