"""Checks of exercise set 04: verification and recognition."""

import numpy as np

from minidl.course.sets.manifest import BODY, ExerciseSet, Tolerance

ex04 = ExerciseSet("ex04_recognition", "Verification and recognition")

DECISIONS = Tolerance(0.0, "yes, no, or the number of a person: compared exactly")
DISTANCES = Tolerance(
    1e-10,
    "float64 sums of squares in any order; of points that coincide, the square multiplied out is "
    "off by 1e-14, and the root of that is 1e-7",
    absolute=1e-6,
)
RATES = Tolerance(1e-12, "quotients of two counts, and float64 products of a few of them")
TINY = Tolerance(
    1e-9, "log1p and expm1 are right to 15 digits; 1 - (1 - far)^K keeps 4 of them at 1e-12"
)


def explained_curve(got, expected):
    """What is wrong with a ROC curve, by the pairs that it is of."""
    names = ("thresholds", "far", "tar")
    t, *rates = (got[name] for name in names)
    d, same = expected["distances"], expected["same"]
    sizes = [got[name].shape for name in names]
    if len(set(sizes)) > 1 or t.ndim != 1:
        return f"thresholds, far and tar have shapes {sizes}: they are three rows of equal length"
    return explained_thresholds(t, d) or next(
        (
            says
            for name, rate, kind in zip(names[1:], rates, ("impostor", "genuine"), strict=True)
            if (says := explained_rate(name, rate, t, d[same == (kind == "genuine")], kind))
        ),
        None,
    )


def explained_thresholds(t, d):
    """What is wrong with the thresholds of the distances d."""
    wanted = np.append(-np.inf, np.unique(d))
    if len(t) > 1 and t[0] > t[-1]:
        return f"the thresholds fall, from {t[0]:g} to {t[-1]:g}: let them rise"
    if (np.diff(t) < 0).any():
        return "the thresholds are not sorted: let them rise"
    if t[0] != -np.inf:
        return f"the first threshold is {t[0]:g}: begin with -inf, which accepts nobody"
    if len(strange := t[~np.isin(t, wanted)]):
        return f"the threshold {strange[0]:.6g} is none of the distances: take these, and -inf"
    if len(missing := wanted[~np.isin(wanted, t)]):
        return f"the distance {missing[0]:.6g} is not among the thresholds: each of them counts"
    if len(twice := t[1:][t[1:] == t[:-1]]):
        return f"the threshold {twice[0]:.6g} is there twice: equal distances make one threshold"
    return None


def explained_rate(name, rate, t, d, kind):
    """What is wrong with the rates of the pairs of one kind, whose distances are d."""
    counts = (d[:, None] <= t).sum(axis=0)
    off = np.flatnonzero(~(np.abs(rate - counts / len(d)) < 1e-9))
    if not len(off):
        return None
    i = off[0]
    return (
        f"at the threshold {t[i]:.6g}, {counts[i]} of the {len(d)} {kind} pairs are accepted: "
        f"{name}[{i}] should be {counts[i] / len(d):.6g}, it is {rate[i]:.6g}"
    )


def explained_threshold(got, expected):
    """What is wrong with a threshold, by the pairs and the promise it was chosen for."""
    t, promised = got["threshold"].item(), expected["far"].item()
    d, same = expected["distances"], expected["same"]
    impostors, best = d[~same], expected["threshold"].item()
    count = int((impostors <= t).sum())
    said = f"{t:.6g} accepts {count} of {len(impostors)} impostor pairs"
    if not np.isfinite(t):
        return f"the threshold is {t}: a finite number is asked for"
    if count / len(impostors) > promised:
        return f"{said}, FAR {count / len(impostors):.4g}: more than the promised {promised:.4g}"
    if t not in d:
        return f"{t:.6g} is none of the distances: the largest that keeps the promise is {best:.6g}"
    return f"{said} and keeps the promise, but {best:.6g} is larger and keeps it as well"


def just_below(got, expected):
    """Judges a threshold that has to be below every distance, and hardly so."""
    t, smallest = got["threshold"], expected["distances"].min()
    if t.shape or t.dtype.kind != "f":
        return f"gave an array {t.dtype} {t.shape}; expected one float"
    t = t.item()
    if not np.isfinite(t):
        return (
            f"the threshold is {t}: where no distance is strict enough, return a number just below"
        )
    if t >= smallest:
        says = (
            f"{t:g} accepts the distance {smallest:g}, an impostor pair, and so breaks the promise"
        )
        return f"{says}: return a number just below it"
    if smallest - t > 1e-6 * expected["distances"].max():  # whatever units they are in
        return f"{t:g} is far below the smallest distance, {smallest:g}: return one just below it"
    return None


def explained_decisions(got, expected):
    """What is wrong with decisions, by the distances of the pairs."""
    accepted, right, t = got["accepted"], expected["accepted"], expected["threshold"].item()
    if accepted.shape != right.shape:
        return f"accepted has shape {accepted.shape}: one answer for each of {len(right)} pairs"
    if accepted.dtype.kind != "b":
        return None
    i = np.flatnonzero(accepted != right)[0]
    d = np.sqrt(((expected["a"][i] - expected["b"][i]) ** 2).sum())
    what = ("be refused, and is accepted", "be accepted, and is refused")[int(right[i])]
    count = int((accepted != right).sum())
    says = f"pair {i} is {d:.4g} apart, and the threshold is {t:.4g}: it should {what}"
    return f"{says} ({count} of {len(right)} pairs are wrong)"


def explained_answers(got, expected):
    """What is wrong with the answers, by the distances to the gallery."""
    who, encodings, gallery = got["who"], expected["encodings"], expected["gallery"]
    if who.shape != (len(encodings),):
        return f"who has shape {who.shape}: one answer for each of {len(encodings)} pictures"
    if who.dtype.kind not in "iu":
        return None
    threshold = expected["threshold"].item()
    d = np.sqrt(((encodings[:, None] - gallery) ** 2).sum(axis=2))
    i = np.flatnonzero(who != expected["who"])[0]
    near, given = d[i].argmin(), int(who[i])
    said = f"picture {i}: row {near} is nearest, at {d[i, near]:.4g}, and the threshold is"
    said = f"{said} {threshold:.4g}: expected {expected['who'][i]}, got {given}"
    if 0 <= given < len(gallery) and given != near:
        return f"{said}, at {d[i, given]:.4g}"
    return said


@ex04.helper
def pairs(rng, genuine, impostors, digits=9):
    """Distances of pairs in random order; few digits make many of them equal."""
    d = np.concatenate([rng.uniform(0, 0.9, genuine), rng.uniform(0.4, 1.4, impostors)])
    order = rng.permutation(genuine + impostors)
    return np.round(d[order], digits), order < genuine


verify = ex04.function(
    "verify",
    points=10,
    minutes=8,
    section="The cure: a difference and a threshold",
    tolerance=DECISIONS,
    hints=(
        "accepted[n] = (|a[n] - b[n]| <= threshold), with |v| = sqrt(sum_k v[k]^2). Think of one "
        "pair first: subtract the encodings, square, add up, take the root, compare.",
        "a - b subtracts row from row for all pairs at once. The numbers of one encoding lie along "
        "axis 1, so that is the axis to sum over, and N distances are left.",
        "Comparing an array with a number gives an array of True and False: that is the answer. "
        "Equal to the threshold means accepted, and that decides between two comparison signs.",
    ),
)


@ex04.helper
def decided(ex, a, b, threshold):
    """The decisions, and what they are about."""
    accepted = ex.verify(a.copy(), b.copy(), threshold)
    return {"accepted": accepted, "a": a, "b": b, "threshold": threshold}


@verify.probe("forty pairs, encodings of four numbers", explain=explained_decisions)
def _(ex, rng):
    a, b = rng.normal(size=(2, 40, 4))
    return decided(ex, a, b, 2.5)


@verify.probe(
    "as many pairs as numbers in an encoding, a small threshold", explain=explained_decisions
)
def _(ex, rng):
    a, b = rng.normal(0, 0.2, size=(2, 8, 8))
    return decided(ex, a, b, 0.8)


@verify.probe("distances 5, 10, 5 and 0, threshold 5", "edge", explain=explained_decisions)
def _(ex, rng):
    b = np.array([[3.0, 4.0], [6.0, 8.0], [-4.0, 3.0], [0.0, 0.0]])
    return decided(ex, np.zeros((4, 2)), b, 5.0)


@verify.probe("a step of 0.6 in each of nine numbers: the distance is 1.8")
def _(ex, rng):
    a = rng.normal(size=(2, 9))
    b = a + 0.6
    return {
        "at 1.7": ex.verify(a.copy(), b.copy(), 1.7),
        "at 1.9": ex.verify(a.copy(), b.copy(), 1.9),
    }


@verify.probe(
    "as many pairs and numbers as the dice say, about half accepted", explain=explained_decisions
)
def _(ex, rng):
    count, numbers = rng.integers(20, 40), rng.integers(2, 12)
    a, b = rng.normal(size=(2, count, numbers))
    return decided(ex, a, b, np.sqrt(2.0 * numbers))


@verify.probe("one pair, one number", "edge")
def _(ex, rng):
    found = [ex.verify(np.array([[2.0]]), np.array([[-1.5]]), t) for t in (3.4, 3.5)]
    return {"at 3.4": found[0], "at 3.5": found[1]}


@verify.probe("a threshold of 0, and one below 0, which accepts nobody", "edge")
def _(ex, rng):
    a, step = rng.normal(size=(4, 3)), np.array([[0.0], [1e-3], [0.0], [0.5]])
    found = [ex.verify(a.copy(), a + step, t) for t in (0.0, -1.0)]
    return {"at 0": found[0], "at -1": found[1]}


@verify.probe("a distance one millionth above the threshold", "edge")
def _(ex, rng):
    b = np.array([[3.0, 4.0], [3.000003, 4.000004], [0.0, -4.999995]])
    return {"accepted": ex.verify(np.zeros((3, 2)), b, 5.0)}


@verify.probe("numbers around 1e-15 and around 1e15", "edge")
def _(ex, rng):
    a, b = rng.normal(size=(2, 20, 3))
    found = [ex.verify(a * size, b * size, 2.4 * size) for size in (1e-15, 1e15)]
    return {"small": found[0], "large": found[1]}


