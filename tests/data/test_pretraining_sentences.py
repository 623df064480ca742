"""Twelve sentences with bank, of three senses, each once."""

from ml2020.data.pretraining_sentences import LOOKED_AT, bank_sentences


def test_each_sentence_has_one_bank_and_a_sense():
    found = bank_sentences()
    assert [sense for _, sense in found] == ["money"] * 5 + ["river"] * 5 + [
        "store"
    ] * 2
    assert len({line for line, _ in found}) == 12
    assert all(line.split().count("bank") == 1 for line, _ in found)
    assert [line.split().count("bank") for line in LOOKED_AT] == [1, 2]
