# %% [markdown]
# # 01 Autograd
#
# Learning means: change every number in a program a little, in the direction that makes its
# answers better. That direction is a gradient. In this lesson you build the machine that finds the
# gradient of any computation by itself, and then read the one inside minidl, which is hardly
# longer.
#
# **You will be able to**
# - take a computation apart into small steps, and its gradient with the chain rule;
# - say in which order to walk back, and what goes wrong in any other;
# - write the gradient of an operation as a *vjp*, and say why nobody stores the Jacobian;
# - send a gradient back through broadcasting;
# - check a gradient by finite differences, with a step that is neither too large nor too small;
# - recognise the usual accidents: a gradient overwritten, left over, NaN, or silently wrong.
#
# **Time:** about an hour and a half to read and try; the exercises about as long again. Computing:
# under a minute. **Data:** handwritten digits that ship with minidl. No network.

# %%
import inspect
import time

import matplotlib.pyplot as plt
import numpy as np
from figures import autograd as draw
from figures import own_autograd as yours
from figures.showing import show
from IPython.display import Markdown, display
from threadpoolctl import threadpool_limits

import minidl
import minidl.functional as F
from minidl import Tensor, no_grad
from minidl.course import check, predict, predictions, your_code
from minidl.data import digits
from minidl.ops import elementwise
from minidl.ops.registry import unbroadcast

plt.style.use("minidl.mplstyle")
rng = np.random.default_rng(0)

# %% [markdown]
# ## The question
#
# Below, a program tells eights from threes. It multiplies the 64 pixels by 64 **weights** and adds
# up: a positive sum means 8, a negative one 3. A **loss** says with one number how wrong it is over
# all examples (its formula comes later). The weights start at 0. Which of them should grow?
#
# One way to find out is to try: nudge a weight, see whether the loss rises or falls, put it back;
# 64 times.

# %%
data = digits()


def threes_and_eights(images, labels):
    """Images as rows of 64 numbers; targets 0 for a three and 1 for an eight."""
    chosen = np.isin(labels, (3, 8))
    return images[chosen].reshape(-1, 64).astype(np.float64), 1.0 * (labels[chosen] == 8)


images, targets = threes_and_eights(data.train_images, data.train_labels)


def loss_of(weights):
    scores = images @ weights
    return np.mean(np.logaddexp(0, scores) - targets * scores)


start, step = np.zeros(64), 1e-6
unmoved = loss_of(start)
tried = np.array([(loss_of(start + nudge) - unmoved) / step for nudge in step * np.eye(64)])
pictures = images.reshape(-1, 8, 8)
show(
    draw.question(pictures[targets == 0][:8], pictures[targets == 1][:8], tried.reshape(8, 8)),
    "Left: digits to tell apart. Right: what the loss does when one of the 64 weights grows.",
    alt="Two rows of handwritten digits, and an 8 by 8 map of slopes: blue, where the loss falls, "
    "mostly left of the middle; red to the right of it.",
)

# %% [markdown]
# It works: the blue weights should grow, the red ones shrink. But it took an evaluation of the loss
# for every weight, and a network for photographs may have a hundred million weights.
#
# **Can we have all the slopes for the price of a few evaluations, however many weights there are?**
# Yes, and deep learning rests on that. The rest of this lesson is how.
#
# Before you see it, say what you expect. Write a number in place of `None`, and run the cell: it
# keeps your answer and lays it beside what comes out. There are more of these on the way, and at
# the end you see how often you were right.

# %%
price = predict(
    "01.price",
    "All 64 slopes at once take as long as how many evaluations of the loss?",
    answer=None,
    within=0.5,
    unit="evaluations",
)
price

# %% [markdown]
# ## The chain rule, by hand
#
# Take one weight $w$, an input $x$, a constant $b$ and the answer $t$ that we wanted. The program
# guesses $w x + b$; the loss is the squared error $L = (w x + b - t)^2$. In small steps, with
# $w = 3,\ x = 2,\ b = -1,\ t = 8$:
#
# $$p = w x = 6 \qquad z = p + b = 5 \qquad e = z - t = -3 \qquad L = e \cdot e = 9$$
#
# The **slope** of a step says how fast its result moves when one of its inputs does: $p = w x$
# moves $x = 2$ times as fast as $w$. When one step follows another, slopes multiply. That is the
# **chain rule**, and it is all the calculus you need here:
#
# $$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial e} \cdot
# \frac{\partial e}{\partial z} \cdot \frac{\partial z}{\partial p} \cdot
# \frac{\partial p}{\partial w} = 2e \cdot 1 \cdot 1 \cdot x = -6 \cdot 2 = -12$$
#
# > **Predict before you run.** What are $\partial L/\partial x$, $\partial L/\partial b$ and
# > $\partial L/\partial t$? Which of them need no new multiplication?
# >
# > <details><summary>Answer</summary>
# >
# > All share the beginning of the chain. At $z$ it is worth $-6$. $b$ enters there with slope 1:
# > $-6$. $x$ enters through $p$ with slope $w = 3$: $-18$. $t$ enters $e$ with slope $-1$: $+6$.
# > Only $x$ costs more than a sign.
# > </details>
#
# Notice what made this cheap. We started from $L$ and kept one number per step: how fast the loss
# moves with that step, its **gradient**. Every input used it. That is **reverse mode**.

# %% [markdown]
# ## A machine that does it
#
# To let the computer walk back, every number must remember what it was computed from (its
# **parents**) and with which slopes. Each operation fills that in, as it knows both.


# %%
class Number:
    """A number that remembers its parents and the slope towards each of them."""

    def __init__(self, value, parents=(), slopes=()):
        self.value, self.parents, self.slopes = value, parents, slopes
        self.grad = 0.0

    def __add__(self, other):
        return Number(self.value + other.value, (self, other), (1.0, 1.0))

    def __sub__(self, other):
        return Number(self.value - other.value, (self, other), (1.0, -1.0))

    def __mul__(self, other):
        return Number(self.value * other.value, (self, other), (other.value, self.value))


def small_example():
    """The loss by hand, as a graph of Numbers, and its nodes by name."""
    w, x, b, t = Number(3.0), Number(2.0), Number(-1.0), Number(8.0)
    p = w * x
    z = p + b
    e = z - t
    L = e * e
    return L, {"w": w, "x": x, "b": b, "t": t, "p": p, "z": z, "e": e, "L": L}


