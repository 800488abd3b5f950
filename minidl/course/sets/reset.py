"""`minidl reset`: an exercise file, or one function of it, as it was at the beginning."""

from __future__ import annotations

import datetime
from pathlib import Path

from minidl.course.sets.folder import Course
from minidl.course.sets.stubs import stub_of, with_function
from minidl.errors import CourseError
from minidl.files import replacing, write


def reset(course: Course, key: str, function: str | None = None) -> tuple[Path, Path | None]:
    """Puts the stub of a set, or of one function, back; the file, and the copy of the old one.

    The copy is None if there was no file. CourseError if one function is asked for in a file that
    does not parse: its place cannot be known.
    """
    path = course.learner_file(key)
    if path.exists() and not path.is_file():  # a pipe or a device could be read for ever
        raise CourseError(f"{course.shown(path)} is not a file; move it away first")
    text = stub = stub_of(course.solution(key), course.stems[key])
    if function and path.exists():
        try:
            found = course.read(path)
            text = with_function(found, function, stub) if found.strip() else stub
        except SyntaxError as error:
            line = f":{error.lineno}" if error.lineno else ""
            raise CourseError(
                f"{course.shown(path)}{line} does not parse, so {function} cannot be "
                f"found in it; mend that line, or start the file afresh with `minidl reset {key}`"
            ) from None
    copy = back_up(course, path)
    write(path, text)
    return path, copy


def back_up(course: Course, path: Path) -> Path | None:
    """Copies a file to .minidl/backups under a new name with date and time.

    CourseError where that cannot be written to; then nothing is changed.
    """
    if not path.exists():
        return None
    now = datetime.datetime.now().strftime("%Y-%m-%d-%H%M%S")
    folder = course.state / "backups"
    copy = folder / f"{path.stem}-{now}.py"
    for number in range(2, 1000):
        if not copy.exists():
            break
        copy = folder / f"{path.stem}-{now}-{number}.py"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with replacing(copy) as temporary:
            temporary.write_bytes(path.read_bytes())
    except OSError as error:
        raise CourseError(
            f"{course.shown(path)} was left as it is, as no copy of it can be kept in "
            f"{course.shown(folder)}: {error.strerror or error}"
        ) from None
    return copy
