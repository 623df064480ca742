"""The auto-encoder gives words back, and its codes know nothing of them."""

import pytest
import torch

from ml2020.word_embedding import autoencoder, unit
from ml2020.word_embedding.autoencoder import autoencoder_slopes
from tests.refusals import refuses


def drawn(seed, n=6, d=3):
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed)).double()


def test_slopes_are_autograd_s():
    V, U = drawn(0).requires_grad_(), drawn(1).requires_grad_()
    loss = torch.nn.functional.cross_entropy(V @ U.T, torch.arange(6))
    found, *ours = autoencoder_slopes(V, U)
    assert found.item() == pytest.approx(loss.item())
    for own, other in zip(ours, torch.autograd.grad(loss, (V, U)), strict=True):
        torch.testing.assert_close(own.detach(), other)


def test_to_exchange_two_words_changes_nothing():
    order = torch.tensor([3, 1, 2, 0, 5, 4])
    V, U = drawn(0), drawn(1)
    torch.testing.assert_close(
        autoencoder_slopes(V, U)[0], autoencoder_slopes(V[order], U[order])[0]
    )


def test_it_learns_and_its_codes_are_no_more_alike_than_chance():
    means = []
    for seed in range(5):
        loss, V = autoencoder(40, 8, generator=torch.Generator().manual_seed(seed))
        assert loss < 0.02
        cosines = unit(V) @ unit(V).T
        means.append(cosines[~torch.eye(40).bool()].mean())
    assert abs(sum(means) / 5) < 0.03


def test_sizes_below_1_are_refused():
    for name in ("size", "dimension", "steps"):
        refuses(
            lambda v, name=name: autoencoder(
                **{"size": 3, "dimension": 2, "steps": 1, name: v}
            ),
            f"^{name} is 0",
            good=[1],
            bad=[0],
        )


def test_codes_that_run_away_are_refused():
    with pytest.raises(ValueError, match=r"^lr is 1e\+30: the loss rose from "):
        autoencoder(3, 2, 30, 1e30)
