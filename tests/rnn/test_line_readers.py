"""Readers of lines: what they say column by column, and what that spells."""

import pytest
import torch

from ml2020.rnn import (
    READER_SIZES,
    best_path,
    blank_share,
    fresh_readers,
    line_scores,
    part_lines,
    read_lines,
    shy_of_blanks,
)
from tests.refusals import refuses


@pytest.fixture(scope="module")
def lines():
    return part_lines("learn", 4, generator=torch.Generator().manual_seed(0))


def test_a_network_reads_the_same_whoever_is_beside_it(lines):
    theta = fresh_readers([0, 1])
    both, alone = line_scores(theta, lines), line_scores(theta[1:], lines)
    assert both.shape == (len(lines.X), 2, 4, READER_SIZES.outputs)
    torch.testing.assert_close(both[:, 1:], alone)
    assert not torch.equal(theta[0], theta[1])
    torch.testing.assert_close(fresh_readers([1]), theta[1:])


def test_the_first_column_is_read_with_the_last_in_mind(lines):
    theta = fresh_readers([0])
    T = int(lines.lengths[0])
    X = lines.X.clone()
    X[T - 1, 0] += 1
    moved = line_scores(theta, lines._replace(X=X)) - line_scores(theta, lines)
    assert moved[0, 0, 0].abs().max() > 0
    assert (moved[:, 0, 1:] == 0).all()


def test_a_reading_is_the_best_path_within_the_line(lines):
    theta = fresh_readers([0, 1]) * 20
    scores = line_scores(theta, lines)
    for k, texts in enumerate(read_lines(theta, lines)):
        for j, text in enumerate(texts):
            assert text == best_path(scores[: int(lines.lengths[j]), k, j])


def test_the_blank_s_share_is_its_mean_probability_within_lines(lines):
    scores = line_scores(fresh_readers([0, 1]), lines)
    y = scores.softmax(dim=-1)
    for k in range(2):
        said = [
            y[t, k, j, 0].item() for j in range(4) for t in range(int(lines.lengths[j]))
        ]
        share = blank_share(scores, lines.lengths)[k].item()
        assert share == pytest.approx(sum(said) / len(said))


def test_a_shy_network_says_the_blank_less_and_all_else_alike(lines):
    theta = fresh_readers([0, 1])
    before = theta.clone()
    lower = line_scores(shy_of_blanks(theta, 2.5), lines) - line_scores(theta, lines)
    for k, T in enumerate(lines.lengths.tolist()):
        torch.testing.assert_close(lower[:T, :, k, 0], torch.full((T, 2), -2.5))
        assert lower[:T, :, k, 1:].abs().max() < 1e-5
    assert torch.equal(theta, before)
    at_rest = line_scores(shy_of_blanks(theta), lines) - line_scores(theta, lines)
    assert at_rest[0, 0, 0, 0].item() == pytest.approx(-4, abs=1e-4)


def test_readers_without_number_are_refused():
    refuses(fresh_readers, "^seeds is empty", good=[[0]], bad=[[]])
