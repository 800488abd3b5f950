"""Saves are told however an editor makes them, each once, and only where the text is another."""

import os
import threading
from contextlib import contextmanager

import pytest

from minidl.course import saves
from minidl.course.saves import Saves
from minidl.errors import CourseError

PATIENCE = 20  # seconds until a test gives up on a save that should have been told


@contextmanager
def told(folder):
    """A function that waits for the next save and gives the names of its files."""
    stop = threading.Event()
    watch = Saves(folder, stop)
    lines = iter(watch)
    timer = threading.Timer(PATIENCE, stop.set)
    timer.start()
    try:
        yield lambda: [path.name for path in next(lines)]
    finally:
        timer.cancel()
        stop.set()
        lines.close()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.py").write_text("a = 1\n")
    (tmp_path / "b.py").write_text("b = 1\n")
    return tmp_path


def test_a_save_in_place(folder):
    with told(folder) as save:
        (folder / "a.py").write_text("a = 2\n")
        assert save() == ["a.py"]


def test_a_save_by_renaming_a_temporary_file(folder):
    with told(folder) as save:
        (folder / ".a.py.swp").write_text("a = 2\n")
        os.replace(folder / ".a.py.swp", folder / "a.py")
        assert save() == ["a.py"]


def test_a_save_that_moves_the_old_file_away_first(folder):
    with told(folder) as save:
        os.rename(folder / "a.py", folder / "a.py~")
        (folder / "a.py").write_text("a = 2\n")
        assert save() == ["a.py"]


def test_a_save_that_truncates_first_is_told_when_it_is_whole(folder, monkeypatch):
    monkeypatch.setattr(saves, "HALF", 2.0)
    with told(folder) as save:
        (folder / "a.py").write_text("")
        late = threading.Timer(0.5, (folder / "a.py").write_text, ["a = 2\n"])
        late.start()
        assert save() == ["a.py"]
        assert (folder / "a.py").read_text() == "a = 2\n"
        (folder / "b.py").write_text("b = 2\n")
        assert save() == ["b.py"]


def test_a_file_written_again_as_it_was_is_no_save(folder):
    with told(folder) as save:
        os.utime(folder / "a.py")
        (folder / "a.py").write_text("a = 1\n")
        (folder / "b.py").write_text("b = 2\n")
        assert save() == ["b.py"]


def test_files_saved_together_come_together(folder):
    with told(folder) as save:
        (folder / "a.py").write_text("a = 2\n")
        (folder / "b.py").write_text("b = 2\n")
        (folder / "notes.txt").write_text("not an exercise")
        assert save() == ["a.py", "b.py"]


def test_a_deleted_file_is_told_and_so_is_its_return(folder):
    with told(folder) as save:
        (folder / "a.py").unlink()
        assert save() == ["a.py"]
        (folder / "a.py").write_text("a = 1\n")
        assert save() == ["a.py"]


def test_an_emptied_file_is_told_once(folder):
    with told(folder) as save:
        (folder / "a.py").write_text("")
        assert save() == ["a.py"]
        (folder / "b.py").write_text("b = 2\n")
        assert save() == ["b.py"]


def test_a_save_made_while_another_is_dealt_with_is_told_next(folder):
    with told(folder) as save:
        (folder / "a.py").write_text("a = 2\n")
        assert save() == ["a.py"]
        (folder / "a.py").write_text("a = 3\n")
        (folder / "a.py").write_text("a = 4\n")
        assert save() == ["a.py"]


def test_a_folder_that_was_moved_away_and_came_back(folder):
    with told(folder) as save:
        away = folder.with_name("away")
        folder.rename(away)
        assert save() == ["a.py", "b.py"]
        away.rename(folder)
        assert save() == ["a.py", "b.py"]


def test_without_notifications_the_folder_is_looked_at(folder, monkeypatch):
    def none_left(*paths, **options):
        raise OSError("no inotify watches left")

    monkeypatch.setattr("watchfiles.watch", none_left)
    with told(folder) as save:
        (folder / "a.py").write_text("a = 2\n")
        assert save() == ["a.py"]


def test_stop_ends_the_iteration(folder):
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    assert list(Saves(folder, stop)) == []


def test_what_is_no_file_is_not_read(folder):
    os.mkfifo(folder / "pipe.py")
    with told(folder) as save:
        (folder / "a.py").write_text("a = 2\n")
        assert save() == ["a.py"]


def test_a_folder_that_is_not_there_is_one_error(tmp_path):
    with pytest.raises(CourseError, match=r"none is not there, so no save in it can be waited for"):
        Saves(tmp_path / "none")
