"""Kernels: plain arrays in, plain arrays out. Nothing here knows of tensors or gradients' graphs.

Every hot loop stands on three rungs with one signature: loops to read, im2col and a matrix product,
and the fast Numba kernel. Tests hold the rungs together.
"""

import os
import sys


def _drop_a_useless_number_of_threads() -> None:
    """Before Numba is imported: that fails with NUMBA_NUM_THREADS=0, and no kernel uses them."""
    asked = os.environ.get("NUMBA_NUM_THREADS")
    if asked is None or (asked.isdecimal() and int(asked) > 0):
        return
    del os.environ["NUMBA_NUM_THREADS"]
    print(
        f"minidl: NUMBA_NUM_THREADS is {asked!r}, expected a whole number from 1, and is ignored; "
        "MINIDL_NUM_THREADS sets the threads of the kernels",
        file=sys.stderr,
    )


_drop_a_useless_number_of_threads()
