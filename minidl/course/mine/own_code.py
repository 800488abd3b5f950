"""`your_code`: a learner's own functions for the next lines of a lesson, whether or not they pass.

They run in a process of their own, as for a check: one that never ends or crashes costs a word, and
the lesson goes on with the reference's.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any

from minidl.course import latest
from minidl.course.checking import check
from minidl.course.mine.form import unlike
from minidl.course.mine.jobs import References, needs, process_of
from minidl.course.mine.process import CallFailed, LearnerProcess
from minidl.course.report.sheet import page
from minidl.course.sets.folder import Course, find
from minidl.course.sets.manifest import Exercise
from minidl.errors import CourseError

STANDS_IN = "the reference stands in, and what you see is its work"
SHOWN = {"yours": ("✓", "right"), "wrong": ("✗", "wrong"), "not yours": ("·", "quiet")}
WRONG = ("wrong", "crashed")  # runs on request
NOT_RUN = {
    "not started": "not written yet",
    "not loaded": "your file cannot be loaded",
    "stopped": "yours was stopped in its check",
}


class YourCode:
    """Functions of a learner's, by name: `code.backward(...)`; it shows whose each of them is.

    Results come from another process: what a function does to its arguments is not seen here.
    """

    def __init__(
        self, course: Course, exercises: list[Exercise], even_wrong: bool, any_length: bool = False
    ):
        self._course, self._even_wrong, self._any_length = course, even_wrong, any_length
        self._references = References(course)
        self._exercises = {exercise.name: exercise for exercise in exercises}
        self._processes: dict[str, LearnerProcess] = {}  # by set
        self._says = {e.name: self._standing(e) for e in exercises}  # which of SHOWN, and words

    def __getattr__(self, name: str) -> Callable[..., Any]:
        exercises = self.__dict__.get("_exercises", {})
        if name not in exercises:
            raise AttributeError(f"there is no function {name!r} here, but {', '.join(exercises)}")
        return partial(self._call, exercises[name])

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._exercises]

    def whose(self, name: str) -> str:
        """ "yours", "yours, not right yet" or "the reference's": for the title of a picture."""
        names = {"yours": "yours", "wrong": "yours, not right yet"}
        return names.get(self._says[name][0], "the reference's")

    def right(self, *names: str) -> bool:
        """Whether these functions (default: all) are right as they run: pass, or are replaced."""
        return all(self._says[name][0] != "wrong" for name in names or self._says)

    def close(self) -> None:
        """Ends the processes; a later call starts others."""
        for process in self._processes.values():
            process.close()

    def __repr__(self) -> str:
        return "\n".join(f"{SHOWN[k][0]} {name}: {says}" for name, (k, says) in self._says.items())

    def _repr_html_(self) -> str:
        rows = [
            f'<tr><td class="{SHOWN[kind][1]}">{SHOWN[kind][0]}</td><td><code>{name}</code></td>'
            f'<td class="{"quiet" if kind == "not yours" else ""}">{escape(says)}</td></tr>'
            for name, (kind, says) in self._says.items()
        ]
        return page(f"<table><tbody>{''.join(rows)}</tbody></table>")

    def _standing(self, exercise: Exercise) -> tuple[str, str]:
        """Whether the learner's function runs, and a word on it."""
        status = self._status(exercise.full_name)
        if status == "passed":
            shaky = [n for n in needs(self._course, [exercise]) if self._status(n) in WRONG]
            if not self._even_wrong or not shaky:
                return "yours", "your own function"
            over = ", ".join(name.partition(".")[2] for name in shaky)
            return "wrong", f"yours, over {over}, not right yet: what you see is the doing of all"
        if status in NOT_RUN:
            return "not yours", f"{NOT_RUN[status]}; {STANDS_IN}"
        if not self._even_wrong:
            return "not yours", f"yours does not pass its checks; {STANDS_IN}"
        return "wrong", "yours, which does not pass its checks: what you see is its own doing"

    def _status(self, full_name: str) -> str:
        result = latest.found(self._course, full_name)
        return result.status if result else "not started"

    def _call(self, exercise: Exercise, *args: Any, **kwargs: Any) -> Any:
        """The learner's result; from the first call that comes to nothing on, the reference's."""
        kind = self._says[exercise.name][0]
        reference = partial(self._references.function(exercise.full_name), *args, **kwargs)
        if kind == "not yours":
            return reference()
        try:
            result = self._process(exercise.home.key).call(exercise.name, args, kwargs)
        except CallFailed as failed:
            return self._given_up(exercise, str(failed), reference)
        if kind == "wrong":
            expected = reference()
            if why := unlike(result, expected, any_length=self._any_length):
                return self._given_up(exercise, why, lambda: expected)
        return result

    def _given_up(self, exercise: Exercise, why: str, reference: Callable[[], Any]) -> Any:
        self._says[exercise.name] = "not yours", f"yours {why}; {STANDS_IN}"
        return reference()

    def _process(self, key: str) -> LearnerProcess:
        """The process of a set; whoever else has processes ends them."""
        global _current
        if (other := _current and _current()) and other is not self:
            other.close()
        _current = weakref.ref(self)
        if key not in self._processes:
            here = [e for e in self._exercises.values() if e.home.key == key]
            needed = {name: self._status(name) for name in needs(self._course, here)}
            runs = ("passed", *WRONG) if self._even_wrong else ("passed",)
            own = {name for name, status in needed.items() if status in runs}
            self._processes[key] = process_of(self._references, key, here, own)
            weakref.finalize(self, self._processes[key].close)
        return self._processes[key]


_current: weakref.ref[YourCode] | None = None


def your_code(*names: str, even_wrong: bool = False, any_length: bool = False) -> YourCode:
    """A learner's own functions, to be called in the next lines: `your_code("ex01.backward")`.

    Each is checked, if it was not since its file was saved. Where it does not pass, the reference
    stands in, and the object says so when it is shown.

    names: functions ("ex01.backward") of one or more sets; no two may be of one name.
    even_wrong: a function that runs is used though it does not pass, and shows what it does; one
    that raises, never ends, or returns another kind of thing is still replaced.
    any_length: an array of one axis (positions found) may be longer or shorter than is right.
    Raises CourseError, in one line, for a name that is not one function's.
    """
    course = find()
    if not names:
        raise CourseError('your_code takes the names of functions, such as "ex01.backward"')
    exercises = [course.function(name) for name in names]
    if len({exercise.name for exercise in exercises}) < len(exercises):
        raise CourseError(f"two of {', '.join(names)} are functions of one name: ask twice")
    wanted = [*(e.full_name for e in exercises), *needs(course, exercises)]
    unknown = [name for name in dict.fromkeys(wanted) if not latest.found(course, name)]
    if unknown:
        check(*unknown)
    return YourCode(course, exercises, even_wrong, any_length)
