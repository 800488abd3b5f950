"""What a shell completes after Tab: sets and functions."""

from __future__ import annotations

from minidl.errors import RequestError


def exercise_names(incomplete: str) -> list[str]:
    """ "ex0" gives the sets, "ex02.c" the functions of one; nothing outside a course."""
    from minidl.course.sets.folder import find

    try:
        course = find()
        key, dot, _ = incomplete.partition(".")
        if not dot:
            names = list(course.stems)
            return [name for name in names if name.startswith(incomplete)]
        if key not in course.stems:
            return []
        names = [f"{key}.{name}" for name in course.checks(key).functions]
        return [name for name in names if name.startswith(incomplete)]
    except RequestError:
        return []


def function_names(incomplete: str) -> list[str]:
    """As `exercise_names`, where a set alone is not enough: it is completed with its dot."""
    found = exercise_names(incomplete)
    return found if "." in incomplete else [f"{name}." for name in found]
