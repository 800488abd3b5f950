"""Runs the tests with the lowest and with the newest versions that pyproject.toml allows.

`make versions` takes the lowest on the oldest Python of the workflow `tests`, and the newest on
its newest; `make versions VERSIONS="3.11:lowest 3.13:newest"` what is named. Each run has an
environment of its own, apart from the project's. Lowest are the direct dependencies, and only
what comes as a wheel counts. uv finds the Pythons, or downloads them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
WORKFLOW = ROOT / ".github" / "workflows" / "tests.yml"
EXTRAS = ("lab", "clone", "dev", "cluster")
RESOLUTION = {"lowest": "lowest-direct", "newest": "highest"}
SHOWN = ("numpy", "numba")  # whose versions the table tells
NOT_HERE = "not oracle and not exhaustive"  # as in `make test`


@dataclass(frozen=True)
class Run:
    """What is tried: a Python and which end of the ranges."""

    python: str
    versions: str

    @classmethod
    def read(cls, text: str) -> Run:
        """From PYTHON:lowest or PYTHON:newest."""
        python, _, versions = text.partition(":")
        if not python or versions not in RESOLUTION:
            raise argparse.ArgumentTypeError(
                f"{text!r} is no run; give PYTHON:lowest or PYTHON:newest, such as 3.11:lowest"
            )
        return cls(python, versions)

    def __str__(self) -> str:
        return f"{self.python}:{self.versions}"


@dataclass(frozen=True)
class Outcome:
    """What a run came to; `trouble` says why where there is no count."""

    packages: dict[str, str]
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    trouble: str = ""

    @property
    def good(self) -> bool:
        return not self.trouble and not self.failed and self.passed > 0


def main() -> int:
    """0 if every run passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "runs", nargs="*", type=Run.read, metavar="PYTHON:VERSIONS", help="such as 3.11:lowest"
    )
    parser.add_argument("--tests", nargs="+", default=["tests"], help="which tests (default: all)")
    parser.add_argument("--keep", type=Path, help="make the environments in this folder; keep them")
    options = parser.parse_args()
    runs = options.runs or promised(WORKFLOW)
    with tempfile.TemporaryDirectory(prefix="minidl-versions-") as folder:
        os.chmod(folder, 0o755)  # root lets somebody else grade, who has to read this Python
        outcomes = {run: attempt(run, options.keep or Path(folder), options.tests) for run in runs}
    Console().print(table(outcomes))
    for run, outcome in outcomes.items():
        if outcome.trouble:
            print(f"{run}: {outcome.trouble}", file=sys.stderr)
    return int(not all(outcome.good for outcome in outcomes.values()))


def promised(workflow: Path) -> list[Run]:
    """The lowest versions on the workflow's first Python, the newest on its last."""
    jobs = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"]
    pythons = jobs["tests"]["strategy"]["matrix"]["python"]
    return [Run(pythons[0], "lowest"), Run(pythons[-1], "newest")]


def attempt(run: Run, folder: Path, tests: list[str]) -> Outcome:
    """Makes the environment of a run and tests in it."""
    environment = (folder / f"{run.python}-{run.versions}").absolute()
    python, report = environment / "bin" / "python", environment / "tests.xml"
    print(f"\n{run}: making an environment", flush=True)
    try:
        install(run, environment)
    except subprocess.CalledProcessError as error:
        return Outcome({}, trouble=f"cannot be installed: {error.stderr.strip()}")
    packages = found(python)
    print(f"{run}: testing with {', '.join(map(' '.join, packages.items()))}", flush=True)
    pytest = [python, "-m", "pytest", "-n", "2", "--dist", "worksteal", "-m", NOT_HERE]
    started = time.monotonic()
    subprocess.run([*pytest, f"--junitxml={report}", *tests], cwd=ROOT, check=False)
    seconds = time.monotonic() - started
    if not report.exists():
        return Outcome(packages, seconds=seconds, trouble="the tests could not be run (see above)")
    return Outcome(packages, *counts(report), seconds=seconds)


def install(run: Run, environment: Path) -> None:
    """An environment with the dependencies as `run` wants them, and with this checkout.

    Raises:
        CalledProcessError: uv found no such Python, or no set of versions; stderr says which.
    """
    uv("venv", "--seed", "--clear", "--python", run.python, str(environment))
    python = ("--python", str(environment / "bin" / "python"))
    choice = ("--resolution", RESOLUTION[run.versions], "--upgrade", "--only-binary", ":all:")
    extras = [word for extra in EXTRAS for word in ("--extra", extra)]
    uv("pip", "install", *python, *choice, "-r", "pyproject.toml", *extras)
    uv("pip", "install", *python, "--no-deps", "--no-build-isolation", "--editable", ".")


def uv(*arguments: str) -> None:
    command = [sys.executable, "-m", "uv", "--quiet", *arguments]
    subprocess.run(command, cwd=ROOT, check=True, stderr=subprocess.PIPE, text=True)


def found(python: Path) -> dict[str, str]:
    """The versions that an environment has of the packages in SHOWN."""
    code = "import importlib.metadata as m, sys; print(*map(m.version, sys.argv[1:]))"
    done = subprocess.run(
        [python, "-c", code, *SHOWN], check=True, stdout=subprocess.PIPE, text=True
    )
    return dict(zip(SHOWN, done.stdout.split(), strict=True))


def counts(report: Path) -> tuple[int, int, int]:
    """(passed, failed, skipped) of pytest's report in JUnit's format; an error is a failure."""
    suites = list(ET.parse(report).getroot().iter("testsuite"))
    total, failures, errors, skipped = (
        sum(int(suite.get(name, 0)) for suite in suites)
        for name in ("tests", "failures", "errors", "skipped")
    )
    return total - failures - errors - skipped, failures + errors, skipped


def table(outcomes: dict[Run, Outcome]) -> Table:
    made = Table("Python", "versions", *SHOWN, "passed", "failed", "skipped", "minutes")
    for run, one in outcomes.items():
        versions = (one.packages.get(name, "") for name in SHOWN)
        numbers = (one.passed, "not run" if one.trouble else one.failed, one.skipped)
        minutes = f"{one.seconds / 60:.1f}"
        made.add_row(run.python, run.versions, *versions, *map(str, numbers), minutes)
    return made


if __name__ == "__main__":
    sys.exit(main())
