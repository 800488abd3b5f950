"""The notebooks that learners open were never run; the ones to read were, and are the same."""

import importlib.util
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]


def tool():
    spec = importlib.util.spec_from_file_location("tools_lessons", ROOT / "tools/lessons.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


lessons = tool()
SOURCES = lessons.sources([])
PERCENT = "# %% [markdown]\n# # 99 Toy\n\n# %%\n1 + 1\n"


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """A lesson of one line, built without running it."""
    monkeypatch.setattr(lessons, "ROOT", tmp_path)
    monkeypatch.setattr(lessons, "LESSONS", tmp_path / "lessons")
    monkeypatch.setattr(lessons, "EXECUTED", tmp_path / "docs")
    source = tmp_path / "lessons/source/99_toy.py"
    source.parent.mkdir(parents=True)
    source.write_text(PERCENT)

    def executed(notebook):
        notebook = lessons.settled_cells(notebook)
        first, cell = lessons.code(notebook)
        first["execution_count"] = 0
        cell["outputs"] = [nbformat.v4.new_output("stream", text="2\n")]
        cell["execution_count"] = 1
        return notebook

    monkeypatch.setattr(lessons, "executed", executed)
    return source


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_both_notebooks_of_a_lesson_are_what_its_source_makes(source):
    assert lessons.stale(source) == []


def test_a_lesson_is_built_twice_and_is_fresh_then(toy):
    assert lessons.build(toy) == []
    opened, read = (
        nbformat.read(path, as_version=4)
        for path in (lessons.opened(toy), lessons.EXECUTED / "99_toy.ipynb")
    )
    assert opened.cells[-1].outputs == []
    assert opened.cells[-1].execution_count is None
    assert read.cells[-1].outputs[0].text == "2\n"
    assert opened.metadata.kernelspec == lessons.KERNEL
    assert lessons.check(toy) == []


def test_an_edited_source_makes_both_stale(toy):
    lessons.build(toy)
    toy.write_text(PERCENT.replace("1 + 1", "1 + 2"))
    says = "differs from source/99_toy.py; run `make lessons LESSONS=99_toy`"
    assert lessons.check(toy) == [f"lessons/99_toy.ipynb: {says}", f"docs/99_toy.ipynb: {says}"]


def test_a_notebook_for_learners_that_was_run_is_found(toy):
    lessons.build(toy)
    path = lessons.opened(toy)
    path.write_bytes((lessons.EXECUTED / "99_toy.ipynb").read_bytes())
    (problem,) = lessons.check(toy)
    assert "lessons/99_toy.ipynb: is not docs/99_toy.ipynb without its outputs" in problem


def test_a_notebook_to_read_that_was_never_run_is_found(toy):
    lessons.build(toy)
    (lessons.EXECUTED / "99_toy.ipynb").write_bytes(lessons.opened(toy).read_bytes())
    assert "docs/99_toy.ipynb: has cells that were never run" in lessons.check(toy)[0]
