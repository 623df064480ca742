"""Parsing as translation: a sentence goes in, its tree comes out, written as brackets.

Synthetic: a sentence is a noun phrase and a verb phrase. A noun phrase is "the", an
adjective in one case of two, and a noun; in one case of three "with" and a noun phrase
follow, at most twice inside each other. A verb phrase is a verb, in two cases of three
with a noun phrase. Words are drawn, each of its kind as likely.

Chapter: book/rnn_attention.md
Source:  Vinyals et al. (2015), figure 2, https://arxiv.org/abs/1412.7449
"""

import torch

KINDS_OF_WORDS = {
    "DT": ("the",),
    "JJ": ("red", "small", "old", "kind"),
    "NN": ("dog", "man", "cat", "girl", "boy"),
    "VB": ("sees", "likes", "follows", "hears"),
    "IN": ("with",),
}
DEEPEST = 2  # noun phrases that stand inside each other, beside the first


Parts = tuple[list[str], list[str]]  # words, and what stands for them in the tree


def parsed_sentence(*, generator: torch.Generator | None = None) -> Parts:
    """Return a sentence, and its tree, in which the words' kinds stand for the words.

    Args:
        generator: Seed it to draw the same again.
    """
    subject, tree = _noun_phrase(0, generator)
    verb = _word("VB", generator)
    words, phrase = _noun_phrase(0, generator) if _chance(3, generator) else ([], [])
    return (
        [*subject, verb, *words],
        ["(S", *tree, "(VP", "VB", *phrase, ")", ")"],
    )


def _noun_phrase(depth: int, generator: torch.Generator | None) -> Parts:
    kinds = ["DT", "JJ", "NN"] if _chance(2, generator) else ["DT", "NN"]
    words, tree = [_word(kind, generator) for kind in kinds], ["(NP", *kinds]
    if depth < DEEPEST and not _chance(3, generator):
        more, inner = _noun_phrase(depth + 1, generator)
        words += [_word("IN", generator), *more]
        tree += ["(PP", "IN", *inner, ")"]
    return words, [*tree, ")"]


def _word(kind: str, generator: torch.Generator | None) -> str:
    return KINDS_OF_WORDS[kind][_chance(len(KINDS_OF_WORDS[kind]), generator)]


def _chance(n: int, generator: torch.Generator | None) -> int:
    return int(torch.randint(n, (1,), generator=generator))
