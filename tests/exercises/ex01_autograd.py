"""Checks of exercise set 01: autograd."""

from collections import Counter

import numpy as np

from minidl.course.sets.manifest import BODY, ExerciseSet, Tolerance

ex01 = ExerciseSet("ex01_autograd", "Autograd")

SUMS = Tolerance(1e-10, "a few float64 sums and products, whose order is the learner's to choose")

unbroadcast = ex01.function(
    "unbroadcast",
    points=15,
    minutes=15,
    section="Broadcasting, backwards",
    own_memory=False,
    tolerance=SUMS,
    hints=(
        "Write the two shapes under each other, aligned at the right. Which axes of grad have no "
        "partner in shape, and which have a partner of length 1? The former are summed away, the "
        "latter are summed and kept with length 1.",
        "Count the axes that were put in front: grad.ndim minus the length of shape. Sum over "
        "those first. What is left has as many axes as shape.",
        "Now sum over every axis where shape says 1, keeping it with length 1: np.sum "
        "takes a tuple of axes, and has keepdims for that.",
    ),
)


@unbroadcast.probe("rows were added in front")
def _(ex, rng):
    return {"result": ex.unbroadcast(rng.normal(size=(4, 3)), (3,))}


@unbroadcast.probe("an axis of length 1 was stretched")
def _(ex, rng):
    return {"result": ex.unbroadcast(rng.normal(size=(4, 3)), (4, 1))}


@unbroadcast.probe("both at once: (2, 1, 3) became (5, 2, 4, 3)")
def _(ex, rng):
    return {"result": ex.unbroadcast(rng.normal(size=(5, 2, 4, 3)), (2, 1, 3))}


@unbroadcast.probe("two axes of length 1 were stretched: (1, 3, 1) became (2, 3, 4)")
def _(ex, rng):
    return {"result": ex.unbroadcast(rng.normal(size=(2, 3, 4)), (1, 3, 1))}


@unbroadcast.probe("two rows of axes were added in front: (4, 3) became (5, 2, 4, 3)")
def _(ex, rng):
    return {"result": ex.unbroadcast(rng.normal(size=(5, 2, 4, 3)), (4, 3))}


@unbroadcast.probe("the example")
def _(ex, rng):
    grad = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    return {f"to {shape}": ex.unbroadcast(grad, shape) for shape in ((3,), (2, 1), ())}


@unbroadcast.probe("a single number was stretched over everything", "edge")
def _(ex, rng):
    return {"result": ex.unbroadcast(rng.normal(size=(2, 3)), ())}


@unbroadcast.probe("nothing was broadcast", "edge")
def _(ex, rng):
    return {"result": ex.unbroadcast(rng.normal(size=(3, 2)), (3, 2))}


@unbroadcast.probe("axes of length 1 that were not stretched, and axes of length 0", "edge")
def _(ex, rng):
    grad, none = rng.normal(size=(1, 3)), np.zeros((0, 3))
    return {
        "(1, 3) to (1, 3)": ex.unbroadcast(grad, (1, 3)),
        "(1, 3) to (1, 1)": ex.unbroadcast(grad, (1, 1)),
        "(1, 3) to (3,)": ex.unbroadcast(grad, (3,)),
        "(0, 3) to (3,)": ex.unbroadcast(none, (3,)),
        "(0, 3) to (1, 3)": ex.unbroadcast(none, (1, 3)),
    }


@unbroadcast.probe("shapes drawn at random", "edge")
def _(ex, rng):
    results = {}
    for number in range(4):
        shape = rng.integers(1, 4, size=rng.integers(0, 4))
        front = rng.integers(1, 4, size=rng.integers(0, 3))
        stretched = np.where((shape == 1) & (rng.uniform(size=len(shape)) < 0.7), 3, shape)
        grad = rng.normal(size=(*front.tolist(), *stretched.tolist()))
        results[f"result {number}"] = ex.unbroadcast(grad, tuple(shape.tolist()))
    return results


@unbroadcast.probe("float32 stays float32", "promise")
def _(ex, rng):
    grad = rng.normal(size=(2, 4, 3)).astype(np.float32)
    return {"result": ex.unbroadcast(grad, (4, 1))}


unbroadcast.wrong(
    "return total.sum(axis=stretched, keepdims=True)",
    "return total",
    says="The axes of length 1 were not summed: (4, 1) stretched to (4, 3) needs it on axis 1.",
)
unbroadcast.wrong(
    ", keepdims=True",
    "",
    says="The axes of length 1 were summed away: they should stay, with length 1 (keepdims=True).",
)
unbroadcast.wrong(
    "total = grad.sum(axis=tuple(range(in_front)))",
    "total = grad",
    says="The axes that broadcasting put in front were not summed: (4, 3) should become (3,).",
)
unbroadcast.wrong(
    "grad.sum(axis=tuple(range(in_front)))",
    "grad.mean(axis=tuple(range(in_front)))",
    says="The copies were averaged: each copy adds to the gradient, so take the sum, not the mean.",
)
unbroadcast.wrong(
    "tuple(range(in_front))",
    "tuple(range(len(shape), grad.ndim))",
    says="The wrong axes were summed: broadcasting puts the new ones in front, not behind.",
)
unbroadcast.wrong(
    BODY,
    "return np.broadcast_to(grad.sum(), shape)",
    says="Everything was summed to one number: sum only over the axes that were copied.",
)
unbroadcast.wrong(
    BODY,
    """
    if grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad
    """,
    says="Only one axis was taken off the front: there can be several, and all of them are summed.",
)
unbroadcast.wrong(
    "return total.sum(axis=stretched, keepdims=True)",
    "return grad.reshape(-1, *shape).sum(axis=0)",
    says="The numbers were regrouped by a reshape and then summed: that adds up blocks as they lie "
    "in memory. Sum along the axes that were stretched.",
)
unbroadcast.wrong(
    "return total.sum(axis=stretched, keepdims=True)",
    "return grad.sum(axis=(*range(in_front), *stretched), keepdims=True).reshape(shape)",
    says="The axes of length 1 were looked up in grad as they stand in shape: grad has more axes "
    "in front, so sum those away first (or count from the end).",
)
unbroadcast.wrong(
    "total = grad.sum(axis=tuple(range(in_front)))",
    "total = grad.sum(axis=tuple(range(in_front)), keepdims=True)\n"
    "    shape = (1,) * in_front + tuple(shape)",
    says="The axes that broadcasting put in front are still there, with length 1: the result must "
    "have exactly `shape`, so sum those away without keepdims.",
)
unbroadcast.wrong(
    BODY,
    """
    for _ in range(grad.ndim - len(shape)):
        grad = grad[0]
    for axis, length in enumerate(shape):
        if length == 1:
            grad = grad.take([0], axis=axis)
    return grad
    """,
    says="Only the first copy was kept: every copy helped to make the output, so add them all up.",
)
unbroadcast.wrong(
    "return total.sum(axis=stretched, keepdims=True)",
    "return total.mean(axis=stretched, keepdims=True)",
    says="The copies along the axes of length 1 were averaged: their gradients add up.",
)
unbroadcast.wrong(
    BODY,
    """
    axes = tuple(i for i, n in enumerate(shape) if n != grad.shape[i])
    axes += tuple(range(len(shape), grad.ndim))
    return grad.sum(axis=axes, keepdims=True).reshape(shape)
    """,
    says="The shapes were compared from the left: broadcasting lines them up at the right.",
)
unbroadcast.wrong(
    "if n == 1)",
    "if n == 1)[:1]",
    says="Only the first axis of length 1 was summed: there can be several.",
)
unbroadcast.wrong(
    BODY,
    """
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for length in shape:
        if length == 1:
            grad = grad.sum(axis=0, keepdims=True)
    return grad
    """,
    says="For each axis of length 1, axis 0 was summed: sum along the axis itself.",
)
unbroadcast.wrong(
    "    return total.sum(axis=stretched, keepdims=True)",
    "    total = total.sum(axis=stretched, keepdims=True)\n"
    "    return total if shape else float(total)",
    says="For shape () a number of Python's own was returned, which has no shape or dtype: return "
    "an array, or the number as NumPy gives it.",
)
unbroadcast.wrong(
    BODY,
    """
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            grad = grad.take([0], axis=axis)
    return grad
    """,
    says="Of the copies along an axis of length 1 only the first was kept: every copy helped to "
    "make the output, so add them all up.",
)
unbroadcast.wrong(
    BODY,
    """
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1 and grad.shape[axis] > 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad
    """,
    says="An axis of length 0 was left as it was where shape says 1: no copy at all has the sum 0.",
)
unbroadcast.wrong(
    BODY,
    """
    if grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1 and grad.ndim == len(shape):
            grad = grad.sum(axis=axis, keepdims=True)
    return np.resize(grad, shape)
    """,
    says="Entries were cut off until the shape fitted: those left over are copies as well, so add "
    "them up, never drop them.",
)
unbroadcast.right(
    BODY,
    """
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad
    """,
    says="one axis after the other",
)
unbroadcast.right(
    BODY,
    """
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i, (g, n) in enumerate(zip(grad.shape, padded)) if g != n)
    total = grad.astype(np.float32).sum(axis=axes, keepdims=True).reshape(shape)
    return np.array(total, order="F")
    """,
    says="float32, Fortran order, and shapes compared",
)
unbroadcast.right(
    BODY,
    """
    result = np.zeros(shape, grad.dtype)
    in_front = grad.ndim - len(shape)
    for index in np.ndindex(grad.shape):
        home = tuple(0 if n == 1 else i for i, n in zip(index[in_front:], shape))
        result[home] += grad[index]
    return result
    """,
    says="entry by entry, each to where it came from",
)
unbroadcast.right(
    BODY,
    """
    letters = "abcdefghijkl"[: grad.ndim]
    own = letters[grad.ndim - len(shape) :]
    kept = "".join(letter for letter, n in zip(own, shape) if n != 1)
    return np.einsum(f"{letters}->{kept}", grad).reshape(shape)
    """,
    says="einsum",
)


