"""The changes of a call: another function, a missing one, an argument changed or left out."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

from minidl.course.grading.mutation.speech import Speech

Change = tuple[ast.AST, str, int]
INSTEAD: dict[str, tuple[str, ...]] = {
    "max": ("min", "sum", "mean", "argmax"), "min": ("max", "argmin"),
    "argmax": ("argmin", "max"), "argmin": ("argmax", "min"), "argsort": ("sort",),
    "sort": ("argsort",),
    "sum": ("mean", "max"), "mean": ("sum", "max", "median"), "prod": ("sum",),
    "maximum": ("minimum",), "minimum": ("maximum",), "floor": ("ceil", "round"),
    "ceil": ("floor",), "any": ("all",), "all": ("any",), "zeros": ("ones",), "ones": ("zeros",),
    "cumsum": ("cumprod",), "log1p": ("log",), "expm1": ("exp",), "log": ("log2", "log10"),
    "std": ("var",), "var": ("std",), "zip": (), "divmod": (),
}  # fmt: skip
MISSING = {
    "sqrt": "the root", "abs": "the absolute value", "exp": "the exponential", "tanh": "tanh",
    "log": "the logarithm", "clip": "the clipping", "copy": "the copy", "sort": "the sorting",
    "sorted": "the sorting", "cumsum": "the running sum", "transpose": "putting the axes in order",
    "reshape": "the reshaping", "sum": "the sum", "mean": "the mean", "max": "the maximum",
    "unique": "leaving out what is twice", "astype": "the conversion of the dtype",
    "flip": "turning it round", "reversed": "turning it round", "pad": "the padding",
}  # fmt: skip
OPTIONS = {
    "axis": "if {} runs over all entries in place of one axis",
    "keepdims": "if keepdims is left out",
    "kind": "if the order of equal entries is left to chance (no stable sort)",
    "dtype": "if no dtype is given",
    "side": "with the other side at equality",
    "replace": "if drawing with or without replacement is left to the default",
    "minlength": "if minlength is left out",
}
ALONG = {  # what runs along one axis, and not over all entries, where none is given
    "concatenate": "axis 0", "stack": "axis 0", "split": "axis 0", "array_split": "axis 0",
    "sort": "the last axis", "argsort": "the last axis", "diff": "the last axis",
}  # fmt: skip
MADE = ("zeros", "ones", "full", "empty")
UNSAID = 4  # rank of a change that is tried on the checks only: its words would puzzle a learner


def changes(node: ast.Call, speech: Speech) -> Iterator[Change]:
    """Every change of a call of NumPy's, of a method, or of a function of the set."""
    name = _name(node.func)
    inner = _inner(node)
    for other in INSTEAD.get(name, ()):
        yield _renamed(node, other), f"with {other} in the place of {name}", 1
    if name in MISSING and inner is not None:
        yield inner, f"if {MISSING[name]} is missing", 1
    if name in ("maximum", "minimum", "max", "min") and len(node.args) == 2:
        for kept, gone in ((0, 1), (1, 0)):
            said = speech.the(node.args[gone], "the comparison with", "a comparison")
            yield node.args[kept], f"if {said} is missing ({name})", 1
    if name == "where" and len(node.args) == 3:
        yield from _choice(node)
    yield from _keywords(node)
    yield from _arguments(node, name, speech)
    if name == "range":
        yield from _ranges(node)


def _choice(node: ast.Call) -> Iterator[Change]:
    """Of np.where(condition, yes, no)."""
    condition, yes, no = node.args
    new = _copy(node)
    new.args = [condition, no, yes]
    yield new, "if the two sides of a choice are exchanged", 1
    yield yes, "if a condition is taken as True everywhere", 2
    yield no, "if a condition is taken as False everywhere", 2


