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
    section="Receptive fields",
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


@receptive_field_1d.probe("stacks of one to five layers drawn at random")
def _(ex, rng):
    found = {}
    for count in range(1, 6):
        layers = [
            (int(rng.integers(1, 8)), int(rng.integers(1, 5)), int(rng.integers(5)),
             int(rng.integers(1, 6)))
            for _ in range(count)
        ]  # fmt: skip
        size, stride, offset = ex.receptive_field_1d(layers)
        found[f"size of {count}"] = size
        found[f"stride of {count}"] = stride
        found[f"offset of {count}"] = offset
    return found


@receptive_field_1d.probe("no layer at all", "edge")
def _(ex, rng):
    size, stride, offset = ex.receptive_field_1d([])
    return {"size": size, "stride": stride, "offset": offset}


@receptive_field_1d.probe("kernels of one tap; more padding than kernel", "edge")
def _(ex, rng):
    first, second = rng.integers(2, 9, (2, 2)).tolist()
    layers = [(1, first[0], first[1], 2), (1, 1, second[0], 1)]
    size, stride, offset = ex.receptive_field_1d(layers)
    return {"size": size, "stride": stride, "offset": offset}


receptive_field_1d.wrong(
    "size += dilation * (kernel - 1) * stride",
    "size += dilation * (kernel - 1)",
    says="The kernel's reach was counted in units of its own layer: multiply it by the stride so "
    "far, for neighbouring units are that many input samples apart.",
)
receptive_field_1d.wrong(
    "offset -= padding * stride",
    "offset -= padding",
    says="The padding was taken as it is: a zero before this layer is as many input samples wide "
    "as the stride so far, so multiply the padding by it.",
)
receptive_field_1d.wrong(
    "offset -= padding * stride\n        size += dilation * (kernel - 1) * stride\n"
    "        stride *= step",
    "stride *= step\n        offset -= padding * stride\n"
    "        size += dilation * (kernel - 1) * stride",
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
    says="The dilation was multiplied with the kernel before 1 was taken off: it stretches the "
    "gaps between the taps, dilation * (kernel - 1).",
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
    says="A stride was applied to the layers before it: it counts for those after it. Begin at the "
    "input, and use the product of the strides so far.",
)
receptive_field_1d.wrong(
    "stride *= step",
    "stride = step",
    says="The stride is that of the last layer alone: strides multiply from layer to layer.",
)
receptive_field_1d.wrong(
    "offset -= padding * stride\n        size += dilation * (kernel - 1) * stride\n",
    "offset -= padding * step\n        size += dilation * (kernel - 1) * step\n",
    says="The layer's own stride was used for its kernel and padding: what counts there is the "
    "product of the strides of the layers before it.",
)
receptive_field_1d.wrong(
    "size += dilation * (kernel - 1) * stride",
    "size += dilation * (kernel - 1) * step",
    says="The size grows by the layer's own stride: a gap of the kernel counts the product of the "
    "strides of the layers before it.",
)
receptive_field_1d.wrong(
    BODY,
    """
    size, stride, offset = 1, 1, 0
    for kernel, step, padding, dilation in layers:
        offset -= padding * stride
        stride *= step
        size += dilation * (kernel - 1) * stride
    return size, stride, offset
    """,
    says="The size was changed after the stride: it grows by the stride before the layer.",
)
receptive_field_1d.wrong(
    BODY,
    """
    size, stride, offset = 1, 1, 0
    for kernel, step, padding, dilation in layers:
        size += dilation * (kernel - 1) * stride
        stride *= step
        offset -= padding * stride
    return size, stride, offset
    """,
    says="The offset was changed after the stride: it moves by the stride before the layer.",
)
receptive_field_1d.wrong(
    "offset -= padding * stride",
    "offset -= padding * dilation * stride",
    says="The padding was dilated: dilation spreads the taps only, zeros lie one unit apart.",
)
receptive_field_1d.wrong(
    "size += dilation * (kernel - 1) * stride",
    "size += (dilation * (kernel - 1) - 2 * padding) * stride",
    says="The padding was taken off the size: it moves the boxes and does not make them smaller.",
)
receptive_field_1d.wrong(
    "size, stride, offset = 1, 1, 0",
    "size, stride, offset = 0, 1, 0",
    says="The size is one short: before the first layer a unit already sees itself.",
)
receptive_field_1d.wrong(
    "size += dilation * (kernel - 1) * stride",
    "size *= dilation * (kernel - 1) + 1",
    says="The reaches of the kernels were multiplied: each layer adds its gaps to the size.",
)
receptive_field_1d.wrong(
    "stride *= step",
    "stride *= step * dilation",
    says="The dilation was multiplied into the stride: neighbouring units are apart by the strides "
    "alone, dilation spreads the taps of its own layer.",
)
receptive_field_1d.wrong(
    "size += dilation * (kernel - 1) * stride",
    "size = dilation * (kernel - 1) + 1",
    says="The size is that of the last kernel alone: each layer adds to what the units before it "
    "see.",
)
receptive_field_1d.wrong(
    "offset -= padding * stride",
    "offset -= (dilation * (kernel - 1) // 2) * stride",
    says="The offset moved by half of the kernel: it moves by the padding, whatever the kernel.",
)
receptive_field_1d.wrong(
    "return size, stride, offset",
    "return int(size), int(stride), int(min(offset, 0) + size // 2)",
    says="That is the middle of unit 0's box: the offset is where the box begins.",
)
for order, was in (
    ("kernel, padding, step, dilation", "stride and padding"),
    ("kernel, step, dilation, padding", "padding and dilation"),
    ("step, kernel, padding, dilation", "kernel and stride"),
    ("kernel, dilation, padding, step", "stride and dilation"),
):
    receptive_field_1d.wrong(
        "for kernel, step, padding, dilation in",
        f"for {order} in",
        says=f"Of each layer, {was} were taken for each other: the order is (kernel, stride, "
        "padding, dilation).",
    )
for order in ("offset, size, stride", "size, offset, stride", "stride, size, offset"):
    receptive_field_1d.wrong(
        "return size, stride, offset",
        f"return {order}",
        says=f"The results came as ({order}): the order is (size, stride, offset).",
    )
