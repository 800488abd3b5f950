"""VGG, the plain deep ConvNet that feature pictures and style transfer are made with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import numpy as np

import minidl.functional as F
from minidl.arguments import Numbers, checked, spelt
from minidl.nn import AvgPool2d, Conv2d, MaxPool2d, Module, Parameter, ReLU, Sequential, init
from minidl.seeding import Seed, generator
from minidl.tensor import Tensor

Pooling = Literal["max", "avg"]

WIDTHS = (64, 128, 256, 512, 512)  # channels of each block
DEPTHS = {16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}  # convolutions of each block
POOLS: dict[str, Callable[[int], Module]] = {"max": MaxPool2d, "avg": AvgPool2d}

# Mean and spread of ImageNet's pixels, red, green, blue, of values from 0 to 1.
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class VGG(Sequential):
    """The convolutional part of VGG: 3x3 convolutions with ReLU, five blocks, a pool after each.

    Its parts are named conv1_1, relu1_1, conv1_2, relu1_2, pool1, conv2_1, ...; `layers` lists
    them. Input: (N, 3, H, W), RGB, 0 to 1. `mean` and `std` (buffers, (3, 1, 1)) bring it to what
    the weights were trained on, (x - mean) / std; as in training, the padding's zeros come after
    that, so they stand for pixels of mean colour.
    depth: 16 or 19. last: the part to end with, the last pool when None. pooling: "max" as it was
    trained, or "avg", which Gatys and others found to paint a little smoother. seed: for random
    weights (He's). Source: Simonyan and Zisserman, "Very deep convolutional networks for
    large-scale image recognition", 2015, table 1, columns D and E.
    """

    @checked
    def __init__(
        self, depth: int = 16, last: str | None = None, pooling: Pooling = "max", *,
        seed: Seed = None,
    ) -> None:  # fmt: skip
        if depth not in DEPTHS or pooling not in POOLS:
            raise ValueError(
                f'VGG: given depth={depth} and pooling={pooling!r}, expected 16 or 19 and "max" or '
                '"avg"'
            )
        self.depth, self.pooling = depth, pooling
        self.mean, self.std = _colour(IMAGENET_MEAN), _colour(IMAGENET_STD)
        super().__init__(dict(_parts(depth, last, pooling, generator(seed))))
        if last not in (None, self.layers[-1]):
            raise ValueError(f"VGG: given last={last!r}, expected one of {', '.join(self.layers)}")

    @property
    def layers(self) -> tuple[str, ...]:
        """The names of all parts, in the order in which a picture passes them."""
        return tuple(name for name, _ in self.named_children())

    def forward(self, x: Any) -> Tensor:
        """x (N, 3, H, W), RGB, 0 to 1, to what the last part makes of it."""
        return self.features(x, self.layers[-1])[self.layers[-1]]

    @checked
    def features(self, x: Numbers, layers: str | Sequence[str]) -> dict[str, Tensor]:
        """What each of `layers` makes of x, by name, in the order asked; runs no further than that.

        x: (N, 3, H, W), RGB, 0 to 1. "conv1_1" is the value before the ReLU, "relu1_1" after it.
        Where nobody asks for the first, both are computed in one pass.
        Raises ValueError for a layer it has not, another shape, or a picture too small to pool.
        """
        asked = (layers,) if isinstance(layers, str) else tuple(layers)
        to_run = self._until(asked)
        pictures = self._checked(self._as_input(x), to_run)
        found: dict[str, Tensor] = {}
        value = (pictures - self.mean) * (1 / self.std)
        for name, part, joined in _joined(to_run, asked):
            value = _convolve_relu(part, value) if joined else part(value)
            if name in asked:
                found[name] = value
        return {name: found[name] for name in asked}

    @checked
    def set_colours(self, mean: Sequence[float], std: Sequence[float]) -> None:
        """Mean and spread (red, green, blue, of values from 0 to 1) of what it was trained on."""
        self.mean, self.std = _colour(mean), _colour(std)

    def _until(self, asked: Sequence[str]) -> list[tuple[str, Module]]:
        """The parts to run: up to the last one asked for."""
        check_layers(asked, self.layers)
        end = max(map(self.layers.index, asked)) + 1
        return list(self.named_children())[:end]

    def _checked(self, x: Tensor, to_run: Sequence[tuple[str, Module]]) -> Tensor:
        if x.ndim != 4 or x.shape[1] != 3 or x.dtype.kind != "f":
            raise ValueError(
                f"VGG: given {x.dtype} of shape {x.shape}, expected floats (N, 3, H, W), RGB, 0 to "
                "1; of a single picture, give x[None]"
            )
        least = 2 ** sum(name.startswith("pool") for name, _ in to_run)
        if min(x.shape[2:]) < least:
            raise ValueError(
                f"VGG: given shape {x.shape}, too small for {to_run[-1][0]}, which needs a height "
                f"and width of at least {least}: enlarge the picture or ask for an earlier layer"
            )
        return x


@checked
def layer_names(depth: int = 16, last: str | None = None) -> tuple[str, ...]:
    """The names of a VGG's parts, in order, up to `last` (all where there is none of that name)."""
    names = []
    for block, count in enumerate(DEPTHS[depth], 1):
        for index in range(1, count + 1):
            names += [f"conv{block}_{index}", f"relu{block}_{index}"]
        names.append(f"pool{block}")
    return tuple(names[: names.index(last) + 1] if last in names else names)


def check_layers(asked: Sequence[str], layers: Sequence[str]) -> None:
    """Raises ValueError unless `asked` are some of `layers`."""
    unknown = [name for name in asked if name not in layers]
    if unknown or not asked:
        raise ValueError(
            f"VGG.features: given {', '.join(map(repr, unknown)) or 'no layer'}, expected some of "
            f"{', '.join(layers)}"
        )


def _parts(
    depth: int, last: str | None, pooling: str, rng: np.random.Generator
) -> Iterator[tuple[str, Module]]:
    """The named parts, in order, up to `last`."""
    channels = 3
    for name in layer_names(depth, last):
        if name.startswith("conv"):
            width = WIDTHS[int(name[4]) - 1]
            yield name, _convolution(channels, width, rng)
            channels = width
        else:
            yield name, ReLU() if name.startswith("relu") else POOLS[pooling](2)


def _convolution(channels: int, width: int, rng: np.random.Generator) -> Conv2d:
    layer = Conv2d(channels, width, 3, padding=1, seed=0)
    layer.weight = Parameter(init.kaiming_normal(layer.weight.shape, rng))
    layer.bias = Parameter(np.zeros(width, np.float32))
    return layer


def _joined(
    parts: Sequence[tuple[str, Module]], asked: Sequence[str]
) -> Iterator[tuple[str, Any, bool]]:
    """The parts to call; a convolution whose own value nobody needs takes its ReLU's name."""
    following = [*parts[1:], ("", None)]
    after_join = False
    for (name, part), (next_name, next_part) in zip(parts, following, strict=True):
        join = isinstance(part, Conv2d) and isinstance(next_part, ReLU) and name not in asked
        if not after_join:
            yield (next_name if join else name), part, join
        after_join = join


def _convolve_relu(layer: Conv2d, x: Tensor) -> Tensor:
    """relu(layer(x)) in one pass over the result."""
    return F.conv2d(
        x, layer.weight, layer.bias, layer.stride, layer.padding, layer.dilation, layer.groups,
        activation="relu",
    )  # fmt: skip


def _colour(values: Sequence[float]) -> np.ndarray:
    if len(values) != 3:
        raise ValueError(f"given {spelt(values)}, expected three numbers: red, green, blue")
    return np.array(values, np.float32).reshape(3, 1, 1)
