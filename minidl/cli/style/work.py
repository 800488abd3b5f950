"""The painting itself, and what is kept of it when somebody presses Ctrl-C."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from minidl.cli.speech import counted, say
from minidl.cli.style.output import Frames
from minidl.cli.style.recipe import Recipe, digest

if TYPE_CHECKING:
    from minidl.style import Result


class Work:
    """A picture on the way to its file. every: steps between pictures that are kept; 0 for none."""

    def __init__(self, recipe: Recipe, out: Path, every: int, quiet: bool) -> None:
        self.recipe, self.out, self.every, self.quiet = recipe, out, every, quiet
        self.frames = Frames()
        self.result: Result | None = None

    def run(self) -> None:
        """Paints, writes, and says so; stopped, it writes the best so far and raises again."""
        from minidl.style.painting import paint
        from minidl.style.pictures import opened_for
        from minidl.style.settings import settings_of

        settings = settings_of(len(self.recipe.styles), **self.recipe.settings)
        content, *styles = opened_for(settings, self.recipe.content, self.recipe.styles, self.quiet)
        self.digests = [digest(picture) for picture in (content, *styles)]
        if self.recipe.digests not in ([], self.digests):
            say("a picture has changed since this PNG was made: the result will differ")
        try:
            result = paint(content, styles, settings, self._seen, self.quiet)
        except KeyboardInterrupt:
            self._stopped()
            raise
        self._write(result)
        say(f"written to {self.out}: {result.history}")
        if self.out.suffix.lower() == ".png":
            say(f"again: minidl style --again {self.out} --out another.png")

    def _seen(self, result: Result) -> None:
        self.result = result
        if self.every and result.step % self.every == 0 and result.step not in self.frames:
            picture = result.picture
            self.frames.take(result.step, picture)
            if result.step:
                from minidl.data import save_image

                save_image(picture, self._beside(f"{result.step:04d}"))

    def _stopped(self) -> None:
        if self.result is None:
            say("stopped before the first step; nothing was written")
            return
        result = self.result
        if not result.settings.coarse_to_fine:  # as many steps make the same picture again
            result.settings = replace(result.settings, steps=result.step)
        self._write(result)
        say(f"stopped after {counted(result.step, 'step')}; the best so far is in {self.out}")

    def _write(self, result: Result) -> None:
        about = {"content": self.recipe.content, "styles": self.recipe.styles}
        result.save(self.out, {**about, "digests": self.digests})
        if self.every:
            if result.step not in self.frames:
                self.frames.take(result.step, result.picture)
            self.frames.write(self._beside("descent"))
            say(f"the descent is in {self._beside('descent')}")

    def _beside(self, what: str) -> Path:
        return self.out.with_name(f"{self.out.stem}-{what}{self.out.suffix}")
