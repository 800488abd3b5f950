"""The steps of a program, one after the other, on every thread that is there; compiled.

A thread that comes to a step takes items of it, and goes on to the next step when all of its items
are done, whoever did them. So nobody waits for a thread that is late: it finds the steps that it
missed done, and helps with the rest.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from .jit import inner, kernel
from .signals import GLANCES, look, relax, step_aside
from .simd import load_int, next_item
from .sizes import CACHE_LINE_BYTES, PROGRAM_NUMBERS

I64 = ir.IntType(64)
FUNCTION, ITEMS, THREADS, NUMBERS = 0, 8, 16, 24  # where in an entry of the table, in bytes
ENTRY = NUMBERS + 8 * PROGRAM_NUMBERS
TAKEN, INSIDE = 0, CACHE_LINE_BYTES  # where among a step's counters
COUNTERS = 2 * CACHE_LINE_BYTES


class Steps(NamedTuple):
    """Addresses of the table of steps, and of the counters of each."""

    table: int  # int64: the kernel's address, items, threads, and the numbers in its jobs
    counters: int  # int64: items taken, and threads inside the kernel; zeros to begin with
    steps: int


@intrinsic
def call_kernel(
    typingctx: Any, function: Any, thread: Any, counter: Any, count: Any, numbers: Any
) -> Any:
    """Calls the kernel at an address with the PROGRAM_NUMBERS int64 at `numbers` for its jobs.

    To compiled code a job is its numbers, one after the other, as if each were an argument. A
    kernel with fewer of them does not look at the rest: in C's conventions the caller clears up.
    """

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        function, thread, counter, count, numbers = args
        pointer = ir.IntType(8).as_pointer()  # to the result, and to an error: there are none
        kind = ir.FunctionType(
            ir.IntType(32), [pointer.as_pointer()] * 2 + [I64] * (3 + PROGRAM_NUMBERS)
        )
        places = [b.add(numbers, ir.Constant(I64, 8 * i)) for i in range(PROGRAM_NUMBERS)]
        jobs = [b.load(b.inttoptr(place, I64.as_pointer()), align=8) for place in places]
        unused = [cgutils.alloca_once(b, pointer) for _ in range(2)]
        b.call(b.inttoptr(function, kind.as_pointer()), [*unused, thread, counter, count, *jobs])
        return ctx.get_dummy_value()

    return types.void(*[types.intp] * 5), emit


@intrinsic
def add_and_show(typingctx: Any, address: Any, value: Any) -> Any:
    """Adds to an int64; all threads see that, and what was written before, before what follows."""

    def emit(ctx: Any, b: ir.IRBuilder, sig: Any, args: Any) -> Any:
        b.atomic_rmw("add", b.inttoptr(args[0], I64.as_pointer()), args[1], "seq_cst")
        b.fence("seq_cst")
        return ctx.get_dummy_value()

    return types.void(types.intp, types.int64), emit


@inner
def is_done(counters, count):
    """Whether all items are taken, and nobody is at work on one."""
    return look(counters + TAKEN) >= count and look(counters + INSIDE) == 0


@kernel
def run_steps(thread, counter, count, job):
    """All steps; the threads share out the items of each. `count` is of no use here."""
    next_item(counter)  # tells helpers that the run is under way (`signals.next_run`)
    for i in range(job.steps):
        step, counters = job.table + i * ENTRY, job.counters + i * COUNTERS
        items = load_int(step + ITEMS)
        if thread < load_int(step + THREADS) and look(counters + TAKEN) < items:
            add_and_show(counters + INSIDE, 1)
            call_kernel(
                load_int(step + FUNCTION), thread, counters + TAKEN, items, step + NUMBERS
            )  # which touches nothing unless there is an item left
            add_and_show(counters + INSIDE, -1)
        glances = 0
        while not is_done(counters, items):
            relax()
            glances += 1
            if glances % GLANCES == 0:
                step_aside()
