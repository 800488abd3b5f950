"""Checks of exercise set 07: what a deep network sees."""

import numpy as np

from minidl.course.sets.manifest import BODY, ExerciseSet, Tolerance

ex07 = ExerciseSet("ex07_patches", "What a deep network sees")

WHOLE = Tolerance(0.0, "positions and sizes are whole numbers and compared exactly")
COPIES = Tolerance(0.0, "every value is copied or is the fill, nothing is computed")
SUMS = Tolerance(1e-10, "differences of two float64 sums of some hundred terms, in any order")
SHARES = Tolerance(1e-10, "a count divided by a count of pairs, in float64")


receptive_field_1d = ex07.function(
    "receptive_field_1d",
    points=15,
    minutes=15,
    tolerance=WHOLE,
    hints=(
        "Neighbouring units of a layer are `stride` input samples apart. So whatever a layer does "
        "in its own units (padding, kernel, dilation) counts `stride` times that in input samples.",
        "A kernel of n taps has n - 1 gaps, and each gap is `dilation` units wide. The padding "
        "moves the first box towards the start by as many units as there are zeros.",
        "Keep three numbers and one loop. Change offset and size first, with the stride as it was "
        "before the layer, and only then multiply the stride.",
    ),
)


@receptive_field_1d.probe("three layers, strides and padding")
def _(ex, rng):
    layers = [(3, 1, 1, 1), (2, 2, 0, 1), (3, 1, 1, 1), (5, 3, 2, 1)]
    size, stride, offset = ex.receptive_field_1d(layers)
    return {"size": size, "stride": stride, "offset": offset}


@receptive_field_1d.probe("no layer at all")
def _(ex, rng):
    size, stride, offset = ex.receptive_field_1d([])
    return {"size": size, "stride": stride, "offset": offset}


@receptive_field_1d.probe("dilated kernels")
def _(ex, rng):
    size, stride, offset = ex.receptive_field_1d([(3, 2, 2, 2), (3, 1, 4, 4), (2, 2, 1, 3)])
    return {"size": size, "stride": stride, "offset": offset}


@receptive_field_1d.probe("ten layers drawn at random")
def _(ex, rng):
    layers = [
        (int(rng.integers(1, 6)), int(rng.integers(1, 3)), int(rng.integers(3)),
         int(rng.integers(1, 4)))
        for _ in range(10)
    ]  # fmt: skip
    size, stride, offset = ex.receptive_field_1d(layers)
    return {"size": size, "stride": stride, "offset": offset}


@receptive_field_1d.probe("the list stays as it was")
def _(ex, rng):
    layers = [(3, 2, 1, 1), (3, 1, 1, 2)]
    ex.receptive_field_1d(layers)
    return {"layers afterwards": np.array(layers)}


