"""Grammar: which labels may stand side by side, by the rules or in any ticket at all.

Chapter: book/rnn_structured.md
Source:  IOB2: Tjong Kim Sang and Veenstra (1999), https://aclanthology.org/E99-1023/;
         the forms are those of `tickets`
"""

from itertools import pairwise, product

import torch

from ml2020.rnn.chain import Chain
from ml2020.rnn.spoken import TAGS, parts_of, tags_of
from ml2020.rnn.tickets import FORMS


def grammar_chain() -> Chain:
    """Return a chain that forbids what breaks the rules, and prefers nothing.

    The rules: I stands right behind a label of its own kind, here its B, and a time has
    two words.
    """
    begin, end = torch.zeros(2, len(TAGS), dtype=torch.float32)
    A = torch.zeros(len(TAGS), len(TAGS), dtype=torch.float32)
    for k, tag in enumerate(TAGS):
        if tag.startswith("I-"):  # I stands right behind its own B, and nowhere else
            begin[k] = float("-inf")
            A[:, k] = float("-inf")
            A[TAGS.index(f"B-{tag[2:]}"), k] = 0
    first, second = TAGS.index("B-time"), TAGS.index("I-time")  # never one alone
    end[first] = A[first] = float("-inf")
    A[first, second] = 0
    return Chain(begin, A, end)


def meant_paths() -> list[tuple[int, ...]]:
    """Return all paths of labels that a ticket can mean, each once, in order."""
    found = set()
    for form in FORMS:
        _, slots, counts = zip(*parts_of(form), strict=True)
        for sizes in product(*counts):
            path: list[str] = []
            for slot, size in zip(slots, sizes, strict=True):
                path += tags_of(slot, size)
            found.add(tuple(map(TAGS.index, path)))
    return sorted(found)


def strict_chain() -> Chain:
    """Return a chain that forbids all neighbours, and ends, that no ticket has."""
    begin, end = torch.full((2, len(TAGS)), float("-inf"), dtype=torch.float32)
    A = torch.full((len(TAGS), len(TAGS)), float("-inf"), dtype=torch.float32)
    for path in meant_paths():
        begin[path[0]] = end[path[-1]] = 0
        for one, other in pairwise(path):
            A[one, other] = 0
    return Chain(begin, A, end)
