"""What a convolution in the unfold form costs, beside torch's, at three sizes.

Fifty maps of 14 by 14 with as many channels as filters, windows of 3 by 3, padded.
"""

from collections.abc import Iterator
from functools import partial

import torch
import torch.nn.functional as F

from ml2020.cnn import convolve
from tools.bench.measure import Row, cpu_seconds

CHANNELS = (4, 16, 64)
PICTURES, SIDE = 50, 14


def measure() -> Iterator[Row]:
    """Yield a row for each size, with the growth from the one before."""
    dice = torch.Generator().manual_seed(0)
    before = None
    for channels in CHANNELS:
        x = torch.randn(PICTURES, channels, SIDE, SIDE, generator=dice)
        W = torch.randn(channels, channels, 3, 3, generator=dice)
        b = torch.zeros(channels)
        calls = (
            partial(convolve, x, W, b, padding=1),
            partial(F.conv2d, x, W, b, padding=1),
        )
        seconds = [cpu_seconds(call, repeats=10) for call in calls]
        products = PICTURES * SIDE**2 * 9 * channels**2
        costs = products, *seconds
        growth = [f"{b / a:.1f}" for a, b in zip(before or costs, costs, strict=True)]
        yield {
            "milliseconds of CPU": f"{channels} channels, {channels} filters",
            "million products": f"{products / 1e6:.1f}",
            "ours": f"{1e3 * seconds[0]:.2f}",
            "torch": f"{1e3 * seconds[1]:.2f}",
            "ratio": f"{seconds[0] / seconds[1]:.1f}",
            "growth of products, ours, torch": ", ".join(growth) if before else "",
        }
        before = costs
