"""Checks of exercise set 09: convolution in any number of dimensions."""

import numpy as np

from minidl.course.sets.manifest import BODY, ExerciseSet, Tolerance

ex09 = ExerciseSet("ex09_dimensions", "Convolution in 1-D and 3-D")

SUMS = Tolerance(1e-10, "a few hundred float64 products, summed in any order")
DIVISION = Tolerance(1e-12, "whole numbers, exact up to one division")
EXACT = Tolerance(0, "positions are whole numbers")

conv1d = ex09.function(
    "conv1d",
    points=15,
    minutes=20,
    tolerance=SUMS,
    hints=(
        "Pad first, with zeros, along the time axis only. After that the formula has no special "
        "cases at the ends.",
        "Take one tap t at a time. Which samples of the padded signal does it meet, for output 0, "
        "1, 2, and so on? They begin at t * dilation and are stride apart.",
        "For one tap, the weights are a matrix (K, C) and the samples it meets a matrix (C, M): a "
        "matrix product adds its share to all outputs. Add up the shares of all taps.",
    ),
)


@conv1d.probe("one channel, one kernel")
def _(ex, rng):
    return {"result": ex.conv1d(rng.normal(size=(1, 12)), rng.normal(size=(1, 1, 4)))}


@conv1d.probe("three channels, two kernels")
def _(ex, rng):
    return {"result": ex.conv1d(rng.normal(size=(3, 11)), rng.normal(size=(2, 3, 5)))}


@conv1d.probe("stride 3, larger than the kernel")
def _(ex, rng):
    return {"result": ex.conv1d(rng.normal(size=(2, 14)), rng.normal(size=(3, 2, 2)), stride=3)}


@conv1d.probe("padding 2")
def _(ex, rng):
    return {"result": ex.conv1d(rng.normal(size=(2, 6)), rng.normal(size=(2, 2, 3)), padding=2)}


@conv1d.probe("dilation 3")
def _(ex, rng):
    return {"result": ex.conv1d(rng.normal(size=(2, 13)), rng.normal(size=(2, 2, 3)), dilation=3)}


@conv1d.probe("all three at once, and the inputs stay as they were")
def _(ex, rng):
    x, w = rng.normal(size=(2, 15)), rng.normal(size=(3, 2, 4))
    result = ex.conv1d(x, w, stride=2, padding=1, dilation=2)
    return {"result": result, "x afterwards": x, "w afterwards": w}


conv1d.wrong(
    "y += w[:, :, t] @ met",
    "y += w[:, :, taps - 1 - t] @ met",
    says="The kernel was turned round: tap 0 meets the earliest sample, tap R - 1 the latest.",
)
conv1d.wrong(
    "start = t * dilation",
    "start = t",
    says="Dilation changed the size but not the taps: tap t meets sample t * dilation of a window.",
)
conv1d.wrong(
    "padded[:, start : start + stride * size : stride]",
    "padded[:, start : start + size]",
    says="The outputs are not stride apart: output p begins at the sample p * stride.",
)
conv1d.wrong(
    "padded = np.pad(x, ((0, 0), (padding, padding)))",
    "padded = np.pad(x, ((0, 0), (0, 2 * padding)))",
    says="All the zeros were put behind the signal: padding goes in front as well.",
)
conv1d.wrong(
    "padded = np.pad(x, ((0, 0), (padding, padding)))",
    "padded = np.pad(x, ((0, 0), (padding, padding)), mode='edge')",
    says="The ends were padded with copies of the border samples: pad with zeros.",
)
conv1d.wrong(
    "padded = np.pad(x, ((0, 0), (padding, padding)))",
    "padded = np.pad(x, ((0, 0), (padding, 0)))",
    says="Zeros were put in front only: padding goes behind the signal as well.",
)
conv1d.wrong(
    "y += w[:, :, t] @ met",
    "y += w[:, 0, t, None] * met[0]",
    says="Only the first channel was used: an output sums over all channels of x.",
)
conv1d.wrong(
    "y += w[:, :, t] @ met",
    "y += w[:, :, t] @ met / x.shape[0]",
    says="The channels were averaged: an output is the sum over the channels, not the mean.",
)
conv1d.right(
    BODY,
    """
    padded = np.pad(x, ((0, 0), (padding, padding)))
    reach = dilation * (w.shape[2] - 1) + 1
    y = []
    for start in range(0, padded.shape[1] - reach + 1, stride):
        window = padded[:, start : start + reach : dilation]
        y.append([np.sum(kernel * window) for kernel in w])
    return np.array(y).T
    """,
    says="window by window, transposed at the end",
)
conv1d.right(
    BODY,
    """
    padded = np.pad(x, ((0, 0), (padding, padding))).astype(np.float32)
    spread = np.zeros((*w.shape[:2], dilation * (w.shape[2] - 1) + 1), np.float32)
    spread[:, :, ::dilation] = w
    windows = np.lib.stride_tricks.sliding_window_view(padded, spread.shape[2], axis=1)
    return np.einsum("kct,cpt->kp", spread, windows[:, ::stride])
    """,
    says="float32, the kernel spread out with zeros",
)


