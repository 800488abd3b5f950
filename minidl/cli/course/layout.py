"""`minidl new` and `minidl update`: a learner's own course folder."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minidl.cli.speech import console, counted

if TYPE_CHECKING:
    from minidl.course.layout.update import Update

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="a new folder: my-course")]


def new(folder: Folder) -> None:
    """Lay out the course in a new folder: lessons, exercises, and all that they need.

    [bold]minidl new my-course[/bold]

    In a clone of the project `my-course` is what `make lab` opens, too; git leaves it alone.
    """
    from minidl.course.layout.own import new as lay_out

    folder = Path(os.path.expanduser(folder))
    course = lay_out(folder)
    lessons = sorted((course.root / "lessons").glob("[0-9]*.ipynb"))
    terminal = console()
    what = f"{counted(len(lessons), 'lesson')}, {counted(len(course.stems), 'exercise set')}"
    there = "" if folder.samefile(Path()) else f"cd {shlex.quote(str(folder))}, then "
    for line in (f"{folder}: {what}", f"next: {there}minidl lab"):
        terminal.print(line, highlight=False, markup=False, soft_wrap=True)


def update() -> None:
    """Bring lessons and checks up to the minidl that is installed; what you wrote stays.

    [bold]pip install --upgrade minidl[/bold]

    [bold]minidl update[/bold]

    Your functions are carried over one by one. The exit code is 1 where one of them is asked for
    otherwise now: it stays as you wrote it, and what has changed is shown. In a clone it is
    my-course/ that is updated.
    """
    from minidl.course.layout.own import learners
    from minidl.course.layout.update import update as bring_up_to_date
    from minidl.course.sets.folder import find

    done = bring_up_to_date(learners(find()))
    show(done)
    raise typer.Exit(1 if done.conflicts else 0)


def show(done: Update) -> None:
    """What an update did, and what is left to the learner."""
    from rich.markup import escape

    from minidl import __version__

    terminal = console()

    def say(line: str) -> None:
        terminal.print(line, highlight=False, soft_wrap=True)

    for line in done.lines:
        say(escape(line))
    for name, functions in done.conflicts.items():
        for function, lines in functions.items():
            say(f"[bold]{escape(name)}: {function}[/bold] is asked for otherwise now; yours stays")
            for line in lines:
                say(f"  [{'red' if line.startswith('-') else 'green'}]{escape(line)}[/]")
            say(f"  then: minidl check {_full(name, function)}, or minidl reset to begin it anew")
    if done.backups:
        say(f"copies of what was replaced: {escape(str(done.backups))}")
    if not (done.lines or done.conflicts):
        say(f"nothing to do: this is the course of minidl {__version__}")


def _full(name: str, function: str) -> str:
    return f"{Path(name).stem.partition('_')[0]}.{function}"
