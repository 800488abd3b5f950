"""Checks of exercise set 08: neural style transfer."""

import numpy as np

from minidl.course.sets.manifest import BODY, ExerciseSet, Tolerance

ex08 = ExerciseSet("ex08_style", "Neural style transfer")

SUMS = Tolerance(1e-10, "float64 sums of products, in whatever order the learner adds them")
COSTS = Tolerance(
    1e-10,
    "float64 sums of products; a cost of exactly 0 may come out as its rounding, far below 1e-12",
    absolute=1e-12,
)
STEPS = Tolerance(1e-12, "one product, one sum and a comparison per value", absolute=1e-12)


content_cost = ex08.function(
    "content_cost",
    points=5,
    minutes=5,
    section="What content costs",
    tolerance=SUMS,
    hints=(
        "Two arrays of one shape, place for place: how far apart are they at each place?",
        "Square every difference, add all squares, and divide once at the end.",
        "C H W is how many activations there are, the array's size. The 4 goes with it, under the "
        "fraction.",
    ),
)


@content_cost.probe("three channels, five by four")
def _(ex, rng):
    content, generated = rng.normal(size=(2, 3, 5, 4))
    return {"cost": ex.content_cost(content, generated)}


@content_cost.probe("layers of any size")
def _(ex, rng):
    costs = {}
    for number in range(4):
        content, generated = rng.normal(size=(2, *rng.integers(1, 6, 3)))
        costs[f"cost {number}"] = ex.content_cost(content, generated)
    return costs


@content_cost.probe("one channel, one position", "edge")
def _(ex, rng):
    return {"cost": ex.content_cost(np.array([[[2.0]]]), np.array([[[5.0]]]))}


@content_cost.probe("the same activations cost nothing", "edge")
def _(ex, rng):
    content = rng.normal(size=(2, 3, 3))
    return {"cost": ex.content_cost(content, content.copy())}


@content_cost.probe("large activations, and small ones", "edge")
def _(ex, rng):
    content, generated = rng.normal(size=(2, 2, 3, 4))
    return {
        "cost of the large": ex.content_cost(1e12 * content, 1e12 * generated),
        "cost of the small": ex.content_cost(1e-12 * content, 1e-12 * generated),
    }


content_cost.wrong(
    "(4 * content.size)",
    "2",
    says="The sum was halved and no more: divide by 4 C H W, so that a large layer does not cost "
    "more than a small one.",
)
content_cost.wrong(
    "(4 * content.size)",
    "content.size",
    says="That is the mean squared difference: the 4 is missing.",
)
content_cost.wrong(
    "(4 * content.size)",
    "(4 * content[0].size)",
    says="The channels were not counted: divide by 4 C H W, not by 4 H W.",
)
content_cost.wrong(
    "difference**2",
    "abs(difference)",
    says="The differences were made positive but not squared.",
)
content_cost.wrong(
    "difference**2",
    "difference",
    says="The differences were not squared, so that those above and below 0 cancel.",
)
content_cost.wrong(
    "(difference**2).sum() / (4 * content.size)",
    "(difference**2).sum()",
    says="The sum of squares is right; it still has to be divided by 4 C H W.",
)
content_cost.wrong(
    "difference = generated - content",
    "generated -= content\n    difference = generated",
    says="The cost is right, but -= wrote into the caller's array: make a new one.",
)
content_cost.wrong(
    "(difference**2).sum() / (4 * content.size)",
    "(difference**2).sum() / 4 * content.size",
    says="The sum was multiplied by C H W: / 4 * n divides by 4 and then multiplies by n; brackets "
    "are missing under the fraction.",
)
content_cost.wrong(
    "(difference**2).sum() / (4 * content.size)",
    "np.sqrt((difference**2).sum()) / (4 * content.size)",
    says="The root of the sum was taken: that is a distance, and the cost is its square.",
)
content_cost.wrong(
    "(4 * content.size)",
    "4",
    says="The sum was divided by 4 only: C H W, the number of activations, is under the fraction "
    "too.",
)
content_cost.wrong(
    "(4 * content.size)",
    "(2 * content.size) ** 2",
    says="That is the style cost's (2 C H W) squared: here it is 4 C H W.",
)
content_cost.wrong(
    "(4 * content.size)",
    "(4 * content.shape[1] * content.shape[0])",
    says="The columns were not counted: divide by 4 C H W.",
)
content_cost.wrong(
    "(difference**2).sum()",
    "difference.sum() ** 2",
    says="The sum was squared: square each difference first, and then sum, for otherwise those "
    "above and below 0 cancel.",
)
content_cost.wrong(
    "(difference**2).sum()",
    "(generated**2 - content**2).sum()",
    says="The squares were subtracted from each other: subtract first, then square.",
)
content_cost.wrong(
    "float((difference**2).sum() / (4 * content.size))",
    "difference**2 / (4 * content.size)",
    says="The squares were not summed: a cost is one number for the whole layer.",
)
content_cost.wrong(
    "float((difference**2).sum() / (4 * content.size))",
    "(difference**2).sum(axis=(1, 2)) / (4 * content.size)",
    says="There is one cost for each channel: sum over the channels too.",
)
content_cost.wrong(
    "difference = generated - content",
    "difference = generated.mean(axis=(1, 2)) - content.mean(axis=(1, 2))",
    says="Only the channels' means were compared: content compares the activations place by place.",
)
content_cost.wrong(
    BODY,
    """
    return float(np.linalg.norm(generated - content, axis=(1, 2)).sum() / (4 * content.size))
    """,
    says="The norms of the channels were added up: it is their squares that are, the sum of "
    "all squared differences.",
)
content_cost.wrong(
    "(4 * content.size)",
    "(2 * content.size)",
    says="The sum was divided by 2 C H W: it is 4 C H W.",
)
content_cost.right(
    BODY,
    """
    total = 0.0
    for k, i, j in np.ndindex(content.shape):
        total += (content[k, i, j] - generated[k, i, j]) ** 2
    return total / 4 / content.size
    """,
    says="one activation at a time",
)
content_cost.right(
    BODY,
    """
    d = (np.float32(content) - np.float32(generated)).ravel()
    return np.mean(d * d) / 4
    """,
    says="a quarter of a mean, in float32",
)
for words, because in (
    ("when content and generated are exchanged", "a squared difference has no order"),
    ("if a difference is taken the other way round", "a squared difference has no order"),
    ("if the absolute value of a difference is taken", "a squared difference has no sign"),
    ("if it is not made a plain number at the end", "numbers of all kinds are taken as one"),
):
    content_cost.equivalent(words, because=because)


content_cost_grad = ex08.function(
    "content_cost_grad",
    points=5,
    minutes=5,
    section="What content costs",
    tolerance=SUMS,
    hints=(
        "Of a sum of squares, only one term holds a given activation. What is the derivative of "
        "(a - b)^2 by a?",
        "The derivative of a square brings a 2 down. What is left of the 4 under the fraction?",
        "It is the difference, generated minus content, over a number: twice C H W.",
    ),
)


@content_cost_grad.probe("three channels, five by four")
def _(ex, rng):
    content, generated = rng.normal(size=(2, 3, 5, 4))
    return {"gradient": ex.content_cost_grad(content, generated)}


@content_cost_grad.probe("layers of any size")
def _(ex, rng):
    gradients = {}
    for number in range(4):
        content, generated = rng.normal(size=(2, *rng.integers(1, 6, 3)))
        gradients[f"gradient {number}"] = ex.content_cost_grad(content, generated)
    return gradients


@content_cost_grad.probe("one channel, one position", "edge")
def _(ex, rng):
    return {"gradient": ex.content_cost_grad(np.array([[[2.0]]]), rng.uniform(3, 6, (1, 1, 1)))}


@content_cost_grad.probe("at the content itself the ground is level", "edge")
def _(ex, rng):
    content = rng.normal(size=(2, 3, 3))
    return {"gradient": ex.content_cost_grad(content, content.copy())}


content_cost_grad.wrong(
    "generated - content",
    "content - generated",
    says="The sign is turned round: that is the gradient to the content's activations, and a step "
    "against it leads away from them.",
)
content_cost_grad.wrong(
    "(2 * content.size)",
    "(4 * content.size)",
    says="Half of the gradient: the derivative of a square brings down a 2, and 2 / 4 is 1 / 2.",
)
content_cost_grad.wrong(
    "(2 * content.size)",
    "content.size",
    says="Twice the gradient: the 4 under the fraction became 2, not 1.",
)
content_cost_grad.wrong(
    "difference / (2 * content.size)",
    "difference",
    says="The difference is right; the cost's fraction, 1 / (4 C H W), belongs to its gradient "
    "too.",
)
content_cost_grad.wrong(
    "(2 * content.size)",
    "(2 * content[0].size)",
    says="The channels were not counted: it is 2 C H W under the fraction, not 2 H W.",
)
content_cost_grad.wrong(
    "return difference / (2 * content.size)",
    "return np.sign(difference) / (2 * content.size)",
    says="Only the signs of the differences are left: that is the gradient of a sum of absolute "
    "values, not of squares.",
)
content_cost_grad.wrong(
    "difference = generated - content",
    "generated -= content\n    difference = generated",
    says="The gradient is right, but -= wrote into the caller's array: make a new one.",
)
content_cost_grad.wrong(
    "difference / (2 * content.size)",
    "abs(difference) / (2 * content.size)",
    says="The sign of the differences was dropped: where the generated picture has less than the "
    "content, the gradient is negative.",
)
content_cost_grad.wrong(
    "return difference / (2 * content.size)",
    "return (difference / (2 * content.size)).ravel()",
    says="The values are right, but in one long row: a gradient has the shape of the activations.",
)
content_cost_grad.wrong(
    "return difference / (2 * content.size)",
    "return float((difference / (2 * content.size)).sum())",
    says="The gradient was summed to one number: it has one entry for each activation.",
)
content_cost_grad.wrong(
    "difference / (2 * content.size)",
    "difference**2 / (2 * content.size)",
    says="The difference is still squared: the derivative of (a - b)^2 by a is 2 (a - b).",
)
content_cost_grad.wrong(
    "difference / (2 * content.size)",
    "difference / 2 * content.size",
    says="It was multiplied by C H W: / 2 * n divides by 2 and then multiplies by n; brackets are "
    "missing under the fraction.",
)
content_cost_grad.wrong(
    "difference / (2 * content.size)",
    "difference / 2",
    says="C H W is missing under the fraction: the cost is divided by it, and so is its gradient.",
)
content_cost_grad.wrong(
    "difference = generated - content",
    "difference = generated",
    says="The content does not come in: the gradient is 0 where both pictures agree.",
)
content_cost_grad.wrong(
    "difference / (2 * content.size)",
    "difference**2 / (4 * content.size)",
    says="Those are the terms of the cost, not yet differentiated: the derivative of a square is "
    "twice what was squared.",
)
content_cost_grad.wrong(
    BODY,
    """
    return 2 * (generated - content) * content_cost(content, generated)
    """,
    says="The cost itself was multiplied in: the gradient is the derivative of each square, 2 "
    "times the difference, over 4 C H W.",
)
content_cost_grad.wrong(
    "difference / (2 * content.size)",
    "difference / max(np.sqrt((difference**2).sum()), 1e-12)",
    says="The difference was brought to length 1: it is divided by 2 C H W, whatever its size.",
)
content_cost_grad.right(
    BODY,
    """
    grad = np.empty(content.shape)
    for place in np.ndindex(content.shape):
        grad[place] = 2 * (generated[place] - content[place]) / (4 * content.size)
    return grad
    """,
    says="one activation at a time",
)
content_cost_grad.right(
    BODY,
    """
    c, h, w = content.shape
    scale = np.float32(0.5 / (c * h * w))
    return np.asfortranarray(generated, np.float32) * scale - content.astype("f4") * scale
    """,
    says="float32, in Fortran order",
)


descent_step = ex08.function(
    "descent_step",
    points=5,
    minutes=5,
    section="Descent on the pixels",
    tolerance=STEPS,
    hints=(
        "The gradient points to where the cost rises. Which way does a step go, and how long is "
        "it?",
        "First the whole step, and only then the look at which pixels have left the range.",
        "NumPy has a function that puts every value between two bounds; or take a maximum with 0 "
        "and a minimum with 1.",
    ),
)


@descent_step.probe("a small step, well inside")
def _(ex, rng):
    image, grad = rng.uniform(0.4, 0.6, (3, 4, 5)), rng.normal(size=(3, 4, 5))
    return {"new image": ex.descent_step(image, grad, 0.01)}


@descent_step.probe("a large step, over both ends")
def _(ex, rng):
    image, grad = rng.uniform(0, 1, (3, 5, 4)), rng.normal(size=(3, 5, 4))
    return {"new image": ex.descent_step(image, grad, 0.5)}


@descent_step.probe("steps of any length")
def _(ex, rng):
    images = {}
    for number in range(3):
        image = rng.uniform(0, 1, (3, *rng.integers(1, 6, 2)))
        lr = float(10 ** rng.uniform(-3, 1))
        images[f"new image {number}"] = ex.descent_step(image, rng.normal(size=image.shape), lr)
    return images


@descent_step.probe("pixels at the ends: one pushed out, one pulled in", "edge")
def _(ex, rng):
    image = np.array([[[0.0, 0.0, 1.0, 1.0]]])
    return {"new image": ex.descent_step(image, np.array([[[2.0, -2.0, 2.0, -2.0]]]), 0.1)}


@descent_step.probe("a row of pixels, and a stack of pictures", "edge")
def _(ex, rng):
    row, stack = np.array([0.5, 0.1, 0.9]), rng.uniform(0, 1, (2, 3, 4, 5))
    return {
        "new row": ex.descent_step(row, np.array([1.0, 2, -4]), 0.1),
        "new stack": ex.descent_step(stack, rng.normal(size=stack.shape), 0.4),
    }


@descent_step.probe("a gradient of 0, and one that is very large", "edge")
def _(ex, rng):
    image = rng.uniform(0, 1, (3, 2, 2))
    return {
        "not moved": ex.descent_step(image.copy(), np.zeros((3, 2, 2)), 0.3),
        "thrown out": ex.descent_step(image.copy(), 1e30 * rng.normal(size=(3, 2, 2)), 0.3),
    }


descent_step.wrong(
    "image - lr * grad",
    "image + lr * grad",
    says="The step goes uphill: subtract lr times the gradient.",
)
descent_step.wrong(
    "np.clip(moved, 0, 1)",
    "moved",
    says="Some values are below 0 or above 1: bring them back, after the step, for it is the step "
    "that leaves the range.",
)
descent_step.wrong(
    "np.clip(moved, 0, 1)",
    "moved % 1",
    says="Values wrap round: a pixel a little brighter than white must become white, not black.",
)
descent_step.wrong(
    "np.clip(moved, 0, 1)",
    "(moved - moved.min()) / (moved.max() - moved.min())",
    says="The whole image was stretched to reach from 0 to 1: leave what is inside as it is, and "
    "cut only what is outside.",
)
descent_step.wrong(
    "image - lr * grad",
    "image - np.clip(lr * grad, 0, 1)",
    says="The step was clipped, so that no pixel can become brighter: clip the new image only.",
)
descent_step.wrong(
    "np.clip(moved, 0, 1)",
    "np.maximum(moved, 0)",
    says="Only the lower end was kept: values above 1 must become 1.",
)
descent_step.wrong(
    "np.clip(moved, 0, 1)",
    "np.clip(moved, -1, 1)",
    says="The range was taken as -1 to 1: black is 0.",
)
descent_step.wrong(
    "image - lr * grad",
    "image - grad",
    says="The step is as long as the gradient: multiply it by lr.",
)
descent_step.wrong(
    "moved = image - lr * grad\n    return np.clip(moved, 0, 1)",
    "image -= lr * grad\n    return np.clip(image, 0, 1)",
    says="The numbers are right, but the image was changed in place: return a new array.",
)
descent_step.wrong(
    "moved = image - lr * grad\n    return np.clip(moved, 0, 1)",
    "return image - lr * np.clip(grad, 0, 1)",
    says="The gradient was clipped: the whole gradient makes the step, and the new image is "
    "brought back to 0 ... 1.",
)
descent_step.wrong(
    "image - lr * grad",
    "image - grad / lr",
    says="The gradient was divided by lr: the step is lr times the gradient.",
)
descent_step.wrong(
    "image - lr * grad",
    "image - lr * grad / np.sqrt((grad**2).sum() + 1e-300)",
    says="The gradient was brought to length 1: the step is lr times the gradient as it is, so "
    "that it becomes shorter near the bottom.",
)
descent_step.wrong(
    "image - lr * grad",
    "image - lr * np.sign(grad)",
    says="Only the sign of the gradient was used, so that all pixels move equally far: the step "
    "is lr times the gradient.",
)
descent_step.wrong(
    "image - lr * grad",
    "image - lr * grad.mean()",
    says="All pixels moved by the mean of the gradient: each has an entry of its own.",
)
descent_step.wrong(
    "return np.clip(moved, 0, 1)",
    "return np.where((moved < 0) | (moved > 1), image, moved)",
    says="Pixels that would leave the range stayed where they were: they go as far as the end of "
    "the range, 0 or 1.",
)
descent_step.wrong(
    "np.clip(moved, 0, 1)",
    "np.minimum(moved, 1)",
    says="Only the upper end was kept: values below 0 must become 0.",
)
descent_step.wrong(
    "np.clip(moved, 0, 1)",
    "np.minimum(abs(moved), 1)",
    says="Values below 0 were mirrored by taking them without their sign: they must become 0.",
)
descent_step.wrong(
    "np.clip(moved, 0, 1)",
    "np.clip(moved, 0, 255)",
    says="The range was taken as 0 to 255: white is 1.",
)
descent_step.wrong(
    "np.clip(moved, 0, 1)",
    "np.where((moved < 0) | (moved > 1), 0, moved)",
    says="Values above 1 became 0: they must become 1, white.",
)
descent_step.wrong(
    "np.clip(moved, 0, 1)",
    "np.round(np.clip(moved, 0, 1))",
    says="The values were rounded to black and white: leave what is inside as it is.",
)
descent_step.wrong(
    "np.clip(moved, 0, 1)",
    "1 / (1 + np.exp(-np.clip(moved, -50, 50)))",
    says="A sigmoid squeezed all values: leave what is inside as it is, and cut only what is "
    "outside.",
)
descent_step.wrong(
    "image - lr * grad",
    "image * (1 - lr * grad)",
    says="The step was multiplied by the image, so that dark pixels hardly move: subtract lr times "
    "the gradient.",
)
descent_step.wrong(
    "image - lr * grad",
    "lr * (image - grad)",
    says="The image was multiplied by lr too: only the gradient is.",
)
descent_step.wrong(
    "image - lr * grad",
    "image - lr * grad / max(np.abs(grad).max(initial=0), 1e-300)",
    says="The gradient was divided by its largest value: the step is lr times the gradient as it "
    "is, so that it becomes shorter near the bottom.",
)
descent_step.wrong(
    "image - lr * grad",
    "image - 0.01 * grad",
    says="The length of the step is always 0.01: it is lr.",
)
descent_step.wrong(
    "return np.clip(moved, 0, 1)",
    "moved[moved < 0] = 1\n    moved[moved > 1] = 0\n    return moved",
    says="The ends were swapped: below 0 becomes 0, and above 1 becomes 1.",
)
descent_step.wrong(
    "return np.clip(moved, 0, 1)",
    "return max(0, min(1, moved))",
    says="Python's min and max compare whole arrays, which have no single order: np.minimum, "
    "np.maximum and np.clip go value by value.",
)
descent_step.wrong(
    "image - lr * grad",
    "image - lr * np.clip(grad, -1, 1)",
    says="The gradient was clipped to -1 ... 1: the step is lr times the gradient as it is, and "
    "only the new image is brought back to 0 ... 1.",
)
descent_step.wrong(
    "return np.clip(moved, 0, 1)",
    "low, high = moved.min(), moved.max()\n"
    "    return (moved - low) / (high - low) if low < 0 or high > 1 else moved",
    says="Where a value left the range, the whole image was stretched to reach from 0 to 1: cut "
    "only what is outside, and leave the others as they are.",
)
descent_step.wrong(
    "return np.clip(moved, 0, 1)",
    "return np.maximum(moved, 0) / max(1, moved.max())",
    says="The image was divided by its largest value where that was above 1: values above 1 "
    "become 1, and the others stay as they are.",
)
descent_step.wrong(
    "image - lr * grad",
    "image - lr * grad / max(np.abs(grad).mean(), 1e-300)",
    says="The gradient was divided by the mean of its absolute values: the step is lr times the "
    "gradient as it is.",
)
descent_step.right(
    BODY,
    """
    moved = np.array(image)
    moved -= lr * grad
    moved[moved < 0] = 0
    moved[moved > 1] = 1
    return moved
    """,
    says="on a copy, with masks",
)
descent_step.right(
    BODY,
    """
    return np.minimum(1, np.maximum(0, np.asfortranarray(image) + grad * -lr))
    """,
    says="minimum and maximum, in Fortran order",
)
for words, because in (
    ("with the absolute values of image", "a picture has no value below 0"),
    ("if two arguments of clip are exchanged", "np.clip takes the lower of equal bounds"),
):
    descent_step.equivalent(words, because=because)


