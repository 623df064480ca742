"""Poems: quatrains to learn from, a table that counts, and a network that writes.

Chapter: book/conditional_generation_sequence.md
Source:  the table interpolates as Jelinek and Mercer (1980); Lee (2020), conditional
         generation
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.conditional_generation.discounting import pair_counts
from ml2020.conditional_generation.learning import first, learned
from ml2020.conditional_generation.steps import before, mean_bits
from ml2020.conditional_generation.writer import Writer
from ml2020.data.quatrains import quatrains
from ml2020.support.checks import check_choice, check_share

PARTS = {"learn": slice(2900), "choose": slice(2900, 3200), "judge": slice(3200, None)}
UNITS, BATCH = 64, 64
DROPOUT = 0.4  # of the poet with a brake
RARE = "□"  # what stands for characters that the first part lacks


def part(name: str) -> Tensor:
    """Return the poems of one part (n, 20), as places in `characters()`.

    Raises:
        ValueError: If there is no such part.
    """
    check_choice("name", name, tuple(PARTS))
    text = quatrains().text
    known = torch.zeros(int(text.max()) + 1, dtype=torch.int64)
    known[_known()] = torch.arange(1, len(_known()) + 1)
    return known[text[PARTS[name]]]


def characters() -> tuple[str, ...]:
    """Return what the numbers of `part` stand for; the first for all rare ones."""
    return RARE, *(quatrains().characters[k] for k in _known().tolist())


def bigram(
    W: Int[Tensor, "n S"], symbols: int, share: float
) -> Float[Tensor, "before symbols"]:
    """Return the probability of each symbol after each other (symbols + 1, symbols).

    Counts of pairs are mixed with counts of symbols alone, and those with one for all.

    Args:
        W: What is counted.
        symbols: How many there are; the last row is that of the beginning.
        share: Of the pairs, 0 to below 1.

    Raises:
        ValueError: If there is nothing to count, or the share is none.
    """
    check_share("share", share)
    pairs = pair_counts(W, symbols)
    alone = pairs.sum(dim=0) + 1
    alone = alone / alone.sum()
    often = pairs.sum(dim=1, keepdim=True)
    shares = torch.where(often > 0, share, 0.0)
    return shares * pairs / often.clamp(min=1) + (1 - shares) * alone


def poet(seed: int, lr: float, updates: int, dropout: float = 0.0) -> Writer:
    """Return a network that has learned to write, from the first part.

    Args:
        seed: Of the first weights, of the poems that come, and of what is left out.
        lr: The first rate.
        updates: 1 or more.
        dropout: The share that is left out while it learns, 0 to below 1.
    """
    W = part("learn")
    dice = torch.Generator().manual_seed(30_000 + seed)

    def loss(model: Writer, t: int) -> Tensor:
        some = W[torch.randint(len(W), (BATCH,), generator=dice)]
        return F.cross_entropy(model(some).flatten(0, 1), some.flatten())

    model = first(lambda: Writer(len(characters()), UNITS, 0, dropout), seed)
    often = W.flatten().bincount(minlength=model.symbols) + 1
    with torch.no_grad():  # it begins with how often each character comes at all
        model.bias.copy_((often / often.sum()).log())
    with torch.random.fork_rng():  # dropout throws the dice of all
        torch.manual_seed(31_000 + seed)
        return learned(model, loss, lr, updates).eval()


@torch.no_grad()
def bits(model: Writer, W: Tensor) -> float:
    """Return how many bits a character costs: the mean of -log2 P."""
    return mean_bits(model(W), W)


def table_bits(P: Tensor, W: Tensor) -> float:
    """Return how many bits a character costs by a table of pairs."""
    return -P[before(W, P.shape[1]), W].log2().mean().item()


def _known() -> Tensor:
    text = quatrains().text[PARTS["learn"]].flatten()
    often = text.bincount(minlength=len(quatrains().characters))
    return (often > 1).nonzero()[:, 0]
