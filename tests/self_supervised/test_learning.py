"""Readers learn what they are asked, from pictures alone, and the same again."""

import math

import pytest
import torch
import torch.nn.functional as F

from ml2020.self_supervised import (
    Ingredients,
    canvas_task,
    permutation_set,
    pretrained,
    reconstruction_loss,
    shuffled,
    turned,
)
from ml2020.self_supervised.learning import (
    ASKS,
    CLEAN,
    QUESTIONS,
    READ,
    untrained,
)
from ml2020.self_supervised.reconstruct import hidden_dots, hidden_square
from ml2020.self_supervised.views import viewed
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def pool(n=READ):
    return canvas_task(0).pool[:n]


def numbers(both):
    return torch.cat([p.detach().flatten() for part in both for p in part.parameters()])


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_reader_learns_the_same_again_and_leaves_all_else(question):
    x, state = pool(), torch.random.get_rng_state()
    before = x.clone()
    first, again = (pretrained(question, x, 0.003, 2, 1) for _ in range(2))
    assert torch.equal(numbers(first), numbers(again))
    assert torch.equal(x, before)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert not torch.equal(
        numbers(first), numbers(pretrained(question, x, 0.003, 2, 2))
    )
    assert not torch.equal(
        numbers(first), numbers(untrained(question, 1, Ingredients()))
    )


@pytest.mark.parametrize("question", ASKS)
def test_a_question_is_learned(question):
    ask, _, count = ASKS[question]
    x = pool(count)
    start = ask(untrained(question, 0, Ingredients()), x, dice(7)).item()
    after = ask(pretrained(question, x, 0.003, 60, 0), x, dice(7)).item()
    assert after < 0.9 * start


def test_all_begin_with_the_same_reader_and_heads_of_their_own_size():
    readers, sizes = [], []
    for question in QUESTIONS:
        both = untrained(question, 3, Ingredients())
        readers.append(torch.cat([p.flatten() for p in both.reader.parameters()]))
        sizes.append((both.head[0].out_features, both.head[-1].out_features))
    assert all(torch.equal(readers[0], other) for other in readers)
    assert sizes == [(256, 196), (256, 196), (256, 4), (256, 8), (64, 32)]


def test_an_update_reads_as_many_pictures_whatever_it_asks():
    read = {name: ASKS[name][2] for name in ASKS}
    assert read == {"denoising": 256, "in-painting": 256, "rotation": 64, "jigsaw": 256}
    assert 2 * Ingredients().pairs == READ == 256


def test_denoising_asks_for_all_dots_of_a_picture_with_dots_put_out():
    both, x = untrained("denoising", 0, Ingredients()), pool(4)
    by = dice(3)
    view = viewed(x, CLEAN, generator=by)
    seen = view.masked_fill(hidden_dots(view, 0.3, generator=by), 0)
    expected = F.mse_loss(both.head(both.reader(seen)), view.flatten(1))
    torch.testing.assert_close(ASKS["denoising"][0](both, x, dice(3)), expected)
    assert CLEAN == ("shift", "brightness")


def test_in_painting_asks_for_the_hole_alone():
    both, x = untrained("in-painting", 0, Ingredients()), pool(4)
    by = dice(3)
    view = viewed(x, CLEAN, generator=by)
    hole = hidden_square(view, generator=by)
    says = both.head(both.reader(view.masked_fill(hole, 0)))
    expected = reconstruction_loss(says, view, hole)
    torch.testing.assert_close(ASKS["in-painting"][0](both, x, dice(3)), expected)


def test_rotation_asks_for_the_turn_of_a_view():
    both, x = untrained("rotation", 0, Ingredients()), pool(4)
    shown = turned(viewed(x, generator=dice(3)))
    expected = F.cross_entropy(both.head(both.reader(shown.X)), shown.r)
    torch.testing.assert_close(ASKS["rotation"][0](both, x, dice(3)), expected)


def test_the_jigsaw_asks_for_one_of_eight_orders_of_four_pieces():
    both, x = untrained("jigsaw", 0, Ingredients()), pool(40)
    by, orders = dice(3), permutation_set(4, 8)
    which = torch.randint(8, (40,), generator=by)
    shown = shuffled(viewed(x, generator=by), orders, which)
    expected = F.cross_entropy(both.head(both.reader(shown)), which)
    torch.testing.assert_close(ASKS["jigsaw"][0](both, x, dice(3)), expected)


def test_the_first_step_is_adam_s_on_the_first_batch():
    x, lr = pool(), 0.01
    both, by = untrained("rotation", 4, Ingredients()), dice(4)
    start = numbers(both)
    rows = torch.randperm(len(x), generator=by)[:64]
    ASKS["rotation"][0](both, x[rows], by).backward()
    slope = torch.cat([p.grad.flatten() for part in both for p in part.parameters()])
    moved = numbers(pretrained("rotation", x, lr, 1, 4)) - start
    expected = -lr * slope / (slope.abs() + 1e-8)
    torch.testing.assert_close(moved, expected, atol=1e-5, rtol=1e-3)


def test_ingredients_are_heard():
    x = pool()
    usual = numbers(pretrained("SimCLR", x, 0.003, 2, 0))
    warm = numbers(pretrained("SimCLR", x, 0.003, 2, 0, Ingredients(tau=1.0)))
    assert not torch.equal(usual, warm)
    bare = pretrained("SimCLR", x, 0.003, 2, 0, Ingredients(head="none"))
    assert not list(bare.head.parameters())
    few = Ingredients(pairs=4)
    pretrained("SimCLR", x[:4], 0.003, 1, 0, few)


def test_rejects_unknown_questions_and_settings_out_of_range():
    x = pool()
    said = "^question is .*: choose one of denoising, in-painting, rotation, jigsaw"
    refuses(
        lambda q: pretrained(q, x, 0.1, 1, 0), said, good=["rotation"], bad=["colours"]
    )
    refuses(
        lambda lr: pretrained("rotation", x, lr, 1, 0),
        "^lr is .*: give a positive number$",
        good=[0.01],
        bad=[0.0, -1.0, math.nan],
    )
    refuses(
        lambda n: pretrained("rotation", x, 0.1, n, 0), "^steps is 0", good=[1], bad=[0]
    )
    said = "^pool has 63 pictures: give 64 or more$"
    refuses(
        lambda n: pretrained("rotation", x[:n], 0.1, 1, 0), said, good=[64], bad=[63]
    )


def test_a_rate_that_is_too_high_is_named():
    huge = Ingredients(unit=False)
    with pytest.raises(
        ValueError, match=r"^lr has NaN or infinity: choose a rate below"
    ):
        pretrained("SimCLR", 1e10 * pool(), 1e30, 3, 0, huge)
    with pytest.raises(ValueError, match=r"^(z|lr) has NaN or infinity: "):
        pretrained("SimCLR", pool(), 1e30, 3, 0)
