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
# minute on two cores. **Data:** an electrocardiogram from the MIT-BIH Arrhythmia
# Database and an MRI scan of a head. Both are real and ship with minidl;
# `minidl/data/assets/README.md` says where they come from.
#
# The lesson follows "1D and 3D generalizations" of Andrew Ng's lectures (*Convolutional Neural
# Networks*, week 4).

# %%
import matplotlib.pyplot as plt
import numpy as np
from figures import dimensions as draw
from figures import own_dimensions as yours
from figures.showing import movable, show
from IPython.display import Markdown
from scipy.signal import find_peaks

import minidl
import minidl.functional as F
from minidl import data, nn, optim
from minidl.course import check, predict, predictions, your_code
from minidl.progress import progress

plt.style.use("minidl.mplstyle")
NOISE = {"dense": 1.3}  # noise makes large pictures
SCAN = {"photo": True, "dense": 1.5, "quality": 52}
train, test = data.ecg()
voxels, voxel_size = data.volume()
rate = train.sampling_rate  # samples per second

# %% [markdown]
# ## The question
#
# Where are the heartbeats, and where are the surfaces? Your eye finds both at once. What should be
# multiplied with what, so that a program finds them too?

# %%
show(
    draw.question(train, voxels),
    "Six seconds of an electrocardiogram, and three cuts through the scan of a head.",
    alt="A trace with narrow spikes and one or more broad ones; and grey cuts through a head from "
    "above, from the front and from the side.",
    **SCAN,
)

# %% [markdown]
# Look at the beats once more: there are **two kinds**. Most are narrow spikes; some are wide. In
# this lesson **wide** is a measurement and no diagnosis: at half of its height, the beat lasts 60
# ms or more. Doctors measure the whole QRS complex, from its beginning to its end, and call 120 ms
# wide; that takes an eye for where it begins. Most of our wide ones look like what is called
# premature ventricular beats: they start in the wrong part of the heart, and spread through it by a
# slower way.

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
# The volume has $24 \times 92 \times 72$ voxels (a voxel is a pixel with a depth). A kernel of $3
# \times 5 \times 5$ slides over it without padding.

# %%
work = predict(
    "09.work", "That takes, in millions,", within=0.15, unit="million multiplications", answer=None
)
work

# %%
slid = F.conv3d(voxels[None, None], np.ones((1, 1, 3, 5, 5), np.float32)).numpy()[0, 0]
assert slid.shape == (22, 88, 68)
work.outcome(
    slid.size * 3 * 5 * 5 / 1e6,
    because="Each axis loses the kernel's length less one: 22 × 88 × 68 values of 75 each.",
)

# %% [markdown]
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
# ### Your turn
#
# Write `conv1d` with channels, stride, padding and dilation in
# [ex09_dimensions.py](../exercises/ex09_dimensions.py).

# %%
check("ex09.conv1d")

# %% [markdown]
# Three filters by your function, on four seconds of the heart: one that changes nothing, the
# difference of neighbours (where is it steep?), and the same with dilation 8 (where is it steeper
# over 16 samples?); then one that thins out, with stride 12.

# %%
mine = your_code("ex09.conv1d", even_wrong=True)
heart = train.signal[None, 32 * rate : 36 * rate]  # (1, 1440): one channel
leave, steep = np.float32([[[0, 1, 0]]]), np.float32([[[-1, 0, 1]]])
runs = {
    "[0, 1, 0], padding 1": (leave, 1, 1, 1),
    "[-1, 0, 1], padding 1": (steep, 1, 1, 1),
    "[-1, 0, 1], padding 8, dilation 8": (steep, 1, 8, 8),
    "[0, 1, 0], padding 1, stride 12": (leave, 12, 1, 1),
}
own = {name: np.asarray(mine.conv1d(heart, *how))[0] for name, how in runs.items()}
ours = {
    name: F.conv1d(heart[None], w, stride=s, padding=p, dilation=d).numpy()[0, 0]
    for name, (w, s, p, d) in runs.items()
}
if mine.right():
    assert all(np.allclose(own[name], ours[name], atol=1e-5) for name in runs)
