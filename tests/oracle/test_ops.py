"""Every registered operation against PyTorch, forward and gradient, on 200 random cases each.

Both sides compute in float64 from the same values, so they differ only by the order of sums:
1e-9 relative to the largest entry is far above that rounding (about 1e-13 for these sizes) and far
below any real mistake.
"""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: run `make oracle`")

import minidl.functional as F  # noqa: E402
from minidl import Tensor  # noqa: E402
from minidl.ops import OPS  # noqa: E402

pytestmark = pytest.mark.oracle
CASES = 200
TOLERANCE = 1e-9


def shape(rng, least=0, most=4):
    return tuple(int(n) for n in rng.integers(1, 5, rng.integers(least, most + 1)))


def one(rng, least=0):
    return [rng.standard_normal(shape(rng, least))], {}


def matrix(rng):
    return one(rng, least=2)


def positive(rng):
    return [rng.uniform(0.1, 3, shape(rng))], {}


def broadcast_pair(rng, draw=None):
    draw = draw or rng.standard_normal
    full = shape(rng)

    def part():
        kept = full[rng.integers(0, len(full) + 1) :]
        return tuple(1 if rng.random() < 0.3 else n for n in kept)

    first, second = (full, part()) if rng.random() < 0.5 else (part(), full)
    return [draw(size=first), draw(size=second)], {}


def positive_pair(rng):
    return broadcast_pair(rng, lambda size: rng.uniform(0.2, 3, size))


def tied_pair(rng):
    return broadcast_pair(rng, lambda size: rng.integers(-2, 3, size).astype(float))


def axes(rng, ndim):
    if rng.random() < 0.2:
        return None
    chosen = rng.choice(ndim, rng.integers(1, ndim + 1), replace=False)
    picked = tuple(int(a) - (ndim if rng.random() < 0.3 else 0) for a in chosen)
    return picked[0] if len(picked) == 1 else picked


def reduction(rng):
    x = rng.standard_normal(shape(rng, least=1))
    return [x], {"axis": axes(rng, x.ndim), "keepdims": bool(rng.random() < 0.5)}


def tied_reduction(rng):
    x = rng.integers(-2, 3, shape(rng, least=1)).astype(float)
    return [x], {"axis": axes(rng, x.ndim), "keepdims": bool(rng.random() < 0.5)}


def variance(rng):
    x = rng.standard_normal((*shape(rng), 3))
    return [x], {"axis": -1, "ddof": int(rng.integers(0, 2)), "keepdims": bool(rng.random() < 0.5)}


def along(rng):
    x = 5 * rng.standard_normal(shape(rng, least=1))
    return [x], {"axis": int(rng.integers(-x.ndim, x.ndim))}


def dims(x, axis):
    axis = tuple(range(x.ndim)) if axis is None else axis
    return axis if isinstance(axis, tuple) else (axis,)


def reduced(name):
    return lambda x, axis, keepdims: getattr(torch, name)(x, dim=dims(x, axis), keepdim=keepdims)


def reduced_norm(x, axis, keepdims):
    return torch.linalg.vector_norm(x, dim=axis, keepdim=keepdims)


def directions(rng):
    x = rng.standard_normal(shape(rng, least=1))
    return [x], {"axis": int(rng.integers(x.ndim)), "eps": float(rng.choice([1e-12, 1.5]))}


def torch_unit(x, axis, eps):
    return torch.nn.functional.normalize(x, dim=axis, eps=eps)


def torch_var(x, axis, ddof, keepdims):
    return x.var(dim=axis, correction=ddof, keepdim=keepdims)


def torch_standardize(x, axis, eps):
    centred = x - x.mean(dim=dims(x, axis), keepdim=True)
    return centred / torch.sqrt((centred**2).mean(dim=dims(x, axis), keepdim=True) + eps)


def standardizing(rng):
    (x,), options = reduction(rng)
    return [x], {"axis": options["axis"], "eps": float(rng.choice([1e-5, 0.1]))}


