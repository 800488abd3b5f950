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
from minidl.functional.convolution import separable_conv2d  # noqa: E402
from minidl.kernels.resample import Reads  # noqa: E402
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


def torch_std(x, axis, ddof, keepdims):
    return x.std(dim=axis, correction=ddof, keepdim=keepdims)


def torch_prod(x, axis, keepdims):
    """PyTorch's takes one axis at a time."""
    for a in sorted((a % x.ndim for a in dims(x, axis)), reverse=True):
        x = x.prod(dim=a, keepdim=keepdims)
    return x


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


def cutting(rng):
    x = rng.standard_normal(shape(rng, least=1))
    return [x], {"axis": int(rng.integers(0, x.ndim)), "count": int(rng.integers(1, 6))}


def torch_adaptive(kind):
    pool = getattr(torch.nn.functional, f"adaptive_{kind}_pool1d")

    def along(x, axis, count):
        last = x.movedim(axis, -1)
        return (
            pool(last.reshape(1, -1, x.shape[axis]), count)
            .reshape(*last.shape[:-1], -1)
            .movedim(-1, axis)
        )

    return along


def reading(rng):
    x = rng.standard_normal(shape(rng, least=1))
    axes = rng.permutation(x.ndim)[: rng.integers(1, 3)]
    return [x], {"reads": tuple(reads_of(rng, int(axis), x.shape[axis]) for axis in axes)}


def reads_of(rng, axis, size):
    index = rng.integers(0, size, rng.integers(1, 5, 2))
    if rng.random() < 0.5:
        return Reads(axis, index[:1])
    return Reads(axis, index, rng.standard_normal(index.shape))


def torch_resample(x, reads):
    for axis, index, weights in reads:
        read = x.movedim(axis, -1)[..., torch.tensor(index)]
        x = (read if weights is None else read * torch.tensor(weights)).sum(-2).movedim(-1, axis)
    return x


def wide(rng):
    return [8 * rng.standard_normal(shape(rng))], {}


def bending(rng):
    options = {"beta": float(rng.uniform(0.5, 3)), "threshold": float(rng.choice([1, 20]))}
    return wide(rng)[0], options


def approximating(rng):
    return wide(rng)[0], {"approximate": str(rng.choice(["none", "tanh"]))}


def alpha(rng):
    return wide(rng)[0], {"alpha": float(rng.uniform(0.2, 2))}


def torch_celu(x, alpha):
    """By its formula: PyTorch's own gradient has 1 / alpha as a float32 number."""
    return torch.where(x > 0, x, alpha * torch.expm1(torch.clamp(x, max=0) / alpha))


def limited(rng):
    return wide(rng)[0], {"min_val": float(-rng.random()), "max_val": float(rng.random())}


def stepping(rng):
    return wide(rng)[0], {"threshold": float(rng.random()), "value": float(rng.random())}


def shrinking(rng):
    return wide(rng)[0], {"lambd": float(rng.random())}


def sloping(rng):
    x = rng.standard_normal(shape(rng, least=2))
    return [x, rng.standard_normal(x.shape[1] if rng.random() < 0.5 else 1)], {}


def limiting(rng):
    return [rng.standard_normal(shape(rng))], {"delta": float(rng.uniform(0.1, 2))}


def torch_huber(x, delta):
    zero = torch.zeros_like(x)
    return torch.nn.functional.huber_loss(x, zero, reduction="none", delta=delta)


def picking(rng):
    n, k, *rest = shape(rng, least=2)
    x = rng.standard_normal((n, k, *rest))
    return [x], {"labels": rng.integers(0, k, (n, *rest))}


def torch_pick(x, labels):
    return x.gather(1, torch.tensor(labels)[:, None])[:, 0]


def probabilities(rng):
    p = rng.uniform(0.01, 0.99, shape(rng))
    return [p, rng.random(p.shape)], {}


