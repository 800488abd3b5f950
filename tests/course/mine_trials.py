"""For every place that an exercise can take over: a piece of work that goes through it.

Each returns arrays. The library's own function and the reference answers must give the same.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import minidl
import minidl.functional as F
from minidl import Tensor, data, metric, models, nn, optim, style, vis
from minidl.models.alignment import TARGET

Arrays = list[np.ndarray]
TRIALS: dict[str, Callable[[np.random.Generator], Arrays]] = {}


def trial(place: str) -> Callable[[Callable], Callable]:
    def add(function: Callable) -> Callable:
        TRIALS[place] = function
        return function

    return add


def and_gradients(function: Callable, *arrays: np.ndarray) -> Arrays:
    """The value of a function of tensors, and the gradient to each for a fixed direction."""
    tensors = [Tensor(a, requires_grad=True) for a in arrays]
    out = function(*tensors)
    out.backward(np.cos(np.arange(out.size, dtype=out.dtype)).reshape(out.shape))
    return [out.data, *(t.grad for t in tensors)]


def normal(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.normal(size=shape).astype(np.float32)


@trial("broadcasting, backwards")
def _(rng):
    return and_gradients(lambda a, b: a + b, normal(rng, 2, 3), normal(rng, 3))


@trial("the gradient of a * b")
def _(rng):
    return and_gradients(lambda a, b: a * b, normal(rng, 4, 3), normal(rng, 3))


@trial("the gradient of a @ b")
def _(rng):
    return and_gradients(lambda a, b: a @ b, normal(rng, 4, 3), normal(rng, 3, 5))


@trial("the order in which backward() walks")
def _(rng):
    return and_gradients(lambda a: (a * a + a).tanh() * a, normal(rng, 5))


@trial("the finite differences of gradcheck")
def _(rng):
    x = rng.normal(size=(2, 3))
    return [np.array(minidl.gradcheck(lambda t: (t * t).sum(), x)), x]


@trial("F.conv2d")
def _(rng):
    x, w, b = normal(rng, 2, 3, 6, 5), normal(rng, 4, 3, 3, 3), normal(rng, 4)
    relu = F.conv2d(x, w, b, stride=2, padding=1, activation="relu")
    return [F.conv2d(x, w).data, relu.data, F.conv2d(x, w, b, padding="same").data]


@trial("F.conv2d's gradient to its input")
@trial("F.conv2d's gradient to its weights")
def _(rng):
    x, w, b = normal(rng, 2, 3, 6, 5), normal(rng, 4, 3, 3, 3), normal(rng, 4)
    return and_gradients(lambda *args: F.conv2d(*args, stride=2, padding=1), x, w, b)


@trial("F.max_pool2d and its gradient")
def _(rng):
    return and_gradients(lambda x: F.max_pool2d(x, 2), normal(rng, 2, 3, 6, 5))


@trial("F.softmax")
def _(rng):
    return and_gradients(lambda x: F.softmax(x, axis=1), normal(rng, 4, 3))


@trial("F.cross_entropy and its gradient")
def _(rng):
    labels = rng.integers(0, 3, 4)
    return and_gradients(lambda x: F.cross_entropy(x, labels), normal(rng, 4, 3))


def trained(make: Callable, rng: np.random.Generator) -> Arrays:
    """A weight after three steps down x^4."""
    weight = nn.Parameter(normal(rng, 5))
    optimizer = make([weight])
    for _ in range(3):
        optimizer.zero_grad()
        (weight**4).sum().backward()
        optimizer.step()
    return [weight.data]


@trial("the step of optim.SGD")
def _(rng):
    return [
        *trained(lambda p: optim.SGD(p, lr=0.01), rng),
        *trained(lambda p: optim.SGD(p, lr=0.01, momentum=0.9), rng),
    ]


@trial("the step of optim.Adam")
def _(rng):
    return [
        *trained(lambda p: optim.Adam(p, lr=0.01), rng),
        *trained(lambda p: optim.AdamW(p, lr=0.01, weight_decay=0.1), rng),
    ]


@trial("the gradient of F.batch_norm of rows")
def _(rng):
    def normed(x, weight, bias):
        return F.batch_norm(x, None, None, weight, bias, training=True, eps=1e-3)

    return and_gradients(normed, normal(rng, 6, 3), normal(rng, 3), normal(rng, 3))


@trial("the direction of optim.LBFGS")
def _(rng):
    weight, curved = nn.Parameter(normal(rng, 5)), np.arange(1, 6, dtype=np.float32)

    def closure():
        loss = (weight**2 * curved).sum()
        loss.backward()
        return loss

    loss = optim.LBFGS([weight], max_iter=4).step(closure)
    return [weight.data, np.float32(loss)]


@trial("how the weights of layers with ReLU begin")
def _(rng):
    return [nn.init.kaiming_normal((4, 3, 3, 3), 7)]


@trial("F.conv1d")
def _(rng):
    x, w, b = normal(rng, 2, 3, 9), normal(rng, 4, 3, 3), normal(rng, 4)
    return [F.conv1d(x, w, b, stride=2, padding=1, dilation=2, activation="relu").data]


@trial("F.conv3d")
def _(rng):
    x, w, b = normal(rng, 2, 2, 5, 4, 6), normal(rng, 3, 2, 3, 2, 3), normal(rng, 3)
    return [F.conv3d(x, w, b, stride=(1, 2, 1), padding=(1, 0, 1), dilation=(1, 1, 2)).data]


@trial("F.avg_pool1d")
def _(rng):
    return [F.avg_pool1d(normal(rng, 2, 3, 9), 3, 2).data]


@trial("size, stride and offset of vis.receptive_field")
def _(rng):
    network = nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1), nn.MaxPool2d(2), nn.Conv2d(4, 5, (3, 5), dilation=2)
    )
    field = vis.receptive_field(network)
    return [np.array([field.size, field.stride, field.offset])]


@trial("the patches of vis.top_patches")
def _(rng):
    network = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1, seed=0), nn.ReLU())
    images = [normal(rng, 3, 8, 9) for _ in range(4)]
    return [vis.top_patches(network, "0", images, k=3, quiet=True).patches]


@trial("style.gram_matrix and its gradient")
def _(rng):
    return and_gradients(style.gram_matrix, normal(rng, 3, 4, 5))


@trial("style.content_cost and its gradient")
def _(rng):
    return and_gradients(style.content_cost, normal(rng, 1, 3, 4, 5), normal(rng, 1, 3, 4, 5))


@trial("style.style_layer_cost and its gradient")
def _(rng):
    return and_gradients(style.style_layer_cost, normal(rng, 3, 4, 5), normal(rng, 3, 6, 2))


@trial("style.style_cost and its gradient")
def _(rng):
    def cost(s1, s2, g1, g2):
        layers = {"relu1_1": s1, "relu2_1": s2}, {"relu1_1": g1, "relu2_1": g2}
        return style.style_cost(*layers) + style.style_cost(*layers, {"relu2_1": 3.0})

    small, large = (2, 4, 3), (3, 2, 5)
    return and_gradients(cost, *(normal(rng, *shape) for shape in (small, large) * 2))


@trial("style.total_cost")
def _(rng):
    def cost(features, wanted):
        content = style.content_cost(wanted, features)
        return style.total_cost(content, style.style_layer_cost(wanted, features), 3, 5)

    return and_gradients(cost, normal(rng, 3, 4, 5), normal(rng, 3, 4, 5))


@trial("style.total_variation and its gradient")
def _(rng):
    return and_gradients(style.total_variation, normal(rng, 1, 3, 4, 5))


@trial("F.instance_norm and its gradient")
def _(rng):
    x, scale, shift = normal(rng, 2, 3, 4, 5), normal(rng, 3), normal(rng, 3)
    plain = and_gradients(F.instance_norm, x)
    return plain + and_gradients(
        lambda x, weight, bias: F.instance_norm(x, weight=weight, bias=bias, eps=0.1),
        x,
        scale,
        shift,
    )


@trial("nn.ConditionalInstanceNorm2d under no_grad")
def _(rng):
    layer = nn.ConditionalInstanceNorm2d(3, 5, 1e-3, seed=0)
    with minidl.no_grad():
        return [layer(normal(rng, 2, 3, 4, 5), normal(rng, 2, 5)).data]


@trial("how a style.Painter mixes manners")
def _(rng):
    painter, manners = style.Painter(), list(normal(rng, 3, 100))
    return [painter.mix(manners), painter.mix(manners, [1, 0, 3])]


def pairs(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Distances, and which of them are between two pictures of one person; some are equal."""
    same = rng.random(40) < 0.4
    return np.round(rng.normal(size=40) + 2 - same, 1), same


