"""Peak memory of the style step, each side in a process of its own.

`python -m benchmarks.memory SIDE SIZE THREADS` prints how many bytes the process needed beyond what
it had after its imports (PyTorch, minidl and Numba, in every process).
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

SIDES = ("minidl", "contiguous", "channels_last")
STEPS = 3
TARGET = 1.1  # of the smaller of PyTorch's two


def peaks(size: int, threads: int) -> dict[str, int]:
    """Bytes at the peak of a few style steps, for minidl and for both layouts of PyTorch."""
    found = {}
    for side in ("minidl", *SIDES):  # the first run may still compile kernels: it is not kept
        command = [sys.executable, "-m", "benchmarks.memory", side, str(size), str(threads)]
        found[side] = int(subprocess.run(command, check=True, capture_output=True).stdout)
    return found


def _peak_of(side: str, size: int, threads: int) -> int:
    import torch

    import minidl.kernels.conv.fast  # noqa: F401  Numba, which is loaded when a kernel is called
    from benchmarks import layouts
    from benchmarks.jobs import style
    from minidl.kernels.machine.threads import set_num_threads

    set_num_threads(threads)
    torch.set_num_threads(threads)
    before = _high_water()
    if side == "minidl":
        step = style.our_step(size)
    else:
        step = style.their_step(size, layouts.formats(2)[side])
    for _ in range(STEPS):
        step()
    return _high_water() - before


def _high_water() -> int:
    """The most memory this program ever had, in bytes.

    Linux hands `ru_maxrss` down from the process that started this one, `VmHWM` it does not.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(s for s in status.read_text().splitlines() if s.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    print(_peak_of(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
