"""Shares of edges and of nodes equal those counted by hand, and scikit-learn's."""

import pytest
import torch
from sklearn.metrics import balanced_accuracy_score

from ml2020.gnn import balanced_accuracy, homophily, nouns, undirected
from tests.gnn.small import paw


@pytest.mark.equation("eq-gnn-homophily")
def test_homophily_is_a_share_of_edges():
    assert homophily(paw(), torch.tensor([0, 0, 1, 1])) == pytest.approx(2 / 4)
    assert homophily(paw(), torch.zeros(4).long()) == 1
    data = nouns()
    assert homophily(data.graph, data.classes) == pytest.approx(0.589, abs=0.001)
    with pytest.raises(ValueError, match=r"^graph has no edges: there is nothing"):
        homophily(undirected(torch.zeros(2, 0).long(), 3), torch.zeros(3).long())
    with pytest.raises(ValueError, match=r"^classes has the shape \(3,\): give it"):
        homophily(paw(), torch.zeros(3).long())


def test_balanced_accuracy_is_the_mean_over_the_classes_and_scikit_learns():
    classes, said = torch.tensor([0, 0, 0, 3, 3, 1]), torch.tensor([0, 0, 3, 3, 1, 0])
    found = balanced_accuracy(said, classes)
    assert found == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)
    assert found == pytest.approx(balanced_accuracy_score(classes, said))
    assert balanced_accuracy(torch.zeros(6).long(), classes) == pytest.approx(1 / 3)
    none = torch.zeros(0).long()
    with pytest.raises(ValueError, match=r"^classes is empty: give at least one node$"):
        balanced_accuracy(none, none)


def test_what_is_no_class_is_refused_by_its_name():
    for name, values in (("said", [0, -1]), ("classes", [-1, 0])):
        given = {"said": [0, 1], "classes": [0, 1], name: values}
        with pytest.raises(ValueError, match=f"^{name} has -1: count classes from 0$"):
            balanced_accuracy(*(torch.tensor(given[k]) for k in ("said", "classes")))
