"""Poems: as symbols, as text, what is lost on them, and what is written."""

import torch
import torch.nn.functional as F

from ml2020.data.quatrains import quatrains
from ml2020.transformer import (
    alphabet,
    as_text,
    drawn_reader,
    foretold,
    nats,
    poems,
    written,
)
from ml2020.transformer.poems import POEM_PARTS
from tests.refusals import refuses

SIGNS = len(alphabet())


def dice(k):
    return torch.Generator().manual_seed(k)


def test_every_poem_belongs_to_one_part():
    sizes = {part: len(poems(part)) for part in POEM_PARTS}
    assert sizes == {"learn": 3000, "choose": 250, "judge": 249}


def test_symbols_spell_the_poem_but_for_what_is_rare():
    met = "".join(quatrains().poems[:3000])
    known = set(alphabet()[:-3])
    assert known == {sign for sign in set(met) if met.count(sign) > 1}
    assert alphabet()[-3:] == ("□", "/", "")
    for k, row in enumerate(poems("judge").tolist()):
        poem = "".join(s if s in known else "□" for s in quatrains().poems[3250 + k])
        wanted = "/".join(poem[j : j + 5] for j in range(0, 20, 5))
        assert row[0] == row[6] == row[12] == row[18] == SIGNS - 2
        assert row[24] == SIGNS - 1
        assert as_text(row) == wanted


def test_what_is_lost_is_that_of_the_next_symbol_and_rare_ones_do_not_count():
    X = torch.tensor([[SIGNS - 2, 5, SIGNS - 3, 7], [SIGNS - 2, 1, 2, SIGNS - 1]])
    scores = torch.randn(2, 3, SIGNS, generator=dice(0))
    log_p = F.log_softmax(scores, dim=-1)
    at = [(0, 0, 5), (0, 2, 7), (1, 0, 1), (1, 1, 2), (1, 2, SIGNS - 1)]
    wanted = -sum(log_p[place] for place in at) / 5
    torch.testing.assert_close(nats(lambda given: scores, X), wanted)


def test_each_call_takes_other_poems():
    X, met = torch.arange(40).view(10, 4), []

    def model(given):
        met.append(given[:, 0].tolist())
        return torch.zeros(*given.shape, SIGNS)

    cost = foretold(X, 3, generator=dice(1))
    for _ in range(20):
        cost(model)
    assert {len(rows) for rows in met} == {3}
    assert {row for rows in met for row in rows} == set(range(0, 40, 4))
    refuses(lambda n: foretold(X, n), "^size is 0: give 1 or", good=[1], bad=[0])
    refuses(
        lambda n: foretold(X[:n], 1), "^X is empty: give at .* poem", good=[1], bad=[0]
    )


def test_what_is_written_ends_at_its_end_or_at_the_limit():
    reader = drawn_reader(0, SIGNS, 8, 2, 1, masked=True)
    with torch.no_grad():
        reader.says.weight.zero_()
        reader.says.bias.fill_(-1e4)
        reader.says.bias[3] = 0
    assert written(reader, 2, 7) == [alphabet()[3] * 7] * 2  # it never ends
    with torch.no_grad():
        reader.says.bias[SIGNS - 1] = 0.5
    texts = written(reader, 300, 4, generator=dice(2))
    assert texts == written(reader, 300, 4, generator=dice(2))
    assert {len(text) for text in texts} == set(range(5))
    assert {sign for text in texts for sign in text} == {alphabet()[3]}
    assert set(written(reader, 20, 9, nucleus=0.6, generator=dice(3))) == {""}
    assert set(written(reader, 20, 9, 0.01, generator=dice(3))) == {""}


def test_what_cannot_be_written_is_refused():
    reader = drawn_reader(0, SIGNS, 8, 2, 1, masked=True)
    refuses(lambda n: written(reader, n, 1), "^n is 0: give", good=[1], bad=[0])
    refuses(lambda m: written(reader, 1, m), "^most is 0: give", good=[1], bad=[0])
    rare, most = torch.full((2, 4), SIGNS - 3), torch.full((2, 4), SIGNS - 3)
    most[0, 3] = 0  # one that counts, as the last of a poem
    begun = rare.clone()
    begun[:, 0] = 0  # nobody says what stands first
    refuses(
        lambda X: nats(lambda given: torch.zeros(*given.shape, SIGNS), X),
        "^X has rare characters alone: give poems with others$",
        good=[most],
        bad=[rare, begun],
    )
    refuses(
        as_text,
        f"^symbols are outside 0 to {SIGNS - 1}: drop those$",
        good=[[], [0, SIGNS - 1]],
        bad=[[-1, 0], [0, SIGNS]],
    )
    refuses(poems, "^part is all: choose one of learn, ", good=["judge"], bad=["all"])
