"""Optimisers: their formulas on numbers small enough to follow, state, and errors."""

import numpy as np
import pytest

from minidl import Tensor, nn, optim

MAKERS = {
    "sgd": lambda params: optim.SGD(params, 0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "adam": lambda params: optim.Adam(params, 0.05, betas=(0.8, 0.9), weight_decay=0.01),
    "adamw": lambda params: optim.AdamW(params, 0.05),
}


def param(*values, dtype=np.float32):
    return nn.Parameter(np.array(values, dtype))


def step_with(optimizer, *grads):
    for parameter, grad in zip(optimizer.params, grads, strict=True):
        parameter.grad = None if grad is None else np.asarray(grad, parameter.dtype)
    optimizer.step()


def test_sgd_goes_against_the_gradient():
    p = param(1.0, 2.0)
    step_with(optim.SGD([p], 0.1), [10, -10])
    assert np.allclose(p.data, [0, 3])


def test_momentum_remembers():
    p = param(0.0)
    sgd = optim.SGD([p], 1.0, momentum=0.5)
    step_with(sgd, [1])
    step_with(sgd, [0])
    assert np.allclose(p.data, -1.5)


def test_the_first_adam_step_is_the_learning_rate():
    p = param(0.0, 0.0)
    step_with(optim.Adam([p], 0.01), [1e-3, -50])
    assert np.allclose(p.data, [-0.01, 0.01], rtol=1e-4)


def test_adamw_decays_without_the_gradient():
    p = param(2.0)
    step_with(optim.AdamW([p], 0.1, weight_decay=0.5), [0])
    assert np.allclose(p.data, 2 * (1 - 0.1 * 0.5))


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_arrays_longer_than_a_block_are_updated_entry_by_entry(make):
    size = 2 * optim.optimizer.BLOCK + 7
    whole, one = param(*np.ones(size)), param(1.0)
    for optimizer in (make([whole]), make([one])):
        for g in (0.3, -1.2, 2.0):
            step_with(optimizer, np.full(optimizer.params[0].shape, g))
    assert np.array_equal(whole.data, np.full(size, one.data[0]))


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_parameter_without_gradient_is_skipped_and_keeps_its_own_count(make):
    late, alone = param(1.0), param(1.0)
    both = make([param(5.0), late])
    step_with(both, [1], None)
    assert late.data == 1
    step_with(both, [1], [2])
    step_with(make([alone]), [2])
    assert late.data == alone.data


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_and_array_stay(make, dtype):
    p = param(1.0, 2.0, dtype=dtype)
    array = p.data
    step_with(make([p]), [1, 1])
    assert p.data is array
    assert p.dtype == dtype


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_step_while_a_graph_is_alive_leaves_its_gradient_right(make):
    p, x = param(3.0), param(1.0)
    y = p * x
    step_with(make([p]), [1])
    y.backward(np.ones(1))
    assert x.grad == 3
    assert p.data != 3


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_any_memory_order(make):
    straight, turned = nn.Parameter(np.ones((3, 2))), nn.Parameter(np.ones((3, 2)))
    turned.data = np.ones((2, 3)).T
    g = np.arange(6.0).reshape(3, 2)
    step_with(make([straight]), g)
    step_with(make([turned]), np.asfortranarray(g))
    assert np.array_equal(straight.data, turned.data)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_state_goes_through_a_file_and_training_goes_on_the_same(make, tmp_path):
    rng = np.random.default_rng(0)
    grads = rng.standard_normal((10, 3))
    p, q = param(1.0, 2.0, 3.0), param(0.0, 0.0, 0.0)
    first = make([p, param(1.0)])
    for g in grads[:5]:
        step_with(first, g, None)
    nn.save(first.state_dict(), tmp_path / "optimizer.safetensors")
    second = make([q, param(1.0)])
    second.lr = 123.0
    second.load_state_dict(nn.load(tmp_path / "optimizer.safetensors"))
    q.data = p.data.copy()
    for g in grads[5:]:
        step_with(first, g, None)
        step_with(second, g, None)
    assert second.lr == first.lr
    assert np.array_equal(p.data, q.data)


def test_a_state_dict_is_a_copy():
    p = param(0.0)
    adam = optim.Adam([p])
    step_with(adam, [1])
    state = adam.state_dict()
    kept = state["0.m"].copy()
    step_with(adam, [1])
    assert np.array_equal(state["0.m"], kept)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"0.m": np.zeros(3)}, ValueError, r"0\.m: given shape \(3,\), expected \(2,\)"),
        ({"1.step": 1}, KeyError, r"unexpected \['1.step'\]"),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(change, error, message):
    adam = optim.Adam([param(1.0, 2.0)])
    step_with(adam, [1, 1])
    before = adam.state_dict()
    with pytest.raises(error, match=message):
        adam.load_state_dict({**before, "lr": 7.0, **change})
    after = adam.state_dict()
    assert all(np.array_equal(before[n], after[n]) for n in before)
    with pytest.raises(KeyError, match=r"missing \['0.step'"):
        adam.load_state_dict({})


