"""Checks of exercise set 10: faces on photographs."""

import numpy as np

from minidl.course.sets.manifest import BODY, ExerciseSet, Tolerance

ex10 = ExerciseSet("ex10_photographs", "Faces on photographs", lesson="04_recognition")

SHARES = Tolerance(1e-9, "quotients of float64 products; boxes at 10^5 pixels lose five digits")
PIXELS = Tolerance(1e-12, "float64: one exponential, a few products and sums")
ROWS = Tolerance(0.0, "rows of boxes are whole numbers and compared exactly")
MOTION = Tolerance(
    1e-9,
    "float64, by an SVD, a linear system or complex numbers; points at thousands of pixels lose "
    "four digits",
)


def explained_overlaps(got, expected):
    """What is wrong with overlaps, by the two boxes of the first wrong one."""
    found, right = got["overlaps"], expected["overlaps"]
    a, b = expected["a"], expected["b"]
    if found.shape != right.shape:
        n, m = right.shape
        return (
            f"overlaps has shape {found.shape}: one for each of {n} and each of {m} boxes, {n, m}"
        )
    i, j = np.argwhere(~(np.abs(found - right) <= 1e-9))[0]
    sides = np.minimum(a[i, 2:], b[j, 2:]) - np.maximum(a[i, :2], b[j, :2])
    shared = sides.clip(0).prod()
    areas = [(box[2:] - box[:2]).clip(0).prod() for box in (a[i], b[j])]
    numbers = f"expected {right[i, j]:.6g}, got {found[i, j]:.6g}"
    if shared == 0 and all(areas) and found[i, j] and (sides < 0).any():
        return (
            f"{a[i].round(4).tolist()} and {b[j].round(4).tolist()} do not meet (what they share "
            f"would have the sides {sides.round(4).tolist()}): {numbers}"
        )
    return (
        f"{a[i].round(4).tolist()} (area {areas[0]:.6g}) and {b[j].round(4).tolist()} (area "
        f"{areas[1]:.6g}) share {shared:.6g}: {numbers}{divided_by(found, right, i, j, areas)}"
    )


def divided_by(found, right, i, j, areas):
    """What the shared area was divided by in an overlap, where that is something known."""
    shared = right[i, j] * sum(areas) / (1 + right[i, j])
    known = {
        "the sum of both areas": sum(areas),
        "half the sum of both areas": sum(areas) / 2,
        "the area of the first": areas[0],
        "the area of the second": areas[1],
        "the product of both areas": areas[0] * areas[1],
    }
    fits = [
        name for name, area in known.items()
        if area and shared and abs(found[i, j] * area - shared) <= 1e-9 * shared
    ]  # fmt: skip
    return f", which is the shared area over {fits[0]}" if fits else ""


ORDERS = {
    (0, 2, 1, 3): "x0, x1, y0, y1",
    (1, 0, 3, 2): "y0, x0, y1, x1",
    (2, 3, 0, 1): "x1, y1, x0, y0",
}


def explained_boxes(got, expected):
    """Whether the middles or the sizes of boxes are wrong, or the order of their numbers is."""
    found, right = got["boxes"], expected["boxes"]
    if found.shape != right.shape:
        return f"boxes has shape {found.shape}: x0, y0, x1, y1 for each of {len(right)} cells"
    if not np.isfinite(found).all():
        return "boxes has numbers that are not finite"
    off = wrong_parts(found, right)
    if len(off) == 2:
        for order, names in ORDERS.items():
            left = wrong_parts(found[:, order], right)
            if len(left) < 2 and len(right) > 1:
                also = f"; and {left[0]}" if left else ""
                return f"the numbers of a box are in the order {names}, not x0, y0, x1, y1{also}"
        n = int(np.flatnonzero(~(np.abs(found - right) <= 1e-9 * (1 + np.abs(right))).all(1))[0])
        return (
            f"box {n}: neither its middle nor its width and height is right: expected "
            f"{right[n].round(4).tolist()}, got {found[n].round(4).tolist()}"
        )
    return off[0] if off else None


def wrong_parts(found, right):
    """Of middles, and of widths and heights: what the first wrong box should have, and has."""
    middles = [(boxes[:, :2] + boxes[:, 2:]) / 2 for boxes in (found, right)]
    lost = 1e-12 * np.abs(found).max(initial=0)  # digits of a middle, where the edges are far away
    sizes = [boxes[:, 2:] - boxes[:, :2] for boxes in (found, right)]
    parts = []
    for name, (mine, wanted) in (("middle", middles), ("width and height", sizes)):
        off = ~(np.abs(mine - wanted) <= 1e-9 * (1 + np.abs(wanted)) + lost).all(axis=1)
        if off.any():
            n = int(np.flatnonzero(off)[0])
            parts.append(
                f"box {n}: its {name} should be {wanted[n].round(4).tolist()}, but came out as "
                f"{mine[n].round(4).tolist()}"
            )
    return parts


def explained_rows(got, expected):
    """What is wrong with the rows that are kept: the first that should be another."""
    rows, right, scores = got["rows"], expected["rows"], expected["scores"]
    if rows.ndim != 1 or rows.dtype.kind not in "iu":
        return f"rows is {rows.dtype} of shape {rows.shape}: the numbers of the kept rows, (K,)"
    if sorted(rows.tolist()) == sorted(right.tolist()):
        return f"the right rows in another order: best score first gives {right.tolist()}"
    if too_many := [n for n in rows.tolist() if n not in right]:
        n = too_many[0]
        if not 0 <= n < len(scores):
            return f"row {n} is kept, and there are {len(scores)} boxes"
        return (
            f"row {n} (score {scores[n]:.3f}) is kept: it overlaps a kept box with a better score "
            f"by more than the limit; expected {right.tolist()}, got {rows.tolist()}"
        )
    n = next(n for n in right.tolist() if n not in rows)
    return (
        f"row {n} (score {scores[n]:.3f}) is missing: no kept box with a better score overlaps it "
        f"by more than the limit; expected {right.tolist()}, got {rows.tolist()}"
    )


def explained_motion(got, expected):
    """Which of scale, turn and shift is wrong with a similarity."""
    found, right = got["matrix"], expected["matrix"]
    if found.shape != (2, 3):
        return f"matrix has shape {found.shape}: two rows, three columns [s R | t]"
    if not np.isfinite(found).all():
        return f"matrix is {found.tolist()}: numbers that are not finite"
    if np.allclose(found[:, :2], right[:, :2], rtol=1e-9, atol=1e-12):
        return (
            f"scale and turn are right, and the shift is wrong: expected {right[:, 2].round(4)}, "
            f"got {found[:, 2].round(4)}"
        )
    if np.linalg.det(found[:, :2]) < 0:
        return "that is a reflection, which no turn can undo: its determinant is below 0"
    scales = [np.sqrt(abs(np.linalg.det(m[:, :2]))) for m in (found, right)]
    turns = [np.degrees(np.arctan2(m[1, 0], m[0, 0])) for m in (found, right)]
    skew = found[:, 0] @ found[:, 1]
    lengths = (found[:, :2] ** 2).sum(axis=0)
    if abs(skew) > 1e-6 * lengths.sum() or abs(lengths[0] - lengths[1]) > 1e-6 * lengths.sum():
        return "its first two columns are no scaled rotation: right angles or lengths are not kept"
    if abs(np.exp(1j * np.radians(turns[0])) - np.exp(1j * np.radians(turns[1]))) < 1e-9:
        square = abs(scales[0] - scales[1] ** 2) <= 1e-9 * scales[0]
        as_what = ", the square of it" if square else ""
        return (
            f"the turn is right, and the scale is not: expected {scales[1]:.6g}, got "
            f"{scales[0]:.6g}{as_what}"
        )
    return (
        f"expected a scale of {scales[1]:.6g} and a turn of {turns[1]:.4g} degrees, got "
        f"{scales[0]:.6g} and {turns[0]:.4g}"
    )


