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
#
# The lesson follows "Triplet loss" of Andrew Ng's lectures (*Convolutional Neural Networks*, week
# 4).

# %%
import textwrap
from statistics import NormalDist

import matplotlib.pyplot as plt
import numpy as np
from figures import own_triplet as yours
from figures import triplet as draw
from figures.own_siamese import gathered
from figures.showing import movable, show, show_faces
from figures.siamese import faces_of, map_of
from IPython.display import Markdown, display

import minidl
from minidl import data, metric, optim
from minidl.course import check, predict, predictions, your_code
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
assert (excess[hard] > 0).all()
show_faces(
    draw.triplets(some.images[np.array([a[six], p[six], n[six]]).T]),
    "Six triplets: anchor, positive, negative.",
    alt="Six rows of three faces. In three, anchor and positive have the same colours and the "
    "negative others; in three it is the negative that has the anchor's colours.",
)

# %%
teaching = predict(
    "06.teaching",
    "Would triplet 1 teach you something?",
    ["yes", "no, pixels get it right"],
    answer=None,
)
teaching

# %%
numbers = ", ".join(str(number) for number, t in enumerate(six, 1) if t in hard)
teaching.outcome(
    "yes" if six[0] in hard else "no, pixels get it right",
    because=f"Those that teach are {numbers}: by pixels, the wrong picture is nearer.",
)

# %% [markdown]
# In the other three, anchor and positive have the same colours and the negative has not: comparing
# pixels gets them right, and who is right already learns nothing.

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
# Now the negative is at $(-0.3, 0)$. (And how far to the left must it move until it costs nothing?)

# %%
nearer_negative = predict("06.cost", "The triplet costs", answer=None, within=0.03)
nearer_negative

# %%
A, P = np.array([0.0, 0.0]), np.array([0.3, 0.4])
negatives = np.array([[0.6, 0.0], [-0.3, 0.0], [-0.32, 0.48], [1.05, -0.25], [-0.6, -0.65]])
costs = [metric.triplet_loss(A[None], P[None], N[None], margin=0.2).item() for N in negatives]
assert np.allclose(costs[:2], [0.09, 0.36])
assert metric.triplet_loss(A[None], P[None], [[-np.sqrt(0.45), 0]], margin=0.2).item() < 1e-9
nearer_negative.outcome(
    round(costs[1], 2),
    because="0.25 - 0.09 + 0.2; it is free at a distance of 0.67, the root of 0.25 + 0.2.",
)

# %% [markdown]
# Five negatives, what each costs, and the step that would lower that most. Move the margin:

# %%
movable(
    lambda margin: draw.plane(A, P, margin, negatives),
    {"margin": [0.0, 0.1, 0.2, 0.4]},
    "What a triplet costs wherever its negative lies; arrows: the way to lower that.",
    alt="A plane with the anchor in the middle of two rings, at {}. Inside the outer ring it is "
    "orange, darkest at the anchor, and negatives have arrows away from it; outside it is white.",
    start=[0.2],
)

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
# Without one the wish would be $|f_A - f_P|^2 \le |f_A - f_N|^2$. A network that answers 0 to
# everything fulfils that for all triplets of all people: $0 \le 0$. So does any that gives all
# pictures one and the same encoding. It costs nothing, and it knows nobody.

# %%
useless = predict("06.useless", "With a margin of 0.2, it costs", answer=None)
useless

# %%
nothing = np.zeros((5, 2))
assert metric.triplet_loss(nothing, nothing, nothing, margin=0).item() == 0
useless.outcome(
    round(metric.triplet_loss(nothing, nothing, nothing, 0.2).item(), 6),
    because="Exactly the margin, for every triplet. Remember that number.",
)

# %% [markdown]
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
assert (np.diff(curves["margin 0"]) > 0).all()
show(
    draw.shrinking(scales, {"": curves}),
    "The mean loss of nine points, all multiplied by one factor; dots: where it is lowest.",
    alt="Without a margin the curve rises from 0, its lowest point; with a margin of 0.2 it begins "
    "at 0.2, falls, and rises again.",
)

# %% [markdown]
# Without a margin, every step towards 0 makes the loss smaller, and at 0 it is perfect. With the
# margin, 0 is no longer free, and there is something better.
#
# ## The cost, and its gradient
#
# Over many triplets the loss is their mean, those that cost nothing counted as well.
#
# ### Your turn
#
# Open [ex06_triplet.py](../exercises/ex06_triplet.py) and write `triplet_loss`.

# %%
check("ex06.triplet_loss")

