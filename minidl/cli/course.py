"""The commands of a learner: check, hint, progress, reset, doctor, lab."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from minidl.cli.speech import console
from minidl.errors import CourseError

if TYPE_CHECKING:
    from rich.console import Console

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="EXERCISE", help="a set (ex01) or a function (ex01.unbroadcast)"),
]
Seed = Annotated[int | None, typer.Option(min=0, help="repeat a check on the seed that it named")]
Name = Annotated[str, typer.Argument(metavar="EXERCISE", help="ex01.unbroadcast, for instance")]


def check(names: Names = None, seed: Seed = None) -> None:
    """Run your functions and say what is right, what is wrong, and why."""
    from minidl.course.checking import CheckInterrupted
    from minidl.course.checking import check as run
    from minidl.course.report.terminal import drawn

    terminal = console()
    try:
        with terminal.status("starting") as status:
            told = lambda name: status.update(f"checking {name}")  # noqa: E731
            report = run(*(names or []), seed=seed, on_start=told)
    except CheckInterrupted as stopped:
        if stopped.report.results:
            terminal.print(drawn(stopped.report, terminal.width))
        print(f"minidl: {stopped}", file=sys.stderr)
        raise typer.Exit(130) from None
    terminal.print(drawn(report, terminal.width))
    raise typer.Exit(0 if report.passed else 1)


def hint(name: Name) -> None:
    """Show the next of three hints for a function. Hints never hold code."""
    from minidl.course.sets.folder import find
    from minidl.course.store import Store

    course = find()
    checks, exercise = course.resolve(name)
    if exercise is None:
        names = ", ".join(f.full_name for f in checks.functions.values())
        raise CourseError(f"{name} is a whole set; ask for one of {names}")
    number = Store(course).next_hint(exercise.full_name)
    terminal = console()
    terminal.print(f"[bold]{exercise.full_name}[/bold], hint {number} of 3")
    terminal.print(exercise.hints[number - 1], markup=False, highlight=False)
    if number == 3:
        terminal.print("[dim]That was the last one.[/dim]")


def progress() -> None:
    """Show how far you are: a bar for each set, from your latest checks, and your best."""
    from minidl.course.report.terminal import progress_table
    from minidl.course.sets.folder import find
    from minidl.course.store import Store

    course = find()
    sets = [course.checks(key) for key in course.stems]
    store, terminal = Store(course), console()
    terminal.print(progress_table(sets, store.points, store.best, terminal.width))
    if store.fault:
        line = f"{course.shown(store.path)} does not count: {store.fault}"
        print(f"minidl: {line}; the next check begins a new one and sets it aside", file=sys.stderr)


def reset(name: Name) -> None:
    """Start a set or one function afresh; your file is copied to .minidl/backups first."""
    from minidl.course.sets.folder import find
    from minidl.course.sets.reset import reset as restore

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


def doctor(
    quick: Annotated[bool, typer.Option("--quick", help="do not compile the kernels")] = False,
) -> None:
    """Look whether everything is in place, and compile the kernels."""
    from minidl.course.doctor import findings, warm_up

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
    """Open JupyterLab on the lessons. Other options go to Jupyter (--no-browser, --port 8890)."""
    from minidl.course.sets.folder import find

    course = find()
    if _missing("jupyterlab"):
        raise CourseError("JupyterLab is not installed: run `make lab` in the course folder")
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={course.root}"]
    command += ["--LabApp.default_url=/lab/tree/lessons", "--Application.log_level=WARN"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # containers; Jupyter refuses otherwise
        command.append("--allow-root")
    command += context.args
    console().print(f"Jupyter opens on {course.root}/lessons; Ctrl-C ends it", highlight=False)
    sys.stdout.flush()
    os.execv(sys.executable, command)


def _missing(package: str) -> bool:
    from importlib.util import find_spec

    return find_spec(package) is None
