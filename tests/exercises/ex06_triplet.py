"""Checks of exercise set 06: triplet loss."""

import numpy as np

from minidl.course.sets.manifest import BODY, ExerciseSet, Tolerance

ex06 = ExerciseSet("ex06_triplet", "Triplet loss")

SUMS = Tolerance(
    1e-9,
    "float64 sums of a few thousand squares in any order; |a|^2 + |b|^2 - 2 a.b loses a few digits",
    absolute=1e-12,
)
INDICES = Tolerance(0.0, "indices are whole numbers and compared exactly")


@ex06.helper
def triplets_of(rng, count=6, dimensions=3):
    """Triplets near and far: about half of them cost something at margin 0.2."""
    return rng.normal(size=(3, count, dimensions)) * 0.5


@ex06.helper
def listed(found):
    """Triplets (anchor, positive, negative) as rows in a fixed order, whatever order they had."""
    table = np.array([np.asarray(part) for part in found])
    if table.ndim != 2 or not table.size:
        return {"shape": np.array(table.shape)}
    order = np.lexsort(table[::-1])
    return {"shape": np.array(table.shape), "triplets": table.T[order]}


@ex06.helper
def between(rng, count, dimensions=2):
    """Squared distances (count, count) of random points."""
    points = rng.normal(size=(count, dimensions))
    return ((points[:, None] - points) ** 2).sum(axis=2)


triplet_loss = ex06.function(
    "triplet_loss",
    points=10,
    minutes=10,
    tolerance=SUMS,
    hints=(
        "Each row of the three arrays is one triplet and gives one number: how far the positive "
        "is, minus how far the negative is, plus the margin, but never less than 0.",
        "First two arrays of T squared distances; each is a sum over the d coordinates. Then the "
        "hinge, on every triplet by itself. The mean comes last.",
        "np.maximum compares an array with 0 entry by entry (np.max finds one largest entry, which "
        "is something else). Sum coordinates along axis 1.",
    ),
)


@triplet_loss.probe("six triplets, margin 0.2")
def _(ex, rng):
    a, p, n = triplets_of(rng)
    return {"loss": ex.triplet_loss(a, p, n, 0.2)}


@triplet_loss.probe("as many triplets as coordinates, margin 1")
def _(ex, rng):
    a, p, n = triplets_of(rng, 4, 4)
    return {"loss": ex.triplet_loss(a, p, n, 1.0)}


@triplet_loss.probe("the margin when none is given")
def _(ex, rng):
    a, p, n = triplets_of(rng)
    return {"loss": ex.triplet_loss(a, p, n)}


@triplet_loss.probe("the example: one triplet that costs 0.09")
def _(ex, rng):
    a, p, n = np.zeros((1, 2)), np.array([[0.3, 0.4]]), np.array([[0.6, 0.0]])
    return {"loss": ex.triplet_loss(a, p, n)}


@triplet_loss.probe("two of three triplets far enough")
def _(ex, rng):
    a, p = np.zeros((3, 2)), np.full((3, 2), 0.1)
    n = np.array([[2.0, 0.0], [0.0, -3.0], [0.1, 0.2]])
    return {"loss": ex.triplet_loss(a, p, n)}


@triplet_loss.probe("all encodings equal: the loss is the margin")
def _(ex, rng):
    point = np.repeat(rng.normal(size=(1, 4)), 5, axis=0)
    return {"loss": ex.triplet_loss(point, point.copy(), point.copy(), 0.3)}


@triplet_loss.probe("the encodings stay as they were")
def _(ex, rng):
    a, p, n = triplets_of(rng)
    ex.triplet_loss(a, p, n)
    return {"anchor": a, "positive": p, "negative": n}


