"""What few values cost, beside scikit-learn's clusters and torch's rounding.

Weights of three sizes, in 16 clusters from the same start, and on 16 evenly spaced
rungs.
"""

from collections.abc import Iterator

import numpy as np
import torch
from sklearn.cluster import KMeans

from ml2020.compression import affine, k_means
from tools.bench.measure import Row, cpu_seconds

SIZES = (5_000, 20_000, 80_000)
K, BITS = 16, 4


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
