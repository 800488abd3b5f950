"""Every exercise set: stubs earn nothing, solutions all, and each mistake is called by its name.

A new set is picked up by its files. To test one: pytest tests/course/test_sets.py -k ex03
"""

import ast
from collections import Counter
from pathlib import Path

import pytest

from minidl.course.grading.grader import Grader
from minidl.course.grading.reference import Reference
from minidl.course.sets.folder import Course
from minidl.course.sets.stubs import graded, is_untouched, patched, stub_of

COURSE = Course(Path(__file__).parents[2])
SETS = {key: COURSE.checks(key) for key in COURSE.stems}
FUNCTIONS = [f for checks in SETS.values() for f in checks.functions.values()]
WRONG = [(f, wrong) for f in FUNCTIONS for wrong in f.wrongs]
RIGHT = [(f, right) for f in FUNCTIONS for right in f.rights]
SEEDS = (2, 3, 4)

each_set = pytest.mark.parametrize("key", SETS)
each_function = pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda f: f.full_name)


def named(pairs):
    """Parameters with ids like ex01.unbroadcast-2."""
    count = Counter()
    parameters = []
    for exercise, patch in pairs:
        count[exercise.full_name] += 1
        number = f"{exercise.full_name}-{count[exercise.full_name]}"
        parameters.append(pytest.param(exercise, patch, id=number))
    return parameters


def test_there_are_sets():
    assert SETS
    assert {p.stem for p in (COURSE.root / "solutions").glob("ex*.py")} == set(
        COURSE.stems.values()
    )


@each_set
def test_every_marked_function_is_graded_in_the_order_of_the_file(key):
    assert list(SETS[key].functions) == graded(COURSE.solution(key))


@each_function
def test_is_declared_whole(exercise):
    assert exercise.points > 0
    assert 5 <= exercise.minutes <= 25
    assert len(exercise.probes) >= 3
    assert len(exercise.wrongs) >= 5
    assert len(exercise.rights) >= 2
    assert exercise.tolerance.because
    for need in exercise.needs:
        key, _, name = need.rpartition(".")
        assert name in SETS[key or exercise.home.key].functions
    assert len({probe.title for probe in exercise.probes}) == len(exercise.probes)
    ways = {(wrong.old, wrong.new) for wrong in exercise.wrongs}  # several may have one sentence
    assert len(ways) == len(exercise.wrongs)


@each_function
def test_has_a_worked_example(exercise):
    tree = ast.parse(COURSE.solution(exercise.home.key))
    docs = {n.name: ast.get_docstring(n) for n in tree.body if isinstance(n, ast.FunctionDef)}
    assert "Example" in docs[exercise.name]


@each_set
def test_stub_says_what_an_exercise_file_may_use(key):
    stub = stub_of(COURSE.solution(key), COURSE.stems[key])
    said = " ".join(ast.get_docstring(ast.parse(stub)).split())
    assert (
        "NumPy, the standard library and the other sets are what an exercise file may use" in said
    )


@each_set
def test_stub_scores_nothing_and_is_told_quietly(key, grade):
    report = grade(key, stub_of(COURSE.solution(key), COURSE.stems[key]))
    assert report.points == 0
    assert {result.status for result in report.results} == {"not started"}


@each_set
def test_stub_is_known_as_untouched(key):
    stub = stub_of(COURSE.solution(key), COURSE.stems[key])
    assert is_untouched(stub)
    assert not is_untouched(stub.replace("raise NotImplementedError", "pass  #", 1))


@each_set
@pytest.mark.parametrize("seed", SEEDS)
def test_solution_scores_everything(key, seed, learner):
    with Reference(COURSE, seed) as reference:
        report = Grader(reference, learner, {key: COURSE.solution(key)}).grade_set(key)
    assert [r.name for r in report.results if not r.passed] == []
    assert report.points == report.out_of


@pytest.mark.exhaustive
@pytest.mark.parametrize(("exercise", "wrong"), named(WRONG))
def test_named_mistake_gets_its_own_sentence(exercise, wrong, grade):
    key = exercise.home.key
    result = grade(key, patched(COURSE.solution(key), exercise.name, wrong), exercise.name)
    assert not result.passed
    assert result.says == wrong.says


@pytest.mark.parametrize(("exercise", "right"), named(RIGHT))
def test_other_right_solution_scores_everything(exercise, right, grade):
    key = exercise.home.key
    result = grade(key, patched(COURSE.solution(key), exercise.name, right), exercise.name)
    assert (result.status, result.says) == ("passed", "")


@each_function
def test_hints_do_not_give_the_code_away(exercise):
    body = COURSE.solution(exercise.home.key)
    lines = {line.strip() for line in body.splitlines() if len(line.strip()) > 20}
    assert not any(line in hint for line in lines for hint in exercise.hints)


def test_no_function_is_answered_by_one_that_is_made_of_it():
    """While a function is graded the reference answers for those it needs: never for itself."""
    needs = {
        exercise.full_name: [exercise.full_name_of(need) for need in exercise.needs]
        for exercise in FUNCTIONS
    }
    for name, todo in needs.items():
        reached = list(todo)
        for other in reached:  # grows
            reached += [more for more in needs[other] if more not in reached]
        assert name not in reached
