# %% [markdown]
# # 03 Training a ConvNet
#
# A network is a formula with thousands of numbers in it. In this lesson you find those numbers: you
# say what a good answer is, follow the gradient, and end with a program that reads handwriting it
# has never seen.
#
# **You will be able to**
# - derive the softmax cross-entropy and its gradient, and compute both without overflow;
# - build a network from modules, and say what a hidden layer and its relu are for;
# - choose an optimiser and a learning rate, and recognise one that is wrong;
# - start a deep network so that signals neither vanish nor explode;
# - train a ConvNet, find out with ten examples whether the program is right, and measure honestly
#   how good the result is.
#
# **Time:** about two hours to read and try; the exercises another two hours and a quarter.
# Computing: about a minute. **Data:** 1,797 real handwritten digits that ship with minidl. No
# network.

# %%
import tempfile
import time
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from figures import own_training as yours
from figures import training as draw
from figures.showing import show
from IPython.display import Markdown, display

import minidl
import minidl.functional as F
from minidl import data, nn, no_grad, optim
from minidl.course import check, predict, predictions, your_code
from minidl.progress import progress

plt.style.use("minidl.mplstyle")
rng = np.random.default_rng(0)

# %% [markdown]
# ## The question
#
# Forty-eight digits, written by different people, each on 8 by 8 pixels. You read them at a glance.
# **Which rule, on 64 numbers, says "this is an 8"?**

# %%
digits = data.digits()
some = rng.choice(len(digits.train_images), 48, replace=False)
show(
    draw.digits(digits.train_images[some]),
    "Forty-eight of the digits, 8 by 8 pixels each.",
    alt="Four rows of twelve coarse handwritten digits, in many hands.",
)

# %% [markdown]
# Nobody has written that rule down. What can be written down is how *wrong* a rule is on examples
# whose answer is known. If the rule has adjustable numbers, the gradient (lesson 01) says which way
# to turn each of them. So we need four things: a measure of wrongness, a formula with adjustable
# numbers, a way to step, and a good place to start. They are the first half of this lesson.

# %% [markdown]
# ## From scores to probabilities
#
# A classifier gives each class a **score**, any real number; scores are also called *logits*. The
# largest score wins. To say how sure it is, turn the $K$ scores $z$ into probabilities with the
# **softmax**:
#
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$$
#
# All are positive and together they make 1. By hand: scores $\ln 6,\ \ln 3,\ 0$ have exponentials
# $6, 3, 1$ with sum 10, so $p = (0.6,\ 0.3,\ 0.1)$.

# %%
scores = np.log([6.0, 3.0, 1.0])
p = np.exp(scores) / np.exp(scores).sum()
assert np.allclose(p, [0.6, 0.3, 0.1])
print(p)

# %% [markdown]
# ## How wrong is that?
#
# Suppose the right class is $y$. The network gave it probability $p_y$. Over a whole data set, the
# probability of *everything that was observed* is the product $\prod_n p^{(n)}_{y_n}$, and the best
# network is the one that makes it largest (the principle of maximum likelihood). A product of
# thousands of small numbers is stored as 0, so take the logarithm, which turns it into a sum;
# divide by $N$, so that the size of the data set does not matter; and flip the sign, to have
# something that falls. That is the **cross-entropy loss**:
#
# $$L = -\frac{1}{N} \sum_n \ln p^{(n)}_{y_n}$$
#
# By hand, for the scores above: if class 0 is right, $L = -\ln 0.6 = 0.511$; if class 2 is right,
# $L = -\ln 0.1 = 2.303$. Being sure and wrong is expensive: as $p_y \to 0$ the loss has no limit.
#
# An untrained network knows nothing about ten digits.

# %%
ignorance = predict("03.ignorance", "Its loss is about", answer=None, within=0.05)
ignorance

# %%
assert np.allclose(-np.log(p[[0, 2]]), [0.511, 2.303], atol=1e-3)
ignorance.outcome(
    round(np.log(10), 3), because="Every class gets about 1/10, and -ln(1/10) = ln 10."
)

# %% [markdown]
# Remember that number: a first loss far above it means that the network starts out sure and wrong.

# %% [markdown]
# The slow version first, one example at a time, exactly as in the formula; then the library's, for
# all examples at once. They agree.


# %%
def cross_entropy_in_loops(logits, labels):
    """Mean of -log softmax(logits)[label], one example after the other."""
    total = 0.0
    for z, label in zip(logits, labels, strict=True):
        powers = [np.exp(score) for score in z]
        total -= np.log(powers[label] / sum(powers))
    return total / len(logits)


logits, labels = rng.normal(size=(1000, 10)), rng.integers(0, 10, 1000)
assert np.isclose(cross_entropy_in_loops(logits, labels), F.cross_entropy(logits, labels).item())

# %% [markdown]
# ### A failure: sure networks overflow
#
# The formula is right, and as a program it is wrong. A float64 ends near $10^{308}$, so $e^{710}$
# is infinite already (in float32, $e^{89}$). Scores that large are not rare once a network
# diverges.

# %%
with np.errstate(all="ignore"):
    print("scores 1000, 990, right 0:", cross_entropy_in_loops(np.array([[1000.0, 990.0]]), [0]))
    print("scores 0, -800, right 1:  ", cross_entropy_in_loops(np.array([[0.0, -800.0]]), [1]))

# %% [markdown]
# Two different accidents. In the first, $\infty / \infty$ is *not a number*, and every weight that
# such a loss updates becomes nan too. In the second the exponential is so small that it is stored
# as 0, and $-\ln 0 = \infty$, though the true loss is just 800.
#
# **The cure.** Adding a number to all scores of an example changes no probability: numerator and
# denominator get the same factor. So subtract the largest score $m$; no exponent is above 0 then,
# and one of them is exactly 0, so that the sum is at least 1. And never take the logarithm of a
# probability. Take it on paper:
#
# $$-\ln p_y = \ln \sum_k e^{z_k} - z_y = m + \ln \sum_k e^{z_k - m} - z_y$$

# %%
assert F.cross_entropy([[1000.0, 990.0]], [0]).item() < 1e-4
assert F.cross_entropy([[0.0, -800.0]], [1]).item() == 800

# %% [markdown]
# **Checkpoint.** Why subtract the largest score of each *row*, not the largest of the whole batch?
#
# <details><summary>Answer</summary>
#
# A row far below the batch's largest score would have all its exponentials stored as 0: 0/0, nan
# again.
#
# </details>
#
# **Your turn:** `softmax` and `softmax_cross_entropy` in
# [ex03_training.py](../exercises/ex03_training.py).

# %%
check("ex03.softmax")

# %%
check("ex03.softmax_cross_entropy")

# %% [markdown]
# Your two functions on growing scores: the three of before, times 1, 4 and 1000. At the right an
# untamed softmax has no bars left; and your loss says what it costs if class 2 is right.

# %%
mine = your_code("ex03.softmax", "ex03.softmax_cross_entropy", even_wrong=True)
grown = {factor: scores[None] * factor for factor in (1, 4, 1000)}
bars = {factor: mine.softmax(z)[0] for factor, z in grown.items()}
costs = {factor: mine.softmax_cross_entropy(z, np.array([2])) for factor, z in grown.items()}
if mine.right():
    assert np.isclose(costs[1], 2.303, atol=1e-3)
    assert np.isclose(costs[1000], 1000 * np.log(6))
