"""Train what the page on tips shows: what is told while one learns, and rewards.

python -m tools.train_conditional_generation_tips --for 60

works for a minute of CPU, then stops; call it again until it says it is done. It writes
conditional_generation_tips.csv into code/ml2020/data/trained, and its record once all
is there. The loader, ml2020/data/conditional_generation_runs.py, holds the file's
sha256, printed at the end. What was done so far is kept in
_build/conditional_generation_tips.

Rates get more until the best of each kind lies inside. Another seed than those that are
compared chooses, on other paths or words, in as many updates.
"""

import sys
from pathlib import Path

import torch

from ml2020.conditional_generation.dynamics import WORLDS
from ml2020.conditional_generation.guesses import TOLD, free_run, guess
from ml2020.conditional_generation.reward import (
    LONGEST,
    TEACHERS,
    gone_on,
    rewards,
    sampled,
)
from ml2020.data.rnn_attention_runs import sound_weights
from ml2020.rnn import Seq2Seq, entries, error_rates, sound_pairs, translated
from ml2020.rnn.sounds import LETTERS, STOP
from ml2020.support.rates import widened
from tools.trained_runs import Row, Runs, worked

NAME = "conditional_generation_tips"
TABLE = f"{NAME}.csv"
KEPT = Path("_build") / NAME
SEEDS, CHOOSER = range(3), 100  # that are compared, and that chooses
RATES = {"dynamics": [0.02, 0.06, 0.18], "reward": [0.0001, 0.0003, 0.0009]}
UPDATES = {"dynamics": 60, "reward": 40}
PATHS, WORDS = 500, 500  # that judge


def told(kind: str, lr: float, updates: int, seed: int) -> list[float]:
    """Return the mean square error after 1, 5 and 25 steps, and their mean."""
    world, what = kind.split("; ")
    model = guess(world, what, seed, lr, updates)
    errors = free_run(model, world, PATHS, 9 + (seed == CHOOSER))
    return [errors[k].item() for k in (0, 4, 24)] + [errors.mean().item()]


def speller() -> Seq2Seq:
    """Return the network that has learned from likelihood alone."""
    with torch.random.fork_rng():
        model = Seq2Seq(len(LETTERS), STOP + 1, 32, "dot")
    model.load_state_dict(sound_weights())
    return model.float()


@torch.no_grad()
def spelt(model: Seq2Seq, part: str) -> list[float]:
    """Return errors of phones and of words, and the mean reward of what is drawn."""
    words = entries(part)[:WORDS]
    pairs = sound_pairs(words)
    right = [row[row >= 0][:-1].tolist() for row in pairs.Y]
    errors = error_rates(translated(model, pairs, LONGEST), right)
    dice = torch.Generator().manual_seed(11)
    said, _ = sampled(model, model.encode(pairs), LONGEST, generator=dice)
    return [*errors, rewards(said, pairs).mean().item()]


def rewarded(kind: str, lr: float, updates: int, seed: int) -> list[float]:
    """Return what a network is worth that went on, or the one that did not."""
    part = "choose" if seed == CHOOSER else "judge"
    if kind == "not at all":
        return spelt(speller(), part)
    return spelt(gone_on(speller(), kind, seed, lr, updates), part)


LEARN = {"dynamics": told, "reward": rewarded}
KINDS = {
    "dynamics": (
        *(f"{WORLDS[0]}; {what}" for what in (TOLD[0], TOLD[-1])),
        *(f"{world}; {what}" for world in WORLDS[1:] for what in TOLD),
    ),
    "reward": TEACHERS,
}


def table(runs: Runs) -> list[Row]:
    """Return all rows: those that chose, and those that are compared."""

    def of(what: str, kind: str, lr: float, seed: int) -> Row:
        key = f"{what}; {kind}; {lr:.6g}; {UPDATES[what]}; {seed}"
        return runs.of(
            key, lambda: [float(f"{v:.6g}") for v in LEARN[what](*args(kind, lr, seed))]
        )

    def args(kind: str, lr: float, seed: int) -> tuple[str, float, int, int]:
        return kind, lr, UPDATES["reward" if kind in TEACHERS else "dynamics"], seed

    found: list[Row] = []
    for what, kinds in KINDS.items():
        for kind in kinds:

            def cost(lr: float, w: str = what, k: str = kind) -> float:
                # the mean error of a run, or that of phones
                return float(of(w, k, lr, CHOOSER)[-1 if w == "dynamics" else 0])

            costs = widened(RATES[what], cost)
            best = min(costs, key=lambda lr: costs[lr])
            rows = [(lr, CHOOSER) for lr in sorted(costs)]
            rows += [(best, s) for s in SEEDS]
            for lr, seed in rows:
                part = "choose" if seed == CHOOSER else "judge"
                head = [what, kind, part, f"{lr:.6g}", UPDATES[what], seed]
                values = " ".join(f"{v:g}" for v in of(what, kind, lr, seed))
                found.append([*head, values])
    for seed in (CHOOSER, 0):
        part = "choose" if seed == CHOOSER else "judge"
        values = " ".join(f"{v:g}" for v in of("reward", "not at all", 0.0, seed))
        found.append(["reward", "not at all", part, "0", 0, seed, values])
    return found


def main() -> int:
    """Work for a while; write the table and its record when all is done."""
    made = worked(__file__, KEPT / "runs.json", table, seeds=SEEDS)
    if made is None:
        return 1
    training, rows = made
    head = "task kind part lr updates seed values".split()
    print(training.write_table(TABLE, head, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
