"""Memory for large results, used again when they are gone.

The allocator hands a large array back to the operating system as soon as it is freed, and takes the
next one from there page by page. In a step that repeats, that is a good part of the time: measured,
a style step at 256x256 had 5,100 page faults and spent 65 ms of processor time in the system; with
memory of results of 2 megabytes and more kept (`slabs`), no faults and 6 ms. A piece comes back
when the last array that looks at it is gone, wherever that is; the arrays are ordinary ones.
"""

from __future__ import annotations

import ctypes
import functools
import os
import threading
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any, cast

import numpy as np

from minidl.kernels.geometry import Shape, elements

from .recording import recording
from .scratch import rounded
from .sizes import (
    CACHE_LINE_BYTES,
    CACHE_LINE_FLOATS,
    KEPT_RESULTS_BYTES,
    LARGE_RESULT_BYTES,
    RESULT_SLAB_BYTES,
)
from .slabs import Slab

_slabs: list[Slab] = []
_cutting = threading.Lock()  # held while slabs change
_gone: deque[tuple[Slab, np.ndarray]] = deque()  # pieces that came back meanwhile
_lent: set[int] = set()  # the identities of what arrays in such memory are views of


def empty(shape: Shape) -> np.ndarray:
    """A contiguous float32 array of any values, in memory that is used again later."""
    size, kept = elements(shape), recording()
    if kept is not None:
        return _lend(shape, kept.block(size + CACHE_LINE_FLOATS), kept.lent, kept.give_back)
    if 4 * size < LARGE_RESULT_BYTES:
        return np.empty(shape, np.float32)
    with _cutting:
        slab, piece = _piece(rounded(size, CACHE_LINE_FLOATS) + CACHE_LINE_FLOATS)
    return _lend(shape, piece, _lent, functools.partial(_give_back, slab))


def _piece(floats: int) -> tuple[Slab, np.ndarray]:
    """So many floats that nobody uses, and the slab they are of."""
    _put_back()
    for slab in _slabs:
        found = slab.take(floats)
        if found is not None:
            return slab, found
    _slabs.append(Slab(max(floats, RESULT_SLAB_BYTES // 4)))
    return _slabs[-1], cast(np.ndarray, _slabs[-1].take(floats))


def _put_back() -> None:
    """Puts what is gone back into its slabs; where too much waits, unused ones are given up."""
    while _gone:
        slab, piece = _gone.popleft()
        slab.give_back(piece)
    if 4 * sum(slab.waiting for slab in _slabs) > KEPT_RESULTS_BYTES:
        _slabs[:] = [slab for slab in _slabs if not slab.is_unused]


def _lend(
    shape: Shape, block: np.ndarray, lent: set[int], give_back: Callable[[np.ndarray, int], None]
) -> np.ndarray:
    """An array in a block that is given back when nobody looks at it any more."""
    size, memory = elements(shape), cast(Any, block)
    skipped = -block.ctypes.data % CACHE_LINE_BYTES
    # What the array will be a view of.
    loan: Any = (ctypes.c_char * (4 * size)).from_buffer(memory, skipped)
    weakref.finalize(loan, give_back, block, id(loan)).atexit = False
    lent.add(id(loan))
    return np.frombuffer(loan, np.float32).reshape(shape)


def streams(result: np.ndarray, in_order: bool = True) -> bool:
    """Whether `result` (..., channels) is written past the caches: it would not stay there anyway.

    in_order: vectors that share a line of the cache are written one right after the other, or else
    half a line written so would cost more than it saves. Measured, a 64->64 convolution of 256x256
    took 9.1 ms with ordinary writes and 7.7 ms so; a product of 8 MB, in order, 0.92 and 0.63 ms
    with 8 numbers to a vector.
    Whoever waits for a kernel sees all of it: an atomic operation comes after the last write.
    """
    from .simd import BYTES

    lines = result.ctypes.data % CACHE_LINE_BYTES == 0 == 4 * result.shape[-1] % CACHE_LINE_BYTES
    whole = in_order or BYTES == CACHE_LINE_BYTES
    return lines and whole and result.nbytes >= LARGE_RESULT_BYTES


def zeros(shape: Shape) -> np.ndarray:
    """A contiguous float32 array of zeros, in memory that is used again later."""
    result = empty(shape)
    result.fill(0)
    return result


def is_lent(base: object) -> bool:
    """Whether this is what the arrays that `empty` makes are views of, in the end."""
    return id(base) in _lent


def _give_back(slab: Slab, piece: np.ndarray, loan: int) -> None:
    """Called when the last array is gone, which may be in the middle of everything, even here."""
    _lent.discard(loan)
    _gone.append((slab, piece))
    del slab, piece
    if _cutting.acquire(blocking=False):  # whoever holds it puts back before the next piece
        try:
            _put_back()
        finally:
            _cutting.release()


def _after_fork() -> None:
    """Another thread may have held the lock, and it is not here any more."""
    global _cutting
    _cutting = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
