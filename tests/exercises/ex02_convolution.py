"""Checks of exercise set 02: convolution."""

import numpy as np

from minidl.course.sets.manifest import BODY, ExerciseSet, Tolerance

ex02 = ExerciseSet("ex02_convolution", "Convolution")

SUMS = Tolerance(1e-10, "float64 sums of products, in whatever order the learner adds them")
EXACT = Tolerance(0.0, "values are counted, copied or chosen, never computed")

output_size = ex02.function(
    "output_size",
    points=5,
    minutes=5,
    section="Stride, padding, dilation",
    tolerance=EXACT,
    hints=(
        "Draw a row of boxes and slide a bracket over them. Where is the last place it can start? "
        "There are floor((size + 2 * padding - span) / stride) + 1 places.",
        "First find how many entries the kernel spans (with gaps between its taps, if it is "
        "dilated), then how much room that leaves in the padded input.",
        "The room, divided by the stride and rounded down, is the number of steps; there is one "
        "place more than there are steps. Negative room is the case to refuse.",
    ),
)


@ex02.helper
def sizes(ex, settings):
    """What each call gave; and the calls, with what is left out as it is then."""
    whole = [[*setting, *(1, 0, 1)[len(setting) - 2 :]] for setting in settings]
    return {"result": [ex.output_size(*setting) for setting in settings], "settings": whole}


def of_setting(got, expected):
    """The first call that gave another number."""
    pairs = zip(got["result"].tolist(), expected["result"].tolist(), strict=True)
    for (found, right), setting in zip(pairs, expected["settings"].tolist(), strict=True):
        if found != right:
            names = ("stride", "padding", "dilation")
            pairs = zip(names, setting[2:], (1, 0, 1), strict=True)
            more = "".join(f", {name}={n}" for name, n, usual in pairs if n != usual)
            call = f"output_size({setting[0]}, {setting[1]}{more})"
            return f"{call}: expected {right}, got {found}"
    return None


@ex02.helper
def outcomes(ex, settings):
    """What each call came to, a number or the name of an exception."""

    def outcome(setting):
        try:
            return f"gave {ex.output_size(*setting)}"
        except NotImplementedError:
            raise
        except Exception as error:
            return f"raised {type(error).__name__}"

    return {"call": [str(s) for s in settings], "outcome": [outcome(s) for s in settings]}


def refused(got, expected):
    """The first call that came to something else."""
    names = ("call", "outcome")
    for call, right in zip(*(expected[name] for name in names), strict=True):
        found = got["outcome"][expected["call"].tolist().index(call)]
        if right == found:
            continue
        if right != "raised ValueError":
            wanted = right.removeprefix("gave ")
            return f"output_size{call} {found}, where the kernel fits: expected {wanted}"
        return f"output_size{call} {found}; the kernel does not fit: raise a ValueError"
    return None


@output_size.probe("the examples", explain=of_setting)
def _(ex, rng):
    return sizes(ex, [(5, 3), (6, 3, 2, 1), (7, 3, 1, 0, 2)])


@output_size.probe("a kernel that moves one entry at a time", explain=of_setting)
def _(ex, rng):
    return sizes(ex, [(5, 3), (4, 1), (32, 5), (3, 3)])


@output_size.probe("stride", explain=of_setting)
def _(ex, rng):
    return sizes(ex, [(7, 3, 2), (8, 3, 2), (10, 2, 3), (4, 1, 4)])


@output_size.probe("padding", explain=of_setting)
def _(ex, rng):
    return sizes(ex, [(5, 3, 1, 1), (5, 5, 1, 2), (1, 3, 1, 1), (6, 3, 2, 1)])


@output_size.probe("dilation", explain=of_setting)
def _(ex, rng):
    return sizes(ex, [(7, 3, 1, 0, 2), (9, 2, 1, 0, 5), (11, 3, 2, 0, 3), (6, 1, 1, 0, 4)])


@output_size.probe("all of it at once", explain=of_setting)
def _(ex, rng):
    low, high = (15, 1, 1, 0, 1), (60, 5, 5, 4, 4)
    return sizes(ex, rng.integers(low, high, size=(20, 5)).tolist())


@output_size.probe(
    "a kernel as long as the padded input, and of one tap", "edge", explain=of_setting
)
def _(ex, rng):
    return sizes(ex, [(3, 3), (3, 5, 4, 1), (1, 1), (5, 3, 7, 0, 2), (1, 1, 9, 0, 9), (6, 1, 5)])


@output_size.probe(
    "a kernel that does not fit is refused with a ValueError", "edge", explain=refused
)
def _(ex, rng):
    settings = [
        (3, 5),
        (2, 5, 1, 1),
        (4, 3, 1, 0, 2),
        (1, 2, 3),
        (3, 5, 1, 1),
        (5, 5),
        (4, 6, 3, 0),
    ]
    return outcomes(ex, settings)


@output_size.probe("settings drawn at random, whether they fit or not", "edge", explain=refused)
def _(ex, rng):
    low, high = (1, 1, 1, 0, 1), (9, 6, 4, 3, 4)
    return outcomes(ex, [tuple(row) for row in rng.integers(low, high, size=(30, 5)).tolist()])


@output_size.probe("large sizes", "edge", explain=of_setting)
def _(ex, rng):
    return sizes(ex, [(10**9, 3, 2, 1), (2**40, 7, 3, 0, 5), (224, 7, 2, 3)])


output_size.wrong(
    "return room // stride + 1",
    "return (room - padding) // stride + 1",
    says="The padding was counted once in the result: there are that many zeros at both ends.",
)
output_size.wrong(
    "size + 2 * padding - span",
    "size + padding - span",
    says="The padding was counted once: there are that many zeros at each of the two ends.",
)
output_size.wrong(
    "return room // stride + 1",
    "return room // stride",
    says="One too few: three steps are four places, because the first place needs no step (+ 1).",
)
output_size.wrong(
    "return room // stride + 1",
    "return -(-room // stride) + 1",
    says="The division was rounded up: a last step that does not fit whole is not taken.",
)
output_size.wrong(
    "return room // stride + 1",
    "return room / stride + 1",
    says="The result is not a whole number: divide with // so that the rest is dropped.",
)
output_size.wrong(
    "dilation * (kernel - 1) + 1",
    "dilation * kernel",
    says="The span is too long: between `kernel` taps there are only kernel - 1 gaps.",
)
output_size.wrong(
    "if room < 0:",
    "if room == -1000:",
    says="A kernel that does not fit gave a number: raise a ValueError where there is no room.",
)
output_size.wrong(
    "if room < 0:",
    "if room <= 0:",
    says="A kernel exactly as long as the padded input was refused: it fits once.",
)
output_size.wrong(
    "dilation * (kernel - 1) + 1",
    "kernel",
    says="The dilation had no effect: taps further apart make the kernel span more entries.",
)
output_size.wrong(
    "if room < 0:",
    "if room // stride + 1 < 0:",
    says="No place at all was let through as 0: where the kernel does not fit even once, raise a "
    "ValueError.",
)
output_size.wrong(
    "return room // stride + 1",
    "return np.floor(room / stride) + 1",
    says="The number is right but it is a float: np.floor returns one. Divide with //, or make an "
    "int of it.",
)
output_size.wrong(
    BODY,
    """
    places = int((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1
    if places < 1:
        raise ValueError("the kernel does not fit")
    return places
    """,
    says="int() cuts towards 0: where less than a stride is missing, negative room counts as a "
    "place. Look at the room itself, or round down with //.",
)
output_size.wrong(
    BODY,
    "return max(0, (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1)",
    says="A kernel that does not fit came to 0 places: raise a ValueError there.",
)
output_size.wrong(
    "dilation * (kernel - 1) + 1",
    "kernel + dilation - 1",
    says="The dilation was added once: there is a gap between every two taps, kernel - 1 of them.",
)
output_size.wrong(
    "dilation * (kernel - 1) + 1",
    "dilation * (kernel - 1)",
    says="The span is one too short: from the first tap to the last are dilation * (kernel - 1) "
    "steps, which cover one entry more.",
)
output_size.wrong(
    "dilation * (kernel - 1) + 1",
    "kernel + dilation * (kernel - 1)",
    says="The gaps were counted as `dilation` entries: taps `dilation` apart have dilation - 1 "
    "entries between them.",
)
output_size.wrong(
    "return room // stride + 1",
    "return (room + 1) // stride",
    says="The 1 was added before the division: it counts the first place, and is added to the "
    "number of steps.",
)
output_size.wrong(
    "return room // stride + 1",
    "return round(room / stride) + 1",
    says="The division was rounded to the nearest: a last step that does not fit whole is not "
    "taken, so round down.",
)
output_size.wrong(
    "return room // stride + 1",
    "return room + 1",
    says="The stride had no effect: with steps of `stride` there are that many times fewer.",
)
output_size.wrong(
    BODY,
    """
    span = dilation * (kernel - 1) + 1
    assert size + 2 * padding >= span
    return (size + 2 * padding - span) // stride + 1
    """,
    says="A kernel that does not fit ended in an AssertionError: raise a ValueError.",
)
output_size.wrong(
    "if room < 0:",
    "if kernel > size:",
    says="Room was looked for in the size alone, with the kernel's taps side by side: it is the "
    "padded size, 2 * padding more, in which the whole span has to fit.",
)
output_size.wrong(
    "if room < 0:",
    "if span > size:",
    says="The padding was forgotten where it is asked whether the kernel fits: it has to fit into "
    "the padded size, 2 * padding more.",
)
output_size.wrong(
    "if room < 0:",
    "if kernel > size + 2 * padding:",
    says="The dilation was forgotten where it is asked whether the kernel fits: the whole span "
    "has to, not `kernel` entries.",
)
output_size.wrong(
    "return room // stride + 1",
    "return max(len(range(0, room, stride)), 1)",
    says="The last place is missing where the kernel ends exactly at the end: the last start is "
    "`room`, and range leaves its end out.",
)
output_size.wrong(
    "return room // stride + 1",
    "return len(range(0, room, stride))",
    says="The place at which the kernel ends exactly at the end is missing: the last start is "
    "`room`, and range leaves its end out.",
)
output_size.wrong(
    "return room // stride + 1",
    "return room // (stride * dilation) + 1",
    says="The room was divided by the dilation, too: that spreads the taps, which the span has "
    "counted already; the kernel moves on by `stride`.",
)
output_size.right(
    BODY,
    """
    padded = size + padding + padding
    starts = range(0, padded - dilation * (kernel - 1), stride)
    if not starts:
        raise ValueError("the kernel does not fit")
    return len(starts)
    """,
    says="counted with range",
)
output_size.right(
    BODY,
    """
    places = np.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1
    if places < 1:
        raise ValueError("the kernel does not fit")
    return int(places)
    """,
    says="the formula with np.floor",
)


pad2d = ex02.function(
    "pad2d",
    points=5,
    minutes=5,
    section="Stride, padding, dilation",
    tolerance=EXACT,
    dtype="same",
    hints=(
        "The result is a larger array of zeros with the images laid in its middle.",
        "Only the last two axes grow, each by twice its padding: one of them by p, the other by q. "
        "Start from zeros of x's dtype.",
        "The image starts at row p and column q, and is as large as before: assign x to that "
        "slice. (np.pad does the same, with one pair of numbers for each of the four axes.)",
    ),
)


@pad2d.probe("one row and one column on every side")
def _(ex, rng):
    return {"result": ex.pad2d(rng.normal(size=(1, 1, 2, 3)), (1, 1))}


@pad2d.probe("the example")
def _(ex, rng):
    return {"result": ex.pad2d(np.array([[[[1.0, 2.0]]]]), (1, 0))}


@pad2d.probe("more rows than columns, several images and channels")
def _(ex, rng):
    x = rng.normal(size=(2, 3, 4, 5))
    return {"result": ex.pad2d(x, (3, 1))}


@pad2d.probe("columns only", "edge")
def _(ex, rng):
    return {"result": ex.pad2d(rng.normal(size=(2, 1, 3, 3)), (0, 2))}


@pad2d.probe("no padding still gives a new array", "edge")
def _(ex, rng):
    return {"result": ex.pad2d(rng.normal(size=(1, 2, 3, 4)), (0, 0))}


@pad2d.probe("sizes drawn at random")
def _(ex, rng):
    x = rng.normal(size=rng.permutation(4) + 1)
    return {"result": ex.pad2d(x, tuple(rng.permutation(4)[:2].tolist()))}


@pad2d.probe("more padding than image, and no image at all", "edge")
def _(ex, rng):
    return {
        "result": ex.pad2d(rng.normal(size=(2, 3, 1, 1)), (4, 3)),
        "of no image": ex.pad2d(rng.normal(size=(0, 2, 3, 4)), (1, 2)),
    }


@pad2d.probe("float32 stays float32, and whole numbers stay whole", "promise")
def _(ex, rng):
    whole = rng.integers(0, 256, size=(1, 3, 2, 4))
    return {
        "result": ex.pad2d(rng.normal(size=(1, 2, 3, 3)).astype(np.float32), (2, 2)),
        "of uint8": ex.pad2d(whole.astype(np.uint8), (1, 2)),
        "of int64": ex.pad2d(whole, (1, 0)),
    }


pad2d.wrong(
    "p, q = padding",
    "q, p = padding",
    says="Rows and columns are exchanged: the first number pads above and below.",
)
pad2d.wrong(
    "(n, c, h + 2 * p, w + 2 * q), x.dtype)",
    "(n, c, h + 2 * p, w + 2 * q))",
    says="The result is float64 whatever x was: np.zeros needs x's dtype.",
)
pad2d.wrong(
    BODY,
    """
    p, q = padding
    return np.pad(x, ((p, p), (p, p), (p, p), (q, q)))
    """,
    says="Images and channels were added too: only the rows and columns are padded.",
)
pad2d.wrong(
    BODY,
    """
    p, q = padding
    return np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)), mode="edge")
    """,
    says="The border of the image was repeated: padding puts zeros there.",
)
pad2d.wrong(
    "p, q = padding",
    "if padding == (0, 0):\n        return x\n    p, q = padding",
    says="Without padding you gave back x itself: return a new array, or a change of one changes "
    "both.",
)
pad2d.wrong(
    BODY,
    """
    p, q = padding
    return np.pad(x, ((0, 0), (0, 0), (0, p), (0, q)))
    """,
    says="There are zeros below and to the right only: pad above and to the left as well.",
)
pad2d.wrong(
    BODY,
    """
    p, q = padding
    return np.pad(x, ((0, 0), (0, 0), (p, 0), (q, 0)))
    """,
    says="There are zeros above and to the left only: pad below and to the right as well.",
)
pad2d.wrong(
    BODY,
    "return np.pad(x, padding)",
    says="np.pad(x, padding) pads every axis, with p before and q after: give it one pair for each "
    "of the four axes, and (0, 0) for images and channels.",
)
pad2d.wrong(
    BODY,
    """
    p, q = padding
    return np.pad(x, ((0, 0), (0, 0), (p, q), (p, q)))
    """,
    says="p was put before and q after: p belongs above and below, q to the left and to the right.",
)
pad2d.wrong(
    "p, q = padding",
    "p = q = padding[0]",
    says="The first number was used for columns as well: the second one pads left and right.",
)
pad2d.wrong(
    "padded[:, :, p : p + h, q : q + w] = x",
    "padded[:, :, :h, :w] = x",
    says="The image was laid into the upper left corner: it starts at row p and column q.",
)
pad2d.wrong(
    BODY,
    """
    p, q = padding
    return np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)), mode="reflect")
    """,
    says="The border was mirrored: padding puts zeros there.",
)
pad2d.wrong(
    "x.dtype)",
    "np.float32)",
    says="The result is float32 whatever x was: np.zeros needs x's dtype.",
)
pad2d.wrong(
    BODY,
    """
    p, q = padding
    return np.pad(x, ((p, p), (q, q), (0, 0), (0, 0)))
    """,
    says="Images and channels were padded, not rows and columns: those are the last two axes.",
)
pad2d.wrong(
    BODY,
    """
    p, q = padding
    n, c, h, w = x.shape
    return np.resize(x, (n, c, h + 2 * p, w + 2 * q))
    """,
    says="np.resize fills up by repeating the numbers: padding puts zeros around them.",
)
pad2d.wrong(
    BODY,
    """
    p, q = padding
    n, c, h, w = x.shape
    padded = np.zeros((n, c, h + 2 * p, w + 2 * q), x.dtype)
    padded[:, :, 2 * p :, 2 * q :] = x
    return padded
    """,
    says="The image was laid into the lower right corner: it starts at row p and column q, so "
    "that half of the zeros come behind it.",
)
pad2d.wrong(
    BODY,
    """
    p, q = padding
    return np.pad(x, ((0, 0), (p, p), (q, q), (0, 0)))
    """,
    says="Axes 1 and 2 were padded, as if the channels came last: rows and columns are axes 2 and "
    "3 of (N, C, H, W).",
)
pad2d.right(
    BODY,
    """
    p, q = padding
    return np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    """,
    says="np.pad",
)
pad2d.right(
    BODY,
    """
    p, q = padding
    n, c, h, w = x.shape
    row = np.zeros((n, c, p, w), x.dtype)
    x = np.concatenate([row, x, row], axis=2)
    column = np.zeros((n, c, h + 2 * p, q), x.dtype)
    return np.asfortranarray(np.concatenate([column, x, column], axis=3))
    """,
    says="strips of zeros glued on, Fortran order",
)


