# %% [markdown]
# # 05 Siamese networks
#
# Lesson 04 borrowed its distance from an encoder that somebody else had trained. Where does such an
# encoder come from? In this lesson a network learns a distance, from pairs of pictures: small for
# two pictures of one person, large for two people. Afterwards it tells people apart whom it has
# never met.
#
# **You will be able to**
# - say what "Siamese" means: one network, two inputs, encodings compared;
# - derive the contrastive loss and its gradient, and read them as pulling and pushing;
# - show why the gradients of the two branches add up;
# - replace the distance by a logistic unit on $|f_1 - f_2|$, and say when that helps;
# - train such a network on pairs, measure it on people it has never met, and recognise the two ways
#   in which it goes wrong;
# - read a residual encoder of 29 convolutions layer by layer, down to the vector it gives.
#
# **Time:** about two hours to read and try; the exercises another hour and a quarter. Computing:
# about a minute and a half on two cores. **Data:** faces of people who do not exist, drawn by
# minidl. No network.
#
# The lesson follows "Siamese network" and "Face verification and binary classification" of Andrew
# Ng's lectures (*Convolutional Neural Networks*, week 4).

# %%
import textwrap
import time

import matplotlib.pyplot as plt
import numpy as np
from figures import own_siamese as yours
from figures import siamese as draw
from figures.showing import movable, show, show_faces
from IPython.display import Markdown, display

import minidl
import minidl.functional as F
from minidl import data, no_grad, optim
from minidl.course import check, predict, predictions, your_code
from minidl.metric import (
    LogisticVerifier,
    contrastive_loss,
    diagnose,
    equal_error_rate,
    paired_distances,
    pairwise_distances,
)
from minidl.models import FaceDetector, FaceEncoder, FaceResNet, align, all_pairs
from minidl.models.face_resnet import MEAN
from minidl.progress import progress

plt.style.use("minidl.mplstyle")
rng = np.random.default_rng(0)

# %% [markdown]
# ## The question
#
# In every column, pictures 1 and 2 show one person, picture 3 shows somebody else. Below the second
# and the third stands how far its pixels are from those of picture 1. **By pixels, the other person
# is nearer, every time. Which distance would say what you see?**

# %%
SIZE, PEOPLE, ALBUM = 32, 600, 6
train_faces = data.faces(PEOPLE, ALBUM, size=SIZE)
test_faces = data.faces(100, ALBUM, size=SIZE, split="test")  # nobody is in both
test_pixels = np.ascontiguousarray(test_faces.images).reshape(len(test_faces.labels), -1)

apart = pairwise_distances(test_pixels).numpy()  # (600, 600)
one_person = test_faces.labels[:, None] == test_faces.labels
own, other = np.where(one_person, apart, 0), np.where(one_person, np.inf, apart)
misled = own.max(axis=1) / other.min(axis=1)  # how much nearer the other person is
worst = misled.reshape(-1, ALBUM).argmax(axis=1) + ALBUM * np.arange(100)  # one each
chosen = worst[np.argsort(-misled[worst])[:6]]
three = np.stack([chosen, own[chosen].argmax(axis=1), other[chosen].argmin(axis=1)], axis=1)
assert (misled[chosen] > 1).all()
show_faces(
    draw.who_is_who(test_faces.images[three], apart[three[:, :1], three[:, 1:]]),
    "In each column pictures 1 and 2 show one person, picture 3 another; distances of pixels.",
    alt="Six columns of three faces. Under the second and third row their pixel distance to the "
    "first: the third is always nearer.",
)

# %% [markdown]
# Light, pose, glasses and hair change most of the pixels; who it is changes few. Those six columns
# were looked for, but pixels are bad throughout. Over all pairs of 100 people, as in lesson 04:

# %%
pixel_distances, same_person = all_pairs(test_pixels, test_faces.labels)
pixel_eer = equal_error_rate(pixel_distances, same_person)
Markdown(
    f"{len(same_person):,} pairs, {same_person.sum():,} of them of one person. With pixels, the "
    f"**equal error rate is {pixel_eer:.1%}**; tossing a coin has 50 %."
)

# %% [markdown]
# ## One network, two inputs
#
# A network $f$ turns a picture into a short list of numbers, its **encoding**. Feed it picture 1,
# then picture 2, and compare the two encodings:
#
# $$d(x_1, x_2) = |f(x_1) - f(x_2)|$$
#
# the Euclidean length of the difference. At most the threshold: one person. That is all of it.
# There is no softmax and no output "Anna" or "Ben": the 32 numbers below stay 32 whether ten people
# are known or ten million, and somebody new needs an encoding, not a new output. (Lesson 04 showed
# what becomes of a softmax when someone joins.)
#
# The network: three convolutions as in lesson 03, a linear layer, and one thing more.

# %%
encoder = FaceEncoder(32, size=SIZE, widths=(16, 32, 64), seed=0).eval()
pair = test_faces.images[[0, 3]]
show(
    draw.two_inputs(pair, encoder.encode(pair)),
    "Two pictures, one network, two encodings, and the length of their difference.",
    alt="Two faces, each with an arrow to a box, encoder f, joined by a dashed line: the same "
    "weights; from each an encoding of 32 coloured cells, and from both their difference.",
)

# %% [markdown]
# The one thing more: the encoder divides its 32 numbers by their length, so that every encoding is
# a point on a sphere of radius 1. By hand: $(3, 4)$ has length 5 and becomes $(0.6, 0.8)$. No two
# points of the sphere are more than 2 apart, which gives thresholds and margins a scale. That is a
# choice: Hadsell, Chopra and LeCun (2006) did not divide, and the margin of their loss alone sets
# the scale; FaceNet (2015) did.
#
# Two branches with the same weights have two properties for free. The order of the pictures does
# not matter, and a picture is exactly 0 away from itself.

# %%
assert np.allclose(F.normalize([[3.0, 4.0]]).numpy(), [[0.6, 0.8]])

x1, x2 = test_faces.images[:50], test_faces.images[100:150]
f1, f2 = encoder.encode(x1), encoder.encode(x2)
d = paired_distances(f1, f2).numpy()
in_a_loop = [
    np.sqrt(sum((p - q) ** 2 for p, q in zip(one, two, strict=True)))
    for one, two in zip(f1, f2, strict=True)
]
assert np.allclose(d, in_a_loop, atol=1e-6)
assert np.allclose(np.linalg.norm(f1, axis=1), 1, atol=1e-6)
assert d.max() <= 2
assert np.array_equal(d, paired_distances(f2, f1).numpy())  # order
assert not paired_distances(f1, f1).numpy().any()  # itself

# %% [markdown]
# This encoder's weights are random; nothing has been learnt.

# %%
untaught = predict(
    "05.untaught",
    "With random weights the equal error rate is",
    ["half that of the pixels", "much that of the pixels", "50 %, a coin's"],
    answer=None,
)
untaught


# %%
def eer(encodings, labels=test_faces.labels):
    """The equal error rate over all pairs of encodings (N, d)."""
    return equal_error_rate(*all_pairs(encodings, labels))


