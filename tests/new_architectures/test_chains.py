"""Chains: what is said since the last mark, who sees whom, and what a step costs."""

import pytest
import torch

from ml2020.new_architectures import (
    by_distance,
    chains,
    charged,
    drawn_counter,
    one_before,
)
from ml2020.new_architectures.chains import FARTHEST
from ml2020.transformer import descended
from tests.refusals import refuses


def dice(seed):
    return torch.Generator().manual_seed(seed)


def test_what_is_said_is_the_parity_since_the_last_mark():
    X, Y, far = chains(50, 20, generator=dice(0))
    for row, said, away in zip(X.tolist(), Y.tolist(), far.tolist(), strict=True):
        mark = 0
        for at, symbol in enumerate(row):
            mark = at if symbol >= 2 else mark
            assert away[at] == at - mark
            assert said[at] == sum(x % 2 for x in row[mark : at + 1]) % 2
        assert row[0] >= 2
        assert max(away) <= FARTHEST
    assert int(far.max()) == FARTHEST
    assert float((X >= 2).double().mean()) == pytest.approx(0.25, abs=0.03)


def test_a_place_sees_itself_and_the_one_before():
    assert one_before(3).tolist() == [
        [True, False, False],
        [True, True, False],
        [False, True, True],
    ]
    assert one_before(1).tolist() == [[True]]


def test_a_counter_knows_as_far_as_it_has_steps():
    model = drawn_counter(0, 2)
    X = torch.randint(4, (1, 8), generator=dice(1))
    other = X.clone()
    other[0, 0] = (other[0, 0] + 1) % 4
    with torch.no_grad():
        changed = (model(X)[0] != model(other)[0]).any(dim=-1)[0]
    assert changed[:3].all()
    assert not changed[3:].any()


def test_a_price_is_added_for_each_step():
    model, losses = drawn_counter(1, 3), []
    for tau in (0.0, 0.5):
        losses.append(float(charged(tau, 20, 9, generator=dice(2))(model).detach()))
    X, Y, _ = chains(20, 9, generator=dice(2))
    scores, read = model(X)
    plain = torch.nn.functional.cross_entropy(scores.flatten(0, 1), Y.flatten())
    assert losses[0] == pytest.approx(float(plain.detach()))
    assert losses[1] - losses[0] == pytest.approx(
        0.5 * float(read.ponder.detach().mean())
    )


def test_results_are_sorted_by_distance():
    model, judged = drawn_counter(2, 3), chains(200, 16, generator=dice(3))
    hits, steps = by_distance(model, judged)
    scores, read = model(judged.X)
    for far in range(FARTHEST + 1):
        row = judged.far == far
        right = (scores.argmax(-1) == judged.Y)[row].double().mean()
        assert float(hits[far]) == pytest.approx(float(right))
        assert float(steps[far]) == pytest.approx(float(read.N[row].double().mean()))


def test_a_counter_learns_eight_chains():
    X = chains(8, 6, generator=dice(4))
    model = drawn_counter(3, 6)

    def cost(model):
        scores, _ = model(X.X)
        return torch.nn.functional.cross_entropy(scores.flatten(0, 1), X.Y.flatten())

    after = descended(model, cost, lambda _: 0.01, 60)
    assert float(cost(after).detach()) < 0.5 * float(cost(model).detach())


def test_a_seed_draws_the_same_weights():
    one, two, other = (drawn_counter(s, 2).state_dict() for s in (5, 5, 6))
    assert all(torch.equal(one[k], two[k]) for k in one)
    assert not torch.equal(one["says.weight"], other["says.weight"])


def test_a_counter_is_told_its_places_once():
    assert not drawn_counter(0, 2).body.told


def test_what_is_no_chain_is_refused():
    for call in (chains, lambda n, T: charged(0.1, n, T)):
        refuses(lambda n, call=call: call(n, 3), "^n is 0: give 1", good=[1], bad=[0])
        refuses(lambda T, call=call: call(2, T), "^T is 0: give 1", good=[1], bad=[0])
    refuses(lambda t: charged(t, 2, 3), "^tau is .*: give 0", good=[0.0], bad=[-0.1])
    model = drawn_counter(0, 2)
    few, many = chains(1, 4, generator=dice(0)), chains(99, 16, generator=dice(0))
    refuses(
        lambda judged: by_distance(model, judged),
        "^judged has no place [0-9] behind a mark: draw more",
        good=[many],
        bad=[few],
    )
    refuses(one_before, "^T is 0: give 1", good=[1], bad=[0])
