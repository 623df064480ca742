"""Ways: how a trained network becomes a small one, and the rivals that never were big.

Chapter: book/compression_small.md
Source:  the chapter's own experiment
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from ml2020.compression.distilling import distil_loss
from ml2020.compression.fewer import pruned
from ml2020.compression.low_rank import thinned
from ml2020.compression.neurons import incoming, smaller, strongest
from ml2020.compression.small_task import (
    KEPT,
    LARGE,
    RANK,
    TUNED,
    WHOLE,
    apart,
    clothes,
    dense,
    flat_rank,
    half,
    with_exits,
)
from ml2020.compression.through import Loss
from ml2020.compression.tuned import Small, clustered, plain, rounded, trained

SOFT = 3.0  # temperature of the teacher
Way = Callable[..., Small]


def hears(teacher: nn.Module) -> Loss:
    """Return the loss of a student who hears a teacher alone."""
    with torch.no_grad():
        v = teacher(clothes().X)
    return lambda z, rows: distil_loss(z, v[rows], SOFT)


def longer(model: nn.Module, lr: float, seed: int, passes: int = TUNED) -> Small:
    """Return the network itself, tuned."""
    return plain(trained(model, lr, passes, seed))


def fewer(model: nn.Sequential) -> nn.Sequential:
    """Return the half of each layer's filters and neurons that has the most weight."""
    return smaller(model, strongest(incoming(model), 0.5))


def at_exit(k: int | None) -> Loss:
    """Return the loss of one exit, or of all."""
    y = clothes().y

    def loss(scores: Tensor, rows: Tensor) -> Tensor:
        errors = [cross_entropy(said, y[rows]) for said in scores]
        return errors[k] if k is not None else torch.stack(errors).mean()

    return loss


TUNES: dict[str, Way] = {  # from the trained network: it, a rate, a seed, passes
    "dense": longer,
    "pruned": lambda base, *how: pruned(base, KEPT, *how),
    "neurons": lambda base, *how: longer(fewer(base), *how),
    "clusters 16": lambda base, *how: clustered(base, 16, *how),
    "clusters 4": lambda base, *how: clustered(base, 4, *how),
    "bits 4": lambda base, *how: rounded(base, 4, *how),
    "bits 2": lambda base, *how: rounded(base, 2, *how),
    "bits 1": lambda base, *how: rounded(base, 1, *how),
    "forgetful 1": lambda base, *how: rounded(base, 1, *how, keep_real=False),
    "low rank": lambda base, *how: longer(thinned(base, LARGE, RANK), *how),
    "separable": lambda base, lr, seed, *passes: longer(
        apart(base, seed, nearest=True), lr, seed, *passes
    ),
    "chain": lambda base, *how: clustered(base, 16, *how),  # of a pruned one
    "half in clusters": lambda base, *how: clustered(base, 16, *how),  # of half
}
FRESH: dict[str, Callable[[int], nn.Module]] = {  # trained as long from the start
    "half, anew": half,
    "half, longer": half,
    "half, distilled": half,
    "low rank, anew": flat_rank,
    "separable, anew": lambda seed: apart(dense(seed), seed, nearest=False),
    "exits": with_exits,
    "exit 0 alone": with_exits,
    "exit 1 alone": with_exits,
    "exit 2 alone": with_exits,
}


def anew(
    name: str, base: nn.Module, lr: float, seed: int, passes: int = WHOLE
) -> Small:
    """Return a network trained from the start; a student hears the trained one.

    Args:
        name: One of `FRESH`.
        base: The teacher.
        lr: The rate at the start.
        seed: Of the network and of the order.
        passes: Through the pictures.
    """
    loss = hears(base) if "distilled" in name else None
    if name.startswith("exit"):
        loss = at_exit(int(name.split()[1]) if "alone" in name else None)
    return plain(trained(FRESH[name](seed), lr, passes, seed, loss))


def base_network(
    lr: float,
    seed: int,
    make: Callable[[int], nn.Sequential] = dense,
    passes: int = WHOLE - TUNED,
) -> nn.Sequential:
    """Return the dense network, or half of it, after training, not yet tuned."""
    return trained(make(seed), lr, passes, seed)  # type: ignore[return-value]