by_seed = []
for seed in range(3):
    untrained = FaceEncoder(32, size=SIZE, widths=(16, 32, 64), seed=seed)
    by_seed.append(eer(untrained.encode(test_faces.images)))
    print(f"random weights, seed {seed}: {by_seed[-1]:.1%}")
print(f"pixels:                 {pixel_eer:.1%}")
assert np.allclose(by_seed, pixel_eer, atol=0.08)
untaught.outcome(
    untaught.guess.options[int(np.digitize(np.mean(by_seed) / pixel_eer, [0.75, 1.15]))],
    because="Nothing has told it that pose and light do not count.",
)

# %% [markdown]
# ### Your turn
#
# Open [ex05_siamese.py](../exercises/ex05_siamese.py) and write `normalize`. What should become of
# an encoding that is all zeros?

# %%
check("ex05.normalize")

# %%
mine = your_code("ex05.normalize", even_wrong=True)
cloud = rng.normal(0, 1, (40, 2))
scaled = np.asarray(mine.normalize(cloud))
if mine.right():
    assert np.allclose(np.linalg.norm(scaled, axis=1), 1)
show(
    yours.on_the_circle(cloud, scaled, mine.whose("normalize")),
    f"Forty encodings of two numbers, and where normalize ({mine.whose('normalize')}) sends them.",
    alt="Grey dots around the middle, each joined to a cross: all crosses lie on the circle of "
    "radius 1 where the function is right.",
)
mine

# %% [markdown]
# ## What a distance should cost
#
# Now the wish becomes a number to be made small. For two pictures of **one person**, the farther
# apart, the worse: $d^2$ will do. For **two people**, one might try the opposite, $-d^2$. But that
# is never satisfied: pairs that are well apart would go on being pushed, with growing force, and
# the few pairs that really need it would not be heard. There is a distance that is far enough. Call
# it the **margin** $m$, and charge only for what is missing to it:
#
# $$\ell = \begin{cases} d^2 & \text{one person} \\ \max(0,\ m - d)^2 & \text{two people}
# \end{cases}$$
#
# The mean over the pairs is the **contrastive loss**. Squares, so that what is nearly right costs
# nearly nothing. By hand, with $m = 1$:
#
# | pair | encodings | $d$ | loss |
# |---|---|---|---|
# | one person | $(0, 0)$, $(0.6, 0)$ | 0.6 | $0.6^2 = 0.36$ |
# | two people | $(0, 0)$, $(0, 0.6)$ | 0.6 | $(1 - 0.6)^2 = 0.16$ |
# | two people | $(0, 0)$, $(0.5, 1.2)$ | 1.3 | $0$ |
#
# Mean: $0.52 / 3 = 0.1733$.

# %%
toy_a = np.zeros((3, 2))
toy_b = np.array([[0.6, 0.0], [0.0, 0.6], [0.5, 1.2]])
toy_same = np.array([1, 0, 0])
assert np.isclose(contrastive_loss(toy_a, toy_b, toy_same).item(), 0.52 / 3)
show(
    draw.loss_curves(),
    "What a pair costs at each distance, and the slope of that; dashed: the margin.",
    alt="Left: a parabola rising from 0 for one person, one falling to 0 at the margin for two. "
    "Right: their slopes, straight lines, positive for one person and negative for two.",
)

# %% [markdown]
# (Chopra, Hadsell and LeCun, who first trained a Siamese ConvNet on faces in 2005, had a loss for
# two people that falls exponentially with the distance. The margin came in 2006, with Hadsell.)
#
# ### Your turn
#
# Write [`contrastive_loss`](../exercises/ex05_siamese.py).

# %%
check("ex05.contrastive_loss")

# %% [markdown]
# One pair at every distance, by your function:

# %%
mine = your_code("ex05.contrastive_loss", even_wrong=True)
d = np.linspace(0, 1.8, 25)
zero = np.zeros((1, 2))
own = [[mine.contrastive_loss(zero, np.array([[far, 0.0]]), np.array([one]), 1.2) for far in d]
       for one in (1, 0)]  # fmt: skip
ours = [[contrastive_loss(zero, [[far, 0.0]], [one], 1.2).item() for far in d] for one in (1, 0)]
if mine.right():
    assert np.allclose(own, ours)
show(
    yours.loss_over(d, own, ours, 1.2, mine.whose("contrastive_loss")),
    f"The loss of a pair, margin 1.2, by contrastive_loss ({mine.whose('contrastive_loss')}).",
    alt="Two curves over the distance, rising for one person and falling to 0 at 1.2 for two, "
    "with crosses on them where the function is right.",
)
mine

# %% [markdown]
# ### Forces
#
# The slope is the force. Pairs of one person are drawn together as by a spring: twice as far, twice
# as hard. Two people are pushed apart, hardest where they coincide, and let go at the margin. The
# gradient points along the line between the two encodings, for $u = (f_1 - f_2) / d$ is the
# direction in which $d$ grows when $f_1$ moves.
#
# By hand, first pair: the slope is $2 \cdot 0.6$ and $u = (-1, 0)$, so $f_1$ gets $(-1.2, 0)$. A
# step *against* it moves $f_1$ to the right, towards $f_2$. Second pair: $u = (0, -1)$, the slope
# is $-0.8$, so $f_1$ gets $(0, 0.8)$: away from $f_2$. Third pair: nothing. (Each divided by 3, for
# the mean.) And $f_2$ always gets the opposite.

# %%
a = minidl.tensor(toy_a, requires_grad=True)
b = minidl.tensor(toy_b, requires_grad=True)
contrastive_loss(a, b, toy_same).backward()
assert np.allclose(3 * a.grad, [[-1.2, 0], [0, 0.8], [0, 0]])
assert np.allclose(a.grad, -b.grad)

# %% [markdown]
# **Checkpoint.** All encodings are in one point. What does the contrastive loss cost then, for half
# the pairs of one person and half of two, and which way does its gradient push?
#
# <details><summary>Answer</summary>
#
# $d = 0$: pairs of one person cost 0, pairs of two $m^2$, so the mean is $m^2 / 2$. And there is no
# direction $u$ to push in: the gradient is 0, the worst place is an equilibrium. It is one that
# falls apart at a touch, since two people who are a hair apart are pushed at full force. A network
# with random weights begins near this point and leaves it in the first steps.
#
# </details>
#
# ### Your turn
#
# Write [`contrastive_loss_grad`](../exercises/ex05_siamese.py).

# %%
check("ex05.contrastive_loss_grad")

# %% [markdown]
# Your gradient at work: five people, four pictures each, as points anywhere in the plane. All their
# 190 pairs pull and push, sixty steps long, and every step is one call of your function. (Here
# nothing is divided by its length.)

