"""Style: a generator that gets its code at every size, as the statistics of its maps.

Chapter: book/new_architectures.md
Source:  Karras, Laine and Aila (2019), section 2, https://arxiv.org/abs/1812.04948; its
         normalisation: Huang and Belongie (2017), equation 8,
         https://arxiv.org/abs/1703.06868
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from ml2020.support.checks import check_at_least, check_filled, check_precision

SIZES = (7, 14, 28)  # dots on a side
LEAK, EPS = 0.2, 1e-8  # the paper's


def adain(
    x: Float[Tensor, "n channels height width"],
    y_s: Float[Tensor, "n channels"],
    y_b: Float[Tensor, "n channels"],
) -> Float[Tensor, "n channels height width"]:
    """Return maps with the mean y_b and the spread |y_s|, each map of each picture.

    Args:
        x: The maps. A map that is the same everywhere becomes y_b, and one whose spread
            is not far above 1e-4 gets less than |y_s|.
        y_s: The scales.
        y_b: The shifts.

    Raises:
        ValueError: If there is no picture, a map has one dot, or numbers are not
            finite or have less than 32 bits.
    """
    check_maps(x)
    mu = x.mean(dim=(-2, -1), keepdim=True)
    sigma = (x.var(dim=(-2, -1), correction=0, keepdim=True) + EPS).sqrt()
    return y_s[..., None, None] * (x - mu) / sigma + y_b[..., None, None]


class Level(nn.Module):
    """One size: maps get twice as wide, are convolved, get noise, and then a style.

    Args:
        channels: Maps.
        d_w: Numbers of a style code.
        wider: Whether maps get twice as wide first.
        noise: How much noise is added at first, as a share of 1.
    """

    def __init__(self, channels: int, d_w: int, wider: bool, noise: float) -> None:
        super().__init__()
        self.wider = wider
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)
        self.style = nn.Linear(d_w, 2 * channels)
        with torch.no_grad():
            self.style.bias[:channels], self.style.bias[channels:] = 1, 0
        self.noise = nn.Parameter(torch.full((channels,), noise, dtype=torch.float32))

    def forward(self, x: Tensor, w: Tensor, eps: Tensor | None) -> Tensor:
        """Return the maps (n, channels, size, size) with the style of w (n, d_w).

        Args:
            x: The maps of the size before.
            w: The style codes.
            eps: Noise (n, 1, size, size), the same for all maps; or none.
        """
        x = self.conv(F.interpolate(x, scale_factor=2.0) if self.wider else x)
        if eps is not None:
            x = x + self.noise[:, None, None] * eps
        y_s, y_b = self.style(w).chunk(2, dim=-1)
        return adain(F.leaky_relu(x, LEAK), y_s, y_b)


class StyleGenerator(nn.Module):
    """A constant, three levels, and a picture; codes go through a mapping network.

    Args:
        d_z: Numbers of a code z.
        d_w: Numbers of a style code w.
        channels: Maps of each level.
        noise: See `Level`.
    """

    def __init__(
        self, d_z: int = 16, d_w: int = 32, channels: int = 16, noise: float = 0.1
    ) -> None:
        for name, size in (("d_z", d_z), ("d_w", d_w), ("channels", channels)):
            check_at_least(name, size, 1)
        super().__init__()
        self.mapping = nn.Sequential(
            nn.Linear(d_z, d_w), nn.LeakyReLU(LEAK), nn.Linear(d_w, d_w)
        )
        start = torch.randn(1, channels, SIZES[0], SIZES[0], dtype=torch.float32)
        self.start = nn.Parameter(start)
        self.levels = nn.ModuleList(
            Level(channels, d_w, size > SIZES[0], noise) for size in SIZES
        )
        self.ink = nn.Conv2d(channels, 1, 1)

    def forward(
        self,
        z: Float[Tensor, "n d_z"],
        *,
        noisy: bool = False,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Return pictures (n, 28, 28) with dots from 0 to 1."""
        w = self.mapping(unit(z))
        return self.painted([w] * len(SIZES), noisy=noisy, generator=generator)

    def painted(
        self,
        w: list[Tensor],
        *,
        noisy: bool = False,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Return pictures, with a style code for each level.

        Args:
            w: The codes (n, d_w) of each level.
            noisy: Whether noise is added.
            generator: Draws it.
        """
        n = len(w[0])
        x = self.start.expand(n, -1, -1, -1)
        for level, code, size in zip(self.levels, w, SIZES, strict=True):
            shape = (n, 1, size, size)
            eps = torch.randn(shape, generator=generator, dtype=x.dtype).to(x.device)
            x = level(x, code, eps if noisy else None)
        painted: Tensor = self.ink(x).squeeze(1).sigmoid()
        return painted


def unit(z: Tensor) -> Tensor:
    """Return codes with the mean square 1, as the paper does first."""
    return z / (z.square().mean(dim=-1, keepdim=True) + EPS).sqrt()


def check_maps(x: Tensor) -> None:
    """Refuse maps that have no spread."""
    check_filled("x", x, "picture")
    check_precision("x", x)  # in 16 bits EPS is 0, and squares overflow
    if x.shape[-2] * x.shape[-1] < 2:
        raise ValueError("x has maps of one dot: give them two or more")
    if not x.isfinite().all():
        raise ValueError("x has NaN or infinity: train with a lower rate")
