"""The changes of one node: operators, comparisons, calls, indices, loops, returns.

Each is (new node, words, rank); rank 1 names what is different, rank 2 its kind, rank 3 only that a
step is.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from minidl.course.grading.mutation import calls
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
    yield ast.UnaryOp(ast.USub(), right), "if what something is subtracted from is missing", 2


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


def _overwritten(node: ast.AugAssign, speech: Speech) -> Iterator[Change]:
    new = ast.Assign([node.target], node.value)
    sign = f"{SIGNS[type(node.op)]}=" if type(node.op) in SIGNS else "an update"
    yield new, f"if what was there is overwritten, with = in the place of {sign}", 1
    yield ast.Pass(), "if a sum that is added to is left as it was", 2
    if isinstance(node.op, ast.Add):
        yield ast.AugAssign(node.target, ast.Sub(), node.value), "with -= in the place of +=", 1
    else:
        added = ast.AugAssign(node.target, ast.Add(), node.value)
        yield added, f"with += in the place of {sign}", 1


def _step(node: ast.Assign, speech: Speech) -> Iterator[Change]:
    if isinstance(node.targets[0], ast.Subscript):
        yield ast.Pass(), "if the entries that are set in a step stay as they were", 2


def _branch(node: ast.If, speech: Speech) -> Iterator[Change]:
    case = speech.the(node.test, "the case", "a special case")
    yield ast.If(ast.Constant(False), node.body, node.orelse), f"if {case} is not treated", 1
    yield ast.If(ast.Constant(True), node.body, node.orelse), f"as if {case} were always so", 1


def _choice(node: ast.IfExp, speech: Speech) -> Iterator[Change]:
    case = speech.the(node.test, "the case", "a special case")
    yield node.orelse, f"if {case} is not treated", 1
    yield node.body, f"as if {case} were always so", 1


def _loop(node: ast.For, speech: Speech) -> Iterator[Change]:
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


def _gone_through(node: ast.comprehension, speech: Speech) -> Iterator[Change]:
    turns = ast.Call(ast.Name("list", ast.Load()), [node.iter], [])
    for start, stop, words in (*PARTS, (None, 1, "if only the first {} counts")):
        cut = _cut(turns, start, stop)
        new = ast.comprehension(node.target, cut, node.ifs, node.is_async)
        yield new, words.format("of those gone through"), 1
    for i, test in enumerate(node.ifs):
        rest = node.ifs[:i] + node.ifs[i + 1 :]
        new = ast.comprehension(node.target, node.iter, rest, node.is_async)
        yield new, f"if {speech.the(test, 'the condition', 'a condition')} is missing", 1


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


def _returned(node: ast.Return, speech: Speech) -> Iterator[Change]:
    if isinstance(node.value, ast.Tuple) and len(node.value.elts) > 1:
        parts = node.value.elts
        swapped = ast.Tuple([*parts[::-1]], ast.Load())
        yield ast.Return(swapped), "if the results are returned in the reverse order", 1
        rotated = ast.Tuple([*parts[1:], parts[0]], ast.Load())
        yield ast.Return(rotated), "if the results are returned in another order", 1
    elif isinstance(node.value, ast.Call) and ast.unparse(node.value.func) in ("float", "int"):
        yield ast.Return(node.value.args[0]), "if it is not made a plain number at the end", 2


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
    ast.Constant: _number, ast.AugAssign: _overwritten, ast.Assign: _step, ast.If: _branch,
    ast.IfExp: _choice, ast.For: _loop, ast.Return: _returned, ast.Attribute: _attribute,
    ast.Slice: _part, ast.Call: calls.changes, ast.comprehension: _gone_through,
    ast.Subscript: _indexed,
}  # fmt: skip
