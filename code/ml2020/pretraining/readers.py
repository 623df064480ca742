"""Readers: the two networks that have read the shelf beforehand.

Chapter: book/pretraining_words.md
Source:  tools/train_pretraining_bert.py, tools/train_pretraining_elmo.py
"""

from ml2020.data.pretraining_runs import reader_weights
from ml2020.pretraining.bert import Bert, drawn_bert
from ml2020.pretraining.elmo import Elmo, drawn_elmo

BERT_SIZES = 5969, 96, 4, 3  # words, d, heads, layers
ELMO_SIZES = 5969, 64, 2  # words, d, layers


def trained_bert() -> Bert:
    """Return the BERT that has read."""
    model = drawn_bert(0, *BERT_SIZES)
    model.load_state_dict(reader_weights("bert"))
    return model


def trained_elmo() -> Elmo:
    """Return the ELMo that has read."""
    model = drawn_elmo(0, *ELMO_SIZES)
    model.load_state_dict(reader_weights("elmo"))
    return model
