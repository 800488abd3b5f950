"""What a shell completes after Tab: sets, functions, names of samples and presets."""

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


def picture_names(incomplete: str) -> list[str]:
    """The pictures that `minidl style` knows by name; files are the shell's to complete."""
    from minidl.data import ARTWORKS, PAINTINGS, SAMPLE_IMAGES

    names = dict.fromkeys([*SAMPLE_IMAGES, *ARTWORKS, *PAINTINGS])
    return [name for name in names if name.startswith(incomplete)]


def preset_names(incomplete: str) -> list[str]:
    """The presets of `minidl style`."""
    from minidl.cli.style.presets import PRESETS

    return [name for name in PRESETS if name.startswith(incomplete)]
