"""A module as the tree of its parts, with how many parameters each has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from minidl.tensor import Tensor

if TYPE_CHECKING:
    from minidl.nn.module import Module


def drawn(module: Module) -> str:
    """A line for each part, indented, and the total; a parameter used twice counts once in it."""
    own = list(_tree("", module, 0))
    lines = [(text, sum(p.size for p in parameters)) for text, parameters in own]
    if len(lines) == 1:
        return lines[0][0]
    width = max(len(text) for text, _ in lines)
    rows = [f"{text:<{width}}  {count:>9,}" if count else text for text, count in lines]
    total = sum({id(p): p.size for _, parameters in own for p in parameters}.values())
    return "\n".join([*rows, f"{'parameters':<{width}}  {total:>9,}"])


def _tree(name: str, module: Module, depth: int) -> Iterator[tuple[str, list[Tensor]]]:
    """Per module: its indented line, and the parameters that it holds itself.

    Unlike a search it refuses nothing: what is wrong with a module can be seen in its repr.
    """
    label = f"{name}: " if name else ""
    text = f"{'  ' * depth}{label}{type(module).__name__}({module.extra_repr()})"
    yield text, list(module._own_parameters())
    for child_name, child in module.named_children():
        yield from _tree(child_name, child, depth + 1)
