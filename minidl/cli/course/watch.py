"""`minidl watch`: what is saved is checked at once, function after function."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from minidl.cli.course.clone import say_where
from minidl.cli.course.complete import exercise_names
from minidl.cli.speech import console, counted

if TYPE_CHECKING:
    from rich.console import Console

    from minidl.course.saves import Saves
    from minidl.course.warm.walk import Told, Walk

Place = Annotated[
    str,
    typer.Argument(
        metavar="EXERCISE", autocompletion=exercise_names, show_default=False,
        help="a set (ex02), or the function to begin at (ex02.pad2d); by default all sets",
    ),
]  # fmt: skip


def watch(name: Place = "") -> None:
    """Check what you save, as you save it, and go from function to function.

    [bold]minidl watch[/bold] (all sets, from where you are)

    [bold]minidl watch ex02[/bold] (one set)

    [bold]minidl watch ex02.pad2d[/bold] (from this function to the end of its set)

    Ctrl-C ends it. What passes is kept at once, as it is by minidl check.
    """
    from minidl.course.saves import Saves
    from minidl.course.sets.folder import find
    from minidl.course.store import Store
    from minidl.course.warm.checker import Checker
    from minidl.course.warm.walk import Walk

    say_where()
    course = find()
    saves, store = Saves(course.exercises), Store(course)
    with Checker(course, store.seed) as checker:
        walk = Walk(course, store, checker, name)
        face = Face(walk, console())
        try:
            face.watches()
            face.tell(walk.begin())
            _go_on(walk, saves, face)
        except KeyboardInterrupt:
            face.ends()


def _go_on(walk: Walk, saves: Saves, face: Face) -> None:
    """Until all is done: between saves, what can be done before the next one."""
    if walk.at is None:
        return
    _idle(walk, saves, face)
    for paths in saves:
        face.saved(walk.course.shown(path) for path in paths)
        face.tell(walk.saved(paths))
        if walk.at is None:
            return
        _idle(walk, saves, face)


def _idle(walk: Walk, saves: Saves, face: Face) -> None:
    for step in walk.idle():
        if saves.waiting:
            return
        if told := step():
            face.tell([told])


class Face:
    """What watching shows: as `check` shows it, function by function, in lines."""

    def __init__(self, walk: Walk, terminal: Console):
        self.walk, self.terminal = walk, terminal
        self.key = ""  # of the set whose title was shown last

    def watches(self) -> None:
        first, last = self.walk.scope[0], self.walk.scope[-1]
        what = f"{first.full_name} to {last.full_name}" if first is not last else first.full_name
        self.say(f"[dim]{what}: what you save is checked; Ctrl-C ends[/dim]")

    def saved(self, files: Iterable[str]) -> None:
        from rich.markup import escape

        self.key = ""
        names = escape(", ".join(files))
        self.say(f"\n[dim]{time.strftime('%H:%M:%S')}  saved {names}[/dim]")

    def tell(self, news: Iterable[Told]) -> None:
        """The functions that were checked; then where one is."""
        from minidl.course.report.terminal import feedback

        shown: set[str] = set()
        for told in news:
            if self.key != told.report.key:
                self.key = told.report.key
                self.say(f"[bold]{told.report.key}  {told.report.title}[/bold]")
            if told.fault:
                self.terminal.print(told.fault, markup=False, highlight=False)
            else:
                self.terminal.print(
                    feedback(told.report, self.terminal.width, self.walk.course.root)
                )
            self.terminal.file.flush()
            shown |= {result.name for result in told.report.results if not result.passed}
        if (at := self.walk.at) is None:
            self.all_done()
        elif at.full_name in shown:
            self.place()
        elif not self.key:  # nothing was told since the save
            self.say("[dim]nothing that is watched is in it[/dim]")
        self.progress()

    def place(self) -> None:
        """Where the function one is at is written, and where it is taught."""
        from minidl.course.sets.tasks import task

        assert self.walk.at
        what = task(self.walk.course, self.walk.at)
        lines = [
            f"  write: {what.where}",
            *what.reading,
        ]
        self.terminal.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)

    def progress(self) -> None:
        """On one line: how many functions pass."""
        from minidl.course.report.terminal import standing

        scope, done = self.walk.scope, self.walk.done
        at = self.walk.at
        self.terminal.print(
            standing(len(done), len(scope), at.full_name if at else "", self.terminal.width)
        )
        self.terminal.file.flush()

    def all_done(self) -> None:
        functions = counted(len(self.walk.scope), "function")
        self.say(f"[green]✓[/green] all done: {functions} of {', '.join(self.walk.keys)}")

    def ends(self) -> None:
        """After Ctrl-C: where one stands."""
        at = self.walk.at
        self.say("\nminidl watch ends; all that passed is kept.")
        if at:
            self.say(f"You are at [bold]{at.full_name}[/bold]; minidl watch goes on from there.")

    def say(self, markup: str) -> None:
        self.terminal.print(markup, highlight=False, soft_wrap=True)
        self.terminal.file.flush()
