"""A module as the tree of its parts, with how many parameters each has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from minidl.tensor import Tensor


class Drawable(Protocol):
    """What is asked of a Module here."""

    def extra_repr(self) -> str: ...
    def named_children(self) -> Iterator[tuple[str, Any]]: ...
    def _own_parameters(self) -> Iterator[Tensor]: ...


def drawn(module: Drawable) -> str:
    """A line for each part, indented, and the total; a parameter used twice counts once in it."""
    own = list(_tree("", module, 0))
    lines = [(text, sum(p.size for p in parameters)) for text, parameters in own]
    if len(lines) == 1:
        return lines[0][0]
    width = max(len(text) for text, _ in lines)
    rows = [f"{text:<{width}}  {count:>9,}" if count else text for text, count in lines]
    total = sum({id(p): p.size for _, parameters in own for p in parameters}.values())
    return "\n".join([*rows, f"{'parameters':<{width}}  {total:>9,}"])


def _tree(name: str, module: Drawable, depth: int) -> Iterator[tuple[str, list[Tensor]]]:
    """Per module: its indented line, and the parameters that it holds itself.

    Unlike a search it refuses nothing: what is wrong with a module can be seen in its repr.
    """
    label = f"{name}: " if name else ""
    text = f"{'  ' * depth}{label}{type(module).__name__}({module.extra_repr()})"
    yield text, list(module._own_parameters())
    for child_name, child in module.named_children():
        yield from _tree(child_name, child, depth + 1)
