"""What maps cost, beside scikit-learn's, at three sizes.

LLE (by dense solvers on both sides) and Laplacian eigenmaps of a Swiss roll with the 12
nearest; t-SNE of digits, 250 rounds of its exact form.
"""

from collections.abc import Callable, Iterator

import torch
from sklearn.manifold import TSNE, locally_linear_embedding, spectral_embedding
from torch import Tensor

from ml2020.data.digits import digits
from ml2020.neighbor_embedding import (
    eigenmap,
    joint,
    lle,
    mapped,
    neighbour_shares,
    swiss_roll,
)
from ml2020.semi_supervised import nearest_edges
from tools.bench.measure import Row, cpu_seconds

SIZES = (250, 500, 1000)
K, PERPLEXITY, ROUNDS = 12, 30.0, 250


def tsne(X: Tensor) -> Tensor:
    """Return our map after a few rounds."""
    start = 1e-4 * X[:, 2:4]
    return mapped(joint(neighbour_shares(X, PERPLEXITY)), start, ROUNDS)


def their_tsne(X: Tensor) -> object:
    """Return scikit-learn's map after as many rounds."""
    model = TSNE(
        perplexity=PERPLEXITY, method="exact", max_iter=ROUNDS, init="pca", n_jobs=1
    )
    return model.fit_transform(X.numpy())


def pairs(size: int) -> dict[str, tuple[Callable[[], object], Callable[[], object]]]:
    """Return ours and theirs, by name."""
    roll = swiss_roll(size, generator=torch.Generator().manual_seed(0)).X
    W = nearest_edges(roll, K).double()
    X = digits().images[:size].flatten(1).double()
    return {
        "LLE": (
            lambda: lle(roll, K),
            lambda: locally_linear_embedding(
                roll.numpy(), n_neighbors=K, n_components=2, eigen_solver="dense"
            ),
        ),
        "Laplacian eigenmaps": (
            lambda: eigenmap(W),
            lambda: spectral_embedding(W.numpy(), n_components=2, random_state=0),
        ),
        "t-SNE, 250 rounds": (lambda: tsne(X), lambda: their_tsne(X)),
    }


def measure() -> Iterator[Row]:
    """Yield a row for each method and size, with the growth from the size before."""
    torch.set_num_threads(1)
    before: dict[str, tuple[float, float]] = {}
    for size in SIZES:
        for name, (ours, theirs) in pairs(size).items():
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
