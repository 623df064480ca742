"""Train the auto-encoders whose tables the pages read, beforehand.

python -m tools.train_autoencoder --for 60   works for a minute of CPU, then stops; call
                                             it again until it says that it is done

It writes autoencoder_runs.csv (a row a network), autoencoder_vae.csv (likewise) and
autoencoder_weights.npz into code/ml2020/data/trained, and their record. Their loader,
ml2020/data/autoencoder_runs.py, holds the files' sha256, printed at the end. What was
done so far is kept in _build/autoencoder.
"""

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ml2020.autoencoder.contractive import contractive_loss
from ml2020.autoencoder.denoising import denoising_loss
from ml2020.autoencoder.halves import bag_loss, code_of, gloss_bags, torn
from ml2020.autoencoder.judging import edges, nearest_distance, normal_like
from ml2020.autoencoder.network import drawn_autoencoder, learned, squared_error
from ml2020.autoencoder.pairs import (
    drawn_judge,
    drawn_matcher,
    pair_accuracy,
    pair_loss,
)
from ml2020.autoencoder.parts import Parts, parted
from ml2020.autoencoder.quantised import (
    drawn_vq,
    nearest_word,
    vq_loss,
    with_words_of,
)
from ml2020.autoencoder.retrieval import ranks, shared_class, voted
from ml2020.autoencoder.vae import kl_to_normal, noisy_code, vae_cost, vae_loss
from ml2020.cnn import clothes
from ml2020.cnn.pictures import jittered
from ml2020.data.digits import digits
from ml2020.data.glosses import glosses
from ml2020.support.rates import widened
from tools.trained import sha256
from tools.trained_runs import Row, Runs, worked

KEPT = Path("_build/autoencoder/runs.json")
RATES = (0.001, 0.003, 0.01)
SEEDS, FEW = range(5), range(3)
UPDATES, TAU, SIGMA = 1500, 0.15, 0.3
BETAS = (0.0, 0.01, 0.1, 0.3, 1.0, 3.0, 10.0)
Run = Callable[[int, float, int], Row]  # by seed, rate and updates: choose, judge, ...


def dice(number: int) -> torch.Generator:
    """Return a source of randomness of its own."""
    return torch.Generator().manual_seed(number)


@cache
def data() -> Parts:
    """Return the digits."""
    d = digits()
    return parted(d.images.flatten(1), d.labels)


def dots(x: Tensor, rebuilt: Tensor) -> float:
    """Return the mean square of what is missed."""
    return (x - rebuilt).square().mean().item()


def rebuilding(model: nn.Module, x: Tensor) -> Tensor:
    """Return what is missed."""
    return squared_error(x, model(x))


def deep(size: int, seed: int, lr: float, updates: int) -> Row:
    """Return what a deep auto-encoder misses, and its share of right neighbours."""
    P = data()
    start = drawn_autoencoder(seed, [64, 128, 64, size])
    model = learned(start, rebuilding, P.learn, lr, updates, generator=dice(seed))
    with torch.no_grad():
        found = voted(model.E(P.judge), model.E(P.learn), P.learn_labels)
        right = (found == P.judge_labels).double().mean().item()
        return [
            dots(P.choose, model(P.choose)),
            dots(P.judge, model(P.judge)),
            right,
            dots(P.learn, model(P.learn)),
        ]


def cleaned(kind: str, size: int, seed: int, lr: float, updates: int) -> Row:
    """Return how far from clean digits are those that are rebuilt of noisy ones."""
    P = data()
    noise = dice(100 + seed)
    costs = {
        "plain": rebuilding,
        "denoising": lambda m, x: denoising_loss(m, x, SIGMA, generator=noise),
    }
    lam = float(kind.partition(" ")[2] or 0)
    cost = costs.get(kind, lambda m, x: contractive_loss(m, x, lam))
    start = drawn_autoencoder(seed, [64, 128, size])
    model = learned(start, cost, P.learn, lr, updates, generator=dice(seed))
    row = []
    for part, x in enumerate((P.choose, P.judge)):
        noisy = x + SIGMA * torch.randn(x.shape, generator=dice(50 + part))
        with torch.no_grad():
            row.append(dots(x, model(noisy)))
    with torch.no_grad():
        return [*row, dots(P.judge, model(P.judge)), 0.0]


@cache
def torn_glosses() -> tuple[Tensor, list[tuple[Tensor, Tensor]]]:
    """Return bags to learn from, and two times 1,000 torn ones."""
    bags = gloss_bags(glosses(), 50, 2000, 9).bags
    bags = bags[torch.randperm(len(bags), generator=dice(7))]
    cut = [bags[-1000:], bags[-2000:-1000]]
    return bags[:-2000], [torn(part, generator=dice(8)) for part in cut]


