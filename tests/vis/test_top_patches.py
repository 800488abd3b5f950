"""Top patches: found while streaming, the same as with everything in memory at once."""

import numpy as np
import pytest
from PIL import Image

from minidl import data, nn, no_grad
from minidl.models import FaceEncoder, vgg16
from minidl.vis import top_patches, top_patches_by_layer
from minidl.vis.pictures import Pictures, batches, fitted


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def network():
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, seed=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, seed=2)
    )


@pytest.fixture
def images(rng):
    """Of three sizes, in turn and in runs."""
    sizes = [(12, 15), (12, 15), (14, 11), (20, 20)] * 6
    return [rng.random((3, *size), np.float32) for size in sizes]


def in_memory(network, images, k, per_image):
    """For every unit all places of all pictures, sorted: activation, then picture, then place."""
    with no_grad():
        maps = [network(image[None]).data[0] for image in images]
    found = []
    for unit in range(len(maps[0])):
        places = []
        for number, of_picture in enumerate(maps):
            here = [
                (-of_picture[unit][at], number, at) for at in np.ndindex(of_picture[unit].shape)
            ]
            places += sorted(here)[:per_image]
        found.append(sorted(places)[:k])
    return found


def assert_found(result, expected):
    for row, places in enumerate(expected):
        assert result.images[row].tolist() == [number for _, number, _ in places]
        assert [tuple(at) for at in result.positions[row].tolist()] == [at for *_, at in places]
        # maps of several pictures at once may be summed in another order: float32 rounding
        values = [-value for value, *_ in places]
        np.testing.assert_allclose(result.activations[row], values, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("k", "per_image"), [(9, 1), (1, 1), (5, 3), (24, 2)])
def test_streaming_finds_what_a_search_in_memory_finds(network, images, k, per_image):
    result = top_patches(network, "3", images, k=k, per_image=per_image, quiet=True)
    assert_found(result, in_memory(network, images, k, per_image))


@pytest.mark.parametrize("per_image", [1, 3])
def test_equal_activations_go_to_the_earlier_picture_and_place(rng, per_image):
    network = nn.Sequential(nn.Conv2d(1, 2, 1, bias=False))
    network[0].weight.data[:] = 1
    images = [rng.integers(0, 3, (1, 4, 5)).astype(np.float32) / 2 for _ in range(12)]
    result = top_patches(network, "0", images, k=6, per_image=per_image, quiet=True)
    assert_found(result, in_memory(network, images, 6, per_image))


def test_an_iterator_gives_what_a_list_gives(network, images):
    of_list = top_patches(network, "3", images, k=4, quiet=True)
    streamed = top_patches(network, "3", iter(images), k=4, quiet=True)
    np.testing.assert_array_equal(of_list.patches, streamed.patches)
    np.testing.assert_array_equal(of_list.images, streamed.images)


def test_of_an_iterator_only_pictures_with_a_place_stay_in_memory(rng):
    pictures = Pictures(iter(()))
    for number in range(1000):
        pictures.keep(number, rng.random((3, 2, 2)))
        pictures.forget_all_but(lambda n=number: {0, n})
    assert len(pictures._kept) < 65
    assert 0 in pictures._kept


def test_several_layers_in_one_pass_are_as_one_each(network, images):
    together = top_patches_by_layer(network, ["1", "3"], images, k=3, quiet=True)
    assert list(together) == ["1", "3"]
    for layer, result in together.items():
        alone = top_patches(network, layer, images, k=3, quiet=True)
        np.testing.assert_array_equal(result.images, alone.images)
        np.testing.assert_array_equal(result.patches, alone.patches)


def test_the_patch_alone_gives_the_recorded_activation_without_padding(network, images):
    result = top_patches(network, "3", images, quiet=True)
    with no_grad():
        again = network(result.patches.reshape(-1, *result.patches.shape[2:])).data
    assert again.shape[2:] == (1, 1)
    own = again.reshape(*result.activations.shape, -1)[np.arange(6), :, np.arange(6)]
    np.testing.assert_allclose(own, result.activations, atol=1e-4)


@pytest.fixture(scope="module")
def vgg():
    return vgg16(pretrained=True)


def inside_the_picture(vgg, layer):
    """The best patches of the cat whose window lies inside the picture: units, values, patches."""
    cat = data.sample_image("cat")[:, 40:168, 100:260]
    found = top_patches(vgg, layer, [cat], k=1, quiet=True)
    rows = [
        row
        for row in range(len(found.units))
        if all(
            w.start >= 0 and w.stop <= n
            for w, n in zip(found.window(row, 0), cat.shape[1:], strict=True)
        )
    ]
    assert len(rows) > 20
    return found.units[rows], found.activations[rows, 0], found.patches[rows, 0]