verify.wrong(
    "distances <= threshold",
    "distances < threshold",
    says="A distance equal to the threshold was turned away: at most the threshold is accepted.",
)
verify.wrong(
    "distances <= threshold",
    "distances > threshold",
    says="Accepted and refused are swapped: a small distance means one person.",
)
verify.wrong(
    "np.sqrt(((a - b) ** 2).sum(axis=1))",
    "((a - b) ** 2).sum(axis=1)",
    says="The root is missing: the squared distance was compared with the threshold.",
)
verify.wrong(
    "np.sqrt(((a - b) ** 2).sum(axis=1))",
    "np.abs(a - b).sum(axis=1)",
    says="The differences were added up without squares: that is another distance (Manhattan).",
)
verify.wrong(
    "np.sqrt(((a - b) ** 2).sum(axis=1))",
    "np.abs(a - b).max(axis=1)",
    says="Each number was compared with the threshold on its own: one distance per pair is needed, "
    "from all of its differences together.",
)
verify.wrong(
    "np.sqrt(((a - b) ** 2).sum(axis=1))",
    "np.sqrt(((a - b) ** 2).mean(axis=1))",
    says="The squares were averaged: the distance is the root of their sum.",
)
verify.wrong(
    "np.sqrt(((a - b) ** 2).sum(axis=1))",
    "np.sqrt(((a - b) ** 2).sum(axis=0))",
    says="The sum runs over the pairs: the numbers of an encoding lie along axis 1.",
)
verify.wrong(
    "np.sqrt(((a - b) ** 2).sum(axis=1))",
    "np.sqrt(((a - b) ** 2).sum())",
    says="All pairs were added up into one distance: sum along axis 1 only, so that each pair "
    "keeps its own.",
)
verify.wrong(
    "np.sqrt(((a - b) ** 2).sum(axis=1))",
    "np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=2))",
    says="Every picture was compared with every other: row n of a belongs to row n of b only.",
)
verify.wrong(
    "distances <= threshold",
    "(distances <= threshold).astype(int)",
    says="The answers are numbers: return True and False, as a comparison gives them.",
)
verify.wrong(
    BODY,
    """
    a -= b
    return np.sqrt((a**2).sum(axis=1)) <= threshold
    """,
    says="The encodings were changed in place: -= writes into the caller's array; make a new one.",
)
verify.wrong(
    "distances <= threshold",
    "distances >= threshold",
    says="Pairs that are far apart were accepted: one person is where the distance is at most the "
    "threshold.",
)
verify.wrong(
    "return distances <= threshold",
    "return distances",
    says="Those are the distances: the answer is whether each is at most the threshold.",
)
verify.wrong(
    "return distances <= threshold",
    "return distances**2 <= threshold**2",
    says="Both sides were squared: a threshold below 0 accepts nobody, its square does.",
)
verify.wrong(
    "return distances <= threshold",
    "return (distances <= threshold) | np.isclose(distances, threshold)",
    says="A distance slightly above the threshold was accepted (isclose): refuse all beyond it.",
)
verify.wrong(
    "return distances <= threshold",
    "return (distances <= threshold).all()",
    says="One answer was given for all pairs together: each pair has its own.",
)
verify.wrong(
    "return distances <= threshold",
    "return np.flatnonzero(distances <= threshold)",
    says="Those are the numbers of the accepted pairs: return True or False for every pair.",
)
verify.wrong(
    BODY,
    """
    return np.abs((a - b).sum(axis=1)) <= threshold
    """,
    says="The differences were added up with their signs, so that they cancel: square them first.",
)
verify.wrong(
    BODY,
    """
    return np.abs(np.linalg.norm(a, axis=1) - np.linalg.norm(b, axis=1)) <= threshold
    """,
    says="The lengths of the two encodings were compared: subtract the encodings, then take the "
    "length.",
)
verify.wrong(
    BODY,
    """
    a = a / np.linalg.norm(a, axis=1, keepdims=True)
    b = b / np.linalg.norm(b, axis=1, keepdims=True)
    return np.linalg.norm(a - b, axis=1) <= threshold
    """,
    says="The encodings were scaled to length 1 first: compare them as they are.",
)
verify.wrong(
    BODY,
    """
    return (a * b).sum(axis=1) >= threshold
    """,
    says="The product a.b was compared, a similarity: the length of a - b is asked for.",
)
verify.wrong(
    BODY,
    """
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return 1 - (a * b).sum(axis=1) / np.where(lengths > 0, lengths, 1) <= threshold
    """,
    says="That is the cosine distance, 1 - cos: the length of a - b is asked for.",
)
verify.wrong(
    BODY,
    """
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return 1 - (a * b).sum(axis=1) / lengths <= threshold
    """,
    says="The cosine distance, 1 - cos, was compared, which is 0 / 0 for encodings of zeros: the "
    "length of a - b is asked for.",
)
verify.wrong(
    BODY,
    """
    distances = np.sqrt(((a[:, None] - b) ** 2).sum(axis=2))
    return (distances <= threshold).any(axis=1)
    """,
    says="A picture was accepted where any row of b is near enough: row n of a belongs to row n "
    "of b only.",
)
verify.wrong(
    BODY,
    """
    distances = np.sqrt(((a - b) ** 2).sum(axis=0))
    return np.resize(distances, len(a)) <= threshold
    """,
    says="The sum runs over the pairs, and the answers were then cut or repeated to fit: the "
    "numbers of an encoding lie along axis 1.",
)
verify.wrong(
    BODY,
    """
    a = a / np.maximum(np.linalg.norm(a, axis=1, keepdims=True), 1e-12)
    b = b / np.maximum(np.linalg.norm(b, axis=1, keepdims=True), 1e-12)
    return np.linalg.norm(a - b, axis=1) <= threshold
    """,
    says="The encodings were scaled to length 1 first: compare them as they are.",
)
verify.right(
    BODY,
    """
    near = [sum((x - y) ** 2 for x, y in zip(f, g)) ** 0.5 <= threshold for f, g in zip(a, b)]
    return np.array(near, dtype=bool)
    """,
    says="a loop over pairs",
)
verify.right(
    BODY,
    """
    return ~(np.linalg.norm(np.asfortranarray(b - a), axis=1) > threshold)
    """,
    says="numpy's norm, and not greater",
)
verify.right(
    BODY,
    """
    accepted = np.zeros(a.shape[0], dtype=bool)
    for n in range(a.shape[0]):
        difference = np.array(a[n]) - b[n]
        accepted[n] = bool(np.sqrt(np.dot(difference, difference)) <= threshold)
    return accepted
    """,
    says="a loop with a dot product",
)
verify.right(
    BODY,
    """
    return np.less_equal(np.sqrt(np.einsum("nk,nk->n", a - b, a - b)), threshold)
    """,
    says="einsum",
)
verify.equivalent("when a and b are exchanged", because="a distance is symmetric")
verify.equivalent(
    "if sum runs along axis -1 in place of axis 1",
    because="of two axes, axis 1 is the last",
)
verify.equivalent(
    "if the absolute value of a difference is taken",
    because="its square is the same",
)


pairwise_distances = ex04.function(
    "pairwise_distances",
    points=15,
    minutes=15,
    section="The cure: a difference and a threshold",
    tolerance=DISTANCES,
    hints=(
        "D[i, j] = sqrt(sum_k (a[i, k] - b[j, k])^2): two loops and one distance in the middle are "
        "right. Or at once: |a_i - b_j|^2 = |a_i|^2 - 2 a_i.b_j + |b_j|^2.",
        "Give a the shape (N, 1, d) and b the shape (1, M, d): subtracting them broadcasts to all "
        "pairs. Or multiply out: then two of the three terms are one number per row.",
        "If you multiplied out: one set of numbers has to stand as a column, (N, 1), the other as "
        "a row, (M,). And cut what is below 0 before the root.",
    ),
)


@pairwise_distances.probe("five points and three")
def _(ex, rng):
    return {"distances": ex.pairwise_distances(rng.normal(size=(5, 4)), rng.normal(size=(3, 4)))}


@pairwise_distances.probe("four points and four")
def _(ex, rng):
    return {"distances": ex.pairwise_distances(rng.normal(size=(4, 2)), rng.normal(size=(4, 2)))}


@pairwise_distances.probe("squared")
def _(ex, rng):
    a, b = 2 * rng.normal(size=(3, 5)), rng.normal(size=(4, 5))
    return {"squares": ex.pairwise_distances(a, b, squared=True)}


@pairwise_distances.probe("thirty points and the very same again", "edge")
def _(ex, rng):
    a = rng.normal(size=(30, 40))
    return {"distances": ex.pairwise_distances(a, a.copy())}


@pairwise_distances.probe("no second set: the first with itself")
def _(ex, rng):
    return {"distances": ex.pairwise_distances(rng.normal(size=(4, 3)))}


@pairwise_distances.probe("numbers of points and of coordinates as the dice say")
def _(ex, rng):
    n, m, k = rng.permutation(np.arange(1, 8))[:3]
    a, b = rng.normal(size=(n, k)), rng.normal(size=(m, k))
    return {
        "distances": ex.pairwise_distances(a.copy(), b.copy()),
        "squares": ex.pairwise_distances(a.copy(), b.copy(), squared=True),
        "a with itself": ex.pairwise_distances(a.copy(), None, True),
    }


@pairwise_distances.probe("one point and one, of one coordinate", "edge")
def _(ex, rng):
    return {"distances": ex.pairwise_distances(np.array([[2.0]]), np.array([[-1.5]]))}


@pairwise_distances.probe(
    "numbers around 1e-15 and around 1e15",
    "edge",
    tolerance=Tolerance(1e-6, "no points coincide; float64 sums of squares in any order"),
)
def _(ex, rng):
    a, b = rng.normal(size=(4, 3)), rng.normal(size=(2, 3)) + 2
    found = [ex.pairwise_distances(a * size, b * size) for size in (1e-15, 1e15)]
    return {"small": found[0], "large": found[1]}


