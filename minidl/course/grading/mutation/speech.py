"""What may be said of an expression: a learner knows the parameters, not our variables."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

KNOWN = {"len", "float", "int", "abs", "min", "max", "sum", "range", "sqrt"}
LONGEST = 28  # characters of an expression in a sentence


@dataclass
class Speech:
    """Which names may be said: the parameters of the function, and letters of its docstring.

    below: whether what is spoken of is what is divided by.
    """

    parameters: tuple[str, ...]
    letters: frozenset[str] = frozenset()
    below: bool = False

    @staticmethod
    def of(function: ast.FunctionDef) -> Speech:
        doc = ast.get_docstring(function) or ""
        words = re.findall(r"\b[A-Za-z]\w?\b", doc)
        for group in re.findall(r"\((\w+(?:, \w+)+)\)", doc):  # (kernel, stride, dilation)
            words += group.split(", ")
        names = tuple(a.arg for a in [*function.args.args, *function.args.kwonlyargs])
        return Speech(names, frozenset(words) - {"a", "A", "I", "is", "of", "in", "it", "as"})

    def letter(self, name: str) -> str:
        """A variable as the docstring writes it ("H" for h), or "" where it does not."""
        if name in self.parameters:
            return name
        known = [n for n in (name, name.upper()) if n in self.letters]
        return known[0] if known else ""

    def say(self, node: ast.AST) -> str:
        """The expression as it may be shown, or "" where it has a variable of the reference."""
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        text = "" if isinstance(node, ast.Slice) else ast.unparse(node)
        known = KNOWN | set(self.parameters) | {n for n in names if self.letter(n) == n}
        if names <= known and len(text) <= LONGEST:
            return text
        return ""

    def the(self, node: ast.AST, before: str, otherwise: str) -> str:
        """ "the factor 2" where 2 can be said, and `otherwise` where not."""
        said = self.say(node)
        return f"{before} {said}" if said else otherwise
