"""Waits for files to be saved: what `minidl watch` and a watching notebook have in common."""

from __future__ import annotations

import hashlib
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

from minidl.errors import CourseError

STEP = 30  # milliseconds without a change after which what was saved counts as one save
LOOK = 500  # milliseconds after which the folder is looked at even if no change was told
HALF = 0.3  # seconds for which a file that is empty or gone may be in the middle of a save
LARGE = 1 << 21  # bytes: a larger file is known by its time, not by its text


class Saves:
    """Iterates over saves: each time, the .py files of a folder whose text is another than before.

    What counts is the text, so a file that is written again as it was is no save, however an editor
    saves: in place, by truncating first, or under another name that is then renamed. A file that is
    deleted is one that changed, too; files saved together come together. Whatever is saved between
    the making of this object and the first wait, or while a save is dealt with, is told next.
    Set `stop` (from any thread) to end the iteration.

    Raises CourseError if the folder is not there.
    """

    def __init__(self, folder: Path, stop: threading.Event | None = None):
        if not folder.is_dir():
            raise CourseError(f"{folder} is not there, so no save in it can be waited for")
        self.folder = folder
        self.stop = stop or threading.Event()
        self.known = self._look()

    def __iter__(self) -> Iterator[list[Path]]:
        for _ in self._changes():
            if self.stop.is_set():
                return
            if saved := self._saved():
                yield saved

    @property
    def waiting(self) -> bool:
        """Whether something was saved that was not told yet."""
        return bool(self._differing(self._look()))

    def _changes(self) -> Iterator[object]:
        """Returns now and then, and at once where something in the folder changes."""
        from watchfiles import watch  # only who watches needs it

        options = {"step": STEP, "rust_timeout": LOOK, "recursive": False}
        try:
            yield from watch(
                self.folder,
                watch_filter=None,
                stop_event=self.stop,
                yield_on_timeout=True,
                **options,  # type: ignore[arg-type]
            )
        except OSError:  # the system has no watches left, or the folder went: look now and then
            while not self.stop.wait(LOOK / 1000):
                yield None

    def _saved(self) -> list[Path]:
        """The files that are other than they were; they are known from now on."""
        now = self._look()
        if any(not now.get(path) for path in self._differing(now)):
            self.stop.wait(HALF)
            now = self._look()
        saved = self._differing(now)
        self.known = now
        return saved

    def _differing(self, now: dict[Path, str]) -> list[Path]:
        return sorted(p for p in {**self.known, **now} if self.known.get(p) != now.get(p))

    def _look(self) -> dict[Path, str]:
        """A digest of each file; "" of one that is empty."""
        found = {path: _digest(path) for path in self.folder.glob("*.py")}
        return {path: digest for path, digest in found.items() if digest is not None}


def _digest(path: Path) -> str | None:
    """None for what is no file, or is gone, or cannot be read."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):  # a pipe or a device could be read for ever
            return None
        if about.st_size > LARGE:
            return f"{about.st_mtime_ns} {about.st_size}"
        text = path.read_bytes()
    except OSError:
        return None
    return hashlib.sha256(text).hexdigest() if text.strip() else ""
