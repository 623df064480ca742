"""Tuned, fewer, ways and what they cost: small networks of clothes, on few pictures."""

import copy

import pytest
import torch

from ml2020.compression import restored, small_task, stored, through
from ml2020.compression.fewer import fewer, pruned
from ml2020.compression.small_task import (
    apart,
    clothes,
    dense,
    flat_rank,
    half,
    multiplications,
    times,
    with_exits,
)
from ml2020.compression.through import parameters, weights
from ml2020.compression.tuned import clustered, has_zero, rounded, shared
from ml2020.compression.ways import FRESH, TUNES, anew, at_exit, softened
from tests.refusals import refuses


@pytest.fixture
def short(monkeypatch):
    """Let every training end after two batches."""
    whole = through.shuffled_batches

    def two(n, size, _, **other):
        return whole(n, size, 1, **other)[:2]

    monkeypatch.setattr(through, "shuffled_batches", two)


def picture():
    return clothes().X[:1]


def test_the_parts_of_the_pictures_do_not_overlap():
    task = clothes()
    assert [len(x) for x in (task.X, *task.choose, *task.judge)] == [3000] + [2000] * 4
    assert len(task.y) == 3000


def test_counts_of_the_dense_network():
    model = dense(0)
    assert sum(p.numel() for p in model.parameters()) == 20_042
    products = 13 * 13 * 8 * 9 + 6 * 6 * 16 * 8 * 9 + 576 * 32 + 32 * 10
    assert multiplications(model, picture()) == products == 72_392


def test_zeros_are_not_multiplied():
    model = dense(0)
    with torch.no_grad():
        model[0].weight[0] = 0
    assert multiplications(model, picture()) == 72_392 - 13 * 13 * 9


@pytest.mark.parametrize("make", [half, flat_rank, with_exits])
def test_a_rival_is_drawn_by_its_seed(make):
    same, other = make(1), make(2)
    for p, q in zip(make(1).parameters(), same.parameters(), strict=True):
        assert torch.equal(p, q)
    assert any(
        not torch.equal(p, q)
        for p, q in zip(same.parameters(), other.parameters(), strict=True)
    )


def test_shapes_of_the_rivals():
    x = clothes().X[:2]
    assert half(0)(x).shape == flat_rank(0)(x).shape == (2, 10)
    assert with_exits(0)(x).shape == (3, 2, 10)
    split = apart(dense(0), 0, nearest=False)
    assert split(x).shape == (2, 10)
    assert multiplications(split, x[:1]) == 72_392 - 41_472 + 36 * (72 + 128)


def test_the_dearest_are_kept_by_their_size():
    model = dense(0)
    small = fewer(model, 0)
    sizes = [tuple(p.shape) for p in half(0).parameters()]
    assert [tuple(p.shape) for p in small.parameters()] == sizes
    first = model[0].weight.flatten(1).norm(dim=1)
    kept = first.topk(4).indices.sort().values
    assert torch.equal(small[0].weight, model[0].weight[kept])
    second = model[2].weight[:, kept]
    rows = second.flatten(1).norm(dim=1).topk(8).indices.sort().values
    assert torch.equal(small[2].weight, second[rows])
    assert torch.equal(small[2].bias, model[2].bias[rows])
    large = model[5].weight.view(32, 16, 36)[:, rows].flatten(1)
    neurons = large.norm(dim=1).topk(16).indices.sort().values
    assert torch.equal(small[5].weight, large[neurons])
    assert torch.equal(small[7].weight, model[7].weight[:, neurons])


def test_fewer_neurons_say_the_same_if_the_others_were_silent():
    model = dense(0)
    with torch.no_grad():
        for layer, count in ((model[0], 4), (model[2], 8), (model[5], 16)):
            layer.weight[:count] = layer.bias[:count] = 0
    x = clothes().X[:5]
    torch.testing.assert_close(fewer(model, 0)(x), model(x))


