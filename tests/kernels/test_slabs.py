"""Pieces of a slab never overlap, and free ones that lie side by side are one again."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from minidl.kernels.machine.slabs import Slab


def longest_gap(slab: Slab, out: list[np.ndarray]) -> int:
    """The most floats side by side that are in no piece."""
    edges = sorted(((p.ctypes.data - slab._memory.ctypes.data) // 4, p.size) for p in out)
    longest, at = 0, 0
    for start, size in [*edges, (slab._memory.size, 0)]:
        longest, at = max(longest, start - at), start + size
    return longest


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 9)), max_size=60))
@settings(max_examples=200, deadline=None)
def test_pieces_are_nobody_elses_and_all_come_back(orders: list[tuple[int, int]]) -> None:
    """Each order takes a piece, and then gives back one of those that are out (0: none)."""
    slab, out = Slab(100), []
    for number, (floats, back) in enumerate(orders, 1):
        piece = slab.take(floats)
        if piece is None:
            assert longest_gap(slab, [piece for piece, _ in out]) < floats
        else:
            assert piece.size == floats
            piece.fill(number)
            out.append((piece, number))
        if back and out:
            slab.give_back(out.pop(back % len(out))[0])
        assert all((piece == value).all() for piece, value in out)
        assert 0 <= slab.waiting <= 100 - sum(piece.size for piece, _ in out)
        assert slab.is_unused == (not out)
    for piece, _ in out:
        slab.give_back(piece)
    assert slab.is_unused
    assert slab.take(100) is not None
    assert slab.take(1) is None


def test_what_small_pieces_leave_serves_a_large_one() -> None:
    slab = Slab(96)
    small = [slab.take(16) for _ in range(6)]
    at = small[1].ctypes.data
    for i in (2, 4, 1, 3):
        slab.give_back(small[i])
    assert slab.waiting == 64
    assert slab.take(64).ctypes.data == at


def test_a_slab_begins_where_a_line_of_the_cache_does() -> None:
    piece = Slab(1000).take(10)
    assert piece.ctypes.data % 64 == 0
    assert piece.dtype == np.float32


def test_what_was_never_taken_does_not_wait() -> None:
    slab = Slab(1000)
    assert slab.waiting == 0
    slab.give_back(slab.take(30))
    assert slab.waiting == 30
