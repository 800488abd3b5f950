"""Which machine, which versions: without them a measured time means nothing."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import numba
import numpy as np
import torch

from minidl.kernels.machine.features import cpu_features
from minidl.kernels.machine.simd import LANES


def describe(threads: int, peak: float) -> dict[str, object]:
    """The CPU, the versions, the threads used, the measured peak and how busy the machine was."""
    return {
        "cpu": _cpu_name(),
        "cores": os.cpu_count(),
        "vector": f"{LANES} float32" + (" (AVX-512)" if "avx512f" in cpu_features() else ""),
        "threads": threads,
        "peak_gflops": round(peak / 1e9, 1),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "system": platform.platform(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
        "torch": torch.__version__,
        "torch_capability": torch.backends.cpu.get_cpu_capability(),
    }


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