find_beats = ex09.function(
    "find_beats",
    points=15,
    minutes=20,
    tolerance=EXACT,
    hints=(
        "There are two questions, one after the other. Which samples are candidates at all? And "
        "which of them survive their higher neighbours?",
        "For the first, compare the inner samples with those one to the left and one to the right, "
        "and with the threshold. Mind that index 0 of the inner samples is sample 1 of the score.",
        "For the second, sort the candidates by height, highest first, and keep a list. One joins "
        "it if its distance to everything on the list is at least refractory. Sort at the end.",
    ),
)


@ex09.helper
def bumps(rng, heights, gap=5):
    """A score with one peak of each height, `gap` samples apart, and small ripples between."""
    score = 0.1 * rng.random(gap * (len(heights) + 1) + 1)
    score[gap : gap * (len(heights) + 1) : gap] = heights
    return score


@find_beats.probe("peaks far apart, some under the threshold")
def _(ex, rng):
    score = bumps(rng, 0.2 + rng.permutation(8) / 4)
    return {"beats": ex.find_beats(score, 0.9, 3)}


@find_beats.probe("close together: the higher one wins")
def _(ex, rng):
    score = bumps(rng, 1 + rng.permutation(9))
    return {"beats": ex.find_beats(score, 0.5, 7)}


@find_beats.probe("a chain: 3 loses to 5, so it cannot push out 2")
def _(ex, rng):
    score = bumps(rng, [2, 3, 5, 1.5, 1])
    return {"beats": ex.find_beats(score, 0.5, 6)}


@find_beats.probe("exactly refractory apart is far enough")
def _(ex, rng):
    score = bumps(rng, 1 + rng.permutation(6))
    return {"beats": ex.find_beats(score, 0.5, 5)}


@find_beats.probe("a peak of exactly the threshold counts; the ends do not")
def _(ex, rng):
    score = np.array([9.0, 1, 2, 1, 3, 0, 4, 0, 8])
    return {"beats": ex.find_beats(score, 3.0, 1)}


@find_beats.probe("a noisy score of 200 samples, which stays as it was")
def _(ex, rng):
    score = rng.normal(size=200)
    return {"beats": ex.find_beats(score, 0.3, 8), "score afterwards": score}


@find_beats.probe("nothing reaches the threshold: an empty array of integers")
def _(ex, rng):
    beats = ex.find_beats(rng.random(20), 2.0, 3)
    return {"how many": len(beats), "integers": np.issubdtype(np.asarray(beats).dtype, np.integer)}


