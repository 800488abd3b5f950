"""The calls that a probe makes, as the reference meets them: what was given and what came back.

They are made here, by the reference's code alone. They are what `case` hands out, and what a
relation is put in terms of: the input, its lengths, the value of an argument.
"""

from __future__ import annotations

import copy
import sys
import types
from dataclasses import dataclass
from typing import Any

import numpy as np

from minidl.course.grading import turns
from minidl.course.grading.reference import foreign_keys
from minidl.course.sandbox.calls import Call
from minidl.course.sets.folder import Course
from minidl.course.sets.manifest import Exercise

NEAR = 1e-6  # relative difference of two results of a call that are told apart by their numbers


@dataclass(frozen=True)
class Recorded:
    """One call of the reference: its arguments as they were before, and its result."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    result: Any


def recorded(course: Course, exercise: Exercise, probe: int, seed: int) -> list[Recorded]:
    """Runs a probe on the reference, here, and keeps the calls it makes.

    course: whose solutions are executed; seed: of the learner's own or the fresh numbers.
    """
    module = _solution(course, exercise)
    function = getattr(module, exercise.name)
    calls: list[Recorded] = []

    def kept(*args: Any, **kwargs: Any) -> Any:
        before = copy.deepcopy((args, kwargs))
        result = function(*args, **kwargs)
        calls.append(Recorded(*before, result))
        return result

    seen = types.ModuleType(module.__name__)
    seen.__dict__.update(vars(module))
    setattr(seen, exercise.name, kept)
    chosen = exercise.probes[probe]
    space: dict[str, Any] = {"np": np}
    exec(compile(f"{chosen.helpers}\n\n{chosen.source}", "<probe>", "exec"), space)
    with np.errstate(all="ignore"):
        numbers = np.random.default_rng([seed, turns.crc(exercise, probe)])
        space[chosen.function](seen, numbers)
    return calls


def alike(call: Call, wanted: Call) -> bool:
    """Whether a call did what it should: by its result's type and numbers, and its arguments."""
    same = (call.returns, call.changed, call.shares) == (
        wanted.returns,
        wanted.changed,
        wanted.shares,
    )
    size = max(map(abs, wanted.numbers), default=0.0)
    pairs = zip(call.numbers, wanted.numbers, strict=False)
    near = all(a == b or abs(a - b) <= NEAR * size or (a != a and b != b) for a, b in pairs)
    return same and near and len(call.numbers) == len(wanted.numbers)


def _solution(course: Course, exercise: Exercise) -> types.ModuleType:
    """The reference as a module; what it imports of other sets is theirs, and leaves no trace."""
    stems = [course.stems[key] for key in foreign_keys(exercise.home)]
    before = {stem: sys.modules.get(stem) for stem in stems}
    try:
        for key, stem in zip(foreign_keys(exercise.home), stems, strict=True):
            sys.modules[stem] = _module(course, key)
        return _module(course, exercise.home.key)
    finally:
        for stem, module in before.items():
            sys.modules.pop(stem, None)
            if module:
                sys.modules[stem] = module


def _module(course: Course, key: str) -> types.ModuleType:
    module = types.ModuleType(course.stems[key])
    path = f"solutions/{course.stems[key]}.py"
    exec(compile(course.solution(key), path, "exec"), module.__dict__)
    return module
