"""ELMo's reader: the ELMo that has read the shelf beforehand.

Chapter: book/pretraining_words.md
Source:  tools/train_pretraining_elmo.py
"""

from ml2020.data.pretraining_elmo_runs import elmo_weights
from ml2020.pretraining.elmo import Elmo, drawn_elmo

ELMO_SIZES = 5969, 64, 2  # words, d, layers


def trained_elmo() -> Elmo:
    """Return the ELMo that has read."""
    model = drawn_elmo(0, *ELMO_SIZES)
    model.load_state_dict(elmo_weights())
    return model