find_beats.wrong(
    "np.flatnonzero(is_peak) + 1",
    "np.flatnonzero(is_peak)",
    says="The positions are one too small: the inner samples begin at sample 1 of the score.",
)
find_beats.wrong(
    "candidates[np.argsort(-score[candidates])]",
    "candidates",
    says="The candidates were taken from left to right: the highest goes first, wherever it is.",
)
find_beats.wrong(
    "candidates[np.argsort(-score[candidates])]",
    "candidates[np.argsort(score[candidates])]",
    says="The lowest candidate was taken first: the highest one should win, so it goes first.",
)
find_beats.wrong(
    ">= refractory",
    "> refractory",
    says="A beat exactly refractory samples away was thrown out: only less than that is too close.",
)
find_beats.wrong(
    "middle >= threshold",
    "middle > threshold",
    says="A peak of exactly the threshold was left out: at least the threshold is enough.",
)
find_beats.wrong(
    "(middle > score[:-2]) & (middle > score[2:]) & (middle >= threshold)",
    "middle >= threshold",
    says="All samples above the threshold were candidates: one must exceed both its neighbours.",
)
find_beats.wrong(
    "if all(abs(candidate - beat) >= refractory for beat in kept)",
    "if True",
    says="The refractory time was not applied: of two candidates too close, the lower one goes.",
)
find_beats.wrong(
    "np.array(sorted(kept), dtype=int)",
    "np.array(kept, dtype=int)",
    says="The beats come in the order of their heights: sort their positions at the end.",
)
find_beats.wrong(
    BODY,
    """
    inner = np.arange(1, len(score) - 1)
    peaks = [i for i in inner if score[i] > score[i - 1] and score[i] > score[i + 1]]
    peaks = [i for i in peaks if score[i] >= threshold]
    near = [[j for j in peaks if abs(i - j) < refractory] for i in peaks]
    return np.array([i for i, js in zip(peaks, near) if score[i] == max(score[js])], dtype=int)
    """,
    says="A candidate was pushed out by one that is no beat itself: compare it with beats already "
    "kept only.",
)
find_beats.right(
    BODY,
    """
    alive = {i: score[i] for i in range(1, len(score) - 1)
             if score[i] >= threshold and score[i - 1] < score[i] > score[i + 1]}
    beats = []
    while alive:
        best = max(alive, key=alive.get)
        beats.append(best)
        alive = {i: s for i, s in alive.items() if abs(i - best) >= refractory}
    return np.array(sorted(beats), dtype=np.int32)
    """,
    says="the neighbours of each winner are struck out; int32",
)
find_beats.right(
    BODY,
    """
    blocked = np.zeros(len(score), bool)
    beats = np.zeros(len(score), bool)
    for i in np.argsort(score)[::-1]:
        inside = 0 < i < len(score) - 1
        if inside and score[i] >= threshold and score[i] > max(score[i - 1], score[i + 1]):
            if not blocked[i]:
                beats[i] = True
                blocked[max(i - refractory + 1, 0) : i + refractory] = True
    return np.flatnonzero(beats)
    """,
    says="masks over the whole score",
)


avg_pool1d = ex09.function(
    "avg_pool1d",
    points=10,
    minutes=10,
    tolerance=SUMS,
    hints=(
        "First count the windows: the last one may end at the last sample, but not beyond it.",
        "Window p covers the samples from p * stride up to, not including, p * stride + size.",
        "Make all windows of this size (np.lib.stride_tricks.sliding_window_view does), keep every "
        "stride-th of them, and take the mean over the axis within a window.",
    ),
)


@avg_pool1d.probe("windows side by side")
def _(ex, rng):
    return {"result": ex.avg_pool1d(rng.normal(size=(2, 12)), 3, 3)}


@avg_pool1d.probe("windows that overlap")
def _(ex, rng):
    return {"result": ex.avg_pool1d(rng.normal(size=(2, 11)), 4, 2)}


