# %% [markdown]
# # 09 Convolution in 1-D and 3-D
#
# Nothing in a convolution says that its input is a picture. You will slide the same few numbers
# along a heartbeat and through a head, first with filters you make by hand, then with filters
# that are learned, and measure which is better on data neither has seen.
#
# **You will be able to**
# - write one convolution for any number of axes, and say what each costs;
# - find beats in an electrocardiogram with a matched filter, and judge the result honestly;
# - say why striding without smoothing invents waves that are not there, and prevent it;
# - choose dilations so that a network sees as many seconds as its task needs;
# - say what a slice-by-slice 2-D filter misses in a volume, and measure it.
#
# **Time:** about 75 minutes to read and try; the exercises about two hours. Computing: about a
# minute. **Data:** an electrocardiogram from the MIT-BIH Arrhythmia Database and an MRI scan of a
# head. Both are real and ship with minidl; `minidl/data/assets/README.md` says where they come
# from.

# %%
import matplotlib.pyplot as plt
import numpy as np
from figures import dimensions as draw
from IPython.display import Markdown
from scipy.signal import find_peaks

import minidl
import minidl.functional as F
from minidl import data, nn, optim
from minidl.course import check
from minidl.progress import progress

plt.style.use("minidl.mplstyle")
plt.rcParams["figure.dpi"] = 90  # noise makes large pictures
train, test = data.ecg()
voxels, voxel_size = data.volume()
rate = train.sampling_rate  # samples per second

# %% [markdown]
# ## The question
#
# Where are the heartbeats, and where are the surfaces? Your eye finds both at once. What should be
# multiplied with what, so that a program finds them too?

# %%
_ = draw.question(train, voxels)

# %% [markdown]
# Look at the beats once more: there are **two kinds**. Most are narrow spikes; some are wide.
# Most of the wide ones are what doctors call premature ventricular beats: they start in the wrong
# part of the heart, and spread through it by a slower way.

# %% [markdown]
# ## One formula for every number of axes
#
# Lay the kernel on the input at position $p$, multiply what lies on top of each other, add up:
#
# $$y[p] = \sum_t w[t]\; x[p + t]$$
#
# For a signal, $p$ and $t$ are numbers. For a picture they are pairs, for a volume triples.
# Nothing else changes. By hand, along one axis, with $x = [1, 2, 4, 0, 1]$ and $w = [1, 0, -1]$:
#
# $$y = [1 - 4,\; 2 - 0,\; 4 - 1] = [-3, 2, 3]$$
#
# The slow version below never asks how many axes there are.


# %%
def convolve_slow(x, w):
    """y[p] = sum over t of w[t] x[p + t], wherever all of w lies on x; x and w of any one rank."""
    y = np.zeros([n - r + 1 for n, r in zip(x.shape, w.shape, strict=True)], x.dtype)
    for p in np.ndindex(y.shape):
        under_the_kernel = tuple(slice(i, i + r) for i, r in zip(p, w.shape, strict=True))
        y[p] = np.sum(w * x[under_the_kernel])
    return y


assert np.array_equal(convolve_slow(np.array([1, 2, 4, 0, 1]), np.array([1, 0, -1])), [-3, 2, 3])

# %% [markdown]
# **Predict before you run.** The volume has $24 \times 92 \times 72$ voxels (a voxel is a pixel
# with a depth). A kernel of $3 \times 5 \times 5$ slides over it without padding. What is the
# shape of the result, and how many multiplications does it take?
#
# <details><summary>Answer</summary>
#
# $22 \times 88 \times 68$: each axis loses the kernel's length less one. Each of these values takes
# $3 \cdot 5 \cdot 5 = 75$ multiplications, so about 9.9 million in all.
# </details>
#
# `F.conv1d`, `F.conv2d` and `F.conv3d` are this formula, with images and channels in front. Are
# they really the same thing?

# %%
rng = np.random.default_rng(0)
fast = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
for rank, shape, kernel in [(1, (50,), (7,)), (2, (12, 15), (3, 4)), (3, (6, 9, 8), (3, 2, 3))]:
    x = rng.normal(size=shape).astype(np.float32)
    w = rng.normal(size=kernel).astype(np.float32)
    y = fast[rank](x[None, None], w[None, None]).numpy()[0, 0]
    assert np.allclose(y, convolve_slow(x, w), atol=1e-5)
    print(f"{rank}-D: {shape} with {kernel} gives {y.shape}, fast and slow agree")

