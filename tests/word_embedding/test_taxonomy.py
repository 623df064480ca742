"""Distances are those of a breadth-first search; questions are what they say."""

import pytest
import torch

from ml2020.word_embedding import (
    answered,
    questions,
    rank_correlation,
    tree_distances,
)
from ml2020.word_embedding.taxonomy import FAR, Questions
from tests.refusals import refuses

#        0
#      1   2
#     3 4   5
PARENTS = torch.tensor([-1, 0, 0, 1, 1, 2])


def test_by_hand():
    found = tree_distances(PARENTS, torch.tensor([3, 4, 5, 1, 3]))
    assert found[0].tolist() == [0, 2, 4, 1, 0]
    assert found[2].tolist() == [4, 4, 0, 3, 4]
    assert torch.equal(found, found.T)


def test_it_is_a_search_in_the_tree():
    dice = torch.Generator().manual_seed(0)
    parents = [-1] + [int(torch.randint(k, (), generator=dice)) for k in range(1, 30)]
    near = torch.full((30, 30), 99)
    near.fill_diagonal_(0)
    for k in range(1, 30):
        near[k, parents[k]] = near[parents[k], k] = 1
    for mid in range(30):
        near = torch.minimum(near, near[:, mid : mid + 1] + near[mid])
    found = tree_distances(torch.tensor(parents), torch.arange(30))
    assert torch.equal(found, near)


def test_what_is_no_tree_is_refused():
    nodes = torch.tensor([0])
    said = "^parents has a node outside of the tree: "
    bad = [torch.tensor([-2, 0]), torch.tensor([-1, 2])]
    refuses(lambda p: tree_distances(p, nodes), said, good=[PARENTS], bad=bad)
    with pytest.raises(ValueError, match=r"^parents go in a circle: "):
        tree_distances(torch.tensor([1, 0]), nodes)


def comb(teeth=20, length=6):
    """A root with long teeth: near on the same one, far on another."""
    parents = [-1]
    for _ in range(teeth):
        parents += [0] + [len(parents) + k for k in range(length - 1)]
    return torch.tensor(parents)


def test_a_question_has_one_near_and_one_far_of_like_frequency():
    parents = comb()
    nodes = torch.arange(1, len(parents))
    D = tree_distances(parents, nodes)
    nouns = 10 + 3 * torch.arange(len(nodes))
    dice = torch.Generator().manual_seed(0)
    asked = questions(D, nouns, 4, generator=dice)
    at = {noun: k for k, noun in enumerate(nouns.tolist())}
    rows = [[at[x] for x in row] for row in torch.stack(asked).T.tolist()]
    assert {int(D[a, n]) for a, n, _ in rows} == {1, 2, 3}
    assert min(int(D[a, f]) for a, _, f in rows) == 8
    for a, n, f in rows:
        closer = ((D[a] >= FAR) & ((torch.arange(len(D)) - n).abs() < abs(f - n))).sum()
        assert closer < 20
    often = asked.asked.bincount()
    assert set(often[often > 0].tolist()) == {4}
    assert (D.amax(1) >= FAR).sum() == (often > 0).sum()


def test_an_answer_is_right_wrong_or_half():
    V = torch.tensor([[1.0, 0], [1, 0.1], [0, 1], [2, 0.2]])
    put = torch.tensor
    asked = Questions(put([0, 0, 0]), put([1, 2, 1]), put([2, 1, 1]))
    assert answered(V, asked).tolist() == [1, 0, 0.5]


def test_each_noun_is_asked_about_once_at_least():
    D = tree_distances(comb(), torch.arange(1, 121))
    refuses(
        lambda e: questions(D, torch.arange(120), e, generator=None),
        "^each is 0",
        good=[1],
        bad=[0],
    )


def test_rank_correlation_is_scipy_s():
    stats = pytest.importorskip("scipy.stats")
    dice = torch.Generator().manual_seed(2)
    x = torch.randint(5, (40,), generator=dice).double()
    y = x + torch.randn(40, generator=dice).double()
    theirs = stats.spearmanr(x.numpy(), y.numpy()).statistic
    assert rank_correlation(x, y) == pytest.approx(theirs)
    assert rank_correlation(x, -x) == pytest.approx(-1)
    assert rank_correlation(*torch.stack([x, y], dim=1).T) == pytest.approx(theirs)
    with pytest.raises(ValueError, match=r"^y has no spread"):
        rank_correlation(x, torch.ones(40).double())
    with pytest.raises(ValueError, match=r"^y has NaN or infinity: leave such pairs"):
        rank_correlation(x, y.where(y < y.max(), torch.nan))
    with pytest.raises(ValueError, match=r"^x is empty: "):
        rank_correlation(x[:0], y[:0])


def test_nodes_that_are_not_in_the_tree_are_refused():
    said = "^nodes (are outside 0 to 5: leave such words out|is empty: give at least)"
    one = torch.tensor
    refuses(
        lambda n: tree_distances(PARENTS, n),
        said,
        good=[one([0]), one([5])],
        bad=[one([-1]), one([6]), one([0])[:0]],
    )


def test_where_no_noun_can_be_asked_about_it_is_said():
    near, nouns = torch.ones(3, 3).long(), torch.arange(3)
    with pytest.raises(ValueError, match=r"^distances: no noun has one near and one f"):
        questions(near, nouns, 2)
