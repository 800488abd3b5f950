"""The costs of style transfer, and their gradient to the picture, against PyTorch in float64.

The network's weights are the same; everything else is written anew from the formulas. Costs agree
within 1e-4, gradients within 1e-3 of their length: ours are float32, through up to 11 layers of
Winograd's algorithm, and a cost is a difference of large Gram matrices.
"""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: run `make oracle`")

from minidl import Tensor, data, style  # noqa: E402
from minidl.models import vgg16  # noqa: E402
from minidl.style.objective import LEVEL, Objective  # noqa: E402
from minidl.style.settings import Settings  # noqa: E402

pytestmark = pytest.mark.oracle
RNG = np.random.default_rng(0)
STYLE, CONTENT = style.STYLE_LAYERS, style.CONTENT_LAYER


def noise(height, width):
    return RNG.random((3, height, width), np.float32)


# content, style, the picture in the making
PICTURES = {
    "random": (noise(32, 48), noise(40, 33), noise(32, 48)),
    "real": (
        data.resize_image(data.sample_image("cat"), 64),
        data.artwork("currents", 56),
        data.resize_image(data.sample_image("temple"), (42, 64)),
    ),
    "hardly changed": (
        data.resize_image(data.sample_image("coffee"), 48),
        data.artwork("mosaic", 48),
        data.resize_image(data.sample_image("coffee"), 48) * 0.9 + 0.05,
    ),
}


@pytest.fixture(scope="module")
def vgg():
    return vgg16(pretrained=True)


@pytest.fixture(scope="module")
def theirs(vgg):
    """Every ReLU's values by PyTorch in float64, from a picture (3, H, W)."""
    convolutions = {}
    for name, part in vgg.named_children():
        if name.startswith("conv"):
            convolutions[name] = [torch.tensor(p.data).double() for p in (part.weight, part.bias)]

    def features(x):
        value, found = (x - torch.tensor(vgg.mean)) / torch.tensor(vgg.std), {}
        value = value[None]
        for name in vgg.layers:
            if name in convolutions:
                value = torch.nn.functional.conv2d(value, *convolutions[name], padding=1)
            elif name.startswith("relu"):
                value = found[name] = value.clamp(min=0)
            else:
                value = torch.nn.functional.max_pool2d(value, 2)
        return {name: f[0] for name, f in found.items()}

    return features


def their_content_cost(a, b):
    return ((a - b) ** 2).sum() / (4 * a.numel())


def their_gram(a):
    return torch.einsum("kij,lij->kl", a, a) / (2 * a.numel())


def their_style_cost(a, b):
    return ((their_gram(a) - their_gram(b)) ** 2).sum()


def their_roughness(x):
    steps = ((x[:, 1:] - x[:, :-1]) ** 2).sum() + ((x[:, :, 1:] - x[:, :, :-1]) ** 2).sum()
    return steps / (x.shape[1] * x.shape[2])


def their_detail(x):
    """Fourth differences by a convolution, which ours takes as differences of differences."""
    filters = torch.tensor([1.0, -4, 6, -4, 1]).double()
    down, right = (
        torch.nn.functional.conv2d(x[:, None], filters.reshape(1, 1, *shape)).pow(2).sum()
        for shape in ((5, 1), (1, 5))
    )
    return (down + right) / (x.shape[1] * x.shape[2])


def double(picture):
    return torch.tensor(picture).double()


