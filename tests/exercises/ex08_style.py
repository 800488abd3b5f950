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


@content_cost.probe("one channel, one position")
def _(ex, rng):
    return {"cost": ex.content_cost(np.array([[[2.0]]]), np.array([[[5.0]]]))}


@content_cost.probe("the same activations cost nothing")
def _(ex, rng):
    content = rng.normal(size=(2, 3, 3))
    return {"cost": ex.content_cost(content, content.copy())}


@content_cost.probe("the activations stay as they were")
def _(ex, rng):
    content, generated = rng.normal(size=(2, 2, 3, 4))
    ex.content_cost(content, generated)
    return {"content afterwards": content, "generated afterwards": generated}


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


content_cost_grad = ex08.function(
    "content_cost_grad",
    points=5,
    minutes=5,
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


@content_cost_grad.probe("one channel, one position")
def _(ex, rng):
    return {"gradient": ex.content_cost_grad(np.array([[[2.0]]]), np.array([[[5.0]]]))}


@content_cost_grad.probe("at the content itself the ground is level")
def _(ex, rng):
    content = rng.normal(size=(2, 3, 3))
    return {"gradient": ex.content_cost_grad(content, content.copy())}


@content_cost_grad.probe("the activations stay as they were")
def _(ex, rng):
    content, generated = rng.normal(size=(2, 2, 3, 4))
    ex.content_cost_grad(content, generated)
    return {"content afterwards": content, "generated afterwards": generated}


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


@descent_step.probe("pixels at the ends: one pushed out, one pulled in")
def _(ex, rng):
    image = np.array([[[0.0, 0.0, 1.0, 1.0]]])
    return {"new image": ex.descent_step(image, np.array([[[2.0, -2.0, 2.0, -2.0]]]), 0.1)}


@descent_step.probe("image and gradient stay as they were")
def _(ex, rng):
    image, grad = rng.uniform(0, 1, (3, 2, 4)), rng.normal(size=(3, 2, 4))
    ex.descent_step(image, grad, 0.3)
    return {"image afterwards": image, "gradient afterwards": grad}


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


gram_matrix = ex08.function(
    "gram_matrix",
    points=10,
    minutes=10,
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


@gram_matrix.probe("the features stay as they were")
def _(ex, rng):
    features = rng.normal(size=(2, 3, 4))
    ex.gram_matrix(features)
    return {"features afterwards": features}


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


gram_vjp = ex08.function(
    "gram_vjp",
    points=15,
    minutes=15,
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


@gram_vjp.probe("features and g stay as they were")
def _(ex, rng):
    features, g = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 2))
    ex.gram_vjp(features, g)
    return {"features afterwards": features, "g afterwards": g}


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
    "(g + g.T) @ matrix",
    "(g + g.T) * (matrix @ matrix.T)",
    says="The gradient was multiplied into the Gram matrix: send it back to the features, by a "
    "matrix product with M.",
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


style_layer_cost = ex08.function(
    "style_layer_cost",
    points=10,
    minutes=10,
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


@style_layer_cost.probe("one channel, one position")
def _(ex, rng):
    return {"cost": ex.style_layer_cost(np.array([[[2.0]]]), np.array([[[3.0]]]))}


@style_layer_cost.probe("a style picture of another size")
def _(ex, rng):
    return {"cost": ex.style_layer_cost(rng.normal(size=(3, 6, 2)), rng.normal(size=(3, 4, 5)))}


@style_layer_cost.probe("the same features with their positions shuffled cost nothing")
def _(ex, rng):
    style = rng.integers(-3, 4, size=(3, 4, 4)).astype(float)
    shuffled = rng.permutation(style.reshape(3, 16), axis=1).reshape(3, 4, 4)
    return {"cost": ex.style_layer_cost(style, shuffled)}


@style_layer_cost.probe("the features stay as they were")
def _(ex, rng):
    style, generated = rng.normal(size=(2, 2, 3, 4))
    ex.style_layer_cost(style, generated)
    return {"style afterwards": style, "generated afterwards": generated}


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
    BODY,
    """
    wanted = gram_matrix(style) / style.size
    made = gram_matrix(generated) / generated.size
    return float(((made - wanted) ** 2).sum())
    """,
    says="The 2 is missing: each Gram matrix is divided by 2 C H W.",
)
style_layer_cost.wrong(
    BODY,
    """
    wanted = gram_matrix(style) / (2 * style[0].size)
    made = gram_matrix(generated) / (2 * generated[0].size)
    return float(((made - wanted) ** 2).sum())
    """,
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
    if style.shape != generated.shape:
        return 0.0
    return float(((generated - style) ** 2).sum() / (2 * style.size) ** 2)
    """,
    says="The features themselves were compared, place by place: style compares Gram matrices.",
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


style_layer_cost_grad = ex08.function(
    "style_layer_cost_grad",
    points=15,
    minutes=15,
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


@style_layer_cost_grad.probe("one channel, one position")
def _(ex, rng):
    return {"gradient": ex.style_layer_cost_grad(np.array([[[2.0]]]), np.array([[[3.0]]]))}


@style_layer_cost_grad.probe("a style picture of another size")
def _(ex, rng):
    style, generated = rng.normal(size=(3, 6, 2)), rng.normal(size=(3, 4, 5))
    return {"gradient": ex.style_layer_cost_grad(style, generated)}


@style_layer_cost_grad.probe("the features stay as they were")
def _(ex, rng):
    style, generated = rng.normal(size=(2, 2, 3, 4))
    ex.style_layer_cost_grad(style, generated)
    return {"style afterwards": style, "generated afterwards": generated}


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


style_cost = ex08.function(
    "style_cost",
    points=10,
    minutes=10,
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


@style_cost.probe("features and weights stay as they were")
def _(ex, rng):
    style, generated, weights = layers(rng), layers(rng), {"relu2_1": 2.0}
    cost = ex.style_cost(style, generated, weights)
    names = [" ".join(style), " ".join(generated), " ".join(weights)]
    return {
        "cost": cost,
        "names afterwards": np.array(names),
        "style afterwards": style["relu2_1"],
    }


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


total_cost = ex08.function(
    "total_cost",
    points=5,
    minutes=5,
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
    return {"cost": [ex.total_cost(*pair) for pair in rng.uniform(0, 3, (4, 2)).tolist()]}


@total_cost.probe("with other weights")
def _(ex, rng):
    return {"cost": [ex.total_cost(*four) for four in rng.uniform(0, 9, (4, 4)).tolist()]}


@total_cost.probe("weights by name, in any order")
def _(ex, rng):
    return {"cost": ex.total_cost(1.5, 0.5, beta=2.0, alpha=3.0)}


@total_cost.probe("content alone, style alone")
def _(ex, rng):
    return {"cost": [ex.total_cost(2.0, 5.0, 1, 0), ex.total_cost(2.0, 5.0, 0, 1)]}


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


total_variation = ex08.function(
    "total_variation",
    points=10,
    minutes=10,
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
    return {"roughness": ex.total_variation(rng.uniform(0, 1, (3, 5, 4)))}


@total_variation.probe("a picture of one colour has none")
def _(ex, rng):
    return {"roughness": ex.total_variation(np.full((3, 4, 6), 0.7))}


@total_variation.probe("a ramp from left to right: the ends are no neighbours")
def _(ex, rng):
    ramp = np.linspace(0, 1, 8) * np.ones((3, 5, 1))
    return {"roughness": ex.total_variation(ramp)}


@total_variation.probe("a checkerboard")
def _(ex, rng):
    board = np.indices((6, 7)).sum(axis=0) % 2.0
    return {"roughness": ex.total_variation(board[None])}


@total_variation.probe("the image stays as it was")
def _(ex, rng):
    image = rng.uniform(0, 1, (2, 3, 4))
    ex.total_variation(image)
    return {"image afterwards": image}


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
    says="Opposite borders were taken as neighbours: np.roll wraps round; use two slices.",
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


total_variation_grad = ex08.function(
    "total_variation_grad",
    points=10,
    minutes=15,
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
    return {"gradient": ex.total_variation_grad(rng.uniform(0, 1, (3, 5, 4)))}


@total_variation_grad.probe("one colour: the ground is level")
def _(ex, rng):
    return {"gradient": ex.total_variation_grad(np.full((2, 3, 4), 0.7))}


@total_variation_grad.probe("one bright pixel in the dark, and one in the corner")
def _(ex, rng):
    image = np.zeros((1, 6, 5))
    image[0, 2, 3] = image[0, 5, 0] = 1
    return {"gradient": ex.total_variation_grad(image)}


@total_variation_grad.probe("the image stays as it was")
def _(ex, rng):
    image = rng.uniform(0, 1, (2, 3, 4))
    ex.total_variation_grad(image)
    return {"image afterwards": image}


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
    BODY,
    """
    down, right = np.diff(image, axis=1), np.diff(image, axis=2)
    pull = np.zeros(image.shape)
    pull[:, :-1] -= down
    pull[:, :, :-1] -= right
    return 2 * pull / image[0].size
    """,
    says="Only the neighbours below and to the right were looked at: a pixel has those above and "
    "to the left as well.",
)
total_variation_grad.wrong(
    BODY,
    """
    down, right = np.diff(image, axis=1), np.diff(image, axis=2)
    pull = np.zeros(image.shape)
    pull[:, 1:] += down
    pull[:, :, 1:] += right
    return 2 * pull / image[0].size
    """,
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
    BODY,
    """
    around = sum(np.roll(image, step, axis) for step in (1, -1) for axis in (1, 2))
    return 2 * (4 * image - around) / image[0].size
    """,
    says="Opposite borders were taken as neighbours: np.roll wraps round, and a border pixel has "
    "fewer than four neighbours.",
)
total_variation_grad.wrong(
    BODY,
    """
    padded = np.pad(image, ((0, 0), (1, 1), (1, 1)))
    around = padded[:, :-2, 1:-1] + padded[:, 2:, 1:-1] + padded[:, 1:-1, :-2] + padded[:, 1:-1, 2:]
    return 2 * (4 * image - around) / image[0].size
    """,
    says="Border pixels were compared with zeros outside the picture: outside there is no "
    "neighbour.",
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
