"""A network that answers once: what it reads, how it learns, what it may not hear."""

import pytest
import torch
from torch.nn.functional import cross_entropy

from ml2020.gradient_descent import shuffled_batches
from ml2020.optimization import SGDM, Adam
from ml2020.rnn import (
    Sizes,
    answer_scores,
    clipped,
    gru_step,
    learning_answers,
    networks,
    padded,
    picked,
    share_named,
    spelt,
    unpacked,
)
from tests.refusals import refuses, spoilt

SIZES = Sizes(26, 5, 3)


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def names():
    return spelt(["anna", "bo", "carla", "di"], torch.tensor([0, 1, 2, 1]))


@pytest.mark.parametrize("readout", ["last", "mean"])
def test_the_scores_are_those_of_a_loop_over_one_sequence(names, readout):
    theta = networks("GRU", SIZES, [0, 1])
    found = answer_scores(theta, "GRU", SIZES, readout, names)
    for j in range(2):
        weights, V, a = unpacked(theta[j], "GRU", SIZES)
        for k, length in enumerate(names.lengths.tolist()):
            h, states = torch.zeros(1, 5), []
            for t in range(length):
                h = gru_step(names.X[t, k][None], h, weights)
                states.append(h)
            h = states[-1] if readout == "last" else sum(states) / length
            expected = (h @ V.mT + a)[0]
            torch.testing.assert_close(found[j, k], expected, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("readout", ["last", "mean"])
def test_more_padding_changes_neither_scores_nor_slopes(names, readout):
    theta = networks("GRU", SIZES, [0]).double()
    wide = torch.cat([names.X, torch.full((7, 4, 26), 3.0)])
    slopes = []
    for X in (names.X, wide):
        watched = theta.clone().requires_grad_()
        some = names._replace(X=X.double())
        scores = answer_scores(watched, "GRU", SIZES, readout, some)[0]
        loss = cross_entropy(scores, names.answers)
        slopes.append(torch.autograd.grad(loss, watched)[0])
    torch.testing.assert_close(slopes[0], slopes[1])


@pytest.mark.parametrize("readout", ["last", "mean"])
def test_four_names_are_learned(names, readout):
    theta = networks("GRU", SIZES, [0, 1])
    learning = learning_answers(
        theta, "GRU", SIZES, readout, Adam(lr=0.05), names, 60, generator=dice()
    )
    ends = list(learning)
    assert len(ends) == 60
    share = share_named(ends[-1], "GRU", SIZES, readout, names)
    assert share.tolist() == [1, 1]


def test_an_update_is_a_clipped_step_of_each_network_alone(names):
    theta = networks("GRU", SIZES, [0, 1])
    (end,) = learning_answers(
        theta, "GRU", SIZES, "last", SGDM(lr=10.0), names, 1, generator=dice()
    )
    for k in range(2):
        watched = theta[k].clone().requires_grad_()
        scores = answer_scores(watched, "GRU", SIZES, "last", names)
        (g,) = torch.autograd.grad(cross_entropy(scores, names.answers), watched)
        assert g.norm() > 0.1
        expected = theta[k] - 10 * clipped(g, 1.0)
        torch.testing.assert_close(end[k], expected, rtol=1e-4, atol=1e-5)


def test_a_pass_is_a_batch_of_32_after_the_other():
    many = padded([torch.ones(1, 26)] * 33, torch.zeros(33, dtype=torch.int64))
    rule, theta = Recorder(), networks("GRU", SIZES, [0])
    ends = list(learning_answers(theta, "GRU", SIZES, "last", rule, many, 3))
    assert len(ends) == 3
    assert rule.steps == 3 * len(shuffled_batches(33, 32))


class Recorder:
    """Counts steps, and makes none."""

    def __init__(self):
        self.steps = 0

    def init(self, theta):
        return ()

    def step(self, theta, g, memory):
        self.steps += 1
        assert g.norm() <= 1 + 1e-6
        return theta, memory


def test_the_share_counts_right_answers(names):
    theta = networks("GRU", SIZES, [3, 4])
    said = answer_scores(theta, "GRU", SIZES, "mean", names).argmax(dim=-1)
    share = share_named(theta, "GRU", SIZES, "mean", names)
    for k in range(2):
        right = sum(int(said[k, n] == names.answers[n]) for n in range(4))
        assert share[k].item() == right / 4


def test_what_is_no_readout_is_refused(names):
    theta = networks("GRU", SIZES, [0])
    refuses(
        lambda readout: answer_scores(theta, "GRU", SIZES, readout, names),
        "^readout is .*: choose one of last, mean$",
        good=["last", "mean"],
        bad=["", "first"],
    )
    refuses(
        lambda passes: list(
            learning_answers(theta, "GRU", SIZES, "last", Adam(), names, passes)
        ),
        "^passes is .*: give 1 or more$",
        good=[1],
        bad=[0],
    )


def test_lengths_that_do_not_match_are_refused(names):
    theta = networks("GRU", SIZES, [0])
    assert len(picked(names, torch.tensor([0])).lengths) == 1
    refuses(
        lambda lengths: answer_scores(
            theta, "GRU", SIZES, "last", names._replace(lengths=lengths)
        ),
        "^lengths are outside 1 to 5",
        good=[names.lengths],
        bad=[names.lengths * 0, names.lengths + 1],
    )


def test_answers_that_are_no_class_are_refused(names):
    theta = networks("GRU", SIZES, [0])
    refuses(
        lambda answers: next(
            learning_answers(
                theta,
                "GRU",
                SIZES,
                "last",
                Adam(),
                names._replace(answers=torch.tensor(answers)),
                1,
            )
        ),
        "^answers are outside 0 to 2: mend them$",
        good=[[0, 1, 2, 2]],
        bad=[[0, 1, 2, 3], [-1, 0, 0, 0]],
    )


def test_inputs_that_spoil_an_answer_are_refused_and_padding_is_not(names):
    theta = networks("GRU", SIZES, [0])

    def with_one(place, value):
        X = names.X.clone()
        X[place] = value
        return X

    refuses(
        lambda X: answer_scores(theta, "GRU", SIZES, "mean", names._replace(X=X)),
        "^X has NaN or infinity: drop or mend that sequence$",
        good=[names.X, with_one((4, 1), float("nan"))],  # behind the end of bo
        bad=[with_one((0, 1, 3), float("nan")), with_one((0, 1, 3), float("inf"))],
    )


def test_answers_of_other_sequences_are_refused(names):
    theta = networks("GRU", SIZES, [0])
    refuses(
        lambda answers: share_named(
            theta, "GRU", SIZES, "last", names._replace(answers=answers)
        ),
        "^answers has the shape",
        good=[names.answers],
        bad=[names.answers[:-1], torch.cat([names.answers, names.answers])],
    )


def test_what_cannot_learn_to_answer_is_refused(names):
    theta = networks("GRU", SIZES, [0])

    def learned(theta, answers):
        some = names._replace(answers=answers)
        return list(learning_answers(theta, "GRU", SIZES, "last", Adam(), some, 1))

    refuses(
        lambda answers: learned(theta, answers),
        r"^answers has the shape .*: give it \(4,\)$",
        good=[names.answers],
        bad=[names.answers[:-1], names.answers.repeat(2)],
    )
    refuses(
        lambda answers: learned(theta, answers),
        r"^answers are torch\..*: give answers.long\(\)$",
        good=[names.answers],
        bad=[names.answers.int()],
    )
    refuses(
        lambda theta: learned(theta, names.answers),
        "^theta is empty: give at least one network$",
        good=[theta],
        bad=[theta[:0]],
    )


@pytest.mark.parametrize("readout", ["last", "mean"])
def test_networks_that_are_no_numbers_are_refused(names, readout):
    refuses(
        lambda theta: answer_scores(theta, "GRU", SIZES, readout, names),
        "^theta has NaN or infinity: lower the rate, or draw it anew$",
        good=[networks("GRU", SIZES, [0])],
        bad=spoilt(networks("GRU", SIZES, [0]), float("nan"), float("inf")),
    )
