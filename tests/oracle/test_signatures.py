"""Names, order and defaults of arguments are PyTorch's, `axis` for `dim`.

What minidl leaves out: what PyTorch itself calls deprecated or private, where a tensor lives, and
the names listed below with their reason. What it adds can only be given by name.
"""

import inspect

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: run `make oracle`")

import minidl.functional as F  # noqa: E402
from minidl import nn  # noqa: E402

pytestmark = pytest.mark.oracle
LEFT_OUT = {"size_average", "reduce", "_stacklevel", "device", "dtype", "self", "out"}
LEFT_OUT |= {"min_value", "max_value"}  # deprecated names of hardtanh's limits
# The tensor itself is given by place; the operations here call it x or a.
RENAMED = {
    "x": "input",
    "a": "input",
    "dim": "axis",
    "start_dim": "start_axis",
    "end_dim": "end_axis",
}
# Options that exist there and not here: inplace of functions (refused with a sentence), indices of
# adaptive maxima, weights of numeric losses, anti-aliasing and its like.
FEWER = {"inplace", "return_indices", "weight", "antialias", "recompute_scale_factor"}
OTHER_DEFAULTS = {  # PyTorch guesses, or writes None
    ("softmax", "axis"),
    ("log_softmax", "axis"),
    ("Softmax", "axis"),
    ("LogSoftmax", "axis"),
    ("ModuleList", "modules"),
}


def parameters(function):
    found = inspect.signature(function).parameters.values()
    return {
        RENAMED.get(p.name, p.name): p
        for p in found
        if p.name not in LEFT_OUT and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    }


def has_signature(function):
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # written in C++
        return False
    return any(p.kind is p.POSITIONAL_OR_KEYWORD for p in found)


FUNCTIONS = [n for n in F.__all__ if has_signature(getattr(torch.nn.functional, n, None))]
LAYERS = [n for n in nn.__all__ if isinstance(getattr(torch.nn, n, None), type)
          and isinstance(getattr(nn, n), type) and n not in ("Module", "Parameter")]  # fmt: skip


def agree(name, ours, theirs):
    shared = [n for n in theirs if n in ours]
    assert set(theirs) - set(ours) <= FEWER
    order = [n for n, p in ours.items() if p.kind is p.POSITIONAL_OR_KEYWORD and n in theirs]
    positional = [n for n in shared if ours[n].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    assert order == positional
    new = [n for n, p in ours.items() if n not in theirs]
    assert all(ours[n].kind is inspect.Parameter.KEYWORD_ONLY for n in new), new
    for n in shared:
        if (name, n) not in OTHER_DEFAULTS:
            assert ours[n].default == theirs[n].default, n


def test_there_is_much_to_compare():
    assert len(FUNCTIONS) > 40
    assert len(LAYERS) > 60


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name):
    agree(name, parameters(getattr(F, name)), parameters(getattr(torch.nn.functional, name)))


@pytest.mark.parametrize("name", LAYERS)
def test_layers(name):
    ours, theirs = getattr(nn, name).__init__, getattr(torch.nn, name).__init__
    agree(name, parameters(ours), parameters(theirs))
