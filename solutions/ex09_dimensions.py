"""Exercise set 09: convolution in any number of dimensions, in six functions.

You convolve a signal, find the beats in a score, thin a signal out without inventing waves, work
out how many seconds a network sees, and then write one convolution for signals, images and
volumes alike. Plain NumPy. Replace each `raise NotImplementedError(...)` with your own code, then
run

    minidl check ex09        or, in a notebook,        check("ex09")

NumPy, the standard library and the other sets are what an exercise file may use, and files of your
own beside it.

There is no batch axis anywhere: an input is one signal, one image or one volume, channels first.
None of the functions changes its inputs.
"""

from collections.abc import Sequence

import numpy as np


def conv1d(
    x: np.ndarray, w: np.ndarray, stride: int = 1, padding: int = 0, dilation: int = 1
) -> np.ndarray:
    """Convolve a signal of several channels with several kernels.

        y[k, p] = sum over c, t of  w[k, c, t] * padded[c, p * stride + t * dilation]

    where `padded` is x with `padding` zeros at each end. The kernel is not turned round: its first
    tap meets the earliest sample.

    x: (C, L).  w: (K, C, R).
    Returns (K, M), with M = (L + 2 * padding - dilation * (R - 1) - 1) // stride + 1; the kernel,
    gaps included, always fits into the padded signal. float32 gives float32.

    Example: x = [[1, 2, 4, 0, 1]], w = [[[1, 0, -1]]]
             conv1d(x, w)             = [[-3, 2, 3]]
             conv1d(x, w, stride=2)   = [[-3, 3]]
             conv1d(x, w, padding=1)  = [[-2, -3, 2, 3, 0]]
             conv1d(x, w, dilation=2) = [[1 - 1]] = [[0]]      (the taps meet samples 0, 2 and 4)
    """
    # BEGIN SOLUTION
    padded = np.pad(x, ((0, 0), (padding, padding)))
    taps = w.shape[2]
    size = (padded.shape[1] - dilation * (taps - 1) - 1) // stride + 1
    y = np.zeros((w.shape[0], size), np.result_type(x, w))
    for t in range(taps):
        start = t * dilation
        met = padded[:, start : start + stride * size : stride]  # (C, M): what tap t meets
        y += w[:, :, t] @ met
    return y
    # END SOLUTION


def find_beats(score: np.ndarray, threshold: float, refractory: int) -> np.ndarray:
    """Find peaks of at least a threshold that are not too close together.

    A sample is a candidate if it is larger than both neighbours and at least `threshold`; the first
    and the last sample, which have one neighbour only, never are. Take the candidates from the
    highest to the lowest, and keep one if no beat kept so far is less than `refractory` samples
    away. All candidates have different heights.

    score: (L,).  refractory: samples, at least 1.
    Returns the positions kept, in ascending order, as an array of integers (maybe empty).

    Example: score = [0, 5, 1, 7, 0, 3, 0, 1, 0], the local maxima are at 1, 3, 5, 7
             find_beats(score, threshold=2, refractory=1) = [1, 3, 5]
             find_beats(score, threshold=2, refractory=2) = [1, 3, 5]    (2 apart is far enough)
             find_beats(score, threshold=2, refractory=3) = [3]          (7 is higher than 5 and 3)
    """
    # BEGIN SOLUTION
    middle = score[1:-1]
    is_peak = (middle > score[:-2]) & (middle > score[2:]) & (middle >= threshold)
    candidates = np.flatnonzero(is_peak) + 1
    kept: list[int] = []
    for candidate in candidates[np.argsort(-score[candidates])]:
        if all(abs(candidate - beat) >= refractory for beat in kept):
            kept.append(int(candidate))
    return np.array(sorted(kept), dtype=int)
    # END SOLUTION


def avg_pool1d(x: np.ndarray, size: int, stride: int) -> np.ndarray:
    """Average over windows of a signal, one window every `stride` samples.

        y[c, p] = mean of x[c, p * stride], ..., x[c, p * stride + size - 1]

    Only windows that lie wholly on the signal count. Windows overlap where stride < size, and
    samples are skipped where stride > size.

    x: (C, L), with L >= size.
    Returns (C, (L - size) // stride + 1).

    Example: x = [[1, 3, 5, 7, 9, 0]]
             avg_pool1d(x, size=2, stride=2) = [[2, 6, 4.5]]
             avg_pool1d(x, size=3, stride=2) = [[3, 7]]          (no room for a third window)
             avg_pool1d(x, size=1, stride=4) = [[1, 9]]
    """
    # BEGIN SOLUTION
    windows = np.lib.stride_tricks.sliding_window_view(x, size, axis=1)[:, ::stride]
    return windows.mean(axis=2)
    # END SOLUTION


