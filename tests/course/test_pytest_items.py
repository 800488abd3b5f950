"""`pytest tests/exercises --submission FOLDER`: the same results and messages, one test each."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pytest_run():
    """pytest_run("--submission", folder) -> exit code and output of pytest on ex01."""

    def run(*arguments):
        command = [sys.executable, "-m", "pytest", "tests/exercises/ex01_autograd.py", *arguments]
        options = ["-p", "no:cacheprovider", "-p", "no:xdist"]
        done = subprocess.run(
            [*command, *options], capture_output=True, text=True, cwd=ROOT, check=False
        )
        return done.returncode, done.stdout + done.stderr

    return run


def test_each_function_is_a_test_with_the_message_of_check(pytest_run, tmp_path):
    solution = (ROOT / "solutions" / "ex01_autograd.py").read_text()
    broken = solution.replace("return grad @ b.T, a.T @ grad", "return grad @ b, a @ grad")
    (tmp_path / "ex01_autograd.py").write_text(broken)
    code, out = pytest_run("--submission", str(tmp_path))
    assert code == 1
    assert "1 failed, 6 passed" in out
    assert "FAILED tests/exercises/ex01_autograd.py::matmul_vjp" in out
    assert "The transposes are missing" in out
    assert "Traceback" not in out


def test_without_a_submission_nothing_is_collected(pytest_run):
    code, _ = pytest_run()
    assert code == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_folder_that_is_not_there_is_one_line(pytest_run):
    code, out = pytest_run("--submission", "nowhere")
    assert code == pytest.ExitCode.USAGE_ERROR
    assert "--submission nowhere: there is no such folder" in out
    assert "Traceback" not in out
