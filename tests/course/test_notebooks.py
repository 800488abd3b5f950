"""The notebooks that learners open were never run; the ones to read were, and are the same."""

import importlib.util
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

ROOT = Path(__file__).parents[2]


def tool():
    spec = importlib.util.spec_from_file_location("tools_lessons", ROOT / "tools/lessons.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


lessons = tool()
lesson_times = lessons.lesson_times
SOURCES = lessons.sources([])
PERCENT = (
    "# %% [markdown]\n# # 99 Toy\n#\n# **Time:** an hour. Computing:\n# about a minute.\n\n"
    "# %%\n1 + 1\n"
)


@pytest.fixture
def takes():
    """How long the lesson of one line takes: takes.seconds."""
    return SimpleNamespace(seconds=55)


@pytest.fixture
def toy(tmp_path, monkeypatch, takes):
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
        lesson_times.record(notebook, takes.seconds)
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


def test_the_notebook_to_read_keeps_how_long_it_took_and_the_other_does_not(toy):
    assert lessons.build(toy) == []
    opened, read = (
        nbformat.read(path, as_version=4)
        for path in (lessons.opened(toy), lessons.EXECUTED / "99_toy.ipynb")
    )
    assert lesson_times.recorded(read) == 55
    assert "minidl" not in opened.metadata


def test_a_lesson_that_takes_longer_than_it_may_is_refused_with_what_to_do(toy, takes):
    takes.seconds = 181
    (problem,) = lessons.build(toy)
    assert problem.startswith("99_toy: computed for 181 s, at most 180 s: ")
    assert "tools/lessons.py --time 99_toy" in problem
    assert lessons.check(toy) == [problem]
    takes.seconds = 62
    assert lessons.time_again(toy) == []
    assert lessons.check(toy) == []


def test_a_lesson_that_says_another_time_than_it_takes_is_refused(toy, takes):
    takes.seconds = 170
    (problem,) = lessons.build(toy)
    assert problem.startswith('99_toy: says 60 s where "Computing:" stands, and its run took 170 s')


def test_a_lesson_whose_run_was_not_timed_is_found(toy, monkeypatch):
    monkeypatch.setattr(lesson_times, "record", lambda notebook, seconds: None)
    assert lessons.build(toy) == [
        "99_toy: no run of it was timed; run tools/lessons.py --time 99_toy"
    ]


def test_timing_again_changes_nothing_else(toy, takes):
    lessons.build(toy)
    read = lessons.EXECUTED / "99_toy.ipynb"
    before = read.read_text()
    takes.seconds = 62
    lessons.time_again(toy)
    assert read.read_text() == before.replace('"seconds": 55', '"seconds": 62')


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("half a minute", 30),
        ("under a\n# minute", 60),
        ("about a minute and a half on two cores", 90),
        ("about two minutes", 120),
        ("two to three minutes on two cores", 150),
        ("a while", 0),
    ],
)
def test_what_a_lesson_says_of_its_time_is_read_in_seconds(words, seconds):
    assert lesson_times.said(f"# **Time:** an hour. Computing: {words}. **Data:** none.") == seconds


def test_the_tour_may_take_half_a_minute():
    assert lesson_times.too_long("00_tour", 31)
    assert not lesson_times.too_long("00_tour", 30)
