"""Implicit GEMM: convolution of any shape on the micro-kernel; forward and gradient to the input.

The gradient to the input is also a product of windows, those of g: input position i meets tap t at
output position (i + padding - t * dilation) / stride, where that is whole. So all inputs with the
same remainder modulo the stride see the same taps, and make one ordinary product. With few channels
that would leave most of the micro-kernel's columns empty; there it is better to multiply g by all
taps at once and add the result back to the windows, as col2im does.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np

from minidl.kernels.geometry import ConvSpec, Shape, elements, result_shape, three_axes
from minidl.kernels.layout import channels_first, channels_last
from minidl.kernels.machine import results, scratch, threads
from minidl.kernels.machine.addresses import to_skip
from minidl.kernels.machine.kept import is_immutable, prepared, room
from minidl.kernels.machine.micro import COLUMNS
from minidl.kernels.machine.sizes import (
    LONE_CONV_PRODUCTS,
    MIN_ITEMS_PER_THREAD,
    PACK_ROWS,
    SCATTERED_CHANNELS,
)
from minidl.kernels.machine.trace import traced

from . import lines
from .grad_kernels import Scatter, multiply_and_scatter
from .kernels import Packing, Product, multiply_windows, pack_panels
from .tables import windows
from .windows import Windows


@traced("gemm")
def conv_forward(
    x: np.ndarray,
    w: np.ndarray,
    bias: np.ndarray | None,
    spec: ConvSpec,
    activation: str | None = None,
    skip: np.ndarray | None = None,
) -> np.ndarray:
    """y (N, K, *out) of x (N, C, *spatial), w (K, C/groups, *kernel), bias (K,); ReLU if asked.

    skip: of the shape of y, added before the ReLU; K must fill vectors, and there be one group.
    """
    n, k, *out = result_shape(x.shape, w.shape, spec)
    x, w = channels_last(x), np.ascontiguousarray(w)
    size, offsets = w.shape[1], tap_offsets(w, spec)
    relu = activation == "relu"
    with threads.exclusive:
        packed, panels = _packed(w, spec.groups)
        if skip is None and lines.suits(size, spec.groups, tuple(out), spec.stride, offsets):
            y = lines.multiply(x, tuple(out), spec.stride, offsets, packed, k, bias, relu)
            return channels_first(y)
        y = results.empty((n, *out, k))
        team = threads.get_num_threads()
        win, tables = windows(x, tuple(out), spec.stride, offsets, spec.groups, team)
        added = None if skip is None else channels_last(skip)
        holds = x, y, *tables, y if added is None else added
        multiply_into(y, win, packed, panels, bias, relu, added, holds)
    return channels_first(y)


def tap_offsets(w: np.ndarray, spec: ConvSpec) -> np.ndarray:
    """(taps, rank): where in the input each tap lies from the output position times stride."""
    return _tap_offsets(w.shape[2:], spec)


@functools.lru_cache(maxsize=256)
def _tap_offsets(kernel: Shape, spec: ConvSpec) -> np.ndarray:
    before = [b for b, _ in spec.padding]
    offsets: np.ndarray = np.array(list(np.ndindex(*kernel))) * spec.dilation - before
    offsets.flags.writeable = False
    return offsets


@traced("gemm")
def conv_input_grad(g: np.ndarray, w: np.ndarray, spec: ConvSpec, input_shape: Shape) -> np.ndarray:
    """The gradient to x (N, C, *spatial), from g (N, K, *out) and w (K, C/groups, *kernel)."""
    g, w = channels_last(g), np.ascontiguousarray(w)
    n, c, *spatial = input_shape
    if spec.groups == 1 and c <= SCATTERED_CHANNELS:
        return _scattered(g, w, spec, (n, *spatial, c))
    gx = results.empty((n, *spatial, c))
    phases = list(input_phases(gx, w, spec))
    if sum(target.size for target, _, _ in phases) < gx.size:
        gx.fill(0)
    group, taps, ones = w.shape[0] // spec.groups, elements(w.shape[2:]), (1,) * spec.rank
    with threads.exclusive:
        team = threads.get_num_threads()
        for target, ours, offsets in phases:
            rows = (ours[:, None] + np.arange(group) * w[0].size) * 4
            win, tables = windows(g, target.shape[1:-1], ones, offsets, spec.groups, team)
            packed, panels = pack(w, rows, w.shape[1], spec.groups, lane=taps * 4)
            multiply_into(target, win, packed, panels)
            del tables
    return channels_first(gx)


def input_phases(
    gx: np.ndarray, w: np.ndarray, spec: ConvSpec
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Splits a gradient (N, *spatial, C) by remainder modulo the stride.

    Gives, for each part that any tap reaches: a view of it, the numbers of the taps that do, and
    how far each lies, in g, from the place of the same index.
    """
    for remainder in np.ndindex(*spec.stride):
        part = tuple(slice(r, None, s) for r, s in zip(remainder, spec.stride, strict=True))
        target = gx[(slice(None), *part)]
        offsets = np.array(remainder) - tap_offsets(w, spec)
        ours = np.flatnonzero((offsets % spec.stride == 0).all(axis=1))[::-1]  # offsets ascend
        if target.size and len(ours):
            yield target, ours, offsets[ours] // spec.stride


