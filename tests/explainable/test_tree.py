"""Trees fit as scikit-learn's do; paths are counted by hand."""

import math

import pytest
import torch
from sklearn.tree import DecisionTreeClassifier

from ml2020.explainable import answers, average_path, grown
from ml2020.explainable.tree import Tree
from tests.explainable.nets import dice
from tests.refusals import refuses, spoilt


def examples(n=120, noise=0.5, seed=0):
    X = torch.randn(n, 3, generator=dice(seed))
    off = noise * torch.randn(n, generator=dice(seed + 1))
    return X, (X[:, 0] + X[:, 1].square() + off > 0.7).long()


@pytest.mark.parametrize("least", [1, 5, 20])
def test_it_names_training_examples_as_well_as_scikit_learn_s(least):
    X, y = examples()
    theirs = DecisionTreeClassifier(min_samples_leaf=least, random_state=0).fit(X, y)
    said, asked = answers(grown(X, y, least), X)
    right = (said == y).double().mean().item()
    assert right == pytest.approx(theirs.score(X, y), abs=0.02)
    path = theirs.decision_path(X).sum(axis=1).mean() - 1
    assert asked.double().mean().item() == pytest.approx(path, abs=0.35)


def test_the_first_question_is_scikit_learn_s():
    for seed in range(5):
        X, y = examples(seed=seed)
        theirs = DecisionTreeClassifier(max_depth=1).fit(X, y).tree_
        tree = grown(X, y)
        assert tree.feature == theirs.feature[0]
        assert tree.threshold == pytest.approx(theirs.threshold[0], abs=1e-5)


@pytest.mark.equation("eq-explainable-path")
def test_the_average_path_of_four_numbers():
    X = torch.tensor([[1.0], [2.0], [3.0], [4.0]])
    tree = grown(X, torch.tensor([0, 1, 1, 0]))
    said, asked = answers(tree, X)
    assert said.tolist() == [0, 1, 1, 0]
    assert sorted(asked.tolist()) == [1, 2, 2, 2]
    assert average_path(tree, X) == 7 / 4


def test_leaves_have_as_many_examples_as_asked_for():
    X, y = examples()

    def leaves(tree, X, y):
        if tree.low is None:
            assert tree.share == pytest.approx(y.double().mean().item())
            return [len(y)]
        low = X[:, tree.feature].double() <= tree.threshold
        return leaves(tree.low, X[low], y[low]) + leaves(tree.high, X[~low], y[~low])

    sizes = leaves(grown(X, y, 7), X, y)
    assert min(sizes) >= 7
    assert sum(sizes) == 120


def test_no_question_is_asked_if_none_helps():
    X = torch.ones(4, 2)
    tree = grown(X, torch.tensor([0, 1, 1, 1]))
    assert tree.low is None
    assert tree.share == 0.75
    assert answers(tree, X)[0].tolist() == [1] * 4
    assert average_path(grown(X, torch.zeros(4, dtype=torch.int64)), X) == 0


def test_bad_examples_are_refused():
    X, y = examples()
    said = "^X has NaN or infinity"
    bad = spoilt(X, math.nan, math.inf)
    refuses(lambda X: grown(X, y), said, good=[X], bad=bad)
    tree = grown(X, y)
    refuses(lambda X: answers(tree, X), said, good=[X], bad=bad)
    said = "^y has classes besides 0 and 1: make them two"
    refuses(lambda y: grown(X, y), said, good=[y], bad=[y + 1, y - 1])
    said = "^X has numbers with none between them: round or scale them"
    most = torch.finfo(torch.float64).max
    near = torch.tensor([[1.0], [1.0], [1.0], [1.0]], dtype=torch.float64)
    near[2:] = math.nextafter(1.0, 2.0)
    far = torch.tensor([[0.0], [0.0], [0.9 * most], [most]], dtype=torch.float64)
    call = lambda X: grown(X, torch.tensor([0, 0, 1, 1]))  # noqa: E731
    refuses(call, said, good=[torch.arange(4.0)[:, None]], bad=[far])
    assert answers(call(near), near)[0].tolist() == [0, 0, 1, 1]
    said = "^least is .*: give 1 or more"
    refuses(lambda n: grown(X, y, n), said, good=[1], bad=[0])
    said = "^X is empty"
    refuses(lambda n: grown(X[:n], y[:n]), said, good=[1], bad=[0])
    refuses(lambda n: answers(tree, X[:n]), said, good=[1], bad=[0])


def test_features_that_a_tree_asks_about_are_not_missing():
    X, y = examples()
    deep = grown(X[:, :1], y, 50)._replace(low=grown(X, y))
    few = "^X has 1 features: give more than 2, the tree asks about that one"
    refuses(lambda n: answers(deep, X[:, :n]), few, good=[X.shape[1]], bad=[1])


def test_a_missing_feature_is_refused_though_no_example_reaches_its_question():
    deep = Tree(0.5, 0, 0.0, Tree(0.2, 3, 1.0, Tree(0.0), Tree(1.0)), Tree(0.9))
    call = lambda X: answers(deep, X)  # noqa: E731
    few = "^X has 3 features: give more than 3, the tree asks about that one"
    refuses(call, few, good=[torch.ones(2, 4)], bad=[torch.ones(2, 3)])
