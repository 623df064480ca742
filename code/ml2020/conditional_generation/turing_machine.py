"""Turing machine: a controller, one head that writes, one that reads; and its rival.

Chapter: book/conditional_generation_pointing.md
Source:  Graves, Wayne and Danihelka (2014), sections 3.4 and 4.1,
         https://arxiv.org/abs/1410.5401; the controller has no memory of its own
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ml2020.conditional_generation.turing import Head, address, read, written
from ml2020.support.checks import check_at_least, check_shape

HEAD = 1 + 1 + 3 + 1  # numbers of a head beside its key


class TuringMachine(nn.Module):
    """A network with a memory of slots that it writes and reads.

    Args:
        inputs: Numbers of an input.
        outputs: Numbers of an output.
        slots: Of the memory; a machine that has learned may be given more.
        d: Numbers of a slot.
        m: Units of the controller.
    """

    def __init__(
        self, inputs: int, outputs: int, slots: int = 20, d: int = 8, m: int = 64
    ) -> None:
        check_machine(inputs, outputs, slots, d, m)
        super().__init__()
        self.slots, self.d = slots, d
        self.thinks = nn.Linear(inputs + d, m)
        self.tells = nn.Linear(m, 2 * (d + HEAD) + 2 * d)
        self.says = nn.Linear(m + d, outputs)

    def heads(self, h: Tensor) -> tuple[Head, Head, Tensor, Tensor]:
        """Return what the writing and the reading head are told; erase; add."""
        d = self.d
        parts = self.tells(h).split([d + HEAD, d + HEAD, d, d], dim=-1)
        told = []
        for part in parts[:2]:
            k, beta, g, s, gamma = part.split([d, 1, 1, 3, 1], dim=-1)
            told.append(
                Head(
                    k,
                    F.softplus(beta),
                    g.sigmoid(),
                    s.softmax(dim=-1),
                    1 + F.softplus(gamma),
                )
            )
        return told[0], told[1], parts[2].sigmoid(), parts[3]

    def forward(
        self, X: Tensor, slots: int | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return scores (T, n, outputs), and where was written and read (T, n, slots).

        Args:
            X: The inputs (T, n, inputs).
            slots: Of the memory, 1 or more; None for as many as it learned with.

        Raises:
            ValueError: If X does not fit, or there is no slot.
        """
        check_shape("X", X, (*X.shape[:2], self.thinks.in_features - self.d))
        n, N = X.shape[1], self.slots if slots is None else slots
        check_at_least("slots", N, 1)
        M = X.new_full((n, N, self.d), 1e-6)
        w_write = w_read = F.one_hot(torch.zeros(n, dtype=torch.int64), N).to(X)
        r = X.new_zeros(n, self.d)
        scores, wrote, looked = [], [], []
        for x in X:
            h = torch.tanh(self.thinks(torch.cat([x, r], dim=-1)))
            writer, reader, erase, add = self.heads(h)
            w_write = address(M, w_write, writer)
            M = written(M, w_write, erase, add)
            w_read = address(M, w_read, reader)
            r = read(M, w_read)
            scores.append(self.says(torch.cat([h, r], dim=-1)))
            wrote.append(w_write)
            looked.append(w_read)
        return torch.stack(scores), torch.stack(wrote), torch.stack(looked)


class Rival(nn.Module):
    """An LSTM for the same task.

    Args:
        inputs: Numbers of an input.
        outputs: Numbers of an output.
        m: Its units.
    """

    def __init__(self, inputs: int, outputs: int, m: int) -> None:
        check_machine(inputs, outputs, 1, 1, m)
        super().__init__()
        self.remembers = nn.LSTM(inputs, m)
        self.says = nn.Linear(m, outputs)

    def forward(self, X: Tensor) -> tuple[Tensor]:
        """Return scores (T, n, outputs)."""
        return (self.says(self.remembers(X)[0]),)


def check_machine(inputs: int, outputs: int, slots: int, d: int, m: int) -> None:
    """Refuse machines of nothing.

    Raises:
        ValueError: If a size is below 1.
    """
    sizes = {"inputs": inputs, "outputs": outputs, "slots": slots, "d": d, "m": m}
    for name, size in sizes.items():
        check_at_least(name, size, 1)
