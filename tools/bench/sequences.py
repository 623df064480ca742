"""What recurrent layers and CTC cost, beside torch's, at three lengths.

A batch of 32 sequences and all slopes: time, and how much the memory of the process
grows at its peak.
"""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from ml2020.rnn import Sizes, ctc_slopes, shapes, states_of
from tools.bench.measure import (
    Row,
    Work,
    cpu_seconds,
    peak_megabytes,
    with_slopes,
)

LENGTHS = (50, 200, 800)
BATCH, WIDTH, LABELS = 32, 64, 30


def recurrent(kind: str, X: Tensor) -> tuple[Work, Work]:
    """Return ours and torch's; slopes of all weights, of what the last input leaves."""
    sizes = Sizes(WIDTH, WIDTH, 1)
    count = sum(rows * columns for rows, columns in shapes(kind, sizes))
    theta = torch.randn(count) / WIDTH**0.5
    library = {"LSTM": nn.LSTM, "GRU": nn.GRU}[kind](WIDTH, WIDTH)

    def ours(weights: Tensor) -> Tensor:
        last = states_of(weights, kind, sizes, X)[-1]
        return last.h if kind == "LSTM" else last

    def theirs() -> object:
        return torch.autograd.grad(library(X)[0][-1].sum(), [*library.parameters()])

    return with_slopes(ours, theta), theirs


def ctc(length: int) -> tuple[Work, Work]:
    """Return ours and torch's: losses, and slopes by the scores."""
    scores = torch.randn(length, BATCH, LABELS)
    targets = torch.randint(1, LABELS, (BATCH, length // 5))
    frames, letters = torch.full((BATCH,), length), torch.full((BATCH,), length // 5)
    said = targets.tolist()

    def theirs(numbers: Tensor) -> Tensor:
        log_y = numbers.log_softmax(dim=-1)
        loss: Tensor = nn.functional.ctc_loss(
            log_y, targets, frames, letters, reduction="sum"
        )
        return loss

    return lambda: ctc_slopes(scores, frames, said), with_slopes(theirs, scores)


def measure() -> Iterator[Row]:
    """Yield a row for each layer and length, with the growth from the length before."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    before: dict[str, tuple[float, float]] = {}
    for length in LENGTHS:
        X = torch.randn(length, BATCH, WIDTH)
        for name, works in (
            ("LSTM", recurrent("LSTM", X)),
            ("GRU", recurrent("GRU", X)),
            ("CTC", ctc(length)),
        ):
            ours, theirs = (cpu_seconds(work, turns=3) for work in works)
            memory = [peak_megabytes(work) for work in works]
            growth = [
                now / then
                for now, then in zip((ours, theirs), before.get(name, ()), strict=False)
            ]
            yield {
                "milliseconds of CPU": f"{name}, {length} inputs",
                "ours": f"{1e3 * ours:.1f}",
                "torch": f"{1e3 * theirs:.1f}",
                "ratio": f"{ours / theirs:.1f}",
                "megabytes, ours and theirs": ", ".join(f"{m:.0f}" for m in memory),
                "growth of ours, theirs": ", ".join(f"{g:.1f}" for g in growth),
            }
            before[name] = ours, theirs