@avg_pool1d.probe("gaps between the windows")
def _(ex, rng):
    return {"result": ex.avg_pool1d(rng.normal(size=(3, 13)), 2, 5)}


@avg_pool1d.probe("samples left over at the end, and x stays as it was")
def _(ex, rng):
    x = rng.normal(size=(1, 10))
    return {"result": ex.avg_pool1d(x, 4, 4), "x afterwards": x}


@avg_pool1d.probe("whole numbers have means that are not whole")
def _(ex, rng):
    return {"result": ex.avg_pool1d(np.array([[1, 2, 4, 7, 0]]), 2, 1)}


@avg_pool1d.probe("one window over everything")
def _(ex, rng):
    return {"result": ex.avg_pool1d(rng.normal(size=(2, 7)), 7, 1)}


avg_pool1d.wrong(
    "[:, ::stride]",
    "[:, ::size]",
    says="The windows are size apart: they should be stride apart, which may be more or less.",
)
avg_pool1d.wrong(
    "[:, ::stride]",
    "",
    says="There is a window at every sample: keep one every stride samples.",
)
avg_pool1d.wrong(
    "windows.mean(axis=2)",
    "windows.sum(axis=2)",
    says="The windows were summed: divide by their size.",
)
avg_pool1d.wrong(
    "windows.mean(axis=2)",
    "windows.max(axis=2)",
    says="The largest sample of each window was taken: this is average pooling, so take the mean.",
)
avg_pool1d.wrong(
    "windows.mean(axis=2)",
    "windows[:, :, 0]",
    says="The first sample of each window was kept, without smoothing: that is what makes aliases.",
)
avg_pool1d.wrong(
    "windows.mean(axis=2)",
    "windows.mean(axis=2).astype(x.dtype)",
    says="The means were turned back into whole numbers: the mean of 1 and 2 is 1.5.",
)
avg_pool1d.wrong(
    "windows.mean(axis=2)",
    "windows.sum(axis=2) / stride",
    says="The sum was divided by the stride: a window has size samples, so divide by the size.",
)
avg_pool1d.wrong(
    BODY,
    """
    starts = range(0, x.shape[1], stride)
    return np.stack([x[:, s : s + size].mean(axis=1) for s in starts], axis=1)
    """,
    says="Windows that stick out over the end were counted: only whole windows give an output.",
)
avg_pool1d.right(
    BODY,
    """
    total = np.concatenate([np.zeros((len(x), 1)), np.cumsum(x, axis=1)], axis=1)
    starts = np.arange(0, x.shape[1] - size + 1, stride)
    return (total[:, starts + size] - total[:, starts]) / size
    """,
    says="differences of running sums",
)
avg_pool1d.right(
    BODY,
    """
    count = (x.shape[1] - size) // stride + 1
    y = np.empty((count, len(x)), np.float32).T
    for p in range(count):
        y[:, p] = np.float32(x[:, p * stride : p * stride + size]).mean(axis=1)
    return y
    """,
    says="a loop over the windows, in float32 and Fortran order",
)


receptive_seconds = ex09.function(
    "receptive_seconds",
    points=10,
    minutes=10,
    tolerance=DIVISION,
    hints=(
        "Think of two taps of one layer that are neighbours. How many samples of the *input of the "
        "network* lie between them?",
        "That is the layer's dilation times how far apart its inputs are, which is the product of "
        "the strides of the layers before it. A kernel of r taps has r - 1 such steps.",
        "Keep samples and apart in two variables, both 1 at first. In each layer, update samples "
        "before apart: a layer's own stride spreads only the layers after it.",
    ),
)


@receptive_seconds.probe("three plain layers")
def _(ex, rng):
    return {"seconds": ex.receptive_seconds([(9, 1, 1), (9, 1, 1), (5, 1, 1)], 120.0)}


@receptive_seconds.probe("three dilated layers")
def _(ex, rng):
    return {"seconds": ex.receptive_seconds([(9, 1, 1), (9, 1, 4), (9, 1, 16)], 120.0)}