# %% [markdown]
# Your function, while the negative goes along a line, past the anchor at 0; the positive is at 0.5.

# %%
mine = your_code("ex06.triplet_loss", even_wrong=True)
places = np.linspace(-1.2, 1.2, 33)
line = {m: [np.array([[x, 0.0]]) for x in (0.0, 0.5)] for m in (0.5, 0.2, 0.0)}
own = {m: np.array([mine.triplet_loss(*fixed, np.array([[x, 0.0]]), m) for x in places])
       for m, fixed in line.items()}  # fmt: skip
ours = {m: np.array([metric.triplet_loss(*fixed, [[x, 0.0]], m).item() for x in places])
        for m, fixed in line.items()}  # fmt: skip
if mine.right():
    assert all(np.allclose(own[m], ours[m]) for m in own)
show(
    yours.along_a_line(places, own, ours, {"A": 0.0, "P": 0.5}, mine.whose("triplet_loss")),
    f"What a triplet costs as its negative moves, by triplet_loss ({mine.whose('triplet_loss')}).",
    alt="Three hills around the anchor, higher and wider the larger the margin, with crosses on "
    "them where the function is right.",
)
mine

# %% [markdown]
# ### Pulling and pushing
#
# For the gradient, take one active triplet: $|A - P|^2 - |A - N|^2 + \text{margin}$. The first
# square pulls $A$ and $P$ together, the second pushes $A$ and $N$ apart. $P$ stands only in the
# first, $N$ only in the second; $A$ stands in both, and in its gradient something cancels. Find all
# three on paper before you read on.
#
# By hand, for the triplet above: $\partial P = (0.6, 0.8)$, $\partial N = (-1.2, 0)$,
# $\partial A = (0.6, -0.8)$. They add up to 0, for moving all three together changes nothing. And
# a triplet that costs nothing has gradient 0: **it teaches nothing.**

# %%
triplet = [minidl.tensor(point[None], requires_grad=True) for point in (A, P, negatives[0])]
metric.triplet_loss(*triplet).backward()
gradients = np.concatenate([point.grad for point in triplet])
assert np.allclose(gradients, [[0.6, -0.8], [0.6, 0.8], [-1.2, 0]])
show(
    draw.forces(np.array([A, P, negatives[0]]), gradients, ("A", "P", "N")),
    "Minus the gradient of each of the three points, at half its length.",
    alt="Three points with arrows: P's points to A, N's away from A, and A's along the line from N "
    "to P.",
)

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
# ### Your turn
#
# Write [`triplet_loss_grad`](../exercises/ex06_triplet.py).

# %%
check("ex06.triplet_loss_grad")

# %% [markdown]
# Your gradient at work: five people, four pictures each, as points in the plane, and all their 960
# triplets. Sixty steps; each is one call of your function. Compare with the same figure in lesson
# 05: here a person may stay a cloud.

# %%
mine = your_code("ex06.triplet_loss_grad", even_wrong=True)
persons, start = np.repeat(np.arange(5), 4), rng.normal(0, 0.45, (20, 2))
of_all = metric.all_triplets(persons)
assert len(of_all[0]) == 960
path = [start]
for _ in progress(range(60), "sixty steps"):
    now, step = path[-1], np.zeros((20, 2))
    for index, slope in zip(of_all, mine.triplet_loss_grad(*(now[k] for k in of_all), 0.2),
                            strict=True):  # fmt: skip
        np.add.at(step, index, slope)
    path.append(np.clip(now - 1.5 * step, -50, 50))
left = metric.triplet_loss(*(path[-1][k] for k in of_all), 0.2).item()
if mine.right():
    assert left < 0.2 * metric.triplet_loss(*(start[k] for k in of_all), 0.2).item()
show(
    gathered(start, np.array(path), persons, ["before", f"after: mean loss {left:.3f}"]),
    f"Twenty points before and after sixty steps, by triplet_loss_grad "
    f"({mine.whose('triplet_loss_grad')}).",
    alt="Left: points of five colours mixed up. Right: five groups apart, where the function is "
    "right.",
)
mine

# %% [markdown]
# ## Several pictures a person
#
# Where do triplets come from? Take the pictures of a batch: any two different ones of one person,
# in either order, are anchor and positive, and any picture of anyone else is a negative. Three
# pictures, of the people 7, 7 and 4, make two triplets:

# %%
print(*zip(*(index.tolist() for index in metric.all_triplets([7, 7, 4])), strict=True))

# %% [markdown]
# A batch of 64 pictures shows 16 people, 4 pictures of each.