mul_vjp = ex01.function(
    "mul_vjp",
    points=10,
    minutes=10,
    section="Broadcasting, backwards",
    needs=("unbroadcast",),
    tolerance=SUMS,
    hints=(
        "Take single numbers first: out = a * b. If a grows by a little, out grows b times as "
        "much, and the loss `grad` times as much as out: d(out)/da = b and d(out)/db = a, each "
        "times grad.",
        "Each gradient is grad times the *other* factor. NumPy broadcasts that product to the "
        "shape of grad, which may be larger than the input's.",
        "Two products, each brought back with unbroadcast to the shape of the input that it "
        "belongs to, and returned in the order a, b.",
    ),
)


@mul_vjp.probe("two matrices of one shape")
def _(ex, rng):
    a, b, grad = rng.normal(size=(3, 2, 3))
    for_a, for_b = ex.mul_vjp(grad, a, b)
    return {"gradient for a": for_a, "gradient for b": for_b}


@mul_vjp.probe("a matrix times a row")
def _(ex, rng):
    a, b, grad = rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=(4, 3))
    for_a, for_b = ex.mul_vjp(grad, a, b)
    return {"gradient for a": for_a, "gradient for b": for_b}


@mul_vjp.probe("a column times a row: both are broadcast", "edge")
def _(ex, rng):
    a, b, grad = rng.normal(size=(3, 1)), rng.normal(size=(1, 4)), rng.normal(size=(3, 4))
    for_a, for_b = ex.mul_vjp(grad, a, b)
    return {"gradient for a": for_a, "gradient for b": for_b}


@mul_vjp.probe("a row times a matrix")
def _(ex, rng):
    a, b, grad = rng.normal(size=3), rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    for_a, for_b = ex.mul_vjp(grad, a, b)
    return {"gradient for a": for_a, "gradient for b": for_b}


@mul_vjp.probe("the example: a vector times a single number, of shape ()", "edge")
def _(ex, rng):
    a, b, grad = np.array([2.0, 3.0]), np.array(10.0), np.array([1.0, 100.0])
    for_a, for_b = ex.mul_vjp(grad, a, b)
    return {"gradient for a": for_a, "gradient for b": for_b}


@mul_vjp.probe("zeros, and numbers from 1e-30 to 1e30", "edge")
def _(ex, rng):
    a, b = np.array([0.0, 3.0, 1e30, -1e-30]), np.array([5.0, 0.0, 1e-30, 1e30])
    for_a, for_b = ex.mul_vjp(np.array([1.0, 2.0, 1e-3, 1e3]), a, b)
    return {"gradient for a / b": for_a / 1e30, "gradient for b / a": for_b / 1e30}


@mul_vjp.probe("shapes drawn at random", "edge")
def _(ex, rng):
    full = rng.integers(2, 5, size=3)
    shapes = []
    for _ in "ab":
        shape = np.where(rng.uniform(size=3) < 0.4, 1, full)
        shapes.append(tuple(shape[rng.integers(0, 4) :].tolist()))
    a, b = rng.normal(size=shapes[0]), rng.normal(size=shapes[1])
    a, b = np.asarray(a), np.asarray(b)
    grad = np.asarray(rng.normal(size=np.broadcast_shapes(*shapes)))
    for_a, for_b = ex.mul_vjp(grad, a, b)
    return {"gradient for a": for_a, "gradient for b": for_b}


@mul_vjp.probe("float32 stays float32", "promise")
def _(ex, rng):
    a, b, grad = rng.normal(size=(3, 2, 3)).astype(np.float32)
    for_a, for_b = ex.mul_vjp(grad, a, b)
    return {"gradient for a": for_a, "gradient for b": for_b}


mul_vjp.wrong(
    "return unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)",
    "return unbroadcast(grad * a, a.shape), unbroadcast(grad * b, b.shape)",
    says="The factors are swapped: the gradient for a is grad times b, and for b grad times a.",
)
mul_vjp.wrong(
    "return unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)",
    "return unbroadcast(grad * a, b.shape), unbroadcast(grad * b, a.shape)",
    says="Both gradients are right, but in the wrong order: return the one for a first.",
)
mul_vjp.wrong(
    "return unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)",
    "return grad * b, grad * a",
    says="The gradients have the shape of the output: bring each back to its input's shape.",
)
mul_vjp.wrong(
    "unbroadcast(grad * a, b.shape)",
    "unbroadcast(grad * a, a.shape)",
    says="The gradient for b was brought back to a's shape: it must have b's.",
)
mul_vjp.wrong(
    "unbroadcast(grad * b, a.shape)",
    "unbroadcast(grad * b, b.shape)",
    says="The gradient for a was brought back to b's shape: it must have a's.",
)
mul_vjp.wrong(
    "return unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)",
    "return unbroadcast(grad, a.shape) * b, unbroadcast(grad, b.shape) * a",
    says="grad was summed before it was multiplied: each copy has a factor of its own, so multiply "
    "first, and bring the product back.",
)
mul_vjp.wrong(
    "return unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)",
    "return unbroadcast(grad * a * b, a.shape), unbroadcast(grad * a * b, b.shape)",
    says="grad was multiplied by both factors: the slope of a * b for a is b alone, for b it is a.",
)
mul_vjp.wrong(
    "return unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)",
    "both = grad * (a + b)\n    return unbroadcast(both, a.shape), unbroadcast(both, b.shape)",
    says="Both gradients were added into one: each input has its own, grad times the other factor.",
)
mul_vjp.wrong(
    "return unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)",
    "return unbroadcast(grad + b, a.shape), unbroadcast(grad + a, b.shape)",
    says="grad was added to the other factor: by the chain rule they are multiplied.",
)
mul_vjp.wrong(
    "return unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)",
    "return (grad * b).reshape(a.shape), (grad * a).reshape(b.shape)",
    says="The product was reshaped to the input's shape: broadcasting made copies, and their "
    "gradients are to be summed.",
)
mul_vjp.wrong(
    "return unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)",
    "return grad @ b.T, a.T @ grad",
    says="That is the gradient of a matrix product: here a * b multiplies entry by entry.",
)
mul_vjp.wrong(
    "unbroadcast(grad * a, b.shape)",
    "grad * a",
    says="The gradient for b was not brought back to b's shape: a may be the larger of the two.",
)
mul_vjp.wrong(
    "unbroadcast(grad * b, a.shape)",
    "grad * b",
    says="The gradient for a was not brought back to a's shape: b may be the larger of the two.",
)
mul_vjp.wrong(
    BODY,
    """
    ones = np.ones_like(grad)
    return unbroadcast(ones * b, a.shape), unbroadcast(ones * a, b.shape)
    """,
    says="grad is missing: by the chain rule the slope of a * b is multiplied with grad.",
)
mul_vjp.wrong(
    "return unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)",
    "return unbroadcast(grad, a.shape), unbroadcast(grad, b.shape)",
    says="That is the gradient of a + b: for a product, grad is multiplied with the other factor.",
)
mul_vjp.wrong(
    BODY,
    "return unbroadcast(grad * b, a.shape)",
    says="Only the gradient for a was returned: return both, the one for a first.",
)
mul_vjp.wrong(
    BODY,
    """
    out = grad * a * b
    return unbroadcast(out / a, a.shape), unbroadcast(out / b, b.shape)
    """,
    says="The output was divided by the factor: that is the other factor only where this one is "
    "not 0. Multiply grad with the other factor itself.",
)
mul_vjp.wrong(
    BODY,
    """
    for_a, for_b = grad * b, grad * a
    if for_a.shape != a.shape:
        for_a = for_a.sum(axis=0)
    if for_b.shape != b.shape:
        for_b = for_b.sum(axis=0)
    return for_a, for_b
    """,
    says="Where the shapes differ, axis 0 was summed: which axes were stretched depends on the "
    "shape, and unbroadcast finds them.",
)
mul_vjp.wrong(
    BODY,
    """
    for_a = unbroadcast(grad, a.shape) * b
    for_b = unbroadcast(grad, b.shape) * a
    return unbroadcast(for_a, a.shape), unbroadcast(for_b, b.shape)
    """,
    says="grad was summed before it was multiplied: each copy has a weight of its own, so multiply "
    "first, then sum.",
)
mul_vjp.right(
    BODY,
    """
    def back(product, shape):
        axes = tuple(range(product.ndim - len(shape)))
        product = product.sum(axis=axes)
        for axis, length in enumerate(shape):
            if length == 1:
                product = product.sum(axis=axis, keepdims=True)
        return product
    return back(np.multiply(b, grad), np.shape(a)), back(np.multiply(a, grad), np.shape(b))
    """,
    says="without unbroadcast",
)
mul_vjp.right(
    "return unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)",
    "grad = grad.astype(np.float32)\n"
    "    for_a = unbroadcast(grad * b.astype(np.float32), a.shape)\n"
    "    return for_a, unbroadcast(grad * a.astype(np.float32), b.shape)",
    says="float32",
)
mul_vjp.right(
    BODY,
    """
    for_a, for_b = np.zeros(a.shape), np.zeros(b.shape)
    a_wide, b_wide = np.broadcast_to(a, grad.shape), np.broadcast_to(b, grad.shape)
    home = lambda x: np.broadcast_to(np.arange(x.size).reshape(x.shape), grad.shape).ravel()
    np.add.at(for_a.reshape(-1), home(a), (grad * b_wide).ravel())
    np.add.at(for_b.reshape(-1), home(b), (grad * a_wide).ravel())
    return for_a.astype(a.dtype), for_b.astype(b.dtype)
    """,
    says="scattered to where each copy came from",
)


matmul_vjp = ex01.function(
    "matmul_vjp",
    points=10,
    minutes=10,
    section="The slow version and the fast one",
    tolerance=SUMS,
    hints=(
        "Write out = a @ b with indices, out[i, j] = sum_k a[i, k] b[k, j]. The entry a[i, k] "
        "reaches every out[i, j] of its row, with weight b[k, j].",
        "The gradient for a[i, k] is the sum over j of grad[i, j] * b[k, j]. That is a matrix "
        "product, in which one of the two is transposed. The same for b[k, j], as a sum over i.",
        "Let the shapes decide: grad is (n, m), and from b, which is (k, m), you need something "
        "(m, k) to reach (n, k). For b start from a, which stands on the left.",
    ),
)


