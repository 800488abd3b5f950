"""Whether an array is anybody else's: one that is not can be kept, where it would be copied.

Python counts the references to every object. An array to which there is one, in memory to which
that array alone leads, is known to nobody else, and nobody will see it change. PyTorch decides in
the same way whether it keeps a gradient as it is (in its accumulate_grad.h).
"""

from __future__ import annotations

import sys

import numpy as np

from . import results


def _references(held: list[np.ndarray]) -> tuple[int, int]:
    """How many references there seem to be to the array in a list, and to what it is a view of."""
    return sys.getrefcount(held[0]), sys.getrefcount(held[0].base)


# How many that is where nobody else has any: it differs between versions of Python.
_ALONE = _references([np.empty(2)[:]])


def is_lone(held: list[np.ndarray]) -> bool:
    """Whether nothing but this list leads to the array in it, and it fills its memory, writable."""
    references = _references(held)  # before there are names for both here
    array, base = held[0], held[0].base
    if references[0] != _ALONE[0] or type(array) is not np.ndarray or not array.flags.writeable:
        return False
    if base is None:
        return array.flags.owndata
    if references[1] != _ALONE[1] or type(base) is not np.ndarray or base.nbytes != array.nbytes:
        return False
    return (base.flags.owndata or results.is_lent(base.base)) and _is_dense(array)


def _is_dense(array: np.ndarray) -> bool:
    """Whether the numbers fill one stretch of memory, each of them once."""
    if array.flags.c_contiguous:
        return True
    order = sorted(range(array.ndim), key=lambda axis: -array.strides[axis])
    return array.transpose(order).flags.c_contiguous
