"""What directions, groups and parts cost, beside scikit-learn's, at three sizes.

The same table, the same start and as many rounds for both: PCA by the covariance,
K-means from given centres until it stands still, NMF by 50 rounds of multiplying.
"""

from collections.abc import Iterator
from warnings import catch_warnings, simplefilter

import torch
from sklearn.cluster import KMeans
from sklearn.decomposition import NMF, PCA

from ml2020.linear_methods import kmeans, nmf, pca, random_start
from tools.bench.measure import Row, cpu_seconds

SIZES = (1000, 4000, 16000)
FEATURES, COUNT, ROUNDS = 32, 8, 50


def measure() -> Iterator[Row]:
    """Yield a row for each method and size, with the growth from the size before."""
    torch.set_num_threads(1)
    before: dict[str, tuple[float, float]] = {}
    for size in SIZES:
        dice = torch.Generator().manual_seed(0)
        X = torch.rand(size, FEATURES, generator=dice, dtype=torch.float64)
        start = random_start(X, COUNT, generator=dice)
        directions = PCA(COUNT)
        groups = KMeans(COUNT, init=start.numpy(), n_init=1, tol=0, algorithm="lloyd")
        parts = NMF(COUNT, init="random", solver="mu", max_iter=ROUNDS, tol=0)
        for name, ours, theirs in (
            (
                "PCA",
                lambda X=X: pca(X, COUNT),
                lambda X=X, m=directions: m.fit(X.numpy()),
            ),
            (
                "K-means",
                lambda X=X, start=start: kmeans(X, start),
                lambda X=X, m=groups: m.fit(X.numpy()),
            ),
            (
                "NMF",
                lambda X=X, dice=dice: nmf(X, COUNT, ROUNDS, generator=dice),
                lambda X=X, m=parts: m.fit(X.numpy()),
            ),
        ):
            with catch_warnings():
                simplefilter("ignore")  # that so few rounds of NMF have not settled
                seconds = cpu_seconds(ours, turns=3), cpu_seconds(theirs, turns=3)
            growth = [
                s / b for s, b in zip(seconds, before.get(name, ()), strict=False)
            ]
            yield {
                "milliseconds of CPU": f"{name}, {size:,} rows of {FEATURES}",
                "ours": f"{1e3 * seconds[0]:.1f}",
                "scikit-learn": f"{1e3 * seconds[1]:.1f}",
                "ratio": f"{seconds[0] / seconds[1]:.2f}",
                "growth of ours, theirs": ", ".join(f"{g:.1f}" for g in growth),
            }
            before[name] = seconds
