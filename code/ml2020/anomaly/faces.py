"""Faces: emoji to tell from animals and plants, strangers, and yellow paint for both.

Chapter: book/anomaly_labels.md
Source:  the chapter's own; pictures of ml2020.data.emoji
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import avg_pool2d

from ml2020.data.emoji import emoji
from ml2020.support.checks import check_filled

SMILEYS, ANIMALS = 0, 3  # of the first only what is called a face
EXPOSED, STRANGE = 7, 8  # objects to learn from; symbols to be judged by
YELLOW = (1.0, 0.8, 0.25)  # red, green and blue of most faces
BLUE = (0.25, 0.8, 1.0)
PAPER = 0.95  # a dot is painted unless its red, green and blue are all above
SIDE = 8  # dots, after each 4 by 4 have been averaged


class FaceTask(NamedTuple):
    """Faces, and animals with plants, to tell apart; two other groups.

    Attributes:
        X: Pictures to learn from, and y what they are, 0 (a face) or 1.
        X_test: Other pictures of both kinds, and y_test.
        exposed: Strangers that one may learn from.
        strange: Strangers of another group, to be judged by.
    """

    X: Float[Tensor, "n 3 32 32"]
    y: Int[Tensor, " n"]
    X_test: Float[Tensor, "t 3 32 32"]
    y_test: Int[Tensor, " t"]
    exposed: Float[Tensor, "e 3 32 32"]
    strange: Float[Tensor, "s 3 32 32"]


def face_task(*, generator: torch.Generator | None = None) -> FaceTask:
    """Return two thirds of the pictures to learn from, the others to be judged by."""
    pictures, groups, _, names = emoji()
    called = torch.tensor(["face" in name for name in names], dtype=torch.bool)
    kinds = [(groups == SMILEYS) & called, groups == ANIMALS]
    normal = torch.cat([pictures[kind] for kind in kinds])
    y = torch.cat([groups[kind] * 0 + k for k, kind in enumerate(kinds)])
    order = torch.randperm(len(y), generator=generator)
    learn, test = order.tensor_split([2 * len(y) // 3])
    strangers = [pictures[groups == group] for group in (EXPOSED, STRANGE)]
    return FaceTask(normal[learn], y[learn], normal[test], y[test], *strangers)


def yellowed(
    pictures: Float[Tensor, "n 3 32 32"],
    colour: tuple[float, float, float] = YELLOW,
) -> Float[Tensor, "n 3 32 32"]:
    """Return pictures of which all but the paper is in one colour, its shades kept.

    Args:
        pictures: Red, green and blue, 0 to 1.
        colour: What white would become.

    Raises:
        ValueError: If there is no picture.
    """
    check_filled("pictures", pictures, "picture")
    paper = pictures.amin(dim=1, keepdim=True) > PAPER
    grey = pictures.mean(dim=1, keepdim=True)
    shade = 0.5 + 0.5 * grey  # dark ones stay visible as a colour
    painted = shade * torch.tensor(colour, dtype=pictures.dtype)[:, None, None]
    return torch.where(paper, pictures, painted)


def coarse(pictures: Float[Tensor, "n 3 32 32"]) -> Float[Tensor, "n 192"]:
    """Return each picture as 8 by 8 dots in three colours, in a row."""
    return avg_pool2d(pictures, 32 // SIDE).flatten(1)
