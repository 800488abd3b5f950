"""Checks of exercise set 05: Siamese networks."""

import numpy as np

from minidl.course.sets.manifest import BODY, ExerciseSet, Tolerance

ex05 = ExerciseSet("ex05_siamese", "Siamese networks")

SUMS = Tolerance(1e-10, "short float64 sums and a square root, in any order")
GRADIENTS = Tolerance(
    1e-9,
    "float64; a direction is a quotient of small differences, which costs a digit",
    absolute=1e-12,
)
EXPS = Tolerance(1e-10, "float64: one exp of a short sum, in any stable form")
FACTS = Tolerance(0.0, "numbers of pairs and yes or no, compared exactly")


normalize = ex05.function(
    "normalize",
    points=5,
    minutes=5,
    tolerance=SUMS,
    hints=(
        "The length of (3, 4) is 5, by Pythagoras. Divided by it, (3, 4) becomes (0.6, 0.8), which "
        "has length 1.",
        "Square, sum along the axis, take the root. The sums must still broadcast against x, "
        "whatever the axis: keep the axis they were summed along.",
        "Where the length is below eps, divide by eps instead: the larger of the two, element by "
        "element. Zeros divided by something that is not 0 stay zeros.",
    ),
)


@normalize.probe("five encodings of four numbers")
def _(ex, rng):
    return {"y": ex.normalize(3 * rng.normal(size=(5, 4)))}


@normalize.probe("as many encodings as numbers in one")
def _(ex, rng):
    return {"y": ex.normalize(rng.normal(size=(4, 4)))}


@normalize.probe("an encoding that is all zeros, and a tiny one")
def _(ex, rng):
    return {"y": ex.normalize(np.array([[0.0, 0.0, 0.0], [3e-6, 0.0, -4e-6], [1.0, 2.0, 2.0]]))}


@normalize.probe("along other axes")
def _(ex, rng):
    x = rng.normal(size=(3, 4, 2))
    return {"axis 0": ex.normalize(x, axis=0), "axis 2": ex.normalize(x, axis=2)}


@normalize.probe("a larger eps")
def _(ex, rng):
    return {"y": ex.normalize(np.array([[0.3, 0.4], [6.0, 8.0]]), eps=1.0)}


@normalize.probe("x stays as it was")
def _(ex, rng):
    x = rng.normal(size=(3, 4))
    ex.normalize(x)
    return {"x afterwards": x}


normalize.wrong(
    "np.maximum(length, eps)",
    "length",
    says="An encoding of zeros became nan: divide by the larger of its length and eps.",
)
normalize.wrong(
    "np.maximum(length, eps)",
    "(length + eps)",
    says="eps was added to the length: it is a lower bound, so take the larger of the two.",
)
normalize.wrong(
    "np.sqrt((x**2).sum(axis=axis, keepdims=True))",
    "(x**2).sum(axis=axis, keepdims=True)",
    says="That divides by the squared length: the square root is missing.",
)
normalize.wrong(
    "np.sqrt((x**2).sum(axis=axis, keepdims=True))",
    "np.abs(x).sum(axis=axis, keepdims=True)",
    says="That is the sum of absolute values: take the root of the sum of squares.",
)
normalize.wrong(
    "np.sqrt((x**2).sum(axis=axis, keepdims=True))",
    "np.abs(x).max(axis=axis, keepdims=True)",
    says="That divides by the largest entry: divide by the Euclidean length.",
)
normalize.wrong(
    "(x**2).sum(axis=axis, keepdims=True)",
    "(x**2).sum()",
    says="All encodings were divided by one length: each has its own, so sum along the axis only.",
)
normalize.wrong(
    "axis=axis",
    "axis=1",
    says="The axis is always 1: use the one that was given.",
)
normalize.wrong(
    BODY,
    """
    x /= np.maximum(np.sqrt((x**2).sum(axis=axis, keepdims=True)), eps)
    return x
    """,
    says="The numbers are right, but x was changed in place: /= writes into the caller's array.",
)
normalize.right(
    BODY,
    """
    length = np.expand_dims(np.linalg.norm(x, axis=axis), axis)
    return np.asfortranarray(x / np.where(length < eps, eps, length))
    """,
    says="linalg.norm and where, in Fortran order",
)
normalize.right(
    BODY,
    """
    rows = np.moveaxis(np.array(x, dtype=np.float32), axis, -1)
    y = rows.reshape(-1, rows.shape[-1]).copy()
    for row in y:
        row /= max(float(row @ row) ** 0.5, eps)
    return np.moveaxis(y.reshape(rows.shape), -1, axis)
    """,
    says="a loop over rows in float32",
)


