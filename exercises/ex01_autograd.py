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
    raise NotImplementedError(
        "ex01.unbroadcast: Sum a gradient back to the shape its input had before broadcasting."
    )


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
    raise NotImplementedError("ex01.mul_vjp: Gradients of out = a * b with respect to a and b.")


def matmul_vjp(grad: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gradients of out = a @ b with respect to the matrices a and b.

    Each is a product of two matrices. The shapes leave only one way for it to fit.

    a: (n, k).  b: (k, m).  grad: (n, m).
    Returns (gradient for a, shape (n, k); gradient for b, shape (k, m)).

    Example: a = [[1, 2]], b = [[3], [4]], grad = [[10]]
             gradient for a = [[30, 40]], gradient for b = [[10], [20]]
    """
    raise NotImplementedError(
        "ex01.matmul_vjp: Gradients of out = a @ b with respect to the matrices a and b."
    )


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
    raise NotImplementedError(
        "ex01.topological_order: List the nodes `output` depends on, each after all of its parents."
    )


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
    raise NotImplementedError(
        "ex01.backward: Gradient of one number with respect to all that it was computed from."
    )


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
    raise NotImplementedError(
        "ex01.numerical_gradient: Gradient of f at x by trying: move one entry at a time."
    )


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
    raise NotImplementedError(
        "ex01.gradient_error: How far a claimed gradient is from the numerical one."
    )


# Stub 365ea98f1322 of solutions/ex01_autograd.py
