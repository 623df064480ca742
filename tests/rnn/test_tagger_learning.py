"""Taggers learn the scores of words and the chain from one loss."""

import math

import pytest
import torch
from torch.nn.functional import cross_entropy

from ml2020.optimization import SGDM, Adam
from ml2020.rnn import (
    TAGS,
    Chain,
    Tagger,
    best_paths,
    chain_in,
    clipped,
    crf_loss,
    first_tagger,
    grammar_chain,
    known_words,
    learning_tags,
    marks,
    one_of_known,
    spoken_tickets,
    strict_chain,
    tagged,
    tagger_loss,
    word_scores,
)
from ml2020.rnn import tagger_learning as module
from tests.refusals import refuses, spoilt

READS = ("window", "BiLSTM")


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def sentences():
    spoken = spoken_tickets(8, 0.1, generator=dice())
    return one_of_known(spoken, known_words(spoken)), spoken.s, spoken.lengths


def tagger_of(sentences, reads, joint):
    return Tagger(reads, joint, sentences[0].shape[-1], len(TAGS))


@pytest.mark.parametrize("reads", READS)
@pytest.mark.parametrize("joint", [False, True])
def test_eight_sentences_are_learned(reads, joint, sentences):
    tagger = tagger_of(sentences, reads, joint)
    *_, end = learning_tags(
        first_tagger(tagger, 0), tagger, Adam(lr=0.1), sentences, 35, generator=dice()
    )
    X, s, lengths = sentences
    found = marks(tagged(end, tagger, X, lengths)[:, 0], s, lengths)
    assert found.whole >= 7 / 8


@pytest.mark.parametrize("reads", READS)
@pytest.mark.parametrize("joint", [False, True])
def test_the_loss_is_the_mean_by_word(reads, joint, sentences):
    tagger = tagger_of(sentences, reads, joint)
    theta = torch.cat([first_tagger(tagger, k) for k in range(2)])
    theta = theta + 0.1 * torch.randn(theta.shape, generator=dice(1))
    X, s, lengths = sentences
    y = word_scores(theta, tagger, X, lengths)
    total = 0.0
    for j in range(2):
        for k, n in enumerate(lengths.tolist()):
            if joint:
                chain = type(chain_in(theta, tagger))(
                    *(part[j] for part in chain_in(theta, tagger))
                )
                one = crf_loss(
                    y[:n, j, k : k + 1], chain, lengths[k : k + 1], s[:n, k : k + 1]
                )
                total += one.item()
            else:
                total += cross_entropy(y[:n, j, k], s[:n, k], reduction="sum").item()
    expected = total / (2 * lengths.sum().item())
    found = tagger_loss(theta, tagger, sentences).item()
    assert found == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("joint", [False, True])
def test_an_update_is_a_clipped_step_of_each_tagger_alone(joint, sentences):
    tagger = tagger_of(sentences, "BiLSTM", joint)
    theta = torch.cat([first_tagger(tagger, k) for k in range(2)])
    (end,) = learning_tags(theta, tagger, SGDM(lr=5.0), sentences, 1, generator=dice(2))
    for k in range(2):
        watched = theta[k : k + 1].clone().requires_grad_()
        (g,) = torch.autograd.grad(tagger_loss(watched, tagger, sentences), watched)
        expected = theta[k : k + 1] - 5 * clipped(g, 5.0)
        torch.testing.assert_close(end[k : k + 1], expected, rtol=1e-3, atol=1e-5)


class Recorder:
    """Keeps how many words a batch had, by the loss of equal scores."""

    def __init__(self):
        self.lengths = []

    def init(self, theta):
        return ()

    def step(self, theta, g, memory):
        self.lengths.append(g.norm().item())
        return theta + 1e3 * torch.randn(theta.shape, generator=dice(3)), memory


def test_there_are_as_many_updates_as_asked_and_gradients_are_clipped(sentences):
    spoken = spoken_tickets(40, 0.1, generator=dice(4))
    many = one_of_known(spoken, known_words(spoken)), spoken.s, spoken.lengths
    tagger = tagger_of(many, "window", True)
    rule = Recorder()
    ends = list(learning_tags(first_tagger(tagger, 0), tagger, rule, many, 7))
    assert len(ends) == len(rule.lengths) == 7
    assert max(rule.lengths) <= 5 + 1e-5


def test_the_same_dice_give_the_same(sentences):
    tagger = tagger_of(sentences, "window", True)
    one, two = (
        list(
            learning_tags(
                first_tagger(tagger, 0), tagger, Adam(), sentences, 2, generator=dice(5)
            )
        )
        for _ in range(2)
    )
    assert torch.equal(one[-1], two[-1])
    assert not torch.equal(one[0], one[1])


