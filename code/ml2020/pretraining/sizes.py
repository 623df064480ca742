"""Sizes: how many numbers BERT and GPT-2 have, counted from their settings.

Chapter: book/pretraining_tasks.md
Source:  Devlin et al. (2019), section 3, https://arxiv.org/abs/1810.04805; Radford et
         al. (2019), table 2
"""

from ml2020.support.checks import check_at_least


def layer_numbers(d: int) -> int:
    """Return the numbers of a layer: attention, the network of 4d neurons, two norms.

    Raises:
        ValueError: If d is below 1.
    """
    check_at_least("d", d, 1)
    attends = 4 * (d * d + d)
    thinks = (d * 4 * d + 4 * d) + (4 * d * d + d)
    return attends + thinks + 2 * 2 * d


def bert_numbers(words: int, places: int, d: int, layers: int) -> int:
    """Return the numbers of BERT's encoder: three tables, a norm, layers, the pooler.

    The pooler is a layer of d neurons on [CLS].

    Raises:
        ValueError: If a size is below 1.
    """
    check_sizes(words, places, d, layers)
    tables = (words + places + 2) * d + 2 * d
    return tables + layers * layer_numbers(d) + d * d + d


def gpt_numbers(words: int, places: int, d: int, layers: int) -> int:
    """Return the numbers of GPT-2: two tables, layers, a last norm.

    Raises:
        ValueError: If a size is below 1.
    """
    check_sizes(words, places, d, layers)
    return (words + places) * d + layers * layer_numbers(d) + 2 * d


def check_sizes(words: int, places: int, d: int, layers: int) -> None:
    """Refuse sizes below 1."""
    sizes = {"words": words, "places": places, "d": d, "layers": layers}
    for name, size in sizes.items():
        check_at_least(name, size, 1)
