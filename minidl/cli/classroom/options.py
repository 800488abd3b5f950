"""What the commands of an instructor are given: names of sets, dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from minidl.errors import RequestError

if TYPE_CHECKING:
    from minidl.course.sets.folder import Course

SET = re.compile(r"ex\d\d(_\w+)?(\.py)?")


def places_and_sets(given: Sequence[str], sets: Iterable[str]) -> tuple[list[Path], list[str]]:
    """The folders, and the names of sets, of `FOLDER --sets ex01 ex02` in any order."""
    names = [name for text in sets for name in re.split(r"[\s,]+", text) if name]
    places = []
    for text in given:
        if SET.fullmatch(text) and not Path(text).exists():
            names.append(text)
        else:
            places.append(Path(text).expanduser())
    return places, names


def chosen(course: Course, names: Sequence[str]) -> list[str]:
    """The keys of the named sets, in the order of the course; all where none is named."""
    keys = {course.resolve(name)[0].key for name in names}
    return [key for key in course.stems if key in keys or not names]


def one_folder(places: Sequence[Path], what: str) -> Path:
    """The only folder that was given. RequestError if there is none, or are several."""
    if len(places) != 1:
        given = ", ".join(map(str, places)) or "nothing"
        raise RequestError(f"given {given}; expected {what}")
    return places[0]
