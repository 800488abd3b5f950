# %% [markdown]
# # 06 Triplet loss
#
# In lesson 05 a network learnt from pairs: these two together, those two apart. A triplet asks for
# less: *these* two should be nearer than *those* two. It is the loss behind FaceNet, and it works
# wonders or not at all, depending on which triplets it is given. In this lesson you find out why,
# and choose them.
#
# **You will be able to**
# - write the triplet loss and its gradient, and say what the margin is for;
# - count the triplets of a batch, and say why everybody in it needs several pictures;
# - choose triplets three ways: all that still cost something, the semi-hard, the hardest;
# - measure how soon random triplets stop teaching, and what the choice is worth;
# - recognise collapse in one glance at the loss, explain it, and cure it.
#
# **Time:** about two hours to read and try; the exercises another hour and a half. Computing:
# about two minutes on two cores. **Data:** faces that minidl draws itself. No network.

# %%
import itertools

import matplotlib.pyplot as plt
import numpy as np
from figures import triplet as draw
from IPython.display import Markdown

import minidl
from minidl import data, metric, optim
from minidl.course import check
from minidl.models import (
    FaceEncoder,
    FaceResNet,
    History,
    all_pairs,
    one_shot_accuracy,
    train_embedding,
)
from minidl.models.face_embedding import frozen_features
from minidl.progress import progress

plt.style.use("minidl.mplstyle")
rng = np.random.default_rng(6)

# %% [markdown]
# ## The question
#
# Six **triplets**: an *anchor*, a *positive*, which is another picture of the same person, and a
# *negative*, which is a picture of somebody else. Suppose you had never seen a face and were to
# learn from them what makes a person. **Which of the six would teach you something?**

# %%
some = data.faces(30, 6, size=40, split="test", seed=6)
pixels = some.images.reshape(len(some.images), -1)
a, p, n = metric.all_triplets(some.labels)
squares = metric.pairwise_distances(pixels, squared=True).numpy()
excess = squares[a, p] - squares[a, n]  # positive: the wrong picture is nearer


def first_three(order):
    """The first triplets in this order whose anchors are three different people."""
    return order[np.sort(np.unique(some.labels[a[order]], return_index=True)[1])[:3]]


order = np.argsort(excess)
hard = first_three(order[::-1])
others = order[~np.isin(some.labels[a[order]], some.labels[a[hard]])]
six = rng.permutation(np.concatenate([hard, first_three(others)]))
_ = draw.triplets(some.images[np.array([a[six], p[six], n[six]]).T])

# %%
numbers = ", ".join(str(number) for number, t in enumerate(six, 1) if t in hard)
assert (excess[hard] > 0).all()
Markdown(
    f"<details><summary>Answer</summary>\n\nTriplets {numbers}. In the other three, anchor and "
    "positive have the same colours and the negative has not: comparing pixels gets them right, "
    "and who is right already learns nothing. In these three pixels say the opposite of the "
    "truth: to get them right one must look at the face.\n\n</details>"
)

# %% [markdown]
# ## Nearer than, by a margin
#
# Let $f$ be the network, and $f_A, f_P, f_N$ what it makes of the three pictures: three points. A
# triplet is a wish about them,
#
# $$|f_A - f_P|^2 + \text{margin} \le |f_A - f_N|^2$$
#
# (squared Euclidean distances, as in FaceNet; its margin is 0.2). What it costs is by how much the
# wish is missed, and nothing if it is fulfilled:
#
# $$L = \max(0,\ |f_A - f_P|^2 - |f_A - f_N|^2 + \text{margin})$$
#
# By hand, in the plane: $A = (0, 0)$, $P = (0.3, 0.4)$, so $|A - P|^2 = 0.09 + 0.16 = 0.25$. A
# negative at $(0.6, 0)$ has $|A - N|^2 = 0.36$. That is farther than the positive, but not by the
# margin: $L = 0.25 - 0.36 + 0.2 = 0.09$.
#
# **Predict before you run:** what does the triplet cost with the negative at $(-0.3, 0)$, and how
# far to the left must the negative move until it costs nothing?
#
# <details><summary>Answer</summary>
#
# $0.25 - 0.09 + 0.2 = 0.36$. It is free from $|A - N|^2 = 0.25 + 0.2 = 0.45$ on, that is, at a
# distance of $\sqrt{0.45} \approx 0.67$.
#
# </details>

# %%
A, P = np.array([0.0, 0.0]), np.array([0.3, 0.4])
negatives = np.array([[0.6, 0.0], [-0.3, 0.0], [-0.32, 0.48], [1.05, -0.25], [-0.6, -0.65]])
costs = [metric.triplet_loss(A[None], P[None], N[None], margin=0.2).item() for N in negatives]
assert np.allclose(costs[:2], [0.09, 0.36])
assert metric.triplet_loss(A[None], P[None], [[-np.sqrt(0.45), 0]], margin=0.2).item() < 1e-9
_ = draw.plane(A, P, 0.2, negatives)

