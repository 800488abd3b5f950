"""Exercise set 01: autograd, in seven small functions.

You build the backward pass from its parts: the gradient of one operation, the way back through
broadcasting, the order in which to walk a graph, and a check that tells whether it is right.
Plain NumPy. Replace each `raise NotImplementedError(...)` with your own code, then run

    minidl check ex01        or, in a notebook,        check("ex01")

NumPy, the standard library and the other sets are what an exercise file may use, and files of your
own beside it.

In all of them `grad` is the gradient of the loss with respect to an operation's *output*, and has
that output's shape. A "vjp" turns it into the gradients with respect to the operation's *inputs*.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np


def unbroadcast(grad: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Sum a gradient back to the shape its input had before broadcasting.

    When NumPy broadcasts an input, every copy of an entry helps to make the output, so the gradient
    of that entry is the sum over its copies. Two kinds of axes were copied: those that were put in
    front, (3,) -> (4, 3), and those of length 1, (4, 1) -> (4, 3).

    grad: the gradient of the output, of any shape that `shape` broadcasts to.
    shape: the shape of the input.
    Returns an array of exactly `shape`. `grad` itself is not changed.

    Example: grad = [[1, 2, 3],      unbroadcast(grad, (3,))   = [5, 7, 9]
                     [4, 5, 6]]      unbroadcast(grad, (2, 1)) = [[6], [15]]
                                     unbroadcast(grad, ())     = 21
    """
    # BEGIN SOLUTION
    in_front = grad.ndim - len(shape)
    total = grad.sum(axis=tuple(range(in_front)))  # the shape is now as long as `shape`
    stretched = tuple(i for i, n in enumerate(shape) if n == 1)
    return total.sum(axis=stretched, keepdims=True)
    # END SOLUTION


def mul_vjp(grad: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gradients of out = a * b with respect to a and b.

    The two may have different shapes, as long as they broadcast; use your `unbroadcast` to come
    back. Find the rule by moving one entry of a, then one of b, in the example.

    a, b: arrays; a single number is an array of shape (). grad: has the shape of a * b.
    Returns (gradient for a, of a's shape; gradient for b, of b's shape).

    Example: a = [2, 3], b = 10, grad = [1, 100]
             gradient for a = [1 * 10, 100 * 10] = [10, 1000]
             gradient for b = 1 * 2 + 100 * 3    = 302
    """
    # BEGIN SOLUTION
    return unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)
    # END SOLUTION


def matmul_vjp(grad: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gradients of out = a @ b with respect to the matrices a and b.

    Each is a product of two matrices. The shapes leave only one way for it to fit.

    a: (n, k).  b: (k, m).  grad: (n, m).
    Returns (gradient for a, shape (n, k); gradient for b, shape (k, m)).

    Example: a = [[1, 2]], b = [[3], [4]], grad = [[10]]
             gradient for a = [[30, 40]], gradient for b = [[10], [20]]
    """
    # BEGIN SOLUTION
    return grad @ b.T, a.T @ grad
    # END SOLUTION


def topological_order(parents: Mapping[str, Sequence[str]], output: str) -> list[str]:
    """List the nodes `output` depends on, each after all of its parents.

    parents: for each node the nodes it was computed from; [] for an input.
    output: the node to end at; it comes last.
    Returns each of them exactly once; what `output` does not depend on is left out. Where several
    orders are right, any of them will do. `parents` is not changed.

    A graph can be a chain of thousands of nodes, longer than Python lets functions call themselves:
    keep the nodes still to do on a list of your own.

    Example: parents = {"x": [], "y": [], "p": ["x", "y"], "loss": ["p", "x"], "unused": ["x"]}
             topological_order(parents, "loss") = ["x", "y", "p", "loss"]
    """
    # BEGIN SOLUTION
    order: list[str] = []
    seen: set[str] = set()
    stack = [(output, False)]
    while stack:
        node, parents_done = stack.pop()
        if parents_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((parent, False) for parent in parents[node])
    return order
    # END SOLUTION


def backward(
    parents: Mapping[str, Sequence[str]], slopes: Mapping[str, Sequence[float]], output: str
) -> dict[str, float]:
    """Gradient of one number with respect to all that it was computed from.

    A node that several others were computed from gets something from each of them, and passes on
    what it got only when that is complete.

    parents: as in `topological_order`, which you should use. A node may have the same parent twice.
    slopes: slopes[node][i] is the derivative of the node with respect to parents[node][i].
    Returns {node: gradient} for the output and all nodes that it depends on.

    Example: x = 3, s = x * x, loss = s + 2 * x
             parents = {"x": [], "s": ["x", "x"], "loss": ["s", "x"]}
             slopes  = {"x": [], "s": [3, 3],     "loss": [1, 2]}
             backward(parents, slopes, "loss") = {"loss": 1, "s": 1, "x": 3 + 3 + 2 = 8}
    """
    # BEGIN SOLUTION
    order = topological_order(parents, output)
    gradients = dict.fromkeys(order, 0.0)
    gradients[output] = 1.0
    for node in reversed(order):
        for parent, slope in zip(parents[node], slopes[node], strict=True):
            gradients[parent] += gradients[node] * slope
    return gradients
    # END SOLUTION


def numerical_gradient(
    f: Callable[[np.ndarray], float], x: np.ndarray, step: float = 1e-5
) -> np.ndarray:
    """Gradient of f at x by trying: move one entry at a time.

    Each entry goes up by `step` and down by `step`: a central difference, whose error shrinks with
    step squared. One side alone is not good enough.

    f: takes an array of x's shape and returns a number.
    x: float64, of any shape; after the call it holds what it held before.
    Returns an array of x's shape.

    Example: f(x) = x[0]**2 + 5 * x[1], x = [3, 1]:  numerical_gradient(f, x) = [6, 5]
    """
    # BEGIN SOLUTION
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += step
        down[index] -= step
        gradient[index] = (f(up) - f(down)) / (2 * step)
    return gradient
    # END SOLUTION


def gradient_error(f: Callable[[np.ndarray], float], x: np.ndarray, gradient: np.ndarray) -> float:
    """How far a claimed gradient is from the numerical one.

    It is the distance between the two in relation to how long they are together (Euclidean norms).
    So it is 0 for two equal gradients and at most 1, whatever units the loss is in; below about
    1e-7 in float64 a gradient is right, above 1e-3 it is wrong. Two gradients that are both all
    zeros agree: the error is 0, not a division by zero.

    f, x: as in `numerical_gradient`, which you should use. gradient: the claim, of x's shape.
    Returns one float.

    Example: f(x) = x[0]**2, x = [3]: the gradient is [6].
             claimed [6] gives 0; claimed [12] gives |12 - 6| / (12 + 6) = 0.333
    """
    # BEGIN SOLUTION
    numerical = numerical_gradient(f, x)
    size = np.linalg.norm(gradient) + np.linalg.norm(numerical)
    if size == 0:
        return 0.0
    return float(np.linalg.norm(gradient - numerical) / size)
    # END SOLUTION
