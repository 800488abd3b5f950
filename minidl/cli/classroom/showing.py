"""What `minidl grade` shows: what it found, how far it is, and where the results are."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minidl.cli.speech import console, counted, say

if TYPE_CHECKING:
    from minidl.course.classroom.entries import Entry
    from minidl.course.classroom.roster import Roster
    from minidl.course.sets.folder import Course


def watched(names: Iterator[str], total: int) -> Iterator[str]:
    """The names, with a bar and the time left on a terminal, a line each in a pipe."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    terminal = console()
    if not terminal.is_terminal:
        print(f"grading {counted(total, 'submission')}", flush=True)
        for number, name in enumerate(names, 1):
            print(f"{number} of {total}: {name}", flush=True)
            yield name
        return
    columns = TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeLeft()
    with Progress(
        *columns, TextColumn("{task.fields[name]}", markup=False), console=terminal
    ) as bar:
        task = bar.add_task("grading", total=total, name="")
        for name in names:
            bar.update(task, advance=1, name=name)
            yield name


def show(found: Sequence[Entry], people: Roster, course: Course, keys: Sequence[str]) -> None:
    """A table of what is there: whose, which sets, and what was left out."""
    from rich.table import Table
    from rich.text import Text

    from minidl.course.classroom import session, times
    from minidl.course.classroom.intake.submission import submission
    from minidl.files import shown

    graded = {key: list(course.checks(key).functions) for key in course.stems}
    table = Table(box=None, padding=(0, 2, 0, 0))
    for head in ("submission", "student", "handed in", "sets", "notes"):
        table.add_column(head, overflow="fold")
    for entry in found:
        parcel = session.brought(entry)
        brings = submission(parcel, graded, course.stems)
        when = entry.when or (times.of_seconds(parcel.newest) if parcel.newest else None)
        known = "" if entry.known or not people.students else " (not in the roster)"
        who = (entry.student.name or entry.student.id) + known
        sets = ", ".join(_runs(keys, brings.sources)) or "none"
        cells = entry.name, who, times.written(when), sets, "\n".join(brings.notes)
        table.add_row(*(Text("\n".join(map(shown, cell.split("\n")))) for cell in cells))
    console().print(table)
    there = {entry.student.id for entry in found}
    if missing := [s.name or s.id for s in people.students if s.id not in there]:
        say(f"nothing handed in: {', '.join(missing)}")


def _runs(keys: Sequence[str], there: Container[str]) -> Iterator[str]:
    """Those of the keys that are there, three and more in a row as "ex01 to ex04"."""
    for is_there, group in groupby(keys, lambda key: key in there):
        run = list(group)
        if is_there:
            yield from [f"{run[0]} to {run[-1]}"] if len(run) > 2 else run


def tell(standings: Sequence[Any], out: Path, seed: int) -> None:
    graded = [one for one in standings if one.status == "graded"]
    others = [one for one in standings if one.status not in ("graded", "not handed in")]
    say(f"{counted(len(graded), 'student')} graded; results are in {out}: report.html, scores.csv, "
        "canvas.csv, moodle.csv, feedback/, gradescope/, junit/")  # fmt: skip
    for one in others:
        say(f"{one.shown}: {one.status}{': ' + one.notes[0] if one.notes else ''}")
    say(f"to repeat it: --seed {seed} (not for students before the results are out)")
