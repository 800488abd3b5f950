"""What a check found, as data: for each function what it earned, and what to tell its author."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from minidl.course.report import ages
from minidl.course.sets.lessons import Section

MOST_LINES, MOST_COLUMNS = 8, 80  # of what a learner's code printed

Diagnosis = Literal["", "named", "what-if", "relation", "exception", "promise", "facts"]
Status = Literal[
    "passed", "wrong", "crashed", "stopped", "not started", "not loaded", "not handed in"
]


@dataclass(frozen=True)
class Picture:
    """A wrong array and the right one, small enough to be drawn."""

    name: str
    got: np.ndarray
    expected: np.ndarray


class Place(NamedTuple):
    """A call of a function under test: number of the probe, its seed, and which of its calls."""

    probe: int
    seed: int
    call: int


@dataclass(frozen=True)
class FunctionResult:
    """What one function earned. `says` is the first thing to read, then `details`, then `note`."""

    name: str  # "ex01.unbroadcast"
    status: Status
    out_of: int
    says: str = ""
    details: tuple[str, ...] = ()
    note: str = ""
    where: str = ""  # the learner's file and line
    reference: str = ""  # after a pass: file and line of the reference, which may now be read
    printed: str = ""
    picture: Picture | None = None
    minutes: int = 0
    named: bool = False  # whether `says` names the mistake, as a named mistake and a what-if do
    diagnosis: Diagnosis = ""  # what kind of thing `says` is
    mistakes: tuple[str, ...] = ()  # the sentences of the mistakes it certainly has
    points: int = 0  # earned
    credit: str = ""  # which parts are right and which are not, where there is something of both
    case: Place | None = None  # where it failed first
    taught: Section | None = None  # where the lessons teach it

    @property
    def passed(self) -> bool:
        return self.status == "passed"

    @property
    def lines(self) -> list[str]:
        """The small print after `says`: details, where to look, and what the code printed."""
        return [*self.details, *self.pointers, *self.printed_lines]

    @property
    def pointers(self) -> list[str]:
        """Where the function is, unless the details say it, and where it is taught."""
        if not self.says:
            return []
        own = [f"your function: {self.where}"] if self.where and not self.is_placed else []
        return own + ([f"taught in {self.taught}"] if self.taught else [])

    @property
    def is_placed(self) -> bool:
        """Whether a line of the details says the line of the file already."""
        file = self.where.rpartition(":")[0]
        return bool(file) and any(line.startswith(file) for line in self.details)

    @property
    def printed_lines(self) -> list[str]:
        """What the code printed, under a heading; nothing after a pass."""
        lines: list[str] = []
        if self.printed and not self.passed:
            lines += ["your code printed:", *(f"  {line}" for line in _shortened(self.printed))]
        return lines


def _shortened(printed: str) -> list[str]:
    """The first lines of what was printed, cut to a width."""
    lines = printed.rstrip("\n").split("\n")
    cut = [f"{line[:MOST_COLUMNS]}…" if len(line) > MOST_COLUMNS else line for line in lines]
    return cut if len(cut) <= MOST_LINES else [*cut[:MOST_LINES], "…"]


@dataclass
class SetReport:
    """The functions of one set, as checked."""

    key: str
    title: str
    file: str
    results: list[FunctionResult]
    trouble: tuple[str, ...] = ()  # why the file could not be loaded at all
    saved: float | None = None  # when the file was saved, in seconds since the epoch
    checked: float = 0.0  # when it was read, in the same

    @property
    def age(self) -> str:
        """ "saved 12:04:31, 8 s ago", at the time of the check; "" of what is no file."""
        return "" if self.saved is None else ages.saved(self.saved, self.checked)

    @property
    def points(self) -> int:
        return sum(r.points for r in self.results)

    @property
    def out_of(self) -> int:
        return sum(r.out_of for r in self.results)


@dataclass
class Results:
    """The functions of several sets, as checked."""

    sets: list[SetReport] = field(default_factory=list)
    seed: int = 0  # of the numbers that the functions were tried on
    root: Path | None = None  # the course folder, from which files are named
    contained: str = "Your code ran in a process of its own, with limits on time and memory."

    @property
    def results(self) -> list[FunctionResult]:
        return [result for one in self.sets for result in one.results]

    @property
    def score(self) -> int:
        return sum(one.points for one in self.sets)

    @property
    def max_score(self) -> int:
        return sum(one.out_of for one in self.sets)

    @property
    def passed(self) -> bool:
        return all(result.passed for result in self.results)

    @property
    def hint(self) -> str:
        """The first function that a hint may help with, or an empty string."""
        todo = [r.name for r in self.results if not r.passed and r.status != "not loaded"]
        return todo[0] if todo else ""

    def __getitem__(self, name: str) -> FunctionResult:
        """The result of "ex01.unbroadcast"; KeyError names what there is."""
        found = {result.name: result for result in self.results}
        if name not in found:
            raise KeyError(f"{name!r} is not in this report; there are {', '.join(found)}")
        return found[name]
