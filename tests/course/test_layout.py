"""A learner's own folder: laid out whole, renewed without touching what they wrote."""

import json
import os

import pytest

from minidl.course.layout import new as making
from minidl.course.layout import own, record
from minidl.course.layout import update as updating
from minidl.course.sets.folder import find
from minidl.errors import CourseError, RequestError
from tests.layout import LESSON, STEM, notebook


def write(course, name, old, new):
    path = course.root / name
    path.write_text(path.read_text().replace(old, new))


def test_a_new_course_has_lessons_stubs_and_sealed_answers(mine):
    files = {p.relative_to(mine.root).as_posix() for p in mine.root.rglob("*") if p.is_file()}
    assert {LESSON, STEM, "course.sealed", "README.md", "glossary.md"} <= files
    assert not any("solutions" in name for name in files)
    assert "return 2 * x" not in "".join((mine.root / name).read_text() for name in files)
    assert list(mine.checks("ex01").functions) == ["double", "total", "total_of_double"]


def test_a_folder_with_something_in_it_is_refused(source, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full/a").touch()
    with pytest.raises(RequestError, match="is there already; give the name of a new folder"):
        making.new(tmp_path / "full")
    assert os.listdir(tmp_path / "full") == ["a"]


def test_an_empty_folder_is_filled_and_stays_the_same_folder(source, tmp_path_factory):
    folder = tmp_path_factory.mktemp("mounted")
    before = folder.stat().st_ino
    making.new(folder)
    assert (folder / STEM).is_file()
    assert folder.stat().st_ino == before
    assert not [name for name in os.listdir(folder.parent) if name.startswith(".mounted")]


def test_a_second_course_in_the_same_place_says_update(mine):
    with pytest.raises(RequestError, match="is a course already; `minidl update`"):
        making.new(mine.root)


def test_a_course_inside_of_another_is_refused(mine):
    with pytest.raises(RequestError, match="would be inside of the course"):
        making.new(mine.root / "lessons/deep/one")


def test_a_course_that_cannot_be_written_leaves_nothing(source, tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("learner")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(making.record, "keep", full)
    with pytest.raises(OSError, match="No space"):
        making.new(folder / "my-course")
    assert os.listdir(folder) == []


def test_without_changes_an_update_writes_nothing(mine):
    done = updating.update(mine)
    assert (done.writes, done.lines, done.backups) == ({}, [], None)


def test_what_was_not_touched_is_renewed(mine, later):
    done = updating.update(mine)
    assert "Two times x." in (mine.root / STEM).read_text()
    assert "two" in (mine.root / LESSON).read_text()
    assert done.conflicts == {}
    assert record.read(mine).version == "0.2.0"


def test_a_lesson_that_was_only_run_is_renewed_and_kept_in_the_backup(mine, later):
    (mine.root / LESSON).write_text(notebook("one", output="ran"))
    done = updating.update(mine)
    assert json.loads((mine.root / LESSON).read_text()) == json.loads(notebook("one", "two"))
    assert "ran" in (done.backups / LESSON).read_text()


def test_a_lesson_with_notes_stays_and_the_new_one_comes_beside(mine, later):
    (mine.root / LESSON).write_text(notebook("one", "my note"))
    done = updating.update(mine)
    assert "my note" in (mine.root / LESSON).read_text()
    assert "two" in (mine.root / "lessons/01_toy-0.2.0.ipynb").read_text()
    assert f"{LESSON}: you changed it, so it stays; the new one is lessons/01_toy-0.2.0.ipynb" in (
        done.lines
    )
    assert updating.update(mine).lines == []


def test_what_was_written_stays_and_the_conflict_is_shown(mine, later):
    write(mine, STEM, 'raise NotImplementedError("ex01.double: Twice x.")', "return x + x")
    before = (mine.root / STEM).read_text()
    done = updating.update(mine)
    assert "return x + x" in (mine.root / STEM).read_text()
    assert list(done.conflicts[STEM]) == ["double"]
    assert (mine.root / STEM).read_text() == before


def test_a_file_that_does_not_parse_waits_for_the_next_update(mine, later):
    write(mine, STEM, "def total(", "def total((")
    done = updating.update(mine)
    assert any("does not parse, so it was left as it is" in line for line in done.lines)
    write(mine, STEM, "def total((", "def total(")
    write(mine, STEM, 'raise NotImplementedError("ex01.total: The sum of x.")', "return 1")
    updating.update(mine)
    text = (mine.root / STEM).read_text()
    assert "Two times x." in text
    assert "return 1" in text


def test_everything_that_is_replaced_is_in_the_backup(mine, later):
    write(mine, STEM, 'raise NotImplementedError("ex01.total: The sum of x.")', "return 1")
    before = {p.relative_to(mine.root): p.read_bytes() for p in mine.root.rglob("*.py")}
    done = updating.update(mine)
    for name in done.writes:
        if (name := next((n for n in before if n.as_posix() == name), None)) is not None:
            assert (done.backups / name).read_bytes() == before[name]


def test_an_update_that_is_stopped_can_be_run_again(mine, later, monkeypatch):
    write(mine, STEM, 'raise NotImplementedError("ex01.total: The sum of x.")', "return 1")

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(updating.record, "keep", stop)
    with pytest.raises(KeyboardInterrupt):
        updating.update(mine)
    monkeypatch.undo()
    text = (mine.root / STEM).read_text()
    assert "Two times x." in text
    assert "return 1" in text


def test_points_and_seed_stay(mine, later):
    (mine.state / "state.json").write_text('{"seed": 7}')
    updating.update(mine)
    assert (mine.state / "state.json").read_text() == '{"seed": 7}'


def test_a_course_of_a_newer_minidl_is_not_taken_back(mine, monkeypatch):
    monkeypatch.setattr(updating, "__version__", "0.0.9")
    with pytest.raises(CourseError, match=r"is of minidl 0.1.0, and 0.0.9 is installed"):
        updating.update(mine)


@pytest.mark.parametrize("text", ["", "[]", '{"form": 1}', "{"])
def test_a_damaged_record_is_one_line(text, mine):
    (mine.state / record.NAME).write_text(text)
    with pytest.raises(CourseError, match="is damaged"):
        updating.update(mine)


def test_a_folder_that_new_did_not_make_is_not_updated(toy_course):
    with pytest.raises(CourseError, match=r"was not made by `minidl new`.*git pull"):
        updating.update(toy_course)


def test_in_a_clone_the_learner_gets_a_folder_and_takes_their_work_along(clone):
    mine, done = own.own(clone)
    assert (mine.root, done) == (clone.root / "my-course", None)
    assert (mine.root / STEM).read_text() == "# mine already\n"
    assert (mine.state / "state.json").read_text() == '{"seed": 7}'
    assert find(mine.root / "lessons").root == mine.root


def test_in_a_clone_what_a_pull_brought_is_carried_in(clone, later):
    mine, _ = own.own(clone)
    (clone.root / LESSON).write_text(notebook("one", "three"))
    mine, done = own.own(clone)
    assert done.lines == [f"{LESSON}: renewed"]
    assert (mine.root / STEM).read_text() == "# mine already\n"


def test_a_course_that_is_older_than_minidl_is_known(mine, monkeypatch):
    assert own.older(mine) == ""
    monkeypatch.setattr(own, "__version__", "0.10.0")
    assert own.older(mine) == "0.1.0"
    (mine.state / record.NAME).unlink()
    assert own.older(mine) == ""


def test_elsewhere_a_course_is_ones_own(mine):
    assert own.own(mine) == (mine, None)


def test_another_course_inside_a_clone_is_still_not_taken(clone):
    mine, _ = own.own(clone)
    (clone.root / "submissions").mkdir()
    os.rename(mine.root, clone.root / "submissions/my-course")
    with pytest.raises(CourseError, match="has a course of its own in it"):
        find(clone.root / "submissions/my-course")
