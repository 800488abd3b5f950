"""What of the CPU kernels are compiled for, and how wide a vector is.

`MINIDL_LANES=8` or `4` compiles as for a CPU whose registers hold no more float32 than that (AVX2,
or SSE4.2): so that one machine can test, and time, what another has.
"""

from __future__ import annotations

import functools
import os
import platform
from typing import Any

from llvmlite import binding
from numba.core import config as numba_config

from minidl.errors import RequestError

config: Any = numba_config
X86 = platform.machine().lower() in ("x86_64", "amd64")

# How the names of features begin that go with vectors wider than so many float32.
WIDER = {
    8: ("avx512", "avx10", "evex512", "amx"),
    4: ("avx", "evex512", "amx", "fma", "f16c", "xop", "vaes", "vpclmulqdq"),
}


@functools.lru_cache(maxsize=1)
def cpu_features() -> frozenset[str]:
    """The features Numba compiles for, such as "avx512f"; follows NUMBA_CPU_FEATURES if set."""
    if config.CPU_FEATURES is not None:
        flags = config.CPU_FEATURES.split(",")
        return frozenset(f[1:] for f in flags if f.startswith("+"))
    if config.CPU_NAME == "generic":
        return frozenset()
    return frozenset(name for name, on in binding.get_host_cpu_features().items() if on)


def lanes() -> int:
    """How many float32 a vector has: as many as a register, or as `MINIDL_LANES` asks for.

    Raises RequestError for another number, and for more than the CPU has. From then on
    Numba compiles for nothing wider: call it before anything is compiled.
    """
    there = _lanes_of(cpu_features())
    asked = os.environ.get("MINIDL_LANES", "")
    possible = [n for n in (16, 8, 4) if n <= there]
    if asked not in ("", *map(str, possible)):
        few = " or ".join(map(str, possible))
        raise RequestError(f"MINIDL_LANES is {asked!r}: this CPU's vectors can have {few} float32")
    used = int(asked or there)
    if used < there:
        given = cpu_features()
        wider = {name for name in given if name.startswith(WIDER[used])}
        flags = [("-" if name in wider else "+") + name for name in sorted(given)]
        config.CPU_FEATURES = ",".join(flags)
        cpu_features.cache_clear()
    return used


def _lanes_of(features: frozenset[str]) -> int:
    if X86 and "avx512f" in features:
        return 16
    if X86 and "avx2" in features:
        return 8
    return 4  # SSE, ARM NEON, and what LLVM can split for anything else
