"""Each way without a network is what its parts make of it."""

import pytest
import torch
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.neighbors import KNeighborsClassifier
from torch.nn.functional import one_hot

from ml2020.classification import with_ones
from ml2020.semi_supervised import digit_task, em, fit_svm, main_directions
from ml2020.semi_supervised.alone import ALONE
from ml2020.semi_supervised.digit_task import lower_digits
from ml2020.semi_supervised.em import weighted_model
from ml2020.semi_supervised.mixture import log_joint

TASK = digit_task(20, 0)
TASK = TASK._replace(unlabelled=TASK.unlabelled[:60], hidden=TASK.hidden[:60])
NEW = TASK.judge[:100].double()


def said(name, setting):
    return ALONE[name](TASK, setting)(NEW)


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("Gaussians", 0.03),
        ("EM", 0.03),
        ("SVM", 1.0),
        ("flipping", 0.1),
        ("directions", 10),
        ("nearest label", 0),
        ("harmonic", 5),
    ],
)
def test_it_names_most_digits(name, setting):
    right = said(name, setting).argmax(dim=1) == TASK.judge_y[:100]
    assert right.double().mean() > 0.6


def test_gaussians_with_a_large_ridge_look_for_the_nearest_mean():
    means = torch.stack([TASK.X.double()[TASK.y == k].mean(dim=0) for k in range(10)])
    nearest = torch.cdist(NEW, means).argmin(dim=1)
    assert torch.equal(said("Gaussians", 1e4).argmax(dim=1), nearest)


def test_gaussians_are_sklearn_s():
    X, y = TASK.X.double()[:, 20:23], TASK.y
    theirs = LinearDiscriminantAnalysis(solver="lsqr").fit(X.numpy(), y.numpy())
    small = TASK._replace(X=X.float())
    ours = ALONE["Gaussians"](small, 0.0)(NEW[:, 20:23]).softmax(dim=1)
    torch.testing.assert_close(
        ours, torch.from_numpy(theirs.predict_proba(NEW[:, 20:23].numpy()))
    )


def test_em_begins_with_what_labels_alone_say():
    X, U = TASK.X.double(), TASK.unlabelled.double()
    start = weighted_model(X, one_hot(TASK.y, 10).double(), 0.03)
    model = em(X, TASK.y, U, start, 25, 0.03).model
    torch.testing.assert_close(said("EM", 0.03), log_joint(NEW, model))


def test_machines_ask_one_digit_against_all_others():
    X, sides = with_ones(TASK.X.double()), 2.0 * (TASK.y == 4).double() - 1
    w = fit_svm(X, sides, torch.full((20,), 0.3).double())
    torch.testing.assert_close(said("SVM", 0.3)[:, 4], with_ones(NEW) @ w)


def test_all_directions_are_none_left_out():
    V = main_directions(torch.cat([TASK.X, TASK.unlabelled]).double(), 7)
    X, sides = with_ones(TASK.X.double() @ V), 2.0 * (TASK.y == 4).double() - 1
    w = fit_svm(X, sides, torch.ones(20).double())
    torch.testing.assert_close(said("directions", 7)[:, 4], with_ones(NEW @ V) @ w)


def test_the_nearest_label_is_sklearn_s():
    theirs = KNeighborsClassifier(1).fit(TASK.X.double().numpy(), TASK.y.numpy())
    found = said("nearest label", 0).argmax(dim=1).numpy()
    assert (theirs.predict(NEW.numpy()) == found).all()


def test_a_new_picture_is_named_by_the_pictures_near_it():
    task = TASK._replace(judge=TASK.X)
    say = ALONE["harmonic"](task, 1)
    assert torch.equal(say(TASK.X.double()).argmax(dim=1), TASK.y)
    y = ALONE["harmonic"](TASK, 4)(NEW)
    assert (y.sum(dim=1) <= 4).all()
    assert (y >= 0).all()


@pytest.mark.parametrize("name", ["Gaussians", "SVM", "flipping", "harmonic"])
def test_with_half_of_the_digits_it_names_no_other(name):
    task = lower_digits(digit_task(20, 0), strangers=True)
    task = task._replace(unlabelled=task.unlabelled[:50])
    assert ALONE[name](task, 1)(NEW).shape == (100, 5)


@pytest.mark.parametrize("name", ["directions", "harmonic"])
@pytest.mark.parametrize("count", [1.5, float("inf"), float("nan")])
def test_rejects_parts_of_a_neighbour(name, count):
    with pytest.raises(ValueError, match=rf"^count is {count}: give a whole number"):
        said(name, count)
