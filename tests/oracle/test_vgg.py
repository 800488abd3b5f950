"""VGG-16 and VGG-19 against the same networks in PyTorch, layer by layer, with the same weights.

float32 sums of up to 4608 products, through up to 16 layers, and on our side often by Winograd's
algorithm: 1e-3 of the layer's length bounds their rounding; a wrong layer differs by more than 0.1.
"""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: run `make oracle`")

from minidl import Tensor, data, nn  # noqa: E402
from minidl.models import vgg16, vgg19  # noqa: E402

pytestmark = pytest.mark.oracle
TOLERANCE = 1e-3


def picture(side=96):
    """(1, 3, side, side) of drawn faces: flat areas, edges and shades."""
    return data.faces(4, 1, size=side, seed=0).images[:1]


def their_part(part, pool):
    if isinstance(part, nn.Conv2d):
        layer = torch.nn.Conv2d(part.in_channels, part.out_channels, 3, padding=1)
        layer.weight.data = torch.tensor(part.weight.data)
        layer.bias.data = torch.tensor(part.bias.data)
        return layer
    return torch.nn.ReLU() if isinstance(part, nn.ReLU) else pool(2, 2)


def their_features(ours, x, pool=torch.nn.MaxPool2d):
    """Every layer's values by PyTorch."""
    found = {}
    value = (x - torch.tensor(ours.mean)) / torch.tensor(ours.std)
    for name, part in ours.named_children():
        value = found[name] = their_part(part, pool)(value)
    return found


def distance(ours, theirs):
    theirs = theirs.detach().numpy()
    return np.linalg.norm(np.asarray(ours) - theirs) / np.linalg.norm(theirs)


NETWORKS = {
    "trained": (lambda: vgg16(pretrained=True), torch.nn.MaxPool2d),
    "vgg16": (lambda: vgg16(seed=0), torch.nn.MaxPool2d),
    "vgg19, average pools": (lambda: vgg19(seed=1, pooling="avg"), torch.nn.AvgPool2d),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_every_layer_is_pytorchs(name):
    make, pool = NETWORKS[name]
    network = make()
    x = picture()
    theirs = their_features(network, torch.tensor(x), pool)
    convolutions = [layer for layer in network.layers if layer.startswith("conv")]
    after = [layer for layer in network.layers if not layer.startswith("conv")]
    for asked in (convolutions, after):  # by themselves and in one pass with their ReLU
        for layer, value in network.features(x, asked).items():
            assert distance(value, theirs[layer]) < TOLERANCE, layer


def test_the_gradient_to_the_picture_is_pytorchs():
    network, x = vgg16(pretrained=True), picture(64)
    ours, theirs = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    (network.features(ours, "relu4_2")["relu4_2"] ** 2).mean().backward()
    (their_features(network, theirs)["relu4_2"] ** 2).mean().backward()
    # where two values of a pool nearly tie, rounding may send a gradient to the other one
    assert distance(ours.grad, theirs.grad) < 1e-2


def test_a_file_of_torchvisions_gives_the_same_features(tmp_path):
    """The file is made from a torch network built in torchvision's order and preprocessing."""
    torch.manual_seed(0)
    model = torch.nn.ModuleDict({"features": torch.nn.Sequential(*torchvision_vgg16())})
    path = tmp_path / "vgg16.safetensors"
    nn.save({name: array.numpy() for name, array in model.state_dict().items()}, path)
    x = picture(64)
    mean, std = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])  # from torchvision's documentation
    shift = torch.tensor(mean).reshape(3, 1, 1), torch.tensor(std).reshape(3, 1, 1)
    theirs = model["features"]((torch.tensor(x) - shift[0]) / shift[1])
    assert distance(vgg16(weights=path)(x), theirs) < TOLERANCE


def torchvision_vgg16():
    channels = 3
    for width in [64, 64, "M", 128, 128, "M", *3 * [256], "M", *3 * [512], "M", *3 * [512], "M"]:
        if width == "M":
            yield torch.nn.MaxPool2d(kernel_size=2, stride=2)
        else:
            layer = torch.nn.Conv2d(channels, width, kernel_size=3, padding=1)
            torch.nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
            yield from (layer, torch.nn.ReLU(inplace=True))
            channels = width
