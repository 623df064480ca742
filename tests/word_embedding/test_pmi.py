"""PMI is a ratio to chance; a low rank is the best of its rank."""

import math

import pytest
import torch

from ml2020.word_embedding import pmi, ppmi, svd_vectors
from ml2020.word_embedding.pmi import leading_svd
from tests.refusals import refuses


def counts(n=6, seed=0):
    dice = torch.Generator().manual_seed(seed)
    half = torch.rand(n, n, generator=dice).double()
    return half + half.T


@pytest.mark.equation("eq-word_embedding-pmi")
def test_it_is_the_logarithm_of_a_share_over_that_by_chance():
    N = torch.tensor([[0.0, 5, 15], [5, 0, 5], [15, 5, 950]])
    found = pmi(N)
    assert found[0, 1].item() == pytest.approx(math.log(5 * 1000 / (20 * 10)))
    assert found[0, 0] == -math.inf


def test_without_any_company_of_its_own_a_word_has_none():
    shares = torch.tensor([0.5, 0.3, 0.2])
    torch.testing.assert_close(pmi(shares[:, None] * shares), torch.zeros(3, 3))


def test_smoothing_raises_the_columns_counts_to_a_power():
    N = counts()
    p_j = N.sum(0) ** 0.75 / (N.sum(0) ** 0.75).sum()
    slow = torch.empty(6, 6, dtype=torch.float64)
    for i in range(6):
        for j in range(6):
            slow[i, j] = math.log(N[i, j] / N[i].sum() / p_j[j])
    torch.testing.assert_close(pmi(N, 0.75), slow)


@pytest.mark.equation("eq-word_embedding-ppmi")
def test_the_positive_part_is_of_the_shifted_one():
    N = counts()
    for k in (1, 5):
        slow = [[max(0, v - math.log(k)) for v in row] for row in pmi(N).tolist()]
        torch.testing.assert_close(
            ppmi(N, negatives=k), torch.tensor(slow, dtype=torch.float64)
        )


def test_counts_that_make_no_shares_are_refused():
    lonely = torch.ones(3, 3)
    lonely[1], lonely[:, 1] = 0, 0
    with pytest.raises(ValueError, match=r"^N has a word that meets no other: "):
        pmi(lonely)
    with pytest.raises(ValueError, match=r"^N has negative counts: "):
        pmi(-torch.ones(2, 2))
    with pytest.raises(ValueError, match=r"^N has NaN"):
        pmi(torch.full((2, 2), math.nan))
    with pytest.raises(ValueError, match=r"^negatives is 0"):
        ppmi(torch.ones(2, 2), negatives=0)


@pytest.mark.equation("eq-word_embedding-svd")
@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_all_directions_give_the_matrix_back(power):
    M = counts()
    U, S, W = leading_svd(M, 6)
    V = svd_vectors(M, 6, power)
    torch.testing.assert_close(V @ (W * S ** (1 - power)).T, M)
    torch.testing.assert_close(U.T @ U, torch.eye(6).double())


def test_a_large_matrix_is_searched_and_found():
    dice = torch.Generator().manual_seed(1)
    left, right = (torch.randn(200, 5, generator=dice).double() for _ in range(2))
    M = left @ right.T + 0.01 * torch.randn(200, 200, generator=dice).double()
    U, S, V = leading_svd(M, 5, generator=dice)
    torch.testing.assert_close(S, torch.linalg.svdvals(M)[:5])
    assert U.shape == V.shape == (200, 5)
    assert (U * S @ V.T - M).norm() < 0.02 * M.norm()
    same = [
        svd_vectors(M, 5, generator=torch.Generator().manual_seed(3)) for _ in range(2)
    ]
    assert torch.equal(*same)


def test_a_rank_is_one_that_the_matrix_can_have():
    said = "^rank is .*: give 1 to 6, the smaller side of M$"
    refuses(lambda d: svd_vectors(counts(), d), said, good=[1, 6], bad=[0, 7])
    with pytest.raises(ValueError, match=r"^M has NaN or infinity: give PPMI, not PMI"):
        leading_svd(torch.full((3, 3), -math.inf), 1)


def test_powers_that_make_no_numbers_are_refused():
    bad = [-1.0, math.nan, math.inf]
    refuses(lambda a: pmi(counts(), a), "^smoothing is ", good=[0.0, 1.0], bad=bad)
    refuses(lambda a: ppmi(counts(), a), "^smoothing is ", good=[0.5], bad=bad)
    refuses(
        lambda q: svd_vectors(counts(), 2, q), "^power is ", good=[0.0, 1.5], bad=bad
    )
