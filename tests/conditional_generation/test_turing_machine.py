"""A Turing machine writes and reads by its heads, with as many slots as it is given."""

import pytest
import torch

from ml2020.conditional_generation.learning import first
from ml2020.conditional_generation.turing import address, read, written
from ml2020.conditional_generation.turing_machine import Rival, TuringMachine
from tests.refusals import refuses


def machine():
    return first(lambda: TuringMachine(3, 2, slots=6, d=4, m=8), 0)


def inputs(T=5, n=3):
    return torch.randn(T, n, 3, generator=torch.Generator().manual_seed(1))


def test_shapes_and_shares():
    scores, wrote, looked = machine()(inputs())
    assert scores.shape == (5, 3, 2)
    assert wrote.shape == looked.shape == (5, 3, 6)
    for w in (wrote, looked):
        assert torch.allclose(w.sum(-1), torch.ones(5, 3))


def test_the_first_step_by_hand():
    model, x = machine(), inputs()[0]
    h = torch.tanh(model.thinks(torch.cat([x, torch.zeros(3, 4)], dim=-1)))
    writer, reader, erase, add = model.heads(h)
    M, start = torch.full((3, 6, 4), 1e-6), torch.eye(6)[[0, 0, 0]]
    assert torch.allclose(model(inputs())[1][0], address(M, start, writer))
    M = written(M, address(M, start, writer), erase, add)
    r = read(M, address(M, start, reader))
    expected = model.says(torch.cat([h, r], dim=-1))
    assert torch.allclose(model(inputs())[0][0], expected)


def test_it_is_a_fifth_of_its_rival():
    counted = [
        sum(w.numel() for w in made.parameters())
        for made in (TuringMachine(5, 4), Rival(5, 4, 64))
    ]
    assert counted == [4048, 18436]


def test_heads_get_numbers_in_their_ranges():
    model = machine()
    h = 30 * torch.randn(50, 8, generator=torch.Generator().manual_seed(2))
    for head in model.heads(h)[:2]:
        assert (head.beta >= 0).all()
        assert ((head.g >= 0) & (head.g <= 1)).all()
        assert torch.allclose(head.s.sum(-1), torch.ones(50))
        assert (head.gamma >= 1).all()
    assert ((model.heads(h)[2] >= 0) & (model.heads(h)[2] <= 1)).all()


def test_it_may_be_given_more_slots():
    model = machine()
    assert model(inputs(), 11)[1].shape == (5, 3, 11)
    refuses(lambda k: model(inputs(), k), "^slots is", good=[1], bad=[0, -1])
    with pytest.raises(ValueError, match=r"^X has"):
        model(inputs()[..., :2])


def test_the_rival_is_torch_s_lstm():
    model = first(lambda: Rival(3, 2, 4), 0)
    H, _ = model.remembers(inputs())
    assert torch.equal(model(inputs())[0], model.says(H))


def test_rejects_machines_of_nothing():
    for k, name in enumerate(("inputs", "outputs", "slots", "d", "m")):
        sizes = [3, 2, 4, 4, 4]

        def make(size, k=k, sizes=sizes):
            return TuringMachine(*sizes[:k], size, *sizes[k + 1 :])

        refuses(make, f"^{name} is", good=[1], bad=[0])
    refuses(lambda m: Rival(1, 1, m), "^m is", good=[1], bad=[0])
