"""Losses against PyTorch's: every option, random cases, values and gradients.

Both sides compute in float64 and differ by the order of sums: 1e-10 relative to the largest entry
is far above that rounding and far below any mistake.
"""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: run `make oracle`")

import minidl.functional as F  # noqa: E402
from minidl import Tensor, nn  # noqa: E402

pytestmark = pytest.mark.oracle
TOLERANCE = 1e-10
REDUCTIONS = ["mean", "sum", "none"]


def agree(name, arrays, ours_options, theirs_options, *targets):
    """Values and gradients of F.name(x, ...), by the function and by the layer."""
    ours = [Tensor(a, requires_grad=True) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    mine = getattr(F, name)(*ours, *targets, **ours_options)
    expected = getattr(torch.nn.functional, name)(
        *theirs, *map(torch.tensor, targets), **theirs_options
    )
    close(mine.data, expected)
    g = np.random.default_rng(0).standard_normal(mine.shape)
    mine.backward(g)
    expected.backward(torch.tensor(g))
    for a, b in zip(ours, theirs, strict=True):
        close(a.grad, b.grad)


def close(found, expected):
    expected = expected.detach().numpy()
    assert found.shape == expected.shape
    scale = max(1.0, np.abs(expected).max(initial=0))
    np.testing.assert_allclose(found, expected, rtol=0, atol=TOLERANCE * scale)


def as_torch(options):
    return {n: torch.tensor(v) if isinstance(v, np.ndarray) else v for n, v in options.items()}


@pytest.mark.parametrize("rest", [(), (3,), (2, 3)])
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("name", ["cross_entropy", "nll_loss"])
def test_losses_of_labels(name, reduction, rest):
    rng = np.random.default_rng(0)
    for _ in range(30):
        n, k = (int(v) for v in rng.integers(2, 6, 2))
        labels = rng.integers(0, k, (n, *rest))
        options = {"reduction": reduction}
        if rng.random() < 0.5:
            options["weight"] = rng.uniform(0.1, 2, k)
        if rng.random() < 0.5:
            options["ignore_index"] = int(rng.choice([-100, 255, labels.flat[0]]))
            labels[rng.random(labels.shape) < 0.3] = options["ignore_index"]
            labels[-1] = 0 if options["ignore_index"] else 1  # something is left
        if name == "cross_entropy" and rng.random() < 0.5:
            options["label_smoothing"] = float(rng.choice([0.1, 1.0]))
        x = 3 * rng.standard_normal((n, k, *rest))
        agree(name, [x], options, as_torch(options), labels)


@pytest.mark.parametrize("rest", [(), (2, 3)])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_cross_entropy_of_probabilities(reduction, rest):
    rng = np.random.default_rng(0)
    for weighted in (False, True):
        for smoothing in (0.0, 0.2):
            target = rng.dirichlet(np.ones(4), (5, *rest))
            target = np.ascontiguousarray(np.moveaxis(target, -1, 1))
            options = {"reduction": reduction, "label_smoothing": smoothing}
            if weighted:
                options["weight"] = rng.uniform(0.1, 2, 4)
            x = 3 * rng.standard_normal((5, 4, *rest))
            agree("cross_entropy", [x], options, as_torch(options), target)


@pytest.mark.filterwarnings("ignore:invalid value")
def test_the_mean_over_labels_that_are_all_ignored_is_nan():
    x, labels = np.zeros((2, 3)), np.array([-100, -100])
    assert np.isnan(F.cross_entropy(x, labels).item())
    assert torch.isnan(torch.nn.functional.cross_entropy(torch.tensor(x), torch.tensor(labels)))


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize(
    ("name", "options"),
    [("mse_loss", {}), ("l1_loss", {}), ("smooth_l1_loss", {}), ("smooth_l1_loss", {"beta": 0.3}),
     ("smooth_l1_loss", {"beta": 0.0}), ("huber_loss", {}), ("huber_loss", {"delta": 0.3})],
)  # fmt: skip
def test_losses_of_numbers_with_gradients_to_both(name, options, reduction):
    rng = np.random.default_rng(0)
    for shape in ((), (4,), (2, 3, 4)):
        arrays = [rng.standard_normal(shape) for _ in range(2)]
        agree(
            name, arrays, {"reduction": reduction, **options}, {"reduction": reduction, **options}
        )


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_binary_losses(reduction):
    rng = np.random.default_rng(0)
    target = rng.random((4, 3))
    for weight in (None, rng.random((4, 3)), rng.random(3)):
        options = {"reduction": reduction} | ({} if weight is None else {"weight": weight})
        p = rng.uniform(0.01, 0.99, (4, 3))
        agree("binary_cross_entropy", [p], options, as_torch(options), target)
        for pos_weight in (None, rng.random(3)):
            more = options if pos_weight is None else {**options, "pos_weight": pos_weight}
            x = 4 * rng.standard_normal((4, 3))
            agree("binary_cross_entropy_with_logits", [x], more, as_torch(more), target)


def test_certain_probabilities_have_finite_losses_and_gradients():
    """PyTorch's bound of the gradient, 1e-12, is a float32 number there: 4e-9 off."""
    p, target = np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.0, 1.0, 1.0, 0.0])
    ours, theirs = Tensor(p, requires_grad=True), torch.tensor(p, requires_grad=True)
    mine = F.binary_cross_entropy(ours, target)
    expected = torch.nn.functional.binary_cross_entropy(theirs, torch.tensor(target))
    close(mine.data, expected)
    mine.backward()
    expected.backward()
    np.testing.assert_allclose(ours.grad, theirs.grad, rtol=1e-8)


LAYERS = [
    ("L1Loss", {}), ("SmoothL1Loss", {"beta": 0.5}), ("HuberLoss", {"delta": 0.5}), ("MSELoss", {}),
    ("BCELoss", {"weight": np.array([0.2, 0.5, 1.0])}),
    ("BCEWithLogitsLoss", {"pos_weight": np.array([0.2, 0.5, 1.0])}),
    ("CrossEntropyLoss", {"weight": np.array([0.2, 0.5, 1.0]), "label_smoothing": 0.1}),
    ("NLLLoss", {"weight": np.array([0.2, 0.5, 1.0]), "ignore_index": 1}),
]  # fmt: skip


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize(("name", "options"), LAYERS, ids=[name for name, _ in LAYERS])
def test_losses_as_modules(name, options, reduction):
    rng = np.random.default_rng(0)
    x = rng.uniform(0.1, 0.9, (4, 3))
    labels = name in ("CrossEntropyLoss", "NLLLoss")
    target = np.array([0, 2, 1, 1]) if labels else rng.random((4, 3))
    ours = getattr(nn, name)(reduction=reduction, **options)
    theirs = getattr(torch.nn, name)(reduction=reduction, **as_torch(options))
    close(ours(x, target).data, theirs(torch.tensor(x), torch.tensor(target)))
    assert set(ours.state_dict()) == set(theirs.state_dict())
