"""Learning to answer: memory networks side by side, on stories that are always new.

Chapter: book/rnn_attention.md
Source:  the chapter's own experiment; Adam of Kingma and Ba (2015), as torch has it
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from ml2020.rnn.first_hop_told import scores_when_told
from ml2020.rnn.memory_network import Memory, answered
from ml2020.rnn.stories import ROOMS, Stories, story_batch, word_counts
from ml2020.support.checks import (
    check_at_least,
    check_filled,
    check_learned,
    check_positive,
)

BATCH = 100  # stories


def learned_memory(
    memory: Memory,
    asked: str,
    lr: float,
    updates: int,
    *,
    with_places: bool = True,
    told: int = 0,
    generator: torch.Generator | None = None,
) -> Memory:
    """Return networks that have learned, side by side; the rate falls in a line to 0.

    Args:
        memory: Where to begin, a network or more; they stay as they are.
        asked: "person" or "thing".
        lr: The first rate, positive.
        updates: 1 or more.
        with_places: Whether what stands for the places is learned, too.
        told: In how many of the first updates hop 1 is told where to look.
        generator: Of the stories, the same for all networks.

    Raises:
        ValueError: If a number is outside its range, weights become NaN, or a hop is
            told that is not there.
    """
    check_positive("lr", lr)
    check_at_least("updates", updates, 1)
    check_at_least("told", told, 0)
    check_rooms(memory, told, updates)
    watched = Memory(*(part.clone().requires_grad_() for part in memory))
    moved = [watched.E, watched.W, *([watched.when] if with_places else [])]
    rule = torch.optim.Adam(moved, lr)
    for t in range(updates):
        stories = story_batch(BATCH, asked, generator=generator)
        if t < told:
            scores = scores_when_told(watched, stories)
        else:
            scores = answered(watched, *word_counts(stories)).scores
        loss = F.cross_entropy(
            scores.movedim(-1, -2), _each(stories, scores), reduction="sum"
        )
        rule.param_groups[0]["lr"] = lr * (1 - t / updates)
        rule.zero_grad()
        (loss / BATCH).backward()  # type: ignore[no-untyped-call]
        rule.step()
    check_learned(watched, lr)
    return Memory(*(part.detach() for part in watched))


@torch.no_grad()
def share_answered(memory: Memory, stories: Stories) -> Float[Tensor, "..."]:
    """Return the share of questions that each network answers rightly.

    Raises:
        ValueError: If there is no story.
    """
    check_filled("stories.who", stories.who, "story")
    scores = answered(memory, *word_counts(stories)).scores
    return (scores.argmax(dim=-1) == stories.answer).double().mean(dim=-1)


def check_rooms(memory: Memory, told: int, updates: int) -> None:
    """Refuse networks with other answers than rooms, and hops that are always told.

    Raises:
        ValueError: If there are other answers, or told is more than updates.
    """
    if memory.W.shape[-2] != len(ROOMS):
        answers = memory.W.shape[-2]
        raise ValueError(f"memory has {answers} answers: give it {len(ROOMS)}, rooms")
    if told > updates:
        raise ValueError(f"told is {told}: give at most updates, {updates}")


def _each(stories: Stories, scores: Tensor) -> Tensor:
    return stories.answer.expand(scores.shape[:-1])
