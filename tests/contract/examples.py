"""A valid call of every public callable, small and quick.

An example is a function of a folder with files in it (see `filled`) that gives the arguments by
name; of a class, `CALLS` has the arguments of its main call.
"""

import functools
from pathlib import Path

import numpy as np

from minidl import Tensor, data, metric, models, nn, optim, style, vis

RNG = np.random.default_rng(0)
FLAT = RNG.random((3, 4)).astype(np.float32)
SIGNAL = RNG.random((2, 4, 6)).astype(np.float32)
IMAGE = RNG.random((2, 4, 6, 6)).astype(np.float32)
SCAN = RNG.random((2, 4, 4, 4, 4)).astype(np.float32)
BATCH = {1: SIGNAL, 2: IMAGE, 3: SCAN}
RGB = RNG.random((3, 16, 16)).astype(np.float32)
FACES = RNG.random((8, 1, 4, 4)).astype(np.float32)
LABELS = np.array([0, 0, 1, 1, 2, 2, 3, 3])
POINTS = RNG.random((8, 3)).astype(np.float32)
DISTANCES, SAME = np.array([0.1, 0.4, 0.6, 0.9]), np.array([True, False, True, False])
KERNELS = {n: RNG.random((4, 4, *[2] * n)).astype(np.float32) for n in (1, 2, 3)}
GREY = RNG.random((4, 1, 8, 8)).astype(np.float32)
BOXES = np.array([[1.0, 1.0, 9.0, 9.0], [2.0, 2.0, 12.0, 12.0]])
FIVE = np.array([[4.0, 5.0], [10.0, 5.0], [7.0, 8.0], [5.0, 11.0], [9.0, 11.0]])
CHIPS_OF_TWO = RNG.random((4, 3, 4, 4)).astype(np.float32)  # people
CHIP = np.zeros((1, 3, 150, 150), np.float32)
PORTRAIT = data.resize_image(data.sample_image(data.PORTRAITS[0]), 120)
MANNER = RNG.random(100).astype(np.float32)
PROPERTIES = {"left": [True, False, True, False]}


def net():
    return nn.Sequential(nn.Conv2d(1, 2, 3, seed=0), nn.ReLU())


def encoder():
    return models.FaceEncoder(3, 1, 4, widths=(2,), seed=0).eval()


def parameter():
    tensor = Tensor(np.ones((2, 2), np.float32), requires_grad=True)
    tensor.grad = np.ones((2, 2), np.float32)
    return tensor


def sgd():
    return optim.SGD([parameter()], 0.1)


def gallery():
    people = metric.Gallery(1.0)
    people.enrol("Ada", POINTS[:1])
    return people


def patches():
    return vis.top_patches(net(), "1", list(GREY), quiet=True, k=2)


def selectivity():
    return vis.unit_selectivity(net(), "1", GREY, PROPERTIES, shuffles=2, quiet=True)


def omniglot():
    labels = np.repeat(np.arange(4), 2)
    return data.Omniglot(FACES, labels, np.zeros(8, int), np.tile([0, 1], 4), ("Greek",))


def recipe():
    return models.Recipe(steps=1)


def result():
    return style.Result(style.Settings(size=16), RGB, [RGB])


def folder(at: Path):
    return models.GalleryFolder(at / "people", encoder(), gallery())


def rgb_encoder():
    return models.FaceEncoder(3, 3, 4, widths=(2,), seed=0).eval()


def enrolled(at: Path):
    opened = models.GalleryFolder.begin(at / "enrolled", rgb_encoder(), 1.0)
    opened.enrol({"Ada": [at / "a.png"]})
    return opened


@functools.cache
def recogniser():
    return models.FaceRecogniser()


@functools.cache
def seen():
    return recogniser().only(PORTRAIT, "portrait.png")


@functools.cache
def resnet():
    return models.FaceResNet()


@functools.cache
def painter():
    return style.Painter()


class MeanColours(models.FaceResNet):
    """A network to train an embedding on that takes no time."""

    def __init__(self):
        self.head = nn.Linear(3, 128, seed=0)

    def features(self, x):
        return Tensor(np.asarray(x).mean((2, 3)))


def embedding():
    return models.FaceEmbedding(POINTS, 2)