L, nodes = small_example()
show(
    draw.numbers(L, nodes, grads=False),
    "The computation as a graph: values in the boxes, slopes on the arrows.",
    alt="w = 3 and x = 2 go into p = 6, with b into z = 5, with t into e = -3, twice into L = 9.",
)

# %% [markdown]
# Computing $L$ has built this **graph** on the way. The arrows carry the slopes. $e$ has two arrows
# into $L$, one for each factor of $e \cdot e$.
#
# Now walk back. The gradient of $L$ with respect to itself is 1. Hand each parent your gradient
# times the slope:


# %%
def push(node, grad):
    """Give this node its gradient, and pass it on to the parents."""
    node.grad = grad
    for parent, slope in zip(node.parents, node.slopes, strict=True):
        push(parent, grad * slope)


push(L, 1.0)
print({name: node.grad for name, node in nodes.items()})

# %% [markdown]
# ### A failure: the gradient that was overwritten
#
# By hand, $\partial L/\partial w$ was $-12$. The machine says half of that, and all the others but
# $L$ are halved too. It reports no error.
#
# **Checkpoint.** Where did the other half go?
#
# <details><summary>Answer</summary>
#
# $e$ is used twice, and each use hands it $-3$. The second `node.grad = grad` overwrote the
# first. When a value is used in several places, moving it moves the loss through all of them,
# and the effects **add**.
# </details>
#
# So gradients are **accumulated**: `+=`, never `=`.


# %%
def push(node, grad):
    node.grad += grad
    for parent, slope in zip(node.parents, node.slopes, strict=True):
        push(parent, grad * slope)


L, nodes = small_example()
push(L, 1.0)
assert [nodes[name].grad for name in "wxbt"] == [-12, -18, -6, 6]
show(
    draw.numbers(L, nodes),
    "The same graph with the gradients, in orange, found by walking back.",
    alt="Gradients under the boxes: L 1, e -6, t 6, z -6, b -6, p -6, x -18, w -12.",
)

# %% [markdown]
# Right, and the sign already tells what to do: the guess 5 was below 8, and $-12$ says that the
# loss falls when $w$ grows.

# %% [markdown]
# ## The order of the walk
#
# This `push` is correct and useless. It follows every *path* from the loss to an input, and there
# can be very many. Double a number $d$ times, $x \to x + x \to \dots$: every doubling has two
# arrows, so there are $2^d$ paths through $d + 1$ nodes.
#
# A repair that suggests itself is to pass on only once from each node, on the first visit. It is
# fast, and wrong:


# %%
def push_once(node, grad, seen):
    node.grad += grad
    if id(node) not in seen:
        seen.add(id(node))
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            push_once(parent, node.grad * slope, seen)


def shared_example():
    """L = a + 5 a with a = x x, at x = 3: so L = 6 x^2, and its slope is 12 x = 36."""
    x, five = Number(3.0), Number(5.0)
    a = x * x
    b = a * five
    return a + b, {"x": x, "five": five, "a": a, "b": b}


L, nodes = shared_example()
nodes["L"] = L
push_once(L, 1.0, set())
show(
    draw.numbers(L, nodes, rows={"five": -1.5, "b": -1.5}),
    "Passed on at the first visit: a has its whole gradient, 6, but x has only a part of its own.",
    alt="L = 54 of a = 9 and b = 45, with gradients a 6, b 1, and x 6 in place of 36.",
)

# %% [markdown]
# **Checkpoint.** $a$ has the right gradient, 6, and $x$ has 6 in place of 36. What happened, in
# order?
#
# <details><summary>Answer</summary>
#
# $L$ hands $a$ its 1. $a$ passes that on at once: $1 \cdot 3$ to $x$, twice. Then $L$ hands $b$
# its 1, and $b$ hands $a$ another 5. But $a$ has passed on already, so the 5 never reaches $x$,
# and $5 \cdot 6 = 30$ are missing.
# </details>
#
# A node may pass on its gradient only when it is **complete**: when everything that used the node
# has had its turn. So list the nodes with all parents before their children (a **topological
# order**), and walk the list from the end.

# %%
backwards = predict(
    "01.order",
    "In which order must a walk back from L take these nodes of the figure above?",
    ["a", "b", "L", "x"],
    order=True,
    answer=None,
)
backwards

# %% [markdown]
# ### Your turn
#
# Open [ex01_autograd.py](../exercises/ex01_autograd.py) and write `topological_order` without
# recursion, then `backward` on it.

# %%
check("ex01.topological_order", "ex01.backward")

# %% [markdown]
# What you have written acts at once, right or wrong. Your functions take a graph as names; so the
# cell below names the nodes, hands them over, and draws the gradients that *your* `backward` has
# found. (Where a function of yours is not written yet, the reference stands in, and the last line
# says so.)


# %%
def named(output):
    """What `output` was made of, as the exercises take it: nodes, parents and slopes by name."""
    nodes, todo = {}, [output]
    while todo:
        node = todo.pop()
        nodes[str(id(node))] = node
        todo += [parent for parent in node.parents if str(id(parent)) not in nodes]
    parents = {name: [str(id(parent)) for parent in node.parents] for name, node in nodes.items()}
    return nodes, parents, {name: list(node.slopes) for name, node in nodes.items()}


mine = your_code("ex01.topological_order", "ex01.backward", even_wrong=True)
L, by_word = shared_example()
by_word["L"] = L
nodes, parents, slopes = named(L)
for name, gradient in mine.backward(parents, slopes, str(id(L))).items():
    nodes[name].grad = gradient
if mine.right():
    assert by_word["x"].grad == 36
show(
    draw.numbers(L, by_word, rows={"five": -1.5, "b": -1.5}),
    f"The gradients by backward ({mine.whose('backward')}). Those of x should be 36, of a 6.",
    alt="The graph of L = a + 5 a again, with the gradients that the function has found.",
)
mine

# %%
word = {str(id(node)): name for name, node in by_word.items()}
order = mine.topological_order(parents, str(id(L)))
backwards.outcome(
    [word[name] for name in reversed(order) if word[name] != "five"],
    because="b uses a, so a is complete only after b; and x only after a.",
)

# %% [markdown]
# The shortest way to such an order calls itself: a depth-first visit notes a node *after* its
# parents.


# %%
def order_of(output):
    """Every node once, after all of its parents."""
    order, seen = [], set()

    def visit(node):
        if id(node) not in seen:
            seen.add(id(node))
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(output)
    return order


