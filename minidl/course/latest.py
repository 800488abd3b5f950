"""What the latest check in this process found of each function, as long as the files are the same.

A lesson asks for a check, and in the next cell for the functions: it should not wait twice.
"""

from __future__ import annotations

from pathlib import Path

from minidl.course.report import FunctionResult, Report
from minidl.course.sets.folder import Course

Edition = tuple[tuple[str, int, int], ...]
_found: dict[tuple[Path, str], tuple[Edition, FunctionResult]] = {}


def edition(course: Course) -> Edition:
    """Names, times and sizes of the learner's files, which are others when one was saved."""
    files = sorted(course.exercises.glob("*.py"))
    about = [(path.name, path.stat()) for path in files]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in about)


def keep(course: Course, files: Edition, report: Report) -> None:
    """Keeps the results of a report; files: the edition that was checked."""
    for result in report.results:
        _found[course.exercises, result.name] = files, result


def found(course: Course, full_name: str) -> FunctionResult | None:
    """What was found of a function ("ex01.backward"), if its files are still the same."""
    files, result = _found.get((course.exercises, full_name), ((), None))
    return result if files == edition(course) else None
