"""A CRF's loss is that of an enumeration, its slopes are counts."""

import math

import pytest
import torch

from ml2020.rnn import (
    Chain,
    best_paths,
    crf_loss,
    expected_counts,
    hinge_loss,
    log_partition,
    path_score,
)
from ml2020.rnn.chain import next_forward
from tests.refusals import refuses
from tests.rnn.test_chain import all_paths, by_loop, drawn

S = torch.tensor([[0, 2, 1], [1, -100, 1], [2, -100, -100], [1, -100, -100]])


def probabilities(y, chain, length):
    """All paths of a sentence, y (T, labels), and the probability of each."""
    paths = all_paths(y.shape[-1], length)
    scores = torch.stack([by_loop(y, chain, path) for path in paths])
    return paths, scores.exp() / scores.exp().sum()


@pytest.mark.equation("eq-rnn-structured-crf")
def test_the_loss_is_minus_the_log_of_the_share_of_the_right_path():
    y, chain, lengths = drawn()
    found = crf_loss(y, chain, lengths, S)
    for k, length in enumerate(lengths.tolist()):
        paths, p = probabilities(y[:, k], chain, length)
        right = paths.index(tuple(S[:length, k].tolist()))
        torch.testing.assert_close(found[k], -p[right].log())


@pytest.mark.equation("eq-rnn-structured-backward")
def test_expected_counts_are_those_of_an_enumeration():
    y, chain, lengths = drawn()
    found = expected_counts(y, chain, lengths)
    for k, length in enumerate(lengths.tolist()):
        words, pairs = torch.zeros_like(y[:, k]), torch.zeros_like(chain.A)
        paths, p = probabilities(y[:, k], chain, length)
        for path, share in zip(paths, p, strict=True):
            for t, label in enumerate(path):
                words[t, label] += share
                if t:
                    pairs[path[t - 1], label] += share
        torch.testing.assert_close(found.words[:, k], words)
        torch.testing.assert_close(found.pairs[k], pairs)


@pytest.mark.equation("eq-rnn-structured-gradient")
def test_the_slopes_are_expected_minus_observed_counts():
    y, chain, lengths = drawn()
    watched = y.clone().requires_grad_()
    A = chain.A.clone().requires_grad_()
    loss = crf_loss(watched, chain._replace(A=A), lengths, S).sum()
    by_words, by_pairs = torch.autograd.grad(loss, (watched, A))
    counts = expected_counts(y, chain, lengths)
    words, pairs = counts.words.clone(), counts.pairs.sum(dim=0)
    for k, length in enumerate(lengths.tolist()):
        for t in range(length):
            words[t, k, S[t, k]] -= 1
            if t:
                pairs[S[t - 1, k], S[t, k]] -= 1
    torch.testing.assert_close(by_words, words)
    torch.testing.assert_close(by_pairs, pairs)


def test_all_slopes_are_right():
    y, chain, lengths = drawn(T=3, n=3)
    lengths = torch.tensor([3, 1, 2])
    parts = [part.clone().requires_grad_() for part in (y, *chain)]

    def loss(y, begin, A, end):
        return crf_loss(y, Chain(begin, A, end), lengths, S[:3])

    assert torch.autograd.gradcheck(loss, parts)


@pytest.mark.equation("eq-rnn-structured-hinge")
@pytest.mark.parametrize("margin", [0.0, 1.0, 3.0])
def test_the_hinge_is_the_greatest_helped_score_less_the_right_one(margin):
    y, chain, lengths = drawn()
    found = hinge_loss(y, chain, lengths, S, margin)
    for k, length in enumerate(lengths.tolist()):
        right = S[:length, k].tolist()
        most = -math.inf
        for path in all_paths(3, length):
            wrong = sum(a != b for a, b in zip(path, right, strict=True))
            score = by_loop(y[:, k], chain, path).item() + margin * wrong
            most = max(most, score)
        expected = most - by_loop(y[:, k], chain, right).item()
        assert found[k].item() == pytest.approx(expected)
        assert found[k] >= 0


