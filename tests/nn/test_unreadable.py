"""Files that are not safetensors, or not as they should be: said to be what they are."""

import io
import json
import pickle
import struct
import zipfile

import numpy as np
import pytest

from minidl import nn
from minidl.metric import Gallery
from minidl.models import FaceEncoder, GalleryFolder, vgg16


def tensors(header, numbers=b""):
    words = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(words)) + words + numbers


def entry(dtype="F32", shape=(2,), offsets=(0, 8)):
    return {"a": {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}}


def archive(*names):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name in names:
            file.writestr(name, "")
    return packed.getvalue()


def numpy_archive():
    packed = io.BytesIO()
    np.savez(packed, a=np.ones(2))
    return packed.getvalue()


WHOLE = tensors(entry(), b"\0" * 8)
OURS, DAMAGED, EIGHT = "w.safetensors", "it may be damaged: save or download", b"\0" * 8
FILES = {
    "new PyTorch": ("w.pth", archive("w/data.pkl", "w/data/0"), "is a PyTorch file (.pth), which"),
    "PyTorch under another name": (OURS, archive("w/data.pkl"), "is a PyTorch file"),
    "PyTorch, cut": ("w.pt", b"PK\x03\x04" + b"\0" * 99, "is a PyTorch file (.pt), which can hold"),
    "old PyTorch": ("w.pth", pickle.dumps({"a": 1}, 2), "save_file(torch.load('w.pth', weights_"),
    "pickle": ("w.pkl", pickle.dumps([1] * 9), "is a pickle (.pkl), which can hold code"),
    "npz": ("w.npz", numpy_archive(), "is an archive of NumPy (.npz): np.load reads it"),
    "zip": ("w.zip", archive("read.me"), "it is a zip archive"),
    "npy": ("w.npy", b"\x93NUMPY\x01\0", "it is an array of NumPy (.npy)"),
    "gguf": ("w.gguf", b"GGUF\x03\0\0\0", "it is a GGUF file"),
    "keras": ("w.h5", b"\x89HDF\r\n\x1a\n", "it is an HDF5 file"),
    "page": (OURS, b"<!DOCTYPE html>\n<html>404", "it is a page of the web"),
    "lfs": (OURS, b"version https://git-lfs.github.com/spec/v1\noid", "of Git LFS"),
    "text": (OURS, b"weights go here", "it is text"),
    "empty": (OURS, b"", "it is empty (0 bytes)"),
    "picture": (OURS, b"\x89PNG\r\n\x1a\n\0", "it is a PNG"),
    "cut in the length": (OURS, WHOLE[:5], "it is cut short, 5 bytes"),
    "cut in the header": (OURS, WHOLE[:30], "it is cut short, 30 of "),
    "cut in the numbers": (OURS, WHOLE[:-1], "it is cut short, 76 of 77"),
    "bfloat16": (OURS, tensors(entry("BF16", (4,)), EIGHT), "holds bfloat16 numbers"),
    "float8": (OURS, tensors(entry("F8_E4M3", (8,)), EIGHT), "holds F8_E4M3 numbers"),
    "unknown dtype": (OURS, tensors(entry("X9"), EIGHT), DAMAGED),
    "no JSON": (OURS, tensors(b"{" * 40), DAMAGED),
    "JSON of a list": (OURS, tensors([1, 2]), DAMAGED),
    "deep JSON": (OURS, tensors(b"[" * 100_000), DAMAGED),
    "longer than it says": (OURS, WHOLE + EIGHT, DAMAGED),
    "shape that lies": (OURS, tensors(entry(shape=(9,)), EIGHT), DAMAGED),
    "shape that overflows": (OURS, tensors(entry(shape=(2**62, 8)), EIGHT), DAMAGED),
    "offsets turned round": (OURS, tensors(entry(offsets=(8, 0)), EIGHT), DAMAGED),
    "negative offsets": (OURS, tensors(entry(offsets=(-8, 0)), EIGHT), DAMAGED),
    "length of all bytes": (OURS, b"\xff" * 8 + WHOLE[8:], DAMAGED),
}  # fmt: skip
READERS = {
    "nn.load": nn.load,
    "Module.load": lambda path: nn.Linear(1, 1).load(path),
    "FaceEncoder": FaceEncoder.load_file,
    "Gallery": Gallery.load,
}


