"""Layers: shapes, options, randomness, and errors that say what was given."""

import numpy as np
import pytest

from minidl import Tensor, gradcheck, nn
from minidl import functional as F


def images(*shape):
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


SHAPES = [
    (nn.Linear(3, 5), (2, 4, 3), (2, 4, 5)),
    (nn.Conv1d(2, 3, 3), (1, 2, 8), (1, 3, 6)),
    (nn.Conv2d(2, 4, (3, 1), stride=2, padding="valid", groups=2), (1, 2, 9, 8), (1, 4, 4, 4)),
    (nn.Conv2d(2, 3, 3, padding="same", dilation=2), (1, 2, 5, 6), (1, 3, 5, 6)),
    (nn.Conv3d(1, 2, 2), (1, 1, 4, 5, 6), (1, 2, 3, 4, 5)),
    (nn.ConvTranspose2d(2, 3, 2, stride=2, output_padding=1), (1, 2, 4, 4), (1, 3, 9, 9)),
    (nn.ConvTranspose1d(2, 3, 2, stride=2), (1, 2, 4), (1, 3, 8)),
    (nn.ConvTranspose3d(2, 3, 2), (1, 2, 2, 3, 4), (1, 3, 3, 4, 5)),
    (nn.Conv2d(2, 3, 3, padding=1, padding_mode="reflect"), (1, 2, 5, 6), (1, 3, 5, 6)),
    (nn.Upsample(scale_factor=2, mode="bilinear"), (1, 2, 3, 4), (1, 2, 6, 8)),
    (nn.PixelShuffle(2), (1, 8, 3, 4), (1, 2, 6, 8)),
    (nn.Unfold(2), (1, 2, 3, 4), (1, 8, 6)),
    (nn.ReflectionPad2d((1, 2, 0, 1)), (1, 2, 3, 4), (1, 2, 4, 7)),
    (nn.MaxPool1d(2), (1, 2, 6), (1, 2, 3)),
    (nn.MaxPool2d(3, stride=1, padding=1), (1, 2, 4, 4), (1, 2, 4, 4)),
    (nn.MaxPool3d(2), (1, 1, 4, 4, 4), (1, 1, 2, 2, 2)),
    (nn.AvgPool1d(2), (1, 2, 6), (1, 2, 3)),
    (nn.AvgPool2d((2, 1)), (1, 2, 4, 4), (1, 2, 2, 4)),
    (nn.AvgPool3d(2), (1, 1, 4, 4, 4), (1, 1, 2, 2, 2)),
    (nn.MaxPool2d(2, ceil_mode=True), (1, 2, 5, 4), (1, 2, 3, 2)),
    (nn.AvgPool2d(2, ceil_mode=True), (1, 2, 5, 4), (1, 2, 3, 2)),
    (nn.AdaptiveAvgPool1d(2), (1, 2, 5), (1, 2, 2)),
    (nn.AdaptiveAvgPool2d((None, 1)), (1, 2, 5, 4), (1, 2, 5, 1)),
    (nn.AdaptiveMaxPool3d(2), (1, 2, 5, 4, 3), (1, 2, 2, 2, 2)),
    (nn.BatchNorm1d(3), (4, 3), (4, 3)),
    (nn.BatchNorm1d(3), (4, 3, 2), (4, 3, 2)),
    (nn.BatchNorm2d(3), (2, 3, 2, 2), (2, 3, 2, 2)),
    (nn.BatchNorm3d(3), (2, 3, 2, 2, 2), (2, 3, 2, 2, 2)),
    (nn.LayerNorm((3, 2)), (4, 3, 2), (4, 3, 2)),
    (nn.InstanceNorm1d(3), (2, 3, 4), (2, 3, 4)),
    (nn.InstanceNorm2d(3, affine=True), (2, 3, 4, 4), (2, 3, 4, 4)),
    (nn.GroupNorm(2, 4), (2, 4, 3), (2, 4, 3)),
    (nn.Dropout2d(0.5), (2, 3, 4, 4), (2, 3, 4, 4)),
    (nn.SiLU(), (2, 3), (2, 3)),
    (nn.PReLU(3), (2, 3, 4), (2, 3, 4)),
    (nn.Flatten(), (2, 3, 4), (2, 12)),
    (nn.Flatten(0, 1), (2, 3, 4), (6, 4)),
    (nn.Identity(), (2, 3), (2, 3)),
    (nn.Dropout(0.5), (2, 3), (2, 3)),
    (nn.ReLU(), (2, 3), (2, 3)),
    (nn.LeakyReLU(0.2), (2, 3), (2, 3)),
    (nn.Sigmoid(), (2, 3), (2, 3)),
    (nn.Tanh(), (2, 3), (2, 3)),
    (nn.Softplus(), (2, 3), (2, 3)),
    (nn.Softmax(), (2, 3), (2, 3)),
    (nn.GELU(), (2, 3), (2, 3)),
    (nn.GELU("tanh"), (2, 3), (2, 3)),
]


