"""What was prepared from weights that cannot change: packed once, used in every call.

A network of many weights and few pixels spends most of its time on packing. What is packed may be
kept only if the weights stay as they are, and of an ordinary array nobody can know that: it, or
whatever it is a view of, may be written to. Of one whose memory is that of a `bytes` object Python
knows: NumPy refuses to make it writable.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable

import numpy as np

from .recording import recording, unrecorded
from .sizes import CACHE_LINE_BYTES, CACHE_LINE_FLOATS

_kept: dict[tuple[Hashable, ...], tuple[list[weakref.ref[np.ndarray]], np.ndarray]] = {}


def immutable(a: np.ndarray) -> np.ndarray:
    """A copy of an array, in C order, that nothing can change."""
    return np.frombuffer(a.tobytes(), a.dtype).reshape(a.shape)


def is_immutable(a: np.ndarray) -> bool:
    """Whether the memory of an array is that of a `bytes` object."""
    if a.flags.writeable:
        return False
    base: object = a
    while isinstance(base, np.ndarray):
        base = base.base
    return type(base) is bytes


def prepared(
    what: Hashable, weights: tuple[np.ndarray, ...], make: Callable[[], np.ndarray]
) -> np.ndarray:
    """make(), which depends on nothing but `what` and `weights`; kept where these cannot change.

    It is forgotten when one of the weights is gone.
    """
    if not all(map(is_immutable, weights)):
        return make()
    key = (what, *map(id, weights))
    found, noted = _kept.get(key), recording()
    if found is None:
        refs = [weakref.ref(w, lambda _: _kept.pop(key, None)) for w in weights]
        with unrecorded():
            found = _kept[key] = refs, make()
    if noted is not None:
        noted.held.append(found[1])
    return found[1]


def room(floats: int) -> np.ndarray:
    """Zeros for what is prepared, which begin where a line of the cache does."""
    memory = np.zeros(floats + CACHE_LINE_FLOATS, np.float32)
    skipped = -memory.ctypes.data % CACHE_LINE_BYTES // 4
    return memory[skipped : skipped + floats]
