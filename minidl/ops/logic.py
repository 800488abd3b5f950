"""Comparisons, and what is said of tensors of True and False: without gradient, with broadcasting.

Operators of whole numbers (`//`, `%`, shifts) have no useful gradient; they say so.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from minidl.arguments import spelt
from minidl.ops.registry import add_methods, as_tensors, check_broadcast
from minidl.tensor import Tensor

Operator = Callable[[Any, Any], Any]


def _comparison(name: str, with_none: bool = False) -> Operator:
    compare = getattr(operator, name)

    def method(self: Any, other: Any) -> Any:  # a Tensor, or NotImplemented
        if other is None and with_none:
            return NotImplemented  # `t == None` is False, as of any object
        a, b = as_tensors(name, (self, other))
        check_broadcast(name, [a._array, b._array])
        return Tensor._wrap(np.asarray(compare(a._array, b._array)))

    method.__doc__ = f"Elementwise {name}, a boolean tensor without gradient."
    return method


def _logical(sign: str, work: Operator) -> Operator:
    def method(self: Any, other: Any) -> Tensor:
        a, b = (np.asarray(_flags(sign, value)) for value in (self, other))
        check_broadcast(sign, [a, b])
        return Tensor._wrap(np.asarray(work(a, b)))

    method.__doc__ = f"Elementwise {sign} of boolean tensors."
    return method


def _flags(sign: str, value: Any) -> Any:
    """The array of a boolean tensor, an array of booleans, or a bool; TypeError of others."""
    array = value._array if isinstance(value, Tensor) else value
    if isinstance(array, (bool, np.bool_, np.ndarray)) and np.asarray(array).dtype == bool:
        return array
    raise TypeError(
        f"Tensor {sign}: given {spelt(value)}, expected tensors of True and False, such as "
        "(t > 0); write parentheses around comparisons"
    )


def invert(self: Tensor) -> Tensor:
    """True where a boolean tensor is False."""
    return Tensor._wrap(~np.asarray(_flags("~", self)))


def _refused(sign: str, instead: str) -> Operator:
    def method(self: Tensor, other: Any) -> Tensor:
        raise TypeError(
            f"Tensor {sign}: given {spelt(other)}, but {sign} has no gradient; {instead}"
        )

    return method


lt, le, gt, ge = map(_comparison, ("lt", "le", "gt", "ge"))
eq, ne = (_comparison(name, with_none=True) for name in ("eq", "ne"))
add_methods(__lt__=lt, __le__=le, __gt__=gt, __ge__=ge, __eq__=eq, __ne__=ne)

both, either, one = (
    _logical(sign, work)
    for sign, work in (("&", np.logical_and), ("|", np.logical_or), ("^", np.logical_xor))
)
add_methods(__and__=both, __rand__=both, __or__=either, __ror__=either, __xor__=one, __rxor__=one)
add_methods(__invert__=invert)

floor_division = _refused("//", "use t.data // ... for the values alone")
remainder = _refused("%", "use t.data % ... for the values alone")
shift = _refused("<< or >>", "use t.data.astype(int) for whole numbers")
for _name, _method in {"floordiv": floor_division, "mod": remainder, "divmod": remainder,
                       "lshift": shift, "rshift": shift}.items():  # fmt: skip
    add_methods(**{f"__{_name}__": _method, f"__r{_name}__": _method})