@ex10.helper
def some_boxes(rng, count, width=10.0):
    """Boxes of sides 1 to 6, with left upper corners up to `width` away."""
    corner = rng.uniform(0, width, (count, 2)) * [1.0, 0.7]
    return np.concatenate([corner, corner + rng.uniform(1, 6, (count, 2))], axis=1)


intersection_over_union = ex10.function(
    "intersection_over_union",
    points=25,
    minutes=15,
    section="Find",
    tolerance=SHARES,
    hints=(
        "Begin with two boxes and paper. What two boxes share is a box again: where is its left "
        "edge, and where its right one, if you know those of the two?",
        "The shared box begins at the larger of the two left edges and ends at the smaller of the "
        "two right ones; the same downwards. If it ends before it begins, there is none: its side "
        "is 0. What both cover together is the sum of the areas less what was counted twice.",
        "For all pairs, let a have the shape (N, 1, 4) and b (M, 4). Cut each side at 0 before "
        "you multiply: two negative sides have a positive product. And 0 / 0 is nan: divide by 1 "
        "where nothing is covered.",
    ),
)


@ex10.helper
def overlaps_of(ex, a, b):
    """The overlaps, and what they are about."""
    return {"overlaps": ex.intersection_over_union(a.copy(), b.copy()), "a": a, "b": b}


@intersection_over_union.probe("five boxes and three", explain=explained_overlaps)
def _(ex, rng):
    return overlaps_of(ex, some_boxes(rng, 5, 4.0), some_boxes(rng, 3, 4.0))


@intersection_over_union.probe("the example of the docstring", explain=explained_overlaps)
def _(ex, rng):
    b = np.array([[2.0, 0, 6, 2], [0, 0, 4, 2], [4, 0, 8, 2]])
    return overlaps_of(ex, np.array([[0.0, 0, 4, 2]]), b)


@intersection_over_union.probe("numbers of boxes as the dice say", explain=explained_overlaps)
def _(ex, rng):
    n, m = rng.choice(np.arange(1, 9), 2, replace=False)
    return overlaps_of(ex, some_boxes(rng, n, 5.0), some_boxes(rng, m, 5.0))


@intersection_over_union.probe("four boxes with themselves", explain=explained_overlaps)
def _(ex, rng):
    boxes = some_boxes(rng, 4, 4.0)
    return overlaps_of(ex, boxes, boxes.copy())


@intersection_over_union.probe("a box inside another", explain=explained_overlaps)
def _(ex, rng):
    outer = some_boxes(rng, 3, 20.0)
    sides = outer[:, 2:] - outer[:, :2]
    inner = np.concatenate([outer[:, :2] + 0.2 * sides, outer[:, 2:] - 0.3 * sides], axis=1)
    return overlaps_of(ex, outer, inner)


@intersection_over_union.probe(
    "boxes that do not meet, side by side, below, and across a corner; boxes that touch",
    "edge",
    explain=explained_overlaps,
)
def _(ex, rng):
    a = np.array([[2.0, 3, 5, 7]])
    b = [[9, 3, 11, 7], [2, 9, 5, 12], [8, 9, 11, 12], [-4, -5, 0, 1], [5, 3, 8, 7], [5, 7, 6, 9]]
    return overlaps_of(ex, a, np.array(b, dtype=float))


@intersection_over_union.probe(
    "boxes without area: a side of 0, turned inside out in one direction or in both",
    "edge",
    explain=explained_overlaps,
)
def _(ex, rng):
    whole = np.array([[0.0, 0, 10, 8], [1, 1, 4, 5]])
    empty = [[2, 3, 2, 6], [2, 3, 7, 3], [3, 3, 3, 3], [6, 2, 3, 5], [2, 6, 4, 3], [7, 6, 4, 2]]
    boxes = np.concatenate([whole, np.array(empty, dtype=float)])
    return overlaps_of(ex, boxes, boxes.copy())


@intersection_over_union.probe("no boxes on one side, and on both", "edge")
def _(ex, rng):
    none, three = np.zeros((0, 4)), some_boxes(rng, 3)
    found = [ex.intersection_over_union(*pair) for pair in ((none, three), (three, none))]
    return {"none and three": found[0], "three and none": found[1],
            "none": ex.intersection_over_union(none, none.copy())}  # fmt: skip


@intersection_over_union.probe(
    "boxes of a thousandth of a pixel, and of thousands", "edge", explain=explained_overlaps
)
def _(ex, rng):
    a, b = some_boxes(rng, 3, 3.0), some_boxes(rng, 2, 3.0)
    sizes = (1e-4, 1e4)
    both = [np.concatenate([boxes * size for size in sizes]) for boxes in (a, b)]
    return overlaps_of(ex, *both)


@intersection_over_union.probe("left of and above the picture", "edge", explain=explained_overlaps)
def _(ex, rng):
    return overlaps_of(ex, some_boxes(rng, 4, 4.0) - 7, some_boxes(rng, 3, 4.0) - 7)


