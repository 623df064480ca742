"""Train what the page on new architectures shows: orders, rivals, ponderers, albums.

python -m tools.train_new_architectures --for 60   works for a minute of CPU, then
                                                   stops; call it again until it says
                                                   that it is done

It writes new_architectures_sums.csv (a row a network), new_architectures_chains.csv (a
row a network and a distance), new_architectures_albums.csv (a row a network) and
new_architectures_seconds.csv (a row a turn) into code/ml2020/data/trained, and their
record. The loader,
ml2020/data/new_architectures_runs.py, holds the files' sha256, printed at the end. What
was done so far is kept in _build/new_architectures.

Each order and each architecture gets the same grid of five rates, widened until the
best lies inside: it has the most right places with five seeds (an order) or three, on
sequences that do not judge. Then more seeds learn at that rate. With ten times the
batches the grid begins with that rate and its third, and two seeds choose. The controls
of the Reformer, reversible layers with other attentions, learn at its rate. Ponderers
with a price and without get the same rates, none of which is chosen; other prices are
tried at the higher one. All see the same sequences.
"""

import csv
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor

from ml2020.data.fashion_mnist import fashion_mnist
from ml2020.new_architectures.adder import KINDS, Adder, drawn_adder
from ml2020.new_architectures.album import Album, drawn_album, painting
from ml2020.new_architectures.chains import (
    FARTHEST,
    by_distance,
    chains,
    charged,
    drawn_counter,
)
from ml2020.new_architectures.fused import fused
from ml2020.new_architectures.hashed_heads import HashedHeads
from ml2020.new_architectures.orders import orders
from ml2020.new_architectures.reversible import Reversible
from ml2020.new_architectures.style import unit
from ml2020.new_architectures.sums import asked, right, sums
from ml2020.support.rates import widened
from ml2020.transformer.learning import descended, falling
from tools.trained import FOLDER
from tools.trained_runs import Row, Runs, worked

KEPT = Path("_build/new_architectures/runs.json")
SEEDS, TEN, HALF = range(30), range(10), range(5)
FEW, TRIED = range(3), range(2)  # few where a run takes long
RATES, BATCH = [0.081, 0.027, 0.009, 0.003, 0.001], 32
WORD_PLACES, RIVAL_PLACES = 9, 16
UPDATES, LONG = 40, 10  # some get ten times as many, too
PATIENT: dict[str, Sequence[int]] = {"ssff": HALF, "ffss": HALF}
PATIENT |= dict.fromkeys(KINDS, FEW)
PLACES, STEPS, PONDER_UPDATES = 16, 8, 300
PONDER_RATES = {0.01: HALF, 0.003: FEW}
TAUS = {0.01: PONDER_RATES, 0.0: PONDER_RATES}  # prices of a step
TAUS |= {tau: {0.01: TRIED} for tau in (0.1, 0.03, 0.003)}
PICTURES, ALBUM_UPDATES, ALBUM_RATE = 40, 200, 0.02
PAINTED = 20  # pictures at a time
NOISES = ("learned", "none")  # the second learns without, with the same factors
TIMED = {16: 32, 1024: 1, 2048: 1, 4096: 1}  # so many sequences of so many places
TURNS = 7  # the first is not kept
FAR = ("fused", "shuffle-exchange", "Reformer")  # timed at 4,096 places
CLOCKED = (*KINDS, "fused", "reversible, kept", "reversible", "Reformer, kept")
CONTROLS = {  # of the Reformer: places of a chunk, rounds, whether all share a bucket
    "shared": (RIVAL_PLACES, 1, True),
    "chunks of 8": (8, 2, False),
}


def dice(seed: int) -> torch.Generator:
    """Return a generator of that seed."""
    return torch.Generator().manual_seed(seed)