gram_matrix = ex08.function(
    "gram_matrix",
    points=10,
    minutes=10,
    section="The Gram matrix, by hand",
    tolerance=SUMS,
    hints=(
        "Forget rows and columns of the picture: they are only positions. A channel is then one "
        "long list of numbers, and the Gram matrix holds the dot products of these lists.",
        "Lay the features out as a matrix with one row per channel: (C, H W). What does it take to "
        "multiply every row with every row at once?",
        "Reshape keeps the order in which NumPy stores the numbers: the first axis, the channels, "
        "may stay, and the last two become one. Then one matrix product with the transpose.",
    ),
)


@gram_matrix.probe("three channels, four by five")
def _(ex, rng):
    return {"gram": ex.gram_matrix(rng.normal(size=(3, 4, 5)))}


@gram_matrix.probe("after a relu: nothing is negative, much is 0")
def _(ex, rng):
    return {"gram": ex.gram_matrix(np.maximum(rng.normal(size=(5, 3, 3)), 0))}


@gram_matrix.probe("layers of any size")
def _(ex, rng):
    shapes = rng.integers(1, 7, (5, 3))
    return {f"gram {n}": ex.gram_matrix(rng.normal(size=shape)) for n, shape in enumerate(shapes)}


@gram_matrix.probe("more channels than positions")
def _(ex, rng):
    return {"gram": ex.gram_matrix(rng.normal(size=(7, 1, 2)))}


@gram_matrix.probe("as many channels as positions")
def _(ex, rng):
    return {"gram": ex.gram_matrix(rng.normal(size=(4, 2, 2)))}


@gram_matrix.probe("a picture twice as wide has a Gram matrix twice as large")
def _(ex, rng):
    half = rng.normal(size=(3, 4, 2))
    return {"gram": ex.gram_matrix(np.concatenate([half, half], axis=2))}


@gram_matrix.probe("one channel; one position; a channel that never fires", "edge")
def _(ex, rng):
    silent = rng.normal(size=(3, 2, 4))
    silent[1] = 0
    return {
        "of one channel": ex.gram_matrix(rng.normal(size=(1, 3, 4))),
        "of one position": ex.gram_matrix(rng.normal(size=(4, 1, 1))),
        "with a silent channel": ex.gram_matrix(silent),
    }


@gram_matrix.probe("large features, and small ones", "edge")
def _(ex, rng):
    features = rng.normal(size=(2, 3, 4))
    return {
        "of the large": ex.gram_matrix(1e12 * features),
        "of the small": ex.gram_matrix(1e-12 * features),
    }


gram_matrix.wrong(
    "matrix @ matrix.T",
    "matrix.T @ matrix",
    says="The product is the other way round: that compares positions with positions, (H W, H W). "
    "Channels are compared by M M^T.",
)
gram_matrix.wrong(
    "matrix @ matrix.T",
    "matrix @ matrix.T / matrix.shape[1]",
    says="The sums were divided by the number of positions: here the Gram matrix is the plain sum, "
    "and the costs divide.",
)
gram_matrix.wrong(
    "matrix @ matrix.T",
    "matrix @ matrix.T / matrix.size",
    says="The sums were divided by C H W: here the Gram matrix is the plain sum, and the costs "
    "divide.",
)
gram_matrix.wrong(
    "return matrix @ matrix.T",
    "matrix = matrix - matrix.mean(axis=1, keepdims=True)\n    return matrix @ matrix.T",
    says="Each channel's mean was subtracted: that is a covariance; the Gram matrix multiplies the "
    "features as they are.",
)
gram_matrix.wrong(
    "return matrix @ matrix.T",
    "return np.corrcoef(matrix)",
    says="That is the matrix of correlation coefficients: the Gram matrix neither subtracts the "
    "means nor divides by the spreads.",
)
gram_matrix.wrong(
    "return matrix @ matrix.T",
    "lengths = np.sqrt((matrix**2).sum(axis=1))\n"
    "    return matrix @ matrix.T / np.outer(lengths, lengths)",
    says="Every channel was scaled to length 1: how strongly it fires is part of the style.",
)
gram_matrix.wrong(
    "return matrix @ matrix.T",
    "return (matrix**2).sum(axis=1)",
    says="Only the diagonal was returned, each channel with itself: the pairs of different "
    "channels are missing.",
)
gram_matrix.wrong(
    "matrix = features.reshape(len(features), -1)",
    "matrix = features.reshape(-1, len(features)).T",
    says="The channels were mixed up: reshape does not transpose, so the first axis, C, has to "
    "stay the first.",
)
gram_matrix.wrong(
    "return matrix @ matrix.T",
    "return matrix * matrix",
    says="The features were squared one by one: M M^T is a matrix product, every channel with "
    "every other, summed over the positions.",
)
gram_matrix.wrong(
    "return matrix @ matrix.T",
    "return np.outer(matrix.sum(axis=1), matrix.sum(axis=1))",
    says="The sums of the channels were multiplied: multiply place by place first, and then sum, "
    "so that it counts where both are active.",
)
gram_matrix.wrong(
    "return matrix @ matrix.T",
    "return np.triu(matrix @ matrix.T)",
    says="Below the diagonal there are zeros: the Gram matrix is symmetric, G[l, k] = G[k, l].",
)
gram_matrix.wrong(
    "return matrix @ matrix.T",
    "return np.tril(matrix @ matrix.T)",
    says="Above the diagonal there are zeros: the Gram matrix is symmetric, G[k, l] = G[l, k].",
)
gram_matrix.wrong(
    "return matrix @ matrix.T",
    "gram = matrix @ matrix.T\n    np.fill_diagonal(gram, 0)\n    return gram",
    says="The diagonal is 0: each channel is multiplied with itself as well.",
)
gram_matrix.wrong(
    "matrix = features.reshape(len(features), -1)",
    "matrix = features.reshape(-1, features.shape[2])",
    says="Every row of every channel was taken as a channel: one row of M holds all H W positions "
    "of a channel.",
)
gram_matrix.wrong(
    "return matrix @ matrix.T",
    "return features @ features.transpose(0, 2, 1)",
    says="There is one matrix for each channel, which compares its rows: lay the features out as a "
    "matrix (C, H W) first, so that channels are compared.",
)
gram_matrix.wrong(
    "return matrix @ matrix.T",
    "return np.cov(matrix)",
    says="That is the covariance of the channels: the Gram matrix neither subtracts the means nor "
    "divides.",
)
gram_matrix.wrong(
    "matrix @ matrix.T",
    "matrix @ matrix.T / (2 * matrix.size)",
    says="The sums were divided by 2 C H W: here the Gram matrix is the plain sum, and the costs "
    "divide.",
)
gram_matrix.wrong(
    "matrix @ matrix.T",
    "matrix @ matrix.T / len(matrix)",
    says="The sums were divided by the number of channels: the Gram matrix is the plain sum.",
)
gram_matrix.wrong(
    "return matrix @ matrix.T",
    "return (matrix @ matrix.T).sum()",
    says="The matrix was summed to one number: there is one entry for each pair of channels.",
)
gram_matrix.wrong(
    "return matrix @ matrix.T",
    "return ((matrix[:, None] - matrix) ** 2).sum(axis=2)",
    says="Those are the squared distances of the channels: the Gram matrix has their products.",
)
gram_matrix.wrong(
    "matrix = features.reshape(len(features), -1)",
    "matrix = features.mean(axis=2)",
    says="The columns were averaged before the product: every position counts by itself.",
)
gram_matrix.wrong(
    "return matrix @ matrix.T",
    "return np.abs(matrix @ matrix.T)",
    says="The signs of the sums were dropped: two channels may well have a negative product.",
)
gram_matrix.wrong(
    BODY,
    """
    gram = np.zeros((len(features), len(features)))
    for k, one in enumerate(features):
        for l, other in enumerate(features):
            gram[k, l] = (one @ other.T).sum()
    return gram
    """,
    says="The matrix product of two channels was summed, which multiplies every column of a row "
    "with the same column of all rows: only values at the same place are multiplied.",
)
gram_matrix.wrong(
    BODY,
    """
    gram = np.zeros((len(features), len(features)))
    gram[0] = (features[0] * features).sum(axis=(1, 2))
    return gram
    """,
    says="Only the first row was filled: a return inside the outer loop ends it after one turn.",
)
gram_matrix.wrong(
    "matrix @ matrix.T",
    "np.diag((matrix * matrix).sum(axis=1))",
    says="Each channel was multiplied with itself only: G has an entry for every two channels.",
)
gram_matrix.wrong(
    BODY,
    """
    return (features @ features.transpose(0, 2, 1)).sum(axis=0)
    """,
    says="The rows of each channel were multiplied with one another, (H, H): make each channel one "
    "row of a matrix (C, H W), and multiply channels.",
)
gram_matrix.right(
    BODY,
    """
    return np.einsum("kij,lij->kl", features, features)
    """,
    says="einsum",
)
gram_matrix.right(
    BODY,
    """
    c = len(features)
    gram = np.zeros((c, c))
    for k in range(c):
        for l in range(k + 1):
            gram[k, l] = gram[l, k] = (features[k] * features[l]).sum()
    return gram
    """,
    says="loops over half of the pairs",
)
gram_matrix.right(
    BODY,
    """
    f = features.astype(np.float32)
    return np.asfortranarray(np.tensordot(f, f, axes=([1, 2], [1, 2])))
    """,
    says="tensordot in float32, in Fortran order",
)
for words, because in (
    ("with -features in the place of features", "two minus signs are none"),
    ("with 2 in the place of a 1", "reshape takes any negative length for what is left over"),
):
    gram_matrix.equivalent(words, because=because)


gram_vjp = ex08.function(
    "gram_vjp",
    points=15,
    minutes=15,
    section="What style costs",
    tolerance=SUMS,
    hints=(
        "Take one channel and one position: C = 1, H W = 1. Then G = m^2, and what you know about "
        "the derivative of a square tells you what factor must come out.",
        "The matrix product's gradients (exercise 01): for G = A B, to A it is g B^T and to B it "
        "is A^T g. Here A = M and B = M^T; turn the second one back and add.",
        "Everything happens on the matrix (C, H W): g plus its transpose, times M. The last thing "
        "is to give the result the features' own shape again.",
    ),
)


@gram_vjp.probe("a gradient that is not symmetric")
def _(ex, rng):
    return {"gradient": ex.gram_vjp(rng.normal(size=(3, 4, 5)), rng.normal(size=(3, 3)))}


@gram_vjp.probe("a symmetric gradient, as style costs have it")
def _(ex, rng):
    g = rng.normal(size=(4, 4))
    return {"gradient": ex.gram_vjp(rng.normal(size=(4, 2, 3)), g + g.T)}


@gram_vjp.probe("the gradient of one entry of the Gram matrix, off the diagonal")
def _(ex, rng):
    g = np.zeros((3, 3))
    g[0, 2] = 1
    return {"gradient": ex.gram_vjp(rng.normal(size=(3, 2, 2)), g)}


@gram_vjp.probe("layers of any size")
def _(ex, rng):
    gradients = {}
    for number in range(4):
        features = rng.normal(size=rng.integers(1, 7, 3))
        g = rng.normal(size=(len(features), len(features)))
        gradients[f"gradient {number}"] = ex.gram_vjp(features, g)
    return gradients


@gram_vjp.probe("one channel; one position; as many channels as positions; g of 0", "edge")
def _(ex, rng):
    return {
        "one channel": ex.gram_vjp(rng.normal(size=(1, 2, 3)), rng.normal(size=(1, 1))),
        "one position": ex.gram_vjp(rng.normal(size=(3, 1, 1)), rng.normal(size=(3, 3))),
        "as many channels": ex.gram_vjp(rng.normal(size=(4, 2, 2)), rng.normal(size=(4, 4))),
        "g of 0": ex.gram_vjp(rng.normal(size=(2, 3, 2)), np.zeros((2, 2))),
    }


gram_vjp.wrong(
    "(g + g.T) @ matrix",
    "g @ matrix",
    says="Only the first factor was differentiated: each feature stands in G = M M^T twice; the "
    "second gives g^T M.",
)
gram_vjp.wrong(
    "(g + g.T) @ matrix",
    "g.T @ matrix",
    says="Only the second factor was differentiated: each feature stands in G = M M^T twice; the "
    "first gives g M.",
)
gram_vjp.wrong(
    "(g + g.T) @ matrix",
    "2 * g @ matrix",
    says="2 g M is right only where g is symmetric: in general it is (g + g^T) M.",
)
gram_vjp.wrong(
    "(g + g.T) @ matrix",
    "(g + g.T) @ matrix / 2",
    says="Half of the gradient: like the derivative of m^2, which is 2 m and not m, the two halves "
    "add up.",
)
gram_vjp.wrong(
    "return back.reshape(features.shape)",
    "return back",
    says="The values are right, but still a matrix: give them the features' shape, (C, H, W).",
)
gram_vjp.wrong(
    "return back.reshape(features.shape)",
    "return back.T.reshape(features.shape)",
    says="The matrix was transposed before it got its shape: channels and positions are mixed up.",
)
gram_vjp.wrong(
    "(g + g.T) @ matrix",
    "(g - g.T) @ matrix",
    says="The two halves were subtracted: a feature's two appearances in G add up.",
)
gram_vjp.wrong(
    "back = (g + g.T) @ matrix\n    return back.reshape(features.shape)",
    "return (g + g.T) * (matrix @ matrix.T)",
    says="The gradient was multiplied into the Gram matrix: send it back to the features, by a "
    "matrix product with M.",
)
gram_vjp.wrong(
    "(g + g.T) @ matrix",
    "2 * g.T @ matrix",
    says="2 g^T M is right only where g is symmetric: in general it is (g + g^T) M.",
)
gram_vjp.wrong(
    "return back.reshape(features.shape)",
    "return back.reshape(features.shape) / features.size",
    says="It was divided by C H W: this Gram matrix is the plain sum, the costs divide, and so do "
    "their gradients.",
)
gram_vjp.wrong(
    "return back.reshape(features.shape)",
    "return back.reshape(features.shape) / matrix.shape[1]",
    says="It was divided by the number of positions: this Gram matrix is the plain sum, and so is "
    "its gradient.",
)
gram_vjp.wrong(
    "(g + g.T) @ matrix",
    "matrix @ (g + g.T)",
    says="The product is the wrong way round: M is (C, H W), and g mixes channels, so it stands to "
    "the left of M.",
)
gram_vjp.wrong(
    "(g + g.T) @ matrix",
    "2 * (g + g.T) @ matrix",
    says="Twice the gradient: g + g^T has both of a feature's appearances in G, and no 2 is needed "
    "besides.",
)
gram_vjp.wrong(
    "(g + g.T) @ matrix",
    "(np.triu(g) + np.triu(g).T) @ matrix",
    says="Only the upper half of g was used: g has a derivative for G[k, l] and one for G[l, k].",
)
gram_vjp.wrong(
    "(g + g.T) @ matrix",
    "np.diag(g)[:, None] * 2 * matrix",
    says="Only the diagonal of g was used: a channel also gets a share from its products with the "
    "others.",
)
gram_vjp.wrong(
    "(g + g.T) @ matrix",
    "(g.sum(axis=1) + g.sum(axis=0))[:, None] * matrix",
    says="g was summed and each channel scaled by it: a channel's gradient is made of the other "
    "channels' features, by a matrix product.",
)
gram_vjp.wrong(
    "return back.reshape(features.shape)",
    "return g + g.T",
    says="That is still a matrix (C, C): multiply it with M to come back to the features.",
)
gram_vjp.wrong(
    "(g + g.T) @ matrix",
    "g @ matrix @ matrix.T @ matrix",
    says="g was multiplied into the Gram matrix: a product of M with M^T has a derivative with one "
    "M, (g + g^T) M.",
)
gram_vjp.wrong(
    BODY,
    """
    m = features.reshape(len(features), -1)
    return ((g + g.T) * gram_matrix(features) @ m).reshape(features.shape)
    """,
    says="g was multiplied entry by entry with the Gram matrix: it is g + g^T that multiplies "
    "M, as a matrix product.",
)
gram_vjp.wrong(
    BODY,
    """
    m = features.reshape(-1, len(features))
    return (m @ (g + g.T)).reshape(features.shape)
    """,
    says="reshape(-1, C) does not exchange axes, it cuts the numbers in another way: M is (C, "
    "H W), and (H W, C) is its transpose.",
)
gram_vjp.wrong(
    "matrix = features.reshape(len(features), -1)",
    "matrix = features.reshape(-1, len(features)).T",
    says="The reshaping mixes the channels: (H W, C) and then .T does not give one row per "
    "channel. Reshape to (C, H W) at once.",
)
gram_vjp.right(
    BODY,
    """
    return np.einsum("kl,lij->kij", g, features) + np.einsum("lk,lij->kij", g, features)
    """,
    says="einsum, one half at a time",
)
gram_vjp.right(
    BODY,
    """
    back = np.zeros_like(features)
    for k in range(len(features)):
        for l in range(len(features)):
            back[k] += g[k, l] * features[l]
            back[l] += g[k, l] * features[k]
    return back
    """,
    says="every entry of G gives to its two channels",
)
for words, because in (
    ("when g is transposed first", "g + g^T is the same for both"),
    ("if a factor of a product is transposed", "g + g^T is symmetric"),
    ("with 2 in the place of a 1", "reshape takes any negative length for what is left over"),
):
    gram_vjp.equivalent(words, because=because)


