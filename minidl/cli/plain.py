"""Typer as minidl speaks: help without the names of Python's types, and errors in one line."""

from __future__ import annotations

import copy
import inspect
import re
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

SUGGESTED = re.compile(r"\.? \((?:Possible options:|Did you mean) (.+?)\??\)$")


Function = TypeVar("Function", bound=Callable[..., Any])


class Plain(typer.Typer):
    """A group of commands. Alone it shows its help, which is an answer and no error."""

    def __init__(self, **options: Any):
        settings: dict[str, Any] = {
            "cls": Group,
            "rich_markup_mode": "rich",
            "add_completion": False,
            "pretty_exceptions_enable": False,
            "context_settings": {"help_option_names": ["-h", "--help"]},
        }
        super().__init__(**settings | options)

    def command(self, name: str | None = None, **options: Any) -> Callable[[Function], Function]:
        def add(function: Function) -> Function:
            settings: dict[str, Any] = {"cls": Command, "help": _paragraphs(function)}
            return super(Plain, self).command(name, **settings | options)(function)

        return add


def _paragraphs(function: Callable[..., Any]) -> str:
    """The docstring with each paragraph on one line, for a terminal of any width to fold."""
    found = (inspect.getdoc(function) or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in found)


class Command(TyperCommand):
    """A command whose help names what to give, and not its type."""

    def get_params(self, ctx: Any) -> list[Any]:
        return [_untyped(param) for param in super().get_params(ctx)]


class Group(TyperGroup):
    """A group whose help names what to give; without arguments it shows that."""

    def get_params(self, ctx: Any) -> list[Any]:
        return [_untyped(param) for param in super().get_params(ctx)]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing:  # the latter: a shell asks what may follow
            args = ["--help"]
        return super().parse_args(ctx, args)


def _untyped(param: Any) -> Any:
    """Without a type where its name says it all: arguments, and options that take nothing."""
    if param.param_type_name == "argument" or getattr(param, "is_flag", False):
        param.display_type_rich = lambda ctx: None
        if hasattr(param, "type"):  # Typer before 0.29
            param.type = copy.copy(param.type)
            param.type.get_metavar = lambda param, ctx: ""
    return param


def run(app: typer.Typer) -> int:
    """Runs a command; its exit code. What was asked for in a wrong way is said in one line."""
    try:
        return app(prog_name="minidl", standalone_mode=False) or 0
    except Exception as error:
        if not hasattr(error, "format_message"):  # Typer keeps its exceptions to itself
            raise
        print(f"minidl: {_said(error)}", file=sys.stderr)
        return 2


def _said(error: Any) -> str:
    """In one line: what is wrong, what was meant, and where it is explained."""
    line = " ".join(error.format_message().split())
    line = SUGGESTED.sub(r"; did you mean \1?", line)
    line = re.sub(r"\. Did you mean '?(.+?)'?\?$", r"; did you mean \1?", line).rstrip(".")
    path = error.ctx.command_path if getattr(error, "ctx", None) else "minidl"
    end = " " if line.endswith("?") else "; "
    return f"{line[:1].lower()}{line[1:]}{end}see {path} --help"
