"""The work of grading: desks that are lost, folders that are left, who may do it."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from minidl.course.classroom import session
from minidl.course.classroom.intake.notebooks import Lessons
from minidl.course.classroom.intake.parcel import Parcel
from minidl.course.classroom.ledger import Ledger
from minidl.course.classroom.work import desk, privileges, wire
from minidl.course.classroom.work.desks import Desk
from minidl.course.classroom.work.task import Task, told_task
from minidl.course.sandbox import walls

RIGHT = b"def double(x): return 2 * x\n"


def test_what_a_killed_desk_left_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    names = [f"{desk.FOLDER}{pid}-abc" for pid in (ended.pid, os.getpid())]
    for name in (*names, "minidl-other"):
        (tmp_path / name).mkdir()
    desk.sweep()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([names[1], "minidl-other"])


def test_a_desk_that_is_lost_is_opened_again(toy_course):
    task = Task(3, ("ex01",), "course", walls.available().enough)
    one = Desk(toy_course, task)
    try:
        one.ready()
        one.process.kill()
        result = one.grade(Parcel({"ex01_toy.py": RIGHT}))
    finally:
        one.close()
    assert result["status"] == "graded"
    assert result["sets"]["ex01"]["functions"][0]["status"] == "passed"


def test_a_desk_that_is_closed_leaves_no_folder(toy_course):
    one = Desk(toy_course, Task(3, ("ex01",), "course", walls.available().enough))
    one.ready()
    one.grade(Parcel({"ex01_toy.py": RIGHT}))
    one.close()
    assert not list(Path(tempfile.gettempdir()).glob(f"{desk.FOLDER}{one.process.pid}-*"))


def test_a_parcel_is_the_same_after_its_journey():
    parcel = Parcel({"a/ex01.py": b"\x00\xff", "é.py": b""}, ["a note"])
    there = wire.unpacked(wire.packed(parcel))
    assert (there.files, there.notes, there.digest) == (parcel.files, parcel.notes, parcel.digest)


def test_a_task_is_the_same_after_its_journey():
    task = Task(1, ("ex01",), "c", False, Lessons(("a.ipynb",), ("mark",)))
    assert told_task(json.loads(json.dumps(task.told))) == task


def test_a_job_is_another_with_another_seed_course_or_set():
    base = Task(1, ("ex01",), "c")
    others = [Task(2, ("ex01",), "c"), Task(1, ("ex02",), "c"), Task(1, ("ex01",), "d")]
    assert len({task.job("p") for task in (base, *others)}) == 4
    assert base.job("p") == Task(1, ("ex01",), "c").job("p")
    assert base.job("p") != base.job("q")


def test_seeds_are_drawn_anew_for_every_folder_of_results(toy_course, tmp_path):
    seeds = set()
    for name in ("a", "b", "c"):
        with Ledger(tmp_path / name) as ledger:
            seeds.add(session.task_of(toy_course, ledger, ["ex01"], None, True).seed)
        with Ledger(tmp_path / name) as ledger:
            seeds.add(session.task_of(toy_course, ledger, ["ex01"], None, True).seed)
    assert len(seeds) == 3


@pytest.mark.parametrize("root", [True, False])
def test_root_hands_the_work_to_somebody_without_rights(root, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000)
    monkeypatch.delenv("SUDO_UID", raising=False)
    monkeypatch.setattr(privileges, "_candidates", lambda: [(65534, 65534)])
    monkeypatch.setattr(privileges, "_can_run", lambda user: True)
    assert privileges.unprivileged() == ((65534, 65534) if root else None)


def test_root_alone_without_walls_is_refused(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(privileges, "_can_run", lambda user: False)
    monkeypatch.setattr(walls, "available", lambda: walls.Walls(0, ""))
    with pytest.raises(privileges.RequestError, match="does not run as root"):
        privileges.unprivileged()
