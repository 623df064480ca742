"""Bayes' rule turns causes into guesses, and its two-class form is a sigmoid."""

import math
from fractions import Fraction

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.classification import log_odds, log_posterior, posterior, sigmoid

two_thirds = torch.tensor([2 / 3, 1 / 3], dtype=torch.float64)


@pytest.mark.equation("eq-classification-sigmoid")
@given(z=st.floats(-700, 700))
def test_the_sigmoid_is_its_formula(device, z):
    result = sigmoid(torch.tensor(z, dtype=torch.float64, device=device)).item()
    assert result == pytest.approx(1 / (1 + math.exp(-z)), rel=1e-12)


def test_the_sigmoid_is_that_of_torch():
    z = torch.linspace(-40, 40, 401)
    torch.testing.assert_close(sigmoid(z), torch.sigmoid(z))


def test_the_sigmoid_survives_what_overflows():
    z = torch.tensor([-math.inf, -1e30, -1000.0, 0.0, 1000.0, 1e30, math.inf])
    assert sigmoid(z).tolist() == [0, 0, 0, 0.5, 1, 1, 1]
    z = torch.tensor([-1e4, 1e4], requires_grad=True)
    sigmoid(z).sum().backward()
    assert z.grad.tolist() == [0, 0]


@given(z=st.floats(-1000, 1000))
def test_the_two_classes_share_the_certainty(z):
    z = torch.tensor(z, dtype=torch.float64)
    assert (sigmoid(z) + sigmoid(-z)).item() == pytest.approx(1, abs=1e-15)


def test_its_slope_is_that_of_autograd_at_zero_too():
    z = torch.tensor([-3.0, -0.5, 0.0, 0.5, 3.0], dtype=torch.float64)
    z.requires_grad_()
    sigmoid(z).sum().backward()
    s = torch.sigmoid(z.detach())
    torch.testing.assert_close(z.grad, s * (1 - s))
    away = torch.tensor([-2.0, -0.3, 0.3, 2.0], dtype=torch.float64)
    assert torch.autograd.gradcheck(sigmoid, away.requires_grad_())


@pytest.mark.equation("eq-classification-bayes")
def test_a_blue_ball_comes_from_the_first_box_with_four_in_five(device):
    blue = torch.tensor([4 / 5, 2 / 5], dtype=torch.float64, device=device)
    joint = [Fraction(4, 5) * Fraction(2, 3), Fraction(2, 5) * Fraction(1, 3)]
    expected = [float(part / sum(joint)) for part in joint]
    assert posterior(blue, two_thirds.to(device)).tolist() == pytest.approx(expected)


@pytest.mark.equation("eq-classification-evidence")
def test_the_posteriors_weighted_by_the_evidence_give_the_priors_back():
    likelihoods = torch.tensor([[0.8, 0.4], [0.2, 0.6]], dtype=torch.float64)
    evidence = [0.8 * 2 / 3 + 0.4 / 3, 0.2 * 2 / 3 + 0.6 / 3]
    after = posterior(likelihoods, two_thirds)
    again = torch.tensor(evidence, dtype=torch.float64) @ after
    torch.testing.assert_close(again, two_thirds)


@given(st.lists(st.floats(0.01, 10), min_size=3, max_size=3))
def test_posteriors_add_up_to_1_and_do_not_care_for_the_unit(densities):
    likelihoods = torch.tensor(densities, dtype=torch.float64)
    priors = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64)
    result = posterior(likelihoods, priors)
    assert result.sum().item() == pytest.approx(1)
    torch.testing.assert_close(posterior(1e-3 * likelihoods, priors), result)


@given(st.lists(st.floats(0.01, 10), min_size=3, max_size=3))
def test_with_logarithms_the_posterior_is_the_same(densities):
    likelihoods = torch.tensor([densities, densities[::-1]], dtype=torch.float64)
    priors = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64)
    result = log_posterior(likelihoods.log(), priors).exp()
    torch.testing.assert_close(result, posterior(likelihoods, priors))


def test_with_logarithms_no_density_is_too_small(device):
    logs = [[-5000.0, -5001.0], [-math.inf, -9e4]]
    logs = torch.tensor(logs, dtype=torch.float64, device=device)
    priors = torch.tensor([0.5, 0.5]).to(logs)
    p = log_posterior(logs, priors).exp()
    torch.testing.assert_close(p[0], torch.sigmoid(torch.tensor([1.0, -1]).to(p)))
    assert p[1].tolist() == [0, 1]


