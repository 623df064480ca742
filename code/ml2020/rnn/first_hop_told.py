"""A first hop that is told where to look, for a while; then the network looks alone.

Chapter: book/rnn_attention.md
Source:  the chapter's own experiment: the lack of a first hop is taken away
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from ml2020.rnn.memory_network import Memory, answered, hop
from ml2020.rnn.memory_network_learning import BATCH
from ml2020.rnn.stories import PEOPLE, ROOMS, Stories, story_batch, word_counts
from ml2020.support.checks import check_at_least, check_learned, check_positive


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
    found, read = (
        X @ memory.E[..., None, k, :, :] + memory.when[..., None, k, :, :]
        for k in (1, 2)
    )
    u = Q @ memory.E[..., 0, :, :] + (place @ found)[..., 0, :]
    u, _ = hop(u, found, read, torch.ones(read.shape[:-1], dtype=torch.bool))
    return u @ memory.W.mT


def learned_when_told(
    memory: Memory,
    lr: float,
    updates: int,
    told: int,
    *,
    generator: torch.Generator | None = None,
) -> Memory:
    """Return networks that have learned, hop 1 told where to look in the first batches.

    Args:
        memory: Where to begin, networks with two hops; they stay as they are.
        lr: The first rate, positive; it falls in a line to 0.
        updates: 1 or more.
        told: In how many of them hop 1 is told.
        generator: Of the stories, the same for all networks.

    Raises:
        ValueError: If a number is outside its range, or weights become NaN.
    """
    check_positive("lr", lr)
    check_at_least("updates", updates, 1)
    check_at_least("told", told, 0)
    watched = Memory(*(part.clone().requires_grad_() for part in memory))
    rule = torch.optim.Adam(list(watched), lr)
    for t in range(updates):
        stories = story_batch(BATCH, generator=generator)
        if t < told:
            scores = scores_when_told(watched, stories)
        else:
            scores = answered(watched, *word_counts(stories)).scores
        right = stories.answer.expand(scores.shape[:-1])
        loss = F.cross_entropy(scores.movedim(-1, -2), right, reduction="sum")
        rule.param_groups[0]["lr"] = lr * (1 - t / updates)
        rule.zero_grad()
        (loss / BATCH).backward()  # type: ignore[no-untyped-call]
        rule.step()
    check_learned(watched, lr)
    return Memory(*(part.detach() for part in watched))


def check_told(memory: Memory, stories: Stories) -> None:
    """Refuse networks and questions for which there is no such first hop.

    Raises:
        ValueError: If there are not two hops, or a person is asked for.
    """
    if memory.E.shape[-3] != 3:
        raise ValueError(f"memory has {memory.E.shape[-3] - 1} hops: give two")
    if not (stories.asked >= len(PEOPLE)).all():
        raise ValueError("stories ask for a person: give those of a thing")
