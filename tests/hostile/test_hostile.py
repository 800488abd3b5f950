"""Submissions that cheat, spy, break and hang: none gains, learns, leaves or costs anything.

They are files of text in submissions/, one for each family; each is the body of the toy course's
`double`, which has tools.txt to use. One marked "(slow)" is tried by .ci/run only, as all are that
stand behind the first three of their family.
"""

import re
from pathlib import Path

import pytest

from minidl.course.sandbox.sums import descendants

HERE = Path(__file__).parent / "submissions"
TOOLS = (HERE / "tools.txt").read_text()
FIRST = 3  # of a family, which every run of the tests tries
MARKS = ("/tmp", "/var/tmp", "/dev/shm")  # where some leave a hostile_left, if they can


def submissions():
    """Every submission as (family: title, body), the slow and the many for exhaustive runs."""
    for path in sorted(HERE.glob("*.txt")):
        if path.name == "tools.txt":
            continue
        parts = re.split(r"^=== (.*)\n", path.read_text(), flags=re.M)[1:]
        for number, (title, body) in enumerate(zip(parts[::2], parts[1::2], strict=True)):
            slow = "(slow)" in title or number >= FIRST
            marks = [pytest.mark.exhaustive] if slow else []
            yield pytest.param(body, id=f"{path.stem}: {title}", marks=marks)


def left():
    """Files that some leave outside of the course, as far as they can."""
    return {str(path) for folder in MARKS for path in Path(folder).glob("hostile_*")}


def segments():
    """System V memory with the key that some use."""
    try:
        rows = Path("/proc/sysvipc/shm").read_text().splitlines()
    except OSError:
        return []
    return [row for row in rows if row.split()[0] == str(0x6D64)]


@pytest.mark.parametrize("body", list(submissions()))
def test_gains_learns_leaves_and_costs_nothing(body, trial):
    files, processes = trial.files(), set(descendants())
    double, total = trial.grade(trial.text(TOOLS, body))
    assert double.points == 0
    assert "LEAKED" not in double.printed
    assert trial.files() == files
    assert set(descendants()) <= processes | {trial.sandbox.process.pid}
    assert not left()
    assert not segments()
    assert total.passed, "the next one was not graded as it deserves"
    assert 0 < len(double.says) < 600
    assert "Traceback" not in double.says
    assert double.says.replace("\n", "").isprintable()


def test_there_are_enough():
    assert len(list(submissions())) >= 80