def test_a_class_that_is_never_drawn_is_never_guessed():
    never = torch.tensor([0.0, 1.0])
    assert posterior(torch.tensor([5.0, 1.0]), never).tolist() == [0, 1]


@pytest.mark.equation("eq-classification-log-odds")
@given(a=st.floats(1e-3, 1e3), b=st.floats(1e-3, 1e3), p=st.floats(0.01, 0.99))
def test_the_sigmoid_of_the_log_odds_is_the_posterior(a, b, p):
    likelihoods = torch.tensor([a, b], dtype=torch.float64)
    priors = torch.tensor([p, 1 - p], dtype=torch.float64)
    z = log_odds(likelihoods[0].log(), likelihoods[1].log(), p)
    torch.testing.assert_close(sigmoid(z), posterior(likelihoods, priors)[0])


def test_one_class_may_rule_an_example_out():
    none = torch.tensor([-math.inf, 0.0])
    assert log_odds(none, none.flip(0), 0.5).tolist() == [-math.inf, math.inf]


def test_the_arguments_are_left_alone():
    likelihoods, priors = torch.tensor([0.8, 0.4]), torch.tensor([0.5, 0.5])
    posterior(likelihoods, priors)
    assert likelihoods.tolist() == torch.tensor([0.8, 0.4]).tolist()
    assert priors.tolist() == [0.5, 0.5]


@pytest.mark.parametrize("priors", [[0.5, 0.6], [0.4, 0.5], [0.0, 0.0]])
def test_rejects_priors_that_do_not_add_up_to_1(priors):
    with pytest.raises(ValueError, match=r"^priors add up to .*: divide them by"):
        posterior(torch.ones(2), torch.tensor(priors))
    with pytest.raises(ValueError, match=r"^priors add up to .*: divide them by"):
        log_posterior(torch.ones(2), torch.tensor(priors))


@pytest.mark.parametrize("bad", [-0.5, float("nan")])
def test_rejects_priors_that_are_no_probabilities(bad):
    with pytest.raises(ValueError, match=r"^priors are negative or NaN: give prob"):
        posterior(torch.ones(2), torch.tensor([1.5, bad]))
    with pytest.raises(ValueError, match=r"^priors are negative or NaN: give prob"):
        posterior(torch.ones(3), torch.tensor([0.5, 0.5 - bad, bad]))


@pytest.mark.parametrize("bad", [-0.1, float("nan"), float("inf")])
def test_rejects_likelihoods_that_are_none(bad):
    with pytest.raises(ValueError, match=r"^likelihoods are negative or NaN: give 0"):
        posterior(torch.tensor([1.0, bad]), torch.tensor([0.5, 0.5]))


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_rejects_one_log_likelihood_that_is_none(bad):
    with pytest.raises(ValueError, match=r"^log_likelihood is NaN or infinity: mend"):
        log_posterior(torch.tensor([[1.0, bad], [0, 0]]), torch.tensor([0.5, 0.5]))


def test_rejects_what_no_class_can_make():
    with pytest.raises(ValueError, match=r"^likelihoods rule out every class: use"):
        posterior(torch.zeros(2), torch.tensor([0.5, 0.5]))
    logs = torch.tensor([[0.0, 0.0], [-math.inf, -math.inf]])  # one of two
    with pytest.raises(ValueError, match=r"^log_likelihood rules out every class: sm"):
        log_posterior(logs, torch.tensor([0.5, 0.5]))
    impossible = torch.tensor([[0.0, -math.inf]])  # and the other is never drawn
    with pytest.raises(ValueError, match=r"^log_likelihood rules out every class: sm"):
        log_posterior(impossible, torch.tensor([0.0, 1.0]))
    none = torch.full((1,), -math.inf)
    with pytest.raises(ValueError, match=r"^log_likelihood rules out every class"):
        log_odds(none, none, 0.5)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_rejects_a_logarithm_that_is_none(bad):
    for pair in ((bad, 0.0), (0.0, bad)):
        one, other = (torch.tensor([0.0, value]) for value in pair)
        with pytest.raises(ValueError, match=r"^log_likelihood is NaN or infinity"):
            log_odds(one, other, 0.5)


@pytest.mark.parametrize("prior1", [0.0, 1.0, -0.2, 1.2, float("nan")])
def test_rejects_a_prior_that_decides_alone(prior1):
    with pytest.raises(ValueError, match=r"^prior1 is .*: give a number between"):
        log_odds(torch.zeros(1), torch.zeros(1), prior1)
