"""A whole course is handed in: its exercises are found; what it brought is nobody's work."""

import io
import tarfile
import zipfile

import pytest

from minidl.course.classroom.intake import brought, limits
from minidl.course.classroom.intake.archives import unpacked
from minidl.course.classroom.intake.notebooks import lessons_in
from minidl.course.classroom.intake.parcel import Parcel
from minidl.course.classroom.intake.submission import submission

STEMS = {"ex01": "ex01_autograd", "ex02": "ex02_convolution"}
GRADED = {"ex01": ["backward"], "ex02": ["pad2d"]}
STUB = "def backward():\n    raise NotImplementedError('later')\n"
LESSON = "def backward(x):\n    return library(x)"
COUNT = limits.MOST_FILES + 50
COURSE = {
    "course/course.sealed": "x",
    "course/exercises/ex01_autograd.py": "def backward(): return 1\n",
    "course/exercises/mine.py": "x = 1\n",
    **{f"course/minidl/m{n}.py": "x = 2\n" for n in range(COUNT)},
    **{f"course/lessons/source/s{n}.py": "x = 3\n" for n in range(COUNT)},
}


def as_zip(files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in files:
            archive.writestr(name, text)
    return file.getvalue()


def as_tar(files):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, text in files:
            info = tarfile.TarInfo(name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return file.getvalue()


def as_folder(files, place):
    for name, text in files:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    return place


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("made", [as_zip, as_tar])
def test_a_whole_course_in_an_archive_whatever_the_order(made, turned):
    files = sorted(COURSE.items(), reverse=turned)
    found = submission(Parcel({"a.zip": made(files)}), GRADED, STEMS)
    assert found.texts == {"ex01": "def backward(): return 1\n"}
    assert found.helpers == {"mine": "x = 1\n"}
    assert found.notes == []


@pytest.mark.parametrize("aside", ["minidl", "aaa/minidl", "course/exercises/minidl"])
def test_only_a_courses_own_library_is_passed_over(aside):
    files = {f"{aside}/ex02_convolution.py": "x = 1", "exercises/ex01.py": "y = 1"}
    found = unpacked(Parcel({"a.zip": as_zip(files.items())})).files
    assert (f"{aside}/ex02_convolution.py" in found) == (aside != "minidl")


def test_a_whole_course_in_a_folder(tmp_path):
    parcel = brought.read([as_folder(COURSE.items(), tmp_path)])
    assert sorted(parcel.files) == [
        "course/exercises/ex01_autograd.py", "course/exercises/mine.py",
    ]  # fmt: skip
    assert parcel.notes == []


def test_exercises_are_read_before_a_limit_cuts(tmp_path):
    files = {f"a/f{n}.py": "" for n in range(COUNT)} | {"z/exercises/ex01_autograd.py": "x = 1"}
    for parcel in (
        brought.read([as_folder(files.items(), tmp_path)]),
        unpacked(Parcel({"a.zip": as_zip(files.items())})),
        unpacked(Parcel({"a.tar": as_tar(files.items())})),
    ):
        assert "z/exercises/ex01_autograd.py" in parcel.files
        assert len(parcel.files) == limits.MOST_FILES


@pytest.mark.parametrize("made", [as_zip, as_tar])
def test_an_archive_that_is_larger_than_what_is_read_is_gone_through(made, tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MOST_ARCHIVE", 1000)
    (tmp_path / "ada.zip").write_bytes(made(COURSE.items()))
    parcel = brought.read([tmp_path / "ada.zip"])
    assert "course/exercises/ex01_autograd.py" in parcel.files
    assert parcel.newest > 0


def test_large_files_before_the_exercises_do_not_cut_them_off(monkeypatch):
    monkeypatch.setattr(limits, "MOST_TOGETHER", 1000)
    files = {f"a{n}.ipynb": "x" * 400 for n in range(5)} | {"z/exercises/ex01.py": "x" * 400}
    for made in (as_zip, as_tar):
        parcel = unpacked(Parcel({"a.zip": made(files.items())}))
        assert "z/exercises/ex01.py" in parcel.files
        assert len(parcel.files) == 2
        assert "more than 0 MB" in parcel.notes[0]


@pytest.fixture
def lessons(tmp_path, making):
    (tmp_path / "01_autograd.ipynb").write_text(making.notebook("import a", LESSON))
    return lessons_in(tmp_path)


def course_with(making, lesson, stub=True):
    """A submission with a lesson in it and, if so, the untouched stub."""
    from minidl.course.sets.stubs import signed

    files = {"lessons/01_autograd.ipynb": making.notebook("import a", lesson).encode()}
    if stub:
        files["exercises/ex01_autograd.py"] = signed(STUB, "solutions/ex01.py").encode()
    return Parcel(files)


def test_a_lesson_as_released_is_not_the_students_work(making, lessons):
    found = submission(course_with(making, LESSON), GRADED, STEMS, lessons)
    assert found.sources == {"ex01": "exercises/ex01_autograd.py"}
    assert found.marks == {}
    assert found.notes == []
    assert submission(course_with(making, LESSON, False), GRADED, STEMS, lessons).sources == {}


def test_a_lesson_that_was_played_with_counts_only_where_no_file_is(making, lessons):
    played = LESSON.replace("library(x)", "2 * x")
    found = submission(course_with(making, played), GRADED, STEMS, lessons)
    assert found.sources == {"ex01": "exercises/ex01_autograd.py"}
    assert "not begun, counts" in found.notes[0]
    alone = submission(course_with(making, played, False), GRADED, STEMS, lessons)
    assert alone.sources == {"ex01": "lessons/01_autograd.ipynb"}


def test_a_copy_of_a_lesson_with_the_students_function_in_it_counts(making, lessons):
    copy = making.notebook("import a", "def backward(x):\n    return a.b(x)")
    found = submission(Parcel({"mine.ipynb": copy.encode()}), GRADED, STEMS, lessons)
    assert "import a" in found.texts["ex01"]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.zip", b"Rar!\x1a\x07\x00", "it is a .rar archive; ask for a .zip"),
        ("a.tar.gz", b"7z\xbc\xaf\x27\x1c", "it is a .7z archive; ask for a .zip"),
        ("my homework.py", b"x = 1", "my homework.py: no exercise goes by that name"),
        ("a.zip", as_zip([("inner/work.rar", "x")]), "inner/work.rar cannot be read: a .rar"),
        ("a.zip", as_zip([("notes.txt", "x")]), "a.zip has no .py and no .ipynb in it"),
    ],
)
def test_what_cannot_be_graded_is_named(name, data, words):
    found = submission(Parcel({name: data}), GRADED, STEMS)
    assert found.sources == {}
    assert words in found.notes[0]


def test_a_file_that_is_no_submission_is_named(tmp_path):
    (tmp_path / "ada.rar").write_bytes(b"Rar!")
    (tmp_path / "ada.pdf").write_bytes(b"%PDF")
    (tmp_path / "ada").mkdir()
    said = [brought.read([path]).notes for path in sorted(tmp_path.iterdir())]
    assert said == [
        ["ada is an empty folder"],
        ["ada.pdf cannot be read: expected a folder, .zip, .tar.gz, .py or .ipynb"],
        ["ada.rar cannot be read: a .rar archive; ask for a .zip"],
    ]