@receptive_seconds.probe("strides spread what follows")
def _(ex, rng):
    return {"seconds": ex.receptive_seconds([(6, 3, 1), (9, 2, 4), (5, 1, 2)], 360.0)}


@receptive_seconds.probe("the last layer has a stride")
def _(ex, rng):
    return {"seconds": ex.receptive_seconds([(3, 1, 2), (4, 5, 1)], 250.0)}


@receptive_seconds.probe("layers drawn at random")
def _(ex, rng):
    layers = [tuple(int(n) for n in rng.integers(2, 6, 3)) for _ in range(4)]
    return {"seconds": ex.receptive_seconds(layers, 100.0)}


@receptive_seconds.probe("no layer: one sample")
def _(ex, rng):
    return {"seconds": ex.receptive_seconds([], 50.0)}


receptive_seconds.wrong(
    "dilation * (kernel - 1) * apart",
    "(kernel - 1) * apart",
    says="The dilation is missing: neighbouring taps are dilation values apart.",
)
receptive_seconds.wrong(
    "dilation * (kernel - 1) * apart",
    "dilation * kernel * apart",
    says="A kernel of r taps was counted as r steps: between r taps there are r - 1.",
)
receptive_seconds.wrong(
    "dilation * (kernel - 1) * apart",
    "dilation * (kernel - 1)",
    says="The strides were left out: after a stride of 3, neighbouring values are 3 samples apart.",
)
receptive_seconds.wrong(
    """        samples += dilation * (kernel - 1) * apart
        apart *= stride""",
    """        apart *= stride
        samples += dilation * (kernel - 1) * apart""",
    says="A layer's stride was applied to its own taps: it spreads only the layers after it.",
)
receptive_seconds.wrong(
    "samples, apart = 1, 1",
    "samples, apart = 0, 1",
    says="It is one sample short: before the first layer a value already sees one sample.",
)
receptive_seconds.wrong(
    "samples / sampling_rate",
    "samples",
    says="The answer is in samples: divide by the sampling rate to get seconds.",
)
receptive_seconds.wrong(
    "samples / sampling_rate",
    "samples * sampling_rate",
    says="The samples were multiplied by the rate: one sample lasts 1 / sampling_rate seconds.",
)
receptive_seconds.wrong(
    "apart *= stride",
    "apart *= stride * dilation",
    says="The dilation spread the layers after it as well: only strides do that.",
)
receptive_seconds.wrong(
    "in layers:",
    "in reversed(layers):",
    says="The layers were taken from the output on: a stride then spreads the layers before it.",
)
receptive_seconds.right(
    BODY,
    """
    span = 0
    for kernel, stride, dilation in reversed(list(layers)):
        span = span * stride + dilation * (kernel - 1)
    return (span + 1) / sampling_rate
    """,
    says="from the output back, with no second variable",
)
receptive_seconds.right(
    BODY,
    """
    apart = np.cumprod([1, *(stride for _, stride, _ in layers)])
    steps = [dilation * (kernel - 1) for kernel, _, dilation in layers]
    return np.float64(1 + np.dot(apart[:-1], steps)) / sampling_rate
    """,
    says="a dot product with the running product of the strides",
)


separable_conv = ex09.function(
    "separable_conv",
    points=15,
    minutes=20,
    tolerance=SUMS,
    hints=(
        "The function is a loop over the axes. Each pass takes the result of the pass before and "
        "returns an array of the same shape.",
        "Within a pass, put len(kernel) // 2 zeros at both ends of that one axis, and leave the "
        "other axes alone: np.pad takes one pair for each axis.",
        "Then tap t of the kernel meets the padded array from t on, along that axis, in the length "
        "of the original. Windows along one axis, dotted with the kernel, do all taps at once.",
    ),
)


