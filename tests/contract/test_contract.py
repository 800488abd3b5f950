"""What every public callable promises: the right answer, or an error that says what to do.

Each argument of each in turn is replaced by what no user means to give. Then the answer makes sense
or the error is one of ours: a TypeError or ValueError in one line that names the function, what was
given and what is expected. NumPy's numbers in the place of Python's give the same answer.
"""

import dataclasses
import importlib.util
import inspect
import operator
import re
import warnings
from numbers import Real
from pathlib import Path

import numpy as np
import pytest

import minidl
from minidl import Tensor


def _loaded(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EXAMPLES = _loaded("examples")
LISTED = _loaded("listing").listed()
SOURCE = Path(minidl.__file__).parent

STRANGE = {
    "None": lambda: None,
    "text": lambda: "abc",
    "empty text": lambda: "",
    "bytes": lambda: b"abc",
    "ragged list": lambda: [[1, 2], [3]],
    "empty list": list,
    "list of None": lambda: [None],
    "list of texts": lambda: ["a", "b"],
    "dict": lambda: {"a": 1},
    "object": lambda: object(),
    "a fraction": lambda: 1.5,
    "below 0": lambda: -1,
    "NaN": lambda: float("nan"),
    "infinity": lambda: float("inf"),
    "complex": lambda: 1j,
    "flag": lambda: True,
    "vector": lambda: np.array([1.0, 2.0]),
    "whole numbers": lambda: np.array([[0, 1], [1, 0]]),
    "too many axes": lambda: np.ones((1, 1, 1, 1, 1, 1, 1), np.float32),
    "empty": lambda: np.zeros((0, 3), np.float32),
    "no axes": lambda: np.array(2.0),
    "texts": lambda: np.array(["a", "b"]),
    "objects": lambda: np.array([None, 1]),
    "complex array": lambda: np.ones((2, 2), complex),
    "float16": lambda: np.ones((2, 2), np.float16),
    "tensor": lambda: Tensor([1.0, 2.0]),
    "NumPy number": lambda: np.int64(3),
}
RAW = (  # the words of NumPy, of Python, and of what is private
    "truth value of", "ufunc", "could not be broadcast", "object has no attribute", "not supported",
    "unhashable", "cannot be interpreted", "only integer scalar", "_NoValue", "NoneType",
    "inhomogeneous", "is not iterable", "not subscriptable", "object of type", "unpack",
    "cannot convert", "could not convert", "must be real number", "setting an array",
    "operands", "out of bounds for", "Traceback", "Annotated", "typing.", "unexpected keyword",
    "zero-size", "broadcast together",
)  # fmt: skip
PRIVATE = re.compile(r"(?<![\w.])_[a-zA-Z]\w*")
EXPECTS = re.compile(
    r"expected|must|needs?|give|write|there is|not|use|at least|known|both|cannot|too|with"
)
# Documented in their docstrings, besides TypeError and ValueError.
ALSO = {
    "nn.Module.load_state_dict": KeyError,
    "optim.Optimizer.load_state_dict": KeyError,
    "optim.CosineLR.load_state_dict": KeyError,
    "optim.LBFGS.step": RuntimeError,
    "Tensor.backward": RuntimeError,
    "gradcheck": (AssertionError, RuntimeError),
}
NETWORK = ("data.olivetti", "data.omniglot", "data.painting")  # what is valid would be downloaded


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return EXAMPLES.filled(tmp_path_factory.mktemp("contract"))


@pytest.fixture(autouse=True)
def _quiet_place(tmp_path, monkeypatch):
    """Names without a folder are written here; nothing is fetched, and no figures pile up."""
    import matplotlib.pyplot as plt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MINIDL_DATA", str(tmp_path))
    monkeypatch.setattr("minidl.data.download._download", _offline)
    threads = minidl.get_num_threads()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of NaN and infinity, which are given
        yield
    minidl.set_num_threads(threads)
    plt.close("all")


def _offline(source, path, quiet):
    raise FileNotFoundError(f"there is no {path.name}, and no network")


def called(function, given):
    """The answer of a call; arguments that can go by place do, as users write them."""
    signature = inspect.signature(function)
    first = next(iter(signature.parameters), "self")
    if "self" in given and first != "self":  # a method that is an operation
        given = {first: given["self"], **given}
    bound = inspect.BoundArguments(signature, {})
    named = {}
    by_place = True
    for name, parameter in signature.parameters.items():
        if name not in given:
            by_place = by_place and parameter.kind is parameter.VAR_POSITIONAL
        elif parameter.kind is parameter.VAR_POSITIONAL:
            value = given[name]
            bound.arguments[name] = value if isinstance(value, tuple) else (value,)
        elif by_place and parameter.kind is not parameter.KEYWORD_ONLY:
            bound.arguments[name] = given[name]
        else:
            named[name] = given[name]
    answer = function(*bound.args, **named)
    return next(answer) if inspect.isgenerator(answer) else answer


def answered(name, function, given):
    """The answer; of a class, what its objects answer to their main call, and how they read."""
    answer = called(function, given)
    if inspect.isclass(function):
        repr(answer)
        call = EXAMPLES.CALLS.get(name)
        if call is not None:
            return answer(**call)
        if name == "data.DataLoader":
            return next(iter(answer))
    return answer


def names_of(name):
    """Under which names an error may speak of a callable: itself, its class, its function."""
    *_, owner, own = ["", *name.split(".")]
    names = [own] if owner in ("", *NAMES) else [own, owner]
    names += ["style"] * (name in ("style.transfer", "style.Settings"))  # as the command says
    names += ["relu"] * (own == "Sequential")  # its first part, in the example
    if name.startswith("nn.") and name in EXAMPLES.CALLS:  # a thin layer over a function
        names += [n for n in FUNCTIONS if n.replace("_", "") == re.sub("Layer$", "", own).lower()]
        names += {"Upsample": ["interpolate"], "BCEWithLogitsLoss": ["binary_cross_entropy_"
                  "with_logits"], "BCELoss": ["binary_cross_entropy"]}.get(own, [])  # fmt: skip
        names += ["cross_entropy"] * (own == "CrossEntropyLoss") + ["pad"] * own.endswith("Pad2d")
        names += [n for n in FUNCTIONS if n.replace("_", "") == own.lower().replace("1d", "")
                  .replace("2d", "").replace("3d", "")]  # fmt: skip
    return names


NAMES = ("functional", "nn", "init", "optim", "metric", "data", "vis", "style", "models")
FUNCTIONS = minidl.functional.__all__


def complaint(name, error, also_named=()):
    """What is wrong with an error; "" where it keeps the promise."""
    kinds = (TypeError, ValueError, OSError)
    also = ALSO.get(name, ())
    if not isinstance(error, kinds) and not (also and isinstance(error, also)):
        return "kind"
    message = error.args[0] if isinstance(error, KeyError) else str(error)
    if isinstance(error, OSError) or message.startswith("none of "):  # files, which it names
        return "" if "\n" not in message else "several lines"
    frames = list(_frames(error.__traceback__))
    if not Path(frames[-1]).is_relative_to(SOURCE):
        return "raised by others"
    if "\n" in message:
        return "several lines"
    raw = [words for words in RAW if words in message] + PRIVATE.findall(message)
    if raw:
        return f"words of others: {raw}"
    if not any(re.search(rf"\b{n}\b", message) for n in [*names_of(name), *also_named]):
        return "does not name it"
    return "" if EXPECTS.search(message) else "does not say what is expected"


def _frames(traceback):
    while traceback:
        yield traceback.tb_frame.f_code.co_filename
        traceback = traceback.tb_next


def broken(name, function, make, files):
    """ "argument, given: kind: message" of every promise that a callable breaks."""
    kinds = [type(make(files).get("self")).__name__]  # a method may speak of its object's class
    for argument, parameter in inspect.signature(function).parameters.items():
        own = argument == "self" or (name.startswith("Tensor.") and argument in ("x", "a"))
        if own or parameter.kind is parameter.VAR_KEYWORD:
            continue
        for kind, value in STRANGE.items():
            given = {**make(files), argument: value()}
            what = refusal(name, lambda given=given: answered(name, function, given), kinds)
            if what:
                yield f"{argument}, {kind}: {what}"


def refusal(name, call, also_named=()):
    """What is wrong with the error of a call; "" where it is answered, or refused as it should."""
    try:
        call()
    except StopIteration:  # there are no batches, no episodes
        return ""
    except Exception as error:
        what = complaint(name, error, also_named)
        return f"{what}: {type(error).__name__}: {error}" if what else ""
    return ""


def test_every_public_callable_has_an_example():
    assert set(LISTED) - set(EXAMPLES.EXAMPLES) == set()
    assert set(EXAMPLES.EXAMPLES) - set(LISTED) == set()


@pytest.mark.parametrize("name", LISTED)
def test_strange_arguments_are_answered_or_refused_in_a_sentence(name, files):
    found = list(broken(name, LISTED[name], EXAMPLES.EXAMPLES[name], files))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", EXAMPLES.CALLS)
def test_a_layer_refuses_strange_inputs_in_a_sentence(name, files):
    layer = called(LISTED[name], EXAMPLES.EXAMPLES[name](files))
    found = []
    for argument in EXAMPLES.CALLS[name]:
        for kind, value in STRANGE.items():
            given = {**EXAMPLES.CALLS[name], argument: value()}
            what = refusal(name, lambda given=given: layer(**given))
            found += [f"{argument}, {kind}: {what}"] * bool(what)
    assert not found, "\n".join(found)


NUMBERS = {
    "NumPy's": lambda v: np.int64(v) if isinstance(v, int) else np.float64(v),
    "an array without axes": np.array,
    "a tensor without axes": lambda v: Tensor(np.array(v)),
}


def is_record(function):
    """Whether it only holds what it is given: a NamedTuple, a dataclass that checks nothing."""
    plain = dataclasses.is_dataclass(function) and not hasattr(function, "__post_init__")
    return inspect.isclass(function) and (plain or issubclass(function, tuple))


@pytest.mark.parametrize(
    "name", [n for n, f in LISTED.items() if n not in NETWORK and not is_record(f)]
)
def test_numbers_may_be_numpys(name, files):
    function, make = LISTED[name], EXAMPLES.EXAMPLES[name]
    for argument, parameter in inspect.signature(function).parameters.items():
        value = make(files).get(argument, parameter.default)
        if not isinstance(value, Real) or isinstance(value, bool):
            continue
        expected = outcome(name, function, {**make(files), argument: value})
        for kind, wrapped in NUMBERS.items():
            tensor = kind == "a tensor without axes"
            if tensor and parameter.annotation in ("Numbers", "Array"):
                continue  # among arrays it is one of them, with a dtype of its own
            found = outcome(name, function, {**make(files), argument: wrapped(value)})
            assert found == expected, f"{argument} as {kind}"


def outcome(name, function, given):
    """The answer, or the error, as text, without addresses and seconds."""
    minidl.manual_seed(0)
    try:
        said = repr(answered(name, function, given))
        return re.sub(r" at 0x\w+| in \d+ s|array\(|np\.\w+\(|\)", "", said)
    except (ValueError, OSError) as error:
        return str(error)
    except StopIteration:
        return "nothing"


NAMED = """add sub mul truediv pow matmul lt le gt ge eq ne and_ or_ xor floordiv mod lshift rshift
getitem"""
OPERATORS = [getattr(operator, name) for name in NAMED.split()]


@pytest.mark.parametrize("operate", OPERATORS, ids=lambda o: o.__name__)
@pytest.mark.parametrize("swapped", [False, True])
def test_operators_answer_or_refuse_in_a_sentence(operate, swapped):
    tensor = Tensor(np.arange(6, dtype=np.float32).reshape(2, 3), requires_grad=True)
    broken = []
    for kind, value in STRANGE.items():
        pair = (value(), tensor) if swapped else (tensor, value())
        if operate is operator.getitem and swapped:
            continue
        try:
            operate(*pair)
        except Exception as error:
            kinds = (TypeError, ValueError, *[IndexError] * (operate is operator.getitem))
            raw = [words for words in RAW if words in str(error)]
            ours = Path(list(_frames(error.__traceback__))[-1]).is_relative_to(SOURCE)
            if not isinstance(error, kinds) or raw or not ours or "given" not in str(error):
                broken.append(f"{kind}: {type(error).__name__}: {error}")
    assert not broken, "\n".join(broken)


def test_places_out_of_reach_and_what_is_no_index():
    tensor = Tensor(np.zeros((2, 3), np.float32))
    with pytest.raises(IndexError, match=r"given \[3\] for shape \(2, 3\)"):
        tensor[3]
    with pytest.raises(IndexError, match="expected places within it"):
        tensor[0, 0, 0]
    with pytest.raises(TypeError, match="expected whole numbers, slices"):
        tensor["a"]
