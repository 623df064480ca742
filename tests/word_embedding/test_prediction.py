"""Slopes are autograd's; examples are all pairs of a text; a pass learns."""

import math

import pytest
import torch
from torch.nn.functional import logsigmoid

from ml2020.word_embedding import (
    Examples,
    first_vectors,
    learn_pass,
    noise_shares,
    skip_gram_examples,
    told_apart,
)
from tests.refusals import only_positive, refuses

TEXT = torch.tensor([0, 1, 2, 0, 3, 1, 1, 2])
OWNERS = torch.tensor([0, 0, 0, 0, 1, 1, 1, 1])
ALL = torch.ones(4)


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.equation("eq-word_embedding-sgns")
def test_slopes_are_autograd_s():
    h, u = (torch.randn(5, 3, generator=dice(k)).double() for k in (1, 2))
    noise = torch.randn(5, 4, 3, generator=dice(3)).double()
    parts = [part.requires_grad_() for part in (h, u, noise)]
    loss = -logsigmoid((u * h).sum(1)).sum()
    loss = loss - logsigmoid(-torch.einsum("nkd,nd->nk", noise, h)).sum()
    theirs = torch.autograd.grad(loss, parts)
    ours = told_apart(*(part.detach() for part in parts))
    for own, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(own, other)


def test_words_of_chance_are_drawn_by_a_power_of_their_counts():
    found = noise_shares(torch.tensor([16.0, 1.0]))
    torch.testing.assert_close(found, torch.tensor([8 / 9, 1 / 9]))
    said = "^frequency is 0, negative or NaN: leave such words out$"
    bad = [torch.tensor([1.0, 0]), torch.tensor([1.0, -1]), torch.tensor([1, math.nan])]
    refuses(noise_shares, said, good=[torch.ones(2)], bad=bad)


def test_a_pass_of_one_batch_is_a_step_along_all_slopes():
    V, U = torch.randn(2, 4, 3, generator=dice(4))
    rows, weights = torch.tensor([[0, 1], [0, 2]]), torch.tensor([[0.5, 0.5], [1, 0]])
    examples = Examples(rows, weights, torch.tensor([3, 3]))
    before = V.clone(), U.clone()
    shares = torch.tensor([0.0, 0, 1, 0])  # the word of chance is always 2
    new_V, new_U = learn_pass(V, U, examples, shares, (0.1, 0.0), 2, generator=dice())
    assert torch.equal(V, before[0])
    assert torch.equal(U, before[1])
    V, U = V.requires_grad_(), U.requires_grad_()
    h = (weights[..., None] * V[rows]).sum(1)
    loss = -(logsigmoid(h @ U[3]) + 2 * logsigmoid(-h @ U[2])).sum()
    by_V, by_U = torch.autograd.grad(loss, (V, U))
    torch.testing.assert_close(new_V, (V - 0.1 * by_V).detach())
    torch.testing.assert_close(new_U, (U - 0.1 * by_U).detach())


def test_the_last_word_can_be_drawn_in_any_precision():
    V, U = torch.randn(2, 4, 3, generator=dice(4))
    examples = Examples(
        torch.zeros(9, 1).long(), torch.ones(9, 1), torch.ones(9).long()
    )
    shares = torch.tensor([0.0, 0, 0, 1])
    moved = learn_pass(V, U, examples, shares, (0.1, 0.1), 2, generator=dice())[1]
    assert (moved != U).any(dim=1).tolist() == [False, True, False, True]
    shares = torch.tensor([0.1, 0.2, 0.3, 0.4])
    first = learn_pass(V, U, examples, shares, (0.1, 0.1), generator=dice())
    torch.set_default_dtype(torch.float64)
    try:
        again = learn_pass(V, U, examples, shares, (0.1, 0.1), generator=dice())
    finally:
        torch.set_default_dtype(torch.float32)
    assert all(map(torch.equal, first, again))


def test_the_rate_falls_from_the_first_batch_on():
    V, U = torch.randn(2, 4, 3, generator=dice(4))
    examples = Examples(
        torch.zeros(2, 1).long(), torch.ones(2, 1), torch.tensor([3, 3])
    )
    shares = torch.tensor([0.0, 0, 1, 0])
    twice = learn_pass(V, U, examples, shares, (0.1, 0.0), 1, 1, generator=dice())
    by_hand = V, U
    for lr in (0.1, 0.05):
        one = Examples(*(part[:1] for part in examples))
        by_hand = learn_pass(*by_hand, one, shares, (lr, lr), 1, generator=dice())
    torch.testing.assert_close(twice, by_hand)


def test_the_first_vectors_are_small_and_the_others_zero():
    V, U = first_vectors(1000, 8, generator=dice())
    assert V.abs().max() <= 0.5 / 8
    assert abs(V.std() - (1 / 12) ** 0.5 / 8) < 0.001
    assert not U.any()
    assert torch.equal(V, first_vectors(1000, 8, generator=dice())[0])


def test_settings_below_1_are_refused():
    V, U = first_vectors(4, 2, generator=dice())
    few = skip_gram_examples(TEXT, OWNERS, ALL, 1, generator=dice())
    for name in ("negatives", "batch"):
        refuses(
            lambda v, name=name: learn_pass(V, U, few, ALL, (0.1, 0.1), **{name: v}),
            f"^{name} is 0",
            good=[1],
            bad=[0],
        )
    only_positive(lambda lr: learn_pass(V, U, few, ALL, (lr, 0.0)), "rates\\[0\\]")
    refuses(
        lambda lr: learn_pass(V, U, few, ALL, (0.1, lr)),
        r"^rates\[1\] is .*: give 0 or more$",
        good=[0.0, 0.2],
        bad=[-0.1, math.nan, math.inf],
    )
    with pytest.raises(ValueError, match=r"^dimension is 0"):
        first_vectors(3, 0)
    with pytest.raises(ValueError, match=r"^size is 0"):
        first_vectors(0, 3)


def test_shares_and_powers_that_draw_no_word_are_refused():
    V, U = first_vectors(4, 2, generator=dice())
    few = skip_gram_examples(TEXT, OWNERS, ALL, 1, generator=dice())
    for bad in (ALL * 0, ALL - 2, ALL * math.nan):
        with pytest.raises(ValueError, match=r"^shares (are|has) "):
            learn_pass(V, U, few, bad, (0.1, 0.1))
    said = "^power is .*: give a number from 0 to 1, such as 0.75$"
    frequency = torch.tensor([1.0, 2])
    refuses(
        lambda a: noise_shares(frequency, a),
        said,
        good=[0.0, 1.0],
        bad=[math.inf, math.nan],
    )


def test_vectors_that_run_away_are_refused():
    V, U = torch.randn(2, 4, 2, generator=dice())
    few = skip_gram_examples(TEXT, OWNERS, ALL, 3, generator=dice())
    with pytest.raises(ValueError, match=r"^lr has NaN or infinity: choose a rate be"):
        learn_pass(V, U, few, ALL, (1e30, 1e30), batch=1, generator=dice())
