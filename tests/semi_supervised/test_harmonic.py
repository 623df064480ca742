"""Harmonic values are means of their neighbours, and where rounds of means end."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.semi_supervised import LabelPropagation

from ml2020.gnn import smoothness
from ml2020.semi_supervised import flow, harmonic, rbf_weights, two_moons
from tests.refusals import refuses, spoilt

KNOWN, LABELS = torch.tensor([0, 1, 2]), torch.tensor([0, 1, 1])


def weights(seed=0, n=10):
    dice = torch.Generator().manual_seed(seed)
    X = torch.randn(n, 2, generator=dice, dtype=torch.float64)
    return rbf_weights(X, 0.5)


@pytest.mark.equation("eq-semi_supervised-mean")
@settings(max_examples=20)
@given(seed=st.integers(0, 200))
def test_each_value_is_the_mean_of_its_neighbours(seed):
    W = weights(seed)
    y = harmonic(W, KNOWN, LABELS, 2)
    for i in range(3, 10):
        mean = sum(W[i, j] * y[j] for j in range(10)) / W[i].sum()
        torch.testing.assert_close(y[i], mean)
    assert torch.equal(y[:3], torch.tensor([[1, 0], [0, 1], [0, 1]]).double())


@pytest.mark.equation("eq-semi_supervised-harmonic")
def test_it_is_the_formula_with_the_laplacian():
    W = weights()
    L = torch.diag(W.sum(dim=1)) - W
    y = torch.tensor([0.0, 1.0, 1.0]).double()
    found = -torch.linalg.inv(L[3:, 3:]) @ L[3:, :3] @ y
    torch.testing.assert_close(harmonic(W, KNOWN, LABELS, 2)[3:, 1], found)


@pytest.mark.equation("eq-semi_supervised-smooth")
def test_smoothness_of_the_lecture_s_four_nodes_is_1_and_6():
    W = torch.tensor([[0.0, 2, 3, 0], [2, 0, 1, 0], [3, 1, 0, 1], [0, 0, 1, 0]])
    for y, S in (([1, 1, 1, 0], 1), ([0, 1, 1, 0], 6)):
        loop = sum(
            W[i, j].item() * (y[i] - y[j]) ** 2 / 2 for i in range(4) for j in range(4)
        )
        assert loop == smoothness(W, torch.tensor(y).float()).item() == S


def test_it_has_the_least_smoothness_of_all():
    W = weights()
    y = harmonic(W, KNOWN, LABELS, 2)[:, 1]
    best = smoothness(W, y)
    dice = torch.Generator().manual_seed(3)
    for _ in range(20):
        other = y.clone()
        other[3:] += 0.1 * torch.randn(7, generator=dice, dtype=torch.float64)
        assert smoothness(W, other) > best


@pytest.mark.equation("eq-semi_supervised-flow")
@settings(max_examples=10)
@given(seed=st.integers(0, 50))
def test_rounds_of_means_end_there(seed):
    W = weights(seed)
    torch.testing.assert_close(
        flow(W, KNOWN, LABELS, 2, 3000), harmonic(W, KNOWN, LABELS, 2)
    )


def test_a_round_is_a_mean_and_the_labels_stay():
    W = weights()
    first = flow(W, KNOWN, LABELS, 2, 1)
    assert torch.equal(flow(W, KNOWN, LABELS, 2, 0)[3:], torch.zeros(7, 2).double())
    for i in range(3, 10):
        assert first[i, 1].item() == pytest.approx(
            ((W[i, 1] + W[i, 2]) / W[i].sum()).item()
        )


def test_it_names_moons_as_sklearn_does():
    points = two_moons(100, generator=torch.Generator().manual_seed(0))
    known = torch.tensor([0, 1])
    given_labels = np.full(100, -1)
    given_labels[:2] = points.along[:2]
    theirs = LabelPropagation(gamma=20, max_iter=10_000, tol=1e-9)
    theirs.fit(points.X.numpy(), given_labels)
    y = harmonic(rbf_weights(points.X, 20.0), known, points.along[:2], 2)
    assert (theirs.transduction_ == y.argmax(dim=1).numpy()).all()
    # sklearn keeps a weight of 1 from each to itself: other speed, same end.
    torch.testing.assert_close(
        torch.from_numpy(theirs.label_distributions_), y, atol=1e-4, rtol=0
    )


def test_numbering_does_not_matter():
    W = weights()
    order = torch.randperm(10, generator=torch.Generator().manual_seed(5))
    place = order.argsort()
    y = harmonic(W[order][:, order], place[KNOWN], LABELS, 2)
    torch.testing.assert_close(y[place], harmonic(W, KNOWN, LABELS, 2))


def test_labels_reach_along_a_chain():
    W = torch.diag(torch.ones(3).double(), 1)
    y = harmonic(W + W.T, torch.tensor([0, 3]), torch.tensor([0, 1]), 2)
    torch.testing.assert_close(y[:, 1], torch.arange(4).double() / 3)


def test_rejects_a_part_without_a_label():
    W = weights()
    alone = W.clone()
    alone[7:, :7] = alone[:7, 7:] = 0
    said = "^known has no label in a part of the graph: label a node of each part"
    for call in (harmonic, lambda *given: flow(*given, 3)):
        refuses(
            lambda W, call=call: call(W, KNOWN, LABELS, 2), said, good=[W], bad=[alone]
        )


def test_rejects_what_is_lost_in_rounding():
    X = torch.tensor([[0.0], [1.0], [40.0], [40.1]], dtype=torch.float64)
    W = rbf_weights(X, 0.1)
    with pytest.raises(
        ValueError, match=r"^W hardly joins some nodes to a label: lower"
    ):
        harmonic(W, torch.tensor([0]), torch.tensor([0]), 1)


def test_rejects_labels_that_do_not_fit():
    W = weights()
    for what, bad in (("known", [10, -1]), ("labels", [2, -1])):
        for number in bad:
            known, labels = KNOWN.clone(), LABELS.clone()
            (known if what == "known" else labels)[1] = number
            with pytest.raises(ValueError, match=f"^{what} is empty or outside 0 to"):
                harmonic(W, known, labels, 2)
    with pytest.raises(ValueError, match=r"^known is empty"):
        harmonic(W, KNOWN[:0], LABELS[:0], 2)
    with pytest.raises(
        ValueError, match=r"^known names a node twice: give each node one"
    ):
        harmonic(W, torch.tensor([0, 1, 1]), LABELS, 2)


def test_rejects_what_is_no_graph():
    W = weights()
    refuses(
        lambda W: harmonic(W, KNOWN, LABELS, 2),
        "^A (has|is) ",
        good=[W],
        bad=[-W, W.tril(), *spoilt(W, math.nan)],
    )
    loop = W.clone()
    loop[3, 3] = 1
    for call in (harmonic, lambda *given: flow(*given, 3)):
        with pytest.raises(ValueError, match=r"^W joins a node to itself: set its"):
            call(loop, KNOWN, LABELS, 2)
    refuses(
        lambda rounds: flow(W, KNOWN, LABELS, 2, rounds),
        "^rounds is -1: give 0 or more$",
        good=[0],
        bad=[-1],
    )
