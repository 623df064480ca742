"""What was trained beforehand to write quatrains is whole."""

from ml2020.data.transformer_poems import PoemRun, poem_runs, poem_weights
from ml2020.transformer import alphabet, drawn_reader
from tests.trained_rows import every_row_is_one_network


def test_every_row_is_one_network():
    every_row_is_one_network(poem_runs, PoemRun, "transformer_poems.csv", nan_ok=False)


def test_the_best_rate_lies_inside_the_grid():
    tried = {run.lr: run.choose.item() for run in poem_runs()}
    assert min(tried) < min(tried, key=lambda lr: tried[lr]) < max(tried)


def test_the_weights_are_those_of_a_reader_of_poems():
    reader = drawn_reader(0, len(alphabet()), 64, 4, 2, masked=True)
    reader.load_state_dict(poem_weights())
