"""Learners, testers and the pages' makers install one resolution, each what they need of it."""

import importlib.metadata
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def locked(name):
    """{(package, version, when): its hashes} of a lock file."""
    text = re.sub(r"(?m)^\s*#.*\n", "", (ROOT / name).read_text())
    entries = re.findall(r"(?m)^(\S+)==(\S+)((?: ;[^\\]*)?) \\\n((?: +--hash=.*\n)+)", text)
    return {(n, v, w.strip()): set(re.findall(r"sha256:\w+", h)) for n, v, w, h in entries}


def test_what_learners_install_is_part_of_what_is_tested():
    everything, lab = locked("requirements.lock"), locked("requirements-lab.lock")
    versions = {(name, version): hashes for (name, version, _), hashes in everything.items()}
    assert len(lab) > 50
    for (name, version, _), hashes in lab.items():
        assert versions[name, version] == hashes, name


def test_learners_install_nothing_that_is_only_for_building():
    names = {name for name, _, _ in locked("requirements-lab.lock")}
    assert not names & {"pytest", "mypy", "ruff", "hypothesis", "jupytext", "distributed", "sphinx"}
    assert {"jupyterlab", "ipykernel", "hatchling", "editables"} <= names


def test_the_pages_are_made_with_the_versions_that_are_tested():
    everything = {n: v for n, v, _ in locked("requirements.lock")}
    site = {n: v for n, v, _ in locked("requirements-site.lock")}
    assert {"sphinx", "myst-nb", "furo"} <= set(site)
    for name in ("numpy", "numba", "matplotlib", "typer"):
        assert site[name] == everything[name]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-lab.lock"])
def test_everything_that_the_project_names_is_locked(name):
    chosen = {"lab", "clone"} if "lab" in name else {"lab", "clone", "dev", "cluster"}
    wanted = set()
    for line in importlib.metadata.requires("minidl"):
        extra = re.search(r"extra == ['\"](\w+)", line)
        if not extra or extra[1] in chosen:
            wanted.add(re.match(r"[\w-]+", line)[0].lower())
    assert len(wanted) > 12
    assert wanted <= {found for found, _, _ in locked(name)}
