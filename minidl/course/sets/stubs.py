"""From a solution to the learner's file, and back to a part of it: all on source text.

In solutions/exNN_name.py the body of a graded function stands between `# BEGIN SOLUTION` and
`# END SOLUTION`; the stub has a `raise NotImplementedError` there. Where the learner is to mend a
program instead of writing one, `# GIVEN:` lines in the body say what stands in the stub in the
place of the line below them, and the stub has the whole body. The last line of a stub is a mark
with a digest of the rest, so that a file with a learner's work in it is known from one that was
never touched.
"""

from __future__ import annotations

import ast
import hashlib
import re
import textwrap
from functools import lru_cache

from minidl.course.sets.manifest import BODY, Patch

BEGIN, END, GIVEN = "# BEGIN SOLUTION", "# END SOLUTION", "# GIVEN:"
TAKEN_OUT = "\0"  # in the place of a line that the stub does not have
MARK = re.compile(r"\n\n# Stub (?P<digest>[0-9a-f]{12}) of (?P<source>\S+)\n\Z")
WIDTH = 100


@lru_cache(maxsize=64)  # a failing function of every submission asks for its set's
def stub_of(solution: str, stem: str) -> str:
    """The text of exercises/<stem>.py for the text of solutions/<stem>.py.

    ValueError: a function whose BEGIN and END do not pair up, or that has no docstring.
    """
    lines = solution.splitlines()
    for node in reversed(functions(solution)):
        bounds = _marks(lines, node)
        if bounds:
            begin, end = bounds
            faulty = _as_given(lines[begin + 1 : end])
            lines[begin : end + 1] = faulty or _not_written(stem, node)
    if any(mark in line for line in lines for mark in (BEGIN, END)):
        raise ValueError(f"{stem}: a {BEGIN} or {END} outside a function, or without the other")
    return signed("\n".join(lines) + "\n", f"solutions/{stem}.py")


def _as_given(body: list[str]) -> list[str]:
    """A body with what is given in the place of each line below it; nothing if nothing is given.

    Of several given lines all stand in the place of the one below them; an empty one takes it out.
    """
    found: list[str] = []
    given: list[str] = []
    for line in body:
        if line.strip().startswith(GIVEN):
            given.append(line)
        else:
            found += map(_uncommented, given) if given else [line]
            given = []
    return [line for line in found if line != TAKEN_OUT] if len(found) < len(body) else []


def _uncommented(line: str) -> str:
    """What a line says is given, with its indentation."""
    indent, _, code = line.partition(GIVEN)
    return indent + code.removeprefix(" ") if code.strip() else TAKEN_OUT


def is_as_given(text: str, stub: str, name: str) -> bool:
    """Whether a function is the stub's still: comments, layout and docstrings do not count."""
    try:
        return _code_of(text, name) == _code_of(stub, name)
    except (SyntaxError, ValueError, RecursionError):  # it is said elsewhere what is wrong with it
        return False


def _code_of(text: str, name: str) -> str:
    """The code of a function, one string for all layouts."""
    node = [node for node in functions(text) if node.name == name][-1:]
    if not node:
        raise ValueError(f"there is no function {name}")
    if ast.get_docstring(node[0]) is not None:
        node[0].body = node[0].body[1:]
    return ast.dump(node[0])


def signed(text: str, source: str) -> str:
    """The text with its mark at the end."""
    return f"{text}\n\n# Stub {_digest(text)} of {source}\n"


def is_untouched(text: str) -> bool:
    """Whether a file is a stub as it was written, without a learner's work in it."""
    mark = MARK.search(text)
    return mark is not None and mark["digest"] == _digest(text[: mark.start()])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def functions(text: str) -> list[ast.FunctionDef]:
    """The functions at the top level of a file, in order. SyntaxError where it does not parse."""
    return [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]


def graded(solution: str) -> list[str]:
    """The names of the functions of a solution that have a marked body."""
    lines = solution.splitlines()
    return [node.name for node in functions(solution) if _marks(lines, node)]


