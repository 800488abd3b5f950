"""What a Module does not look into: modules and parameters in lists, dicts and other containers."""

from __future__ import annotations

import types
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

_DICTS = (dict, types.MappingProxyType)
_CONTAINERS = (*_DICTS, list, tuple, set, frozenset, deque, np.ndarray)
_DEPTH = 8  # of lists in lists, for a quick look

Test = Callable[[Any], bool]


def holds(value: Any, wanted: Test) -> bool:
    """Whether a container, or one of the containers in it, holds something that is `wanted`.

    Dicts are searched by key and value, arrays where they hold objects. A container that holds
    itself is looked at once.
    """
    if not isinstance(value, _CONTAINERS):
        return False
    pending, seen = [value], {id(value)}
    while pending:
        for inside in _contents(pending.pop()):
            if wanted(inside):
                return True
            if isinstance(inside, _CONTAINERS) and id(inside) not in seen:
                seen.add(id(inside))
                pending.append(inside)
    return False


def ends_in(value: Any, wanted: Test) -> bool:
    """Whether what a list, a deque or a dict took in last is `wanted`: as quick for a long one."""
    for _ in range(_DEPTH):
        if not isinstance(value, (list, deque, dict)) or not value:
            return False
        value = value[next(reversed(value))] if isinstance(value, dict) else value[-1]
        if wanted(value):
            return True
    return False


def _contents(container: Any) -> Iterable[Any]:
    if isinstance(container, _DICTS):
        return _keys_and_values(container)
    if isinstance(container, np.ndarray):
        return container.ravel() if container.dtype == object else ()
    items: Iterable[Any] = container
    return items


def _keys_and_values(mapping: Any) -> Iterator[Any]:
    yield from mapping.keys()
    yield from mapping.values()
