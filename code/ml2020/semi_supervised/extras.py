"""Extras: what a network can be asked of pictures whose labels nobody knows.

Chapter: book/semi_supervised.md
Source:  Lee (2013), section 2 (hard labels); Grandvalet and Bengio (2005), section 2
         (entropy); Weston, Ratle and Collobert (2008), section 2 (neighbours); Sohn and
         others (2020), section 2 (consistency), https://arxiv.org/abs/2001.07685
"""

from collections.abc import Callable

from torch import Tensor
from torch.nn.functional import cross_entropy

SURE = 0.95  # a label is taken from who is surer, as in Sohn and others


def by_sure_labels(z: Tensor, teacher: Tensor, true: Tensor | None = None) -> Tensor:
    """Return the cross entropy to what a sure teacher says, for each network.

    Args:
        z: The scores that are taught.
        teacher: The scores that teach, where they are sure.
        true: What is shown; if given, a teacher that is wrong is not heard.
    """
    largest, label = teacher.detach().softmax(dim=-1).max(dim=-1)
    heard = largest > SURE
    if true is not None:
        heard = heard & (label == true)
    cost = cross_entropy(z.flatten(0, 1), label.flatten(), reduction="none")
    return (cost.view_as(label) * heard).mean(dim=1)


def by_answers(z: Tensor, y: Tensor) -> Tensor:
    """Return the cross entropy to answers, for each network.

    To its own answers it is the entropy; to these, held fixed, that of soft labels.
    """
    return -(y * z.log_softmax(dim=-1)).sum(dim=-1).mean(dim=1)


def by_smoothness(z: Tensor, partner: Tensor) -> Tensor:
    """Return how unlike neighbours are named: the Laplacian's sum, edge by edge."""
    return ((z.softmax(dim=-1) - partner.softmax(dim=-1)) ** 2).sum(dim=-1).mean(dim=1)


Extra = Callable[[Tensor, Tensor, Tensor], Tensor]  # scores, a partner's, what is true
EXTRAS: dict[str, tuple[str, Extra | None]] = {  # who the partner is, and the cost
    "labels only": ("", None),
    "hard labels": ("", lambda z, _, __: by_sure_labels(z, z)),
    "the right ones": ("", lambda z, _, true: by_sure_labels(z, z, true)),
    "soft labels": ("", lambda z, _, __: by_answers(z, z.detach().softmax(dim=-1))),
    "entropy": ("", lambda z, _, __: by_answers(z, z.softmax(dim=-1))),
    "neighbours": ("neighbour", lambda z, partner, _: by_smoothness(z, partner)),
    "labels, augmented": ("", None),
    "consistency": ("augmented", lambda z, partner, _: by_sure_labels(partner, z)),
}
