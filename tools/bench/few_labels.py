"""What labels for the unlabelled cost, beside scikit-learn's, at three sizes.

Two moons with ten labels: where labels end on the whole graph, by solving for it and by
scikit-learn's rounds; and a classifier that is taught by its own answers.
"""

from collections.abc import Iterator

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.semi_supervised import LabelPropagation, SelfTrainingClassifier
from torch import Tensor

from ml2020.semi_supervised import (
    few_labels,
    harmonic,
    rbf_weights,
    self_trained,
    two_moons,
)
from ml2020.semi_supervised.self_training import Classifier
from tools.bench.measure import Row, cpu_seconds

SIZES = (250, 500, 1000)
GAMMA, THRESHOLD, ROUNDS = 20.0, 0.8, 10


def learn(X: Tensor, y: Tensor) -> Classifier:
    """Return scikit-learn's logistic regression, as ours are called."""
    fitted = LogisticRegression().fit(X.numpy(), y.numpy())
    return lambda rows: torch.from_numpy(fitted.predict_proba(rows.numpy()))


def measure() -> Iterator[Row]:
    """Yield a row for each method and size, with the growth from the size before."""
    torch.set_num_threads(1)
    before: dict[str, tuple[float, float]] = {}
    for size in SIZES:
        dice = torch.Generator().manual_seed(0)
        X, y, _ = two_moons(size, generator=dice)
        few = few_labels(y, 5, generator=dice)
        rest = torch.ones(size, dtype=torch.bool).index_fill(0, few, False)
        given = np.where(rest.numpy(), -1, y.numpy())
        flow = LabelPropagation(gamma=GAMMA, max_iter=100_000, tol=1e-6)
        loop = SelfTrainingClassifier(
            LogisticRegression(), threshold=THRESHOLD, max_iter=ROUNDS
        )
        for name, ours, theirs in (
            (
                "harmonic solution",
                lambda X=X, few=few, y=y: harmonic(
                    rbf_weights(X, GAMMA), few, y[few], 2
                ),
                lambda X=X, given=given, flow=flow: flow.fit(X.numpy(), given),
            ),
            (
                "self-training",
                lambda X=X, few=few, y=y, rest=rest: self_trained(
                    learn, X[few], y[few], X[rest], THRESHOLD, ROUNDS
                ),
                lambda X=X, given=given, loop=loop: loop.fit(X.numpy(), given),
            ),
        ):
            seconds = cpu_seconds(ours, turns=3), cpu_seconds(theirs, turns=3)
            growth = [
                s / b for s, b in zip(seconds, before.get(name, ()), strict=False)
            ]
            yield {
                "milliseconds of CPU": f"{name}, {size:,} points",
                "ours": f"{1e3 * seconds[0]:.1f}",
                "scikit-learn": f"{1e3 * seconds[1]:.1f}",
                "ratio": f"{seconds[0] / seconds[1]:.2f}",
                "growth of ours, theirs": ", ".join(f"{g:.1f}" for g in growth),
            }
            before[name] = seconds
