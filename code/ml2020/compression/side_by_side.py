"""Side by side: many small networks of one shape learn at once, none from another.

Chapter: book/compression_prune.md
Source:  the chapter's own
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from ml2020.compression.pruning import Masks
from ml2020.support.checks import (
    check_at_least,
    check_filled,
    check_scored,
    check_shape,
)

WEIGHTS = "networks outputs inputs"


class ManyLinear(nn.Module):
    """A layer of each of several networks; it begins as torch's Linear does.

    Attributes:
        weight: A matrix for each network.
        bias: One row of all biases, so that the weights alone have several axes.
    """

    def __init__(self, seeds: Sequence[int], inputs: int, outputs: int) -> None:
        super().__init__()
        end = inputs**-0.5
        shape = outputs, inputs + 1
        drawn = [
            torch.rand(
                shape,
                generator=torch.Generator().manual_seed(seed),
                dtype=torch.float32,
            )
            for seed in seeds
        ]
        numbers = end * (2 * torch.stack(drawn) - 1)
        self.weight = nn.Parameter(numbers[:, :, :-1].contiguous())
        self.bias = nn.Parameter(numbers[:, :, -1].flatten())

    def forward(self, x: Tensor) -> Tensor:
        """Return what each network's layer says: examples, networks, outputs.

        Args:
            x: Examples, networks, inputs; or the same for all: examples, inputs.
        """
        seen = "ni" if x.ndim == 2 else "nki"
        b = self.bias.view(len(self.weight), -1)
        return torch.einsum(f"{seen},koi->nko", x, self.weight) + b


def many_networks(seeds: Sequence[int], *sizes: int) -> nn.Sequential:
    """Return fully connected networks with rectifiers, one for each seed.

    Args:
        seeds: Of their weights; layers of one network have different draws.
        sizes: Inputs, hidden neurons, outputs.

    Raises:
        ValueError: If there is no network, or a size is below 1.
    """
    check_at_least("seeds", len(seeds), 1)
    for size in sizes:
        check_at_least("sizes", size, 1)
    layers: list[nn.Module] = []
    for k, (inputs, outputs) in enumerate(pairwise(sizes)):
        own = [1000 * seed + k for seed in seeds]
        layers += [ManyLinear(own, inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def many_losses(
    scores: Float[Tensor, "n networks classes"],
    targets: Int[Tensor, "n networks"] | Float[Tensor, "n networks classes"],
) -> Float[Tensor, ""]:
    """Return the sum over the networks of each one's mean cross-entropy.

    Args:
        scores: What they say.
        targets: Classes, or a probability for each class.

    Raises:
        ValueError: If there is no example.
    """
    check_filled("scores", scores)
    each = F.cross_entropy(
        scores.flatten(0, 1), targets.flatten(0, 1), reduction="none"
    )
    return each.sum() / len(scores)


@torch.no_grad()
def many_accuracies(
    model: nn.Module, X: Tensor, y: Int[Tensor, "n networks"]
) -> Float[Tensor, " networks"]:
    """Return the share of examples that each network names rightly.

    Raises:
        ValueError: If there are not as many classes as answers.
    """
    says = model(X).argmax(dim=-1)
    check_shape("y", y, tuple(says.shape))
    return (says == y).float().mean(dim=0)


def each(
    masks_of: Callable[[Masks, float], Masks], scores: Masks, share: float
) -> Masks:
    """Return masks for each network by itself.

    Args:
        masks_of: global_masks or layer_masks.
        scores: By a parameter's name, those of all networks, a network a row.
        share: Of a network's weights that are still there.
    """
    check_scored(scores)
    networks = min(len(s) for s in scores.values())
    found = [
        masks_of({n: s[k] for n, s in scores.items()}, share) for k in range(networks)
    ]
    return {name: torch.stack([masks[name] for masks in found]) for name in scores}