def walk_back(output):
    """Fills in the gradient of output with respect to every node."""
    output.grad = 1.0
    for node in reversed(order_of(output)):
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad += node.grad * slope


L, by_word = shared_example()
walk_back(L)
assert by_word["x"].grad == 36

# %% [markdown]
# Each node is visited once, each arrow followed once: the walk back costs about as much as the way
# there. That answers the question at the top. Count the visits on the chain of doublings:


# %%
def doublings(depth):
    node = Number(1.0)
    for _ in range(depth):
        node = node + node
    return node


def paths(node):
    """How often `push` would be called."""
    return 1 + sum(paths(parent) for parent in node.parents)


depths = range(1, 17)
visits = [paths(doublings(depth)) for depth in depths]
ordered = [len(order_of(doublings(depth))) for depth in depths]
show(
    draw.visits(depths, visits, ordered),
    "Visits in a chain of doublings, by every path and with each node once.",
    alt="The count of paths doubles with each doubling, to over 100,000 at 16; nodes grow by one.",
)

# %% [markdown]
# Real networks do this. A residual layer computes $h + f(h)$ and uses $h$ twice, so fifty of them
# have at least $2^{50}$ paths.
#
# Our `visit` calls itself, and Python gives up when calls are nested too deep. minidl keeps a list
# of what is left to do in place of the calls, and so do you.

# %%
long_chain = doublings(10_000)
try:
    order_of(long_chain)
except RecursionError as error:
    print("calling itself:", error)

nodes, parents, _ = named(long_chain)
order = mine.topological_order(parents, str(id(long_chain)))
print(f"a list of one's own ({mine.whose('topological_order')}): {len(order):,} nodes in order")

# %% [markdown]
# ## From numbers to arrays: vjp, not Jacobian
#
# An image is thousands of numbers, and a node for each is slow in Python. So let a node hold an
# array (deep learning says **tensor**: numbers in any number of axes) and an operation work on all
# of it. What takes the place of a slope?
#
# If $y = f(x)$ turns $n$ numbers into $m$, there are $m \cdot n$ slopes
# $J_{ij} = \partial y_i / \partial x_j$, a matrix called the **Jacobian**. By hand, for
# $y = (x_0 x_1,\ x_1 + x_2)$ at $x = (2, 3, 5)$:
#
# $$J = \begin{pmatrix} x_1 & x_0 & 0 \\ 0 & 1 & 1 \end{pmatrix}
# = \begin{pmatrix} 3 & 2 & 0 \\ 0 & 1 & 1 \end{pmatrix}$$
#
# Let $g$ hold the gradient of the loss with respect to $y$, say $g = (1, 10)$. The chain rule sums
# over all ways from $x_j$ to the loss, $\sum_i g_i J_{ij}$: a row times a matrix.
#
# $$g\,J = (1 \cdot 3,\;\; 1 \cdot 2 + 10 \cdot 1,\;\; 10 \cdot 1) = (3, 12, 10)$$
#
# This is the **vector-Jacobian product**, short **vjp**. Walking back needs nothing else: each
# operation takes the gradient of its result and returns the gradient of its input.

# %%
x = Tensor([2.0, 3.0, 5.0], requires_grad=True)
y = minidl.stack([x[0] * x[1], x[1] + x[2]])
y.backward(np.array([1.0, 10.0]))
assert x.grad.tolist() == [3, 12, 10]

# %% [markdown]
# > **Predict before you run.** With a vjp alone, how would you get the whole Jacobian?
# >
# > <details><summary>Answer</summary>
# >
# > Row by row: $g = (1, 0)$ gives the first row, $g = (0, 1)$ the second. A loss is a single
# > number, so its Jacobian has one row, and one walk gives all of it.
# > </details>


# %%
def row_of_jacobian(g):
    x = Tensor([2.0, 3.0, 5.0], requires_grad=True)
    minidl.stack([x[0] * x[1], x[1] + x[2]]).backward(g)
    return x.grad


jacobian = np.array([row_of_jacobian(g) for g in np.eye(2)])
assert jacobian.tolist() == [[3, 2, 0], [0, 1, 1]]
print(jacobian)

# %% [markdown]
# There are two reasons to be content with products.
#
# **The Jacobian is huge and mostly empty.** $y = e^x$, entry by entry, has slopes only on the
# diagonal. Its vjp is `g * y`, and the matrix is never written down.

# %%
entries = 64 * 56 * 56  # a layer's result for one photograph: 64 channels of 56 by 56
Markdown(
    f"A layer with {entries:,} numbers: the Jacobian of an elementwise step has {entries**2:,} "
    f"entries ({4 * entries**2 / 1e9:,.0f} GB in float32), of which {entries:,} are not 0."
)

# %% [markdown]
# **The order matters.** For layers in a row the gradient is a product
# $g \, J_3 \, J_2 \, J_1$. It may be multiplied from either end. From the loss, everything on the
# way is a single row; from the inputs, it is a whole matrix. Here for 96 inputs and layers of 64,
# 48 and 32, drawn to scale, with the results on the way in orange:

# %%
show(
    draw.bracketings([96, 64, 48, 32]),
    "The same product multiplied from either end: rows from the loss, matrices from the inputs.",
    alt="From the loss, every result is one row; from the inputs every result is a whole matrix, "
    "and there are about 40 times as many multiplications.",
)

# %% [markdown]
# **Checkpoint.** When would you multiply from the inputs?
#
# <details><summary>Answer</summary>
#
# With few inputs and many outputs: how do a million pixels move when one slider does? That is
# **forward mode**, and it keeps columns where reverse mode keeps rows. Training has many inputs
# (the weights) and one output (the loss).
# </details>
#
# Reverse mode has its price: all values must be kept until the walk back has used them. In
# training, they fill most of the memory.

# %% [markdown]
# ## Broadcasting, backwards
#
# NumPy stretches arrays to fit: a row of shape (3,) added to an array of shape (4, 3) is added to
# each of its rows. Copying a value is using it four times, and gradients of several uses add.
# So **the reverse of copying is summing**: sum the gradient over every axis that was stretched.

# %%
row = np.array([10.0, 20, 30])
g = np.arange(1.0, 13).reshape(4, 3)
show(
    draw.there_and_back(row, g, unbroadcast(g, (3,))),
    "Forward, a row is copied down; backward, the gradients of its copies are added up.",
    alt="The row 10 20 30, stretched to four rows; a gradient 1 to 12 in four rows; its sum by "
    "columns, 22 26 30.",
)

