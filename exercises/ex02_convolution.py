"""Exercise set 02: convolution in two dimensions, in twelve small functions.

You climb the first two rungs of the ladder (loops, then im2col and one matrix product), with both
gradients, and add Winograd's trick, max pooling and the receptive field. Plain NumPy. Replace each
`raise NotImplementedError(...)` with your own code, then run

    minidl check ex02        or, in a notebook,        check("ex02")

NumPy, the standard library and the other sets are what an exercise file may use, and files of your
own beside it.

The letters are the same throughout:

    x (N, C, H, W)     N images of C channels, H rows and W columns
    w (K, C, R, S)     K filters, each of C channels, R rows and S columns
    y (N, K, OH, OW)   the result; g, the gradient of the loss with respect to y, has its shape

stride and padding are whole numbers, the same for rows and columns. No function changes its inputs.
"""

from collections.abc import Sequence

import numpy as np


def output_size(
    size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    """Count the places along one axis at which a kernel fits.

    The input is `size` long, and `padding` zeros are added at each of its two ends. A kernel of
    `kernel` taps, `dilation` apart, spans dilation * (kernel - 1) + 1 entries. It starts at the
    first entry and moves on by `stride` for as long as it fits.

    Returns an int. Raises ValueError where the kernel does not fit even once.

    Example: output_size(5, 3) = 3                          starts at 0, 1, 2
             output_size(6, 3, stride=2, padding=1) = 3     8 long; starts at 0, 2, 4
             output_size(7, 3, dilation=2) = 3              spans 5; starts at 0, 1, 2
    """
    raise NotImplementedError(
        "ex02.output_size: Count the places along one axis at which a kernel fits."
    )


def pad2d(x: np.ndarray, padding: tuple[int, int]) -> np.ndarray:
    """Put zeros around every image.

    x: (N, C, H, W). padding = (p, q): p rows of zeros above and p below, q columns of zeros to the
    left and q to the right.
    Returns a new array of shape (N, C, H + 2p, W + 2q) and of x's dtype.

    Example: x[0, 0] = [[1, 2]], padding = (1, 0):  result[0, 0] = [[0, 0],
                                                                    [1, 2],
                                                                    [0, 0]]
    """
    raise NotImplementedError("ex02.pad2d: Put zeros around every image.")


def conv2d_naive(
    x: np.ndarray,
    w: np.ndarray,
    bias: np.ndarray,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
) -> np.ndarray:
    """Slide every filter over every image: the definition, as loops.

    Each output is the bias of its filter and a sum over channels and taps, of the padded image
    times the filter. Neighbouring outputs read `stride` apart, neighbouring taps `dilation` apart.
    The filter is not turned round: deep learning calls this a convolution all the same.

    x: (N, C, H, W). w: (K, C, R, S). bias: (K,). Use your `pad2d` and `output_size`.
    Returns y, (N, K, OH, OW), of x's dtype.

    Example: x[0, 0] = [[1, 2, 3],      w[0, 0] = [[1, 0],      bias = [10]
                        [4, 5, 6],                 [0, 2]]
                        [7, 8, 9]]
             y[0, 0] = [[1 + 2 * 5 + 10, 2 + 2 * 6 + 10],    = [[21, 24],
                        [4 + 2 * 8 + 10, 5 + 2 * 9 + 10]]       [30, 33]]
    """
    raise NotImplementedError(
        "ex02.conv2d_naive: Slide every filter over every image: the definition, as loops."
    )


def im2col(x: np.ndarray, kernel: tuple[int, int], stride: int = 1, padding: int = 0) -> np.ndarray:
    """Copy every window of the images into one row of a matrix.

    Each row holds what the filter sees at one place: R * S numbers of the first channel, then
    of the second, and so on: the order in which w[k] lies in memory. The rows follow the output:
    image by image, within an image row by row, within a row column by column.

    x: (N, C, H, W). kernel = (R, S). Use your `pad2d` and `output_size`.
    Returns an array (N * OH * OW, C * R * S) of x's dtype.

    Loops over the places are right. Far faster ways loop over something much shorter.

    Example: x[0, 0] = [[1, 2, 3],   kernel = (2, 2):   [[1, 2, 4, 5],
                        [4, 5, 6]]                       [2, 3, 5, 6]]
    """
    raise NotImplementedError(
        "ex02.im2col: Copy every window of the images into one row of a matrix."
    )


def conv2d_im2col(
    x: np.ndarray, w: np.ndarray, bias: np.ndarray, stride: int = 1, padding: int = 0
) -> np.ndarray:
    """Convolve with one matrix product.

    Each row of `im2col` times a filter laid out flat is one output. So all outputs are one product
    of matrices, (N * OH * OW, C * R * S) times (C * R * S, K), plus the bias; put its result in the
    order (N, K, OH, OW).

    x: (N, C, H, W). w: (K, C, R, S). bias: (K,). Use your `im2col` and `output_size`.
    Returns y, (N, K, OH, OW).

    Example: x[0, 0] = [[1, 2, 3],    w[0, 0] = [[1, 0],     bias = [10]
                        [4, 5, 6]]               [0, 2]]
             rows [[1, 2, 4, 5], [2, 3, 5, 6]] times [1, 0, 0, 2], plus 10
             y[0, 0] = [[21, 24]]
    """
    raise NotImplementedError("ex02.conv2d_im2col: Convolve with one matrix product.")


def col2im(
    columns: np.ndarray,
    shape: tuple[int, int, int, int],
    kernel: tuple[int, int],
    stride: int = 1,
    padding: int = 0,
) -> np.ndarray:
    """Add every row of a matrix back to the window it came from.

    The way back of `im2col`: where that copied an entry of x into several rows, this adds all of
    those places up. (It does not undo im2col: an entry that was in four windows comes back four
    times as large. It is what the gradient needs, for a gradient sums over all copies.) What falls
    on the padding is dropped.

    columns: (N * OH * OW, C * R * S), in the order of `im2col`. shape = (N, C, H, W), that of x.
    Returns an array of that shape, of the dtype of columns.

    Example: columns = [[1, 2, 4, 5],   shape = (1, 1, 2, 3), kernel = (2, 2)
                        [2, 3, 5, 6]]
             result[0, 0] = [[1, 2 + 2, 3],    = [[1,  4, 3],
                             [4, 5 + 5, 6]]       [4, 10, 6]]
    """
    raise NotImplementedError(
        "ex02.col2im: Add every row of a matrix back to the window it came from."
    )


def conv2d_weight_grad(
    g: np.ndarray, x: np.ndarray, kernel: tuple[int, int], stride: int = 1, padding: int = 0
) -> np.ndarray:
    """Gradient of a convolution with respect to its filters.

    w[k, c, r, s] is used at every place of every image, and each use adds its share. As a matrix
    product the convolution is y = columns @ w.T; you know the gradients of one (set 01).

    g: (N, K, OH, OW). x: (N, C, H, W). kernel = (R, S). Use your `im2col`.
    Returns gw, (K, C, R, S).

    Example: x[0, 0] = [[1, 2, 3],   kernel = (2, 2), g[0, 0] = [[1, 10]]
                        [4, 5, 6]]
             gw[0, 0] = 1 * [[1, 2], [4, 5]] + 10 * [[2, 3], [5, 6]] = [[21, 32], [54, 65]]
    """
    raise NotImplementedError(
        "ex02.conv2d_weight_grad: Gradient of a convolution with respect to its filters."
    )


def conv2d_input_grad(
    g: np.ndarray,
    w: np.ndarray,
    shape: tuple[int, int, int, int],
    stride: int = 1,
    padding: int = 0,
) -> np.ndarray:
    """Gradient of a convolution with respect to its input.

    y[n, k, i, j] was made from one window of x, so its gradient goes back to that window, to each
    entry in proportion to the weight that multiplied it; what falls on the padding is cut off. As
    a matrix product the convolution is y = columns @ w.T: go back through both of its steps. Used
    forward this is the "transposed convolution", which makes images larger.

    g: (N, K, OH, OW). w: (K, C, R, S). shape = (N, C, H, W), that of x. Use your `col2im`.
    Returns gx, of shape `shape`.

    Example: w[0, 0] = [[1, 2], [3, 4]], g[0, 0] = [[1, 10]], shape = (1, 1, 2, 3)
             gx[0, 0] = [[1, 2 + 10, 20],    = [[1, 12, 20],
                         [3, 4 + 30, 40]]       [3, 34, 40]]
    """
    raise NotImplementedError(
        "ex02.conv2d_input_grad: Gradient of a convolution with respect to its input."
    )


def winograd_f23(d: np.ndarray, g: np.ndarray) -> np.ndarray:
    """Two outputs of a three-tap filter with four products instead of six.

        y[0] = d[0] g[0] + d[1] g[1] + d[2] g[2]
        y[1] = d[1] g[0] + d[2] g[1] + d[3] g[2]

    Winograd's way multiplies sums of the inputs by sums of the taps, four times, and adds and
    subtracts the four products. The lesson derives the products; how y is made of them is left.

    Halving belongs to the filter and is not counted. One check calls you with numbers that count
    the products of inputs with taps, so leave d and g in the type they come in.

    d: four inputs in a row. g: three taps. Returns [y[0], y[1]] as an array (2,).

    Example: d = [1, 3, 2, 5], g = [1, 2, -1]
             m1 = -1, m2 = 5 * 1 = 5, m3 = -1 * -1 = 1, m4 = -2 * -1 = 2
             y = [5, 2]
    """
    raise NotImplementedError(
        "ex02.winograd_f23: Two outputs of a three-tap filter with four products instead of six."
    )


def max_pool2d(x: np.ndarray, size: int, stride: int) -> np.ndarray:
    """Keep the largest value of every window.

    A window is `size` by `size`, and the next one begins `stride` further. There is no padding, and
    each channel is pooled on its own. Windows overlap where stride < size; rows and columns that no
    whole window covers are left out.

    x: (N, C, H, W). Use your `output_size`. Returns y, (N, C, OH, OW), of x's dtype.

    Example: x[0, 0] = [[1, 5, 2, 0],   size = 2, stride = 2:   y[0, 0] = [[5, 3]]
                        [4, 3, 1, 3]]
             with stride = 1                                    y[0, 0] = [[5, 5, 3]]
    """
    raise NotImplementedError("ex02.max_pool2d: Keep the largest value of every window.")


def max_pool2d_grad(g: np.ndarray, x: np.ndarray, size: int, stride: int) -> np.ndarray:
    """Gradient of max pooling with respect to its input.

    Only the largest entry of a window had a say in the output, so it gets all of that window's
    gradient and the others get none. Of equal entries the first one wins: the one in the higher
    row, and within a row the one further left. An entry that wins several windows gets the sum.

    g: (N, C, OH, OW), the gradient of max_pool2d(x, size, stride). x: (N, C, H, W).
    Returns an array of x's shape, of g's dtype.

    Example: x[0, 0] = [[1, 5, 2, 3],   size = 2, stride = 2, g[0, 0] = [[10, 20]]
                        [4, 3, 1, 3]]
             result[0, 0] = [[0, 10, 0, 20],
                             [0,  0, 0,  0]]      of the two 3s, the upper one
    """
    raise NotImplementedError(
        "ex02.max_pool2d_grad: Gradient of max pooling with respect to its input."
    )


def receptive_field_size(layers: Sequence[tuple[int, int, int]]) -> int:
    """Count the inputs along one axis that one output can see.

    layers: (kernel, stride, dilation) of each convolution or pooling, first layer first.

    Two numbers grow along the way, both 1 before the first layer: the size of the field, and the
    jump, which is the distance in the input between two neighbours of the layer reached so far.
    Padding does not matter. Returns an int; 1 for no layers at all.

    Example: two 3-tap layers see 5:                 [(3, 1, 1), (3, 1, 1)]
             with a pooling by 2 in between, 8:      [(3, 1, 1), (2, 2, 1), (3, 1, 1)]
             1 + 2 = 3, then 3 + 1 = 4 and the jump is 2, then 4 + 2 * 2 = 8
    """
    raise NotImplementedError(
        "ex02.receptive_field_size: Count the inputs along one axis that one output can see."
    )


# Stub a7dd7180b46d of solutions/ex02_convolution.py
