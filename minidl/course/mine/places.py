"""The places in the library that a learner's function can take over.

A place names what is replaced, the exercises it needs, and how their functions are dressed up as
the library's own. They are declared one file for each exercise set, with `@forward` (of an
operation, on plain arrays) or `@function` (a function or method by its dotted name).
"""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from minidl.ops.registry import OPS

Adapt = Callable[..., Any]
Undo = Callable[[], None]


@dataclass(frozen=True)
class Place:
    """`adapt(original, *functions)` makes the replacement; one function for each of `exercises`.

    words: what is taken over, in words for the learner. target: the same, by its dotted name.
    """

    words: str
    target: str
    exercises: tuple[str, ...]
    adapt: Adapt
    swap: Callable[[str, Adapt, list[Callable]], Undo]

    def install(self, functions: list[Callable]) -> Undo:
        """Puts the replacement in place; what is returned puts the original back."""
        return self.swap(self.target, self.adapt, functions)


PLACES: list[Place] = []


def forward(op: str, *exercises: str, place: str) -> Callable[[Adapt], Adapt]:
    """Declares how exercises take over an operation: adapt(original forward, *functions)."""
    return _declared(place, op, exercises, _swap_forward)


def function(target: str, *exercises: str, place: str) -> Callable[[Adapt], Adapt]:
    """Declares how exercises take over a function ("minidl.metric.gallery.search") or method."""
    return _declared(place, target, exercises, _swap_function)


def _declared(
    words: str, target: str, exercises: tuple[str, ...], swap: Any
) -> Callable[[Adapt], Adapt]:
    def declare(adapt: Adapt) -> Adapt:
        PLACES.append(Place(words, target, exercises, adapt, swap))
        return adapt

    return declare


def _swap_forward(name: str, adapt: Adapt, functions: list[Callable]) -> Undo:
    original = OPS[name]
    OPS[name] = replace(original, forward=_in_dtype(adapt(original.forward, *functions)))
    return lambda: OPS.__setitem__(name, original)


def _in_dtype(forward: Callable) -> Callable:
    """`forward` with value and gradients in the dtype of its input, whatever a learner returns."""

    def kept(*arrays: Any, **options: Any) -> Any:
        out, vjps = forward(*arrays, **options)
        dtype = arrays[0].dtype
        return np.asarray(out, dtype), tuple(_cast(vjp, dtype) for vjp in vjps)

    return kept


def _cast(vjp: Callable, dtype: np.dtype) -> Callable:
    return lambda g: np.asarray(vjp(g), dtype)


def _swap_function(target: str, adapt: Adapt, functions: list[Callable]) -> Undo:
    owner, name = _owner(target)
    original = vars(owner)[name]
    new = adapt(original, *functions)
    places = [(owner, name)] if isinstance(owner, type) else list(_places(original))
    for place, known_as in places:
        setattr(place, known_as, new)

    def undo() -> None:
        for place, known_as in places:
            setattr(place, known_as, original)

    return undo


def _owner(target: str) -> tuple[Any, str]:
    """The module or class that holds the last name of a dotted one."""
    path, _, name = target.rpartition(".")
    try:
        return importlib.import_module(path), name
    except ModuleNotFoundError:
        module, _, kind = path.rpartition(".")
        return getattr(importlib.import_module(module), kind), name


def _places(original: Any) -> Iterator[tuple[types.ModuleType, str]]:
    """Every module of ours that knows `original`, and under which name (`from x import y`)."""
    ours = [m for name, m in sys.modules.items() if name.partition(".")[0] == "minidl" and m]
    for module in ours:
        yield from [(module, name) for name, value in vars(module).items() if value is original]
