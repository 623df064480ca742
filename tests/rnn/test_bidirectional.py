"""Two ways of reading: within the length of each sentence, and what each can know."""

import pytest
import torch

from ml2020.rnn import (
    Sizes,
    all_scores,
    networks,
    scores_both_ways,
    states_of,
    turned_round,
    unpacked,
)
from tests.refusals import refuses

SIZES, LENGTHS = Sizes(3, 4, 2), torch.tensor([5, 3, 1])


def inputs(seed=0):
    return torch.randn(5, 3, 3, generator=torch.Generator().manual_seed(seed))


def pair(seed=0, networks_=2):
    seeds = range(seed, seed + networks_)
    on = networks("Elman", SIZES, [2 * s for s in seeds])
    back = networks("Elman", SIZES, [2 * s + 1 for s in seeds])
    return torch.cat([on, back], dim=-1)


def test_each_sentence_is_turned_within_its_length():
    t = torch.arange(5.0)[:, None, None].expand(5, 3, 2)
    turned = turned_round(t, LENGTHS)[..., 0]
    assert turned.T.tolist() == [[4, 3, 2, 1, 0], [2, 1, 0, 3, 4], [0, 1, 2, 3, 4]]
    assert torch.equal(turned_round(turned_round(inputs(), LENGTHS), LENGTHS), inputs())


@pytest.mark.equation("eq-rnn-bidirectional")
def test_it_is_one_readout_of_both_states_beside_each_other():
    theta, X = pair(), inputs()
    found = scores_both_ways(theta, "Elman", SIZES, X, LENGTHS)
    on, back = theta.chunk(2, dim=-1)
    for k in range(2):
        _, V, a = unpacked(on[k], "Elman", SIZES)
        _, V2, a2 = unpacked(back[k], "Elman", SIZES)
        for n, length in enumerate(LENGTHS.tolist()):
            x = X[:length, n : n + 1]
            there = states_of(on[k], "Elman", SIZES, x)
            here = states_of(back[k], "Elman", SIZES, x.flip(0))[::-1]
            for t in range(length):
                both = torch.cat([there[t], here[t]], dim=-1)
                score = both @ torch.cat([V, V2], dim=-1).T + a + a2
                torch.testing.assert_close(found[t, k, n], score[0])


def test_reading_on_knows_nothing_of_what_comes_and_both_ways_do():
    X, other = inputs(), inputs()
    other[3:] = inputs(1)[3:]
    theta = pair()
    on = theta.chunk(2, dim=-1)[0]
    now, then = (all_scores(on, "Elman", SIZES, x) for x in (X, other))
    assert torch.equal(now[:3], then[:3])
    assert (now[3:] - then[3:]).abs().min(dim=-1).values.max() > 1e-3
    now, then = (
        scores_both_ways(theta, "Elman", SIZES, x, LENGTHS) for x in (X, other)
    )
    assert (now[0, :, 0] - then[0, :, 0]).abs().max() > 1e-4
    # What is behind the end of a sentence is no part of it.
    assert torch.equal(now[:3, :, 1], then[:3, :, 1])
    assert torch.equal(now[:1, :, 2], then[:1, :, 2])


def test_lengths_that_do_not_match_are_refused():
    theta = pair()
    refuses(
        lambda lengths: scores_both_ways(theta, "Elman", SIZES, inputs(), lengths),
        "^lengths (are outside 1 to 5: drop empty|has the shape)",
        good=[LENGTHS, torch.tensor([1, 1, 5])],
        bad=[
            torch.tensor([0, 3, 1]),
            torch.tensor([6, 3, 1]),
        ],
    )
    refuses(
        lambda lengths: turned_round(inputs(), lengths),
        "^lengths (are outside 1 to 5: drop empty|has the shape)",
        good=[LENGTHS],
        bad=[
            torch.tensor([-1, 2, 3]),
            torch.tensor([5, 3]),
            torch.tensor([5, 3, 1, 1]),
        ],
    )


def test_numbers_that_are_not_those_of_two_networks_are_refused():
    theta = pair()
    refuses(
        lambda theta: scores_both_ways(theta, "Elman", SIZES, inputs(), LENGTHS),
        "^theta has .* numbers",
        good=[theta, theta[0]],
        bad=[theta[:, :-1], theta[:, :-2]],
    )
