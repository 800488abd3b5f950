# %% [markdown]
# # 08 Neural style transfer
#
# A photograph goes in, and a painting. Out comes the photograph's scene in the painting's hand. No
# network is trained for it: a finished one looks, and what learns is the **picture**.
#
# **You will be able to**
# - measure how far two pictures are apart in content, and how far in style, from what a network
#   sees in them;
# - say what a Gram matrix keeps of a picture, and what it throws away;
# - choose layers, and the weights alpha and beta, for a purpose;
# - derive the gradients of these costs by hand, and paint by descent on the pixels;
# - recognise grain, clipped colours and strokes of the wrong size, and cure them;
# - say what a network that paints in one pass has learned, and which of its numbers are the style.
#
# **Time:** about two and a half hours to read and try; the exercises another three hours.
# Computing: two to three minutes on two cores. **Data:** photographs that ship with minidl, and
# artworks drawn by our own code. No network connection.

# %%
import itertools
import time

import matplotlib.pyplot as plt
import numpy as np
from figures import own_style as yours
from figures import style as draw
from figures.showing import movable, show
from IPython.display import Markdown, display

import minidl
import minidl.functional as F
from minidl import data, nn, no_grad, optim, style
from minidl.course import check, predict, predictions, use_mine, your_code
from minidl.models import vgg16
from minidl.progress import progress

plt.style.use("minidl.mplstyle")
PAINT = {"photo": True, "dense": 1.2, "quality": 48}  # pictures on a page that holds many
rng = np.random.default_rng(0)
vgg = vgg16(pretrained=True)


def square(picture, size):
    """The middle of a picture, size by size pixels."""
    side = min(picture.shape[1:])
    top, left = (picture.shape[1] - side) // 2, (picture.shape[2] - side) // 2
    return data.resize_image(picture[:, top : top + side, left : left + side], (size, size))


# %% [markdown]
# ## The question
#
# On the left the **content** picture $C$, a photograph. In the middle the **style** picture $S$. On
# the right the **generated** picture $G$. The temple stands where it stood; the strokes are those
# of $S$; and no rule for strokes was ever written down. **What is "content", as a number? What is
# "style", as a number?**

# %%
SIZE = 112  # pixels on each side, for everything but the last picture
C, S = square(data.sample_image("temple"), SIZE), data.artwork("currents", SIZE)
G = style.transfer(C, S, size=SIZE, steps=50, beta=200, network=vgg, quiet=True).picture
show(
    draw.strip({"content C": C, "style S": S, "generated G": G}),
    "The question in three pictures.",
    alt="A temple in a photograph, a drawn night sky of curling strokes, and the temple painted in "
    "such strokes.",
    **PAINT,
)

# %% [markdown]
# Suppose both numbers exist: $J_\text{content}$, small where $G$ shows the same things as $C$, and
# $J_\text{style}$, small where $G$ is painted as $S$ is. Then painting is a task you know well:
# make their weighted sum small.
#
# $$J(G) = \alpha\, J_\text{content}(C, G) + \beta\, J_\text{style}(S, G)$$
#
# In lesson 03 the pictures stood still and the weights moved. Here the network's weights stand
# still and the **pixels of $G$ move**, downhill. They begin as random noise. (The picture above
# began with the photograph, a short cut that is compared with noise below.) Nothing else in this
# lesson is new in kind; the art is in the two costs.

# %% [markdown]
# ## A network that looks
#
# Comparing pixels will not do: the same temple one step to the left would be another picture. So we
# compare what a network makes of the pixels. It is the VGG-16 of lesson 07, whose first layers
# answer to edges and colours, later ones to textures, the last ones to parts of things.
#
# `vgg.features(picture, layers)` gives the activations by name; `relu4_2` is block 4, second
# convolution, after its relu (papers say conv4_2 and mean this).

# %%
LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_2", "relu5_1")


def seen(picture, layers=LAYERS):
    """What VGG makes of a picture (3, H, W): activations (1, C, H, W) by layer."""
    with no_grad():
        return vgg.features(picture[None], layers)


print(f"picture {C.shape}: {C.size:,} numbers")
for name, a in seen(C).items():
    _, channels, rows, columns = a.shape
    print(f"{name}: {channels:3} channels, {rows:3} x {columns:3} positions, {a.size:9,} numbers")