def read(dropped: float, size: int, seed: int, lr: float, updates: int) -> Row:
    """Return how often the other half of a gloss is not among the nearest."""
    learn, halves = torn_glosses()
    noise = dice(100 + seed)
    start = drawn_autoencoder(seed, [learn.shape[1], 128, size])
    model = learned(
        start,
        lambda m, x: bag_loss(m, x, dropped, generator=noise),
        learn,
        lr,
        updates,
        generator=dice(seed),
    )
    row = []
    with torch.no_grad():
        found = [ranks(code_of(model, a), code_of(model, b)) for a, b in halves]
    for most, r in ((100, found[0]), (100, found[1]), (10, found[1]), (1, found[1])):
        row.append((r > most).double().mean().item())
    return row


@cache
def pictures() -> tuple[Tensor, ...]:
    """Return clothes as rows, three parts, and classes of two of them."""
    P = clothes(4000, 500)
    X = (P.X, P.X_choose, P.X_judge[:500])
    return *(x.flatten(1) for x in X), P.y, P.y_judge[:500]


def shaken(x: Tensor, most: int, noise: torch.Generator) -> Tensor:
    """Return rows of moved pictures."""
    return jittered(x.view(-1, 1, 28, 28), most, generator=noise).flatten(1)


def seen(most: int, size: int, seed: int, lr: float, updates: int) -> Row:
    """Return how often neighbours of moved pictures are of another class."""
    learn, choose, judge, y, y_judge = pictures()
    noise = dice(100 + seed)
    start = drawn_autoencoder(seed, [784, 256, 64, size])
    model = learned(
        start,
        lambda m, x: squared_error(x, m(shaken(x, most, noise))),
        learn,
        lr,
        updates,
        generator=dice(seed),
    )
    with torch.no_grad():
        codes = model.E(learn)
        row = [dots(choose, model(shaken(choose, most, dice(9))))]
        for far in (2, 0, 1):
            queries = model.E(shaken(judge, far, dice(10)))
            row.append(1 - shared_class(queries, y_judge, codes, y))
    return row


def told(kind: str, seed: int, lr: float, updates: int) -> Row:
    """Return what a codebook misses, and how many of its words it uses."""
    P = data()
    words, parts = (int(number) for number in kind.split()[:2])
    model = drawn_vq(seed, [64, 128, 64, 8], words, parts)
    if kind.endswith("codes"):
        model = with_words_of(model, P.learn, generator=dice(seed))
    model = learned(model, vq_loss, P.learn, lr, updates, generator=dice(seed))
    with torch.no_grad():
        used = nearest_word(model.codes(P.learn), model.book).unique().numel()
        rebuilt = [dots(x, model(x)) for x in (P.choose, P.judge, P.learn)]
    return [rebuilt[0], rebuilt[1], used, rebuilt[2]]


@cache
def codes_of(kind: str, lr: float, seed: int) -> tuple[Tensor, ...]:
    """Return codes of eight numbers of the three parts, each of the same spread."""
    P = data()
    parts = (P.learn, P.choose, P.judge)
    mu = P.learn.mean(dim=0)
    if kind == "label":
        labels = (P.learn_labels, P.choose_labels, P.judge_labels)
        return tuple(nn.functional.one_hot(y, 10).float() for y in labels)
    if kind == "PCA":
        axes = torch.linalg.svd(P.learn - mu, full_matrices=False).Vh[:8].T
        made = [(x - mu) @ axes for x in parts]
    if kind in ("random", "shuffled"):
        axes = torch.randn(64, 8, generator=dice(seed), dtype=torch.float32)
        made = [(x - mu) @ axes for x in parts]
    if kind in ("deep", "matcher"):
        model = coder(kind, lr, seed)
        with torch.no_grad():
            made = [model.E(x) for x in parts]
    spread = made[0].std(dim=0)
    made = [(z - made[0].mean(dim=0)) / spread for z in made]
    if kind == "shuffled":
        made = [z[torch.randperm(len(z), generator=dice(seed))] for z in made]
    return tuple(made)


def coder(kind: str, lr: float, seed: int) -> nn.Module:
    """Return an encoder that has learned by rebuilding, or by matching."""
    P = data()
    if kind == "deep":
        start = drawn_autoencoder(seed, [64, 128, 64, 8])
        return learned(start, rebuilding, P.learn, lr, UPDATES, generator=dice(seed))
    return learned(
        drawn_matcher(seed, [64, 128, 64, 8]),
        lambda m, x: pair_loss(m.judge, x, m.E(x)),
        P.learn,
        lr,
        UPDATES,
        generator=dice(seed),
    )


