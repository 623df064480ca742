"""Self-supervised learning: data that asks itself questions, and what that buys."""

from ml2020.self_supervised.canvas import canvas_task as canvas_task
from ml2020.self_supervised.canvas import placed as placed
from ml2020.self_supervised.info_nce import correlated as correlated
from ml2020.self_supervised.info_nce import gaussian_information as gaussian_information
from ml2020.self_supervised.info_nce import info_nce as info_nce
from ml2020.self_supervised.info_nce import information_bound as information_bound
from ml2020.self_supervised.info_nce import log_ratio as log_ratio
from ml2020.self_supervised.jigsaw import cut as cut
from ml2020.self_supervised.jigsaw import joined as joined
from ml2020.self_supervised.jigsaw import permutation_set as permutation_set
from ml2020.self_supervised.jigsaw import shuffled as shuffled
from ml2020.self_supervised.learning import pretrained as pretrained
from ml2020.self_supervised.nt_xent import attraction as attraction
from ml2020.self_supervised.nt_xent import nt_xent as nt_xent
from ml2020.self_supervised.nt_xent import partners as partners
from ml2020.self_supervised.nt_xent import similarity as similarity
from ml2020.self_supervised.orders import drawn_tables as drawn_tables
from ml2020.self_supervised.orders import log_conditionals as log_conditionals
from ml2020.self_supervised.orders import log_likelihood as log_likelihood
from ml2020.self_supervised.orders import mean_likelihood as mean_likelihood
from ml2020.self_supervised.orders import seen_by_order as seen_by_order
from ml2020.self_supervised.probing import probed as probed
from ml2020.self_supervised.probing import share_right as share_right
from ml2020.self_supervised.reader import projection as projection
from ml2020.self_supervised.reader import reader as reader
from ml2020.self_supervised.reconstruct import hidden_dots as hidden_dots
from ml2020.self_supervised.reconstruct import hidden_square as hidden_square
from ml2020.self_supervised.reconstruct import (
    reconstruction_loss as reconstruction_loss,
)
from ml2020.self_supervised.replaced import asked_places as asked_places
from ml2020.self_supervised.replaced import detection_loss as detection_loss
from ml2020.self_supervised.replaced import masked_loss as masked_loss
from ml2020.self_supervised.replaced import replaced as replaced
from ml2020.self_supervised.rotation import turned as turned
from ml2020.self_supervised.simclr import Ingredients as Ingredients
from ml2020.self_supervised.simclr import contrast as contrast
from ml2020.self_supervised.simclr import two_views as two_views
from ml2020.self_supervised.supervised import taught as taught
from ml2020.self_supervised.views import shifted as shifted
from ml2020.self_supervised.views import viewed as viewed
