"""Files are written whole or not at all, and what is long leaves no control characters in them."""

import subprocess
import sys

import pytest

from minidl.files import replacing


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


def test_a_progress_bar_in_a_pipe_is_one_line():
    code = "from minidl.progress import progress; list(progress(range(3), 'counting'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "counting ...\n"


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