# %%
mine = your_code("ex05.contrastive_loss_grad", even_wrong=True)
persons, points = np.repeat(np.arange(5), 4), rng.normal(0, 0.45, (20, 2))
i, j = np.triu_indices(20, 1)
path = [points]
for _ in progress(range(60), "sixty steps"):
    now = path[-1]
    grad_i, grad_j = mine.contrastive_loss_grad(now[i], now[j], persons[i] == persons[j], 1.0)
    step = np.zeros_like(now)
    np.add.at(step, i, grad_i)
    np.add.at(step, j, grad_j)
    path.append(now - 2.0 * step)
found = pairwise_distances(path[-1]).numpy()[i, j]
if mine.right():
    one = persons[i] == persons[j]
    assert found[one].mean() < 0.5 * found[~one].mean()
show(
    yours.gathered(points, np.array(path), persons, ["before", "after sixty steps"]),
    f"Twenty points before and after, by contrastive_loss_grad "
    f"({mine.whose('contrastive_loss_grad')}); a colour and a mark for each person.",
    alt="Left: points of five colours mixed up. Right: the points of each colour close together "
    "and the five groups apart, where the function is right.",
)
mine

# %% [markdown]
# ## Pairs
#
# Labels say who is on a picture; the loss wants pairs. $N$ pictures have $N (N - 1) / 2$ of them.

# %%
pictures = PEOPLE * ALBUM
every_pair = pictures * (pictures - 1) // 2
of_one = PEOPLE * ALBUM * (ALBUM - 1) // 2
Markdown(
    f"{PEOPLE} people with {ALBUM} pictures each: {pictures:,} pictures, **{every_pair:,} pairs**. "
    f"{of_one:,} of them are of one person: **one in {every_pair / of_one:.0f}**. A batch of 64 "
    f"pairs drawn blindly would hold {64 * of_one / every_pair:.2f} of one person."
)

# %% [markdown]
# Hence **balanced pairs**: half of one person, half of two. Our labels come in order, six
# pictures a person, so that a little arithmetic does it: picture $k$ of person $p$ has the
# number $6 p + k$.


# %%
def balanced(count, rng, people=PEOPLE):
    """Numbers of the first and the second picture of each pair, and which pairs are one person."""
    same = np.arange(count) < count // 2
    person, step = rng.integers(people, size=count), rng.integers(1, people, size=count)
    k, turn = rng.integers(ALBUM, size=count), rng.integers(1, ALBUM, size=count)
    first = ALBUM * person + k
    second = np.where(
        same,
        ALBUM * person + (k + turn) % ALBUM,  # another picture of the same person
        ALBUM * ((person + step) % people) + turn,  # a picture of another person
    )
    return first, second, same


first, second, same = balanced(10_000, rng)
assert np.array_equal(train_faces.labels[first] == train_faces.labels[second], same)
assert not (first == second).any()
assert same.mean() == 0.5

# %% [markdown]
# ### Your turn
#
# Write [`balanced_pairs`](../exercises/ex05_siamese.py), for labels in any order and people with
# any number of pictures.

# %%
check("ex05.balanced_pairs")

# %% [markdown]
# Your function draws 1,280 pairs of 200 people, for training in a moment. Four of each half:

# %%
mine = your_code("ex05.balanced_pairs", even_wrong=True)
mixed = rng.permutation(200 * ALBUM)
labels = train_faces.labels[mixed]
one, two, says = mine.balanced_pairs(labels, 1280, np.random.default_rng(1))
own_pairs = mixed[one], mixed[two], np.asarray(says)
if mine.right():
    assert np.array_equal(labels[one] == labels[two], says)
some = [*range(4), *range(len(says) - 4, len(says))]
show_faces(
    yours.drawn_pairs(*(train_faces.images[n[some]] for n in own_pairs[:2]), own_pairs[2][some]),
    f"Eight of the pairs that balanced_pairs ({mine.whose('balanced_pairs')}) drew: blue frames "
    "where it says one person.",
    alt="Eight pairs of faces, one above the other: four in blue frames, of one person each, and "
    "four in orange ones, of two people, where the function is right.",
)
mine

# %% [markdown]
# ## Shared weights: the gradients add
#
# "Siamese" means *the same* weights in both branches, not equal copies. In code it is nothing
# special: call one module twice. What becomes of the gradient? The weights $W$ enter the loss by
# two ways, and a small change of $W$ changes it by way of $f_1$ and by way of $f_2$. As wherever a
# value is used twice (lesson 01), the two add up:
#
# $$\frac{\partial \ell}{\partial W} = \frac{\partial \ell}{\partial W}\Big|_{\text{by } f_1} +
# \frac{\partial \ell}{\partial W}\Big|_{\text{by } f_2}$$
#
# By hand, with the smallest network there is, $f(x) = W x$ with $W = (1, 0)$, and one person's
# pictures $x_1 = (2, 1)$, $x_2 = (1, 3)$. The encodings are 2 and 1, so $d = 1$ and the loss is 1.
# The encodings' gradients are $2$ and $-2$. By $f_1$: $2\, x_1 = (4, 2)$. By $f_2$:
# $-2\, x_2 = (-2, -6)$. Together $(2, -4)$.

# %%
W = minidl.tensor([[1.0, 0.0]], requires_grad=True)
contrastive_loss([[2.0, 1.0]] @ W.transpose(), [[1.0, 3.0]] @ W.transpose(), [1]).backward()
assert np.allclose(W.grad, [[2, -4]])

# %% [markdown]
# The same with the real encoder and all of its weights. `detach` cuts a branch off, so that the
# gradient goes the other way only.


# %%
alike = test_faces.labels[:50] == test_faces.labels[100:150]


def gradients(one, two):
    """The encoder's gradients, a list of arrays, for the loss of encodings one and two."""
    encoder.zero_grad()
    contrastive_loss(one, two, alike).backward()
    return [parameter.grad.copy() for parameter in encoder.parameters()]


by_first = gradients(encoder(x1), encoder(x2).detach())
by_second = gradients(encoder(x1).detach(), encoder(x2))
by_both = gradients(encoder(x1), encoder(x2))
assert all(
    np.allclose(one + two, both, atol=1e-5 * np.abs(both).max())
    for one, two, both in zip(by_first, by_second, by_both, strict=True)
)
for name, of in {"first": by_first, "second": by_second, "both": by_both}.items():
    print(f"by {name:6}: length {np.sqrt(sum((g**2).sum() for g in of)):.3f}")

# %% [markdown]
# (The lengths do not add up, the vectors do: the two do not point in quite the same direction.)
#
# Somebody pairs every picture with itself, by mistake.

# %%
itself = predict(
    "05.itself",
    "The gradient of the weights is then",
    ["0", "twice that of one branch", "as for other pairs"],
    answer=None,
)
itself

# %%
by_itself = gradients(encoder(x1), encoder(x1))
length = np.sqrt(sum((g**2).sum() for g in by_itself))
itself.outcome(
    "0" if length == 0 else "as for other pairs",
    because="Both branches change alike, so every distance is 0 and stays 0.",
)

# %% [markdown]
# ### Your turn
#
# Write [`shared_gradient`](../exercises/ex05_siamese.py).

