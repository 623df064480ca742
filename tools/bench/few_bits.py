"""What smaller weights cost, beside scikit-learn's clusters and torch's own tools.

Weights of three sizes: all but a tenth of two layers taken away, those of least size;
in 16 clusters from the same start; and on 16 evenly spaced rungs.
"""

from collections.abc import Iterator

import numpy as np
import torch
from sklearn.cluster import KMeans
from torch import nn
from torch.nn.utils import prune

from ml2020.compression import affine, global_masks, k_means, magnitudes, without
from tools.bench.measure import Row, cpu_seconds

SIZES = (5_000, 20_000, 80_000)
K, BITS = 16, 4


def two_layers(size: int) -> nn.Sequential:
    """Return two layers with so many weights together."""
    side = round((size / 2) ** 0.5)
    return nn.Sequential(nn.Linear(side, side), nn.Linear(side, side))


def ours_pruned(model: nn.Sequential) -> nn.Sequential:
    """Return the network without nine tenths of its weights."""
    return without(model, global_masks(magnitudes(model), 0.9))


def theirs_pruned(size: int) -> nn.Sequential:
    """Return such a network of torch's; it cannot be pruned twice, so it is drawn."""
    model = two_layers(size)
    layers = [(layer, "weight") for layer in model]
    prune.global_unstructured(layers, prune.L1Unstructured, amount=0.9)
    return model


def measure() -> Iterator[Row]:
    """Yield a row for each method and size."""
    torch.set_num_threads(1)
    for size in SIZES:
        w = torch.randn(size, generator=torch.Generator().manual_seed(0))
        low, high = w.min().item(), w.max().item()
        start = np.linspace(low, high, K, dtype=np.float32)[:, None]
        means = KMeans(K, init=start, n_init=1, algorithm="lloyd", tol=0)
        s = (high - low) / (2**BITS - 1)
        z = round(-low / s)
        for name, library, ours, theirs in (
            (
                "pruned, with the draw",
                "torch",
                lambda size=size: ours_pruned(two_layers(size)),
                lambda size=size: theirs_pruned(size),
            ),
            (
                "clusters",
                "scikit-learn",
                lambda w=w: k_means(w, K),
                lambda w=w, means=means: means.fit(w.numpy()[:, None]),
            ),
            (
                "rungs",
                "torch",
                lambda w=w: affine(w, BITS).values,
                lambda w=w, s=s, z=z: torch.fake_quantize_per_tensor_affine(
                    w, s, z, 0, 2**BITS - 1
                ),
            ),
        ):
            seconds = cpu_seconds(ours, turns=3), cpu_seconds(theirs, turns=3)
            yield {
                "milliseconds of CPU": f"{name}, {size:,} weights",
                "ours": f"{1e3 * seconds[0]:.1f}",
                "the library's": f"{1e3 * seconds[1]:.1f} ({library})",
                "ratio": f"{seconds[0] / seconds[1]:.2f}",
            }
