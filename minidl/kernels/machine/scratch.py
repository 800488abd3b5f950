"""Working memory that is kept between calls.

A fresh large array costs a page fault for every page of it, about as much time as filling it. So
each kernel asks for its buffers by name, and gets the same memory again; a buffer only ever grows.
One set serves the whole process: ask only while holding `threads.exclusive`.
"""

from __future__ import annotations

import numpy as np

from .recording import recording
from .sizes import CACHE_LINE_BYTES, CACHE_LINE_FLOATS

_buffers: dict[str, tuple[int, np.ndarray]] = {}  # and the address of each


def buffer(name: str, floats: int) -> int:
    """The address of at least `floats` float32 of working memory; what is in it is undefined."""
    needed, kept = floats + CACHE_LINE_FLOATS, recording()
    buffers = _buffers if kept is None else kept.buffers
    held = buffers.get(name)
    if held is None or held[1].size < needed:
        del held
        old = buffers.pop(name, None)
        if kept is not None and old is not None:
            kept.held.append(old[1])  # earlier steps use it
        del old  # let go of it first
        memory = np.zeros(needed, np.float32)
        held = buffers[name] = int(memory.ctypes.data), memory
    return held[0] + -held[0] % CACHE_LINE_BYTES


def release() -> None:
    """Gives all working memory back; the next call of a kernel takes it anew."""
    _buffers.clear()


def rounded(count: int, multiple: int) -> int:
    """The smallest multiple of `multiple` that is at least `count`."""
    return -(-count // multiple) * multiple
