"""What it costs to fit each classifier, and how well it does, beside scikit-learn.

Coats against pullovers of Fashion-MNIST, without the margin, averaged down to 5 by 5:
25 features that all vary.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import torch.nn.functional as F
from sklearn.discriminant_analysis import (
    LinearDiscriminantAnalysis,
    QuadraticDiscriminantAnalysis,
)
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import BernoulliNB, GaussianNB
from torch import Tensor

from ml2020.classification import (
    bernoulli_log_odds,
    fit_bernoulli,
    fit_gaussian,
    fit_generative,
    gaussian_log_odds,
    generative_log_odds,
)
from ml2020.classification.regression_classifier import with_ones
from ml2020.data.fashion_mnist import CLASSES, fashion_mnist
from ml2020.logistic_regression import newton
from tools.bench.measure import Row, cpu_seconds


class Contest(NamedTuple):
    """A classifier of ours, and the same one of scikit-learn's."""

    fit: Callable[[Tensor, Tensor], Any]
    log_odds: Callable[[Tensor, Any], Tensor]
    other: Any
    binary: bool = False  # whether features are 0 or 1


CONTESTS = {
    "Gaussians, one covariance": Contest(
        lambda X, y: fit_generative(X, y, shared=True),
        generative_log_odds,
        LinearDiscriminantAnalysis(solver="lsqr"),
    ),
    "Gaussians, own covariances": Contest(
        fit_generative, generative_log_odds, QuadraticDiscriminantAnalysis()
    ),
    "naive Bayes, Gaussian": Contest(
        fit_gaussian, gaussian_log_odds, GaussianNB(var_smoothing=0)
    ),
    "naive Bayes, Bernoulli": Contest(
        lambda X, y: fit_bernoulli(X, y, smoothing=1.0),
        bernoulli_log_odds,
        BernoulliNB(alpha=1.0),
        binary=True,
    ),
    "logistic regression, Newton": Contest(
        lambda X, y: newton(with_ones(X), y.to(X)),
        lambda X, theta: with_ones(X) @ theta,
        LogisticRegression(C=1e12, solver="newton-cholesky"),
    ),
}


def coats_and_pullovers(images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Return the features and the labels, 1 for a coat, of these two classes."""
    coat, pullover = CLASSES.index("coat"), CLASSES.index("pullover")
    chosen = (labels == coat) | (labels == pullover)
    small = F.avg_pool2d(images[chosen, None, 4:24, 4:24], 4).flatten(1).double()
    return small, (labels[chosen] == coat).long()


def measure() -> Iterator[Row]:
    """Yield a row for each classifier."""
    data = fashion_mnist()
    X, y = coats_and_pullovers(data.train_images, data.train_labels)
    X_test, y_test = coats_and_pullovers(data.test_images, data.test_labels)
    for name, (fit, log_odds, other, binary) in CONTESTS.items():
        A, B = ((X > 0.5).double(), (X_test > 0.5).double()) if binary else (X, X_test)
        mine = cpu_seconds(partial(fit, A, y), repeats=5)
        theirs = cpu_seconds(partial(other.fit, A.numpy(), y.numpy()), repeats=5)
        right = ((log_odds(B, fit(A, y)) > 0) == y_test).double().mean().item()
        score = other.score(B.numpy(), y_test.numpy())
        yield {
            "milliseconds of CPU": f"fit {name}",
            "ours": f"{1e3 * mine:.1f}",
            "scikit-learn": f"{1e3 * theirs:.1f}",
            "ratio": f"{mine / theirs:.1f}",
            "right, ours": f"{100 * right:.1f} %",
            "right, scikit-learn": f"{100 * score:.1f} %",
        }
