"""Senses: which meaning a word has at each place, told by the vector at that place.

Chapter: book/pretraining_words.md
Source:  pseudo-words: Schütze (1992); the silhouette: Rousseeuw (1987),
         https://doi.org/10.1016/0377-0427(87)90125-7
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.pretraining.bert import Bert
from ml2020.pretraining.elmo import Elmo
from ml2020.pretraining.frozen import elmo_layers, put_back, rows_of, sorted_pieces
from ml2020.pretraining.shelf import MOST, Shelf, aside
from ml2020.support.checks import check_finite, check_shape


class Places(NamedTuple):
    """Where a word stands, and which of two meanings it has there.

    Attributes:
        sentences: The sentence of each.
        at: Which word of it, from 0.
        words: The word, as it is spelled.
        meant: 0 or 1.
        aside: Whether no pre-training has read it.
    """

    sentences: Int[Tensor, " n"]
    at: Int[Tensor, " n"]
    words: Int[Tensor, " n"]
    meant: Int[Tensor, " n"]
    aside: Tensor


def glued_places(found: Shelf) -> Places:
    """Return all places at which a glued word stands, within what is read."""
    return places_of(found, torch.isin(found.text, found.pairs[0]))


def places_of(found: Shelf, which: Tensor) -> Places:
    """Return the places of some words of the text, within what is read.

    Raises:
        ValueError: If there is not a yes or no for each word.
    """
    check_shape("which", which, tuple(found.text.shape))
    tokens = which.nonzero()[:, 0]
    sentences = torch.searchsorted(found.starts, tokens, right=True) - 1
    at = tokens - found.starts[sentences]
    read = at < MOST
    tokens, sentences, at = tokens[read], sentences[read], at[read]
    other = found.meant[tokens] != found.text[tokens]
    words = found.text[tokens]
    return Places(sentences, at, words, other.long(), aside(found)[sentences])


def some(places: Places, rows: Tensor) -> Places:
    """Return some of the places."""
    return Places(*(column[rows] for column in places))


@torch.no_grad()
def bert_at(model: Bert, found: Shelf, places: Places) -> Float[Tensor, "layers n d"]:
    """Return the vector at each place, layer by layer; what goes in comes first."""

    def vectors(rows: Tensor) -> Tensor:
        piece = rows_of(found, places.sentences[rows])
        h = torch.stack(model.layer_by_layer(piece))
        return h[:, torch.arange(len(rows)), places.at[rows] + 1]

    return in_pieces(vectors, found, places)


@torch.no_grad()
def elmo_at(model: Elmo, found: Shelf, places: Places) -> Float[Tensor, "layers n d"]:
    """Return the same of ELMo, both directions side by side."""

    def vectors(rows: Tensor) -> Tensor:
        h, _ = elmo_layers(model, found, places.sentences[rows])
        return h[:, torch.arange(len(rows)), places.at[rows]]

    return in_pieces(vectors, found, places)


def neighbours_mean(
    V: Float[Tensor, "words d"], found: Shelf, places: Places
) -> Float[Tensor, "n d"]:
    """Return the mean static vector of the other words of the sentence, 0 if none."""
    means = []
    for k, at in zip(places.sentences.tolist(), places.at.tolist(), strict=True):
        start = int(found.starts[k])
        words = found.text[start : start + int(found.lengths[k])]
        rest = torch.cat([words[:at], words[at + 1 :]])
        means.append(V[rest].sum(dim=0) / max(1, len(rest)))
    return torch.stack(means)


def in_pieces(
    vectors: Callable[[Tensor], Tensor], found: Shelf, places: Places
) -> Tensor:
    """Return the vectors of all places, made piece by piece."""
    pieces = [vectors(rows) for rows in sorted_pieces(found, places.sentences)]
    return put_back(pieces, found, places.sentences)


def silhouette(X: Float[Tensor, "n d"], c: Int[Tensor, " n"]) -> Float[Tensor, " n"]:
    """Return by how much each point is nearer to its own group than to the other one.

    That is (b - a) / max(a, b), with a and b its mean distances to the others of its
    group and to the other group: from -1 to 1.

    Args:
        X: The points.
        c: The group of each, 0 or 1.

    Raises:
        ValueError: If a group has fewer than two points, or a number is NaN.
    """
    check_groups_of_two(X, c)
    D = torch.cdist(X, X, compute_mode="donot_use_mm_for_euclid_dist")
    sizes = c.bincount()
    to_group = torch.stack([D[:, c == k].sum(dim=1) for k in (0, 1)])
    own = to_group.gather(0, c[None])[0] / (sizes[c] - 1)
    other = to_group.gather(0, 1 - c[None])[0] / sizes[1 - c]
    greater = torch.maximum(own, other)
    return torch.where(greater > 0, (other - own) / greater, 0.0)


def check_groups_of_two(X: Tensor, c: Tensor) -> None:
    """Refuse what has no two groups."""
    check_finite("X", X, "leave such points out")
    check_shape("c", c, (len(X),))
    if any(int((c == k).sum()) < 2 for k in (0, 1)) or int((c > 1).sum()):
        raise ValueError("c is no two groups of two points or more: give 0 and 1")
