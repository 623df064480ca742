"""Both ways: two LSTMs whose scores add up, and which learn together."""

import torch
from torch.nn.functional import cross_entropy

from ml2020.optimization import Adam
from ml2020.recursive import (
    both_ways_scores,
    degree_classes,
    drawn_phrases,
    first_both_ways,
    first_reader,
    learned_both_ways,
    left_branching,
    prepared,
    scores_of,
    words_of,
)
from tests.recursive.cells import dice
from tests.refusals import refuses

PHRASES = ["good", *drawn_phrases(5, range(1, 4), generator=dice(2))]


def readers(d, seeds):
    return torch.stack([first_both_ways(d, generator=dice(seed)) for seed in seeds])


def test_each_half_reads_from_its_side():
    theta, read = readers(3, (0, 1)), prepared("LSTM", PHRASES)
    back = [left_branching(words_of(tree)[::-1]) for tree in PHRASES]
    on, other = theta.chunk(2, dim=1)
    expected = scores_of(on, "LSTM", 3, read)
    expected = expected + scores_of(other, "LSTM", 3, prepared("LSTM", back))
    torch.testing.assert_close(both_ways_scores(theta, 3, read), expected)


def test_first_numbers_are_those_of_two_lstms():
    roll = dice(4)
    halves = [first_reader("LSTM", 3, generator=roll) for _ in range(2)]
    assert torch.equal(first_both_ways(3, generator=dice(4)), torch.cat(halves))


def test_readers_learn_alone_as_beside_others_and_nothing_that_comes_in_is_changed():
    batch = prepared("LSTM", PHRASES), degree_classes(PHRASES)
    theta = readers(3, (0, 1))
    before = theta.clone()
    both = learned_both_ways(theta, 3, Adam(lr=0.01), [batch] * 3)
    alone = learned_both_ways(theta[1:], 3, Adam(lr=0.01), [batch] * 3)
    torch.testing.assert_close(both[1:], alone)
    assert torch.equal(theta, before)

    def loss(numbers):
        return cross_entropy(both_ways_scores(numbers[0], 3, batch[0]), batch[1])

    assert loss(both) < loss(theta)


def test_rejects_classes_that_do_not_belong_to_the_phrases():
    read, classes = prepared("LSTM", PHRASES), degree_classes(PHRASES)
    refuses(
        lambda y: learned_both_ways(readers(3, (0,)), 3, Adam(), [(read, y)]),
        "^classes has the shape ",
        good=[classes],
        bad=[classes[:1], classes[:0]],
    )