show(
    yours.grown_scores(bars, costs),
    f"softmax ({mine.whose('softmax')}) of growing scores, and what softmax_cross_entropy "
    f"({mine.whose('softmax_cross_entropy')}) charges if class 2 was right.",
    alt="Three bar charts of three classes: 0.6, 0.3, 0.1; then nearly all on class 0; then all. "
    "The losses grow from 2.3 to about 1,792.",
)
mine

# %% [markdown]
# ## Its gradient: predicted minus right
#
# For one example, $L = \ln \sum_j e^{z_j} - z_y$. Differentiate with respect to one score $z_k$.
# The first term gives $e^{z_k} / \sum_j e^{z_j}$, which is $p_k$ again. The second gives $-1$ if
# $k = y$ and 0 otherwise. Together:
#
# $$\frac{\partial L}{\partial z_k} = p_k - [k = y]$$
#
# The answer as a vector with a single 1 in it is called **one-hot**, so: *softmax minus one-hot*.
# By hand, with class 0 right: $(0.6 - 1,\ 0.3,\ 0.1) = (-0.4,\ 0.3,\ 0.1)$. A step against the
# gradient raises the right score, lowers the others, most of all those that were believed most, and
# does nothing once $p$ is right.

# %%
z = minidl.tensor(scores[None], requires_grad=True)  # (1, 3)
F.cross_entropy(z, [0]).backward()
assert np.allclose(z.grad, [[-0.4, 0.3, 0.1]])
show(
    draw.predicted_minus_right(p, right=0),
    "The gradient is what was predicted, minus what is right.",
    alt="Bars 0.6 0.3 0.1; bars 1 0 0; and their difference, -0.4 0.3 0.1.",
)

# %% [markdown]
# **Checkpoint.** The gradient of an example always has sum 0. Why must it?
#
# <details><summary>Answer</summary>
#
# Adding one number to all scores leaves the loss as it is, so the slope in the direction
# $(1, 1, \ldots, 1)$, which is that sum, is 0.
#
# </details>
#
# **Your turn:** [`softmax_cross_entropy_grad`](../exercises/ex03_training.py). Mind the $1/N$ of
# the mean.

# %%
check("ex03.softmax_cross_entropy_grad")

# %% [markdown]
# That is all a linear classifier needs. Its scores are `pixels @ weights`, so the weights' gradient
# is `pixels.T @ g` with your $g$. Two hundred steps from zeros:

# %%
mine = your_code("ex03.softmax_cross_entropy_grad", even_wrong=True)
rows = digits.train_images.reshape(-1, 64).astype(np.float64)
weights, shares = np.zeros((64, 10)), []
for _ in range(200):
    scores_now = rows @ weights
    shares.append(np.mean(scores_now.argmax(axis=1) == digits.train_labels))
    weights -= rows.T @ mine.softmax_cross_entropy_grad(scores_now, digits.train_labels)
if mine.right():
    assert shares[-1] > 0.9
show(
    yours.ten_weights(weights.T.reshape(10, 8, 8), shares),
    f"640 weights trained by softmax_cross_entropy_grad "
    f"({mine.whose('softmax_cross_entropy_grad')}): {shares[-1]:.1%} of these digits are read.",
    alt="Ten maps of 8 by 8 weights, red where ink speaks for the digit and blue where against; "
    "and the share read rightly, rising within 200 steps.",
)
mine

# %% [markdown]
# ## Modules: formulas that own their numbers
#
# A **module** keeps a network's weights for you: what you assign to an
# attribute of an `nn.Module` is found again by name, if it is an `nn.Parameter` or another module.
# `forward` is the formula. That is all there is to it.


# %%
class Affine(nn.Module):
    """y = x W^T + b, as nn.Linear computes it."""

    def __init__(self, inputs, outputs):
        self.weight = nn.Parameter(rng.normal(size=(outputs, inputs)))
        self.bias = nn.Parameter(np.zeros(outputs))

    def forward(self, x):
        return x @ self.weight.transpose() + self.bias


two_layers = nn.Sequential(Affine(64, 32), nn.ReLU(), Affine(32, 10))
for name, parameter in two_layers.named_parameters():
    print(name, parameter.shape)

library = nn.Linear(64, 32)
library.load_state_dict(two_layers[0].state_dict())
pixels = digits.train_images[:5].reshape(5, 64)
assert np.allclose(two_layers[0](pixels).numpy(), library(pixels).numpy(), atol=1e-5)

# %% [markdown]
# ### What a hidden layer is for
#
# Four points, two classes: the answer is 1 where exactly one of the two inputs is 1 (**exclusive
# or**, XOR). A linear model gives $w_1 x_1 + w_2 x_2 + b$. For the right answers its score must be
# positive at $(1, 0)$ and $(0, 1)$, so the two add up to a positive number, $w_1 + w_2 + 2b$; and
# negative at $(0, 0)$ and $(1, 1)$, which add up to the very same number. There is no such model.
#
# More layers do not help by themselves: $W_2 (W_1 x)$ is $(W_2 W_1)\, x$, a linear model again. It
# takes something that is **not linear** in between. With relu, $\max(0, \cdot)$, two hidden units
# are enough. By hand, $h_1 = \text{relu}(x_1 + x_2)$ and $h_2 = \text{relu}(x_1 + x_2 - 1)$:
#
# | $x$ | $h_1$ | $h_2$ | $h_1 - 2 h_2$ |
# |---|---|---|---|
# | (0, 0) | 0 | 0 | 0 |
# | (1, 0), (0, 1) | 1 | 0 | 1 |
# | (1, 1) | 2 | 1 | 0 |
#
# The hidden layer has moved the points, to $(0, 0)$, $(1, 0)$ and $(2, 1)$, where one line parts
# them. That is what hidden layers are for: new features, in which the last, linear layer succeeds.

# %%
corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
xor = np.array([0, 1, 1, 0])
hidden = np.maximum(corners @ [[1, 1], [1, 1]] + [0, -1], 0)
assert (hidden @ [1, -2]).tolist() == xor.tolist()

first, second = rng.normal(size=(2, 16)), rng.normal(size=(16, 2))
assert np.allclose((corners @ first) @ second, corners @ (first @ second))

# %% [markdown]
# Trained on noisy points around the four corners: a linear model, two linear layers, and two layers
# with a relu in between.

# %%
linear_share = predict(
    "03.xor",
    "Of the points, the two linear layers without relu get right",
    ["about half to three quarters", "nearly all"],
    answer=None,
)
linear_share

# %%
around = corners[rng.integers(0, 4, 400)]
which = np.logical_xor(*around.T.astype(bool)).astype(int)
points = (around + rng.normal(0, 0.12, around.shape)).astype(np.float32)


def fitted(model, steps=400):
    """The model after some steps of Adam on all points at once."""
    optimizer = optim.Adam(model.parameters(), lr=0.03)
    for _ in range(steps):
        optimizer.zero_grad()
        F.cross_entropy(model(points), which).backward()
        optimizer.step()
    return model


