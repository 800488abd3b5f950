"""Defaults of a learner's function that are not those of the exercise."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from minidl.course.grading.recording import Recorded


def changed(text: str, solution: str, name: str) -> dict[str, tuple[int, str, str]]:
    """The parameters whose default is another: {"alpha": (its place, "1", "10")}.

    text, solution: the sources of a set, the learner's and the reference's.
    """
    mine, right = _defaults(text, name), _defaults(solution, name)
    places = {parameter: place for place, parameter in enumerate(right)}
    found = {}
    for parameter, wanted in right.items():
        given = mine.get(parameter)
        if given is not None and wanted is not None and _differ(given, wanted):
            found[parameter] = (places[parameter], ast.unparse(given), ast.unparse(wanted))
    return found


def explained(
    found: dict[str, tuple[int, str, str]],
    failing: Sequence[Sequence[Recorded]],
    right: Sequence[Sequence[Recorded]],
) -> str:
    """What to say of changed defaults; "" where something else may be wrong.

    failing, right: the calls of each case. Those that fail must rest on a changed default, and one
    that is right on none: so what the function does with the values that are given is right.
    """
    rests = [_used(found, calls) for calls in failing]
    if not all(rests) or all(_used(found, calls) for calls in right):
        return ""
    used = set[str]().union(*rests)
    mine, wanted = (
        ", ".join(f"{name}={pair[i]}" for name, (_, *pair) in found.items() if name in used)
        for i in (0, 1)
    )
    return (
        f"Your first line (def) has {mine}: the exercise has {wanted}, for calls that leave it out."
    )


def _used(found: dict[str, tuple[int, str, str]], calls: Sequence[Recorded]) -> set[str]:
    """The parameters that one of these calls does not give."""
    return {
        name
        for name, (place, *_) in found.items()
        if any(place >= len(call.args) and name not in call.kwargs for call in calls)
    }


def _defaults(text: str, name: str) -> dict[str, ast.expr | None]:
    """Each parameter with its default; {} where the function cannot be found."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):  # said when it is loaded
        return {}
    nodes = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name]
    if not nodes:
        return {}
    names = [a.arg for a in nodes[-1].args.args]
    given = nodes[-1].args.defaults
    without = names[: len(names) - len(given)]
    return dict.fromkeys(without) | dict(zip(names[len(without) :], given, strict=True))


def _differ(mine: ast.expr, right: ast.expr) -> bool:
    """Whether two defaults are constants, and not equal; 10 and 10.0 are."""
    try:
        return bool(ast.literal_eval(mine) != ast.literal_eval(right))
    except (ValueError, TypeError, SyntaxError):  # an expression: what it is, is not known here
        return False
