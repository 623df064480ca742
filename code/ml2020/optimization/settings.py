"""Settings: how a rule is told what a schedule says, and a rule inside a rule as well.

Chapter: book/optimization_race.md
Source:  dataclasses.replace, which makes a frozen rule anew, with its checks
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any


def changed(rule: Any, settings: Mapping[str, float]) -> Any:
    """Return a rule with other settings; what it has not goes to the rule inside it.

    Args:
        rule: A dataclass; a wrapper holds the rule inside it as `inner`.
        settings: New values by name.

    Raises:
        ValueError: If no rule has a setting of that name.
    """
    own = {field.name for field in fields(rule)}
    new: dict[str, Any] = {k: value for k, value in settings.items() if k in own}
    rest = {k: value for k, value in settings.items() if k not in own}
    if rest:
        check_wrapper(rule, rest)
        new["inner"] = changed(rule.inner, rest)
    return replace(rule, **new)


def check_wrapper(rule: Any, settings: Mapping[str, float]) -> None:
    """Refuse settings that a rule has not, if it wears no other one.

    Raises:
        ValueError: If there is no rule inside it.
    """
    if not hasattr(rule, "inner"):
        known = ", ".join(field.name for field in fields(rule))
        raise ValueError(f"{', '.join(settings)} unknown to the rule: it has {known}")