@pytest.mark.parametrize(("name", "contents", "says"), FILES.values(), ids=FILES)
@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_what_a_file_is_instead_is_said_in_one_line(tmp_path, reader, name, contents, says):
    (tmp_path / name).write_bytes(contents)
    with pytest.raises(ValueError, match=rf"{name} (is|holds) ") as raised:
        reader(tmp_path / name)
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_length_that_looks_like_a_pickle_is_still_a_length(tmp_path):
    words = json.dumps(entry()).encode()
    (tmp_path / "w.safetensors").write_bytes(tensors(words.ljust(0x280), b"\0" * 4))
    with pytest.raises(ValueError, match="is not a readable safetensors file"):
        nn.load(tmp_path / "w.safetensors")


# Saving


@pytest.mark.parametrize(
    ("state", "error", "says"),
    [
        ({"a": np.ones(2, complex)}, TypeError, "a holds complex128, expected floats"),
        ({"a": np.ones(2, np.complex64)}, TypeError, "a holds complex64"),
        ({"a": np.array(["x"])}, TypeError, "a is <U1, expected an array or a number"),
        ({"a": np.array([None])}, TypeError, "a is object, expected"),
        ({"a": np.array(["2020"], "M8[D]")}, TypeError, r"a is datetime64\[D\], expected"),
        ({"a": None}, TypeError, "a is NoneType, expected"),
        ({"a": [[1], [1, 2]]}, TypeError, "a is list, expected an array or a number"),
        ({"__metadata__": np.ones(1)}, ValueError, "an array named __metadata__"),
        ({1: np.ones(1), "1": np.ones(2)}, ValueError, "two arrays that are named 1"),
    ],
)
def test_what_cannot_be_saved_says_its_kind(tmp_path, state, error, says):
    with pytest.raises(error, match=f"save: .*{says}"):
        nn.save(state, tmp_path / "w.safetensors")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(np.longdouble is np.float64, reason="no wider floats on this machine")
def test_floats_that_no_format_has_say_their_kind(tmp_path):
    with pytest.raises(TypeError, match=r"save: a is (float|longdouble)\d*, expected"):
        nn.save({"a": np.ones(1, np.longdouble)}, tmp_path / "w.safetensors")


@pytest.mark.parametrize("dtype", [">f4", ">f8", ">i4", "<u2", "?", "<f2"])
@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (2, 0, 3), (3, 2)])
def test_any_order_of_bytes_and_any_shape_come_back(tmp_path, dtype, shape):
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    nn.save({"a": array}, tmp_path / "w.safetensors")
    assert np.array_equal(nn.load(tmp_path / "w.safetensors")["a"], array)
    assert nn.load(tmp_path / "w.safetensors")["a"].shape == shape


# Weights that fit in form only


def test_weights_with_nan_are_refused_with_their_file_and_name(tmp_path):
    layer = nn.Linear(2, 1, seed=0)
    nn.save({"weight": np.array([[1, np.nan]], "f"), "bias": np.ones(1, "f")}, tmp_path / "w.st")
    before = layer.state_dict()
    with pytest.raises(ValueError, match=r"w\.st does not fit this model: weight has NaN in it"):
        layer.load(tmp_path / "w.st")
    assert np.array_equal(layer.weight.data, before["weight"])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_vgg_with_nan_is_refused_with_its_file_and_name(tmp_path, bad):
    convolutions = {
        f"features.{number}": part
        for number, (_, part) in enumerate(vgg16(seed=0).named_children())
        if isinstance(part, nn.Conv2d)
    }
    state = {f"{n}.{k}": p.data for n, c in convolutions.items() for k, p in c.named_parameters()}
    state["features.5.bias"] = np.where(np.arange(128) == 7, bad, 0).astype(np.float32)
    nn.save(state, tmp_path / "vgg.safetensors")
    says = r"vgg\.safetensors: features\.5\.bias has NaN or infinity in it \(1 of 128 values\)"
    with pytest.raises(ValueError, match=says):
        vgg16(weights=tmp_path / "vgg.safetensors")