def unpadded(vgg, layer, x):
    """What the layer would make of x if no convolution padded."""
    value = (x - vgg.mean) / vgg.std
    for name, part in vgg.named_children():
        bare = part
        if isinstance(part, nn.Conv2d):
            bare = nn.Conv2d(part.in_channels, part.out_channels, 3, seed=0)
            bare.weight, bare.bias = part.weight, part.bias
        value = bare(value)
        if name == layer:
            return value.data
    raise AssertionError(layer)


@pytest.mark.parametrize("layer", ["conv2_1", "conv3_1"])
def test_of_a_padded_network_the_layers_without_padding_give_the_recorded_activation(vgg, layer):
    units, recorded, patches = inside_the_picture(vgg, layer)
    alone = unpadded(vgg, layer, patches)
    assert alone.shape[2:] == (1, 1)
    # activations reach several hundred here: 1e-4 of the largest
    atol = 1e-4 * recorded.max()
    np.testing.assert_allclose(alone[range(len(units)), units, 0, 0], recorded, atol=atol)


@pytest.mark.parametrize(("layer", "middle"), [("conv2_1", True), ("conv3_1", False)])
def test_a_padded_network_on_the_patch_has_the_unit_only_if_the_pools_grid_fits(vgg, layer, middle):
    """Windows of conv2_1 begin at even pixels, as its pool does; conv3_1's at 2, 6, 10, ..."""
    units, recorded, patches = inside_the_picture(vgg, layer)
    with no_grad():
        maps = vgg.features(patches, layer)[layer].data[range(len(units)), units]
    nearest = np.abs(maps - recorded[:, None, None]).min((1, 2)) / recorded.max()
    assert (np.median(nearest) < 1e-4) == middle


def test_patches_are_cut_from_the_picture_and_grey_outside():
    network = nn.Sequential(nn.Conv2d(1, 1, 3, padding=1, bias=False))
    network[0].weight.data[:] = 1
    image = np.zeros((1, 4, 4), np.float32)
    image[0, 0, 3] = 1
    image[0, 3, 3] = 0.25
    result = top_patches(network, "0", [image], k=1, quiet=True)
    assert result.positions[0, 0].tolist() == [0, 2]
    assert result.window(0, 0) == (slice(-1, 2), slice(1, 4))
    np.testing.assert_array_equal(result.patches[0, 0, 0], [[0.5, 0.5, 0.5], [0, 0, 1], [0, 0, 0]])


def test_inside_only_windows_that_lie_in_the_picture_count(rng):
    network = nn.Sequential(
        nn.Conv2d(1, 5, 3, padding=1, seed=1),
        nn.MaxPool2d(2),
        nn.Conv2d(5, 5, 3, padding=1, seed=2),
    )
    images = [rng.random((1, 20, 24), np.float32) for _ in range(8)]
    found = top_patches(network, "2", images, k=4, inside=True, quiet=True)
    bare = nn.Sequential(nn.Conv2d(1, 5, 3), nn.MaxPool2d(2), nn.Conv2d(5, 5, 3))
    bare.load_state_dict(network.state_dict())
    # without padding the pool's grid begins a pixel later: give it pictures without the first one
    expected = in_memory(bare, [image[:, 1:, 1:] for image in images], 4, 1)
    shifted = [[(v, n, (y + 2, x + 2)) for v, n, (y, x) in places] for places in expected]
    assert_found(found, shifted)


def test_pictures_smaller_than_the_window_have_no_place_inside(network, images):
    padded = nn.Sequential(nn.Conv2d(3, 2, 9, padding=4))
    found = top_patches(padded, "0", [images[0][:, :6, :6], images[1]], inside=True, quiet=True)
    assert set(found.images.ravel()) == {-1, 1}


def test_where_there_are_fewer_pictures_than_places(network, images):
    result = top_patches(network, "3", images[:2], k=4, quiet=True)
    assert (result.images[:, 2:] == -1).all()
    assert np.isneginf(result.activations[:, 2:]).all()
    assert (result.patches[:, 2:] == 0.5).all()


def test_chosen_units(network, images):
    every = top_patches(network, "3", images, quiet=True)
    some = top_patches(network, "3", images, units=[4, 1], quiet=True)
    assert some.units.tolist() == [4, 1]
    np.testing.assert_array_equal(some.images, every.images[[4, 1]])
    assert top_patches(network, "3", images, units=slice(2, 4), quiet=True).units.tolist() == [2, 3]


def test_units_of_several_layers_are_taken_as_far_as_there_are(network, images):
    found = top_patches_by_layer(network, ["1", "3"], images, units=[0, 5], quiet=True)
    assert [result.units.tolist() for result in found.values()] == [[0], [0, 5]]