# %% [markdown]
# By hand: $a = (2, 3)$ times the single number $b = 10$, with $g = (1, 100)$. Each entry has
# $\partial (a_i b) / \partial a_i = b$, so $a$ gets $(10, 1000)$. $b$ was stretched over both
# entries and collects $1 \cdot 2 + 100 \cdot 3 = 302$.
#
# Here is our machine again, on arrays: slopes have become vjps. The walk is the same; it takes
# every gradient back to the shape of the parent it is for (with minidl's `unbroadcast`; you will
# write your own).


# %%
class Array:
    """An array that remembers its parents, and for each of them a vjp."""

    def __init__(self, data, parents=(), vjps=()):
        self.data = np.asarray(data, dtype=np.float64)
        self.parents, self.vjps = parents, vjps
        self.grad = 0.0

    def __add__(self, other):
        return Array(self.data + other.data, (self, other), (lambda g: g, lambda g: g))

    def __sub__(self, other):
        return Array(self.data - other.data, (self, other), (lambda g: g, lambda g: -g))

    def __mul__(self, other):
        a, b = self.data, other.data
        return Array(a * b, (self, other), (lambda g: g * b, lambda g: g * a))

    def sum(self, axis):
        shape = self.data.shape
        stretch = (lambda g: np.broadcast_to(np.expand_dims(g, axis), shape),)
        return Array(self.data.sum(axis), (self,), stretch)

    def mean(self):
        shape, count = self.data.shape, self.data.size
        return Array(self.data.mean(), (self,), (lambda g: np.full(shape, g / count),))


def backward(output, grad=1.0):
    """Adds the gradient of output to every Array it was computed from."""
    output.grad = grad
    for node in reversed(order_of(output)):
        for parent, vjp in zip(node.parents, node.vjps, strict=True):
            parent.grad = parent.grad + unbroadcast(vjp(node.grad), parent.data.shape)


# %% [markdown]
# Summing is broadcasting's mirror image: its vjp stretches.
#
# The numbers by hand, and then shapes that stretch in every way, against minidl:

# %%
a, b = Array([2.0, 3.0]), Array(10.0)
backward(a * b, np.array([1.0, 100.0]))
assert a.grad.tolist() == [10, 1000]
assert b.grad == 302

values = [rng.standard_normal(shape) for shape in ((2, 1, 3), (4, 1), ())]
gradient = rng.standard_normal((2, 4, 3))
ours = [Array(v) for v in values]
theirs = [Tensor(v, requires_grad=True) for v in values]
backward(ours[0] * ours[1] + ours[2] * ours[0], gradient)
(theirs[0] * theirs[1] + theirs[2] * theirs[0]).backward(gradient)
for mine, library in zip(ours, theirs, strict=True):
    assert mine.grad.shape == library.shape
    assert np.allclose(mine.grad, library.grad)
print("gradients have shapes", *(mine.grad.shape for mine in ours))

# %% [markdown]
# ### Your turn
#
# Write [`unbroadcast`](../exercises/ex01_autograd.py), and `mul_vjp` on it.

# %%
check("ex01.unbroadcast", "ex01.mul_vjp")

# %% [markdown]
# With these two, the 64 slopes of the first picture take **one call** in place of 64 trials. The
# score of an image is the sum of `weights * pixels`, so its gradient $g_n$ reaches all 64 products
# of its row. (At weights of 0 the loss has $g_n = (0.5 - t_n)/N$; the last section says why.)

# %%
mine = your_code("ex01.mul_vjp", "ex01.unbroadcast", even_wrong=True)
of_scores = (0.5 - targets) / len(targets)
of_products = np.repeat(of_scores[:, None], 64, axis=1)  # (N, 64): each product has slope 1
of_weights, _ = mine.mul_vjp(of_products, start, images)
if mine.right():
    assert np.allclose(of_weights, tried, atol=1e-6)
show(
    yours.side_by_side({"64 trials": tried, f"one mul_vjp, {mine.whose('mul_vjp')}": of_weights}),
    "The slopes of the 64 weights, tried one by one, and by one vjp: the same picture.",
    alt="Two maps of 8 by 8 slopes, blue left of the middle and red right of it.",
)
mine

# %% [markdown]
# ## The slow version and the fast one
#
# A matrix product, $C_{ij} = \sum_k A_{ik} B_{kj}$, can be made of what we have, in two ways: of
# `Number`s, one node for each product and each sum, or of two `Array`s that broadcast and are
# summed. `@` in minidl is one node. Each function below returns the gradient of $A$ for the sum of
# all $C_{ij}$ as the loss, so that $g$ is all ones.


# %%
def with_numbers(A, B):
    A, B = ([[Number(v) for v in row] for row in M.tolist()] for M in (A, B))
    total = Number(0.0)
    for row in A:
        for column in zip(*B, strict=True):
            for a, b in zip(row, column, strict=True):
                total = total + a * b
    walk_back(total)
    return np.array([[a.grad for a in row] for row in A])


def with_arrays(A, B):
    A, B = Array(A[:, :, None]), Array(B[None])  # (n, k, 1) and (1, k, m)
    product = (A * B).sum(axis=1)  # (n, m)
    backward(product, np.ones(product.data.shape))
    return A.grad[:, :, 0]


def with_minidl(A, B):
    A, B = Tensor(A, requires_grad=True), Tensor(B, requires_grad=True)
    (A @ B).backward(np.ones((A.shape[0], B.shape[1])))
    return A.grad


def seconds(function, *arguments):
    begin = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - begin


def compare(ways, size):
    """Microseconds per way, after asserting that all give the same gradient."""
    A, B = rng.standard_normal((2, size, size))
    first, *others = [way(A, B) for way in ways]
    assert all(np.allclose(first, other) for other in others)
    with threadpool_limits(1, user_api="blas"):
        return [1e6 * min(seconds(way, A, B) for _ in range(10)) for way in ways]


small = compare((with_numbers, with_arrays, with_minidl), 8)
large = compare((with_arrays, with_minidl), 100)
Markdown(
    "| µs | Numbers | Arrays, broadcast | minidl's `@` |\n|---|---|---|---|\n"
    f"| 8 by 8 | {small[0]:,.0f} | {small[1]:,.0f} | {small[2]:,.0f} |\n"
    f"| 100 by 100 | | {large[0]:,.0f} | {large[1]:,.0f} |"
)

