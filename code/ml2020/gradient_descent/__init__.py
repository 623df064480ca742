"""Gradient descent, its tips, and why it works."""

from ml2020.gradient_descent.adagrad import Adagrad as Adagrad
from ml2020.gradient_descent.adagrad import AdagradMemory as AdagradMemory
from ml2020.gradient_descent.adagrad import adagrad_step as adagrad_step
from ml2020.gradient_descent.circle import angle_between as angle_between
from ml2020.gradient_descent.circle import lowest_in_circle as lowest_in_circle
from ml2020.gradient_descent.circle import taylor_step as taylor_step
from ml2020.gradient_descent.contraction import best_rate as best_rate
from ml2020.gradient_descent.contraction import contraction as contraction
from ml2020.gradient_descent.contraction import regime as regime
from ml2020.gradient_descent.critical import spot as spot
from ml2020.gradient_descent.curvature import best_step as best_step
from ml2020.gradient_descent.curvature import rms as rms
from ml2020.gradient_descent.descent import GradientDescent as GradientDescent
from ml2020.gradient_descent.guarantee import gap_bound as gap_bound
from ml2020.gradient_descent.guarantee import guaranteed_drop as guaranteed_drop
from ml2020.gradient_descent.minibatch import batch_noise as batch_noise
from ml2020.gradient_descent.minibatch import shuffled_batches as shuffled_batches
from ml2020.gradient_descent.minibatch import stochastic_descent as stochastic_descent
from ml2020.gradient_descent.newton import Newton as Newton
from ml2020.gradient_descent.newton import newton_step as newton_step
from ml2020.gradient_descent.rates import Decaying as Decaying
from ml2020.gradient_descent.rule import Rule as Rule
from ml2020.gradient_descent.rule import descend as descend
from ml2020.gradient_descent.scaling import moments as moments
from ml2020.gradient_descent.scaling import standardise as standardise
