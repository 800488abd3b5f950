"""Where and how a course is opened: each works, or gets one sentence with the cure."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from minidl.cli import app as cli
from minidl.cli import terminal
from minidl.course.checking import check
from minidl.course.grading.grader import Grader
from minidl.course.grading.reference import Reference
from minidl.course.report import FunctionResult, Report, SetReport
from minidl.course.report.terminal import drawn, progress_table
from minidl.course.sets.folder import Course, find
from minidl.course.sets.helpers import helpers
from minidl.errors import CourseError

ROOT = Path(__file__).parents[2]
RIGHT = "import numpy as np\ndef double(x): return 2 * x\ndef total(x): return np.sum(x)\n"


@pytest.fixture
def course(toy_course, monkeypatch):
    monkeypatch.delenv("MINIDL_COURSE", raising=False)
    monkeypatch.chdir(toy_course.root)
    monkeypatch.setenv("COLUMNS", "100")
    (toy_course.exercises / "ex01_toy.py").write_text(RIGHT)
    return toy_course


@pytest.fixture
def minidl(course, monkeypatch, capsys):
    """minidl("check", "ex01") -> exit code, standard output, standard error."""

    def minidl(*arguments):
        monkeypatch.setattr(sys, "argv", ["minidl", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, *capsys.readouterr()

    return minidl


# Names


def test_a_function_is_found_without_its_set(minidl):
    assert "ex01.double, hint 1 of 3" in minidl("hint", "double")[1]
    assert minidl("check", "double")[0] == 0


def test_a_function_of_several_sets_is_asked_back(course):
    for kind in ("solutions", "tests/exercises"):
        text = (course.root / kind / "ex01_toy.py").read_text().replace("ex01_toy", "ex02_more")
        (course.root / kind / "ex02_more.py").write_text(text)
    with pytest.raises(
        CourseError, match=r"is in several sets: ask for ex01.double or ex02.double"
    ):
        Course(course.root).resolve("double")


@pytest.fixture
def eleven(course):
    """The toy course with sets 02 to 11 beside its 01, each with a function of its own."""
    for number in range(2, 12):
        for kind in ("solutions", "tests/exercises"):
            text = (course.root / kind / "ex01_toy.py").read_text()
            text = text.replace("ex01", f"ex{number:02}").replace("double", f"double{number}")
            (course.root / kind / f"ex{number:02}_toy.py").write_text(text)
    return Course(course.root)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("ex1", "ex01"),  # by letters alone ex11 is as near
        ("1", "ex01"),
        ("Ex9", "ex09"),
        ("11.double11", "ex11.double11"),
        ("ex01.double7", "ex07.double7"),
        ("ex03.duoble3", "ex03.double3"),
    ],
)
def test_what_was_meant_is_guessed_by_its_number_and_its_own_name(eleven, name, meant):
    with pytest.raises(CourseError, match=rf"; did you mean {meant}\? there are"):
        eleven.resolve(name)


def test_the_number_of_a_set_is_no_likeness_of_functions(eleven):
    with pytest.raises(CourseError, match=r"no function 'ex05.banana'; there are ex05.double5"):
        eleven.resolve("ex05.banana")


def test_a_misspelt_function_is_guessed_with_its_set(course):
    with pytest.raises(CourseError, match=r"no exercise 'doubel'; did you mean ex01.double"):
        course.resolve("doubel")


@pytest.mark.parametrize(
    "names", [(["ex01.double", "ex01.total"],), ("ex01.double", ["total"]), (("double", "total"),)]
)
def test_check_takes_lists_of_names(names, course):
    assert [r.name for r in check(*names).results] == ["ex01.double", "ex01.total"]


@pytest.mark.parametrize("names", [(1,), ([None],), (["ex01", 2.5],)])
def test_what_is_no_name_is_said_in_one_line(names, course):
    with pytest.raises(CourseError, match='check takes names such as "ex01"'):
        check(*names)


# Folders


def test_outside_a_course_the_sentence_knows_of_pip(tmp_path, monkeypatch):
    monkeypatch.delenv("MINIDL_COURSE", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match="`minidl new my-course` lays one out"):
        find()


def test_half_a_course_is_no_success(minidl, course):
    shutil.rmtree(course.root / "tests")
    code, out, err = minidl("check")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "has no checks in tests/exercises/: it is not the whole course" in err


def test_a_course_that_was_moved_or_is_reached_by_a_link_is_found(course, monkeypatch):
    moved = course.root.rename(course.root.with_name("moved, with ünicode"))
    monkeypatch.chdir(moved / "exercises")
    assert check("ex01.double").passed
    link = moved.with_name("link")
    link.symlink_to(moved)
    monkeypatch.chdir(link)
    assert find().root == moved


def test_a_folder_of_exercises_that_lives_elsewhere_is_inside_for_the_shell(course, monkeypatch):
    elsewhere = course.exercises.rename(course.root.with_name("elsewhere"))
    course.exercises.symlink_to(elsewhere)
    monkeypatch.chdir(course.exercises)
    monkeypatch.setenv("PWD", str(course.exercises))
    assert find().root == course.root
    monkeypatch.setenv("PWD", "/")  # of another process: not where this one is
    with pytest.raises(CourseError, match="is not inside a course"):
        find()


def test_a_current_folder_that_is_gone_is_said(course, monkeypatch, tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(CourseError, match="the current folder is no longer there"):
        find()
    monkeypatch.chdir(course.root)


# Files of the learner's own


HELPER = "from numpy import *\nimport second\ndef twice(x):\n    return second.two() * x\n"


def test_a_file_beside_the_exercises_can_be_imported(course):
    (course.exercises / "mine.py").write_text(HELPER)
    (course.exercises / "second.py").write_text("import mine\ndef two(): return 2\n")
    text = f"from mine import twice\n{RIGHT}".replace("return 2 * x", "return twice(x)")
    both = "\ndef total_of_double(x):\n    import second\n    return total(double(x))\n"
    course.learner_file("ex01").write_text(text + both)
    assert check("ex01").score == 10


def test_what_is_wrong_in_such_a_file_is_told_with_its_line(course):
    (course.exercises / "mine.py").write_text("def twice(x):\n    return x / None\n")
    text = f"import mine\n{RIGHT}".replace("return 2 * x", "return mine.twice(x)")
    course.learner_file("ex01").write_text(text)
    assert check("ex01.double")["ex01.double"].details[0] == "exercises/mine.py:2: return x / None"
    (course.exercises / "mine.py").write_text("def twice(x:\n")
    assert check("ex01.double").sets[0].trouble[0].startswith("exercises/mine.py:1: SyntaxError")


def test_only_own_files_that_are_imported_are_sent(course):
    for name in ("json", "numpy", "unused", "ex01_toy", "mine"):
        (course.exercises / f"{name}.py").write_text("")
    text = "import json, numpy, ex01_toy\nfrom mine import x\nfrom . import unused\nimport absent\n"
    assert list(helpers(course, text)) == ["mine"]
    assert helpers(course, "def f(:\n") == {}


def test_a_helper_that_cannot_be_read_is_said(course):
    (course.exercises / "mine.py").write_bytes(b"\xff\xfe")
    course.learner_file("ex01").write_text(f"import mine\n{RIGHT}")
    assert check("ex01").sets[0].trouble == (
        "exercises/mine.py is not UTF-8 text; save it as UTF-8",
    )


def test_helpers_of_a_file_that_is_needed_are_there_too(course, learner):
    (course.root / "solutions" / "ex02_more.py").write_text(
        "from ex01_toy import double\n\n\ndef four(x):\n    # BEGIN SOLUTION\n"
        "    return double(double(x))\n    # END SOLUTION\n"
    )
    checks = (course.root / "tests" / "exercises" / "ex01_toy.py").read_text()
    head = checks.partition("double = ")[0].replace("ex01_toy", "ex02_more")
    (course.root / "tests" / "exercises" / "ex02_more.py").write_text(
        f'{head}four = toy.function("four", points=1, minutes=1, tolerance=CLOSE, hints=HINTS,\n'
        '    needs=("ex01.double",))\n\n\n@four.probe("three")\ndef _(ex, rng):\n'
        '    return {"y": ex.four(rng.normal(size=3))}\n'
    )
    (course.exercises / "mine.py").write_text("def twice(x): return 2 * x\n")
    text = f"import mine\n{RIGHT}".replace("return 2 * x", "return mine.twice(x)")
    course.learner_file("ex01").write_text(text)
    shutil.copy(course.root / "solutions" / "ex02_more.py", course.exercises)
    with Reference(Course(course.root), seed=7) as reference:
        result = Grader(reference, learner).grade_set("ex02").results[0]
    assert (result.passed, result.note) == (True, "")


# Terminals


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "minidl", *arguments]
    env = {**os.environ, "COLUMNS": "80", **environment}
    return subprocess.run(command, env=env, capture_output=True, cwd=cwd, check=False)


def test_right_and_wrong_look_different_in_ascii(course):
    course.learner_file("ex01").write_text(RIGHT.replace("np.sum(x)", "0.0"))
    done = run("check", "double", "total", cwd=course.root, PYTHONIOENCODING="ascii")
    lines = [line.split()[:2] for line in done.stdout.decode("ascii").splitlines()]
    assert ["+", "double"] in lines
    assert ["x", "total"] in lines
    assert done.stderr == b""


def test_letters_lose_their_accents_rather_than_themselves():
    terminal.prepare()
    assert "é → Ω ✓ …".encode("ascii", "minidl") == b"e -> ? + ..."
    assert "é → ✓".encode("latin-1", "minidl") == b"\xe9 -> +"


def test_a_message_stays_one_line_whatever_was_given(minidl):
    code, _, err = minidl("check", "a\n\x1b[31mb")
    assert (code, err.count("\n"), "\x1b" in err) == (2, 1, False)


@pytest.mark.parametrize("command", ["check", "progress", "doctor --quick"])
def test_a_pipe_that_is_closed_early_is_no_error(command, course):
    line = f"{sys.executable} -m minidl {command} | head -1"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, cwd=course.root)
    assert (done.stderr, done.stdout.count("\n")) == ("", 1)


def test_forty_columns_hold_every_number(course):
    sets = [course.checks("ex01")]
    from rich.console import Console

    console = Console(width=40, record=True, file=open(os.devnull, "w"))  # noqa: SIM115
    console.print(progress_table(sets, {"ex01.double": 5}, {}, 40))
    passed = FunctionResult(
        "ex01.double", "passed", 5, points=5, reference="solutions/ex01_a_long_name.py:1000"
    )
    console.print(
        drawn(Report([SetReport("ex01", "A title as long as this one", "f", [passed])]), 40)
    )
    text = console.export_text()
    assert "ex01 Toy   5/10 1 of 3" in text
    assert "5 of 5 points" in text
    assert "ex01  A title as long as this one" in text
    assert max(map(len, text.splitlines())) <= 40


# pytest


def test_pytest_without_a_submission_says_what_to_give():
    command = [sys.executable, "-m", "pytest", "tests/exercises", "-p", "no:cacheprovider"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED
    assert "pytest tests/exercises --submission exercises" in done.stdout


def test_without_room_for_a_copy_a_file_is_not_reset(minidl, course):
    course.state.write_text("a file in the place of the folder")
    code, _, err = minidl("reset", "ex01")
    assert (code, err.count("\n")) == (2, 1)
    assert "exercises/ex01_toy.py was left as it is, as no copy of it can be kept in" in err
    assert course.learner_file("ex01").read_text() == RIGHT
