"""From what lies in a folder to what is graded: whose it is, which files, and what is odd."""

import os
from pathlib import Path

import pytest

from minidl.course.classroom.entries import entries
from minidl.course.classroom.intake.brought import read
from minidl.course.classroom.intake.parcel import Parcel
from minidl.course.classroom.intake.submission import key_of, submission
from minidl.course.classroom.roster import Roster, Student
from minidl.errors import RequestError

STEMS = {"ex01": "ex01_autograd", "ex02": "ex02_convolution"}
GRADED = {"ex01": ["backward", "both"], "ex02": ["pad2d", "both"]}


def taken(files):
    data = {n: t if isinstance(t, bytes) else t.encode() for n, t in files.items()}
    return submission(Parcel(data), GRADED, STEMS)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("ex01_autograd.py", "ex01"), ("ex01.py", "ex01"), ("EX01.py", "ex01"),
        ("doe_123_456_ex02_convolution-3.py", "ex02"), ("ex02 (1).py", "ex02"),
        ("ex012.py", ""), ("helper.py", ""), ("complex01.py", ""),
    ],
)  # fmt: skip
def test_a_set_is_known_by_the_name_of_its_file(name, key):
    assert key_of(name, STEMS) == key


def test_a_course_inside_of_a_submission_is_searched():
    found = taken({"my/minidl/exercises/ex01_autograd.py": "a = 1", "my/minidl/x/helper.py": "b"})
    assert found.texts == {"ex01": "a = 1"}
    assert found.helpers == {"helper": "b"}


def test_of_several_files_the_one_with_work_in_exercises_counts_and_it_is_said():
    found = taken({"old/ex01_autograd.py": "old = 1", "exercises/ex01_autograd.py": "new = 1"})
    assert found.texts == {"ex01": "new = 1"}
    assert found.notes == [
        "ex01 is there 2 times, differently: exercises/ex01_autograd.py was graded"
    ]


def test_a_file_that_is_twice_the_same_is_not_worth_a_word():
    assert taken({"a/ex01_autograd.py": "x", "b/ex01_autograd.py": "x"}).notes == []


def test_texts_of_other_systems_are_read():
    text = "# -*- coding: latin-1 -*-\r\ns = 'é'\r\n".encode("latin-1")
    assert taken({"ex01.py": text}).texts["ex01"].endswith("s = 'é'\n")
    assert taken({"ex01.py": b"\xef\xbb\xbfa = 1\n"}).texts["ex01"] == "a = 1\n"


def test_what_is_no_text_is_kept_for_the_checker_to_say_so():
    found = taken({"ex01.py": b"\xff\xfe\x00"})
    assert found.texts == {}
    assert found.faults == {"ex01": b"\xff\xfe\x00"}


def test_functions_are_taken_from_a_notebook_with_what_they_use(making):
    cells = [
        "%matplotlib inline\nimport numpy as np\nimport slow_library\nfrom minidl import nn",
        "EPS = 1e-9\nmodel = nn.train_for_an_hour()",
        "def helper(x):\n    return np.abs(x) + EPS",
        "def backward(x):\n    return helper(x)",
        "backward(model)",
        "def pad2d(x):\n    raise NotImplementedError('later')",
    ]
    found = taken({"work.ipynb": making.notebook(*cells)})
    assert list(found.texts) == ["ex01"]
    text = found.texts["ex01"]
    assert "slow_library" not in text
    assert "train_for_an_hour" not in text
    space = {}
    exec(text, space)
    assert space["backward"](-1.0) == 1.0 + 1e-9
    assert found.notes == [
        "ex01 taken from the notebook work.ipynb; cells that are no exercises: 5"
    ]


def test_a_function_of_two_sets_belongs_to_that_of_the_notebooks_number(making):
    cell = "def both(x):\n    return x"
    assert list(taken({"02_convolution.ipynb": making.notebook(cell)}).texts) == ["ex02"]
    assert taken({"work.ipynb": making.notebook(cell)}).texts == {}


def test_a_file_with_work_comes_before_a_notebook(making):
    cell = "def backward(x):\n    return x"
    found = taken({"01.ipynb": making.notebook(cell), "ex01.py": "def backward(x): return 1"})
    assert found.texts["ex01"] == "def backward(x): return 1"


@pytest.mark.parametrize("data", [b"{}", b"no json", b'{"cells": [1, null]}', b"[" * 100_000])
def test_a_broken_notebook_is_one_line(data):
    found = taken({"a.ipynb": data})
    assert found.notes == ["a.ipynb is no notebook that can be read"]


def test_links_pipes_and_hard_links_are_not_read(tmp_path):
    folder = tmp_path / "ada"
    folder.mkdir()
    secret = tmp_path / "secret.py"
    secret.write_text("secret")
    (folder / "ex01.py").symlink_to(secret)
    (folder / "inner").symlink_to(tmp_path)
    os.mkfifo(folder / "ex02.py")
    os.link(secret, folder / "ex03.py")
    parcel = read([folder])
    assert parcel.files == {}
    said = "\n".join(parcel.notes)
    assert "ex01.py is a link" in said
    assert "inner is a link" in said
    assert "ex02.py is no regular file" in said
    assert "ex03.py is a hard link" in said


def test_a_link_in_place_of_a_submission_is_not_followed(tmp_path):
    (tmp_path / "ada").symlink_to("/etc")
    assert read([tmp_path / "ada"]).notes == ["ada is a link, and was not followed"]


def names(tmp_path, *files, roster=()):
    for name in files:
        (tmp_path / name).write_text("")
    found = entries(tmp_path, Roster(roster), STEMS)
    return {entry.name: (entry.student.id, len(entry.paths)) for entry in found}


def test_files_of_one_student_that_are_different_sets_are_one_attempt(tmp_path):
    found = names(tmp_path, "ada_ex01.py", "ada_ex02.py", "bob_ex01.py")
    assert found == {"ada_ex01.py": ("ada", 2), "bob_ex01.py": ("bob", 1)}


def test_downloads_of_canvas_and_moodle_name_their_students(tmp_path):
    found = names(
        tmp_path,
        "doejane_LATE_123_456_ex01_autograd-2.py",
        "Jane Roe_77_assignsubmission_file_work.zip",
    )
    assert {student for student, _ in found.values()} == {"123", "77"}
    late = [entry.late for entry in entries(tmp_path, Roster(), STEMS)]
    assert sorted(late) == [False, True]


def test_the_roster_knows_ids_names_and_addresses(tmp_path):
    students = [Student("s1", "Ada Lovelace", "ada@x.org"), Student("s2", "Bob Noyce")]
    found = names(
        tmp_path, "ada.zip", "Noyce_Bob.zip", "s1_2026-11-30.zip", "lovelaceada_1_2_ex01.py",
        roster=students,
    )  # fmt: skip
    assert [student for student, _ in found.values()] == ["s2", "s1", "s1", "s1"]


def test_a_name_that_two_share_is_nobodys(tmp_path):
    twins = [Student("s1", "Ada Smith"), Student("s2", "Ada Smith")]
    assert names(tmp_path, "Ada Smith.zip", roster=twins) == {"Ada Smith.zip": ("Ada Smith", 1)}


@pytest.mark.parametrize("made", [None, "file", "folder"])
def test_a_folder_without_submissions_is_one_line(made, tmp_path):
    place = Path(tmp_path / "there")
    if made == "file":
        place.write_text("")
    elif made == "folder":
        place.mkdir()
    with pytest.raises(RequestError, match="folder"):
        entries(place, Roster(), STEMS)