def test_zero_grad_forgets():
    p = param(1.0)
    (p * 2).backward(np.ones(1))
    optim.SGD([p]).zero_grad()
    assert p.grad is None


def test_a_shared_parameter_moves_once():
    p = param(1.0)
    sgd = optim.SGD([p, p], 0.1)
    step_with(sgd, [1])
    assert np.allclose(p.data, 0.9)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: optim.SGD([]), ValueError, "SGD: given no parameters"),
        (lambda: optim.SGD(param(1.0)), TypeError, r"given one tensor of shape \(1,\)"),
        (lambda: optim.Adam([np.ones(2)]), TypeError, "parameter 0: given ndarray"),
        (lambda: optim.Adam([Tensor([1, 2])]), TypeError, "holds int64"),
        (lambda: optim.Adam([param(1.0) * 2]), ValueError, "result of an operation"),
        (lambda: optim.SGD([param(1.0)], -0.1), ValueError, r"given lr=-0\.1"),
        (lambda: optim.SGD([param(1.0)], float("nan")), ValueError, "given lr=nan"),
        (lambda: optim.SGD([param(1.0)], momentum=-1), ValueError, "given momentum=-1"),
        (lambda: optim.SGD([param(1.0)], nesterov=True), ValueError, "nesterov=True needs"),
        (lambda: optim.Adam([param(1.0)], betas=(0.9, 1.0)), ValueError, r"betas=1\.0.*below 1"),
        (lambda: optim.AdamW([param(1.0)], weight_decay=-1), ValueError, "weight_decay=-1"),
        (lambda: step_with(optim.SGD([param(1.0)]), [1, 2]), ValueError, "a gradient of shape"),
    ],
)  # fmt: skip
def test_errors_name_what_was_given(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_clip_scales_all_gradients_together():
    p, q, r = param(0.0), param(0.0), param(0.0)
    p.grad, q.grad = np.array([3.0], np.float32), np.array([4.0], np.float32)
    assert optim.clip_grad_norm([p, q, r], 1.0) == pytest.approx(5)
    assert np.allclose([p.grad, q.grad], [[0.6], [0.8]])
    assert optim.clip_grad_norm([p, q, r], 10.0) == pytest.approx(1)
    assert np.allclose([p.grad, q.grad], [[0.6], [0.8]])
    assert p.grad.dtype == np.float32
    with pytest.raises(ValueError, match="given max_norm=-1"):
        optim.clip_grad_norm([p], -1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1e-30, 1e25, 5e37])
def test_clip_does_not_overflow_or_vanish(dtype, size):
    p, q = param(0.0), nn.Parameter(np.zeros(1, dtype))
    p.grad, q.grad = np.array([3 * size], np.float32), np.array([4 * size], dtype)
    assert optim.clip_grad_norm([p, q], size / 2) == pytest.approx(5 * size)
    np.testing.assert_allclose([p.grad[0] / size, q.grad[0] / size], [0.3, 0.4], rtol=1e-6)


@pytest.mark.parametrize("size", [1e-200, 1e200, 4e307])
def test_clip_of_sizes_whose_squares_are_no_float64(size):
    p = nn.Parameter(np.zeros(2))
    p.grad = np.array([3 * size, 4 * size])
    with np.errstate(over="ignore"):
        assert optim.clip_grad_norm([p], size / 2) == pytest.approx(5 * size)
    np.testing.assert_allclose(p.grad / size, [0.3, 0.4], rtol=1e-6)