receptive_field_1d.wrong(
    "size += dilation * (kernel - 1) * stride",
    "size += dilation * (kernel - 1)",
    says="The kernel's reach was counted in units of its own layer: multiply it by the stride so "
    "far, for neighbouring units are that many input samples apart.",
)
receptive_field_1d.wrong(
    "offset -= padding * stride",
    "offset -= padding",
    says="The padding was counted in units of its own layer: each of its zeros lies as many input "
    "samples before the last as the stride so far.",
)
receptive_field_1d.wrong(
    BODY,
    """
    size, stride, offset = 1, 1, 0
    for kernel, step, padding, dilation in layers:
        stride *= step
        offset -= padding * stride
        size += dilation * (kernel - 1) * stride
    return size, stride, offset
    """,
    says="The stride was multiplied too early: size and offset use the stride before the layer.",
)
receptive_field_1d.wrong(
    "dilation * (kernel - 1)",
    "dilation * kernel",
    says="The size grows by too much: between n taps there are n - 1 gaps.",
)
receptive_field_1d.wrong(
    "dilation * (kernel - 1)",
    "(kernel - 1)",
    says="The dilation was left out: neighbouring taps are `dilation` units apart, not one.",
)
receptive_field_1d.wrong(
    "dilation * (kernel - 1)",
    "(dilation * kernel - 1)",
    says="The dilation stretches the n - 1 gaps between the taps: dilation * (kernel - 1).",
)
receptive_field_1d.wrong(
    "offset -= padding * stride",
    "offset += padding * stride",
    says="The boxes moved the wrong way: zeros before the input let unit 0 begin below 0.",
)
receptive_field_1d.wrong(
    "offset -= padding * stride",
    "",
    says="The padding was forgotten: the offset stays 0, and every box lies too far to the right.",
)
receptive_field_1d.wrong(
    "offset -= padding * stride",
    "offset += (dilation * (kernel - 1) / 2 - padding) * stride",
    says="That is the centre of unit 0's box; the offset is where the box begins.",
)
receptive_field_1d.wrong(
    "stride *= step",
    "stride += step - 1",
    says="Strides were added: after two layers of stride 2 neighbouring units are 4 apart.",
)
receptive_field_1d.wrong(
    "in layers",
    "in layers[::-1]",
    says="The layers were taken from the last to the first: begin at the input.",
)
receptive_field_1d.right(
    BODY,
    """
    first, last = 0, 0  # samples of unit 0, carried down from the output to the input
    second = 1          # the first sample of unit 1
    for kernel, step, padding, dilation in reversed(layers):
        first = first * step - padding
        second = second * step - padding
        last = last * step - padding + dilation * (kernel - 1)
    return last - first + 1, second - first, first
    """,
    says="one box carried down from the output to the input",
)
receptive_field_1d.right(
    BODY,
    """
    if not layers:
        return 1, 1, 0
    *before, (kernel, step, padding, dilation) = layers
    size, stride, offset = receptive_field_1d(before)
    size = np.int32(size + dilation * (kernel - 1) * stride)
    return size, stride * step, offset - padding * stride
    """,
    says="by recursion",
)


unit_box = ex07.function(
    "unit_box",
    points=10,
    minutes=5,
    tolerance=WHOLE,
    hints=(
        "Unit 0 begins at the offset, and each further unit begins `stride` later. The end lies "
        "`size` samples behind the beginning.",
        "Clip both ends on both sides. A box can lie wholly in the padding: then both ends become "
        "the same number, and the box is empty.",
        "Work out the end before you clip the beginning; clipping first would move the end. min "
        "and max of two numbers are all you need.",
    ),
)


@unit_box.probe("units at the left, in the middle, and at the right")
def _(ex, rng):
    return {f"box of unit {p}": np.array(ex.unit_box(p, (8, 2, -3), 16)) for p in (0, 3, 7)}


@unit_box.probe("a box larger than the input")
def _(ex, rng):
    return {"box": np.array(ex.unit_box(1, (92, 8, -42), 20))}


@unit_box.probe("boxes that lie wholly in the padding")
def _(ex, rng):
    return {
        "before the input": np.array(ex.unit_box(0, (2, 3, -5), 9)),
        "behind it": np.array(ex.unit_box(6, (2, 3, -5), 9)),
    }


@unit_box.probe("a positive offset")
def _(ex, rng):
    offset = int(rng.integers(1, 5))
    return {"box": np.array(ex.unit_box(2, (5, 4, offset), 40))}


