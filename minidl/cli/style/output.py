"""Where the pictures go: checked before the work begins, written whole or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

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
        self.taken.append((step, (picture * 255).round().astype(np.uint8).transpose(1, 2, 0)))

    def write(self, path: Path) -> None:
        """The sheet: at most a dozen, from the first to the last, each with its step."""
        from minidl.files import replacing

        with replacing(path) as temporary:
            self._sheet().save(temporary)

    def _sheet(self) -> Image:
        from PIL import Image, ImageDraw, ImageFont

        chosen = np.unique(np.linspace(0, len(self.taken) - 1, FRAMES).round().astype(int))
        frames = [self.taken[i] for i in chosen]
        height, width = (max(picture.shape[i] for _, picture in frames) for i in (0, 1))
        columns = min(4, len(frames))
        rows = -(-len(frames) // columns)
        gap, words = 8, 20
        sheet = Image.new(
            "RGB", (columns * (width + gap) + gap, rows * (height + words + gap) + gap), "white"
        )
        draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(14)
        for number, (step, picture) in enumerate(frames):
            row, column = divmod(number, columns)
            left, top = gap + column * (width + gap), gap + row * (height + words + gap)
            frame = Image.fromarray(picture).resize((width, height), Image.Resampling.BICUBIC)
            sheet.paste(frame, (left, top))
            draw.text((left, top + height + 2), f"step {step}", "black", font)
        return sheet