@separable_conv.probe("one axis")
def _(ex, rng):
    return {"result": ex.separable_conv(rng.normal(size=9), rng.normal(size=3))}


@separable_conv.probe("a picture")
def _(ex, rng):
    return {"result": ex.separable_conv(rng.normal(size=(6, 8)), rng.normal(size=5))}


@separable_conv.probe("a volume")
def _(ex, rng):
    return {"result": ex.separable_conv(rng.normal(size=(4, 6, 5)), rng.normal(size=3))}


@separable_conv.probe("one bright voxel shows the kernel itself")
def _(ex, rng):
    x = np.zeros((5, 5, 5))
    x[2, 2, 2] = 1
    return {"result": ex.separable_conv(x, np.array([1.0, 2.0, 4.0]))}


@separable_conv.probe("a kernel longer than an axis, and the inputs stay as they were")
def _(ex, rng):
    x, kernel = rng.normal(size=(2, 7)), rng.normal(size=5)
    return {
        "result": np.array(ex.separable_conv(x, kernel)),
        "x afterwards": x,
        "kernel afterwards": kernel,
    }


@separable_conv.probe("four axes")
def _(ex, rng):
    return {"result": ex.separable_conv(rng.normal(size=(3, 2, 4, 3)), rng.normal(size=3))}


separable_conv.wrong(
    "x = windows @ kernel",
    "x = windows @ kernel[::-1]",
    says="The kernel was turned round: its first tap meets the value before, not the one after.",
)
separable_conv.wrong(
    "for axis in range(x.ndim):",
    "for axis in range(x.ndim - 1, x.ndim):",
    says="Only the last axis was convolved: every axis has its turn.",
)
separable_conv.wrong(
    "for axis in range(x.ndim):",
    "for axis in range(max(x.ndim - 2, 0), x.ndim):",
    says="Only the last two axes were convolved, slice by slice: the depth has its turn as well.",
)
separable_conv.wrong(
    "np.pad(x, padding)",
    "np.pad(x, padding, mode='edge')",
    says="The ends were padded with copies of the border: outside there are zeros.",
)
separable_conv.wrong(
    "padding[axis] = (radius, radius)",
    "padding[axis] = (2 * radius, 0)",
    says="All zeros were put in front, which shifts the result: radius of them go at each end.",
)
separable_conv.wrong(
    "x = windows @ kernel",
    "x = windows @ kernel / kernel.sum()",
    says="The kernel was normalised to sum 1: use it as it is.",
)
separable_conv.wrong(
    BODY,
    """
    radius = len(kernel) // 2
    total = np.zeros(x.shape)
    for axis in range(x.ndim):
        padding = [(0, 0)] * x.ndim
        padding[axis] = (radius, radius)
        padded = np.pad(x, padding)
        total += np.lib.stride_tricks.sliding_window_view(padded, len(kernel), axis=axis) @ kernel
    return total
    """,
    says="Each axis was convolved on its own and the results added: the result of one axis is the "
    "input of the next.",
)
separable_conv.wrong(
    BODY,
    """
    for axis in range(x.ndim):
        x = np.apply_along_axis(np.convolve, axis, x, kernel[::-1], "valid")
    return x
    """,
    says="Nothing was padded, so every axis lost its ends: the result has the shape of x.",
)
separable_conv.right(
    BODY,
    """
    radius = len(kernel) // 2
    for axis in range(x.ndim):
        moved = np.moveaxis(x, axis, 0)
        padded = np.concatenate([np.zeros((radius, *moved.shape[1:])), moved,
                                 np.zeros((radius, *moved.shape[1:]))])
        x = np.moveaxis(sum(k * padded[t : t + len(moved)] for t, k in enumerate(kernel)), 0, axis)
    return x
    """,
    says="each axis moved to the front, tap after tap",
)
separable_conv.right(
    BODY,
    """
    radius = len(kernel) // 2
    full = np.ones((1,) * x.ndim, np.float32)
    for axis in range(x.ndim):
        full = full * np.float32(kernel).reshape([-1 if a == axis else 1 for a in range(x.ndim)])
    padded = np.pad(x.astype(np.float32), radius)
    windows = np.lib.stride_tricks.sliding_window_view(padded, full.shape)
    return np.tensordot(windows, full, axes=x.ndim)
    """,
    says="float32, one convolution with the product kernel",
)


