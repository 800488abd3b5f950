"""What users may call: every public callable of minidl, found by looking."""

import importlib
import inspect
from types import ModuleType

PACKAGES = ["", "functional", "nn", "nn.init", "optim", "metric", "data", "vis", "style", "models"]


def public(package: str) -> dict[str, object]:
    """The callables of a package by name: those in `__all__`, or that it defines."""
    module = importlib.import_module(f"minidl.{package}".rstrip("."))
    own = [n for n, v in vars(module).items() if getattr(v, "__module__", "") == module.__name__]
    names = getattr(module, "__all__", [n for n in own if not n.startswith("_")])
    found = {f"{package}.{name}".lstrip("."): getattr(module, name) for name in names}
    return {n: v for n, v in found.items() if callable(v) and not isinstance(v, ModuleType)}


def takes_something(function: object, skip: int = 0) -> bool:
    return len(inspect.signature(function).parameters) > skip


def methods(owner: type) -> dict[str, object]:
    """The public methods that minidl defines for a class and that take an argument.

    `forward` is left out: examples of layers call the layer.
    """
    found = {}
    for kind in owner.__mro__:
        if not kind.__module__.startswith("minidl"):
            continue
        for name, value in vars(kind).items():
            function = getattr(value, "__func__", value)
            bound = not isinstance(value, staticmethod)
            shown = name != "forward" and not name.startswith("_") and name not in found
            if shown and inspect.isfunction(function):
                found[name] = function if takes_something(function, int(bound)) else None
    return {name: function for name, function in found.items() if function is not None}


def listed() -> dict[str, object]:
    """Every callable that takes an argument: "functional.relu", "optim.SGD", "Tensor.sum", ..."""
    found = {name: v for package in PACKAGES for name, v in public(package).items()}
    classes = [(name, value) for name, value in found.items() if inspect.isclass(value)]
    for name, value in sorted(classes, key=lambda item: len(item[1].__mro__)):  # bases first
        found |= {f"{name}.{m}": getattr(value, m) for m in methods(value)}
    seen: set[int] = set()
    kept = {}
    for name, value in found.items():
        key = id(inspect.unwrap(getattr(value, "__func__", value)))
        if key not in seen and (inspect.isclass(value) or takes_something(value)):
            kept[name] = value
        seen.add(key)
    return kept
