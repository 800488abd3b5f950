"""What crosses between the two processes: everything a probe may return, and nothing else."""

import io
import json
import math

import numpy as np
import pytest

from minidl.course.sandbox import wire


def crossed(value, keep=None, call=None):
    frame = wire.pack("kind", value, "name", keep)
    text, arrays = wire.sizes(frame[: wire.HEADER.size])
    start = wire.HEADER.size
    assert len(frame) == start + text + arrays
    return wire.unpack(frame[start : start + text], frame[start + text :], call)


VALUES = [None, True, 3, -(2**70), 2.5, "π", [1, [2, "x"]], (1, (2,)), {"a": (1,), 2: None}, {1, 2}]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_plain_values_cross(value):
    message = crossed(value)
    assert message == ("kind", "name", value)
    assert type(message.body) is type(value)


def test_infinities_and_nan_cross():
    body = crossed([math.inf, -math.inf, math.nan]).body
    assert body[:2] == [math.inf, -math.inf]
    assert math.isnan(body[2])


@pytest.mark.parametrize("dtype", ["?", "i1", "<u8", ">f4", "f2", "f8", "c16", "U3", "S2"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3)])
def test_arrays_cross(dtype, shape):
    array = np.arange(math.prod(shape)).reshape(shape).astype(dtype)
    body = crossed({"x": array}).body["x"]
    assert body.dtype == array.dtype
    assert body.flags.writeable
    np.testing.assert_array_equal(body, array)


def test_memory_order_and_strides_cross():
    array = np.arange(24.0).reshape(4, 6)
    for view in (np.asfortranarray(array), array[::-1, ::2], array.T):
        np.testing.assert_array_equal(crossed(view).body, view)


def test_numpy_scalars_stay_scalars():
    body = crossed([np.float32(2.5), np.int64(3)]).body
    assert [type(v) for v in body] == [np.float32, np.int64]


def test_a_generator_crosses_as_a_seed_that_is_drawn_from_it():
    body = [crossed(np.random.default_rng(seed)).body for seed in (1, 1, 2)]
    one, again, other = (rng.normal(size=3).tolist() for rng in body)
    assert one == again != other


@pytest.mark.parametrize("seed", [-1, 2**62, 2.5, "1", None, [1], True])
def test_a_generator_of_no_seed_is_broken(seed):
    text = json.dumps({"kind": "k", "name": None, "body": {"generator": seed}, "sizes": []})
    with pytest.raises(wire.Broken):
        wire.unpack(text.encode(), b"")


def test_functions_cross_as_something_to_call():
    kept = []
    keep = lambda f: kept.append(f) or len(kept) - 1  # noqa: E731
    call = lambda number, args, kwargs: kept[number](*args, **kwargs)  # noqa: E731
    assert crossed([max], keep, call).body[0](2, 5) == 5


def test_functions_are_refused_where_nobody_could_call_them():
    with pytest.raises(TypeError, match="builtin_function_or_method cannot be passed here"):
        wire.pack("kind", max)


def test_objects_are_refused():
    with pytest.raises(
        TypeError, match="a value of type object cannot be passed here; arrays, numbers"
    ):
        wire.pack("kind", object())


def test_too_large_is_refused_before_it_is_sent():
    with pytest.raises(wire.Broken, match=r"shape \(9000, 1000\) has 72 MB; at most 64 MB"):
        wire.pack("kind", np.zeros((9000, 1000)))
    with pytest.raises(wire.Broken, match="in one go; at most 64 MB"):
        wire.pack("kind", [np.zeros(5_000_000)] * 2)


def test_too_large_is_refused_by_its_header():
    with pytest.raises(wire.Broken, match="a reply of"):
        wire.sizes(wire.HEADER.pack(10, 10**15))
    with pytest.raises(wire.Broken, match="a reply of"):
        wire.sizes(wire.HEADER.pack(2**31, 0))


def frame(body, *blobs, **more):
    whole = {"kind": "k", "name": None, "body": body, "sizes": [len(b) for b in blobs]} | more
    return json.dumps(whole).encode(), b"".join(blobs)


def npy(header, data=b""):
    text = repr(header).encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + data


def header(dtype="<f8", shape=(2,)):
    return {"descr": dtype, "fortran_order": False, "shape": shape}


def pickled():
    buffer = io.BytesIO()
    np.save(buffer, np.array([{}], dtype=object), allow_pickle=True)
    return buffer.getvalue()


HOSTILE = {
    "no JSON": (b"hello", b""),
    "not a frame": (b"[]", b""),
    "no sizes": (b'{"kind": "k", "name": null, "body": null}', b""),
    "deep nesting": (b"[" * 200_000, b""),
    "deep body": (
        b'{"kind":"k","name":null,"sizes":[],"body":' + b"[" * 900 + b"]" * 900 + b"}",
        b"",
    ),
    "unknown kind of value": frame({"module": "os"}),
    "two kinds in one": frame({"array": 0, "dict": []}, b""),
    "a function nobody asked for": frame({"function": 0}),
    "no such array": frame({"array": 3}),
    "an unhashable key": frame({"dict": [[[], 1]]}),
    "no array": frame({"array": 0}, b"hello"),
    "pickled objects": frame({"array": 0}, pickled()),
    "claims more than it holds": frame({"array": 0}, npy(header(shape=(10**15,)))),
    "negative shape": frame({"array": 0}, npy(header(shape=(-2, -1)), b"\0" * 16)),
    "zero bytes an entry": frame({"array": 0}, npy(header("|S0", (10**12,)))),
    "structured": frame({"array": 0}, npy(header([("a", "<f8")], (1,)), b"\0" * 8)),
    "header that is code": frame({"array": 0}, npy("__import__('os').abort()")),
    "an array twice": frame([{"array": 0}, {"array": 0}], npy(header(), b"\0" * 16)),
    "sizes that go back": frame({"array": 0}, npy(header(), b"\0" * 16), sizes=[144, -144, 144]),
    "sizes that do not fill it": frame({"array": 0}, npy(header(), b"\0" * 16) + b"?", sizes=[144]),
    "sizes below zero": frame({"array": 0}, npy(header(), b"\0" * 16), sizes=[-5]),
    "sizes without end": frame({"array": 0}, sizes=["x"]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_frame_raises_broken_and_nothing_else(name):
    text, arrays = HOSTILE[name]
    try:
        message = wire.unpack(text, arrays)
    except wire.Broken:
        return
    assert name == "deep body"
    assert isinstance(message.body, list)


@pytest.mark.parametrize("text", [b"", b"{}", b"[1]", b"\xff", b"[" * 200_000])
def test_a_hostile_label_raises_broken(text):
    with pytest.raises(wire.Broken):
        wire.label(text)


RESULTS = [
    (None, "result is None: does the function return its result?"),
    ([[1], [2, 3]], "result cannot be made an array"),
    (object(), "result is of type object, not an array of numbers"),
    (np.array([None]), "result is a ndarray with None in it: 1 of 1 entries, first at"),
    (np.zeros(2, "datetime64[s]"), "dtype datetime64"),
]


@pytest.mark.parametrize(("value", "words"), RESULTS)
def test_a_result_that_is_no_array_is_told(value, words):
    with pytest.raises(TypeError, match=words):
        wire.as_array("result", value)