def matched(kind: str, code_lr: float, seed: int, lr: float, updates: int) -> Row:
    """Return how badly a judge tells pairs of picture and code from others."""
    P = data()
    learn, choose, judge = codes_of(kind, code_lr, seed)
    model = learned(
        drawn_judge(seed, 64, learn.shape[1]),
        lambda m, xz: pair_loss(m, xz[:, :64], xz[:, 64:]),
        torch.cat([P.learn, learn], dim=1),
        lr,
        updates,
        generator=dice(seed),
    )
    right = (voted(judge, learn, P.learn_labels) == P.judge_labels).double().mean()
    with torch.no_grad():
        return [
            pair_loss(model, P.choose, choose).item(),
            1 - pair_accuracy(model, P.judge, judge),
            right.item(),
            pair_loss(model, P.judge, judge).item(),
        ]


def matcher_lost(seed: int, lr: float, _: int) -> Row:
    """Return the loss of an encoder and a judge that learned together."""
    P = data()
    model = coder("matcher", lr, seed)
    with torch.no_grad():
        row = [pair_loss(model.judge, x, model.E(x)) for x in (P.choose, P.judge)]
    return [*(loss.item() for loss in row), 0.0, 0.0]


def drawn_from(beta: float, size: int, seed: int, lr: float, updates: int) -> nn.Module:
    """Return a variational auto-encoder that has learned digits."""
    return learned(
        drawn_autoencoder(seed, [64, 128, 64, size], read=2),
        vae_cost(TAU, beta, generator=dice(100 + seed)),
        data().learn,
        lr,
        updates,
        generator=dice(seed),
    )


def varied(beta: float, seed: int, lr: float, updates: int) -> Row:
    """Return what a variational auto-encoder misses, prices, and makes."""
    P = data()
    model = drawn_from(beta, 8, seed, lr, updates)
    with torch.no_grad():
        lost = vae_loss(model, P.choose, TAU, beta, generator=dice(11)).item()
        m, s = model.E(P.judge).chunk(2, dim=1)
        kl = kl_to_normal(m, s).mean(dim=0)
        z = torch.randn(400, 8, generator=dice(12), dtype=torch.float32)
        like = normal_like(model.E(P.learn).chunk(2, dim=1)[0], 400, generator=dice(13))
        row = [lost, dots(P.judge, model.D(m))]
        row += [dots(P.judge, model.D(noisy_code(m, s, generator=dice(14))))]
        row += [kl.sum().item(), int((kl > 0.1).sum()), edges(model.D(m), 8)]
        for made in (model.D(z), model.D(like)):
            row += [nearest_distance(made, P.learn), nearest_distance(P.judge, made)]
            row += [edges(made, 8)]
    return row


def clothes_vae(seed: int, lr: float, updates: int) -> nn.Module:
    """Return a variational auto-encoder of clothes."""
    return learned(
        drawn_autoencoder(seed, [784, 128, 64, 16], read=2),
        vae_cost(TAU, 1.0, generator=dice(100 + seed)),
        pictures()[0],
        lr,
        updates,
        generator=dice(seed),
    )


def clothed(seed: int, lr: float, updates: int) -> Row:
    """Return the loss of one on clothes."""
    model = clothes_vae(seed, lr, updates)
    with torch.no_grad():
        parts = pictures()[1:3]
        return [vae_loss(model, x, TAU, generator=dice(11)).item() for x in parts]


