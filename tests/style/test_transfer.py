"""Painting: downhill only, the same every time, within 0 and 1; what it refuses, in a line.

A network of two random layers paints in milliseconds; what VGG makes of it is in tests/oracle and
in the pictures of the documentation.
"""

import numpy as np
import pytest

from minidl import Tensor, data, nn, style
from minidl.style.objective import Objective
from minidl.style.painting import _stages
from minidl.style.pictures import coloured_as

RNG = np.random.default_rng(0)
CONTENT, STYLE = data.artwork("glass", 40), data.artwork("waves", 48)


class Small(nn.Module):
    """relu1_1 and relu4_2 of a network that is neither deep nor trained."""

    def __init__(self):
        self.first = nn.Conv2d(3, 8, 3, padding=1, seed=0)
        self.second = nn.Conv2d(8, 8, 3, padding=1, stride=2, seed=1)

    def features(self, x, layers):
        one = self.first(x).relu()
        return {n: f for n, f in {"relu1_1": one, "relu4_2": self.second(one).relu()}.items()
                if n in layers}  # fmt: skip


def paint(content=CONTENT, painted_as=STYLE, **options):
    defaults = {
        "size": 32,
        "steps": 8,
        "layers": ["relu1_1"],
        "total_variation": 0.0,
        "grain": 0.0,
        "detail": 0.0,
        "dots": 0.0,
        "margin": 0,
        "beta": 40.0,
        "init": "content",
    }
    options = {**defaults, **options}
    return style.transfer(content, painted_as, network=Small(), **{"quiet": True, **options})


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
@pytest.mark.parametrize("init", ["content", "recoloured", "noise", "blend"])
def test_it_goes_down_and_never_up(optimizer, init):
    result = paint(optimizer=optimizer, init=init, steps=15)
    best = result.history["best"]
    assert len(result.history) == 16
    assert (np.diff(best) <= 0).all()
    assert best[-1] < 0.8 * best[0]
    assert result.picture.shape == (3, 32, 32)
    assert result.picture.dtype == np.float32
    assert 0 <= result.picture.min() <= result.picture.max() <= 1


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_the_picture_returned_is_the_best_one_met(optimizer):
    result = paint(optimizer=optimizer, learning_rate=0.5, total_variation=0.1)
    objective = Objective(Small(), result.settings, result.content, result.styles)
    cost, _ = objective(Tensor(result.picture[None]))
    assert np.isclose(cost.item(), result.history["best"][-1], rtol=1e-5)


def test_the_same_seed_gives_the_same_picture_and_another_does_not():
    one, two, other = (paint(init="noise", seed=s).picture for s in (1, 1, 2))
    assert np.array_equal(one, two)
    assert not np.allclose(one, other)


def test_the_log_names_every_part_of_the_cost():
    history = paint(total_variation=0.5, grain=2).history
    assert history.parts == ("content", "relu1_1", "total variation", "grain")
    last = history.table()[-1]
    weighted = 10 * last[6] + 40 * 0.2 * last[7] + 0.5 * last[8] + 2 * last[9]
    assert np.isclose(last[4], weighted, rtol=1e-5)
    assert "step 8: cost" in str(history)
    with pytest.raises(KeyError, match="no column 'loss'"):
        history["loss"]


@pytest.mark.parametrize(
    ("size", "steps", "stages"),
    [
        (400, 9, [(400, 9)]),
        (401, 9, [(256, 2), (401, 7)]),
        (512, 9, [(256, 2), (512, 7)]),
        (1000, 9, [(256, 2), (500, 2), (1000, 5)]),
        (4000, 10, [(256, 2), (500, 2), (1000, 2), (2000, 2), (4000, 2)]),
        (1000, 3, [(256, 1), (500, 1), (1000, 1)]),
        (1000, 1, [(1000, 1)]),
    ],
)
def test_the_stages_of_coarse_to_fine(size, steps, stages):
    settings = style.Settings(size=size, steps=steps, coarse_to_fine=True)
    assert _stages(settings) == stages


def test_a_given_picture_is_begun_with():
    start = RNG.random((3, 64, 64), np.float32)
    result = paint(steps=0, init=start)
    assert np.array_equal(result.picture, data.resize_image(start, 32))
    assert result.settings.init == "picture"


