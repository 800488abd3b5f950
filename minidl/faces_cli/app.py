"""The `faces` commands' common ground: how they speak, and how they say what is wrong."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from minidl.files import shown

app = typer.Typer(
    help="Recognise people by their faces: draw some, enrol them, ask who is who.\n\n"
    "Try it on people who do not exist:\n\n"
    "[bold]minidl faces draw people[/bold]\n\n"
    "[bold]minidl faces enrol Ada people/Ada/1.png[/bold] (one picture is enough)\n\n"
    "[bold]minidl faces recognise people/Ada/2.png people/Ben/*.png[/bold]\n\n"
    "[bold]minidl faces verify people/Ada/1.png people/Ben/1.png[/bold]\n\n"
    "Of every image the middle square is taken. The encoder that comes with minidl was trained on "
    "drawn faces: on photographs of real people it is a toy, and must not decide anything.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@contextlib.contextmanager
def said_in_a_line() -> Iterator[None]:
    """What is wrong with a file or a value becomes one line and exit code 2."""
    from minidl.course.folder import CourseError

    try:
        yield
    except (ValueError, TypeError, OSError, KeyError) as error:
        words = str(error) if isinstance(error, OSError) else str(error.args[0])
        raise CourseError(words) from error


def counted(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def check_folder(folder: Path) -> None:
    """Raises where something that is no folder has its name already."""
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"{folder} is a file; give the name of a folder")


def plain(text: object) -> str:
    """Text of the user's, with nothing in it that rich or the terminal takes for a command."""
    from rich.markup import escape

    return escape(shown(text))


def say(text: str) -> None:
    console().print(shown(text), markup=False, highlight=False, soft_wrap=True)


def console() -> Any:
    from rich.console import Console

    return Console()
