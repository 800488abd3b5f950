"""Small things drawn as text: two arrays side by side, and a graph given as a dict of lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

import numpy as np

from minidl.course.sandbox.foreign import shown

SIDE = 4  # rows and columns of an array that is drawn
NODES = 12  # of a graph that is drawn


def beside(got: np.ndarray, expected: np.ndarray) -> tuple[str, ...]:
    """The lines of "yours | expected"; none where an array is large, or has not two axes."""
    if not all(_is_small(array) for array in (got, expected)):
        return ()
    columns = [["yours", *_lines(got)], ["expected", *_lines(expected)]]
    width = max(len(line) for line in columns[0])
    pairs = zip_longest(*columns, fillvalue="")
    return tuple(f"  {left:<{width}} | {right}".rstrip() for left, right in pairs)


def _is_small(array: np.ndarray) -> bool:
    fits = array.ndim == 2 and max(array.shape) <= SIDE
    return fits and array.size > 0 and array.dtype.kind in "biuf"


def _lines(array: np.ndarray) -> list[str]:
    """Each row, with all numbers equally wide."""
    rows = [[_number(value) for value in row] for row in array.tolist()]
    width = max(len(word) for row in rows for word in row)
    return ["  ".join(word.rjust(width) for word in row) for row in rows]


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else shown(value, 12)


def graph(value: Any) -> tuple[str, ...]:
    """The lines of a graph in which each node names others, "loss <- p, q"; none of another."""
    if not isinstance(value, Mapping) or not 2 <= len(value) <= NODES:
        return ()
    if not all(_are_nodes(others, value) for others in value.values()):
        return ()
    return tuple(
        f"  {shown(node, 20)} <- {', '.join(shown(other, 20) for other in others) or '(nothing)'}"
        for node, others in value.items()
    )


def _are_nodes(others: Any, known: Mapping[Any, Any]) -> bool:
    return (
        isinstance(others, Sequence)
        and not isinstance(others, str)
        and all(isinstance(other, str) and other in known for other in others)
    )
