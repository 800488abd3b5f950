"""Groups of parameters, each with numbers of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Protocol

Params = Annotated[Iterable[Any], "checked by groups_of and check_params"]


class HasGroups(Protocol):
    """What is asked of an Optimizer here."""

    param_groups: list[dict[str, Any]]
    _updated: dict[str, Any] | None


class Option:
    """A number of an optimiser as its attribute.

    It is that of the group being updated while a step is under way, else of the first one; setting
    it sets it in every group.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, optimizer: HasGroups, owner: type | None = None) -> Any:
        return (optimizer._updated or optimizer.param_groups[0])[self.name]

    def __set__(self, optimizer: HasGroups, value: Any) -> None:
        for group in optimizer.param_groups:
            group[self.name] = value


def groups_of(owner: str, params: Any) -> list[Mapping[str, Any]]:
    """The groups given, or one of all the parameters given."""
    if isinstance(params, Mapping):
        raise TypeError(f"{owner}: given one group, expected a list of groups: [group]")
    if hasattr(params, "dtype") or not isinstance(params, Iterable):
        return [{"params": params}]
    given = list(params)
    groups: list[Mapping[str, Any]] = [g for g in given if isinstance(g, Mapping)]
    if groups and len(groups) < len(given):
        raise TypeError(f"{owner}: given groups and parameters in one list, expected one kind")
    return groups or [{"params": given}]
