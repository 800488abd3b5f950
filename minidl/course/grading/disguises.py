"""Two mistakes at once, one of which only changes the form of the result.

Rows for columns, a dtype of another kind, the other sign: any of these hides a mistake that is
known by its numbers. So the form is put right, and the other mistake is sought beneath it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from minidl.course.grading.relations.sample import agree
from minidl.course.sandbox.jobs import Run

Undo = Callable[[np.ndarray, np.ndarray], "np.ndarray | None"]


@dataclass(frozen=True)
class Disguise:
    """A form that a result can have.

    undo(got, expected): the result in the right form; None where it is not in this one.
    words(got, expected): what is wrong with the form.
    """

    undo: Undo
    words: Callable[[np.ndarray, np.ndarray], str]


def undone(disguise: Disguise, run: Run, expected: Run) -> tuple[Run, str]:
    """A run with its results in the right form, and what is wrong with theirs.

    "" where none of them has this form, or where one that is right would not be so any more.
    """
    results, says = dict(run.results), ""
    for number, (kind, got) in run.results.items():
        right = expected.results[number][1]
        if kind != "arrays" or list(got) != list(right):
            continue
        new = {name: disguise.undo(array, right[name]) for name, array in got.items()}
        if any(a is not None and _spoilt(got[n], a, right[n]) for n, a in new.items()):
            return run, ""
        results[number] = kind, {n: got[n] if a is None else a for n, a in new.items()}
        changed = [name for name, array in new.items() if array is not None]
        if changed and not says:
            says = f"{changed[0]} {disguise.words(got[changed[0]], right[changed[0]])}"
    return replace(run, results=results), says


def _spoilt(got: np.ndarray, undone: np.ndarray, right: np.ndarray) -> bool:
    return bool(got.size) and agree(got, right) and not agree(undone, right)


def _cast(got: np.ndarray, expected: np.ndarray) -> np.ndarray | None:
    if got.dtype.kind == expected.dtype.kind or got.shape != expected.shape:
        return None
    if not {got.dtype.kind, expected.dtype.kind} <= set("biuf") or not np.isfinite(got).all():
        return None
    cast = got.astype(expected.dtype)
    return cast if (cast.astype(got.dtype) == got).all() else None


def _cast_words(got: np.ndarray, expected: np.ndarray) -> str:
    kinds = {"b": "booleans", "i": "whole numbers", "u": "whole numbers", "f": "floats"}
    return f"has dtype {got.dtype}: {kinds[expected.dtype.kind]} are expected"


def _turned(got: np.ndarray, expected: np.ndarray) -> np.ndarray | None:
    fits = got.ndim == 2 and got.shape == expected.shape[::-1] and got.dtype == expected.dtype
    return np.ascontiguousarray(got.T) if fits else None


def _negated(got: np.ndarray, expected: np.ndarray) -> np.ndarray | None:
    signed = got.dtype.kind in "if" and expected.dtype.kind in "if"
    return -got if signed and got.shape == expected.shape and got.size else None


ALL = (
    Disguise(_cast, _cast_words),
    Disguise(_turned, lambda got, expected: "is transposed: its rows should be its columns"),
    Disguise(_negated, lambda got, expected: "has the other sign besides"),
)
