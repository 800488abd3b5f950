# %% [markdown]
# # 10 Your own library
#
# You have written some seventy small functions. Each was checked by itself, on small arrays,
# against an answer. In this lesson they do what they were written for: one call puts them in the
# place of the library's own, and then your code reads digits, recognises people and paints a
# picture.
#
# **You will be able to**
# - put your functions in place with `use_mine()`, and say which line of a training step is yours;
# - show that a library made of your parts gives the same results as the one it replaces;
# - measure what the compiled kernels are worth, job by job;
# - replace a part of a system safely: what is not right is left out, and you are told.
#
# **Time:** an hour. Computing: less than a minute on two cores. **Data:** digits, drawn faces, a
# photograph and a drawn artwork, all shipped with minidl. No network.

# %%
import shutil
import tempfile
import time
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from figures import own_library as draw
from IPython.display import Markdown, display

import minidl
import minidl.functional as F
from minidl import data, metric, models, nn, no_grad, optim, style
from minidl.course import use_mine
from minidl.course.mine import all_places
from minidl.progress import progress

plt.style.use("minidl.mplstyle")

# %% [markdown]
# ## Plugging in
#
# `use_mine()` runs the checks of every exercise, as `check` does. Each one that passes takes the
# place of the library's function that does the same work. One that does not pass is left out, the
# library's function stays, and a line says so. Here is how far you are:

# %%
mine = use_mine()
print(repr(mine).splitlines()[0])

# %% [markdown]
# When this notebook was built for you to read, no exercise was solved, so there was nothing to plug
# in. The next cell then takes the reference answers instead, so that you can see where this is
# going. As soon as some of *your* functions pass, it takes those, and only those.

# %%
folder = None if mine.used else "../solutions"
mine = use_mine(submission=folder)
print("the reference answers stand in for yours" if folder else "these are your own functions")
display(mine)

# %% [markdown]
# The left column is what you wrote; the right column is what it has become. Some functions have no
# twin in the library and are not listed: `winograd_f23` lives inside a compiled kernel there, and
# `confusion_matrix` was for you to look at.
#
# **The question of this lesson:** is that a toy, or does it hold the roof? Below is the library as
# a house, from the kernels in the cellar to style transfer under the roof. Every brick is a place
# that an exercise can take. Green ones are in your hands now.

# %%
_ = draw.house(all_places(), mine)

# %% [markdown]
# ## Small enough to follow by hand
#
# Take $y = a \cdot b$ with $a = (2, 3)$ and $b = 10$, and the gradient $(1, 100)$ at $y$. By hand:
# the gradient of $a$ is $(1, 100) \cdot 10 = (10, 1000)$, and that of $b$ sums over what it was
# broadcast to, $1 \cdot 2 + 100 \cdot 3 = 302$. Three of your functions take part: the product's
# vjp, `unbroadcast`, and the order of the walk.

# %%
a = minidl.tensor([2.0, 3.0], requires_grad=True)
b = minidl.tensor([10.0], requires_grad=True)
(a * b).backward([1.0, 100.0])
print("gradient of a:", a.grad, "  gradient of b:", b.grad)
assert np.allclose(a.grad, [10, 1000])
assert np.allclose(b.grad, [302])

# %% [markdown]
# And the checker that you wrote in lesson 01 checks the engine that it is part of: finite
# differences by your `numerical_gradient`, gradients by your vjps. (A chain of yours all through,
# and still a fair test: a mistake in one of them would not be the same mistake in the other.)

# %%
rng = np.random.default_rng(0)
assert minidl.gradcheck(lambda x, w: (x @ w).tanh().sum(), rng.normal(size=(3, 4)),
                        rng.normal(size=(4, 2)))  # fmt: skip
assert minidl.gradcheck(lambda x, w: F.conv2d(x, w, stride=2, padding=1),
                        rng.normal(size=(1, 2, 5, 4)), rng.normal(size=(3, 2, 3, 3)))  # fmt: skip

# %% [markdown]
# ## Who does the work in a training step?
#
# The ConvNet of lesson 03, smaller, and one step of Adam on 64 digits. Python can count for us: the
# profiler records every call, and we keep those that ended up in an exercise file.
#
# **Predict before you run:** the network has two convolutions and one pooling. How often is
# `conv2d_im2col` called in one step, how often `conv2d_weight_grad`, and how often
# `conv2d_input_grad`?
#
# <details><summary>Answer</summary>
#
# Twice forward. Both convolutions have weights to learn, so `conv2d_weight_grad` is called twice.
# But only one needs the gradient of its input: nobody asks how to change the digits. The walk
# leaves out what nobody needs.
#
# </details>

# %%
digits = data.digits()