def warmed(lr: float, updates: int, t: int) -> float:
    """Return the rate of step t: it rises for a tenth of all, then falls to 0."""
    return falling(t, lr, updates, updates // 10)


def adding(T: int, kind: str, updates: int, lr: float, seed: int) -> Row:
    """Return the shares of right places of a network, to choose and to judge by."""
    model = descended(
        control(seed, kind, T) if kind in CONTROLS else drawn_adder(seed, kind, T),
        asked(BATCH, T, generator=dice(1000 + seed)),
        lambda t: warmed(lr, updates, t),
        updates,
    )
    return [right(model, sums(500, T, generator=dice(place))) for place in (2000, 3000)]


def control(seed: int, kind: str, T: int) -> Adder:
    """Return a Reformer with other chunks, other rounds, or one bucket for all."""
    m, rounds, alike = CONTROLS[kind]
    model = drawn_adder(seed, "Reformer", T)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        parts = [HashedHeads(32, 2, m, rounds, T) for _ in range(3)]
        model.body = Reversible(parts, 32)
    for part in parts:
        part.R *= not alike  # all products are 0 then, and so are all buckets
    return model


def pondering(tau: float, lr: float, seed: int) -> Row:
    """Return what is lost; then by distance right answers and steps."""
    model = descended(
        drawn_counter(seed, STEPS),
        charged(tau, BATCH, PLACES, generator=dice(4000 + seed)),
        lambda t: warmed(lr, PONDER_UPDATES, t),
        PONDER_UPDATES,
    )
    with torch.no_grad():
        lost = charged(tau, 500, PLACES, generator=dice(5001))(model).item()
    hits, steps = by_distance(model, chains(500, PLACES, generator=dice(5000)))
    return [lost, *hits.tolist(), *steps.tolist()]


def painted(noise: str, updates: int, seed: int) -> Row:
    """Return what is wrong, what noise shakes, its factors, and what styles move."""
    images = fashion_mnist().train_images[:PICTURES]
    noisy = noise != "none"
    album = descended(
        drawn_album(seed, PICTURES),
        painting(images, PAINTED, noisy=noisy, generator=dice(6000 + seed)),
        lambda t: warmed(ALBUM_RATE, updates, t),
        updates,
    )
    with torch.no_grad():
        plain = album.generator(album.z)
        wrong = (plain - images).square().mean().item()
        factors = [level.noise.abs().mean().item() for level in album.generator.levels]
        return [wrong, shaken(album, seed), *factors, *moved(album)]


def shaken(album: Album, seed: int) -> float:
    """Return the mean variance of a dot if noise is drawn anew."""
    drawn = dice(7000 + seed)
    many = [album.generator(album.z, noisy=True, generator=drawn) for _ in range(8)]
    return torch.stack(many).var(dim=0).mean().item()


def moved(album: Album) -> list[float]:
    """Return which share of the way to another picture its first and last style go.

    Three numbers for the first, for the parts of `parts`, then three for the last.
    """
    w = album.generator.mapping(unit(album.z))
    other = w.roll(1, dims=0)
    here, goal, *mixtures = (
        parts(album.generator.painted(codes))
        for codes in ([w] * 3, [other] * 3, [other, w, w], [w, w, other])
    )
    found = []
    for mixed in mixtures:
        for a, b, m in zip(here, goal, mixed, strict=True):
            way = b - a
            found.append(((m - a) * way).sum().item() / way.square().sum().item())
    return found


def parts(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the mean of pictures (n, 28, 28), that of blocks less it, and the rest.

    A block has 4 by 4 dots.
    """
    mean = x.mean(dim=(-2, -1), keepdim=True).expand_as(x)
    blocks = torch.nn.functional.avg_pool2d(x[:, None], 4)
    coarse = torch.nn.functional.interpolate(blocks, scale_factor=4.0)[:, 0]
    return mean, coarse - mean, x - coarse


def timed(T: int, n: int) -> Row:
    """Return CPU seconds of a loss and its slopes: all kinds in turn, then again."""
    models = [placed(kind, T) for kind in clocked(T)]
    cost, found = asked(n, T, generator=dice(8000)), []
    for _ in range(TURNS):
        for model in models:
            start = time.process_time()
            cost(model).backward()
            found.append(time.process_time() - start)
    return found[len(models) :]  # what is done once only is in the first turn


def clocked(T: int) -> tuple[str, ...]:
    """Return what is timed at so many places."""
    return CLOCKED if T <= 2048 else FAR


def placed(kind: str, T: int) -> Adder:
    """Return a network for so many places, with chunks of at most 32."""
    if kind == "fused":
        return fused(drawn_adder(0, "Transformer", T))
    name, _, kept = kind.partition(", ")
    model = drawn_adder(0, name, T)
    if name == "Reformer" and T > 128:
        parts = [HashedHeads(32, 2, 32, 2, T) for _ in range(3)]
        model.body = Reversible(parts, 32)
    if isinstance(model.body, Reversible):
        model.body.kept = bool(kept)
    return model


def tried_out(
    one: Callable[[float, int], Row],
    tried: dict[float, float],
    few: Sequence[int],
    seeds: Sequence[int],
) -> list[tuple[float, int, Row]]:
    """Return rates, seeds and rows: few seeds at each rate, all of them at the best."""
    best = min(tried, key=lambda lr: tried[lr])
    return [
        (lr, seed, one(lr, seed))
        for lr in sorted(tried)
        for seed in (seeds if lr == best else few)
    ]


def of_adder(runs: Runs, T: int, kind: str) -> list[Row]:
    """Return a row for each network of a kind that fetches and computes."""

    def one(lr: float, seed: int, updates: int = UPDATES) -> Row:
        key = f"{T} {kind} {updates} {lr:.6g} {seed}"
        return runs.of(key, lambda: adding(T, kind, updates, lr, seed))

    def patient(lr: float, seed: int) -> Row:
        return one(lr, seed, LONG * UPDATES)

    few, seeds = (FEW, TEN) if kind in KINDS else (HALF, SEEDS)
    tried = widened(RATES, lambda lr: -sum(one(lr, seed)[0] for seed in few))
    best = min(tried, key=lambda lr: tried[lr])
    made = [(UPDATES, kind, tried_out(one, tried, few, seeds))]
    if kind in PATIENT:
        rates = [best, best / 3]
        tried = widened(rates, lambda lr: -sum(patient(lr, seed)[0] for seed in TRIED))
        rows = tried_out(patient, tried, TRIED, PATIENT[kind])
        made.append((LONG * UPDATES, kind, rows))
        if kind == "Reformer":
            made += [
                (LONG * UPDATES, name, of_control(runs, T, name, rows))
                for name in ("reversible", *CONTROLS)
            ]
    return [
        [T, name, updates, f"{lr:.6g}", seed, *(f"{share:.5f}" for share in row)]
        for updates, name, rows in made
        for lr, seed, row in rows
    ]


def of_control(
    runs: Runs, T: int, name: str, rows: Sequence[tuple[float, int, Row]]
) -> list[tuple[float, int, Row]]:
    """Return rows of a control, at the rate that most networks of the Reformer have."""
    updates = LONG * UPDATES
    rates = [lr for lr, _, _ in rows]
    lr = max(rates, key=rates.count)

    def one(seed: int) -> Row:
        key = f"{T} {name} {updates} {lr:.6g} {seed}"
        return runs.of(key, lambda: adding(T, name, updates, lr, seed))

    return [(lr, seed, one(seed)) for seed in FEW]


def of_adders(runs: Runs, T: int, kinds: Sequence[str]) -> list[Row]:
    """Return a row for each network of all kinds."""
    return [row for kind in kinds for row in of_adder(runs, T, kind)]


def of_ponderers(runs: Runs) -> list[Row]:
    """Return a row for each ponderer and distance."""
    found = []
    for tau, rates in TAUS.items():
        for lr, seeds in rates.items():
            rows = []
            for seed in seeds:
                key = f"ponder {tau} {lr:.6g} {seed}"
                a = (tau, lr, seed)
                rows.append(runs.of(key, lambda a=a: pondering(*a)))
            for far in range(FARTHEST + 1):
                for seed, row in zip(seeds, rows, strict=True):
                    said = [row[0], row[1 + far], row[far + FARTHEST + 2]]
                    numbers = [f"{number:.5f}" for number in said]
                    found.append([tau, f"{lr:.6g}", far, seed, *numbers])
    return found


def of_albums(runs: Runs) -> list[Row]:
    """Return a row for each album."""
    found = []
    for noise in NOISES:
        for seed in HALF:
            key = f"album, in parts, {noise} {ALBUM_UPDATES} {seed}"
            row = runs.of(key, lambda a=(noise, ALBUM_UPDATES, seed): painted(*a))
            found.append([noise, ALBUM_UPDATES, seed, *(f"{x:.6g}" for x in row)])
    return found


def of_clocks(runs: Runs) -> list[Row]:
    """Return a row for each architecture, length and turn."""
    found = []
    for T, n in TIMED.items():
        row = runs.of(f"seconds, fused too, {T}", lambda a=(T, n): timed(*a))
        kinds = clocked(T)
        for k, kind in enumerate(kinds):
            turns = [f"{seconds:.6f}" for seconds in row[k :: len(kinds)]]
            found += [[kind, T, n, turn, said] for turn, said in enumerate(turns)]
    return found


def table(runs: Runs) -> list[list[Row]]:
    """Return the rows of all tables."""
    ponderers, words = of_ponderers(runs), of_adders(runs, WORD_PLACES, orders(2))
    albums, rivals = of_albums(runs), of_adders(runs, RIVAL_PLACES, KINDS)
    return [ponderers, words + rivals, albums, of_clocks(runs)]


def main() -> int:
    """Work for a while; write the tables and their record when all is done."""
    made = worked(__file__, KEPT, table, seeds=SEEDS)
    if made is None:
        return 1
    training, tables = made
    heads = {
        "new_architectures_chains.csv": "tau lr far seed lost right steps",
        "new_architectures_sums.csv": "places kind updates lr seed choose judge",
        "new_architectures_albums.csv": "noise updates seed wrong shaken factor_7"
        " factor_14 factor_28 bright coarse fine last_bright last_coarse last_fine",
        "new_architectures_seconds.csv": "kind places sequences seed seconds",
    }
    for (name, head), rows in zip(heads.items(), tables, strict=True):
        with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head.split(), *rows])
    training.write([*heads])
    print(training.record["files"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
