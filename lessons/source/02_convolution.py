# %% [markdown]
# # 02 Convolution
#
# One small set of numbers, slid over a whole picture: that is the operation vision is built on.
# You will compute it by hand, draw it, turn it into a matrix product, differentiate it, and make
# it fast.
#
# **You will be able to**
# - compute a convolution on paper, with stride, padding and dilation, and say how large its
#   result is;
# - write it as loops and as one matrix product, and check one against the other;
# - say why its gradients are convolutions again;
# - derive Winograd's trick, which the fast kernels rest on;
# - work out how much of a picture a unit of a deep network can see.
#
# **Time:** about 90 minutes to read and try; the exercises about three hours. Computing: about
# a minute. **Data:** handwritten digits that ship with minidl, and a generated picture. No network.

# %%
import inspect
import time

import matplotlib.pyplot as plt
import numpy as np
from figures import convolution as draw
from figures import own_convolution as yours
from figures.showing import movable, show
from IPython.display import Markdown, display
from threadpoolctl import threadpool_limits

import minidl
import minidl.functional as F
from minidl.course import check, predict, predictions, your_code
from minidl.data import digits
from minidl.kernels import conv
from minidl.kernels.conv import im2col, loops
from minidl.kernels.geometry import ConvSpec
from minidl.progress import progress

plt.style.use("minidl.mplstyle")
rng = np.random.default_rng(0)

# %% [markdown]
# ## The question
#
# The first picture below went through one operation with **nine numbers**, three times, with
# different numbers each time. What is the operation, and can the nine numbers be found from the
# pictures alone?

# %%
picture = draw.scene()[None, None]  # (1, 1, 96, 96): images, channels, rows, columns
filters = np.array(
    [
        [[1, 0, -1], [2, 0, -2], [1, 0, -1]],
        [[1, 2, 1], [0, 0, 0], [-1, -2, -1]],
        [[1 / 9] * 3] * 3,
    ],
    np.float32,
)[:, None]  # (3, 1, 3, 3): filters, channels, rows, columns
mystery = F.conv2d(picture, filters).numpy()
before_and_after = {"the picture": picture[0, 0], **dict(zip("ABC", mystery[0], strict=True))}
show(
    draw.pictures(before_and_after),
    "A picture, and what three filters of nine numbers make of it.",
    alt="A house with a tree, a sun and a fence; A: its vertical edges, dark or bright; B: its "
    "horizontal edges; C: the same picture, blurred.",
)

# %% [markdown]
# ## By hand: four numbers and three weights
#
# Take the input $x = (1, 3, 2, 5)$ and the **filter** (or **kernel**) $w = (1, 2, -1)$. Lay the
# filter on the first three inputs, multiply what lies together, and add up. Move it on by one;
# repeat.
#
# $$y_0 = 1 \cdot 1 + 3 \cdot 2 + 2 \cdot (-1) = 5 \qquad
# y_1 = 3 \cdot 1 + 2 \cdot 2 + 5 \cdot (-1) = 2$$
#
# The filter fits in two places, so there are two outputs. In general
# $y_i = \sum_t x_{i+t}\, w_t$, and the $w_t$ are called **taps**.

# %%
x, w = np.array([1.0, 3, 2, 5]), np.array([1.0, 2, -1])
y = F.conv1d(x[None, None], w[None, None]).numpy()[0, 0]
assert y.tolist() == [5, 2]
print(y)

# %% [markdown]
# Mathematicians turn the filter round before they slide it; what we do they call a
# *cross-correlation*. Deep learning does not turn it (a learnt filter would only come out turned)
# and says convolution all the same. So does this course.
#
# ### Two dimensions
#
# An image has rows, columns and **channels** (one for grey, three for red, green and blue). A
# filter reaches over a few rows and columns and over *all* channels. With $K$ filters there are
# $K$ results, which are the channels of the output:
#
# $$y_{n,k,i,j} = b_k + \sum_{c,r,s} x_{n,\,c,\,i+r,\,j+s}\; w_{k,c,r,s}$$
#
# Seven indices: image $n$, filter $k$, place $i, j$; and, summed over, channel $c$ and tap
# $r, s$. $b_k$ is a constant per filter, the **bias**. Two things make this suit pictures. A unit
# looks only at its neighbourhood, and all places share the same few weights.
#
# Picture A was made with the rows `1 0 -1`, `2 0 -2`, `1 0 -1`.

# %%
on_a_wall = predict(
    "02.wall", "On a grey wall of 0.6 this filter gives", ["0", "0.6", "5.4"], answer=None
)
on_a_wall

# %%
wall = np.full((1, 1, 3, 3), 0.6)
step = np.array([[1, 0.5, 0]] * 3)[None, None]
flat, edge = (F.conv2d(image, filters[:1].astype(float)).item() for image in (wall, step))
print("bright on the left, dark on the right:", edge)
on_a_wall.outcome(f"{flat:.2g}", because="Its weights sum to 0, so equal inputs cancel.")

# %% [markdown]
# From bright to dark it gives a large positive number: what is on the left counts positive, what is
# on the right negative. It answers to vertical edges, and its sign says which side is bright.

# %% [markdown]
# The same filters, and a diagonal one, on real handwritten digits (8 by 8 pixels). Red is positive,
# blue negative. Each filter keeps one aspect of the digit and drops the rest.

# %%
data = digits()
chosen = [int(np.flatnonzero(data.train_labels == digit)[0]) for digit in (0, 1, 7)]
bank = {
    "vertical edges": filters[0, 0],
    "horizontal edges": filters[1, 0],
    "diagonal edges": np.array([[0, 1, 2], [-1, 0, 1], [-2, -1, 0]], np.float32),
    "mean": filters[2, 0],
}
images = data.train_images[chosen]  # (3, 1, 8, 8)
answers = F.conv2d(images, np.stack(list(bank.values()))[:, None], padding=1)
show(
    draw.filters_on(images[:, 0], bank, answers.numpy()),
    "Four filters on three handwritten digits: each keeps one aspect.",
    alt="A table of a 0, a 1 and a 7 by four filters. Edge filters answer red on one side of a "
    "stroke and blue on the other; the mean filter blurs.",
)

