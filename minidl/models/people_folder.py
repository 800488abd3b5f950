"""A folder with a gallery in it that several commands may change, one after the other."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from minidl.arguments import checked
from minidl.files import Name, alone_in
from minidl.metric import Gallery

PEOPLE = "people.safetensors"
Self = TypeVar("Self", bound="PeopleFolder")


class PeopleFolder:
    """People in a folder: encodings and names, never pictures."""

    @checked
    def __init__(self, folder: Path, people: Gallery) -> None:
        self.folder, self.people = folder, people
        self._seen: tuple[int, int] | None = None  # which version of the file `people` is

    @staticmethod
    @checked
    def there(folder: Name) -> bool:
        """Whether somebody is enrolled in a folder."""
        return (Path(folder) / PEOPLE).is_file()

    @classmethod
    @checked
    def open(cls: type[Self], folder: Name) -> Self:
        """A folder where somebody is enrolled. Raises FileNotFoundError where nobody is."""
        path = Path(folder)
        if not cls.there(path):
            raise FileNotFoundError(
                f"nobody is enrolled in {path}: `minidl faces enrol NAME FILES --gallery {path}`"
            )
        seen = stamp(path)
        opened = cls._opened(path, Gallery.load(path / PEOPLE))
        opened._seen = seen
        return opened

    @classmethod
    def _opened(cls: type[Self], path: Path, people: Gallery) -> Self:
        return cls(path, people)

    @checked
    def remove(self, name: str) -> None:
        """Forgets a person and saves: the file is written anew, without their encodings.

        Raises ValueError for who is not enrolled.
        """
        with self._changing():
            self.people.remove(name)

    def save(self) -> None:
        """Writes the gallery."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.people.save(self.folder / PEOPLE)
        self._seen = stamp(self.folder)

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """Takes up what another command saved meanwhile, and saves what is changed inside."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with alone_in(self.folder):
            if self._seen != stamp(self.folder):
                there, threshold = self.open(self.folder), self.people.threshold
                self._check_same(there)
                self.people = there.people
                self.people.threshold = threshold
            yield
            self.save()

    def _check_same(self: Self, there: Self) -> None:
        """Raises ValueError where what is in the folder by now has another encoder."""


def stamp(folder: Path) -> tuple[int, int] | None:
    """Tells one version of the people's file from another; None where there is none."""
    file = folder / PEOPLE
    return (file.stat().st_ino, file.stat().st_mtime_ns) if file.is_file() else None
