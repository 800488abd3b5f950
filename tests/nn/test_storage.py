"""Weights on disk: what is written comes back, and what cannot be read changes nothing."""

import numpy as np
import pytest

from minidl import nn


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.safetensors"


def equal(a, b):
    return a.keys() == b.keys() and all(np.array_equal(a[n], b[n]) for n in a)


def test_a_saved_model_comes_back(path):
    model, other = nn.Linear(3, 2, seed=0), nn.Linear(3, 2, seed=1)
    model.save(path)
    assert other.load(path) is other
    assert equal(model.state_dict(), other.state_dict())


def test_arrays_keep_dtype_and_shape_in_any_memory_order(path):
    rng = np.random.default_rng(0)
    state = {
        "last": rng.standard_normal((2, 3, 4)).transpose(2, 0, 1),
        "zero_d": np.float64(3),
        "number": 4,
        "flag": True,
        "empty": np.zeros((0, 2), np.float32),
    }
    nn.save(state, path)
    loaded = nn.load(path)
    assert all(np.array_equal(loaded[n], state[n]) for n in state)
    assert loaded["last"].shape == (4, 2, 3)
    assert loaded["zero_d"].shape == ()
    assert loaded["flag"].dtype == bool


def test_what_is_not_an_array_is_refused_and_leaves_the_old_file(path):
    nn.save({"a": np.ones(2)}, path)
    with pytest.raises(TypeError, match="save: b is str"):
        nn.save({"a": np.zeros(2), "b": "text"}, path)
    assert np.array_equal(nn.load(path)["a"], [1, 1])


def test_a_failed_write_leaves_the_old_file_and_nothing_else(path, monkeypatch):
    nn.save({"a": np.ones(2)}, path)

    def full_disk(self, data):
        self.touch()
        raise OSError("No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full_disk)
    with pytest.raises(OSError, match="No space"):
        nn.save({"a": np.zeros(2)}, path)
    monkeypatch.undo()
    assert np.array_equal(nn.load(path)["a"], [1, 1])
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("damage", [lambda b: b[:-4], lambda b: b[:5], lambda b: b"x" * 100])
def test_a_damaged_file_is_one_clear_error_and_leaves_the_model(path, damage):
    nn.Linear(3, 2, seed=0).save(path)
    path.write_bytes(damage(path.read_bytes()))
    model = nn.Linear(3, 2, seed=1)
    before = model.state_dict()
    with pytest.raises(ValueError, match=r"model\.safetensors is not a readable safetensors file"):
        model.load(path)
    assert equal(before, model.state_dict())


def test_a_file_of_another_model_names_file_and_shapes(path):
    nn.Linear(3, 2).save(path)
    with pytest.raises(ValueError, match=r"model\.safetensors does not fit.*\(2, 3\).*\(2, 4\)"):
        nn.Linear(4, 2).load(path)
    with pytest.raises(ValueError, match=r"does not fit this model.*unexpected bias"):
        nn.Linear(3, 2, bias=False).load(path)


def test_missing_files_and_folders(path):
    with pytest.raises(FileNotFoundError, match="there is no file"):
        nn.load(path)
    with pytest.raises(FileNotFoundError, match=r"the folder .* does not exist"):
        nn.save({"a": np.ones(1)}, path / "inside" / "w.safetensors")
    with pytest.raises(IsADirectoryError):
        nn.load(path.parent)
    with pytest.raises(IsADirectoryError):
        nn.save({"a": np.ones(1)}, path.parent)


def test_what_has_no_state_is_not_saved(tmp_path):
    with pytest.raises(TypeError, match=r"save: given model='.*', expected a model or a dict"):
        nn.save("model.safetensors", tmp_path / "x.safetensors")
