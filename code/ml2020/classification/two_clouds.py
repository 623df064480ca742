"""Two clouds: two equal classes side by side, and a far group that was never in doubt.

Chapter: book/classification_generative.md
Source:  Bishop (2006), section 4.1.3 (figure 4.4).
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

FAR = 20  # the last examples: class 1, on the right side and far away


def two_clouds(
    *,
    generator: torch.Generator | None = None,
) -> tuple[Float[Tensor, "n 2"], Int[Tensor, " n"]]:
    """Return 200 examples of two classes and then `FAR` of class 1, with their labels.

    Args:
        generator: The dice.
    """
    y = torch.cat([torch.arange(200) % 2, torch.ones(FAR, dtype=torch.int64)])
    X = torch.randn(200 + FAR, 2, generator=generator, dtype=torch.float64)
    X[:200, 0] += 3.0 * y[:200] - 1.5
    X[200:] += torch.tensor([8.0, -8.0], dtype=torch.float64)
    return X, y
