"""A platform's download of a class, as the one archive that it is: every student is found in it."""

import zipfile

import pytest

from minidl.course.classroom.entries import entries, left_out
from minidl.course.classroom.intake.brought import read
from minidl.course.classroom.intake.submission import submission
from minidl.course.classroom.roster import Roster, Student
from minidl.errors import RequestError

STEMS = {"ex01": "ex01_autograd", "ex02": "ex02_convolution"}
CODE = "def backward(): return 1\n"
CANVAS = {
    "doejane_LATE_123_4561_ex01_autograd-2.py": CODE,
    "doejane_123_4562_ex02_convolution.py": CODE,
    "roebob_124_4563_work.zip": "PK",
}
MOODLE = {
    "Hana Ito_998877_assignsubmission_file_/ex01_autograd.py": CODE,
    "Hana Ito_998877_assignsubmission_onlinetext_/onlinetext.html": "<p>",
    "Jörg Müller_998878_assignsubmission_file_/work.zip": "PK",
}


def zipped(path, files, top=""):
    """An archive; what is called .zip in it is one, with an exercise."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            if text == "PK":
                inner = path.parent / "inner.tmp"
                with zipfile.ZipFile(inner, "w") as work:
                    work.writestr("exercises/ex01_autograd.py", CODE)
                archive.writestr(top + name, inner.read_bytes())
                inner.unlink()
            else:
                archive.writestr(top + name, text)


def sets_of(folder, roster=None):
    """{student: sets} of all entries in a folder."""
    found = {}
    for entry in entries(folder, roster or Roster(), STEMS):
        brings = submission(read(entry.paths), {"ex01": ["backward"]}, STEMS)
        found.setdefault(entry.student.id, set()).update(brings.sources)
    return found


@pytest.mark.parametrize("top", ["", "CS101-Assignment 1-4711/"])
def test_the_download_of_canvas_is_its_students(tmp_path, top):
    zipped(tmp_path / "submissions.zip", CANVAS, top)
    assert sets_of(tmp_path) == {"123": {"ex01", "ex02"}, "124": {"ex01"}}
    (jane, _) = entries(tmp_path, Roster(), STEMS)
    assert jane.late
    assert jane.student.more == {"canvas_id": "123"}


@pytest.mark.parametrize("top", ["", "all/"])
def test_the_download_of_moodle_is_its_students(tmp_path, top):
    zipped(tmp_path / "CS101-Assignment 1-4711.zip", MOODLE, top)
    students = [Student("hana", "Hana Ito"), Student("joerg", "Jörg Müller")]
    assert sets_of(tmp_path, Roster(students)) == {"hana": {"ex01"}, "joerg": {"ex01"}}


def test_a_download_that_was_unpacked_into_a_folder_is_its_students(tmp_path):
    zipped(tmp_path / "a.zip", MOODLE)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        archive.extractall(tmp_path / "download")
    (tmp_path / "a.zip").unlink()
    assert sets_of(tmp_path) == {"998877": {"ex01"}, "998878": {"ex01"}}


def test_a_students_own_archive_stays_one(tmp_path):
    zipped(tmp_path / "ada.zip", {"ada_1_2_ex01_autograd.py": CODE})
    zipped(tmp_path / "bob.zip", {"ex01_2026_11_final.py": CODE, "ex02_2026_12_final.py": CODE})
    zipped(tmp_path / "doe_5_6_work.zip", {"exercises/ex01_autograd.py": CODE})
    assert sets_of(tmp_path) == {"ada": {"ex01"}, "bob": {"ex01", "ex02"}, "5": {"ex01"}}


def test_a_download_that_is_there_twice_is_refused(tmp_path):
    for name in ("submissions.zip", "submissions (1).zip"):
        zipped(tmp_path / name, CANVAS)
    with pytest.raises(RequestError, match="is there twice"):
        entries(tmp_path, Roster(), STEMS)


def test_nobody_hands_in_for_others_in_an_archive_of_their_own(tmp_path):
    zipped(tmp_path / "work.zip", CANVAS)
    zipped(tmp_path / "eve.zip", {"exercises/ex01_autograd.py": CODE})
    roster = Roster([Student("eve"), Student("doe", "Jane Doe")])
    assert sets_of(tmp_path, roster) == {"work": set(), "eve": {"ex01"}}
    (_, work) = entries(tmp_path, roster, STEMS)
    assert "if it is one, call it submissions.zip" in read(work.paths).notes[0]


def test_the_time_of_a_member_is_believed(tmp_path):
    zipped(tmp_path / "a.zip", CANVAS)
    (jane, _) = entries(tmp_path, Roster(), STEMS)
    assert read(jane.paths).newest > 0


def test_archives_that_are_not_read_are_entries_and_the_rest_is_named(tmp_path):
    for name in ("ada.rar", "x.7z", "bob.pdf", "readme.txt", "my homework.py", "roster.csv"):
        (tmp_path / name).write_text("x")
    (tmp_path / ".DS_Store").write_text("x")
    roster = Roster([Student("ada"), Student("bob")])
    found = [entry.name for entry in entries(tmp_path, roster, STEMS)]
    assert found == ["ada.rar", "bob.pdf", "my homework.py", "x.7z"]
    assert left_out(tmp_path, roster) == ["readme.txt"]
