"""A class without grading: results as the grader gives them, and the standings made of them."""

import importlib.util
from pathlib import Path

import pytest

from minidl.course.classroom.entries import Entry
from minidl.course.classroom.roster import Roster, Student
from minidl.course.classroom.session import Graded
from minidl.course.classroom.standing import standings
from minidl.course.sets.folder import Course
from minidl.course.sets.stubs import stub_of


@pytest.fixture(scope="session")
def making():
    """The module making.py beside this file."""
    path = Path(__file__).with_name("making.py")
    spec = importlib.util.spec_from_file_location("making", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def standing_of(toy_course):
    """standing_of({"ada": (result, seconds)}, roster, due) -> standings, by id."""

    def standing_of(results, students=(), due=None, best=False):
        graded = [
            Graded(Entry(name, Student(name.partition(" ")[0]), (Path(name),)), when, found)
            for name, (found, when) in results.items()
        ]
        return standings(graded, Roster(students), [toy_course.checks("ex01")], due, best)

    return standing_of


@pytest.fixture
def classroom(toy_course, tmp_path_factory, monkeypatch):
    """A toy course that is the current folder, and an empty folder for submissions."""
    monkeypatch.delenv("MINIDL_COURSE", raising=False)
    monkeypatch.chdir(toy_course.root)
    stub = stub_of(toy_course.solution("ex01"), "ex01_toy")
    (toy_course.exercises / "ex01_toy.py").write_text(stub)
    return toy_course, tmp_path_factory.mktemp("submissions")


@pytest.fixture(scope="session")
def course():
    return Course(Path(__file__).parents[2])