# %%
check("ex05.shared_gradient")

# %% [markdown]
# A network that is one matrix, trained by your gradient on the pairs that you drew. It takes 48
# numbers of a picture (its principal components, which hold most of what the pixels say) to 16, and
# is judged on people it has not met. On the right, what eight of the 16 look at.

# %%
mine = your_code("ex05.shared_gradient", "ex05.contrastive_loss_grad", even_wrong=True)
train_pixels = train_faces.images[: 200 * ALBUM].reshape(200 * ALBUM, -1).astype(float)
mean_face = train_pixels.mean(axis=0)
basis = np.linalg.svd(train_pixels - mean_face, full_matrices=False)[2][:48]
own_features = (train_pixels - mean_face) @ basis.T
spread = own_features.std(axis=0)
own_features /= spread
unseen_features = (test_pixels - mean_face) @ basis.T / spread
W, own_rates = np.random.default_rng(0).normal(0, 0.1, (16, 48)), []
for step in progress(range(121), "a matrix"):
    if step % 20 == 0:
        own_rates.append(eer(np.clip(np.nan_to_num(unseen_features @ W.T), -1e6, 1e6)))
    batch = np.arange(32 * step, 32 * step + 32) % 640
    batch = np.concatenate([batch, batch + 640])  # 32 of one person and 32 of two
    slope = mine.shared_gradient(
        W, own_features[own_pairs[0][batch]], own_features[own_pairs[1][batch]],
        own_pairs[2][batch].astype(float), 1.0,
    )  # fmt: skip
    W = np.clip(W - 0.03 * slope, -100, 100)
if mine.right():
    assert own_rates[-1] < pixel_eer - 0.05
looks_at = ((W / spread) @ basis)[:8].reshape(8, 3, SIZE, SIZE).sum(axis=1)
show(
    yours.linear_training(own_rates, 20, pixel_eer, looks_at, mine.whose("shared_gradient")),
    f"The error on unseen people while shared_gradient ({mine.whose('shared_gradient')}) trains a "
    "matrix, and eight of its rows as pictures.",
    alt="A line that falls below the dashed one of raw pixels; and eight small maps of weights, "
    "red and blue.",
)
mine

# %% [markdown]
# ## A real experiment: learning who is who
#
# The training loop is that of lesson 03, with pairs in the place of labelled digits. It takes two
# encoders; a Siamese network is what you get by giving it one encoder twice.


# %%
def train(one, two, steps, draw_pairs=balanced, seed=0, watch=lambda step: None):
    """Fits encoders `one` and `two` to pairs (`one is two` for a Siamese network); the losses."""
    parameters = {id(p): p for net in (one, two) for p in net.parameters()}.values()
    optimizer = optim.AdamW(list(parameters), lr=5e-3)
    schedule = optim.CosineLR(optimizer, steps)
    rng, losses = np.random.default_rng(seed), []
    watch(0)
    for step in progress(range(1, steps + 1), "training"):
        first, second, same = draw_pairs(64, rng)
        one.train()
        two.train()
        optimizer.zero_grad()
        loss = contrastive_loss(
            one(train_faces.images[first]), two(train_faces.images[second]), same
        )
        loss.backward()
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        watch(step)
    one.eval()
    two.eval()
    return losses


def new_encoder(seed=0):
    """An encoder to 32 numbers with random weights."""
    return FaceEncoder(32, size=SIZE, widths=(16, 32, 64), seed=seed)


# %% [markdown]
# Along the way, the encodings of the 100 test people are kept, so that we can look at them
# afterwards. The encoder learns nothing from them: no test person is ever in a batch.

# %%
LOOKS = (0, 30, 75, 150, 300, 450, 600)
looks = {}


def look(step):
    """Keeps the encodings of the test people at some steps."""
    if step in LOOKS:
        looks[step] = encoder.encode(test_faces.images)


encoder = new_encoder()
started = time.perf_counter()
train(encoder, encoder, LOOKS[-1], watch=look)
seconds = time.perf_counter() - started
rates = [eer(looks[step]) for step in LOOKS]
show(
    draw.learning(LOOKS, rates, pixel_eer),
    "The equal error rate on 100 people whom the network has never met, by training step.",
    alt="A curve that falls from about 37 to about 10 %; a dashed line at 40 % for raw pixels.",
)

# %%
assert rates[-1] < 0.15 < pixel_eer
Markdown(
    f"People whom the network has never met: equal error rate **{rates[-1]:.1%}**, with random "
    f"weights {rates[0]:.1%}, by raw pixels {pixel_eer:.1%}. Training saw "
    f"{64 * LOOKS[-1]:,} pairs, {64 * LOOKS[-1] / every_pair:.1%} of all there are, and took "
    f"{seconds:.0f} s."
)

# %% [markdown]
# The same as distances. What training did is to pull the two hills apart; the overlap that remains
# is the error.

# %%
measured = {"raw pixels": (pixel_distances, same_person)}
for name, step in {"random weights": 0, "trained": LOOKS[-1]}.items():
    measured[name] = all_pairs(looks[step], test_faces.labels)
show(
    draw.distances(measured),
    "Distances of pairs of one person (blue) and of two (orange), before and after training.",
    alt="Three panels. By pixels and with random weights both hills lie upon each other; trained, "
    "the blue one is to the left and the orange one to the right.",
)

# %% [markdown]
# Is that good? The borrowed encoder of lesson 04 is a larger network, sees pictures of twice the
# side, was trained for longer, and with the loss of lesson 06. On the same people:

# %%
borrowed = FaceEncoder.pretrained()
large = data.faces(100, ALBUM, size=borrowed.size, split="test").images
Markdown(f"The borrowed encoder: equal error rate {eer(borrowed.encode(large)):.1%}.")

# %% [markdown]
# So there is something left to learn; the last section of this lesson says where it hides.

# %% [markdown]
# ## Watching it learn
#
# Eight of the test people, six pictures each, drawn as points while the network learns: move the
# step. An encoding has 32 numbers and paper has two, so this is a projection: onto the two
# directions in which the *final* encodings of all 100 people vary most (principal components). They
# and the scale are the same for all steps; the ring is the edge of the unit sphere.


# %%
def directions(encodings):
    """The principal directions (d, d), rows, and the share of the variance that each holds."""
    _, sizes, axes = np.linalg.svd(encodings - encodings.mean(axis=0), full_matrices=False)
    return axes, sizes**2 / (sizes**2).sum()


axes, shares = directions(looks[LOOKS[-1]])
few = test_faces.labels < 8
show_faces(
    draw.faces_of(test_faces.images[few][::ALBUM]),
    "The eight people, with their colours and marks on the map.",
    alt="Eight faces in frames of eight colours, each with a mark.",
)
movable(
    lambda step: draw.map_of(looks[step][few] @ axes[:2].T, test_faces.labels[few], f"step {step}"),
    {"step": list(LOOKS)},
    "The map of eight people it has never met, while the network learns.",
    alt="A ring with 48 marks of eight colours, at {}: first near one point, then spread over the "
    "ring and gathered by person.",
)
Markdown(
    f"These two directions hold {shares[:2].sum():.0%} of the variance of the final encodings; "
    f"{np.searchsorted(shares.cumsum(), 0.99) + 1} of the 32 hold 99 %."
)

