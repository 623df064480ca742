"""Groups: channels that do not see each other, and other ways to save weights.

Chapter: book/compression_small.md
Source:  Zhang et al. (2018), section 3.1, https://arxiv.org/abs/1707.01083; Fire:
         Iandola et al. (2016), section 3.2, https://arxiv.org/abs/1602.07360
"""

from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_groups


def fire_weights(inputs: int, squeeze: int, ones: int, threes: int) -> int:
    """Return the weights of a Fire module: to few channels, then by 1 and by 3.

    Raises:
        ValueError: If a number of channels is below 1.
    """
    for name, value in (("inputs", inputs), ("squeeze", squeeze)):
        check_at_least(name, value, 1)
    check_at_least("ones", ones, 1)
    check_at_least("threes", threes, 1)
    return inputs * squeeze + squeeze * ones + 9 * squeeze * threes


def shuffled(
    x: Float[Tensor, "n channels rows columns"], groups: int
) -> Float[Tensor, "n channels rows columns"]:
    """Return the channels in another order: each group gets some of every group.

    Raises:
        ValueError: If groups is below 1, or does not divide the channels.
    """
    check_groups(x.shape[1], x.shape[1], groups)
    n, channels, *map_ = x.shape
    return x.view(n, groups, channels // groups, *map_).transpose(1, 2).flatten(1, 2)