@matmul_vjp.probe("(2, 3) @ (3, 4)")
def _(ex, rng):
    a, b, grad = rng.normal(size=(2, 3)), rng.normal(size=(3, 4)), rng.normal(size=(2, 4))
    for_a, for_b = ex.matmul_vjp(grad, a, b)
    return {"gradient for a": for_a, "gradient for b": for_b}


@matmul_vjp.probe("square matrices, whose shapes forgive everything")
def _(ex, rng):
    a, b, grad = rng.normal(size=(3, 3, 3))
    for_a, for_b = ex.matmul_vjp(grad, a, b)
    return {"gradient for a": for_a, "gradient for b": for_b}


@matmul_vjp.probe("the example")
def _(ex, rng):
    a, b, grad = np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.array([[10.0]])
    for_a, for_b = ex.matmul_vjp(grad, a, b)
    return {"gradient for a": for_a, "gradient for b": for_b}


@matmul_vjp.probe("one matrix of numbers around 1e9: differences of results that large are lost")
def _(ex, rng):
    a, b, grad = 1e9 * rng.normal(size=(3, 2)), rng.normal(size=(2, 4)), rng.normal(size=(3, 4))
    for_a, for_b = ex.matmul_vjp(grad, a, b)
    return {"gradient for a": for_a, "gradient for b": for_b}


@matmul_vjp.probe("a row times a column: the result is one number", "edge")
def _(ex, rng):
    a, b, grad = rng.normal(size=(1, 5)), rng.normal(size=(5, 1)), rng.normal(size=(1, 1))
    for_a, for_b = ex.matmul_vjp(grad, a, b)
    return {"gradient for a": for_a, "gradient for b": for_b}


@matmul_vjp.probe("a column times a row", "edge")
def _(ex, rng):
    a, b, grad = rng.normal(size=(4, 1)), rng.normal(size=(1, 3)), rng.normal(size=(4, 3))
    for_a, for_b = ex.matmul_vjp(grad, a, b)
    return {"gradient for a": for_a, "gradient for b": for_b}


@matmul_vjp.probe("sizes drawn at random", "edge")
def _(ex, rng):
    n, k, m = rng.integers(1, 6, size=3).tolist()
    a, b, grad = rng.normal(size=(n, k)), rng.normal(size=(k, m)), rng.normal(size=(n, m))
    for_a, for_b = ex.matmul_vjp(grad, a, b)
    return {"gradient for a": for_a, "gradient for b": for_b}


@matmul_vjp.probe("float32 stays float32", "promise")
def _(ex, rng):
    a, b, grad = rng.normal(size=(3, 2, 2)).astype(np.float32)
    for_a, for_b = ex.matmul_vjp(grad, a, b)
    return {"gradient for a": for_a, "gradient for b": for_b}


matmul_vjp.wrong(
    "return grad @ b.T, a.T @ grad",
    "return grad @ b, a @ grad",
    says="The transposes are missing: the other matrix is walked the other way on the way back.",
)
matmul_vjp.wrong(
    "grad @ b.T",
    "grad @ b",
    says="For a, the transpose is missing: the gradient travels through b the other way round.",
)
matmul_vjp.wrong(
    "a.T @ grad",
    "a @ grad",
    says="For b, the transpose is missing: the gradient travels through a the other way round.",
)
matmul_vjp.wrong(
    "grad @ b.T",
    "b.T @ grad",
    says="For a, the two factors stand on the wrong sides: a matrix product does not commute, and "
    "b stood on the right.",
)
matmul_vjp.wrong(
    "a.T @ grad",
    "grad @ a.T",
    says="For b, the two factors stand on the wrong sides: a matrix product does not commute, and "
    "a stood on the left.",
)
matmul_vjp.wrong(
    "return grad @ b.T, a.T @ grad",
    "return b.T @ grad, grad @ a.T",
    says="Both products have their factors on the wrong sides: a matrix product does not commute. "
    "b stood on the right, and a on the left.",
)
matmul_vjp.wrong(
    "return grad @ b.T, a.T @ grad",
    "return grad * b, grad * a",
    says="That is the gradient of a product entry by entry: a @ b sums over k, so its gradients "
    "are matrix products as well.",
)
matmul_vjp.wrong(
    "return grad @ b.T, a.T @ grad",
    "return grad @ a.T, b.T @ grad",
    says="The factors are exchanged: the gradient for a is made with b, the gradient for b with a.",
)
matmul_vjp.wrong(
    "grad @ b.T",
    "grad @ b.T / b.shape[1]",
    says="The gradient for a was averaged over the columns of b: every column adds to it, so sum.",
)
matmul_vjp.wrong(
    "grad @ b.T",
    "grad.T @ b",
    says="For a, the wrong one was transposed: grad stays as it is.",
)
matmul_vjp.wrong(
    "a.T @ grad",
    "a @ grad.T",
    says="For b, the wrong one was transposed: grad stays as it is.",
)
matmul_vjp.wrong(
    "a.T @ grad",
    "a.reshape(a.shape[::-1]) @ grad",
    says="For b, a was reshaped where it should be transposed: a reshape keeps the order of the "
    "numbers, a transpose exchanges rows and columns.",
)
matmul_vjp.wrong(
    "grad @ b.T",
    "grad @ b.reshape(b.shape[::-1])",
    says="For a, b was reshaped where it should be transposed: a reshape keeps the order of the "
    "numbers, a transpose exchanges rows and columns.",
)
matmul_vjp.wrong(
    "grad @ b.T",
    "b @ grad.T",
    says="The gradient for a came out transposed: it has a's shape, with grad on the left.",
)
matmul_vjp.wrong(
    "a.T @ grad",
    "grad.T @ a",
    says="The gradient for b came out transposed: it has b's shape, with grad on the right.",
)
matmul_vjp.wrong(
    "return grad @ b.T, a.T @ grad",
    "return a.T @ grad, grad @ b.T",
    says="Both gradients are right, but in the wrong order: return the one for a first.",
)
matmul_vjp.wrong(
    BODY,
    """
    ones = np.ones_like(grad)
    return ones @ b.T, a.T @ ones
    """,
    says="grad is missing: this is the gradient of the sum of a @ b, as if grad were all ones.",
)
matmul_vjp.wrong(
    "a.T @ grad",
    "a.T @ grad / len(a)",
    says="The gradient for b was averaged over the rows of a: every row adds to it, so sum.",
)
matmul_vjp.wrong(
    BODY,
    "return grad @ b.T",
    says="Only the gradient for a was returned: return both, the one for a first.",
)
matmul_vjp.wrong(
    "return grad @ b.T, a.T @ grad",
    "return np.outer(grad, b), np.outer(a, grad)",
    says="An outer product multiplies every number with every other: what is needed is a matrix "
    "product, which sums over the axis that the two share.",
)
matmul_vjp.wrong(
    BODY,
    "return b.T, a.T",
    says="These are the slopes alone: by the chain rule each is multiplied with grad.",
)
matmul_vjp.wrong(
    "a.T @ grad",
    "a.T",
    says="For b, grad is missing: by the chain rule the slope is multiplied with it.",
)
matmul_vjp.wrong(
    BODY,
    """
    for_a, for_b = np.zeros_like(a), np.zeros_like(b)
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            for k in range(a.shape[1]):
                for_a[i, k] = grad[i, j] * b[k, j]
                for_b[k, j] = grad[i, j] * a[i, k]
    return for_a, for_b
    """,
    says="Each product replaced the one before it: an entry takes part in several outputs, so its "
    "gradients are added up (+=).",
)
matmul_vjp.wrong(
    "return grad @ b.T, a.T @ grad",
    "return grad @ b.reshape(b.shape[::-1]), a.reshape(a.shape[::-1]) @ grad",
    says="Both matrices were reshaped where they should be transposed: a reshape keeps the order "
    "of the numbers, a transpose exchanges rows and columns.",
)
matmul_vjp.wrong(
    BODY,
    """
    return (
        grad.sum(axis=1, keepdims=True) * b.sum(axis=1),
        a.sum(axis=0)[:, None] * grad.sum(axis=0),
    )
    """,
    says="Sums were multiplied: a sum of products is asked for, which is a matrix product (@).",
)
matmul_vjp.right(
    BODY,
    "return np.einsum('nm,km->nk', grad, b), np.einsum('nk,nm->km', a, grad)",
    says="einsum",
)
matmul_vjp.right(
    BODY,
    """
    for_a = np.zeros(a.shape, a.dtype, order="F")
    for_b = np.zeros(b.shape, b.dtype)
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            for k in range(a.shape[1]):
                for_a[i, k] += grad[i, j] * b[k, j]
                for_b[k, j] += grad[i, j] * a[i, k]
    return for_a, for_b
    """,
    says="three loops, Fortran order",
)
matmul_vjp.right(
    BODY,
    """
    for_a = (grad[:, None, :] * b[None, :, :]).sum(axis=2)
    for_b = sum(np.outer(row, share) for row, share in zip(a, grad))
    return for_a, for_b
    """,
    says="broadcasting for a, outer products for b",
)


@ex01.helper
def random_graph(rng):
    """Twelve nodes, each of up to three earlier ones; the last is "n11". Listed in any order."""
    parents = {"n0": []}
    for i in range(1, 12):
        parents[f"n{i}"] = [f"n{j}" for j in rng.integers(0, i, size=min(i, 3))]
    names = [str(name) for name in rng.permutation(list(parents))]
    return {name: parents[name] for name in names}


def a_valid_order(got, expected):
    """Whether an order holds the right nodes once each, every one after its parents."""
    order, needed = got["order"].tolist(), expected["order"].tolist()
    edges = [tuple(edge) for edge in expected["edges"].tolist()]
    if not isinstance(order, list) or any(not isinstance(node, str) for node in order):
        return "the order is not a list of the names of nodes"
    return _wrong_nodes(order, needed) or _wrong_order(order, needed, edges)


