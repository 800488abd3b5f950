"""Writes everything that is made of the standings into the folder of results."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from minidl.course.classroom.exports import feedback, gradescope, junit, tables
from minidl.course.classroom.report.page import report
from minidl.course.classroom.standing import Standing
from minidl.files import write

PER_STUDENT: dict[str, tuple[str, Callable[[Standing], str]]] = {
    "feedback": (".html", feedback.feedback),
    "gradescope": (".json", gradescope.results),
    "junit": (".xml", junit.results),
}


def write_all(
    folder: Path,
    standings: Sequence[Standing],
    assignment: str,
    scale: int | None = None,
    left_out: Sequence[str] = (),
) -> None:
    """Tables, files per student, and the report. Files of students who are gone are removed.

    scale: what points are turned into for Canvas and Moodle. left_out: files that are nobody's.
    """
    write(folder / "scores.csv", tables.scores(standings))
    write(folder / "canvas.csv", tables.canvas(standings, assignment, scale))
    write(folder / "moodle.csv", tables.moodle(standings, assignment, scale))
    write(folder / "unmatched.csv", tables.unmatched(standings))
    names = file_names([one.student.id for one in standings])
    for kind, (ending, made) in PER_STUDENT.items():
        place = folder / kind
        place.mkdir(exist_ok=True)
        wanted = {f"{names[one.student.id]}{ending}": one for one in standings}
        for name, one in wanted.items():
            write(place / name, made(one))
        for old in place.glob(f"*{ending}"):
            if old.name not in wanted:
                old.unlink()
    write(folder / "report.html", report(standings, left_out))


def file_names(ids: Sequence[str]) -> dict[str, str]:
    """For each id a name that any system can have for a file, and no two the same."""
    plain = {i: re.sub(r"[^A-Za-z0-9@.-]+", "_", i).strip("._-")[:60] for i in ids}
    low = [name.lower() for name in plain.values()]
    return {
        i: name if name == i and low.count(name.lower()) == 1 else f"{name or 'student'}-{_tail(i)}"
        for i, name in plain.items()
    }


def _tail(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
