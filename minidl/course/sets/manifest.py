"""How an exercise set is declared: functions with points, probes, hints and named mistakes.

A file tests/exercises/exNN_name.py makes one `ExerciseSet`; CONTRIBUTING.md says what it needs.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from minidl.course.sets.lessons import Section
from minidl.course.sets.parts import PARTS, Part, split

BODY = ""  # instead of old code, in `wrong` and `right`: the whole body of the function

Function = Callable[..., Any]
Arrays = Mapping[str, np.ndarray]
Judge = Callable[[Arrays, Arrays], "str | None"]
Explain = Callable[[Arrays, Arrays], "str | None"]


@dataclass(frozen=True)
class Tolerance:
    """|got - expected| <= relative * max|expected| + absolute, and the reason for the numbers."""

    relative: float
    because: str
    absolute: float = 0.0


@dataclass(frozen=True)
class Probe:
    """A small function `probe(ex, rng) -> dict of arrays` that calls the learner's code.

    `helpers` and `source` are all that a worker gets. judge(got, expected), where given, replaces
    the comparison: it returns None, or one sentence that says what is wrong. explain(got, expected)
    is asked for such a sentence only where the comparison found a difference. `part` says which
    points hang on it.
    """

    title: str
    helpers: str
    source: str
    function: str
    tolerance: Tolerance
    judge: Judge | None = None
    part: Part = "main"
    explain: Explain | None = None


@dataclass(frozen=True)
class Patch:
    """A change of the reference's body: `old` (found exactly once) becomes `new`."""

    old: str
    new: str
    says: str


@dataclass
class Exercise:
    """One graded function of a set."""

    home: ExerciseSet = field(repr=False)
    name: str
    points: int
    minutes: int
    hints: tuple[str, str, str]
    tolerance: Tolerance
    needs: tuple[str, ...] = ()
    dtype: Literal["kind", "same"] = "kind"
    seconds: float | None = None
    strict_inputs: bool = True
    own_memory: bool = True
    section: str = ""
    probes: list[Probe] = field(default_factory=list)
    wrongs: list[Patch] = field(default_factory=list)
    rights: list[Patch] = field(default_factory=list)
    equivalents: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.hints) != 3:
            raise ValueError(f"{self.full_name} has {len(self.hints)} hints; exactly 3 are needed")

    @property
    def full_name(self) -> str:
        return f"{self.home.key}.{self.name}"

    @property
    def taught(self) -> Section | None:
        """Where in the lessons it is taught; None where its section is not said."""
        return Section(self.home.lesson, self.section) if self.section else None

    @property
    def shares(self) -> dict[Part, int]:
        """The points of each part it has; promises (see grading/promises.py) all functions make."""
        parts = {"promise", *(probe.part for probe in self.probes)}
        if "main" not in parts:
            raise ValueError(f"{self.full_name} has no probe of its main case")
        shares = split(self.points, [part for part in PARTS if part in parts])
        if not all(points for part, points in shares.items() if part != "main"):
            raise ValueError(f"{self.full_name} needs a point for each of {', '.join(shares)}")
        return shares

    def full_name_of(self, need: str) -> str:
        """A function it needs as "ex01.unbroadcast"; those of its own set are named without it."""
        return need if "." in need else f"{self.home.key}.{need}"

    def probe(
        self,
        title: str,
        part: Part = "main",
        *,
        judge: Judge | None = None,
        explain: Explain | None = None,
        tolerance: Tolerance | None = None,
    ) -> Callable[[Function], Function]:
        """Decorates a probe. It may use `np`, its arguments, and the set's helpers only.

        part: what the probe asks: the "main" case, an "edge" of what may be given, or a "promise"
        beside the value (an input left as it was, a dtype kept). Points are split over the parts.
        """
        if part not in PARTS:
            raise ValueError(f"part {part!r} of {self.full_name}: one of {', '.join(PARTS)}")

        def add(function: Function) -> Function:
            helpers, source = "\n\n".join(self.home.helpers), plain_source(function)
            used = tolerance or self.tolerance
            name = function.__name__
            self.probes.append(Probe(title, helpers, source, name, used, judge, part, explain))
            return function

        return add

    def wrong(self, old: str, new: str, *, says: str) -> None:
        """A named mistake: the reference with `old` replaced by `new`, and what to tell."""
        self.wrongs.append(Patch(old, new, says))

    def right(self, old: str, new: str, *, says: str) -> None:
        """Another solution that must get full marks; `says` names it. For the tests only."""
        self.rights.append(Patch(old, new, says))

    def equivalent(self, words: str, *, because: str) -> None:
        """Mutants of the reference (by their words) that no probe can tell from it, and why."""
        self.equivalents[words] = because


class ExerciseSet:
    """The checks of solutions/<stem>.py, for instance "ex01_autograd" (its key is "ex01").

    lesson: the one that it belongs to (default: that of its name, "01_autograd").
    """

    def __init__(self, stem: str, title: str, lesson: str = ""):
        self.stem, self.title = stem, title
        self.lesson = lesson or stem.removeprefix("ex")
        self.key = stem.partition("_")[0]
        self.functions: dict[str, Exercise] = {}
        self.helpers: list[str] = []

    @property
    def points(self) -> int:
        return sum(f.points for f in self.functions.values())

    def function(
        self,
        name: str,
        *,
        points: int,
        minutes: int,
        hints: tuple[str, str, str],
        tolerance: Tolerance,
        needs: tuple[str, ...] = (),
        dtype: Literal["kind", "same"] = "kind",
        seconds: float | None = None,
        strict_inputs: bool = True,
        own_memory: bool = True,
        section: str = "",
    ) -> Exercise:
        """Declares a graded function, in the order in which learners meet them.

        needs: functions it calls, of this set ("topological_order") or of another
        ("ex01.unbroadcast"); while it is graded they are the reference's.
        dtype: "kind" (a floating type no wider than the reference's result) or "same" (exactly it).
        seconds: time limit of its own.
        strict_inputs: whether it must give the same for read-only, non-contiguous arrays; False for
        a function that may work in its input and put it right again.
        own_memory: whether its result may not share memory with an argument (where the reference's
        does not); False where it may well be the argument itself.
        section: the heading in the set's lesson under which it is taught.
        """
        exercise = Exercise(self, name, points, minutes, hints, tolerance, needs, dtype, seconds)
        exercise.strict_inputs, exercise.own_memory = strict_inputs, own_memory
        exercise.section = section
        self.functions[name] = exercise
        return exercise

    def helper(self, function: Function) -> Function:
        """Decorates a function that the probes after it may call."""
        self.helpers.append(plain_source(function))
        return function


def plain_source(function: Callable[..., Any]) -> str:
    """The source of a function without its decorators."""
    code = function.__code__
    text = "".join(linecache.getlines(code.co_filename, function.__globals__))
    found = _by_line(text).get(code.co_firstlineno)
    if found is None:  # not of a file, or of one that was changed meanwhile
        return ast.unparse(_undecorated(textwrap.dedent(inspect.getsource(function))))
    return found


@lru_cache(32)  # `inspect` reads a file's tokens again for each of its functions
def _by_line(text: str) -> dict[int, str]:
    """The functions at the top level of a file, without decorators, by the line they begin at."""
    lines, found = text.split("\n"), {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            found[first] = "\n".join(lines[node.lineno - 1 : node.end_lineno])
    return found


def _undecorated(source: str) -> ast.FunctionDef:
    node = ast.parse(source).body[0]
    assert isinstance(node, ast.FunctionDef)
    node.decorator_list = []
    return node
