"""Kernels: NumPy arrays in, NumPy arrays out. Nothing here knows of tensors or gradients' graphs.

Convolution and pooling stand on three rungs with one signature: loops to read, NumPy, and compiled
kernels. Matrix products, the search for neighbours and the passes over whole arrays have two: NumPy
and compiled. Tests hold the rungs together. README.md shows the way of a call through the folders.
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