@pytest.mark.parametrize("name", PICTURES)
def test_every_cost_is_pytorchs(name, vgg, theirs):
    content, painting, made = PICTURES[name]
    c, s, g = (vgg.features(p[None], [*STYLE, CONTENT]) for p in PICTURES[name])
    tc, ts, tg = (theirs(double(p)) for p in (content, painting, made))
    agree = pytest.approx
    expected = their_content_cost(tc[CONTENT], tg[CONTENT]).item()
    ours = style.content_cost(c[CONTENT], g[CONTENT]).item()
    assert ours == agree(expected, rel=1e-4)
    for layer in STYLE:
        gram = style.gram_matrix(g[layer]).data / (2 * g[layer].size)
        wanted = their_gram(tg[layer]).numpy()
        assert np.linalg.norm(gram - wanted) < 1e-4 * np.linalg.norm(wanted)
        expected = their_style_cost(ts[layer], tg[layer]).item()
        ours = style.style_layer_cost(s[layer], g[layer]).item()
        assert ours == agree(expected, rel=1e-4)
    expected = sum(0.2 * their_style_cost(ts[n], tg[n]) for n in STYLE).item()
    picked = {n: s[n] for n in STYLE}
    assert style.style_cost(picked, g).item() == agree(expected, rel=1e-4)
    roughness = their_roughness(double(made)).item()
    assert style.total_variation(made).item() == agree(roughness, rel=1e-4)
    detail = their_detail(double(made)).item()
    assert style.fine_detail(made).item() == agree(detail, rel=1e-4)


@pytest.mark.parametrize("name", PICTURES)
def test_the_gradient_to_the_picture_is_pytorchs(name, vgg, theirs):
    content, painting, made = PICTURES[name]
    with torch.no_grad():
        tc, ts = theirs(double(content)), theirs(double(painting))
    x = double(made).requires_grad_()
    found = theirs(x)
    cost = 10 * their_content_cost(tc[CONTENT], found[CONTENT])
    cost = cost + 40 * sum(0.2 * their_style_cost(ts[n], found[n]) for n in STYLE)
    cost.backward()

    ours = Tensor(made[None], requires_grad=True)
    g = vgg.features(ours, [*STYLE, CONTENT])
    c, s = vgg.features(content[None], CONTENT), vgg.features(painting[None], STYLE)
    total = style.total_cost(style.content_cost(c[CONTENT], g[CONTENT]), style.style_cost(s, g))
    total.backward()
    assert total.item() == pytest.approx(cost.item(), rel=1e-4)
    close(ours.grad[0], x.grad.numpy())


@pytest.mark.parametrize("name", PICTURES)
def test_what_transfer_minimises_is_pytorchs(name, vgg, theirs):
    """With two styles, activations brought to one level, total variation and grain."""
    content, painting, made = PICTURES[name]
    second = data.artwork("waves", 48)
    settings = Settings(
        beta=40, total_variation=3.0, grain=0.5, detail=0.0, dots=0.0, style_weights=(0.25, 0.75)
    )
    with torch.no_grad():
        tc, *ts = (theirs(double(p)) for p in (content, painting, second))
    x = double(made).requires_grad_()
    found = theirs(x)
    factor = LEVEL**2 / (tc[CONTENT] ** 2).mean()
    cost = 10 * factor * their_content_cost(tc[CONTENT], found[CONTENT])
    for n in STYLE:
        level = LEVEL**2 / torch.stack([(t[n] ** 2).mean() for t in ts]).mean()
        wanted = 0.25 * their_gram(ts[0][n]) + 0.75 * their_gram(ts[1][n])
        cost = cost + 8 * ((level * (their_gram(found[n]) - wanted)) ** 2).sum()
    cost = cost + 3 * their_roughness(x)
    allowed = 0.25 * their_detail(double(painting)) + 0.75 * their_detail(double(second))
    cost = cost + 0.5 * (their_detail(x) / allowed - 1).clamp(min=0) ** 2
    cost.backward()

    ours = Tensor(made[None], requires_grad=True)
    total, parts = Objective(vgg, settings, content, [painting, second])(ours)
    total.backward()
    assert list(parts) == ["content", *STYLE, "total variation", "grain"]
    assert total.item() == pytest.approx(cost.item(), rel=1e-4)
    close(ours.grad[0], x.grad.numpy())


def close(ours, theirs):
    assert np.linalg.norm(ours - theirs) < 1e-3 * np.linalg.norm(theirs)
