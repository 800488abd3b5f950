"""Layers against PyTorch's, with the same weights: forward, gradients, state, initial spread.

Both sides compute in float64 and differ by the order of sums: 1e-10 relative to the largest entry
is far above that rounding (1e-13 for these sizes) and far below any mistake.
"""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: run `make oracle`")

import minidl.functional as F  # noqa: E402
from minidl import nn  # noqa: E402

pytestmark = pytest.mark.oracle
TOLERANCE = 1e-10

CASES = [
    ("Linear", (3, 5), {}, (4, 3)),
    ("Linear", (3, 5), {"bias": False}, (2, 4, 3)),
    ("Conv1d", (4, 6, 3), {"stride": 2, "padding": 1, "groups": 2}, (2, 4, 9)),
    ("Conv2d", (2, 3, 3), {}, (2, 2, 6, 5)),
    ("Conv2d", (2, 4, (3, 2)), {"stride": (2, 1), "padding": (1, 2), "bias": False}, (2, 2, 7, 5)),
    ("Conv2d", (4, 4, 3), {"padding": "same", "dilation": 2, "groups": 4}, (1, 4, 6, 6)),
    ("Conv3d", (2, 3, 2), {"dilation": (1, 2, 1), "padding": 1}, (1, 2, 4, 5, 4)),
    ("ConvTranspose2d", (4, 6, 3), {"stride": 2, "padding": 1, "output_padding": 1, "groups": 2},
     (2, 4, 4, 5)),
    ("ConvTranspose2d", (2, 3, (2, 3)), {"dilation": 2, "bias": False}, (1, 2, 4, 4)),
    ("ConvTranspose1d", (4, 6, 3), {"stride": 2, "output_padding": 1, "groups": 2}, (2, 4, 5)),
    ("ConvTranspose3d", (2, 3, 2), {"stride": (1, 2, 1), "padding": 1}, (1, 2, 3, 4, 3)),
    ("Conv1d", (2, 3, 3), {"padding": 2, "padding_mode": "circular"}, (2, 2, 6)),
    ("Conv2d", (2, 3, 3, 1, 1, 1, 1, True, "reflect"), {}, (2, 2, 6, 5)),
    ("Conv2d", (2, 4, (3, 2)), {"padding": "same", "padding_mode": "reflect"}, (2, 2, 6, 5)),
    ("Conv2d", (2, 4, 3), {"padding": (2, 1), "stride": 2, "padding_mode": "replicate"},
     (2, 2, 6, 5)),
    ("Conv3d", (2, 3, 3), {"padding": 1, "padding_mode": "circular"}, (1, 2, 4, 3, 4)),
    ("Upsample", (), {"scale_factor": 2}, (1, 2, 3, 4)),
    ("Upsample", ((5, 7), None, "bilinear"), {"align_corners": True}, (1, 2, 3, 4)),
    ("PixelShuffle", (2,), {}, (1, 8, 3, 4)),
    ("PixelUnshuffle", (2,), {}, (1, 2, 6, 4)),
    ("Unfold", (3,), {"padding": 1, "stride": 2, "dilation": 1}, (1, 2, 6, 4)),
    ("Fold", ((6, 4), 3), {"padding": 1, "stride": 1}, (1, 18, 24)),
    ("ZeroPad2d", ((1, 0, 2, 3),), {}, (1, 2, 3, 4)),
    ("ReflectionPad2d", (2,), {}, (1, 2, 3, 4)),
    ("ReplicationPad2d", ((1, 2, 3, 4),), {}, (1, 2, 3, 4)),
    ("MaxPool1d", (3,), {"stride": 2, "padding": 1}, (2, 3, 9)),
    ("MaxPool2d", (2,), {}, (2, 3, 7, 6)),
    ("MaxPool2d", ((3, 2),), {"stride": 1, "padding": (1, 0), "dilation": (1, 2)}, (2, 3, 7, 6)),
    ("MaxPool3d", (2,), {"stride": (1, 2, 2)}, (1, 2, 4, 4, 5)),
    ("AvgPool1d", (3,), {"padding": 1, "count_include_pad": False}, (2, 3, 9)),
    ("AvgPool2d", (3,), {"stride": 2, "padding": 1}, (2, 3, 7, 6)),
    ("AvgPool3d", (2,), {}, (1, 2, 4, 4, 5)),
    ("MaxPool2d", (3, 2, 1, 1, False, True), {}, (2, 3, 8, 6)),
    ("MaxPool1d", (2,), {"ceil_mode": True}, (2, 3, 7)),
    ("AvgPool2d", (3, 2, 1, True, False), {}, (2, 3, 8, 6)),
    ("AvgPool3d", (2,), {"ceil_mode": True, "divisor_override": 3}, (1, 2, 5, 4, 5)),
    ("AdaptiveAvgPool1d", (3,), {}, (2, 3, 7)),
    ("AdaptiveAvgPool2d", (1,), {}, (2, 3, 7, 6)),
    ("AdaptiveAvgPool2d", ((None, 4),), {}, (2, 3, 7, 6)),
    ("AdaptiveAvgPool3d", ((2, 3, 1),), {}, (1, 2, 5, 4, 5)),
    ("AdaptiveMaxPool1d", (3,), {}, (2, 3, 7)),
    ("AdaptiveMaxPool2d", ((3, 5),), {}, (2, 3, 7, 6)),
    ("AdaptiveMaxPool3d", (2,), {}, (1, 2, 5, 4, 5)),
    ("BatchNorm1d", (3,), {}, (6, 3)),
    ("BatchNorm1d", (3,), {"momentum": 0.4, "eps": 1e-2}, (4, 3, 5)),
    ("BatchNorm2d", (3,), {"affine": False}, (4, 3, 5, 2)),
    ("BatchNorm2d", (3,), {"track_running_stats": False}, (4, 3, 5, 2)),
    ("BatchNorm3d", (2,), {}, (2, 2, 3, 2, 2)),
    ("BatchNorm2d", (3, 1e-5, None), {}, (4, 3, 5, 2)),
    ("InstanceNorm1d", (3,), {}, (2, 3, 4)),
    ("InstanceNorm2d", (3, 1e-2), {"affine": True}, (2, 3, 4, 5)),
    ("InstanceNorm2d", (3, 1e-5, 0.3, True, True), {}, (4, 3, 5, 2)),
    ("InstanceNorm3d", (2,), {"track_running_stats": True, "momentum": None}, (2, 2, 3, 2, 2)),
    ("GroupNorm", (2, 6), {"eps": 1e-2}, (2, 6, 4)),
    ("GroupNorm", (3, 6), {"affine": False}, (2, 6, 4, 3)),
    ("GroupNorm", (3, 6), {"bias": False}, (2, 6, 4)),
    ("BatchNorm2d", (3,), {"bias": False}, (4, 3, 5, 2)),
    ("LocalResponseNorm", (2, 0.5, 0.6, 2.0), {}, (2, 6, 3, 4)),
    ("LayerNorm", ((3, 4),), {"eps": 1e-2}, (2, 3, 4)),
    ("LayerNorm", (4,), {"bias": False}, (2, 3, 4)),
    ("LayerNorm", (4,), {"elementwise_affine": False}, (2, 3, 4)),
    ("Flatten", (), {}, (2, 3, 4)),
    ("Flatten", (0, -2), {}, (2, 3, 4)),
    ("Identity", (), {}, (2, 3)),
    ("ReLU", (), {}, (2, 3)),
    ("LeakyReLU", (0.2,), {}, (2, 3)),
    ("Sigmoid", (), {}, (2, 3)),
    ("Tanh", (), {}, (2, 3)),
    ("Softplus", (), {}, (2, 3)),
    ("Softplus", (2.0, 1.0), {}, (2, 3)),
    *((name, (), {}, (4, 5)) for name in ("SiLU", "Mish", "SELU", "ReLU6", 
                                          "Hardswish", "Softsign", "LogSigmoid")),
    ("GELU", (), {}, (2, 3)),
    ("GELU", ("tanh",), {}, (2, 3)),
    ("ELU", (0.5,), {}, (2, 3)),
    ("CELU", (0.5,), {}, (2, 3)),
    ("Hardtanh", (-0.5, 0.25), {}, (2, 3)),
    ("PReLU", (), {}, (2, 3, 4)),
    ("PReLU", (3,), {}, (2, 3, 4)),
    ("LogSoftmax", (1,), {}, (2, 3, 4)),
    ("Softmax", (1,), {}, (2, 3, 4)),
]  # fmt: skip


