"""Classification: probabilistic generative models, from Bayes to a linear boundary."""

from ml2020.classification.classes import accuracy as accuracy
from ml2020.classification.classes import class_counts as class_counts
from ml2020.classification.classes import prior as prior
from ml2020.classification.gaussian import factor as factor
from ml2020.classification.gaussian import log_density as log_density
from ml2020.classification.gaussian import mean_and_covariance as mean_and_covariance
from ml2020.classification.gaussian import shared_covariance as shared_covariance
from ml2020.classification.generative import Generative as Generative
from ml2020.classification.generative import fit_generative as fit_generative
from ml2020.classification.generative import generative_log_odds as generative_log_odds
from ml2020.classification.generative import sample as sample
from ml2020.classification.linear import linear_boundary as linear_boundary
from ml2020.classification.naive_bayes import Bernoulli as Bernoulli
from ml2020.classification.naive_bayes import bernoulli_log_odds as bernoulli_log_odds
from ml2020.classification.naive_bayes import fit_bernoulli as fit_bernoulli
from ml2020.classification.naive_bayes import fit_gaussian as fit_gaussian
from ml2020.classification.naive_bayes import gaussian_log_odds as gaussian_log_odds
from ml2020.classification.posterior import log_odds as log_odds
from ml2020.classification.posterior import log_posterior as log_posterior
from ml2020.classification.posterior import posterior as posterior
from ml2020.classification.posterior import sigmoid as sigmoid
from ml2020.classification.regression_classifier import (
    regression_boundary as regression_boundary,
)
from ml2020.classification.regression_classifier import with_ones as with_ones
from ml2020.classification.two_clouds import two_clouds as two_clouds
from ml2020.classification.two_types import two_types as two_types
