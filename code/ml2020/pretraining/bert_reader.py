"""Reader: the BERT that has read the shelf beforehand.

Chapter: book/pretraining_words.md
Source:  tools/train_pretraining_bert.py
"""

from ml2020.data.pretraining_bert_runs import bert_weights
from ml2020.pretraining.bert import Bert, drawn_bert

BERT_SIZES = 5969, 96, 4, 3  # words, d, heads, layers


def trained_bert() -> Bert:
    """Return the BERT that has read."""
    model = drawn_bert(0, *BERT_SIZES)
    model.load_state_dict(bert_weights())
    return model
