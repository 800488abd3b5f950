"""Memory in slabs: pieces of any size are taken of them and given back.

Free pieces that lie side by side are one piece again. So what many small results leave is there for
few large ones, and a step that goes from large arrays to small ones and back needs little more than
what is alive in it at once. What was never taken is nothing but addresses.
"""

from __future__ import annotations

import bisect

import numpy as np

from .addresses import address
from .sizes import CACHE_LINE_BYTES, CACHE_LINE_FLOATS


class Slab:
    """So many float32, of any values, beginning where a line of the cache does."""

    def __init__(self, floats: int) -> None:
        memory = np.empty(floats + CACHE_LINE_FLOATS, np.float32)
        skipped = -address(memory) % CACHE_LINE_BYTES // 4
        self._memory = memory[skipped : skipped + floats]
        self._free = [(0, floats)]  # where pieces begin and end, in order
        self._reached = 0  # beyond it there never was a piece

    @property
    def is_unused(self) -> bool:
        """Whether all of it is free."""
        return self._free == [(0, self._memory.size)]

    @property
    def waiting(self) -> int:
        """How many floats are free and were used before."""
        return sum(max(0, min(end, self._reached) - start) for start, end in self._free)

    def take(self, floats: int) -> np.ndarray | None:
        """The first free piece that is large enough, cut to so many floats; None: there is none."""
        for i, (start, end) in enumerate(self._free):
            if end - start >= floats:
                self._free[i : i + 1] = [(start + floats, end)] if end - start > floats else []
                self._reached = max(self._reached, start + floats)
                return self._memory[start : start + floats]
        return None

    def give_back(self, piece: np.ndarray) -> None:
        """Takes back what `take` gave."""
        start = (address(piece) - address(self._memory)) // 4
        i = bisect.bisect(self._free, (start, start))
        self._free.insert(i, (start, start + piece.size))
        for after in i + 1, i:  # is it one with the piece behind it, or with the one before?
            pair = self._free[max(0, after - 1) : after + 1]
            if len(pair) == 2 and pair[0][1] == pair[1][0]:
                self._free[after - 1 : after + 1] = [(pair[0][0], pair[1][1])]