def _wrong_nodes(order, needed):
    """What is said of an order that does not hold the right nodes, once each."""
    missing, twice = sorted(set(needed) - set(order)), Counter(order)
    more = sorted(set(order) - set(needed))
    if missing == [needed[-1]]:
        return f"{needed[-1]!r} is missing: the output itself belongs to the order, as its last"
    if missing:
        lost = next(node for node in missing if node != needed[-1])
        what = "though the output was computed from it, perhaps by way of others"
        all_of_them = "parents of parents, and what is used more than once, belong to it, too"
        return f"{lost!r} is missing from the order, {what}: {all_of_them}"
    if more:
        what = "though the output does not depend on it"
        return f"{more[0]!r} is in the order, {what}: start from the output and go to the parents"
    for node in sorted(needed):
        if twice[node] > 1:
            what = "it is reached in several ways, and should be listed once"
            return f"{node!r} is in the order {twice[node]} times: {what}"
    return None


def _wrong_order(order, needed, edges):
    """What is said of the right nodes in an order that is not valid."""
    place = {node: i for i, node in enumerate(order)}
    wrong = sorted((n, p) for n, p in edges if n in place and place[p] > place[n])
    if not wrong:
        return None
    if all(place[p] > place[n] for n, p in edges if n in place):
        return "the order is backwards: inputs come first, and the output comes last"
    node, parent = wrong[0]
    what = "a node has to wait until all of its parents are listed"
    if order[-1] != needed[-1]:
        what = f"{what}, so that the output {needed[-1]!r} comes last"
    listed = list(dict.fromkeys(n for n, _ in edges if n in place))
    if [n for n in order if n in listed] == listed:
        what = "the order is that of the dictionary, which lists nodes in any order"
    return f"{node!r} comes before its parent {parent!r}: {what}"


topological_order = ex01.function(
    "topological_order",
    points=20,
    minutes=25,
    section="The order of the walk",
    tolerance=Tolerance(0.0, "an order is valid or it is not"),
    hints=(
        "Think of getting dressed: a node may be listed only when everything it was made from is "
        "listed already. Start at the output and ask what has to come before it.",
        "With functions that call themselves: to visit a node, visit its parents, then list it; a "
        "node that was visited before is skipped. Listing *after* the parents is the point.",
        "Without them: put (node, False) on a list used as a stack. On taking it off, mark the "
        "node as seen and put it back as (node, True), then its parents on top. When (node, True) "
        "comes up, all of its parents have been listed.",
    ),
)


@topological_order.probe("a diamond: loss of p and q, both of x", judge=a_valid_order)
def _(ex, rng):
    parents = {"loss": ["p", "q"], "p": ["x"], "q": ["x"], "x": []}
    edges = [(node, parent) for node in parents for parent in parents[node]]
    return {"order": ex.topological_order(parents, "loss"), "edges": edges}


@topological_order.probe("a short way and a long way to x", judge=a_valid_order)
def _(ex, rng):
    parents = {"x": [], "a": ["x"], "b": ["a"], "c": ["b"], "loss": ["c", "x"]}
    edges = [(node, parent) for node in parents for parent in parents[node]]
    return {"order": ex.topological_order(parents, "loss"), "edges": edges}


@topological_order.probe("nodes that are not needed", judge=a_valid_order)
def _(ex, rng):
    parents = {"x": [], "y": [], "p": ["x", "y"], "after": ["p"], "aside": ["x"]}
    edges = [(node, parent) for node in parents for parent in parents[node]]
    return {"order": ex.topological_order(parents, "p"), "edges": edges}


@topological_order.probe("twelve nodes at random", judge=a_valid_order)
def _(ex, rng):
    parents = random_graph(rng)
    edges = [(node, parent) for node in parents for parent in parents[node]]
    return {"order": ex.topological_order(parents, "n11"), "edges": edges}


@topological_order.probe("graphs drawn at random, of one node to seven", judge=a_valid_order)
def _(ex, rng):
    results, edges = [], []
    for graph in range(4):
        parents = {f"{graph}.0": []}
        for i in range(1, rng.integers(1, 8)):
            some = rng.integers(0, i, size=rng.integers(0, 4))
            parents[f"{graph}.{i}"] = [f"{graph}.{j}" for j in some]
        names = [str(name) for name in rng.permutation(list(parents))]
        parents = {name: parents[name] for name in names}
        results += ex.topological_order(parents, names[0])
        edges += [(node, parent) for node in parents for parent in parents[node]]
    return {"order": results, "edges": [*edges, ("none", "none")]}


@topological_order.probe(
    "the output is an input: nothing was computed", "edge", judge=a_valid_order
)
def _(ex, rng):
    parents = {"x": [], "y": [], "p": ["x", "y"]}
    return {"order": ex.topological_order(parents, "x"), "edges": [("p", "x"), ("p", "y")]}


@topological_order.probe("x * x: the same parent twice", "edge", judge=a_valid_order)
def _(ex, rng):
    parents = {"loss": ["s", "x"], "s": ["x", "x"], "x": []}
    edges = [(node, parent) for node in parents for parent in parents[node]]
    return {"order": ex.topological_order(parents, "loss"), "edges": edges}


@topological_order.probe("a chain of 5,000 nodes", "edge", judge=a_valid_order)
def _(ex, rng):
    names = rng.permutation(5000).astype(str).tolist()
    parents = {name: names[i - 1 : i] if i else [] for i, name in enumerate(names)}
    return {"order": ex.topological_order(parents, names[-1]), "edges": [(names[1], names[0])]}


@topological_order.probe("60 doublings: 61 nodes, but 2^60 paths", "edge", judge=a_valid_order)
def _(ex, rng):
    class Patient(dict):
        """A dictionary that is asked at most 10,000 times, where once a node would do."""

        asked = 0

        def __getitem__(self, node):
            self.asked += 1
            if self.asked > 10_000:
                raise RuntimeError(
                    "61 nodes, and yet their parents were looked up more than 10,000 times: "
                    "a node that is reached in several ways is gone through once for each of them"
                )
            return super().__getitem__(node)

    parents = Patient({str(i): [str(i - 1)] * 2 if i else [] for i in range(61)})
    return {"order": ex.topological_order(parents, "60"), "edges": [("1", "0")]}


topological_order.wrong(
    "return order",
    "return order[::-1]",
    says="The order is backwards: inputs come first, and the output comes last.",
)
topological_order.wrong(
    "return order",
    "return order[:-1]",
    says="The output itself is missing: it is the last node of the order.",
)
topological_order.wrong(
    "elif node not in seen:",
    "else:",
    says="A node that is reached in several ways was listed each time: remember which were seen.",
)
topological_order.wrong(
    "stack = [(output, False)]",
    "stack = [(node, False) for node in parents]",
    says="Nodes that the output does not depend on are in the order: start from the output only.",
)
topological_order.wrong(
    """            stack.append((node, True))
""",
    """            order.insert(0, node)
""",
    says="Nodes were listed when first met: a node must wait until all of its parents are listed.",
)
topological_order.wrong(
    BODY,
    """
    order, queue = [], [output]
    while queue:
        node = queue.pop(0)
        if node not in order:
            order.append(node)
            queue.extend(parents[node])
    return order[::-1]
    """,
    says="The nodes stand in the order of their distance from the output: one that is near it, "
    "but also reached by a longer way, then comes after nodes computed from it. List a node "
    "when all of its parents are listed.",
)
topological_order.wrong(
    BODY,
    """
    order, seen = [], set()
    def visit(node):
        if node not in seen:
            seen.add(node)
            for parent in parents[node]:
                visit(parent)
            order.append(node)
    visit(output)
    return order
    """,
    says="The idea is right, but the function calls itself for each node on the way: a long chain "
    "is deeper than Python allows. Keep the nodes still to do on a list.",
)
topological_order.wrong(
    BODY,
    """
    order = []
    def visit(node):
        for parent in parents[node]:
            visit(parent)
        if node not in order:
            order.append(node)
    visit(output)
    return order
    """,
    says="A node that is reached in several ways is gone through each time, before it is seen that "
    "it is listed already: skip it before you go on to its parents.",
)
topological_order.wrong(
    BODY,
    """
    order, seen, stack = [], set(), [output]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            order.append(node)
            stack.extend(parents[node])
    return order
    """,
    says="Nodes were listed when first met, and the output first: list a node when all of its "
    "parents are listed.",
)
topological_order.wrong(
    BODY,
    "return [*parents[output], output]",
    says="Only the parents of the output are there: go on to their parents, down to the inputs.",
)
topological_order.wrong(
    "elif node not in seen:",
    "elif node not in seen and parents[node]:",
    says="The inputs are missing: they have no parents, and belong to the order all the same.",
)
topological_order.wrong(
    "return order",
    "needed = set(order)\n    return [node for node in parents if node in needed]",
    says="The order is that of the dictionary: it lists the nodes in any order, a node perhaps "
    "before its parents.",
)
topological_order.wrong(
    "return order",
    "return sorted(order)",
    says="The nodes were sorted by their names: what counts is who was computed from whom.",
)
topological_order.wrong(
    BODY,
    """
    order, seen, stack = [], {output}, [(output, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
            continue
        stack.append((node, True))
        for parent in parents[node]:
            if parent not in seen:
                seen.add(parent)
                stack.append((parent, False))
    return order
    """,
    says="A node was marked as seen when it was put on the stack: where a later path needs it "
    "sooner, it waits there too long. Mark it when it is taken off.",
)
topological_order.wrong(
    BODY,
    """
    order, seen, stack = [], {output}, [(output, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
            continue
        stack.append((node, True))
        for parent in list(parents[node])[::-1]:
            if parent not in seen:
                seen.add(parent)
                stack.append((parent, False))
    return order
    """,
    says="A node was marked as seen when it was put on the stack: where a later path needs it "
    "sooner, it waits there too long. Mark it when it is taken off.",
)
topological_order.right(
    BODY,
    """
    needed, todo = {output}, [output]
    while todo:
        for parent in parents[todo.pop()]:
            if parent not in needed:
                needed.add(parent)
                todo.append(parent)
    waiting = {node: len(parents[node]) for node in needed}
    children = {node: [] for node in needed}
    for node in needed:
        for parent in parents[node]:
            children[parent].append(node)
    ready = sorted(node for node in needed if not waiting[node])
    order = []
    while ready:
        node = ready.pop(0)
        order.append(node)
        for child in children[node]:
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    return order
    """,
    says="counting parents still to come (Kahn), inputs first",
)
topological_order.right(
    BODY,
    """
    order, started, stack = [], {output}, [(output, iter(parents[output]))]
    while stack:
        node, rest = stack[-1]
        parent = next(rest, None)
        if parent is None:
            order.append(stack.pop()[0])
        elif parent not in started:
            started.add(parent)
            stack.append((parent, iter(parents[parent])))
    return order
    """,
    says="a stack of iterators",
)


