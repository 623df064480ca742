"""The best span is that of all pairs, or none."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.pretraining.answers import answered, best_span
from tests.refusals import refuses, spoilt

NUMBERS = st.lists(
    st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=12
)


@pytest.mark.equation("eq-pretraining-span")
@given(NUMBERS)
def test_one_pass_finds_the_best_of_all_pairs(pairs):
    first, last = torch.tensor(pairs, dtype=torch.float64).T
    found = best_span(first, last)
    scores = {
        (i, j): float(first[i] + last[j])
        for i in range(len(pairs))
        for j in range(i, len(pairs))
    }
    assert found.score == max(scores.values())
    assert scores[found.first, found.last] == found.score


def test_the_last_word_never_stands_before_the_first():
    first, last = torch.tensor([0.0, 1, 5]), torch.tensor([4.0, 1, 0])
    assert best_span(first, last) == (2, 2, 5.0)
    assert int(first.argmax()) > int(last.argmax())


def test_no_answer_is_better_or_nearly_as_good():
    first, last = torch.tensor([2.0, 0, 3]), torch.tensor([2.0, 0, 3])
    assert answered(first, last, 1.5) == (2, 2, 6.0)
    assert answered(first, last, 2.0) is None
    assert answered(-first, last, -9.0) == (1, 2, 3.0)


def test_what_has_no_scores_is_refused():
    x = torch.tensor([1.0, 2.0])
    bad = spoilt(x, torch.nan, torch.inf)
    refuses(lambda s: best_span(s, x), "^first ", good=[x], bad=bad)
    refuses(lambda s: best_span(x, s), "^last ", good=[x], bad=bad)
    refuses(lambda s: best_span(s, s), "^first is empty", good=[x], bad=[x[:0]])
    refuses(lambda s: answered(s, x, 0.0), "^first has NaN", good=[x], bad=bad)
    refuses(lambda s: answered(x, s, 0.0), "^last has NaN", good=[x], bad=bad)
    refuses(
        lambda s: answered(s, s, 0.0), "^first is empty", good=[x], bad=[x[:1], x[:0]]
    )


def test_of_equals_the_first_is_taken():
    ones = torch.ones(3)
    assert best_span(ones, ones) == (0, 0, 2.0)
    assert best_span(torch.tensor([1.0, 1, 0]), torch.tensor([0.0, 1, 1])) == (
        0,
        1,
        2.0,
    )
