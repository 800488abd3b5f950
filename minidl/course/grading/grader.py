"""Runs a learner's functions and the reference's on the same probes and seed, and judges them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from minidl.course.grading import turns, words
from minidl.course.grading.explaining import explained
from minidl.course.grading.judged import Judged
from minidl.course.grading.own_work import Borrowed, borrowed
from minidl.course.grading.reference import Reference, foreign_keys
from minidl.course.grading.turns import OWN
from minidl.course.grading.whatif import Changes
from minidl.course.report.results import FunctionResult, SetReport
from minidl.course.sandbox.jobs import Job, Run
from minidl.course.sandbox.sandbox import Sandbox
from minidl.course.sets.helpers import helpers
from minidl.course.sets.manifest import Exercise
from minidl.errors import CourseError


class Grader:
    """Grades the functions of one learner.

    learner: the sandbox that the learner's code runs in.
    texts: sources of the learner's, by set ("ex01"), in place of the files of the course folder.
    on_start: called with the name of each function before it runs.
    changes: of the references, where those of an earlier grader are to be used again.
    """

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
        self.done: dict[str, FunctionResult] = {}

    def grade_set(self, key: str, *names: str) -> SetReport:
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
            run = self.run(exercise, own=False)
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

    def run(self, exercise: Exercise, own: bool) -> Run:
        """Runs the learner's function with the functions it needs their own, or the reference's."""
        home = exercise.home
        text = self.own_work(home.key).text
        job = Job(home.stem, self.path(home.key), text, (exercise.name,))
        job.helpers = helpers(self.course, text)
        planned = turns.plan(exercise, (OWN,), False) if own else self.reference.plan(exercise)
        job.probes = self.reference.probes(exercise, planned)
        limits = self.reference.limits_for(exercise)
        if own:
            for key in foreign_keys(home):
                sibling = {"path": self.path(key), "text": self.own_work(key).text}
                job.siblings[self.course.stems[key]] = sibling
                job.helpers |= helpers(self.course, sibling["text"])
            return self.learner.run(job, limits=limits)
        job.calls = self.calls(exercise)
        answers = self.reference.answers(exercise, job.calls)
        return self.learner.run(job, self.reference.sandbox, answers, limits)

    def calls(self, exercise: Exercise) -> list[tuple[str, str]]:
        """The needed functions as (module, name); module is "" for the set itself.

        Those of other sets are there for every function of the file, as the file imports them.
        """
        foreign = [n for f in exercise.home.functions.values() for n in f.needs if "." in n]
        calls = []
        for need in dict.fromkeys([*exercise.needs, *foreign]):
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
        judged = Judged(self.changes, exercise, run, self.own_work(exercise.home.key).text)
        if not judged.failures:
            line = self.reference.expected(exercise.full_name)[OWN].lines[exercise.name]
            is_open = self.course.texts is None
            return _result(
                exercise,
                "passed",
                points=exercise.points,
                where=where,
                reference=f"solutions/{exercise.home.stem}.py:{line}" if is_open else "",
                note=self.chain_note(exercise),
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

    def chain_note(self, exercise: Exercise) -> str:
        """After a pass over the reference's functions: how it does over the learner's own."""
        if not exercise.needs:
            return ""
        needed = {need: self.needed_result(exercise, need) for need in exercise.needs}
        if unwritten := [n for n, r in needed.items() if r.status == "not started"]:
            return words.unwritten(unwritten)
        wrong = [n for n, r in needed.items() if not r.passed]
        if any(needed[n].status in ("stopped", "not loaded") for n in wrong):
            return words.chain(exercise.name, wrong, list(needed))  # it would only hang again
        try:
            run = self.run(exercise, own=True)
        except CourseError as error:
            return str(error)
        bench = self.reference.bench(exercise, OWN)
        run = turns.part_of(run, turns.plan(exercise, (OWN,), False), OWN)
        if not any(bench.value(run, number) for number in range(len(exercise.probes))):
            return ""
        return words.chain(exercise.name, wrong, list(needed))

    def needed_result(self, exercise: Exercise, need: str) -> FunctionResult:
        """The result of a function that this one needs."""
        key, _, name = need.rpartition(".")
        full_name = f"{key or exercise.home.key}.{name}"
        if full_name not in self.done:
            self.grade_set(key or exercise.home.key, name)
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
