"""The reference side of grading: solutions, their results on the probes, and the named mistakes."""

from __future__ import annotations

import ast
import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, lru_cache, partial
from typing import Any

from minidl.course.grading import turns
from minidl.course.grading.ahead import Ahead
from minidl.course.grading.mistakes import Mistaken
from minidl.course.grading.outcome import Bench
from minidl.course.grading.turns import FRESH, OWN, Turn
from minidl.course.sandbox import begun
from minidl.course.sandbox.answering import Answering
from minidl.course.sandbox.jobs import Job, Limits, Run, called
from minidl.course.sandbox.sandbox import Sandbox
from minidl.course.sets.folder import Course
from minidl.course.sets.manifest import Exercise, ExerciseSet
from minidl.course.sets.stubs import functions, patched, source_of
from minidl.errors import RequestError

TRIALS = 3  # of the reference, should its process be ended from outside
KEPT = 512  # results by function and seed: more than there are functions, less than memory
LONGEST_MISTAKE = 2.0  # seconds that a named mistake has for a case; one that needs more hangs


class Reference:
    """Solutions of a course run on the probes, once on each of two seeds; use it in a `with`.

    seed: what is shown is on this one. A pass must hold on a fresh one, too: one that follows from
    it or, if draws_fresh, one drawn for each function when its seeds are first asked for.
    It has a sandbox of its own, so that no process ever holds both a learner's code and ours.
    What is computed is kept by function and seed, the latest of it.
    """

    def __init__(
        self, course: Course, seed: int, limits: Limits | None = None, draws_fresh: bool = False
    ):
        self.course, self.seed, self.draws_fresh = course, seed, draws_fresh
        self.limits = limits or Limits()
        self.sandbox = begun.taken(self.limits, ours=True)
        self.ahead = Ahead(self.sandbox)
        self.checks = cache(course.checks)
        self.solution = cache(course.solution)
        self.signature = cache(self._signature)
        self.drawn: dict[str, tuple[int, int]] = {}
        self.expected_on = lru_cache(KEPT)(self._expected)
        self.mistakes_on: Callable[..., list[Mistaken]] = lru_cache(KEPT)(self._mistakes)

    def __enter__(self) -> Reference:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends its processes."""
        self.ahead.close()
        self.sandbox.close()

    def load(self, *keys: str) -> None:
        """Reads all that verdicts on these sets need, before the first foreign line runs."""
        for key in keys:
            for needed in (key, *foreign_keys(self.checks(key))):
                self.checks(needed)
                self.solution(needed)

    def limits_for(self, exercise: Exercise) -> Limits:
        seconds = exercise.seconds
        return replace(self.limits, seconds=seconds) if seconds else self.limits

    def seeds(self, full_name: str) -> tuple[int, int]:
        """The learner's own seed, and a fresh one, which stays until `renew`."""
        if full_name not in self.drawn:
            self.drawn[full_name] = self._seeds()
        return self.drawn[full_name]

    def renew(self, full_name: str) -> None:
        """Forgets a function's fresh seed: it may be known, and is not to be used again."""
        self.drawn.pop(full_name, None)

    def expected(self, full_name: str) -> tuple[Run, Run]:
        """What the reference gives on each seed."""
        coming = self.ahead.coming.get((full_name, self.seeds(full_name)))
        return coming.result() if coming else self.expected_on(full_name, self.seeds(full_name))

    def begin(self, *full_names: str) -> None:
        """Has what the reference gives worked out beside all that follows, in this order."""
        for name in full_names:
            seeds = self.seeds(name)
            self.ahead.begin((name, seeds), partial(self._expected, name, seeds))

    def mistakes(self, full_name: str, seed: int, strict: bool) -> list[Mistaken]:
        """What each named wrong solution gives on a seed, on strict inputs too if asked for."""
        return self.mistakes_on(full_name, seed, self.seeds(full_name)[seed], strict)

    def _seeds(self) -> tuple[int, int]:
        digest = hashlib.blake2b(f"fresh after {self.seed}".encode(), digest_size=4).digest()
        drawn = os.urandom(4) if self.draws_fresh else digest
        return self.seed, int.from_bytes(drawn, "big")

    def plan(self, exercise: Exercise) -> list[Turn]:
        """All turns of a learner's function."""
        return turns.plan(exercise, (OWN, FRESH), strict=True)

    def probes(self, exercise: Exercise, planned: list[Turn]) -> list[dict[str, Any]]:
        """What a worker is told of the probes, in their order."""
        return turns.told(exercise, planned, self.seeds(exercise.full_name))

    def bench(self, exercise: Exercise, seed: int) -> Bench:
        """What runs of a function on one of its seeds are measured against."""
        expected = self.expected(exercise.full_name)[seed]
        limits, (names, returns) = self.limits_for(exercise), self.signature(exercise.full_name)
        return Bench(exercise, expected, limits, names, returns)

    def _signature(self, full_name: str) -> tuple[list[str], str]:
        """The names of a function's positional arguments, and what it is annotated to return."""
        exercise = self.find(full_name)
        text = self.solution(exercise.home.key)
        node = next(node for node in functions(text) if node.name == exercise.name)
        names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
        return names, ast.unparse(node.returns) if node.returns else ""

    def job(self, exercise: Exercise, text: str, planned: list[Turn]) -> Job:
        """The probes on a solution, or on a changed one, over the solutions of the other sets."""
        stem = exercise.home.stem
        probes = self.probes(exercise, planned)
        job = Job(stem, f"solutions/{stem}.py", text, (exercise.name,), probes)
        for key in foreign_keys(exercise.home):
            path = f"solutions/{self.course.stems[key]}.py"
            job.siblings[self.course.stems[key]] = {"path": path, "text": self.solution(key)}
        return job

    def answering(self, exercise: Exercise, calls: list[tuple[str, str]]) -> Answering:
        """Who answers calls to these functions, which functions of the exercise's set need."""
        job = self.job(exercise, self.solution(exercise.home.key), [])
        every = map(self.limits_for, exercise.home.functions.values())
        longest = max(every, key=lambda limits: limits.seconds)
        return Answering(self.sandbox, replace(job, names=called(calls)), longest)

    def find(self, full_name: str) -> Exercise:
        key, _, name = full_name.partition(".")
        return self.checks(key).functions[name]

    def _expected(
        self, full_name: str, _: tuple[int, int], sandbox: Sandbox | None = None
    ) -> tuple[Run, Run]:
        exercise = self.find(full_name)
        planned = turns.plan(exercise, (OWN, FRESH), strict=False)
        job = self.job(exercise, self.solution(exercise.home.key), planned)
        run = self.undisturbed(job, self.limits_for(exercise), sandbox)
        for number, turn in enumerate(planned):
            kind, told = run.results.get(number, ("none", run.not_loaded or {}))
            if kind != "arrays":
                why = told.get("message") or run.stopped
                title = exercise.probes[turn.probe].title
                raise RuntimeError(
                    f"the reference of {full_name} fails its own probe {title!r}: {why}"
                )
        return turns.part_of(run, planned, OWN), turns.part_of(run, planned, FRESH)

    def undisturbed(self, job: Job, limits: Limits, sandbox: Sandbox | None = None) -> Run:
        """A run of the reference; one whose process was ended from outside is tried again.

        RequestError where that happens again and again.
        """
        for _ in range(TRIALS):
            run = (sandbox or self.sandbox).run(job, limits=limits)
            if run.stopped != "ended":
                return run
        raise RequestError(
            f"the reference of {job.name} cannot be run: something on this machine ends its "
            "processes; look for programs that were left running, and check again"
        )

    def _mistakes(self, full_name: str, seed: int, _: int, strict: bool) -> list[Mistaken]:
        """What each named wrong solution gives, and on strict inputs too if asked for."""
        exercise = self.find(full_name)
        solution = self.solution(exercise.home.key)
        texts = [patched(solution, exercise.name, patch) for patch in exercise.wrongs]
        sources = [source_of(text, exercise.name) for text in texts]
        planned = turns.plan(exercise, (seed,), strict)
        limits = replace(self.limits_for(exercise), seconds=LONGEST_MISTAKE)
        bench, found = self.bench(exercise, seed), []
        for run in self.compare(exercise, sources, planned, limits):
            again = turns.part_of(run, planned, seed, strict=True) if strict else None
            run = turns.part_of(run, planned, seed)
            found.append(Mistaken(run, bench.verdicts(run, again)))
        return found

    def compare(
        self,
        exercise: Exercise,
        sources: Sequence[str],
        planned: list[Turn],
        limits: Limits,
        budget: float = 0.0,
        hanging: int = 0,
    ) -> list[Run]:
        """Runs of the function with each source in its place, by one process; see Child.compare.

        limits.seconds is the time of one probe. budget: seconds after which no other is begun.
        hanging: how many may use up their time, after which no other is begun (0: all).
        Their results are numbered by turn; those that were not begun have none.
        """
        if not sources:
            return []
        job = self.job(exercise, self.solution(exercise.home.key), [])
        job.variants, job.budget, job.hanging = list(sources), budget, hanging
        job.probes = turns.of_variants(job, self.probes(exercise, planned))
        run = self.sandbox.run(job, limits=limits)
        return turns.by_variant(run, len(sources), len(planned))


def foreign_keys(checks: ExerciseSet) -> list[str]:
    """The other sets ("ex01") that functions of a set need."""
    needs = [need for f in checks.functions.values() for need in f.needs]
    return list(dict.fromkeys(n.partition(".")[0] for n in needs if "." in n))
