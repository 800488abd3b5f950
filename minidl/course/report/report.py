"""What `check` returns: results that show themselves."""

from __future__ import annotations

from minidl.course.report.results import Results


class Report(Results):
    """Results shown as a table, in a notebook and in a terminal."""

    def __repr__(self) -> str:
        from minidl.course.report import terminal  # rich takes its time to load

        return terminal.plain(self)

    def _repr_html_(self) -> str:
        from minidl.course.report import notebook

        return notebook.html(self)