intersection_over_union.wrong(
    "area_a[:, None] + area_b - shared",
    "area_a[:, None] + area_b",
    says="The shared area is counted twice: what both cover together is the sum of the areas less "
    "what they share.",
)
intersection_over_union.wrong(
    "area_a[:, None] + area_b - shared",
    "(area_a[:, None] + area_b) / 2",
    says="That is twice the shared area over the sum of both (Dice): divide by what the two cover "
    "together, the shared area counted once.",
)
intersection_over_union.wrong(
    "area_a[:, None] + area_b - shared",
    "np.minimum(area_a[:, None], area_b)",
    says="The shared area was divided by the smaller box: divide by what both cover together.",
)
intersection_over_union.wrong(
    "area_a[:, None] + area_b - shared",
    "np.maximum(area_a[:, None], area_b)",
    says="The shared area was divided by the larger box: divide by what both cover together.",
)
intersection_over_union.wrong(
    "area_a[:, None] + area_b - shared",
    "area_a[:, None] + 0 * shared",
    says="The shared area was divided by the area of a's box alone: b's counts as well.",
)
intersection_over_union.wrong(
    "area_a[:, None] + area_b - shared",
    "area_b + 0 * shared",
    says="The shared area was divided by the area of b's box alone: a's counts as well.",
)
intersection_over_union.wrong(
    "area_a[:, None] + area_b - shared",
    "(np.maximum(a[:, None, 2:], b[:, 2:]) - np.minimum(a[:, None, :2], b[:, :2])).prod(axis=2)",
    says="The shared area was divided by the box around both: what the two cover is less, its "
    "corners do not count.",
)
intersection_over_union.wrong(
    "sides.clip(0).prod(axis=2)",
    "sides.prod(axis=2)",
    says="Boxes that do not meet share something: a side below 0 has to become 0 before the sides "
    "are multiplied (two negative sides have a positive product).",
)
intersection_over_union.wrong(
    "sides.clip(0).prod(axis=2)",
    "sides.prod(axis=2).clip(0)",
    says="The product was cut at 0, and two negative sides have a positive one: cut each side.",
)
intersection_over_union.wrong(
    "sides.clip(0).prod(axis=2)",
    "np.abs(sides).prod(axis=2)",
    says="The sides' absolute values were taken: boxes that do not meet have a negative side, and "
    "share nothing.",
)
intersection_over_union.wrong(
    BODY,
    """
    corner = np.minimum(a[:, None, :2], b[:, :2])
    sides = np.maximum(a[:, None, 2:], b[:, 2:]) - corner
    shared = sides.clip(0).prod(axis=2)
    area_a = (a[:, 2:] - a[:, :2]).clip(0).prod(axis=1)
    area_b = (b[:, 2:] - b[:, :2]).clip(0).prod(axis=1)
    together = area_a[:, None] + area_b - shared
    return shared / np.where(together > 0, together, 1)
    """,
    says="Smaller and larger are exchanged: that is the box around both. The shared box begins at "
    "the larger of the left edges and ends at the smaller of the right ones.",
)
intersection_over_union.wrong(
    BODY,
    """
    end_a, end_b = a[:, :2] + a[:, 2:], b[:, :2] + b[:, 2:]
    sides = np.minimum(end_a[:, None], end_b) - np.maximum(a[:, None, :2], b[:, :2])
    shared = sides.clip(0).prod(axis=2)
    together = a[:, 2:].prod(axis=1)[:, None] + b[:, 2:].prod(axis=1) - shared
    return shared / np.where(together > 0, together, 1)
    """,
    says="The last two numbers were taken for width and height: they are the right and the lower "
    "edge.",
)
intersection_over_union.wrong(
    BODY,
    """
    a, b = a[:, [0, 2, 1, 3]], b[:, [0, 2, 1, 3]]
    corner = np.maximum(a[:, None, :2], b[:, :2])
    shared = (np.minimum(a[:, None, 2:], b[:, 2:]) - corner).clip(0).prod(axis=2)
    area_a = (a[:, 2:] - a[:, :2]).clip(0).prod(axis=1)
    area_b = (b[:, 2:] - b[:, :2]).clip(0).prod(axis=1)
    together = area_a[:, None] + area_b - shared
    return shared / np.where(together > 0, together, 1)
    """,
    says="The numbers of a box were read as x0, x1, y0, y1: they are x0, y0, x1, y1.",
)
intersection_over_union.wrong(
    BODY,
    """
    corner = np.maximum(a[:, None, :2], b[:, :2])
    shared = (np.minimum(a[:, None, 2:], b[:, 2:]) - corner + 1).clip(0).prod(axis=2)
    area_a = (a[:, 2:] - a[:, :2] + 1).clip(0).prod(axis=1)
    area_b = (b[:, 2:] - b[:, :2] + 1).clip(0).prod(axis=1)
    together = area_a[:, None] + area_b - shared
    return shared / np.where(together > 0, together, 1)
    """,
    says="One was added to each side, as where edges are the numbers of pixels: here they are "
    "places, and a side is x1 - x0.",
)
intersection_over_union.wrong(
    "np.where(together > 0, together, 1)",
    "together",
    says="Some overlaps are nan: two boxes without area cover nothing together, and 0 / 0 is nan. "
    "They share nothing: 0.",
)
intersection_over_union.wrong(
    "np.where(together > 0, together, 1)",
    "(together + 1e-6)",
    says="A small number was added below the line, which changes the overlaps of small boxes: "
    "treat boxes without area by themselves.",
)
intersection_over_union.wrong(
    "np.where(together > 0, together, 1)",
    "np.maximum(together, 1)",
    says="What is covered together was taken for at least 1: boxes can be smaller than a pixel.",
)
intersection_over_union.wrong(
    BODY,
    """
    a = np.concatenate([np.minimum(a[:, :2], a[:, 2:]), np.maximum(a[:, :2], a[:, 2:])], axis=1)
    b = np.concatenate([np.minimum(b[:, :2], b[:, 2:]), np.maximum(b[:, :2], b[:, 2:])], axis=1)
    corner = np.maximum(a[:, None, :2], b[:, :2])
    shared = (np.minimum(a[:, None, 2:], b[:, 2:]) - corner).clip(0).prod(axis=2)
    area_a = (a[:, 2:] - a[:, :2]).clip(0).prod(axis=1)
    area_b = (b[:, 2:] - b[:, :2]).clip(0).prod(axis=1)
    together = area_a[:, None] + area_b - shared
    return shared / np.where(together > 0, together, 1)
    """,
    says="A box that is turned inside out was turned back: it has no area, and shares nothing.",
)
intersection_over_union.wrong(
    "return shared / np.where(together > 0, together, 1)",
    "return np.where(together > 0, shared / np.where(together > 0, together, 1), 1)",
    says="Boxes without area were said to be the same, 1: they share nothing, not even with "
    "themselves.",
)
intersection_over_union.wrong(
    "return shared / np.where(together > 0, together, 1)",
    "return shared",
    says="Those are the shared areas: divide them by what the two boxes cover together.",
)
intersection_over_union.wrong(
    BODY,
    """
    n = min(len(a), len(b))
    a, b = a[:n], b[:n]
    shared = (np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2])).clip(0).prod(axis=1)
    area_a = (a[:, 2:] - a[:, :2]).clip(0).prod(axis=1)
    together = area_a + (b[:, 2:] - b[:, :2]).clip(0).prod(axis=1) - shared
    return shared / np.where(together > 0, together, 1)
    """,
    says="Row was compared with row only: every box of a belongs with every box of b, (N, M).",
)
intersection_over_union.wrong(
    "shared / np.where(together > 0, together, 1)",
    "shared / (together + 1e-3)",
    says="A small number was added to what is divided by, and pulls every overlap down: put 1 in "
    "the place of what is 0, and leave the others alone.",
)
intersection_over_union.wrong(
    BODY,
    """
    corner = np.maximum(a[:, None, :2], b[:, :2])
    shared = (np.minimum(a[:, None, 2:], b[:, 2:]) - corner).prod(axis=2)
    area_a = (a[:, 2:] - a[:, :2]).prod(axis=1)
    area_b = (b[:, 2:] - b[:, :2]).prod(axis=1)
    together = area_a[:, None] + area_b - shared
    fine = (together > 0) & (shared > 0)
    return np.where(fine, shared / np.where(fine, together, 1), 0)
    """,
    says="Two negative sides have a positive product, which was taken for a shared area: cut each "
    "side at 0 before they are multiplied.",
)
intersection_over_union.wrong(
    "area_a[:, None] + area_b - shared",
    "area_a[:, None] + area_b + shared",
    says="The shared area was added below the line once more: it is in both areas already, so "
    "subtract it once.",
)
intersection_over_union.wrong(
    BODY,
    """
    corner = np.maximum(a[:, None, :2], b[:, :2])
    shared = (np.minimum(a[:, None, 2:], b[:, 2:]) - corner).clip(0).sum(axis=2)
    together = (a[:, 2:] - a[:, :2]).sum(axis=1)[:, None] + (b[:, 2:] - b[:, :2]).sum(axis=1)
    together = together - shared
    return shared / np.where(together > 0, together, 1)
    """,
    says="The sides were added: an area is their product, width times height.",
)
intersection_over_union.right(
    BODY,
    """
    out = np.zeros((len(a), len(b)))
    for i, (l, t, r, u) in enumerate(a):
        for j, (x0, y0, x1, y1) in enumerate(b):
            width, height = min(r, x1) - max(l, x0), min(u, y1) - max(t, y0)
            if width > 0 and height > 0:
                out[i, j] = width * height / (
                    (r - l) * (u - t) + (x1 - x0) * (y1 - y0) - width * height
                )
    return out
    """,
    says="two loops and an early no",
)
intersection_over_union.right(
    BODY,
    """
    ax0, ay0, ax1, ay1 = (c[:, None] for c in np.asfortranarray(a).T)
    bx0, by0, bx1, by1 = b.T
    width = np.maximum(np.minimum(ax1, bx1) - np.maximum(ax0, bx0), 0)
    height = np.maximum(np.minimum(ay1, by1) - np.maximum(ay0, by0), 0)
    both = width * height
    union = (
        np.maximum(ax1 - ax0, 0) * np.maximum(ay1 - ay0, 0)
        + np.maximum(bx1 - bx0, 0) * np.maximum(by1 - by0, 0)
        - both
    )
    with np.errstate(invalid="ignore"):
        return np.where(union > 0, both / union, 0.0)
    """,
    says="edges one by one",
)
intersection_over_union.right(
    BODY,
    """
    def area(low, high):
        return np.prod(np.clip(high - low, 0, None), axis=-1)

    first, second = a[:, None], b[None]
    low = np.maximum(first[..., :2], second[..., :2])
    high = np.minimum(first[..., 2:], second[..., 2:])
    both = area(low, high)
    union = area(first[..., :2], first[..., 2:]) + area(second[..., :2], second[..., 2:]) - both
    return np.divide(both, union, out=np.zeros(both.shape), where=union > 0)
    """,
    says="np.divide where something is covered",
)
intersection_over_union.equivalent(
    "if prod runs along axis -1 in place of axis 2",
    because="of three axes, axis 2 is the last",
)
intersection_over_union.equivalent(
    "if prod runs along axis -1 in place of axis 1",
    because="of two axes, axis 1 is the last",
)
intersection_over_union.equivalent(
    "if the absolute value of a difference is taken",
    because="of boxes that share something, sides and what is covered are above 0",
)
intersection_over_union.equivalent(
    "if a difference is taken the other way round",
    because="the product of two sides is the same if both change their sign",
)
intersection_over_union.equivalent(
    "with 2 in the place of a 1",
    because="where nothing is covered nothing is shared: 0 over any number",
)