contrastive_loss = ex05.function(
    "contrastive_loss",
    points=15,
    minutes=10,
    tolerance=SUMS,
    hints=(
        "First the N distances, nothing else. They are lengths: a square root belongs to them, and "
        "the loss then squares them, or what is missing to the margin.",
        "Each pair gives one term. For one person it grows with the distance; for two people it "
        "shrinks with it, and is 0 from the margin on.",
        "Because `same` is 1 or 0, multiplying one term by it and the other by one minus it picks "
        "the right one for every pair, without an if. Then take the mean over the pairs.",
    ),
)


@ex05.helper
def pairs(rng, count=6, features=3):
    """a, b, same: distances from below to beyond a margin of 1, and pairs of both kinds."""
    a = rng.normal(size=(count, features))
    step = rng.normal(size=(count, features))
    step /= np.sqrt((step**2).sum(axis=1, keepdims=True))
    d = np.linspace(0.2, 1.7, count)[:, None]
    return a, a + d * step, np.arange(count) % 2


@contrastive_loss.probe("six pairs, near and far, of both kinds")
def _(ex, rng):
    return {"loss": ex.contrastive_loss(*pairs(rng))}


@contrastive_loss.probe("one person, beyond the margin")
def _(ex, rng):
    a, b, _ = pairs(rng)
    return {"loss": ex.contrastive_loss(3 * a, 3 * b, np.ones(6))}


@contrastive_loss.probe("two people, all beyond the margin: no loss")
def _(ex, rng):
    a, b, _ = pairs(rng)
    return {"loss": ex.contrastive_loss(10 * a, 10 * b, np.zeros(6))}


@contrastive_loss.probe("two people, all within a margin of 2")
def _(ex, rng):
    a, b, _ = pairs(rng)
    return {"loss": ex.contrastive_loss(a, b, np.zeros(6), margin=2.0)}


@contrastive_loss.probe("`same` as booleans, and encodings that coincide")
def _(ex, rng):
    a = rng.normal(size=(4, 2))
    return {"loss": ex.contrastive_loss(a, a.copy(), np.array([True, False, False, True]), 0.5)}


@contrastive_loss.probe("nothing is changed in place")
def _(ex, rng):
    a, b, same = pairs(rng)
    ex.contrastive_loss(a, b, same)
    return {"a afterwards": a, "b afterwards": b, "same afterwards": same}


