"""The changes of one node: operators, comparisons, calls, indices, loops, returns.

Each is (new node, words, rank); rank 1 names what is different, rank 2 its kind, rank 3 only that a
step is.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from minidl.course.grading.mutation import calls, steps
from minidl.course.grading.mutation.speech import Speech

Change = tuple[ast.AST, str, int]
SIGNS: dict[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.MatMult: "@",
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
STRICT: dict[type, type] = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
REVERSED: dict[type, type] = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE,
                              ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}  # fmt: skip


def changes(node: ast.AST, speech: Speech) -> Iterator[Change]:
    """Every change of one node."""
    for kind, rule in RULES.items():
        if isinstance(node, kind):
            yield from rule(node, speech)


def _operation(node: ast.BinOp, speech: Speech) -> Iterator[Change]:
    left, op, right = node.left, node.op, node.right
    if rule := OPERATIONS.get(type(op)):
        yield from rule(left, right, speech)
    if isinstance(op, (ast.Sub, ast.Div, ast.MatMult, ast.FloorDiv)):
        what = {ast.Sub: "a difference is", ast.Div: "a quotient is", ast.FloorDiv: "a quotient is"}
        words = f"if {what.get(type(op), 'a matrix product is')} taken the other way round"
        yield ast.BinOp(right, op, left), words, 2


def _instead(left: ast.expr, right: ast.expr, old: str, new: ast.operator) -> Change:
    return ast.BinOp(left, new, right), f"with {SIGNS[type(new)]} in the place of a {old}", 2


def _sum(left: ast.expr, right: ast.expr, speech: Speech) -> Iterator[Change]:
    yield left, f"if {speech.the(right, 'the term', 'a term of a sum')} is not added", 1
    yield right, f"if {speech.the(left, 'the term', 'a term of a sum')} is not added", 1
    yield _instead(left, right, "+", ast.Sub())
    yield _instead(left, right, "+", ast.Mult())


def _difference(left: ast.expr, right: ast.expr, speech: Speech) -> Iterator[Change]:
    yield left, f"if {speech.the(right, 'the term', 'a term')} is not subtracted", 1
    yield _instead(left, right, "-", ast.Add())
    size = ast.Call(_np("abs"), [ast.BinOp(left, ast.Sub(), right)], [])
    yield size, "if the absolute value of a difference is taken", 1
    first = speech.the(left, "the first term", "the first term of a difference")
    yield ast.UnaryOp(ast.USub(), right), f"if {first} is missing", 2


def _product(left: ast.expr, right: ast.expr, speech: Speech) -> Iterator[Change]:
    of = " of what is divided by" if speech.below else ""
    yield left, f"if {speech.the(right, 'the factor', 'a factor')}{of} is missing", 1
    yield right, f"if {speech.the(left, 'the factor', 'a factor')}{of} is missing", 1
    yield _instead(left, right, "*", ast.Div())
    over = speech.the(left, "divided by", "divided") + " in the place of multiplied"
    yield ast.BinOp(right, ast.Div(), left), f"if something is {over}", 1
    yield _instead(left, right, "*", ast.Add())
    twice = ast.BinOp(left, ast.Mult(), ast.BinOp(right, ast.Pow(), ast.Constant(2)))
    yield twice, f"if {speech.the(right, 'the factor', 'a factor')} is there twice", 2


def _quotient(left: ast.expr, right: ast.expr, speech: Speech) -> Iterator[Change]:
    yield left, f"if {speech.the(right, 'the division by', 'a division')} is missing", 1
    yield _instead(left, right, "/", ast.Mult())
    yield _instead(left, right, "/", ast.FloorDiv())
    half = ast.BinOp(ast.BinOp(left, ast.Div(), right), ast.Div(), right)
    yield half, f"if {speech.the(right, 'the division by', 'a division')} is there twice", 2
    if isinstance(right, ast.BinOp) and isinstance(right.op, ast.Mult):
        said = speech.the(right, "the brackets around", "the brackets around a product")
        yield _unbracketed(left, right), f"if {said}, which is divided by, are missing", 1


def _unbracketed(left: ast.expr, right: ast.BinOp) -> ast.expr:
    """a / (b * c) without its brackets, which is a / b, times c."""
    first = right.left
    if isinstance(first, ast.BinOp) and isinstance(first.op, ast.Mult):
        return ast.BinOp(_unbracketed(left, first), ast.Mult(), right.right)
    return ast.BinOp(ast.BinOp(left, ast.Div(), first), ast.Mult(), right.right)


def _rounded(left: ast.expr, right: ast.expr, speech: Speech) -> Iterator[Change]:
    yield left, f"if {speech.the(right, 'the division by', 'a division')} is missing", 1
    yield _instead(left, right, "//", ast.Div())
    minus = ast.UnaryOp(ast.USub(), ast.BinOp(ast.UnaryOp(ast.USub(), left), ast.FloorDiv(), right))
    yield minus, "if it is rounded up and not down", 1


def _power(left: ast.expr, right: ast.expr, speech: Speech) -> Iterator[Change]:
    square = isinstance(right, ast.Constant) and right.value == 2
    yield left, "if a square is missing" if square else "if a power is missing", 1
    yield ast.Call(_np("abs"), [left], []), "with absolute values in the place of powers", 1
    yield ast.BinOp(left, ast.Mult(), right), "with * in the place of **", 2


def _matrices(left: ast.expr, right: ast.expr, speech: Speech) -> Iterator[Change]:
    yield ast.BinOp(left, ast.Mult(), right), "with * in the place of @", 1
    if isinstance(right, ast.Attribute) and right.attr == "T":
        entries = ast.BinOp(left, ast.Mult(), right.value)
        yield entries, "if each entry is multiplied by the same entry (*), not by @", 1
    for one, other in ((_transposed(left), right), (left, _transposed(right))):
        yield ast.BinOp(one, ast.MatMult(), other), "if a factor of a product is transposed", 2


def _all_of(left: ast.expr, right: ast.expr, speech: Speech) -> Iterator[Change]:
    yield from _conditions(left, right, speech)
    yield ast.BinOp(left, ast.BitOr(), right), "with | (or) in the place of & (and)", 1


def _any_of(left: ast.expr, right: ast.expr, speech: Speech) -> Iterator[Change]:
    yield from _conditions(left, right, speech)
    yield ast.BinOp(left, ast.BitAnd(), right), "with & (and) in the place of | (or)", 1


def _conditions(left: ast.expr, right: ast.expr, speech: Speech) -> Iterator[Change]:
    for kept, gone in ((left, right), (right, left)):
        yield kept, f"if {speech.the(gone, 'the condition', 'one of the conditions')} is missing", 1


OPERATIONS: dict[type, Callable[[ast.expr, ast.expr, Speech], Iterator[Change]]] = {
    ast.Add: _sum, ast.Sub: _difference, ast.Mult: _product, ast.Div: _quotient,
    ast.FloorDiv: _rounded, ast.Pow: _power, ast.MatMult: _matrices, ast.BitAnd: _all_of,
    ast.BitOr: _any_of,
}  # fmt: skip


def _sign(node: ast.UnaryOp, speech: Speech) -> Iterator[Change]:
    words = {ast.USub: "a minus sign", ast.Invert: "a ~ (not)", ast.Not: "a `not`"}
    if type(node.op) in words:
        yield node.operand, f"if {words[type(node.op)]} is missing", 1


def _comparison(node: ast.Compare, speech: Speech) -> Iterator[Change]:
    if len(node.ops) != 1:
        return
    old = type(node.ops[0])
    for table, what in ((STRICT, "at equality: "), (REVERSED, "")):
        if new := table.get(old):
            words = f"{what}with {SIGNS[new]} in the place of {SIGNS[old]}"
            yield ast.Compare(node.left, [new()], node.comparators), words, 1


def _both(node: ast.BoolOp, speech: Speech) -> Iterator[Change]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield ast.BoolOp(other, node.values), "with `or` for `and`, or the reverse", 2
    for i in range(len(node.values)):
        rest = node.values[:i] + node.values[i + 1 :]
        new = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
        yield new, f"if {speech.the(node.values[i], 'the condition', 'a condition')} is missing", 1


def _number(node: ast.Constant, speech: Speech) -> Iterator[Change]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value), f"with {not value} in the place of {value}", 2
    elif isinstance(value, int):
        for other in (value + 1, value - 1):
            yield ast.Constant(other), f"with {other} in the place of a {value}", 3
    elif isinstance(value, float):
        for factor in (2.0, 0.5):
            other_value = factor * value
            yield ast.Constant(other_value), f"with {other_value:g} in the place of {value:g}", 2


def _indexed(node: ast.Subscript, speech: Speech) -> Iterator[Change]:
    """An index exchanged with its neighbour, or always the first."""
    if not isinstance(node.slice, ast.Tuple):
        return
    parts = node.slice.elts
    for i, part in enumerate(parts):
        if i and not any(isinstance(p, ast.Constant) for p in parts[i - 1 : i + 1]):
            said = [speech.say(p) for p in parts[i - 1 : i + 1]]
            both = f"the indices {said[0]} and {said[1]}" if all(said) else "two indices"
            order = [*parts[: i - 1], part, parts[i - 1], *parts[i + 1 :]]
            new = ast.Subscript(node.value, ast.Tuple(order, ast.Load()), node.ctx)
            yield new, f"if {both} are exchanged", 1
        if isinstance(part, ast.Name) and isinstance(node.ctx, ast.Load):
            first = [*parts[:i], ast.Constant(0), *parts[i + 1 :]]
            new = ast.Subscript(node.value, ast.Tuple(first, ast.Load()), node.ctx)
            words = speech.the(part, "0 in the place of the index", "0 in the place of an index")
            yield new, f"with {words}", 1


def _listed(node: ast.List, speech: Speech) -> Iterator[Change]:
    if len(node.elts) > 1 and isinstance(node.ctx, ast.Load):
        yield ast.List(node.elts[::-1], node.ctx), "if the entries are in the reverse order", 1


def _attribute(node: ast.Attribute, speech: Speech) -> Iterator[Change]:
    if node.attr == "T":
        yield node.value, "if a transposition is missing", 1


def _part(node: ast.Slice, speech: Speech) -> Iterator[Change]:
    if node.step and isinstance(node.step, ast.UnaryOp):
        yield ast.Slice(node.lower, node.upper, None), "if an order is not turned round", 1
    elif node.step:
        said = speech.the(node.step, "the step", "a step")
        yield ast.Slice(node.lower, node.upper, None), f"if {said} from one to the next is 1", 1
    if node.lower:
        yield ast.Slice(None, node.upper, node.step), "if a part begins at the very beginning", 2
    if node.upper:
        yield ast.Slice(node.lower, None, node.step), "if a part goes on to the end", 2


def _np(name: str) -> ast.Attribute:
    return ast.Attribute(ast.Name("np", ast.Load()), name, ast.Load())


def _transposed(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return node.value
    return ast.Attribute(node, "T", ast.Load())


RULES: dict[type, Callable[..., Iterator[Change]]] = {
    ast.BinOp: _operation, ast.UnaryOp: _sign, ast.Compare: _comparison, ast.BoolOp: _both,
    ast.Constant: _number, ast.Attribute: _attribute, ast.Slice: _part, ast.Subscript: _indexed,
    ast.List: _listed,
    ast.Call: calls.changes, ast.AugAssign: steps.overwritten, ast.Assign: steps.step,
    ast.If: steps.branch, ast.IfExp: steps.choice, ast.For: steps.loop,
    ast.comprehension: steps.gone_through, ast.Return: steps.returned,
}  # fmt: skip