# %% [markdown]
# A node for each number costs most. The broadcast version is fine while it is small, but writes
# down all $n k m$ products.
#
# The vjp of a matrix product is itself two matrix products, and you can find it from the shapes.
# $A$ is (n, k), $B$ is (k, m), $g$ is (n, m): what product of $g$ and $B$ has shape (n, k)?
#
# ### Your turn
#
# Write [`matmul_vjp`](../exercises/ex01_autograd.py).

# %%
check("ex01.matmul_vjp")

# %% [markdown]
# All ten digits at once: ten scores for an image are `images @ weights`, with weights (64, 10). Let
# the weights be 0 and $g$ say, for each image, "more of the right digit, a little less of all": one
# call of your function gives 640 slopes, and their negatives are ten pictures.

# %%
mine = your_code("ex01.matmul_vjp", even_wrong=True)
every = data.train_images.reshape(-1, 64).astype(np.float64)  # (N, 64)
g = (0.1 - np.eye(10)[data.train_labels]) / len(every)  # (N, 10)
_, of_weights = mine.matmul_vjp(g, every, np.zeros((64, 10)))
if mine.right():
    assert np.allclose(of_weights[:, 3], every.T @ g[:, 3])
show(
    yours.ghosts(-of_weights.T.reshape(10, 8, 8)),
    f"How 640 weights should begin to move, by one matmul_vjp ({mine.whose('matmul_vjp')}).",
    alt="Ten maps of 8 by 8, each like a blurred digit from 0 to 9: red where its ink is, blue "
    "where that of others is.",
)
mine

# %% [markdown]
# ## Checking a gradient
#
# A wrong gradient often still trains, only worse, so nobody notices. But there is always a second
# opinion: try. Move the input a little both ways and take the slope in between, the **central
# difference**
#
# $$\frac{f(x + \varepsilon) - f(x - \varepsilon)}{2 \varepsilon}
# = f'(x) + \frac{\varepsilon^2}{6} f'''(x) + \dots$$
#
# (put in both Taylor series: the terms with $f$ and $f''$ cancel). In the one-sided difference of
# the first section nothing cancels:
#
# $$\frac{f(x + \varepsilon) - f(x)}{\varepsilon} = f'(x) + \frac{\varepsilon}{2} f''(x) + \dots$$
#
# What either has too much is its **truncation error**. Halve $\varepsilon$, and that of the central
# difference falls to a quarter, that of the one-sided one only to a half.
#
# So is the smallest $\varepsilon$ the best?

# %%
best_step = predict(
    "01.step",
    "Of these, the best ε for the central difference in float64 is",
    ["1e-12", "1e-9", "1e-5", "1e-2"],
    answer=None,
)
best_step


# %%
def f(x):
    return np.exp(np.sin(3 * x))


def slope_of_f(x):
    return 3 * np.cos(3 * x) * f(x)


def typical_error(eps, dtype, central):
    """The median relative error over many places."""
    x, h = np.linspace(0.6, 0.9, 301).astype(dtype), dtype(eps)
    found = (f(x + h) - f(x - h)) / (2 * h) if central else (f(x + h) - f(x)) / h
    return np.median(abs(found / slope_of_f(x.astype(np.float64)) - 1))


eps = np.logspace(-12, 0, 73)
errors = {
    "float64, central": [typical_error(e, np.float64, True) for e in eps],
    "float32, central": [typical_error(e, np.float32, True) for e in eps],
    "float64, one-sided": [typical_error(e, np.float64, False) for e in eps],
}
show(
    draw.steps(eps, errors),
    "The error of a difference quotient over its step; the dots mark the best steps.",
    alt="Three valleys: float64 central is deepest, near a step of 1e-5; float32 is shallow, near "
    "1e-2; one-sided float64 is in between, near 1e-8.",
)
tested = {name: typical_error(float(name), np.float64, True) for name in best_step.guess.options}
best_step.outcome(
    min(tested, key=tested.get),
    because="At 1e-12 the two values agree in nearly all digits, and rounding is all that is left.",
)

# %%
rows = [f"| {name} | {eps[np.argmin(e)]:.0e} | {min(e):.0e} |" for name, e in errors.items()]
Markdown("\n".join(["| | best step | error there |", "|---|---|---|", *rows]))

# %% [markdown]
# Each curve is a valley: truncation on the right, rounding on the left. The bottom lies near where
# the two are equal. For the central difference, $\varepsilon^2 \approx u / \varepsilon$ gives
# $\varepsilon \approx u^{1/3}$, about $5 \cdot 10^{-6}$ in float64, up to a factor that depends on
# $f$.
#
# Why does the left side rise? $f(x + \varepsilon)$ and $f(x - \varepsilon)$ agree in nearly
# all their digits. Each was rounded to a relative $u$ (about $10^{-16}$ in float64,
# $6 \cdot 10^{-8}$ in float32), and the division by a tiny $\varepsilon$ blows that up to a
# **rounding error** of about $u / \varepsilon$.
#
# At the far left of float32, $x + \varepsilon$ and $x - \varepsilon$ are the same number: the
# slope comes out as 0, and the error is 1.
#
# In float32 even the best step leaves few digits. So **gradients are checked in float64**, whatever
# you train in.
#
# ### A cheap check for many weights
#
# Move along one random direction $v$. The slope in that direction must be
# $\sum_i v_i\, \partial L / \partial x_i$, so two evaluations test all entries together. Compare
# the claimed slope $c$ and the numerical one $n$ by their relative error, $|c - n| / (|c| + |n|)$.


# %%
def check_direction(function, x, gradient, step=1e-5):
    """Relative error of the slope of function at x along a random direction."""
    v = rng.standard_normal(x.shape)
    numerical = (function(x + step * v) - function(x - step * v)) / (2 * step)
    claimed = np.sum(v * gradient)
    return abs(claimed - numerical) / (abs(claimed) + abs(numerical))


def some_result(x):
    """The sum of (x x - x) c, where c is broadcast."""
    return ((x * x - x) * Array([[1.0], [2.0]])).sum(axis=(0, 1))


x = Array(rng.standard_normal((2, 3)))
backward(some_result(x))
error = check_direction(lambda values: some_result(Array(values)).data, x.data, x.grad)
assert error < 1e-8
print(f"relative error {error:.1e}")