def test_the_perceptrons_slopes_are_counts_of_the_best_path_less_the_right_one():
    y, chain, lengths = drawn(seed=2)
    A = chain.A.clone().requires_grad_()
    hinge_loss(y, chain._replace(A=A), lengths, S, 0.0).sum().backward()
    expected = torch.zeros_like(chain.A)
    best = best_paths(y, chain, lengths)
    for k, length in enumerate(lengths.tolist()):
        for t in range(1, length):
            expected[best[t - 1, k], best[t, k]] += 1
            expected[S[t - 1, k], S[t, k]] -= 1
    assert expected.any()
    torch.testing.assert_close(A.grad, expected)


@pytest.mark.parametrize("seed", range(4))
def test_a_bound_a_hinge_with_a_margin_is_at_least_the_number_of_wrong_labels(seed):
    y, chain, lengths = drawn(seed=seed)
    found = hinge_loss(y, chain, lengths, S, 1.0)
    wrong = ((best_paths(y, chain, lengths) != S) & (S >= 0)).sum(dim=0)
    assert wrong.any()
    assert (found >= wrong).all()
    bits = crf_loss(y, chain, lengths, S) / math.log(2)
    assert (bits[wrong > 0] >= 1).all()


@pytest.mark.parametrize("loss", [crf_loss, lambda *a: hinge_loss(*a, 1.0)])
def test_a_right_path_that_is_forbidden_is_refused(loss):
    y, chain, lengths = drawn()
    forbids, allows, none = (part.clone() for part in (chain.A,) * 3)
    forbids[0, 1] = allows[1, 0] = -math.inf
    none[:] = -math.inf
    refuses(
        lambda A: loss(y, chain._replace(A=A), lengths, S),
        "^s has a path that is forbidden: allow it, or mend the labels$",
        good=[chain.A, allows],
        bad=[forbids, none],
    )


def test_a_label_that_cannot_be_reached_leaves_slopes_that_are_numbers():
    y, chain, lengths = drawn()
    A, begin = chain.A.clone(), chain.begin.clone()
    A[:, 0] = begin[0] = -math.inf
    s = torch.tensor([[1, 2, 1], [2, -100, 1], [2, -100, -100], [1, -100, -100]])
    parts = [part.requires_grad_() for part in (y, begin, A)]
    loss = crf_loss(y, Chain(begin, A, chain.end), lengths, s).sum()
    slopes = torch.autograd.grad(loss, parts)
    assert all(slope.isfinite().all() for slope in slopes)
    assert not slopes[0][..., 0].any()
    assert not slopes[2][:, 0].any()
    assert slopes[2][1:, 1:].all()


def test_expected_counts_of_what_is_forbidden_are_none():
    y, chain, lengths = drawn()
    A = chain.A.clone()
    A[:, 0] = -math.inf
    found = expected_counts(y, chain._replace(A=A), lengths)
    assert not found.words[1:, :, 0].any()
    assert not found.pairs[:, :, 0].any()
    on = torch.arange(4)[:, None] < lengths
    torch.testing.assert_close(found.words.sum(dim=-1), on.double())
    refuses(
        lambda A: expected_counts(y, chain._replace(A=A), lengths),
        "^chain forbids every path of a sentence: allow one$",
        good=[A],
        bad=[torch.full_like(A, -math.inf)],
    )


def slopes_of_counts(counts, y, A):
    """Slopes of a sum in which each count has a weight of its own."""
    dice = torch.Generator().manual_seed(5)
    weighed = (torch.randn(part.shape, generator=dice) * part for part in counts)
    return torch.autograd.grad(sum(part.sum() for part in weighed), (y, A))


