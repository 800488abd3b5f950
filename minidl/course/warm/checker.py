"""A checker that stays: sandboxes, references and expected values outlive a check."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from minidl.course.grading.grader import Grader
from minidl.course.grading.reference import Reference
from minidl.course.grading.turns import OWN
from minidl.course.grading.whatif import Changes
from minidl.course.report.results import FunctionResult, SetReport
from minidl.course.sandbox.jobs import Limits
from minidl.course.sandbox.sandbox import Sandbox
from minidl.course.sets.folder import Course
from minidl.course.sets.manifest import Exercise


class Checker:
    """Checks functions of one learner as often as they are saved; use it in a `with`.

    seed: the learner's own. The other seed is drawn anew for every check of a function, as it is
    for `check`: nothing that one check made known helps in the next.
    """

    def __init__(self, course: Course, seed: int, limits: Limits | None = None):
        self.course, self.seed, self.limits = course, seed, limits
        self.known: dict[str, FunctionResult] = {}  # of files that were not saved since
        self._begin()

    def __enter__(self) -> Checker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.sandbox.close()
        self.reference.close()

    def restart(self) -> None:
        """Begins with new processes, and nothing known: after a check that failed itself."""
        with contextlib.suppress(Exception):
            self.close()
        self.known = {}
        self._begin()

    def _begin(self) -> None:
        self.sandbox = Sandbox(self.limits)
        self.reference = Reference(self.course, self.seed, self.limits, draws_fresh=True)
        self.changes = Changes(self.reference)

    def forget(self, keys: Iterable[str]) -> None:
        """Forgets the results of these sets: their files were saved."""
        gone = set(keys)
        self.known = {n: r for n, r in self.known.items() if n.partition(".")[0] not in gone}

    def check(self, key: str, *names: str) -> SetReport:
        """Checks these functions of a set, as they are now."""
        for name in names:
            self.known.pop(f"{key}.{name}", None)
        grader = self._grader()
        try:
            return grader.grade_set(key, *names)
        finally:
            for name in grader.done.keys() - self.known.keys():
                self.reference.renew(name)
            self.known = grader.done

    def preparing(self, exercise: Exercise) -> Iterator[Callable[[], object]]:
        """Steps that the next check of a function need not take, the first most likely ones."""
        name, reference = exercise.full_name, self.reference
        yield partial(reference.expected, name)
        yield from (partial(self._needed, exercise, need) for need in exercise.needs)
        yield partial(reference.mistakes, name, OWN, False)
        yield partial(self.changes.tried, name, OWN, 0, "single")

    def _needed(self, exercise: Exercise, need: str) -> None:
        grader = self._grader()
        grader.needed_result(exercise, need)
        self.known = grader.done

    def _grader(self) -> Grader:
        grader = Grader(self.reference, self.sandbox, changes=self.changes)
        grader.done = dict(self.known)
        return grader
