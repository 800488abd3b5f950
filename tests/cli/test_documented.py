"""Commands that documents, lessons and set-up files name are there, with their options."""

import re
from pathlib import Path

import pytest
import typer

from minidl.cli import app as cli

ROOT = Path(__file__).parents[2]
FILES = sorted(
    {ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile")}
    | {ROOT / "Dockerfile", ROOT / ".binder/postBuild", ROOT / ".devcontainer/devcontainer.json"}
    | {ROOT / "environment.yml", *(ROOT / ".github").rglob("*.yml")}
    | {*(ROOT / "docs").rglob("*.md"), *(ROOT / "minidl").rglob("*.md.jinja")}
    | {*(ROOT / "minidl").rglob("README.md"), *(ROOT / "lessons/source").glob("*.py")}
    | {*(ROOT / "minidl/cli").rglob("*.py")}
)
# In `...`, in bold, or where a shell has it: at the beginning of a line, or behind another command.
CALL = re.compile(
    r"(?:`|^|\[bold\]|&& |/bin/|\(BIN\)/|RUN )minidl +([a-z-][^`\n\[|;&#]*)", re.MULTILINE
)
ANY_OPTION = {"lab"}  # its options are Jupyter's


def faults(text):
    """What in a text looks like a call of the command, and would be refused as unknown."""
    for call in CALL.findall(text):
        command, words = typer.main.get_command(cli.app), call.replace('"', " ").split()
        path = []
        while words and hasattr(command, "commands") and not words[0].startswith("-"):
            name = words.pop(0).rstrip(".,:)")
            if name == "help":
                continue
            if name not in command.commands:
                yield f"minidl {call.strip()}"
                break
            command = command.commands[name]
            path.append(name)
        else:
            known = {o for p in command.get_params(typer.Context(command)) for o in _names(p)}
            given = {word.partition("=")[0].rstrip(".,:)") for word in words if word[:1] == "-"}
            if not ANY_OPTION & set(path) and given - known - {"--help", "-h"}:
                yield f"minidl {call.strip()}"


def _names(param):
    return [*param.opts, *param.secondary_opts]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_that_is_named_is_there(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":  # prose and code alike may begin a line with the word
        text = re.sub(r"(?m)^", " ", text)
    assert list(faults(text)) == []


def test_what_is_not_there_is_found():
    text = (
        "`minidl chek ex01`\nminidl check --sed 1\n[bold]minidl faces drew[/bold]\n`minidl new x`"
    )
    assert list(faults(text)) == ["minidl chek ex01", "minidl check --sed 1", "minidl faces drew"]


def test_commands_are_found_where_they_are_named():
    found = {str(f.relative_to(ROOT)): len(CALL.findall(f.read_text())) for f in FILES}
    assert found["README.md"] > 10
    assert found["docs/teaching.md"] > 10
    for name in ("Makefile", "Dockerfile", ".binder/postBuild", "docs/anywhere.md"):
        assert found[name], name