# %% [markdown]
# ### What moves in the picture moves in the result
#
# Because all places share their weights, convolution does not care where things are: shift the
# picture and the result shifts with it. This is **translation equivariance**. The cell shifts the
# picture by 6 rows and 12 columns (what leaves on one side comes back on the other), before the
# convolution and after, and compares what is away from the border.


# %%
def shifted(image):
    return np.roll(image, (6, 12), axis=(2, 3))


moved = F.conv2d(shifted(picture), filters[:1]).numpy()
inside = (..., slice(8, -8), slice(14, -14))
assert np.allclose(moved[inside], shifted(mystery[:, :1])[inside], atol=1e-6)
shown = {
    "picture": picture,
    "its edges": mystery,
    "moved": shifted(picture),
    "edges of the moved": moved,
}
show(
    draw.pictures({name: image[0, 0] for name, image in shown.items()}),
    "Moved before the convolution or after it: the edges are the same.",
    alt="The picture and its edges; the picture moved to the right and down, and its edges, which "
    "have moved with it.",
)

# %% [markdown]
# ## Stride, padding, dilation
#
# Three numbers say how the filter walks: move them. The input is blue; the orange squares are the
# taps of the first window and the dark blue ones those of the second; the output lies beside it,
# with the outputs of these two windows in their colours.

# %%
movable(
    draw.walk,
    {"stride": [1, 2, 3], "padding": [0, 1, 2], "dilation": [1, 2]},
    "A filter of 3 by 3 on 7 by 7 inputs: its first two windows, and the output they belong to.",
    alt="Taps of the first two windows on the input, and the grid of outputs, at {}.",
)

# %% [markdown]
# - **Padding** puts zeros around the input (white), so that windows can be centred on border
#   pixels. With 1 for a filter of 3, the output is as large as the input; minidl calls that
#   `padding="same"`.
# - **Stride** is how far the window moves. 2 halves the resolution, and quarters the work. The
#   result then follows only shifts by an even number of pixels.
# - **Dilation** is the distance between taps. 2 sees a wider field with the same nine weights.
#
# Output $p$ and tap $t$ meet at input
# $p \cdot \text{stride} + t \cdot \text{dilation} - \text{padding}$. A kernel of $k$ taps spans
# $\text{dilation}\,(k-1) + 1$ inputs. How many outputs are there? By hand, for 7 inputs, 3 taps,
# stride 2 and padding 1: the padded input has 9 places, the kernel spans 3 of them, and it can
# start at 0, 2, 4 and 6. So there are 4.

# %%
seven = np.ones((1, 1, 7, 7), np.float32)
assert F.conv2d(seven, filters[:1], stride=2, padding=1).shape == (1, 1, 4, 4)

# %% [markdown]
# ### Your turn
#
# Open [ex02_convolution.py](../exercises/ex02_convolution.py) and write `output_size`, then
# `pad2d`.

# %%
check("ex02.output_size", "ex02.pad2d")

# %% [markdown]
# As a formula, the count is
# $\lfloor (n + 2\,\text{padding} - \text{dilation}\,(k - 1) - 1) / \text{stride} \rfloor + 1$.
# Here is the picture in a frame, by your `pad2d`, and how many rows are left of it for filters of
# 3, 7, ... by your `output_size`.

# %%
mine = your_code("ex02.output_size", "ex02.pad2d", even_wrong=True)
framed = mine.pad2d(picture, (6, 18))[0, 0]
kernels, strides = range(3, 40, 4), (1, 2, 4)
left = {stride: [mine.output_size(96, k, stride) for k in kernels] for stride in strides}
if mine.right():
    assert framed.shape == (108, 132)
    assert left[2][0] == F.conv2d(picture, filters[:1], stride=2).shape[2]
show(
    yours.framed(framed, kernels, left, mine.whose("output_size")),
    f"Left: pad2d ({mine.whose('pad2d')}). Right: output_size ({mine.whose('output_size')}).",
    alt="The house in a black frame, wider at the sides; and three falling lines, the rows that "
    "are left of 96 for kernels of 3 to 39 at strides 1, 2 and 4.",
)
mine

# %% [markdown]
# ### A failure: the network that runs out of picture
#
# A digit is 8 by 8. Each layer below is a 3 by 3 convolution without padding.

# %%
deep = predict("02.layers", "How many layers can be stacked?", answer=None, unit="layers")
deep


# %%
def through_layers(depth, padding):
    h, sizes = images, [8]
    try:
        for _ in range(depth):
            h = F.conv2d(h, filters[2:], padding=padding)
            sizes.append(h.shape[2])
    except ValueError as error:
        print("ValueError:", error)
    print(*sizes, sep=" -> ")
    return len(sizes) - 1


fitted = through_layers(6, padding=0)
deep.outcome(fitted, because="8, 6, 4, 2: a window of 3 no longer fits in 2.")

# %% [markdown]
# Long before that, border pixels have counted for less: a corner is seen by one window, a pixel in
# the middle by nine. The cure is to pad each layer so that it keeps its size, and to shrink only
# where you mean to.

# %%
_ = through_layers(6, padding="same")

# %% [markdown]
# ## The first rung: loops
#
# The slowest convolution is the definition itself: for every output (image $n$, filter $k$, place
# $i, j$) a sum over channels and taps ($c$, $r$, $s$). Where output and tap meet, you know from the
# last section.
#
# ### Your turn
#
# Write [`conv2d_naive`](../exercises/ex02_convolution.py), with its seven loops in the open.

# %%
check("ex02.conv2d_naive")

