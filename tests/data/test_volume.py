"""The shipped volume: a head, the right way up."""

import numpy as np

from minidl import data


def test_size_dtype_and_range():
    voxels, size = data.volume()
    assert voxels.shape == (24, 92, 72)
    assert voxels.dtype == np.float32
    assert voxels.min() == 0
    assert 1 < voxels.max() < 1.2
    assert size == (2.2, 2.0, 2.0)


def test_the_head_is_free_in_front_and_at_the_sides():
    voxels = data.volume().voxels
    assert voxels[:, 0].max() == voxels[:, :, 0].max() == voxels[:, :, -1].max() == 0
    assert 0.3 < np.mean(voxels < 0.2) < 0.4


def test_left_and_right_look_alike_front_and_back_do_not():
    """A head is nearly its own mirror image across the width, which settles which axis is which."""
    voxels = data.volume().voxels
    distances = [np.abs(voxels - np.flip(voxels, axis)).mean() for axis in range(3)]
    assert np.argmin(distances) == 2


def test_neighbouring_slices_are_alike():
    voxels = data.volume().voxels
    inside = voxels.min(axis=0) > 0.2
    near, far = (np.abs(voxels[k:] - voxels[:-k])[:, inside].mean() for k in (1, 8))
    assert near < 0.7 * far


def test_each_call_gives_an_array_of_its_own():
    data.volume().voxels[:] = 9
    assert data.volume().voxels.max() < 9