def pair(name, args, options):
    """Our layer and PyTorch's in float64, ours with the weights of theirs."""
    ours = getattr(nn, name)(*args, **options).astype(np.float64)
    theirs = getattr(torch.nn, name)(*args, **options).double()
    for parameter in theirs.parameters():
        parameter.data.add_(0.3 * torch.randn_like(parameter))
    ours.load_state_dict(state_of(theirs))
    return ours, theirs


def state_of(module):
    """PyTorch's state as arrays."""
    return {n: t.detach().numpy().copy() for n, t in module.state_dict().items()}


def assert_close(ours, theirs):
    ours, theirs = np.asarray(ours), theirs.detach().numpy()
    assert ours.shape == theirs.shape
    scale = max(1.0, np.abs(theirs).max(initial=0))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=TOLERANCE * scale)


def compare(ours, theirs, x):
    mine, reference = nn.Parameter(x), torch.tensor(x, requires_grad=True)
    y, z = ours(mine), theirs(reference)
    assert_close(y, z)
    g = np.random.default_rng(1).standard_normal(y.shape)
    (y * g).sum().backward()
    z.backward(torch.tensor(g))
    assert_close(mine.grad, reference.grad)
    for (name, p), q in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        assert p.grad is not None, name
        assert_close(p.grad, q.grad)


