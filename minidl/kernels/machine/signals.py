"""How threads that run kernels wait for each other, compiled: by looking, for a moment.

Waking a thread that sleeps takes the operating system 50 to 100 microseconds, as long as many a
kernel takes. So a helper that is done looks out for the next run for a fraction of a millisecond
before it lies down, and whoever shared out work looks out for the helpers. Python's lock is not
held meanwhile, and the core is offered to others: with three threads on two cores, a convolution
of 0.6 ms took 1.4 where they did not step aside.

All arguments are addresses and numbers. A slot is where one helper and its caller publish: the
number of the run that was ordered, and DONE bytes on that of the run last finished.
"""

from __future__ import annotations

import os
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from .features import X86
from .jit import inner, kernel
from .sizes import CACHE_LINE_BYTES

DONE = CACHE_LINE_BYTES  # each word has a cache line of its own
GLANCES = 32  # between which others may have the core: half a microsecond
I64 = ir.IntType(64)


@intrinsic
def look(typingctx: Any, address: Any) -> Any:
    """The int64 that another thread published, and with it all that it wrote before."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        return b.load_atomic(b.inttoptr(args[0], I64.as_pointer()), "acquire", 8)

    return types.int64(types.intp), emit


@intrinsic
def publish(typingctx: Any, address: Any, value: Any) -> Any:
    """Writes an int64 that other threads look at, after all that was written before."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        b.store_atomic(args[1], b.inttoptr(args[0], I64.as_pointer()), "release", 8)
        return ctx.get_dummy_value()

    return types.void(types.intp, types.int64), emit


@intrinsic
def relax(typingctx: Any) -> Any:
    """Tells the processor that this loop waits, if it can be told."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        if X86:
            kind = ir.FunctionType(ir.VoidType(), [])
            b.call(cgutils.get_or_insert_function(b.module, kind, "llvm.x86.sse2.pause"), [])
        return ctx.get_dummy_value()

    return types.void(), emit


@intrinsic
def step_aside(typingctx: Any) -> Any:
    """Lets another thread that is ready have this core, if there is one."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        if os.name == "posix":
            kind = ir.FunctionType(ir.IntType(32), [])
            b.call(cgutils.get_or_insert_function(b.module, kind, "sched_yield"), [])
        return ctx.get_dummy_value()

    return types.void(), emit


@inner
def changes(address, value, times):
    """Whether the int64 at an address stops being `value` while looking `times` times."""
    for i in range(times):
        if look(address) != value:
            return True
        relax()
        if i % GLANCES == 0:
            step_aside()
    return False


@kernel
def next_run(slot, counter, done, times):
    """Reports run `done`; whether another is ordered soon, and under way (its counter moves).

    Only then has the caller let go of Python's lock, which the helper needs to begin.
    """
    publish(slot + DONE, done)
    if not changes(slot, done, times):
        return False
    changes(counter, 0, times)
    return True


@kernel
def finished(slot, run, times):
    """Whether the helper reports `run` soon."""
    return changes(slot + DONE, run - 1, times)
