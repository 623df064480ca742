"""Settling: a picture that L-BFGS moves until a loss is small.

Chapter: book/cnn_inside.md
Source:  Gatys, Ecker and Bethge (2016), who search in this way; torch.optim.LBFGS
"""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_depends,
    check_finite,
    check_single,
)

MEMORY = 20  # steps that L-BFGS remembers
Picture = Float[Tensor, "1 1 rows columns"]


def settle(loss: Callable[[Tensor], Tensor], x: Picture, steps: int) -> Picture:
    """Return a picture whose loss L-BFGS has made small, cut to between 0 and 1.

    It is cut at the end, since L-BFGS knows no box: where that changes dots, the loss
    may be larger than the one that was reached.

    Args:
        loss: Maps a picture to one number.
        x: Where to begin; it stays as it is.
        steps: At most so many, 1 or more.

    Raises:
        ValueError: If steps is below 1, a dot or the loss is NaN or infinite, or the
            loss is not one number or does not depend on the picture.
    """
    check_at_least("steps", steps, 1)
    check_finite("x", x, "drop or mend that picture")
    check_depends("loss", loss, x)
    x = x.detach().clone().requires_grad_()
    rule = torch.optim.LBFGS(
        [x], max_iter=steps, history_size=MEMORY, line_search_fn="strong_wolfe"
    )

    def closure() -> float:
        rule.zero_grad()
        value = loss(x)
        check_loss(value)
        value.backward()  # type: ignore[no-untyped-call]
        return value.item()

    rule.step(closure)  # type: ignore[no-untyped-call]
    return x.detach().clamp(0, 1)


def check_loss(value: Tensor) -> None:
    """Refuse a loss that cannot be made smaller.

    Raises:
        ValueError: If it is not one number, or is NaN or infinite.
    """
    check_single("loss", value)
    check_finite("loss", value, "look at it at the start, and whether it has an end")