conv_nd = ex09.function(
    "conv_nd",
    points=25,
    minutes=25,
    tolerance=SUMS,
    hints=(
        "It is conv1d, with everything that was one number now a tuple. Let a tap be an index into "
        "the kernel, and go through all taps with np.ndindex(kernel).",
        "Along axis a, tap t meets the samples from t[a] * dilation[a] on, stride[a] apart, as "
        "many as there are outputs along a. Make a tuple of slices, one for each axis.",
        "For one tap the weights are a matrix (K, C) and the input it meets is (C, *out): "
        "np.tensordot with axes=1 sums over C and gives (K, *out). Add it to the result.",
    ),
)


@ex09.helper
def convolved(ex, rng, shape, kernel, stride=None, padding=None, dilation=None):
    """conv_nd on random numbers: 2 channels in, 3 out."""
    rank = len(shape)
    x, w = rng.normal(size=(2, *shape)), rng.normal(size=(3, 2, *kernel))
    return ex.conv_nd(x, w, stride or (1,) * rank, padding or (0,) * rank, dilation or (1,) * rank)


@conv_nd.probe("a signal, with everything: it is conv1d")
def _(ex, rng):
    return {"result": convolved(ex, rng, (13,), (3,), (2,), (1,), (2,))}


@conv_nd.probe("an image")
def _(ex, rng):
    return {"result": convolved(ex, rng, (6, 7), (3, 2))}


@conv_nd.probe("a volume")
def _(ex, rng):
    return {"result": convolved(ex, rng, (4, 5, 6), (2, 3, 2))}


@conv_nd.probe("a volume, another stride along each axis")
def _(ex, rng):
    return {"result": convolved(ex, rng, (6, 7, 8), (2, 3, 2), stride=(3, 1, 2))}


@conv_nd.probe("a volume, another padding along each axis")
def _(ex, rng):
    return {"result": convolved(ex, rng, (3, 4, 3), (2, 3, 2), padding=(1, 0, 2))}


@conv_nd.probe("a volume, another dilation along each axis")
def _(ex, rng):
    return {"result": convolved(ex, rng, (5, 7, 6), (3, 3, 2), dilation=(2, 1, 3))}


@conv_nd.probe("everything at once, and the inputs stay as they were")
def _(ex, rng):
    x, w = rng.normal(size=(2, 5, 6, 7)), rng.normal(size=(2, 2, 3, 2, 2))
    result = ex.conv_nd(x, w, (2, 1, 3), (1, 2, 0), (1, 3, 2))
    return {"result": result, "x afterwards": x, "w afterwards": w}


@conv_nd.probe("four axes")
def _(ex, rng):
    return {"result": convolved(ex, rng, (3, 4, 3, 4), (2, 2, 1, 3), stride=(1, 2, 1, 1))}


