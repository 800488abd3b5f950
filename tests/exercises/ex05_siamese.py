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
DRAWN = Tolerance(0.0, "numbers of pictures and yes or no, compared exactly")


def explained_gradient(got, expected):
    """What is wrong with the gradient of a pair, by its distance and kind."""
    a, b, same = expected["a"], expected["b"], expected["same"] == 1
    grad, right = got["gradient of a"], expected["gradient of a"]
    if grad.shape != right.shape:
        return f"the gradient of a has shape {grad.shape}: it should have that of a, {right.shape}"
    step, n = a - b, len(a)
    d = np.sqrt((step**2).sum(axis=1))
    off = ~(np.abs(grad - right) <= 1e-9 * np.abs(right).max() + 1e-12).all(axis=1)
    if not off.any():
        if np.allclose(got["gradient of b"], grad):
            return "the gradient of b equals that of a: it should be minus that of a"
        return None
    if says := explained_epsilon(grad, right, d, off):
        return says
    i = np.flatnonzero(off)[0]
    who = f"pair {i}, {'of one person' if same[i] else 'of two people'}, {d[i]:.4g} apart"
    who = f"{who}, margin {expected['margin'].item():g}"
    if not np.isfinite(grad[i]).all():
        return f"{who}: its gradient is {grad[i].tolist()}"
    u = step[i] / (d[i] or 1)
    mine, slope = float(grad[i] @ u), float(right[i] @ u)
    if not np.allclose(grad[i], mine * u, atol=1e-9):
        return f"{who}: its gradient does not lie along a - b, as it must"
    right_word = f"its gradient should be {slope * n:.6g} u / N, with N = {n}"
    return f"{who}: {right_word} and u = (a - b) / d; it is {mine * n:.6g} u / N"


def explained_epsilon(grad, right, d, off):
    """Whether a small number was added to the distances that are divided by."""
    rows = off & (d > 0)
    with np.errstate(all="ignore"):
        ratio = np.abs(right[rows]).sum(axis=1) / np.abs(grad[rows]).sum(axis=1)
    added = (ratio - 1) * d[rows]
    if not len(added) or not (added.min() > 0 and added.max() < 0.02):
        return None
    if added.max() - added.min() > 1e-3 * added.max():
        return None
    return (
        f"it is off as if {added.mean():.2g} had been added to the distances that are divided by: "
        "put 1 in the place of those that are 0, and leave the others alone"
    )


def explained_small_probability(got, expected):
    """Of which z a small probability is, where that is not the one it should be of."""
    p, right = got["p"], expected["p"]
    if p.shape != right.shape or not ((p > right) & (p < 1e-2)).all():
        return None
    z = np.log(p / (1 - p)).item()
    return f"{p.item():.4g} is the probability of z = {z:.4g}, and z is -40: do not cut it off"


def are_pairs(got, expected):
    """Judges drawn pairs by what they are like, which does not depend on how the rng was used."""
    labels, count = expected["labels"], len(expected["same"])
    first, second, same = got["first"], got["second"], got["same"]
    shapes = [first.shape, second.shape, same.shape]
    if set(shapes) != {(count,)}:
        return f"first, second and same have shapes {shapes}: each should have {(count,)}"
    if first.dtype.kind not in "iu" or second.dtype.kind not in "iu":
        return f"the numbers of pictures are {first.dtype}: they should be integers"
    if same.dtype.kind != "b":
        return f"`same` is of {same.dtype}: it should hold booleans"
    both = np.append(first, second)
    if both.min() < 0 or both.max() >= len(labels):
        return f"picture {both.max()} was drawn, of pictures 0 to {len(labels) - 1}"
    return are_balanced(labels, first, second, same)


def are_balanced(labels, first, second, same):
    """What is wrong with pairs of pictures whose form is right."""
    half = len(first) // 2
    alike = labels[first] == labels[second]
    itself = np.flatnonzero(first == second)
    if len(itself) > len(first) // 4 and np.isin(np.append(first, second), labels).all():
        return "many pairs are of a number with itself: return numbers of pictures, not labels"
    if len(itself):
        return f"pair {itself[0]} is picture {first[itself[0]]} twice: take two different pictures"
    for part, wanted in ((slice(half), True), (slice(half, None), False)):
        if wrong := int((alike[part] != wanted).sum()):
            where = "first" if wanted else "second"
            other = "two people" if wanted else "one person"
            whom = "one person" if wanted else "two people"
            says = f"{wrong} of the {half} pairs of the {where} half show {other}: they should show"
            return f"{says} {whom}{how_drawn(labels, first[part], second[part])}"
    if (same != alike).any():
        i = np.flatnonzero(same != alike)[0]
        return f"same[{i}] is {same[i]}, and that pair shows {'one' if alike[i] else 'two'}"
    return None


def how_drawn(labels, first, second):
    """What is peculiar about pairs of which some show the wrong people."""
    step, drawn = second - first, np.unique([first, second])
    if len(first) > 20 and (step == step[0]).all():
        return (
            f". The second is always the first + {step[0]}: neighbouring pictures need not show "
            "one person, labels says who is in each"
        )
    if len(first) > 10 * len(labels) and len(drawn) < len(labels) and np.isin(drawn, labels).all():
        numbers = ", ".join(map(str, drawn))
        return f". Only {numbers} occur there, which are labels too: return numbers of pictures"
    return ""


def all_occur(got, expected):
    """Judges many pairs: as are_pairs, and every pair that there is has to occur."""
    if says := are_pairs(got, expected):
        return says
    labels, half = expected["labels"], len(expected["same"]) // 2
    pairs = np.sort([got["first"], got["second"]], axis=0)
    there = labels[:, None] == labels
    for part, wanted, whom in ((slice(half), there, "one"), (slice(half, None), ~there, "two")):
        drawn = np.zeros(there.shape, dtype=bool)
        drawn[pairs[0, part], pairs[1, part]] = True
        possible = np.triu(wanted, 1)
        if missing := int((possible & ~drawn).sum()):
            kind = "of one person" if whom == "one" else "of two people"
            return (
                f"{missing} of the {possible.sum()} pairs {kind} never came in {half} draws: "
                + (why_missing(labels, possible, drawn))
            )
    return None


