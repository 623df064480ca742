"""A first hop that is told where to look: the second one is the network's own.

Chapter: book/rnn_attention.md
Source:  the chapter's own experiment: the lack of a first hop is taken away
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.rnn.memory_network import Memory, as_stored, hop
from ml2020.rnn.stories import PEOPLE, ROOMS, Stories, word_counts


def scores_when_told(memory: Memory, stories: Stories) -> Float[Tensor, "..."]:
    """Return the scores of the rooms if hop 1 looks at the taking, at nothing else.

    Args:
        memory: Networks with two hops.
        stories: That ask for a thing.

    Raises:
        ValueError: If there are other hops, or a person is asked for.
    """
    check_told(memory, stories)
    X, Q = word_counts(stories)
    taken = stories.asked - len(PEOPLE) + len(ROOMS)
    place = (stories.what == taken[:, None]).to(X.dtype)[:, None, :]
    found, read = as_stored(memory, X, 1), as_stored(memory, X, 2)
    u = Q @ memory.E[..., 0, :, :] + (place @ found)[..., 0, :]
    u, _ = hop(u, found, read, torch.ones(read.shape[:-1], dtype=torch.bool))
    return u @ memory.W.mT


def check_told(memory: Memory, stories: Stories) -> None:
    """Refuse networks and questions for which there is no such first hop.

    Raises:
        ValueError: If there are not two hops, or a person is asked for.
    """
    if memory.E.shape[-3] != 3:
        raise ValueError(f"memory has {memory.E.shape[-3] - 1} hops: give two")
    if not (stories.asked >= len(PEOPLE)).all():
        raise ValueError("stories ask for a person: give those of a thing")