def convnet():
    """Two convolutions; always the same first weights."""
    draws = np.random.default_rng(1)
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, activation="relu", seed=draws),
        nn.Conv2d(16, 32, 3, padding=1, activation="relu", seed=draws),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32 * 4 * 4, 10, seed=draws),
    )


def step(model, optimizer, images, labels):
    """One step downhill; the loss before it."""
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


# %%
model = convnet()
optimizer = optim.Adam(model.parameters(), lr=2e-3)
batch = digits.train_images[:64], digits.train_labels[:64]
step(model, optimizer, *batch)  # the first call of anything is slower
found = draw.profiled(lambda: step(model, optimizer, *batch), folder or "../exercises")
if found:
    _ = draw.calls(found)

# %%
if "conv2d_input_grad" in found:
    assert found["conv2d_im2col"].calls == found["conv2d_weight_grad"].calls == 2
    assert found["conv2d_input_grad"].calls == 1

# %% [markdown]
# **Checkpoint.** Nearly all of the arithmetic of a step is in the convolutions. Is the longest bar
# one of them? If not, what costs so much there?
#
# <details><summary>Answer</summary>
#
# A convolution by im2col is one matrix product, and products run in compiled code. A function that
# goes through its windows in Python pays a few microseconds for each of them, however little it
# does there: a pooling looks at 64 images times 32 channels times 16 windows, 32,768 of them, to
# pick one number from four.
#
# </details>
#
# ## Digits, twice
#
# Now train: once with your functions, once with the library's own, from the same weights on the
# same batches. If yours are right, the two losses are the same numbers but for rounding, step after
# step: every error in a gradient would make the paths part.


# %%
def trained(label, epochs=4):
    """A model after a few epochs, its losses, and the seconds that took."""
    model = convnet()
    optimizer = optim.Adam(model.parameters(), lr=4e-3)
    loader = data.DataLoader(
        digits.train_images, digits.train_labels, batch_size=64, shuffle=True, seed=0
    )
    losses, started = [], time.perf_counter()
    for _ in range(epochs):
        for images, labels in progress(loader, label):
            losses.append(step(model, optimizer, images, labels))
    return model, losses, time.perf_counter() - started


def accuracy(model):
    """The share of the test digits that it reads right."""
    with no_grad():
        return np.mean(model(digits.test_images).data.argmax(axis=1) == digits.test_labels)


with mine:
    yours, your_losses, your_seconds = trained("yours")
theirs, their_losses, their_seconds = trained("the library's")
assert np.allclose(your_losses[:20], their_losses[:20], rtol=1e-3)
_ = draw.two_curves({"the library's": their_losses, "yours": your_losses})

# %%
Markdown(
    f"With your functions the network reads **{accuracy(yours):.1%}** of 500 digits it has never "
    f"seen, after {your_seconds:.1f} s of training; with the library's **{accuracy(theirs):.1%}**, "
    f"after {their_seconds:.1f} s."
)

# %% [markdown]
# `with mine:` puts your functions in for the length of the block, and the library's back at its
# end. Without `with`, they stay until `mine.undo()`.
#
# The first twenty losses were asserted equal to a thousandth. Not all of them: both sides round
# differently in the seventh digit, and training magnifies that little by little. Two runs of a
# correct program part like this; two runs of which one has a wrong gradient part at the second
# step.
#
# ## Faces
#
# The encoder of lessons 04 to 06, with your convolution under it and your distances, curve,
# threshold and search above it. Pictures of thirty people choose the threshold, for one false
# accept in a thousand comparisons: with ten people in the gallery a stranger has ten chances
# (lesson 04). Pictures of another twenty are asked about: ten of them are enrolled, from one
# picture each, and ten are strangers.

# %%
encoder = models.FaceEncoder.pretrained()


def recognition():
    """Error rate, threshold, and for pictures of ten people and ten strangers: who it is."""
    choosing = data.faces(np.arange(30), 4, split="test", seed=0)
    asking = data.faces(np.arange(100, 120), 3, split="test", seed=0)
    i, j = np.triu_indices(len(choosing.labels), 1)
    with no_grad():
        apart = metric.pairwise_distances(encoder.encode(choosing.images)).data[i, j]
    same = choosing.labels[i] == choosing.labels[j]
    threshold = metric.choose_threshold(apart, same, far=0.001)
    gallery = metric.Gallery(threshold)
    people = asking.images.reshape(20, 3, *asking.images.shape[1:])
    for number in range(10):
        gallery.enrol(f"person {number}", encoder.encode(people[number, :1])[0])
    shown = people[:, 1:].reshape(40, *asking.images.shape[1:])
    matches = gallery.recognise(encoder.encode(shown))
    return metric.equal_error_rate(apart, same), threshold, shown, [m.name for m in matches]


with mine:
    rate, threshold, shown, names = recognition()