backward = ex01.function(
    "backward",
    points=20,
    minutes=20,
    section="The order of the walk",
    needs=("topological_order",),
    tolerance=SUMS,
    hints=(
        "Nobody lists all ways from a node to the loss: pass sums on, from the output to the "
        "inputs. Gradient of parent += gradient of node * slope of node towards that parent.",
        "When you come to a node in reverse topological order, everything that uses it has been "
        "dealt with, so its gradient is complete. Now give each parent its share.",
        "Begin with 0 for every node and 1 for the output. For each node from the last to the "
        "first, and for each of its parents, add gradient times slope to the parent's gradient.",
    ),
)


@ex01.helper
def by_node(gradients):
    if not isinstance(gradients, dict):
        raise TypeError(f"backward returned a {type(gradients).__name__}, expected a dict")
    nodes = sorted(gradients)
    return {"nodes": nodes, "gradients": [float(gradients[node]) for node in nodes]}


def which_node(got, expected):
    """The first node that is too many, is missing, or has the wrong gradient."""
    found, wanted = (which["nodes"].tolist() for which in (got, expected))
    for node in found:
        if node not in wanted:
            return f"{node!r} is in the result, though the output does not depend on it"
    for node in wanted:
        if node not in found:
            return f"{node!r} is missing from the result: the output depends on it"
    pairs = zip(wanted, expected["gradients"], got["gradients"], strict=True)
    for node, right, value in pairs:
        if not np.isclose(value, right, rtol=1e-9, atol=0):
            return f"the gradient of {node!r}: expected {right:.10g}, got {value:.10g}"
    return None


@backward.probe("a chain of three slopes", explain=which_node)
def _(ex, rng):
    first, second, third = rng.normal(size=3).tolist()
    parents = {"x": [], "a": ["x"], "b": ["a"], "loss": ["b"]}
    slopes = {"x": [], "a": [first], "b": [second], "loss": [third]}
    gradients = ex.backward(parents, slopes, "loss")
    return by_node(gradients)


@backward.probe("the example: x * x + 2 * x at x = 3", explain=which_node)
def _(ex, rng):
    parents = {"x": [], "s": ["x", "x"], "loss": ["s", "x"]}
    slopes = {"x": [], "s": [3.0, 3.0], "loss": [1.0, 2.0]}
    gradients = ex.backward(parents, slopes, "loss")
    return by_node(gradients)


@backward.probe("a short way and a long way to x", explain=which_node)
def _(ex, rng):
    parents = {"loss": ["x", "c"], "c": ["b"], "b": ["a"], "a": ["x"], "x": []}
    slopes = {node: rng.normal(size=len(parents[node])).tolist() for node in parents}
    gradients = ex.backward(parents, slopes, "loss")
    return by_node(gradients)


@backward.probe("twelve nodes at random", explain=which_node)
def _(ex, rng):
    parents = random_graph(rng)
    slopes = {node: rng.normal(size=len(parents[node])).tolist() for node in parents}
    gradients = ex.backward(parents, slopes, "n11")
    return by_node(gradients)


@backward.probe("a graph drawn at random, of two nodes to seven", explain=which_node)
def _(ex, rng):
    parents = {"n0": []}
    for i in range(1, rng.integers(2, 8)):
        some = rng.integers(0, i, size=rng.integers(0, 4))
        parents[f"n{i}"] = [f"n{j}" for j in some]
    output = str(rng.choice(list(parents)))
    names = [str(name) for name in rng.permutation(list(parents))]
    parents = {name: parents[name] for name in names}
    slopes = {node: rng.normal(size=len(parents[node])).tolist() for node in parents}
    return by_node(ex.backward(parents, slopes, output))


@backward.probe("a parent used twice, with two slopes", explain=which_node)
def _(ex, rng):
    parents = {"x": [], "y": [], "p": ["x", "y", "x"], "loss": ["p", "p"]}
    slopes = {node: rng.normal(size=len(parents[node])).tolist() for node in parents}
    return by_node(ex.backward(parents, slopes, "loss"))


@backward.probe("the output is an input: nothing was computed", "edge", explain=which_node)
def _(ex, rng):
    parents, slopes = {"x": [], "p": ["x"]}, {"x": [], "p": [2.0]}
    return by_node(ex.backward(parents, slopes, "x"))


@backward.probe("a chain of 2,000 nodes", "edge")
def _(ex, rng):
    parents = {str(i): [str(i - 1)] if i else [] for i in range(2000)}
    slopes = {node: [1.001] * len(parents[node]) for node in parents}
    gradients = ex.backward(parents, slopes, "1999")
    return {"gradient of '0'": float(gradients["0"]), "gradient of '9'": float(gradients["9"])}


@backward.probe("slopes of 0, of 1e-30 and of 1e30", "edge", explain=which_node)
def _(ex, rng):
    parents = {"x": [], "a": ["x"], "b": ["a", "x"], "loss": ["b", "x"]}
    large, tiny, plain, last = (rng.uniform(0.5, 2, 4) * [1e30, 1e-30, 1, -1]).tolist()
    slopes = {"x": [], "a": [large], "b": [tiny, 0.0], "loss": [plain, last]}
    return by_node(ex.backward(parents, slopes, "loss"))


@backward.probe("a node that is reached through a slope of 0 only", "edge", explain=which_node)
def _(ex, rng):
    parents = {"x": [], "y": [], "a": ["x"], "loss": ["a", "y"]}
    slopes = {"x": [], "y": [], "a": [3.0], "loss": [0.0, rng.uniform(1, 2)]}
    return by_node(ex.backward(parents, slopes, "loss"))


@backward.probe("60 doublings: 61 nodes, but 2^60 paths", "edge", explain=which_node)
def _(ex, rng):
    parents = {str(i): [str(i - 1)] * 2 if i else [] for i in range(61)}
    slopes = {node: [0.5] * len(parents[node]) for node in parents}
    return by_node(ex.backward(parents, slopes, "60"))