def _packed(w: np.ndarray, groups: int) -> tuple[int, int]:
    """The weights (K, C/groups, *kernel) of a convolution forward, packed; see `pack`."""
    size, taps = w.shape[1], elements(w.shape[2:])
    outputs, lane = w.shape[0] // groups, size * taps * 4
    if not is_immutable(w):
        return pack(w, _rows(size, taps), outputs, groups, lane)
    panels = -(-outputs // COLUMNS)

    def make() -> np.ndarray:
        target = room(groups * panels * size * taps * COLUMNS)
        pack(w, _rows(size, taps), outputs, groups, lane, target.ctypes.data)
        return target

    return prepared(("gemm", groups), (w,), make).ctypes.data, panels


@functools.lru_cache(maxsize=256)
def _rows(size: int, taps: int) -> np.ndarray:
    """Where in a filter (size, taps) each row of its packed weights (taps, size) lies, in bytes."""
    rows: np.ndarray = (np.arange(taps)[:, None] + np.arange(size) * taps).reshape(-1) * 4
    return rows


def pack(
    w: np.ndarray, rows: np.ndarray, outputs: int, groups: int, lane: int, target: int = 0
) -> tuple[int, int]:
    """Packs a matrix of weights into panels; gives their address and number.

    rows: offset in bytes of every row; lane: bytes from one of the `outputs` columns to the next;
    each group takes an equal share of w. target: an address, else that of the buffer "u".
    """
    panels = -(-outputs // COLUMNS)
    rows = np.ascontiguousarray(rows, np.int64).reshape(-1)
    target = target or scratch.buffer("u", groups * panels * rows.size * COLUMNS)
    job = Packing(
        source=w.ctypes.data,
        rows=rows.ctypes.data,
        row_count=rows.size,
        group=w.nbytes // groups,
        lane=lane,
        outputs=outputs,
        panels=panels,
        target=target,
    )
    items = groups * -(-rows.size // PACK_ROWS)
    threads.run(pack_panels, items, job, threads=None if w.size > LONE_CONV_PRODUCTS else 1)
    return target, panels


def multiply_into(
    y: np.ndarray,
    win: Windows,
    packed: int,
    panels: int,
    bias: np.ndarray | None = None,
    relu: bool = False,
    skip: np.ndarray | None = None,
    holds: tuple[np.ndarray, ...] | None = None,
) -> None:
    """y (N, *out, K), contiguous in K = windows @ packed weights (+ bias and skip, then ReLU).

    holds: what else is at the addresses of the windows and the result; see `threads.run`.
    """
    outputs = y.shape[-1] // win.groups
    shift = np.zeros((win.groups, panels * COLUMNS), np.float32)
    if bias is not None:
        shift[:, :outputs] = bias.reshape(win.groups, outputs)
    team = threads.get_num_threads()
    products = win.block * panels * COLUMNS
    small = win.positions * win.columns * panels * COLUMNS < LONE_CONV_PRODUCTS
    items = -(-win.positions // win.block) * win.groups
    parts = 1 if small or not items else min(panels, -(-MIN_ITEMS_PER_THREAD * team // items))
    image, *along = y.strides[:-1]
    y_depth, y_height, y_width = three_axes(tuple(along), 0)
    job = Product(
        weights=packed,
        outputs=outputs,
        panels=panels,
        parts=parts,
        y=y.ctypes.data,
        y_image=image,
        y_depth=y_depth,
        y_height=y_height,
        y_width=y_width,
        bias=shift.ctypes.data,
        relu=int(relu),
        stream=int(y.flags.c_contiguous and win.groups == 1 and results.streams(y)),
        skip=to_skip(y, skip),
        c=scratch.buffer("m", team * products),
        c_stride=4 * products,
    )
    threads.run(multiply_windows, items * parts, win, job, threads=1 if small else None,
                holds=None if holds is None else (*holds, shift))  # fmt: skip


def _scattered(g: np.ndarray, w: np.ndarray, spec: ConvSpec, shape: Shape) -> np.ndarray:
    """The gradient to an input (N, *spatial, C) of few channels, for one group."""
    k, c, *kernel = w.shape
    columns = elements(tuple(kernel)) * c
    w = np.ascontiguousarray(w.reshape(k, c, -1).swapaxes(1, 2))  # (K, taps, C)
    offsets = np.array(list(np.ndindex(*kernel))) * spec.dilation - [b for b, _ in spec.padding]
    with threads.exclusive:
        team = threads.get_num_threads() if g.size * columns > LONE_CONV_PRODUCTS else 1
        parts = np.zeros((team, *shape), np.float32)
        win, tables = windows(parts[0], g.shape[1:-1], spec.stride, offsets, 1, team)
        packed, panels = pack(w, np.arange(k) * columns * 4, columns, 1, lane=4)
        job = Scatter(
            weights=packed,
            panels=panels,
            outputs=k,
            g=g.ctypes.data,
            gx=parts.ctypes.data,
            gx_stride=parts.strides[0],
            a=scratch.buffer("a", team * win.block * k),
            a_stride=4 * win.block * k,
            c=scratch.buffer("m", team * win.block * panels * COLUMNS),
            c_stride=4 * win.block * panels * COLUMNS,
        )
        items = -(-win.positions // win.block)
        threads.run(multiply_and_scatter, items, win, job, threads=team, fixed=True)
    del tables
    return channels_first(parts.sum(axis=0) if team > 1 else parts[0])
