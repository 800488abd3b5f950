"""What students get: it checks as the whole course does, and no answer lies in the open."""

import ast
import subprocess
import sys
import zipfile

import pytest

from minidl.cli.app import main
from minidl.cli.classroom.release import _dates
from minidl.course.classroom.exports.pages import page
from minidl.course.classroom.release.contents import (
    Chosen,
    open_files,
    readable,
    texts,
    with_needed,
)
from minidl.course.classroom.release.platform import autograder
from minidl.course.classroom.release.students import _readme, release
from minidl.course.grading.grader import Grader
from minidl.course.grading.reference import Reference
from minidl.course.sets.folder import HELD_BACK, Course, find
from minidl.course.sets.sealed import sealed, unsealed
from minidl.course.sets.stubs import functions, stub_of
from minidl.errors import CourseError, RequestError

SHORT = 25  # characters: lines below are not worth anything by themselves


def answers(course):
    """The lines between the marks of the references."""
    lines, inside = set(), False
    for key in course.stems:
        for line in map(str.strip, course.solution(key).splitlines()):
            inside = (inside or line == "# BEGIN SOLUTION") and line != "# END SOLUTION"
            if inside and len(line) >= SHORT and not line.startswith("#"):
                lines.add(line)
    told = tasks(course)
    return {line for line in lines if line not in told}


def tasks(course):
    """What exercises themselves say: their formulas, and programs to be mended, are no answers."""
    stubs = "".join(stub_of(course.solution(key), stem) for key, stem in course.stems.items())
    written = [f for key in course.stems for f in functions(course.solution(key))]
    return stubs + "".join(ast.get_docstring(function) or "" for function in written)


@pytest.fixture(scope="module")
def released(course):
    chosen = Chosen(list(course.stems), hints=1, due={"ex01": "2026-12-01"})
    return Course(course.root, texts=unsealed(sealed(texts(course, chosen))))


def test_a_seal_that_was_touched_is_one_line():
    good = sealed({"a": "b"})
    assert unsealed(good) == {"a": "b"}
    for bad in ("", "x", good[:-9], good.replace("course", "lesson", 1)):
        with pytest.raises(CourseError, match="is not as it was written"):
            unsealed(bad)


def test_no_answer_right_or_wrong_is_in_the_open(course):
    files = open_files(course, Chosen(list(course.stems)))
    for name, text in files.items():
        ast.parse(text)
        assert not [line for line in answers(course) if line in text], name
        assert not any(f".{word}(" in text for word in ("wrong", "right", "equivalent")), name
    everything, told = "".join(files.values()), tasks(course)
    exercises = [f for key in course.stems for f in course.checks(key).functions.values()]
    wrongs = {wrong.new.strip() for exercise in exercises for wrong in exercise.wrongs}
    long = [new for new in wrongs if len(new) >= SHORT and new not in told]
    assert long
    assert not [new for new in long if new in everything]


def test_the_seal_itself_cannot_be_read(course):
    text = sealed(texts(course, Chosen(list(course.stems))))
    assert not [line for line in answers(course) if line in text]


def test_stubs_earn_nothing_there_and_solutions_everything(course, released, learner):
    with Reference(released, seed=3) as reference:
        stub = open_files(course, Chosen(["ex01"]))["exercises/ex01_autograd.py"]
        none = Grader(reference, learner, {"ex01": stub}).grade_set("ex01")
        full = Grader(reference, learner, {"ex01": course.solution("ex01")}).grade_set("ex01")
    assert (none.points, full.points) == (0, 100)
    assert {result.status for result in none.results} == {"not started"}
    assert not any(result.reference for result in full.results)


@pytest.mark.parametrize("gradescope", [[], ["--gradescope"]])
def test_a_release_is_not_made_of_a_learners_own_course(
    gradescope, toy_release, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(sys, "argv", ["minidl", "release", str(tmp_path / "out"), *gradescope])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("minidl: a release is made in a clone of the project; ")
    assert not (tmp_path / "out").exists()


def test_hints_are_held_back_and_dates_are_shown(released):
    checks = released.checks("ex01")
    assert checks.title == "Autograd (due 2026-12-01)"
    hints = checks.functions["unbroadcast"].hints
    assert hints[0] != HELD_BACK
    assert hints[1:] == (HELD_BACK, HELD_BACK)


def test_the_lessons_find_the_references_by_their_old_name(released):
    path = released.root / "solutions" / "ex01_autograd.py"
    assert released.read(path) == released.solution("ex01")


@pytest.fixture
def toy_release(toy_course, tmp_path_factory, monkeypatch):
    """A course of one toy set as students have it, which is the current folder."""
    folder = tmp_path_factory.mktemp("course")
    files = open_files(toy_course, Chosen(["ex01"]))
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "lessons").mkdir()
    (folder / "course.sealed").write_text(sealed(texts(toy_course, Chosen(["ex01"]))))
    monkeypatch.delenv("MINIDL_COURSE", raising=False)
    monkeypatch.chdir(folder / "lessons")
    return folder


