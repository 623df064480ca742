"""Stories: people go to rooms and take things; where is the thing now?

Synthetic: of eight sentences two, drawn, say that somebody took one of the two things,
by two people drawn out of four. The others say that somebody went to a room, all drawn,
but that the hero of one of them, drawn, is the one who took the thing that is asked
for: so there always is an answer, the room that its bearer went to last.

Chapter: book/rnn_attention.md
Source:  after the tasks of one and two facts of Weston et al. (2015), section 3,
         https://arxiv.org/abs/1502.05698
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_at_least

PEOPLE = ("mary", "john", "daniel", "sandra")
ROOMS = ("kitchen", "garden", "office", "bedroom", "hallway")
THINGS = ("football", "milk")
WORDS = (*PEOPLE, *ROOMS, *THINGS, "went", "to", "took", "the", "where", "is")
SENTENCES = 8
ASKED = ("person", "thing")  # one fact, two facts


class Stories(NamedTuple):
    """Stories side by side, each with a question.

    Attributes:
        who: The hero of each sentence (n, sentences), an index into PEOPLE.
        what: Where they went, an index into ROOMS, or, from 5 on, what they took.
        asked: Whom or what the question names (n,), an index into PEOPLE + THINGS.
        answer: The room (n,).
    """

    who: Int[Tensor, "n sentences"]
    what: Int[Tensor, "n sentences"]
    asked: Int[Tensor, " n"]
    answer: Int[Tensor, " n"]


def story_batch(
    n: int, asked: str = "thing", *, generator: torch.Generator | None = None
) -> Stories:
    """Return n stories.

    Args:
        n: 1 or more.
        asked: "thing", or "person": then the bearer of the thing is asked for.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If n is below 1, or nothing else can be asked.
    """
    check_at_least("n", n, 1)
    check_asked(asked)
    order = _orders(n, SENTENCES, generator)[:, :3]  # two takings, one way to a room
    bearers = _orders(n, len(PEOPLE), generator)[:, :2]
    which = torch.randint(len(THINGS), (n,), generator=generator)
    bearer = bearers.gather(1, which[:, None])
    who = torch.randint(len(PEOPLE), (n, SENTENCES), generator=generator)
    who = who.scatter(1, order, torch.cat([bearers, bearer], dim=1))
    what = torch.randint(len(ROOMS), (n, SENTENCES), generator=generator)
    things = torch.arange(len(THINGS)).expand(n, -1) + len(ROOMS)
    what = what.scatter(1, order[:, :2], things)
    moves = (who == bearer) & (what < len(ROOMS))
    last = (moves * torch.arange(1, SENTENCES + 1)).argmax(dim=1)
    named = which + len(PEOPLE) if asked == "thing" else bearer[:, 0]
    return Stories(who, what, named, what.gather(1, last[:, None])[:, 0])


def word_counts(
    stories: Stories,
) -> tuple[Float[Tensor, "n sentences words"], Float[Tensor, "n words"]]:
    """Return how often each of WORDS stands in each sentence, and in the question."""
    n, T = stories.who.shape
    took = stories.what >= len(ROOMS)
    X = torch.zeros(n, T, len(WORDS), dtype=torch.float32)
    X.scatter_(2, stories.who[..., None], 1.0)
    X.scatter_(2, stories.what[..., None] + len(PEOPLE), 1.0)
    went, to, taken, the, where, is_ = range(len(WORDS) - 6, len(WORDS))
    X[..., went] = X[..., to] = (~took).float()
    X[..., taken], X[..., the] = took.float(), 1.0
    Q = torch.zeros(n, len(WORDS), dtype=torch.float32)
    thing = stories.asked >= len(PEOPLE)
    named = stories.asked + thing * len(ROOMS)
    Q.scatter_(1, named[:, None], 1.0)
    Q[:, where], Q[:, is_], Q[:, the] = 1.0, 1.0, thing.float()
    return X, Q


def told(stories: Stories, k: int) -> list[str]:
    """Return the sentences of one story, then its question and the answer.

    Raises:
        ValueError: If there is no story k.
    """
    check_story(stories, k)
    lines = [
        f"{PEOPLE[a]} went to the {ROOMS[b]}"
        if b < len(ROOMS)
        else f"{PEOPLE[a]} took the {THINGS[b - len(ROOMS)]}"
        for a, b in zip(stories.who[k].tolist(), stories.what[k].tolist(), strict=True)
    ]
    names = (*PEOPLE, *(f"the {thing}" for thing in THINGS))
    question = f"where is {names[int(stories.asked[k])]}"
    return [*lines, question, ROOMS[int(stories.answer[k])]]


def _orders(n: int, count: int, generator: torch.Generator | None) -> Tensor:
    return torch.rand(n, count, generator=generator, dtype=torch.float32).argsort(dim=1)


def check_story(stories: Stories, k: int) -> None:
    """Refuse the number of no story.

    Raises:
        ValueError: If it is below 0, or too large.
    """
    if not 0 <= k < len(stories.who):
        raise ValueError(f"k is {k}: give 0 to {len(stories.who) - 1}")


def check_asked(asked: str) -> None:
    """Refuse a question that is none.

    Raises:
        ValueError: If nothing such can be asked.
    """
    if asked not in ASKED:
        raise ValueError(f"asked is {asked}: choose one of {', '.join(ASKED)}")
