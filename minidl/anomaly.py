"""Finding where NaN and infinity come from: `with minidl.detect_anomaly():` around what made them.

`minidl.tensor` hands every result and every gradient to the checks here while one is on.
"""

from __future__ import annotations

import contextlib
import contextvars
import linecache
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

OURS = str(Path(__file__).parent) + os.sep
_watching = contextvars.ContextVar("minidl_watching", default=False)


@contextlib.contextmanager
def detect_anomaly() -> Iterator[None]:
    """Inside `with minidl.detect_anomaly():` the first NaN or infinity raises a RuntimeError.

    It names the operation whose result or gradient was not finite, the shapes of its inputs (and
    which of them were not finite before), and the line of your code that called it; of a gradient,
    the line that computed the operation forward, if that was inside as well. Every value is looked
    at, so it is slower: for finding a fault, not for training. Named as in `torch.autograd`, where
    only gradients are looked at.
    """
    token = _watching.set(True)
    try:
        yield
    finally:
        _watching.reset(token)


def is_watching() -> bool:
    """Whether results and gradients are looked at here."""
    return _watching.get()


def check_result(op: str, out: np.ndarray, inputs: Sequence[np.ndarray]) -> None:
    """Raises RuntimeError where a result of `op` on these inputs is not finite."""
    if found := _not_finite(out):
        raise RuntimeError(
            f"detect_anomaly: the result of {_named(op)}, shape {out.shape}, has {found}; "
            f"its inputs: {_described(inputs)}; {users_line()}"
        )


def check_gradient(
    op: str, g: np.ndarray, inputs: Sequence[np.ndarray], number: int, line: str
) -> None:
    """Raises RuntimeError where the gradient that `op` gives its input of this number is not
    finite; line: where `op` was called."""
    if found := _not_finite(g):
        raise RuntimeError(
            f"detect_anomaly: the gradient of {_named(op)} to its input {number}, shape {g.shape}, "
            f"has {found}; its inputs: {_described(inputs)}; {line}"
        )


def check_given(what: str, g: np.ndarray) -> None:
    """Raises RuntimeError where a gradient from no single operation is not finite."""
    if found := _not_finite(g):
        raise RuntimeError(f"detect_anomaly: {what}, shape {g.shape}, has {found}; {users_line()}")


def users_line() -> str:
    """The innermost line of a caller outside this package, as "called at file:line: code"."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(OURS):
        frame = frame.f_back
    name, number = frame.f_code.co_filename, frame.f_lineno
    return f"called at {name}:{number}: {linecache.getline(name, number).strip()}".rstrip(": ")


def _not_finite(array: np.ndarray) -> str:
    """What is wrong with an array, in words; empty where all its values are finite."""
    if array.dtype.kind != "f" or np.isfinite(array).all():
        return ""
    counts = {"NaN": int(np.isnan(array).sum()), "infinite": int(np.isinf(array).sum())}
    words = " and ".join(f"{count:,} {kind}" for kind, count in counts.items() if count)
    return f"{words} of {array.size:,} values" if array.size > 1 else words


def _described(inputs: Sequence[np.ndarray]) -> str:
    """Their shapes, and which of them are not finite themselves."""
    words = [f"{a.shape}{' with ' + f if (f := _not_finite(a)) else ''}" for a in inputs]
    return ", ".join(words) or "none"


def _named(op: str) -> str:
    return repr(op.removeprefix("_"))