def test_a_lesson_checks_the_references_by_their_old_place(toy_release):
    from minidl.course.checking import check

    assert check("ex01", submission="../solutions").score == 10
    with pytest.raises(CourseError, match="is not there"):
        check("ex01", submission="../answers")


def test_of_a_whole_course_nothing_is_left_to_be_released(toy_release):
    with pytest.raises(CourseError, match=r"no exercise 'ex05'; did you mean ex01\? there are"):
        find().resolve("ex05")


def test_a_set_that_was_not_released_is_no_slip_of_another(toy_course, toy_release):
    for kind in ("solutions", "tests/exercises"):
        text = (toy_course.root / kind / "ex01_toy.py").read_text().replace("ex01", "ex05")
        (toy_course.root / kind / "ex05_toy.py").write_text(text)
    held = texts(Course(toy_course.root), Chosen(["ex01"]))
    (toy_release / "course.sealed").write_text(sealed(held))
    with pytest.raises(CourseError, match="in what was released to you so far; there are ex01"):
        find().resolve("ex05")


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (["2026-12-01"], "expected a set and a date"),
        (["ex02=2026-12-01"], "ex02 is not among the sets, ex01"),
        (["ex01=soon"], "the date of ex01"),
    ],
)
def test_a_date_that_is_no_date_of_a_released_set_is_one_line(course, due, words):
    with pytest.raises(RequestError, match=words):
        _dates(course, due, ["ex01"])


def test_the_page_for_students_asks_for_a_zip(course):
    assert "upload the zip" in _readme(course, Chosen(["ex01"]))


def test_sets_that_others_build_on_come_along(course):
    for key in course.stems:
        chosen = with_needed(course, [key])
        needs = {n.partition(".")[0] for k in chosen for f in course.checks(k).functions.values()
                 for n in f.needs if "." in n}  # fmt: skip
        assert needs <= set(chosen)


def test_what_was_only_for_the_answers_is_left_out():
    text = (
        'LONG = "secret = 1"\nOTHER = 2\nfor word in ("a", LONG):\n    f.wrong(word, says="no")\n'
        "@f.probe('p')\ndef _(ex, rng):\n    return {'x': OTHER}\n"
    )
    assert "secret" not in readable(text)
    assert "OTHER" in readable(text)


@pytest.mark.exhaustive
def test_a_release_as_a_student_meets_it(course, tmp_path, monkeypatch):
    from minidl.course.checking import check

    folder = tmp_path / "course"
    release(course, folder, Chosen(list(course.stems)))
    allowed = {p.name for p in (course.root / "lessons").rglob("*.*")}
    allowed |= {p.name for p in (course.root / "minidl").rglob("*.*")}
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in allowed:
            text = path.read_text(errors="replace")
            assert not [line for line in answers(course) if line in text], path
    assert not (folder / "solutions").exists()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("MINIDL_COURSE", raising=False)
    assert find().root == folder
    assert check().score == 0
    for key, stem in course.stems.items():
        (folder / "exercises" / f"{stem}.py").write_text(course.solution(key))
    done = check()
    assert done.score == done.max_score
    with pytest.raises(RequestError, match="is there already"):
        release(course, folder, Chosen(list(course.stems)))


def test_the_scripts_for_gradescope_are_shell_and_name_its_folders(tmp_path):
    for name, word in {"setup.sh": "make setup", "run_autograder": "/autograder/results/"}.items():
        script = tmp_path / name
        script.write_text(page(f"{name}.jinja", sets="ex01 ex02"))
        assert script.read_text().startswith("#!/usr/bin/env bash\n")
        assert word in script.read_text()
        subprocess.run(["bash", "-n", script], check=True)


@pytest.mark.exhaustive
def test_the_archive_for_gradescope_has_all_that_grades_a_submission(course, tmp_path):
    autograder(course, tmp_path / "autograder.zip", Chosen(["ex01"]))
    with zipfile.ZipFile(tmp_path / "autograder.zip") as archive:
        archive.extractall(tmp_path / "source")
        modes = {info.filename: info.external_attr >> 16 & 0o777 for info in archive.infolist()}
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    root = tmp_path / "source" / "course"
    assert {"course.sealed", "Makefile", "requirements.lock", "pyproject.toml", "minidl"} <= {
        path.name for path in root.iterdir()
    }
    found = find(root)
    assert list(found.stems) == ["ex01"]
    assert found.checks("ex01").points == 100
