"""Quantised codes: nearest words, the slope that goes around, and who moves whom."""

import math

import pytest
import torch

from ml2020.autoencoder import (
    VQ,
    drawn_vq,
    nearest_word,
    squared_error,
    straight_through,
    vq_loss,
    with_words_of,
)
from tests.refusals import refuses, spoilt


def drawn(*shape, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=dice, dtype=torch.float32)


@pytest.mark.equation("eq-autoencoder-nearest")
def test_the_nearest_word_is_that_of_a_slow_search():
    z, book = drawn(7, 2, 3), drawn(5, 3, seed=1)
    found = nearest_word(z, book)
    for i in range(7):
        for j in range(2):
            far = [(z[i, j] - word).norm().item() for word in book]
            assert found[i, j] == far.index(min(far))
    assert nearest_word(z[:, 0], book).tolist() == found[:, 0].tolist()


@pytest.mark.equation("eq-autoencoder-straight")
def test_the_value_is_the_word_and_the_slope_that_of_the_code():
    z, e = drawn(4, 3).requires_grad_(), drawn(4, 3, seed=1).requires_grad_()
    out = straight_through(z, e)
    torch.testing.assert_close(out, e)
    weights = drawn(4, 3, seed=2)
    (out * weights).sum().backward()
    assert torch.equal(z.grad, weights)
    assert e.grad is None


@pytest.mark.equation("eq-autoencoder-vq")
def test_each_part_of_the_loss_moves_its_own():
    model, x = drawn_vq(0, [6, 5, 4], 3, 2), drawn(8, 6)
    z = model.E(x).view(8, 2, 2)
    e = model.book[torch.cdist(z, model.book).argmin(-1)]
    missed = squared_error(x, model.D(e.flatten(1)))
    apart = (z - e).square().sum((1, 2)).mean()
    torch.testing.assert_close(vq_loss(model, x), missed + 1.25 * apart)
    torch.testing.assert_close(vq_loss(model, x, 0.0), missed + apart)
    vq_loss(model, x, 0.0).backward()
    (wanted,) = torch.autograd.grad(
        (z.detach() - model.book[nearest_word(z, model.book)])
        .square()
        .sum((1, 2))
        .mean(),
        model.book,
    )
    torch.testing.assert_close(model.book.grad, wanted)
    encoder = model.E[0].weight.grad.clone()
    model.zero_grad()
    vq_loss(model, x, 2.0).backward()
    (pull,) = torch.autograd.grad(
        (model.codes(x) - e.detach()).square().sum((1, 2)).mean(), model.E[0].weight
    )
    torch.testing.assert_close(model.E[0].weight.grad, encoder + 2 * pull)
    torch.testing.assert_close(model.book.grad, wanted)


def test_it_rebuilds_from_words_alone():
    model, x = drawn_vq(0, [6, 5, 4], 3, 2), drawn(40, 6)
    out = model(x)
    assert out.shape == x.shape
    assert len(out.detach().unique(dim=0)) <= 9
    assert model.codes(x).shape == (40, 2, 2)
    assert model.book.shape == (3, 2)
    assert VQ([6, 4], 5).book.shape == (5, 4)
    one = drawn_vq(0, [6, 4], 5)
    assert one.codes(x).shape == (40, 1, 4)
    assert torch.equal(one.book, drawn_vq(0, [6, 4], 5).book)


def test_words_may_begin_as_codes_of_examples():
    model, x = drawn_vq(0, [6, 4], 5, 2), drawn(3, 6)
    told = with_words_of(model, x, generator=torch.Generator().manual_seed(1))
    codes = model.codes(x).flatten(0, 1)
    assert not torch.equal(told.book, model.book)
    far = torch.cdist(told.book, codes)
    assert far.min(1).values.max() < 1e-4
    assert len(far.argmin(1).unique()) == 5
    assert told.book.requires_grad


def test_refusals():
    z, book = drawn(4, 3), drawn(5, 3)
    bad = spoilt(z, math.nan, math.inf)
    refuses(lambda z: nearest_word(z, book), "^z has NaN", good=[z], bad=bad)
    bad = [*spoilt(book, math.nan, math.inf)]
    refuses(lambda b: nearest_word(z, b), "^book has NaN", good=[book[:1]], bad=bad)
    with pytest.raises(ValueError, match=r"^book is empty: give at least one word"):
        nearest_word(z, book[:0])
    refuses(lambda w: drawn_vq(0, [6, 4], w), "^words is .*: give 1", good=[1], bad=[0])
    refuses(
        lambda p: drawn_vq(0, [6, 4], 2, p),
        "^parts is .*: give a divisor of the code's 4 numbers$",
        good=[1, 2, 4],
        bad=[0, -1, 3, 8],
    )
    with pytest.raises(ValueError, match=r"^sizes is 0: give 1 or more"):
        drawn_vq(0, [6, 0], 2)
    model = drawn_vq(0, [6, 4], 4, 2)
    refuses(
        lambda n: with_words_of(model, drawn(n, 6)),
        "^X has .* codes: give examples for 4 words$",
        good=[2, 3],
        bad=[1],
    )
    refuses(
        lambda b: vq_loss(model, drawn(3, 6), b),
        "^beta is .*: give 0 or more$",
        good=[0.0],
        bad=[-1.0, math.nan, math.inf],
    )
