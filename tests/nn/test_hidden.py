"""Modules and parameters in containers: refused whenever they come in, never left untrained."""

import copy
from collections import OrderedDict, defaultdict, deque
from types import MappingProxyType

import numpy as np
import pytest

from minidl import Tensor, nn, optim

PART = nn.Linear(1, 1, seed=0)
CONTAINERS = {
    "list": [PART],
    "tuple": (1, PART),
    "set": {PART},
    "frozenset": frozenset([PART]),
    "deque": deque([PART]),
    "dict": {"a": PART},
    "key": {PART: "a"},
    "OrderedDict": OrderedDict(a=PART),
    "defaultdict": defaultdict(list, a=[PART]),
    "proxy": MappingProxyType({"a": PART}),
    "list of lists": [[], [PART]],
    "dict of lists": {"a": [1, 2], "b": ([PART],)},
    "parameters": [nn.Parameter([1.0])],
    "leaf tensors": [Tensor([1.0], requires_grad=True)],
    "array of objects": np.array([None, PART], dtype=object),
}
SEARCHES = {
    "parameters": lambda net: list(net.parameters()),
    "named_parameters": lambda net: dict(net.named_parameters()),
    "modules": lambda net: list(net.modules()),
    "buffers": lambda net: dict(net.named_buffers()),
    "state_dict": lambda net: net.state_dict(),
    "load_state_dict": lambda net: net.load_state_dict({}, strict=False),
    "train": lambda net: net.train(),
    "eval": lambda net: net.eval(),
    "zero_grad": lambda net: net.zero_grad(),
    "requires_grad_": lambda net: net.requires_grad_(False),
    "astype": lambda net: net.astype(np.float64),
    "summary": lambda net: nn.summary(net, (1, 1)),
    "optimiser": lambda net: optim.SGD(net.parameters(), lr=0.1),
}


class Late(nn.Module):
    """Attributes that are filled when they are attributes already."""

    def __init__(self):
        self.layers = []
        self.table = {}
        self.nested = [[]]
        self.out = nn.Linear(1, 1, seed=1)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.out(x)


def appended():
    net = Late()
    net.layers.append(nn.Linear(1, 1, seed=0))
    return net


@pytest.mark.parametrize("container", CONTAINERS.values(), ids=CONTAINERS)
def test_a_container_with_parts_is_refused_as_an_attribute(container):
    with pytest.raises(TypeError, match=r"Module\.parts: a \w+ would hide its modules"):
        nn.Module().parts = container


@pytest.mark.parametrize("container", CONTAINERS.values(), ids=CONTAINERS)
def test_a_container_filled_past_the_attribute_is_refused_by_a_search(container):
    net = nn.Module()
    vars(net)["parts"] = [container]
    with pytest.raises(TypeError, match=r"Module\.parts: a list would hide"):
        list(nn.Sequential(net).parameters())


@pytest.mark.parametrize("search", SEARCHES.values(), ids=SEARCHES)
def test_every_search_refuses_what_was_appended_later(search):
    with pytest.raises(TypeError, match=r"Late\.layers: a list would hide"):
        search(appended())


@pytest.mark.parametrize(
    ("name", "fill"),
    [
        ("layers", lambda net, part: net.layers.append(part)),
        ("table", lambda net, part: net.table.update(a=part)),
        ("nested", lambda net, part: net.nested[0].append(part)),
    ],
)
def test_a_container_filled_after_the_optimiser_was_built_is_refused_by_the_next_call(name, fill):
    net = Late()
    optim.SGD(net.parameters(), lr=0.1)
    fill(net, nn.Linear(1, 1))
    with pytest.raises(TypeError, match=rf"Late\.{name}: a (list|dict) would hide"):
        net(np.ones((1, 1), np.float32))


def test_a_parameter_that_takes_a_place_in_a_list_is_refused():
    net = Late()
    net.layers += [None, 3]
    assert len(list(net.parameters())) == 2
    net.layers[0] = nn.Parameter([1.0])
    with pytest.raises(TypeError, match=r"Late\.layers"):
        list(net.parameters())


def test_a_tensor_that_is_told_later_to_want_a_gradient_is_refused():
    net = nn.Module()
    net.shift = Tensor([1.0])
    net.shift.requires_grad = True
    with pytest.raises(TypeError, match=r"Module\.shift: a Tensor with requires_grad"):
        list(net.parameters())


def test_a_part_in_the_class_is_refused():
    class Shared(nn.Module):
        layer = nn.Linear(1, 1)

    with pytest.raises(TypeError, match=r"Shared\.layer: an attribute of the class"):
        Shared().state_dict()


def test_what_holds_no_parts_is_left_alone():
    net = Late()
    net.sizes = (1, [2, 3])
    net.names = {"a": ["b"], "c": None}
    net.layers.append(net.layers)  # holds itself
    net.results = [Tensor([1.0]), np.ones(3)]
    net._teacher = [nn.Linear(1, 1)]  # private: told not to be searched
    assert [name for name, _ in net.named_parameters()] == ["out.weight", "out.bias"]


def test_the_repr_of_a_module_that_hides_parts_can_still_be_read():
    assert "out: Linear(1, 1)" in repr(appended())


def test_parts_of_a_sequential_that_change_are_found():
    net = nn.Sequential(nn.Linear(1, 2), nn.ReLU())
    setattr(net, "0", nn.Linear(1, 5))
    net.more = nn.Linear(5, 1)
    assert [p.shape for p in net.parameters()] == [(5, 1), (5,), (1, 5), (1,)]


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_copies_are_searched_as_the_original(copied):
    with pytest.raises(TypeError, match=r"Late\.layers"):
        list(copied(appended()).parameters())
    net = Late()
    assert list(copied(net).state_dict()) == list(net.state_dict())


def test_a_deep_copy_is_trained_alone():
    net = Late()
    twin = copy.deepcopy(net)
    before = net.state_dict()
    step = optim.SGD(twin.parameters(), lr=0.1)
    twin(np.ones((1, 1), np.float32)).sum().backward()
    step.step()
    assert all(np.array_equal(before[n], a) for n, a in net.state_dict().items())
    assert not np.array_equal(before["out.weight"], twin.out.weight.data)
