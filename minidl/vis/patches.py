"""The patches of pictures that excite the units of a layer most, found in one pass over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minidl.arguments import checked
from minidl.files import Name
from minidl.nn import Module
from minidl.vis.best import Best
from minidl.vis.chain import check_weights, up_to
from minidl.vis.pictures import Pictures, cropped
from minidl.vis.receptive import ReceptiveField, receptive_field
from minidl.vis.resume import State
from minidl.vis.scan import Scan, wanted

GREY = 0.5  # what lies outside a picture
Units = Sequence[int] | np.ndarray | slice | None


@dataclass(frozen=True)
class TopPatches:
    """What `top_patches` found for the units of one layer, U of them, the best patch first.

    layer: its name. units: (U,) their numbers. field: what its units see.
    activations: (U, k). images: (U, k) the number of the picture, as they came. positions:
    (U, k, 2) row and column in the layer's map. patches: (U, k, C, h, w), all of the receptive
    field's size; what lies outside the picture is grey. Where there were too few pictures:
    -inf, -1, -1 and grey.
    names: every picture's. skipped: (name, reason) for those that could not be used.
    """

    layer: str
    units: np.ndarray
    field: ReceptiveField
    activations: np.ndarray
    images: np.ndarray
    positions: np.ndarray
    patches: np.ndarray
    names: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]

    @checked
    def window(self, row: int, rank: int) -> tuple[slice, ...]:
        """The patch's place in its picture, rows and columns; it may reach beyond the picture."""
        self._check_place(row, rank)
        return self.field.window(self.positions[row, rank].tolist())

    @checked
    def name(self, row: int, rank: int) -> str:
        """The name of the patch's picture: its file, or its number; "" where there is none."""
        self._check_place(row, rank)
        number = int(self.images[row, rank])
        return self.names[number] if number >= 0 else ""

    def _check_place(self, row: int, rank: int) -> None:
        rows, ranks = self.images.shape
        if not (-rows <= row < rows and -ranks <= rank < ranks):
            raise ValueError(
                f"given row={row} and rank={rank}, expected rows 0 to {rows - 1} and ranks 0 to "
                f"{ranks - 1}"
            )


@checked
def top_patches(
    network: Module, layer: str, images: Any, units: Units = None, k: int = 9, per_image: int = 1,
    *, inside: bool = False, longest: int | None = None, state: Name | None = None,
    quiet: bool = False,
) -> TopPatches:  # fmt: skip
    """The k patches with the largest activation of each unit, at most per_image of one picture.

    network, layer: as for `receptive_field`. images: a folder (all image files in it and below),
    file names, or arrays (C, H, W) from 0 to 1; any iterable of them, of any length, of which only
    a few are in memory at a time. Patches are cut out at the end; an iterator that cannot be gone
    through again has the pictures kept that hold a place.
    units: numbers of channels or a slice; all when None. inside: only places whose window lies
    wholly in the picture. longest: larger pictures are reduced to this many pixels on the longer
    side. state: a file to go on from after an interruption.
    Pictures that cannot be used are named in one line each and skipped: what cannot be read, what
    has NaN in it, and, with `inside`, what is smaller than any layer's field.
    Of equal activations the earlier picture wins, then the earlier place in reading order.

    A patch holds all that its unit sees. So, if it lies inside the picture, the layers without
    their padding make one value of it, and that is the recorded activation. With padding they make
    a map of it, in which the unit is the middle one, or is not at all: where the window begins
    between two steps of a pool (VGG's conv3_1 and deeper), the pool joins other pixels than it did
    in the picture. At a picture's border the unit saw the padding's zeros, where the patch is grey.

    Raises ValueError or TypeError, naming the argument, also where no picture can be used.
    Source: Zeiler and Fergus, "Visualizing and understanding convolutional networks", 2014.
    """
    found = top_patches_by_layer(
        network, [layer], images, units, k, per_image, inside=inside, longest=longest, state=state,
        quiet=quiet,
    )  # fmt: skip
    return found[layer]


