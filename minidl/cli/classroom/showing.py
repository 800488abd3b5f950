"""What `minidl grade` shows: what it found, how far it is, and where the results are."""

from __future__ import annotations

import datetime
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from minidl.cli.speech import console, counted, say

if TYPE_CHECKING:
    from minidl.course.classroom.entries import Entry
    from minidl.course.classroom.intake.notebooks import Lessons
    from minidl.course.classroom.roster import Roster
    from minidl.course.classroom.standing import Standing
    from minidl.course.sets.folder import Course

MOODLES = 100  # the maximum grade of an item that was just made in Moodle


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


def show(
    found: Sequence[Entry],
    people: Roster,
    course: Course,
    keys: Sequence[str],
    until: Mapping[str, datetime.datetime],
) -> None:
    """A table of what is there: whose, when it came in, which sets, and what was left out."""
    from rich.table import Table
    from rich.text import Text

    from minidl.course.classroom.intake.notebooks import lessons_in
    from minidl.files import shown

    lessons = lessons_in(course.root / "lessons")
    table = Table(box=None, padding=(0, 2, 0, 0))
    for head in ("submission", "student", "handed in", "sets", "notes"):
        table.add_column(head, overflow="fold", min_width=16 if head == "handed in" else None)
    for entry in found:
        cells = _row(entry, course, keys, until, lessons, people)
        table.add_row(*(Text("\n".join(map(shown, cell.split("\n")))) for cell in cells))
    console().print(table)
    there = {entry.student.id for entry in found}
    if missing := [s.name or s.id for s in people.students if s.id not in there]:
        say(f"nothing handed in: {', '.join(missing)}")


def _row(
    entry: Entry,
    course: Course,
    keys: Sequence[str],
    until: Mapping[str, datetime.datetime],
    lessons: Lessons,
    people: Roster,
) -> list[str]:
    from minidl.course.classroom import session, standing, times
    from minidl.course.classroom.intake.submission import submission

    graded = {key: list(course.checks(key).functions) for key in course.stems}
    parcel = session.brought(entry)
    brings = submission(parcel, graded, course.stems, lessons)
    when = entry.when or (times.of_seconds(parcel.newest) if parcel.newest else None)
    there = {key: when for key in keys if key in brings.sources}
    late = standing.lates(entry.student, there, until)
    said = [f"{key} {times.spoken(minutes)} late" for key, minutes in late.items()]
    if entry.late and not late and not entry.student.more.get("due"):
        said = ["late, as Canvas says"]
    if entry.student.more.get("due"):
        said.append(f"due {entry.student.more['due']}")
    name, number = entry.student.name, entry.student.id
    who = f"{name} ({number})" if name and name != number else number
    known = "" if entry.known or not people.students else "\nnot in the roster"
    if known and people.is_shared(name or number):
        known = "\nseveral in the roster are called so"
    day = f"{when.astimezone():%Y-%m-%d %H:%M}" if when else ""
    sets = ", ".join(_runs(keys, there)) or "none"
    return [entry.name, who + known, day, sets, "\n".join([*said, *brings.notes])]


def _runs(keys: Sequence[str], there: Container[str]) -> Iterator[str]:
    """Those of the keys that are there, three and more in a row as "ex01 to ex04"."""
    for is_there, group in groupby(keys, lambda key: key in there):
        run = list(group)
        if is_there:
            yield from [f"{run[0]} to {run[-1]}"] if len(run) > 2 else run


def tell(standings: Sequence[Standing], out: Path, seed: int, scale: int | None) -> None:
    """How many were graded, who was not, and what has to be known about the tables."""
    graded = [one for one in standings if one.is_graded]
    others = [one for one in standings if one.counts and not one.is_graded]
    total = standings[0].out_of if standings else 0
    files = "report.html, scores.csv, canvas.csv, moodle.csv, feedback/, gradescope/, junit/"
    people = counted(len(graded), "student")
    say(f"{people} graded, out of {total} points; results are in {out}: {files}")
    for one in others:
        say(f"not graded: {one.shown}: {one.why}")
    if silent := [one.shown for one in standings if not one.counts]:
        say(f"nothing handed in: {', '.join(silent)}")
    if others or silent:
        say("whoever was not graded has an empty cell in the tables, not 0")
    _tell_tables(standings, out, scale)
    say(f"to repeat it: --seed {seed} (not for students before the results are out)")


def _tell_tables(standings: Sequence[Standing], out: Path, scale: int | None) -> None:
    from minidl.course.classroom.exports.tables import why_not_in_canvas, why_not_in_moodle

    without = {
        "canvas.csv": [one.shown for one in standings if why_not_in_canvas(one)],
        "moodle.csv": [one.shown for one in standings if why_not_in_moodle(one)],
    }
    for name, people in without.items():
        if people:
            say(f"not in {name}: {', '.join(people)}; {out / 'unmatched.csv'} says why")
    total = scale or (standings[0].out_of if standings else 0)
    if total != MOODLES:
        say(f"Moodle: the item's maximum grade has to be {total} (it begins with {MOODLES}), or "
            f"call again with --out-of {MOODLES}")  # fmt: skip


def tell_left_out(names: Sequence[str]) -> None:
    """Files among the submissions that are nobody's."""
    if names:
        say(f"nobody's submission, left out: {', '.join(names)}")
