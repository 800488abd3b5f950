"""Reading axes of an array at other places, weighted: resizing, and padding by what is there.

Large float32 arrays are read by compiled kernels (`fast`), others by NumPy (`plain`).
"""

from __future__ import annotations

from types import ModuleType
from typing import NamedTuple

import numpy as np

from minidl.kernels.choice import compiled
from minidl.kernels.geometry import Shape
from minidl.kernels.machine.sizes import RESAMPLE_MIN_NUMBERS
from minidl.kernels.machine.trace import traced

from . import plain


class Reads(NamedTuple):
    """What the places of one axis read: T places each, weighted.

    places: (T, m), of the axis as it is; weights: (T, m), all 1 when None; m: its new length.
    """

    axis: int
    places: np.ndarray
    weights: np.ndarray | None = None


@traced()
def resample(x: np.ndarray, reads: tuple[Reads, ...]) -> np.ndarray:
    """y[i] = sum over t of weights[t, i] x[places[t, i]] along an axis, for one axis after another.

    The axes are different ones. Those of the result lie in memory in the order of those of x; many
    channels may come to lie last.
    """
    return _rung(x).resample(x, reads)


@traced()
def resample_grad(g: np.ndarray, reads: tuple[Reads, ...], shape: Shape) -> np.ndarray:
    """The gradient to the input, of this shape, of `resample`: g goes back to where it was read."""
    return _rung(g).resample_grad(g, reads, shape)


def _rung(a: np.ndarray) -> ModuleType:
    if a.dtype != np.float32 or a.size < RESAMPLE_MIN_NUMBERS or not compiled():
        return plain
    from . import fast

    return fast
