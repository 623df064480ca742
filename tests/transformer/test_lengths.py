"""Lengths: the task, and what is lost and right in it."""

import torch
import torch.nn.functional as F

from ml2020.transformer import (
    drawn_reader,
    echoes,
    right_at_places,
    short_ones,
)
from tests.refusals import refuses


def dice(k):
    return torch.Generator().manual_seed(k)


def test_what_is_asked_stood_three_places_before():
    X, Y = echoes(4, 9, generator=dice(0))
    assert X.min() >= 0
    assert X.max() <= 9
    assert torch.equal(Y[:, 3:], X[:, :6])
    assert (Y[:, :3] == -100).all()


def test_the_loss_is_that_of_short_sequences_of_all_lengths():
    met = []

    def model(X):
        met.append(X.shape)
        return torch.zeros(*X.shape, 10)

    cost = short_ones(3, generator=dice(1))
    losses = {round(cost(model).item(), 4) for _ in range(150)}
    assert losses == {round(float(torch.tensor(10.0).log()), 4)}
    assert {shape[1] for shape in met} == set(range(6, 17))
    assert {shape[0] for shape in met} == {3}


def test_the_loss_counts_places_with_an_answer_alone():
    def model(X):
        return F.one_hot(X.roll(3, 1), 10).float() * 99

    assert short_ones(5, generator=dice(2))(model).item() < 1e-6
    shares = right_at_places(model, echoes(5, 12, generator=dice(3)))
    assert shares.tolist() == [1] * 9


def test_wrong_sizes_are_refused():
    refuses(lambda n: echoes(n, 5), "^n is 0: give 1 or more$", good=[1], bad=[0])
    refuses(lambda T: echoes(1, T), "^T is .: give 4 or more$", good=[4], bad=[3, 0])
    refuses(short_ones, "^n is 0: give 1 or more$", good=[1], bad=[0])


def test_the_same_dice_give_the_same_loss():
    model = drawn_reader(0, 10, 8, 2, 1)
    losses = [short_ones(5, generator=dice(4))(model).item() for _ in range(2)]
    assert losses[0] == losses[1]
