"""`progress` and `reset` for a notebook: how far one is, and how to begin again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from minidl.course.report.places import link
from minidl.course.report.sheet import bar, page
from minidl.course.sets.folder import find
from minidl.course.sets.manifest import ExerciseSet
from minidl.course.sets.reset import reset as restore
from minidl.course.store import Store


@dataclass(frozen=True)
class Progress:
    """Points of each function, as of the latest checks, and the most it ever had.

    It shows itself as a table with a bar for each set.
    """

    sets: Sequence[ExerciseSet]
    points: Mapping[str, int]
    best: Mapping[str, int]
    root: Path
    fault: str = ""  # what is wrong with the file of points

    @property
    def score(self) -> int:
        return sum(self.earned(one, self.points) for one in self.sets)

    @property
    def max_score(self) -> int:
        return sum(one.points for one in self.sets)

    def earned(self, one: ExerciseSet, points: Mapping[str, int]) -> int:
        """The points of a set."""
        return sum(points.get(f.full_name, 0) for f in one.functions.values())

    def __repr__(self) -> str:
        from minidl.course.report import terminal  # rich takes its time to load

        table = terminal.shown(terminal.progress_table(self.sets, self.points, self.best))
        return f"{table}\n{self.fault}".rstrip()

    def _repr_html_(self) -> str:
        rows = "".join(self._row(one) for one in self.sets)
        head = "".join(f"<th>{name}</th>" for name in ("set", "", "", "points", "functions"))
        total = f"<b>{self.score} of {self.max_score} points</b>"
        fault = f'<div class="wrong">{escape(self.fault)}</div>' if self.fault else ""
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        return page(f"{table}<div>{total}</div>{fault}")

    def _row(self, one: ExerciseSet) -> str:
        now, ever = self.earned(one, self.points), self.earned(one, self.best)
        functions = one.functions.values()
        full = sum(self.points.get(f.full_name, 0) >= f.points for f in functions)
        best = f' <span class="quiet">(best {ever})</span>' if ever > now else ""
        lesson = link(self.root, f"lessons/{one.lesson}.ipynb", "", one.title)
        cells = [
            f"<b>{escape(one.key)}</b>",
            lesson,
            bar(now, one.points),
            f"{now} of {one.points}{best}",
            f"{full} of {len(functions)}",
        ]
        return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def progress() -> Progress:
    """How far one is: for each set its points, from the latest checks."""
    course = find()
    store = Store(course)
    fault = f"{course.shown(store.path)} does not count: {store.fault}" if store.fault else ""
    sets = [course.checks(key) for key in course.stems]
    return Progress(sets, store.points, store.best, course.root, fault)


@dataclass(frozen=True)
class Begun:
    """What was put back as it was, and where the file as it had been was copied to."""

    name: str
    file: str
    copy: str
    root: Path

    def __repr__(self) -> str:
        copied = f"your file was copied to {self.copy}\n" if self.copy else ""
        return f"{copied}{self.name} in {self.file} is as it was at the beginning"

    def _repr_html_(self) -> str:
        copied = f"<div>your file was copied to <b>{escape(self.copy)}</b></div>"
        file = link(self.root, self.file, "", self.file)
        done = (
            f"<div><code>{escape(self.name)}</code> in {file} is as it was at the beginning</div>"
        )
        return page((copied if self.copy else "") + done)


def reset(name: str) -> Begun:
    """Puts a set ("ex02") or one function ("ex02.pad2d") back; the file is copied first.

    Raises CourseError, in one line, for an unknown name, and where nothing could be copied or
    written: then the file is left as it is.
    """
    course = find()
    checks, exercise = course.resolve(name)
    path, copy = restore(course, checks.key, exercise.name if exercise else None)
    shown = course.shown(copy) if copy else ""
    whole = exercise.full_name if exercise else checks.key
    return Begun(whole, course.shown(path), shown, course.root)
