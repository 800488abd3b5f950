"""Under which condition a function is right: what all its right calls share, and no wrong one.

Where no relation says what came out, the calls may say when: a stride of 1, one image, no ties.
Only what separates all calls is said, and of how many: it is true of everything that was tried.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from minidl.course.grading.outcome import Bench
from minidl.course.grading.recording import alike
from minidl.course.grading.relating import Record, doc_of, letters_of
from minidl.course.sandbox.jobs import Run

ENOUGH = 2  # cases with calls that have a condition: what holds in one case alone may be chance
MOST = 2  # conditions that tell the calls apart equally well; of more, none is the one
MOSTLY = 2  # wrong calls for each right one without a condition, for that to say something
USUAL = (0, 1, None, True, False)


@dataclass(frozen=True)
class Tried:
    """A call: its arguments by name, whether it was right, its right result, and its case."""

    given: Mapping[str, Any]
    right: bool
    numbers: tuple[float, ...]
    case: int


def explained(runs: Sequence[Run], benches: Sequence[Bench], record: Record, solution: str) -> str:
    """What is to be said of the calls of all cases, on both seeds; "" if nothing is."""
    name = benches[0].exercise.name
    calls = list(_tried(runs, benches, record, defaults_of(solution, name)))
    return told(calls, letters_of(doc_of(solution, name)))


def _tried(
    runs: Sequence[Run], benches: Sequence[Bench], record: Record, usual: Mapping[str, Any]
) -> Iterator[Tried]:
    """The calls that came to an end or raised, with what they were given."""
    for seed, (run, bench) in enumerate(zip(runs, benches, strict=True)):
        for number, probe in enumerate(bench.exercise.probes):
            if probe.judge or number not in run.results:
                continue
            made, wanted = run.calls.get(number, ()), bench.expected.calls[number]
            for call, right, here in zip(made, wanted, record(number, seed), strict=False):
                given = {**usual, **dict(zip(bench.parameters, here.args, strict=False))}
                fine = call.returns is not None and alike(call, right)
                yield Tried(given | here.kwargs, fine, right.numbers, number)


def told(calls: Sequence[Tried], letters: Mapping[str, tuple[str, ...]]) -> str:
    """ "right in all 4 calls where stride is 1, wrong in all 9 others"; "" where nothing tells them
    apart. Only of what was tried: where two conditions held in the same calls, both are named.

    letters: what the docstring calls the lengths of an argument.
    """
    right = [call for call in calls if call.right and any(call.numbers)]
    wrong = [call for call in calls if not call.right]
    if not right or not wrong:
        return ""
    good, bad = ([dict(_facts(call.given, letters)) for call in some] for some in (right, wrong))
    sides = ("right", right, good, bad, "wrong"), ("wrong", wrong, bad, good, "right")
    for word, some, facts, others, other in sides:
        found = [w for w in facts[0] if _all(facts, w, True) and _all(others, w, False)]
        if 0 < len(found) <= MOST and len({call.case for call in some}) >= ENOUGH:
            either = " (in the same calls: one of the two matters)" if len(found) > 1 else ""
            where = f"{len(some)} calls where {' and '.join(found)}{either}"
            return f"{word} in all {where}, {other} in all {len(others)} others"
    return _mostly(right, good, bad)


def _mostly(
    right: Sequence[Tried], good: Sequence[dict[str, bool]], bad: Sequence[dict[str, bool]]
) -> str:
    """A condition under which all calls are right, where most of the others are wrong."""
    found = []
    for words in good[0] | good[-1]:
        held = [call.case for call, facts in zip(right, good, strict=True) if facts.get(words)]
        others = len(good) - len(held)
        if _all(bad, words, False) and len(set(held)) >= ENOUGH and len(bad) >= MOSTLY * others:
            found.append((others, len(held), words))
    found.sort()
    if not found or found[0][0] in [rest for rest, *_ in found[1:]]:
        return ""
    rest, count, words = found[0]
    wrong = f"{len(bad)} of {len(bad) + rest}"
    return f"right in all {count} calls where {words}, wrong in {wrong} where it is not so"


def _all(facts: Sequence[dict[str, bool]], words: str, value: bool) -> bool:
    return all(fact.get(words) is value for fact in facts)


def _facts(
    given: Mapping[str, Any], letters: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, bool]]:
    """What may hold of the arguments of a call, in words, and whether it does."""
    arrays: list[dict[str, int]] = []
    for name, value in given.items():
        if isinstance(value, np.ndarray):
            known = letters.get(name, ())
            if len(known) == value.ndim:
                arrays.append(dict(zip(known, value.shape, strict=True)))
            if value.dtype.kind in "iuf" and value.size:
                yield f"all entries of {name} are 0", not value.any()
        elif isinstance(value, bool | int | float | np.number | None):
            yield from ((f"{name} is {usual}", _is(value, usual)) for usual in USUAL)
        elif isinstance(value, tuple | list) and all(isinstance(n, int) for n in value):
            yield from _of_numbers(name, value)
    for letter, length in {k: v for array in arrays for k, v in array.items()}.items():
        yield f"{letter} is 1", length == 1
    for array in arrays:  # two lengths of one array: that others are equal is chance
        for (one, n), (other, m) in combinations(array.items(), 2):
            yield f"{one} and {other} are equal", n == m


def _of_numbers(name: str, value: Sequence[int]) -> Iterator[tuple[str, bool]]:
    if 1 < len(value) <= 3:
        yield f"the numbers in {name} are equal", len(set(value)) == 1
    for usual in (0, 1):
        yield f"{name} has only {usual}s", set(value) == {usual}


def _is(value: Any, usual: Any) -> bool:
    if usual is None or isinstance(usual, bool) or isinstance(value, bool | np.bool_ | None):
        return value is usual
    return bool(value == usual)


def defaults_of(solution: str, name: str) -> dict[str, Any]:
    """The parameters of a function whose default is written out, with that."""
    nodes = [n for n in ast.parse(solution).body if isinstance(n, ast.FunctionDef)]
    (node,) = (n for n in nodes if n.name == name)
    names = [a.arg for a in node.args.args][len(node.args.args) - len(node.args.defaults) :]
    pairs = zip(names, node.args.defaults, strict=True)
    return {
        parameter: ast.literal_eval(default)
        for parameter, default in pairs
        if isinstance(default, ast.Constant)
    }
