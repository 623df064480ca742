"""Alone: ways to learn the digits without a network, each with one setting.

Chapter: book/semi_supervised.md
Source:  our own; each way is that of a module of this folder
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from ml2020.classification import with_ones
from ml2020.semi_supervised.digit_task import CLASSES, DigitTask
from ml2020.semi_supervised.em import em, weighted_model
from ml2020.semi_supervised.graph import nearest_edges, rbf_weights
from ml2020.semi_supervised.harmonic import harmonic
from ml2020.semi_supervised.mixture import log_joint
from ml2020.semi_supervised.representation import main_directions
from ml2020.semi_supervised.svm import fit_svm
from ml2020.semi_supervised.transductive import transductive_svm

ROUNDS, COST, ALL = 20, 1.0, 10**6
GAMMA, FAINT = 1.0, 1e-6  # of likeness; of who is no neighbour, so that all are reached
Says = Callable[[Tensor], Tensor]  # pictures: a score of each digit


def gaussians(task: DigitTask, ridge: float) -> Says:
    """Return Gaussians with one covariance, from the labels only."""
    share = one_hot(task.y, CLASSES).double()
    model = weighted_model(task.X.double(), share, ridge)
    return lambda X: log_joint(X, model)


def em_gaussians(task: DigitTask, ridge: float) -> Says:
    """Return those that EM makes of them."""
    X = task.X.double()
    start = weighted_model(X, one_hot(task.y, CLASSES).double(), ridge)
    model = em(X, task.y, task.unlabelled.double(), start, ROUNDS, ridge).model
    return lambda X: log_joint(X, model)


def machines(fit: Callable[[Tensor], Tensor], y: Tensor) -> Tensor:
    """Return a w, as a column, for each digit against all others."""
    return torch.stack(
        [fit(2.0 * (y == k).double() - 1) for k in range(CLASSES)], dim=1
    )


def svm(task: DigitTask, cost: float) -> Says:
    """Return ten machines, from the labels only."""
    X = with_ones(task.X.double())
    costs = torch.full_like(X[:, 0], cost)
    W = machines(lambda y: fit_svm(X, y, costs), task.y)
    return lambda X: with_ones(X) @ W


def flipping_svm(task: DigitTask, cost: float) -> Says:
    """Return ten transductive machines; a tenth of all pictures is on the one side."""
    X, U = with_ones(task.X.double()), with_ones(task.unlabelled.double())
    tenth, costs = len(U) // CLASSES, (COST, cost)
    W = machines(lambda y: transductive_svm(X, y, U, costs, tenth, ALL)[0], task.y)
    return lambda X: with_ones(X) @ W


def svm_in_few_directions(task: DigitTask, count: float) -> Says:
    """Return ten machines that see the main directions of all pictures alone."""
    V = main_directions(torch.cat([task.X, task.unlabelled]).double(), int(count))
    says = svm(task._replace(X=task.X.double() @ V), COST)
    return lambda X: says(X @ V)


def harmonic_digits(task: DigitTask, count: float) -> Says:
    """Return the harmonic solution; a new picture gets the mean of its neighbours."""
    everything = torch.cat([task.X, task.unlabelled]).double()
    W = rbf_weights(everything, GAMMA)
    W = W * (nearest_edges(everything, int(count)) + FAINT)
    y = harmonic(W, torch.arange(len(task.X)), task.y, CLASSES)

    def says(X: Tensor) -> Tensor:
        near = torch.cdist(X, everything).topk(int(count), largest=False)
        w = torch.exp(-GAMMA * near.values**2)
        return (w[:, :, None] * y[near.indices]).sum(dim=1)

    return says


def nearest_label(task: DigitTask, _: float) -> Says:
    """Return the label of the nearest labelled picture."""
    known, y = task.X.double(), one_hot(task.y, CLASSES).double()
    return lambda X: y[torch.cdist(X, known).argmin(dim=1)]


ALONE: dict[str, Callable[[DigitTask, float], Says]] = {
    "Gaussians": gaussians,
    "EM": em_gaussians,
    "SVM": svm,
    "flipping": flipping_svm,
    "directions": svm_in_few_directions,
    "nearest label": nearest_label,
    "harmonic": harmonic_digits,
}
