"""What an exception in a learner's function means, in the terms of the line it came from.

NumPy and Python say what went wrong inside; a learner wants to know which of the names in the line
does not fit. Each rule knows one kind of message; what no rule knows is said as it is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import Any

from minidl.course.grading import indexing
from minidl.course.grading.told import Told

Rule = Callable[[re.Match[str], "Told"], str]


def explained(error: Mapping[str, Any]) -> str:
    """The sentence for an exception; "" where no rule knows it."""
    told = Told(error)
    for kinds, pattern, rule in RULES:
        found = re.search(pattern, told.message)
        if found and told.type in kinds:
            return rule(found, told)
    return ""


def _matmul(found: re.Match[str], told: Told) -> str:
    second, first = found["got"], found["wanted"]
    fits = f"the inner lengths {first} and {second} must be equal"
    return f"a matrix product (@) does not fit: {fits}{told.here}"


def _broadcast(found: re.Match[str], told: Told) -> str:
    shapes = [tuple(map(int, re.findall(r"\d+", part))) for part in found["shapes"].split(") (")]
    said = " and ".join(str(shape) for shape in shapes)
    rule = "counted from the last axis, lengths must be equal or one of them 1"
    pair = _clash(shapes)
    clash = f", but {pair[0]} and {pair[1]} are not" if pair else ""
    return f"shapes {said} do not go together: {rule}{clash}{told.here}"


def _clash(shapes: list[tuple[int, ...]]) -> tuple[int, int] | None:
    """The first two lengths, from the last axis on, that broadcasting cannot bring together."""
    if len(shapes) != 2:
        return None
    for a, b in zip(reversed(shapes[0]), reversed(shapes[1]), strict=False):
        if a != b and 1 not in (a, b):
            return a, b
    return None


def _index(found: re.Match[str], told: Told) -> str:
    if place := indexing.as_places(told, found["index"], found["size"]):
        return place
    index, axis, size = found["index"], found["axis"], int(found["size"])
    last = f"go from 0 to {size - 1}" if size else "do not exist: it is empty"
    where = f"axis {axis} has length {size}, so its indices {last}"
    return f"there is no index {index}: {where}{told.here}"


def _list_index(found: re.Match[str], told: Told) -> str:
    return f"an index is beyond the end of a {found['kind']}{told.here}"


def _too_many(found: re.Match[str], told: Told) -> str:
    has, used = found["has"], found["used"]
    return f"an array of {has} axes was given {used} indices{told.here}"


def _key(found: re.Match[str], told: Told) -> str:
    return f"there is no key {found[0]}{told.here}"


def _few_values(found: re.Match[str], told: Told) -> str:
    wanted, got = found["wanted"], found["got"]
    values = f"is only {got} value" if got == "1" else f"are only {got} values"
    return f"{wanted} names stand on the left, but there {values}{told.here}"


def _many_values(found: re.Match[str], told: Told) -> str:
    for loop in told.loops:
        name = ast.unparse(loop.iter)
        if told.names.get(name, "").startswith("a dict") and isinstance(loop.target, ast.Tuple):
            says = f"{name} is a dict, and going through it gives its keys only"
            return f"{says}: {name}.items() gives keys and values{told.here}"
    return f"{found['wanted']} names stand on the left, but there are more values{told.here}"


def _reshape(found: re.Match[str], told: Told) -> str:
    size = found["size"]
    lengths = [int(n) for n in re.findall(r"-?\d+", found["shape"])]
    shape = tuple(lengths)
    if -1 in lengths:
        return f"{size} numbers cannot be laid out in shape {shape}, whatever -1 is{told.here}"
    count = 1
    for length in lengths:
        count *= length
    return f"{size} numbers do not fill shape {shape}, which has {count}{told.here}"


def _into(found: re.Match[str], told: Told) -> str:
    one, other = (re.sub(r",(?=\d)", ", ", found[key]) for key in ("source", "target"))
    return f"an array of shape {one} does not fit into a place of shape {other}{told.here}"


def _empty(found: re.Match[str], told: Told) -> str:
    what = f"the {found['what']} of nothing was asked for"
    return f"{what}: an array without entries, or a slice that lies outside its array{told.here}"


def _none(found: re.Match[str], told: Told) -> str:
    if len(told.nothing) == 1:
        return f"{told.nothing[0]} is None here ({told.message})"
    return f"{told.message}{told.here}"


def _name(found: re.Match[str], told: Told) -> str:
    name = found["name"]
    if name == "np":
        return "np is not there: the file begins with `import numpy as np`"
    guess = f"did you mean {told.near}?" if told.near else "is it spelt right, and set before?"
    return f"there is no name {name}: {guess}"


def _attribute(found: re.Match[str], told: Told) -> str:
    guess = f"; did you mean {told.near}?" if told.near else ""
    return f"{found['owner']} has no {found['name']}{guess}{told.here}"


def _unbound(found: re.Match[str], told: Told) -> str:
    return f"{found['name']} is used before it has a value: it gets one only later, or not always"


def _module(found: re.Match[str], told: Told) -> str:
    name = found["name"]
    if name.partition(".")[0] in ("minidl", "solutions"):
        return f"{name} cannot be imported here: an exercise is your own answer"
    return (
        f"there is no module {name} here: NumPy and the standard library are, the other sets, and "
        "your own files beside the exercises"
    )


def _import(found: re.Match[str], told: Told) -> str:
    return f"{found['home']} has no {found['name']} that could be imported"


def _recursion(found: re.Match[str], told: Told) -> str:
    return (
        "calls itself, one call within another, deeper than Python allows: either the case in "
        "which it stops is never reached, or the way there is too long for recursion"
    )


def _zero(found: re.Match[str], told: Told) -> str:
    return f"divides by zero{told.here}"


def _given(found: re.Match[str], told: Told) -> str:
    takes, given = found["takes"], found["given"]
    return f"{found['name']}() takes {takes} argument{'s' * (takes != '1')} here, and gets {given}"


def _missing(found: re.Match[str], told: Told) -> str:
    return f"{found['name']}() is called without {found['what']}"


def _keyword(found: re.Match[str], told: Told) -> str:
    return f"{found['name']}() takes no argument called {found['what']}"


def _nothing_to_draw(found: re.Match[str], told: Told) -> str:
    return f"there is nothing to draw from: what rng.choice was given is empty{told.here}"


def _too_few_to_draw(found: re.Match[str], told: Told) -> str:
    says = "rng.choice with replace=False was to draw more entries than there are"
    return f"{says}{told.here}"


def _truth(found: re.Match[str], told: Told) -> str:
    for name in ("max", "min"):
        if re.search(rf"(?<![\w.]){name}\(", told.text):
            says = f"Python's {name}() compares whole arrays, not entry by entry"
            return f"{says}: np.{name}imum(one, other) does, x.{name}() is of one array{told.here}"
    return f"an array of several values was used as one yes or no (any? all? where?){told.here}"


def _integers(found: re.Match[str], told: Told) -> str:
    if told.type == "IndexError" and (parts := indexing.in_parts(told)):
        return parts
    return f"an index or a length is not a whole number (int(...), //){told.here}"


def _casting(found: re.Match[str], told: Told) -> str:
    return f"fractions cannot be put into an array of whole numbers (+=, -=, *=, /=){told.here}"


def _inhomogeneous(found: re.Match[str], told: Told) -> str:
    return f"rows of different lengths cannot be made one array{told.here}"


def _axis(found: re.Match[str], told: Told) -> str:
    return f"there is no axis {found['axis']}: the array has {found['has']}{told.here}"


def _negative(found: re.Match[str], told: Told) -> str:
    return f"a length came out negative{told.here}"


def _callable(found: re.Match[str], told: Told) -> str:
    return f"a {found['kind']} was called like a function: is there a bracket ( for a [?{told.here}"


def _subscript(found: re.Match[str], told: Told) -> str:
    return f"a {found['kind']} was indexed with [ ]: it has no entries{told.here}"


def _iterated(found: re.Match[str], told: Told) -> str:
    return f"a {found['kind']} cannot be gone through: it is one value, not several{told.here}"


def _not_several(found: re.Match[str], told: Told) -> str:
    says = f"one {found['kind']} is there, where several values are taken apart (a pair, a shape)"
    return f"{says}{told.here}"


def _letters(found: re.Match[str], told: Told) -> str:
    shapes = re.findall(r"(\([\d,]*\))->", found[0])
    said = " and ".join(re.sub(r",(?=\d)", ", ", shape) for shape in shapes)
    return f"in einsum one letter stands for two lengths: the arrays are {said}{told.here}"


VALUE, TYPE, INDEX = ("ValueError",), ("TypeError",), ("IndexError",)
RULES: tuple[tuple[tuple[str, ...], str, Rule], ...] = (
    (VALUE, r"mismatch in its core dimension.*size (?P<got>\d+) is different from (?P<wanted>\d+)",
     _matmul),
    (VALUE, r"could not be broadcast together with shapes \((?P<shapes>[\d, ()]*)\)", _broadcast),
    (VALUE, r"could not be broadcast together with remapped shapes.*", _letters),
    (VALUE, r"could not broadcast input array from shape (?P<source>\S+) into shape "
            r"(?P<target>\S+)", _into),
    (INDEX, r"index (?P<index>-?\d+) is out of bounds for axis (?P<axis>\d+) with size "
            r"(?P<size>\d+)", _index),
    (INDEX, r"(?P<kind>list|tuple|string) (?:assignment )?index out of range", _list_index),
    (INDEX, r"too many indices for array: array is (?P<has>\d+)-dimensional, but (?P<used>\d+)",
     _too_many),
    (INDEX, r"only integers, slices", _integers),
    (("KeyError",), r"^.+$", _key),
    (VALUE, r"not enough values to unpack \(expected (?P<wanted>\d+), got (?P<got>\d+)\)",
     _few_values),
    (VALUE, r"too many values to unpack \(expected (?P<wanted>\d+)\)", _many_values),
    (VALUE, r"cannot reshape array of size (?P<size>\d+) into shape (?P<shape>\S+)", _reshape),
    (VALUE, r"a cannot be empty unless no samples", _nothing_to_draw),
    (VALUE, r"larger sample than population", _too_few_to_draw),
    (VALUE, r"truth value of an array", _truth),
    (VALUE, r"zero-size array to reduction operation (?P<what>\w+)", _empty),
    (VALUE, r"attempt to get (?P<what>arg\w+) of an empty sequence", _empty),
    (VALUE, r"(?P<what>max|min)\(\) (?:arg is an empty sequence|iterable argument is empty)",
     _empty),
    (VALUE, r"inhomogeneous shape|array element with a sequence", _inhomogeneous),
    (VALUE, r"negative dimensions are not allowed", _negative),
    (("AxisError",), r"axis (?P<axis>-?\d+) is out of bounds for array of dimension (?P<has>\d+)",
     _axis),
    (("TypeError", "AttributeError"), r"NoneType", _none),
    (TYPE, r"(?P<name>\w+)\(\) takes (?:from \d+ to )?(?P<takes>\d+) positional arguments? but "
           r"(?P<given>\d+)", _given),
    (TYPE, r"(?P<name>\w+)\(\) missing \d+ required (?:positional|keyword-only) arguments?: "
           r"(?P<what>.+)", _missing),
    (TYPE, r"(?P<name>\w+)\(\) got an unexpected keyword argument (?P<what>'.+?')", _keyword),
    (TYPE, r"cannot be interpreted as an integer|only integer scalar arrays|slice indices must be",
     _integers),
    (TYPE, r"'(?P<kind>[\w.]+)' object is not callable", _callable),
    (TYPE, r"'(?P<kind>[\w.]+)' object is not subscriptable", _subscript),
    (TYPE, r"'(?P<kind>[\w.]+)' object is not iterable", _iterated),
    (TYPE, r"cannot unpack non-iterable (?P<kind>[\w.]+) object", _not_several),
    (("UFuncTypeError", "UFuncOutputCastingError", "_UFuncOutputCastingError"),
     r"output from dtype\('float\d+'\) to dtype\('u?int\d+'\)", _casting),
    (("UnboundLocalError",), r"variable '(?P<name>\w+)'", _unbound),
    (("NameError",), r"name '(?P<name>\w+)' is not defined", _name),
    (("AttributeError",), r"(?:module )?'(?P<owner>[\w.]+)'(?: object)? has no attribute "
                          r"'(?P<name>\w+)'", _attribute),
    (("ModuleNotFoundError",), r"No module named '(?P<name>[\w.]+)'", _module),
    (("ImportError",), r"cannot import name '(?P<name>\w+)' from '(?P<home>[\w.]+)'", _import),
    (("RecursionError",), r"", _recursion),
    (("ZeroDivisionError",), r"", _zero),
)  # fmt: skip