contrastive_loss.wrong(
    "np.sqrt(((a - b) ** 2).sum(axis=1))",
    "((a - b) ** 2).sum(axis=1)",
    says="d is the squared distance here: take its square root before it meets the margin.",
)
contrastive_loss.wrong(
    "np.maximum(0, margin - d)",
    "(margin - d)",
    says="Two people beyond the margin are pulled back: what is missing to it is never below 0.",
)
contrastive_loss.wrong(
    "np.maximum(0, margin - d)",
    "np.sqrt(np.maximum(0, margin - d**2))",
    says="That is max(0, margin - d^2), as in the triplet loss: here margin - d is squared.",
)
contrastive_loss.wrong(
    "missing**2",
    "missing",
    says="What is missing to the margin is not squared.",
)
contrastive_loss.wrong(
    "together * d**2 + (1 - together) * missing**2",
    "(1 - together) * d**2 + together * missing**2",
    says="The two cases are swapped: same is 1 for one person, whose distance should be small.",
)
contrastive_loss.wrong(
    "terms.mean()",
    "terms.sum()",
    says="The terms were summed: the loss is their mean over the N pairs.",
)
contrastive_loss.wrong(
    "float(terms.mean())",
    "float(terms.mean() / 2)",
    says="Half of the loss: the factor 1/2 of the 2006 paper is left out here.",
)
contrastive_loss.wrong(
    "np.maximum(0, margin - d)",
    "np.maximum(0, 1 - d)",
    says="The margin is always 1: use the one that was given.",
)
contrastive_loss.wrong(
    "together * d**2 + (1 - together) * missing**2",
    "together * d + (1 - together) * missing**2",
    says="The distance of one person's pictures is not squared.",
)
contrastive_loss.right(
    BODY,
    """
    total = 0.0
    for one, other, alike in zip(a, b, same):
        d = sum((p - q) ** 2 for p, q in zip(one, other)) ** 0.5
        total += d * d if alike else max(0.0, margin - d) ** 2
    return total / len(a)
    """,
    says="a loop over pairs",
)
contrastive_loss.right(
    BODY,
    """
    a, b = np.float32(a), np.float32(b)
    d = np.linalg.norm(a - b, axis=1)
    return np.where(np.asarray(same) == 1, d, np.maximum(np.float32(margin) - d, 0)).dot(
        np.where(np.asarray(same) == 1, d, np.maximum(np.float32(margin) - d, 0))
    ) / np.float32(len(d))
    """,
    says="float32, where, and a dot product",
)


contrastive_loss_grad = ex05.function(
    "contrastive_loss_grad",
    points=25,
    minutes=20,
    tolerance=GRADIENTS,
    hints=(
        "Chain rule in two links: how the term of a pair changes with its distance (a number), and "
        "how the distance changes when the first encoding moves (the direction u).",
        "The slope of d squared is 2 d; that of (margin - d) squared is -2 (margin - d), and 0 "
        "beyond the margin. The gradient of the second encoding is minus that of the first.",
        "Keep the distances as a column (N, 1), so that they broadcast against (N, d). Before "
        "dividing, put 1 in the place of a distance that is 0: the difference is 0 there anyway.",
    ),
)


@contrastive_loss_grad.probe("six pairs, near and far, of both kinds")
def _(ex, rng):
    grad_a, grad_b = ex.contrastive_loss_grad(*pairs(rng))
    return {"gradient of a": grad_a, "gradient of b": grad_b}


@contrastive_loss_grad.probe("as many pairs as features")
def _(ex, rng):
    grad_a, grad_b = ex.contrastive_loss_grad(*pairs(rng, 4, 4))
    return {"gradient of a": grad_a, "gradient of b": grad_b}


@contrastive_loss_grad.probe("one person, beyond the margin")
def _(ex, rng):
    a, b, _ = pairs(rng)
    grad_a, grad_b = ex.contrastive_loss_grad(3 * a, 3 * b, np.ones(6))
    return {"gradient of a": grad_a, "gradient of b": grad_b}


@contrastive_loss_grad.probe("two people, within a margin of 2")
def _(ex, rng):
    a, b, _ = pairs(rng)
    grad_a, grad_b = ex.contrastive_loss_grad(a, b, np.zeros(6), margin=2.0)
    return {"gradient of a": grad_a, "gradient of b": grad_b}


@contrastive_loss_grad.probe("pairs that coincide, `same` as booleans")
def _(ex, rng):
    a, b, same = pairs(rng)
    b[2:4] = a[2:4]
    grad_a, grad_b = ex.contrastive_loss_grad(a, b, same == 1)
    return {"gradient of a": grad_a, "gradient of b": grad_b}


@contrastive_loss_grad.probe("nothing is changed in place")
def _(ex, rng):
    a, b, same = pairs(rng)
    ex.contrastive_loss_grad(a, b, same)
    return {"a afterwards": a, "b afterwards": b, "same afterwards": same}


