"""The options of `minidl style` that are settings: read off their declaration, `Settings`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from typing import Annotated, Any

import typer

from minidl.style.settings import Settings

COSTS = ("alpha", "beta", "layers", "style_weights", "content_layer", "total_variation", "grain",
         "detail", "dots", "faces", "preserve_colour")  # fmt: skip
SPOKEN: dict[str, list[str]] = {  # where an option is not called as its setting is
    "layers": ["--layer"],
    "style_weights": ["--style-weight"],
    "coarse_to_fine": ["--coarse-to-fine/--at-once"],
    "preserve_colour": ["--keep-colours/--all-colours"],
}
KINDS: dict[str, Any] = {
    "int": int | None,
    "float": float | None,
    "str": str | None,
    "bool": bool | None,
    "dict[str, float]": list[str] | None,
    "tuple[float, ...]": list[float] | None,
}
METAVARS = {"int": "N", "float": "X", "str": "WORD", "bool": None}
METAVARS |= {"dict[str, float]": "NAME[=LAMBDA]", "tuple[float, ...]": "X"}


def with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """A command of `**asked`, with an option for every setting: None unless it is given."""
    signature = inspect.signature(command, eval_str=True)
    own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    keyword = inspect.Parameter.KEYWORD_ONLY
    more = [
        inspect.Parameter(one.name, keyword, default=None, annotation=_annotation(one))
        for one in fields(Settings)
    ]
    command.__signature__ = signature.replace(parameters=[*own, *more])  # type: ignore[attr-defined]
    return command


def _annotation(one: Field[Any]) -> Any:
    kind = str(one.type)
    panel = "What counts" if one.name in COSTS else "How it is painted"
    option = typer.Option(
        *SPOKEN.get(one.name, []), help=_help(one), rich_help_panel=panel, show_default=False,
        metavar=METAVARS[kind],
    )  # fmt: skip
    return Annotated[KINDS[kind], option]


def _help(one: Field[Any]) -> str:
    default = one.default
    if isinstance(default, (bool, tuple)) or default is MISSING:
        return str(one.metadata["says"])
    value = f"{default:g}" if isinstance(default, float) else default
    return f"{one.metadata['says']} [{value}]".replace("[", "\\[")
