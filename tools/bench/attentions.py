"""What attention, an encoder layer and greedy decoding cost, beside torch's.

A batch of 8 sequences of 64 numbers a place, with all slopes, at three lengths; and
whole answers, whose beginnings both compute anew at each step.
"""

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ml2020.rnn.seq2seq_pairs import pairs_of
from ml2020.transformer import (
    EncoderLayer,
    attention,
    causal,
    drawn_transformer,
    sinusoids,
    spoken,
)
from tools.bench.measure import Row, Work, cpu_seconds, peak_megabytes, with_slopes

LENGTHS = (64, 256, 1024)
BATCH, HEADS, WIDTH = 8, 4, 64


def attentions(T: int) -> tuple[Work, Work]:
    """Return ours and torch's fused one."""
    Q = torch.randn(BATCH, HEADS, T, WIDTH // HEADS)
    return (
        with_slopes(lambda X: attention(X, X, X).b, Q),
        with_slopes(lambda X: F.scaled_dot_product_attention(X, X, X), Q),
    )


def layers(T: int) -> tuple[Work, Work]:
    """Return an encoder layer of ours and of torch's."""
    X = torch.randn(BATCH, T, WIDTH)
    settings = {"dropout": 0.0, "batch_first": True}
    theirs = nn.TransformerEncoderLayer(WIDTH, HEADS, 4 * WIDTH, **settings)
    mine = EncoderLayer(WIDTH, HEADS, 4 * WIDTH)
    return with_slopes(mine, X), with_slopes(theirs, X)


def answers(T: int) -> tuple[Work, Work]:
    """Return what says T / 16 symbols about T, greedily: ours, and torch's stack."""
    most = T // 16
    model = drawn_transformer(0, 10, 3, WIDTH, HEADS, 1)
    with torch.no_grad():
        model.says.bias[2] = -1e4  # it never stops
    pairs = pairs_of([[k % 10 for k in range(T)]] * BATCH, [[0]] * BATCH, stop=2)
    settings = {"dropout": 0.0, "batch_first": True, "norm_first": True}
    theirs = nn.Transformer(WIDTH, HEADS, 1, 1, 4 * WIDTH, **settings)

    def vectors(places: nn.Embedding, symbols: Tensor) -> Tensor:
        waves = sinusoids(symbols.shape[1], WIDTH).float()
        return places(symbols) + waves

    @torch.no_grad()
    def library() -> object:
        H = theirs.encoder(vectors(model.hears.symbols, pairs.X))
        told = torch.full((BATCH, 1), 3)
        for _ in range(most):
            Y = vectors(model.told.symbols, told)
            Z = theirs.decoder(Y, H, tgt_mask=~causal(told.shape[1]))
            y = model.says(Z[:, -1]).argmax(dim=-1)
            told = torch.cat([told, y[:, None]], dim=1)
        return told

    return lambda: spoken(model, pairs, most), library


def measure() -> Iterator[Row]:
    """Yield a row for each work and length, with the growth from the length before."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    before: dict[str, tuple[float, float]] = {}
    for T in LENGTHS:
        for name, (mine, theirs) in (
            ("attention", attentions(T)),
            ("encoder layer", layers(T)),
            ("greedy decoding", answers(T)),
        ):
            ours, library = (cpu_seconds(work, turns=3) for work in (mine, theirs))
            growth = [
                now / then
                for now, then in zip(
                    (ours, library), before.get(name, ()), strict=False
                )
            ]
            memory = [peak_megabytes(work) for work in (mine, theirs)]
            yield {
                "milliseconds of CPU": f"{name}, {T} places",
                "ours": f"{1e3 * ours:.1f}",
                "torch": f"{1e3 * library:.1f}",
                "ratio": f"{ours / library:.1f}",
                "megabytes, ours and theirs": ", ".join(f"{m:.0f}" for m in memory),
                "growth of ours, theirs": ", ".join(f"{g:.1f}" for g in growth),
            }
            before[name] = ours, library