# %% [markdown]
# At first all are near one point, as any pictures are to this network before it knows anything. The
# first steps push everybody apart; then the pictures of one person gather. And look at the number
# under the figure: nothing in the loss asks for all 32 directions, and this network has settled for
# very few, in which people are crowded.

# %% [markdown]
# ## A logistic unit on the difference
#
# A distance treats all 32 numbers alike. DeepFace (2014) let the data say how much each of them
# counts: one unit of logistic regression on the absolute differences,
#
# $$p = \sigma\Big(\sum_k w_k\, |f_{1,k} - f_{2,k}| + b\Big), \qquad
# \sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# $p$ is the probability of one person. A negative $w_k$ says: a difference in feature $k$ speaks
# against; $b$ is what equal encodings begin with. It is trained with the cross-entropy for two
# classes, on balanced pairs.
#
# By hand: $|f_1 - f_2| = (0.5,\ 0.1)$, $w = (-2, -10)$, $b = 1.5$. Then $z = -1 - 1 + 1.5 = -0.5$
# and $p = 1 / (1 + e^{0.5}) = 0.378$: rather not.

# %%
unit = LogisticVerifier(2)
unit.unit.load_state_dict({"weight": np.float32([[-2, -10]]), "bias": np.float32([1.5])})
toy_logit = unit([[0.7, 0.1]], [[0.2, 0.2]])
assert np.isclose(F.sigmoid(toy_logit).item(), 0.378, atol=1e-3)

# %% [markdown]
# **Checkpoint.** Why the absolute value? What would go wrong with $f_1 - f_2$?
#
# <details><summary>Answer</summary>
#
# Swapping the two pictures would turn the sign of the sum, and with it the answer. Worse, a
# weighted sum of signed differences is largest for a difference in one direction and most negative
# in the other: it cannot say "any difference speaks against".
#
# </details>
#
# We fit such a unit twice, on the same 300 people that no encoder was trained on: once on the 3,072
# numbers of raw pixels, once on our encodings.

# %%
weighed = predict(
    "05.weighed",
    "Where does weighing lower the equal error rate by more?",
    ["on pixels", "on encodings", "on both alike"],
    answer=None,
)
weighed


# %%
others = data.faces(range(PEOPLE, PEOPLE + 300), ALBUM, size=SIZE)  # neither trained on nor test


def fit_unit(features, rate, steps=300):
    """A logistic unit fitted to balanced pairs of features (1800, d) of the 300 others."""
    unit = LogisticVerifier(features.shape[1], seed=0)
    optimizer = optim.Adam(unit.parameters(), lr=rate)
    schedule, rng = optim.CosineLR(optimizer, steps), np.random.default_rng(0)
    for _ in progress(range(steps), "unit"):
        first, second, same = balanced(256, rng, people=300)
        optimizer.zero_grad()
        logits = unit(features[first], features[second])
        F.binary_cross_entropy_with_logits(logits, np.float32(same)).backward()
        optimizer.step()
        schedule.step()
    return unit


def unit_eer(unit, features):
    """The equal error rate of a unit over all pairs of the test people, from features (600, d)."""
    w = unit.unit.weight.numpy()[0]
    i, j = np.triu_indices(len(features), 1)
    parts = zip(np.array_split(i, 100), np.array_split(j, 100), strict=True)  # to save memory
    logits = np.concatenate([np.abs(features[p] - features[q]) @ w for p, q in parts])
    return equal_error_rate(-logits, same_person)


of_pixels = fit_unit(np.ascontiguousarray(others.images).reshape(len(others.labels), -1), 0.01)
of_encodings = fit_unit(encoder.encode(others.images), 0.2)
compared = {
    "pixels, distance": pixel_eer,
    "pixels, logistic unit": unit_eer(of_pixels, test_pixels),
    "encodings, distance": rates[-1],
    "encodings, logistic unit": unit_eer(of_encodings, looks[LOOKS[-1]]),
}
weights = of_pixels.unit.weight.numpy().reshape(3, SIZE, SIZE).sum(axis=0)
show(
    draw.logistic_units(weights, compared),
    "What the unit on pixels has learnt, red where a difference speaks against; and four rates.",
    alt="A map of weights, red in the middle of the face and at the neck, pale at the edges; and "
    "bars: about 40 % for the distance of pixels, clearly less with the unit; about 10 % for "
    "encodings, with or without.",
)
by_distance, by_unit = list(compared.values())[::2], list(compared.values())[1::2]
gain_pixels, gain_encodings = np.subtract(by_distance, by_unit)
assert gain_pixels > 0.03
weighed.outcome(
    "on both alike" if abs(gain_pixels - gain_encodings) < 0.01
    else "on pixels" if gain_pixels > gain_encodings else "on encodings",
    because="Encodings were trained so that the plain distance is right; pixels were not.",
)  # fmt: skip

# %% [markdown]
# Where a pixel is red, a difference speaks against one person. The unit has found out by itself
# where to look: at bare skin in the middle of the face and at the neck, where hair and background
# seldom come. The background is pale: differences there mean nothing, and now they count for
# nothing.
#
# Differences can be counted in another way. DeepFace also tried the **chi-square** similarity,
# $\sum_k w_k (f_{1,k} - f_{2,k})^2 / (f_{1,k} + f_{2,k})$, which forgives a difference where both
# numbers are large. It is made for features that are not negative, as histograms are, or what a
# ReLU lets through. The cell takes the positive part of our encodings, all weights equal, and
# compares it with the plain sum of absolute differences on the same numbers.

# %%
positive = np.maximum(looks[LOOKS[-1]], 0)  # (600, 32)
i, j = np.triu_indices(len(positive), 1)
apart = np.abs(positive[i] - positive[j])
chi_square = (apart**2 / (positive[i] + positive[j] + 1e-6)).sum(axis=1)
assert np.isclose((0.3 - 0.1) ** 2 / (0.3 + 0.1), 0.1)  # by hand: f1 = 0.3, f2 = 0.1
two_ways = {
    "absolute differences": equal_error_rate(apart.sum(axis=1), same_person),
    "chi-square": equal_error_rate(chi_square, same_person),
}
show(
    draw.rates(two_ways),
    "Equal error rate of the positive parts of the encodings, by two ways to count a difference.",
    alt="Two bars of similar length.",
)
assert abs(np.subtract(*two_ways.values())) < 0.03

# %% [markdown]
# Here it makes little difference which of them is taken.
#
# The unit need not come afterwards. In Koch's Siamese network (2015) encoder and unit are trained
# together by the cross-entropy, and there is no margin to choose. The price: comparing then means
# the unit's weighted sum, not the Euclidean distance that galleries search by (lesson 04). We keep
# the distance.
#
# ### Your turn
#
# Write [`same_probability`](../exercises/ex05_siamese.py).

