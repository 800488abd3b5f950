"""The files around the code agree with each other and with the code."""

import importlib.metadata
import json
import os
import re
from pathlib import Path

import pytest
import yaml

import minidl
from minidl.course.sets.folder import OWN

ROOT = Path(__file__).parents[1]
YAML = [
    *sorted((ROOT / ".github").rglob("*.yml")),
    ROOT / ".pre-commit-config.yaml",
    ROOT / "CITATION.cff",
    ROOT / "environment.yml",
]
JSON = [
    ROOT / ".devcontainer/devcontainer.json",
    ROOT / ".vscode/settings.json",
    *sorted((ROOT / "minidl/cli/course/jupyter_settings").rglob("*.json")),
]


def test_one_version_everywhere():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"]
    named = re.search(r'(?m)^version = "(.*)"', (ROOT / "pyproject.toml").read_text())[1]
    assert minidl.__version__ == named == cited == importlib.metadata.version("minidl")
    assert f"\n## {minidl.__version__}" in (ROOT / "CHANGELOG.md").read_text()


@pytest.mark.parametrize("path", YAML, ids=lambda path: path.name)
def test_yaml_can_be_read(path):
    assert yaml.safe_load(path.read_text())


@pytest.mark.parametrize("path", JSON, ids=lambda path: path.name)
def test_json_can_be_read(path):
    assert json.loads(path.read_text())


RUN = [
    *sorted((ROOT / ".github/workflows").glob("*.yml")),
    ROOT / ".pre-commit-config.yaml",
    ROOT / ".ci/run",
    ROOT / ".binder/postBuild",
    ROOT / ".devcontainer/devcontainer.json",
    ROOT / "Dockerfile",
    ROOT / "docs/releasing.md",
    ROOT / "docs/anywhere.md",
]
FILE = re.compile(
    r"(?<![\w/.])(?:(?:tools|tests|\.ci|\.github|docs)/[\w./]+\w|requirements[\w-]*\.lock)"
)


@pytest.mark.parametrize("path", RUN, ids=lambda path: path.name)
def test_what_it_runs_is_there(path):
    made = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text()))
    text = path.read_text()
    assert set(re.findall(r"\bmake ([a-z-]+)", text)) <= made
    assert [name for name in FILE.findall(text) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("name", [".binder/postBuild", ".ci/run"])
def test_what_is_run_by_its_name_can_be(name):
    assert os.access(ROOT / name, os.X_OK)
    assert (ROOT / name).read_text().startswith("#!/usr/bin/env bash\n")


@pytest.mark.parametrize("name", [".binder/postBuild", "Dockerfile"])
def test_images_install_what_the_lock_file_says_and_minidl_without_asking_further(name):
    installs = re.findall(r"pip install (.+)", (ROOT / name).read_text())
    assert any("--require-hashes -r requirements-lab.lock" in line for line in installs)
    assert any("--no-deps --no-build-isolation" in line for line in installs)


def test_git_does_not_know_the_folder_in_which_somebody_learns():
    assert f"/{OWN}/" in (ROOT / ".gitignore").read_text().split()


def test_the_oldest_python_that_is_tested_is_the_oldest_that_is_promised():
    jobs = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text())["jobs"]
    needs = importlib.metadata.metadata("minidl")["Requires-Python"]
    assert jobs["tests"]["strategy"]["matrix"]["python"][0] == needs.removeprefix(">=")


def test_conda_names_what_the_project_names_in_the_same_ranges():
    lines = importlib.metadata.requires("minidl")
    wanted = dict(
        found.groups() for found in (re.match(r"([\w-]+)(\S*?)(?=[;\s]|$)", x) for x in lines)
    )
    for line in yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]:
        if isinstance(line, str) and " " in line and not line.startswith("python "):
            name, _, bound = line.partition(" ")
            assert wanted[name.removesuffix("-base")] == bound, name
