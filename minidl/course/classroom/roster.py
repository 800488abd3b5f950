"""roster.csv: who is in the class, and whose submission is whose."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from minidl.course.classroom.times import moment
from minidl.errors import RequestError
from minidl.files import existing, shown

DATES = ("due", "submitted_at")
ALIASES = {
    "email_address": "email", "e-mail": "email", "student_id": "id", "id_number": "id",
    "surname": "last_name",
}  # fmt: skip
NOBODY = ("points possible", "student, test")  # rows of Canvas's gradebook


@dataclass(frozen=True)
class Student:
    """One row of the roster; other columns than id, name and email are in `more`."""

    id: str
    name: str = ""
    email: str = ""
    more: dict[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> list[str]:
        """What a submission of theirs may be called, the surest first."""
        first = [self.more.get("submission", ""), self.id]
        first += [self.more.get(key, "") for key in ("canvas_id", "sis_user_id", "sis_login_id")]
        mail = [self.email, self.email.partition("@")[0], self.more.get("username", "")]
        words = self.name.split()
        turned = [self.name, " ".join([words[-1], *words[:-1]])] if words else []
        return [plain(key) for key in [*first, *mail, *turned] if plain(key)]


def plain(text: str) -> str:
    """A name without case, accents, spaces and punctuation, to compare names by."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in letters if c.isalnum())


class Roster:
    """The students of a class, in the order of the file.

    RequestError, in one line, for a file without ids, with an id twice, or with a bad date.
    """

    def __init__(self, students: Iterable[Student] = ()):
        self.students = list(students)
        self.by_key: dict[str, Student | None] = {}
        for student in self.students:
            for key in dict.fromkeys(student.keys):
                taken = self.by_key.get(key, student)
                self.by_key[key] = student if taken is student else None  # several: nobody's

    def is_shared(self, name: str) -> bool:
        """Whether several are called so, so that it is nobody's."""
        return plain(name) in self.by_key and self.by_key[plain(name)] is None

    def owner(self, names: Iterable[str]) -> Student | None:
        """The student that one of these names belongs to: as a whole, or as words of it."""
        for name in names:
            if found := self.by_key.get(plain(name)):
                return found
        for name in names:
            parts = [plain(part) for part in re.split(r"[^\w@.]+|_+", name) if plain(part)]
            parts += [a + b for a, b in pairwise(parts)]
            said = {found.id: found for part in parts if (found := self.by_key.get(part))}
            if len(said) == 1:
                return next(iter(said.values()))
        return None


def read(path: Path) -> Roster:
    """The roster in a CSV file with a head line: id, and any of name, email, due, submitted_at.

    The gradebook that Canvas exports, and Moodle's list of participants, are such files, too.
    """
    data = existing(path, "roster").read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")  # what spreadsheets write
    lines = text.splitlines()
    separator = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    names = _columns(rows.fieldnames or [])
    if not {"id", "email", "canvas_id"} & set(names.values()):
        given = ", ".join(filter(None, names)) or "nothing"
        raise RequestError(
            f"{shown(path)} has the columns {shown(given)}; it needs one named id "
            "(others that are understood: name, email, due, submitted_at)"
        )
    students = [_student(row, names, path, line) for line, row in enumerate(rows, 2)]
    return Roster(_once([student for student in students if student.id], path))


def _columns(heads: Iterable[str]) -> dict[str, str]:
    """What the columns mean. Canvas's own is known by its SIS columns, and has its number as ID."""
    names = {head: _column(head) for head in heads}
    if {"student", "sis_login_id"} <= set(names.values()):
        canvas = {"student": "name", "id": "canvas_id"}
        return {head: canvas.get(name, name) for head, name in names.items()}
    return names


def _column(name: str | None) -> str:
    low = (name or "").strip().lower().replace(" ", "_")
    return ALIASES.get(low, low)


def _student(row: dict[str, str], names: dict[str, str], path: Path, line: int) -> Student:
    known = {names[key]: value for key, value in row.items() if key in names}
    cells = {key: value.strip() for key, value in known.items() if isinstance(value, str)}
    for date in DATES:
        if cells.get(date):
            moment(cells[date], f"{date} in line {line} of {shown(path)}")
    if cells.get("name", "").lower() in NOBODY:
        return Student("")
    base = {key: cells.pop(key, "") for key in ("id", "name", "email")}
    base["name"] = base["name"] or " ".join(
        filter(None, (cells.pop("first_name", ""), cells.pop("last_name", "")))
    )
    login = cells.get("sis_login_id", "")
    base["email"] = base["email"] or (login if "@" in login else "")
    others = [cells.get(key, "") for key in ("sis_user_id", "canvas_id")]
    base["id"] = next(filter(None, [base["id"], *others, base["email"]]), "")
    return Student(**base, more=cells)


def _once(students: list[Student], path: Path) -> list[Student]:
    seen: set[str] = set()
    for student in students:
        if student.id in seen:
            raise RequestError(f"{shown(path)} has the id {shown(student.id)} twice")
        seen.add(student.id)
    return students