def small_encoder(dimensions=4):
    return FaceEncoder(dimensions, size=16, widths=(2, 2), seed=0)


def test_an_encoder_that_lies_about_its_shape_takes_no_memory(tmp_path):
    from minidl.models import weights_file

    encoder, path = small_encoder(), tmp_path / "e.safetensors"
    for lie in ({"dimensions": 10**12}, {"widths": [2, 2, 10**9]}, {"dimensions": "4"}):
        about = {"encoder": {**encoder.shape(), **lie}}
        weights_file.write(path, encoder.state_dict(), about)
        with pytest.raises(ValueError, match=r"e\.safetensors does not hold a face encoder: it sa"):
            FaceEncoder.load_file(path)
    weights_file.write(path, encoder.state_dict(), {})
    with pytest.raises(ValueError, match="does not hold a face encoder: it does not say its shape"):
        FaceEncoder.load_file(path)
    nn.save(encoder, path)
    with pytest.raises(ValueError, match=r"it holds .*, and no words about them"):
        FaceEncoder.load_file(path)


# Galleries


def rewritten(path, **changed):
    """The gallery's file with other words about it."""
    from safetensors import safe_open
    from safetensors.numpy import save_file

    with safe_open(path, "np") as file:
        text, arrays = file.metadata(), {n: file.get_tensor(n) for n in ("encodings", "owners")}
    save_file(arrays, path, metadata={**text, **changed})


@pytest.fixture
def people(tmp_path):
    gallery = Gallery(0.5)
    gallery.enrol("Ada", np.zeros((1, 3)))
    gallery.enrol("Ben", np.ones((1, 3)))
    gallery.save(tmp_path / "people.safetensors")
    return tmp_path / "people.safetensors"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"format": "minidl gallery 2"}, "its format is 'minidl gallery 2'.* install the minidl"),
        ({"format": "other"}, "it is another safetensors file"),
        ({"names": '["Ada", "Ada"]'}, r"\('Ada' is there twice\)"),
        ({"names": '["Ada"]'}, "the pictures' people are not the 1 names"),
        ({"names": "torn"}, "it may be damaged: enrol"),
        ({"threshold": "nan"}, "threshold nan"),
        ({"threshold": "much"}, "could not convert"),
    ],
)
def test_a_gallery_that_is_not_right_says_why(people, changed, says):
    rewritten(people, **changed)
    with pytest.raises(ValueError, match=rf"people\.safetensors is not a readable gallery.*{says}"):
        Gallery.load(people)


def test_a_gallery_of_nobody_comes_back(tmp_path):
    for gallery in (Gallery(0.5), Gallery(0.5, 3)):
        gallery.save(tmp_path / "nobody.safetensors")
        loaded = Gallery.load(tmp_path / "nobody.safetensors")
        assert len(loaded) == 0
        assert loaded.recognise(np.zeros(3))[0].name is None


def test_people_of_another_encoder_are_noticed(tmp_path):
    folder = GalleryFolder.begin(tmp_path / "g", small_encoder(4), 0.5)
    folder.people.enrol("Ada", np.zeros(4))
    folder.save()
    other = Gallery(0.5)
    other.enrol("Ada", np.zeros(8))
    other.save(tmp_path / "g" / "people.safetensors")
    with pytest.raises(ValueError, match=r"g does not fit together: its encoder makes 4 numbers"):
        GalleryFolder.open(tmp_path / "g")