nn.manual_seed(1)
three = {
    "linear": fitted(nn.Linear(2, 2)),
    "two linear layers": fitted(nn.Sequential(nn.Linear(2, 16), nn.Linear(16, 2))),
    "with relu between": fitted(nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 2))),
}
right = {name: np.mean(m(points).numpy().argmax(axis=1) == which) for name, m in three.items()}
assert right["two linear layers"] < 0.8 < 0.98 < right["with relu between"]
show(
    draw.planes(three, points, which, right),
    "Where each model says 1 (orange) and 0 (blue): only a bend in between parts the classes.",
    alt="Three squares with four clouds of points, of two classes at opposite corners. The first "
    "two are cut by a straight line; in the third each class has its regions to itself.",
)
linear_share.outcome(
    "nearly all" if right["two linear layers"] > 0.9 else "about half to three quarters",
    because="Without relu the two layers are one linear layer.",
)

# %% [markdown]
# ### There and back, in one function
#
# What did `backward()` do in the third of these? Once, write it by hand: all that a step needs from
# a linear layer, a relu and another linear layer. On the way there each part makes something of
# what it gets. On the way back each is asked two things: *given the gradient to what came out of
# you, what is the gradient to what went in, and what to your own numbers?* For the loss you have
# answered already. A linear layer is a product and a sum, which lesson 01 took apart. That leaves
# relu, which either passes a number or says 0.

# %%
silent = predict(
    "03.silent",
    "A hidden unit says 0 to every example of a batch. The gradient to its weights is",
    ["0", "not 0, but smaller than that of the others", "like that of the others"],
    answer=None,
)
silent

# %%
nn.manual_seed(1)
network = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 2))
network[0].bias.data[3] = -100  # the points lie near 0 and 1: no sum gets above 0 with that
F.cross_entropy(network(points), which).backward()
pull = np.abs(network[0].weight.grad).sum(axis=1)
silent.outcome(
    "0" if pull[3] == 0 else silent.guess.options[1 if pull[3] < np.median(pull) else 2],
    because="A small change of its weights changes nothing that it says. Such a unit is dead.",
)

# %% [markdown]
# **Your turn:** [`two_layer_grads`](../exercises/ex03_training.py). Keep what was made on the way
# there, and let the shapes tell you which product is meant.

# %%
check("ex03.two_layer_grads")

# %% [markdown]
# The points around the four corners again: 300 plain steps, each along your gradients, and beside
# it the library's `backward()` from the same start.

# %%
mine = your_code("ex03.two_layer_grads", even_wrong=True)
nn.manual_seed(1)
network = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 2))
own = [parameter.numpy().astype(float) for parameter in network.parameters()]
optimizer, curves = optim.SGD(network.parameters(), lr=0.5), np.zeros((2, 300))
for step in range(300):
    loss, *gradients = mine.two_layer_grads(points.astype(float), which, *own)
    own = [w - 0.5 * np.nan_to_num(g) for w, g in zip(own, gradients, strict=True)]
    optimizer.zero_grad()
    by_library = F.cross_entropy(network(points), which)
    by_library.backward()
    optimizer.step()
    curves[:, step] = loss, by_library.item()
if mine.right():
    assert np.allclose(*curves, rtol=1e-2)
    assert curves[0, -1] < 0.2


def own_network(x):
    """The scores (N, 2) of two layers with the numbers just found."""
    w1, b1, w2, b2 = own
    return np.maximum(x @ w1.T + b1, 0) @ w2.T + b2


show(
    yours.own_plane(own_network, points, which, curves),
    f"Where a network trained along two_layer_grads ({mine.whose('two_layer_grads')}) says 1 "
    "(orange) and 0 (blue); and its loss, pink, on that of the library, blue.",
    alt="A square with four clouds of points in two classes, each in a region of its colour; and "
    "two falling curves that lie on each other, where the function is right.",
)
mine

# %% [markdown]
# `nn.Sequential` calls its parts one after another. Here are the three networks of this lesson,
# from nearly nothing to a small ConvNet. (`BatchNorm2d` is explained below.)


# %%
def linear_model():
    """64 pixels straight to 10 scores."""
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 10))


def two_layer_model():
    """One hidden layer."""
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))