@trial("metric.verify")
def _(rng):
    return [metric.verify(normal(rng, 9, 3), normal(rng, 9, 3), 2.0)]


@trial("the values of metric.pairwise_distances")
def _(rng):
    return and_gradients(metric.pairwise_distances, normal(rng, 4, 3), normal(rng, 5, 3))


@trial("metric.roc_curve")
def _(rng):
    return list(metric.roc_curve(*pairs(rng)))


@trial("metric.equal_error_rate")
def _(rng):
    return [np.array(metric.equal_error_rate(*pairs(rng)))]


@trial("metric.choose_threshold")
def _(rng):
    return [np.array(metric.choose_threshold(*pairs(rng), far)) for far in (0.0, 0.1, 0.5)]


@trial("metric.false_match_probability")
def _(rng):
    return [metric.false_match_probability(0.01, np.arange(1, 50))]


@trial("whom a Gallery recognises")
def _(rng):
    gallery = metric.Gallery(threshold=1.5)
    gallery.enrol("Ada", normal(rng, 2, 3))
    gallery.enrol("Ben", normal(rng, 3))
    found = gallery.recognise(normal(rng, 20, 3), top=2)
    return [np.array([(m.name or "nobody", m.candidates[0].name) for m in found])]


def boxes(rng: np.random.Generator, count: int) -> np.ndarray:
    """Boxes, many of which overlap, and one without area."""
    corner = rng.uniform(0, 5, (count, 2))
    return np.concatenate([corner, corner + rng.uniform(1, 4, (count, 2)).round() - 1], axis=1)


