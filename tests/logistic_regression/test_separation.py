"""A plane separates if nobody is on its wrong side and somebody on its right one."""

import pytest
import torch

from ml2020.logistic_regression.separation import refuse_separated, separates


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_what_is_on_a_plane_is_judged_by_the_size_of_its_numbers(scale):
    X = scale * torch.tensor([[1.0, 1.0], [1.0, -1.0], [2.0, 2.0]]).double()
    y_hat = torch.tensor([1.0, 1.0, 0.0]).double()

    def found(slack):  # the first example is off the plane, on the wrong side
        theta = torch.tensor([1.0, -1.0 - slack], dtype=torch.float64)
        return separates(X, y_hat, theta)

    assert found(0.0)
    assert found(1.9e-8)
    assert not found(2.1e-8)
    assert not separates(X, y_hat, torch.tensor([-1.0, 1.0]).double())


def test_a_third_feature_beside_a_date_counts():
    X = torch.tensor([[1.0, 1e9, -1.0], [1.0, 1e9, 1.0]]).double()
    theta = torch.tensor([-1e9, 1.0, 1.0]).double()
    assert separates(X, torch.tensor([0.0, 1.0]).double(), theta)


def test_a_weight_that_is_all_rounding_counts_as_0():
    X = torch.tensor([[1.0, 0.0], [1.0, 1.0]]).double()
    y_hat = torch.tensor([0.0, 1.0]).double()
    # 1e-9 is on the wrong side of the first example, which has nothing else.
    assert separates(X, y_hat, torch.tensor([1e-9, 1.0]).double())
    assert not separates(X, y_hat, torch.tensor([1.1e-8, 1.0], dtype=torch.float64))


def test_a_soft_label_off_the_plane_means_that_nothing_separates():
    X = torch.tensor([[1.0, -1.0], [1.0, 0.5], [1.0, 1.0]]).double()
    w = torch.tensor([0.0, 1.0]).double()
    assert separates(X, torch.tensor([0.0, 1.0, 1.0]).double(), w)
    assert not separates(X, torch.tensor([0.0, 0.9, 1.0]).double(), w)
    assert not separates(X, torch.tensor([0.0, 0.0, 1.0]).double(), w)
    assert not separates(X, torch.tensor([1.0, 1.0, 1.0]).double(), w)
    assert not separates(X, torch.tensor([0.0, 1.0, 1.0]).double(), 0 * w)


def test_the_refusal_says_whether_there_is_one_class_or_a_plane():
    X, w = torch.tensor([[-1.0], [1.0]]).double(), torch.ones(1).double()
    with pytest.raises(ValueError, match=r"^y_hat is separated by a plane: give larg"):
        refuse_separated(X, torch.tensor([0.0, 1.0]).double(), w)
    with pytest.raises(ValueError, match=r"^y_hat has one class only: add examples"):
        refuse_separated(X.abs(), torch.ones(2).double(), w)
    refuse_separated(X, torch.tensor([1.0, 0.0]).double(), w)
