"""What is said of one function on one case: the one form that judging, naming and reports share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from minidl.course.report.results import Diagnosis, Picture, Status
from minidl.course.sets.parts import Part

Kind = Literal[
    "value", "error", "stopped", "type", "dtype", "changed", "shared", "strict", "silent"
]

PROMISES: frozenset[Kind] = frozenset({"type", "dtype", "changed", "shared", "strict", "silent"})


@dataclass(frozen=True)
class Verdict:
    """Why one case of a function is not right.

    says: the first thing to read; details: the lines after it.
    kind: what was not right, the value or (see PROMISES) a promise that all functions make.
    part: the points that hang on it. mistakes: see grading/mistakes.py.
    diagnosis: what kind of thing `says` is. named: whether it names the mistake, as a named mistake
    of the set and a what-if do.
    """

    status: Status
    says: str = ""
    details: tuple[str, ...] = ()
    kind: Kind = "value"
    picture: Picture | None = None
    probe: int = 0
    part: Part = "main"
    named: bool = False
    diagnosis: Diagnosis = "facts"
    mistakes: tuple[str, ...] = ()

    @property
    def of_a_promise(self) -> bool:
        """Whether the value is right, and only a promise beside it is broken."""
        return self.kind in PROMISES