unit_box.wrong(
    BODY,
    """
    size, stride, offset = field
    start = min(max(offset + position * stride, 0), length)
    return start, min(start + size, length)
    """,
    says="The beginning was clipped before the end was worked out: at the left border the box is "
    "now too long.",
)
unit_box.wrong(
    "return min(max(start, 0), length), min(max(stop, 0), length)",
    "return start, stop",
    says="The box was not clipped: move both ends into 0 ... length.",
)
unit_box.wrong(
    "offset + position * stride",
    "position * stride",
    says="The offset was left out: unit 0 begins at the offset, and all others with it.",
)
unit_box.wrong(
    "offset + position * stride",
    "offset + position",
    says="Neighbouring units were taken to be one sample apart: they are `stride` samples apart.",
)
unit_box.wrong(
    "stop = start + size",
    "stop = start + size - 1",
    says="The box is one sample short: stop is the first sample that is not in it.",
)
unit_box.wrong(
    "offset + position * stride",
    "offset + position * stride - size // 2",
    says="The box was centred on its beginning: the offset is where unit 0's box begins.",
)
unit_box.wrong(
    "return min(max(start, 0), length), min(max(stop, 0), length)",
    "return max(start, 0), min(stop, length)",
    says="Each end was clipped on one side only: a box wholly in the padding has both ends below 0 "
    "or both above length.",
)
unit_box.wrong(
    "min(max(stop, 0), length)",
    "min(max(stop, 0), length - 1)",
    says="The last sample was cut off: stop may be length itself, for it is not in the box.",
)
unit_box.right(
    BODY,
    """
    size, stride, offset = field
    ends = offset + position * stride + np.array([0, size])
    return tuple(np.clip(ends, 0, length))
    """,
    says="np.clip of both ends at once",
)
unit_box.right(
    BODY,
    """
    size, stride, offset = field
    first = position * stride + offset
    seen = [n for n in range(first, first + size) if 0 <= n < length]
    if seen:
        return seen[0], seen[-1] + 1
    return (0, 0) if first < 0 else (length, length)
    """,
    says="lists the samples that are there",
)


top_positions = ex07.function(
    "top_positions",
    points=20,
    minutes=20,
    tolerance=WHOLE,
    hints=(
        "First reduce every image to its one largest activation and where it is. Then there are "
        "only N numbers left to sort.",
        "argmax over a flattened map gives the first of several equal values, in reading order. "
        "Row and column are the quotient and the remainder of a division by the width.",
        "np.argsort sorts upwards. Reversing it at the end would also reverse the order of equal "
        "values; sort the negative values instead, with a stable sort.",
    ),
)


@top_positions.probe("the best three of six images")
def _(ex, rng):
    return {"positions": ex.top_positions(rng.normal(size=(6, 4, 5)), 3)}


@top_positions.probe("one image holds all of the largest values")
def _(ex, rng):
    activations = rng.uniform(0, 1, (4, 3, 3))
    activations[2] += 5
    return {"positions": ex.top_positions(activations, 3)}


@top_positions.probe("equal values, within an image and between images")
def _(ex, rng):
    activations = np.zeros((5, 3, 4))
    activations[1, 0, 3] = activations[1, 2, 0] = 1
    activations[2, 1, 1] = activations[4, 1, 0] = activations[4, 0, 2] = 1
    return {"positions": ex.top_positions(activations, 5)}


@top_positions.probe("fewer images than asked for")
def _(ex, rng):
    return {"positions": ex.top_positions(rng.normal(size=(2, 3, 6)), 9)}


@top_positions.probe("all activations negative")
def _(ex, rng):
    return {"positions": ex.top_positions(-1 - rng.uniform(0, 1, (4, 5, 2)), 2)}


@top_positions.probe("the activations stay as they were")
def _(ex, rng):
    activations = rng.normal(size=(3, 2, 2))
    ex.top_positions(activations, 2)
    return {"activations afterwards": activations}


