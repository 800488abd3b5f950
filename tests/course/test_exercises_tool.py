"""`make exercises`: writes stubs, tells which are stale, and never touches a learner's work."""

import sys

import pytest

from minidl.course.sets.stubs import stub_of
from tools import exercises as tool


@pytest.fixture
def toy_course(toy_course):
    """The toy course, whose set says what its exercise file may use."""
    solution = toy_course.root / "solutions" / "ex01_toy.py"
    head = "A set of three small functions."
    solution.write_text(solution.read_text().replace(head, f"{head} {tool.MAY_USE}"))
    return toy_course


@pytest.fixture
def make(toy_course, monkeypatch, capsys):
    """make("--check") -> exit code, standard output, standard error."""

    def make(*arguments):
        monkeypatch.setattr(tool, "ROOT", toy_course.root)
        monkeypatch.setattr(sys, "argv", ["exercises.py", *arguments])
        return tool.main(), *capsys.readouterr()

    return make


@pytest.fixture
def path(toy_course):
    return toy_course.exercises / "ex01_toy.py"


def test_writes_the_stub_and_is_then_content(make, path, toy_course):
    assert make() == (0, "exercises/ex01_toy.py: written\n", "")
    assert path.read_text() == stub_of(toy_course.solution("ex01"), "ex01_toy")
    assert make() == (0, "", "")
    assert make("--check") == (0, "", "")


def test_check_tells_what_is_stale_and_writes_nothing(make, path):
    code, _, err = make("--check")
    assert code == 1
    assert err == (
        "exercises/ex01_toy.py does not match solutions/ex01_toy.py: run `make exercises`\n"
    )
    assert not path.exists()


def test_an_untouched_stub_follows_its_solution(make, path, toy_course):
    make()
    solution = toy_course.root / "solutions" / "ex01_toy.py"
    solution.write_text(solution.read_text().replace("Twice x.", "Two times x."))
    assert make("--check")[0] == 1
    assert make()[0] == 0
    assert "Two times x." in path.read_text()


def test_a_learners_work_is_left_alone_and_named(make, path):
    make()
    mine = path.read_text().replace("raise NotImplementedError", "return 2 * x  # ", 1)
    path.write_text(mine)
    code, _, err = make()
    assert code == 1
    assert "has work in it and was left as it is; `minidl reset ex01` saves a copy" in err
    assert path.read_text() == mine


def test_a_solution_that_is_marked_wrongly_is_one_line(make, toy_course):
    solution = toy_course.root / "solutions" / "ex01_toy.py"
    solution.write_text(solution.read_text().replace("# END SOLUTION", "# THE END", 1))
    code, _, err = make()
    assert code == 1
    assert err.startswith("solutions/ex01_toy.py: double needs one # BEGIN SOLUTION")


def test_a_set_that_does_not_say_what_may_be_used_is_named(make, toy_course, path):
    solution = toy_course.root / "solutions" / "ex01_toy.py"
    solution.write_text(solution.read_text().replace("the standard library", "a library"))
    code, _, err = make()
    assert code == 1
    assert err.startswith("solutions/ex01_toy.py: its docstring should say 'NumPy, the standard")
    assert not path.exists()
