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
    tolerance=DECISIONS,
    hints=(
        "Think of one pair first: subtract the encodings, square, add up, take the root. That is "
        "one number, and the question is whether it exceeds the threshold.",
        "a - b subtracts row from row for all pairs at once. The numbers of one encoding lie along "
        "axis 1, so that is the axis to sum over, and N distances are left.",
        "Comparing an array with a number gives an array of True and False: that is the answer. "
        "Equal to the threshold means accepted, and that decides between two comparison signs.",
    ),
)


@verify.probe("twelve pairs, encodings of four numbers")
def _(ex, rng):
    a, b = rng.normal(size=(2, 12, 4))
    return {"accepted": ex.verify(a, b, 2.5)}


@verify.probe("as many pairs as numbers in an encoding, a small threshold")
def _(ex, rng):
    a, b = rng.normal(0, 0.2, size=(2, 8, 8))
    return {"accepted": ex.verify(a, b, 0.8)}


@verify.probe("distances 5, 10, 5 and 0, threshold 5")
def _(ex, rng):
    b = np.array([[3.0, 4.0], [6.0, 8.0], [-4.0, 3.0], [0.0, 0.0]])
    return {"accepted": ex.verify(np.zeros((4, 2)), b, 5.0)}


@verify.probe("a step of 0.6 in each of nine numbers: the distance is 1.8")
def _(ex, rng):
    a = rng.normal(size=(2, 9))
    return {"at 1.7": ex.verify(a, a + 0.6, 1.7), "at 1.9": ex.verify(a, a + 0.6, 1.9)}


@verify.probe("the encodings stay as they were")
def _(ex, rng):
    a, b = rng.normal(size=(2, 3, 4))
    ex.verify(a, b, 1.0)
    return {"a afterwards": a, "b afterwards": b}


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