# %%
mine = your_code("ex02.conv2d_naive", even_wrong=True)
begin = time.perf_counter()
edges = mine.conv2d_naive(picture, filters[:2], np.zeros(2, np.float32))[0]
own_loops = time.perf_counter() - begin
halved = mine.conv2d_naive(picture, filters[1:2], np.zeros(1, np.float32), 2)[0, 0]
if mine.right():
    assert np.allclose(edges, mystery[0, :2], atol=1e-5)
    assert np.allclose(halved, mystery[0, 1, ::2, ::2], atol=1e-5)
name = mine.whose("conv2d_naive")
shown = {f"A, {name}": edges[0], "A, the library's": mystery[0, 0], f"stride 2, {name}": halved}
show(
    draw.pictures(shown | {"stride 2, the library's": mystery[0, 1, ::2, ::2]}),
    f"The edges of the house by conv2d_naive ({name}), beside the library's.",
    alt="Vertical edges twice, horizontal edges at every second place twice: the same where the "
    "function is right.",
)
mine

# %% [markdown]
# This is the library's, for one, two or three dimensions. `meetings` lists every output position,
# tap, and the input position where they meet; the convolution adds up a product for each.

# %%
print(inspect.getsource(loops.meetings))
print(inspect.getsource(loops.conv_forward))

# %% [markdown]
# **Checkpoint.** How many products does a layer take that turns 64 channels of 56 by 56 into 64
# others, with filters of 3 by 3 and padding 1?
#
# <details><summary>Answer</summary>
#
# One for each output, channel and tap: $64 \cdot 56 \cdot 56 \cdot 64 \cdot 9$. The cell counts
# them, times the loops on a thousandth of that, and works out how long they would need.
# </details>

# %%
same = ConvSpec(stride=(1, 1), padding=((1, 1), (1, 1)), dilation=(1, 1))
products = 64 * 56 * 56 * 64 * 9
start = time.thread_time()
loops.conv_forward(np.ones((1, 2, 56, 56)), np.ones((2, 2, 3, 3)), None, same)
seconds = (time.thread_time() - start) * 64 / 2 * 64 / 2
Markdown(f"{products:,} products: the loops would need about {seconds / 60:.0f} minutes.")

# %% [markdown]
# ### Groups
#
# Not every filter needs to read every channel. With `groups=g`, channels and filters are split into
# $g$ independent groups, at $1/g$ of the work. As many groups as channels is a **depthwise**
# convolution: every channel has a filter of its own.

# %%
show(
    draw.groups(),
    "Which input channels (left) each filter (right) reads.",
    alt="Four channels and four filters: joined all with all; in two halves; one with one.",
)

# %%
four = rng.standard_normal((1, 4, 6, 6))
own = rng.standard_normal((4, 1, 3, 3))  # (filters, channels each of them reads, rows, columns)
depthwise = F.conv2d(four, own, groups=4).numpy()
one_by_one = [F.conv2d(four[:, c : c + 1], own[c : c + 1]).numpy() for c in range(4)]
assert np.allclose(depthwise, np.concatenate(one_by_one, axis=1))

# %% [markdown]
# ## The second rung: one matrix product
#
# Computers are very good at multiplying matrices. So copy every window of the input into a row of a
# matrix; then all sums are done by one product. For the four numbers of before:
#
# $$\begin{pmatrix} 1 & 3 & 2 \\ 3 & 2 & 5 \end{pmatrix} \begin{pmatrix} 1 \\ 2 \\ -1 \end{pmatrix}
# = \begin{pmatrix} 5 \\ 2 \end{pmatrix}$$
#
# The copying is called **im2col**. For images, a row holds the window of every channel.

# %%
windows = np.lib.stride_tricks.sliding_window_view(x, 3)
assert np.array_equal(windows @ w, y)

small = np.arange(1.0, 13).reshape(1, 1, 3, 4)
columns = im2col.im2col(small, (2, 2), ConvSpec.default(2))[0]
show(
    draw.unfolding(small[0, 0], columns),
    "im2col: every window of the image becomes a row of the matrix.",
    alt="An image of 3 by 4 numbers with its first two windows of 2 by 2 framed, and a matrix of 6 "
    "rows whose first two hold their numbers.",
)

# %% [markdown]
# The slow version and the faster one, asserted equal:

# %%
some, weights = rng.standard_normal((1, 4, 9, 8)), rng.standard_normal((5, 4, 3, 3))
slow = loops.conv_forward(some, weights, None, same)
faster = im2col.conv_forward(some, weights, None, same)
assert np.allclose(slow, faster)

unfolded = im2col.im2col(some, (3, 3), same)
Markdown(
    f"The image holds {some.size} numbers, its im2col matrix {unfolded.size}: "
    f"{unfolded.size / some.size:.0f} times as many."
)

# %% [markdown]
# That is the price: every pixel is stored once per tap, and memory is slow. The third rung gathers
# windows piece by piece into the processor's cache, and never writes the matrix down.
#
# ### Your turn
#
# Write [`im2col`](../exercises/ex02_convolution.py), and on it `conv2d_im2col`.

# %%
check("ex02.im2col", "ex02.conv2d_im2col")

# %% [markdown]
# The same picture again, by your matrix product. How much time does it save over your loops?

# %%
mine = your_code("ex02.conv2d_im2col", "ex02.im2col", even_wrong=True)
own_product = np.inf
for _ in range(5):
    begin = time.perf_counter()
    edges = mine.conv2d_im2col(picture, filters[:2], np.zeros(2, np.float32))[0]
    own_product = min(own_product, time.perf_counter() - begin)
if mine.right():
    assert np.allclose(edges, mystery[0, :2], atol=1e-5)
name = mine.whose("conv2d_im2col")
show(
    draw.pictures({f"A, {name}": edges[0], f"B, {name}": edges[1]}),
    f"By one matrix product ({name}): {1e3 * own_product:.1f} ms; the loops took "
    f"{1e3 * own_loops:.0f} ms.",
    alt="The vertical and the horizontal edges of the house.",
)
mine

