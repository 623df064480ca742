"""Small graphs and numbers for the tests."""

import torch

from ml2020.gnn import undirected


def paw(device="cpu"):
    """A triangle 0-1-2, and 3 that hangs at 2."""
    pairs = torch.tensor([[0, 0, 1, 2], [1, 2, 2, 3]], device=device)
    return undirected(pairs, 4)


def drawn(nodes, seed=0, share=0.4, device="cpu"):
    """A graph drawn by chance; some of its nodes may have no neighbour."""
    dice = torch.Generator().manual_seed(seed)
    upper = torch.rand(nodes, nodes, generator=dice).triu(1) > 1 - share
    return undirected(upper.nonzero().T.to(device), nodes)


def ring(size):
    """A cycle."""
    return undirected(
        torch.stack([torch.arange(size), torch.arange(1, size + 1) % size]), size
    )


def numbers(*shape, seed=0, device="cpu"):
    """Numbers in float64, drawn by chance."""
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=dice, dtype=torch.float64).to(device)


def neighbours(graph, v):
    """Who sends to v, in ascending order."""
    return sorted(u for u, w in graph.edges.T.tolist() if w == v)


def close(found, expected, atol=1e-12):
    """Assert that two tensors agree."""
    torch.testing.assert_close(found, expected, rtol=0, atol=atol)