# %% [markdown]
# Every negative that costs something is pushed straight away from the anchor, by as much as it is
# far already; outside the solid ring nothing happens. The two rings divide all negatives into three
# kinds, and the rest of this lesson is about them:
#
# - **hard**, inside the dashed ring: nearer than the positive;
# - **semi-hard**, between the rings: farther than the positive, but not by the margin;
# - **easy**, outside: the triplet costs nothing.
#
# **Checkpoint.** Contrastive loss (lesson 05) pulls the two pictures of a person until they
# coincide. Does triplet loss?
#
# <details><summary>Answer</summary>
#
# No. It is content when they are nearer than anybody else, by the margin. A person may stay a cloud
# as large as it likes, if the neighbours are far enough.
#
# </details>

# %% [markdown]
# ## Why a margin
#
# Without one the wish would be $|f_A - f_P|^2 \le |f_A - f_N|^2$. **Predict before you run:** which
# network, as simple as can be, fulfils that for all triplets of all people?
#
# <details><summary>Answer</summary>
#
# The one that answers 0 to everything: $0 \le 0$. So does any network that gives all pictures one
# and the same encoding. It costs nothing, and it knows nobody.
#
# </details>

# %%
nothing = np.zeros((5, 2))
assert metric.triplet_loss(nothing, nothing, nothing, margin=0).item() == 0
print("all encodings 0, margin 0.2:", metric.triplet_loss(nothing, nothing, nothing, 0.2).item())

# %% [markdown]
# With a margin, the useless network costs exactly the margin, for every triplet. Remember that
# number; you will see it again.
#
# How real is the danger? Take some encodings and multiply them all by one factor $s$. All squared
# distances get the factor $s^2$, so a triplet that costs something costs
# $s^2 (|f_A - f_P|^2 - |f_A - f_N|^2) + \text{margin}$. Here are nine points of three people, drawn
# at random around three corners; the dots mark where each curve is lowest.

# %%
people = np.repeat([0, 1, 2], 3)
corners = np.array([[1.2, 0.0], [0.0, 1.2], [-1.2, -1.2]])
points = corners[people] + 0.8 * rng.normal(size=(9, 2))
a, p, n = metric.all_triplets(people)
scales = np.linspace(0, 2, 81)


def over_scales(points, triplets, margin):
    """The mean loss of the triplets (a, p, n) with all points times each of the scales."""
    a, p, n = triplets
    return np.array(
        [
            metric.triplet_loss(s * points[a], s * points[p], s * points[n], margin).item()
            for s in scales
        ]
    )


curves = {f"margin {m:g}": over_scales(points, (a, p, n), m) for m in (0.0, 0.2)}
assert curves["margin 0"][0] == 0
assert np.isclose(curves["margin 0.2"][0], 0.2)
_ = draw.shrinking(scales, {"Shrinking pays without a margin": curves})

# %% [markdown]
# Without a margin, every step towards 0 makes the loss smaller, and at 0 it is perfect. With the
# margin, 0 is no longer free, and there is something better.
#
# ## The cost, and its gradient
#
# Over many triplets the loss is their mean. In a loop, and then the library's:


# %%
def triplet_loss_in_loops(anchors, positives, negatives, margin=0.2):
    """Mean of max(0, |A - P|^2 - |A - N|^2 + margin), triplet after triplet."""
    total = 0.0
    for A, P, N in zip(anchors, positives, negatives, strict=True):
        total += max(0, sum((A - P) ** 2) - sum((A - N) ** 2) + margin)
    return total / len(anchors)


three = rng.normal(size=(3, 100, 8))
assert np.isclose(triplet_loss_in_loops(*three), metric.triplet_loss(*three).item())

# %% [markdown]
# **Your turn:** `triplet_loss` in `exercises/ex06_triplet.py`.

# %%
check("ex06.triplet_loss")

# %% [markdown]
# For the gradient, expand one active triplet: $|A - P|^2 - |A - N|^2 + \text{margin}$. The first
# square pulls $A$ and $P$ together, the second pushes $A$ and $N$ apart:
#
# $$\frac{\partial L}{\partial P} = 2 (P - A), \qquad \frac{\partial L}{\partial N} = 2 (A - N),
# \qquad \frac{\partial L}{\partial A} = 2 (A - P) - 2 (A - N) = 2 (N - P)$$
#
# $A$ cancels in its own gradient: the anchor steps along the line from $N$ to $P$, wherever it is
# itself. By hand, for the triplet above: $\partial P = (0.6, 0.8)$, $\partial N = (-1.2, 0)$,
# $\partial A = (0.6, -0.8)$. They add up to 0, for moving all three together changes nothing. And
# a triplet that costs nothing has gradient 0: **it teaches nothing.**