top_positions.wrong(
    BODY,
    """
    order = np.argsort(-activations, axis=None, kind="stable")[:k]
    return np.stack(np.unravel_index(order, activations.shape), axis=1)
    """,
    says="The k largest of all positions were taken: from each image take its largest only.",
)
top_positions.wrong(
    'np.argsort(-largest, kind="stable")[:k]',
    'np.argsort(largest, kind="stable")[:k]',
    says="The weakest images came first: argsort sorts upwards.",
)
top_positions.wrong(
    'np.argsort(-largest, kind="stable")[:k]',
    'np.argsort(largest, kind="stable")[::-1][:k]',
    says="Equal activations came in reversed order, the last image first: reversing a sort also "
    "turns its ties round. Sort the negative values.",
)
top_positions.wrong(
    'np.argsort(-largest, kind="stable")[:k]',
    'np.sort(np.argsort(-largest, kind="stable")[:k])',
    says="The right images, but in the order of their numbers: the largest activation comes first.",
)
top_positions.wrong(
    "np.divmod(best[images], activations.shape[2])",
    "np.divmod(best[images], activations.shape[1])",
    says="The flat position was divided by the height: a row has as many values as the width.",
)
top_positions.wrong(
    "np.stack([images, rows, columns], axis=1)",
    "np.stack([images, columns, rows], axis=1)",
    says="Rows and columns are swapped: the order is (image, row, column).",
)
top_positions.wrong(
    "np.divmod(best[images], activations.shape[2])",
    "np.divmod(best[: len(images)], activations.shape[2])",
    says="The images were sorted, but their positions were not: take each position from its own "
    "image.",
)
top_positions.wrong(
    "best = flat.argmax(axis=1)",
    "best = flat.shape[1] - 1 - flat[:, ::-1].argmax(axis=1)",
    says="Within an image the last of several equal values won: the first in reading order does.",
)
top_positions.wrong(
    "np.stack([images, rows, columns], axis=1)",
    "np.stack([images, rows, columns])",
    says="Each position stands in a column: it has to be a row, (image, row, column).",
)
top_positions.wrong(
    "best = flat.argmax(axis=1)",
    "best = np.abs(flat).argmax(axis=1)",
    says="The value farthest from 0 was taken: a strongly negative activation is a weak one.",
)
top_positions.right(
    BODY,
    """
    found = []
    for n, channel in enumerate(activations):
        best = max(np.ndindex(channel.shape), key=lambda at: channel[at])
        found.append((float(channel[best]), n, *best))
    found.sort(key=lambda entry: (-entry[0], entry[1]))
    return np.array([entry[1:] for entry in found[:k]])
    """,
    says="a loop over tuples",
)
top_positions.right(
    BODY,
    """
    import heapq

    heap = []
    for n, channel in enumerate(np.asfortranarray(activations)):
        row, column = np.argwhere(channel == channel.max())[0]
        entry = (channel.max(), -n, row, column)
        if len(heap) < k:
            heapq.heappush(heap, entry)
        else:
            heapq.heappushpop(heap, entry)
    best = sorted(heap, reverse=True)
    return np.array([(-n, row, column) for _, n, row, column in best], dtype=np.int32)
    """,
    says="streaming, with a heap",
)


crop = ex07.function(
    "crop",
    points=15,
    minutes=15,
    tolerance=COPIES,
    hints=(
        "Start with a patch that is all fill, and then copy into it what there is. The box and the "
        "image overlap in a rectangle, which may be empty.",
        "In the image, the overlap begins at the larger of `top` and 0 and ends at the smaller of "
        "`top + height` and the image's height. Columns likewise.",
        "Every row of the overlap has two numbers: one in the image, and that number minus `top` "
        "in the patch. Copy slice to slice, unless the overlap is empty.",
    ),
)


@crop.probe("wholly inside")
def _(ex, rng):
    return {"patch": ex.crop(rng.uniform(size=(3, 8, 9)), 2, 1, 4, 5)}


@crop.probe("over the upper left corner")
def _(ex, rng):
    return {"patch": ex.crop(rng.uniform(size=(3, 6, 7)), -2, -1, 5, 4)}


@crop.probe("over the lower right corner, filled with 0.25")
def _(ex, rng):
    return {"patch": ex.crop(rng.uniform(size=(2, 6, 7)), 3, 5, 5, 4, fill=0.25)}


@crop.probe("larger than the image on all sides")
def _(ex, rng):
    return {"patch": ex.crop(rng.uniform(size=(1, 2, 3)), -1, -2, 5, 6, fill=0.0)}


@crop.probe("wholly outside")
def _(ex, rng):
    image = rng.uniform(size=(3, 4, 4))
    return {
        "to the left": ex.crop(image, 1, -6, 2, 3),
        "below": ex.crop(image, 7, 1, 2, 3),
    }


