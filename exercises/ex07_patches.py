"""Exercise set 07: what a deep network sees, in six functions.

You work out which pixels a unit looks at, find the places that excite it most, cut them out, cover
the image piece by piece to see what the unit needs, and put a number on how well a unit tells
pictures with a property from those without. Plain NumPy. Replace each
`raise NotImplementedError(...)` with your own code, then run

    minidl check ex07        or, in a notebook,        check("ex07")

NumPy, the standard library and the other sets are what an exercise file may use, and files of your
own beside it.

A unit is one channel of one layer; its activations over an image are a map (H, W), one value for
each position. Images are (C, H, W), channels first. No function may change its inputs.
"""

from collections.abc import Callable, Sequence

import numpy as np


def receptive_field_1d(layers: Sequence[tuple[int, int, int, int]]) -> tuple[int, int, int]:
    """Work out what the units of a stack of layers see, along one axis.

    Unit 0 sees `size` samples from sample `offset` on, unit 1 as many from `offset + stride` on,
    and so on. Before the first layer a unit sees itself: size 1, stride 1, offset 0. Go through the
    layers from the input on, and for each one, in this order:

        offset  -=  padding * stride
        size    +=  dilation * (kernel - 1) * stride
        stride  *=  the stride of the layer

    The first two use the stride before this layer. A negative offset means that the box begins in
    the zeros that were put before the input.

    layers: (kernel, stride, padding, dilation) of each layer, the one at the input first; maybe
    none. padding counts the zeros before the first sample.
    Returns (size, stride, offset).

    Example: layers = [(3, 1, 1, 1), (2, 2, 0, 1), (3, 1, 1, 1)]
             after the 1st: size 3, stride 1, offset -1
             after the 2nd: size 4, stride 2, offset -1
             after the 3rd: size 4 + 2 * 2 = 8, stride 2, offset -1 - 1 * 2 = -3
    """
    raise NotImplementedError(
        "ex07.receptive_field_1d: Work out what the units of a stack of layers see, along one axis."
    )


def unit_box(position: int, field: tuple[int, int, int], length: int) -> tuple[int, int]:
    """Find the stretch of the input that one unit sees, along one axis.

        start = offset + position * stride        stop = start + size        (stop is not in it)

    Both are then moved into 0 ... length: below 0 becomes 0, above length becomes length. What is
    clipped away was padding, not image.

    position: the unit's, from 0. field: (size, stride, offset), as `receptive_field_1d` gives it.
    length: the input's.
    Returns (start, stop), two ints with 0 <= start <= stop <= length.

    Example: field = (8, 2, -3), length = 16
             unit 0: -3 to 5, clipped (0, 5);  unit 3: (3, 11);  unit 7: 11 to 19, clipped (11, 16)
    """
    raise NotImplementedError(
        "ex07.unit_box: Find the stretch of the input that one unit sees, along one axis."
    )


def top_positions(activations: np.ndarray, k: int) -> np.ndarray:
    """Find where a unit is excited most: k places, at most one an image.

    Without that limit all k would often lie beside each other in one image. So take from each image
    its largest activation only, and of these the k largest. Equal activations must not leave the
    choice to chance: within an image the one that comes first in reading order wins (upper rows
    first, then from left to right), and between images the image with the lower number comes first.

    activations: (N, H, W), of one unit in N images. k: at least 1.
    Returns (min(k, N), 3) integers, rows (image, row, column), the largest activation first.

    Example: activations = [[[5, 9], [8, 0]],  [[1, 1], [0, 1]],  [[0, 0], [9, 2]]], k = 2
             best of each image: 9 at (0, 0, 1), 1 at (1, 0, 0), 9 at (2, 1, 0)
             gives [[0, 0, 1], [2, 1, 0]]
    """
    raise NotImplementedError(
        "ex07.top_positions: Find where a unit is excited most: k places, at most one an image."
    )


def crop(
    image: np.ndarray, top: int, left: int, height: int, width: int, fill: float = 0.5
) -> np.ndarray:
    """Cut a box out of an image, and fill what lies outside with one grey.

        result[c, i, j] = image[c, top + i, left + j]     if that pixel exists,
                          fill                            if not

    The boxes of units near the border reach beyond it, on any side. Filled like this, all patches
    have the same size and the unit sits in the middle of each. Beware: a negative index is no error
    in NumPy, it counts from the end.

    image: (C, H, W), float. top, left: ints, also below 0 or beyond the image. height, width: of
    the box, at least 1.
    Returns (C, height, width), a new array of the image's dtype.

    Example: image = [[[1, 2], [3, 4]]]
             crop(image, 0, 1, 2, 1)            = [[[2], [4]]]
             crop(image, -1, 1, 3, 2, fill=0)   = [[[0, 0], [2, 0], [4, 0]]]
    """
    raise NotImplementedError(
        "ex07.crop: Cut a box out of an image, and fill what lies outside with one grey."
    )


def occlusion_map(
    activation: Callable[[np.ndarray], float],
    image: np.ndarray,
    size: int,
    stride: int,
    fill: float = 0.5,
) -> np.ndarray:
    """Cover an image with grey, place by place, to see how far a unit falls.

        result[i, j] = activation(image) - activation(image, with the square set to `fill`)

    where the square of place (i, j) has rows i * stride ... i * stride + size - 1 and columns
    j * stride ... j * stride + size - 1, in all channels. Places run from 0 as long as the square
    lies wholly on the image. A large value: the unit needs what is there. A negative one: the unit
    would rather do without.

    activation: a function of an image (C, H, W) that gives one number.
    image: (C, H, W), float, H and W at least `size`; it must be the same afterwards.
    Returns ((H - size) // stride + 1, (W - size) // stride + 1), float.

    Example: activation = the sum of the image, image = [[[1, 2, 3], [4, 5, 6]]], fill = 0
             occlusion_map(activation, image, size=2, stride=1, fill=0) = [[12, 16]]
             occlusion_map(activation, image, size=1, stride=2, fill=0) = [[1, 3]]
    """
    raise NotImplementedError(
        "ex07.occlusion_map: Cover an image with grey, place by place, to see how far a unit falls."
    )


def auc(scores: np.ndarray, labels: np.ndarray) -> float:
    """Measure how well a score tells ones from zeros: the area under the ROC curve.

    It is the probability that a picture with the property has a higher score than one without:

        AUC = mean over all pairs of a one and a zero of
                  1 if the score of the one is higher, 1/2 if they are equal, 0 if it is lower

    1 is a perfect order, 0.5 is what a score by chance gives, 0 is perfect upside down. It depends
    on the order of the scores only, so a unit needs no threshold and no scale.

    scores: (N,), float; several may be equal (a relu unit is often 0). labels: (N,), integers 0 and
    1, each at least once.
    Returns one float from 0 to 1.

    Example: scores = [0, 2, 2, 5], labels = [0, 0, 1, 1]
             pairs: 2 > 0, 2 = 2, 5 > 0, 5 > 2, so (1 + 1/2 + 1 + 1) / 4 = 0.875
    """
    raise NotImplementedError(
        "ex07.auc: Measure how well a score tells ones from zeros: the area under the ROC curve."
    )


# Stub d4a580726352 of solutions/ex07_patches.py