def _marks(lines: list[str], node: ast.FunctionDef) -> tuple[int, int] | None:
    """Indices of the lines BEGIN and END of a function; None if it has none."""
    assert node.end_lineno
    inside = range(node.lineno - 1, min(node.end_lineno + 1, len(lines)))  # END follows the body
    begins = [i for i in inside if lines[i].strip() == BEGIN]
    ends = [i for i in inside if lines[i].strip() == END]
    if not begins and not ends:
        return None
    if len(begins) != 1 or len(ends) != 1 or begins > ends:
        raise ValueError(f"{node.name} needs one {BEGIN} and, after it, one {END}")
    return begins[0], ends[0]


def _not_written(stem: str, node: ast.FunctionDef) -> list[str]:
    doc = ast.get_docstring(node)
    if not doc:
        raise ValueError(f"{stem}: {node.name} has no docstring")
    text = f"{stem.partition('_')[0]}.{node.name}: {doc.splitlines()[0]}".replace('"', "'")
    line = f'    raise NotImplementedError("{text}")'
    if len(line) <= WIDTH:
        return [line]
    if len(text) > WIDTH - 10:
        excess = len(text) - WIDTH + 10
        raise ValueError(f"{text}: the docstring's first line is too long, by {excess}")
    return ["    raise NotImplementedError(", f'        "{text}"', "    )"]


def source_of(text: str, name: str) -> str:
    """The source of one function of a file, without its decorators; ValueError if it has none."""
    found = [node for node in functions(text) if node.name == name]
    if not found:
        raise ValueError(f"there is no function {name}")
    return ast.get_source_segment(text, found[-1]) or ""


def function_alone(solution: str, name: str) -> str:
    """A solution's text without its other functions, for those who change one many times."""
    _, end = _bounds(solution, name)
    (node,) = (node for node in functions(solution) if node.name == name)
    return "\n".join(solution.splitlines()[node.lineno - 1 : end + 1]) + "\n"


def body_of(solution: str, name: str) -> str:
    """What stands between the marks of a function, with its indentation."""
    begin, end = _bounds(solution, name)
    return "\n".join(solution.splitlines()[begin + 1 : end])


def _bounds(solution: str, name: str) -> tuple[int, int]:
    lines = solution.splitlines()
    for node in functions(solution):
        if node.name == name and (bounds := _marks(lines, node)):
            return bounds
    raise ValueError(f"the solution has no function {name} with {BEGIN} and {END}")


def patched(solution: str, name: str, patch: Patch) -> str:
    """The solution with one function's body changed; ValueError if `old` is not there once."""
    begin, end = _bounds(solution, name)
    lines, body = solution.splitlines(), body_of(solution, name)
    if patch.old == BODY:
        changed = textwrap.indent(textwrap.dedent(patch.new).strip("\n"), "    ")
    elif body.count(patch.old) == 1:
        changed = body.replace(patch.old, patch.new)
    else:
        raise ValueError(
            f"{name}: {patch.old!r} stands {body.count(patch.old)} times in the reference's body, "
            "and should stand there exactly once"
        )
    return "\n".join([*lines[: begin + 1], changed, *lines[end:]]) + "\n"


def with_function(text: str, name: str, source: str) -> str:
    """`text` with its function `name` as it is in `source`; at the end if `text` has none."""
    new = _lines_of(source, name)
    if not new:
        raise ValueError(f"there is no function {name} to put in")
    lines = _numbered(text)
    old = _span(text, name)
    if old is None:
        return "\n".join([*lines, "", "", *new]) + "\n"
    return "\n".join([*lines[: old[0]], *new, *lines[old[1] :]]) + "\n"


def _lines_of(text: str, name: str) -> list[str]:
    span = _span(text, name)
    return _numbered(text)[slice(*span)] if span else []


def _numbered(text: str) -> list[str]:
    """The lines as Python numbers them; `splitlines` also ends lines at form feeds and U+2028."""
    return text.removesuffix("\n").split("\n")


def _span(text: str, name: str) -> tuple[int, int] | None:
    """First and one past the last line (from 0) of a function, its decorators included."""
    found = [node for node in functions(text) if node.name == name]
    if not found:
        return None
    node = found[-1]  # the last definition is the one that counts
    assert node.end_lineno
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    return first - 1, node.end_lineno
