"""Where the pictures go: checked before the work begins, written whole or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from minidl.cli.style.sheet import sheet

FRAMES = 12  # pictures on the sheet at most


def check_writable(out: Path, inputs: list[str]) -> None:
    """Raises before the painting begins, not after minutes of it."""
    from PIL import Image

    if Image.registered_extensions().get(out.suffix.lower()) not in Image.SAVE:
        raise ValueError(f"cannot write {out}: expected a suffix such as .png or .jpg")
    if out.is_dir():
        raise IsADirectoryError(f"cannot write {out}: it is a folder; give a file name")
    if not out.parent.is_dir():
        raise FileNotFoundError(f"cannot write {out}: there is no folder {out.parent}")
    if any(Path(name).exists() and out.exists() and out.samefile(name) for name in inputs):
        raise ValueError(f"cannot write {out}: it is a picture to paint from; give another --out")
    try:
        tempfile.TemporaryFile(dir=out.parent).close()
    except OSError as error:
        raise OSError(f"cannot write {out}: {error.strerror or error}") from error


class Frames:
    """Pictures from along the way, for one sheet."""

    def __init__(self) -> None:
        self.taken: list[tuple[int, np.ndarray]] = []

    def __contains__(self, step: int) -> bool:
        return any(taken == step for taken, _ in self.taken)

    def take(self, step: int, picture: np.ndarray) -> None:
        self.taken.append((step, picture))

    def write(self, path: Path) -> None:
        """The sheet: at most a dozen, from the first to the last, each with its step."""
        from minidl.data import resize_image
        from minidl.files import replacing

        chosen = np.unique(np.linspace(0, len(self.taken) - 1, FRAMES).round().astype(int))
        last = self.taken[-1][1].shape[1:]  # the largest, where it was painted coarse to fine
        frames = [(step, resize_image(picture, last)) for step, picture in
                  (self.taken[i] for i in chosen)]  # fmt: skip
        page = sheet([(f"step {step}", frame) for step, frame in frames], min(4, len(frames)))
        with replacing(path) as temporary:
            page.save(temporary)
