"""The parts are all molecules; each gets one number, whatever stands beside it."""

import pytest
import torch

from ml2020.data.solubility import ELEMENTS, solubility
from ml2020.gnn import Setting, learn_solubility, molecule_parts, seeded
from ml2020.gnn import molecules as module
from ml2020.gnn.fitting import NEVER
from ml2020.gnn.molecules import SolubilityNet, _part
from tests.gnn.small import close
from tests.refusals import only_positive, refuses


def test_the_parts_are_all_molecules_and_the_test_set_is_the_sources():
    data = solubility()
    training, choosing, test = molecule_parts(0)
    assert [len(p.y) for p in (training, choosing, test)] == [820, 205, 257]
    assert torch.equal(test.y, data.solubility[1025:])
    both = torch.cat([training.y, choosing.y]).sort().values
    assert torch.equal(both, data.solubility[:1025].sort().values)
    assert not torch.equal(molecule_parts(1)[1].y, choosing.y)
    assert torch.equal(molecule_parts(0)[1].y, choosing.y)


def test_a_part_keeps_the_atoms_charges_and_bonds_of_its_molecules():
    data, chosen = solubility(), torch.tensor([3, 700, 1281])
    part = _part(chosen)
    for k, m in enumerate(chosen.tolist()):
        mine = data.of == m
        rows = part.X[part.of == k]
        assert torch.equal(rows[:, : len(ELEMENTS)].argmax(dim=1), data.atoms[mine])
        assert torch.equal(rows[:, -1], data.charges[mine].float())
        assert (rows[:, :-1].sum(dim=1) == 1).all()
        bonds = (data.of[data.bonds[0]] == m).sum().item()
        inside = part.of[part.seen.graph.senders] == k
        assert inside.sum().item() == 2 * bonds
        assert (part.of[part.seen.graph.receivers][inside] == k).all()


@pytest.mark.parametrize("method", ["MLP", "GIN", "GCN"])
def test_a_molecule_gets_the_same_number_alone_and_among_others(method):
    model = seeded(lambda: SolubilityNet(method), 0)
    three = _part(torch.tensor([3, 700, 1281]))
    alone = _part(torch.tensor([700]))
    close(model(three)[1:2], model(alone), atol=1e-4)
    assert model(three).shape == (3,)


def test_a_network_learns_and_the_same_seed_learns_the_same():
    parts = tuple(_part(torch.arange(k, k + 30)) for k in (0, 100, 200))
    one = learn_solubility("GCN", parts, Setting(0.01, 30), 0)
    assert one == learn_solubility("GCN", parts, Setting(0.01, 30), 0)
    mean = parts[0].y.mean()
    naive = -(parts[1].y - mean).square().mean().sqrt().item()
    assert one.validation > naive
    assert one.test < 0


def test_the_loss_is_the_mean_square_in_units_of_the_spread(monkeypatch):
    given = []
    monkeypatch.setattr(module, "at_best", lambda *all_: given.extend(all_) or NEVER)
    parts = tuple(_part(torch.arange(k, k + 9)) for k in (0, 10, 20))
    learn_solubility("GCN", parts, Setting(0.01, 5), 0)
    model, loss, judge, *_ = given
    y = parts[0].y
    off = (model(parts[0]) - (y - y.mean()) / y.std()).tolist()
    assert loss(model).item() == pytest.approx(sum(o * o for o in off) / 9)
    said = model(parts[2]) * y.std() + y.mean()
    squares = [(a - b) ** 2 for a, b in zip(said.tolist(), parts[2].y, strict=True)]
    assert judge(model)[1] == pytest.approx(-((sum(squares) / 9).item() ** 0.5))


def test_a_rate_at_which_numbers_overflow_was_never_good():
    parts = tuple(_part(torch.arange(k, k + 3)) for k in (0, 10, 20))
    assert learn_solubility("GIN", parts, Setting(1e30, 5), 0) == NEVER


def test_rejects_settings_that_are_none():
    parts = tuple(_part(torch.arange(k, k + 3)) for k in (0, 10, 20))

    def learn(lr=0.1, epochs=1):
        return learn_solubility("MLP", parts, Setting(lr, epochs), 0)

    only_positive(lambda lr: learn(lr=lr), "lr")
    said = "^epochs is .*: give 1 or more$"
    refuses(lambda n: learn(epochs=n), said, good=[1], bad=[0])
