"""Matrix products as convolutions with a 1x1 kernel; see `matmul`."""

from __future__ import annotations

import numpy as np

from minidl.kernels.conv.gemm.convolve import multiply_into, pack
from minidl.kernels.conv.gemm.tables import windows
from minidl.kernels.conv.gemm.weight import window_products
from minidl.kernels.layout import contiguous
from minidl.kernels.machine import results, threads
from minidl.kernels.machine.sizes import ITEMS_PER_THREAD

threads.limit_blas()
_ONE_TAP = np.zeros((1, 1), np.int64)


def by_rows(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a (M, K) @ b (K, N), (M, N): every thread takes blocks of rows of a.

    All of b is read for each block: where it is the larger one, blocks are few, and threads take
    columns of b as well.
    """
    a = contiguous(a)[None]  # one image of M pixels with K channels
    rows, columns = a.shape[1], b.shape[1]
    y = results.empty((1, rows, columns))
    with threads.exclusive:
        team, per_thread = threads.get_num_threads(), 1 if b.size > a.size else ITEMS_PER_THREAD
        win, tables = windows(a, (rows,), (1,), _ONE_TAP, 1, team, per_thread)
        offsets = np.arange(b.shape[0]) * b.strides[0]
        packed, panels = pack(b, offsets, columns, 1, lane=b.strides[1])
        multiply_into(y, win, packed, panels)
    del tables
    return y[0]


def over_rows(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a^T @ b, (M, N), for a (K, M), b (K, N): every thread sums over blocks of their rows."""
    a, b = contiguous(a)[None], contiguous(b)[None]
    return window_products(a, b, (1,), _ONE_TAP, 1)[0]


def gram(a: np.ndarray) -> np.ndarray:
    """a^T @ a, (M, M), for a (K, M), as `over_rows`; only half of it if M fills whole panels."""
    a = contiguous(a)[None]
    return window_products(a, a, (1,), _ONE_TAP, 1)[0]
