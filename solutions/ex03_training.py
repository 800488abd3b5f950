"""Exercise set 03: training, in ten small functions.

You write what stands between a network's scores and its next, better weights: the loss and its
gradient, the way back through two layers and through a batch norm, how weights begin, two
optimisers, the table that shows which classes are confused, and the loop that puts them together.
Plain NumPy. Replace each `raise NotImplementedError(...)` with your own code, then run

    minidl check ex03        or, in a notebook,        check("ex03")

NumPy, the standard library and the other sets are what an exercise file may use, and files of your
own beside it.

N is the number of examples, K the number of classes. `logits` (N, K) are a network's scores, any
real numbers; `labels` (N,) are integers from 0 to K - 1. No function may change its inputs.
"""

from collections.abc import Iterable

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


def two_layer_grads(
    x: np.ndarray, labels: np.ndarray,
    w1: np.ndarray, b1: np.ndarray, w2: np.ndarray, b2: np.ndarray,
) -> tuple[float, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """The loss of a network of two linear layers, and its four gradients.

    On the way there a first linear layer makes H numbers of each example, relu sets those below 0
    to 0, and a second linear layer makes the scores. A linear layer has a row of weights for each
    number it makes, and a bias that is added. The loss is your `softmax_cross_entropy`. On the way
    back your `softmax_cross_entropy_grad` comes first. A unit of relu passes a gradient back where
    it passed a number on; at exactly 0 it passes nothing back.

    x: (N, D), floats. labels: (N,), integers. w1: (H, D), b1: (H,), w2: (K, H), b2: (K,).
    Returns (loss, gradient to w1, to b1, to w2, to b2), the gradients in the shapes of these.

    Example: x = [[1, 2]], labels = [0], w1 = [[1, 0], [0, -1]], b1 = [0, 1],
             w2 = [[0, 5], [log(3), 7]], b2 = [0, 0]
             relu gets [1, -1] and gives [1, 0]; scores [0, log(3)], probabilities 0.25 and 0.75
             loss log(4);  to w2 [[-0.75, 0], [0.75, 0]], to b2 [-0.75, 0.75]
             to w1 [[0.824, 1.648], [0, 0]], to b1 [0.824, 0]:  0.824 is 0.75 log(3)
    """
    # BEGIN SOLUTION
    inside = x @ w1.T + b1
    hidden = np.maximum(inside, 0)
    scores = hidden @ w2.T + b2
    loss = softmax_cross_entropy(scores, labels)
    to_scores = softmax_cross_entropy_grad(scores, labels)
    to_inside = (to_scores @ w2) * (inside > 0)
    to_w1, to_b1 = to_inside.T @ x, to_inside.sum(axis=0)
    to_w2, to_b2 = to_scores.T @ hidden, to_scores.sum(axis=0)
    return loss, to_w1, to_b1, to_w2, to_b2
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


def batch_norm_grad(
    x: np.ndarray, gamma: np.ndarray, g: np.ndarray, eps: float = 1e-5
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Carry a gradient back through a batch norm, to x, gamma and beta.

    On the way there each column of x was brought to mean 0 and variance 1 over the N rows of the
    batch. The variance is the mean of the squared distances from the mean, and eps is added to it
    before its root is taken. Then each column was multiplied by its gamma, and its beta was added.
    g is the gradient of a loss to what came out.

    An x moves what comes out by itself, and also through the mean and the variance of its column,
    which all N rows share. gamma and beta are shared by all rows, too.

    How to tell whether it is right: a constant that is added to a column of x does not change what
    comes out, so the gradient to x sums to 0 over each column.

    x, g: (N, D). gamma: (D,). Of beta nothing needs to be known.
    Returns (gradient to x (N, D), to gamma (D,), to beta (D,)).

    Example: x = [[0], [0], [2], [2]], gamma = [3], g = [[1], [0], [0], [0]], eps = 0
             mean 1, variance 1: the column becomes -1, -1, 1, 1
             to x [[1.5], [-1.5], [0], [0]], to gamma [-1], to beta [1]
    """
    # BEGIN SOLUTION
    centred = x - x.mean(axis=0)
    deviation = np.sqrt((centred**2).mean(axis=0) + eps)
    y = centred / deviation
    to_y = gamma * g
    through_variance = y * (to_y * y).mean(axis=0)
    to_x = (to_y - to_y.mean(axis=0) - through_variance) / deviation
    to_gamma, to_beta = (g * y).sum(axis=0), g.sum(axis=0)
    return to_x, to_gamma, to_beta
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


def train(
    x: np.ndarray, labels: np.ndarray,
    w1: np.ndarray, b1: np.ndarray, w2: np.ndarray, b2: np.ndarray,
    batches: Iterable[np.ndarray], lr: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Train a network of two layers, one step of Adam for each batch.

    The network is that of your `two_layer_grads`, a step is your `adam_step` with this lr and its
    own defaults. In a step all four arrays move, each with running means of its own, by gradients
    taken where the arrays stood before it.

    x: (N, D), labels: (N,): all examples. w1, b1, w2, b2: how the network begins.
    batches: for each step, in order, the numbers of its examples: integers, at least one, from 0 to
    N - 1. They may be of several lengths, and come as a list or from a generator, which has no
    length and can be gone through only once.
    Returns (w1, b1, w2, b2, losses): the arrays as trained, new ones, and losses (steps,), the loss
    of each batch before its step.

    Example: x = [[1]], labels = [0], w1 = [[1]], b1 = [0], w2 = [[0], [0]], b2 = [0, 0]
             batches = [[0]], lr = 0.1: one step, on the only example there is
             the gradients to w2 and b2 are -0.5 and 0.5, those to w1 and b1 are 0
             w2 becomes [[0.1], [-0.1]], b2 [0.1, -0.1], w1 and b1 stay; losses [0.693]
    """
    # BEGIN SOLUTION
    arrays = [array.copy() for array in (w1, b1, w2, b2)]
    memory = [[np.zeros(array.shape), np.zeros(array.shape)] for array in arrays]
    losses: list[float] = []
    for batch in batches:
        loss, *grads = two_layer_grads(x[batch], labels[batch], *arrays)
        losses.append(loss)
        for n, grad in enumerate(grads):
            arrays[n], *memory[n] = adam_step(arrays[n], grad, *memory[n], len(losses), lr)
    return (*arrays, np.array(losses))
    # END SOLUTION
