"""After a pass over the reference's functions: how functions do over the learner's own others.

It costs no points, and tells whose the bug is. Functions over others that are all right are tried
together, in one process; only if something goes wrong there is each tried by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from minidl.course.grading import turns, words
from minidl.course.grading.reference import Reference
from minidl.course.grading.turns import OWN
from minidl.course.report.results import FunctionResult
from minidl.course.sandbox.jobs import Job, Limits, Run
from minidl.course.sets.manifest import Exercise
from minidl.errors import CourseError

STOPPED = ("stopped", "not loaded")  # what would only hang again


class Chains:
    """How functions of a set do over the learner's own others.

    result: of a needed function. job: the probes of functions on the learner's file, over their own
    others. run: of a job, in the learner's sandbox. over_right: whether functions are tried whose
    needed ones are all right, which seldom tells anything.
    """

    def __init__(
        self,
        reference: Reference,
        result: Callable[[Exercise, str], FunctionResult],
        job: Callable[[Exercise], Job],
        run: Callable[[Job, Limits], Run],
        over_right: bool,
    ):
        self.reference, self.over_right = reference, over_right
        self.result, self.job, self.run = result, job, run

    def notes(self, exercises: Iterable[Exercise]) -> dict[str, str]:
        """What is to be said after each of these functions of one set, which passed; "" if nothing.

        A function that needs no other is passed over.
        """
        notes, over_right = {}, []
        for exercise in filter(lambda f: f.needs, exercises):
            needed = {need: self.result(exercise, need) for need in exercise.needs}
            wrong = [need for need, result in needed.items() if not result.passed]
            if unwritten := [n for n in wrong if needed[n].status == "not started"]:
                notes[exercise.full_name] = words.unwritten(unwritten)
            elif any(needed[n].status in STOPPED for n in wrong):
                notes[exercise.full_name] = words.chain(exercise.name, wrong, exercise.needs)
            elif wrong:
                notes[exercise.full_name] = self._note([exercise], wrong)
            else:
                over_right.append(exercise)
        if self.over_right and over_right and (note := self._note(over_right, [])):
            alone = len(over_right) == 1
            for exercise in over_right:
                notes[exercise.full_name] = note if alone else self._note([exercise], [])
        return notes

    def _note(self, exercises: list[Exercise], wrong: list[str]) -> str:
        """What is to be said of these functions, in words for the first of them."""
        try:
            right = self._right(exercises)
        except CourseError as error:
            return str(error)
        return "" if right else words.chain(exercises[0].name, wrong, exercises[0].needs)

    def _right(self, exercises: list[Exercise]) -> bool:
        """Whether these functions, run in one process, are right over the learner's own others."""
        jobs = [self.job(exercise) for exercise in exercises]
        together = replace(jobs[0], probes=[probe for job in jobs for probe in job.probes])
        limits = max(map(self.reference.limits_for, exercises), key=lambda limits: limits.seconds)
        run, begun = self.run(together, limits), 0
        for exercise, job in zip(exercises, jobs, strict=True):
            planned = turns.plan(exercise, (OWN,), strict=False)
            own = {n - begun: run.results[n] for n in run.results if n >= begun}
            part = turns.part_of(replace(run, results=own, calls={}), planned, OWN)
            bench = self.reference.bench(exercise, OWN)
            if any(bench.value(part, number) for number in range(len(exercise.probes))):
                return False
            begun += len(job.probes)
        return True
