"""What a small change of the reference gives is said where a learner's function gives the same."""

import zlib

import numpy as np
import pytest

from minidl.course.grading.reference import Reference
from minidl.course.grading.turns import OWN, Turn
from minidl.course.sandbox.jobs import Limits

CHECKS = """
@f.probe("numbers")
def _(ex, rng):
    x = rng.uniform(1, 2, size=5)
    return {"y": ex.f(x, 3.0)}

@f.probe("more numbers")
def _(ex, rng):
    x = rng.uniform(1, 2, size=rng.integers(4, 9))
    return {"y": ex.f(x, float(rng.uniform(2, 3)))}

f.wrong("- y", "+ y", says="y was added.")
f.wrong("** 2", "** 3", says="The power is two.")
"""
SOLUTION = "return ((x - y) ** 2).sum() / len(x)"

SAID = {
    "return (x - y).sum() / len(x)": "This is exactly what comes out if a square is missing.",
    "return ((x - y) ** 2).sum()":
        "This is exactly what comes out if the division by len(x) is missing.",
    "return (x ** 2).sum() / len(x)":
        "This is exactly what comes out if the term y is not subtracted.",
    "return ((x - y) ** 2).max() / len(x)":
        "This is exactly what comes out with max in the place of sum.",
}  # fmt: skip


@pytest.fixture
def grade(one_function):
    one_function.declare(SOLUTION, CHECKS)
    return one_function.grade


@pytest.mark.parametrize("body", SAID)
def test_the_change_that_gives_the_same_is_said(body, grade):
    result = grade(body)
    assert result.says == SAID[body]
    assert (result.diagnosis, result.named) == ("what-if", True)


def test_two_named_mistakes_at_once_are_told_where_each_explains_a_case(one_function):
    checks = (
        CHECKS
        + """
@f.probe("one power")
def _(ex, rng):
    return {"y": ex.f(np.ones(4), float(rng.uniform(3, 4)))}

@f.probe("no y")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=5), 0.0)}

@f.probe("y of one")
def _(ex, rng):
    x = rng.uniform(1, 2, size=5)
    return {"y": ex.f(x, np.where(np.arange(5) > 0, x - 1, x + 1))}
"""
    )
    one_function.declare(SOLUTION, checks)
    only_there = "p = 2 if np.ndim(y) else 3\nreturn ((x + y) ** p).sum() / len(x)"
    result = one_function.grade(only_there)
    assert result.says == "y was added.\nand: The power is two."


def test_two_named_mistakes_are_told_though_neither_explains_a_case_alone(grade):
    result = grade("return ((x + y) ** 3).sum() / len(x)")
    assert result.says == "y was added.\nand: The power is two."
    assert (result.diagnosis, result.mistakes) == ("what-if", ("y was added.", "The power is two."))


def test_but_not_where_they_fit_one_failing_case_and_another_not(grade):
    result = grade("return ((x + y) ** (3 if len(x) == 5 and y == 3 else 5)).sum() / len(x)")
    assert "y was added" not in result.says


def test_a_named_mistake_and_a_change_at_once(one_function):
    checks = (
        CHECKS
        + """
@f.probe("one number")
def _(ex, rng):
    return {"y": ex.f(rng.uniform(1, 2, size=1), 3.0)}
"""
    )
    one_function.declare(SOLUTION, checks)
    result = one_function.grade("return ((x - y) ** 3).sum()")
    assert result.says == (
        "The power is two.\n"
        "and: besides, it is exactly what comes out if the division by len(x) is missing."
    )
    assert result.mistakes == ("The power is two.",)


def test_a_named_mistake_comes_first(grade):
    result = grade("return ((x + y) ** 2).sum() / len(x)")
    assert (result.says, result.diagnosis) == ("y was added.", "named")


def test_a_change_that_spoils_what_is_right_is_not_said(grade):
    body = "return ((x - y) ** (1 if y == 3 else 2)).sum() / len(x)"
    assert "square" not in grade(body).says


def test_a_change_that_differs_on_the_same_case_with_other_numbers_is_not_said(grade):
    exact = grade("return (x - y).sum() / len(x)")
    assert exact.diagnosis == "what-if"
    known = exact.case.seed
    x = np.random.default_rng([known, zlib.crc32(b"ex01.f: numbers")]).uniform(1, 2, size=5)
    chance = f"return (x - y).sum() / len(x) if x[0] == {x[0]!r} else ((x - y) ** 4).sum()"
    assert "square" not in grade(chance.replace("np.float64", "")).says


