"""The wrong results of a run as samples, and what their relation to the right ones says."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from minidl.course.grading import judge
from minidl.course.grading.apart import kind
from minidl.course.grading.outcome import Bench
from minidl.course.grading.recording import Recorded
from minidl.course.grading.relations import Sample, exchanged, fixed, related
from minidl.course.grading.relations.sample import agree
from minidl.course.grading.turns import OWN
from minidl.course.grading.verdict import Verdict
from minidl.course.sandbox.jobs import Run

Record = Callable[[int, int], list[Recorded]]  # (probe, seed) -> the calls that it makes
MOST_CASES = 6  # other wrong results that a relation is tried on
LARGEST = 100_000  # entries of a result that is looked into
AFTER = re.compile(r"(\w+)(?: is)? (?:afterwards|after|stays|untouched)$")
LETTER = r"(?:[A-Z]\w*|[a-z])"
SHAPE = re.compile(rf"\b(?P<names>\w+(?:, \w+)*)[: ]+\((?P<letters>{LETTER}(?:, {LETTER})*,?)\)")


def explained(
    verdict: Verdict,
    seed: int,
    runs: Sequence[Run],
    benches: Sequence[Bench],
    record: Record,
    doc: str,
) -> Verdict | None:
    """The verdict in the words of a relation, if one holds.

    doc: of the reference; it says what the lengths of the arguments are called.
    """
    cases = Cases(runs, benches, record, letters_of(doc))
    here = [] if verdict.of_a_promise else cases.results(verdict.probe, seed)
    wrong = [sample for sample in here if cases.differs(sample, verdict.probe)]
    if not wrong:
        return None
    says = _changed(wrong[0])
    if not says and not all(_is_plain(a) for s in here for a in (s.got, s.expected)):
        return None
    says = says or exchanged(here)
    samples = [wrong[0], *([] if says else cases.others(wrong[0], verdict.probe, seed))]
    probe = benches[seed].exercise.probes[verdict.probe]
    in_words = probe.judge or probe.explain  # which look closer
    drawn = probe.judge is not None
    worded = bool(in_words) and cases.plainly(wrong[0], verdict.probe) != verdict.says
    says = says or ("" if in_words else fixed(samples)) or related(samples, drawn, worded)
    if not says:
        return None
    details = (verdict.says, *verdict.details)
    return replace(verdict, says=says, details=details, diagnosis="relation")


@dataclass(frozen=True)
class Cases:
    """The results of a learner's function beside the right ones, on each seed."""

    runs: Sequence[Run]
    benches: Sequence[Bench]
    record: Record
    letters: Mapping[str, tuple[str, ...]]

    def results(self, probe: int, seed: int) -> list[Sample]:
        """All results of one case; none where it came to none, or to others than it should."""
        what, got = self.runs[seed].results.get(probe, ("none", {}))
        expected = self.benches[seed].expected.results[probe][1]
        if what != "arrays" or list(got) != list(expected):
            return []
        calls, names = self.record(probe, seed), self.benches[seed].parameters
        own = calls if len(calls) == len(expected) else [None] * len(expected)
        return [
            Sample(name, got[name], right, _given(right, calls, names, call), self.letters)
            for (name, right), call in zip(expected.items(), own, strict=True)
        ]

    def differs(self, sample: Sample, probe: int) -> bool:
        """Whether a result is wrong, as its case measures it."""
        return bool(self.plainly(sample, probe))

    def plainly(self, sample: Sample, probe: int) -> str:
        """The first number of a result that is wrong; "" if it is right."""
        exercise = self.benches[OWN].exercise
        tolerance = exercise.probes[probe].tolerance
        got, right = sample.got, sample.expected
        found = judge.difference(sample.name, got, right, tolerance, exercise.dtype)
        return found.says if found else ""

    def others(self, first: Sample, probe: int, seed: int) -> list[Sample]:
        """The result of that name where it is wrong in other cases, with other numbers.

        Of results that are numbered, "cost 0" and "cost 1", each is one of that name.
        """
        places = [(probe, 1 - seed), (probe, seed)]
        count = len(self.benches[seed].exercise.probes)
        places += [(n, s) for n in range(count) for s in (seed, 1 - seed) if n != probe]
        found: list[Sample] = []
        for number, other in places:
            if len(found) < MOST_CASES and self.benches[other].value(self.runs[other], number):
                found += [
                    replace(sample, again=number == probe and sample.name == first.name)
                    for sample in self.results(number, other)
                    if kind(sample.name) == kind(first.name) and self.differs(sample, number)
                ]
        return [s for s in found if not agree(s.expected, first.expected)]


def _is_plain(array: np.ndarray) -> bool:
    return array.dtype.kind in "biuf" and array.size <= LARGEST


def _changed(sample: Sample) -> str:
    """An argument that a probe looks at afterwards, and that is not what it was."""
    found = AFTER.match(sample.name)
    return f"it changes {found[1]}, which the caller still needs: work on a copy" if found else ""


def _given(
    result: np.ndarray,
    calls: list[Recorded],
    parameters: Sequence[str],
    likely: Recorded | None,
) -> Mapping[str, Any]:
    """The arguments, by name, of the call that a result came from; {} where that is not clear.

    likely: of several that gave the same, the one that it came from; None where that is not known.
    """
    from_here = [call for call in calls if any(_is(result, part) for part in _parts(call.result))]
    if len(from_here) > 1 and any(call is likely for call in from_here):
        from_here = [call for call in from_here if call is likely]
    if len(from_here) != 1:
        from_here = calls if len(calls) == 1 else []
    for call in from_here:
        return dict(zip(parameters, call.args, strict=False)) | call.kwargs
    return {}


def _parts(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple) else [value]


def _is(result: np.ndarray, part: Any) -> bool:
    try:
        return agree(result, np.asarray(part))
    except (TypeError, ValueError):  # a list of names, say
        return False


def letters_of(doc: str) -> dict[str, tuple[str, ...]]:
    """What a docstring calls the lengths of each argument: "x: (N, C)" gives {"x": ("N", "C")}."""
    found: dict[str, tuple[str, ...]] = {}
    for match in SHAPE.finditer(doc):
        letters = tuple(filter(None, re.split(r",\s*", match["letters"])))
        for name in match["names"].split(", "):
            found.setdefault(name, letters)
    return found


def doc_of(solution: str, name: str) -> str:
    """The docstring of a function, and that of its file, which says what letters mean."""
    tree = ast.parse(solution)
    (node,) = (n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name)
    return f"{ast.get_docstring(node) or ''}\n{ast.get_docstring(tree) or ''}"
