"""Network compression: the same answers from a smaller network."""

from ml2020.compression.network import learned as learned
from ml2020.compression.network import pictures as pictures
from ml2020.compression.network import small_network as small_network
from ml2020.compression.pruning import density as density
from ml2020.compression.pruning import global_masks as global_masks
from ml2020.compression.pruning import kept as kept
from ml2020.compression.pruning import layer_masks as layer_masks
from ml2020.compression.pruning import magnitudes as magnitudes
from ml2020.compression.pruning import without as without
from ml2020.compression.saliency import saliencies as saliencies
