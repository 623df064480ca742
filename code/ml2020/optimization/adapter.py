"""The adapter: any update rule as a torch.optim.Optimizer.

Chapter: book/optimization_classical.md
Source:  torch.optim.Optimizer, which keeps groups of parameters, their settings and
         their state, and knows nothing of any rule
"""

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from typing import Any

import torch
from torch import Tensor

from ml2020.gradient_descent import Rule

LEAST = 5e-324  # the smallest above 0; float64 weights of 0 may move by as little


class RuleOptimizer(torch.optim.Optimizer):
    """Trains a torch module with a pure rule, one parameter tensor at a time.

    The rule's settings become those of each group, under the same names; those of a
    rule inside a rule stand beside them. So a group may have its own, and what torch's
    lr_scheduler does to a group's lr is obeyed, also a 0. `OneCycleLR` and `CyclicLR`
    move `momentum`, too, and refuse a rule that has none: say `cycle_momentum=False`.
    As in torch, a gradient of NaN makes the parameter NaN, and nothing is said; and in
    bfloat16 an average with beta2 of 0.999 stops half-way: train in float32.

    Args:
        params: What to train: tensors, or groups of them, as torch's optimizers take.
        rule: A dataclass with `init` and `step`.

    Raises:
        ValueError: If a setting of a group is outside its range, or unknown, or if two
            rules, one inside the other, have a setting of the same name.
    """

    def __init__(
        self, params: Iterable[Tensor] | Iterable[dict[str, Any]], rule: Rule[Any]
    ) -> None:
        self.rule = rule
        super().__init__(params, settings(rule))

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group with settings of its own, after checking them."""
        unknown = set(param_group) - {*self.defaults, "params", "param_names"}
        if unknown:
            raise ValueError(f"params has a group with {sorted(unknown)}: drop them")
        told(self.rule, self.defaults | param_group)
        super().add_param_group(param_group)

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Move every parameter that has a gradient; return what the closure returns."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            rule = told(self.rule, group)
            for p in group["params"]:
                if p.grad is not None:
                    self.move(p, p.grad, rule)
        return loss

    def move(self, p: Tensor, g: Tensor, rule: Rule[Any]) -> None:
        """Write one parameter's new value over the old one, and keep the memory."""
        theta = p.detach()
        known = p in self.state
        memory = self.state[p]["memory"] if known else rule.init(theta.clone())
        new, self.state[p]["memory"] = rule.step(theta, g, memory)
        p.copy_(new)

    def state_dict(self) -> dict[str, Any]:
        """Return what is to be saved, its memories as plain tuples.

        torch rebuilds each container of a loaded state from its items, which a
        NamedTuple does not survive.
        """
        saved = super().state_dict()
        saved["state"] = {
            index: state | {"memory": packed(state["memory"])}
            for index, state in saved["state"].items()
        }
        return saved

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from what was saved.

        Raises:
            ValueError: If the rule that saved it remembers other things.
        """
        super().load_state_dict(state_dict)
        for p, state in self.state.items():
            like = self.rule.init(p.detach())
            state["memory"] = unpacked(like, state["memory"])


def settings(rule: Rule[Any]) -> dict[str, Any]:
    """Return the settings of a rule, and of the rules inside it, by name.

    Raises:
        ValueError: If two of them have one name, which a group could not tell apart.
    """
    found: dict[str, Any] = {}
    for field in fields(rule):  # type: ignore[arg-type]
        value = getattr(rule, field.name)
        more = settings(value) if isinstance(value, Rule) else {field.name: value}
        if twice := found.keys() & more:
            raise ValueError(f"rule has {sorted(twice)} twice: wrap it only once")
        found |= more
    return found


def told(rule: Rule[Any], group: dict[str, Any]) -> Rule[Any]:
    """Return the rule with the settings that stand in a group."""
    new = {}
    for field in fields(rule):  # type: ignore[arg-type]
        value = getattr(rule, field.name)
        inside = isinstance(value, Rule)
        new[field.name] = told(value, group) if inside else group[field.name]
    if new.get("lr") == 0:
        new["lr"] = LEAST  # which adds nothing that counts; no rule takes 0
    return replace(rule, **new)  # type: ignore[type-var]


def packed(memory: Any) -> Any:
    """Return a memory as plain tuples of tensors and numbers."""
    return tuple(map(packed, memory)) if isinstance(memory, tuple) else memory


def unpacked(like: Any, stored: Any) -> Any:
    """Return stored tuples as a memory of the same kind as another."""
    check_kind(like, stored)
    if not isinstance(like, tuple):
        return stored
    items = [unpacked(*pair) for pair in zip(like, stored, strict=True)]
    return type(like)(*items) if hasattr(like, "_fields") else tuple(items)


def check_kind(like: Any, stored: Any) -> None:
    """Refuse what a rule of another kind has saved.

    Raises:
        ValueError: If it is built of other parts.
    """
    alike = isinstance(stored, tuple) == isinstance(like, tuple)
    if not alike or (isinstance(like, tuple) and len(stored) != len(like)):
        raise ValueError("state_dict was saved by another rule: load it with that one")