contrastive_loss_grad.wrong(
    "return grad, -grad",
    "return grad, grad",
    says="Both gradients have one sign: what lengthens a - b when a moves shortens it when b does.",
)
contrastive_loss_grad.wrong(
    "return grad, -grad",
    "return -grad, grad",
    says="The signs are the wrong way round: for one person a's gradient points away from b.",
)
contrastive_loss_grad.wrong(
    "np.where(d == 0, 1, d)",
    "d",
    says="Pairs that coincide got nan, 0 / 0: where d is 0, divide by 1 instead.",
)
contrastive_loss_grad.wrong(
    "slope * u / len(a)",
    "slope * u",
    says="The 1/N is missing: the loss is a mean over the pairs.",
)
contrastive_loss_grad.wrong(
    "np.maximum(0, margin - d)",
    "(margin - d)",
    says="Two people beyond the margin still have a gradient: there it is 0.",
)
contrastive_loss_grad.wrong(
    "2 * together * d - 2",
    "2 * together * d + 2",
    says="Two people are pulled together: their term falls as d grows, so its slope is negative.",
)
contrastive_loss_grad.wrong(
    "slope * u / len(a)",
    "slope * difference / len(a)",
    says="The direction has not length 1: divide a - b by the distance.",
)
contrastive_loss_grad.wrong(
    "2 * together * d - 2 * (1 - together)",
    "together * d - (1 - together)",
    says="Half of the gradient: the squares bring a factor 2 with them.",
)
contrastive_loss_grad.wrong(
    "np.maximum(0, margin - d)",
    "np.maximum(0, 1 - d)",
    says="The margin is always 1: use the one that was given.",
)
contrastive_loss_grad.right(
    BODY,
    """
    grad = np.zeros(a.shape)
    for i, alike in enumerate(same):
        step = a[i] - b[i]
        d = np.linalg.norm(step)
        if alike:
            grad[i] = 2 * step
        elif 0 < d < margin:
            grad[i] = -2 * (margin - d) / d * step
    return grad / len(a), grad / -len(a)
    """,
    says="a loop over pairs",
)
contrastive_loss_grad.right(
    BODY,
    """
    step = np.asfortranarray(a - b)
    d = np.linalg.norm(step, axis=1)
    pull = np.where(np.asarray(same) > 0, 1, np.minimum(0, 1 - margin / np.maximum(d, 1e-300)))
    grad = (2 / len(d)) * pull[:, None] * step
    return grad, -grad
    """,
    says="1 - margin / d as the pull, in Fortran order",
)


shared_gradient = ex05.function(
    "shared_gradient",
    points=15,
    minutes=15,
    needs=("contrastive_loss_grad",),
    tolerance=GRADIENTS,
    hints=(
        "Pretend for a moment that the two branches have matrices of their own, V and W, that "
        "happen to be equal. What would the gradient of each be?",
        "By way of one branch: the gradient of its encodings (N, d), transposed, times its own "
        "pictures (N, D). That has the shape of W, as it must.",
        "One matrix in both places moves both at once, so the changes of the loss add: compute the "
        "two gradients, each with its own pictures, and sum them.",
    ),
)


@ex05.helper
def pictures(rng):
    """W, x1, x2, same: eight pairs of pictures of five numbers, encoded by three."""
    x1 = rng.normal(size=(8, 5))
    x2 = x1 + 0.6 * rng.normal(size=(8, 5))
    return 0.5 * rng.normal(size=(3, 5)), x1, x2, np.arange(8) % 2


@shared_gradient.probe("eight pairs of both kinds")
def _(ex, rng):
    return {"gradient of W": ex.shared_gradient(*pictures(rng))}


@shared_gradient.probe("one person only")
def _(ex, rng):
    W, x1, x2, _ = pictures(rng)
    return {"gradient of W": ex.shared_gradient(W, x1, x2, np.ones(8))}


@shared_gradient.probe("two people only, margin 3")
def _(ex, rng):
    W, x1, x2, _ = pictures(rng)
    return {"gradient of W": ex.shared_gradient(W, x1, x2, np.zeros(8), margin=3.0)}