backward.wrong(
    "+= gradients[node] * slope",
    "= gradients[node] * slope",
    says="A node used twice keeps only one of its shares: gradients are added, not overwritten.",
)
backward.wrong(
    "reversed(order)",
    "order",
    says="The walk goes from the inputs to the output: a gradient travels the other way.",
)
backward.wrong(
    "    gradients[output] = 1.0\n",
    "",
    says="Nothing starts the walk: the gradient of the output with respect to itself is 1.",
)
backward.wrong(
    "gradients[node] * slope",
    "gradients[node]",
    says="The slopes are not used: a share is the node's gradient times the slope to the parent.",
)
backward.wrong(
    "gradients[node] * slope",
    "slope",
    says="Only the last slope of each way is there: multiply it with the node's own gradient.",
)
backward.wrong(
    "in zip(parents[node], slopes[node], strict=True)",
    "in dict(zip(parents[node], slopes[node])).items()",
    says="A parent that a node uses twice was counted once: x * x has two slopes, both for x.",
)
backward.wrong(
    "return gradients",
    "return {node: g for node, g in gradients.items() if not parents[node]}",
    says="Only the inputs are returned: return the gradients of the nodes in between as well.",
)
backward.wrong(
    BODY,
    """
    gradients = {node: 0.0 for node in topological_order(parents, output)}
    seen = set()
    def push(node, gradient):
        gradients[node] += gradient
        if node not in seen:
            seen.add(node)
            for parent, slope in zip(parents[node], slopes[node]):
                push(parent, gradients[node] * slope)
    push(output, 1.0)
    return gradients
    """,
    says="A node passes its gradient on at its first visit, before all of it has arrived: wait "
    "until everything that uses the node has added its share (reverse topological order).",
)
backward.wrong(
    BODY,
    """
    gradients, todo = {output: 1.0}, [output]
    while todo:
        node = todo.pop(0)
        for parent, slope in zip(parents[node], slopes[node]):
            if parent not in gradients:
                gradients[parent] = 0.0
                todo.append(parent)
            gradients[parent] += gradients[node] * slope
    return gradients
    """,
    says="The walk goes by distance from the output: on a long way round a share arrives after the "
    "node has passed its gradient on. Walk in reverse topological order.",
)
backward.wrong(
    "for node in reversed(order):",
    "for node in reversed([node for node in parents if node in gradients]):",
    says="The walk follows the order of the dictionary, which says nothing of who was computed "
    "from whom: walk in reverse topological order.",
)
backward.wrong(
    "in zip(parents[node], slopes[node], strict=True)",
    "in ((p, slopes[node][list(parents[node]).index(p)]) for p in parents[node])",
    says="A parent that a node uses twice got the first slope both times: index() finds the first. "
    "Take the slope that stands at the same place as the parent.",
)
backward.wrong(
    "gradients = dict.fromkeys(order, 0.0)",
    "gradients = dict.fromkeys(parents, 0.0)",
    says="Nodes that the output does not depend on are in the result: return the output and what "
    "it was computed from, nothing else.",
)
backward.wrong(
    "return gradients",
    "del gradients[output]\n    return gradients",
    says="The output is missing from the result: its gradient with respect to itself is 1.",
)
backward.wrong(
    "gradients[parent] += gradients[node] * slope",
    "gradients[node] += gradients[parent] * slope",
    says="Nothing but the output has a gradient: each node gives to its parents, beginning with "
    "the output, its own gradient times the slope.",
)
backward.wrong(
    "in zip(parents[node], slopes[node], strict=True)",
    "in list(zip(parents[node], slopes[node]))[:1]",
    says="Only the first parent of each node got a share: give one to every parent.",
)
backward.wrong(
    "    gradients[output] = 1.0\n",
    "    gradients = dict.fromkeys(order, 1.0)\n",
    says="Every node starts at 1: only the output does, all others start at 0.",
)
backward.wrong(
    "gradients[node] * slope",
    "gradients[node] + slope",
    says="The slope was added to the node's gradient: along a way, slopes are multiplied.",
)
backward.wrong(
    BODY,
    """
    gradients = {output: 1.0}
    def gradient(node):
        if node not in gradients:
            gradients[node] = sum(
                gradient(child) * slope
                for child in parents
                for parent, slope in zip(parents[child], slopes[child])
                if parent == node and child in needed
            )
        return gradients[node]
    needed = set(topological_order(parents, output))
    for node in topological_order(parents, output):
        gradient(node)
    return gradients
    """,
    says="The numbers are right, but the function calls itself for each node on the way: a long "
    "chain is deeper than Python allows. Walk along the topological order in a loop.",
)
backward.wrong(
    "gradients[node] * slope",
    "gradients[node] * slope / len(parents[node])",
    says="The gradient was shared out among the parents: each gets all of it, times its own slope.",
)
backward.wrong(
    "gradients[node] * slope",
    "gradients[node] / slope",
    says="The gradient was divided by the slope: by the chain rule it is multiplied.",
)
backward.wrong(
    BODY,
    """
    order = topological_order(parents, output)
    gradients = {output: 1.0}
    for node in reversed(order):
        for parent, slope in zip(parents[node], slopes[node]):
            if node in gradients and slope != 0:
                gradients[parent] = gradients.get(parent, 0.0) + gradients[node] * slope
    return gradients
    """,
    says="Slopes of 0 were left out, and with them the nodes that are reached through them alone: "
    "their gradient is 0, and it belongs to the result.",
)
backward.wrong(
    "in zip(parents[node], slopes[node], strict=True)",
    "in dict(zip(parents[node][::-1], slopes[node][::-1])).items()",
    says="A parent that a node uses twice was counted once: x * x has two slopes, both for x.",
)
backward.right(
    BODY,
    """
    order = list(topological_order(parents, output))
    gradients = {output: np.float64(1)}
    while order:
        node = order.pop()
        for i in range(len(parents[node])):
            share = slopes[node][i] * gradients[node]
            gradients[parents[node][i]] = gradients.get(parents[node][i], 0) + share
    return gradients
    """,
    says="gradients that come into being as they are needed",
)
backward.right(
    BODY,
    """
    uses = {output: 0}
    todo = [output]
    while todo:
        for parent in parents[todo.pop()]:
            if parent not in uses:
                uses[parent] = 0
                todo.append(parent)
            uses[parent] += 1
    gradients, ready = dict.fromkeys(uses, 0), [output]
    gradients[output] = 1
    while ready:
        node = ready.pop()
        for parent, slope in zip(parents[node], slopes[node]):
            gradients[parent] += slope * gradients[node]
            uses[parent] -= 1
            if uses[parent] == 0:
                ready.append(parent)
    return gradients
    """,
    says="counting uses instead of a topological order",
)


numerical_gradient = ex01.function(
    "numerical_gradient",
    points=15,
    minutes=15,
    section="Checking a gradient",
    strict_inputs=False,
    tolerance=Tolerance(
        1e-7, "two-sided differences are right to about 1e-9 here, one-sided ones to 1e-5"
    ),
    hints=(
        "A slope is rise over run, and all other entries stand still: (f(x with x[i] + step) - "
        "f(x with x[i] - step)) / (2 * step).",
        "For every index: one copy of x with that entry a step higher, one with it a step lower; "
        "the difference of the two values of f, over the distance between the two points.",
        "np.ndindex(x.shape) walks over all indices, whatever the number of axes, also for a "
        "single number. The two points are two steps apart.",
    ),
)


@numerical_gradient.probe("a vector: sum of w * exp(x)")
def _(ex, rng):
    x, w = rng.normal(size=(2, 4))
    return {"gradient": ex.numerical_gradient(lambda v: float((w * np.exp(v)).sum()), x)}


@numerical_gradient.probe("a matrix: entries that depend on each other")
def _(ex, rng):
    x = rng.normal(size=(2, 3))
    return {"gradient": ex.numerical_gradient(lambda v: float(np.sin(v @ v.T).sum()), x)}


@numerical_gradient.probe("the example")
def _(ex, rng):
    x = np.array([3.0, 1.0])
    return {"gradient": ex.numerical_gradient(lambda v: float(v[0] ** 2 + 5 * v[1]), x)}


@numerical_gradient.probe("x of a shape drawn at random, positive and negative")
def _(ex, rng):
    x = rng.normal(size=rng.permutation([1, 2, 3, 2])[: rng.integers(2, 5)])
    w = rng.normal(size=x.size)
    return {"gradient": ex.numerical_gradient(lambda v: float(w @ np.exp(v).ravel()), x)}


@numerical_gradient.probe("a single number, of shape ()", "edge")
def _(ex, rng):
    x = np.array(rng.normal() + 3)
    return {"gradient": ex.numerical_gradient(lambda v: float(v**3), x)}


@numerical_gradient.probe("a larger step is used when asked for")
def _(ex, rng):
    x = rng.normal(size=3) + 2
    return {"gradient": ex.numerical_gradient(lambda v: float((v**3).sum()), x, 0.5)}


@numerical_gradient.probe("x is a view with gaps: every other column, and a transpose", "edge")
def _(ex, rng):
    x, w = rng.normal(size=(3, 4)), rng.normal(size=(3, 2))

    def f(v):
        return float((w * np.exp(v)).sum())

    turned = rng.normal(size=(2, 3)).T
    return {
        "gradient": ex.numerical_gradient(f, x[:, ::2]),
        "gradient for a transpose": ex.numerical_gradient(f, turned),
    }


@numerical_gradient.probe("x without any entry", "edge")
def _(ex, rng):
    return {"gradient": ex.numerical_gradient(lambda v: 3.0, np.zeros((2, 0)))}


@numerical_gradient.probe("a function that changes fast, with a step of 1e-4", "edge")
def _(ex, rng):
    x = rng.uniform(1, 2, size=3)
    return {"gradient": ex.numerical_gradient(lambda v: float((v**5).sum()), x, 1e-4)}


@numerical_gradient.probe("f gets arrays of x's shape, and x is as before", "promise")
def _(ex, rng):
    x, seen = rng.normal(size=(2, 2)), []

    def f(v):
        seen.append(v.shape)
        return float(np.tanh(v).sum())

    return {"gradient": ex.numerical_gradient(f, x), "shapes that f got": seen[:1], "x": x}