@pytest.mark.parametrize(("name", "args", "options", "shape"), CASES, ids=str)
def test_layer(name, args, options, shape):
    torch.manual_seed(0)
    ours, theirs = pair(name, args, options)
    x = np.random.default_rng(0).standard_normal(shape)
    compare(ours, theirs, x)
    for key, array in state_of(theirs).items():  # batch norm's running statistics moved alike
        np.testing.assert_allclose(ours.state_dict()[key], array, rtol=TOLERANCE, atol=TOLERANCE)
    ours.zero_grad()
    theirs.zero_grad()
    compare(ours.eval(), theirs.eval(), x)


def test_conditional_instance_norm():
    class Theirs(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.scale, self.shift = torch.nn.Linear(5, 3), torch.nn.Linear(5, 3)

        def forward(self, x):
            c = torch.tensor(condition)
            y = torch.nn.functional.instance_norm(x, eps=1e-3)
            return y * self.scale(c)[:, :, None, None] + self.shift(c)[:, :, None, None]

    torch.manual_seed(0)
    theirs = Theirs().double()
    ours = nn.ConditionalInstanceNorm2d(3, 5, 1e-3).astype(np.float64)
    ours.load_state_dict(state_of(theirs))
    rng = np.random.default_rng(0)
    condition = rng.standard_normal((2, 5))
    x = rng.standard_normal((2, 3, 4, 5))
    mine, reference = nn.Parameter(x), torch.tensor(x, requires_grad=True)
    y, z = ours(mine, condition), theirs(reference)
    assert_close(y, z)
    (y * y).sum().backward()
    (z * z).sum().backward()
    assert_close(mine.grad, reference.grad)
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert_close(p.grad, q.grad)


def test_state_dicts_go_both_ways():
    args = ("Linear", (3, 4), {}), ("BatchNorm1d", (4,), {}), ("Linear", (4, 2), {})
    theirs = torch.nn.Sequential(*(getattr(torch.nn, n)(*a, **o) for n, a, o in args))
    ours = nn.Sequential(*(getattr(nn, n)(*a, **o) for n, a, o in args))
    x = np.random.default_rng(0).standard_normal((5, 3)).astype(np.float32)
    ours.load_state_dict(state_of(theirs))
    np.testing.assert_allclose(ours(x), theirs(torch.tensor(x)).detach(), rtol=1e-4, atol=1e-6)
    back = {name: torch.tensor(array) for name, array in ours.state_dict().items()}
    theirs.load_state_dict(back)


def test_a_tied_weight_goes_both_ways_under_both_names():
    def tied(kind):
        model = kind.Sequential(kind.Linear(3, 3, bias=False), kind.ReLU(), kind.Linear(3, 3))
        model[2].weight = model[0].weight
        return model

    ours, theirs = tied(nn), tied(torch.nn)
    assert set(ours.state_dict()) == set(theirs.state_dict()) == {"0.weight", "2.weight", "2.bias"}
    ours.load_state_dict(state_of(theirs))
    theirs.load_state_dict({n: torch.tensor(a) for n, a in ours.state_dict().items()})
    assert ours[2].weight is ours[0].weight


@pytest.mark.parametrize("p", [1, 1.5, 2.0, 3, np.inf])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_normalize(p, axis):
    x = np.random.default_rng(0).standard_normal((3, 4, 2))
    ours, theirs = nn.Parameter(x), torch.tensor(x, requires_grad=True)
    y, z = F.normalize(ours, p, axis), torch.nn.functional.normalize(theirs, p, axis)
    assert_close(y, z)
    g = np.random.default_rng(1).standard_normal(x.shape)
    y.backward(g)
    z.backward(torch.tensor(g))
    assert_close(ours.grad, theirs.grad)


def test_cosine_similarity():
    rng = np.random.default_rng(0)
    arrays = rng.standard_normal((3, 4, 2)), rng.standard_normal((1, 4, 2))
    ours = [nn.Parameter(a) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    y = F.cosine_similarity(*ours)
    z = torch.nn.functional.cosine_similarity(*theirs)
    assert_close(y, z)
    y.sum().backward()
    z.sum().backward()
    for a, b in zip(ours, theirs, strict=True):
        assert_close(a.grad, b.grad)


def test_hardsigmoid():
    """PyTorch multiplies by 1/6 as a float32 number, so only seven digits can agree."""
    x = np.linspace(-4, 4, 33)
    ours, theirs = nn.Parameter(x), torch.tensor(x, requires_grad=True)
    y, z = nn.Hardsigmoid()(ours), torch.nn.Hardsigmoid()(theirs)
    np.testing.assert_allclose(y.data, z.detach(), rtol=1e-7)
    y.sum().backward()
    z.sum().backward()
    np.testing.assert_allclose(ours.grad, theirs.grad, rtol=1e-7)


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_local_response_norm(size):
    x = np.random.default_rng(0).standard_normal((2, 6, 3, 4))
    ours, theirs = nn.Parameter(x), torch.tensor(x, requires_grad=True)
    y = F.local_response_norm(ours, size, 0.5, 0.6, 2.0)
    z = torch.nn.functional.local_response_norm(theirs, size, 0.5, 0.6, 2.0)
    assert_close(y, z)
    y.sum().backward()
    z.sum().backward()
    assert_close(ours.grad, theirs.grad)


@pytest.mark.parametrize("size", [(9, 7), (10, 8)])
def test_a_transposed_convolution_to_a_size(size):
    ours, theirs = pair("ConvTranspose2d", (2, 3, 3), {"stride": 2, "padding": 0})
    x = np.random.default_rng(0).standard_normal((1, 2, 4, 3))
    assert_close(ours(x, output_size=size), theirs(torch.tensor(x), output_size=size))
    with pytest.raises(ValueError, match=r"size \(11, 7\).*from \[9, 7\] to \[10, 8\]"):
        ours(x, (11, 7))


@pytest.mark.parametrize(
    ("name", "args"),
    [("Linear", (64, 512)), ("Conv2d", (64, 64, 3)), ("ConvTranspose2d", (64, 32, 3)),
     ("Conv1d", (64, 128, 5))],
)  # fmt: skip
def test_layers_begin_as_widely_as_pytorchs(name, args):
    """Uniform over the same interval: 30,000 draws put the extremes within 1 % of its ends."""
    torch.manual_seed(0)
    ours, theirs = getattr(nn, name)(*args, seed=0), getattr(torch.nn, name)(*args)
    a, b = ours.weight.data, theirs.weight.detach().numpy()
    assert a.shape == b.shape
    assert a.max() == pytest.approx(b.max(), rel=0.01)
    assert a.std() == pytest.approx(b.std(), rel=0.02)
    limit = np.abs(a).max()
    assert 0.7 * limit < np.abs(ours.bias.data).max() <= 1.01 * limit


@pytest.mark.parametrize("shape", [(64, 32), (64, 32, 3, 3)])
@pytest.mark.parametrize("name", ["kaiming_normal", "kaiming_uniform", "xavier_normal",
                                  "xavier_uniform"])  # fmt: skip
def test_initial_weights_spread_as_pytorchs(name, shape):
    torch.manual_seed(0)
    theirs = torch.empty(shape)
    getattr(torch.nn.init, f"{name}_")(theirs)
    ours = getattr(nn.init, name)(shape, 0)
    assert ours.std() == pytest.approx(theirs.std().item(), rel=0.06)