decode_boxes = ex10.function(
    "decode_boxes",
    points=15,
    minutes=10,
    section="Find",
    tolerance=PIXELS,
    hints=(
        "There are two parts: where the middle of the box is, and how wide and high it is. Work "
        "out each in pixels before you think of edges.",
        "The cell and its offset are added first, both in units of the stride; one product makes "
        "pixels of them. Width and height were said as logarithms, which exp undoes.",
        "The left edge is half a width left of the middle, the right edge half a width right of "
        "it. Put both pairs of edges beside each other along axis 1: x0, y0, x1, y1.",
    ),
)


@ex10.helper
def boxes_of(ex, values, cells, stride):
    return {"boxes": ex.decode_boxes(values.copy(), cells.copy(), stride)}


@decode_boxes.probe("five cells, stride 16", explain=explained_boxes)
def _(ex, rng):
    return boxes_of(ex, rng.normal(size=(5, 4)), rng.integers(0, 12, (5, 2)), 16)


@decode_boxes.probe("the example of the docstring", explain=explained_boxes)
def _(ex, rng):
    return boxes_of(ex, np.array([[0.5, 0, 0, np.log(2)]]), np.array([[2, 1]]), 8)


@decode_boxes.probe("as many cells, and the stride, as the dice say", explain=explained_boxes)
def _(ex, rng):
    count, stride = int(rng.integers(2, 9)), int(rng.choice([4, 8, 32, 64]))
    return boxes_of(ex, rng.normal(size=(count, 4)), rng.integers(0, 20, (count, 2)), stride)


@decode_boxes.probe("four cells, four numbers each", explain=explained_boxes)
def _(ex, rng):
    return boxes_of(ex, rng.normal(size=(4, 4)), rng.integers(0, 9, (4, 2)), 8)


@decode_boxes.probe("the first cell: the box reaches beyond the picture", "edge",
                    explain=explained_boxes)  # fmt: skip
def _(ex, rng):
    return boxes_of(ex, np.array([[-0.25, 0.5, 1.0, 2.0]]), np.array([[0, 0]]), 8)


@decode_boxes.probe("all numbers 0: a box as wide as the stride", "edge", explain=explained_boxes)
def _(ex, rng):
    return boxes_of(ex, np.zeros((2, 4)), np.array([[3, 1], [0, 2]]), 32)


@decode_boxes.probe("very small and very large boxes", "edge", explain=explained_boxes)
def _(ex, rng):
    values = np.array([[0.1, 0.2, -6.0, -5.0], [0.1, -0.2, 4.0, 5.0]]) + rng.uniform(0, 0.2, (2, 4))
    return boxes_of(ex, values, np.array([[7, 2], [1, 4]]), 8)


@decode_boxes.probe("no cells", "edge")
def _(ex, rng):
    return {"boxes": ex.decode_boxes(np.zeros((0, 4)), np.zeros((0, 2), int), 8)}


decode_boxes.wrong(
    "np.exp(values[:, 2:]) * stride / 2",
    "values[:, 2:] * stride / 2",
    says="Width and height were said as logarithms: take their exponential.",
)
decode_boxes.wrong(
    "np.exp(values[:, 2:]) * stride / 2",
    "np.exp(values[:, 2:] * stride) / 2",
    says="The stride was multiplied before the exponential: exp first, then times the stride.",
)
decode_boxes.wrong(
    "np.exp(values[:, 2:]) * stride / 2",
    "np.exp(values[:, 2:]) / 2",
    says="Width and height are in units of the stride, and were left in them: times the stride "
    "makes pixels.",
)
decode_boxes.wrong(
    "np.exp(values[:, 2:]) * stride / 2",
    "np.exp(values[:, 2:]) * stride",
    says="The whole width lies on each side of the middle: the box is twice as wide and high as it "
    "should be.",
)
decode_boxes.wrong(
    "np.exp(values[:, 2:]) * stride / 2",
    "2.0 ** values[:, 2:] * stride / 2",
    says="The logarithms are natural ones: exp undoes them, and not a power of 2.",
)
decode_boxes.wrong(
    "np.exp(values[:, 2:]) * stride / 2",
    "np.exp(values[:, 2:] / 2) * stride / 2",
    says="The logarithm was halved, which takes the root of the size: halve after the exponential.",
)
decode_boxes.wrong(
    "np.exp(values[:, 2:]) * stride / 2",
    "np.log1p(np.exp(values[:, 2:])) * stride / 2",
    says="Softplus was applied to the sizes: they are logarithms, and exp undoes these.",
)
decode_boxes.wrong(
    "(cells + values[:, :2]) * stride",
    "cells * stride + values[:, :2]",
    says="The offsets were added in pixels: dx and dy are in units of the stride, as the cell is.",
)
decode_boxes.wrong(
    "(cells + values[:, :2]) * stride",
    "(cells + 0.5 + values[:, :2]) * stride",
    says="Half a cell was added: a cell stands at (column, row) * stride, its upper left corner.",
)
decode_boxes.wrong(
    "(cells + values[:, :2]) * stride",
    "(cells[:, ::-1] + values[:, :2]) * stride",
    says="Column and row are exchanged: a cell is (column, row), and its column goes with dx.",
)
decode_boxes.wrong(
    "(cells + values[:, :2]) * stride",
    "(cells + 1 / (1 + np.exp(-values[:, :2]))) * stride",
    says="A sigmoid was applied to the offsets, as other detectors do: here they count as they "
    "are.",
)
decode_boxes.wrong(
    "(cells + values[:, :2]) * stride",
    "(cells + np.exp(values[:, :2])) * stride",
    says="The offsets went through the exponential as well: only the sizes are logarithms.",
)
decode_boxes.wrong(
    "(cells + values[:, :2]) * stride",
    "cells * stride * (1 + values[:, :2])",
    says="The offset was scaled by the cell's place: it is added to the cell, before the stride.",
)
decode_boxes.wrong(
    "(cells + values[:, :2]) * stride",
    "cells * stride",
    says="The offsets dx and dy are missing: they move the middle away from the cell.",
)
decode_boxes.wrong(
    "(cells + values[:, :2]) * stride",
    "values[:, :2] * stride",
    says="The cells are missing: offsets are counted from the cell, and not from the picture's "
    "corner.",
)
decode_boxes.wrong(
    "(cells + values[:, :2]) * stride",
    "np.floor(cells + values[:, :2]) * stride",
    says="The middle was cut to whole cells: it may lie anywhere between them.",
)
decode_boxes.wrong(
    "[middle - half, middle + half]",
    "[middle, middle + 2 * half]",
    says="The box begins at the middle: the middle lies in the midst of the box, half of it on "
    "each side.",
)
decode_boxes.wrong(
    "[middle - half, middle + half]",
    "[middle, 2 * half]",
    says="Those are middle, width and height: the edges x0, y0, x1, y1 are asked for.",
)
decode_boxes.wrong(
    "[middle - half, middle + half]",
    "[middle - half, 2 * half]",
    says="The last two numbers are width and height: the right and the lower edge are asked for.",
)
decode_boxes.wrong(
    "return np.concatenate([middle - half, middle + half], axis=1)",
    "return np.stack([middle - half, middle + half], axis=2).reshape(-1, 4)",
    says="The edges are in the order x0, x1, y0, y1: it should be x0, y0, x1, y1.",
)
decode_boxes.wrong(
    "return np.concatenate([middle - half, middle + half], axis=1)",
    "return np.concatenate([middle - half, middle + half], axis=1).clip(0)",
    says="The box was cut at the picture's edge: it may reach beyond the picture.",
)
decode_boxes.wrong(
    "return np.concatenate([middle - half, middle + half], axis=1)",
    "return np.concatenate([middle - half, middle + half], axis=1).round()",
    says="The edges were rounded to whole pixels: they may lie between these.",
)
decode_boxes.right(
    BODY,
    """
    boxes = np.empty((len(values), 4))
    for n, ((dx, dy, lw, lh), (column, row)) in enumerate(zip(values, cells)):
        width, height = np.exp(lw) * stride, np.exp(lh) * stride
        left, top = (column + dx) * stride - width / 2, (row + dy) * stride - height / 2
        boxes[n] = left, top, left + width, top + height
    return boxes
    """,
    says="a loop over cells",
)
decode_boxes.right(
    BODY,
    """
    x, y = (cells + values[:, :2]).T * stride
    w, h = np.exp(values[:, 2:]).T * (0.5 * stride)
    return np.array([x - w, y - h, x + w, y + h]).T
    """,
    says="columns, in Fortran order",
)
decode_boxes.right(
    BODY,
    """
    signs = np.array([-0.5, -0.5, 0.5, 0.5])
    units = np.tile(cells + values[:, :2], 2) + signs * np.exp(np.tile(values[:, 2:], 2))
    return stride * units
    """,
    says="edges in units of the stride, pixels at the end",
)
decode_boxes.equivalent(
    "with the absolute values of cells",
    because="columns and rows are counted from 0",
)
decode_boxes.equivalent(
    "if concatenate runs along axis -1 in place of axis 1",
    because="of two axes, axis 1 is the last",
)


