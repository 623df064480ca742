"""The mixture has torch's probabilities, and those of the generative model."""

import math

import pytest
import torch
from torch.distributions import MultivariateNormal

from ml2020.classification import fit_generative, generative_log_odds
from ml2020.semi_supervised import likelihood, log_joint, responsibilities


def model(seed=0):
    dice = torch.Generator().manual_seed(seed)
    X = torch.randn(30, 2, generator=dice, dtype=torch.float64)
    y = torch.arange(30) % 2
    X[:, 0] += 2.0 * y
    return fit_generative(X, 1 - y, shared=True), X, y


def by_torch(X, found):
    return torch.stack(
        [
            MultivariateNormal(mu, Sigma).log_prob(X) + p.log()
            for p, mu, Sigma in zip(*found, strict=True)
        ],
        dim=1,
    )


def test_joint_is_torch_s():
    found, X, _ = model()
    torch.testing.assert_close(log_joint(X, found), by_torch(X, found))


@pytest.mark.equation("eq-semi_supervised-e")
def test_responsibilities_are_the_sigmoid_of_the_log_odds():
    found, X, _ = model()
    share = responsibilities(X, found)
    torch.testing.assert_close(share[:, 0], generative_log_odds(X, found).sigmoid())
    torch.testing.assert_close(share.sum(dim=1), torch.ones(30).double())


@pytest.mark.equation("eq-semi_supervised-likelihood")
def test_likelihood_takes_labels_where_there_are_and_sums_where_not():
    found, X, y = model()
    p = by_torch(X, found).exp()
    expected = sum(math.log(p[i, y[i]]) for i in range(10))
    expected += sum(math.log(p[i].sum()) for i in range(10, 30))
    total = likelihood(log_joint(X, found), y[:10], found, 0.0)
    assert total.item() == pytest.approx(expected)


def test_a_ridge_takes_off_half_of_n_times_it_times_the_trace():
    found, X, y = model()
    joint = log_joint(X, found)
    trace = found.covariance[0].inverse().trace()
    less = likelihood(joint, y, found, 0.0) - likelihood(joint, y, found, 0.2)
    assert less.item() == pytest.approx(0.5 * 0.2 * 30 * trace.item())


def test_rejects_priors_that_are_none_and_other_types():
    found, X, _ = model()
    for prior in ([2.0, -1.0], [0.5, 0.6], [math.nan, 1.0]):
        odd = found._replace(prior=torch.tensor(prior).double())
        with pytest.raises(ValueError, match=r"^model.prior (are neg|add up to 1\.1)"):
            responsibilities(X, odd)
    with pytest.raises(ValueError, match=r"^X is torch.float32, model.mean is torch"):
        log_joint(X.float(), found)