def test_expected_counts_have_right_slopes_where_a_row_is_forbidden():
    y, chain, lengths = drawn()
    A = chain.A.clone()
    A[0] = -math.inf  # nothing may follow label 0: it can only be the last
    y.requires_grad_()
    A.requires_grad_()
    masked = chain._replace(A=A)
    found = expected_counts(y, masked, lengths)
    words, pairs = torch.zeros_like(found.words), torch.zeros_like(found.pairs)
    for k, length in enumerate(lengths.tolist()):
        paths, p = probabilities(y[:, k], masked, length)
        for path, share in zip(paths, p, strict=True):
            for t, label in enumerate(path):
                words[t, k, label] = words[t, k, label] + share
                if t:
                    one = path[t - 1]
                    pairs[k, one, label] = pairs[k, one, label] + share
    torch.testing.assert_close(tuple(found), (words, pairs))
    slopes = slopes_of_counts(found, y, A)
    assert all(slope.isfinite().all() for slope in slopes)
    assert all(slope.any() for slope in slopes)
    torch.testing.assert_close(slopes, slopes_of_counts((words, pairs), y, A))


@pytest.mark.parametrize("padding", [0.0, -7.0, math.nan])
def test_padding_changes_neither_expected_counts_nor_their_slopes(padding):
    y, chain, lengths = drawn()
    on = (torch.arange(len(y))[:, None] < lengths)[..., None]
    assert not on.all()
    A, results = chain.A.clone().requires_grad_(), []
    for scores in (y, y.where(on, padding)):
        watched = scores.clone().requires_grad_()
        counts = expected_counts(watched, chain._replace(A=A), lengths)
        results.append((*counts, *slopes_of_counts(counts, watched, A)))
    assert all(map(torch.equal, *results))


def test_expected_counts_walk_forward_once(monkeypatch):
    y, chain, lengths = drawn()
    steps = []

    def noted(*arguments):
        steps.append(arguments)
        return next_forward(*arguments)

    for module in ("crf", "chain"):
        monkeypatch.setattr(f"ml2020.rnn.{module}.next_forward", noted)
    expected_counts(y, chain, lengths)
    assert len(steps) == len(y) - 1


@pytest.mark.parametrize("filling", [-100, 0, 99])
def test_behind_the_end_any_label_may_stand(filling):
    y, chain, lengths = drawn()
    other = torch.where(S < 0, filling, S)
    for loss in (crf_loss, lambda *a: hinge_loss(*a, 2.0)):
        one, two = (loss(y, chain, lengths, s) for s in (S, other))
        assert torch.equal(one, two)


def test_far_better_scores_of_the_right_path_bring_the_loss_to_zero():
    y, chain, lengths = drawn()
    assert (crf_loss(y, chain, lengths, S) > 0).all()
    for k, length in enumerate(lengths.tolist()):
        for t in range(length):
            y[t, k, S[t, k]] += 100
    assert crf_loss(y, chain, lengths, S).max() < 1e-9


def test_a_loss_shares_its_parts_with_the_chain():
    y, chain, lengths = drawn()
    parts = log_partition(y, chain, lengths) - path_score(y, chain, lengths, S)
    assert torch.equal(crf_loss(y, chain, lengths, S), parts)


def test_bad_margins_labels_and_numbers_are_refused():
    y, chain, lengths = drawn()
    refuses(
        lambda margin: hinge_loss(y, chain, lengths, S, margin),
        "^margin is .*: give 0 or more$",
        good=[0.0, 5.0],
        bad=[-1.0, math.nan, math.inf],
    )
    wrong = S.clone()
    wrong[0, 0] = 3
    bad = y.clone()
    bad[0, 0, 0] = math.nan
    refuses(
        lambda s: crf_loss(y, chain, lengths, s), "^s has lab", good=[S], bad=[wrong]
    )
    refuses(
        lambda y: expected_counts(y, chain, lengths), "^y has NaN", good=[y], bad=[bad]
    )
