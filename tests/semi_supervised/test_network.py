"""Networks side by side say what torch's say alone; pictures are shifted."""

import pytest
import torch
from torch import nn

from ml2020.data.digits import digits
from ml2020.semi_supervised import augmented, fresh, network_scores


def test_each_network_is_torch_s_perceptron():
    theta = fresh([3, 4])
    X = digits().images[:6].flatten(1).view(2, 3, 64)
    found = network_scores(theta, X)
    for k in range(2):
        net = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
        nn.utils.vector_to_parameters(theta[k], net.parameters())
        torch.testing.assert_close(found[k], net(X[k]).detach())


def test_first_numbers_are_within_the_usual_bounds():
    theta = fresh(range(20))
    first, last = theta[:, : 65 * 32].abs(), theta[:, 65 * 32 :].abs()
    assert first.max().item() == pytest.approx(1 / 8, rel=1e-3)
    assert last.max().item() == pytest.approx(32**-0.5, rel=2e-2)
    assert torch.equal(fresh([7])[0], fresh([6, 7])[1])


def test_a_picture_is_mixed_with_itself_shifted_by_a_dot():
    X = torch.rand(1, 300, 64, generator=torch.Generator().manual_seed(0))
    new = augmented(X, generator=torch.Generator().manual_seed(1))
    wide = torch.nn.functional.pad(X.view(300, 8, 8), (1, 1, 1, 1))
    met = set()
    for old, now, rim in zip(X[0], new[0], wide, strict=True):
        fits = []
        for down in range(3):
            for right in range(3):
                far = rim[down : down + 8, right : right + 8].flatten()
                apart = far - old
                share = ((now - old) @ apart / (apart @ apart).clamp(min=1e-9)).item()
                if (now - old - share * apart).abs().max() < 1e-5:
                    fits.append((down, right, share))
        assert fits
        met |= {fit[:2] for fit in fits}
        assert all(-1e-5 <= share <= 0.5 + 1e-5 for *_, share in fits)
    assert len(met) == 9
    torch.set_default_dtype(torch.float64)
    try:
        again = augmented(X, generator=torch.Generator().manual_seed(1))
    finally:
        torch.set_default_dtype(torch.float32)
    assert torch.equal(new, again)


def test_rejects_no_networks_and_other_ones():
    with pytest.raises(ValueError, match=r"^seeds is empty: give one for each network"):
        fresh([])
    with pytest.raises(ValueError, match=r"^theta has the shape"):
        network_scores(torch.zeros(2, 5), torch.zeros(2, 1, 64))