def face():
    return models.Face(0.9, BOXES[0], FIVE)


def photographs(at: Path):
    return models.PhotoGallery.begin(at / "photographs")


class Features:
    """The smallest network that a picture can be painted with."""

    def features(self, x, layers):
        return {layer: Tensor(x) if not isinstance(x, Tensor) else x for layer in layers}


class Source:
    """Batches for training."""

    def batches(self, start=0):
        while True:
            yield FACES, LABELS


def filled(at: Path) -> Path:
    """The folder with the files that examples read."""
    data.save_image(RGB, at / "a.png", {"key": "words"})
    nn.save(nn.Linear(2, 2, seed=0), at / "w.safetensors")
    data.save_image(PORTRAIT, at / "portrait.png")
    encoder().save_file(at / "encoder.safetensors")
    gallery().save(at / "gallery.safetensors")
    enrolled(at)
    return at


def plain(**values):
    return lambda at: values


def example(make):
    return lambda at: make()


WINDOW = {"kernel_size": 2, "stride": 1, "padding": 0, "ceil_mode": False}
_BATCH_NORM = {"running_mean": None, "running_var": None, "training": True}
_LOSS = {"input": FLAT, "target": FLAT[::-1].copy()}
_CLASSES = {"input": FLAT, "target": np.array([0, 1, 2])}
_TRIPLETS = {"encodings": POINTS, "labels": LABELS, "margin": 0.2, "squared": True}