def torch_probability_loss(p, t):
    return torch.nn.functional.binary_cross_entropy(p, t, reduction="none")


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
    "huber": (limiting, torch_huber),
    "pick": (picking, torch_pick),
    "probability_loss": (probabilities, torch_probability_loss),
    "resample": (reading, torch_resample),
    "window_means": (cutting, torch_adaptive("avg")),
    "window_maxima": (cutting, torch_adaptive("max")),
    "relu": (one, torch.relu),
    "leaky_relu": (leaking, torch.nn.functional.leaky_relu),
    "sigmoid": (one, torch.sigmoid),
    "softplus": (bending, torch.nn.functional.softplus),
    "logsigmoid": (wide, torch.nn.functional.logsigmoid),
    "silu": (wide, torch.nn.functional.silu),
    "mish": (wide, torch.nn.functional.mish),
    "gelu": (approximating, torch.nn.functional.gelu),
    "elu": (alpha, torch.nn.functional.elu),
    "celu": (alpha, torch_celu),
    "selu": (wide, torch.nn.functional.selu),
    "hardtanh": (limited, torch.nn.functional.hardtanh),
    "relu6": (wide, torch.nn.functional.relu6),
    "hardsigmoid": (wide, lambda x: torch.clamp(x + 3, 0, 6) / 6),  # test_nn.py has PyTorch's own
    "hardswish": (wide, torch.nn.functional.hardswish),
    "softsign": (wide, torch.nn.functional.softsign),
    "threshold": (stepping, torch.nn.functional.threshold),
    "hardshrink": (shrinking, torch.nn.functional.hardshrink),
    "softshrink": (shrinking, torch.nn.functional.softshrink),
    "prelu": (sloping, torch.nn.functional.prelu),
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
    "std": (variance, torch_std),
    "prod": (tied_reduction, torch_prod),
    "cumsum": (along, lambda x, axis: torch.cumsum(x, axis)),
    "logsumexp": (reduction, reduced("logsumexp")),
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
WINDOWED = {
    "convolution", "convolution_transpose", "separable_convolution", "max_pool", "avg_pool",
    "unfold", "fold",
}  # fmt: skip


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


@pytest.mark.parametrize("activation", [None, "relu"])
def test_separable_convolution_agrees_with_torch(activation):
    rng, convolve = np.random.default_rng(6), torch.nn.functional.conv2d

    def theirs(x, mix, shift, w, bias):
        y = convolve(convolve(x, mix, shift), w, bias, padding=1, groups=len(w))
        return torch.relu(y) if activation else y

    for _ in range(CASES):
        n, c, k, height, width = (int(i) for i in rng.integers(1, 6, 5))
        shapes = (n, c, height, width), (k, c, 1, 1), (k,), (k, 1, 3, 3), (k,)
        arrays = [rng.standard_normal(s) for s in shapes]
        ours = lambda *a: separable_conv2d(*a, activation)  # noqa: E731
        _agree_on(arrays, ours, theirs, (), rng)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_transposed_convolution_agrees_with_torch(rank):
    rng = np.random.default_rng(5)
    name = f"conv_transpose{rank}d"
    for _ in range(CASES):
        size, kernel, stride, pad, dilation = window_case(rng, rank)
        groups, inner, outer = (int(i) for i in rng.integers(1, 4, 3))
        extra = tuple(
            int(rng.integers(0, max(s, d))) for s, d in zip(stride, dilation, strict=True)
        )
        arrays = [
            rng.standard_normal((2, groups * inner, *size)),
            rng.standard_normal((groups * inner, outer, *kernel)),
            rng.standard_normal(groups * outer),
        ]
        options = (stride, pad, extra, groups, dilation)
        _agree_on(arrays, getattr(F, name), getattr(torch.nn.functional, name), options, rng)


@pytest.mark.parametrize("mode", ["constant", "reflect", "replicate", "circular"])
def test_padding_modes_agree_with_torch(mode):
    rng = np.random.default_rng(0)
    for _ in range(CASES):
        rank = int(rng.integers(1, 4))
        x = rng.standard_normal((2, 2, *rng.integers(3, 6, rank)))
        least = -1 if mode == "constant" else 0
        sides = [int(rng.integers(least, n)) for n in np.repeat(x.shape[:1:-1], 2)]
        value = float(rng.standard_normal()) if mode == "constant" and rng.random() < 0.5 else None
        _agree_on([x], F.pad, torch.nn.functional.pad, (sides, mode, value), rng)


MODES = {
    1: ["nearest", "nearest-exact", "linear", "area"],
    2: ["nearest", "nearest-exact", "bilinear", "bicubic", "area"],
    3: ["nearest", "nearest-exact", "trilinear", "area"],
}


