"""Runs the convolution kernels on arrays that end (or begin) at memory nobody may touch.

Every array they read or make lies against a page without access: one step beyond it, for reading or
for writing, and the operating system ends the process. Run by test_conv_bounds, in its own process.
"""

import ctypes
import itertools
import mmap
import sys
from collections.abc import Callable, Iterator

import numpy as np

from minidl.kernels import warm
from minidl.kernels.conv import fast
from minidl.kernels.conv.gemm import convolve as gemm
from minidl.kernels.conv.gemm import weight as gemm_weight
from minidl.kernels.geometry import ConvSpec, result_shape
from minidl.kernels.machine import scratch
from minidl.kernels.matmul import fast as matmul
from minidl.kernels.passes import joining
from minidl.kernels.pool import fast as pool

PAGE = mmap.PAGESIZE
C_LIBRARY = ctypes.CDLL(None, use_errno=True)
_held: list[mmap.mmap] = []


def fenced(shape: tuple | int, dtype: object = float, at_end: bool = True) -> np.ndarray:
    """Zeros between two pages without access, against the one after them or the one before."""
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    size = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
    inside = max(1, -(-size // PAGE)) * PAGE
    memory = mmap.mmap(-1, inside + 2 * PAGE)
    _held.append(memory)
    start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    for page in (start, start + PAGE + inside):
        if C_LIBRARY.mprotect(ctypes.c_void_p(page), ctypes.c_size_t(PAGE), 0):
            raise OSError(ctypes.get_errno(), "mprotect")
    offset = PAGE + (inside - size if at_end else 0)
    return np.frombuffer(memory, np.uint8, size, offset).view(dtype).reshape(shape)


def placed(a: np.ndarray, at_end: bool) -> np.ndarray:
    """A copy of (N, C, *spatial), channels-last in fenced memory."""
    last = np.moveaxis(a, 1, -1)
    copy = fenced(last.shape, a.dtype, at_end)
    copy[...] = last
    return np.moveaxis(copy, -1, 1)


def cases() -> Iterator[tuple[tuple, tuple, ConvSpec]]:
    def spec(rank: int, stride: int, padding: tuple, dilation: int, groups: int = 1) -> ConvSpec:
        return ConvSpec((stride,) * rank, (padding,) * rank, (dilation,) * rank, groups)

    for channels in (1, 3, 8, 16, 17, 33, 40):
        for outputs in (1, 8, 20, 32, 37, 64):
            for side in (1, 4, 6, 9):
                for padding in ((1, 1), (0, 3), (3, 2)):
                    if side + sum(padding) >= 3:
                        x, w = (2, channels, side, side + 1), (outputs, channels, 3, 3)
                        yield x, w, spec(2, 1, padding, 1)
            yield (2, channels, 7, 5), (outputs, channels, 1, 1), spec(2, 1, (0, 0), 1)
            yield (1, channels, 11), (outputs, channels, 4), spec(1, 3, (2, 1), 2)
            yield (1, channels, 4, 5, 3), (outputs, channels, 2, 3, 2), spec(3, 2, (1, 1), 1)
        if channels > 1:
            for per in (1, 2):
                x, w = (2, channels, 6, 7), (channels * per, 1, 3, 2)
                yield x, w, spec(2, 2, (1, 0), 1, channels)
            x, w = (2, 2 * channels, 6, 7), (10, channels, 3, 3)
            yield x, w, spec(2, 1, (1, 0), 1, 2)
    yield (1, 130, 9, 11), (150, 130, 3, 3), spec(2, 1, (1, 1), 1)  # the way of many weights


def everything(at_end: bool) -> int:
    rng = np.random.default_rng(0)
    count = 0
    for x_shape, w_shape, spec in cases():
        y_shape = result_shape(x_shape, w_shape, spec)
        x, g = (placed(rng.random(s, np.float32), at_end) for s in (x_shape, y_shape))
        w, bias = fenced(w_shape, np.float32, at_end), fenced(w_shape[:1], np.float32, at_end)
        w[...] = rng.random(w_shape)
        fast.conv_forward(x, w, bias, spec, "relu")
        if w_shape[0] % 16 == 0:  # in one pass
            fast.residual_forward(x, w, bias, g, spec)
        fast.conv_input_grad(g, w, spec, x_shape)
        fast.conv_weight_grad(g, x, spec, w_shape)
        if w_shape[2:] == (3, 3) and spec.groups == 1:
            gemm.conv_forward(x, w, None, spec)
            gemm.conv_input_grad(g, w, spec, x_shape)
            gemm_weight.conv_weight_grad(g, x, spec, w_shape)
        count += 1
        scratch.release()
        _held.clear()
    for channels, outputs, size in itertools.product(
        (1, 3, 16, 33), (2, 16, 20, 40), ((1, 1), (4, 9), (3, 8))
    ):
        x = placed(rng.random((2, channels, *size), np.float32), at_end)
        shapes = (outputs, channels, 1, 1), (outputs,), (outputs, 1, 3, 3), (outputs,)
        fast.separable_forward(x, *(fenced(s, np.float32, at_end) for s in shapes), "relu")
        pool.max_values(x, size, ConvSpec((1, 1), ((0, 0), (0, 0)), (1, 1)))
        other = placed(rng.random((2, outputs, 3, 4), np.float32), at_end)
        joining.add_averaged(other, x)
        joining.add_enlarged(placed(x.repeat(2, 2).repeat(2, 3), at_end), x)
        count += 1
        scratch.release()
        _held.clear()
    for shape in ((3, 5, 7), (40, 33, 65), (9, 600, 40)):
        a, b = (fenced(s, np.float32, at_end) for s in (shape[:2], shape[1:]))
        matmul.by_rows(a, b)
        matmul.over_rows(fenced((shape[1], shape[0]), np.float32, at_end), b)
    return count


def with_fences(at_end: bool, function: Callable[[bool], int]) -> int:
    """Calls the function while every array NumPy makes anew is fenced too."""
    empty, zeros = np.empty, np.zeros
    np.empty = np.zeros = lambda shape, dtype=float: fenced(shape, dtype, at_end)  # type: ignore
    try:
        return function(at_end)
    finally:
        np.empty, np.zeros = empty, zeros


if __name__ == "__main__":
    if "--step-over" in sys.argv:  # to see that the fence holds
        ctypes.memset(fenced(3, np.float32).ctypes.data + 12, 1, 1)
    warm.warm()
    print(with_fences(True, everything), with_fences(False, everything))
