"""In a balanced text nothing leans; pairs that cannot be exchanged are refused."""

import pytest
import torch

from ml2020.word_embedding import (
    balanced_counts,
    lean,
    ppmi,
    svd_vectors,
    unit,
)
from ml2020.word_embedding.bias import exchanged

LEFT, RIGHT = torch.tensor([0, 2]), torch.tensor([1, 5])


def counts(n=9):
    half = torch.rand(n, n, generator=torch.Generator().manual_seed(0)).double() ** 3
    return half + half.T


def test_a_lean_is_a_difference_of_mean_cosines():
    V = torch.randn(9, 4, generator=torch.Generator().manual_seed(1))
    X = unit(V)
    slow = (X[7] @ X[0] - X[7] @ X[1] + X[7] @ X[2] - X[7] @ X[5]) / 2
    torch.testing.assert_close(lean(V, LEFT, RIGHT)[7], slow)


def test_balanced_counts_are_those_of_the_text_written_twice():
    N = counts()
    partner = [1, 0, 5, 3, 4, 2, 6, 7, 8]
    found = balanced_counts(N, LEFT, RIGHT)
    for i in range(9):
        for j in range(9):
            both = (N[i, j] + N[partner[i], partner[j]]) / 2
            assert found[i, j].item() == pytest.approx(both.item())


@pytest.mark.parametrize("dimension", [2, 3, 5])
def test_in_a_balanced_text_nothing_leans(dimension):
    M = ppmi(balanced_counts(counts(), LEFT, RIGHT), smoothing=0.75)
    free = torch.tensor([3, 4, 6, 7, 8])
    assert lean(svd_vectors(M, dimension), LEFT, RIGHT)[free].abs().max() < 1e-10
    plain = lean(svd_vectors(ppmi(counts(), 0.75), dimension), LEFT, RIGHT)
    assert plain[free].abs().max() > 0.01


def test_pairs_that_cannot_be_exchanged_are_refused():
    one = torch.tensor([0])
    with pytest.raises(ValueError, match=r"^left and right have a word twice"):
        exchanged(one, one, 3)
    with pytest.raises(ValueError, match=r"^left is empty"):
        exchanged(one[:0], one[:0], 3)
    with pytest.raises(ValueError, match=r"^left or right is outside 0 to 2"):
        exchanged(one, one + 3, 3)
    with pytest.raises(ValueError, match=r"^left or right is outside 0 to 2"):
        exchanged(one, one - 1, 3)
    assert exchanged(one, one + 2, 3).tolist() == [2, 1, 0]