def test_pruning_keeps_the_largest(short):
    model = dense(0)
    every = torch.cat([p.abs().flatten() for p in model.parameters() if p.ndim > 1])
    found = pruned(copy.deepcopy(model), 0.1, 0, 0).model
    left = torch.cat([p.flatten() for p in found.parameters() if p.ndim > 1])
    assert int((left != 0).sum()) == round(0.1 * len(every))
    assert left[left != 0].abs().min() == every.sort().values[-int((left != 0).sum())]
    tuned = pruned(copy.deepcopy(model), 0.1, 0.01, 0).model
    for p, q in zip(found.parameters(), tuned.parameters(), strict=True):
        if p.ndim > 1:
            assert torch.equal(p != 0, q != 0)
    assert not torch.equal(found[5].weight, tuned[5].weight)


def test_pruning_everything_in_the_chain_is_refused():
    said = "^kept is .*: keep more than 0"
    refuses(lambda k: pruned(dense(0), k, 0, 0), said, good=[1], bad=[0.0, -0.1, 1.1])


def test_zeros_have_a_cluster_of_their_own():
    w = torch.tensor([0.0, 0.0, 1.0, 1.1, -3.0])
    found = shared(w, 3)
    assert found.table[0] == 0
    assert has_zero(found)
    torch.testing.assert_close(found.values, torch.tensor([0, 0, 1.05, 1.05, -3.0]))
    assert not has_zero(shared(w[2:], 2))


def test_clusters_and_the_chain_come_back_out_of_a_file(short):
    model = pruned(dense(0), 0.1, 0.01, 0).model
    zeros = {n: p == 0 for n, p in parameters(model).items()}
    small = clustered(model, 16, 0.01, 0)
    for name in weights(parameters(small.model)):
        w = small.model.get_parameter(name)
        assert torch.equal(w == 0, zeros[name])
        assert len(w.unique()) <= 16
    back = restored(dense(0), stored(*small))
    for p, q in zip(back.parameters(), small.model.parameters(), strict=True):
        assert torch.equal(p, q)


@pytest.mark.parametrize("lr", [0.0, 0.01])
@pytest.mark.parametrize("bits", [1, 3])
def test_rounded_networks_have_few_values(short, lr, bits):
    small = rounded(dense(0), bits, lr, 0)
    for name in weights(parameters(small.model)):
        w = small.model.get_parameter(name)
        assert torch.equal(w, small.coded[name].values)
        assert len(w.unique()) <= 2**bits


def test_bits_below_1_and_0_clusters_are_refused():
    refuses(lambda b: rounded(dense(0), b, 0, 0), "^bits is", good=[1], bad=[0])
    refuses(lambda k: clustered(dense(0), k, 0, 0), "^k is", good=[1], bad=[0])


@pytest.mark.parametrize("name", [*TUNES, *FRESH])
def test_every_way_gives_a_network_that_its_file_gives_back(short, name):
    base = dense(0)
    small = TUNES[name](base, 0.01, 0) if name in TUNES else anew(name, base, 0.01, 0)
    data = stored(*small)
    back = restored(small.model, data)
    x = clothes().X[:2]
    assert torch.equal(back(x), small.model(x))


def test_a_student_hears_the_teacher_alone():
    teacher, rows = dense(0), torch.arange(5)
    loss = softened(teacher)
    same = teacher(clothes().X[:5])
    assert abs(loss(same, rows).item()) < 1e-5
    other = torch.zeros(5, 10, requires_grad=True)
    (slope,) = torch.autograd.grad(loss(other, rows), other)
    wanted = 3 * (0.1 - (same / 3).softmax(dim=1)) / 5
    torch.testing.assert_close(slope, wanted)


def test_the_loss_of_exits_is_the_mean_of_theirs():
    scores = with_exits(0)(clothes().X[:4])
    rows = torch.arange(4)
    each = [at_exit(k)(scores, rows) for k in range(3)]
    torch.testing.assert_close(at_exit(None)(scores, rows), torch.stack(each).mean())


def test_times_are_the_least_of_all_rounds(monkeypatch):
    clock = iter([0, 5, 5, 6, 10, 12, 12, 20])
    monkeypatch.setattr(small_task.time, "process_time", lambda: next(clock))
    runs = {"a": lambda: None, "b": lambda: None}
    assert times(runs, 2) == {"a": 2, "b": 1}
