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


def explained_gradients(got, expected):
    """What is wrong with the gradients of a triplet, by what it costs."""
    A, P, N = (expected[name] for name in "APN")
    excess = ((A - P) ** 2).sum(axis=1) - ((A - N) ** 2).sum(axis=1) + expected["margin"]
    right = {
        "d anchor": ("2 (N - P) / T", 2 * (N - P)),
        "d positive": ("2 (P - A) / T", 2 * (P - A)),
    }
    right["d negative"] = ("2 (A - N) / T", 2 * (A - N))
    for name, (formula, of_one) in right.items():
        grad, wanted = got[name], expected[name]
        if grad.shape != wanted.shape:
            says = f"{name} has shape {grad.shape}: it should have that of the encodings"
            return f"{says}, {wanted.shape}"
        off = ~(np.abs(grad - wanted) <= 1e-9 * np.abs(wanted).max() + 1e-12).all(axis=1)
        if off.any():
            t = np.flatnonzero(off)[0]
            cost = f"triplet {t}, with |A - P|^2 - |A - N|^2 + margin = {excess[t]:.4g}"
            if excess[t] <= 0:
                return f"{cost}, costs nothing: {name} is 0 for it, not {_listed(grad[t])}"
            if not grad[t].any():
                return f"{cost}, is active: {name} should be {formula}, it is 0"
            times = float(grad[t] @ of_one[t] / (of_one[t] @ of_one[t])) * len(A)
            if np.allclose(grad[t], times * of_one[t] / len(A), rtol=1e-9):
                return (
                    f"{cost}, is active: {name} is {times:.4g} times what it should be, {formula}"
                )
            return (
                f"{cost}, is active: {name} should be {formula}, {_listed(wanted[t])}; it is "
                + (_listed(grad[t]))
            )
    return None


def _listed(row):
    return f"[{', '.join(f'{x:.4g}' for x in row)}]"


def explained_form(parts, labels):
    """What is wrong with three arrays of indices before one looks at the triplets."""
    lengths = [p.shape for p in parts]
    if len(set(lengths)) > 1 or parts[0].ndim != 1:
        return f"anchor, positive and negative have shapes {lengths}: three rows of equal length"
    if any(p.dtype.kind not in "iu" for p in parts):
        kind = next(p.dtype for p in parts if p.dtype.kind not in "iu")
        empty = ", also where there are none: give the empty array its dtype"
        return f"indices of dtype {kind}: they are integers{'' if len(parts[0]) else empty}"
    table = np.array(parts)
    if not table.size:
        return None
    if table.min() < 0 or table.max() >= len(labels):
        strange = table.min() if table.min() < 0 else table.max()
        says = f"there is no picture {strange}: indices go from 0 to {len(labels) - 1}"
        if strange != -1 and np.isin(table, labels).all():
            return f"{says}. Those are labels: the indices of the pictures are asked for"
        return says
    return None


def explained_roles(parts, labels):
    """Which rule of a triplet is broken: anchor, positive and negative in their roles."""
    a, p, n = (np.asarray(part) for part in parts)
    if not len(a):
        return None
    mine, others = labels[a] == labels[p], labels[a] != labels[n]
    if not mine.any() and not others.any():
        return "positive and negative are exchanged: the second result is of the anchor's person"
    rules = (
        (a == p, "the picture is its own positive, which should be another picture of the person"),
        (~mine, "the positive shows somebody else than the anchor"),
        (~others, "the negative shows the anchor's own person"),
    )
    for broken, says in rules:
        if broken.any():
            t = np.flatnonzero(broken)[0]
            return f"triplet ({a[t]}, {p[t]}, {n[t]}): {says} ({broken.sum()} of {len(a)} do)"
    return None


def explained_list(got, expected):
    """What is wrong with a list of all triplets."""
    parts, labels = [got[k] for k in ("anchor", "positive", "negative")], expected["labels"]
    if says := explained_form(parts, labels) or explained_roles(parts, labels):
        return says
    rows = list(zip(*(part.tolist() for part in parts), strict=True))
    wanted = set(
        zip(*(expected[k].tolist() for k in ("anchor", "positive", "negative")), strict=True)
    )
    if len(set(rows)) < len(rows):
        twice = next(row for row in rows if rows.count(row) > 1)
        return f"triplet {twice} is there {rows.count(twice)} times: each is listed once"
    missing = sorted(wanted - set(rows))
    says = f"{len(missing)} of the {len(wanted)} triplets are missing, for instance {missing[0]}"
    if rows and all(a > p for a, p, _ in missing) and all(a < p for a, p, _ in rows):
        return f"{says}: of two pictures each is the anchor once"
    return says


def explained_hardest(got, expected):
    """What is wrong with the hardest triplets."""
    names = ("anchor", "positive", "negative")
    parts, labels, d = [got[k] for k in names], expected["labels"], expected["distances"]
    count = len(expected["anchor"])
    if says := explained_form(parts, labels):
        return f"{says}; here {count} anchors have a positive"
    anchor, wanted = parts[0], expected["anchor"].tolist()
    if not np.array_equal(anchor, expected["anchor"]):
        if len(alone := anchor[~np.isin(anchor, expected["anchor"])]):
            if np.array_equal(anchor, np.arange(count)):
                return f"the anchors are counted from 0: return their places in the batch, {wanted}"
            return f"picture {alone[0]} is an anchor, and has no positive: skip it"
        if len(missed := expected["anchor"][~np.isin(expected["anchor"], anchor)]):
            return f"picture {missed[0]} has a positive, and is missing among the anchors"
        return "the anchors are not in their order, each once"
    if says := explained_roles(parts, labels):
        return says
    for name, part, word in (("positive", parts[1], "far"), ("negative", parts[2], "near")):
        off = np.flatnonzero(part != expected[name])
        if len(off):
            t = off[0]
            a, mine, right = anchor[t], part[t], expected[name][t]
            hard = "the farthest" if word == "far" else "the nearest"
            return (
                f"anchor {a}: its {name} is {mine}, at {d[a, mine]:.4g}; {hard} is {right}, "
                f"at {d[a, right]:.4g}"
            )
    return None


def explained_semi_hard(got, expected):
    """What is wrong with semi-hard triplets."""
    names = ("anchor", "positive", "negative")
    parts, labels, d = [got[k] for k in names], expected["labels"], expected["distances"]
    margin = expected["margin"].item()
    if says := explained_form(parts, labels) or explained_roles(parts, labels):
        return says
    right = {(a, p): n for a, p, n in zip(*(expected[k].tolist() for k in names), strict=True)}
    rows = list(zip(*(part.tolist() for part in parts), strict=True))
    for a, p, n in rows:
        said = f"triplet ({a}, {p}, {n}): the positive is at {d[a, p]:.4g}, the negative at"
        said = f"{said} {d[a, n]:.4g}"
        if d[a, n] <= d[a, p]:
            return f"{said}, which is not farther: that is hard, not semi-hard"
        if d[a, n] >= d[a, p] + margin:
            return f"{said}, not within the margin {margin:g}: such a triplet costs nothing"
        if d[a, n] > d[a, right[a, p]]:
            return f"{said}; {right[a, p]} is semi-hard too and nearer, at {d[a, right[a, p]]:.4g}"
    pairs = [row[:2] for row in rows]
    if len(set(pairs)) < len(pairs):
        twice = next(pair for pair in pairs if pairs.count(pair) > 1)
        return f"the pair {twice} is there {pairs.count(twice)} times: once, with one negative"
    missing = sorted(set(right) - set(pairs))
    a, p = missing[0]
    says = (
        f"{len(missing)} of {len(right)} pairs are missing: ({a}, {p}), {d[a, p]:.4g} apart, has "
        f"the semi-hard negative {right[a, p]} at {d[a, right[a, p]]:.4g}"
    )
    if len({a for a, _ in pairs}) == len(pairs):
        return f"{says}. No anchor is there twice: each pair of a person gets its own triplet"
    return says