@crop.probe("a float32 image gives a float32 patch")
def _(ex, rng):
    image = rng.uniform(size=(3, 4, 5)).astype(np.float32)
    patch = np.asarray(ex.crop(image, -1, 2, 3, 3))
    return {"patch": patch, "is float32": patch.dtype == np.float32}


@crop.probe("writing into the patch leaves the image as it was")
def _(ex, rng):
    image = rng.uniform(size=(1, 4, 4))
    patch = np.asarray(ex.crop(image, 1, 1, 2, 2))
    patch[:] = 7
    return {"image afterwards": image}


crop.wrong(
    BODY,
    """
    patch = np.full((image.shape[0], height, width), fill, image.dtype)
    found = image[:, max(top, 0) : max(top + height, 0), max(left, 0) : max(left + width, 0)]
    patch[:, : found.shape[1], : found.shape[2]] = found
    return patch
    """,
    says="What was found was put into the upper left corner of the patch: above or left of the "
    "image there is fill first, and the picture begins behind it.",
)
crop.wrong(
    BODY,
    """
    top = min(max(top, 0), max(image.shape[1] - height, 0))
    left = min(max(left, 0), max(image.shape[2] - width, 0))
    patch = np.full((image.shape[0], height, width), fill, image.dtype)
    found = image[:, top : top + height, left : left + width]
    patch[:, : found.shape[1], : found.shape[2]] = found
    return patch
    """,
    says="The box was pushed back into the image: it has to stay where it is, and what lies "
    "outside is filled.",
)
crop.wrong(
    BODY,
    """
    rows, columns = top + np.arange(height), left + np.arange(width)
    rows, columns = np.clip(rows, 0, image.shape[1] - 1), np.clip(columns, 0, image.shape[2] - 1)
    return image[:, rows][:, :, columns]
    """,
    says="The border pixels were repeated outward: what lies outside of the image is `fill`.",
)
crop.wrong(
    BODY,
    """
    rows, columns = top + np.arange(height), left + np.arange(width)
    return image[:, rows % image.shape[1]][:, :, columns % image.shape[2]]
    """,
    says="The image came in again from the other side: a negative index counts from the end.",
)
crop.wrong(
    "np.full((image.shape[0], height, width), fill, image.dtype)",
    "np.zeros((image.shape[0], height, width), image.dtype)",
    says="What lies outside is black: fill it with `fill`.",
)
crop.wrong(
    "np.full((image.shape[0], height, width), fill, image.dtype)",
    "np.full((image.shape[0], height, width), float(fill))",
    says="The patch has become float64: make it with the image's dtype.",
)
crop.wrong(
    BODY,
    """
    y0, y1 = max(top, 0), max(min(top + height, image.shape[1]), 0)
    x0, x1 = max(left, 0), max(min(left + width, image.shape[2]), 0)
    return image[:, y0:y1, x0:x1].copy()
    """,
    says="The patch was cut short at the border: it always has shape (C, height, width).",
)
crop.wrong(
    BODY,
    """
    if top >= 0 and left >= 0 and top + height <= image.shape[1] and left + width <= image.shape[2]:
        return image[:, top : top + height, left : left + width]
    patch = np.full((image.shape[0], height, width), fill, image.dtype)
    y0, y1 = max(top, 0), min(top + height, image.shape[1])
    x0, x1 = max(left, 0), min(left + width, image.shape[2])
    if y0 < y1 and x0 < x1:
        patch[:, y0 - top : y1 - top, x0 - left : x1 - left] = image[:, y0:y1, x0:x1]
    return patch
    """,
    says="The patch is a view of the image: whoever writes into it changes the image. Copy it.",
)
crop.right(
    BODY,
    """
    patch = np.empty((image.shape[0], height, width), image.dtype, order="F")
    for c, i, j in np.ndindex(patch.shape):
        y, x = top + i, left + j
        inside = 0 <= y < image.shape[1] and 0 <= x < image.shape[2]
        patch[c, i, j] = image[c, y, x] if inside else fill
    return patch
    """,
    says="pixel by pixel, in Fortran order",
)
crop.right(
    BODY,
    """
    far = max(abs(top), abs(left)) + height + width
    padded = np.pad(image, [(0, 0), (far, far), (far, far)], constant_values=fill)
    return padded[:, far + top : far + top + height, far + left : far + left + width].copy()
    """,
    says="pads the image first",
)


