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
    own_memory=False,
    tolerance=SUMS,
    hints=(
        "Write the two shapes under each other, aligned at the right. Which axes of grad have no "
        "partner in shape, and which have a partner of length 1?",
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


mul_vjp = ex01.function(
    "mul_vjp",
    points=10,
    minutes=10,
    needs=("unbroadcast",),
    tolerance=SUMS,
    hints=(
        "Take single numbers first: out = a * b. If a grows by a little, by how many times as much "
        "does out grow? And the loss, which grows `grad` times as fast as out?",
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


@mul_vjp.probe("a column times a row: both are broadcast")
def _(ex, rng):
    a, b, grad = rng.normal(size=(3, 1)), rng.normal(size=(1, 4)), rng.normal(size=(3, 4))
    for_a, for_b = ex.mul_vjp(grad, a, b)
    return {"gradient for a": for_a, "gradient for b": for_b}


@mul_vjp.probe("the inputs stay as they were")
def _(ex, rng):
    a, b, grad = rng.normal(size=(3, 4))
    ex.mul_vjp(grad, a, b)
    return {"a afterwards": a, "b afterwards": b, "grad afterwards": grad}


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


matmul_vjp = ex01.function(
    "matmul_vjp",
    points=10,
    minutes=10,
    tolerance=SUMS,
    hints=(
        "Write out = a @ b with indices. Which entries of out does a[i, k] take part in, and with "
        "what weight?",
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


@matmul_vjp.probe("a row times a column: the result is one number")
def _(ex, rng):
    a, b, grad = rng.normal(size=(1, 5)), rng.normal(size=(5, 1)), rng.normal(size=(1, 1))
    for_a, for_b = ex.matmul_vjp(grad, a, b)
    return {"gradient for a": for_a, "gradient for b": for_b}


@matmul_vjp.probe("the inputs stay as they were")
def _(ex, rng):
    a, b, grad = rng.normal(size=(3, 2, 2))
    ex.matmul_vjp(grad, a, b)
    return {"a afterwards": a, "b afterwards": b, "grad afterwards": grad}


matmul_vjp.wrong(
    "return grad @ b.T, a.T @ grad",
    "return grad @ b, a @ grad",
    says="The transposes are missing: the other matrix is walked the other way on the way back.",
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
matmul_vjp.right(
    BODY,
    "return np.einsum('nm,km->nk', grad, b), np.einsum('nk,nm->km', a, grad)",
    says="einsum",
)
matmul_vjp.right(
    BODY,
    """
    for_a, for_b = np.zeros(a.shape, order="F"), np.zeros(b.shape)
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            for k in range(a.shape[1]):
                for_a[i, k] += grad[i, j] * b[k, j]
                for_b[k, j] += grad[i, j] * a[i, k]
    return for_a, for_b
    """,
    says="three loops, Fortran order",
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
    order, needed = got["order"].tolist(), set(expected["order"].tolist())
    place, count = {node: i for i, node in enumerate(order)}, Counter(order)
    for node in sorted(needed):
        if node not in place:
            return f"{node!r} is missing from the order"
    for node in sorted(place):
        if node not in needed:
            return f"{node!r} is in the order, though the output does not depend on it"
        if count[node] > 1:
            return f"{node!r} is in the order {count[node]} times"
    for node, parent in sorted(expected["edges"].tolist()):
        if node in place and place[parent] > place[node]:
            return f"{node!r} comes before its parent {parent!r}"
    return None


topological_order = ex01.function(
    "topological_order",
    points=20,
    minutes=25,
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


@topological_order.probe("a chain of 5,000 nodes", judge=a_valid_order)
def _(ex, rng):
    parents = {str(i): [str(i - 1)] if i else [] for i in range(5000)}
    return {"order": ex.topological_order(parents, "4999"), "edges": [("1", "0")]}


@topological_order.probe("60 doublings: 61 nodes, but 2^60 paths", judge=a_valid_order)
def _(ex, rng):
    parents = {str(i): [str(i - 1)] * 2 if i else [] for i in range(61)}
    return {"order": ex.topological_order(parents, "60"), "edges": [("1", "0")]}


@topological_order.probe("the graph stays as it was")
def _(ex, rng):
    parents = {"loss": ["p", "q"], "p": ["x"], "q": ["x"], "x": []}
    ex.topological_order(parents, "loss")
    return {"parents afterwards": [f"{node}: {list(parents[node])}" for node in parents]}


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
    says="That is the order of distance from the output; on a long way round, a node is too late.",
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
    says="The idea is right, but it calls itself once a node: a long chain is deeper than Python "
    "allows. Keep the nodes still to do on a list.",
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
    needs=("topological_order",),
    tolerance=SUMS,
    hints=(
        "The loss reaches a node along several ways, and each way contributes the product of the "
        "slopes on it. Nobody lists all ways: pass the sums on, from the output to the inputs.",
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
    return {"nodes": nodes} | {f"gradients['{n}']": float(gradients[n]) for n in nodes}


@backward.probe("a chain of three slopes")
def _(ex, rng):
    first, second, third = rng.normal(size=3).tolist()
    parents = {"x": [], "a": ["x"], "b": ["a"], "loss": ["b"]}
    slopes = {"x": [], "a": [first], "b": [second], "loss": [third]}
    gradients = ex.backward(parents, slopes, "loss")
    return by_node(gradients)


@backward.probe("the example: x * x + 2 * x at x = 3")
def _(ex, rng):
    parents = {"x": [], "s": ["x", "x"], "loss": ["s", "x"]}
    slopes = {"x": [], "s": [3.0, 3.0], "loss": [1.0, 2.0]}
    gradients = ex.backward(parents, slopes, "loss")
    return by_node(gradients)


@backward.probe("a short way and a long way to x")
def _(ex, rng):
    parents = {"loss": ["x", "c"], "c": ["b"], "b": ["a"], "a": ["x"], "x": []}
    slopes = {node: rng.normal(size=len(parents[node])).tolist() for node in parents}
    gradients = ex.backward(parents, slopes, "loss")
    return by_node(gradients)


@backward.probe("60 doublings: 61 nodes, but 2^60 paths")
def _(ex, rng):
    parents = {str(i): [str(i - 1)] * 2 if i else [] for i in range(61)}
    slopes = {node: [0.5] * len(parents[node]) for node in parents}
    return by_node(ex.backward(parents, slopes, "60"))


@backward.probe("twelve nodes at random")
def _(ex, rng):
    parents = random_graph(rng)
    slopes = {node: rng.normal(size=len(parents[node])).tolist() for node in parents}
    gradients = ex.backward(parents, slopes, "n11")
    return by_node(gradients)


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
    strict_inputs=False,
    tolerance=Tolerance(
        1e-7, "two-sided differences are right to about 1e-9 here, one-sided ones to 1e-5"
    ),
    hints=(
        "A slope is rise over run. To see what one entry does, all others must stand still.",
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


@numerical_gradient.probe("a single number, of shape ()")
def _(ex, rng):
    x = np.array(rng.normal() + 3)
    return {"gradient": ex.numerical_gradient(lambda v: float(v**3), x)}


@numerical_gradient.probe("a larger step is used when asked for")
def _(ex, rng):
    x = rng.normal(size=3) + 2
    return {"gradient": ex.numerical_gradient(lambda v: float((v**3).sum()), x, 0.5)}


@numerical_gradient.probe("x stays as it was")
def _(ex, rng):
    x = rng.normal(size=4)
    ex.numerical_gradient(lambda v: float((v**2).sum()), x)
    return {"x afterwards": x}


numerical_gradient.wrong(
    "(f(up) - f(down)) / (2 * step)",
    "(f(up) - f(x)) / step",
    says="That is the one-sided difference: step down as well, its error is a thousand times less.",
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


gradient_error = ex01.function(
    "gradient_error",
    points=10,
    minutes=10,
    needs=("numerical_gradient",),
    tolerance=Tolerance(
        1e-6, "the numerical gradient itself is right to about 1e-9", absolute=1e-7
    ),
    hints=(
        "A difference of 0.01 is nothing if the gradient is 1000, and everything if it is 0.01. "
        "Compare the distance of the two with how long they are.",
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


@gradient_error.probe("a loss in tiny units")
def _(ex, rng):
    x = rng.normal(size=3) + 3
    claim = 1e-6 * x
    return {"error": ex.gradient_error(lambda v: float(1e-6 * (v**2).sum()), x, claim)}


@gradient_error.probe("both gradients are zero")
def _(ex, rng):
    return {"error": ex.gradient_error(lambda v: 5.0, rng.normal(size=3), np.zeros(3))}


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