class Contest:
    """All runs of a kind, at all rates; and ten times as many updates at the best."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs

    def of(
        self, head: Row, run: Run, updates: int, seeds: range, long: bool = False
    ) -> tuple[list[Row], float]:
        """Return the rows of a kind, and its best rate."""
        rows: dict[float, list[Row]] = {}
        name = " ".join(map(str, head))

        def lost(lr: float) -> float:
            rows[lr] = [
                self.runs.of(
                    f"{name} {lr:.4g} {updates} {seed}",
                    lambda seed=seed: run(seed, lr, updates),
                )
                for seed in seeds
            ]
            return sum(row[0] for row in rows[lr]) / len(rows[lr])

        losses = widened(RATES, lost)
        best = min(losses, key=lambda lr: losses[lr])
        made = [
            [*head, updates, f"{lr:.6g}", seed, *row]
            for lr in sorted(rows)
            for seed, row in zip(seeds, rows[lr], strict=True)
        ]
        if long:
            for seed in FEW:
                row = self.runs.of(
                    f"{name} {best:.4g} {10 * updates} {seed}",
                    lambda seed=seed: run(seed, best, 10 * updates),
                )
                made.append([*head, 10 * updates, f"{best:.6g}", seed, *row])
        return made, best


def kinds() -> list[tuple[Row, Run, int, range, bool]]:
    """Return what is trained: its head, how, how long, by which seeds."""
    made: list[tuple[Row, Run, int, range, bool]] = []
    for size in (2, 4, 8, 16, 32):
        long = size in (2, 32)
        made.append(
            (
                ["rebuild", "deep", size],
                lambda *a, s=size: deep(s, *a),
                UPDATES,
                SEEDS,
                long,
            )
        )
    noisy = [(k, s) for s in (8, 128) for k in ("plain", "denoising")]
    noisy += [(f"contractive {lam}", 8) for lam in (0.01, 0.1, 1)]
    for kind, size in noisy:
        made.append(
            (
                ["clean", kind, size],
                lambda *a, k=kind, s=size: cleaned(k, s, *a),
                UPDATES,
                SEEDS if size == 128 or " " not in kind else FEW,
                False,
            )
        )
    for size in (2, 8, 32):
        for kind, dropped in (("plain", 0.0), ("dropped", 0.5)):
            made.append(
                (
                    ["read", kind, size],
                    lambda *a, d=dropped, s=size: read(d, s, *a),
                    800,
                    FEW,
                    False,
                )
            )
    for kind, most in (("plain", 0), ("moved", 2)):
        made.append(
            (["see", kind, 32], lambda *a, m=most: seen(m, 32, *a), UPDATES, FEW, False)
        )
    books = ["16 1", "256 1", "16 2", "2 8", "16 4"]
    for kind in [f"{book} {start}" for book in books for start in ("random", "codes")]:
        made.append(
            (["tell", kind, 8], lambda *a, k=kind: told(k, *a), UPDATES, FEW, False)
        )
    return made


def tables(runs: Runs) -> tuple[list[Row], list[Row], dict[str, Tensor]]:
    """Return all rows, and the weights that are kept."""
    contest = Contest(runs)
    rows: list[Row] = []
    rates = {}
    for head, run, updates, seeds, long in kinds():
        found, rates[tuple(head)] = contest.of(head, run, updates, seeds, long)
        rows += found
    found, matcher = contest.of(["pair", "learning", 8], matcher_lost, UPDATES, FEW)
    rows += found
    code_rates = {"matcher": matcher, "deep": rates["rebuild", "deep", 8]}
    for kind in ("shuffled", "label", "random", "PCA", "deep", "matcher"):
        lr = code_rates.get(kind, 0.0)
        found, _ = contest.of(
            ["judge", kind, 8],
            lambda *a, k=kind, r=lr: matched(k, r, *a),
            UPDATES,
            FEW,
        )
        rows += found
    vae: list[Row] = []
    best = {}
    for beta in BETAS:
        found, best[beta] = contest.of(
            [f"{beta:g}"],
            lambda *a, b=beta: varied(b, *a),
            UPDATES,
            SEEDS,
            beta == 1,
        )
        vae += found
    _, lr = contest.of(["clothes"], clothed, 3000, range(1))
    kept = {
        "clothes": clothes_vae(0, lr, 3000),
        "digits": drawn_from(1.0, 8, 0, best[1.0], 4 * UPDATES),
        "plain": drawn_from(0.0, 8, 0, best[0.0], 4 * UPDATES),
        "map": drawn_from(1.0, 2, 0, best[1.0], 4 * UPDATES),
    }
    weights = {
        f"{name}.{key}": part
        for name, model in kept.items()
        for key, part in model.state_dict().items()
    }
    return rows, vae, weights


def main() -> int:
    """Work for a while; write the tables and their record when all is done."""
    made = worked(__file__, KEPT, tables, seeds=list(SEEDS))
    if made is None:
        return 1
    training, (rows, vae, weights) = made
    names = [f"autoencoder_{part}" for part in ("runs.csv", "vae.csv", "weights.npz")]
    head = "task kind size updates lr seed choose judge other also"
    training.write_table(names[0], head.split(), rows)
    head = "beta updates lr seed choose missed noisy kl active edges"
    head += " near cover made near_like cover_like made_like"
    training.write_table(names[1], head.split(), vae)
    arrays = {name: part.half().numpy() for name, part in weights.items()}
    np.savez_compressed(training.folder / names[2], **arrays)
    training.write(names)
    for name in names:
        print(name, sha256(training.folder / name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