# %%
check("ex05.same_probability")

# %% [markdown]
# The six columns of the beginning, which misled the pixels, judged by your function with the
# weights of the unit on encodings:

# %%
mine = your_code("ex05.same_probability", even_wrong=True)
seen = encoder.encode(test_faces.images[three.ravel()]).astype(float).reshape(6, 3, 32)
unit_weights = of_encodings.unit.weight.numpy()[0].astype(float)
bias = float(of_encodings.unit.bias.numpy()[0])
columns = [mine.same_probability(seen[:, 0], seen[:, n], unit_weights, bias) for n in (1, 2)]
if mine.right():
    assert np.mean(columns[0] > columns[1]) > 0.5
show(
    yours.six_columns(*map(np.asarray, columns), mine.whose("same_probability")),
    "How probable it is that pictures 2 and 3 show the person of picture 1, by same_probability "
    f"({mine.whose('same_probability')}).",
    alt="Six pairs of bars: the blue ones, of one person, are mostly higher than the orange ones.",
)
mine

# %% [markdown]
# ## A failure: only friends
#
# Somebody argues: *people who look alike are what we care about, so train on pairs of one person
# only.*

# %%
friends = predict(
    "05.friends",
    "After 150 steps, its loss beside that of balanced pairs is",
    ["lower", "about the same", "higher"],
    answer=None,
)
friends


# %%
def only_one_person(count, rng):
    """Pairs of one person, and no others."""
    first, second, same = balanced(2 * count, rng)
    return first[same], second[same], same[same]


def mean_distances(draw_pairs, steps=150):
    """The losses of a new network, and rows (step, d of one person, d of two) along the way."""
    network, rows = new_encoder(), []

    def measure(step):
        if step % 10 == 0:
            seen = diagnose(network.encode(test_faces.images[:120]), test_faces.labels[:120])
            rows.append((step, seen.positive, seen.negative))

    losses = train(network, network, steps, draw_pairs, watch=measure)
    return network, losses, np.array(rows)


collapsed, fallen, together = mean_distances(only_one_person)
cured, honest, held = mean_distances(balanced)
show(
    draw.collapse(
        {"balanced": honest, "one person only": fallen},
        {"balanced": held, "one person only": together},
    ),
    "Losses of both trainings, and the mean distances of unseen people in each.",
    alt="The loss of friends only falls far below that of balanced pairs. In the balanced training "
    "two people are far apart and one person's pictures near; in the other both lines fall to 0.",
)
ratio = np.mean(fallen[-20:]) / np.mean(honest[-20:])
friends.outcome(
    friends.guess.options[int(np.digitize(ratio, [0.8, 1.25]))],
    because="One encoding for every picture costs such pairs nothing: nothing pushes.",
)

# %% [markdown]
# This is **collapse**.

# %%
for name, network in {"one person only": collapsed, "balanced": cured}.items():
    encodings = network.encode(test_faces.images)
    told = f"{name}: EER {eer(encodings):.1%}, {diagnose(encodings, test_faces.labels)}"
    print(textwrap.fill(told, 88, subsequent_indent="    "))
assert eer(collapsed.encode(test_faces.images)) > max(rates[0], pixel_eer)

# %% [markdown]
# The better loss belongs to the worse network: its encodings are nearly one point, and what it
# knows is worth less than what raw pixels or random weights know. (It is not quite a coin: in what
# is left of the distances there is still some order.) Nothing in the loss curve tells you. The mean
# distance of *two* people does, and at once, so watch it; `minidl.metric.diagnose` gives it. (The
# triplets of which its advice speaks come in lesson 06.) A margin of 0 fails in the same way, since
# pairs of two people then never cost anything. **The cure** is what we have done all along: pairs
# of both kinds, half and half, and a margin above 0.
#
# ### Break it
#
# Now the other way round: pairs of two people only.

# %%
strangers_only = predict(
    "05.strangers",
    "The mean distance of one person's pictures becomes, beside that of two people's,",
    ["less than half", "more than half, and less", "the same or more"],
    answer=None,
)
strangers_only

# %%
SHARE = 0.0  # the one thing to change: the share of pairs of one person


def with_share(count, rng):
    """Pairs of which SHARE are of one person."""
    first, second, same = balanced(2 * count, rng)
    ones = round(SHARE * count)
    chosen = np.concatenate([np.flatnonzero(same)[:ones], np.flatnonzero(~same)[: count - ones]])
    return first[chosen], second[chosen], same[chosen]


broken, changed, torn = mean_distances(with_share, 100)
show(
    draw.collapse({f"share {SHARE:g}": changed}, {f"share {SHARE:g}": torn}),
    f"The loss and the mean distances of unseen people, with a share of {SHARE:g}.",
    alt="The loss falls. Both distances grow: that of two people, and close below it that of one "
    "person's pictures.",
)
print(f"equal error rate {eer(broken.encode(test_faces.images)):.1%}")
strangers_only.outcome(
    strangers_only.guess.options[int(np.digitize(torn[-1, 1] / torn[-1, 2], [0.5, 0.98]))],
    because="Nothing pulls; what keeps one person's pictures nearer is that they look alike.",
)

# %% [markdown]
# ## A failure: two networks
#
# Are shared weights necessary? Two experiments, 150 steps each. First, two encoders with weights of
# their own, trained *together*: pictures 1 always go through the left one, pictures 2 through the
# right one. Second, two Siamese networks trained each by itself, of which picture 1 is then given
# to one and picture 2 to the other, as happens when somebody retrains an encoder and keeps the
# old database.

# %%
two_of_them = predict(
    "05.crossed",
    "The equal error rate of the second is",
    ["as for one Siamese network", "between that and a coin's", "about a coin's, or worse"],
    answer=None,
)
two_of_them


# %%
def crossed_eer(one, two):
    """The equal error rate where pictures 1 are encoded by `one` and pictures 2 by `two`."""
    i, j = np.triu_indices(len(test_faces.labels), 1)
    left, right = one.encode(test_faces.images), two.encode(test_faces.images)
    return equal_error_rate(pairwise_distances(left, right).numpy()[i, j], same_person)


left, right = new_encoder(0), new_encoder(1)
_ = train(left, right, 150)
siamese = cured, new_encoder(1)  # the first has had its 150 steps above
_ = train(siamese[1], siamese[1], 150)

# %%
left_right = paired_distances(left.encode(x1), right.encode(x1)).numpy().mean()
alone, trained_together = crossed_eer(siamese[0], siamese[0]), crossed_eer(left, right)
crossed = crossed_eer(*siamese)
assert alone < trained_together
display(
    Markdown(
        "| picture 1 by | picture 2 by | equal error rate |\n|---|---|---|\n"
        f"| Siamese A | Siamese A | {alone:.1%} |\n"
        f"| Siamese B | Siamese B | {crossed_eer(siamese[1], siamese[1]):.1%} |\n"
        f"| left | right (trained together) | {trained_together:.1%} |\n"
        f"| Siamese A | Siamese B | **{crossed:.1%}** |\n\n"
        f"The same picture, given to left and right, is on average {left_right:.2f} away from "
        "itself."
    )
)
two_of_them.outcome(
    two_of_them.guess.options[int(np.digitize(crossed, [alone + 0.03, 0.42]))],
    because="The loss looks at distances only: each network has turned its sphere its own way.",
)

