"""One line for each species: a single linear model with indicator features.

Chapter: book/regression.md
Source:  Hastie, Tibshirani and Friedman (2009), section 3.2 (dummy variables),
         https://hastie.su.domains/ElemStatLearn/
"""

from jaxtyping import Float, Int
from torch import Tensor, nn

from ml2020.support.checks import check_at_least, check_finite


def by_species(
    features: Float[Tensor, "n features"],
    species: Int[Tensor, " n"],
    count: int,
) -> Float[Tensor, "n all"]:
    """Return delta(species = s) times every feature, one block of columns for each s.

    Args:
        features: One row for each individual.
        species: Which species it is, 0 to count - 1.
        count: How many species there are, 1 or more; the result has as many blocks.

    Raises:
        ValueError: If there are no species, one is not 0 to count - 1, or a feature
            is not finite (times 0 it would spoil the blocks of the others).
    """
    check_at_least("count", count, 1)
    check_finite("features", features)
    if not ((species >= 0) & (species < count)).all():
        raise ValueError(
            f"species is outside 0 to {count - 1}: number them from 0, or raise count"
        )
    delta = nn.functional.one_hot(species.long(), count)  # (n, count)
    blocks = delta[:, :, None] * features[:, None, :]  # (n, count, features)
    return blocks.flatten(start_dim=1)
