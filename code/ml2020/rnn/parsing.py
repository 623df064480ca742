"""Parsing as translation: a sentence goes in, its tree comes out, written as brackets.

Synthetic: a sentence is a noun phrase and a verb phrase. A noun phrase is "the", an
adjective in one case of two, and a noun; in one case of three "with" and a noun phrase
follow, at most twice inside each other. A verb phrase is a verb, in two cases of three
with a noun phrase. Words are drawn, each of its kind as likely.

Chapter: book/rnn_attention.md
Source:  Vinyals et al. (2015), figure 2, https://arxiv.org/abs/1412.7449
"""

import torch

from ml2020.rnn.seq2seq_pairs import Pairs, pairs_of
from ml2020.support.checks import check_at_least

KINDS_OF_WORDS = {
    "DT": ("the",),
    "JJ": ("red", "small", "old", "kind"),
    "NN": ("dog", "man", "cat", "girl", "hat"),
    "VB": ("sees", "likes", "sleeps", "hears"),
    "IN": ("with",),
}
LEXICON = tuple(word for words in KINDS_OF_WORDS.values() for word in words)
BRACKETS = ("(S", "(NP", "(VP", "(PP", ")", *KINDS_OF_WORDS)
DEEPEST = 2  # noun phrases that stand inside each other, beside the first


def parsed_sentence(
    *, generator: torch.Generator | None = None
) -> tuple[list[str], list[str]]:
    """Return a sentence, and its tree, in which the words' kinds stand for the words.

    Args:
        generator: Seed it to draw the same again.
    """
    words: list[str] = []
    tree: list[str] = []

    def chance(n: int) -> int:
        return int(torch.randint(n, (1,), generator=generator))

    def word(kind: str) -> None:
        words.append(KINDS_OF_WORDS[kind][chance(len(KINDS_OF_WORDS[kind]))])
        tree.append(kind)

    def noun_phrase(depth: int) -> None:
        tree.append("(NP")
        word("DT")
        if chance(2):
            word("JJ")
        word("NN")
        if depth < DEEPEST and not chance(3):
            tree.append("(PP")
            word("IN")
            noun_phrase(depth + 1)
            tree.append(")")
        tree.append(")")

    tree.append("(S")
    noun_phrase(0)
    tree.append("(VP")
    word("VB")
    if chance(3):
        noun_phrase(0)
    return words, [*tree, ")", ")"]


def parsing_pairs(n: int, *, generator: torch.Generator | None = None) -> Pairs:
    """Return n sentences and their trees, as numbers; the one after BRACKETS says stop.

    Args:
        n: 1 or more.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If n is below 1.
    """
    check_at_least("n", n, 1)
    drawn = [parsed_sentence(generator=generator) for _ in range(n)]
    return pairs_of(
        [[LEXICON.index(word) for word in words] for words, _ in drawn],
        [[BRACKETS.index(part) for part in tree] for _, tree in drawn],
        len(BRACKETS),
    )
