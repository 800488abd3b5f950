"""The runs with the lowest and the newest versions: what is tried, and how it is counted."""

import argparse
import importlib.metadata
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[1] / "tools"
REPORT = """<testsuites>
  <testsuite tests="9" failures="2" errors="1" skipped="3"/>
  <testsuite tests="4" failures="0" errors="0" skipped="1"/>
</testsuites>"""


@pytest.fixture
def versions(monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))
    import versions

    return versions


def test_the_lowest_are_tried_on_the_oldest_python_and_the_newest_on_the_newest(versions):
    lowest, newest = versions.promised(versions.WORKFLOW)
    needs = importlib.metadata.metadata("minidl")["Requires-Python"]
    assert (lowest.versions, newest.versions) == ("lowest", "newest")
    assert lowest.python == needs.removeprefix(">=")
    assert int(newest.python.removeprefix("3.")) > int(lowest.python.removeprefix("3."))


@pytest.mark.parametrize("text", ["3.11", "3.11:oldest", ":lowest", "lowest"])
def test_what_is_no_run_is_refused_with_an_example(versions, text):
    with pytest.raises(argparse.ArgumentTypeError, match=r"3\.11:lowest"):
        versions.Run.read(text)


def test_an_error_counts_as_a_failure_and_suites_are_added_up(versions, tmp_path):
    (tmp_path / "report.xml").write_text(REPORT)
    assert versions.counts(tmp_path / "report.xml") == (6, 3, 4)


def test_what_cannot_be_installed_is_told_and_is_not_good(versions, monkeypatch, tmp_path):
    def no(*arguments):
        raise subprocess.CalledProcessError(2, "uv", stderr="no such Python\n")

    monkeypatch.setattr(versions, "uv", no)
    outcome = versions.attempt(versions.Run("3.99", "newest"), tmp_path, ["tests"])
    assert outcome.trouble == "cannot be installed: no such Python"
    assert not outcome.good


def test_every_extra_that_tests_need_is_installed(versions, monkeypatch, tmp_path):
    calls = []
    monkeypatch.setattr(versions, "uv", lambda *arguments: calls.append(arguments))
    versions.install(versions.Run("3.11", "lowest"), tmp_path / "made")
    makefile = (TOOLS.parent / "Makefile").read_text()
    (line,) = (x for x in makefile.splitlines() if x.endswith("-o requirements.lock"))
    wanted, given = (
        [b for a, b in pairwise(x) if a == "--extra"] for x in (line.split(), calls[1])
    )
    assert given == wanted
    assert "lowest-direct" in calls[1]