# %% [markdown]
# From here on, one small helper is enough for signals: output as long as the input, zeros outside.


# %%
def slide(signal, kernel):
    """signal (L,) with kernel (R,) laid on every sample: (L,)."""
    x, w = signal[None, None], np.float32(kernel)[None, None]  # (1, 1, L) and (1, 1, R)
    return F.conv1d(x, w, padding="same").numpy()[0, 0]


# %% [markdown]
# **Your turn.** Write `conv1d` with channels, stride, padding and dilation in
# `exercises/ex09_dimensions.py`, then run the check.

# %%
check("ex09.conv1d")

# %% [markdown]
# ## Filters by hand, on a noisy heart
#
# The recording is too clean to be a challenge, so you spoil it, with three things that real
# recordings suffer from: a baseline that **wanders** as the patient breathes, the **hum** of the
# mains at 60 Hz, and **noise**, like that of muscles, in every sample. Since you know the clean
# recording, you know where the beats are.


# %%
def spoil(signal, seed, wander=0.5, hum=0.3, noise=0.9):
    """The signal with wander, hum and noise of these amplitudes in millivolt."""
    rng = np.random.default_rng(seed)
    t = np.arange(len(signal)) / rate
    slow = sum(np.sin(2 * np.pi * (f * t + rng.random())) for f in rng.uniform(0.1, 0.6, 4)) / 2
    mains = np.sin(2 * np.pi * (60 * t + rng.random()))
    spoiled = signal + wander * slow + hum * mains + noise * rng.normal(size=len(signal))
    return spoiled.astype(np.float32)


noisy = spoil(train.signal, seed=0)
average = np.ones(13) / 13  # 13 samples are 36 ms
slope = np.r_[-np.ones(6), 0, np.ones(6)] / 42  # the mean after, less the mean before
shown = slice(32 * rate, 36 * rate)
_ = draw.filtered(
    {
        "clean, millivolt": train.signal[shown],
        "spoiled": noisy[shown],
        "moving average: noise goes, wander stays": slide(noisy, average)[shown],
        "slope: wander goes as well": slide(noisy, slope)[shown],
    },
    rate,
)

# %% [markdown]
# A **moving average** adds up what neighbours have in common, and lets the noise cancel. A
# **slope** filter has weights that sum to 0, so a constant gives 0 and a slow wave nearly so.
#
# Neither knows what a beat looks like. The next filter does.

# %% [markdown]
# ## A matched filter is a picture of what you look for
#
# $\sum_t w[t]\, x[p+t]$ is a dot product: of all stretches $x$ of the same energy, it is largest
# for the one that is proportional to $w$. So let $w$ be the average beat: shifted to sum 0, so
# that the wander does not count, and scaled to length 1. This is called a **matched filter**. For
# white noise, no other filter of sum 0 makes that beat stand out more.


# %%
def template(recording, kind, half=30):
    """The average of the beats of a kind, (2 half + 1,), with sum 0 and length 1."""
    around = np.arange(-half, half + 1)
    shape = recording.signal[recording.beats[kind][1:-1, None] + around].mean(0)
    shape = shape - shape.mean()
    return shape / np.linalg.norm(shape)


narrow, wide = template(train, ~train.wide), template(train, train.wide)
_ = draw.templates({"narrow": narrow, "wide": wide}, rate)

# %% [markdown]
# **From a score to beats.** A beat is a local maximum of the score above a **threshold**. No
# heart beats twice within a fifth of a second (muscle must rest after it has contracted; the time
# is called **refractory**), so of two maxima that close the higher one wins.
#
# **How good is it?** A reference beat is a *hit* if a detection lies within 150 ms, the tolerance
# of the standard for such programs (ANSI/AAMI EC57). With all detections and all beats counted,
#
# $$F_1 = \frac{2 \cdot \text{hits}}{\text{detections} + \text{beats}}$$
#
# is 1 only if every beat is found and nothing else is.
#
# **What is the reference?** Not a cardiologist. A program found the beats in the *clean*
# recording, by a method that shares nothing with yours (recursive filters and local energy,
# `tools/assets/ecg.py`), and its marks were looked at, all of them, over the trace. In the two
# stretches used here, the eye found none missing and none wrong.


# %%
def find_beats(score, threshold, step=1):
    """Samples where the score peaks above the threshold, at least 0.2 s apart; see `step` later."""
    return step * find_peaks(score, height=threshold, distance=0.2 * rate / step)[0]


def hits(found, beats):
    """Number of reference beats with a detection within 150 ms."""
    return np.sum(np.any(abs(found - beats[:, None]) <= 0.15 * rate, axis=1))


