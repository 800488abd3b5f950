"""The `minidl` command. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from minidl.cli.classroom import grade, release
from minidl.cli.course import commands as course
from minidl.cli.course import layout
from minidl.cli.course.watch import watch
from minidl.cli.dev import app as dev_app
from minidl.cli.faces import app as faces_app
from minidl.cli.patches import patches
from minidl.cli.plain import Plain, run
from minidl.cli.speech import said
from minidl.cli.style import style
from minidl.cli.terminal import prepare
from minidl.errors import RequestError
from minidl.files import shown

app = Plain(
    name="minidl",
    help="Learn deep learning by building it: exercises, hints, progress.\n\n"
    "[bold]minidl new my-course[/bold] (the course, in a folder of your own)\n\n"
    "[bold]minidl lab[/bold] (its lessons, in JupyterLab)\n\n"
    "[bold]minidl next[/bold] (names a function in exercises/ to write)\n\n"
    "[bold]minidl watch[/bold] (checks it whenever you save)\n\n"
    "[bold]minidl check ex01[/bold] (checks a set, once)",
    add_completion=True,
)

LEARN, USE, TEACH, BUILD = (
    "To learn", "To use what the course builds", "To teach", "To work on minidl itself"
)  # fmt: skip
app.add_typer(faces_app, name="faces", rich_help_panel=USE)
app.add_typer(dev_app, name="dev", rich_help_panel=BUILD)


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


TO_JUPYTER = {"allow_extra_args": True, "ignore_unknown_options": True}
app.command(rich_help_panel=LEARN)(layout.new)
app.command(rich_help_panel=LEARN, context_settings=TO_JUPYTER)(course.lab)
app.command("next", rich_help_panel=LEARN)(course.next_function)
app.command(rich_help_panel=LEARN)(watch)
app.command(rich_help_panel=LEARN)(course.check)
app.command(rich_help_panel=LEARN)(course.hint)
app.command(rich_help_panel=LEARN)(course.progress)
app.command(rich_help_panel=LEARN)(course.reset)
app.command(rich_help_panel=LEARN)(course.judge)
app.command(rich_help_panel=LEARN)(layout.update)
app.command(rich_help_panel=LEARN)(course.doctor)
app.command(rich_help_panel=USE)(patches)
app.command(rich_help_panel=USE)(style)
app.command(rich_help_panel=TEACH)(grade)
app.command(rich_help_panel=TEACH)(release)


def main() -> None:
    """Runs the command; a request that cannot be met is one line and exit code 2."""
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(130)


def _run() -> None:
    prepare()
    try:
        sys.exit(run(app))
    except (RequestError, OSError) as error:  # OSError: a file that cannot be read or written
        print(f"minidl: {shown(said(error))}", file=sys.stderr)
        sys.exit(2)
    except MemoryError as error:
        print(f"minidl: there is not enough memory for that ({error})", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":  # what lessons of an earlier edition call
    main()