EXAMPLES = {
    "Tensor": plain(data=FLAT, requires_grad=True),
    "tensor": plain(data=FLAT),
    "concatenate": plain(tensors=[FLAT, FLAT], axis=1),
    "stack": plain(tensors=[FLAT, FLAT], axis=1),
    "gradcheck": plain(fn=lambda x: x * x, inputs=(np.ones(2),)),
    "manual_seed": plain(seed=3),
    "set_num_threads": plain(count=2),
    "maximum": plain(a=FLAT, b=0.5),
    "minimum": plain(a=FLAT, b=0.5),
    "pad": plain(x=FLAT, width=1, value=2.0),
    "where": plain(condition=FLAT > 0.5, a=FLAT, b=0.0),
    "functional.batch_norm": plain(input=IMAGE, **_BATCH_NORM),
    "functional.instance_norm": plain(input=IMAGE),
    "functional.layer_norm": plain(input=IMAGE, normalized_shape=6),
    "functional.group_norm": plain(input=IMAGE, num_groups=2),
    "functional.local_response_norm": plain(input=IMAGE, size=2),
    "functional.normalize": plain(input=FLAT, p=3.0),
    "functional.cosine_similarity": plain(x1=FLAT, x2=FLAT),
    "functional.binary_cross_entropy": plain(**_LOSS),
    "functional.binary_cross_entropy_with_logits": plain(**_LOSS),
    "functional.mse_loss": plain(**_LOSS),
    "functional.l1_loss": plain(**_LOSS),
    "functional.smooth_l1_loss": plain(**_LOSS),
    "functional.huber_loss": plain(**_LOSS),
    "functional.cross_entropy": plain(**_CLASSES),
    "functional.nll_loss": plain(**_CLASSES),
    "functional.dropout": plain(input=FLAT, seed=0),
    "functional.interpolate": plain(input=IMAGE, scale_factor=2.0),
    "functional.pad": plain(input=IMAGE, pad=(1, 1), value=1.0),
    "functional.pixel_shuffle": plain(input=IMAGE, upscale_factor=2),
    "functional.pixel_unshuffle": plain(input=IMAGE, downscale_factor=2),
    "functional.unfold": plain(input=IMAGE, kernel_size=2),
    "functional.fold": plain(input=np.ones((1, 4, 25)), output_size=6, kernel_size=2),
    "functional.linear": plain(input=FLAT, weight=np.ones((2, 4), np.float32)),
    "functional.prelu": plain(x=FLAT, weight=np.array([0.5], np.float32)),
    "functional.threshold": plain(x=FLAT, threshold=0.5, value=0.0),
    "functional.tanh": plain(a=FLAT),
    "nn.load": lambda at: {"path": at / "w.safetensors"},
    "nn.save": lambda at: {"model": nn.Linear(2, 2, seed=0), "path": at / "new.safetensors"},
    "nn.summary": example(lambda: {"model": nn.Linear(2, 2, seed=0), "input_shape": (1, 2)}),
    "nn.init.kaiming_normal": plain(shape=(2, 2), seed=0),
    "nn.init.kaiming_uniform": plain(shape=(2, 2), seed=0),
    "nn.init.xavier_normal": plain(shape=(2, 2), seed=0),
    "nn.init.xavier_uniform": plain(shape=(2, 2), seed=0),
    "nn.init.uniform": plain(shape=(2, 2), bound=0.5, seed=0),
    "nn.init.fans": plain(shape=(2, 2)),
    "nn.Module.named_modules": example(lambda: {"self": net()}),
    "nn.Module.named_parameters": example(lambda: {"self": net()}),
    "nn.Module.named_buffers": example(lambda: {"self": net()}),
    "nn.Module.load_state_dict": example(lambda: {"self": net(), "state": net().state_dict()}),
    "nn.Module.save": lambda at: {"self": net(), "path": at / "new.safetensors"},
    "nn.Module.load": lambda at: {
        "self": nn.Linear(2, 2, seed=1), "path": at / "w.safetensors"
    },
    "nn.Module.train": example(lambda: {"self": net()}),
    "nn.Module.requires_grad_": example(lambda: {"self": net()}),
    "nn.Module.astype": example(lambda: {"self": net(), "dtype": np.float64}),
    "nn.ModuleList.append": example(lambda: {"self": nn.ModuleList(), "module": nn.ReLU()}),
    "optim.LBFGS": example(lambda: {"params": [parameter()], "bounds": (0.0, 1.0)}),
    "optim.SGD": example(lambda: {"params": [parameter()], "lr": 0.1, "momentum": 0.5}),
    "optim.Adam": example(lambda: {"params": [parameter()], "lr": 0.1}),
    "optim.AdamW": example(lambda: {"params": [parameter()], "lr": 0.1}),
    "optim.Optimizer": example(lambda: {"params": [parameter()]}),
    "optim.CosineLR": example(lambda: {"optimizer": sgd(), "T_max": 4}),
    "optim.StepLR": example(lambda: {"optimizer": sgd(), "step_size": 4}),
    "optim.clip_grad_norm": example(lambda: {"params": [parameter()], "max_norm": 1.0}),
    "optim.LBFGS.step": example(
        lambda: {"self": optim.LBFGS([parameter()]), "closure": lambda: Tensor(1.0)}
    ),
    "optim.Optimizer.add_param_group": example(
        lambda: {"self": sgd(), "group": {"params": [parameter()]}}
    ),
    "optim.Optimizer.load_state_dict": example(
        lambda: {"self": sgd(), "state": sgd().state_dict()}
    ),
    "optim.CosineLR.rate": example(
        lambda: {"self": optim.CosineLR(sgd(), 4), "count": 1, "initial_lr": 0.1}
    ),
    "optim.StepLR.rate": example(
        lambda: {"self": optim.StepLR(sgd(), 4), "count": 1, "initial_lr": 0.1}
    ),
    "optim.CosineLR.load_state_dict": example(
        lambda: {"self": optim.StepLR(sgd(), 4), "state": optim.StepLR(sgd(), 4).state_dict()}
    ),
    "metric.Candidate": plain(name="Ada", distance=0.1),
    "metric.Diagnostics": plain(active=0.1, positive=0.1, negative=0.1, spread=0.1, size=0.1),
    "metric.Gallery": plain(threshold=1.0, dimensions=3),
    "metric.LogisticVerifier": plain(features=3, seed=0),
    "metric.Match": plain(name="Ada", distance=0.1, candidates=()),
    "metric.Rate": plain(value=0.5, low=0.4, high=0.6, threshold=1.0),
    "metric.RocCurve": plain(thresholds=DISTANCES, far=DISTANCES, tar=DISTANCES),
    "metric.Triplets": plain(anchor=LABELS, positive=LABELS, negative=LABELS),
    "metric.all_triplets": plain(who=LABELS),
    "metric.batch_all_triplet_loss": plain(**_TRIPLETS),
    "metric.batch_hard_triplet_loss": plain(**_TRIPLETS),
    "metric.semi_hard_triplet_loss": plain(**_TRIPLETS),
    "metric.triplet_loss": plain(anchor=POINTS, positive=POINTS + 1, negative=POINTS + 2),
    "metric.contrastive_loss": plain(a=DISTANCES[:, None], b=DISTANCES[::-1, None], same=SAME),
    "metric.choose_threshold": plain(distances=DISTANCES, same=SAME, far=0.6),
    "metric.diagnose": plain(encodings=POINTS, labels=LABELS),
    "metric.equal_error_rate": plain(distances=DISTANCES, same=SAME),
    "metric.roc_curve": plain(distances=DISTANCES, same=SAME),
    "metric.far_at": plain(distances=DISTANCES, same=SAME, threshold=0.5),
    "metric.tar_at_far": plain(distances=DISTANCES, same=SAME, far=0.5, threshold=0.5),
    "metric.false_match_probability": plain(far=0.01, people=10),
    "metric.paired_distances": plain(a=POINTS, b=POINTS),
    "metric.pairwise_distances": plain(a=POINTS, b=POINTS),
    "metric.verify": plain(a=POINTS, b=POINTS, threshold=0.5),
    "metric.wilson_interval": plain(successes=3, trials=5),
    "metric.Gallery.enrol": example(
        lambda: {"self": gallery(), "name": "Ben", "encodings": POINTS}
    ),
    "metric.Gallery.remove": example(lambda: {"self": gallery(), "name": "Ada"}),
    "metric.Gallery.part": example(lambda: {"self": gallery(), "numbers": slice(2)}),
    "metric.Gallery.recognise": example(lambda: {"self": gallery(), "encodings": POINTS}),
    "metric.Gallery.save": lambda at: {"self": gallery(), "path": at / "new.safetensors"},
    "metric.Gallery.load": lambda at: {"path": at / "gallery.safetensors"},
    "data.DataLoader": plain(sources=(FLAT, LABELS[:3]), batch_size=2, seed=0),
    "data.Digits": plain(train_images=1, train_labels=1, test_images=1, test_labels=1),
    "data.Ecg": plain(train=1, test=1),
    "data.Episode": plain(support=1, queries=1),
    "data.Faces": plain(images=1, labels=1, factors={}),
    "data.Olivetti": plain(images=1, labels=1),
    "data.Omniglot": plain(images=1, labels=1, alphabets=1, drawers=1, alphabet_names=()),
    "data.Recording": plain(signal=1, beats=1, wide=1, sampling_rate=1),
    "data.Volume": plain(voxels=1, voxel_size=(1.0, 1.0, 1.0)),
    "data.PKSampler": plain(labels=LABELS, P=2, K=2, seed=0, batches=1),
    "data.artwork": plain(name="waves", size=16),
    "data.painting": plain(name="not known"),
    "data.face_traits": plain(labels=[1, 2]),
    "data.faces": plain(identities=2, images=2, size=8),
    "data.load_image": lambda at: {"path": at / "a.png", "longest": 8},
    "data.load_text": lambda at: {"path": at / "a.png"},
    "data.save_image": lambda at: {"image": RGB, "path": at / "new.png", "text": {"a": "b"}},
    "data.olivetti": plain(quiet=True),
    "data.omniglot": plain(part="background_small1", quiet=True),
    "data.one_shot_episodes": example(
        lambda: {"dataset": omniglot(), "ways": 2, "episodes": 1, "seed": 0}
    ),
    "data.resize_image": plain(image=RGB, size=8),
    "data.sample_image": plain(name=data.SAMPLE_IMAGES[0]),
    "vis.ReceptiveField": plain(size=(1, 1), stride=(1, 1), offset=(0, 0), windows=((), ())),
    "vis.Selectivity": plain(
        layer="a", properties=("a",), best=1, absent=1, auc=1, control=1, every=1
    ),
    "vis.TopPatches": plain(
        layer="a", units=1, field=1, activations=1, images=1, positions=1, patches=1, names=(),
        skipped=(),
    ),
    "vis.draw_faces": plain(image=RGB, boxes=BOXES, names=["Ada", ""]),
    "vis.face_properties": example(
        lambda: {"factors": data.faces(4, 4, size=8).factors, "traits": {"tone": np.arange(16)}}
    ),
    "vis.plot_patches": example(lambda: {"top": patches(), "units": [0], "columns": 1}),
    "vis.receptive_field": example(lambda: {"network": net(), "layer": "0"}),
    "vis.top_patches": example(
        lambda: {"network": net(), "layer": "1", "images": list(GREY), "units": [0], "k": 2,
                 "quiet": True}
    ),
    "vis.top_patches_by_layer": example(
        lambda: {"network": net(), "layers": ["1"], "images": list(GREY), "k": 2, "quiet": True}
    ),
    "vis.unit_answers": example(
        lambda: {"network": net(), "layer": "1", "images": GREY, "quiet": True}
    ),
    "vis.unit_selectivity": example(
        lambda: {"network": net(), "layer": "1", "images": GREY, "properties": PROPERTIES,
                 "groups": [0, 1, 2, 3], "shuffles": 2, "quiet": True}
    ),
    "vis.ReceptiveField.window": example(
        lambda: {"self": vis.receptive_field(net()), "position": (1, 1)}
    ),
    "vis.ReceptiveField.box": example(
        lambda: {"self": vis.receptive_field(net()), "position": (1, 1), "input_shape": (8, 8)}
    ),
    "vis.ReceptiveField.pixels": example(
        lambda: {"self": vis.receptive_field(net()), "position": (1, 1), "input_shape": (8, 8)}
    ),
    "vis.ReceptiveField.map_shape": example(
        lambda: {"self": vis.receptive_field(net()), "input_shape": (8, 8)}
    ),
    "vis.ReceptiveField.inside": example(
        lambda: {"self": vis.receptive_field(net()), "input_shape": (8, 8)}
    ),
    "vis.Selectivity.says": example(lambda: {"self": selectivity(), "unit": 1}),
    "vis.Selectivity.strongest": example(lambda: {"self": selectivity(), "count": 1}),
    "vis.TopPatches.window": example(lambda: {"self": patches(), "row": 0, "rank": 0}),
    "vis.TopPatches.name": example(lambda: {"self": patches(), "row": 0, "rank": 0}),
    "style.History": plain(parts=("content",)),
    "style.History.add": example(
        lambda: {"self": style.History(("content",)), "step": 1, "size": 8, "evaluations": 1,
                 "seconds": 0.5, "cost": 1.0, "parts": {"content": 1.0}}
    ),
    "style.History.plot": example(lambda: {"self": style.History()}),
    "style.Painter": plain(),
    "style.Painter.manner": example(lambda: {"self": painter(), "artwork": RGB}),
    "style.Painter.mix": example(
        lambda: {"self": painter(), "manners": [MANNER, MANNER], "weights": [1.0, 3.0]}
    ),
    "style.Painter.paint": example(
        lambda: {"self": painter(), "photograph": RGB, "manner": MANNER, "strength": 0.5,
                 "size": 16, "preserve_colour": True}
    ),
    "style.Result": example(
        lambda: {"settings": style.Settings(), "content": RGB, "styles": [RGB]}
    ),
    "style.Result.save": lambda at: {"self": result(), "path": at / "new.png", "about": {}},
    "style.Result.plot": example(lambda: {"self": result()}),
    "style.Settings": plain(size=16, steps=1),
    "style.colour_distance": plain(picture=RGB, artwork=RGB),
    "style.fine_detail": plain(image=RGB),
    "style.grain": plain(picture=RGB, artwork=RGB),
    "style.content_cost": plain(content=RGB, generated=RGB),
    "style.gram_matrix": plain(features=RGB),
    "style.style_cost": plain(style={"a": RGB}, generated={"a": RGB}, weights={"a": 0.5}),
    "style.style_layer_cost": plain(style=RGB, generated=RGB),
    "style.total_cost": plain(content=Tensor(1.0), style=2.0),
    "style.total_variation": plain(image=RGB),
    "style.transfer": plain(
        content=RGB, style=RGB, network=Features(), size=16, steps=0, quiet=True
    ),
    "models.VGG": plain(depth=16, last="conv1_1", seed=0),
    "models.VGG.features": example(
        lambda: {"self": models.VGG(16, "conv1_1", seed=0), "x": RGB[None],
                 "layers": ["conv1_1"]}
    ),
    "models.VGG.set_colours": example(
        lambda: {"self": models.VGG(16, "conv1_1", seed=0), "mean": (0.5, 0.5, 0.5),
                 "std": (1.0, 1.0, 1.0)}
    ),
    "models.DrawnFaces": plain(people=2, pictures=2, pool=4, album=2, fresh=2, size=8),
    "models.DrawnFaces.batches": example(
        lambda: {"self": models.DrawnFaces(2, 2, 4, 2, 2, 8), "start": 1}
    ),
    "models.Evaluation": plain(one_shot=1, eer=0.1, tar=1, ways=2, far=0.1),
    "models.FaceEncoder": plain(dimensions=3, in_channels=1, size=4, widths=(2,), seed=0),
    "models.FaceEncoder.load_file": lambda at: {"path": at / "encoder.safetensors"},
    "models.FaceEncoder.save_file": lambda at: {
        "self": encoder(), "path": at / "new.safetensors"
    },
    "models.FaceEncoder.restored": example(
        lambda: {"arrays": encoder().state_dict(), "about": {"encoder": encoder().shape()}}
    ),
    "models.FaceEncoder.features": example(
        lambda: {"self": encoder(), "x": FACES, "layers": "conv1"}
    ),
    "models.FaceEncoder.encode": example(lambda: {"self": encoder(), "pictures": FACES}),
    "models.GalleryFolder": lambda at: {
        "folder": at / "people", "encoder": encoder(), "people": gallery()
    },
    "models.GalleryFolder.there": lambda at: {"folder": at / "enrolled"},
    "models.GalleryFolder.open": lambda at: {"folder": at / "enrolled"},
    "models.GalleryFolder.begin": lambda at: {
        "folder": at / "people", "encoder": encoder(), "threshold": 1.0
    },
    "models.GalleryFolder.encode": lambda at: {"self": enrolled(at), "files": [at / "a.png"]},
    "models.GalleryFolder.enrol": lambda at: {
        "self": enrolled(at), "albums": {"Ben": [at / "a.png"]}
    },
    "models.GalleryFolder.remove": lambda at: {"self": enrolled(at), "name": "Ada"},
    "models.GalleryFolder.recognise": lambda at: {
        "self": enrolled(at), "files": [at / "a.png"], "top": 1
    },
    "models.Face": plain(score=0.9, box=BOXES[0], points=FIVE),
    "models.Face.moved": example(lambda: {"self": face(), "scale": 2.0}),
    "models.FaceDetector": plain(),
    "models.FaceDetector.detect": example(
        lambda: {"self": recogniser().detector, "image": RGB, "longer": 32}
    ),
    "models.FaceEmbedding": plain(features=POINTS, dimensions=2, seed=0),
    "models.FaceEmbedding.encode": example(
        lambda: {"self": embedding(), "network": MeanColours(), "chips": CHIP}
    ),
    "models.FaceRecogniser": plain(),
    "models.FaceRecogniser.look": example(lambda: {"self": recogniser(), "image": RGB}),
    "models.FaceRecogniser.only": example(
        lambda: {"self": recogniser(), "image": PORTRAIT, "name": "portrait.png"}
    ),
    "models.FaceRecogniser.remembered": example(lambda: {"self": recogniser(), "seen": seen()}),
    "models.FaceRecogniser.question": example(lambda: {"self": recogniser(), "seen": seen()}),
    "models.FaceRecogniser.distance": example(
        lambda: {"self": recogniser(), "one": seen(), "other": seen()}
    ),
    "models.FaceResNet": plain(),
    "models.FaceResNet.features": example(lambda: {"self": resnet(), "x": CHIP}),
    "models.FaceResNet.encode": example(lambda: {"self": resnet(), "chips": CHIP}),
    "models.NoFaceError": plain(message="a.png: there is no face"),
    "models.PhotoGallery": lambda at: {"folder": at / "photographs", "people": gallery()},
    "models.PhotoGallery.begin": lambda at: {"folder": at / "photographs", "threshold": 0.6},
    "models.PhotoGallery.enrol": lambda at: {
        "self": photographs(at), "recogniser": recogniser(),
        "albums": {"Ben": [at / "portrait.png"]},
    },
    "models.PhotoGallery.recognise": lambda at: {
        "self": photographs(at), "recogniser": recogniser(), "image": PORTRAIT, "top": 1
    },
    "models.align": plain(image=RGB, points=FIVE),
    "models.intersection_over_union": plain(a=BOXES, b=BOXES),
    "models.non_maximum_suppression": plain(boxes=BOXES, scores=[0.9, 0.8], limit=0.3),
    "models.similarity": plain(source=FIVE, target=2 * FIVE),
    "models.train_embedding": example(
        lambda: {"network": MeanColours(), "chips": CHIPS_OF_TWO, "labels": [0, 0, 1, 1],
                 "recipe": recipe(), "dimensions": 2, "people": 2, "pictures": 2, "quiet": True}
    ),
    "models.History": plain(rows=()),
    "models.History.add": example(
        lambda: {"self": models.History(), "loss": 1.0,
                 "seen": metric.diagnose(POINTS, LABELS)}
    ),
    "models.History.plot": example(lambda: {"self": models.History(), "smooth": 2}),
    "models.Pictures": plain(images=FACES, labels=LABELS, people=2, pictures=2),
    "models.Pictures.batches": example(
        lambda: {"self": models.Pictures(FACES, LABELS, 2, 2), "start": 0}
    ),
    "models.Recipe": plain(steps=1),
    "models.Recipe.loss": example(
        lambda: {"self": recipe(), "encodings": Tensor(POINTS), "labels": LABELS, "step": 0}
    ),
    "models.all_pairs": plain(encodings=POINTS, labels=LABELS),
    "models.evaluate": example(
        lambda: {"encoder": encoder(), "images": FACES, "labels": LABELS, "ways": 2,
                 "episodes": 2}
    ),
    "models.load_photo": lambda at: {"path": at / "a.png", "size": 4},
    "models.one_shot_accuracy": plain(encodings=POINTS, labels=LABELS, ways=2, episodes=2),
    "models.train_encoder": example(
        lambda: {"encoder": encoder(), "source": Source(), "recipe": recipe(), "quiet": True}
    ),
    "models.vgg16": plain(weights="missing"),
    "models.vgg19": plain(weights="missing"),
    "Tensor.backward": example(lambda: {"self": parameter() * 2, "grad": np.ones((2, 2))}),
    "Tensor.broadcast_to": plain(self=Tensor(FLAT), shape=(2, 3, 4)),
    "Tensor.astype": plain(self=Tensor(FLAT), dtype=np.float64),
    "Tensor.reshape": plain(self=Tensor(FLAT), shape=(4, 3)),
    "Tensor.transpose": plain(self=Tensor(FLAT), axes=(1, 0)),
    "Tensor.squeeze": plain(self=Tensor(FLAT[None]), axis=0),
    "Tensor.unsqueeze": plain(self=Tensor(FLAT), axis=0),
    "Tensor.split": plain(self=Tensor(FLAT), split_size=2, axis=1),
    "Tensor.cumsum": plain(self=Tensor(FLAT), axis=1),
}  # fmt: skip