# %% [markdown]
# Would it notice a mistake? Always try a check on something wrong as well. Here is a division whose
# author forgot a minus sign: $y = a/b$ has $\partial y / \partial b = -a/b^2$.


# %%
def bad_division(a, b):
    to_a, to_b = lambda g: g / b.data, lambda g: g * a.data / b.data**2
    return Array(a.data / b.data, (a, b), (to_a, to_b))


x = Array(rng.uniform(1, 2, 5))
backward(bad_division(Array(np.ones(5)), x).sum(axis=0))
error = check_direction(lambda values: np.sum(1 / values), x.data, x.grad)
assert error > 0.1
print(f"relative error {error:.2f}")

# %% [markdown]
# minidl has the thorough version, which moves every entry by itself. Every operation of the library
# has to pass it.

# %%
print(minidl.gradcheck(lambda a, b: (a / b).tanh(), rng.standard_normal((2, 3)), [1.0, 2.0, 3.0]))

# %% [markdown]
# ### Your turn
#
# Write [`numerical_gradient`](../exercises/ex01_autograd.py) and, on it, `gradient_error`.

# %%
check("ex01.numerical_gradient", "ex01.gradient_error")

# %% [markdown]
# Your checker at work: four claims about the slope of $f$ at three places, one of them right. The
# valley on the left is your `numerical_gradient`, step by step (a one-sided one shows as a
# shallower valley); the bars on the right are what your `gradient_error` says of the claims.

# %%
mine = your_code("ex01.numerical_gradient", "ex01.gradient_error", even_wrong=True)
places = np.array([0.65, 0.7, 0.8])
truth = slope_of_f(places)


def total(x):
    return float(np.sum(f(x)))


few = np.logspace(-11, -1, 31)
found = [mine.numerical_gradient(total, places, float(step)) for step in few]
valley = [np.max(abs(gradient / truth - 1)) for gradient in found]
claims = {
    "right": truth,
    "1 % off": 1.01 * truth,
    "factor 3 lost": truth / 3,
    "sign": -truth,
}
verdicts = {name: mine.gradient_error(total, places, claim) for name, claim in claims.items()}
if mine.right():
    assert verdicts["right"] < 1e-7
    assert min(verdicts["1 % off"], verdicts["factor 3 lost"], verdicts["sign"]) > 1e-3
show(
    yours.own_checker(few, valley, verdicts),
    f"numerical_gradient ({mine.whose('numerical_gradient')}) over its step, and gradient_error "
    f"({mine.whose('gradient_error')}) of four claims.",
    alt="A valley with its lowest point near a step of 1e-5, and four bars on a logarithmic axis: "
    "the right claim below 1e-7, the wrong ones between 0.005 and 1.",
)
mine

# %% [markdown]
# ## minidl's Tensor
#
# You now know how minidl works inside: its `Tensor` is our `Array` with more operations. It shows
# its values, shape, type, and the operation that made it. With `requires_grad=True` you say whose
# gradients you want; those tensors collect them in `.grad`.

# %%
w = Tensor([1.0, -2.0, 0.5], requires_grad=True)
b = Tensor(0.25, requires_grad=True)
print(w)
print(w * 2)

# %% [markdown]
# Here is a small classifier, for four images of three pixels, and the graph that minidl recorded
# while it ran. The picture is read from the tensors themselves: each keeps the operation that made
# it, with its inputs and their vjps, in `_node`. Grey tensors are constants. Nobody asked for
# their gradients, so the walk does not go there.

# %%
pixels, wanted = Tensor(rng.random((4, 3), np.float32)), Tensor([0.0, 1, 1, 0])
scores = (w * pixels).sum(axis=1) + b
loss = (F.softplus(scores) - scores * wanted).mean()
show(
    draw.tensors(loss, {"w": w, "b": b, "pixels": pixels, "wanted": wanted}),
    "The graph that minidl recorded, with the shape of each tensor; constants are grey.",
    alt="w times pixels, summed, plus b; softplus of it minus it times wanted; the mean.",
)

# %% [markdown]
# An operation is written in one place, its vjps next to it. Here is multiplication, whole. The
# decorator `@op` registers it, with samples to check its gradient on, and sums gradients back to
# shape.

# %%
print(inspect.getsource(elementwise.mul))

# %% [markdown]
# And this is the engine, which knows no operation by name: the walk, and what each tensor does when
# its turn comes. Compare it with yours. `pending` holds the gradients that are still being added
# up.

# %%
print(inspect.getsource(Tensor.backward))
print(inspect.getsource(Tensor._receive))

# %% [markdown]
# Four of its habits are worth knowing.
#
# **1. Gradients add up over calls, too.** With more data than fits in memory, call `backward` on
# each part, and the sum is there. But clear them between training steps, or each step also follows
# all the old gradients.

# %%
x, seen = Tensor(3.0, requires_grad=True), []
for clear_first in (False, False, True):
    if clear_first:
        x.zero_grad()
    (x * x).backward()
    seen.append(float(x.grad))
assert seen == [6, 12, 6]
print(seen)

# %% [markdown]
# **2. The graph is freed on the way back**, as it holds all the values that were kept. A second
# walk needs a second computation.

# %%
y = x * x
y.backward()
try:
    y.backward()
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# **3. `no_grad` records nothing.** Use it where you need no gradient: to test a network, say.

# %%
with no_grad():
    y = x * x
print(y, "requires_grad:", y.requires_grad)

# %% [markdown]
# **4. Data is read-only while a graph needs it.** The reason is the next failure.

# %% [markdown]
# ## A failure: changed behind its back
#
# The vjp of $a \cdot b$ uses the *values* of $a$ and $b$ when the walk comes back. What if they
# were changed in the meantime? At $x = 3$ the slope of $x^2$ is 6:

# %%
x = Array(3.0)
y = x * x
x.data += 1  # in place: it is the array that the vjps hold
backward(y)
print("value", y.data, "gradient", x.grad)

# %% [markdown]
# The value belongs to $x = 3$ and the gradient to $x = 4$, and nobody complains. minidl refuses the
# change while a graph holds the array, and allows it when the walk is over:

# %%
x = Tensor(3.0, requires_grad=True)
y = x * x
try:
    x.data += 1
except ValueError as error:
    print("ValueError:", error)
y.backward()
x.data += 1
print("gradient", x.grad, "and now x =", x.item())

