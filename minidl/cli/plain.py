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

SUGGESTED = re.compile(
    r"\.? \((?:Possible options:|Did you mean) (.+?)\??\)$|\. Did you mean (.+?)\?$"
)
TOO_MANY = re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)")
OUT_OF_RANGE = re.compile(r" is not in the range (.+)$")
# Other programs' words for a command, which are too far from its name to be guessed by letters.
OTHER_WORDS = {
    "init": "new", "create": "new", "start": "lab", "open": "lab", "notebook": "lab",
    "jupyter": "lab", "test": "check", "run": "check", "verify": "check", "upgrade": "update",
    "status": "progress", "paint": "style", "report": "doctor",
}  # fmt: skip


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

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            if hasattr(error, "format_message") and getattr(error, "ctx", None) is None:
                error.ctx = ctx  # type: ignore[attr-defined]
            raise


class Group(TyperGroup):
    """A group whose help names what to give; without arguments it shows that."""

    def get_params(self, ctx: Any) -> list[Any]:
        return [_untyped(param) for param in super().get_params(ctx)]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if ctx.resilient_parsing:  # a shell asks what may follow
            return super().parse_args(ctx, args)
        if not args:
            args = ["--help"]
        elif args[0] == "help":  # help check, as others have it
            args = [*args[1:], "--help"]
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        meant = OTHER_WORDS.get(args[0])
        if meant in self.commands and args[0] not in self.commands:
            ctx.fail(f"No such command {args[0]!r}. Did you mean {meant!r}?")
        return super().resolve_command(ctx, args)


def _untyped(param: Any) -> Any:
    """Without a type where its name says it all: arguments, and options that take nothing."""
    if param.param_type_name == "argument" or getattr(param, "is_flag", False):
        param.display_type_rich = lambda ctx: None
        if hasattr(param, "type"):  # Typer before 0.29
            param.type = copy.copy(param.type)
            param.type.get_metavar = lambda param, ctx: ""
    if param.param_type_name == "argument" and param.metavar:
        usage = _usage(param)
        param.get_usage_pieces = lambda ctx: [usage]
    _range_in_words(param)
    return param


def _usage(param: Any) -> str:
    """An argument in the line of usage: NAME, [NAME] if it may be left out, NAME... if repeated."""
    name = param.metavar if param.required else f"[{param.metavar}]"
    return f"{name}{'...' * (param.nargs != 1)}"


def _range_in_words(param: Any) -> None:
    """Instead of x>=0, "0 or more", in the help and in what is said of a value outside."""
    kind: Any = getattr(param, "type", None)
    if hasattr(kind, "_describe_range") and kind.min is not None:
        param.type = copy.copy(kind)
        words = f"{kind.min} or more" if kind.max is None else f"{kind.min} to {kind.max}"
        param.type._describe_range = lambda: words


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
    line = TOO_MANY.sub(r"more was given than it takes: \1", line)
    line = OUT_OF_RANGE.sub(r" should be \1", line.rstrip("."))
    line = SUGGESTED.sub(lambda found: f"; did you mean {_either(found[1] or found[2])}?", line)
    path = error.ctx.command_path if getattr(error, "ctx", None) else "minidl"
    end = " " if line.endswith("?") else "; "
    return f"{line[:1].lower()}{line[1:]}{end}see {path} --help"


def _either(names: str) -> str:
    """ "'a', 'b', 'c'" as a question has it: a, b or c."""
    *others, last = re.sub(r"['\"]", "", names).split(", ")
    return f"{', '.join(others)} or {last}" if others else last
