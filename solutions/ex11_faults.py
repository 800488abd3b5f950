"""Exercise set 11: find the fault, in six short programs and a list of causes.

Here nothing is missing. Each of the six programs runs, and each is wrong in one way that this
course has taught. Its docstring says what the program promises, what its author saw that should not
be (the symptom), and which of your tools may help; it does not say why. Find the line, mend it, and
name the cause in `causes`. Then run

    minidl check ex11        or, in a notebook,        check("ex11")

A program that is still as it was given counts as not started. NumPy, the standard library and the
other sets are what an exercise file may use, and files of your own beside it.

The first four functions are tools that you wrote in other sets. They are right, and so is whatever
a docstring promises; look in the body. No function may change its inputs.
"""

from collections.abc import Sequence

import numpy as np


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities (N, K) from scores (N, K): set 03."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def all_triplets(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All valid triplets of a batch, as indices of anchors, positives and negatives: set 06."""
    same = labels[:, None] == labels
    pair = same & ~np.eye(len(labels), dtype=bool)
    anchor, positive, negative = np.nonzero(pair[:, :, None] & ~same[:, None, :])
    return anchor, positive, negative


def pairs_of(
    encodings: np.ndarray, labels: np.ndarray, people: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """All pairs of pictures of these people: their distances, and whether one person is on both."""
    rows = np.flatnonzero(np.isin(labels, people))
    i, j = np.triu_indices(len(rows), 1)
    a, b = rows[i], rows[j]
    return np.sqrt(((encodings[a] - encodings[b]) ** 2).sum(axis=1)), labels[a] == labels[b]


def threshold_at(distances: np.ndarray, same: np.ndarray, far: float) -> float:
    """A threshold that lets in the share `far` of these pairs of two people, or a little less.

    Half-way between the last distance that it lets in (0 if none) and the first that it does not.
    """
    impostors = np.append(0, np.sort(distances[~same]))
    allowed = int(far * (len(impostors) - 1))
    return float((impostors[allowed] + impostors[allowed + 1]) / 2)


def network_gradients(
    x: np.ndarray,
    labels: np.ndarray,
    w1: np.ndarray,
    b1: np.ndarray,
    w2: np.ndarray,
    b2: np.ndarray,
) -> tuple[float, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The loss of a network of two layers, and its gradients.

    The promise. hidden = relu(x @ w1 + b1), scores = hidden @ w2 + b2, and the loss is the mean
    over the N pictures of -log(probability of the right class). The gradients are that loss's, by
    each of the four parameters.

    The symptom. The network learns, but its author's older program learns faster. A gradient check
    on one random network prints, over all the parameters, a largest difference of 0.30 between
    this gradient and finite differences; a right one differs from them by less than 1e-8.

    What may help: `numerical_gradient` (set 01), one parameter at a time; the vjps of set 01.

    x: (N, D), float. labels: (N,), integers. w1: (D, H), b1: (H,), w2: (H, K), b2: (K,).
    Returns (loss, gradient by w1, by b1, by w2, by b2).

    Example: x = [[1, 2]], labels = [0], w1 = [[1, -1], [0, 0]], b1 = [0, 0],
             w2 = [[0, 2], [4, 0]], b2 = [2, 0]: hidden = [[1, 0]], scores = [[2, 2]]
             loss = log 2; by w1 [[1, 0], [2, 0]], by b1 [1, 0],
             by w2 [[-0.5, 0.5], [0, 0]], by b2 [-0.5, 0.5]
    """
    # BEGIN SOLUTION
    hidden = np.maximum(0, x @ w1 + b1)
    chances = softmax(hidden @ w2 + b2)
    rows = np.arange(len(x))
    loss = -np.log(chances[rows, labels]).mean()
    slope = chances.copy()
    slope[rows, labels] -= 1
    slope /= len(x)
    # GIVEN: back = slope @ w2.T
    back = (slope @ w2.T) * (hidden > 0)
    return float(loss), x.T @ back, back.sum(axis=0), hidden.T @ slope, slope.sum(axis=0)
    # END SOLUTION


def door_report(
    encodings: np.ndarray,
    labels: np.ndarray,
    choosing: np.ndarray,
    asking: np.ndarray,
    far: float,
) -> tuple[float, np.ndarray]:
    """A threshold for a door, and how often it errs.

    The promise. Pairs of the people `choosing` choose a threshold for a false accept rate of `far`.
    At this threshold the rates are measured twice: on the pairs of those very people, and on the
    pairs of the people `asking`, who stand for all who will come to the door.

    The symptom. Of 40 reports on drawn people, each for a rate of 0.1, the measured rate of the
    people `asking` was above 0.1 in 0. At the real door about half of them were.

    What may help: change one thing, the people `asking`, and see which numbers move that should
    not; `roc_curve` and `choose_threshold` (set 04).

    encodings: (N, d), float. labels: (N,), integers. choosing, asking: numbers of people, nobody in
    both. far: from 0, below 1.
    Returns (threshold, rates), rates (2, 2): a row for `choosing` and one for `asking`, each with
    its false accept rate and its true accept rate.

    Example: encodings = [[0], [1], [4], [9], [20], [23], [22], [27]],
             labels = [1, 1, 2, 2, 3, 3, 4, 4], choosing = [1, 2], asking = [3, 4], far = 0.25
             distances of choosing: 1 and 5 of one person; 3, 4, 8, 9 of two
             threshold = (3 + 4) / 2 = 3.5: one of four impostors, one of two genuine pairs
             distances of asking: 3 and 5 of one person; 1, 2, 4, 7 of two
             gives (3.5, [[0.25, 0.5], [0.5, 0.5]])
    """
    # BEGIN SOLUTION
    threshold = threshold_at(*pairs_of(encodings, labels, choosing), far)
    rates = []
    for people in (choosing, asking):
        distances, same = pairs_of(encodings, labels, people)
        # GIVEN: accepted = distances <= threshold_at(distances, same, far)
        accepted = distances <= threshold
        rates.append([accepted[~same].mean(), accepted[same].mean()])
    return threshold, np.array(rates)
    # END SOLUTION


def split_pictures(
    labels: np.ndarray, share: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Pictures to learn from, and pictures to be tested on.

    The promise. What is measured on the second says how the program will do with people whom it
    has never seen. About `share` of the people are for testing, and everybody's pictures are all
    used. Who is where is drawn by the rng.

    The symptom. A program says of two pictures that they show one person if the training pictures
    nearest to them do. It errs on 5 % of the pairs of test pictures, and on 28 % of the pairs of
    pictures of people who came a week later (means over 20 splits).

    What may help: count who is where (np.intersect1d); a base line that cannot have learnt
    anything.

    labels: (N,), integers: who is on each picture. share: between 0 and 1; round(share * people)
    are for testing. rng: draw from it and from nothing else; how is yours to choose.
    Returns (training, test), rising integers: numbers of pictures.

    Example: labels = [7, 5, 7, 5, 9, 9], share = 1/3: one of three people is for testing
             can give ([0, 2, 4, 5], [1, 3]): person 5 is for testing
    """
    # BEGIN SOLUTION
    # GIVEN: drawn_from = np.arange(len(labels))
    drawn_from = labels
    groups = rng.permutation(np.unique(drawn_from))
    for_testing = groups[: round(share * len(groups))]
    test = np.isin(drawn_from, for_testing)
    return np.flatnonzero(~test), np.flatnonzero(test)
    # END SOLUTION


def encoder_step(
    w: np.ndarray, pictures: np.ndarray, labels: np.ndarray, lr: float, margin: float = 0.2
) -> tuple[float, np.ndarray]:
    """One step of an encoder down the triplet loss.

    The promise. The encoder is one product, encodings = pictures @ w. The loss is the mean over all
    triplets of the batch of max(0, |A - P|^2 - |A - N|^2 + margin), and the step goes down its
    gradient: new w = w - lr * gradient.

    The symptom. On drawn pictures of five people, margin 0.2, the loss of step 2000 is 0.2000, and
    the two encodings that are farthest apart are 0.00 apart.

    What may help: the number that a useless encoder costs (lesson 06); `triplet_loss_grad` (set
    06); a gradient check; a drawing of the encodings after every hundred steps.

    w: (D, d), pictures: (N, D), float. labels: (N,), integers. lr > 0, margin > 0.
    Returns (loss before the step, new w).

    Example: w = [[1]], pictures = [[0], [0.5], [0.8]], labels = [1, 1, 2], lr = 0.1, margin = 0.2
             two triplets: 0.25 - 0.64 + 0.2 < 0 costs nothing, 0.25 - 0.09 + 0.2 costs 0.36
             loss 0.18, gradient 2 (0.25 - 0.09) / 2 = 0.16, new w = [[0.984]]
    """
    # BEGIN SOLUTION
    a, p, n = all_triplets(labels)
    to_positive, to_negative = pictures[a] - pictures[p], pictures[a] - pictures[n]  # (T, D)
    gap = ((to_negative @ w) ** 2).sum(axis=1) - ((to_positive @ w) ** 2).sum(axis=1)
    loss = np.maximum(0, margin - gap).mean()
    # GIVEN: active = (gap < 0)[:, None]
    active = (gap < margin)[:, None]
    pull = (active * to_positive).T @ (to_positive @ w)
    push = (active * to_negative).T @ (to_negative @ w)
    return float(loss), w - lr * 2 * (pull - push) / len(a)
    # END SOLUTION


def unit_rectangle(
    layers: Sequence[tuple[int, int, int]], row: int, column: int, height: int, width: int
) -> tuple[int, int, int, int]:
    """The part of a picture that one unit sees.

    The promise. Between the unit of a stack of layers and the picture, this is the smallest
    rectangle outside of which nothing can change the unit, cut at the borders of the picture.

    The symptom. For two layers (3, 2, 1), unit (3, 3) and a picture of 20 by 20 it says rows and
    columns 10 to 16. With all weights 1, a change of pixel (9, 9) by 1 changes the unit by 1.

    What may help: change one pixel at a time and see whether the unit moves; `receptive_field_1d`
    and `unit_box` (set 07); a stack of a single layer, then of two.

    layers: (kernel, stride, padding) of each, the one at the picture first, the same along both
    axes. row, column: of the unit. height, width: of the picture.
    Returns (top, left, bottom, right): rows top to bottom - 1, columns left to right - 1.

    Example: layers = [(3, 2, 1), (3, 1, 1)], row = 1, column = 3, height = 8, width = 16
             unit 3 of the second layer sees units 2 to 4 of the first, which see 3 to 5, 5 to 7
             and 7 to 9: columns 3 to 9; unit 1 sees rows -1 to 5: gives (0, 3, 6, 10)
    """
    # BEGIN SOLUTION
    size, jump, start = 1, 1, 0
    for kernel, stride, padding in layers:
        # GIVEN: start -= padding
        start -= padding * jump
        size += (kernel - 1) * jump
        jump *= stride
    top, left = start + row * jump, start + column * jump
    return max(top, 0), max(left, 0), min(top + size, height), min(left + size, width)
    # END SOLUTION


def painting_cost(
    styles: Sequence[np.ndarray], paintings: Sequence[np.ndarray], weights: Sequence[float]
) -> float:
    """What a painting costs beside a picture of a style.

    The promise. J_style = sum over layers of weight * sum_kl (G_style - G_painting)^2 /
    (2 C H W)^2 with the Gram matrices G[k, l] = sum over places of channel k * channel l.

    The symptom. A picture and its own mirror image have the same Gram matrices, for the same things
    occur together, only elsewhere. Between the two it finds a cost that is 0.56 of the cost between
    two pictures that have nothing in common.

    What may help: a case worked by hand, with one row and two channels; `gram_matrix` (set 08);
    print the shape, then the numbers, of everything on the way.

    styles, paintings: for each layer (C, H, W), float; both of one shape. weights: one a layer.
    Returns one float, at least 0.

    Example: styles = [[[[1, 2]], [[3, 0]]]], paintings = [zeros of that shape], weights = [1]:
             C = 2, H = 1, W = 2; G_style = [[5, 3], [3, 9]];
             (25 + 9 + 9 + 81) / (2 * 4)^2 = 1.9375
    """
    # BEGIN SOLUTION
    total = 0.0
    for style, painting, weight in zip(styles, paintings, weights, strict=True):
        grams = []
        for features in (style, painting):
            # GIVEN: matrix = features.reshape(-1, len(features))
            matrix = features.reshape(len(features), -1).T
            grams.append(matrix.T @ matrix)  # (C, C)
        total += weight * ((grams[0] - grams[1]) ** 2).sum() / (2 * style.size) ** 2
    return float(total)
    # END SOLUTION


def causes() -> dict[str, str]:
    """Name the cause of each of the six faults, in one word.

    One of these words for each program. A word can be the cause of several, or of none.

        relu        on the way back, nothing is held back where relu gave 0
        broadcast   what was broadcast on the way there is not summed on the way back
        mean        the 1/N of a mean is missing, or is there twice
        rate        the steps are too long, or too short
        margin      the margin has no say in which triplets teach
        mining      the wrong triplets are asked: a pair with itself, or easy ones only
        threshold   it is chosen on the people whom it is then judged by
        leak        the same people are on both sides of a split
        chance      too few cases: other people would have given another number
        steps       a deeper layer's lengths are counted as if its steps were pixels
        border      what lies beyond the edge of the picture is cut off wrongly
        axes        an array is given another shape in which channels and places are mixed up
        scale       a sum is not divided by how many it is of, so that large layers count most

    Returns a dictionary {name of the program: word}.

    Example: were the loss of `network_gradients` a sum over the pictures and its gradient that of a
             mean, then {"network_gradients": "mean", ...}
    """
    # BEGIN SOLUTION
    return {
        # GIVEN: "network_gradients": "",
        "network_gradients": "relu",
        # GIVEN: "door_report": "",
        "door_report": "threshold",
        # GIVEN: "split_pictures": "",
        "split_pictures": "leak",
        # GIVEN: "encoder_step": "",
        "encoder_step": "margin",
        # GIVEN: "unit_rectangle": "",
        "unit_rectangle": "steps",
        # GIVEN: "painting_cost": "",
        "painting_cost": "axes",
    }
    # END SOLUTION
