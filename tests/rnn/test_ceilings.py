"""What no reader can beat, by hand and by counting drawn sentences."""

from collections import Counter, defaultdict

import pytest
import torch

from ml2020.rnn import (
    LABELS,
    ceiling,
    one_word,
    ticket_batch,
    up_to_here,
    whole_sentence,
)
from tests.refusals import refuses


@pytest.mark.equation("eq-rnn-ceiling")
def test_it_is_the_sum_over_what_is_seen_of_the_more_frequent_slot():
    forms = [
        "arrive {to}",
        "leave {from}",
        "arrive {to} or leave {from}",
        "{to} arrive",
        "{from} leave",
        "{from} leave",
    ]
    assert ceiling(one_word, forms) == pytest.approx(4 / 7)  # 3 to, 4 from
    # Seen: arrive city 2, leave city 1, arrive city or leave city 1, city 1 of 3.
    assert ceiling(up_to_here, forms) == pytest.approx((2 + 1 + 1 + 2) / 7)
    assert ceiling(whole_sentence, forms) == 1


def test_those_of_the_grammar():
    assert ceiling(one_word) == 0.5
    assert ceiling(up_to_here) == pytest.approx(12 / 14)
    assert ceiling(whole_sentence) == 1


@pytest.fixture(scope="module")
def batch():
    return ticket_batch(2000, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("view", [one_word, up_to_here, whole_sentence])
def test_drawn_sentences_have_the_same(batch, view):
    seen, cities = defaultdict(Counter), {LABELS.index("from"), LABELS.index("to")}
    for k, words in enumerate(batch.words):
        labels = batch.labels[: len(words), k].tolist()
        flat = [
            "city" if slot in cities else word
            for word, slot in zip(words, labels, strict=True)
        ]
        flat = [
            "time" if slot == 3 else word
            for word, slot in zip(flat, labels, strict=True)
        ]
        for place, slot in enumerate(labels):
            if slot in cities:
                seen[view(flat, place)][slot] += 1
    best = sum(max(counts.values()) for counts in seen.values())
    share = best / sum(sum(counts.values()) for counts in seen.values())
    assert share == pytest.approx(ceiling(view), abs=0.03)


def test_forms_without_a_city_are_refused():
    refuses(
        lambda forms: ceiling(one_word, forms),
        "^forms has no {from} and no {to}: put one in$",
        good=[["{to}"], ["to", "{from}"]],
        bad=[[], ["to from"], ["on {time}"]],
    )
