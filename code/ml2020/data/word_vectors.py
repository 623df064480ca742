"""Word vectors: 5,969 English words as 64 numbers each, from WordNet's glosses.

    vectors = word_vectors()
    vectors.V[vectors.place["dog"]]

Source:  tools/train_word_embedding.py, skip-gram with negative sampling, eight passes;
         its record, with seconds and versions, is in ml2020/data/trained
"""

import io
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.data.files import verified
from ml2020.data.glosses import glosses

NAME = "trained/word_embedding_vectors.npz"
SHA256 = "4dbb92bb33ab2699a6b5b2fd543e1c8f27a8f756d6b6b0aa297e099866d0c562"


class WordVectors(NamedTuple):
    """Words, the most frequent first, and a vector for each."""

    words: tuple[str, ...]
    place: dict[str, int]  # of each word
    V: Float[Tensor, "words d"]  # not of length 1


@cache
def word_vectors() -> WordVectors:
    """Return the vectors, in float32. Treat them as read-only.

    Each is the sum v + u, of the vector by which its word was read and of that by which
    it was guessed; word2vec keeps v alone. They were stored in 16 bits. A word outside
    of the vocabulary has no place.

    Raises:
        ValueError: If a file is not the committed one.
    """
    with np.load(io.BytesIO(verified(NAME, SHA256)), allow_pickle=False) as stored:
        V = torch.from_numpy(stored["vectors"]).float()
    words = glosses().words
    return WordVectors(words, {word: k for k, word in enumerate(words)}, V)