@pytest.mark.parametrize(("rank", "mode"), [(r, m) for r, modes in MODES.items() for m in modes])
def test_interpolation_agrees_with_torch(rank, mode):
    rng = np.random.default_rng(0)
    for _ in range(CASES):
        x = rng.standard_normal((2, 2, *rng.integers(1, 9, rank)))
        align = None if "near" in mode or mode == "area" else bool(rng.random() < 0.5)
        if rng.random() < 0.5:
            size, factor = tuple(int(n) for n in rng.integers(1, 16, rank)), None
        else:
            size, factor = None, tuple(float(f) for f in rng.choice([1, 1.5, 2, 2.6, 3], rank))
        _agree_on(
            [x], F.interpolate, torch.nn.functional.interpolate, (size, factor, mode, align), rng
        )


def test_unfold_and_fold_agree_with_torch():
    rng = np.random.default_rng(0)
    for _ in range(CASES):
        size, kernel, stride, pad, dilation = window_case(rng, 2)
        x = rng.standard_normal((2, 3, *size))
        options = (kernel, dilation, pad, stride)
        _agree_on([x], F.unfold, torch.nn.functional.unfold, options, rng)
        columns = rng.standard_normal(F.unfold(x, *options).shape)
        _agree_on([columns], F.fold, torch.nn.functional.fold, (size, *options), rng)


@pytest.mark.parametrize("factor", [1, 2, 3])
def test_pixel_shuffling_agrees_with_torch(factor):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((2, 2 * factor**2, 3, 4))
    _agree_on([x], F.pixel_shuffle, torch.nn.functional.pixel_shuffle, (factor,), rng)
    x = rng.standard_normal((2, 2, 3 * factor, 4 * factor))
    _agree_on([x], F.pixel_unshuffle, torch.nn.functional.pixel_unshuffle, (factor,), rng)


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("kind", ["max", "avg"])
def test_pooling_agrees_with_torch(rank, kind):
    rng = np.random.default_rng(6 + rank)
    ours_fn = getattr(F, f"{kind}_pool{rank}d")
    theirs_fn = getattr(torch.nn.functional, f"{kind}_pool{rank}d")
    for _ in range(CASES):
        size, kernel, stride, pad, dilation = window_case(rng, rank)
        x = rng.integers(-3, 4, (2, 2, *size)).astype(float)  # small integers: many ties
        ceil_mode = bool(rng.random() < 0.5)
        if kind == "max":
            options = (kernel, stride, pad, dilation, ceil_mode)
        else:
            options = (kernel, stride, pad, ceil_mode, bool(rng.random() < 0.5))
        _agree_on([x], ours_fn, theirs_fn, options, rng)


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("kind", ["max", "avg"])
def test_adaptive_pooling_agrees_with_torch(rank, kind):
    rng = np.random.default_rng(12 + rank)
    ours_fn = getattr(F, f"adaptive_{kind}_pool{rank}d")
    theirs_fn = getattr(torch.nn.functional, f"adaptive_{kind}_pool{rank}d")
    for _ in range(CASES):
        sizes = tuple(int(n) for n in rng.integers(1, 8, rank))
        x = rng.integers(-3, 4, (2, 2, *rng.integers(1, 8, rank))).astype(float)
        _agree_on([x], ours_fn, theirs_fn, (sizes,), rng)


@pytest.mark.parametrize("rank", [2, 3])
def test_a_divisor_of_ones_own_agrees_with_torch(rank):
    rng = np.random.default_rng(0)
    name = f"avg_pool{rank}d"
    for _ in range(20):
        size, kernel, stride, pad, _ = window_case(rng, rank)
        options = (kernel, stride, pad, bool(rng.random() < 0.5), True, int(rng.integers(1, 9)))
        x = rng.standard_normal((2, 2, *(2 * n for n in size)))
        _agree_on([x], getattr(F, name), getattr(torch.nn.functional, name), options, rng)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_places_of_maxima_are_pytorchs(rank):
    rng = np.random.default_rng(0)
    name = f"max_pool{rank}d"
    for _ in range(CASES):
        size, kernel, stride, pad, dilation = window_case(rng, rank)
        x = rng.integers(-3, 4, (2, 2, *size)).astype(float)
        options = (kernel, stride, pad, dilation, bool(rng.random() < 0.5), True)
        y, places = getattr(F, name)(x, *options)
        expected, indices = getattr(torch.nn.functional, name)(torch.tensor(x), *options)
        np.testing.assert_array_equal(y.data, expected)
        np.testing.assert_array_equal(places.data, indices)


def _agree_on(arrays, ours_fn, theirs_fn, options, rng):
    ours = [Tensor(a, requires_grad=True) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    compare(ours_fn(*ours, *options), theirs_fn(*theirs, *options), ours, theirs, rng)