non_maximum_suppression = ex10.function(
    "non_maximum_suppression",
    points=30,
    minutes=20,
    section="Find",
    tolerance=ROWS,
    needs=("intersection_over_union",),
    hints=(
        "The docstring is the algorithm: keep the best, drop what overlaps it too much, go on with "
        "the rest. What has to be remembered from round to round?",
        "Sort the rows once, best score first. Keep a list of those that are still waiting. Its "
        "first is kept; the others stay only if their overlap with that first one is at most the "
        "limit. Repeat until nobody waits.",
        'argsort sorts upwards, so sort the negative scores, and with kind="stable" for equal '
        "ones. Carry rows of `boxes` along, not positions in the sorted list. A box that was "
        "dropped is not asked again.",
    ),
)


@ex10.helper
def rows_of(ex, boxes, scores, limit):
    """The rows that are kept, and what they are about."""
    rows = ex.non_maximum_suppression(boxes.copy(), scores.copy(), limit)
    return {"rows": rows, "boxes": boxes, "scores": scores}


@ex10.helper
def crowd(rng, faces, boxes, spread=1.5):
    """Several boxes around each of some faces, in random order, no two scores alike."""
    middles = rng.uniform(0, 8, (faces, 2)) + 7.0 * np.arange(faces)[:, None]
    middle = middles[rng.integers(0, faces, boxes)] + rng.uniform(-spread, spread, (boxes, 2))
    half = rng.uniform(2, 3, (boxes, 2))
    scores = rng.permutation(np.linspace(0.3, 0.95, boxes))
    return np.concatenate([middle - half, middle + half], axis=1), scores


@non_maximum_suppression.probe("twelve boxes around three faces", explain=explained_rows)
def _(ex, rng):
    return rows_of(ex, *crowd(rng, 3, 12), 0.3)


@non_maximum_suppression.probe("the example of the docstring", explain=explained_rows)
def _(ex, rng):
    boxes = np.array([[0.0, 0, 4, 2], [1, 0, 5, 2], [2, 0, 6, 2], [9, 0, 12, 2]])
    return rows_of(ex, boxes, np.array([0.7, 0.9, 0.8, 0.6]), 0.3)


@non_maximum_suppression.probe(
    "boxes, faces and the limit as the dice say, thrice", explain=explained_rows
)
def _(ex, rng):
    shapes = [(int(rng.integers(1, 4)), int(rng.integers(5, 16))) for _ in range(2)]
    for faces, boxes in shapes:
        limit = float(rng.uniform(0.1, 0.7))
        ex.non_maximum_suppression(*crowd(rng, faces, boxes), limit)
    return rows_of(ex, *crowd(rng, 2, 14), float(rng.uniform(0.15, 0.6)))


@non_maximum_suppression.probe("the limit as the dice say: 0.1 to 0.9", explain=explained_rows)
def _(ex, rng):
    return rows_of(ex, *crowd(rng, 2, 14, 0.8), float(rng.choice([0.1, 0.5, 0.7, 0.9])))


@non_maximum_suppression.probe("the default limit")
def _(ex, rng):
    boxes, scores = crowd(rng, 2, 10)
    return {"rows": ex.non_maximum_suppression(boxes, scores)}


@non_maximum_suppression.probe(
    "a chain, each overlapping the next: what is dropped drops no other", explain=explained_rows
)
def _(ex, rng):
    count = int(rng.integers(5, 9))
    left = 2.0 * np.arange(count)
    boxes = np.stack([left, 0 * left, left + 4, 0 * left + 3], axis=1)
    order = rng.permutation(count)
    return rows_of(ex, boxes[order], np.linspace(0.9, 0.4, count)[order], 0.3)


@non_maximum_suppression.probe(
    "an overlap of exactly the limit, 0.5: more than that is dropped", "edge",
    explain=explained_rows,
)  # fmt: skip
def _(ex, rng):
    boxes = np.array([[0.0, 0, 4, 1], [0, 0, 2, 1], [0, 0, 3, 1]])
    return rows_of(ex, boxes, np.array([0.9, 0.8, 0.7]), 0.5)


@non_maximum_suppression.probe(
    "sixty boxes, two on each place, equal scores: the earlier row is the better",
    "edge",
    explain=explained_rows,
)
def _(ex, rng):
    place = rng.permutation(np.repeat(np.arange(30.0), 2))
    boxes = np.stack([3 * place, 0 * place, 3 * place + 2, 0 * place + 2], axis=1)
    return rows_of(ex, boxes, rng.integers(1, 4, 60) / 4, 0.3)


@non_maximum_suppression.probe("no boxes, and one", "edge")
def _(ex, rng):
    none = ex.non_maximum_suppression(np.zeros((0, 4)), np.zeros(0), 0.3)
    one = ex.non_maximum_suppression(np.array([[0.0, 0, 2, 1]]), np.array([0.2]), 0.3)
    return {"of none": none, "of one": one}


@non_maximum_suppression.probe("the same box four times", "edge", explain=explained_rows)
def _(ex, rng):
    return rows_of(
        ex, np.tile([[1.0, 2, 4, 6]], (4, 1)), rng.permutation([0.9, 0.8, 0.4, 0.3]), 0.9
    )