pairwise_distances.wrong(
    "squares if squared else np.sqrt(squares)",
    "squares",
    says="The root is missing: squares are wanted only where squared=True.",
)
pairwise_distances.wrong(
    "squares if squared else np.sqrt(squares)",
    "np.sqrt(squares)",
    says="squared=True was ignored: it asks for the squares, without the root.",
)
pairwise_distances.wrong(
    "squares = np.maximum(squares, 0)",
    "squares = squares + 0",
    says="Some distances are nan: rounding made squares of equal points slightly negative. Cut "
    "them at 0 before the root.",
)
pairwise_distances.wrong(
    "- 2 * (a @ b.T)",
    "- a @ b.T",
    says="The product in the middle needs a factor 2: |a|^2 - 2 a.b + |b|^2.",
)
pairwise_distances.wrong(
    "- 2 * (a @ b.T)",
    "+ 2 * (a @ b.T)",
    says="The sign of the product is wrong: that is the length of a + b, not of a - b.",
)
pairwise_distances.wrong(
    BODY,
    """
    b = a if b is None else b
    distances = np.abs(a[:, None] - b[None]).sum(axis=2)
    return distances**2 if squared else distances
    """,
    says="The differences were added up without squares: that is another distance (Manhattan).",
)
pairwise_distances.wrong(
    "squares if squared else np.sqrt(squares)",
    "squares.T if squared else np.sqrt(squares).T",
    says="Rows and columns are swapped: row i belongs to point i of a, column j to point j of b.",
)
pairwise_distances.wrong(
    BODY,
    """
    b = a if b is None else b
    squares = ((a - b) ** 2).sum(axis=1)
    return squares if squared else np.sqrt(squares)
    """,
    says="Row was compared with row only: every point of a belongs with every point of b, (N, M).",
)
pairwise_distances.wrong(
    "squares if squared else np.sqrt(squares)",
    "np.sqrt(squares) if squared else squares",
    says="`squared` is the wrong way round: with it the squares are wanted, else the roots.",
)
pairwise_distances.wrong(
    "squares = np.maximum(squares, 0)",
    "squares = np.maximum(squares, 0) + 1e-8",
    says="A small number was added under the root: points that coincide are then 0.0001 apart. "
    "Cutting at 0 is enough.",
)
pairwise_distances.wrong(
    "b = a if b is None else b",
    "b = b",
    says="b was not given, and None cannot be computed with: it stands for a.",
)
pairwise_distances.wrong(
    BODY,
    """
    squares = ((a[:, None] - b[None]) ** 2).sum(axis=2)
    return squares if squared else np.sqrt(squares)
    """,
    says="b is None where it is not given, and then stands for a: see to that first.",
)
pairwise_distances.wrong(
    BODY,
    """
    squares = ((a[:, None] - b) ** 2).sum(axis=2)
    return squares if squared else np.sqrt(squares)
    """,
    says="b is None where it is not given: put a in its place before it is used.",
)
pairwise_distances.wrong(
    "b = a if b is None else b",
    "b = b or a",
    says="`b or a` asks whether the array is true, which it cannot say: ask whether b is None.",
)
pairwise_distances.wrong(
    "(a**2).sum(axis=1)[:, None] - 2 * (a @ b.T) + (b**2).sum(axis=1)",
    "(b**2).sum(axis=1)[:, None] - 2 * (a @ b.T) + (a**2).sum(axis=1)",
    says="The squares of a and of b stand in each other's places: those of a belong to the rows, "
    "as a column, those of b to the columns.",
)
pairwise_distances.wrong(
    "(a**2).sum(axis=1)[:, None] - 2 * (a @ b.T) + (b**2).sum(axis=1)",
    "(a**2).sum(axis=1) - 2 * (a @ b.T) + (b**2).sum(axis=1)",
    says="The squares of a lie along the columns: they belong to the rows, so give them the shape "
    "(N, 1).",
)
pairwise_distances.wrong(
    BODY,
    """
    b = a if b is None else b
    squares = ((a[:, None] - b[None]) ** 2).mean(axis=2)
    return squares if squared else np.sqrt(squares)
    """,
    says="The squares were averaged: the distance is the root of their sum.",
)
pairwise_distances.wrong(
    BODY,
    """
    b = a if b is None else b
    squares = ((a[:, None] - b[None]) ** 2).sum(axis=1)
    return squares if squared else np.sqrt(squares)
    """,
    says="The sum ran over the points of b: sum over the coordinates, the last axis.",
)
pairwise_distances.wrong(
    BODY,
    """
    b = a if b is None else b
    squares = ((a[:, None] - b[None]) ** 2).sum(axis=0)
    return squares if squared else np.sqrt(squares)
    """,
    says="The sum ran over the points of a: sum over the coordinates, the last axis.",
)
pairwise_distances.wrong(
    BODY,
    """
    alone = b is None
    b = a if alone else b
    distances = np.sqrt(np.maximum(((a[:, None] - b) ** 2).sum(axis=2), 0))
    if alone:
        np.fill_diagonal(distances, np.inf)
    return distances**2 if squared else distances
    """,
    says="The diagonal was changed: a point is at distance 0 from itself.",
)
pairwise_distances.wrong(
    BODY,
    """
    b = a if b is None else b
    lengths = np.linalg.norm(a, axis=1)[:, None] * np.linalg.norm(b, axis=1)
    cosines = 1 - a @ b.T / lengths
    return cosines**2 if squared else cosines
    """,
    says="That is the cosine distance, 1 - cos: the length of the difference is asked for.",
)
pairwise_distances.wrong(
    BODY,
    """
    b = a if b is None else b
    return a @ b.T
    """,
    says="Those are the products a.b, similarities: the length of the difference is asked for.",
)
pairwise_distances.wrong(
    BODY,
    """
    b = a if b is None else b
    squares = np.abs((a[:, None] - b[None]).sum(axis=2)) ** 2
    return squares if squared else np.sqrt(squares)
    """,
    says="The differences were added up with their signs, so that they cancel: square them first.",
)
pairwise_distances.wrong(
    "squares = np.maximum(squares, 0)",
    "np.fill_diagonal(squares := np.maximum(squares, 0), 0)",
    says="The diagonal was set to 0: point i of a and point i of b coincide only where b is a. Cut "
    "negative squares off at 0 instead.",
)
pairwise_distances.wrong(
    BODY,
    """
    b = a if b is None else b
    squares = np.zeros((len(a), len(b)))
    for i in range(len(a)):
        for j in range(i + 1, len(b)):
            squares[i, j] = ((a[i] - b[j]) ** 2).sum()
    return squares if squared else np.sqrt(squares)
    """,
    says="Only the pairs with i < j were computed: every point of a has a distance to every point "
    "of b, so fill the whole matrix.",
)
pairwise_distances.wrong(
    BODY,
    """
    b = a if b is None else b
    lengths, others = (a**2).sum(axis=1), (b**2).sum(axis=1)
    squares = (lengths if len(a) == len(b) else lengths[:, None]) - 2 * (a @ b.T) + others
    squares = np.maximum(squares, 0)
    return squares if squared else np.sqrt(squares)
    """,
    says="Where a and b have as many points, the squares of a lie along the columns: they belong "
    "to the rows, so give them the shape (N, 1) always.",
)
pairwise_distances.wrong(
    "b = a if b is None else b",
    "b = np.zeros_like(a) if b is None else b",
    says="b left out was taken as zeros, so that each distance is one to the origin: None stands "
    "for a itself.",
)
pairwise_distances.wrong(
    BODY,
    """
    mirrored = b is None
    b = a if b is None else b
    squares = (a**2).sum(axis=1)[:, None] - 2 * (a @ b.T) + (b**2).sum(axis=1)
    squares = np.maximum(squares, 0)
    squares = np.triu(squares, 1) if mirrored else squares
    return squares if squared else np.sqrt(squares)
    """,
    says="Of a with itself only the pairs with i < j were computed: fill the other half of the "
    "matrix as well, D[j, i] is D[i, j].",
)
pairwise_distances.wrong(
    "squares = np.maximum(squares, 0)",
    "squares = np.abs(squares) + 1e-3",
    says="A number as large as 1e-3 was added to the squares: all distances are changed by it. "
    "Cutting at 0 is enough.",
)
pairwise_distances.right(
    BODY,
    """
    b = a if b is None else b
    out = np.zeros((len(a), len(b)))
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            out[i, j] = sum((x - y) ** 2)
    return out if squared else out**0.5
    """,
    says="two loops",
)
pairwise_distances.right(
    BODY,
    """
    b = a if b is None else b
    distances = np.linalg.norm(a[:, None] - b, axis=-1)
    return np.asfortranarray(distances**2 if squared else distances)
    """,
    says="broadcast differences, in Fortran order",
)
pairwise_distances.right(
    BODY,
    """
    other = a if b is None else b
    difference = np.expand_dims(a, 1) - np.expand_dims(other, 0)
    squares = np.einsum("ijk,ijk->ij", difference, difference)
    return squares if squared else np.sqrt(squares)
    """,
    says="einsum",
)
pairwise_distances.right(
    BODY,
    """
    b = a if b is None else b
    squares = np.square(a).sum(1).reshape(-1, 1) + np.square(b).sum(1) - 2 * np.dot(a, b.T)
    squares[squares < 0] = 0
    return squares ** (1.0 if squared else 0.5)
    """,
    says="multiplied out, cut by a mask, powers",
)
pairwise_distances.equivalent(
    "if sum runs along axis -1 in place of axis 1",
    because="of two axes, axis 1 is the last",
)


roc_curve = ex04.function(
    "roc_curve",
    points=20,
    minutes=20,
    section="Two kinds of error",
    tolerance=RATES,
    hints=(
        "far(t) = accepted impostor pairs / all impostor pairs, and tar(t) = accepted genuine "
        "pairs / all genuine pairs: for one threshold t, count all four.",
        "The thresholds are the different distances, sorted, with -inf before them. At each of "
        "them, a rate is the mean of a comparison over the pairs of one kind.",
        "The quick way: sort the pairs by distance, and a running count of each kind (cumsum) is "
        "what is accepted so far. Of equal distances keep the last count only.",
    ),
)


@ex04.helper
def curve(ex, distances, same):
    """The three results, and the pairs they are of."""
    thresholds, far, tar = ex.roc_curve(distances.copy(), same.copy())
    found = {"thresholds": thresholds, "far": far, "tar": tar}
    return {**found, "distances": distances, "same": same}


@roc_curve.probe("eight genuine and twelve impostor pairs", explain=explained_curve)
def _(ex, rng):
    return curve(ex, *pairs(rng, 8, 12))


@roc_curve.probe("equal distances, each of pairs of one kind", "edge", explain=explained_curve)
def _(ex, rng):
    genuine, impostors = np.repeat([0.2, 0.4, 0.7], [2, 1, 3]), np.repeat([0.3, 0.9], [2, 2])
    order = rng.permutation(10)
    return curve(ex, np.append(genuine, impostors)[order], order < 6)


@roc_curve.probe("many equal distances, of pairs of both kinds", "edge", explain=explained_curve)
def _(ex, rng):
    return curve(ex, *pairs(rng, 15, 25, digits=1))


@roc_curve.probe("the example of the docstring", "edge", explain=explained_curve)
def _(ex, rng):
    d, same = np.array([0.2, 0.5, 0.5, 0.9]), np.array([True, True, False, False])
    return curve(ex, d, same)


@roc_curve.probe("as many pairs of each kind as the dice say", explain=explained_curve)
def _(ex, rng):
    return curve(ex, *pairs(rng, rng.integers(2, 9), rng.integers(9, 20), rng.integers(2, 9)))


@roc_curve.probe("one pair of each kind, at distance 0", "edge", explain=explained_curve)
def _(ex, rng):
    return curve(ex, np.zeros(2), np.array([False, True]))


@roc_curve.probe("the impostor pairs are all nearer", "edge", explain=explained_curve)
def _(ex, rng):
    d = np.append(rng.uniform(0, 1, 4), rng.uniform(2, 3, 3))
    return curve(ex, d * 1e6, np.arange(7) > 3)


