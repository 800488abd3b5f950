"""Archives bring files and nothing else: no way out of them, no links, no bombs."""

import gzip
import io
import stat
import tarfile
import zipfile

import pytest

from minidl.course.classroom.intake import limits
from minidl.course.classroom.intake.archives import inside, unpacked
from minidl.course.classroom.intake.parcel import Parcel

CODE = b"x = 1\n"


def zipped(*members):
    """A zip with (name or ZipInfo, data) in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def tarred(*members, mode="w:gz"):
    """A tarball with (name, data, kind) in it."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:
        for name, data, kind in members:
            info = tarfile.TarInfo(name)
            info.size, info.type, info.linkname = len(data), kind, "/etc/passwd"
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def found(name, data):
    return unpacked(Parcel({name: data}))


@pytest.mark.parametrize("name", ["/etc/a.py", "../a.py", "a/../../b.py", "..\\a.py", "C:\\a.py"])
def test_a_name_that_leads_out_is_left_out_and_said(name):
    for archive, data in {
        "a.zip": zipped((name, CODE), ("ok.py", CODE)),
        "a.tar.gz": tarred((name, CODE, tarfile.REGTYPE), ("ok.py", CODE, tarfile.REGTYPE)),
    }.items():
        got = found(archive, data)
        assert list(got.files) == ["ok.py"]
        assert "leads out of it" in got.notes[0]


def test_links_and_devices_in_a_tarball_are_left_out():
    kinds = tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE
    for kind in kinds:
        got = found("a.tar.gz", tarred(("ex01.py", b"", kind), ("ok.py", CODE, tarfile.REGTYPE)))
        assert list(got.files) == ["ok.py"]
        assert "is a link or a device" in got.notes[0]


def test_a_link_in_a_zip_is_left_out():
    link = zipfile.ZipInfo("ex01.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    got = found("a.zip", zipped((link, "/etc/passwd")))
    assert not got.files
    assert "is a link or a device" in got.notes[0]


def test_a_bomb_is_read_to_its_limit_only():
    zeros = b"\0" * (limits.MOST_SOURCE + 1)
    got = found("a.zip", zipped(("ex01.py", zeros), ("ok.py", CODE)))
    assert list(got.files) == ["ok.py"]
    assert "larger than 1 MB" in got.notes[0]


def test_a_compressed_stream_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr("minidl.course.classroom.intake.archives.MOST_UNPACKED", 10**6)
    data = gzip.compress(tarred(("big.bin", b"\0" * 3 * 10**6, tarfile.REGTYPE), mode="w"))
    got = found("a.tar.gz", data)
    assert not got.files
    assert "unpacks to more than" in got.notes[0]


def test_many_files_are_not_read_without_end():
    data = zipped(*[(f"{n}.py", CODE) for n in range(limits.MOST_FILES + 9)])
    got = found("a.zip", data)
    assert len(got.files) == limits.MOST_FILES
    assert got.notes == [f"more than {limits.MOST_FILES} files: the rest was left out"]


def test_an_archive_in_an_archive_is_left_out():
    got = found("a.zip", zipped(("inner.zip", zipped(("ex01.py", CODE)))))
    assert not got.files
    assert "archive in an archive" in got.notes[0]


@pytest.mark.parametrize("kind", ["xz", "bz2", "gz", ""])
def test_every_compression_of_tar_is_read(kind):
    data = tarred(("c/exercises/ex01.py", CODE, tarfile.REGTYPE), mode=f"w:{kind}")
    assert found("a.tar", data).files == {"c/exercises/ex01.py": CODE}


@pytest.mark.parametrize("data", [b"", b"PK nothing", b"\x1f\x8b broken", b"x" * 2000])
def test_a_broken_archive_is_one_line(data):
    got = found("a.zip", data)
    assert not got.files
    assert len(got.notes) <= 1
    assert all("\n" not in note for note in got.notes)


def test_folders_that_hold_no_exercises_are_passed_over():
    names = ["solutions/ex01.py", "tests/exercises/ex01.py", "__MACOSX/ex01.py", "d/._ex01.py"]
    assert not found("a.zip", zipped(*[(name, CODE) for name in names])).files


def test_names_inside():
    assert str(inside("a/b.py")) == "a/b.py"
    assert str(inside("a\\b.py")) == "a/b.py"
    assert inside("a\0.py") is None
