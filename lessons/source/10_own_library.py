# %% [markdown]
# # 10 Your own library
#
# The course has some seventy small functions to write. Each was checked by itself, on small arrays,
# against an answer. In this lesson they do what they were written for: one call puts those of yours
# that are right in the place of the library's own, and then your code reads digits, recognises
# people and paints a picture.
#
# **You will be able to**
# - put your functions in place with `use_mine()`, and say which line of a training step is yours;
# - show that a library made of your parts gives the same results as the one it replaces;
# - measure what the compiled kernels are worth, job by job;
# - replace a part of a system safely: what is not right is left out, and you are told.
#
# **Time:** an hour. Computing: under two minutes on two cores. **Data:** digits, drawn faces, a
# photograph and a drawn artwork, all shipped with minidl. No network.

# %%
import shutil
import tempfile
import time
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from figures import own_library as draw
from figures.showing import movable, show, show_faces
from IPython.display import Markdown, display

import minidl
import minidl.functional as F
from minidl import data, metric, models, nn, no_grad, optim, style
from minidl.course import predict, predictions, use_mine, your_code
from minidl.course.mine import all_places
from minidl.progress import progress

plt.style.use("minidl.mplstyle")
rng = np.random.default_rng(0)

# %% [markdown]
# ## How far are you?
#
# Nine of the functions that you may have written, each on one random input, beside the library's
# own function on the same input. Yours run as they are, right or wrong. What is right differs by
# rounding: eight bytes hold about sixteen digits. What is wrong stands far to the right.

# %%
mine_here = your_code(
    "ex01.matmul_vjp", "ex02.conv2d_im2col", "ex02.max_pool2d_grad", "ex03.softmax",
    "ex04.pairwise_distances", "ex06.triplet_loss", "ex08.gram_matrix", "ex08.total_variation",
    "ex09.conv1d", even_wrong=True,
)  # fmt: skip
image, filters, signal = (rng.normal(size=s) for s in ((2, 3, 8, 8), (4, 3, 3, 3), (3, 40)))
codes, bank = rng.normal(size=(3, 6, 5)), rng.normal(size=(4, 3, 5))
left, right = (minidl.tensor(rng.normal(size=s), requires_grad=True) for s in ((3, 4), (4, 2)))
ones = np.ones((3, 2))
(left @ right).backward(ones)
pooled = minidl.tensor(image, requires_grad=True)
F.max_pool2d(pooled, 2).backward(np.ones((2, 3, 4, 4)))
of_the_library = {
    "matmul_vjp": ((ones, left.numpy(), right.numpy()), left.grad),
    "conv2d_im2col": ((image, filters, np.zeros(4)), F.conv2d(image, filters).numpy()),
    "max_pool2d_grad": ((np.ones((2, 3, 4, 4)), image, 2, 2), pooled.grad),
    "softmax": ((codes[0],), F.softmax(codes[0], axis=1).numpy()),
    "pairwise_distances": ((codes[0],), metric.pairwise_distances(codes[0]).numpy()),
    "triplet_loss": ((*codes, 20), metric.triplet_loss(*codes, 20).numpy()),
    "gram_matrix": ((image[0],), style.gram_matrix(image[0]).numpy()),
    "total_variation": ((image[0],), style.total_variation(image[0]).numpy()),
    "conv1d": ((signal, bank), F.conv1d(signal[None], bank).numpy()[0]),
}
differences = {}
for name, (arguments, expected) in of_the_library.items():
    found = getattr(mine_here, name)(*arguments)
    found = np.asarray(found[0] if isinstance(found, tuple) else found)
    far = np.inf
    if found.shape == expected.shape:
        far = np.abs(found - expected).max() / np.abs(expected).max()
    differences[name] = float(far), mine_here.whose(name)
if mine_here.right():
    assert all(far < draw.ROUNDING for far, _ in differences.values())
show(
    draw.how_far(differences),
    "How far nine functions are from the library's; round dots are your own.",
    alt="A row for each function with a dot on a logarithmic axis: in the grey band of rounding "
    "where the function is right, to the right of it where it is wrong.",
)
mine_here

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
mine.undo()  # from here on only where it says `with mine:`
WHOSE = "the reference's" if folder else "yours"
plugged_in = {name for exercises in mine.used.values() for name in exercises}


