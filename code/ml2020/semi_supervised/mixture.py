"""Mixture: how likely examples are in each class, and without a class.

Chapter: book/semi_supervised.md
Source:  Nigam, McCallum, Thrun and Mitchell (2000), sections 3 and 4, with Gaussians
         for their word counts, https://doi.org/10.1023/A:1007692713085
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.classification import Generative, log_density
from ml2020.support.checks import check_like, check_probabilities


def log_joint(
    X: Float[Tensor, "n features"], model: Generative
) -> Float[Tensor, "n classes"]:
    """Return ln P(x, C) of each example and class.

    Args:
        X: One row an example.
        model: A prior, a mean and a covariance for each class, label 0 first.

    Raises:
        ValueError: If there is no example, a number is not finite or of another type
            than the model's, the prior is no probability, or a covariance is singular.
    """
    check_like("X", X, "model.mean", model.mean)
    check_probabilities("model.prior", model.prior)
    columns = [
        log_density(X, mu, Sigma)
        for mu, Sigma in zip(model.mean, model.covariance, strict=True)
    ]
    return torch.stack(columns, dim=1) + model.prior.log()


def responsibilities(
    X: Float[Tensor, "n features"], model: Generative
) -> Float[Tensor, "n classes"]:
    """Return P(C | x) for each example: step 1, the E-step.

    Raises:
        ValueError: As `log_joint`.
    """
    return log_joint(X, model).softmax(dim=1)


def likelihood(
    joint: Float[Tensor, "all classes"],
    y: Int[Tensor, " n"],
    model: Generative,
    ridge: float,
) -> Float[Tensor, ""]:
    """Return the sum of ln P(x, label) and of ln P(x), less what a ridge asks for.

    Args:
        joint: ln P(x, C), the labelled examples first.
        y: Their labels.
        model: What made it.
        ridge: As for `weighted_model`.
    """
    labelled, unlabelled = joint[: len(y)], joint[len(y) :]
    total = labelled.gather(1, y[:, None]).sum() + unlabelled.logsumexp(dim=1).sum()
    trace = torch.linalg.inv(model.covariance[0]).trace()
    return total - 0.5 * ridge * len(joint) * trace