# %% [markdown]
# ## A failure: NaN out of nowhere
#
# The distance of two points is $\sqrt{\sum_i (a_i - b_i)^2}$. Let the points be equal, as when a
# face is compared with the same picture of itself. The distance is 0. And the gradient?


# %%
def gradient_of(distance):
    """The gradient of a distance with respect to one of two equal points."""
    a, b = Tensor([0.3, 0.7], requires_grad=True), Tensor([0.3, 0.7])
    with np.errstate(divide="ignore", invalid="ignore"):
        distance(a - b).backward()
    return a.grad


print(gradient_of(lambda d: (d * d).sum().sqrt()))

# %% [markdown]
# The slope of the square root at 0 is infinite, $1 / (2 \sqrt 0)$. The square before it has slope
# $2 \cdot 0$. Infinity times 0 is NaN ("not a number"), and what meets a NaN becomes NaN: after one
# training step, all weights.
#
# You repair it by choosing 0 where the sum of squares $s$ is 0, with
# `where(s > 0, s.sqrt(), 0)`.

# %%
repaired = predict("01.nan", "The gradient is now", ["0", "nan", "1"], answer=None)
repaired


# %%
def masked(d):
    s = (d * d).sum()
    return minidl.where(s > 0, s.sqrt(), 0.0)


print("masked afterwards:", gradient_of(masked))
print("kept away from 0: ", gradient_of(lambda d: ((d * d).sum() + 1e-12).sqrt()))
print("one operation:    ", gradient_of(lambda d: d.norm()))
value = gradient_of(masked)[0]
repaired.outcome(
    "nan" if np.isnan(value) else f"{value:g}",
    because="where() hands the root a gradient of 0, and 0 times infinity is NaN again.",
)

# %% [markdown]
# Those are the two cures. Keep the argument away from 0; or make the whole one operation with a vjp
# of its own, like minidl's `norm`, which takes 0 where the slope does not exist. A logarithm of 0
# has the same cures, and the next section needs one.

# %% [markdown]
# ## The experiment: three or eight
#
# Back to the classifier of the beginning; now your machine trains it. An image with pixels $x_j$
# has the **score** $z = \sum_j w_j x_j + b$. The **sigmoid** $\sigma(z) = 1 / (1 + e^{-z})$
# squeezes it between 0 and 1; read that as the probability of an eight. The loss is minus the
# logarithm of the probability given to the right answer. With $t = 1$ for an eight and 0 for a
# three, that works out as
#
# $$L = \log(1 + e^z) - t z$$
#
# averaged over the images. This is **logistic regression**. The first term is called *softplus*,
# and its slope is $\sigma(z)$. As an operation of its own it never takes a logarithm of 0.


# %%
def softplus(z):
    return Array(np.logaddexp(0, z.data), (z,), (lambda g: g / (1 + np.exp(-z.data)),))


def mean_loss(w, b, images, targets, softplus):
    scores = (w * images).sum(axis=1) + b  # (N,): w (64,) is stretched over N images
    return (softplus(scores) - scores * targets).mean()


def by_array(weights, bias):
    """The loss and its two gradients, by our machine."""
    w, b = Array(weights), Array(bias)
    loss = mean_loss(w, b, Array(images), Array(targets), softplus)
    backward(loss)
    return loss.data, w.grad, b.grad


def by_minidl(weights, bias):
    """The same by minidl."""
    w, b = Tensor(weights, requires_grad=True), Tensor(bias, requires_grad=True)
    loss = mean_loss(w, b, Tensor(images), Tensor(targets), F.softplus)
    loss.backward()
    return loss.data, w.grad, b.grad


# %% [markdown]
# First, check the gradient: against the slopes tried at the very beginning, along a random
# direction, and against minidl. And is it as cheap as promised?

# %%
_, w_grad, _ = by_array(start, 0.0)
assert np.allclose(w_grad, tried, atol=1e-6)
assert check_direction(loss_of, start, w_grad) < 1e-8
for ours, theirs in zip(by_array(start, 0.0), by_minidl(start, np.zeros(())), strict=True):
    assert np.allclose(ours, theirs)

with no_grad():
    w, b, x, t = (Tensor(a) for a in (start, np.zeros(()), images, targets))
    once = min(seconds(mean_loss, w, b, x, t, F.softplus) for _ in range(50))
walk = min(seconds(by_minidl, start, np.zeros(())) for _ in range(50))
display(
    price.outcome(
        round(walk / once, 1),
        because="It costs about as much as the way there, however many weights there are.",
    )
)
Markdown(
    f"One evaluation of the loss takes {once * 1e6:,.0f} µs. Trying all {len(start)} weights takes "
    f"{len(start) + 1} evaluations. The loss and all its slopes by walking back take as long as "
    f"{walk / once:.1f} of them."
)

# %% [markdown]
# Then learn: step against the gradient, again and again. That is **gradient descent**, and the
# factor in front of the gradient is the **learning rate**.


# %%
def descend(gradients_of, steps, rate=1.0):
    """The weights before each step and after the last, the losses, and the last bias."""
    weights, bias, path, losses = start, np.zeros(()), [start], []
    for _ in range(steps):
        loss, w_grad, b_grad = gradients_of(weights, bias)
        weights, bias = weights - rate * w_grad, bias - rate * b_grad
        path.append(weights)
        losses.append(float(loss))
    return path, losses, bias


path, losses, bias = descend(by_array, 1000)
same_path, _, same_bias = descend(by_minidl, 1000)
assert np.allclose(path[-1], same_path[-1])
assert np.allclose(bias, same_bias)
show(
    draw.learning(losses, {step: path[step].reshape(8, 8) for step in (1, 10, 100, 1000)}),
    "The loss by step, and the 64 weights as a picture after 1, 10, 100 and 1,000 steps.",
    alt="The loss falls from 0.7 to about 0.01. The weights become clearer: red left of the middle "
    "at two heights, blue on the right.",
)

# %% [markdown]
# Your machine and minidl agree after a thousand steps. (Before step 10 the loss rises for a moment:
# the steps are nearly too long. Lesson 03 has more on that.)
#
# The weights form a picture, as there is one for each pixel. Ink on red speaks for an eight, ink on
# blue for a three. (The first picture of this lesson has the colours the other way round: it shows
# slopes, and the weights have moved against them.)
#
# **Checkpoint.** The red lies mostly left of the middle. Why?
#
# <details><summary>Answer</summary>
#
# There an eight closes its two loops, and a three is open. On the right both have ink, which says
# less about which it is.
# </details>
#
# ### The same with your own `backward`
#
# Your function knows numbers, not arrays. So give it a graph of numbers: 64 weights, the scores of
# ten digits, and their loss, 640 + 10 arrows, new at every step. It trains the classifier too.
# If you wrote `=` for `+=`, each weight hears of one digit only, and the picture says so.

