"""Reading axes at other places: padding by what is there, interpolation."""

from __future__ import annotations

import numpy as np

from minidl.kernels import resample as kernel
from minidl.kernels.resample import Reads
from minidl.ops.registry import Sample, Vjps, op

Array = np.ndarray


def _samples(rng: np.random.Generator) -> list[Sample]:
    index, weights = rng.integers(0, 4, (2, 5)), rng.standard_normal((2, 5))
    once = Reads(1, np.array([[2, 0, 0, 1]]))
    return [
        Sample((rng.standard_normal((2, 3)),), {"reads": (once,)}),
        Sample((rng.standard_normal((4, 3, 2)),), {"reads": (Reads(0, index, weights), once)}),
    ]


@op(_samples)
def resample(x: Array, reads: tuple[Reads, ...]) -> tuple[Array, Vjps]:
    """y[i] = sum over t of weights[t, i] x[places[t, i]] along an axis, for one after another.

    reads: for each of the axes, which are different ones, what its places read.
    """
    if any(r.weights is not None for r in reads) and x.dtype.kind != "f":
        raise TypeError(
            f"interpolation needs float32 or float64, given {x.dtype} of shape {x.shape}: convert "
            "it first, for instance with x.astype(np.float32)"
        )
    shape = x.shape
    return kernel.resample(x, reads), (lambda g: kernel.resample_grad(g, reads, shape),)