conv2d_naive = ex02.function(
    "conv2d_naive",
    points=10,
    minutes=20,
    section="The first rung: loops",
    tolerance=SUMS,
    needs=("output_size", "pad2d"),
    hints=(
        "y[n, k, i, j] = bias[k] + sum over c, r, s of xp[n, c, i * stride + r * dilation, "
        "j * stride + s * dilation] * w[k, c, r, s], with xp the padded x. Loops that say which "
        "output come first (n, k, i, j), and inside them those of its sum (c, r, s).",
        "Pad x first; then no index is ever outside. The output's rows and columns come from "
        "output_size, called with the sizes x had before you padded it.",
        "Start each sum at the bias of filter k. The row to read is i strides plus r dilations "
        "from the top; the column is the same with j and s. The weight is read at r, s as they "
        "are.",
    ),
)


@ex02.helper
def numbers(rng, x, w):
    return rng.normal(size=x), rng.normal(size=w), rng.normal(size=w[0])


@ex02.helper
def drawn(rng, dilated=False):
    """Shapes of x and w with all lengths different, a stride, a padding and a dilation."""
    n, c, k = rng.permutation(3) + 1
    r, s = rng.permutation(3)[:2] + 1
    dilation = int(rng.integers(1, 3)) if dilated else 1
    h, w = dilation * (np.array([r, s]) - 1) + 1 + rng.permutation(4)[:2]
    stride, padding = rng.integers((1, 0), (4, 4)).tolist()
    shapes = (n, c, h, w), (k, c, r, s)
    x, w = (tuple(int(length) for length in shape) for shape in shapes)
    return x, w, stride, padding, dilation


@ex02.helper
def example(rng):
    """The images, filters and biases of the examples."""
    x = np.arange(1.0, 10.0).reshape(1, 1, 3, 3)
    return x, np.array([[[[1.0, 0.0], [0.0, 2.0]]]]), np.array([10.0])


@conv2d_naive.probe("the example")
def _(ex, rng):
    return {"y": ex.conv2d_naive(*example(rng))}


@conv2d_naive.probe("one image, one channel, one filter")
def _(ex, rng):
    x, w, bias = numbers(rng, (1, 1, 4, 5), (1, 1, 2, 3))
    return {"y": ex.conv2d_naive(x, w, bias)}


@conv2d_naive.probe("several images, channels and filters")
def _(ex, rng):
    x, w, bias = numbers(rng, (2, 3, 4, 5), (4, 3, 3, 2))
    return {"y": ex.conv2d_naive(x, w, bias)}


@conv2d_naive.probe("stride 2")
def _(ex, rng):
    return {"y": ex.conv2d_naive(*numbers(rng, (1, 2, 6, 7), (2, 2, 3, 3)), 2)}


@conv2d_naive.probe("padding 1")
def _(ex, rng):
    return {"y": ex.conv2d_naive(*numbers(rng, (2, 1, 3, 4), (2, 1, 3, 3)), 1, 1)}


@conv2d_naive.probe("dilation 2")
def _(ex, rng):
    return {"y": ex.conv2d_naive(*numbers(rng, (1, 2, 6, 7), (1, 2, 2, 3)), 1, 0, 2)}


@conv2d_naive.probe("stride 2, padding 2 and dilation 3", "edge")
def _(ex, rng):
    return {"y": ex.conv2d_naive(*numbers(rng, (1, 2, 7, 6), (2, 2, 2, 3)), 2, 2, 3)}


@conv2d_naive.probe("sizes, stride, padding and dilation drawn at random")
def _(ex, rng):
    x, w, *settings = drawn(rng, dilated=True)
    return {"y": ex.conv2d_naive(*numbers(rng, x, w), *settings)}


@conv2d_naive.probe("a filter of one tap, and one as large as the padded image", "edge")
def _(ex, rng):
    return {
        "y": ex.conv2d_naive(*numbers(rng, (2, 3, 4, 2), (2, 3, 1, 1)), 3),
        "y of a whole image": ex.conv2d_naive(*numbers(rng, (1, 2, 3, 2), (3, 2, 5, 4)), 1, 1),
    }


@conv2d_naive.probe("no image at all", "edge")
def _(ex, rng):
    return {"y": ex.conv2d_naive(*numbers(rng, (0, 2, 4, 5), (3, 2, 2, 3)))}


@conv2d_naive.probe("float32 stays float32", "promise")
def _(ex, rng):
    shapes = (1, 2, 3, 4), (2, 2, 2, 2)
    x, w, bias = (a.astype(np.float32) for a in numbers(rng, *shapes))
    return {"y": ex.conv2d_naive(x, w, bias, 1, 1)}


conv2d_naive.wrong(
    "return y",
    "return y - bias[:, None, None] + bias",
    says="The bias was added along the last axis, a number for each column: bias[k] goes to all of "
    "filter k's output, so it needs the shape (K, 1, 1).",
)
conv2d_naive.wrong(
    "return y",
    "return y - bias[:, None, None] + bias[:, None]",
    says="The bias was added a number for each row: bias[k] goes to all of filter k's output, so "
    "it needs the shape (K, 1, 1).",
)
conv2d_naive.wrong(
    "total = bias[k]",
    "total = bias[n % len(bias)]",
    says="The bias was chosen by the image: it is one for each filter.",
)
conv2d_naive.wrong(
    "total = bias[k]",
    "total = bias[i % len(bias)]",
    says="The bias was chosen by the row of the output: it is one for each filter.",
)
conv2d_naive.wrong(
    "total = bias[k]",
    "total = bias[j % len(bias)]",
    says="The bias was chosen by the column of the output: it is one for each filter.",
)
conv2d_naive.wrong(
    "total = bias[k]",
    "total = bias[k] * w.shape[1]",
    says="The bias was added once for each channel: it is added once for each output.",
)
conv2d_naive.wrong(
    "total = bias[k]",
    "total = bias[k] * w[0].size",
    says="The bias was added with each product: once for each output is enough.",
)
conv2d_naive.wrong(
    "total = bias[k]",
    "total = sum(bias[c % len(bias)] for c in range(w.shape[1]))",
    says="The bias was chosen by the channel of the input: it is one for each filter.",
)
conv2d_naive.wrong(
    "total = bias[k]",
    "total = bias.sum()",
    says="All biases were added up: filter k has bias[k] alone.",
)
conv2d_naive.wrong(
    "total = bias[k]",
    "total = bias.mean()",
    says="The mean of the biases was taken: filter k has bias[k] alone.",
)
conv2d_naive.wrong(
    "total = bias[k]",
    "total = 0.0",
    says="The bias is missing: the sum for filter k starts at bias[k].",
)
conv2d_naive.wrong(
    "w[k, c, r, s]",
    "w[k, c, -1 - r, -1 - s]",
    says="The filter was turned round: the mathematician's convolution does that, ours does not.",
)
conv2d_naive.wrong(
    "i * stride + r * dilation, j * stride + s * dilation",
    "i + r * dilation, j + s * dilation",
    says="The stride had no effect on where the windows start: output row i starts at i * stride.",
)
conv2d_naive.wrong(
    "i * stride + r * dilation, j * stride + s * dilation",
    "i * stride + r, j * stride + s",
    says="The dilation had no effect on where the taps lie: tap r is r * dilation below the first.",
)
conv2d_naive.wrong(
    "i * stride + r * dilation, j * stride + s * dilation",
    "(i + r * dilation) * stride, (j + s * dilation) * stride",
    says="The stride moved the taps apart as well: it says where windows start, not how far apart "
    "taps are.",
)
conv2d_naive.wrong(
    "xp = pad2d(x, (padding, padding))",
    "xp = np.pad(x, ((0, 0), (0, 0), (0, 2 * padding), (0, 2 * padding)))",
    says="All the zeros are below and to the right: they belong on every side, half of them each.",
)
conv2d_naive.wrong(
    "total = total + xp",
    "total = xp",
    says="Each product replaced the sum so far: add the products up.",
)
conv2d_naive.wrong(
    "xp[n, c, row, column]",
    "xp[n, 0, row, column]",
    says="Only the first channel of x was read: the sum runs over x and w in the same channel c.",
)
conv2d_naive.wrong(
    "w[k, c, r, s]",
    "w[k, 0, r, s]",
    says="Every channel met the weights of the first: filter k has weights of its own for each c.",
)
conv2d_naive.wrong(
    "w[k, c, r, s]",
    "w[k, c, s, r]",
    says="The weights were read with rows and columns exchanged: w[k, c, r, s] has the row first.",
)
conv2d_naive.wrong(
    "w[k, c, r, s]",
    "w[0, c, r, s]",
    says="Every output was made with the first filter: output channel k has filter k.",
)
conv2d_naive.wrong(
    "xp[n, c, row, column]",
    "xp[0, c, row, column]",
    says="Every output was made from the first image: output n is that of image n.",
)
conv2d_naive.wrong(
    "xp = pad2d(x",
    "out[1] = out[0]\n    xp = pad2d(x",
    says="The output is square: its columns follow from W and S, as its rows do from H and R.",
)
conv2d_naive.wrong(
    "xp = pad2d(x",
    "out[1] = output_size(x.shape[3], w.shape[2], stride, padding, dilation)\n    xp = pad2d(x",
    says="The number of columns was found with the filter's rows, R: the filter has S columns.",
)
conv2d_naive.wrong(
    "xp[n, c, row, column]",
    "xp[n, c, column, row]",
    says="The image was read with rows and columns exchanged: the row comes first.",
)
conv2d_naive.wrong(
    "total = total + xp[n, c, row, column] * w[k, c, r, s]",
    "total = total + xp[n, c, row, column] * w[k, c, r, s] + bias[k]",
    says="The bias was added with every product: it is added once for each output.",
)
conv2d_naive.wrong(
    "        for c, r, s in np.ndindex(*w.shape[1:]):",
    "        total = bias[0]\n        for c, r, s in np.ndindex(*w.shape[1:]):",
    says="Every filter got the first bias: filter k has bias[k].",
)
conv2d_naive.wrong(
    BODY,
    """
    if padding:
        x = pad2d(x, (padding, padding))
    out = [
        output_size(size, kernel, stride, padding, dilation)
        for size, kernel in zip(x.shape[2:], w.shape[2:])
    ]
    xp = np.pad(x, ((0, 0), (0, 0), (0, 2 * padding), (0, 2 * padding)))
    y = np.zeros((len(x), len(w), *out), x.dtype)
    for n, k, i, j in np.ndindex(*y.shape):
        y[n, k, i, j] = bias[k]
        for c, r, s in np.ndindex(*w.shape[1:]):
            row, column = i * stride + r * dilation, j * stride + s * dilation
            y[n, k, i, j] += xp[n, c, row, column] * w[k, c, r, s]
    return y
    """,
    says="The padding was counted twice: the size of the output follows from x as it was, before "
    "it was padded, or from the padded x and padding 0.",
)
conv2d_naive.wrong(
    BODY,
    """
    x = pad2d(x, (padding, padding))
    out = [
        output_size(size, kernel, stride, padding, dilation)
        for size, kernel in zip(x.shape[2:], w.shape[2:])
    ]
    y = np.zeros((len(x), len(w), *out), x.dtype)
    for n, k, i, j in np.ndindex(*y.shape):
        for c, r, s in np.ndindex(*w.shape[1:]):
            row, column = i * stride + r * dilation, j * stride + s * dilation
            y[n, k, i, j] += x[n, c, row, column] * w[k, c, r, s]
    return y + bias[:, None, None]
    """,
    says="output_size was asked with the padded x and the padding: it adds the padding by itself.",
)
conv2d_naive.wrong(
    "        total = bias[k]\n        for c, r, s",
    "        if not (n or k or i or j):\n            total = 0.0\n"
    "        total = total + bias[k]\n        for c, r, s",
    says="The sum goes on from one output to the next: start it anew, at bias[k], for each.",
)
conv2d_naive.wrong(
    "        y[n, k, i, j] = total",
    "        y[n, k, i, j] = bias[k] + (total - bias[k]) / w[0].size",
    says="The products were averaged: a convolution sums them.",
)
conv2d_naive.wrong(
    "output_size(size, kernel, stride, padding, dilation)",
    "output_size(size, kernel, stride, padding)",
    says="The dilation is missing from the size of the output: a dilated filter spans more, and "
    "fits at fewer places.",
)
conv2d_naive.wrong(
    "output_size(size, kernel, stride, padding, dilation)\n        for",
    "output_size(size, kernel, 1, padding, dilation)\n        for",
    says="The stride is missing from the size of the output: with larger steps there are fewer "
    "places.",
)
conv2d_naive.wrong(
    "i * stride + r * dilation, j * stride + s * dilation",
    "i * stride + r * dilation, j * stride + s",
    says="The dilation acts on rows only: columns are that far apart as well.",
)
conv2d_naive.wrong(
    "i * stride + r * dilation, j * stride + s * dilation",
    "i * stride + r * dilation, j + s * dilation",
    says="The stride acts on rows only: windows start that far apart from column to column as "
    "well.",
)
conv2d_naive.wrong(
    BODY,
    """
    rows, columns = (output_size(n, w.shape[2], stride, padding, dilation) for n in x.shape[2:])
    xp = pad2d(x, (padding, padding))
    y = np.zeros((len(x), len(w), rows, columns), x.dtype)
    for n, k, i, j in np.ndindex(*y.shape):
        y[n, k, i, j] = bias[k]
        for c, r, s in np.ndindex(w.shape[1], w.shape[2], w.shape[2]):
            row, column = i * stride + r * dilation, j * stride + s * dilation
            y[n, k, i, j] += xp[n, c, row, column] * w[k, c, r, s]
    return y
    """,
    says="The filter was taken to be square, R by R: it is R by S, so columns follow from S.",
)
conv2d_naive.wrong(
    "for c, r, s in np.ndindex(*w.shape[1:]):",
    "for c, r, s in np.ndindex(*w.shape[1:]):\n"
    "            if r == s == 0:\n"
    "                total = bias[k]",
    says="The sum was started anew for each channel, so that only the last channel is left: start "
    "it once for each output, before the channels.",
)
conv2d_naive.wrong(
    "i * stride + r * dilation, j * stride + s * dilation",
    "i * dilation + r * stride, j * dilation + s * stride",
    says="Stride and dilation are exchanged: windows start at i * stride, and tap r is "
    "r * dilation below that.",
)
conv2d_naive.wrong(
    "total = bias[k]",
    "total = bias[-1]",
    says="Every filter got the last bias, as it does where k is still the last filter after a "
    "loop: filter k has bias[k].",
)
conv2d_naive.wrong(
    BODY,
    """
    oh, ow = (
        output_size(size, kernel, stride, padding, dilation)
        for size, kernel in zip(x.shape[2:], w.shape[2:], strict=True)
    )
    xp = pad2d(x, (padding, padding))
    y = np.zeros((len(x), len(w), oh, ow), x.dtype)
    for n, k, i in np.ndindex(len(x), len(w), oh):
        total = bias[k]
        for j in range(ow):
            for c, r, s in np.ndindex(*w.shape[1:]):
                row, column = i * stride + r * dilation, j * stride + s * dilation
                total = total + xp[n, c, row, column] * w[k, c, r, s]
            y[n, k, i, j] = total
    return y
    """,
    says="The sum goes on along a row of the output: start it anew, at bias[k], for each column "
    "as well.",
)
conv2d_naive.wrong(
    BODY,
    """
    oh, ow = (
        output_size(size, kernel, stride, padding, dilation)
        for size, kernel in zip(x.shape[2:], w.shape[2:], strict=True)
    )
    xp = pad2d(x, (padding, padding))
    y = np.zeros((len(x), len(w), oh, ow), x.dtype)
    for n, k in np.ndindex(len(x), len(w)):
        total = bias[k]
        for i, j in np.ndindex(oh, ow):
            for c, r, s in np.ndindex(*w.shape[1:]):
                row, column = i * stride + r * dilation, j * stride + s * dilation
                total = total + xp[n, c, row, column] * w[k, c, r, s]
            y[n, k, i, j] = total
    return y
    """,
    says="The sum goes on over all places of an output image: start it anew, at bias[k], for each "
    "place.",
)
conv2d_naive.wrong(
    "w[k, c, r, s]\n",
    "w[:, c, r, s].sum()\n",
    says="The filters were added up: output channel k has filter k alone.",
)
conv2d_naive.wrong(
    "i * stride + r",
    "i + r",
    says="The stride acts on columns only: windows start that far apart from row to row as well.",
)
conv2d_naive.wrong(
    "row, column = i * stride + r * dilation, j * stride + s * dilation",
    "row, column = (i * stride + r) * dilation, (j * stride + s) * dilation",
    says="The window's corner was multiplied by the dilation, too: it lies at i * stride and "
    "j * stride; only its taps lie `dilation` apart.",
)
conv2d_naive.right(
    BODY,
    """
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    reach = [dilation * (taps - 1) + 1 for taps in w.shape[2:]]
    windows = np.lib.stride_tricks.sliding_window_view(x, reach, (2, 3))
    windows = windows[:, :, ::stride, ::stride, ::dilation, ::dilation]
    return np.einsum("ncijrs,kcrs->nkij", windows, w) + bias[:, None, None]
    """,
    says="windows and einsum",
)
conv2d_naive.right(
    BODY,
    """
    x, w = x.astype(np.float32), w.astype(np.float32)
    oh = output_size(x.shape[2], w.shape[2], stride, padding, dilation)
    ow = output_size(x.shape[3], w.shape[3], stride, padding, dilation)
    x = pad2d(x, (padding, padding))
    y = np.zeros((x.shape[0], oh, ow, w.shape[0]), np.float32)
    y += bias.astype(np.float32)
    for r in range(w.shape[2]):
        for s in range(w.shape[3]):
            seen = x[:, :, r * dilation :, s * dilation :][:, :, ::stride, ::stride]
            y += np.tensordot(seen[:, :, :oh, :ow], w[:, :, r, s], (1, 1))
    return np.moveaxis(y, -1, 1)
    """,
    says="tap by tap in float32, channels last in memory",
)


