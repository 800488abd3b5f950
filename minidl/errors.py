"""Errors that are one line: what was given, what was expected, what to do."""


class RequestError(ValueError):
    """A request that cannot be met; its one line is for the user."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return [str(self)]


class CourseError(RequestError):
    """A request of the exercise machine that cannot be met."""