def f1(found, beats):
    return 2 * hits(found, beats) / (len(found) + len(beats))


def best_threshold(score, beats, step=1):
    """The threshold with the highest F1, of 60 between the score's median and its top."""
    choices = np.quantile(score, np.linspace(0.5, 0.995, 60))
    return max(choices, key=lambda threshold: f1(find_beats(score, threshold, step), beats))


# %% [markdown]
# A threshold is learned too, even if by trying. So it is chosen on the training stretch, and so is
# the filter; **the test stretch only judges**. Noise is luck, so the judgement is repeated with
# ten draws of it and the counts are added.


# %%
def measure(score_of, step=1):
    """F1 in training, then on the test stretch: F1, share found, share of the wide ones found."""
    score = score_of(spoil(train.signal, seed=0))
    threshold = best_threshold(score, train.beats, step)
    found = [
        find_beats(score_of(spoil(test.signal, seed)), threshold, step) for seed in range(100, 110)
    ]
    beats, wide_beats = len(test.beats), test.wide.sum()
    hit = sum(hits(f, test.beats) for f in found)
    hit_wide = sum(hits(f, test.beats[test.wide]) for f in found)
    detections = sum(len(f) for f in found)
    return {
        "threshold": threshold,
        "training F1": f1(find_beats(score, threshold, step), train.beats),
        "F1": 2 * hit / (detections + 10 * beats),
        "found": hit / (10 * beats),
        "wide found": hit_wide / (10 * wide_beats),
    }


by_hand = {
    "no filter": lambda x: x,
    "moving average": lambda x: slide(x, average),
    "slope, squared": lambda x: slide(slide(x, slope) ** 2, np.ones(27) / 27),
    "matched to narrow": lambda x: slide(x, narrow),
    "matched to wide": lambda x: slide(x, wide),
    "better of the two": lambda x: np.maximum(slide(x, narrow), slide(x, wide)),
}
results = {name: measure(score_of) for name, score_of in by_hand.items()}
_ = draw.bars({name: r["F1"] for name, r in results.items()}, "F1 on the test stretch")

# %%
best = max(results, key=lambda name: results[name]["training F1"])
Markdown(
    f"In training, **{best}** does best. On the test stretch its F1 is {results[best]['F1']:.3f}. "
    f"It finds "
    f"{results[best]['found']:.1%} of the beats and {results[best]['wide found']:.1%} of the wide "
    f"ones, over ten draws of the noise. The raw signal reaches {results['no filter']['F1']:.3f}."
)

# %% [markdown]
# **Checkpoint.** Why does the template matched to *narrow* beats find wide ones as well?
#
# <details><summary>Answer</summary>
#
# Where a wide beat passes, the middle of the template meets high values and its flanks meet lower
# ones, so the dot product is large, although not the largest a beat of that energy could give. A
# filter does not say "this is a narrow beat". It says "this has something of one".
# </details>
#
# **Your turn.** `find_peaks` did the work above. Write it yourself, as `find_beats`.

# %%
check("ex09.find_beats")

# %% [markdown]
# ## A failure on purpose: every fifth sample
#
# A beat is slow compared with 360 samples per second. Keep every fifth sample, 72 per second, and
# everything after it is five times cheaper. A convolution with stride 5 does just that.
#
# **Predict before you run.** The hum has 60 waves per second. What does it look like at 72
# samples per second?
#
# <details><summary>Answer</summary>
#
# From one kept sample to the next, the hum goes through $60/72 = 5/6$ of a wave. Going $5/6$
# forward looks exactly like going $1/6$ back: a wave of $72 - 60 = 12$ per second, which is not
# in the recording. It is called an **alias**.
# </details>


