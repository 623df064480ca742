"""Frozen: what a network that has read says of sentences, layer by layer.

Chapter: book/pretraining_tasks.md
Source:  frozen features beside fine-tuning: Peters, Ruder and Smith (2019),
         https://arxiv.org/abs/1903.05987
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.pretraining.bert import Bert, word_mean
from ml2020.pretraining.elmo import Elmo, with_ends
from ml2020.pretraining.held_out import time_first
from ml2020.pretraining.packing import Packed, is_word, packed
from ml2020.pretraining.shelf import Shelf, said

PIECE = 250


def rows_of(found: Shelf, sentences: Int[Tensor, " n"]) -> Packed:
    """Return single sentences with their marks."""
    first = [said(found, k) for k in sentences.tolist()]
    return packed(first, [None] * len(first), len(found.words))


@torch.no_grad()
def bert_means(
    model: Bert, found: Shelf, sentences: Int[Tensor, " n"]
) -> Float[Tensor, "layers n d"]:
    """Return the mean vector of the words of each sentence, at each layer."""
    means = []
    for rows in sorted_pieces(found, sentences):
        piece = rows_of(found, sentences[rows])
        may = is_word(piece.X, len(found.words))
        layers = model.layer_by_layer(piece)
        means.append(torch.stack([word_mean(H, may) for H in layers]))
    return put_back(means, found, sentences)


def elmo_layers(
    model: Elmo, found: Shelf, sentences: Int[Tensor, " n"]
) -> tuple[Float[Tensor, "layers n T d"], Int[Tensor, " n"]]:
    """Return both directions side by side at each word, layer by layer, and lengths."""
    X, lengths = time_first([said(found, k) for k in sentences.tolist()])
    both = model.layer_by_layer(with_ends(X, lengths, model.words), lengths + 2)
    h = torch.stack([torch.cat(pair, dim=-1) for pair in zip(*both, strict=True)])
    return h[:, 1:-1].transpose(1, 2), lengths


@torch.no_grad()
def elmo_means(
    model: Elmo, found: Shelf, sentences: Int[Tensor, " n"]
) -> Float[Tensor, "layers n d"]:
    """Return the same of ELMo, both directions side by side."""
    means = []
    for rows in sorted_pieces(found, sentences):
        h, lengths = elmo_layers(model, found, sentences[rows])
        there = torch.arange(h.shape[2]) < lengths[:, None]
        means.append(torch.stack([word_mean(H, there) for H in h]))
    return put_back(means, found, sentences)


def counted(found: Shelf, sentences: Int[Tensor, " n"]) -> Float[Tensor, "n words"]:
    """Return the words of each sentence counted: no pre-training at all.

    As usual a word counts the more the fewer sentences of the shelf have it, ln (all /
    those with it), and each row is divided by its length (tf-idf).
    """
    V, n = len(found.words), len(found.starts)
    row = torch.arange(n).repeat_interleave(
        found.starts.diff(append=found.starts.new_tensor([len(found.text)]))
    )
    met = torch.unique(row * V + found.text)  # each word of a sentence once
    in_sentences = (met % V).bincount(minlength=V)
    weight = (n / in_sentences.clamp(min=1)).log()
    bags = [
        torch.tensor(said(found, k), dtype=torch.int64).bincount(minlength=V)
        for k in sentences.tolist()
    ]
    return F.normalize(torch.stack(bags) * weight, dim=1)


def sorted_pieces(found: Shelf, sentences: Int[Tensor, " n"]) -> list[Tensor]:
    """Return the sentences' places in pieces, the shortest first."""
    return list(torch.split(found.lengths[sentences].argsort(stable=True), PIECE))


def put_back(
    pieces: Sequence[Tensor], found: Shelf, sentences: Int[Tensor, " n"]
) -> Tensor:
    """Return what was computed piece by piece, in the order of the sentences."""
    order = torch.cat(sorted_pieces(found, sentences))
    return torch.cat(list(pieces), dim=1)[:, order.argsort()]
