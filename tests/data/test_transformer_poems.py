"""What was trained beforehand to write quatrains is whole."""

from ml2020.data.transformer_poems import PoemRun, poem_runs, poem_weights
from ml2020.transformer import alphabet, drawn_reader
from tests.trained_rows import every_row_is_one_network


def test_every_row_is_one_network():
    every_row_is_one_network(poem_runs, PoemRun, "transformer_poems.csv", nan_ok=False)


def test_the_best_rates_lie_inside_their_grids():
    for scale in (0.1, 1.0):
        tried = {r.lr: r.choose.item() for r in poem_runs() if r.scale == scale}
        assert min(tried) < min(tried, key=lambda lr: tried[lr]) < max(tried)


def test_the_weights_are_those_of_a_reader_of_poems():
    reader = drawn_reader(0, len(alphabet()), 64, 4, 2, masked=True)
    reader.load_state_dict(poem_weights())
