"""No convolution kernel reads or writes outside of its arrays; fence.py makes that visible."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

FENCE = Path(__file__).with_name("fence.py")
pytestmark = pytest.mark.skipif(
    not sys.platform.startswith(("linux", "darwin")), reason="memory cannot be fenced here"
)


def run(*arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, str(FENCE), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def test_kernels_stay_inside_of_their_arrays() -> None:
    result = run()
    assert result.returncode == 0, result.stderr
    at_end, at_start = map(int, result.stdout.split())
    assert at_end == at_start > 500


def test_the_fence_ends_a_process_that_steps_over_it() -> None:
    assert run("--step-over").returncode in (-signal.SIGSEGV, -signal.SIGBUS)
