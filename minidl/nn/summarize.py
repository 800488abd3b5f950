"""A table of what a model does to one input."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from minidl.arguments import checked
from minidl.nn.module import Module, Parameter
from minidl.tensor import Tensor, no_grad

Row = tuple[str, str, tuple[int, ...], int]


@checked
def summary(model: Module, input_shape: tuple[int, ...]) -> None:
    """Prints every layer in the order it runs, with its output shape and parameters.

    input_shape: the shape of one batch, (N, C, H, W) for images; the model sees zeros, in
    evaluation mode, and is left as it was. A layer used twice has two rows; its parameters count
    once in the total.
    """
    from rich.console import Console
    from rich.table import Table

    table = Table("name", "layer", "output", title=f"{type(model).__name__}, input {input_shape}")
    table.add_column("parameters", justify="right")
    for name, text, shape, count in trace(model, input_shape):
        table.add_row(name, text, str(shape), f"{count:,}" if count else "")
    table.add_section()
    table.add_row("total", "", "", f"{sum(p.size for p in model.parameters()):,}")
    Console().print(table)


def trace(model: Module, input_shape: tuple[int, ...]) -> list[Row]:
    """(name, layer, output shape, own parameters) of every layer, in the order they run."""
    rows: list[Row] = []
    dtype = next((p.dtype for p in model.parameters()), np.dtype(np.float32))
    with no_grad(), _evaluating(model), _reporting(model, rows):
        model(Tensor(np.zeros(input_shape, dtype)))
    return rows


@contextmanager
def _evaluating(model: Module) -> Iterator[None]:
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode


@contextmanager
def _reporting(model: Module, rows: list[Row]) -> Iterator[None]:
    """While open, every layer that has no parts adds a row when it runs."""
    leaves = [(n, m) for n, m in model.named_modules() if not any(m.named_children())]
    try:
        for name, module in leaves:
            vars(module)["forward"] = _reported(name, module, rows)
        yield
    finally:
        for _, module in leaves:
            del vars(module)["forward"]


def _reported(name: str, module: Module, rows: list[Row]) -> Any:
    forward = module.forward
    count = sum(p.size for p in vars(module).values() if isinstance(p, Parameter))

    def run(*args: Any, **kwargs: Any) -> Any:
        out = forward(*args, **kwargs)
        rows.append((name, repr(module), getattr(out, "shape", ()), count))
        return out

    return run
