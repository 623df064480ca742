"""Glued words have the counts of a text in which they are one."""

import math

import pytest
import torch

from ml2020.word_embedding import glued_counts, pair_counts, told_by_context
from tests.refusals import refuses, spoilt

TEXT = torch.tensor([0, 1, 2, 3, 4, 2, 1, 3, 0, 4])
OWNERS = torch.tensor([0] * 5 + [1] * 5)


def test_they_are_counted_as_one_word():
    first, second = torch.tensor([1, 0]), torch.tensor([3, 4])
    N = pair_counts(TEXT, OWNERS, 5, 2)
    spelled = TEXT.clone()
    spelled[TEXT == 3] = 1
    spelled[TEXT == 4] = 0
    torch.testing.assert_close(
        glued_counts(N, first, second), pair_counts(spelled, OWNERS, 5, 2)
    )


def test_a_word_is_glued_once():
    N = torch.ones(4, 4)
    with pytest.raises(ValueError, match=r"^first and second have a word twice"):
        glued_counts(N, torch.tensor([0, 1]), torch.tensor([2, 2]))
    with pytest.raises(ValueError, match=r"^first and second have a word twice"):
        glued_counts(N, torch.tensor([0]), torch.tensor([0]))


def test_a_context_tells_by_its_cosines():
    first, second = torch.tensor([[1.0, 0]]), torch.tensor([[0.0, 2]])
    found = told_by_context(torch.tensor([[3.0, 4]]), first, second)
    assert found.item() == pytest.approx(0.6 - 0.8)


def test_a_word_outside_of_the_vocabulary_is_not_glued():
    N, first = torch.ones(4, 4), torch.tensor([0])
    for second in (4, -1):
        with pytest.raises(ValueError, match=r"^first or second is outside 0 to 3: "):
            glued_counts(N, first, torch.tensor([second]))
    glued_counts(N, first, torch.tensor([3]))


def test_contexts_that_tell_nothing_are_refused():
    X = torch.tensor([[1.0, 0], [0, 1]])
    refuses(
        lambda c: told_by_context(c, X, X),
        "^contexts has one of zeros",
        good=[X, X - 1],
        bad=[X * 0, X * X[:1]],
    )
    for bad in spoilt(X, math.nan):
        for k, name in enumerate(("contexts", "first", "second")):
            parts = [X, X, X]
            parts[k] = bad
            with pytest.raises(ValueError, match=f"^{name} has NaN"):
                told_by_context(*parts)
