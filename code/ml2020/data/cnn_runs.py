"""CNN runs: how networks did that learned to name clothes, a row a network.

Source:  tools/train_cnn.py; its record, with seeds, seconds and versions, is in
         ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

SHA256 = "8d5cf34b4c17ed511ba89f1a05de848ced3a35a95571cb69865c463007631f3a"


class ClothesRun(NamedTuple):
    """Networks of one kind at one rate: shares of pictures named rightly."""

    what: str  # rate ...: choosing; long: asked thrice; all others: compared,
    # shuffled seen: only those dots shuffled that the convolutional network sees
    network: str  # linear, narrow, wide, blurred; max, stride: convolutional
    lr: float
    epochs: int
    learn: Networks  # of the pictures that they learned from,
    choose: Networks  # of those to choose by,
    judge: Networks  # of those to judge by,
    by_0: Networks  # of Zalando's 2,000 test pictures,
    by_1: Networks  # of the same moved by 1 dot, the mean over four directions,
    by_2: Networks  # by 2,
    by_3: Networks  # and by 3


@cache
def clothes_runs() -> tuple[ClothesRun, ...]:
    """Return the runs of all networks and rates. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"what": str, "network": str, "lr": float, "epochs": int}
    return tuple(ClothesRun(*run) for run in runs("cnn_clothes.csv", SHA256, keys))