pairwise_distances = ex04.function(
    "pairwise_distances",
    points=15,
    minutes=15,
    tolerance=DISTANCES,
    hints=(
        "Two loops, over the rows of a and over the rows of b, and one distance in the middle: "
        "start with that, it is right. Then look for a way to do it at once.",
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


@pairwise_distances.probe("thirty points and the very same again")
def _(ex, rng):
    a = rng.normal(size=(30, 40))
    return {"distances": ex.pairwise_distances(a, a.copy())}


@pairwise_distances.probe("no second set: the first with itself")
def _(ex, rng):
    return {"distances": ex.pairwise_distances(rng.normal(size=(4, 3)))}


@pairwise_distances.probe("both sets stay as they were")
def _(ex, rng):
    a, b = rng.normal(size=(2, 3, 4))
    ex.pairwise_distances(a, b)
    return {"a afterwards": a, "b afterwards": b}


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


roc_curve = ex04.function(
    "roc_curve",
    points=20,
    minutes=20,
    tolerance=RATES,
    hints=(
        "For one threshold t: which pairs does it accept, how many of them are impostors, and how "
        "many impostor pairs are there at all? Then the same for the genuine pairs.",
        "The thresholds are the different distances, sorted, with -inf before them. At each of "
        "them, a rate is the mean of a comparison over the pairs of one kind.",
        "The quick way: sort the pairs by distance, and a running count of each kind (cumsum) is "
        "what is accepted so far. Of equal distances keep the last count only.",
    ),
)


@roc_curve.probe("eight genuine and twelve impostor pairs")
def _(ex, rng):
    d, same = pairs(rng, 8, 12)
    thresholds, far, tar = ex.roc_curve(d, same)
    return {"thresholds": thresholds, "far": far, "tar": tar}


@roc_curve.probe("many equal distances")
def _(ex, rng):
    d, same = pairs(rng, 15, 25, digits=1)
    thresholds, far, tar = ex.roc_curve(d, same)
    return {"thresholds": thresholds, "far": far, "tar": tar}


@roc_curve.probe("the example of the docstring")
def _(ex, rng):
    d, same = np.array([0.2, 0.5, 0.5, 0.9]), np.array([True, True, False, False])
    thresholds, far, tar = ex.roc_curve(d, same)
    return {"thresholds": thresholds, "far": far, "tar": tar}


@roc_curve.probe("distances and kinds stay as they were")
def _(ex, rng):
    d, same = pairs(rng, 4, 5)
    ex.roc_curve(d, same)
    return {"distances afterwards": d, "same afterwards": same}


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
    distances.sort()
    thresholds = np.append(-np.inf, np.unique(distances))
    far = [np.mean(distances[~same] <= t) for t in thresholds]
    tar = [np.mean(distances[same] <= t) for t in thresholds]
    return thresholds, np.array(far), np.array(tar)
    """,
    says="The distances were sorted without their kinds, and in the caller's array: sort an index "
    "(argsort) and take both in its order.",
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


equal_error_rate = ex04.function(
    "equal_error_rate",
    points=15,
    minutes=15,
    needs=("roc_curve",),
    tolerance=RATES,
    hints=(
        "At the strictest threshold FAR is 0 and FRR is 1, at the laxest it is the other way "
        "round. Somewhere between they cross. Watch the sign of their difference.",
        "gap rises from -1 to 1. Find the first place where it is not negative; the crossing lies "
        "between that place and the one before.",
        "If gap goes from -0.1 to 0.3, it is 0 after a quarter of the way. FAR has then gone a "
        "quarter of its way, too.",
    ),
)


@equal_error_rate.probe("twenty genuine and thirty impostor pairs")
def _(ex, rng):
    return {"EER": ex.equal_error_rate(*pairs(rng, 20, 30))}


@equal_error_rate.probe("equal distances: the curve is coarse")
def _(ex, rng):
    return {"EER": ex.equal_error_rate(*pairs(rng, 12, 31, digits=1))}


@equal_error_rate.probe("the example of the docstring")
def _(ex, rng):
    d, same = np.array([0.1, 0.3, 0.3, 0.6]), np.array([True, True, False, False])
    return {"EER": ex.equal_error_rate(d, same)}


@equal_error_rate.probe("two kinds that never mix: no errors")
def _(ex, rng):
    d = np.append(rng.uniform(0, 1, 6), rng.uniform(2, 3, 6))
    return {"EER": ex.equal_error_rate(d, np.arange(12) < 6)}


@equal_error_rate.probe("the distances stay as they were")
def _(ex, rng):
    d, same = pairs(rng, 5, 5)
    ex.equal_error_rate(d, same)
    return {"distances afterwards": d, "same afterwards": same}


equal_error_rate.wrong(
    "float(far[before] + share * (far[after] - far[before]))",
    "float(far[after])",
    says="That is FAR at the first threshold beyond the crossing: go only the share of the way.",
)
equal_error_rate.wrong(
    "float(far[before] + share * (far[after] - far[before]))",
    "float(far[before])",
    says="That is FAR at the last threshold before the crossing: go on by the share of the way.",
)
equal_error_rate.wrong(
    BODY,
    """
    _, far, tar = roc_curve(distances, same)
    nearest = np.argmin(np.abs(far - (1 - tar)))
    return float((far[nearest] + 1 - tar[nearest]) / 2)
    """,
    says="That is the mean of both errors at the nearest threshold: take the crossing between two "
    "thresholds instead, with the share.",
)
equal_error_rate.wrong(
    "share = -gap[before] / (gap[after] - gap[before])",
    "share = 0.5",
    says="The middle between two thresholds was taken: where gap is 0 depends on the two gaps.",
)
equal_error_rate.wrong(
    "share = -gap[before] / (gap[after] - gap[before])",
    "share = gap[after] / (gap[after] - gap[before])",
    says="The share is measured from the wrong end: it starts at the threshold before, with -gap0.",
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


choose_threshold = ex04.function(
    "choose_threshold",
    points=15,
    minutes=15,
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


@choose_threshold.probe("30 genuine and 60 impostor pairs, FAR at most 10 %")
def _(ex, rng):
    return {"threshold": ex.choose_threshold(*pairs(rng, 30, 60), 0.1)}


@choose_threshold.probe("a quarter of 20 impostor pairs is exactly 5")
def _(ex, rng):
    d = np.append(rng.uniform(1, 2, 8), np.arange(20) / 10)
    same = np.arange(28) < 8
    return {
        "at most 0.25": ex.choose_threshold(d, same, 0.25),
        "at most 0.24": ex.choose_threshold(d, same, 0.24),
    }


@choose_threshold.probe("the example of the docstring")
def _(ex, rng):
    d, same = np.array([0.2, 0.4, 0.5, 0.6, 0.8]), np.array([True, False, True, False, False])
    return {
        "at most 0.4": ex.choose_threshold(d, same, 0.4),
        "at most 1/3": ex.choose_threshold(d, same, 1 / 3),
        "at most 0.1": ex.choose_threshold(d, same, 0.1),
    }


@choose_threshold.probe("far left out: 1 % of 300 impostor pairs")
def _(ex, rng):
    return {"threshold": ex.choose_threshold(*pairs(rng, 80, 300))}


@choose_threshold.probe("equal distances, FAR at most 20 %")
def _(ex, rng):
    return {"threshold": ex.choose_threshold(*pairs(rng, 20, 40, digits=1), 0.2)}


@choose_threshold.probe("even the smallest distance accepts too many")
def _(ex, rng):
    d, same = np.append(0.3, rng.uniform(0.4, 1, 9)), np.arange(10) % 2 == 1
    t = ex.choose_threshold(d, same, 0.1)
    return {"pairs accepted": np.sum(d <= t), "is finite": np.isfinite(t), "near 0.3": t > 0.299}


@choose_threshold.probe("the distances stay as they were")
def _(ex, rng):
    d, same = pairs(rng, 5, 5)
    ex.choose_threshold(d, same, 0.2)
    return {"distances afterwards": d, "same afterwards": same}


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
    says="Only distances of impostor pairs were tried: up to the next of them, genuine pairs can "
    "be accepted for nothing.",
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


false_match_probability = ex04.function(
    "false_match_probability",
    points=10,
    minutes=8,
    tolerance=TINY,
    hints=(
        "Ask for the opposite first: how likely is it that all K comparisons go right? If they err "
        "independently, probabilities multiply.",
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


@false_match_probability.probe("one number of people")
def _(ex, rng):
    return {"P": ex.false_match_probability(0.5, 2)}


@false_match_probability.probe("FAR 1e-12, as of an iris scanner")
def _(ex, rng):
    return {"P": ex.false_match_probability(1e-12, np.array([1, 1000, 10**9]))}


@false_match_probability.probe("no errors at all")
def _(ex, rng):
    return {"P": ex.false_match_probability(0.0, np.array([[1, 5], [10, 100]]))}


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


recognise = ex04.function(
    "recognise",
    points=15,
    minutes=12,
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


@recognise.probe("twenty pictures, a gallery of six")
def _(ex, rng):
    encodings, gallery = rng.normal(size=(20, 3)), rng.normal(size=(6, 3))
    return {"who": ex.recognise(encodings, gallery, 1.2)}


@recognise.probe("as many pictures as people, each near its own")
def _(ex, rng):
    gallery = 10 * np.eye(5)
    return {"who": ex.recognise(gallery[[3, 0, 4, 1, 2]] + rng.uniform(0, 1, (5, 5)), gallery, 3.0)}


@recognise.probe("distances exactly at the threshold, and beyond")
def _(ex, rng):
    gallery = np.array([[0.0, 0.0], [100.0, 0.0]])
    encodings = np.array([[3.0, 4.0], [97.0, 4.0], [6.0, 8.0], [0.0, 4.0]])
    return {"who": ex.recognise(encodings, gallery, 5.0)}


@recognise.probe("everyone is near enough, the last one nearest")
def _(ex, rng):
    gallery = np.array([[3.0, 0.0], [2.0, 0.0], [1.0, 0.0]])
    return {"who": ex.recognise(np.zeros((1, 2)), gallery, 10.0)}


@recognise.probe("two equal pictures in the gallery: the first counts")
def _(ex, rng):
    gallery = np.array([[5.0, 5.0], [1.0, 2.0], [1.0, 2.0]])
    return {"who": ex.recognise(np.array([[1.0, 2.0], [5.0, 4.0]]), gallery, 2.0)}


@recognise.probe("a gallery of one, and a stranger")
def _(ex, rng):
    return {"who": ex.recognise(np.array([[0.0, 9.0], [0.5, 0.0]]), np.zeros((1, 2)), 0.7)}


@recognise.probe("encodings and gallery stay as they were")
def _(ex, rng):
    encodings, gallery = rng.normal(size=(2, 3, 4))
    ex.recognise(encodings, gallery, 1.0)
    return {"encodings afterwards": encodings, "gallery afterwards": gallery}


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