triplet_loss.wrong(
    "to_positive - to_negative + margin",
    "to_positive - to_negative",
    says="The margin is missing: without it, encodings that are all equal cost nothing.",
)
triplet_loss.wrong(
    "to_positive - to_negative + margin",
    "to_positive - to_negative - margin",
    says="The margin has the wrong sign: it is added, so that the negative must be farther by it.",
)
triplet_loss.wrong(
    "to_positive - to_negative + margin",
    "to_negative - to_positive + margin",
    says="The distances are swapped: the loss grows with |A - P|^2 and falls with |A - N|^2.",
)
triplet_loss.wrong(
    "np.maximum(0, to_positive - to_negative + margin)",
    "to_positive - to_negative + margin",
    says="Some losses are below 0: a triplet that is far enough costs 0, so cut at 0.",
)
triplet_loss.wrong(
    BODY,
    """
    to_positive = ((anchor - positive) ** 2).sum(axis=1)
    to_negative = ((anchor - negative) ** 2).sum(axis=1)
    return max(0.0, float((to_positive - to_negative + margin).mean()))
    """,
    says="The mean was taken before the cut at 0: good triplets then pay for bad ones. Cut each "
    "triplet first.",
)
triplet_loss.wrong(
    "losses.mean()",
    "losses.sum()",
    says="The losses were summed: the loss is their mean over the triplets.",
)
triplet_loss.wrong(
    "losses.mean()",
    "losses.sum() / max(1, np.count_nonzero(losses))",
    says="The sum was divided by the number of active triplets: here all triplets count in the "
    "mean.",
)
triplet_loss.wrong(
    BODY,
    """
    to_positive = np.linalg.norm(anchor - positive, axis=1)
    to_negative = np.linalg.norm(anchor - negative, axis=1)
    return float(np.maximum(0, to_positive - to_negative + margin).mean())
    """,
    says="The distances are not squared: the formula has |A - P|^2 and |A - N|^2.",
)
triplet_loss.wrong(
    "((anchor - negative) ** 2)",
    "((positive - negative) ** 2)",
    says="The negative was compared with the positive: both are compared with the anchor.",
)
triplet_loss.wrong(
    BODY,
    """
    to_positive = ((anchor - positive) ** 2).mean(axis=1)
    to_negative = ((anchor - negative) ** 2).mean(axis=1)
    return float(np.maximum(0, to_positive - to_negative + margin).mean())
    """,
    says="The squares were averaged over the coordinates: a squared distance is their sum.",
)
triplet_loss.wrong(
    BODY,
    """
    to_positive = ((anchor - positive) ** 2).sum(axis=0)
    to_negative = ((anchor - negative) ** 2).sum(axis=0)
    return float(np.maximum(0, to_positive - to_negative + margin).mean())
    """,
    says="The squares were summed over the triplets: coordinates lie along axis 1.",
)
triplet_loss.wrong(
    BODY,
    """
    excess = (anchor - positive) ** 2 - (anchor - negative) ** 2
    return float(np.maximum(0, excess + margin).sum(axis=1).mean())
    """,
    says="Every coordinate was cut at 0 by itself: sum the squares first, then add one margin and "
    "cut.",
)
triplet_loss.wrong(
    "np.maximum(0, to_positive - to_negative + margin)",
    "np.maximum(margin, to_positive - to_negative)",
    says="The cut is at the margin: add the margin, then cut at 0.",
)
triplet_loss.right(
    BODY,
    """
    total = 0.0
    for a, p, n in zip(anchor, positive, negative):
        total += max(0.0, sum((a - p) ** 2) - sum((a - n) ** 2) + margin)
    return total / len(anchor)
    """,
    says="a loop over triplets",
)
triplet_loss.right(
    BODY,
    """
    excess = np.einsum("td,td->t", negative - positive, 2 * anchor - positive - negative)
    return np.mean(np.clip(excess + margin, 0, None))
    """,
    says="the difference of two squares, factored",
)


triplet_loss_grad = ex06.function(
    "triplet_loss_grad",
    points=20,
    minutes=15,
    tolerance=SUMS,
    hints=(
        "Differentiate |A - P|^2 - |A - N|^2 one argument at a time. In the derivative with "
        "respect to A both squares take part, and A itself cancels.",
        "Find out first which triplets are active: one truth value each. All three gradients of a "
        "triplet that is not are 0, for its loss is 0 nearby as well.",
        "A truth value times a number is that number or 0. To multiply rows of (T, d) by T "
        "numbers, give these a second axis of length 1. And the mean brings a 1/T.",
    ),
)


@triplet_loss_grad.probe("six triplets, margin 0.2")
def _(ex, rng):
    a, p, n = ex.triplet_loss_grad(*triplets_of(rng), 0.2)
    return {"d anchor": a, "d positive": p, "d negative": n}


@triplet_loss_grad.probe("as many triplets as coordinates, margin 1")
def _(ex, rng):
    a, p, n = ex.triplet_loss_grad(*triplets_of(rng, 4, 4), 1.0)
    return {"d anchor": a, "d positive": p, "d negative": n}


@triplet_loss_grad.probe("the margin when none is given")
def _(ex, rng):
    a, p, n = ex.triplet_loss_grad(*triplets_of(rng, 12))
    return {"d anchor": a, "d positive": p, "d negative": n}


