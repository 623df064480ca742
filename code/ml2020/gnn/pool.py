"""Pooling: many rows become one a group, by sum, mean or max, whatever their order.

Pool what neighbours send, and you aggregate; pool the nodes of a graph: a readout.

Chapter: book/gnn_spatial.md
Source:  Xu, Hu, Leskovec and Jegelka (2019), https://arxiv.org/abs/1810.00826, sections
         3 and 5
"""

from jaxtyping import Float, Int
from torch import Tensor

from ml2020.gnn.graph import Graph
from ml2020.support.checks import check_at_least, check_shape


def pooled_sum(
    rows: Float[Tensor, "rows width"], group: Int[Tensor, " rows"], groups: int
) -> Float[Tensor, "groups width"]:
    """Return the sum of the rows of each group; 0 for a group without any.

    Args:
        rows: What is pooled.
        group: The group of each row, 0 to groups - 1.
        groups: How many there are, 1 or more.

    Raises:
        ValueError: If there is no group, or a row belongs to none.
    """
    check_groups(rows, group, groups)
    nothing = rows.new_zeros(groups, rows.shape[1])
    return nothing.index_add(0, group, rows)


def pooled_mean(
    rows: Float[Tensor, "rows width"], group: Int[Tensor, " rows"], groups: int
) -> Float[Tensor, "groups width"]:
    """Return the mean of the rows of each group; 0 for a group without any.

    Args:
        rows: What is pooled.
        group: The group of each row, 0 to groups - 1.
        groups: How many there are, 1 or more.

    Raises:
        ValueError: If there is no group, or a row belongs to none.
    """
    check_groups(rows, group, groups)
    count = group.bincount(minlength=groups).clamp(min=1)
    return pooled_sum(rows, group, groups) / count[:, None]


def pooled_max(
    rows: Float[Tensor, "rows width"], group: Int[Tensor, " rows"], groups: int
) -> Float[Tensor, "groups width"]:
    """Return the largest number in each column, group by group; 0 without any row.

    Args:
        rows: What is pooled.
        group: The group of each row, 0 to groups - 1.
        groups: How many there are, 1 or more.

    Raises:
        ValueError: If there is no group, or a row belongs to none.
    """
    check_groups(rows, group, groups)
    nothing, places = rows.new_zeros(groups, rows.shape[1]), group[:, None]
    places = places.expand_as(rows)
    return nothing.scatter_reduce(0, places, rows, "amax", include_self=False)


def neighbour_sum(
    H: Float[Tensor, "nodes width"], graph: Graph
) -> Float[Tensor, "nodes width"]:
    """Return the sum of what each node's neighbours hold; 0 if it has none.

    Raises:
        ValueError: If H has not a row for each node.
    """
    check_rows(H, graph)
    return pooled_sum(H[graph.senders], graph.receivers, graph.nodes)


def neighbour_mean(
    H: Float[Tensor, "nodes width"], graph: Graph
) -> Float[Tensor, "nodes width"]:
    """Return the mean of what each node's neighbours hold; 0 if it has none.

    Raises:
        ValueError: If H has not a row for each node.
    """
    check_rows(H, graph)
    return pooled_mean(H[graph.senders], graph.receivers, graph.nodes)


def neighbour_max(
    H: Float[Tensor, "nodes width"], graph: Graph
) -> Float[Tensor, "nodes width"]:
    """Return the largest of what each node's neighbours hold; 0 if it has none.

    Raises:
        ValueError: If H has not a row for each node.
    """
    check_rows(H, graph)
    return pooled_max(H[graph.senders], graph.receivers, graph.nodes)


def check_rows(H: Tensor, graph: Graph) -> None:
    """Raise a ValueError unless H has a row for each node."""
    check_shape("H", H, (graph.nodes, H.shape[1]))


def check_groups(rows: Tensor, group: Tensor, groups: int) -> None:
    """Refuse rows without a group, and no group at all.

    Raises:
        ValueError: If there is no group, or a row belongs to none.
    """
    check_at_least("groups", groups, 1)
    check_shape("group", group, (len(rows),))
    if len(group) and not (group.min() >= 0 and group.max() < groups):
        raise ValueError(f"group is outside 0 to {groups - 1}: count the groups from 0")