# %%
in_a_batch = predict("06.count", "How many triplets are in it?", answer=None)
in_a_batch

# %%
in_a_batch.outcome(
    len(metric.all_triplets(np.repeat(np.arange(16), 4))[0]),
    because="64 anchors, 3 positives for each, 60 negatives.",
)

# %% [markdown]
# In general, of $P$ people with $K$ pictures each: $PK (K - 1)(PK - K)$. With $K = 1$ that is 0.
# Recognition may ask for one picture a person (lesson 04), but *learning* to recognise needs people
# of whom there are several.

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
# ### Your turn
#
# Write [`all_triplets`](../exercises/ex06_triplet.py).

# %%
check("ex06.all_triplets")

# %% [markdown]
# Seven pictures: three of Ada, three of Ben, one of Cy. Your triplets, a square for each anchor:

# %%
mine = your_code("ex06.all_triplets", even_wrong=True, any_length=True)
who, names = np.array([0, 0, 0, 1, 1, 1, 2]), ["A1", "A2", "A3", "B1", "B2", "B3", "C1"]
listed = yours.places(mine.all_triplets(who), len(who))
if mine.right():
    assert len(listed[0]) == 6 * 2 * 4
show(
    yours.valid(listed, who, names),
    f"The {len(listed[0])} triplets of seven pictures by all_triplets "
    f"({mine.whose('all_triplets')}): positive in rows, negative in columns.",
    alt="Seven squares of 7 by 7. For each picture of Ada two rows are dark in the columns of Ben "
    "and Cy, for each of Ben two in those of Ada and Cy, and none for Cy's only picture.",
)
mine

# %% [markdown]
# ## All that still cost something: batch-all
#
# The first idea is to take all triplets of a batch. As training goes on most of them cost 0, and in
# a mean over all of them the few others would fade. So divide by the number of those that still
# cost something, the **active** ones:
#
# $$L = \frac{\sum_t L_t}{\#\{t : L_t > 0\}}$$
#
# Hermans, Beyer and Leibe (2017) call the mean over all triplets *batch all*, and this one *batch
# all ≠ 0*. Here, and in the library, "batch-all" is the second.
#
# ### Your turn
#
# Write [`batch_all_triplet_loss`](../exercises/ex06_triplet.py). You will see it at work when
# something has been trained.

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
weights_at_100 = {}


def new_encoder():
    """An encoder to 64 numbers with random weights, the same every time."""
    return FaceEncoder(64, size=32, widths=(32, 64, 128), seed=0)


def learn(name, loss_of, steps=STEPS, margin=0.2, warm_up=0, rate=1e-3):
    """Trains a new encoder; returns it, its History, and {step: encodings of unseen}.

    loss_of(encodings, labels, margin) chooses the triplets; the first warm_up steps are batch-all.
    """
    encoder = new_encoder()
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
        if step == 100:
            weights_at_100[name] = {n: w.copy() for n, w in encoder.state_dict().items()}
    return encoder.eval(), history, seen


runs = {"batch-all": learn("batch-all", metric.batch_all_triplet_loss)}
print(runs["batch-all"][1])

# %% [markdown]
# The last line is `diagnose`'s: *active* is the share of all triplets of the last batch that still
# cost something; *same* and *different* are the mean distances between two pictures of one person,
# and of two people.
#
# Your own `batch_all_triplet_loss` on ten of the unseen people, as the network was at each of seven
# moments, and beside it the mean over all triplets:

# %%
mine = your_code("ex06.batch_all_triplet_loss", "ex06.all_triplets", even_wrong=True)
ten = unseen.labels < 10
own, over_all = [], []
for found in runs["batch-all"][2].values():
    points = found[ten].astype(float)
    own.append(mine.batch_all_triplet_loss(points, unseen.labels[ten], 0.2))
    over_all.append(
        metric.triplet_loss(
            *(points[k] for k in metric.all_triplets(unseen.labels[ten])), 0.2
        ).item()
    )
if mine.right():
    assert (np.array(own) >= over_all).all()
show(
    yours.two_means(
        list(runs["batch-all"][2]), own, over_all, mine.whose("batch_all_triplet_loss")
    ),
    f"Mean loss over the active triplets, by batch_all_triplet_loss "
    f"({mine.whose('batch_all_triplet_loss')}), and over all.",
    alt="Two lines: the mean over all triplets falls to nearly 0, that over the active ones stays.",
)
mine

# %% [markdown]
# The gradient of the lower line would be as small as the line, had we divided by all.
#
# ## Why random triplets soon teach nothing
#
# The share of active triplets is also the chance that a triplet *drawn at random* has a gradient at
# all.