def by(*names):
    """One sentence: which of these functions are plugged in, and which are the library's own."""
    taken = ", ".join(f"`{name}`" for name in names if name in plugged_in) or "none"
    left_alone = ", ".join(f"`{name}`" for name in names if name not in plugged_in)
    stays = f" The library's own stay for: {left_alone}." if left_alone else ""
    return f"Plugged in ({WHOSE}): {taken}.{stays}"


display(mine)

# %% [markdown]
# The left column is what was written; the right column is what it has become. Some functions have
# no twin in the library and are not listed: `winograd_f23` lives inside a compiled kernel there,
# and `confusion_matrix` was for you to look at.
#
# **The question of this lesson:** is that a toy, or does it hold the roof? Below is the library as
# a house, from the kernels in the cellar to style transfer under the roof. Every brick is a place
# that an exercise can take. Pink ones are taken.

# %%
show(
    draw.house(all_places(), mine),
    f"The library, and the places taken: {len(mine.used)} of {len(all_places())}, {WHOSE}.",
    alt="Rows of bricks from kernels to style, each with the name of a function; those that "
    "an exercise has taken are pink, the others grey.",
)

# %% [markdown]
# ## Small enough to follow by hand
#
# Take $y = a \cdot b$ with $a = (2, 3)$ and $b = 10$, and the gradient $(1, 100)$ at $y$. By hand:
# the gradient of $a$ is $(1, 100) \cdot 10 = (10, 1000)$, and that of $b$ sums over what it was
# broadcast to, $1 \cdot 2 + 100 \cdot 3 = 302$. Three functions of set 01 have a place in it: the
# product's vjp, `unbroadcast`, and the order of the walk.

# %%
a = minidl.tensor([2.0, 3.0], requires_grad=True)
b = minidl.tensor([10.0], requires_grad=True)
with mine:
    (a * b).backward([1.0, 100.0])
print("gradient of a:", a.grad, "  gradient of b:", b.grad)
assert np.allclose(a.grad, [10, 1000])
assert np.allclose(b.grad, [302])
Markdown(by("ex01.mul_vjp", "ex01.unbroadcast", "ex01.topological_order"))

# %% [markdown]
# And the checker of lesson 01 checks the engine that it is part of: finite differences by
# `numerical_gradient`, gradients by the vjps. (A chain of one's own all through, and still a fair
# test: a mistake in one of them would not be the same mistake in the other.)

# %%
with mine:
    assert minidl.gradcheck(lambda x, w: (x @ w).tanh().sum(), rng.normal(size=(3, 4)),
                            rng.normal(size=(4, 2)))  # fmt: skip
    assert minidl.gradcheck(
        lambda x, w: F.conv2d(x, w, stride=2, padding=1),
        rng.normal(size=(1, 2, 5, 4)),
        rng.normal(size=(3, 2, 3, 3)),
    )
Markdown(by("ex01.numerical_gradient", "ex01.matmul_vjp", "ex02.conv2d_im2col",
            "ex02.conv2d_weight_grad", "ex02.conv2d_input_grad"))  # fmt: skip

# %% [markdown]
# ## Who does the work in a training step?
#
# The ConvNet of lesson 03, smaller, and one step of Adam on 64 digits. Python can count for us: the
# profiler records every call, and we keep those that ended up in an exercise file.
#
# The network has two convolutions and one pooling. In a step, `conv2d_im2col` is called once for
# each convolution, and so is `conv2d_weight_grad`, for both have weights to learn.

# %%
input_grads = predict("10.calls", "How often is conv2d_input_grad called in a step?", answer=None)
input_grads

# %% [markdown]
# The pooling looks at 64 images with 32 channels of 8 by 8, in windows of 2 by 2 that do not
# overlap; its gradient has to find the largest entry of each window.

# %%
windows = predict("10.windows", "How many windows are that in a step?", answer=None, within=0.05)
windows

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
with mine:
    step(model, optimizer, *batch)  # the first call of anything is slower
    found = draw.profiled(lambda: step(model, optimizer, *batch), folder or "../exercises")
