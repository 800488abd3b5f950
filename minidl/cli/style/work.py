"""The painting itself, and what is kept of it when somebody presses Ctrl-C."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minidl.cli.speech import counted, say
from minidl.cli.style.output import Frames
from minidl.cli.style.recipe import CHANGED, Recipe, digest

if TYPE_CHECKING:
    from minidl.style import Result

PREVIEW = 512  # pixels along the longer side of a preview at most


class Work:
    """A picture on the way to its file. every: steps between pictures that are kept; 0 for none."""

    def __init__(
        self, recipe: Recipe, out: Path, every: int, quiet: bool, preview: bool = True
    ) -> None:
        self.recipe, self.out, self.every, self.quiet = recipe, out, every, quiet
        self.preview, self.previewed = preview, False
        self.frames = Frames()
        self.result: Result | None = None

    def run(self) -> None:
        """Paints, writes, and says so; stopped, it writes the best so far and raises again."""
        from minidl.style.beginning import with_start
        from minidl.style.painting import check_vgg_layers, paint, prepared
        from minidl.style.pictures import opened_for
        from minidl.style.settings import settings_of

        given, start = with_start(self.recipe.settings)
        settings = settings_of(len(self.recipe.styles), **given)
        content, *styles = opened_for(settings, self.recipe.content, self.recipe.styles, self.quiet)
        check_vgg_layers(settings)
        result = prepared(content, styles, settings)
        self.digests = [digest(picture) for picture in (content, *styles)]
        if self.recipe.digests not in ([], self.digests):
            say(CHANGED)
        if self.preview and settings.alpha > 0 and settings.steps > 0:
            self._write_preview(result)
        try:
            result = paint(content, styles, settings, self._seen, self.quiet, None, start)
        except KeyboardInterrupt:
            self._stopped()
            raise
        self._write(result)
        say(f"written to {self.out}: {result.history}")
        if self.out.suffix.lower() == ".png":
            say(f"again: minidl style --again {self.out} --out another.png")

    def _write_preview(self, result: Result) -> None:
        """Before the descent, what the painter of one pass makes of it, no larger than seconds
        allow."""
        from minidl.data import resize_image
        from minidl.style.painter import painted_in_one_pass

        size = min(max(result.content.shape[1:]), PREVIEW)
        content = resize_image(result.content, size)
        weights = result.settings.style_weights
        result.painted = painted_in_one_pass(content, result.styles, weights)
        result.save(self.out, self._about())
        self.previewed = True
        say(f"a preview is in {self.out}; the descent takes its place")

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
            left = f"the preview is in {self.out}" if self.previewed else "nothing was written"
            say(f"stopped before the first step; {left}")
            return
        from minidl.style.painting import AT_ONCE

        result, settings = self.result, self.result.settings
        # As many steps make the same picture again, if it is painted at one size.
        if not settings.coarse_to_fine or settings.size <= AT_ONCE:
            result.settings = replace(result.settings, steps=result.step)
        self._write(result)
        say(f"stopped after {counted(result.step, 'step')}; the best so far is in {self.out}")

    def _write(self, result: Result) -> None:
        result.save(self.out, self._about())
        if self.every:
            if result.step not in self.frames:
                self.frames.take(result.step, result.picture)
            self.frames.write(self._beside("descent"))
            say(f"the descent is in {self._beside('descent')}")

    def _about(self) -> dict[str, Any]:
        return {"content": self.recipe.content, "styles": self.recipe.styles,
                "digests": self.digests}  # fmt: skip

    def _beside(self, what: str) -> Path:
        return self.out.with_name(f"{self.out.stem}-{what}{self.out.suffix}")
