"""What detectors of anomalies cost, beside scikit-learn's, at three sizes.

Points in nine directions, learned from and then scored: five Gaussians by thirty rounds
of EM from the same start, a hundred trees, and outlier factors of twenty neighbours.
"""

import warnings
from collections.abc import Iterator

import torch
from sklearn.ensemble import IsolationForest
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import LocalOutlierFactor
from torch import Tensor

from ml2020.anomaly import (
    forest,
    gaussian_mixture,
    isolation_score,
    local_outlier_factor,
)
from ml2020.anomaly.mixture import spread_start
from ml2020.classification import Generative
from ml2020.semi_supervised import log_joint
from tools.bench.measure import Row, cpu_seconds

SIZES = (500, 1000, 2000)
FEATURES, KINDS, ROUNDS, NEIGHBOURS = 9, 5, 30, 20


def first(X: Tensor) -> Generative:
    """Return the start of both mixtures."""
    return spread_start(X, KINDS, generator=torch.Generator().manual_seed(0))


def their_mixture(X: Tensor) -> None:
    """Fit and ask scikit-learn's mixture, for as many rounds."""
    start = first(X)
    model = GaussianMixture(
        KINDS,
        tol=0,
        reg_covar=0,
        max_iter=ROUNDS,
        weights_init=start.prior.numpy(),
        means_init=start.mean.numpy(),
        precisions_init=torch.linalg.inv(start.covariance).numpy(),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X.numpy()).score_samples(X.numpy())


def our_mixture(X: Tensor) -> None:
    """Fit and ask ours."""
    log_joint(X, gaussian_mixture(X, first(X), ROUNDS).model).logsumexp(dim=1)


def our_forest(X: Tensor) -> None:
    """Grow and ask ours."""
    trees = forest(X, generator=torch.Generator().manual_seed(0))
    isolation_score(X, trees, 256)


def measure() -> Iterator[Row]:
    """Yield a row for each method and size, with the growth from the size before."""
    torch.set_num_threads(1)
    before: dict[str, tuple[float, float]] = {}
    for size in SIZES:
        dice = torch.Generator().manual_seed(0)
        X = torch.randn(size, FEATURES, generator=dice, dtype=torch.float64)
        new = torch.randn(size, FEATURES, generator=dice, dtype=torch.float64)
        near = LocalOutlierFactor(NEIGHBOURS, novelty=True)
        for name, ours, theirs in (
            (
                "5 Gaussians",
                lambda X=X: our_mixture(X),
                lambda X=X: their_mixture(X),
            ),
            (
                "isolation forest",
                lambda X=X: our_forest(X),
                lambda X=X: (
                    IsolationForest(random_state=0)
                    .fit(X.numpy())
                    .score_samples(X.numpy())
                ),
            ),
            (
                "outlier factor",
                lambda X=X, new=new: local_outlier_factor(new, X, NEIGHBOURS),
                lambda X=X, new=new, near=near: near.fit(X.numpy()).score_samples(
                    new.numpy()
                ),
            ),
        ):
            seconds = cpu_seconds(ours, turns=3), cpu_seconds(theirs, turns=3)
            growth = [
                s / b for s, b in zip(seconds, before.get(name, ()), strict=False)
            ]
            yield {
                "milliseconds of CPU": f"{name}, {size:,} points",
                "ours": f"{1e3 * seconds[0]:.1f}",
                "scikit-learn": f"{1e3 * seconds[1]:.1f}",
                "ratio": f"{seconds[0] / seconds[1]:.2f}",
                "growth of ours, theirs": ", ".join(f"{g:.1f}" for g in growth),
            }
            before[name] = seconds
