"""Compares what a learner's function gave with what the reference gave: plain arrays both."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np

from minidl.course.sandbox.foreign import shown
from minidl.course.sets.manifest import Arrays, Exercise, Probe, Tolerance

FAMILIES = {
    "b": "a boolean dtype",
    "i": "an integer dtype",
    "u": "an integer dtype",
    "f": "a floating-point dtype",
    "c": "a complex dtype",
    "S": "bytes",
    "U": "text",
}
ROUNDING = 64  # units of its last place that a float32 result may always be off


@dataclass(frozen=True)
class Fault:
    """What is wrong with one probe's results: a sentence, and the arrays for a picture of it."""

    says: str
    got: np.ndarray | None = None
    expected: np.ndarray | None = None


def fault(exercise: Exercise, probe: Probe, got: Arrays, expected: Arrays) -> Fault | None:
    """The first thing that is wrong with a probe's results, or None. Never raises on `got`."""
    if list(got) != list(expected):
        names = ", ".join(itertools.islice(got, 2 * len(expected)))
        return Fault(f"gave the results {shown(names)}; expected {shown(', '.join(expected))}")
    if probe.judge:
        return _judged(probe, got, expected)
    for name in expected:
        found = difference(name, got[name], expected[name], probe.tolerance, exercise.dtype)
        if found:
            return replace(found, says=_explained(probe, got, expected) or found.says)
    return None


def _explained(probe: Probe, got: Arrays, expected: Arrays) -> str | None:
    """A sentence of the probe's own for a difference, where it has one."""
    try:
        return probe.explain(got, expected) if probe.explain else None
    except Exception:  # the learner's arrays can have any form
        return None


def _judged(probe: Probe, got: Arrays, expected: Arrays) -> Fault | None:
    assert probe.judge
    try:
        says = probe.judge(got, expected)
    except Exception:  # the learner's arrays can have any form
        shapes = shown(", ".join(f"{n} {got[n].dtype} {got[n].shape}" for n in got))
        wanted = ", ".join(f"{n} {expected[n].dtype} {expected[n].shape}" for n in expected)
        return Fault(f"gave {shapes}; expected something like {wanted}")
    return Fault(says) if says else None


def same(exercise: Exercise, probe: Probe, one: Arrays, other: Arrays) -> bool:
    """Whether two results are equal within the probe's tolerance."""
    return list(one) == list(other) and not any(
        difference(n, one[n], other[n], probe.tolerance, exercise.dtype) for n in one
    )


def difference(
    name: str, got: np.ndarray, expected: np.ndarray, tolerance: Tolerance, dtype: str
) -> Fault | None:
    """How one array differs from the expected one in dtype, shape or value; None if it does not."""
    if wanted := _wanted_dtype(got.dtype, expected.dtype, dtype):
        return Fault(f"{name} has dtype {shown(got.dtype, 40)}, expected {wanted}", got, expected)
    if got.shape != expected.shape:
        return Fault(
            f"{name} has shape {shown(got.shape, 80)}, expected {expected.shape}", got, expected
        )
    off = ~_close(got, expected, tolerance)
    if not off.any():
        return None
    index = tuple(int(i) for i in np.argwhere(off)[0]) if got.ndim else ()
    at = f"{name}{' at ' * (' ' in name)}[{', '.join(map(str, index))}]" if index else name
    values = _pair(expected[index], got[index])
    count = f" ({off.sum():,} of {off.size:,} values differ)" if off.size > 1 else ""
    return Fault(f"{at}: expected {values[0]}, got {values[1]}{count}", got, expected)


def _wanted_dtype(got: np.dtype, expected: np.dtype, mode: str) -> str | None:
    """What the dtype should have been, or None if it will do. Byte order never matters."""
    if mode == "same" and got.kind in "biufc":
        return None if got.newbyteorder("=") == expected.newbyteorder("=") else str(expected)
    return None if FAMILIES[got.kind] == FAMILIES[expected.kind] else FAMILIES[expected.kind]


def _close(got: np.ndarray, expected: np.ndarray, tolerance: Tolerance) -> np.ndarray:
    equal = np.asarray(got == expected)
    if got.dtype.kind not in "fc":
        return equal
    with np.errstate(all="ignore"):
        size = np.abs(expected[np.isfinite(expected)]).max(initial=0.0)
        coarser = min(got.dtype, expected.dtype, key=_real_size)
        most = _relative(coarser, tolerance) * float(size) + tolerance.absolute
        near = np.abs(got - expected) <= most
    same: np.ndarray = equal | near | (np.isnan(got) & np.isnan(expected))
    return same


def _relative(dtype: np.dtype, tolerance: Tolerance) -> float:
    """The stated tolerance, or what float32 can hold where one of the two is no finer.

    A float16 gets no more than that: its own rounding, 6 %, would hide real mistakes.
    """
    single = _real_size(dtype) < np.dtype("f8").itemsize
    return max(tolerance.relative, ROUNDING * float(np.finfo("f4").eps) if single else 0.0)


def _real_size(dtype: np.dtype) -> int:
    """Bytes of one real number of a floating or complex dtype."""
    return dtype.itemsize // (2 if dtype.kind == "c" else 1)


def _pair(expected: np.generic, got: np.generic) -> tuple[str, str]:
    """Both numbers with as few digits as show that they differ."""
    for digits in (6, 10, 17):
        texts = _short(expected, digits), _short(got, digits)
        if texts[0] != texts[1]:
            break
    return texts


def _short(value: np.generic, digits: int) -> str:
    number = value.item()
    if isinstance(number, float | complex):
        return f"{number:.{digits}g}"
    return shown(repr(number), 60)