@non_maximum_suppression.probe(
    "a limit of 0, where boxes that only touch stay, and of 1, where all stay", "edge"
)
def _(ex, rng):
    boxes = np.array([[0.0, 0, 4, 2], [4, 0, 8, 2], [3.5, 0, 8, 2], [0, 0, 4, 2]])
    scores = np.array([0.5, 0.9, 0.7, 0.6])
    found = [ex.non_maximum_suppression(boxes.copy(), scores.copy(), t) for t in (0.0, 1.0)]
    return {"limit 0": found[0], "limit 1": found[1]}


@non_maximum_suppression.probe("scores below 0, as logits are", "edge", explain=explained_rows)
def _(ex, rng):
    boxes, scores = crowd(rng, 3, 12)
    return rows_of(ex, boxes, 4 * scores - 3, 0.3)


non_maximum_suppression.wrong(
    'np.argsort(-scores, kind="stable")',
    'np.argsort(scores, kind="stable")',
    says="The worst box was kept first: go from the best score down.",
)
non_maximum_suppression.wrong(
    'np.argsort(-scores, kind="stable")',
    'np.argsort(scores, kind="stable")[::-1]',
    says="Of equal scores the later row came first (a sorted list turned round): the earlier one "
    "is the better.",
)
non_maximum_suppression.wrong(
    'np.argsort(-scores, kind="stable")',
    "np.arange(len(scores))",
    says="The boxes were taken in the order of their rows: the best score comes first.",
)
non_maximum_suppression.wrong(
    "others[overlaps <= limit]",
    "others[overlaps < limit]",
    says="A box that overlaps by exactly the limit was dropped: only more than the limit is too "
    "much.",
)
non_maximum_suppression.wrong(
    "others[overlaps <= limit]",
    "others[overlaps > limit]",
    says="What overlaps was kept, and what lies apart dropped: it is the other way round.",
)
non_maximum_suppression.wrong(
    "others[overlaps <= limit]",
    "others[overlaps <= 0.3]",
    says="The limit was ignored, 0.3 taken instead: use the argument.",
)
non_maximum_suppression.wrong(
    "others[overlaps <= limit]",
    "others[overlaps <= 0.5]",
    says="The limit was ignored, 0.5 taken instead: use the argument.",
)
non_maximum_suppression.wrong(
    "others[overlaps <= limit]",
    "others[overlaps == 0]",
    says="Every box that overlaps at all was dropped: drop only those that overlap by more than "
    "the limit.",
)
non_maximum_suppression.wrong(
    BODY,
    """
    order, kept = np.argsort(-scores, kind="stable"), []
    for place, row in enumerate(order):
        better = order[:place]
        if not (intersection_over_union(boxes[row][None], boxes[better])[0] > limit).any():
            kept.append(row)
    return np.array(kept, int)
    """,
    says="Boxes that were dropped themselves have dropped others: compare with the kept ones only.",
)
non_maximum_suppression.wrong(
    BODY,
    """
    order = np.argsort(-scores, kind="stable")
    kept = list(order[:1])
    for before, row in zip(order[:-1], order[1:]):
        if intersection_over_union(boxes[before][None], boxes[row][None])[0, 0] <= limit:
            kept.append(row)
    return np.array(kept, int)
    """,
    says="Each box was compared with the next better one only: compare it with all that are kept.",
)
non_maximum_suppression.wrong(
    BODY,
    """
    order, kept = np.argsort(-scores, kind="stable"), []
    for row in order:
        last = boxes[kept[-1:]]
        if (intersection_over_union(boxes[row][None], last) <= limit).all():
            kept.append(row)
    return np.array(kept, int)
    """,
    says="Each box was compared with the last kept one only: compare it with all that are kept.",
)
non_maximum_suppression.wrong(
    BODY,
    """
    order = np.argsort(-scores, kind="stable")
    if not len(order):
        return order
    best = order[0]
    far = intersection_over_union(boxes[best][None], boxes)[0] <= limit
    return np.array([best, *(row for row in order if far[row])], int)
    """,
    says="Only one round was made: of those still there the best is kept again, and drops what "
    "overlaps it, until none is left.",
)
non_maximum_suppression.wrong(
    BODY,
    """
    order = np.argsort(-scores, kind="stable")
    waiting, kept = np.arange(len(order)), []
    while waiting.size:
        best, others = waiting[0], waiting[1:]
        kept.append(best)
        overlaps = intersection_over_union(boxes[order[best]][None], boxes[order[others]])[0]
        waiting = others[overlaps <= limit]
    return np.array(kept, int)
    """,
    says="Those are places in the sorted list: the rows of `boxes` are asked for.",
)
non_maximum_suppression.wrong(
    "return np.array(kept, int)",
    "return np.sort(np.array(kept, int))",
    says="The rows are sorted by number: the best score comes first.",
)
non_maximum_suppression.wrong(
    "return np.array(kept, int)",
    "return np.array(kept, int)[::-1].copy()",
    says="The worst of the kept comes first: begin with the best score.",
)
non_maximum_suppression.wrong(
    "return np.array(kept, int)",
    "return boxes[np.array(kept, int)]",
    says="Those are the boxes themselves: their rows are asked for.",
)
non_maximum_suppression.wrong(
    "return np.array(kept, int)",
    "return scores[np.array(kept, int)]",
    says="Those are the scores of the kept boxes: their rows are asked for.",
)
non_maximum_suppression.wrong(
    "return np.array(kept, int)",
    "return np.isin(np.arange(len(scores)), kept)",
    says="That says yes or no for each box: the rows of the kept ones are asked for, best first.",
)
non_maximum_suppression.wrong(
    "return np.array(kept, int)",
    "return np.array(kept)",
    says="Where there are no boxes the result is an array of floats: say that it holds integers.",
)
non_maximum_suppression.wrong(
    "others[overlaps <= limit]",
    "others[overlaps <= limit][:1]",
    says="Of the boxes still there only one went into the next round: all that were not dropped "
    "stay.",
)
non_maximum_suppression.wrong(
    BODY,
    """
    waiting, kept = np.argsort(-scores, kind="stable"), []
    while waiting.size:
        best, others = waiting[0], waiting[1:]
        kept.append(best)
        corner = np.maximum(boxes[best, :2], boxes[others, :2])
        shared = (np.minimum(boxes[best, 2:], boxes[others, 2:]) - corner).clip(0).prod(axis=1)
        areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
        waiting = others[shared <= limit * np.minimum(areas[best], areas[others])]
    return np.array(kept, int)
    """,
    says="Overlap was taken as the share of the smaller box: it is shared over covered together, "
    "your intersection_over_union.",
)
non_maximum_suppression.wrong(
    'waiting, kept = np.argsort(-scores, kind="stable"), []',
    'waiting, kept = np.argsort(-np.abs(scores), kind="stable"), []',
    says="The sizes of the scores were sorted, without their signs: -3 is worse than -1.",
)
non_maximum_suppression.wrong(
    "overlaps <= limit",
    "overlaps <= 1 - limit",
    says="The limit was taken the other way round, 1 - limit: dropped is what overlaps more than "
    "`limit`.",
)
non_maximum_suppression.wrong(
    BODY,
    """
    waiting, kept = list(np.argsort(-scores, kind="stable")), []
    while waiting:
        best = waiting.pop(0)
        kept.append(best)
        for other in waiting:
            if intersection_over_union(boxes[[best]], boxes[[other]])[0, 0] > limit:
                waiting.remove(other)
    return np.array(kept, int)
    """,
    says="Boxes were removed from the list that the loop goes through, which then skips the one "
    "after each: make a new list of those that stay.",
)
non_maximum_suppression.wrong(
    'waiting, kept = np.argsort(-scores, kind="stable"), []',
    'waiting, kept = np.argsort(-scores, kind="stable"), []\n'
    "    waiting = waiting[scores[waiting] > limit]",
    says="Boxes with a score below the limit were dropped: the limit is one of overlap, and every "
    "score counts.",
)
non_maximum_suppression.right(
    BODY,
    """
    kept = []
    for row in sorted(range(len(scores)), key=lambda row: -scores[row]):
        if all(
            intersection_over_union(boxes[row][None], boxes[other][None])[0, 0] <= limit
            for other in kept
        ):
            kept.append(row)
    return np.array(kept, dtype=np.int64)
    """,
    says="each box asks the kept ones",
)
non_maximum_suppression.right(
    BODY,
    """
    overlaps = intersection_over_union(boxes, boxes)
    left, kept = np.ones(len(scores), bool), []
    while left.any():
        best = int(np.argmax(np.where(left, scores, -np.inf)))
        kept.append(best)
        left &= ~(overlaps[best] > limit)
        left[best] = False
    return np.asarray(kept, dtype=int)
    """,
    says="all overlaps at once, and the best of those left by argmax",
)
non_maximum_suppression.right(
    BODY,
    """
    def go_on(waiting):
        if not len(waiting):
            return []
        overlaps = intersection_over_union(boxes[waiting[:1]], boxes[waiting[1:]])[0]
        return [waiting[0], *go_on(waiting[1:][~(overlaps > limit)])]

    rows = np.lexsort((np.arange(len(scores)), -scores))
    return np.array(go_on(rows), dtype=np.intp)
    """,
    says="recursion",
)
non_maximum_suppression.equivalent(
    "when scores is transposed first",
    because="a row of numbers is its own transpose",
)
non_maximum_suppression.equivalent(
    "with -1 in the place of a 0",
    because="of one row of overlaps the first is the last",
)


