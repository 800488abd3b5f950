"""A grading that is killed at any moment, again and again, ends as one that never was."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from minidl.course.sandbox import walls

OPEN = [] if walls.available().enough else ["--without-walls"]
KEPT = ("scores.csv", "canvas.csv", "moodle.csv", "report.html")


def command(folder, out):
    minidl = [sys.executable, "-m", "minidl", "grade", str(folder), "--out", str(out)]
    return [*minidl, "--sets", "ex01,ex05", "--seed", "11", "--jobs", "2", *OPEN]


def ours(marks):
    """Processes that have a mark in their command line."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    text = file.read().decode(errors="replace")
            except OSError:
                continue
            found += [int(name)] if marks in text else []
    return found


@pytest.mark.exhaustive
@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_five_kills_cost_nothing(making, course, tmp_path):
    folder, out, whole = tmp_path / "class", tmp_path / "out", tmp_path / "whole"
    making.make(folder, 12, seed=3)
    drawn = random.Random(5)
    lengths = []
    for _ in range(5):
        running = subprocess.Popen(
            command(folder, out), stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        for line in running.stdout:  # at some moment after some submission is graded
            if " of " in line:
                break
        time.sleep(drawn.uniform(0, 3))
        os.killpg(running.pid, signal.SIGKILL)
        lengths.append(len(running.stdout.read().splitlines()))
        running.wait()
    assert sum(lengths) < 12 * 5
    subprocess.run(command(folder, out), check=True, stdout=subprocess.DEVNULL)
    subprocess.run(command(folder, whole), check=True, stdout=subprocess.DEVNULL)
    for name in KEPT:
        assert (out / name).read_bytes() == (whole / name).read_bytes(), name
    assert not ours(str(tmp_path))