# %% [markdown]
# ## The gradients of a convolution are convolutions
#
# To train a filter we need two gradients (lesson 01): that of the weights, to improve them, and
# that of the input, to pass on to the layer before. Let $g$ be the gradient of the loss with
# respect to $y$. With numbers: $x = (1, 3, 2, 5)$, $w = (1, 2, -1)$, $g = (1, 10)$, and
#
# $$y_0 = x_0 w_0 + x_1 w_1 + x_2 w_2 \qquad y_1 = x_1 w_0 + x_2 w_1 + x_3 w_2$$
#
# **Weights.** $w_0$ stands in both lines, next to $x_0$ and $x_1$. So its gradient is
# $g_0 x_0 + g_1 x_1 = 1 + 30 = 31$; the others are $3 + 20 = 23$ and $2 + 50 = 52$. That is $x$
# convolved with $g$: slide the gradient over the input.
#
# **Input.** $x_1$ stands in both lines, next to $w_1$ and $w_0$: its gradient is
# $g_0 w_1 + g_1 w_0 = 2 + 10 = 12$. $x_0$ stands only in the first: $g_0 w_0 = 1$. All four:
# $(1, 12, 19, -10)$. That is $g$, padded by two zeros on each side, convolved with $w$ turned
# round.

# %%
xt = minidl.Tensor(x[None, None], requires_grad=True)
wt = minidl.Tensor(w[None, None], requires_grad=True)
g = np.array([[[1.0, 10]]])
F.conv1d(xt, wt).backward(g)
assert wt.grad.ravel().tolist() == [31, 23, 52]
assert xt.grad.ravel().tolist() == [1, 12, 19, -10]

assert np.array_equal(F.conv1d(x[None, None], g).numpy(), wt.grad)
assert np.array_equal(F.conv1d(g, wt.data[..., ::-1], padding=2).numpy(), xt.grad)

# %% [markdown]
# Why turned round? A convolution is a product with a matrix that holds the filter in every row,
# one place further each time. The gradient goes back through its **transpose**, in whose rows the
# filter stands backwards:
#
# $$T = \begin{pmatrix} 1 & 2 & -1 & 0 \\ 0 & 1 & 2 & -1 \end{pmatrix} \qquad y = T x \qquad
# \frac{\partial L}{\partial x} = T^\top g$$
#
# So the input gradient is called a **transposed convolution**. Run forward, it enlarges images
# (`F.conv_transpose2d`). In two dimensions the same holds, with filters and channels exchanged:

# %%
xt = minidl.Tensor(some, requires_grad=True)
wt = minidl.Tensor(weights, requires_grad=True)
out = F.conv2d(xt, wt)
g = rng.standard_normal(out.shape)
out.backward(g)

turned = weights[:, :, ::-1, ::-1].swapaxes(0, 1)
assert np.allclose(F.conv2d(g, turned, padding=2).numpy(), xt.grad)
by_channel = F.conv2d(some.swapaxes(0, 1), g.swapaxes(0, 1)).numpy()  # images become channels
assert np.allclose(by_channel.swapaxes(0, 1), wt.grad)

# %% [markdown]
# In matrices: `y = columns @ w.T`, so the weights' gradient is `g.T @ columns`, and the columns'
# gradient `g @ w` has only to be added back to where the columns came from. That step is
# **col2im**.
#
# ### Your turn
#
# Write [`col2im`](../exercises/ex02_convolution.py), then both gradients.

# %%
check("ex02.col2im", "ex02.conv2d_weight_grad", "ex02.conv2d_input_grad")

# %% [markdown]
# Run forward, your `conv2d_input_grad` enlarges: each of 24 by 24 dots is painted into the large
# picture as a small tent of 8 by 8, four dots further each time, and where tents overlap they add
# up. (If yours assigns instead of adding, you will see the seams.)

# %%
mine = your_code("ex02.conv2d_input_grad", "ex02.col2im", even_wrong=True)
tent = 1 - abs(np.arange(8) - 3.5) / 4
tents = np.outer(tent, tent)[None, None].astype(np.float32)
dots = picture[:, :, 2::4, 2::4]
enlarged = mine.conv2d_input_grad(dots, tents, (1, 1, 96, 96), 4, 2)
if mine.right():
    assert np.allclose(enlarged, F.conv_transpose2d(dots, tents, None, 4, 2).numpy(), atol=1e-5)
show(
    yours.enlarged(dots[0, 0], enlarged[0, 0], mine.whose("conv2d_input_grad")),
    f"24 by 24 dots, enlarged by a transposed convolution ({mine.whose('conv2d_input_grad')}); "
    "the rim is dark, where fewer tents overlap.",
    alt="The house in coarse dots, and the same house four times as large and smooth.",
)
mine

# %% [markdown]
# ## Pooling
#
# **Pooling** summarises each window by one number, without weights: the largest (max pooling) or
# the mean (average pooling). It makes images smaller, and the answer a little less dependent on
# where exactly something was. Here, windows of 2 by 2 with stride 2.
#
# Backwards, max pooling hands a window's gradient to the entry that won (the first, if several are
# equal); average pooling shares it out.

# %%
numbers = minidl.Tensor([[[[1.0, 5, 2, 0], [4, 3, 1, 3], [7, 2, 0, 1], [6, 8, 4, 2]]]], True)
largest, mean = F.max_pool2d(numbers, 2), F.avg_pool2d(numbers, 2)
largest.backward(np.ones((1, 1, 2, 2)))
arrays = {
    "input": numbers.data,
    "max": largest.data,
    "average": mean.data,
    "gradient of max": numbers.grad,
}
show(
    draw.numbers_side_by_side({name: a[0, 0] for name, a in arrays.items()}),
    "Pooling by windows of 2 by 2: largest, mean, and where the gradient of the first goes.",
    alt="A 4 by 4 input; maxima 5 3 8 4; means 3.25 1.5 5.75 1.75; 1 at each winner.",
)

