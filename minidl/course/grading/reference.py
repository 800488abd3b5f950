"""The reference side of grading: solutions, their results on the probes, and the named mistakes."""

from __future__ import annotations

import zlib
from dataclasses import replace
from functools import cache

from minidl.course.sandbox.jobs import Job, Limits, Run
from minidl.course.sandbox.sandbox import Sandbox
from minidl.course.sets.folder import Course
from minidl.course.sets.manifest import Exercise, ExerciseSet
from minidl.course.sets.stubs import patched


class Reference:
    """Solutions of a course run on the probes of one seed, each once; use it in a `with`.

    It has a sandbox of its own, so that no process ever holds both a learner's code and ours.
    """

    def __init__(self, course: Course, seed: int, limits: Limits | None = None):
        self.course, self.seed = course, seed
        self.limits = limits or Limits()
        self.sandbox = Sandbox(self.limits)
        self.checks = cache(course.checks)
        self.solution = cache(course.solution)
        self.expected = cache(self._expected)
        self.mistake = cache(self._mistake)

    def __enter__(self) -> Reference:
        return self

    def __exit__(self, *_: object) -> None:
        self.sandbox.close()

    def limits_for(self, exercise: Exercise) -> Limits:
        seconds = exercise.seconds
        return replace(self.limits, seconds=seconds) if seconds else self.limits

    def probes(self, exercise: Exercise) -> list[dict]:
        """What a worker is told of the probes: source, name, and a seed for each."""
        return [
            {
                "source": probe.source,
                "function": probe.function,
                "seed": [self.seed, zlib.crc32(f"{exercise.full_name}: {probe.title}".encode())],
            }
            for probe in exercise.probes
        ]

    def job(self, exercise: Exercise, text: str) -> Job:
        """The probes on a solution, or on a changed one, over the solutions of the other sets."""
        stem = exercise.home.stem
        job = Job(stem, f"solutions/{stem}.py", text, (exercise.name,), self.probes(exercise))
        for key in foreign_keys(exercise.home):
            path = f"solutions/{self.course.stems[key]}.py"
            job.siblings[self.course.stems[key]] = {"path": path, "text": self.solution(key)}
        return job

    def answers(self, exercise: Exercise, calls: list[tuple[str, str]]) -> Job:
        """A job without probes that answers calls to the needed functions."""
        job = self.job(exercise, self.solution(exercise.home.key))
        names = tuple(f"{home}.{name}".lstrip(".") for home, name in calls)
        return replace(job, names=names, probes=[])

    def find(self, full_name: str) -> Exercise:
        key, _, name = full_name.partition(".")
        return self.checks(key).functions[name]

    def _expected(self, full_name: str) -> Run:
        exercise = self.find(full_name)
        text = self.solution(exercise.home.key)
        run = self.sandbox.run(self.job(exercise, text), limits=self.limits_for(exercise))
        for number, probe in enumerate(exercise.probes):
            kind, told = run.results.get(number, ("none", run.not_loaded or {}))
            if kind != "arrays":
                why = told.get("message") or run.stopped
                raise RuntimeError(
                    f"the reference of {full_name} fails its own probe {probe.title!r}: {why}"
                )
        return run

    def _mistake(self, full_name: str, number: int) -> Run:
        """What the named wrong solution of that number gives."""
        exercise = self.find(full_name)
        text = patched(self.solution(exercise.home.key), exercise.name, exercise.wrongs[number])
        return self.sandbox.run(self.job(exercise, text), limits=self.limits_for(exercise))


def foreign_keys(checks: ExerciseSet) -> list[str]:
    """The other sets ("ex01") that functions of a set need."""
    needs = [need for f in checks.functions.values() for need in f.needs]
    return list(dict.fromkeys(n.partition(".")[0] for n in needs if "." in n))