occlusion_map = ex07.function(
    "occlusion_map",
    points=20,
    minutes=15,
    tolerance=SUMS,
    hints=(
        "Two loops, over the places of the square. In each turn: a copy of the image, a square of "
        "grey in it, one call, one subtraction.",
        "The last place is the last one at which the square still lies wholly on the image: its "
        "first row is at most the height of the image minus `size`.",
        "Cover a fresh copy each time; otherwise the squares stay and pile up. The slices cover "
        "all channels at once.",
    ),
)


@ex07.helper
def weighted(weights):
    """A unit that sums its input with these weights, and then relu: cheap, and not linear."""
    return lambda image: max(float((weights * image).sum()), 0.0)


@occlusion_map.probe("a square of 3, step 1")
def _(ex, rng):
    unit = weighted(rng.uniform(0.5, 1, (3, 7, 9)))
    return {"falls": ex.occlusion_map(unit, rng.uniform(size=(3, 7, 9)), 3, 1)}


@occlusion_map.probe("a square of 2, step 3, which does not reach the border")
def _(ex, rng):
    unit = weighted(rng.uniform(0.5, 1, (2, 9, 7)))
    return {"falls": ex.occlusion_map(unit, rng.uniform(size=(2, 9, 7)), 2, 3)}


@occlusion_map.probe("covered with black, for a unit that dislikes what it sees")
def _(ex, rng):
    weights = rng.normal(size=(1, 6, 8))
    image = np.where(weights > 0, 1.0, 0.3)
    return {"falls": ex.occlusion_map(weighted(weights), image, 2, 2, fill=0.0)}


@occlusion_map.probe("a square as large as the image")
def _(ex, rng):
    unit = weighted(rng.uniform(0.5, 1, (3, 4, 4)))
    return {"falls": ex.occlusion_map(unit, rng.uniform(size=(3, 4, 4)), 4, 2)}


@occlusion_map.probe("the image stays as it was")
def _(ex, rng):
    image = rng.uniform(size=(3, 5, 5))
    ex.occlusion_map(weighted(np.ones((3, 5, 5))), image, 2, 1)
    return {"image afterwards": image}