library_rate, library_threshold, _, library_names = recognition()
assert np.isclose(rate, library_rate, atol=1e-3)
assert np.isclose(threshold, library_threshold, rtol=1e-3)

# %%
truth = [f"person {n // 2}" if n < 20 else None for n in range(40)]
right = [name == true for name, true in zip(names, truth, strict=True)]
some = [0, 2, 4, 6, 8, 10, 20, 22, 24, 26, 28, 30]
said = [name or "none of them" for name in names]
_ = draw.faces_asked(shown[some], [said[n] for n in some], [right[n] for n in some])

# %%
Markdown(
    f"Equal error rate **{rate:.1%}** over the pairs of thirty people, threshold {threshold:.3f}. "
    f"Of forty pictures, **{sum(right)}** were answered rightly; the library's own functions agree "
    f"on **{sum(a == b for a, b in zip(names, library_names, strict=True))}** of the forty."
)

# %% [markdown]
# And on a photograph (set 10): your `decode_boxes`, `intersection_over_union` and
# `non_maximum_suppression` find the face, your `similarity` turns it upright.

# %%
astronaut, detector = data.sample_image("astronaut"), models.FaceDetector.pretrained()


def found_upright():
    """The box of the best face, and the face turned upright."""
    face = detector.detect(astronaut)[0]
    return face.box, models.align(astronaut, face.points)


with mine:
    box, chip = found_upright()
library_box, library_chip = found_upright()
assert np.allclose(box, library_box)
assert np.allclose(chip, library_chip, atol=1e-3)
print(f"the face of the astronaut: from {box[:2].round()} to {box[2:].round()}, by your functions")

# %% [markdown]
# The weights of the encoder came with minidl: they were trained with the compiled kernels, in three
# minutes. Yours could train them as well, and would take longer. How much longer is the next
# question.
#
# ## What the compiled kernels are worth
#
# **Predict before you run:** four jobs are timed below, with your functions and with the compiled
# kernels. A convolution forward; both its gradients; a max pooling with its gradient; the hardest
# triplets of 48 encodings. Which one gains most, and which nothing?
#
# <details><summary>Answer</summary>
#
# What gains depends on where the loops run. A convolution by im2col is one large product, which
# NumPy hands to compiled code as well: it loses by the memory that the columns take, nine copies of
# the input, and by the multiplications that Winograd saves (lesson 02). If your pooling goes
# through windows in Python, every window costs a microsecond or more, and compiled code gains by
# far the most there. Mining is a few NumPy calls on small arrays on both sides: nothing to gain.
#
# </details>


# %%
def milliseconds(call, repeats=5):
    """The median time of a call; the first one is not counted."""
    call()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return 1e3 * np.median(times)


x = rng.normal(size=(1, 64, 64, 64)).astype(np.float32)
w = rng.normal(size=(64, 64, 3, 3)).astype(np.float32)


def forward_and_back():
    leaf, weight = minidl.tensor(x, requires_grad=True), minidl.tensor(w, requires_grad=True)
    F.conv2d(leaf, weight, padding=1).sum().backward()


def pooled_and_back():
    leaf = minidl.tensor(x, requires_grad=True)
    F.max_pool2d(leaf, 2).sum().backward()


jobs = {
    "convolution, forward": lambda: F.conv2d(x, w, padding=1),
    "convolution, both gradients": forward_and_back,
    "max pooling and its gradient": pooled_and_back,
    "triplets of 48 encodings": lambda: metric.batch_hard_triplet_loss(
        F.normalize(x[0, :48, 0]), np.arange(48) // 4
    ),
}
with mine:
    with_yours = {name: milliseconds(call) for name, call in jobs.items()}
with_theirs = {name: milliseconds(call) for name, call in jobs.items()}
_ = draw.rungs({name: (with_yours[name], with_theirs[name]) for name in jobs})

# %%
gains = {name: with_yours[name] / with_theirs[name] for name in jobs}
listed = ", ".join(f"{name} **{gain:.1f}**" for name, gain in gains.items())
Markdown(f"Yours takes so many times as long: {listed}.")

# %% [markdown]
# Correct first, then fast, then both, held together by a test: that is how this library was built,
# and the order matters. A fast kernel is only worth having where you can show that it computes the
# same as the loops anyone can read.
#
# ## The picture
#
# Last, the roof: style transfer, at a size that suits your convolution. VGG's layers run on your
# `conv2d_im2col`, its gradient on your `conv2d_input_grad`; costs are your Gram matrices. The
# library paints the same picture beside it, from the same start.

# %%
painted = {}
options = {"size": 112, "steps": 25, "init": "content", "quiet": True}
photo, art = data.sample_image("coffee"), data.artwork("currents", size=128)
with mine:
    painted["yours"] = style.transfer(photo, art, **options)
