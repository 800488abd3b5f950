"""The search for neighbours, compiled: a quick look at every point, an exact one at the few near.

Each point x is kept a second time as codes of one byte, x^ = scale * codes, with its error
r = |x - x^|: a quarter of the memory, and memory is what a search waits for. The triangle
inequality bounds what the codes cannot see:

    |q - x| >= |q - x^| - r,  so  |q - x| <= D  only if  |q - x^|^2 <= (D + r)^2, that is, if

    (|x^|^2 - r^2)/2 - scale * (q . codes) - D r  <=  (D^2 - |q|^2)/2
          base                                           bar

where D is the distance of the k-th nearest so far. The query has codes too, of two bytes a number:
the products are of whole numbers, and with s = |q - q^|, |q - x| <= D only if |q^ - x| <= D + s,
so everything above is said of q^ and D + s. Points that pass are compared in float64, from their
own numbers. So the result is exact: rounding in float32 is on the safe side too, because base
is made smaller and bar larger by more than the sums can be off (see `slack`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from minidl.kernels.machine.jit import inner, kernel
from minidl.kernels.machine.micro import ROWS
from minidl.kernels.machine.simd import load1, next_item, store1
from minidl.kernels.machine.sizes import NEAREST_ITEM_GROUPS, NEAREST_MIN_QUERIES, NEAREST_PANELS

from .simd import PANEL, score_one, score_rows, squared_distance, store_byte, store_short

UP = 1.2e-7  # more than rounding to float32 takes away
TINY = 1e-37  # more than underflow takes away


@inner
def pairs_of(dimensions):
    """Pairs of numbers, the last filled up with a zero."""
    return (dimensions + 1) // 2


@inner
def panel_bytes(dimensions):
    """From one panel of codes to the next."""
    return PANEL * (2 * pairs_of(dimensions) + 12)


@inner
def slack(dimensions):
    """How far sums of float32 may be off, relative to the squares of what is multiplied.

    A computed sum of n products differs by at most n u / (1 - n u) times the sum of their sizes,
    u = 2^-24 (N. Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 3.1).
    """
    return 2.1 * (dimensions + 8) / 16777216.0


class Encoding(NamedTuple):
    """points: (room, width) float32; panels: uint8, see `simd`; first: panel to write."""

    points: np.ndarray
    panels: np.ndarray
    dimensions: int
    first: int


@kernel
def encode(thread, counter, count, job):
    """Writes panels of codes; an item is one panel."""
    points, panels, width = job.points.ctypes.data, job.panels.ctypes.data, job.points.shape[1]
    while True:
        item = next_item(counter)
        if item >= count:
            return
        panel = job.first + item
        to = panels + panel * panel_bytes(job.dimensions)
        table = to + PANEL * 2 * pairs_of(job.dimensions)
        for lane in range(PANEL):
            at = points + (panel * PANEL + lane) * width * 4
            encode_point(at, job.dimensions, to + 2 * lane, table + 4 * lane)


@inner
def encode_point(at, dimensions, codes, table):
    """Codes between -127 and 127, and the point's base, scale and error."""
    largest = np.float32(0)
    for k in range(dimensions):
        largest = max(largest, abs(load1(at + 4 * k)))
    scale = np.float32(largest / 127)
    inverse = 1 / np.float64(scale) if scale > 0 else 0.0
    square = error = 0.0
    for k in range(dimensions):
        x = np.float64(load1(at + 4 * k))
        code = min(max(np.rint(x * inverse), -127.0), 127.0)
        store_byte(codes + k // 2 * 2 * PANEL + k % 2, np.int64(code))
        square += (scale * code) ** 2
        error += (x - scale * code) ** 2
    if dimensions % 2:
        store_byte(codes + dimensions // 2 * 2 * PANEL + 1, 0)
    base = (square - error - slack(dimensions) * (square + error)) / 2
    store1(table, np.float32(base - abs(base) * UP - TINY))
    store1(table + 4 * PANEL, scale)
    store1(table + 8 * PANEL, np.float32(np.sqrt(error) * (1 + UP) + TINY))


class Search(NamedTuple):
    """What is searched, and of each thread its copy of the queries and the nearest so far.

    Queries of a thread are padded to whole groups of ROWS, or not, as the arrays are made.
    """

    points: np.ndarray  # (room, width) float32; width is dimensions, padded with zeros
    count: int  # type: ignore[assignment]  # points; hides the method of tuples
    dimensions: int
    panels: np.ndarray  # uint8: their codes
    sought: np.ndarray  # (queries, dimensions) float32
    queries: np.ndarray  # (threads, padded queries, width) float32
    codes: np.ndarray  # (threads, padded queries, pairs of numbers, 2) int16
    sizes: np.ndarray  # (threads, padded queries, 2) float64: |q^|^2, |q - q^|
    bars: np.ndarray  # (threads, padded queries, 3) float32, see `simd`
    scores: np.ndarray  # (threads, SCORES) float32: room
    distances: np.ndarray  # (threads, queries, k) float64, squared
    indices: np.ndarray  # (threads, queries, k) int64


SCORES = PANEL * max(ROWS, NEAREST_PANELS)


@kernel
def scan(thread, counter, count, job):
    """Goes through all points; an item is NEAREST_ITEM_GROUPS times NEAREST_PANELS panels."""
    whole, number = -(-job.count // (PANEL * NEAREST_PANELS)), len(job.sought)
    prepared = False
    while True:
        item = next_item(counter)
        if item >= count:
            return
        if not prepared:
            for q in range(job.queries.shape[1]):
                prepare(thread, job, q, q < number)
            prepared = True
        for four in range(item * NEAREST_ITEM_GROUPS, min(whole, (item + 1) * NEAREST_ITEM_GROUPS)):
            q = 0
            while q < number:
                if number - q < NEAREST_MIN_QUERIES:
                    scan_one(thread, job, four * NEAREST_PANELS, q)
                    q += 1
                else:
                    for panel in range(four * NEAREST_PANELS, (four + 1) * NEAREST_PANELS):
                        scan_rows(thread, job, panel, q)
                    q += ROWS


@inner
def prepare(thread, job, q, given):
    """The thread's copy of a query, and its codes; what only fills up finds no point near."""
    query, codes = job.queries[thread, q], job.codes[thread, q].ctypes.data
    largest = total = 0.0
    for k in range(len(query)):
        query[k] = job.sought[q, k] if given and k < job.dimensions else 0
        largest, total = max(largest, abs(query[k])), total + abs(query[k])
    # No code needs more than 16 bits, and no sum of products with codes of points more than 32.
    scale = np.float32(max(largest / 32767, total * 127 / max(2**31 - 1 - 128 * len(query), 1)))
    inverse = 1 / np.float64(scale) if scale > 0 else 0.0
    square = error = 0.0
    for k in range(2 * pairs_of(job.dimensions)):
        code = min(max(np.rint(query[k] * inverse), -32767.0), 32767.0)
        store_short(codes + 2 * k, np.int64(code))
        square += (scale * code) ** 2
        error += (query[k] - scale * code) ** 2
    job.sizes[thread, q, 0], job.sizes[thread, q, 1] = square, np.sqrt(error)
    bar = job.bars[thread, q]
    bar[0], bar[1], bar[2] = (np.inf, np.inf, scale) if given else (-np.inf, 0.0, scale)


@inner
def scan_one(thread, job, panel, q):
    """One query, NEAREST_PANELS panels."""
    size = panel_bytes(job.dimensions)
    at, codes = job.panels[panel * size :].ctypes.data, job.codes[thread, q].ctypes.data
    bars, scores = job.bars[thread, q].ctypes.data, job.scores[thread]
    found = score_one(codes, pairs_of(job.dimensions), at, size, bars, scores.ctypes.data)
    if found:
        for p in range(NEAREST_PANELS):
            if found >> p & 1:
                look_at_panel(thread, job, panel + p, q, scores[p * PANEL :])


@inner
def scan_rows(thread, job, panel, q):
    """ROWS queries, one panel."""
    size = panel_bytes(job.dimensions)
    at, codes = job.panels[panel * size :].ctypes.data, job.codes[thread, q].ctypes.data
    bars, scores = job.bars[thread, q].ctypes.data, job.scores[thread]
    found = score_rows(codes, pairs_of(job.dimensions), at, size, bars, scores.ctypes.data)
    if found:
        for i in range(ROWS):
            if found >> i & 1:
                look_at_panel(thread, job, panel, q + i, scores[i * PANEL :])


@inner
def look_at_panel(thread, job, panel, q, scores):
    """Measures the points of a panel that may be among the nearest, and keeps those that are."""
    bar, query, width = job.bars[thread, q], job.queries[thread, q].ctypes.data, job.points.shape[1]
    distances, indices = job.distances[thread, q], job.indices[thread, q]
    first = panel * PANEL
    for lane in range(min(PANEL, job.count - first)):
        if scores[lane] > bar[0]:  # which may be lower by now
            continue
        point = job.points[first + lane].ctypes.data
        if insert(distances, indices, squared_distance(query, point, width), first + lane):
            set_bar(bar, distances[-1], job.sizes[thread, q], job.dimensions)


@inner
def insert(distances, indices, distance, index):
    """Puts a point in its place, after those equally near (its index is higher), if it has one.

    Says whether it has: a thread meets points in the order of their indices.
    """
    place = len(distances)
    while place > 0 and distance < distances[place - 1]:
        place -= 1
    if place == len(distances):
        return False
    for later in range(len(distances) - 1, place, -1):
        distances[later], indices[later] = distances[later - 1], indices[later - 1]
    distances[place], indices[place] = distance, index
    return True


@inner
def set_bar(bar, square, sizes, dimensions):
    """The bar for points at least as near as the k-th nearest, its distance being square^0.5."""
    distance = np.sqrt(square) + sizes[1]
    square = distance * distance
    height = (square - sizes[0] + slack(dimensions) * (square + sizes[0])) / 2
    bar[0] = np.float32(height + abs(height) * UP + TINY)
    bar[1] = np.float32(distance * (1 + UP) + TINY)
