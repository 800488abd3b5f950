"""Where submissions are graded: everything of the course is read, and computed, beforehand.

The verdict needs nothing of the disk when the first foreign line runs. What a submission needed
(results of named mistakes, of changed references) is computed here once for all that follow, and
sets whose files are the same to the byte (stubs above all) are graded once: see known.py.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from minidl.course.classroom.intake.parcel import Parcel
from minidl.course.classroom.intake.submission import Submission, submission
from minidl.course.classroom.work import walls
from minidl.course.classroom.work.known import Known, key_of
from minidl.course.classroom.work.task import Task
from minidl.course.classroom.work.told import told_set
from minidl.course.grading.grader import Grader
from minidl.course.grading.reference import Reference
from minidl.course.grading.whatif import Changes
from minidl.course.report.results import FunctionResult, SetReport
from minidl.course.sandbox.jobs import Job, Limits, Run
from minidl.course.sets.folder import Course
from minidl.course.sets.manifest import Exercise, ExerciseSet

SECOND_TRIALS = 2  # in one submission
PATIENCE = 4  # functions of a submission that may use up their time
MOMENT = 1.0  # seconds of the processor for a changed reference: one takes milliseconds or hangs
HANGING = 8  # changed references of one function that may hang, after which no other is tried
BUSY = 8.0  # so slow may a machine be that its processors are shared by many
HURRIED = Limits(
    seconds=1.5, loading=3.0, least_wall=3.0, busy=BUSY
)  # what the functions after these have

Needs = list[tuple[str, list[Any]]]  # what of `shared` a submission asked for


class Room:
    """The course, its references and what they give, for one task.

    course: with the texts of its checks and references in memory.
    """

    def __init__(self, course: Course, task: Task):
        self.course, self.task = course, task
        self.reference = Reference(course, task.seed, Limits(busy=BUSY))
        self.changes = ClassChanges(self.reference, budget=0.0, moment=MOMENT, hanging=HANGING)
        self.known = Known()
        self.shared = {
            "mistakes": _Noted(self.reference.mistakes_on),
            "tried": _Noted(self.changes.tried_on),
        }
        self.reference.mistakes_on = self.shared["mistakes"]
        self.changes.tried_on = self.shared["tried"]

    @property
    def graded(self) -> dict[str, list[str]]:
        """The names of the functions of each set that is graded."""
        return {key: list(self.reference.checks(key).functions) for key in self.task.sets}

    def prepare(self) -> None:
        """Computes what every submission is measured against."""
        for key, names in self.graded.items():
            for name in names:
                self.reference.expected(f"{key}.{name}")

    def renew(self) -> None:
        """Another process for the references, after one that spoke with it was lost."""
        self.reference.sandbox.close()
        self.reference.sandbox = walls.trusted(self.reference.limits)

    def share(self, needs: Needs) -> None:
        """Computes what a submission had to compute, for those that follow."""
        for kind, arguments in needs:
            self.shared[kind](*arguments)

    def grade(self, parcel: Parcel) -> dict[str, Any]:
        """The result of one submission; to be called in a process that is for it alone.

        That process speaks with the references' own, and nobody else may meanwhile.
        """
        for noted in self.shared.values():
            noted.calls.clear()
        found = submission(parcel, self.graded, self.course.stems, self.task.lessons)
        with tempfile.TemporaryDirectory(prefix="minidl-") as folder:
            course = replace(self.course, submission=Path(folder), shown_as="exercises")
            _lay_out(found, Path(folder), course)
            self.reference.course = course
            with walls.around(self.reference.limits, self.task.walls) as learner:
                grader = ClassGrader(self.reference, learner, found.texts, changes=self.changes)
                grader.on_start = lambda _: self._hurry(grader)
                sets = {key: self._set(found, grader, key) for key in self.task.sets}
        return {
            "status": _status(found, self.task.sets),
            "sets": sets,
            "notes": found.notes,
            "marks": found.marks,
        }

    @property
    def needs(self) -> Needs:
        """What the last submission asked for that was not there."""
        return [(kind, list(call)) for kind, noted in self.shared.items() for call in noted.calls]

    def _set(self, found: Submission, grader: ClassGrader, key: str) -> dict[str, Any]:
        """The result of one set; of the same files it is the same, as long as nobody hurries."""
        source = found.sources.get(key)
        if source is None:
            return told_set(_absent(self.reference.checks(key)), "")
        name = key_of(key, found, self.reference.checks)
        result = None if grader.hurries else self.known.get(name)
        if result is None:
            result = told_set(grader.grade_set(key), source)
            if not grader.hurries:
                self.known.keep(name, result)
        return result | {"source": source}

    def _hurry(self, grader: ClassGrader) -> None:
        """Whoever has let several functions run out of time waits for the rest less long."""
        if grader.hurries:
            self.reference.limits_for = lambda exercise: HURRIED  # type: ignore[method-assign]


class ClassGrader(Grader):
    """Tries once more what was stopped; after several such functions it waits less for the rest."""

    over_right = False  # it seldom tells anything, and takes time
    trials = 0  # of functions that were stopped, and had another

    @property
    def hurries(self) -> bool:
        """Whether so many functions were stopped that the rest has less time."""
        return sum(result.status == "stopped" for result in self.done.values()) >= PATIENCE

    def run(self, exercise: Exercise) -> Run:
        """As for a learner; what was stopped has another trial, for the machine may be busy.

        Not what has used up its time of the processor: that it would do again.
        """
        return self._tried(lambda: super(ClassGrader, self).run(exercise))

    def run_alone(self, job: Job, limits: Limits) -> Run:
        return self._tried(lambda: super(ClassGrader, self).run_alone(job, limits))

    def _tried(self, run: Callable[[], Run]) -> Run:
        done = run()
        if done.stopped not in (None, "seconds") and self.trials < SECOND_TRIALS:
            self.trials += 1
            done = run()
        return done


class ClassChanges(Changes):
    """What a named mistake gives is had from what all of them give, which is there for others."""

    def of_mistakes(self, full_name: str, says: str, seed: int) -> list[Run]:
        """What each named mistake with this sentence gives on all cases of a seed."""
        known = self.reference.mistakes(full_name, seed, False)
        wrongs = self.reference.find(full_name).wrongs
        return [m.run for wrong, m in zip(wrongs, known, strict=True) if wrong.says == says]


class _Noted:
    """A cached function, and the arguments of calls to it that were computed anew."""

    def __init__(self, function: Any):
        self.function: Any = function
        self.calls: list[tuple[Any, ...]] = []

    def __call__(self, *arguments: Any) -> Any:
        before = self.function.cache_info().misses
        given = self.function(*arguments)
        if self.function.cache_info().misses > before:
            self.calls.append(arguments)
        return given


def _lay_out(found: Submission, folder: Path, course: Course) -> None:
    """The files of the submission that exercises may import, in a folder of their own."""
    for name, text in found.helpers.items():
        if name not in course.stems.values():
            (folder / f"{name}.py").write_text(text, encoding="utf-8", errors="replace")
    for key, data in found.faults.items():
        course.learner_file(key).write_bytes(data)


def _status(found: Submission, sets: Sequence[str]) -> str:
    if set(sets) & set(found.sources):
        return "graded"
    return "nothing found" if found.is_readable else "cannot be read"


def _absent(checks: ExerciseSet) -> SetReport:
    """The report of a set of which nothing was handed in."""
    results = [
        FunctionResult(f.full_name, "not handed in", f.points, minutes=f.minutes)
        for f in checks.functions.values()
    ]
    return SetReport(checks.key, checks.title, "", results)
