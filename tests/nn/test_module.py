"""Module: what it finds, saves, loads and shows."""

import numpy as np
import pytest

from minidl import Tensor, nn


class Net(nn.Module):
    def __init__(self):
        self.first = nn.Linear(3, 4, seed=0)
        self.rest = nn.ModuleList([nn.BatchNorm1d(4), nn.Linear(4, 2, seed=1)])
        self.scale = nn.Parameter([2.0])
        self.seen = np.zeros(1, np.float32)
        self._cache = np.ones(5)
        self.note = "not saved"

    def forward(self, x):
        x = self.first(x).relu()
        for part in self.rest:
            x = part(x)
        return x * self.scale


PARAMETERS = [
    "scale",
    "first.weight",
    "first.bias",
    "rest.0.weight",
    "rest.0.bias",
    "rest.1.weight",
    "rest.1.bias",
]
BUFFERS = [
    "seen",
    "rest.0.running_mean",
    "rest.0.running_var",
    "rest.0.num_batches_tracked",
]


def test_finds_parameters_buffers_and_modules_by_attribute():
    net = Net()
    assert [name for name, _ in net.named_parameters()] == PARAMETERS
    assert [name for name, _ in net.named_buffers()] == BUFFERS
    assert [name for name, _ in net.named_modules()] == ["", "first", "rest", "rest.0", "rest.1"]
    assert all(isinstance(p, nn.Parameter) and p.requires_grad for p in net.parameters())


def test_a_shared_part_is_found_once():
    layer = nn.Linear(2, 2)
    shared = nn.Sequential(layer, nn.ReLU(), layer)
    assert [name for name, _ in shared.named_modules()] == ["", "0", "1"]
    assert [name for name, _ in shared.named_parameters()] == ["0.weight", "0.bias"]
    tied = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    tied[1].weight = tied[0].weight
    assert len(list(tied.parameters())) == 3


@pytest.mark.parametrize("hidden", [[nn.ReLU()], (nn.Parameter([1.0]),), {"a": nn.ReLU()}])
def test_parts_hidden_in_a_container_are_refused(hidden):
    with pytest.raises(TypeError, match=r"Module\.parts: a (list|tuple|dict) would hide"):
        nn.Module().parts = hidden


def test_a_plain_tensor_that_wants_a_gradient_is_refused():
    with pytest.raises(TypeError, match=r"Module\.weight.*nn\.Parameter"):
        nn.Module().weight = Tensor([1.0], requires_grad=True)
    module = nn.Module()
    module._image = Tensor([1.0], requires_grad=True)
    module.mean = Tensor([1.0])


def test_state_dict_is_a_copy():
    net = Net()
    state = net.state_dict()
    net.scale.data[:] = 9
    net.seen[:] = 9
    assert list(state) == PARAMETERS + BUFFERS
    assert state["scale"] == 2
    assert state["seen"] == 0


def test_loading_a_state_dict_makes_models_equal():
    net, other = Net(), Net()
    x = np.random.default_rng(0).standard_normal((5, 3)).astype(np.float32)
    net(x)  # moves the running statistics
    assert not np.array_equal(net.eval()(x).data, other.eval()(x).data)
    assert other.load_state_dict(net.state_dict()) == ([], [])
    assert np.array_equal(net(x).data, other(x).data)


def test_loading_copies_and_keeps_the_dtype():
    layer = nn.Linear(2, 1)
    weight = np.ones((1, 2), np.float32)
    layer.load_state_dict({"weight": weight, "bias": np.zeros(1)})
    weight[:] = 5
    assert layer.bias.dtype == np.float32
    assert np.array_equal(layer.weight.data, [[1, 1]])


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"weight": np.ones((3, 2))}, ValueError, r"weight: given shape \(3, 2\).*\(1, 2\)"),
        ({"extra": np.ones(1)}, KeyError, "unexpected extra"),
        ({"weight": np.ones((1, 2), complex)}, TypeError, "weight: given complex128.*float32"),
        ({"weight": np.array([["a", "b"]])}, TypeError, "weight: given <U1"),
    ],
)
def test_what_does_not_fit_changes_nothing(change, error, message):
    layer = nn.Linear(2, 1, seed=0)
    before = layer.state_dict()
    with pytest.raises(error, match=message):
        layer.load_state_dict({"bias": np.full(1, 7.0), "weight": np.ones((1, 2)), **change})
    assert all(np.array_equal(before[n], a) for n, a in layer.state_dict().items())


def test_missing_names_are_errors_unless_not_strict():
    layer = nn.Linear(2, 1)
    with pytest.raises(KeyError, match="missing weight"):
        layer.load_state_dict({"bias": np.ones(1)})
    result = layer.load_state_dict({"bias": np.ones(1), "more": 1}, strict=False)
    assert result.missing == ["weight"]
    assert result.unexpected == ["more"]
    assert layer.bias.data == 1


def test_loading_while_a_graph_is_alive_leaves_its_gradient_right():
    layer = nn.Linear(1, 1, bias=False)
    layer.load_state_dict({"weight": [[3.0]]})
    x = nn.Parameter([[1.0]])
    y = layer(x)
    layer.load_state_dict({"weight": [[100.0]]})
    y.backward()
    assert x.grad == 3


def test_train_and_eval_reach_every_part():
    net = Net()
    assert net.training
    assert net.eval() is net
    assert not any(module.training for module in net.modules())
    assert all(module.training for module in net.train().modules())


def test_freezing_stops_gradients():
    net = Net()
    net.first.requires_grad_(False)
    net(np.ones((2, 3), np.float32)).sum().backward()
    assert net.first.weight.grad is None
    assert net.rest[1].weight.grad is not None
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())