@shared_gradient.probe("a square W")
def _(ex, rng):
    _, x1, x2, same = pictures(rng)
    return {"gradient of W": ex.shared_gradient(0.3 * rng.normal(size=(5, 5)), x1, x2, same)}


@shared_gradient.probe("each picture paired with itself: nothing to learn")
def _(ex, rng):
    W, x1, _, same = pictures(rng)
    return {"gradient of W": ex.shared_gradient(W, x1, x1.copy(), same)}


@shared_gradient.probe("nothing is changed in place")
def _(ex, rng):
    W, x1, x2, same = pictures(rng)
    ex.shared_gradient(W, x1, x2, same)
    return {"W afterwards": W, "x1 afterwards": x1, "x2 afterwards": x2}


shared_gradient.wrong(
    "grad_a.T @ x1 + grad_b.T @ x2",
    "grad_a.T @ x1",
    says="Only the first branch was counted: W encodes the second picture too, and that adds.",
)
shared_gradient.wrong(
    "grad_a.T @ x1 + grad_b.T @ x2",
    "grad_b.T @ x2",
    says="Only the second branch was counted: W encodes the first picture too, and that adds.",
)
shared_gradient.wrong(
    "grad_a.T @ x1 + grad_b.T @ x2",
    "(grad_a.T @ x1 + grad_b.T @ x2) / 2",
    says="The two branches were averaged: their contributions add up.",
)
shared_gradient.wrong(
    "grad_a.T @ x1 + grad_b.T @ x2",
    "grad_a.T @ x1 - grad_b.T @ x2",
    says="The second branch was subtracted: its gradient has its minus sign already, so add.",
)
shared_gradient.wrong(
    "grad_a.T @ x1 + grad_b.T @ x2",
    "(grad_a + grad_b).T @ (x1 + x2)",
    says="Each gradient belongs to its own picture: grad_a meets x1 and grad_b meets x2.",
)
shared_gradient.wrong(
    "grad_a.T @ x1 + grad_b.T @ x2",
    "grad_a.T @ x2 + grad_b.T @ x1",
    says="The pictures are swapped: the first branch's gradient meets x1, the second's x2.",
)
shared_gradient.wrong(
    "same, margin)",
    "same)",
    says="The margin was not handed on to the gradient of the encodings.",
)
shared_gradient.right(
    BODY,
    """
    both = np.concatenate([x1, x2])
    encodings = both @ W.T
    grads = contrastive_loss_grad(encodings[: len(x1)], encodings[len(x1) :], same, margin)
    return np.concatenate(grads).T @ both
    """,
    says="both pictures in one batch",
)
shared_gradient.right(
    BODY,
    """
    grad, _ = contrastive_loss_grad(W.dot(x1.T).T, W.dot(x2.T).T, same, margin=margin)
    return np.einsum("nk,nj->kj", grad, x1 - x2, order="F")
    """,
    says="grad_b is -grad_a, so the difference of the pictures meets grad_a",
)
shared_gradient.right(
    BODY,
    """
    total = np.zeros(W.shape)
    grads = contrastive_loss_grad(x1 @ W.T, x2 @ W.T, same, margin)
    for grad, pictures in zip(grads, (x1, x2)):
        for g, x in zip(grad, pictures):
            total += np.outer(g, x)
    return total
    """,
    says="one outer product after the other",
)


same_probability = ex05.function(
    "same_probability",
    points=15,
    minutes=10,
    tolerance=EXPS,
    hints=(
        "First z, a number for each pair: the absolute differences, feature by feature, times the "
        "weights, summed, plus the bias.",
        "exp overflows for large positive arguments only. Multiply numerator and denominator of "
        "the probability by exp(z): now you have two forms, one that is safe for each sign of z.",
        "The exponential of minus the absolute value of z is in both forms, and never above 1. For "
        "z >= 0 it stands in the denominator only; for z < 0 in the numerator as well.",
    ),
)


