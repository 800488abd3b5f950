"""The encoder: its shapes, its files, and what it says about wrong input."""

import numpy as np
import pytest

from minidl.models import FaceEncoder


def small(**changes):
    return FaceEncoder(**{"dimensions": 16, "size": 16, "widths": (32, 32), "seed": 0, **changes})


@pytest.fixture
def pictures():
    return np.random.default_rng(0).random((5, 3, 16, 16), dtype=np.float32)


def test_encodings_have_length_one(pictures):
    encodings = small()(pictures)
    assert encodings.shape == (5, 16)
    np.testing.assert_allclose(np.linalg.norm(encodings.data, axis=1), 1, rtol=1e-5)


def test_drawings_with_one_channel(pictures):
    assert small(in_channels=1)(pictures[:, :1]).shape == (5, 16)


def test_encode_does_not_depend_on_the_size_of_its_batches(pictures):
    encoder = small().train()
    np.testing.assert_allclose(encoder.encode(pictures, 2), encoder.encode(pictures), atol=1e-5)
    assert encoder.training


def test_encode_of_nothing():
    assert small().encode(np.zeros((0, 3, 16, 16), np.float32)).shape == (0, 16)


def test_a_wrong_shape_is_named(pictures):
    with pytest.raises(
        ValueError, match=r"given float32 of shape \(5, 3, 16, 8\), expected floats"
    ):
        small()(pictures[..., :8])


def test_too_many_blocks_for_the_size():
    with pytest.raises(ValueError, match="size=4 and 3 widths"):
        FaceEncoder(size=4, widths=(8, 8, 8))


def test_a_file_gives_the_same_encoder_back(tmp_path, pictures):
    encoder = small(in_channels=1)
    encoder.about = {"threshold": 0.5}
    encoder.save_file(tmp_path / "e.safetensors")
    again = FaceEncoder.load_file(tmp_path / "e.safetensors")
    assert again.about == {"threshold": 0.5}
    assert (again.encode(pictures[:, :1]) == encoder.encode(pictures[:, :1])).all()


def test_a_file_that_is_no_encoder(tmp_path):
    file = tmp_path / "e.safetensors"
    file.write_bytes(b"not at all")
    with pytest.raises(ValueError, match=r"e\.safetensors is not a file that minidl wrote"):
        FaceEncoder.load_file(file)
    with pytest.raises(FileNotFoundError, match=r"no\.safetensors"):
        FaceEncoder.load_file(tmp_path / "no.safetensors")


def test_whole_numbers_are_not_taken_for_pictures_from_0_to_1(pictures):
    with pytest.raises(ValueError, match="given uint8 of shape"):
        small().encode((pictures * 255).astype(np.uint8))


def test_a_batch_below_one_is_refused_and_not_an_empty_result(pictures):
    with pytest.raises(ValueError, match="encode: given batch=-1, expected at least 1"):
        small().encode(pictures, batch=-1)


def test_one_layer_may_be_named_by_itself(pictures):
    assert list(small().features(pictures, "pool1")) == ["pool1"]
