"""c(n) and the paths are scikit-learn's; who lies far out is alone soon."""

import math
from inspect import signature

import numpy as np
import pytest
import torch
from sklearn.ensemble import IsolationForest
from sklearn.ensemble._iforest import _average_path_length

from ml2020.anomaly import average_path, forest, isolation_score
from ml2020.anomaly.isolation import Cut, Leaf, path_length, tree
from ml2020.gnn import auc
from tests.refusals import refuses


def drawn(n=300, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(n, 3, generator=dice, dtype=torch.float64)


@pytest.mark.equation("eq-anomaly-path")
def test_average_paths_are_scikit_learn_s():
    found = [average_path(n) for n in (1, 2, 3, 5, 256, 10_000)]
    theirs = _average_path_length(np.array([1, 2, 3, 5, 256, 10_000]))
    np.testing.assert_allclose(found, theirs)
    assert found[4] == pytest.approx(10.2448, abs=1e-4)


def test_a_tree_by_hand():
    root = Cut(1, 2.0, Leaf(1), Cut(0, 0.0, Leaf(3), Leaf(1)))
    X = torch.tensor([[5.0, 1.0], [-1.0, 3.0], [0.0, 2.0]])
    found = path_length(X, root).tolist()
    assert found == pytest.approx([1, 2 + average_path(3), 2])


def leaves(node, depth=0):
    if isinstance(node, Leaf):
        return [(node.size, depth)]
    return leaves(node.left, depth + 1) + leaves(node.right, depth + 1)


def test_a_tree_holds_all_and_has_no_empty_leaf():
    X = drawn(64)
    found = leaves(tree(X, 6, generator=torch.Generator().manual_seed(1)))
    assert sum(size for size, _ in found) == 64
    assert min(size for size, _ in found) >= 1
    assert max(depth for _, depth in found) == 6
    deep = leaves(tree(X, 100, generator=torch.Generator().manual_seed(1)))
    assert [size for size, _ in deep] == [1] * 64


def test_equal_examples_stay_together_and_only_what_varies_is_cut():
    same = torch.ones(5, 2)
    assert tree(same, 9) == Leaf(5)
    X = same.clone()
    X[:, 1] = torch.arange(5.0)
    root = tree(X, 1, generator=torch.Generator().manual_seed(0))
    assert root.feature == 1
    assert 0 < root.value < 4
    assert isinstance(root.value, float)


def test_all_features_and_values_are_cut_alike():
    X = torch.rand(200, 3, generator=torch.Generator().manual_seed(0)).double()
    dice = torch.Generator().manual_seed(1)
    cuts = [tree(X, 1, generator=dice) for _ in range(900)]
    counts = np.bincount([cut.feature for cut in cuts], minlength=3)
    assert counts.min() > 240
    assert np.mean([cut.value for cut in cuts]) == pytest.approx(0.5, abs=0.04)
    assert np.std([cut.value for cut in cuts]) == pytest.approx(12**-0.5, abs=0.03)


@pytest.mark.equation("eq-anomaly-isolation")
def test_scores_are_near_those_of_scikit_learn():
    X = drawn()
    new = torch.cat([drawn(100, 2), 3 * drawn(100, 3)])
    ours = isolation_score(new, forest(X, 100, 64, generator=gen()), 64)
    theirs = IsolationForest(n_estimators=100, max_samples=64, random_state=0).fit(
        X.numpy()
    )
    other = torch.from_numpy(-theirs.score_samples(new.numpy()))
    assert (ours - other).abs().mean() < 0.02
    assert torch.corrcoef(torch.stack([ours, other]))[0, 1] > 0.97
    assert auc(ours[100:], ours[:100]) > 0.85


def gen(seed=0):
    return torch.Generator().manual_seed(seed)


def test_the_score_of_one_tree_by_hand():
    X = torch.tensor([[0.0], [5.0]])
    root = Cut(0, 1.0, Leaf(1), Leaf(3))
    found = isolation_score(X, [root, Leaf(4)], 4).tolist()
    c = average_path(4)
    paths = [(1 + c) / 2, (1 + average_path(3) + c) / 2]
    assert found == pytest.approx([2 ** (-h / c) for h in paths])


def test_a_forest_has_its_size_and_its_dice():
    X = drawn(40)
    a, b, c = (forest(X, 3, 10, generator=gen(k)) for k in (0, 0, 1))
    assert a == b != c
    assert len(a) == 3
    assert sum(size for size, _ in leaves(a[0])) == 10
    assert max(depth for _, depth in leaves(a[0])) <= 4
    assert sum(size for size, _ in leaves(forest(X, 1, generator=gen())[0])) == 40
    assert len(forest(X[:2], generator=gen())) == 100


def test_rejects():
    X = drawn(5)
    refuses(average_path, "^n is 0: give 1 or more", good=[1], bad=[0])
    refuses(lambda n: forest(X, n), "^trees is 0: give 1", good=[1], bad=[0])
    refuses(lambda n: forest(X, 1, n), "^size is 1: give 2", good=[2], bad=[1])
    trees = forest(X, 1)
    refuses(
        lambda n: isolation_score(X, trees, n), "^size is 1: give 2", good=[2], bad=[1]
    )
    with pytest.raises(ValueError, match=r"^trees is empty: give at least one$"):
        isolation_score(X, [], 5)
    for call in (forest, lambda X: isolation_score(X, trees, 5)):
        with pytest.raises(ValueError, match=r"^X has NaN"):
            call(X * math.nan)


def test_a_tree_is_cut_log2_of_its_sample_deep_rounded_up():
    trees = forest(drawn(40), 30, 5, generator=torch.Generator().manual_seed(0))
    deepest = [max(depth for _, depth in leaves(root)) for root in trees]
    assert max(deepest) == 3
    assert signature(forest).parameters["size"].default == 256