roc_curve.wrong(
    "np.append(d[1:] > d[:-1], True)",
    "np.full(len(d), True)",
    says="Equal distances make one threshold, not several: one that accepts a distance accepts all "
    "that are equal to it.",
)
roc_curve.wrong(
    "np.cumsum(~genuine)[last] / (~genuine).sum()\n    tar = np.cumsum(genuine)[last] / "
    "genuine.sum()",
    "np.cumsum(~genuine)[last] / len(d)\n    tar = np.cumsum(genuine)[last] / len(d)",
    says="Both counts were divided by the number of all pairs: far is a share of the impostor "
    "pairs, tar of the genuine ones.",
)
roc_curve.wrong(
    "np.cumsum(~genuine)[last] / (~genuine).sum()\n    tar = np.cumsum(genuine)[last] / "
    "genuine.sum()",
    "np.cumsum(~genuine)[last] / np.arange(1, len(d) + 1)[last]\n"
    "    tar = np.cumsum(genuine)[last] / np.arange(1, len(d) + 1)[last]",
    says="The counts were divided by the number of accepted pairs: far is a share of all impostor "
    "pairs, tar of all genuine ones.",
)
roc_curve.wrong(
    "np.append(-np.inf, d[last]), np.append(0, far), np.append(0, tar)",
    "np.append(-np.inf, d[last]), np.append(0, tar), np.append(0, far)",
    says="FAR and TAR are swapped: false accepts are impostor pairs.",
)
roc_curve.wrong(
    "np.append(-np.inf, d[last]), np.append(0, far), np.append(0, tar)",
    "d[last], far, tar",
    says="The threshold that accepts nobody is missing: begin with -inf, FAR 0 and TAR 0.",
)
roc_curve.wrong(
    "np.append(-np.inf, d[last]), np.append(0, far), np.append(0, tar)",
    "np.append(-np.inf, d[last]), np.append(0, far), 1 - np.append(0, tar)",
    says="The third result is the false reject rate: return TAR, the share of genuine pairs that "
    "is accepted.",
)
roc_curve.wrong(
    BODY,
    """
    thresholds = np.append(-np.inf, np.unique(distances))
    far = [np.mean(distances[~same] < t) for t in thresholds]
    tar = [np.mean(distances[same] < t) for t in thresholds]
    return thresholds, np.array(far), np.array(tar)
    """,
    says="A distance equal to the threshold was not counted: at most the threshold is accepted.",
)
roc_curve.wrong(
    "np.append(-np.inf, d[last]), np.append(0, far), np.append(0, tar)",
    "np.append(-np.inf, d[last])[::-1], np.append(0, far)[::-1], np.append(0, tar)[::-1]",
    says="The thresholds fall: let them rise, from the one that accepts nobody.",
)
roc_curve.wrong(
    "np.append(-np.inf, d[last]), np.append(0, far), np.append(0, tar)",
    "np.append(0, d[last]), np.append(0, far), np.append(0, tar)",
    says="The first threshold is 0: a distance of 0 would be accepted; -inf accepts nobody.",
)
roc_curve.wrong(
    "np.append(-np.inf, d[last]), np.append(0, far), np.append(0, tar)",
    "np.append(-np.inf, d[last]), np.cumsum(np.append(0, ~genuine))[np.append(True, last)], "
    "np.cumsum(np.append(0, genuine))[np.append(True, last)]",
    says="Counts were returned: divide those of each kind by how many pairs of it there are.",
)
roc_curve.wrong(
    BODY,
    """
    thresholds = np.append(-np.inf, np.unique(distances))
    far = [np.mean(distances[~same] >= t) for t in thresholds]
    tar = [np.mean(distances[same] >= t) for t in thresholds]
    return thresholds, np.array(far), np.array(tar)
    """,
    says="Pairs at the threshold and beyond were counted: those nearer, or just as near, are "
    "accepted.",
)
roc_curve.wrong(
    BODY,
    """
    thresholds = np.append(-np.inf, np.unique(distances))
    far = [np.mean(distances[~same] > t) for t in thresholds]
    tar = [np.mean(distances[same] > t) for t in thresholds]
    return thresholds, np.array(far), np.array(tar)
    """,
    says="The refused pairs were counted, those beyond the threshold: count the accepted ones.",
)
roc_curve.wrong(
    BODY,
    """
    thresholds = np.append(-np.inf, np.linspace(distances.min(), distances.max(), 100))
    far = [np.mean(distances[~same] <= t) for t in thresholds]
    tar = [np.mean(distances[same] <= t) for t in thresholds]
    return thresholds, np.array(far), np.array(tar)
    """,
    says="The thresholds are 100 even steps: only the distances themselves make a difference.",
)
roc_curve.wrong(
    BODY,
    """
    thresholds = np.append(-np.inf, np.unique(distances))
    far = [np.sum(~same & (distances <= t)) / max(1, np.sum(distances <= t)) for t in thresholds]
    tar = [np.mean(distances[same] <= t) for t in thresholds]
    return thresholds, np.array(far), np.array(tar)
    """,
    says="FAR was taken as the share of impostors among the accepted pairs, 1 - precision: "
    "divide by the number of impostor pairs.",
)
roc_curve.wrong(
    "np.append(-np.inf, d[last]), np.append(0, far), np.append(0, tar)",
    "np.append(-np.inf, d[last]), np.append(0, far)",
    says="Two results were returned: three are asked for, thresholds, far and tar.",
)
roc_curve.wrong(
    "np.append(-np.inf, d[last]), np.append(0, far), np.append(0, tar)",
    "np.append(0, far), np.append(0, tar), np.append(-np.inf, d[last])",
    says="The order of the results is another one (scikit-learn's): thresholds come first, then "
    "far and tar.",
)
roc_curve.wrong(
    "np.append(-np.inf, d[last])",
    "np.append(d[last], np.inf)",
    says="A threshold was added at the end, infinity, and the rates begin with 0: -inf belongs at "
    "the beginning.",
)
roc_curve.wrong(
    "d, genuine = distances[order], same[order]",
    "d, genuine = distances[order], same",
    says="The distances were sorted and their kinds were not: take both in the same order.",
)
roc_curve.wrong(
    BODY,
    """
    order = np.argsort(distances, kind="stable")
    d, genuine = distances[order], same[order]
    first = np.append(True, d[1:] > d[:-1])
    far = np.cumsum(~genuine)[first] / (~genuine).sum()
    tar = np.cumsum(genuine)[first] / genuine.sum()
    return np.append(-np.inf, d[first]), np.append(0, far), np.append(0, tar)
    """,
    says="Of equal distances only the first pair was counted: a threshold accepts all pairs that "
    "are equal to it.",
)
roc_curve.wrong(
    "return np.append(-np.inf, d[last]), np.append(0, far), np.append(0, tar)",
    "return np.append(d[last], np.inf), np.append(far, 1), np.append(tar, 1)",
    says="The curve ends with inf, which accepts everybody, as the largest distance does: begin "
    "with -inf, which accepts nobody.",
)
roc_curve.right(
    BODY,
    """
    thresholds = [-np.inf, *sorted(set(distances.tolist()))]
    rates = [(np.mean(distances[~same] <= t), np.mean(distances[same] <= t)) for t in thresholds]
    return np.array(thresholds), *np.array(rates).T
    """,
    says="counted anew at every threshold",
)
roc_curve.right(
    BODY,
    """
    thresholds = np.concatenate([[-np.inf], np.unique(distances)])
    counts = [np.searchsorted(np.sort(d), thresholds, "right") for d in (distances[~same],
                                                                         distances[same])]
    return thresholds, *(c / c[-1] for c in counts)
    """,
    says="searched in two sorted lists",
)
roc_curve.right(
    BODY,
    """
    d, counts = np.unique(distances, return_counts=True)
    genuine = np.array([np.count_nonzero(same & (distances == t)) for t in d])
    tar = np.concatenate([[0.0], np.cumsum(genuine) / genuine.sum()])
    far = np.concatenate([[0.0], np.cumsum(counts - genuine) / (counts - genuine).sum()])
    return np.concatenate([[-np.inf], d]), far, tar
    """,
    says="counted at each distance, then summed up",
)
roc_curve.equivalent("when distances is transposed first", because="it has one axis")
roc_curve.equivalent("when same is transposed first", because="it has one axis")
roc_curve.equivalent("with the absolute values of distances", because="no distance is below 0")
roc_curve.equivalent("with the absolute values of same", because="they are True and False")


equal_error_rate = ex04.function(
    "equal_error_rate",
    points=15,
    minutes=15,
    section="Reading a ROC curve",
    needs=("roc_curve",),
    tolerance=RATES,
    hints=(
        "With gap = far - frr, find the first threshold with gap >= 0. From the point before it, "
        "the line crosses after the share -gap0 / (gap1 - gap0): EER = far0 + share * (far1 - "
        "far0).",
        "gap rises from -1 to 1. Find the first place where it is not negative; the crossing lies "
        "between that place and the one before.",
        "If gap goes from -0.1 to 0.3, it is 0 after a quarter of the way. FAR has then gone a "
        "quarter of its way, too.",
    ),
)


@equal_error_rate.probe("twenty genuine and thirty impostor pairs")
def _(ex, rng):
    return {"EER": ex.equal_error_rate(*pairs(rng, 20, 30))}


@equal_error_rate.probe("equal distances: the curve is coarse", "edge")
def _(ex, rng):
    return {"EER": ex.equal_error_rate(*pairs(rng, 12, 31, digits=1))}


@equal_error_rate.probe("the example of the docstring")
def _(ex, rng):
    d, same = np.array([0.1, 0.3, 0.3, 0.6]), np.array([True, True, False, False])
    return {"EER": ex.equal_error_rate(d, same)}


@equal_error_rate.probe("two kinds that never mix: no errors", "edge")
def _(ex, rng):
    d = np.append(rng.uniform(0, 1, 6), rng.uniform(2, 3, 6))
    return {"EER": ex.equal_error_rate(d, np.arange(12) < 6)}


@equal_error_rate.probe("as many pairs of each kind as the dice say")
def _(ex, rng):
    sizes = rng.permutation(np.arange(5, 20))[:2]
    return {"EER": ex.equal_error_rate(*pairs(rng, *sizes))}


@equal_error_rate.probe("the two errors are equal at one of the distances", "edge")
def _(ex, rng):
    d, same = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]), np.array([1, 0, 1, 0, 1, 0]) == 1
    order = rng.permutation(6)
    return {"EER": ex.equal_error_rate(d[order], same[order])}


@equal_error_rate.probe(
    "impostor pairs are all nearer than genuine ones: nothing but errors", "edge"
)
def _(ex, rng):
    d = np.append(rng.uniform(0, 1, 5), rng.uniform(2, 3, 3))
    return {"EER": ex.equal_error_rate(d, np.arange(8) > 4)}


@equal_error_rate.probe("one pair of each kind, at the same distance", "edge")
def _(ex, rng):
    return {"EER": ex.equal_error_rate(np.array([0.7, 0.7]), np.array([True, False]))}


