"""Exercise set 03: training, in seven small functions.

You write what stands between a network's scores and its next, better weights: the loss and its
gradient, how weights begin, two optimisers, and the table that shows which classes are confused.
Plain NumPy. Replace each `raise NotImplementedError(...)` with your own code, then run

    minidl check ex03        or, in a notebook,        check("ex03")

NumPy, the standard library and the other sets are what an exercise file may use, and files of your
own beside it.

N is the number of examples, K the number of classes. `logits` (N, K) are a network's scores, any
real numbers; `labels` (N,) are integers from 0 to K - 1. No function may change its inputs.
"""

import numpy as np


def softmax(logits: np.ndarray) -> np.ndarray:
    """Turn each row of scores into probabilities, without overflow.

    In proportion to their exponentials, as the lesson defines it. In float64 exp(710) is already
    infinite; but there are changes to a row that leave its probabilities as they are.

    logits: (N, K), float.
    Returns (N, K): every entry in [0, 1], every row with sum 1.

    Example: softmax([[0, log(3)], [1000, 1000]]) = [[0.25, 0.75], [0.5, 0.5]]
    """
    # BEGIN SOLUTION
    shifted = logits - logits.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    return powers / powers.sum(axis=1, keepdims=True)
    # END SOLUTION


def softmax_cross_entropy(logits: np.ndarray, labels: np.ndarray) -> float:
    """Mean of -log(probability of the right class), for any scores.

    Taking the log of `softmax` is not good enough: a probability can be so small that it is
    stored as 0, and log(0) is -inf. Take the logarithm on paper first, where it undoes exp.

    logits: (N, K), float. labels: (N,), integers.
    Returns one float, at least 0.

    Example: logits = [[log(6), log(3), 0]] have probabilities 0.6, 0.3, 0.1:
             labels = [0] gives -log(0.6) = 0.511, labels = [2] gives -log(0.1) = 2.303
             logits = [[0, 2000]], labels = [0] gives 2000, neither inf nor nan
    """
    # BEGIN SOLUTION
    largest = logits.max(axis=1)
    totals = np.exp(logits - largest[:, None]).sum(axis=1)
    right = logits[np.arange(len(labels)), labels]
    losses = largest + np.log(totals) - right
    return float(losses.mean())
    # END SOLUTION


def softmax_cross_entropy_grad(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Gradient of the loss above with respect to the logits.

    Use your `softmax`, and mind that the loss is a mean over the N examples.

    logits: (N, K), float. labels: (N,), integers.
    Returns (N, K); every row has sum 0.

    Example: logits = [[log(6), log(3), 0]], labels = [0] gives [[0.6 - 1, 0.3, 0.1]]
             The same row twice, labels = [0, 1]:    [[-0.2, 0.15, 0.05], [0.3, -0.35, 0.05]]
    """
    # BEGIN SOLUTION
    wanted = np.zeros(logits.shape)
    wanted[np.arange(len(labels)), labels] = 1
    return (softmax(logits) - wanted) / len(labels)
    # END SOLUTION


def sgd_momentum_step(
    w: np.ndarray, grad: np.ndarray, velocity: np.ndarray, lr: float, momentum: float
) -> tuple[np.ndarray, np.ndarray]:
    """One step of gradient descent with momentum.

    The velocity remembers earlier gradients: what keeps its direction adds up, what turns back and
    forth cancels. lr multiplies the whole velocity.

    w, grad, velocity: arrays of one shape. lr > 0. 0 <= momentum < 1.
    Returns (new w, new velocity), both new arrays.

    Example: w = [1.0], grad = [2.0], velocity = [10.0], lr = 0.1, momentum = 0.9
             new velocity = [11], new w = [-0.1]
    """
    # BEGIN SOLUTION
    new_velocity = momentum * velocity + grad
    new_w = w - lr * new_velocity
    return new_w, new_velocity
    # END SOLUTION


def adam_step(
    w: np.ndarray, grad: np.ndarray, m: np.ndarray, v: np.ndarray, t: int,
    lr: float = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """One step of Adam: a step size for every weight.

    m is a running mean of the gradient and v of its square; w moves by lr times their ratio, with
    eps beside the root. Both begin at 0 and are too small at first, which the step corrects; m and
    v are handed on uncorrected.

    w, grad, m, v: arrays of one shape. t: the number of this step; the first one is 1.
    Returns (new w, new m, new v), all new arrays.

    Example: w = [1.0], grad = [4.0], m = [0.0], v = [0.0], t = 1, lr = 0.1
             new m = [0.4], new v = [0.016];  m_hat = 4, v_hat = 16
             new w = 1 - 0.1 * 4 / 4 = [0.9]:  the first step is lr long, whatever the gradient
    """
    # BEGIN SOLUTION
    new_m = beta1 * m + (1 - beta1) * grad
    new_v = beta2 * v + (1 - beta2) * grad**2
    m_hat = new_m / (1 - beta1**t)
    v_hat = new_v / (1 - beta2**t)
    new_w = w - lr * m_hat / (np.sqrt(v_hat) + eps)
    return new_w, new_m, new_v
    # END SOLUTION


def he_normal(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Draw weights that keep the size of signals through relu layers.

    Each weight is drawn on its own from a normal distribution with mean 0. Its standard deviation
    depends on fan_in, how many inputs one unit sums over: all axes of the weight but the first.

    shape: (out, in) for a linear layer, (out, in, rows, columns) for a convolution.
    rng: draw from it and from nothing else, so that a seed gives the same weights again. How many
    calls you make is yours to choose: the check looks at the spread of many draws.
    Returns a float array of that shape.

    Example: shape (64, 3, 3, 3): fan_in = 3 * 3 * 3 = 27, standard deviation 0.272
             shape (10, 50):      fan_in = 50,             standard deviation 0.2
    """
    # BEGIN SOLUTION
    fan_in = np.prod(shape[1:])
    std = np.sqrt(2 / fan_in)
    return rng.normal(0, std, shape)
    # END SOLUTION


def confusion_matrix(labels: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """Count how often each class was taken for each other one.

    Rows are what is true, columns what was said. The diagonal holds what was right, so its sum
    divided by the sum of all entries is the accuracy.

    labels, predicted: (N,), integers from 0 to classes - 1. A class may be missing from both.
    Returns (classes, classes), integers.

    Example: labels = [0, 0, 1, 1, 1], predicted = [0, 1, 1, 1, 1], classes = 3
             gives [[1, 1, 0], [0, 3, 0], [0, 0, 0]]
    """
    # BEGIN SOLUTION
    counts = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(counts, (labels, predicted), 1)
    return counts
    # END SOLUTION
