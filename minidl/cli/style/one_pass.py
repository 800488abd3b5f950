"""`minidl style --in-one-pass`: a picture, a sheet of many, or one that changes its manner."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from minidl.cli.speech import counted, say
from minidl.cli.style.recipe import CHANGED, Recipe, digest
from minidl.cli.style.sheet import bytes_of, sheet
from minidl.progress import progress

if TYPE_CHECKING:
    from minidl.style import Painter, Settings

READ_HERE = ("size", "style_weights", "preserve_colour")  # the settings that count in one pass
FRAMES = 24  # from one manner to the next
SECONDS = 2.0  # that they take
SUFFIXES = (".gif", ".png")  # of pictures that move


def check_options(asked: dict[str, Any]) -> None:
    """Raises for options that were given and that only a descent has."""
    others = [name for name, value in asked.items() if value is not None and name not in READ_HERE]
    if others:
        named = ", ".join("--" + name.replace("_", "-") for name in others)
        raise ValueError(
            f"given {named} with --in-one-pass, expected only --size, --style-weight, "
            "--keep-colours and --strength: the others are of the descent"
        )


class OnePass:
    """What is to be painted in one pass, and where it goes."""

    def __init__(self, recipe: Recipe, out: Path, quiet: bool) -> None:
        from minidl.style.painter import Painter
        from minidl.style.settings import settings_of

        self.recipe, self.out, self.quiet = recipe, out, quiet
        settings = {n: v for n, v in recipe.settings.items() if n in READ_HERE}
        self.settings: Settings = settings_of(len(recipe.styles), **settings)
        self.mixed = "style_weights" in settings
        self.strength = 1.0 if recipe.strength is None else recipe.strength
        self.painter: Painter = Painter.pretrained()

    def run(self) -> None:
        """One picture, or a sheet where there are several photographs or artworks."""
        photographs = _photographs(self.recipe.content)
        several = len(self.recipe.styles) > 1 and not self.mixed
        if len(photographs) > 1 or several:
            self._write_sheet(photographs, several)
        else:
            self._write_picture(photographs[0])

    def _write_picture(self, photograph: str) -> None:
        from minidl.style.pictures import opened_for
        from minidl.style.result import Result

        content, *styles = opened_for(self.settings, photograph, self.recipe.styles, self.quiet)
        digests = [digest(p) for p in (content, *styles)]
        if self.recipe.digests not in ([], digests):
            say(CHANGED)
        result = Result(self.settings, content, styles)
        manner = self._mixed(self._manners(styles))
        size = self.settings.size
        result.painted = self.painter.paint(content, manner, self.strength, size=size)
        about = {"content": photograph, "styles": self.recipe.styles, "strength": self.strength,
                 "digests": digests}  # fmt: skip
        result.save(self.out, about)
        _, height, width = result.painted.shape
        say(f"written to {self.out}: {width} x {height}, painted in one pass")

    def _manners(self, styles: list[Any]) -> list[np.ndarray]:
        return [self.painter.manner(style) for style in styles]

    def _mixed(self, manners: list[np.ndarray]) -> np.ndarray:
        return self.painter.mix(manners, self.settings.style_weights)

    def _paint(self, photograph: Any, manner: np.ndarray, strength: float) -> np.ndarray:
        return self.painter.paint(
            photograph, manner, strength, size=self.settings.size,
            preserve_colour=self.settings.preserve_colour,
        )  # fmt: skip

    def _write_sheet(self, photographs: list[str], several: bool) -> None:
        """A row for each photograph: itself, then in each manner."""
        from minidl.files import replacing

        names = [Path(style).stem for style in self.recipe.styles]
        manners = self._manners(self.recipe.styles)
        if not several:
            names, manners = ["+".join(names)], [self._mixed(manners)]
        cells = []
        label = f"painting {counted(len(photographs), 'photograph')}"
        for photograph in progress(photographs, label, quiet=self.quiet):
            cells.append((Path(photograph).stem, self._photograph(photograph)))
            for name, manner in zip(names, manners, strict=True):
                cells.append((name, self._paint(photograph, manner, self.strength)))
        page = sheet(cells, 1 + len(manners))
        with replacing(self.out) as temporary:
            page.save(temporary)
        painted = counted(len(photographs) * len(manners), "picture")
        say(f"written to {self.out}: {painted}, painted in one pass")

    def _photograph(self, name: str) -> np.ndarray:
        from minidl.style.pictures import at_size, opened

        return at_size(opened(name, self.quiet, self.settings.size), self.settings.size, "content")

    def morph(self) -> None:
        """Writes a picture that goes from manner to manner and back to the first; GIF or APNG.

        With one artwork it begins in the photograph's own manner.
        """
        from PIL import Image

        from minidl.files import replacing

        if self.out.suffix.lower() not in SUFFIXES:
            raise ValueError(f"cannot write {self.out}: a picture that moves is a .gif or a .png")
        photograph = self._photograph(self.recipe.content)
        manners = self._manners([*([photograph] if len(self.recipe.styles) == 1 else []),
                                 *self.recipe.styles])  # fmt: skip
        frames = [
            Image.fromarray(bytes_of(self._paint(photograph, manner, 1.0)))
            for manner in progress(list(between(manners)), "painting frames", quiet=self.quiet)
        ]
        with replacing(self.out) as temporary:
            frames[0].save(
                temporary, save_all=True, append_images=frames[1:], loop=0,
                duration=round(1000 * SECONDS / FRAMES),
            )  # fmt: skip
        say(f"written to {self.out}: {counted(len(frames), 'frame')}")


def between(manners: list[np.ndarray]) -> Iterator[np.ndarray]:
    """From each manner to the next, and from the last to the first, in steps that begin and end
    slowly."""
    for i, one in enumerate(manners):
        other = manners[(i + 1) % len(manners)]
        for share in (1 - np.cos(np.pi * np.arange(FRAMES) / FRAMES)) / 2:
            yield ((1 - share) * one + share * other).astype(np.float32)


def _photographs(content: str) -> list[str]:
    """The pictures of a folder in the order of their names, or the one that is named."""
    from PIL import Image

    folder = Path(content)
    if not content.strip() or "\0" in content or not folder.is_dir():
        return [content]
    known = Image.registered_extensions()
    found = sorted(f for f in folder.iterdir() if f.is_file() and f.suffix.lower() in known)
    if not found:
        raise FileNotFoundError(f"there are no pictures in the folder {content}")
    return [str(f) for f in found]
