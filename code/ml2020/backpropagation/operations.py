"""Operations: how many additions, multiplications and functions a computation takes.

Chapter: book/backpropagation.md
Source:  torch.utils._python_dispatch.TorchDispatchMode, which sees each call of torch
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

PRODUCTS = {"mm", "bmm", "addmm", "baddbmm", "mv", "addmv", "dot"}
SUMS = {"sum", "mean", "index_add", "_softmax", "_log_softmax", "nll_loss_forward"}
SUMS |= {"_log_softmax_backward_data", "nll_loss_backward"}
# They make, copy, compare or rearrange numbers, and compute none.
FREE = {"empty", "zeros", "ones", "full", "eye", "clone", "cat", "stack", "_to_copy"}
FREE |= {"empty_like", "zeros_like", "ones_like", "copy_", "fill_", "lift_fresh"}
FREE |= {"new_zeros", "new_empty", "new_full", "arange", "gather", "scatter", "index"}
FREE |= {"slice_backward", "select_backward", "_unsafe_view", "abs", "max", "min"}


class Counter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts while it is entered; autograd's backward pass is seen, too."""

    counted = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        """Do what was asked, and count it.

        Raises:
            ValueError: If nothing says how many operations it takes.
        """
        result = func(*args, **(kwargs or {}))
        name = func.overloadpacket.__name__
        if name in PRODUCTS:
            *_, left, _right = (one for one in args if isinstance(one, Tensor))
            self.counted += 2 * result.numel() * left.shape[-1]  # multiply and add
        elif not func.is_view and name not in FREE and (n := elements(args, result)):
            if name not in SUMS and torch.Tag.pointwise not in func.tags:
                raise ValueError(f"{name} is not known: say what it costs, or avoid it")
            self.counted += n
        return result


def elements(args: Any, result: Any) -> int:
    """Return the size of the largest tensor of floats, 0 if none is made."""
    result = result[0] if isinstance(result, tuple) else result
    if not isinstance(result, Tensor) or not result.is_floating_point():
        return 0
    tensors = [one for one in (*args, result) if isinstance(one, Tensor)]
    return max(one.numel() for one in tensors)


def operations(work: Callable[[], object]) -> int:
    """Return how many operations on floats a call takes.

    An entry of a product of matrices costs a multiplication and an addition for each
    number that it sums up; a sum costs 1 a term, any other function 1 an element.
    Comparisons, absolute values, copies and changes of shape are free.

    Raises:
        ValueError: If it calls something else, a convolution for example.
    """
    with Counter() as counter:  # type: ignore[no-untyped-call]
        work()
    return counter.counted