@ex05.helper
def loudly(function, *arguments):
    """The result, and whether NumPy had an overflow or an invalid value to warn of."""
    try:
        with np.errstate(over="raise", invalid="raise"):
            return {"p": function(*arguments), "overflow": False}
    except FloatingPointError:
        with np.errstate(all="ignore"):
            return {"p": function(*arguments), "overflow": True}


@same_probability.probe("six pairs of four features")
def _(ex, rng):
    a, b = rng.normal(size=(2, 6, 4))
    return {"p": ex.same_probability(a, b, rng.normal(size=4), 0.5)}


@same_probability.probe("weights that are all negative, and a bias")
def _(ex, rng):
    a, b = rng.normal(size=(2, 5, 3))
    return {"p": ex.same_probability(a, b, -rng.random(3), 2.0)}


@same_probability.probe("equal encodings: the bias alone decides")
def _(ex, rng):
    a = rng.normal(size=(3, 4))
    return {"p": ex.same_probability(a, a.copy(), rng.normal(size=4), -1.0)}


@same_probability.probe("z around -1000 and around 1000")
def _(ex, rng):
    a, b = np.array([[0.0], [0.0], [0.0]]), np.array([[1000.0], [0.25], [-1000.0]])
    low = loudly(ex.same_probability, a, b, np.array([-1.0]), 0.0)
    high = loudly(ex.same_probability, a, b, np.array([1.0]), 0.0)
    return {f"{name}, {key}": value for name, found in (("large negative z", low),
            ("large positive z", high)) for key, value in found.items()}  # fmt: skip


@same_probability.probe("nothing is changed in place")
def _(ex, rng):
    a, b = rng.normal(size=(2, 5, 3))
    weight = rng.normal(size=3)
    ex.same_probability(a, b, weight, 1.0)
    return {"a afterwards": a, "b afterwards": b, "weight afterwards": weight}


same_probability.wrong(
    "np.abs(a - b)",
    "(a - b)",
    says="The absolute value is missing: swapping the pictures of a pair must change nothing.",
)
same_probability.wrong(
    "np.abs(a - b)",
    "(a - b) ** 2",
    says="The differences were squared: the unit looks at their absolute values.",
)
same_probability.wrong(
    "np.abs(a - b) @ weight + bias",
    "np.abs(a - b) @ weight",
    says="The bias is missing: without it equal encodings would have probability 0.5.",
)
same_probability.wrong(
    "np.abs(a - b) @ weight + bias",
    "np.abs(a - b).sum(axis=1) * weight.mean() + bias",
    says="All features got one weight: each has its own.",
)
same_probability.wrong(
    "return np.where(z >= 0, 1, power) / (1 + power)",
    "return z",
    says="That is z, the logit: the probability is 1 / (1 + exp(-z)).",
)
same_probability.wrong(
    "np.where(z >= 0, 1, power)",
    "np.where(z >= 0, power, 1)",
    says="That is the probability of two people: the sign of z is turned.",
)
same_probability.wrong(
    BODY,
    """
    z = np.abs(a - b) @ weight + bias
    return 1 / (1 + np.exp(-z))
    """,
    says="exp(-z) overflowed for a large negative z: let exp see minus the absolute value of z.",
)
same_probability.wrong(
    BODY,
    """
    z = np.abs(a - b) @ weight + bias
    return np.exp(z) / (1 + np.exp(z))
    """,
    says="For a large positive z that is infinity / infinity, nan: let exp see minus the absolute "
    "value of z.",
)
same_probability.wrong(
    BODY,
    """
    z = np.abs(a - b) @ weight + bias
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))
    """,
    says="np.where computes both forms for every z, and each overflows where the other is meant: "
    "let exp see minus the absolute value of z.",
)
same_probability.wrong(
    "return np.where(z >= 0, 1, power) / (1 + power)",
    "return z > 0",
    says="That is the decision, yes or no: a probability is wanted.",
)
same_probability.wrong(
    BODY,
    """
    z = np.clip(np.abs(a - b) @ weight + bias, -20, 20)
    return 1 / (1 + np.exp(-z))
    """,
    says="z was clipped: no overflow, but very sure answers are no longer told apart.",
)
same_probability.right(
    BODY,
    """
    z = np.abs(a - b).dot(weight) + bias
    return np.exp(-np.logaddexp(0, -z))
    """,
    says="through the logarithm",
)
same_probability.right(
    BODY,
    """
    found = []
    for one, other in zip(a, b):
        z = float(sum(w * abs(p - q) for w, p, q in zip(weight, one, other)) + bias)
        found.append(1 / (1 + np.exp(-z)) if z >= 0 else np.exp(z) / (1 + np.exp(z)))
    return np.array(found, dtype=np.float32)
    """,
    says="a loop with an if, float32",
)
same_probability.right(
    BODY,
    """
    z = np.abs(a - b) @ weight + bias
    return (1 + np.tanh(z / 2)) / 2 if np.abs(z).max() < 20 else np.exp(
        np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))
    """,
    says="tanh, and min(z, 0) in the numerator",
)