def convnet():
    """Three convolutions; the images halve once, (8, 8) to (4, 4)."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.Conv2d(16, 16, 3, padding=1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1, bias=False),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(32 * 4 * 4, 10),
    )


# %% [markdown]
# The second convolution takes 16 channels to 16 channels with 3 by 3 kernels and no bias.

# %%
weights_in_it = predict("03.weights", "How many weights is that?", answer=None)
weights_in_it

# %%
display(convnet())
weights_in_it.outcome(
    convnet()[3].weight.size, because="16 filters of 16 channels of 3 by 3: 16 × 16 × 9."
)

# %% [markdown]
# Most weights sit in the last layer, which alone does not share them between positions: 512 × 10,
# and ten biases.

# %% [markdown]
# ## Optimisers: how to step
#
# The gradient says which way is down, not how far to go. The plainest rule, **gradient descent**,
# goes `lr` times the gradient; `lr` is the **learning rate**, and everything hangs on it:
#
# $$w \leftarrow w - \text{lr} \cdot g$$
#
# To see why, take the smallest landscape with the trouble that real ones have, a **ravine**:
# shallow along $x$, steep across.
#
# $$f(x, y) = \tfrac12 (x^2 + 25\, y^2), \qquad g = (x,\ 25\, y)$$
#
# A step multiplies $x$ by $1 - \text{lr}$ and $y$ by $1 - 25\,\text{lr}$. By hand, with lr 0.02:
# $x$ keeps 98 % of its distance, $y$ half of it.
#
# %%
grows = predict("03.rates", "With which rate does y grow?", ["0.004", "0.07", "0.082"], answer=None)
grows

# %%
STEEPNESS = 25.0


def descend(make_optimizer, steps=40, start=(-9.0, 2.0)):
    """The path (steps + 1, 2) of an optimiser in the ravine."""
    w = nn.Parameter(np.array(start))
    optimizer = make_optimizer([w])
    path = [w.numpy().copy()]
    for _ in range(steps):
        optimizer.zero_grad()
        loss = (w * w * np.array([1, STEEPNESS])).sum() / 2
        loss.backward()
        optimizer.step()
        path.append(w.numpy().copy())
    return np.array(path)


assert np.allclose(descend(lambda w: optim.SGD(w, lr=0.02))[1], [-9 * 0.98, 2 * 0.5])
rates = {"too small, 0.004": 0.004, "good, 0.07": 0.07, "too large, 0.082": 0.082}
paths = {name: descend(lambda w, lr=lr: optim.SGD(w, lr=lr)) for name, lr in rates.items()}
show(
    draw.three_rates({name: path[:20] for name, path in paths.items()}, STEEPNESS),
    "Twenty steps down a ravine at three learning rates, from the ring to the cross.",
    alt="The first path creeps; the second zigzags and arrives; the third swings ever wider.",
)
widest = max(paths, key=lambda name: abs(paths[name][-1, 1]))
grows.outcome(
    widest.rpartition(" ")[2],
    because="The factors of y are 0.9, -0.75 and -1.05: above 2/25 = 0.08 descent climbs.",
)

# %% [markdown]
# All started in the ring and aim for the cross. The right-hand path is **divergence**, on purpose:
# every step is computed correctly, goes downhill at first, and lands higher on the other side. Its
# signature is a loss that grows by the same factor every step, until it is nan. The cure is a
# smaller rate: the steepest direction sets the limit, $2 / 25$. The shallow direction pays for it,
# and the more a landscape stretches, the more it pays.

# %%
for name, path in paths.items():
    loss = (path**2 @ [1, STEEPNESS]) / 2
    print(f"{name:17} loss after 0, 20, 40 steps: {loss[0]:8.2f} {loss[20]:8.2f} {loss[40]:8.2f}")

# %% [markdown]
# ### Momentum and Adam
#
# Two ways to pay less. **Momentum** keeps a velocity, like a ball with friction:
#
# $$v \leftarrow \mu v + g, \qquad w \leftarrow w - \text{lr} \cdot v$$
#
# Gradients that turn back and forth cancel in $v$; those that persist add up. By hand: a constant
# gradient with $\mu = 0.9$ builds up $1 + 0.9 + 0.81 + \ldots = 1 / (1 - 0.9) = 10$ times the
# speed.
#
# **Adam** gives every weight its own step size. It keeps a running mean $m$ of the gradient and a
# running mean $v$ of its square, and steps by their ratio:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \quad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2$$
#
# $$w \leftarrow w - \text{lr}\, \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}$$
#
# Both means begin at 0 and are too small at first; $1 - \beta^t$ at step $t$ corrects exactly that.
# By hand, first step, $g = 4$: $m = 0.4$, corrected 4; $v = 0.016$, corrected 16; the step is
# $\text{lr} \cdot 4 / \sqrt{16} = \text{lr}$. It is one lr long whatever the gradient, so a steep
# direction and a shallow one move alike.

# %%
paths = {
    "plain, lr 0.03": descend(lambda w: optim.SGD(w, lr=0.03)),
    "momentum 0.8, lr 0.03": descend(lambda w: optim.SGD(w, lr=0.03, momentum=0.8)),
    "Adam, lr 0.5": descend(lambda w: optim.Adam(w, lr=0.5)),
}
assert np.allclose(np.abs(np.diff(paths["Adam, lr 0.5"][:2], axis=0)), 0.5)  # one lr, both ways
show(
    draw.race(paths, STEEPNESS),
    "Three optimisers in the ravine, and how their losses fall.",
    alt="Plain descent reaches the bottom at once and crawls; momentum swings along it; Adam goes "
    "diagonally. Momentum and Adam end lower.",
)

# %% [markdown]
# Plain descent is quickly at the bottom of the ravine and then crawls along it. Momentum rolls
# along and swings. Adam's first steps go diagonally, deaf to the steepness. None of them is best
# for everything; for networks whose layers have gradients of very different sizes, Adam needs the
# least tuning, and we use it below.
#
# Momentum also moves the edge of divergence. Along the steep direction, with steepness $s$, plain
# descent is stable below $2/s$, momentum below $2(1 + \mu)/s$: a velocity that is turned round
# every step never builds up, and brakes. For $\mu = 0.8$ that is $3.6/25 = 0.144$ in place of 0.08.

# %%
for lr in (0.1, 0.14, 0.15):
    plain = descend(lambda w, lr=lr: optim.SGD(w, lr=lr), 200)
    rolling = descend(lambda w, lr=lr: optim.SGD(w, lr=lr, momentum=0.8), 200)
    ends = {"plain": abs(plain[-1, 1]), "momentum": abs(rolling[-1, 1])}
    assert ends["plain"] > 2
    assert (ends["momentum"] < 2) == (lr < 2 * 1.8 / STEEPNESS)
    print(f"lr {lr}: |y| after 200 steps", *(f"{name} {end:.2g}" for name, end in ends.items()))

# %% [markdown]
# **Checkpoint.** You have found a good lr for plain descent and switch momentum 0.9 on. Where do
# you look for the new lr?
#
# <details><summary>Answer</summary>
#
# Steady gradients now move ten times as far, so about ten times lower is the first place to look.
# (It need not be lower to be stable, as you have just seen; it is lower to be as fast.)
#
# </details>
#
# **Your turn:** [`sgd_momentum_step`](../exercises/ex03_training.py) and `adam_step`.

# %%
check("ex03.sgd_momentum_step")

# %%
check("ex03.adam_step")

# %% [markdown]
# Your steps in the ravine, on the library's path. Where they part, yours do something else: a
# forgotten correction shows at once.

# %%
mine = your_code("ex03.sgd_momentum_step", "ex03.adam_step", even_wrong=True)


def own_path(step):
    """The path of step(w, gradient, memory, t) -> (w, *memory), with two memories."""
    w, memory, path = np.array([-9.0, 2.0]), (np.zeros(2), np.zeros(2)), []
    for t in range(1, 41):
        path.append(w)
        w, *memory = step(w, w * [1, STEEPNESS], memory, t)
    return np.array([*path, w])


def momentum_step(w, gradient, memory, t):
    return (*mine.sgd_momentum_step(w, gradient, memory[0], 0.03, 0.8), memory[1])


def adam_step(w, gradient, memory, t):
    return mine.adam_step(w, gradient, *memory, t, lr=0.5)


pairs = {
    "momentum 0.8, lr 0.03": (own_path(momentum_step), mine.whose("sgd_momentum_step")),
    "Adam, lr 0.5": (own_path(adam_step), mine.whose("adam_step")),
}
if mine.right():
    assert all(np.allclose(path, paths[name], atol=1e-4) for name, (path, _) in pairs.items())
show(
    yours.beside_the_library(pairs, paths, STEEPNESS),
    f"sgd_momentum_step ({mine.whose('sgd_momentum_step')}) and adam_step "
    f"({mine.whose('adam_step')}), pink, over the library's paths, blue.",
    alt="Two ravines, each with two paths from the ring: they lie on each other where the "
    "functions are right.",
)
mine

# %% [markdown]
# ## Initialisation: where to start
#
# All weights 0 will not do: all units of a layer would compute the same, get the same gradient, and
# stay the same for ever. So weights begin at random. How large?
#
# A unit sums $n$ inputs (its **fan-in**) times weights of mean 0 and variance $\sigma^2$. The terms
# are independent, so variances add, to $n\, \sigma^2\, \overline{x^2}$, where $\overline{x^2}$ is
# the mean square of the inputs. Relu then cuts away the negative half, and with it half of the mean
# square. One layer multiplies the mean square by $n \sigma^2 / 2$, and it stays the same if
#
# $$\sigma = \sqrt{2 / n} \qquad \text{(He et al., 2015)}$$
#
# Ten layers, and all weights *half* as large as He says:

# %%
shrunk = predict(
    "03.half", "At the end the signals have shrunk by a factor of", answer=None, within=0.1
)
shrunk


# %%
def sizes(times_he, batch_norm=False, layers=10, width=256):
    """The activations' standard deviation after each relu layer, for random inputs."""
    draws, found = np.random.default_rng(0), []
    x = draws.normal(size=(512, width))
    for _ in range(layers):
        x = x @ draws.normal(0, times_he * np.sqrt(2 / width), (width, width))
        if batch_norm:
            x = (x - x.mean(axis=0)) / x.std(axis=0)
        x = np.maximum(x, 0)
        found.append(x.std())
    return np.array(found)


