"""What is kept of a laid-out course: its version, and every file as it was handed out."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from minidl.course.sets.folder import Course
from minidl.errors import CourseError
from minidl.files import write

FORM = 1  # of the record
NAME, PRISTINE = "course.json", "pristine"  # in .minidl


@dataclass
class Record:
    """version: of the minidl whose files they are. files: the digest of each as it came."""

    version: str
    files: dict[str, str] = field(default_factory=dict)


def read(course: Course) -> Record:
    """The record of a course; CourseError, in one line, where there is none that can be read."""
    path = course.state / NAME
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["form"] > FORM:
            raise CourseError(f"{path} is of a newer minidl: pip install --upgrade minidl")
        return Record(str(found["version"]), {str(k): str(v) for k, v in found["files"].items()})
    except FileNotFoundError:
        raise CourseError(
            f"{course.root} was not made by `minidl new`, so it is not known how its files "
            "came; a clone is brought up to date by `git pull`"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CourseError(
            f"{path} is damaged ({error}); lay out a new course with `minidl new`, and copy your "
            "exercises/ into it"
        ) from None


def keep(course: Course, record: Record) -> None:
    """Writes the record."""
    told = {"form": FORM, "version": record.version, "files": record.files}
    write(course.state / NAME, json.dumps(told, indent=1, sort_keys=True) + "\n")


def pristine(course: Course, name: str) -> Path:
    """Where the stub of exercises/exNN_name.py is kept as it was handed out."""
    return course.state / PRISTINE / name


def digest(name: str, data: bytes) -> str:
    """Of a notebook's cells, whatever their outputs; of any other file's bytes."""
    if name.endswith(".ipynb"):
        try:
            cells = [(c["cell_type"], "".join(c["source"])) for c in json.loads(data)["cells"]]
            data = json.dumps(cells).encode()
        except (ValueError, KeyError, TypeError):
            pass  # no notebook: its bytes are what there is
    return hashlib.sha256(data).hexdigest()


def number(version: str) -> tuple[int, ...]:
    """(0, 10, 2) for "0.10.2.dev1": what comes first in it counts."""
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()
