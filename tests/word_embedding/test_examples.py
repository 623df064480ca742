"""Examples are all pairs of a text, as often as they are counted."""

from collections import Counter

import pytest
import torch

from ml2020.word_embedding import cbow_examples, pair_counts, skip_gram_examples
from tests.refusals import refuses

TEXT = torch.tensor([0, 1, 2, 0, 3, 1, 1, 2])
OWNERS = torch.tensor([0, 0, 0, 0, 1, 1, 1, 1])
ALL = torch.ones(4)


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_skip_gram_draws_pairs_as_often_as_they_are_counted():
    times, pairs = 400, Counter()
    for k in range(times):
        found = skip_gram_examples(TEXT, OWNERS, ALL, 3, generator=dice(k))
        assert (found.weights == 1).all()
        pairs.update(
            zip(found.rows[:, 0].tolist(), found.targets.tolist(), strict=True)
        )
    N = pair_counts(TEXT, OWNERS, 4, 3)
    for i in range(4):
        for j in range(4):
            assert abs(pairs[i, j] / times - N[i, j]) < 0.15


@pytest.mark.equation("eq-word_embedding-cbow")
def test_cbow_reads_the_mean_of_neighbours():
    V = torch.randn(4, 3, generator=dice(1))
    found = cbow_examples(TEXT, OWNERS, ALL, 1, generator=dice())
    assert len(found.targets) == 8
    means = {}
    for k, word in enumerate(TEXT.tolist()):
        near = [j for j in (k - 1, k + 1) if 0 <= j < 8 and OWNERS[j] == OWNERS[k]]
        means[k] = (word, V[TEXT[near]].mean(0))
    h = (found.weights[..., None] * V[found.rows]).sum(1)
    left = list(means.values())
    for word, mean in zip(found.targets.tolist(), h, strict=True):
        hits = [p for p in left if p[0] == word and torch.allclose(p[1], mean)]
        assert hits


def test_words_that_are_not_kept_are_neither_read_nor_guessed():
    kept = torch.tensor([1.0, 0, 1, 1])
    for make in (skip_gram_examples, cbow_examples):
        found = make(TEXT, OWNERS, kept, 3, generator=dice())
        assert len(found.targets)
        assert not (found.targets == 1).any()
        assert not ((found.rows == 1) & (found.weights > 0)).any()


def test_a_window_of_0_is_refused():
    for make in (skip_gram_examples, cbow_examples):
        refuses(
            lambda w, make=make: make(TEXT, OWNERS, ALL, w, generator=dice()),
            "^window is .*: give 1 or more",
            good=[1],
            bad=[0, -1],
        )


def test_what_is_no_probability_is_refused():
    for make in (skip_gram_examples, cbow_examples):
        refuses(
            lambda p, make=make: make(TEXT, OWNERS, ALL * p, 2, generator=dice()),
            "^kept is outside .*: give probabilities$",
            good=[0.5, 1.0],
            bad=[-0.1, 1.1, torch.nan],
        )


def test_a_text_of_which_nothing_is_read_is_refused():
    for make in (skip_gram_examples, cbow_examples):
        with pytest.raises(ValueError, match=r"^kept is empty: give at least one word"):
            make(TEXT, OWNERS, ALL * 0, 2, generator=dice())


def test_equal_counts_of_pairs_and_other_companies_for_cbow():
    """Dogs like bones, cats like fish; dogs like fish, cats like bones."""
    owners = torch.tensor([0, 0, 0, 1, 1, 1])
    one = torch.tensor([0, 2, 3, 1, 2, 4])
    two = torch.tensor([0, 2, 4, 1, 2, 3])
    assert torch.equal(*(pair_counts(t, owners, 5, 1) for t in (one, two)))
    pairs, losses = [], []
    v = torch.tensor([1.0, -1, 0, 1, -1])  # dogs, cats, like, bones, fish
    for text in (one, two):
        every = skip_gram_examples(text, owners, torch.ones(5), 1, generator=dice())
        pairs.append(
            sorted(zip(every.rows[:, 0].tolist(), every.targets.tolist(), strict=True))
        )
        bag = cbow_examples(text, owners, torch.ones(5), 1, generator=dice())
        h = (bag.weights * v[bag.rows]).sum(dim=1)[bag.targets == 2]
        losses.append(-torch.nn.functional.logsigmoid(h).sum().item())
    assert pairs[0] == pairs[1]
    assert losses == pytest.approx([1.6265, 1.3863], abs=1e-4)