@triplet_loss_grad.probe("a triplet that costs 0.09, and one that costs nothing")
def _(ex, rng):
    anchor, positive = np.zeros((2, 2)), np.array([[0.3, 0.4]] * 2)
    a, p, n = ex.triplet_loss_grad(anchor, positive, np.array([[0.6, 0.0], [0.0, 1.0]]))
    return {"d anchor": a, "d positive": p, "d negative": n}


@triplet_loss_grad.probe("the encodings stay as they were")
def _(ex, rng):
    a, p, n = triplets_of(rng)
    ex.triplet_loss_grad(a, p, n)
    return {"anchor": a, "positive": p, "negative": n}


triplet_loss_grad.wrong(
    "2 * active / len(anchor)",
    "2 * active",
    says="The gradient is T times too large: the loss is a mean over the triplets.",
)
triplet_loss_grad.wrong(
    "2 * active / len(anchor)",
    "active / len(anchor)",
    says="The 2 is missing: the derivative of a square is twice what was squared.",
)
triplet_loss_grad.wrong(
    "2 * active / len(anchor)",
    "np.full(len(anchor), 2 / len(anchor))",
    says="Triplets that cost nothing got a gradient too: where the loss is cut at 0 it is flat.",
)
triplet_loss_grad.wrong(
    "2 * active / len(anchor)",
    "2 * active / max(1, np.count_nonzero(active))",
    says="The gradient was divided by the number of active triplets: the loss is a mean over all.",
)
triplet_loss_grad.wrong(
    "to_positive - to_negative + margin > 0",
    "to_positive - to_negative > 0",
    says="The margin was left out in choosing the active triplets: those within it cost something.",
)
triplet_loss_grad.wrong(
    "weight * (negative - positive)",
    "weight * (anchor - positive)",
    says="The anchor's gradient has only the positive's part: the anchor is in both squares.",
)
triplet_loss_grad.wrong(
    "weight * (negative - positive)",
    "weight * (positive - negative)",
    says="The sign of the anchor's gradient is wrong: (A - P) - (A - N) is N - P.",
)
triplet_loss_grad.wrong(
    "weight * (negative - positive)",
    "weight * (2 * anchor - positive - negative)",
    says="In the anchor's gradient the two squares were added: the negative's is subtracted, so A "
    "cancels.",
)
triplet_loss_grad.wrong(
    "weight * (anchor - negative)",
    "weight * (negative - anchor)",
    says="The negative's gradient has the wrong sign: the loss falls when the negative moves away.",
)
triplet_loss_grad.wrong(
    "weight * (positive - anchor)",
    "weight * (anchor - positive)",
    says="The positive's gradient has the wrong sign: the loss grows when the positive moves away.",
)
triplet_loss_grad.wrong(
    "2 * active / len(anchor)",
    "-2 * active / len(anchor)",
    says="All signs are wrong: that is the way down; the gradient points up.",
)
triplet_loss_grad.right(
    BODY,
    """
    grads = np.zeros((3, *anchor.shape))
    for t, (a, p, n) in enumerate(zip(anchor, positive, negative)):
        if np.dot(a - p, a - p) - np.dot(a - n, a - n) + margin > 0:
            grads[:, t] = n - p, p - a, a - n
    return tuple(grads * 2 / len(anchor))
    """,
    says="a loop over triplets",
)
triplet_loss_grad.right(
    BODY,
    """
    near, far = anchor - positive, anchor - negative
    excess = np.linalg.norm(near, axis=1) ** 2 - np.linalg.norm(far, axis=1) ** 2
    on = np.where(excess > -margin, 2 / anchor.shape[0], 0)[:, np.newaxis]
    return np.asfortranarray(on * near - on * far), -on * near, on * far
    """,
    says="from the two differences, in another memory order",
)


all_triplets = ex06.function(
    "all_triplets",
    points=15,
    minutes=15,
    tolerance=INDICES,
    hints=(
        "Three loops over the pictures of the batch and one condition will do. It is slow, but it "
        "is right, and everything else is the same thing in other words.",
        "Without loops: a table (N, N) of truth values says who is another picture of the same "
        "person, and a second who is somebody else. A triplet needs one of each, for one anchor.",
        "Give the first table a third axis at its end and the second one in the middle, and take "
        "the and of both: (N, N, N). np.nonzero lists where it is true, an array for each axis.",
    ),
)


@all_triplets.probe("three people with two pictures each")
def _(ex, rng):
    return listed(ex.all_triplets(np.array([4, 4, 9, 9, 1, 1])))


