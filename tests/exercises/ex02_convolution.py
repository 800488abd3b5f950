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
    tolerance=EXACT,
    hints=(
        "Draw a row of boxes and slide a bracket over them. Where is the last place it can start?",
        "First find how many entries the kernel spans (with gaps between its taps, if it is "
        "dilated), then how much room that leaves in the padded input.",
        "The room, divided by the stride and rounded down, is the number of steps; there is one "
        "place more than there are steps. Negative room is the case to refuse.",
    ),
)


@ex02.helper
def sizes(ex, settings):
    return {"result": [ex.output_size(*setting) for setting in settings]}


@output_size.probe("a kernel that moves one entry at a time")
def _(ex, rng):
    return sizes(ex, [(5, 3), (4, 1), (32, 5), (3, 3)])


@output_size.probe("stride")
def _(ex, rng):
    return sizes(ex, [(7, 3, 2), (8, 3, 2), (10, 2, 3), (4, 1, 4)])


@output_size.probe("padding")
def _(ex, rng):
    return sizes(ex, [(5, 3, 1, 1), (5, 5, 1, 2), (1, 3, 1, 1), (6, 3, 2, 1)])


@output_size.probe("dilation")
def _(ex, rng):
    return sizes(ex, [(7, 3, 1, 0, 2), (9, 2, 1, 0, 5), (11, 3, 2, 0, 3), (6, 1, 1, 0, 4)])


@output_size.probe("all of it at once")
def _(ex, rng):
    low, high = (15, 1, 1, 0, 1), (60, 5, 5, 4, 4)
    return sizes(ex, rng.integers(low, high, size=(20, 5)).tolist())


@output_size.probe("a kernel that does not fit is refused with a ValueError")
def _(ex, rng):
    def refused(*setting):
        try:
            ex.output_size(*setting)
        except ValueError:
            return True
        return False

    settings = [(3, 5), (5, 5), (2, 5, 1, 1), (3, 5, 1, 1), (4, 3, 1, 0, 2)]
    return {"refused": [refused(*setting) for setting in settings]}


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
    "dilation * (kernel - 1) + 1",
    "kernel",
    says="The dilation had no effect: taps further apart make the kernel span more entries.",
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


@pad2d.probe("more rows than columns, several images and channels")
def _(ex, rng):
    x = rng.normal(size=(2, 3, 4, 5))
    return {"result": ex.pad2d(x, (3, 1)), "x afterwards": x}


@pad2d.probe("columns only")
def _(ex, rng):
    return {"result": ex.pad2d(rng.normal(size=(2, 1, 3, 3)), (0, 2))}


@pad2d.probe("float32 stays float32")
def _(ex, rng):
    return {"result": ex.pad2d(rng.normal(size=(1, 2, 3, 3)).astype(np.float32), (2, 2))}


@pad2d.probe("no padding still gives a new array")
def _(ex, rng):
    x = rng.normal(size=(1, 2, 3, 4))
    result = ex.pad2d(x, (0, 0))
    return {"result": result, "shares memory with x": np.shares_memory(result, x)}


