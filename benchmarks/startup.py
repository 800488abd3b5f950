"""What a learner waits for: importing minidl, and the first convolution, compiled or not."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

import numpy as np

TARGETS = {"import minidl": 0.3, "first convolution, cold": 5.0, "compiling every kernel": 15.0}
IMPORT = "import minidl"
FIRST_USE = """
import numpy as np, time
import minidl, minidl.functional as F
x = minidl.Tensor(np.ones((1, 16, 32, 32), np.float32), requires_grad=True)
w = minidl.Tensor(np.ones((16, 16, 3, 3), np.float32), requires_grad=True)
start = time.perf_counter()
F.max_pool2d(F.conv2d(x, w, padding=1), 2).sum().backward()
print(time.perf_counter() - start)
"""
EVERYTHING = """
import time
from minidl.kernels.warm import warm
start = time.perf_counter()
warm()
print(time.perf_counter() - start)
"""


def startup(repeats: int = 7) -> dict[str, float]:
    """Seconds: the import beyond an empty interpreter's start, compiling, and first uses.

    A first use is forward and both gradients of a 3x3 convolution with max pooling, in a new
    process: cold, with an empty cache, it compiles the kernels it needs; warm, it finds them.
    """
    empty = np.median([_wall("pass") for _ in range(repeats)])
    imported = np.median([_wall(IMPORT) for _ in range(repeats)])
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
        first = float(_run(FIRST_USE, environment))
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
        everything = float(_run(EVERYTHING, environment))
        warm = np.median([float(_run(FIRST_USE, environment)) for _ in range(3)])
    return {
        "import minidl": float(imported - empty),
        "first convolution, cold": first,
        "compiling every kernel": everything,
        "first convolution, warm": float(warm),
    }


def _wall(code: str) -> float:
    start = time.perf_counter()
    _run(code, dict(os.environ))
    return time.perf_counter() - start


def _run(code: str, environment: dict[str, str]) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, check=True, capture_output=True, text=True, env=environment
    ).stdout