@all_triplets.probe("two people with three pictures each, in mixed order")
def _(ex, rng):
    return listed(ex.all_triplets(rng.permutation([0, 0, 0, 1, 1, 1])))


@all_triplets.probe("somebody with a single picture")
def _(ex, rng):
    return listed(ex.all_triplets(np.array([7, 7, 4])))


@all_triplets.probe("ten pictures of four people")
def _(ex, rng):
    return listed(ex.all_triplets(rng.permutation([0, 1, 2, 3, 0, 1, 2, 0, 0, 1])))


@all_triplets.probe("no triplet at all: one person, and one picture of each of three")
def _(ex, rng):
    alone, one_each = ex.all_triplets(np.array([5, 5, 5])), ex.all_triplets(np.arange(3))
    return {
        "triplets of one person": np.array([len(part) for part in alone]),
        "triplets of single pictures": np.array([len(part) for part in one_each]),
    }


@all_triplets.probe("the labels stay as they were")
def _(ex, rng):
    labels = rng.permutation([0, 0, 1, 1, 2])
    ex.all_triplets(labels)
    return {"labels afterwards": labels}


all_triplets.wrong(
    "same & ~np.eye(len(labels), dtype=bool)",
    "same",
    says="A picture was made its own positive: anchor and positive are two different pictures.",
)
all_triplets.wrong(
    "same & ~np.eye(len(labels), dtype=bool)",
    "np.triu(same, 1)",
    says="Every pair was taken once: either picture can be the anchor, so each pair counts twice.",
)
all_triplets.wrong(
    "same & ~np.eye(len(labels), dtype=bool)",
    "np.tril(same, -1)",
    says="Only the later picture of a pair became an anchor: either can be, so each pair counts "
    "twice.",
)
all_triplets.wrong(
    "& ~same[:, None, :]",
    "& (labels[:, None] != -1)[:, None, :]",
    says="Negatives of the anchor's own person were let in: the negative must show somebody else.",
)
all_triplets.wrong(
    "return anchor, positive, negative",
    "return anchor, negative, positive",
    says="Positive and negative are swapped: return anchor, positive, negative.",
)
all_triplets.wrong(
    "return anchor, positive, negative",
    "return positive, anchor, negative[::-1]",
    says="The three arrays do not belong together: row t of each must be one triplet.",
)
all_triplets.wrong(
    "return anchor, positive, negative",
    "return labels[anchor], labels[positive], labels[negative]",
    says="Those are the labels: return the indices of the pictures.",
)
all_triplets.wrong(
    "return anchor, positive, negative",
    "return [*zip(anchor.tolist(), positive.tolist(), negative.tolist())]",
    says="A list of triplets was returned: make it three arrays, all anchors, all positives, all "
    "negatives.",
)
all_triplets.wrong(
    BODY,
    """
    found = []
    for a, p in zip(*np.nonzero(np.triu(labels[:, None] == labels, 1))):
        n = np.flatnonzero(labels != labels[a])
        if len(n):
            found += [(a, p, n[0]), (p, a, n[0])]
    return tuple(np.array(found, int).reshape(-1, 3).T)
    """,
    says="Each pair got one negative only: every picture of anybody else makes a triplet.",
)
all_triplets.right(
    BODY,
    """
    people = range(len(labels))
    found = [
        (a, p, n) for n in people for p in people for a in people
        if a != p and labels[a] == labels[p] and labels[a] != labels[n]
    ]
    return tuple(np.array(found, dtype=np.int32).reshape(-1, 3).T)
    """,
    says="three loops, another order, rows of one table",
)
all_triplets.right(
    BODY,
    """
    chosen = [[], [], []]
    for a in range(len(labels)):
        mine = [p for p in np.flatnonzero(labels == labels[a]) if p != a]
        others = np.flatnonzero(labels != labels[a])
        chosen[0] += [a] * (len(mine) * len(others))
        chosen[1] += [p for p in mine for _ in others]
        chosen[2] += [n for _ in mine for n in others]
    return tuple(np.array(part, dtype=int) for part in chosen)
    """,
    says="anchor by anchor",
)


batch_all_triplet_loss = ex06.function(
    "batch_all_triplet_loss",
    points=15,
    minutes=10,
    needs=("all_triplets",),
    tolerance=SUMS,
    hints=(
        "It is the triplet loss of all triplets that there are, with another number to divide by: "
        "only those that still cost something.",
        "Index the encodings by the three arrays that all_triplets gives, and you have anchors, "
        "positives and negatives, row by row. Then the losses, their sum, and their count.",
        "Count the losses above 0. Where there are none the sum is 0 as well; see to it that 0 is "
        "divided by 1 and not by 0.",
    ),
)


