"""`as_given`: a program with a fault in it as an exercise hands it out, to be run in a lesson."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minidl.course.sets.folder import find
from minidl.course.sets.stubs import stub_of


def as_given(name: str) -> Callable[..., Any]:
    """The function of an exercise ("ex11.encoder_step") as its stub has it.

    It is made from the reference anew, whatever the learner's file says meanwhile. One that is to
    be written, not mended, raises the NotImplementedError of its stub. Raises CourseError, in one
    line, for a name that is not one function's.
    """
    course = find()
    exercise = course.function(name)
    home = exercise.home
    space: dict[str, Any] = {"__name__": f"given_{home.stem}"}
    stub = stub_of(course.solution(home.key), home.stem)
    exec(compile(stub, f"<{home.stem} as it was given>", "exec"), space)
    function: Callable[..., Any] = space[exercise.name]
    return function