numerical_gradient.wrong(
    "(f(up) - f(down)) / (2 * step)",
    "(f(up) - f(x)) / step",
    says="That is the one-sided difference, whose error shrinks only with step, not with step "
    "squared: step down as well, and divide by 2 * step.",
)
numerical_gradient.wrong(
    "/ (2 * step)",
    "/ step",
    says="Twice too large: the two points are 2 * step apart.",
)
numerical_gradient.wrong(
    "/ (2 * step)",
    "/ 2 * step",
    says="Brackets are missing: / 2 * step divides by 2 and then multiplies with step.",
)
numerical_gradient.wrong(
    "f(up) - f(down)",
    "f(down) - f(up)",
    says="The sign is turned round: it is f a step up minus f a step down.",
)
numerical_gradient.wrong(
    """        up[index] += step
        down[index] -= step
""",
    """        up += step
        down -= step
""",
    says="All entries were moved at once: move one, and let the others stand still.",
)
numerical_gradient.wrong(
    "up, down = x.copy(), x.copy()",
    "up, down = x, x.copy()",
    says="x was changed on the way: move the entries of a copy, or put each one back.",
)
numerical_gradient.wrong(
    "np.ndindex(x.shape)",
    "range(len(x))",
    says="Only the first axis was walked over: x can have any number of axes, also none.",
)
numerical_gradient.wrong(
    "(f(up) - f(down)) / (2 * step)",
    "(f(x) - f(down)) / step",
    says="That is the one-sided difference, downwards, whose error shrinks only with step, not "
    "with step squared: step up as well, and divide by 2 * step.",
)
numerical_gradient.wrong(
    BODY,
    """
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + step
        up = f(x)
        x[index] = old - step
        gradient[index] = (up - f(x)) / (2 * step)
    return gradient
    """,
    says="The entries were not put back as they were: each slope is to be taken with all other "
    "entries where they were, and x must hold afterwards what it held before, to the last digit.",
)
numerical_gradient.wrong(
    "return gradient",
    "return gradient.ravel()",
    says="The gradient came back flat: it must have x's shape.",
)
numerical_gradient.wrong(
    BODY,
    """
    flat = x.reshape(-1)
    gradient = np.zeros(flat.shape)
    for i in range(flat.size):
        old = flat[i]
        flat[i] = old + step
        up = f(x)
        flat[i] = old - step
        down = f(x)
        flat[i] = old
        gradient[i] = (up - down) / (2 * step)
    return gradient.reshape(x.shape)
    """,
    says="The entries of x.reshape(-1) were moved, or of x.ravel(): where x is a view with gaps, "
    "that is a copy, and x itself stands still. Use x[index], or give f the copy that was moved.",
)
numerical_gradient.wrong(
    "up, down = x.copy(), x.copy()",
    "step = 1e-5\n        up, down = x.copy(), x.copy()",
    says="The step was ignored, and taken as 1e-5: use the one that is given.",
)
numerical_gradient.wrong(
    "        up[index] += step\n        down[index] -= step\n",
    "        up[index] += step / 2\n        down[index] -= step / 2\n",
    says="Half steps were divided by two whole ones: the entry goes up by a step and down by a "
    "step.",
)
numerical_gradient.wrong(
    "        up[index] += step\n        down[index] -= step\n",
    "        up[index] *= 1 + step\n        down[index] *= 1 - step\n",
    says="The entry was scaled by the step: add the step to it and take it away.",
)
numerical_gradient.wrong(
    "gradient[index] = (f(up) - f(down)) / (2 * step)",
    "gradient[index] = f(up) - f(down)",
    says="That is the rise alone: a slope is rise over run, and the two points are 2 * step apart.",
)
numerical_gradient.wrong(
    BODY,
    """
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        up, down = np.zeros_like(x), np.zeros_like(x)
        up[index], down[index] = x[index] + step, x[index] - step
        gradient[index] = (f(up) - f(down)) / (2 * step)
    return gradient
    """,
    says="All other entries were 0 while one was moved: they keep their values.",
)
numerical_gradient.wrong(
    "        down[index] -= step\n",
    "",
    says="Only the upper point was moved: that is half the slope. Move the lower one down as well.",
)
numerical_gradient.wrong(
    "    for index in np.ndindex(x.shape):\n        up, down = x.copy(), x.copy()\n",
    "    up, down = x.copy(), x.copy()\n    for index in np.ndindex(x.shape):\n",
    says="The entries moved before are still moved: start each time from copies of x itself.",
)
numerical_gradient.wrong(
    "(f(up) - f(down))",
    "(f(x[index] + step) - f(x[index] - step))",
    says="f was given one entry alone: give it the whole array, in which that entry is moved.",
)
numerical_gradient.wrong(
    "(f(up) - f(down))",
    "(f(up.ravel()) - f(down.ravel()))",
    says="f was given a flat array: it takes one of x's shape.",
)
numerical_gradient.wrong(
    "up, down = x.copy(), x.copy()",
    "up, down = x.astype(np.float32), x.astype(np.float32)",
    says="The points were rounded to float32, which holds 7 digits: a step of 1e-5 is lost in "
    "that. Stay in float64.",
)
numerical_gradient.wrong(
    "gradient[index] = (f(up) - f(down)) / (2 * step)",
    "gradient[index] = (f(up) - 2 * f(x) + f(down)) / step**2",
    says="That is the second derivative: the first one is the difference of the two values over "
    "their distance.",
)
numerical_gradient.wrong(
    "up, down = x.copy(), x.copy()",
    "up = down = x.copy()",
    says="The gradient is 0 everywhere. That happens where both points are one array (`up = x` "
    "copies nothing, so the two steps cancel: use x.copy()), and where f never gets the array that "
    "is moved.",
)
numerical_gradient.wrong(
    BODY,
    """
    x = x.copy()
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        x[index] += step
        up = f(x)
        x[index] -= 2 * step
        gradient[index] = (up - f(x)) / (2 * step)
    return gradient
    """,
    says="An entry that was moved down stays there while the next ones are tried: put each one "
    "back, also in a copy.",
)
numerical_gradient.wrong(
    BODY,
    """
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += 1e-5
        down[index] -= 1e-5
        gradient[index] = (f(up) - f(down)) / (2 * step)
    return gradient
    """,
    says="The entries were moved by 1e-5 whatever step was, and the difference divided by 2 * "
    "step: both take the step that is given.",
)
numerical_gradient.wrong(
    "/ (2 * step)",
    "/ (2 * 1e-5)",
    says="The difference was divided by 2e-5 whatever step was: the two points are 2 * step apart.",
)
numerical_gradient.wrong(
    BODY,
    """
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += step * abs(x[index])
        down[index] -= step * abs(x[index])
        gradient[index] = (f(up) - f(down)) / (2 * step * abs(x[index]))
    return gradient
    """,
    says="The step was multiplied with the entry: where that is 0 nothing moves, and 0 / 0 is nan. "
    "Every entry moves by `step`.",
)
numerical_gradient.right(
    BODY,
    """
    gradient = np.empty(x.shape)
    for i in range(x.size):
        old = x.flat[i]
        x.flat[i] = old + step
        up = f(x)
        x.flat[i] = old - step
        gradient.flat[i] = (up - f(x)) / (2 * step)
        x.flat[i] = old
    return gradient
    """,
    says="in place, and put back",
)
numerical_gradient.right(
    BODY,
    """
    units = np.eye(x.size).reshape(x.size, *x.shape) * step
    slopes = [(f(x + unit) - f(x - unit)) / 2 / step for unit in units]
    return np.array(np.reshape(slopes, x.shape), order="F")
    """,
    says="unit vectors",
)
numerical_gradient.right(
    BODY,
    """
    gradient, moved = np.zeros_like(x), np.array(x)
    it = np.nditer(x, flags=["multi_index"], op_flags=["readonly"]) if x.size else ()
    for value in it:
        index = it.multi_index
        moved[index] = value + step
        rise = f(moved)
        moved[index] = value - step
        rise -= f(moved)
        moved[index] = value
        gradient[index] = 0.5 * rise / step
    return gradient
    """,
    says="nditer over one copy",
)


gradient_error = ex01.function(
    "gradient_error",
    points=10,
    minutes=10,
    section="Checking a gradient",
    needs=("numerical_gradient",),
    tolerance=Tolerance(
        1e-6, "the numerical gradient itself is right to about 1e-9", absolute=1e-7
    ),
    hints=(
        "A difference of 0.01 is nothing if the gradient is 1000, and everything if it is 0.01: "
        "error = |claimed - numerical| / (|claimed| + |numerical|).",
        "Three lengths: of the difference, of the claim, of the numerical gradient. "
        "np.linalg.norm takes arrays of any shape.",
        "The length of the difference, over the sum of the other two. Before you divide, look "
        "whether that sum is 0.",
    ),
)


@gradient_error.probe("a claim that is right")
def _(ex, rng):
    x = rng.normal(size=4)
    return {"error": ex.gradient_error(lambda v: float(np.sin(v).sum()), x, np.cos(x))}


@gradient_error.probe("a claim that is twice too large")
def _(ex, rng):
    x = rng.normal(size=4)
    return {"error": ex.gradient_error(lambda v: float(np.sin(v).sum()), x, 2 * np.cos(x))}


@gradient_error.probe("one entry of a matrix with the wrong sign")
def _(ex, rng):
    x = rng.normal(size=(2, 3)) + 3
    claim = 2 * x
    claim[1, 2] *= -1
    return {"error": ex.gradient_error(lambda v: float((v**2).sum()), x, claim)}


@gradient_error.probe("the example: 6 was claimed, and 12")
def _(ex, rng):
    f, x = lambda v: float(v[0] ** 2), np.array([3.0])
    claims = {str(claim): np.array([claim]) for claim in (6.0, 12.0)}
    return {claim: ex.gradient_error(f, x, value) for claim, value in claims.items()}


@gradient_error.probe("claims and shapes drawn at random")
def _(ex, rng):
    x = rng.normal(size=rng.permutation([1, 2, 3])[: rng.integers(1, 4)])
    claim = np.exp(x) + rng.normal(size=x.shape)
    return {"error": ex.gradient_error(lambda v: float(np.exp(v).sum()), x, claim)}


@gradient_error.probe("a loss in tiny units", "edge")
def _(ex, rng):
    x = rng.normal(size=3) + 3
    claim = 1e-6 * x
    return {"error": ex.gradient_error(lambda v: float(1e-6 * (v**2).sum()), x, claim)}


@gradient_error.probe("a loss in huge units", "edge")
def _(ex, rng):
    x = rng.normal(size=3) + 3
    return {"error": ex.gradient_error(lambda v: float(1e12 * (v**2).sum()), x, 1e12 * x)}


@gradient_error.probe("one of the two is zero, and the claim has the opposite sign", "edge")
def _(ex, rng):
    x, w = rng.normal(size=(2, 3))

    def f(v):
        return float((w * v).sum())

    return {
        "claim of zeros": ex.gradient_error(f, x, np.zeros(3)),
        "nothing depends on x": ex.gradient_error(lambda v: 5.0, x, w),
        "opposite sign": ex.gradient_error(f, x, -w),
    }


@gradient_error.probe("a single number, of shape ()", "edge")
def _(ex, rng):
    x = np.array(rng.normal() + 3)
    return {"error": ex.gradient_error(lambda v: float(v**2), x, np.array(7.0))}


@gradient_error.probe("both gradients are zero", "edge")
def _(ex, rng):
    return {"error": ex.gradient_error(lambda v: 5.0, rng.normal(size=3), np.zeros(3))}


@gradient_error.probe("losses in units of 1e-11 and of 1e11", "edge")
def _(ex, rng):
    x = rng.normal(size=3) + 3

    def error(unit):
        return ex.gradient_error(lambda v: float(unit * (v**2).sum()), x.copy(), unit * x)

    return {"1e-11": error(1e-11), "1e11": error(1e11)}


@gradient_error.probe("a loss in units of 1e-30", "edge")
def _(ex, rng):
    x = rng.normal(size=3) + 3
    return {"error": ex.gradient_error(lambda v: float(1e-30 * (v**2).sum()), x, 1e-30 * x)}