@pytest.mark.parametrize(("bad", "after"), [(np.inf, [0, np.nan]), (np.nan, [np.nan, np.nan])])
def test_a_gradient_that_is_not_finite(bad, after):
    p = param([0.0, 0.0])
    p.grad = np.array([1, bad], np.float32)
    with pytest.raises(RuntimeError, match=f"the length of 1 gradients is {bad}"):
        optim.clip_grad_norm([p], 1.0, error_if_nonfinite=True)
    np.testing.assert_array_equal(p.grad, [1, bad])
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(optim.clip_grad_norm([p], 1.0), bad)
    np.testing.assert_array_equal(p.grad, after)


def test_clip_sums_over_many():
    p = nn.Parameter(np.zeros(10**6, np.float32))
    p.grad = np.full(10**6, 0.1, np.float32)
    assert optim.clip_grad_norm([p], np.inf) == pytest.approx(100, rel=1e-7)


def test_a_model_in_place_of_its_parameters_is_named():
    with pytest.raises(TypeError, match=r"SGD: given Linear\(2, 1\), expected .*parameters\(\)"):
        optim.SGD(nn.Linear(2, 1))


def test_groups_have_numbers_of_their_own():
    slow, fast, other = param(0.0), param(0.0), param(0.0)
    sgd = optim.SGD([{"params": [slow], "lr": 0.1}, {"params": iter([fast])}], lr=1.0)
    sgd.add_param_group({"params": [other], "momentum": 0.5})
    for _ in range(2):
        step_with(sgd, [1], [1], [1])
    assert [p.data[0] for p in (slow, fast, other)] == pytest.approx([-0.2, -2, -2.5])
    assert [group["lr"] for group in sgd.param_groups] == [0.1, 1, 1]
    sgd.param_groups[0]["lr"] = 2.0
    assert sgd.lr == 2
    sgd.lr = 0.5
    assert [group["lr"] for group in sgd.param_groups] == [0.5, 0.5, 0.5]
    assert "3 parameters in 3 groups" in repr(sgd)


def test_a_group_of_adam_may_have_its_own_betas():
    p, q = param(0.0), param(0.0)
    adam = optim.Adam([{"params": [p], "betas": (0.5, 0.6)}, {"params": [q]}], lr=0.1)
    assert [(g["beta1"], g["beta2"]) for g in adam.param_groups] == [(0.5, 0.6), (0.9, 0.999)]


def test_the_state_of_groups_goes_through_a_file(tmp_path):
    def made():
        params = [param(1.0), param(2.0)]
        groups = [{"params": [params[0]], "lr": 0.1}, {"params": [params[1]], "momentum": 0.9}]
        return params, optim.SGD(groups, lr=0.2)

    (first, sgd), (second, again) = made(), made()
    step_with(sgd, [1], [1])
    sgd.param_groups[1]["lr"] = 0.3
    nn.save(sgd.state_dict(), tmp_path / "groups.safetensors")
    again.load_state_dict(nn.load(tmp_path / "groups.safetensors"))
    for p, q in zip(first, second, strict=True):
        q.data = p.data.copy()
    step_with(sgd, [1], [1])
    step_with(again, [1], [1])
    assert [group["lr"] for group in again.param_groups] == [0.1, 0.3]
    assert [p.data for p in first] == [q.data for q in second]
    with pytest.raises(KeyError, match=r"missing \['group1.dampening'"):
        again.load_state_dict(optim.SGD([param(1.0), param(2.0)]).state_dict())


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda p: optim.SGD([{"params": [p]}, p]), TypeError, "groups and parameters in one list"),
        (lambda p: optim.SGD({"params": [p]}), TypeError, r"one group, expected .*\[group\]"),
        (lambda p: optim.SGD([{"lr": 0.1}]), ValueError, r"a group of \['lr'\], expected 'params'"),
        (lambda p: optim.SGD([{"params": [p], "rate": 1}]), ValueError, r"given a group of \['par"),
        (lambda p: optim.SGD([{"params": [p], "lr": -1}]), ValueError, "given lr=-1"),
        (lambda p: optim.SGD([{"params": [p]}, {"params": [p]}]), ValueError, "in two groups"),
        (lambda p: optim.SGD([{"params": []}]), ValueError, "given no parameters"),
        (lambda p: optim.LBFGS([{"params": [p]}, {"params": [param(1.0)]}]), ValueError, "several"),
    ],
)  # fmt: skip
def test_groups_that_do_not_fit_are_named(make, error, message):
    with pytest.raises(error, match=message):
        make(param(1.0))
