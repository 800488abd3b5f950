"""Runs a learner's functions and the reference's on the same probes and seed, and judges them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from minidl.course.grading import turns, words
from minidl.course.grading.chains import Chains
from minidl.course.grading.explaining import explained
from minidl.course.grading.judged import Judged
from minidl.course.grading.own_work import Borrowed, borrowed
from minidl.course.grading.reference import Reference, foreign_keys
from minidl.course.grading.turns import OWN
from minidl.course.grading.whatif import Changes
from minidl.course.report.results import FunctionResult, SetReport
from minidl.course.sandbox.answering import Answering
from minidl.course.sandbox.jobs import Job, Limits, Run
from minidl.course.sandbox.sandbox import Sandbox
from minidl.course.sets.helpers import helpers
from minidl.course.sets.manifest import Exercise, ExerciseSet
from minidl.errors import CourseError


class Grader:
    """Grades the functions of one learner.

    learner: the sandbox that the learner's code runs in.
    texts: sources of the learner's, by set ("ex01"), in place of the files of the course folder.
    on_start: called with the name of each function before it runs.
    changes: of the references, where those of an earlier grader are to be used again.
    """

    over_right = True  # whether functions are tried over others of the learner's that are right

    def __init__(
        self,
        reference: Reference,
        learner: Sandbox,
        texts: dict[str, str] | None = None,
        on_start: Callable[[str], object] | None = None,
        changes: Changes | None = None,
    ):
        self.reference, self.learner = reference, learner
        self.on_start = on_start or (lambda name: None)
        self.course, self.changes = reference.course, changes or Changes(reference)
        self.texts = texts or {}
        self.chains = Chains(
            reference, self.needed_result, self.job_alone, self.run_alone, self.over_right
        )
        self.done: dict[str, FunctionResult] = {}
        self.answered: dict[str, Answering] = {}

    def grade_set(self, key: str, *names: str) -> SetReport:
        """Grades these functions of a set, or all, and says how they do over each other."""
        report = self.verdicts(key, *names)
        self.add_notes(report)
        return report

    def verdicts(self, key: str, *names: str) -> SetReport:
        """Grades these functions of a set, or all. A file that does not load is tried once."""
        checks = self.reference.checks(key)
        report = self.report(key)
        chosen = [checks.functions[name] for name in names or checks.functions]
        for exercise in chosen:
            if not report.trouble and exercise.full_name not in self.done:
                report.trouble = self.graded(exercise)
            if report.trouble:
                self.done[exercise.full_name] = _result(exercise, "not loaded")
            report.results.append(self.done[exercise.full_name])
        return report

    def report(self, key: str) -> SetReport:
        """The report of a set, without results as yet."""
        title, now = self.reference.checks(key).title, time.time()
        saved = None if key in self.texts else self.course.saved(key)
        return SetReport(key, title, self.path(key), [], saved=saved, checked=now)

    def graded(self, exercise: Exercise) -> tuple[str, ...]:
        """Adds one function's result to `done`, or says why the file could not be loaded."""
        self.on_start(exercise.full_name)
        try:
            if says := self.own_work(exercise.home.key).by(exercise.name):
                self.done[exercise.full_name] = _result(
                    exercise, "wrong", says=says, named=True, diagnosis="named"
                )
                return ()
            run = self.run(exercise)
        except CourseError as error:
            return (str(error),)
        if not run.loaded:
            return words.not_loaded(run, self.reference.limits_for(exercise))
        self.done[exercise.full_name] = self.result(exercise, run)
        return ()

    def text(self, key: str) -> str:
        """The learner's source of a set; CourseError if it cannot be read."""
        if key in self.texts:
            return self.texts[key]
        return self.course.read(self.course.learner_file(key))

    def own_work(self, key: str) -> Borrowed:
        """The learner's source of a set, and which functions let the library answer for them."""
        return borrowed(self.text(key))

    def path(self, key: str) -> str:
        """The learner's file as it is shown."""
        return self.course.shown(self.course.learner_file(key))

    def run(self, exercise: Exercise) -> Run:
        """Runs the learner's function over the reference's, where it needs others."""
        job, limits = self.job(exercise), self.reference.limits_for(exercise)
        job.probes = self.reference.probes(exercise, self.reference.plan(exercise))
        job.calls = self.calls(exercise.home, exercise)
        return self.learner.run(job, self.answering(exercise), limits)

    def run_alone(self, job: Job, limits: Limits) -> Run:
        """Runs the learner's functions over their own others."""
        return self.learner.run(job, limits=limits)

    def job(self, exercise: Exercise) -> Job:
        """The learner's file, without probes as yet."""
        home = exercise.home
        text = self.own_work(home.key).text
        names, files = (exercise.name,), helpers(self.course, text)
        return Job(home.stem, self.path(home.key), text, names, helpers=files)

    def job_alone(self, exercise: Exercise) -> Job:
        """The probes on the learner's file, over their own files of the other sets."""
        job = self.job(exercise)
        job.probes = self.reference.probes(exercise, turns.plan(exercise, (OWN,), strict=False))
        for key in foreign_keys(exercise.home):
            sibling = {"path": self.path(key), "text": self.own_work(key).text}
            job.siblings[self.course.stems[key]] = sibling
            job.helpers |= helpers(self.course, sibling["text"])
        return job

    def answering(self, exercise: Exercise) -> Answering:
        """Who answers calls to needed functions of a set, for all of its functions."""
        home = exercise.home
        if home.key not in self.answered:
            calls = self.calls(home, *home.functions.values())
            self.answered[home.key] = self.reference.answering(exercise, calls)
        return self.answered[home.key]

    def calls(self, home: ExerciseSet, *exercises: Exercise) -> list[tuple[str, str]]:
        """The functions that these need, as (module, name); module is "" for the set itself.

        Those of other sets are there for every function of the file, as the file imports them.
        """
        foreign = [n for f in home.functions.values() for n in f.needs if "." in n]
        calls = []
        for need in dict.fromkeys([*(n for f in exercises for n in f.needs), *foreign]):
            key, _, name = need.rpartition(".")
            calls.append((self.course.stems[key] if key else "", name))
        return calls

    def result(self, exercise: Exercise, run: Run) -> FunctionResult:
        """Judges a run by all of its probes; the first that is not right is explained."""
        where = f"{self.path(exercise.home.key)}:{run.lines.get(exercise.name) or '?'}"
        if run.lines.get(exercise.name) is None:
            return _result(
                exercise, "crashed", **words.missing(exercise, self.text(exercise.home.key))
            )
        key = exercise.home.key
        judged = Judged(self.changes, exercise, run, self.own_work(key).text, self.path(key))
        if not judged.failures:
            line = self.reference.expected(exercise.full_name)[OWN].lines[exercise.name]
            is_open = self.course.texts is None
            return _result(
                exercise,
                "passed",
                points=exercise.points,
                where=where,
                reference=f"solutions/{exercise.home.stem}.py:{line}" if is_open else "",
            )
        if judged.is_unwritten:
            return _result(exercise, "not started", where=where)
        told = explained(judged)
        return _result(
            exercise,
            "crashed" if told.status == "not started" else told.status,
            says=told.says,
            details=told.details,
            picture=told.picture,
            named=told.named,
            diagnosis=told.diagnosis,
            mistakes=told.mistakes,
            points=judged.points,
            credit=judged.credit,
            case=judged.place,
            where=where,
            printed=run.printed,
        )

    def add_notes(self, report: SetReport) -> None:
        """Says of functions that passed how they do over the learner's own others."""
        checks = self.reference.checks(report.key)
        passed = [checks.functions[r.name.partition(".")[2]] for r in report.results if r.passed]
        for name, note in self.chains.notes(passed).items():
            self.done[name] = replace(self.done[name], note=note)
        report.results = [self.done[result.name] for result in report.results]

    def needed_result(self, exercise: Exercise, need: str) -> FunctionResult:
        """The result of a function that this one needs."""
        key, _, name = need.rpartition(".")
        full_name = f"{key or exercise.home.key}.{name}"
        if full_name not in self.done:
            self.verdicts(key or exercise.home.key, name)
        return self.done[full_name]


def _result(exercise: Exercise, status: Any, **more: Any) -> FunctionResult:
    return FunctionResult(
        exercise.full_name,
        status,
        exercise.points,
        minutes=exercise.minutes,
        taught=exercise.taught,
        **more,
    )
