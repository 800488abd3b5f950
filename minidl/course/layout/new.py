"""`minidl new`: a course folder for a learner."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from minidl import __version__
from minidl.course.layout import record
from minidl.course.layout.origin import contents, origin
from minidl.course.sets.folder import Course, at, enclosing, is_course
from minidl.errors import RequestError
from minidl.files import shown


def new(folder: Path) -> Course:
    """Lays a course out in a folder, which must be new or empty, and outside of other courses.

    RequestError, in one line, where it is not; then nothing is written.
    """
    folder = folder.expanduser().absolute()
    check_free(folder)
    if outer := enclosing(folder):
        raise RequestError(
            f"{shown(folder)} would be inside of the course {shown(outer)}; give a folder outside"
        )
    return lay_out(folder)


def lay_out(folder: Path) -> Course:
    """The same, wherever the folder is: whole, or not at all."""
    check_free(folder)
    files = contents(origin())
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    try:
        for name, data in files.items():
            (temporary / name).parent.mkdir(parents=True, exist_ok=True)
            (temporary / name).write_bytes(data)
        _keep(at(temporary), files)
        _move(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return at(folder)


def _move(temporary: Path, folder: Path) -> None:
    if not folder.exists():
        os.replace(temporary, folder)
        return
    for entry in temporary.iterdir():  # it may be where another disk is mounted
        shutil.move(entry, folder / entry.name)


def check_free(folder: Path) -> None:
    """RequestError where something is in the folder already."""
    if is_course(folder):
        raise RequestError(f"{shown(folder)} is a course already; `minidl update` in it renews it")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RequestError(f"{shown(folder)} is there already; give the name of a new folder")


def _keep(course: Course, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        if name.startswith("exercises/"):
            path = record.pristine(course, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    digests = {name: record.digest(name, data) for name, data in files.items()}
    record.keep(course, record.Record(__version__, digests))
