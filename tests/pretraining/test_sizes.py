"""The counts are those of the papers and of the parameters that torch holds."""

import pytest

from ml2020.pretraining.sizes import bert_numbers, gpt_numbers, layer_numbers
from ml2020.transformer.layers import EncoderLayer
from tests.refusals import refuses


@pytest.mark.equation("eq-pretraining-sizes")
def test_bert_base_and_gpt_2_small_and_a_layer():
    assert bert_numbers(30_522, 512, 768, 12) == 109_482_240
    assert gpt_numbers(50_257, 1024, 768, 12) == 124_439_808
    layer = EncoderLayer(12, 3, 48)
    assert layer_numbers(12) == sum(part.numel() for part in layer.parameters())


def test_what_is_no_size_is_refused():
    refuses(layer_numbers, "^d is", good=[1], bad=[0])
    for count in (bert_numbers, gpt_numbers):
        for k, name in enumerate(("words", "places", "d", "layers")):
            refuses(
                lambda n, k=k, count=count: count(*[1] * k, n, *[1] * (3 - k)),
                f"^{name} is 0: give 1",
                good=[1],
                bad=[0],
            )