def test_drawn_faces_and_the_face_encoder():
    encoder = FaceEncoder(seed=0)
    assert encoder.training
    result = top_patches(encoder, "conv2", data.faces(3, 2).images, k=3, quiet=True)
    assert result.patches.shape == (64, 3, 3, 8, 8)
    assert encoder.training


def test_larger_pictures_are_reduced(network, rng):
    image = rng.random((3, 80, 40)).astype(np.float32)
    assert fitted(image, 20).shape == (3, 20, 10)
    assert fitted(image, 80) is image
    result = top_patches(network, "3", [image], longest=20, quiet=True)
    assert result.positions.max() <= 9


def test_neighbours_of_one_shape_go_through_together():
    pictures = enumerate(np.zeros((1, *shape)) for shape in [(2, 2)] * 3 + [(2, 3)] + [(2, 2)] * 5)
    numbers = [n for n, _ in batches(pictures, pixels=16)]
    assert numbers == [[0, 1, 2], [3], [4, 5, 6, 7], [8]]


# Folders


@pytest.fixture
def folder(tmp_path, rng):
    """One of each kind of picture that can be used, and of each that cannot."""
    pixels = rng.integers(0, 256, (24, 32, 3), dtype=np.uint8)
    picture = Image.fromarray(pixels)
    picture.save(tmp_path / "a_plain.png")
    picture.convert("L").save(tmp_path / "b_grey.png")
    picture.convert("RGBA").save(tmp_path / "c_rgba.png")
    picture.convert("CMYK").save(tmp_path / "d_cmyk.jpg")
    turned = Image.Exif()
    turned[0x0112] = 6  # "rotate by 90 degrees to view"
    picture.save(tmp_path / "e_turned.jpg", exif=turned)
    (tmp_path / "inside").mkdir()
    picture.save(tmp_path / "inside" / "f.png")
    Image.new("RGB", (1, 1), "red").save(tmp_path / "x_one_pixel.png")
    (tmp_path / "y_text.jpg").write_text("not a picture")
    (tmp_path / "z_cut.png").write_bytes((tmp_path / "a_plain.png").read_bytes()[:200])
    (tmp_path / "notes.txt").write_text("nothing to do with it")
    return tmp_path


def test_bad_files_are_named_and_the_rest_is_used(network, folder, capsys):
    result = top_patches(network, "3", folder)
    assert [name for name, _ in result.skipped] == ["x_one_pixel.png", "y_text.jpg", "z_cut.png"]
    used = {result.names[i] for i in result.images.ravel() if i >= 0}
    assert used == {
        "a_plain.png", "b_grey.png", "c_rgba.png", "d_cmyk.jpg", "e_turned.jpg", "inside/f.png"
    }  # fmt: skip
    lines = [line for line in capsys.readouterr().out.splitlines() if "skipped" in line]
    assert len(lines) == 3
    assert any("skipped y_text.jpg: cannot be read as an image" in line for line in lines)


def test_a_turned_picture_is_upright(folder):
    (_, turned), (_, plain) = list(Pictures(folder).again({0, 4}))[::-1]
    assert turned.shape == (3, 32, 24)
    assert plain.shape == (3, 24, 32)


def test_quiet_says_nothing(network, folder, capsys):
    top_patches(network, "3", folder, quiet=True)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ("nowhere", FileNotFoundError, "there is no folder .*nowhere"),
        ("empty", ValueError, r"there are no images in .*empty: .*\.png"),
        ("bad", ValueError, "none of 1 pictures could be used: .*cannot be read as an image"),
        ("bad/a.jpg", ValueError, r"a\.jpg is a file: give a folder"),
    ],
)
def test_folders_without_a_usable_picture_are_refused(network, tmp_path, given, error, message):
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "a.jpg").write_text("text")
    with pytest.raises(error, match=message):
        top_patches(network, "3", tmp_path / given, quiet=True)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"layer": "conv9"}, "given layer 'conv9', expected one of 0, 1, 2, 3"),
        ({"k": 0}, "given k=0 and per_image=1"),
        ({"units": [6]}, r"given units=\[6\], but 3 has units 0 to 5"),
        ({"units": [-1]}, "expected numbers of at least 0"),
        ({"longest": 0}, "given longest=0"),
        ({"images": [np.zeros((8, 8))]}, r"picture 0: given float64 of shape \(8, 8\)"),
        ({"images": [np.zeros((3, 8, 8), np.uint8)]}, "picture 0: given uint8"),
        ({"images": []}, "none of 0 pictures could be used"),
    ],
)
def test_wrong_arguments_are_named(network, changed, message):
    arguments = {"layer": "3", "images": [np.zeros((3, 9, 9))], "quiet": True, **changed}
    with pytest.raises(ValueError, match=message):
        top_patches(network, **arguments)


