"""Words are chosen, hidden, replaced or left as the paper says, and only they count."""

import pytest
import torch
import torch.nn.functional as F

from ml2020.pretraining.corruption import (
    chosen_places,
    corrupted,
    loss_at,
    masked_loss,
)
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_of_each_row_a_share_is_chosen_and_at_least_one():
    may = torch.ones(4, 40, dtype=torch.bool)
    may[1, 20:] = False
    may[2, 2:] = False
    may[3, 10:] = False
    chosen = chosen_places(may, generator=dice())
    assert chosen.sum(dim=1).tolist() == [6, 3, 1, 2]
    assert not (chosen & ~may).any()
    assert torch.equal(chosen, chosen_places(may, generator=dice()))


def test_each_place_is_chosen_equally_often():
    may = torch.ones(20_000, 10, dtype=torch.bool)
    often = chosen_places(may, 0.3, generator=dice(1)).float().mean(dim=0)
    assert (often - 0.3).abs().max() < 0.015


@pytest.mark.equation("eq-pretraining-corruption")
def test_eight_of_ten_are_hidden_one_is_strange_one_stays():
    X = torch.randint(50, (1000, 100), generator=dice(2))
    chosen = torch.rand(1000, 100, generator=dice(3)) < 0.3
    read, Y = corrupted(X, chosen, 1000, 1002, generator=dice(4))
    hidden = (read[chosen] == 1002).float().mean().item()
    stays = (read[chosen] == X[chosen]).float().mean().item()
    assert abs(hidden - 0.8) < 0.01
    assert abs(stays - 0.1 - 0.1 / 1000) < 0.01
    strange = read[chosen & (read != 1002) & (read != X)]
    assert strange.max() < 1000
    assert abs(strange.float().mean().item() - 500) < 20
    assert torch.equal(read[~chosen], X[~chosen])
    assert torch.equal(Y[chosen], X[chosen])
    assert (Y[~chosen] == -100).all()


@pytest.mark.equation("eq-pretraining-mlm")
def test_only_the_chosen_places_are_lost_on():
    scores = torch.randn(3, 4, 6, generator=dice(5), dtype=torch.float64)
    Y = torch.full((3, 4), -100)
    Y[0, 1], Y[2, 3], Y[2, 0] = 5, 0, 2
    by_hand = 0.0
    for i, t, word in ((0, 1, 5), (2, 3, 0), (2, 0, 2)):
        row = scores[i, t]
        by_hand -= (row[word] - row.exp().sum().log()) / 3
    assert abs(masked_loss(scores, Y) - by_hand) < 1e-12
    theirs = F.cross_entropy(scores.flatten(0, 1), Y.flatten(), ignore_index=-100)
    assert abs(masked_loss(scores, Y) - theirs) < 1e-12
    at = Y != -100
    assert abs(loss_at(scores[at], Y[at]) - by_hand) < 1e-12
    other = scores.clone()
    other[1] += torch.randn(4, 6, generator=dice(6), dtype=torch.float64)
    assert masked_loss(other, Y) == masked_loss(scores, Y)


def test_a_mask_on_every_word_is_refused():
    two = torch.ones(2, 2, dtype=torch.bool)
    one = two.clone()
    one[1, 1] = False
    refuses(
        chosen_places,
        "^share chooses every word of a sentence: choose less, or drop",
        good=[two],
        bad=[one],
    )
    refuses(
        lambda share: chosen_places(torch.ones(1, 10, dtype=torch.bool), share),
        "^share ",
        good=[0.01, 0.9],
        bad=[0.0, 0.96, 1.0, -0.1],
    )
    refuses(chosen_places, "^may is empty", good=[two], bad=[two[:0]])
    X, some = torch.zeros(2, 3, dtype=torch.int64), torch.zeros(2, 3).bool()
    some[0, :2] = True
    every = some.clone()
    every[0] = True
    said = "^chosen (hides every symbol of a row: leave|has no place: choose)"
    refuses(
        lambda chosen: corrupted(X, chosen, 5, 7),
        said,
        good=[some],
        bad=[every, some & False],
    )


def test_nothing_to_guess_is_refused():
    Y = torch.full((1, 2), -100)
    one = Y.clone()
    one[0, 1] = 0
    scores = torch.zeros(1, 2, 3)
    refuses(lambda y: masked_loss(scores, y), "^Y has no place", good=[one], bad=[Y])
