"""The exercise machine: `check` runs a learner's functions and says what is right and what is not.

In a notebook, `check("ex01")` or `check("ex01.unbroadcast")`; in a terminal, `minidl check`.
`case("ex01.unbroadcast")` gives the arguments on which one failed.
`use_mine()` then puts what passes in the place of the library's own functions.
"""

from minidl.course.cases import Case, case
from minidl.course.checking import check
from minidl.course.mine import Mine, use_mine
from minidl.course.report import FunctionResult, Report

__all__ = ["Case", "FunctionResult", "Mine", "Report", "case", "check", "use_mine"]