if found:
    show(
        draw.calls(found),
        f"The functions of a training step, {WHOSE}: time, and number of calls.",
        alt="Bars in milliseconds, longest at the top, each with its number of calls. With the "
        "reference answers pooling is longest, and conv2d_input_grad is called once.",
    )

# %%
expected_calls = {"conv2d_im2col": 2, "conv2d_weight_grad": 2, "conv2d_input_grad": 1}
for name, count in expected_calls.items():
    assert name not in found or found[name].calls == count
input_grads.outcome(
    expected_calls["conv2d_input_grad"],
    because="Nobody asks how to change the digits, and the walk leaves out what nobody needs.",
)

# %%
pooled_shape = F.max_pool2d(np.zeros((64, 32, 8, 8), np.float32), 2).shape
windows.outcome(int(np.prod(pooled_shape)), because="64 images, 32 channels, 4 by 4 windows each.")

# %% [markdown]
# Nearly all of the arithmetic of a step is in the convolutions. By im2col each is one matrix
# product, and products run in compiled code. A `max_pool2d_grad` that goes through its windows in
# Python pays a few microseconds for each, however little it does there: look for its bar.

# %% [markdown]
# ## Digits, twice
#
# Now train: once with what is plugged in, once with the library's own, from the same weights on the
# same batches. If the parts are right, the two losses are the same numbers but for rounding, step
# after step; most errors in a gradient would make the paths part. (Which would not? See below.)

# %%
accuracies = predict(
    "10.digits",
    "On 500 new digits, the two trained networks differ in accuracy by",
    ["at most half a per cent", "half to five per cent", "more"],
    answer=None,
)
accuracies


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
    own_model, own_losses, own_seconds = trained(WHOSE)
    own_accuracy = accuracy(own_model)
library_model, library_losses, library_seconds = trained("the library's")
library_accuracy = accuracy(library_model)
assert np.allclose(own_losses[:20], library_losses[:20], rtol=1e-3)
assert min(own_accuracy, library_accuracy) > 0.95
show(
    draw.two_curves({"the library's": library_losses, WHOSE: own_losses}),
    f"The loss of each batch: the library's as a line, {WHOSE} as dots on it.",
    alt="A falling line with dots on it.",
)

# %%
print(f"{WHOSE}: {own_accuracy:.1%} of 500 new digits, {own_seconds:.1f} s of training")
print(f"the library's: {library_accuracy:.1%}, {library_seconds:.1f} s")
accuracies.outcome(
    accuracies.guess.options[
        int(np.digitize(abs(own_accuracy - library_accuracy), [0.0051, 0.0501]))
    ],
    because="One network, twice: the same weights, batches and steps, but for rounding.",
)

# %%
Markdown(
    by(
        "ex02.conv2d_im2col", "ex02.conv2d_weight_grad", "ex02.conv2d_input_grad",
        "ex02.max_pool2d", "ex03.softmax_cross_entropy", "ex03.adam_step",
    )
)  # fmt: skip

# %% [markdown]
# `with mine:` puts the functions in for the length of the block, and the library's back at its end.
# Without `with`, they stay until `mine.undo()`.
#
# The first twenty losses were asserted equal to a thousandth. Not all of them: both sides round
# differently in the seventh digit, and training magnifies that little by little. Two runs of a
# correct program part like this. Do two runs part at once, if one has a wrong gradient?
#
# ### Break it
#
# Multiply the gradients of all filters by a factor, as a forgotten 2 or a sign would, and leave the
# last layer's alone. With Adam and a factor of 2:

# %%
twice = predict(
    "10.twice",
    "The loss of the last ten batches is then",
    ["the same within a per cent", "clearly lower", "clearly higher"],
    answer=None,
)
twice


# %%
def wrong_by(factor, optimizer="Adam", steps=42):
    """The losses of a training whose filters' gradients are multiplied by a factor."""
    model = convnet()
    rules = {"Adam": lambda p: optim.Adam(p, lr=4e-3), "SGD": lambda p: optim.SGD(p, lr=0.2)}
    chosen, losses = rules[optimizer](model.parameters()), []
    draws = np.random.default_rng(0)
    for _ in range(steps):
        rows = draws.integers(0, len(digits.train_labels), 64)
        loss = F.cross_entropy(model(digits.train_images[rows]), digits.train_labels[rows])
        chosen.zero_grad()
        loss.backward()
        for parameter in model.parameters():
            if parameter.ndim == 4:  # filters
                parameter.grad = np.float32(factor) * parameter.grad
        chosen.step()
        losses.append(loss.item())
    return losses


