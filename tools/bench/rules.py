"""What a step of each update rule costs, beside torch's own optimizer."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ml2020.data.fashion_mnist import fashion_mnist
from ml2020.gradient_descent import Adagrad, GradientDescent, Rule, shuffled_batches
from ml2020.optimization import (
    NAG,
    SGDM,
    SGDWM,
    SWATS,
    AdaBound,
    Adam,
    AdamW,
    AMSGrad,
    Lookahead,
    Nadam,
    RAdam,
    RMSProp,
    RuleOptimizer,
)
from tools.bench.measure import Row, cpu_seconds

PARAMETERS = 1_000_000
Make = Callable[[list[Tensor]], torch.optim.Optimizer]
PAIRS: dict[str, tuple[Rule[Any], Make | None]] = {
    "SGD": (GradientDescent(0.01), lambda p: torch.optim.SGD(p, 0.01)),
    "SGDM": (SGDM(0.01), lambda p: torch.optim.SGD(p, 0.01, momentum=0.9)),
    "NAG": (
        NAG(0.01),
        lambda p: torch.optim.SGD(p, 0.01, momentum=0.9, nesterov=True),
    ),
    "Adagrad": (Adagrad(0.01), lambda p: torch.optim.Adagrad(p, 0.01)),
    "RMSProp": (RMSProp(0.01), lambda p: torch.optim.RMSprop(p, 0.01)),
    "Adam": (Adam(), torch.optim.Adam),
    "AMSGrad": (AMSGrad(), lambda p: torch.optim.Adam(p, amsgrad=True)),
    "RAdam": (RAdam(), torch.optim.RAdam),
    "Nadam": (Nadam(), torch.optim.NAdam),
    "AdamW": (AdamW(), torch.optim.AdamW),
    "AdaBound": (AdaBound(), None),
    "SWATS": (SWATS(), None),
    "SGDWM": (SGDWM(0.01, weight_decay=1e-4), None),
    "Lookahead of SGDM": (Lookahead(SGDM(0.01)), None),
}


def ours(rule: Rule[Any]) -> float:
    """Return the CPU seconds of one step of a rule."""
    theta, g = torch.randn(2, PARAMETERS)
    state = [theta, rule.init(theta)]

    def step() -> None:
        state[:] = rule.step(state[0], g, state[1])

    return cpu_seconds(step, repeats=10)


def theirs(make: Make) -> float:
    """Return the CPU seconds of one step of one of torch's optimizers."""
    theta = nn.Parameter(torch.randn(PARAMETERS))
    theta.grad = torch.randn(PARAMETERS)
    return cpu_seconds(make([theta]).step, repeats=10)


def two_layers() -> nn.Module:
    """Return the network of the race: 50,890 weights and hardly any work for each."""
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10))


def convolutions() -> nn.Module:
    """Return a small convolutional network, whose gradient is most of the work."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(1568, 10),
    )


def epoch(model: nn.Module, make: Make) -> float:
    """Return the CPU seconds of one pass of a network over 3,000 pictures."""
    clothes = fashion_mnist()
    X, y = clothes.train_images[:3000, None], clothes.train_labels[:3000]
    optimizer = make(list(model.parameters()))
    batches = shuffled_batches(3000, 100)

    def one_pass() -> None:
        for rows in batches:
            optimizer.zero_grad()
            F.cross_entropy(model(X[rows]), y[rows]).backward()
            optimizer.step()

    return cpu_seconds(one_pass)


def row(what: str, mine: float, other: float | None) -> Row:
    """Return a row of the table."""
    return {
        "milliseconds of CPU": what,
        "ours": f"{1e3 * mine:.2f}",
        "torch": f"{1e3 * other:.2f}" if other else "has none",
        "ratio": f"{mine / other:.1f}" if other else "",
    }


def measure() -> Iterator[Row]:
    """Yield a row for each rule, and for two trainings through the adapter."""
    for name, (rule, make) in PAIRS.items():
        yield row(f"a step of {name}", ours(rule), theirs(make) if make else None)
    for model in (two_layers, convolutions):
        mine = epoch(model(), lambda p: RuleOptimizer(p, Adam()))
        other = epoch(model(), torch.optim.Adam)
        name = model.__name__.replace("_", " ")
        yield row(f"Adam through the adapter: a pass of {name}", mine, other)
