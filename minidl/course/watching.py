"""`watch` for a notebook: the checks of a set, made again whenever its file is saved."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime
from html import escape
from typing import Any

from minidl.course.checking import check, flat
from minidl.course.report import Report
from minidl.course.report.sheet import page
from minidl.course.saves import Saves
from minidl.course.sets.folder import Course, find
from minidl.errors import CourseError, RequestError


class Watch:
    """Checks in the background, and shows the newest report in one place; `stop` ends it.

    names: sets or functions; all sets without one. report: the newest; None before the first.
    The kernel is free in the meantime. A save while a check is running is checked next.
    """

    current: Watch | None = None  # of this kernel: another begins where it ends

    def __init__(self, course: Course, names: Iterable[str], shown: Any):
        self.course, self.names, self.shown = course, list(names), shown
        self.report: Report | None = None
        self.line = "checking for the first time"
        self._stop, self._turn = threading.Event(), threading.Lock()
        self._saves = Saves(course.exercises, self._stop)
        self._thread = threading.Thread(target=self._run, name="minidl watch", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether saves are still waited for."""
        return not self._stop.is_set()

    def stop(self) -> None:
        """Ends it; the last report stays. A check that is running is not waited for, nor shown."""
        with self._turn:
            if self.running:
                self._stop.set()
                self._show("no longer watching")

    def _run(self) -> None:
        self._check()
        for _ in self._saves:
            self._check()

    def _check(self) -> None:
        report: Report | None
        try:
            report, line = check(self.names), f"checked {datetime.now():%H:%M:%S}"
        except (CourseError, RequestError) as error:
            report, line = None, str(error)
        except Exception as error:  # whatever it is, the next save is checked again
            report, line = None, f"the check failed: {type(error).__name__}: {error}"
        self._tell(report, line)

    def _tell(self, report: Report | None, line: str) -> None:
        """Shows what a check came to, unless it was stopped in the meantime."""
        with self._turn:
            if self.running:
                self.report, self.line = report, line
                self._show("checked again when you save; .stop() ends it")

    def _show(self, state: str) -> None:
        self.shown.update(Shown(self.report, f"{self.line}; {state}"))

    def __repr__(self) -> str:
        what = ", ".join(self.names) or "all sets"
        return f"Watch({what}, {'watching' if self.running else 'stopped'})"

    def _ipython_display_(self) -> None:
        """Nothing more: what it shows is on the page already."""


class Shown:
    """A report, or none, under a line about the watch."""

    def __init__(self, report: Report | None, line: str):
        self.report, self.line = report, line

    def __repr__(self) -> str:
        return f"{self.report!r}\n{self.line}" if self.report else self.line

    def _repr_html_(self) -> str:
        report = self.report._repr_html_() if self.report else ""
        return f'{report}{page(f"""<div class="quiet">{escape(self.line)}</div>""")}'


def watch(*names: str | Iterable[str]) -> Watch:
    """Checks sets or functions now and after every save, in place, without holding the notebook.

    names: as for `check`. One watch runs at a time: another one, or the same cell run again, ends
    the one before. Raises CourseError, in one line, for an unknown name, or outside a notebook.
    """
    course = find()
    asked = flat(names)
    for name in asked:
        course.resolve(name)
    if not _in_notebook():
        here = " ".join(["minidl watch", *asked])
        raise CourseError(f"watch() shows itself in a notebook; in a terminal there is `{here}`")
    from IPython.display import display

    if Watch.current:
        Watch.current.stop()
    show: Any = display
    shown = show(Shown(None, "checking for the first time"), display_id=True)
    Watch.current = Watch(course, asked, shown)
    return Watch.current


def _in_notebook() -> bool:
    """Whether a Jupyter kernel runs this, whose output can be replaced."""
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    return hasattr(get_ipython(), "kernel")
