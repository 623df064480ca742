"""Ends are compared by their sums, ranks count who is ahead."""

import pytest
import torch

from ml2020.pretraining.prompts import Choice, chosen_end, line_of, ranks, small_gpt
from ml2020.transformer.poems import alphabet, poems
from tests.refusals import refuses

P = torch.tensor([[0.5, 0.3, 0.2], [0.1, 0.6, 0.3], [0.25, 0.25, 0.5]])


def counts(X):
    """A reader that looks at one symbol only."""
    return P.log()[X] + 7


def test_an_end_is_as_likely_as_its_symbols_one_after_the_other():
    begins = torch.tensor([[2, 0], [1, 1]])
    true, other = torch.tensor([[1, 2], [2, 0]]), torch.tensor([[2, 2], [0, 1]])
    found = chosen_end(counts, begins, true, other)
    wanted = torch.tensor([0.3 * 0.3, 0.3 * 0.25]).log()
    torch.testing.assert_close(found.true, wanted)
    torch.testing.assert_close(found.other, torch.tensor([0.2 * 0.5, 0.1 * 0.3]).log())
    assert found.right() == 0.5


def test_even_is_not_right():
    assert Choice(torch.tensor([1.0, 2.0, 3.0]), torch.tensor([1.0, 1, 4])).right() == (
        pytest.approx(1 / 3)
    )


def test_a_rank_is_one_more_than_who_is_ahead():
    begins, y = torch.tensor([[1, 0], [0, 1], [0, 2]]), torch.tensor([2, 1, 0])
    assert ranks(counts, begins, y).tolist() == [3, 1, 2]


def test_lines_have_their_marks():
    X = poems("judge")
    mark = len(alphabet()) - 2
    for k in range(4):
        line = line_of(X, k)
        assert line.shape == (249, 6)
        assert (line[:, 0] == mark).all()
    assert torch.equal(torch.cat([line_of(X, k) for k in range(4)], 1), X[:, :24])
    refuses(lambda k: line_of(X, k), "^k is", good=[0, 3], bad=[-1, 4])


def test_the_small_gpt_sees_only_what_came_before():
    reader, X = small_gpt(), poems("judge")[:3]
    with torch.no_grad():
        whole, part = reader(X), reader(X[:, :9])
    torch.testing.assert_close(whole[:, :9], part)
    lost = -chosen_end(reader, X[:, :1], X[:, 1:], X[:, 1:]).true.mean() / 24
    assert 3 < lost < 7