equal_error_rate.wrong(
    BODY,
    """
    thresholds, far, tar = roc_curve(distances, same)
    gap = far - (1 - tar)
    return float(thresholds[np.nonzero(gap >= 0)[0][0]])
    """,
    says="That is the first threshold beyond the crossing: the rate of errors there is asked for.",
)
equal_error_rate.wrong(
    BODY,
    """
    thresholds, far, tar = roc_curve(distances, same)
    gap = far - (1 - tar)
    return float(thresholds[np.nonzero(gap >= 0)[0][0] - 1])
    """,
    says="That is the last threshold before the crossing: the rate of errors is asked for.",
)
equal_error_rate.wrong(
    BODY,
    """
    thresholds, far, tar = roc_curve(distances, same)
    gap = far - (1 - tar)
    return float(thresholds[np.argmin(np.abs(gap))])
    """,
    says="That is the threshold where the two errors are nearest: their rate is asked for.",
)
equal_error_rate.wrong(
    "float(far[before] + share * (far[after] - far[before]))",
    "float(far[after])",
    says="That is FAR at the first threshold beyond the crossing: go only a part of the way to "
    "it, to where FAR and FRR are equal.",
)
equal_error_rate.wrong(
    "float(far[before] + share * (far[after] - far[before]))",
    "float(far[before])",
    says="That is FAR at the last threshold before the crossing: go on from it to where FAR and "
    "FRR are equal.",
)
equal_error_rate.wrong(
    BODY,
    """
    _, far, tar = roc_curve(distances, same)
    nearest = np.argmin(np.abs(far - (1 - tar)))
    return float((far[nearest] + 1 - tar[nearest]) / 2)
    """,
    says="That is the mean of both errors at the threshold where they are nearest: find the "
    "crossing between two thresholds instead, where the straight lines meet.",
)
equal_error_rate.wrong(
    "share = -gap[before] / (gap[after] - gap[before])",
    "share = 0.5",
    says="The middle between two thresholds was taken: where FAR and FRR are equal depends on how "
    "far apart they are at each of the two.",
)
equal_error_rate.wrong(
    "share = -gap[before] / (gap[after] - gap[before])",
    "share = gap[after] / (gap[after] - gap[before])",
    says="The part of the way was measured from the wrong end: from the threshold before the "
    "crossing it is FRR - FAR there, divided by the change of FAR - FRR between the two.",
)
equal_error_rate.wrong(
    BODY,
    """
    thresholds, far, tar = roc_curve(distances, same)
    gap = far - (1 - tar)
    after = np.nonzero(gap >= 0)[0][0]
    share = -gap[after - 1] / (gap[after] - gap[after - 1])
    return float(thresholds[after - 1] + share * (thresholds[after] - thresholds[after - 1]))
    """,
    says="That is the threshold at the crossing: the rate there is asked for.",
)
equal_error_rate.wrong(
    "return float(far[before]",
    "return 1 - float(far[before]",
    says="That is how often it is right: return how often it is wrong.",
)
equal_error_rate.wrong(
    "gap = far - (1 - tar)",
    "gap = far - tar",
    says="FAR was compared with TAR: the other error is FRR = 1 - TAR.",
)
equal_error_rate.wrong(
    "return float(far[before] + share * (far[after] - far[before]))",
    "return float((far[after] + 1 - tar[after]) / 2)",
    says="That is the mean of both errors at the first threshold beyond the crossing: they are "
    "equal a share of the way before it.",
)
equal_error_rate.wrong(
    "return float(far[before] + share * (far[after] - far[before]))",
    "return float((far[before] + 1 - tar[before]) / 2)",
    says="That is the mean of both errors at the last threshold before the crossing: they are "
    "equal a share of the way behind it.",
)
equal_error_rate.wrong(
    "return float(far[before] + share * (far[after] - far[before]))",
    "return float(1 - tar[after])",
    says="That is FRR at the first threshold beyond the crossing: take the crossing itself.",
)
equal_error_rate.wrong(
    "return float(far[before] + share * (far[after] - far[before]))",
    "return float(1 - tar[before])",
    says="That is FRR at the last threshold before the crossing: take the crossing itself.",
)
equal_error_rate.wrong(
    BODY,
    """
    _, far, tar = roc_curve(distances, same)
    return float(far[np.argmin(np.abs(far - (1 - tar)))])
    """,
    says="That is FAR at the threshold where the two errors are nearest: they are equal between "
    "two thresholds, where the straight lines meet.",
)
equal_error_rate.wrong(
    BODY,
    """
    _, far, tar = roc_curve(distances, same)
    return float(np.maximum(far, 1 - tar).min())
    """,
    says="That is the smallest of the larger errors, at one of the thresholds: the two are equal "
    "between thresholds, where the straight lines meet.",
)
equal_error_rate.wrong(
    BODY,
    """
    _, far, tar = roc_curve(distances, same)
    return float(((far + 1 - tar) / 2).min())
    """,
    says="That is the smallest mean of both errors: the rate where the two are equal is asked for.",
)
equal_error_rate.wrong(
    BODY,
    """
    thresholds, far, tar = roc_curve(distances, same)
    errors = [np.mean((distances <= t) != same) for t in thresholds]
    return float(min(errors))
    """,
    says="That is the smallest share of wrong answers among all pairs: the rate where FAR and FRR "
    "are equal is asked for.",
)
equal_error_rate.wrong(
    "share = -gap[before]",
    "share = gap[before]",
    says="The step from the threshold before the crossing has the wrong sign: FAR - FRR is below "
    "0 there, so take FRR - FAR.",
)
equal_error_rate.wrong(
    "gap = far - (1 - tar)",
    "gap = far - (1 - tar) * same.sum() / (~same).sum()",
    says="The numbers of errors were compared, not their rates: each kind has its own total.",
)
equal_error_rate.wrong(
    "gap = far - (1 - tar)\n    after = np.nonzero(gap >= 0)[0][0]",
    "gap = far - tar\n    after = 1 + np.nonzero(gap[1:] >= 0)[0][0]",
    says="FAR was compared with TAR, which it often reaches only at the end: the other error is "
    "FRR = 1 - TAR.",
)
equal_error_rate.wrong(
    BODY,
    """
    _, far, tar = roc_curve(distances, same)
    gap = far - (1 - tar)
    after = np.nonzero(gap > 0)[0][0]
    before = after - 1
    share = gap[after] / (gap[after] - gap[before])
    return float(far[before] + share * (far[after] - far[before]))
    """,
    says="The part of the way was measured from the threshold beyond the crossing: from the one "
    "before it is FRR - FAR there, divided by the change of FAR - FRR between the two.",
)
equal_error_rate.wrong(
    BODY,
    """
    _, far, tar = roc_curve(distances, same)
    return float(1 - np.sum((far[1:] - far[:-1]) * (tar[1:] + tar[:-1]) / 2))
    """,
    says="That is the area above the ROC curve, over all thresholds: the rate where FAR and FRR "
    "are equal is one point of it.",
)
equal_error_rate.wrong(
    "return float(far[before] + share * (far[after] - far[before]))",
    "return float((far[before] + far[after] + 2 - tar[before] - tar[after]) / 4)",
    says="The point half-way between the two thresholds was taken: FAR and FRR cross where they "
    "are equal, which is mostly nearer to one of them.",
)
equal_error_rate.wrong(
    "return float(far[before] + share * (far[after] - far[before]))",
    "return float((2 - tar[before] - tar[after]) / 2)",
    says="FRR half-way between the two thresholds was taken: FAR and FRR cross where they are "
    "equal, which is mostly nearer to one of them.",
)
equal_error_rate.wrong(
    "gap = far - (1 - tar)",
    "gap = far - (1 - far)",
    says="1 - FAR was taken for the false reject rate, which makes 0.5 of everything: it is "
    "FRR = 1 - TAR.",
)
equal_error_rate.wrong(
    BODY,
    """
    _, far, tar = roc_curve(distances, same)
    return float((far + 1 - tar).mean() / 2)
    """,
    says="The errors were averaged over all thresholds: they are asked for at the one point where "
    "FAR and FRR are equal.",
)
equal_error_rate.right(
    BODY,
    """
    _, far, tar = roc_curve(distances, same)
    return np.interp(0.0, far + tar - 1, far)
    """,
    says="np.interp",
)
equal_error_rate.right(
    BODY,
    """
    rows = list(zip(*roc_curve(distances, same)))
    for (_, far0, tar0), (_, far1, tar1) in zip(rows, rows[1:]):
        frr0, frr1 = 1 - tar0, 1 - tar1
        if far1 >= frr1 - 1e-15:
            t = (frr0 - far0) / ((frr0 - far0) + (far1 - frr1))
            return (1 - t) * frr0 + t * frr1
    """,
    says="a loop, and the FRR at the crossing",
)
equal_error_rate.right(
    BODY,
    """
    _, far, tar = roc_curve(distances, same)
    after = int(np.argmax(far + tar >= 1))
    rise, fall = far[after] - far[after - 1], tar[after] - tar[after - 1]
    return far[after - 1] + rise * (1 - far[after - 1] - tar[after - 1]) / (rise + fall)
    """,
    says="where far + tar reaches 1",
)
equal_error_rate.right(
    BODY,
    """
    _, far, tar = roc_curve(distances, same)
    frr = 1 - tar
    i = np.searchsorted(far - frr, 0) - 1
    (x0, x1), (y0, y1) = far[i : i + 2], frr[i : i + 2]
    slope = np.array([[x1 - x0, -1.0], [y1 - y0, -1.0]])
    return np.linalg.solve(slope, np.array([-x0, -y0]))[1]
    """,
    says="two lines that meet",
)
for words in ("distances", "same"):
    equal_error_rate.equivalent(f"when {words} is transposed first", because="it has one axis")
equal_error_rate.equivalent(
    "with the absolute values of distances", because="no distance is below 0"
)
equal_error_rate.equivalent(
    "with the squares of distances", because="they are in the same order as the distances"
)
equal_error_rate.equivalent("with the absolute values of same", because="they are True and False")
equal_error_rate.equivalent(
    "at equality: with > in the place of >=",
    because="where gap is 0 the two lines that end and begin there have the same far",
)
equal_error_rate.equivalent(
    "if the absolute value of a difference is taken",
    because="far and tar rise from 0 to 1, and gap from -1: no difference is below 0",
)
equal_error_rate.equivalent(
    "with -1 in the place of a 0", because="nonzero of one axis gives a single array"
)
equal_error_rate.equivalent(
    "if it is not made a plain number at the end", because="NumPy's floats count as floats"
)


choose_threshold = ex04.function(
    "choose_threshold",
    points=15,
    minutes=15,
    section="Choosing the threshold, and keeping the promise",
    needs=("roc_curve",),
    tolerance=RATES,
    hints=(
        "The ROC curve lists every threshold that makes a difference, and the FAR of each. Some "
        "keep the promise, the rest do not; which of those that keep it accepts most?",
        "FAR rises with the threshold, so those that keep the promise stand at the beginning. "
        "Exactly the promised rate is still kept.",
        "If only the first, -inf, keeps it, the answer has to be a number just below the smallest "
        "distance, which stands second in the list.",
    ),
)


