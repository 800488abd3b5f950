"""What the commands of an instructor are given: names of sets, dates."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from minidl.errors import RequestError

if TYPE_CHECKING:
    from minidl.course.sets.folder import Course

SET = re.compile(r"ex\d\d(_\w+)?(\.py)?")
DATED = re.compile(r"ex\d\d\w*=.*")


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


def without_dates(given: Sequence[str], due: Iterable[str]) -> tuple[list[str], list[str]]:
    """What was given, and the dates of `--due ex01=2026-12-01 ex02=2026-12-15`, apart."""
    dated = [text for text in given if DATED.fullmatch(text)]
    return [text for text in given if text not in dated], [*due, *dated]


def dates(
    course: Course, given: Iterable[str], keys: Sequence[str]
) -> tuple[datetime.datetime | None, dict[str, tuple[str, datetime.datetime]]]:
    """The date for all sets, and those of sets: as they were written, and the moments.

    RequestError, in one line, for what is no date, or the date of a set that is not among `keys`.
    """
    from minidl.course.classroom.times import moment

    everyone, found = None, {}
    for text in given:
        name, mark, date = text.rpartition("=")
        if not mark:
            everyone = moment(text, "date after --due")
            continue
        key = course.resolve(name)[0].key
        if key not in keys:
            raise RequestError(f"--due {text}: {key} is not among the sets, {' '.join(keys)}")
        found[key] = date, moment(date, f"date of {name}")
    return everyone, found


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
