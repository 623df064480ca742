"""Sentences of the grammar, and their trees."""

import torch

from ml2020.rnn import parsed_sentence
from ml2020.rnn.parsing import KINDS_OF_WORDS


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def read(tree):
    """The kinds of words of a tree, which has to be one of the grammar."""
    left = list(tree)

    def take(*wanted):
        for part in wanted:
            assert left.pop(0) == part
        return list(wanted)

    def noun_phrase(depth):
        take("(NP")
        kinds = take("DT")
        if left[0] == "JJ":
            kinds += take("JJ")
        kinds += take("NN")
        if left[0] == "(PP":
            assert depth < 2
            take("(PP")
            kinds += take("IN") + noun_phrase(depth + 1)
            take(")")
        take(")")
        return kinds

    take("(S")
    kinds = noun_phrase(0)
    take("(VP")
    kinds += take("VB")
    if left[0] == "(NP":
        kinds += noun_phrase(0)
    take(")", ")")
    assert not left
    return kinds


def test_a_tree_is_one_of_the_grammar_and_its_words_are_of_their_kinds():
    roll, depths, verbs = dice(), set(), 0
    for _ in range(300):
        words, tree = parsed_sentence(generator=roll)
        kinds = read(tree)
        assert len(kinds) == len(words)
        for word, kind in zip(words, kinds, strict=True):
            assert word in KINDS_OF_WORDS[kind]
        depths.add(tree.count("(PP"))
        verbs += tree[-3] == ")"
    assert {0, 1, 2} <= depths
    assert 0.58 < verbs / 300 < 0.75  # two in three have an object


def test_adjectives_come_in_half_and_more_phrases_in_a_third_of_the_cases():
    roll = dice(1)
    trees = [parsed_sentence(generator=roll)[1] for _ in range(600)]
    adjectives = sum(t.count("JJ") for t in trees) / sum(t.count("NN") for t in trees)
    assert 0.45 < adjectives < 0.55
    first = sum(t[3 + (t[3] == "JJ") + 1] == "(PP" for t in trees) / 600
    assert 0.28 < first < 0.39