occlusion_map.wrong(
    "whole - activation(covered)",
    "activation(covered)",
    says="These are the activations of the covered images: subtract each from that of the whole "
    "image.",
)
occlusion_map.wrong(
    "whole - activation(covered)",
    "activation(covered) - whole",
    says="The sign is wrong: a fall is positive, whole image minus covered image.",
)
occlusion_map.wrong(
    BODY,
    """
    whole = activation(image)
    rows = range(0, image.shape[1] - size + 1, stride)
    columns = range(0, image.shape[2] - size + 1, stride)
    falls, covered = np.zeros((len(rows), len(columns))), image.copy()
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            covered[:, top : top + size, left : left + size] = fill
            falls[i, j] = whole - activation(covered)
    return falls
    """,
    says="The squares pile up: begin each place with a fresh copy of the image.",
)
occlusion_map.wrong(
    "covered = image.copy()",
    "covered = image",
    says="The grey was painted into the caller's image, where it stays: paint on a copy.",
)
occlusion_map.wrong(
    BODY,
    """
    whole = activation(image)
    rows = range(0, image.shape[1] - size, stride)
    columns = range(0, image.shape[2] - size, stride)
    falls = np.zeros((len(rows), len(columns)))
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            covered = image.copy()
            covered[:, top : top + size, left : left + size] = fill
            falls[i, j] = whole - activation(covered)
    return falls
    """,
    says="The last place is missing: the square may begin at height - size itself, so the range "
    "ends one later.",
)
occlusion_map.wrong(
    BODY,
    """
    whole = activation(image)
    rows = range(0, image.shape[1], stride)
    columns = range(0, image.shape[2], stride)
    falls = np.zeros((len(rows), len(columns)))
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            covered = image.copy()
            covered[:, top : top + size, left : left + size] = fill
            falls[i, j] = whole - activation(covered)
    return falls
    """,
    says="Squares that hang over the border were counted: they have to lie wholly on the image.",
)
occlusion_map.wrong(
    "covered[:, top : top + size, left : left + size] = fill",
    "covered[0, top : top + size, left : left + size] = fill",
    says="Only the first channel was covered: the square is grey in all of them.",
)
occlusion_map.wrong(
    "covered[:, top : top + size, left : left + size] = fill",
    "covered[:, top : top + size, left : left + size] = 0.5",
    says="The square is always 0.5: paint it with `fill`.",
)
occlusion_map.wrong(
    BODY,
    """
    whole = activation(image)
    rows = range(0, image.shape[1] - size + 1, stride)
    columns = range(0, image.shape[2] - size + 1, stride)
    falls = np.zeros((len(rows), len(columns)))
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            place = np.s_[:, top : top + size, left : left + size]
            covered = np.full_like(image, fill)
            covered[place] = image[place]
            falls[i, j] = whole - activation(covered)
    return falls
    """,
    says="All but the square was covered: cover the square and leave the rest as it is.",
)
occlusion_map.wrong(
    "falls[i, j] = whole - activation(covered)",
    "falls[i, j] = (whole - activation(covered)) / whole",
    says="The falls were divided by the activation: give them in the unit's own numbers.",
)
occlusion_map.right(
    BODY,
    """
    channels, height, width = image.shape
    shape = (height - size) // stride + 1, (width - size) // stride + 1
    falls = np.full(shape, float(activation(image)), order="F")
    for i, j in np.ndindex(shape):
        y, x = np.mgrid[:height, :width]
        under = (i * stride <= y) & (y < i * stride + size)
        under &= (j * stride <= x) & (x < j * stride + size)
        falls[i, j] -= activation(np.where(under, fill, image))
    return falls
    """,
    says="through a mask, in Fortran order",
)
occlusion_map.right(
    BODY,
    """
    work, rows = image.astype(np.float64), []
    for top in range(0, image.shape[1] - size + 1, stride):
        row = []
        for left in range(0, image.shape[2] - size + 1, stride):
            place = (slice(None), slice(top, top + size), slice(left, left + size))
            work[place] = fill
            row.append(activation(image) - activation(work))
            work[place] = image[place]
        rows.append(row)
    return np.array(rows)
    """,
    says="uncovers each square again",
)


auc = ex07.function(
    "auc",
    points=20,
    minutes=15,
    tolerance=SHARES,
    hints=(
        "Split the scores into those of the ones and those of the zeros. Every one meets every "
        "zero once; count how often it wins, and how often nobody does.",
        "With an axis more on each side, (ones, 1) against (1, zeros), one comparison makes the "
        "table of all pairs. Add half of the table of equal pairs, then take the mean.",
        "Without a table: sort the zeros, and ask np.searchsorted for each one how many zeros lie "
        "below it (left) and how many not above it (right). Half of the sum counts ties rightly.",
    ),
)


@auc.probe("forty pictures")
def _(ex, rng):
    labels = np.array([0, 1] * 20)
    return {"auc": ex.auc(rng.normal(size=40) + labels, labels)}


@auc.probe("few ones and many zeros")
def _(ex, rng):
    labels = np.zeros(60, int)
    labels[rng.choice(60, 7, replace=False)] = 1
    return {"auc": ex.auc(rng.normal(size=60), labels)}


