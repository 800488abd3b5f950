"""The `minidl` command. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from minidl.faces_cli import app as faces_app
from minidl.patches_cli import patches
from minidl.style_cli import style

if TYPE_CHECKING:
    from rich.console import Console

app = typer.Typer(
    name="minidl",
    help="Learn deep learning by building it: exercises, hints, progress.\n\n"
    "Fill in a function in exercises/, then [bold]minidl check ex01[/bold].",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(faces_app, name="faces")


def _version(asked: bool) -> None:
    if asked:
        from minidl import __version__

        print(f"minidl {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """What `minidl` takes before the name of a command."""


Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="EXERCISE", help="a set (ex01) or a function (ex01.unbroadcast)"),
]
Name = Annotated[str, typer.Argument(metavar="EXERCISE", help="ex01.unbroadcast, for instance")]


@app.command()
def check(names: Names = None) -> None:
    """Run your functions and say what is right, what is wrong, and why."""
    from minidl.course.checking import check as run
    from minidl.course.terminal import drawn

    console = _console()
    with console.status("starting") as status:
        report = run(*(names or []), on_start=lambda name: status.update(f"checking {name}"))
    console.print(drawn(report))
    raise typer.Exit(0 if report.passed else 1)


@app.command()
def hint(name: Name) -> None:
    """Show the next of three hints for a function. Hints never hold code."""
    from minidl.course.folder import CourseError, find
    from minidl.course.store import Store

    course = find()
    checks, exercise = course.resolve(name)
    if exercise is None:
        names = ", ".join(f.full_name for f in checks.functions.values())
        raise CourseError(f"{name} is a whole set; ask for one of {names}")
    number = Store(course).next_hint(exercise.full_name)
    console = _console()
    console.print(f"[bold]{exercise.full_name}[/bold], hint {number} of 3")
    console.print(exercise.hints[number - 1], markup=False, highlight=False)
    if number == 3:
        console.print("[dim]That was the last one.[/dim]")


@app.command()
def progress() -> None:
    """Show how far you are: a bar for each set, from your latest checks."""
    from minidl.course.folder import find
    from minidl.course.store import Store
    from minidl.course.terminal import progress_table

    course = find()
    sets = [course.checks(key) for key in course.stems]
    _console().print(progress_table(sets, Store(course).points))


@app.command()
def reset(name: Name) -> None:
    """Start a set or one function afresh; your file is copied to .minidl/backups first."""
    from minidl.course.folder import find
    from minidl.course.restore import reset as restore

    course = find()
    checks, exercise = course.resolve(name)
    path, copy = restore(course, checks.key, exercise.name if exercise else None)
    console = _console()
    if copy:
        console.print(f"your file was copied to [bold]{course.shown(copy)}[/bold]", highlight=False)
    what = exercise.full_name if exercise else checks.key
    console.print(f"{what} in {course.shown(path)} is as it was at the beginning", highlight=False)


@app.command()
def doctor(
    quick: Annotated[bool, typer.Option("--quick", help="do not compile the kernels")] = False,
) -> None:
    """Look whether everything is in place, and compile the kernels."""
    from minidl.course.doctor import findings, warm_up

    console = _console()
    well = True
    for finding in findings():
        well &= _told(console, *finding)
    if not quick:
        well &= _told(console, *warm_up())
    raise typer.Exit(0 if well else 1)


def _told(console: Console, well: bool, what: str, found: str) -> bool:
    from rich.text import Text

    mark = ("✓ ", "green") if well else ("✗ ", "red")
    console.print(Text.assemble(mark, (f"{what:<20}", "bold"), found), soft_wrap=True)
    return well


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(context: typer.Context) -> None:
    """Open JupyterLab on the lessons. Other options go to Jupyter (--no-browser, --port 8890)."""
    from minidl.course.folder import CourseError, find

    course = find()
    if _missing("jupyterlab"):
        raise CourseError("JupyterLab is not installed: run `make lab` in the course folder")
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={course.root}"]
    command += ["--LabApp.default_url=/lab/tree/lessons", "--Application.log_level=WARN"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # containers; Jupyter refuses otherwise
        command.append("--allow-root")
    command += context.args
    _console().print(f"Jupyter opens on {course.root}/lessons; Ctrl-C ends it", highlight=False)
    sys.stdout.flush()
    os.execv(sys.executable, command)


app.command()(patches)
app.command()(style)


def _missing(package: str) -> bool:
    from importlib.util import find_spec

    return find_spec(package) is None


def _console() -> Console:
    from rich.console import Console

    return Console()


def main() -> None:
    """Runs the command; a request that cannot be met is one line and exit code 2."""
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(130)


def _run() -> None:
    from minidl.course.folder import CourseError
    from minidl.files import shown

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without UTF-8 shows ? for a mark
    try:
        app()
    except (CourseError, OSError) as error:  # OSError: a file that cannot be read or written
        print(f"minidl: {shown(error)}", file=sys.stderr)
        sys.exit(2)
    except MemoryError as error:
        print(f"minidl: there is not enough memory for that ({error})", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