begun = {"half of He": sizes(0.5), "He": sizes(1), "twice He": sizes(2)}
assert np.allclose(begun["half of He"] * 1024, begun["He"] * 2.0 ** np.arange(9, -1, -1))
assert np.allclose(begun["twice He"], begun["He"] * 2.0 ** np.arange(1, 11))
show(
    draw.signal_sizes(begun | {"half, batch norm": sizes(0.5, batch_norm=True)}),
    "The size of the signals after each of ten layers, by how the weights began.",
    alt="He's rule keeps a level line; half of it falls by half in every layer, twice rises; with "
    "batch norm half stays level.",
)
shrunk.outcome(
    round(begun["He"][-1] / begun["half of He"][-1]),
    because="Each layer halves them: 2 to the power of 10. So do the gradients on their way back.",
)

# %% [markdown]
# Does it matter? The same ten-layer network on real digits, with everything equal but the size of
# the weights it starts with:


# %%
def ten_layers(times_he, batch_norm=False):
    """Ten relu layers of 64 units; every weight times_he as large as He's rule."""
    parts = [nn.Flatten()]
    for _ in range(10):
        layer = nn.Linear(64, 64, bias=False)
        layer.weight.data = np.float32(times_he) * nn.init.kaiming_normal((64, 64))
        parts += [layer, nn.BatchNorm1d(64), nn.ReLU()] if batch_norm else [layer, nn.ReLU()]
    return nn.Sequential(*parts, nn.Linear(64, 10))


def last_losses(model, rate=0.01, epochs=10):
    """The mean loss over the last epoch."""
    loader = data.DataLoader(digits.train_images, digits.train_labels, batch_size=64, shuffle=True)
    optimizer = optim.SGD(model.parameters(), lr=rate, momentum=0.9)
    for _ in range(epochs):
        losses = []
        for images, wanted in loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images), wanted)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return np.mean(losses)


for name, options in {
    "half of He": (0.5,), "He": (1,), "twice He": (2,), "half, batch norm": (0.5, True)
}.items():  # fmt: skip
    nn.manual_seed(0)
    with np.errstate(all="ignore"):
        print(f"{name:17} {last_losses(ten_layers(*options)):.3f}")

# %% [markdown]
# Half of He: the loss stays at the $\ln 10$ of knowing nothing, because hardly anything of the
# input arrives at the output. Twice He: too large a first step, then nan. Only the start differs.
#
# **Batch normalisation** is the other cure. After each layer it subtracts from every channel the
# mean over the batch (for images, over all positions too), and divides by the standard deviation,
# then scales and shifts by two learned numbers per channel. Whatever size a signal had, it leaves
# with the size 1: that is the level fourth line of the figure (which measures after the relu, and
# so a little less), though its weights were half as large as they should be.
#
# One thing to know: in training it uses the batch's own statistics, and afterwards running averages
# of them. `model.train()` and `model.eval()` switch between the two.

# %%
nn.manual_seed(0)
model, batch = convnet(), digits.train_images[:32]
for mode in (model.train, model.eval):
    mode()
    with no_grad():
        alone, together = model(batch[:1]).numpy()[0], model(batch).numpy()[0]
    alike = np.allclose(alone, together, atol=1e-3)  # but for rounding
    print(f"{mode.__name__:5}: is a digit read alone as in a batch?", alike)
    assert alike == (mode == model.eval)

# %% [markdown]
# Forgetting `model.eval()` before measuring is among the commonest mistakes there are: answers then
# depend on which other images happen to be in the batch.
#
# **Your turn:** [`he_normal`](../exercises/ex03_training.py).

# %%
check("ex03.he_normal")

# %%
mine = your_code("ex03.he_normal", even_wrong=True)
signal, draws, own_sizes = rng.normal(size=(512, 256)), np.random.default_rng(0), []
for layer in range(10):  # from 256 signals to 1,024, and back
    shape = (256, 1024) if layer % 2 else (1024, 256)
    signal = np.maximum(signal @ mine.he_normal(shape, draws).T, 0)
    own_sizes.append(signal.std())
if mine.right():
    assert 0.5 < own_sizes[-1] / own_sizes[0] < 2
show(
    draw.signal_sizes(begun | {mine.whose("he_normal"): np.array(own_sizes)}),
    f"The same with weights by he_normal ({mine.whose('he_normal')}), through ten layers, every "
    "other of which is four times as wide.",
    alt="Lines as before, and one more for the learner's weights: level where they are right.",
)
mine

# %% [markdown]
# ### Back through a batch norm
#
# In training what comes out for a digit depends on the others in its batch. So must the gradient:
# whoever moves one value moves the mean $\mu$ and the deviation $\sigma$ of its column, and with
# them all rows. For one column, with $\hat x = (x - \mu) / \sigma$, the layer gives
# $\gamma \hat x + \beta$.
#
# Two things can be said of the gradient to $x$ before it is derived. Add a number to the whole
# column, and nothing changes; stretch the column about its mean, and (but for eps) nothing changes
# either. Along both the gradient is 0: it sums to 0, and so does its product with $\hat x$.

# %%
pushed = predict(
    "03.pushed",
    "All rows of a batch are given the same gradient g at the output. The gradient to x is",
    ["g, in every row", "g over the deviation, in every row", "0, in every row"],
    answer=None,
)
pushed

# %%
column = rng.normal(size=(8, 1))
x = minidl.tensor(3 * column, requires_grad=True)
F.batch_norm(x, None, None, training=True).backward(np.full((8, 1), 0.5))
found = np.array([0.5, 0.5 / (3 * column).std(), 0.0])
pushed.outcome(
    pushed.guess.options[int(np.abs(found - x.grad.mean()).argmin())],
    because="To raise all that comes out alike is beyond x: the mean is subtracted. beta can.",
)

# %% [markdown]
# **Your turn:** [`batch_norm_grad`](../exercises/ex03_training.py). There are three ways from an
# $x$ to what comes out, as well as $\gamma$ and $\beta$, which every row shares.

# %%
check("ex03.batch_norm_grad")

# %% [markdown]
# Your gradient to eight values, and slopes that were tried: each $x$ moved a little, both ways, and
# the loss $\sum g\, y$ looked at. A push on one row comes back to all of them.

# %%
mine = your_code("ex03.batch_norm_grad", even_wrong=True)
x, g, gamma = 2 * column + 1, np.zeros((8, 1)), np.array([1.5])
g[2] = 1


def pushed_loss(values):
    """The loss whose gradient to what comes out of a batch norm is g."""
    return (F.batch_norm(values, None, None, gamma, training=True).numpy() * g).sum()


nudges = 1e-5 * np.eye(8)[:, :, None]
slopes = np.array([(pushed_loss(x + n) - pushed_loss(x - n)) / 2e-5 for n in nudges])
own = np.asarray(mine.batch_norm_grad(x, gamma, g)[0])
if mine.right():
    assert np.allclose(own[:, 0], slopes, atol=1e-6)
    assert abs(own.sum()) < 1e-9
show(
    yours.batch_pulls(x[:, 0], g[:, 0], own[:, 0], slopes),
    f"A column, the gradient to what a batch norm makes of it, and the gradient to the column by "
    f"batch_norm_grad ({mine.whose('batch_norm_grad')}).",
    alt="Three bar charts of eight rows: values; 1 in the third row and 0 elsewhere; and a "
    "gradient that is large there and small, not 0, elsewhere, with crosses at the bars' ends "
    "where the function is right.",
)
mine

