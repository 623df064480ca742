"""Dots: colours are the nearest, and a painter sees only what came before."""

import copy
from functools import cache

import pytest
import torch

from ml2020.conditional_generation import dots as module
from ml2020.conditional_generation.dots import (
    COLOURS,
    OUTSIDE,
    SEES,
    as_colours,
    dot_bits,
    painted,
    painter,
    seen,
)
from ml2020.data.emoji import emoji
from tests.refusals import refuses


@cache
def learned(sees):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BATCH", 4)
        return painter(sees, 0, 0.01, 3)


def small(sees):
    return copy.deepcopy(learned(sees))


def test_seen_are_the_left_and_the_three_above():
    D = torch.arange(9).view(1, 3, 3)
    found = seen(D, "left, above", -1)[0]
    assert found[4].tolist() == [3, 1, 0, 2]
    assert found[8].tolist() == [7, 5, 4, -1]
    assert found[0].tolist() == [-1, -1, -1, -1]
    assert seen(D, "left", -1)[0].flatten().tolist() == [-1, 0, 1, -1, 3, 4, -1, 6, 7]


def test_colours_are_the_nearest_of_the_palette():
    flat = torch.tensor(list(COLOURS.values()))
    D = as_colours(flat[:, :, None, None].expand(-1, 3, 24, 24) * 0.97 + 0.01)
    assert D.shape == (8, 12, 12)
    for k in range(8):
        assert (D[k] == k).all()


def test_emoji_are_recognised():
    D = as_colours(emoji().pictures[:50])
    assert (D[:, 0, 0] == 0).double().mean() > 0.8
    assert len(D.unique()) == 8


@pytest.mark.parametrize("sees", SEES)
def test_what_is_seen_is_what_stands_there(sees):
    D = torch.arange(2 * 3 * 3).view(2, 3, 3)
    found = seen(D, sees, outside=-1).view(2, 3, 3, -1)
    for n in range(2):
        for i in range(3):
            for j in range(3):
                for k, (down, right) in enumerate(SEES[sees]):
                    a, b = i + down, j + right
                    inside = 0 <= a < 3 and 0 <= b < 3
                    assert found[n, i, j, k] == (D[n, a, b] if inside else -1)


@pytest.mark.parametrize("sees", SEES)
def test_a_dot_s_probability_knows_nothing_of_what_comes_later(sees):
    model = small(sees)
    D = as_colours(emoji().pictures[:2])
    other = D.clone()
    other.view(2, -1)[:, 60:] = (other.view(2, -1)[:, 60:] + 1) % 8
    a, b = (model(x.flatten(1), seen(x, sees)) for x in (D, other))
    assert torch.equal(a[:, :61], b[:, :61])
    assert not torch.equal(a[:, 62:], b[:, 62:])
    assert dot_bits(model, D, sees) > 0


def test_painting_keeps_the_rows_that_are_given():
    model = small("left, above")
    D = as_colours(emoji().pictures[:3])
    found = painted(
        model, D, 5, "left, above", generator=torch.Generator().manual_seed(0)
    )
    assert torch.equal(found[:, :5], D[:, :5])
    assert found.max() < OUTSIDE
    again = painted(
        model, D, 5, "left, above", generator=torch.Generator().manual_seed(0)
    )
    assert torch.equal(found, again)
    blank = D.clone()
    blank[:, 5:] = 0
    other = painted(
        model, blank, 5, "left, above", generator=torch.Generator().manual_seed(0)
    )
    assert torch.equal(found, other)


def test_what_is_drawn_follows_the_probabilities():
    model = small("left")
    with torch.no_grad():
        model.bias.copy_(torch.tensor([0.0, 50, 0, 0, 0, 0, 0, 0]))
    D = torch.zeros(2, 12, 12).long()
    found = painted(model, D, 0, "left", generator=torch.Generator().manual_seed(0))
    assert (found == 1).all()


@pytest.mark.parametrize("sees", SEES)
def test_a_painter_that_is_sure_paints_the_likeliest(sees):
    model = small(sees)
    with torch.no_grad():
        model.means.weight.mul_(1000)
        model.bias.zero_()
    D = as_colours(emoji().pictures[:3])
    found = painted(model, D, 9, sees, generator=torch.Generator().manual_seed(0))
    best = model(found.flatten(1), seen(found, sees)).argmax(-1)
    assert torch.equal(found.flatten(1)[:, 108:], best[:, 108:])


def test_rejects_what_nobody_sees():
    D = torch.zeros(1, 12, 12).long()
    refuses(lambda s: seen(D, s), "^sees is", good=SEES, bad=["right"])
    model = small("left")
    refuses(lambda r: painted(model, D, r, "left"), "^rows is", good=[0, 12], bad=[-1])
    x = torch.rand(1, 3, 12, 12, generator=torch.Generator().manual_seed(0))
    refuses(as_colours, "^pictures", good=[x], bad=[x + 1, x - 1.1, x[:0]])


def test_what_is_given_stays_as_it_is():
    D = torch.full((1, 12, 12), 3)
    painted(small("left"), D, 6, "left", generator=torch.Generator().manual_seed(0))
    assert (D == 3).all()