def test_a_file_is_begun_with(tmp_path):
    data.save_image(STYLE, tmp_path / "start.png")
    assert paint(steps=0, init=str(tmp_path / "start.png")).settings.init == "picture"
    with pytest.raises(ValueError, match="expected the picture itself"):
        paint(init="picture")


def test_one_pass_is_begun_with():
    painter = style.Painter.pretrained()
    result = paint(steps=0, init="one-pass")
    expected = painter.paint(result.content, painter.manner(result.styles[0]))
    assert np.array_equal(result.picture, expected)


def test_grain_beyond_the_styles_is_taken_away():
    smooth = data.resize_image(STYLE, 12)
    found = [
        style.grain(paint(RNG.random((3, 40, 40)), smooth, grain=g, steps=30).picture, smooth)
        for g in (0.0, 10.0)
    ]
    assert found[1] < 0.5 * found[0]


def test_no_steps_give_back_what_it_begins_with():
    result = paint(steps=0)
    assert np.array_equal(result.picture, data.resize_image(CONTENT, 32))
    assert len(result.history) == 1


def test_content_alone_is_found_again_from_noise():
    result = paint(beta=0, init="noise", steps=60, size=16)
    assert result.history["best"][-1] < 0.02 * result.history["best"][0]
    assert "relu1_1" not in result.history.parts


def test_without_content_only_style_is_looked_at():
    assert paint(alpha=0).history.parts == ("relu1_1",)


@pytest.mark.parametrize(("height", "width"), [(17, 61), (200, 230), (33, 16)])
def test_any_sizes_of_content_and_style(height, width):
    odd = RNG.random((3, height, width), np.float32)
    for content, painted_as in ((odd, STYLE), (CONTENT, odd)):
        result = paint(content, painted_as, size=61, steps=2)
        assert result.history["best"][-1] < result.history["best"][0]
        assert max(result.picture.shape) == 61


def test_several_styles_are_mixed_by_weight():
    other = data.artwork("petals", 30)
    both = paint(painted_as=[STYLE, other], style_weights=[3, 1])
    assert both.settings.style_weights == (0.75, 0.25)
    only = paint(painted_as=[STYLE, other], style_weights=[1, 0])
    assert not np.allclose(both.picture, only.picture)


def test_a_smaller_style_has_finer_strokes():
    assert max(paint(style_scale=0.5).styles[0].shape) == 16


def test_colours_are_kept():
    result = paint(preserve_colour=True)
    hues = coloured_as(np.full_like(result.picture, 0.5), result.content)
    assert np.abs(coloured_as(np.full_like(hues, 0.5), result.picture) - hues).mean() < 0.05
    assert not np.allclose(result.picture, result.content, atol=0.02)


def test_coarse_to_fine_begins_at_256_and_goes_on_with_more_steps():
    history = paint(size=416, steps=5, coarse_to_fine=True).history
    assert list(dict.fromkeys(history["size"])) == [256, 416]
    assert list(history["step"]) == [0, 1, 1, 2, 3, 4, 5]
    for size in (256, 416):
        assert (np.diff(history["best"][history["size"] == size]) <= 0).all()


def test_the_callback_sees_every_step_and_can_end_it():
    seen = []

    def callback(result):
        seen.append((result.step, result.picture.copy()))
        return result.step == 3

    for optimizer in ("lbfgs", "adam"):
        assert paint(callback=lambda _: True, optimizer=optimizer).step == 0
        seen.clear()
        result = paint(callback=callback, optimizer=optimizer)
        assert [step for step, _ in seen] == [0, 1, 2, 3]
        assert np.array_equal(seen[-1][1], result.picture)


def test_interrupted_in_a_callback_the_best_is_in_the_result_it_was_given():
    kept = []

    def callback(result):
        kept.append(result)
        if result.step == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        paint(callback=callback)
    assert kept[-1].history["best"][-1] < kept[-1].history["best"][0]
    assert not np.array_equal(kept[-1].picture, kept[-1].content)


