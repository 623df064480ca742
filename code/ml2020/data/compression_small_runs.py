"""Small runs: networks of clothes made small in many ways, trained beforehand.

Source:  tools/train_compression_small.py; its record, with seeds, seconds and versions,
         is in ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

SHA256 = "f9a82ec4aace2642afafed434ac3e7c656c07e85c798a4fe36fb2fed5745a049"


class SmallRun(NamedTuple):
    """One way to a small network, with one rate, on several networks.

    What was run is a rate, by which that of the way was chosen, on other networks; the
    table; ten, with ten times the passes, and a rate for ten; rounded, without any
    training after it; an exit, if all pictures leave there;
    or a threshold, with the mean operations. In seconds, fixed and bytes are the times
    of 500 pictures and of one, over those of the dense network; in kernels, by
    channels, fixed is the time of a pair over that of a full convolution, multiplies
    its weights over those of that.
    """

    what: str
    name: str
    lr: float  # the rate at the start; 0: no training
    fixed: Networks  # bytes of the file with words of one length,
    bytes: Networks  # and with those of Huffman
    multiplies: Networks  # by a weight other than 0, for one picture
    choose: Networks  # share of right answers: of pictures to choose by,
    judge: Networks  # and to judge by


@cache
def small_runs() -> tuple[SmallRun, ...]:
    """Return all runs. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"what": str, "name": str, "lr": float}
    found = runs("compression_small_runs.csv", SHA256, keys)
    return tuple(SmallRun(*run) for run in found)