FACTOR = 2.0  # the one thing to change: 0.5, 0, -1
straight, crooked = wrong_by(1), wrong_by(FACTOR)
ends = np.mean(straight[-10:]), np.mean(crooked[-10:])
print(f"mean loss of the last ten batches: {ends[0]:.4f}, with the factor {ends[1]:.4f}")
twice.outcome(
    twice.guess.options[0 if abs(ends[1] / ends[0] - 1) < 0.01 else 1 if ends[1] < ends[0] else 2],
    because="Adam divides each gradient by its own size: a factor above 0 goes in and out again.",
)

# %% [markdown]
# With Adam this wrong gradient leaves no trace in the loss. Gradient descent (SGD) does not divide.
# Move the factor, and choose the optimiser:

# %%
RULES, FACTORS = ("Adam", "SGD"), (-1, 0, 0.5, 1, 2)
wrong_runs = {(f, rule): wrong_by(f, rule) for rule in RULES for f in FACTORS}
assert np.allclose(wrong_runs[2, "Adam"], wrong_runs[1, "Adam"], atol=0.05)
assert np.mean(wrong_runs[-1, "SGD"][-10:]) > 2 * np.mean(wrong_runs[1, "SGD"][-10:])
assert np.mean(wrong_runs[0, "Adam"][-10:]) < 0.8 * wrong_runs[0, "Adam"][0]
movable(
    lambda factor, rule: draw.one_factor(
        wrong_runs[1, rule], wrong_runs[factor, rule], factor, rule
    ),
    {"factor": FACTORS, "optimiser": RULES},
    "The loss with the right gradient, and with that of the filters multiplied by a factor.",
    alt="Two loss curves, at {}: with Adam alike for factors above 0, with SGD slower the smaller "
    "the factor; at -1 the loss never falls.",
    start=[2, "Adam"],
)

# %% [markdown]
# Even with a factor of 0 the network learns: its filters stay random, and the last layer makes do.
# **A loss that falls proves little.** What finds the factor is a comparison with something that
# does not share the mistake: finite differences (lesson 01), or a second implementation. Here
# are the former, along the gradient itself:

# %%
model = convnet()
images, labels = digits.train_images[:64], digits.train_labels[:64]
F.cross_entropy(model(images), labels).backward()
filters_of_it = next(p for p in model.parameters() if p.ndim == 4)
length, H = np.linalg.norm(filters_of_it.grad), 0.02
direction, sides = filters_of_it.grad / length, []
for sign in (1, -1):
    moved = convnet()
    first = next(p for p in moved.parameters() if p.ndim == 4)
    first.data[...] += np.float32(sign * H) * direction
    with no_grad():
        sides.append(F.cross_entropy(moved(images), labels).item())
slope = (sides[0] - sides[1]) / (2 * H)
print(f"gradient over finite difference: right {length / slope:.2f}, "
      f"with the factor {FACTOR * length / slope:.2f}")  # fmt: skip
assert np.isclose(length, slope, rtol=0.05)

# %% [markdown]
# ## Faces
#
# The encoder of lessons 04 to 06, with what is plugged in: under it the convolution, above it
# distances, curve, threshold and search. Pictures of thirty people choose the threshold, for one
# false accept in a thousand comparisons: with ten people in the gallery a stranger has ten chances
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
agreeing = sum(a == b for a, b in zip(names, library_names, strict=True))
assert agreeing >= 39
assert sum(right) >= 34
show_faces(
    draw.faces_asked(shown[some], [said[n] for n in some], [right[n] for n in some]),
    f"Twelve of forty pictures, and who the library says it is, running on functions ({WHOSE}).",
    alt="Twelve drawn faces, each with a name or none of them, and a tick where that is right.",
)

