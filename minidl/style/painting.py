"""Neural style transfer: a new picture with the content of one and the style of another."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from minidl.arguments import checked
from minidl.data import resize_image
from minidl.progress import note, progress
from minidl.style.beginning import begun, with_start
from minidl.style.descent import Descent
from minidl.style.faces import face_boxes
from minidl.style.history import History
from minidl.style.margin import Margin
from minidl.style.objective import Network, Objective, layers_of
from minidl.style.pictures import (
    MIN_SIDE,
    as_light_as,
    at_size,
    check_memory,
    grey,
    opened_for,
)
from minidl.style.result import Result
from minidl.style.settings import Settings, settings_of, takes_settings
from minidl.tensor import no_grad

Callback = Callable[[Result], Any]
AT_ONCE = 400  # pixels up to which strokes are broad without a coarser stage, and tiles crisper
COARSEST = 256  # pixels that a coarser stage has at least: with fewer, houses melt
COARSE_SHARE = 0.25  # of the steps, for each coarser stage: with half, tiles stay soft


@takes_settings
@checked
def transfer(
    content: Any,
    style: Any,
    *,
    callback: Callback | None = None,
    quiet: bool = False,
    network: Network | None = None,
    **settings: Any,
) -> Result:
    """Paints the content of one picture in the style of another (or of several).

    content, style: RGB (3, H, W) from 0 to 1, image files, or names (`data.sample_image`,
    `data.artwork`); for several styles a list, with `style_weights` one weight for each.
    callback: is given the `Result` so far after step 0, 1, ...; where it returns True, it ends.
    network: anything with `features(x, layers)`; `models.vgg16(pretrained=True)` by default.
    Pixels stay within 0 and 1, and the picture returned is the best one met. The same seed and
    number of threads give the same picture. Raises ValueError, TypeError or FileNotFoundError.
    """
    styles = style if isinstance(style, (list, tuple)) else [style]
    settings, start = with_start(settings)
    made = settings_of(len(styles), **settings)
    pictures = opened_for(made, content, styles, quiet)
    return paint(pictures[0], pictures[1:], made, callback, quiet, network, start)


def paint(
    content: np.ndarray,
    styles: list[np.ndarray],
    settings: Settings,
    callback: Callback | None = None,
    quiet: bool = False,
    network: Network | None = None,
    start: np.ndarray | None = None,
) -> Result:
    """`transfer`, with pictures that are opened and settings that are checked."""
    result = prepared(content, styles, settings)
    network = network or vgg(settings)
    with no_grad():  # raises for layers it has not; of what is so small, in no time
        network.features(np.zeros((1, 3, MIN_SIDE, MIN_SIDE), np.float32), layers_of(settings))
    if settings.keeps_faces:
        result.faces = face_boxes(result.content)
        note(_said_of(len(result.faces)), quiet=quiet)
    with progress(total=settings.steps, label="painting", quiet=quiet) as bar:
        stages = _Stages(network, result, callback, bar, start)
        for size, steps in _stages(settings):
            stages.paint(size, steps)
    return result


def prepared(content: np.ndarray, styles: list[np.ndarray], settings: Settings) -> Result:
    """A result with its pictures at their sizes, and nothing painted.

    Raises ValueError for sizes that cannot be painted at.
    """
    longest = settings.style_size
    check_memory(content, settings.size, "content")
    for picture in styles:
        check_memory(picture, longest, "style")
    content = at_size(content, settings.size, "content")
    styles = [at_size(s, longest, "style") for s in styles]
    return Result(settings, content, styles)


def _said_of(faces: int) -> str:
    """That there are faces, and how to have them painted over; "" where there are none."""
    found = "a face was found: it is" if faces == 1 else f"{faces} faces were found: they are"
    return f"{found} kept (faces 0 paints without)" if faces else ""


class _Stages:
    """The stages of a painting, and what is said of each step."""

    def __init__(
        self, network: Network, result: Result, callback: Callback | None, bar: Any,
        start: np.ndarray | None,
    ) -> None:  # fmt: skip
        self.network, self.result, self.callback, self.bar = network, result, callback, bar
        self.start = start
        self.begun_at = time.perf_counter()
        self.steps_before = self.evaluations_before = 0
        self.ended = False

    def paint(self, size: int, steps: int) -> None:
        """Paints at one size, from where the last one ended."""
        if self.ended:
            return
        result, settings = self.result, self.result.settings
        ratio = size / settings.size
        content, *styles = (_smaller(p, ratio) for p in self._sources())
        start = (
            resize_image(result.painted, content.shape[1:])
            if len(result.history)
            else begun(content, styles, settings, self.start, result.faces)
        )
        margin = self.margin = Margin(content.shape, settings.margin)
        boxes = margin.boxes(result.faces)
        objective = Objective(self.network, settings, margin.around(content), styles, boxes)
        descent = Descent(objective, margin.around(start), self._step)
        try:
            descent.run(settings, steps)
        finally:
            result.painted = margin.cut(descent.best)
        self.steps_before += steps
        self.evaluations_before += descent.evaluations
        self.ended = descent.ended

    def _sources(self) -> list[np.ndarray]:
        """The content and the styles as they are looked at: grey where colour is to be kept."""
        content, styles = self.result.content, self.result.styles
        if not self.result.settings.preserve_colour:
            return [content, *styles]
        light = grey(content)
        return [light, *(as_light_as(grey(s), light) for s in styles)]

    def _step(self, step: int, descent: Descent) -> bool:
        result = self.result
        result.painted = self.margin.cut(descent.best)
        if not len(result.history):
            result.history = History(list(descent.parts))
        result.history.add(
            self.steps_before + step, max(result.painted.shape[1:]),
            self.evaluations_before + descent.evaluations, time.perf_counter() - self.begun_at,
            descent.cost, descent.parts,
        )  # fmt: skip
        if step:
            self.bar.set_postfix_str(f"cost {descent.least:.4g}", refresh=False)
            self.bar.update()
        return bool(self.callback and self.callback(result))


def _smaller(picture: np.ndarray, ratio: float) -> np.ndarray:
    """A picture at `ratio` of its size, but large enough for four pools."""
    if ratio == 1:
        return picture
    shape = tuple(max(16, round(side * ratio)) for side in picture.shape[1:])
    return resize_image(picture, (shape[0], shape[1]))


def _stages(settings: Settings) -> list[tuple[int, int]]:
    """(size, steps) of each stage: one, or sizes that double; the last has what others leave."""
    sizes = [settings.size]
    while settings.coarse_to_fine and sizes[0] > AT_ONCE and settings.steps > len(sizes):
        sizes.insert(0, max(COARSEST, -(-sizes[0] // 2)))
    share = max(1, int(settings.steps * min(COARSE_SHARE, 1 / len(sizes))))
    *coarser, last = sizes
    return [*((size, share) for size in coarser), (last, settings.steps - share * len(coarser))]


def check_vgg_layers(settings: Settings) -> None:
    """Raises ValueError for layers that `vgg` has not, before its weights are read."""
    from minidl.models import pretrained_vgg
    from minidl.models.vgg import check_layers, layer_names

    check_layers(layers_of(settings), layer_names(last=pretrained_vgg.LAST))


def vgg(settings: Settings) -> Network:
    from minidl.models import vgg16

    return vgg16(pretrained=True, pooling=settings.pooling)  # type: ignore[arg-type]