pad2d.wrong(
    "p, q = padding",
    "q, p = padding",
    says="Rows and columns are exchanged: the first number pads above and below.",
)
pad2d.wrong(
    "(n, c, h + 2 * p, w + 2 * q)",
    "(n, c, h + p, w + q)",
    says="There are zeros on one side only: pad below and to the right as well.",
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
    tolerance=SUMS,
    needs=("output_size", "pad2d"),
    hints=(
        "One output is one sum. Write the loops that say which output first (n, k, i, j), and "
        "inside them the loops of its sum (c, r, s).",
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


@conv2d_naive.probe("one image, one channel, one filter")
def _(ex, rng):
    x, w, bias = numbers(rng, (1, 1, 4, 5), (1, 1, 2, 3))
    return {"y": ex.conv2d_naive(x, w, bias)}


@conv2d_naive.probe("several images, channels and filters")
def _(ex, rng):
    x, w, bias = numbers(rng, (2, 3, 4, 5), (4, 3, 3, 2))
    return {"y": ex.conv2d_naive(x, w, bias), "x afterwards": x, "w afterwards": w}


@conv2d_naive.probe("stride 2")
def _(ex, rng):
    return {"y": ex.conv2d_naive(*numbers(rng, (1, 2, 6, 7), (2, 2, 3, 3)), 2)}


@conv2d_naive.probe("padding 1")
def _(ex, rng):
    return {"y": ex.conv2d_naive(*numbers(rng, (2, 1, 3, 4), (2, 1, 3, 3)), 1, 1)}


@conv2d_naive.probe("dilation 2")
def _(ex, rng):
    return {"y": ex.conv2d_naive(*numbers(rng, (1, 2, 6, 7), (1, 2, 2, 3)), 1, 0, 2)}


@conv2d_naive.probe("stride 2, padding 2 and dilation 3")
def _(ex, rng):
    return {"y": ex.conv2d_naive(*numbers(rng, (1, 2, 7, 6), (2, 2, 2, 3)), 2, 2, 3)}


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
    "xp[n, c, row, column]",
    "xp[n, 0, row, column]",
    says="Only the first channel was read: filter k has weights for every channel c.",
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


@im2col.probe("one small image")
def _(ex, rng):
    return {"columns": ex.im2col(rng.normal(size=(1, 1, 3, 4)), (2, 2))}


@im2col.probe("several channels")
def _(ex, rng):
    return {"columns": ex.im2col(rng.normal(size=(1, 3, 3, 4)), (2, 3))}


@im2col.probe("several images")
def _(ex, rng):
    x = rng.normal(size=(3, 2, 4, 3))
    return {"columns": ex.im2col(x, (2, 1)), "x afterwards": x}


@im2col.probe("stride 2, with a row and a column left over")
def _(ex, rng):
    return {"columns": ex.im2col(rng.normal(size=(2, 2, 6, 8)), (3, 3), 2)}


@im2col.probe("padding 1")
def _(ex, rng):
    return {"columns": ex.im2col(rng.normal(size=(2, 2, 3, 4)), (3, 3), 1, 1)}


@im2col.probe("stride 3 and padding 2")
def _(ex, rng):
    return {"columns": ex.im2col(rng.normal(size=(1, 2, 5, 7)), (2, 3), 3, 2)}


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


@conv2d_im2col.probe("one image, one channel, one filter")
def _(ex, rng):
    x, w, bias = numbers(rng, (1, 1, 4, 5), (1, 1, 2, 3))
    return {"y": ex.conv2d_im2col(x, w, bias)}


@conv2d_im2col.probe("several images, channels and filters")
def _(ex, rng):
    x, w, bias = numbers(rng, (2, 3, 4, 6), (4, 3, 3, 2))
    return {"y": ex.conv2d_im2col(x, w, bias), "x afterwards": x, "w afterwards": w}


@conv2d_im2col.probe("as many channels as filters, square images")
def _(ex, rng):
    return {"y": ex.conv2d_im2col(*numbers(rng, (3, 3, 5, 5), (3, 3, 3, 3)))}


@conv2d_im2col.probe("stride 2")
def _(ex, rng):
    return {"y": ex.conv2d_im2col(*numbers(rng, (1, 2, 6, 7), (3, 2, 3, 3)), 2)}


@conv2d_im2col.probe("padding 2")
def _(ex, rng):
    return {"y": ex.conv2d_im2col(*numbers(rng, (2, 1, 3, 4), (2, 1, 3, 3)), 1, 2)}


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
    "im2col(x, (r, s))",
    says="The stride and padding did not reach im2col: it gave a row for every place without them.",
)
conv2d_im2col.right(
    BODY,
    """
    k, c, r, s = w.shape
    oh = output_size(x.shape[2], r, stride, padding)
    y = np.empty((len(x), k, oh, output_size(x.shape[3], s, stride, padding)))
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
def rows_of(ex, rng, shape, kernel, stride=1, padding=0):
    n, c, h, w = shape
    places = 1
    for size, taps in zip((h, w), kernel, strict=True):
        places *= (size + 2 * padding - taps) // stride + 1
    columns = rng.normal(size=(n * places, c * kernel[0] * kernel[1]))
    result = ex.col2im(columns, shape, kernel, stride, padding)
    return {"result": result, "columns afterwards": columns}


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


@col2im.probe("stride 3, padding 2")
def _(ex, rng):
    return rows_of(ex, rng, (1, 2, 5, 7), (2, 3), 3, 2)


col2im.wrong(
    "+= windows[..., r, s]",
    "= windows[..., r, s]",
    says="Where windows overlap only the last one was kept: add them up (+=).",
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
col2im.right(
    BODY,
    """
    n, c, h, w = shape
    r, s = kernel
    padded = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
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
    return total[:, :, padding : h + padding, padding : w + padding]
    """,
    says="numbered places and bincount",
)


conv2d_weight_grad = ex02.function(
    "conv2d_weight_grad",
    points=10,
    minutes=15,
    tolerance=SUMS,
    needs=("output_size", "pad2d", "im2col"),
    hints=(
        "One weight acts at every place of every image, and its gradient is the sum over all of "
        "them: what it was multiplied by, times the gradient of what came out.",
        "What the weights were multiplied by is exactly im2col of x. Lay g out with one row for "
        "each row of that matrix, and K columns.",
        "To get g's rows right, move K to the last axis before you reshape. The product of its "
        "transpose with the columns is (K, C * R * S), in the order of w: one reshape is left.",
    ),
)


@ex02.helper
def weight_grad(ex, rng, x_shape, w_shape, stride=1, padding=0):
    x, kernel = rng.normal(size=x_shape), w_shape[2:]
    out = [(x_shape[a] + 2 * padding - w_shape[a]) // stride + 1 for a in (2, 3)]
    g = rng.normal(size=(x_shape[0], w_shape[0], *out))
    gw = ex.conv2d_weight_grad(g, x, kernel, stride, padding)
    return {"gw": gw, "g afterwards": g, "x afterwards": x}


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
conv2d_weight_grad.right(
    BODY,
    """
    xp = pad2d(x, (padding, padding))
    gw = np.zeros((g.shape[1], x.shape[1], *kernel))
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
    tolerance=SUMS,
    needs=("output_size", "pad2d", "col2im"),
    hints=(
        "Ask of one input entry: which outputs did it help to make, and with which weight? Its "
        "gradient is the sum of those outputs' gradients, each times that weight.",
        "Two steps back through the two steps of the convolution: from the outputs to the rows of "
        "im2col (a matrix product), and from those rows to the image (col2im).",
        "The product: g as a matrix with K columns (K moved last before the reshape) times w with "
        "one filter per row, which gives rows of C * R * S numbers. No transpose, no turning "
        "round.",
    ),
)


@ex02.helper
def input_grad(ex, rng, x_shape, w_shape, stride=1, padding=0):
    w = rng.normal(size=w_shape)
    out = [(x_shape[a] + 2 * padding - w_shape[a]) // stride + 1 for a in (2, 3)]
    g = rng.normal(size=(x_shape[0], w_shape[0], *out))
    gx = ex.conv2d_input_grad(g, w, x_shape, stride, padding)
    return {"gx": gx, "g afterwards": g, "w afterwards": w}


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


conv2d_input_grad.wrong(
    "g.transpose(0, 2, 3, 1).reshape(-1, k)",
    "g.reshape(-1, k)",
    says="g was reshaped with K still in the middle: move K last first, or the numbers of "
    "different filters are mixed.",
)
conv2d_input_grad.wrong(
    "rows @ w.reshape(k, -1)",
    "rows @ w[:, :, ::-1, ::-1].reshape(k, -1)",
    says="The filters were turned round and then scattered: do one or the other. col2im already "
    "puts every weight where it belongs.",
)
conv2d_input_grad.wrong(
    "rows @ w.reshape(k, -1)",
    "rows @ w.reshape(-1, k).T",
    says="The filters were reshaped and transposed: each filter is one row, as it lies in memory.",
)
conv2d_input_grad.wrong(
    "rows @ w.reshape(k, -1)",
    "rows[:, :1] @ w.reshape(k, -1)[:1]",
    says="Only the first filter counted: an input entry acts on the outputs of all K filters.",
)
conv2d_input_grad.wrong(
    "rows @ w.reshape(k, -1)",
    "rows @ w.reshape(k, -1) / k",
    says="The filters were averaged: their gradients add up.",
)
conv2d_input_grad.right(
    BODY,
    """
    n, c, h, width = shape
    gx = np.zeros((n, c, h + 2 * padding, width + 2 * padding))
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
    spread = np.zeros((n, k, h + 2 * padding + r - 1, width + 2 * padding + s - 1))
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
    tolerance=SUMS,
    hints=(
        "y[0] and y[1] share the inputs d[1] and d[2]. m2 and m3 hold what they share; m1 and m4 "
        "put right what differs.",
        "Multiply out m2 + m3, and then m2 - m3: many terms cancel. Compare what is left with y[0] "
        "and with y[1]: one short product away from each.",
        "m2 + m3 is d[1] g[1] + d[2] (g[0] + g[2]); y[0] has d[0] g[0] where that has d[2] g[0]. "
        "Which of m1 and m4 mends it, with which sign? Then the same for m2 - m3.",
    ),
)


@ex02.helper
def filtered(ex, d, g):
    return {"y": ex.winograd_f23(d, g), "d afterwards": d, "g afterwards": g}


@winograd_f23.probe("the worked example")
def _(ex, rng):
    return filtered(ex, np.array([1.0, 3.0, 2.0, 5.0]), np.array([1.0, 2.0, -1.0]))


@winograd_f23.probe("any numbers")
def _(ex, rng):
    return filtered(ex, rng.normal(size=4), rng.normal(size=3))


@winograd_f23.probe("a filter that only copies its middle input")
def _(ex, rng):
    return filtered(ex, rng.normal(size=4), np.array([0.0, 1.0, 0.0]))


def four_products(got, expected):
    products = int(got["products"])
    if products == 0:
        return "gave no products to count: use d and g in the type they come in"
    if products > int(expected["products"]):
        return f"used {products} products of inputs with taps; 4 are enough"
    return None


@winograd_f23.probe("four products", judge=four_products)
def _(ex, rng):
    class Number:
        """A number that knows what it was made of, and counts products of an input with a tap."""

        products = 0

        def __init__(self, value, made_of):
            self.value, self.made_of = value, made_of

        def __float__(self):
            return float(self.value)

        def __add__(self, other):
            if not isinstance(other, Number):
                return Number(self.value + other, self.made_of)
            return Number(self.value + other.value, self.made_of | other.made_of)

        def __mul__(self, other):
            if not isinstance(other, Number):
                return Number(self.value * other, self.made_of)
            Number.products += self.made_of != other.made_of
            return Number(self.value * other.value, self.made_of | other.made_of)

        def __neg__(self):
            return self * -1.0

        def __sub__(self, other):
            return self + -other

        def __rsub__(self, other):
            return -self + other

        def __truediv__(self, other):
            return self * (1.0 / other)

        __radd__, __rmul__ = __add__, __mul__

    d = np.array([Number(value, {"input"}) for value in rng.normal(size=4)], dtype=object)
    g = np.array([Number(value, {"tap"}) for value in rng.normal(size=3)], dtype=object)
    y = [float(value) for value in ex.winograd_f23(d, g)]
    return {"products": Number.products, "y": y}


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
    tolerance=EXACT,
    needs=("output_size",),
    hints=(
        "The windows lie as in a convolution without padding; instead of a weighted sum, the "
        "largest entry is kept.",
        "Loop over n, c, i, j and take the maximum of each window. Or loop over the size * size "
        "places in a window, and keep the larger of what you have and what is seen there.",
        "Beware of a start value: the largest of negative numbers is negative, so start from minus "
        "infinity or from an entry of the window, not from 0.",
    ),
)


@max_pool2d.probe("windows side by side")
def _(ex, rng):
    return {"y": ex.max_pool2d(rng.uniform(1, 2, size=(1, 1, 4, 6)), 2, 2)}


@max_pool2d.probe("several images and channels")
def _(ex, rng):
    x = rng.normal(size=(2, 3, 4, 6))
    return {"y": ex.max_pool2d(x, 2, 2), "x afterwards": x}


@max_pool2d.probe("windows that overlap")
def _(ex, rng):
    return {"y": ex.max_pool2d(rng.normal(size=(1, 2, 7, 5)), 3, 2)}


@max_pool2d.probe("rows and columns left over")
def _(ex, rng):
    return {"y": ex.max_pool2d(rng.normal(size=(1, 2, 5, 7)), 2, 2)}


@max_pool2d.probe("only negative numbers")
def _(ex, rng):
    return {"y": ex.max_pool2d(-rng.uniform(1, 2, size=(1, 1, 4, 4)), 2, 1)}


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
max_pool2d.right(
    BODY,
    """
    n, c, h, w = x.shape
    y = np.empty((n, c, (h - size) // stride + 1, (w - size) // stride + 1))
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
def pool_grad(ex, rng, x, size, stride):
    out = [(length - size) // stride + 1 for length in x.shape[2:]]
    g = rng.normal(size=(*x.shape[:2], *out))
    gx = ex.max_pool2d_grad(g, x, size, stride)
    return {"gx": gx, "g afterwards": g, "x afterwards": x}


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


@max_pool2d_grad.probe("equal entries: the first one wins")
def _(ex, rng):
    x = np.zeros((1, 2, 4, 6))
    x[0, 1] = rng.integers(0, 2, size=(4, 6))
    return pool_grad(ex, rng, x, 2, 2)


max_pool2d_grad.wrong(
    "+= g[n, c, i, j]",
    "= g[n, c, i, j]",
    says="An entry that won several windows got the gradient of one: add them up (+=).",
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
max_pool2d_grad.right(
    BODY,
    """
    y = max_pool2d(x, size, stride)
    oh, ow = g.shape[2:]
    gx, free = np.zeros(x.shape, np.float32), np.ones(g.shape, bool)
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
    gx = np.zeros(x.shape, order="F")
    np.add.at(gx, (n, c, i * stride + r, j * stride + s), g)
    return gx
    """,
    says="all windows at once and np.add.at",
)


receptive_field_size = ex02.function(
    "receptive_field_size",
    points=5,
    minutes=10,
    tolerance=EXACT,
    hints=(
        "Draw two 3-tap layers: one output sees three of the middle layer, and those see five "
        "inputs, not six and not nine, because their windows overlap.",
        "Go through the layers from the first to the last and carry two numbers along: how much is "
        "seen, and how far apart in the input two neighbours now are.",
        "A layer adds the distance between its first and its last tap, measured in input entries: "
        "use the jump from before this layer, and let the layer's own stride enlarge it "
        "afterwards.",
    ),
)


@receptive_field_size.probe("one layer, and none")
def _(ex, rng):
    found = [ex.receptive_field_size(layers) for layers in ([(3, 1, 1)], [(5, 2, 1)], [])]
    return {"result": found}


@receptive_field_size.probe("a stack of 3-tap layers")
def _(ex, rng):
    return {"result": [ex.receptive_field_size([(3, 1, 1)] * depth) for depth in range(1, 6)]}


@receptive_field_size.probe("with pooling in between")
def _(ex, rng):
    layers = [(3, 1, 1), (3, 1, 1), (2, 2, 1), (3, 1, 1), (2, 2, 1), (3, 1, 1)]
    return {"result": [ex.receptive_field_size(layers[:depth]) for depth in range(1, 7)]}


@receptive_field_size.probe("dilation that doubles from layer to layer")
def _(ex, rng):
    return {"result": ex.receptive_field_size([(3, 1, 1), (3, 1, 2), (3, 1, 4), (2, 1, 8)])}


@receptive_field_size.probe("any layers")
def _(ex, rng):
    layers = rng.integers((1, 1, 1), (6, 4, 4), size=(5, 3)).tolist()
    layers = [tuple(layer) for layer in layers]
    return {"result": ex.receptive_field_size([(5, 3, 2), (4, 2, 1), *layers])}


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
    says="The layers were walked from the last to the first: these two steps start at the input.",
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
