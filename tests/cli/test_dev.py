"""`minidl dev new`: skeletons that run, in every file that needs them; what it refuses."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from minidl.cli import app as cli
from minidl.course.sets.stubs import stub_of

ROOT = Path(__file__).parents[2]
NEEDED = ("minidl/ops", "minidl/functional", "minidl/nn", "tests/oracle", "tests/nn",
          "tests/exercises", "solutions", "lessons/source", "lessons/figures")  # fmt: skip


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """The parts of this project that skeletons are written into, copied."""
    for folder in NEEDED:
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path / "minidl")  # any folder inside will do
    return tmp_path


@pytest.fixture
def new(capsys, monkeypatch):
    """Runs `minidl dev new ...`; gives the exit code, output and errors."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["minidl", "dev", "new", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out, printed.err

    return run


def names(path, variable):
    """What a module lists under a name: the keys of a dict, the strings of a list."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == variable:
            values = getattr(node.value, "keys", None) or node.value.elts
            entries = [v for v in values if not isinstance(v, ast.Starred)]
            return [v.value if isinstance(v, ast.Constant) else v.elts[0].value for v in entries]
    return []


def test_an_operation_is_exported_layered_and_given_an_oracle(clone, new):
    code, out, _ = new("op", "cube_root", "--layer", "CubeRoot", "--oracle", "torch_cube_root")
    assert code == 0
    assert out.count("written: ") == 7
    assert "make test TEST='tests/test_ops.py tests/nn'" in out
    assert names(clone / "tests/oracle/test_ops.py", "ORACLE")[-1] == "cube_root"
    assert names(clone / "tests/oracle/test_nn.py", "CASES")[-1] == "CubeRoot"
    for package, name in (("functional", "cube_root"), ("nn", "CubeRoot")):
        listed = names(clone / "minidl" / package / "__init__.py", "__all__")
        assert name in listed
        assert listed == sorted(listed, key=lambda n: (not n.isupper(), n))  # as ruff: GELU first


def test_the_skeleton_of_an_operation_says_what_to_do_when_it_is_called(clone, new):
    new("op", "cube_root", "--layer", "CubeRoot")
    for file in (ROOT / "minidl").glob("*.py"):
        shutil.copy(file, clone / "minidl")
    for folder in ("arguments", "kernels", "optim"):
        shutil.copytree(ROOT / "minidl" / folder, clone / "minidl" / folder)
    code = "import numpy as np; from minidl import nn; nn.CubeRoot()(np.ones(2))"
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=clone, capture_output=True, text=True, check=False
    )
    assert "NotImplementedError: cube_root: return the value" in ended.stderr


def test_an_exercise_joins_its_set_or_begins_one(clone, new):
    assert new("exercise", "ex06.soft_margin")[0] == 0
    assert new("exercise", "ex12_video.optical_flow")[0] == 0
    for stem, name in (("ex06_triplet", "soft_margin"), ("ex12_video", "optical_flow")):
        solution = (clone / "solutions" / f"{stem}.py").read_text()
        assert f'raise NotImplementedError("{stem[:4]}.{name}: ' in stub_of(solution, stem)
        assert f'"{name}",' in (clone / "tests/exercises" / f"{stem}.py").read_text()


def test_an_exercise_that_the_library_has_too_is_told_of_its_place(clone, new):
    code, out, _ = new("exercise", "ex05.softplus")
    assert (code, "declare the place it takes in minidl/course/mine/" in out) == (0, True)


def test_a_lesson_has_a_source_and_figures_that_run(clone, new):
    assert new("lesson", "12_video")[0] == 0
    source = (clone / "lessons/source/12_video.py").read_text()
    for part in ("# # 12 Video", "## By hand", "= predict(", "## A failure", "### Break it"):
        assert part in source
    ast.parse((clone / "lessons/figures/video.py").read_text())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("op", "relu"), "an operation relu is there already"),
        (("op", "Swirl"), "given 'Swirl', expected a name in small letters"),
        (("op", "swirl", "--family", "activations"), "there is no minidl/ops/activations.py;"),
        (("op", "swirl", "--layer", "ReLU"), "a layer ReLU is there already"),
        (("exercise", "soft_margin"), "given 'soft_margin', expected a set and a function"),
        (("exercise", "ex06.triplet_loss"), "ex06_triplet.triplet_loss is there already"),
        (("exercise", "ex06_video.flow"), "ex06 is ex06_triplet; a new set needs another number"),
        (("exercise", "ex77.flow"), "there is no set ex77; to begin one"),
        (("lesson", "video"), "given 'video', expected a number and a topic"),
        (("lesson", "06_video"), "lesson 06_triplet is there already"),
    ],
)
def test_what_cannot_be_written_is_one_line_and_changes_nothing(clone, new, words, says):
    before = {p: p.read_bytes() for p in clone.rglob("*.py")}
    code, _, err = new(*words)
    assert code == 2
    assert says in err
    assert err.count("\n") == 1
    assert {p: p.read_bytes() for p in clone.rglob("*.py")} == before


def test_outside_of_a_clone_it_says_so(tmp_path, monkeypatch, new):
    monkeypatch.chdir(tmp_path)
    code, _, err = new("lesson", "12_video")
    assert (code, "is not inside a clone of minidl" in err) == (2, True)