def test_where_no_picture_can_be_used_the_commonest_reason_is_given(vgg, tmp_path):
    (tmp_path / "a.png").write_text("text")
    for i in (1, 2):
        data.save_image(np.zeros((3, i, 1), np.float32), tmp_path / f"b{i}.png")
    with pytest.raises(ValueError, match=r"none of 3 pictures .* \(2 of them\): .*too small for"):
        top_patches(vgg, "conv3_3", tmp_path, units=[0], quiet=True)


# Going on after an interruption


class Interrupted(nn.Module):
    """Passes on what it gets, until it has been called `calls` times."""

    def __init__(self, calls):
        self.left = calls

    def forward(self, x):
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return x


class Identity(Interrupted, nn.Identity):
    """An Interrupted that receptive_field knows."""


def test_an_interrupted_search_goes_on_where_it_was(network, images, tmp_path):
    state = tmp_path / "state.safetensors"
    whole = top_patches(network, "3", images, k=4, quiet=True)
    stopped = nn.Sequential(Identity(9), *network)
    with pytest.raises(KeyboardInterrupt):
        top_patches(stopped, "4", images, k=4, state=state, quiet=True)
    stopped[0].left = 9  # batches of 18: not enough to begin again
    result = top_patches(stopped, "4", images, k=4, state=state, quiet=True)
    for kind in ("activations", "images", "positions", "patches"):
        np.testing.assert_array_equal(getattr(result, kind), getattr(whole, kind))


def test_pictures_that_were_seen_are_not_looked_at_again(network, folder, tmp_path):
    state = tmp_path / "state.safetensors"
    first = top_patches(network, "3", folder, state=state, quiet=True)
    counting = nn.Sequential(*network)
    calls = []
    forward = counting[0].forward
    counting[0].forward = lambda x: calls.append(x) or forward(x)
    second = top_patches(counting, "3", folder, state=state, quiet=True)
    assert not calls
    assert second.skipped == first.skipped
    np.testing.assert_array_equal(second.patches, first.patches)


def test_a_state_of_another_search_is_refused(network, images, folder, tmp_path):
    state = tmp_path / "state.safetensors"
    top_patches(network, "3", folder, state=state, quiet=True)
    with pytest.raises(ValueError, match=r"belongs to another search .*remove it"):
        top_patches(network, "3", folder, k=2, state=state, quiet=True)
    network[0].weight.data = network[0].weight.data + 1
    with pytest.raises(ValueError, match="another network, layer or choice"):
        top_patches(network, "3", folder, state=state, quiet=True)


def test_a_state_of_other_pictures_is_refused(network, folder, tmp_path):
    state = tmp_path / "state.safetensors"
    top_patches(network, "3", folder, state=state, quiet=True)
    (folder / "a_plain.png").rename(folder / "a_other.png")
    with pytest.raises(ValueError, match=r"where a_other\.png is now there was a_plain\.png"):
        top_patches(network, "3", folder, state=state, quiet=True)
    (folder / "a_other.png").rename(folder / "a_plain.png")
    (folder / "z_cut.png").unlink()
    with pytest.raises(ValueError, match=r"where nothing is now there was z_cut\.png"):
        top_patches(network, "3", folder, state=state, quiet=True)


def test_new_pictures_at_the_end_are_added(network, folder, tmp_path):
    state = tmp_path / "state.safetensors"
    top_patches(network, "3", folder, state=state, quiet=True)
    Image.open(folder / "a_plain.png").rotate(90).save(folder / "zz_new.png")
    result = top_patches(network, "3", folder, state=state, quiet=True)
    assert len(result.names) == 10
    np.testing.assert_array_equal(
        result.images, top_patches(network, "3", folder, quiet=True).images
    )


def test_a_damaged_state_is_named(network, folder, tmp_path):
    state = tmp_path / "state.safetensors"
    state.write_text("torn")
    with pytest.raises(ValueError, match=r"state\.safetensors is not a file that minidl wrote"):
        top_patches(network, "3", folder, state=state, quiet=True)


def test_a_state_that_cannot_be_written_is_said_before_the_work(network, images, tmp_path):
    network[0].forward = lambda x: pytest.fail("it began")
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*missing"):
        top_patches(network, "3", images, state=tmp_path / "missing" / "state", quiet=True)


def test_an_iterator_cannot_be_taken_up_again(network, images, tmp_path):
    with pytest.raises(ValueError, match="pictures that come only once"):
        top_patches(network, "3", iter(images), state=tmp_path / "state", quiet=True)