@batch_all_triplet_loss.probe("eight pictures of three people, margin 0.2")
def _(ex, rng):
    labels = rng.permutation([0, 0, 0, 1, 1, 1, 2, 2])
    return {"loss": ex.batch_all_triplet_loss(rng.normal(size=(8, 3)) * 0.6, labels, 0.2)}


@batch_all_triplet_loss.probe("another margin, and the margin when none is given")
def _(ex, rng):
    encodings, labels = rng.normal(size=(6, 2)) * 0.5, np.array([3, 3, 1, 1, 8, 8])
    return {
        "margin 1": ex.batch_all_triplet_loss(encodings, labels, 1.0),
        "no margin given": ex.batch_all_triplet_loss(encodings, labels),
    }


@batch_all_triplet_loss.probe("two far groups: nothing left to learn")
def _(ex, rng):
    encodings = np.array([[0.0], [0.1], [5.0], [5.1]]) + 0.01 * rng.normal(size=(4, 1))
    return {"loss": ex.batch_all_triplet_loss(encodings, np.array([0, 0, 1, 1]))}


@batch_all_triplet_loss.probe("the example: two of eight triplets cost something")
def _(ex, rng):
    encodings = np.array([[0.0], [0.5], [0.8], [1.2]])
    return {"loss": ex.batch_all_triplet_loss(encodings, np.array([1, 1, 2, 2]))}


@batch_all_triplet_loss.probe("all encodings equal: the loss is the margin")
def _(ex, rng):
    return {"loss": ex.batch_all_triplet_loss(np.ones((5, 2)), np.array([0, 0, 1, 1, 2]), 0.3)}


@batch_all_triplet_loss.probe("encodings and labels stay as they were")
def _(ex, rng):
    encodings, labels = rng.normal(size=(6, 2)), np.array([0, 0, 1, 1, 2, 2])
    ex.batch_all_triplet_loss(encodings, labels)
    return {"encodings afterwards": encodings, "labels afterwards": labels}


batch_all_triplet_loss.wrong(
    "losses.sum() / max(1, active)",
    "losses.mean()",
    says="The mean was taken over all triplets: divide by the number of those that cost something.",
)
batch_all_triplet_loss.wrong(
    "losses.sum() / max(1, active)",
    "losses.sum()",
    says="The losses were summed: divide by the number of triplets that cost something.",
)
batch_all_triplet_loss.wrong(
    "losses.sum() / max(1, active)",
    "losses.sum() / np.int64(active)",
    says="0 was divided by 0: where no triplet costs anything the result is 0, not nan.",
)
batch_all_triplet_loss.wrong(
    "losses.sum() / max(1, active)",
    "losses.sum() / len(labels)",
    says="The sum was divided by the number of pictures: divide by the triplets that cost "
    "something.",
)
batch_all_triplet_loss.wrong(
    "to_positive - to_negative + margin",
    "to_positive - to_negative",
    says="The margin is missing: triplets within it cost something too.",
)
batch_all_triplet_loss.wrong(
    "active = np.count_nonzero(losses)",
    "active = np.count_nonzero(to_positive > to_negative)",
    says="Only triplets in the wrong order were counted: those within the margin are active too.",
)
batch_all_triplet_loss.wrong(
    "np.maximum(0, to_positive - to_negative + margin)",
    "to_positive - to_negative + margin",
    says="Losses below 0 were let in: a triplet that is far enough costs 0, so cut at 0.",
)
batch_all_triplet_loss.wrong(
    BODY,
    """
    a, p, n = all_triplets(labels)
    to_positive = np.linalg.norm(encodings[a] - encodings[p], axis=1)
    to_negative = np.linalg.norm(encodings[a] - encodings[n], axis=1)
    losses = np.maximum(0, to_positive - to_negative + margin)
    return float(losses.sum() / max(1, np.count_nonzero(losses)))
    """,
    says="The distances are not squared: the formula has |A - P|^2 and |A - N|^2.",
)
batch_all_triplet_loss.right(
    BODY,
    """
    active = []
    for a, p, n in zip(*all_triplets(labels)):
        near, far = encodings[a] - encodings[p], encodings[a] - encodings[n]
        loss = near @ near - far @ far + margin
        if loss > 0:
            active.append(loss)
    return sum(active) / len(active) if active else 0.0
    """,
    says="a loop over triplets",
)
batch_all_triplet_loss.right(
    BODY,
    """
    d = ((encodings[:, None] - encodings) ** 2).sum(axis=2)
    same = labels[:, None] == labels
    valid = (same ^ np.eye(len(labels), dtype=bool))[:, :, None] & ~same[:, None, :]
    losses = (d[:, :, None] - d[:, None, :] + margin)[valid]
    return losses[losses > 0].mean() if (losses > 0).any() else 0.0
    """,
    says="all distances at once, in an array (N, N, N)",
)


