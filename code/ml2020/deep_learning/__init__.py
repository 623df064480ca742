"""Deep learning: a network as matrices, what it can say, and how wide and how deep."""

from ml2020.deep_learning.forward_pass import Pass as Pass
from ml2020.deep_learning.forward_pass import forward as forward
from ml2020.deep_learning.forward_pass import layer_by_layer as layer_by_layer
from ml2020.deep_learning.forward_pass import relu as relu
from ml2020.deep_learning.forward_pass import straight as straight
from ml2020.deep_learning.interpolant import interpolation_bound as interpolation_bound
from ml2020.deep_learning.interpolant import relu_interpolant as relu_interpolant
from ml2020.deep_learning.layers import Layer as Layer
from ml2020.deep_learning.layers import draw_layers as draw_layers
from ml2020.deep_learning.layers import he_layers as he_layers
from ml2020.deep_learning.layers import parameter_count as parameter_count
from ml2020.deep_learning.learning import autograd_gradient as autograd_gradient
from ml2020.deep_learning.learning import network_loss as network_loss
from ml2020.deep_learning.learning import one_step as one_step
from ml2020.deep_learning.lecture_network import lecture_network as lecture_network
from ml2020.deep_learning.search import built_start as built_start
from ml2020.deep_learning.search import drawn_starts as drawn_starts
from ml2020.deep_learning.search import fit_sine as fit_sine
from ml2020.deep_learning.search import neurons as neurons
from ml2020.deep_learning.study import digit_sets as digit_sets
from ml2020.deep_learning.study import sizes_of as sizes_of
from ml2020.deep_learning.study import study as study
from ml2020.deep_learning.theta import draws as draws
from ml2020.deep_learning.theta import pack as pack
from ml2020.deep_learning.theta import side_by_side as side_by_side
from ml2020.deep_learning.theta import unpack as unpack
