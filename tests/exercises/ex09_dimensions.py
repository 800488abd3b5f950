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
    section="One formula for every number of axes",
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


@conv1d.probe("all three at once")
def _(ex, rng):
    x, w = rng.normal(size=(2, 15)), rng.normal(size=(3, 2, 4))
    return {"result": ex.conv1d(x, w, stride=2, padding=1, dilation=2)}


@conv1d.probe("signals, kernels and steps drawn at random")
def _(ex, rng):
    results = {}
    for number in range(6):
        c, k, taps, stride, dilation = rng.integers(1, 5, 5).tolist()
        padding = int(rng.integers(4))
        length = max(1, dilation * (taps - 1) + 1 - 2 * padding) + int(rng.integers(8))
        x, w = rng.normal(size=(c, length)), rng.normal(size=(k, c, taps))
        results[f"result {number}"] = ex.conv1d(x, w, stride, padding, dilation)
    return results


@conv1d.probe("one tap; a kernel as long as the signal; no room for a second step", "edge")
def _(ex, rng):
    x = rng.normal(size=(3, 7))
    return {
        "one tap": ex.conv1d(x, rng.normal(size=(2, 3, 1)), stride=3),
        "as long as the signal": ex.conv1d(x, rng.normal(size=(2, 3, 7))),
        "no second step": ex.conv1d(x, rng.normal(size=(2, 3, 3)), stride=9),
        "one sample": ex.conv1d(x[:, :1], rng.normal(size=(2, 3, 3)), padding=1),
    }


@conv1d.probe("whole numbers, and a kernel of fractions", "edge")
def _(ex, rng):
    x = rng.integers(-5, 6, (2, 9))
    return {"result": ex.conv1d(x, rng.normal(size=(3, 2, 3)), padding=1)}


