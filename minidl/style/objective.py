"""The cost of a picture as a function of its pixels.

The activations of VGG are large in its first layers and small in its last ones, and a style cost
grows with their fourth power, a content cost with their second: with the course's alpha and beta,
style would outweigh content a hundred thousand times, and one layer the others. Gatys and others
scaled the weights until the mean activation was 1 (2016, section 2). Here the activations of each
layer are divided by their root mean square over the pictures to be copied, which for a network with
ReLU comes to the same as scaling its weights, fits whatever weights it has, and makes all layers'
style costs alike; then they are multiplied by LEVEL.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol

import numpy as np

from minidl.ops.reduce import squared_norm
from minidl.style import detail, faces
from minidl.style.colours import between_colours
from minidl.style.costs import (
    content_cost,
    fine_detail,
    masked_content_cost,
    masked_fine_detail,
    normalised_gram,
    total_cost,
    total_variation,
)
from minidl.style.detail import detail_map, resized_map, smooth_mask
from minidl.style.faces import STYLE_LEFT, face_mask
from minidl.style.settings import Settings
from minidl.tensor import Tensor, no_grad

Costs = dict[str, float]
Mask = Callable[[int, int], np.ndarray]  # of a height and a width

# The root mean square that activations are brought to; a mean of 1, as Gatys had it, is about 2 to
# 4 of this. Style counts by its fourth power and content by its second, so it shifts the balance:
# with 2, alpha 10 and beta 40 paint pictures like those in docs/style.png.
LEVEL = 2.0


class Network(Protocol):
    """What is asked of a network: `minidl.models.VGG`, or anything else with features by name."""

    def features(self, x: Any, layers: Sequence[str]) -> dict[str, Tensor]: ...


class _Look(NamedTuple):
    """What a layer makes of the content, its scale, and how much each place is to look like it."""

    features: Tensor
    scale: float
    mask: np.ndarray

    def cost(self, made: Tensor) -> Tensor:
        return masked_content_cost(self.features, made, self.mask) * self.scale**2


class Objective:
    """Call it with a picture, a Tensor (1, 3, H, W): its cost, and the parts of the cost by name.

    content: (3, H, W). styles: pictures (3, h, w) of any sizes, at least one. boxes: those
    of the faces in the content, as `faces.face_boxes` finds them; None where there are none.
    """

    def __init__(
        self, network: Network, settings: Settings, content: np.ndarray, styles: list[np.ndarray],
        boxes: np.ndarray | None = None,
    ) -> None:  # fmt: skip
        self.network, self.settings = network, settings
        self.layers = _style_layers(settings)
        self.content: Tensor | None = None
        self.content_scale = 1.0
        if settings.alpha > 0:
            self.content = self._features(content, [settings.content_layer])[settings.content_layer]
            self.content_scale = _scale([self.content])
        self.boxes = np.empty((0, 4)) if boxes is None else boxes
        self.shares: dict[tuple[int, ...], Tensor] = {}  # the root of how much style looks where
        self.faces: dict[str, _Look] = {}
        self.details: dict[str, _Look] = {}
        where = detail_map(content)
        self._look_closely(content, styles, where)
        self.smooth = smooth_mask(where) if settings.keeps_smooth else None
        found = [self._features(style, list(self.layers)) for style in styles]
        self.scales = {name: _scale([f[name] for f in found]) for name in self.layers}
        self.grams = {name: self._mean_gram(name, found) for name in self.layers}
        self.most_detail = self._mean_detail(styles) if settings.grain > 0 else 0.0

    def _features(self, picture: np.ndarray, layers: list[str]) -> dict[str, Tensor]:
        if not layers:
            return {}
        with no_grad():
            return self.network.features(picture[None], layers)

    def _look_closely(
        self, content: np.ndarray, styles: list[np.ndarray], where: np.ndarray
    ) -> None:
        """What details and faces are to look like: half in their own colours, half in the styles'.

        where: how much detail each place has, (H, W).
        """
        settings = self.settings
        faced = len(self.boxes) > 0 and settings.keeps_faces
        if not (settings.keeps_detail or faced):
            return
        coloured = between_colours(content, styles, settings.style_weights)
        if settings.keeps_detail:
            weights = {detail.FINER: detail.FINER_WEIGHT, settings.content_layer: 1.0}
            mask = partial(resized_map, where)
            self.details = self._looks(coloured, weights, mask)
        if faced:
            weights = {faces.FINER: faces.FINER_WEIGHT, settings.content_layer: 1.0}
            self.faces = self._looks(coloured, weights, partial(face_mask, self.boxes))

    def _looks(
        self, picture: np.ndarray, weights: dict[str, float], mask: Mask
    ) -> dict[str, _Look]:
        """What a picture looks like in those layers of the weights that are looked at anyway."""
        found = self._features(picture, [n for n in layers_of(self.settings) if n in weights])
        return {
            name: _Look(f, _scale([f]), weights[name] * mask(*f.shape[2:]))
            for name, f in found.items()
        }

    def _mean_gram(self, name: str, found: list[dict[str, Tensor]]) -> Tensor:
        """Of several styles the mean Gram matrix is the one to come near to."""
        with no_grad():
            grams = [normalised_gram(f[name], scale=self.scales[name]) for f in found]
        weighted = zip(grams, self.settings.style_weights, strict=True)
        return Tensor(sum(gram.data * np.float32(weight) for gram, weight in weighted))

    def _mean_detail(self, styles: list[np.ndarray]) -> float:
        """The fine detail that the picture may have: 0 where the styles have none, no bound."""
        with no_grad():
            found = [fine_detail(style).item() for style in styles]
        return float(np.dot(found, self.settings.style_weights))

    def __call__(self, picture: Tensor) -> tuple[Tensor, Costs]:
        features = self.network.features(picture, layers_of(self.settings))
        parts: dict[str, Tensor] = {}
        if self.content is not None:
            made = features[self.settings.content_layer]
            parts["content"] = content_cost(self.content, made) * self.content_scale**2
        for name, looks in (("detail", self.details), ("faces", self.faces)):
            if looks:
                costs = [look.cost(features[layer]) for layer, look in looks.items()]
                parts[name] = sum(costs[1:], start=costs[0])
        for name, wanted in self.grams.items():
            gram = normalised_gram(self._styled(features[name]), scale=self.scales[name])
            parts[name] = squared_norm(gram - wanted)
        if self.settings.total_variation > 0:
            parts["total variation"] = total_variation(picture)
        if self.smooth is not None:
            parts["dots"] = masked_fine_detail(picture, self.smooth)
        if self.most_detail > 0:
            # Only what is more than the styles' counts.
            beyond = (fine_detail(picture) * (1 / self.most_detail) - 1).relu()
            parts["grain"] = beyond * beyond
        return self._total(parts), {name: part.item() for name, part in parts.items()}

    def _styled(self, features: Tensor) -> Tensor:
        """Features as style looks at them: of faces less, of the rest so much more."""
        if not self.faces:
            return features
        if features.shape not in self.shares:
            shares = 1 - (1 - STYLE_LEFT) * face_mask(self.boxes, *features.shape[2:])
            roots = np.empty_like(features.data)  # as large, and in their order: a pass of vectors
            roots[...] = np.sqrt(shares / shares.mean())
            self.shares[features.shape] = Tensor(roots)
        return features * self.shares[features.shape]

    def _total(self, parts: dict[str, Tensor]) -> Tensor:
        style = sum((parts[n] * w for n, w in self.layers.items()), start=Tensor(0.0))
        settings = self.settings
        content = parts.get("content", 0.0)
        if "detail" in parts:
            content = content * (1 - settings.detail) + parts["detail"] * settings.detail
        total = total_cost(content, style, settings.alpha, settings.beta)
        weights = {"faces": settings.faces, "total variation": settings.total_variation,
                   "dots": settings.dots, "grain": settings.grain}  # fmt: skip
        for name, weight in weights.items():
            if name in parts:
                total = total + parts[name] * weight
        return total


def layers_of(settings: Settings) -> list[str]:
    """The layers that are looked at, each once; at least one."""
    content = [settings.content_layer] if settings.alpha > 0 else []
    return list(dict.fromkeys([*_style_layers(settings), *content]))


def _style_layers(settings: Settings) -> dict[str, float]:
    return {n: w for n, w in settings.layers.items() if w > 0 and settings.beta > 0}


def _scale(features: list[Tensor]) -> float:
    """What brings their root mean square to LEVEL; 1 where a layer is silent."""
    square = float(np.mean([np.square(f.data).mean() for f in features]))
    return LEVEL / np.sqrt(square) if square > 0 else 1.0
