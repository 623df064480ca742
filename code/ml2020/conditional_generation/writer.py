"""Writer: a recurrent network that says the next symbol, given those before.

Chapter: book/conditional_generation_sequence.md
Source:  Graves (2013), sections 2 and 3, https://arxiv.org/abs/1308.0850; Lee (2020),
         conditional generation
"""

import torch
from jaxtyping import Int
from torch import Tensor, nn

from ml2020.conditional_generation.steps import before
from ml2020.support.checks import check_at_least, check_positive, check_share


class Writer(nn.Module):
    """A network that scores what comes next.

    Args:
        symbols: How many there are; one more stands for nothing yet.
        m: Units of the network, and of what stands for a symbol.
        extra: Of how many other symbols it is told at each step, such as the dot above.
        dropout: The share of numbers, of a symbol and of the state that scores, that
            are left out while it learns; 0 to below 1.
    """

    def __init__(
        self, symbols: int, m: int, extra: int = 0, dropout: float = 0.0
    ) -> None:
        check_writer(symbols, m, extra, dropout)
        super().__init__()
        self.drops = nn.Dropout(dropout)
        self.symbols = symbols
        self.means = nn.Embedding(symbols + 1, m)
        nn.init.normal_(
            self.means.weight, std=m**-0.5
        )  # they are weights of scores too
        self.joins = nn.Linear(m * (1 + extra), m)
        self.remembers = nn.GRU(m, m, batch_first=True)
        self.bias = nn.Parameter(torch.zeros(symbols, dtype=torch.float32))

    def step(self, told: Tensor, h: Tensor | None) -> tuple[Tensor, Tensor]:
        """Return scores (n, S, symbols), and the last state.

        Args:
            told: The symbols before each step (n, S), or of each several (n, S, k).
            h: The state (1, n, m); None before the first step.
        """
        x = self.means(told)
        if x.dim() == 4:
            x = torch.tanh(self.joins(x.flatten(2)))
        H, h = self.remembers(self.drops(x), h)
        return self.drops(H) @ self.means.weight[:-1].T + self.bias, h

    def forward(self, W: Tensor, told: Tensor | None = None) -> Tensor:
        """Return the scores of each symbol of W (n, S), given those before it.

        Args:
            W: The symbols (n, S).
            told: What it is told before each; None for the symbol before.
        """
        return self.step(before(W, self.symbols) if told is None else told, None)[0]


@torch.no_grad()
def drawn(
    model: Writer,
    n: int,
    most: int,
    temperature: float = 1.0,
    *,
    generator: torch.Generator | None = None,
) -> Int[Tensor, "n most"]:
    """Return sequences, each symbol drawn given those before it.

    Args:
        model: One that is told the symbol before alone.
        n: How many sequences.
        most: How many symbols each: nothing else ends one that has no end.
        temperature: The scores are divided by it; 1 leaves the probabilities.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If a number is below 1, or the temperature not positive.
    """
    check_drawn(n, most, temperature)
    y = torch.full((n, 1), model.symbols, dtype=torch.int64)
    h, said = None, []
    for _ in range(most):
        scores, h = model.step(y, h)
        behind = scores[:, 0] - scores[:, 0].amax(dim=-1, keepdim=True)
        p = (behind.double() / temperature).softmax(dim=-1)
        y = torch.multinomial(p, 1, generator=generator)
        said.append(y)
    return torch.cat(said, dim=1)


def check_writer(symbols: int, m: int, extra: int, dropout: float) -> None:
    """Refuse networks of nothing.

    Raises:
        ValueError: If a size is too small, or the share is none.
    """
    check_share("dropout", dropout)
    for name, size, least in (
        ("symbols", symbols, 2),
        ("m", m, 1),
        ("extra", extra, 0),
    ):
        check_at_least(name, size, least)


def check_drawn(n: int, most: int, temperature: float) -> None:
    """Refuse to draw nothing.

    Raises:
        ValueError: If a number is below 1, or the temperature not positive.
    """
    check_at_least("n", n, 1)
    check_at_least("most", most, 1)
    check_positive("temperature", temperature)
