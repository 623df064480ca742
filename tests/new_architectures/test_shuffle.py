"""Shuffle and exchange: bits turn, pairs talk, everybody meets."""

import math

import pytest
import torch

from ml2020.new_architectures import (
    Benes,
    met,
    rounds,
    shuffled,
    shuffled_products,
    unshuffled,
    weights_of,
)
from ml2020.new_architectures.shuffle import Switch
from tests.refusals import refuses


@pytest.mark.equation("eq-new_architectures-shuffle")
@pytest.mark.parametrize("T", [2, 4, 8, 32])
def test_a_shuffle_turns_the_bits_of_a_place(T):
    at = torch.arange(T, dtype=torch.float64)[:, None]
    found, bits = shuffled(at), T.bit_length() - 1
    for place in range(T):
        text = f"{place:0{bits}b}"
        assert found[int(text[1:] + text[0], 2)] == place
    assert torch.equal(unshuffled(found), at)
    assert torch.equal(shuffled(unshuffled(at)), at)
    for _ in range(bits - 1):
        found = shuffled(found)
    assert torch.equal(found, at)  # after log T shuffles the deck is as it was


@pytest.mark.equation("eq-new_architectures-switch")
def test_a_switch_is_the_paper_s():
    torch.manual_seed(0)
    switch = Switch(3).double()
    with torch.no_grad():
        for part in switch.parameters():
            part.copy_(torch.randn_like(part))
    X = torch.randn(2, 6, 3, dtype=torch.float64)
    Z, _, _, W = switch.makes
    norm = switch.makes[1]
    said = switch(X)
    for n in range(2):
        for k in range(3):
            i = torch.cat([X[n, 2 * k], X[n, 2 * k + 1]])
            v = Z.weight @ i
            v = (v - v.mean()) / (v.var(correction=0) + 1e-5).sqrt()
            v = norm.weight * v + norm.bias
            g = v * 0.5 * (1 + torch.erf(v / math.sqrt(2)))
            o = torch.sigmoid(switch.keeps) * i + switch.adds * (W.weight @ g + W.bias)
            torch.testing.assert_close(said[n, 2 * k], o[:3])
            torch.testing.assert_close(said[n, 2 * k + 1], o[3:])


def test_a_new_switch_keeps_nine_tenths():
    switch = Switch(3)
    assert float(switch.keeps.detach().sigmoid()[0]) == pytest.approx(0.9)
    assert float(switch.adds.detach()) == pytest.approx(0.25 * math.sqrt(1 - 0.81))


def test_a_switch_has_32_bits_whatever_is_usual():
    torch.set_default_dtype(torch.float64)
    try:
        switch = Switch(2)
    finally:
        torch.set_default_dtype(torch.float32)
    assert switch.keeps.dtype == switch.adds.dtype == torch.float32


@pytest.mark.parametrize("T", [2, 4, 16])
def test_everybody_has_met_everybody_after_log_t_layers(T):
    layers = rounds(T)
    assert met(T, layers).all()
    if layers > 1:
        assert int(met(T, layers - 1).sum()) == T * T // 2
    assert int(met(T, 1).sum()) == 2 * T


def test_slopes_reach_from_every_place_to_every_place():
    torch.manual_seed(1)
    body = Benes(2).double()
    X = torch.randn(1, 8, 2, dtype=torch.float64)
    slopes = torch.autograd.functional.jacobian(body, X)[0].abs().sum(dim=(1, 2, 4))
    assert (slopes > 0).all()


def test_a_block_has_2_log_t_less_1_layers_of_switches():
    torch.manual_seed(2)
    body, calls = Benes(2), []
    for switch in (body.there, body.back):
        switch.register_forward_hook(lambda module, *_: calls.append(module))
    for T in (2, 4, 8):
        calls.clear()
        body(torch.randn(1, T, 2))
        there = rounds(T) - 1
        assert calls == [body.there] * there + [body.back] * (there + 1)
    assert weights_of(body) == 2 * weights_of(Switch(2))


@pytest.mark.parametrize("T", [2, 4, 8])
def test_switches_that_swap_or_not_reach_every_permutation(T):
    """As a block wires them; the way there and a switch alone do not."""
    decks, sizes = torch.arange(T, dtype=torch.float64)[None], []
    swaps = torch.cartesian_prod(*[torch.arange(2)] * (T // 2)).view(-1, 1, T // 2)
    for layer in range(2 * rounds(T) - 1):
        if layer:
            goes = shuffled if layer < rounds(T) else unshuffled
            decks = goes(decks[..., None])[..., 0]
        pairs = decks.unflatten(-1, (-1, 2))
        either = torch.where(swaps[..., None] == 1, pairs.flip(-1), pairs)
        decks = either.flatten(-2).flatten(0, 1).unique(dim=0)
        sizes.append(len(decks))
    assert sizes[-1] == math.factorial(T)
    if T > 2:
        assert sizes[rounds(T) - 1] < math.factorial(T)


def test_who_stays_where_it_is_comes_back():
    """With switches that do nothing the way back undoes the way there."""
    body = Benes(2)
    with torch.no_grad():
        for switch in (body.there, body.back):
            switch.keeps.fill_(100)
            switch.adds.zero_()
    X = torch.randn(2, 8, 2)
    assert torch.equal(body(X), X)


def test_lengths_that_are_no_powers_of_two_are_refused():
    def deck(T):
        return torch.zeros(1, T, 2)

    for call in (lambda T: shuffled(deck(T)), lambda T: unshuffled(deck(T))):
        refuses(call, "^T is .*: fill it up to a power", good=[2, 8], bad=[0, 1, 3, 6])
    refuses(rounds, "^T is .*: fill it up", good=[2, 4], bad=[-2, 0, 1, 6])
    refuses(lambda T: Benes(2)(deck(T)), "^T is .*: fill", good=[2], bad=[1, 6])
    refuses(lambda T: met(T, 1), "^T is .*: fill", good=[2], bad=[1, 6])
    refuses(lambda n: met(4, n), "^layers is 0: give 1", good=[1], bad=[0])
    refuses(Switch, "^d is 0: give 1", good=[1], bad=[0])


@pytest.mark.equation("eq-new_architectures-cost")
def test_products_are_those_of_all_switches():
    body, found = Benes(3), []

    def count(part, given, _):
        found.append(given[0].shape[1] * part.weight.numel())  # one sequence

    for switch in (body.there, body.back):
        for part in (switch.makes[0], switch.makes[3]):
            part.register_forward_hook(count)
    for T in (2, 4, 16):
        found.clear()
        body(torch.randn(1, T, 3))
        assert sum(found) == shuffled_products(T, 3) == 8 * T * 9 * (2 * rounds(T) - 1)
    refuses(lambda d: shuffled_products(4, d), "^d is 0: give 1", good=[1], bad=[0])
    refuses(lambda T: shuffled_products(T, 1), "^T is 6: fill", good=[2], bad=[6])