balanced_pairs = ex05.function(
    "balanced_pairs",
    points=20,
    minutes=15,
    tolerance=FACTS,
    hints=(
        "Draw pair by pair. For a first picture of the pair, which pictures can be the second? For "
        "one person: those with its label, without itself; for two: those with another label.",
        "A comparison of `labels` with one label is a mask over all pictures. The numbers of the "
        "pictures that fit are where the mask holds; let the rng choose one of those.",
        "For the first half choose the first picture among those whose person has another picture, "
        "for the second half among all. `same` needs no drawing: it is true in the first half.",
    ),
)


@ex05.helper
def described(labels, pairs):
    """What drawn pairs are like, which does not depend on how the rng was used."""
    first, second, same = (np.asarray(part) for part in pairs)
    alike = labels[first] == labels[second]
    seen = np.sort([first, second], axis=0).T
    half = len(alike) // 2
    return {
        "shapes": np.array([first.shape, second.shape, same.shape]),
        "whole numbers": first.dtype.kind in "iu" and second.dtype.kind in "iu",
        "same is boolean": same.dtype.kind == "b",
        "a picture is paired with itself": np.any(first == second),
        "the first half is of one person": alike[:half].all(),
        "the second half is of two people": not alike[half:].any(),
        "same is true in the first half, false in the second": same.tolist()
        == [True] * half + [False] * half,
        "pairs of one person that occur": len(np.unique(seen[alike & (first != second)], axis=0)),
        "pairs of two people that occur": len(np.unique(seen[~alike], axis=0)),
    }


@balanced_pairs.probe("2,000 pairs of four people with three pictures each")
def _(ex, rng):
    labels = rng.permutation(np.repeat(np.arange(4), 3))
    return described(labels, ex.balanced_pairs(labels, 2000, rng))


@balanced_pairs.probe("people with one, two and four pictures, and labels that are any integers")
def _(ex, rng):
    labels = rng.permutation(np.repeat(np.array([70, -3, 12, 5]), [1, 2, 4, 1]))
    return described(labels, ex.balanced_pairs(labels, 1600, rng))


@balanced_pairs.probe("the fewest: two people, three pictures, two pairs")
def _(ex, rng):
    labels = np.array([1, 0, 1])
    found = described(labels, ex.balanced_pairs(labels, 2, rng))
    return {name: value for name, value in found.items() if not name.endswith("occur")}


@balanced_pairs.probe("the same seed gives the same pairs, the next draw gives others")
def _(ex, rng):
    labels, seed = np.repeat(np.arange(5), 4), int(rng.integers(1_000_000))
    one, other = np.random.default_rng(seed), np.random.default_rng(seed)
    drawn = [np.array(ex.balanced_pairs(labels, 40, r)[:2]) for r in (one, other, one)]
    return {
        "same seed, same pairs": np.array_equal(drawn[0], drawn[1]),
        "next draw, same pairs": np.array_equal(drawn[0], drawn[2]),
    }