# %% [markdown]
# **Checkpoint.** In the second row, change the first 3 to 4.5. Which outputs change, and which
# gradients? And if you change the last 3 instead?
#
# <details><summary>Answer</summary>
#
# The first 3 shares its window with a 5, so the maximum stays; the average becomes
# $(1 + 5 + 4 + 4.5)/4 = 3.625$. The last 3 is the largest of its window: the maximum becomes 4.5,
# the average $(2 + 0 + 1 + 4.5)/4 = 1.875$. The gradients stay in both cases, as the winners do.
# </details>
#
# ### Your turn
#
# Write [`max_pool2d`](../exercises/ex02_convolution.py) and its gradient.

# %%
check("ex02.max_pool2d", "ex02.max_pool2d_grad")

# %%
mine = your_code("ex02.max_pool2d", "ex02.max_pool2d_grad", even_wrong=True)
pooled = mine.max_pool2d(picture, 6, 6)
winners = mine.max_pool2d_grad(np.ones_like(pooled), picture, 6, 6)
if mine.right():
    assert np.array_equal(pooled, F.max_pool2d(picture, 6).numpy())
    assert winners.sum() == pooled.size
show(
    yours.pooled(picture[0, 0], pooled[0, 0], winners[0, 0], mine.whose("max_pool2d")),
    f"Windows of 6 by 6: their maxima ({mine.whose('max_pool2d')}), and the dots that won "
    f"({mine.whose('max_pool2d_grad')}).",
    alt="The house; the same in 16 by 16 dots, with bright things grown; and a map with one dot in "
    "each window, on the bright side of edges.",
)
mine

# %% [markdown]
# ## How much can a deep unit see?
#
# An output of one 3-tap layer sees 3 inputs. An output of the next layer sees 3 of *those*, whose
# windows overlap: 5 inputs. This is the **receptive field**. Each layer adds what lies between its
# first and its last tap, measured in inputs; and behind a stride of 2, neighbours are two inputs
# apart (their **jump**). For the stack conv 3, conv 3, pool 2 (stride 2), conv 3:
#
# $$1 + 2 = 3 \qquad 3 + 2 = 5 \qquad 5 + 1 = 6 \qquad 6 + 2 \cdot 2 = 10$$
#
# Autograd can measure this: send a gradient of 1 back from a single output, and count the inputs
# it reaches.


# %%
def inputs_seen(layers):
    """How many inputs have a share in the middle output of these 1-D layers."""
    signal = minidl.Tensor(np.zeros((1, 1, 41)), requires_grad=True)
    h = signal
    for layer in layers:
        h = layer(h)
    only_middle = np.zeros(h.shape)
    only_middle[..., h.shape[2] // 2] = 1
    h.backward(only_middle)
    return int(np.count_nonzero(signal.grad))


def conv3(h):
    return F.conv1d(h, np.ones((1, 1, 3)))


def pool2(h):
    return F.avg_pool1d(h, 2)


stack = [conv3, conv3, pool2, conv3]
seen = [inputs_seen(stack[:depth]) for depth in range(1, 5)]
assert seen == [3, 5, 6, 10]
print(seen)

# %% [markdown]
# ### Your turn
#
# Write [`receptive_field_size`](../exercises/ex02_convolution.py).

# %%
check("ex02.receptive_field_size")

# %% [markdown]
# How much of the house does a unit see, after each layer of the network of lesson 07? Your
# function draws the frames.

# %%
mine = your_code("ex02.receptive_field_size", even_wrong=True)
three, pool = (3, 1, 1), (2, 2, 1)
vgg = [three, three, pool, three, three, pool, *[three] * 3, pool, *[three] * 3]
fields = [mine.receptive_field_size(vgg[: n + 1]) for n in range(len(vgg))]
if mine.right():
    assert fields[:4] == [3, 5, 6, 10]
show(
    yours.fields(picture[0, 0], vgg, fields),
    f"Receptive fields, layer by layer, by receptive_field_size "
    f"({mine.whose('receptive_field_size')}).",
    alt="The house with frames around its middle, from a few dots to nearly all of it; beside it "
    "the field's size for each of 13 layers, rising faster after every pooling.",
)
mine

# %% [markdown]
# ## Winograd: fewer products for the same answer
#
# Two outputs of a three-tap filter take six products. Shmuel Winograd showed that **four** are
# enough, and that fewer are not. Here is how to find them on paper. Call the inputs $d$ and the
# taps $g$:
#
# $$y_0 = d_0 g_0 + d_1 g_1 + d_2 g_2 \qquad y_1 = d_1 g_0 + d_2 g_1 + d_3 g_2$$
#
# **Step 1: make the lines alike.** Take $m_1 = (d_0 - d_2)\, g_0$ out of the first, and put
# $m_4 = (d_1 - d_3)\, g_2$ into the second. With $s = g_0 + g_2$, what is left is
#
# $$P = y_0 - m_1 = d_1 g_1 + d_2 s \qquad Q = y_1 + m_4 = d_1 s + d_2 g_1$$
#
# **Step 2: use the symmetry.** $P$ and $Q$ are the same with $d_1$ and $d_2$ exchanged, so their
# sum and their difference fall apart into one product each:
#
# $$P + Q = (d_1 + d_2)(s + g_1) \qquad P - Q = (d_2 - d_1)(s - g_1)$$
#
# **Step 3: collect.** The halves of these products are
# $m_2 = (d_1 + d_2)\,\frac{g_0 + g_1 + g_2}{2}$ and
# $m_3 = (d_2 - d_1)\,\frac{g_0 - g_1 + g_2}{2}$. Put $P$ and $Q$ together from them, then $y_0$ and
# $y_1$: only sums and differences are left, and they are yours to find.
#
# Four products. The sums of taps are made once per filter and serve the whole image. With our
# numbers, $d = (1, 3, 2, 5)$ and $g = (1, 2, -1)$, which should give $y = (5, 2)$:
#
# | | inputs | taps | product |
# |---|---|---|---|
# | $m_1$ | $1 - 2 = -1$ | $1$ | $-1$ |
# | $m_2$ | $3 + 2 = 5$ | $(1 + 2 - 1)/2 = 1$ | $5$ |
# | $m_3$ | $2 - 3 = -1$ | $(1 - 2 - 1)/2 = -1$ | $1$ |
# | $m_4$ | $3 - 5 = -2$ | $-1$ | $2$ |
#
# ### Your turn
#
# Write [`winograd_f23`](../exercises/ex02_convolution.py). One of its checks counts your products.

# %%
check("ex02.winograd_f23")

# %%
mine = your_code("ex02.winograd_f23", even_wrong=True)
line = picture[0, 0, 57].astype(float)  # a row of the house, through its window
taps = np.array([1.0, 0, -1])
tiles = [mine.winograd_f23(line[i : i + 4], taps) for i in range(0, 93, 2)]
by_tiles = np.concatenate(tiles)
direct = F.conv1d(line[None, None], taps[None, None]).numpy()[0, 0]
if mine.right():
    assert np.allclose(by_tiles, direct)
show(
    yours.along_a_line(line, by_tiles, direct, mine.whose("winograd_f23")),
    f"A row of the house, and its edges two at a time ({mine.whose('winograd_f23')}), "
    "four products for each two.",
    alt="Brightness along a row, a line with steps; below, spikes at the steps: crosses of the "
    "tiles on the line of the direct sum.",
)
mine

# %% [markdown]
# The three steps are three small matrices, $y = A^\top \big( (G g) \odot (B^\top d) \big)$, where
# $\odot$ multiplies entry by entry:

# %%
Bt = np.array([[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]])
G = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]])
At = np.array([[1, 1, 1, 0], [0, 1, -1, -1]])

