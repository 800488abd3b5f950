"""a @ b for float32 matrices: on the micro-kernel and every thread where that pays.

BLAS is limited to one thread (see `machine.threads`), so large products belong here. A product is a
convolution with a 1x1 kernel whose "pixels" are the rows of a; its result lies in memory as the
larger operand does, so that the gradient of features stays channels-last. Where a is stored
transposed and long, as in the gradient to a weight or in a Gram matrix, the product is instead the
gradient to such a kernel: the sum runs over rows, and threads share it out.
"""

from __future__ import annotations

import numpy as np

from minidl.kernels.choice import compiled
from minidl.kernels.layout import contiguous
from minidl.kernels.machine.sizes import MATMUL_MAX_TERMS, MATMUL_MIN_PRODUCTS, MATMUL_MIN_ROWS
from minidl.kernels.machine.trace import traced

from .product import product


@traced()
def matmul(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a (M, K) @ b (K, N), any strides: (M, N).

    NumPy's own product where it is small or not float32. Raises ValueError if shapes do not meet.
    """
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[0]:
        raise ValueError(f"matmul: given {a.shape} and {b.shape}, expected (M, K) and (K, N)")
    rows, inner = a.shape
    columns = b.shape[1]
    if not _large(a, b):
        return product(a, b)
    if inner >= rows and is_transpose(a, b):
        return gram(a)
    from . import fast

    if _by_column(a) and not _by_column(b) and inner >= max(rows, columns):
        return fast.over_rows(a.T, b)
    terms = max(MATMUL_MAX_TERMS, -(-MATMUL_MIN_PRODUCTS // (rows * columns)))
    if inner > terms:
        return _in_parts(a, b, terms)
    if (_by_column(b) and columns >= rows) or (_by_column(a) and rows >= columns):
        return fast.by_rows(b.T, a.T).T
    return fast.by_rows(a, b)


@traced()
def gram(a: np.ndarray) -> np.ndarray:
    """a @ a^T, (M, M), for a (M, K), any strides.

    Half the work of `matmul` where K >= M and M fills whole panels; `matmul` finds it by itself.
    """
    if not _large(a, a.T):
        return product(a, a.T)
    if a.shape[1] < a.shape[0]:
        return matmul(a, a.T)
    from . import fast

    return fast.gram(contiguous(a.T))


def _in_parts(a: np.ndarray, b: np.ndarray, terms: int) -> np.ndarray:
    """The sum, in float64, of products of `terms` columns of a with as many rows of b."""
    total = np.zeros((a.shape[0], b.shape[1]))
    for start in range(0, a.shape[1], terms):
        total += matmul(a[:, start : start + terms], b[start : start + terms])
    return total.astype(np.float32)


def _large(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether a @ b is worth a kernel."""
    (rows, inner), columns = a.shape, b.shape[1]
    large = a.dtype == b.dtype == np.float32 and rows * inner * columns >= MATMUL_MIN_PRODUCTS
    return large and min(rows, columns) >= MATMUL_MIN_ROWS and compiled()


def is_transpose(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether b is a, turned: the same numbers in memory."""
    alike = a.shape == b.T.shape and a.strides == b.T.strides
    return alike and a.ctypes.data == b.ctypes.data


def _by_column(a: np.ndarray) -> bool:
    """Whether columns, not rows, lie together in memory."""
    return a.T.flags.c_contiguous and not a.flags.c_contiguous
