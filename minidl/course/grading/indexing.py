"""What an exception about an index means: a tuple not where it belongs, or a mask of integers."""

from __future__ import annotations

import ast
import re

from minidl.course.grading.told import Told


def in_parts(told: Told) -> str:
    """Whether slices were put into a list, or a tuple of them whole into another index."""
    for index in told.indices:
        if _is_list(index, told) and _sliced(index, told):
            made = ast.unparse(index) if isinstance(index, ast.Name) else "[...]"
            says = "an index made of several parts must be a tuple, a list is taken as an array of"
            return f"{says} indices: tuple({made}){told.here}"
        for part in index.elts if isinstance(index, ast.Tuple) else ():
            if _holds_several(part) and _sliced(part, told):
                return _whole(part, told)
    return ""


def _is_list(node: ast.expr, told: Told) -> bool:
    named = isinstance(node, ast.Name) and told.names.get(node.id, "").startswith("a list")
    return named or isinstance(node, ast.List | ast.ListComp)


def _holds_several(node: ast.expr) -> bool:
    """Whether an expression can be a tuple or a list; slice(None) is one part and cannot."""
    is_call = isinstance(node, ast.Call) and ast.unparse(node.func) in ("tuple", "list")
    return is_call or isinstance(node, ast.Name | ast.Tuple | ast.List | ast.ListComp)


def _sliced(node: ast.expr, told: Told) -> bool:
    """Whether an expression makes slices, or is a name of a list or a tuple of them."""
    if isinstance(node, ast.Name):
        return told.names.get(node.id, "").endswith("slices among them")
    calls = (n.func for n in ast.walk(node) if isinstance(n, ast.Call))
    return any(isinstance(f, ast.Name) and f.id == "slice" for f in calls)


def _whole(part: ast.expr, told: Told) -> str:
    inner = ast.unparse(part) if isinstance(part, ast.Name) else "(...)"
    says = f"an index has a whole tuple or list as one of its parts, {inner}: put its entries there"
    return f"{says}, (..., *{inner}){told.here}"


def as_places(told: Told, place: str, size: str) -> str:
    """Whether an index that is not there came from a mask of integers, or a tuple in a tuple."""
    for index in told.indices:
        parts = index.elts if isinstance(index, ast.Tuple) else [index]
        for name in (part.id for part in parts if isinstance(part, ast.Name)):
            words = told.names.get(name, "")
            mask = rf"an array of shape \({size},.*of the integers 0 and 1"
            if place in "01" and re.match(mask, words):
                says = (
                    f"an array of integers is no mask, {name} as an index means the places 0 and 1"
                )
                return f"{says}; compare ({name} == 1), or take {name}.astype(bool){told.here}"
            if words.startswith("a tuple") and len(parts) > 1:
                return _whole(ast.Name(name), told)
    return ""