@pytest.mark.parametrize(("layer", "given", "expected"), SHAPES, ids=[repr(s[0]) for s in SHAPES])
def test_shapes_and_gradients_for_every_parameter(layer, given, expected):
    out = layer(Tensor(images(*given)))
    assert out.shape == expected
    assert out.dtype == np.float32
    if list(layer.parameters()):
        out.backward(np.ones(expected))
    assert all(p.grad is not None and p.grad.shape == p.shape for p in layer.parameters())


def test_a_convolution_can_apply_relu_itself():
    x = images(1, 2, 5, 5)
    fused, plain = nn.Conv2d(2, 3, 3, activation="relu", seed=0), nn.Conv2d(2, 3, 3, seed=0)
    assert np.array_equal(fused(x).data, F.relu(plain(x)).data)


def test_a_float64_network_passes_the_gradient_check():
    model = nn.Sequential(
        nn.Conv2d(1, 2, 3, padding=1, seed=0), nn.BatchNorm2d(2), nn.Tanh(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(8, 3, seed=0),
    ).astype(np.float64)  # fmt: skip
    assert gradcheck(model, images(3, 1, 4, 4))


WRONG = [
    (lambda: nn.Linear(0, 2), "Linear: given in_features=0"),
    (lambda: nn.Linear(2.5, 2), r"Linear: given in_features=2\.5"),
    (lambda: nn.Conv2d(3, 4, 3, groups=2), "3 channels in, 4 out and groups=2"),
    (lambda: nn.Conv2d(3, 4, 0), "Conv2d: given kernel_size=0"),
    (lambda: nn.Conv2d(3, 4, 3, stride=-1), "Conv2d: given stride=-1"),
    (lambda: nn.Conv2d(3, 4, (3, 3, 3)), r"Conv2d: given kernel_size=\(3, 3, 3\)"),
    (lambda: nn.Conv2d(3, 4, 3, padding=-1), "Conv2d: given padding=-1"),
    (lambda: nn.Conv2d(3, 4, 3, padding="full"), "Conv2d: given padding='full'"),
    (lambda: nn.Conv2d(3, 4, 3, stride=2, padding="same"), "needs stride 1"),
    (lambda: nn.Conv2d(3, 4, 3, activation="gelu"), "given activation='gelu'"),
    (lambda: nn.ConvTranspose2d(3, 4, 2, padding=-1), "ConvTranspose2d: given padding=-1"),
    (
        lambda: nn.ConvTranspose2d(3, 4, 2, output_padding=-1),
        "ConvTranspose2d: given output_padding",
    ),
    (
        lambda: nn.ConvTranspose2d(2, 4, 2, output_padding=1)(images(1, 2, 4, 4)),
        "output_padding 1|output_padding \\(1",
    ),
    (lambda: nn.Conv2d(3, 4, 3, padding_mode="mirror"), "Conv2d: given padding_mode='mirror'"),
    (lambda: nn.ConvTranspose1d(3, 4, 3, padding_mode="reflect"), "given padding_mode='reflect'"),
    (
        lambda: nn.Conv2d(3, 4, 3, padding=1, padding_mode="reflect")(images(3, 5, 5)),
        r"Conv2d: given input of shape \(3, 5, 5\)",
    ),
    (
        lambda: nn.Conv1d(1, 1, 7, padding=3, padding_mode="reflect")(images(1, 1, 3)),
        r"given 3 and 3 for axis 2 of shape \(1, 1, 3\), mode 'reflect'.*at most 2",
    ),
    (lambda: nn.MaxPool2d(0), "MaxPool2d: given kernel_size=0"),
    (lambda: nn.MaxPool2d(2, padding=-1), "MaxPool2d: given padding=-1"),
    (lambda: nn.AdaptiveAvgPool2d((1, 2, 3)), r"AdaptiveAvgPool2d: given output_size=\[1, 2, 3\]"),
    (lambda: nn.AdaptiveMaxPool1d(0), "AdaptiveMaxPool1d: given output_size"),
    (lambda: nn.AdaptiveAvgPool2d(1)(images(2, 3)), r"adaptive_avg_pool2d: given input of shape"),
    (lambda: nn.AvgPool2d(2, stride=0), "AvgPool2d: given stride=0"),
    (lambda: nn.BatchNorm2d(-3), "BatchNorm2d: given num_features=-3"),
    (lambda: nn.LayerNorm((3, 0)), r"LayerNorm: given normalized_shape=\(3, 0\)"),
    (lambda: nn.Dropout(1.5), r"Dropout: given p = 1\.5"),
    (lambda: nn.Dropout2d(0.5)(images(2, 3)), r"dropout2d: given input of shape \(2, 3\)"),
    (lambda: nn.BatchNorm1d(3, momentum=2), "BatchNorm1d: given momentum=2, expected 0 to 1"),
    (lambda: nn.BatchNorm2d(3)(images(0, 3, 2, 2)), r"no values per channel \(shape \(0, 3, 2, 2"),
    (lambda: nn.GroupNorm(2, 3), "given num_groups=2 and num_channels=3"),
    (lambda: nn.GroupNorm(3, 3)(images(1, 4, 2)), r"group_norm: given shape \(1, 4, 2\)"),
    (lambda: nn.InstanceNorm2d(3)(images(1, 3, 1, 1)), "at least two places"),
    (lambda: nn.ConditionalInstanceNorm2d(3, 0), "given condition_features=0"),
    (
        lambda: nn.ConditionalInstanceNorm2d(3, 5)(images(2, 3, 4, 4), images(1, 5)),
        r"x of shape \(2, 3, 4, 4\) and a condition of shape \(1, 5\), expected .*\(N, 5\)",
    ),
    (
        lambda: nn.ConditionalInstanceNorm2d(3, 5)(images(1, 3, 1, 1), images(1, 5)),
        "at least two places",
    ),
    (lambda: nn.PReLU(3)(images(1, 4, 2)), r"prelu: given input \(1, 4, 2\) and weight \(3,\)"),
    (lambda: nn.MSELoss(reduction="average"), "given reduction='average'"),
    (lambda: nn.Conv2d(3, 4, 3)(images(1, 2, 5, 5)), r"\(1, 2, 5, 5\)"),
    (lambda: nn.Conv2d(3, 4, 3)(images(3, 5, 5)), r"\(3, 5, 5\)"),
    (lambda: nn.Linear(3, 4)(images(2, 2)), r"linear: given input \(2, 2\)"),
    (lambda: nn.BatchNorm2d(3)(images(2, 3)), r"BatchNorm2d: given shape \(2, 3\)"),
    (lambda: nn.BatchNorm2d(3)(images(2, 4, 2, 2)), "expected 4 axes and 3 channels"),
    (lambda: nn.Flatten(1, 3)(images(2, 2)), r"Flatten: given shape \(2, 2\)"),
    (lambda: nn.Sequential({"a.b": nn.ReLU()}), "'a.b'"),
    (lambda: nn.Sequential({"forward": nn.ReLU()}), "'forward'"),
]


@pytest.mark.parametrize(("make", "message"), WRONG, ids=[w[1] for w in WRONG])
def test_wrong_options_and_inputs_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_class_in_place_of_a_layer_is_explained():
    with pytest.raises(TypeError, match=r"write ReLU\(\)"):
        nn.Sequential(nn.ReLU)


def test_batch_norm_measures_in_training_and_uses_it_in_evaluation():
    layer = nn.BatchNorm1d(2, momentum=1.0)
    x = images(64, 2) * 3 + 5
    y = layer(x).data
    assert np.allclose(y.mean(0), 0, atol=1e-5)
    assert np.allclose(layer.running_mean, x.mean(0), atol=1e-5)
    assert np.allclose(layer.running_var, x.var(0, ddof=1), rtol=1e-5)
    kept = layer.running_mean.copy()
    assert np.allclose(layer.eval()(x).data, y, atol=0.05)
    assert np.array_equal(layer.running_mean, kept)


def test_batch_norm_without_running_statistics_always_measures():
    layer = nn.BatchNorm1d(2, affine=False, track_running_stats=False).eval()
    assert layer.state_dict() == {}
    assert np.allclose(layer(images(64, 2) + 9).data.mean(0), 0, atol=1e-5)


def test_batch_norm_without_momentum_keeps_the_mean_of_all_batches():
    layer, batches = nn.BatchNorm1d(2, momentum=None), images(3, 8, 2)
    for batch in batches:
        layer(batch)
    # float32 sums of three numbers
    assert np.allclose(layer.running_mean, batches.mean((0, 1)), rtol=1e-5)
    assert np.allclose(layer.running_var, batches.var(1, ddof=1).mean(0), rtol=1e-5)


def test_dropout_of_channels_leaves_none_half_empty():
    y = nn.Dropout2d(0.5, seed=0)(np.ones((8, 16, 3, 3), np.float32)).data
    assert set(np.unique(y)) == {0, 2}
    assert np.array_equal(y, np.broadcast_to(y[:, :, :1, :1], y.shape))


def test_layers_taken_over_with_inplace_leave_their_input_as_it_is():
    x = images(2, 3)
    kept = x.copy()
    for layer in (nn.ReLU(True), nn.ReLU6(inplace=True), nn.ELU(1.0, True), nn.Dropout(0.5, True)):
        layer(x)
    assert np.array_equal(x, kept)


def test_dropout_only_in_training():
    layer, ones = nn.Dropout(0.5, seed=0), np.ones(1000, np.float32)
    assert set(np.unique(layer(ones).data)) == {0, 2}
    assert np.array_equal(layer.eval()(ones).data, ones)


def random_model():
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Dropout(0.5), nn.Linear(8, 4))


