"""Measuring encodings: what is certain must come out certain, what is chance must be chance."""

import numpy as np
import pytest

from minidl.models import all_pairs, evaluate, one_shot_accuracy

LABELS = np.repeat(range(20), 4)


def test_perfect_encodings_are_always_right():
    points = np.eye(20)[LABELS]
    assert one_shot_accuracy(points, LABELS, ways=20, episodes=5).value == 1


def test_encodings_without_sense_are_right_by_chance():
    points = np.random.default_rng(0).standard_normal((4000, 30))
    rate = one_shot_accuracy(points, np.repeat(range(2000), 2), ways=10, episodes=200)
    assert rate.low < 0.1 < rate.high


def test_the_seed_decides_the_episodes():
    points = np.random.default_rng(0).standard_normal((80, 30))
    one, same, other = (one_shot_accuracy(points, LABELS, 10, 50, seed) for seed in (1, 1, 2))
    assert one.value == same.value != other.value


def test_too_many_ways_are_refused():
    with pytest.raises(ValueError, match="given ways=21, expected 2 to 20"):
        one_shot_accuracy(np.zeros((80, 3)), LABELS, ways=21)


def test_people_with_one_picture_take_no_part():
    with pytest.raises(ValueError, match="expected 2 to 3"):
        one_shot_accuracy(np.zeros((7, 3)), [0, 0, 1, 1, 2, 2, 3], ways=4)


def test_all_pairs_are_each_there_once():
    distances, same = all_pairs(np.array([[0.0], [1.0], [3.0]]), [5, 7, 5])
    assert distances.tolist() == [1, 3, 2]
    assert same.tolist() == [False, True, False]


def test_raw_pixels_of_copies_are_told_apart():
    pictures = np.random.default_rng(0).random((20, 3, 8, 8), dtype=np.float32)[LABELS]
    found = evaluate(None, pictures, LABELS, ways=20, episodes=3)
    assert (found.one_shot.value, found.eer, found.tar.value) == (1, 0, 1)
    assert "one-shot 20-way 100.0%" in str(found)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: one_shot_accuracy(np.full((80, 3), np.nan), LABELS, ways=2), "finite"),
        (lambda: one_shot_accuracy(np.eye(20)[LABELS], LABELS, 2, episodes=0), "episodes=0"),
        (lambda: all_pairs(np.zeros((80, 3)), LABELS[:9]), r"\(80, 3\) and labels \(9,\)"),
    ],
)
def test_what_would_give_a_figure_without_sense_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