def why_missing(labels, possible, drawn):
    """What the pairs that never occur have in common."""
    if (np.diff(np.argwhere(drawn)) == 1).all():
        return "only a picture and the next one are paired; draw among all that fit"
    occurs = (drawn | drawn.T).any(axis=0)
    absent = np.flatnonzero((possible | possible.T).any(axis=0) & ~occurs)
    single = (labels[:, None] == labels).sum(axis=1) == 1
    if len(absent) and single[absent].all():
        return "people with a single picture are left out, and belong in the second half"
    people = np.arange(len(np.unique(labels)))
    could = (possible | possible.T).any(axis=0)
    if len(absent) and (np.isin(labels, people) == occurs)[could].all():
        who = ", ".join(map(str, np.unique(labels[absent])))
        return (
            f"no picture of {who} was drawn. Labels are any integers, not those from 0 to "
            f"{people[-1]}: np.unique gives the ones that there are"
        )
    if len(absent):
        which, are = ("picture", "is") if len(absent) == 1 else ("pictures", "are")
        numbers = ", ".join(map(str, absent))
        return f"{which} {numbers} {are} in none that was drawn; draw among all pictures that fit"
    i, j = np.argwhere(possible & ~drawn)[0]
    return f"pictures {i} and {j}, for instance; draw both among all that fit"


def are_reproducible(got, expected):
    """Judges pairs of two generators of the same seed, and the next of the first generator."""
    if not np.array_equal(got["one"], got["other"]):
        return "the same seed gave other pairs: draw from the rng you were given, and nothing else"
    if np.array_equal(got["one"], got["next"]):
        return "the next call gave the same pairs again: draw anew from the rng in every call"
    for row, which in enumerate(("first", "second")):
        if np.array_equal(got["one"][row], got["next"][row]):
            return f"the {which} pictures are the same in every call: let the rng draw them too"
    return None


normalize = ex05.function(
    "normalize",
    points=5,
    minutes=5,
    section="One network, two inputs",
    tolerance=SUMS,
    hints=(
        "y = x / max(|x|, eps), with |x| the length along the axis. That of (3, 4) is 5, by "
        "Pythagoras: it becomes (0.6, 0.8).",
        "Square, sum along the axis, take the root. The sums must still broadcast against x, "
        "whatever the axis: keep the axis they were summed along.",
        "Where the length is below eps, divide by eps instead: the larger of the two, element by "
        "element. Zeros divided by something that is not 0 stay zeros.",
    ),
)


@normalize.probe("five encodings of six numbers")
def _(ex, rng):
    return {"y": ex.normalize(3 * rng.normal(size=(5, 6)))}


@normalize.probe("as many encodings as numbers in one")
def _(ex, rng):
    return {"y": ex.normalize(rng.normal(size=(4, 4)))}


@normalize.probe("an encoding that is all zeros, and a tiny one", "edge")
def _(ex, rng):
    return {"y": ex.normalize(np.array([[0.0, 0.0, 0.0], [3e-6, 0.0, -4e-6], [1.0, 2.0, 2.0]]))}


@normalize.probe("along other axes")
def _(ex, rng):
    x = rng.normal(size=(3, 4, 2))
    return {"axis 0": ex.normalize(x.copy(), axis=0), "axis 2": ex.normalize(x.copy(), axis=2)}


@normalize.probe("a larger eps, 0.8: one encoding is shorter", "edge")
def _(ex, rng):
    return {"y": ex.normalize(np.array([[0.3, 0.4], [6.0, 8.0]]), eps=0.8)}


@normalize.probe("an array of any shape, along any axis")
def _(ex, rng):
    shape = tuple(rng.integers(2, 5, rng.integers(2, 5)))
    return {"y": ex.normalize(rng.normal(size=shape), int(rng.integers(len(shape))))}


@normalize.probe("a single encoding, and one number each", "edge")
def _(ex, rng):
    return {
        "of shape (3,), axis 0": ex.normalize(np.array([2.0, -1.0, 2.0]), axis=0),
        "of shape (3, 1)": ex.normalize(np.array([[2.0], [-3.0], [0.0]])),
        "axis -1": ex.normalize(rng.normal(size=(2, 3, 4)), axis=-1),
    }


