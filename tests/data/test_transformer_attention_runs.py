"""What was trained beforehand for the page on self-attention is whole."""

from ml2020.data.transformer_attention_runs import (
    LayerCost,
    ReaderRun,
    layer_costs,
    reader_runs,
)
from tests.trained_rows import every_row_is_one_network


def test_every_row_is_one_reader():
    every_row_is_one_network(
        reader_runs,
        ReaderRun,
        "transformer_attention_runs.csv",
        seeds=lambda run: range(1 if run.updates > 1000 else 5),
    )
    for run in reader_runs():
        assert not run.loss.isnan().any()
        assert not run.share.isnan().any()
        assert run.ceiling.isnan().all() == (run.task == "walks")


def test_every_row_is_one_layer_at_one_length():
    every_row_is_one_network(
        layer_costs,
        LayerCost,
        "transformer_attention_costs.csv",
        seeds=lambda _: range(1),
        nan_ok=False,
    )
    assert len({cost.layer for cost in layer_costs()}) == 5
    assert all(cost.seconds > 0 for cost in layer_costs())