def batches(rng):
    channels = int(rng.integers(1, 5))
    x = rng.standard_normal((int(rng.integers(2, 5)), channels, *shape(rng, most=3)))
    over = (0, *range(2, x.ndim))
    measured = (x.mean(over), x.var(over)) if rng.random() < 0.5 else None
    weights = [rng.standard_normal(channels) for _ in range(2)]
    return [x, *weights], {"eps": float(rng.choice([1e-5, 0.1])), "measured": measured}


def torch_batch_norm(x, weight, bias, eps, measured):
    return torch.nn.functional.batch_norm(x, None, None, weight, bias, training=True, eps=eps)


def matrices(rng):
    n, k, m = (int(i) for i in rng.integers(1, 6, 3))
    if rng.random() < 0.2:
        return [rng.standard_normal(k), rng.standard_normal((*shape(rng, 0, 2), k, m))], {}
    if rng.random() < 0.2:
        return [rng.standard_normal((*shape(rng, 0, 2), n, k)), rng.standard_normal(k)], {}
    (a, b), _ = broadcast_pair(rng)
    left, right = a.shape[-3:], b.shape[-3:]
    return [rng.standard_normal((*left, n, k)), rng.standard_normal((*right, k, m))], {}


def point_sets(rng):
    n, m, d = (int(i) for i in rng.integers(1, 6, 3))
    points = [rng.standard_normal((n, d)), rng.standard_normal((m, d))]
    return points, {"squared": bool(rng.random() < 0.5)}


def torch_distances(a, b, squared):
    d = torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist")
    return d**2 if squared else d


def reshaping(rng):
    x = rng.standard_normal(shape(rng))
    return [x], {"shape": tuple(rng.permutation(x.shape).tolist()) if x.ndim > 1 else (-1,)}


def transposing(rng):
    x = rng.standard_normal(shape(rng, least=1))
    order = tuple(int(a) for a in rng.permutation(x.ndim))
    return [x], {"axes": order if rng.random() < 0.8 else None}


def torch_transpose(x, axes):
    return x.permute(tuple(reversed(range(x.ndim))) if axes is None else axes)


def stretching(rng):
    (a, b), _ = broadcast_pair(rng)
    target = np.broadcast_shapes(a.shape, b.shape)
    return [b], {"shape": target}


def indexing(rng):
    x = rng.standard_normal((*(int(n) for n in rng.integers(2, 5, 2)), 3))
    n, m = x.shape[:2]
    keys = [
        int(rng.integers(-n, n)),
        (slice(None), slice(int(rng.integers(0, m)), None, 2)),
        (..., None, -1),
        rng.integers(0, n, 5),
        (rng.integers(0, n, 4), rng.integers(0, m, 4)),
        (slice(None), rng.integers(0, m, (2, 3))),
        rng.random((n, m)) < 0.5,
    ]
    return [x], {"key": keys[rng.integers(len(keys))]}


def joining(rng):
    base = list(shape(rng, least=1))
    axis = int(rng.integers(-len(base), len(base)))
    parts = []
    for _ in range(rng.integers(1, 4)):
        base[axis] = int(rng.integers(1, 4))
        parts.append(rng.standard_normal(base))
    return parts, {"axis": axis}


def padding(rng):
    x = rng.standard_normal(shape(rng, least=1))
    width = tuple((int(a), int(b)) for a, b in rng.integers(0, 3, (x.ndim, 2)))
    return [x], {"width": width, "value": float(rng.integers(0, 3))}


def torch_pad(x, width, value):
    flat = [side for pair in reversed(width) for side in pair]
    return torch.nn.functional.pad(x, flat, value=value)


def clipping(rng):
    low, high = sorted(rng.standard_normal(2))
    x = rng.standard_normal(shape(rng))
    return [x], {"low": low, "high": high if rng.random() < 0.7 else None}


def choosing(rng):
    (a, b), _ = broadcast_pair(rng)
    return [a, b], {"condition": rng.random(np.broadcast_shapes(a.shape, b.shape)) < 0.5}