# %%
triplet = [minidl.tensor(point[None], requires_grad=True) for point in (A, P, negatives[0])]
metric.triplet_loss(*triplet).backward()
gradients = np.concatenate([point.grad for point in triplet])
assert np.allclose(gradients, [[0.6, -0.8], [0.6, 0.8], [-1.2, 0]])
_ = draw.forces(np.array([A, P, negatives[0]]), gradients, ("A", "P", "N"))

# %% [markdown]
# **Checkpoint.** All three points coincide, margin 0.2. What does the triplet cost, and what is its
# gradient?
#
# <details><summary>Answer</summary>
#
# It costs 0.2, and every difference in the formulas is 0, so the gradient is 0 as well. A place
# that costs something, with no slope to leave it by.
#
# </details>
#
# **Your turn:** `triplet_loss_grad`.

# %%
check("ex06.triplet_loss_grad")

# %% [markdown]
# ## Several pictures a person
#
# Where do triplets come from? Take the pictures of a batch: any two different ones of one person,
# in either order, are anchor and positive, and any picture of anyone else is a negative.


# %%
def all_triplets_in_loops(labels):
    """Every (a, p, n): a and p two pictures of one person, n a picture of another."""
    pictures = range(len(labels))
    return [
        (a, p, n)
        for a, p, n in itertools.product(pictures, pictures, pictures)
        if a != p and labels[a] == labels[p] and labels[a] != labels[n]
    ]


labels = rng.integers(0, 6, 20)
assert all_triplets_in_loops(labels) == list(zip(*metric.all_triplets(labels), strict=True))
print("labels 7, 7, 4:", all_triplets_in_loops([7, 7, 4]))

# %% [markdown]
# **Predict before you run:** a batch of 64 pictures shows $P$ people, $K$ pictures of each. How
# many triplets are in it? And with $K = 1$?
#
# <details><summary>Answer</summary>
#
# $PK$ anchors, $K - 1$ positives for each, $PK - K$ negatives: $PK (K - 1)(PK - K)$. With $K = 1$
# that is 0. Recognition may ask for one picture a person (lesson 04), but *learning* to recognise
# needs people of whom there are several.
#
# </details>