im2col = ex02.function(
    "im2col",
    points=10,
    minutes=20,
    section="The second rung: one matrix product",
    tolerance=EXACT,
    needs=("output_size", "pad2d"),
    hints=(
        "Nothing is computed here, only copied. Say in words what stands in row 0 and in row 1 "
        "of the result.",
        "Give every place its own axes first: an array (N, OH, OW, C, R, S). Filled in, it needs "
        "no more than one reshape.",
        "For one tap (r, s) and all places, the entries seen are a slice of the padded images: it "
        "starts at r, takes every stride-th row, OH of them; columns likewise. Move the slice's "
        "channels to the end before you put it in.",
    ),
)


@im2col.probe("the example")
def _(ex, rng):
    return {"columns": ex.im2col(np.arange(1.0, 7.0).reshape(1, 1, 2, 3), (2, 2))}


@im2col.probe("one small image")
def _(ex, rng):
    return {"columns": ex.im2col(rng.normal(size=(1, 1, 3, 4)), (2, 2))}


@im2col.probe("several channels")
def _(ex, rng):
    return {"columns": ex.im2col(rng.normal(size=(1, 3, 3, 4)), (2, 3))}


@im2col.probe("several images")
def _(ex, rng):
    x = rng.normal(size=(3, 2, 4, 3))
    return {"columns": ex.im2col(x, (2, 1))}


@im2col.probe("stride 2, with a row and a column left over")
def _(ex, rng):
    return {"columns": ex.im2col(rng.normal(size=(2, 2, 6, 8)), (3, 3), 2)}


@im2col.probe("padding 1")
def _(ex, rng):
    return {"columns": ex.im2col(rng.normal(size=(2, 2, 3, 4)), (3, 3), 1, 1)}


@im2col.probe("stride 3 and padding 2", "edge")
def _(ex, rng):
    return {"columns": ex.im2col(rng.normal(size=(1, 2, 5, 7)), (2, 3), 3, 2)}


@im2col.probe("sizes, stride and padding drawn at random")
def _(ex, rng):
    x, w, stride, padding, _ = drawn(rng)
    return {"columns": ex.im2col(rng.normal(size=x), w[2:], stride, padding)}


@im2col.probe("one tap, and a window as large as the image", "edge")
def _(ex, rng):
    x = rng.normal(size=(2, 3, 4, 2))
    return {
        "of one tap": ex.im2col(x, (1, 1), 3),
        "of a whole image": ex.im2col(x, (4, 2)),
    }


@im2col.probe("float32 stays float32", "promise")
def _(ex, rng):
    return {"columns": ex.im2col(rng.normal(size=(1, 2, 3, 4)).astype(np.float32), (2, 2), 1, 1)}


im2col.wrong(
    "return windows.reshape",
    "return windows.transpose(0, 1, 2, 4, 5, 3).reshape",
    says="Within a row the channels alternate: write all taps of the first channel, then all of "
    "the second.",
)
im2col.wrong(
    "return windows.reshape(n * oh * ow, -1)",
    "return windows.reshape(n * oh * ow, -1).T",
    says="The matrix is on its side: each window is one row, not one column.",
)
im2col.wrong(
    "return windows.reshape",
    "return windows.transpose(0, 2, 1, 3, 4, 5).reshape",
    says="The places run down the columns: go along the first row of windows, then the second.",
)
im2col.wrong(
    "return windows.reshape",
    "return windows.transpose(1, 2, 0, 3, 4, 5).reshape",
    says="The images alternate: write all places of the first image, then all of the second.",
)
im2col.wrong(
    "xp[:, :, r : r + stride * oh : stride, s : s + stride * ow : stride]",
    "xp[:, :, r : r + oh, s : s + ow]",
    says="The windows start one entry apart: with a stride, they start that many apart.",
)
im2col.wrong(
    "n, c, h, w = x.shape",
    "padding = 0\n    n, c, h, w = x.shape",
    says="The padding is missing: windows may reach over the border, where they see zeros.",
)
im2col.wrong(
    "windows[..., r, s] = seen",
    "windows[..., -1 - r, -1 - s] = seen",
    says="The taps are in reverse order: each row starts with the window's upper left entry.",
)
im2col.wrong(
    BODY,
    """
    n, c, h, w = x.shape
    s, r = kernel
    oh, ow = output_size(h, r, stride, padding), output_size(w, s, stride, padding)
    xp = pad2d(x, (padding, padding))
    windows = np.zeros((n, oh, ow, c, r, s), x.dtype)
    for i, j in np.ndindex(r, s):
        seen = xp[:, :, i : i + stride * oh : stride, j : j + stride * ow : stride]
        windows[..., i, j] = seen.transpose(0, 2, 3, 1)
    return windows.reshape(n * oh * ow, c * r * s)
    """,
    says="Rows and columns of the kernel are exchanged: kernel = (R, S), the rows first.",
)
im2col.wrong(
    "return windows.reshape",
    "return windows.transpose(0, 1, 2, 3, 5, 4).reshape",
    says="Within a window the numbers run down the columns: go along its first row, then the "
    "second, the order in which w[k] lies in memory.",
)
im2col.wrong(
    "xp = pad2d(x, (padding, padding))",
    "stride = kernel[0]\n    oh, ow = output_size(h, kernel[0], stride, padding), "
    "output_size(w, kernel[1], stride, padding)\n    xp = pad2d(x, (padding, padding))",
    says="The windows were laid side by side: they start `stride` apart, whatever the size of the "
    "kernel.",
)
im2col.wrong(
    "return windows.reshape(n * oh * ow, -1)",
    "return windows.reshape(n, oh * ow, -1)",
    says="The images have an axis of their own: all rows stand in one matrix, image after image.",
)
im2col.wrong(
    "return windows.reshape(n * oh * ow, -1)",
    "return windows.reshape(n * oh * ow, c, -1)",
    says="The channels have an axis of their own: a row holds all C * R * S numbers.",
)
im2col.wrong(
    "return windows.reshape(n * oh * ow, -1)",
    "return windows",
    says="The six axes are still there: bring them to a matrix (N * OH * OW, C * R * S).",
)
im2col.wrong(
    "return windows.reshape(n * oh * ow, -1)",
    "return windows.reshape(n * oh * ow, -1)[: oh * ow]",
    says="Only the first image is there: all images follow one another.",
)
im2col.wrong(
    "return windows.reshape(n * oh * ow, -1)",
    "return windows[:, :, :, 0].reshape(n * oh * ow, -1)",
    says="Only the first channel is there: a row holds the windows of all channels.",
)
im2col.wrong(
    "xp = pad2d(x, (padding, padding))",
    "oh, ow = (output_size(m + 2 * padding, k, stride, padding) for m, k in zip((h, w), kernel))\n"
    "    xp = np.pad(x, ((0, 0), (0, 0), (padding, 3 * padding), (padding, 3 * padding)))",
    says="The padding was counted twice: output_size adds it by itself, so give it the size that x "
    "has before it is padded.",
)
im2col.wrong(
    "xp = pad2d(x, (padding, padding))",
    "oh, ow = (output_size(m + 2 * padding, k, stride, padding) for m, k in zip((h, w), kernel))\n"
    "    xp = pad2d(x, (padding, padding))",
    says="output_size was asked with the padded size and the padding: it adds the padding by "
    "itself.",
)
im2col.wrong(
    "xp = pad2d(x, (padding, padding))",
    "xp = np.pad(x, ((0, 0), (0, 0), (0, 2 * padding), (0, 2 * padding)))",
    says="All the zeros are below and to the right: they belong on every side.",
)
im2col.wrong(
    "xp = pad2d(x, (padding, padding))",
    "ow = oh\n    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, 99)))",
    says="The number of places in a row was found with H and R, like the number of rows: OW "
    "follows from W and S.",
)
im2col.wrong(
    "return windows.reshape(n * oh * ow, -1)",
    "return windows.reshape(n * oh * ow, -1).T.reshape(n * oh * ow, -1)",
    says="A matrix on its side, with a window in each column, was reshaped: that mixes the "
    "windows. Transpose it (.T), which turns columns into rows.",
)
im2col.wrong(
    "return windows.reshape(n * oh * ow, -1)",
    "return windows.transpose(0, 3, 4, 5, 1, 2).reshape(n * oh * ow, -1)",
    says="The windows were reshaped with C, R, S in front of OH, OW: that mixes the places. Move "
    "OH and OW behind N first (transpose), then reshape.",
)
im2col.wrong(
    "seen = xp[:, :, r",
    "seen = xp[:, :1, r",
    says="The first channel is there for every channel: a row holds the window of each channel, "
    "one after the other.",
)
im2col.wrong(
    "r : r + stride * oh : stride",
    "r : r + oh",
    says="The stride acts on columns only: windows start that far apart from row to row as well.",
)
im2col.wrong(
    "s : s + stride * ow : stride",
    "s : s + ow",
    says="The stride acts on rows only: windows start that far apart within a row as well.",
)
im2col.right(
    BODY,
    """
    x = pad2d(x, (padding, padding))
    n, c, h, w = x.shape
    rows = []
    for image in x:
        for top in range(0, h - kernel[0] + 1, stride):
            for left in range(0, w - kernel[1] + 1, stride):
                rows.append(image[:, top : top + kernel[0], left : left + kernel[1]].ravel())
    return np.array(rows)
    """,
    says="window by window",
)
im2col.right(
    BODY,
    """
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel, (2, 3))[:, :, ::stride, ::stride]
    windows = windows.transpose(0, 2, 3, 1, 4, 5)
    return np.asfortranarray(windows.reshape(-1, x.shape[1] * kernel[0] * kernel[1]))
    """,
    says="a view of all windows, Fortran order",
)


conv2d_im2col = ex02.function(
    "conv2d_im2col",
    points=5,
    minutes=10,
    section="The second rung: one matrix product",
    tolerance=SUMS,
    needs=("output_size", "pad2d", "im2col"),
    hints=(
        "The sum over c, r, s is the inner product of a row of the columns with one filter laid "
        "flat. All rows with all filters: a matrix product.",
        "Give the filters one row each, K rows, and transpose. Every column of the product belongs "
        "to one filter, and the bias has one number for each column.",
        "The product's rows are n, i, j and its columns are k. First split the rows into three "
        "axes; only then move k to its place. Reshaping straight to (N, K, OH, OW) mixes them up.",
    ),
)


@conv2d_im2col.probe("the example")
def _(ex, rng):
    x, w, bias = example(rng)
    return {"y": ex.conv2d_im2col(x[:, :, :2], w, bias)}


@conv2d_im2col.probe("one image, one channel, one filter")
def _(ex, rng):
    x, w, bias = numbers(rng, (1, 1, 4, 5), (1, 1, 2, 3))
    return {"y": ex.conv2d_im2col(x, w, bias)}


@conv2d_im2col.probe("several images, channels and filters")
def _(ex, rng):
    x, w, bias = numbers(rng, (2, 3, 4, 6), (4, 3, 3, 2))
    return {"y": ex.conv2d_im2col(x, w, bias)}


@conv2d_im2col.probe("as many channels as filters, square images")
def _(ex, rng):
    return {"y": ex.conv2d_im2col(*numbers(rng, (3, 3, 5, 5), (3, 3, 3, 3)))}


@conv2d_im2col.probe("stride 2")
def _(ex, rng):
    return {"y": ex.conv2d_im2col(*numbers(rng, (1, 2, 6, 7), (3, 2, 3, 3)), 2)}


@conv2d_im2col.probe("padding 2")
def _(ex, rng):
    return {"y": ex.conv2d_im2col(*numbers(rng, (2, 1, 3, 4), (2, 1, 3, 3)), 1, 2)}


@conv2d_im2col.probe("sizes, stride and padding drawn at random")
def _(ex, rng):
    x, w, stride, padding, _ = drawn(rng)
    return {"y": ex.conv2d_im2col(*numbers(rng, x, w), stride, padding)}


@conv2d_im2col.probe("stride 2 and padding 3", "edge")
def _(ex, rng):
    return {"y": ex.conv2d_im2col(*numbers(rng, (2, 3, 4, 6), (4, 3, 2, 3)), 2, 3)}


@conv2d_im2col.probe("a filter of one tap, and one as large as the image", "edge")
def _(ex, rng):
    return {
        "y": ex.conv2d_im2col(*numbers(rng, (2, 3, 4, 2), (2, 3, 1, 1)), 3),
        "y of a whole image": ex.conv2d_im2col(*numbers(rng, (4, 2, 5, 3), (3, 2, 5, 3))),
    }


@conv2d_im2col.probe("float32 stays float32", "promise")
def _(ex, rng):
    x, w, bias = (a.astype(np.float32) for a in numbers(rng, (1, 2, 3, 4), (2, 2, 2, 2)))
    return {"y": ex.conv2d_im2col(x, w, bias, 1, 1)}