gradient_error.wrong(
    "    if size == 0:\n        return 0.0\n",
    "",
    says="Two gradients of zeros gave 0 / 0: that case agrees, and its error is 0.",
)
gradient_error.wrong(
    "np.linalg.norm(gradient - numerical) / size",
    "np.linalg.norm(gradient - numerical)",
    says="The distance is not put in relation: divide by the length of both gradients together.",
)
gradient_error.wrong(
    "size = np.linalg.norm(gradient) + np.linalg.norm(numerical)",
    "size = np.linalg.norm(numerical)",
    says="Divided by one length only: with the sum of both, the error is never more than 1.",
)
gradient_error.wrong(
    "size = np.linalg.norm(gradient) + np.linalg.norm(numerical)",
    "size = max(np.linalg.norm(gradient), np.linalg.norm(numerical))",
    says="Divided by the longer of the two: this error is defined with the sum of the lengths.",
)
gradient_error.wrong(
    "np.linalg.norm(gradient - numerical) / size",
    "abs(np.linalg.norm(gradient) - np.linalg.norm(numerical)) / size",
    says="Only the lengths were compared: subtract the gradients first, then take the length.",
)
gradient_error.wrong(
    "np.linalg.norm(gradient - numerical) / size",
    "np.sum((gradient - numerical) ** 2) / size**2",
    says="The square root is missing: the length of a vector is the root of its sum of squares.",
)
gradient_error.wrong(
    "return float(np.linalg.norm(gradient - numerical) / size)",
    "each = np.abs(gradient) + np.abs(numerical)\n"
    "    return float(np.mean(np.abs(gradient - numerical) / np.where(each == 0, 1, each)))",
    says="The errors of the entries were averaged: take the length of the whole difference, over "
    "the sum of the two whole lengths.",
)
gradient_error.wrong(
    "return float(np.linalg.norm(gradient - numerical) / size)",
    "each = np.abs(gradient) + np.abs(numerical)\n"
    "    return np.abs(gradient - numerical) / np.where(each == 0, 1, each)",
    says="Each entry got an error of its own: the answer is one number, made of the lengths of "
    "whole gradients.",
)
gradient_error.wrong(
    "return float(np.linalg.norm(gradient - numerical) / size)",
    "each = np.abs(gradient) + np.abs(numerical)\n"
    "    return float(np.max(np.abs(gradient - numerical) / np.where(each == 0, 1, each)))",
    says="The largest error of an entry was returned: take the length of the whole difference, "
    "over the sum of the two whole lengths.",
)
gradient_error.wrong(
    "size = np.linalg.norm(gradient) + np.linalg.norm(numerical)",
    "size = np.linalg.norm(gradient + numerical)",
    says="Divided by the length of the sum: it is the sum of the two lengths; opposite gradients "
    "would cancel.",
)
gradient_error.wrong(
    "np.linalg.norm(gradient - numerical) / size",
    "np.sum((gradient - numerical) ** 2) / (np.sum(gradient**2) + np.sum(numerical**2))",
    says="Squared lengths were compared: a length is the square root of the sum of squares.",
)
gradient_error.wrong(
    BODY,
    """
    numerical = numerical_gradient(f, x)
    size = np.abs(gradient).sum() + np.abs(numerical).sum()
    return float(np.abs(gradient - numerical).sum() / size) if size else 0.0
    """,
    says="Absolute values were summed: the Euclidean length is the root of the sum of squares.",
)
gradient_error.wrong(
    BODY,
    """
    numerical = numerical_gradient(f, x)
    size = np.abs(gradient).max() + np.abs(numerical).max()
    return float(np.abs(gradient - numerical).max() / size) if size else 0.0
    """,
    says="The largest entries were compared: the Euclidean length takes all of them.",
)
gradient_error.wrong(
    "np.linalg.norm(gradient - numerical) / size",
    "np.linalg.norm(gradient - numerical) / (size / 2)",
    says="Divided by the mean of the two lengths: by their sum, the error is never more than 1.",
)
gradient_error.wrong(
    "size = np.linalg.norm(gradient) + np.linalg.norm(numerical)",
    "size = np.linalg.norm(gradient)",
    says="Divided by the length of the claim only: with the sum of both, the error is never more "
    "than 1.",
)
gradient_error.wrong(
    "    if size == 0:\n        return 0.0\n",
    "    size = size + 1e-8\n",
    says="A small number was added to the lengths: for a loss in tiny units it is not small. Treat "
    "only lengths of exactly 0 apart.",
)
gradient_error.wrong(
    "    if size == 0:\n        return 0.0\n",
    "    if size < 1e-4:\n        return 0.0\n",
    says="Short gradients were taken for zeros: only two that are exactly 0 have no length to "
    "divide by.",
)
gradient_error.wrong(
    "return float(np.linalg.norm(gradient - numerical) / size)",
    "return bool(np.linalg.norm(gradient - numerical) / size < 1e-7)",
    says="The verdict was returned: return the error itself, a number.",
)
gradient_error.wrong(
    "size = np.linalg.norm(gradient) + np.linalg.norm(numerical)",
    "size = np.sqrt(np.sum(gradient**2) + np.sum(numerical**2))",
    says="Divided by the root of all squares together: take the two lengths first, then add them.",
)
gradient_error.wrong(
    "size = np.linalg.norm(gradient) + np.linalg.norm(numerical)",
    "size = np.sqrt(np.linalg.norm(gradient) * np.linalg.norm(numerical))",
    says="Divided by the root of the product of the lengths: it is their sum.",
)
gradient_error.wrong(
    "np.linalg.norm(gradient - numerical) / size",
    "np.sqrt(np.mean((gradient - numerical) ** 2)) / size",
    says="The squares were averaged in the numerator and summed in the denominator: a length is "
    "the root of their sum.",
)
gradient_error.wrong(
    "np.linalg.norm(gradient - numerical) / size",
    "np.abs(gradient - numerical).sum() / size",
    says="In the numerator absolute values were summed: the Euclidean length is the root of the "
    "sum of squares.",
)
gradient_error.wrong(
    "np.linalg.norm(gradient - numerical) / size",
    "1 - np.vdot(gradient, numerical)"
    " / (np.linalg.norm(gradient) * np.linalg.norm(numerical) + 1e-300)",
    says="The angle between the gradients was compared: a claim twice as long would have no error. "
    "Take the length of the difference.",
)
gradient_error.wrong(
    "    if size == 0:\n        return 0.0\n",
    "    size = max(size, 1.0)\n",
    says="Lengths below 1 were taken for 1: the error must not depend on the units of the loss.",
)
gradient_error.wrong(
    "if size == 0",
    "if not np.any(gradient) or not np.any(numerical)",
    says="One of the two was zero and the error came out as 0: only where both are zero do they "
    "agree. Look at the sum of the lengths.",
)
gradient_error.wrong(
    "if size == 0",
    "if size < 1e-7",
    says="Gradients of 1e-10 were taken for zeros: a loss can be in tiny units, and only two "
    "gradients that are exactly 0 have no length to divide by.",
)
gradient_error.wrong(
    "if size == 0",
    "if size < 1e-14",
    says="Gradients of 1e-29 were taken for zeros: a loss can be in tiny units, and only two "
    "gradients that are exactly 0 have no length to divide by.",
)
gradient_error.wrong(
    "    if size == 0:\n        return 0.0\n",
    "    size = size + 1e-15\n",
    says="A small number was added to the lengths: to those of 1e-29 it is not small. Treat only "
    "lengths of exactly 0 apart.",
)
gradient_error.wrong(
    "    if size == 0:\n        return 0.0\n",
    "    size = size + 1e-3\n",
    says="A small number such as 1e-3 was added to the lengths: for a loss in tiny units it is "
    "not small. Treat only lengths of exactly 0 apart.",
)
gradient_error.wrong(
    "    if size == 0:\n        return 0.0\n",
    "    size = size + 1e-6\n",
    says="A small number such as 1e-6 was added to the lengths: for a loss in tiny units it is "
    "not small. Treat only lengths of exactly 0 apart.",
)
gradient_error.wrong(
    "    if size == 0:\n        return 0.0\n",
    "    size = size + 1e-12\n",
    says="A small number such as 1e-12 was added to the lengths: for a loss in tiny units it is "
    "not small. Treat only lengths of exactly 0 apart.",
)
gradient_error.wrong(
    BODY,
    """
    numerical = numerical_gradient(f, x)
    order = 2 if x.ndim == 2 else None
    size = np.linalg.norm(gradient, order) + np.linalg.norm(numerical, order)
    if size == 0:
        return 0.0
    return float(np.linalg.norm(gradient - numerical, order) / size)
    """,
    says="np.linalg.norm(matrix, 2) is another norm, the largest singular value: the Euclidean "
    "length is the root of the sum of all squares, which norm takes without the 2.",
)
gradient_error.wrong(
    BODY,
    """
    claimed, tried = np.sum(gradient), np.sum(numerical_gradient(f, x))
    size = abs(claimed) + abs(tried)
    return 0.0 if size == 0 else float(abs(claimed - tried) / size)
    """,
    says="The entries were added up before they were compared, so that errors of opposite sign "
    "cancel: take the length of the difference, entry by entry.",
)
gradient_error.right(
    BODY,
    """
    numerical = numerical_gradient(f, x)
    length = lambda v: np.sqrt((v * v).sum())
    size = length(gradient) + length(numerical)
    return length(gradient - numerical) / size if size > 0 else np.float32(0)
    """,
    says="lengths by hand",
)
gradient_error.right(
    BODY,
    """
    slopes = []
    for index in np.ndindex(x.shape):
        unit = np.zeros_like(x)
        unit[index] = 1e-6
        slopes.append((f(x + unit) - f(x - unit)) / 2e-6)
    claimed, found = gradient.ravel(), np.array(slopes)
    size = np.hypot.reduce(claimed) + np.hypot.reduce(found)
    return 0.0 if size == 0.0 else float(np.hypot.reduce(claimed - found) / size)
    """,
    says="its own differences, with another step",
)


unbroadcast.equivalent(
    "if the absolute value of a difference is taken",
    because="broadcasting never lowers the number of axes",
)
backward.equivalent(
    "if the last turn of a loop is left out",
    because="the last node of the reversed order is an input, which has no parents to give to",
)
backward.equivalent(
    "if a loop goes backwards",
    because="shares are added in another order; the loop over a node's parents is meant",
)
for words in ("with False in the place of True", "if strict is not passed on to zip"):
    backward.equivalent(words, because="strict=True only guards against unequal lengths")
numerical_gradient.equivalent(
    "if a loop goes backwards", because="entries are dealt with one by one, in any order"
)
gradient_error.equivalent(
    "if it is not made a plain number at the end", because="NumPy's own float64 is a float"
)
for words in (
    "if a difference is taken the other way round",
    "if the absolute value of a difference is taken",
):
    gradient_error.equivalent(words, because="its length is the same")