# %% [markdown]
# The same as distances, of all pairs of the test people:

# %%
i, j = np.triu_indices(len(test_faces.labels), 1)
branches = {"Siamese A and A": (siamese[0],) * 2, "left and right": (left, right),
            "Siamese A and B": siamese}  # fmt: skip
apart = {}
for name, (one, two) in branches.items():
    f_one, f_two = one.encode(test_faces.images), two.encode(test_faces.images)
    apart[name] = pairwise_distances(f_one, f_two).numpy()[i, j], same_person
medians = {name: [np.median(d[same == who]) for who in (1, 0)] for name, (d, same) in apart.items()}
assert medians["Siamese A and A"][0] < 0.7 * medians["Siamese A and A"][1]
assert abs(np.subtract(*medians["Siamese A and B"])) < 0.1
show(
    draw.distances(apart),
    "Distances of pairs of one person (blue) and of two (orange): shared weights, two networks "
    "trained together, two trained apart.",
    alt="Three panels. With shared weights the blue hill lies to the left of the orange one; left "
    "and right overlap more; between two networks trained apart both hills lie upon each other.",
)

# %% [markdown]
# Trained together, the two learn to agree, but they have twice the weights, each sees half of the
# pictures, and they must learn what sharing gives for nothing: that a picture is like itself. **The
# cure** is to have one network. And when it is retrained: encode the whole database again, from the
# pictures that were kept, before comparing anything.

# %% [markdown]
# ## What is computed once
#
# A pair needs two encodings, but one of them can be old. The people in the database do not
# change from question to question: encode their pictures once, keep 32 numbers of each, and a new
# picture costs **one** pass through the network, whoever it is compared with. Slow and fast, the
# same answers:

# %%
database, question = test_faces.images[::ALBUM], test_faces.images[1 + ALBUM * 7][None]

started = time.perf_counter()
slow = [
    paired_distances(encoder.encode(question), encoder.encode(x[None])).item() for x in database
]
seconds_slow = time.perf_counter() - started

encoded = encoder.encode(database)  # when people are enrolled
started = time.perf_counter()
fast = pairwise_distances(encoder.encode(question), encoded).numpy()[0]
seconds_fast = time.perf_counter() - started

assert np.allclose(slow, fast, atol=1e-5)
Markdown(
    f"One picture against {len(database)} people: {2 * len(database)} passes, "
    f"{1000 * seconds_slow:.0f} ms; or one pass and {len(database)} distances, "
    f"**{1000 * seconds_fast:.1f} ms**, {seconds_slow / seconds_fast:.0f} times faster. What is "
    f"kept of a person: {encoded[0].nbytes} bytes, where the picture has {database[0].nbytes:,}."
)

# %% [markdown]
# All of it in one picture: what was kept, the row that a visitor's pass gives, and the distances
# that come out of the two.

# %%
visitors = test_faces.images[1::ALBUM]  # another picture of each
from_each = pairwise_distances(encoder.encode(visitors), encoded).numpy()
known = from_each.argmin(axis=1) == np.arange(len(database))
visitor = int(known.argmax())  # the first whose own row is the nearest
show(
    draw.looked_up(
        database, encoded, visitors[visitor], encoder.encode(visitors)[visitor],
        from_each[visitor], visitor,
    ),
    f"Left, {len(database)} people's encodings, a row each; right, a visitor's distance to each "
    "of them: the nearest, in blue, is the visitor's own.",
    alt="A table of coloured cells with a row for each person, beside it a dot for each: one, far "
    "to the left and larger, is the nearest; a visitor's face, and that person's in the database.",
)  # fmt: skip
print(f"of {len(database)} visitors {known.sum()} are nearest to their own row")
assert known.mean() > 0.1  # ten times what chance would give

# %% [markdown]
# ## A grown-up encoder: residual blocks
#
# Our encoder has three convolutions and knows drawings. `FaceResNet`, which told real people apart
# in lesson 04, has 29, and learned from three million photographs, in the same way: encodings
# compared, one person near, two people far. What is new in it is how so many layers can learn at
# all.
#
# A **residual block** does not compute a new picture, it *adds* to the one it gets:
#
# $$y = \text{relu}(x + f(x)), \qquad f = \text{conv}\,(\text{relu}\,(\text{conv}\,(x)))$$
#
# By hand, with numbers for pictures: $f(x) = 0.1\,x$ makes $y = 1.1\,x$, and the slope is 1.1. If
# $f$ has learned nothing yet, $f(x) = 0$, the block hands $x$ on, and the slope is 1. Without "$x
# +$" it would be 0.1, and 0 in the other case.
#
# Twenty blocks in a row, each with slope 0.1 in $f$. Without the sum, the gradient is multiplied by
# $0.1^{20} = 10^{-20}$ on its way to the first one, which learns nothing.

# %%
with_sum = predict("05.sum", "With the sum it is multiplied by", answer=None, within=0.2)
with_sum

# %%
with_sum.outcome(round(1.1**20, 1), because="1.1 to the power of 20: it even grows a little.")

# %% [markdown]
# Blocks with random weights:


# %%
def length_of_gradient(blocks, shortcut, width=64):
    """How long the gradient is at the input of a chain of random blocks, for one of length 1."""
    draws = np.random.default_rng(1)
    x = minidl.tensor(draws.normal(size=(1, width)), requires_grad=True)
    h = x
    for _ in range(blocks):
        w1, w2 = draws.normal(0, 0.5 / np.sqrt(width), (2, width, width))
        f = F.relu(h @ w1) @ w2
        h = h + f if shortcut else f
    direction = draws.normal(size=(1, width))
    h.backward(direction / np.linalg.norm(direction))
    return np.linalg.norm(x.grad)


for blocks in (1, 5, 20):
    print(f"{blocks:2} blocks: with the sum {length_of_gradient(blocks, True):8.2g}, "
          f"without {length_of_gradient(blocks, False):8.2g}")  # fmt: skip
assert length_of_gradient(20, True) > 1
assert length_of_gradient(20, False) < 1e-9

# %% [markdown]
# ### Layer by layer
#
# The whole network, from a face turned upright (a *chip*, lesson 04) to its 128 numbers:

# %%
network = FaceResNet.pretrained()
portrait = data.sample_image("obama")
small_grey = np.repeat(
    data.resize_image(portrait[:, :, ::-1], 128).mean(axis=0, keepdims=True), 3, axis=0
)
looks_real = {"obama": portrait, "mirrored, small, grey": small_grey,
              "biden": data.sample_image("biden")}  # fmt: skip