hardest = ex06.function(
    "hardest",
    points=20,
    minutes=15,
    tolerance=INDICES,
    hints=(
        "For one anchor: among the other pictures of its person look for the largest distance, "
        "among the pictures of everybody else for the smallest. Then all anchors.",
        "To look for the largest among some entries of a row, put something in the place of the "
        "others that can never win. For the smallest it is something else that never wins.",
        "np.where replaces where a mask says so; minus infinity never wins a maximum, infinity "
        "never a minimum. argmax and argmin along a row say where. Last, drop the rows of anchors "
        "that have no positive.",
    ),
)


@hardest.probe("three people with three pictures each, in mixed order")
def _(ex, rng):
    labels = rng.permutation([0, 0, 0, 1, 1, 1, 2, 2, 2])
    anchor, positive, negative = ex.hardest(between(rng, 9), labels)
    return {"anchor": anchor, "positive": positive, "negative": negative}


@hardest.probe("people with one picture: no anchors, but negatives")
def _(ex, rng):
    labels = rng.permutation([3, 3, 3, 5, 8, 9])
    anchor, positive, negative = ex.hardest(between(rng, 6), labels)
    return {"anchor": anchor, "positive": positive, "negative": negative}


@hardest.probe("the example")
def _(ex, rng):
    points = np.array([[0.0], [0.5], [0.8], [1.2]])
    anchor, positive, negative = ex.hardest((points - points.T) ** 2, np.array([1, 1, 2, 2]))
    return {"anchor": anchor, "positive": positive, "negative": negative}


@hardest.probe("a picture that is there twice: distance 0 to its positive")
def _(ex, rng):
    d = between(rng, 5)
    d[1], d[:, 1] = d[0], d[:, 0]
    anchor, positive, negative = ex.hardest(d, np.array([0, 0, 1, 1, 1]))
    found = np.array([d[anchor, positive], d[anchor, negative]])
    return {"anchor": anchor, "distances": found}  # either of two equal negatives will do


@hardest.probe("distances and labels stay as they were")
def _(ex, rng):
    d, labels = between(rng, 6), np.array([0, 0, 1, 1, 2, 2])
    ex.hardest(d, labels)
    return {"distances afterwards": d, "labels afterwards": labels}