m = (G @ w) * (Bt @ x)
assert m.tolist() == [-1, 5, 1, 2]
assert (At @ m).tolist() == [5, 2]

# %% [markdown]
# ### Nested: images
#
# An image is rows of columns, so use the trick twice: on the columns, and, since its "numbers"
# may be whole rows, on the rows. A tile of 4 by 4 inputs gives 2 by 2 outputs:
#
# $$Y = A^\top \big( (G\, g\, G^\top) \odot (B^\top d\, B) \big) A$$
#
# That takes $4 \cdot 4 = 16$ products in place of $4 \cdot 9 = 36$.

# %%
tile, taps = rng.standard_normal((4, 4)), rng.standard_normal((3, 3))
nested = At @ ((G @ taps @ G.T) * (Bt @ tile @ Bt.T)) @ At.T
assert np.allclose(nested, F.conv2d(tile[None, None], taps[None, None]).numpy()[0, 0])

# %% [markdown]
# Larger tiles save more: $F(4, 3)$, nested, gives 4 by 4 outputs for $6 \cdot 6 = 36$ products in
# place of $16 \cdot 9 = 144$. minidl uses that one, for float32. The appendix builds it, and shows
# why one stops there.
#
# ## The third rung, and the ladder measured
#
# The fast kernel is compiled by Numba. It takes Winograd's way for 3 by 3 filters at stride 1,
# works through the image in pieces that fit in the cache, and spends its time in a micro-kernel
# that multiplies a few rows of a matrix by two vectors at once (`minidl/kernels/machine/micro.py`).
#
# One layer, 16 channels of 32 by 32 to 16 others, on one core:

# %%
faster_by = predict(
    "02.ladder",
    "im2col is faster than the loops by a factor nearest to",
    ["10", "100", "1,000", "10,000"],
    answer=None,
)
faster_by

# %% [markdown]
# All three do the same job and must agree; the loops take a few seconds. On one core we count the
# time of our own thread, and of several runs the fastest: whatever else the machine does should
# not count.


# %%
def error_of(result, exact):
    return abs(result - exact).max() / abs(exact).max()


def layer(channels, size):
    """A 3 by 3 layer's job, and the billions of operations in its direct sum."""
    image = rng.standard_normal((1, channels, size, size)).astype(np.float32)
    weights = rng.standard_normal((channels, channels, 3, 3)).astype(np.float32)
    return (image, weights, None, same), 2 * 9 * channels**2 * size**2 / 1e9


def measured(rung, job, repeat=10):
    """The result, and the least time in seconds, on one core."""
    cores = minidl.get_num_threads()
    minidl.set_num_threads(1)
    times = []
    with threadpool_limits(1, user_api="blas"):
        for _ in range(repeat):
            start = time.thread_time()
            result = rung.conv_forward(*job)
            times.append(time.thread_time() - start)
    minidl.set_num_threads(cores)
    return result, min(times)


job, operations = layer(16, 32)
results, times = {}, {}
for name, rung, repeat in (("loops", loops, 1), ("im2col", im2col, 20), ("fast", conv, 100)):
    results[name], times[name] = measured(rung, job, repeat=repeat)

for name in ("im2col", "fast"):
    assert error_of(results[name], results["loops"]) < 1e-4
rates = {name: operations / seconds for name, seconds in times.items()}

mine = your_code("ex02.conv2d_naive", "ex02.conv2d_im2col", even_wrong=True)
smaller, fewer = layer(4, 32)
begin = time.perf_counter()
_ = mine.conv2d_naive(*smaller[:2], np.zeros(4, np.float32), 1, 1)
rates[f"loops, {mine.whose('conv2d_naive')}"] = fewer / (time.perf_counter() - begin)
least = np.inf
for _ in range(5):
    begin = time.perf_counter()
    with threadpool_limits(1, user_api="blas"):
        _ = mine.conv2d_im2col(*job[:2], np.zeros(16, np.float32), 1, 1)
    least = min(least, time.perf_counter() - begin)