@pytest.mark.parametrize("dropped", [0.0, 0.3])
def test_more_updates_begin_with_the_same_ones(dropped):
    spoken = spoken_tickets(40, 0.1, generator=dice(4))  # three batches a pass
    many = one_of_known(spoken, known_words(spoken)), spoken.s, spoken.lengths
    tagger = tagger_of(many, "window", True)
    few, more = (
        list(
            learning_tags(
                first_tagger(tagger, 0),
                tagger,
                Adam(),
                many,
                updates,
                dropped=dropped,
                generator=dice(5),
            )
        )
        for updates in (4, 13)
    )
    assert all(map(torch.equal, few, more[:4]))


def test_each_pass_reads_each_sentence_once_in_a_new_order(sentences, monkeypatch):
    spoken = spoken_tickets(40, 0.1, generator=dice(4))
    many = one_of_known(spoken, known_words(spoken)), spoken.s, spoken.lengths
    tagger, read = tagger_of(many, "window", True), []

    def noted(X, share, *, generator=None):
        read.append(X.shape[1])
        return X

    monkeypatch.setattr(module, "left_out", noted)
    list(learning_tags(first_tagger(tagger, 0), tagger, Adam(), many, 7))
    assert read == [16, 16, 8, 16, 16, 8, 16]


def test_what_cannot_learn_is_refused(sentences):
    tagger = tagger_of(sentences, "window", True)
    theta = first_tagger(tagger, 0)
    refuses(
        lambda theta: next(learning_tags(theta, tagger, Adam(), sentences, 1)),
        "^theta is empty: give at least one tagger$",
        good=[theta],
        bad=[theta[:0]],
    )
    refuses(
        lambda updates: next(learning_tags(theta, tagger, Adam(), sentences, updates)),
        "^updates is .*: give 1 or more$",
        good=[1],
        bad=[0],
    )
    refuses(
        lambda theta: next(learning_tags(theta, tagger, Adam(), sentences, 1)),
        "has NaN or inf: lower the rate",
        good=[theta],
        bad=[theta * math.nan],
    )


@pytest.mark.parametrize("reads", READS)
def test_taggers_that_are_no_numbers_do_not_learn_alone(reads, sentences):
    tagger = tagger_of(sentences, reads, False)
    theta = torch.cat([first_tagger(tagger, k) for k in range(2)])
    refuses(
        lambda theta: next(learning_tags(theta, tagger, Adam(), sentences, 1)),
        "^theta gives scores of NaN or infinity: lower the rate$",
        good=[theta],
        bad=spoilt(theta, math.nan),
    )


@pytest.mark.parametrize("joint", [False, True])
def test_words_that_are_no_numbers_are_refused_before_any_update(joint):
    spoken = spoken_tickets(40, 0.1, generator=dice(4))  # three batches a pass
    X, s, lengths = one_of_known(spoken, known_words(spoken)), spoken.s, spoken.lengths
    tagger = tagger_of((X, s, lengths), "window", joint)
    theta = first_tagger(tagger, 0)
    on = (torch.arange(len(s))[:, None] < lengths)[..., None]
    for call in (
        lambda X: next(learning_tags(theta, tagger, Adam(), (X, s, lengths), 1)),
        lambda X: tagger_loss(theta, tagger, (X, s, lengths)),
    ):
        bad = []
        for k in range(40):  # whichever is read first
            other = X.clone()
            other[0, k, 0] = math.nan if k % 2 else math.inf
            bad.append(other)
        refuses(
            call,
            "^X has NaN or infinity: drop or mend that sequence$",
            good=[X],
            bad=bad,
        )
    read = (X.where(on, 3.0), s, lengths)
    one, two = (
        list(learning_tags(theta, tagger, Adam(), part, 2, generator=dice(5)))
        for part in ((X, s, lengths), read)
    )
    assert torch.equal(one[-1], two[-1])


def drawn_chain():
    roll, L = dice(7), len(TAGS)
    return Chain(*(torch.randn(shape, generator=roll) for shape in (L, (L, L), L)))


@pytest.mark.parametrize("reads", READS)
@pytest.mark.parametrize("chain", [drawn_chain(), strict_chain()])
def test_with_a_given_chain_the_loss_is_that_of_paths_by_it(reads, chain, sentences):
    tagger = tagger_of(sentences, reads, False)
    theta = torch.cat([first_tagger(tagger, k) for k in range(2)])
    theta = theta + 0.1 * torch.randn(theta.shape, generator=dice(1))
    X, s, lengths = sentences
    totals = []
    for k in range(2):
        y = word_scores(theta[k], tagger, X, lengths)
        totals.append(crf_loss(y, chain, lengths, s).sum() / lengths.sum())
    found = tagger_loss(theta, tagger, sentences, chain)
    torch.testing.assert_close(found, sum(totals) / 2)
    alone = tagger_loss(theta, tagger, sentences)
    assert not torch.isclose(found, alone)


