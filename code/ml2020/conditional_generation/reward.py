"""Reward: a network that has learned to spell sounds goes on by its errors alone.

Chapter: book/conditional_generation_tips.md
Source:  Ranzato et al. (2016), https://arxiv.org/abs/1511.06732; Lee (2020),
         conditional generation
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from ml2020.conditional_generation.learning import learned
from ml2020.conditional_generation.score_function import (
    others_mean,
    score_function_loss,
)
from ml2020.rnn import Seq2Seq, edit_distance, entries, sound_pairs
from ml2020.rnn.seq2seq import Heard
from ml2020.rnn.seq2seq_pairs import Pairs, some_of
from ml2020.support.checks import check_at_least, check_choice

SAMPLES, WORDS, LONGEST = 4, 32, 16  # of a word; in an update; phones at most
TEACHERS = "likelihood", "reward"


def sampled(
    model: Seq2Seq, heard: Heard, most: int, *, generator: torch.Generator | None = None
) -> tuple[list[list[int]], Tensor]:
    """Return what is drawn for each word, and log P of it, with its slope.

    Args:
        model: From sequence to sequence.
        heard: What was heard of n words.
        most: Symbols at most: what has not ended then is cut.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If most is below 1.
    """
    check_at_least("most", most, 1)
    z, n, stop = model.first(heard), len(heard.end), model.outputs - 1
    y, going = (
        torch.full((n,), model.outputs, dtype=torch.int64),
        torch.ones(n, dtype=torch.bool),
    )
    said: list[list[int]] = [[] for _ in range(n)]
    log_p = heard.end.new_zeros(n)
    for _ in range(most):
        spoken = model.speak(y[:, None], z, heard)
        of_next, z = spoken.scores[:, 0].log_softmax(dim=-1), spoken.z
        y = torch.multinomial(of_next.detach().exp(), 1, generator=generator)[:, 0]
        log_p = log_p + going * of_next.gather(1, y[:, None])[:, 0]
        going = going & (y != stop)
        for k in going.nonzero()[:, 0].tolist():
            said[k].append(int(y[k]))
        if not going.any():
            break
    return said, log_p


def repeated(heard: Heard, times: int) -> Heard:
    """Return what was heard, as often as that: all words, then all again."""
    H, end, there = heard
    return Heard(H.repeat(times, 1, 1), end.repeat(times, 1), there.repeat(times, 1))


def rewards(said: list[list[int]], pairs: Pairs) -> Tensor:
    """Return the reward of each (times, n): minus the edits a phone, 0 if right."""
    right = [row[row >= 0][:-1].tolist() for row in pairs.Y]
    found = [
        -edit_distance(words, right[k % len(right)])
        / max(1, len(right[k % len(right)]))
        for k, words in enumerate(said)
    ]
    return torch.tensor(found, dtype=torch.float32).view(-1, len(right))


def gone_on(
    model: Seq2Seq, teacher: str, seed: int, lr: float, updates: int
) -> Seq2Seq:
    """Return a network that went on to learn.

    Args:
        model: It stays as it is.
        teacher: "likelihood" tells it the right phones; "reward" draws four answers a
            word and says how good they are.
        seed: Of the words that come, and of the dice.
        lr: The first rate.
        updates: 1 or more, of 32 words.

    Raises:
        ValueError: If there is no such teacher.
    """
    check_choice("teacher", teacher, TEACHERS)
    words = sound_pairs(entries("learn"))
    dice = torch.Generator().manual_seed(70_000 + seed)

    def loss(model: Seq2Seq, i: int) -> Tensor:
        rows = torch.randint(len(words.X), (WORDS,), generator=dice)
        pairs = some_of(words, rows)
        if teacher == "likelihood":
            scores = model(pairs).scores
            return F.cross_entropy(scores.flatten(0, 1), pairs.Y.flatten())
        heard = repeated(model.encode(pairs), SAMPLES)
        said, log_p = sampled(model, heard, LONGEST, generator=dice)
        reward = rewards(said, pairs)
        drawn = log_p.view(SAMPLES, -1)
        return score_function_loss(drawn, reward, others_mean(reward))

    return learned(model, loss, lr, updates)
