"""DeepLIFT: the chain rule with differences in the place of slopes (rescale rule).

Chapter: book/explainable_local.md
Source:  Shrikumar, Greenside and Kundaje (2017), section 3.5.1,
         https://arxiv.org/abs/1704.02685; pooling as in captum's DeepLift
"""

import torch
import torch.nn.functional as F
from jaxtyping import Int
from torch import Tensor, nn

from ml2020.explainable.saliency import gradient
from ml2020.explainable.score import Dots, lead
from ml2020.support.checks import check_asked

TINY = 1e-7  # of a difference: below it, the slope
AFFINE = (nn.Linear, nn.Conv2d, nn.Flatten, nn.AvgPool2d, nn.Identity)


def rescale(u: Tensor, u0: Tensor) -> Tensor:
    """Return the multiplier of a rectifier: what came out over what came in.

    Args:
        u: Its sums, for the example.
        u0: The same for the baseline.
    """
    came_in = u - u0
    came_out = u.relu() - u0.relu()
    slope = (u > 0).to(u.dtype)
    return torch.where(came_in.abs() > 1e-7, came_out / came_in, slope)


def deeplift(
    model: nn.Sequential,
    x: Dots,
    baseline: Dots,
    classes: Int[Tensor, " n"],
) -> Dots:
    """Return what each number adds to the lead of a class, against the baseline.

    Args:
        model: Linear layers, convolutions, rectifiers, pooling, flatten.
        x: Examples; they stay as they are.
        baseline: For each what stands for "nothing there", of the same shape.
        classes: For each the class whose lead over the mean of the others is explained.

    Raises:
        ValueError: If there is no example, the baseline has another shape, a number is
            NaN or infinite, or the network has a layer of another kind, or numbers of
            another type.
    """
    check_layers(model)
    check_type(model, x)
    check_asked(lead(model, classes), x, baseline)
    came, came0 = [x.detach()], [baseline.detach()]
    with torch.no_grad():
        for layer in model:
            came.append(layer(came[-1]))
            came0.append(layer(came0[-1]))
    m = gradient(lead(nn.Identity(), classes), came[-1])
    for layer, a, a0 in zip(reversed(model), came[-2::-1], came0[-2::-1], strict=True):
        if isinstance(layer, nn.ReLU):
            m = m * rescale(a, a0)
        elif isinstance(layer, nn.MaxPool2d):
            m = pooled(m, a, a0, layer)
        else:
            m = sent_back(m, layer, a)
    return m * (x - baseline)


def sent_back(m: Tensor, layer: nn.Module, a: Tensor) -> Tensor:
    """Return m through a layer without a bend: its own slope, the same everywhere."""
    a = a.detach().requires_grad_()
    return torch.autograd.grad(layer(a), a, m)[0]


def pooled(m: Tensor, a: Tensor, a0: Tensor, layer: nn.MaxPool2d) -> Tensor:
    """Return m through a maximum: what is new goes to the place that won.

    From the larger of the two maxima the difference is shared: up to it from the
    baseline's maximum for the example's winner, and back from it for the baseline's.
    """
    side = layer.kernel_size, layer.stride, layer.padding, layer.dilation
    best, at = F.max_pool2d(a, *side, layer.ceil_mode, return_indices=True)
    best0, at0 = F.max_pool2d(a0, *side, layer.ceil_mode, return_indices=True)
    larger = torch.maximum(best, best0)
    added = torch.zeros_like(a).flatten(2)
    for part, where in ((larger - best0, at), (best - larger, at0)):
        added.scatter_add_(2, where.flatten(2), (m * part).flatten(2))
    off = a - a0
    slope = sent_back(m, layer, a)
    return torch.where(off.abs() > TINY, added.view_as(a) / off, slope)


def check_type(model: nn.Sequential, x: Tensor) -> None:
    """Refuse examples in another precision than the network's.

    Raises:
        ValueError: If they have.
    """
    for p in model.parameters():
        if p.dtype != x.dtype:
            raise ValueError(f"x is {x.dtype}, model {p.dtype}: give x.to({p.dtype})")


def check_layers(model: nn.Sequential) -> None:
    """Refuse layers without a rule.

    Raises:
        ValueError: If there is one.
    """
    for k, layer in enumerate(model):
        if not isinstance(layer, (*AFFINE, nn.ReLU, nn.MaxPool2d)):
            raise ValueError(
                f"model[{k}] is {type(layer).__name__}: take linear layers,"
                " convolutions, ReLU, MaxPool2d, Flatten"
            )