@ex04.helper
def chosen(ex, distances, same, far):
    """The threshold, and what it was chosen for."""
    t = ex.choose_threshold(distances.copy(), same.copy(), far)
    return {"threshold": t, "distances": distances, "same": same, "far": far}


@choose_threshold.probe(
    "80 genuine and 300 impostor pairs, FAR at most 30.3 %", explain=explained_threshold
)
def _(ex, rng):
    return chosen(ex, *pairs(rng, 80, 300), 0.303)


@choose_threshold.probe("a quarter of 20 impostor pairs, exactly 5", explain=explained_threshold)
def _(ex, rng):
    d = np.append(rng.uniform(1, 2, 8), np.arange(20) / 10)
    return chosen(ex, d, np.arange(28) < 8, 0.25)


@choose_threshold.probe("not quite a quarter of 20 impostor pairs", explain=explained_threshold)
def _(ex, rng):
    d = np.append(rng.uniform(1, 2, 8), np.arange(20) / 10)
    return chosen(ex, d, np.arange(28) < 8, 0.24)


@choose_threshold.probe("the example: far = 0.4", explain=explained_threshold)
def _(ex, rng):
    d, same = np.array([0.2, 0.4, 0.5, 0.6, 0.8]), np.array([True, False, True, False, False])
    return chosen(ex, d, same, 0.4)


@choose_threshold.probe("the example: far = 1/3", explain=explained_threshold)
def _(ex, rng):
    d, same = np.array([0.2, 0.4, 0.5, 0.6, 0.8]), np.array([True, False, True, False, False])
    return chosen(ex, d, same, 1 / 3)


@choose_threshold.probe("far left out: 1 % of 300 impostor pairs")
def _(ex, rng):
    return {"threshold": ex.choose_threshold(*pairs(rng, 80, 300))}


@choose_threshold.probe(
    "as many pairs and as many errors as the dice say", explain=explained_threshold
)
def _(ex, rng):
    d, same = pairs(rng, rng.integers(5, 40), rng.integers(20, 40), rng.integers(2, 9))
    return chosen(ex, np.append(0.001, d), np.append(True, same), rng.uniform(0.05, 0.9))


@choose_threshold.probe("equal distances, FAR at most 20 %", "edge", explain=explained_threshold)
def _(ex, rng):
    d, same = pairs(rng, 20, 40, digits=1)
    return chosen(ex, np.append(0.0, d), np.append(True, same), 0.2)


@choose_threshold.probe("no false accept at all: far = 0", "edge", explain=explained_threshold)
def _(ex, rng):
    d = np.append(rng.uniform(0, 1, 6), rng.uniform(0.8, 2, 9))
    return chosen(ex, np.append(0.01, d), np.arange(16) < 7, 0.0)


@choose_threshold.probe("even the smallest distance accepts too many", "edge", judge=just_below)
def _(ex, rng):
    return chosen(ex, np.append(0.3, rng.uniform(0.4, 1, 9)), np.arange(10) % 2 == 1, 0.1)


@choose_threshold.probe("the smallest distance is 0, of an impostor pair", "edge", judge=just_below)
def _(ex, rng):
    return chosen(ex, np.append(rng.uniform(0.4, 1, 9), 0.0), np.arange(10) % 2 == 0, 0.1)


@choose_threshold.probe("distances around 1e11: none is strict enough", "edge", judge=just_below)
def _(ex, rng):
    d = 1e11 * np.append(0.3, rng.uniform(0.4, 1, 9))
    return chosen(ex, d, np.arange(10) % 2 == 1, 0.1)


@choose_threshold.probe("distances around 1e-11: none is strict enough", "edge", judge=just_below)
def _(ex, rng):
    d = 1e-11 * np.append(0.3, rng.uniform(0.4, 1, 9))
    return chosen(ex, d, np.arange(10) % 2 == 1, 0.1)


choose_threshold.wrong(
    "thresholds[rates <= far][-1]",
    "thresholds[rates < far][-1]",
    says="A FAR exactly as promised was refused: at most `far` keeps the promise.",
)
choose_threshold.wrong(
    "thresholds[rates <= far][-1]",
    "thresholds[rates <= far][0]",
    says="That is the strictest threshold: of those that keep the promise take the largest.",
)
choose_threshold.wrong(
    "thresholds[rates <= far][-1]",
    "thresholds[rates > far][0]",
    says="That is the first threshold that breaks the promise: take the last one that keeps it.",
)
choose_threshold.wrong(
    "thresholds[rates <= far][-1]",
    "thresholds[np.argmin(np.abs(rates - far))]",
    says="That is the threshold whose FAR is nearest: it may break the promise; FAR has to be at "
    "most `far`.",
)
choose_threshold.wrong(
    BODY,
    """
    return float(np.quantile(distances[~same], far))
    """,
    says="A quantile lies between two distances, or counts otherwise: return one of the distances, "
    "the largest whose FAR is at most `far`.",
)
choose_threshold.wrong(
    BODY,
    """
    thresholds, _, tar = roc_curve(distances, same)
    best = thresholds[tar <= far][-1]
    return float(np.nextafter(thresholds[1], -np.inf) if best == -np.inf else best)
    """,
    says="The genuine pairs were counted: the promise is about false accepts, the impostor pairs.",
)
choose_threshold.wrong(
    BODY,
    """
    thresholds, _, tar = roc_curve(distances, same)
    best = thresholds[1 - tar <= far][0]
    return float(best)
    """,
    says="That keeps the false reject rate low: the promise is about false accepts.",
)
choose_threshold.wrong(
    BODY,
    """
    thresholds, rates, _ = roc_curve(distances, same)
    impostor = np.isin(thresholds, np.append(distances[~same], -np.inf))
    best = thresholds[impostor & (rates <= far)][-1]
    return float(np.nextafter(thresholds[1], -np.inf) if best == -np.inf else best)
    """,
    says="Of several thresholds with one FAR the smallest was returned: the largest has the same "
    "FAR and accepts more genuine pairs.",
)
choose_threshold.wrong(
    "thresholds[rates <= far][-1]",
    "thresholds[rates <= 1e-2][-1]",
    says="`far` was ignored: 1 % is only what it is if nothing is said.",
)
choose_threshold.wrong(
    "thresholds[rates <= far][-1]",
    "thresholds[rates * np.mean(~same) <= far][-1]",
    says="False accepts were taken as a share of all pairs: FAR is a share of the impostor pairs.",
)
choose_threshold.wrong(
    BODY,
    """
    thresholds, rates, _ = roc_curve(distances, same)
    return float(thresholds[rates <= far][-1])
    """,
    says="-inf was returned where no distance is strict enough: return a number just below the "
    "smallest distance.",
)
choose_threshold.wrong(
    BODY,
    """
    thresholds, rates, tar = roc_curve(distances, same)
    kept = rates <= far
    kept[0] = False
    if not kept.any():
        return float(np.nextafter(distances.min(), -np.inf))
    return float(thresholds[np.argmax(np.where(kept, tar, -1))])
    """,
    says="That is the first threshold with the best TAR: of those that keep the promise the "
    "largest is asked for.",
)
choose_threshold.wrong(
    BODY,
    """
    thresholds, rates, _ = roc_curve(distances, same)
    return float(thresholds[1:][np.argmin(np.abs(rates[1:] - far))])
    """,
    says="That is the distance whose FAR is nearest to the promise: it may be above it, and the "
    "promise is `at most`.",
)
choose_threshold.wrong(
    BODY,
    """
    thresholds, rates, tar = roc_curve(distances, same)
    kept = thresholds[1 - tar <= far]
    return float(kept[-1] if len(kept) > 1 else np.nextafter(distances.min(), -np.inf))
    """,
    says="The false reject rate, 1 - TAR, was held to the promise: it is about false accepts.",
)
choose_threshold.wrong(
    "return float(np.nextafter(thresholds[1], -np.inf))",
    "return float(thresholds[1])",
    says="Where no distance is strict enough the smallest was returned, and it accepts an impostor "
    "pair: return a number just below it.",
)
choose_threshold.wrong(
    "return float(np.nextafter(thresholds[1], -np.inf))",
    "return 0.0",
    says="0 was returned where no distance is strict enough: return a number just below the "
    "smallest distance.",
)
choose_threshold.wrong(
    "return float(np.nextafter(thresholds[1], -np.inf))",
    "return float(np.nextafter(thresholds[1], 0.0))",
    says="The number next to the smallest distance was sought towards 0: where that distance is 0 "
    "itself it is 0 again; seek it towards -inf.",
)
choose_threshold.wrong(
    "thresholds[rates <= far][-1]",
    "(thresholds[rates <= far][-1] + np.append(thresholds, np.inf)[np.sum(rates <= far)]) / 2",
    says="The middle between two distances was taken: return one of the distances themselves.",
)
choose_threshold.wrong(
    BODY,
    """
    thresholds, rates, _ = roc_curve(distances, same)
    best = np.interp(far, rates, np.append(thresholds[1], thresholds[1:]))
    return float(best)
    """,
    says="The threshold was interpolated between two distances: return one of the distances.",
)
choose_threshold.wrong(
    BODY,
    """
    _, rates, _ = roc_curve(distances, same)
    return float(rates[rates <= far][-1])
    """,
    says="That is the largest FAR within the promise: the threshold that has it is asked for.",
)
for step in ("1e-6", "1e-9", "1e-12"):
    choose_threshold.wrong(
        "np.nextafter(thresholds[1], -np.inf)",
        f"thresholds[1] - {step}",
        says=f"{step} was subtracted: from large distances it is lost in rounding, and beside "
        "tiny ones it is not small. np.nextafter gives the next number below.",
    )
choose_threshold.wrong(
    BODY,
    """
    thresholds, rates, _ = roc_curve(distances, same)
    good = thresholds[1:][rates[1:] <= far]
    return float(good[0] if len(good) else np.nextafter(thresholds[1], -np.inf))
    """,
    says="The smallest distance was returned wherever it keeps the promise: of all that keep it, "
    "take the largest.",
)
choose_threshold.wrong(
    BODY,
    """
    thresholds, rates, _ = roc_curve(distances, same)
    return float(thresholds[1:][np.argmax(rates[1:] >= far)])
    """,
    says="That is the first threshold whose FAR is as large as promised, or larger: take the last "
    "one whose FAR is at most that.",
)
choose_threshold.wrong(
    BODY,
    """
    thresholds, rates, _ = roc_curve(distances, same)
    allowed = rates[1:][rates[1:] <= far]
    if not allowed.size:
        return float(np.nextafter(thresholds[1], -np.inf))
    return float(thresholds[1:][rates[1:] == allowed.max()][0])
    """,
    says="Of several thresholds with one FAR the smallest was returned: the largest has the same "
    "FAR and accepts more genuine pairs.",
)
choose_threshold.right(
    BODY,
    """
    best = np.nextafter(distances.min(), -np.inf)
    impostors = int(sum(~same))
    for t in sorted(distances):
        if np.sum(distances[~same] <= t) / impostors <= far:
            best = t
    return best
    """,
    says="every distance tried",
)
choose_threshold.right(
    BODY,
    """
    thresholds, rates, _ = roc_curve(distances, same)
    kept = np.searchsorted(rates, far, side="right") - 1
    return thresholds[kept] if kept else np.nextafter(thresholds[1], -np.inf)
    """,
    says="searchsorted",
)
choose_threshold.right(
    BODY,
    """
    allowed = int(np.floor(far * np.count_nonzero(~same) * (1 + 1e-15)))
    first_too_many = np.sort(distances[np.logical_not(same)])[allowed]
    below = distances[distances < first_too_many]
    return float(below.max()) if below.size else float(np.nextafter(distances.min(), -np.inf))
    """,
    says="the largest distance below the first impostor too many",
)
for words in ("distances", "same"):
    choose_threshold.equivalent(f"when {words} is transposed first", because="it has one axis")
