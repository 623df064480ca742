"""What layers on edge lists cost, beside torch_geometric's, at three sizes.

A layer from 32 numbers to 32 on graphs with ten neighbours a node, and its slopes: time
and how much the memory of the process grows at its peak.
"""

import warnings
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from ml2020.deep_learning import Layer
from ml2020.gnn import (
    gat,
    gcn,
    gin,
    neighbour_mean,
    neighbour_sum,
    sage,
    sparse_propagation,
    undirected,
    with_loops,
)
from ml2020.gnn.graph import Graph
from tools.bench.measure import Row, cpu_seconds, peak_megabytes, with_slopes

SIZES = (1_000, 10_000, 100_000)
WIDTH, NEIGHBOURS = 32, 10


def random_graph(nodes: int) -> Graph:
    """Return a graph in which each node draws half of its neighbours."""
    dice = torch.Generator().manual_seed(0)
    ends = torch.randint(nodes, (2, nodes * NEIGHBOURS // 2), generator=dice)
    return undirected(ends[:, ends[0] != ends[1]], nodes)


def layers(graph: Graph) -> Iterator[tuple[str, Callable[[Tensor], Tensor], nn.Module]]:
    """Yield for each layer its name, ours, and the library's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what torch will not do any more
        from torch_geometric.nn import GATConv, GCNConv, GINConv, SAGEConv
    P, looped = sparse_propagation(graph), with_loops(graph)
    W, b = torch.randn(WIDTH, WIDTH) / 6, torch.zeros(WIDTH)
    both = torch.randn(WIDTH, 2 * WIDTH) / 8
    heads, a = W.view(4, 8, WIDTH), torch.randn(4, 16) / 4
    mlp = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.ReLU(), nn.Linear(WIDTH, WIDTH))
    yield "GCN", lambda H: gcn(H, P, W, b), GCNConv(WIDTH, WIDTH, cached=True)
    yield (
        "GraphSAGE, mean",
        lambda H: sage(H, neighbour_mean(H, graph), both, b),
        SAGEConv(WIDTH, WIDTH, normalize=True),
    )
    yield (
        "GAT, 4 heads",
        lambda H: gat(H, looped, heads, a),
        GATConv(WIDTH, 8, heads=4, add_self_loops=False),
    )
    yield (
        "GIN",
        lambda H: gin(H, neighbour_sum(H, graph), 0.0, [Layer(W, b), Layer(W, b)]),
        GINConv(mlp),
    )


def measure() -> Iterator[Row]:
    """Yield a row for each layer and size, with the growth from the size before."""
    torch.set_num_threads(1)
    before: dict[str, tuple[float, float]] = {}
    for nodes in SIZES:
        graph = random_graph(nodes)
        H = torch.randn(nodes, WIDTH)
        for name, ours, library in layers(graph):
            edges = with_loops(graph).edges if name.startswith("GAT") else graph.edges
            works = (
                with_slopes(ours, H),
                with_slopes(lambda rows, m=library, e=edges: m(rows, e), H),
            )
            seconds = tuple(cpu_seconds(work, turns=3) for work in works)
            memory = [peak_megabytes(work) for work in works]
            growth = [
                s / b for s, b in zip(seconds, before.get(name, ()), strict=False)
            ]
            yield {
                "milliseconds of CPU": f"{name}, {nodes:,} nodes",
                "ours": f"{1e3 * seconds[0]:.1f}",
                "theirs": f"{1e3 * seconds[1]:.1f}",
                "ratio": f"{seconds[0] / seconds[1]:.1f}",
                "megabytes, ours and theirs": ", ".join(f"{m:.0f}" for m in memory),
                "growth of ours, theirs": ", ".join(f"{g:.1f}" for g in growth),
            }
            before[name] = seconds[0], seconds[1]
