"""Exits: who is sure leaves, the rest goes on, and the costs are counted."""

import pytest
import torch
from torch import nn

from ml2020.compression import Exits, answered, leaves_at, right_at, spent
from tests.refusals import refuses


def scores(seed=0):
    return 3 * torch.randn(3, 40, 5, generator=torch.Generator().manual_seed(seed))


def network(seed=0):
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        parts = [nn.Sequential(nn.Linear(6, 6), nn.ReLU()) for _ in range(3)]
        return Exits(parts, [nn.Linear(6, 4) for _ in range(3)])


@pytest.mark.equation("eq-compression-small-exit")
@pytest.mark.parametrize("t", [0.0, 0.3, 0.7, 0.9, 0.999])
def test_who_leaves_by_a_slow_loop(t):
    x = scores()
    for j, k in enumerate(leaves_at(x, t).tolist()):
        sure = [x[e, j].softmax(dim=0).max() >= t for e in range(3)]
        assert k == next((e for e in range(2) if sure[e]), 2)


def test_all_leave_at_once_at_0_and_costs_only_grow_with_the_threshold():
    x, costs = scores(), [1, 5, 6]
    found = [spent(leaves_at(x, t), costs) for t in (0.0, 0.5, 0.8, 0.95, 0.9999)]
    assert found == sorted(found)
    assert found[0] == 1
    assert found[-1] > 5


def test_the_mean_cost_by_hand():
    assert spent(torch.tensor([0, 0, 2, 1]), [1, 2, 4]) == 2


def test_an_answer_is_that_of_its_own_exit():
    x, y = scores(), torch.arange(40) % 5
    left = leaves_at(x, 0.8)
    expected = [x[k, j].argmax() == y[j] for j, k in enumerate(left.tolist())]
    assert right_at(x, y, left).tolist() == expected


@pytest.mark.parametrize("t", [0.0, 0.3, 0.4, 0.6, 0.99])
def test_what_is_computed_for_those_who_stay_alone_is_the_same(t):
    model = network()
    x = 5 * torch.randn(30, 6, generator=torch.Generator().manual_seed(1))
    said = model(x)
    left = leaves_at(said, t)
    expected = said.argmax(dim=-1).gather(0, left[None])[0]
    assert torch.equal(answered(model, x, t), expected)


def test_who_has_left_is_not_computed():
    seen = []
    model = network()
    for part in model.parts:
        part.register_forward_hook(lambda *all_: seen.append(len(all_[2])))
    answered(model, torch.randn(9, 6), 0.0)
    assert seen == [9]


def test_refusals():
    x, y = scores(), torch.zeros(40, dtype=torch.int64)
    left = leaves_at(x, 0.5)
    for call in (
        lambda t: leaves_at(x, t),
        lambda t: answered(network(), x[0, :, :1].expand(40, 6), t),
    ):
        refuses(call, "^threshold is", good=[0.0, 0.999], bad=[-0.1, 1.0])
    refuses(lambda n: leaves_at(x[:, :n], 0.5), "^scores is", good=[1], bad=[0])
    inputs = torch.zeros(2, 6)
    refuses(lambda n: answered(network(), inputs[:n], 0.5), "^x is", good=[1], bad=[0])
    wrong = [left + 3, left - 3, left[:0]]
    refuses(lambda k: spent(k, [1, 2, 3]), "^left is", good=[left], bad=wrong)
    refuses(lambda k: right_at(x, y, k), "^left is", good=[left], bad=wrong[:2])
    part, head = [nn.Identity()], [nn.Identity()]
    refuses(lambda h: Exits(part, h), "^heads has", good=[head], bad=[[], head * 2])
    refuses(lambda p: Exits(p, p), "^heads has", good=[part], bad=[[]])


def test_a_network_without_an_answer_is_refused():
    model = Exits([nn.Identity()], [nn.Linear(2, 3)])
    bad = torch.tensor([[0.0, 1.0], [torch.nan, 0.0]])
    said = "^model says NaN or infinity: train anew"
    refuses(lambda x: answered(model, x, 0.5), said, good=[bad[:1]], bad=[bad])
    both = torch.stack([bad, bad])
    refuses(lambda s: leaves_at(s, 0.5), "^scores has", good=[both[:, :1]], bad=[both])


def test_an_exit_beyond_the_last_is_refused_beside_one_that_is_there():
    good, bad = torch.tensor([0, 2]), torch.tensor([0, 3])
    refuses(lambda k: spent(k, [1, 2, 3]), "^left is", good=[good], bad=[bad])


def test_who_was_named_0_has_left():
    surest = nn.Linear(2, 2, bias=False)  # its answer is the larger number
    with torch.no_grad():
        surest.weight.copy_(torch.eye(2))
    turned = nn.Linear(2, 2, bias=False)
    with torch.no_grad():
        turned.weight.copy_(torch.eye(2).flip(0))
    model = Exits([nn.Identity(), nn.Identity()], [surest, turned])
    x = torch.tensor([[9.0, 0.0], [0.1, 0.0], [0.0, 9.0]])  # sure, not sure, sure
    assert answered(model, x, 0.9).tolist() == [0, 1, 1]
