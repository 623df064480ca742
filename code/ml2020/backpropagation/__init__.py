"""Backpropagation: slopes by hand, by a reversed network, by an engine of our own."""

from ml2020.backpropagation.bends import RELU as RELU
from ml2020.backpropagation.bends import SIGMOID as SIGMOID
from ml2020.backpropagation.bends import STRAIGHT as STRAIGHT
from ml2020.backpropagation.bends import Bend as Bend
from ml2020.backpropagation.digit_reader import engine_cost as engine_cost
from ml2020.backpropagation.digit_reader import engine_gradient as engine_gradient
from ml2020.backpropagation.digit_reader import named_rightly as named_rightly
from ml2020.backpropagation.digit_reader import torch_gradient as torch_gradient
from ml2020.backpropagation.engine import Node as Node
from ml2020.backpropagation.engine import backward as backward
from ml2020.backpropagation.engine import numbers_only as numbers_only
from ml2020.backpropagation.engine import pulled as pulled
from ml2020.backpropagation.gradient_check import (
    central_differences as central_differences,
)
from ml2020.backpropagation.gradient_check import (
    forward_differences as forward_differences,
)
from ml2020.backpropagation.gradient_check import one_number as one_number
from ml2020.backpropagation.gradient_check import relative_error as relative_error
from ml2020.backpropagation.operations import operations as operations
from ml2020.backpropagation.passes import Backward as Backward
from ml2020.backpropagation.passes import backward_pass as backward_pass
from ml2020.backpropagation.passes import forward_pass as forward_pass
from ml2020.backpropagation.reversed_network import amplifier as amplifier
from ml2020.backpropagation.reversed_network import reversed_network as reversed_network
from ml2020.backpropagation.values import Value as Value
from ml2020.backpropagation.values import add as add
from ml2020.backpropagation.values import made as made
from ml2020.backpropagation.values import matmul as matmul
from ml2020.backpropagation.values import multiply as multiply
from ml2020.backpropagation.values import pick as pick
from ml2020.backpropagation.values import relu as relu
from ml2020.backpropagation.values import sigmoid as sigmoid
from ml2020.backpropagation.values import (
    softmax_cross_entropy as softmax_cross_entropy,
)
from ml2020.backpropagation.values import total as total
from ml2020.backpropagation.values import turned as turned