detector = FaceDetector.pretrained()
chips = np.stack([align(p, detector.detect(p)[0].points) for p in looks_real.values()])


def layers(chips):
    """Every part of the network: (name, what it makes of the chips, its weights)."""
    colours = np.array(MEAN, np.float32).reshape(3, 1, 1) / 255  # of the average chip
    x = network.stem(minidl.tensor(chips - colours))
    yield "convolution 7×7, stride 2", x, network.stem
    x = F.max_pool2d(x, 3, 2)
    yield "max pool 3×3, stride 2", x, None
    for block in network.blocks:
        x = block(x)
        kind = "to half the size" if type(block).__name__ == "DownBlock" else "residual block"
        yield kind, x, block
    x = x.mean(axis=(2, 3))
    yield "mean over all places", x, None
    yield "linear", network.head(x), network.head


rows, convolutions = [], 0
with no_grad():
    for name, out, part in layers(chips[:1]):
        weights = 0 if part is None else sum(p.size for p in part.parameters())
        convolutions += 0 if part is None else sum(p.ndim == 4 for p in part.parameters())
        rows.append(f"| {name} | {' × '.join(map(str, out.shape[1:]))} | {weights:,} |")
assert convolutions == 29
Markdown("| part | what comes out | weights |\n|---|---|---|\n" + "\n".join(rows))

# %% [markdown]
# Where height and width are halved, the input cannot simply be added any more: there it is
# averaged over 2 × 2 places, and channels that it does not have count as 0. No weight is spent on
# the shortcut.
#
# ### What comes out
#
# After the last block, each of 256 channels is averaged over what is left of the picture: *how much
# of this is there in the face*. One matrix makes 128 numbers of them, and these are $f(x)$. Three
# chips: one man, the same photograph mirrored, small and grey, and another man.

# %%
with no_grad():
    steps_inside = list(layers(chips))
means_256, codes_128 = (out.numpy() for _, out, _ in steps_inside[-2:])
assert np.allclose(codes_128, means_256 @ network.head.weight.numpy().T, atol=1e-5)
assert np.allclose(codes_128, network.encode(chips), atol=1e-5)
between_chips = pairwise_distances(codes_128).numpy()
show(
    draw.vectors(chips, codes_128, list(looks_real), between_chips[0]),
    "Three chips and their 128 numbers; behind the second and third, in grey, those of the first.",
    alt="Three faces with bars beside them. The bars of the changed photograph follow the grey "
    "ones; those of another man do not.",
    photo=True,
)

# %%
print(f"the same photograph, changed: {between_chips[0, 1]:.2f}; another man: "
      f"{between_chips[0, 2]:.2f}")  # fmt: skip
largest = np.abs(codes_128[0] - codes_128[2]).argsort()[::-1]
squares = (codes_128[0] - codes_128[2])[largest] ** 2
print(f"of the squared distance to the other man, the 10 numbers that differ most make "
      f"{squares[:10].sum() / squares.sum():.0%}, all others the rest")  # fmt: skip
assert between_chips[0, 1] < 0.6 < between_chips[0, 2]

# %% [markdown]
# No single number says "moustache" or "Joe": people differ by a little in many of them. The closed
# box $f$ of lesson 04 is a stem, fourteen blocks, an average and a matrix, all of them made of the
# operations of lessons 01 and 02.

# %% [markdown]
# ## Most pairs are easy
#
# How much is there to learn from a pair of two people drawn blindly? Only what is missing to the
# margin costs anything, so sort the pairs of two test people by their loss, and add it up from the
# costliest down.

# %%
costs = {}
for step in (0, 30, 600):
    d, one_person = all_pairs(looks[step], test_faces.labels)
    costs[f"step {step}"] = np.maximum(0, 1 - d[~one_person]) ** 2
show(
    draw.who_pays(costs),
    "The share of the loss that the costliest pairs of two people carry.",
    alt="Three rising curves: at step 0 nearly a straight line; at step 600 it rises steeply and "
    "is at 100 % before half of the pairs are counted.",
)
last = np.sort(costs["step 600"])[::-1]
Markdown(
    f"In the end **{np.mean(last == 0):.0%}** of the pairs of two people cost nothing, and have no "
    f"gradient either; a tenth of the pairs carries "
    f"{last[: len(last) // 10].sum() / last.sum():.0%} of the loss."
)

# %% [markdown]
# At the beginning every pair teaches. The better the network, the more of a blindly drawn batch is
# computed for nothing, forwards and backwards, and what separates us from a low error rate are the
# few pairs that look alike: the left foot of the orange hill. One would like to *look for* them.
# That is lesson 06, which also drops the fixed margin for every pair: there, it is enough that the
# other person is farther away than one's own pictures are.

# %% [markdown]
# ## Your turn: the whole set

# %%
check("ex05")

# %%
predictions("05")

# %% [markdown]
# ## Summary
#
# - A Siamese network is one network called twice. It gives encodings; a distance compares them. No
#   output belongs to a person, so new people need no training.
# - Shared weights: the gradients by way of the two branches add up; $d(x, x) = 0$ and
#   $d(x_1, x_2) = d(x_2, x_1)$ come for nothing. Two networks' encodings must never be mixed.
# - The contrastive loss pulls pairs of one person together and pushes pairs of two apart, up to the
#   margin. Without pairs of two, or with margin 0, everything collapses to a point while the loss
#   looks splendid: watch the distances, not the loss.
# - A logistic unit on $|f_1 - f_2|$ weighs features. It helps where the features were not trained
#   for the distance, and gives a probability.
# - Encode the database once. Most random pairs soon teach nothing.
#
# **Experiments to try:** other margins, and what they do to the number of directions in use; 2
# numbers in an encoding in the place of 32; 60 people in the place of 600, with the equal error
# rate on *training* people beside the one on test people; encoder and logistic unit trained
# together.
#
# ## Where to read on
#
# - Bromley, Guyon, LeCun, Säckinger, Shah, "Signature verification using a 'Siamese' time delay
#   neural network" (1993): where the name comes from.
# - Chopra, Hadsell, LeCun, "Learning a similarity metric discriminatively, with application to face
#   verification" (2005): the first Siamese ConvNet on faces.
# - Hadsell, Chopra, LeCun, "Dimensionality reduction by learning an invariant mapping" (2006): the
#   contrastive loss and its springs. (Their loss is half of ours, and their encodings are not
#   divided by their length.)
# - Taigman, Yang, Ranzato, Wolf, "DeepFace: closing the gap to human-level performance in face
#   verification" (2014): the weighted differences.
# - Koch, Zemel, Salakhutdinov, "Siamese neural networks for one-shot image recognition" (2015):
#   encoder and logistic unit trained together, on Omniglot.
# - He, Zhang, Ren, Sun, "Deep residual learning for image recognition" (2016): residual blocks.
#
# **Next:** [06 Triplet loss](06_triplet.ipynb), three pictures at a time, and hard ones.
