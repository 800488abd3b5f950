"""Speed and memory of minidl beside PyTorch's, on this machine: `python -m benchmarks --help`.

`MINIDL_LANES=8` (or 4) compiles minidl's kernels for narrower vectors; PyTorch and its oneDNN are
held to the same here, before they are imported.
"""

import os

_NARROWER = {"8": ("avx2", "AVX2"), "4": ("default", "SSE41")}  # as PyTorch, as oneDNN calls them

if (_lanes := os.environ.get("MINIDL_LANES", "")) in _NARROWER:
    os.environ["ATEN_CPU_CAPABILITY"], os.environ["ONEDNN_MAX_CPU_ISA"] = _NARROWER[_lanes]
