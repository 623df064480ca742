"""Labels flow along edges, clamped where they are known, to the harmonic solution."""

import pytest
import torch

from ml2020.gnn import adjacency, laplacian, propagated
from tests.gnn.small import close, drawn, paw
from tests.refusals import refuses


def t(*numbers):
    return torch.tensor(numbers)


@pytest.mark.equation("eq-gnn-propagation")
def test_a_round_is_a_loop_over_the_neighbours_and_the_labelled_stay():
    found = propagated(paw(), t(0, 3), t(0, 1), 2, 1)
    assert found.tolist() == [
        [1, 0],
        [0.5, 0],
        [pytest.approx(1 / 3), pytest.approx(1 / 3)],
        [0, 1],
    ]
    zero = propagated(paw(), t(0, 3), t(0, 1), 2, 0)
    assert zero.tolist() == [[1, 0], [0, 0], [0, 0], [0, 1]]


def test_in_the_end_every_other_node_is_the_mean_of_its_neighbours():
    graph = drawn(9, seed=7, share=0.5)
    known, labels = t(0, 4, 8), t(0, 1, 2)
    found = propagated(graph, known, labels, 3, 3000).double()
    L = laplacian(adjacency(graph, torch.float64))
    others = [v for v in range(9) if v not in (0, 4, 8)]
    Y = torch.eye(3).double()
    right = -L[others][:, [0, 4, 8]] @ Y
    close(found[others], torch.linalg.solve(L[others][:, others], right), atol=1e-4)
    close(found.sum(dim=1), torch.ones(9).double(), atol=1e-4)


def test_where_no_label_gets_there_is_nothing():
    graph = drawn(6, seed=1, share=0.0)
    assert (
        propagated(graph, t(2), t(1), 2, 9).tolist()
        == [[0, 0]] * 2 + [[0, 1]] + [[0, 0]] * 3
    )


def test_rejects_labels_of_no_class_or_no_node_and_negative_rounds():
    refuses(
        lambda labels: propagated(paw(), t(0, 3), labels, 2, 1),
        "^labels is outside 0 to 1: count from 0$",
        good=[t(0, 1)],
        bad=[t(0, 2), t(-1, 0)],
    )
    refuses(
        lambda known: propagated(paw(), known, t(0, 1), 2, 1),
        "^known is outside 0 to 3: count from 0$",
        good=[t(0, 3)],
        bad=[t(0, 4), t(-1, 0)],
    )
    refuses(
        lambda known: propagated(paw(), known, t(0, 1), 2, 1),
        "^known names a node twice: give each node one label$",
        good=[t(0, 3)],
        bad=[t(3, 3)],
    )
    empty = torch.zeros(0, dtype=torch.long)
    with pytest.raises(ValueError, match=r"^known is empty: give at least one label"):
        propagated(paw(), empty, empty, 2, 1)
    said = "^rounds is .*: give 0 or more$"
    refuses(lambda r: propagated(paw(), t(0), t(0), 1, r), said, good=[0], bad=[-1])
    said = "^classes is .*: give 1 or more$"
    refuses(lambda n: propagated(paw(), t(0), t(0), n, 1), said, good=[1], bad=[0])