# %%
of_64 = predict(
    "06.random",
    "Of 64 random triplets, how many still teach in the last 50 of 300 steps?",
    ["about 30", "about 10", "one or two"],
    answer=None,
)
of_64

# %%
active = runs["batch-all"][1].active
show(
    draw.one_curve(active, "active (%)"),
    "The share of a batch's triplets that still cost something, step by step.",
    alt="A curve on a logarithmic axis that falls from about half to a few per cent.",
)
first, last = active[:10].mean(), active[-50:].mean()
display(
    Markdown(
        f"In the first ten steps {first:.0%} of all triplets are active, in the last fifty "
        f"{last:.1%}. Sixty-four random triplets hold {64 * first:.0f} that teach at first, and "
        f"{64 * last:.1f} at the end. The rest of the work goes into pictures that change nothing."
    )
)
of_64.outcome(
    of_64.guess.options[2 - int(np.digitize(64 * last, [5, 20]))],
    because="The better the network, the fewer triplets can show it a mistake.",
)

# %% [markdown]
# That is not a fault of this network, it is success. The triplets that could still teach are there,
# though; they must be looked for. Looking for them is called **mining**.

# %% [markdown]
# ## The hardest: batch-hard
#
# For every anchor of the batch take the *farthest* positive and the *nearest* negative: the worst
# triplet that this anchor has. If that one is fulfilled, all its others are.
#
# **Checkpoint.** A batch has thousands of triplets. Why can a program find each anchor's worst one
# without looking at a single triplet?
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
# ### Your turn
#
# Write [`hardest`](../exercises/ex06_triplet.py).

# %%
check("ex06.hardest")

# %% [markdown]
# Your function mines a batch of sixteen people, with the encodings of the network just trained. Six
# of its triplets, of six anchors: would you have been right?

# %%
mine = your_code("ex06.hardest", even_wrong=True, any_length=True)
chosen = yours.places(mine.hardest(squares, who), len(who))
if mine.right():
    assert all(map(np.array_equal, chosen, metric.mining.hardest(squares, who)))
