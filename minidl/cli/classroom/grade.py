"""`minidl grade`: a folder of submissions into tables, pages and a report."""

from __future__ import annotations

import datetime
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from minidl.cli.classroom import options
from minidl.cli.classroom.showing import show, tell, tell_left_out, watched
from minidl.cli.speech import counted, say
from minidl.errors import RequestError

if TYPE_CHECKING:
    from minidl.course.classroom.entries import Entry
    from minidl.course.classroom.ledger import Ledger
    from minidl.course.classroom.roster import Roster
    from minidl.course.classroom.work.task import Task
    from minidl.course.sets.folder import Course

Given = Annotated[
    list[str],
    typer.Argument(
        metavar="SUBMISSIONS",
        help="the folder with one folder, .zip, .tar.gz, exercise file or notebook a student",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FOLDER", help="where results go; call again to go on"),
]
RosterFile = Annotated[
    Path | None,
    typer.Option(
        "--roster", metavar="FILE",
        help="CSV with id, and name, email, due, submitted_at, or Canvas's gradebook, or Moodle's "
        "list of participants (default: SUBMISSIONS/roster.csv)",
    ),
]  # fmt: skip
Due = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[SET=]DATE",
        help="what came in later is marked: 2026-12-01T18:00, or ex01=2026-12-01 for each set; in "
        "this machine's time zone, and without a time the end of that day",
    ),
]
OutOf = Annotated[
    int | None,
    typer.Option(
        "--out-of",
        min=1,
        max=100_000,
        metavar="N",
        help="what all points are worth in canvas.csv and moodle.csv: 100 for percent",
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(min=1, max=256, metavar="N", help="submissions at a time (default: one a core)"),
]
Seed = Annotated[
    int | None,
    typer.Option(min=0, max=2**32 - 1, metavar="N", help="repeat a grading: the same numbers"),
]
Sets = Annotated[
    list[str] | None,
    typer.Option("--sets", metavar="EXERCISES", help="grade these sets: ex01 ex02"),
]
Dask = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="grade on a Dask cluster: tcp://scheduler:8786"),
]


def grade(
    given: Given,
    out: Out = None,
    roster: RosterFile = None,
    due: Due = None,
    sets: Sets = None,
    jobs: Jobs = None,
    dask: Dask = None,
    seed: Seed = None,
    best: Annotated[
        bool, typer.Option("--best", help="of several attempts the best counts, not the last")
    ] = False,
    assignment: Annotated[
        str, typer.Option(metavar="NAME", help="its name in Canvas and Moodle: 'minidl (4711)'")
    ] = "minidl",
    out_of: OutOf = None,
    change_sets: Annotated[
        bool,
        typer.Option("--change-sets", help="replace results in --out that are of other --sets"),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="show what was found, and grade nothing")
    ] = False,
    results: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="SUBMISSIONS is one submission: write Gradescope's results.json"
        ),
    ] = None,
    without_walls: Annotated[
        bool,
        typer.Option("--without-walls", help="run students' code with your own rights (do not)"),
    ] = False,
) -> None:
    """Grade a class: a table, exports for platforms, a page a student, and a report.

    Stopped at any moment, the same command goes on where it was. Example:

        minidl grade submissions/ --out results/ --due 2026-12-01
    """
    from minidl.course.classroom import entries
    from minidl.course.classroom import roster as rosters
    from minidl.course.sets.folder import find

    course = find()
    others, dated = options.without_dates(given, due or [])
    places, names = options.places_and_sets(others, sets or [])
    folder = options.one_folder(places, "one folder with submissions")
    keys = options.chosen(course, names)
    until = _until(course, dated, keys)
    if results:
        _one(course, folder, results, keys, seed, not without_walls)
        return
    people = _roster(folder, roster, rosters)
    found = entries.entries(folder, people, course.stems)
    if dry_run:
        show(found, people, course, keys, until)
        tell_left_out(entries.left_out(folder, people))
        return
    if out is None:
        raise RequestError("where do the results go? give a folder: --out results")
    task = _graded(course, found, out, keys, seed, not without_walls, jobs, dask, change_sets)
    from minidl.course.classroom import session, standing
    from minidl.course.classroom.exports.writing import write_all
    from minidl.course.classroom.ledger import Ledger

    with Ledger(out / "results.sqlite") as ledger:
        done = session.graded(found, ledger)
    checks = [course.checks(key) for key in task.sets]
    standings = standing.standings(done, people, checks, until, best)
    aside = entries.left_out(folder, people)
    write_all(out, standings, assignment, out_of, aside)
    tell(standings, out, task.seed, out_of)
    tell_left_out(aside)