@balanced_pairs.probe("the labels stay as they were")
def _(ex, rng):
    labels = np.array([2, 0, 1, 0, 2, 2])
    ex.balanced_pairs(labels, 8, rng)
    return {"labels afterwards": labels}


balanced_pairs.wrong(
    "        fits[i] = False\n",
    "",
    says="Pictures were paired with themselves: that distance is always 0 and teaches nothing.",
)
balanced_pairs.wrong(
    "same = np.arange(count) < count // 2",
    "same = np.ones(count, dtype=bool)",
    says="All pairs are of one person: the second half must be of two, or all encodings would "
    "soon be one point.",
)
balanced_pairs.wrong(
    "fits = (labels == labels[i]) == one",
    "fits = labels == labels[i] if one else np.ones(len(labels), dtype=bool)",
    says="Some pairs of the second half are of one person: choose among other people's pictures.",
)
balanced_pairs.wrong(
    BODY,
    """
    first = rng.integers(len(labels), size=count)
    second = (first + rng.integers(1, len(labels), size=count)) % len(labels)
    return first, second, labels[first] == labels[second]
    """,
    says="The pairs were drawn without looking at the labels: few of them are of one person. Half "
    "should be, the first half.",
)
balanced_pairs.wrong(
    "np.array(second), same",
    "np.array(second), ~same",
    says="`same` is turned round: it is True where both pictures are of one person.",
)
balanced_pairs.wrong(
    "second.append(rng.choice(numbers[fits]))",
    "second.append(numbers[fits][0])",
    says="The second picture is always the first that fits: let the rng choose among all that do.",
)
balanced_pairs.wrong(
    "np.array(second), same",
    "np.array(second), same.astype(int)",
    says="`same` holds numbers: return booleans.",
)
balanced_pairs.wrong(
    "return np.array(first), np.array(second), same",
    "return labels[first], labels[second], same",
    says="The labels of the pictures were returned: return the pictures' numbers.",
)
balanced_pairs.wrong(
    "first, second = [], []",
    "first, second, rng = [], [], np.random.default_rng(0)",
    says="Every call gave the same pairs: draw from the rng you were given, do not make one.",
)
balanced_pairs.wrong(
    "first, second = [], []",
    "first, second, rng = [], [], np.random",
    says="The pairs were drawn from np.random: draw from the rng you were given, so that a seed "
    "gives the same pairs again.",
)
balanced_pairs.right(
    BODY,
    """
    grid = labels[:, None] == labels
    one = np.argwhere(grid & ~np.eye(len(labels), dtype=bool))
    two = np.argwhere(~grid)
    half = count // 2
    chosen = np.concatenate([one[rng.integers(len(one), size=half)],
                             two[rng.integers(len(two), size=half)]])
    return chosen[:, 0], chosen[:, 1], np.repeat([True, False], half)
    """,
    says="from tables of all pairs",
)
balanced_pairs.right(
    BODY,
    """
    albums = {}
    for number, person in enumerate(labels.tolist()):
        albums.setdefault(person, []).append(number)
    pairable = [album for album in albums.values() if len(album) > 1]
    everyone = list(albums)
    rows = []
    for _ in range(count // 2):
        rows.append(rng.permutation(pairable[rng.integers(len(pairable))])[:2])
    for _ in range(count // 2):
        rows.append([rng.choice(albums[who]) for who in rng.permutation(everyone)[:2]])
    rows = np.array(rows, dtype=np.int32)
    return *rows.T, np.arange(count) * 2 < count
    """,
    says="people first, then pictures, int32",
)
balanced_pairs.right(
    BODY,
    """
    same, pairs = [], []
    while len(pairs) < count:
        i, j = (int(n) for n in rng.integers(len(labels), size=2))
        wanted = len(pairs) < count // 2
        if i != j and (labels[i] == labels[j]) == wanted:
            pairs.append((i, j))
            same.append(wanted)
    first, second = zip(*pairs)
    return np.array(first), np.array(second), np.array(same)
    """,
    says="drawn until they fit",
)
