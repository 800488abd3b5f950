"""`minidl update`: the lessons and checks of the minidl that is installed, and a learner's work."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import Path

from minidl import __version__
from minidl.course.layout import record
from minidl.course.layout.carrying import carry
from minidl.course.layout.origin import contents, origin
from minidl.course.layout.record import Record
from minidl.course.sets.folder import Course
from minidl.errors import CourseError
from minidl.files import alone_in, replacing


@dataclass
class Update:
    """What an update does: the files it writes, and what is said of it.

    writes, removes: by name from the course folder. lines: one for each file that changes or
    cannot. conflicts: {"exercises/ex01_autograd.py": {"pad2d": lines of the stub that differ}}.
    """

    before: str
    writes: dict[str, bytes] = field(default_factory=dict)
    removes: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    conflicts: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    backups: Path | None = None
    digests: dict[str, str] = field(default_factory=dict)
    stubs: dict[str, bytes] = field(default_factory=dict)


def update(course: Course) -> Update:
    """Brings a laid-out course up to the installed minidl; what the learner wrote stays.

    Every file that is replaced is copied to .minidl/backups first. CourseError where the course was
    not made by `minidl new`, or is of a newer minidl.
    """
    known = record.read(course)
    if record.number(known.version) > record.number(__version__):
        raise CourseError(
            f"this course is of minidl {known.version}, and {__version__} is installed: "
            "pip install --upgrade minidl"
        )
    with alone_in(course.state):
        plan = planned(course, known, contents(origin()))
        _carry_out(course, plan)
    return plan


def planned(course: Course, known: Record, files: dict[str, bytes]) -> Update:
    """What is to be done, without doing it."""
    plan = Update(known.version)
    for name, data in files.items():
        path = course.root / name
        if name.startswith("exercises/"):
            _exercise(plan, course, name, data)
        elif not path.is_file():
            plan.writes[name] = data
            plan.lines.append(f"{name}: new")
        elif record.digest(name, path.read_bytes()) != record.digest(name, data):
            _other(plan, name, path.read_bytes(), data, known.files.get(name, ""))
        plan.digests.setdefault(name, record.digest(name, data))
    for name in known.files.keys() - files.keys():
        _gone(plan, course, name, known.files[name])
    return plan


def _other(plan: Update, name: str, old: bytes, data: bytes, known: str) -> None:
    """A lesson, or what belongs to lessons. One with a learner's notes in it is left as it is."""
    touched = record.digest(name, old) != known
    if touched and name.endswith(".ipynb"):
        if known != record.digest(name, data):
            beside = f"{name.removesuffix('.ipynb')}-{__version__}.ipynb"
            plan.writes[beside] = data
            plan.lines.append(f"{name}: you changed it, so it stays; the new one is {beside}")
        return
    plan.writes[name] = data
    note = "; yours is in the backup" if touched and known else ""
    plan.lines.append(f"{name}: renewed{note}")


def _exercise(plan: Update, course: Course, name: str, data: bytes) -> None:
    path, pristine = course.root / name, record.pristine(course, name)
    plan.stubs[name] = data
    if not path.is_file():
        plan.writes[name] = data
        plan.lines.append(f"{name}: new")
        return
    mine = course.read(path)
    base = pristine.read_text(encoding="utf-8") if pristine.is_file() else ""
    try:
        carried = carry(mine, base, data.decode())
    except SyntaxError as error:
        if base != data.decode():
            del plan.stubs[name]  # the next update begins from the old one again
            plan.lines.append(
                f"{name}:{error.lineno or 1} does not parse, so it was left as it is; mend that "
                "line, then `minidl update` again"
            )
        return
    if carried.text != mine:
        plan.writes[name] = carried.text.encode()
        what = ", ".join([*carried.new, *(f"{gone} is gone" for gone in carried.gone)])
        kept = f" ({what}); what you wrote stays" if what else ""  # an untouched one is all new
        plan.lines.append(f"{name}: renewed{kept}")
    if carried.conflicts:
        plan.conflicts[name] = carried.conflicts


def _gone(plan: Update, course: Course, name: str, known: str) -> None:
    path = course.root / name
    if not path.is_file():
        return
    if record.digest(name, path.read_bytes()) == known:
        plan.removes.append(name)
        plan.lines.append(f"{name}: is no longer part of the course")
    else:
        plan.lines.append(f"{name}: no longer part of the course; you changed it, so it stays")


def _carry_out(course: Course, plan: Update) -> None:
    """Backups first, then the files, the record last: stopped anywhere, it can be run again."""
    replaced = [name for name in [*plan.writes, *plan.removes] if (course.root / name).is_file()]
    if replaced:
        now = datetime.datetime.now().strftime("%Y-%m-%d-%H%M%S-%f")
        plan.backups = course.state / "backups" / f"update-{now}"
    for name in replaced:
        _put(plan.backups / name, (course.root / name).read_bytes())  # type: ignore[operator]
    for name, data in plan.writes.items():
        _put(course.root / name, data)
    for name in plan.removes:
        (course.root / name).unlink()
    for name, data in plan.stubs.items():
        if not (path := record.pristine(course, name)).is_file() or path.read_bytes() != data:
            _put(path, data)
    record.keep(course, Record(__version__, plan.digests))


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        temporary.write_bytes(data)
