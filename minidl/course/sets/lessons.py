"""Where a function is taught: the lesson of its set, and the section that asks for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from minidl.course.sets.folder import Course
from minidl.course.sets.manifest import Exercise

HEADING = re.compile(r"^# (##?) (.+)$")  # as a lesson's source has it; deeper ones are of no use


@dataclass(frozen=True)
class Section:
    """A section of a lesson: the notebook, the lesson's title, and the section's."""

    notebook: Path  # from the course folder: lessons/02_convolution.ipynb
    lesson: str  # "02 Convolution"
    title: str  # "Stride, padding, dilation"

    def __str__(self) -> str:
        return f"lesson {self.lesson}, {self.title!r} ({self.notebook})"


def section(course: Course, exercise: Exercise) -> Section | None:
    """The section in which a lesson first asks for a function; None where no lesson does."""
    number = exercise.home.key.removeprefix("ex")
    for source in sorted((course.root / "lessons" / "source").glob(f"{number}_*.py")):
        titles = {"#": "", "##": ""}
        for line in source.read_text(encoding="utf-8").splitlines():
            if found := HEADING.match(line):
                titles[found[1]] = found[2]
            elif f'"{exercise.full_name}"' in line:
                notebook = Path("lessons", f"{source.stem}.ipynb")
                return Section(notebook, titles["#"], titles["##"])
    return None
