"""Where a function is taught: the lesson of its set, and the section that asks for it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    for stem, lines in _lessons(course, number):
        titles = {"#": "", "##": ""}
        for line in lines:
            if found := HEADING.match(line):
                titles[found[1]] = found[2]
            elif f'"{exercise.full_name}"' in line:
                return Section(Path("lessons", f"{stem}.ipynb"), titles["#"], titles["##"])
    return None


def _lessons(course: Course, number: str) -> Iterator[tuple[str, list[str]]]:
    """Stem and lines of the lessons of a number: of their sources, or where these are not there,
    of the notebooks, in the form of the sources.
    """
    folder = course.root / "lessons"
    if sources := sorted((folder / "source").glob(f"{number}_*.py")):
        for source in sources:
            yield source.stem, source.read_text(encoding="utf-8").splitlines()
        return
    for notebook in sorted(folder.glob(f"{number}_*.ipynb")):
        yield notebook.stem, _lines(notebook)


def _lines(notebook: Path) -> list[str]:
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        return [line for cell in cells for line in _as_source(cell)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []  # it is damaged, and says nothing


def _as_source(cell: dict[str, Any]) -> list[str]:
    lines = "".join(cell["source"]).splitlines()
    return [f"# {line}" for line in lines] if cell["cell_type"] == "markdown" else lines