style_layer_cost = ex08.function(
    "style_layer_cost",
    points=10,
    minutes=10,
    section="What style costs",
    tolerance=COSTS,
    needs=("gram_matrix",),
    hints=(
        "It is the content cost's idea, on Gram matrices instead of activations: difference, "
        "square, sum, divide.",
        "(a - b)^2 / n^2 is (a/n - b/n)^2. So you may divide each Gram matrix first, each by its "
        "own number; then pictures of different sizes can be compared.",
        "The number is 2 C H W, twice the size of the features it was made of. After dividing, no "
        "further factor is needed.",
    ),
)


@style_layer_cost.probe("two pictures of one size")
def _(ex, rng):
    style, generated = rng.normal(size=(2, 3, 4, 5))
    return {"cost": ex.style_layer_cost(style, generated)}


@style_layer_cost.probe("a style picture of another size")
def _(ex, rng):
    return {"cost": ex.style_layer_cost(rng.normal(size=(3, 6, 2)), rng.normal(size=(3, 4, 5)))}


@style_layer_cost.probe("layers of any size")
def _(ex, rng):
    costs = {}
    for number in range(4):
        c, *sizes = rng.integers(1, 6, 5).tolist()
        style, generated = rng.normal(size=(c, *sizes[:2])), rng.normal(size=(c, *sizes[2:]))
        costs[f"cost {number}"] = ex.style_layer_cost(style, generated)
    return costs


@style_layer_cost.probe("one channel, one position", "edge")
def _(ex, rng):
    return {"cost": ex.style_layer_cost(np.array([[[2.0]]]), rng.uniform(3, 6, (1, 1, 1)))}


@style_layer_cost.probe("the same features with their positions shuffled cost nothing", "edge")
def _(ex, rng):
    style = rng.integers(-3, 4, size=(3, 4, 4)).astype(float)
    shuffled = rng.permutation(style.reshape(3, 16), axis=1).reshape(3, 4, 4)
    return {"cost": ex.style_layer_cost(style, shuffled)}


@style_layer_cost.probe("a picture beside itself costs nothing: its style is the same", "edge")
def _(ex, rng):
    style = rng.integers(-3, 4, size=(2, 3, 4)).astype(float)
    return {"cost": ex.style_layer_cost(style, np.concatenate([style, style], axis=2))}


style_layer_cost.wrong(
    BODY,
    """
    difference = gram_matrix(generated) - gram_matrix(style)
    return float((difference**2).sum() / (2 * generated.size))
    """,
    says="2 C H W was not squared: the square of a difference of Gram matrices needs it twice.",
)
style_layer_cost.wrong(
    BODY,
    """
    difference = gram_matrix(generated) - gram_matrix(style)
    return float((difference**2).sum() / (2 * generated.size) ** 2)
    """,
    says="Both Gram matrices were divided by the generated picture's size: divide each by its own.",
)
style_layer_cost.wrong(
    BODY,
    """
    difference = gram_matrix(generated) - gram_matrix(style)
    return float((difference**2).sum() / (4 * generated.size))
    """,
    says="That is the content cost's 4 C H W: here it is (2 C H W) squared.",
)
style_layer_cost.wrong(
    "wanted = gram_matrix(style) / (2 * style.size)\n"
    "    made = gram_matrix(generated) / (2 * generated.size)",
    "wanted = gram_matrix(style) / style.size\n    made = gram_matrix(generated) / generated.size",
    says="The 2 is missing: each Gram matrix is divided by 2 C H W.",
)
style_layer_cost.wrong(
    "wanted = gram_matrix(style) / (2 * style.size)\n"
    "    made = gram_matrix(generated) / (2 * generated.size)",
    "wanted = gram_matrix(style) / (2 * style[0].size)\n"
    "    made = gram_matrix(generated) / (2 * generated[0].size)",
    says="The channels were not counted: each Gram matrix is divided by 2 C H W, not by 2 H W.",
)
style_layer_cost.wrong(
    BODY,
    """
    difference = gram_matrix(generated) - gram_matrix(style)
    return float((difference**2).sum())
    """,
    says="The sum of squares was not divided by (2 C H W) squared.",
)
style_layer_cost.wrong(
    "((made - wanted) ** 2).sum()",
    "((made - wanted) ** 2).mean()",
    says="The squares were averaged over the C C entries: they are summed.",
)
style_layer_cost.wrong(
    "((made - wanted) ** 2).sum()",
    "np.sqrt(((made - wanted) ** 2).sum())",
    says="That is the distance of the two matrices: the cost is its square.",
)
style_layer_cost.wrong(
    BODY,
    """
    return float(((generated - style) ** 2).sum() / (2 * generated.size) ** 2)
    """,
    says="The features themselves were compared, place by place: style compares Gram matrices.",
)
style_layer_cost.wrong(
    BODY,
    """
    difference = gram_matrix(generated) - gram_matrix(style)
    return float((difference**2).sum() / (2 * style.size * 2 * generated.size))
    """,
    says="The difference was divided by both sizes: divide each Gram matrix by its own 2 C H W, "
    "before subtracting.",
)
style_layer_cost.wrong(
    BODY,
    """
    difference = gram_matrix(generated) - gram_matrix(style)
    return float((difference**2).sum() / (2 * style.size) ** 2)
    """,
    says="Both Gram matrices were divided by the style picture's size: divide each by its own.",
)
style_layer_cost.wrong(
    BODY,
    """
    return float((gram_matrix(generated - style) ** 2).sum() / (2 * generated.size) ** 2)
    """,
    says="That is the Gram matrix of the difference: take the difference of the Gram matrices, "
    "for style is not compared place by place.",
)
style_layer_cost.wrong(
    BODY,
    """
    return float(((generated - style) ** 2).sum() / (4 * generated.size))
    """,
    says="That is the content cost: style compares Gram matrices.",
)
style_layer_cost.wrong(
    "((made - wanted) ** 2).sum()",
    "abs(made - wanted).sum()",
    says="The differences were made positive but not squared.",
)
style_layer_cost.wrong(
    "((made - wanted) ** 2).sum()",
    "(made - wanted).sum() ** 2",
    says="The sum was squared: square each difference first, and then sum.",
)
style_layer_cost.wrong(
    "((made - wanted) ** 2).sum()",
    "(np.diag(made - wanted) ** 2).sum()",
    says="Only the diagonals were compared: style is in the pairs of different channels too.",
)
style_layer_cost.wrong(
    "((made - wanted) ** 2).sum()",
    "(np.triu(made - wanted) ** 2).sum()",
    says="Every pair of channels was counted once: the sum runs over k and l, so that each pair "
    "counts twice.",
)
style_layer_cost.wrong(
    "wanted = gram_matrix(style) / (2 * style.size)\n"
    "    made = gram_matrix(generated) / (2 * generated.size)",
    "wanted = gram_matrix(style) / (2 * style.size) ** 2\n"
    "    made = gram_matrix(generated) / (2 * generated.size) ** 2",
    says="The Gram matrices were divided by 2 C H W twice: the square of the difference has it "
    "squared already.",
)
style_layer_cost.wrong(
    "((made - wanted) ** 2).sum()",
    "(made**2 - wanted**2).sum()",
    says="The squares were subtracted from each other: subtract first, then square.",
)
style_layer_cost.wrong(
    BODY,
    """
    d = gram_matrix(generated) - gram_matrix(style)
    return float((d**2).sum() / (2 * style.size))
    """,
    says="2 C H W is not squared: under the squares of a difference of Gram matrices it "
    "stands squared.",
)
style_layer_cost.wrong(
    BODY,
    """
    rows, columns = np.minimum(style.shape[1:], generated.shape[1:])
    one, other = generated[:, :rows, :columns], style[:, :rows, :columns]
    return float(((gram_matrix(one) - gram_matrix(other)) ** 2).sum() / (2 * one.size) ** 2)
    """,
    says="The larger picture was cropped to the size of the smaller: all of each counts, divided "
    "by its own size.",
)
style_layer_cost.wrong(
    "wanted = gram_matrix(style) / (2 * style.size)\n"
    "    made = gram_matrix(generated) / (2 * generated.size)",
    "wanted = gram_matrix(style) / np.sqrt(2 * style.size)\n"
    "    made = gram_matrix(generated) / np.sqrt(2 * generated.size)",
    says="Each Gram matrix was divided by the root of 2 C H W, so that the cost is divided by it "
    "once: divide each by 2 C H W itself, and the square has it squared.",
)
style_layer_cost.wrong(
    "wanted = gram_matrix(style) / (2 * style.size)\n"
    "    made = gram_matrix(generated) / (2 * generated.size)",
    "wanted = gram_matrix(style) / (4 * style.size)\n"
    "    made = gram_matrix(generated) / (4 * generated.size)",
    says="Each Gram matrix was divided by 4 C H W, as in the content cost: here it is 2 C H W.",
)
style_layer_cost.wrong(
    "wanted = gram_matrix(style) / (2 * style.size)\n"
    "    made = gram_matrix(generated) / (2 * generated.size)",
    "wanted = gram_matrix(style) / style[0].size\n"
    "    made = gram_matrix(generated) / generated[0].size",
    says="Each Gram matrix was divided by H W, the number of positions: here it is 2 C H W.",
)
style_layer_cost.right(
    BODY,
    """
    a = style.reshape(len(style), -1) / (2 * style.size) ** 0.5
    b = generated.reshape(len(generated), -1) / (2 * generated.size) ** 0.5
    d = a @ a.T - b @ b.T
    return np.vdot(d, d)
    """,
    says="the division inside, and its own Gram product",
)
style_layer_cost.right(
    BODY,
    """
    c, h, w = style.shape
    other = generated.shape[1] * generated.shape[2] / (h * w)
    difference = gram_matrix(style) * other - gram_matrix(generated)
    total = 0.0
    for row in difference:
        for entry in row:
            total += entry**2
    return total / (2 * generated.size) ** 2
    """,
    says="the style's Gram matrix scaled to the other size, then loops",
)
for words, because in (
    ("with -style in the place of style", "a Gram matrix multiplies two minus signs"),
    ("with -generated in the place of generated", "a Gram matrix multiplies two minus signs"),
    ("when style and generated are exchanged", "a squared difference has no order"),
    ("if a difference is taken the other way round", "a squared difference has no order"),
    ("if the absolute value of a difference is taken", "a squared difference has no sign"),
    ("if it is not made a plain number at the end", "numbers of all kinds are taken as one"),
):
    style_layer_cost.equivalent(words, because=because)


style_layer_cost_grad = ex08.function(
    "style_layer_cost_grad",
    points=15,
    minutes=15,
    section="What style costs",
    tolerance=SUMS,
    needs=("gram_matrix", "gram_vjp"),
    hints=(
        "The chain is: features, Gram matrix, divided Gram matrix, squared distance. Walk it from "
        "the end to the beginning, one link at a time.",
        "The squared distance gives twice the difference of the divided matrices. The division by "
        "2 C H W of the generated picture gives one more division by the same number.",
        "You now hold the derivative by each entry of the generated picture's Gram matrix. The "
        "last link is the function you have already written, with the generated features.",
    ),
)


@style_layer_cost_grad.probe("two pictures of one size")
def _(ex, rng):
    style, generated = rng.normal(size=(2, 3, 4, 5))
    return {"gradient": ex.style_layer_cost_grad(style, generated)}


@style_layer_cost_grad.probe("a style picture of another size")
def _(ex, rng):
    style, generated = rng.normal(size=(3, 6, 2)), rng.normal(size=(3, 4, 5))
    return {"gradient": ex.style_layer_cost_grad(style, generated)}


@style_layer_cost_grad.probe("layers of any size")
def _(ex, rng):
    gradients = {}
    for number in range(4):
        c, *sizes = rng.integers(1, 6, 5).tolist()
        style, generated = rng.normal(size=(c, *sizes[:2])), rng.normal(size=(c, *sizes[2:]))
        gradients[f"gradient {number}"] = ex.style_layer_cost_grad(style, generated)
    return gradients


@style_layer_cost_grad.probe("one channel, one position", "edge")
def _(ex, rng):
    return {"gradient": ex.style_layer_cost_grad(np.array([[[2.0]]]), rng.uniform(3, 6, (1, 1, 1)))}


@style_layer_cost_grad.probe("at the style itself the ground is level", "edge")
def _(ex, rng):
    style = rng.integers(-3, 4, size=(2, 3, 4)).astype(float)
    return {"gradient": ex.style_layer_cost_grad(style, style.copy())}


style_layer_cost_grad.wrong(
    "gram_vjp(generated, to_gram)",
    "gram_vjp(style, to_gram)",
    says="The way back went through the style picture: it is the generated one whose Gram matrix "
    "the cost depends on, so gram_vjp takes that.",
)
style_layer_cost_grad.wrong(
    "gram_vjp(generated, to_gram)",
    "gram_vjp(generated - style if style.shape == generated.shape else generated, to_gram)",
    says="The way back went through the difference of the two pictures: gram_vjp takes the "
    "generated one.",
)
style_layer_cost_grad.wrong(
    "2 * (made - wanted) / (2 * generated.size)",
    "2 * (wanted - made) / (2 * generated.size)",
    says="The sign is turned round: a step against this leads away from the style.",
)
style_layer_cost_grad.wrong(
    "2 * (made - wanted) / (2 * generated.size)",
    "2 * (made - wanted)",
    says="A link is missing: the generated picture's Gram matrix was divided by 2 C H W, and so is "
    "the gradient on its way back through that division.",
)
style_layer_cost_grad.wrong(
    "2 * (made - wanted) / (2 * generated.size)",
    "(made - wanted) / (2 * generated.size)",
    says="Half of the gradient: the derivative of a square brings down a 2, and another comes from "
    "gram_vjp, since each feature stands in the Gram matrix twice.",
)
style_layer_cost_grad.wrong(
    "return gram_vjp(generated, to_gram)",
    "return to_gram",
    says="That is the gradient to the Gram matrix, (C, C): send it on to the features through "
    "gram_vjp.",
)
style_layer_cost_grad.wrong(
    BODY,
    """
    wanted = gram_matrix(style) / (2 * style.size)
    made = gram_matrix(generated) / (2 * generated.size)
    return gram_vjp(style, 2 * (wanted - made) / (2 * style.size))
    """,
    says="That is the gradient to the style's features: it is the generated picture that changes.",
)
style_layer_cost_grad.wrong(
    BODY,
    """
    difference = gram_matrix(generated) - gram_matrix(style)
    return gram_vjp(generated, 2 * difference / (2 * generated.size) ** 2)
    """,
    says="Both Gram matrices were divided by the generated picture's size: divide each by its own.",
)
style_layer_cost_grad.wrong(
    "2 * (made - wanted) / (2 * generated.size)",
    "2 * (made - wanted) / (2 * style.size)",
    says="The style picture's size came in on the way back: it is the generated picture's Gram "
    "matrix that was divided on this path.",
)
style_layer_cost_grad.wrong(
    "return gram_vjp(generated, to_gram)",
    "return 2 * gram_vjp(generated, to_gram)",
    says="Twice the gradient: gram_vjp knows already that each feature stands in the Gram matrix "
    "twice.",
)
style_layer_cost_grad.wrong(
    BODY,
    """
    return gram_vjp(generated, 2 * (gram_matrix(generated) - gram_matrix(style)))
    """,
    says="Nothing was divided: each Gram matrix is divided by its own 2 C H W, and the gradient "
    "once more by that of the generated picture.",
)
style_layer_cost_grad.wrong(
    "2 * (made - wanted) / (2 * generated.size)",
    "2 * (made - wanted) ** 2 / (2 * generated.size)",
    says="The difference is still squared: the derivative of (a - b)^2 by a is 2 (a - b).",
)
style_layer_cost_grad.wrong(
    BODY,
    """
    difference = gram_matrix(generated) - gram_matrix(style)
    return gram_vjp(generated, 2 * difference / (2 * generated.size))
    """,
    says="It was divided by 2 C H W only once: that stands squared under the cost's fraction, and "
    "so under the gradient's.",
)
style_layer_cost_grad.wrong(
    BODY,
    """
    wanted = gram_matrix(style) / style.size
    made = gram_matrix(generated) / generated.size
    return gram_vjp(generated, 2 * (made - wanted) / generated.size)
    """,
    says="The 2 is missing: each Gram matrix is divided by 2 C H W.",
)
style_layer_cost_grad.wrong(
    BODY,
    """
    return (generated - style) / (2 * generated.size)
    """,
    says="That is the gradient of the content cost: style compares Gram matrices.",
)
style_layer_cost_grad.wrong(
    "return gram_vjp(generated, to_gram)",
    "return gram_vjp(generated, to_gram).reshape(len(generated), -1)",
    says="The values are right, but as a matrix: give them the shape of the generated features.",
)
style_layer_cost_grad.wrong(
    "2 * (made - wanted) / (2 * generated.size)",
    "2 * made / (2 * generated.size)",
    says="The style picture does not come in: the gradient is 0 where both Gram matrices agree.",
)
style_layer_cost_grad.wrong(
    "2 * (made - wanted) / (2 * generated.size)",
    "2 * np.sign(made - wanted) / (2 * generated.size)",
    says="Only the signs of the differences are left: that is the gradient of a sum of absolute "
    "values, not of squares.",
)
style_layer_cost_grad.wrong(
    "return gram_vjp(generated, to_gram)",
    "return gram_vjp(generated, (made - wanted) ** 2)",
    says="The squares were sent back through gram_vjp: what goes back is their derivative by each "
    "entry of the Gram matrix.",
)
style_layer_cost_grad.wrong(
    BODY,
    """
    m = generated.reshape(len(generated), -1)
    apart = gram_matrix(generated) - gram_matrix(style)
    return (apart @ m / style.size**2).reshape(generated.shape)
    """,
    says="Neither Gram matrix was divided by its own 2 C H W: the formula of equal sizes was "
    "used, with those of the style picture.",
)
style_layer_cost_grad.right(
    BODY,
    """
    m = generated.reshape(len(generated), -1)
    s = style.reshape(len(style), -1)
    difference = m @ m.T / generated.size - s @ s.T / style.size
    return (difference @ m / generated.size).reshape(generated.shape)
    """,
    says="both links in one product",
)
style_layer_cost_grad.right(
    BODY,
    """
    back = np.zeros(generated.shape)
    for k in range(len(style)):
        for l in range(len(style)):
            wanted = (style[k] * style[l]).sum() / style.size
            made = (generated[k] * generated[l]).sum() / generated.size
            back[k] += (made - wanted) / generated.size * generated[l]
    return back
    """,
    says="loops over pairs of channels",
)
style_layer_cost_grad.equivalent(
    "with -style in the place of style", because="a Gram matrix multiplies two minus signs"
)