@conv1d.probe("float32 gives float32", "promise")
def _(ex, rng):
    x, w = rng.normal(size=(2, 9)).astype(np.float32), rng.normal(size=(3, 2, 3)).astype(np.float32)
    return {"result": ex.conv1d(x, w, padding=1)}


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
    says="Zeros were put in front only, or counted only there: padding goes behind the signal too, "
    "so that it is 2 * padding samples longer.",
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
conv1d.wrong(
    BODY,
    """
    padded = np.pad(x, ((0, 0), (padding, padding)))
    taps = w.shape[2]
    size = (padded.shape[1] - dilation * (taps - 1) - 1) // stride + 1
    y = np.zeros((*w.shape[:2], size), np.result_type(x, w))
    for t in range(taps):
        start = t * dilation
        y += w[:, :, t, None] * padded[:, start : start + stride * size : stride]
    return y
    """,
    says="The channels are still apart, (K, C, M): an output sums over all channels of x.",
)
conv1d.wrong(
    BODY,
    """
    spread = dilation + 1
    padded = np.pad(x, ((0, 0), (padding, padding)))
    taps = w.shape[2]
    size = (padded.shape[1] - spread * (taps - 1) - 1) // stride + 1
    y = np.zeros((w.shape[0], size), np.result_type(x, w))
    for t in range(taps):
        start = t * spread
        y += w[:, :, t] @ padded[:, start : start + stride * size : stride]
    return y
    """,
    says="The dilation was taken as the number of samples left out between two taps: it is how far "
    "they are apart, so that 1 leaves none out.",
)
conv1d.wrong(
    "y = np.zeros((w.shape[0], size), np.result_type(x, w))",
    "y = np.zeros((w.shape[0], size), int)",
    says="The results were put into an array of whole numbers, as one of x's dtype may be: it has "
    "to hold fractions where w has them.",
)
conv1d.wrong(
    "    return y",
    "    return y.astype(x.dtype)",
    says="The results got the dtype of x, which may be one of whole numbers while w has fractions.",
)
conv1d.wrong(
    BODY,
    """
    w = w.transpose(1, 0, 2)
    padded = np.pad(x, ((0, 0), (padding, padding)))
    taps = w.shape[2]
    size = (padded.shape[1] - dilation * (taps - 1) - 1) // stride + 1
    y = np.zeros((w.shape[0], size), np.result_type(x, w))
    for t in range(taps):
        start = t * dilation
        y += w[:, :, t] @ padded[:, start : start + stride * size : stride]
    return y
    """,
    says="w was taken as (C, K, R): its first axis is the kernels, its second the channels.",
)
conv1d.wrong(
    "padded = np.pad(x, ((0, 0), (padding, padding)))",
    "padded = np.pad(x, ((0, 0), (2 * padding, 0)))",
    says="All the zeros were put in front of the signal: padding goes behind as well.",
)
conv1d.wrong(
    "padded = np.pad(x, ((0, 0), (padding, padding)))",
    "padded = np.pad(x, padding)",
    says="np.pad with one number pads the channels too: give a pair for each axis, (0, 0) for the "
    "channels.",
)
conv1d.wrong(
    "padded = np.pad(x, ((0, 0), (padding, padding)))",
    "padded = np.pad(x, ((0, 0), (padding, padding)), mode='wrap')",
    says="The signal came in again from its other end: pad with zeros.",
)
conv1d.wrong(
    "padded = np.pad(x, ((0, 0), (padding, padding)))",
    "padded = np.pad(x, ((0, 0), (padding, padding)), mode='reflect')",
    says="The signal was mirrored at its ends: pad with zeros.",
)
conv1d.wrong(
    BODY,
    """
    padded = np.pad(x, ((0, 0), (padding, padding + dilation * w.shape[2])))
    taps = w.shape[2]
    size = (x.shape[1] + 2 * padding - taps) // stride + 1
    y = np.zeros((w.shape[0], size), np.result_type(x, w))
    for t in range(taps):
        start = t * dilation
        y += w[:, :, t] @ padded[:, start : start + stride * size : stride][:, :size]
    return y
    """,
    says="The number of outputs does not know of the dilation, so that the last ones reach beyond "
    "the signal: a dilated kernel covers dilation * (R - 1) + 1 samples.",
)
conv1d.wrong(
    BODY,
    """
    padded = np.pad(x, ((0, 0), (padding, padding)))
    taps = w.shape[2]
    size = (padded.shape[1] - taps) // stride + 1
    y = np.zeros((w.shape[0], size), np.result_type(x, w))
    for t in range(taps):
        y += w[:, :, t] @ padded[:, t : t + stride * size : stride]
    return y
    """,
    says="The dilation was not looked at: neighbouring taps meet samples that are dilation apart.",
)
conv1d.wrong(
    "// stride + 1",
    "// stride",
    says="There is one output too few: the steps that fit, and one for the start itself.",
)
conv1d.wrong(
    "    return y",
    "    return y.T",
    says="The result is transposed, (M, K): each kernel has its row.",
)
conv1d.wrong(
    BODY,
    """
    padded = np.pad(x, ((0, 0), (padding, padding)))
    taps = w.shape[2]
    size = (padded.shape[1] - dilation * (taps - 1) - 1) // stride + 1
    y = np.zeros((w.shape[0], size), np.result_type(x, w))
    for t in range(taps):
        y = w[:, :, t] @ padded[:, t * dilation : t * dilation + stride * size : stride]
    return y
    """,
    says="Only the last tap is left: add the share of each tap to the result (+=).",
)
conv1d.wrong(
    "(padded.shape[1] - dilation * (taps - 1) - 1) // stride + 1",
    "(x.shape[1] - dilation * (taps - 1) - 1) // stride + 1",
    says="The outputs were counted without the padding: the kernel goes over the padded signal, "
    "L + 2 * padding samples.",
)
conv1d.wrong(
    BODY,
    """
    rows = [sum(np.correlate(x[c], k[c], "same") for c in range(len(x))) for k in w]
    return np.array(rows)[:, ::stride]
    """,
    says="The result was kept as long as the signal, as 'same' does: the kernel stays on the "
    "signal, and only `padding` adds zeros.",
)
conv1d.wrong(
    "y += w[:, :, t] @ met",
    "y += w[0, :, t] @ met",
    says="The first kernel was used for all rows of the result: each row has its own kernel.",
)
conv1d.wrong(
    BODY,
    """
    x = np.pad(x, ((0, 0), (padding, padding)))
    K, C, R = w.shape
    M = (x.shape[1] - dilation * (R - 1) - 1) // stride + 1
    y = np.zeros((K, M), np.result_type(x, w))
    for k in range(K):
        for p in range(M):
            for c in range(C):
                met = x[c, p * stride : p * stride + dilation * (R - 1) + 1 : dilation]
                y[k, p] = (w[k, c] * met).sum()
    return y
    """,
    says="What was there was overwritten with =: only the last channel is left. Add the share "
    "of each channel (+=).",
)
conv1d.wrong(
    BODY,
    """
    x = np.pad(x, ((0, 0), (padding, padding)))
    K, C, R = w.shape
    M = (x.shape[1] - dilation * (R - 1) - 1) // stride + 1
    y = np.zeros((K, M), np.result_type(x, w))
    for k in range(K):
        for p in range(M):
            for t in range(R):
                y[:, p] += w[k, :, t] @ x[:, p * stride + t * dilation]
    return y
    """,
    says="Each row got the shares of all kernels: row k is of kernel k alone.",
)
conv1d.wrong(
    BODY,
    """
    padded = np.pad(x, ((0, 0), (padding, padding)))
    size = (padded.shape[1] - dilation * (w.shape[2] - 1) - 1) // stride + 1
    padded = padded[:, ::stride]
    y = np.zeros((w.shape[0], size), np.result_type(x, w))
    for p, t in np.ndindex(size, w.shape[2]):
        if p + t * dilation < padded.shape[1]:
            y[:, p] += w[:, :, t] @ padded[:, p + t * dilation]
    return y
    """,
    says="The signal was thinned out by the stride before the taps met it: the stride is between "
    "outputs, and the taps of one output meet samples that are `dilation` apart.",
)
conv1d.wrong(
    BODY,
    """
    padded = np.pad(x, ((0, 0), (padding, padding)))
    size = (padded.shape[1] - w.shape[2]) // stride + 1
    y = np.zeros((w.shape[0], size), np.result_type(x, w))
    reach = dilation * (w.shape[2] - 1) + 1
    for k, p in np.ndindex(*y.shape):
        y[k, p] = (w[k] * padded[:, p * stride : p * stride + reach : dilation]).sum()
    return y
    """,
    says="The dilation is missing in the number of outputs: the last windows reach beyond the "
    "signal and are cut short. The kernel with its gaps is dilation * (R - 1) + 1 long.",
)
conv1d.wrong(
    "padded = np.pad(x, ((0, 0), (padding, padding)))",
    "padded = np.pad(x, padding)[: x.shape[0]]",
    says="np.pad with one number pads the channels too, and the first of them are then zeros: give "
    "a pair for each axis, (0, 0) for the channels.",
)
conv1d.wrong(
    "met = padded[:, start : start + stride * size : stride]",
    "longer = np.pad(padded, ((0, 0), (0, dilation * stride * size)))\n"
    "        met = longer[:, start : start + dilation * stride * size : dilation * stride]",
    says="The step between two outputs was dilated too, (p * stride + t) * dilation: the dilation "
    "spreads the taps only, p * stride + t * dilation.",
)
conv1d.wrong(
    "start = t * dilation",
    "start = t * dilation * stride",
    says="The taps were spread by the stride too, (p + t * dilation) * stride: the stride is the "
    "step between outputs, p * stride + t * dilation.",
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
for words, because in (
    ("if the absolute value of a difference is taken", "the kernel always fits"),
    ("if two arguments of result_type are exchanged", "the common dtype has no order"),
    ("if a loop goes backwards", "a sum has no order, up to rounding"),
):
    conv1d.equivalent(words, because=because)


find_beats = ex09.function(
    "find_beats",
    points=15,
    minutes=20,
    section="A matched filter is a picture of what you look for",
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


@find_beats.probe("broad hills: their slopes are no peaks")
def _(ex, rng):
    tops = [rng.integers(3, 6, 2).tolist() for _ in range(5)]
    hills = [
        np.r_[np.arange(1, up), up + 0.1 * n, np.arange(down)[:0:-1]]
        for n, (up, down) in enumerate(tops)
    ]
    score = np.concatenate([[0.0], *hills, [0.0]]) + 1e-6 * rng.random(2 + sum(map(len, hills)))
    return {"beats": ex.find_beats(score, 1.5, 2)}


@find_beats.probe("a noisy score of 200 samples")
def _(ex, rng):
    return {"beats": ex.find_beats(rng.normal(size=200), 0.3, 8)}


@find_beats.probe("noisy scores of any length, all three drawn at random")
def _(ex, rng):
    found = {}
    for number in range(5):
        score = rng.normal(size=int(rng.integers(5, 60)))
        refractory = int(rng.integers(1, 9))
        found[f"beats {number}"] = ex.find_beats(score, float(rng.normal()), refractory)
    return found


@find_beats.probe("exactly refractory apart is far enough", "edge")
def _(ex, rng):
    score = bumps(rng, 1 + rng.permutation(6))
    return {"beats": ex.find_beats(score, 0.5, 5)}


@find_beats.probe("a peak of exactly the threshold counts; the ends do not", "edge")
def _(ex, rng):
    score = np.array([9.0, 1, 2, 1, 3, 0, 4, 0, 8])
    return {"beats": ex.find_beats(score, 3.0, 1)}


@find_beats.probe("a flat top is no peak, for it is not larger than its neighbour", "edge")
def _(ex, rng):
    return {"beats": ex.find_beats(np.array([0.0, 5, 5, 0, 3, 0, 4, 4, 4, 1, 2, 0]), 1.0, 1)}


@find_beats.probe("all of the score below 0", "edge")
def _(ex, rng):
    return {"beats": ex.find_beats(-1 - rng.random(30), -1.6, 3)}


@find_beats.probe("nothing reaches the threshold: an empty array of integers", "edge")
def _(ex, rng):
    return {"beats": ex.find_beats(rng.random(20), 2.0, 3)}


@find_beats.probe("scores of one, two and three samples", "edge")
def _(ex, rng):
    return {
        "beats of one": ex.find_beats(np.array([3.0]), 1.0, 1),
        "beats of two": ex.find_beats(np.array([3.0, 4.0]), 1.0, 1),
        "beats of three": ex.find_beats(np.array([3.0, 4.0, 2.0]), 1.0, 4),
    }


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
    says="Beats nearer than the refractory time were kept: of two too close, the lower one goes.",
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
    says="A candidate was pushed out by a higher sample near it that is no beat, perhaps a "
    "candidate that lost: only beats already kept push others out.",
)
find_beats.wrong(
    BODY,
    """
    middle = score[1:-1]
    candidates = 1 + np.flatnonzero((middle > score[:-2]) & (middle > score[2:]))
    candidates = candidates[score[candidates] >= threshold]
    kept = []
    for candidate in candidates[np.argsort(-score[candidates])]:
        if not kept or abs(candidate - kept[-1]) >= refractory:
            kept.append(int(candidate))
    return np.array(sorted(kept), dtype=int)
    """,
    says="A candidate was compared with the beat kept last only: compare it with all beats kept so "
    "far, for from high to low they jump about in time.",
)
find_beats.wrong(
    BODY,
    """
    kept = []
    for i in range(1, len(score) - 1):
        if score[i] > max(score[i - 1], score[i + 1]) and score[i] >= threshold:
            if not kept or i - kept[-1] >= refractory:
                kept.append(i)
            elif score[i] > score[kept[-1]]:
                kept[-1] = i
    return np.array(kept, dtype=int)
    """,
    says="The candidates were taken from left to right, and a higher one replaced the beat before "
    "it, which may have pushed out others already: take them from the highest to the lowest.",
)
find_beats.wrong(
    BODY,
    """
    around = np.concatenate([[-np.inf], score, [-np.inf]])
    is_peak = (score > around[:-2]) & (score > around[2:]) & (score >= threshold)
    candidates = np.flatnonzero(is_peak)
    kept = []
    for candidate in candidates[np.argsort(-score[candidates])]:
        if all(abs(candidate - beat) >= refractory for beat in kept):
            kept.append(int(candidate))
    return np.array(sorted(kept), dtype=int)
    """,
    says="The first or the last sample was a candidate: with one neighbour only, they never are.",
)
find_beats.wrong(
    "middle = score[1:-1]",
    "score = np.abs(score)\n    middle = score[1:-1]",
    says="The score was taken without its sign: a deep trough is no beat.",
)
find_beats.wrong(
    "return np.array(sorted(kept), dtype=int)",
    "return np.array(sorted(kept))",
    says="Where no beat is found, np.array([]) is an array of floats: give it dtype=int.",
)
find_beats.wrong(
    "return np.array(sorted(kept), dtype=int)",
    "mask = np.zeros(len(score), bool)\n    mask[kept] = True\n    return mask",
    says="That is a mask over the score: return the positions of the beats (np.flatnonzero).",
)
find_beats.wrong(
    "return np.array(sorted(kept), dtype=int)",
    "return score[sorted(kept)]",
    says="Those are the heights of the beats: return their positions.",
)
find_beats.wrong(
    "abs(candidate - beat) >= refractory",
    "candidate - beat >= refractory",
    says="The distance was taken with its sign, so that a candidate before a beat always counts as "
    "too close: take abs(i - j).",
)
find_beats.wrong(
    " & (middle >= threshold)",
    "",
    says="The threshold was not looked at: a candidate has at least that height.",
)
find_beats.wrong(
    "(middle > score[:-2]) & (middle > score[2:])",
    "(middle >= score[:-2]) & (middle >= score[2:])",
    says="A sample as high as its neighbour was a candidate: it must be larger than both.",
)
find_beats.wrong(
    "(middle > score[:-2]) & (middle > score[2:])",
    "(middle > score[:-2]) & (middle >= score[2:])",
    says="The first sample of a flat top was a candidate: it must be larger than both neighbours.",
)
find_beats.wrong(
    "(middle > score[:-2]) & (middle > score[2:])",
    "(middle >= score[:-2]) & (middle > score[2:])",
    says="The last sample of a flat top was a candidate: it must be larger than both neighbours.",
)
find_beats.wrong(
    "(middle > score[:-2]) & (middle > score[2:])",
    "(middle > score[:-2])",
    says="Each sample was compared with the one before it only: it must exceed the one after it "
    "too.",
)
find_beats.wrong(
    "(middle > score[:-2]) & (middle > score[2:])",
    "(middle < score[:-2]) & (middle < score[2:])",
    says="Troughs were taken: a candidate is larger than both of its neighbours.",
)
find_beats.wrong(
    "abs(candidate - beat) >= refractory",
    "2 * abs(candidate - beat) >= refractory",
    says="Half of the refractory time was used, as if it lay on both sides of a beat: no two beats "
    "are less than `refractory` apart.",
)
find_beats.wrong(
    BODY,
    """
    middle = score[1:-1]
    is_peak = (middle > score[:-2]) & (middle > score[2:]) & (middle >= threshold)
    candidates = np.flatnonzero(is_peak) + 1
    near = np.diff(candidates, prepend=-refractory) < refractory
    return candidates[~near]
    """,
    says="Each candidate was compared with the candidate before it: the higher one wins, wherever "
    "it is, and one that lost pushes nobody out.",
)
find_beats.wrong(
    BODY,
    """
    starts = range(0, len(score), refractory)
    beats = [start + int(np.argmax(score[start : start + refractory])) for start in starts]
    return np.array([beat for beat in beats if score[beat] >= threshold], dtype=int)
    """,
    says="The score was cut into pieces of `refractory` samples with a beat in each: beats are "
    "local maxima, and how far they are apart is asked of each two.",
)
find_beats.wrong(
    "(middle >= threshold)",
    "(middle - np.minimum(score[:-2], score[2:]) >= threshold)",
    says="The threshold was held against the rise over a neighbour: it is for the height itself.",
)
find_beats.wrong(
    "if all(abs(candidate - beat) >= refractory for beat in kept)",
    "if not kept or any(abs(candidate - beat) >= refractory for beat in kept)",
    says="A beat far enough away was enough (any): a candidate must be far enough from all "
    "beats kept so far.",
)
find_beats.wrong(
    "candidates[np.argsort(-score[candidates])]",
    "np.argsort(-score[candidates])",
    says="Places in the list of candidates were taken for places in the score: the list says "
    "which sample each is, candidates[order].",
)
find_beats.wrong(
    BODY,
    """
    s = np.where(score >= threshold, score, 0)
    m = s[1:-1]
    c = np.flatnonzero((m > s[:-2]) & (m > s[2:])) + 1
    kept = []
    for i in c[np.argsort(-s[c])]:
        if all(abs(i - j) >= refractory for j in kept):
            kept.append(int(i))
    return np.array(sorted(kept), dtype=int)
    """,
    says="Samples under the threshold were set to 0 first, which makes peaks of them where "
    "the score is below 0, and hides neighbours: compare with the score as it is.",
)
find_beats.wrong(
    "(middle >= threshold)",
    "(middle >= threshold * score.max())",
    says="The threshold was taken as a share of the highest sample: it is a height by itself.",
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
for words, because in (
    ("when score is transposed first", "one axis has no transpose"),
    ("if the absolute value of a difference is taken", "it is taken already"),
    ("if a difference is taken the other way round", "its absolute value is taken"),
):
    find_beats.equivalent(words, because=because)


avg_pool1d = ex09.function(
    "avg_pool1d",
    points=10,
    minutes=10,
    section="A failure on purpose: every fifth sample",
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


@avg_pool1d.probe("samples left over at the end")
def _(ex, rng):
    return {"result": ex.avg_pool1d(rng.normal(size=(1, 10)), 4, 4)}


@avg_pool1d.probe("signals, windows and steps drawn at random")
def _(ex, rng):
    results = {}
    for number in range(5):
        c, size, stride = rng.integers(1, 6, 3).tolist()
        x = rng.normal(size=(c, size + int(rng.integers(12))))
        results[f"result {number}"] = ex.avg_pool1d(x, size, stride)
    return results


@avg_pool1d.probe("whole numbers have means that are not whole", "edge")
def _(ex, rng):
    return {"result": ex.avg_pool1d(np.array([[1, 2, 4, 7, 0]]), 2, 1)}


@avg_pool1d.probe("one window over everything; windows of one sample", "edge")
def _(ex, rng):
    x = rng.normal(size=(2, 7))
    return {
        "one window": ex.avg_pool1d(x, 7, 1),
        "of one sample": ex.avg_pool1d(x, 1, 3),
        "a step beyond the end": ex.avg_pool1d(x, 3, 20),
    }


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
avg_pool1d.wrong(
    BODY,
    """
    windows = np.lib.stride_tricks.sliding_window_view(x, size, axis=1)[:, ::stride]
    return np.repeat(windows.mean(axis=(0, 2))[None], len(x), axis=0)
    """,
    says="The channels were averaged as well: each channel keeps its own means.",
)
avg_pool1d.wrong(
    BODY,
    """
    count = (x.shape[1] - size) // stride + 1
    starts = [p * stride - size // 2 for p in range(count)]
    return np.stack([x[:, max(s, 0) : s + size].mean(axis=1) for s in starts], axis=1)
    """,
    says="The windows are centred on p * stride: window p begins there.",
)
avg_pool1d.wrong(
    BODY,
    """
    total = np.cumsum(x, axis=1)
    return ((total[:, size:] - total[:, :-size]) / size)[:, ::stride]
    """,
    says="The first window is missing: a running sum needs a 0 in front, for the window that "
    "begins at sample 0.",
)
avg_pool1d.wrong(
    "windows.mean(axis=2)",
    "windows.mean(axis=2).astype(int)",
    says="The means were put into an array of whole numbers: it has to be one of floats.",
)
avg_pool1d.wrong(
    "return windows.mean(axis=2)",
    "return windows.mean(axis=2).T",
    says="The result is transposed: each channel has its row.",
)
avg_pool1d.wrong(
    "windows.mean(axis=2)",
    "np.median(windows, axis=2)",
    says="The medians were taken: this is average pooling, so take the mean.",
)
avg_pool1d.wrong(
    "windows.mean(axis=2)",
    "windows.min(axis=2)",
    says="The smallest sample of each window was taken: this is average pooling, so take the mean.",
)
avg_pool1d.wrong(
    BODY,
    """
    count = -(-(x.shape[1] - size) // stride) + 1
    padded = np.pad(x, ((0, 0), (0, size + stride)))
    windows = [padded[:, p * stride : p * stride + size].mean(axis=1) for p in range(count)]
    return np.stack(windows, axis=1)
    """,
    says="The number of windows was rounded up, and the last one filled with zeros: only windows "
    "that lie wholly on the signal count.",
)
avg_pool1d.wrong(
    BODY,
    """
    count = (x.shape[1] - size) // stride
    windows = [x[:, p * stride : p * stride + size].mean(axis=1) for p in range(count)]
    return np.stack(windows, axis=1)
    """,
    says="The last window is missing: (L - size) // stride counts the steps, and the window at the "
    "start comes on top, + 1.",
)
avg_pool1d.wrong(
    BODY,
    """
    starts = range(0, x.shape[1] - size + 1, stride)
    return np.stack([x[:, s : s + stride].mean(axis=1) for s in starts], axis=1)
    """,
    says="The windows are `stride` samples long: they are `size` long, and stride apart.",
)
avg_pool1d.wrong(
    BODY,
    """
    starts = range(0, x.shape[1] - size + 1, stride)
    return np.stack([x[:, s : s + size - 1].sum(axis=1) / size for s in starts], axis=1)
    """,
    says="The last sample of each window is missing: the end of a slice is not in it, so it is "
    "start + size.",
)
avg_pool1d.wrong(
    BODY,
    """
    return np.array([np.convolve(row, np.ones(size) / size, "same")[::stride] for row in x])
    """,
    says="The result was made as long as the signal first, with zeros beyond its ends: only "
    "windows that lie wholly on the signal count.",
)
avg_pool1d.wrong(
    BODY,
    """
    starts = range(0, x.shape[1] - size + 1, stride)
    return np.stack([x[:, s : s + size + 1].mean(axis=1) for s in starts], axis=1)
    """,
    says="The windows are one sample too long: the end of a slice is not in it, so it is start + "
    "size.",
)
avg_pool1d.wrong(
    BODY,
    """
    thinned = x[:, ::stride]
    starts = range(0, max(thinned.shape[1] - size + 1, 1))
    return np.stack([thinned[:, s : s + size].mean(axis=1) for s in starts], axis=1)
    """,
    says="The signal was thinned out first and averaged then: average neighbouring samples, and "
    "keep one window every `stride` samples; thinning first is what makes aliases.",
)
avg_pool1d.wrong(
    BODY,
    """
    t = x[:, ::stride]
    m = (x.shape[1] - size) // stride + 1
    return np.stack([t[:, p : p + size].mean(axis=1) for p in range(m)], axis=1)
    """,
    says="Of the signal only every stride-th sample was averaged: average neighbouring "
    "samples, and keep one window every `stride` samples; thinning first is what makes "
    "aliases.",
)
avg_pool1d.wrong(
    BODY,
    """
    m = (x.shape[1] - size) // stride + 1
    long = max(size - 1, 1)
    return np.stack([x[:, p * stride : p * stride + long].mean(axis=1) for p in range(m)], axis=1)
    """,
    says="The windows are one sample too short: the end of a slice is not in it, so it is "
    "start + size.",
)
avg_pool1d.wrong(
    BODY,
    """
    full = np.stack([np.convolve(row, np.ones(size) / size, mode="same") for row in x])
    return full[:, ::stride][:, : (x.shape[1] - size) // stride + 1]
    """,
    says="The windows are centred on p * stride, with zeros before the signal (mode same): they "
    "begin there, and lie wholly on it (mode valid).",
)
avg_pool1d.wrong(
    BODY,
    """
    sums = np.cumsum(x, axis=1, dtype=float)
    starts = np.arange(0, x.shape[1] - size + 1, stride)
    return (sums[:, starts + size - 1] - sums[:, starts]) / size
    """,
    says="The first sample of each window is missing: a running sum holds it already, so subtract "
    "the sum before it, which is 0 for the first window.",
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
for words, because in (
    (
        "if sliding_window_view runs along axis -1 in place of axis 1",
        "x has two axes, and axis 1 is the last",
    ),
    ("if mean runs along axis -1 in place of axis 2", "the windows are the last axis"),
):
    avg_pool1d.equivalent(words, because=because)


receptive_seconds = ex09.function(
    "receptive_seconds",
    points=10,
    minutes=10,
    section="How many seconds does an output see?",
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


@receptive_seconds.probe("stacks of any depth, kernels of one tap among them")
def _(ex, rng):
    found = {}
    for depth in range(1, 6):
        layers = [tuple(int(n) for n in rng.integers(1, 7, 3)) for _ in range(depth)]
        found[f"seconds of {depth}"] = ex.receptive_seconds(layers, float(rng.uniform(10, 500)))
    return found


@receptive_seconds.probe("no layer: one sample", "edge")
def _(ex, rng):
    return {"seconds": ex.receptive_seconds([], 50.0)}


@receptive_seconds.probe("a rate that is a whole number, and one below 1", "edge")
def _(ex, rng):
    layers = [(1, 4, 3), (2, int(rng.integers(1, 9)), int(rng.integers(1, 9)))]
    return {
        "seconds at 360": ex.receptive_seconds(list(layers), 360),
        "seconds at 0.01": ex.receptive_seconds(list(layers), 0.01),
    }


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
    says="A stride spread the layers before it: it spreads those after it. Begin at the input, and "
    "add each layer with the product of the strides before it.",
)
receptive_seconds.wrong(
    "samples += dilation * (kernel - 1) * apart",
    "samples += dilation * (kernel - 1) * stride",
    says="The layer's own stride was used: a step counts the product of the strides of the layers "
    "before it.",
)
receptive_seconds.wrong(
    "return samples / sampling_rate",
    "return samples // sampling_rate",
    says="The seconds were rounded down to whole ones: // drops the fraction, / keeps it.",
)
receptive_seconds.wrong(
    "return samples / sampling_rate",
    "return sampling_rate / samples",
    says="The quotient is upside down: samples / sampling_rate are seconds.",
)
receptive_seconds.wrong(
    BODY,
    """
    samples, apart = 1, 1
    for kernel, stride, dilation in layers:
        samples += dilation * (kernel - 1) * apart
        apart *= stride
        return samples / sampling_rate
    return samples / sampling_rate
    """,
    says="Only the first layer was counted: a return inside the loop ends it after one turn.",
)
receptive_seconds.wrong(
    "for kernel, stride, dilation in layers",
    "for kernel, dilation, stride in layers",
    says="Of each layer, stride and dilation were taken for each other: the order is (kernel, "
    "stride, dilation).",
)
receptive_seconds.wrong(
    "for kernel, stride, dilation in layers",
    "for stride, kernel, dilation in layers",
    says="Of each layer, kernel and stride were taken for each other: the order is (kernel, "
    "stride, dilation).",
)
receptive_seconds.wrong(
    "apart *= stride",
    "apart = stride",
    says="Only the stride of the layer before was used: strides multiply from layer to layer.",
)
receptive_seconds.wrong(
    "apart *= stride",
    "apart += stride - 1",
    says="Strides were added: after two layers of stride 2 neighbouring values are 4 apart.",
)
receptive_seconds.wrong(
    "dilation * (kernel - 1) * apart",
    "(kernel + (kernel - 1) * dilation - 1) * apart",
    says="The dilation was taken as the number of values left out between two taps: it is how far "
    "they are apart.",
)
receptive_seconds.wrong(
    "dilation * (kernel - 1) * apart",
    "(dilation * kernel - 1) * apart",
    says="The dilation was multiplied with the kernel before 1 was taken off: it stretches the "
    "steps between the taps, dilation * (kernel - 1).",
)
receptive_seconds.wrong(
    "samples += dilation * (kernel - 1) * apart",
    "samples *= dilation * (kernel - 1) + 1",
    says="The reaches of the layers were multiplied: each layer adds its steps.",
)
receptive_seconds.wrong(
    "samples += dilation * (kernel - 1) * apart",
    "samples = 1 + dilation * (kernel - 1) * apart",
    says="Only the last layer's kernel is left: each layer adds to what the ones before it see.",
)
receptive_seconds.wrong(
    "return samples / sampling_rate",
    "return samples * apart / sampling_rate",
    says="The samples were multiplied by all strides: the steps were counted in input samples "
    "already.",
)
receptive_seconds.wrong(
    BODY,
    """
    largest, apart = 1, 1
    for kernel, stride, dilation in layers:
        largest = max(largest, 1 + dilation * (kernel - 1) * apart)
        apart *= stride
    return largest / sampling_rate
    """,
    says="Only the layer that reaches farthest was counted: what the layers see adds up.",
)
receptive_seconds.wrong(
    BODY,
    """
    n, a = 1, 1
    for k, s, d in layers:
        n *= (d * (k - 1) + 1) * s
    return n / sampling_rate
    """,
    says="The reaches of the layers were multiplied, with their strides: each layer adds its "
    "steps.",
)
receptive_seconds.wrong(
    BODY,
    """
    if not layers:
        return 0.0
    n, a = 1, 1
    for k, s, d in layers:
        n += d * (k - 1) * a
        a *= s
    return n / sampling_rate
    """,
    says="Without layers the answer was 0: one sample is seen all the same, for 1 / "
    "sampling_rate seconds.",
)
receptive_seconds.wrong(
    "return samples / sampling_rate",
    "return round(samples / sampling_rate, 4)",
    says="The seconds were rounded to 4 digits: return them as they are, an example only "
    "shows them so.",
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
receptive_seconds.equivalent(
    "if the absolute value of a difference is taken",
    because="a kernel has at least one tap, so kernel - 1 is never negative",
)


separable_conv = ex09.function(
    "separable_conv",
    points=15,
    minutes=20,
    section="The same operation in a volume",
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


@separable_conv.probe("axes and kernels drawn at random")
def _(ex, rng):
    results = {}
    for axes in (1, 2, 3):
        x, kernel = (
            rng.normal(size=rng.integers(1, 7, axes)),
            rng.normal(size=rng.choice([1, 3, 5])),
        )
        results[f"result of {axes} axes"] = ex.separable_conv(x, kernel)
    return results


@separable_conv.probe("a kernel longer than an axis", "edge")
def _(ex, rng):
    return {"result": ex.separable_conv(rng.normal(size=(2, 7)), rng.normal(size=5))}


@separable_conv.probe("four axes", "edge")
def _(ex, rng):
    return {"result": ex.separable_conv(rng.normal(size=(3, 2, 4, 3)), rng.normal(size=3))}


@separable_conv.probe("a kernel of one tap; one value", "edge")
def _(ex, rng):
    return {
        "one tap": ex.separable_conv(rng.normal(size=(3, 4)), np.array([2.0])),
        "one value": ex.separable_conv(rng.normal(size=(1, 1, 1)), rng.normal(size=3)),
    }


@separable_conv.probe("whole numbers, and a kernel of fractions", "edge")
def _(ex, rng):
    x = rng.integers(-5, 6, (4, 5))
    return {"result": ex.separable_conv(x, rng.normal(size=3))}


separable_conv.wrong(
    "for axis in range(x.ndim):",
    "for axis in range(max(1, x.ndim - 1)):",
    says="The last axis was left out: every axis has its turn.",
)
separable_conv.wrong(
    "for axis in range(x.ndim):",
    "for axis in {0, x.ndim - 1}:",
    says="Only the first axis and the last were convolved: those between have their turn, too.",
)
separable_conv.wrong(
    "x = windows @ kernel",
    "x = windows @ kernel[::-1]",
    says="The kernel was turned round: its first tap meets the value before, not the one after.",
)
separable_conv.wrong(
    "for axis in range(x.ndim):",
    "for axis in range(x.ndim - 1, x.ndim):",
    says="What came out is the last axis convolved and nothing else: every axis has its turn, and "
    "each works on the result of the one before.",
)
separable_conv.wrong(
    "for axis in range(x.ndim):",
    "for axis in range(max(x.ndim - 2, 0), x.ndim):",
    says="Only the last two axes were convolved, slice by slice: every axis has its turn.",
)
separable_conv.wrong(
    "np.pad(x, padding)",
    "np.pad(x, padding, mode='edge')",
    says="The ends were padded with copies of the border: outside there are zeros.",
)
separable_conv.wrong(
    "padding[axis] = (radius, radius)",
    "padding[axis] = (2 * radius, 0)",
    says="All zeros were put in front, which shifts the result: r = len(kernel) // 2 of them go "
    "at each end.",
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
separable_conv.wrong(
    BODY,
    """
    radius = len(kernel) // 2
    x = x.astype(float)
    for axis in range(x.ndim):
        line = np.moveaxis(x, axis, 0)
        for p in range(len(line)):
            taps = [t for t in range(len(kernel)) if 0 <= p + t - radius < len(line)]
            line[p] = sum(kernel[t] * line[p + t - radius] for t in taps)
    return x
    """,
    says="Results were written into the array while it was still being read: within a pass each "
    "output needs the values as they were before, so write into a new one.",
)
separable_conv.wrong(
    BODY,
    """
    return np.convolve(x.ravel(), kernel[::-1], "same").reshape(x.shape)
    """,
    says="The array was convolved as one long row, so that the end of a line meets the beginning "
    "of the next: go along one axis at a time.",
)
separable_conv.wrong(
    "for axis in range(x.ndim):",
    "for axis in range(1, x.ndim):",
    says="The first axis was left out, as if it were channels: every axis has its turn.",
)
separable_conv.wrong(
    "for axis in range(x.ndim):",
    "for axis in range(min(1, x.ndim)):",
    says="Only the first axis was convolved: every axis has its turn.",
)
separable_conv.wrong(
    BODY,
    """
    padded = np.pad(x, len(kernel) // 2)
    y = np.zeros(x.shape)
    for t, weight in enumerate(kernel):
        y += weight * padded[tuple(slice(t, t + n) for n in x.shape)]
    return y
    """,
    says="The kernel was laid along the diagonal, shifting all axes at once: go along one axis, "
    "and then along the next.",
)
separable_conv.wrong(
    "x = windows @ kernel",
    "x = windows.mean(axis=-1)",
    says="The windows were averaged: each value is weighed by its tap of the kernel.",
)
separable_conv.wrong(
    "np.pad(x, padding)",
    "np.pad(x, padding, mode='wrap')",
    says="Each axis was taken as a ring: outside there are zeros.",
)
separable_conv.wrong(
    "np.pad(x, padding)",
    "np.pad(x, padding, mode='symmetric')",
    says="Each axis was mirrored at its ends: outside there are zeros.",
)
separable_conv.wrong(
    "padding[axis] = (radius, radius)",
    "padding[axis] = (0, 2 * radius)",
    says="All zeros were put behind, which shifts the result: r = len(kernel) // 2 of them go at "
    "each end.",
)
separable_conv.wrong(
    BODY,
    """
    radius = len(kernel) // 2
    depth, height, width = x.shape
    for axis in range(3):
        padding = [(0, 0)] * 3
        padding[axis] = (radius, radius)
        padded = np.pad(x, padding)
        x = np.lib.stride_tricks.sliding_window_view(padded, len(kernel), axis=axis) @ kernel
    return x
    """,
    says="Three axes were taken for granted: x may have any number, x.ndim.",
)
separable_conv.wrong(
    "x = windows @ kernel",
    "x = x + windows @ kernel",
    says="Each pass added its result to what was there: the result of a pass takes the place of "
    "its input.",
)
separable_conv.wrong(
    "for axis in range(x.ndim):",
    "for axis in [x.ndim - 1] * x.ndim:",
    says="The last axis had all the turns: each axis has one.",
)
separable_conv.wrong(
    "for axis in range(x.ndim):",
    "for axis in range(min(2, x.ndim)):",
    says="Only the first two axes were convolved: every axis has its turn.",
)
separable_conv.wrong(
    "        x = windows @ kernel\n",
    "        x = (windows @ kernel).astype(x.dtype)\n",
    says="The results got the dtype of x (empty_like, zeros_like, astype), which may be one "
    "of whole numbers while the kernel has fractions.",
)
separable_conv.wrong(
    BODY,
    """
    for axis in range(x.ndim):
        x = np.apply_along_axis(lambda v: np.correlate(v, kernel, mode="same"), axis, x)
    return x
    """,
    says="np.correlate and np.convolve with mode 'same' give the length of the longer of the two: "
    "where the kernel is longer than an axis, that is not the length of the axis.",
)
separable_conv.wrong(
    "x = windows @ kernel",
    "x = windows[..., :3] @ kernel[:3]",
    says="Only the first three taps were used: a kernel may be longer.",
)
separable_conv.wrong(
    "padding[axis] = (radius, radius)",
    "padding[axis] = (1, 1)",
    says="One zero was put at each end, whatever the kernel: r = len(kernel) // 2 of them belong "
    "there.",
)
separable_conv.wrong(
    "padding[axis] = (radius, radius)",
    "padding[axis] = (len(kernel) - 1, len(kernel) - 1)",
    says="Too many zeros were put at the ends, so that the kernel only touches the array at first "
    "(mode 'full'): r = len(kernel) // 2 of them keep its shape.",
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
for words, because in (
    ("when kernel is transposed first", "one axis has no transpose"),
    ("if a factor of a product is transposed", "one axis has no transpose"),
    ("if a loop goes backwards", "the passes commute"),
):
    separable_conv.equivalent(words, because=because)


conv_nd = ex09.function(
    "conv_nd",
    points=25,
    minutes=25,
    section="The same operation in a volume",
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
    return {"result": convolved(ex, rng, (8, 7, 9), (3, 3, 2), dilation=(2, 1, 3))}


@conv_nd.probe("everything at once")
def _(ex, rng):
    x, w = rng.normal(size=(2, 5, 6, 7)), rng.normal(size=(2, 2, 3, 2, 2))
    return {"result": ex.conv_nd(x, w, (2, 1, 3), (1, 2, 0), (1, 3, 2))}


@conv_nd.probe("axes, sizes and steps drawn at random")
def _(ex, rng):
    results = {}
    for rank in (1, 2, 3):
        kernel, stride, dilation = rng.integers(1, 4, (3, rank))
        padding = rng.integers(0, 3, rank)
        least = np.maximum(1, dilation * (kernel - 1) + 1 - 2 * padding)
        c, k = rng.integers(1, 4, 2)
        x, w = (
            rng.normal(size=(c, *(least + rng.integers(4, size=rank)))),
            rng.normal(size=(k, c, *kernel)),
        )
        steps = [tuple(n.tolist()) for n in (stride, padding, dilation)]
        results[f"result of {rank} axes"] = ex.conv_nd(x, w, *steps)
    return results


@conv_nd.probe("four axes", "edge")
def _(ex, rng):
    return {"result": convolved(ex, rng, (3, 4, 3, 4), (2, 2, 1, 3), stride=(1, 2, 1, 1))}


@conv_nd.probe("a kernel of one tap; one as large as the input; one voxel", "edge")
def _(ex, rng):
    return {
        "one tap": convolved(ex, rng, (3, 4), (1, 1), stride=(2, 3)),
        "as large as the input": convolved(ex, rng, (3, 2, 4), (3, 2, 4)),
        "one voxel": convolved(ex, rng, (1, 1, 1), (3, 1, 3), padding=(1, 0, 1)),
    }


@conv_nd.probe("whole numbers, and a kernel of fractions", "edge")
def _(ex, rng):
    x = rng.integers(-5, 6, (2, 4, 5))
    return {"result": ex.conv_nd(x, rng.normal(size=(3, 2, 2, 3)), (1, 1), (1, 0), (1, 1))}


@conv_nd.probe("float32 gives float32", "promise")
def _(ex, rng):
    x, w = (
        rng.normal(size=(2, 5, 4)).astype(np.float32),
        rng.normal(size=(3, 2, 3, 2)).astype(np.float32),
    )
    return {"result": ex.conv_nd(x, w, (1, 2), (1, 0), (1, 1))}


conv_nd.wrong(
    "w[(slice(None), slice(None), *tap)]",
    "w[(slice(None), slice(None), *(n - 1 - t for n, t in zip(kernel, tap)))]",
    says="The kernel was turned round: tap 0 meets the lowest index along every axis.",
)
conv_nd.wrong(
    "starts = [tap[a] * dilation[a] for a in axes]",
    "starts = [tap[a] for a in axes]",
    says="Dilation changed the size but not the taps: along axis a, tap t meets the value t[a] * "
    "dilation[a] further on.",
)
conv_nd.wrong(
    "slice(starts[a], starts[a] + stride[a] * out[a], stride[a])",
    "slice(starts[a], starts[a] + out[a])",
    says="The outputs are not stride apart: along axis a, output p begins at p[a] * stride[a].",
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
    y = np.zeros((w.shape[0], *out), np.result_type(x, w))
    for tap in np.ndindex(kernel):
        met = tuple(slice(t * d, t * d + s * n, s) for t, n in zip(tap, out))
        y += np.tensordot(w[(slice(None), slice(None), *tap)], padded[(slice(None), *met)], axes=1)
    return y
    """,
    says="The first axis' stride, padding and dilation were used for every axis: each has its own.",
)
for name in ("stride", "dilation"):
    conv_nd.wrong(
        "kernel, axes = w.shape[2:], range(x.ndim - 1)",
        f"{name} = {name}[::-1]\n    kernel, axes = w.shape[2:], range(x.ndim - 1)",
        says=f"The axes got the entries of {name} in the reverse order: {name}[0] is for the "
        "first axis.",
    )
for name in ("stride", "padding", "dilation"):
    conv_nd.wrong(
        "kernel, axes = w.shape[2:], range(x.ndim - 1)",
        f"{name} = [{name}[0]] * len({name})\n    kernel, axes = w.shape[2:], range(x.ndim - 1)",
        says=f"The first entry of {name} was used for every axis: each axis has its own.",
    )
for name, value in (("stride", 1), ("padding", 0), ("dilation", 1)):
    conv_nd.wrong(
        "kernel, axes = w.shape[2:], range(x.ndim - 1)",
        f"{name} = [{value}] * len({name})\n    kernel, axes = w.shape[2:], range(x.ndim - 1)",
        says=f"{name} was not looked at, as if it were {value} along every axis.",
    )
conv_nd.wrong(
    "kernel, axes = w.shape[2:], range(x.ndim - 1)",
    "w = w.transpose(0, 1, *range(w.ndim - 1, 1, -1))\n"
    "    kernel, axes = w.shape[2:], range(x.ndim - 1)",
    says="The kernel's axes were taken in the reverse order: its first one goes along the first "
    "axis of x.",
)
conv_nd.wrong(
    "np.pad(x, [(0, 0), *[(n, n) for n in padding]])",
    "np.pad(x, [(padding[0], padding[0]), *[(n, n) for n in padding]])",
    says="The channels were padded too: zeros go before and behind along the spatial axes only.",
)
conv_nd.wrong(
    BODY,
    """
    channels, height, width = x.shape
    kernel, axes = w.shape[2:], range(2)
    padded = np.pad(x, [(0, 0), *[(n, n) for n in padding]])
    reach = [dilation[a] * (kernel[a] - 1) + 1 for a in axes]
    out = [(padded.shape[1 + a] - reach[a]) // stride[a] + 1 for a in axes]
    y = np.zeros((w.shape[0], *out), np.result_type(x, w))
    for tap in np.ndindex(kernel):
        starts = [tap[a] * dilation[a] for a in axes]
        met = tuple(slice(starts[a], starts[a] + stride[a] * out[a], stride[a]) for a in axes)
        y += np.tensordot(w[(slice(None), slice(None), *tap)], padded[(slice(None), *met)], axes=1)
    return y
    """,
    says="Two spatial axes were taken for granted: x may have any number of them, x.ndim - 1.",
)
conv_nd.wrong(
    "    for tap in np.ndindex(kernel):\n",
    "    for tap in list(np.ndindex(kernel))[1:]:\n",
    says="The first tap was left out: taps are counted from (0, 0, ...).",
)
conv_nd.wrong(
    "    for tap in np.ndindex(kernel):\n",
    "    for tap in ((t,) * len(kernel) for t in range(min(kernel))):\n",
    says="Only the taps on the diagonal of the kernel were used: every tap counts, and "
    "np.ndindex(kernel) goes through all of them.",
)
conv_nd.wrong(
    "np.zeros((w.shape[0], *out), np.result_type(x, w))",
    "np.zeros((w.shape[0], *out), int)",
    says="The results were put into an array of whole numbers: it has to be one of floats.",
)
conv_nd.wrong(
    "    return y",
    "    return y.astype(x.dtype)",
    says="The results got the dtype of x, which may be one of whole numbers while w has fractions.",
)
conv_nd.wrong(
    "    return y",
    "    return np.moveaxis(y, 0, -1)",
    says="The kernels became the last axis: they are the first, (K, *out).",
)
conv_nd.wrong(
    "np.pad(x, [(0, 0), *[(n, n) for n in padding]])",
    "np.pad(x, [(0, 0), *[(n, 0) for n in padding]])",
    says="Zeros were put in front only, or counted only there: along every axis they go before and "
    "behind, 2 * padding in all.",
)
conv_nd.wrong(
    "y += np.tensordot(w[(slice(None), slice(None), *tap)], padded[(slice(None), *met)], axes=1)",
    "y += np.tensordot(w[(slice(None), slice(None), *tap)], padded[(slice(None), *met)], axes=1)"
    " / len(x)",
    says="The channels were averaged: an output is the sum over the channels, not the mean.",
)
conv_nd.wrong(
    "reach = [dilation[a] * (kernel[a] - 1) + 1 for a in axes]",
    "reach = [dilation[a] * kernel[a] for a in axes]",
    says="The dilated kernel was counted as dilation * kernel samples long: between r taps there "
    "are r - 1 gaps, so it covers dilation * (r - 1) + 1.",
)
conv_nd.wrong(
    "kernel, axes = w.shape[2:], range(x.ndim - 1)",
    "w = w.swapaxes(0, 1)\n    kernel, axes = w.shape[2:], range(x.ndim - 1)",
    says="w was taken as (C, K, *kernel): its first axis is the kernels, its second the channels.",
)
conv_nd.wrong(
    "out = [(padded.shape[1 + a] - reach[a]) // stride[a] + 1 for a in axes]",
    "out = [(x.shape[1 + a] - reach[a]) // stride[a] + 1 for a in axes]",
    says="The outputs were counted without the padding: the kernel goes over the padded input.",
)
conv_nd.wrong(
    "y += np.tensordot(w[(slice(None), slice(None), *tap)], padded[(slice(None), *met)], axes=1)",
    "met = padded[(slice(None), *met)].reshape(len(x), -1)\n        "
    "y += (w[(slice(None), slice(None), *tap)] @ met).sum(axis=0).reshape(out)",
    says="One number was made of all kernels: sum over the channels and the taps of each "
    "kernel by itself, not over axis 0 of w.",
)
conv_nd.wrong(
    BODY,
    """
    kernel, axes = w.shape[2:], range(x.ndim - 1)
    padded = np.pad(x, [(0, 0), *[(n, n) for n in padding]])
    reach = [dilation[a] * (kernel[a] - 1) + 1 for a in axes]
    out = [(padded.shape[1 + a] - reach[a]) // stride[a] + 1 for a in axes]
    y = np.zeros((w.shape[0], *out), np.result_type(x, w))
    for p in np.ndindex(*out):
        for tap in np.ndindex(kernel):
            at = tuple(p[a] * dilation[a] + tap[a] * stride[a] for a in axes)
            y[(slice(None), *p)] += w[(slice(None), slice(None), *tap)] @ padded[(slice(None), *at)]
    return y
    """,
    says="Stride and dilation are exchanged in the position: outputs are stride apart, taps "
    "dilation.",
)
conv_nd.wrong(
    "padded.shape[1 + a]",
    "padded.shape[a]",
    says="The lengths of x were counted from its first axis on, the channels: the spatial "
    "ones are x.shape[1:].",
)
conv_nd.wrong(
    "padded = np.pad(x, [(0, 0), *[(n, n) for n in padding]])",
    "padded = np.pad(x, [(padding[0], padding[0]), *[(n, n) for n in padding]])[: len(x)]",
    says="The channels were padded as well: zeros go around the spatial axes only, so that channel "
    "c stays the c-th.",
)
conv_nd.wrong(
    "padded = np.pad(x, [(0, 0), *[(n, n) for n in padding]])",
    "padded = np.pad(x, [(0, 0), *[(2 * n, 0) for n in padding]])",
    says="All the zeros went before the input: half of them go behind it.",
)
conv_nd.wrong(
    BODY,
    """
    axes = range(x.ndim - 1)
    padded = np.pad(x, [(0, 0), *[(n, n) for n in padding]])
    size = [(padded.shape[1 + a] - w.shape[2 + a]) // stride[a] + 1 for a in axes]
    y = np.zeros((w.shape[0], *size), np.result_type(x, w))
    for p in np.ndindex(*size):
        first = [p[a] * stride[a] for a in axes]
        last = [first[a] + dilation[a] * (w.shape[2 + a] - 1) + 1 for a in axes]
        part = padded[(slice(None), *[slice(first[a], last[a], dilation[a]) for a in axes])]
        for k in range(len(w)):
            y[(k, *p)] = (w[k] * part).sum()
    return y
    """,
    says="The dilation is missing in the number of outputs: the last windows reach beyond the "
    "input and are cut short. A kernel with its gaps is dilation * (length - 1) + 1 long.",
)
conv_nd.right(
    BODY,
    """
    padded = np.pad(x, [(0, 0)] + [(n, n) for n in padding])
    reach = [d * (n - 1) + 1 for n, d in zip(w.shape[2:], dilation)]
    spread = np.zeros((*w.shape[:2], *reach), w.dtype)
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
for words, because in (
    ("if the absolute value of a difference is taken", "the kernel always fits"),
    ("if two arguments of result_type are exchanged", "the common dtype has no order"),
    ("if a loop goes backwards", "a sum has no order, up to rounding"),
):
    conv_nd.equivalent(words, because=because)
