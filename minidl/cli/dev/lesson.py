"""The skeleton of a lesson: a source in percent format and a file for its figures."""

from __future__ import annotations

import re

from minidl.cli.dev.places import clone, refuse, skeleton
from minidl.errors import RequestError
from minidl.files import write

NAME = re.compile(r"(?P<number>\d\d)_(?P<topic>[a-z][a-z0-9_]*)$")


def write_lesson(name: str) -> list[str]:
    """Writes both files; where. Raises RequestError for a name or number that is taken."""
    root, found = clone(), NAME.match(name)
    if not found:
        raise RequestError(f"given {name!r}, expected a number and a topic, such as 12_video")
    lessons = root / "lessons"
    taken = sorted(p.stem for p in (lessons / "source").glob(f"{found['number']}_*.py"))
    refuse(bool(taken), f"lesson {taken[0] if taken else ''}")
    refuse((lessons / "figures" / f"{found['topic']}.py").exists(), f"figures/{found['topic']}.py")
    words = found.groupdict()
    write(lessons / "source" / f"{name}.py", skeleton("lesson.py", **words))
    write(lessons / "figures" / f"{found['topic']}.py", skeleton("figures.py", **words))
    return [f"lessons/source/{name}.py", f"lessons/figures/{found['topic']}.py"]
