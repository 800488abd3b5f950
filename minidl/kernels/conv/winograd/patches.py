"""Patches of an image that reach over its border, or hold fewer channels than a vector."""

from __future__ import annotations

from minidl.kernels.machine.jit import inner
from minidl.kernels.machine.simd import BYTES, LANES, ZERO, load1, store1, vload, vset, vstore


@inner
def copy_patch(image, height, width, channels, top, left, size, lanes, patch):
    """Copies size x size vectors from (top, left) of an image to `patch`, zeros outside of it.

    image: address of (height, width, channels) at the first channel wanted; lanes: how many of the
    vector's channels exist.
    """
    zero = vset(ZERO)
    for i in range(size):
        for j in range(size):
            to = patch + (i * size + j) * BYTES
            h, w = top + i, left + j
            vstore(to, zero)
            if 0 <= h < height and 0 <= w < width:
                at = (h * width + w) * channels * 4
                copy_lanes(image + at, to, lanes)


@inner
def copy_lanes(source, to, lanes):
    """Copies a vector, or its first `lanes` numbers if there are fewer."""
    if lanes >= LANES:
        vstore(to, vload(source))
    else:
        for lane in range(lanes):
            store1(to + 4 * lane, load1(source + 4 * lane))