batch = train.images[rows]
anchors = np.arange(len(chosen[0]))[:: max(1, len(chosen[0]) // 6)][:6]
show_faces(
    draw.triplets(batch[np.array([index[anchors] for index in chosen]).T]),
    f"Farthest positive and nearest negative of six anchors, by hardest ({mine.whose('hardest')}).",
    alt="Six triplets of faces: positives that look different from their anchors, by light, pose "
    "or hair, and negatives that look alike.",
)
mine

# %% [markdown]
# ## The semi-hard
#
# FaceNet's own choice is milder: for every pair of anchor and positive a negative *between the two
# rings* of the figure above, farther than the positive, but not by the margin. We take the nearest
# of them. Such a triplet is in the right order already, costs less than the margin, and seldom asks
# for the impossible (the hardest negative may be a person's twin, or a picture with a wrong name).
#
# ### Your turn
#
# Write [`semi_hard`](../exercises/ex06_triplet.py).

# %%
check("ex06.semi_hard")

# %% [markdown]
# The same batch, all of its triplets as dots, and those that your function chooses as crosses. They
# belong into the grey band.

# %%
mine = your_code("ex06.semi_hard", even_wrong=True, any_length=True)
a, p, n = yours.places(mine.semi_hard(squares, who, 0.2), len(who))
near, far = squares[a, p], squares[a, n]
if mine.right():
    assert ((near < far) & (far < near + 0.2)).all()
every = metric.all_triplets(who)
show(
    yours.ring(
        near,
        far,
        (squares[every[0], every[1]], squares[every[0], every[2]]),
        0.2,
        mine.whose("semi_hard"),
    ),
    f"Squared distances of a batch's triplets, and of those chosen by semi_hard "
    f"({mine.whose('semi_hard')}).",
    alt="A cloud of dots, most of them above a grey band along the diagonal, and crosses inside "
    "the band where the function is right.",
)
mine

# %% [markdown]
# ### A network on your own functions
#
# Everything is there for a training of your own. In each step the network encodes a batch, your
# `semi_hard` chooses triplets, your `triplet_loss_grad` says where their encodings should go, and
# from there autograd walks back through the network. A hundred steps:

# %%
mine = your_code(
    "ex06.semi_hard", "ex06.triplet_loss_grad", even_wrong=True, any_length=True
)  # fmt: skip


def own_gradient(points, who):
    """The gradient (N, d) of the mean loss of the triplets chosen, by the learner's functions."""
    squares = metric.pairwise_distances(points, squared=True).numpy()
    chosen = yours.places(mine.semi_hard(squares, who, 0.2), len(points))
    gradient = np.zeros_like(points)
    if len(chosen[0]):
        slopes = mine.triplet_loss_grad(*(points[index] for index in chosen), 0.2)
        for index, slope in zip(chosen, slopes, strict=True):
            np.add.at(gradient, index, np.clip(np.nan_to_num(slope), -10, 10))
    return gradient


def eer_and_distances(encodings):
    """Equal error rate, and mean distances of one person and of two, of the unseen people."""
    d, one = all_pairs(encodings, unseen.labels)
    return metric.equal_error_rate(d, one), d[one].mean(), d[~one].mean()


own_encoder, marks_of_mine, moments = new_encoder(), [], (0, 25, 50, 75, 100)
optimizer = optim.AdamW(own_encoder.parameters(), lr=1e-3)
schedule = optim.CosineLR(optimizer, 100)
batches = iter(data.PKSampler(train.labels, P=16, K=4, seed=0, batches=100))
for step in progress(range(101), "your own training"):
    if step in moments:
        marks_of_mine.append(eer_and_distances(own_encoder.encode(unseen.images)))
    if step < 100:
        rows = next(batches)
        optimizer.zero_grad()
        encodings = own_encoder(train.images[rows])
        gradient = own_gradient(encodings.numpy().astype(float), train.labels[rows])
        encodings.backward(gradient.astype(np.float32))
        optimizer.step()
        schedule.step()
raw = eer_and_distances(unseen.images.reshape(len(unseen.images), -1))[0]
if mine.right():
    assert marks_of_mine[-1][0] < raw / 2
show(
    yours.own_training(
        moments,
        [rate for rate, _, _ in marks_of_mine],
        raw,
        np.array([apart for _, *apart in marks_of_mine]),
        f"semi_hard: {mine.whose('semi_hard')}; gradient: {mine.whose('triplet_loss_grad')}",
    ),
    f"An encoder trained by semi_hard ({mine.whose('semi_hard')}) and triplet_loss_grad "
    f"({mine.whose('triplet_loss_grad')}), judged on 100 unseen people.",
    alt="Left: the error falls from near that of raw pixels to a fraction of it. Right: two "
    "people's distance grows above that of one person's pictures.",
)
mine

# %% [markdown]
# ## A failure: collapse
#
# If hard triplets teach most, why not take nothing else, from the first step on? The loss settles.

# %%
settles = predict("06.settles", "At which number does it settle?", answer=None, within=0.1)
settles

# %%
_, collapsed, _ = learn("hardest only", metric.batch_hard_triplet_loss, steps=120)
print(f"mean loss of the last 20 steps: {collapsed.loss[-20:].mean():.3f}")
print(textwrap.fill(str(collapsed), 88))
assert collapsed.collapsed
assert abs(collapsed.loss[-20:].mean() - 0.2) < 0.02
settles.outcome(
    round(collapsed.loss[-20:].mean(), 2),
    because="All pictures have one encoding, and then every triplet costs the margin.",
)

# %% [markdown]
# The loss fell, and it fell smoothly. Nothing in it looks wrong, except that it stands at 0.2. The
# diagnostics say it in words: two people are hardly farther apart than two pictures of one, and
# nearly every triplet is active. (Not quite a single point, because batch normalisation keeps
# stretching whatever differences are left.) Read that line in every training.
#
# FaceNet's authors met it: "Selecting the hardest negatives can in practice lead to bad local
# minima early on in training, specifically it can result in a collapsed model (i.e. f(x) = 0)."
# (Encodings of length 1 cannot be 0; they can all be the same.) That is why they chose semi-hard
# ones.
#
# **Why.** In an untrained network the hardest positive is farther than the hardest negative for
# nearly every anchor. Then shrinking lowers the loss, margin or not. It is the same experiment as
# before: all encodings of one batch, seen from their mean and multiplied by $s$.

# %%
pictures, who = train.images[rows], train.labels[rows]
warmed = new_encoder()
warmed.load_state_dict(weights_at_100["batch-all"])
warmed.eval()
panels, wrong_ways = {}, []
for name, encoder in {
    "Before training": new_encoder(),
    "After 100 steps of batch-all": warmed,
}.items():
    found = encoder.encode(pictures).astype(np.float64)
    found = found - found.mean(axis=0)
    squares = metric.pairwise_distances(found, squared=True).numpy()
    chosen = metric.mining.hardest(squares, who)
    wrong_way = np.mean(squares[chosen[0], chosen[1]] > squares[chosen[0], chosen[2]])
    wrong_ways.append(wrong_way)
    print(f"{name}: farthest positive beyond nearest negative for {wrong_way:.0%} of anchors")
    panels[name] = {
        "hardest triplets": over_scales(found, chosen, 0.2),
        "all triplets": over_scales(found, metric.all_triplets(who), 0.2),
    }
assert wrong_ways[0] > 0.9 > wrong_ways[1]
assert np.argmin(panels["Before training"]["hardest triplets"]) == 0
assert np.argmin(panels["Before training"]["all triplets"]) > 0
show(
    draw.shrinking(scales, panels, margin=0.2),
    "The loss of one batch with all encodings multiplied by a factor; dots: where it is lowest.",
    alt="Before training the hardest triplets' curve rises from its lowest point at 0; that of all "
    "triplets is lowest beyond. After 100 steps the hardest triplets' rises less steeply.",
)

# %% [markdown]
# Before training, nothing is better for the hardest triplets than one point for everybody; for all
# triplets together some distance is better. And from one point there is no way back. You found it
# in a checkpoint above: where points coincide, the gradient of a squared distance is 0.
#
# **The cure** is to begin with triplets for which shrinking does not pay. Here: 100 steps of
# batch-all as a warm-up. The hardest triplets may still like to shrink after it (look at the dip
# after step 100 below), but less, and by now the network has something better to do. Another cure
# is semi-hard triplets.

# %%
runs["batch-hard"] = learn("batch-hard", metric.batch_hard_triplet_loss, warm_up=100)
cured = runs["batch-hard"][1]
print(cured)
assert not cured.collapsed


def table(history):
    """Loss and mean distances by step, (steps, 3)."""
    return np.array([history.loss, history.positive, history.negative]).T


show(
    draw.collapse(
        {"hardest from the start": table(collapsed), "100 steps of batch-all first": table(cured)},
        margin=0.2,
    ),
    "Loss and mean distances of a training that collapses, and of one that does not; grey: the "
    "margin.",
    alt="Left: both distances fall to nearly 0 and the loss to the margin. Right: two people stay "
    "far apart, one person's pictures nearer, and the loss falls below the margin.",
)

# %% [markdown]
# ### Break it
#
# One suspects the square: a distance that is *not* squared has a gradient of length 1, however near
# two points are. So take the hardest from the start once more, with plain distances.

# %%
plain = predict(
    "06.plain",
    "With distances that are not squared, the training",
    ["collapses all the same", "learns"],
    answer=None,
)
plain

# %%
SQUARED, RATE = False, 1e-3  # change one of them; 3e-4 is a lower learning rate


def hardest_of_all(encodings, labels, margin):
    return metric.batch_hard_triplet_loss(encodings, labels, margin, squared=SQUARED)


_, changed, _ = learn("hardest only", hardest_of_all, steps=120, rate=RATE)
print(textwrap.fill(str(changed), 88))
show(
    draw.collapse({f"squared: {SQUARED}, rate {RATE:g}": table(changed)}, margin=0.2),
    "The hardest from the start, with one thing changed; grey: the margin.",
    alt="Loss and both mean distances by step.",
)
plain.outcome(
    "collapses all the same" if changed.collapsed else "learns",
    because="A way back exists now, but shrinking still pays, and the network takes it.",
)

# %% [markdown]
# ## What the choice of triplets is worth
#
# The experiment of this lesson: four ways to choose triplets, everything else equal (the same first
# weights, batches, steps and learning rate), judged on 100 people nobody trained on. *Random* takes
# 64 triplets at random, as many as batch-hard does.

# %%
most_active = predict(
    "06.active",
    "Of whose network are the most of all triplets active at the end?",
    ["random", "semi-hard", "batch-all", "batch-hard"],
    answer=None,
)
most_active


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
show(
    draw.comparison(marks, {name: runs[name][1].active for name in ORDER}),
    "Four ways to choose triplets: accuracy and error on unseen people, and how many are active.",
    alt="Three panels of four lines by step. Random stays far below the others in accuracy, above "
    "them in error, and has the most active triplets.",
)

# %%
raw = judged(unseen.images.reshape(len(unseen.images), -1))
lines = [f"| pixels | {raw[0]:.1%} | {raw[1]:.1%} | |"]
for name in ORDER:
    _, shot, eer = marks[name][-1]
    lines.append(f"| {name} | {shot:.1%} | {eer:.1%} | {runs[name][1].active[-50:].mean():.1%} |")
assert all(marks[name][-1, 1] > 1.5 * marks["random"][-1, 1] for name in ORDER[1:])
display(
    Markdown(
        "| triplets | one-shot, 50 people | equal error rate | active at the end |\n"
        "|---|---|---|---|\n" + "\n".join(lines)
    )
)
most_active.outcome(
    max(ORDER, key=lambda name: runs[name][1].active[-50:].mean()),
    because="The worse an encoder, the more triplets can show it a mistake.",
)

# %% [markdown]
# Random triplets do teach, but slowly, for many of the 64 are empty from the start, and then ever
# more slowly. All three ways of choosing are far ahead, with the same pictures and the same work of
# encoding. A small share of active triplets is success for who chooses, and starvation for who
# draws at random.
#
# Do not read the order of the other three as a law. It is one seed and a short training, of which
# batch-hard has spent a third warming up. Batch-hard learns from the 64 hardest triplets only,
# which makes its steps noisy; batch-all takes the mean of hundreds and is calmer. Hermans and
# others found batch-hard best after long training on photographs. What holds everywhere is the
# difference between choosing and not choosing.
#
# ## Watching encodings move
#
# Five people whom the network never met, six pictures of each, during batch-all training: move the
# step. Encodings have 64 numbers; what you see is their shadow on one plane, the one in which the
# five people's means lie farthest apart at the end. The ring is the edge of the sphere.

# %%
encoder, history, seen = runs["batch-all"]
five = unseen.labels < 5
means = np.array([seen[STEPS][unseen.labels == person].mean(axis=0) for person in range(5)])
directions = np.linalg.svd(means - means.mean(axis=0))[2][:2].T  # (64, 2)
show_faces(
    faces_of(unseen.images[five][::6]),
    "The five people, with their colours and marks on the map.",
    alt="Five faces in frames of five colours, each with a mark.",
)
movable(
    lambda step: map_of(seen[step][five] @ directions, unseen.labels[five], f"step {step}"),
    {"step": list(seen)},
    "The map of five people it has never met, while the network learns by triplets.",
    alt="A ring with 30 marks of five colours, at {}: first mixed, then in five groups.",
)

# %%
for step in (0, 50, 150, STEPS):
    found = seen[step][five]
    between = metric.pairwise_distances(found).numpy()
    nearest = np.where(np.eye(len(found), dtype=bool), np.inf, between).argmin(axis=1)
    right = (unseen.labels[five][nearest] == unseen.labels[five]).sum()
    print(f"step {step:3}: the nearest other picture is of the same person for {right} of 30")
assert right >= 28

# %% [markdown]
# At the start all pictures are near one another. (Clouds that still overlap here may be apart in
# the other 62 directions; the numbers are counted in all 64.) Nobody told the network any of these
# five names. It has learnt what makes *a* person the same, from 400 others.
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
show_faces(
    draw.pairs_in_rows(
        unseen.images,
        {name: np.array([first[k], second[k]]).T for name, k in worst.items()},
        {name: distances[k] for name, k in worst.items()},
    ),
    "The pairs that a threshold would get wrong first, with their distances.",
    alt="Six pairs of one person who looks different, and six pairs of two people who look alike.",
)

# %% [markdown]
# Drawn faces have one advantage over photographs: every factor of every picture is known, so the
# impression can be measured. Compare all pairs of one person with the hardest twentieth of them.
# The number after ± is the standard error of so few pairs.
#
# How large a difference is more than luck? For one factor one would ask for about twice the
# standard error, which luck exceeds one time in twenty. But here **seven factors are tested at
# once**, and among seven such tests luck alone would find something about one time in three
# ($1 - 0.95^7$). So each test is held to a seventh of one in twenty (Bonferroni's correction):

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
assert np.isclose(1 - 0.95**7, 0.30, atol=0.005)
errors_allowed = NormalDist().inv_cdf(1 - 0.05 / 7 / 2)  # standard errors, either way
beyond_luck, by_one_test = [], []
for name, values in measures.items():
    luck = values[hardest].std() / np.sqrt(len(hardest))
    errors_away = abs(values[hardest].mean() - values[pairs].mean()) / luck
    if errors_away > errors_allowed:
        beyond_luck.append(name.partition(" (")[0])
    if errors_away > NormalDist().inv_cdf(1 - 0.05 / 2):
        by_one_test.append(name.partition(" (")[0])
    print(
        f"{name:29} all {values[pairs].mean():6.2f}   "
        f"hardest {values[hardest].mean():6.2f} ± {luck:.2f}"
    )
Markdown(
    f"Beyond {errors_allowed:.2f} standard errors: {', '.join(beyond_luck) or 'nothing'}. Each "
    f"tested as if it were the only one: {', '.join(by_one_test) or 'nothing'}. The other "
    f"differences may be plausible, but {len(hardest)} pairs cannot tell them from luck. (Pairs "
    "share pictures, too, so even these standard errors are a little small.)"
)

# %% [markdown]
# ## How large a margin?
#
# Encodings of length 1 have squared distances from 0 to 4, and two directions in 64 dimensions that
# have nothing to do with each other are at right angles: $|a - b|^2 = 2$. That is the scale the
# margin has to be seen on. Batch-all, 100 steps each, margins 0, 0.05, 0.2 and 1:

# %%
no_margin = predict(
    "06.no_margin",
    "With margin 0, the mean distance of two people is, beside that with 0.2,",
    ["much smaller", "about the same", "larger"],
    answer=None,
)
no_margin

# %%
MARGINS = (0.0, 0.05, 0.2, 1.0)
results = []
for margin in MARGINS:
    _, history, seen_then = learn(f"margin {margin:g}", metric.batch_all_triplet_loss, 100, margin)
    shot, eer = judged(seen_then[100])
    last = history.table()[-20:].mean(axis=0)  # loss, active, positive, negative, ...
    results.append((100 * shot, 100 * eer, last[3], 100 * last[1]))
titles = ("One-shot (%)", "Equal error rate (%)", "Distance of two", "Active (%)")
show(
    draw.by_margin(MARGINS, dict(zip(titles, np.transpose(results), strict=True))),
    "Four margins, 100 steps each: accuracy, error, mean distance of two people, active triplets.",
    alt="Four panels over the margin. With 0 the distance is nearly 0 and the error largest; with "
    "1 many more triplets are active.",
)
assert results[0][2] < results[2][2] / 2
assert results[0][1] > results[2][1]
assert results[3][3] > 2 * results[2][3]
ratio = results[0][2] / results[2][2]
no_margin.outcome(
    no_margin.guess.options[int(np.digitize(ratio, [0.6, 1.1]))],
    because="Only order is asked for, order can be had in the smallest space, and shrinking pays.",
)

# %% [markdown]
# Margin 0 is what the second section feared, in a real network: everything has moved together. With
# a margin of 1, many triplets that have long been in good order stay active. The 0.2 of FaceNet is
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
# drawn people, six pictures each, to learn from. Afterwards, four *other* pictures of the same
# sixteen are compared, and four each of sixteen strangers.

# %%
helped = predict(
    "06.layer",
    "Whose equal error rate does the new layer halve?",
    ["that of the sixteen only", "that of strangers only", "both", "neither"],
    answer=None,
)
helped

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
halved = after < before / 2, strangers_after < strangers_before / 2
helped.outcome(
    {(True, False): "that of the sixteen only", (False, True): "that of strangers only",
     (True, True): "both", (False, False): "neither"}[halved],
    because="Sixteen people teach a layer what tells these apart, not what tells people apart.",
)  # fmt: skip

# %% [markdown]
# That may do for a family album, and is no encoder for a door. With your own photographs: make
# chips with `detector.detect` and `align` as in lesson 04, two or more of each person.
#
# ## Your turn: the whole set

# %%
check("ex06")

# %%
predictions("06")

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
# **Experiments to try:** the hardest after a warm-up of 30 steps only; $P = 32, K = 2$ and
# $P = 4, K = 16$ instead of 16 and 4; a soft margin (`margin=None` in the losses); a few wrong
# labels, with batch-hard and with semi-hard.
#
# ## Where to read on
#
# - Schroff, Kalenichenko, Philbin, "FaceNet: a unified embedding for face recognition and
#   clustering" (2015): section 3.1 on the loss, 3.2 on choosing semi-hard triplets.
# - Hermans, Beyer, Leibe, "In defense of the triplet loss for person re-identification" (2017):
#   batch-hard, batch-all in both forms, the soft margin, and how all of it is trained.
# - Weinberger, Saul, "Distance metric learning for large margin nearest neighbor classification"
#   (2009): where the idea comes from.
# - Wu, Manmatha, Smola, Krähenbühl, "Sampling matters in deep embedding learning" (2017): why the
#   hardest negatives give noisy gradients.
# - Lake, Salakhutdinov, Tenenbaum, "Human-level concept learning through probabilistic program
#   induction" (2015): Omniglot.
#
# **Next:** [07 What a deep network sees](07_patches.ipynb) opens a network and asks what its units
# have learnt to see.