conv2d_im2col.wrong(
    " + bias",
    "",
    says="The bias is missing: add one number to each filter's outputs.",
)
conv2d_im2col.wrong(
    ".reshape(len(x), oh, ow, k).transpose(0, 3, 1, 2)",
    ".reshape(len(x), k, oh, ow)",
    says="The outputs are shuffled: the product's rows are n, i, j and its columns k, so reshape "
    "to (N, OH, OW, K) first and move K afterwards.",
)
conv2d_im2col.wrong(
    ".transpose(0, 3, 1, 2)",
    "",
    says="The filters are on the last axis: the result should be (N, K, OH, OW).",
)
conv2d_im2col.wrong(
    ".transpose(0, 3, 1, 2)",
    ".transpose(0, 3, 2, 1)",
    says="Rows and columns of the result are exchanged: (N, OH, OW, K) becomes (N, K, OH, OW).",
)
conv2d_im2col.wrong(
    "w.reshape(k, -1).T",
    "w.reshape(-1, k)",
    says="The filters were reshaped where they should be transposed: each filter is a row of "
    "C * R * S numbers, and the product needs it as a column.",
)
conv2d_im2col.wrong(
    "w.reshape(k, -1).T",
    "w[:, :, ::-1, ::-1].reshape(k, -1).T",
    says="The filters were turned round: use their taps in the order they have.",
)
conv2d_im2col.wrong(
    "im2col(x, (r, s), stride, padding)",
    "im2col(x, (r, s), 1, padding)",
    says="The stride did not reach im2col: it gave a row for every place.",
)
conv2d_im2col.wrong(
    "im2col(x, (r, s), stride, padding)",
    "im2col(x, (r, s), stride)",
    says="The padding did not reach im2col: it gave no rows for places that reach over the border.",
)
conv2d_im2col.wrong(
    "im2col(x, (r, s), stride, padding)",
    "im2col(x, (r, s))",
    says="The stride and padding did not reach im2col: it gave a row for every place without them.",
)
conv2d_im2col.wrong(
    "im2col(x, (r, s), stride, padding)",
    "im2col(pad2d(x, (padding, padding)), (r, s), stride, padding)",
    says="x was padded and then padded again by im2col: once is enough.",
)
conv2d_im2col.wrong(
    "    return rows.reshape(len(x), oh, ow, k).transpose(0, 3, 1, 2)",
    "    return rows.T.reshape(len(x), k, oh, ow)",
    says="The filters were moved to the front, before the images, and then taken for them: split "
    "the rows into (N, OH, OW, K) first, and move K to its place afterwards.",
)
conv2d_im2col.wrong(
    "    return rows.reshape(len(x), oh, ow, k).transpose(0, 3, 1, 2)",
    "    return rows.T.reshape(k, len(x), oh, ow)",
    says="The filters are on the first axis: the result should be (N, K, OH, OW).",
)
conv2d_im2col.wrong(
    "    return rows.reshape(len(x), oh, ow, k).transpose(0, 3, 1, 2)",
    "    return rows",
    says="The result is still a matrix: bring it to (N, K, OH, OW).",
)
conv2d_im2col.wrong(
    "w.reshape(k, -1).T",
    "w.reshape(k, -1)",
    says="The filters are rows, and the product needs them as columns: transpose.",
)
conv2d_im2col.wrong(
    ".reshape(len(x), oh, ow, k)",
    ".reshape(len(x), ow, oh, k)",
    says="OH and OW are exchanged where the rows are split: they run image by image, row by row.",
)
conv2d_im2col.wrong(
    "w.reshape(k, -1).T",
    "w.transpose(0, 2, 3, 1).reshape(k, -1).T",
    says="The filters were laid flat with the channels last: in the columns all taps of the first "
    "channel come first, as w[k] lies in memory.",
)
conv2d_im2col.wrong(
    "w.reshape(k, -1).T",
    "w.transpose(0, 1, 3, 2).reshape(k, -1).T",
    says="The filters were laid flat column by column: in im2col a window runs along its rows.",
)
conv2d_im2col.wrong(
    " + bias",
    " + bias[0]",
    says="Every filter got the first bias: bias has one number for each.",
)
conv2d_im2col.wrong(
    "im2col(x, (r, s), stride, padding)",
    "im2col(x, (r, s), padding, stride)",
    says="Stride and padding were handed to im2col in the wrong order: it takes kernel, stride, "
    "padding.",
)
conv2d_im2col.wrong(
    "    return rows.reshape(len(x), oh, ow, k).transpose(0, 3, 1, 2)",
    "    rows = rows - bias\n"
    "    return rows.reshape(len(x), oh, ow, k).transpose(0, 3, 1, 2) + bias",
    says="The bias was added when the filters were no longer on the last axis: NumPy lines its K "
    "numbers up with the columns of the output. Add it to the rows, or as bias[:, None, None].",
)
conv2d_im2col.right(
    BODY,
    """
    k, c, r, s = w.shape
    oh = output_size(x.shape[2], r, stride, padding)
    y = np.empty((len(x), k, oh, output_size(x.shape[3], s, stride, padding)), x.dtype)
    for n in range(len(x)):
        columns = im2col(x[n : n + 1], (r, s), stride, padding)
        y[n] = (w.reshape(k, -1) @ columns.T).reshape(y.shape[1:]) + bias[:, None, None]
    return y
    """,
    says="one product for each image",
)
conv2d_im2col.right(
    BODY,
    """
    padded = pad2d(x, (padding, padding)).astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape[2:], (2, 3))
    windows = windows[:, :, ::stride, ::stride]
    y = np.tensordot(windows, w.astype(np.float32), ((1, 4, 5), (1, 2, 3)))
    return np.moveaxis(y + bias.astype(np.float32), -1, 1)
    """,
    says="tensordot over windows, float32",
)


col2im = ex02.function(
    "col2im",
    points=10,
    minutes=20,
    section="The gradients of a convolution are convolutions",
    tolerance=SUMS,
    needs=("output_size", "pad2d"),
    hints=(
        "Every number in the matrix was copied from one entry of the padded image; now it goes "
        "back to that entry. Several numbers go to the same one: what becomes of them?",
        "Start with zeros as large as the padded images, and split the matrix into its six axes, "
        "as im2col had them before its last reshape. For one tap, all numbers go to one slice.",
        "The slice is the one im2col read: from r on, every stride-th row, OH of them; columns "
        "likewise. Add to it rather than assign. At the end cut the padding off all four sides.",
    ),
)


@ex02.helper
def rows_of(ex, rng, shape, kernel, stride=1, padding=0, dtype=float):
    n, c, h, w = shape
    places = 1
    for size, taps in zip((h, w), kernel, strict=True):
        places *= (size + 2 * padding - taps) // stride + 1
    columns = rng.normal(size=(n * places, c * kernel[0] * kernel[1]))
    return {"result": ex.col2im(columns.astype(dtype), shape, kernel, stride, padding)}


@col2im.probe("the example")
def _(ex, rng):
    columns = np.array([[1.0, 2.0, 4.0, 5.0], [2.0, 3.0, 5.0, 6.0]])
    return {"result": ex.col2im(columns, (1, 1, 2, 3), (2, 2))}


@col2im.probe("one small image")
def _(ex, rng):
    return rows_of(ex, rng, (1, 1, 3, 4), (2, 2))


@col2im.probe("windows that do not overlap")
def _(ex, rng):
    return rows_of(ex, rng, (1, 1, 4, 6), (2, 2), 2)


@col2im.probe("several images and channels")
def _(ex, rng):
    return rows_of(ex, rng, (2, 3, 4, 5), (3, 2))


@col2im.probe("stride 2, with a row and a column that no window sees")
def _(ex, rng):
    return rows_of(ex, rng, (1, 2, 6, 8), (3, 3), 2)


@col2im.probe("padding 1")
def _(ex, rng):
    return rows_of(ex, rng, (2, 1, 3, 4), (3, 3), 1, 1)


@col2im.probe("stride 3, padding 2", "edge")
def _(ex, rng):
    return rows_of(ex, rng, (1, 2, 5, 7), (2, 3), 3, 2)


@col2im.probe("sizes, stride and padding drawn at random")
def _(ex, rng):
    x, w, stride, padding, _ = drawn(rng)
    return rows_of(ex, rng, x, w[2:], stride, padding)


@col2im.probe("more padding than image", "edge")
def _(ex, rng):
    return rows_of(ex, rng, (2, 2, 1, 2), (3, 2), 2, 4)


@col2im.probe("one tap, with gaps, and a window as large as the image", "edge")
def _(ex, rng):
    gaps = rows_of(ex, rng, (2, 3, 4, 5), (1, 1), 3)
    return gaps | {"of a whole image": rows_of(ex, rng, (2, 3, 4, 2), (4, 2))["result"]}


@col2im.probe("float32 stays float32", "promise")
def _(ex, rng):
    return rows_of(ex, rng, (1, 2, 3, 4), (2, 2), 1, 1, np.float32)


col2im.wrong(
    "+= windows[..., r, s]",
    "= windows[..., r, s]",
    says="Where windows overlap only one of their numbers was kept: add them all up (+=).",
)
col2im.wrong(
    "return total[:, :, padding : padding + h, padding : padding + w]",
    "return total",
    says="The padding is still there: cut it off before you return.",
)
col2im.wrong(
    "return total[:, :, padding : padding + h, padding : padding + w]",
    "return total[:, :, :h, :w]",
    says="The padding was cut off below and to the right only: the image starts at row and column "
    "`padding`.",
)
col2im.wrong(
    "columns.reshape(n, oh, ow, c, *kernel).transpose(0, 3, 1, 2, 4, 5)",
    "columns.reshape(n, oh, ow, *kernel, c).transpose(0, 5, 1, 2, 3, 4)",
    says="A row was read as if its channels alternated: it holds all taps of the first channel, "
    "then all of the second.",
)
col2im.wrong(
    "columns.reshape(n, oh, ow, c, *kernel).transpose(0, 3, 1, 2, 4, 5)",
    "columns.reshape(n, ow, oh, c, *kernel).transpose(0, 3, 2, 1, 4, 5)",
    says="The rows were read as if the places ran down the columns: they run along the rows.",
)
col2im.wrong(
    "slice(r, r + stride * oh, stride)\n        cols = slice(s, s + stride * ow, stride)",
    "slice(r, r + oh)\n        cols = slice(s, s + ow)",
    says="The stride had no effect: neighbouring windows go `stride` entries apart.",
)
col2im.wrong(
    "+= windows[..., r, s]",
    "+= windows[..., -1 - r, -1 - s]",
    says="The taps are in reverse order: the first number of a row belongs to the window's upper "
    "left entry.",
)
col2im.wrong(
    "    return total[:, :,",
    "    count = np.zeros_like(total)\n    for r, s in np.ndindex(*kernel):\n"
    "        count[:, :, r : r + stride * oh : stride, s : s + stride * ow : stride] += 1\n"
    "    total = total / np.maximum(count, 1)\n    return total[:, :,",
    says="The sums were divided by the number of copies: that would undo im2col, but a gradient is "
    "the sum over all copies.",
)
col2im.wrong(
    "return total[:, :, padding : padding + h, padding : padding + w]",
    "return total[:, :, padding:-padding, padding:-padding]",
    says="Nothing is left where padding is 0: the slice [0:-0] is empty. Cut from padding to "
    "padding + H.",
)
col2im.wrong(
    "return total[:, :, padding : padding + h, padding : padding + w]",
    "return total[:, :, padding : padding + h]",
    says="The padding was cut off the rows only: cut it off the columns as well.",
)
col2im.wrong(
    "return total[:, :, padding : padding + h, padding : padding + w]",
    "return total[:, :, padding:h, padding:w]",
    says="The cut ends too early: it goes from padding to padding + H, which are H rows.",
)
col2im.wrong(
    "columns.reshape(n, oh, ow, c, *kernel).transpose(0, 3, 1, 2, 4, 5)",
    "columns.reshape(n, oh, ow, c, *kernel[::-1]).transpose(0, 3, 1, 2, 5, 4)",
    says="A window was read column by column: a row holds its first row, then the second.",
)
col2im.wrong(
    "columns.reshape(n, oh, ow, c, *kernel).transpose(0, 3, 1, 2, 4, 5)",
    "columns.reshape(oh, ow, n, c, *kernel).transpose(2, 3, 0, 1, 4, 5)",
    says="The rows were read as if images alternated: all places of the first image come first.",
)
col2im.wrong(
    "columns.reshape(n, oh, ow, c, *kernel).transpose(0, 3, 1, 2, 4, 5)",
    "columns.reshape(n, c, oh, ow, *kernel)",
    says="The matrix was split as (N, C, OH, OW, R, S): its rows are n, i, j and its columns c, r, "
    "s, so split it as (N, OH, OW, C, R, S) and move C afterwards.",
)
col2im.wrong(
    "windows = columns.reshape",
    "columns = columns.T\n    windows = columns.reshape",
    says="The matrix was turned on its side: each row is a window.",
)
col2im.wrong(
    "total = np.zeros((n, c, h + 2 * padding, w + 2 * padding), columns.dtype)",
    "total = np.zeros(shape, columns.dtype)",
    says="The windows were added to an array without the padding: they start in the padding, so "
    "make it as large as the padded images, and cut at the end.",
)
col2im.wrong(
    BODY,
    """
    n, c, h, w = shape
    oh = output_size(h, kernel[0], stride, padding)
    ow = output_size(w, kernel[1], stride, padding)
    total = np.zeros((n, c, h + 2 * padding, w + 2 * padding), columns.dtype)
    for row, (m, i, j) in zip(columns, np.ndindex(n, oh, ow)):
        rows = slice(i * stride, i * stride + kernel[0])
        total[m, :, rows, j * stride : j * stride + kernel[1]] = row.reshape(c, *kernel)
    return total[:, :, padding : padding + h, padding : padding + w]
    """,
    says="Each window took the place of what earlier windows had left: add them up (+=; where "
    "index arrays name a place several times, += adds once, and np.add.at each time).",
)
col2im.right(
    BODY,
    """
    n, c, h, w = shape
    r, s = kernel
    padded = np.zeros((n, c, h + 2 * padding, w + 2 * padding), columns.dtype)
    row = 0
    for image in padded:
        for top in range(0, padded.shape[2] - r + 1, stride):
            for left in range(0, padded.shape[3] - s + 1, stride):
                image[:, top : top + r, left : left + s] += columns[row].reshape(c, r, s)
                row += 1
    inside = slice(padding, -padding or None)
    return padded[:, :, inside, inside]
    """,
    says="window by window",
)
col2im.right(
    BODY,
    """
    n, c, h, w = shape
    places = np.arange(n * c * (h + 2 * padding) * (w + 2 * padding))
    places = places.reshape(n, c, h + 2 * padding, w + 2 * padding)
    windows = np.lib.stride_tricks.sliding_window_view(places, kernel, (2, 3))
    windows = windows[:, :, ::stride, ::stride].transpose(0, 2, 3, 1, 4, 5)
    total = np.bincount(windows.ravel(), columns.ravel(), places.size).reshape(places.shape)
    total = total.astype(columns.dtype)
    return total[:, :, padding : h + padding, padding : w + padding]
    """,
    says="numbered places and bincount",
)


conv2d_weight_grad = ex02.function(
    "conv2d_weight_grad",
    points=10,
    minutes=15,
    section="The gradients of a convolution are convolutions",
    tolerance=SUMS,
    needs=("output_size", "pad2d", "im2col"),
    hints=(
        "gw[k, c, r, s] = sum over n, i, j of g[n, k, i, j] * xp[n, c, i * stride + r, "
        "j * stride + s]. In matrices: gw = g.T @ columns, with g as a matrix (N * OH * OW, K).",
        "What the weights were multiplied by is exactly im2col of x. Lay g out with one row for "
        "each row of that matrix, and K columns.",
        "To get g's rows right, move K to the last axis before you reshape. The product of its "
        "transpose with the columns is (K, C * R * S), in the order of w: one reshape is left.",
    ),
)


