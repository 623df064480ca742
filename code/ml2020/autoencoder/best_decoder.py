"""Best decoder: under the square error it can only be a mean of pictures.

Chapter: book/autoencoder_vae.md
"""

from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_features

Codes = Float[Tensor, "n k"]


def log_density(z: Float[Tensor, "q k"], m: Codes, s: Codes) -> Float[Tensor, "q n"]:
    """Return the log density of each z under each code's normal, but for a constant.

    Args:
        z: Where to ask.
        m: Means of the codes.
        s: Their log-variances.
    """
    apart = (z[:, None, :] - m).square() / s.exp() + s
    return -apart.sum(dim=2) / 2


def best_decoder(
    z: Float[Tensor, "q k"], X: Float[Tensor, "n d"], m: Codes, s: Codes
) -> Float[Tensor, "q d"]:
    """Return what misses least when a code z was drawn from one of the examples.

    Args:
        z: Codes.
        X: The examples, each as likely.
        m: Means of their codes.
        s: Log-variances of their codes.

    Raises:
        ValueError: If there is no example, or a number is not finite.
    """
    check_features("X", X)
    shares = log_density(z, m, s).softmax(dim=1)
    return shares @ X
