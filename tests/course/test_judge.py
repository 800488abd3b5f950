"""Arrays against expected arrays: what counts as equal, and how a difference is told."""

from dataclasses import replace

import numpy as np
import pytest

from minidl.course.grading.judge import difference, fault
from minidl.course.sets.manifest import ExerciseSet, Tolerance

EXACT = Tolerance(0.0, "these tests are exact")
CLOSE = Tolerance(1e-6, "as stated by the tests below")


def told(got, expected, tolerance=EXACT, dtype="kind"):
    found = difference("y", np.asarray(got), np.asarray(expected), tolerance, dtype)
    return found and found.says


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (np.float32([1, 2]), np.float64([1, 2])),
        (np.float64([0.1, 2]), np.float32([0.1, 2])),  # its dtype is another matter (promises)
        (np.complex128([0.1, 2j]), np.complex64([0.1, 2j])),
        (np.array([1.0, 2.0], ">f8"), np.array([1.0, 2.0])),
        (np.asfortranarray(np.eye(3)), np.eye(3)),
        (np.uint8([1, 2]), np.int64([1, 2])),
        ([np.nan, np.inf, -np.inf], [np.nan, np.inf, -np.inf]),
        (["a", "b"], ["a", "b"]),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (2.5, 2.5),
        (1 + 2j, 1 + 2j),
    ],
)
def test_equal(got, expected):
    assert told(got, expected) is None


@pytest.mark.parametrize(
    ("got", "expected", "words"),
    [
        ([1.0, 2.0], [1.0, 3.0], "y[1]: expected 3, got 2 (1 of 2 values differ)"),
        (2.0, 3.0, "y: expected 3, got 2"),
        ([[1, 2], [3, 4]], [[1, 2], [5, 6]], "y[1, 0]: expected 5, got 3 (2 of 4 values differ)"),
        ([1.0, 2.0], [[1.0, 2.0]], "y has shape (2,), expected (1, 2)"),
        ([1, 2], [1.0, 2.0], "y has dtype int64, expected a floating-point dtype"),
        ([1.0], [1], "y has dtype float64, expected an integer dtype"),
        ([True], [1], "y has dtype bool, expected an integer dtype"),
        (["a"], [1.0], "y has dtype <U1, expected a floating-point dtype"),
        ([b"a"], ["a"], "y has dtype |S1, expected text"),
        (["a"], ["b"], "y[0]: expected 'b', got 'a'"),
        ([np.nan], [1.0], "y[0]: expected 1, got nan"),
        ([np.inf], [-np.inf], "y[0]: expected -inf, got inf"),
        ([1.0], [np.inf], "y[0]: expected inf, got 1"),
        ([1 + 1e-9], [1.0], "y[0]: expected 1, got 1.000000001"),
        (1 + 2j, 1 - 2j, "y: expected 1-2j, got 1+2j"),
        ([2**63 - 1], [2**63 - 2], "y[0]: expected 9223372036854775806, got 9223372036854775807"),
    ],
)
def test_different(got, expected, words):
    assert told(got, expected) == words


def test_tolerance_is_relative_to_the_largest_entry():
    assert told([100.0, 1e-5], [100.0, 0.0], CLOSE) is None
    assert told([100.0, 2e-4], [100.0, 0.0], CLOSE)
    assert told([1.0, 1e-5], [1.0, 0.0], CLOSE)


def test_absolute_tolerance_serves_where_zero_is_expected():
    assert told([1e-9], [0.0], Tolerance(0.0, "rounding", absolute=1e-8)) is None
    assert told([1e-7], [0.0], Tolerance(0.0, "rounding", absolute=1e-8))


def test_a_float32_result_may_be_off_by_its_own_rounding_only():
    assert told(np.float32([1 + 5e-6]), [1.0]) is None
    assert told(np.float32([1 + 1e-5]), [1.0])
    assert told(np.complex64([1 + 5e-6j]), [1.0 + 0j]) is None


def test_a_float16_result_cannot_hide_a_mistake():
    assert told(np.float16([1.0, 2.01]), [1.0, 2.0])
    assert told(np.float16([1.0, 2.0]), [1.0, 2.0]) is None


def test_same_dtype_can_be_asked_for():
    words = "y has dtype float32, expected float64"
    assert told(np.float32([1]), np.float64([1]), dtype="same") == words
    assert told(np.array([1.0], ">f8"), np.float64([1]), dtype="same") is None


def probe(judge):
    checks = ExerciseSet("ex99_any", "Any")
    f = checks.function("f", points=1, minutes=5, hints=("a", "b", "c"), tolerance=EXACT)
    f.probe("any", judge=judge)(sample_probe)
    return f, f.probes[0]


def sample_probe(ex, rng):
    return {"y": ex.f()}


def test_a_judge_replaces_the_comparison():
    f, p = probe(lambda got, expected: None if got["y"].sum() == 3 else "the sum is not 3")
    assert fault(f, p, {"y": np.array([1, 2])}, {"y": np.array([3])}) is None
    assert fault(f, p, {"y": np.array([1, 1])}, {"y": np.array([3])}).says == "the sum is not 3"


def test_a_judge_that_fails_on_odd_arrays_is_no_pass():
    f, p = probe(lambda got, expected: None if got["y"][5] else "no")
    found = fault(f, p, {"y": np.array([1.5])}, {"y": np.arange(7)})
    assert found.says == "gave y float64 (1,); expected something like y int64 (7,)"


def explained(explain, got, expected=2.0):
    exercise = probe(None)[0]
    asked = replace(exercise.probes[0], explain=explain)
    return fault(exercise, asked, {"y": np.asarray(got)}, {"y": np.asarray(expected)})


def test_an_explanation_stands_in_for_the_bare_difference_and_is_no_verdict():
    assert explained(lambda got, expected: "too large", 3.0).says == "too large"
    assert explained(lambda got, expected: "too large", 2.0) is None
    assert explained(lambda got, expected: None, 3.0).says == "y: expected 2, got 3"
    assert explained(lambda got, expected: got["z"], 3.0).says == "y: expected 2, got 3"


def test_other_results_than_asked_for_are_told():
    f, p = probe(None)
    found = fault(f, p, {"z": np.array(1)}, {"y": np.array(1)})
    assert found.says == "gave the results z; expected y"


def test_of_many_results_only_a_few_are_told():
    f, p = probe(None)
    found = fault(f, p, {str(i): np.array(1) for i in range(10_000)}, {"y": np.array(1)})
    assert found.says == "gave the results 0, 1; expected y"
