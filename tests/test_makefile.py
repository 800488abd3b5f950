"""An environment that was moved, lost its Python or is half made is made anew, a sound one not."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MOVED, UNMOVED = (
    f'test -z "{found}" || echo "minidl: the course was moved' for found in ("moved", "")
)
pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="make is not here")


@pytest.fixture
def clone(tmp_path):
    """A folder with the Makefile, and an environment that looks as `make lab` leaves it."""
    folder = tmp_path / "clone"
    site = folder / ".venv/lib/python3.11/site-packages"
    site.mkdir(parents=True)
    for name in ("Makefile", "requirements-lab.lock", "pyproject.toml"):
        shutil.copyfile(ROOT / name, folder / name)
        os.utime(folder / name, (1, 1))
    python = folder / ".venv/bin/python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\nexit 0\n")
    python.chmod(0o755)
    (site / "_minidl.pth").write_text(f"{folder}\n")
    (folder / ".venv/.lab").touch()
    return folder


def planned(folder):
    """What `make environment` would do there; nothing of it is done."""
    done = subprocess.run(
        ["make", "-n", "environment"], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_a_sound_environment_is_left_alone(clone):
    assert "Nothing to be done" in planned(clone)


@pytest.mark.parametrize("moved", ["moved", "with a space"])
def test_one_that_was_moved_is_made_anew_and_says_so(clone, moved):
    there = clone.rename(clone.with_name(moved))
    assert MOVED in planned(there)
    assert "-m venv" in planned(there)


def test_one_that_was_copied_is_made_anew_as_well(clone):
    there = shutil.copytree(clone, clone.with_name("copy"), symlinks=True)
    assert MOVED in planned(there)
    assert "Nothing to be done" in planned(clone)


def test_one_whose_python_is_gone_is_made_anew(clone):
    (clone / ".venv/bin/python").unlink()
    (clone / ".venv/bin/python").symlink_to("/nowhere/python3")
    assert MOVED in planned(clone)


def test_one_that_was_not_finished_is_gone_on_with(clone):
    (clone / ".venv/.lab").unlink()
    assert UNMOVED in planned(clone)
    assert "-m venv" in planned(clone)


def test_a_newer_lock_is_installed(clone):
    os.utime(clone / "requirements-lab.lock")
    os.utime(clone / ".venv/.lab", (2, 2))
    assert UNMOVED in planned(clone)
    assert "2/3 installing the packages of requirements-lab.lock" in planned(clone)