def leaking(rng):
    return [rng.standard_normal(shape(rng))], {"negative_slope": float(rng.uniform(0, 0.5))}


def converting(rng):
    return [rng.standard_normal(shape(rng))], {"dtype": np.float64}


ORACLE = {
    "add": (broadcast_pair, torch.add),
    "sub": (broadcast_pair, torch.sub),
    "mul": (broadcast_pair, torch.mul),
    "div": (positive_pair, torch.div),
    "pow": (positive_pair, torch.pow),
    "maximum": (tied_pair, torch.maximum),
    "minimum": (tied_pair, torch.minimum),
    "neg": (one, torch.neg),
    "exp": (one, torch.exp),
    "log": (positive, torch.log),
    "sqrt": (positive, torch.sqrt),
    "tanh": (one, torch.tanh),
    "abs": (one, torch.abs),
    "clip": (clipping, lambda x, low, high: torch.clamp(x, low, high)),
    "_where": (choosing, lambda a, b, condition: torch.where(torch.tensor(condition), a, b)),
    "relu": (one, torch.relu),
    "leaky_relu": (leaking, torch.nn.functional.leaky_relu),
    "sigmoid": (one, torch.sigmoid),
    "softplus": (one, torch.nn.functional.softplus),
    "softmax": (along, lambda x, axis: torch.softmax(x, axis)),
    "log_softmax": (along, lambda x, axis: torch.log_softmax(x, axis)),
    "sum": (reduction, reduced("sum")),
    "mean": (reduction, reduced("mean")),
    "max": (tied_reduction, reduced("amax")),
    "min": (tied_reduction, reduced("amin")),
    "norm": (reduction, reduced_norm),
    "unit": (directions, torch_unit),
    "squared_norm": (one, lambda x: (x * x).sum()),
    "var": (variance, torch_var),
    "standardize": (standardizing, torch_standardize),
    "batch_standardize": (batches, torch_batch_norm),
    "matmul": (matrices, torch.matmul),
    "gram": (matrix, lambda x: x.flatten(1) @ x.flatten(1).T),
    "pairwise_distances": (point_sets, torch_distances),
    "_reshape": (reshaping, lambda x, shape: x.reshape(shape)),
    "_transpose": (transposing, torch_transpose),
    "broadcast_to": (stretching, lambda x, shape: x.broadcast_to(shape)),
    "_getitem": (indexing, lambda x, key: x[_torch_key(key)]),
    "_concatenate": (joining, lambda *parts, axis: torch.cat(parts, axis)),
    "pad": (padding, torch_pad),
    "astype": (converting, lambda x, dtype: x.to(torch.float64)),
}
WINDOWED = {"convolution", "convolution_transpose", "max_pool", "avg_pool"}  # test_functional.py


def _torch_key(key):
    if isinstance(key, tuple):
        return tuple(_torch_key(k) for k in key)
    return torch.tensor(key) if isinstance(key, np.ndarray) else key


def test_every_registered_op_has_an_oracle():
    assert set(OPS) == set(ORACLE) | WINDOWED


@pytest.mark.parametrize("name", ORACLE)
def test_forward_and_gradient_agree_with_torch(name):
    make, oracle = ORACLE[name]
    rng = np.random.default_rng(sum(map(ord, name)))
    for _ in range(CASES):
        arrays, options = make(rng)
        ours = [Tensor(a, requires_grad=True) for a in arrays]
        theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
        compare(OPS[name].function(*ours, **options), oracle(*theirs, **options), ours, theirs, rng)


def compare(y, expected, ours, theirs, rng):
    assert y.shape == tuple(expected.shape)
    agree(y.data, expected.detach().numpy())
    g = rng.standard_normal(y.shape)
    y.backward(g)
    expected.backward(torch.tensor(g))
    for a, b in zip(ours, theirs, strict=True):
        agree(a.grad, b.grad.numpy())


