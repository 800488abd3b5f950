"""Exercise set 06: triplet loss, in six small functions.

You write the loss of a triplet and its gradient, list the triplets that a batch of pictures holds,
and choose from them those that teach: all that still cost something, the hardest, the semi-hard.
Plain NumPy. Replace each `raise NotImplementedError(...)` with your own code, then run

    minidl check ex06        or, in a notebook,        check("ex06")

NumPy, the standard library and the other sets are what an exercise file may use, and files of your
own beside it.

A triplet is an anchor, a positive (another picture of the anchor's person) and a negative (a
picture of somebody else). `encodings` (N, d) are N pictures' encodings, `labels` (N,) integers say
whom each shows. Distances are squared Euclidean ones. No function may change its inputs.
"""

import numpy as np


def triplet_loss(
    anchor: np.ndarray, positive: np.ndarray, negative: np.ndarray, margin: float = 0.2
) -> float:
    """Mean over triplets of how much nearer the positive should still come.

    A triplet costs by how much its squared distances miss the wish of the lesson, and nothing as
    soon as its negative is farther from the anchor than its positive by the margin; it still counts
    in the mean, as a 0.

    anchor, positive, negative: (T, d), float; row t of the three is triplet t.
    Returns one float, at least 0.

    Example: A = [[0, 0]], P = [[0.3, 0.4]], N = [[0.6, 0]], margin = 0.2
             |A - P|^2 = 0.25, |A - N|^2 = 0.36, loss = 0.25 - 0.36 + 0.2 = 0.09
             with N = [[0, 1]] it is max(0, 0.25 - 1 + 0.2) = 0
    """
    raise NotImplementedError(
        "ex06.triplet_loss: Mean over triplets of how much nearer the positive should still come."
    )


def triplet_loss_grad(
    anchor: np.ndarray, positive: np.ndarray, negative: np.ndarray, margin: float = 0.2
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradient of the loss above by anchors, positives and negatives.

    Differentiate the cost of one triplet by each of its three points. A triplet that costs nothing
    gives 0 to all three. The loss is a mean over all T triplets, and so is its gradient.

    anchor, positive, negative: (T, d), float.
    Returns three arrays (T, d).

    Example: A = [[0, 0]], P = [[0.3, 0.4]], N = [[0.6, 0]], margin = 0.2 (loss 0.09, so active)
             d A = [[0.6, -0.8]], d P = [[0.6, 0.8]], d N = [[-1.2, 0]]
             with N = [[0, 1]] (loss 0) all three are [[0, 0]]
    """
    raise NotImplementedError(
        "ex06.triplet_loss_grad: Gradient of the loss above by anchors, positives and negatives."
    )


def all_triplets(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """List every valid triplet of a batch, as three arrays of indices.

    (a, p, n) is valid if a and p are two different pictures of one person and n shows another.
    Which of two pictures is the anchor matters: (a, p, n) and (p, a, n) are two triplets.

    labels: (N,), integers; a person may have a single picture.
    Returns (anchor, positive, negative), integer arrays of one length T, in any order of triplets.

    Example: labels = [7, 7, 4]: anchor = [0, 1], positive = [1, 0], negative = [2, 2]
             (picture 2 can be no anchor: there is no other picture of person 4)
    """
    raise NotImplementedError(
        "ex06.all_triplets: List every valid triplet of a batch, as three arrays of indices."
    )


def batch_all_triplet_loss(encodings: np.ndarray, labels: np.ndarray, margin: float = 0.2) -> float:
    """Mean loss over those triplets of a batch that cost something.

    Soon most triplets of a batch cost nothing, and a mean over all would drown the rest in zeros:
    the mean is over the active ones. If there is none the result is 0. Use your `all_triplets`.

    encodings: (N, d), float. labels: (N,), integers.
    Returns one float, at least 0.

    Example: encodings = [[0], [0.5], [0.8], [1.2]], labels = [1, 1, 2, 2], margin = 0.2
             Two of the eight triplets cost something: anchor 1, positive 0, negative 2 costs
             0.25 - 0.09 + 0.2 = 0.36, and anchor 2, positive 3, negative 1 costs 0.27.
             The result is (0.36 + 0.27) / 2 = 0.315
    """
    raise NotImplementedError(
        "ex06.batch_all_triplet_loss: Mean loss over those triplets of a batch that cost something."
    )


def hardest(distances: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Choose for each anchor its farthest positive and its nearest negative.

    These are the triplets of "batch-hard": one for each anchor that has a positive, in the order of
    the anchors. Pictures that are the only one of their person are skipped as anchors; as
    negatives of others they count.

    distances: (N, N), float, distances[i, j] between pictures i and j. labels: (N,), integers; at
    least two people.
    Returns (anchor, positive, negative), integer arrays (T,), T at most N.

    Example: distances = [[0.00, 0.25, 0.64, 1.44],
                          [0.25, 0.00, 0.09, 0.49],
                          [0.64, 0.09, 0.00, 0.16],
                          [1.44, 0.49, 0.16, 0.00]],  labels = [1, 1, 2, 2]
             anchor = [0, 1, 2, 3], positive = [1, 0, 3, 2], negative = [2, 2, 1, 1]
             with labels = [1, 1, 1, 2]: anchor = [0, 1, 2], positive = [2, 0, 0],
             negative = [3, 3, 3]
    """
    raise NotImplementedError(
        "ex06.hardest: Choose for each anchor its farthest positive and its nearest negative."
    )


def semi_hard(
    distances: np.ndarray, labels: np.ndarray, margin: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Choose for each pair of one person its nearest semi-hard negative.

    A pair is an anchor and another picture of the same person, its positive. A negative is
    semi-hard if it is farther from the anchor than the positive, but by less than the margin (both
    strictly), so that the triplet costs less than the margin, and more than nothing. Pairs that
    have no such negative are left out.

    distances: (N, N), float. labels: (N,), integers. margin > 0.
    Returns (anchor, positive, negative), integer arrays of one length, in any order of pairs.

    Example: distances and labels = [1, 1, 2, 2] of `hardest`, margin = 0.4
             anchor = [0, 1, 3], positive = [1, 0, 2], negative = [2, 3, 1]
             Pair (2, 3), 0.16 apart, is left out: its negatives are at 0.09 (nearer than the
             positive) and at 0.64 (beyond 0.16 + 0.4).
    """
    raise NotImplementedError(
        "ex06.semi_hard: Choose for each pair of one person its nearest semi-hard negative."
    )


# Stub de8776651c1a of solutions/ex06_triplet.py
