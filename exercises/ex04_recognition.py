"""Exercise set 04: verification and recognition, in seven small functions.

You write what stands between encodings and decisions: a distance against a threshold, the curve
that shows what a threshold costs, three ways to read it, and the search of a gallery that may
answer "none of them". Plain NumPy. Replace each `raise NotImplementedError(...)` with your own
code, then run

    minidl check ex04        or, in a notebook,        check("ex04")

NumPy, the standard library and the other sets are what an exercise file may use, and files of your
own beside it.

An encoding is a row of d numbers that stands for one picture. `distances` (N,) are those between
the two encodings of N pairs; `same` (N,) is True where a pair shows one person (a genuine pair)
and False where it shows two (an impostor pair). No function may change its inputs.
"""

import numpy as np


def verify(a: np.ndarray, b: np.ndarray, threshold: float) -> np.ndarray:
    """For each pair of pictures: is this one person?

    Row n of `a` is compared with row n of `b` and with no other, by the Euclidean distance. One
    that equals the threshold is accepted.

    a, b: (N, d), float: the encodings of the first and of the second pictures.
    Returns (N,), bool.

    Example: a = [[0, 0], [0, 0], [1, 1]], b = [[3, 4], [6, 8], [1, 2]] have distances 5, 10, 1:
             threshold = 5 gives [True, False, True]
    """
    raise NotImplementedError("ex04.verify: For each pair of pictures: is this one person?")


def pairwise_distances(
    a: np.ndarray, b: np.ndarray | None = None, squared: bool = False
) -> np.ndarray:
    """The distance of every point of one set from every one of another.

    Entry i, j of the result is the Euclidean distance of row i of `a` from row j of `b`, or, if
    squared, its square. Loops are right. Multiplying the square out is fast: try it on paper. Then
    mind points that coincide, whose square rounding can make slightly negative; its root is nan.

    a: (N, d), float. b: (M, d), float; None stands for `a` itself.
    Returns (N, M), float, nowhere nan.

    Example: a = [[0, 0], [3, 4]], b = [[0, 0], [3, 0], [6, 8]] gives [[0, 3, 10], [5, 4, 5]]
             with squared=True                                        [[0, 9, 100], [25, 16, 25]]
    """
    raise NotImplementedError(
        "ex04.pairwise_distances: The distance of every point of one set from every one of another."
    )


def roc_curve(distances: np.ndarray, same: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What every threshold costs: the receiver operating characteristic.

    A threshold t accepts the pairs with distance <= t. The false accept rate, far, is the share of
    the impostor pairs that it accepts, and the true accept rate, tar, that of the genuine pairs.

    Only thresholds that equal one of the distances make a difference. Begin with one that accepts
    nobody, -inf, and go through the different distances in rising order. Counting anew at every
    threshold is right; there is a way that sorts only once.

    distances: (N,), float. same: (N,), bool, with both kinds in it.
    Returns (thresholds, far, tar), each (T + 1,) for T different distances, rising.

    Example: distances = [0.2, 0.5, 0.5, 0.9], same = [True, True, False, False]
             thresholds = [-inf, 0.2, 0.5, 0.9]
             far        = [0,    0,   0.5, 1  ]
             tar        = [0,    0.5, 1,   1  ]
    """
    raise NotImplementedError(
        "ex04.roc_curve: What every threshold costs: the receiver operating characteristic."
    )


def equal_error_rate(distances: np.ndarray, same: np.ndarray) -> float:
    """The rate at which both kinds of error are equally frequent.

    Go along the ROC curve. FRR = 1 - TAR, the false reject rate, falls, FAR rises, and somewhere
    they cross: between the last threshold with FAR < FRR and the first with FAR >= FRR. Between
    these two points the curve is taken as straight. The EER is FAR (or FRR) at the crossing.

    Use your `roc_curve`.

    distances: (N,), float. same: (N,), bool, with both kinds in it.
    Returns one float from 0 to 1.

    Example: distances = [0.1, 0.3, 0.3, 0.6], same = [True, True, False, False]
             far = [0, 0, 0.5, 1], frr = [1, 0.5, 0, 0]: they cross between the second and the
             third, half-way, where both are 0.25
    """
    raise NotImplementedError(
        "ex04.equal_error_rate: The rate at which both kinds of error are equally frequent."
    )


def choose_threshold(distances: np.ndarray, same: np.ndarray, far: float = 1e-2) -> float:
    """The most generous threshold whose FAR is at most what was promised.

    Among the distances of the pairs, the largest t with  FAR(t) <= far.  If even the smallest
    distance accepts too many, return a threshold just below it: np.nextafter(smallest, -np.inf).

    Use your `roc_curve`.

    distances: (N,), float. same: (N,), bool, with both kinds in it. far: from 0, below 1.
    Returns one finite float.

    Example: distances = [0.2, 0.4, 0.5, 0.6, 0.8], same = [True, False, True, False, False]
             FAR at these:  0, 1/3, 1/3, 2/3, 1
             far = 0.4 gives 0.5;  far = 1/3 gives 0.5 as well;  far = 0.1 gives 0.2
    """
    raise NotImplementedError(
        "ex04.choose_threshold: The most generous threshold whose FAR is at most what was promised."
    )


def false_match_probability(far: float, people: int | np.ndarray) -> np.ndarray:
    """How likely a stranger is taken for one of K people.

    Each of the K comparisons errs with probability far, and independently of the others.

    The formula as the lesson writes it loses what matters when far is tiny: 1 - 1e-12 is rounded to
    16 digits, and hardly four of them belong to the 1e-12. Think of logarithms: NumPy has log1p(x)
    = log(1 + x) and expm1(x) = exp(x) - 1, which are exact for small x.

    far: one float from 0, below 1. people: K, one number or an array of them.
    Returns P, a float array of the shape of `people`.

    Example: far = 0.5,  people = 2         gives 1 - 0.25 = 0.75
             far = 0.01, people = [1, 100]  gives [0.01, 0.634]
             far = 1e-12, people = 1        gives 1e-12
    """
    raise NotImplementedError(
        "ex04.false_match_probability: How likely a stranger is taken for one of K people."
    )


def recognise(encodings: np.ndarray, gallery: np.ndarray, threshold: float) -> np.ndarray:
    """Who is on each picture: one of K people of a gallery, or none of them?

    The answer is the number of the nearest row of the gallery if it would be verified at this
    threshold, and -1, "none of them", if not. Of equally near rows the first counts. Use your
    `pairwise_distances`.

    encodings: (N, d), float: the pictures asked about. gallery: (K, d), float, K >= 1: one
    picture of each person.
    Returns (N,), integers from -1 to K - 1.

    Example: gallery = [[0, 0], [10, 0]], encodings = [[1, 0], [9, 0], [4, 3]]
             the nearest rows are 0, 1, 0, at distances 1, 1, 5
             threshold = 5 gives [0, 1, 0], threshold = 2 gives [0, 1, -1]
    """
    raise NotImplementedError(
        "ex04.recognise: Who is on each picture: one of K people of a gallery, or none of them?"
    )


# Stub 2b173000fd38 of solutions/ex04_recognition.py