choose_threshold.equivalent(
    "with the absolute values of distances", because="no distance is below 0"
)
choose_threshold.equivalent("with the absolute values of same", because="they are True and False")
choose_threshold.equivalent(
    "if it is not made a plain number at the end", because="NumPy's floats count as floats"
)


false_match_probability = ex04.function(
    "false_match_probability",
    points=10,
    minutes=8,
    section="Recognition: K chances to be wrong",
    tolerance=TINY,
    hints=(
        "All K comparisons go right with probability (1 - far)^K, so P = 1 - (1 - far)^K. And "
        "(1 - far)^K = exp(K log(1 - far)).",
        "log((1 - far)^K) is K times log(1 - far), and log1p gives that logarithm without ever "
        "forming 1 - far. What is its argument, with which sign?",
        "Then 1 - exp(y) is wanted, with y the logarithm from before. expm1(y) is exp(y) - 1: the "
        "same thing with the other sign.",
    ),
)


@false_match_probability.probe("FAR 1 %, galleries of 1 to 1,000 people")
def _(ex, rng):
    return {"P": ex.false_match_probability(0.01, np.array([1, 10, 100, 1000]))}


@false_match_probability.probe("a FAR at random, five sizes at random")
def _(ex, rng):
    return {"P": ex.false_match_probability(rng.uniform(0.05, 0.3), rng.integers(2, 20, 5))}


@false_match_probability.probe("one number of people", "edge")
def _(ex, rng):
    return {"P": ex.false_match_probability(0.5, 2)}


@false_match_probability.probe("FAR 1e-12, as of an iris scanner, and one person", "edge")
def _(ex, rng):
    return {"P": ex.false_match_probability(1e-12, 1)}


@false_match_probability.probe("FAR 1e-12, 1,000 people and a thousand million", "edge")
def _(ex, rng):
    return {
        "1,000 people": ex.false_match_probability(1e-12, np.array([1000])),
        "1,000,000,000 people": ex.false_match_probability(1e-12, np.array([10**9])),
    }


@false_match_probability.probe("no errors at all", "edge")
def _(ex, rng):
    return {"P": ex.false_match_probability(0.0, np.array([[1, 5], [10, 100]]))}


@false_match_probability.probe("sizes in an array of a shape that the dice say")
def _(ex, rng):
    people = rng.integers(1, 50, tuple(rng.integers(1, 4, 3)))
    return {"P": ex.false_match_probability(rng.uniform(0.01, 0.2), people)}


@false_match_probability.probe("nobody to be taken for, and very many", "edge")
def _(ex, rng):
    return {"P": ex.false_match_probability(0.3, np.array([0, 1, 1000]))}


@false_match_probability.probe("a FAR far below 1e-12, drawn at random", "edge")
def _(ex, rng):
    far = float(rng.uniform(1, 9) * 10.0 ** -rng.integers(15, 30))
    return {f"{n} people": ex.false_match_probability(far, np.array([n])) for n in (1, 7, 100_000)}


false_match_probability.wrong(
    BODY,
    """
    return 1 - (1 - far) ** np.asarray(people)
    """,
    says="The formula is right, and its digits are gone where far is tiny: 1 - far is rounded. Use "
    "log1p and expm1.",
)
false_match_probability.wrong(
    BODY,
    """
    return np.asarray(people) * far
    """,
    says="K times far can exceed 1: that is the mean number of false matches, not the probability "
    "of at least one.",
)
false_match_probability.wrong(
    BODY,
    """
    return np.minimum(np.asarray(people) * far, 1)
    """,
    says="K times far, cut at 1, counts strangers twice who match two people: it is an upper "
    "bound, not the probability.",
)
false_match_probability.wrong(
    "-np.expm1(log_nobody)",
    "np.exp(log_nobody)",
    says="That is the probability that nobody matches: 1 minus it is asked for.",
)
false_match_probability.wrong(
    "-np.expm1(log_nobody)",
    "np.expm1(log_nobody)",
    says="The sign is wrong: expm1 is exp - 1, and 1 - exp is wanted.",
)
false_match_probability.wrong(
    "np.log1p(-far)",
    "np.log1p(far)",
    says="log1p got far: it adds 1 to its argument, so 1 - far needs -far.",
)
false_match_probability.wrong(
    BODY,
    """
    return np.float64(far) ** np.asarray(people)
    """,
    says="far^K is the probability that all K comparisons err: at least one is asked for.",
)
false_match_probability.wrong(
    "np.asarray(people) * np",
    "(np.asarray(people) - 1) * np",
    says="One comparison is missing: a stranger is compared with all K people.",
)
false_match_probability.wrong(
    BODY,
    """
    return 1 - np.exp(np.asarray(people) * np.log1p(-far))
    """,
    says="The subtraction 1 - exp loses the digits again where the result is tiny: expm1 keeps "
    "them.",
)
false_match_probability.wrong(
    BODY,
    """
    people = np.asarray(people)
    return people * far * (1 - far) ** np.maximum(people - 1, 0)
    """,
    says="That is the probability of exactly one false match: at least one is asked for.",
)
false_match_probability.wrong(
    BODY,
    """
    people = np.asarray(people)
    return -np.expm1(people * (people - 1) / 2 * np.log1p(-far))
    """,
    says="Pairs of people were counted, K (K - 1) / 2, as for birthdays: a stranger is compared "
    "with K people.",
)
false_match_probability.wrong(
    BODY,
    """
    return 1 - np.exp(-np.asarray(people) * far)
    """,
    says="That is an approximation, 1 - exp(-K far): the logarithm of 1 - far is not quite -far.",
)
false_match_probability.wrong(
    BODY,
    """
    return -np.expm1(-np.asarray(people) * far)
    """,
    says="log(1 - far) was taken as -far, which holds for tiny far only: log1p(-far) is exact.",
)
false_match_probability.wrong(
    BODY,
    """
    return -np.expm1(np.sum(people) * np.log1p(-far))
    """,
    says="The sizes were added up into one: each size of a gallery has its own probability.",
)
false_match_probability.wrong(
    "np.asarray(people) * np.log1p(-far)",
    "np.log1p(-far) / np.maximum(np.asarray(people), 1)",
    says="The logarithm was divided by K: a power K is K times the logarithm.",
)
false_match_probability.wrong(
    "return -np.expm1(log_nobody)",
    "return np.round(-np.expm1(log_nobody), 12)",
    says="The result was rounded: where far is tiny, rounding takes all of its digits.",
)
false_match_probability.wrong(
    BODY,
    "return 1.0 - float(far) ** np.asarray(people)",
    says="1 - far^K is the probability that not all K comparisons err: at least one is asked for, "
    "1 - (1 - far)^K.",
)
false_match_probability.wrong(
    BODY,
    "return -np.expm1(-np.asarray(people) * np.log1p(far))",
    says="log1p got far, and the minus stands outside: -log(1 + far) is not log(1 - far), so give "
    "log1p -far.",
)
false_match_probability.wrong(
    "log_nobody = np.asarray(people) * np.log1p(-far)",
    "people = np.asarray(people)\n    people = np.cumsum(people).reshape(people.shape)\n"
    "    log_nobody = people * np.log1p(-far)",
    says="The numbers of people were added up along the way: each of them is a gallery of its own.",
)
false_match_probability.wrong(
    "np.asarray(people) * np.log1p",
    "(np.asarray(people) + 1) * np.log1p",
    says="One comparison is too many: a stranger is compared with the K people, not with "
    "themselves.",
)
false_match_probability.right(
    BODY,
    """
    people = np.asarray(people)
    out = np.empty(people.shape)
    for i in np.ndindex(people.shape):
        out[i] = -np.expm1(int(people[i]) * np.log1p(-far))
    return out
    """,
    says="size after size",
)
false_match_probability.right(
    BODY,
    """
    y = np.multiply(people, np.log1p(-far), dtype=np.float64)
    return -2 * np.exp(y / 2) * np.sinh(y / 2)
    """,
    says="through the hyperbolic sine",
)
false_match_probability.equivalent(
    "with the absolute values of people", because="there are never fewer than 0 people"
)


recognise = ex04.function(
    "recognise",
    points=15,
    minutes=12,
    section="Monday morning",
    needs=("pairwise_distances",),
    tolerance=DECISIONS,
    hints=(
        "Two steps: first who is nearest, whoever that is; then whether that is near enough. The "
        "second step is what a search alone leaves out.",
        "pairwise_distances of encodings and gallery has a row for each picture asked about. Along "
        "it, argmin says which person, and min says how far.",
        "Then choose between two arrays by a third of True and False: the nearest person where the "
        "distance is at most the threshold, -1 elsewhere.",
    ),
)


@ex04.helper
def asked(ex, encodings, gallery, threshold):
    """The answers, and what was asked."""
    who = ex.recognise(encodings.copy(), gallery.copy(), threshold)
    return {"who": who, "encodings": encodings, "gallery": gallery, "threshold": threshold}


@recognise.probe("forty pictures, a gallery of six", explain=explained_answers)
def _(ex, rng):
    return asked(ex, rng.normal(size=(40, 3)), rng.normal(size=(6, 3)), 1.6)


@recognise.probe("as many pictures as people, each near its own", explain=explained_answers)
def _(ex, rng):
    gallery = 10 * np.eye(5)
    return asked(ex, gallery[[3, 0, 4, 1, 2]] + rng.uniform(0, 1, (5, 5)), gallery, 3.0)


@recognise.probe(
    "distances exactly at the threshold, and beyond", "edge", explain=explained_answers
)
def _(ex, rng):
    gallery = np.array([[0.0, 0.0], [100.0, 0.0]])
    encodings = np.array([[3.0, 4.0], [97.0, 4.0], [6.0, 8.0], [0.0, 4.0]])
    return asked(ex, encodings, gallery, 5.0)


