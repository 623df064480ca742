"""What a gradient by our engine costs, beside autograd, at three sizes.

Networks for 64 dots and ten classes with two hidden layers of rectifiers, 50 digits.
"""

from collections.abc import Iterator
from functools import partial

import torch

from ml2020.backpropagation import engine_gradient, torch_gradient
from ml2020.deep_learning import digit_sets, he_layers, pack
from tools.bench.measure import Row, cpu_seconds

WIDTHS = (32, 256, 1024)
BATCH = 50


def measure() -> Iterator[Row]:
    """Yield a row for each size, with the growth from the one before."""
    data = digit_sets()
    X, labels = data.X[:BATCH], data.labels[:BATCH]
    before = None
    for width in WIDTHS:
        sizes = (64, width, width, 10)
        theta = pack(he_layers(sizes, generator=torch.Generator().manual_seed(0)))
        seconds = [
            cpu_seconds(partial(gradient, theta, sizes, X, labels), repeats=10)
            for gradient in (engine_gradient, torch_gradient)
        ]
        costs = len(theta), *seconds
        growth = [f"{b / a:.1f}" for a, b in zip(before or costs, costs, strict=True)]
        yield {
            "milliseconds of CPU": f"a gradient, two layers of {width}",
            "parameters": f"{len(theta):,}",
            "ours": f"{1e3 * seconds[0]:.2f}",
            "torch": f"{1e3 * seconds[1]:.2f}",
            "ratio": f"{seconds[0] / seconds[1]:.1f}",
            "growth of parameters, ours, torch": ", ".join(growth) if before else "",
        }
        before = costs
