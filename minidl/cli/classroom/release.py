"""`minidl release`: the course as students get it, or as a platform does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from minidl.cli.classroom import options
from minidl.cli.speech import counted, say
from minidl.errors import RequestError

if TYPE_CHECKING:
    from minidl.course.sets.folder import Course

Given = Annotated[
    list[str], typer.Argument(metavar="FOLDER", help="where the course is written: a new folder")
]
Sets = Annotated[
    list[str] | None,
    typer.Option("--sets", metavar="EXERCISES", help="these sets only: ex01 ex02"),
]
Due = Annotated[
    list[str] | None,
    typer.Option("--due", metavar="SET=DATE", help="a date to show, for each set: ex01=2026-12-01"),
]


def release(
    given: Given,
    sets: Sets = None,
    due: Due = None,
    hints: Annotated[
        int, typer.Option(min=0, max=3, metavar="N", help="hints of each function that can be seen")
    ] = 3,
    no_hints: Annotated[bool, typer.Option("--no-hints", help="the same as --hints 0")] = False,
    gradescope: Annotated[
        bool,
        typer.Option("--gradescope", help="write autograder.zip for Gradescope there instead"),
    ] = False,
) -> None:
    """Make what students get: lessons, exercises and checks, with no answer in the open.

    Answers are sealed in one file, a curtain and not a lock. Example:

        minidl release course/ --sets ex01 ex02 --due ex01=2026-12-01
    """
    from minidl.course.classroom.release.contents import Chosen, with_needed
    from minidl.course.sets.folder import find

    course = find()
    others, dated = options.without_dates(given, due or [])
    places, names = options.places_and_sets(others, sets or [])
    folder = options.one_folder(places, "one new folder")
    asked = options.chosen(course, names)
    keys = with_needed(course, asked)
    if more := [key for key in keys if key not in asked]:
        say(f"{', '.join(more)} comes with it: functions that were asked for build on it")
    chosen = Chosen(keys, 0 if no_hints else hints, _dates(course, dated, keys))
    if gradescope:
        from minidl.course.classroom.release.platform import autograder

        autograder(course, folder / "autograder.zip", chosen)
        total = sum(course.checks(key).points for key in keys)
        say(f"{folder / 'autograder.zip'}: upload it under Configure Autograder, base image Ubuntu "
            f"22.04 or later; the assignment has {total} points")  # fmt: skip
        return
    from minidl.course.classroom.release.students import release as write_release

    write_release(course, folder, chosen)
    say(
        f"{folder}: {counted(len(keys), 'set')} for students; see its README.md, then zip it. "
        f"Grade them with --sets {' '.join(keys)}"
    )


def _dates(course: Course, given: list[str], keys: Sequence[str]) -> dict[str, str]:
    """{set: date}. RequestError for what is not SET=DATE of a set that is released."""
    if plain := next((text for text in given if "=" not in text), None):
        raise RequestError(f"--due {plain}: expected a set and a date, ex01=2026-12-01")
    return {key: date for key, (date, _) in options.dates(course, given, keys)[1].items()}