@recognise.probe("everyone is near enough, the last one nearest", explain=explained_answers)
def _(ex, rng):
    gallery = np.array([[3.0, 0.0], [2.0, 0.0], [1.0, 0.0]])
    return asked(ex, np.zeros((1, 2)), gallery, 10.0)


@recognise.probe(
    "two equal pictures in the gallery: the first counts", "edge", explain=explained_answers
)
def _(ex, rng):
    gallery = np.array([[5.0, 5.0], [1.0, 2.0], [1.0, 2.0]])
    return asked(ex, np.array([[1.0, 2.0], [5.0, 4.0]]), gallery, 2.0)


@recognise.probe("a gallery of one, and a stranger", "edge", explain=explained_answers)
def _(ex, rng):
    return asked(ex, np.array([[0.0, 9.0], [0.5, 0.0]]), np.zeros((1, 2)), 0.7)


@recognise.probe("as many pictures, people and numbers as the dice say", explain=explained_answers)
def _(ex, rng):
    n, k, numbers = rng.integers(10, 20), rng.integers(2, 9), rng.integers(1, 7)
    encodings, gallery = rng.normal(size=(n, numbers)), rng.normal(size=(k, numbers))
    return asked(ex, encodings, gallery, 0.8 * np.sqrt(numbers))


@recognise.probe("a threshold below 0: nobody is recognised", "edge", explain=explained_answers)
def _(ex, rng):
    gallery = rng.normal(size=(3, 4))
    return asked(ex, gallery[[1, 0]], gallery, -1.0)


@recognise.probe("very many people: the last of 300", "edge", explain=explained_answers)
def _(ex, rng):
    gallery = np.arange(300.0)[:, None]
    return asked(ex, np.array([[299.2], [255.9], [400.0]]), gallery, 5.0)


recognise.wrong(
    "np.where(accepted, nearest, -1)",
    "nearest",
    says="Strangers are always somebody: where the nearest is beyond the threshold, answer -1.",
)
recognise.wrong(
    "<= threshold",
    "< threshold",
    says="A distance equal to the threshold was refused: at most the threshold is accepted.",
)
recognise.wrong(
    "np.where(accepted, nearest, -1)",
    "np.where(accepted, nearest, len(gallery))",
    says="None of them was given the number K: the answer for a stranger is -1.",
)
recognise.wrong(
    BODY,
    """
    near = pairwise_distances(encodings, gallery) <= threshold
    return np.where(near.any(axis=1), near.argmax(axis=1), -1)
    """,
    says="That is the first person near enough: of all who are, the nearest is meant.",
)
recognise.wrong(
    "distances.argmin(axis=1)",
    "distances.argmax(axis=1)",
    says="That is the person farthest away: small distances mean alike.",
)
recognise.wrong(
    "pairwise_distances(encodings, gallery)",
    "pairwise_distances(encodings, gallery, squared=True)",
    says="Squared distances were compared with the threshold: it is meant for distances.",
)
recognise.wrong(
    "pairwise_distances(encodings, gallery)",
    "pairwise_distances(gallery, encodings)",
    says="Every person got a picture: there is one answer for each picture asked about.",
)
recognise.wrong(
    "np.where(accepted, nearest, -1)",
    "np.where(accepted, nearest + 1, 0)",
    says="People were counted from 1: the rows of the gallery are numbered from 0, and -1 is none.",
)
recognise.wrong(
    "np.where(accepted, nearest, -1)",
    "nearest[accepted]",
    says="Strangers were left out of the answer: each picture needs one, -1 for none of them.",
)
recognise.wrong(
    BODY,
    """
    distances = pairwise_distances(encodings, gallery)
    last = distances.shape[1] - 1 - distances[:, ::-1].argmin(axis=1)
    return np.where(distances.min(axis=1) <= threshold, last, -1)
    """,
    says="Of equally near people the last was taken: the first counts.",
)
recognise.wrong(
    BODY,
    """
    distances = pairwise_distances(encodings, gallery, squared=True)
    return np.where(distances.min(axis=1) <= threshold**2, distances.argmin(axis=1), -1)
    """,
    says="Both sides were squared: a threshold below 0 accepts nobody, its square does.",
)
recognise.wrong(
    BODY,
    """
    alike = encodings @ gallery.T
    return np.where(alike.max(axis=1) >= threshold, alike.argmax(axis=1), -1)
    """,
    says="The dot products of encodings and gallery were compared, which are similarities: the "
    "nearest by distance is asked for.",
)
recognise.wrong(
    BODY,
    """
    lengths = np.linalg.norm(encodings, axis=1)[:, None] * np.linalg.norm(gallery, axis=1)
    distances = 1 - encodings @ gallery.T / np.where(lengths > 0, lengths, 1)
    return np.where(distances.min(axis=1) <= threshold, distances.argmin(axis=1), -1)
    """,
    says="Cosine distances were compared: use pairwise_distances.",
)
recognise.wrong(
    "return np.where(accepted, nearest, -1)",
    "return distances.min(axis=1)",
    says="Those are the distances to the nearest person: the number of that row is asked for, or "
    "-1.",
)
recognise.wrong(
    "return np.where(accepted, nearest, -1)",
    "return accepted",
    says="That is whether anybody is near enough: the number of the nearest row is asked for.",
)
recognise.wrong(
    "return np.where(accepted, nearest, -1)",
    "return gallery[nearest]",
    says="Those are rows of the gallery: their numbers are asked for.",
)
recognise.wrong(
    "np.where(accepted, nearest, -1)",
    "np.where(accepted, nearest, 0)",
    says="Strangers were given the number 0, which is a person: -1 stands for none of them.",
)
recognise.wrong(
    "np.where(accepted, nearest, -1)",
    "np.where(accepted, -1, nearest)",
    says="The two answers are exchanged: -1 is for those beyond the threshold.",
)
recognise.wrong(
    "np.where(accepted, nearest, -1)",
    "np.where(accepted, nearest, np.nan)",
    says="Strangers were given nan, which makes all answers floats: -1 stands for none of them.",
)
recognise.wrong(
    "np.where(accepted, nearest, -1)",
    "np.where(accepted, nearest, -1.0)",
    says="The answers are floats: numbers of rows are integers.",
)
recognise.wrong(
    "distances.min(axis=1) <= threshold",
    "distances.mean(axis=1) <= threshold",
    says="The mean distance to the gallery was compared: that of the nearest row decides.",
)
recognise.wrong(
    "distances.min(axis=1) <= threshold",
    "distances.min() <= threshold",
    says="The smallest of all distances decided for every picture: each has its own nearest row.",
)
recognise.wrong(
    "np.where(accepted, nearest, -1)",
    "(nearest * accepted - ~accepted).astype(np.uint8)",
    says="The answers are unsigned bytes: -1 is not among them, nor is 256.",
)
recognise.wrong(
    "distances.min(axis=1) <= threshold",
    "(distances <= threshold).all(axis=1)",
    says="Everyone in the gallery had to be near: it is enough that the nearest row is.",
)
recognise.wrong(
    "np.where(accepted, nearest, -1)",
    "np.where(accepted, nearest + 1, -1)",
    says="People were counted from 1: the rows of the gallery are numbered from 0.",
)
recognise.wrong(
    BODY,
    """
    distances = pairwise_distances(encodings, gallery)
    return np.where(distances.max(axis=1) <= threshold, distances.argmax(axis=1), -1)
    """,
    says="The person farthest away was looked for: small distances mean alike, so take min and "
    "argmin.",
)
recognise.wrong(
    BODY,
    """
    distances = pairwise_distances(encodings, gallery)
    distances = np.append(distances, np.full((len(distances), 1), np.inf), axis=1)[:, 1:]
    return np.where(distances.min(axis=1) <= threshold, distances.argmin(axis=1) + 1, -1)
    """,
    says="The first row of the gallery was left out: the search begins at row 0.",
)
recognise.wrong(
    BODY,
    """
    near = pairwise_distances(encodings, gallery) <= threshold
    last = near.shape[1] - 1 - near[:, ::-1].argmax(axis=1)
    return np.where(near.any(axis=1), last, -1)
    """,
    says="That is the last person near enough: of all who are, the nearest is meant.",
)
recognise.wrong(
    "return np.where(accepted, nearest, -1)",
    "return nearest if accepted.all() else np.full(len(nearest), -1)",
    says="One stranger made every answer -1: each picture is answered on its own.",
)
recognise.wrong(
    BODY,
    """
    distances = pairwise_distances(gallery, encodings)
    nearest = np.resize(distances.argmin(axis=1), len(encodings))
    return np.where(np.resize(distances.min(axis=1), len(encodings)) <= threshold, nearest, -1)
    """,
    says="For each person of the gallery the nearest picture was sought, and the answers then cut "
    "or repeated to fit: seek the nearest person for each picture, along axis 1 of (N, K).",
)
recognise.wrong(
    BODY,
    """
    distances = pairwise_distances(encodings, gallery)
    single = (distances <= threshold).sum(axis=1) == 1
    return np.where(single, distances.argmin(axis=1), -1)
    """,
    says="Where several people are near enough the answer was -1: of them, the nearest is meant.",
)
recognise.wrong(
    BODY,
    """
    distances = pairwise_distances(encodings, gallery).copy()
    answers = []
    for row in range(len(distances)):
        nearest = int(distances[row].argmin())
        answers.append(nearest if distances[row, nearest] <= threshold else -1)
        if answers[-1] >= 0:
            distances[:, nearest] = np.inf
    return np.array(answers, int)
    """,
    says="A person once found was not found again: several pictures can show one person, each is "
    "answered on its own.",
)
recognise.wrong(
    BODY,
    """
    distances = pairwise_distances(encodings, gallery)
    nearer = np.sort(distances, axis=1)[:, :2].mean(axis=1)
    return np.where(nearer <= threshold, distances.argmin(axis=1), -1)
    """,
    says="The mean distance of the two nearest was compared with the threshold: that of the "
    "nearest alone decides.",
)
recognise.right(
    BODY,
    """
    answers = []
    for f in encodings:
        distances = [np.linalg.norm(f - g) for g in gallery]
        nearest = int(np.argmin(distances))
        answers.append(nearest if distances[nearest] <= threshold else -1)
    return np.array(answers)
    """,
    says="a loop over pictures",
)
recognise.right(
    BODY,
    """
    distances = pairwise_distances(encodings, gallery)
    with_nobody = np.column_stack([distances, np.full(len(distances), np.inf)])
    with_nobody[with_nobody > threshold] = np.inf
    nearest = with_nobody.argmin(axis=1).astype(np.int32)
    nearest[np.isinf(with_nobody.min(axis=1))] = -1
    return nearest
    """,
    says="too far is infinitely far",
)
recognise.equivalent(
    "if argmin runs along axis -1 in place of axis 1",
    because="of two axes, axis 1 is the last",
)
recognise.equivalent(
    "if min runs along axis -1 in place of axis 1",
    because="of two axes, axis 1 is the last",
)
