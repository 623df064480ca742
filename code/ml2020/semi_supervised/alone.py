"""Alone: ways to learn the digits without a network, each with one setting.

Chapter: book/semi_supervised.md
Source:  our own; each way is that of a module of this folder
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from ml2020.classification import with_ones
from ml2020.semi_supervised.digit_task import DigitTask
from ml2020.semi_supervised.em import ROUNDS, em, weighted_model
from ml2020.semi_supervised.graph import nearest_edges, rbf_weights
from ml2020.semi_supervised.harmonic import harmonic
from ml2020.semi_supervised.mixture import log_joint
from ml2020.semi_supervised.representation import main_directions
from ml2020.semi_supervised.svm import fit_svm
from ml2020.semi_supervised.transductive import transductive_svm

COST, ALL = 1.0, 10**6
GAMMA, FAINT = 1.0, 1e-6  # of likeness; of who is no neighbour, so that all are reached
Says = Callable[[Tensor], Tensor]  # pictures: a score of each digit


def classes(task: DigitTask) -> int:
    """Return how many there are: the labels count from 0 on, and none is left out."""
    return int(task.y.max()) + 1


def gaussians(task: DigitTask, ridge: float) -> Says:
    """Return Gaussians with one covariance, from the labels only."""
    share = one_hot(task.y, classes(task)).double()
    model = weighted_model(task.X.double(), share, ridge)
    return lambda X: log_joint(X, model)


def em_gaussians(task: DigitTask, ridge: float) -> Says:
    """Return those that EM makes of them."""
    X = task.X.double()
    start = weighted_model(X, one_hot(task.y, classes(task)).double(), ridge)
    model = em(X, task.y, task.unlabelled.double(), start, ROUNDS, ridge).model
    return lambda X: log_joint(X, model)


def machines(fit: Callable[[Tensor], Tensor], y: Tensor) -> Tensor:
    """Return a w, as a column, for each digit against all others."""
    return torch.stack(
        [fit(2.0 * (y == k).double() - 1) for k in range(int(y.max()) + 1)], dim=1
    )


def svm(task: DigitTask, cost: float) -> Says:
    """Return machines, from the labels only."""
    X = with_ones(task.X.double())
    costs = torch.full_like(X[:, 0], cost)
    W = machines(lambda y: fit_svm(X, y, costs), task.y)
    return lambda X: with_ones(X) @ W


def flipping_svm(task: DigitTask, cost: float) -> Says:
    """Return transductive machines, each with as many pictures on its one side."""
    X, U = with_ones(task.X.double()), with_ones(task.unlabelled.double())
    part, costs = len(U) // classes(task), (COST, cost)
    W = machines(lambda y: transductive_svm(X, y, U, costs, part, ALL)[0], task.y)
    return lambda X: with_ones(X) @ W


def svm_in_few_directions(task: DigitTask, count: float) -> Says:
    """Return machines that see the main directions of all pictures alone."""
    check_whole("count", count)
    V = main_directions(torch.cat([task.X, task.unlabelled]).double(), int(count))
    says = svm(task._replace(X=task.X.double() @ V), COST)
    return lambda X: says(X @ V)


def harmonic_digits(task: DigitTask, count: float) -> Says:
    """Return the harmonic solution; a new picture gets the mean of its neighbours."""
    check_whole("count", count)
    everything = torch.cat([task.X, task.unlabelled]).double()
    W = rbf_weights(everything, GAMMA)
    W = W * (nearest_edges(everything, int(count)) + FAINT)
    y = harmonic(W, torch.arange(len(task.X)), task.y, classes(task))

    def says(X: Tensor) -> Tensor:
        near = torch.cdist(X, everything).topk(int(count), largest=False)
        w = torch.exp(-GAMMA * near.values**2)
        return (w[:, :, None] * y[near.indices]).sum(dim=1)

    return says


def nearest_label(task: DigitTask, _: float) -> Says:
    """Return the label of the nearest labelled picture."""
    known, y = task.X.double(), one_hot(task.y, classes(task)).double()
    return lambda X: y[torch.cdist(X, known).argmin(dim=1)]


def check_whole(name: str, count: float) -> None:
    """Refuse a count that would have to be cut.

    Raises:
        ValueError: If it is no whole number.
    """
    if not float(count).is_integer():
        raise ValueError(f"{name} is {count}: give a whole number")


ALONE: dict[str, Callable[[DigitTask, float], Says]] = {
    "Gaussians": gaussians,
    "EM": em_gaussians,
    "SVM": svm,
    "flipping": flipping_svm,
    "directions": svm_in_few_directions,
    "nearest label": nearest_label,
    "harmonic": harmonic_digits,
}
