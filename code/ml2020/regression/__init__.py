"""Regression: a case study. Lines, curves and ridges through combat power."""

from ml2020.regression.average_error import average_error as average_error
from ml2020.regression.descent import adagrad as adagrad
from ml2020.regression.descent import gradient_descent as gradient_descent
from ml2020.regression.descent import largest_stable_rate as largest_stable_rate
from ml2020.regression.linear import gradient as gradient
from ml2020.regression.linear import gradient_of_squares as gradient_of_squares
from ml2020.regression.linear import least_squares as least_squares
from ml2020.regression.linear import loss as loss
from ml2020.regression.linear import rank as rank
from ml2020.regression.linear import shortest as shortest
from ml2020.regression.polynomial import powers as powers
from ml2020.regression.ridge import centred as centred
from ml2020.regression.ridge import ridge as ridge
from ml2020.regression.ridge import shrunk as shrunk
from ml2020.regression.species import by_species as by_species