def test_one_manual_seed_repeats_weights_and_dropout():
    outputs = []
    for seed in (3, 3, 4):
        nn.manual_seed(seed)
        outputs.append(random_model()(images(2, 1, 4, 4)).data)
    assert np.array_equal(outputs[0], outputs[1])
    assert not np.array_equal(outputs[0], outputs[2])


def test_a_seed_of_its_own_makes_a_layer_repeatable():
    first, second, other = (nn.Conv2d(1, 2, 3, seed=s).state_dict() for s in (1, 1, 2))
    assert all(np.array_equal(first[n], second[n]) for n in first)
    assert not np.array_equal(first["weight"], other["weight"])
    rng = np.random.default_rng(0)
    assert not np.array_equal(nn.Linear(2, 2, seed=rng).bias.data, nn.Linear(2, 2, seed=rng).bias)


def test_sequential_by_index_slice_and_name():
    model = nn.Sequential({"up": nn.Linear(2, 3), "act": nn.ReLU(), "down": nn.Linear(3, 1)})
    assert model[0] is model.up
    assert model[-1] is model.down
    assert [name for name, _ in model[1:].named_children()] == ["act", "down"]
    assert len(model) == 3
    assert list(model)[1] is model.act
    x = images(4, 2)
    assert np.array_equal(model(x).data, model.down(F.relu(model.up(x))).data)