conv_nd.wrong(
    "w[(slice(None), slice(None), *tap)]",
    "w[(slice(None), slice(None), *(n - 1 - t for n, t in zip(kernel, tap)))]",
    says="The kernel was turned round: tap 0 meets the lowest index along every axis.",
)
conv_nd.wrong(
    "starts = [tap[a] * dilation[a] for a in axes]",
    "starts = [tap[a] for a in axes]",
    says="Dilation changes the size but not the taps: along a, tap t meets the value t[a] * "
    "dilation[a] further on.",
)
conv_nd.wrong(
    "slice(starts[a], starts[a] + stride[a] * out[a], stride[a])",
    "slice(starts[a], starts[a] + out[a])",
    says="The outputs are not stride apart: along a, output p begins at p[a] * stride[a].",
)
conv_nd.wrong(
    "// stride[a] + 1 for a in axes]",
    "// stride[a] for a in axes]",
    says="Every axis is one output short: the steps that fit, and one for the start itself.",
)
conv_nd.wrong(
    "np.pad(x, [(0, 0), *[(n, n) for n in padding]])",
    "np.pad(x, [(0, 0), *[(n, n) for n in padding]], mode='edge')",
    says="The borders were padded with copies of themselves: pad with zeros.",
)
conv_nd.wrong(
    "np.pad(x, [(0, 0), *[(n, n) for n in padding]])",
    "np.pad(x, [(0, 0), *[(n, n) for n in reversed(padding)]])",
    says="The axes got the paddings in the reverse order: padding[0] is for the first axis.",
)
conv_nd.wrong(
    "np.pad(x, [(0, 0), *[(n, n) for n in padding]])",
    "np.pad(x, [(0, 0), *[(0, 2 * n) for n in padding]])",
    says="All zeros were put behind: along every axis they go before and behind.",
)
conv_nd.wrong(
    "y += np.tensordot(w[(slice(None), slice(None), *tap)], padded[(slice(None), *met)], axes=1)",
    "y += np.multiply.outer(w[(slice(None), 0, *tap)], padded[(0, *met)])",
    says="Only the first channel was used: an output sums over all channels of x.",
)
conv_nd.wrong(
    BODY,
    """
    kernel = w.shape[2:]
    s, p, d = stride[0], padding[0], dilation[0]
    padded = np.pad(x, [(0, 0)] + [(p, p)] * len(kernel))
    reach = [d * (n - 1) + 1 for n in kernel]
    out = [(n - r) // s + 1 for n, r in zip(padded.shape[1:], reach)]
    y = np.zeros((w.shape[0], *out))
    for tap in np.ndindex(kernel):
        met = tuple(slice(t * d, t * d + s * n, s) for t, n in zip(tap, out))
        y += np.tensordot(w[(slice(None), slice(None), *tap)], padded[(slice(None), *met)], axes=1)
    return y
    """,
    says="The first axis' stride, padding and dilation were used for every axis: each has its own.",
)
conv_nd.right(
    BODY,
    """
    padded = np.pad(x, [(0, 0)] + [(n, n) for n in padding])
    spread = np.zeros(w.shape[:2] + tuple(d * (n - 1) + 1 for n, d in zip(w.shape[2:], dilation)))
    spread[(slice(None), slice(None), *(slice(None, None, d) for d in dilation))] = w
    windows = np.lib.stride_tricks.sliding_window_view(padded, spread.shape[1:])[0]
    windows = windows[tuple(slice(None, None, s) for s in stride)]
    rank = len(stride)
    return np.tensordot(spread, windows, axes=(range(1, rank + 2), range(rank, 2 * rank + 1)))
    """,
    says="windows and one tensor product, the kernel spread out with zeros",
)
conv_nd.right(
    BODY,
    """
    padded = np.pad(x, [(0, 0)] + [(n, n) for n in padding]).astype(np.float32)
    reach = [d * (n - 1) + 1 for n, d in zip(w.shape[2:], dilation)]
    out = [(n - r) // s + 1 for n, r, s in zip(padded.shape[1:], reach, stride)]
    y = np.zeros((len(w), *out), np.float32, order="F")
    for p in np.ndindex(*out):
        window = tuple(slice(i * s, i * s + r, d) for i, s, r, d in zip(p, stride, reach, dilation))
        under = padded[(slice(None), *window)]
        for k in range(len(w)):
            y[(k, *p)] = np.sum(np.float32(w[k]) * under)
    return y
    """,
    says="output by output, in float32 and Fortran order",
)