# %%
for K in (1, 2, 4, 8, 16, 32):
    who = np.repeat(np.arange(64 // K), K)
    count = 64 * (K - 1) * (64 - K)
    assert K == 1 or len(metric.all_triplets(who)[0]) == count
    print(f"{64 // K:2} people with {K:2} pictures: {count:6,} triplets")

# %% [markdown]
# With pictures drawn at random from a thousand people, hardly any person would be in a batch twice.
# So a batch is put together on purpose: first the people, then $K$ pictures of each. That is what
# `PKSampler` does. And one pass through the network gives 64 encodings, of which all those
# thousands of triplets are made: the triplets are cheap, the encodings are not.

# %%
train = data.faces(400, 6, size=32, split="train")  # 2,400 pictures of 400 people
sampler = data.PKSampler(train.labels, P=16, K=4, seed=0)
rows = next(iter(sampler))
print("people in a batch:", train.labels[rows][:12], "...")
everything = 2400 * 5 * (2400 - 6)
print(f"triplets in a batch: {len(metric.all_triplets(train.labels[rows])[0]):,}")
print(f"triplets in the whole training set: {everything:,}")
try:
    metric.batch_hard_triplet_loss(np.zeros((3, 2)), np.array([1, 2, 3]))
except ValueError as error:
    print("one picture each:", error)

# %% [markdown]
# **Your turn:** `all_triplets`.

# %%
check("ex06.all_triplets")

# %% [markdown]
# ## All that still cost something: batch-all
#
# The first idea is to take all triplets of a batch. As training goes on most of them cost 0, and in
# a mean over all of them the few others would fade. So divide by the number of those that still
# cost something, the **active** ones:
#
# $$L = \frac{\sum_t L_t}{\#\{t : L_t > 0\}}$$


# %%
def batch_all_in_loops(encodings, labels, margin=0.2):
    """The mean loss of the active ones among all valid triplets."""
    total, active = 0.0, 0
    for a, p, n in all_triplets_in_loops(labels):
        near = sum((encodings[a] - encodings[p]) ** 2)
        far = sum((encodings[a] - encodings[n]) ** 2)
        if near - far + margin > 0:
            total, active = total + near - far + margin, active + 1
    return total / max(1, active)


encodings = rng.normal(size=(20, 3))
ours = batch_all_in_loops(encodings, labels)
assert np.isclose(ours, metric.batch_all_triplet_loss(encodings, labels).item())

# %% [markdown]
# **Your turn:** `batch_all_triplet_loss`.

# %%
check("ex06.batch_all_triplet_loss")

# %% [markdown]
# Now train with it. The encoder is a small ConvNet whose last layer gives 64 numbers, divided by
# their length, so that every encoding lies on a sphere of radius 1 and squared distances run from 0
# to 4. Each step: encode a batch, compute a loss from encodings and labels, walk back, step.
#
# While it trains, two things are kept: a line of **diagnostics** for every step, and, every now and
# then, the encodings of 100 people who are *not* in the training set. All judgement is made on
# those.

# %%
unseen = data.faces(100, 6, size=32, split="test")
STEPS = 300


def learn(name, loss_of, steps=STEPS, margin=0.2, warm_up=0, rate=1e-3):
    """Trains a new encoder; returns it, its History, and {step: encodings of unseen}.

    loss_of(encodings, labels, margin) chooses the triplets; the first warm_up steps are batch-all.
    """
    encoder = FaceEncoder(64, size=32, widths=(32, 64, 128), seed=0)
    optimizer = optim.AdamW(encoder.parameters(), lr=rate)
    schedule = optim.CosineLR(optimizer, steps)
    history, seen = History(), {0: encoder.encode(unseen.images)}
    batches = data.PKSampler(train.labels, P=16, K=4, seed=0, batches=steps)
    for step, rows in enumerate(progress(batches, name), 1):
        optimizer.zero_grad()
        encodings, who = encoder(train.images[rows]), train.labels[rows]
        choose = metric.batch_all_triplet_loss if step <= warm_up else loss_of
        loss = choose(encodings, who, margin)
        loss.backward()
        optimizer.step()
        schedule.step()
        history.add(loss.item(), metric.diagnose(encodings, who, margin))
        if step % 50 == 0:
            seen[step] = encoder.encode(unseen.images)
    return encoder.eval(), history, seen


runs = {"batch-all": learn("batch-all", metric.batch_all_triplet_loss)}
print(runs["batch-all"][1])

# %% [markdown]
# The last line is `diagnose`'s: *active* is the share of all triplets of the last batch that still
# cost something; *same* and *different* are the mean distances between two pictures of one person,
# and of two people.
#
# ## Why random triplets soon teach nothing
#
# The share of active triplets is also the chance that a triplet *drawn at random* has a gradient at
# all. Here it is, step by step:

# %%
active = runs["batch-all"][1].active
_ = draw.one_curve(active, "How many triplets of a batch still teach", "active (%)")

# %%
first, last = active[:10].mean(), active[-50:].mean()
Markdown(
    f"In the first ten steps {first:.0%} of all triplets are active, in the last fifty "
    f"{last:.1%}. Sixty-four random triplets hold {64 * first:.0f} that teach at first, and "
    f"{64 * last:.1f} at the end. The rest of the work goes into pictures that change nothing."
)

# %% [markdown]
# That is not a fault of this network, it is success: the better it is, the fewer triplets can show
# it a mistake. Those that can are there, though; they must be looked for. Looking for them is
# called **mining**.

# %% [markdown]
# ## The hardest: batch-hard
#
# For every anchor of the batch take the *farthest* positive and the *nearest* negative: the worst
# triplet that this anchor has. If that one is fulfilled, all its others are.


# %%
def batch_hard_in_loops(encodings, labels, margin=0.2):
    """Mean over anchors of the loss of their worst triplet."""
    worst = {}
    for a, p, n in all_triplets_in_loops(labels):
        near = sum((encodings[a] - encodings[p]) ** 2)
        far = sum((encodings[a] - encodings[n]) ** 2)
        worst[a] = max(worst.get(a, 0), near - far + margin)
    return sum(worst.values()) / len(worst)


ours = batch_hard_in_loops(encodings, labels)
assert np.isclose(ours, metric.batch_hard_triplet_loss(encodings, labels).item())

# %% [markdown]
# **Checkpoint.** The loop goes through thousands of triplets. Why can a program find each anchor's
# worst one without looking at a single triplet?
#
# <details><summary>Answer</summary>
#
# The loss grows with $|A - P|^2$ and falls with $|A - N|^2$, each by itself. So the worst triplet
# has the largest of the one and the smallest of the other: one maximum and one minimum in a row of
# the distance matrix.
#
# </details>
#
# How many of *these* are active, for the encoder that has just been trained?

# %%
encoder, shares = runs["batch-all"][0], []
for rows in data.PKSampler(train.labels, P=16, K=4, seed=1, batches=20):
    found, who = encoder.encode(train.images[rows]), train.labels[rows]
    squares = metric.pairwise_distances(found, squared=True).numpy()
    for a, p, n in (metric.all_triplets(who), metric.mining.hardest(squares, who)):
        shares.append(np.mean(squares[a, p] - squares[a, n] + 0.2 > 0))
of_all, of_hardest = np.mean(np.reshape(shares, (-1, 2)), axis=0)
assert of_hardest > 5 * of_all
print(f"active: {of_all:.1%} of all triplets, {of_hardest:.1%} of the hardest of each anchor")

# %% [markdown]
# **Your turn:** `hardest`.

# %%
check("ex06.hardest")

# %% [markdown]
# ## The semi-hard
#
# FaceNet's own choice is milder: for every pair of anchor and positive a negative *between the two
# rings* of the figure above, farther than the positive, but not by the margin. We take the nearest
# of them. Such a triplet is in the right order already, costs less than the margin, and never asks
# for the impossible (the hardest negative may be a person's twin, or a picture with a wrong name).


# %%
def semi_hard_in_loops(encodings, labels, margin=0.2):
    """Mean loss of the pairs that have a negative between the rings, with the nearest one."""
    losses = {}
    for a, p, n in all_triplets_in_loops(labels):
        near = sum((encodings[a] - encodings[p]) ** 2)
        far = sum((encodings[a] - encodings[n]) ** 2)
        if near < far < near + margin:
            losses[a, p] = max(losses.get((a, p), 0), near - far + margin)
    return sum(losses.values()) / max(1, len(losses))


ours = semi_hard_in_loops(encodings, labels, 0.5)
assert np.isclose(ours, metric.semi_hard_triplet_loss(encodings, labels, 0.5).item())

# %% [markdown]
# **Your turn:** `semi_hard`.

# %%
check("ex06.semi_hard")

# %% [markdown]
# ## A failure: collapse
#
# If hard triplets teach most, why not take nothing else, from the first step on?
#
# **Predict before you run:** the loss settles. At which number?
#
# <details><summary>Answer</summary>
#
# At the margin, 0.2: the network gives all pictures one encoding, and then every triplet, the
# hardest included, costs exactly the margin.
#
# </details>

# %%
_, collapsed, _ = learn("hardest only", metric.batch_hard_triplet_loss, steps=120)
print(f"mean loss of the last 20 steps: {collapsed.loss[-20:].mean():.3f}")
print(collapsed)
assert collapsed.collapsed
assert abs(collapsed.loss[-20:].mean() - 0.2) < 0.02

# %% [markdown]
# The loss fell, and it fell smoothly. Nothing in it looks wrong, except that it stands at 0.2. The
# diagnostics say it in words: two people are hardly farther apart than two pictures of one, and
# nearly every triplet is active. (Not quite a single point, because batch normalisation keeps
# stretching whatever differences are left.) Read that line in every training.
#
# **Why.** In an untrained network the hardest positive is farther than the hardest negative for
# nearly every anchor. Then shrinking lowers the loss, margin or not. It is the same experiment as
# before: all encodings of one batch, seen from their mean and multiplied by $s$.

# %%
pictures, who = train.images[rows], train.labels[rows]
warmed = learn("batch-all, 100 steps", metric.batch_all_triplet_loss, steps=100)[0]
panels = {}
for name, encoder in {
    "Before training": FaceEncoder(64, size=32, widths=(32, 64, 128), seed=0),
    "After 100 steps of batch-all": warmed,
}.items():
    found = encoder.encode(pictures).astype(np.float64)
    found = found - found.mean(axis=0)
    squares = metric.pairwise_distances(found, squared=True).numpy()
    chosen = metric.mining.hardest(squares, who)
    wrong_way = np.mean(squares[chosen[0], chosen[1]] > squares[chosen[0], chosen[2]])
    print(f"{name}: farthest positive beyond nearest negative for {wrong_way:.0%} of anchors")
    panels[name] = {
        "hardest triplets": over_scales(found, chosen, 0.2),
        "all triplets": over_scales(found, metric.all_triplets(who), 0.2),
    }
_ = draw.shrinking(scales, panels, margin=0.2)

# %% [markdown]
# For the hardest triplets nothing is better than one point for everybody; for all triplets together
# some distance is better. And from one point there is no way back. You found it in a checkpoint
# above: where points coincide, the gradient of a squared distance, $2 (P - A)$, is 0.
#
# **The cure** is to begin with triplets for which shrinking does not pay. Here: 100 steps of batch-
# all as a warm-up. The hardest triplets would still like to shrink after it (look at the dip after
# step 100 below), but much less, and by now the network has something better to do. Another cure is
# semi-hard triplets. A third is distances that are *not* squared, whose gradient has length 1
# however near two points are: try `squared=False`. And what one tries first, a lower learning rate?
# Try it: `rate=3e-4`.

# %%
runs["batch-hard"] = learn("batch-hard", metric.batch_hard_triplet_loss, warm_up=100)
cured = runs["batch-hard"][1]
print(cured)
assert not cured.collapsed


def table(history):
    """Loss and mean distances by step, (steps, 3)."""
    return np.array([history.loss, history.positive, history.negative]).T


_ = draw.collapse(
    {"Hardest from the start": table(collapsed), "Warm-up first": table(cured)[:300]}, margin=0.2
)

# %% [markdown]
# ## What the choice of triplets is worth
#
# The experiment of this lesson: four ways to choose triplets, everything else equal (the same first
# weights, batches, steps and learning rate), judged on 100 people nobody trained on. *Random* takes
# 64 triplets at random, as many as batch-hard does.
#
# **Predict before you run:** put the four in order. Which has the fewest active triplets at the
# end, the best or the worst?


# %%
draws = np.random.default_rng(0)


def random_triplet_loss(encodings, labels, margin=0.2):
    """64 of all triplets of the batch, drawn at random."""
    every = metric.all_triplets(labels)
    drawn = draws.choice(len(every[0]), 64, replace=False)
    a, p, n = (encodings[index[drawn]] for index in every)
    return metric.triplet_loss(a, p, n, margin)


runs["semi-hard"] = learn("semi-hard", metric.semi_hard_triplet_loss)
runs["random"] = learn("random", random_triplet_loss)


def judged(encodings):
    """One-shot accuracy among 50 unseen people, and the equal error rate over all pairs."""
    shot = one_shot_accuracy(encodings, unseen.labels, ways=50, episodes=40, seed=0).value
    return shot, metric.equal_error_rate(*all_pairs(encodings, unseen.labels))


ORDER = ("random", "semi-hard", "batch-all", "batch-hard")
marks = {
    name: np.array([(step, *judged(found)) for step, found in runs[name][2].items()])
    for name in ORDER
}
_ = draw.comparison(marks, {name: runs[name][1].active for name in ORDER})

# %%
raw = judged(unseen.images.reshape(len(unseen.images), -1))
lines = [f"| pixels | {raw[0]:.1%} | {raw[1]:.1%} | |"]
for name in ORDER:
    _, shot, eer = marks[name][-1]
    lines.append(f"| {name} | {shot:.1%} | {eer:.1%} | {runs[name][1].active[-50:].mean():.1%} |")
assert all(marks[name][-1, 1] > marks["random"][-1, 1] for name in ORDER[1:])
Markdown(
    "| triplets | one-shot, 50 people | equal error rate | active at the end |\n|---|---|---|---|\n"
    + "\n".join(lines)
)

# %% [markdown]
# Random triplets do teach, but slowly, for many of the 64 are empty from the start, and then ever
# more slowly. All three ways of choosing are far ahead, with the same pictures and the same work of
# encoding. There is the answer to the prediction, too: the better an encoder, the fewer of all
# triplets are active for it. A small share is success for who chooses, and starvation for who draws
# at random.
#
# Do not read the order of the other three as a law. It is one seed and a short training, of which
# batch-hard has spent a third warming up. Batch-hard learns from the 64 hardest triplets only,
# which makes its steps noisy; batch-all takes the mean of hundreds and is calmer. Hermans and
# others found batch-hard best after long training on photographs. What holds everywhere is the
# difference between choosing and not choosing.
#
# ## Watching encodings move
#
# Five people whom the network never met, six pictures of each, at four moments of batch-all
# training. Encodings have 64 numbers; what you see is their shadow on one plane, the one in which
# the five people's means lie farthest apart at the end.

# %%
encoder, history, seen = runs["batch-all"]
five = unseen.labels < 5
means = np.array([seen[STEPS][unseen.labels == person].mean(axis=0) for person in range(5)])
directions = np.linalg.svd(means - means.mean(axis=0))[2][:2].T  # (64, 2)
snapshots = {step: seen[step][five] - means.mean(axis=0) for step in (0, 50, 150, STEPS)}
_ = draw.moving(snapshots, unseen.labels[five], directions)

# %%
for step, found in snapshots.items():
    between = metric.pairwise_distances(found).numpy()
    nearest = np.where(np.eye(len(found), dtype=bool), np.inf, between).argmin(axis=1)
    right = (unseen.labels[five][nearest] == unseen.labels[five]).sum()
    print(f"step {step:3}: the nearest other picture is of the same person for {right} of 30")

# %% [markdown]
# At the start all pictures are near one another, and colour, light and hair decide who is whose
# neighbour. (Clouds that still overlap here may be apart in the other 62 directions; the numbers
# are counted in all 64.) Nobody told the network any of these five names. It has learnt what makes
# *a* person the same, from 400 others.
#
# ## The hardest pictures
#
# What is still hard at the end? Among all pairs of unseen people: the pictures of one person that
# lie farthest apart, and the pictures of two people that lie nearest together, with their
# distances. A system that verifies (lesson 04) would get these wrong first.

# %%
distances, same = all_pairs(seen[STEPS], unseen.labels)
first, second = np.triu_indices(len(unseen.labels), 1)


def worst_pairs(order, count=6):
    """The first pairs in this order in which no person comes twice: (count, 2)."""
    kept, met = [], set()
    for k in order:
        pair = {unseen.labels[first[k]], unseen.labels[second[k]]}
        if not pair & met:
            kept.append(k)
            met |= pair
    return np.array(kept[:count])


by_distance = np.argsort(distances)
worst = {
    "One person, farthest apart": worst_pairs(by_distance[same[by_distance]][::-1]),
    "Two people, nearest together": worst_pairs(by_distance[~same[by_distance]]),
}
_ = draw.pairs_in_rows(
    unseen.images,
    {name: np.array([first[k], second[k]]).T for name, k in worst.items()},
    {name: distances[k] for name, k in worst.items()},
)

# %% [markdown]
# Drawn faces have one advantage over photographs: every factor of every picture is known, so the
# impression can be measured. Compare all pairs of one person with the hardest twentieth of them;
# the number after ± is the luck of so few pairs, and a difference below twice that is none.

# %%
pairs = np.flatnonzero(same)
hardest = pairs[np.argsort(-distances[pairs])[: len(pairs) // 20]]
factors = unseen.factors


def apart(name):
    """By how much this factor differs between the pictures of every pair."""
    return abs(factors[name][first].astype(float) - factors[name][second])


covered = (factors["occlusion"][first] > 0) | (factors["occlusion"][second] > 0)
measures = {
    "heads turned apart (degrees)": apart("yaw"),
    "light turned apart (degrees)": apart("light_azimuth"),
    "exposure apart": apart("exposure"),
    "something before a face": covered,
    "glasses in one picture only": apart("glasses"),
    "moustache stronger in one": apart("moustache"),
    "blur apart": apart("blur"),
}
beyond_luck = []
for name, values in measures.items():
    luck = values[hardest].std() / np.sqrt(len(hardest))
    if abs(values[hardest].mean() - values[pairs].mean()) > 2 * luck:
        beyond_luck.append(name.partition(" (")[0])
    print(
        f"{name:29} all {values[pairs].mean():6.2f}   "
        f"hardest {values[hardest].mean():6.2f} ± {luck:.2f}"
    )
Markdown(
    f"Beyond luck: {', '.join(beyond_luck) or 'nothing'}. The other differences may be plausible, "
    f"but {len(hardest)} pairs cannot tell them from luck."
)

# %% [markdown]
# ## How large a margin?
#
# Encodings of length 1 have squared distances from 0 to 4, and two directions in 64 dimensions that
# have nothing to do with each other are at right angles: $|a - b|^2 = 2$. That is the scale the
# margin has to be seen on.
#
# **Predict before you run:** batch-all, 100 steps each, margins 0, 0.05, 0.2, 0.5 and 1. What
# becomes of the distances with margin 0?
#
# <details><summary>Answer</summary>
#
# Nothing asks for distance any more, only for order, and order can be had in the smallest space.
# Shrinking pays (the first curve of this lesson), so everything moves together.
#
# </details>

# %%
MARGINS = (0.0, 0.05, 0.2, 0.5, 1.0)
results = []
for margin in MARGINS:
    _, history, seen_then = learn(f"margin {margin:g}", metric.batch_all_triplet_loss, 100, margin)
    shot, eer = judged(seen_then[100])
    last = history.table()[-20:].mean(axis=0)  # loss, active, positive, negative, ...
    results.append((100 * shot, 100 * eer, last[3], 100 * last[1]))
titles = ("One-shot (%)", "Equal error rate (%)", "Distance of two", "Active (%)")
_ = draw.by_margin(MARGINS, dict(zip(titles, np.transpose(results), strict=True)))
assert results[0][2] < results[2][2] / 2

# %% [markdown]
# Margin 0 is what the second section feared, in a real network: everything has moved together. A
# small margin asks for little and gets little. In the middle there is a wide range in which the
# margin hardly matters. A large one asks for more room than there is on the sphere; many triplets
# that have long been in good order stay active, and drown those that are not. The 0.2 of FaceNet is
# a good place to start.
#
# ## The real thing
#
# The library's own training (`minidl.models.train_encoder`, with a `Recipe`) is the loop above,
# with a checkpoint that survives Ctrl-C, and with faces that are drawn as they are needed, so that
# nobody is learnt by heart. In a few minutes on two cores it makes an encoder for pictures of 64 by
# 64, like the one that comes with minidl. From a terminal:
#
# ```
# minidl faces train --help
# ```
#
# Drawn faces are our own invention, so here is somebody else's benchmark. **Omniglot** has 50
# alphabets, each character drawn by 20 people. The question is one-shot: which of 20 characters of
# one alphabet is this, if each has been seen once, and the alphabet is new to the network? It needs
# a download (or the files, in the folder that `MINIDL_DATA` names) and about ten minutes. The
# losses are the ones of this lesson:
#
# ```
# python -m benchmarks.recognition omniglot --seeds 1
# ```
#
# It prints the accuracy with a 95 % interval, and that of nearest neighbours on raw pixels.

# %% [markdown]
# ## Optional: standing on a trained network
#
# Three million photographs are out of reach; a network that has learned from them is not.
# **Transfer learning** keeps such a network as it is ("frozen": no gradient goes into it) and
# trains a small layer on top, by the triplet loss, on the few pictures that there are. `FaceResNet`
# (lessons 04 and 05) knows photographs. Let it look at drawings, which it has never seen: sixteen
# drawn people, six pictures each, to learn from.
#
# **Predict before you run:** afterwards, four *other* pictures of the same sixteen are compared,
# and four each of sixteen strangers. Whom does the new layer help?

# %%
network = FaceResNet.pretrained()


def drawn_chips(people, count):
    """Drawn people as the network takes them: (people, count, 3, 150, 150)."""
    drawn = data.faces(people, count, size=96, split="test", seed=3).images
    chips = np.stack([data.resize_image(face, 150) for face in drawn])
    return chips.reshape(-1, count, 3, 150, 150)


staff, guests = drawn_chips(range(16), 10), drawn_chips(range(100, 116), 4)
learning, who_they_are = staff[:, :6].reshape(-1, 3, 150, 150), np.repeat(np.arange(16), 6)
embedding, course = train_embedding(network, learning, who_they_are)
print(course)

# %%
asked_about = {"the same sixteen, other pictures": staff[:, 6:], "sixteen strangers": guests}
rates = {}
for name, pictures_of in asked_about.items():
    found = frozen_features(network, pictures_of.reshape(-1, 3, 150, 150))  # (64, 256)
    codes = {"FaceResNet": network.head(found).numpy(), "layer on top": embedding(found).numpy()}
    person = np.repeat(np.arange(16), 4)
    rates[name] = [metric.equal_error_rate(*all_pairs(c, person)) for c in codes.values()]
    print(f"{name:33} EER: " + ", ".join(f"{n} {r:.0%}" for n, r in zip(codes, rates[name],
                                                                         strict=True)))  # fmt: skip
(before, after), (strangers_before, strangers_after) = rates.values()
assert after < before / 2
assert strangers_after > 2 * after

# %% [markdown]
# <details><summary>Answer</summary>
#
# It helps with the sixteen, and very much. With strangers it helps little or nothing: sixteen
# people teach a layer what tells *these* apart, and not what tells people apart.
#
# </details>
#
# That is good enough for a family album and no encoder for a door. With your own photographs: make
# chips with `detector.detect` and `align` as in lesson 04, two or more of each person.
#
# ## Your turn: the whole set

# %%
check("ex06")

# %% [markdown]
# ## Summary
#
# - A triplet costs $\max(0, |f_A - f_P|^2 - |f_A - f_N|^2 + \text{margin})$: the positive is to be
#   nearer than the negative, by the margin.
# - Without a margin, one encoding for everybody is a perfect solution. With it, that costs exactly
#   the margin: a loss that settles there has collapsed.
# - Learning needs several pictures a person: $P$ people with $K$ pictures hold
#   $PK (K - 1)(PK - K)$ triplets.
# - An easy triplet has no gradient, and soon nearly all are easy. Choose: all active ones, the
#   semi-hard, or the hardest of each anchor.
# - The hardest triplets from the first step on make an untrained network shrink, and squared
#   distances leave no gradient to come back by. Warm up first, and read the diagnostics.
#
# **Experiments to try:** the hardest from the start with `squared=False`, with `rate=3e-4`, or with
# a warm-up of 30 steps; $P = 32, K = 2$ and $P = 4, K = 16$ instead of 16 and 4; a soft margin
# (`margin=None` in the losses); a few wrong labels, with batch-hard and with semi-hard.
#
# ## Where to read on
#
# - Schroff, Kalenichenko, Philbin, "FaceNet: a unified embedding for face recognition and
#   clustering" (2015): section 3.1 on the loss, 3.2 on choosing semi-hard triplets.
# - Hermans, Beyer, Leibe, "In defense of the triplet loss for person re-identification" (2017):
#   section 2 for batch-hard, batch-all and the soft margin; section 3 for how it is trained.
# - Weinberger, Saul, "Distance metric learning for large margin nearest neighbor classification"
#   (2009): section 3, where the idea comes from.
# - Wu, Manmatha, Smola, Krähenbühl, "Sampling matters in deep embedding learning" (2017): section
#   4, why the hardest negatives give noisy gradients.
# - Lake, Salakhutdinov, Tenenbaum, "Human-level concept learning through probabilistic program
#   induction" (2015): Omniglot.
#
# Next: lesson 07 opens a network and asks what its units have learnt to see.
