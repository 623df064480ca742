"""Counts are those of a slow loop; frequent words are read less often."""

import math

import pytest
import torch

from ml2020.word_embedding import kept_share, pair_counts, read_counts
from tests.refusals import refuses

TEXT = torch.tensor([0, 1, 2, 0, 3, 1, 1, 2])
OWNERS = torch.tensor([0, 0, 0, 0, 1, 1, 1, 1])


def slow_counts(text, sentences, size, window):
    N = torch.zeros(size, size)
    for i in range(len(text)):
        for j in range(len(text)):
            s = abs(i - j)
            if i != j and s <= window and sentences[i] == sentences[j]:
                N[text[i], text[j]] += (window + 1 - s) / window
    return N


@pytest.mark.parametrize("window", [1, 2, 3, 9])
def test_they_are_those_of_a_slow_loop(device, window):
    found = pair_counts(TEXT.to(device), OWNERS.to(device), 5, window)
    torch.testing.assert_close(found.cpu(), slow_counts(TEXT, OWNERS, 5, window))


def test_a_window_has_one_neighbour_at_least():
    said = "^window is .*: give 1 or more, so that a word has a context$"
    refuses(lambda w: pair_counts(TEXT, OWNERS, 4, w), said, good=[1, 2], bad=[0, -1])


def test_a_word_outside_of_the_vocabulary_is_refused():
    said = "^text has places outside 0 to 3: drop those words$"
    bad = [torch.tensor([0, 4]), torch.tensor([-1, 0])]
    good = [torch.tensor([0, 3])]
    refuses(lambda t: pair_counts(t, t * 0, 4, 1), said, good=good, bad=bad)


def test_an_empty_text_and_mixed_sentences_are_refused():
    with pytest.raises(ValueError, match=r"^text is empty: "):
        pair_counts(TEXT[:0], OWNERS[:0], 4, 1)
    with pytest.raises(ValueError, match=r"^sentences are not in their order: "):
        pair_counts(TEXT, OWNERS.flip(0), 4, 1)
    with pytest.raises(ValueError, match=r"^size is 0: "):
        pair_counts(TEXT, OWNERS, 0, 1)


def test_a_frequent_word_is_read_with_the_root_of_what_it_has_too_much():
    kept = kept_share(torch.tensor([90.0, 9.0, 1.0]), 0.1)
    torch.testing.assert_close(kept, torch.tensor([(0.1 / 0.9) ** 0.5, 1.0, 1.0]))
    assert kept_share(torch.tensor([5.0, 1.0]), math.inf).tolist() == [1, 1]


def test_a_threshold_is_positive():
    said = "^threshold is .*: give a positive number$"
    refuses(
        lambda t: kept_share(torch.ones(2), t), said, good=[1e-9], bad=[0.0, math.nan]
    )


def test_counts_that_are_read_are_the_mean_of_many_readings():
    N = pair_counts(TEXT, OWNERS, 4, 2)
    kept = torch.tensor([0.5, 1.0, 0.2, 0.0])
    found = read_counts(N, kept)
    assert found[0, 1] == N[0, 1] / 2
    assert found[0, 2].item() == pytest.approx(N[0, 2].item() * 0.1)
    assert (found[3] == 0).all()
    with pytest.raises(ValueError, match=r"^kept is outside"):
        read_counts(N, torch.tensor([0.5, 1.1, 0.2, 0.0]))


def test_many_meetings_are_all_counted():
    n = 300_000  # added up in float32, these are wrong from the fifth digit on
    text = torch.zeros(n, dtype=torch.int64)
    found = pair_counts(text, text, 1, 3).item()
    assert found == pytest.approx(2 * (n - 1 + (n - 2) * 2 / 3 + (n - 3) / 3), rel=1e-7)


def test_frequencies_of_no_text_are_refused():
    said = "^frequency is negative, NaN or 0 of all: count the text again$"
    bad = [[0.0, 0], [-1.0, 3], [1, math.nan], [1, math.inf]]
    refuses(lambda f: kept_share(torch.tensor(f), 0.1), said, good=[[0.0, 1]], bad=bad)
