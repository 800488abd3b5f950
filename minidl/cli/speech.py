"""How the commands speak: text on the terminal, and one line for what is wrong."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from minidl.errors import RequestError
from minidl.files import shown

if TYPE_CHECKING:
    from rich.console import Console


@contextlib.contextmanager
def errors_in_one_line() -> Iterator[None]:
    """What is wrong with a file or a value becomes one line and exit code 2."""
    try:
        yield
    except (ValueError, TypeError, OSError, KeyError) as error:
        words = said(error) if isinstance(error, OSError) else str(error.args[0])
        raise RequestError(words) from error


def said(error: Exception) -> str:
    """What went wrong; of what the system refused, the file and why, without its number."""
    if not isinstance(error, OSError) or error.strerror is None:
        return str(error)
    why = f"{error.strerror[:1].lower()}{error.strerror[1:]}"
    return f"{error.filename}: {why}" if error.filename else why


def meant(word: str, known: Iterable[str]) -> str:
    """ "did you mean X?", where one of these names is near to a word; else ""."""
    import difflib

    near = difflib.get_close_matches(word, list(known), 1)
    return f"did you mean {near[0]}?" if near else ""


def counted(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def check_folder(folder: Path) -> None:
    """Raises where something that is no folder has its name already."""
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"{folder} is a file; give the name of a folder")


def escaped(text: object) -> str:
    """Text of the user's, with nothing in it that rich or the terminal takes for a command."""
    from rich.markup import escape

    return escape(shown(text))


def say(text: str) -> None:
    console().print(shown(text), markup=False, highlight=False, soft_wrap=True)


def console() -> Console:
    from rich.console import Console

    return Console()
