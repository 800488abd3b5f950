"""Exercise set 10: faces on photographs, in four small functions.

You write what stands around the networks that find and recognise faces: how much two boxes
overlap, how the numbers of a detector become a box, which of many boxes to keep, and how a crooked
face is turned upright. It belongs to the last part of lesson 04. Plain NumPy. Replace each
`raise NotImplementedError(...)` with your own code, then run

    minidl check ex10        or, in a notebook,        check("ex10")

NumPy, the standard library and the other sets are what an exercise file may use, and files of your
own beside it.

A box is four numbers, x0, y0, x1, y1, in pixels from the upper left corner of the picture: its
left, top, right and lower edge. A point is x, y. No function may change its inputs.
"""

import numpy as np


def intersection_over_union(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """How much boxes overlap: shared over covered together.

    The area that two boxes share over the area that they cover together.

        IoU[i, j] = area(a_i and b_j) / area(a_i or b_j)

    0 where they do not meet, also if they only touch; 1 where they are the same. What both cover
    together counts the shared area once. A box without area (a side of 0, or x1 below x0, or y1
    below y0) shares nothing with any box, not even with itself: 0.

    a: (N, 4), b: (M, 4), float: boxes x0, y0, x1, y1.
    Returns (N, M), float from 0 to 1, nowhere nan.

    Example: a = [[0, 0, 4, 2]], b = [[2, 0, 6, 2], [0, 0, 4, 2], [4, 0, 8, 2]]
             the first shares 4 of 8 + 8 - 4 = 12: gives [[1/3, 1, 0]]
    """
    raise NotImplementedError(
        "ex10.intersection_over_union: How much boxes overlap: shared over covered together."
    )


def decode_boxes(values: np.ndarray, cells: np.ndarray, stride: int) -> np.ndarray:
    """Boxes in pixels from what a detector says in its own units.

    A detector looks at a grid with a cell every `stride` pixels; cell (column, row) stands at the
    pixel (column, row) * stride. Of each cell it says four numbers: how far the middle of a face
    is from the cell, dx to the right and dy downwards, and the logarithms of its width and height,
    all in units of the stride.

        middle = (cell + (dx, dy)) * stride,        (width, height) = exp((lw, lh)) * stride

    values: (N, 4), float: dx, dy, lw, lh. cells: (N, 2), integers: column, row. stride: pixels.
    Returns (N, 4), float: x0, y0, x1, y1. The box lies around its middle.

    Example: stride = 8, cells = [[2, 1]], values = [[0.5, 0, 0, log 2]]
             middle (2.5 * 8, 1 * 8) = (20, 8), width 8, height 16: gives [[16, 0, 24, 16]]
    """
    raise NotImplementedError(
        "ex10.decode_boxes: Boxes in pixels from what a detector says in its own units."
    )


def non_maximum_suppression(
    boxes: np.ndarray, scores: np.ndarray, limit: float = 0.3
) -> np.ndarray:
    """Which of many boxes to keep: each face is found once.

    Keep the box with the best score. Drop all others that overlap it by more than `limit` (their
    IoU with it). Of those still there keep the best again, and so on until none is left. A box that
    was dropped drops no other. Of equal scores the earlier row counts as better.

    Use your `intersection_over_union`.

    boxes: (N, 4), float. scores: (N,), float, the higher the better. limit: from 0 to 1.
    Returns (K,), integers: the rows that are kept, best score first.

    Example: boxes = [[0, 0, 4, 2], [1, 0, 5, 2], [2, 0, 6, 2], [9, 0, 12, 2]]
             scores = [0.7, 0.9, 0.8, 0.6], limit = 0.3: row 1 is best, and overlaps 0 and 2 by
             6 of 10: both are dropped. Row 3 is alone. Gives [1, 3]
    """
    raise NotImplementedError(
        "ex10.non_maximum_suppression: Which of many boxes to keep: each face is found once."
    )


def similarity(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The turn, scale and shift that take points nearest to others.

    It is how a crooked face is turned upright. A similarity takes p to s R p + t: a scale s above
    0, a rotation R (never a reflection), a shift t. The one that is asked for makes the sum of
    |s R p_n + t - q_n|^2 smallest. By Umeyama (1991), with P and Q the points less their means,
    and svd(Q^T P / N) = U diag(d) V^T:

        R = U D V^T,   D = diag(1, det(U V^T)),    s = (d_1 D_11 + d_2 D_22) / variance
        t = mean q - s R mean p,                    variance = sum_n |P_n|^2 / N

    D keeps R a rotation where a reflection would fit better. np.linalg.svd gives U, d and V^T.
    Any other way to the same minimum is right as well.

    source: (N, 2), the points p, not all in one place. target: (N, 2), the points q; N >= 2.
    Returns (2, 3), float: s R in the first two columns, t in the last.

    Example: source = [[0, 0], [1, 0]], target = [[5, 5], [5, 7]]: a quarter turn, twice as large
             gives [[0, -2, 5], [2, 0, 5]]:  (1, 0) goes to (0 + 5, 2 + 5)
    """
    raise NotImplementedError(
        "ex10.similarity: The turn, scale and shift that take points nearest to others."
    )


# Stub b463564989d8 of solutions/ex10_photographs.py
