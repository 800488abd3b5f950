"""What may be said of an expression: a learner knows the parameters, not our variables."""

from __future__ import annotations

import ast
from dataclasses import dataclass

KNOWN = {"np", "len", "float", "int", "abs", "min", "max", "sum", "range", "sqrt"}
LONGEST = 28  # characters of an expression in a sentence


@dataclass(frozen=True)
class Speech:
    """parameters: of the function. called: functions of the set that it calls."""

    parameters: tuple[str, ...]

    @staticmethod
    def of(function: ast.FunctionDef) -> Speech:
        return Speech(tuple(a.arg for a in [*function.args.args, *function.args.kwonlyargs]))

    def say(self, node: ast.AST) -> str:
        """The expression as it may be shown, or "" where it has a variable of the reference."""
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        text = ast.unparse(node)
        if names <= KNOWN | set(self.parameters) and len(text) <= LONGEST:
            return text
        return ""

    def the(self, node: ast.AST, before: str, otherwise: str) -> str:
        """ "the factor 2" where 2 can be said, and `otherwise` where not."""
        said = self.say(node)
        return f"{before} {said}" if said else otherwise
