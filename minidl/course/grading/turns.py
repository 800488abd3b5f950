"""In which order a child runs the probes of a function: on two seeds, then on stricter inputs.

A pass must hold on the learner's own seed and on a fresh one; both are run by one child, which
loads the file once. What counts most comes first, so that a hang at an edge does not cost the main
cases. Each group of turns has the function's time for itself.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from minidl.course.sandbox.jobs import Job, Run
from minidl.course.sets.manifest import Exercise
from minidl.course.sets.parts import PARTS

OWN, FRESH = 0, 1


class Turn(NamedTuple):
    """One probe on one seed (0: the learner's own, 1: a fresh one), on strict inputs or not."""

    seed: int
    probe: int
    strict: bool = False


def plan(exercise: Exercise, seeds: Sequence[int], strict: bool) -> list[Turn]:
    """The turns on these seeds; the strict ones, if asked for, on the first seed and last."""
    turns = [
        Turn(seed, number)
        for part in PARTS
        for seed in seeds
        for number, probe in enumerate(exercise.probes)
        if probe.part == part
    ]
    again = [turn._replace(strict=True) for turn in turns if turn.seed == seeds[0]]
    return turns + again if strict and exercise.strict_inputs else turns


def told(exercise: Exercise, turns: list[Turn], seeds: Sequence[int]) -> list[dict[str, Any]]:
    """What a child is told of each turn: source, name and seed of the probe, and how to run it.

    graded: the function it is for. again: the number of the turn that this one repeats on stricter
    inputs, or None. begins: whether time begins anew with it. quiet: whether what it prints is of
    no interest.
    """
    before = [None, *turns]
    return [
        {
            "helpers": exercise.probes[turn.probe].helpers,
            "source": exercise.probes[turn.probe].source,
            "function": exercise.probes[turn.probe].function,
            "seed": [seeds[turn.seed], crc(exercise, turn.probe)],
            "graded": exercise.name,
            "again": turns.index(turn._replace(strict=False)) if turn.strict else None,
            "begins": last is None or _group(exercise, last) != _group(exercise, turn),
            "quiet": turn.seed != OWN or turn.strict,
        }
        for last, turn in zip(before, turns, strict=False)
    ]


def _group(exercise: Exercise, turn: Turn) -> tuple[Any, ...]:
    return turn.strict or exercise.probes[turn.probe].part, turn.seed


def crc(exercise: Exercise, number: int) -> int:
    """What tells the random numbers of one probe from those of another on the same seed."""
    return zlib.crc32(f"{exercise.full_name}: {exercise.probes[number].title}".encode())


def part_of(run: Run, turns: list[Turn], seed: int, strict: bool = False) -> Run:
    """What came back of the turns on one seed, numbered by probe."""
    chosen = {
        number: turn.probe
        for number, turn in enumerate(turns)
        if (turn.seed, turn.strict) == (seed, strict)
    }
    return replace(
        run,
        results={chosen[n]: result for n, result in run.results.items() if n in chosen},
        calls={chosen[n]: calls for n, calls in run.calls.items() if n in chosen},
    )


def of_variants(job: Job, probes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a child is told of the same probes on each variant of a job."""
    count = len(probes)
    return [
        probe
        | {"variant": number, "begins": True, "quiet": True}
        | ({} if probe["again"] is None else {"again": probe["again"] + number * count})
        for number in range(len(job.variants))
        for probe in probes
    ]


def by_variant(run: Run, variants: int, count: int) -> list[Run]:
    """The run of each variant; one whose time was up has no results after that."""
    return [_of_variant(run, range(n * count, (n + 1) * count)) for n in range(variants)]


def _of_variant(run: Run, numbers: range) -> Run:
    part = replace(run, results={}, calls={}, stopped="ended")
    for turn, number in enumerate(numbers):
        if number not in run.results:
            return part
        part.results[turn] = kind, result = run.results[number]
        part.calls[turn] = run.calls.get(number, ())
        if kind == "error" and result["type"] == "TimeIsUp":
            part.stopped = "seconds"
            return part
    part.stopped = None
    return part