for _name in ("sum", "mean", "max", "min", "norm", "prod", "logsumexp", "argmax", "argmin",
              "flatten", "var", "std", "clip"):  # fmt: skip
    EXAMPLES[f"Tensor.{_name}"] = plain(self=Tensor(FLAT))
for _name in ("relu", "relu6", "leaky_relu", "sigmoid", "softplus", "logsigmoid", "silu", "mish",
              "elu", "celu", "gelu", "selu", "hardtanh", "hardsigmoid", "hardswish", "softsign",
              "hardshrink", "softshrink", "softmax", "log_softmax"):  # fmt: skip
    EXAMPLES[f"functional.{_name}"] = plain(x=FLAT)
for _n, _x in BATCH.items():
    EXAMPLES[f"functional.conv{_n}d"] = plain(input=_x, weight=KERNELS[_n])
    EXAMPLES[f"functional.conv_transpose{_n}d"] = plain(input=_x, weight=KERNELS[_n])
    EXAMPLES[f"functional.dropout{_n}d"] = plain(input=_x, seed=0)
    for _kind in ("avg", "max"):
        EXAMPLES[f"functional.{_kind}_pool{_n}d"] = plain(input=_x, kernel_size=2)
        EXAMPLES[f"functional.adaptive_{_kind}_pool{_n}d"] = plain(input=_x, output_size=2)

