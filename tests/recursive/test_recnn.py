"""The recursive cell: two loops, and the recurrent network that is its special case."""

import pytest
import torch

from ml2020.recursive import forest_of, grown, left_branching, recnn_cell
from ml2020.rnn import Weights, elman_step, unrolled
from tests.recursive.cells import normal
from tests.refusals import refuses


@pytest.mark.equation("eq-recursive-recnn")
def test_each_number_of_a_phrase_is_a_bent_sum_over_both_parts(device):
    d, n = 3, 4
    a, b, W, c = (
        normal(*shape, seed=k).to(device)
        for k, shape in enumerate([(n, d), (n, d), (d, 2 * d), (1, d)])
    )
    p = recnn_cell(a, b, W, c)
    for row in range(n):
        for k in range(d):
            total = c[0, k].clone()
            for j in range(d):
                total += W[k, j] * a[row, j] + W[k, d + j] * b[row, j]
            torch.testing.assert_close(p[row, k], torch.tanh(total))
    straight = recnn_cell(a, b, W, c, bend=lambda v: v)
    torch.testing.assert_close(torch.tanh(straight), p)


def test_networks_side_by_side_are_each_their_own():
    a, b, W, c = (
        normal(2, *shape, seed=k)
        for k, shape in enumerate([(4, 3), (4, 3), (3, 6), (1, 3)])
    )
    both = recnn_cell(a, b, W, c)
    for k in range(2):
        torch.testing.assert_close(both[k], recnn_cell(a[k], b[k], W[k], c[k]))


@pytest.mark.equation("eq-recursive-elman")
def test_on_a_tree_that_branches_to_the_left_it_is_an_elman_network():
    d, words = 3, ["begin", "a", "b", "a", "c"]
    table = normal(4, d)  # a vector a word; the first is what is stored at first
    W, c = normal(d, 2 * d, seed=1), normal(1, d, seed=2)
    forest = forest_of([left_branching(words)], ["begin", "a", "b", "c"])
    states = grown(
        table[forest.words], forest.levels, lambda a, b: recnn_cell(a, b, W, c)
    )
    weights = Weights(W[:, d:], W[:, :d], c)
    X = [table[k : k + 1] for k in (1, 2, 1, 3)]
    met = unrolled(lambda x, h: elman_step(x, h, weights), X, table[:1])
    torch.testing.assert_close(states[len(words) :], torch.cat(met), rtol=0, atol=1e-12)


def test_rejects_what_does_not_fit():
    good = {"b": normal(4, 3), "W": normal(3, 6), "e": normal(1, 3)}
    for name, bad in (
        ("b", [normal(4, 2), normal(1, 3)]),
        ("W", [normal(2, 6), normal(3, 5)]),
        ("e", [normal(1, 1), normal(4, 3)]),
    ):
        refuses(
            lambda changed: recnn_cell(normal(4, 3), **(good | changed)),
            f"^{name} has the shape ",
            good=[{}],
            bad=[{name: value} for value in bad],
        )
    refuses(
        lambda a: recnn_cell(a, **(good | {"b": a})),
        "^a is no table of vectors: give one of shape",
        good=[normal(4, 3)],
        bad=[normal(3)],
    )