def test_astype_converts_everything():
    net = Net().astype(np.float64)
    assert {a.dtype for a in net.state_dict().values()} == {np.dtype(np.float64), np.dtype(int)}
    assert net(np.ones((2, 3))).dtype == np.float64
    with pytest.raises(TypeError, match="given int32, expected float32 or float64"):
        net.astype(np.int32)


def test_a_module_without_forward_says_so():
    with pytest.raises(NotImplementedError, match=r"Module does not define forward"):
        nn.Module()(1)


def test_repr_reads_like_a_model():
    model = nn.Sequential({"conv": nn.Conv2d(1, 2, 3, padding=1, bias=False), "act": nn.ReLU()})
    assert repr(model).splitlines() == [
        "Sequential()",
        "  conv: Conv2d(1, 2, kernel_size=3, padding=1, bias=False)         18",
        "  act: ReLU()",
        "parameters                                                         18",
    ]
    assert repr(nn.Linear(3, 2)) == "Linear(3, 2)"


def test_an_array_does_not_silently_replace_a_parameter():
    layer = nn.Linear(3, 2)
    with pytest.raises(TypeError, match=r"Linear.weight: given ndarray in place of a Parameter"):
        layer.weight = np.ones((2, 3))
    layer.weight = nn.Parameter(np.ones((2, 3)))
    assert len(list(layer.parameters())) == 2


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e300])
def test_weights_that_are_no_numbers_are_refused(bad):
    layer = nn.Linear(2, 1, seed=0)
    before = layer.state_dict()
    with pytest.raises(ValueError, match=r"weight has .* in it \(1 of 2 values\)"):
        layer.load_state_dict({"weight": np.array([[1.0, bad]]), "bias": np.ones(1)})
    assert np.array_equal(layer.weight.data, before["weight"])
    assert np.array_equal(layer.bias.data, before["bias"])


def test_a_buffer_may_mask_with_infinity_but_not_hold_nan():
    net = nn.Module()
    net.mask = np.zeros(2, np.float32)
    net.load_state_dict({"mask": np.array([0, -np.inf])})
    assert net.mask[1] == -np.inf
    with pytest.raises(ValueError, match="mask has NaN in it"):
        net.load_state_dict({"mask": np.array([0, np.nan])})


@pytest.mark.parametrize("given", ["weights.safetensors", None, [1.0]])
def test_a_state_that_is_no_dict_says_so(given):
    with pytest.raises(TypeError, match=r"Linear\.load_state_dict: given .*, expected a dict"):
        nn.Linear(1, 1).load_state_dict(given)


def test_a_ragged_list_as_weights_says_its_name():
    with pytest.raises(TypeError, match=r"weight: given list, of which NumPy makes no array"):
        nn.Linear(2, 1).load_state_dict({"weight": [[1.0], [2.0, 3.0]], "bias": [0.0]})


def tied():
    model = nn.Sequential(nn.Linear(2, 2, seed=0), nn.Linear(2, 2, seed=1))
    model[1].weight = model[0].weight
    return model


def test_what_is_shared_is_saved_under_all_its_names_and_loaded_from_any():
    ones = np.ones((2, 2), np.float32)
    assert set(tied().state_dict()) == {"0.weight", "0.bias", "1.weight", "1.bias"}
    for names in (("0.weight", "1.weight"), ("0.weight",), ("1.weight",)):
        model = tied()
        biases = {"0.bias": np.zeros(2), "1.bias": np.zeros(2)}
        model.load_state_dict({**biases, **dict.fromkeys(names, ones)})
        assert np.array_equal(model[0].weight.data, ones)
        assert model[1].weight is model[0].weight
    with pytest.raises(KeyError, match=r"missing 0\.weight, 1\.weight"):
        model.load_state_dict(biases)


def test_two_values_of_one_shared_parameter_are_refused():
    model = tied()
    before = model.state_dict()
    with pytest.raises(ValueError, match=r"0\.weight and 1\.weight are one parameter"):
        model.load_state_dict({**before, "0.bias": np.ones(2), "1.weight": np.ones((2, 2))})
    assert all(np.array_equal(before[n], a) for n, a in model.state_dict().items())


def test_a_module_in_two_places_is_saved_in_both():
    layer = nn.Linear(2, 2)
    model = nn.Sequential(layer, nn.ReLU(), layer)
    assert list(model.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert model.load_state_dict(model.state_dict()) == ([], [])
    assert len(list(model.parameters())) == 2


def test_a_module_inside_itself_has_an_end():
    outer = nn.Sequential(nn.Linear(1, 1))
    outer[0].owner = outer
    assert list(outer.state_dict()) == ["0.weight", "0.bias"]


def test_a_state_without_the_count_of_batches_can_be_loaded():
    layer = nn.BatchNorm1d(2)
    layer(np.float32([[1, 2], [3, 4]]))
    assert layer.num_batches_tracked == 1
    state = layer.state_dict()
    del state["num_batches_tracked"]
    assert nn.BatchNorm1d(2).load_state_dict(state) == ([], [])


def test_the_count_of_batches_goes_through_a_file(tmp_path):
    layer, other = nn.BatchNorm1d(2), nn.BatchNorm1d(2)
    layer(np.float32([[1, 2], [3, 4]]))
    layer.save(tmp_path / "norm.safetensors")
    assert other.load(tmp_path / "norm.safetensors").num_batches_tracked == 1
    assert other.num_batches_tracked.dtype == np.int64