def test_a_result_that_never_changes_is_not_explained_by_a_change(grade):
    result = grade("return 0.5")
    assert result.says == (
        "y stays the same when the inputs change (0.5 every time): it should depend on them"
    )
    assert (result.diagnosis, result.named) == ("relation", False)


def test_what_a_case_says_itself_comes_before_which_entries_are_there(one_function):
    checks = """
@f.probe("rows")
def _(ex, rng):
    return {"rows": ex.f(rng.permutation(9))}

@f.probe("as many as the dice say")
def _(ex, rng):
    return {"rows": ex.f(rng.permutation(rng.integers(5, 12)))}
"""
    one_function.declare("return np.argsort(x)", checks)
    cut = one_function.grade("return np.argsort(x)[:-1]")
    assert cut.says == "rows is right, but the last entry is missing"
    explain = "def missing(got, expected):\n    return 'row 4 is missing'\n"
    told = checks.replace('"rows")', '"rows", explain=missing)')
    one_function.declare("return np.argsort(x)", explain + told)
    assert one_function.grade("return np.argsort(x)[:-1]").says == "row 4 is missing"


def test_an_exception_is_told_in_words_first(one_function):
    checks = """
@f.probe("matrices")
def _(ex, rng):
    return {"y": ex.f(rng.normal(size=(2, 3)), rng.normal(size=(2, 4)))}

@f.probe("other matrices")
def _(ex, rng):
    n, m, k = rng.permutation([3, 4, 5])
    return {"y": ex.f(rng.normal(size=(n, m)), rng.normal(size=(n, k)))}

@f.probe("and others")
def _(ex, rng):
    n, m, k = rng.permutation([6, 7, 8])
    return {"y": ex.f(rng.normal(size=(n, m)), rng.normal(size=(n, k)))}
"""
    square = """
@f.probe("square ones")
def _(ex, rng):
    return {"y": ex.f(rng.normal(size=(3, 3)), rng.normal(size=(3, 3)))}
"""
    one_function.declare("return x.T @ y", checks)
    (first,) = one_function.grade("return x @ y").says.split("\n")  # other ways end so as well
    one_function.declare("return x.T @ y", checks + square)
    first, *rest = one_function.grade("return x @ y").says.split("\n")
    assert "a matrix product (@) does not fit: the inner lengths 3 and 2 must be equal" in first
    assert rest == ["This is exactly what comes out if a transposition is missing."]


def test_bare_facts_come_with_the_call_and_both_arrays(one_function):
    checks = """
@f.probe("a small one")
def _(ex, rng):
    return {"y": ex.f(rng.integers(1, 9, size=(2, 2)))}
"""
    one_function.declare("return np.cumsum(x, axis=0)", checks)
    result = one_function.grade("return x + np.array([[5, 0], [1, 7]])")
    assert result.diagnosis == "facts"
    assert any(line.startswith("  yours") and "| expected" in line for line in result.details)
    assert any(line.startswith("try: f(np.array(") for line in result.details)


def test_a_graph_is_drawn(one_function):
    checks = """
@f.probe("a graph")
def _(ex, rng):
    return {"y": ex.f({"loss": ["p", "q"], "p": ["q"], "q": []})}
"""
    one_function.declare("return len(x)", checks)
    result = one_function.grade("return 5")
    assert "  loss <- p, q" in result.details
    assert "  q <- (nothing)" in result.details


def test_a_wrong_value_beside_a_changed_argument(one_function):
    checks = """
@f.probe("sorted")
def _(ex, rng):
    return {"y": ex.f(rng.normal(size=6))}
"""
    one_function.declare("return float(x[0] - x[1])", checks)
    result = one_function.grade("x.sort()\nreturn float(x[0] + 3 * x[4])")
    assert result.says == "it changes x, which the caller still needs: work on a copy"
    assert result.diagnosis == "promise"


def test_changes_that_hang_are_counted_where_the_same_is_to_be_said_twice(toy_course):
    hangs, right = (
        "def double(x):\n    while True:\n        pass\n",
        "def double(x):\n    return x\n",
    )
    with Reference(toy_course, 7) as reference:
        exercise = reference.find("ex01.double")
        sources = [hangs, right, hangs, right, hangs]
        moment = Limits(seconds=0.05)
        runs = reference.compare(exercise, sources, [Turn(OWN, 0)], moment, hanging=2)
    assert [bool(run.results) for run in runs] == [True, True, True, False, False]
    kinds = [run.results[0][0] for run in runs[:3]]
    assert kinds == ["error", "arrays", "error"]
