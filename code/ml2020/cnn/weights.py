"""Weights: networks that were trained beforehand, made ready to be looked into.

Chapter: book/cnn_inside.md
Source:  tools/train_cnn.py; torch.nn.Module.load_state_dict
"""

from collections.abc import Callable

from torch import nn

from ml2020.cnn.network import drawn
from ml2020.data.cnn_weights import Weights
from ml2020.support.checks import check_at_least


def trained(
    make: Callable[[], nn.Sequential], weights: Weights, which: int
) -> nn.Sequential:
    """Return one of the networks of a file, its parameters fixed.

    Args:
        make: What makes a network of that form.
        weights: The parameters of several, by name; the first axis counts networks.
        which: Of these, from 0.

    Raises:
        ValueError: If there is no such network, or the form is another one.
    """
    check_which(weights, which)
    model = drawn(make, 0)
    check_form(model, weights)
    model.load_state_dict({name: value[which] for name, value in weights.items()})
    return model.requires_grad_(False).eval()


def check_which(weights: Weights, which: int) -> None:
    """Refuse a network that is not there.

    Raises:
        ValueError: If its number is below 0 or too large.
    """
    check_at_least("which", which, 0)
    count = min((len(value) for value in weights.values()), default=0)
    if which >= count:
        raise ValueError(f"which is {which}: there are {count}, give less than that")


def check_form(model: nn.Sequential, weights: Weights) -> None:
    """Refuse the weights of another form.

    Raises:
        ValueError: If names or shapes differ.
    """
    own = {name: tuple(p.shape) for name, p in model.state_dict().items()}
    given = {name: tuple(value.shape[1:]) for name, value in weights.items()}
    if own != given:
        odd = sorted(dict(own.items() ^ given.items()))
        raise ValueError(f"weights do not fit in {', '.join(odd)}: give another make")