rates[f"im2col, {mine.whose('conv2d_im2col')}"] = operations / least
show(
    yours.ladder(rates),
    "The ladder, on a logarithmic axis: the library's three rungs, and yours beside them.",
    alt="Bars of speed: loops below 0.01 GFLOP/s, im2col a thousand times that, the fast kernel "
    "several times more; the learner's loops and im2col beside the library's.",
)
display(mine)
ratio = times["loops"] / times["im2col"]
faster_by.outcome(
    min(faster_by.guess.options, key=lambda n: abs(np.log(ratio / float(n.replace(",", ""))))),
    because=f"{ratio:,.0f} times: the loops do one sum at a time, in Python.",
)

# %%
Markdown(
    f"im2col is {times['loops'] / times['im2col']:,.0f} times faster than the loops, the fast "
    f"kernel {times['im2col'] / times['fast']:.1f} times faster than im2col, and "
    f"{times['loops'] / times['fast']:,.0f} times faster than the loops."
)

# %% [markdown]
# The axis counts the operations of the *direct* sum, whatever was really done. So a method that
# needs fewer can be faster than the processor's peak.
#
# Networks have wider layers. Here are the upper two rungs with more channels, at 28 by 28 pixels,
# still on one core.

# %%
channels = (16, 32, 64, 128, 256)
rates = {"im2col": [], "fast": []}
for count in channels:
    job, operations = layer(count, 28)
    for name, rung in (("im2col", im2col), ("fast", conv)):
        rates[name].append(operations / measured(rung, job)[1])
show(
    draw.rates_by_channels(channels, rates),
    "Speed on one core by the number of channels, im2col and the fast kernel.",
    alt="Two rising lines; the fast kernel stays well above im2col at every width.",
)

# %% [markdown]
# minidl does not need PyTorch, so this notebook does not compare with it. `make bench` does, in one
# process and layer by layer, and prints a table of ratios.
#
# ## The question, answered
#
# Nine numbers made picture A. Pretend not to know them: start from zeros, and let the gradient of
# the weights find the filter that turns the picture into A. This is what training a convolutional
# network is, with one filter and one example.

# %%
guess = minidl.Tensor(np.zeros((1, 1, 3, 3), np.float32), requires_grad=True)
optimiser = minidl.optim.SGD([guess], lr=0.2, momentum=0.94)
losses, found = [], {}
for step in progress(range(601), "finding the filter"):
    if step in (0, 20, 100, 600):
        found[f"step {step}"] = guess.numpy()[0, 0].copy()
    loss = F.mse_loss(F.conv2d(picture, guess), mystery[:, :1])
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    losses.append(loss.item())
assert np.allclose(guess.numpy(), filters[:1], atol=1e-2)
show(
    draw.learning(losses, found),
    "The loss by step, and the nine numbers at the beginning, on the way, and found.",
    alt="The loss falls by several powers of ten; the filter goes from zeros to the rows 1 0 -1, "
    "2 0 -2, 1 0 -1.",
)

# %% [markdown]
# And with your own gradient: picture B this time, 400 steps, each with one call of your
# `conv2d_weight_grad`.

# %%
mine = your_code("ex02.conv2d_weight_grad", even_wrong=True)
taps, velocity, losses, found = np.zeros((1, 1, 3, 3), np.float32), 0.0, [], {}
for step in progress(range(401), "finding it with your gradient"):
    if step in (0, 20, 100, 400):
        found[f"step {step}"] = taps[0, 0].copy()
    error = F.conv2d(picture, taps).numpy() - mystery[:, 1:2]
    losses.append(float(np.mean(error**2)))
    slope = mine.conv2d_weight_grad(2 * error / error.size, picture, (3, 3))
    velocity = 0.94 * velocity + slope
    taps = np.clip(taps - 0.2 * velocity, -9, 9).astype(np.float32)
if mine.right():
    assert np.allclose(taps, filters[1:2], atol=5e-2)
show(
    draw.learning(losses, found),
    f"The nine numbers of picture B, found by conv2d_weight_grad "
    f"({mine.whose('conv2d_weight_grad')}).",
    alt="The loss falls; the filter goes from zeros to the rows 1 2 1, 0 0 0, -1 -2 -1.",
)
mine

# %% [markdown]
# ### Break it
#
# The weights of filter A sum to 0. Change only the one in the middle, from 0 to 1.

# %%
raised = predict(
    "02.centre",
    "With 1 in the middle, picture A shows",
    ["edges only", "the picture with raised edges", "a blurred picture"],
    answer=None,
)
raised

# %%
CENTRE = 1.0  # the one thing to change; 0 is filter A as it was
changed = filters[:1].copy()
changed[0, 0, 1, 1] = CENTRE
result = F.conv2d(picture, changed).numpy()[0, 0]
show(
    draw.pictures({"filter A": mystery[0, 0], f"{CENTRE:g} in the middle": result}),
    "Filter A, and filter A with its middle weight changed.",
    alt="Edges on grey; and the house itself, lit from one side like a relief.",
)
inner = picture[0, 0, 1:-1, 1:-1]
with_picture = np.corrcoef(result.ravel(), inner.ravel())[0, 1]
with_edges = np.corrcoef(result.ravel(), mystery[0, 0].ravel())[0, 1]
raised.outcome(
    "edges only"
    if with_picture < 0.1
    else "the picture with raised edges"
    if with_edges > 0.5
    else "a blurred picture",
    because="The sum of the weights is 1 now, so a grey wall stays grey, and edges come on top.",
)

# %% [markdown]
# The nine numbers come out. Nobody needs to design edge filters: given examples, the gradient finds
# them. The next lesson stacks many such layers and lets them find what they need to read digits.
#
# ## Summary
#
# - A convolution slides one small set of weights over an image: local, shared, and
#   translation-equivariant.
# - Stride, padding and dilation decide where output $p$ and tap $t$ meet; the size of the output
#   follows.
# - im2col turns it into one matrix product, at the price of memory.
# - Its gradients are convolutions: the input slid over by $g$ for the weights, and the transposed
#   convolution for the input. Pooling's gradient goes to the winner.
# - Winograd trades products for sums: $F(4, 3)$ needs a quarter of the products.
# - The receptive field grows by each layer's reach times the jump.
#
# All of exercise set 02:

# %%
check("ex02")

# %%
predictions("02")

# %% [markdown]
# ## Where to read on
#
# - V. Dumoulin and F. Visin, *A guide to convolution arithmetic for deep learning*, 2016:
#   sections 2 to 4, stride, padding and transposed convolution, all drawn.
# - K. Chellapilla, S. Puri and P. Simard, *High Performance Convolutional Neural Networks for
#   Document Processing*, 2006: the unfolding.
# - S. Winograd, *Arithmetic Complexity of Computations*, SIAM, 1980: why four products are needed.
# - A. Lavin and S. Gray, *Fast Algorithms for Convolutional Neural Networks*, 2015: section 4.
# - K. Goto and R. van de Geijn, *Anatomy of High-Performance Matrix Multiplication*, 2008: what the
#   micro-kernel does.
# - W. Luo and others, *Understanding the Effective Receptive Field in Deep Convolutional Neural
#   Networks*, 2016: why the middle of the field counts most.
#
# **Next:** [03 Training a ConvNet](03_training.ipynb).

# %% [markdown]
# ## Appendix: larger tiles, and what they cost
#
# $m$ outputs of a three-tap filter take $m + 2$ products; this is called
# $F(m, 3)$. The recipe is Toom's and Cook's for multiplying polynomials. A polynomial of degree
# below $n$ is known by its values at $n$ points, and at one point, a product of polynomials is a
# product of two numbers. So: evaluate, multiply, interpolate. Filtering is the transpose of that,
# in the sense of $T^\top$ above, and takes as many products (we take that on trust; the assertion
# below checks it). The points are ours to choose, one
# per product (one of them "at infinity": the leading coefficient). Our $F(2, 3)$ has the points
# $0, 1, -1, \infty$.


# %%
def toom_cook(m, points, r=3):
    """The matrices A^T, G and B^T of F(m, r), from m + r - 2 points and infinity."""
    points = np.array(points[: m + r - 2])
    powers = np.vander(points, max(m, r), increasing=True)
    others = [np.delete(points, i) for i in range(len(points))]
    scale = [np.prod(p - rest) for p, rest in zip(points, others, strict=True)]
    At = np.vstack([powers[:, :m], np.eye(m)[-1]]).T
    G = np.vstack([powers[:, :r] / np.array(scale)[:, None], np.eye(r)[-1]])
    rows = [np.append(np.poly(rest)[::-1], 0) for rest in others]
    return At, G, np.array([*rows, np.poly(points)[::-1]])


points = (0, 1, -1, 2, -2, 1 / 2, -1 / 2, 4, -4)
At, G, Bt = toom_cook(2, points)
assert np.allclose(At @ ((G @ w) * (Bt @ x)), [5, 2])  # rows up to a sign as above

# %% [markdown]
# $F(4, 3)$, nested, gives 4 by 4 outputs for $6 \cdot 6 = 36$ products in place of
# $16 \cdot 9 = 144$: four times fewer. Why stop there?
#
# ### A failure: too much of a good thing
#
# $F(8, 3)$ saves still more, and is exact on paper. In float32, with about seven digits:

# %%
digits_lost = predict(
    "02.digits", "F(8, 3) loses how many digits more than the direct sum?", answer=None,
    within=0.25, unit="digits",
)  # fmt: skip
digits_lost

# %% [markdown]
# The cell sums 64 channels, as a layer does, in float32, and compares with float64.


# %%
def tiled(m, inputs, taps, dtype):
    """2-D Winograd sums over channels: inputs (tiles, C, m + 2, m + 2), taps (C, 3, 3)."""
    At, G, Bt = (matrix.astype(dtype) for matrix in toom_cook(m, points))
    inputs, taps = inputs.astype(dtype), taps.astype(dtype)
    return At @ ((G @ taps @ G.T) * (Bt @ inputs @ Bt.T)).sum(axis=1) @ At.T


taps = rng.standard_normal((64, 3, 3)).astype(np.float32)
sizes, errors = (2, 4, 6, 8), []
for size in sizes:
    inputs = rng.standard_normal((100, 64, size + 2, size + 2)).astype(np.float32)
    exact = F.conv2d(inputs.astype(float), taps[None].astype(float)).numpy()[:, 0]
    assert np.allclose(tiled(size, inputs, taps, np.float64), exact)
    errors.append(error_of(tiled(size, inputs, taps, np.float32), exact))
by_sums = im2col.conv_forward(inputs, taps[None], None, ConvSpec.default(2))[:, 0]
direct = error_of(by_sums, exact)
shares = [(size + 2) ** 2 / size**2 / 9 for size in sizes]
show(
    draw.precision(sizes, shares, errors, direct),
    "What larger tiles save in products, and what they lose in digits; dashed: the direct sum.",
    alt="Products fall from 0.44 to below 0.2 of the direct sum's, ever more slowly; the error "
    "rises by a factor of about ten with each larger tile.",
)

# %%
display(
    digits_lost.outcome(
        round(np.log10(errors[3] / direct), 1),
        because="The matrices hold entries of many thousands, which must cancel.",
    )
)
Markdown(
    f"$F(4, 3)$ saves {1 - shares[1]:.0%} of the products and loses "
    f"{np.log10(errors[1] / direct):.1f} digits. $F(8, 3)$ saves {1 - shares[3]:.0%} and "
    f"loses {np.log10(errors[3] / direct):.1f}."
)

# %% [markdown]
# The cure is to stop where the saving flattens out. minidl uses $F(4, 3)$, for float32; gradient
# checks, which need every digit, run in float64 with direct sums.
#
# **Checkpoint.** Why does Winograd not help a 1 by 1 convolution?
#
# <details><summary>Answer</summary>
#
# $m$ outputs of a one-tap filter take $m + 1 - 1 = m$ products either way. Outputs share no
# inputs, so there is nothing to save.
# </details>