# %%
Markdown(
    f"Equal error rate **{rate:.1%}** over the pairs of thirty people, threshold {threshold:.3f}. "
    f"Of forty pictures, **{sum(right)}** were answered rightly; the library's own functions agree "
    f"on **{agreeing}** of the forty. "
    + by("ex02.conv2d_im2col", "ex04.pairwise_distances", "ex04.equal_error_rate",
         "ex04.choose_threshold", "ex04.recognise")
)  # fmt: skip

# %% [markdown]
# And on a photograph (set 10): `decode_boxes`, `intersection_over_union` and
# `non_maximum_suppression` find the face, `similarity` turns it upright.

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
print(f"the face of the astronaut: from {box[:2].round()} to {box[2:].round()}")
Markdown(by("ex10.decode_boxes", "ex10.intersection_over_union", "ex10.non_maximum_suppression",
            "ex10.similarity"))  # fmt: skip

# %% [markdown]
# The weights of the encoder came with minidl: they were trained with the compiled kernels. What is
# plugged in could train them as well, and would take longer. How much longer is the next question.
#
# ## What the compiled kernels are worth
#
# Four jobs are timed below, with what is plugged in and with the compiled kernels.

# %%
gains_most = predict(
    "10.gains",
    "Which job gains most from compiled kernels?",
    ["convolution, forward", "convolution, both gradients", "max pooling and its gradient",
     "triplets of 48 encodings"],
    answer=None,
)  # fmt: skip
gains_most


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
show(
    draw.rungs({name: (with_yours[name], with_theirs[name]) for name in jobs}, WHOSE),
    f"Four jobs timed: {WHOSE} and the library's compiled kernels.",
    alt="Two bars for each of four jobs on a logarithmic axis. For max pooling one is many times "
    "the other; for the others they are nearer, where the functions are the reference's.",
)

# %%
gains = {name: with_yours[name] / with_theirs[name] for name in jobs}
for name, gain in gains.items():
    print(f"{name}: {gain:.1f} times as long")
gains_most.outcome(
    max(gains, key=gains.get),
    because="What matters is where the loops run: in Python, or in compiled code.",
)

# %% [markdown]
# A convolution by im2col is one large product, which NumPy hands to compiled code as well: it loses
# by the memory that the columns take, nine copies of the input, and by the multiplications that
# Winograd saves (lesson 02). A pooling that goes through windows in Python pays a microsecond or
# more for each. Mining is a few NumPy calls on small arrays on both sides. And where nothing of a
# job is plugged in, both bars are the library's.

# %% [markdown]
# Correct first, then fast, then both, held together by a test: that is how this library was built,
# and the order matters. A fast kernel is only worth having where you can show that it computes the
# same as the loops anyone can read.
#
# ## The picture
#
# Last, the roof: style transfer. VGG's layers run on `conv2d_im2col`, its gradient on
# `conv2d_input_grad`, the costs on the Gram matrices and costs of set 08: whatever of these is
# plugged in. The library paints the same picture beside it, from the same start.

# %%
same_picture = predict(
    "10.picture",
    "A pixel of the two paintings (from 0 to 1) differs on average by",
    ["0", "less than 0.05", "more"],
    answer=None,
)
same_picture

