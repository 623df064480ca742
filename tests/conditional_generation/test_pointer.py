"""A pointer scores each place, follows permutations, and stops."""

import math

import pytest
import torch

from ml2020.conditional_generation.hulls import hulls, point_sets
from ml2020.conditional_generation.learning import first
from ml2020.conditional_generation.pointer import READERS, Pointer, pointed
from tests.refusals import refuses, spoilt


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def model(reader="all at once", seed=1):
    made = first(lambda: Pointer(8, reader), seed).double().eval()
    with torch.no_grad():
        for name in ("end", "begin"):
            getattr(made, name).copy_(torch.randn(8, generator=dice(5)).double())
    return made


@pytest.mark.equation("eq-conditional_generation-pointer")
def test_scores_are_those_of_the_paper_place_by_place():
    pointer = model()
    P = point_sets(4, 2, generator=dice()).double()
    E = pointer.encode(P)
    D, _ = pointer.points(E[:, 2:4], pointer.start(E))
    told = torch.tensor([[2, 3], [2, 3]])
    u, _ = pointer.decode(told, pointer.start(E), E)
    W, U, v = pointer.W.weight, pointer.U.weight, pointer.v.weight[0]
    for b in range(2):
        for t in range(2):
            for j in range(5):
                expected = v @ torch.tanh(U @ E[b, j] + W @ D[b, t])
                assert torch.allclose(u[b, t, j], expected, atol=1e-12)


def test_it_starts_from_the_mean_of_all_points_and_matches_without_a_bias():
    pointer = model()
    E = pointer.encode(point_sets(4, 2, generator=dice()).double())
    mean = sum(E[:, k] for k in range(1, 5)) / 4
    assert torch.allclose(pointer.start(E)[0], torch.tanh(pointer.first(mean)))
    assert all(part.bias is None for part in (pointer.W, pointer.U, pointer.v))


@pytest.mark.parametrize("reader", READERS)
def test_step_by_step_it_scores_as_in_one_go(reader):
    pointer = model(reader)
    P = point_sets(5, 3, generator=dice()).double()
    C = hulls(P)
    whole = pointer(P, C)
    E = pointer.encode(P)
    d, told = pointer.start(E), torch.full((3, 1), -1)
    for t in range(C.shape[1]):
        u, d = pointer.decode(told, d, E)
        assert torch.allclose(u[:, 0], whole[:, t], atol=1e-12)
        told = C[:, t : t + 1].clamp(min=0)


def test_who_looks_at_all_at_once_does_not_mind_the_order():
    pointer = model()
    P = point_sets(6, 2, generator=dice()).double()
    order = torch.tensor([3, 1, 5, 0, 2, 4])
    C = torch.tensor([[1, 2, 3, 0], [4, 5, 6, 0]])
    there = (order[None] == (C[:, :3, None] - 1)).int().argmax(-1) + 1
    moved = torch.cat([there, C[:, 3:]], dim=1)
    u, w = pointer(P, C), pointer(P[:, order], moved)
    assert torch.allclose(u[..., 0], w[..., 0])
    assert torch.allclose(u[..., 1:][..., order], w[..., 1:])
    reads = model("in turn")
    assert not torch.allclose(reads(P, C)[..., 0], reads(P[:, order], moved)[..., 0])


def test_who_pointed_at_the_end_is_told_so():
    pointer = model()
    E = pointer.encode(point_sets(4, 2, generator=dice()).double())
    told, z = torch.zeros(2, 1, dtype=torch.int64), pointer.start(E)
    assert torch.equal(pointer.decode(told, z, E)[1], pointer.points(E[:, :1], z)[1])


def test_at_first_it_is_told_to_be_nowhere_then_where_it_was_right(monkeypatch):
    pointer, met = model(), []
    decode = pointer.decode
    monkeypatch.setattr(
        pointer,
        "decode",
        lambda told, *rest: (met.append(told), decode(told, *rest))[1],
    )
    P = point_sets(5, 2, generator=dice()).double()
    pointer(P, torch.tensor([[1, 2, 0, -100], [3, 4, 5, 0]]))
    assert met[0].tolist() == [[-1, 1, 2, 0], [-1, 3, 4, 5]]


def test_what_stands_behind_the_end_does_not_matter():
    pointer = model()
    P = point_sets(5, 2, generator=dice()).double()
    C = torch.tensor([[1, 2, 0, -100], [3, 0, -100, -100]])
    other = torch.tensor([[1, 2, 0, 4], [3, 0, 2, 1]])
    u, w = pointer(P, C), pointer(P, other)
    assert torch.equal(u[0, :3], w[0, :3])
    assert torch.equal(u[1, :2], w[1, :2])


def test_a_walk_that_never_ends_is_cut_off():
    pointer = model()
    with torch.no_grad():
        pointer.U.weight.zero_()
        pointer.U.weight.add_(0.1)
        pointer.end.fill_(-100.0)
        pointer.v.weight.fill_(1.0)
        pointer.begin.zero_()
    P = point_sets(4, 3, generator=dice()).double()
    walks = pointed(pointer, P)
    assert all(len(walk) == 8 for walk in walks)
    once = pointed(pointer, P, once=True)
    for walk in once:
        assert sorted(walk) == [1, 2, 3, 4]


def test_a_walk_follows_the_scores():
    pointer = model(seed=3)
    P = point_sets(5, 20, generator=dice()).double()
    for points, walk in zip(P, pointed(pointer, P), strict=True):
        told = [*walk, 0][: 2 * 5]
        u = pointer(points[None], torch.tensor([told]))[0]
        assert u.argmax(-1).tolist() == told


def test_rejects_to_point_at_what_is_no_point():
    P = point_sets(4, 2, generator=dice()).double()
    said = "^P has NaN or infinity"
    bad = spoilt(P, math.nan, math.inf)
    refuses(lambda P: pointed(model(), P), said, good=[P], bad=bad)
    refuses(lambda P: pointed(model(), P), "^P is empty", good=[P], bad=[P[:0]])


def test_rejects_what_is_no_pointer():
    refuses(lambda m: Pointer(m), "^m is", good=[4, 8], bad=[0, 3, 6])
    refuses(lambda r: Pointer(8, r), "^reader is", good=READERS, bad=["at night"])
