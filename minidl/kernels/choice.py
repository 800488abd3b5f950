"""Whether the compiled kernels are used, as the environment asks when first looked at.

`MINIDL_KERNELS=plain` sends all work through NumPy, for machines on which Numba's vector code does
not run; so does Numba's own `NUMBA_DISABLE_JIT`.
"""

from __future__ import annotations

import functools
import os

from minidl.errors import RequestError


@functools.cache
def compiled() -> bool:
    """Whether float32 arrays go to compiled kernels. Raises RequestError for another word."""
    asked = os.environ.get("MINIDL_KERNELS", "fast")
    if asked not in ("fast", "plain"):
        raise RequestError(f"MINIDL_KERNELS is {asked!r}: expected 'fast' (the default) or 'plain'")
    return asked == "fast" and os.environ.get("NUMBA_DISABLE_JIT", "0") in ("", "0")