assert seen(C)["relu4_2"].shape == (1, 512, SIZE // 8, SIZE // 8)

# %% [markdown]
# ## What content costs
#
# Take one layer. $a_C$ are its activations for $C$, $a_G$ those for $G$, over $n_C$ channels and
# $n_H \cdot n_W$ positions:
#
# $$J_\text{content} = \frac{1}{4\, n_H n_W n_C} \sum_{i,j,k} (a_C - a_G)_{ijk}^2$$
#
# It is a quarter of the mean squared difference. By hand, with one channel of $2 \times 2$:
# $a_C = (1, 2, 0, 4)$ and $a_G = (1, 0, 2, 4)$ differ by $0, 2, -2, 0$. The squares sum to 8, and
# $8 / (4 \cdot 4) = 0.5$.

# %%
a_C = np.array([1.0, 2, 0, 4]).reshape(1, 2, 2)
a_G = np.array([1.0, 0, 2, 4]).reshape(1, 2, 2)
assert style.content_cost(a_C, a_G).item() == 0.5

# %% [markdown]
# **Predict before you run.** Below, the photograph is compared with noise, with itself in other
# colours (red, green and blue trade places), and with the view that a camera has which is turned a
# little, so that everything moves by four pixels. Costs are divided by the mean squared activation,
# so that layers can be compared. For which layers is a small move a large difference?
#
# <details><summary>Answer</summary>
#
# For the first ones: their units see a few pixels, and four pixels on, every edge has gone. A unit
# of relu5_1 sees more than a hundred and hardly notices: between the first layer and the last the
# cost of a move falls about tenfold, while that of noise only halves.
#
# </details>


# %%
def size_of(activations):
    """Root mean square of activations."""
    return np.sqrt(np.square(activations.numpy()).mean())


wide = data.resize_image(data.sample_image("temple"), (SIZE, SIZE * 3 // 2))
middle = (wide.shape[2] - SIZE) // 2
original = seen(wide[:, :, middle:][:, :, :SIZE])
changed = {
    "noise": rng.uniform(size=C.shape).astype(np.float32),
    "other colours": C[[2, 0, 1]],
    "moved by four": wide[:, :, middle + 4 :][:, :, :SIZE],
}
costs = {}
for name, picture in changed.items():
    other = seen(picture)
    costs[name] = [
        style.content_cost(original[n], other[n]).item() / size_of(original[n]) ** 2 for n in LAYERS
    ]
assert costs["moved by four"][0] > 5 * costs["moved by four"][-1]
assert costs["noise"][0] < 3 * costs["noise"][-1]
show(
    draw.by_layer(costs, LAYERS, "Content cost of the photograph against..."),
    "Three changes of the photograph, and what each costs, from the first layer to the last.",
    alt="Three lines over five layers on a logarithmic scale: noise and other colours fall by "
    "half, a move by four pixels falls about tenfold.",
)

# %% [markdown]
# That is the property we wanted: deep layers forgive what a painter may change, and insist on what
# is shown.
#
# The slow version, as the formula says it, then the library's: they agree.


# %%
def content_cost_in_loops(content, generated):
    """J_content of activations (C, H, W), one after another."""
    total = 0.0
    for k, i, j in itertools.product(*map(range, content.shape)):
        total += (content[k, i, j] - generated[k, i, j]) ** 2
    return total / (4 * content.size)


a_C, a_G = original["relu5_1"].numpy()[0], other["relu5_1"].numpy()[0]  # (512, 7, 7)
assert np.isclose(content_cost_in_loops(a_C, a_G), style.content_cost(a_C, a_G).item(), rtol=1e-4)

# %% [markdown]
# **Its gradient.** Of the sum, one square depends on one activation, so
# $\partial J / \partial a_G = 2 (a_G - a_C) / (4\, n_H n_W n_C) = (a_G - a_C) / (2\, n_H n_W n_C)$.
# That is as far as the formula goes by hand. From the activations back to the pixels the network
# carries it, by the same backward walk that trained it: `backward` may begin anywhere.

# %%
by_hand, by_itself = (minidl.tensor(changed["noise"][None], requires_grad=True) for _ in range(2))
wanted = original["relu4_2"]
made = vgg.features(by_hand, ["relu4_2"])["relu4_2"]
made.backward((made.numpy() - wanted.numpy()) / (2 * made.size))
style.content_cost(wanted, vgg.features(by_itself, ["relu4_2"])["relu4_2"]).backward()
assert np.allclose(by_hand.grad, by_itself.grad, atol=1e-5 * abs(by_itself.grad).max())

# %% [markdown]
# **Your turn:** `content_cost` and `content_cost_grad` in
# [ex08_style.py](../exercises/ex08_style.py).

# %%
check("ex08.content_cost", "ex08.content_cost_grad")

# %% [markdown]
# ## Descent on the pixels
#
# Begin with noise. Ask for the cost and its gradient to the pixels; step against it; repeat. After
# each step, pixels that left the range are put back: no screen shows less than 0 or more than 1.
#
# $$G \leftarrow \text{clip}(G - \text{lr} \cdot \partial J / \partial G)$$
#
# By hand, three pixels $(0.5, 0.1, 0.9)$ with gradient $(1, 2, -4)$ and lr 0.1 go to
# $(0.4, -0.1, 1.3)$, and after clipping to $(0.4, 0, 1)$.

# %%
pixels, gradient = np.array([0.5, 0.1, 0.9]), np.array([1.0, 2, -4])
assert np.allclose(np.clip(pixels - 0.1 * gradient, 0, 1), [0.4, 0, 1])
LEVEL = 2.0  # activations are brought to this root mean square; why, comes below


def content_of(picture, layer):
    """The function that says how far pixels (1, 3, H, W) are from a picture's content."""
    wanted = seen(picture, [layer])[layer]
    scale = float(LEVEL / size_of(wanted))
    wanted = wanted * scale
    return lambda pixels: style.content_cost(wanted, vgg.features(pixels, [layer])[layer] * scale)


def plain_descent(cost, picture, lr, steps=30):
    """The picture after that many plain steps, and the cost before each of them."""
    costs = []
    for _ in range(steps):
        pixels = minidl.tensor(picture[None], requires_grad=True)
        value = cost(pixels)
        value.backward()
        costs.append(value.item())
        picture = np.clip(picture - np.float32(lr) * pixels.grad[0], 0, 1)
    return picture, costs


noise = rng.normal(0.5, 0.15, C.shape).clip(0, 1).astype(np.float32)
house = content_of(C, "relu2_1")
rates = {"plain, lr 10": 10, "plain, lr 60": 60, "plain, lr 400": 400}
runs = {name: plain_descent(house, noise, lr) for name, lr in rates.items()}

# %% [markdown]
# ### A failure: clipped colours
#
# **Predict before you run:** one of the three rates is far too large. What does a picture look like
# that diverges, if no pixel can leave 0 to 1?
#
# <details><summary>Answer</summary>
#
# In lesson 03 a diverging loss became nan. Here clipping stops that: pixels are thrown from one end
# of the range to the other, most of them end at exactly 0 or 1, and what remains are the eight
# colours of an old home computer. The cost rises far above that of the noise, and stays there.
#
# </details>
#
# **The cure** is a smaller rate, but how small? Better: a method that finds out for itself.
# **L-BFGS** remembers the last few gradients, estimates from their changes how the ground curves in
# each direction, and steps accordingly; it takes the bounds into account, too. It needs a cost that
# is the same at every call, without random batches, and this one is.


# %%
def descend(cost, picture, steps=30):
    """The best picture (3, H, W) that L-BFGS finds, pixels from 0 to 1, and the costs it saw."""
    pixels, costs = minidl.tensor(picture[None], requires_grad=True), []

    def evaluate():
        value = cost(pixels)
        value.backward()
        costs.append(value.item())
        return value

    optim.LBFGS([pixels], max_iter=steps, bounds=(0, 1), tolerance_change=0).step(evaluate)
    return pixels.numpy()[0], costs


runs["L-BFGS"] = descend(house, noise)
at_the_ends = np.mean((runs["plain, lr 400"][0] == 0) | (runs["plain, lr 400"][0] == 1))
assert runs["L-BFGS"][1][-1] < min(costs[-1] for n, (_, costs) in runs.items() if n != "L-BFGS")
show(
    draw.strip({name: picture for name, (picture, _) in runs.items()}),
    "What thirty steps make of noise, asked for the content of relu2_1.",
    alt="Four pictures: edges of a temple in grey noise, a clearer temple, bands of bright green "
    "and magenta, and, by L-BFGS, a temple with all its edges and some colours.",
    **PAINT,
)
Markdown(f"With the largest rate, {at_the_ends:.0%} of all values are exactly 0 or 1.")

# %%
show(
    draw.falling({name: costs for name, (_, costs) in runs.items()}, "Thirty steps from noise"),
    "The cost at each step: three plain descents, and L-BFGS.",
    alt="Four curves on a logarithmic scale. The largest rate rises and stays high; L-BFGS falls "
    "fastest and lowest.",
)

# %% [markdown]
# **Your turn:** [`descent_step`](../exercises/ex08_style.py).

# %%
check("ex08.descent_step")

# %% [markdown]
# ### What L-BFGS remembers
#
# Newton's method steps by $-A^{-1} g$, where the Hessian $A$ says how the ground curves. For this
# picture $A$ has more than a billion entries. L-BFGS never writes it down. What it keeps are
# **pairs**: along the step $s$, the gradient changed by $y$. On ground that curves everywhere alike
# $y = A s$, so an estimate $H$ of the inverse should give $H y = s$. Each pair changes $H$ by as
# little as it takes for that (the formula of Broyden, Fletcher, Goldfarb and Shanno):
#
# $$H \leftarrow \Big(I - \frac{s\, y^T}{s \cdot y}\Big)\, H\, \Big(I - \frac{y\, s^T}{s \cdot y}
# \Big) + \frac{s\, s^T}{s \cdot y}$$
#
# By hand, with one pair $s = (1, 0)$, $y = (2, 1)$, and $H = 0.4\, I$ before it
# ($s \cdot y / y \cdot y = 2 / 5$): the gradient $(1, 2)$ becomes $(0.2, 0.6)$, and $y$ itself
# becomes $s$. Where $s \cdot y \le 0$ the ground curves downwards along $s$; such a pair would make
# an $H$ that leads uphill, and is left out.


# %%
def learned(h, pairs):
    """H after these pairs, written down: for two numbers that can be done."""
    for s, y in pairs:
        left = np.eye(len(s)) - np.outer(s, y) / (s @ y)
        h = left @ h @ left.T + np.outer(s, s) / (s @ y)
    return h


s, y = np.array([1.0, 0.0]), np.array([2.0, 1.0])
assert np.allclose(learned(0.4 * np.eye(2), [(s, y)]) @ [[1, 2], [2, 1]], [[0.2, 1], [0.6, 0]])

# %% [markdown]
# The ravine of lesson 03, $f = \tfrac12 (a^2 + 25\, b^2)$, at $(-9, 2)$, where the gradient is
# $(-9, 50)$. Two steps have been made before, one along each axis.

# %%
two_pairs = predict(
    "08.two_pairs",
    "With what the two pairs taught, the direction points",
    ["down the steepest slope", "along the ravine", "straight to the lowest point"],
    answer=None,
)
two_pairs

# %%
here, curved = np.array([-9.0, 2.0]), np.diag([1.0, 25.0])
axes_pairs = [(s, curved @ s) for s in np.eye(2)]
way = -learned(0.04 * np.eye(2), axes_pairs) @ (curved @ here)
ends = np.array([[9.0, -50.0], [1.0, 0.0], [9.0, -2.0]])  # the three ways, any length
alike = ends @ way / np.linalg.norm(ends, axis=1) / np.linalg.norm(way)
two_pairs.outcome(
    two_pairs.guess.options[int(alike.argmax())],
    because=f"It is ({way[0]:.0f}, {way[1]:.0f}), length and all: on such ground as many pairs as "
    "axes are the whole Hessian.",
)

# %% [markdown]
# Now read the formula applied to a gradient, from right to left. The right-hand brackets of all
# pairs come first, that of the newest foremost; then the $H$ of the beginning, one number times
# $I$; then the left-hand brackets, the oldest foremost. Each bracket takes one dot product and
# moves a vector along another. So two loops over the pairs give the direction, and nothing larger
# than a vector is made: that is the L in L-BFGS, for *limited memory* (Nocedal, 1980).
#
# **Your turn:** [`lbfgs_direction`](../exercises/ex08_style.py).

# %%
check("ex08.lbfgs_direction")

# %% [markdown]
# A descent with your direction, from the noise of above, on the same cost. Where a step does not
# lead down, it is halved; each look at the cost is counted. Plain descent had thirty looks as well.


# %%
def own_descent(direction, cost, picture, looks=30, most=7):
    """The best picture found along direction(gradient, steps, changes), and the costs seen."""

    def seen_at(picture):
        pixels = minidl.tensor(picture[None], requires_grad=True)
        value = cost(pixels)
        value.backward()
        return value.item(), pixels.grad.ravel().astype(float)

    steps, changes = [], []
    (value, gradient), costs = seen_at(picture), []
    while True:
        costs.append(value)
        way = np.nan_to_num(direction(gradient, steps, changes)).clip(-1e3, 1e3)
        if not steps:  # nothing is known yet: a hundredth for a pixel on average
            way = 0.01 * way * np.sqrt(way.size) / max(np.linalg.norm(way), 1e-12)
        for _ in range(10):
            if len(costs) == looks:
                return picture, costs
            tried = np.clip(picture + np.float32(way).reshape(picture.shape), 0, 1)
            found, there = seen_at(tried)
            if found < value:
                break
            costs.append(found)
            way = way / 2
        else:
            return picture, costs
        steps = [*steps, (tried - picture).ravel().astype(float)][-most:]
        changes = [*changes, there - gradient][-most:]
        picture, value, gradient = tried, found, there


mine = your_code("ex08.lbfgs_direction", even_wrong=True)
own = own_descent(mine.lbfgs_direction, house, noise)
by_hand = {"plain, lr 60": runs["plain, lr 60"], "along lbfgs_direction": own}
if mine.right():
    assert min(own[1]) < by_hand["plain, lr 60"][1][-1]
    assert len(own[1]) == len(by_hand["plain, lr 60"][1])
show(
    yours.two_descents(by_hand, mine.whose("lbfgs_direction")),
    f"Thirty looks at the cost: plain descent, and steps along lbfgs_direction "
    f"({mine.whose('lbfgs_direction')}).",
    alt="Two temples, one pale and grainy, one clearer and with more colour; and two curves, of "
    "which that of lbfgs_direction falls lower, where the function is right.",
    **PAINT,
)
mine

# %% [markdown]
# ## Which layer for content? Ask for the picture back
#
# What does a layer know about a picture? Keep only its activations, throw the picture away, and
# search for a picture that has the same activations. What comes back is what the layer knew; what
# does not, it had forgotten. (Mahendran and Vedaldi, 2015.) Activations allow for much grain, so a
# little smoothness is asked for as well; that term is explained further below.
#
# **Predict before you run:** from which of the five layers will the photograph come back as it was?
# What goes first: colours or shapes?


# %%
returned = {"the photograph\n": C}
smooth = {"total_variation": 10, "network": vgg, "quiet": True}
for layer in LAYERS:
    back = style.transfer(
        C, C, size=SIZE, steps=40, beta=0, content_layer=layer, init="noise", **smooth
    ).picture
    returned[f"{layer}\noff by {abs(back - C).mean():.3f}"] = back
off_by = [abs(back - C).mean() for back in list(returned.values())[1:]]
assert off_by[0] < 0.5 * min(off_by[2:])
show(
    draw.strip(returned),
    "The photograph, and what comes back when only a layer's activations are asked for.",
    alt="Six temples: from relu1_1 the photograph, from relu2_1 its edges and a drifting sky, from "
    "relu3_1 and relu4_2 outlines without colours, from relu5_1 a jumble of its parts.",
    **PAINT,
)

# %% [markdown]
# (The number is the mean error of a pixel.) From relu1_1 the photograph returns as it was. From
# relu2_1 come all edges and textures, while smooth areas, the sky above all, drift in brightness:
# that layer looks at edges. From relu3_1 and relu4_2 forty steps bring back where every outline
# runs, and hardly a colour. From relu5_1 comes something built of the same parts, with outlines
# adrift. (Forty steps are not the end of a search. With 400, relu3_1 finds about half of its
# colours, relu4_2 a few: a layer that asks little about them finds them late.)
#
# So for content:
# - **not a shallow layer**: it insists on every pixel, and leaves a painter no freedom;
# - **not the deepest**: it no longer knows where things are;
# - **one in the middle**: relu4_2 keeps the arrangement, forgives a small move, as measured above,
#   and asks little about colour and texture, which are just what the style is to supply.
#
# That was an argument; the test comes below, when there is a style.

# %% [markdown]
# ## Style: what occurs together
#
# Cut a painting into pieces and shuffle them: the scene is gone, and you can still tell who painted
# it. Style has to do with *what* there is, in what combinations, and not with *where*.
#
# Channels of a layer are such "whats": one answers to blue, one to strokes that rise to the right,
# one to a bright rim. Here are two pairs of channels of relu2_1, on the style picture. The two of
# the upper pair are active at the same places; those of the lower hardly ever. The product shows it
# at once.

# %%
channels = seen(S, ["relu2_1"])["relu2_1"].numpy()[0]  # (128, 56, 56)
active = (channels > 0.2 * channels.max(axis=(1, 2), keepdims=True)).mean(axis=(1, 2))
some = channels[active > 0.12]  # those that are busy in more than a few places
some /= np.sqrt(np.square(some).sum(axis=(1, 2), keepdims=True))  # all equally loud
likeness = np.einsum("kij,lij->kl", some, some)
apart = ~np.eye(len(some), dtype=bool)  # not a channel with itself
most = np.unravel_index(np.where(apart, likeness, 0).argmax(), likeness.shape)
least = np.unravel_index(np.where(apart, likeness, 1).argmin(), likeness.shape)
pairs = {f"sum {likeness[pair]:.2f}": tuple(some[list(pair)]) for pair in (most, least)}
show(
    draw.together(S, pairs),
    "Two pairs of channels of relu2_1 on the style picture, and their products.",
    alt="Above, two channels that light up at the same strokes, and a bright product; below, two "
    "that light up elsewhere, and a product that is nearly black.",
    **PAINT,
)

# %% [markdown]
# ## The Gram matrix, by hand
#
# Do that with all pairs of channels: multiply their activations place by place, and add up over all
# places. With $n_C$ channels that gives $n_C \times n_C$ numbers, the **Gram matrix**:
#
# $$G_{kk'} = \sum_{i,j} a_{ijk}\, a_{ijk'}$$
#
# It is large where channels $k$ and $k'$ fire together. People call it the correlation between
# channels; strictly it is not one, since no mean is subtracted and nothing is divided.
#
# By hand. Two channels on $2 \times 2$ positions: channel 0 is $(1, 0, 2, 0)$, channel 1 is
# $(0, 3, 1, 0)$.
#
# $$G_{00} = 1 + 0 + 4 + 0 = 5, \quad G_{11} = 0 + 9 + 1 + 0 = 10, \quad
# G_{01} = G_{10} = 0 + 0 + 2 + 0 = 2$$

# %%
toy = np.array([[1.0, 0, 2, 0], [0, 3, 1, 0]]).reshape(2, 2, 2)  # channels, rows, columns
assert style.gram_matrix(toy).numpy().tolist() == [[5, 2], [2, 10]]
show(
    draw.gram_of(toy, style.gram_matrix(toy).numpy()),
    "Two channels, their products place by place, and the sums of those: the Gram matrix.",
    alt="Two maps of 2 by 2 numbers, three maps of products, whose sums 5, 2 and 10 stand in a "
    "matrix of 2 by 2, the 2 twice.",
)

# %% [markdown]
# The slow version goes over all pairs. The fast one sees what that is: write the activations as a
# matrix $M$ with a row per channel and a column per position, and $G = M M^T$.


# %%
def gram_in_loops(a):
    """The Gram matrix of activations (C, H, W), sum by sum."""
    gram = np.zeros((len(a), len(a)))
    for k, other in itertools.product(range(len(a)), repeat=2):
        for i, j in itertools.product(range(a.shape[1]), range(a.shape[2])):
            gram[k, other] += a[k, i, j] * a[other, i, j]
    return gram


few = channels[:8, ::4, ::4].astype(np.float64)
M = few.reshape(8, -1)
assert np.allclose(gram_in_loops(few), M @ M.T)
assert np.allclose(style.gram_matrix(few).numpy(), M @ M.T)

# %% [markdown]
# **Checkpoint.** What does the diagonal of $G$ say? And what happens to $G$ if all positions trade
# places?
#
# <details><summary>Answer</summary>
#
# $G_{kk}$ is how strongly channel $k$ fires in all, whatever the places. And trading places changes
# nothing: a sum does not care for the order of its terms.
#
# </details>

# %% [markdown]
# ## What Gram matrices throw away
#
# Take the photograph's activations, shuffle all positions, the same way in every channel. For the
# content cost it is another picture. The Gram matrix does not notice.

# %%
a = seen(C, ["relu3_1"])["relu3_1"].numpy()[0]  # (256, 28, 28)
shuffled = rng.permutation(a.reshape(256, -1), axis=1).reshape(a.shape)
assert np.allclose(
    style.gram_matrix(a).numpy(), style.gram_matrix(shuffled).numpy(), rtol=1e-3, atol=1
)
Markdown(
    f"Content cost of the shuffling: {style.content_cost(a, shuffled).item():,.0f} "
    f"(of putting 0 for everything: {style.content_cost(a, 0 * a).item():,.0f}). "
    f"Style cost: {style.style_layer_cost(a, shuffled).item():.1e}."
)

# %%
busiest = np.square(a).sum(axis=(1, 2)).argmax()
maps = {"relu3_1, one channel": a[busiest], "its positions shuffled": shuffled[busiest]}
show(
    draw.strip(
        {
            "the photograph": C,
            **{n: np.repeat(np.sqrt(m[None] / m.max()), 3, axis=0) for n, m in maps.items()},
        },
        width=5.6,
    ),
    "One channel of relu3_1 on the photograph, and the same values in shuffled places.",
    alt="A temple, a grey map in which its outline can be made out, and a map of random squares.",
    **PAINT,
)

# %% [markdown]
# Shuffling *pixels* is another matter: activations are made of neighbourhoods, and a shuffled
# picture has none left. How large a neighbourhood has to be kept depends on the layer. Cut the
# artwork into tiles and shuffle those:
#
# **Predict before you run:** for which layers is a picture of shuffled tiles, 14 pixels wide, still
# in the same style?
#
# <details><summary>Answer</summary>
#
# For the first, whose units see 3 pixels and seldom meet a seam. A unit of relu5_1 sees more than
# 100 pixels, so it sees seams everywhere, and to it the tiles are another picture.
#
# </details>


# %%
def tiles_shuffled(picture, side):
    """The picture cut into tiles of side by side pixels, and laid again in random order."""
    count = picture.shape[1] // side
    tiles = picture.reshape(3, count, side, count, side).transpose(1, 3, 0, 2, 4)
    tiles = rng.permutation(tiles.reshape(-1, 3, side, side)).reshape(count, count, 3, side, side)
    return tiles.transpose(2, 0, 3, 1, 4).reshape(picture.shape)


STYLE = style.STYLE_LAYERS
artwork = seen(S, STYLE)
cut = {f"tiles of {side}": tiles_shuffled(S, side) for side in (28, 14, 7)}
cut["single pixels"] = tiles_shuffled(S, 1)
away = {}
for name, picture in cut.items():
    other = seen(picture, STYLE)
    away[name] = [
        style.style_layer_cost(artwork[n], other[n]).item()
        / style.style_layer_cost(artwork[n], artwork[n] * 0).item()
        for n in STYLE
    ]
show(
    draw.strip({"the artwork": S, **cut}),
    "The artwork, and its tiles in random order, down to single pixels.",
    alt="Five pictures: curling strokes, then more and more of the same cut into smaller shuffled "
    "squares, at last blue and yellow noise.",
    **PAINT,
)

# %%
show(
    draw.by_layer(away, STYLE, "Style cost of the shuffled tiles (a blank: 1)"),
    "What shuffling costs in each layer, for tiles of four sizes.",
    alt="Four lines over five layers. Those of tiles rise from far below to about 1; the smaller "
    "the tiles, the higher they begin.",
)

# %% [markdown]
# ## What style costs
#
# For one layer, compare the two Gram matrices entry by entry:
#
# $$J_\text{style}^{[l]} = \frac{1}{(2\, n_H n_W n_C)^2} \sum_{k,k'} (G^{(S)} - G^{(G)})_{kk'}^2$$
#
# By hand: the toy features above have $n_H n_W n_C = 8$. Against a picture that is silent there,
# the differences are $5, 2, 2, 10$; the squares sum to $25 + 4 + 4 + 100 = 133$, and
# $133 / 16^2 = 0.52$. The style picture may have another size than $G$: divide each Gram matrix by
# its own $2\, n_H n_W n_C$.

# %%
assert style.style_layer_cost(toy, 0 * toy).item() == 133 / 16**2

# %% [markdown]
# **Why should that be style?** Because it compares two *crowds*. At every position stands a vector
# of $n_C$ activations; a picture is a crowd of such vectors, without an order. Expand the square
# and only products of pairs remain. With $k(x, y) = (x \cdot y)^2$,
#
# $$\sum_{k,k'} (G^{(S)} - G^{(G)})^2 = \sum_{s,s'} k(s, s') + \sum_{g,g'} k(g, g')
# - 2 \sum_{s,g} k(s, g)$$
#
# the sums going over all positions of the two pictures. Statisticians know the right-hand side as
# the *maximum mean discrepancy*, a test of whether two crowds come from one population (Li et al.,
# 2017). Painting by Gram matrices makes the crowds alike, and each of its members may stand where
# it likes.

# %%
s, g = rng.normal(size=(2, 3, 20))  # two crowds of twenty vectors, three numbers each
left = np.square(s @ s.T - g @ g.T).sum()
right = np.square(s.T @ s).sum() + np.square(g.T @ g).sum() - 2 * np.square(s.T @ g).sum()
assert np.isclose(left, right)

# %% [markdown]
# **Its gradient.** Every entry of $M$ stands in $G = M M^T$ twice, as the derivative of $m^2$ is
# $2m$. With $D = G^{(G)} - G^{(S)}$, which is symmetric, a gradient $g$ to the Gram matrix becomes
# $(g + g^T) M$ to the activations. Here $g = 2 D / (2\, n_H n_W n_C)^2$, so:
#
# $$\frac{\partial J^{[l]}}{\partial M} = \frac{1}{(n_H n_W n_C)^2}\, D\, M$$
#
# Read it aloud: if channels $k$ and $k'$ fire together too often, each is pushed down where the
# other fires.

# %%
one, two = rng.normal(size=(2, 4, 3, 5))
moving = minidl.tensor(two, requires_grad=True)
style.style_layer_cost(one, moving).backward()
M_S, M_G = one.reshape(4, 15), two.reshape(4, 15)
assert np.allclose(moving.grad.reshape(4, 15), (M_G @ M_G.T - M_S @ M_S.T) @ M_G / two.size**2)

# %% [markdown]
# **Your turn:** `gram_matrix`, `gram_vjp`, `style_layer_cost`, `style_layer_cost_grad`.

# %%
check(
    "ex08.gram_matrix", "ex08.gram_vjp", "ex08.style_layer_cost", "ex08.style_layer_cost_grad"
)  # fmt: skip

# %% [markdown]
# ## Several layers, and a trap
#
# Strokes, swirls and colours have different sizes, so several layers are asked, each with a weight:
#
# $$J_\text{style} = \sum_l \lambda_l\, J_\text{style}^{[l]}, \qquad
# \lambda_l = 0.2 \text{ for five layers}$$
#
# **A failure:** equal weights do not mean equal say. Between two artworks, the layers' costs are:

# %%
glass = data.artwork("glass", SIZE)
other = seen(glass, STYLE)
raw = {n: style.style_layer_cost(artwork[n], other[n]).item() for n in STYLE}
level = {n: LEVEL / size_of(artwork[n]) for n in STYLE}
even = {n: style.style_layer_cost(artwork[n] * level[n], other[n] * level[n]).item() for n in STYLE}
print("layer     typical activation     raw cost   share   at one level   share")
for n in STYLE:
    shares = raw[n] / sum(raw.values()), even[n] / sum(even.values())
    print(
        f"{n}   {size_of(artwork[n]):18.1f} {raw[n]:12,.0f} {shares[0]:7.2%} {even[n]:14.1f} "
        f"{shares[1]:7.1%}"
    )

# %% [markdown]
# The style cost grows with the fourth power of the activations, and this network's are large in the
# first layers and small in the last: relu5_1 would have next to no say at all. **The cure**, from
# Gatys and others (2016, section 2), is to rescale the network so that all layers speak about
# equally loud. A factor on the activations does it; `style.transfer` brings every layer to the root
# mean square 2. The shares are not equal after that (the last column), but every layer has a say.
#
# ### From one to five layers
#
# Now a picture is asked for that has the artwork's style and nothing else: $\alpha = 0$, from
# noise, with the first layer only, with two, and so on.
#
# **Predict before you run:** will the suns come back where they were? With how many layers will
# there be whole swirls?
#
# <details><summary>Answer</summary>
#
# No sun will stand where it stood: positions are not in the Gram matrices. One layer, whose units
# see 3 pixels, gives flecks of the right colours. With each further layer larger patterns become
# right: strokes, then curls, then whole swirls, all in new places.
#
# </details>

# %%
painted = {"the artwork": S}
for count in range(1, 6):
    painted[f"{count} layer{'s' * (count > 1)}"] = style.transfer(
        S, S, size=SIZE, steps=20 + 12 * count, alpha=0, beta=1000, layers=STYLE[:count],
        init="noise", **smooth,
    ).picture  # fmt: skip
show(
    draw.strip(painted),
    "Style alone, from noise, with the first layer only, with two, and so on.",
    alt="Six pictures: the artwork, flecks in its colours, short strokes, longer ones, curls, and "
    "whole swirls in new places.",
    **PAINT,
)

# %% [markdown]
# **Your turn:** [`style_cost`](../exercises/ex08_style.py) and `total_cost`.

# %%
check("ex08.style_cost", "ex08.total_cost")

# %% [markdown]
# ## Both at once: alpha and beta
#
# $J = \alpha J_\text{content} + \beta J_\text{style}$. By hand, with costs 2 and 0.5 and the usual
# $\alpha = 10$, $\beta = 40$: $20 + 20 = 40$.
#
# **Checkpoint.** Someone doubles both alpha and beta. What changes?
#
# <details><summary>Answer</summary>
#
# The cost, which doubles. Not the place of its minimum, so not the picture: only their ratio
# counts. (With a third term, such as smoothness, double that too.)
#
# </details>

# %%
assert style.total_cost(2.0, 0.5).item() == 40
assert style.total_cost(2.0, 0.5, alpha=20, beta=80).item() == 2 * 40  # twice the cost everywhere
cup = square(data.sample_image("coffee"), SIZE)
painted: dict = {}  # by the ratio: the cup and the temple
for beta in (1, 10, 100, 1000):
    for name, photo, art in (("cup", cup, glass), ("temple", C, S)):
        painting = style.transfer(
            photo, art, size=SIZE, steps=30, alpha=10, beta=beta, network=vgg, quiet=True
        )
        painted.setdefault(beta / 10, {})[name] = painting.picture
movable(
    lambda ratio: draw.strip(painted[ratio], columns=2),
    {"beta / alpha": list(painted)},
    "Two photographs painted with four ratios of beta to alpha. Move the slider.",
    alt="A cup and a temple, {}: from photographs that are hardly changed to a rose window and a "
    "sky of strokes in which they nearly vanish.",
    start=[10.0],
    **PAINT | {"dense": 1, "quality": 40},
)

# %% [markdown]
# As the ratio grows, the photograph gives way to the painting. There is no right answer: alpha and
# beta are the painter's to choose.
#
# ### The test: content from three layers
#
# And now the promised test of the content layer. Same start from noise, same style, same weights;
# only the layer that is asked for content differs.

# %%
tested = {}
for layer in ("relu1_1", "relu4_2", "relu5_1"):
    tested[f"content from {layer}"] = style.transfer(
        cup, glass, size=SIZE, steps=40, beta=8, content_layer=layer, init="noise", network=vgg,
        quiet=True,
    ).picture  # fmt: skip
show(
    draw.strip({"the photograph": cup, **tested}),
    "Content from a shallow layer, from a middle one, and from the deepest.",
    alt="Four cups: the photograph, one with flecks on it, one made of pebbles, and pebbles in "
    "which it has nearly dissolved.",
    **PAINT,
)

# %% [markdown]
# With a shallow content layer the photograph shines through untouched, and the style is left with
# flecks on it. With relu4_2 the cup is made *of* the stones. With relu5_1 it dissolves. The same
# order as above, and the same reason.
#
# ## The descent, as pictures
#
# A painting from noise, watched on its way. `callback` is called after every step and keeps the
# pictures that we want to see.
#
# **Predict before you run:** which falls first, the style cost or the content cost? And what can
# already be recognised after five steps?
#
# <details><summary>Answer</summary>
#
# Style, at first: noise has a wildly wrong style, and a change of colours everywhere, in the first
# layers, mends most of it within a few steps. Where the content is to go has to be carved out
# afterwards, against the style, and the last steps are a long bargain between the two. After five
# steps there are flecks of the right size, and hardly a cup; its rim is there after ten.
#
# </details>

# %%
ALPHA, BETA, SMOOTH = 10, 10, 20
options = {
    "size": SIZE, "steps": 50, "alpha": ALPHA, "beta": BETA, "total_variation": SMOOTH,
    "grain": 0, "detail": 0, "dots": 0, "margin": 0, "network": vgg, "quiet": True,
}  # fmt: skip
film = {}


def keep(result):
    if result.step in (0, 2, 5, 10, 20, 35, 50):
        film[result.step] = result.picture.copy()


from_noise = style.transfer(cup, glass, init="noise", callback=keep, **options)
show(
    draw.filmstrip(film, from_noise.history, ALPHA, BETA, SMOOTH),
    "A painting on its way from noise, and the parts of its cost.",
    alt="Seven pictures from noise to a cup made of pebbles; below them four falling curves: "
    "total, style, content and roughness.",
    **PAINT,
)

# %% [markdown]
# ### Where to begin: noise or the photograph
#
# The cost has many valleys. Other noise ends in another one, and a start from the photograph in yet
# another.
#
# **Predict before you run:** three starts, one cost, fifty steps. Which end is the cheapest, and by
# how much?
#
# <details><summary>Answer</summary>
#
# They end within a few percent of one another. The start matters to the picture far more than to
# its cost.
#
# </details>

# %%
other_noise = style.transfer(cup, glass, init="noise", seed=1, **options)
from_photo = style.transfer(cup, glass, init="content", **options)
starts = {"noise": from_noise, "other noise": other_noise, "the photograph": from_photo}
ends = {f"from {n}\ncost {r.history['best'][-1]:.2f}": r.picture for n, r in starts.items()}
show(
    draw.strip({"the photograph\n": cup, **ends}),
    "Three starts and where fifty steps lead from each, with its cost.",
    alt="Four cups: the photograph, two grey ones that began with noise, and a colourful one that "
    "began with the photograph.",
    **PAINT,
)

# %%
curves = {f"from {name}": run.history["best"] for name, run in starts.items()}
show(
    draw.falling(curves, "Three ways down"),
    "The best cost so far at each step, from three starts.",
    alt="Three falling curves that end close together.",
)
last = [costs[-1] for costs in curves.values()]
assert max(last) < 1.05 * min(last)
difference = abs(from_noise.picture - other_noise.picture).mean()
Markdown(
    f"The two that began with noise differ by {difference:.2f} per pixel. Of all three, the "
    f"dearest costs {max(last) / min(last) - 1:.1%} more than the cheapest."
)

# %% [markdown]
# So the costs cannot tell these pictures apart, and you can. Light, dark and colours are free as
# far as relu4_2 is concerned, and whatever the costs leave free stays as it was at the start: grey
# from noise, the photograph's own from the photograph. Noise shows what the costs alone make of a
# picture, for nothing in it was copied. For the wall the photograph is the better start, and
# `style.transfer` takes it unless told otherwise.
#
# ## Failures, and their cures
#
# ### Strokes of the wrong size
#
# The network knows sizes in pixels, not in inches. The same artwork, looked at small or large, has
# other strokes: what fits into the window of a unit is the stroke that is learnt.

# %%
scales = {0.4: "much too small", 1: "as large as the photo", 2.5: "much too large"}
sizes = {}
for scale, words in scales.items():
    sizes[f"style {words}"] = style.transfer(
        cup, glass, size=SIZE, steps=35, beta=100, style_scale=scale, network=vgg, quiet=True
    ).picture
show(
    draw.strip(sizes, width=6.4),
    "One artwork at three sizes.",
    alt="Three cups: with strokes that are much too fine, with fitting ones, and with strokes as "
    "large as the cup.",
    **PAINT,
)

# %% [markdown]
# **The cure** is `style_scale`, or a better crop: bring the style picture to the size at which its
# strokes are as wide as you want them in $G$. Large pictures have the same trouble the other way
# round, because a window of VGG is a small part of them; `coarse_to_fine=True` paints them small
# first.
#
# ### Grain
#
# **Predict before you run:** below, the content of relu3_1 is asked back once more, without
# anything else. Four pixels of grey, or a checkerboard of black and white: can a network with max
# pooling tell them apart?
#
# <details><summary>Answer</summary>
#
# Badly. A filter that adds up its neighbours averages a checkerboard away, and a max pool passes on
# one of four and says nothing of the other three, which therefore get no gradient. What no
# activation depends on, no cost can mend. (Taking the mean of the four instead, which Gatys and
# others recommend for its looks, is no cure here: a checkerboard has the same mean as grey.)
#
# </details>
#
# So say it in the cost: squared steps between neighbours, per pixel, the **total variation**,
#
# $$\text{TV} = \frac{1}{n_H n_W} \sum (x_{i+1,j} - x_{ij})^2 + (x_{i,j+1} - x_{ij})^2$$
#
# By hand: the rows $(0, 1, 1)$ and $(0, 0, 1)$ have steps down of $0, -1, 0$ and to the right of
# $1, 0$ and $0, 1$; the squares sum to 3, over six pixels: 0.5.

# %%
rows = np.array([[[0.0, 1, 1], [0, 0, 1]]])
assert style.total_variation(rows).item() == 0.5
averaging = vgg16(pretrained=True, pooling="avg")
trials = {
    "as it comes": (vgg, 0), "average pooling": (averaging, 0), "TV, weight 20": (vgg, 20),
    "TV, weight 1000": (vgg, 1000),
}  # fmt: skip
grain = {}
for name, (network, weight) in trials.items():
    back = style.transfer(
        C, C, size=SIZE, steps=40, beta=0, content_layer="relu3_1", init="noise",
        total_variation=weight, network=network, quiet=True,
    ).picture  # fmt: skip
    grain[f"{name}\nTV {style.total_variation(back).item():.3f}"] = back
real = f"the photograph\nTV {style.total_variation(C).item():.3f}"
show(
    draw.crops({real: C, **grain}, slice(0, 72), slice(14, 86)),
    "A part of the photograph, and of pictures with its relu3_1, with its roughness (TV).",
    alt="Five crops of a roof: the photograph, two grey ones with a lattice of grain, one with "
    "less of it, and one that is washed out.",
    **PAINT,
)

# %% [markdown]
# **The cure** is the term that charges for it, and too much of it washes the picture out. Look for
# the weight that brings the roughness near that of a photograph. The gradient is easily read: every
# pixel is pulled to the mean of its neighbours.
#
# **Your turn:** [`total_variation`](../exercises/ex08_style.py) and `total_variation_grad`.

# %%
check("ex08.total_variation", "ex08.total_variation_grad")

# %% [markdown]
# ## Your own costs in the loop
#
# Nothing is hidden in `style.transfer`. Here is the whole of it, from the pieces of this lesson:
# the network looks, activations are brought to one level, three costs are added up, and L-BFGS
# descends.


# %%
def painting_cost(content, art, alpha, beta, smooth):
    """J of pixels (1, 3, H, W), as a function."""
    wanted = seen(content, ["relu4_2"])["relu4_2"]
    crowd = seen(art, STYLE)
    scales = {n: float(LEVEL / size_of(a)) for n, a in {**crowd, "relu4_2": wanted}.items()}

    def cost(pixels):
        made = vgg.features(pixels, [*STYLE, "relu4_2"])
        made = {n: a * scales[n] for n, a in made.items()}
        j_content = style.content_cost(wanted * scales["relu4_2"], made["relu4_2"])
        j_style = style.style_cost({n: a * scales[n] for n, a in crowd.items()}, made)
        j = style.total_cost(j_content, j_style, alpha, beta)
        return j + smooth * style.total_variation(pixels)

    return cost


cost = painting_cost(cup, glass, ALPHA, BETA, SMOOTH)
assert np.isclose(cost(minidl.tensor(film[0][None])).item(), from_noise.history["cost"][0])

# %% [markdown]
# And now with **your** functions: inside `with use_mine("ex08")`, every exercise that passes its
# checks and has a counterpart in the library takes its place, gradient included. What you have not
# written yet stays the library's, and the table says so.

# %%
with use_mine("ex08") as mine:
    at_first = cost(minidl.tensor(film[0][None])).item()
    own, own_costs = descend(cost, cup, steps=25)
assert np.isclose(at_first, from_noise.history["cost"][0], rtol=1e-3)
show(
    draw.strip({"the photograph": cup, "the artwork": glass, "painted by you": own}),
    "A photograph, an artwork, and the picture that your functions descended to.",
    alt="A cup of coffee, a rose window, and the cup painted, its saucer and spoon in pebbles.",
    **PAINT,
)
display(mine)

# %% [markdown]
# ## A larger one
#
# All pictures so far were small, so that you need not wait. Here is one to hang. Sixty steps at 240
# pixels decide where the strokes go, and in which colours; then the painting is enlarged, the
# descent begins again with that, and ten steps at 512 pixels draw it finely. Above 400 pixels
# `style.transfer` does so by itself (`coarse_to_fine`). Put in a photograph of your own:
# `data.load_image("me.jpg")`.

# %%
settings = {"size": 240, "beta": 200, "network": vgg}
started = time.perf_counter()
painting = style.transfer("temple", "currents", steps=60, **settings)
seconds_of_descent = time.perf_counter() - started
finer = {**settings, "size": 512, "coarse_to_fine": False}
to_hang = style.transfer("temple", "currents", steps=10, init=painting.picture, **finer)
show(
    draw.large(to_hang.picture),
    "The temple in the manner of the night sky: sixty steps at 240 pixels, ten more at 512.",
    alt="A temple under a sky of curling blue strokes, its roofs in yellow and orange.",
    **PAINT,
)

# %% [markdown]
# On the command line it is `minidl style temple currents --size 512 --out painting.png`, with a
# progress bar, pictures along the way (`--every 25`), and the settings kept in the file, so that it
# can be painted again.

# %% [markdown]
# ## From descent to one pass
#
# Sixty steps made the smaller one, and each sent it through VGG, forwards and back. The next
# photograph begins from nothing again. Yet much is the same every time: how the strokes of this
# artwork follow an edge, which colours become its yellow. **What a descent computes each time anew,
# a network can learn once** (Johnson and others, 2016). A photograph goes in, a painting comes out,
# and $J$ of the painting is what has to become small, on average over many photographs. Now the
# weights of that network move, as in lesson 03, and VGG only judges.
#
# A network of that kind paints in the one manner that it was trained for. `style.Painter` paints in
# any: it sees the artwork once, says in 100 numbers how it is painted, its **manner**, and paints
# by them (Ghiasi and others, 2017). It was trained on 80,000 paintings.

# %%
painter = style.Painter.pretrained()
manner = painter.manner("currents")
painter.paint("temple", manner, size=240)  # the first call of anything is slower
started = time.perf_counter()
in_one_pass = painter.paint("temple", manner, size=240)
seconds_of_one_pass = time.perf_counter() - started
assert manner.shape == (100,)
assert seconds_of_one_pass < seconds_of_descent / 5
show(
    draw.strip({"sixty steps of descent": painting.picture, "one pass": in_one_pass}),
    f"One photograph, one artwork: {seconds_of_descent:.1f} s, and {seconds_of_one_pass:.2f} s.",
    alt="The temple twice in blue and orange: with curling strokes all over, and with flat patches "
    "of colour and short dry strokes.",
    **PAINT,
)

# %% [markdown]
# That is one number, the time. The other is the cost: $J$ of the picture of one pass, by the same
# VGG and the same weights as in the descent above.

# %%
reached = predict(
    "08.reached",
    "The descent has a smaller J than the picture of one pass",
    ["within 5 steps", "after 6 to 20 steps", "after 21 to 60 steps", "never"],
    answer=None,
)
reached

# %%
judged = style.transfer(
    "temple", "currents", steps=1, init=in_one_pass, quiet=True, **settings
).history["cost"][0]
lowest = painting.history["best"]  # the best cost so far, by step
every = seconds_of_descent / (len(lowest) - 1)
show(
    draw.cost_and_time(
        (every * np.arange(1, len(lowest)), lowest[1:]), (seconds_of_one_pass, judged)
    ),
    "Both numbers: the seconds that a picture took, and its cost.",
    alt="On logarithmic scales, a falling curve from the upper middle to the lower right, and one "
    "point far to the left, as high as the curve's beginning.",
)

# %%
before = int(np.argmax(np.append(lowest, 0) < judged))  # the first step that is cheaper
assert lowest[0] > judged > lowest[2]
reached.outcome(
    reached.guess.options[int(np.searchsorted([5, 20, 60], before))],
    because=f"J is {lowest[0]:.0f} for the photograph, {judged:.0f} for the picture of one pass, "
    f"{lowest[-1]:.0f} for the descent's last; step {before} is the first with less than one pass.",
)

# %% [markdown]
# By $J$ one pass is worth a step or two, and the eye gives it far more. Why? $J$ is the opinion of
# *this* network with *these* weights, and the descent works for nothing else. The painter learned
# to please another judge, on other pictures, and has never seen this artwork. A cost is a means to
# an end: it compares the steps of one descent well, and two painters with different aims badly.
#
# What has the painter learned, and where is the style in it? Three answers follow, each a function
# that you write.
#
# ### What an instance norm forgets
#
# After most of its convolutions stands an **instance norm**: each channel of each picture is
# brought to mean 0 and variance 1, over the positions of that picture. (A batch norm, lesson 03,
# averages over the pictures of a batch as well; here no other picture has a say.)
#
# By hand: a channel of $2 \times 2$ with the values $0, 0, 2, 2$ has mean 1; all four lie 1 away
# from it, so the variance is 1. To the variance a small $\epsilon$ is added, lest a channel of one
# value be divided by 0. With $\epsilon = 3$, so that it can be seen, the root of $1 + 3$ is 2, and
# the channel becomes $-0.5, -0.5, 0.5, 0.5$.

# %%
channel = np.array([0.0, 0, 2, 2]).reshape(1, 1, 2, 2)
assert F.instance_norm(channel, eps=3).numpy().ravel().tolist() == [-0.5, -0.5, 0.5, 0.5]

# %% [markdown]
# Now the photograph in other light. A dim yellow lamp takes a share of the red, a larger one of the
# green, most of the blue, and a haze adds a little to each: every channel is multiplied by a number
# and another is added. Then both photographs, red, green and blue as three channels, go through an
# instance norm.

# %%
lamp = predict(
    "08.lamp",
    "After it, the photograph and the one in other light differ, on average, by",
    ["less than a hundredth", "a few tenths", "about 1"],
    answer=None,
)
lamp

# %%
factors, haze = np.array([0.55, 0.42, 0.22], np.float32), np.float32(0.05)
dim = C * factors.reshape(3, 1, 1) + haze
by_light = F.instance_norm(C[None]).numpy() - F.instance_norm(dim[None]).numpy()
lamp.outcome(
    lamp.guess.options[int(np.searchsorted([0.01, 0.7], abs(by_light).mean()))],
    because="A factor and a constant are just what it takes away; eps leaves "
    f"{abs(by_light).mean():.4f}.",
)

# %% [markdown]
# **Your turn:** [`instance_norm`](../exercises/ex08_style.py).

# %%
check("ex08.instance_norm")

# %%
mine = your_code("ex08.instance_norm", even_wrong=True)
lights = {"the photograph": C, "in dim light": dim}
normed = {name: mine.instance_norm(picture) for name, picture in lights.items()}
if mine.right():
    assert abs(np.subtract(*normed.values())).mean() < 0.01
    assert all(np.allclose(y.mean(axis=(1, 2)), 0, atol=1e-4) for y in normed.values())
show(
    yours.two_lights(lights, normed),
    f"Two lights, and what instance_norm ({mine.whose('instance_norm')}) leaves of them.",
    alt="Above, the temple by day and in brown light. Below, by a right instance norm, twice the "
    "same temple in paler colours.",
    **PAINT,
)
mine

# %% [markdown]
# **Its gradient.** To train such a network the gradient has to come back through the norm, and this
# is more than a division: a value of $x$ moves the norm's result $y$ in three ways.
#
# - By itself: its own $y$ goes up.
# - Through the mean, which goes up a little, so that *every* $y$ of the channel goes down.
# - Through the deviation: a value far from the mean widens the channel, and *every* $y$ shrinks
#   towards 0.
#
# Two facts tell whether the sum of the three is right. Adding a constant to a channel does not
# change $y$, so the gradient sums to 0. Without $\epsilon$, stretching it does not change $y$
# either, so the gradient times $y$ sums to 0 too.
#
# By hand: for the channel $0, 0, 2, 2$ with $\epsilon = 0$, $y$ is $-1, -1, 1, 1$. Let only the
# first $y$ be asked for: $g = (1, 0, 0, 0)$. The gradient is $(0.5, -0.5, 0, 0)$. Its sum is 0, and
# so is that of its products with $y$. And it says: pull the two low values apart, and leave the
# high ones.

# %%
asked = np.array([1.0, 0, 0, 0]).reshape(1, 1, 2, 2)
moving = minidl.tensor(channel, requires_grad=True)
F.instance_norm(moving, eps=0).backward(asked)
assert np.allclose(moving.grad.ravel(), [0.5, -0.5, 0, 0])

# %% [markdown]
# **Your turn:** [`instance_norm_grad`](../exercises/ex08_style.py).

# %%
check("ex08.instance_norm_grad")

# %% [markdown]
# Twelve values in a row, and one $y$ that is asked for. Bars: what your function says of each
# value. Crosses: each value moved a little, and the norm computed again.

# %%
mine = your_code("ex08.instance_norm_grad", "ex08.instance_norm", even_wrong=True)
x = np.array([0.2, 0.4, 0.1, 0.6, 1.6, 2.2, 1.9, 0.9, 0.5, 0.3, 0.8, 0.4]).reshape(1, 1, 12)
g = np.zeros_like(x)
g[..., 5] = 1
step = 1e-5
tried = [
    (F.instance_norm(x[None] + d).numpy() - F.instance_norm(x[None] - d).numpy()).ravel()[5]
    for d in step * np.eye(12).reshape(12, 1, 1, 12)
]
slopes = np.array(tried) / (2 * step)
own = mine.instance_norm_grad(x, g).ravel()
if mine.right():
    assert np.allclose(own, slopes, atol=1e-6)
show(
    yours.pulls(x.ravel(), g.ravel(), own, slopes),
    f"The gradient to twelve values, by instance_norm_grad ({mine.whose('instance_norm_grad')}).",
    alt="Three rows of bars: a signal with a peak, a single 1 at its top, and the gradient: "
    "positive there, negative at the two other high values, small and of both signs elsewhere.",
)
mine

# %% [markdown]
# At the top the gradient is positive, and at the other high values clearly negative: to stand out
# in a channel that will be standardised, it is not enough to be high. The neighbours must be lower.
#
# ### Scale and shift are the style
#
# A norm forgets how bright and how strong each channel was. So somebody has to say it anew: after
# the norm every channel is multiplied by a **scale** and a **shift** is added. Dumoulin and others
# (2017) trained one network for many artworks at once, with the same filters for all of them, and
# let only these two numbers per channel differ. It was enough. A channel that answers to diagonal
# strokes can be turned up for one artwork and off for another; that is what styles differ in.
#
# In our painter the scales and shifts come out of the 100 numbers, by a linear layer for each norm.

# %%
network = painter.paint_network
norms = [part for part in network.modules() if isinstance(part, nn.ConditionalInstanceNorm2d)]
said = sum(2 * norm.num_features for norm in norms)
in_layers = sum(p.size for norm in norms for p in norm.parameters())
filters = sum(p.size for p in network.parameters()) - in_layers
Markdown(
    f"{len(norms)} norms with {said:,} scales and shifts in all, said by {len(manner)} numbers. "
    f"The {filters:,} weights of the filters are the same for every artwork."
)

# %% [markdown]
# By hand, after a norm that gave $-1, -1, 1, 1$: a scale of 3 and a shift of 5 make it
# $2, 2, 8, 8$. Now the mean is 5 and the deviation 3, whatever they were before.

# %%
scaled = F.instance_norm(channel, weight=np.array([3.0]), bias=np.array([5.0]), eps=0)
assert scaled.numpy().ravel().tolist() == [2, 2, 8, 8]

# %% [markdown]
# So leave the network as it is, and swap the 100 numbers:

# %%
SWAP = 200
artworks = {name: data.artwork(name, 256) for name in ("currents", "glass", "waves")}
manners = {name: painter.manner(artwork) for name, artwork in artworks.items()}
photos = [square(data.sample_image(name), SWAP) for name in ("cat", "flower", "coffee")]
by_manner = {n: [painter.paint(photo, m) for photo in photos] for n, m in manners.items()}
show(
    draw.swapped(artworks, photos, by_manner),
    "One network, three photographs; from row to row only 100 numbers differ.",
    alt="Three rows, each with a small artwork and a cat, a flower and a cup painted like it: blue "
    "strokes, panes of coloured glass with dark seams, and lines of a woodcut on cream.",
    **PAINT,
)

# %% [markdown]
# **Your turn:** [`conditional_instance_norm`](../exercises/ex08_style.py).

# %%
check("ex08.conditional_instance_norm")

# %% [markdown]
# Here is the painter's whole way from a photograph to a painting, with a place for your function
# wherever it standardises: it contracts the picture to a quarter of its height and width, changes
# it in five blocks, enlarges it again, and squeezes the last three channels into colours.


# %%
def painted_through(norm, picture, manner):
    """The painting of a picture (3, H, W) with `norm` for every norm of the network."""

    def normed(layer, y):
        weights = [p.numpy() for part in (layer.scale, layer.shift) for p in part.parameters()]
        made = norm(y.numpy()[0], manner, *weights, layer.eps)
        return minidl.tensor(np.nan_to_num(np.asarray(made, np.float32)[None]))

    with no_grad():
        y = network.contract(picture[None])
        for block in network.blocks:
            inside = F.relu(normed(block.norm1, block.conv1(y)))
            y = normed(block.norm2, block.conv2(inside)) + y
        for part in network.expand:
            large = F.interpolate(y, scale_factor=float(part.enlarge))
            y = F.relu(normed(part.norm, part.conv(large)))
        return F.sigmoid(normed(network.last.norm, network.last.conv(y))).numpy()[0]


mine = your_code("ex08.conditional_instance_norm", "ex08.instance_norm", even_wrong=True)
own = {
    name: painted_through(mine.conditional_instance_norm, photos[0], asked)
    for name, asked in manners.items()
}
if mine.right():
    assert all(np.allclose(own[n], by_manner[n][0], atol=2e-3) for n in manners)
show(
    draw.strip({"the photograph": photos[0], **own}),
    "All norms of the painter by conditional_instance_norm "
    f"({mine.whose('conditional_instance_norm')}).",
    alt="A cat, and by a right function the cat in blue strokes, in coloured glass, as a woodcut.",
    **PAINT,
)
mine

# %% [markdown]
# ### Mixing manners
#
# A manner is a point in a space with 100 axes, and between two points there is a path. Halfway
# between two manners lies their mean; a quarter of the way, one with the weights 0.75 and 0.25.
# Weights of a mix sum to 1. Where they do not, only their ratio can be meant: 3 and 1 is 0.75 and
# 0.25.

# %%
halfway = predict(
    "08.halfway",
    "The painting in the mean of two manners, and the mean of the two paintings, are",
    ["the same", "alike: a twentieth of what the two paintings differ by", "clearly different"],
    answer=None,
)
halfway

# %%
ends = [by_manner[name][0] for name in ("glass", "waves")]
middle = painter.paint(photos[0], painter.mix([manners["glass"], manners["waves"]]))
off = abs(middle - np.mean(ends, axis=0)).mean() / abs(ends[0] - ends[1]).mean()
halfway.outcome(
    halfway.guess.options[int(np.searchsorted([0.01, 0.1], off))],
    because=f"They differ by {off:.0%} of what the two paintings do: five blocks of ReLUs lie "
    "between the numbers and the picture.",
)

# %% [markdown]
# **Your turn:** [`mix`](../exercises/ex08_style.py). What is to happen with weights that cannot be
# shares, below 0 or all of them 0? The stub says it.

# %%
check("ex08.mix")

# %%
mine = your_code("ex08.mix", even_wrong=True)
path = {}
for share in (0, 0.25, 0.5, 0.75, 1):
    mixed = mine.mix([manners["glass"], manners["waves"]], [1 - share, share])
    mixed = np.nan_to_num(np.asarray(mixed, np.float32))
    path[f"{1 - share:g} and {share:g}"] = painter.paint(photos[0], mixed)
if mine.right():
    assert np.allclose(path["0.5 and 0.5"], middle, atol=1e-3)
show(
    draw.strip(path),
    f"From glass to waves: weights, and the painting in the manner that mix ({mine.whose('mix')}) "
    "makes of both.",
    alt="Five cats from dark coloured glass to a pale woodcut: by a right mix seams become lines "
    "and colours fade from left to right.",
    **PAINT,
)
mine

# %% [markdown]
# A photograph has a manner as well. Mix that in, and the `strength` of a style is one more weight:

# %%
strengths = {
    f"strength {strength:g}": painter.paint(photos[1], manners["glass"], strength)
    for strength in (0, 0.25, 0.5, 0.75, 1)
}
half = painter.mix([manners["glass"], painter.manner(photos[1])], [0.5, 0.5])
assert np.allclose(strengths["strength 0.5"], painter.paint(photos[1], half), atol=1e-5)
show(
    draw.strip(strengths),
    "A flower from its own manner to that of the glass.",
    alt="Five flowers: from one much like a photograph, step by step, to one of coloured panes.",
    **PAINT,
)

# %% [markdown]
# ### Break it
#
# What if somebody forgets to divide by the sum of the weights? Two manners with the weights 1 and 1
# are then added up: about the mean times 2. Here is one manner times a factor.

# %%
doubled = predict(
    "08.doubled",
    "Times 2, the glass manner gives",
    ["the same painting", "the same forms in harder colours", "other forms"],
    answer=None,
)
doubled

# %%
FACTOR = 2.0  # the one thing to change: 0, 0.5, 4, -1
straight = by_manner["glass"][0]
beyond = painter.paint(photos[0], (FACTOR * manners["glass"]).astype(np.float32))
show(
    draw.strip({"times 1": straight, f"times {FACTOR:g}": beyond}, width=3.6),
    f"The glass manner as it is, and all of its numbers times {FACTOR:g}.",
    alt="Two cats of coloured glass; with a factor of 2 in harsher colours, seams wider and black.",
    **PAINT,
)


# %%
def times(factor):
    """How like its painting by the glass manner times a factor is: correlation, and difference."""
    other = painter.paint(photos[0], (factor * manners["glass"]).astype(np.float32))
    correlation = np.corrcoef(straight.ravel(), other.ravel())[0, 1]
    return correlation, abs(other - straight).mean()


correlation, difference = times(2.0)
found = 0 if difference < 0.02 else 1 if correlation > 0.6 else 2
doubled.outcome(
    doubled.guess.options[found],
    because=f"They are correlated by {correlation:.2f}, and a pixel differs by {difference:.2f}.",
)

# %% [markdown]
# No artwork has such numbers, so no training ever judged what they give. With 0 only the biases are
# left, and times -1 is no opposite of a rose window: paintings are found between manners, not
# beyond them. That is why a mix refuses weights below 0.
#
# ## Optional: a network of your own, for one artwork
#
# The painter was trained on 80,000 paintings. For one artwork a few minutes are enough: a small
# network, the photographs that come with minidl, and the costs of this lesson. It is not run unless
# you ask for it: set `STEPS` to 300, which takes a minute or two on two cores, or to 1,000.
#
# The network has two convolutions down, three blocks, and two convolutions up. Its scales and
# shifts (`affine`) are weights like all others: there is one artwork, so nobody needs to predict
# them. The cup is kept aside, and painted at the end.


# %%
class Block(nn.Module):
    """x + norm(conv(relu(norm(conv(x))))): the block of Johnson's network."""

    def __init__(self, width, draws):
        self.first, self.second = (
            nn.Sequential(*convolved(width, width, 3, draws)) for _ in range(2)
        )

    def forward(self, x):
        return x + self.second(F.relu(self.first(x)))


def convolved(in_channels, channels, kernel, draws, stride=1):
    """A convolution with mirrored borders, and its instance norm."""
    conv = nn.Conv2d(
        in_channels, channels, kernel, stride, kernel // 2, padding_mode="reflect", seed=draws
    )
    return conv, nn.InstanceNorm2d(channels, affine=True)


def small_painter():
    """A network from photographs (N, 3, H, W), H and W even, to paintings, not trained yet."""
    draws = np.random.default_rng(0)
    return nn.Sequential(
        *(*convolved(3, 16, 5, draws), nn.ReLU(), *convolved(16, 32, 3, draws, 2), nn.ReLU()),
        *(Block(32, draws) for _ in range(3)),
        *(nn.Upsample(scale_factor=2), *convolved(32, 16, 3, draws), nn.ReLU()),
        *(*convolved(16, 3, 5, draws), nn.Sigmoid()),
    )


# %%
STEPS = 0  # the one thing to change: 300 or more trains it
ARTWORK, SIDE, JUDGES = "waves", 96, STYLE[:4]
album = [data.sample_image(n) for n in data.SAMPLE_IMAGES if n != "coffee"]
strokes = seen(data.artwork(ARTWORK, 3 * SIDE // 2), [*JUDGES])
levels = {n: float(LEVEL / size_of(a)) for n, a in strokes.items()}
wanted_style = {n: strokes[n] * levels[n] for n in JUDGES}


def cost_of_painting(network, photograph):
    """J of a network's painting of a photograph (3, H, W), content from relu3_1."""
    painted = network(photograph[None])
    made = {n: a * levels[n] for n, a in vgg.features(painted, JUDGES).items()}
    wanted = seen(photograph, ["relu3_1"])["relu3_1"] * levels["relu3_1"]
    j = style.total_cost(
        style.content_cost(wanted, made["relu3_1"]), style.style_cost(wanted_style, made)
    )
    return j + 10 * style.total_variation(painted)


def some_photograph(draws):
    """A random square of a random photograph, SIDE by SIDE, perhaps mirrored."""
    photo = album[draws.integers(len(album))]
    side = draws.integers(SIDE, min(photo.shape[1:]) + 1)
    top, left = (draws.integers(length - side + 1) for length in photo.shape[1:])
    crop = data.resize_image(photo[:, top : top + side, left : left + side], (SIDE, SIDE))
    return crop[:, :, ::-1] if draws.random() < 0.5 else crop


small, draws, small_costs = small_painter(), np.random.default_rng(0), []
optimizer = optim.Adam(small.parameters(), lr=3e-3)
for _ in progress(range(max(1, STEPS)), "training"):
    j = cost_of_painting(small, some_photograph(draws))
    optimizer.zero_grad()
    j.backward()
    optimizer.step()
    small_costs.append(j.item())
if STEPS:
    with no_grad():
        shown = [square(data.sample_image(n), SWAP) for n in ("coffee", "cat", "temple")]
        made = [small(photo[None]).numpy()[0] for photo in shown]
    show(
        draw.strip({"never seen in training": made[0], "seen": made[1], "seen too": made[2]}),
        f"Painted in one pass by a network that was trained for {STEPS} steps.",
        alt="A cup, a cat and a temple, the more in the artwork's lines the longer it was trained.",
        **PAINT,
    )
    print(f"cost: {np.mean(small_costs[:20]):.1f} in the first steps, "
          f"{np.mean(small_costs[-20:]):.1f} in the last")  # fmt: skip
else:
    print(f"One step, to see that it runs (cost {small_costs[0]:.1f}). Set STEPS to train.")

# %% [markdown]
# ## Your turn: the whole set

# %%
check("ex08")

# %%
predictions("08")

# %% [markdown]
# ## Summary
#
# - The network stands still; the picture descends, $J = \alpha J_\text{content} + \beta
#   J_\text{style}$.
# - Content is activations of a middle layer: it knows what is where, and no longer in which
#   colours.
# - Style is Gram matrices of several layers: which channels fire together, summed over positions,
#   so that places are forgotten. Making Gram matrices equal makes two crowds of vectors alike.
# - Layers must be brought to one level before their weights mean anything.
# - Clipped colours: the step is too large; let L-BFGS choose it. Grain: charge for it, with
#   total variation. Wrong strokes: the style picture has the wrong size.
# - What a descent computes each time, a network can learn once. An instance norm forgets how bright
#   and how strong its channels were; the scales and shifts that say it anew are the style, and a
#   second network reads them off an artwork.
#
# **Experiments to try:** two styles at once (`style=["currents", "glass"]`, with `style_weights`);
# strokes without colours (`preserve_colour=True`); style from relu5_1 alone; your own drawing as
# $S$; Adam in the place of L-BFGS; a descent that begins with the picture of one pass
# (`init="one-pass"`).
#
# ## Where to read on
#
# - Ng, *Convolutional Neural Networks* (deeplearning.ai), week 4: the lectures that this lesson
#   follows.
# - Gatys, Ecker, Bethge, "Image style transfer using convolutional neural networks" (CVPR 2016):
#   section 2 for the costs, section 3 for layers, weights and starts, as compared here.
# - Nocedal, Wright, *Numerical Optimization* (2006): algorithm 7.4, the recursion of two loops; in
#   chapter 6 where its formula comes from.
# - Gatys, Ecker, Bethge, "Texture synthesis using convolutional neural networks" (2015): section 3,
#   Gram matrices alone.
# - Mahendran, Vedaldi, "Understanding deep image representations by inverting them" (CVPR 2015):
#   sections 2 and 5, pictures from layers, and the smoothness that they need.
# - Li, Wang, Liu, Hou, "Demystifying neural style transfer" (IJCAI 2017): the reformulation
#   of the style loss, why Gram matrices compare two crowds.
# - Johnson, Alahi, Fei-Fei, "Perceptual losses for real-time style transfer and super-resolution"
#   (ECCV 2016): a network that learns to paint one style in a single pass.
# - Ulyanov, Vedaldi, Lempitsky, "Instance normalization: the missing ingredient for fast
#   stylization" (2016): why each picture is measured by itself.
# - Dumoulin, Shlens, Kudlur, "A learned representation for artistic style" (ICLR 2017): all styles
#   in one network, but for scales and shifts.
# - Ghiasi, Lee, Kudlur, Dumoulin, Shlens, "Exploring the structure of a real-time, arbitrary neural
#   artistic stylization network" (BMVC 2017): the scales and shifts predicted from an artwork.
#
# **Next:** [09 Convolution in 1-D and 3-D](09_dimensions.ipynb), on a heartbeat and through a head.
