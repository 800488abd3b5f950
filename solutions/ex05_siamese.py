"""Exercise set 05: Siamese networks, in six small functions.

One network encodes two pictures, and the distance of the encodings says whether they show one
person. You write what surrounds that network: encodings of length 1, the contrastive loss and its
gradient, the pairs to learn from, what becomes of the gradient where both branches share their
weights, and a logistic unit in the place of a threshold. Plain NumPy. Replace each
`raise NotImplementedError(...)` with your own code, then run

    minidl check ex05        or, in a notebook,        check("ex05")

NumPy, the standard library and the other sets are what an exercise file may use, and files of your
own beside it.

N is the number of pairs, d the length of an encoding. Row i of `a` (N, d) and row i of `b` (N, d)
are a pair; `same` (N,) holds 1 where both are of one person and 0 where they are of two. No
function may change its inputs.
"""

import numpy as np


def normalize(x: np.ndarray, axis: int = 1, eps: float = 1e-12) -> np.ndarray:
    """Scale encodings to length 1: points on the unit sphere.

    The length is the Euclidean one, along `axis`. The direction is all that is left of an encoding,
    and no two of them are more than 2 apart. One that is all 0 has no direction: it stays 0, not
    nan. Where a length is below eps, eps takes its place.

    x: an array of any shape, float; usually (N, d), one encoding in each row.
    Returns an array of the same shape.

    Example: normalize([[3, 4], [0, 0], [0, -2]]) = [[0.6, 0.8], [0, 0], [0, -1]]
    """
    # BEGIN SOLUTION
    length = np.sqrt((x**2).sum(axis=axis, keepdims=True))
    return x / np.maximum(length, eps)
    # END SOLUTION


def contrastive_loss(a: np.ndarray, b: np.ndarray, same: np.ndarray, margin: float = 1.0) -> float:
    """Mean cost of pairs: one person apart, two people too near.

    A pair of one person costs the square of its distance. A pair of two people costs the square of
    what its distance lacks of the margin, and nothing beyond the margin.

    a, b: (N, d), float. same: (N,), 1 (or True) for one person, 0 (or False) for two.
    Returns one float, at least 0.

    Example: a = [[0, 0]] three times, b = [[0.3, 0.4], [0.3, 0.4], [3, 4]], same = [1, 0, 0]
             d = 0.5, 0.5, 5;  terms 0.5^2, (1 - 0.5)^2, 0;  loss = (0.25 + 0.25 + 0) / 3 = 0.1667
    """
    # BEGIN SOLUTION
    together = np.asarray(same, dtype=float)
    d = np.sqrt(((a - b) ** 2).sum(axis=1))
    missing = np.maximum(0, margin - d)
    terms = together * d**2 + (1 - together) * missing**2
    return float(terms.mean())
    # END SOLUTION


def contrastive_loss_grad(
    a: np.ndarray, b: np.ndarray, same: np.ndarray, margin: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Gradient of the loss above with respect to both encodings.

    Use the chain rule: the slope of a pair's cost by its distance, times the direction in which the
    distance grows when a_i moves. The loss is a mean over the N pairs. A pair of two people that
    fall together has no direction to be pushed in; its gradient is 0, not nan.

    a, b: (N, d), float. same: (N,), 1 or 0.
    Returns (gradient of a, gradient of b), both (N, d).

    Example: a = [[0, 0]] twice, b = [[0.3, 0.4]] twice, same = [1, 0], margin = 1
             gradient of a = [[-0.3, -0.4], [0.3, 0.4]], of b the same with the other sign
             A step against it moves the first a towards its b, the second away from it.
    """
    # BEGIN SOLUTION
    together = np.asarray(same, dtype=float)[:, None]
    difference = a - b
    d = np.sqrt((difference**2).sum(axis=1, keepdims=True))
    u = difference / np.where(d == 0, 1, d)
    slope = 2 * together * d - 2 * (1 - together) * np.maximum(0, margin - d)
    grad = slope * u / len(a)
    return grad, -grad
    # END SOLUTION


def balanced_pairs(
    labels: np.ndarray, count: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw pairs to learn from: half show one person, half two.

    Pairs drawn without looking at the labels are nearly all of two people. Here the first half of
    the pairs shows one person twice, in two different pictures, and the second half two people:

        first, second, same = balanced_pairs(labels, count, rng)
        labels[first[i]] == labels[second[i]]  exactly where same[i];    first[i] != second[i]

    A person with a single picture can be in the second half only. Which pairs are drawn is up to
    the rng; the check looks at what they are like, and that all pictures that can occur do.

    labels: (M,), integers in any order: who is in picture 0, 1, ... There are two people or more,
    and somebody has two pictures or more. count: even. rng: draw from it and from nothing else, so
    that a seed gives the same pairs again; how many calls you make is yours to choose.
    Returns (first, second, same): two integer arrays (count,) of numbers of pictures, and booleans
    (count,).

    Example: labels = [7, 5, 7, 5, 9], count = 4 can give first = [0, 3, 4, 1],
             second = [2, 1, 0, 2], same = [True, True, False, False]
    """
    # BEGIN SOLUTION
    numbers = np.arange(len(labels))
    paired = [i for i in numbers if (labels == labels[i]).sum() > 1]
    same = np.arange(count) < count // 2
    first, second = [], []
    for one in same:
        i = rng.choice(paired if one else numbers)
        fits = (labels == labels[i]) == one
        fits[i] = False
        first.append(i)
        second.append(rng.choice(numbers[fits]))
    return np.array(first), np.array(second), same
    # END SOLUTION


def shared_gradient(
    W: np.ndarray, x1: np.ndarray, x2: np.ndarray, same: np.ndarray, margin: float = 1.0
) -> np.ndarray:
    """Gradient of the contrastive loss with respect to shared weights.

    The smallest Siamese network: one matrix W encodes both pictures of each pair,

        a = x1 W^T,    b = x2 W^T

    W enters the loss twice: a small change of W changes it by way of a and by way of b. The
    gradient of a matrix product you know from lesson 01. Use your `contrastive_loss_grad`.

    W: (d, D). x1, x2: (N, D), the first and the second picture of each pair. same: (N,), 1 or 0.
    Returns (d, D).

    Example: W = [[1, 0]], x1 = [[3, 1]], x2 = [[1, 2]], same = [1]
             a = [[3]], b = [[1]];  gradients [[4]] and [[-4]];  by way of a: [[12, 4]], by way of
             b: [[-4, -8]];  together [[8, -4]]
    """
    # BEGIN SOLUTION
    grad_a, grad_b = contrastive_loss_grad(x1 @ W.T, x2 @ W.T, same, margin)
    return grad_a.T @ x1 + grad_b.T @ x2
    # END SOLUTION


def same_probability(a: np.ndarray, b: np.ndarray, weight: np.ndarray, bias: float) -> np.ndarray:
    """The probability of one person: a logistic unit on |a - b|.

    Every feature is compared by itself, and the weights say how much each counts (negative ones,
    mostly: a difference speaks against). Beware of exp(710), which is infinite: NumPy warns, and
    infinity / infinity is nan. Find a form in which exp sees only numbers that are not above 0.

    a, b: (N, d), float. weight: (d,). bias: a number.
    Returns (N,): each in [0, 1].

    Example: a = [[1, 2]], b = [[2, 0]], weight = [-1, -2], bias = 5
             |a - b| = [1, 2];  z = -1 - 4 + 5 = 0;  p = [0.5]
    """
    # BEGIN SOLUTION
    z = np.abs(a - b) @ weight + bias
    power = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, power) / (1 + power)
    # END SOLUTION