@ex02.helper
def weight_grad(ex, rng, x_shape, w_shape, stride=1, padding=0, dtype=float):
    x, kernel = rng.normal(size=x_shape).astype(dtype), w_shape[2:]
    out = [(x_shape[a] + 2 * padding - w_shape[a]) // stride + 1 for a in (2, 3)]
    g = rng.normal(size=(x_shape[0], w_shape[0], *out)).astype(dtype)
    gw = ex.conv2d_weight_grad(g, x, kernel, stride, padding)
    return {"gw": gw}


@conv2d_weight_grad.probe("the example")
def _(ex, rng):
    x, g = np.arange(1.0, 7.0).reshape(1, 1, 2, 3), np.array([[[[1.0, 10.0]]]])
    return {"gw": ex.conv2d_weight_grad(g, x, (2, 2))}


@conv2d_weight_grad.probe("one image, one channel, one filter")
def _(ex, rng):
    return weight_grad(ex, rng, (1, 1, 4, 5), (1, 1, 2, 3))


@conv2d_weight_grad.probe("several images, channels and filters")
def _(ex, rng):
    return weight_grad(ex, rng, (2, 3, 4, 6), (4, 3, 3, 2))


@conv2d_weight_grad.probe("stride 2")
def _(ex, rng):
    return weight_grad(ex, rng, (2, 2, 6, 7), (3, 2, 3, 3), 2)


@conv2d_weight_grad.probe("padding 1")
def _(ex, rng):
    return weight_grad(ex, rng, (2, 2, 3, 4), (2, 2, 3, 3), 1, 1)


@conv2d_weight_grad.probe("sizes, stride and padding drawn at random")
def _(ex, rng):
    x, w, stride, padding, _ = drawn(rng)
    return weight_grad(ex, rng, x, w, stride, padding)


@conv2d_weight_grad.probe("stride 2 and padding 3", "edge")
def _(ex, rng):
    return weight_grad(ex, rng, (2, 3, 4, 6), (4, 3, 2, 3), 2, 3)


@conv2d_weight_grad.probe("filters of one tap, and as large as the image", "edge")
def _(ex, rng):
    whole = weight_grad(ex, rng, (4, 2, 5, 3), (3, 2, 5, 3))["gw"]
    return weight_grad(ex, rng, (2, 3, 4, 2), (2, 3, 1, 1), 3) | {"gw of a whole image": whole}


@conv2d_weight_grad.probe("float32 stays float32", "promise")
def _(ex, rng):
    return weight_grad(ex, rng, (1, 2, 3, 4), (2, 2, 2, 2), 1, 1, np.float32)


conv2d_weight_grad.wrong(
    "rows.T @",
    "rows.T / len(x) @",
    says="The images were averaged: the gradient is the sum over them (a mean is the loss's "
    "business, and is in g already).",
)
conv2d_weight_grad.wrong(
    "g.transpose(0, 2, 3, 1).reshape(-1, k)",
    "g.reshape(-1, k)",
    says="g was reshaped with K still in the middle: move K last first, or the numbers of "
    "different filters are mixed.",
)
conv2d_weight_grad.wrong(
    ".reshape(k, c, *kernel)",
    ".reshape(k, c, *kernel)[:, :, ::-1, ::-1]",
    says="The gradient is turned round: tap (r, s) of the gradient belongs to tap (r, s) of w.",
)
conv2d_weight_grad.wrong(
    ".reshape(k, c, *kernel)",
    ".reshape(k, *kernel, c).transpose(0, 3, 1, 2)",
    says="The columns were read as if channels alternated: they hold all taps of the first "
    "channel, then all of the second.",
)
conv2d_weight_grad.wrong(
    "k, c = g.shape[1], x.shape[1]",
    "k, c = g.shape[1], x.shape[1]\n    g, x = g[:1], x[:1]",
    says="Only the first image counted: sum over all of them.",
)
conv2d_weight_grad.wrong(
    "im2col(x, kernel, stride, padding)",
    "im2col(x, kernel, 1, padding)",
    says="The stride did not reach im2col: the rows must be those the convolution used.",
)
conv2d_weight_grad.wrong(
    "im2col(x, kernel, stride, padding)",
    "im2col(x, kernel, stride)",
    says="The padding did not reach im2col: the rows must be those the convolution used.",
)
conv2d_weight_grad.wrong(
    ".reshape(k, c, *kernel)",
    "",
    says="The gradient is still a matrix (K, C * R * S): bring it to (K, C, R, S).",
)
conv2d_weight_grad.wrong(
    "rows.T @",
    "rows.T / len(rows) @",
    says="The places were averaged: each use of a weight adds its share, so sum over all of them.",
)
conv2d_weight_grad.wrong(
    BODY,
    """
    xp = pad2d(x, (padding, padding))
    oh, ow = g.shape[2:]
    gw = np.zeros((g.shape[1], x.shape[1], *kernel), x.dtype)
    for r, s in np.ndindex(*kernel):
        gw[:, :, r, s] = np.einsum("nkij,ncij->kc", g, xp[:, :, r : r + oh, s : s + ow])
    return gw
    """,
    says="The stride had no effect on what a tap saw: for output row i that is row i * stride + r.",
)
conv2d_weight_grad.wrong(
    "rows.T @ im2col(x, kernel, stride, padding)",
    "im2col(x, kernel, stride, padding).sum(axis=0) + 0 * rows.T @ "
    "im2col(x, kernel, stride, padding)",
    says="g is missing: what each tap saw is weighted with the gradient of the output it went to.",
)
conv2d_weight_grad.wrong(
    BODY,
    """
    xp = pad2d(x, (padding, padding))
    gw = np.zeros((g.shape[1], x.shape[1], *kernel), x.dtype)
    for n, k, i, j in np.ndindex(*g.shape):
        top, left = i * stride, j * stride
        window = xp[n, :, top : top + kernel[0], left : left + kernel[1]]
        gw[k] = g[n, k, i, j] * window
    return gw
    """,
    says="Each place replaced the one before it: the shares of all places add up (+=).",
)
conv2d_weight_grad.wrong(
    ".reshape(k, c, *kernel)",
    ".reshape(k, c, *kernel).transpose(1, 0, 2, 3)",
    says="Filters and channels are exchanged: the gradient has w's shape, (K, C, R, S).",
)
conv2d_weight_grad.wrong(
    "(rows.T @ im2col(x, kernel, stride, padding)).reshape(k, c, *kernel)",
    "(im2col(x, kernel, stride, padding).T @ rows).reshape(k, c, *kernel)",
    says="The product is (C * R * S, K), and was reshaped as if it were (K, C * R * S): let g, as "
    "a matrix (N * OH * OW, K), be transposed and stand on the left.",
)
conv2d_weight_grad.wrong(
    "g.transpose(0, 2, 3, 1).reshape(-1, k)",
    "g.transpose(0, 3, 2, 1).reshape(-1, k)",
    says="The places of g run down the columns: those of im2col go along the rows of the output.",
)
conv2d_weight_grad.wrong(
    "rows.T @ im2col",
    "rows @ im2col",
    says="The transpose is missing: as a matrix g is (N * OH * OW, K), and its transpose, (K, N * "
    "OH * OW), meets the columns.",
)
conv2d_weight_grad.wrong(
    ".reshape(k, c, *kernel)",
    ".reshape(k, c, *kernel[::-1]).swapaxes(2, 3)",
    says="A window was read column by column: the columns of im2col hold its first row, then the "
    "second.",
)
conv2d_weight_grad.wrong(
    BODY,
    """
    k, c = g.shape[1], x.shape[1]
    columns = im2col(x, kernel, stride, 0)
    rows = g.transpose(0, 2, 3, 1).reshape(-1, k)[: len(columns)]
    return (rows.T @ columns).reshape(k, c, *kernel)
    """,
    says="The windows of x were taken without padding, and as many outputs as there are such "
    "windows: hand the padding on to im2col, so that every output meets its own window.",
)
conv2d_weight_grad.wrong(
    "im2col(x, kernel, stride, padding)",
    "im2col(x, kernel, padding, stride)",
    says="Stride and padding were handed to im2col in the wrong order: it takes kernel, stride, "
    "padding.",
)
conv2d_weight_grad.wrong(
    BODY,
    """
    k, c = g.shape[1], x.shape[1]
    rows = g[-1:].transpose(0, 2, 3, 1).reshape(-1, k)
    return (rows.T @ im2col(x[-1:], kernel, stride, padding)).reshape(k, c, *kernel)
    """,
    says="Only the last image counts: the gradient is the sum over all images, so add each one's "
    "share.",
)
conv2d_weight_grad.wrong(
    "rows = g.transpose(0, 2, 3, 1).reshape(-1, k)",
    "rows = g.reshape(k, -1).T",
    says="g.reshape(K, ...) leaves the images in front, where the filters should be: right for one "
    "image only. Move K to the front first, g.transpose(1, 0, 2, 3).",
)
conv2d_weight_grad.wrong(
    "im2col(x, kernel, stride, padding)",
    "im2col(x, kernel)",
    says="Neither stride nor padding reached im2col: the rows must be those the convolution used.",
)
conv2d_weight_grad.right(
    BODY,
    """
    xp = pad2d(x, (padding, padding))
    gw = np.zeros((g.shape[1], x.shape[1], *kernel), x.dtype)
    for n, k, i, j in np.ndindex(*g.shape):
        top, left = i * stride, j * stride
        window = xp[n, :, top : top + kernel[0], left : left + kernel[1]]
        gw[k] += g[n, k, i, j] * window
    return gw
    """,
    says="place by place",
)
conv2d_weight_grad.right(
    BODY,
    """
    xp = pad2d(x, (padding, padding)).astype(np.float32)
    oh, ow = g.shape[2:]
    gw = np.zeros((g.shape[1], x.shape[1], *kernel), np.float32)
    for r, s in np.ndindex(*kernel):
        seen = xp[:, :, r : r + stride * oh : stride, s : s + stride * ow : stride]
        gw[:, :, r, s] = np.einsum("nkij,ncij->kc", g.astype(np.float32), seen)
    return gw
    """,
    says="tap by tap, float32",
)


conv2d_input_grad = ex02.function(
    "conv2d_input_grad",
    points=10,
    minutes=15,
    section="The gradients of a convolution are convolutions",
    tolerance=SUMS,
    needs=("output_size", "pad2d", "col2im"),
    hints=(
        "gxp[n, c, i * stride + r, j * stride + s] += g[n, k, i, j] * w[k, c, r, s] over all n, k, "
        "i, j, c, r, s; then the padding is cut off. In matrices: col2im of g @ w.",
        "Two steps back through the two steps of the convolution: from the outputs to the rows of "
        "im2col (a matrix product), and from those rows to the image (col2im).",
        "The product: g as a matrix with K columns (K moved last before the reshape) times w with "
        "one filter per row, which gives rows of C * R * S numbers. No transpose, no turning "
        "round.",
    ),
)


@ex02.helper
def input_grad(ex, rng, x_shape, w_shape, stride=1, padding=0, dtype=float):
    w = rng.normal(size=w_shape).astype(dtype)
    out = [(x_shape[a] + 2 * padding - w_shape[a]) // stride + 1 for a in (2, 3)]
    g = rng.normal(size=(x_shape[0], w_shape[0], *out)).astype(dtype)
    gx = ex.conv2d_input_grad(g, w, x_shape, stride, padding)
    return {"gx": gx}


@conv2d_input_grad.probe("the example")
def _(ex, rng):
    w, g = np.array([[[[1.0, 2.0], [3.0, 4.0]]]]), np.array([[[[1.0, 10.0]]]])
    return {"gx": ex.conv2d_input_grad(g, w, (1, 1, 2, 3))}


@conv2d_input_grad.probe("one image, one channel, one filter")
def _(ex, rng):
    return input_grad(ex, rng, (1, 1, 4, 5), (1, 1, 2, 3))


@conv2d_input_grad.probe("several images, channels and filters")
def _(ex, rng):
    return input_grad(ex, rng, (2, 3, 4, 6), (4, 3, 3, 2))


@conv2d_input_grad.probe("as many filters as channels")
def _(ex, rng):
    return input_grad(ex, rng, (2, 3, 4, 4), (3, 3, 2, 2))


@conv2d_input_grad.probe("stride 2, with a row and a column that no window sees")
def _(ex, rng):
    return input_grad(ex, rng, (1, 2, 6, 8), (3, 2, 3, 3), 2)


@conv2d_input_grad.probe("padding 1")
def _(ex, rng):
    return input_grad(ex, rng, (2, 2, 3, 4), (2, 2, 3, 3), 1, 1)


@conv2d_input_grad.probe("sizes, stride and padding drawn at random")
def _(ex, rng):
    x, w, stride, padding, _ = drawn(rng)
    return input_grad(ex, rng, x, w, stride, padding)


@conv2d_input_grad.probe("stride 2 and padding 3", "edge")
def _(ex, rng):
    return input_grad(ex, rng, (2, 3, 4, 6), (4, 3, 2, 3), 2, 3)


@conv2d_input_grad.probe("filters of one tap, and as large as the image", "edge")
def _(ex, rng):
    whole = input_grad(ex, rng, (4, 2, 5, 3), (3, 2, 5, 3))["gx"]
    return input_grad(ex, rng, (2, 3, 4, 2), (2, 3, 1, 1), 3) | {"gx of a whole image": whole}


@conv2d_input_grad.probe("float32 stays float32", "promise")
def _(ex, rng):
    return input_grad(ex, rng, (1, 2, 3, 4), (2, 2, 2, 2), 1, 1, np.float32)


conv2d_input_grad.wrong(
    "g.transpose(0, 2, 3, 1).reshape(-1, k)",
    "g.reshape(-1, k)",
    says="g was reshaped with K still in the middle: move K last first, or the numbers of "
    "different filters are mixed.",
)
conv2d_input_grad.wrong(
    "rows @ w.reshape(k, -1)",
    "rows @ w[:, :, ::-1, ::-1].reshape(k, -1)",
    says="The filters lie the wrong way round: scattered, as by col2im, they stay as they are; "
    "only in a full convolution are they turned.",
)
conv2d_input_grad.wrong(
    "rows @ w.reshape(k, -1)",
    "rows @ w.reshape(-1, k).T",
    says="The filters were reshaped and transposed: each filter is one row, as it lies in memory.",
)
conv2d_input_grad.wrong(
    "rows @ w.reshape(k, -1)",
    "rows @ w.reshape(k, -1) / k",
    says="The filters were averaged: their gradients add up.",
)
conv2d_input_grad.wrong(
    "rows @ w.reshape(k, -1)",
    "rows[:, :1] @ w.reshape(k, -1)[:1]",
    says="Only the first filter and its outputs counted: an input entry acts on those of all K.",
)
conv2d_input_grad.wrong(
    "rows @ w.reshape(k, -1)",
    "rows.sum(axis=1, keepdims=True) @ w[:1].reshape(1, -1)",
    says="All outputs were taken back through the first filter: each goes back through its own.",
)
conv2d_input_grad.wrong(
    BODY,
    """
    oh, ow = g.shape[2:]
    gx = np.zeros((*shape[:2], shape[2] + 2 * padding, shape[3] + 2 * padding), g.dtype)
    for r, s in np.ndindex(*w.shape[2:]):
        gx[:, :, r : r + oh, s : s + ow] += np.einsum("nkij,kc->ncij", g, w[:, :, r, s])
    return gx[:, :, padding : padding + shape[2], padding : padding + shape[3]]
    """,
    says="The stride had no effect on where the gradient goes: that of output row i goes to rows "
    "i * stride + r.",
)
conv2d_input_grad.wrong(
    "col2im(rows @ w.reshape(k, -1), shape, tuple(kernel), stride, padding)",
    "col2im(rows @ w.reshape(k, -1), shape, tuple(kernel), 1, padding)",
    says="The stride did not reach col2im: the rows lie that far apart.",
)
conv2d_input_grad.wrong(
    "col2im(rows @ w.reshape(k, -1), shape, tuple(kernel), stride, padding)",
    "col2im(rows @ w.reshape(k, -1), shape, tuple(kernel), stride)",
    says="The padding did not reach col2im: the first rows lie in it.",
)
conv2d_input_grad.wrong(
    "rows @ w.reshape(k, -1)",
    "rows @ w.reshape(k, -1).T",
    says="w was transposed: g has K columns, so one filter per row is just what it meets.",
)
conv2d_input_grad.wrong(
    "rows @ w.reshape(k, -1)",
    "np.ones_like(rows) @ w.reshape(k, -1)",
    says="g is missing: the weights are scattered, each times the gradient of its output.",
)
conv2d_input_grad.wrong(
    "rows @ w.reshape(k, -1)",
    "rows @ w.transpose(0, 2, 3, 1).reshape(k, -1)",
    says="The filters were laid flat with the channels last: col2im reads all taps of the first "
    "channel first, as w[k] lies in memory.",
)
conv2d_input_grad.wrong(
    "g.transpose(0, 2, 3, 1).reshape(-1, k)",
    "g.transpose(0, 3, 2, 1).reshape(-1, k)",
    says="The places of g run down the columns: col2im reads them along the rows of the output.",
)
conv2d_input_grad.wrong(
    BODY,
    """
    gx = np.zeros((*shape[:2], shape[2] + 2 * padding, shape[3] + 2 * padding), g.dtype)
    for n, k, i, j in np.ndindex(*g.shape):
        top, left = i * stride, j * stride
        gx[n, :, top : top + w.shape[2], left : left + w.shape[3]] += g[n, k, i, j] * w[k]
    return gx
    """,
    says="The padding is still there: cut it off before you return.",
)
conv2d_input_grad.wrong(
    BODY,
    """
    gx = np.zeros((*shape[:2], shape[2] + 2 * padding, shape[3] + 2 * padding), g.dtype)
    for n, k, i, j in np.ndindex(*g.shape):
        top, left = i * stride, j * stride
        gx[n, :, top : top + w.shape[2], left : left + w.shape[3]] = g[n, k, i, j] * w[k]
    return gx[:, :, padding : padding + shape[2], padding : padding + shape[3]]
    """,
    says="Where windows overlap, and from filter to filter, only the last share was kept: add them "
    "up (+=).",
)
conv2d_input_grad.wrong(
    "rows = g.transpose(0, 2, 3, 1).reshape(-1, k)",
    "rows = g.reshape(k, -1).T",
    says="g.reshape(K, ...) leaves the images in front, where the filters should be: right for one "
    "image only. Move K last first, g.transpose(0, 2, 3, 1).",
)
conv2d_input_grad.wrong(
    "col2im(rows @ w.reshape(k, -1), shape, tuple(kernel), stride, padding)",
    "col2im(rows @ w.reshape(k, -1), shape, tuple(kernel))",
    says="Neither stride nor padding reached col2im: the rows must lie where the convolution read.",
)
conv2d_input_grad.wrong(
    BODY,
    """
    _, c, height, width = shape
    _, _, r, s = w.shape
    turned = w[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    full = conv2d_im2col(pad2d(g, (r - 1, s - 1)), turned, np.zeros(c, g.dtype))
    return full[:, :, padding : padding + height, padding : padding + width]
    """,
    says="A full convolution with the turned filters is right for stride 1 only: with a larger "
    "stride the entries of g belong that far apart, with zeros between them. col2im sees to it.",
)
conv2d_input_grad.wrong(
    BODY,
    """
    _, c, height, width = shape
    _, _, r, s = w.shape
    spread = np.zeros((*g.shape[:2], *((n - 1) * stride + 1 for n in g.shape[2:])), g.dtype)
    spread[:, :, ::stride, ::stride] = g
    turned = w[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    full = conv2d_im2col(pad2d(spread, (r - 1, s - 1)), turned, np.zeros(c, g.dtype))
    return full[:, :, padding : padding + height, padding : padding + width]
    """,
    says="The result is too small where the last rows or columns of x are in no window: their "
    "gradient is 0, and they have to be there.",
)
conv2d_input_grad.wrong(
    "rows @ w.reshape(k, -1)",
    "rows @ w.reshape(k, -1) / len(g)",
    says="The result was divided by the number of images: each image has a gradient of its own (a "
    "mean is the loss's business, and is in g already).",
)
conv2d_input_grad.wrong(
    BODY,
    """
    beyond = w.shape[2] - 1 - padding
    rows = im2col(np.pad(g, ((0, 0), (0, 0), (beyond, beyond), (beyond, beyond))), w.shape[2:])
    turned = w[:, :, ::-1, ::-1].swapaxes(0, 1).reshape(w.shape[1], -1)
    out = [g.shape[a] + 2 * beyond - w.shape[a] + 1 for a in (2, 3)]
    return (rows @ turned.T).reshape(len(g), *out, -1).transpose(0, 3, 1, 2)
    """,
    says="This is a convolution of g, padded by R - 1, with the turned filters: right at stride 1 "
    "and for square filters only. col2im knows strides and both lengths.",
)
conv2d_input_grad.right(
    BODY,
    """
    n, c, h, width = shape
    gx = np.zeros((n, c, h + 2 * padding, width + 2 * padding), g.dtype)
    for image, k, i, j in np.ndindex(*g.shape):
        top, left = i * stride, j * stride
        gx[image, :, top : top + w.shape[2], left : left + w.shape[3]] += g[image, k, i, j] * w[k]
    return gx[:, :, padding : padding + h, padding : padding + width]
    """,
    says="place by place",
)
conv2d_input_grad.right(
    BODY,
    """
    n, c, h, width = shape
    k, _, r, s = w.shape
    spread = np.zeros((n, k, h + 2 * padding + r - 1, width + 2 * padding + s - 1), g.dtype)
    oh, ow = g.shape[2:]
    spread[:, :, r - 1 : r - 1 + stride * oh : stride, s - 1 : s - 1 + stride * ow : stride] = g
    windows = np.lib.stride_tricks.sliding_window_view(spread, (r, s), (2, 3))
    gx = np.einsum("nkijrs,kcrs->ncij", windows, w[:, :, ::-1, ::-1])
    return gx[:, :, padding : padding + h, padding : padding + width]
    """,
    says="a convolution of the spread and padded g with the filters turned round",
)


winograd_f23 = ex02.function(
    "winograd_f23",
    points=10,
    minutes=15,
    section="Winograd: fewer products for the same answer",
    tolerance=SUMS,
    hints=(
        "m1 = (d[0] - d[2]) g[0], m2 = (d[1] + d[2]) (g[0] + g[1] + g[2]) / 2, m3 = (d[2] - d[1]) "
        "(g[0] - g[1] + g[2]) / 2, m4 = (d[1] - d[3]) g[2]. m2 and m3 hold what y[0] and y[1] "
        "share; m1 and m4 put right what differs.",
        "Multiply out m2 + m3, and then m2 - m3: many terms cancel. Compare what is left with y[0] "
        "and with y[1]: one short product away from each.",
        "m2 + m3 is d[1] g[1] + d[2] (g[0] + g[2]); y[0] has d[0] g[0] where that has d[2] g[0]. "
        "Which of m1 and m4 mends it, with which sign? Then the same for m2 - m3.",
    ),
)


@ex02.helper
def filtered(ex, d, g):
    return {"y": ex.winograd_f23(d, g)}


@winograd_f23.probe("the worked example")
def _(ex, rng):
    return filtered(ex, np.array([1.0, 3.0, 2.0, 5.0]), np.array([1.0, 2.0, -1.0]))


@winograd_f23.probe("any numbers")
def _(ex, rng):
    return filtered(ex, rng.normal(size=4), rng.normal(size=3))


@winograd_f23.probe("a filter that only copies its middle input", "edge")
def _(ex, rng):
    return filtered(ex, rng.normal(size=4), np.array([0.0, 1.0, 0.0]))


def four_products(got, expected):
    """Whether at most four products of sums of inputs with sums of taps make up both results.

    What a worker counts could be forged; that these sums (their factors are rows of `inputs` and
    `taps`) give the results as combinations of their products cannot.
    """
    inputs, taps = got["inputs"], got["taps"]
    products, most = len(inputs), len(expected["inputs"])
    if products == 0:
        return "gave no products to count: use d and g in the type they come in"
    if products > most:
        return f"used {products} products of inputs with taps; {most} are enough"
    terms = np.einsum("pi,pj->pij", inputs, taps).reshape(products, 12)
    wanted = np.array([np.eye(4, 3), np.eye(4, 3, -1)]).reshape(2, 12)  # y[0], y[1]
    factors = np.linalg.lstsq(terms.T, wanted.T, rcond=None)[0]
    if not np.allclose(terms.T @ factors, wanted.T, atol=1e-4):  # taps may be halved in float32
        return f"its {products} products of inputs with taps do not make up y[0] and y[1]"
    return None


@winograd_f23.probe("filters and inputs of one 1, and of zeros", "edge")
def _(ex, rng):
    results = [ex.winograd_f23(row, tap) for row in np.eye(4) for tap in np.eye(3)]
    zeros = ex.winograd_f23(np.zeros(4), rng.normal(size=3))
    return {"y": np.array(results), "y of zeros": zeros}


@winograd_f23.probe("inputs around 1e20 and taps around 1e-20", "edge")
def _(ex, rng):
    return filtered(ex, 1e20 * rng.normal(size=4), 1e-20 * rng.normal(size=3))


@winograd_f23.probe("four products", "promise", judge=four_products)
def _(ex, rng):
    products = []

    class Number:
        """A number that knows what it was made of, and lists products of inputs with taps.

        parts: how much of each input and each tap is in it, as long as it is a sum of them.
        """

        def __init__(self, value, made_of, parts):
            self.value, self.made_of, self.parts = value, made_of, parts

        def __float__(self):
            return float(self.value)

        def __add__(self, other):
            if not isinstance(other, Number):
                return Number(self.value + other, self.made_of, self.parts)
            made_of, parts = self.made_of | other.made_of, self.parts + other.parts
            return Number(self.value + other.value, made_of, parts)

        def __mul__(self, other):
            if not isinstance(other, Number):
                return Number(self.value * other, self.made_of, self.parts * float(other))
            if self.made_of != other.made_of:
                products.append(self.parts + other.parts)
            made_of = self.made_of | other.made_of
            return Number(self.value * other.value, made_of, np.zeros(7))

        def __neg__(self):
            return self * -1.0

        def __sub__(self, other):
            return self + -other

        def __rsub__(self, other):
            return -self + other

        def __truediv__(self, other):
            return self * (1.0 / other)

        __radd__, __rmul__ = __add__, __mul__

    values, parts = rng.normal(size=7), np.eye(7)
    d = np.array([Number(values[i], {"input"}, parts[i]) for i in range(4)], dtype=object)
    g = np.array([Number(values[i], {"tap"}, parts[i]) for i in range(4, 7)], dtype=object)
    y = [float(value) for value in ex.winograd_f23(d, g)]
    made = np.array(products).reshape(-1, 7)
    return {"inputs": made[:, :4], "taps": made[:, 4:], "y": y}


winograd_f23.wrong(
    "m2 - m3 - m4]",
    "m2 - m3 + m4]",
    says="m4 has the wrong sign: m2 - m3 holds d[1] g[2] where y[1] needs d[3] g[2].",
)
winograd_f23.wrong(
    "m2 - m3 - m4]",
    "m2 + m3 - m4]",
    says="y[1] was made from m2 + m3, which is y[0]'s half: y[1] needs the difference.",
)
winograd_f23.wrong(
    "(d[2] - d[1])",
    "(d[1] - d[2])",
    says="m3 has the wrong sign: it is d[2] - d[1], in this order.",
)
winograd_f23.wrong(
    "((g[0] + g[1] + g[2]) / 2)\n    m3 = (d[2] - d[1]) * ((g[0] - g[1] + g[2]) / 2)",
    "(g[0] + g[1] + g[2])\n    m3 = (d[2] - d[1]) * (g[0] - g[1] + g[2])",
    says="m2 and m3 are twice as large as they should be: halve the sums of the taps.",
)
winograd_f23.wrong(
    BODY,
    """
    return np.array([d[0] * g[0] + d[1] * g[1] + d[2] * g[2],
                     d[1] * g[0] + d[2] * g[1] + d[3] * g[2]])
    """,
    says="The numbers are right, but that took six products: four are enough.",
)
winograd_f23.wrong(
    "m1 = (d[0] - d[2]) * g[0]",
    "g = g[::-1]\n    m1 = (d[0] - d[2]) * g[0]",
    says="The filter was turned round: d[0] meets g[0].",
)
winograd_f23.wrong(
    "return np.array([m1 + m2 + m3, m2 - m3 - m4])",
    "return np.array([m2 - m3 - m4, m1 + m2 + m3])",
    says="Both outputs are right, but in the wrong order: y[0] comes first.",
)
winograd_f23.wrong(
    "((g[0] + g[1] + g[2]) / 2)\n    m3 = (d[2] - d[1]) * ((g[0] - g[1] + g[2]) / 2)",
    "((g[0] + g[1] + g[2]) // 2)\n    m3 = (d[2] - d[1]) * ((g[0] - g[1] + g[2]) // 2)",
    says="The halves were rounded down: // drops the fraction, / keeps it.",
)
winograd_f23.wrong(
    "(d[0] - d[2])",
    "(d[2] - d[0])",
    says="m1 has the wrong sign: it is d[0] - d[2], in this order.",
)
winograd_f23.wrong(
    "m1 = (d[0] - d[2]) * g[0]",
    "m1 = (d[0] - d[2]) * g[2]",
    says="m1 was made with the last tap: it is (d[0] - d[2]) g[0].",
)
winograd_f23.wrong(
    "m4 = (d[1] - d[3]) * g[2]",
    "m4 = (d[1] - d[3]) * g[0]",
    says="m4 was made with the first tap: it is (d[1] - d[3]) g[2].",
)
winograd_f23.wrong(
    "(g[0] - g[1] + g[2])",
    "(g[0] + g[1] - g[2])",
    says="The wrong tap is subtracted in m3: it is g[0] - g[1] + g[2].",
)
winograd_f23.wrong(
    "m1 + m2 + m3,",
    "m2 + m3,",
    says="m1 is missing from y[0]: m2 + m3 holds d[2] g[0] where y[0] needs d[0] g[0].",
)
winograd_f23.wrong(
    "m2 - m3 - m4]",
    "m2 - m3]",
    says="m4 is missing from y[1]: m2 - m3 holds d[1] g[2] where y[1] needs d[3] g[2].",
)
winograd_f23.wrong(
    "m1 + m2 + m3,",
    "m1 + m2 - m3,",
    says="m3 has the wrong sign in y[0], which is made from m2 + m3; y[1] from m2 - m3.",
)
winograd_f23.wrong(
    "* ((g[0] - g[1] + g[2]) / 2)",
    "* (g[0] - g[1] + g[2])",
    says="m3 is not halved: the sums of the taps are halved in m2 and in m3.",
)
winograd_f23.wrong(
    "* ((g[0] + g[1] + g[2]) / 2)",
    "* (g[0] + g[1] + g[2])",
    says="m2 is not halved: the sums of the taps are halved in m2 and in m3.",
)
winograd_f23.wrong(
    "return np.array([m1 + m2 + m3, m2 - m3 - m4])",
    "return np.array([m1, m2, m3, m4])",
    says="These are the four products: y[0] and y[1] are sums and differences of them.",
)
winograd_f23.wrong(
    "((g[0] + g[1] + g[2]) / 2)\n    m3 = (d[2] - d[1]) * ((g[0] - g[1] + g[2]) / 2)",
    "(g[0] + g[1] + g[2] / 2)\n    m3 = (d[2] - d[1]) * (g[0] - g[1] + g[2] / 2)",
    says="Only g[2] was halved: / binds more tightly than +, so put brackets around the sum "
    "of the taps.",
)
winograd_f23.wrong(
    BODY,
    """
    m1 = (d[0] - d[2]) * g[0]
    m2 = (d[1] + d[2]) * ((g[0] + g[1] + g[2]) / 2)
    half = (g[0] - g[1] + g[2]) / 2
    m3 = d[2] * half - d[1] * half
    m4 = (d[1] - d[3]) * g[2]
    return np.array([m1 + m2 + m3, m2 - m3 - m4])
    """,
    says="The numbers are right, but one product was made as two: subtract the inputs first, then "
    "multiply once.",
)
winograd_f23.right(
    BODY,
    """
    to_inputs = np.array([[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]])
    to_taps = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]])
    back = np.array([[1, 1, 1, 0], [0, 1, -1, -1]])
    return back @ ((to_taps @ g) * (to_inputs @ d))
    """,
    says="three small matrices",
)
winograd_f23.right(
    BODY,
    """
    taps = [g[0], (g[0] + g[1] + g[2]) * np.float32(0.5), (g[0] + g[2] - g[1]) * 0.5, -g[2]]
    inputs = [d[0] - d[2], d[1] + d[2], d[2] - d[1], d[3] - d[1]]
    m = [a * b for a, b in zip(inputs, taps)]
    y = np.zeros(2)
    y[0] = m[0] + m[1] + m[2]
    y[1] = m[1] - m[2] - m[3]
    return y
    """,
    says="lists of sums, filled into zeros",
)


max_pool2d = ex02.function(
    "max_pool2d",
    points=10,
    minutes=15,
    section="Pooling",
    tolerance=EXACT,
    needs=("output_size",),
    hints=(
        "The windows lie as in a convolution without padding: y[n, c, i, j] = max over r, s < size "
        "of x[n, c, i * stride + r, j * stride + s].",
        "Loop over n, c, i, j and take the maximum of each window. Or loop over the size * size "
        "places in a window, and keep the larger of what you have and what is seen there.",
        "Beware of a start value: the largest of negative numbers is negative, so start from minus "
        "infinity or from an entry of the window, not from 0.",
    ),
)


@max_pool2d.probe("the example, with stride 2 and 1")
def _(ex, rng):
    x = np.array([[[[1.0, 5.0, 2.0, 0.0], [4.0, 3.0, 1.0, 3.0]]]])
    return {f"y with stride {stride}": ex.max_pool2d(x, 2, stride) for stride in (2, 1)}


@max_pool2d.probe("windows side by side")
def _(ex, rng):
    return {"y": ex.max_pool2d(rng.uniform(1, 2, size=(1, 1, 4, 6)), 2, 2)}


@max_pool2d.probe("several images and channels")
def _(ex, rng):
    x = rng.normal(size=(2, 3, 4, 6))
    return {"y": ex.max_pool2d(x, 2, 2)}


@max_pool2d.probe("windows that overlap")
def _(ex, rng):
    return {"y": ex.max_pool2d(rng.normal(size=(1, 2, 7, 5)), 3, 2)}


@max_pool2d.probe("rows and columns left over")
def _(ex, rng):
    return {"y": ex.max_pool2d(rng.normal(size=(1, 2, 5, 7)), 2, 2)}


@max_pool2d.probe("only negative numbers", "edge")
def _(ex, rng):
    return {"y": ex.max_pool2d(-rng.uniform(1, 2, size=(1, 1, 4, 4)), 2, 1)}


@max_pool2d.probe("sizes and stride drawn at random")
def _(ex, rng):
    size, stride = rng.integers(1, 5, size=2).tolist()
    shape = (*(rng.permutation(3)[:2] + 1), *(size + rng.permutation(5)[:2]))
    return {"y": ex.max_pool2d(rng.normal(size=shape), size, stride)}


@max_pool2d.probe("windows of one entry with gaps, and of a whole image", "edge")
def _(ex, rng):
    x = rng.normal(size=(2, 3, 4, 5))
    return {"y": ex.max_pool2d(x, 1, 3), "y of 4 x 4": ex.max_pool2d(x, 4, 2)}


@max_pool2d.probe("minus infinity, and numbers from -1e30 to 1e30", "edge")
def _(ex, rng):
    x = rng.normal(size=(1, 2, 4, 4)) * 1e30
    x[0, 0, :2, :2] = -np.inf
    return {"y": ex.max_pool2d(x, 2, 2)}


@max_pool2d.probe("float32 stays float32", "promise")
def _(ex, rng):
    return {"y": ex.max_pool2d(rng.normal(size=(1, 2, 4, 3)).astype(np.float32), 2, 1)}


max_pool2d.wrong(
    "-np.inf",
    "0.0",
    says="Windows of negative numbers gave 0: start from minus infinity, not from 0.",
)
max_pool2d.wrong(
    "oh, ow = (output_size",
    "stride = size\n    oh, ow = (output_size",
    says="The stride had no effect: windows start `stride` apart, which need not be their size.",
)
max_pool2d.wrong(
    "return y",
    "return y.max(axis=1, keepdims=True)",
    says="The maximum ran over the channels too: each channel is pooled on its own.",
)
max_pool2d.wrong(
    "y = np.maximum(y, x[",
    "y = np.where(abs(x[:, :, r : r + stride * oh : stride, s : s + stride * ow : stride]) < "
    "np.where(np.isinf(y), 0, abs(y)), y, x[",
    says="The entry furthest from zero was kept: -5 is smaller than 1, not larger.",
)
max_pool2d.wrong(
    BODY,
    """
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), (2, 3))
    return windows[:, :, ::stride, ::stride].mean(axis=(4, 5))
    """,
    says="The mean of each window was kept: that is average pooling; this one keeps the largest.",
)
max_pool2d.wrong(
    BODY,
    """
    rest = [-(length - size) % stride for length in x.shape[2:]]
    x = np.pad(x, ((0, 0), (0, 0), (0, rest[0]), (0, rest[1])), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), (2, 3))
    return windows[:, :, ::stride, ::stride].max(axis=(4, 5))
    """,
    says="The rows and columns left over got windows of their own: only whole windows count.",
)
max_pool2d.wrong(
    "return y",
    "return np.broadcast_to(y.max(axis=1, keepdims=True), y.shape).copy()",
    says="Every channel got the maximum over all channels: each is pooled on its own.",
)
max_pool2d.wrong(
    "return y",
    "return np.broadcast_to(y.max(axis=0, keepdims=True), y.shape).copy()",
    says="Every image got the maximum over all images: each is pooled on its own.",
)
max_pool2d.wrong(
    BODY,
    """
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), (2, 3))
    return windows[:, :, ::stride, ::stride].min(axis=(4, 5))
    """,
    says="The smallest value of each window was kept: this one keeps the largest.",
)
max_pool2d.wrong(
    BODY,
    """
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), (2, 3))
    return windows[:, :, ::stride, ::stride].sum(axis=(4, 5))
    """,
    says="Each window was summed: this one keeps its largest value.",
)
max_pool2d.wrong(
    BODY,
    """
    oh, ow = (output_size(length, size, stride) for length in x.shape[2:])
    return x[:, :, : stride * oh : stride, : stride * ow : stride].copy()
    """,
    says="The upper left entry of each window was kept: that skips the others; keep the largest.",
)
max_pool2d.wrong(
    BODY,
    """
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), (2, 3))
    windows = windows[:, :, ::stride, ::stride]
    return windows.reshape(*windows.shape[:4], -1).argmax(-1).astype(x.dtype)
    """,
    says="The place of the largest entry was returned: return its value.",
)
max_pool2d.wrong(
    "x[:, :, r : r + stride * oh : stride, s : s + stride * ow : stride]",
    "x[:, :, r : r + oh, s : s + ow]",
    says="The windows start one entry apart: they start `stride` apart.",
)
max_pool2d.wrong(
    "np.ndindex(size, size)",
    "np.ndindex(stride, stride)",
    says="The windows are as long as the stride: they are `size` long, wherever they start.",
)
max_pool2d.wrong(
    "oh, ow = (output_size(length, size, stride) for length in x.shape[2:])",
    "oh = ow = output_size(x.shape[2], size, stride)\n"
    "    x = np.pad(x, ((0, 0), (0, 0), (0, 0), (0, 99)), constant_values=-np.inf)",
    says="The output is square: its columns follow from W, as its rows do from H.",
)
max_pool2d.wrong(
    "np.ndindex(size, size)",
    "np.ndindex(size, 1)",
    says="Only the first column of each window was looked at: it is size by size.",
)
max_pool2d.wrong(
    "np.ndindex(size, size)",
    "np.ndindex(1, size)",
    says="Only the first row of each window was looked at: it is size by size.",
)
max_pool2d.wrong(
    BODY,
    """
    oh, ow = (output_size(length, size, stride) for length in x.shape[2:])
    y = np.zeros((*x.shape[:2], oh, ow), x.dtype)
    for i, j in np.ndindex(oh, ow):
        rows = slice(i * stride, i * stride + size)
        y[:, :, i, j] = x[:, :, rows, j * stride : j * stride + size].mean(axis=(2, 3))
    return y
    """,
    says="Each window was averaged: that is average pooling; this one keeps its largest value.",
)
max_pool2d.wrong(
    BODY,
    """
    oh, ow = (-(-length // stride) for length in x.shape[2:])
    y = np.zeros((*x.shape[:2], oh, ow), x.dtype)
    for i, j in np.ndindex(oh, ow):
        rows = slice(i * stride, i * stride + size)
        y[:, :, i, j] = x[:, :, rows, j * stride : j * stride + size].max(axis=(2, 3))
    return y
    """,
    says="Windows that stick out at the end were kept: only whole windows count, as many as "
    "output_size says.",
)
max_pool2d.wrong(
    "r : r + stride * oh : stride",
    "r : r + oh",
    says="The stride acts on columns only: windows start that far apart from row to row as well.",
)
max_pool2d.wrong(
    "s : s + stride * ow : stride",
    "s : s + ow",
    says="The stride acts on rows only: windows start that far apart within a row as well.",
)
max_pool2d.wrong(
    BODY,
    """
    oh, ow = (output_size(length, size, stride) for length in x.shape[2:])
    step = min(size, stride)
    y = np.full((*x.shape[:2], oh, ow), -np.inf, x.dtype)
    for r, s in np.ndindex(size, size):
        y = np.maximum(y, x[:, :, r : r + step * oh : step, s : s + step * ow : step])
    return y
    """,
    says="Where the stride is larger than the window, windows were laid side by side: they start "
    "`stride` apart, with gaps between them.",
)
max_pool2d.right(
    BODY,
    """
    n, c, h, w = x.shape
    y = np.empty((n, c, (h - size) // stride + 1, (w - size) // stride + 1), x.dtype)
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            y[:, :, i, j] = window.max(axis=(2, 3))
    return y
    """,
    says="window by window",
)
max_pool2d.right(
    BODY,
    """
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), (2, 3))
    return np.asfortranarray(windows[:, :, ::stride, ::stride].max(axis=(-2, -1)))
    """,
    says="a view of all windows, Fortran order",
)


max_pool2d_grad = ex02.function(
    "max_pool2d_grad",
    points=10,
    minutes=20,
    section="Pooling",
    tolerance=SUMS,
    needs=("output_size", "max_pool2d"),
    hints=(
        "Change one entry of a window a little: does the maximum change? Only if that entry is the "
        "maximum. So where does the gradient go?",
        "Go through all outputs n, c, i, j. For each, find the place of the largest entry in its "
        "window, and add that output's gradient there.",
        "argmax gives the first largest entry, counted along the rows of the window; divmod by the "
        "window's size turns that number into a row and a column. Add the window's own corner.",
    ),
)


@ex02.helper
def pool_grad(ex, rng, x, size, stride, dtype=float):
    out = [(length - size) // stride + 1 for length in x.shape[2:]]
    g = rng.normal(size=(*x.shape[:2], *out)).astype(dtype)
    gx = ex.max_pool2d_grad(g, x, size, stride)
    return {"gx": gx}


@max_pool2d_grad.probe("the example, with two equal entries", "edge")
def _(ex, rng):
    x = np.array([[[[1.0, 5.0, 2.0, 3.0], [4.0, 3.0, 1.0, 3.0]]]])
    return {"gx": ex.max_pool2d_grad(np.array([[[[10.0, 20.0]]]]), x, 2, 2)}


@max_pool2d_grad.probe("windows side by side")
def _(ex, rng):
    return pool_grad(ex, rng, rng.permutation(24).astype(float).reshape(1, 1, 4, 6), 2, 2)


@max_pool2d_grad.probe("several images and channels, negative numbers, a row left over")
def _(ex, rng):
    return pool_grad(ex, rng, rng.normal(size=(2, 3, 5, 4)), 2, 2)


@max_pool2d_grad.probe("overlapping windows won by the same entry")
def _(ex, rng):
    x = rng.uniform(size=(1, 1, 5, 5))
    x[0, 0, 2, 2] = 2.0
    return pool_grad(ex, rng, x, 3, 1)


@max_pool2d_grad.probe("equal entries: the first one wins", "edge")
def _(ex, rng):
    x = np.zeros((1, 2, 4, 6))
    x[0, 1] = rng.integers(0, 2, size=(4, 6))
    return pool_grad(ex, rng, x, 2, 2)


@max_pool2d_grad.probe("sizes and stride drawn at random")
def _(ex, rng):
    size, stride = rng.integers(1, 5, size=2).tolist()
    shape = (*(rng.permutation(3)[:2] + 1), *(size + rng.permutation(5)[:2]))
    return pool_grad(ex, rng, rng.normal(size=shape), size, stride)


@max_pool2d_grad.probe("two equal entries: upper right and lower left", "edge")
def _(ex, rng):
    x = np.array([[0.0, 0.0, 3.0, 1.0], [0.0, 2.0, 0.0, 0.0], [3.0, 0.0, 1.0, 0.0]])
    return pool_grad(ex, rng, x.reshape(1, 1, 3, 4), 3, 1)


@max_pool2d_grad.probe("windows of one entry with gaps, and of a whole image", "edge")
def _(ex, rng):
    whole = pool_grad(ex, rng, rng.normal(size=(2, 1, 3, 3)), 3, 2)["gx"]
    return pool_grad(ex, rng, rng.normal(size=(1, 2, 4, 5)), 1, 3) | {"gx of a whole image": whole}


@max_pool2d_grad.probe("x of zeros or of minus infinity", "edge")
def _(ex, rng):
    zeros = pool_grad(ex, rng, np.zeros((1, 1, 2, 4)), 2, 2)["gx"]
    return {"of zeros": zeros} | pool_grad(ex, rng, np.full((1, 1, 3, 3), -np.inf), 2, 1)


@max_pool2d_grad.probe("x of whole numbers: the result has the dtype of g", "promise")
def _(ex, rng):
    return pool_grad(ex, rng, rng.integers(0, 5, size=(1, 2, 4, 4)), 2, 1)


@max_pool2d_grad.probe("a float32 g gives a float32 result", "promise")
def _(ex, rng):
    return pool_grad(ex, rng, rng.normal(size=(1, 2, 4, 4)), 2, 2, np.float32)


max_pool2d_grad.wrong(
    "+= g[n, c, i, j]",
    "= g[n, c, i, j]",
    says="An entry that won several windows got the gradient of one: add them up (+=; where index "
    "arrays name a place several times, += adds once, and np.add.at each time).",
)
max_pool2d_grad.wrong(
    "r, s = divmod",
    "s, r = divmod",
    says="Row and column are exchanged: the quotient by the window's size is the row.",
)
max_pool2d_grad.wrong(
    "int(window.argmax())",
    "size * size - 1 - int(window[::-1, ::-1].argmax())",
    says="Of equal entries the last one won: it should be the first.",
)
max_pool2d_grad.wrong(
    "r, s = divmod(int(window.argmax()), size)\n        gx[n, c, top + r, left + s] +=",
    "gx[n, c, top : top + size, left : left + size] += (window == window.max()) *",
    says="All of several equal entries got the whole gradient: only the first one does.",
)
max_pool2d_grad.wrong(
    "r, s = divmod(int(window.argmax()), size)\n        gx[n, c, top + r, left + s] +=",
    "won = window == window.max()\n"
    "        gx[n, c, top : top + size, left : left + size] += won / won.sum() *",
    says="Equal entries shared the gradient: the first one gets all of it.",
)
max_pool2d_grad.wrong(
    "r, s = divmod(int(window.argmax()), size)\n        gx[n, c, top + r, left + s] +=",
    "gx[n, c, top : top + size, left : left + size] += 1 / size**2 *",
    says="Every entry got a share: that is the gradient of average pooling. The largest gets all.",
)
max_pool2d_grad.wrong(
    "+= g[n, c, i, j]",
    "+= g[n, c, i, j] * window.max()",
    says="The gradient was multiplied by the entry itself: the output is that entry, slope 1.",
)
max_pool2d_grad.wrong(
    "r, s = divmod(int(window.argmax()), size)",
    "s, r = divmod(int(window.T.argmax()), size)",
    says="Of equal entries the one further left won: the one in the higher row comes first, and "
    "only within a row the one further left.",
)
max_pool2d_grad.wrong(
    "gx = np.zeros(x.shape, g.dtype)",
    "gx = np.zeros_like(x)",
    says="The result has the dtype of x, in which fractions are lost where x holds whole numbers: "
    "it has g's.",
)
max_pool2d_grad.wrong(
    "+= g[n, c, i, j]",
    "+= 1",
    says="g is missing: the largest entry gets the gradient of its window's output.",
)
max_pool2d_grad.wrong(
    "gx[n, c, top + r, left + s]",
    "gx[n, c, r, s]",
    says="The place within the window was taken for one in the image: add the window's own corner.",
)
max_pool2d_grad.wrong(
    "r, s = divmod(int(window.argmax()), size)",
    "r, s = 0, 0",
    says="The upper left entry of each window got the gradient: it goes to the largest.",
)
max_pool2d_grad.wrong(
    "int(window.argmax())",
    "int(window.argmin())",
    says="The smallest entry of each window got the gradient: it goes to the largest.",
)
max_pool2d_grad.wrong(
    "top, left = i * stride, j * stride",
    "top, left = i, j",
    says="The stride had no effect: window (i, j) starts at row i * stride and column j * stride.",
)
max_pool2d_grad.wrong(
    "top, left = i * stride, j * stride",
    "top, left = i * size, j * size",
    says="The windows were taken to lie side by side: they start `stride` apart.",
)
max_pool2d_grad.wrong(
    "r, s = divmod(int(window.argmax()), size)",
    "r, s = divmod(int(np.abs(window).argmax()), size)",
    says="The entry furthest from zero got the gradient: -5 is smaller than 1, not larger.",
)
max_pool2d_grad.wrong(
    "window = x[n, c, top : top + size, left : left + size]",
    "window = x[0, 0, top : top + size, left : left + size]",
    says="Every window was sought in the first channel of the first image: each has its own.",
)
max_pool2d_grad.wrong(
    "gx = np.zeros(x.shape, g.dtype)",
    "gx = x.astype(g.dtype)",
    says="The gradient was added to a copy of x: start from zeros.",
)
max_pool2d_grad.wrong(
    "r, s = divmod(int(window.argmax()), size)\n        gx[n, c, top + r, left + s] +=",
    "gx[n, c, top : top + size, left : left + size] +=",
    says="Every entry of a window got its whole gradient: only the largest had a say.",
)
max_pool2d_grad.wrong(
    BODY,
    """
    gx = np.zeros(x.shape, g.dtype)
    for n, c, i, j in np.ndindex(*g.shape):
        top, left = i * stride, j * stride
        window = x[n, c, top : top + size, left : left + size]
        r, s = divmod(int(window.argmax()), stride)
        if top + r < x.shape[2] and left + s < x.shape[3]:
            gx[n, c, top + r, left + s] += g[n, c, i, j]
    return gx
    """,
    says="The place in a window was divided by the stride: its rows are `size` long, so row and "
    "column are the quotient and the rest by size.",
)
max_pool2d_grad.wrong(
    BODY,
    """
    gx = np.zeros(x.shape, g.dtype)
    taken = np.zeros(x.shape, bool)
    for n, c, i, j in np.ndindex(*g.shape):
        top, left = i * stride, j * stride
        place = n, c, slice(top, top + size), slice(left, left + size)
        r, s = divmod(int(np.where(taken[place], -np.inf, x[place]).argmax()), size)
        taken[n, c, top + r, left + s] = True
        gx[n, c, top + r, left + s] += g[n, c, i, j]
    return gx
    """,
    says="An entry that had won a window was kept out of the next ones: it can win several, and "
    "gets the sum.",
)
max_pool2d_grad.wrong(
    "gx = np.zeros(x.shape, g.dtype)",
    "g = g.astype(x.dtype)\n    gx = np.zeros_like(x)",
    says="The result has the dtype of x, in which fractions are lost where x holds whole numbers: "
    "it has g's.",
)
max_pool2d_grad.wrong(
    "    return gx",
    "    return gx.astype(x.dtype)",
    says="The result has the dtype of x, in which fractions are lost where x holds whole numbers: "
    "it has g's.",
)
max_pool2d_grad.right(
    BODY,
    """
    y = max_pool2d(x, size, stride)
    oh, ow = g.shape[2:]
    gx, free = np.zeros(x.shape, g.dtype), np.ones(g.shape, bool)
    for r, s in np.ndindex(size, size):
        seen = slice(r, r + stride * oh, stride), slice(s, s + stride * ow, stride)
        wins = free & (x[(..., *seen)] == y)
        gx[(..., *seen)] += wins * g
        free &= ~wins
    return gx
    """,
    says="tap by tap, with a mask of windows not yet won",
)
max_pool2d_grad.right(
    BODY,
    """
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), (2, 3))
    windows = windows[:, :, ::stride, ::stride]
    r, s = np.unravel_index(windows.reshape(*g.shape, -1).argmax(-1), (size, size))
    n, c, i, j = np.indices(g.shape)
    gx = np.zeros(x.shape, g.dtype, order="F")
    np.add.at(gx, (n, c, i * stride + r, j * stride + s), g)
    return gx
    """,
    says="all windows at once and np.add.at",
)


receptive_field_size = ex02.function(
    "receptive_field_size",
    points=5,
    minutes=10,
    section="How much can a deep unit see?",
    tolerance=EXACT,
    hints=(
        "Draw two 3-tap layers: one output sees three of the middle layer, and those see five "
        "inputs. New size = size + dilation * (kernel - 1) * jump (the jump before this layer), "
        "new jump = jump * stride.",
        "Go through the layers from the first to the last and carry two numbers along: how much is "
        "seen, and how far apart in the input two neighbours now are.",
        "A layer adds the distance between its first and its last tap, measured in input entries: "
        "use the jump from before this layer, and let the layer's own stride enlarge it "
        "afterwards.",
    ),
)


@ex02.helper
def fields(ex, stacks):
    """The size for each stack of layers; and the layers, each after the number of its stack."""
    layers = [[number, *layer] for number, stack in enumerate(stacks) for layer in stack]
    return {"result": [ex.receptive_field_size(stack) for stack in stacks], "layers": layers}


def of_stack(got, expected):
    """The first stack of layers for which the size is another."""
    pairs = zip(got["result"].tolist(), expected["result"].tolist(), strict=True)
    for number, (found, right) in enumerate(pairs):
        if found != right:
            stack = [tuple(row[1:]) for row in expected["layers"].tolist() if row[0] == number]
            return f"receptive_field_size({stack}): expected {right}, got {found}"
    return None


@receptive_field_size.probe("one layer", explain=of_stack)
def _(ex, rng):
    return fields(ex, [[(3, 1, 1)], [(5, 2, 1)], [(4, 3, 2)]])


@receptive_field_size.probe("the examples", explain=of_stack)
def _(ex, rng):
    return fields(ex, [[(3, 1, 1)] * 2, [(3, 1, 1), (2, 2, 1), (3, 1, 1)]])


@receptive_field_size.probe("a stack of 3-tap layers", explain=of_stack)
def _(ex, rng):
    return fields(ex, [[(3, 1, 1)] * depth for depth in range(1, 6)])


@receptive_field_size.probe("with pooling in between", explain=of_stack)
def _(ex, rng):
    layers = [(3, 1, 1), (3, 1, 1), (2, 2, 1), (3, 1, 1), (2, 2, 1), (3, 1, 1)]
    return fields(ex, [layers[:depth] for depth in range(1, 7)])


@receptive_field_size.probe("dilation that doubles from layer to layer", explain=of_stack)
def _(ex, rng):
    return fields(ex, [[(3, 1, 1), (3, 1, 2), (3, 1, 4), (2, 1, 8)]])


@receptive_field_size.probe("any layers", explain=of_stack)
def _(ex, rng):
    layers = rng.integers((1, 1, 1), (6, 4, 4), size=(5, 3)).tolist()
    layers = [tuple(layer) for layer in layers]
    return fields(ex, [[(5, 3, 2), (4, 2, 1), *layers]])


@receptive_field_size.probe("no layers at all", "edge")
def _(ex, rng):
    return {"result": ex.receptive_field_size([])}


@receptive_field_size.probe(
    "layers of one tap, with and without a stride", "edge", explain=of_stack
)
def _(ex, rng):
    return fields(ex, [[(1, 1, 1)], [(1, 2, 3), (3, 1, 1)], [(1, 2, 1), (1, 3, 1), (2, 1, 2)]])


@receptive_field_size.probe(
    "twelve layers with stride 2, and settings drawn at random", "edge", explain=of_stack
)
def _(ex, rng):
    layers = rng.integers((1, 1, 1), (8, 3, 4), size=(rng.integers(2, 9), 3)).tolist()
    layers = [tuple(layer) for layer in layers]
    return fields(ex, [[(3, 2, 1)] * 12, layers, tuple(layers[::-1])])


receptive_field_size.wrong(
    "(kernel - 1) * jump",
    "(kernel - 1)",
    says="The strides had no effect: after a stride of 2 a further neighbour is two inputs away.",
)
receptive_field_size.wrong(
    "size += dilation * (kernel - 1) * jump\n        jump *= stride",
    "jump *= stride\n        size += dilation * (kernel - 1) * jump",
    says="A layer's stride acted on the layer itself: it spreads the neighbours of the next one.",
)
receptive_field_size.wrong(
    "size += dilation * (kernel - 1)",
    "size += (kernel - 1)",
    says="The dilation had no effect: taps further apart see further.",
)
receptive_field_size.wrong(
    "(kernel - 1)",
    "kernel",
    says="Each layer added `kernel` instead of kernel - 1: its first tap sees what was seen "
    "before.",
)
receptive_field_size.wrong(
    "size = jump = 1",
    "size, jump = 0, 1",
    says="One too few: before any layer, an entry sees itself, so the size starts at 1.",
)
receptive_field_size.wrong(
    "jump *= stride",
    "jump = stride",
    says="Only the last stride counted: the strides of all layers before multiply.",
)
receptive_field_size.wrong(
    "in layers",
    "in list(layers)[::-1]",
    says="That is the field of the layers in the reverse order: size and jump go from the first "
    "layer to the last; (size - 1) * stride + span would go from the last to the first.",
)
receptive_field_size.wrong(
    BODY,
    """
    size, jump = layers[0][0], layers[0][1]
    for kernel, stride, dilation in layers[1:]:
        size += dilation * (kernel - 1) * jump
        jump *= stride
    return size
    """,
    says="The first layer was taken as the start: begin before it, with size 1 and jump 1, so that "
    "its dilation counts and no layers at all give 1.",
)
receptive_field_size.wrong(
    "size = jump = 1",
    "size, jump = 1, np.prod([])",
    says="The number is right but it is a float: np.prod([]) is 1.0. Return an int.",
)
receptive_field_size.wrong(
    BODY,
    "return sum(dilation * (kernel - 1) + 1 for kernel, _, dilation in layers)",
    says="The spans of the layers were added up: windows overlap, so each layer adds one entry "
    "less than its span, times the jump before it.",
)
receptive_field_size.wrong(
    BODY,
    """
    size = 1
    for kernel, _, _ in layers:
        size *= kernel
    return size
    """,
    says="The kernels were multiplied: their windows overlap, so sizes add up.",
)
receptive_field_size.wrong(
    "return size",
    "return jump",
    says="The jump was returned: the size is asked for.",
)
receptive_field_size.wrong(
    "jump *= stride",
    "jump += stride",
    says="The strides were added up: the jump is their product.",
)
receptive_field_size.wrong(
    "jump *= stride",
    "jump += stride - 1",
    says="The strides were added up, less one each: the jump is their product.",
)
receptive_field_size.wrong(
    "jump *= stride",
    "jump *= stride * dilation",
    says="The dilation went into the jump: it says how far apart the taps of a layer are, not its "
    "outputs.",
)
receptive_field_size.wrong(
    "dilation * (kernel - 1)",
    "(dilation * kernel - 1)",
    says="The dilation was multiplied with the taps: between `kernel` taps there are kernel - 1 "
    "gaps.",
)
receptive_field_size.wrong(
    "    for kernel, stride, dilation in layers:\n",
    "    for kernel, dilation, stride in layers:\n",
    says="Stride and dilation are exchanged: a layer is (kernel, stride, dilation).",
)
receptive_field_size.wrong(
    "    return size",
    "    return size if layers else 0",
    says="No layers at all gave 0: an entry sees itself, so the size is 1.",
)
receptive_field_size.wrong(
    "        size += dilation * (kernel - 1) * jump\n        jump *= stride\n",
    "        size = size * stride + dilation * (kernel - 1)\n",
    says="The size itself was multiplied by each stride: it is the jump that the strides "
    "multiply, and a layer adds dilation * (kernel - 1) times the jump before it.",
)
receptive_field_size.wrong(
    BODY,
    """
    size, jump = 0, 1
    for kernel, stride, dilation in layers:
        size += dilation * kernel * jump
        jump *= stride
    return max(size, 1)
    """,
    says="Each layer added `kernel` instead of kernel - 1: its first tap sees what was seen "
    "before, and the size starts at 1.",
)
receptive_field_size.wrong(
    BODY,
    """
    size = 1
    for kernel, _, dilation in layers:
        size *= dilation * (kernel - 1) + 1
    return size
    """,
    says="The spans of the layers were multiplied: their windows overlap, so sizes add up.",
)
receptive_field_size.wrong(
    BODY,
    """
    size = 1
    for kernel, stride, dilation in list(layers)[::-1]:
        size = size * stride + dilation * (kernel - 1)
    return size
    """,
    says="From the last layer to the first, the size was multiplied by the stride: it is the steps "
    "between its entries, size - 1, that grow: (size - 1) * stride + dilation * (kernel - 1) + 1.",
)
receptive_field_size.right(
    BODY,
    """
    size = 1
    for kernel, stride, dilation in list(layers)[::-1]:
        size = (size - 1) * stride + dilation * (kernel - 1) + 1
    return size
    """,
    says="from the output back to the input",
)
receptive_field_size.right(
    BODY,
    """
    seen = {0}
    for kernel, stride, dilation in list(layers)[::-1]:
        seen = {i * stride + t * dilation for i in seen for t in (0, kernel - 1)}
    return max(seen) - min(seen) + 1
    """,
    says="first and last entry seen, followed back",
)


any_order = "places and taps are dealt with one by one, in any order"
for exercise in (conv2d_naive, im2col, col2im, max_pool2d, max_pool2d_grad):
    exercise.equivalent("if a loop goes backwards", because=any_order)
for exercise in (conv2d_naive, im2col):
    exercise.equivalent("with ones in the place of zeros", because="every entry is filled in")
for exercise in (conv2d_naive, conv2d_im2col):
    exercise.equivalent("when bias is transposed first", because="it has one axis")
for exercise in (im2col, conv2d_im2col, conv2d_weight_grad, conv2d_input_grad):
    exercise.equivalent(
        "with 2 in the place of a 1", because="NumPy takes -2 as it takes -1 in a reshape"
    )
for words in ("with False in the place of True", "if strict is not passed on to zip"):
    conv2d_naive.equivalent(words, because="strict=True only guards against unequal lengths")
for exercise in (output_size, receptive_field_size):
    exercise.equivalent(
        "if the absolute value of a difference is taken", because="a kernel has one tap or more"
    )
larger = "an array with more room below and to the right, which is cut off in the end"
col2im.equivalent("if the factor padding is there twice", because=larger)
col2im.equivalent("with 3 in the place of a 2", because=larger)
conv2d_input_grad.equivalent(
    "if the reshaping is missing", because="col2im reads the same numbers in the same order"
)
for name in ("d", "g"):
    winograd_f23.equivalent(f"when {name} is transposed first", because="it has one axis")
