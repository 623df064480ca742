"""Halting: chances that add up, a rest, and places that stay as they are."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.new_architectures import Ponderer, halted
from tests.refusals import refuses


def loop(p, epsilon):
    """Graves' rule, number by number."""
    spent, weights = 0.0, []
    for step, chance in enumerate(p):
        if spent + chance >= 1 - epsilon or step == len(p) - 1:
            weights.append(1 - spent)
            return weights + [0.0] * (len(p) - 1 - step), step + 1, 1 - spent
        weights.append(chance)
        spent += chance
    raise AssertionError


@pytest.mark.equation("eq-new_architectures-halt")
def test_by_hand_three_steps():
    found = halted(torch.tensor([0.3, 0.5, 0.4, 0.9], dtype=torch.float64))
    wanted = torch.tensor([0.3, 0.5, 0.2, 0], dtype=torch.float64)
    torch.testing.assert_close(found.weights, wanted)
    assert int(found.N) == 3
    assert float(found.ponder) == pytest.approx(3.2)


@pytest.mark.equation("eq-new_architectures-ponder")
@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=7), st.sampled_from([0.01, 0.0, 0.3])
)
def test_weights_are_those_of_the_loop(p, epsilon):
    chances = torch.tensor(p, dtype=torch.float64)[:, None]
    found = halted(chances, epsilon)
    weights, N, rest = loop(chances[:, 0].tolist(), epsilon)
    if abs(sum(p) - (1 - epsilon)) > 1e-9:
        assert found.weights[:, 0].tolist() == pytest.approx(weights)
        assert int(found.N) == N
        assert float(found.ponder) == pytest.approx(N + rest)
    assert float(found.weights.sum()) == pytest.approx(1)
    assert 1 <= int(found.N) <= len(p)
    assert float(found.ponder) <= len(p) + 1


def test_each_place_halts_for_itself():
    p = torch.tensor([[1.0, 0, 0.5], [1, 0, 0.6]])
    assert halted(p).N.tolist() == [1, 2, 2]


def test_a_ponderer_without_a_pause_is_the_mean_of_its_steps():
    torch.manual_seed(0)
    body = Ponderer(6, 2, 3, told=False).double()
    with torch.no_grad():
        body.halts.weight.zero_()
        body.halts.bias.fill_(math.log(0.25 / 0.75))
    X = torch.randn(2, 4, 6, dtype=torch.float64)
    one = body.layer(X)
    two = body.layer(one)
    three = body.layer(two)
    read = body(X)
    torch.testing.assert_close(read.Z, 0.25 * one + 0.25 * two + 0.5 * three)
    assert (read.N == 3).all()
    torch.testing.assert_close(read.ponder, torch.full_like(read.ponder, 3.5))


def test_who_has_halted_stays_as_it_is_while_others_go_on():
    torch.manual_seed(1)
    body = Ponderer(6, 2, 4, told=False).double()
    X = torch.randn(1, 4, 6, dtype=torch.float64)
    Z = body.layer(X)
    direction = Z[0, 1] - Z[0, 0]  # place 1 halts at once, place 0 never
    with torch.no_grad():
        scale = 2000 / float(direction @ direction)
        middle = float(direction @ (Z[0, 1] + Z[0, 0]) / 2)
        body.halts.weight.copy_(scale * direction[None])
        body.halts.bias.fill_(-scale * middle)
    read = body(X)
    assert int(read.N[0, 1]) == 1
    torch.testing.assert_close(read.Z[0, 1], Z[0, 1])
    others = read_by_a_loop(body, X)  # who goes on reads it as it stays
    torch.testing.assert_close(read.Z, others)
    assert not torch.allclose(read.Z[0, 0], Z[0, 0])


def read_by_a_loop(body, X, enough=0.99):
    """What places say of their own if one freezes as soon as it has had enough."""
    now, spent, said = X[0], [0.0] * X.shape[1], torch.zeros_like(X[0])
    for step in range(body.most):
        new = body.layer(now[None])[0]
        now = torch.stack(
            [new[i] if spent[i] < enough else now[i] for i in range(len(spent))]
        )
        for i, state in enumerate(now):
            p = float(body.halts(state).sigmoid().detach())
            if spent[i] < enough:
                last = spent[i] + p >= enough or step == body.most - 1
                said[i] += (1 - spent[i] if last else p) * state.detach()
                spent[i] += p
    return said[None]


def test_being_told_the_step_changes_what_comes_out():
    torch.manual_seed(2)
    body = Ponderer(6, 2, 2)
    X = torch.randn(1, 4, 6)
    told = body(X).Z
    body.told = False
    assert not torch.allclose(body(X).Z, told, atol=1e-3)


def test_a_ponderer_halts_by_its_own_epsilon():
    torch.manual_seed(3)
    X = torch.randn(1, 4, 6)
    for epsilon, steps in ((0.01, 4), (0.6, 2)):
        body = Ponderer(6, 2, 5, epsilon=epsilon)
        with torch.no_grad():
            body.halts.weight.zero_()
            body.halts.bias.fill_(math.log(0.25 / 0.75))
        assert (body(X).N == steps).all()


def test_who_has_halted_by_another_epsilon_stays_as_it_is_too():
    torch.manual_seed(4)
    body = Ponderer(6, 2, 5, told=False, epsilon=0.5).double()
    X = 3 * torch.randn(1, 4, 6, dtype=torch.float64)
    with torch.no_grad():
        body.halts.weight.mul_(3)
    read = body(X)
    assert len(read.N.unique()) > 1
    torch.testing.assert_close(read.Z, read_by_a_loop(body, X, 0.5))


def test_at_first_places_go_on():
    assert float(Ponderer(6, 2, 2).halts.bias.detach()) == -1


def test_what_is_no_chance_is_refused():
    said = "^p (is empty: give at least one step|is outside 0 to 1, or NaN: give chan)"
    good = torch.tensor([0.0, 1.0])
    bad = [good[:0], good + 0.1, good - 0.1, torch.tensor([0.5, math.nan])]
    refuses(halted, said, good=[good], bad=bad)
    refuses(
        lambda e: halted(good, e),
        r"^epsilon is .*: choose",
        good=[0.0, 0.99],
        bad=[-0.1, 1.0],
    )
    refuses(
        lambda e: Ponderer(4, 2, 1, epsilon=e), "^epsilon is ", good=[0.0], bad=[1.0]
    )
    refuses(lambda n: Ponderer(4, 2, n), "^most is 0: give 1", good=[1], bad=[0])