def receptive_seconds(layers: Sequence[tuple[int, int, int]], sampling_rate: float) -> float:
    """How many seconds of the input one output of a stack sees.

    Go through the layers from the input on. Keep two numbers: how many input samples one value sees
    (at first 1), and how many input samples two neighbouring values are apart (at first 1).

        samples  +=  dilation * (kernel - 1) * apart
        apart    *=  stride

    A sample stands for 1 / sampling_rate seconds.

    layers: (kernel, stride, dilation) of each layer, the one at the input first; maybe none.
    sampling_rate: samples per second of the input.
    Returns one float.

    Example: layers = [(6, 3, 1), (9, 1, 4)], sampling_rate = 360
             samples: 1, then 1 + 5 = 6, then 6 + 4 * 8 * 3 = 102;  102 / 360 = 0.2833 seconds
    """
    # BEGIN SOLUTION
    samples, apart = 1, 1
    for kernel, stride, dilation in layers:
        samples += dilation * (kernel - 1) * apart
        apart *= stride
    return samples / sampling_rate
    # END SOLUTION


def separable_conv(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Convolve along every axis in turn with the same 1-D kernel.

    Along one axis, with r = len(kernel) // 2 zeros put at both ends:

        y[..., p, ...] = sum over t of  kernel[t] * padded[..., p + t, ...]

    The result of one axis is the input of the next. For a volume this equals one convolution with
    the 3-D kernel  kernel[a] * kernel[b] * kernel[c],  for 3R instead of R^3 multiplications a
    voxel.

    x: any number of axes, such as (D, H, W).  kernel: (R,), R odd; it need not be symmetric.
    Returns an array of x's shape.

    Example: kernel = [1, 2, 1], x = [[0, 0, 0],        along the rows      [[0, 0, 0],
                                      [0, 1, 0],        and then the         [1, 2, 1],
                                      [0, 0, 0]]        columns              [0, 0, 0]]
             separable_conv(x, kernel) = [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    """
    # BEGIN SOLUTION
    radius = len(kernel) // 2
    for axis in range(x.ndim):
        padding = [(0, 0)] * x.ndim
        padding[axis] = (radius, radius)
        windows = np.lib.stride_tricks.sliding_window_view(
            np.pad(x, padding), len(kernel), axis=axis
        )
        x = windows @ kernel
    return x
    # END SOLUTION


def conv_nd(
    x: np.ndarray,
    w: np.ndarray,
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
) -> np.ndarray:
    """Convolve a signal, an image, a volume, or anything with more axes.

    `conv1d`, where position p and tap t have one entry for each axis a:

        y[k, p] = sum over c, t of  w[k, c, t] * padded[c, i]
        with  i[a] = p[a] * stride[a] + t[a] * dilation[a]  for each axis a

    x: (C, *spatial), with one spatial axis or more.  w: (K, C, *kernel), as many spatial axes.
    stride, padding, dilation: one int for each spatial axis; padding zeros go before and behind.
    Returns (K, *out), with each length of out as `conv1d` has it; the kernel always fits. float32
    gives float32.

    Do not write a loop for each axis: np.ndindex((2, 3)) goes through (0, 0), (0, 1), ..., (1, 2),
    for any number of axes, and an array can be indexed with a tuple of slices.

    Example: x of shape (1, 2, 2, 2), all ones; w of shape (1, 1, 2, 2, 2), all ones
             conv_nd(x, w, (1, 1, 1), (0, 0, 0), (1, 1, 1)) = [[[[8]]]]
             conv_nd(x, w, (1, 1, 1), (0, 0, 1), (1, 1, 1)) = [[[[4, 8, 4]]]]
    """
    # BEGIN SOLUTION
    kernel, axes = w.shape[2:], range(x.ndim - 1)
    padded = np.pad(x, [(0, 0), *[(n, n) for n in padding]])
    reach = [dilation[a] * (kernel[a] - 1) + 1 for a in axes]
    out = [(padded.shape[1 + a] - reach[a]) // stride[a] + 1 for a in axes]
    y = np.zeros((w.shape[0], *out), np.result_type(x, w))
    for tap in np.ndindex(kernel):
        starts = [tap[a] * dilation[a] for a in axes]
        met = tuple(slice(starts[a], starts[a] + stride[a] * out[a], stride[a]) for a in axes)
        y += np.tensordot(w[(slice(None), slice(None), *tap)], padded[(slice(None), *met)], axes=1)
    return y
    # END SOLUTION
