"""Checks of exercise set 01: autograd."""

from minidl.course.manifest import BODY, ExerciseSet, Tolerance

ex01 = ExerciseSet("ex01_autograd", "Autograd")

SUMS = Tolerance(1e-10, "a few float64 sums and products, whose order is the learner's to choose")

unbroadcast = ex01.function(
    "unbroadcast",
    points=15,
    minutes=15,
    tolerance=SUMS,
    hints=(
        "Write the two shapes under each other, aligned at the right. Which axes of grad have no "
        "partner in shape, and which have a partner of length 1?",
        "Count the axes that were put in front: grad.ndim minus the length of shape. Sum over "
        "those first. What is left has as many axes as shape.",
        "Now sum over every axis where shape says 1, keeping it with length 1: np.sum takes a tuple "
        "of axes, and keepdims=True.",
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


@unbroadcast.probe("a single number was stretched over everything")
def _(ex, rng):
    return {"result": ex.unbroadcast(rng.normal(size=(2, 3)), ())}


@unbroadcast.probe("nothing was broadcast, and grad stays as it was")
def _(ex, rng):
    grad = rng.normal(size=(3, 2))
    return {"result": np.array(ex.unbroadcast(grad, (3, 2))), "grad afterwards": grad}


unbroadcast.wrong(
    "return total.sum(axis=stretched, keepdims=True)",
    "return total",
    says="The axes of length 1 were not summed: (4, 1) stretched to (4, 3) needs a sum over axis 1.",
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
