"""Where in the lessons a function is taught: a heading of the lesson that its set belongs to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """A heading of a lesson ("02_convolution"), which has the number of its set."""

    lesson: str
    heading: str

    @property
    def file(self) -> str:
        """The notebook, from the course folder."""
        return f"lessons/{self.lesson}.ipynb"

    @property
    def anchor(self) -> str:
        """The heading as Jupyter makes an anchor of it."""
        return self.heading.replace(" ", "-")

    def __str__(self) -> str:
        return f'lesson {self.lesson.partition("_")[0]}, "{self.heading}"'
