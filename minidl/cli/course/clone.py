"""One line for whoever learns in a clone's my-course/, and gives a command beside it."""

from __future__ import annotations

import contextlib
import sys

from minidl.errors import CourseError


def say_where() -> None:
    """Says that a command looks at the clone's own exercises, where nothing was written."""
    from minidl.course.layout.own import has_own
    from minidl.course.sets.folder import OWN, find

    with contextlib.suppress(CourseError):
        if has_own(find()):
            line = f"these are the untouched exercises of the clone; yours are in {OWN}/: cd {OWN}"
            print(f"minidl: {line}", file=sys.stderr)
