"""The recipe: it learns, it can be stopped and gone on with, and it says what it sees."""

import os
import signal

import numpy as np
import pytest

from minidl.data import faces
from minidl.metric import diagnose
from minidl.models import (
    MINING,
    DrawnFaces,
    FaceEncoder,
    History,
    Pictures,
    Recipe,
    train_encoder,
)
from minidl.tensor import Tensor

FACES = DrawnFaces(people=6, pictures=3, pool=8, album=3, fresh=1, size=16)
RECIPE = Recipe(steps=6, warm_up=2)


def small(seed=0):
    return FaceEncoder(16, size=16, widths=(32, 32), seed=seed)


def trained(**options):
    encoder = small()
    history = train_encoder(encoder, FACES, **{"recipe": RECIPE, "quiet": True, **options})
    return encoder.state_dict(), history


def stop_after(steps):
    """A watcher that presses Ctrl-C while a step is being finished."""
    return lambda step, _: os.kill(os.getpid(), signal.SIGINT) if step == steps else None


def assert_same(a, b):
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_array_equal(a[name], b[name], name)


@pytest.mark.parametrize("mining", ["semi-hard", "batch-all", "batch-hard"])
def test_a_few_people_are_learned_by_heart(mining):
    album = faces(6, 4, size=16)
    source = Pictures(album.images, album.labels, people=6, pictures=3, inventing=False)
    recipe = Recipe(steps=60, mining=mining, warm_up=20)
    history = train_encoder(small(), source, recipe, quiet=True)
    assert history.loss[-8:].mean() < 0.9 * history.loss[:8].mean()
    assert history.active[-8:].mean() < 0.5 * history.active[:8].mean()
    assert history.negative[-1] > 1.5 * history.positive[-1]


def test_a_seed_reproduces():
    (one, first), (other, second) = trained(), trained()
    assert_same(one, other)
    np.testing.assert_array_equal(first.table(), second.table())


def test_interrupted_and_resumed_equals_uninterrupted(tmp_path):
    checkpoint = tmp_path / "run.checkpoint"
    with pytest.raises(KeyboardInterrupt):
        trained(checkpoint=checkpoint, watch=stop_after(3))
    assert [file.name for file in tmp_path.iterdir()] == ["run.checkpoint"]
    weights, history = trained(checkpoint=checkpoint)
    expected, expected_history = trained()
    assert_same(weights, expected)
    np.testing.assert_array_equal(history.table(), expected_history.table())


def test_ctrl_c_works_as_before_once_training_is_over():
    before = signal.getsignal(signal.SIGINT)
    trained()
    assert signal.getsignal(signal.SIGINT) is before


def test_a_checkpoint_of_another_recipe_is_refused(tmp_path):
    checkpoint = tmp_path / "run.checkpoint"
    trained(checkpoint=checkpoint)
    kept = checkpoint.read_bytes()
    with pytest.raises(ValueError, match=r"run\.checkpoint was made with recipe"):
        trained(checkpoint=checkpoint, recipe=Recipe(steps=7, warm_up=2))
    assert checkpoint.read_bytes() == kept


def test_the_encoder_is_ready_for_use_afterwards():
    encoder = small()
    train_encoder(encoder, FACES, RECIPE, quiet=True)
    assert not encoder.training


def test_watch_sees_every_step():
    seen = []
    trained(watch=lambda step, encoder: seen.append((step, encoder.training)))
    assert seen == [(step, False) for step in range(7)]


@pytest.mark.parametrize("mining", MINING)
def test_every_mining_gives_a_gradient(mining):
    points = np.random.default_rng(0).standard_normal((12, 4)).astype(np.float32)
    encodings = Tensor(points, requires_grad=True)
    loss = Recipe(mining=mining, margin=1.0).loss(encodings, np.repeat(range(4), 3), step=500)
    loss.backward()
    assert loss.item() > 0
    assert np.abs(encodings.grad).max() > 0


def test_random_mining_takes_what_the_seed_and_step_say():
    points = Tensor(np.random.default_rng(0).standard_normal((12, 4)))
    labels = np.repeat(range(4), 3)
    losses = [Recipe(mining="random", seed=s).loss(points, labels, t).item()
              for s, t in ((0, 5), (0, 5), (0, 6), (1, 5))]  # fmt: skip
    assert losses[0] == losses[1]
    assert len(set(losses)) == 3


def test_batch_hard_begins_with_batch_all():
    points, labels = (
        Tensor(np.random.default_rng(0).standard_normal((12, 4))),
        np.repeat(range(4), 3),
    )
    hard, everything = Recipe(warm_up=10), Recipe(mining="batch-all")
    assert hard.loss(points, labels, 9).item() == everything.loss(points, labels, 9).item()
    assert hard.loss(points, labels, 10).item() > everything.loss(points, labels, 10).item()


@pytest.mark.parametrize("wrong", [{"mining": "hardest"}, {"steps": 0}, {"lr": 0.0}])
def test_a_recipe_without_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="Recipe: given"):
        Recipe(**wrong)


def test_collapse_is_said_in_words():
    history = History()
    assert not history.collapsed
    history.add(0.2, diagnose(np.ones((6, 3)), [0, 0, 1, 1, 2, 2]))
    assert history.collapsed
    assert "COLLAPSED" in str(history)
    assert "COLLAPSED" in history.short()


def test_the_plot_shows_every_step():
    from matplotlib.figure import Figure

    _, history = trained()
    axes = history.plot(Figure().subplots())
    assert all(len(line.get_xdata()) == RECIPE.steps for line in axes.lines)
    np.testing.assert_allclose(axes.lines[-1].get_ydata()[-1], history.loss.mean())


def test_a_loss_that_is_nan_stops_training_before_the_weights_are_lost():
    encoder, images = small(), np.full((6, 3, 16, 16), np.nan, np.float32)
    source = Pictures(images, [0, 0, 1, 1, 2, 2], people=3, pictures=2)
    with pytest.raises(ValueError, match="the loss is nan at step 0"):
        train_encoder(encoder, source, RECIPE, quiet=True)
    assert all(np.isfinite(p.data).all() for p in encoder.parameters())


def test_saving_every_0_steps_is_refused(tmp_path):
    with pytest.raises(ValueError, match="given save_every=0"):
        trained(save_every=0, checkpoint=tmp_path / "run")
