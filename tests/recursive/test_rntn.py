"""The tensor: loops over all pairs, the parameters counted, the matrix of a word."""

import pytest
import torch

from ml2020.recursive import recnn_cell, rntn_cell, shapes_of, word_matrix
from tests.recursive.cells import normal
from tests.refusals import refuses


@pytest.mark.equation("eq-recursive-rntn")
def test_each_number_of_a_phrase_sums_the_products_of_all_pairs(device):
    d, n = 2, 3
    a, b = normal(n, d).to(device), normal(n, d, seed=1).to(device)
    V, W = (
        normal(d, 2 * d, 2 * d, seed=2).to(device),
        normal(d, 2 * d, seed=3).to(device),
    )
    c = normal(1, d, seed=4).to(device)
    p = rntn_cell(a, b, V, W, c)
    for row in range(n):
        z = [*a[row], *b[row]]
        for k in range(d):
            total = c[0, k].clone()
            for i in range(2 * d):
                total += W[k, i] * z[i]
                for j in range(2 * d):
                    total += z[i] * V[k, i, j] * z[j]
            torch.testing.assert_close(p[row, k], torch.tanh(total))


def test_without_a_tensor_it_is_the_recursive_network():
    a, b, W, c = normal(4, 3), normal(4, 3, seed=1), normal(3, 6, seed=2), normal(1, 3)
    p = rntn_cell(a, b, torch.zeros(3, 6, 6).double(), W, c)
    torch.testing.assert_close(p, recnn_cell(a, b, W, c))


def test_networks_side_by_side_are_each_their_own():
    shapes = [(4, 3), (4, 3), (3, 6, 6), (3, 6), (1, 3)]
    parts = [normal(2, *shape, seed=k) for k, shape in enumerate(shapes)]
    both = rntn_cell(*parts)
    acts = word_matrix(parts[0], parts[2], parts[3])
    for k in range(2):
        torch.testing.assert_close(both[k], rntn_cell(*(part[k] for part in parts)))
        mine = word_matrix(parts[0][k], parts[2][k], parts[3][k])
        torch.testing.assert_close(acts[k], mine)


@pytest.mark.equation("eq-recursive-word-matrix")
def test_a_word_s_matrix_is_the_slope_without_what_the_right_part_does_alone():
    d = 3
    V, W, c = normal(d, 2 * d, 2 * d), normal(d, 2 * d, seed=1), normal(1, d, seed=2)
    V[:, d:, d:] = 0  # no products of the right part with itself
    a, b = normal(1, d, seed=3), normal(1, d, seed=4)

    def straight(right):
        return torch.atanh(rntn_cell(a / 9, right / 9, V, W, c / 9))[0]

    slope = torch.autograd.functional.jacobian(straight, b)[:, 0]
    torch.testing.assert_close(word_matrix(a / 9, V, W)[0] / 9, slope)


@pytest.mark.equation("eq-recursive-count")
def test_how_many_numbers_a_tensor_network_has():
    for d in (1, 5, 8):
        composing = shapes_of("RNTN", d)[1:4]
        count = sum(torch.zeros(shape).numel() for shape in composing)
        assert count == d * (2 * d) ** 2 + 2 * d**2 + d


def test_rejects_what_does_not_fit():
    d = 3
    good = {
        "b": normal(4, d),
        "V": normal(d, 2 * d, 2 * d),
        "W": normal(d, 2 * d),
        "e": normal(1, d),
    }
    for name, bad in (
        ("b", [normal(4, 2)]),
        ("V", [normal(1, 6, 6), normal(3, 6, 5), normal(3, 1, 6)]),
        ("W", [normal(1, 6)]),
        ("e", [normal(1, 1)]),
    ):
        refuses(
            lambda changed: rntn_cell(normal(4, d), **(good | changed)),
            f"^{name} has the shape ",
            good=[{}],
            bad=[{name: value} for value in bad],
        )
    parts = {"V": normal(d, 2 * d, 2 * d), "W": normal(d, 2 * d)}
    for name, value in (("V", normal(2, 4, 4)), ("W", normal(2, 4))):
        refuses(
            lambda changed: word_matrix(normal(1, d), **(parts | changed)),
            f"^{name} has the shape ",
            good=[{}],
            bad=[{name: value}],
        )
