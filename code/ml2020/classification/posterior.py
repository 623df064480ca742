"""Posterior: from what the classes would produce to which class it was (Bayes' rule).

Chapter: book/classification_generative.md
Source:  Bishop (2006), section 4.2, equations 4.57 to 4.59.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_probabilities


def sigmoid(z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Return 1 / (1 + exp(-z)), without overflow however large z is.

    Args:
        z: The log-odds, any number; infinity is allowed.
    """
    # exp of nothing positive: it may vanish, but it cannot overflow.
    falling, rising = torch.exp(-z.clamp(min=0)), torch.exp(z.clamp(max=0))
    return torch.where(z >= 0, 1 / (1 + falling), rising / (1 + rising))


def posterior(
    likelihoods: Float[Tensor, "*n classes"],
    priors: Float[Tensor, " classes"],
) -> Float[Tensor, "*n classes"]:
    """Return P(C | x) for each class C.

    Args:
        likelihoods: P(x | C), probabilities or densities, one column a class.
        priors: P(C), positive or zero; they add up to 1.

    Raises:
        ValueError: If a number is negative or not finite, the priors do not add up
            to 1, or an x is impossible in every class.
    """
    check_probabilities("priors", priors)
    if not (likelihoods.isfinite() & (likelihoods >= 0)).all():
        raise ValueError("likelihoods are negative or NaN: give 0 or more")
    joint = likelihoods * priors  # P(x, C)
    evidence = joint.sum(dim=-1, keepdim=True)  # P(x)
    if not (evidence > 0).all():
        raise ValueError("likelihoods rule out every class: use logarithms")
    return joint / evidence


def log_posterior(
    log_likelihoods: Float[Tensor, "*n classes"],
    priors: Float[Tensor, " classes"],
) -> Float[Tensor, "*n classes"]:
    """Return ln P(C | x) for each class C, also where the densities underflow.

    Args:
        log_likelihoods: ln P(x | C), one column a class; minus infinity where C rules
            x out.
        priors: P(C), positive or zero; they add up to 1.

    Raises:
        ValueError: If the priors are no probabilities, a logarithm is NaN or plus
            infinity, or an x is impossible in every class.
    """
    check_probabilities("priors", priors)
    log_joint = log_likelihoods + priors.log()  # ln P(x, C)
    check_logs(log_joint)
    return log_joint - log_joint.logsumexp(dim=-1, keepdim=True)


def log_odds(
    log_likelihood1: Float[Tensor, "*n"],
    log_likelihood2: Float[Tensor, "*n"],
    prior1: float,
) -> Float[Tensor, "*n"]:
    """Return z = ln P(x | C1) P(C1) / P(x | C2) P(C2).

    Args:
        log_likelihood1: ln P(x | C1); minus infinity where C1 rules x out.
        log_likelihood2: Likewise for the other class.
        prior1: P(C1), between 0 and 1, both excluded; P(C2) is the rest.

    Raises:
        ValueError: If prior1 is not between 0 and 1, a logarithm is NaN or plus
            infinity, or both classes rule an x out.
    """
    if not 0 < prior1 < 1:
        raise ValueError(f"prior1 is {prior1}: give a number between 0 and 1")
    check_logs(torch.stack([log_likelihood1, log_likelihood2], dim=-1))
    likelihood_part = log_likelihood1 - log_likelihood2
    prior_part = math.log(prior1) - math.log(1 - prior1)
    return likelihood_part + prior_part


def check_logs(logs: Tensor) -> None:
    """Refuse logarithms of probabilities from which no class can be told.

    Args:
        logs: One column a class.

    Raises:
        ValueError: If one is NaN or plus infinity, or all of an example are minus
            infinity.
    """
    if not (logs < math.inf).all():
        raise ValueError("log_likelihood is NaN or infinity: mend the example")
    if (logs == -math.inf).all(dim=-1).any():
        raise ValueError("log_likelihood rules out every class: smooth them")
