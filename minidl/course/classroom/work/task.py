"""What is asked of whoever grades, and what comes back: plain data, the same for every machine."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from minidl.course.classroom.intake.notebooks import NONE, Lessons

FORM = 2  # of results; another number means that they are graded again


@dataclass(frozen=True)
class Task:
    """How a class is graded.

    seed: of the numbers that functions are tried on; secret until the results are out.
    sets: the keys that are graded. course: digest of checks, references and lessons.
    walls: whether grading is refused where there are none.
    """

    seed: int
    sets: tuple[str, ...]
    course: str
    walls: bool = True
    lessons: Lessons = NONE

    def job(self, parcel: str) -> str:
        """What a submission with this digest is known by: a result of the same job is the same."""
        facts = [FORM, self.seed, self.sets, self.course, parcel]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    @property
    def told(self) -> dict[str, Any]:
        """As JSON knows it."""
        return asdict(self)


def told_task(told: dict[str, Any]) -> Task:
    lessons = Lessons(*(tuple(told["lessons"][name]) for name in ("names", "functions")))
    return Task(told["seed"], tuple(told["sets"]), told["course"], told["walls"], lessons)


def nothing(status: str, note: str) -> dict[str, Any]:
    """The result of a submission that could not be graded."""
    return {"status": status, "sets": {}, "notes": [note], "marks": {}}