@normalize.probe("large numbers, around 1e15", "edge")
def _(ex, rng):
    return {"y": ex.normalize(1e15 * rng.normal(size=(3, 4)))}


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
normalize.wrong(
    "return x / np.maximum(length, eps)",
    "return x / np.sqrt(length**2 + eps)",
    says="eps was added under the root: it is a lower bound of the length, so take the larger of "
    "the two.",
)
normalize.wrong(
    "return x / np.maximum(length, eps)",
    "return x / np.sqrt(np.maximum(length**2, eps))",
    says="eps was compared with the squared length: it bounds the length itself.",
)
normalize.wrong(
    "np.maximum(length, eps)",
    "np.where(length == 0, 1, length)",
    says="eps is not used: a length below it is replaced by it, not only one that is 0.",
)
normalize.wrong(
    "return x / np.maximum(length, eps)",
    "return np.where(length < eps, 0, x / np.maximum(length, eps))",
    says="Encodings shorter than eps were set to 0: they are divided by eps.",
)
normalize.wrong(
    "return x / np.maximum(length, eps)",
    "return np.where(length < eps, x, x / np.maximum(length, eps))",
    says="Encodings shorter than eps were left as they are: they are divided by eps.",
)
normalize.wrong(
    BODY,
    """
    length = np.sqrt((x**2).sum(axis=axis))
    return x / np.maximum(length, eps)[:, None]
    """,
    says="The lengths were given a new axis at place 1, whatever the axis they were summed along: "
    "keep that one (keepdims).",
)
normalize.wrong(
    BODY,
    """
    length = np.sqrt((x**2).sum(axis=axis))
    return x / np.maximum(length, eps)
    """,
    says="The lengths lost the axis they were summed along, so that they do not stand beside their "
    "encodings: keep it (keepdims).",
)
normalize.wrong(
    "axis=axis",
    "axis=-1",
    says="The axis is always the last one: use the one that was given.",
)
normalize.wrong(
    "return x / np.maximum(length, eps)",
    "return x / max(length.max(), eps)",
    says="All encodings were divided by the longest one's length: each has its own.",
)
normalize.wrong(
    BODY,
    """
    return x / np.maximum(x.sum(axis=axis, keepdims=True), eps)
    """,
    says="That makes the sum 1: the length is to be 1, the root of the sum of squares.",
)
normalize.wrong(
    BODY,
    """
    centred = x - x.mean(axis=axis, keepdims=True)
    return centred / np.maximum(x.std(axis=axis, keepdims=True), eps)
    """,
    says="That is standardising, mean 0 and deviation 1: only divide by the length.",
)
normalize.wrong(
    "return x / np.maximum(length, eps)",
    "return np.maximum(length, eps)",
    says="Those are the lengths: x divided by them is asked for.",
)
normalize.wrong(
    "np.sqrt((x**2).sum(axis=axis, keepdims=True))",
    "np.sqrt((x**2).mean(axis=axis, keepdims=True))",
    says="The squares were averaged: the length is the root of their sum.",
)
normalize.wrong(
    BODY,
    """
    y = np.zeros(x.shape)
    for i in range(len(x)):
        y[i] = x[i] / max(np.linalg.norm(x[i]), eps)
    return y
    """,
    says="Each x[i] was divided by one length: that is right for (N, d) and axis 1 only. Go "
    "along `axis`, whatever the shape.",
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
normalize.right(
    BODY,
    """
    squares = np.add.reduce(x * x, axis=axis, keepdims=True)
    return x * (1 / np.sqrt(np.maximum(squares, eps * eps)))
    """,
    says="the bound squared, times the inverse",
)


contrastive_loss = ex05.function(
    "contrastive_loss",
    points=15,
    minutes=10,
    section="What a distance should cost",
    tolerance=SUMS,
    hints=(
        "loss = 1/N sum_i [ same_i d_i^2 + (1 - same_i) max(0, margin - d_i)^2 ]. First the N "
        "distances d_i = |a_i - b_i|, nothing else: a square root belongs to them.",
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


@contrastive_loss.probe("one pair of one person, 0.3 apart")
def _(ex, rng):
    a, b = np.array([[0.5, 1.0]]), np.array([[0.68, 1.24]])
    return {"loss": ex.contrastive_loss(a, b, np.array([1]), 0.8)}


@contrastive_loss.probe("one pair of two people, 0.3 apart, margin 0.8")
def _(ex, rng):
    a, b = np.array([[0.5, 1.0]]), np.array([[0.68, 1.24]])
    return {"loss": ex.contrastive_loss(a, b, np.array([0]), 0.8)}


@contrastive_loss.probe("nine pairs, near and far, of both kinds")
def _(ex, rng):
    return {"loss": ex.contrastive_loss(*pairs(rng, 9))}


@contrastive_loss.probe("one person, beyond the margin")
def _(ex, rng):
    a, b, _ = pairs(rng)
    return {"loss": ex.contrastive_loss(3 * a, 3 * b, np.ones(6))}


@contrastive_loss.probe("two people, all beyond the margin: no loss", "edge")
def _(ex, rng):
    a, b, _ = pairs(rng)
    return {"loss": ex.contrastive_loss(10 * a, 10 * b, np.zeros(6))}


@contrastive_loss.probe("two people, all within a margin of 2")
def _(ex, rng):
    a, b, _ = pairs(rng)
    return {"loss": ex.contrastive_loss(a, b, np.zeros(6), margin=2.0)}


@contrastive_loss.probe("`same` as booleans, and encodings that coincide", "edge")
def _(ex, rng):
    a = rng.normal(size=(4, 2))
    return {"loss": ex.contrastive_loss(a, a.copy(), np.array([True, False, False, True]), 0.5)}


@contrastive_loss.probe("numbers of pairs, features and the margin as the dice say")
def _(ex, rng):
    count, features = rng.permutation(np.arange(3, 11))[:2]
    a, b, _ = pairs(rng, count, features)
    return {"loss": ex.contrastive_loss(a, b, rng.permutation(count) % 2, rng.uniform(0.5, 2))}


@contrastive_loss.probe("a margin of 0: two people cost nothing", "edge")
def _(ex, rng):
    a, b, same = pairs(rng)
    return {"loss": ex.contrastive_loss(a, b, same, 0.0)}


@contrastive_loss.probe("two people exactly at the margin, and encodings of one number", "edge")
def _(ex, rng):
    a, b = np.array([[0.0], [2.0], [1.0]]), np.array([[0.5], [1.5], [1.25]])
    return {"loss": ex.contrastive_loss(a, b, np.zeros(3), 0.5)}


@contrastive_loss.probe("large numbers, around 1e15", "edge")
def _(ex, rng):
    a, b, same = pairs(rng)
    return {"loss": ex.contrastive_loss(1e15 * a, 1e15 * b, same)}


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
contrastive_loss.wrong(
    "np.maximum(0, margin - d)",
    "np.maximum(0, d - margin)",
    says="Two people were charged for being beyond the margin: they cost what is missing to it, "
    "margin - d.",
)
contrastive_loss.wrong(
    "np.maximum(0, margin - d)",
    "np.maximum(0, margin - d**2)",
    says="The squared distance was taken from the margin: it is margin - d, and that is squared.",
)
contrastive_loss.wrong(
    "np.maximum(0, margin - d)",
    "np.sqrt(np.maximum(0, margin**2 - d**2))",
    says="That is margin^2 - d^2: the difference margin - d is squared, not each by itself.",
)
contrastive_loss.wrong(
    "((a - b) ** 2).sum(axis=1)",
    "((a - b) ** 2).mean(axis=1)",
    says="The squares were averaged over the features: the distance is the root of their sum.",
)
contrastive_loss.wrong(
    "np.sqrt(((a - b) ** 2).sum(axis=1))",
    "np.abs(a - b).sum(axis=1)",
    says="The differences were added up without squares: that is another distance (Manhattan).",
)
contrastive_loss.wrong(
    "np.sqrt(((a - b) ** 2).sum(axis=1))",
    "np.sqrt(((a - b) ** 2).sum())",
    says="All pairs were added up into one distance: each pair has its own.",
)
contrastive_loss.wrong(
    "np.sqrt(((a - b) ** 2).sum(axis=1))",
    "np.sqrt(((a - b) ** 2).sum(axis=0))",
    says="The sum runs over the pairs: the features lie along axis 1.",
)
contrastive_loss.wrong(
    "(1 - together) * missing**2",
    "~np.asarray(same) * missing**2",
    says="~ turns the bits of whole numbers, ~1 is -2 and ~0 is -1: use 1 - same.",
)
contrastive_loss.wrong(
    "float(terms.mean())",
    "float(sum(terms[together == k].mean() for k in (0, 1) if (together == k).any()))",
    says="Each kind got a mean of its own: one mean over all N pairs is asked for.",
)
contrastive_loss.wrong(
    "float(terms.mean())",
    "float(terms.sum() / max(1, np.count_nonzero(terms)))",
    says="The sum was divided by the number of pairs that cost something: divide by N.",
)
contrastive_loss.wrong(
    "together * d**2",
    "together * np.maximum(0, d - margin) ** 2",
    says="One person's pictures cost nothing within the margin here: they cost d^2 from 0 on, the "
    "margin is for two people.",
)
contrastive_loss.wrong(
    "float(terms.mean())",
    "terms",
    says="Those are the terms of the pairs: their mean, one number, is asked for.",
)
contrastive_loss.wrong(
    "return float(terms.mean())",
    "return float(np.sqrt(terms.mean()))",
    says="A root was taken of the mean: the loss is the mean itself.",
)
contrastive_loss.wrong(
    "together * d**2 + (1 - together) * missing**2",
    "(together * d + (1 - together) * missing) / 1",
    says="Neither term is squared: d^2 for one person, max(0, margin - d)^2 for two.",
)
contrastive_loss.wrong(
    BODY,
    """
    together = np.asarray(same, dtype=float)
    d = np.sqrt(((a - b) ** 2).sum(axis=1))
    terms = together * d**2 + (1 - together) * max(0, (margin - d).mean()) ** 2
    return float(terms.mean())
    """,
    says="The mean distance was compared with the margin: each pair is compared by itself.",
)
contrastive_loss.wrong(
    "together * d**2 + (1 - together) * missing**2",
    "(1 - together) * missing**2",
    says="One person's pictures cost nothing: their term, d^2, is not added.",
)
contrastive_loss.wrong(
    "together * d**2 + (1 - together) * missing**2",
    "together * d**2",
    says="Two people cost nothing: their term, max(0, margin - d)^2, is not added.",
)
contrastive_loss.wrong(
    "float(terms.mean())",
    "float(terms[0])",
    says="Only the first pair was counted: the loss is a mean over all pairs.",
)
contrastive_loss.wrong(
    BODY,
    """
    total = 0.0
    for i in range(len(a)):
        d = np.linalg.norm(a[i] - b[i])
        if same[i]:
            total += d**2
        else:
            total += max(0.0, margin - d) ** 2
        total /= len(a)
    return float(total)
    """,
    says="The sum so far was divided by N in every turn of the loop: divide once, after it.",
)
contrastive_loss.wrong(
    BODY,
    """
    d = np.linalg.norm(a - b, axis=1)
    terms = np.maximum(0, margin - d) ** 2
    terms[same] = d[same] ** 2
    return float(terms.mean())
    """,
    says="`same` holds whole numbers, and as an index they are the places 0 and 1 and no "
    "mask: compare, same == 1, or take same.astype(bool).",
)
contrastive_loss.wrong(
    BODY,
    """
    together = np.asarray(same, dtype=float)
    d = np.sqrt(((a - b) ** 2).sum(axis=1))
    terms = together * d + (1 - together) * np.maximum(0, margin - d)
    return float(terms.mean() ** 2)
    """,
    says="The mean was squared: each pair's cost is a square, and the mean is of those.",
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
contrastive_loss.right(
    BODY,
    """
    alike = np.asarray(same).astype(bool)
    d = np.linalg.norm(np.asfortranarray(a) - b, axis=-1)
    near, far = d[alike], np.clip(margin - d[~alike], 0, None)
    return (near @ near + far @ far) / alike.size
    """,
    says="the two kinds apart",
)
ONES = "they are 0 and 1"
contrastive_loss.equivalent("when same is transposed first", because="it has one axis")
contrastive_loss.equivalent("with the absolute values of same", because=ONES)
contrastive_loss.equivalent("with the squares of same", because=ONES)
contrastive_loss.equivalent("when a and b are exchanged", because="a distance is symmetric")
contrastive_loss.equivalent(
    "if no dtype is given", because="whole numbers and booleans can be multiplied as well"
)
contrastive_loss.equivalent(
    "if sum runs along axis -1 in place of axis 1",
    because="of two axes, axis 1 is the last",
)
contrastive_loss.equivalent(
    "if the absolute value of a difference is taken",
    because="the square of a - b is the same, and 1 - same is 0 or 1",
)
contrastive_loss.equivalent(
    "if it is not made a plain number at the end", because="NumPy's floats count as floats"
)


contrastive_loss_grad = ex05.function(
    "contrastive_loss_grad",
    points=25,
    minutes=20,
    section="What a distance should cost",
    tolerance=GRADIENTS,
    hints=(
        "With u_i = (a_i - b_i) / d_i, which is how d_i grows when a_i moves, a pair of one person "
        "gives 2 d_i u_i / N, and one of two people -2 max(0, margin - d_i) u_i / N.",
        "2 d is the slope of d squared, and -2 (margin - d) that of (margin - d) squared, 0 beyond "
        "the margin. The gradient of the second encoding is minus that of the first.",
        "Keep the distances as a column (N, 1), so that they broadcast against (N, d). Before "
        "dividing, put 1 in the place of a distance that is 0: the difference is 0 there anyway.",
    ),
)


@ex05.helper
def slopes(ex, a, b, same, margin):
    """Both gradients, and what they are of."""
    grad_a, grad_b = ex.contrastive_loss_grad(a.copy(), b.copy(), same.copy(), margin)
    found = {"gradient of a": grad_a, "gradient of b": grad_b}
    return {**found, "a": a, "b": b, "same": same, "margin": margin}


@contrastive_loss_grad.probe("one pair of one person, 0.3 apart", explain=explained_gradient)
def _(ex, rng):
    a, b = np.array([[0.5, 1.0]]), np.array([[0.68, 1.24]])
    return slopes(ex, a, b, np.array([1]), 0.8)


@contrastive_loss_grad.probe(
    "one pair of two people, 0.3 apart, margin 0.8", explain=explained_gradient
)
def _(ex, rng):
    a, b = np.array([[0.5, 1.0]]), np.array([[0.68, 1.24]])
    return slopes(ex, a, b, np.array([0]), 0.8)


@contrastive_loss_grad.probe("nine pairs, near and far, of both kinds", explain=explained_gradient)
def _(ex, rng):
    return slopes(ex, *pairs(rng, 9), 1.0)


@contrastive_loss_grad.probe("the margin when none is given")
def _(ex, rng):
    grad_a, grad_b = ex.contrastive_loss_grad(*pairs(rng))
    return {"gradient of a": grad_a, "gradient of b": grad_b}


@contrastive_loss_grad.probe("as many pairs as features", explain=explained_gradient)
def _(ex, rng):
    return slopes(ex, *pairs(rng, 4, 4), 1.0)


@contrastive_loss_grad.probe("one person, beyond the margin", explain=explained_gradient)
def _(ex, rng):
    a, b, _ = pairs(rng)
    return slopes(ex, 3 * a, 3 * b, np.ones(6), 1.0)


@contrastive_loss_grad.probe("two people, within a margin of 2", explain=explained_gradient)
def _(ex, rng):
    a, b, _ = pairs(rng)
    return slopes(ex, a, b, np.zeros(6), 2.0)


@contrastive_loss_grad.probe(
    "numbers of pairs, features and the margin as the dice say", explain=explained_gradient
)
def _(ex, rng):
    count, features = rng.permutation(np.arange(3, 11))[:2]
    a, b, _ = pairs(rng, count, features)
    return slopes(ex, a, b, rng.permutation(count) % 2, rng.uniform(0.5, 2))


@contrastive_loss_grad.probe(
    "pairs that coincide, `same` as booleans", "edge", explain=explained_gradient
)
def _(ex, rng):
    a, b, same = pairs(rng)
    b[2:4] = a[2:4]
    return slopes(ex, a, b, same == 1, 1.0)


@contrastive_loss_grad.probe("pairs that nearly coincide", "edge", explain=explained_gradient)
def _(ex, rng):
    a, step = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    return slopes(ex, a, a + 1e-4 * step, np.array([1, 0, 0, 1]), 1.0)


@contrastive_loss_grad.probe("encodings of one number", "edge", explain=explained_gradient)
def _(ex, rng):
    a, b = np.array([[0.0], [2.0], [1.0]]), np.array([[0.25], [1.5], [3.0]])
    return slopes(ex, a, b, np.array([0, 1, 0]), 0.75)


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
    says="The direction does not have length 1: divide a - b by the distance.",
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
contrastive_loss_grad.wrong(
    "slope = 2 * together * d - 2 * (1 - together) * np.maximum(0, margin - d)\n"
    "    grad = slope * u",
    "pull = -2 * (1 - together) * np.maximum(0, margin - d)\n"
    "    grad = (2 * together * d * u + pull * difference)",
    says="For two people the direction does not have length 1: divide a - b by the distance.",
)
contrastive_loss_grad.wrong(
    "2 * (1 - together) * np.maximum(0, margin - d)",
    "2 * (1 - together) * d * (d < margin)",
    says="For two people that is the slope of margin - d^2: here margin - d is squared, with the "
    "slope -2 (margin - d).",
)
contrastive_loss_grad.wrong(
    "2 * (1 - together) * np.maximum(0, margin - d)",
    "4 * (1 - together) * np.maximum(0, margin - d**2) * d",
    says="For two people that is the slope of (margin - d^2)^2: here margin - d is squared, with "
    "the distance, not its square.",
)
contrastive_loss_grad.wrong(
    "np.maximum(0, margin - d)",
    "np.maximum(0, margin - d**2)",
    says="The squared distance was taken from the margin: the slope is -2 (margin - d).",
)
contrastive_loss_grad.wrong(
    "2 * (1 - together) * np.maximum(0, margin - d)",
    "2 * (1 - together) * (d < margin)",
    says="The slope for two people does not depend on how much is missing: it is -2 (margin - d) "
    "within the margin.",
)
contrastive_loss_grad.wrong(
    "2 * (1 - together) * np.maximum(0, margin - d)",
    "1 * (1 - together) * (d < margin)",
    says="The slope of margin - d without its square was taken: squared it is -2 (margin - d).",
)
contrastive_loss_grad.wrong(
    "slope * u / len(a)",
    "slope * u / a.size",
    says="The gradient was divided by all the numbers, N times d: the loss is a mean over N pairs.",
)
contrastive_loss_grad.wrong(
    "slope * u / len(a)",
    "slope * u / max(1, np.count_nonzero(slope))",
    says="The gradient was divided by the number of pairs that cost something: divide by N.",
)
contrastive_loss_grad.wrong(
    "u = difference / np.where(d == 0, 1, d)",
    "u = np.sign(difference)",
    says="The signs of a - b were taken as direction: the direction is a - b divided by the "
    "distance.",
)
contrastive_loss_grad.wrong(
    "2 * together * d - 2 * (1 - together)",
    "2 * (1 - together) * d - 2 * together",
    says="The two cases are swapped: same is 1 for one person, whose distance should be small.",
)
contrastive_loss_grad.wrong(
    "d = np.sqrt((difference**2).sum(axis=1, keepdims=True))",
    "d = (difference**2).sum(axis=1, keepdims=True)",
    says="d is the squared distance here: take its square root first.",
)
contrastive_loss_grad.wrong(
    "d = np.sqrt((difference**2).sum(axis=1, keepdims=True))",
    "d = np.sqrt((difference**2).sum())",
    says="All pairs were added up into one distance: each pair has its own.",
)
contrastive_loss_grad.wrong(
    "return grad, -grad",
    "return grad",
    says="One gradient was returned: two are asked for, that of a and that of b.",
)
contrastive_loss_grad.wrong(
    "return grad, -grad",
    "return grad, np.zeros_like(grad)",
    says="The second encodings got no gradient: b moves as well, the other way.",
)
contrastive_loss_grad.wrong(
    "2 * (1 - together)",
    "2 * ~np.asarray(same)[:, None]",
    says="~ turns the bits of whole numbers, ~1 is -2 and ~0 is -1: use 1 - same.",
)
contrastive_loss_grad.wrong(
    BODY,
    """
    together = np.asarray(same, dtype=float)
    difference = a - b
    d = np.sqrt((difference**2).sum(axis=1))
    u = difference / np.where(d == 0, 1, d)
    slope = 2 * together * d - 2 * (1 - together) * np.maximum(0, margin - d)
    grad = slope * u / len(a)
    return grad, -grad
    """,
    says="The distances and slopes lie along axis 1, where the features are: make them a column "
    "(N, 1).",
)
contrastive_loss_grad.wrong(
    BODY,
    """
    diff = a - b
    d = np.linalg.norm(diff, axis=1, keepdims=True)
    u = diff / np.where(d == 0, 1, d)
    g = -2 * np.maximum(0, margin - d) * u
    g[same] = (2 * d * u)[same]
    return g / len(a), -g / len(a)
    """,
    says="`same` holds whole numbers, and as an index they are the places 0 and 1 and no "
    "mask: compare, same == 1, or take same.astype(bool).",
)
contrastive_loss_grad.wrong(
    "slope = 2 * together * d - 2 * (1 - together) * np.maximum(0, margin - d)",
    "slope = together * d**2 - (1 - together) * np.maximum(0, margin - d) ** 2",
    says="The cost of each pair itself was multiplied by the direction: take its derivative by "
    "the distance d, 2 d for one person and -2 max(0, margin - d) for two.",
)
contrastive_loss_grad.wrong(
    "np.maximum(0, margin - d)",
    "np.maximum(0, margin - d) ** 2",
    says="What is missing to the margin is still squared: the derivative of max(0, margin - "
    "d)^2 has max(0, margin - d) once.",
)
contrastive_loss_grad.wrong(
    BODY,
    """
    together = np.asarray(same, dtype=float)[:, None]
    difference = a - b
    d = np.sqrt((difference**2).sum(axis=1, keepdims=True))
    slope = np.where(together == 1, 2.0, -2 * np.maximum(0, margin - d) / d)
    grad = slope * difference / len(a)
    return grad, -grad
    """,
    says="Where two people coincide, d is 0 and 0 / 0 gave nan: divide by 1 there, so that the "
    "direction is 0.",
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
contrastive_loss_grad.right(
    BODY,
    """
    step = a - b
    d = np.linalg.norm(step, axis=1)
    u = np.divide(step, d[:, None], out=np.zeros_like(step), where=d[:, None] > 0)
    s = np.asarray(same).astype(bool)
    slope = np.where(s, 2 * d, np.where(d < margin, 2 * (d - margin), 0.0))
    grad = np.einsum("n,nk->nk", slope / a.shape[0], u)
    return grad, np.negative(grad)
    """,
    says="divide with where, einsum",
)
contrastive_loss_grad.equivalent("when same is transposed first", because="it has one axis")
contrastive_loss_grad.equivalent("with the absolute values of same", because=ONES)
contrastive_loss_grad.equivalent("with the squares of same", because=ONES)
contrastive_loss_grad.equivalent("if a factor is there twice", because="that of 0 and 1 may be")
contrastive_loss_grad.equivalent(
    "if no dtype is given", because="whole numbers and booleans can be multiplied as well"
)
contrastive_loss_grad.equivalent(
    "if sum runs along axis -1 in place of axis 1",
    because="of two axes, axis 1 is the last",
)
contrastive_loss_grad.equivalent(
    "if the absolute value of a difference is taken",
    because="1 - same is 0 or 1",
)
contrastive_loss_grad.equivalent(
    "with 2 in the place of a 1", because="0 divided by any number is 0"
)


balanced_pairs = ex05.function(
    "balanced_pairs",
    points=20,
    minutes=15,
    section="Pairs",
    tolerance=DRAWN,
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
def drawn(ex, labels, count, rng):
    """The three results, and the labels they are drawn from."""
    first, second, same = ex.balanced_pairs(labels.copy(), count, rng)
    return {"first": first, "second": second, "same": same, "labels": labels}


@balanced_pairs.probe("2,000 pairs of four people with three pictures each", judge=all_occur)
def _(ex, rng):
    return drawn(ex, rng.permutation(np.repeat(np.arange(4), 3)), 2000, rng)


@balanced_pairs.probe(
    "people with one, two and four pictures, and labels that are any integers", judge=all_occur
)
def _(ex, rng):
    labels = rng.permutation(np.repeat(np.array([70, -3, 3, 5]), [1, 2, 4, 1]))
    return drawn(ex, labels, 1600, rng)


@balanced_pairs.probe("as many people, pictures and pairs as the dice say", judge=are_pairs)
def _(ex, rng):
    people = rng.permutation(np.arange(-9, 10))[: rng.integers(2, 7)]
    labels = np.append(rng.choice(people, rng.integers(4, 20)), [people[0], people[0], people[1]])
    return drawn(ex, rng.permutation(labels), 2 * int(rng.integers(1, 20)), rng)


@balanced_pairs.probe("the fewest: two people, three pictures, two pairs", "edge", judge=are_pairs)
def _(ex, rng):
    return drawn(ex, np.array([1, 0, 1]), 2, rng)


@balanced_pairs.probe(
    "one person has two pictures, all others a single one", "edge", judge=all_occur
)
def _(ex, rng):
    return drawn(ex, rng.permutation([0, 1, 2, 3, 3]), 600, rng)


@balanced_pairs.probe(
    "the same seed gives the same pairs, the next draw gives others",
    "promise",
    judge=are_reproducible,
)
def _(ex, rng):
    labels, seed = np.repeat(np.arange(5), 4), int(rng.integers(1_000_000))
    one, other = np.random.default_rng(seed), np.random.default_rng(seed)
    found = [np.array(ex.balanced_pairs(labels.copy(), 40, r)[:2]) for r in (one, other, one)]
    return {"one": found[0], "other": found[1], "next": found[2]}


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
    "paired = [i for i in numbers if (labels == labels[i]).sum() > 1]",
    "paired = numbers",
    says="A person with a single picture was drawn for a pair of one person, and has no second "
    "picture: such people can be in the second half only.",
)
balanced_pairs.wrong(
    "same = np.arange(count) < count // 2",
    "same = np.arange(count) >= count // 2",
    says="The two halves are exchanged: the first half shows one person, the second half two.",
)
balanced_pairs.wrong(
    "same = np.arange(count) < count // 2",
    "same = np.arange(count) % 2 == 0",
    says="The two kinds alternate: the first half is of one person, the second half of two.",
)
balanced_pairs.wrong(
    "same = np.arange(count) < count // 2",
    "same = rng.random(count) < 0.5",
    says="The kind of every pair was left to chance: exactly the first half is of one person.",
)
balanced_pairs.wrong(
    "same = np.arange(count) < count // 2",
    "same = np.arange(2 * count) < count",
    says="`count` pairs of each kind were drawn: count is the number of all pairs, half of each.",
)
balanced_pairs.wrong(
    BODY,
    """
    people = len(np.unique(labels))
    pictures = [np.flatnonzero(labels == p) for p in range(people)]
    several = [p for p in range(people) if len(pictures[p]) > 1]
    same = np.arange(count) < count // 2
    pairs = [rng.choice(pictures[rng.choice(several)], 2, replace=False) for _ in range(count // 2)]
    for _ in range(count // 2):
        p, q = rng.choice(people, 2, replace=False)
        pairs.append([rng.choice(pictures[p]), rng.choice(pictures[q])])
    first, second = np.array(pairs).T
    return first, second, same
    """,
    says="The people were counted and taken to be 0, 1, 2, ...: the labels can be any integers. "
    "Go through np.unique(labels).",
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
balanced_pairs.equivalent("when labels is transposed first", because="it has one axis")
balanced_pairs.equivalent(
    "with -labels in the place of labels", because="labels are only compared with each other"
)
balanced_pairs.equivalent(
    "if first and second are exchanged",
    because="either picture of a pair may come first: the rng decides",
)
for which in ("first", "last"):
    balanced_pairs.equivalent(
        f"if the {which} of those gone through is left out",
        because="never first in a pair of one person, that picture still occurs as the second",
    )
balanced_pairs.equivalent("if it is rounded up and not down", because="count is even")
balanced_pairs.equivalent("with / in the place of a //", because="count is even")


shared_gradient = ex05.function(
    "shared_gradient",
    points=15,
    minutes=15,
    section="Shared weights: the gradients add",
    needs=("contrastive_loss_grad",),
    tolerance=GRADIENTS,
    hints=(
        "Pretend that the two branches have matrices of their own that happen to be equal: each "
        "has a gradient, by way of a it is (d loss / d a)^T x1. For a shared one they add up.",
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


@shared_gradient.probe("each picture paired with itself: nothing to learn", "edge")
def _(ex, rng):
    W, x1, _, same = pictures(rng)
    return {"gradient of W": ex.shared_gradient(W, x1, x1.copy(), same)}


@shared_gradient.probe("the sizes as the dice say")
def _(ex, rng):
    n, d, numbers = rng.permutation(np.arange(2, 9))[:3]
    x1, x2 = rng.normal(size=(2, n, numbers))
    W = rng.normal(size=(d, numbers)) / 3
    return {"gradient of W": ex.shared_gradient(W, x1, x2, rng.permutation(n) % 2, 2.0)}


@shared_gradient.probe("the example: one pair, one weight row", "edge")
def _(ex, rng):
    W, x1, x2 = np.array([[1.0, 0.0]]), np.array([[3.0, 1.0]]), np.array([[1.0, 2.0]])
    return {"gradient of W": ex.shared_gradient(W, x1, x2, np.array([1]))}


@shared_gradient.probe("one number everywhere, `same` as a boolean", "edge")
def _(ex, rng):
    W, x1 = rng.uniform(0.4, 0.6, (1, 1)), rng.uniform(2.5, 3.5, (1, 1))
    return {"gradient of W": ex.shared_gradient(W, x1, x1 - 1, np.array([False]))}


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
    says="The second branch has the wrong sign: the two contributions are added, for the gradient "
    "of b holds its minus already.",
)
shared_gradient.wrong(
    "grad_a.T @ x1 + grad_b.T @ x2",
    "(grad_a + grad_b).T @ (x1 + x2)",
    says="The result is 0, as it is where the gradients of a and b are added up first, and "
    "cancel: that of a belongs with x1, that of b with x2.",
)
shared_gradient.wrong(
    "grad_a.T @ x1 + grad_b.T @ x2",
    "grad_a.T @ x2 + grad_b.T @ x1",
    says="The sign is wrong, as it is where the pictures are swapped: the first branch's gradient "
    "meets x1, the second's x2, and the two add.",
)
shared_gradient.wrong(
    "same, margin)",
    "same)",
    says="The margin was not handed on to the gradient of the encodings.",
)
shared_gradient.wrong(
    "grad_a.T @ x1 + grad_b.T @ x2",
    "2 * grad_a.T @ x1",
    says="The first branch was counted twice: the second sees other pictures, so its contribution "
    "is another one.",
)
shared_gradient.wrong(
    "x1 @ W.T, x2 @ W.T",
    "x1 @ W, x2 @ W",
    says="W was not transposed in the encodings: W is (d, D), so a picture of D numbers is "
    "multiplied by W^T.",
)
shared_gradient.wrong(
    "x1 @ W.T, x2 @ W.T",
    "x1, x2",
    says="The pictures themselves were compared: the loss is of their encodings, x W^T.",
)
shared_gradient.wrong(
    "grad_a.T @ x1 + grad_b.T @ x2",
    "(grad_a.T @ x1 + grad_b.T @ x2) / len(x1)",
    says="That divides by N once more: the gradients of the encodings have the 1/N already.",
)
shared_gradient.wrong(
    "grad_a.T @ x1 + grad_b.T @ x2",
    "x1.T @ grad_a + x2.T @ grad_b",
    says="The result is transposed: it has the shape of W, (d, D).",
)
shared_gradient.wrong(
    "grad_a.T @ x1 + grad_b.T @ x2",
    "grad_a @ x1 + grad_b @ x2",
    says="The gradients of the encodings were not transposed: (N, d) becomes (d, N), and times "
    "(N, D) that is (d, D).",
)
shared_gradient.wrong(
    "return grad_a.T @ x1 + grad_b.T @ x2",
    "return grad_a.T @ x1, grad_b.T @ x2",
    says="The two contributions were returned apart: W is one matrix, so add them.",
)
shared_gradient.wrong(
    "return grad_a.T @ x1 + grad_b.T @ x2",
    "return W - (grad_a.T @ x1 + grad_b.T @ x2)",
    says="A step was taken: the gradient itself is asked for.",
)
shared_gradient.wrong(
    BODY,
    """
    ga, gb = contrastive_loss_grad(normalize(x1 @ W.T), normalize(x2 @ W.T), same, margin)
    return ga.T @ x1 + gb.T @ x2
    """,
    says="The encodings were normalised first: here a = x1 W^T goes into the loss as it is.",
)
shared_gradient.wrong(
    BODY,
    """
    ga, gb = contrastive_loss_grad(x1, x2, same, margin)
    return W @ (ga.T @ x1 + gb.T @ x2)
    """,
    says="The pictures went into contrastive_loss_grad: it takes encodings, x1 @ W.T and x2 @ W.T.",
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
shared_gradient.equivalent("when same is transposed first", because="it has one axis")
shared_gradient.equivalent("with the absolute values of same", because=ONES)
shared_gradient.equivalent("with the squares of same", because=ONES)
shared_gradient.equivalent(
    "when x1 and x2 are exchanged", because="then a and b are, and both products with them"
)


same_probability = ex05.function(
    "same_probability",
    points=15,
    minutes=10,
    section="A logistic unit on the difference",
    tolerance=EXPS,
    hints=(
        "z_i = sum_k weight_k |a_ik - b_ik| + bias, a number for each pair, and then p_i = 1 / (1 "
        "+ exp(-z_i)).",
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


@same_probability.probe("equal encodings: the bias alone decides", "edge")
def _(ex, rng):
    a = rng.normal(size=(3, 4))
    return {"p": ex.same_probability(a, a.copy(), rng.normal(size=4), float(rng.uniform(-2, 2)))}


@same_probability.probe("z around -1000 and around 1000", "edge")
def _(ex, rng):
    a, b = np.array([[0.0], [0.0], [0.0]]), np.array([[1000.0], [0.25], [-1000.0]])
    low = loudly(ex.same_probability, a, b, np.array([-1.0]), 0.0)
    high = loudly(ex.same_probability, a, b, np.array([1.0]), 0.0)
    return {f"{name}, {key}": value for name, found in (("large negative z", low),
            ("large positive z", high)) for key, value in found.items()}  # fmt: skip


@same_probability.probe("z around -1000 and around 1000, side by side", "edge")
def _(ex, rng):
    a, b = np.zeros((4, 1)), rng.uniform(700, 1000, size=(4, 1))
    b[rng.permutation(4)[:2]] /= 1000
    return loudly(ex.same_probability, a, b, np.array([2.0]), -800.0)


@same_probability.probe("numbers of pairs and features as the dice say")
def _(ex, rng):
    count, features = rng.permutation(np.arange(2, 9))[:2]
    a, b = rng.normal(size=(2, count, features))
    return {"p": ex.same_probability(a, b, rng.normal(size=features), float(rng.normal()))}


@same_probability.probe("as many pairs as features")
def _(ex, rng):
    a, b = rng.normal(size=(2, 4, 4))
    return {"p": ex.same_probability(a, b, rng.normal(size=4), -0.5)}


@same_probability.probe("the example, and z = 0: the probability is a half", "edge")
def _(ex, rng):
    a, b = np.array([[1.0, 2.0]]), np.array([[2.0, 0.0]])
    return {"p": ex.same_probability(a, b, np.array([-1.0, -2.0]), 5.0)}


@same_probability.probe(
    "z = -40, hardly probable: about 4e-18", "edge", explain=explained_small_probability
)
def _(ex, rng):
    a, b = np.array([[0.0, 1.0]]), np.array([[3.0, 1.0]])
    return {"p": ex.same_probability(a, b, np.array([-10.0, 7.0]), -10.0)}


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
same_probability.wrong(
    "np.abs(a - b) @ weight",
    "np.abs((a - b) @ weight)",
    says="The absolute value of the sum was taken: take it of each difference, before the weights.",
)
same_probability.wrong(
    "np.abs(a - b)",
    "(np.abs(a) - np.abs(b))",
    says="The absolute values were subtracted: the absolute value of the difference is asked for.",
)
same_probability.wrong(
    "np.abs(a - b) @ weight + bias",
    "np.sqrt(((a - b) ** 2).sum(axis=1)) * weight.sum() + bias",
    says="The distance of the pair was weighted: every feature is compared by itself.",
)
same_probability.wrong(
    "np.abs(a - b) @ weight + bias",
    "np.sqrt((a - b) ** 2 @ np.abs(weight)) * np.sign(weight.sum()) + bias",
    says="The weighted squares were added up and a root was taken: it is a weighted sum of "
    "absolute differences.",
)
same_probability.wrong(
    "np.abs(a - b)",
    "(a * b)",
    says="The encodings were multiplied: their differences are looked at.",
)
same_probability.wrong(
    "np.abs(a - b) @ weight + bias",
    "(np.abs(a - b) * weight + bias).sum(axis=1)",
    says="The bias was added to every feature: it is added once, to the sum.",
)
same_probability.wrong(
    "np.abs(a - b) @ weight + bias",
    "(np.abs(a - b) * weight).mean(axis=1) + bias",
    says="The weighted differences were averaged: z is their sum.",
)
same_probability.wrong(
    "np.abs(a - b) @ weight + bias",
    "(np.abs(a - b) * weight).sum(axis=0) + bias",
    says="The sum runs over the pairs: the features lie along axis 1.",
)
same_probability.wrong(
    BODY,
    """
    z = np.abs(a - b) @ weight + bias
    power = np.exp(-np.abs(z))
    return 1 / (1 + power)
    """,
    says="The sign of z is lost: 1 / (1 + exp(-|z|)) is right for z >= 0 only, for z < 0 it is "
    "exp(z) / (1 + exp(z)).",
)
same_probability.wrong(
    BODY,
    """
    z = np.abs(a - b) @ weight + bias
    return 1 - np.where(z >= 0, np.exp(-np.abs(z)), 1) / (1 + np.exp(-np.abs(z)))
    """,
    says="1 minus the probability of two people loses the digits of small probabilities: compute "
    "it directly.",
)
same_probability.wrong(
    BODY,
    """
    z = np.abs(a - b) @ weight + bias
    return np.tanh(z)
    """,
    says="That is tanh, from -1 to 1: the probability is 1 / (1 + exp(-z)).",
)
same_probability.wrong(
    BODY,
    """
    z = np.abs(a - b) @ weight + bias
    power = np.exp(z - z.max())
    return power / power.sum()
    """,
    says="That is softmax over the pairs: each pair has a probability of its own, 1 / (1 + "
    "exp(-z)).",
)
same_probability.wrong(
    BODY,
    """
    z = np.abs(a - b) @ weight + bias
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-z))
    return np.clip(p, 1e-7, 1 - 1e-7)
    """,
    says="The probability was clipped: very sure answers are no longer told apart.",
)
same_probability.wrong(
    "return np.where(z >= 0, 1, power) / (1 + power)",
    "return (np.where(z >= 0, 1, power) / (1 + power))[:, None]",
    says="The result is a column (N, 1): one number for each pair has the shape (N,).",
)
same_probability.wrong(
    "return np.where(z >= 0, 1, power) / (1 + power)",
    "return np.where(z >= 0, 1.0, 0.0)",
    says="Those are decisions, 0 and 1: return the probabilities.",
)
same_probability.wrong(
    BODY,
    """
    z = np.abs(a - b) @ weight + bias
    if (z >= 0).any():
        return 1 / (1 + np.exp(-z))
    return np.exp(z) / (1 + np.exp(z))
    """,
    says="One form was chosen for all pairs together: each z has its own sign, and a form that "
    "is safe for it.",
)
same_probability.wrong(
    BODY,
    """
    z = np.abs(a - b) @ weight + bias
    if (z < 0).any():
        return np.exp(z) / (1 + np.exp(z))
    return 1 / (1 + np.exp(-z))
    """,
    says="One form was chosen for all pairs together, by whether any z is below 0: each z has a "
    "sign of its own, and a form that is safe for it.",
)
same_probability.wrong(
    "np.abs(a - b) @ weight + bias",
    "np.sqrt((((a - b) * weight) ** 2).sum(axis=1)) + bias",
    says="That is the length of the weighted difference: z is the sum of weight times absolute "
    "difference, feature by feature, without squares and a root.",
)
same_probability.wrong(
    "np.abs(a - b) @ weight + bias",
    "np.full(len(a), (np.abs(a - b) * weight).sum() + bias)",
    says="The features of all pairs were added up into one z: each pair has its own, so sum along "
    "axis 1.",
)
same_probability.wrong(
    BODY,
    """
    z = np.abs(a - b) @ weight
    power = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, power) / (1 + power) + bias
    """,
    says="The bias was added to the probability, after the logistic function: it belongs into z, "
    "before it.",
)
same_probability.wrong(
    BODY,
    """
    z = np.abs(a - b) @ weight
    power = np.exp(-np.abs(z))
    return np.clip(np.where(z >= 0, 1, power) / (1 + power) + bias, 0, 1)
    """,
    says="The bias was added to the probability, after the logistic function: it belongs into z, "
    "before it.",
)
same_probability.wrong(
    "np.abs(a - b) @ weight + bias",
    "np.abs(a - b) @ weight - bias",
    says="The bias was subtracted: it is added to the weighted sum.",
)
same_probability.wrong(
    BODY,
    """
    z = np.abs(a - b).sum(axis=1) * weight.sum() + bias
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
    """,
    says="The differences were added up before they were weighed: each feature has a weight of "
    "its own.",
)
same_probability.wrong(
    BODY,
    """
    z = np.abs(a - b).mean(axis=1) * weight.sum() + bias
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
    """,
    says="The differences were averaged before they were weighed: each feature has a weight of "
    "its own.",
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
same_probability.equivalent("when weight is transposed first", because="it has one axis")
same_probability.equivalent("when a and b are exchanged", because="|a - b| is symmetric")
same_probability.equivalent(
    "if the absolute value of a difference is taken",
    because="it has been taken already",
)
same_probability.equivalent(
    "at equality: with > in the place of >=", because="where z is 0 the exponential is 1"
)
