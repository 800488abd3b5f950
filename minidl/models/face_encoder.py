"""A small ConvNet that turns a picture into a point: near for one person, far for two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

import minidl.functional as F
from minidl.arguments import Numbers, checked, spelt
from minidl.files import Name, shown
from minidl.models import weights_file
from minidl.nn import BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d, Module, Sequential
from minidl.seeding import Seed, generator
from minidl.tensor import Tensor, as_tensor, no_grad

WIDTHS = (32, 64, 128, 128)
_BLOCK = ("conv", "pool", "norm")  # what a block is made of


class FaceEncoder(Module):
    """Pictures (N, in_channels, size, size), values 0 to 1, to encodings (N, dimensions), length 1.

    widths: the channels of each block: convolution 3x3 with ReLU, then max pooling over 2x2, then
    batch norm. A linear layer and a division by the length follow, as in FaceNet (Schroff and
    others, 2015). Works for drawings with in_channels=1 as well.
    seed: for the first weights. Raises ValueError for sizes that do not fit.
    """

    @checked
    def __init__(
        self, dimensions: int = 128, in_channels: int = 3, size: int = 64, *,
        widths: Sequence[int] = WIDTHS, seed: Seed = None,
    ) -> None:  # fmt: skip
        if not widths or size >> len(widths) < 1:
            raise ValueError(
                f"FaceEncoder: given size={size} and {len(widths)} widths, each of which halves "
                "it; expected a size of at least 1 at the end"
            )
        rng = generator(seed)
        self.dimensions, self.in_channels, self.size = dimensions, in_channels, size
        self.widths = tuple(widths)
        self.about: dict[str, Any] = {}  # what is known of it: threshold, figures, how it was made
        self.blocks = Sequential(*_layers((in_channels, *widths), rng))
        side = size >> len(widths)
        self.head = Sequential(Flatten(), Linear(widths[-1] * side * side, dimensions, seed=rng))

    @classmethod
    def pretrained(cls) -> FaceEncoder:
        """The encoder shipped with minidl, trained on drawn faces; ready for use.

        Where it comes from and what was measured: minidl/models/assets/README.md.
        """
        from minidl.models.shipped import face_weights

        return cls.restored(*face_weights())

    @classmethod
    @checked
    def load_file(cls, path: Name) -> FaceEncoder:
        """An encoder from a file that `save_file` wrote, in evaluation mode.

        Raises FileNotFoundError or ValueError, naming the file.
        """
        arrays, about = weights_file.read(path)
        if "encoder" not in about:
            raise ValueError(
                f"{shown(path)} does not hold a face encoder: it does not say its shape"
            )
        try:
            return cls.restored(arrays, about)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(
                f"{shown(path)} does not hold a face encoder: {error.args[0]}"
            ) from error

    @classmethod
    @checked
    def restored(cls, arrays: dict[str, np.ndarray], about: dict[str, Any]) -> FaceEncoder:
        """An encoder of the shape that `about["encoder"]` says, with these weights."""
        if not isinstance(about.get("encoder"), dict):
            raise ValueError(f"given about={spelt(about)}, expected its shape, about['encoder']")
        _check_sizes(arrays, **about["encoder"])
        encoder = cls(**about["encoder"], seed=0)
        encoder.load_state_dict(arrays)
        encoder.about = {name: known for name, known in about.items() if name != "encoder"}
        return encoder.eval()

    @checked
    def save_file(self, path: Name) -> None:
        """Writes weights, shape and `about` to one file."""
        weights_file.write(path, self.state_dict(), {**self.about, "encoder": self.shape()})

    def shape(self) -> dict[str, Any]:
        """The arguments that make an encoder of this shape."""
        names = ("dimensions", "in_channels", "size")
        return {**{n: getattr(self, n) for n in names}, "widths": list(self.widths)}

    @checked
    def forward(self, x: Numbers) -> Tensor:
        """x (N, in_channels, size, size), 0 to 1, to (N, dimensions)."""
        pictures = as_tensor(x)
        expected = (self.in_channels, self.size, self.size)
        if pictures.shape[1:] != expected or pictures.ndim != 4 or pictures.dtype.kind != "f":
            raise ValueError(
                f"FaceEncoder: given {pictures.dtype} of shape {pictures.shape}, expected floats "
                f"(N, {expected[0]}, {expected[1]}, {expected[2]}), 0 to 1"
            )
        return F.normalize(self.head(self.blocks(_spread(pictures))))

    def parts(self) -> list[tuple[str, Module]]:
        """The parts of the blocks: conv1 (with its ReLU), pool1, norm1, conv2, ..."""
        names = (f"{kind}{i + 1}" for i in range(len(self.widths)) for kind in _BLOCK)
        return list(zip(names, self.blocks, strict=True))

    @checked
    def features(self, x: Numbers, layers: str | Sequence[str]) -> dict[str, Tensor]:
        """What each of `layers` (names of `parts`) makes of x, (N, width, ...), by name.

        x: (N, in_channels, H, W), 0 to 1, of any size: the blocks are convolutions.
        """
        layers = (layers,) if isinstance(layers, str) else layers
        value, found = _spread(self._as_input(x)), {}
        unknown = set(layers) - {name for name, _ in self.parts()}
        if unknown or not layers:
            raise ValueError(
                f"FaceEncoder.features: given {', '.join(sorted(unknown)) or 'no layer'}, expected "
                f"some of {', '.join(name for name, _ in self.parts())}"
            )
        for name, part in self.parts():
            value = part(value)
            if name in layers:
                found[name] = value
            if len(found) == len(set(layers)):
                break
        return {name: found[name] for name in layers}

    @checked
    def encode(self, pictures: Numbers, batch: int = 128) -> np.ndarray:
        """The encodings (N, dimensions) of many pictures, without a graph, in evaluation mode."""
        if batch < 1:
            raise ValueError(f"encode: given batch={batch}, expected at least 1")
        if not np.ndim(pictures):
            raise ValueError("encode: given a single number, expected pictures (N, C, H, W)")
        was_training = self.training
        self.eval()
        try:
            with no_grad():
                parts = [
                    self(np.asarray(pictures[start : start + batch])).data
                    for start in range(0, len(pictures), batch)
                ]
        finally:
            self.train(was_training)
        return np.concatenate(parts) if parts else np.zeros((0, self.dimensions), np.float32)


def _check_sizes(
    arrays: Mapping[str, np.ndarray], dimensions: int, widths: Sequence[int], **_: Any
) -> None:
    """Raises ValueError where an encoder of this shape is not what the arrays are.

    Found out before memory is taken for it.
    """
    bias = arrays.get("head.1.bias")
    found = None if bias is None else bias.shape
    blocks = sum(name.endswith(".running_mean") for name in arrays)
    if found != (dimensions,) or blocks != len(widths):
        raise ValueError(
            f"it says {dimensions!r} dimensions after {len(widths)} blocks, and holds {blocks} "
            f"blocks and a head.1.bias of shape {found}"
        )


def _spread(pictures: Tensor) -> Tensor:
    """Values 0 to 1 as -2 to 2."""
    return 4 * pictures - 2


def _layers(widths: Sequence[int], rng: np.random.Generator) -> Iterator[Module]:
    for channels, width in pairwise(widths):
        yield Conv2d(channels, width, 3, padding=1, activation="relu", seed=rng)
        yield MaxPool2d(2)
        yield BatchNorm2d(width)
