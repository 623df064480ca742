"""Recurrent networks: memory, gates, learning through time."""

from ml2020.rnn.clipping import clipped as clipped
from ml2020.rnn.clipping import clipped_by_value as clipped_by_value
from ml2020.rnn.elman import Weights as Weights
from ml2020.rnn.elman import elman_step as elman_step
from ml2020.rnn.elman import unrolled as unrolled
from ml2020.rnn.first_weights import drawn as drawn
from ml2020.rnn.first_weights import networks as networks
from ml2020.rnn.first_weights import opened as opened
from ml2020.rnn.gru import gru_step as gru_step
from ml2020.rnn.lstm import Cell as Cell
from ml2020.rnn.lstm import lstm_step as lstm_step
from ml2020.rnn.lstm import remember as remember
from ml2020.rnn.network import KINDS as KINDS
from ml2020.rnn.network import Sizes as Sizes
from ml2020.rnn.network import last_scores as last_scores
from ml2020.rnn.network import shapes as shapes
from ml2020.rnn.network import states_of as states_of
from ml2020.rnn.network import unpacked as unpacked
from ml2020.rnn.recall import RECALL_SIZES as RECALL_SIZES
from ml2020.rnn.recall import Learned as Learned
from ml2020.rnn.recall import learn_recall as learn_recall
from ml2020.rnn.recall import recall_examples as recall_examples
