"""Train what the page on tips shows: what is told while one learns, and rewards.

python -m tools.train_conditional_generation_tips --for 60

works for a minute of CPU, then stops; call it again until it says it is done. It writes
conditional_generation_tips.csv into code/ml2020/data/trained, and its record once all
is there. The loader, ml2020/data/conditional_generation_runs.py, holds the file's
sha256, printed at the end. What was done so far is kept in
_build/conditional_generation_tips.

Rates of the speller get more until the best of each kind lies inside; those of the
matrices are one fixed grid. Another seed than those that are compared chooses, on other
paths or words, in as many updates. What the speller is asked is the mean reward of what
it draws; by that its rates are chosen, whoever the teacher is.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import torch

from ml2020.conditional_generation.dynamics import WORLDS
from ml2020.conditional_generation.guesses import TOLD, Learner, free_run, guesses
from ml2020.conditional_generation.reward import (
    LONGEST,
    SAMPLES,
    TEACHERS,
    gone_on,
    repeated,
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
SEEDS, CHOOSER = range(5), 100  # that are compared, and that chooses
RATES = {
    "dynamics": [0.003, 0.01, 0.03, 0.09, 0.27],
    "reward": [0.0001, 0.0003, 0.0009],
}
UPDATES = {"dynamics": 150, "reward": 400}
PATHS, WORDS = 500, 500  # that judge


def dynamics(world: str) -> list[Row]:
    """Return the rows of a world: all ways, all rates, all seeds, side by side."""
    updates = UPDATES["dynamics"]
    learners = [
        Learner(told, seed, lr)
        for told in TOLD
        for lr in RATES["dynamics"]
        for seed in (CHOOSER, *SEEDS)
    ]
    values = {}
    for one, A in zip(learners, guesses(world, learners, updates), strict=True):
        errors = free_run(A, world, PATHS, 9 + (one.seed == CHOOSER))
        values[one] = [*errors.tolist(), errors.mean().item()]
    rows = []
    for told in TOLD:
        best = min(RATES["dynamics"], key=lambda lr: values[told, CHOOSER, lr][-1])
        wanted = [Learner(told, CHOOSER, lr) for lr in RATES["dynamics"]]
        wanted += [Learner(told, seed, best) for seed in SEEDS]
        for one in wanted:
            part = "choose" if one.seed == CHOOSER else "judge"
            found = " ".join(f"{v:.6g}" for v in values[one])
            head = ["dynamics", f"{world}; {told}", part, f"{one.lr:.6g}"]
            rows.append([*head, updates, one.seed, found])
    return rows


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
    heard = repeated(model.encode(pairs), SAMPLES)
    said, _ = sampled(model, heard, LONGEST, generator=dice)
    return [*errors, rewards(said, pairs).mean().item()]


def rewarded(kind: str, lr: float, updates: int, seed: int) -> list[float]:
    """Return what a network is worth that went on, or the one that did not."""
    part = "choose" if seed == CHOOSER else "judge"
    if kind == "not at all":
        return spelt(speller(), part)
    return spelt(gone_on(speller(), kind, seed, lr, updates), part)


def table(runs: Runs) -> list[Row]:
    """Return all rows: those that chose, and those that are compared."""
    found: list[Row] = []
    for world in WORLDS:
        key = (
            f"dynamics, all steps; {world}; {UPDATES['dynamics']}; {RATES['dynamics']}"
        )
        found += runs.of(key, lambda w=world: dynamics(w))

    def of(kind: str, lr: float, updates: int, seed: int) -> Row:
        key = f"reward; {kind}; {lr:.6g}; {updates}; {seed}"
        return runs.of(
            key, lambda: [float(f"{v:.6g}") for v in rewarded(kind, lr, updates, seed)]
        )

    for kind in TEACHERS:

        def cost(lr: float, k: str = kind) -> float:
            return -float(of(k, lr, UPDATES["reward"], CHOOSER)[2])  # what is drawn

        costs = widened(RATES["reward"], cost)
        best = min(costs, key=lambda lr: costs[lr])
        rows = [(lr, CHOOSER) for lr in sorted(costs)] + [(best, s) for s in SEEDS]
        for lr, seed in rows:
            found.append(reward_row(kind, lr, seed, UPDATES["reward"], of))
    return found + [reward_row("not at all", 0.0, s, 0, of) for s in (CHOOSER, 0)]


def reward_row(
    kind: str, lr: float, seed: int, updates: int, of: Callable[..., Row]
) -> Row:
    """Return a row of the networks that went on."""
    part = "choose" if seed == CHOOSER else "judge"
    values = " ".join(f"{v:g}" for v in of(kind, lr, updates, seed))
    return ["reward", kind, part, f"{lr:.6g}", updates, seed, values]


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