@ex06.helper
def triplets_of(rng, count=6, dimensions=3):
    """Triplets near and far: about half of them cost something at margin 0.2."""
    return rng.normal(size=(3, count, dimensions)) * 0.5


@ex06.helper
def listed(found):
    """Triplets sorted by anchor, positive, negative, whatever order they had.

    An empty list is taken as one of integers: that it is no array is said elsewhere.
    """
    names = ("anchor", "positive", "negative")
    if isinstance(found, np.ndarray) and found.ndim == 2 and found.shape[1] == 3:
        form = f"returned one array of shape {found.shape}, a triplet in each row"
        raise TypeError(f"{form}: expected three arrays, {', '.join(names)}")
    if len(found) != 3:
        raise TypeError(f"returned {len(found)} results, expected 3: {', '.join(names)}")
    parts = [
        np.array(part, dtype=int if isinstance(part, list) and not part else None) for part in found
    ]
    if len(parts) == 3 and all(p.ndim == 1 and len(p) == len(parts[0]) for p in parts):
        order = np.lexsort(parts[::-1])
        parts = [part[order] for part in parts]
    return dict(zip(names, parts, strict=True))


@ex06.helper
def between(rng, count, dimensions=2):
    """Squared distances (count, count) of random points."""
    points = rng.normal(size=(count, dimensions))
    return ((points[:, None] - points) ** 2).sum(axis=2)


triplet_loss = ex06.function(
    "triplet_loss",
    points=10,
    minutes=10,
    section="The cost, and its gradient",
    tolerance=SUMS,
    hints=(
        "loss = 1/T sum_t max(0, |A_t - P_t|^2 - |A_t - N_t|^2 + margin): each row of the three "
        "arrays is one triplet and gives one number.",
        "First two arrays of T squared distances; each is a sum over the d coordinates. Then the "
        "hinge, on every triplet by itself. The mean comes last.",
        "np.maximum compares an array with 0 entry by entry (np.max finds one largest entry, which "
        "is something else). Sum coordinates along axis 1.",
    ),
)


@triplet_loss.probe("one triplet, margin 0.5")
def _(ex, rng):
    a, p, n = np.zeros((1, 2)), np.array([[0.3, 0.4]]), np.array([[0.6, 0.0]])
    return {"loss": ex.triplet_loss(a, p, n, 0.5)}


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


@triplet_loss.probe("two of three triplets far enough", "edge")
def _(ex, rng):
    a, p = np.zeros((3, 2)), np.full((3, 2), 0.1)
    n = np.array([[2.0, 0.0], [0.0, -3.0], [0.1, 0.2]])
    return {"loss": ex.triplet_loss(a, p, n)}


@triplet_loss.probe("all encodings equal: the loss is the margin", "edge")
def _(ex, rng):
    point = np.repeat(rng.normal(size=(1, 4)), 5, axis=0)
    return {"loss": ex.triplet_loss(point, point.copy(), point.copy(), 0.3)}


@triplet_loss.probe("numbers of triplets and coordinates and the margin as the dice say")
def _(ex, rng):
    a, p, n = triplets_of(rng, *rng.permutation(np.arange(2, 12))[:2])
    return {"loss": ex.triplet_loss(a, p, n, rng.uniform(0.3, 2))}


@triplet_loss.probe("margin 0, one coordinate", "edge")
def _(ex, rng):
    a, p, n = triplets_of(rng, 8, 1)
    return {"loss": ex.triplet_loss(a, p, n, 0.0)}


