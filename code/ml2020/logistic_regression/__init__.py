"""Logistic regression: find w and b directly, and see a neuron being born."""

from ml2020.logistic_regression.cascade import Cascade as Cascade
from ml2020.logistic_regression.cascade import answers as answers
from ml2020.logistic_regression.cascade import cascade_gradient as cascade_gradient
from ml2020.logistic_regression.cascade import draw_cascade as draw_cascade
from ml2020.logistic_regression.cascade import learned_features as learned_features
from ml2020.logistic_regression.cascade import train_cascade as train_cascade
from ml2020.logistic_regression.cross_entropy import cross_entropy as cross_entropy
from ml2020.logistic_regression.cross_entropy import entropy as entropy
from ml2020.logistic_regression.cross_entropy import kl as kl
from ml2020.logistic_regression.logistic import gradient as gradient
from ml2020.logistic_regression.logistic import likelihood_loss as likelihood_loss
from ml2020.logistic_regression.logistic import logistic_loss as logistic_loss
from ml2020.logistic_regression.newton import newton as newton
from ml2020.logistic_regression.newton import slope_and_hessian as slope_and_hessian
from ml2020.logistic_regression.separation import is_separated as is_separated
from ml2020.logistic_regression.softmax import score_gradient as score_gradient
from ml2020.logistic_regression.softmax import softmax as softmax
from ml2020.logistic_regression.softmax import softmax_gradient as softmax_gradient
from ml2020.logistic_regression.softmax import softmax_loss as softmax_loss
from ml2020.logistic_regression.square_error import sigmoid_slope as sigmoid_slope
from ml2020.logistic_regression.square_error import slopes as slopes
from ml2020.logistic_regression.square_error import square_gradient as square_gradient
from ml2020.logistic_regression.square_error import square_loss as square_loss
from ml2020.logistic_regression.xor import distances as distances
from ml2020.logistic_regression.xor import xor as xor