similarity = ex10.function(
    "similarity",
    points=30,
    minutes=25,
    section="Turn upright",
    tolerance=MOTION,
    hints=(
        "Take both means away first: the best similarity takes mean to mean, so the shift can wait "
        "until the end. What is left is to turn and scale one cloud of points about 0 so that it "
        "lies on the other.",
        "The 2 x 2 matrix Q^T P / N holds all that turn and scale depend on. Its SVD gives U, d, "
        "V^T; then R = U D V^T, and the scale is the weighted sum of d over the variance of P. "
        "Compute det(U V^T) before you scale anything.",
        "np.linalg.svd returns V^T, and no further transposing is needed. U * [1, sign] multiplies "
        "the columns of U, as U @ D does. The shift is mean q less the turned and scaled mean p; "
        "put it as a third column beside s R.",
    ),
)


@ex10.helper
def moved(points, scale, degrees, shift):
    """Points turned by an angle, scaled and shifted."""
    c, s = scale * np.cos(np.deg2rad(degrees)), scale * np.sin(np.deg2rad(degrees))
    return points @ np.array([[c, s], [-s, c]]) + shift


@ex10.helper
def motion_of(ex, source, target):
    return {"matrix": ex.similarity(source.copy(), target.copy())}


@similarity.probe(
    "five points of a face, turned, scaled, shifted, and noise", explain=explained_motion
)
def _(ex, rng):
    face = np.array([[30.0, 31], [70, 32], [50, 52], [34, 72], [66, 71]])
    source = face + rng.normal(0, 2, (5, 2))
    target = moved(face, rng.uniform(0.4, 2.5), rng.uniform(-70, 70), rng.uniform(-40, 40, 2))
    return motion_of(ex, source, target + rng.normal(0, 2, (5, 2)))


@similarity.probe("the example of the docstring", explain=explained_motion)
def _(ex, rng):
    return motion_of(ex, np.array([[0.0, 0], [1, 0]]), np.array([[5.0, 5], [5, 7]]))


@similarity.probe("as many points as the dice say, any turn", explain=explained_motion)
def _(ex, rng):
    count = int(rng.integers(3, 10))
    source = rng.normal(size=(count, 2)) * [3.0, 1.0] + rng.normal(size=2)
    target = moved(source, rng.uniform(0.2, 5), rng.uniform(-180, 180), rng.normal(size=2))
    return motion_of(ex, source, target + rng.normal(0, 0.2, (count, 2)))


@similarity.probe("an exact turn by 30 degrees, three times as large", explain=explained_motion)
def _(ex, rng):
    source = rng.uniform(0, 10, (6, 2))
    return motion_of(ex, source, moved(source, 3.0, 30.0, [4.0, -7.0]))


@similarity.probe("points that are only shifted", explain=explained_motion)
def _(ex, rng):
    source = rng.uniform(0, 10, (4, 2))
    return motion_of(ex, source, source + np.array([12.0, -3.0]))


@similarity.probe("points that do not fit well", explain=explained_motion)
def _(ex, rng):
    source = rng.normal(size=(5, 2)) * [4.0, 2.0]
    return motion_of(ex, source, source @ np.diag([1.3, 0.8]) + rng.normal(0, 0.6, (5, 2)))


@similarity.probe(
    "a mirrored face: the best rotation, and no reflection", "edge", explain=explained_motion
)
def _(ex, rng):
    source = rng.normal(size=(6, 2)) * [1.0, 4.0]
    target = moved(source * [-1.0, 1.0], 1.5, rng.uniform(-60, 60), [3.0, 1.0])
    return motion_of(ex, source, target + rng.normal(0, 0.1, (6, 2)))


@similarity.probe("points on a straight line", "edge", explain=explained_motion)
def _(ex, rng):
    source = np.stack([np.arange(4.0), 0.5 * np.arange(4.0)], axis=1)
    return motion_of(ex, source, moved(source, 0.7, rng.uniform(-170, 170), [2.0, 9.0]))


@similarity.probe("two points, upside down", "edge", explain=explained_motion)
def _(ex, rng):
    source = rng.normal(size=(2, 2))
    return motion_of(ex, source, moved(source, 2.0, 180.0, rng.normal(size=2)))


@similarity.probe("points far from the corner, and very small ones", "edge")
def _(ex, rng):
    source = rng.normal(size=(5, 2)) * [3.0, 2.0]
    target = moved(source, 0.5, 20.0, [1.0, 2.0]) + rng.normal(0, 0.1, (5, 2))
    far = ex.similarity(source + 3000.0, target - 2000.0)
    return {"far": far, "small": ex.similarity(source * 1e-4, target * 1e-4)}


