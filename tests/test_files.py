"""Files are written whole or not at all, and what is long leaves no control characters in them."""

import os
import re
import socket
import subprocess
import sys

import pytest

from minidl.files import existing, replacing, shown


def test_a_full_disk_leaves_the_old_file_and_names_it(tmp_path):
    old = tmp_path / "people.txt"
    old.write_text("Ada")

    def fill_the_disk():
        with replacing(old) as temporary:
            temporary.write_text("Ben")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match=r"^cannot write .*people.txt: No space left on device$"):
        fill_the_disk()
    assert old.read_text() == "Ada"
    assert list(tmp_path.iterdir()) == [old]


def in_a_pipe(code):
    program = f"import minidl.progress\nfrom minidl.progress import progress\n{code}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout


def test_a_short_job_in_a_pipe_is_one_line():
    assert in_a_pipe("list(progress(range(3), 'counting'))") == "counting ...\n"
    assert in_a_pipe("list(progress(range(3), quiet=True))") == ""


def test_a_long_job_in_a_pipe_says_now_and_then_how_far_it_is():
    loop = """
now = 0.0
minidl.progress.time.monotonic = lambda: now
with progress(label="training", total=6) as bar:
    bar.mininterval = 0
    for _ in range(6):
        now += 4
        bar.set_postfix_str("loss 0.5", refresh=False)
        bar.update()
        bar.refresh()
"""
    said = re.sub(r"\d\d:\d\d", "MM:SS", in_a_pipe(loop))
    assert said == (
        "training ...\ntraining: 3 of 6, MM:SS, loss 0.5\ntraining: 6 of 6, MM:SS, loss 0.5\n"
    )


def test_of_a_job_without_a_known_end_a_pipe_hears_how_far_it_is():
    said = in_a_pipe("minidl.progress.EVERY = 0\nlist(progress(iter('abc'), 'reading'))")
    assert said.splitlines()[0] == "reading ..."
    assert said.splitlines()[-1].startswith("reading: 3 of ?, ")
    assert said.isascii()
    assert "\r" not in said


def test_a_disk_that_is_read_only_names_the_file_and_not_the_temporary_one(tmp_path, monkeypatch):
    def refused(*_, **__):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("pathlib.Path.unlink", refused)
    monkeypatch.setattr("pathlib.Path.write_text", refused)
    with (
        pytest.raises(OSError, match=r"^cannot write .*people.txt: Read-only file system$"),
        replacing(tmp_path / "people.txt") as temporary,
    ):
        temporary.write_text("Ben")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("plain é 中.png", "plain é 中.png"),
        ("a\nb\tc", r"a\nb\tc"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\u202etxt.png", r"\u202etxt.png"),  # turns what follows round
        ("\udcff", r"\udcff"),  # a name that is no UTF-8
        ("a\u2028b", r"a\u2028b"),
        ("back\\slash", "back\\slash"),
    ],
)
def test_names_are_shown_without_what_a_terminal_obeys(given, expected):
    assert shown(given) == expected
    assert shown(shown(given)) == expected


@pytest.mark.parametrize(
    ("name", "error", "says"),
    [
        ("", FileNotFoundError, "given an empty name"),
        ("  ", FileNotFoundError, "given an empty name"),
        ("a\0b", FileNotFoundError, r"there is no file a\\x00b"),
        ("a\nb", FileNotFoundError, r"there is no file a\\nb"),
        ("http://a.b/c.png", FileNotFoundError, r"^http://a\.b/c\.png is an address"),
        ("https:/a.b/c.png", FileNotFoundError, r"^https://a\.b/c\.png is an address"),
        ("s3://bucket/key", FileNotFoundError, "^s3://bucket/key is an address"),
        ("x" * 300, OSError, "cannot read x+: File name too long"),
        ("/dev/zero", OSError, "cannot read /dev/zero: it is a device"),
        ("loop", OSError, "cannot read loop: Too many levels of symbolic links"),
        ("pipe", OSError, "cannot read pipe: it is a named pipe"),
        ("socket", OSError, "cannot read socket: it is a socket"),
        ("file/inside", FileNotFoundError, "there is no file file/inside"),
        (".", IsADirectoryError, r"cannot read \.: it is a folder"),
        (None, TypeError, "given NoneType None, expected the name of a file"),
        (b"file", TypeError, "given bytes"),
    ],
)
def test_what_is_no_file_to_read_is_said_to_be_what_it_is(tmp_path, monkeypatch, name, error, says):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo("pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        with pytest.raises(error, match=says):
            existing(name)
    if name in ("", "a\0b", "http://a.b/c.png"):
        with pytest.raises(FileNotFoundError, match=says), replacing(name):
            pass


def test_a_file_whose_name_looks_like_an_address_can_be_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "http:").mkdir()
    (tmp_path / "http:" / "a").touch()
    assert existing("http://a").read_bytes() == b""
