"""No points for a table of answers: each part of a function asks for something that is drawn."""

import pathlib

import numpy as np
import pytest

from minidl.course.grading.reference import Reference
from minidl.course.sets.folder import Course
from minidl.course.sets.parts import PARTS

SEED = 5
COURSE = Course(pathlib.Path(__file__).parents[2])
# parts ("ex01.name edge") whose results are the same on every seed, and why that must be
REASONS: dict[str, str] = {}


def the_same(one, other):
    """Whether two results of a probe are equal to the bit."""
    pairs = [(one[name], other[name]) for name in one]
    return all(
        a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
        for a, b in pairs
    )


def foreseen(exercise, runs):
    """The parts of a function whose results are all equal on two seeds."""
    found = []
    for part in PARTS:
        numbers = [n for n, probe in enumerate(exercise.probes) if probe.part == part]
        results = [[run.results[n][1] for n in numbers] for run in runs]
        if numbers and all(map(the_same, *results)):
            found.append(f"{exercise.full_name} {part}")
    return found


@pytest.fixture(scope="module")
def reference():
    with Reference(COURSE, SEED) as reference:
        yield reference


@pytest.mark.parametrize("key", COURSE.stems)
def test_no_part_can_be_answered_from_a_table(reference, key):
    functions = reference.checks(key).functions.values()
    found = [p for f in functions for p in foreseen(f, reference.expected(f.full_name))]
    assert found == [part for part in REASONS if part.startswith(key)]


def test_the_spread_of_drawn_weights_is_computed_where_no_learner_is(reference):
    run, _ = reference.expected("ex03.he_normal")
    main = [n for n, probe in enumerate(reference.find("ex03.he_normal").probes) if probe.judge]
    assert all(run.results[n][1]["weights"].size >= 12 for n in main)
