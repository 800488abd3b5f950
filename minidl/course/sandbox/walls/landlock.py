"""Landlock: a process gives up all files but the named ones, TCP, and signals to others.

Called in the process that is about to run foreign code; what it starts is bound, too, and nothing
undoes it. No privilege is needed. Linux only; see landlock(7) and linux/landlock.h for the numbers.
Standard library only; like child.py, this file is loaded by its path.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # system calls, the same on all processors
VERSION_FLAG, RULE_PATH_BENEATH = 1, 1
PR_SET_NO_NEW_PRIVS = 38
EXECUTE, WRITE, READ, LIST = 1, 2, 4, 8
RIGHTS_ON_FILES = EXECUTE | WRITE | READ | 1 << 14 | 1 << 15  # and truncate, ioctl on devices
COUNT_OF_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # of the file system, by version
TCP_SINCE, SCOPES_SINCE = 4, 6
BIND_AND_CONNECT, SOCKETS_AND_SIGNALS = 3, 3


def version() -> int:
    """The version of Landlock that the kernel speaks; 0 where there is none."""
    if sys.platform != "linux":
        return 0
    return max(0, int(ctypes.CDLL(None).syscall(CREATE_RULESET, None, 0, VERSION_FLAG)))


def fence(readable: Iterable[str], listed: Iterable[str], writable: Iterable[str]) -> bool:
    """Leaves this process these files and folders; False where the kernel cannot do it.

    readable: files, and folders with all that is in them. listed: folders of which the names may be
    read. writable: folders in which anything may be done, and devices that may be written to.
    Paths that are not there are passed over.
    """
    known = version()
    if not known:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    every = (1 << COUNT_OF_RIGHTS.get(known, 16)) - 1
    parts = [every]
    parts += [BIND_AND_CONNECT] if known >= TCP_SINCE else []
    parts += [SOCKETS_AND_SIGNALS] if known >= SCOPES_SINCE else []
    asked = struct.pack(f"={len(parts)}Q", *parts)
    ruleset = libc.syscall(CREATE_RULESET, asked, len(asked), 0)
    if ruleset < 0:
        return False
    kinds = ((readable, EXECUTE | READ | LIST), (listed, LIST), (writable, every))
    for paths, rights in kinds:
        for path in paths:
            _allow(libc, ruleset, path, rights)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    done = libc.syscall(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
    return bool(done == 0)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not os.path.isdir(path):
        rights &= RIGHTS_ON_FILES
    rule = struct.pack("=Qi", rights & ((1 << 16) - 1), place)
    libc.syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, rule, 0)
    os.close(place)