hardest.wrong(
    BODY,
    """
    same = labels[:, None] == labels
    pair = same & ~np.eye(len(labels), dtype=bool)
    anchor = np.flatnonzero(pair.any(axis=1))
    positive = np.where(pair, distances, np.inf).argmin(axis=1)[anchor]
    negative = np.where(same, -np.inf, distances).argmax(axis=1)[anchor]
    return anchor, positive, negative
    """,
    says="Those are the easiest triplets: the hard positive is the farthest, the hard negative the "
    "nearest.",
)
hardest.wrong(
    "np.where(pair, distances, -np.inf).argmax(axis=1)",
    "np.where(pair, distances, np.inf).argmin(axis=1)",
    says="The nearest positive was taken: the hardest one is the farthest.",
)
hardest.wrong(
    "np.where(same, np.inf, distances).argmin(axis=1)",
    "np.where(same, -np.inf, distances).argmax(axis=1)",
    says="The farthest negative was taken: the hardest one is the nearest.",
)
hardest.wrong(
    "np.where(same, np.inf, distances).argmin(axis=1)",
    "np.where(same, 0, distances).argmin(axis=1)",
    says="Zeros in the place of the anchor's own person win the minimum: put infinity there.",
)
hardest.wrong(
    "np.where(same, np.inf, distances).argmin(axis=1)",
    "np.where(pair, np.inf, distances).argmin(axis=1)",
    says="The anchor became its own negative: it is nearest to itself, so leave it out as well.",
)
hardest.wrong(
    "np.flatnonzero(pair.any(axis=1))",
    "np.arange(len(labels))",
    says="A person with one picture became an anchor: it has no positive, so pass it over.",
)
hardest.wrong(
    BODY,
    """
    same = labels[:, None] == labels
    positive = np.where(same, distances, -np.inf).argmax(axis=1)
    negative = np.where(same, np.inf, distances).argmin(axis=1)
    return np.arange(len(labels)), positive, negative
    """,
    says="Pictures were their own positives: a positive is another picture, and a person with one "
    "picture is skipped as anchor.",
)
hardest.wrong(
    BODY,
    """
    keep = (labels[:, None] == labels).sum(axis=1) > 1
    same = labels[:, None] == labels
    pair = same & ~np.eye(len(labels), dtype=bool)
    anchor = np.flatnonzero(keep)
    positive = np.where(pair, distances, -np.inf).argmax(axis=1)[anchor]
    others = ~same & keep
    if not others.any():
        others = ~same
    negative = np.where(others, distances, np.inf).argmin(axis=1)[anchor]
    return anchor, positive, negative
    """,
    says="A person with one picture is no anchor, but still a negative of the others.",
)
hardest.wrong(
    "return anchor, positive, negative",
    "return anchor, negative, positive",
    says="Positive and negative are swapped: return anchor, positive, negative.",
)
hardest.wrong(
    BODY,
    """
    same = labels[:, None] == labels
    pair = same & ~np.eye(len(labels), dtype=bool)
    anchor = np.flatnonzero(pair.any(axis=1))
    positive = np.where(pair, distances, -np.inf).max(axis=1)[anchor]
    negative = np.where(same, np.inf, distances).min(axis=1)[anchor]
    return anchor, positive, negative
    """,
    says="Those are distances: return the indices of the pictures (argmax, argmin).",
)
hardest.right(
    BODY,
    """
    chosen = []
    for a, who in enumerate(labels):
        mine = [p for p in range(len(labels)) if p != a and labels[p] == who]
        others = [n for n in range(len(labels)) if labels[n] != who]
        if mine:
            far = max(mine, key=lambda p: distances[a, p])
            chosen.append((a, far, min(others, key=lambda n: distances[a, n])))
    return tuple(np.array(chosen).T)
    """,
    says="a loop over anchors, rows of one table",
)
hardest.right(
    BODY,
    """
    who, N = np.asarray(labels), len(labels)
    other = who != who.reshape(-1, 1)
    worst = np.ma.array(distances, mask=other | (np.arange(N) == np.arange(N)[:, None]))
    a = np.nonzero((~worst.mask).sum(1))[0].astype(np.int32)
    p = worst.filled(-1).argmax(axis=1)
    n = np.ma.array(distances, mask=~other).filled(distances.max() + 1).argmin(axis=1)
    return a, p[a], n[a]
    """,
    says="masked arrays",
)


semi_hard = ex06.function(
    "semi_hard",
    points=20,
    minutes=20,
    tolerance=INDICES,
    hints=(
        "For one pair: the ring around the anchor that begins at the positive and is as wide as "
        "the margin. Which negatives are in it, and which of them is nearest?",
        "Begin with all pairs, as in all_triplets. For each of them a row of distances from its "
        "anchor to all pictures, and a mask of those that are of others and in the ring.",
        "As in hardest, infinity in all places outside the mask lets argmin find the nearest. A "
        "pair with no entry in its mask is left out at the end.",
    ),
)


@semi_hard.probe("three people with three pictures each, margin 0.5")
def _(ex, rng):
    labels = rng.permutation([0, 0, 0, 1, 1, 1, 2, 2, 2])
    return listed(ex.semi_hard(between(rng, 9), labels, 0.5))


@semi_hard.probe("twelve pictures of four people, margin 0.2")
def _(ex, rng):
    labels = rng.permutation(np.repeat(np.arange(4), 3))
    return listed(ex.semi_hard(0.3 * between(rng, 12), labels, 0.2))


@semi_hard.probe("people with one picture, margin 2")
def _(ex, rng):
    labels = rng.permutation([3, 3, 3, 5, 8, 9])
    return listed(ex.semi_hard(between(rng, 6), labels, 2.0))


@semi_hard.probe("the example, margin 0.4")
def _(ex, rng):
    points = np.array([[0.0], [0.5], [0.8], [1.2]])
    return listed(ex.semi_hard((points - points.T) ** 2, np.array([1, 1, 2, 2]), 0.4))


