"""The changes of a step: an update, an assignment, a branch, a loop, a return."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from minidl.course.grading.mutation.speech import Speech

Change = tuple[ast.AST, str, int]
UPDATES: dict[type, str] = {
    ast.Add: "+=", ast.Sub: "-=", ast.Mult: "*=", ast.Div: "/=", ast.FloorDiv: "//=",
}  # fmt: skip


def overwritten(node: ast.AugAssign, speech: Speech) -> Iterator[Change]:
    new = ast.Assign([node.target], node.value)
    sign = UPDATES.get(type(node.op), "an update")
    yield new, f"if what was there is overwritten, with = in the place of {sign}", 1
    yield ast.Pass(), "if a sum that is added to is left as it was", 2
    if isinstance(node.op, ast.Add):
        yield ast.AugAssign(node.target, ast.Sub(), node.value), "with -= in the place of +=", 1
    else:
        added = ast.AugAssign(node.target, ast.Add(), node.value)
        yield added, f"with += in the place of {sign}", 1


def step(node: ast.Assign, speech: Speech) -> Iterator[Change]:
    if isinstance(node.targets[0], ast.Subscript):
        yield ast.Pass(), "if the entries that are set in a step stay as they were", 2


def branch(node: ast.If, speech: Speech) -> Iterator[Change]:
    case = speech.the(node.test, "the case", "a special case")
    yield ast.If(ast.Constant(False), node.body, node.orelse), f"if {case} is not treated", 1
    yield ast.If(ast.Constant(True), node.body, node.orelse), f"as if {case} were always so", 1


def choice(node: ast.IfExp, speech: Speech) -> Iterator[Change]:
    case = speech.the(node.test, "the case", "a special case")
    yield node.orelse, f"if {case} is not treated", 1
    yield node.body, f"as if {case} were always so", 1


def loop(node: ast.For, speech: Speech) -> Iterator[Change]:
    once = ast.For(node.target, node.iter, [*node.body, ast.Break()], node.orelse)
    yield once, "if a loop ends after its first turn", 1
    turns = ast.Call(ast.Name("list", ast.Load()), [node.iter], [])
    for start, stop, words in PARTS:
        part = ast.For(node.target, _cut(turns, start, stop), node.body, node.orelse)
        yield part, words.format("turn of a loop"), 1
    back = ast.Call(ast.Name("reversed", ast.Load()), [turns], [])
    yield ast.For(node.target, back, node.body, node.orelse), "if a loop goes backwards", 1


PARTS = (
    (1, None, "if the first {} is left out"),
    (None, -1, "if the last {} is left out"),
    (-1, None, "if only the last {} counts"),
)


def _cut(node: ast.expr, start: int | None, stop: int | None) -> ast.Subscript:
    ends = (ast.Constant(n) if n is not None else None for n in (start, stop))
    return ast.Subscript(node, ast.Slice(*ends), ast.Load())


def gone_through(node: ast.comprehension, speech: Speech) -> Iterator[Change]:
    turns = ast.Call(ast.Name("list", ast.Load()), [node.iter], [])
    for start, stop, words in (*PARTS, (None, 1, "if only the first {} counts")):
        cut = _cut(turns, start, stop)
        new = ast.comprehension(node.target, cut, node.ifs, node.is_async)
        yield new, words.format("of those gone through"), 1
    for i, test in enumerate(node.ifs):
        rest = node.ifs[:i] + node.ifs[i + 1 :]
        new = ast.comprehension(node.target, node.iter, rest, node.is_async)
        yield new, f"if {speech.the(test, 'the condition', 'a condition')} is missing", 1


def returned(node: ast.Return, speech: Speech) -> Iterator[Change]:
    if isinstance(node.value, ast.Tuple) and len(node.value.elts) > 1:
        parts = node.value.elts
        swapped = ast.Tuple([*parts[::-1]], ast.Load())
        yield ast.Return(swapped), "if the results are returned in the reverse order", 1
        rotated = ast.Tuple([*parts[1:], parts[0]], ast.Load())
        yield ast.Return(rotated), "if the results are returned in another order", 1
    elif isinstance(node.value, ast.Call) and ast.unparse(node.value.func) in ("float", "int"):
        yield ast.Return(node.value.args[0]), "if it is not made a plain number at the end", 2