@auc.probe("many equal scores, as a relu gives them")
def _(ex, rng):
    labels = np.array([0, 1, 1] * 15)
    scores = np.maximum(np.round(rng.normal(size=45) + labels), 0)
    return {"auc": ex.auc(scores, labels)}


@auc.probe("a perfect order, one upside down, and all scores equal")
def _(ex, rng):
    labels = np.array([0, 0, 0, 1, 1])
    scores = np.sort(rng.normal(size=5))
    return {
        "perfect": ex.auc(scores, labels),
        "upside down": ex.auc(-scores, labels),
        "all equal": ex.auc(np.full(5, 2.0), labels),
    }


@auc.probe("scores and labels stay as they were")
def _(ex, rng):
    scores, labels = rng.normal(size=12), np.array([1, 0, 0] * 4)
    ex.auc(scores, labels)
    return {"scores afterwards": scores, "labels afterwards": labels}


auc.wrong(
    "np.mean((below + not_above) / 2)",
    "np.mean(below)",
    says="Equal scores counted as lost: a pair of equals counts one half.",
)
auc.wrong(
    "np.mean((below + not_above) / 2)",
    "np.mean(not_above)",
    says="Equal scores counted as won: a pair of equals counts one half.",
)
auc.wrong(
    "np.mean((below + not_above) / 2) / len(zeros)",
    "1 - np.mean((below + not_above) / 2) / len(zeros)",
    says="The order is upside down: count the pairs in which the one has the higher score.",
)
auc.wrong(
    "np.mean((below + not_above) / 2) / len(zeros)",
    "np.sum((below + not_above) / 2) / len(scores) ** 2",
    says="The wins were divided by the square of N: there are ones times zeros pairs.",
)
auc.wrong(
    "np.mean((below + not_above) / 2) / len(zeros)",
    "np.sum((below + not_above) / 2)",
    says="The pairs were counted, but not divided by how many there are.",
)
auc.wrong(
    BODY,
    """
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    n = np.count_nonzero(labels == 1)
    return float((ranks[labels == 1].sum() - n * (n + 1) / 2) / n / (len(scores) - n))
    """,
    says="Equal scores got different ranks, by chance of where they stand: give equals the mean of "
    "their ranks, so that such a pair counts one half.",
)
auc.wrong(
    BODY,
    """
    guesses = scores > np.median(scores)
    return float(np.mean(guesses == (labels == 1)))
    """,
    says="That is the accuracy at one threshold: the AUC compares pairs and needs no threshold.",
)
auc.wrong(
    "np.mean((below + not_above) / 2) / len(zeros)",
    "max(np.mean(below + not_above) / 2 / len(zeros), "
    "1 - np.mean(below + not_above) / 2 / len(zeros))",
    says="A unit below 0.5 was turned over: keep the direction, 0 is perfect upside down.",
)
auc.wrong(
    "ones, zeros = scores[labels == 1], np.sort(scores[labels == 0])",
    "scores.sort()\n    ones, zeros = scores[labels == 1], np.sort(scores[labels == 0])",
    says="The scores were sorted in place: that changes the caller's array, and they no longer fit "
    "their labels.",
)
auc.right(
    BODY,
    """
    difference = scores[labels == 1][:, None] - scores[labels == 0]
    return np.float32(np.mean((np.sign(difference) + 1) / 2))
    """,
    says="the table of all pairs, float32",
)
auc.right(
    BODY,
    """
    values, group, count = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    ranks = (last - (count - 1) / 2)[group]
    n = int(labels.sum())
    return (ranks[labels == 1].sum() - n * (n + 1) / 2) / (n * (len(labels) - n))
    """,
    says="Mann-Whitney's sum of mean ranks",
)
auc.right(
    BODY,
    """
    won = 0.0
    for one in scores[labels == 1]:
        for zero in scores[labels == 0]:
            won += 1.0 if one > zero else 0.5 if one == zero else 0.0
    return won / (labels == 1).sum() / (labels == 0).sum()
    """,
    says="two loops",
)