painted["the library's"] = style.transfer(photo, art, **options)
_ = draw.pictures(
    {"content": painted["yours"].content, "style": art}
    | {label: result.picture for label, result in painted.items()}
)

# %%
apart = np.abs(painted["yours"].picture - painted["the library's"].picture)
lines = [
    f"{label}: cost {result.history['best'][0]:.3g} to {result.history['best'][-1]:.3g} in "
    f"{result.history['seconds'][-1]:.1f} s"
    for label, result in painted.items()
]
print(*lines, f"mean difference of a pixel: {apart.mean():.4f}", sep="\n")
assert painted["yours"].history["best"][-1] < painted["yours"].history["best"][0] / 2
assert np.isclose(*(p.history["best"][0] for p in painted.values()), rtol=1e-2)

# %% [markdown]
# The two costs begin equal. The pictures are alike and not identical: an optimiser takes dozens of
# decisions from rounded numbers, and Winograd rounds otherwise than im2col.
#
# ## A failure, and what catches it
#
# What if a part is wrong? Take your files, spoil one line of a copy, and plug that in. The line is
# the one that everybody gets wrong once: `unbroadcast` forgets axes of length 1.

# %%
with tempfile.TemporaryDirectory() as temporary:
    spoiled = Path(temporary) / "exercises"
    shutil.copytree(folder or "../exercises", spoiled)
    draw.spoil_unbroadcast(spoiled / "ex01_autograd.py")
    with use_mine("ex01", submission=spoiled) as broken:
        print(broken)
        b = minidl.tensor([[10.0], [20.0]], requires_grad=True)
        (minidl.tensor([1.0, 2.0, 3.0]) * b).sum().backward()
        print("\ngradient of b, shape", b.grad.shape, "\n", b.grad)

# %% [markdown]
# Three things happened. `unbroadcast` did not pass and was left out, with a line that says so.
# `mul_vjp` builds on it but is right itself, so it stays in, and borrows the reference's
# `unbroadcast`; the last line says that. And the gradient is right, because nothing that failed its
# check got in.
#
# Suppose there were no check, and the wrong function had been put in by hand. The engine would not
# have complained: `backward()` leaves a gradient of shape (2, 3) at a parameter of shape (2, 1).
# minidl's optimisers refuse it; a step by hand, `b = b - lr * grad`, broadcasts without a word, and
# training would go on with a parameter of another shape. **A test that runs before the part is used
# costs a second; the same mistake found in a loss curve costs a day.**
#
# **Checkpoint.** Your `mul_vjp` passes its own check although the `unbroadcast` it calls is wrong.
# How can the checker know?
#
# <details><summary>Answer</summary>
#
# It runs functions that build on others twice: over the reference's and over yours. The points come
# from the first, and a difference between the two is reported as what it is: not this function's
# mistake.
#
# </details>
#
# ## Your turn
#
# What `use_mine()` left out is what is still to do: `minidl progress` in a terminal shows it set by
# set, `check("ex02")` here. When nothing is left out any more, run this notebook again.
#
# **Things to build next**, with nothing but your own parts:
#
# - train the face encoder with `batch_hard_triplet_loss` for fifty steps with your functions, at
#   size 32, and compare the loss curve with the library's;
# - paint your own photograph in the style of another of your photographs;
# - make `conv2d_im2col` faster without leaving NumPy: where does its time go?
#   (`np.lib.stride_tricks` makes columns without loops; `np.einsum` can do without columns at all);
# - add an operation to the library (CONTRIBUTING.md says how), with its vjp and samples, and watch
#   the gradient check find it.
#
# ## Summary
#
# - A deep learning library is a few dozen small functions: a product's gradient, an order to walk
#   in, a convolution and its two gradients, a loss, a step. You have written them.
# - Two implementations of one thing are held together by running both on the same input. That is
#   how the checks work, how the kernels are tested, and what you did in this lesson.
# - im2col and a matrix product are enough to recognise faces. Compiled kernels change how long it
#   takes, not what comes out.
# - Replace parts one at a time, behind a test. What fails stays out.
#
# ## Where to read on
#
# - minidl itself: `minidl/tensor.py` (the walk), `minidl/ops/` (an operation and its gradient side
#   by side), `minidl/kernels/` (its README, then `loops.py`, `im2col.py` and `fast.py` in `conv/`).
# - Baydin, Pearlmutter, Radul, Siskind, "Automatic differentiation in machine learning: a survey"
#   (JMLR 2018): section 3.2 on reverse mode, section 5 on implementations.
# - Paszke et al., "PyTorch: an imperative style, high-performance deep learning library" (NeurIPS
#   2019): sections 4 and 5, the same design with everything it takes at scale.
# - Chetlur et al., "cuDNN: efficient primitives for deep learning" (2014): section 3, im2col
#   without storing the columns, on a GPU.
#
# That was the last lesson. The library is yours.
