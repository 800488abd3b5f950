"""What the public functions promise beyond their gradients: errors, options, edge cases."""

import numpy as np
import pytest

import minidl.functional as F
from minidl import Tensor

X = np.ones((2, 4, 8, 8), np.float32)
W = np.ones((6, 4, 3, 3), np.float32)
TWO = np.ones((2, 3))  # logits of two examples


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.conv2d(X[0], W), r"given input of shape \(4, 8, 8\), expected 4 axes"),
        (lambda: F.conv2d(X, W[0]), r"given weight \(4, 3, 3\), expected 4 axes"),
        (lambda: F.conv2d(X, W[:, :3]), r"4 channels.*groups=1"),
        (lambda: F.conv2d(X, W, groups=3), "groups=3"),
        (lambda: F.conv2d(X, W, groups=0), "groups=0"),
        (lambda: F.conv2d(X, W, np.ones(5)), r"given bias of shape \(5,\), expected \(6,\)"),
        (lambda: F.conv2d(X, W, stride=-1), "given stride=-1, expected an int of at least 1"),
        (lambda: F.conv2d(X, W, stride=(1, 2, 3)), r"given stride=\(1, 2, 3\)"),
        (lambda: F.conv2d(X, W, stride=1.5), "given stride=1.5"),
        (lambda: F.conv2d(X, W, dilation=0), "given dilation=0"),
        (lambda: F.conv2d(X, W, padding=-1), "given padding=-1"),
        (lambda: F.conv2d(X, W, padding="full"), "given padding='full'"),
        (lambda: F.conv2d(X, W, padding="same", stride=2), "needs stride 1"),
        (lambda: F.conv2d(X, W, dilation=4), "does not fit"),
        (lambda: F.conv2d(X, W, activation="gelu"), "given activation='gelu'"),
        (lambda: F.conv1d(X, W), r"expected 3 axes \(N, C, L\)"),
        (lambda: F.conv_transpose2d(X, W), r"in = 4"),
        (lambda: F.conv2d(X, W[:, :, :0]), r"given weight \(6, 4, 0, 3\), expected 4 axes of at"),
        (lambda: F.conv2d(X[:, :0], W[:, :0]), r"given weight \(6, 0, 3, 3\)"),
        (lambda: F.conv2d(X, W[:0]), r"given weight \(0, 4, 3, 3\)"),
        (lambda: F.conv_transpose2d(X, np.ones((4, 2, 0, 3))), r"given input .* \(4, 2, 0, 3\)"),
        (lambda: F.conv_transpose2d(X, np.ones((4, 2, 3, 3)), groups=1.5), "groups=1.5"),
        (lambda: F.conv_transpose2d(X, np.ones((4, 2, 3, 3)), output_padding=1), "output_padding"),
        (lambda: F.conv_transpose1d(X, W), r"conv_transpose1d: .* expected 3 axes \(N, C, L\)"),
        (lambda: F.pad(X, (1,)), r"pad: given pad=\(1,\) for shape \(2, 4, 8, 8\)"),
        (lambda: F.pad(X, 1), "pad: given pad=1, expected a list"),
        (lambda: F.pad(X, (1, 1), "mirror"), "pad: given mode='mirror'"),
        (lambda: F.pad(X, (0, 8), "reflect"), "given 0 and 8 for axis 3 .* at most 7"),
        (lambda: F.pad(X, (9, 0), "circular"), "at most 8"),
        (lambda: F.pad(X, (1, 1), "reflect", 2.0), "given value=2.0 with mode 'reflect'"),
        (lambda: F.pad(X, (-4, -4)), "nothing would be left"),
        (lambda: F.interpolate(X), "given size=None and scale_factor=None"),
        (lambda: F.interpolate(X, 4, 2), "given size=4 and scale_factor=2"),
        (
            lambda: F.interpolate(X, 4, mode="linear"),
            r"\(2, 4, 8, 8\) and mode 'linear'.*1 spa",
        ),
        (lambda: F.interpolate(X, 4, mode="cubic"), "given mode='cubic'"),
        (lambda: F.interpolate(X, 4, align_corners=True), "align_corners=True with mode 'nearest'"),
        (lambda: F.interpolate(X, scale_factor=0.1), "at least one place"),
        (lambda: F.interpolate(X, (1, 2, 3)), r"given size=\(1, 2, 3\)"),
        (lambda: F.pixel_shuffle(X, 3), "pixel_shuffle: given shape .* multiple of 9 channels"),
        (lambda: F.pixel_unshuffle(X, 3), "expected sides divisible by 3"),
        (lambda: F.unfold(X, 9), "unfold: given input .* does not fit"),
        (lambda: F.fold(np.ones((1, 8, 9)), 4, 2, stride=2), r"fold: .*expected \(N, C \* 4, 4\)"),
        (lambda: F.max_pool2d(X, 0), "given kernel_size=0"),
        (lambda: F.max_pool2d(X, 2, padding=2), "at most half"),
        (lambda: F.max_pool2d(X, 9), "does not fit"),
        (lambda: F.avg_pool1d(X, 2), r"expected 3 axes"),
        (lambda: F.avg_pool2d(X, 2, divisor_override=0), "given divisor_override=0"),
        (lambda: F.adaptive_avg_pool2d(X, (1, -1)), "adaptive_avg_pool2d: given output_size"),
        (lambda: F.linear(X, np.ones((3, 5))), r"given input \(2, 4, 8, 8\) and weight \(3, 5\)"),
        (lambda: F.linear(np.ones((4, 3)), np.ones((4, 3)), np.ones((4, 1))), r"bias of shape"),
        (lambda: F.batch_norm(X, np.zeros(1), np.ones(1)), r"running_mean of shape \(1,\)"),
        (lambda: F.layer_norm(X, 8, np.ones(4)), r"weight of shape \(4,\), expected \(8,\)"),
        (lambda: F.softmax(X, axis=9), r"softmax: given axis 9 for shape \(2, 4, 8, 8\)"),
        (lambda: F.layer_norm(X, 5), r"expected it to end in \(5,\)"),
        (lambda: F.batch_norm(X, None, None), "needs running_mean"),
        (lambda: F.batch_norm(X[:1, :, :1, :1], None, None, training=True), "at least two"),
        (lambda: F.dropout(X, 1.5), "given p = 1.5"),
        (lambda: F.normalize(X, p=0), "normalize: given p=0, expected a number above 0"),
        (lambda: F.mse_loss(X, X[0]), r"\(2, 4, 8, 8\) and target \(4, 8, 8\)"),
        (lambda: F.mse_loss(X, X, reduction="max"), "given reduction='max'"),
        (lambda: F.cross_entropy(np.ones((2, 3)), np.array([0, 3])), "labels from 0 to 3"),
        (lambda: F.cross_entropy(np.ones((2, 3)), np.array([0, -1])), "labels from -1 to 0"),
        (lambda: F.cross_entropy(np.ones((2, 3)), np.array([0])), r"\(2, 3\) and targets \(1,\)"),
        (
            lambda: F.cross_entropy(X, np.zeros((2, 8), int)),
            r"targets \(2, 8\), expected .*\(N, \.\.\.\)",
        ),
        (
            lambda: F.cross_entropy(np.ones((2, 3)), [0, 1], np.ones(2)),
            r"weight shape \(2,\), ex.*\(3,\)",
        ),
        (lambda: F.cross_entropy(np.ones((2, 3)), [0, 1], "sum"), "given weight='sum'.*reduction="),
        (
            lambda: F.cross_entropy(np.ones((2, 3)), [0, 1], label_smoothing=1.5),
            "label_smoothing=1.5, exp",
        ),
        (lambda: F.cross_entropy(np.ones((2, 3)), [0, 1], label_smoothing=-0.1), "from 0 to 1"),
        (lambda: F.cross_entropy(np.ones((2, 3)), [0, 1], label_smoothing=np.nan), "smoothing=nan"),
        (lambda: F.cross_entropy(np.ones((2, 3)), [0, 1], label_smoothing="a"), "smoothing='a'"),
        (
            lambda: F.nll_loss(np.ones((2, 3)), np.array([0, 3])),
            "nll_loss: given labels from 0 to 3",
        ),
        (lambda: F.binary_cross_entropy(2 * X, X), "from 2 to 2, expected probabilities"),
        (lambda: F.smooth_l1_loss(X, X, beta=-1), "given beta=-1, expected at least 0"),
        (lambda: F.huber_loss(X, X, delta=0), "given delta=0, expected above 0"),
        (lambda: F.l1_loss(X, X[0]), r"l1_loss: given input \(2, 4, 8, 8\) and target \(4, 8, 8\)"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_labels_must_be_integers():
    with pytest.raises(TypeError, match="float64 targets"):
        F.cross_entropy(np.ones((2, 3)), np.array([0.0, 1.0]))


@pytest.mark.parametrize(
    "call",
    [
        lambda x: F.batch_norm(x, None, None, training=True),
        lambda x: F.layer_norm(x, 8),
    ],
)
def test_whole_numbers_are_not_normalised_to_whole_numbers(call):
    with pytest.raises(TypeError, match=r"given int64 of shape \(2, 4, 8, 8\)"):
        call(X.astype(int))


@pytest.mark.parametrize("kernel", [1, 2, 3, 4])
@pytest.mark.parametrize("dilation", [1, 2])
def test_same_padding_keeps_the_size(kernel, dilation):
    w = np.ones((5, 4, kernel, kernel), np.float32)
    assert F.conv2d(X, w, padding="same", dilation=dilation).shape == (2, 5, 8, 8)


def test_padding_may_differ_per_side():
    y = F.conv2d(X, W, padding=((1, 0), (0, 2)))
    assert y.shape == (2, 6, 7, 8)


def test_numpy_integers_are_integers():
    assert F.conv2d(X, W, stride=np.int64(2), padding=np.int32(1)).shape == (2, 6, 4, 4)
    assert F.conv2d(X, W[:, :2], groups=np.int64(2)).shape == (2, 6, 6, 6)


def test_dropout_scales_what_it_keeps_and_repeats_by_seed():
    x = np.ones(10_000, np.float32)
    y = F.dropout(x, 0.25, seed=1).data
    assert set(np.unique(y)) == {0, np.float32(1 / 0.75)}
    assert abs(y.mean() - 1) < 0.02
    np.testing.assert_array_equal(y, F.dropout(x, 0.25, seed=1).data)
    np.testing.assert_array_equal(F.dropout(x, 0.25, training=False).data, x)
    assert not F.dropout(x, 1.0).data.any()


def test_batch_norm_moves_its_running_statistics():
    x = np.random.default_rng(0).standard_normal((64, 2, 3)) * 3 + 5
    mean, var = np.zeros(2), np.ones(2)
    y = F.batch_norm(x, mean, var, training=True, momentum=1.0)
    np.testing.assert_allclose(mean, x.mean((0, 2)))
    np.testing.assert_allclose(var, x.var((0, 2), ddof=1))
    np.testing.assert_allclose(y.data.mean((0, 2)), 0, atol=1e-12)


def test_label_smoothing_spreads_the_target():
    logits = Tensor(np.array([[2.0, 0.0, -1.0]]))
    logp = F.log_softmax(logits).data[0]
    expected = -(0.9 * logp[0] + 0.1 * logp.mean())
    assert F.cross_entropy(logits, [0], label_smoothing=0.1).item() == pytest.approx(expected)


def test_reductions_of_losses():
    logits, labels = np.random.default_rng(0).standard_normal((4, 3)), np.array([0, 1, 2, 0])
    each = F.cross_entropy(logits, labels, reduction="none").data
    assert each.shape == (4,)
    assert F.cross_entropy(logits, labels, reduction="sum").item() == pytest.approx(each.sum())
    assert F.cross_entropy(logits, labels).item() == pytest.approx(each.mean())


def test_cross_entropy_passes_over_a_class_that_is_ruled_out():
    logits = Tensor([[0.0, 1.0, -np.inf]], requires_grad=True)
    loss = F.cross_entropy(logits, [1])
    loss.backward()
    assert loss.item() == pytest.approx(np.log(1 + np.exp(-1)))
    assert logits.grad[0] == pytest.approx([1 / (1 + np.e), -1 / (1 + np.e), 0])


def test_cross_entropy_of_whole_numbers_is_that_of_floats():
    whole = F.cross_entropy(np.array([[1, 2, 3]]), [1], label_smoothing=0.1).item()
    assert whole == pytest.approx(F.cross_entropy([[1.0, 2, 3]], [1], label_smoothing=0.1).item())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_constant_scales_of_normalisation_adopt_the_inputs_dtype(dtype):
    x, ones = Tensor(np.eye(3, dtype=dtype), requires_grad=True), np.ones(3)
    assert F.layer_norm(x, 3, ones, ones).dtype == dtype
    assert F.batch_norm(x, None, None, ones, ones, training=True).dtype == dtype


def test_cross_entropy_of_huge_logits_is_finite():
    assert F.cross_entropy(np.array([[1e5, 0.0]]), np.array([1])).item() == pytest.approx(1e5)
    loss = F.binary_cross_entropy_with_logits(np.array([1e5, -1e5]), np.array([1.0, 0.0]))
    assert loss.item() == pytest.approx(0)


@pytest.mark.parametrize(
    "layer",
    [
        lambda x, p: F.conv2d(x, p(6, 4, 3, 3), p(6)),
        lambda x, p: F.conv_transpose2d(x, p(4, 2, 3, 3), p(2)),
        lambda x, p: F.linear(x, p(5, 8)),
        lambda x, p: F.batch_norm(x, None, None, p(4), p(4), training=True),
        lambda x, p: F.layer_norm(x, 8, p(8), p(8)),
    ],
)
def test_plain_arrays_adopt_the_dtype_of_the_weights(layer):
    y = layer(X.astype(np.float64), lambda *s: Tensor(np.ones(s, np.float32), requires_grad=True))
    assert y.dtype == np.float32


def test_labels_to_be_ignored_count_for_nothing():
    logits = Tensor(np.array([[2.0, 0.0], [0.0, 9.0], [1.0, 3.0]]), requires_grad=True)
    loss = F.cross_entropy(logits, [0, 255, 1], ignore_index=255)
    alone = F.cross_entropy(np.array([[2.0, 0.0], [1.0, 3.0]]), [0, 1])
    assert loss.item() == pytest.approx(alone.item())
    loss = F.cross_entropy(logits.detach(), [0, -100, 1], reduction="none")
    assert loss.data[1] == 0


def test_weights_of_classes_weigh_the_mean():
    log_p = np.log([[0.5, 0.5], [0.25, 0.75]])
    loss = F.nll_loss(log_p, [0, 1], np.array([1.0, 3.0]))
    assert loss.item() == pytest.approx(-(np.log(0.5) + 3 * np.log(0.75)) / 4)


def test_a_probability_of_0_rules_a_class_out_of_cross_entropy_too():
    loss = F.cross_entropy(np.array([[0.0, 0.0, -np.inf]]), np.array([[0.5, 0.5, 0.0]]))
    assert loss.item() == pytest.approx(np.log(2))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_windows_beyond_the_border_see_only_what_is_there(dtype):
    x = np.arange(5, dtype=dtype).reshape(1, 1, 5)
    assert F.max_pool1d(x, 2, ceil_mode=True).data.tolist() == [[[1, 3, 4]]]
    assert F.avg_pool1d(x, 2, ceil_mode=True).data.tolist() == [[[0.5, 2.5, 4]]]
    assert F.max_pool1d(x[..., :4], 3, 2, 1, ceil_mode=True).data.tolist() == [[[1, 3, 3]]]
    assert F.max_pool1d(x[..., :1], 1, 2, 0, ceil_mode=True).shape == (1, 1, 1)


def test_output_padding_shows_places_no_window_reaches():
    y = F.conv_transpose1d(np.ones((1, 1, 2)), np.ones((1, 1, 2)), np.ones(1), 1, 0, 1, 1, 2)
    assert y.data.tolist() == [[[2, 2, 2, 2, 1]]]


def test_linear_interpolation_of_whole_numbers_is_refused():
    with pytest.raises(TypeError, match=r"given int64 of shape \(1, 1, 2\)"):
        F.interpolate(np.ones((1, 1, 2), int), 4, mode="linear")
    assert F.interpolate(np.ones((1, 1, 2), int), 4).dtype == np.int64


def test_arrays_of_sizes_are_sizes():
    pair = np.array([1, 1])
    assert F.conv2d(X, W, padding=pair, stride=pair, dilation=pair).shape == (2, 6, 8, 8)
    assert F.conv2d(X, W, padding=np.array([[1, 0], [0, 2]])).shape == (2, 6, 7, 8)
    assert F.max_pool2d(X, 2 * pair).shape == (2, 4, 4, 4)


@pytest.mark.parametrize("share", [1.5, -0.5, float("nan")])
def test_label_smoothing_is_a_share(share):
    with pytest.raises(ValueError, match=f"given label_smoothing={share}, expected"):
        F.cross_entropy(np.eye(2), [0, 1], label_smoothing=share)


def test_label_smoothing_may_be_all_or_nothing():
    z = np.array([[2.0, 0, 0]])
    assert F.cross_entropy(z, [0], label_smoothing=1).item() == pytest.approx(
        -F.log_softmax(z).data.mean()
    )


def test_mirrored_and_enlarged_pictures_keep_channels_last_in_memory():
    x = np.random.default_rng(0).random((2, 4, 5, 3), np.float32).transpose(0, 3, 1, 2)
    for y in (F.pad(x, (1, 2, 1, 0), "reflect"), F.interpolate(x, scale_factor=2.0)):
        assert y.data.transpose(0, 2, 3, 1).flags.c_contiguous
    expected = np.pad(x, ((0, 0), (0, 0), (1, 0), (1, 2)), mode="reflect")
    np.testing.assert_array_equal(F.pad(x, (1, 2, 1, 0), "reflect").data, expected)
