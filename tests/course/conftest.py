"""A course that minidl brings, a learner's folder of it, and the next version: all of a toy."""

import pytest

from minidl.course.layout import new as making
from minidl.course.layout import update as updating
from minidl.course.sets.folder import at
from tests.conftest import TOY_SOLUTION
from tests.layout import LESSON, STEM, notebook


@pytest.fixture
def source(toy_course, monkeypatch):
    """The folder of the course that minidl brings: a toy."""
    root = toy_course.root
    for name, text in {
        LESSON: notebook("one"),
        "lessons/figures/toy.py": "COLOUR = 1\n",
        "docs/glossary.md": "# Glossary\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for module in (making, updating):
        monkeypatch.setattr(module, "origin", lambda: at(root))
    return root


@pytest.fixture
def mine(source, tmp_path_factory):
    return making.new(tmp_path_factory.mktemp("learner") / "my-course")


@pytest.fixture
def later(source, monkeypatch):
    """The next version of the toy: one function asked for otherwise, a lesson that goes on."""
    (source / "solutions/ex01_toy.py").write_text(TOY_SOLUTION.replace("Twice x.", "Two times x."))
    (source / LESSON).write_text(notebook("one", "two"))
    for module in (making, updating):
        monkeypatch.setattr(module, "__version__", "0.2.0")


@pytest.fixture
def clone(source):
    (source / "lessons/source").mkdir()
    course = at(source)
    (source / STEM).write_text("# mine already\n")
    (source / ".minidl").mkdir()
    (source / ".minidl/state.json").write_text('{"seed": 7}')
    return course
