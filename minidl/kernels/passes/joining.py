"""Two maps of different sizes added up: the coarser one enlarged, or the finer one averaged.

That is where scales of a network meet: going up in a feature pyramid (Lin and others, "Feature
Pyramid Networks for Object Detection", 2017), going down in a residual network. Several NumPy
operations, each over a whole array, are one pass here.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from minidl.kernels.choice import compiled
from minidl.kernels.geometry import Shape
from minidl.kernels.layout import channels_first, channels_last
from minidl.kernels.machine import results, threads
from minidl.kernels.machine.addresses import address
from minidl.kernels.machine.sizes import LONE_PASS_NUMBERS
from minidl.kernels.machine.trace import traced

Way = Literal["up", "down"]


@traced()
def add_enlarged(fine: np.ndarray, coarse: np.ndarray) -> np.ndarray:
    """fine (N, C, 2 H, 2 W) + coarse (N, C, H, W), each value of which meets a block of 2 x 2."""
    y = _join(fine, coarse, fine.shape, "up")
    return fine + coarse.repeat(2, axis=2).repeat(2, axis=3) if y is None else y


@traced()
def add_averaged(coarse: np.ndarray, fine: np.ndarray) -> np.ndarray:
    """relu(coarse + fine averaged over blocks of 2 x 2), (N, C, H, W) both.

    Where the two have different shapes then, the smaller is filled with zeros, in channels and at
    the right and lower edge. An odd last row or column of `fine` is left out.
    """
    n, c, h, w = fine.shape
    shape = n, *np.maximum(coarse.shape[1:], (c, h // 2, w // 2)).tolist()
    y = _join(coarse, fine, shape, "down")
    if y is not None:
        return y
    even = fine[:, :, : h // 2 * 2, : w // 2 * 2].reshape(n, c, h // 2, 2, w // 2, 2)
    found = np.zeros(shape, coarse.dtype)
    for part in (coarse, even.mean(axis=(3, 5), dtype=coarse.dtype)):
        found[tuple(map(slice, part.shape))] += part
    return np.maximum(found, 0)


def _join(a: np.ndarray, b: np.ndarray, shape: Shape, way: Way) -> np.ndarray | None:
    """y of that shape on the compiled kernel; None where it is not one for it."""
    if not (a.dtype == b.dtype == np.float32 and a.size and b.size and compiled()):
        return None
    from minidl.kernels.machine.simd import LANES

    from .joining_kernels import Joint, join_lines

    if any(channels % LANES for channels in (a.shape[1], b.shape[1])):
        return None
    a, b = channels_last(a), channels_last(b)
    n, channels, *size = shape
    y = results.empty((n, *size, channels))
    down = way == "down"
    job = Joint(
        a=address(a),
        a_size=a.shape[1:],
        b=address(b),
        b_size=b.shape[1:],
        y=address(y),
        y_size=y.shape[1:],
        step=2 if down else 1,
        repeats=1 if down else 2,
        window=2 if down else 1,
        relu=int(down),
    )
    with threads.exclusive:
        team = 1 if y.size < LONE_PASS_NUMBERS else None
        threads.run(join_lines, n * size[0], job, threads=team, holds=(a, b, y))
    return channels_first(y)