receptive_field_1d.wrong(
    "size += dilation * (kernel - 1) * stride",
    "size += (kernel + (kernel - 1) * dilation - 1) * stride",
    says="A dilation of d was taken to put d samples between two taps: it puts d - 1 there, so "
    "that neighbouring taps are d apart and a dilation of 1 changes nothing.",
)
receptive_field_1d.wrong(
    BODY,
    """
    if not layers:
        return 1, 1, 0
    size, stride, offset = layers[0][0], layers[0][1], -layers[0][2]
    for kernel, step, padding, dilation in layers[1:]:
        offset -= padding * stride
        size += dilation * (kernel - 1) * stride
        stride *= step
    return size, stride, offset
    """,
    says="The first layer was left out of the loop, and its dilation with it: begin with size 1, "
    "stride 1 and offset 0, and let every layer have its turn.",
)
receptive_field_1d.wrong(
    BODY,
    """
    size = 1 + layers[0][3] * (layers[0][0] - 1)
    stride, offset = layers[0][1], -layers[0][2]
    for kernel, step, padding, dilation in layers[1:]:
        offset -= padding * stride
        size += dilation * (kernel - 1) * stride
        stride *= step
    return size, stride, offset
    """,
    says="There may be no first layer to begin with: begin with what a unit sees before any layer, "
    "size 1, stride 1 and offset 0.",
)
receptive_field_1d.wrong(
    "        stride *= step\n",
    "        stride *= step\n        return size, stride, offset\n",
    says="Only the first layer was counted: a return inside the loop ends it after one turn.",
)
receptive_field_1d.wrong(
    BODY,
    """
    size, stride, offset = 1, 1, 0
    for kernel, step, padding, dilation in layers:
        offset -= padding * stride
        size = (size - 1) * step + dilation * (kernel - 1) + 1
        stride *= step
    return size, stride, offset
    """,
    says="The size was carried from a layer's output back to its input, (size - 1) * stride + "
    "kernel, though the layers go from the input on: that formula begins at the last layer.",
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
receptive_field_1d.equivalent(
    "if the absolute value of a difference is taken",
    because="a kernel has at least one tap, so kernel - 1 is never negative",
)


unit_box = ex07.function(
    "unit_box",
    points=10,
    minutes=5,
    section="Receptive fields",
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
    boxes = {}
    for unit in (0, 3, 7):
        start, stop = ex.unit_box(unit, (8, 2, -3), 16)
        boxes |= {f"start of unit {unit}": start, f"stop of unit {unit}": stop}
    return boxes


@unit_box.probe("a positive offset")
def _(ex, rng):
    start, stop = ex.unit_box(2, (5, 4, int(rng.integers(1, 5))), 40)
    return {"start": start, "stop": stop}


@unit_box.probe("boxes drawn at random")
def _(ex, rng):
    boxes = {}
    for number in range(12):
        size, stride, position = int(rng.integers(1, 9)), *rng.integers(1, 7, 2).tolist()
        field = (size, stride, int(rng.integers(-9, 5)))
        start, stop = ex.unit_box(position, field, int(rng.integers(6, 30)))
        boxes |= {f"start of box {number}": start, f"stop of box {number}": stop}
    return boxes


@unit_box.probe("a box larger than the input", "edge")
def _(ex, rng):
    start, stop = ex.unit_box(1, (92, 8, -42), 20)
    return {"start": start, "stop": stop}


@unit_box.probe("boxes that lie wholly in the padding", "edge")
def _(ex, rng):
    length = int(rng.integers(6, 12))
    before, behind = ex.unit_box(0, (2, 3, -5), length), ex.unit_box(6, (2, 3, -5), length)
    return {
        "start, before the input": before[0],
        "stop, before the input": before[1],
        "start, behind it": behind[0],
        "stop, behind it": behind[1],
    }


@unit_box.probe("boxes that end exactly at a border; one sample; an input of one", "edge")
def _(ex, rng):
    calls = [(0, (4, 2, -4), 9), (3, (3, 2, 0), 9), (3, (3, 3, 0), 9), (4, (1, 1, 0), 9)]
    boxes = {}
    for number, call in enumerate([*calls, (0, (3, 1, -1), 1)]):
        start, stop = ex.unit_box(*call)
        boxes |= {f"start of box {number}": start, f"stop of box {number}": stop}
    return boxes


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
unit_box.wrong(
    "offset + position * stride",
    "(offset + position) * stride",
    says="The offset was multiplied by the stride: it is in input samples already.",
)
unit_box.wrong(
    "offset + position * stride",
    "position * stride - offset",
    says="The offset was subtracted: it is added, and a negative one moves the box to the left.",
)
unit_box.wrong(
    "offset + position * stride",
    "offset + position * size",
    says="The boxes were put end to end, `size` apart: neighbouring units begin `stride` apart, so "
    "that their boxes may overlap.",
)
unit_box.wrong(
    "stop = start + size",
    "stop = start + size * stride",
    says="The size was multiplied by the stride: it is in input samples already.",
)
unit_box.wrong(
    "stop = start + size",
    "stop = start + stride",
    says="The box is as long as the stride: it is `size` samples long, and the stride is how far "
    "units are apart.",
)
unit_box.wrong(
    BODY,
    """
    size, stride, offset = field
    start = max(min(offset + position * stride, length - size), 0)
    return start, min(start + size, length)
    """,
    says="The box was pushed back into the input: it has to stay where it is and lose what lies "
    "outside.",
)
unit_box.wrong(
    BODY,
    """
    size, stride, offset = field
    start = offset + position * stride
    start, stop = min(max(start, 0), length), min(max(start + size, 0), length)
    return start, stop - start
    """,
    says="The second number is how long the clipped box is: it should be where the box stops.",
)
unit_box.wrong(
    BODY,
    """
    size, stride, offset = field
    start = offset + position * stride
    stop = start + size
    if stop <= 0 or start >= length:
        return 0, 0
    return max(start, 0), min(stop, length)
    """,
    says="A box behind the input became (0, 0): both of its ends are clipped to length.",
)
unit_box.wrong(
    BODY,
    """
    size, stride, offset = field
    start = offset + position * stride
    stop = start + size
    return min(max(start, 0), length - 1), min(max(stop, 0), length)
    """,
    says="The start was kept below length: a box wholly behind the input is empty, and both of its "
    "ends are length.",
)
unit_box.wrong(
    BODY,
    """
    size, stride, offset = field
    start = offset + position * stride
    return abs(start), min(abs(start) + size, length)
    """,
    says="The sign of a negative start was dropped: what lies below 0 becomes 0.",
)
for order in ("size, offset, stride", "offset, stride, size", "stride, size, offset"):
    unit_box.wrong(
        "size, stride, offset = field",
        f"{order} = field",
        says=f"The field was taken apart as ({order}): it is (size, stride, offset).",
    )
unit_box.wrong(
    "stop = start + size",
    "stop = start + size + 1",
    says="The box is one sample too long: stop is the first sample that is not in it.",
)
unit_box.wrong(
    "start = offset + position * stride",
    "start = abs(offset) + position * stride",
    says="The sign of the offset was dropped: a negative one puts the box to the left.",
)
unit_box.wrong(
    BODY,
    """
    size, stride, offset = field
    start = min(max(offset + position * stride, 0), length)
    return start, min(max(offset + position * stride + size, start + 1), length)
    """,
    says="Every box was given at least one sample: a box wholly before the input is empty, and "
    "both of its ends are 0.",
)
unit_box.wrong(
    "min(max(start, 0), length), min(max(stop, 0), length)",
    "min(max(start, 0), length), stop",
    says="Only the beginning was clipped: the end is moved into 0 ... length, too.",
)
unit_box.wrong(
    "min(max(start, 0), length), min(max(stop, 0), length)",
    "start, min(max(stop, 0), length)",
    says="Only the end was clipped: the beginning is moved into 0 ... length, too.",
)
unit_box.wrong(
    "min(max(start, 0), length), min(max(stop, 0), length)",
    "start % length, min(max(stop, 0), length)",
    says="A beginning below 0 was counted from the end (modulo the length): it becomes 0.",
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
unit_box.right(
    BODY,
    """
    size, stride, offset = field
    start, stop = (offset + stride * position + extra for extra in (0, size))
    return sorted((0, start, length))[1], sorted((0, stop, length))[1]
    """,
    says="the middle one of three",
)
unit_box.equivalent(
    "if two arguments of min are exchanged", because="the smaller of two has no order"
)
unit_box.equivalent(
    "if two arguments of max are exchanged", because="the larger of two has no order"
)


def explained_positions(got, expected):
    """What is wrong with the places: an image twice, an order turned round, columns exchanged."""
    (name, found), (_, right) = next(
        pair for pair in zip(got.items(), expected.items(), strict=True)
        if pair[0][1].shape != pair[1][1].shape or (pair[0][1] != pair[1][1]).any()
    )  # fmt: skip
    if found.ndim != 2 or found.shape[1] != 3 or found.dtype.kind not in "iu":
        return None
    images, counts = np.unique(found[:, 0], return_counts=True)
    if (counts > 1).any() and not (found[:, 0] == found[0, 0]).all():
        return (
            f"{name}: image {images[counts > 1][0]} stands in {counts.max()} rows: at most one "
            "place an image"
        )
    turned, swapped = right[::-1], [0, 2, 1]
    if len(right) > 2 and found.shape == right.shape:
        if (found[:, swapped] == right).all():
            return f"{name}: row and column are exchanged: (image, row, column) is asked for"
        if (found == turned).all():
            return f"{name}: the order is turned round: the largest activation comes first"
        if (found[:, swapped] == turned).all():
            return (
                f"{name}: the order is turned round, the largest activation comes first; and row "
                "and column are exchanged"
            )
    return None


top_positions = ex07.function(
    "top_positions",
    points=20,
    minutes=20,
    section="Nine patches, the slow way",
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


@top_positions.probe("the best three of six images", explain=explained_positions)
def _(ex, rng):
    return {"positions": ex.top_positions(rng.normal(size=(6, 4, 5)), 3)}


@top_positions.probe("one image holds all of the largest values", explain=explained_positions)
def _(ex, rng):
    activations = rng.uniform(0, 1, (4, 3, 3))
    activations[2] += 5
    return {"positions": ex.top_positions(activations, 3)}


@top_positions.probe("stacks of any size", explain=explained_positions)
def _(ex, rng):
    found = {}
    for number in range(6):
        activations = rng.normal(size=rng.integers(1, 8, 3))
        k = int(rng.integers(1, 9))
        found[f"positions in stack {number}"] = ex.top_positions(activations, k)
    return found


@top_positions.probe("the image with the largest value has a low mean", explain=explained_positions)
def _(ex, rng):
    activations = rng.uniform(1, 2, (5, 4, 3))
    activations[3], activations[1] = 0, 0.5
    activations[3, 2, 1], activations[1, 3, 2] = 9, 7
    return {"positions": ex.top_positions(activations, 4)}


@top_positions.probe(
    "equal values, within an image and between images", "edge", explain=explained_positions
)
def _(ex, rng):
    activations = np.zeros((5, 3, 4))
    activations[1, 0, 3] = activations[1, 2, 0] = 1
    activations[2, 1, 1] = activations[4, 1, 0] = activations[4, 0, 2] = 1
    return {"positions": ex.top_positions(activations, 5)}


@top_positions.probe(
    "many images of few values, as a relu gives them", "edge", explain=explained_positions
)
def _(ex, rng):
    return {"positions": ex.top_positions(rng.integers(0, 2, (60, 1, 3)).astype(float), 50)}


@top_positions.probe("fewer images than asked for", "edge", explain=explained_positions)
def _(ex, rng):
    return {"positions": ex.top_positions(rng.normal(size=(2, 3, 6)), 9)}


@top_positions.probe("all activations negative", "edge", explain=explained_positions)
def _(ex, rng):
    return {"positions": ex.top_positions(-1 - rng.uniform(0, 1, (4, 5, 2)), 2)}


@top_positions.probe(
    "one image; maps of one value; values of every size", "edge", explain=explained_positions
)
def _(ex, rng):
    ranks = rng.permutation(5)
    return {
        "in one image": ex.top_positions(rng.normal(size=(1, 2, 5)), 1),
        "in maps of one value": ex.top_positions(rng.normal(size=(4, 1, 1)), 3),
        "in large and small values": ex.top_positions(10.0 ** (15 * ranks - 30)[:, None, None], 5),
    }


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
top_positions.wrong(
    "best = flat.argmax(axis=1)",
    "h, w = activations.shape[1:]\n"
    "    turned = activations.transpose(0, 2, 1).reshape(len(flat), -1).argmax(axis=1)\n"
    "    best = turned % h * w + turned // h",
    says="Of equal values in an image the one in the first column won: reading order goes through "
    "a row before it comes to the next.",
)
top_positions.wrong(
    BODY,
    """
    n, h, w = activations.shape
    image = activations.reshape(n, -1).max(axis=1).argmax()
    order = np.argsort(-activations[image].ravel(), kind="stable")[: min(k, n)]
    return np.stack([np.full(len(order), image), order // w, order % w], axis=1)
    """,
    says="All places come from the one image with the largest activation: take one from each "
    "image, and of these the k largest.",
)
top_positions.wrong(
    "return np.stack([images, rows, columns], axis=1)",
    "found = np.zeros((k, 3), int)\n"
    "    found[: len(images)] = np.stack([images, rows, columns], axis=1)\n"
    "    return found",
    says="There are always k rows: with fewer than k images there is one row for each image, and "
    "none besides.",
)
top_positions.wrong(
    BODY,
    """
    found = []
    for number, channel in enumerate(activations):
        best, place = 0, (0, 0)
        for at in np.ndindex(channel.shape):
            if channel[at] > best:
                best, place = channel[at], at
        found.append((best, number, *place))
    found.sort(key=lambda entry: -entry[0])
    return np.array([entry[1:] for entry in found[:k]])
    """,
    says="Negative activations were all taken as 0, or the search began there, so that their order "
    "is lost: the largest of an image may be negative.",
)
top_positions.wrong(
    "largest = flat[np.arange(len(flat)), best]",
    "largest = flat.mean(axis=1)",
    says="The images were ranked by all of their activations, a mean or a sum: rank them by their "
    "largest.",
)
top_positions.wrong(
    'images = np.argsort(-largest, kind="stable")[:k]',
    "images = np.arange(len(largest))[:k]",
    says="The first k images were taken: take those with the largest activations.",
)
top_positions.wrong(
    'np.argsort(-largest, kind="stable")[:k]',
    'np.argsort(largest, kind="stable")[-k:]',
    says="The order is upside down: the largest activation comes first, and of equal ones the "
    "lower number.",
)
top_positions.wrong(
    "np.stack([images, rows, columns], axis=1)",
    "np.stack([np.arange(len(images)), rows, columns], axis=1)",
    says="The first column counts the rows: it should be the number of the image.",
)
top_positions.wrong(
    "np.stack([images, rows, columns], axis=1)",
    "np.stack([images, best[images]], axis=1)",
    says="The place within the image is still the flat position: split it into row and column.",
)
top_positions.wrong(
    "np.stack([images, rows, columns], axis=1)",
    "np.stack([images, rows, columns], axis=1).astype(float)",
    says="The positions are floats: they are whole numbers, with which one can index.",
)
top_positions.wrong(
    "np.stack([images, rows, columns], axis=1)",
    "np.stack([rows, columns, images], axis=1)",
    says="The image's number comes last: the order is (image, row, column).",
)
top_positions.wrong(
    "np.stack([images, rows, columns], axis=1)",
    "np.stack([largest[images], rows, columns], axis=1)",
    says="The first column holds the activations: it should be the number of the image.",
)
top_positions.wrong(
    'np.argsort(-largest, kind="stable")[:k]',
    'np.argsort(np.argsort(-largest, kind="stable"), kind="stable")[:k]',
    says="The ranks of the images were taken for their numbers: argsort gives the numbers in "
    "order, and sorting a second time turns them into ranks.",
)
top_positions.wrong(
    "best = flat.argmax(axis=1)",
    "best = np.full(len(flat), flat.max(axis=0).argmax())",
    says="All images got one and the same place: each has a largest activation of its own.",
)
top_positions.wrong(
    'np.argsort(-largest, kind="stable")[:k]',
    "np.argsort(-largest)[:k]",
    says='The order of equal activations was left to the sorting, which without kind="stable" '
    "does not keep it: the image with the lower number comes first.",
)
top_positions.wrong(
    'np.argsort(-largest, kind="stable")[:k]',
    "np.unique(-largest, return_index=True)[1][:k]",
    says="Of images with equal activations only one is left: each image counts, np.unique drops "
    "what is there twice.",
)
top_positions.wrong(
    BODY,
    """
    largest = activations.reshape(len(activations), -1).max(axis=1)
    found = [
        (n, i, j)
        for n in np.argsort(-largest, kind="stable")[:k]
        for i, j in np.argwhere(activations[n] == largest[n])
    ]
    return np.array(found)[:k]
    """,
    says="All places of the largest value of an image were taken (argwhere gives each): from "
    "each image take the first of them only.",
)
top_positions.wrong(
    "flat = activations.reshape(len(activations), -1)",
    "activations = activations[:k]\n    flat = activations.reshape(len(activations), -1)",
    says="Only the first k images were looked at: the k best of all images are asked for.",
)
top_positions.wrong(
    BODY,
    """
    order = np.argsort(-activations, axis=None, kind="stable")[: min(k, len(activations))]
    return np.stack(np.unravel_index(order, activations.shape), axis=1)
    """,
    says="The largest of all positions were taken, several of one image among them: from each "
    "image take its largest only.",
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
for name in ("argmax", "stack"):
    top_positions.equivalent(
        f"if {name} runs along axis -1 in place of axis 1",
        because="of two axes, axis 1 is the last",
    )
top_positions.equivalent(
    "with 2 in the place of a 1", because="reshape takes any negative length for what is left over"
)


crop = ex07.function(
    "crop",
    points=15,
    minutes=15,
    section="Nine patches, the slow way",
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
    return {"patch": ex.crop(rng.normal(size=(3, 8, 9)), 2, 1, 4, 5)}


@crop.probe("over the upper left corner")
def _(ex, rng):
    return {"patch": ex.crop(rng.uniform(size=(3, 6, 7)), -2, -1, 5, 4)}


@crop.probe("over the lower right corner, filled with 0.25")
def _(ex, rng):
    return {"patch": ex.crop(rng.uniform(size=(2, 6, 7)), 3, 5, 5, 4, fill=0.25)}


@crop.probe("boxes drawn at random, inside, over a border and beyond it")
def _(ex, rng):
    patches = {}
    for number in range(10):
        channels, height, width, tall, wide = rng.integers(1, 7, 5).tolist()
        top, left = int(rng.integers(-7, height + 2)), int(rng.integers(-7, width + 2))
        image = rng.normal(size=(channels, height, width))
        patches[f"patch {number}"] = ex.crop(image, top, left, tall, wide, float(rng.random()))
    return patches


@crop.probe("larger than the image on all sides", "edge")
def _(ex, rng):
    return {"patch": ex.crop(rng.uniform(size=(1, 2, 3)), -1, -2, 5, 6, fill=0.0)}


@crop.probe("wholly outside", "edge")
def _(ex, rng):
    image = rng.uniform(size=(3, 4, 4))
    return {
        "to the left": ex.crop(image, 1, -6, 2, 3),
        "below": ex.crop(image, 7, 1, 2, 3),
        "above and to the right": ex.crop(image, -9, 8, 2, 3),
    }


@crop.probe("exactly to a border, and just beyond it; one pixel", "edge")
def _(ex, rng):
    image = rng.uniform(size=(2, 5, 4))
    return {
        "up to the last row and column": ex.crop(image, 2, 1, 3, 3),
        "just above": ex.crop(image, -2, 0, 2, 4),
        "just to the right": ex.crop(image, 0, 4, 5, 2),
        "the last pixel": ex.crop(image, 4, 3, 1, 1),
        "the whole image": ex.crop(image, 0, 0, 5, 4),
    }


@crop.probe("a float32 image gives a float32 patch", "promise")
def _(ex, rng):
    return {"patch": ex.crop(rng.uniform(size=(3, 4, 5)).astype(np.float32), -1, 2, 3, 3)}


@crop.probe("a patch inside is a new array too", "promise")
def _(ex, rng):
    return {"patch": ex.crop(rng.uniform(size=(1, 4, 4)), 1, 1, 2, 2)}


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
crop.wrong(
    BODY,
    """
    patch = np.full((image.shape[0], height, width), fill, image.dtype)
    for i in range(height):
        for j in range(width):
            y, x = top - height // 2 + i, left - width // 2 + j
            if 0 <= y < image.shape[1] and 0 <= x < image.shape[2]:
                patch[:, i, j] = image[:, y, x]
    return patch
    """,
    says="top and left were taken as the middle of the box: they are its upper left corner.",
)
crop.wrong(
    BODY,
    """
    patch = np.full((image.shape[0], height, width), fill, image.dtype)
    for i in range(height):
        for j in range(width):
            y, x = top + i, left + j
            if -image.shape[1] <= y < image.shape[1] and -image.shape[2] <= x < image.shape[2]:
                patch[:, i, j] = image[:, y, x]
    return patch
    """,
    says="Above and to the left the image came in again from its other end: a negative index "
    "counts from the end, so ask for 0 <= row and 0 <= column as well.",
)
crop.wrong(
    BODY,
    """
    padded = np.pad(image, [(0, 0), (0, height), (0, width)], constant_values=fill)
    return padded[:, top : top + height, left : left + width].copy()
    """,
    says="Only what lies below and to the right was filled: a box may begin above or to the left "
    "of the image as well.",
)
crop.wrong(
    BODY,
    """
    padded = np.pad(image, [(0, 0), (height, 0), (width, 0)], constant_values=fill)
    return padded[:, top + height : top + 2 * height, left + width : left + 2 * width].copy()
    """,
    says="Only what lies above and to the left was filled: a box may end below or to the right of "
    "the image as well.",
)
crop.wrong(
    BODY,
    """
    return image[:, top : top + height, left : left + width].copy()
    """,
    says="The box was cut out with plain slices: a negative index counts from the end, and beyond "
    "the image a slice just ends. What is missing has to be filled.",
)
crop.wrong(
    BODY,
    """
    return image[:, top:height, left:width].copy()
    """,
    says="height and width were taken as the row and the column where the box ends: it ends at "
    "top + height and left + width.",
)
crop.wrong(
    "min(top + height, image.shape[1])",
    "min(top + height, image.shape[1] - 1)",
    says="The last row of the image was left out: rows run to H - 1, and the end of a slice is not "
    "in it.",
)
crop.wrong(
    BODY,
    """
    patch = np.full((image.shape[0], height, width), fill, image.dtype)
    for i in range(height):
        for j in range(width):
            y, x = top + i, left + j
            if 0 < y < image.shape[1] and 0 < x < image.shape[2]:
                patch[:, i, j] = image[:, y, x]
    return patch
    """,
    says="Row 0 and column 0 were taken to be outside: pixels are numbered from 0.",
)
crop.wrong(
    "patch = np.full((image.shape[0], height, width), fill, image.dtype)",
    "patch = np.full((image.shape[0], height, width), image.mean(), image.dtype)",
    says="What lies outside got the mean of the image: fill it with `fill`.",
)
crop.wrong(
    BODY,
    """
    height0, width0 = image.shape[1:]
    rows, columns = top + np.arange(height), left + np.arange(width)
    rows, columns = np.abs(rows) % (2 * height0), np.abs(columns) % (2 * width0)
    rows = np.minimum(rows, np.maximum(2 * height0 - 2 - rows, 0))
    columns = np.minimum(columns, np.maximum(2 * width0 - 2 - columns, 0))
    return image[:, rows][:, :, columns]
    """,
    says="The image was mirrored at its border: what lies outside of the image is `fill`.",
)
crop.wrong(
    BODY,
    """
    patch = np.full((image.shape[0], height, width), fill, image.dtype)
    y0, y1 = max(top, 0), min(top + height, image.shape[1])
    x0, x1 = max(left, 0), min(left + width, image.shape[2])
    patch[:, y0 - top : y1 - top, x0 - left : x1 - left] = image[:, y0:y1, x0:x1]
    return patch
    """,
    says="A box wholly outside was not thought of: there is no overlap then, the end of a slice "
    "falls below its beginning or below 0, and nothing may be copied.",
)
crop.wrong(
    BODY,
    """
    patch = np.full((image.shape[0], height, width), fill, image.dtype)
    y, x = max(top, 0), max(left, 0)
    found = image[:, y : y + height, x : x + width]
    patch[:, : found.shape[1], : found.shape[2]] = found
    return patch
    """,
    says="A box that begins above or to the left of the image was moved to its border: it has to "
    "stay where it is, with fill first and the picture behind it.",
)
crop.wrong(
    BODY,
    """
    far = max(abs(top), abs(left)) + height + width
    padded = np.pad(image, [(0, 0), (far, far), (far, far)], mode="symmetric")
    return padded[:, far + top : far + top + height, far + left : far + left + width].copy()
    """,
    says="The image was mirrored at its border, border pixel included: what lies outside of the "
    "image is `fill`.",
)
crop.wrong(
    BODY,
    """
    out = np.full((image.shape[0], height, width), fill, image.dtype)
    for i in range(height):
        for j in range(width):
            if 0 <= top + i < image.shape[1] and 0 <= left + j < image.shape[1]:
                out[:, i, j] = image[:, top + i, left + j]
    return out
    """,
    says="Both bounds were taken from the rows, image.shape[1]: columns end at image.shape[2].",
)
crop.wrong(
    BODY,
    """
    patch = np.full((image.shape[0], height, width), fill, image.dtype)
    part = image[:, top : top + height, left : left + width]
    patch[:, : part.shape[1], : part.shape[2]] = part
    return patch
    """,
    says="The image was sliced at top and left as they are: below 0 they count from the end, and "
    "nothing or the wrong part is cut out. Begin at 0, and put the part where it belongs.",
)
crop.wrong(
    BODY,
    """
    padded = np.pad(image, ((0, 0), (height, height), (width, width)), constant_values=fill)
    return padded[:, top + height : top + 2 * height, left + width : left + 2 * width].copy()
    """,
    says="The image was padded by one box only: a box that lies farther out than its own size "
    "reaches beyond that.",
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
crop.right(
    BODY,
    """
    rows, columns = top + np.arange(height), left + np.arange(width)
    down = (rows >= 0) & (rows < image.shape[1])
    across = (columns >= 0) & (columns < image.shape[2])
    found = image[:, rows.clip(0, image.shape[1] - 1)][:, :, columns.clip(0, image.shape[2] - 1)]
    return np.where(down[:, None] & across, found, np.asarray(fill, image.dtype))
    """,
    says="nearest pixels under a mask",
)
for words, because in (
    ("if two arguments of min are exchanged", "the smaller of two has no order"),
    ("if two arguments of max are exchanged", "the larger of two has no order"),
    ("at equality: with <= in the place of <", "where both are equal the slice copies nothing"),
    ("if the absolute value of a difference is taken", "y0 >= top and x0 >= left, always"),
):
    crop.equivalent(words, because=because)


occlusion_map = ex07.function(
    "occlusion_map",
    points=20,
    minutes=15,
    section="What a unit needs: cover it",
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


@occlusion_map.probe("images, squares and steps drawn at random")
def _(ex, rng):
    falls = {}
    for number in range(4):
        size, stride, channels = int(rng.integers(1, 4)), *rng.integers(1, 4, 2).tolist()
        shape = (channels, *(size + rng.integers(0, 5, 2)))
        unit, image = weighted(rng.normal(size=shape)), rng.normal(size=shape)
        fill = float(rng.normal())
        falls[f"falls in image {number}"] = ex.occlusion_map(unit, image, size, stride, fill)
    return falls


@occlusion_map.probe("a unit that looks at one pixel only")
def _(ex, rng):
    weights = np.zeros((2, 5, 6))
    weights[1, 3, 4] = 1
    return {"falls": ex.occlusion_map(weighted(weights), rng.uniform(1, 2, (2, 5, 6)), 2, 1)}


@occlusion_map.probe("a square as large as the image", "edge")
def _(ex, rng):
    unit = weighted(rng.uniform(0.5, 1, (3, 4, 4)))
    return {"falls": ex.occlusion_map(unit, rng.uniform(size=(3, 4, 4)), 4, 2)}


@occlusion_map.probe(
    "a square of one pixel, a step larger than the image, an image of a pixel", "edge"
)
def _(ex, rng):
    image = rng.uniform(1, 2, (2, 3, 4))
    unit, one = weighted(rng.uniform(1, 2, (2, 3, 4))), weighted(np.ones((1, 1, 1)))
    return {
        "pixel by pixel": ex.occlusion_map(unit, image, 1, 1),
        "one place only": ex.occlusion_map(unit, image, 2, 7),
        "an image of one pixel": ex.occlusion_map(one, rng.uniform(1, 2, (1, 1, 1)), 1, 1),
    }


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
occlusion_map.wrong(
    "falls[i, j] = whole - activation(covered)",
    "falls[i, j] = abs(whole - activation(covered))",
    says="The sign of the falls was dropped: where the unit would rather do without, the fall is "
    "negative.",
)
occlusion_map.wrong(
    "falls[i, j] = whole - activation(covered)",
    "falls[i, j] = max(whole - activation(covered), 0)",
    says="Negative falls were cut to 0: where the unit would rather do without, the fall is "
    "negative.",
)
occlusion_map.wrong(
    "falls[i, j] = whole - activation(covered)",
    "falls[i, j] = (whole - activation(covered)) ** 2",
    says="The falls were squared: give the plain difference, with its sign.",
)
occlusion_map.wrong(
    "covered[:, top : top + size, left : left + size] = fill",
    "covered[:, top : top + size, left : left + size] = 0",
    says="The squares are always black, 0: paint them with `fill`.",
)
occlusion_map.wrong(
    "covered[:, top : top + size, left : left + size] = fill",
    "covered[:, top : top + size, left : left + size] = image.mean()",
    says="The squares got the mean of the image: paint them with `fill`.",
)
occlusion_map.wrong(
    "covered[:, top : top + size, left : left + size] = fill",
    "covered[:, top : top + size, left : left + size] += fill",
    says="`fill` was added to the pixels of the square: they should be set to it.",
)
occlusion_map.wrong(
    "covered[:, top : top + size, left : left + size] = fill",
    "covered[:, top : top + size, left : left + size] *= fill",
    says="The pixels of the square were multiplied by `fill`: they should be set to it.",
)
occlusion_map.wrong(
    "np.zeros((len(rows), len(columns)))",
    "np.zeros((len(rows), len(columns)), int)",
    says="The falls were cut to whole numbers: the array that holds them has to be one of floats.",
)
occlusion_map.wrong(
    BODY,
    """
    whole = activation(image)
    falls = np.zeros(((image.shape[1] - size) // stride, (image.shape[2] - size) // stride))
    for i, j in np.ndindex(falls.shape):
        covered = image.copy()
        covered[:, i * stride : i * stride + size, j * stride : j * stride + size] = fill
        falls[i, j] = whole - activation(covered)
    return falls
    """,
    says="There is one place too few along each axis: (H - size) // stride counts the steps, and "
    "the place where the square begins comes on top, + 1.",
)
occlusion_map.wrong(
    "covered[:, top : top + size, left : left + size] = fill",
    "covered[:, i : i + size, j : j + size] = fill",
    says="The squares are one pixel apart: that of place (i, j) begins at row i * stride and "
    "column j * stride.",
)
occlusion_map.wrong(
    "covered[:, top : top + size, left : left + size] = fill",
    "covered[:, i * size : (i + 1) * size, j * size : (j + 1) * size] = fill",
    says="The squares lie side by side, `size` apart: they are `stride` apart, and may overlap.",
)
occlusion_map.wrong(
    "covered[:, top : top + size, left : left + size] = fill",
    "covered[:, max(top - size // 2, 0) : top + size - size // 2, "
    "max(left - size // 2, 0) : left + size - size // 2] = fill",
    says="The squares are centred on their places: place (i, j) is the upper left corner of its "
    "square.",
)
occlusion_map.wrong(
    "covered[:, top : top + size, left : left + size] = fill",
    "covered[:, top : top + size + 1, left : left + size + 1] = fill",
    says="The squares are one row and one column too large: the end of a slice is not in it, so "
    "it is top + size.",
)
occlusion_map.wrong(
    "covered[:, top : top + size, left : left + size] = fill",
    "covered[:, top : top + size] = fill",
    says="Whole rows were covered: the square has `size` columns only.",
)
occlusion_map.wrong(
    "covered[:, top : top + size, left : left + size] = fill",
    "covered[:, top, left] = fill",
    says="One pixel was covered: the square has `size` rows and `size` columns.",
)
occlusion_map.wrong(
    "covered[:, top : top + size, left : left + size] = fill",
    "covered[top : top + size, left : left + size] = fill",
    says="The square was cut from channels and rows: the image is (C, H, W), so rows are the "
    "second axis and columns the third.",
)
occlusion_map.wrong(
    "covered[:, top : top + size, left : left + size] = fill",
    "covered[:, left : left + size, top : top + size] = fill",
    says="Rows and columns of the square are swapped: i goes down, j to the right.",
)
occlusion_map.wrong(
    BODY,
    """
    whole = activation(image)
    falls = np.zeros(image.shape[1:])
    for top in range(0, image.shape[1] - size + 1, stride):
        for left in range(0, image.shape[2] - size + 1, stride):
            covered = image.copy()
            covered[:, top : top + size, left : left + size] = fill
            falls[top : top + size, left : left + size] += whole - activation(covered)
    return falls
    """,
    says="The falls were painted into a map of the image's size: there is one value for each "
    "place of the square.",
)
occlusion_map.wrong(
    "whole = activation(image)",
    "whole = activation(np.full_like(image, fill))",
    says="The falls were measured from the activation of a grey image: measure them from that of "
    "the whole image.",
)
occlusion_map.wrong(
    "falls[i, j] = whole - activation(covered)",
    "falls[i, j], whole = whole - activation(covered), activation(covered)",
    says="Each fall was measured from the place before: measure all of them from the activation of "
    "the whole image.",
)
occlusion_map.wrong(
    "falls[i, j] = whole - activation(covered)",
    "falls[i, j] = activation(image - covered)",
    says="The unit was shown the difference of the two images: show it each of them, and subtract "
    "its answers.",
)
occlusion_map.wrong(
    BODY,
    """
    whole = activation(image)
    rows = range(0, image.shape[1] - size + stride, stride)
    columns = range(0, image.shape[2] - size + stride, stride)
    falls = np.zeros((len(rows), len(columns)))
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            covered = image.copy()
            covered[:, top : top + size, left : left + size] = fill
            falls[i, j] = whole - activation(covered)
    return falls
    """,
    says="The number of places was rounded up: a last square that hangs over the border does not "
    "count.",
)
occlusion_map.wrong(
    BODY,
    """
    falls = np.zeros((image.shape[1] // stride, image.shape[2] // stride))
    for i, j in np.ndindex(falls.shape):
        covered = image.copy()
        covered[:, i * stride : i * stride + size, j * stride : j * stride + size] = fill
        falls[i, j] = activation(image) - activation(covered)
    return falls
    """,
    says="H // stride places were taken, whatever the size: the whole square has to be on the "
    "image, so there are (H - size) // stride + 1.",
)
occlusion_map.wrong(
    "covered[:, top : top + size, left : left + size] = fill",
    "covered[:, top : top + stride, left : left + stride] = fill",
    says="The square is `stride` wide: it is `size` wide, and the places are `stride` apart.",
)
occlusion_map.wrong(
    BODY,
    """
    whole = activation(image)
    falls = np.zeros([(length - size) // stride + 1 for length in image.shape[1:]])
    for i, top in enumerate(range(0, image.shape[1] - size, stride)):
        for j, left in enumerate(range(0, image.shape[2] - size, stride)):
            covered = image.copy()
            covered[:, top : top + size, left : left + size] = fill
            falls[i, j] = whole - activation(covered)
    return falls
    """,
    says="The last places were left at 0: a square that ends at the border lies on the image, too, "
    "so range ends at H - size + 1.",
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
for words, because in (
    ("with ones in the place of zeros", "every place is written, whatever was there"),
    ("if a loop goes backwards", "the places do not depend on each other"),
    (
        "if the absolute value of a difference is taken",
        "the image is at least as large as the square, so that H - size is never negative",
    ),
):
    occlusion_map.equivalent(words, because=because)


auc = ex07.function(
    "auc",
    points=20,
    minutes=15,
    section="Measured, not only seen",
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


@auc.probe("pictures in any number and order")
def _(ex, rng):
    found = {}
    for number in range(6):
        labels = rng.permutation(np.repeat([0, 1], rng.integers(1, 12, 2)))
        found[f"auc {number}"] = ex.auc(rng.normal(size=len(labels)) + labels, labels)
    return found


@auc.probe("many equal scores, as a relu gives them", "edge")
def _(ex, rng):
    labels = np.array([0, 1, 1] * 15)
    scores = np.maximum(np.round(rng.normal(size=45) + labels), 0)
    return {
        "auc": ex.auc(scores.copy(), labels),
        "the other way round": ex.auc(scores.copy(), 1 - labels),
    }


@auc.probe("a perfect order, one upside down, and all scores equal", "edge")
def _(ex, rng):
    labels = np.array([0, 0, 0, 1, 1])
    scores = np.sort(rng.normal(size=5))
    return {
        "perfect": ex.auc(scores.copy(), labels),
        "upside down": ex.auc(-scores, labels),
        "all equal": ex.auc(np.full(5, 2.0), labels),
    }


@auc.probe("one of each; scores very close, very large, very small", "edge")
def _(ex, rng):
    labels = np.array([1, 0, 0, 1, 1, 0, 1])
    ranks = rng.permutation(7)
    return {
        "one of each": ex.auc(np.array([0.5, 0.25]), np.array([0, 1])),
        "very close": ex.auc(1 + ranks * 2.0**-50, labels),
        "very large and small": ex.auc(10.0 ** (10 * ranks - 30), labels),
    }


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
auc.wrong(
    BODY,
    """
    table = scores[:, None] - scores
    return float(np.mean((np.sign(table) + 1) / 2))
    """,
    says="The labels were not looked at: only pairs of a one and a zero count.",
)
auc.wrong(
    BODY,
    """
    ranks = np.array([np.sum(scores < s) + (np.sum(scores == s) - 1) / 2 for s in scores])
    n = np.count_nonzero(labels == 1)
    return float((ranks[labels == 1].sum() - n * (n + 1) / 2) / n / (len(scores) - n))
    """,
    says="The ranks were counted from 0: in this formula the lowest score has rank 1.",
)
auc.wrong(
    BODY,
    """
    ranks = np.array([np.sum(scores < s) + (np.sum(scores == s) + 1) / 2 for s in scores])
    n = np.count_nonzero(labels == 1)
    return float(ranks[labels == 1].sum() / n / (len(scores) - n))
    """,
    says="The ranks of the ones were summed, but a one also outranks other ones: subtract "
    "n (n + 1) / 2, for the n ones among themselves.",
)
auc.wrong(
    BODY,
    """
    sorted_labels = labels[np.argsort(-scores, kind="stable")]
    caught = np.cumsum(sorted_labels == 1) / np.sum(labels == 1)
    return float(caught[sorted_labels == 0].mean())
    """,
    says="The ROC curve took one step for each picture, also among equal scores, where their order "
    "is chance: a pair of equals counts one half.",
)
auc.wrong(
    BODY,
    """
    sorted_labels = labels[np.argsort(-scores, kind="stable")]
    precision = np.cumsum(sorted_labels == 1) / np.arange(1, len(labels) + 1)
    return float(precision[sorted_labels == 1].mean())
    """,
    says="That is the average precision, the area under another curve: the AUC asks how often a "
    "one beats a zero.",
)
auc.wrong(
    BODY,
    """
    return float(scores[labels == 1].mean() - scores[labels == 0].mean())
    """,
    says="That is the difference of the two mean scores: the AUC depends on the order only, and "
    "counts pairs.",
)
auc.wrong(
    BODY,
    """
    return float(np.corrcoef(scores, labels)[0, 1])
    """,
    says="That is the correlation of scores and labels: the AUC depends on the order only, and "
    "counts pairs.",
)
auc.wrong(
    BODY,
    """
    return float(max(np.mean((scores >= t) == (labels == 1)) for t in scores))
    """,
    says="That is the accuracy at the best threshold: the AUC compares pairs and needs no "
    "threshold.",
)
auc.wrong(
    "float(np.mean((below + not_above) / 2) / len(zeros))",
    "float(2 * np.mean((below + not_above) / 2) / len(zeros) - 1)",
    says="That is 2 AUC - 1, wins minus losses: a lost pair counts 0, not -1.",
)
auc.wrong(
    "ones, zeros = scores[labels == 1], np.sort(scores[labels == 0])",
    "ones, zeros = scores[labels], np.sort(scores[labels == 0])",
    says="The labels were used as positions: scores[labels] picks scores 0 and 1 over and over; "
    "scores[labels == 1] picks those of the ones.",
)
auc.wrong(
    "ones, zeros = scores[labels == 1], np.sort(scores[labels == 0])",
    "ones, zeros = scores[labels == 1], np.sort(scores[~labels])",
    says="~ of the whole numbers 0 and 1 is -1 and -2, positions from the end: scores[labels == 0] "
    "picks those of the zeros.",
)
auc.wrong(
    "ones, zeros = scores[labels == 1], np.sort(scores[labels == 0])",
    "ones, zeros = scores[labels == 1], np.sort(scores)",
    says="The ones were compared with all pictures, each other and themselves among them: compare "
    "them with the zeros only.",
)
auc.wrong(
    BODY,
    """
    ones, zeros = scores[labels == 1], scores[labels == 0]
    count = min(len(ones), len(zeros))
    return float(np.mean((np.sign(ones[:count] - zeros[:count]) + 1) / 2))
    """,
    says="Ones and zeros were paired off in their order: every one meets every zero.",
)
auc.wrong(
    BODY,
    """
    ones, zeros = scores[labels == 1], scores[labels == 0]
    return float(np.mean([one > zeros.mean() for one in ones]))
    """,
    says="The ones were compared with the mean of the zeros: compare each with every zero.",
)
auc.wrong(
    BODY,
    """
    ones, zeros = scores[labels == 1], scores[labels == 0]
    wins = (ones[:, None] > zeros).sum()
    ties = np.isclose(ones[:, None], zeros).sum()
    return float((wins + ties / 2) / (len(ones) * len(zeros)))
    """,
    says="Scores that are only close counted as equal: compare with ==, for order is all there is.",
)
auc.wrong(
    BODY,
    """
    difference = scores[labels == 1][:, None] - scores[labels == 0]
    return float(np.mean(1 / (1 + np.exp(-difference.clip(-50, 50)))))
    """,
    says="The pairs were weighed by a sigmoid of their difference: a win counts 1, however narrow.",
)
auc.wrong(
    BODY,
    """
    return float(np.mean((scores > 0) == (labels == 1)))
    """,
    says="That is the accuracy at the threshold 0: the AUC compares pairs and needs no threshold.",
)
auc.wrong(
    BODY,
    """
    return float(np.mean((scores > 0.5) == (labels == 1)))
    """,
    says="That is the accuracy at the threshold 0.5: the AUC compares pairs and needs no "
    "threshold.",
)
auc.wrong(
    BODY,
    """
    thresholds = np.unique(scores)[::-1]
    caught = np.array([np.mean(scores[labels == 1] >= t) for t in thresholds])
    false = np.array([np.mean(scores[labels == 0] >= t) for t in thresholds])
    return float(np.sum((caught[1:] + caught[:-1]) / 2 * np.diff(false)))
    """,
    says="The ROC curve does not begin at (0, 0): above the highest score there is one threshold "
    "more, at which nothing is caught.",
)
auc.wrong(
    BODY,
    """
    ranks = np.argsort(np.argsort(scores)) + 1
    n = np.count_nonzero(labels == 1)
    return float((ranks[labels == 1].sum() - n * (n + 1) / 2) / n / (len(scores) - n))
    """,
    says="Equal scores got different ranks from argsort, in no order to rely on: give equals the "
    "mean of their ranks, so that such a pair counts one half.",
)
auc.wrong(
    BODY,
    """
    ones, zeros = scores[labels == 1], scores[labels == 0]
    return float(np.mean(ones > np.median(zeros)))
    """,
    says="The ones were compared with the median of the zeros: compare each with every zero.",
)
auc.wrong(
    BODY,
    """
    one, zeros = scores[labels == 1][0], scores[labels == 0]
    return float(np.mean((np.sign(one - zeros) + 1) / 2))
    """,
    says="Only the first of the ones was compared with the zeros: every one meets every zero. A "
    "return inside a loop ends it after one turn.",
)
auc.wrong(
    BODY,
    """
    ones, zeros = scores[labels == 1], scores[labels == 0]
    s = (ones[:, None] > zeros).sum() + 0.5 * (ones[:, None] == zeros).sum()
    return float(s / len(scores))
    """,
    says="It was divided by the number of pictures: it is a mean over the pairs, as many as "
    "ones times zeros.",
)
auc.wrong(
    BODY,
    """
    order = np.argsort(-scores)
    k = (labels == 1).sum()
    return float(labels[order[:k]].mean())
    """,
    says="That is the share of ones among the highest scores, a precision: the AUC compares "
    "each one with every zero.",
)
auc.wrong(
    BODY,
    """
    order = np.argsort(-scores)
    l = labels[order]
    tpr = np.cumsum(l) / l.sum()
    fpr = np.cumsum(1 - l) / (1 - l).sum()
    return float(np.trapezoid(tpr, fpr))
    """,
    says="The ROC curve went through equal scores one by one, in whatever order argsort left "
    "them: a pair of equal scores counts 1/2.",
)
auc.wrong(
    BODY,
    """
    pairs = list(zip(scores[labels == 1], scores[labels == 0]))
    wins = sum(1.0 if one > zero else 0.5 if one == zero else 0.0 for one, zero in pairs)
    return wins / ((labels == 1).sum() * (labels == 0).sum())
    """,
    says="Ones and zeros were paired off with zip, each once: every one is compared with every "
    "zero, in two loops.",
)
auc.wrong(
    "float(np.mean((below + not_above) / 2) / len(zeros))",
    "float((below + not_above).sum() / 2 // (len(zeros) * len(ones)))",
    says="The wins were divided by // and came out whole: the AUC is a fraction, /.",
)
auc.wrong(
    "float(np.mean((below + not_above) / 2) / len(zeros))",
    "float((below + not_above).sum() / 2 / len(ones) * len(zeros))",
    says="The wins were divided by the ones and multiplied by the zeros: brackets are missing, "
    "/ (ones * zeros).",
)
auc.wrong(
    BODY,
    """
    marks = np.linspace(scores.min(), scores.max(), 11)[::-1]
    hits = np.array([0.0] + [(scores[labels == 1] >= mark).mean() for mark in marks])
    alarms = np.array([0.0] + [(scores[labels == 0] >= mark).mean() for mark in marks])
    return float((np.diff(alarms) * (hits[1:] + hits[:-1]) / 2).sum())
    """,
    says="The curve was drawn through a few thresholds at equal steps, so that its corners are cut "
    "off: every score is a threshold, or compare the pairs.",
)
auc.wrong(
    "np.mean((below + not_above) / 2) / len(zeros)",
    "np.sum((below + not_above) / 2) / (len(scores) * (len(scores) - 1) / 2)",
    says="The wins were divided by the number of all pairs of pictures, N (N - 1) / 2: only pairs "
    "of a one and a zero count, so divide by ones times zeros.",
)
auc.wrong(
    "np.mean((below + not_above) / 2) / len(zeros)",
    "np.sum((below + not_above) / 2) / (len(scores) * (len(scores) - 1))",
    says="The wins were divided by N (N - 1), all pairs of pictures in both orders: only pairs of "
    "a one and a zero count, so divide by ones times zeros.",
)
auc.wrong(
    "np.mean((below + not_above) / 2) / len(zeros)",
    "np.mean((below + not_above) / 2)",
    says="The wins were divided by the number of ones alone: there are ones times zeros pairs.",
)
auc.wrong(
    "np.mean((below + not_above) / 2) / len(zeros)",
    "np.sum((below + not_above) / 2) / len(zeros)",
    says="The wins were divided by the number of zeros alone: there are ones times zeros pairs.",
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
for words, because in (
    ("when scores is transposed first", "one axis has no transpose"),
    ("when labels is transposed first", "one axis has no transpose"),
    ("with the absolute values of labels", "labels are 0 and 1"),
    ("with the squares of labels", "labels are 0 and 1"),
    ("with the other side at equality", "the sum of both sides has no order"),
    ("if it is not made a plain number at the end", "numbers of all kinds are taken as one"),
):
    auc.equivalent(words, because=because)