# %%
def thin(signal, size, step):
    """The mean of `size` samples around every step-th one: (L,) to (L / step,)."""
    mean = np.full((1, 1, size), 1 / size, np.float32)
    around = ((size - 1) // 2, size // 2)  # so many zeros before and behind
    return F.conv1d(signal[None, None], mean, stride=step, padding=(around,)).numpy()[0, 0]


humming = spoil(test.signal, seed=1, wander=0, hum=0.6, noise=0)
strided, cured = thin(humming, size=1, step=5), thin(humming, size=6, step=5)
_ = draw.aliasing(
    humming[: 2 * rate],
    {
        "every fifth sample: waves that are not there": strided[: 2 * 72],
        "the mean of six, at every fifth sample": cured[: 2 * 72],
    },
    step=5,
    rate=rate,
)

# %% [markdown]
# The middle row is not noise that can be filtered out: 12 Hz lies in the band where beats have much
# of their energy, and no filter applied *after* striding can tell the two apart.
#
# **The cure is to smooth before striding.** At 360 samples per second, six samples are exactly
# one wave of the hum, and the mean over one wave is 0. A kernel of six equal weights with stride
# 5 smooths and strides in one convolution; average pooling is the same thing. In numbers:


# %%
def amplitude(signal, hertz, rate):
    """How large a wave of this frequency is in the signal."""
    t = np.arange(len(signal)) / rate
    return 2 * abs(np.mean((signal - signal.mean()) * np.exp(-2j * np.pi * hertz * t)))


for name, kept in {"every fifth sample": strided, "the mean of six": cured}.items():
    print(f"{name}: a 12 Hz wave of {amplitude(kept, 12, 72):.3f} mV")
assert amplitude(cured, 12, 72) < 0.05 < 0.5 < amplitude(strided, 12, 72)

# %% [markdown]
# Does it matter for finding beats? The same matched filter, thinned out in the same two ways, on
# recordings with that much hum:


# %%
def score_at_72(recording, seed, size):
    """Matched filter scores at 72 samples per second, each sample the mean of `size`."""
    humming = spoil(recording.signal, seed, hum=0.6)
    return slide(thin(humming, size, step=5), narrow[::5])


for name, size in {"every fifth sample": 1, "the mean of six": 6}.items():
    threshold = best_threshold(score_at_72(train, 0, size), train.beats, step=5)
    found = [
        find_beats(score_at_72(test, seed, size), threshold, step=5) for seed in range(100, 110)
    ]
    print(f"{name}: mean F1 {np.mean([f1(f, test.beats) for f in found]):.3f}")

# %% [markdown]
# Networks stride as well, in convolutions and in pooling, and can be caught in the same way
# (Zhang 2019, below).
#
# **Your turn.** `avg_pool1d`: smooth and stride in one go.

# %%
check("ex09.avg_pool1d")

# %% [markdown]
# ## How many seconds does an output see?
#
# With stride 1, a layer of $r$ taps lets an output see $r - 1$ more samples of its input. In a
# stack, what is seen adds up. **Dilation** $d$ leaves gaps of $d$ between the taps, so the same
# taps reach $d$ times as far:
#
# $$\text{samples seen} = 1 + \sum_\text{layers} d\,(r - 1)$$
#
# By hand: three layers of 9 taps see $1 + 8 + 8 + 8 = 25$ samples. With dilations 1, 4 and 16
# they see $1 + 8 + 32 + 128 = 169$, with **the same number of weights and multiplications**.
#
# You do not have to trust the formula. The gradient of one output with respect to the input is
# nonzero exactly where the output looks. The network below works at 120 samples per second:
# smoothed and strided by 3, as you have just learnt to.


# %%
def network(dilations, channels=16, taps=9):
    """Conv1d and ReLU once for each dilation, then one score per sample: (N, 1, L) to (N, 1, L)."""
    layers = []
    for i, dilation in enumerate(dilations):
        inputs = channels if i else 1
        conv = nn.Conv1d(inputs, channels, taps, padding="same", dilation=dilation, seed=i)
        layers += [conv, nn.ReLU()]
    return nn.Sequential(*layers, nn.Conv1d(channels, 1, 1, seed=9))


short, long = (1, 1, 1), (1, 4, 16)
seen = {}
for dilations in (short, long):
    net = network(dilations)
    for p in net.parameters():
        p.data = abs(p.data)  # positive weights on positive values: nothing cancels, no ReLU is off
    x = minidl.tensor(np.ones((1, 1, 241), np.float32), requires_grad=True)
    net(x)[0, 0, 120].backward()
    gradient = x.grad[0, 0]
    count = np.ptp(np.flatnonzero(gradient)) + 1
    assert count == 1 + 8 * sum(dilations)
    seen[f"dilations {dilations}: {count} samples, {count / 120:.2f} s"] = gradient
_ = draw.reach(seen, rate=120)

# %% [markdown]
# **Your turn.** `receptive_seconds`, for stacks with strides too.

# %%
check("ex09.receptive_seconds")

# %% [markdown]
# ## Learning the filter
#
# Now let gradient descent find the filters. The target is 1 at each beat and falls off within a few
# hundredths of a second; the network says, for each sample, how likely a beat is. It sees only the
# **training stretch**, spoiled anew every 20 steps, so that it cannot learn the noise by heart.
#
# Two networks with the same number of weights, one short-sighted, one long-sighted. (On
# another processor, or with another number of threads, the last digits differ from those printed:
# sums are taken in another order.)
#
# **Predict before you run.** A beat lasts at most 0.2 seconds, and the short-sighted network sees
# that much. Will seeing 1.4 seconds help it?


# %%
def smooth_and_stride(signal):
    """120 samples per second of 360, each the mean of six: (L,) to (L / 3,). The hum is gone."""
    return thin(signal, size=6, step=3)


moments = np.arange(len(train.signal) // 3)
distance = abs(moments[:, None] - train.beats / 3).min(axis=1)
target = np.exp(-0.5 * (distance / 3) ** 2).astype(np.float32)


def learn(dilations, steps=500, batch=16, length=600):
    net = network(dilations)
    optimizer = optim.Adam(net.parameters(), lr=3e-3)
    schedule = optim.CosineLR(optimizer, steps)
    rng = np.random.default_rng(1)
    for step in progress(range(steps), f"dilations {dilations}"):
        if step % 20 == 0:
            x = smooth_and_stride(spoil(train.signal, seed=1000 + step))
        starts = rng.integers(0, len(x) - length, (batch, 1, 1))
        at = starts + np.arange(length)  # (batch, 1, length)
        optimizer.zero_grad()
        F.binary_cross_entropy_with_logits(net(x[at]), target[at]).backward()
        optimizer.step()
        schedule.step()
    return net


def learned_score(net):
    """Spoiled signal to scores at 120 samples per second."""

    def score(signal):
        with minidl.no_grad():
            return net(smooth_and_stride(signal)[None, None]).numpy()[0, 0]

    return score


nets = {"learned, sees 0.2 s": learn(short), "learned, sees 1.4 s": learn(long)}

# %%
for name, net in nets.items():
    results[name] = measure(learned_score(net), step=3)
compared = {name: results[name]["F1"] for name in (best, *nets)}
errors = {name: 1 - value for name, value in compared.items()}
_ = draw.bars(errors, "errors, 1 - F1, on the test stretch")

# %%
weights = sum(p.data.size for p in nets["learned, sees 1.4 s"].parameters())
by_hand_f1, short_f1, long_f1 = compared.values()
Markdown(
    f"Both networks have {weights:,} weights. Short-sighted, learning has an F1 of {short_f1:.3f}, "
    f"against {by_hand_f1:.3f} by hand. Long-sighted, it reaches {long_f1:.3f}: "
    f"{(1 - by_hand_f1) / (1 - long_f1):.1f} times fewer errors (1 - F1) than by hand."
)

# %% [markdown]
# <details><summary>Why seeing more helps, although a beat is short</summary>
#
# A beat does not come alone. A wave of recovery follows it, a smaller one precedes it, and the
# next beat is due after about half a second. A spike of noise has none of this company. The
# short-sighted network cannot see it, whatever its weights are.
# </details>
#
# Four seconds of the test stretch, as each detector sees it:

# %%
spoiled = spoil(test.signal, seed=100)
shown = slice(12 * rate, 16 * rate)
time = np.arange(len(spoiled)) / rate
panels = {
    "clean, millivolt": (time[shown], test.signal[shown], None),
    "spoiled": (time[shown], spoiled[shown], None),
    best: (time[shown], by_hand[best](spoiled)[shown], results[best]["threshold"]),
}
for name, net in nets.items():
    third = slice(shown.start // 3, shown.stop // 3)
    panels[name] = (
        time[::3][third],
        learned_score(net)(spoiled)[third],
        results[name]["threshold"],
    )
inside = test.beats[(test.beats > shown.start) & (test.beats < shown.stop)] / rate
_ = draw.detections(panels, inside)

# %% [markdown]
# **Checkpoint.** All of this is one patient. What may you claim, and what not?
#
# <details><summary>Answer</summary>
#
# That the detector finds beats of *this* heart, in a later stretch of the same recording, under
# this noise. Another patient's beats have other shapes; to claim more, hold out whole patients,
# not stretches.
# </details>

# %% [markdown]
# ## The same operation in a volume
#
# The scan has 24 slices. Its voxels measure $2.2 \times 2 \times 2$ mm, so the neighbour in the
# next slice is nearly as close as the neighbour in the same one.

# %%
_ = draw.montage(voxels, every=4)
print("shape", voxels.shape, "voxel in mm", voxel_size)

# %% [markdown]
# Start with smoothing. A **Gaussian** kernel weighs a neighbour at distance $d$ by
# $e^{-d^2/2\sigma^2}$: near ones count much, far ones little. What does it cost? With $r$ taps
# along an axis, an output takes $r$ multiplications in 1-D, $r^2$ in 2-D and $r^3$ in 3-D:

# %%
print("taps    1-D    2-D    3-D    3-D as three 1-D passes")
for r in (3, 5, 7, 11):
    print(f"{r:4d} {r:6d} {r**2:6d} {r**3:6d} {3 * r:14d}")

# %% [markdown]
# The last column is the way out. Since $e^{-(a^2+b^2+c^2)} = e^{-a^2}e^{-b^2}e^{-c^2}$, the 3-D
# kernel is a product of three 1-D kernels, and one may slide them one after the other. Such a
# kernel is called **separable**.


# %%
def gaussian(sigma, radius=2):
    """2 radius + 1 weights with sum 1."""
    weights = np.exp(-(np.arange(-radius, radius + 1) ** 2) / (2 * sigma**2))
    return (weights / weights.sum()).astype(np.float32)


def correlate(volume, kernel):
    """volume (D, H, W) with an odd kernel (T, R, S); the border voxels are repeated outside."""
    padded = np.pad(volume, [(n // 2, n // 2) for n in kernel.shape], mode="edge")
    return F.conv3d(padded[None, None], kernel[None, None]).numpy()[0, 0]


g = gaussian(0.8)
at_once = correlate(voxels, g[:, None, None] * g[:, None] * g)
one_by_one = correlate(voxels, g.reshape(-1, 1, 1))
one_by_one = correlate(one_by_one, g.reshape(1, -1, 1))
one_by_one = correlate(one_by_one, g.reshape(1, 1, -1))
assert np.allclose(at_once, one_by_one, atol=1e-5)

# %% [markdown]
# **Your turn.** `separable_conv`, one pass along each axis; and `conv_nd`, the whole formula for
# any number of axes, with channels, stride, padding and dilation. Your `conv1d` is one case of
# it.

# %%
check("ex09.separable_conv")

# %%
check("ex09.conv_nd")

# %% [markdown]
# ## What slice by slice cannot see
#
# A **Sobel** filter takes the difference along one axis and smooths along the others. Three of
# them give the three components of the gradient; its length is large where the volume has a
# surface.
#
# **Predict before you run.** In the toy below, slices 0 to 3 are 0 and slices 4 to 7
# are 1. What does a 2-D Sobel filter find in it, slice by slice?
#
# <details><summary>Answer</summary>
#
# Nothing. Every slice is constant in itself. The surface lies *between* slices, and a filter that
# sees one slice at a time cannot know of it.
# </details>


# %%
def sobel(volume, axis, axes=(0, 1, 2)):
    """Difference along `axis`, smoothing along the others of `axes`, the weights scaled to 1."""
    kernel = np.ones((1, 1, 1), np.float32)
    for a in axes:
        taps = np.float32([-1, 0, 1]) / 2 if a == axis else np.float32([1, 2, 1]) / 4
        kernel = kernel * taps.reshape([-1 if a == b else 1 for b in range(3)])
    return correlate(volume, kernel)


def edges(volume, axes):
    """The length of the gradient along these axes: (0, 1, 2) in 3-D, (1, 2) slice by slice."""
    return np.sqrt(sum(sobel(volume, axis, axes) ** 2 for axis in axes))


toy = np.zeros((8, 6, 6), np.float32)
toy[4:] = 1
print("largest 2-D gradient:", edges(toy, (1, 2)).max())
print("3-D gradient, slice by slice:", edges(toy, (0, 1, 2))[:, 3, 3])

# %%
flat, solid = edges(voxels, (1, 2)), edges(voxels, (0, 1, 2))
along_depth = abs(sobel(voxels, 0))
middle = voxels.shape[2] // 2
_ = draw.surfaces(
    {
        "the scan, from the side": voxels[:, :, middle],
        "edges found slice by slice (2-D)": flat[:, :, middle],
        "surfaces found in 3-D": solid[:, :, middle],
        "the part along depth, which 2-D never sees": along_depth[:, :, middle],
    },
    aspect=voxel_size[0] / voxel_size[1],
)

# %%
darkest_near = -F.max_pool3d(-voxels[None, None], 5, stride=1, padding=2).numpy()[0, 0]
inside = darkest_near > 0.2  # two voxels or more from the rim of the head, which any filter finds
strong = inside & (solid > np.quantile(solid[inside], 0.9))
share = np.sum(along_depth[strong] ** 2) / np.sum(solid[strong] ** 2)
larger = np.mean(along_depth[strong] > flat[strong])
Markdown(
    f"At the strongest tenth of the surfaces inside the head, {share:.0%} of the squared gradient "
    f"lies along depth. At {larger:.0%} of these voxels, the part along depth alone is larger than "
    "all that the 2-D filter finds."
)

# %% [markdown]
# Look at the bright ventricle in the middle of the head: its roof and its floor are faint slice
# by slice, and plain in 3-D. Look also at the stripes near the front in the last picture. They
# are hardly anatomy: the brightness jumps from slice to slice, probably because slices are taken
# one after the other, and a filter along depth sees that, too.

# %% [markdown]
# ## Denoising: by hand and learned
#
# Add noise to the scan and try to take it away again. Slices 0 to 14 are for tuning and learning;
# slices 17 to 23 are the test (two slices between them are used for neither, since kernels reach
# across). Quality is measured inside the head only, for outside it there is nothing to get right,
# by the **peak signal-to-noise ratio** $\text{PSNR} = -10 \log_{10}(\text{mean squared error})$
# in decibel, with 1 taken as the peak: 3 dB more is half the squared error.


# %%
def add_noise(volume, seed):
    noise = np.random.default_rng(seed).normal(size=volume.shape)
    return (volume + 0.15 * noise).astype(np.float32)


spoiled = add_noise(voxels, seed=0)
learning, testing = slice(0, 15), slice(17, 24)
head = voxels > 0.2


def psnr(result, part):
    error = (result[part] - voxels[part])[head[part]]
    return -10 * np.log10(np.mean(error**2))


def smooth(volume, sigma, flat):
    """A Gaussian along two axes (flat) or three."""
    g = gaussian(sigma)
    depth = np.float32([1]) if flat else g
    return correlate(volume, depth[:, None, None] * g[:, None] * g)


sigmas = {}
for flat in (True, False):
    choices = np.linspace(0.5, 1.1, 13)
    sigmas[flat] = max(choices, key=lambda s, f=flat: psnr(smooth(spoiled, s, f), learning))
    print(f"{2 if flat else 3}-D: best sigma on the learning slices {sigmas[flat]:.2f}")
denoised = {
    "nothing": spoiled,
    "Gaussian, 2-D": smooth(spoiled, sigmas[True], flat=True),
    "Gaussian, 3-D": smooth(spoiled, sigmas[False], flat=False),
}

# %% [markdown]
# A learned linear filter is a `Conv3d` with one $3\times3\times3$ kernel: 27 numbers instead of
# one $\sigma$. The objective does not change from step to step, so L-BFGS, which uses all of it
# at once, is a better tool than Adam. Then a network of two layers with a ReLU between, once with
# 3-D kernels and once with $1\times3\times3$ ones, which work slice by slice.


# %%
class Denoiser(nn.Module):
    """One layer, or two with a ReLU between: estimates the noise and takes it away."""

    def __init__(self, kernel, channels):
        self.margin = [(2 if channels else 1) * (k // 2) for k in kernel]
        if channels:
            first = nn.Conv3d(1, channels, kernel, activation="relu", seed=0)
            self.body = nn.Sequential(first, nn.Conv3d(channels, 1, kernel, seed=1))
        else:
            self.body = nn.Conv3d(1, 1, kernel, bias=False, seed=0)

    def forward(self, volume):
        """(D, H, W) to (1, 1, D, H, W); border voxels are repeated outside."""
        padded = np.pad(volume, [(m, m) for m in self.margin], mode="edge")
        return volume - self.body(padded[None, None])


def learn_denoiser(kernel, channels, iterations=100):
    net = Denoiser(kernel, channels)
    optimizer = optim.LBFGS(net.parameters(), max_iter=iterations)
    mask = head[learning].astype(np.float32)
    noisy = add_noise(voxels[learning], seed=1)
    with progress(label=f"kernel {kernel}") as bar:

        def closure():
            optimizer.zero_grad()
            loss = F.mse_loss(net(noisy) * mask, (voxels[learning] * mask)[None, None])
            loss.backward()
            bar.update()
            return loss

        optimizer.step(closure)
    return net


denoisers = {
    "learned, linear 3x3x3": learn_denoiser((3, 3, 3), channels=0),
    "learned, 2 layers 2-D": learn_denoiser((1, 3, 3), channels=8),
    "learned, 2 layers 3-D": learn_denoiser((3, 3, 3), channels=8),
}
for name, net in denoisers.items():
    with minidl.no_grad():
        denoised[name] = net(spoiled).numpy()[0, 0]
quality = {name: psnr(result, testing) for name, result in denoised.items()}
_ = draw.dots(quality, "PSNR in dB on held-out slices, inside the head")

# %%
gaussian_2d, gaussian_3d, linear, flat_net, solid_net = list(quality.values())[1:]
Markdown(
    f"A third dimension gives the Gaussian {gaussian_3d - gaussian_2d:.1f} dB and the two-layer "
    f"network {solid_net - flat_net:.1f} dB. The 27 learned numbers and the tuned Gaussian, which "
    f"has 125, differ by {linear - gaussian_3d:+.2f} dB. Two layers with a ReLU between them gain "
    f"{solid_net - linear:.1f} dB over one."
)

# %% [markdown]
# That 27 learned numbers do about as well as a tuned Gaussian is a result, not a disappointment.
# See what was learned (the layer subtracts its output, so the filter is a 1 in the middle less
# the weights):

# %%
kernel = -denoisers["learned, linear 3x3x3"].body.weight.numpy()[0, 0]
kernel[1, 1, 1] += 1
g = gaussian(sigmas[False], radius=1)
_ = draw.kernels({"learned": kernel, "Gaussian": g[:, None, None] * g[:, None] * g})

# %%
cut = 20
_ = draw.gallery(
    {
        "clean": voxels[cut],
        "spoiled": spoiled[cut],
        "Gaussian, 3-D": denoised["Gaussian, 3-D"][cut],
        "2 layers 3-D": denoised["learned, 2 layers 3-D"][cut],
    }
)

# %% [markdown]
# Outside the head, the network left the noise in. Its loss counted the head only, and it did what
# it was asked.
#
# One more look at the learned weights. How much does a voxel differ from its neighbour along each
# axis, and what weight did that neighbour get?

# %%
print("neighbour         typical difference   learned weight")
for axis, name in enumerate(["below, above", "front, back", "right, left"]):
    v, inside, w = (np.moveaxis(a, axis, 0) for a in (voxels, head, kernel))  # that axis first
    difference = (v[1:] - v[:-1])[inside[1:] & inside[:-1]]
    print(f"{name:18}{np.sqrt(np.mean(difference**2)):14.4f} {w[[0, 2], 1, 1].mean():16.3f}")

# %% [markdown]
# **Checkpoint.** The Gaussian treats all axes alike. The learned kernel does not. Which
# neighbours does it trust most, and why might that be?
#
# <details><summary>Answer</summary>
#
# Those in front and behind: they differ least from a voxel, so they say most about it. A scan is
# not equally sharp along its three axes, since each is measured in a different way. A Gaussian
# with one $\sigma$ cannot know that; 27 free numbers can.
# </details>
#
# **Your turn.** The whole set:

# %%
check("ex09")

# %% [markdown]
# ## Summary
#
# - A convolution is one formula; the number of axes is a detail of the index.
# - A matched filter is the shape you look for. A linear filter is hard to beat when noise is
#   white, and learning finds much the same one.
# - Striding without smoothing turns fast waves into slow ones that nothing can remove afterwards.
# - Dilation buys a wide view for the same weights, and the view can matter more than the weights.
# - Slice by slice, a surface between slices is invisible; neighbours along depth are also free
#   measurements to average.
# - Thresholds, $\sigma$ and weights were all chosen on one part of the data and judged on another.
#
# ## Where to read on
#
# - J. Pan and W. J. Tompkins, "A Real-Time QRS Detection Algorithm", 1985, section II: beats by
#   slope, square and moving average, with thresholds that adapt.
# - G. B. Moody and R. G. Mark, "The impact of the MIT-BIH Arrhythmia Database", 2001.
# - A. van den Oord and others, "WaveNet", 2016, section 2.1: dilated convolutions along time.
# - F. Yu and V. Koltun, "Multi-Scale Context Aggregation by Dilated Convolutions", 2016, section 2.
# - R. Zhang, "Making Convolutional Networks Shift-Invariant Again", 2019, section 3: aliasing in
#   networks, and smoothing before striding.
# - Ö. Çiçek and others, "3D U-Net", 2016, section 2; K. Zhang and others, "Beyond a Gaussian
#   Denoiser", 2017, section III: networks that estimate the noise.
