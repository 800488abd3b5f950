"""The values of a tensor that cannot be written to: a read-only view that says why it is one.

`Tensor.data` gives this view while some graph needs the array as it is, and of a frozen tensor.
Reading it, and computing with it, is as with any array; results are plain arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minidl.kernels.machine.kept import is_immutable

_WHY = (
    "this array is read-only while a graph holds its tensor (shape {}): a change in place would "
    "make the gradient wrong; change it after backward(), or a copy of it: t.data = t.data.copy()"
)

_WHY_FROZEN = (
    "this array (shape {}) is that of a frozen tensor, of which kernels keep what they made of it: "
    "change a copy, t.data = t.data.copy(), or free the whole network by requires_grad_(True)"
)


class Locked(np.ndarray):
    """A view of an array that refuses to be written to, and explains itself."""

    __array_priority__ = -1.0  # an array among others: joined with them it becomes one of them

    def __setitem__(self, key: Any, value: Any) -> None:
        _refuse_if_locked(self)
        super().__setitem__(key, value)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        for target in options.get("out", ()):
            _refuse_if_locked(target)
        if "out" in options:
            options["out"] = tuple(map(_plain, options["out"]))
        return getattr(ufunc, method)(*map(_plain, inputs), **options)

    def copy(self, order: Any = "C") -> np.ndarray:  # type: ignore[override]
        """A plain array of the same values, which can be written to."""
        copied: np.ndarray = _plain(self).copy(order)
        return copied

    def __repr__(self) -> str:
        return repr(_plain(self))


def read_only(array: np.ndarray) -> np.ndarray:
    """`array` itself where it can be written to, else a view of it that says why it cannot."""
    return array if array.flags.writeable else array.view(Locked)


def _refuse_if_locked(target: Any) -> None:
    if isinstance(target, Locked) and not target.flags.writeable:
        why = _WHY_FROZEN if is_immutable(target) else _WHY
        raise ValueError(why.format(target.shape))


def _plain(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, Locked) else value
