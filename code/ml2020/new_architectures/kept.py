"""Kept: how many bytes a network keeps at once so that slopes can be computed.

Chapter: book/new_architectures.md
Source:  counted by torch's saved_tensors_hooks
"""

from collections.abc import Callable

import torch
from torch import Tensor


class Ledger:
    """Counts the bytes of what is kept, each store once, and remembers the most."""

    def __init__(self, known: set[int]) -> None:
        self.known, self.users = known, dict[int, int]()
        self.now = self.most = 0

    def enter(self, store: int, size: int) -> None:
        """Note that somebody keeps a store."""
        if store not in self.known:
            self.users[store] = self.users.get(store, 0) + 1
            self.now += size if self.users[store] == 1 else 0
            self.most = max(self.most, self.now)

    def leave(self, store: int, size: int) -> None:
        """Note that somebody lets it go."""
        if store not in self.known:
            self.users[store] -= 1
            self.now -= size if self.users[store] == 0 else 0


class Held:
    """One tensor that is kept for slopes."""

    def __init__(self, x: Tensor, ledger: Ledger) -> None:
        self.x, self.ledger = x, ledger
        stored = x.untyped_storage()
        self.entry = stored.data_ptr(), stored.nbytes()
        ledger.enter(*self.entry)

    def __del__(self) -> None:
        """Let it go."""
        self.ledger.leave(*self.entry)


def kept_bytes(module: torch.nn.Module, call: Callable[[], Tensor]) -> int:
    """Return the most bytes kept at once while the slopes of a sum are computed.

    Weights are not counted, nor is what is needed for a moment only.

    Args:
        module: The network, whose weights are not counted.
        call: Computes what is summed up.
    """
    ledger = Ledger({part.untyped_storage().data_ptr() for part in module.parameters()})
    hooks = torch.autograd.graph.saved_tensors_hooks(
        lambda x: Held(x, ledger), lambda held: held.x
    )
    with hooks:
        torch.autograd.grad(call().sum(), [*module.parameters()], allow_unused=True)
    return ledger.most
