"""Ways: how a trained network becomes a small one, and the rivals that never were big.

Chapter: book/compression_small.md
Source:  the chapter's own experiment; soft answers as in Hinton, Vinyals and Dean
         (2015), https://arxiv.org/abs/1503.02531
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, kl_div

from ml2020.compression.fewer import fewer, pruned
from ml2020.compression.low_rank import thinned
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
Way = Callable[[nn.Sequential, float, int], Small]


def softened(teacher: nn.Module) -> Loss:
    """Return the loss of a student: the teacher's soft answers, times T squared."""
    with torch.no_grad():
        wanted = (teacher(clothes().X) / SOFT).log_softmax(dim=1)

    def loss(scores: Tensor, rows: Tensor) -> Tensor:
        said = (scores / SOFT).log_softmax(dim=1)
        return SOFT**2 * kl_div(
            said, wanted[rows], reduction="batchmean", log_target=True
        )

    return loss


def longer(model: nn.Module, lr: float, seed: int) -> Small:
    """Return the network itself, tuned."""
    return plain(trained(model, lr, TUNED, seed))


def at_exit(k: int | None) -> Loss:
    """Return the loss of one exit, or of all."""
    y = clothes().y

    def loss(scores: Tensor, rows: Tensor) -> Tensor:
        errors = [cross_entropy(said, y[rows]) for said in scores]
        return errors[k] if k is not None else torch.stack(errors).mean()

    return loss


TUNES: dict[str, Way] = {  # from the trained network
    "dense": longer,
    "pruned": lambda base, lr, seed: pruned(base, KEPT, lr, seed),
    "neurons": lambda base, lr, seed: longer(fewer(base, seed), lr, seed),
    "clusters 16": lambda base, lr, seed: clustered(base, 16, lr, seed),
    "clusters 4": lambda base, lr, seed: clustered(base, 4, lr, seed),
    "bits 4": lambda base, lr, seed: rounded(base, 4, lr, seed),
    "bits 2": lambda base, lr, seed: rounded(base, 2, lr, seed),
    "bits 1": lambda base, lr, seed: rounded(base, 1, lr, seed),
    "forgetful 1": lambda base, lr, seed: rounded(base, 1, lr, seed, keep_real=False),
    "low rank": lambda base, lr, seed: longer(thinned(base, LARGE, RANK), lr, seed),
    "separable": lambda base, lr, seed: longer(
        apart(base, seed, nearest=True), lr, seed
    ),
    "chain": lambda base, lr, seed: clustered(base, 16, lr, seed),  # of a pruned one
}
FRESH: dict[str, Callable[[int], nn.Module]] = {  # trained as long from the start
    "half, anew": half,
    "half, distilled": half,
    "low rank, anew": flat_rank,
    "separable, anew": lambda seed: apart(dense(seed), seed, nearest=False),
    "exits": with_exits,
    "exit 0 alone": with_exits,
    "exit 1 alone": with_exits,
    "exit 2 alone": with_exits,
}


def anew(name: str, base: nn.Module, lr: float, seed: int) -> Small:
    """Return a network trained from the start; a student hears the trained one.

    Args:
        name: One of `FRESH`.
        base: The teacher.
        lr: The rate at the start.
        seed: Of the network and of the order.
    """
    loss = softened(base) if "distilled" in name else None
    if name.startswith("exit"):
        loss = at_exit(int(name.split()[1]) if "alone" in name else None)
    return plain(trained(FRESH[name](seed), lr, WHOLE, seed, loss))


def base_network(lr: float, seed: int) -> nn.Sequential:
    """Return the dense network after training, not yet tuned."""
    return trained(dense(seed), lr, WHOLE - TUNED, seed)  # type: ignore[return-value]
