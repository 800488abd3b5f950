"""The commands of a learner: check, next, hint, progress, reset, judge, doctor, lab."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minidl.cli.course.clone import say_where
from minidl.cli.course.complete import exercise_names, function_names
from minidl.cli.speech import console
from minidl.errors import CourseError

if TYPE_CHECKING:
    from rich.console import Console

    from minidl.course.sets.folder import Course

Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="EXERCISE", autocompletion=exercise_names, show_default=False,
        help="sets (ex01) or functions (ex01.unbroadcast); by default everything",
    ),
]  # fmt: skip
Seed = Annotated[
    int | None,
    typer.Option(metavar="N", min=0, help="repeat a check on the seed that it named"),
]
Submission = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="check the files in this folder, and keep nothing of it"),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="for programs: one JSON object (check_json.md in docs/)")
]
Function = Annotated[
    str,
    typer.Argument(
        metavar="FUNCTION", autocompletion=function_names, help="ex01.unbroadcast, for instance"
    ),
]
Name = Annotated[
    str,
    typer.Argument(
        metavar="EXERCISE", autocompletion=exercise_names,
        help="a set (ex01) or a function (ex01.unbroadcast)",
    ),
]  # fmt: skip


def check(
    names: Names = None,
    seed: Seed = None,
    submission: Submission = None,
    as_json: AsJson = False,
) -> None:
    """Run your functions and say what is right, what is wrong, and why.

    [bold]minidl check ex01[/bold] (a set; minidl check alone checks all)

    [bold]minidl check ex01.unbroadcast ex02.pad2d[/bold] (two functions)

    [bold]minidl check ex02 --submission anna/ --json[/bold] (for graders and editors)

    The exit code is 0 if all of it passes, 1 if not, 2 if nothing could be checked.
    """
    if as_json:
        from minidl.cli.course.check_json import check_as_json

        raise typer.Exit(check_as_json(names or [], seed, submission))
    from minidl.course.checking import CheckInterrupted
    from minidl.course.checking import check as run
    from minidl.course.report.terminal import drawn

    say_where()
    terminal = console()
    try:
        with terminal.status("starting") as status:
            told = lambda name: status.update(f"checking {name}")  # noqa: E731
            report = run(*(names or []), submission=submission, seed=seed, on_start=told)
    except CheckInterrupted as stopped:
        if stopped.report.results:
            terminal.print(drawn(stopped.report, terminal.width))
        print(f"minidl: {stopped}", file=sys.stderr)
        raise typer.Exit(130) from None
    terminal.print(drawn(report, terminal.width))
    raise typer.Exit(0 if report.passed else 1)


def hint(
    name: Function,
    again: Annotated[
        bool, typer.Option("--again", help="read those that you were given, and take no other")
    ] = False,
) -> None:
    """Show the next of three hints for a function. Hints never hold code.

    [bold]minidl hint ex01.unbroadcast[/bold] (the next one)

    [bold]minidl hint ex01.unbroadcast --again[/bold] (those you were given)
    """
    from minidl.course.hints import LAST
    from minidl.course.hints import hint as asked
    from minidl.course.report.terminal import QUIET

    say_where()
    hints, terminal = asked(name, again), console()
    first = len(hints.given) - 1 if hints.new else 0
    for number, text in list(enumerate(hints.given, 1))[first:]:
        terminal.print(f"[bold]{hints.name}[/bold], hint {number} of {hints.out_of}")
        terminal.print(text, markup=False, highlight=False)
    if not hints.given:
        terminal.print(f"no hint was given yet; minidl hint {hints.name} gives the first")
    elif len(hints.given) == hints.out_of:
        terminal.print(f"[{QUIET}]{LAST}[/]")
    if first:
        line = f"the earlier ones: minidl hint {hints.name} --again"
        terminal.print(f"[{QUIET}]{line}[/]", highlight=False)


def next_function() -> None:
    """Name the function to write next: where it is, where it is taught, how long it takes.

    [bold]minidl next[/bold]

    It is the first, in the order of the lessons, that does not have all its points.
    """
    from minidl.course.sets.folder import find
    from minidl.course.sets.tasks import every, first_left, passed, task
    from minidl.course.store import Store

    say_where()
    course, terminal = find(), console()
    points, functions = Store(course).points, every(course)
    exercise = first_left(functions, passed(functions, points))
    if exercise is None:
        terminal.print(f"all done: every one of the {len(functions)} functions passes")
        return
    what, name = task(course, exercise), exercise.full_name
    earned = f", {points[name]} of them earned" if points.get(name) else ""
    lines = [
        f"[bold]{name}[/bold]  {exercise.home.title}",
        f"  about {exercise.minutes} minutes, {exercise.points} points{earned}",
        f"  write: {what.where}",
        *what.reading,
        f"  check: minidl check {name}, or minidl watch",
    ]
    terminal.print("\n".join(lines), highlight=False, soft_wrap=True)


def progress() -> None:
    """Show how far you are: a bar for each set, from your latest checks, and your best."""
    from minidl.course.report.terminal import progress_table
    from minidl.course.sets.folder import find
    from minidl.course.store import Store

    say_where()
    course = find()
    sets = [course.checks(key) for key in course.stems]
    store, terminal = Store(course), console()
    terminal.print(progress_table(sets, store.points, store.best, terminal.width))
    if store.fault:
        line = f"{course.shown(store.path)} does not count: {store.fault}"
        print(f"minidl: {line}; the next check begins a new one and sets it aside", file=sys.stderr)


def reset(name: Name) -> None:
    """Start a set or one function afresh; your file is copied to .minidl/backups first.

    [bold]minidl reset ex01.unbroadcast[/bold] (one function; the others stay)

    [bold]minidl reset ex01[/bold] (the whole file)
    """
    from minidl.course.sets.folder import find
    from minidl.course.sets.reset import reset as restore

    say_where()
    course = find()
    checks, exercise = course.resolve(name)
    path, copy = restore(course, checks.key, exercise.name if exercise else None)
    terminal = console()
    if copy:
        terminal.print(
            f"your file was copied to [bold]{course.shown(copy)}[/bold]", highlight=False
        )
    what = exercise.full_name if exercise else checks.key
    terminal.print(f"{what} in {course.shown(path)} is as it was at the beginning", highlight=False)


def judge(
    report: Annotated[
        Path,
        typer.Argument(metavar="REPORT", help="a JSON file with the entries that lesson 11 names"),
    ],
) -> None:
    """Say what is in order in the report of a project (lesson 11), and what is not.

    [bold]minidl judge door.json[/bold]

    The exit code is 0 if all of it is in order, 1 if not, 2 if it cannot be read.
    """
    import json

    from minidl.course.project import judge as judged

    try:
        told = json.loads(report.read_text(encoding="utf-8"))
    except OSError as error:
        raise CourseError(f"{report} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise CourseError(f"{report} is not JSON: {error}") from None
    found = judged(told)
    print(found)
    raise typer.Exit(0 if found.passed else 1)


def doctor(
    quick: Annotated[bool, typer.Option("--quick", help="do not compile the kernels")] = False,
    report: Annotated[
        bool, typer.Option("--report", help="what a bug report needs, as plain text to copy")
    ] = False,
) -> None:
    """Look whether everything is in place, and compile the kernels.

    [bold]minidl doctor[/bold]

    [bold]minidl doctor --report[/bold] (versions and machine; no file of yours is named)
    """
    from minidl.course.doctor import findings, warm_up

    if report:
        from minidl.course.doctor_report import lines

        print("\n".join(lines()))
        return
    terminal = console()
    well = True
    for finding in findings():
        well &= _print_finding(terminal, *finding)
    if not quick:
        well &= _print_finding(terminal, *warm_up())
    raise typer.Exit(0 if well else 1)


def _print_finding(terminal: Console, well: bool, what: str, found: str) -> bool:
    from rich.text import Text

    mark = ("✓ ", "green") if well else ("✗ ", "red")
    terminal.print(Text.assemble(mark, (f"{what:<20}", "bold"), found), soft_wrap=True)
    return well


def lab(context: typer.Context) -> None:
    """Open JupyterLab on the lessons, at the tour.

    [bold]minidl lab[/bold]

    [bold]minidl lab --no-browser --port 8890[/bold] (other options go to Jupyter)

    In a clone of the project the lessons open in my-course/, a folder that git leaves alone; each
    time, what a `git pull` brought is carried into it, and what you wrote stays.
    """
    from minidl.cli.course import layout
    from minidl.course.layout.own import older, own
    from minidl.course.sets.folder import find

    course = find()
    if _missing("jupyterlab"):
        raise CourseError(
            'JupyterLab is not installed: run `make lab` in a clone, or pip install "minidl[lab]"'
        )
    course, done = own(course)
    if done and (done.lines or done.conflicts):
        layout.show(done)
    elif version := older(course):
        print(f"minidl: this course is of minidl {version}; `minidl update` brings the newer one")
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={course.root}"]
    command += [f"--LabApp.default_url={_first_page(course)}", "--Application.log_level=WARN"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # containers; Jupyter refuses otherwise
        command.append("--allow-root")
    command += context.args
    console().print(f"Jupyter opens on {course.root}/lessons; Ctrl-C ends it", highlight=False)
    sys.stdout.flush()
    os.execve(sys.executable, command, _settled())


def _first_page(course: Course) -> str:
    """The tour, or the first lesson that there is."""
    lessons = sorted((course.root / "lessons").glob("[0-9]*.ipynb"))
    return f"/lab/tree/lessons/{lessons[0].name}" if lessons else "/lab/tree/lessons"


def _settled() -> dict[str, str]:
    """The environment in which Jupyter asks nothing of a learner: see jupyter_settings/."""
    settings = Path(__file__).with_name("jupyter_settings")
    others = os.environ.get("JUPYTER_CONFIG_PATH", "")
    paths = os.pathsep.join(filter(None, [others, str(settings)]))
    return {**os.environ, "JUPYTER_CONFIG_PATH": paths}


def _missing(package: str) -> bool:
    from importlib.util import find_spec

    return find_spec(package) is None
