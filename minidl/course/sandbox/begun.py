"""A check's processes, started while the command line is still being read: both take as long.

What was begun is taken by the check; what nobody takes is ended with the program.
"""

from __future__ import annotations

import atexit
import contextlib

from minidl.course.sandbox.jobs import Limits
from minidl.course.sandbox.sandbox import Sandbox
from minidl.errors import RequestError

_begun: dict[bool, Sandbox] = {}  # by whether it is for our own code


def begin() -> None:
    """Starts one for a learner's code and one for ours; what keeps them from starting is told by
    the check itself."""
    atexit.register(end)
    with contextlib.suppress(RequestError):
        for ours in (False, True):
            _begun[ours] = Sandbox(ours=ours)


def taken(limits: Limits, *, ours: bool) -> Sandbox:
    """A sandbox with these limits: the one that was begun, or else a new one."""
    sandbox = _begun.pop(ours, None) or Sandbox(limits, ours=ours)
    sandbox.limits = limits
    return sandbox


def end() -> None:
    """Ends what nobody took."""
    while _begun:
        _begun.popitem()[1].close()
