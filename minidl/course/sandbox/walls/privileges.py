"""What a process gives up before foreign code runs in it, and what keeps others out of a process.

Standard library only; like child.py, this file is loaded by its path. Linux; elsewhere nothing.
"""

from __future__ import annotations

import ctypes
import sys

PR_SET_PDEATHSIG, PR_GET_DUMPABLE, PR_SET_DUMPABLE = 1, 3, 4
PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 24, 36, 38
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
CAPABILITY_VERSION, MOST_CAPABILITIES = 0x20080522, 64


def prctl(option: int, value: int) -> int:
    """The system call of that name; -1 where it refuses, or where there is none."""
    return int(LIBC.prctl(option, value, 0, 0, 0)) if LIBC else -1


def drop() -> None:
    """Gives up every capability, and programs that would give some back (set-uid), for good."""
    if not LIBC:
        return
    for number in range(MOST_CAPABILITIES):
        prctl(PR_CAPBSET_DROP, number)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    none = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable, in two halves
    LIBC.capset(header, none)
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def readable_by_others(yes: bool) -> bool:
    """Whether processes of the same user may read this one's memory; what it was before."""
    before = prctl(PR_GET_DUMPABLE, 0) == 1
    prctl(PR_SET_DUMPABLE, int(yes))
    return before
