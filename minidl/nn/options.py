"""Checking what a layer is given, and saying it again in its repr."""

from __future__ import annotations

from typing import Any

from minidl.arguments import REFUSED, spelt, whole


def positive(layer: str, **sizes: Any) -> None:
    """Raises ValueError, naming the layer, unless every size is an int of at least 1."""
    for name, value in sizes.items():
        if whole(value) is REFUSED or value < 1:
            raise ValueError(f"{layer}: given {name}={spelt(value)}, expected an int of at least 1")


def short(value: Any) -> str:
    """The repr of an option, with (3, 3) written as 3."""
    same = isinstance(value, tuple) and len(set(value)) == 1
    return repr(value[0] if same else value)


def unusual(layer: Any, **usual: Any) -> list[str]:
    """["stride=2", ...]: the options of a layer that are not the usual ones."""
    values = {name: short(getattr(layer, name)) for name in usual}
    return [f"{name}={value}" for name, value in values.items() if value != repr(usual[name])]
