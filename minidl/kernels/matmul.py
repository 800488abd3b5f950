"""a @ b for float32 matrices: on the micro-kernel and every thread where that pays.

BLAS is limited to one thread (see `threads`), so large products belong here. A product is a
convolution with a 1x1 kernel whose "pixels" are the rows of a. Where a is stored transposed, as in
the gradient to a weight or in a Gram matrix, it is instead the gradient to such a kernel: the sum
runs over rows, and threads share it out. The result lies in memory as the larger operand does, so
that the gradient of features stays channels-last.
"""

from __future__ import annotations

import numpy as np

from .conv import plain
from .product import product

LARGE = 1 << 24  # multiply-adds that are worth packing b and waking another thread
DEEP = 1 << 12  # terms of a sum: longer ones are cut into parts
FEW_ROWS = 32  # below, packing b would cost as much as the product


def matmul(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a (M, K) @ b (K, N), any strides; NumPy's own product for what is small or not float32."""
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[0]:
        raise ValueError(f"matmul: given {a.shape} and {b.shape}, expected (M, K) and (K, N)")
    rows, inner = a.shape
    columns = b.shape[1]
    if not _large(a, b):
        return product(a, b)
    from . import fast_matmul

    if _by_column(a) and not _by_column(b) and inner >= max(rows, columns):
        return fast_matmul.over_rows(a.T, b)
    depth = max(DEEP, -(-LARGE // (rows * columns)))
    if inner > depth:
        return _in_parts(a, b, depth)
    if (_by_column(b) and columns >= rows) or (_by_column(a) and rows >= columns):
        return fast_matmul.by_rows(b.T, a.T).T
    return fast_matmul.by_rows(a, b)


def gram(a: np.ndarray) -> np.ndarray:
    """a @ a^T for a (M, K), any strides: half the work of `matmul`."""
    if not _large(a, a.T):
        return product(a, a.T)
    if not _by_column(a) or a.shape[1] < a.shape[0]:
        return matmul(a, a.T)
    from . import fast_matmul

    return fast_matmul.gram(a.T)


def _in_parts(a: np.ndarray, b: np.ndarray, depth: int) -> np.ndarray:
    """The sum, in float64, of products of `depth` columns of a with as many rows of b."""
    starts = range(0, a.shape[1], depth)
    total = np.zeros((a.shape[0], b.shape[1]))
    for start in starts:
        total += matmul(a[:, start : start + depth], b[start : start + depth])
    return total.astype(np.float32)


def _large(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether a @ b is worth a kernel."""
    (rows, inner), columns = a.shape, b.shape[1]
    fast = a.dtype == b.dtype == np.float32 and rows * inner * columns >= LARGE
    return fast and min(rows, columns) >= FEW_ROWS and not plain()


def _by_column(a: np.ndarray) -> bool:
    """Whether columns, not rows, lie together in memory."""
    return a.T.flags.c_contiguous and not a.flags.c_contiguous
