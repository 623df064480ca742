"""The rotation is found where there is one, and is the best where there is none."""

import math

import pytest
import torch

from ml2020.word_embedding import rotation, translated

A = torch.randn(20, 4, generator=torch.Generator().manual_seed(0)).double()


def turned(seed):
    dice = torch.Generator().manual_seed(seed)
    return torch.linalg.qr(torch.randn(4, 4, generator=dice).double()).Q


@pytest.mark.equation("eq-word_embedding-procrustes")
def test_it_recovers_a_rotation_exactly():
    for seed in range(5):
        Q = turned(seed)
        torch.testing.assert_close(rotation(A, A @ Q), Q)


def test_no_other_rotation_is_nearer():
    B = torch.randn(20, 4, generator=torch.Generator().manual_seed(9)).double()
    best = (A @ rotation(A, B) - B).norm()
    for seed in range(200):
        assert (A @ turned(seed) - B).norm() >= best
    scipy = pytest.importorskip("scipy.linalg")
    theirs = scipy.orthogonal_procrustes(A.numpy(), B.numpy())[0]
    torch.testing.assert_close(rotation(A, B), torch.from_numpy(theirs))


def test_a_word_is_translated_by_its_nearest_cosine():
    Q = turned(1)
    B = (A @ Q)[torch.arange(19, -1, -1)] * 3
    assert translated(A, B, Q).tolist() == list(range(19, -1, -1))


def test_nothing_to_learn_from_is_refused():
    with pytest.raises(ValueError, match=r"^X is empty: give at least one word"):
        rotation(A[:0], A[:0])
    with pytest.raises(ValueError, match=r"^Y has NaN or infinity"):
        rotation(A, A * math.nan)
    with pytest.raises(ValueError, match=r"^X' Y has NaN or infinity: scale X and Y"):
        rotation(A * 1e200, A * 1e200)