# %%
painted = {}
options = {"size": 128, "steps": 40, "init": "content", "quiet": True}
photo, art = data.sample_image("coffee"), data.artwork("glass", size=128)
photo = photo[:, :, (photo.shape[2] - photo.shape[1]) // 2 :][:, :, : photo.shape[1]]  # a square
with mine:
    painted[WHOSE] = style.transfer(photo, art, **options)
painted["the library's"] = style.transfer(photo, art, **options)
show(
    draw.pictures(
        {"content": painted[WHOSE].content, "style": art}
        | {f"painting: {label}": result.picture for label, result in painted.items()}
    ),
    f"A photograph, an artwork, and two paintings: by functions ({WHOSE}) and by the library's.",
    alt="A cup of coffee, coloured stones in lead, and twice the cup made of such stones.",
    photo=True,
)

# %%
apart = np.abs(painted[WHOSE].picture - painted["the library's"].picture).mean()
for label, result in painted.items():
    print(f"{label}: cost {result.history['best'][0]:.3g} to {result.history['best'][-1]:.3g} in "
          f"{result.history['seconds'][-1]:.1f} s")  # fmt: skip
assert painted[WHOSE].history["best"][-1] < painted[WHOSE].history["best"][0] / 2
assert np.isclose(*(p.history["best"][0] for p in painted.values()), rtol=1e-2)
print(f"mean difference of a pixel: {apart:.4f}")
same_picture.outcome(
    same_picture.guess.options[0 if apart == 0 else 1 if apart < 0.05 else 2],
    because="The optimiser takes dozens of decisions from numbers that were rounded otherwise.",
)

# %%
Markdown(
    by(
        "ex02.conv2d_im2col", "ex02.conv2d_input_grad", "ex08.content_cost", "ex08.gram_matrix",
        "ex08.style_layer_cost", "ex08.total_variation",
    )
)  # fmt: skip

# %% [markdown]
# The two costs begin equal, as was asserted. Winograd rounds otherwise than im2col, and where a
# valley is flat a difference in the seventh digit grows.
#
# ## A failure, and what catches it
#
# What if a part is wrong? Take the files, spoil one line of a copy, and plug that in. The line is
# one that is easily got wrong: `unbroadcast` forgets axes of length 1.

# %%
spoiled_part = predict(
    "10.spoiled",
    "What does use_mine do with it?",
    ["plugs it in", "leaves it out, and mul_vjp with it", "leaves it out, and keeps mul_vjp"],
    answer=None,
)
spoiled_part

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
    spoiled_in = {name for exercises in broken.used.values() for name in exercises}
assert np.allclose(b.grad, [[6], [6]])
if "ex01.unbroadcast" in spoiled_in:
    what = "plugs it in"
elif "ex01.mul_vjp" in spoiled_in:
    what = "leaves it out, and keeps mul_vjp"
else:
    what = "leaves it out, and mul_vjp with it"
spoiled_part.outcome(what, because="Only what fails its own check stays out.")

# %% [markdown]
# `unbroadcast` did not pass and was left out, with a line that says so. `mul_vjp` builds on it; if
# it is right itself, it stays in, and borrows the reference's `unbroadcast`, as the last line says.
# And the gradient is right, because nothing that failed its check got in.
#
# Suppose there were no check. Put the wrong function in by hand, into the library's own engine:

# %%
place = next(one for one in all_places() if "ex01.unbroadcast" in one.exercises)
take_out = place.install([lambda grad, shape: grad.sum(axis=tuple(range(grad.ndim - len(shape))))])
b = minidl.tensor([[10.0], [20.0]], requires_grad=True)
(minidl.tensor([1.0, 2.0, 3.0]) * b).sum().backward()
take_out()
print("b has shape", b.shape, "and its gradient", b.grad.shape)
by_hand = b.numpy() - 0.1 * b.grad
print("after a step by hand, b has shape", by_hand.shape)
assert by_hand.shape == (2, 3)
try:
    optim.SGD([b], lr=0.1).step()
except ValueError as error:
    print("minidl's optimiser:", error)

# %% [markdown]
# The engine did not complain. A step by hand broadcasts without a word, and training would go on
# with a parameter of another shape. The check had found it before the part was used.
#
# **Checkpoint.** A `mul_vjp` passes its own check although the `unbroadcast` it calls is wrong.
# How can the checker know?
#
# <details><summary>Answer</summary>
#
# It runs functions that build on others twice: over the reference's and over the learner's. The
# points come from the first, and a difference between the two is reported as what it is: not this
# function's mistake.
#
# </details>
#
# ## Your turn
#
# What `use_mine()` left out is what is still to do: `minidl progress` in a terminal shows it set by
# set, `check("ex02")` here. When nothing is left out any more, run this notebook again.

# %%
predictions("10")

# %% [markdown]
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
#   in, a convolution and its two gradients, a loss, a step. The pink bricks are those written.
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
#   (JMLR 2018): its parts on reverse mode and on implementations.
# - Paszke et al., "PyTorch: an imperative style, high-performance deep learning library" (NeurIPS
#   2019): the same design with everything it takes at scale.
# - Chetlur et al., "cuDNN: efficient primitives for deep learning" (2014): im2col without storing
#   the columns, on a GPU.
#
# That was the last lesson. The library is yours to change.
