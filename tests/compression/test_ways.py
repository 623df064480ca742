"""Ways: each gives a network that its file gives back, and hears whom it should."""

import pytest
import torch

from ml2020.compression import Pair, full_kernel, nearest_pair, restored, stored
from ml2020.compression.small_task import clothes, dense, half, with_exits
from ml2020.compression.ways import FRESH, TUNES, anew, at_exit, fewer, hears


@pytest.mark.parametrize("name", [*TUNES, *FRESH][:-2])  # the last: other exits
def test_every_way_gives_a_network_that_its_file_gives_back(short, name):
    base = dense(0)
    small = TUNES[name](base, 0.01, 0) if name in TUNES else anew(name, base, 0.01, 0)
    data = stored(*small)
    back = restored(small.model, data)
    x = clothes().X[:2]
    assert torch.equal(back(x), small.model(x))


def test_a_student_hears_the_teacher_alone():
    teacher, rows = dense(0), torch.arange(5)
    loss = hears(teacher)
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


def test_half_of_the_neurons_has_the_shape_of_half():
    model, small = dense(0), fewer(dense(0))
    sizes = [tuple(p.shape) for p in half(0).parameters()]
    assert [tuple(p.shape) for p in small.parameters()] == sizes
    sums = model[0].weight.abs().flatten(1).sum(dim=1)
    kept = sums.topk(4).indices.sort().values
    assert torch.equal(small[0].weight, model[0].weight[kept])


def test_a_separable_rival_is_not_the_nearest_pair_of_a_kernel():
    found = full_kernel(Pair(*pair_of(FRESH["separable, anew"](3))))
    nearest = nearest_pair(dense(3)[2].weight)
    assert (found - full_kernel(nearest)).abs().max() > 0.1


def pair_of(model):
    return model[2].weight[:, 0], model[3].weight[:, :, 0, 0]


def test_the_forgetful_has_no_real_weights(short):
    forgetful, other = (
        TUNES[name](dense(0), 0.01, 0).coded for name in ("forgetful 1", "bits 1")
    )
    name = "5.weight"
    assert not torch.equal(forgetful[name].table, other[name].table)
