"""Help, completion, and what is said of commands and options that are not there."""

import os
import re
import subprocess
import sys

import pytest
import typer

from minidl.cli import app as cli
from minidl.cli.course.complete import exercise_names, function_names
from minidl.cli.plain import OTHER_WORDS
from minidl.cli.style.complete import picture_names, preset_names

TYPES = re.compile(
    r"\b(TEXT|PATH|INTEGER|FLOAT|BOOLEAN|FILENAME|RANGE)\b|<\w+|list\[|\b(int|str)\b|x[<>]="
)


def commands(command=None, path=()):
    """The paths of all groups and commands: (), ("check",), ("faces", "draw") and so on."""
    command = command or typer.main.get_command(cli.app)
    yield path
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*path, name))


PATHS = list(commands())
WITH_ARGUMENTS = [path for path in PATHS if path not in {(), ("progress",), ("doctor",)}]


@pytest.fixture
def minidl(monkeypatch, capsys):
    """minidl("check", "--help") -> exit code, standard output, standard error."""

    def minidl(*arguments):
        monkeypatch.setattr(sys, "argv", ["minidl", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, *capsys.readouterr()

    return minidl


@pytest.mark.parametrize("width", [80, 40])
@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_help_names_what_to_give_and_no_types(path, width, minidl, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    code, out, err = minidl(*path, "--help")
    assert (code, err) == (0, "")
    assert TYPES.findall(out) == []
    assert max(map(len, out.splitlines())) <= width


@pytest.mark.parametrize("path", WITH_ARGUMENTS, ids=" ".join)
def test_help_has_an_example(path, minidl, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert f"\n minidl {' '.join(path)}" in minidl(*path, "--help")[1]


@pytest.mark.parametrize("path", [(), ("faces",), ("dev",), ("dev", "new")], ids=" ".join)
def test_a_group_alone_shows_its_help(path, minidl):
    code, out, err = minidl(*path)
    assert (code, err) == (0, "")
    assert out == minidl(*path, "--help")[1]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["chek"], "no such command 'chek'; did you mean check? see minidl --help"),
        (["faces", "drew"], "no such command 'drew'; did you mean draw? see minidl faces --help"),
        (["check", "--sed"], "no such option: --sed; did you mean --seed? see minidl check --help"),
        (
            ["style", "cat", "--stpes", "9"],
            "no such option: --stpes; did you mean --preset, --size or --steps? "
            "see minidl style --help",
        ),
        (["upgrade"], "no such command 'upgrade'; did you mean update? see minidl --help"),
        (["test", "ex01"], "no such command 'test'; did you mean check? see minidl --help"),
        (["init"], "no such command 'init'; did you mean new? see minidl --help"),
        (["hint"], "missing argument 'FUNCTION'; see minidl hint --help"),
        (["check", "--seed"], "option '--seed' requires an argument; see minidl check --help"),
        (["hint", "a", "b"], "more was given than it takes: b; see minidl hint --help"),
        (["zzz"], "no such command 'zzz'; see minidl --help"),
    ],
)
def test_what_is_not_there_is_one_line_with_what_was_meant(arguments, line, minidl):
    assert minidl(*arguments) == (2, "", f"minidl: {line}\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "--seed", "x"], "invalid value for '--seed': 'x'"),
        (["check", "--seed", "-1"], "invalid value for '--seed': -1 should be 0 or more; see"),
        (["patches", "-k", "0"], "invalid value for '-k': 0 should be 1 to 100; see"),
    ],
)
def test_an_error_in_a_number_is_one_line(arguments, words, minidl):
    code, out, err = minidl(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert words in err


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["hint"], "minidl hint [OPTIONS] FUNCTION\n"),
        (["check"], "minidl check [OPTIONS] [EXERCISE]...\n"),
        (["watch"], "minidl watch [OPTIONS] [EXERCISE]\n"),
        (["faces", "verify"], "minidl faces verify [OPTIONS] A B\n"),
    ],
)
def test_the_line_of_usage_is_written_as_elsewhere(arguments, line, minidl):
    out = "\n".join(x.rstrip() for x in minidl(*arguments, "--help")[1].splitlines())
    assert f" Usage: {line}" in out


@pytest.mark.parametrize(
    ("asked", "same"),
    [
        (["help"], ["--help"]),
        (["help", "check"], ["check", "--help"]),
        (["faces", "help"], ["faces", "--help"]),
        (["help", "faces", "draw"], ["faces", "draw", "--help"]),
    ],
)
def test_help_is_a_word_as_well(asked, same, minidl):
    assert minidl(*asked) == minidl(*same)


def test_what_is_guessed_of_other_words_is_there():
    top = {path[0] for path in PATHS if path}
    assert set(OTHER_WORDS.values()) <= top
    assert not set(OTHER_WORDS) & top


def test_commands_stand_under_what_they_are_for(minidl):
    out = minidl("--help")[1]
    heads = [out.index(f"─ {name} ─") for name in (cli.LEARN, cli.USE, cli.TEACH, cli.BUILD)]
    assert heads == sorted(heads)
    assert out.index("│ check ") < heads[1] < out.index("│ style ") < heads[2]
    assert heads[2] < out.index("│ grade ") < heads[3] < out.index("│ dev ")
    assert "─ Commands ─" not in out


# What a shell completes


@pytest.fixture
def course(toy_course, monkeypatch):
    monkeypatch.setenv("MINIDL_COURSE", str(toy_course.root))
    return toy_course


def test_sets_and_functions_are_completed(course):
    assert exercise_names("") == ["ex01"]
    assert exercise_names("ex0") == ["ex01"]
    assert exercise_names("ex01.to") == ["ex01.total", "ex01.total_of_double"]
    assert exercise_names("ex02.") == []
    assert function_names("ex") == ["ex01."]
    assert function_names("ex01.d") == ["ex01.double"]


def test_outside_a_course_nothing_is_completed_and_nothing_said(monkeypatch, capsys):
    monkeypatch.setenv("MINIDL_COURSE", "/nowhere")
    assert exercise_names("ex") == []
    assert capsys.readouterr() == ("", "")


def test_pictures_and_presets_are_completed():
    assert "cat" in picture_names("c")
    assert "currents" in picture_names("c")
    assert set(preset_names("keep")) >= {"keep-the-photo", "keep-colours"}


@pytest.mark.parametrize("words", ["minidl check ex01.d", "minidl watch ex01.d"])
def test_bash_is_told(words, course):
    env = {
        **os.environ,
        "_MINIDL_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": "2",
    }
    program = "import sys; sys.argv = ['minidl']; from minidl.cli.app import main; main()"
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True)
    assert (done.stdout.split(), done.stderr) == (["ex01.double"], "")


def test_completion_can_be_installed(minidl, monkeypatch):
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    code, out, _ = minidl("--show-completion", "bash")
    assert code == 0
    assert "_MINIDL_COMPLETE=complete_bash" in out
