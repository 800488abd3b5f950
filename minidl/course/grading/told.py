"""An exception in a learner's function, as a child told of it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from minidl.course.sandbox.traces import read

MOST_NAMES = 4  # of a line that are described, arrays first
Names = Mapping[str, str]  # what the names in the line stood for: {"x": "an array of shape (3,)"}


class Told:
    """An exception as a child told of it; near: the name most like one that is not there."""

    def __init__(self, error: Mapping[str, Any]):
        self.type, self.message = error["type"], error["message"]
        self.names: Names = error.get("names", {})
        self.near: str = error.get("near", "")
        self.text: str = error.get("text", "")

    @property
    def here(self) -> str:
        """The names of the line with what they stood for: "x is an array of shape (3,), ..."."""
        said = sorted(self.names.items(), key=lambda pair: "array" not in pair[1])[:MOST_NAMES]
        return f" ({', '.join(f'{name} is {words}' for name, words in said)})" if said else ""

    @property
    def nodes(self) -> list[ast.AST]:
        """The parts of the line."""
        tree = read(self.text)
        return list(ast.walk(tree)) if tree else []

    @property
    def indices(self) -> list[ast.expr]:
        """What stands in square brackets behind something, in the line."""
        return [node.slice for node in self.nodes if isinstance(node, ast.Subscript)]

    @property
    def loops(self) -> list[ast.For | ast.comprehension]:
        """The loops of the line, those in brackets too."""
        return [node for node in self.nodes if isinstance(node, ast.For | ast.comprehension)]

    @property
    def nothing(self) -> list[str]:
        """The names of the line that stood for None."""
        return [name for name, words in self.names.items() if words == "None"]
