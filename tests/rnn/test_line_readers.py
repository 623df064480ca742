"""Readers of lines: what they say column by column, and what that spells."""

import pytest
import torch

from ml2020.rnn import (
    best_path,
    blank_share,
    fresh_readers,
    lasting_path,
    lasting_text,
    line_scores,
    part_lines,
    read_lines,
)
from tests.refusals import refuses


@pytest.fixture(scope="module")
def lines():
    return part_lines("learn", 4, generator=torch.Generator().manual_seed(0))


def test_a_network_reads_the_same_whoever_is_beside_it(lines):
    theta = fresh_readers([0, 1])
    both, alone = line_scores(theta, lines), line_scores(theta[1:], lines)
    assert both.shape == (len(lines.X), 2, 4, 11)
    torch.testing.assert_close(both[:, 1:], alone)
    assert not torch.equal(theta[0], theta[1])
    torch.testing.assert_close(fresh_readers([1]), theta[1:])


def test_a_column_is_seen_with_five_to_each_side_and_no_ink_beyond_the_ends(lines):
    theta = fresh_readers([0])
    W = theta[0, : 32 * 88].view(32, 8, 11)
    b = theta[0, 32 * 88 : 32 * 89]
    V, a = theta[0, 32 * 89 : 32 * 100].view(11, 32), theta[0, -11:]
    scores = line_scores(theta, lines)
    for j in range(4):
        for t in range(len(lines.X)):
            z = b.clone()
            for k in range(-5, 6):
                if 0 <= t + k < len(lines.X):
                    z += W[:, :, k + 5] @ lines.X[t + k, j]
            torch.testing.assert_close(scores[t, 0, j], V @ z.relu() + a)


def test_first_weights_are_drawn_within_the_root_of_the_inputs():
    theta = fresh_readers(range(20))
    first, last = theta[:, : 32 * 89].abs(), theta[:, 32 * 89 :].abs()
    assert first.max().item() == pytest.approx(88**-0.5, rel=1e-3)
    assert last.max().item() == pytest.approx(32**-0.5, rel=1e-3)
    assert theta.mean().abs() < 1e-3


def test_a_reading_is_the_best_path_within_the_line(lines):
    theta = fresh_readers([0, 1]) * 20
    scores = line_scores(theta, lines)
    for k, texts in enumerate(read_lines(theta, lines)):
        for j, text in enumerate(texts):
            assert text == best_path(scores[: int(lines.lengths[j]), k, j])


def test_a_reading_is_the_text_of_the_likeliest_path_whose_digits_last(lines):
    theta = fresh_readers([0, 1]) * 20
    scores = line_scores(theta, lines)
    least = {n: read_lines(theta, lines, n) for n in (1, 2, 50)}
    assert least[1] == read_lines(theta, lines)
    assert least[2] != least[1]
    assert least[50] == [[[]] * 4] * 2
    for k, texts in enumerate(least[2]):
        paths = lasting_path(scores[:, k], lines.lengths, 2)
        for j, text in enumerate(texts):
            path = paths[: int(lines.lengths[j]), j].tolist()
            assert text == lasting_text(path, 2)
    refuses(
        lambda n: read_lines(theta, lines, n),
        "^least is .*: give 1 or more$",
        good=[1],
        bad=[0, -1],
    )


def test_readers_in_double_read_the_same(lines):
    theta = fresh_readers([0, 1]) * 20
    double = line_scores(theta.double(), lines)
    assert double.dtype == torch.float64
    single = line_scores(theta, lines)
    torch.testing.assert_close(double.float(), single, rtol=1e-4, atol=1e-4)


def test_the_blank_s_share_is_its_mean_probability_within_lines(lines):
    scores = line_scores(fresh_readers([0, 1]), lines)
    y = scores.softmax(dim=-1)
    for k in range(2):
        said = [
            y[t, k, j, 0].item() for j in range(4) for t in range(int(lines.lengths[j]))
        ]
        share = blank_share(scores, lines.lengths)[k].item()
        assert share == pytest.approx(sum(said) / len(said))


def test_readers_without_number_are_refused():
    refuses(fresh_readers, "^seeds is empty", good=[[0]], bad=[[]])


def test_numbers_of_another_network_are_refused(lines):
    theta = fresh_readers([0])
    refuses(
        lambda theta: line_scores(theta, lines),
        "^theta has .* numbers a row: give 3211$",
        good=[theta],
        bad=[theta[:, 1:], torch.cat([theta, theta], dim=-1)],
    )
    none = lines._replace(X=lines.X[:, :0], lengths=lines.lengths[:0], texts=[])
    with pytest.raises(ValueError, match=r"^lines.X is empty: give at least one line"):
        line_scores(theta, none)
