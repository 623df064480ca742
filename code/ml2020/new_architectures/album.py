"""Album: a style generator learns to paint given pictures, each from a code of its own.

There is no game yet: codes and weights go downhill together on the square error.

Chapter: book/new_architectures.md
Source:  Bojanowski et al. (2018), section 3, https://arxiv.org/abs/1707.05776, with the
         square error
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from ml2020.new_architectures.style import StyleGenerator
from ml2020.support.checks import check_at_least, check_filled


class Album(nn.Module):
    """A generator, and a code for each picture that it has to paint.

    Args:
        pictures: How many.
        noise: See `Level`.
    """

    def __init__(self, pictures: int, noise: float = 0.1) -> None:
        check_at_least("pictures", pictures, 1)
        super().__init__()
        self.generator = StyleGenerator(noise=noise)
        self.z = nn.Parameter(torch.randn(pictures, 16, dtype=torch.float32))


def drawn_album(seed: int, pictures: int, noise: float = 0.1) -> Album:
    """Return an album with the first weights and codes of a seed."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return Album(pictures, noise).float()


def painting(
    images: Float[Tensor, "pictures 28 28"],
    n: int,
    *,
    noisy: bool,
    generator: torch.Generator | None = None,
) -> Callable[[Album], Tensor]:
    """Return the mean square of what is wrong with n pictures, at each call.

    Args:
        images: One for each code.
        n: How many at a time.
        noisy: Whether noise is added.
        generator: Draws them, and the noise.

    Raises:
        ValueError: If there is no picture, n is below 1, or, when called, the album has
            another number of codes.
    """
    check_filled("images", images, "picture")
    check_at_least("n", n, 1)

    def cost(album: Album) -> Tensor:
        check_codes(album, images)
        rows = torch.randint(len(images), (n,), generator=generator)
        painted = album.generator(album.z[rows], noisy=noisy, generator=generator)
        return F.mse_loss(painted, images[rows])

    return cost


def check_codes(album: Album, images: Tensor) -> None:
    """Refuse an album with another number of codes than pictures."""
    if len(album.z) != len(images):
        raise ValueError(f"images has {len(images)}: give one a code, {len(album.z)}")