@triplet_loss.probe("large numbers, around 1e15", "edge")
def _(ex, rng):
    a, p, n = 1e15 * triplets_of(rng)
    return {"loss": ex.triplet_loss(a, p, n)}


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
    says="Some losses are below 0: a triplet whose negative is far enough costs 0, so cut at 0.",
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
    "to_positive - to_negative + margin",
    "np.sqrt(to_positive) - np.sqrt(to_negative) + margin",
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
triplet_loss.wrong(
    "to_positive - to_negative + margin",
    "to_positive - to_negative + 0.2",
    says="The margin is always 0.2: use the one that was given.",
)
triplet_loss.wrong(
    "float(losses.mean())",
    "losses",
    says="Those are the losses of the triplets: their mean, one number, is asked for.",
)
triplet_loss.wrong(
    "np.maximum(0, to_positive - to_negative + margin)",
    "np.log1p(np.exp(to_positive - to_negative + margin))",
    says="That is the soft margin, log(1 + exp(...)): cut at 0, max(0, ...).",
)
triplet_loss.wrong(
    "np.maximum(0, to_positive - to_negative + margin)",
    "np.maximum(0, to_positive + np.maximum(0, margin - to_negative))",
    says="Positive and negative were charged apart, as in the contrastive loss: it is their "
    "difference that has to reach the margin.",
)
triplet_loss.wrong(
    "np.maximum(0, to_positive - to_negative + margin)",
    "np.maximum(0, to_positive - to_negative + margin) ** 2",
    says="The losses were squared: each is max(0, |A - P|^2 - |A - N|^2 + margin) itself.",
)
triplet_loss.wrong(
    "np.maximum(0, to_positive - to_negative + margin)",
    "np.maximum(0, to_positive - to_negative) + margin",
    says="The margin was added after the cut: then no triplet costs less than it. Add it before.",
)
triplet_loss.wrong(
    "np.maximum(0, to_positive - to_negative + margin)",
    "np.abs(to_positive - to_negative + margin)",
    says="The absolute value was taken: what is below 0 is cut at 0, not turned round.",
)
triplet_loss.wrong(
    "np.maximum(0, to_positive - to_negative + margin)",
    "np.max(to_positive - to_negative + margin, initial=0)",
    says="The largest of all triplets was taken (np.max): np.maximum cuts each by itself.",
)
triplet_loss.wrong(
    BODY,
    """
    to_positive, to_negative = ((anchor - positive) ** 2).sum(), ((anchor - negative) ** 2).sum()
    return float(max(0, to_positive - to_negative + margin))
    """,
    says="All triplets were added up into one: sum along axis 1, so that each keeps its own "
    "distances.",
)
triplet_loss.wrong(
    BODY,
    """
    to_positive = np.abs(anchor - positive).sum(axis=1)
    to_negative = np.abs(anchor - negative).sum(axis=1)
    return float(np.maximum(0, to_positive - to_negative + margin).mean())
    """,
    says="Absolute differences were added up: the formula has squares.",
)
triplet_loss.wrong(
    BODY,
    """
    to_positive, to_negative = (anchor * positive).sum(axis=1), (anchor * negative).sum(axis=1)
    return float(np.maximum(0, to_negative - to_positive + margin).mean())
    """,
    says="Products were compared, similarities: the formula has squared distances.",
)
triplet_loss.wrong(
    "losses.mean()",
    "losses.sum() / anchor.size",
    says="The sum was divided by all the numbers, T times d: it is a mean over T triplets.",
)
triplet_loss.wrong(
    "losses.mean()",
    "losses[0]",
    says="Only the first triplet was counted: the loss is a mean over all triplets.",
)
triplet_loss.wrong(
    BODY,
    """
    p = (anchor - positive).sum(axis=1) ** 2
    n = (anchor - negative).sum(axis=1) ** 2
    return float(np.maximum(0, p - n + margin).mean())
    """,
    says="The differences of the coordinates were added up before they were squared: square "
    "each, and then add.",
)
triplet_loss.wrong(
    "np.maximum(0, to_positive - to_negative + margin)",
    "np.maximum(0, to_positive / to_negative + margin - 1)",
    says="The distances were divided, as in a ratio: their difference counts, |A - P|^2 - "
    "|A - N|^2 + margin.",
)
triplet_loss.wrong(
    "    losses = ",
    "    to_negative = np.minimum(to_negative, ((positive - negative) ** 2).sum(axis=1))\n"
    "    losses = ",
    says="The negative was also compared with the positive, and the smaller distance taken: both "
    "are compared with the anchor only.",
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
triplet_loss.right(
    BODY,
    """
    near = np.linalg.norm(np.asfortranarray(anchor) - positive, axis=1) ** 2
    far = np.linalg.norm(negative - anchor, axis=1) ** 2
    excess = near - far + margin
    return excess[excess > 0].sum() / anchor.shape[0]
    """,
    says="norms squared, the active ones summed",
)
triplet_loss.equivalent(
    "if sum runs along axis -1 in place of axis 1", because="of two axes, axis 1 is the last"
)
triplet_loss.equivalent(
    "if the absolute value of a difference is taken",
    because="its square is the same",
)
triplet_loss.equivalent(
    "if a difference is taken the other way round", because="its square is the same"
)
triplet_loss.equivalent(
    "if it is not made a plain number at the end", because="NumPy's floats count as floats"
)


triplet_loss_grad = ex06.function(
    "triplet_loss_grad",
    points=20,
    minutes=15,
    section="The cost, and its gradient",
    tolerance=SUMS,
    hints=(
        "An active triplet gives d loss / d P = 2 (P - A) / T and d loss / d N = 2 (A - N) / T. By "
        "A both squares take part, and A itself cancels: 2 (N - P) / T.",
        "Find out first which triplets are active: one truth value each. All three gradients of a "
        "triplet that is not are 0, for its loss is 0 nearby as well.",
        "A truth value times a number is that number or 0. To multiply rows of (T, d) by T "
        "numbers, give these a second axis of length 1. And the mean brings a 1/T.",
    ),
)


@ex06.helper
def gradients(ex, A, P, N, margin):
    """The three gradients, and what they are of."""
    a, p, n = ex.triplet_loss_grad(A.copy(), P.copy(), N.copy(), margin)
    found = {"d anchor": a, "d positive": p, "d negative": n}
    return {**found, "A": A, "P": P, "N": N, "margin": margin}


@triplet_loss_grad.probe("one triplet that costs 0.39", explain=explained_gradients)
def _(ex, rng):
    return gradients(ex, np.zeros((1, 2)), np.array([[0.3, 0.4]]), np.array([[0.6, 0.0]]), 0.5)


@triplet_loss_grad.probe("thirty triplets, margin 0.2", explain=explained_gradients)
def _(ex, rng):
    return gradients(ex, *triplets_of(rng, 30), 0.2)


@triplet_loss_grad.probe("as many triplets as coordinates, margin 1", explain=explained_gradients)
def _(ex, rng):
    return gradients(ex, *triplets_of(rng, 4, 4), 1.0)


@triplet_loss_grad.probe("the margin when none is given")
def _(ex, rng):
    a, p, n = ex.triplet_loss_grad(*triplets_of(rng, 12))
    return {"d anchor": a, "d positive": p, "d negative": n}


@triplet_loss_grad.probe(
    "numbers of triplets and coordinates and the margin as the dice say",
    explain=explained_gradients,
)
def _(ex, rng):
    sizes = rng.permutation(np.arange(2, 12))[:2]
    return gradients(ex, *triplets_of(rng, *sizes), rng.uniform(0.3, 2))


@triplet_loss_grad.probe(
    "a triplet that costs 0.09, and one that costs nothing", "edge", explain=explained_gradients
)
def _(ex, rng):
    anchor, positive = np.zeros((2, 2)), np.array([[0.3, 0.4]] * 2)
    return gradients(ex, anchor, positive, np.array([[0.6, 0.0], [0.0, 1.0]]), 0.2)


@triplet_loss_grad.probe(
    "a negative farther by exactly the margin: not active", "edge", explain=explained_gradients
)
def _(ex, rng):
    positive, negative = np.array([[0.5], [0.5]]), np.array([[1.0], [0.75]])
    return gradients(ex, np.zeros((2, 1)), positive, negative, 0.75)


@triplet_loss_grad.probe("nothing is active", "edge", explain=explained_gradients)
def _(ex, rng):
    a, p, n = triplets_of(rng, 3, 2)
    return gradients(ex, a, p, n + 50, 0.2)


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
triplet_loss_grad.wrong(
    "to_positive - to_negative + margin > 0",
    "to_positive - to_negative + margin >= 0",
    says="A triplet whose loss is exactly 0 was taken as active: active is what is above 0.",
)
triplet_loss_grad.wrong(
    "to_positive - to_negative + margin > 0",
    "np.sqrt(to_positive) - np.sqrt(to_negative) + margin > 0",
    says="The active triplets were chosen by distances without squares: the condition has "
    "|A - P|^2 and |A - N|^2.",
)
triplet_loss_grad.wrong(
    "to_positive - to_negative + margin > 0",
    "to_positive - to_negative + margin < 0",
    says="The active triplets are exchanged with the others: active is what costs something.",
)
triplet_loss_grad.wrong(
    "to_positive - to_negative + margin > 0",
    "to_negative - to_positive + margin > 0",
    says="The active triplets were chosen with the distances exchanged: a near negative costs.",
)
triplet_loss_grad.wrong(
    "to_positive - to_negative + margin > 0",
    "to_positive - to_negative + 0.2 > 0",
    says="The margin is always 0.2: use the one that was given.",
)
triplet_loss_grad.wrong(
    "active = to_positive - to_negative + margin > 0",
    "active = np.maximum(0, to_positive - to_negative + margin)",
    says="The gradients were multiplied by the losses: an active triplet counts once, whatever it "
    "costs.",
)
triplet_loss_grad.wrong(
    "active = to_positive - to_negative + margin > 0",
    "active = np.full(len(anchor), (to_positive - to_negative + margin).mean() > 0)",
    says="One decision was made for all triplets: each is active or not by itself.",
)
triplet_loss_grad.wrong(
    "2 * active / len(anchor)",
    "2 * active / anchor.size",
    says="The gradient was divided by all the numbers, T times d: the loss is a mean over T.",
)
triplet_loss_grad.wrong(
    "(2 * active / len(anchor))[:, None]",
    "2 * active / len(anchor)",
    says="The weights of the triplets lie along axis 1, where the coordinates are: make them a "
    "column (T, 1).",
)
triplet_loss_grad.wrong(
    "weight * (negative - positive)",
    "weight * (anchor - negative)",
    says="The anchor's gradient has only the negative's part: the anchor is in both squares.",
)
triplet_loss_grad.wrong(
    "weight * (anchor - negative)",
    "weight * (positive - negative)",
    says="The negative's gradient was taken against the positive: it is compared with the anchor.",
)
triplet_loss_grad.wrong(
    "weight * (anchor - negative)",
    "0 * (anchor - negative)",
    says="The negative got no gradient: it is to move away from the anchor.",
)
triplet_loss_grad.wrong(
    BODY,
    """
    near, far = anchor - positive, anchor - negative
    to_positive = np.linalg.norm(near, axis=1, keepdims=True)
    to_negative = np.linalg.norm(far, axis=1, keepdims=True)
    active = (to_positive**2 - to_negative**2 + margin > 0) / len(anchor)
    near, far = near / np.maximum(to_positive, 1e-12), far / np.maximum(to_negative, 1e-12)
    return active * (near - far), -active * near, active * far
    """,
    says="That is the gradient of distances without squares: those of the squares have no division "
    "by the distance, and a factor 2.",
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
triplet_loss_grad.right(
    BODY,
    """
    excess = np.einsum("td,td->t", negative - positive, 2 * anchor - positive - negative) + margin
    count = anchor.shape[0]
    d_positive, d_negative = 2 * (positive - anchor) / count, 2 * (anchor - negative) / count
    d_positive[excess <= 1e-15] = 0
    d_negative[excess <= 1e-15] = 0
    return -(d_positive + d_negative), d_positive, d_negative
    """,
    says="the anchor's from the other two",
)
triplet_loss_grad.equivalent(
    "if sum runs along axis -1 in place of axis 1", because="of two axes, axis 1 is the last"
)
triplet_loss_grad.equivalent(
    "if the absolute value of a difference is taken",
    because="its square is the same",
)
triplet_loss_grad.equivalent(
    "if a difference is taken the other way round", because="its square is the same"
)
triplet_loss_grad.equivalent(
    "if a factor is there twice", because="the square of True and False is the same"
)


all_triplets = ex06.function(
    "all_triplets",
    points=15,
    minutes=15,
    section="Several pictures a person",
    tolerance=INDICES,
    hints=(
        "Three loops over the pictures of the batch and one condition will do: a != p, labels[a] "
        "== labels[p], labels[a] != labels[n]. It is slow, but it is right.",
        "Without loops: a table (N, N) of truth values says who is another picture of the same "
        "person, and a second who is somebody else. A triplet needs one of each, for one anchor.",
        "Give the first table a third axis at its end and the second one in the middle, and take "
        "the and of both: (N, N, N). np.nonzero lists where it is true, an array for each axis.",
    ),
)


@ex06.helper
def triplets_for(ex, labels):
    """All triplets in a fixed order, and the labels."""
    return {**listed(ex.all_triplets(labels.copy())), "labels": labels}


@all_triplets.probe("somebody with a single picture: labels 7, 7, 4", explain=explained_list)
def _(ex, rng):
    return triplets_for(ex, np.array([7, 7, 4]))


@all_triplets.probe("three people with two pictures each", explain=explained_list)
def _(ex, rng):
    return triplets_for(ex, np.array([4, 4, 9, 9, 1, 1]))


@all_triplets.probe("two people with three pictures each, in mixed order", explain=explained_list)
def _(ex, rng):
    return triplets_for(ex, rng.permutation([0, 0, 0, 1, 1, 1]))


@all_triplets.probe("ten pictures of four people", explain=explained_list)
def _(ex, rng):
    return triplets_for(ex, rng.permutation([0, 1, 2, 3, 0, 1, 2, 0, 0, 1]))


@all_triplets.probe("pictures and people as the dice say, any labels", explain=explained_list)
def _(ex, rng):
    people = np.append([-3, 3], rng.integers(10, 1000, rng.integers(1, 4)))
    return triplets_for(ex, rng.permutation(np.append(rng.choice(people, 6), [-3, 3, 3])))


@all_triplets.probe("no triplet: all pictures of one person", "edge", explain=explained_list)
def _(ex, rng):
    return triplets_for(ex, np.array([5, 5, 5]))


@all_triplets.probe("no triplet: one picture of each", "edge", explain=explained_list)
def _(ex, rng):
    return triplets_for(ex, rng.permutation(4))


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
    says="A row for each triplet was returned: return three arrays, all anchors, all "
    "positives, all negatives.",
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
all_triplets.wrong(
    "return anchor, positive, negative",
    "return tuple(np.concatenate([part, part]) for part in (anchor, positive, negative))",
    says="Every triplet is there twice: list each once.",
)
all_triplets.wrong(
    "return anchor, positive, negative",
    "return negative, anchor, positive",
    says="The three arrays are in the wrong order: return anchor, positive, negative.",
)
all_triplets.wrong(
    "anchor, positive, negative = np.nonzero(pair[:, :, None] & ~same[:, None, :])",
    "anchor, positive, negative = np.nonzero(pair[:, :, None] & ~same[None, :, :]"
    " & (np.arange(len(labels)) > np.arange(len(labels))[:, None])[:, None, :])",
    says="Only later pictures became negatives: every picture of anybody else makes a triplet.",
)
all_triplets.wrong(
    BODY,
    """
    found = []
    for a in range(len(labels)):
        mine = [p for p in range(len(labels)) if p != a and labels[p] == labels[a]]
        if mine:
            found += [(a, mine[0], n) for n in range(len(labels)) if labels[n] != labels[a]]
    return tuple(np.array(found, int).reshape(-1, 3).T)
    """,
    says="Each anchor got its first positive only: every other picture of the person makes a "
    "triplet.",
)
all_triplets.wrong(
    "return anchor, positive, negative",
    "return (anchor.astype(float), positive.astype(float), negative.astype(float))",
    says="The indices are floats, which cannot index an array: make them integers.",
)
all_triplets.wrong(
    "return anchor, positive, negative",
    "return (anchor, positive, negative) if len(anchor) else (np.array([]),) * 3",
    says="Where there is no triplet the arrays are of floats: an empty list has no dtype of its "
    "own, so give it one.",
)
all_triplets.wrong(
    BODY,
    """
    out = []
    for person in np.unique(labels):
        own = np.flatnonzero(labels == person)
        oth = np.flatnonzero(labels != person)
        for i in range(len(own) - 1):
            for n in oth:
                out.append((own[i], own[i + 1], n))
                out.append((own[i + 1], own[i], n))
    t = np.array(out, dtype=int).reshape(-1, 3)
    return t[:, 0], t[:, 1], t[:, 2]
    """,
    says="Only neighbouring pictures of a person were paired: each two of a person are a pair.",
)
all_triplets.wrong(
    BODY,
    """
    out = []
    N = len(labels) - 1
    for a in range(N):
        for p in range(N):
            for n in range(N):
                if a != p and labels[a] == labels[p] and labels[a] != labels[n]:
                    out.append((a, p, n))
    t = np.array(out, dtype=int).reshape(-1, 3)
    return t[:, 0], t[:, 1], t[:, 2]
    """,
    says="The last picture is in no triplet: range(n) goes up to n - 1 by itself, so it is "
    "range(len(labels)).",
)
all_triplets.wrong(
    BODY,
    """
    found = []
    for a in range(len(labels)):
        for p in range(len(labels)):
            if p == a or labels[p] != labels[a]:
                break
            found += [(a, p, n) for n in range(len(labels)) if labels[n] != labels[a]]
    return tuple(np.array(found, int).reshape(-1, 3).T)
    """,
    says="The loop over positives ends (break) at the first picture that is none: go on to the "
    "next (continue).",
)
all_triplets.wrong(
    BODY,
    """
    found = []
    for a in range(len(labels)):
        for p in range(len(labels)):
            if p == a or labels[p] != labels[a]:
                continue
            for n in range(len(labels)):
                if labels[n] == labels[a]:
                    break
                found.append((a, p, n))
    return tuple(np.array(found, int).reshape(-1, 3).T)
    """,
    says="The loop over negatives ends (break) at the first picture that is none: go on to the "
    "next (continue).",
)
all_triplets.wrong(
    "pair = same & ~np.eye(len(labels), dtype=bool)",
    "pair = same & (np.eye(len(labels), k=1, dtype=bool) | np.eye(len(labels), k=-1, dtype=bool))",
    says="Only neighbouring pictures became positives: labels are in any order, so every other "
    "picture of the person is one.",
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
all_triplets.right(
    BODY,
    """
    grid = np.stack(np.meshgrid(*[np.arange(len(labels))] * 3, indexing="ij")).reshape(3, -1)
    a, p, n = grid
    valid = (a != p) & (labels[a] == labels[p]) & (labels[a] != labels[n])
    return a[valid][::-1], p[valid][::-1], n[valid][::-1]
    """,
    says="all triples, filtered, from the end",
)
all_triplets.equivalent(
    "if anchor and positive are exchanged",
    because="the triplets may come in any order, and both ways round are among them",
)
all_triplets.equivalent("when labels is transposed first", because="it has one axis")
all_triplets.equivalent(
    "with -labels in the place of labels", because="labels are only compared with each other"
)


batch_all_triplet_loss = ex06.function(
    "batch_all_triplet_loss",
    points=15,
    minutes=10,
    section="All that still cost something: batch-all",
    needs=("all_triplets",),
    tolerance=SUMS,
    hints=(
        "With loss_t the cost of a valid triplet t, the result is the sum of all loss_t, divided "
        "by the number of t with loss_t > 0.",
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
        "margin 1": ex.batch_all_triplet_loss(encodings.copy(), labels.copy(), 1.0),
        "no margin given": ex.batch_all_triplet_loss(encodings.copy(), labels.copy()),
    }


@batch_all_triplet_loss.probe("two far groups: nothing left to learn", "edge")
def _(ex, rng):
    encodings = np.array([[0.0], [0.1], [5.0], [5.1]]) + 0.01 * rng.normal(size=(4, 1))
    return {"loss": ex.batch_all_triplet_loss(encodings, np.array([0, 0, 1, 1]))}


@batch_all_triplet_loss.probe("the example: two of eight triplets cost something")
def _(ex, rng):
    encodings = np.array([[0.0], [0.5], [0.8], [1.2]])
    return {"loss": ex.batch_all_triplet_loss(encodings, np.array([1, 1, 2, 2]))}


@batch_all_triplet_loss.probe("all encodings equal: the loss is the margin", "edge")
def _(ex, rng):
    return {"loss": ex.batch_all_triplet_loss(np.ones((5, 2)), np.array([0, 0, 1, 1, 2]), 0.3)}


@batch_all_triplet_loss.probe("sizes and the margin as the dice say, any labels")
def _(ex, rng):
    labels = np.append(rng.choice([-3, 3, 40, 7], rng.integers(3, 7)), [-3, -3, 3, 3])
    encodings = rng.normal(size=(len(labels), rng.integers(2, 4))) * 0.5
    return {"loss": ex.batch_all_triplet_loss(encodings, labels, rng.uniform(0.3, 1))}


@batch_all_triplet_loss.probe("a single triplet costs something", "edge")
def _(ex, rng):
    encodings = np.array([[0.0], [0.5], [rng.uniform(0.75, 0.85)]])
    return {"loss": ex.batch_all_triplet_loss(encodings, np.array([1, 1, 2]))}


@batch_all_triplet_loss.probe("no triplet at all: one picture of each", "edge")
def _(ex, rng):
    return {"loss": ex.batch_all_triplet_loss(rng.normal(size=(4, 2)), np.arange(4))}


batch_all_triplet_loss.wrong(
    "losses.sum() / max(1, active)",
    "losses.sum() / max(1, len(losses))",
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
    says="Losses below 0 were let in: a triplet whose negative is far enough costs 0, so cut at 0.",
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
batch_all_triplet_loss.wrong(
    "to_positive - to_negative + margin",
    "to_positive - to_negative + 0.2",
    says="The margin is always 0.2: use the one that was given.",
)
batch_all_triplet_loss.wrong(
    "losses.sum() / max(1, active)",
    "(to_positive - to_negative + margin).sum() / max(1, active)",
    says="Losses below 0 were summed up too: only those above 0 count, in the sum as in the "
    "number it is divided by.",
)
batch_all_triplet_loss.wrong(
    BODY,
    """
    a, p, n = all_triplets(labels)
    a, p, n = a[a < p], p[a < p], n[a < p]
    to_positive = ((encodings[a] - encodings[p]) ** 2).sum(axis=1)
    to_negative = ((encodings[a] - encodings[n]) ** 2).sum(axis=1)
    losses = np.maximum(0, to_positive - to_negative + margin)
    return float(losses.sum() / max(1, np.count_nonzero(losses)))
    """,
    says="Every pair was taken once, with the earlier picture as anchor: (a, p, n) and (p, a, n) "
    "are two triplets.",
)
batch_all_triplet_loss.wrong(
    "losses.sum() / max(1, active)",
    "losses.sum() / active if active else margin",
    says="The margin was returned where no triplet costs anything: the result is 0.",
)
batch_all_triplet_loss.wrong(
    "losses.sum() / max(1, active)",
    "losses.sum() / (active + 1e-2)",
    says="A small number was added to the count: the result is too small. Divide by max(1, count).",
)
batch_all_triplet_loss.wrong(
    "losses.sum() / max(1, active)",
    "losses.sum() / (active + 1)",
    says="1 was added to the count: divide by the count itself, and by 1 only where it is 0.",
)
batch_all_triplet_loss.wrong(
    "losses = np.maximum(0, to_positive - to_negative + margin)",
    "losses = np.maximum(0, to_positive - to_negative + margin)\n"
    "    losses = np.where(losses < margin, losses, 0)",
    says="Only the semi-hard triplets were counted: the hard ones, which cost the margin or more, "
    "do as well.",
)
batch_all_triplet_loss.wrong(
    "losses = np.maximum(0, to_positive - to_negative + margin)",
    "losses = np.array([max([0, *(to_positive - to_negative + margin)[a == i]]) for i in set(a)])",
    says="Only the hardest triplet of each anchor was counted: all that cost something count.",
)
batch_all_triplet_loss.wrong(
    "losses.sum() / max(1, active)",
    "losses.sum() / max(1, len(np.unique(a)))",
    says="The sum was divided by the number of anchors: divide by the triplets that cost "
    "something.",
)
batch_all_triplet_loss.wrong(
    "to_positive - to_negative + margin",
    "to_negative - to_positive + margin",
    says="The distances are swapped: the loss grows with |A - P|^2 and falls with |A - N|^2.",
)
batch_all_triplet_loss.wrong(
    BODY,
    """
    a, p, n = all_triplets(labels)
    dp = ((encodings[a] - encodings[p]) ** 2).sum(axis=1)
    dn = ((encodings[a] - encodings[n]) ** 2).sum(axis=1)
    l = np.maximum(0, dp - dn + margin)
    means = [l[(a == i) & (l > 0)].mean() for i in np.unique(a[l > 0])]
    return float(np.mean(means)) if means else 0.0
    """,
    says="Each anchor got a mean of its own: one mean over all triplets that cost something "
    "is asked for.",
)
batch_all_triplet_loss.wrong(
    BODY,
    """
    a, p, n = all_triplets(labels)
    dp = ((encodings[a] - encodings[p]) ** 2).sum(axis=1)
    dn = ((encodings[a] - encodings[n]) ** 2).sum(axis=1)
    active = dp > dn
    l = dp - dn + margin
    return float(l[active].mean()) if active.any() else 0.0
    """,
    says="Triplets within the margin were left out, those whose negative is farther than the "
    "positive: active is all that costs something.",
)
batch_all_triplet_loss.wrong(
    BODY,
    """
    a, p, n = all_triplets(labels)
    if not len(a):
        return 0.0
    dp = ((encodings[a] - encodings[p]) ** 2).sum(axis=1)
    dn = ((encodings[a] - encodings[n]) ** 2).sum(axis=1)
    return float(np.maximum(0, dp - dn + margin).max())
    """,
    says="The largest loss was returned: the mean over all that cost something is asked for.",
)
batch_all_triplet_loss.wrong(
    BODY,
    """
    a, p, n = all_triplets(labels)
    dp = ((encodings[a] - encodings[p]) ** 2).sum(axis=1)
    dn = ((encodings[a] - encodings[n]) ** 2).sum(axis=1)
    l = np.maximum(0, dp - dn + margin)
    return float(l.sum() / ((l > 0).sum() + 1e-3))
    """,
    says="Something like 0.001 was added to the count: the result is too small. Divide by "
    "max(1, count).",
)
batch_all_triplet_loss.wrong(
    "np.count_nonzero(losses)",
    "len(np.unique(a[losses > 0]))",
    says="The sum was divided by the number of anchors that have a triplet which costs something: "
    "divide by the number of those triplets.",
)
batch_all_triplet_loss.wrong(
    "np.count_nonzero(losses)",
    "len({(i, j) for i, j, loss in zip(a, p, losses) if loss > 0})",
    says="The sum was divided by the number of pairs that have a triplet which costs something: "
    "divide by the number of those triplets.",
)
batch_all_triplet_loss.wrong(
    "active = np.count_nonzero(losses)\n    return float(losses.sum() / max(1, active))",
    "return float(np.median(losses[losses > 0])) if losses.any() else 0.0",
    says="The median of the losses was taken: the mean over those that cost something is asked "
    "for.",
)
batch_all_triplet_loss.wrong(
    "np.maximum(0, to_positive - to_negative + margin)",
    "np.maximum(0, abs(encodings[a] - encodings[p]).sum(axis=1) "
    "- abs(encodings[a] - encodings[n]).sum(axis=1) + margin)",
    says="Absolute differences were added up: the formula has squares.",
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
batch_all_triplet_loss.equivalent(
    "with -encodings in the place of encodings", because="distances stay the same"
)
batch_all_triplet_loss.equivalent("when labels is transposed first", because="it has one axis")
batch_all_triplet_loss.equivalent(
    "with -labels in the place of labels", because="labels are only compared with each other"
)
batch_all_triplet_loss.equivalent(
    "if sum runs along axis -1 in place of axis 1", because="of two axes, axis 1 is the last"
)
batch_all_triplet_loss.equivalent(
    "if the absolute value of a difference is taken",
    because="its square is the same",
)
batch_all_triplet_loss.equivalent("if two arguments of max are exchanged", because="max has none")
batch_all_triplet_loss.equivalent(
    "if a difference is taken the other way round", because="its square is the same"
)
batch_all_triplet_loss.equivalent(
    "if it is not made a plain number at the end", because="NumPy's floats count as floats"
)


hardest = ex06.function(
    "hardest",
    points=20,
    minutes=15,
    section="The hardest: batch-hard",
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


@ex06.helper
def chosen(ex, d, labels):
    """The hardest triplets, and what they were chosen from."""
    anchor, positive, negative = ex.hardest(d.copy(), labels.copy())
    found = {"anchor": anchor, "positive": positive, "negative": negative}
    return {**found, "distances": d, "labels": labels}


@hardest.probe("three people with three pictures each, in mixed order", explain=explained_hardest)
def _(ex, rng):
    return chosen(ex, between(rng, 9), rng.permutation([0, 0, 0, 1, 1, 1, 2, 2, 2]))


@hardest.probe("people with one picture: no anchors, but negatives", explain=explained_hardest)
def _(ex, rng):
    return chosen(ex, between(rng, 6), rng.permutation([3, 3, 3, 5, 8, 9]))


@hardest.probe("the example", explain=explained_hardest)
def _(ex, rng):
    points = np.array([[0.0], [0.5], [0.8], [1.2]])
    return chosen(ex, (points - points.T) ** 2, np.array([1, 1, 2, 2]))


@hardest.probe("pictures and people as the dice say, any labels", explain=explained_hardest)
def _(ex, rng):
    labels = np.append(rng.choice([-3, 3, 40, 7], rng.integers(4, 9)), [-3, 3, 3])
    return chosen(ex, between(rng, len(labels)), rng.permutation(labels))


@hardest.probe("large distances, around 1e9", "edge", explain=explained_hardest)
def _(ex, rng):
    return chosen(ex, 1e9 * between(rng, 7), rng.permutation([0, 0, 1, 1, 1, 2, 2]))


@hardest.probe("small distances, around 1e-9", "edge", explain=explained_hardest)
def _(ex, rng):
    return chosen(ex, 1e-9 * between(rng, 7), rng.permutation([0, 0, 1, 1, 1, 2, 2]))


@hardest.probe(
    "a picture that is there twice: distance 0 to its positive", "edge", explain=explained_hardest
)
def _(ex, rng):
    points = np.array([[0.0], [0.5], [0.8], [1.1], [1.25], [10.0], [10.0]])
    return chosen(ex, (points - points.T) ** 2, np.array([1, 1, 2, 2, 2, 0, 0]))


@hardest.probe("a single negative for everybody", "edge", explain=explained_hardest)
def _(ex, rng):
    return chosen(ex, between(rng, 4), np.array([1, 1, 1, 2]))


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
    says="The anchor's own person is at 0 and wins the minimum: put infinity in its place.",
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
    says="People with one picture were left out as negatives too: such a picture is no anchor, "
    "but still a negative of the others.",
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
hardest.wrong(
    "np.where(same, np.inf, distances).argmin(axis=1)",
    "np.where(np.eye(len(labels), dtype=bool), np.inf, distances).argmin(axis=1)",
    says="The nearest other picture was taken, whoever it shows: a negative shows somebody else.",
)
hardest.wrong(
    "np.where(pair, distances, -np.inf).argmax(axis=1)",
    "distances.argmax(axis=1)",
    says="The farthest of all pictures was taken as the positive, whoever it shows: a positive "
    "shows the anchor's person.",
)
hardest.wrong(
    "np.where(pair, distances, -np.inf).argmax(axis=1)",
    "np.where(pair, distances, 0).argmax(axis=1)",
    says="Zeros in the place of other people win where the positives are at distance 0: put minus "
    "infinity there.",
)
hardest.wrong(
    "np.where(same, np.inf, distances)",
    "np.where(same, 10, distances)",
    says="A number in the place of the anchor's own person wins where all distances are larger: "
    "put infinity there.",
)
hardest.wrong(
    "np.where(same, np.inf, distances)",
    "np.where(same, 1e6, distances)",
    says="A million in the place of the anchor's own person wins where distances are larger: put "
    "infinity there.",
)
hardest.wrong(
    "np.where(pair, distances, -np.inf).argmax(axis=1)[anchor]\n    negative = np.where(same, "
    "np.inf, distances).argmin(axis=1)[anchor]",
    "np.where(pair, distances, -np.inf).argmax(axis=1)\n    negative = np.where(same, "
    "np.inf, distances).argmin(axis=1)",
    says="Positives and negatives are there for every picture, anchors only where there is a "
    "positive: row t of the three is one triplet.",
)
hardest.wrong(
    "return anchor, positive, negative",
    "return labels[anchor], labels[positive], labels[negative]",
    says="Those are the labels: return the indices of the pictures.",
)
hardest.wrong(
    BODY,
    """
    same = labels[:, None] == labels
    pair = same & ~np.eye(len(labels), dtype=bool)
    anchor, positive = np.nonzero(pair)
    negative = np.where(same, np.inf, distances).argmin(axis=1)[anchor]
    return anchor, positive, negative
    """,
    says="Every pair got a triplet: each anchor has one, with its farthest positive.",
)
hardest.wrong(
    "negative = np.where(same, np.inf, distances).argmin(axis=1)[anchor]",
    "negative = np.where(same[positive], np.inf, distances[positive]).argmin(axis=1)",
    says="The negative nearest to the positive was taken: take the one nearest to the anchor.",
)
hardest.wrong(
    BODY,
    """
    A, P, N = [], [], []
    for i in range(len(labels)):
        pos = np.flatnonzero((labels == labels[i]) & (np.arange(len(labels)) != i))
        neg = np.flatnonzero(labels != labels[i])
        if len(pos):
            A.append(i)
            P.append(pos[distances[i, pos].argmax()])
            N.append(distances[i, neg].argmin())
    return np.array(A), np.array(P), np.array(N)
    """,
    says="The place in the list of negatives was returned: that list says which picture it "
    "is, negatives[place].",
)
hardest.wrong(
    BODY,
    """
    A, P, N = [], [], []
    for i in range(len(labels)):
        pos = np.flatnonzero((labels == labels[i]) & (np.arange(len(labels)) != i))
        neg = np.flatnonzero(labels != labels[i])
        if len(pos):
            A.append(i)
            P.append(distances[i, pos].argmax())
            N.append(neg[distances[i, neg].argmin()])
    return np.array(A), np.array(P), np.array(N)
    """,
    says="The place in the list of positives was returned: that list says which picture it "
    "is, positives[place].",
)
hardest.wrong(
    BODY,
    """
    A, P, N = [], [], []
    for i in range(len(labels)):
        pos = np.flatnonzero((labels == labels[i]) & (np.arange(len(labels)) != i))
        neg = np.flatnonzero(labels != labels[i])
        if len(pos):
            A.append(i)
            P.append(distances[i, pos].argmax())
            N.append(distances[i, neg].argmin())
    return np.array(A), np.array(P), np.array(N)
    """,
    says="Places in the lists of positives and of negatives were returned: the lists say "
    "which pictures they are, positives[place].",
)
hardest.wrong(
    BODY,
    """
    A, P, N = [], [], []
    for i in range(len(labels)):
        own = np.flatnonzero(labels == labels[i])
        oth = np.flatnonzero(labels != labels[i])
        if len(own) < 2:
            continue
        d = [distances[i, j] for j in own if j != i]
        A.append(i); P.append(own[np.argmax(d)]); N.append(oth[np.argmin(distances[i, oth])])
    return np.array(A), np.array(P), np.array(N)
    """,
    says="The place was counted in a list without the anchor, and looked up in one with it: "
    "use one list for both.",
)
hardest.wrong(
    BODY,
    """
    same = labels[:, None] == labels
    pair = same & ~np.eye(len(labels), dtype=bool)
    other = ~same & pair.any(axis=1)
    anchor = np.flatnonzero(pair.any(axis=1) & other.any(axis=1))
    positive = np.where(pair, distances, -np.inf).argmax(axis=1)[anchor]
    negative = np.where(other, distances, np.inf).argmin(axis=1)[anchor]
    return anchor, positive, negative
    """,
    says="Pictures that are the only one of their person were left out as negatives too: they are "
    "skipped as anchors only.",
)
hardest.wrong(
    "anchor = np.flatnonzero(pair.any(axis=1))",
    "anchor = np.flatnonzero(pair.any(axis=1) & ~np.triu(same, 1).any(axis=0))",
    says="Each person has one triplet only, that of the first picture: every picture with a "
    "positive is an anchor.",
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
hardest.right(
    BODY,
    """
    rows = range(len(labels))
    found = {}
    for a in rows:
        for b in np.argsort(distances[a], kind="stable")[::-1]:
            if b != a:
                role = "p" if labels[a] == labels[b] else "n"
                if role == "n" or (a, "p") not in found:
                    found[a, role] = b
    a = np.array([i for i in rows if (i, "p") in found])
    return a, np.array([found[i, "p"] for i in a]), np.array([found[i, "n"] for i in a])
    """,
    says="each row sorted once",
)
SYMMETRIC = "distances are symmetric"
ORDER = "distances are not below 0, and only their order matters"
hardest.equivalent("when distances is transposed first", because=SYMMETRIC)
for name in ("any", "argmax", "argmin"):
    hardest.equivalent(f"if {name} runs along axis 0 in place of axis 1", because=SYMMETRIC)
    hardest.equivalent(
        f"if {name} runs along axis -1 in place of axis 1",
        because="of two axes, axis 1 is the last",
    )
hardest.equivalent("with the absolute values of distances", because=ORDER)
hardest.equivalent("with the squares of distances", because=ORDER)
hardest.equivalent("when labels is transposed first", because="it has one axis")
hardest.equivalent(
    "with -labels in the place of labels", because="labels are only compared with each other"
)


semi_hard = ex06.function(
    "semi_hard",
    points=20,
    minutes=20,
    section="The semi-hard",
    tolerance=INDICES,
    hints=(
        "d(A, P) < d(A, N) < d(A, P) + margin: a ring around the anchor. For one pair: which "
        "negatives are in it, and which of them is nearest?",
        "Begin with all pairs, as in all_triplets. For each of them a row of distances from its "
        "anchor to all pictures, and a mask of those that are of others and in the ring.",
        "As in hardest, infinity in all places outside the mask lets argmin find the nearest. A "
        "pair with no entry in its mask is left out at the end.",
    ),
)


@ex06.helper
def ring(ex, d, labels, margin):
    """The semi-hard triplets in a fixed order, and what they were chosen from."""
    found = listed(ex.semi_hard(d.copy(), labels.copy(), margin))
    return {**found, "distances": d, "labels": labels, "margin": margin}


@semi_hard.probe("three people with three pictures each, margin 0.5", explain=explained_semi_hard)
def _(ex, rng):
    return ring(ex, between(rng, 9), rng.permutation([0, 0, 0, 1, 1, 1, 2, 2, 2]), 0.5)


@semi_hard.probe("twelve pictures of four people, margin 0.2", explain=explained_semi_hard)
def _(ex, rng):
    return ring(ex, 0.3 * between(rng, 12), rng.permutation(np.repeat(np.arange(4), 3)), 0.2)


@semi_hard.probe("people with one picture, margin 2", explain=explained_semi_hard)
def _(ex, rng):
    return ring(ex, between(rng, 6), rng.permutation([3, 3, 3, 5, 8, 9]), 2.0)


@semi_hard.probe("the example, margin 0.4", explain=explained_semi_hard)
def _(ex, rng):
    points = np.array([[0.0], [0.5], [0.8], [1.2]])
    return ring(ex, (points - points.T) ** 2, np.array([1, 1, 2, 2]), 0.4)


@semi_hard.probe("pictures, people and the margin as the dice say", explain=explained_semi_hard)
def _(ex, rng):
    labels = np.append(rng.choice([-3, 3, 40, 7], rng.integers(4, 9)), [-3, 3, 3])
    d = between(rng, len(labels))
    return ring(ex, d, rng.permutation(labels), rng.uniform(0.3, 3))


@semi_hard.probe(
    "a negative as far as the positive is not semi-hard", "edge", explain=explained_semi_hard
)
def _(ex, rng):
    d = np.array([[0.0, 0.5, 0.5], [0.5, 0.0, 0.75], [0.5, 0.75, 0.0]])
    return ring(ex, d, np.array([0, 0, 1]), 0.5)


@semi_hard.probe(
    "a negative farther by exactly the margin is not semi-hard",
    "edge",
    explain=explained_semi_hard,
)
def _(ex, rng):
    d = np.array([[0.0, 0.5, 0.75], [0.5, 0.0, 0.625], [0.75, 0.625, 0.0]])
    return ring(ex, d, np.array([0, 0, 1]), 0.25)


@semi_hard.probe("large distances, around 1e9", "edge", explain=explained_semi_hard)
def _(ex, rng):
    return ring(ex, 1e9 * between(rng, 8), rng.permutation([0, 0, 0, 1, 1, 1, 2, 2]), 1.5e9)


@semi_hard.probe("two far groups: no pair has one", "edge", explain=explained_semi_hard)
def _(ex, rng):
    points = np.array([[0.0], [0.1], [5.0], [5.1]]) + 0.01 * rng.normal(size=(4, 1))
    return ring(ex, (points - points.T) ** 2, np.array([0, 0, 1, 1]), 0.2)


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
    says="Negatives a little nearer than the positive were taken: a semi-hard one is farther than "
    "the positive, by less than the margin.",
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
semi_hard.wrong(
    "(to_others < to_positive + margin)",
    "(to_others <= to_positive + margin)",
    says="A negative farther by exactly the margin was let in: its triplet costs nothing, a "
    "semi-hard one is nearer than that.",
)
semi_hard.wrong(
    "to_others = np.where(same, np.inf, distances)[anchor]",
    "to_others = distances[anchor]",
    says="Pictures of the anchor's own person were taken as negatives: a negative shows somebody "
    "else.",
)
semi_hard.wrong(
    "return anchor[found], positive[found], negative[found]",
    "return anchor, positive, np.where(found, negative, -1)",
    says="Pairs without a semi-hard negative are there, with -1: leave them out.",
)
semi_hard.wrong(
    "np.where(fits, to_others, np.inf).argmin(axis=1)",
    "np.where(fits, to_others, 10).argmin(axis=1)",
    says="A number in the place of the others wins where all distances are larger: put infinity "
    "there.",
)
semi_hard.wrong(
    "np.where(fits, to_others, np.inf).argmin(axis=1)",
    "np.where(fits, to_others, 0).argmin(axis=1)",
    says="Zeros in the place of the others win the minimum: put infinity there.",
)
semi_hard.wrong(
    "np.where(fits, to_others, np.inf).argmin(axis=1)",
    "fits.argmax(axis=1)",
    says="The first semi-hard negative was taken: take the nearest.",
)
semi_hard.wrong(
    "(to_others > to_positive) & (to_others < to_positive + margin)",
    "(to_others**2 > to_positive**2) & (to_others**2 < to_positive**2 + margin)",
    says="The distances were squared once more: they are compared as they are.",
)
semi_hard.wrong(
    "(to_others > to_positive) & (to_others < to_positive + margin)",
    "to_others < margin",
    says="All negatives nearer to the anchor than the margin were let in: a semi-hard one is "
    "farther than the positive, by less than the margin.",
)
semi_hard.wrong(
    BODY,
    """
    same = labels[:, None] == labels
    pair = same & ~np.eye(len(labels), dtype=bool)
    anchor = np.flatnonzero(pair.any(axis=1))
    positive = np.where(pair, distances, -np.inf).argmax(axis=1)[anchor]
    to_positive = distances[anchor, positive][:, None]
    to_others = np.where(same, np.inf, distances)[anchor]
    fits = (to_others > to_positive) & (to_others < to_positive + margin)
    negative = np.where(fits, to_others, np.inf).argmin(axis=1)
    found = fits.any(axis=1)
    return anchor[found], positive[found], negative[found]
    """,
    says="Only the farthest positive of each anchor was looked at: every pair of pictures of a "
    "person gets its own negative.",
)
semi_hard.wrong(
    BODY,
    """
    same = labels[:, None] == labels
    anchor, positive = np.nonzero(same & ~np.eye(len(labels), dtype=bool))
    to_others = np.where(same, np.inf, distances)
    nearest = to_others.argmin(axis=1)[anchor]
    to_positive, to_nearest = distances[anchor, positive], to_others.min(axis=1)[anchor]
    found = (to_nearest > to_positive) & (to_nearest < to_positive + margin)
    return anchor[found], positive[found], nearest[found]
    """,
    says="Only the nearest negative of each anchor was looked at: where it is hard, another can be "
    "semi-hard.",
)
semi_hard.wrong(
    "return anchor[found], positive[found], negative[found]",
    "return labels[anchor[found]], labels[positive[found]], labels[negative[found]]",
    says="Those are the labels: return the indices of the pictures.",
)
semi_hard.wrong(
    "return anchor[found], positive[found], negative[found]",
    "return anchor[found], negative[found], positive[found]",
    says="Positive and negative are swapped: return anchor, positive, negative.",
)
semi_hard.wrong(
    "np.where(same, np.inf, distances)[anchor]",
    "np.where(same, np.inf, distances)[positive]",
    says="The distances from the positive to the negatives were looked at: they are measured from "
    "the anchor.",
)
semi_hard.wrong(
    "return anchor[found], positive[found], negative[found]",
    "return (anchor[found], positive[found], negative[found]) if found.any() else "
    "(np.array([]),) * 3",
    says="Where no pair has a semi-hard negative the arrays are of floats: an empty list has no "
    "dtype of its own, so give it one.",
)
semi_hard.wrong(
    "same = labels[:, None] == labels",
    "distances = np.sqrt(distances)\n    same = labels[:, None] == labels",
    says="The roots of the distances were taken: compare them as they are given.",
)
semi_hard.wrong(
    "to_others < to_positive + margin",
    "to_others < margin",
    says="The upper bound was the margin alone: it is d(A, P) + margin.",
)
semi_hard.wrong(
    "to_others < to_positive + margin",
    "to_others < to_positive * (1 + margin)",
    says="The margin was taken as a share of the distance, d (1 + margin): add it, d + margin.",
)
semi_hard.wrong(
    "negative = np.where(fits, to_others, np.inf).argmin(axis=1)",
    "to_others = np.where(same, np.inf, distances)[positive]\n"
    "    negative = np.where(fits, to_others, np.inf).argmin(axis=1)",
    says="Of the semi-hard negatives the one nearest to the positive was taken: take the one "
    "nearest to the anchor.",
)
semi_hard.wrong(
    BODY,
    """
    same = labels[:, None] == labels
    anchor, positive = np.nonzero(same & ~np.eye(len(labels), dtype=bool))
    to_positive = distances[anchor, positive][:, None]
    to_others = np.where(same, np.inf, distances)[anchor]
    fits = (to_others > to_positive) & (to_others < to_positive + margin)
    fits |= ~fits.any(axis=1, keepdims=True)
    return anchor, positive, np.where(fits, to_others, np.inf).argmin(axis=1)
    """,
    says="A pair without a semi-hard negative got its nearest negative: such pairs are left out.",
)
semi_hard.wrong(
    BODY,
    """
    found = []
    for a, p in np.argwhere(labels[:, None] == labels):
        others = distances[a][labels != labels[a]]
        fits = (others > distances[a, p]) & (others < distances[a, p] + margin)
        if a != p and fits.any():
            found.append((a, p, np.where(fits, others, np.inf).argmin()))
    return tuple(np.array(found, dtype=int).reshape(-1, 3).T)
    """,
    says="The negative is its place among the pictures of others, not its number in the batch: "
    "after a mask has cut a row short, places count what is left.",
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
semi_hard.right(
    BODY,
    """
    chosen = {}
    order = np.argsort(distances, axis=1, kind="stable")[:, ::-1]
    for a in range(len(labels)):
        for p in np.flatnonzero(labels == labels[a]):
            for n in order[a]:
                near, far = distances[a, p], distances[a, n]
                if p != a and labels[n] != labels[a] and far > near and far < near + margin:
                    chosen[a, p] = n
    table = np.array([(*pair, n) for pair, n in chosen.items()], dtype=int).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]
    """,
    says="from far to near, the last stays",
)
semi_hard.equivalent("when distances is transposed first", because=SYMMETRIC)
semi_hard.equivalent("with the absolute values of distances", because="none is below 0")
semi_hard.equivalent(
    "if any runs along axis -1 in place of axis 1", because="of two axes, axis 1 is the last"
)
semi_hard.equivalent(
    "if argmin runs along axis -1 in place of axis 1", because="of two axes, axis 1 is the last"
)
semi_hard.equivalent(
    "if anchor and positive are exchanged",
    because="the pairs may come in any order, and both ways round are among them",
)
semi_hard.equivalent("if the indices anchor and positive are exchanged", because=SYMMETRIC)
semi_hard.equivalent("when labels is transposed first", because="it has one axis")
semi_hard.equivalent(
    "with -labels in the place of labels", because="labels are only compared with each other"
)
