"""Where does the error come from? Bias, variance, noise, and how to choose a model."""

from ml2020.error_sources.cross_validation import cross_validation as cross_validation
from ml2020.error_sources.decomposition import decompose as decompose
from ml2020.error_sources.estimators import sample_mean as sample_mean
from ml2020.error_sources.estimators import sample_variance as sample_variance
from ml2020.error_sources.estimators import variance_of_variance as variance_of_variance
from ml2020.error_sources.leave_one_out import leave_one_out as leave_one_out
from ml2020.error_sources.random_features import draw_waves as draw_waves
from ml2020.error_sources.random_features import waves as waves
from ml2020.error_sources.ridge_bias import ridge_bias as ridge_bias
from ml2020.error_sources.ridge_bias import ridge_variance as ridge_variance
from ml2020.error_sources.universes import answer_matrix as answer_matrix
from ml2020.error_sources.universes import draw_universes as draw_universes
from ml2020.error_sources.universes import exact_parts as exact_parts