def _until(
    course: Course, given: Sequence[str], keys: Sequence[str]
) -> dict[str, datetime.datetime]:
    """When each set is due."""
    everyone, of_sets = options.dates(course, given, keys)
    found = dict.fromkeys(keys, everyone) | {key: when for key, (_, when) in of_sets.items()}
    return {key: when for key, when in found.items() if when}


def _one(
    course: Course, folder: Path, results: Path, keys: Sequence[str], seed: int | None, walls: bool
) -> None:
    """Grades one submission in a platform's container, and writes what the platform reads."""
    import tempfile

    from minidl.course.classroom import session, standing
    from minidl.course.classroom.entries import Entry
    from minidl.course.classroom.exports.gradescope import results as written
    from minidl.course.classroom.ledger import Ledger
    from minidl.course.classroom.roster import Roster, Student
    from minidl.files import write

    entry = Entry(folder.name, Student("student"), (folder,))
    with tempfile.TemporaryDirectory(prefix="minidl-") as place:
        task = _graded(course, [entry], Path(place), keys, seed, walls, 1, None)
        with Ledger(Path(place) / "results.sqlite") as ledger:
            done = session.graded([entry], ledger)
    checks = [course.checks(key) for key in task.sets]
    write(results, written(standing.standings(done, Roster(), checks)[0]))
    say(f"to repeat it: --seed {task.seed} (for whoever teaches: students do not see this)")


def _roster(folder: Path, given: Path | None, rosters: Any) -> Roster:
    """The roster that was named, or the one that lies with the submissions, or an empty one."""
    beside = folder / "roster.csv"
    path = given or (beside if beside.is_file() else None)
    roster: Roster = rosters.read(path) if path else rosters.Roster()
    return roster


def _graded(
    course: Course,
    found: Sequence[Entry],
    out: Path,
    keys: Sequence[str],
    seed: int | None,
    walls: bool,
    jobs: int | None,
    dask: str | None,
    change_sets: bool = False,
) -> Task:
    """Grades what is not graded yet; the task that the results are of."""
    from minidl.course.classroom import session
    from minidl.course.classroom.ledger import Ledger
    from minidl.files import alone_in

    out.mkdir(parents=True, exist_ok=True)
    with alone_in(out), Ledger(out / "results.sqlite") as ledger:
        task = session.task_of(course, ledger, keys, seed, walls, change_sets)
        is_open = session.open_jobs(found, ledger, task)
        todo = [name for name, still in is_open.items() if still]
        if len(todo) < len(found):
            say(f"{counted(len(found) - len(todo), 'submission')} graded before")
        if todo:
            _grade(course, found, ledger, task, todo, jobs, dask)
    return task


def _grade(
    course: Course,
    found: Sequence[Entry],
    ledger: Ledger,
    task: Task,
    todo: Sequence[str],
    jobs: int | None,
    dask: str | None,
) -> None:
    from minidl.course.classroom import session
    from minidl.course.sandbox import walls

    if task.walls and not dask:
        walls.require()
        say(f"walls: {walls.available()}")
    elif not task.walls:
        say("without walls: students' code runs with the rights of this user")
    done = 0
    try:
        with _workers(course, task, min(jobs or _cores(), len(todo)), dask) as workers:
            grading = session.run(found, ledger, task, todo, workers.graded)
            for done, _ in enumerate(watched(grading, len(todo)), 1):  # noqa: B007
                pass
    except KeyboardInterrupt:
        say(f"stopped: {done} of {len(todo)} were graded; the same command goes on from here")
        raise


def _workers(course: Course, task: Task, jobs: int, dask: str | None) -> Any:
    if dask:
        from minidl.course.classroom.work.cluster import Cluster

        return Cluster(course, task, dask)
    from minidl.course.classroom.work.desks import Desks

    return Desks(course, task, jobs)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):  # what a container leaves us; not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