def _keywords(node: ast.Call) -> Iterator[Change]:
    for i, keyword in enumerate(node.keywords):
        if keyword.arg and keyword.arg not in OPTIONS and isinstance(node.func, ast.Name):
            new = _copy(node)
            del new.keywords[i]
            yield new, f"if {keyword.arg} is not passed on to {node.func.id}", 1
        if keyword.arg in OPTIONS:
            new = _copy(node)
            del new.keywords[i]
            yield new, _without(_name(node.func), keyword), 1
        if keyword.arg == "axis" and isinstance(keyword.value, ast.Constant):
            old = ast.unparse(keyword.value)
            for axis in (0, 1, 2, -1):
                if str(axis) != old:
                    new = _copy(node)
                    new.keywords[i].value = ast.Constant(axis)
                    yield (
                        new,
                        f"if {_name(node.func)} runs along axis {axis} in place of axis {old}",
                        1,
                    )
        if keyword.arg == "side" and isinstance(keyword.value, ast.Constant):
            new = _copy(node)
            new.keywords[i].value = ast.Constant(
                "right" if keyword.value.value == "left" else "left"
            )
            yield new, OPTIONS["side"], 1


def _without(name: str, keyword: ast.keyword) -> str:
    """What is said where a keyword is left out."""
    if keyword.arg == "axis" and name in ALONG:
        return f"if {name} runs along {ALONG[name]} in place of axis {ast.unparse(keyword.value)}"
    return OPTIONS[keyword.arg or ""].format(name)


def _arguments(node: ast.Call, name: str, speech: Speech) -> Iterator[Change]:
    """Arguments left out or exchanged, where a function takes several."""
    count = len(node.args)
    if name in MADE and count >= 2:
        new = _copy(node)
        new.args = new.args[:-1]
        yield new, "if the array is made in float64 and not in the dtype of the input", 1
    ours = isinstance(node.func, ast.Name) and name not in (
        "range",
        "zip",
        "len",
        "slice",
        "divmod",
    )
    if ours and count >= 3:
        for i in range(2, count):
            new = _copy(node)
            new.args = new.args[:i]
            said = speech.the(node.args[i], "", "an argument").strip()
            yield new, f"if {said} is not passed on to {name}", 1
    if count >= 2 and name not in ("maximum", "minimum", "zip", "slice"):
        for i in range(count - 1):
            new = _copy(node)
            new.args[i], new.args[i + 1] = new.args[i + 1], new.args[i]
            # "of append" says nothing to one whose code has no append
            yield new, f"if two arguments of {name} are exchanged", 1 if ours else UNSAID


def _ranges(node: ast.Call) -> Iterator[Change]:
    one = ast.Constant(1)
    last = 1 if len(node.args) > 1 else 0
    for op, words in ((ast.Sub(), "ends one turn early"), (ast.Add(), "has one turn too many")):
        new = _copy(node)
        new.args[last] = ast.BinOp(new.args[last], op, one)
        yield new, f"if a loop {words}", 1
    new = _copy(node)
    new.args = (
        [one, *new.args] if last == 0 else [ast.BinOp(new.args[0], ast.Add(), one), *new.args[1:]]
    )
    yield new, "if a loop begins one turn late", 1


def _inner(node: ast.Call) -> ast.expr | None:
    """What is left where the function is not called: its argument, or the object of the method."""
    if isinstance(node.func, ast.Attribute) and not _is_numpy(node.func.value):
        return node.func.value
    return node.args[0] if node.args else None


def _is_numpy(node: ast.expr) -> bool:
    return "np" in {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} and not any(
        isinstance(n, ast.Call) for n in ast.walk(node)
    )


def _name(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def _renamed(node: ast.Call, name: str) -> ast.Call:
    new = _copy(node)
    if isinstance(new.func, ast.Attribute):
        new.func.attr = name
    else:
        new.func = ast.Name(name, ast.Load())
    return new


def _copy(node: ast.Call) -> ast.Call:
    return copy.deepcopy(node)
