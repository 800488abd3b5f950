"""The relation of a result that is nearly right, and of none of the other kinds."""

from __future__ import annotations

import numpy as np

from minidl.course.grading.relations.sample import Said, Sample

NEAR = 0.01  # of the result's own spread, that one may be off and still be nearly right


def nearly(sample: Sample) -> list[Said]:
    """Off by very little, measured by what the function did: by how far its result varies.

    A step of 0.001 leaves weights nearly where they were, and right or wrong says nothing then; so
    the distance to an argument of that shape counts, too.
    """
    if not sample.fits or sample.expected.dtype.kind != "f" or not sample.expected.size:
        return []
    got, right = sample.got.astype(float), sample.expected.astype(float)
    if not (np.isfinite(got).all() and np.isfinite(right).all()):
        return []
    lengths = [float(np.abs(right).max())]
    lengths += [float(np.ptp(right))] if right.size > 1 else []
    for value in sample.given.values():
        if isinstance(value, np.ndarray | float | int) and np.shape(value) == right.shape:
            lengths.append(float(np.abs(right - np.asarray(value, float)).max()))
    off = float(np.abs(got - right).max())
    if not 0 < off <= NEAR * min(lengths):
        return []
    share = 100 * off / lengths[0]
    words = f"nearly right, off by {share:.1g} % at most: look for a small number that is added, "
    return [Said("nearly", f"{words}for rounding on the way, or for an approximation")]