def test_learned_with_a_mask_it_never_needs_a_forbidden_pair(sentences):
    tagger, mask = tagger_of(sentences, "window", False), strict_chain()
    kept = [part.clone() for part in mask]
    *_, end = learning_tags(
        first_tagger(tagger, 0),
        tagger,
        Adam(lr=0.1),
        sentences,
        35,
        given=mask,
        generator=dice(),
    )
    assert all(map(torch.equal, mask, kept))
    assert end.isfinite().all()
    assert end.shape == first_tagger(tagger, 0).shape  # no chain was added
    X, s, lengths = sentences
    y = word_scores(end[0], tagger, X, lengths)
    found = marks(best_paths(y, mask, lengths), s, lengths)
    assert found.whole >= 7 / 8
    assert found.forbidden == 0


def test_with_a_given_chain_an_update_is_a_clipped_step_by_its_loss(sentences):
    tagger, chain = tagger_of(sentences, "BiLSTM", False), drawn_chain()
    theta = torch.cat([first_tagger(tagger, k) for k in range(2)])
    (end,) = learning_tags(
        theta, tagger, SGDM(lr=5.0), sentences, 1, given=chain, generator=dice(2)
    )
    for k in range(2):
        watched = theta[k : k + 1].clone().requires_grad_()
        loss = tagger_loss(watched, tagger, sentences, chain)
        (g,) = torch.autograd.grad(loss, watched)
        expected = theta[k : k + 1] - 5 * clipped(g, 5.0)
        torch.testing.assert_close(end[k : k + 1], expected, rtol=1e-3, atol=1e-5)


def test_a_chain_beside_one_that_is_learned_is_refused(sentences):
    theta = {
        joint: first_tagger(tagger_of(sentences, "window", joint), 0)
        for joint in (False, True)
    }
    for call in (
        lambda joint: next(
            learning_tags(
                theta[joint],
                tagger_of(sentences, "window", joint),
                Adam(),
                sentences,
                1,
                given=grammar_chain(),
            )
        ),
        lambda joint: tagger_loss(
            theta[joint],
            tagger_of(sentences, "window", joint),
            sentences,
            grammar_chain(),
        ),
    ):
        refuses(
            call,
            "^given is a second chain: give it to a tagger without one$",
            good=[False],
            bad=[True],
        )


@pytest.mark.parametrize("reads", READS)
@pytest.mark.parametrize("joint", [False, True])
def test_what_stands_behind_the_end_changes_neither_loss_nor_slopes(
    reads, joint, sentences
):
    tagger = tagger_of(sentences, reads, joint)
    theta = first_tagger(tagger, 0)
    theta = theta + 0.1 * torch.randn(theta.shape, generator=dice(1))
    X, s, lengths = sentences
    on = torch.arange(len(s))[:, None] < lengths
    assert not on.all()
    found = []
    for label, word in ((-100, 0.0), (0, 3.0), (99, -7.0), (7, math.nan)):
        watched = theta.clone().requires_grad_()
        part = X.where(on[..., None], word), s.where(on, label), lengths
        loss = tagger_loss(watched, tagger, part)
        found.append((loss, *torch.autograd.grad(loss, watched)))
    for other in found[1:]:
        torch.testing.assert_close(found[0], other)


class Reader:
    """Keeps which weights for words had a slope."""

    def init(self, theta):
        return 0

    def step(self, theta, g, memory):
        self.g = g
        return theta, memory


def test_words_that_are_left_out_are_not_read(sentences):
    X, tagger = sentences[0], tagger_of(sentences, "window", False)
    shares = {}
    for dropped in (0.0, 0.5, 0.99):
        rule = Reader()
        list(
            learning_tags(
                first_tagger(tagger, 0),
                tagger,
                rule,
                sentences,
                1,
                dropped=dropped,
                generator=dice(6),
            )
        )
        width = 5 * X.shape[-1] + 1
        slopes = rule.g.view(len(TAGS), width)[:, :-1]
        shares[dropped] = slopes.any(dim=0).double().mean().item()
    assert shares[0.0] > shares[0.5] > shares[0.99]
    whole = (
        X.any(dim=(0, 1)).double().mean().item()
    )  # each known word stands somewhere in the middle of a window
    assert shares[0.0] <= whole


def test_no_probability_is_refused_and_no_label(sentences):
    tagger = tagger_of(sentences, "window", False)
    theta = first_tagger(tagger, 0)
    refuses(
        lambda dropped: next(
            learning_tags(theta, tagger, Adam(), sentences, 1, dropped=dropped)
        ),
        r"^share is .*: choose it in \[0, 1\)$",
        good=[0.0, 0.99],
        bad=[-0.1, 1.0, math.nan],
    )
    X, s, lengths = sentences
    wrong = s.clone()
    wrong[0, 0] = len(TAGS)
    refuses(
        lambda s: tagger_loss(theta, tagger, (X, s, lengths)),
        "^s has labels outside 0 to 6: mend them$",
        good=[s],
        bad=[wrong, -wrong],
    )
