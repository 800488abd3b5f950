"""One line on stderr for each kernel call, where the environment variable `MINIDL_DEBUG=1` asks.

    minidl: conv_forward winograd (1, 64, 128, 128) * (64, 64, 3, 3) threads 2  3.10 ms

That is: the function; the family that did the work; the shapes of what it was given; how many of
our threads worked (1 where NumPy or a loop did it; NumPy's BLAS may use more); and the time, with
that for compiling or loading in a first call. The variable is read once, at import; without it,
`traced` gives every function back as it is.
"""

from __future__ import annotations

import functools
import os
import sys
import threading
import time
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])


def _asked() -> bool:
    word = os.environ.get("MINIDL_DEBUG", "")
    if word not in ("", "0", "1"):
        warnings.warn(f"MINIDL_DEBUG is {word!r}, expected 0 or 1: it is ignored", stacklevel=2)
    return word == "1"


ON = _asked()


class _Call(threading.local):
    """What is known of the call that this Python thread is in."""

    inside = False
    team = 0  # 0: no compiled kernel has run


_call = _Call()


def traced(family: str | None = None) -> Callable[[Function], Function]:
    """Reports the calls of a function, if asked; of calls within each other only the outer one.

    family: which kernels do the work; None: "compiled" if a compiled kernel runs, else "numpy". The
    shapes reported are those of the first two arguments that have one (or are one, as a window is).
    """

    def decorate(function: Function) -> Function:
        return _reporting(function, family) if ON else function

    return decorate


def note_team(used: int) -> None:
    """Notes that a kernel runs on `used` threads now; `threads.run` says it."""
    _call.team = max(_call.team, used)


def _reporting(function: Any, family: str | None) -> Any:
    @functools.wraps(function)
    def call(*args: Any, **options: Any) -> Any:
        if _call.inside:
            return function(*args, **options)
        _call.inside, _call.team = True, 0
        start = time.perf_counter()
        try:
            result = function(*args, **options)
        finally:
            _call.inside = False
        spent = 1000 * (time.perf_counter() - start)
        name = family or ("compiled" if _call.team else "numpy")
        what = f"{function.__name__} {name} {' * '.join(_shapes(*args, *options.values()))}"
        print(f"minidl: {what} threads {max(1, _call.team)}  {spent:.2f} ms", file=sys.stderr)
        return result

    return call


def _shapes(*args: Any) -> list[str]:
    """The first two shapes among the arguments; an index has that of its points."""
    given = (getattr(a, "points", a) for a in args)
    arrays = (tuple(a.shape) if isinstance(a, np.ndarray) else a for a in given)
    return [str(shape) for shape in arrays if isinstance(shape, tuple)][:2]