@semi_hard.probe("a negative as far as the positive is not semi-hard")
def _(ex, rng):
    d = np.array([[0.0, 0.5, 0.5], [0.5, 0.0, 0.75], [0.5, 0.75, 0.0]])
    return listed(ex.semi_hard(d, np.array([0, 0, 1]), 0.5))


@semi_hard.probe("two far groups: no pair has one")
def _(ex, rng):
    points = np.array([[0.0], [0.1], [5.0], [5.1]]) + 0.01 * rng.normal(size=(4, 1))
    found = ex.semi_hard((points - points.T) ** 2, np.array([0, 0, 1, 1]), 0.2)
    return {"how many": np.array([len(part) for part in found])}


@semi_hard.probe("distances and labels stay as they were")
def _(ex, rng):
    d, labels = between(rng, 6), np.array([0, 0, 1, 1, 2, 2])
    ex.semi_hard(d, labels, 0.5)
    return {"distances afterwards": d, "labels afterwards": labels}


semi_hard.wrong(
    "(to_others > to_positive) & (to_others < to_positive + margin)",
    "to_others < to_positive + margin",
    says="Negatives nearer than the positive were let in: those are hard, not semi-hard.",
)
semi_hard.wrong(
    "(to_others > to_positive) & (to_others < to_positive + margin)",
    "(to_others > to_positive) & (to_others < np.inf)",
    says="Negatives beyond the margin were let in: those triplets cost nothing.",
)
semi_hard.wrong(
    "(to_others > to_positive) & (to_others < to_positive + margin)",
    "(to_others > to_positive - margin) & (to_others < to_positive)",
    says="The ring lies on the wrong side: a semi-hard negative is farther than the positive.",
)
semi_hard.wrong(
    "(to_others > to_positive)",
    "(to_others >= to_positive)",
    says="A negative as far as the positive was let in: a semi-hard one is strictly farther.",
)
semi_hard.wrong(
    "np.where(fits, to_others, np.inf).argmin(axis=1)",
    "np.where(fits, to_others, -np.inf).argmax(axis=1)",
    says="The farthest semi-hard negative was taken: take the nearest.",
)
semi_hard.wrong(
    "return anchor[found], positive[found], negative[found]",
    "return anchor, positive, negative",
    says="Pairs without a semi-hard negative are in the result: leave them out.",
)
semi_hard.wrong(
    "np.nonzero(same & ~np.eye(len(labels), dtype=bool))",
    "np.nonzero(np.triu(same, 1))",
    says="Every pair was taken once: either picture can be the anchor, so each pair counts twice.",
)
semi_hard.wrong(
    "np.nonzero(same & ~np.eye(len(labels), dtype=bool))",
    "np.nonzero(same)",
    says="A picture was made its own positive: anchor and positive are two different pictures.",
)
semi_hard.wrong(
    "return anchor[found], positive[found], negative[found]",
    "pairs, negative = np.nonzero(fits)\n    return anchor[pairs], positive[pairs], negative",
    says="All semi-hard negatives of a pair were returned: take the nearest one only.",
)
semi_hard.wrong(
    "return anchor[found], positive[found], negative[found]",
    "first = np.unique(anchor[found], return_index=True)[1]\n"
    "    return tuple(part[found][first] for part in (anchor, positive, negative))",
    says="Each anchor has one triplet only: every pair of pictures of a person gets its own.",
)
semi_hard.right(
    BODY,
    """
    chosen = []
    for a in range(len(labels)):
        for p in range(len(labels)):
            if a == p or labels[a] != labels[p]:
                continue
            ring = [
                n for n in range(len(labels))
                if labels[n] != labels[a] and 0 < distances[a, n] - distances[a, p] < margin
            ]
            if ring:
                chosen.append((a, p, min(ring, key=lambda n: distances[a, n])))
    return tuple(np.array(chosen, dtype=np.int64).reshape(-1, 3).T)
    """,
    says="a loop over pairs, rows of one table",
)
semi_hard.right(
    BODY,
    """
    same = labels[:, None] == labels
    pair = same ^ np.eye(len(labels), dtype=bool)
    gap = distances[:, None, :] - distances[:, :, None]
    ok = pair[:, :, None] & ~same[:, None, :] & (gap > 0) & (gap < margin)
    nearest = np.where(ok, gap, np.inf).argmin(axis=2)
    p, a = np.nonzero(ok.any(axis=2).T)
    return a.astype(np.int32), p.astype(np.int32), nearest[a, p].astype(np.int32)
    """,
    says="an array (N, N, N), pairs in another order, int32",
)