similarity.wrong(
    "np.array([1.0, np.linalg.det(u @ v)])",
    "np.array([1.0, 1.0])",
    says="D is missing: where a reflection fits better it comes out as one. The last sign is "
    "det(U V^T).",
)
similarity.wrong(
    "(d * signs).sum() / ((p**2).sum() / len(p))",
    "d.sum() / ((p**2).sum() / len(p))",
    says="The scale leaves out D: where the last sign is -1, the second singular value is "
    "subtracted.",
)
similarity.wrong(
    "(d * signs).sum() / ((p**2).sum() / len(p))",
    "np.sqrt((q**2).sum() / (p**2).sum())",
    says="The scale is the ratio of the two spreads: least squares gives less where the points do "
    "not fit exactly; it is the weighted sum of d over the variance of the source.",
)
similarity.wrong(
    "(d * signs).sum() / ((p**2).sum() / len(p))",
    "1.0",
    says="The scale is missing: points that were only turned are not enlarged.",
)
similarity.wrong(
    "(d * signs).sum() / ((p**2).sum() / len(p))",
    "(d * signs).sum() / ((q**2).sum() / len(p))",
    says="The scale was divided by the variance of the target: that of the source is right.",
)
similarity.wrong(
    "(d * signs).sum() / ((p**2).sum() / len(p))",
    "(d * signs).sum() / np.sqrt((p**2).sum() / len(p))",
    says="The scale was divided by the root of the variance: the variance itself is right.",
)
similarity.wrong(
    "(d * signs).sum() / ((p**2).sum() / len(p))",
    "(d * signs).sum() / p.var()",
    says="The variance was averaged over both coordinates (p.var()): it is the sum of squares over "
    "the number of points.",
)
similarity.wrong(
    "(d * signs).sum() / ((p**2).sum() / len(p))",
    "(d * signs).sum() / ((p**2).sum() / (len(p) - 1))",
    says="The variance was divided by N - 1, the covariance by N: both by N.",
)
similarity.wrong(
    "np.linalg.svd(q.T @ p / len(p))",
    "np.linalg.svd(p.T @ q / len(p))",
    says="The turn goes the other way: the rotation is transposed, as it is when source and target "
    "are exchanged in Q^T P.",
)
similarity.wrong(
    "np.linalg.svd(q.T @ p / len(p))",
    "np.linalg.svd(target.T @ source / len(p))",
    says="The means were left in the covariance: take them away from both before.",
)
similarity.wrong(
    "np.linalg.svd(q.T @ p / len(p))",
    "np.linalg.svd(q.T @ p)",
    says="The covariance was not divided by N, the variance was: the scale is N times too large.",
)
similarity.wrong(
    "turned = scale * (u * signs) @ v",
    "turned = scale * (u * signs) @ v.T",
    says="V was transposed once too often: np.linalg.svd returns V^T already.",
)
similarity.wrong(
    "mean_q - turned @ mean_p",
    "mean_q - mean_p",
    says="The shift is the difference of the means: the mean of the source is turned and scaled "
    "first.",
)
similarity.wrong(
    "mean_q - turned @ mean_p",
    "mean_q - turned / scale @ mean_p",
    says="In the shift the mean of the source is turned and not scaled: it needs s R.",
)
similarity.wrong(
    "mean_q - turned @ mean_p",
    "mean_q - mean_p @ turned",
    says="In the shift the mean of the source is turned the other way: s R @ mean p.",
)
similarity.wrong(
    "mean_q - turned @ mean_p",
    "mean_p - turned @ mean_q",
    says="In the shift the means are exchanged: the mean of the source is turned and scaled, and "
    "subtracted from the target's.",
)
similarity.wrong(
    "mean_q - turned @ mean_p",
    "mean_q",
    says="The shift is the target's mean: that is right only if the source's mean is 0.",
)
similarity.wrong(
    BODY,
    """
    ones = np.column_stack([source, np.ones(len(source))])
    return np.linalg.lstsq(ones, target, rcond=None)[0].T
    """,
    says="That is the best affine map, which may stretch and shear: a similarity keeps angles.",
)
similarity.wrong(
    BODY,
    """
    (px, py), (qx, qy) = source[1] - source[0], target[1] - target[0]
    length = px * px + py * py
    c, s = (px * qx + py * qy) / length, (px * qy - py * qx) / length
    turned = np.array([[c, -s], [s, c]])
    return np.column_stack([turned, target[0] - turned @ source[0]])
    """,
    says="Only the first two points were used: every point pulls, by least squares.",
)
similarity.wrong(
    BODY,
    """
    mean_p, mean_q = source.mean(axis=0), target.mean(axis=0)
    p, q = source - mean_p, target - mean_q
    u, d, v = np.linalg.svd(q.T @ p)
    signs = np.array([1.0, np.linalg.det(u @ v)])
    scale = np.linalg.norm(q, axis=1).mean() / np.linalg.norm(p, axis=1).mean()
    turned = scale * (u * signs) @ v
    return np.column_stack([turned, mean_q - turned @ mean_p])
    """,
    says="The scale is the ratio of mean distances: least squares takes the weighted sum of d over "
    "the variance of the source.",
)
similarity.wrong(
    "return np.column_stack([turned, mean_q - turned @ mean_p])",
    "return np.vstack([np.column_stack([turned, mean_q - turned @ mean_p]), [0, 0, 1]])",
    says="There is a third row, 0 0 1: only the first two, (2, 3), are asked for.",
)
similarity.wrong(
    "return np.column_stack([turned, mean_q - turned @ mean_p])",
    "return np.column_stack([mean_q - turned @ mean_p, turned])",
    says="The shift stands in the first column: s R comes first, the shift last.",
)
similarity.wrong(
    BODY,
    """
    p, q = source - source[0], target - target[0]
    u, d, v = np.linalg.svd(q.T @ p / len(p))
    signs = np.array([1.0, np.linalg.det(u @ v)])
    scale = (d * signs).sum() / ((p**2).sum() / len(p))
    turned = scale * (u * signs) @ v
    return np.column_stack([turned, target[0] - turned @ source[0]])
    """,
    says="The first point was taken for the middle: it is the mean that goes to the mean.",
)
similarity.wrong(
    "p, q = source - mean_p, target - mean_q",
    "p, q = source, target",
    says="The means were not taken away: covariance and variance are those of the points less "
    "their means.",
)
similarity.wrong(
    BODY,
    """
    p, q = source - source.mean(axis=0), target - target.mean(axis=0)
    (a, b), (c, d) = source[1] - source[0], target[1] - target[0]
    turn = np.arctan2(d, c) - np.arctan2(b, a)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = matrix * np.sqrt((q**2).sum() / (p**2).sum())
    return np.column_stack([matrix, target.mean(axis=0) - matrix @ source.mean(axis=0)])
    """,
    says="The turn is that of the first two points alone, as of two eyes: all points turn it, by "
    "least squares.",
)
similarity.wrong(
    "(d * signs).sum() / ((p**2).sum() / len(p))",
    "(d * signs).sum() / (p**2).sum()",
    says="The variance of the source was not divided by N, the covariance was: the scale is N "
    "times too small.",
)
similarity.right(
    BODY,
    """
    p, q = source @ [1, 1j], target @ [1, 1j]
    a, b = p - p.mean(), q - q.mean()
    turn = (a.conj() @ b) / (a.conj() @ a).real
    shift = q.mean() - turn * p.mean()
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])
    """,
    says="complex numbers: one division",
)
similarity.right(
    BODY,
    """
    mean_p, mean_q = source.mean(axis=0), target.mean(axis=0)
    (x, y), (u, v) = (source - mean_p).T, (target - mean_q).T
    rows = np.concatenate([np.stack([x, -y], axis=1), np.stack([y, x], axis=1)])
    c, s = np.linalg.lstsq(rows, np.concatenate([u, v]), rcond=None)[0]
    turned = np.array([[c, -s], [s, c]])
    return np.hstack([turned, (mean_q - turned @ mean_p)[:, None]])
    """,
    says="a linear system for s cos and s sin",
)
similarity.right(
    BODY,
    """
    mean_p = np.sum(source, axis=0) / len(source)
    mean_q = np.sum(target, axis=0) / len(target)
    matrix = np.zeros((2, 3), order="F")
    dot = cross = length = 0.0
    for (x, y), (u, v) in zip(source - mean_p, target - mean_q):
        dot, cross, length = dot + x * u + y * v, cross + x * v - y * u, length + x * x + y * y
    matrix[:, :2] = np.array([[dot, -cross], [cross, dot]]) / length
    matrix[:, 2] = mean_q - matrix[:, :2] @ mean_p
    return matrix
    """,
    says="sums in a loop",
)
similarity.equivalent(
    "if a term is not subtracted",
    because="the points of one side sum to 0, and so the other side's mean falls out of Q^T P",
)
similarity.equivalent(
    "with + in the place of a -",
    because="the points of one side sum to 0, and so the other side's mean falls out of Q^T P",
)
similarity.equivalent(
    "if the entries are in the reverse order",
    because="-R with the scale -s is s R: the sign may stand at either singular value",
)
similarity.equivalent(
    "if a factor of a product is transposed",
    because="a determinant is that of the transpose, and a mean is a row of numbers",
)
similarity.equivalent(
    "if a matrix product is taken the other way round",
    because="det(U V^T) = det(V^T U)",
)
similarity.equivalent(
    "with / in the place of a *",
    because="signs are 1 or -1: to divide by them is to multiply",
)