@trial("models.intersection_over_union")
def _(rng):
    return [models.intersection_over_union(boxes(rng, 6), boxes(rng, 5))]


@trial("which boxes a FaceDetector keeps")
def _(rng):
    scores = rng.integers(1, 5, 12) / 4
    return [
        models.non_maximum_suppression(boxes(rng, 12), scores, 0.2),
        models.non_maximum_suppression([], []),
    ]


@trial("the boxes that a FaceDetector says")
def _(rng):
    face = models.FaceDetector.pretrained().detect(data.sample_image("astronaut"))[0]
    return [face.box, face.points]


@trial("how models.align turns a face")
def _(rng):
    points = TARGET * 0.7 + normal(rng, 5, 2) + 20
    return [models.align(rng.random((3, 120, 110)), points)]


@trial("F.normalize")
def _(rng):
    x = normal(rng, 4, 3)
    x[1] = 0
    return [*and_gradients(lambda x: F.normalize(x, axis=1), x), F.normalize(x, axis=0).data]


@trial("metric.contrastive_loss and its gradient")
def _(rng):
    same = rng.random(6) < 0.5
    return and_gradients(
        lambda a, b: metric.contrastive_loss(a, b, same, margin=2.0),
        normal(rng, 6, 3),
        normal(rng, 6, 3),
    )


@trial("metric.triplet_loss and its gradient")
def _(rng):
    return and_gradients(metric.triplet_loss, *(normal(rng, 6, 3) for _ in range(3)))


@trial("metric.all_triplets")
def _(rng):
    return [mined(metric.batch_all_triplet_loss, rng), *metric.all_triplets(LABELS)]


@trial("the triplets of metric.batch_hard_triplet_loss")
def _(rng):
    return [mined(metric.batch_hard_triplet_loss, rng)]


@trial("the triplets of metric.semi_hard_triplet_loss")
def _(rng):
    return [mined(metric.semi_hard_triplet_loss, rng)]


LABELS = np.array([0, 0, 1, 1, 1, 2])


def mined(loss: Callable, rng: np.random.Generator) -> np.ndarray:
    return loss(F.normalize(normal(rng, 6, 3)), LABELS).data