def test_a_progress_bar_with_the_cost(capsys):
    paint(quiet=False)
    printed = capsys.readouterr().out
    assert "painting: 100%" in printed
    assert "cost" in printed


def test_what_is_one_colour_can_be_painted():
    flat = np.full((3, 20, 20), 0.5, np.float32)
    assert np.isfinite(paint(flat, STYLE).picture).all()
    assert np.isfinite(paint(CONTENT, np.zeros((3, 20, 20))).picture).all()


def test_saved_with_its_settings(tmp_path):
    result = paint(alpha=3)
    result.save(tmp_path / "out.png", {"content": "glass"})
    kept = data.load_text(tmp_path / "out.png")["minidl-style"]
    assert '"alpha": 3' in kept
    assert '"content": "glass"' in kept
    result.save(tmp_path / "out.jpg")
    assert data.load_text(tmp_path / "out.jpg") == {}


def test_plots():
    from matplotlib.figure import Figure

    result = paint(painted_as=[STYLE, CONTENT])
    one, two = Figure().subplots(1, 2)
    assert result.plot(one) is one
    assert result.history.plot(two) is two


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"content": np.ones((20, 20, 3))}, ValueError, r"shape \(20, 20, 3\).*transpose"),
        ({"content": np.ones((3, 20, 20), np.uint8)}, TypeError, "uint8 values.*divide by 255"),
        ({"content": np.full((3, 20, 20), np.nan)}, ValueError, "from nan to nan, expected"),
        ({"content": np.full((3, 20, 20), 100.0)}, ValueError, "from 100 to 100, expected 0"),
        ({"content": np.ones((3, 4, 200))}, ValueError, "4 x 200 becomes 1 x 32, expected"),
        ({"content": "nobody"}, FileNotFoundError, "no file nobody.*astronaut.*currents"),
        ({"content": "nobody.png"}, FileNotFoundError, r"there is no file nobody\.png"),
        ({"painted_as": []}, ValueError, "for 0 style pictures"),
        ({"style_weights": [1, 2]}, ValueError, r"weights \[1.0, 2.0\] for 1 style"),
        ({"style_weights": [0]}, ValueError, "not all 0"),
        ({"alpha": 0, "beta": 0}, ValueError, "are both 0: there is nothing to paint for"),
        ({"alpha": 0, "layers": {"relu1_1": 0}}, ValueError, "are both 0"),
        ({"alpha": -1}, ValueError, "given alpha=-1, expected at least 0"),
        ({"alpha": float("nan")}, ValueError, "given alpha=nan"),
        ({"alpha": "much"}, TypeError, "given alpha='much', expected a number"),
        ({"steps": -1}, ValueError, "given steps=-1"),
        ({"steps": 2.5}, ValueError, "given steps=2.5, expected a whole number"),
        ({"size": 15}, ValueError, "given size=15, expected at least 16"),
        ({"optimizer": "sgd"}, ValueError, "optimizer='sgd', expected one of lbfgs, adam"),
        ({"init": "black"}, ValueError, "expected one of recoloured, content, one-pass"),
        ({"pooling": "min"}, ValueError, "expected one of max, avg"),
    ],
)
def test_what_cannot_be_painted_is_one_line(options, error, message):
    with pytest.raises(error, match=message) as raised:
        paint(**options)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": 10**6}, "a content picture .* with 1000000 pixels .* at most 3730, .* size"),
        ({"size": 10**400}, "a content picture"),
        ({"style_scale": 1000}, "a style picture .* with 32000 pixels .* style_scale"),
        ({"style_scale": 1e308}, "a style picture"),
    ],
)
def test_what_no_memory_is_enough_for_is_refused_before_anything_grows(
    monkeypatch, options, message
):
    monkeypatch.setattr("minidl.data.resize_image", lambda *_: pytest.fail("it was enlarged"))
    with pytest.raises(ValueError, match=message) as raised:
        paint(**options)
    assert "\n" not in str(raised.value)


def test_a_layer_that_vgg_has_not():
    with pytest.raises(ValueError, match="given 'conv9_1', expected some of conv1_1"):
        style.transfer(CONTENT, STYLE, size=32, steps=1, layers=["conv9_1"], quiet=True)
