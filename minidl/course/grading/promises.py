"""Promises that every function makes beside its value, held to what the reference does.

The type and precision of a result, inputs left as they were, a result with memory of its own, and
the same result for inputs that are read-only and not contiguous. They are checked on the notes that
a child takes of each call, so no probe has to ask for them. Notes can be forged: they count
against a function only, and without them the promise is not kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from minidl.course.grading import judge
from minidl.course.grading.verdict import Kind, Verdict
from minidl.course.sandbox.calls import Call, Form
from minidl.course.sandbox.jobs import Run
from minidl.course.sandbox.record import Key
from minidl.course.sets.manifest import Exercise

Fault = tuple[Kind, str]

ADVICE = {
    ("array", "list"): "make it one with np.array(...)",
    ("array", "tuple"): "make it one with np.array(...)",
    ("tuple", "list"): "return a, b gives a tuple",
    ("tuple", "array"): "return its parts, separated by commas",
    ("list", "array"): "its method tolist() gives one",
    ("list", "tuple"): "list(...) makes one of it",
}


def broken(
    exercise: Exercise,
    number: int,
    run: Run,
    expected: Run,
    parameters: Sequence[str],
    returns: str = "",
) -> Verdict | None:
    """The first promise that a probe with the right values shows to be broken.

    returns: what the reference is annotated to return.
    """
    calls, right = run.calls.get(number, ()), expected.calls[number]
    if len(calls) != len(right):
        says = "its calls could not be followed: its process sent another account than it should"
        return Verdict("wrong", says, kind="silent")
    for call, wanted in zip(calls, right, strict=True):
        if not exercise.own_memory:
            call = replace(call, shares=frozenset())
        if found := of_call(call, wanted, parameters) or of_arrays(call, wanted, returns):
            return Verdict("wrong", found[1], kind=found[0])
    return None


def of_call(call: Call, wanted: Call, parameters: Sequence[str]) -> Fault | None:
    """The promise that one call breaks: its kind and a sentence."""
    if call.returns is None or wanted.returns is None:
        return None if call.returns is wanted.returns else ("silent", "it did not return")
    if found := of_form(call.returns, wanted.returns):
        return found
    if changed := _named(call.changed - wanted.changed, parameters):
        return "changed", f"it changes {changed}, which the caller still needs: work on a copy"
    if shared := _named(call.shares - wanted.shares, parameters):
        says = f"its result shares memory with {shared}, so that changing one changes the other"
        return "shared", f"{says}: return a copy"
    return None


def of_arrays(call: Call, wanted: Call, returns: str) -> Fault | None:
    """A number of Python's own where the annotation says an array: one number is of shape () then.

    NumPy's own numbers have a shape and a dtype, and will do.
    """
    if call.returns is None or wanted.returns is None or "ndarray" not in returns:
        return None
    alone = call.returns.kind == "number"
    pairs = [(call.returns, wanted.returns)]
    pairs = pairs if alone else list(zip(call.returns.items, wanted.returns.items, strict=False))
    for number, (got, right) in enumerate(pairs):
        if got.plain and right.kind == "number" and not right.plain:
            what = "it returns" if alone else f"entry {number} of its result is"
            says = f"{what} a number of Python's own, expected an array of shape ()"
            return "type", f"{says}: make it one with np.array(...)"
    return None


def of_form(got: Form, wanted: Form, what: str = "it returns") -> Fault | None:
    """How the type of a result differs from what it should be; scalars of all kinds are one."""
    if got.kind != wanted.kind:
        advice = ADVICE.get((wanted.kind, got.kind))
        says = f"{what} {_spoken(got)}, expected {_spoken(wanted)}"
        return "type", f"{says}: {advice}" if advice else says
    if got.kind == "other" and got.word != wanted.word:
        return "type", f"{what} {_spoken(got)}, expected {_spoken(wanted)}"
    if got.kind == "array" and _wider(got.word, wanted.word):
        its = "its dtype is" if what == "it returns" else f"{what.removesuffix(' is')} has dtype"
        keep = "keep the dtype of the input, on the way too"
        return "dtype", f"{its} {got.word}, expected {wanted.word}: {keep}"
    for number, (one, other) in enumerate(zip(got.items, wanted.items, strict=False)):
        if found := of_form(one, other, f"entry {number} of its result is"):
            return found
    return None


def _spoken(form: Form) -> str:
    """ "an array of shape (3,)", "a list of 3", "a number"."""
    if form.kind == "array":
        return f"an array of shape {form.sizes}"
    if form.kind == "other":
        return "None" if form.word == "NoneType" else f"a {form.word}"
    return f"a {form.kind} of {form.sizes[0]}" if form.sizes else f"a {form.kind}"


def _wider(got: str, wanted: str) -> bool:
    """Whether a dtype is a wider one of the same kind: float64 where float32 was expected."""
    try:
        one, other = np.dtype(got), np.dtype(wanted)
    except TypeError:
        return got != wanted
    return one.kind == other.kind and one.kind in "fc" and one.itemsize > other.itemsize


def _named(keys: frozenset[Key], parameters: Sequence[str]) -> str:
    """Arguments by the names they have in the reference."""
    names = [
        parameters[key] if isinstance(key, int) and 0 <= key < len(parameters) else str(key)
        for key in sorted(keys, key=str)
    ]
    return " and ".join(names)


def strict(exercise: Exercise, number: int, again: Run, expected: Run) -> Verdict | None:
    """Whether a probe gives the same on read-only, non-contiguous inputs as on plain ones."""
    if not any(call.arrays for call in expected.calls[number]):
        return None
    kind, got = again.results.get(number, ("nothing", {}))
    if kind == "error" and got["type"] != "TimeIsUp":
        return Verdict("wrong", _refused(got), _line(got), kind="strict")
    if kind == "arrays":
        right = expected.results[number][1]
        found = judge.fault(exercise, exercise.probes[number], got, right)
        if not found:
            return None
        says = "it is wrong when an array is a view with gaps, such as x[:, ::2]: do not rely on"
        return Verdict("wrong", f"{says} how the input lies in memory", (found.says,), "strict")
    says = "it does not come to an end when an array is read-only and a view with gaps (x[::2])"
    return Verdict("wrong", says, kind="strict")


def _refused(error: dict[str, Any]) -> str:
    told = f"{error['type']}: {error['message']}"
    if "read-only" in error["message"]:
        return f"it writes into its input, and fails where that is read-only ({told}): copy it"
    return f"it fails when an array is a view with gaps, such as x[:, ::2] ({told})"


def _line(error: dict[str, Any]) -> tuple[str, ...]:
    return (f"{error['file']}:{error['line']}: {error['text']}",) if "line" in error else ()