def agree(found, expected):
    assert found.shape == expected.shape
    assert found.dtype == expected.dtype
    scale = max(1.0, float(np.abs(expected).max(initial=0)))
    np.testing.assert_allclose(found, expected, rtol=0, atol=TOLERANCE * scale)


def window_case(rng, rank):
    """Random input size, kernel, stride, padding and dilation that fit together."""
    kernel = tuple(int(k) for k in rng.integers(1, 4, rank))
    dilation = tuple(int(d) for d in rng.integers(1, 3, rank))
    stride = tuple(int(s) for s in rng.integers(1, 4, rank))
    pad = tuple(int(rng.integers(0, k // 2 + 1)) for k in kernel)
    size = tuple(
        int(d * (k - 1) + 1 + rng.integers(0, 4)) for k, d in zip(kernel, dilation, strict=True)
    )
    return size, kernel, stride, pad, dilation


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_convolution_agrees_with_torch(rank):
    rng = np.random.default_rng(rank)
    ours_fn = getattr(F, f"conv{rank}d")
    theirs_fn = getattr(torch.nn.functional, f"conv{rank}d")
    for _ in range(CASES):
        size, kernel, stride, pad, dilation = window_case(rng, rank)
        groups, inner, outer = (int(i) for i in rng.integers(1, 4, 3))
        arrays = [
            rng.standard_normal((int(rng.integers(1, 3)), groups * inner, *size)),
            rng.standard_normal((groups * outer, inner, *kernel)),
            rng.standard_normal(groups * outer),
        ]
        _agree_on(arrays, ours_fn, theirs_fn, (stride, pad, dilation, groups), rng)


def test_fused_relu_agrees_with_torch():
    rng = np.random.default_rng(4)
    for _ in range(CASES):
        arrays = [rng.standard_normal(s) for s in ((2, 3, 5, 4), (4, 3, 3, 3), (4,))]
        _agree_on(
            arrays,
            lambda *a: F.conv2d(*a, padding=1, activation="relu"),
            lambda *a: torch.relu(torch.nn.functional.conv2d(*a, padding=1)),
            (),
            rng,
        )


def test_transposed_convolution_agrees_with_torch():
    rng = np.random.default_rng(5)
    for _ in range(CASES):
        size, kernel, stride, pad, dilation = window_case(rng, 2)
        groups, inner, outer = (int(i) for i in rng.integers(1, 4, 3))
        extra = tuple(int(rng.integers(0, s)) for s in stride)
        arrays = [
            rng.standard_normal((2, groups * inner, *size)),
            rng.standard_normal((groups * inner, outer, *kernel)),
            rng.standard_normal(groups * outer),
        ]
        options = (stride, pad, extra, groups, dilation)
        _agree_on(arrays, F.conv_transpose2d, torch.nn.functional.conv_transpose2d, options, rng)


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("kind", ["max", "avg"])
def test_pooling_agrees_with_torch(rank, kind):
    rng = np.random.default_rng(6 + rank)
    ours_fn = getattr(F, f"{kind}_pool{rank}d")
    theirs_fn = getattr(torch.nn.functional, f"{kind}_pool{rank}d")
    for _ in range(CASES):
        size, kernel, stride, pad, dilation = window_case(rng, rank)
        x = rng.integers(-3, 4, (2, 2, *size)).astype(float)  # small integers: many ties
        last = (dilation,) if kind == "max" else (bool(rng.random() < 0.5),)
        if kind == "max":
            _agree_on([x], ours_fn, theirs_fn, (kernel, stride, pad, *last), rng)
        else:
            _agree_on(
                [x], ours_fn,
                lambda t, k, s, p, count, fn=theirs_fn: fn(t, k, s, p, False, count),
                (kernel, stride, pad, *last), rng,
            )  # fmt: skip


def _agree_on(arrays, ours_fn, theirs_fn, options, rng):
    ours = [Tensor(a, requires_grad=True) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    compare(ours_fn(*ours, *options), theirs_fn(*theirs, *options), ours, theirs, rng)
