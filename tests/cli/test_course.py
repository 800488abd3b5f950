"""The `minidl` command and what it remembers, on a course of one set."""

import json
import os
import re
import subprocess
import sys

import pytest

from minidl import __version__
from minidl.cli import app as cli
from minidl.course.report import Report
from minidl.course.sets.folder import Course, find
from minidl.course.sets.stubs import is_untouched, stub_of
from minidl.course.store import Store
from minidl.errors import CourseError
from minidl.files import write

MINE = "import numpy as np\ndef double(x): return x + 2\ndef total(x): return np.sum(x)\n"


@pytest.fixture
def course(toy_course, monkeypatch):
    monkeypatch.delenv("MINIDL_COURSE", raising=False)
    monkeypatch.chdir(toy_course.exercises)
    monkeypatch.setenv("COLUMNS", "100")
    stub = stub_of(toy_course.solution("ex01"), "ex01_toy")
    (toy_course.exercises / "ex01_toy.py").write_text(stub)
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


def test_check_of_stubs_is_quiet(minidl):
    code, out, _ = minidl("check", "ex01")
    assert code == 1
    assert out.count("not started, about 5 minutes") == 3
    assert "0 of 10 points   a hint: minidl hint ex01.double" in out
    assert "in a process of its own, with limits on time and memory" in out


def test_check_names_the_mistake_and_the_place(minidl, course):
    course.learner_file("ex01").write_text(MINE)
    code, out, _ = minidl("check", "ex01.double")
    assert code == 1
    lines = [line.strip() for line in out.splitlines()]
    assert re.fullmatch(
        r"exercises/ex01_toy\.py, saved \d\d:\d\d:\d\d, (just now|\d+ s ago)", lines[1]
    )
    assert lines[3] == "Two was added: multiply instead."
    assert lines[4].startswith("result[0]: expected ")
    assert lines[5] == "case: three numbers"
    assert lines[6].startswith("try: double(np.array([")
    assert lines[7] == "your function: exercises/ex01_toy.py:2"
    assert lines[8] == 'taught in lesson 01, "Two at once: a product"'


def test_check_of_solutions_is_a_success_and_names_the_reference(minidl, course):
    course.learner_file("ex01").write_text(course.solution("ex01"))
    code, out, _ = minidl("check")
    assert code == 0
    assert "10 of 10 points" in out
    assert "reference: solutions/ex01_toy.py:8" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", "ex07"), "no exercise 'ex07'; did you mean ex01? there are ex01"),
        (("check", "banana"), "no exercise 'banana'; there are ex01"),
        (("check", "ex01.duble"), "no function 'ex01.duble'; did you mean ex01.double?"),
        (("hint", "ex01.duble"), "there are ex01.double, ex01.total, ex01.total_of_double"),
        (("hint", "ex01"), "ex01 is a whole set; ask for one of ex01.double, ex01.total"),
        (("reset", "ex1"), "no exercise 'ex1'; did you mean ex01? there are ex01"),
        (("check", "1"), "no exercise '1'; did you mean ex01? there are ex01"),
        (("check", "EX01.double"), "no exercise 'EX01.double'; did you mean ex01.double? there"),
        (("hint", "ex1.double"), "no exercise 'ex1.double'; did you mean ex01.double? there are"),
        (("check", "ex01.banana"), "no function 'ex01.banana'; there are ex01.double"),
    ],
)
def test_an_unknown_name_is_one_line_and_exit_code_2(arguments, words, minidl):
    code, out, err = minidl(*arguments)
    assert code == 2
    assert out == ""
    assert words in err
    assert err.count("\n") == 1


