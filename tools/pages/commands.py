"""The command line as a page, from the help of each command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import typer

from minidl.cli.app import app


def page() -> str:
    """Markdown of all commands, groups with theirs."""
    return "\n".join(["# The command line", "", *_group(typer.main.get_command(app), ("minidl",))])


def _group(command: Any, path: tuple[str, ...]) -> Iterator[str]:
    for name, below in command.commands.items():
        if below.hidden:
            continue
        inside = (*path, name)
        yield from _command(below, inside)
        if hasattr(below, "commands"):
            yield from _group(below, inside)


def _command(command: Any, path: tuple[str, ...]) -> Iterator[str]:
    context = typer.Context(command, info_name=path[-1])
    yield f"{'#' * len(path)} {' '.join(path)}"
    yield ""
    yield _text(command.help or "")
    yield ""
    rows = [_row(param, context) for param in command.get_params(context)]
    if rows := [row for row in rows if row]:
        yield from ("| | |", "|---|---|", *rows, "")


def _row(param: Any, context: Any) -> str:
    if param.param_type_name == "argument":
        name, told = param.metavar or param.name.upper(), param.help or ""
    elif record := param.get_help_record(context):
        if "--help" in record[0]:
            return ""
        name, told = record
    else:
        return ""
    return f"| `{name.replace('|', ' or ')}` | {_text(told).replace('|', chr(92) + '|')} |"


def _text(text: str) -> str:
    """Rich's markup as Markdown: what is bold in help is a command."""
    text = re.sub(r"\[bold\](.*?)\[/bold\]", r"`\1`", text)
    text = re.sub(r"\[/?[a-z]+\]", "", text)
    return text.replace("<", "&lt;")
