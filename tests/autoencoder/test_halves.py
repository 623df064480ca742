"""Halves: bags of glosses, torn in two, and the loss of their words."""

import math

import pytest
import torch

from ml2020.autoencoder import bag_loss, code_of, drawn_autoencoder, gloss_bags, torn
from ml2020.data.glosses import Glosses
from tests.refusals import refuses


def text():
    """Three glosses: 0 1 2 2 | 2 3 4 | 0 5."""
    none = torch.zeros(0, dtype=torch.int64)
    return Glosses(
        tuple("abcdef"),
        torch.tensor([0, 1, 2, 2, 2, 3, 4, 0, 5]),
        torch.tensor([0, 0, 0, 0, 1, 1, 1, 2, 2]),
        torch.tensor([0, 0, 0, 0, 1, 1, 1, 2, 2]),
        none, none, none, none, (),
    )  # fmt: skip


def test_bags_count_each_word_once_and_leave_frequent_and_rare_ones_out():
    found = gloss_bags(text(), 1, 4, 2)
    assert found.words == ("b", "c", "d", "e")
    assert found.glosses == (0, 1)
    assert found.bags.tolist() == [[1, 1, 0, 0], [0, 1, 1, 1]]
    assert gloss_bags(text(), 0, 6, 3).glosses == (0, 1)
    assert gloss_bags(text(), 1, 4, 3).glosses == (1,)


def test_halves_share_no_word_lose_none_and_none_is_empty():
    dice = torch.Generator().manual_seed(0)
    bags = (torch.rand(500, 12, generator=dice) < 0.3).float()
    bags[:, 0] = bags[:, 1] = 1
    left, right = torn(bags, generator=dice)
    assert torch.equal(left + right, bags)
    assert (left * right).sum() == 0
    assert (left.sum(dim=1) >= 1).all()
    assert (right.sum(dim=1) >= 1).all()
    share = (left[:, 2:].sum() / bags[:, 2:].sum()).item()
    assert share == pytest.approx(0.5, abs=0.06)
    two = torch.tensor([[1.0, 1.0]]).repeat(400, 1)
    firsts = torn(two, generator=dice)[0][:, 0].mean().item()
    assert firsts == pytest.approx(0.5, abs=0.1)
    same = [torn(bags, generator=torch.Generator().manual_seed(3))[0] for _ in "ab"]
    assert torch.equal(*same)


def test_the_loss_is_the_surprise_of_each_word_of_the_bag():
    model = drawn_autoencoder(0, [5, 3, 2])
    bags = torch.tensor([[1.0, 1, 0, 0, 0], [0, 1, 1, 1, 1]])
    slow = 0.0
    for bag in bags:
        y = model.D(model.E((bag / bag.norm())[None]))[0].softmax(dim=0).tolist()
        slow -= sum(math.log(y[i]) for i in range(5) if bag[i])
    assert bag_loss(model, bags).item() == pytest.approx(slow / 2, rel=1e-5)
    torch.testing.assert_close(code_of(model, 3 * bags), code_of(model, bags))


def test_dropped_words_are_not_read_but_have_to_be_told():
    model, bags = drawn_autoencoder(0, [5, 3, 2]), torch.ones(2, 5)
    dice = torch.Generator().manual_seed
    met = bag_loss(model, bags, 0.6, generator=dice(1))
    seen = bags * (torch.rand(2, 5, generator=dice(1)) >= 0.6)
    assert 0 < seen.sum() < 10
    y = model.D(code_of(model, seen)).log_softmax(dim=1)
    torch.testing.assert_close(met, -(bags * y).sum(dim=1).mean())


def test_refusals():
    for name, good, bad in (("skipped", 0, -1), ("words", 1, 0), ("least", 2, 1)):
        settings = {"skipped": 0, "words": 6, "least": 2}
        if name == "words":
            with pytest.raises(ValueError, match=r"^least is 2: no gloss has so many"):
                gloss_bags(text(), **{**settings, name: good})
        else:
            gloss_bags(text(), **{**settings, name: good})
        with pytest.raises(ValueError, match=f"^{name} is .*: give {good} or more$"):
            gloss_bags(text(), **{**settings, name: bad})
    refuses(
        torn,
        "^bags has one of fewer than two words: leave it out$",
        good=[torch.ones(1, 2)],
        bad=[torch.tensor([[1.0, 1], [1, 0]])],
    )
    model, bags = drawn_autoencoder(0, [5, 2]), torch.ones(2, 5)
    refuses(
        lambda d: bag_loss(model, bags, d),
        r"^dropped is .*: choose it in \[0, 1\)",
        good=[0.0, 0.9],
        bad=[-0.1, 1.0],
    )