show(
    yours.traces(own, ours, {n: rate / how[1] for n, how in runs.items()}, mine.whose("conv1d")),
    f"Four convolutions of four seconds, by conv1d ({mine.whose('conv1d')}) over the library's.",
    alt="Four traces; the dashed pink line lies on the blue one in each where the function is "
    "right.",
    **NOISE,
)
mine

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
show(
    draw.filtered(
        {
            "clean, millivolt": train.signal[shown],
            "spoiled": noisy[shown],
            "moving average: noise goes, wander stays": slide(noisy, average)[shown],
            "slope: wander goes as well": slide(noisy, slope)[shown],
        },
        rate,
    ),
    "Four seconds of the recording: clean, spoiled, and after each of two filters.",
    alt="Four traces. In the spoiled one the beats drown in noise; the average shows them on a "
    "wandering line, the slope as pairs of peaks on a level one.",
    **NOISE,
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
show(
    draw.templates({"narrow": narrow, "wide": wide}, rate),
    "The average narrow beat and the average wide one, scaled to sum 0 and length 1.",
    alt="Two curves: a narrow peak of about 40 ms, and a lower one that is several times broader.",
)

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
# **What is the reference?** Annotations of this recording exist: two cardiologists marked every
# beat of the MIT-BIH database and named its kind. They are not in the file that minidl ships, so
# the reference here is another one. A program found the beats in the *clean* recording, by a method
# that shares nothing with yours (recursive filters and local energy, `tools/assets/ecg.py`), and
# its marks were looked at, all of them, over the trace. In the two stretches used here, the eye
# found none missing and none wrong; it was not a cardiologist's eye. For a claim about a patient,
# take the database's own marks.


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


filters = ["no filter", "moving average", "slope, squared", "matched to narrow"]
order = predict(
    "09.filters", "From the most errors to the fewest", filters, order=True, answer=None
)
order

# %%
by_hand = {
    "no filter": lambda x: x,
    "moving average": lambda x: slide(x, average),
    "slope, squared": lambda x: slide(slide(x, slope) ** 2, np.ones(27) / 27),
    "matched to narrow": lambda x: slide(x, narrow),
    "matched to wide": lambda x: slide(x, wide),
    "better of the two": lambda x: np.maximum(slide(x, narrow), slide(x, wide)),
}
results = {name: measure(score_of) for name, score_of in by_hand.items()}
show(
    draw.bars({name: r["F1"] for name, r in results.items()}, "F1 on the test stretch"),
    "How well each filter finds the beats of the test stretch, over ten draws of the noise.",
    alt="Six bars: no filter and the moving average are shortest, the matched filters longest.",
)
order.outcome(
    sorted(filters, key=lambda name: results[name]["F1"]),
    because="The more a filter knows of what is looked for, the better.",
)

# %%
best = max(results, key=lambda name: results[name]["training F1"])
assert results[best]["F1"] > results["slope, squared"]["F1"] > results["no filter"]["F1"]
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
# ### Your turn
#
# `find_peaks` did the work above. Write it yourself, as
# [`find_beats`](../exercises/ex09_dimensions.py).

# %%
check("ex09.find_beats")

# %% [markdown]
# Your beats in a heart that nobody can read by eye any more: six seconds of the test stretch, and
# under them the score of the matched filter, in which your function looks for them.

# %%
mine = your_code("ex09.find_beats", even_wrong=True, any_length=True)
spoiled = spoil(test.signal, seed=100)
score = slide(spoiled, narrow).astype(float)
limit = results["matched to narrow"]["threshold"]
refractory = int(0.2 * rate)
own_beats = np.nan_to_num(mine.find_beats(score, limit, refractory)).astype(int)
own_beats = own_beats[(own_beats >= 0) & (own_beats < len(score))]
if mine.right():
    assert abs(f1(own_beats, test.beats) - f1(find_beats(score, limit), test.beats)) < 0.01
shown = slice(12 * rate, 18 * rate)
seconds = np.arange(len(score)) / rate
within = (own_beats >= shown.start) & (own_beats < shown.stop)
there = (test.beats >= shown.start) & (test.beats < shown.stop)
show(
    yours.beats_found(
        seconds[shown],
        {"spoiled, millivolt": spoiled[shown], "score of the matched filter": score[shown]},
        own_beats[within] / rate,
        test.beats[there] / rate,
        limit,
        f"find_beats, {mine.whose('find_beats')}",
    ),
    f"Beats found by find_beats ({mine.whose('find_beats')}), crosses, and the reference's, green.",
    alt="A noisy trace, and its score with clear peaks; where the function is right, nearly every "
    "green line has one cross.",
    **NOISE,
)
print(
    f"all 85 seconds: {len(own_beats)} found, {hits(own_beats, test.beats)} of "
    f"{len(test.beats)} beats among them, F1 {f1(own_beats, test.beats):.3f}"
)
mine

# %% [markdown]
# Move the threshold. Too low, and noise is called a beat; too high, and beats are missed.


# %%
def at_threshold(threshold):
    """The figure above with another threshold, by the library's find_peaks."""
    found = find_beats(score, threshold)
    near = found[(found >= shown.start) & (found < shown.stop)]
    return yours.beats_found(
        seconds[shown],
        {
            f"F1 {f1(found, test.beats):.3f}: {len(found)} found, "
            f"{hits(found, test.beats)} of {len(test.beats)} beats": test.signal[shown],
            "score of the matched filter": score[shown],
        },
        near / rate,
        test.beats[there] / rate,
        threshold,
        "SciPy's find_peaks",
    )


movable(
    at_threshold,
    {"threshold": [round(float(limit * part), 1) for part in (0.4, 0.7, 1.0, 1.4)]},
    "The same six seconds (above: clean) with a threshold of your choice.",
    alt="The clean trace and the score with the beats found, {}.",
    start=[round(float(limit), 1)],
    dense=1.1,
)

# %% [markdown]
# ## A failure on purpose: every fifth sample
#
# A beat is slow compared with 360 samples per second. Keep every fifth sample, 72 per second, and
# everything after it is five times cheaper. A convolution with stride 5 does just that.
#
# The hum has 60 waves per second.

# %%
wave = predict(
    "09.alias", "At 72 samples per second, it looks like a wave of", within=0.05,
    unit="per second", answer=None,
)  # fmt: skip
wave


# %%
def thin(signal, size, step):
    """The mean of `size` samples around every step-th one: (L,) to (L / step,)."""
    mean = np.full((1, 1, size), 1 / size, np.float32)
    around = ((size - 1) // 2, size // 2)  # so many zeros before and behind
    return F.conv1d(signal[None, None], mean, stride=step, padding=(around,)).numpy()[0, 0]


humming = spoil(test.signal, seed=1, wander=0, hum=0.6, noise=0)
strided, cured = thin(humming, size=1, step=5), thin(humming, size=6, step=5)
show(
    draw.aliasing(
        humming[: 2 * rate],
        {
            "every fifth sample: waves that are not there": strided[: 2 * 72],
            "the mean of six, at every fifth sample": cured[: 2 * 72],
        },
        step=5,
        rate=rate,
    ),
    "Two seconds of a humming heart, and what is left of them at 72 samples per second.",
    alt="Three traces: a thick band of hum with beats; slow regular waves that hide the beats; and "
    "a clean trace.",
    **NOISE,
)
spectrum = np.abs(np.fft.rfft(strided - strided.mean()))
strongest = np.fft.rfftfreq(len(strided), 1 / 72)[spectrum.argmax()]
wave.outcome(
    round(float(strongest), 1),
    because="From one kept sample to the next it goes 5/6 of a wave, which looks like 1/6 back.",
)

# %% [markdown]
# Going $60/72 = 5/6$ of a wave forward looks exactly like going $1/6$ back: a wave of $72 - 60 =
# 12$ per second, which is not in the recording. It is called an **alias**.
#
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


mean_f1 = {}
for name, size in {"every fifth sample": 1, "the mean of six": 6}.items():
    threshold = best_threshold(score_at_72(train, 0, size), train.beats, step=5)
    found = [
        find_beats(score_at_72(test, seed, size), threshold, step=5) for seed in range(100, 110)
    ]
    mean_f1[name] = np.mean([f1(f, test.beats) for f in found])
    print(f"{name}: mean F1 {mean_f1[name]:.3f}")
assert mean_f1["the mean of six"] > mean_f1["every fifth sample"]

# %% [markdown]
# Networks stride as well, in convolutions and in pooling, and can be caught in the same way
# (Zhang 2019, below).
#
# ### Your turn
#
# Write [`avg_pool1d`](../exercises/ex09_dimensions.py): smooth and stride in one go.

# %%
check("ex09.avg_pool1d")

# %% [markdown]
# The humming heart through your function, once with windows of one sample, which is striding alone,
# and once with six.

# %%
mine = your_code("ex09.avg_pool1d", even_wrong=True)
two_seconds = humming[None, : 2 * rate]
sizes = {"windows of 1, stride 5": 1, "windows of 6, stride 5": 6}
own = {name: np.asarray(mine.avg_pool1d(two_seconds, n, 5))[0] for name, n in sizes.items()}
ours = {
    name: np.lib.stride_tricks.sliding_window_view(two_seconds[0], n)[::5].mean(axis=1)
    for name, n in sizes.items()
}
if mine.right():
    assert all(np.allclose(own[name], ours[name], atol=1e-5) for name in sizes)
show(
    yours.traces(own, ours, dict.fromkeys(sizes, 72), mine.whose("avg_pool1d")),
    f"Two seconds thinned out by avg_pool1d ({mine.whose('avg_pool1d')}) over NumPy's.",
    alt="Two traces at 72 samples per second: waves of 12 per second above, a clean heart below, "
    "where the function is right.",
    **NOISE,
)
mine

# %% [markdown]
# ### Break it
#
# In Europe the mains hum at 50 waves per second. Somebody takes our cure there unchanged.

# %%
abroad = predict(
    "09.abroad",
    "After the mean of six and stride 5, an alias is left of",
    ["nothing", "less than half of the hum", "more than half of the hum"],
    answer=None,
)
abroad

# %%
HERTZ = 50  # the one thing to change: waves of hum per second
t = np.arange(len(test.signal)) / rate
hum = 0.6 * np.sin(2 * np.pi * HERTZ * t).astype(np.float32)
alias = abs(HERTZ - 72 * round(HERTZ / 72))  # where it comes to lie at 72 samples per second
left = amplitude(thin(hum, size=6, step=5), alias, 72)
show(
    draw.aliasing(
        hum[: rate // 2],
        {
            "every fifth sample": thin(hum, size=1, step=5)[:36],
            f"the mean of six: {left / 0.6:.0%} of the hum is left": thin(hum, 6, 5)[:36],
        },
        step=5,
        rate=rate,
    ),
    f"Half a second of a hum of {HERTZ} waves per second, without a heart, thinned out both ways.",
    alt="Three traces: a dense wave; a slower one of the same height; a slower one of less height.",
    **NOISE,
)
print(f"{HERTZ} waves per second are seen as {alias}; {left / 0.6:.0%} is left")
abroad.outcome(
    abroad.guess.options[int(np.digitize(left / 0.6, [0.02, 0.5]))],
    because="Six samples are one whole wave of 60 per second only; of others some is left over.",
)

# %% [markdown]
# ## How many seconds does an output see?
#
# Lesson 07 worked out what a unit sees of a picture; along time it is the same arithmetic. With
# stride 1, a layer of $r$ taps lets an output see $r - 1$ more samples of its input, and in a stack
# what is seen adds up. **Dilation** $d$ leaves gaps of $d$ between the taps, so the same
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
show(
    draw.reach(seen, rate=120),
    "The gradient of one output by each input sample: what the output can see, and how strongly.",
    alt="Above, a narrow bell of 25 samples; below, a comb that reaches over 169 samples.",
)

# %% [markdown]
# ### Your turn
#
# Write [`receptive_seconds`](../exercises/ex09_dimensions.py), for stacks with strides too.

# %%
check("ex09.receptive_seconds")

# %% [markdown]
# Your function's answer for four stacks, laid over the heart they would look at. The first layer of
# each is the smoothing of six samples with stride 3. (The network above sees 6 + 24 · 3 = 78
# samples of the recording with dilations 1, since its 25 samples are 3 apart.)

# %%
mine = your_code("ex09.receptive_seconds", even_wrong=True)
front = nn.Conv1d(1, 1, 6, stride=3)
stacks = {"dilations 1, 1, 1": (1, 1, 1), "dilations 1, 2, 4": (1, 2, 4),
          "dilations 1, 4, 16": (1, 4, 16)}  # fmt: skip
spans = {}
for name, dilations in stacks.items():
    x = minidl.tensor(np.ones((1, 1, 1441), np.float32), requires_grad=True)
    net = nn.Sequential(front, *(nn.Conv1d(1, 1, 9, dilation=d) for d in dilations))
    for p in net.parameters():
        p.data = abs(p.data) + 0.1
    net(x)[0, 0, 0].backward()
    truth = (np.ptp(np.flatnonzero(x.grad)) + 1) / rate  # by the gradient, not by a formula
    layers = [(6, 3, 1), *((9, 1, d) for d in dilations)]
    spans[name] = float(mine.receptive_seconds(layers, rate)), truth
if mine.right():
    assert all(np.isclose(own, truth) for own, truth in spans.values())
show(
    yours.spans(heart[0], rate, 2.0, spans, mine.whose("receptive_seconds")),
    f"How much of four seconds one output sees, by receptive_seconds "
    f"({mine.whose('receptive_seconds')}) over what the gradient says.",
    alt="A heart's trace, and three bars under it, about 0.2, 0.5 and 1.4 seconds long.",
)
mine

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
# A beat lasts at most 0.2 seconds, and the short-sighted network sees that much.

# %%
farther = predict(
    "09.farther",
    "With 1.4 seconds in view, it makes, beside the short-sighted one,",
    ["more errors", "about as many", "fewer, but over half", "less than half as many"],
    answer=None,
)
farther


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
show(
    draw.bars(errors, "errors, 1 - F1, on the test stretch"),
    "Errors of the best filter by hand and of two learned networks of equally many weights.",
    alt="Three bars; the one of the long-sighted network is by far the shortest.",
)
by_view = errors["learned, sees 1.4 s"] / errors["learned, sees 0.2 s"]
farther.outcome(
    farther.guess.options[int(np.digitize(-by_view, [-1.1, -0.9, -0.5]))],
    because="A beat does not come alone: waves go before and after it, and the next one is due.",
)

# %%
weights = sum(p.data.size for p in nets["learned, sees 1.4 s"].parameters())
by_hand_f1, short_f1, long_f1 = compared.values()
assert long_f1 > max(by_hand_f1, short_f1)
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
show(
    draw.detections(panels, inside),
    "Four seconds of the test stretch as each detector sees them.",
    alt="Five traces: clean, spoiled, and three scores. The long-sighted network's score is a row "
    "of clean peaks at the reference beats.",
    **NOISE,
)

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
show(
    draw.montage(voxels, every=4),
    "Every fourth slice of the scan, from the lowest up.",
    alt="Six grey cuts through a head, from the neck's side to the top.",
    **SCAN,
)
print("shape", voxels.shape, "voxel in mm", voxel_size)

# %% [markdown]
# A film is a volume as well: its pictures lie one behind the other, and time is the third axis. A
# filter with taps in several pictures sees what moves. Here one square stands and another crosses
# the picture by three pixels at a time; $(-1, 1)$ along time subtracts every picture from the next.

# %%
film = np.zeros((5, 24, 24), np.float32)  # pictures, rows, columns
film[:, 4:9, 14:19] = 1  # it stands
for moment in range(5):
    film[moment, 14:19, 2 + 3 * moment : 7 + 3 * moment] = 1
change = F.conv3d(film[None, None], np.float32([-1, 1]).reshape(1, 1, 2, 1, 1)).numpy()[0, 0]
assert not change[:, 4:9, 14:19].any()  # what stands is gone
assert ((change > 0).sum((1, 2)) == 3 * 5).all()  # of what moves three columns are new
show(
    draw.gallery(
        {"picture 0": film[0], "picture 1": film[1], "picture 1 - picture 0": change[0] / 2 + 0.5},
        limits=(0, 1),
    ),
    "Two pictures of a film, and what a filter along time makes of them: grey is no change.",
    alt="Two squares, of which the lower one has moved to the right; and the difference: a bright "
    "bar before the lower square, a dark one behind it, and nothing of the upper one.",
)

# %% [markdown]
# Back to the head. Start with smoothing. A **Gaussian** kernel weighs a neighbour at distance $d$
# by $e^{-d^2/2\sigma^2}$: near ones count much, far ones little. What does it cost? With $r$ taps
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
# ### Your turn
#
# Write [`separable_conv`](../exercises/ex09_dimensions.py), one pass along each axis; and
# `conv_nd`, the whole formula for any number of axes, with channels, stride, padding and dilation.
# Your `conv1d` is one case of it.

# %%
check("ex09.separable_conv")

# %%
check("ex09.conv_nd")

# %% [markdown]
# Your two functions in a head. `separable_conv` smooths it. `conv_nd` takes the difference along
# all three axes with three kernels at once: drawn are the one along depth (bright where it gets
# brighter upwards), and the root of the sum of all squares, which is large where the scan has a
# surface.

# %%
mine = your_code("ex09.separable_conv", "ex09.conv_nd", even_wrong=True)
blurred = np.asarray(mine.separable_conv(voxels, gaussian(1.2)))
differences = np.zeros((3, 1, 3, 3, 3), np.float32)
for axis, kernel in enumerate(differences[:, 0]):
    line = [1, 1, 1]
    line[axis] = slice(None)
    kernel[tuple(line)] = -0.5, 0, 0.5
ones = (1, 1, 1)
by_axis = np.asarray(mine.conv_nd(voxels[None], differences, ones, ones, ones))
gradients = F.conv3d(voxels[None, None], differences, padding=1).numpy()[0]
weights = gaussian(1.2)
smoothed = F.conv3d(
    voxels[None, None],
    (weights[:, None, None] * weights[:, None] * weights)[None, None],
    padding=2,
).numpy()[0, 0]
if mine.right():
    assert np.allclose(by_axis, gradients, atol=1e-4)
    assert np.allclose(blurred, smoothed, atol=1e-4)
side, rows = voxels.shape[2] // 2, []
for smooth_one, along in ((blurred, by_axis), (smoothed, gradients)):
    along = np.nan_to_num(along).clip(-9, 9)
    rows += [smooth_one[:, :, side], along[0, :, :, side], np.sqrt((along**2).sum(0))[:, :, side]]
names = [f"{name}, {mine.whose(name)}" for name in ("separable_conv", "conv_nd")]
show(
    yours.cuts(
        rows,
        [names[0], f"{names[1]}: depth", f"{names[1]}: surfaces"],
        [(0, 0.9), (-0.3, 0.3), (0, 0.35)],
        voxel_size[0] / voxel_size[1],
    ),
    "The scan from the side: smoothed, its difference along depth, and its surfaces; by your "
    "functions on the left, by the library's on the right.",
    alt="Three rows of two cuts through a head: blurred, grey with bright and dark edges, and "
    "bright outlines on black. Left and right are alike where the functions are right.",
    **SCAN,
)
mine

# %% [markdown]
# ## What slice by slice cannot see
#
# A **Sobel** filter takes the difference along one axis and smooths along the others. Three of
# them give the three components of the gradient; its length is large where the volume has a
# surface.
#
# In the toy below, slices 0 to 3 are 0 and slices 4 to 7 are 1.

# %%
between_slices = predict(
    "09.slices",
    "Of the surface, a 2-D Sobel filter that goes slice by slice finds",
    ["all", "half", "nothing"],
    answer=None,
)
between_slices


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
part = edges(toy, (1, 2)).max() / edges(toy, (0, 1, 2)).max()
between_slices.outcome(
    between_slices.guess.options[int(np.digitize(-part, [-0.75, -0.25]))],
    because="Every slice is constant in itself: the surface lies between slices.",
)

# %%
flat, solid = edges(voxels, (1, 2)), edges(voxels, (0, 1, 2))
along_depth = abs(sobel(voxels, 0))
middle = voxels.shape[2] // 2
show(
    draw.surfaces(
        {
            "the scan, from the side": voxels[:, :, middle],
            "edges found slice by slice (2-D)": flat[:, :, middle],
            "surfaces found in 3-D": solid[:, :, middle],
            "the part along depth, which 2-D never sees": along_depth[:, :, middle],
        },
        aspect=voxel_size[0] / voxel_size[1],
    ),
    "The scan from the side, and what 2-D and 3-D filters find in it, each on its own scale.",
    alt="Four cuts. Roof and floor of the ventricle are faint in the 2-D picture and plain in the "
    "3-D ones.",
    **SCAN,
)

# %%
darkest_near = -F.max_pool3d(-voxels[None, None], 5, stride=1, padding=2).numpy()[0, 0]
inside = darkest_near > 0.2  # two voxels or more from the rim of the head, which any filter finds
strong = inside & (solid > np.quantile(solid[inside], 0.9))
share = np.sum(along_depth[strong] ** 2) / np.sum(solid[strong] ** 2)
larger = np.mean(along_depth[strong] > flat[strong])
assert share > 0.3
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
show(
    draw.dots(quality, "PSNR in dB on held-out slices, inside the head"),
    "How well each filter takes the noise away, on slices that had no part in tuning or learning.",
    alt="Six dots; each 3-D filter lies to the right of its 2-D fellow, and the network of two "
    "layers in 3-D is best.",
)

# %%
gaussian_2d, gaussian_3d, linear, flat_net, solid_net = list(quality.values())[1:]
assert gaussian_3d > gaussian_2d
assert solid_net > max(flat_net, linear)
assert abs(linear - gaussian_3d) < 0.5
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
show(
    draw.kernels({"learned": kernel, "Gaussian": g[:, None, None] * g[:, None] * g}),
    "The 27 weights that were learned, and those of the Gaussian, slice by slice.",
    alt="Six squares of nine weights: large in the middle, small at the corners, in both rows.",
    **SCAN,
)

# %%
cut = 20
show(
    draw.gallery(
        {
            "clean": voxels[cut],
            "spoiled": spoiled[cut],
            "Gaussian, 3-D": denoised["Gaussian, 3-D"][cut],
            "2 layers 3-D": denoised["learned, 2 layers 3-D"][cut],
        }
    ),
    "A held-out slice: clean, with noise, and after two of the filters.",
    alt="Four grey slices of a head: sharp, grainy, blurred without grain, and sharper without "
    "grain.",
    **SCAN,
)

# %% [markdown]
# Outside the head, the network left the noise in. Its loss counted the head only, and it did what
# it was asked.
#
# One more look at the learned weights. How much does a voxel differ from its neighbour along each
# axis, and what weight did that neighbour get?

# %%
trusted = predict(
    "09.trusted",
    "The learned kernel gives the largest weight to the neighbours",
    ["below, above", "front, back", "right, left"],
    answer=None,
)
trusted

# %%
trust = {}
print("neighbour         typical difference   learned weight")
for axis, name in enumerate(["below, above", "front, back", "right, left"]):
    v, inside, w = (np.moveaxis(a, axis, 0) for a in (voxels, head, kernel))  # that axis first
    difference = (v[1:] - v[:-1])[inside[1:] & inside[:-1]]
    trust[name] = w[[0, 2], 1, 1].mean()
    print(f"{name:18}{np.sqrt(np.mean(difference**2)):14.4f} {trust[name]:16.3f}")
trusted.outcome(
    max(trust, key=lambda name: trust[name]),
    because="They differ least from a voxel, so they say most about it.",
)

# %% [markdown]
# The Gaussian treats all axes alike, the learned kernel does not. A scan is not equally sharp along
# its three axes, since each is measured in a different way. A Gaussian with one $\sigma$ cannot
# know that; 27 free numbers can.
#
# ## Your turn: the whole set

# %%
check("ex09")

# %%
predictions("09")

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
# - Ng, *Convolutional Neural Networks* (deeplearning.ai), week 4: the lectures that this lesson
#   follows.
# - J. Pan and W. J. Tompkins, "A Real-Time QRS Detection Algorithm", 1985: beats by
#   slope, square and moving average, with thresholds that adapt.
# - G. B. Moody and R. G. Mark, "The impact of the MIT-BIH Arrhythmia Database", 2001.
# - A. van den Oord and others, "WaveNet", 2016: dilated convolutions along time.
# - F. Yu and V. Koltun, "Multi-Scale Context Aggregation by Dilated Convolutions", 2016.
# - R. Zhang, "Making Convolutional Networks Shift-Invariant Again", 2019: aliasing in
#   networks, and smoothing before striding.
# - Ö. Çiçek and others, "3D U-Net", 2016; K. Zhang and others, "Beyond a Gaussian
#   Denoiser", 2017: networks that estimate the noise.
#
# **Next:** [10 Your own library](10_own_library.ipynb) switches on every function you wrote.