# %% [markdown]
# ## Ten digits first
#
# Now everything is there. Before training for real, train on **ten examples**. A network with
# thousands of weights can learn ten answers by heart, so the loss must go to nearly 0 within
# seconds. If it does not, the program is wrong, and no amount of data will mend it.
#
# Here are two programs. One has a mistake that is made every day: the cross-entropy already
# contains the softmax, and somebody adds another one.

# %%
ten, ten_labels = digits.train_images[:10], digits.train_labels[:10]


def learn_by_heart(scores_of, steps=60):
    """Losses of a new ConvNet on the same ten digits; scores_of: from its output to the loss."""
    nn.manual_seed(0)
    model = convnet()
    optimizer = optim.Adam(model.parameters(), lr=3e-3)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(scores_of(model(ten)), ten_labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


curves = {
    "right": learn_by_heart(lambda scores: scores),
    "softmax twice": learn_by_heart(lambda scores: F.softmax(scores, axis=1)),
}
floor = -np.log(np.e / (np.e + 9))
assert curves["right"][-1] < 0.01
assert curves["softmax twice"][-1] > floor
show(
    draw.falling(curves, floor, f"$-\\ln\\,(e / (e + 9)) = {floor:.3f}$"),
    "Ten digits learnt by heart, by the right program and by one with two softmaxes.",
    alt="The right program's loss falls below 0.01 in 60 steps; the other's stays above 1.46.",
)

# %% [markdown]
# **Checkpoint.** Where does the dashed floor come from?
#
# <details><summary>Answer</summary>
#
# A second softmax gets probabilities as scores. The best it can be given is one-hot, scores 1 and
# nine times 0, and that makes $p_y = e / (e + 9)$: the loss cannot go below $-\ln p_y$.
#
# </details>
#
# On all the digits the broken program looks nearly healthy: with some seeds it learns as well as
# the right one, with others it never gets one of the classes. Who would have thought of a second
# softmax? Ten examples show it in a second.

# %% [markdown]
# ## Three parts of the data, and what each is for
#
# A network that learns by heart is perfect on what it has seen. What counts is what it has *not*
# seen, so some data must be kept away from training:
#
# - **training** examples: the weights are fitted to them;
# - **validation** examples: all *your* decisions (model, learning rate, how long) are fitted to
#   them;
# - **test** examples: opened once, when every decision has been made, to find out how good it is.
#
# Each decision taken with a set uses it up a little: the best of many models is partly the
# luckiest. That is why the test set is for the last page.

# %%
order = np.random.default_rng(0).permutation(len(digits.train_images))
fit, held_back = order[:1000], order[1000:]
train_images, train_labels = digits.train_images[fit], digits.train_labels[fit]
val_images, val_labels = digits.train_images[held_back], digits.train_labels[held_back]
Markdown(f"{len(fit):,} training, {len(held_back)} validation and {len(digits.test_images)} test "
         "digits; the last stay closed for now.")  # fmt: skip

# %% [markdown]
# The whole training loop. A pass over the data is an **epoch**; it is taken in **batches** of 64,
# in a new order each time, because a step needs only an estimate of the gradient and 64 examples
# give a good one. That is the *stochastic* in stochastic gradient descent. The learning rate falls
# along half a cosine: large steps first, to get near, small ones at the end, to settle.


# %%
def train(model, images, labels, rate, epochs=6, after_epoch=lambda: None):
    """Fits a model to images (N, 1, 8, 8) and labels (N,) with Adam; returns it."""
    loader = data.DataLoader(images, labels, batch_size=64, shuffle=True)
    optimizer = optim.Adam(model.parameters(), lr=rate)
    schedule = optim.CosineLR(optimizer, epochs * len(loader))
    for _ in range(epochs):
        model.train()
        for batch, wanted in loader:
            optimizer.zero_grad()
            F.cross_entropy(model(batch), wanted).backward()
            optimizer.step()
            schedule.step()
        after_epoch()
    return model


def scores_of(model, images):
    """The model's scores (N, 10), nothing recorded for gradients."""
    model.eval()
    with no_grad():
        return model(images).numpy()


def accuracy(model, images, labels):
    """The share of images whose largest score is the right class's."""
    return np.mean(scores_of(model, images).argmax(axis=1) == labels)


# %% [markdown]
# ## A real experiment: which model, which learning rate?
#
# Three models, seven learning rates, two seeds each, judged on the validation set. Comparing models
# at one shared rate would be unfair, as you are about to see.
#
# %%
boldest = predict(
    "03.boldest",
    "Which model's best learning rate is the largest?",
    ["linear", "two layers", "ConvNet"],
    answer=None,
)
boldest

# %%
RATES = 10 ** np.linspace(-3, 0, 7)
MODELS = {"linear": linear_model, "two layers": two_layer_model, "ConvNet": convnet}
tried = {name: np.zeros((2, len(RATES))) for name in MODELS}
for i, rate in enumerate(progress(RATES, "learning rates")):
    for name, make in MODELS.items():
        for seed in range(2):
            nn.manual_seed(seed)
            model = train(make(), train_images, train_labels, rate)
            tried[name][seed, i] = accuracy(model, val_images, val_labels)
show(
    draw.rate_scan(RATES, tried),
    "Validation error over the learning rate for three models, two seeds each.",
    alt="Three valleys: the linear model's lies furthest to the right; the two-layer network's has "
    "the sharpest edge; the ConvNet's is widest and lowest.",
)

# %%
best = {name: RATES[scores.mean(axis=0).argmax()] for name, scores in tried.items()}
for name, scores in tried.items():
    print(f"{name:11} best rate {best[name]:.4f}: {scores.mean(axis=0).max():.1%} on validation")
print(f"one digit is {1 / len(val_labels):.2%}; the luck of which digits were held back is worth")
print(f"about sqrt(p (1 - p) / n) = {np.sqrt(0.97 * 0.03 / len(val_labels)):.1%} at p = 97 %")
boldest.outcome(
    max(best, key=best.get), because="It has no layers that multiply each other's changes."
)

# %% [markdown]
# The two-layer network has the sharpest edge: beyond it, one large step pushes most of its relu
# units to where they answer 0 to everything, and a unit that always answers 0 gets no gradient. The
# ConvNet's edge is softer, for batch normalisation undoes the size of a change.
#
# At the left end of the figure you would call the linear model hopeless, and at its right end the
# best of the three. At their own best rates the two simple models are not much further apart than
# luck could put them. The ConvNet is ahead of both, by about two such amounts of luck; the test
# set, with five seeds, will tell.
#
# The decision is made: the ConvNet, at the rate found.
#
# ### Break it
#
# Take the relu out of the two-layer network, and train it as before.

# %%
bent = predict(
    "03.no_relu",
    "Without its relu, the two-layer network is about as good as",
    ["the linear model", "it was with relu", "guessing"],
    answer=None,
)
bent

# %%
RELU = False  # the one thing to change

nn.manual_seed(0)
layers = [nn.Flatten(), nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10)]
straight = nn.Sequential(*(part for part in layers if RELU or not isinstance(part, nn.ReLU)))
train(straight, train_images, train_labels, 10**-2.5, epochs=30)
weights = straight[1].weight.numpy(), straight[-1].weight.numpy()
as_one = val_images.reshape(-1, 64) @ (weights[1] @ weights[0]).T
as_one += weights[1] @ straight[1].bias.numpy() + straight[-1].bias.numpy()
if not RELU:
    assert np.allclose(scores_of(straight, val_images), as_one, atol=1e-3)  # one linear model
