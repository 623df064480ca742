"""Train what the page on pruning shows: tickets and pupils, on digits and on clothes.

python -m tools.train_compression_prune --for 60   works for a minute of CPU, then
                                                   stops; call it again until done

It writes code/ml2020/data/trained/compression_prune_runs.csv and
compression_prune_sparse.csv, and their record once all is there. The loader,
ml2020/data/compression_prune_runs.py, holds the sha256 of each, printed at the end.
What was done so far is kept in _build/compression_prune.

On digits each network has pictures of its own to learn from, to choose by and to judge
by. A rate comes from a grid with factors of 3, widened until the best lies inside, by
the pictures to choose by: for each way to begin at one density, for each way to teach
at each temperature; at ten times the steps it is the better of this one and a third of
it. On clothes all networks learn from the same pictures. The rate of a descent after
pruning weights or neurons is the better of two, for each way, by two networks that do
not judge; that of a network that was born small comes from a grid, by the same two, and
if it trains longer it is this one or a third of it; the rate of the network with batch
normalisation and the price of its factors come from a grid as well.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from scipy import sparse
from torch import Tensor, nn

from ml2020.cnn import accuracy
from ml2020.compression import (
    activity,
    channel_factors,
    digit_draws,
    each,
    folded,
    global_masks,
    incoming,
    layer_masks,
    learned,
    magnitudes,
    many_accuracies,
    many_losses,
    many_networks,
    only_signs,
    other_places,
    pictures,
    saliencies,
    scaled_network,
    shuffled_rest,
    signs_of,
    slimmed,
    small_network,
    smaller,
    smoothed,
    softened,
    strongest,
    tickets,
    without,
)
from ml2020.support.rates import widened
from tools.trained import Training, sha256

KEPT = Path("_build/compression_prune")
WHAT = ("sparse.csv", "runs.csv")
HEAD = "what name setting epochs lr seed choose judge extra".split()
Row = list[Any]

# Digits: tickets.
LOTTERY = list(range(10))
SIZES, SHARE, ROUNDS = (64, 100, 10), 0.4, 8
SHORT, LONG = 15, 150  # epochs
AT = 5  # the round for the choice of rates, and for long descents
# Digits: pupils.
PUPILS = list(range(10))
TEACHER, PUPIL, LABELS, UPDATES = (64, 100, 10), (64, 16, 10), 100, 960
TEN = 10  # times the steps
HEATS, MIDDLE = (1.0, 4.0, 16.0), 4.0
UNSEEN = 1000  # pictures, without one digit
# Clothes.
SEEDS, CHOOSERS = list(range(5)), [5, 6]
BASE, FINE = 4, 1  # epochs
LEFT, STEPS = (0.1, 0.02), 4
HALF = {"filters": (4, 8), "hidden": 16}
TENTH = {"filters": (3, 5), "hidden": 10}  # 2,090 numbers; pruned to a tenth: 2,064
BORN = {  # its form, and epochs: as many as the large one, then as many products
    "half": (HALF, (5, 17)),
    "tenth": (TENTH, (5, 32)),
}
DIM = 1024  # of the matrix whose product is timed


class OutOfTimeError(Exception):
    """This call has worked for as long as it may."""


def dice(seed: int) -> torch.Generator:
    """Return a generator."""
    return torch.Generator().manual_seed(seed)


class Runs:
    """The runs, each made once; those of earlier calls are read from a file."""

    def __init__(self, training: Training, until: float) -> None:
        self.training = training
        code = training.record["code"].items()
        self.code = {n: found for n, found in code if not n.startswith("tools/")}
        self.rows: dict[str, list[Row]] = {}
        KEPT.mkdir(parents=True, exist_ok=True)
        if (KEPT / "rows.json").exists():
            kept = json.loads((KEPT / "rows.json").read_text(encoding="utf-8"))
            # what earlier runs reached computes the same; later ones may reach more
            if kept["code"].items() <= self.code.items():
                self.rows, training.earlier = kept["rows"], kept["seconds"]
        self.until = until + training.earlier
        self.used: dict[str, list[Row]] = {}

    def of(self, key: tuple[Any, ...], make: Callable[[], list[Row]]) -> list[Row]:
        """Return the rows of a run, seed, choose, judge, extra; make them if need be.

        Args:
            key: What was run, its name, its setting, epochs, rate.
            make: Trains the networks.
        """
        name = json.dumps(key)
        if name not in self.rows:
            if self.training.seconds > self.until:
                raise OutOfTimeError
            self.rows[name] = make()
            means = np.mean([row[1:] for row in self.rows[name]], axis=0).round(4)
            print(name, *means, f"{self.training.seconds:.0f}", flush=True)
            kept = {"code": self.code, "rows": self.rows}
            kept["seconds"] = self.training.seconds
            (KEPT / "rows.json").write_text(json.dumps(kept), encoding="utf-8")
        self.used[name] = self.rows[name]
        return self.rows[name]

    def best(self, run: Callable[[float], list[Row]], rates: list[float]) -> float:
        """Return the rate with the most right among what one chooses by."""
        costs = widened(rates, lambda lr: -float(np.mean([r[1] for r in run(lr)])))
        return min(costs, key=lambda lr: costs[lr])

    def better(self, run: Callable[[float], list[Row]], lr: float) -> float:
        """Return a rate or a third of it, by the same."""
        return max((lr, lr / 3), key=lambda lr: float(np.mean([r[1] for r in run(lr)])))

    def network(
        self, name: str, make: Callable[[], nn.Sequential], empty: nn.Sequential
    ) -> nn.Sequential:
        """Return a network that was trained, or train it; `empty` is its form."""
        path, record = KEPT / f"{name}.npz", KEPT / f"{name}.json"
        made_by = json.loads(record.read_text("utf-8")) if record.exists() else {"": 0}
        if not made_by.items() <= self.code.items():
            if self.training.seconds > self.until:
                raise OutOfTimeError
            found = {n: p.detach().numpy() for n, p in make().named_parameters()}
            np.savez(path, **found)
            record.write_text(json.dumps(self.code), encoding="utf-8")
        with np.load(path, allow_pickle=False) as stored:
            with torch.no_grad():
                for n, p in empty.named_parameters():
                    p.copy_(torch.from_numpy(stored[n]))
        return empty


# ---- digits: tickets


def digit_rows(model: nn.Module, draws: Any, extra: Tensor | None = None) -> list[Row]:
    """Return a row for each network."""
    found = [
        many_accuracies(model, draws.X_choose, draws.y_choose),
        many_accuracies(model, draws.X_judge, draws.y_judge),
    ]
    found.append(torch.zeros_like(found[0]) if extra is None else extra)
    return [[k, *(round(x[k].item(), 4) for x in found)] for k in range(len(found[0]))]


def lottery(runs: Runs) -> None:
    """Begin thinned networks in several ways."""
    draws = digit_draws([100 + seed for seed in LOTTERY])
    start, other = (
        many_networks([add + seed for seed in LOTTERY], *SIZES) for add in (0, 500)
    )

    def train(
        begin: nn.Sequential, masks: Mapping[str, Tensor], lr: float, epochs: int
    ) -> nn.Sequential:
        return learned(
            begin, draws.X, draws.y, lr, epochs, masks, many_losses, generator=dice(1)
        )

    def run(name: str, r: int, begin: Any, masks: Any, epochs: int, lr: float) -> Any:
        key = ("tickets", name, r, epochs, lr)
        return runs.of(key, lambda: digit_rows(train(begin, masks, lr, epochs), draws))

    dense = runs.best(lambda lr: run("all", 0, start, {}, SHORT, lr), [0.003, 0.01])
    steps = tickets(
        start,
        lambda s, m: runs.network(
            f"round{len(found)}",
            lambda: train(s, m, dense, SHORT),
            many_networks(LOTTERY, *SIZES),
        ),
        SHARE,
        ROUNDS,
        partial(each, global_masks),
    )
    found: list[Any] = []
    for masks in steps:
        found.append(masks)
    ways = {
        "ticket": lambda r: (start, found[r - 1]),
        "redrawn": lambda r: (other, found[r - 1]),
        "only signs": lambda r: (only_signs(start), found[r - 1]),
        "old signs": lambda r: (signs_of(start, other), found[r - 1]),
        "other places": lambda r: (
            start,
            other_places(found[r - 1], generator=dice(2)),
        ),
        "small": lambda r: (thin(r), {}),
    }
    for name, way in ways.items():

        def of(lr: float, r: int, e: int = SHORT, n: str = name, w: Any = way) -> Any:
            return run(n, r, *w(r), e, lr)

        lr = runs.best(partial(of, r=AT), [0.01, 0.03])
        for r in range(1, ROUNDS + 1):
            of(lr, r)
        if name != "old signs":
            runs.better(partial(of, r=AT, e=LONG), lr)


def thin(r: int) -> nn.Sequential:
    """Return fully connected networks with about as many weights as after r rounds."""
    inputs, hidden, classes = SIZES
    return many_networks(LOTTERY, inputs, round(hidden * (1 - SHARE) ** r), classes)


# ---- digits: pupils


def pupils(runs: Runs) -> None:  # noqa: C901, PLR0915
    """Teach small networks in several ways."""
    draws = digit_draws([200 + seed for seed in PUPILS])

    def teach(lr: float) -> nn.Sequential:
        start = many_networks([700 + seed for seed in PUPILS], *TEACHER)
        args = draws.X, draws.y, lr, SHORT
        return learned(start, *args, loss=many_losses, generator=dice(3))

    lr = runs.best(
        lambda lr: runs.of(
            ("pupils", "teacher", 0, SHORT, lr), lambda: digit_rows(teach(lr), draws)
        ),
        [0.003, 0.01],
    )
    teacher = runs.network(
        "teacher", lambda: teach(lr), many_networks(PUPILS, *TEACHER)
    )
    start = many_networks([900 + seed for seed in PUPILS], *PUPIL)
    with torch.no_grad():
        v = teacher(draws.X)

    def run(what: str, name: str, heat: float, times: int, rows: Any, lr: float) -> Any:
        def make() -> list[Row]:
            X = draws.X.gather(0, rows[..., None].expand(-1, -1, 64))
            said = v.gather(0, rows[..., None].expand(-1, -1, 10))
            y = draws.y.gather(0, rows)
            targets, loss = taught(name, said, y, heat)
            epochs = times * UPDATES // -(-len(X) // 50)
            args = X, targets, lr, epochs
            model = learned(start, *args, loss=loss, generator=dice(5))
            return digit_rows(model, draws, left_out(model, draws))

        return runs.of((what, name, heat, times * UPDATES, lr), make)

    everything = torch.arange(len(v))[:, None].expand(-1, len(PUPILS))
    soft = [(name, MIDDLE) for name in ("soft", "even", "shuffled")]
    settings = [("labels", 0.0), *soft]
    found: dict[tuple[str, float], float] = {}
    for name, heat in settings:
        few = partial(run, "few", name, heat, 1, everything[:LABELS])
        few_lr = runs.best(few, [0.01])
        if name in ("labels", "soft"):
            runs.better(
                partial(run, "few", name, heat, TEN, everything[:LABELS]), few_lr
            )
    settings += [("class", 0.0), ("scores", 0.0)]
    settings += [("soft", heat) for heat in HEATS if heat != MIDDLE]
    for name, heat in settings:
        found[name, heat] = runs.best(
            partial(run, "many", name, heat, 1, everything), [0.01]
        )
    by_many = dict(found)
    rows = [(draws.y[:, k] != k % 10).nonzero()[:UNSEEN, 0] for k in range(len(PUPILS))]
    unseen = torch.stack(rows, dim=1)
    for name, heat in settings:
        task = partial(run, "unseen", name, heat, 1, unseen)
        found[name, heat] = runs.best(task, [found[name, heat]])
    for name, heat in (("soft", MIDDLE), ("class", 0.0)):
        many = partial(run, "many", name, heat, TEN, everything)
        runs.better(many, by_many[name, heat])
        if name == "soft":
            run("unseen", name, heat, TEN, unseen, found[name, heat])
    run("unseen", "even", MIDDLE, TEN, unseen, found["even", MIDDLE])


def taught(name: str, v: Tensor, y: Tensor, heat: float) -> tuple[Tensor, Any]:
    """Return the targets and the loss of a way to teach."""
    if name == "labels":
        return y, many_losses
    if name == "class":
        return v.argmax(dim=-1), many_losses
    if name == "scores":
        v = v - v.mean(dim=-1, keepdim=True)
        return v, lambda z, v: F.mse_loss(z, v) * len(PUPILS)
    p = softened(v, heat)
    if name == "even":
        p = smoothed(p)
    if name == "shuffled":
        p = shuffled_rest(p, generator=dice(4))
    return p, lambda z, p: heat**2 * many_losses(z / heat, p)


def left_out(model: nn.Module, draws: Any) -> Tensor:
    """Return which share of its digit, k modulo 10, network k names rightly."""
    with torch.no_grad():
        right = (model(draws.X_judge).argmax(dim=-1) == draws.y_judge).float()
    mine = draws.y_judge == torch.arange(len(PUPILS)) % 10
    return (right * mine).sum(dim=0) / mine.sum(dim=0)


# ---- clothes


class Wardrobe:
    """The network of the lecture on clothes, and what is made of it."""

    def __init__(self, runs: Runs) -> None:
        self.runs, self.data = runs, pictures()
        self.lr = runs.best(self.base_rows, [0.003, 0.01])

    def train(self, start: Any, lr: float, epochs: int, masks: Any, seed: int) -> Any:
        """Return a network after its descent."""
        args = self.data.X, self.data.y, lr, epochs, masks
        return learned(start, *args, generator=dice(10 + seed))

    def base(self, seed: int, lr: float | None = None) -> nn.Sequential:
        """Return the trained network of a seed."""
        lr = lr or self.lr
        return self.runs.network(
            f"base {seed} {lr:.5f}",
            lambda: self.train(small_network(seed), lr, BASE, {}, seed),
            small_network(seed),
        )

    def base_rows(self, lr: float) -> list[Row]:
        """Return a row for each network that is not pruned."""
        return self.runs.of(
            ("clothes", "all", 1, BASE, lr),
            lambda: [self.row(seed, self.base(seed, lr)) for seed in SEEDS],
        )

    def row(self, seed: int, model: nn.Sequential, extra: float = 0.0) -> Row:
        """Return a row."""
        data = self.data
        choose = accuracy(model, data.X_choose, data.y_choose)
        judge = accuracy(model, data.X_judge, data.y_judge)
        return [seed, round(choose, 4), round(judge, 4), round(extra, 4)]

    def after(
        self,
        name: str,
        setting: float,
        epochs: int,
        lr: float,
        seeds: list[int],
        cut: Any,
    ) -> list[Row]:
        """Return rows of pruned networks after their descent; extra is before it.

        Args:
            name: The way.
            setting: What was left.
            epochs: Of the descent.
            lr: Its rate.
            seeds: Which networks.
            cut: Maps a trained network and its seed to the pruned one and its masks.
        """

        def one(seed: int) -> Row:
            model, masks = cut(self.base(seed), seed)
            data = self.data
            before = accuracy(model, data.X_judge, data.y_judge)
            return self.row(seed, self.train(model, lr, epochs, masks, seed), before)

        what = "clothes" if seeds == SEEDS else "clothes chosen"
        key = (what, name, setting, epochs, lr)
        return self.runs.of(key, lambda: [one(seed) for seed in seeds])

    def rate(self, name: str, setting: float, cut: Any) -> float:
        """Return the better of two rates, by two networks that do not judge."""
        return max(
            (self.lr, self.lr / 3),
            key=lambda lr: sum(
                row[1] for row in self.after(name, setting, FINE, lr, CHOOSERS, cut)
            ),
        )

    def prune(self) -> None:
        """Take weights away, at once and in steps."""
        rates = {}
        for name in ("global", "layers", "saliency", "chance"):
            rates[name] = self.rate(name, 0.1, self.weights(name, 0.1))
            for left in LEFT:
                args = name, left, FINE, rates[name], SEEDS, self.weights(name, left)
                self.after(*args)
        left = LEFT[-1]
        for name in ("at once", "at once, restarts", "in steps"):
            lr = max(
                (self.lr, self.lr / 3),
                key=lambda lr, name=name: sum(  # type: ignore[misc]
                    row[1] for row in self.stepwise(name, CHOOSERS, lr)
                ),
            )
            self.stepwise(name, SEEDS, lr)
        for name in ("global", "saliency"):
            args = name, left, TEN * FINE, rates[name], SEEDS, self.weights(name, left)
            self.after(*args)

    def weights(self, name: str, left: float) -> Any:
        """Return what takes all but a share of the weights from a network."""

        def cut(model: nn.Sequential, seed: int) -> Any:
            if name == "saliency":
                scores = saliencies(model, self.data.X[:500])
            else:
                scores = magnitudes(model)
            masks_of = layer_masks if name == "layers" else global_masks
            masks = masks_of(scores, 1 - left)
            if name == "chance":
                masks = other_places(masks, generator=dice(30 + seed))
            return without(model, masks), masks

        return cut

    def stepwise(self, name: str, seeds: list[int], lr: float) -> list[Row]:
        """Return rows of networks with few weights after four epochs."""
        what = "clothes" if seeds == SEEDS else "clothes chosen"
        return self.runs.of(
            (what, name, LEFT[-1], STEPS * FINE, lr),
            lambda: [self.row(s, self.in_steps(name, s, lr)) for s in seeds],
        )

    def in_steps(self, name: str, seed: int, lr: float) -> nn.Sequential:
        """Return a network pruned and trained in turn, or pruned at once.

        With restarts the rate falls four times, as it does in steps.
        """
        model, masks, left = self.base(seed), {}, LEFT[-1]
        if name != "in steps":
            masks = global_masks(magnitudes(model), 1 - left)
        if name == "at once":
            return self.train(model, lr, STEPS * FINE, masks, seed)
        for _ in range(STEPS):
            if name == "in steps":
                share = 1 - left ** (1 / STEPS)
                masks = global_masks(magnitudes(model, masks), share)
            model = self.train(model, lr, FINE, masks, seed)
        return model

    def neurons(self) -> None:
        """Take half of the filters and neurons away; or begin with half."""
        for name in ("sums", "activity", "chance neurons"):

            def cut(model: nn.Sequential, seed: int, name: str = name) -> Any:
                scores = incoming(model)
                if name == "activity":
                    scores = activity(model, self.data.X[:500])
                if name == "chance neurons":
                    g = dice(40 + seed)
                    scores = {
                        k: torch.rand(s.shape, generator=g) for k, s in scores.items()
                    }
                return smaller(model, strongest(scores, 0.5)), {}

            self.after(name, 0.5, FINE, self.rate(name, 0.5, cut), SEEDS, cut)
        cut = self.weights("global", 0.2548)  # as many numbers as half of the neurons
        name = "as many weights"
        self.after(name, 0.2548, FINE, self.rate(name, 0.2548, cut), SEEDS, cut)

    def born(self) -> None:
        """Train smaller networks that were never larger."""
        for name, (form, lengths) in BORN.items():
            as_long, as_dear = lengths
            run = partial(self.scratch, name, form)
            lr = self.runs.best(partial(run, as_long, CHOOSERS), [self.lr])
            run(as_long, SEEDS, lr)
            run(as_dear, SEEDS, self.runs.better(partial(run, as_dear, CHOOSERS), lr))

    def scratch(
        self, name: str, form: Any, epochs: int, seeds: list[int], lr: float
    ) -> list[Row]:
        """Return rows of a smaller form."""
        what = "clothes" if seeds == SEEDS else "clothes chosen"
        return self.runs.of(
            (what, name, 1, epochs, lr),
            lambda: [
                self.row(s, self.train(small_network(s, **form), lr, epochs, {}, s))
                for s in seeds
            ],
        )


class Slimming:
    """Networks with batch normalisation, whose filters go by factors, or by sums."""

    def __init__(self, wardrobe: Wardrobe) -> None:
        self.of, self.runs, self.data = wardrobe, wardrobe.runs, wardrobe.data
        self.made: dict[tuple[int, float, float], nn.Sequential] = {}
        self.lr = self.runs.best(
            lambda lr: self.whole(0.0, CHOOSERS, lr), [0.003, 0.01]
        )

    def network(self, seed: int, price: float, lr: float) -> nn.Sequential:
        """Return a trained network whose factors had a price."""
        if (seed, price, lr) not in self.made:
            args = self.data.X, self.data.y, lr, BASE, price
            made = slimmed(scaled_network(seed), *args, generator=dice(10 + seed))
            self.made[seed, price, lr] = made
        return self.made[seed, price, lr]

    def whole(self, price: float, seeds: list[int], lr: float) -> list[Row]:
        """Return rows of whole networks."""
        what = "clothes" if seeds == SEEDS else "clothes chosen"
        return self.runs.of(
            (what, "scaled", price, BASE, lr),
            lambda: [self.of.row(s, folded(self.network(s, price, lr))) for s in seeds],
        )

    def cut(self, score: str, price: float) -> Any:
        """Return what takes half of the filters of each layer from such a network."""

        def one(_: nn.Sequential, seed: int) -> Any:
            model = self.network(seed, price, self.lr)
            scores = channel_factors(model)
            if score == "folded sums":
                sums = incoming(folded(model))
                scores = {k: sums[k] for k in scores}
            if score == "sums":  # of the filters, without their factors
                filters = [m.weight.detach() for m in model if isinstance(m, nn.Conv2d)]
                sums = [w.abs().flatten(1).sum(dim=1) for w in filters]
                scores = dict(zip(scores, sums, strict=True))
            return smaller(folded(model), strongest(scores, 0.5)), {}

        return one

    def after(self, score: str, price: float, seeds: list[int]) -> list[Row]:
        """Return rows of what is left, after its descent."""
        name, cut = f"filters by {score}", self.cut(score, price)
        lr = self.of.rate(name, price, cut)
        return self.of.after(name, price, FINE, lr, seeds, cut)

    def all(self) -> None:
        """Choose the price, and make the networks that judge, with it and without."""
        price = self.runs.best(
            lambda price: self.after("factors", price, CHOOSERS), [0.003, 0.01]
        )
        for paid in (0.0, price):
            self.whole(paid, SEEDS, self.lr)
            for score in ("factors", "sums", "folded sums"):
                self.after(score, paid, SEEDS)


# ---- sparse products


def timed(call: Callable[[], object]) -> float:
    """Return the least of several times, in seconds."""
    found = []
    for _ in range(15):
        begun = time.perf_counter()
        call()
        found.append(time.perf_counter() - begun)
    return min(found)


def sparse_rows() -> list[Row]:
    """Return, for some densities and batches, the seconds of a product, both ways."""
    draw = np.random.default_rng(0)
    W = draw.standard_normal((DIM, DIM)).astype(np.float32)
    found = []
    for batch in (1, 50):
        x = draw.standard_normal((DIM, batch)).astype(np.float32)
        dense = timed(lambda x=x: W @ x)
        for left in (0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01):
            thinned = sparse.csr_matrix(W * (draw.random(W.shape) < left))
            seconds = timed(lambda x=x, thinned=thinned: thinned @ x)
            found.append([left, batch, f"{dense:.3g}", f"{seconds:.3g}"])
    return found


def main() -> int:
    """Work for a while; write what the page shows, and its record when all is done."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--for", type=float, default=3000, dest="seconds")
    options = parser.parse_args()
    torch.set_num_threads(1)
    training = Training(__file__, seeds=PUPILS)
    runs = Runs(training, options.seconds)
    try:
        lottery(runs)
        pupils(runs)
        wardrobe = Wardrobe(runs)
        wardrobe.prune()
        wardrobe.neurons()
        wardrobe.born()
        Slimming(wardrobe).all()
    except OutOfTimeError:
        print(f"{training.seconds:.0f} seconds of CPU so far: call it again")
        return 1
    table = [
        [*json.loads(key), *row] for key, rows in runs.used.items() for row in rows
    ]
    names = [f"compression_prune_{what}" for what in WHAT]
    head = "left batch dense sparse".split()
    training.write_table(names[0], head, sparse_rows())
    training.write_table(names[1], HEAD, table)
    training.write(names)
    for name in names:
        print(name, sha256(training.folder / name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
