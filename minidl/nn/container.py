"""Modules made of modules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from minidl.arguments import checked
from minidl.nn.module import Module

Parts = Annotated[Module | Mapping[str, Module], "checked by _add"]


class ModuleList(Module):
    """Modules in order, by index; the owner decides how to call them."""

    @checked
    def __init__(self, modules: Iterable[Module] = ()) -> None:
        for module in modules:
            self.append(module)

    @checked
    def append(self, module: Module) -> ModuleList:
        """Adds one at the end; returns the list."""
        _add(self, str(len(self)), module)
        return self

    def __len__(self) -> int:
        return len(self._modules())

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules())

    def __getitem__(self, index: int) -> Module:
        return self._modules()[index]

    def _modules(self) -> list[Module]:
        return [module for _, module in self.named_children()]


class Sequential(Module):
    """Modules called one after another: `Sequential(a, b)` or, with names, `Sequential({...})`.

    Parts can be reached by index, by slice (a shorter Sequential of the same parts) and by name.
    """

    @checked
    def __init__(self, *modules: Parts) -> None:
        first = modules[0] if len(modules) == 1 else None
        named = first.items() if isinstance(first, Mapping) else enumerate(modules)
        for name, module in named:
            _add(self, str(name), module)

    def forward(self, x: Any) -> Any:
        """Passes x through every part in order."""
        for module in self:
            x = module(x)
        return x

    def __len__(self) -> int:
        return len(dict(self.named_children()))

    def __iter__(self) -> Iterator[Module]:
        return (module for _, module in self.named_children())

    def __getitem__(self, index: int | slice) -> Any:
        named = list(self.named_children())
        if isinstance(index, slice):
            return Sequential(dict(named[index]))
        return named[index][1]


def _add(owner: Module, name: str, module: Any) -> None:
    kind = type(owner).__name__
    if not isinstance(module, Module):
        hint = f"; write {module.__name__}()" if isinstance(module, type) else ""
        raise TypeError(f"{kind}: given {module!r} as part {name}, expected an nn.Module{hint}")
    if not name or "." in name or name.startswith("_") or hasattr(owner, name):
        raise ValueError(f"{kind}: cannot name a part {name!r}; choose another name, without dots")
    setattr(owner, name, module)
