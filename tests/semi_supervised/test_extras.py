"""What is asked of pictures without labels, against loops."""

import pytest
import torch

from ml2020.gnn import smoothness
from ml2020.semi_supervised import entropy
from ml2020.semi_supervised.extras import EXTRAS, SURE, by_smoothness, by_sure_labels


def scores(seed=0):
    dice = torch.Generator().manual_seed(seed)
    return 3 * torch.randn(2, 40, 10, generator=dice, dtype=torch.float64)


TRUE = torch.zeros(2, 40, dtype=torch.int64)


def asked(kind, z, other, true=TRUE):
    return EXTRAS[kind][1](z, other, true)


@pytest.mark.parametrize("kind", ["hard labels", "consistency", "the right ones"])
def test_sure_labels_are_taught(kind):
    z, other = scores(), scores(1)
    taught = other if kind == "consistency" else z
    y, log_taught = z.softmax(dim=-1), taught.log_softmax(dim=-1)
    for k in range(2):
        slow = 0.0
        for i in range(40):
            if y[k, i].max() > SURE:
                label = y[k, i].argmax()
                if kind == "the right ones" and label != TRUE[k, i]:
                    continue  # it is wrong, and not heard
                slow -= log_taught[k, i, label] / 40
        assert asked(kind, z, other)[k].item() == pytest.approx(float(slow))


def test_only_the_moved_picture_learns():
    z, other = scores().requires_grad_(), scores(1).requires_grad_()
    cost = asked("consistency", z, other).sum()
    slopes = torch.autograd.grad(cost, (z, other), allow_unused=True)
    assert slopes[0] is None
    assert slopes[1].abs().max() > 0


def test_entropy_is_entropy_and_soft_labels_push_nowhere():
    z = scores().requires_grad_()
    expected = entropy(z.softmax(dim=-1)).mean(dim=1)
    torch.testing.assert_close(asked("entropy", z, z), expected)
    (slope,) = torch.autograd.grad(asked("soft labels", z, z).sum(), z)
    assert slope.abs().max() < 1e-15


def test_neighbours_add_up_to_the_laplacian_s_sum():
    z = scores()[:1, :5]
    W = torch.rand(5, 5, generator=torch.Generator().manual_seed(2)).double().round()
    W = (W + W.T).clamp(max=1).fill_diagonal_(0)
    i, j = W.nonzero().T
    y = z[0].softmax(dim=-1)
    whole = sum(smoothness(W, y[:, k]) for k in range(10))
    by_edges = by_smoothness(z[:, i], z[:, j])[0] * len(i) / 2
    torch.testing.assert_close(by_edges, whole)


def test_a_teacher_is_heard_where_it_is_right():
    z = scores()
    label = z.argmax(dim=-1)
    torch.testing.assert_close(by_sure_labels(z, z, label), by_sure_labels(z, z))
    assert by_sure_labels(z, z, (label + 1) % 10).tolist() == [0, 0]
