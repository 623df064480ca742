"""What each round has to do: call its layer, give all parameters a slope."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from ml2020.gnn import seeded, views
from ml2020.gnn.rounds import Round
from ml2020.gnn.views import Views
from tests.gnn.small import close, numbers
from tests.gnn.small import drawn as drawn_graph


def seen_by_nine() -> Views:
    """Return the views of a drawn graph."""
    return views(drawn_graph(9, seed=4), generator=torch.Generator().manual_seed(1))


def louder(kind: type[Round], starts: int) -> Round:
    """Return a round in which no zero hides anything, and eps is not nothing."""
    one = seeded(lambda: kind(6, 12, starts), 0)
    with torch.no_grad():
        for p in one.parameters():
            p.add_(0.1)
    return one


def is_its_layer(
    kind: type[Round], expected: Callable[[Any, Tensor, Tensor, Views], Tensor]
) -> None:
    """Assert that a round says what its layer does, and every parameter counts."""
    H, start = numbers(9, 6).float(), numbers(9, 5, seed=1).float()
    one, seen = louder(kind, 5), seen_by_nine()
    found = one(H, start, seen)
    close(found, expected(one, H, start, seen), atol=1e-5)
    (found * numbers(*found.shape, seed=2).float()).sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in one.parameters())
    assert found.shape == (9, one.width) == (9, 12)


def takes_sparse_rows(kind: type[Round]) -> None:
    """Assert that sparse rows are worth what dense ones are."""
    X, one = numbers(9, 6).float().clamp(min=0), louder(kind, 6)
    S = X.to_sparse()
    close(one(S, S, seen_by_nine()), one(X, X, seen_by_nine()), atol=1e-5)


def says_whether_it_ends_with_a_rectifier(kind: type[Round]) -> None:
    """Assert that what is bent has no number below 0, and the rest has."""
    H = numbers(9, 6).float()
    found = seeded(lambda: kind(6, 12, 6), 0)(H, H, seen_by_nine())
    assert bool((found >= 0).all()) == kind.bent