def test_outside_the_course_one_line_says_where_to_go(minidl, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    code, _, err = minidl("progress")
    assert code == 2
    assert "is not inside a course: go to the folder that holds your lessons/ and exercises/" in err
    assert "`minidl new my-course` lays one out" in err


def test_course_can_be_named_by_the_environment(course, monkeypatch, tmp_path_factory):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    monkeypatch.setenv("MINIDL_COURSE", str(course.root))
    assert find() == Course(course.root)
    monkeypatch.setenv("MINIDL_COURSE", "/nowhere")
    with pytest.raises(CourseError, match="MINIDL_COURSE=/nowhere is no course"):
        find()


def test_hints_come_one_by_one_and_all_are_shown_once_all_were_given(minidl):
    shown = [minidl("hint", "ex01.double")[1] for _ in range(4)]
    assert ["hint 1 of 3" in shown[0], "What is two times three?" in shown[0]] == [True, True]
    assert "Multiply." in shown[1]
    assert "With two." in shown[2]
    assert "Multiply." not in shown[2]
    assert all(words in shown[3] for words in ("two times three", "Multiply.", "With two."))


def test_hints_that_were_given_can_be_read_again(minidl, course):
    assert (
        "no hint was given yet; minidl hint ex01.double gives the first"
        in minidl("hint", "ex01.double", "--again")[1]
    )
    minidl("hint", "ex01.double")
    out = minidl("hint", "ex01.double")[1]
    assert "What is two times three?" not in out
    assert "the earlier ones: minidl hint ex01.double --again" in out
    again = minidl("hint", "ex01.double", "--again")[1]
    assert "What is two times three?" in again
    assert "Multiply." in again
    assert "With two." not in again
    assert Store(course).hints == {"ex01.double": 2}


def test_next_names_the_function_to_write(minidl, course):
    code, out, _ = minidl("next")
    assert (code, out.splitlines()) == (
        0,
        [
            "ex01.double  Toy",
            "  about 5 minutes, 5 points",
            "  write: exercises/ex01_toy.py:8",
            '  read:  lesson 01, "Two at once: a product" (lessons/01_toy.ipynb)',
            "  check: minidl check ex01.double, or minidl watch",
        ],
    )
    course.learner_file("ex01").write_text(MINE.replace("x + 2", "2 * x"))
    minidl("check", "ex01.double")
    assert "ex01.total  Toy" in minidl("next")[1]
    course.learner_file("ex01").write_text(course.solution("ex01"))
    minidl("check")
    assert minidl("next")[:2] == (0, "all done: every one of the 3 functions passes\n")


def test_next_without_the_file_says_how_to_get_it(minidl, course):
    course.learner_file("ex01").unlink()
    assert "write: exercises/ex01_toy.py is not there; `minidl reset ex01`" in minidl("next")[1]


def test_progress_shows_what_was_earned_last(minidl, course):
    course.learner_file("ex01").write_text(MINE)
    minidl("check")
    code, out, _ = minidl("progress")
    assert code == 0
    assert "3/10" in out
    assert "3 of 10 points" in out
    assert "1 of 3 functions" in out


def test_reset_saves_a_copy_first(minidl, course):
    path = course.learner_file("ex01")
    path.write_text(MINE)
    code, out, _ = minidl("reset", "ex01")
    assert code == 0
    (copy,) = (course.state / "backups").iterdir()
    assert copy.read_text() == MINE
    assert copy.name in out
    assert is_untouched(path.read_text())


def test_reset_of_one_function_leaves_the_others(minidl, course):
    path = course.learner_file("ex01")
    path.write_text(MINE)
    minidl("reset", "ex01.double")
    assert "def total(x): return np.sum(x)" in path.read_text()
    assert "ex01.double: Twice x." in path.read_text()
    assert len(list((course.state / "backups").iterdir())) == 1


def test_resets_in_one_second_keep_every_copy(minidl, course):
    for text in ("a = 1\n", "a = 2\n", "a = 3\n"):
        course.learner_file("ex01").write_text(text)
        minidl("reset", "ex01")
    copies = (course.state / "backups").iterdir()
    assert sorted(copy.read_text() for copy in copies) == ["a = 1\n", "a = 2\n", "a = 3\n"]


def test_reset_of_one_function_in_a_file_that_does_not_parse_is_refused(minidl, course):
    course.learner_file("ex01").write_text("def double(x:\n")
    code, _, err = minidl("reset", "ex01.double")
    assert code == 2
    assert "exercises/ex01_toy.py:1 does not parse" in err
    assert course.learner_file("ex01").read_text() == "def double(x:\n"


def test_doctor_tells_what_it_found(minidl, course):
    code, out, _ = minidl("doctor", "--quick")
    assert code == 0
    assert f"{course.root}: 0 lessons, 1 exercise set" in out.replace("\n", "")
    assert "Python" in out


def test_the_option_version_and_the_doctor_say_the_version(minidl):
    assert minidl("--version") == (0, f"minidl {__version__}\n", "")
    line = next(line for line in minidl("doctor", "--quick")[1].splitlines() if "minidl" in line)
    assert line.split() == ["✓", "minidl", __version__]


def test_help_lists_the_commands(minidl):
    code, out, _ = minidl("--help")
    assert code == 0
    assert all(
        f" {name} " in out for name in ("check", "hint", "progress", "reset", "doctor", "lab")
    )


# What is remembered


def test_seed_is_drawn_once(course):
    assert Store(course).seed == Store(course).seed


def test_a_state_file_that_is_broken_counts_as_empty(course):
    write(course.state / "state.json", "{not json")
    assert Store(course).points == {}
    seed = Store(course).seed
    assert json.loads((course.state / "state.json").read_text()) == {"seed": seed, "version": 1}


def test_what_has_another_form_counts_as_not_there(course):
    write(course.state / "state.json", '{"seed": 3, "points": [1], "hints": 5}')
    store = Store(course)
    assert (store.seed, store.points, store.hints) == (3, {}, {})


def test_a_file_that_cannot_be_written_is_one_line_and_exit_code_2(minidl, course, monkeypatch):
    monkeypatch.setattr("os.replace", lambda *a: (_ for _ in ()).throw(OSError("disk full")))
    code, _, err = minidl("reset", "ex01")
    assert (code, err.count("\n")) == (2, 1)
    assert err.endswith("no copy of it can be kept in .minidl/backups: disk full\n")


def test_writing_leaves_the_old_file_if_it_fails(course, monkeypatch):
    path = course.state / "state.json"
    write(path, "old")
    monkeypatch.setattr("os.replace", lambda *a: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write(path, "new")
    assert path.read_text() == "old"
    assert [p.name for p in course.state.iterdir()] == ["state.json"]


def test_a_check_that_ends_late_keeps_hints_taken_meanwhile(course):
    early, late = Store(course), Store(course)
    early.next_hint("ex01.f")
    late.remember(Report())
    assert Store(course).hints == {"ex01.f": 1}


def test_a_pipe_in_the_place_of_the_file_is_refused_and_not_read_for_ever(minidl, course):
    path = course.learner_file("ex01")
    path.unlink()
    os.mkfifo(path)
    code, _, err = minidl("reset", "ex01")
    assert (code, err) == (2, "minidl: exercises/ex01_toy.py is not a file; move it away first\n")


def test_reset_of_a_function_in_an_empty_file_brings_its_imports_too(minidl, course):
    course.learner_file("ex01").write_text("\n")
    assert minidl("reset", "ex01.double")[0] == 0
    assert is_untouched(course.learner_file("ex01").read_text())


def test_a_null_character_is_said_without_a_line_that_is_not_known(minidl, course):
    course.learner_file("ex01").write_text("x = 1 \0\n")
    assert "ex01_toy.py is not UTF-8 text; save it as UTF-8" in minidl("reset", "ex01.double")[2]


def test_the_path_of_the_file_names_the_set(minidl):
    assert minidl("hint", "exercises/ex01_toy.py")[2].startswith("minidl: exercises/ex01_toy.py is")
    assert minidl("check", "exercises/ex01_toy.py")[0] == 1


def test_a_state_with_nonsense_in_it_does_not_stop_anything(minidl, course):
    state = {"points": {"ex01.double": "all"}, "hints": {"ex01.double": -7}}
    write(course.state / "state.json", json.dumps(state))
    assert minidl("progress")[0] == 0
    assert "hint 1 of 3" in minidl("hint", "ex01.double")[1]


def test_a_terminal_without_unicode_gets_marks_of_its_own(course):
    command = [sys.executable, "-m", "minidl", "doctor", "--quick"]
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, cwd=course.root)
    assert "+ Python" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("setting", ["MINIDL_LANES=7", "MINIDL_KERNELS=quick"])
def test_a_wrong_setting_of_the_kernels_is_one_line(course, setting):
    name, value = setting.split("=")
    command = [sys.executable, "-m", "minidl", "doctor"]
    env = {**os.environ, "MINIDL_KERNELS": "fast", name: value}
    done = subprocess.run(command, env=env, capture_output=True, text=True, cwd=course.root)
    assert done.returncode == 2
    assert done.stderr.startswith(f"minidl: {name} is '{value}': ")
    assert done.stderr.count("\n") == 1


def test_memory_that_is_not_enough_is_one_line(minidl, monkeypatch):
    def greedy(*_, **__):
        raise MemoryError("Unable to allocate 447. GiB")

    monkeypatch.setattr("minidl.course.sets.folder.find", greedy)
    assert minidl("progress")[2] == (
        "minidl: there is not enough memory for that (Unable to allocate 447. GiB)\n"
    )
