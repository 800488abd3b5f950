"""Where training gets its pictures from: P people, K pictures each, a function of seed and step."""

from itertools import islice

import numpy as np
import pytest

from minidl.data import faces
from minidl.models import DrawnFaces, Pictures
from minidl.models.augment import Maps, random_maps, warped

FACES = DrawnFaces(people=4, pictures=2, pool=6, album=3, fresh=2, size=16)


def taken(source, start, count):
    return list(islice(source.batches(start), count))


@pytest.fixture
def characters():
    images = np.random.default_rng(0).random((30, 1, 12, 12), dtype=np.float32)
    return Pictures(images, np.repeat(range(6), 5), people=3, pictures=2)


def test_a_batch_is_p_people_with_k_pictures():
    images, labels = taken(FACES, 0, 1)[0]
    assert images.shape == (8, 3, 16, 16)
    assert np.unique(labels, return_counts=True)[1].tolist() == [2, 2, 2, 2]


@pytest.mark.parametrize("start", [1, 5])
def test_faces_go_on_from_any_step(start):
    for (a, who), (b, again) in zip(
        taken(FACES, 0, 9)[start:], taken(FACES, start, 9 - start), strict=True
    ):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(who, again)


def test_characters_go_on_from_any_step(characters):
    for (a, _), (b, _) in zip(taken(characters, 0, 5)[2:], taken(characters, 2, 3), strict=True):
        np.testing.assert_array_equal(a, b)


def test_new_people_keep_coming():
    """After pool / fresh steps nobody of the first pool is left."""
    first = faces(6, 3, size=16).images
    known = {image.tobytes() for image in np.concatenate([first, first[..., ::-1]])}
    assert all(image.tobytes() in known for image in taken(FACES, 0, 1)[0][0])
    assert not any(image.tobytes() in known for image in taken(FACES, 3, 1)[0][0])


def test_half_of_the_people_are_mirrored_all_their_pictures_alike():
    plain = {image.tobytes() for image in faces(40, 3, size=16).images}
    kinds = []
    for images, labels in taken(FACES, 0, 12):
        mirrored = np.array([image.tobytes() not in plain for image in images])
        kinds += [set(mirrored[labels == person]) for person in np.unique(labels)]
    assert all(len(kind) == 1 for kind in kinds)
    assert {True} in kinds
    assert {False} in kinds


def test_another_seed_gives_other_people():
    other = DrawnFaces(4, 2, pool=6, album=3, fresh=2, size=16, seed=1)
    assert not (taken(FACES, 0, 1)[0][0] == taken(other, 0, 1)[0][0]).all()


def test_the_given_pictures_stay_as_they_are(characters):
    before = characters.images.copy()
    taken(characters, 0, 3)
    np.testing.assert_array_equal(characters.images, before)


def test_a_pool_smaller_than_a_batch_is_refused():
    with pytest.raises(ValueError, match="pool and album"):
        DrawnFaces(people=10, pool=9)


def still(count, matrices=((1, 0), (0, 1)), shifts=(0.0, 0.0)):
    """The same map for each of `count` pictures."""
    return Maps(np.tile(matrices, (count, 1, 1)), np.tile(shifts, (count, 1)))


def test_the_identity_map_changes_nothing():
    images = np.random.default_rng(0).random((2, 3, 5, 7), dtype=np.float32)
    np.testing.assert_allclose(warped(images, still(2)), images, atol=1e-6)


def test_a_shift_moves_and_fills_with_paper():
    images = np.random.default_rng(0).random((1, 1, 5, 5), dtype=np.float32)
    moved = warped(images, still(1, shifts=(0.2, -0.4)))  # one down, two to the left
    np.testing.assert_allclose(moved[0, 0, :4, 2:], images[0, 0, 1:, :3], atol=1e-6)
    np.testing.assert_allclose(moved[0, 0, 4], 0, atol=1e-6)
    np.testing.assert_allclose(moved[0, 0, :, :2], 0, atol=1e-6)


def test_a_quarter_turn_is_that_of_numpy():
    images = np.random.default_rng(0).random((1, 2, 6, 6), dtype=np.float32)
    turned = warped(images, still(1, matrices=[[0, 1], [-1, 0]]))
    np.testing.assert_allclose(turned, np.rot90(images, axes=(2, 3)), atol=1e-6)


def test_half_a_pixel_is_the_mean_of_two():
    images = np.arange(5, dtype=np.float32).reshape(1, 1, 1, 5)
    between = warped(images, still(1, shifts=(0.0, 0.1)))
    np.testing.assert_allclose(between[0, 0, 0, :4], [0.5, 1.5, 2.5, 3.5], rtol=1e-6)


def test_maps_without_any_range_change_nothing():
    images = np.random.default_rng(0).random((2, 1, 6, 6), dtype=np.float32)
    none = random_maps(2, np.random.default_rng(0), shift=0, turn=0, scale=(1, 1), shear=0)
    np.testing.assert_allclose(warped(images, none), images, atol=1e-6)
    some = random_maps(2, np.random.default_rng(0))
    assert not np.allclose(warped(images, some), images, atol=1e-2)


def test_what_is_done_to_a_character_is_done_to_all_its_pictures():
    """So the pictures of one stay nearer to each other than to those of others."""
    coarse = np.random.default_rng(0).random((6, 1, 3, 3), dtype=np.float32)
    images = coarse.repeat(4, axis=2).repeat(4, axis=3).repeat(5, axis=0)
    source = Pictures(images, np.repeat(range(6), 5), people=3, pictures=2)
    pairs = np.stack([batch.reshape(3, 2, -1) for batch, _ in taken(source, 0, 20)])
    within = np.linalg.norm(pairs[:, :, 0] - pairs[:, :, 1], axis=-1).mean()
    between = np.linalg.norm(pairs[:, :, 0] - np.roll(pairs[:, :, 1], 1, axis=1), axis=-1).mean()
    assert within < 0.8 * between


def test_pictures_need_a_label_each():
    with pytest.raises(ValueError, match=r"images \(6, 1, 8, 8\) and labels \(3,\)"):
        Pictures(np.zeros((6, 1, 8, 8), np.float32), [0, 0, 1])
