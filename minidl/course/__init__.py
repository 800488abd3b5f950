"""The exercise machine: `check` runs a learner's functions and says what is right and what is not.

In a notebook, `check("ex01")` or `check("ex01.unbroadcast")`; in a terminal, `minidl check`.
"""

from minidl.course.checking import check
from minidl.course.report import FunctionResult, Report

__all__ = ["FunctionResult", "Report", "check"]