print(f"reads {accuracy(straight, val_images, val_labels):.1%} of the validation digits, and one")
print(f"linear model of 64 by 10 weights gives the same scores: {not RELU}")
bent.outcome(
    "it was with relu" if RELU else "the linear model",
    because="It is a linear model: its 9,610 numbers multiply out to 650.",
)

# %% [markdown]
# ## Watching it learn
#
# Measure the loss on both parts after every epoch. The same ConvNet, once with 100 training digits
# and once with all 1,000, for equally many steps:


# %%
def watched(count, epochs):
    """Losses (epochs, 2) on training and validation digits, for the first `count` of the former."""
    nn.manual_seed(0)
    model, images, labels = convnet(), train_images[:count], train_labels[:count]
    history = []

    def measure():
        seen = F.cross_entropy(scores_of(model, images), labels).item()
        unseen = F.cross_entropy(scores_of(model, val_images), val_labels).item()
        history.append((seen, unseen))

    train(model, images, labels, best["ConvNet"], epochs, measure)
    return np.array(history)


histories = {"100 digits": watched(100, 80), "1,000 digits": watched(1000, 10)}
show(
    draw.gap(histories),
    "The loss on training and on validation digits, with 100 and with 1,000 to learn from.",
    alt="With 100 digits a wide grey band opens between the two curves; with 1,000 a narrow one.",
)

# %%
for name, history in histories.items():
    seen, unseen = history[-1]
    print(f"{name:13} training loss {seen:.4f}, validation loss {unseen:.4f}")

# %% [markdown]
# The grey band is the **generalisation gap**. With 100 digits the training loss goes to nothing
# while the validation loss stops early: from there on the network polishes what it knows by heart.
# With ten times the data, the same network and as many steps, it gets much further down on digits
# it has not seen. More data is the first cure for the gap; smaller networks and weight decay are
# others.
#
# ## The test set, opened once
#
# A single run is one draw: initial weights and batch order come from a seed, and another seed gives
# another accuracy. So run five seeds, on all training digits now, and report the **median** and the
# spread. The two simpler models run along, for comparison, at their own best rates.

# %%
test_scores, convnets = {name: [] for name in MODELS}, []
seconds = 0.0
for seed in progress(range(5), "seeds"):
    for name, make in MODELS.items():
        start = time.perf_counter()
        nn.manual_seed(seed)
        model = train(make(), digits.train_images, digits.train_labels, best[name])
        if name == "ConvNet":
            seconds += time.perf_counter() - start
            convnets.append(model)
        test_scores[name].append(accuracy(model, digits.test_images, digits.test_labels))
show(
    draw.spread(test_scores),
    "Test accuracies of three models, five seeds each, with their medians.",
    alt="Dots in three rows: the ConvNet's are highest, near 99 %, the others at 96 and 97 %.",
)

# %%
median = np.median(test_scores["ConvNet"])
assert median >= 0.975
Markdown(
    f"Five ConvNets on {len(digits.test_labels)} digits they never saw: "
    f"{', '.join(f'{score:.1%}' for score in sorted(test_scores['ConvNet']))}. "
    f"**Median {median:.1%}**, all five trained in {seconds:.1f} s. One digit is "
    f"{1 / len(digits.test_labels):.1%}, so differences of a digit or two mean nothing."
)

# %% [markdown]
# ### What this score means
#
# Thirteen people wrote these digits, and the data set does not say who wrote which. They were
# mixed before the test digits were chosen, so each writer's hand occurs in both parts: the score
# is for **new digits by known hands**. How would it do on a new hand? The file keeps the order of
# the original, in which the digits of one writer seem to stand together. So leave out a stretch of
# the file, and most of it is by people whose hands are missing from training; leave out as many
# from all over, and they are not. Six of each:

# %%
hands = predict(
    "03.hands",
    "On a stretch that was left out the error is ... times that on digits from all over",
    ["about 1", "about 3", "about 10"],
    answer=None,
)
hands

# %%
count = len(digits.train_images)
shuffled = np.random.default_rng(0).permutation(count)
ways = {"digits from all over": shuffled, "a stretch of the file": np.arange(count)}
errors = {name: [] for name in ways}
for part in progress(range(6), "left out"):
    for name, line_up in ways.items():
        away = np.array_split(line_up, 6)[part]
        kept = np.setdiff1d(line_up, away)
        nn.manual_seed(part)
        model = train(
            convnet(), digits.train_images[kept], digits.train_labels[kept], best["ConvNet"]
        )
        share = accuracy(model, digits.train_images[away], digits.train_labels[away])
        errors[name].append(1 - share)
for name, found in errors.items():
    print(f"{name:22} {np.mean(found):.1%} wrong, from {min(found):.1%} to {max(found):.1%}")
known, new = (np.mean(found) for found in errors.values())
assert new > known
hands.outcome(
    min(hands.guess.options, key=lambda n: abs(np.log(new / known / float(n.split()[-1])))),
    because=f"{new / known:.1f} times: a hand that was seen before is easier to read.",
)

# %% [markdown]
# ## Looking at the mistakes
#
# A number says how many are wrong; pictures say why. Every test digit that at least one of the five
# networks misread: what it is, what they said, and how many of the five said it. (Had you now a
# mind to improve the network because of these pictures, you would need a fresh test set.)

# %%
answers = np.array(
    [scores_of(net, digits.test_images).argmax(axis=1) for net in convnets]
)  # (5, N)
wrong_votes = (answers != digits.test_labels).sum(axis=0)
misread = np.argsort(-wrong_votes, kind="stable")[: np.count_nonzero(wrong_votes)]


def verdict(n):
    """For instance "8 as 1" over "3 of 5": truth, the commonest wrong answer, its votes."""
    wrong = answers[:, n][answers[:, n] != digits.test_labels[n]]
    said = np.bincount(wrong).argmax()
    return f"{digits.test_labels[n]} as {said}\n{(wrong == said).sum()} of 5"


show(
    draw.digits(digits.test_images[misread], [verdict(n) for n in misread], columns=10, size=0.7),
    "What at least one of five networks misread: what it is, what they said, how many said it.",
    alt="Two or three rows of digits that are hard to read, such as an 8 taken for a 1.",
)

# %% [markdown]
# Would you have read them all? The table of all answers is the **confusion matrix**: row for what
# it is, column for what was said.
#
# **Your turn:** [`confusion_matrix`](../exercises/ex03_training.py). (Before you write
# `counts[labels, predicted] += 1`, try it on an example where a pair occurs twice.)

# %%
check("ex03.confusion_matrix")

# %%
mine = your_code("ex03.confusion_matrix", even_wrong=True)
truth, said = np.tile(digits.test_labels, 5), answers.ravel()
counts = mine.confusion_matrix(truth, said, 10)
if mine.right():
    assert np.array_equal(counts, np.bincount(10 * truth + said, minlength=100).reshape(10, 10))
    assert np.isclose(np.trace(counts) / counts.sum(), np.mean(test_scores["ConvNet"]))