def test_module_list_grows():
    parts = nn.ModuleList([nn.ReLU()]).append(nn.Linear(1, 1))
    assert len(parts) == 2
    assert [name for name, _ in parts.named_parameters()] == ["1.weight", "1.bias"]


def test_losses_are_their_functions():
    x, labels, y = images(4, 3), np.array([0, 2, 1, 1]), images(4, 3) > 0
    pairs = [
        (nn.CrossEntropyLoss(label_smoothing=0.1)(x, labels),
         F.cross_entropy(x, labels, label_smoothing=0.1)),
        (nn.MSELoss(reduction="sum")(x, y * 2.0), F.mse_loss(x, y * 2.0, reduction="sum")),
        (nn.BCEWithLogitsLoss(reduction="none")(x, y),
         F.binary_cross_entropy_with_logits(x, y, reduction="none")),
    ]  # fmt: skip
    assert all(np.array_equal(a.data, b.data) for a, b in pairs)


def test_a_condition_sets_scale_and_shift_and_has_a_gradient():
    layer = nn.ConditionalInstanceNorm2d(2, 3, seed=0).astype(np.float64)
    rng = np.random.default_rng(0)
    x, condition = rng.standard_normal((2, 2, 3, 4)), rng.standard_normal((2, 3))
    y = layer(x, condition).data
    scale, shift = layer.scale(condition).data, layer.shift(condition).data
    np.testing.assert_allclose(y.mean((2, 3)), shift, atol=1e-12)
    # eps takes a part in 1e5 of a variance of about 1
    np.testing.assert_allclose(y.std((2, 3)), np.abs(scale), rtol=1e-4)
    assert gradcheck(lambda *given: layer(*given), x, condition)
    assert repr(layer).startswith("ConditionalInstanceNorm2d(2, 3")