# Of a layer: what it is made with, and what it is called with.
LAYERS = {
    **dict.fromkeys(("CELU", "ELU", "GELU", "SELU", "Hardsigmoid", "Hardswish", "Hardtanh",
                     "LeakyReLU", "LogSigmoid", "LogSoftmax", "Mish", "PReLU", "ReLU", "ReLU6",
                     "SiLU", "Sigmoid", "Softmax", "Softplus", "Softsign", "Tanh", "Identity"),
                    ({}, {"x": FLAT})),
    **dict.fromkeys(("BCELoss", "BCEWithLogitsLoss", "MSELoss", "L1Loss", "SmoothL1Loss",
                     "HuberLoss"), ({}, _LOSS)),
    **dict.fromkeys(("CrossEntropyLoss", "NLLLoss"), ({}, _CLASSES)),
    "Flatten": ({"start_axis": 1}, {"x": IMAGE}),
    "Linear": ({"in_features": 4, "out_features": 2, "seed": 0}, {"x": FLAT}),
    "Dropout": ({"seed": 0}, {"x": FLAT}),
    "ConditionalInstanceNorm2d": (
        {"num_features": 4, "condition_features": 3, "seed": 0},
        {"x": IMAGE, "condition": POINTS[:2]},
    ),
    "GroupNorm": ({"num_groups": 2, "num_channels": 4}, {"x": IMAGE}),
    "LayerNorm": ({"normalized_shape": 6}, {"x": IMAGE}),
    "LocalResponseNorm": ({"size": 2}, {"x": IMAGE}),
    "PixelShuffle": ({"upscale_factor": 2}, {"x": IMAGE}),
    "PixelUnshuffle": ({"downscale_factor": 2}, {"x": IMAGE}),
    **dict.fromkeys(("ReflectionPad2d", "ReplicationPad2d", "ZeroPad2d"),
                    ({"padding": 1}, {"x": IMAGE})),
    "Unfold": ({"kernel_size": 2}, {"x": IMAGE}),
    "Fold": ({"output_size": 6, "kernel_size": 2}, {"x": np.ones((1, 4, 25))}),
    "Upsample": ({"scale_factor": 2.0}, {"x": IMAGE}),
    "Module": ({}, None),
    "ModuleList": ({"modules": [nn.ReLU()]}, None),
    "Parameter": ({"data": FLAT}, None),
    "Sequential": ({"modules": (nn.ReLU(),)}, {"x": FLAT}),
}  # fmt: skip
for _n, _x in BATCH.items():
    LAYERS[f"Conv{_n}d"] = LAYERS[f"ConvTranspose{_n}d"] = (
        {"in_channels": 4, "out_channels": 2, "kernel_size": 2, "seed": 0}, {"x": _x}
    )  # fmt: skip
    LAYERS[f"BatchNorm{_n}d"] = LAYERS[f"InstanceNorm{_n}d"] = ({"num_features": 4}, {"x": _x})
    LAYERS[f"Dropout{_n}d"] = ({"seed": 0}, {"x": _x})
    for _kind in ("Avg", "Max"):
        LAYERS[f"{_kind}Pool{_n}d"] = ({"kernel_size": 2}, {"x": _x})
        LAYERS[f"Adaptive{_kind}Pool{_n}d"] = ({"output_size": 2}, {"x": _x})

EXAMPLES |= {f"nn.{name}": plain(**made) for name, (made, _) in LAYERS.items()}
CALLS = {f"nn.{name}": given for name, (_, given) in LAYERS.items() if given is not None} | {
    "metric.LogisticVerifier": {"a": POINTS, "b": POINTS[::-1].copy()},
    "models.FaceEmbedding": {"features": POINTS},
    "models.FaceEncoder": {"x": FACES},
    "models.FaceResNet": {"x": CHIP},
    "models.VGG": {"x": RGB[None]},
}
