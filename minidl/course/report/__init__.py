"""What a check found, as data, and how it is shown in a terminal and in a notebook."""

from minidl.course.report.report import Report
from minidl.course.report.results import FunctionResult, Picture, Place, SetReport

__all__ = ["FunctionResult", "Picture", "Place", "Report", "SetReport"]
