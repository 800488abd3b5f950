"""`minidl new`, `update` and `lab`, as they are called."""

import os
import sys

import pytest

from minidl.cli import app as cli
from minidl.cli.course import commands
from tests.layout import STEM


@pytest.fixture
def minidl(monkeypatch, capsys):
    """minidl("update") -> exit code, standard output, standard error."""

    def minidl(*arguments):
        monkeypatch.setattr(sys, "argv", ["minidl", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, *capsys.readouterr()

    return minidl


@pytest.fixture
def opened(monkeypatch):
    """What `minidl lab` becomes: [command, environment], once it was called."""
    found = []
    monkeypatch.setattr(commands, "_missing", lambda package: False)

    def become(program, command, environment):
        found.extend((command, environment))
        sys.exit(0)

    monkeypatch.setattr(os, "execve", become)
    return found


def test_new_says_what_is_there_and_what_comes_next(minidl, source, tmp_path_factory):
    folder = tmp_path_factory.mktemp("learner") / "my-course"
    code, out, _ = minidl("new", str(folder))
    assert code == 0
    assert "1 lesson, 1 exercise set" in " ".join(out.split())
    assert out.endswith(f"next: cd {folder}, then minidl lab\n")
    code, _, err = minidl("new", str(folder))
    assert (code, err.count("\n")) == (2, 1)
    assert "is a course already" in err


def test_new_names_the_way_as_a_shell_takes_it(minidl, source, tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("learner")
    monkeypatch.chdir(folder)
    assert minidl("new", "my course")[1].endswith("next: cd 'my course', then minidl lab\n")
    (folder / "empty").mkdir()
    monkeypatch.chdir(folder / "empty")
    assert minidl("new", ".")[1].endswith("next: minidl lab\n")


def test_new_in_a_clone_lays_out_the_folder_that_lab_opens(minidl, clone, opened, monkeypatch):
    monkeypatch.chdir(clone.root)
    assert minidl("new", "my-course")[0] == 0
    assert (clone.root / "my-course" / STEM).read_text() == "# mine already\n"
    assert "is a course already" in minidl("new", "my-course")[2]
    assert "would be inside of the course" in minidl("new", "another")[2]
    minidl("lab")
    assert f"--ServerApp.root_dir={clone.root / 'my-course'}" in opened[0]


def test_new_follows_links_and_takes_nobodys_home_for_a_name(
    minidl, source, tmp_path_factory, monkeypatch
):
    folder = tmp_path_factory.mktemp("learner")
    monkeypatch.chdir(folder)
    (folder / "loop").symlink_to("loop")
    code, _, err = minidl("new", "loop/x")
    assert (code, err.count("\n")) == (2, 1)
    assert minidl("new", "~nobody-of-this-name/x")[0] == 0
    assert (folder / "~nobody-of-this-name/x" / STEM).is_file()
    (folder / "way").symlink_to("~nobody-of-this-name/x/lessons")
    assert "would be inside of the course" in minidl("new", "way/y")[2]


def test_what_the_system_refuses_is_said_without_its_number(minidl, source, tmp_path_factory):
    folder = tmp_path_factory.mktemp("learner")
    (folder / "file").touch()
    code, out, err = minidl("new", str(folder / "file/inside"))
    assert (code, out) == (2, "")
    assert err.startswith(f"minidl: {folder}/file")
    assert "Errno" not in err


def test_update_shows_a_conflict_and_exits_with_1(minidl, mine, later, monkeypatch):
    path = mine.root / STEM
    body = 'raise NotImplementedError("ex01.double: Twice x.")'
    path.write_text(path.read_text().replace(body, "return x + x"))
    monkeypatch.chdir(mine.exercises)
    code, out, err = minidl("update")
    assert (code, err) == (1, "")
    assert f"{STEM}: double is asked for otherwise now; yours stays" in out
    assert '-    """Twice x.' in out
    assert '+    """Two times x.' in out
    assert "minidl check ex01.double" in out
    code, out, _ = minidl("update")
    assert code == 0
    assert "nothing to do" in out


def test_lab_opens_the_first_lesson_without_news_and_without_what_is_not_the_learners(
    minidl, mine, opened, monkeypatch
):
    monkeypatch.chdir(mine.root)
    minidl("lab", "--no-browser")
    command, environment = opened
    assert f"--ServerApp.root_dir={mine.root}" in command
    assert "--LabApp.default_url=/lab/tree/lessons/01_toy.ipynb" in command
    assert command[-1] == "--no-browser"
    settings = environment["JUPYTER_CONFIG_PATH"].split(os.pathsep)[-1]
    assert os.path.isfile(f"{settings}/labconfig/default_setting_overrides.json")
    assert os.path.isfile(f"{settings}/jupyter_server_config.json")


def test_lab_in_a_clone_opens_the_learners_own_folder(minidl, clone, opened, monkeypatch):
    monkeypatch.chdir(clone.root)
    minidl("lab")
    assert f"--ServerApp.root_dir={clone.root / 'my-course'}" in opened[0]


def test_update_in_a_clone_is_of_the_learners_own_folder(minidl, clone, opened, monkeypatch):
    monkeypatch.chdir(clone.root)
    assert "was not made by `minidl new`" in minidl("update")[2]
    minidl("lab")
    code, out, _ = minidl("update")
    assert (code, "nothing to do" in out) == (0, True)


def test_beside_a_learners_folder_a_command_says_where_it_is(minidl, clone, opened, monkeypatch):
    monkeypatch.chdir(clone.root)
    minidl("lab")
    (clone.root / STEM).unlink()
    assert "yours are in my-course/: cd my-course" in minidl("progress")[2]
    (clone.root / STEM).write_text("# work\n")
    assert minidl("progress")[2] == ""
    monkeypatch.chdir(clone.root / "my-course")
    assert minidl("progress")[2] == ""
