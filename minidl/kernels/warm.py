"""Compiles every kernel ahead of its first use, and remembers that it did.

Whatever arrays a user has, a kernel sees the same types (see `machine.jit`). So there is one
specialisation of each, and one small call compiles it. The exception is max pooling over windows
of more than 256 places, whose offsets take another type: it compiles when it is first used. What is
compiled already is only loaded, in milliseconds. Numba compiles on one core, so a second process
begins at the other end of the list, until both meet.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace

import numpy as np

from minidl.kernels.choice import compiled

from .geometry import ConvSpec, Shape
from .machine.sizes import (
    LINE_MIN_NUMBERS,
    LONE_SUM_NUMBERS,
    PASS_MIN_NUMBERS,
    RESAMPLE_MIN_NUMBERS,
    SUM_MIN_NUMBERS,
)

Report = Callable[[str, int, int], None]


def is_warm() -> bool:
    """Whether every kernel of this version is compiled for this machine (or none is used)."""
    if not compiled():
        return True
    from .machine import jit

    return (jit.cache_folder() / "complete").exists()


def warm(report: Report | None = None) -> None:
    """Compiles what is not compiled yet.

    report: called as `report(name, done, total)` before each kind of kernel and once at the end.
    """
    if not compiled():
        return
    from .machine import jit

    jit.be_quiet()
    jobs = _jobs()
    with nullcontext() if is_warm() else _second_process():
        for done, (name, job) in enumerate(jobs):
            if report is not None:
                report(name, done, len(jobs))
            job()
    if report is not None:
        report("ready", len(jobs), len(jobs))
    jit.mark_complete()


def from_the_end() -> None:
    """What the second process does."""
    from .machine import jit

    jit.be_quiet()
    for _, job in reversed(_jobs()):
        job()


@contextmanager
def _second_process() -> Iterator[None]:
    """Compiles beside us while it can. Nothing depends on it: what it has not kept, we compile."""
    code = f"from {from_the_end.__module__} import from_the_end; from_the_end()"
    other = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        other.kill()  # files are kept whole or not at all
        other.wait()


def _jobs() -> list[tuple[str, Callable[[], None]]]:
    square, line = ConvSpec.default(2), ConvSpec.default(1)
    depthwise = replace(square, groups=16)
    return [  # long ones at both ends, short ones where the two processes meet
        ("threads", _threads),
        ("3x3 convolution", lambda: _convolve((1, 16, 8, 8), (32, 16, 3, 3), square)),
        ("many channels", lambda: _convolve((1, 256, 4, 4), (256, 256, 3, 3), square)),
        ("few channels", lambda: _few_channels(line)),
        ("depthwise", lambda: _convolve((1, 16, 8, 8), (16, 1, 3, 3), depthwise)),
        ("separable", _separable),
        ("any shape", lambda: _convolve((1, 16, 9), (32, 16, 5), line)),
        ("programs", _program),
        ("resizing", _resize),
        ("sums of gradients", _elementwise),
        ("softmax", _softmax),
        ("nearest neighbours", _search),
        ("normalisation", _normalize),
        ("sums over axes", _reduce),
        ("average pooling", _pool_averages),
        ("max pooling", _pool_maxima),
    ]


def _threads() -> None:
    from .machine.signals import finished, next_run

    slot = np.zeros(16, np.int64)
    next_run(slot.ctypes.data, slot.ctypes.data, 0, 1)
    finished(slot.ctypes.data, 1, 1)


def _convolve(input_shape: Shape, kernel_shape: Shape, spec: ConvSpec) -> None:
    from .conv import conv_forward, conv_input_grad, conv_weight_grad

    x, w = np.ones(input_shape, np.float32), np.ones(kernel_shape, np.float32)
    y = conv_forward(x, w, None, spec)
    conv_input_grad(y, w, spec, x.shape)
    conv_weight_grad(y, x, spec, w.shape)


def _separable() -> None:
    from .conv import separable_forward

    x, mix = np.ones((1, 16, 8, 8), np.float32), np.ones((16, 16, 1, 1), np.float32)
    separable_forward(x, mix, mix[:, 0, 0, 0], np.ones((16, 1, 3, 3), np.float32), x[0, :, 0, 0])


def _few_channels(line: ConvSpec) -> None:
    for length in (9, 16):  # short lines are gathered, long ones read where they lie
        _convolve((1, 1, length), (8, 1, 5), line)


def _elementwise() -> None:
    from .layout import channels_last, copied
    from .passes.elementwise import add, multiply, relu, relu_grad

    g = np.ones((1, 2, PASS_MIN_NUMBERS), np.float32)
    relu_grad(add(g, g), relu(multiply(g, g)))
    channels_last(g)
    copied(g, g)


def _reduce() -> None:
    from .sums import dot, total

    for numbers in (SUM_MIN_NUMBERS, LONE_SUM_NUMBERS):
        x = np.ones((numbers, 2), np.float32)
        total(x, 0)
        dot(x, x, 0)
    total(np.ones(SUM_MIN_NUMBERS, np.float32))


def _normalize() -> None:
    from .passes.channels import blend, moments, scale, sums
    from .passes.standard import standardize, standardize_grad

    x = np.ones((1, 1, PASS_MIN_NUMBERS), np.float32)
    mean, var = moments(x)
    sums(x, x, mean)
    blend(x, var, scale(x, mean, var), var, mean)
    y, inverse = standardize(x, 2, 1e-5)
    standardize_grad(x, y, inverse, 2)


def _softmax() -> None:
    from .passes.softmax import log_softmax, log_softmax_grad, softmax, softmax_grad

    x = np.ones((2, LINE_MIN_NUMBERS), np.float32)
    softmax_grad(x, softmax(x, 1), 1)
    log_softmax_grad(x, log_softmax(x, 1), 1)


def _resize() -> None:
    from .resample import Reads, resample

    resample(
        np.ones((2, RESAMPLE_MIN_NUMBERS), np.float32), (Reads(0, np.zeros((1, 1), np.int64)),)
    )


def _pool_maxima() -> None:
    from .pool import max_pool, max_pool_grad, max_values

    x, spec = np.ones((1, 16, 4, 4), np.float32), ConvSpec((2, 2), ((0, 0), (0, 0)), (1, 1))
    max_values(x, (2, 2), spec)
    y, where = max_pool(x, (2, 2), spec)
    max_pool_grad(y, where, (2, 2), spec, x.shape)


def _pool_averages() -> None:
    from .pool import avg_pool, avg_pool_grad

    x, spec = np.ones((1, 16, 4, 4), np.float32), ConvSpec((2, 2), ((0, 0), (0, 0)), (1, 1))
    avg_pool_grad(avg_pool(x, (2, 2), spec), (2, 2), spec, x.shape)
    avg_pool(np.ones((1, 1, 8, 8), np.float32), (8, 8), spec)  # a large window


def _program() -> None:
    from .machine.program import Program
    from .passes.joining import add_enlarged

    fine, coarse = np.ones((1, 16, 2, 2), np.float32), np.ones((1, 16, 1, 1), np.float32)
    Program(lambda x: [add_enlarged(x, coarse)], fine)


def _search() -> None:
    from .nearest import NearestIndex

    index = NearestIndex(2)
    index.add(np.ones((1, 2), np.float32))
    index.search(index.points)
