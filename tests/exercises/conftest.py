"""`pytest tests/exercises --submission exercises`: one test for each graded function.

Without --submission nothing is collected here, as a learner's unfinished work is no failing test;
where that leaves nothing at all, a line says what to give. This is for a learner's own folder:
other people's work is graded by `minidl grade`, where nothing of theirs is near pytest.
"""

from __future__ import annotations

import pytest

from minidl.course.grading.grader import Grader
from minidl.course.grading.reference import Reference
from minidl.course.report.terminal import plain_result
from minidl.course.sandbox.sandbox import Sandbox
from minidl.course.sets.folder import find
from minidl.course.store import Store


def pytest_addoption(parser):
    parser.addoption("--submission", metavar="FOLDER", help="check the exercises in this folder")


def pytest_configure(config):
    folder = config.getoption("--submission", None)
    if folder and not (config.invocation_params.dir / folder).is_dir():
        raise pytest.UsageError(f"--submission {folder}: there is no such folder")


def pytest_collect_file(file_path, parent):
    folder = parent.config.getoption("--submission", None)
    if folder and file_path.name[:2] == "ex" and file_path.suffix == ".py":
        return ExerciseFile.from_parent(parent, path=file_path)
    return None


def pytest_terminal_summary(terminalreporter, exitstatus, config):
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and not config.getoption("--submission"):
        terminalreporter.write_line(
            "exercises are checked with --submission and the folder they are in: "
            "pytest tests/exercises --submission exercises"
        )


class ExerciseFile(pytest.File):
    """The checks of one set; its functions are graded by one Grader, when first asked for."""

    def collect(self):
        folder = self.config.invocation_params.dir / self.config.getoption("--submission")
        self.course = find(self.path.parent, folder.resolve())
        self.key = self.path.stem.partition("_")[0]
        for name in self.course.checks(self.key).functions:
            yield ExerciseItem.from_parent(self, name=name)

    def setup(self):
        self.sandbox = Sandbox()
        self.reference = Reference(self.course, Store(self.course).seed, draws_fresh=True)
        self.grader = Grader(self.reference, self.sandbox)

    def teardown(self):
        self.sandbox.close()
        self.reference.sandbox.close()


class ExerciseItem(pytest.Item):
    """One graded function."""

    def runtest(self):
        report = self.parent.grader.grade_set(self.parent.key, self.name)
        if not report.results[0].passed:
            raise NotPassed(plain_result(report))

    def repr_failure(self, excinfo):
        if isinstance(excinfo.value, NotPassed):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self):
        return self.path, None, f"{self.parent.key}.{self.name}"


class NotPassed(Exception):
    """Carries what there is to say about a function that earned nothing."""