# %%
mine = your_code("ex01.backward", even_wrong=True)
draws, weights = np.random.default_rng(0), np.zeros(64)
pixel_names = [f"w{j}" for j in range(64)]
score_names = [f"z{n}" for n in range(10)]
graph = {name: [] for name in pixel_names} | dict.fromkeys(score_names, pixel_names)
graph["loss"] = score_names
for _ in range(400):
    batch = draws.choice(len(images), 10, replace=False)
    of_scores = (1 / (1 + np.exp(-images[batch] @ weights)) - targets[batch]) / 10
    slopes = {name: [] for name in pixel_names} | {"loss": of_scores.tolist()}
    slopes |= dict(zip(score_names, images[batch].tolist(), strict=True))
    gradients = mine.backward(graph, slopes, "loss")
    weights = weights - 0.5 * np.array([gradients[name] for name in pixel_names])
share = np.mean((images @ weights > 0) == targets)
if mine.right():
    assert share > 0.9
show(
    yours.side_by_side(
        {"minidl, 1,000 steps": path[-1], f"{mine.whose('backward')}, 400 small steps": weights}
    ),
    f"The weights by your own walk back; they read {share:.1%} of these digits rightly.",
    alt="Two maps of 8 by 8 weights with the same pattern: red left of the middle, blue right.",
)
mine

# %% [markdown]
# ### Break it
#
# The scores are used twice in this loss, in the softplus and in the product with the targets, and
# `backward` adds what comes from both. What if it overwrites instead, as our very first machine
# did? The cell below trains such a classifier.

# %%
overwritten = predict(
    "01.overwritten",
    "With gradients overwritten, the picture of the weights becomes",
    ["the same, paler", "all of one colour", "noise"],
    answer=None,
)
overwritten

# %%
ACCUMULATE = False  # the one thing to change: True is the backward of before


def broken_backward(output):
    output.grad = 1.0
    for node in reversed(order_of(output)):
        for parent, vjp in zip(node.parents, node.vjps, strict=True):
            back = unbroadcast(vjp(node.grad), parent.data.shape)
            parent.grad = parent.grad + back if ACCUMULATE else back


def by_broken(weights, bias):
    w, b = Array(weights), Array(bias)
    loss = mean_loss(w, b, Array(images), Array(targets), softplus)
    broken_backward(loss)
    return loss.data, w.grad, b.grad


broken = descend(by_broken, 100, rate=0.1)[0][-1]
healthy = descend(by_array, 100, rate=0.1)[0][-1]
name = "accumulated again" if ACCUMULATE else "overwritten"
show(
    yours.side_by_side({"accumulated": healthy, name: broken}),
    "The weights after 100 steps, with gradients that add up and with gradients overwritten.",
    alt="Left, red and blue weights side by side. Right, weights of one colour wherever there is "
    "ink: every digit gets the same answer.",
)
inked = images.mean(axis=0) > 0.05
colours = np.unique(np.sign(broken[inked]))
alike = np.corrcoef(broken, healthy)[0, 1] > 0.9
overwritten.outcome(
    "all of one colour" if len(colours) == 1 else "the same, paler" if alike else "noise",
    because="Only one of the two terms is left, and it pulls all scores the same way.",
)

# %% [markdown]
# How good is the classifier on digits it has never seen?

# %%
weights = path[-1]
test_images, test_targets = threes_and_eights(data.test_images, data.test_labels)
scores = test_images @ weights + bias
missed = np.flatnonzero((scores > 0) != test_targets)
known = np.mean((images @ weights + bias > 0) == targets)
Markdown(
    f"Right: {known:.1%} of the {len(images)} digits it learnt from, and "
    f"{1 - len(missed) / len(scores):.0%} of {len(scores)} new ones."
)

# %% [markdown]
# Each pixel's part in the score is its weight times its ink. Below: the surest two of each kind,
# and on the right what was missed.

# %%
surest = np.argsort(scores)[[0, 1, -2, -1]]
shown = np.concatenate([surest, missed[:3]])
titles = [f"a {'8' if test_targets[i] else '3'}: {scores[i]:+.1f}" for i in shown]
show(
    draw.evidence(test_images[shown].reshape(-1, 8, 8), weights.reshape(8, 8), titles),
    "Above the digits with their scores, below what each pixel adds: red for an eight.",
    alt="Digits with the map of weight times ink below each: clear red or blue sums for the "
    "surest, mixtures for those that were misread.",
)

# %% [markdown]
# Sixty-four weights and one sum suffice for two digits. Ten digits, and faces, need layers; but
# what trains them is the machine you have just built.
#
# ## Summary
#
# - A computation is a graph of small steps. Slopes multiply along a path and add over paths.
# - Walk back in reverse topological order, so that a gradient is complete before it is passed on.
#   All slopes then cost about as much as a few evaluations.
# - For arrays, an operation needs a vjp, never its Jacobian. Reverse mode is for many inputs and
#   one output.
# - Backwards, copying becomes summing: unbroadcast.
# - Check gradients in float64, by central differences, with a step of about $u^{1/3}$; and try the
#   check on something wrong.
# - Accumulate; clear between steps; leave values alone until the walk is over; keep infinite slopes
#   from arising.
#
# All of exercise set 01:

# %%
check("ex01")

# %%
predictions("01")

# %% [markdown]
# ## Where to read on
#
# - A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd edition, SIAM, 2008: chapter 3 on both
#   modes, chapter 4 on why a gradient costs only a few evaluations.
# - A. Baydin, B. Pearlmutter, A. Radul and J. Siskind, *Automatic Differentiation in Machine
#   Learning: a Survey*, 2018: section 3, both modes worked through on one example.
# - D. Rumelhart, G. Hinton and R. Williams, *Learning representations by back-propagating errors*,
#   Nature, 1986: the four pages that made the method known.
# - W. Press and others, *Numerical Recipes*, 3rd edition, 2007: section 5.7, on the step.
#
# **Next:** [02 Convolution](02_convolution.ipynb), the operation that vision is built on.
