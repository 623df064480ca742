"""Label smoothing: the right symbol is wanted nearly always, the others now and then.

Chapter: book/transformer_model.md
Source:  Szegedy et al. (2016), section 7, https://arxiv.org/abs/1512.00567; used by
         Vaswani et al. (2017), section 5.4, https://arxiv.org/abs/1706.03762
"""

from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_filled, check_finite, check_share, check_symbols


def smoothed_loss(
    scores: Float[Tensor, "n symbols"], Y: Int[Tensor, " n"], share: float
) -> Float[Tensor, ""]:
    """Return the mean cross entropy with targets that give away some of their share.

    Args:
        scores: Of all symbols.
        Y: The right ones.
        share: What is given to all symbols alike, the right one too: in [0, 1).

    Raises:
        ValueError: If there is nothing, a score is NaN or infinite, a symbol is
            unknown, or the share is outside.
    """
    check_smoothed(scores, Y, share)
    log_p = scores.log_softmax(dim=-1)
    right = log_p.gather(-1, Y[:, None])[:, 0]
    return -((1 - share) * right + share * log_p.mean(dim=-1)).mean()


def check_smoothed(scores: Tensor, Y: Tensor, share: float) -> None:
    """Refuse nothing, unknown symbols, and a share that leaves none for the right."""
    check_filled("scores", scores, "answer")
    check_finite("scores", scores, "what is forbidden cannot have a share")
    check_symbols("Y", Y, scores.shape[1])
    check_share("share", share)