show(
    draw.confusions(counts),
    f"All answers of five networks, counted by confusion_matrix "
    f"({mine.whose('confusion_matrix')}).",
    alt="A table of 10 by 10: nearly all on the diagonal, a few mistakes beside it in orange.",
)
mine

# %% [markdown]
# ## What the first layer has learnt
#
# Nobody told the network what to look for. Here are its sixteen 3 by 3 kernels (red positive, blue
# negative) and, under each, where it answers in one digit. Several compare neighbours: they answer
# at edges of one direction, like the filters drawn by hand in lesson 02.

# %%
net = convnets[0].eval()
image = digits.test_images[digits.test_labels == 3][:1]
with no_grad():
    responses = net[:3](image).numpy()[0]  # convolution, batch norm, relu: (16, 8, 8)
show(
    draw.filters(net[0].weight.numpy(), image[0, 0], responses),
    "Sixteen kernels of the first layer, and under each where it answers in a 3.",
    alt="Small maps of red and blue weights; below, dark strokes where edges of one direction lie.",
)

# %% [markdown]
# ## Keeping what was learnt
#
# `save` writes all weights, and the running statistics of batch norm, to a safetensors file: named
# arrays and nothing else, so that opening a stranger's file cannot run a stranger's code. Loading
# needs the same model, and checks names and shapes before it changes anything.

# %%
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "digits.safetensors"
    net.save(path)
    size, again = path.stat().st_size, convnet().load(path)
assert np.array_equal(scores_of(again, digits.test_images), scores_of(net, digits.test_images))
print(f"{size:,} bytes on disk; the copy gives the same scores")
try:
    two_layer_model().load_state_dict(net.state_dict())
except KeyError as error:
    print("into another model:", error.args[0])

# %% [markdown]
# ## Try it on yourself
#
# Write a digit in eight rows of eight marks, `.`, `+` or `#`, with a space between them, and ask
# the network. When does it become unsure? What does it
# say to a letter? It has ten classes and must choose one: knowing what it does not know is another
# matter, and lesson 04 begins there.

# %%
mine = """
. . + # # + . .
. . # + + # . .
. . . . . # . .
. . . + # + . .
. . . . + # . .
. . . . . # . .
. + + . + # . .
. . # # # + . .
"""
ink = np.array([[" .+#".index(mark) - 1 for mark in row.split()] for row in mine.split("\n")[1:-1]])
probabilities = F.softmax(scores_of(net, np.float32(ink / 2)[None, None]), axis=1).numpy()[0]
for label in np.argsort(-probabilities)[:3]:
    print(f"{label}: {probabilities[label]:.1%}")

# %% [markdown]
# ## A training loop that is all yours
#
# A network with one hidden layer, and not a function of the library's in its training: `he_normal`
# begins it, `two_layer_grads` goes there and back, `adam_step` steps. What is missing is the loop
# that `train` was above: batch after batch, with everything that has to live on from one step to
# the next. What is that?
#
# <details><summary>Answer</summary>
#
# The four arrays; for each of them Adam's two running means; and the number of the step, which
# counts steps and not epochs.
#
# </details>
#
# **Your turn:** [`train`](../exercises/ex03_training.py), the last function of the set.

# %%
check("ex03.train")

# %% [markdown]
# Twenty epochs of the thousand digits, in batches of 62 or 63, by your `train`; and beside it the
# library's layers and `optim.Adam`, with the same weights to begin with and the same batches.

# %%
mine = your_code(
    "ex03.train", "ex03.two_layer_grads", "ex03.adam_step", "ex03.he_normal", even_wrong=True
)  # fmt: skip
draws = np.random.default_rng(0)
flat_images = train_images.reshape(-1, 64).astype(float)
begun_at = [mine.he_normal((48, 64), draws), np.zeros(48), mine.he_normal((10, 48), draws)]
begun_at.append(np.zeros(10))
orders = [draws.permutation(len(flat_images)) for _ in range(20)]
batches = [batch for order in orders for batch in np.array_split(order, 16)]
w1, b1, w2, b2, losses = mine.train(flat_images, train_labels, *begun_at, batches, 0.005)

network = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))
for parameter, array in zip(network.parameters(), begun_at, strict=True):
    parameter.data = array.astype(np.float32)
optimizer, by_library = optim.Adam(network.parameters(), lr=0.005), []
for batch in batches:
    optimizer.zero_grad()
    loss = F.cross_entropy(network(np.float32(flat_images[batch])), train_labels[batch])
    loss.backward()
    optimizer.step()
    by_library.append(loss.item())

hidden = np.maximum(val_images.reshape(-1, 64) @ w1.T + b1, 0)
said = np.nan_to_num(hidden @ w2.T + b2).argmax(axis=1)
share = np.mean(said == val_labels)
if mine.right():
    assert share > 0.9
    assert np.allclose(losses[:50], by_library[:50], rtol=1e-2)
show(
    yours.own_loop(losses, by_library, val_images[:24], said[:24], val_labels[:24]),
    f"The loss of each step by train ({mine.whose('train')}), pink, on the library's, blue; and "
    f"what the network says to 24 digits it has not seen. Of all {len(said)} it reads {share:.1%}.",
    alt="Two noisy curves that fall together, to a thirtieth or so; and four rows of six "
    "digits, over each the answer, orange where it is wrong.",
)
mine

# %% [markdown]
# ## Your turn: the whole set

# %%
check("ex03")

# %%
predictions("03")

# %% [markdown]
# ## Summary
#
# - The softmax turns scores into probabilities; the cross-entropy is minus the log of what the
#   right class got. Its gradient is *softmax minus one-hot*. Compute it through log-sum-exp.
# - On the way back each layer hands on two gradients: to its own numbers, and to what came in. relu
#   passes them where it passed; batch normalisation ties the rows of a batch together.
# - Modules own their numbers; `train()` and `eval()` change how batch normalisation works.
# - The steepest direction limits the learning rate. Momentum adds up what persists; Adam gives
#   every weight its own step. A loss that grows, or is nan: lower the rate first.
# - He's rule keeps signals the same size through relu layers; batch normalisation restores it.
# - Overfit ten examples first. Decide on validation data. Open the test set once, for several
#   seeds, and report the median. Then look at the mistakes.
#
# **Experiments to try:** the ConvNet without batch normalisation (give the convolutions a bias);
# moving each training image by a pixel (`transform=` of the `DataLoader`); `weight_decay` of
# `AdamW` with 100 digits; three epochs instead of six.
#
# ## Where to read on
#
# - Goodfellow, Bengio, Courville, *Deep Learning* (2016): section 6.2.2 on output units and their
#   losses, chapter 8 on optimisation.
# - Kingma, Ba, "Adam: a method for stochastic optimization" (2015): algorithm 1, section 3.
# - Sutskever, Martens, Dahl, Hinton, "On the importance of initialization and momentum in deep
#   learning" (2013): section 2. Goh, "Why momentum really works" (Distill, 2017): ravines to play
#   with.
# - He, Zhang, Ren, Sun, "Delving deep into rectifiers" (2015): section 2.2.
# - Ioffe, Szegedy, "Batch normalization" (2015): section 3.
# - LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition"
#   (1998): sections I to III, the ConvNet that read cheques.
#
# **Next:** [04 Verification and recognition](04_recognition.ipynb), where the answer is not
# one of ten classes but "the same person, or not".
