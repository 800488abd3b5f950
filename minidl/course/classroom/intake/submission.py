"""From a parcel to what is graded: the text of each set, and the student's own modules."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from minidl.course.classroom.intake.archives import unpacked
from minidl.course.classroom.intake.choosing import KEY
from minidl.course.classroom.intake.notebooks import NONE, Lessons, exercises_in
from minidl.course.classroom.intake.parcel import Parcel
from minidl.course.sets.reading import Unreadable, decoded
from minidl.course.sets.stubs import is_untouched
from minidl.files import shown

UNREADABLE = ("cannot be read", "cannot be unpacked", "no notebook that", "larger than")
NUMBER = re.compile(r"^(\d\d)_")


@dataclass
class Submission:
    """Texts by set ("ex01"), the files of the student's own beside them, and what was noticed.

    sources: for each set, the path in the submission that it was taken from.
    """

    texts: dict[str, str] = field(default_factory=dict)
    helpers: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    faults: dict[str, bytes] = field(default_factory=dict)  # what is no text

    @property
    def is_readable(self) -> bool:
        """Whether nothing was found because nothing is there, and not for want of a reader."""
        return not any(words in note for note in self.notes for words in UNREADABLE)

    @property
    def marks(self) -> dict[str, str]:
        """A digest of the code of each set that has work in it, to find files that are the same."""
        return {key: _mark(text) for key, text in self.texts.items() if not is_untouched(text)}


def submission(
    parcel: Parcel,
    graded: dict[str, list[str]],
    stems: dict[str, str],
    lessons: Lessons = NONE,
) -> Submission:
    """What a parcel has of these sets. graded: {set: names of its functions}."""
    found = unpacked(parcel)
    made = Submission()
    by_set: dict[str, list[str]] = {}
    for name in found.files:
        path = PurePosixPath(name)
        if path.suffix.lower() == ".py":
            if (key := key_of(path.name, stems)) in stems:
                by_set.setdefault(key, []).append(name)
            else:
                _helper(path, found.files[name], made)
    for key in sorted(by_set):
        _choose(key, by_set[key], found, made, stems)
    notebooks = [n for n in sorted(found.files) if n.lower().endswith(".ipynb")]
    for name in notebooks:
        _notebook(name, found, made, graded, lessons)
    made.notes = found.notes
    if found.files and not made.sources and made.is_readable:
        found.note(_nothing(found, next(iter(stems.values()), "")))
    return made


def _nothing(found: Parcel, stem: str) -> str:
    """What is said of files none of which is an exercise."""
    names = [shown(PurePosixPath(name).name) for name in found.files]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return (
        f"{', '.join(names[:3])}{more}: no exercise goes by that name; ask for files that are "
        f"called as they were handed out, {stem}.py"
    )


def key_of(name: str, stems: dict[str, str]) -> str:
    """The set whose file has this name: "doe_123_ex01_autograd-2.py" is ex01's; "" if none's."""
    for key, stem in stems.items():
        if name == f"{stem}.py":
            return key
    number = KEY.search(name)
    return f"ex{number[1]}" if number else ""


def _choose(
    key: str, names: list[str], found: Parcel, made: Submission, stems: dict[str, str]
) -> None:
    """Of several files of one set: one with work in it, in exercises/, with its very name."""

    def order(name: str) -> tuple[bool, bool, bool, int, str]:
        path = PurePosixPath(name)
        return (
            is_untouched(text_of(found.files[name]) or ""),
            path.parent.name != "exercises",
            path.stem != stems[key],
            len(path.parts),
            name,
        )

    chosen = min(names, key=order)
    others = {found.files[name] for name in names} - {found.files[chosen]}
    if others:
        one = shown(chosen)
        found.note(f"{key} is there {len(names)} times, differently: {one} was graded")
    text = text_of(found.files[chosen])
    made.sources[key] = chosen
    if text is None:
        made.faults[key] = found.files[chosen]
    else:
        made.texts[key] = text


def text_of(data: bytes) -> str | None:
    """The text of a Python file, line ends as Python has them; None if it is no text."""
    try:
        return io.StringIO(decoded(data), newline=None).read()
    except Unreadable:
        return None


def _helper(path: PurePosixPath, data: bytes, made: Submission) -> None:
    text = text_of(data)
    if text is not None and path.stem.isidentifier():
        made.helpers.setdefault(path.stem, text)


def _notebook(
    name: str, found: Parcel, made: Submission, graded: dict[str, list[str]], lessons: Lessons
) -> None:
    """Functions in a notebook count for sets that have no file with work in it.

    Those in a lesson, where learners try things out, count for sets that have no file at all.
    """
    last = PurePosixPath(name).name
    number = NUMBER.match(last)
    told = exercises_in(found.files[name], graded, f"ex{number[1]}" if number else "", lessons)
    if told.fault:
        found.note(f"{shown(name)} {told.fault}")
    taken = []
    for key, text in told.texts.items():
        if key in made.texts and (last in lessons.names or not is_untouched(made.texts[key])):
            if is_untouched(made.texts[key]):
                source = shown(made.sources[key])
                found.note(f"{shown(name)} has functions of {key}; {source}, not begun, counts")
            continue
        made.texts[key], made.sources[key] = text, name
        taken.append(key)
    if taken:
        cells = f"; cells that are no exercises: {told.left_out}" if told.left_out else ""
        found.note(f"{', '.join(taken)} taken from the notebook {shown(name)}{cells}")


def _mark(text: str) -> str:
    """A digest of the code without comments, blank lines and spacing at the ends of lines."""
    return hashlib.sha256("\n".join(_code(text)).encode()).hexdigest()[:16]


def _code(text: str) -> Iterable[str]:
    for line in text.split("\n"):
        if (bare := line.partition("#")[0].rstrip()).strip():
            yield bare
