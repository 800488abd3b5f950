"""A filter of system calls: no sockets, no shared memory, queues, keys or namespaces, no io_uring.

Landlock knows TCP alone, and inside a network of its own (bubblewrap) a process can still talk with
others of the same. Here the calls that would make a connection are refused by the kernel, as
permissions are. Pairs of connected sockets and pipes are left: what multiprocessing needs.

The filter is a program of a few steps in the kernel's own small language; see seccomp(2) and
linux/filter.h. Standard library only; like child.py, this file is loaded by its path.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys

PR_GET_SECCOMP, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 21, 22, 38
MODE_FILTER = 2
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06  # steps: a word of the call, two tests
NUMBER_AT, ARCHITECTURE_AT = 0, 4  # where in the description of a call
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
OTHER_NUMBERING = 0x40000000  # calls of x32, the second way to call on x86_64
IO_URING_SETUP = 425  # the same everywhere; it would make sockets without the call
# socket, shmget, semget, msgget, mq_open, add_key, request_key, keyctl, unshare, mount
X86_64 = (41, 29, 64, 68, 240, 248, 249, 250, 272, 165, IO_URING_SETUP)
AARCH64 = (198, 194, 190, 186, 180, 217, 218, 219, 97, 40, IO_URING_SETUP)
REFUSED = {"x86_64": (0xC000003E, X86_64), "aarch64": (0xC00000B7, AARCH64)}  # by AUDIT_ARCH


def available() -> bool:
    """Whether calls can be filtered here."""
    known = sys.platform == "linux" and platform.machine() in REFUSED and sys.maxsize > 2**32
    return known and int(ctypes.CDLL(None).prctl(PR_GET_SECCOMP, 0, 0, 0, 0)) >= 0


def refuse() -> bool:
    """From now on this process and what it starts get a PermissionError from these calls."""
    if not available():
        return False
    program = _program(*REFUSED[platform.machine()])
    steps = ctypes.create_string_buffer(program, len(program))
    pointed = struct.pack("HP", len(program) // 8, ctypes.addressof(steps))
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return bool(libc.prctl(PR_SET_SECCOMP, MODE_FILTER, pointed, 0, 0) == 0)


def _program(architecture: int, numbers: tuple[int, ...]) -> bytes:
    """The steps, each with how many to pass over if its test holds and if it does not."""
    count = len(numbers)
    steps = [
        (LOAD, 0, 0, ARCHITECTURE_AT),
        (EQUAL, 0, count + 3, architecture),  # of another kind (32 bits): refused
        (LOAD, 0, 0, NUMBER_AT),
        (AT_LEAST, count + 1, 0, OTHER_NUMBERING),
        *((EQUAL, count - place, 0, number) for place, number in enumerate(numbers)),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)