@checked
def top_patches_by_layer(
    network: Module, layers: Sequence[str], images: Any, units: Units = None, k: int = 9,
    per_image: int = 1, *, inside: bool = False, longest: int | None = None,
    state: Name | None = None, quiet: bool = False,
) -> dict[str, TopPatches]:  # fmt: skip
    """`top_patches` for several layers, in one pass over the pictures.

    units: are taken of each layer as far as it has them.
    """
    if min(k, per_image) < 1:
        raise ValueError(f"given k={k!r} and per_image={per_image!r}, expected ints of at least 1")
    if not layers:
        raise ValueError("given no layers, expected the name of at least one")
    fields = {layer: receptive_field(network, layer) for layer in layers}
    if any(len(field.size) != 2 for field in fields.values()):
        raise ValueError("given a network of signals or volumes, expected one of pictures, 2-D")
    for layer in layers:
        check_weights(network, layer)
    best = {
        layer: Best(_chosen(units, layer, _width(network, layer), len(layers) > 1), k, per_image)
        for layer in layers
    }
    if not any(len(b.units) for b in best.values()):
        raise ValueError(f"given units={_spelt(units)}, of which no layer has any")
    pictures = Pictures(images, longest)
    asked = {"longest": longest, "inside": inside}
    saved = State(state, network, best, **asked) if state is not None else None
    scan = Scan(network, best, pictures, saved, fields if inside else {}, quiet)
    scan.run()
    about = tuple(scan.names), tuple(entry for _, entry in sorted(scan.skipped.items()))
    patches = _patches(pictures, best, fields, _channels(network, layers[0]))
    return {
        layer: TopPatches(layer, b.units, fields[layer], *b.arrays(), patches[layer], *about)
        for layer, b in best.items()
    }


def _patches(
    pictures: Pictures, best: dict[str, Best], fields: dict[str, ReceptiveField], channels: int
) -> dict[str, np.ndarray]:
    """Of each layer (U, k, C, h, w), cut out of the pictures, each of which is read once more."""
    found = {layer: b.arrays()[1:] for layer, b in best.items()}
    patches = {
        layer: np.full((*images.shape, channels, *fields[layer].size), GREY, np.float32)
        for layer, (images, _) in found.items()
    }
    for number, image in pictures.again(wanted(best)):
        for layer, (images, positions) in found.items():
            for row, rank in np.argwhere(images == number):
                window = fields[layer].window(positions[row, rank].tolist())
                patches[layer][row, rank] = cropped(image, window, GREY)
    return patches


def _channels(network: Module, layer: str) -> int:
    """Of a picture: what the first convolution takes."""
    return next(int(p.in_channels) for _, p in up_to(network, layer) if hasattr(p, "in_channels"))


def _width(network: Module, layer: str) -> int:
    """How many units the layer has: the channels of the last part that says so."""
    for _, part in reversed(up_to(network, layer)):
        channels = getattr(part, "out_channels", None)
        if channels is not None:
            return int(channels)
    raise ValueError(f"layer {layer} comes before any convolution: it has no units")


def _chosen(units: Units, layer: str, width: int, as_far: bool) -> np.ndarray:
    """The numbers of the chosen units, of a layer that has `width` of them."""
    if units is None or isinstance(units, slice):
        chosen = np.arange(width)[units if units is not None else slice(None)]
    else:
        chosen = np.asarray(units)
        if chosen.ndim != 1 or chosen.dtype.kind not in "iu" or (chosen < 0).any():
            raise ValueError(f"given units={units!r}, expected numbers of at least 0, or a slice")
        if as_far:
            chosen = chosen[chosen < width]
    beyond = isinstance(units, slice) and units.stop is not None and units.stop > width
    if not as_far and (beyond or not len(chosen) or chosen.max() >= width):
        raise ValueError(f"given units={_spelt(units)}, but {layer} has units 0 to {width - 1}")
    return chosen


def _spelt(units: Units) -> str:
    """As it was written: 0:16 for a slice."""
    if not isinstance(units, slice):
        return repr(units)
    start, stop = ("" if end is None else str(end) for end in (units.start, units.stop))
    return f"{start}:{stop}" + (f":{units.step}" if units.step is not None else "")