style_cost = ex08.function(
    "style_cost",
    points=10,
    minutes=10,
    section="From one to five layers",
    tolerance=SUMS,
    needs=("style_layer_cost",),
    hints=(
        "You have the cost of one layer. What is left is a sum with weights, over the layers that "
        "count.",
        "Which layers count is decided by the weights, not by the features: there may be more "
        "features than weights. Without weights, make a dictionary of them first.",
        "Go over the weights' names and values together, look up both pictures' features under "
        "the name, and add weight times cost to a total that begins at 0.",
    ),
)


@ex08.helper
def layers(rng):
    """Three layers of a picture, deeper ones smaller and with more channels."""
    shapes = {"relu1_1": (2, 6, 4), "relu2_1": (3, 3, 2), "relu3_1": (5, 2, 1)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


@style_cost.probe("three layers, each with a weight of its own")
def _(ex, rng):
    weights = {"relu1_1": 0.5, "relu2_1": 3.0, "relu3_1": 0.1}
    return {"cost": ex.style_cost(layers(rng), layers(rng), weights)}


@style_cost.probe("without weights")
def _(ex, rng):
    return {"cost": ex.style_cost(layers(rng), layers(rng))}


@style_cost.probe("a weight for one layer only, and for another a weight of 0")
def _(ex, rng):
    return {"cost": ex.style_cost(layers(rng), layers(rng), {"relu3_1": 2.0, "relu1_1": 0.0})}


@style_cost.probe("weights in another order than the layers")
def _(ex, rng):
    weights = {"relu3_1": 4.0, "relu1_1": 0.25, "relu2_1": 1.0}
    return {"cost": ex.style_cost(layers(rng), layers(rng), weights)}


@style_cost.probe("layers and weights drawn at random")
def _(ex, rng):
    names = [f"relu{n}" for n in rng.permutation(6)]
    shapes = {name: tuple(rng.integers(1, 4, 3)) for name in names}
    style = {name: rng.normal(size=shapes[name]) for name in names}
    generated = {name: rng.normal(size=shapes[name]) for name in names}
    chosen = rng.permutation(names)[: int(rng.integers(1, 6))].tolist()
    weights = dict(zip(chosen, rng.uniform(0, 3, len(chosen)).tolist(), strict=True))
    return {"cost": ex.style_cost(style, generated, weights)}


@style_cost.probe("the generated picture's layers in another order, and more of them", "edge")
def _(ex, rng):
    style = {name: rng.normal(size=(3, 2, 4)) for name in ("relu1_1", "relu2_1", "relu3_1")}
    names = ("relu4_1", "relu3_1", "relu1_1", "relu2_1")
    generated = {name: rng.normal(size=(3, 2, 4)) for name in names}
    return {
        "cost with weights": ex.style_cost(style, generated, {"relu1_1": 2.0, "relu2_1": 0.5}),
        "cost without weights": ex.style_cost(style, generated),
    }


@style_cost.probe("no layer has a weight: an empty dictionary is not None", "edge")
def _(ex, rng):
    return {"cost": float(ex.style_cost(layers(rng), layers(rng), {}))}


@style_cost.probe("one layer of another size, without weights", "edge")
def _(ex, rng):
    style, generated = rng.normal(size=(2, 3, 5)), rng.normal(size=(2, 4, 2))
    return {"cost": ex.style_cost({"conv4": style}, {"conv4": generated})}


style_cost.wrong(
    "total += weight * style_layer_cost",
    "total += style_layer_cost",
    says="The weights chose the layers but were not multiplied in.",
)
style_cost.wrong(
    "weights = dict.fromkeys(style, 0.2)",
    "weights = dict.fromkeys(style, 1.0)",
    says="Without weights each layer counted 1: it is 0.2.",
)
style_cost.wrong(
    "weights = dict.fromkeys(style, 0.2)",
    "weights = dict.fromkeys(style, 1 / len(style))",
    says="Without weights the layers were averaged: each counts 0.2, however many there are.",
)
style_cost.wrong(
    "return total",
    "return total / len(weights)",
    says="The sum was divided by the number of layers: the weights are all there is.",
)
style_cost.wrong(
    "return total",
    "return total / sum(weights.values())",
    says="The weights were made to add up to 1: they count as they are given.",
)
style_cost.wrong(
    BODY,
    """
    values = [0.2] * len(style) if weights is None else list(weights.values())
    costs = [style_layer_cost(style[name], generated[name]) for name in style]
    return sum(weight * cost for weight, cost in zip(values, costs))
    """,
    says="Weights and layers were paired by their order: pair them by the layer's name.",
)
style_cost.wrong(
    BODY,
    """
    weights = weights or {}
    total = 0.0
    for name in style:
        total += weights.get(name, 0.2) * style_layer_cost(style[name], generated[name])
    return total
    """,
    says="A layer without a weight counted 0.2: where weights are given, only their layers count.",
)
style_cost.wrong(
    "total += weight * style_layer_cost",
    "total = weight * style_layer_cost",
    says="Only the last layer is left: add each to the total (+=).",
)
style_cost.wrong(
    BODY,
    """
    return float(sum(0.2 * style_layer_cost(style[name], generated[name]) for name in style))
    """,
    says="The weights that were given were not looked at.",
)
style_cost.wrong(
    BODY,
    """
    if weights is None:
        weights = {name: 0.2 for name in style}
    pairs = zip(style.items(), generated.values())
    return float(sum(weights.get(n, 0) * style_layer_cost(s, g) for (n, s), g in pairs))
    """,
    says="The layers of the two pictures were paired by their order: pair them by name, for one "
    "picture may have its layers in another order, or more of them.",
)
style_cost.wrong(
    "style_layer_cost(style[name], generated[name])",
    "content_cost(style[name], generated[name])",
    says="The layers were compared by the content cost: use style_layer_cost.",
)
style_cost.wrong(
    BODY,
    """
    if weights is None:
        weights = dict.fromkeys(style, 0.2)
    total = 0.0
    for name in style:
        total += weights.get(name, 1) * style_layer_cost(style[name], generated[name])
    return total
    """,
    says="A layer without a weight counted 1: where weights are given, only their layers count.",
)
style_cost.wrong(
    BODY,
    """
    if weights is None:
        weights = dict.fromkeys(style, 0.2)
    total = 0.0
    for name in style:
        total += weights[name] * style_layer_cost(style[name], generated[name])
    return total
    """,
    says="A layer that has no weight was looked up in the weights: go through the names in "
    "`weights`, for only these layers count.",
)
style_cost.wrong(
    BODY,
    """
    if weights is None:
        weights = dict.fromkeys(generated, 0.2)
    total = 0.0
    for name, weight in weights.items():
        total += weight * style_layer_cost(style[name], generated[name])
    return total
    """,
    says="Without weights the layers of the generated picture were gone through, and it may have "
    "more: every layer of style counts.",
)
style_cost.wrong(
    "if weights is None:",
    "if not weights:",
    says="An empty dictionary of weights was taken for none: then no layer counts and the cost is "
    "0. Ask for `is None`.",
)
style_cost.wrong(
    "    return total",
    "        return total",
    says="Only the first layer was counted: a return inside the loop ends it after one turn.",
)
style_cost.wrong(
    BODY,
    """
    if weights is None:
        weights = dict.fromkeys(style, 0.2)
    return {n: w * style_layer_cost(style[n], generated[n]) for n, w in weights.items()}
    """,
    says="There is one cost for each layer: add them up, the cost is one float.",
)
style_cost.wrong(
    "total += weight * style_layer_cost(style[name], generated[name])",
    "total += style_layer_cost(weight * style[name], weight * generated[name])",
    says="The features were multiplied by the weight, which a Gram matrix and a square raise to "
    "the fourth power: multiply the cost.",
)
style_cost.wrong(
    "total += weight * style_layer_cost",
    "total += weight**2 * style_layer_cost",
    says="The weights were squared: each cost counts with its weight as it is.",
)
style_cost.wrong(
    BODY,
    """
    if weights is None:
        weights = dict.fromkeys(style, 0.2)
    total = 1.0
    for name, weight in weights.items():
        total *= weight * style_layer_cost(style[name], generated[name])
    return total
    """,
    says="The costs of the layers were multiplied: add them.",
)
style_cost.wrong(
    "    if weights is None:\n        weights = dict.fromkeys(style, 0.2)\n",
    "",
    says="Weights that are None were not thought of: then every layer of style counts 0.2.",
)
style_cost.wrong(
    "total += weight * style_layer_cost",
    "total += (weight or 0.2) * style_layer_cost",
    says="A weight of 0 was taken for a missing one: such a layer counts nothing.",
)
style_cost.right(
    BODY,
    """
    weights = {name: 0.2 for name in style} if weights is None else weights
    return sum(style_layer_cost(style[n], generated[n]) * w for n, w in weights.items())
    """,
    says="a sum over a generator",
)
style_cost.right(
    BODY,
    """
    names = list(style if weights is None else weights)
    lambdas = np.array([0.2 if weights is None else weights[name] for name in names])
    costs = np.array([style_layer_cost(style[name], generated[name]) for name in names])
    return lambdas @ costs
    """,
    says="a dot product",
)
for words, because in (
    ("if two arguments of style_layer_cost are exchanged", "the cost of a layer is symmetric"),
    ("if a loop goes backwards", "a sum has no order, up to rounding"),
):
    style_cost.equivalent(words, because=because)


total_cost = ex08.function(
    "total_cost",
    points=5,
    minutes=5,
    section="From one to five layers",
    tolerance=SUMS,
    hints=(
        "Two costs, two weights: which belongs to which?",
        "alpha goes with content, beta with style; multiply each, and add.",
        "The defaults are in the first line of the function already. Nothing is averaged and "
        "nothing divided.",
    ),
)


@total_cost.probe("with the usual alpha and beta")
def _(ex, rng):
    pairs = rng.uniform(0, 3, (4, 2)).tolist()
    return {f"cost {number}": ex.total_cost(*pair) for number, pair in enumerate(pairs)}


@total_cost.probe("with other weights")
def _(ex, rng):
    fours = rng.uniform(0, 9, (4, 4)).tolist()
    return {f"cost {number}": ex.total_cost(*four) for number, four in enumerate(fours)}


@total_cost.probe("weights by name, in any order")
def _(ex, rng):
    return {
        "cost": ex.total_cost(1.5, 0.5, beta=2.0, alpha=3.0),
        "cost with beta only": ex.total_cost(1.5, 0.5, beta=2.0),
    }


@total_cost.probe("content alone, style alone, nothing", "edge")
def _(ex, rng):
    content, style = rng.uniform(1, 6, 2).tolist()
    return {
        "content alone": ex.total_cost(content, style, 1, 0),
        "style alone": ex.total_cost(content, style, 0, 1),
        "no cost": ex.total_cost(0.0, 0.0),
    }


total_cost.wrong(
    "alpha * content + beta * style",
    "beta * content + alpha * style",
    says="The weights are swapped: alpha belongs to content, beta to style.",
)
total_cost.wrong(
    "alpha * content + beta * style",
    "(alpha * content + beta * style) / (alpha + beta)",
    says="That is a weighted mean: the cost is the sum, not divided by alpha + beta.",
)
total_cost.wrong(
    "alpha * content + beta * style",
    "content + style",
    says="The weights are missing: the two costs were just added.",
)
total_cost.wrong(
    "alpha * content + beta * style",
    "(alpha + beta) * (content + style)",
    says="Both costs got both weights: multiply each by its own before adding.",
)
total_cost.wrong(
    "alpha * content + beta * style",
    "10 * content + 40 * style",
    says="10 and 40 are only what alpha and beta are where nothing is given: use the arguments.",
)
total_cost.wrong(
    "alpha * content + beta * style",
    "alpha * content - beta * style",
    says="The style cost was subtracted: that would paint away from the style.",
)
total_cost.wrong(
    "alpha * content + beta * style",
    "alpha * content + (1 - alpha) * style",
    says="The style got 1 - alpha: it has a weight of its own, beta.",
)
total_cost.wrong(
    "alpha * content + beta * style",
    "alpha * content * beta * style",
    says="The two costs were multiplied: add them, each with its weight.",
)
total_cost.wrong(
    "alpha * content + beta * style",
    "content + beta / alpha * style",
    says="Everything was divided by alpha: the picture at the bottom is the same, but the cost is "
    "alpha * J_content + beta * J_style.",
)
total_cost.wrong(
    "alpha * content + beta * style",
    "alpha * (content + style)",
    says="alpha multiplies the style too: it belongs to content alone, and beta to style.",
)
total_cost.wrong(
    "alpha * content + beta * style",
    "alpha * content + style",
    says="beta is missing: the style cost has a weight of its own.",
)
total_cost.wrong(
    "alpha * content + beta * style",
    "content + beta * style",
    says="alpha is missing: the content cost has a weight of its own.",
)
total_cost.wrong(
    "alpha * content + beta * style",
    "(alpha * content + beta * style) / 2",
    says="That is the mean of the two: the cost is their sum.",
)
total_cost.wrong(
    "alpha * content + beta * style",
    "content**alpha + style**beta",
    says="The weights were taken as powers: multiply each cost by its weight.",
)
total_cost.wrong(
    "alpha * content + beta * style",
    "alpha + content + beta + style",
    says="The weights were added: multiply each cost by its weight.",
)
total_cost.wrong(
    "alpha * content + beta * style",
    "int(alpha * content + beta * style)",
    says="The cost was cut to a whole number: it is a float.",
)
total_cost.wrong(
    "alpha * content + beta * style",
    "max(alpha * content, beta * style)",
    says="Only the larger of the two was taken: add them.",
)
total_cost.wrong(
    BODY,
    """
    if (alpha, beta) == (10, 40):
        alpha, beta = 40, 10
    return alpha * content + beta * style
    """,
    says="The defaults are swapped: alpha is 10 and beta is 40 where nothing is given.",
)
total_cost.wrong(
    BODY,
    """
    return beta * (alpha * content + style)
    """,
    says="beta multiplies the content too: it belongs to the style alone, and alpha to the "
    "content.",
)
total_cost.wrong(
    "alpha * content + beta * style",
    "alpha * (content + beta * style)",
    says="alpha multiplies the style too: it weighs the content only.",
)
total_cost.right(
    BODY,
    """
    return np.dot([alpha, beta], [content, style])
    """,
    says="a dot product",
)
total_cost.right(
    BODY,
    """
    total = beta * style
    total += alpha * content
    return np.array(total)
    """,
    says="an array without axes",
)
for words, because in (
    ("when content and alpha are exchanged", "a product has no order"),
    ("when style and beta are exchanged", "a product has no order"),
):
    total_cost.equivalent(words, because=because)


total_variation = ex08.function(
    "total_variation",
    points=10,
    minutes=10,
    section="Grain",
    tolerance=SUMS,
    hints=(
        "A step is the difference of two neighbours. All steps to the right at once are the "
        "difference of two slices of the same picture.",
        "The picture without its first column, minus the picture without its last column; and the "
        "same for rows. The two results differ in shape, so square and sum each by itself.",
        "Rows lie along axis 1 and columns along axis 2; axis 0, the channels, has no neighbours. "
        "At the end divide by H times W.",
    ),
)


@total_variation.probe("three channels, five by four")
def _(ex, rng):
    return {"roughness": ex.total_variation(rng.uniform(-1, 1, (3, 5, 4)))}


@total_variation.probe("a ramp from left to right: the ends are no neighbours")
def _(ex, rng):
    ramp = np.linspace(0, 1, 8) * np.ones((3, 5, 1))
    return {"roughness": ex.total_variation(ramp)}


@total_variation.probe("a checkerboard")
def _(ex, rng):
    board = np.indices((6, 7)).sum(axis=0) % 2.0
    return {"roughness": ex.total_variation(board[None])}


@total_variation.probe("pictures of any size")
def _(ex, rng):
    shapes = rng.integers(2, 7, (4, 3)) - [1, 0, 0]
    return {f"roughness {n}": ex.total_variation(rng.random(s)) for n, s in enumerate(shapes)}


@total_variation.probe("a picture of one colour has none", "edge")
def _(ex, rng):
    return {"roughness": ex.total_variation(np.full((3, 4, 6), 0.7))}


@total_variation.probe("one row, one column, one pixel", "edge")
def _(ex, rng):
    return {
        "roughness of a row": ex.total_variation(rng.random((3, 1, 6))),
        "roughness of a column": ex.total_variation(rng.random((2, 5, 1))),
        "roughness of a pixel": ex.total_variation(rng.random((3, 1, 1))),
    }


total_variation.wrong(
    "((down**2).sum() + (right**2).sum())",
    "(abs(down).sum() + abs(right).sum())",
    says="The steps were made positive but not squared.",
)
total_variation.wrong(
    "((down**2).sum() + (right**2).sum())",
    "(right**2).sum()",
    says="Only the steps to the right were counted: the steps down belong to it too.",
)
total_variation.wrong(
    "((down**2).sum() + (right**2).sum())",
    "(down**2).sum()",
    says="Only the steps down were counted: the steps to the right belong to it too.",
)
total_variation.wrong(
    "/ pixels",
    "/ image.size",
    says="The sum was divided by the channels too: divide by H W, the number of pixels.",
)
total_variation.wrong(
    "((down**2).sum() + (right**2).sum()) / pixels",
    "(down**2).sum() + (right**2).sum()",
    says="The sum was not divided by H W: a large picture would count as rougher than a small one.",
)
total_variation.wrong(
    BODY,
    """
    down, right = np.roll(image, -1, axis=1) - image, np.roll(image, -1, axis=2) - image
    return float(((down**2).sum() + (right**2).sum()) / image[0].size)
    """,
    says="Opposite borders were taken as neighbours: np.roll wraps round, and so does index -1.",
)
total_variation.wrong(
    BODY,
    """
    between, down = np.diff(image, axis=0), np.diff(image, axis=1)
    return float(((between**2).sum() + (down**2).sum()) / image[0].size)
    """,
    says="Steps from channel to channel were counted: rows are axis 1 and columns axis 2.",
)
total_variation.wrong(
    "((down**2).sum() + (right**2).sum()) / pixels",
    "(down**2).mean() + (right**2).mean()",
    says="Each direction was averaged over its own steps: sum both and divide by H W once.",
)
total_variation.wrong(
    BODY,
    """
    down, right = np.diff(image, axis=1)[:, :, :-1], np.diff(image, axis=2)[:, :-1]
    return float(((down**2).sum() + (right**2).sum()) / image[0].size)
    """,
    says="The steps of the last row and the last column were left out: a pixel there still has one "
    "neighbour, to the right or below.",
)
total_variation.wrong(
    BODY,
    """
    down, right = np.diff(image, axis=1), np.diff(image, axis=2)
    pixels = (image.shape[1] - 1) * (image.shape[2] - 1)
    return float(((down**2).sum() + (right**2).sum()) / pixels)
    """,
    says="It was divided by (H - 1) (W - 1): divide by H W, the number of pixels.",
)
total_variation.wrong(
    BODY,
    """
    down, right = np.diff(image, axis=1)[:, :, :-1], np.diff(image, axis=2)[:, :-1]
    return float(np.sqrt(down**2 + right**2).sum() / image[0].size)
    """,
    says="That is the sum of the gradient's lengths, with a root at each pixel: here the squares "
    "themselves are summed, of every step.",
)
total_variation.wrong(
    "float(((down**2).sum() + (right**2).sum()) / pixels)",
    "[(down**2).sum() / pixels, (right**2).sum() / pixels]",
    says="The two directions came back apart: add them, the result is one float.",
)
total_variation.wrong(
    BODY,
    """
    down, right = np.diff(image, axis=1), np.diff(image, axis=2)
    return float(((down**2).sum() + (right**2).sum()) / (down.size + right.size))
    """,
    says="It was divided by the number of steps: divide by H W, the number of pixels.",
)
total_variation.wrong(
    BODY,
    """
    down, right = image[:, 2:] - image[:, :-2], image[:, :, 2:] - image[:, :, :-2]
    return float(((down**2).sum() + (right**2).sum()) / image[0].size)
    """,
    says="Pixels two apart were compared: a step is between a pixel and the next.",
)
total_variation.wrong(
    BODY,
    """
    steps = [np.diff(image, axis=axis) for axis in range(3)]
    return float(sum((step**2).sum() for step in steps) / image[0].size)
    """,
    says="Steps from channel to channel were counted as well: neighbours are above, below, left "
    "and right, in one channel.",
)
total_variation.wrong(
    BODY,
    """
    padded = np.pad(image, ((0, 0), (0, 1), (0, 1)))
    down, right = np.diff(padded[:, :, :-1], axis=1), np.diff(padded[:, :-1], axis=2)
    return float(((down**2).sum() + (right**2).sum()) / image[0].size)
    """,
    says="Steps from the border to zeros outside were counted: only pairs inside the picture are.",
)
total_variation.wrong(
    BODY,
    """
    padded = np.pad(image, ((0, 0), (1, 1), (1, 1)))
    down, right = np.diff(padded[:, :, 1:-1], axis=1), np.diff(padded[:, 1:-1], axis=2)
    return float(((down**2).sum() + (right**2).sum()) / image[0].size)
    """,
    says="Steps from all borders to zeros outside were counted: only pairs inside the picture are.",
)
total_variation.wrong(
    BODY,
    """
    down, right = np.gradient(image, axis=(1, 2))
    return float(((down**2).sum() + (right**2).sum()) / image[0].size)
    """,
    says="np.gradient takes half the difference of pixels two apart: a step is the difference of a "
    "pixel and the next.",
)
total_variation.wrong(
    BODY,
    """
    return float(((image - image.mean(axis=(1, 2), keepdims=True)) ** 2).sum() / image[0].size)
    """,
    says="That is the variance, the distance from the mean colour: roughness is about neighbours.",
)
total_variation.wrong(
    "float(((down**2).sum() + (right**2).sum()) / pixels)",
    "float(np.sqrt(((down**2).sum() + (right**2).sum()) / pixels))",
    says="The root was taken: the roughness is the sum of squares itself, divided by H W.",
)
total_variation.wrong(
    "((down**2).sum() + (right**2).sum())",
    "(down.sum() ** 2 + right.sum() ** 2)",
    says="The sums of the steps were squared: square each step first, for otherwise steps up and "
    "down cancel.",
)
total_variation.wrong(
    "((down**2).sum() + (right**2).sum())",
    "2 * ((down**2).sum() + (right**2).sum())",
    says="Every pair of neighbours was counted twice, once from each side: each step counts once.",
)
total_variation.wrong(
    BODY,
    """
    down, right = np.diff(image[:1], axis=1), np.diff(image[:1], axis=2)
    return float(((down**2).sum() + (right**2).sum()) / image[0].size)
    """,
    says="Only the first channel was looked at: the sums run over all channels.",
)
total_variation.wrong(
    BODY,
    """
    down, right = np.abs(np.diff(image, axis=1)), np.abs(np.diff(image, axis=2))
    return float(down.sum() / max(down.size, 1) + right.sum() / max(right.size, 1))
    """,
    says="The absolute steps of each direction were averaged: sum the squares of all steps and "
    "divide by H W once.",
)
total_variation.wrong(
    BODY,
    """
    grey = image.mean(axis=0)
    return float(((np.diff(grey, axis=0) ** 2).sum() + (np.diff(grey) ** 2).sum()) / grey.size)
    """,
    says="The channels were averaged to grey first: each channel's steps count by themselves.",
)
total_variation.wrong(
    BODY,
    """
    down, right = np.diff(image, axis=1), np.diff(image, axis=2)
    across = image[:, 1:, 1:] - image[:, :-1, :-1]
    return float(((down**2).sum() + (right**2).sum() + (across**2).sum()) / image[0].size)
    """,
    says="Diagonal steps were counted too: neighbours are above, below, left and right.",
)
total_variation.wrong(
    BODY,
    """
    down = np.zeros_like(image); right = np.zeros_like(image)
    down[:, :-1] = np.diff(image, axis=1)
    right[:, :, :-1] = np.diff(image, axis=2)
    return float(np.sqrt(down**2 + right**2).sum() / (image.shape[1] * image.shape[2]))
    """,
    says="A root was taken at each pixel, of its two squares together: the squares are summed "
    "as they are.",
)
total_variation.wrong(
    BODY,
    """
    d, r = np.diff(image, axis=1), np.diff(image, axis=2)
    return float(((d**2).sum() + (r**2).sum()) / (d[0].size + r[0].size))
    """,
    says="It was divided by the number of pairs in one channel: divide by H W, the number of "
    "pixels.",
)
total_variation.wrong(
    BODY,
    """
    d = np.diff(image, axis=1)[:, :, :-1] + np.diff(image, axis=2)[:, :-1]
    return float((d**2).sum() / (image.shape[1] * image.shape[2]))
    """,
    says="The step down and the step to the right were added before they were squared: square "
    "each step by itself.",
)
total_variation.wrong(
    BODY,
    """
    return float(image.var())
    """,
    says="That is the variance of the picture, the distance from its mean: roughness is about "
    "neighbours.",
)
total_variation.wrong(
    "pixels = image.shape[1] * image.shape[2]",
    "pixels = image.shape[1] / image.shape[2]",
    says="/ H * W divides by H and then multiplies by W: brackets are missing, / (H * W).",
)
total_variation.wrong(
    "pixels = image.shape[1] * image.shape[2]",
    "pixels = image.shape[0] * image.shape[1]",
    says="The shape was read as (H, W, C), and the sum divided by C H: an image is (C, H, W), so "
    "divide by its second and third length.",
)
total_variation.wrong(
    "return float(((down**2).sum() + (right**2).sum()) / pixels)",
    "return float((down**2).sum() / max(1, down[0].size) + (right**2).sum() / "
    "max(1, right[0].size))",
    says="Each sum was divided by its own number of steps: both are divided by H W, the number of "
    "pixels.",
)
total_variation.wrong(
    "return float(((down**2).sum() + (right**2).sum()) / pixels)",
    "return float(np.sqrt(down[:, :, :-1] ** 2 + right[:, :-1] ** 2).sum())",
    says="The two steps of a pixel were put together under a root, and the sum not divided by H W: "
    "the squares are added up and divided by the number of pixels.",
)
total_variation.right(
    BODY,
    """
    steps = [np.diff(image, axis=axis) for axis in (1, 2)]
    return sum(np.sum(s * s) for s in steps) / image[0].size
    """,
    says="np.diff",
)
total_variation.right(
    BODY,
    """
    c, h, w = image.shape
    total = 0.0
    for k in range(c):
        for i in range(h):
            for j in range(w):
                if i + 1 < h:
                    total += (image[k, i + 1, j] - image[k, i, j]) ** 2
                if j + 1 < w:
                    total += (image[k, i, j + 1] - image[k, i, j]) ** 2
    return total / h / w
    """,
    says="loops over pixels",
)
for words, because in (
    ("when image is taken from its end to its beginning", "a sum over channels has no order"),
    ("with -image in the place of image", "a squared step has no sign"),
    ("if the absolute value of a difference is taken", "a squared step has no sign"),
    ("if a difference is taken the other way round", "a squared step has no sign"),
    ("if it is not made a plain number at the end", "numbers of all kinds are taken as one"),
):
    total_variation.equivalent(words, because=because)


total_variation_grad = ex08.function(
    "total_variation_grad",
    points=10,
    minutes=15,
    section="Grain",
    tolerance=SUMS,
    hints=(
        "One step, (b - a)^2, pulls at two pixels: by 2 (b - a) at b, and by the opposite at a. A "
        "pixel is an end of up to four steps.",
        "Begin with zeros in the image's shape. Add the steps down to the lower pixel of each "
        "pair, subtract them from the upper one; then the same with right and left.",
        "Use the slices with which you computed the steps, now to the left of += and -=. At the "
        "end, one factor: 2 over H W.",
    ),
)


@total_variation_grad.probe("three channels, five by four")
def _(ex, rng):
    return {"gradient": ex.total_variation_grad(rng.uniform(-1, 1, (3, 5, 4)))}


@total_variation_grad.probe("one bright pixel in the dark, and one in the corner")
def _(ex, rng):
    image = np.zeros((1, 6, 5))
    image[0, 2, 3] = image[0, 5, 0] = 1
    return {"gradient": ex.total_variation_grad(image)}


@total_variation_grad.probe("pictures of any size")
def _(ex, rng):
    shapes = rng.integers(2, 7, (4, 3)) - [1, 0, 0]
    return {f"gradient {n}": ex.total_variation_grad(rng.random(s)) for n, s in enumerate(shapes)}


@total_variation_grad.probe("one colour: the ground is level", "edge")
def _(ex, rng):
    return {"gradient": ex.total_variation_grad(np.full((2, 3, 4), 0.7))}


@total_variation_grad.probe("one row, one column, one pixel", "edge")
def _(ex, rng):
    return {
        "gradient of a row": ex.total_variation_grad(rng.random((3, 1, 6))),
        "gradient of a column": ex.total_variation_grad(rng.random((2, 5, 1))),
        "gradient of a pixel": ex.total_variation_grad(rng.random((3, 1, 1))),
    }


total_variation_grad.wrong(
    "return 2 * pull",
    "return pull",
    says="Half of the gradient: the derivative of a square brings down a 2.",
)
total_variation_grad.wrong(
    "return 2 * pull",
    "return -2 * pull",
    says="The sign is turned round: a pixel brighter than its neighbours has a positive gradient.",
)
total_variation_grad.wrong(
    "(image.shape[1] * image.shape[2])",
    "image.size",
    says="It was divided by the channels too: divide by H W, as in the cost.",
)
total_variation_grad.wrong(
    "return 2 * pull / (image.shape[1] * image.shape[2])",
    "return 2 * pull",
    says="The cost is divided by H W, and so is its gradient.",
)
total_variation_grad.wrong(
    "    pull[:, :-1] -= down\n",
    "",
    says="The steps down pulled at the lower pixel only: they pull at the upper one too, the other "
    "way.",
)
total_variation_grad.wrong(
    "pull = np.zeros(image.shape)\n"
    "    pull[:, 1:] += down\n"
    "    pull[:, :-1] -= down\n"
    "    pull[:, :, 1:] += right\n"
    "    pull[:, :, :-1] -= right",
    "pull = np.zeros(image.shape)\n    pull[:, :-1] -= down\n    pull[:, :, :-1] -= right",
    says="Only the neighbours below and to the right were looked at: a pixel has those above and "
    "to the left as well.",
)
total_variation_grad.wrong(
    "pull = np.zeros(image.shape)\n"
    "    pull[:, 1:] += down\n"
    "    pull[:, :-1] -= down\n"
    "    pull[:, :, 1:] += right\n"
    "    pull[:, :, :-1] -= right",
    "pull = np.zeros(image.shape)\n    pull[:, 1:] += down\n    pull[:, :, 1:] += right",
    says="Only the neighbours above and to the left were looked at: a pixel has those below and to "
    "the right as well.",
)
total_variation_grad.wrong(
    "    pull[:, :, :-1] -= right\n",
    "",
    says="The steps to the right pulled at the right pixel only: they pull at the left one too, "
    "the other way.",
)
total_variation_grad.wrong(
    "pull = np.zeros(image.shape)\n"
    "    pull[:, 1:] += down\n"
    "    pull[:, :-1] -= down\n"
    "    pull[:, :, 1:] += right\n"
    "    pull[:, :, :-1] -= right",
    "around = sum(np.roll(image, step, axis) for step in (1, -1) for axis in (1, 2))\n"
    "    pull = 4 * image - around",
    says="Opposite borders were taken as neighbours, as np.roll does: a border pixel has "
    "fewer than four neighbours.",
)
total_variation_grad.wrong(
    "pull = np.zeros(image.shape)\n"
    "    pull[:, 1:] += down\n"
    "    pull[:, :-1] -= down\n"
    "    pull[:, :, 1:] += right\n"
    "    pull[:, :, :-1] -= right",
    "padded = np.pad(image, ((0, 0), (1, 1), (1, 1)))\n"
    "    rows = padded[:, :-2, 1:-1] + padded[:, 2:, 1:-1]\n"
    "    pull = 4 * image - rows - padded[:, 1:-1, :-2] - padded[:, 1:-1, 2:]",
    says="Border pixels were compared with zeros outside the picture: outside there is no "
    "neighbour.",
)
total_variation_grad.wrong(
    BODY,
    """
    down, right = np.sign(np.diff(image, axis=1)), np.sign(np.diff(image, axis=2))
    pull = np.zeros(image.shape)
    pull[:, 1:] += down
    pull[:, :-1] -= down
    pull[:, :, 1:] += right
    pull[:, :, :-1] -= right
    return 2 * pull / image[0].size
    """,
    says="Only the signs of the steps pull: that is the gradient of a sum of absolute steps, not "
    "of squares.",
)
total_variation_grad.wrong(
    BODY,
    """
    down, right = np.diff(image, axis=1), np.diff(image, axis=2)
    pull = np.zeros(image.shape)
    pull[:, 1:] = down
    pull[:, :-1] -= down
    pull[:, :, 1:] = right
    pull[:, :, :-1] -= right
    return 2 * pull / image[0].size
    """,
    says="What was there was overwritten with =: a pixel is an end of up to four steps, whose "
    "pulls add up (+=).",
)
total_variation_grad.wrong(
    BODY,
    """
    down, right = np.diff(image, axis=1), np.diff(image, axis=2)
    pull = np.zeros(image.shape)
    pull[:, 1:] += down
    pull[:, :-1] += down
    pull[:, :, 1:] += right
    pull[:, :, :-1] += right
    return 2 * pull / image[0].size
    """,
    says="A step pulled at both of its pixels the same way: it pulls one up and the other down, so "
    "one of the two is subtracted.",
)
total_variation_grad.wrong(
    "    pull[:, 1:] += down\n    pull[:, :-1] -= down\n",
    "",
    says="Only the neighbours to the left and right were looked at: those above and below pull "
    "too.",
)
total_variation_grad.wrong(
    "    pull[:, :, 1:] += right\n    pull[:, :, :-1] -= right\n",
    "",
    says="Only the neighbours above and below were looked at: those to the left and right pull "
    "too.",
)
total_variation_grad.wrong(
    BODY,
    """
    pull = np.zeros(image.shape)
    inner = image[:, 1:-1, 1:-1]
    around = image[:, :-2, 1:-1] + image[:, 2:, 1:-1] + image[:, 1:-1, :-2] + image[:, 1:-1, 2:]
    pull[:, 1:-1, 1:-1] = 4 * inner - around
    return 2 * pull / image[0].size
    """,
    says="The border was left at 0: a pixel there has fewer neighbours, but those it has pull.",
)
total_variation_grad.wrong(
    "return 2 * pull / (image.shape[1] * image.shape[2])",
    "return 2 * pull / ((image.shape[1] - 1) * (image.shape[2] - 1))",
    says="It was divided by (H - 1) (W - 1): divide by H W, as in the cost.",
)
total_variation_grad.wrong(
    BODY,
    """
    pull = np.zeros(image.shape)
    for axis in range(3):
        steps = np.moveaxis(np.diff(image, axis=axis), axis, 0)
        view = np.moveaxis(pull, axis, 0)
        view[1:] += steps
        view[:-1] -= steps
    return 2 * pull / image[0].size
    """,
    says="Steps from channel to channel pulled as well: neighbours are above, below, left and "
    "right, in one channel.",
)
total_variation_grad.wrong(
    "return 2 * pull",
    "return 2 * np.abs(pull)",
    says="The signs were dropped: a pixel darker than its neighbours has a negative gradient.",
)
total_variation_grad.wrong(
    "return 2 * pull",
    "return 4 * pull",
    says="Twice the gradient: every pair of neighbours makes one step in the cost, not two.",
)
total_variation_grad.wrong(
    "return 2 * pull / (image.shape[1] * image.shape[2])",
    "return float((2 * pull / (image.shape[1] * image.shape[2])).sum())",
    says="The gradient was summed to one number: it has one entry for each pixel.",
)
total_variation_grad.wrong(
    BODY,
    """
    pull = np.zeros(image.shape)
    pull[:, :-1] += np.diff(image, axis=1)
    pull[:, :, :-1] += np.diff(image, axis=2)
    return 2 * pull / image[0].size
    """,
    says="The steps down and to the right were put where they begin, and that was all: a step "
    "pulls at its end with its sign, and at its beginning with the opposite.",
)
total_variation_grad.wrong(
    BODY,
    """
    p = np.pad(image, ((0, 0), (1, 1), (1, 1)), mode="edge")
    H, W = image.shape[1:]
    g = np.zeros(image.shape)
    for i in range(3):
        for j in range(3):
            g += image - p[:, i : i + H, j : j + W]
    return 2 * g / (H * W)
    """,
    says="Diagonal neighbours pulled too: neighbours are above, below, left and right.",
)
total_variation_grad.wrong(
    BODY,
    """
    C, H, W = image.shape
    g = np.zeros(image.shape)
    for i in range(H):
        for j in range(W):
            around = ((i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1))
            nb = [image[:, a, b] for a, b in around if 0 <= a < H and 0 <= b < W]
            if nb:
                g[:, i, j] = image[:, i, j] - np.mean(nb, axis=0)
    return 2 * g / (H * W)
    """,
    says="Each pixel was compared with the mean of its neighbours: add up the differences, "
    "one for each neighbour.",
)
total_variation_grad.wrong(
    BODY,
    """
    gy, gx = np.gradient(image, axis=(1, 2))
    return 2 * (gy + gx) / (image.shape[1] * image.shape[2])
    """,
    says="np.gradient gives the slope of the picture: what is asked for is how the cost grows "
    "with each pixel, the sum of its differences from its neighbours.",
)
total_variation_grad.wrong(
    BODY,
    """
    g = np.zeros(image.shape)
    d, r = np.diff(image, axis=1), np.diff(image, axis=2)
    g[:, 1:] = d
    g[:, :-1] = -d
    g[:, :, 1:] = r
    g[:, :, :-1] = -r
    return 2 * g / (image.shape[1] * image.shape[2])
    """,
    says="What was there was overwritten with = four times: a pixel is an end of up to four "
    "steps, whose pulls add up (+=, -=).",
)
total_variation_grad.wrong(
    "(image.shape[1] * image.shape[2])",
    "image.shape[1] * image.shape[2]",
    says="/ H * W divides by H and then multiplies by W: brackets are missing, / (H * W).",
)
total_variation_grad.wrong(
    "(image.shape[1] * image.shape[2])",
    "(image.shape[0] * image.shape[1])",
    says="The shape was read as (H, W, C), and the sum divided by C H: an image is (C, H, W), so "
    "divide by its second and third length.",
)
total_variation_grad.right(
    BODY,
    """
    padded = np.pad(image, ((0, 0), (1, 1), (1, 1)), mode="edge")
    around = padded[:, :-2, 1:-1] + padded[:, 2:, 1:-1] + padded[:, 1:-1, :-2] + padded[:, 1:-1, 2:]
    return 2 * (4 * image - around) / image[0].size
    """,
    says="the border repeated outside, so that these steps are 0",
)
total_variation_grad.right(
    BODY,
    """
    c, h, w = image.shape
    grad = np.zeros((c, h, w), np.float32)
    for i in range(h):
        for j in range(w):
            for a, b in ((i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)):
                if 0 <= a < h and 0 <= b < w:
                    grad[:, i, j] += 2 * (image[:, i, j] - image[:, a, b]) / (h * w)
    return grad
    """,
    says="loops over neighbours, float32",
)
total_variation_grad.equivalent(
    "if what was there is overwritten, with = in the place of +=",
    because="the first pull is added to zeros",
)


NORMS = Tolerance(
    1e-9,
    "float64 means, squares and a root; around 1e5 the mean has rounded 1e-11 away, and squares "
    "that were subtracted from each other 1e-6",
    absolute=1e-11,
)
MIXES = Tolerance(1e-10, "float64 sums of products, in any order", absolute=1e-12)


instance_norm = ex08.function(
    "instance_norm",
    points=10,
    minutes=10,
    section="What an instance norm forgets",
    tolerance=NORMS,
    hints=(
        "Two numbers for each channel: where it lies, and how far its values lie from there. What "
        "do you do with a value once you have them?",
        "Take both over rows and columns together, and keep these two axes with length 1, so that "
        "the results stand against x, channel for channel.",
        "First subtract the mean; then average the squares of what is left, add eps, take the "
        "root; then divide. One root for each channel.",
    ),
)


@instance_norm.probe("three channels, five by four")
def _(ex, rng):
    x = rng.normal(size=(3, 5, 4)) * [[[2.0]], [[0.3]], [[1.0]]] + [[[1.0]], [[-3.0]], [[0.5]]]
    return {"y": ex.instance_norm(x)}


@instance_norm.probe("pictures of any size, any eps")
def _(ex, rng):
    found = {}
    for number in range(4):
        x = rng.uniform(0.5, 2) * rng.normal(size=rng.integers(2, 7, 3)) + rng.normal()
        found[f"y {number}"] = ex.instance_norm(x, float(rng.uniform(0.1, 2)))
    return found


@instance_norm.probe("as many channels as rows and columns")
def _(ex, rng):
    return {"y": ex.instance_norm(3 * rng.normal(size=(4, 4, 4)) + 2)}


@instance_norm.probe("a channel of one value, beside one of many", "edge")
def _(ex, rng):
    x = rng.normal(size=(2, 3, 4))
    x[1] = 0.75
    return {"y": ex.instance_norm(x)}


@instance_norm.probe("one position; one row; one column; one channel", "edge")
def _(ex, rng):
    return {
        "y of one position": ex.instance_norm(rng.normal(size=(3, 1, 1))),
        "y of one row": ex.instance_norm(rng.normal(size=(2, 1, 5))),
        "y of one column": ex.instance_norm(rng.normal(size=(2, 6, 1))),
        "y of one channel": ex.instance_norm(rng.normal(size=(1, 3, 4))),
    }


def imprecise(got, expected):
    """That numbers are nearly right, where channels lie far from 0."""
    if np.allclose(got["y"], expected["y"], rtol=0.1, atol=0.1):
        return (
            "channels that lie around 1e5 are only nearly right: digits are lost where two large "
            "numbers are subtracted, so subtract the mean first, and then square"
        )
    return None


@instance_norm.probe("channels far from 0, around 1e5", "edge", explain=imprecise)
def _(ex, rng):
    return {"y": ex.instance_norm(1e5 + rng.normal(size=(2, 4, 5)))}


@instance_norm.probe("channels much weaker than eps", "edge")
def _(ex, rng):
    return {"y": ex.instance_norm(1e-6 * rng.normal(size=(2, 3, 3)))}


@instance_norm.probe("float32 stays float32", "promise")
def _(ex, rng):
    return {"y": ex.instance_norm(rng.normal(size=(2, 3, 4)).astype(np.float32))}


instance_norm.wrong(
    BODY,
    """
    return (x - x.mean()) / np.sqrt(x.var() + eps)
    """,
    says="One mean and one variance were taken for the whole picture: each channel has its own, "
    "over its H W positions.",
)
instance_norm.wrong(
    BODY,
    """
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    """,
    says="Mean and variance were taken over the channels, at each position: take them over the "
    "positions, of each channel.",
)
instance_norm.wrong(
    BODY,
    """
    return (x - x.mean(axis=(0, 1), keepdims=True)) / np.sqrt(
        x.var(axis=(0, 1), keepdims=True) + eps
    )
    """,
    says="The channels were looked for on the last axis: x is (C, H, W), so mean and variance are "
    "over the second and third.",
)
instance_norm.wrong(
    BODY,
    """
    return (x - x.mean(axis=2, keepdims=True)) / np.sqrt(x.var(axis=2, keepdims=True) + eps)
    """,
    says="Each row was standardised by itself: a channel has one mean and one variance, over rows "
    "and columns together.",
)
instance_norm.wrong(
    BODY,
    """
    return (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + eps)
    """,
    says="Each column was standardised by itself: a channel has one mean and one variance, over "
    "rows and columns together.",
)
instance_norm.wrong(
    "variance = (centred**2).mean(axis=(1, 2), keepdims=True)",
    "variance = (centred**2).sum(axis=(1, 2), keepdims=True) / max(x[0].size - 1, 1)",
    says="The squares were divided by H W - 1: the variance is their mean, over H W (ddof=0).",
)
instance_norm.wrong(
    "np.sqrt(variance + eps)",
    "(np.sqrt(variance) + eps)",
    says="eps was added after the root: add it to the variance, and then take the root.",
)
instance_norm.wrong(
    "np.sqrt(variance + eps)",
    "np.sqrt(variance)",
    says="eps is not used: add it to the variance, so that a channel of one value becomes 0 and "
    "not nan.",
)
instance_norm.wrong(
    "np.sqrt(variance + eps)",
    "np.sqrt(variance + eps**2)",
    says="The square of eps was added: eps is added to the variance as it is.",
)
instance_norm.wrong(
    "np.sqrt(variance + eps)",
    "np.sqrt(np.maximum(variance, eps))",
    says="eps was taken as a lower bound of the variance: it is added to it.",
)
instance_norm.wrong(
    "np.sqrt(variance + eps)",
    "np.sqrt(np.where(variance == 0, 1, variance))",
    says="A variance of 0 was replaced, and eps is not used: add eps to every variance.",
)
instance_norm.wrong(
    "np.sqrt(variance + eps)",
    "(variance + eps)",
    says="That divides by the variance: its root, the deviation, is what makes the new variance 1.",
)
instance_norm.wrong(
    "centred / np.sqrt(variance + eps)",
    "x / np.sqrt(variance + eps)",
    says="The mean was not subtracted from what is returned: the numerator is x minus its mean.",
)
instance_norm.wrong(
    "centred / np.sqrt(variance + eps)",
    "centred",
    says="Only the mean was subtracted: divide by the root of variance plus eps, too.",
)
instance_norm.wrong(
    BODY,
    """
    mean = x.mean(axis=(1, 2), keepdims=True)
    variance = (x**2).mean(axis=(1, 2), keepdims=True) - mean**2
    return (x - mean) / np.sqrt(variance + eps)
    """,
    says="The mean of the squares minus the square of the mean: right on paper, but far from 0 "
    "both are huge and their difference has few digits left. Subtract the mean, then square.",
)
instance_norm.wrong(
    "variance = (centred**2)",
    "variance = (x**2)",
    says="The variance was taken from 0: square the distances from the mean.",
)
instance_norm.wrong(
    "(centred**2).mean(axis=(1, 2), keepdims=True)",
    "(centred**2).sum(axis=(1, 2), keepdims=True)",
    says="The squares were summed: the variance is their mean, so that a large picture is not "
    "divided by more than a small one.",
)
instance_norm.wrong(
    "centred / np.sqrt(variance + eps)",
    "centred / (np.abs(centred).mean(axis=(1, 2), keepdims=True) + eps)",
    says="That divides by the mean absolute distance: it is the root of the mean squared one.",
)
instance_norm.wrong(
    "(centred**2).mean(axis=(1, 2), keepdims=True)",
    "(centred**2).mean()",
    says="One variance was taken for all channels: each channel has its own, as it has its own "
    "mean.",
)
instance_norm.wrong(
    "centred = x - x.mean(axis=(1, 2), keepdims=True)",
    "centred = x - x.mean()",
    says="One mean was taken for all channels: each channel has its own.",
)
instance_norm.wrong(
    BODY,
    """
    low, high = x.min(axis=(1, 2), keepdims=True), x.max(axis=(1, 2), keepdims=True)
    return (x - low) / (high - low + eps)
    """,
    says="Each channel was stretched to reach from 0 to 1: it is to have mean 0 and variance 1.",
)
instance_norm.wrong(
    BODY,
    """
    rows = x.reshape(len(x), -1)
    rows = rows - rows.mean(axis=1, keepdims=True)
    return rows / np.sqrt((rows**2).mean(axis=1, keepdims=True) + eps)
    """,
    says="The values are right, but in one long row for each channel: give them the picture's "
    "shape again.",
)
instance_norm.wrong(
    BODY,
    """
    x -= x.mean(axis=(1, 2), keepdims=True)
    x /= np.sqrt((x**2).mean(axis=(1, 2), keepdims=True) + eps)
    return x
    """,
    says="The numbers are right, but -= and /= wrote into the caller's array: make a new one.",
)
instance_norm.wrong(
    BODY,
    """
    return (x - x.mean(axis=(1, 2))) / np.sqrt(x.var(axis=(1, 2)) + eps)
    """,
    says="Mean and variance lost the axes they were taken over, so that they do not stand beside "
    "their channels: keep those axes (keepdims).",
)
instance_norm.wrong(
    "np.sqrt(variance + eps)",
    "np.sqrt(variance + 1e-5)",
    says="eps is always 1e-5: use the one that was given.",
)
instance_norm.wrong(
    "centred / np.sqrt(variance + eps)",
    "x / np.sqrt(variance + eps) - x.mean(axis=(1, 2), keepdims=True)",
    says="The mean was subtracted after the division, and is not divided itself: subtract it from "
    "x, and then divide.",
)
instance_norm.wrong(
    "centred = x - x.mean(axis=(1, 2), keepdims=True)",
    "centred = x - np.median(x, axis=(1, 2), keepdims=True)",
    says="The median was subtracted: it is the mean.",
)
instance_norm.wrong(
    BODY,
    """
    return (x - x[0].mean()) / np.sqrt(x[0].var() + eps)
    """,
    says="Mean and variance of the first channel were used for all of them: each has its own.",
)
instance_norm.wrong(
    BODY,
    """
    centred = x - x.mean(axis=(1, 2), keepdims=True)
    return centred / (x.std(axis=(1, 2), ddof=1, keepdims=True) + eps)
    """,
    says="Two things: the squares were divided by H W - 1 (ddof=1), where the variance is their "
    "mean; and eps was added after the root, not before it.",
)
instance_norm.right(
    BODY,
    """
    y = np.empty(x.shape, x.dtype)
    for k, channel in enumerate(x):
        y[k] = (channel - channel.mean()) / np.sqrt(channel.var() + eps)
    return y
    """,
    says="one channel at a time",
)
instance_norm.right(
    BODY,
    """
    flat = np.array(x).reshape(len(x), -1).T
    flat = flat - flat.mean(axis=0)
    flat = flat * (eps + np.einsum("pk,pk->k", flat, flat) / len(flat)) ** -0.5
    return flat.T.reshape(x.shape)
    """,
    says="positions first, times the inverse root",
)


instance_norm_grad = ex08.function(
    "instance_norm_grad",
    points=15,
    minutes=20,
    section="What an instance norm forgets",
    tolerance=NORMS,
    needs=("instance_norm",),
    hints=(
        "Write y = (x - mean) / deviation. By the first way alone, a change of x is divided by the "
        "deviation, and so is g. The two other ways take something from g before that.",
        "The mean moves with every value of its channel by 1 / (H W), and lowers all y alike: so "
        "what it takes from g is the same for the whole channel. What is the sum of the result?",
        "The deviation changes by y / (H W), and shrinks each y in proportion to itself: so what "
        "it takes is y times one number for each channel, and this number is a mean over g y.",
    ),
)


@instance_norm_grad.probe("three channels, five by four")
def _(ex, rng):
    x, g = rng.normal(size=(2, 3, 5, 4))
    return {"gradient": ex.instance_norm_grad(2 * x + [[[1.0]], [[-2.0]], [[0.5]]], g)}


@instance_norm_grad.probe("g is 1 at one place and 0 elsewhere")
def _(ex, rng):
    g = np.zeros((2, 3, 4))
    g[0, 1, 2] = 1
    return {"gradient": ex.instance_norm_grad(rng.normal(size=(2, 3, 4)), g)}


@instance_norm_grad.probe("pictures of any size, any eps")
def _(ex, rng):
    gradients = {}
    for number in range(4):
        x, g = rng.normal(size=(2, *rng.integers(2, 7, 3)))
        x = rng.uniform(0.5, 3) * x + rng.normal()
        gradients[f"gradient {number}"] = ex.instance_norm_grad(x, g, float(rng.uniform(0.1, 2)))
    return gradients


@instance_norm_grad.probe("as many channels as rows and columns")
def _(ex, rng):
    x, g = rng.normal(size=(2, 4, 4, 4))
    return {"gradient": ex.instance_norm_grad(3 * x + 2, g + 1)}


@instance_norm_grad.probe("eps of 0", "edge")
def _(ex, rng):
    x, g = rng.normal(size=(2, 2, 3, 3))
    return {"gradient": ex.instance_norm_grad(3 * x, g, 0.0)}


@instance_norm_grad.probe("a channel of one value; one position; one channel", "edge")
def _(ex, rng):
    x, g = rng.normal(size=(2, 2, 3, 4))
    x[1] = 0.75
    return {
        "gradient of one value": ex.instance_norm_grad(x, g),
        "gradient of one position": ex.instance_norm_grad(*rng.normal(size=(2, 3, 1, 1))),
        "gradient of one channel": ex.instance_norm_grad(*rng.normal(size=(2, 1, 3, 4))),
    }


@instance_norm_grad.probe("g of one number, and along y: both change nothing", "edge")
def _(ex, rng):
    x = rng.normal(size=(2, 3, 4))
    along = x - x.mean(axis=(1, 2), keepdims=True)
    return {
        "gradient for one number": ex.instance_norm_grad(x, np.full(x.shape, rng.normal()), 0.3),
        "gradient for g along y": ex.instance_norm_grad(x, along, 0.3),
    }


@instance_norm_grad.probe("float32 stays float32", "promise")
def _(ex, rng):
    x, g = rng.normal(size=(2, 2, 3, 4)).astype(np.float32)
    return {"gradient": ex.instance_norm_grad(x, g)}


instance_norm_grad.wrong(
    "(g - through_mean - through_variance) / deviation",
    "g / deviation",
    says="Only the direct way is there: x also moves the mean and the variance of its channel, and "
    "through them every y of it.",
)
instance_norm_grad.wrong(
    "(g - through_mean - through_variance) / deviation",
    "(g - through_mean) / deviation",
    says="The way through the variance is missing: a value far from the mean widens its channel, "
    "and every y of it is divided by more.",
)
instance_norm_grad.wrong(
    "(g - through_mean - through_variance) / deviation",
    "(g - through_variance) / deviation",
    says="The way through the mean is missing: the gradient must sum to 0 over each channel.",
)
instance_norm_grad.wrong(
    "(g - through_mean - through_variance) / deviation",
    "(g - through_mean + through_variance) / deviation",
    says="The way through the variance has the wrong sign: what widens a channel makes its y "
    "smaller.",
)
instance_norm_grad.wrong(
    "(g - through_mean - through_variance) / deviation",
    "(g + through_mean - through_variance) / deviation",
    says="The way through the mean has the wrong sign: the mean is subtracted, so what raises it "
    "lowers every y.",
)
instance_norm_grad.wrong(
    "(g - through_mean - through_variance) / deviation",
    "g - through_mean - through_variance",
    says="The result was not divided by the deviation: y changes by what x changes, divided by it.",
)
instance_norm_grad.wrong(
    "(g - through_mean - through_variance) / deviation",
    "(g - through_mean - through_variance) / deviation**2",
    says="It was divided by the variance: divide by its root, the deviation.",
)
instance_norm_grad.wrong(
    "(g - through_mean - through_variance) / deviation",
    "(g - through_mean - through_variance) * deviation",
    says="It was multiplied by the deviation: the norm divides by it, and so does its gradient.",
)
instance_norm_grad.wrong(
    "through_variance = y * (g * y).mean(axis=(1, 2), keepdims=True)",
    "centred = x - x.mean(axis=(1, 2), keepdims=True)\n"
    "    through_variance = centred * (g * centred).mean(axis=(1, 2), keepdims=True)",
    says="The way through the variance was computed with x minus its mean: it is y that stands in "
    "it, both times, already divided by the deviation.",
)
instance_norm_grad.wrong(
    "through_variance = y * (g * y).mean(axis=(1, 2), keepdims=True)",
    "through_variance = x * (g * x).mean(axis=(1, 2), keepdims=True)",
    says="The way through the variance was computed with x: it is y that stands in it, both times.",
)
instance_norm_grad.wrong(
    "through_variance = y * (g * y).mean(axis=(1, 2), keepdims=True)",
    "through_variance = y * (g * x).mean(axis=(1, 2), keepdims=True)",
    says="The mean was taken of g x: it is a mean of g y.",
)
instance_norm_grad.wrong(
    "through_variance = y * (g * y).mean(axis=(1, 2), keepdims=True)",
    "through_variance = g * y * y",
    says="The mean of g y was not taken: the variance is one number for a channel, and all of g "
    "reaches it.",
)
instance_norm_grad.wrong(
    "through_variance = y * (g * y).mean(axis=(1, 2), keepdims=True)",
    "through_variance = (g * y).mean(axis=(1, 2), keepdims=True)",
    says="The mean of g y was subtracted as it is: it is taken along y, since the variance moves "
    "each y in proportion to itself.",
)
instance_norm_grad.wrong(
    "through_variance = y * (g * y).mean(axis=(1, 2), keepdims=True)",
    "through_variance = y * g.mean(axis=(1, 2), keepdims=True)",
    says="The mean of g stands where the mean of g y should: how much the deviation matters "
    "depends on where g and y agree.",
)
instance_norm_grad.wrong(
    "through_variance = y * (g * y).mean(axis=(1, 2), keepdims=True)",
    "through_variance = 2 * y * (g * y).mean(axis=(1, 2), keepdims=True)",
    says="The way through the variance counts twice: the square brings down a 2, and the root a "
    "half.",
)
instance_norm_grad.wrong(
    "through_variance = y * (g * y).mean(axis=(1, 2), keepdims=True)",
    "through_variance = y * (g * y).mean(axis=(1, 2), keepdims=True) / 2",
    says="The way through the variance counts half: the root brings a half, and the square a 2.",
)
instance_norm_grad.wrong(
    BODY,
    """
    y = instance_norm(x, eps)
    deviation = np.sqrt(x.var(axis=(1, 2), keepdims=True) + eps)
    total, along = g.sum(axis=(1, 2), keepdims=True), (g * y).sum(axis=(1, 2), keepdims=True)
    return (g - total - y * along) / deviation
    """,
    says="Sums stand where means should: each value has a share of 1 / (H W) in the mean and in "
    "the variance.",
)
instance_norm_grad.wrong(
    "through_mean = g.mean(axis=(1, 2), keepdims=True)",
    "through_mean = g.sum(axis=(1, 2), keepdims=True)",
    says="The sum of g was subtracted: a value has a share of 1 / (H W) in the mean, so it is the "
    "mean of g.",
)
instance_norm_grad.wrong(
    "(g * y).mean(axis=(1, 2), keepdims=True)",
    "(g * y).sum(axis=(1, 2), keepdims=True)",
    says="The sum of g y was taken: a value has a share of 1 / (H W) in the variance, so it is the "
    "mean.",
)
instance_norm_grad.wrong(
    BODY,
    """
    deviation = np.sqrt(x.var() + eps)
    y = (x - x.mean()) / deviation
    return (g - g.mean() - y * (g * y).mean()) / deviation
    """,
    says="Means were taken over the whole picture: each channel is standardised by itself.",
)
instance_norm_grad.wrong(
    BODY,
    """
    y = instance_norm(x, eps)
    deviation = np.sqrt(x.var(axis=(1, 2), keepdims=True) + eps)
    return (g - g.mean() - y * (g * y).mean()) / deviation
    """,
    says="The means of g and of g y were taken over all channels: what one channel is asked does "
    "not reach another.",
)
instance_norm_grad.wrong(
    "deviation = np.sqrt(x.var(axis=(1, 2), keepdims=True) + eps)",
    "deviation = np.sqrt(x.var(axis=(1, 2), keepdims=True))",
    says="eps is missing in the deviation: what was added to the variance on the way there is "
    "there on the way back.",
)
instance_norm_grad.wrong(
    "deviation = np.sqrt(x.var(axis=(1, 2), keepdims=True) + eps)",
    "deviation = x.std(axis=(1, 2), keepdims=True) + eps",
    says="eps was added after the root: it belongs to the variance, under the root.",
)
instance_norm_grad.wrong(
    "deviation = np.sqrt(x.var(axis=(1, 2), keepdims=True) + eps)",
    "deviation = np.sqrt(x.var(axis=(1, 2), keepdims=True, ddof=min(x[0].size - 1, 1)) + eps)",
    says="The deviation has H W - 1 under the fraction (ddof=1): the norm divides by H W.",
)
instance_norm_grad.wrong(
    "y = instance_norm(x, eps)",
    "y = instance_norm(x)",
    says="eps was not handed to instance_norm, which then takes 1e-5.",
)
instance_norm_grad.wrong(
    BODY,
    """
    y = instance_norm(x)
    deviation = np.sqrt(x.var(axis=(1, 2), keepdims=True) + 1e-5)
    along = (g * y).mean(axis=(1, 2), keepdims=True)
    return (g - g.mean(axis=(1, 2), keepdims=True) - y * along) / deviation
    """,
    says="eps is always 1e-5: use the one that was given.",
)
instance_norm_grad.wrong(
    BODY,
    """
    return instance_norm(g, eps)
    """,
    says="That standardises g: the gradient of the norm at x is asked for, and x comes in.",
)
instance_norm_grad.wrong(
    BODY,
    """
    return g * instance_norm(x, eps)
    """,
    says="That is g times y: differentiate y by x, and do not multiply by it.",
)
instance_norm_grad.wrong(
    "return (g - through_mean - through_variance) / deviation",
    "g -= through_mean + through_variance\n    return g / deviation",
    says="The gradient is right, but -= wrote into the caller's g: make a new array.",
)
instance_norm_grad.wrong(
    "(g - through_mean - through_variance) / deviation",
    "g * (1 - y**2) / deviation",
    says="g was multiplied place by place: through the mean and the variance every g of a channel "
    "reaches every x of it.",
)
instance_norm_grad.wrong(
    "through_variance = y * (g * y).mean(axis=(1, 2), keepdims=True)",
    "centred = x - x.mean(axis=(1, 2), keepdims=True)\n"
    "    through_variance = y * (g * centred).mean(axis=(1, 2), keepdims=True)",
    says="x minus its mean stands in one of two places where y should, in the way through the "
    "variance: it was divided by the deviation once, and not twice.",
)
instance_norm_grad.right(
    BODY,
    """
    back = np.empty(x.shape, x.dtype)
    for k in range(len(x)):
        d, n = x[k] - x[k].mean(), x[k].size
        v = (d * d).mean() + eps
        to_variance = (g[k] * d).sum() * -0.5 * v**-1.5
        to_mean = -g[k].sum() / np.sqrt(v)
        back[k] = g[k] / np.sqrt(v) + to_variance * 2 * d / n + to_mean / n
    return back
    """,
    says="the chain rule link by link, one channel at a time, as in the paper on batch norm",
)
instance_norm_grad.right(
    BODY,
    """
    y = instance_norm(x, eps).reshape(len(x), -1)
    push = g.reshape(y.shape) - g.reshape(y.shape).mean(axis=1, keepdims=True)
    push = push - y * np.einsum("kp,kp->k", push, y)[:, None] / y.shape[1]
    return (push / np.sqrt(x.reshape(y.shape).var(axis=1) + eps)[:, None]).reshape(x.shape)
    """,
    says="the mean first, then along y, on a matrix",
)

instance_norm_grad.equivalent(
    "with -x in the place of x", because="y stands twice in the product, and only its sign changes"
)


conditional_instance_norm = ex08.function(
    "conditional_instance_norm",
    points=10,
    minutes=10,
    section="Scale and shift are the style",
    tolerance=NORMS,
    needs=("instance_norm",),
    hints=(
        "Three steps: what are the scales, what are the shifts, and what is done with them to the "
        "standardised picture?",
        "A linear layer is a matrix times a vector, plus a bias: D numbers go in, and C come out, "
        "one for each channel.",
        "The C scales have to stand against (C, H, W), each beside its channel: give them two more "
        "axes of length 1 at the end. The shifts, too.",
    ),
)


@ex08.helper
def manner_and_layers(rng, channels, numbers):
    """A manner, and weights and biases of the two linear layers."""
    sizes = ((numbers,), (channels, numbers), (channels,), (channels, numbers), (channels,))
    return [rng.normal(size=size) for size in sizes]


@conditional_instance_norm.probe("three channels, a manner of five numbers")
def _(ex, rng):
    return {
        "y": ex.conditional_instance_norm(rng.normal(size=(3, 5, 4)), *manner_and_layers(rng, 3, 5))
    }


@conditional_instance_norm.probe("as many numbers as channels, rows and columns")
def _(ex, rng):
    x = 2 * rng.normal(size=(4, 4, 4)) + 1
    return {"y": ex.conditional_instance_norm(x, *manner_and_layers(rng, 4, 4))}


@conditional_instance_norm.probe("pictures and manners of any size, any eps")
def _(ex, rng):
    found = {}
    for number in range(4):
        channels, numbers = map(int, rng.integers(2, 7, 2))
        x = 2 * rng.normal(size=(channels, *rng.integers(2, 6, 2))) + rng.normal()
        eps = float(rng.uniform(0.1, 2))
        found[f"y {number}"] = ex.conditional_instance_norm(
            x, *manner_and_layers(rng, channels, numbers), eps
        )
    return found


@conditional_instance_norm.probe("a manner of zeros: the biases decide", "edge")
def _(ex, rng):
    manner, *weights = manner_and_layers(rng, 3, 4)
    return {"y": ex.conditional_instance_norm(rng.normal(size=(3, 2, 5)), 0 * manner, *weights)}


@conditional_instance_norm.probe("a channel of one value becomes its shift", "edge")
def _(ex, rng):
    x = rng.normal(size=(2, 3, 3))
    x[0] = 0.5
    return {"y": ex.conditional_instance_norm(x, *manner_and_layers(rng, 2, 6))}


@conditional_instance_norm.probe("one channel; one number; one position", "edge")
def _(ex, rng):
    sizes = {"one channel": (1, 3, 4, 3), "one number": (3, 2, 4, 1), "one position": (2, 1, 1, 5)}
    return {
        f"y of {name}": ex.conditional_instance_norm(
            rng.normal(size=(channels, rows, columns)), *manner_and_layers(rng, channels, numbers)
        )
        for name, (channels, rows, columns, numbers) in sizes.items()
    }


@conditional_instance_norm.probe("float32 stays float32", "promise")
def _(ex, rng):
    arrays = [rng.normal(size=(2, 3, 4)), *manner_and_layers(rng, 2, 3)]
    return {"y": ex.conditional_instance_norm(*(a.astype(np.float32) for a in arrays))}


conditional_instance_norm.wrong(
    "scale[:, None, None] * instance_norm(x, eps) + shift[:, None, None]",
    "shift[:, None, None] * instance_norm(x, eps) + scale[:, None, None]",
    says="Scale and shift have changed places: the scale multiplies, the shift is added.",
)
conditional_instance_norm.wrong(
    "instance_norm(x, eps)",
    "x",
    says="x itself was scaled and shifted: standardise it first, for what the manner sets is where "
    "a channel lies and how strong it is, whatever x was.",
)
conditional_instance_norm.wrong(
    "instance_norm(x, eps)",
    "(x - x.mean(axis=(1, 2), keepdims=True))",
    says="Only the mean was taken from x: divide by the deviation too, as instance_norm does.",
)
conditional_instance_norm.wrong(
    "scale[:, None, None] * instance_norm(x, eps)",
    "(1 + scale[:, None, None]) * instance_norm(x, eps)",
    says="1 was added to the scale: the linear layer's bias is all that is added to it here.",
)
conditional_instance_norm.wrong(
    "return scale[:, None, None] * instance_norm(x, eps) + shift[:, None, None]",
    "return instance_norm(scale[:, None, None] * x + shift[:, None, None], eps)",
    says="The norm came last, and took scale and shift away again: standardise first.",
)
conditional_instance_norm.wrong(
    "scale[:, None, None] * instance_norm(x, eps) + shift[:, None, None]",
    "scale[:, None, None] * (instance_norm(x, eps) + shift[:, None, None])",
    says="The shift was added before the scale, and so was scaled too: multiply first, then add.",
)
conditional_instance_norm.wrong(
    "scale = scale_weight @ manner + scale_bias\n    shift = shift_weight @ manner + shift_bias",
    "scale = manner @ scale_weight + scale_bias\n    shift = manner @ shift_weight + shift_bias",
    says="The weights were used by columns: they have a row for each channel, so it is weights @ "
    "manner.",
)
conditional_instance_norm.wrong(
    "scale_weight @ manner + scale_bias",
    "scale_weight @ manner",
    says="The bias of the scales is missing.",
)
conditional_instance_norm.wrong(
    "shift_weight @ manner + shift_bias",
    "shift_weight @ manner",
    says="The bias of the shifts is missing.",
)
conditional_instance_norm.wrong(
    "scale = scale_weight @ manner + scale_bias\n    shift = shift_weight @ manner + shift_bias",
    "scale = scale_weight @ manner\n    shift = shift_weight @ manner",
    says="Both biases are missing: a manner of zeros must give the biases.",
)
conditional_instance_norm.wrong(
    "scale = scale_weight @ manner + scale_bias\n    shift = shift_weight @ manner + shift_bias",
    "scale, shift = scale_bias, shift_bias",
    says="The manner does not come in: the scales are weights times manner, plus bias, and so are "
    "the shifts.",
)
conditional_instance_norm.wrong(
    "scale = scale_weight @ manner + scale_bias\n    shift = shift_weight @ manner + shift_bias",
    "scale = scale_weight @ (manner.mean() + 0 * manner) + scale_bias\n"
    "    shift = shift_weight @ (manner.mean() + 0 * manner) + shift_bias",
    says="The manner was averaged to one number: each of its numbers has weights of its own.",
)
conditional_instance_norm.wrong(
    "shift = shift_weight @ manner + shift_bias",
    "shift = scale_weight @ manner + shift_bias",
    says="The shifts were computed with the weights of the scales: they have their own.",
)
conditional_instance_norm.wrong(
    "shift = shift_weight @ manner + shift_bias",
    "shift = scale_weight @ manner + scale_bias",
    says="The shift is the scale once more: it has a layer of its own, weights and bias.",
)
conditional_instance_norm.wrong(
    "scale = scale_weight @ manner + scale_bias\n    shift = shift_weight @ manner + shift_bias",
    "scale = (scale_weight * manner).mean(axis=1) + scale_bias\n"
    "    shift = (shift_weight * manner).mean(axis=1) + shift_bias",
    says="Weights times manner was averaged: a linear layer sums it.",
)
conditional_instance_norm.wrong(
    "scale[:, None, None] * instance_norm(x, eps) + shift[:, None, None]",
    "scale * instance_norm(x, eps) + shift",
    says="Scales and shifts went along the columns: each belongs to a channel, the first axis.",
)
conditional_instance_norm.wrong(
    "scale[:, None, None] * instance_norm(x, eps) + shift[:, None, None]",
    "scale[:, None] * instance_norm(x, eps) + shift[:, None]",
    says="Scales and shifts went along the rows: each belongs to a channel, the first axis.",
)
conditional_instance_norm.wrong(
    "scale[:, None, None] * instance_norm(x, eps) + shift[:, None, None]",
    "scale[0] * instance_norm(x, eps) + shift[0]",
    says="The first channel's scale and shift were used for all channels: each has its own.",
)
conditional_instance_norm.wrong(
    "scale[:, None, None] * instance_norm(x, eps) + shift[:, None, None]",
    "scale.mean() * instance_norm(x, eps) + shift.mean()",
    says="Scales and shifts were averaged over the channels: each channel has its own.",
)
conditional_instance_norm.wrong(
    "scale[:, None, None] * instance_norm(x, eps) + shift[:, None, None]",
    "scale[:, None, None] * instance_norm(x, eps)",
    says="The shift was not added.",
)
conditional_instance_norm.wrong(
    "scale[:, None, None] * instance_norm(x, eps) + shift[:, None, None]",
    "instance_norm(x, eps) + shift[:, None, None]",
    says="The scale does not come in: it multiplies the standardised picture.",
)
conditional_instance_norm.wrong(
    "scale[:, None, None] * instance_norm(x, eps) + shift[:, None, None]",
    "scale[:, None, None] * instance_norm(x, eps) - shift[:, None, None]",
    says="The shift was subtracted: add it.",
)
conditional_instance_norm.wrong(
    "scale[:, None, None] * instance_norm(x, eps)",
    "instance_norm(x, eps) / scale[:, None, None]",
    says="It was divided by the scale: multiply by it.",
)
conditional_instance_norm.wrong(
    "instance_norm(x, eps)",
    "instance_norm(x)",
    says="eps was not handed to instance_norm, which then takes 1e-5.",
)
conditional_instance_norm.wrong(
    "instance_norm(x, eps)",
    "(x - x.mean()) / np.sqrt(x.var() + eps)",
    says="x was standardised as a whole: each channel by itself, as instance_norm does.",
)
conditional_instance_norm.wrong(
    "scale[:, None, None] * instance_norm(x, eps)",
    "np.abs(scale)[:, None, None] * instance_norm(x, eps)",
    says="Negative scales were made positive: a scale may turn a channel over.",
)
conditional_instance_norm.wrong(
    "scale[:, None, None] * instance_norm(x, eps)",
    "np.exp(scale)[:, None, None] * instance_norm(x, eps)",
    says="The scale was taken as a logarithm: what the linear layer gives multiplies as it is.",
)
conditional_instance_norm.wrong(
    "scale[:, None, None] * instance_norm(x, eps)",
    "np.maximum(scale, 0)[:, None, None] * instance_norm(x, eps)",
    says="Negative scales were set to 0: a scale may turn a channel over.",
)
conditional_instance_norm.wrong(
    "+ shift[:, None, None]",
    "+ shift[:, None, None] + x.mean(axis=(1, 2), keepdims=True)",
    says="The mean of x came back: where a channel lies is for the shift alone to say.",
)
conditional_instance_norm.wrong(
    "scale = scale_weight @ manner",
    "manner = manner / max(np.linalg.norm(manner), 1e-12)\n    scale = scale_weight @ manner",
    says="The manner was brought to length 1: its numbers count as they are.",
)
conditional_instance_norm.right(
    BODY,
    """
    y = instance_norm(x, eps)
    for k in range(len(x)):
        y[k] *= np.dot(scale_weight[k], manner) + scale_bias[k]
        y[k] += np.dot(shift_weight[k], manner) + shift_bias[k]
    return y
    """,
    says="channel by channel, in an array of its own",
)
conditional_instance_norm.right(
    BODY,
    """
    weights = np.concatenate([scale_weight, shift_weight])
    both = np.einsum("kd,d->k", weights, manner) + np.concatenate([scale_bias, shift_bias])
    scale, shift = np.split(both, 2)
    y = np.moveaxis(instance_norm(x, eps), 0, -1) * scale + shift
    return np.asfortranarray(np.moveaxis(y, -1, 0))
    """,
    says="one layer for both, channels last, Fortran order",
)

for words in (
    "if a factor of a product is transposed",
    "when manner is transposed first",
    "when scale_bias is transposed first",
    "when shift_bias is transposed first",
):
    conditional_instance_norm.equivalent(words, because="a vector transposed is itself")


mix = ex08.function(
    "mix",
    points=5,
    minutes=10,
    section="Mixing manners",
    tolerance=MIXES,
    hints=(
        "What do the weights have to be divided by, so that they say shares of a whole?",
        "With the shares, each manner is multiplied by its own and all are added: D numbers come "
        "out. Without weights, every manner has the same share.",
        "Before that, look at the weights: one below 0, none above 0, or too few or many are what "
        "raise ValueError(...) is for. A single 0 is allowed: that manner does not count.",
    ),
)


@ex08.helper
def mixed_or_refused(ex, manners, weights):
    """What a mix gives, or the name of what it raised, as text."""
    try:
        found = ex.mix(manners, weights)
    except NotImplementedError:
        raise
    except Exception as error:
        return np.array(f"raised {type(error).__name__}")
    return np.array("gave None" if found is None else f"gave {np.round(found, 6).tolist()}")


def not_refused(got, expected):
    """Which weights were taken, or refused otherwise than with a ValueError."""
    for name, right in expected.items():
        found, wanted = str(got[name]), str(right)
        if found == wanted:
            continue
        if wanted == "raised ValueError":
            return f"mix with {name} {found}: raise a ValueError there"
        return f"mix with {name} {found}, expected {wanted}"
    return None


@mix.probe("two manners, and weights that are a whole")
def _(ex, rng):
    share = float(rng.uniform(0.1, 0.4))
    return {"manner": ex.mix(rng.normal(size=(2, 5)), [share, 1 - share])}


@mix.probe("weights of any sum")
def _(ex, rng):
    return {
        "manner": ex.mix(rng.normal(size=(3, 6)), rng.uniform(0.2, 5, 3)),
        "manner by whole numbers": ex.mix(rng.normal(size=(3, 4)), [1, 3, 2]),
    }


@mix.probe("no weights")
def _(ex, rng):
    return {"manner": ex.mix(rng.normal(size=(4, 3)))}


@mix.probe("as many manners as numbers in one")
def _(ex, rng):
    manners, weights = rng.normal(size=(4, 4)), rng.uniform(0.5, 2, 4)
    return {"manner": ex.mix(manners, weights), "manner without weights": ex.mix(manners)}


@mix.probe("manners and weights as lists, tuples and arrays", "edge")
def _(ex, rng):
    manners, weights = rng.normal(size=(3, 5)), rng.uniform(0.5, 2, 3)
    return {
        "manner of a list of arrays": ex.mix(list(manners), weights.tolist()),
        "manner of a list, no weights": ex.mix(list(manners)),
        "manner of a tuple": ex.mix(tuple(manners), tuple(weights.tolist())),
    }


@mix.probe("one manner; one number; a weight of 0", "edge")
def _(ex, rng):
    return {
        "manner of one": ex.mix(rng.normal(size=(1, 4)), [2.5]),
        "manner of one number": ex.mix(rng.normal(size=(3, 1)), [1.0, 2.0, 3.0]),
        "manner with a weight of 0": ex.mix(rng.normal(size=(3, 4)), [1.0, 0.0, 3.0]),
    }


@mix.probe("very small weights, and very large ones", "edge")
def _(ex, rng):
    manners = rng.normal(size=(3, 4))
    return {
        "manner by small ones": ex.mix(manners, 1e-9 * rng.uniform(1, 2, 3)),
        "manner by large ones": ex.mix(manners, 1e9 * rng.uniform(1, 2, 3)),
    }


@mix.probe("weights that cannot be shares are refused with a ValueError", "edge", judge=not_refused)
def _(ex, rng):
    manners = rng.normal(size=(3, 2))
    return {
        "a weight below 0": mixed_or_refused(ex, manners, [0.5, -0.25, 0.75]),
        "weights that are all 0": mixed_or_refused(ex, manners, [0, 0, 0]),
        "weights of sum 0": mixed_or_refused(ex, manners, [1.0, -2.0, 1.0]),
        "weights below 0 all": mixed_or_refused(ex, manners, [-1.0, -2.0, -1.0]),
        "two weights for three manners": mixed_or_refused(ex, manners, [0.5, 0.5]),
        "four weights for three manners": mixed_or_refused(ex, manners, [1.0, 1.0, 1.0, 1.0]),
        "weights (1, 0, 1)": mixed_or_refused(ex, manners, [1, 0, 1]),
    }


mix.wrong(
    "(shares / shares.sum()) @ rows",
    "shares @ rows",
    says="The weights were not divided by their sum: only their ratios count, so 1 and 3 are a "
    "quarter and three quarters.",
)
mix.wrong(
    "(shares / shares.sum()) @ rows",
    "shares @ rows / len(rows)",
    says="The sum was divided by the number of manners: divide by the sum of the weights.",
)
mix.wrong(
    "return (shares / shares.sum()) @ rows",
    "return rows.sum(axis=0) if weights is None else (shares / shares.sum()) @ rows",
    says="Without weights the manners were added up: it is their mean.",
)
mix.wrong(
    "return (shares / shares.sum()) @ rows",
    "return rows.mean(axis=0) if weights is None else shares @ rows",
    says="The mean without weights is right; weights that are given have to be divided by their "
    "sum.",
)
mix.wrong(
    "return (shares / shares.sum()) @ rows",
    "return rows.mean(axis=0)",
    says="The weights do not come in: each manner counts as much as its weight says.",
)
mix.wrong(
    "return (shares / shares.sum()) @ rows",
    "powers = np.exp(shares - shares.max())\n    return (powers / powers.sum()) @ rows",
    says="A softmax was taken of the weights: divide them by their sum, as they are.",
)
mix.wrong(
    "(shares / shares.sum()) @ rows",
    "(shares / shares.max()) @ rows",
    says="The weights were divided by the largest of them: divide by their sum.",
)
mix.wrong(
    "(shares / shares.sum()) @ rows",
    "(shares / np.sqrt((shares**2).sum())) @ rows",
    says="The weights were brought to length 1: it is their sum that is to be 1.",
)
mix.wrong(
    "(shares / shares.sum()) @ rows",
    "(shares**2 / (shares**2).sum()) @ rows",
    says="The weights were squared: they are shares as they are.",
)
mix.wrong(
    "(shares / shares.sum()) @ rows",
    "rows @ (shares / shares.sum())",
    says="The weights went along the numbers of a manner: each weight belongs to a manner, a row.",
)
mix.wrong(
    "(shares / shares.sum()) @ rows",
    "rows[shares.argmax()]",
    says="Only the manner with the largest weight is left: all count, each by its share.",
)
mix.wrong(
    "(shares / shares.sum()) @ rows",
    "((shares / shares.sum())[:, None] * rows).mean(axis=0)",
    says="The weighted manners were averaged: the shares sum to 1 already, so add them up.",
)
mix.wrong(
    "(shares / shares.sum()) @ rows",
    "(shares / shares.sum())[:, None] * rows",
    says="The manners were weighted but not added up: one manner comes out, (D,).",
)
mix.wrong(
    "    if (shares < 0).any() or not shares.any():\n"
    '        raise ValueError("mix takes weights of at least 0, and not all 0")\n',
    "",
    says="Weights below 0, or all 0, were taken: there is no such share. Raise a ValueError.",
)
mix.wrong(
    "(shares < 0).any() or not shares.any()",
    "not shares.any()",
    says="Weights below 0 were taken: there is no negative share. Raise a ValueError.",
)
mix.wrong(
    "(shares < 0).any() or not shares.any()",
    "(shares < 0).any()",
    says="Weights that are all 0 gave nan: there is nothing to divide by. Raise a ValueError.",
)
mix.wrong(
    "(shares < 0).any() or not shares.any()",
    "shares.sum() <= 0",
    says="Only the sum was looked at: a single weight below 0 is to be refused, too.",
)
mix.wrong(
    "(shares < 0).any() or not shares.any()",
    "(shares <= 0).any()",
    says="A weight of 0 was refused: it is allowed, and its manner does not count.",
)
mix.wrong(
    "    if (shares < 0).any() or not shares.any():\n"
    '        raise ValueError("mix takes weights of at least 0, and not all 0")\n',
    "    shares = np.maximum(shares, 0)\n"
    '    if not shares.any():\n        raise ValueError("nothing to mix")\n',
    says="Weights below 0 were taken as 0: refuse them with a ValueError.",
)
mix.wrong(
    "    if (shares < 0).any() or not shares.any():\n"
    '        raise ValueError("mix takes weights of at least 0, and not all 0")\n',
    "    shares = np.abs(shares)\n"
    '    if not shares.any():\n        raise ValueError("nothing to mix")\n',
    says="The signs of the weights were dropped: refuse those below 0 with a ValueError.",
)
mix.wrong(
    '        raise ValueError("mix takes weights of at least 0, and not all 0")\n',
    "        shares = np.ones(len(rows))\n",
    says="Weights that cannot be shares were replaced by equal ones: raise a ValueError.",
)
mix.wrong(
    '        raise ValueError("mix takes weights of at least 0, and not all 0")\n',
    "        return np.zeros(rows.shape[1])\n",
    says="Weights that cannot be shares gave zeros: raise a ValueError.",
)
mix.wrong(
    '        raise ValueError("mix takes weights of at least 0, and not all 0")\n',
    "        return None\n",
    says="Weights that cannot be shares gave None: raise a ValueError.",
)
mix.wrong(
    '        raise ValueError("mix takes weights of at least 0, and not all 0")\n',
    '        raise AssertionError("weights")\n',
    says="Weights that cannot be shares ended in an AssertionError: raise a ValueError.",
)
mix.wrong(
    "    return (shares / shares.sum()) @ rows",
    "    total = np.zeros(rows.shape[1])\n"
    "    for share, row in zip(shares / shares.sum(), rows):\n"
    "        total = total + share * row\n"
    "    return total",
    says="Weights or manners that are left over were dropped without a word, as zip does: raise a "
    "ValueError where there are not as many of both.",
)
mix.wrong(
    "(shares < 0).any() or not shares.any()",
    "(shares < 0).any() or not np.isclose(shares.sum(), 1)",
    says="Weights whose sum is not 1 were refused: divide them by their sum.",
)
mix.wrong(
    "    if (shares < 0)",
    "    if weights is not None and not np.isclose(shares.sum(), 1):\n"
    '        raise ValueError("weights must sum to 1")\n'
    "    if (shares < 0)",
    says="Weights that do not sum to 1 were refused: only their ratios count, so divide.",
)
mix.wrong(
    "(shares / shares.sum()) @ rows",
    "rows[0] + shares[-1] / shares.sum() * (rows[-1] - rows[0])",
    says="Only the first and the last manner were mixed: all of them count.",
)
mix.wrong(
    "(shares / shares.sum()) @ rows",
    "(1 - shares / shares.sum()) @ rows",
    says="Each manner got 1 minus its share: its weight is how much it counts.",
)
mix.right(
    BODY,
    """
    if weights is None:
        weights = [1] * len(manners)
    weights = [float(w) for w in weights]
    if len(weights) != len(manners) or min(weights) < 0 or max(weights) == 0:
        raise ValueError("weights")
    total = np.zeros(len(manners[0]))
    for weight, manner in zip(weights, manners):
        total += weight * np.asarray(manner)
    return total / sum(weights)
    """,
    says="a loop, divided at the end",
)
mix.right(
    BODY,
    """
    if weights is None:
        return np.mean(manners, axis=0)
    weights = np.asarray(weights, float)
    if len(weights) != len(manners) or np.any(weights < 0) or weights.sum() == 0:
        raise ValueError("weights")
    return np.average(np.stack(list(manners)), axis=0, weights=weights)
    """,
    says="np.mean and np.average",
)
mix.equivalent("if a factor of a product is transposed", because="a vector transposed is itself")
